"""What was found becomes text for a person, annotations for a CI system, or data for a program. A row in `REPORTS` each."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any

from kg import terms
from kg.errors import Finding, Severity
from kg.validation import SH, Result

_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def to_text(findings: Sequence[Finding]) -> str:
    """Return a line for each finding, `path:line:column: severity: reason`; nothing that a terminal would obey."""
    return "".join(f"{printable(str(finding))}\n" for finding in findings)


def printable(text: str) -> str:
    """Return the text with control and direction characters as escapes, so that a source cannot steer a terminal."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def to_github(findings: Sequence[Finding]) -> str:
    """Return GitHub's workflow commands, escaped as its runner unescapes them, so that no text can forge one."""
    levels = {"violation": "error", "warning": "warning", "info": "notice"}
    lines = []
    for finding in findings:
        place = finding.place
        numbers = {"line": place.line, "endLine": place.end_line, "col": place.column, "endColumn": place.end_column}
        properties = [f"file={_property(place.source)}", *(f"{name}={n}" for name, n in numbers.items() if n)]
        lines.append(f"::{levels[finding.severity]} {','.join(properties)}::{_message(finding.reason)}\n")
    return "".join(lines)


def _message(text: str) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def to_json(findings: Sequence[Finding]) -> str:
    """Return a JSON array of objects: severity, reason, source, line, column; for SHACL results also their terms."""
    return json.dumps([as_row(finding) for finding in findings], ensure_ascii=False, indent=1) + "\n"


def as_row(finding: Finding) -> dict[str, Any]:
    """Return a finding as plain data; what is not known is left out."""
    place = finding.place
    row: dict[str, Any] = {
        "severity": finding.severity,
        "reason": finding.reason,
        "source": place.source,
        "line": place.line,
        "column": place.column,
    }
    if isinstance(finding, Result):
        row |= {
            "focus": terms.value(finding.focus),
            "path": finding.path and terms.value(finding.path),
            "value": finding.value and terms.value(finding.value),
            "shape": terms.value(finding.shape) if finding.shape else None,
            "constraint": finding.constraint,
        }
    return {name: value for name, value in row.items() if value}


def to_turtle(findings: Sequence[Finding]) -> str:
    """Return the W3C validation report as Turtle: the SHACL results; what no shape found (reading faults) is a comment."""
    lines = [f"@prefix sh: <{SH}> .", "", "[] a sh:ValidationReport ;"]
    results = [finding for finding in findings if isinstance(finding, Result)]
    lines.append(f"    sh:conforms {'false' if results else 'true'}")
    for result in results:
        severity = {"violation": "sh:Violation", "warning": "sh:Warning", "info": "sh:Info"}[result.severity]
        lines[-1] += " ;"
        pairs = [
            ("sh:focusNode", result.focus),
            ("sh:resultPath", result.path),
            ("sh:value", result.value),
            ("sh:resultSeverity", severity),
            ("sh:sourceShape", result.shape or None),
            ("sh:sourceConstraintComponent", f"<{result.constraint}>"),
            ("sh:resultMessage", terms.literal(result.reason)),
        ]
        inner = " ;\n        ".join(f"{name} {value}" for name, value in pairs if value)
        lines.append(f"    sh:result [ a sh:ValidationResult ;\n        {inner} ]")
    lines[-1] += " ."
    comments = [f"# {printable(str(f))}" for f in findings if not isinstance(f, Result)]
    return "\n".join([*comments, *lines]) + "\n"


Report = Callable[[Sequence[Finding]], str]
REPORTS: Mapping[str, Report] = {"text": to_text, "github": to_github, "json": to_json, "turtle": to_turtle}


def collapsed(findings: Iterable[Finding], severities: Container[Severity] = ("info",)) -> list[Finding]:
    """Return the findings; what many articles give for the same reason stands once, with how often it came."""
    grouped: dict[tuple[Severity, str], list[Finding]] = {}
    kept: list[Finding] = []
    for finding in findings:
        if finding.severity in severities:
            grouped.setdefault((finding.severity, finding.reason), []).append(finding)
        else:
            kept.append(finding)
    for (severity, reason), same in grouped.items():
        first = same[0]
        kept.append(Finding(severity, f"{reason} ({len(same):,} times, here first)", first.place) if len(same) > 1 else first)
    return kept
