"""Articles made up for measuring: as many as asked for, no two alike, and the same in every run.

    python benchmarks/corpus.py COUNT FOLDER

Each is Markdown with front matter, put together from phrases of our own in seven languages (`phrases.py`), with names that the
vocabulary has, so that there is something to link. How long the articles and their parts are, how many links, authors, themes
and so on they have, is distributed as in 2,096 posts of 18F and Digital.gov (Markdown, public domain; those with a date and at
least 50 words), counted on 2026-11-23; how many names, as `kg` found them in 400 of these. What those posts do not vary is our
choice: their languages, the days, and the fields in `_RARE`; each article has an author, where the posts may have none. An article
depends on its number alone, so a smaller corpus is the beginning of a larger one.
"""

from __future__ import annotations

import json
import sys
from bisect import bisect
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import NamedTuple

from phrases import FIRST_NAMES, LANGUAGES, LAST_NAMES, LICENSES, PUBLISHERS, SITES, TAGS, Phrases

from kg import terms, vocabulary
from kg.terms import Term

# What at most so much of a hundred posts had (`_PERCENT`): words, links, authors …
_PERCENT = (0, 10, 25, 50, 75, 90, 95, 99, 100)
_WORDS = (50, 157, 274, 515, 872, 1382, 1945, 5040, 8611)
_TITLE_WORDS = (4, 5, 6, 7, 10, 12, 13, 16, 21)
_SUMMARY_WORDS = (1, 15, 22, 38, 55, 55, 57, 72, 106)
_PARAGRAPH_WORDS = (1, 9, 20, 39, 62, 87, 103, 143, 459)
_ITEM_WORDS = (1, 3, 5, 10, 19, 35, 49, 88, 526)
_LINK_WORDS = (1, 1, 2, 3, 5, 7, 9, 15, 80)
_LINKS = (0, 1, 3, 6, 10, 17, 24, 47, 167)
_HEADINGS = (0, 0, 0, 1, 4, 7, 10, 25, 55)
_ITEMS = (0, 0, 0, 3, 8, 16, 26, 72, 206)
_STRONG = (0, 0, 0, 1, 4, 10, 17, 71, 188)
_EMPHASISED = (0, 0, 0, 1, 3, 5, 9, 21, 206)
_IMAGES = (0, 0, 0, 0, 0, 0, 1, 9, 183)
_AUTHORS = (1, 1, 1, 1, 2, 3, 4, 6, 15)
_THEMES = (0, 0, 0, 2, 3, 4, 6, 8, 22)
_TAGS = (0, 0, 0, 0, 0, 4, 4, 6, 10)
_NAMES = (0, 0, 0, 1, 4, 10, 16, 37, 73)
# How many of a hundred posts have the time of day, a summary, an original elsewhere; and the fields that are our choice
_TIMED, _SUMMARISED, _REPUBLISHED = 78, 98, 4
_RARE = {"publisher": 25, "modified": 10, "canonical_url": 30, "license": 20, "regions": 15, "id": 10, "named headline": 30}

# A sentence has so many words on average, and at most such a share of them has a name
_SENTENCE_WORDS, _MOST_NAMED = 10, 0.6
_DAYS, _FIRST_DAY = 5_500, date(2010, 1, 1)
_A_FOLDER = 500
_KINDS = frozenset({terms.STATE, terms.BLOC, terms.TREATY, terms.ORGANIZATION, terms.PERSON, terms.INITIATIVE, terms.REGION})


class Source(NamedTuple):
    """An article: where it stands in the corpus, and its text."""

    path: str
    text: str


