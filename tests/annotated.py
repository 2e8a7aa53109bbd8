"""Texts with their mentions marked, `[Moscow|state:russia]`: what `tests/linking/` holds.

A passage begins with `== its name`, then what its article declares (`language: fr`, `region:`, `theme:`), an empty line and the
text. `[words|?]` may be linked or not, `[words|?state:chad]` to that entity or not at all; what is not marked may not be linked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from kg import linkers, readers, terms
from kg.article import Article, Datum, Record
from kg.vocabulary import Vocabulary

FOLDER = Path(__file__).parent / "linking"
_MARK = re.compile(r"\[([^\[\]|]+)\|([^\[\]|]*)\]")
# What is found or expected: begin, end, entity as a compact IRI
Span = tuple[int, int, str]


@dataclass(frozen=True)
class Passage:
    """A text, what its article declares, the mentions it has, and those that may be there or not ("": of whatever entity)."""

    name: str
    article: Article
    expected: frozenset[Span]
    optional: frozenset[Span]

    def found(self, words: Vocabulary, preferences: linkers.Preferences = linkers.DEFAULT) -> frozenset[Span]:
        """Return what `kg` links."""
        mentions = linkers.link(self.article, words, preferences).mentions
        return frozenset((m.begin, m.end, terms.shorten(m.entity)) for m in mentions)

    def judge(self, found: frozenset[Span]) -> tuple[frozenset[Span], frozenset[Span], frozenset[Span]]:
        """Return what is right, what is wrong, and what is missing."""
        wrong = {span for span in found - self.expected if not any(_allows(mark, span) for mark in self.optional)}
        return found & self.expected, frozenset(wrong), self.expected - found

    def show(self, span: Span) -> str:
        """Return a span with the words around it."""
        text = self.article.text
        return f"{self.name}: …{text[max(0, span[0] - 30) : span[0]]}[{text[slice(*span[:2])]}|{span[2]}]{text[span[1] :][:30]}…"


def _allows(mark: Span, found: Span) -> bool:
    """Tell whether a link lies inside the words of an optional mark and means what that says, if it says anything."""
    return mark[0] <= found[0] and found[1] <= mark[1] and mark[2] in ("", found[2])


def passages(path: Path) -> Iterator[Passage]:
    """Yield the passages of a file."""
    for block in re.split(r"^== ", path.read_text("utf-8"), flags=re.MULTILINE)[1:]:
        head, _, body = block.partition("\n\n")
        name, *lines = head.split("\n")
        said = dict(line.split(": ", 1) for line in lines if line)
        yield _passage(f"{path.stem}: {name}", said, body.strip() + "\n")


def _passage(name: str, said: dict[str, str], marked: str) -> Passage:
    text, position = "", 0
    expected: set[Span] = set()
    optional: set[Span] = set()
    for mark in _MARK.finditer(marked):
        text += marked[position : mark.start()]
        target = optional if mark[2].startswith("?") else expected
        target.add((len(text), len(text) + len(mark[1]), mark[2].removeprefix("?")))
        text += mark[1]
        position = mark.end()
    article = readers.read(Record("passage.txt", "text", (text + marked[position:]).encode()))
    article = replace(
        article,
        language=Datum(said.get("language", "en")),
        regions=tuple(Datum(part) for part in said.get("region", "").split("; ") if part),
        themes=tuple(Datum(part) for part in said.get("theme", "").split("; ") if part),
    )
    return Passage(name, article, frozenset(expected), frozenset(optional))
