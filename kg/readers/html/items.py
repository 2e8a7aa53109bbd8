"""Items: the things described in a page, in one form whether JSON-LD, microdata, RDFa or microformats describe them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import NamedTuple

from kg.article import Span
from kg.readers.blocks import one_line
from kg.readers.html import values
from kg.readers.html.page import Element, Page


class Word(NamedTuple):
    """A value that is text: as written, where (a piece of) it stands, and the address that it links to, if any."""

    text: str
    place: Callable[[str], Span]
    address: str = ""


@dataclass(slots=True, eq=False)
class Item:
    """A thing described in a page. Types and properties of schema.org have bare names, others a prefix ("sioc:has_creator").

    `label` gives the words shown of it, for an item that names no name.
    """

    place: Callable[[str], Span]
    types: tuple[str, ...] = ()
    id: str = ""
    properties: dict[str, list[Value]] = field(default_factory=dict)
    label: Callable[[], str] | None = None

    def add(self, name: str, value: Value) -> None:
        """Add a value of a property."""
        self.properties.setdefault(name, []).append(value)

    def all(self, *names: str) -> Iterator[tuple[str, Value]]:
        """Yield name and value of these properties, in the order asked for."""
        for name in names:
            for value in self.properties.get(name, ()):
                yield name, value

    def items(self, *names: str) -> Iterator[Item]:
        """Yield the values of these properties that are items."""
        return (value for _, value in self.all(*names) if isinstance(value, Item))


Value = Word | Item


def word_of(page: Page, element: Element, is_address: bool = False) -> Word | None:
    """Return an element's value: what its attributes give for machines, else its words; None where it has neither."""
    link = str(element.get("href") or element.get("src") or element.get("data") or "").strip()
    given = element.get("content") or element.get("datetime") or (element.get("title") if element.tag == "abbr" else None)
    if not given and (element.tag == "link" or (is_address and link)):
        given = link
    text = str(given or shown(element) or element.get("alt") or "")
    return Word(text, partial(values.located, page, element), link) if text.strip() else None


def shown(element: Element) -> str:
    """Return the words of an element, the first of very many."""
    return one_line("".join(map(str, element.itertext()))[:5000])


# By what names are given, the strongest first
NAMES = ("name", "p-name", "foaf:name", "v:name", "rdfs:label", "dc:title", "legalName", "alternateName")


def labels(item: Item) -> Iterator[Word]:
    """Yield the names of an item: as named, put together from given and family name, or the words shown of it."""
    for key in NAMES:
        words = [value for _, value in item.all(key) if isinstance(value, Word) and value.text.strip()]
        if words:
            yield from words
            return
    given, family = (next((v for _, v in item.all(key) if isinstance(v, Word)), None) for key in ("givenName", "familyName"))
    if given and family:
        yield Word(f"{given.text} {family.text}", given.place)
        return
    for inner in (item, *item.items("address")):
        for _, value in inner.all("addressLocality", "addressRegion", "addressCountry"):
            if isinstance(value, Word):
                yield value
                return
    if item.label:
        yield Word(item.label(), item.place)


def is_organization(item: Item) -> bool | None:
    """Tell whether an item's type is one of organizations; None where its types do not say."""
    if any(name in ("Person", "foaf:Person", "v:Person") for name in item.types):
        return False
    kinds = ("Organization", "Corporation", "NGO", "LocalBusiness")
    return True if any(name.endswith(kinds) for name in item.types) else None
