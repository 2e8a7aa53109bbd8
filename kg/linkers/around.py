"""A text around its names: where known names begin and end, where sentences open, which lines are headlines."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from kg.linkers.sports import SportWords
from kg.linkers.words import FUNCTION_WORDS

# A longer line is no headline; what looks at the text around a name looks no farther, so that a long line takes no longer
_LONGEST_TITLE = 300
# Characters after which a sentence, a line, an item or a quotation begins, with what may stand between
_OPENINGS = frozenset(".!?:;…\n“”\"«([•*–—-'’„¿¡")


@dataclass(frozen=True)
class Around:
    """A text with what its names need to know of each other.

    `begins` are the offsets where actors and treaties begin that the vocabulary has, `ends` where known names end, `states`
    where those of states end.
    """

    text: str
    language: str | None
    begins: frozenset[int]
    ends: frozenset[int]
    states: frozenset[int] = frozenset()

    @cached_property
    def sports(self) -> SportWords:
        """Where the text speaks of sport."""
        return SportWords(self.text)

    @cached_property
    def lower_words(self) -> frozenset[str]:
        """The words that the text has in lower case: with a capital they only open a sentence."""
        return frozenset(word for word in self.text.split(" ") if word.islower())

    @property
    def is_english(self) -> bool:
        """Tell whether the text is in English, as far as we know."""
        return self.language in (None, "en")


def opens_sentence(text: str, begin: int) -> bool:
    """Tell whether a sentence, a line or a quotation begins there."""
    while begin and text[begin - 1] in " \t":
        begin -= 1
    return not begin or text[begin - 1] in _OPENINGS


def is_title_line(text: str, begin: int) -> bool:
    """Tell whether the line has a capital on nearly each of its longer words, as headlines have."""
    first = text.rfind("\n", max(0, begin - _LONGEST_TITLE), begin) + 1
    last = text.find("\n", begin, begin + _LONGEST_TITLE)
    if first == 0 and begin > _LONGEST_TITLE:
        return False
    return last - first <= _LONGEST_TITLE and _is_title(text[first : last if last >= 0 else begin + _LONGEST_TITLE])


@lru_cache(maxsize=256)
def _is_title(line: str) -> bool:
    words = [word for word in re.findall(r"[^\W\d_]{4,}", line) if word.lower() not in FUNCTION_WORDS]
    return len(words) >= 3 and sum(word[0].isupper() for word in words) >= 0.8 * len(words) and not line.rstrip().endswith(".")
