"""Where the sentence around some words begins and ends."""

from __future__ import annotations

import re

_SENTENCE_END = re.compile(r"[.!?…。！？]+[\"'”’»)\]]*(?=\s|\Z)|\n\n")
# A sentence is looked for no farther to either side, in characters
_REACH = 2000


def sentence(text: str, begin: int, end: int, reach: int = _REACH) -> tuple[int, int]:
    """Return begin and end of the sentence around `text[begin:end]`, cut where it is longer than `reach` to either side."""
    found = _SENTENCE_END.finditer(text, max(0, begin - reach), min(len(text), end + reach))
    # What goes on in small letters ("(really!) and …") has not ended
    ends = [match.end() for match in found if match[0].isspace() or not text[match.end() : match.end() + 3].lstrip()[:1].islower()]
    first = max((stop for stop in ends if stop <= begin), default=max(0, begin - reach))
    last = min((stop for stop in ends if stop >= end), default=min(len(text), end + reach))
    return first + len(text[first:begin]) - len(text[first:begin].lstrip()), end + len(text[end:last].rstrip())
