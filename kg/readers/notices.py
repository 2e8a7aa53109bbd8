"""Copyright lines: the year and the holders."""

from __future__ import annotations

import re
from typing import NamedTuple

from kg.readers.names import split_names

NOTICE = re.compile(r"(?:copyright\b\s*(?:©|\(c\)|\d{4}|by\b|(?-i:[A-Z]))|©|\(c\)\s*\d{4})", re.IGNORECASE)
_LEAD = re.compile(r"(?:\s|copyright\b|©|\(c\)|by\b|[,.;:])+", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:1[6-9]|20)\d\d\b(?:\s*[-–]\s*(?:\d{4}|\d\d|present)\b)?")
_TAIL = re.compile(r"[.,;]?\s*(?:all rights reserved|some rights reserved|tous droits réservés)\b.*\Z", re.IGNORECASE | re.DOTALL)
_LONGEST = 300
_LONGEST_WITHOUT_YEAR = 80


class Notice(NamedTuple):
    """Ranges of a copyright line: the year (the first of several) and each holder."""

    year: tuple[int, int] | None
    holders: list[tuple[int, int]]


def is_notice(text: str) -> bool:
    """Tell whether a paragraph is a copyright line, and not a sentence about copyright."""
    if not NOTICE.match(text) or len(text) > _LONGEST:
        return False
    return (
        len(text) <= _LONGEST_WITHOUT_YEAR
        or _YEAR.search(text[:_LONGEST_WITHOUT_YEAR]) is not None
        or _TAIL.search(text) is not None
    )


def parse(text: str) -> Notice:
    """Return where year and holders stand in a line such as "Copyright © A. Bee, Example Press, 2019"."""
    end = len(_TAIL.sub("", text))
    stop_mark = re.search(r"\.\s+(?=[A-Z][a-z]+\s+[a-z])", text[:end])  # a sentence begins: "Reprinted with consent."
    end = stop_mark.start() if stop_mark else end
    year = _YEAR.search(text, 0, end)
    holders: list[tuple[int, int]] = []
    stretches = [(0, end)] if year is None else [(0, year.start()), (year.end(), end)]
    for begin, stop in stretches:
        lead = _LEAD.match(text, begin, stop)
        for low, high in split_names(text, lead.end() if lead else begin, stop):
            name = text[low:high].strip(" .,;:")
            if name and not name.isdigit():
                start = text.index(name, low)
                holders.append((start, start + len(name)))
    return Notice((year.start(), year.start() + 4) if year else None, holders)
