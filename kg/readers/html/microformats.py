"""What a page claims by the classes of microformats: hAtom (`hentry`) and h-entry."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache, partial

from kg.readers.html import itemclaims, values
from kg.readers.html.claims import Claim
from kg.readers.html.items import Item, Word, word_of
from kg.readers.html.nearest import Nearest
from kg.readers.html.page import Element, Page

_SIGN = re.compile(rb"h-?entry")
_PROPERTIES = {
    "entry-title": "entry-title",
    "p-name": "entry-title",
    "published": "dt-published",
    "dt-published": "dt-published",
    "updated": "dt-updated",
    "dt-updated": "dt-updated",
    "entry-summary": "entry-summary",
    "p-summary": "entry-summary",
    "u-url": "u-url",
    "p-category": "p-category",
}
_COMMENTS = frozenset({"comment", "comments", "comment-list", "commentlist", "comments-area", "comment-body", "h-cite"})
_AUTHORS = frozenset({"author", "byline", "post-author", "entry-author"})
_ENTRIES = frozenset({"hentry", "h-entry"})
_WANTED = _ENTRIES | _COMMENTS | _AUTHORS | _PROPERTIES.keys() | {"p-author", "vcard"}


def claims(page: Page) -> Iterator[Claim]:
    """Yield what the page's own entry says by its classes."""
    if _SIGN.search(page.record.body):
        yield from itemclaims.claims(page, _entries(page), "microformat", "microdata")


def _entries(page: Page) -> list[Item]:
    owners: Nearest[Item | None] = Nearest(None)
    entries = []
    for element in page.root.iter():
        classes = _classes(element.get("class") or "")
        if not classes and (element.tag != "a" or element.get("rel") is None):
            continue
        if classes & _ENTRIES:
            entry = Item(partial(values.located, page, element), ("hentry",))
            entries.append(entry)
            owners.marks[element] = entry
        elif classes & _COMMENTS:
            owners.marks[element] = None
        elif (owner := owners.around(element)) is not None:
            _take(page, owner, element, classes)
            if "p-author" in classes or "vcard" in classes:
                owners.marks[element] = None
    return entries


@lru_cache(maxsize=1000)
def _classes(given: str) -> frozenset[str]:
    """Return those classes that tell something; many elements have the same."""
    return _WANTED.intersection(given.split())


def _take(page: Page, entry: Item, element: Element, classes: frozenset[str]) -> None:
    """Add to an entry what an element in it says."""
    if "p-author" in classes or ("vcard" in classes and classes & _AUTHORS):
        shown = next((e for e in element.iter() if {"fn", "p-name"} & set((e.get("class") or "").split())), element)
        _add(page, entry, "p-author", shown)
        return
    for name in dict.fromkeys(_PROPERTIES[found] for found in classes if found in _PROPERTIES):
        if name != "entry-title" or "p-name" not in classes or "entry-title" not in entry.properties:
            _add(page, entry, name, element)
    relations = set((element.get("rel") or "").lower().split())
    if "bookmark" in relations:
        entry.add("u-url", Word(element.get("href") or "", partial(values.located, page, element)))
    elif "category" in relations:
        _add(page, entry, "articleSection", element)
    elif "tag" in relations:
        _add(page, entry, "p-category", element)


def _add(page: Page, entry: Item, name: str, element: Element) -> None:
    word = word_of(page, element, name == "u-url")
    if word:
        entry.add(name, word)
