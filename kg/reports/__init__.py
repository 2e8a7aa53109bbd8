"""What was found becomes text for a person, annotations for a CI system, or data for a program. A row in `REPORTS` each."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kg.reports.collapsing import Collapsing, collapsed
from kg.reports.explanation import to_explanation
from kg.reports.github import to_github
from kg.reports.json import as_row, json_pieces, json_text, to_json
from kg.reports.junit import to_junit
from kg.reports.markdown import to_markdown
from kg.reports.sarif import to_sarif
from kg.reports.text import to_text, totals
from kg.reports.turtle import to_turtle
from kg.reports.wording import printable, reason, told
from kg.validation import ValidationReport

Report = Callable[[ValidationReport], str]
REPORTS: Mapping[str, Report] = {
    "text": to_text,
    "github": to_github,
    "sarif": to_sarif,
    "junit": to_junit,
    "json": to_json,
    "turtle": to_turtle,
    "markdown": to_markdown,
}

__all__ = [
    "REPORTS",
    "Collapsing",
    "Report",
    "as_row",
    "collapsed",
    "json_pieces",
    "json_text",
    "printable",
    "reason",
    "to_explanation",
    "to_github",
    "to_json",
    "to_junit",
    "to_markdown",
    "to_sarif",
    "to_text",
    "to_turtle",
    "told",
    "totals",
]
