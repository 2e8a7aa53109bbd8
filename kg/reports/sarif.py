"""SARIF 2.1.0, which code scanning reads.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/sarif-v2.1.0-errata01-os-complete.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kg import terms
from kg.errors import Finding, Place, Severity
from kg.reports.files import STDIN, file_of, path_below, uri
from kg.reports.json import json_text, json_with_rows
from kg.reports.markdown import code, plain
from kg.reports.wording import Rules, cut, name_of, printable, reason, rule_id, told
from kg.terms import Term
from kg.validation import Result, Rule, ValidationReport, identity
from kg.version import VERSION

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_LEVELS: Mapping[Severity, str] = {"violation": "error", "warning": "warning", "info": "note"}
_PROBLEMS: Mapping[Severity, str] = {"violation": "error", "warning": "warning", "info": "recommendation"}
# What code scanning takes of a rule: https://docs.github.com/code-security/reference/code-scanning/sarif-files/sarif-support
_LONGEST_NAME, _LONGEST_DESCRIPTION = 255, 1024
_BRACKET = re.compile(r"[\[\]]")
_READ = {
    "id": "read",
    "name": "input",
    "shortDescription": {"text": "An input that could not be read or used as it is."},
    "fullDescription": {"text": "What could not be read was not checked. Mend the input at the place that is named."},
    "help": {"text": "No shape found this: the input itself is at fault. Mend it at the place that is named."},
    "defaultConfiguration": {"level": "error"},
    "properties": {"tags": ["input"], "problem.severity": "error"},
}


def to_sarif(report: ValidationReport) -> str:
    """Return a SARIF log of one run: a rule for each shape, a result for each thing found.

    What is wrong with an input is a result of the rule `read`; a note on one, such as a file that was skipped, is a notification
    of the tool, and so is what a baseline has and this run has not: code scanning would show an absent result as an open alert.
    There is no `automationDetails`, by which a run would take no `category` when it is uploaded; and no clock.
    """
    rules, artifacts = Rules(report), _Artifacts()
    results = [finding for finding in report.findings if not _is_note(finding)]
    known = {rule.shape: rule for rule in report.shapes.rules} if report.shapes else {}
    known |= {rule.shape: rule for rule in (rules.of(f) for f in results if isinstance(f, Result)) if rule.shape not in known}
    descriptors = [_READ, *map(_descriptor, known.values())]
    index = {shape: number for number, shape in enumerate(known, 1)}
    run = {
        "tool": {"driver": {"name": "kg", "version": VERSION, "rules": descriptors}},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {_ROOT: {"description": {"text": "The folder in which kg ran."}}},
        "invocations": [
            {
                # That a fault was found is a success; that the disk or the network failed is none
                "executionSuccessful": all(finding.exit_code != 3 for finding in report.findings),
                "toolExecutionNotifications": list(_notifications(report, artifacts)),
            }
        ],
    }
    state = {"baselineState": "new"} if report.known or report.mended else {}
    rows = (_result(finding, rules, index, artifacts) | state for finding in results)
    inner = json_with_rows(run, "results", rows)
    return f'{{"$schema": {json_text(_SCHEMA)[:-1]}, "version": "2.1.0", "runs": [{inner[:-1]}]}}\n'


def _is_note(finding: Finding) -> bool:
    return finding.severity == "info" and not isinstance(finding, Result)


def _notifications(report: ValidationReport, artifacts: _Artifacts) -> Iterator[dict[str, Any]]:
    for finding in filter(_is_note, report.findings):
        yield {
            "level": "note",
            "message": _text(reason(finding)),
            "locations": [{"physicalLocation": _physical(finding.place, artifacts)}],
        }
    for key, why in report.mended:
        yield {"level": "note", "message": _text(f"mended: {cut(why)}"), "properties": {"id": key}}


def _text(words: str) -> dict[str, str]:
    """Return a message of plain text; brackets that would make a link of it (section 3.11.6) are escaped."""
    text = printable(cut(words))
    return {"text": _BRACKET.sub(r"\\\g<0>", text) if "](" in text else text}


# --- rules ---------------------------------------------------------------------------------------------------------------------
def _descriptor(rule: Rule) -> dict[str, Any]:
    key, name = rule_id(rule.shape), name_of(rule)
    words = printable(rule.message) or f'The data do not fit the shape "{printable(name)}".'
    about = [("Shape", key), ("Severity", rule.severity), *([("Declared at", str(rule.place))] if rule.place else [])]
    lines = "\n".join(f"{what}: {printable(value)}" for what, value in about)
    rows = "\n".join(f"- {what}: {code(value)}" for what, value in about)
    return {
        "id": cut(key, _LONGEST_NAME),
        "name": cut(name, _LONGEST_NAME),
        "shortDescription": {"text": cut(_first_sentence(words), _LONGEST_DESCRIPTION)},
        "fullDescription": {"text": cut(words, _LONGEST_DESCRIPTION)},
        "help": {"text": f"{cut(words)}\n\n{lines}", "markdown": f"{plain(cut(words))}\n\n{rows}"},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {
            "tags": ["SHACL"],
            "precision": "very-high",
            "problem.severity": _PROBLEMS[rule.severity],
            "shape": terms.value(rule.shape),
        },
    }


def _first_sentence(words: str) -> str:
    first, stop, _ = words.partition(". ")
    return first + stop.strip()


# --- results -------------------------------------------------------------------------------------------------------------------
def _result(finding: Finding, rules: Rules, index: Mapping[Term, int], artifacts: _Artifacts) -> dict[str, Any]:
    location: dict[str, Any] = {"physicalLocation": _physical(finding.place, artifacts)}
    row: dict[str, Any] = {"ruleId": _READ["id"], "ruleIndex": 0}
    properties: dict[str, str] = {}
    if isinstance(finding, Result):
        rule = rules.of(finding)
        row = {"ruleId": cut(rule_id(rule.shape), _LONGEST_NAME), "ruleIndex": index[rule.shape]}
        location["logicalLocations"] = [{"fullyQualifiedName": cut(terms.value(finding.focus)), "kind": "resource"}]
        named = {"constraint": f"<{finding.constraint}>", "focus": finding.focus, "path": finding.path, "value": finding.value}
        properties = {name: cut(term) for name, term in named.items() if term}
    row |= {
        "level": _LEVELS[finding.severity],
        "message": _text(told(finding)),
        "locations": [location],
        "partialFingerprints": {"kg/v1": identity(finding)},
    }
    if properties:
        row["properties"] = properties
    return row


class _Artifacts(dict[str, dict[str, Any]]):
    """The artifact location of each source, made once."""

    def __missing__(self, source: str) -> dict[str, Any]:
        file = file_of(source)
        artifact: dict[str, Any] = {"uri": uri(file)}
        if file == STDIN:
            artifact["description"] = {"text": "standard input"}
        elif path_below(file) is not None:
            artifact["uriBaseId"] = _ROOT
        self[source] = artifact
        return artifact


def _physical(place: Place, artifacts: _Artifacts) -> dict[str, Any]:
    artifact, region = artifacts[place.source], _region(place)
    return {"artifactLocation": artifact, "region": region} if region else {"artifactLocation": artifact}


def _region(place: Place) -> dict[str, int]:
    """Return the region of a place, as far as it is known; columns end after the last character, as ours do."""
    if not place.line:
        return {}
    region = {"startLine": place.line}
    if place.column:
        region["startColumn"] = place.column
    if (place.end_line, place.end_column) >= (place.line, place.column) and place.end_line:
        region["endLine"] = place.end_line
        if place.end_column and place.column:
            region["endColumn"] = place.end_column
    return region
