"""What can go wrong, and where: every refusal of `kg` knows its place.

A function returns what its signature says or raises a `KgError`; only `pipeline` and the command line catch one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, Self

Severity = Literal["violation", "warning", "info"]
SEVERITIES: tuple[Severity, ...] = ("violation", "warning", "info")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a source something stands: the path as given, line and column from 1, in characters."""

    source: str
    line: int = 0
    column: int = 0
    end_line: int = 0
    end_column: int = 0

    def __str__(self) -> str:
        """Return `path:line:column`, shorter where line or column is not known (0)."""
        return ":".join(str(part) for part in (self.source, self.line, self.column) if part)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to tell the user about a source: what, how grave, and where; `exit_code` as that of the `KgError` it was."""

    severity: Severity
    reason: str
    place: Place
    exit_code: int = field(default=1, kw_only=True)

    def __str__(self) -> str:
        return f"{self.place}: {self.severity}: {self.reason}"


class KgError(Exception):
    """A refusal with its reason and place; `others` are the further faults found in the same run.

    `exit_code` is what a command ends with: 1 bad input, 2 wrong usage, 3 the environment.
    """

    exit_code = 1

    def __init__(self, reason: str, place: Place | None = None, others: Iterable[KgError] = ()) -> None:
        super().__init__(reason)
        self.reason = reason
        self.place = place
        self.others = tuple(others)

    @classmethod
    def together(cls, faults: Iterable[Self]) -> Self:
        """Return one error that carries them all; `faults` holds at least one."""
        first, *others = faults
        return cls(first.reason, first.place, (*first.others, *others))

    def each(self) -> Iterator[KgError]:
        """Yield this error and then every other that it carries."""
        yield self
        for other in self.others:
            yield from other.each()

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}" if self.place else self.reason


class TermError(KgError):
    """A text that cannot become the RDF term it was meant for."""


class ReadError(KgError):
    """A source that cannot be read as an article."""


class SkippedError(KgError):
    """A source that says itself that it is not published: no fault, and no article."""


class VocabularyError(KgError):
    """A vocabulary or RDF file that cannot be read."""


class ShapeError(KgError):
    """Shapes that no engine could apply."""


class QueryError(KgError):
    """A query that is wrong, or that got no answer."""


class QueryTimeoutError(QueryError):
    """A query that took too long."""


class AnswerSizeError(QueryError):
    """An answer with more rows or bytes than allowed."""


class EngineError(QueryError):
    """The query engine broke down: it needed too much memory, or ended for another reason of its own."""


class UsageError(KgError):
    """A command, option or configuration that makes no sense."""

    exit_code = 2


class ResourceError(KgError):
    """The disk, a lock or the network failed us."""

    exit_code = 3


class LockedError(ResourceError):
    """Another process is writing what we would write."""


class FetchError(KgError):
    """An address that could not be got: the network, the server, or what it sent."""

    exit_code = 3


class RefusedError(FetchError):
    """An address that is not got: where it leads, what its server asks of us, or what it holds."""

    exit_code = 1
