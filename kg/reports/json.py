"""Findings as JSON, for programs: nothing is left out, nothing is cut."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kg import terms
from kg.errors import SEVERITIES, Finding
from kg.reports.wording import UNPRINTABLE_IN_JSON
from kg.terms import Term
from kg.validation import Result, ValidationReport, identity


def to_json(report: ValidationReport) -> str:
    """Return a JSON object: `conforms`, `totals`, `checked` (the sources), `findings` (a line each) and `mended`."""
    severities = Counter(finding.severity for finding in report.findings)
    totals: dict[str, int] = {name: severities[name] for name in SEVERITIES}
    head = {
        "conforms": report.conforms,
        "totals": totals | {"known": report.known, "mended": len(report.mended)},
        "checked": report.checked,
        "mended": [{"id": key, "reason": reason} for key, reason in report.mended],
    }
    return json_with_rows(head, "findings", map(_finding, report.findings))


def json_with_rows(head: dict[str, Any], name: str, rows: Iterable[Any]) -> str:
    """Return an object as JSON with one more member, an array that has a line for each of its rows."""
    return "".join(json_pieces({**head, name: iter(rows)}))


def json_pieces(members: Mapping[str, Any]) -> Iterator[str]:
    """Yield an object as JSON, a line for each member; one that is an iterator becomes an array with a line for each item."""
    opening = "{\n"
    for name, value in members.items():
        yield f"{opening}{json.dumps(name)}: "
        yield from _lines(value) if isinstance(value, Iterator) else [json_text(value)[:-1]]
        opening = ",\n"
    yield "\n}\n"


def _lines(rows: Iterator[Any]) -> Iterator[str]:
    opening = "[\n"
    for row in rows:
        yield opening + json_text(row)[:-1]
        opening = ",\n"
    yield "[]" if opening == "[\n" else "\n]"


_COMPACT = json.JSONEncoder(ensure_ascii=False)


def json_text(value: Any, indent: int | None = None) -> str:
    """Return a value as JSON; what a terminal would obey, and bytes of a file name that are no character, stand as escapes."""
    text = json.dumps(value, ensure_ascii=False, indent=indent) if indent else _COMPACT.encode(value)
    return UNPRINTABLE_IN_JSON.sub(_escape, text) + "\n"


def _escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1] if found[0] > "\x7f" else f"\\u{ord(found[0]):04x}"


def as_row(finding: Finding) -> dict[str, Any]:
    """Return a finding as plain data; what is not known is left out."""
    place = finding.place
    row: dict[str, Any] = {
        "severity": finding.severity,
        "reason": finding.reason,
        "source": place.source,
        "line": place.line or None,
        "column": place.column or None,
    }
    if isinstance(finding, Result):
        row |= {
            "focus": terms.value(finding.focus),
            "path": finding.path and terms.value(finding.path),
            "value": finding.value and terms.value(finding.value),
            "shape": terms.value(finding.shape) if finding.shape else None,
            "constraint": finding.constraint,
        }
    return {name: value for name, value in row.items() if value is not None}


def _finding(finding: Finding) -> dict[str, Any]:
    """Return a finding as `as_row` does, with its id, where it ends, and of which kind its terms are."""
    place = finding.place
    row = {"id": identity(finding), **as_row(finding)}
    row |= {name: n for name, n in (("end_line", place.end_line), ("end_column", place.end_column)) if n}
    if finding.exit_code != 1:
        row["exit_code"] = finding.exit_code
    if isinstance(finding, Result):
        if finding.source and finding.source != finding.shape:
            row["source_shape"] = terms.value(finding.source)
        row |= dict(_kind("focus", finding.focus))
        row |= dict(_kind("value", finding.value))
    return row


def _kind(name: str, term: Term | None) -> Iterator[tuple[str, str]]:
    """Yield what tells a literal from an IRI with the same letters: its datatype, and its language."""
    if term is not None and term.startswith('"'):
        literal = terms.parts(term)
        yield f"{name}_datatype", literal.datatype[1:-1]
        if literal.language:
            yield f"{name}_language", literal.language
