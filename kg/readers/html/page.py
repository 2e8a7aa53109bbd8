"""An HTML page, parsed once: its elements, and where in the source they and their words stand."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BytesIO
from itertools import accumulate
from typing import Any

from lxml import etree

from kg.article import Datum, Record, Span
from kg.errors import ReadError
from kg.readers.blocks import one_line
from kg.readers.html.encoding import transcoded

Element = etree._Element

# The parser compares each attribute of a tag with all before: 100,000 of them take 20 s, 20,000 less than one
_MOST_ATTRIBUTES = 20_000
# Each takes two bytes at least
_LONG_TAG = re.compile(rb"<[A-Za-z][^<>]{40000,}")
_HEAD = frozenset("base basefont bgsound link meta noframes noscript script style template title".split())
_OPEN_TAG = re.compile(rb"</?[A-Za-z][^<>]*\Z")
_MOST_WORDS = 40
_REPLACEMENT = "\ufffd".encode()
_ATTRIBUTE = re.compile(rb"[\s\"'/][^\s\"'=<>/]+(?=[\s=/>])")


@dataclass(frozen=True, eq=False)
class Page:
    """A parsed page, equal to itself alone. `record` is the source in UTF-8: all spans count its bytes.

    `warnings` say what was lost already.
    """

    record: Record
    root: Element
    warnings: tuple[tuple[str, Span], ...] = ()

    def span(self, element: Element, text: str = "") -> Span:
        """Return where a text of an element (or in its tag) stands; without one, or where it is spelt otherwise, the tag's line."""
        begin = self.line_start(element)
        found = self.find(text, begin) if text else None
        if found is not None:
            return found
        end = self.record.body.find(b"\n", begin)
        return Span(begin, end if end >= 0 else len(self.record.body))

    def find(self, text: str, begin: int = 0) -> Span | None:
        """Return the first place from `begin` on where these very words stand, however the white space between runs."""
        spelt, end = text.encode(), len(self.record.body)
        at = self.record.body.find(spelt, begin)
        return Span(at, at + len(spelt)) if text.strip() and at >= 0 else find_words(self.record.body, text, begin, end)

    def line_start(self, element: Element) -> int:
        """Return the byte at which the line of an element's tag begins."""
        line: Any = element.sourceline or 1
        return self._lines[min(int(line), len(self._lines)) - 1]

    def datum(self, element: Element, evidence: str, text: str | None = None) -> Datum | None:
        """Return an element's text, or this text of it, on one line, with its place; None where there is none."""
        words = one_line("".join(map(str, element.itertext())) if text is None else text)
        return Datum(words, self.span(element, words), evidence) if words else None

    @cached_property
    def _lines(self) -> list[int]:
        whole_lines = BytesIO(self.record.body[: self.record.body.rfind(b"\n") + 1])
        return [0, *accumulate(map(len, whole_lines))]

    def line_of(self, byte: int) -> int:
        """Return the line, from 1, of a byte."""
        return bisect_right(self._lines, byte)


def find_words(body: bytes, text: str, begin: int, end: int) -> Span | None:
    """Return the first place from `begin` to `end` where these very words stand, however the white space between runs."""
    words = [word.encode() for word in text.split()[:_MOST_WORDS]]
    # Most texts looked for do not stand there at all, and a pattern takes long to make
    if not words or b" ".join(words) not in b" ".join(body[begin:end].split()):
        return None
    match = re.compile(rb"\s+".join(map(re.escape, words))).search(body, begin, end)
    return Span(*match.span()) if match else None


def parse(record: Record) -> Page:
    """Return the page of a record. Raises `ReadError` for what no parser could read without losing text."""
    record, codec = transcoded(record)
    if not record.body.strip():
        raise ReadError("the page is empty", record.place())
    _check_attributes(record)
    parser = etree.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    root = etree.fromstring(record.body.replace(b"\x00", b" "), parser)
    for entry in parser.error_log:
        if "Excessive depth" in entry.message:
            reason = "elements stand in each other more than 2,000 deep; what is below would be lost"
            raise ReadError(reason, record.place(_line_span(record, entry.line)))
    if root is None:
        raise ReadError("no element of HTML is in it", record.place())
    _begin_body(root)
    return Page(record, root, tuple(_losses(record.body, codec)))


def _begin_body(root: Element) -> None:
    """Move what is no element of a head into the body: the parser leaves it there where the page has no tag for the body."""
    head = root.find("head")
    first = next((i for i, e in enumerate(head) if e.tag not in _HEAD), None) if head is not None else None
    if head is None or first is None:
        return
    body = root.find("body")
    if body is None:
        body = etree.SubElement(root, "body")
    moved = list(head)[first:]
    moved[-1].tail = (moved[-1].tail or "") + (body.text or "")
    body.text = None
    for index, element in enumerate(moved):
        body.insert(index, element)


def _losses(body: bytes, codec: str) -> Iterator[tuple[str, Span]]:
    """Yield what no parser could give back: bytes that are no text, and the tag in which a page that was cut off ends."""
    # Looking for one byte takes next to no time
    lost = body.find(_REPLACEMENT) if _REPLACEMENT[:1] in body else -1
    if lost >= 0:
        count = body.count(_REPLACEMENT)
        yield f"{count:,} place{'s' * (count > 1)} with bytes that are no {codec}", Span(lost, lost + len(_REPLACEMENT))
    last = body.rfind(b"<")
    if last > body.rfind(b">") and _OPEN_TAG.match(body, last):
        yield "the page ends in the middle of a tag: it was cut off", Span(last, len(body))
        return
    for quote in (b'"', b"'"):
        at = body.rfind(quote)
        begin = body.rfind(b"<", 0, max(at, 0))
        is_open = body.startswith(b"=", at - 1) and begin > body.rfind(b">", 0, max(at, 0)) and not body.count(quote, begin, at) % 2
        if at > 0 and is_open and _OPEN_TAG.match(body[begin:at]):
            yield "the quotes of an attribute do not end: what stands behind them is lost", Span(begin, at + 1)


def _check_attributes(record: Record) -> None:
    body, step = record.body, _MOST_ATTRIBUTES
    # A tag as long as that would have a whole step in it, without a bracket
    if all(body.find(b">", at, at + step) >= 0 for at in range(0, len(body) - step, step)):
        return
    for tag in _LONG_TAG.finditer(record.body):
        count = sum(1 for _ in _ATTRIBUTE.finditer(tag[0]))
        if count > _MOST_ATTRIBUTES:
            raise ReadError(f"a tag with {count:,} attributes", record.place(Span(tag.start(), tag.start() + 1)))


def _line_span(record: Record, line: int) -> Span:
    begin = 0
    for _ in range(line - 1):
        begin = record.body.find(b"\n", begin) + 1
    return Span(begin, begin)
