"""A report for a person: a line a finding, by file; and the line of totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from kg.errors import SEVERITIES, Finding, Severity
from kg.reports.files import Files, by_file, checked_part
from kg.reports.wording import Rules, counted, cut, printable, rule_id, short, told
from kg.terms import Term
from kg.validation import SH, Result, ValidationReport, identity

_CODES: dict[Severity, str] = {"violation": "31", "warning": "33", "info": "34"}
_BOLD, _GREEN = "1", "32"
_LONGEST_TERM = 300


def to_text(report: ValidationReport, colour: bool = False, details: bool = False) -> str:
    """Return a line for each finding, `path:line:column: severity: reason`; nothing that a terminal would obey.

    Findings stand by file, with a blank line between files. `colour` adds the codes with which a terminal shows severities in
    colour; `details` adds, indented, the shape, the constraint, focus node, path and value, and the finding's stable id.
    """
    rules = Rules(report)
    groups = [
        "".join(line for finding in group for line in _lines(finding, rules, colour, details))
        for group in by_file(report.findings).values()
    ]
    if report.mended:
        word = _painted("mended", _GREEN, colour)
        groups.append("".join(f"{word}: {printable(cut(reason))} [{printable(key)}]\n" for key, reason in report.mended))
    return "\n".join(groups)


def _lines(finding: Finding, rules: Rules, colour: bool, details: bool) -> Iterator[str]:
    place = printable(str(finding.place))
    if place.lstrip().startswith("::"):
        place = f"./{place}"  # or else GitHub's runner would take a file's name for a command
    severity = _painted(finding.severity, _CODES[finding.severity], colour)
    yield f"{_painted(place, _BOLD, colour)}: {severity}: {printable(told(finding))}\n"
    if details:
        yield from (f"    {name}: {printable(value)}\n" for name, value in _details(finding, rules))


def _painted(text: str, code: str, colour: bool) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if colour else text


def _details(finding: Finding, rules: Rules) -> Iterator[tuple[str, str]]:
    if isinstance(finding, Result):
        rule = rules.of(finding)
        name, key = rules.name(finding), rule_id(rule.shape)
        yield "shape", cut(key if name == key else f"{name} ({key})", _LONGEST_TERM)
        yield "constraint", _short(f"<{finding.constraint}>")
        yield "focus node", _short(finding.focus)
        if finding.path:
            yield "path", _short(finding.path)
        if finding.value is not None:
            yield "value", _short(finding.value)
    yield "id", identity(finding)


def _short(term: Term) -> str:
    if term.startswith(f"<{SH}"):
        return f"sh:{term[len(SH) + 1 : -1]}"
    return short(term, _LONGEST_TERM)


def totals(report: ValidationReport) -> str:
    """Return how much was found, and in how many of the files that were checked.

    `3 violations, 1 warning in 2 of 13 files; 2 known, 1 mended`; `no faults in 13 files` where there is nothing to tell.
    """
    files = Files()
    checked = dict.fromkeys(files[source] for source in report.checked)
    faulty = {checked_part(files[finding.place.source], checked) for finding in report.findings}
    everything = len(faulty | checked.keys())
    severities = Counter(finding.severity for finding in report.findings)
    words = ", ".join(counted(severities[name], name) for name in SEVERITIES if severities[name]) or "no faults"
    if faulty and len(faulty) < everything:
        words += f" in {len(faulty):,} of {counted(everything, 'file')}"
    elif everything:
        words += f" in {counted(everything, 'file')}"
    numbers = [(report.known, "known"), (len(report.mended), "mended")]
    baseline = ", ".join(f"{number:,} {name}" for number, name in numbers if number)
    return f"{words}; {baseline}" if baseline else words
