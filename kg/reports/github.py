"""Annotations of a workflow of GitHub: commands on standard output that its runner reads.

https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from kg.errors import Finding, Place, Severity
from kg.reports.files import STDIN, file_of, is_address, path_below
from kg.reports.text import totals
from kg.reports.wording import Rules, gravity, printable, told
from kg.validation import Result, ValidationReport

_LEVELS: Mapping[Severity, str] = {"violation": "error", "warning": "warning", "info": "notice"}
# How many annotations of each level GitHub shows of a step
_SHOWN = 10


def to_github(report: ValidationReport) -> str:
    """Return GitHub's workflow commands, escaped as its runner unescapes them, so that no text can forge one.

    The gravest come first, since GitHub shows ten of each level; where there are more, a notice tells the totals.
    """
    rules, files = Rules(report), _Files()
    lines = [_command(finding, rules, files) for finding in sorted(report.findings, key=gravity)]
    count = Counter(finding.severity for finding in report.findings)
    if any(number > _SHOWN for number in count.values()):
        # Before the other notices, of which it would be the eleventh
        lines.insert(
            len(lines) - count["info"],
            f"::notice title=kg::{_message(f'{totals(report)}; GitHub shows {_SHOWN} of each kind here, the log has all')}\n",
        )
    return "".join(lines)


class _Files(dict[str, str]):
    """What an annotation of a source has as its file, looked up once; "" where the source is no file."""

    def __missing__(self, source: str) -> str:
        file = file_of(source)
        self[source] = "" if is_address(file) or file == STDIN else path_below(file) or file
        return self[source]


def _command(finding: Finding, rules: Rules, files: _Files) -> str:
    words, properties = told(finding), dict[str, str]()
    if file := files[finding.place.source]:
        properties = {"file": file, **{name: str(n) for name, n in _region(finding.place).items()}}
    else:
        words = f"{finding.place}: {words}"
    if isinstance(finding, Result):
        properties["title"] = rules.name(finding)
    elif not properties:
        properties["title"] = "kg"
    written = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{_LEVELS[finding.severity]} {written}::{_message(words)}\n"


def _region(place: Place) -> dict[str, int]:
    """Return lines and columns, as far as they are known; GitHub takes columns only within one line."""
    numbers = {"line": place.line, "endLine": place.end_line}
    if place.end_line in (0, place.line):
        numbers |= {"col": place.column, "endColumn": place.end_column}
    return {name: number for name, number in numbers.items() if number}


def _message(text: str) -> str:
    return printable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _message(text).replace(":", "%3A").replace(",", "%2C")
