"""Where words stand by themselves in an article's prose."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from kg.article import Article


class Prose:
    """The stretches of an article in which names are looked for: everything but code."""

    def __init__(self, article: Article) -> None:
        self._stretches = sorted(article.prose())

    def has(self, begin: int, end: int) -> bool:
        """Tell whether words lie in one stretch."""
        index = bisect_right(self._stretches, (begin, len(self._stretches) and self._stretches[-1][1])) - 1
        return index >= 0 and self._stretches[index][0] <= begin and end <= self._stretches[index][1]


def words(article: Article, phrase: str) -> Iterator[tuple[int, int]]:
    """Yield where a phrase stands as whole words, outside of code."""
    text, first = article.text, phrase.partition(" ")[0]
    pattern = re.compile(r"\s+".join(map(re.escape, phrase.split())) + r"(?!\w)")
    prose: Prose | None = None
    begin = text.find(first)
    while begin >= 0:
        found = pattern.match(text, begin)
        if found and not (begin and (text[begin - 1].isalnum() or text[begin - 1] == "_")):
            prose = prose or Prose(article)
            if prose.has(begin, found.end()):
                yield begin, found.end()
        begin = text.find(first, begin + 1)
