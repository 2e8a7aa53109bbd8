"""What entries of feeds, of NewsML and of JSON have in common: texts become blocks, words become values, all becomes an article."""

from __future__ import annotations

import html
import re
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import accumulate

from kg.article import Article, Datum, PartKind, Span
from kg.errors import ReadError
from kg.readers.blocks import Block, Run, aligned, compose, one_line
from kg.readers.draft import Draft
from kg.readers.fields.nodes import Node
from kg.readers.fields.people import take_authors
from kg.readers.fields.values import TAG, Value
from kg.readers.html import fragments
from kg.readers.printed import layout
from kg.readers.xml.xmltree import joined

Taker = Callable[[Value], None]
Spelling = Callable[[Span, bytes], tuple[Run, ...]]

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_SPACE = re.compile(r"\s+")
_LINE_BREAK = re.compile(r"\n+")
# Who wraps lines does so before this
_WIDEST = 120
_BLANK_LINE = re.compile(r"\n[ \t\r]*\n\s*")
_BY = re.compile(r"(?:by|von|par|por|di|door|av|af):?\s+", re.IGNORECASE)
_INVERTED = re.compile(r"[^\W\d_][\w'’-]+, [^\W\d_][\w'’-]+(?: [^\W\d_]\.)?")
# RFC 822, 5.1: here these letters name one zone each, which elsewhere they do not
_HOURS = {"UT": 0, "EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7}
_MAIL_DATE = re.compile(
    r"(?:[A-Za-z]{2,9}\.?,?\s{1,3})?([0-9]{1,2}\s[A-Za-z]{3,9})\s([0-9]{4}|[0-9]{2})\s([0-9]{1,2}:[0-9:]{2,5})\s?([A-Z]{1,3}|[+-][0-9]{4})?"
)


def value(found: Datum | None, draft: Draft) -> Value | None:
    """Return a datum as a value that can be taken as one of front matter is; None for none."""
    return Value(Node("scalar", found.span or Span(0, 0), found.text), draft, found.evidence) if found else None


def take(found: Datum | None, draft: Draft, taker: Taker) -> None:
    """Give a datum, if there is one, to a function of `takes`."""
    given = value(found, draft)
    if given is not None:
        taker(given)


def take_names(found: Datum, draft: Draft) -> None:
    """Take the authors that a text names, without the "By", "Von" or "Par" before them.

    "Novak, Marie" is one, as catalogues write names, and kept as it is printed.
    """
    by = _BY.match(found.text)
    given = Node("scalar", found.span or Span(0, 0), found.text[by.end() :] if by else found.text)
    node = Node("list", given.span, items=[given]) if _INVERTED.fullmatch(given.text) else given
    take_authors(Value(node, draft, found.evidence))


def mail_date(datum: Datum | None) -> Datum | None:
    """Return the date of a mail or feed (RFC 822: "Mon, 06 May 24 10:00 EST") with the whole year and its zone in figures."""
    match = _MAIL_DATE.fullmatch(" ".join(datum.text.split())) if datum else None
    if datum is None or match is None:
        return datum
    day, year, clock, zone = match.groups()
    year = year if len(year) == 4 else f"{'20' if int(year) < 70 else '19'}{year}"
    hours = _HOURS.get(zone or "")
    return replace(datum, text=f"{day} {year} {clock} {zone or '' if hours is None else f'{hours:+03}:00'}".strip())


def has_tags(text: str) -> bool:
    """Tell whether a text of which nobody says what it is has tags of HTML in it."""
    return TAG.search(text) is not None


def passages(
    text: str, span: Span | None, draft: Draft, spelling: Spelling, base: str | None = None, is_html: bool | None = None
) -> list[Block]:
    """Return a text that stands in a span of the record as blocks; whether it is HTML, its tags tell where nobody does.

    Relative addresses in it become absolute where a base is known. A text without tags has a paragraph between blank lines.
    `spelling` returns the runs of what stands in a span, in the way of XML or of JSON.
    """
    body = draft.record.body
    if is_html if is_html is not None else has_tags(text):
        return fragment(text, span, body, draft, base)
    words = text if is_html is False else html.unescape(text)
    return paragraphs(_runs(words, span, body, spelling))


def fragment(text: str, span: Span | None, body: bytes, draft: Draft, base: str | None) -> list[Block]:
    """Return a fragment of HTML as blocks: `body` is the record's, perhaps as `xmltree.markup` writes it."""
    try:
        found = fragments.blocks(text, span or Span(0, 0), body)
    except ReadError as error:
        raise ReadError(error.reason, draft.record.place(span)) from error
    return [_resolved(block, base) for block in found]


def _runs(text: str, span: Span | None, body: bytes, spelling: Spelling) -> tuple[Run, ...]:
    """Return the runs of a text as its source spells it; where it was mended besides, its words are looked for there."""
    if span is None:
        return (Run(text, 0, 0),)
    runs = spelling(span, body)
    if "".join(run.text for run in runs) == text:
        return runs
    words = parts(runs, _SPACE)
    if " ".join(word.text for word in words) == text:
        return _spaced(words, " ")
    return aligned(text, span, body)


def _spaced(blocks: Sequence[Block], gap: str) -> tuple[Run, ...]:
    """Return the runs of blocks that follow each other with a gap that is white space in the source."""
    runs = (run for block in blocks for run in (Run(gap, block.span.begin, block.span.begin, "soft"), *block.runs))
    return tuple(runs)[1:]


def paragraphs(runs: tuple[Run, ...]) -> list[Block]:
    """Return a text without mark-up as a paragraph for each stretch between blank lines.

    Where there is no blank line and lines are longer than anybody wraps them, each is a paragraph.
    """
    text = "".join(run.text for run in runs).strip()
    is_wrapped = _BLANK_LINE.search(text) or max(map(len, text.split("\n"))) <= _WIDEST
    return [_soft(piece) for piece in parts(runs, _BLANK_LINE if is_wrapped else _LINE_BREAK)]


def parts(runs: tuple[Run, ...], gap: re.Pattern[str]) -> list[Block]:
    """Return the stretches of a text between gaps as paragraphs, without those that are empty. Takes linear time."""
    runs = tuple(_lines(runs))
    starts = [0, *accumulate(len(run.text) for run in runs)]
    text = "".join(run.text for run in runs)
    found, begin = list[Block](), 0
    for match in [*gap.finditer(text), None]:
        end = match.start() if match else len(text)
        low, high = bisect_right(starts, begin) - 1, bisect_left(starts, end)
        if text[begin:end].strip():
            block = Block("paragraph", Span(runs[low].begin, runs[high - 1].end), runs[low:high])
            found.append(block.part(begin - starts[low], end - starts[low]))
        begin = match.end() if match else end
    return found


def _lines(runs: tuple[Run, ...]) -> Iterator[Run]:
    """Yield the runs cut behind each line break, so that none is long."""
    for run in runs:
        if not run.is_literal:
            yield run
            continue
        byte = run.begin
        for line in _LINE.findall(run.text):
            yield run._replace(text=line, begin=byte, end=byte + len(line.encode()))
            byte += len(line.encode())


def _soft(block: Block) -> Block:
    """Return a paragraph whose line breaks are those of its source only."""
    lines = block.lines()
    return replace(block, runs=_spaced(lines, "\n")) if len(lines) > 1 else block


def _resolved(block: Block, base: str | None) -> Block:
    if base is None or not block.links:
        return block
    is_page = re.compile(r"\s*(?!#)\S")
    links = (link._replace(address=joined(base, link.address)) if is_page.match(link.address) else link for link in block.links)
    return replace(block, links=tuple(links))


def finish(draft: Draft, body: Sequence[Block], spelling: Spelling) -> Article:
    """Return the article of a draft with its text (see `arranged`)."""
    return draft.finish(compose(arranged(draft, body, spelling)))


def arranged(draft: Draft, body: Sequence[Block], spelling: Spelling) -> list[tuple[PartKind, Block]]:
    """Return the text of an article: headline, abstract, then the blocks, but for a heading that is the headline."""
    source = draft.record.body

    def declared(datum: Datum) -> Block:
        return Block("paragraph", datum.span or Span(0, 0), _runs(datum.text, datum.span, source, spelling))

    parts: list[tuple[PartKind, Block]] = []
    rest = list(body)
    if draft.title:
        parts.append(("headline", declared(draft.title)))
        if rest and rest[0].kind == "heading" and one_line(rest[0].text) == draft.title.text:
            rest = rest[1:]
    if draft.abstract:
        parts.append(("abstract", declared(draft.abstract)))
    parts.extend((layout.PART_KINDS[block.kind], block) for block in rest if block.kind in layout.PART_KINDS)
    return parts
