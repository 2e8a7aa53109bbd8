"""JUnit's XML, which every CI system shows: a suite for each file, a case for each shape that it meets.

There is no standard; this is what the schema of Jenkins takes, in the part that others understand as well:
https://github.com/jenkinsci/xunit-plugin/blob/master/src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

from kg.errors import Finding, Severity
from kg.reports.files import Files, by_file, checked_part
from kg.reports.wording import Rules, name_of, printable, rule_id, told
from kg.terms import Term
from kg.validation import SH, Result, Rule, ValidationReport

_PROPERTY = f"<{SH}property>"
_TARGETS = frozenset(f"<{SH}{name}>" for name in ("targetClass", "targetNode", "targetSubjectsOf", "targetObjectsOf"))
_READ = "can be read"
# Cases of shapes that hold; for more files than that allows, only what was found is told, and that each file could be read
MOST_PASSED = 50_000
_MOST_LINES = 1_000  # of one case; the others are counted


@dataclass(slots=True)
class _Case:
    """What is said of one shape, or of reading, in one file; `outcome` is an element of JUnit, or "" for a case that passes."""

    name: str
    outcome: str = ""
    grave: list[Finding] = field(default_factory=list)
    other: list[Finding] = field(default_factory=list)

    def add(self, finding: Finding, faulty: Container[Severity]) -> None:
        """Take a finding, which may make the case fail."""
        if finding.severity in faulty:
            self.outcome = "failure" if isinstance(finding, Result) else "error"
            self.grave.append(finding)
        else:
            self.other.append(finding)


def to_junit(report: ValidationReport, strict: bool = False) -> str:
    """Return the report as JUnit's XML; with `strict` warnings are failures as violations are, otherwise they are output.

    A file has a case for being read, which has an error where it cannot be, a case for each shape that was broken, and one that
    passes for each shape with a target that was not, nor any of its properties (as long as there are at most 50,000 of these).
    A file that was not checked, such as a picture, is skipped.
    """
    files = Files()
    checked = dict.fromkeys(files[source] for source in report.checked)
    groups: dict[str, list[Finding]] = {file: [] for file in checked}
    for file, found in by_file(report.findings, files).items():
        groups.setdefault(checked_part(file, checked), []).extend(found)
    rules = Rules(report)
    faulty: frozenset[Severity] = frozenset({"violation", "warning"} if strict else {"violation"})
    shapes = _with_targets(report)
    if len(shapes) * len(checked) > MOST_PASSED:
        shapes = {}
    lines: list[str] = []
    total: Counter[str] = Counter()
    for file, found in groups.items():
        cases = _cases(found, rules, shapes, faulty, file in checked)
        count = Counter(case.outcome for case in cases)
        total += count
        lines += [f'<testsuite name="{_attribute(file)}" {_counts(count)} skipped="{count["skipped"]}">\n']
        lines += [line for case in cases for line in _lines(case, _attribute(file))]
        lines += ["</testsuite>\n"]
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="kg validate" {_counts(total)}>\n'
    return head + "".join(lines) + "</testsuites>\n"


def _counts(count: Counter[str]) -> str:
    return f'tests="{count.total()}" failures="{count["failure"]}" errors="{count["error"]}"'


def _with_targets(report: ValidationReport) -> Mapping[Term, tuple[str, frozenset[Term]]]:
    """Return the shapes that have targets: what their cases are called, and the shapes of their properties."""
    if report.shapes is None:
        return {}
    said = report.shapes.said
    return {
        rule.shape: (_name(rule), frozenset(said[rule.shape].get(_PROPERTY, ())))
        for rule in report.shapes.rules
        if not _TARGETS.isdisjoint(said[rule.shape])
    }


def _name(rule: Rule) -> str:
    name, key = name_of(rule), rule_id(rule.shape)
    return key if name == key else f"{name} ({key})"


def _cases(
    findings: Sequence[Finding],
    rules: Rules,
    shapes: Mapping[Term, tuple[str, frozenset[Term]]],
    faulty: Container[Severity],
    is_checked: bool,
) -> list[_Case]:
    reading, broken = _Case(_READ), dict[Term, _Case]()
    for finding in findings:
        if isinstance(finding, Result):
            rule = rules.of(finding)
            broken.setdefault(rule.shape, _Case(_name(rule))).add(finding, faulty)
        else:
            reading.add(finding, faulty)
    cases = [reading, *broken.values()]
    if not is_checked and all(finding.severity == "info" for finding in findings) and not broken:
        reading.outcome = "skipped"
    elif is_checked and not reading.outcome:  # of what was not read nobody knows whether the shapes hold
        cases += [_Case(name) for shape, (name, own) in shapes.items() if shape not in broken and own.isdisjoint(broken)]
    return cases


def _lines(case: _Case, suite: str) -> Iterator[str]:
    head = f'  <testcase classname="{suite}" name="{_attribute(case.name)}"'
    if not (case.outcome or case.other):
        yield f"{head}/>\n"
        return
    yield f"{head}>\n"
    if case.grave:
        first = case.grave[0]
        more = f" (and {len(case.grave) - 1:,} more)" if len(case.grave) > 1 else ""
        kind = _attribute(first.constraint if isinstance(first, Result) else "read")
        message = _attribute(told(first) + more)
        yield f'    <{case.outcome} type="{kind}" message="{message}">{_told(case.grave)}</{case.outcome}>\n'
    elif case.outcome:
        yield f'    <{case.outcome} message="{_attribute(told(case.other[0]))}"/>\n'
    if case.other:
        yield f"    <system-out>{_told(case.other)}</system-out>\n"
    yield "  </testcase>\n"


def _told(findings: Sequence[Finding]) -> str:
    """Return a line for each finding, as the text for a person has it."""
    lines = [escape(printable(f"{f.place}: {f.severity}: {told(f)}")) for f in findings[:_MOST_LINES]]
    if len(findings) > _MOST_LINES:
        lines.append(f"{len(findings) - _MOST_LINES:,} more")
    return "\n".join(lines)


def _attribute(text: str) -> str:
    return escape(printable(text))
