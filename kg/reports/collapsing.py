"""What many sources say alike is told once."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

from kg.errors import Finding, Severity
from kg.validation import Result


class Collapsing:
    """Findings as they come; what many sources give for the same reason is held once, with how often it came."""

    def __init__(self, severities: Container[Severity] = ("info",), kinds: Container[type] = (Finding, Result)) -> None:
        self._severities = severities
        self._kinds = kinds
        self._kept: list[Finding] = []
        self._positions: dict[tuple[Severity, str], int] = {}
        self._count: dict[int, int] = {}

    def append(self, finding: Finding) -> None:
        """Add a finding."""
        position = len(self._kept)
        if finding.severity in self._severities and type(finding) in self._kinds:
            position = self._positions.setdefault((finding.severity, finding.reason), position)
            self._count[position] = self._count.get(position, 0) + 1
        if position == len(self._kept):
            self._kept.append(finding)

    def extend(self, findings: Iterable[Finding]) -> None:
        """Add findings in their order."""
        for finding in findings:
            self.append(finding)

    def __iter__(self) -> Iterator[Finding]:
        return (_times(finding, self._count.get(position, 1)) for position, finding in enumerate(self._kept))


def collapsed(
    findings: Iterable[Finding], severities: Container[Severity] = ("info",), kinds: Container[type] = (Finding, Result)
) -> list[Finding]:
    """Return the findings in order; what many sources give for the same reason stands once, with how often it came."""
    kept = Collapsing(severities, kinds)
    kept.extend(findings)
    return list(kept)


def _times(finding: Finding, count: int) -> Finding:
    if count < 2:
        return finding
    return Finding(finding.severity, f"{finding.reason} ({count:,} times, here first)", finding.place, exit_code=finding.exit_code)
