"""Who wrote it, by what the page shows: links to authors, bylines, lines such as "By A. Bee", and boxes about the author."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import islice
from typing import NamedTuple

from kg.readers import dates
from kg.readers.html.byleads import BY, LABELLED, SURE_BY, TAIL
from kg.readers.html.bynames import clean, from_box
from kg.readers.html.page import Element
from kg.readers.html.visible import Sighting, View, lines_of
from kg.readers.names import is_person

_LONGEST_BYLINE, _SHORT_LINE = 250, 50
_MOST_LINES = 8
# How far up it is looked whether one element stands in another
_DEEPEST = 60
# How far a byline may stand from the title, in characters shown
_BEFORE, _NEAR, _BEHIND, _BESIDE = 600, 500, 3_000, 150
_DATELINE_GAP = re.compile(r"\s*[|•·–—]\s*|\s[-/]\s|,\s|\bStand\b:?|\buhr\b", re.IGNORECASE)
_LONGEST_DATELINE = 120
# Such a box has a heading, a date and a sentence or two
_BOX_DEPTH, _LONGEST_BOX, _MOST_TEXTS = 3, 400, 50
_OTHER_ROLE = re.compile(
    r"\b(?:review|edit|translat|photo|illustrat|check|bearbeit|übersetz|lektor|redigiert|foto)\w*\s(?:by|von|par|por)\s?:?\s{0,9}\Z",
    re.IGNORECASE,
)
_SHORT_BY, _LONGEST_AROUND = 3, 100
_NO_PERSON = re.compile(
    r"\b(?:published|updated|posted|modified|created|edited|veröffentlicht|aktualisiert|monday|tuesday|wednesday|thursday|friday|saturday|sunday|"
    r"montag|dienstag|mittwoch|donnerstag|freitag|samstag|sonntag)\b",
    re.IGNORECASE,
)


class Byline(NamedTuple):
    """Names that stand together, the element that shows them, how sure that is, and where."""

    names: list[str]
    element: Element
    kind: str
    position: int


def bylines(view: View) -> list[Byline]:
    """Return the bylines of a page in order: the innermost elements that show names, each name once in each."""
    found: list[Byline] = []
    tried = set[tuple[Element, str]]()
    for sighting in reversed(list(view.of("author link", "people link", "byline", "by"))):
        # Reversed, so what is inside comes before what is around it
        if (sighting.element, sighting.kind) in tried:
            continue
        tried.add((sighting.element, sighting.kind))
        if any(_is_inside(line.element, sighting.element) for line in found[-6:]):
            continue
        names, element = _names(sighting)
        is_found = element is not sighting.element and any(_is_inside(line.element, element) for line in found[-6:])
        if names and not is_found:
            found.append(Byline(names, element, sighting.kind, sighting.position))
    return found[::-1]


def _is_inside(inner: Element, outer: Element) -> bool:
    return inner is outer or any(element is outer for element in islice(inner.iterancestors(), _DEEPEST))


def authors(view: View, heading: Element | None) -> list[Byline]:
    """Return the bylines of the article itself: the first near the title, and what stands directly beside it.

    `heading` is the element of the title. Where no byline is found, a box about the author may name him.
    """
    near = (view.title or 0) + _NEAR
    lines = [line for line in bylines(view) if line.position <= near or not is_teaser(line.element, heading)]
    return _of_article(lines, view) or _datelines(view) or _boxes(view)


def _of_article(lines: list[Byline], view: View) -> list[Byline]:
    if view.title is not None:
        title = view.title
        near = [line for line in lines if title - _BEFORE <= line.position <= title + _BEHIND]
        lines = sorted(near, key=lambda line: line.position < title) or [line for line in lines if line.position >= title]
    if not lines:
        return []
    first = lines[0]
    title = view.title or 0
    if first.kind == "people link" and (first.position > title + _NEAR or view.title is None):
        return []
    if first.kind == "by" and first.position > title + _BEHIND:
        far = [line for line in lines if line.position > title + _BEHIND]
        first = next((line for line in far if _is_labelled(line.element)), first)
        return [first] if _is_labelled(first.element) or (far == [first] and _is_whole(first)) else []
    beside = [line for line in lines[1:] if line.kind == first.kind and abs(line.position - first.position) <= _BESIDE]
    beside = [line for line in beside if not _OTHER_ROLE.search(_before(line.element))]
    return [first, *(line for line in beside if _stand_together(first.element, line.element) and all(map(is_person, line.names)))]


def _is_labelled(element: Element) -> bool:
    return any(LABELLED.match(line) for line in lines_of(element, _LONGEST_BYLINE))


def _is_whole(line: Byline) -> bool:
    """Tell whether the element of a byline shows its words and persons' names: not only a label, as beside a book's title."""
    return all(map(is_person, line.names)) and any(line.names[0] in text for text in lines_of(line.element, _LONGEST_BYLINE))


def is_teaser(element: Element, heading: Element | None) -> bool:
    """Tell whether an element stands in a short box with a linked heading that is not the title: in a link to another article."""
    if heading is None:
        return False
    for box in islice(element.iterancestors(), _BOX_DEPTH):
        if box is heading or _is_inside(heading, box) or sum(map(len, lines_of(box, _LONGEST_BOX))) >= _LONGEST_BOX:
            return False
        for other in islice(box.iter("h2", "h3", "h4", "h5"), _MOST_LINES):
            outer = other.getparent()
            is_link = other.find(".//a[@href]") is not None or (outer is not None and outer.tag == "a")
            if is_link and not _is_inside(element, other) and not _is_inside(other, element):
                return True
    return False


def _boxes(view: View) -> list[Byline]:
    """Return the person whom the only box about an author names."""
    found = list[Byline]()
    for sighting in view.of("bio", "box"):
        lines = lines_of(sighting.element, _LONGEST_BOX)[:_MOST_LINES]
        if sighting.kind == "box" and len(lines) == 1:
            lines = [*lines, *_following(sighting.element)[1]]
        names = from_box(lines)
        if names and names not in [line.names for line in found]:
            found.append(Byline(names, sighting.element, "author box", sighting.position))
    return found if len(found) == 1 else []


def _datelines(view: View) -> list[Byline]:
    """Return the person named beside the date ("3 May 2019 | Ann Bee"), near the title."""
    if view.title is None:
        return []
    for sighting in view.of("date", "text date", "bio"):
        if not view.title - _NEAR <= sighting.position <= view.title + _NEAR:
            continue
        for line in lines_of(sighting.element, _LONGEST_BYLINE)[:_MOST_LINES]:
            if len(line) <= _LONGEST_DATELINE and (names := _beside_date(line)) and _are_names(sighting.element, names):
                return [Byline(names, sighting.element, "dateline", sighting.position)]
    return []


def _are_names(element: Element, names: Sequence[str]) -> bool:
    """Tell whether each name stands in one text of a dateline, and not in a link that no "by" leads to: a theme's."""
    links = list[Element]()
    for link in islice(element.iter("a"), _MOST_LINES):
        if not BY.fullmatch(_before(link).strip(" \t\r\n|·•-–—,")):
            links.append(link)
    themes = {" ".join(lines_of(link, _LONGEST_DATELINE)) for link in links}
    texts = [" ".join(str(text).split()) for text in islice(element.itertext(), _MOST_TEXTS)]
    return not themes.intersection(names) and all(any(name in text for text in texts) for name in names)


