"""What many sources say alike is told once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable

from kg.errors import Finding, Severity
from kg.validation import Result


def collapsed(
    findings: Iterable[Finding], severities: Container[Severity] = ("info",), kinds: Container[type] = (Finding, Result)
) -> list[Finding]:
    """Return the findings in order; what many sources give for the same reason stands once, with how often it came."""
    kept: list[Finding] = []
    places: dict[tuple[Severity, str], int] = {}
    count: Counter[int] = Counter()
    for finding in findings:
        position = len(kept)
        if finding.severity in severities and type(finding) in kinds:
            position = places.setdefault((finding.severity, finding.reason), position)
            count[position] += 1
        if position == len(kept):
            kept.append(finding)
    return [_times(finding, count[position]) for position, finding in enumerate(kept)]


def _times(finding: Finding, count: int) -> Finding:
    if count < 2:
        return finding
    return Finding(finding.severity, f"{finding.reason} ({count:,} times, here first)", finding.place, exit_code=finding.exit_code)
