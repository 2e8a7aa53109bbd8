"""What the items of a page claim of its article: the properties of schema.org and its like, as fields of ours."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Literal, NamedTuple

from kg import terms
from kg.article import Datum
from kg.readers.html import values
from kg.readers.html.choice import MAIN, TITLES, chosen, identity, rank
from kg.readers.html.claims import Claim, Field
from kg.readers.html.items import NAMES, Item, Value, Word, is_organization, labels
from kg.readers.html.page import Page

Source = Literal["json-ld", "microdata", "rdfa"]

_TEXTS: tuple[tuple[Field, tuple[str, ...]], ...] = (
    ("published", tuple("datePublished dt-published dc:issued dc:created dc:date v:dtreviewed dateCreated uploadDate".split())),
    ("modified", ("dateModified", "dt-updated", "dc:modified", "dateUpdated")),
    ("abstract", ("abstract", "description", "entry-summary", "dc:abstract", "dc:description", "v:summary")),
    ("notice", ("copyrightNotice", "dc:rights")),
)
_NAMED: tuple[tuple[Field, tuple[str, ...]], ...] = (
    ("publisher", ("publisher", "dc:publisher")),
    ("holder", ("copyrightHolder", "dc:rightsHolder")),
    ("region", ("contentLocation", "spatialCoverage", "dc:spatial", "dc:coverage")),
    ("language", ("inLanguage", "dc:language")),
)
_AUTHORS = ("author", "p-author", "sioc:has_creator", "dc:creator", "v:reviewer", "creator")
_LISTS: tuple[tuple[Field, tuple[str, ...]], ...] = (
    ("tag", ("keywords", "dc:subject", "p-category")),
    ("theme", ("articleSection", "about")),
)
# "(Image credit: …)" names whose picture it is
_CREDIT = re.compile(r"\A\s*\(|\b(?:credit|image|photo|foto|bild|picture)s?\b", re.IGNORECASE)
# What has to be kept of an element's properties: the text of the others is never looked at
USED = frozenset(
    name for group in (*(names for _, names in _TEXTS + _NAMED + _LISTS), TITLES, _AUTHORS, NAMES, MAIN) for name in group
) | frozenset(
    "url license isBasedOn isBasedOnUrl givenName familyName address addressLocality addressCountry addressRegion u-url "
    "dc:license cc:license".split()
)


_MOST_CLAIMS = 2000


def claims(page: Page, items: Iterable[Item], family: str, source: Source) -> Iterator[Claim]:
    """Yield what the page's article, and then the item of the page, claim; `family` begins the evidence ("JSON-LD")."""
    items = list(items)
    if not items:
        return
    for item in chosen(items, identity(page)):
        said = _Claims(page, source, f"{family}: {'page ' if rank(item) == 1 else ''}").of(item)
        yield from islice(said, _MOST_CLAIMS)
    for item in items:
        if "WebSite" in item.types:
            for word in labels(item):
                yield Claim("publisher", Datum(values.plain(word.text), word.place(word.text), f"{family}: WebSite name"), source)


