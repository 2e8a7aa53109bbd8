"""Values as mark-up gives them: made clean, taken apart, and told from what only stands in their place."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import unquote, urljoin, urlsplit

from kg.article import Span
from kg.readers.blocks import one_line
from kg.readers.html.page import Element, Page, find_words
from kg.readers.names import split_names

# Only references that end in a semicolon: "?a=1&copy=2" is an address, not a sign
_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
_LONE_TAG = re.compile(r"<(?:br|p|wbr|img|hr)\b[^<>]*>", re.IGNORECASE)
_SURROGATE = re.compile("[\ud800-\udfff]")
_LONGEST = 20_000


def plain(text: str) -> str:
    """Return a value as words on one line: references that were escaped once more resolved, tags dropped."""
    text = _unescaped(text[:_LONGEST])
    if "<" in text and ("</" in text or _LONE_TAG.search(text)):
        text = _TAG.sub(" ", _INLINE.sub("", text))
    return one_line(_SURROGATE.sub("\ufffd", text))


def _unescaped(text: str) -> str:
    for _ in range(2):
        if "&" in text:
            text = _REFERENCE.sub(lambda match: html.unescape(match[0]), text)
    return text


_INLINE = re.compile(r"</?(?:a|b|em|i|mark|q|s|small|span|strong|sub|sup|u|wbr)(?:\s[^<>]*)?>", re.IGNORECASE)

_URL = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?//\S*|(?:https?|mailto):\S*|www\.\S+\.\S+/\S*|/[\w/.~%?=&#-]*", re.IGNORECASE)
_PLACEHOLDER = re.compile(
    r"(?:[\W\d_]*|(?:(?:von|par|por) )?(?:\w*admin(?:istrat[oe]r)?|default|false|guest|nan|n/?a|nil|no author|none|null|root|"
    r"site ?admin|super ?user|test|true|undefined|unknown|anonym(?:ous)?|user(?:name)?|webmaster|wordpress|your name|publisher|"
    r"(?:meta )?(?:aut(?:h?or|eur)[ei]?n?|name))[\s\d.:]*"
    r"|.*(?:\{\{|\}\}|<%|%>|\$\{|\[object|%%).*|\[.*\]|%.*%|[^@\s]+@[^@\s]+|@\w+)",
    re.IGNORECASE,
)
# "By", "Posted by", "Author:", "Autor/in:", "von:"; "Von Ann Bee", but "Von Bee" may be a name
_BY = re.compile(
    r"(?:by|(?:written|posted) by)\s*:?\s+(?=\S)|(?:von|par|por|di|text|aut(?:h?or|eur)[\w/:*()]{0,7}?)\s*:\s*(?=\S)"
    r"|(?:von|par|por)\s+(?=(?-i:[A-ZÀ-Þ])\S*\s+(?-i:[A-ZÀ-Þ]))",
    re.IGNORECASE,
)
# "8. November 2021": a date that stands where a name should
_DATE = re.compile(r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.]\d\d\b")
# The words of an organization's name, in which "and" and commas part no names: "Office for Forests and Water"
_ONE_NAME = re.compile(r"\b(?:für|for|of|des|zur|zum|pour|per)\b")
_LONGEST_NAME = 100


def is_address(text: str) -> bool:
    """Tell whether a value is a bare address, which is nobody's name."""
    return _URL.fullmatch(text) is not None


def names(text: str, is_one: bool = False) -> Iterator[str]:
    """Yield the names in an author's value ("By Ann Bee and Cem Dee"); nothing for addresses and for what stands in for a name.

    With `is_one` the value is one name whatever it holds ("Bee & Sons").
    """
    text = plain(text)
    by = _BY.match(text)
    text = text[by.end() if by else 0 :].strip(" \t,;|·•")
    if is_address(text) or _PLACEHOLDER.fullmatch(text):
        return
    is_one = is_one or len(text) > 2000 or _ONE_NAME.search(text) is not None
    for begin, end in [(0, len(text))] if is_one else split_names(text):
        name = text[begin:end].strip(" ,;|")
        is_empty = is_address(name) or _PLACEHOLDER.fullmatch(name) or _DATE.search(name)
        if len(name) <= _LONGEST_NAME and not is_empty:
            yield name


