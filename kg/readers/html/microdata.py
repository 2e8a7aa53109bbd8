"""What a page claims in microdata, and in the classes of microformats."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from kg.readers.html import itemclaims, microformats, values
from kg.readers.html.claims import Claim
from kg.readers.html.itemclaims import USED
from kg.readers.html.items import Item, Value, shown, word_of
from kg.readers.html.nearest import Nearest
from kg.readers.html.page import Element, Page

# One search for both: React writes "itemProp"
_SIGN = re.compile(rb"item[pP]rop")
_SCHEMA = re.compile(r"https?://(?:www\.)?(?:schema\.org|data-vocabulary\.org)/*", re.IGNORECASE)
# Properties whose value is an address: of the others, a link's words are meant
_ADDRESSES = frozenset({"url", "mainEntityOfPage", "license", "isBasedOn", "isBasedOnUrl", "sameAs", "identifier"})


def claims(page: Page) -> Iterator[Claim]:
    """Yield what microdata says of the page's article, then what microformats do."""
    if _SIGN.search(page.record.body):
        yield from itemclaims.claims(page, _Tree(page).tops, "microdata", "microdata")
    yield from microformats.claims(page)


class _Tree:
    """The items of a page, and those that stand in no other."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.tops: list[Item] = []
        self._made: dict[Element, Item] = {}
        self._stray = Item(partial(values.located, page, page.root))
        self._owners = Nearest(self._stray)
        self._wanted: dict[str, Item] = {}  # by the id of what belongs to an item though it stands elsewhere
        self._referred: dict[Element, Item] = {}
        elements = [e for e in page.root.iter() if e.get("itemprop") is not None or e.get("itemscope") is not None]
        for element in elements:
            if element.get("itemscope") is not None:
                self._made[element] = self._item(element)
        if self._wanted:
            self._refer()
        for element in elements:
            self._place(element)
        if self._stray.properties:
            self.tops.append(self._stray)

    def _item(self, element: Element) -> Item:
        types = tuple(_SCHEMA.sub("", name).strip("/") for name in (element.get("itemtype") or "").split())
        item = Item(partial(values.located, self.page, element), types, (element.get("itemid") or "").strip())
        item.label = partial(shown, element)
        self._owners.marks[element] = item
        for reference in (element.get("itemref") or "").split():
            self._wanted.setdefault(reference, item)
        return item

    def _refer(self) -> None:
        for element in self.page.root.iter():
            item = self._wanted.pop(element.get("id") or "", None)
            if item is not None:
                self._referred[element] = item
                self._owners.marks.setdefault(element, item)

    def _place(self, element: Element) -> None:
        """Give an element's value to the item that it belongs to; an item that is nobody's value stands by itself."""
        names = (element.get("itemprop") or "").split()
        item = self._made.get(element)
        owner = self._referred.get(element) or self._owners.around(element)
        for given in names:
            name = _SCHEMA.sub("", given)
            name = name[:1].lower() + name[1:]
            value = self._value(element, name) if name in USED else None
            if value is not None and value is not owner:
                owner.add(name, value)
        if item is not None and (not names or owner is self._stray):
            self.tops.append(item)

    def _value(self, element: Element, name: str) -> Value | None:
        if element in self._made:
            return self._made[element]
        return word_of(self.page, element, name in _ADDRESSES)
