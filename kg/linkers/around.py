"""A text around its names: where known names begin and end, where sentences open, which lines are headlines."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property, lru_cache

from kg.linkers.sports import SportWords
from kg.linkers.words import FUNCTION_WORDS

_OLD_YEAR = re.compile(r"1(?:[0-7]\d\d|80\d|81[0-4])(?!\d)")
_BEFORE_DIGITS = frozenset("0123456789.,")
# A longer line is no headline; what looks at the text around a name looks no farther, so that a long line takes no longer
_LONGEST_TITLE = 300
# Characters after which a sentence, a line, an item or a quotation begins, with what may stand between
_OPENINGS = frozenset(".!?:;…\n“”\"«([•*–—-'’„¿¡")


class Facts:
    """What is asked of a whole text, found out when it is asked for the first time."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def sports(self) -> SportWords:
        """Where the text speaks of sport."""
        return SportWords(self._text)

    @cached_property
    def _headlines(self) -> list[tuple[int, int]]:
        """Where the lines begin and end that have a capital on nearly each of their longer words."""
        found, begin = [], 0
        for line in self._text.split("\n"):
            if len(line) <= _LONGEST_TITLE and not line.endswith((".", ". ")) and _is_title(line):
                found.append((begin, begin + len(line)))
            begin += len(line) + 1
        return found

    def is_headline(self, begin: int) -> bool:
        """Tell whether what begins there stands in a headline."""
        index = bisect_right(self._headlines, (begin, len(self._text))) - 1
        return index >= 0 and begin < self._headlines[index][1]

    @cached_property
    def has_old_years(self) -> bool:
        """Tell whether the text names a year before 1815."""
        return any(self._text[year.start() - 1 : year.start()] not in _BEFORE_DIGITS for year in _OLD_YEAR.finditer(self._text))

    @cached_property
    def lower_words(self) -> frozenset[str]:
        """The words that the text has in lower case: with a capital they only open a sentence."""
        return frozenset(filter(str.islower, self._text.split(" ")))


@lru_cache(maxsize=4)
def facts(text: str) -> Facts:
    """Return the facts of a text, the same for each linker that asks for them."""
    return Facts(text)


@dataclass(frozen=True, slots=True)
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

    @property
    def facts(self) -> Facts:
        """What is asked of the whole text."""
        return facts(self.text)

    @property
    def is_english(self) -> bool:
        """Tell whether the text is in English, as far as we know."""
        return self.language in (None, "en")


def opens_sentence(text: str, begin: int) -> bool:
    """Tell whether a sentence, a line or a quotation begins there."""
    while begin and text[begin - 1] in " \t":
        begin -= 1
    return not begin or text[begin - 1] in _OPENINGS


def _is_title(line: str) -> bool:
    words = [word for word in re.findall(r"[^\W\d_]{4,}", line) if word.lower() not in FUNCTION_WORDS]
    return len(words) >= 3 and sum(word[0].isupper() for word in words) >= 0.8 * len(words)
