"""What a page shows in the order of its source: bylines, dates, tags and notices, without comments and what it links to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from lxml import etree

from kg.article import Datum, Span
from kg.readers.html import marks, values
from kg.readers.html.marks import Kind, Kinds
from kg.readers.html.page import Element, Page

_SKIPPED = frozenset(
    "script style noscript nav svg select template iframe button textarea object video audio head math option".split()
)
_FRAME = frozenset({"html", "body", "main"})
_BLOCKS = frozenset("p div li td h1 h2 h3 h4 h5 h6 section article header footer address dd dt figcaption small".split())
_NO_TEXT = frozenset({"script", "style", "noscript", "svg", "template"})
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# Between words stand, at most, so many times as many spaces
_SPACES = 20
_WORD = re.compile(r"\w+")
# A name stands in a line of its own, or with a few words more
_LONGEST_NAME_LINE, _BESIDE_NAME = 150, 60
# Bounds for pages made to be slow; real ones stay far below
_MOST_PIECES, _FAR = 50, 20
_MOST_SIGHTINGS, _MOST_LINES, _MOST_CHECKS, _MOST_EVENTS, _DEEPEST = 5_000, 20_000, 30, 1_000, 60


class Sighting(NamedTuple):
    """An element that shows something of the article: what by its markup or words, and before it how many characters stand."""

    kind: Kind
    element: Element
    position: int


@dataclass(slots=True)
class View:
    """The sightings of a page in order; `title` is where its title stands (None: nowhere), `lines` are its short texts."""

    sightings: list[Sighting] = field(default_factory=list)
    title: int | None = None
    lines: list[str] = field(default_factory=list)

    def shows(self, name: str) -> bool:
        """Tell whether a name stands in a short text."""
        words = _spaced(name)
        if words.isspace():
            return False
        last, longest = words.split()[-1], len(words) + _BESIDE_NAME
        return any(words in _spaced(line) for line in self.lines if len(line) <= longest and last in line.lower())

    def of(self, *kinds: Kind) -> Iterator[Sighting]:
        """Yield the sightings of these kinds in order."""
        return (sighting for sighting in self.sightings if sighting.kind in kinds)


def quote(page: Page, element: Element, text: str, evidence: str) -> Datum:
    """Return a text that an element shows, with its place: from its first words to its last where tags stand between them."""
    tag = f"<{element.tag}"
    span = values.located(page, element, text, tag)
    if page.record.body[slice(*span)] != text.encode():
        pieces = [piece for words in islice(element.itertext(), _MOST_PIECES) if (piece := str(words).strip()) and piece in text]
        if len(pieces) > 1:
            first = values.located(page, element, pieces[0], tag)
            last = values.located(page, element, pieces[-1], begin=first.end)
            span = Span(first.begin, last.end) if first.begin < last.end <= first.begin + _FAR * len(text) else span
    return Datum(text, span, evidence)


def lines_of(element: Element, most: int = 2_000) -> list[str]:
    """Return the lines of an element's text as blocks and line breaks part it, at most so many characters."""
    parts, length, longest = list[str](), 0, _SPACES * (most + 1)
    if next(element.iterchildren(), None) is None:
        # Most elements asked about have no others in them; len would count all
        words = " ".join(_CONTROL.sub(" ", "" if element.tag in _NO_TEXT else (element.text or "")[:longest]).split())
        return [words] if words else []
    for event, inner in islice(etree.iterwalk(element, events=("start", "end")), _MOST_EVENTS):
        tag, is_start = inner.tag, event == "start"
        text = (None if tag in _NO_TEXT else inner.text) if is_start else inner.tail if inner is not element else None
        if tag in _BLOCKS or (is_start and tag == "br"):
            parts.append("\n")
        if text:
            text = text[:longest]
            words = " ".join(text.split())
            lead, tail = " " if text[0].isspace() else "", " " if words and text[-1].isspace() else ""
            parts.append(f"{lead}{words}{tail}")
            length += len(words)
        if length > most:
            break
    shown = _CONTROL.sub(" ", "".join(parts))
    return [" ".join(line.split()) for line in shown.split("\n") if line.strip()]