class _Claims(NamedTuple):
    page: Page
    source: Source
    lead: str

    def of(self, item: Item) -> Iterator[Claim]:
        """Yield the claims of an item, field by field."""
        yield from self._titles(item)
        for field_, names in _TEXTS:
            for name, value in item.all(*names):
                yield from self._text(field_, name, value)
        yield from self._authors(item)
        for field_, names in _NAMED:
            for name, value in item.all(*names):
                for word in [value] if isinstance(value, Word) else labels(value):
                    if not values.is_address(word.text) and not (field_ == "holder" and _CREDIT.search(word.text)):
                        yield from self._text(field_, name, word)
        yield from self._lists(item)
        yield from self._addresses(item)
        for type_ in item.types:
            if type_ in terms.ARTICLE_TYPES:
                yield Claim("type", Datum(type_, item.place(type_), f"{self.lead}@type"), self.source)

    def _titles(self, item: Item) -> Iterator[Claim]:
        """Yield the titles, first those that the page shows or names too; a mere name only if it is one of these or the sole."""
        known = identity(self.page)
        titles = [(name, value) for name, value in item.all(*TITLES) if isinstance(value, Word)]
        same = [(name, value) for name, value in titles if known.has_title(value.text)]
        rest = [title for title in titles if title not in same]
        is_sole = rank(item) > 1 and bool(item.types) and not same and "headline" not in item.properties
        for name, value in same + [title for title in rest if title[0] != "name" or is_sole]:
            yield from self._text("title", name, value)

    def _text(self, field_: Field, name: str, value: Value) -> Iterator[Claim]:
        text = values.plain(value.text) if isinstance(value, Word) else ""
        if text:
            yield Claim(field_, Datum(text, value.place(text), self.lead + name), self.source)

    def _authors(self, item: Item) -> Iterator[Claim]:
        for key, value in item.all(*_AUTHORS):
            if isinstance(value, Word):
                url = self._datum(value, key, values.absolute(self.page, value.address))
                for name in values.names(value.text):
                    yield Claim("author", Datum(name, value.place(name), self.lead + key), self.source, None, url)
                continue
            is_one = is_organization(value)
            url = next((d for d in (self._address(v, key) for _, v in value.all("url", "u-url")) if d), None)
            bio = next((c.datum for n, v in value.all("description") for c in self._text("abstract", f"{key} {n}", v)), None)
            for word in labels(value):
                for name in values.names(word.text, bool(is_one)):
                    yield Claim("author", Datum(name, word.place(name), self.lead + key), self.source, is_one, url, bio)

    def _lists(self, item: Item) -> Iterator[Claim]:
        for field_, names in _LISTS:
            for name, value in item.all(*names):
                is_one_of_many = len(item.properties[name]) > 1
                for word in [value] if isinstance(value, Word) else labels(value):
                    # Of several values each is one ("Novak, Marie"), but for a list among them
                    is_one = is_one_of_many and word.text.count(",") < 3
                    for text in [values.plain(word.text)] if is_one else values.keywords(word.text):
                        if text and not values.is_address(text):
                            yield Claim(field_, Datum(text, word.place(text), self.lead + name), self.source)

    def _addresses(self, item: Item) -> Iterator[Claim]:
        for name, value in item.all("url", "mainEntityOfPage", "u-url"):
            datum = self._address(value, name)
            if datum:
                yield Claim("url", datum, self.source)
        # "…#article" names the node, not the page
        if "#" not in item.id and (datum := self._address(Word(item.id, item.place), "@id")):
            yield Claim("url", datum, self.source)
        for name, value in item.all("license", "dc:license", "cc:license"):
            datum = self._address(value, name)
            if datum:
                yield Claim("license", datum, self.source)
            else:
                yield from self._text("license", name, value)
        for name, value in item.all("isBasedOn", "isBasedOnUrl"):
            datum = self._address(value, name)
            if datum and identity(self.page).is_other(datum.text):
                yield Claim("original_url", datum, self.source)
            for publisher in value.items("publisher") if isinstance(value, Item) else ():
                for word in labels(publisher):
                    yield from self._text("original_publisher", f"{name} publisher", word)

    def _address(self, value: Value, name: str) -> Datum | None:
        if isinstance(value, Word):
            # "CC-BY" is no address, though it could be a relative one
            text = value.address or (value.text if "/" in value.text else "")
            return self._datum(value, name, values.absolute(self.page, text))
        inner = next((word for _, word in value.all("url") if isinstance(word, Word)), None)
        return self._address(inner or Word(value.id, value.place), name)

    def _datum(self, word: Word, name: str, text: str | None) -> Datum | None:
        return Datum(text, word.place(word.address or word.text), self.lead + name) if text else None
