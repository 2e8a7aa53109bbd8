"""Where words stand by themselves in an article's prose."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.article import Article


def words(article: Article, phrase: str) -> Iterator[tuple[int, int]]:
    """Yield where a phrase stands as whole words, outside of code."""
    text, first = article.text, phrase.partition(" ")[0]
    stretches: list[tuple[int, int]] = []
    pattern = re.compile(r"\s+".join(map(re.escape, phrase.split())) + r"(?!\w)")
    begin = text.find(first)
    while begin >= 0:
        found = pattern.match(text, begin)
        if found and not (begin and (text[begin - 1].isalnum() or text[begin - 1] == "_")):
            stretches = stretches or list(article.prose())
            if any(start <= begin and found.end() <= stop for start, stop in stretches):
                yield begin, found.end()
        begin = text.find(first, begin + 1)
