"""Names in bylines and copyright lines: where one ends and the next begins, and which are organizations."""

from __future__ import annotations

import re

_SEPARATOR = re.compile(r"\s*(?:[,;&/|]|\s(?:and|et|und)\s)\s*(?:(?:and|et|und)\s+)?", re.IGNORECASE)
_SUFFIX = re.compile(r"(?:jr|sr|ph\.?\s?d|m\.?d|esq|ii|iii|iv|obe|mbe|dphil|ma|msc|mba|jd)\.?", re.IGNORECASE)
_ORGANIZATION_END = re.compile(
    r"\b(?:agency|alliance|associates|association|board|bureau|cent(?:er|re)|coalition|collective|commission|committee|council|"
    r"department|desk|editors?|foundation|fund|initiative|institute|ministry|network|news|newsroom|office|organi[sz]ation|"
    r"press|project|research|review|service|society|staff|team|union|university|writers?)\Z",
    re.IGNORECASE,
)
_ORGANIZATION_START = re.compile(
    r"(?:the|staff|editorial|(?:agency|association|bureau|cent(?:er|re)|commission|committee|council|department|foundation|"
    r"institute|ministry|office|university)\s+(?:of|for|on))\s",
    re.IGNORECASE,
)


def split_names(text: str, begin: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Return begin and end of each name in a list of names such as "A. Bee, C. Dee, PhD and E. Eff"."""
    end = len(text) if end is None else end
    ranges: list[tuple[int, int]] = []
    start = begin
    for separator in [*_SEPARATOR.finditer(text, begin, end), None]:
        stop = separator.start() if separator else end
        if text[start:stop].strip():
            if ranges and _SUFFIX.fullmatch(text[start:stop].strip()):
                ranges[-1] = (ranges[-1][0], stop)
            else:
                ranges.append((start, stop))
        start = separator.end() if separator else end
    return ranges


def is_organization(name: str) -> bool:
    """Tell whether a byline's name is an organization's by its words ("Staff", "Ministry of …"), not a person's."""
    return bool(_ORGANIZATION_END.search(name) or _ORGANIZATION_START.match(name))
