"""What a page claims in RDFa: Lite (`vocab`, `typeof`, `property`), and the prefixes of older sites (`dc:`, `sioc:`, `v:`)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from kg.readers.html import itemclaims, values
from kg.readers.html.claims import Claim
from kg.readers.html.itemclaims import USED
from kg.readers.html.items import Item, shown, word_of
from kg.readers.html.nearest import Nearest
from kg.readers.html.page import Element, Page

_ATTRIBUTES = frozenset({"typeof", "property", "about", "rel", "vocab"})
_SCHEMA = re.compile(r"https?://(?:www\.)?schema\.org/*", re.IGNORECASE)
_ADDRESSES = frozenset({"url", "mainEntityOfPage", "license", "isBasedOn", "isBasedOnUrl", "dc:license", "cc:license"})
# Vocabularies by their address and by the prefix that everybody gives them: what their terms are called here
_PREFIXES = {
    "http://purl.org/dc/terms/": "dc",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://rdfs.org/sioc/ns#": "sioc",
    "http://rdfs.org/sioc/types#": "sioct",
    "http://xmlns.com/foaf/0.1/": "foaf",
    "http://rdf.data-vocabulary.org/#": "v",
    "http://creativecommons.org/ns#": "cc",
    "http://purl.org/ontology/bibo/": "bibo",
    "http://www.w3.org/2000/01/rdf-schema#": "rdfs",
    "dc": "dc", "dcterms": "dc", "dct": "dc", "sioc": "sioc", "sioct": "sioct", "foaf": "foaf", "v": "v", "cc": "cc",
    "bibo": "bibo", "rdfs": "rdfs", "schema": "", "og": "og",
}  # fmt: skip
_PREFIX = re.compile(r"(\S+):\s+(\S+)")


def claims(page: Page) -> Iterator[Claim]:
    """Yield what RDFa says of the page's article."""
    if b"typeof=" in page.record.body:
        yield from itemclaims.claims(page, _Tree(page).tops, "RDFa", "rdfa")


class _Scope(NamedTuple):
    """What holds for what stands in an element: the item it speaks of, the vocabulary, and the relations that wait for an item."""

    item: Item
    vocabulary: str
    waiting: tuple[str, ...] = ()


class _Tree:
    """The items of a page, and those that stand in no other."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.tops: list[Item] = []
        self._stray = Item(partial(values.located, page, page.root))
        self._scopes: Nearest[_Scope] = Nearest(_Scope(self._stray, ""))
        self._by_id: dict[str, Item] = {}
        self._prefixes = dict(_PREFIXES)
        for element in page.root.iter():
            if not _ATTRIBUTES.isdisjoint(element.keys()):
                self._take(element)
        if self._stray.properties:
            self.tops.append(self._stray)

    def _take(self, element: Element) -> None:
        scope = self._scopes.around(element)
        vocabulary = element.get("vocab")
        if vocabulary is not None:
            scope = scope._replace(vocabulary="schema" if _SCHEMA.match(vocabulary) else "other")
        for prefix, address in _PREFIX.findall(element.get("prefix") or ""):
            known = "" if _SCHEMA.match(address) else _PREFIXES.get(address)
            if known is not None:
                self._prefixes[prefix] = known
        properties = self._names(element.get("property"), scope)
        relations = self._names(element.get("rel"), scope) if ":" in (element.get("rel") or "") else ()
        inner = self._inner(element, scope)
        subject = scope.item
        if inner is not None and (element.get("about") is not None or scope.waiting or not properties):
            # The properties of an element that names its subject, or that a relation leads to, are this subject's
            self._hand_over(scope, inner)
            subject = inner
        elif inner is not None:
            for name in properties:
                subject.add(name, inner)
            properties = ()
        for name in properties:
            if name in USED and element.tag != "html":
                word = word_of(self.page, element, name in _ADDRESSES)
                subject.add(name, word) if word else None
        waiting = self._related(element, subject, relations)
        self._scopes.marks[element] = _Scope(inner or scope.item, scope.vocabulary, waiting)

    def _hand_over(self, scope: _Scope, item: Item) -> None:
        for name in scope.waiting:
            scope.item.add(name, item)
        if not scope.waiting:
            self.tops.append(item)

    def _related(self, element: Element, subject: Item, relations: tuple[str, ...]) -> tuple[str, ...]:
        """Add what an element links to; return the relations whose item stands further in."""
        if relations and (element.get("resource") or element.get("href")):
            word = word_of(self.page, element, True)
            for name in relations:
                subject.add(name, word) if word and name in USED else None
            return ()
        return tuple(name for name in relations if name in USED)

    def _inner(self, element: Element, scope: _Scope) -> Item | None:
        """Return the item that an element begins or goes on with."""
        types = element.get("typeof")
        about = element.get("about") if element.get("about") is not None else element.get("resource") if types is not None else None
        if types is None:
            return self._by_id.get(about) if about else None
        names = tuple(name for name in (self._name(one, scope) for one in types.split()) if name)
        item = Item(partial(values.located, self.page, element), names, about or "", label=partial(shown, element))
        if about:
            item = self._by_id.setdefault(about, item)
            item.types = tuple(dict.fromkeys(item.types + names))
        return item

    def _names(self, given: str | None, scope: _Scope) -> tuple[str, ...]:
        names = (self._name(one, scope) for one in (given or "").split())
        return tuple(dict.fromkeys(name[:1].lower() + name[1:] for name in names if name))

    def _name(self, given: str, scope: _Scope) -> str:
        """Return a term as a bare name of schema.org or with the prefix that we use; "" for another vocabulary's."""
        if match := _SCHEMA.match(given):
            return given[match.end() :]
        prefix, colon, rest = given.partition(":")
        if not colon:
            return given if scope.vocabulary != "other" else ""
        known = self._prefixes.get(prefix)
        return "" if known is None else f"{known}:{rest}" if known else rest
