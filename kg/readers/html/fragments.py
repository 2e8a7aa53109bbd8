"""HTML that stands in something else (a feed's entry, a string of JSON): all its text as blocks, with its bytes there."""

from __future__ import annotations

import html as references
import json
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import NamedTuple

from kg.article import Record, Span
from kg.errors import ReadError
from kg.readers.blocks import Block, Run
from kg.readers.html import htmlblocks
from kg.readers.html.page import parse

_XML = re.compile(rb"<!\[CDATA\[|\]\]>|&#?\w{1,40};|\r\n?")
_JSON = re.compile(rb"(?:\\u[0-9A-Fa-f]{4})+|\\[^u]", re.DOTALL)


def blocks(html: str, span: Span, body: bytes) -> list[Block]:
    """Return all the text of a fragment of HTML as blocks; only scripts, styles and the like are dropped.

    `span` is the place in `body` that holds the fragment: as it is, as text of XML (with references or CDATA) or as a string of
    JSON. The blocks have their bytes of `body`; words that are not found there stand at the last place found, at first the
    span's begin. Raises `ReadError` (without a place) for elements too deep in each other to be read.
    """
    if not html.strip():
        return []
    try:
        page = parse(Record("fragment", "html", html.encode(errors="replace"), charset="utf-8"))
    except ReadError as error:
        raise ReadError(error.reason) from error
    source = body[span.begin : span.end]
    stretches = _stretches(source, page.record.body)
    if stretches is None:
        stretches = _Stretches([_Stretch(0, len(source), 0, len(source))])
        page = replace(page, record=replace(page.record, body=source))
    return [stretches.moved(block, span.begin) for block in htmlblocks.blocks(page, [page.root])]


class _Stretch(NamedTuple):
    """Bytes of the fragment, and those of the source that spell them: to the letter where they are as many."""

    begin: int
    end: int
    source_begin: int
    source_end: int

    @property
    def is_literal(self) -> bool:
        return self.end - self.begin == self.source_end - self.source_begin


_Pieces = Iterator[tuple[bytes, int, int]]


def _stretches(source: bytes, fragment: bytes) -> _Stretches | None:
    """Return how the source spells the fragment; None where it is spelt in no way that is known."""
    spellings: tuple[Callable[[bytes], _Pieces], ...] = (_as_it_is, _as_xml, _as_json)
    for spelling in spellings:
        pieces = list(spelling(source))
        text = b"".join(piece for piece, _, _ in pieces)
        if text.strip() != fragment.strip():
            continue
        # Whoever cut the fragment out may have stripped it
        position = (len(fragment) - len(fragment.lstrip())) - (len(text) - len(text.lstrip()))
        stretches = []
        for piece, begin, end in pieces:
            stretches.append(_Stretch(position, position + len(piece), begin, end))
            position += len(piece)
        return _Stretches(stretches)
    return None


def _as_it_is(source: bytes) -> _Pieces:
    yield source, 0, len(source)


def _as_xml(source: bytes) -> _Pieces:
    position, in_cdata = 0, False
    for match in _XML.finditer(source):
        mark = match[0]
        if mark[:1] == b"&" and in_cdata:
            continue
        yield source[position : match.start()], position, match.start()
        if mark[:1] == b"&":
            yield references.unescape(mark.decode()).encode(), *match.span()
        elif mark[:1] == b"\r":
            yield b"\n", *match.span()
        else:
            in_cdata = mark[:1] == b"<"
        position = match.end()
    yield source[position:], position, len(source)


def _as_json(source: bytes) -> _Pieces:
    position = 0
    for match in _JSON.finditer(source):
        yield source[position : match.start()], position, match.start()
        try:
            text: str = json.loads(b'"' + match[0] + b'"')
        except ValueError:
            return
        yield text.encode(errors="replace"), *match.span()
        position = match.end()
    yield source[position:], position, len(source)


class _Stretches:
    """The stretches of a fragment in order, to find the bytes of the source from those of the fragment."""

    def __init__(self, stretches: list[_Stretch]) -> None:
        self._stretches = [stretch for stretch in stretches if stretch.end > stretch.begin]
        self._begins = [stretch.begin for stretch in self._stretches]

    def moved(self, block: Block, offset: int) -> Block:
        """Return the block with the bytes of the source, which begins at byte `offset`."""
        runs = tuple(Run(r.text, r.begin + offset, r.end + offset, r.kind) for run in block.runs for r in self._cut(run))
        links = tuple(link._replace(span=self._span(link.span, offset)) for link in block.links)
        return Block(block.kind, self._span(block.span, offset), runs, links, block.style)

    def _span(self, span: Span, offset: int) -> Span:
        return Span(self._begin(span.begin) + offset, self._end(span.begin, span.end) + offset)

    def _cut(self, run: Run) -> Iterator[Run]:
        """Yield the pieces of a run that the source spells in one way each."""
        if not run.is_literal:
            yield Run(run.text, self._begin(run.begin), self._end(run.begin, run.end), run.kind)
            return
        text, position = run.text.encode(), run.begin
        while position < run.end:
            stretch = self._stretches[self._index(position)]
            end = max(min(run.end, stretch.end), position + 1)
            piece = text[position - run.begin : end - run.begin].decode(errors="replace")
            yield Run(piece, self._begin(position), self._end(position, end), run.kind)
            position = end

    def _index(self, byte: int) -> int:
        return max(bisect_right(self._begins, byte) - 1, 0)

    def _begin(self, byte: int) -> int:
        if not self._stretches:
            return 0
        stretch = self._stretches[self._index(byte)]
        return stretch.source_begin + (min(byte, stretch.end) - stretch.begin if stretch.is_literal else 0)

    def _end(self, begin: int, end: int) -> int:
        if end <= begin or not self._stretches:
            return self._begin(begin)
        stretch = self._stretches[self._index(end - 1)]
        return stretch.source_begin + min(end, stretch.end) - stretch.begin if stretch.is_literal else stretch.source_end
