"""The words of a finding for people: on one line, nothing that a terminal or a CI system would obey, and never endless."""

from __future__ import annotations

import re
from collections.abc import Mapping

from kg import terms
from kg.errors import Finding, Severity
from kg.rdf import is_blank
from kg.terms import Term
from kg.validation import SHAPES, Result, Rule, ValidationReport, is_unnamed
from kg.validation.messages import shown

# What people read of a reason; the forms for programs hold all of it
LONGEST = 2_000
_LONGEST_NAME = 200

# Controls, directions, what cannot be seen, and what is no character (as bytes of a file name are). The two joiners stay: they
# are spelling in Persian and in the scripts of India. `##[` and `##vso[` begin a command in a log of Azure or GitHub, and
# `##teamcity[` in one of TeamCity, wherever they stand in a line.
_UNSEEN = (
    "\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f"
)
_COMMAND = r"(?<=#)#(?=(?:vso|teamcity)?\[)"
_UNPRINTABLE = re.compile(rf"[\x00-\x1f{_UNSEEN}]|{_COMMAND}")
# Within JSON, which has escaped the others and whose lines end as lines do
UNPRINTABLE_IN_JSON = re.compile(rf"[{_UNSEEN}]|{_COMMAND}")


def printable(text: str) -> str:
    """Return the text with control and direction characters as escapes, so that a source cannot steer a terminal."""
    return _UNPRINTABLE.sub(_escape, text)


def _escape(found: re.Match[str]) -> str:
    code = ord(found[0])
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def cut(text: str, most: int = LONGEST) -> str:
    """Return a text of at most so many characters; one that was longer ends in an ellipsis."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def reason(finding: Finding) -> str:
    """Return the reason, with the node at fault where no line tells it."""
    if isinstance(finding, Result) and not finding.place.line:
        return f"{finding.reason} ({short(finding.focus, _LONGEST_NAME)})"
    return finding.reason


def short(term: Term, most: int) -> str:
    """Return an IRI as our prefixes make it, any other term as it is, of at most so many characters."""
    return cut(terms.compact(term) if term.startswith("<") and len(term) < most else term, most)


def told(finding: Finding, most: int = LONGEST) -> str:
    """Return the reason as `reason` does, and the value at fault where the words do not hold it; not yet printable."""
    words = cut(reason(finding), most)
    if not isinstance(finding, Result) or finding.value is None or finding.value == finding.focus:
        return words
    if is_blank(finding.value) or is_unnamed(finding.value) or _holds(finding.reason, finding.value):
        return words
    return f"{words} (found: {shown(finding.value)})"


_QUOTES = (('"', '"'), ("'", "'"), ("“", "”"), ("‘", "’"), ("«", "»"), ("<", ">"), ("`", "`"))
_FEW, _MANY = 4, 40


def _holds(text: str, value: Term) -> bool:
    """Tell whether a message has the value: as it is, as messages show it, or, of a long one, its beginning."""
    name = terms.value(value)
    if len(name) > _MANY:
        return name[:_MANY] in text
    if shown(value) in text or any(f"{begin}{name}{end}" in text for begin, end in _QUOTES):
        return True
    return len(name) >= _FEW and _has_word(text, name)  # "1" or "en" stands in many a message that does not mean it


def _has_word(text: str, name: str) -> bool:
    start = text.find(name)
    while start >= 0:
        end = start + len(name)
        if not (text[max(start - 1, 0) : start].isalnum() or text[end : end + 1].isalnum()):
            return True
        start = text.find(name, start + 1)
    return False


def rule_id(shape: Term) -> str:
    """Return a shape's name for programs: `shapes:NAME` for ours, else as short as our prefixes make it; without brackets."""
    if shape.startswith(f"<{SHAPES}"):
        return f"shapes:{shape[len(SHAPES) + 1 : -1]}"
    return terms.compact(shape).strip("<>")


class Rules:
    """What the shapes of a report are called, and which of them a result has broken."""

    def __init__(self, report: ValidationReport) -> None:
        self._known: Mapping[Term, Rule] = {rule.shape: rule for rule in report.shapes.rules} if report.shapes else {}

    def of(self, result: Result) -> Rule:
        """Return the rule that a result has broken; a shape that nobody declared has one made from what the result says."""
        shape = result.shape or result.source or f"<{result.constraint}>"
        return self._known.get(shape) or Rule(shape, "", "", result.severity, None)

    def name(self, result: Result) -> str:
        """Return what people call the shape: its `sh:name` or label, else its IRI, short."""
        return name_of(self.of(result))


def name_of(rule: Rule) -> str:
    """Return what people call a rule."""
    declared = rule.name if not rule.name.startswith("<") else ""
    return cut(declared or ("unnamed shape" if is_unnamed(rule.shape) else rule_id(rule.shape)), _LONGEST_NAME)


_GRAVITY: Mapping[Severity, int] = {"violation": 0, "warning": 1, "info": 2}


def gravity(finding: Finding) -> int:
    """Return a number that is smaller the graver the finding is."""
    return _GRAVITY[finding.severity]


def counted(number: int, name: str) -> str:
    """Return a number with the noun that it counts: `1 file`, `2,000 files`."""
    return f"{number:,} {name}{'s' * (number != 1)}"
