"""What was found becomes text for a person, annotations for a CI system, or data for a program. A row in `REPORTS` each."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Any

from kg import terms
from kg.article import Article, data
from kg.errors import Finding, Severity
from kg.rdf import is_blank
from kg.validation import SH, Result

# Controls, directions, what cannot be seen, and bytes of a file name that are no character. The two joiners stay: they are
# spelling in Persian and in the scripts of India.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)


def to_text(findings: Sequence[Finding]) -> str:
    """Return a line for each finding, `path:line:column: severity: reason`; nothing that a terminal would obey."""
    return "".join(f"{printable(f'{f.place}: {f.severity}: {reason(f)}')}\n" for f in findings)


def to_explanation(article: Article) -> str:
    """Return a line for each datum of an article, `path:line:column: name: text [by what it was found]`."""
    rows = (f"{article.place(d.span)}: {name}: {d.text}" + (f" [{d.evidence}]" if d.evidence else "") for name, d in data(article))
    return "".join(f"{printable(row)}\n" for row in rows)


def reason(finding: Finding) -> str:
    """Return the reason, with the node at fault where no line tells it."""
    if isinstance(finding, Result) and not finding.place.line:
        return f"{finding.reason} ({terms.compact(finding.focus)})"
    return finding.reason


def printable(text: str) -> str:
    """Return the text with control and direction characters as escapes, so that a source cannot steer a terminal."""
    return _UNPRINTABLE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def to_github(findings: Sequence[Finding]) -> str:
    """Return GitHub's workflow commands, escaped as its runner unescapes them, so that no text can forge one."""
    levels = {"violation": "error", "warning": "warning", "info": "notice"}
    lines = []
    for finding in findings:
        place = finding.place
        numbers = {"line": place.line, "endLine": place.end_line, "col": place.column, "endColumn": place.end_column}
        properties = [f"file={_property(place.source)}", *(f"{name}={n}" for name, n in numbers.items() if n)]
        lines.append(f"::{levels[finding.severity]} {','.join(properties)}::{_message(reason(finding))}\n")
    return "".join(lines)


def _message(text: str) -> str:
    return printable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")


def to_json(findings: Sequence[Finding]) -> str:
    """Return a JSON array of objects: severity, reason, source, line, column; for SHACL results also their terms."""
    return json_text([as_row(finding) for finding in findings], indent=1)


def json_text(value: Any, indent: int | None = None) -> str:
    """Return a value as JSON; bytes of a file name that are no character stand as escapes, which JSON can carry."""
    return json.dumps(value, ensure_ascii=False, indent=indent).encode("utf-8", "backslashreplace").decode() + "\n"


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
    """Return the W3C validation report as Turtle: the SHACL results; what no shape found (reading faults) is a comment.

    With such a fault the report does not say that all conforms: what could not be read was not checked.
    """
    lines = [f"@prefix sh: <{SH}> .", "", "[] a sh:ValidationReport ;"]
    results = [finding for finding in findings if isinstance(finding, Result)]
    faulty = any(finding.severity == "violation" for finding in findings)
    lines.append(f"    sh:conforms {'false' if results or faulty else 'true'}")
    for result in results:
        severity = {"violation": "sh:Violation", "warning": "sh:Warning", "info": "sh:Info"}[result.severity]
        lines[-1] += " ;"
        pairs = [
            ("sh:focusNode", result.focus),
            # A path of several steps is a blank node of the shapes: here, its name would mean nothing
            ("sh:resultPath", result.path if result.path and not is_blank(result.path) else None),
            ("sh:value", result.value),
            ("sh:resultSeverity", severity),
            ("sh:sourceShape", result.shape or None),
            ("sh:sourceConstraintComponent", f"<{result.constraint}>"),
            ("sh:resultMessage", terms.literal("\n".join(map(printable, result.reason.split("\n"))))),
        ]
        inner = " ;\n        ".join(f"{name} {value}" for name, value in pairs if value)
        lines.append(f"    sh:result [ a sh:ValidationResult ;\n        {inner} ]")
    lines[-1] += " ."
    comments = [f"# {printable(str(f))}" for f in findings if not isinstance(f, Result)]
    return "\n".join([*comments, *lines]) + "\n"


Report = Callable[[Sequence[Finding]], str]
REPORTS: Mapping[str, Report] = {"text": to_text, "github": to_github, "json": to_json, "turtle": to_turtle}


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
