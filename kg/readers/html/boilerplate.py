"""What stands around an article: how the class, id and role of an element tell it from the text."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice

from kg.readers.html.htmlblocks import BLOCKS
from kg.readers.html.outline import Node

# Parts of class names and ids, as people name them on most sites
_SHARE_NAME = r"share(?!d|holder|ware)|sharing[-_]?(?:button|tool|link|bar|box|icon|list|option|widget)"
_AROUND = re.compile(
    r"-ad-|ad-?break|ad-?slot|advert|banner|bread-?crumb|combx|comment|community|consent|cookie|cover-wrap|disqus|extra|footer|gdpr|"
    r"header|kommentar|legends|menu|modal|navi|newsletter|outbrain|pager|pagination|popup|promo|related|remark|replies|rss|"
    r"shoutbox|sidebar|sidenav|skyscraper|social|sponsor|subscri|supplemental|taboola|teaser|toolbar|widget|" + _SHARE_NAME
)
_PERHAPS_TEXT = re.compile(r"and|article|artikel|body|column|content|entry|main|mathjax|post|shadow|story|text")
_FOR = re.compile(r"article|artikel|body|content|entry|hentry|main|page|pagination|post|text|blog|story|inhalt|contenido")
_AGAINST = re.compile(
    r"-ad-|hidden|\bhid\b|banner|combx|comment|com-|contact|cookie|footer|gdpr|kommentar|masthead|media|meta|newsletter|outbrain|"
    r"promo|related|scroll|shoutbox|sidebar|skyscraper|social|sponsor|shopping|tags|taboola|teaser|widget|" + _SHARE_NAME
)
_NEVER_TEXT = frozenset(("nav", "footer", "aside"))
_ROLES = frozenset("alert alertdialog complementary dialog menu menubar navigation".split())
_SHARE = re.compile(r"(?:\b|_)(?:share|sharedaddy|sharing|social)(?:\b|_)")
_BYLINE = re.compile(r"byline|author|dateline|writtenby|p-author|\bautor")
_DATE = re.compile(r"date(?!line)|datum|fecha|publish|time-?stamp|posted-on|entry-meta|post-?meta|article-?meta|byline")
# What is about the article, its author, other articles or the site: never text, unless it is most of the page
_NEVER = re.compile(
    r"author[-_]?(?:box|bio|card|info|profile|description)|about[-_]?(?:the[-_]?)?author|autoren?[-_]?(?:box|info|profil)|post-author|"
    r"related[-_]?(?:post|article|content|link|stor|news|topic)|(?:read|see|view)-(?:more|also)(?:\s|$)|veja-tambem|saiba-mais|recirc|"
    r"outbrain|taboola|disqus|newsletter|breadcrumb|\badv(?:ert\w*)?\b|anzeige|werbung|publicidad|"
    r"print[-_]?(?:button|link|icon)|(?:post|entry|article)-?(?:tags|utility|footer|tools)\b|tags?-?(?:list|cloud|links)\b|cat-links|"
    r"comments?[-_]?(?:form|list|title|area|section|wrap)|\bcommentlist|(?:^|\s)(?:comments|respond)(?:\s|$)|sharedaddy|"
    r"(?:photo|image|img|bild|foto)?[-_]?credits?\b|copyright|bildnachweis|licen[cs]e-?info|screen-?reader|visually-?hidden|\bsr-only\b|"
    r"paywall-?(?:box|banner|message)|affiliate-?(?:text|hint|note|disclaimer)|disclaimer|disclosure|postmeta|post-metadata|"
    r"\balert\b|backlink|back-link|toc-title"
)
_LONGEST_EXTRA = 1_000
_MOST_EXTRA = 0.4
_FEW = 40


@lru_cache(maxsize=1 << 14)
def _is_around(names: str) -> bool:
    return _AROUND.search(names) is not None and _PERHAPS_TEXT.search(names) is None


def is_unlikely(node: Node) -> bool:
    """Tell whether an element is by its names or role something else than the text."""
    if node.tag in _NEVER_TEXT:
        return True
    if node.tag in ("body", "a", "article", "main", "html"):
        return False
    if node.names and _is_around(node.names):
        return not any(outer.tag in ("table", "code") for outer in islice(node.ancestors(), 3))
    return node.attributes.get("role") in _ROLES


def weight(node: Node) -> int:
    """Return how much its names speak for (25 each) or against an element."""
    return sum(_weight(node.attributes[key].lower()) for key in ("class", "id") if node.attributes.get(key))


@lru_cache(maxsize=1 << 14)
def _weight(name: str) -> int:
    return (25 if _FOR.search(name) else 0) - (25 if _AGAINST.search(name) else 0)


@lru_cache(maxsize=1 << 14)
def _is_never(names: str) -> bool:
    return _NEVER.search(names) is not None


def is_extra(node: Node, page_chars: int) -> bool:
    """Tell whether an element is by its names about the article, its author, other articles or the site."""
    if not node.names or not _is_never(node.names):
        return False
    return node.total < max(_LONGEST_EXTRA, _MOST_EXTRA * page_chars) and _stands_alone(node)


def _stands_alone(node: Node) -> bool:
    """Tell whether an element is a line of its own, not words of a sentence."""
    return node.tag in BLOCKS or node.parent is None or node.parent.total < node.total + _FEW


def is_share(node: Node) -> bool:
    """Tell whether an element offers to share the article."""
    return node.names != "" and _SHARE.search(node.names) is not None


def is_byline(node: Node) -> bool:
    """Tell whether an element names who wrote the article."""
    if not 0 < node.chars < 100:
        return False
    attributes = node.attributes
    return attributes.get("rel") == "author" or "author" in attributes.get("itemprop", "") or _BYLINE.search(node.names) is not None


def is_date(node: Node) -> bool:
    """Tell whether an element shows when the article was published."""
    if not 0 < node.chars < 60 or not (node.tag == "time" or _DATE.search(node.names)) or not _stands_alone(node):
        return False
    return any(character.isdigit() for character in node.text())
