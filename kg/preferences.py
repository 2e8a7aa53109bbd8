"""The user's word on links, which is the last one: how sure they must be, what is never and what is always linked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch

from kg.terms import Term

DEFAULT_CONFIDENCE = 0.9


@dataclass(frozen=True, slots=True)
class Choice:
    """Phrases (as written, capitals count) and entities that are never linked, and phrases that always mean one entity."""

    never: frozenset[str] = frozenset()
    always: tuple[tuple[str, Term], ...] = ()


@dataclass(frozen=True, slots=True)
class Preferences:
    """Which links to publish: those at least so sure (0 to 1), but for what the user never or always wants.

    `choice` holds for all sources, `by_source` for those whose path matches a pattern ("posts/2019-*").
    """

    confidence: float = DEFAULT_CONFIDENCE
    choice: Choice = Choice()
    by_source: tuple[tuple[str, Choice], ...] = ()

    def choices(self, source: str) -> Iterator[Choice]:
        """Yield what holds for a source, what was said of it alone first."""
        yield from (choice for pattern, choice in self.by_source if fnmatch(source, pattern))
        yield self.choice


DEFAULT = Preferences()