def _before(element: Element) -> str:
    """Return the words directly before an element."""
    previous, outer = element.getprevious(), element.getparent()
    words = previous.tail if previous is not None else outer.text if outer is not None else ""
    return (words or "")[-_LONGEST_AROUND:]


def _beside_date(line: str) -> list[str]:
    """Return the person's name that stands in a line beside a date."""
    found = list(dates.find(line, "de"))
    if not found:
        return []
    begin, end, _ = found[0]
    for piece in (line[:begin], line[end:]):
        pieces = [part.strip(" ,;:()") for part in _DATELINE_GAP.split(piece)]
        people = [name for part in pieces if part for name in clean(part, False) if is_person(name) and not _NO_PERSON.search(name)]
        people = people or [
            name for part in pieces if BY.match(part) and len(part.split()) <= _SHORT_BY for name in clean(part, True)
        ]
        if people:
            return people
    return []


def _stand_together(first: Element, second: Element) -> bool:
    """Tell whether two elements have a parent or grandparent in common."""
    above = [element for _, element in zip(range(3), first.iterancestors(), strict=False)]
    return any(element in above for _, element in zip(range(3), second.iterancestors(), strict=False))


def _names(sighting: Sighting) -> tuple[list[str], Element]:
    """Return the names that an element shows, nothing where its words do not look like names, and the element that has them."""
    element, is_sure = sighting.element, sighting.kind in ("author link", "byline")
    lines = lines_of(element, _LONGEST_BYLINE * 2)
    if sighting.kind == "by":
        lines, is_alone = _from_by(lines)
        if is_alone:
            element, lines = _around(element) or _following(element)
            lines, is_sure = lines[:1], len("".join(lines[:1])) <= _SHORT_LINE
    elif sum(map(len, lines)) > _LONGEST_BYLINE:
        return [], element
    for line in lines[:_MOST_LINES]:
        names = clean(line, is_sure or (len(line) <= _LONGEST_AROUND and SURE_BY.match(line) is not None))
        if names:
            return names, element
    return [], element


def _from_by(lines: list[str]) -> tuple[list[str], bool]:
    """Return the line that begins with "By", with the next where the word stands alone, and whether it is all there is."""
    for index, line in enumerate(lines):
        match = BY.match(line)
        if match is None:
            tail = TAIL.search(line)
            if tail is None:
                continue
            return [line[tail.end() :]], False
        if match.end() == len(line):
            return ([f"{line} {lines[index + 1]}"], False) if index + 1 < len(lines) else ([], True)
        return [line], False
    return [], False


def _around(element: Element) -> tuple[Element, list[str]] | None:
    """Return the short line around an element that shows "By" alone ("By <b>Ann</b> <b>Bee</b>"), and the element that has it."""
    outer = element.getparent()
    lines = lines_of(outer, _LONGEST_BYLINE) if outer is not None else []
    line, is_alone = _from_by(lines)
    return (outer, line) if outer is not None and line and not is_alone and sum(map(len, lines)) <= _LONGEST_AROUND else None


def _following(element: Element) -> tuple[Element, list[str]]:
    """Return the first lines behind an element, in its parent or that one's, and the element that has them."""
    for outer in (element, *islice(element.iterancestors(), _BOX_DEPTH)):
        if outer.tail and outer.tail.strip():
            return element, [" ".join(outer.tail.split())[:_LONGEST_BYLINE]]
        for sibling in islice(outer.itersiblings(), _MOST_LINES):
            if isinstance(sibling.tag, str) and (lines := lines_of(sibling, _LONGEST_BYLINE)):
                return sibling, lines
            if sibling.tail and sibling.tail.strip():
                return element, [" ".join(sibling.tail.split())[:_LONGEST_BYLINE]]
    return element, []
