"""Which of the items in a page is its article: not a teaser, a comment or what it links to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from kg import terms
from kg.readers.html import values
from kg.readers.html.items import Item, Word
from kg.readers.html.page import Element, Page

_ARTICLES = terms.ARTICLE_TYPES | {"Article", "hentry", "sioc:Item", "sioct:BlogPost", "sioc:BlogPost", "bibo:Article"}
_WORKS = frozenset(
    "Recipe Review CriticReview HowTo CreativeWork v:Review v:Recipe Review-aggregate Chapter Thesis foaf:Document".split()
)
# What stands beside an article as often as for it
_OTHERS = frozenset(
    "VideoObject AudioObject PodcastEpisode RadioEpisode TVEpisode Episode Question Course Book Dataset ImageGallery Event Product "
    "SoftwareApplication CreativeWorkSeries MediaObject Quotation Map Message Legislation Clip MusicRecording Movie".split()
)
# Where an article stands in another item; TITLES: the properties that are its title, the strongest first
MAIN = tuple("mainEntity mainEntityOfPage blogPost blogPosts hasPart itemListElement item isPartOf mainContentOfPage".split())
_ASIDE = frozenset({"blogPost", "blogPosts", "hasPart", "itemListElement", "item"})
TITLES = ("headline", "entry-title", "name", "dc:title", "v:title")
_MOST_ITEMS = 5000
_OTHER = 2


@lru_cache(maxsize=1)
def heads(page: Page) -> tuple[Element, ...]:
    """Return the elements that speak of the whole page, wherever they stand: a parser moves many of them out of the head."""
    return tuple(page.root.iter("link", "meta", "title", "h1"))


@lru_cache(maxsize=1)
def identity(page: Page) -> Identity:
    """Return by what the page's own article is known; several readers ask it of one page."""
    return Identity(page)


class Identity:
    """By what a page's own article is known: its addresses and its titles."""

    def __init__(self, page: Page) -> None:
        addresses, titles = [page.record.url or ""], []
        for element in heads(page):
            tag = element.tag
            if tag in ("title", "h1"):
                titles.append("".join(map(str, element.itertext())))
            elif tag == "link" and "canonical" in (element.get("rel") or "").lower():
                addresses.append(str(element.get("href") or ""))
            elif (element.get("property") or element.get("name") or "").lower() in ("og:title", "twitter:title"):
                titles.append(str(element.get("content") or ""))
            elif (element.get("property") or "").lower() == "og:url":
                addresses.append(str(element.get("content") or ""))
        self.addresses = {values.same_address(address) for address in addresses} - {""}
        self.titles = {letters for letters in map(_letters, titles[:20]) if letters}

    def knows(self, item: Item) -> int:
        """Return 2 if both address and title of the item are the page's, 1 for one of them, -1 if what it has is another's."""
        addresses = {same for same in map(values.same_address, _addresses(item)) if same}
        titles = [value.text for _, value in item.all(*TITLES) if isinstance(value, Word)]
        by_address = bool(addresses & self.addresses)
        by_title = any(map(self.has_title, titles))
        return by_address + by_title or (-1 if addresses and titles else 0)

    def is_other(self, address: str) -> bool:
        """Tell whether an address is another page's: neither this page nor the front page of a site."""
        same = values.same_address(address)
        return "/" in same and same not in self.addresses

    def has_title(self, title: str) -> bool:
        """Tell whether the page shows or names this title, maybe with the site's name behind it."""
        letters = _letters(title)
        return bool(letters) and any(_same_title(letters, other) for other in self.titles)


def _letters(title: str) -> str:
    return "".join(re.findall(r"\w+", values.plain(title[:1000]).casefold()))


def _same_title(first: str, second: str) -> bool:
    # What a longer title ends with may be the site's name alone
    short, long = sorted((first, second), key=len)
    return short == long or (len(short) > 12 and (long.startswith(short) or (long.endswith(short) and 2 * len(short) > len(long))))


def _addresses(item: Item) -> Iterator[str]:
    """Yield the addresses that an item says are its own or of the page that it is the main thing of."""
    yield item.id
    for name, value in item.all("url", "mainEntityOfPage", "u-url"):
        if isinstance(value, Word):
            yield value.address or value.text
        elif name == "mainEntityOfPage":
            yield value.id
            yield from (word.address or word.text for _, word in value.all("url") if isinstance(word, Word))


def rank(item: Item) -> int:
    """Return 4 for an article, 3 for another text, 2 for another work, 1 for a page, 0 for what tells nothing of an article."""
    if any(name in _ARTICLES for name in item.types):
        return 4
    if any(name in _WORKS for name in item.types) or (not item.types and _TELLING & item.properties.keys()):
        return 3
    if any(name in _OTHERS for name in item.types):
        return 2
    return 1 if any(name.endswith("Page") for name in item.types) else 0


_TELLING = frozenset({"headline", "articleBody", "datePublished"})


def candidates(items: Iterable[Item]) -> list[tuple[Item, bool]]:
    """Return the items that may be the page's article, and of each whether it stands in a list of others."""
    found: dict[Item, bool] = {}
    queue = [(item, False) for item in items]
    for item, aside in queue:
        if item in found or len(found) > _MOST_ITEMS:
            continue
        found[item] = aside
        for name in MAIN:
            queue.extend((value, aside or name in _ASIDE) for value in item.items(name))
    return [(item, aside) for item, aside in found.items() if rank(item)]


class _Weight(NamedTuple):
    """What speaks for an item: that it is tied to the page (-1: to another), its rank, how well it is tied, its place."""

    tie: int
    rank: int
    ties: int
    is_outer: bool
    order: int
    item: Item

    @classmethod
    def of(cls, item: Item, ties: int, is_outer: bool, order: int) -> _Weight:
        """Return the weight of an item."""
        return cls(min(ties, 1), rank(item), ties, is_outer, order, item)


def chosen(items: Iterable[Item], identity: Identity) -> list[Item]:
    """Return the page's article, then the item of the page as such, as far as each is there and is no other page's."""
    found = candidates(items)
    works = [_Weight.of(item, identity.knows(item), not aside, -order) for order, (item, aside) in enumerate(found)]
    best: list[Item] = []
    for is_page in (False, True):
        kind = [work for work in works if (work.rank == 1) == is_page]
        top = max(kind, key=lambda work: work[:5], default=None)
        # Several that nothing ties to this page are a list of others; one with an address and a title of its own is another's
        is_sole = top is not None and top.is_outer and top.rank != _OTHER and sum(work[:4] == top[:4] for work in kind) == 1
        if top is not None and (top.tie > 0 or (top.tie == 0 and is_sole)):
            best.append(top.item)
    return best
