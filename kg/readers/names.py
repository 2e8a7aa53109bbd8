"""Names in bylines and copyright lines: where one ends and the next begins, and which are organizations."""

from __future__ import annotations

import re
from collections.abc import Sequence

_SEPARATOR = re.compile(
    r"\s*(?:[,;|]|/|\s&\s|\s[–—]\s|\s(?:and|et|und|with)(?:\s|\Z))\s*(?:(?:and|et|und|with)\s+)?", re.IGNORECASE
)
_SUFFIX = re.compile(r"(?:jr|sr|ph\.?\s?d|m\.?d|esq|ii|iii|iv|obe|mbe|dphil|ma|msc|mba|jd)\.?", re.IGNORECASE)
_ABBREVIATED_END = re.compile(r"(?:\A|[\s.])(?:[A-Z]|jr|sr|ph\.?\s?d|m\.?d|esq|inc|ltd|co)\.\Z", re.IGNORECASE)
_PLACE = re.compile(r"(?<=\S)\s+in\s+[A-Z][\w.'’ -]*\Z")
# What follows "By" in a headline that is no byline
_PHRASE = re.compile(r"the\s+(?:book|end|numbers|people|sea|time|way)\b", re.IGNORECASE)
_ORGANIZATION_END = re.compile(
    r"\b(?:agency|alliance|associates|association|board|bureau|cent(?:er|re)|coalition|collective|commission|committee|company|"
    r"council|department|desk|editors?|federation|forum|foundation|fund|gazette|group|herald|initiative|institute|journal|"
    r"magazine|media|ministry|network|news|newsroom|office|organi[sz]ation|press|project|research|review|service|society|staff|"
    r"team|times|tribune|union|university|writers?|inc\.?|ltd\.?|gmbh)\Z",
    re.IGNORECASE,
)
_ORGANIZATION_START = re.compile(
    r"(?:the|staff|editorial|special\s+to|(?:agency|association|bureau|cent(?:er|re)|commission|committee|council|department|"
    r"foundation|institute|ministry|office|university)\s+(?:of|for|on))\s",
    re.IGNORECASE,
)


def split_names(text: str, begin: int = 0, end: int | None = None) -> list[tuple[int, int]]:
    """Return begin and end of each name in a list of names such as "A. Bee, C. Dee, PhD and E. Eff".

    A place behind a person's name ("A. Bee in Oslo") is not of the name.
    """
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
    return [(low, _person_end(text, low, high)) for low, high in ranges]


def _person_end(text: str, begin: int, end: int) -> int:
    name = text[begin:end]
    place = _PLACE.search(name)
    is_person = place is not None and len(name[: place.start()].split()) > 1 and not is_organization(name[: place.start()])
    return begin + place.start() if place and is_person else end


def look_like_names(names: Sequence[str]) -> bool:
    """Tell whether these can be names in a byline: they begin with a capital and do not end like a sentence."""
    return bool(names) and all(_looks_like_name(name) for name in names)


def _looks_like_name(name: str) -> bool:
    if len(name) > 100 or _PHRASE.match(name) or (name.endswith(".") and not _ABBREVIATED_END.search(name)):
        return False
    if name[0].islower():
        return _ORGANIZATION_END.search(name) is not None and re.search(r"\b[A-Z]", name) is not None
    return name[0].isalpha() and (len(name) <= 60 or is_organization(name))


def is_organization(name: str) -> bool:
    """Tell whether a byline's name is an organization's by its words ("Staff", "Ministry of …"), not a person's."""
    return bool(_ORGANIZATION_END.search(name) or _ORGANIZATION_START.match(name))