def look(root: Element, title: Element | None) -> View:
    """Return what a page shows; comments, menus, and the like are passed over unless the title stands in them."""
    return _Looking(root, title).view


class _Looking:
    """A walk through a page; `view` is what was seen."""

    def __init__(self, root: Element, title: Element | None) -> None:
        self.view = View()
        self._position = 0
        self._path = {title, *title.iterancestors()} if title is not None else set()
        self._named: dict[tuple[str | None, str | None], tuple[bool, Kinds]] = {}
        self._paragraphs = sum(1 for _ in root.iterdescendants("p"))
        self._checks = 0
        walker = etree.iterwalk(root, events=("start",))
        for _, element in walker:
            if element is title:
                self.view.title = self._position
            if not self._see(element):
                walker.skip_subtree()
            # What follows an element is shown by the one around it
            if words := (element.tail or "").strip():
                self._read(words, element.getparent())

    def _see(self, element: Element) -> bool:
        """Note what an element shows; tell whether what is in it may be the article's."""
        kinds = self._kinds(element)
        if kinds is None:
            if element.tag == "footer":
                for inner in element.iter():
                    if inner.text and marks.COPYRIGHT.match(inner.text):
                        self._note(("copyright",), inner)
            return False
        self._note(kinds, element)
        if words := (element.text or "").strip():
            self._read(words, element)
        return True

    def _note(self, kinds: Kinds, element: Element) -> None:
        if kinds and len(self.view.sightings) < _MOST_SIGHTINGS:
            self.view.sightings += (Sighting(kind, element, self._position) for kind in kinds)

    def _read(self, words: str, owner: Element | None) -> None:
        if owner is None:
            return
        self._note(marks.by_words(words), owner)
        if len(words) <= _LONGEST_NAME_LINE and len(self.view.lines) < _MOST_LINES:
            self.view.lines.append(words)
        self._position += len(words)

    def _kinds(self, element: Element) -> Kinds | None:
        """Return what an element shows by its tag and names; None for one that is no part of the article with all in it."""
        tag = element.tag
        if tag in _SKIPPED or (tag == "footer" and _is_of_site(element) and not marks.is_header(element)):
            return None
        if tag in _FRAME:
            return ()
        is_noise, kinds = self._by_names(element)
        is_noise = is_noise or tag in ("form", "blockquote") or (tag == "figure" and not kinds) or marks.is_hidden(element)
        if is_noise and element not in self._path and not self._is_main(element):
            return None
        return (*marks.by_tag(element), *kinds) if tag in ("a", "time") else kinds

    def _by_names(self, element: Element) -> tuple[bool, Kinds]:
        """Return what the class and id of an element say; most elements of a page have those of another."""
        names = element.get("class"), element.get("id")
        found = self._named.get(names)
        if found is None:
            found = self._named[names] = marks.by_names(element)
        return found

    def _is_main(self, element: Element) -> bool:
        """Tell whether most of the paragraphs, or of a form the first heading, are in an element: then it is no noise."""
        self._checks += 1
        if self._checks > _MOST_CHECKS:
            return False
        if element.tag == "form" and element.find(".//h1") is not None:
            return True
        half = islice(element.iterdescendants("p"), self._paragraphs // 2, None)
        return self._paragraphs > 2 and next(half, None) is not None


def _spaced(text: str) -> str:
    return f" {' '.join(_WORD.findall(text.lower()))} "


def _is_of_site(footer: Element) -> bool:
    """Tell whether a footer is the site's: it stands in no article and no main part."""
    return not any(element.tag in ("article", "main", "section") for element in islice(footer.iterancestors(), _DEEPEST))
