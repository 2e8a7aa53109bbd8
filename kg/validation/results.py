"""What SHACL has to say: a result for each fault, and the report of a run, with everything that a writer of reports needs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kg.errors import Finding, Severity
from kg.terms import Statement, Term
from kg.validation.shapes import Shapes

SH = "http://www.w3.org/ns/shacl#"
SEVERITY_OF: Mapping[str, Severity] = {f"{SH}Violation": "violation", f"{SH}Warning": "warning", f"{SH}Info": "info"}


@dataclass(frozen=True, slots=True)
class Result(Finding):
    """A SHACL validation result. Terms are N-Triples text, None where there is none; `constraint` is the component's IRI.

    `path` is the property; None as well for a path of several steps. `shape` is the nearest shape that has a name, `source`
    the very shape that was broken, which may be a node of `Shapes.statements` without a name of its user's. `constraint_node` is
    the constraint in SPARQL, where it is one. `about` is what the data say of focus node and value, where these are blank nodes,
    and `times` how often the engine says the same (of each language that occurs twice, of each pair that is in a wrong order).
    """

    focus: Term
    path: Term | None
    value: Term | None
    shape: Term
    constraint: str
    source: Term = field(default="", kw_only=True)
    constraint_node: Term | None = field(default=None, kw_only=True)
    about: tuple[Statement, ...] = field(default=(), kw_only=True, repr=False, compare=False)
    times: int = field(default=1, kw_only=True, repr=False, compare=False)


class Raw(NamedTuple):
    """What an engine says, before it is placed and told in words; `shape` is the very shape that was broken."""

    severity: str
    message: str | None
    focus: Term
    path: Term | None
    value: Term | None
    shape: Term
    constraint: str
    constraint_node: Term | None = None
    about: tuple[Statement, ...] = ()


def identity(finding: Finding) -> str:
    """Return the stable id of a finding, 16 hex digits: the same fault has the same id in every run.

    That of a result is made from shape, constraint, focus node, path and value, so neither the order nor the line in the file
    matters; that of any other finding from its source and reason.
    """
    parts: tuple[str | None, ...] = (finding.place.source, finding.severity, finding.reason)
    if isinstance(finding, Result):
        parts = (finding.source or finding.shape, finding.constraint, finding.focus, finding.path, finding.value)
    return hashlib.sha256(repr(parts).encode(errors="backslashreplace")).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class ValidationReport:
    """What one run found: the findings in order, the sources that were checked (as given), and the shapes that they met.

    `mended` are the ids, with their reasons, that a baseline has and this run has not; `known` counts results that a baseline
    knows, which are not among the findings.
    """

    findings: tuple[Finding, ...]
    checked: tuple[str, ...] = ()
    shapes: Shapes | None = None
    mended: tuple[tuple[str, str], ...] = ()
    known: int = 0

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    @property
    def results(self) -> tuple[Result, ...]:
        """What shapes found."""
        return tuple(finding for finding in self.findings if isinstance(finding, Result))

    @property
    def conforms(self) -> bool:
        """Whether no finding is a violation: neither a result nor an input that could not be read."""
        return not any(finding.severity == "violation" for finding in self.findings)