def turned(text: str) -> str:
    """Return "Bee, Ann" as "Ann Bee": library mark-up has the surname first."""
    surname, comma, given = plain(text).partition(", ")
    is_turned = comma and "," not in given and ";" not in given and 0 < len(given.split()) <= 3 and len(surname.split()) <= 3
    return f"{given} {surname}" if is_turned and " and " not in given else text


def keywords(text: str) -> list[str]:
    """Return the words of a list in one value: between semicolons, or between commas or lines, or between bars."""
    text = _unescaped(text[:_LONGEST])
    pieces = next((found for found in (sign.split(text) for sign in _LIST_SIGNS) if len(found) > 1), [text])
    return [word for word in (plain(piece).strip(" \"'") for piece in pieces) if word]


_LIST_SIGNS = tuple(map(re.compile, (";", "[,،，、\n]", r"\|")))


def absolute(page: Page, address: str) -> str | None:
    """Return an address resolved against the page's own; None for one that stays relative or leads to no page."""
    address = html.unescape(address.strip()) if "&amp;" in address else address.strip()
    if not address or address.startswith(("#", "javascript:", "data:")) or any(c.isspace() for c in address):
        return None
    try:
        full = urljoin(page.record.url or "", address)
        parts = urlsplit(full)
    except ValueError:
        return None
    return full if parts.scheme in ("http", "https") and parts.hostname else None


def same_address(address: str) -> str:
    """Return what two addresses of one page have in common, however the link was written; "" for what is none."""
    try:
        parts = urlsplit(address.strip())
        host = (parts.hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("amp.")
    except ValueError:
        return ""
    query = "&".join(sorted(q for q in parts.query.split("&") if q and not q.startswith(("utm_", "amp", "output"))))
    path = unquote(parts.path).rstrip("/").removesuffix("/amp").removesuffix("/index.html")
    return f"{host}{path}?{query}".casefold() if host and (path or query) else ""


# How far behind the beginning of its line a tag is looked for: a page may stand all on one line
_REACH, _NEAR = 100_000, 20_000


_TAG_BYTES = re.compile(rb"<(?:\"[^\"]*+\"|'[^']*+'|[^>\"'])*+>")


def tag(page: Page, element: Element, word: str, begin: int) -> Span:
    """Return where an element's tag stands: the first from its line or `begin` on that holds the word; else its line."""
    body, start = page.record.body, max(page.line_start(element), begin)
    at = body.find(word.encode(), start, start + _REACH)
    first = body.rfind(b"<", start, at) if at >= 0 else -1
    whole = _TAG_BYTES.match(body, first, first + _REACH) if first >= 0 else None
    return Span(*whole.span()) if whole else located(page, element, "")


def located(page: Page, element: Element, text: str, anchor: str = "", begin: int = 0) -> Span:
    """Return where a text of an element stands, behind the words `anchor` of its tag where given; else the line of the tag.

    Looks from the element's line or `begin` on, whichever is later, and never far: so the time stays linear.
    """
    body, start = page.record.body, max(page.line_start(element), begin)
    stop = start + _REACH
    if anchor:
        at = body.find(anchor.encode(), start, stop)
        start = max(body.rfind(b"<", start, at), start) if at >= 0 else start
    spelt = text.encode()
    at = body.find(spelt, start, stop) if spelt else -1
    found = Span(at, at + len(spelt)) if at >= 0 else find_words(body, text, start, start + _NEAR)
    if found is not None:
        return found
    end = body.find(b"\n", start, start + 2000)
    return Span(start, end if end >= 0 else min(len(body), start + 2000))
