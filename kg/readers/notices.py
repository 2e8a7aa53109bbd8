"""Copyright lines: the year and the holders."""

from __future__ import annotations

import re
from typing import NamedTuple

from kg.readers.names import split_names

NOTICE = re.compile(r"(?:copyright\b\s*(?:©|\(c\)|\d{4}|by\b|[A-Z])|©|\(c\)\s*\d{4})", re.IGNORECASE)
_LEAD = re.compile(r"(?:\s|copyright\b|©|\(c\)|by\b|[,.;:])+", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:1[6-9]|20)\d\d\b(?:\s*[-–]\s*(?:\d{4}|\d\d)\b)?")
_TAIL = re.compile(r"[.,;]?\s*(?:all rights reserved|some rights reserved|tous droits réservés)\b.*\Z", re.IGNORECASE | re.DOTALL)


class Notice(NamedTuple):
    """Ranges of a copyright line: the year (the first of several) and each holder."""

    year: tuple[int, int] | None
    holders: list[tuple[int, int]]


def parse(text: str) -> Notice:
    """Return where year and holders stand in a line such as "Copyright © A. Bee, Example Press, 2019"."""
    end = len(_TAIL.sub("", text))
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