class Names:
    """Names of entities in one language: some that everybody speaks of, and many that are rare."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._bounds = list(accumulate(1 / (place + 4) for place in range(1, len(names) + 1)))

    def one(self, chance: Random) -> str:
        """Return a name."""
        return self._names[bisect(self._bounds, chance.random() * self._bounds[-1])]


class Corpus:
    """Makes articles, each from its number."""

    def __init__(self) -> None:
        words = vocabulary.load()
        labels = {language: [*_labels(words, _KINDS, language)] for language in LANGUAGES}
        for found in labels.values():
            Random(7).shuffle(found)
        self._names = {language: Names(found) for language, found in labels.items()}
        self._themes = Names(sorted(_labels(words, {terms.THEME}, "en")))
        self._regions = Names(sorted(_labels(words, {terms.REGION, terms.STATE}, "en")))

    def article(self, number: int) -> Source:
        """Return the article of this number."""
        chance = Random(f"article {number}")
        language = chance.choices(tuple(LANGUAGES), [found.share for found in LANGUAGES.values()])[0]
        writer = _Writer(chance, LANGUAGES[language], self._names[language])
        headline = writer.headline(number)
        front = "\n".join(self._front(number, chance, language, headline, writer))
        return Source(f"{number // _A_FOLDER:04}/{number:07}.md", f"---\n{front}\n---\n\n{writer.body()}\n")

    def _front(self, number: int, chance: Random, language: str, headline: str, writer: _Writer) -> Iterator[str]:
        """Yield the lines of the front matter."""
        has = {name: chance.random() * 100 < share for name, share in _RARE.items()}
        yield f"title: {_quoted(headline)}"
        # Articles of one day differ in what their headlines begin with, so no two have one address
        day = _FIRST_DAY + timedelta(days=number * 7919 % _DAYS)
        moment = f" {chance.randrange(6, 23):02}:{chance.randrange(60):02}:00 -0500"
        yield f"date: {day}{moment if _happens(chance, _TIMED) else ''}"
        if has["modified"]:
            yield f"modified: {day + timedelta(days=chance.randrange(1, 400))}"
        if language != "en" or _happens(chance, 30):
            yield f"lang: {language}"
        if has["id"]:
            yield f"id: notes/{number:07}"
        authors = {f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}": None for _ in range(_draw(chance, _AUTHORS))}
        yield from _listed("authors", authors)
        yield from _listed("topics", {self._themes.one(chance): None for _ in range(_draw(chance, _THEMES))})
        yield from _listed("tags", {chance.choice(TAGS): None for _ in range(_draw(chance, _TAGS))})
        if has["regions"]:
            yield from _listed("regions", {self._regions.one(chance): None for _ in range(chance.randint(1, 3))})
        if _happens(chance, _SUMMARISED):
            yield f"summary: {_quoted(writer.text(_draw(chance, _SUMMARY_WORDS)))}"
        if has["publisher"]:
            yield f"publisher: {_quoted(chance.choice(PUBLISHERS))}"
        if has["canonical_url"]:
            yield f"canonical_url: {_address(chance)}"
        if has["license"]:
            yield f"license: {chance.choice(LICENSES)}"
        if _happens(chance, _REPUBLISHED):
            yield f"original:\n  publisher: {_quoted(chance.choice(PUBLISHERS))}\n  url: {_address(chance)}"

    def write(self, folder: Path, count: int) -> Path:
        """Write the first so many articles below a folder. Returns it."""
        for number in range(count):
            source = self.article(number)
            path = folder / source.path
            if number % _A_FOLDER == 0:
                path.parent.mkdir(parents=True)
            path.write_text(source.text, encoding="utf-8", newline="\n")
        return folder


class _Writer:
    """Writes one article."""

    def __init__(self, chance: Random, phrases: Phrases, names: Names) -> None:
        self._chance = chance
        self._phrases = phrases
        self._names = names
        self._length = _draw(chance, _WORDS)
        self._named = min(_draw(chance, _NAMES) * _SENTENCE_WORDS / self._length, _MOST_NAMED)

    def headline(self, number: int) -> str:
        """Return a headline of which the beginning is that of the number."""
        phrases, chance = self._phrases, self._chance
        text = _capital(phrases.subjects[number % len(phrases.subjects)])
        if _happens(chance, _RARE["named headline"]):
            return f"{text}: {chance.choice(phrases.frames).format(e=self._names.one(chance))}"
        text = f"{text} {chance.choice(phrases.predicates)}"
        return f"{text} {chance.choice(phrases.endings)}" if len(text.split()) < _draw(chance, _TITLE_WORDS) else text

    def text(self, length: int) -> str:
        """Return sentences of about so many words together; the last is cut short."""
        words: list[str] = []
        while len(words) < length:
            words.extend(self._sentence().split())
        text = " ".join(words[: max(length, 1)]).rstrip(".,;:،؛")
        return f"{text}."

    def _sentence(self) -> str:
        phrases, chance = self._phrases, self._chance
        if chance.random() < self._named:
            frame = chance.choice(phrases.frames).format(e=self._names.one(chance))
            return f"{frame}{self._joined()}." if _happens(chance, 40) else f"{frame}."
        text = f"{chance.choice(phrases.subjects)} {chance.choice(phrases.predicates)}"
        if _happens(chance, 25):
            opener = chance.choice(phrases.openers)
            text = f"{opener} {text}" if opener[-1] == ":" else f"{opener}, {text}"
        return _capital(f"{text}{self._joined() if _happens(chance, 35) else ''}.")

    def _joined(self) -> str:
        phrases, chance = self._phrases, self._chance
        if _happens(chance, 50):
            return f" {chance.choice(phrases.endings)}"
        return f"{chance.choice(phrases.joiners)} {chance.choice(phrases.subjects)} {chance.choice(phrases.predicates)}"

    def body(self) -> str:
        """Return the paragraphs, headings and lists, with links and emphasis in them."""
        chance = self._chance
        length = self._length
        items = [self.text(_draw(chance, _ITEM_WORDS)) for _ in range(min(_draw(chance, _ITEMS), length // 25))]
        left = length - sum(len(item.split()) for item in items)
        paragraphs = []
        while left > 0 or not paragraphs:
            paragraphs.append(self.text(min(_draw(chance, _PARAGRAPH_WORDS), max(left, 5))))
            left -= len(paragraphs[-1].split())
        texts = [*items, *paragraphs]
        self._mark(texts, length)
        items, paragraphs = texts[: len(items)], texts[len(items) :]
        headings = min(_draw(chance, _HEADINGS), len(paragraphs) - 1)
        for place in chance.sample(range(1, len(paragraphs)), headings):
            paragraphs[place] = f"## {_capital(chance.choice(self._phrases.subjects))}\n\n{paragraphs[place]}"
        self._insert(paragraphs, items)
        for _ in range(min(_draw(chance, _IMAGES), len(paragraphs))):
            paragraphs[chance.randrange(len(paragraphs))] += f"\n\n![{chance.choice(TAGS)}]({_address(chance)}.png)"
        return "\n\n".join(paragraphs)

    def _mark(self, texts: list[str], length: int) -> None:
        """Put links, strong and emphasised words into the texts, where these are long enough."""
        chance = self._chance
        links = min(_draw(chance, _LINKS), length // 12)
        marks = ["**"] * min(_draw(chance, _STRONG), length // 40) + ["*"] * min(_draw(chance, _EMPHASISED), length // 40)
        words = [text.split(" ") for text in texts]
        free = [list(range(len(found))) for found in words]
        for mark in [*[""] * links, *marks]:
            place = chance.randrange(len(texts))
            if not free[place]:
                continue
            begin = chance.choice(free[place])
            end = min(begin + _draw(chance, _LINK_WORDS), len(words[place]))
            if not all(n in free[place] for n in range(begin, end)):
                end = begin + 1
            free[place] = [n for n in free[place] if not begin <= n < end]
            words[place][begin] = f"{mark or '['}{words[place][begin]}"
            words[place][end - 1] += mark or f"]({_address(chance)})"
        texts[:] = map(" ".join, words)

    def _insert(self, paragraphs: list[str], items: Sequence[str]) -> None:
        """Put the items as lists of up to eight behind paragraphs."""
        chance = self._chance
        while items:
            size = chance.randint(2, 8)
            mark = "1." if _happens(chance, 25) else "-"
            paragraphs[chance.randrange(len(paragraphs))] += "\n\n" + "\n".join(f"{mark} {item}" for item in items[:size])
            items = items[size:]


def _labels(words: vocabulary.Vocabulary, kinds: frozenset[Term] | set[Term], language: str) -> Iterator[str]:
    """Yield the preferred labels of the entities of these types in a language, or else in English; in order of IRI."""
    for entity in sorted(words):
        if kinds.isdisjoint(words.types(entity)):
            continue
        found = [terms.parts(s.object) for s in words.statements(entity) if s.predicate == terms.PREF_LABEL]
        by_language = {label.language: label.text for label in found}
        if name := by_language.get(language) or by_language.get("en"):
            yield name


def _draw(chance: Random, values: Sequence[float]) -> int:
    """Return a number that is distributed like what these were counted of, evenly between two of them."""
    percent = chance.random() * 100
    place = bisect(_PERCENT, percent) - 1
    low, high = values[place], values[place + 1]
    return round(low + (high - low) * (percent - _PERCENT[place]) / (_PERCENT[place + 1] - _PERCENT[place]))


def _happens(chance: Random, share: float) -> bool:
    return chance.random() * 100 < share


def _address(chance: Random) -> str:
    return f"{chance.choice(SITES)}{chance.choice(TAGS).replace(' ', '-')}/{chance.randrange(10_000)}"


def _listed(name: str, values: dict[str, None]) -> Iterator[str]:
    if values:
        yield f"{name}:"
        yield from (f"  - {_quoted(value)}" for value in values)


def _quoted(text: str) -> str:
    """Return a text in quotes, as YAML and JSON both write it."""
    return json.dumps(text, ensure_ascii=False)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


if __name__ == "__main__":
    Corpus().write(Path(sys.argv[2]), int(sys.argv[1]))
