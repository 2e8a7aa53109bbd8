"""A page as blocks of text that remember their bytes: what the Markdown and plain-text readers have in common."""

from __future__ import annotations

import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Literal, NamedTuple

from kg.article import Datum, Part, PartKind, Span

RunKind = Literal["text", "code", "soft", "hard"]
BlockKind = Literal["heading", "paragraph", "quotation", "item", "cell", "code", "rule"]

# Long runs are cut so that finding the byte behind an offset never decodes more than this many characters
_RUN_LENGTH = 512


class Run(NamedTuple):
    """Characters that stand together in the source, or a line break (a soft one is a space in the text)."""

    text: str
    begin: int
    end: int
    kind: RunKind = "text"

    @property
    def is_literal(self) -> bool:
        """Tell whether the source spells the characters as they are, so that more of them may be added."""
        return self.end - self.begin == len(self.text.encode())


class Link(NamedTuple):
    """A linked phrase of a block: code points of its text, the address as written, the bytes of the whole link."""

    begin: int
    end: int
    address: str
    span: Span


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, heading, list item, table cell … with its text, its links and where it stands."""

    kind: BlockKind
    span: Span
    runs: tuple[Run, ...] = ()
    links: tuple[Link, ...] = ()
    style: Literal["", "emphasis", "strong"] = ""
    text: str = field(init=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", "".join(run.text for run in self.runs))

    def part(self, begin: int, end: int) -> Block:
        """Return the block of `text[begin:end]`, with the links that lie in it."""
        given = begin, end
        begin, end = _trim(self.text, begin, end)
        if (begin, end) == (0, len(self.text)) and self.runs:
            return Block(self.kind, Span(self.runs[0].begin, self.runs[-1].end), self.runs, self.links, self.style)
        runs = []
        start = 0
        for run in self.runs:
            stop = start + len(run.text)
            if start < end and begin < stop:
                low, high = max(begin - start, 0), min(end, stop) - start
                runs.append(_cut(run, low, high))
            start = stop
        links = (
            link._replace(begin=max(link.begin, begin) - begin, end=min(max(link.end, begin), end) - begin)
            for link in self.links
            if given[0] <= link.begin and link.end <= given[1] and (link.begin < given[1] or given[1] == len(self.text))
        )
        span = Span(runs[0].begin, runs[-1].end) if runs else Span(self.span.begin, self.span.begin)
        return Block(self.kind, span, tuple(runs), tuple(links), self.style)

    def lines(self) -> list[Block]:
        """Return a block for each line that is not blank."""
        if "\n" not in self.text.strip():
            return [self.part(0, len(self.text))]
        starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        ends = [*(start - 1 for start in starts[1:]), len(self.text)]
        return [self.part(b, e) for b, e in zip(starts, ends, strict=True) if self.text[b:e].strip()]

    def datum(self, begin: int = 0, end: int | None = None, evidence: str = "") -> Datum:
        """Return `text[begin:end]` without outer space, on one line, with its place in the source and what it was found by."""
        piece = self.part(begin, len(self.text) if end is None else end)
        return Datum(one_line(piece.text), piece.span, evidence)


def one_line(text: str) -> str:
    """Return the text clean and with each run of white space as one space."""
    return " ".join(clean(text).split())


def clean(text: str) -> str:
    """Return the text in NFC, without control characters but tab and newline."""
    if text.isprintable():
        return (
            text
            if text.isascii() or unicodedata.is_normalized("NFC", text)
            else _CONTROL.sub("", unicodedata.normalize("NFC", text))
        )
    text = _CONTROL.sub("", text)
    return text if unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)


_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")


def _cut(run: Run, low: int, high: int) -> Run:
    """Return the run of `run.text[low:high]`; a run spelt otherwise in the source (an entity) keeps its bytes."""
    if high - low == len(run.text) or len(run.text.encode()) != run.end - run.begin:
        return run._replace(text=run.text[low:high])
    begin = run.begin + len(run.text[:low].encode())
    return run._replace(text=run.text[low:high], begin=begin, end=begin + len(run.text[low:high].encode()))


def _trim(text: str, begin: int, end: int) -> tuple[int, int]:
    piece = text[begin:end]
    begin += len(piece) - len(piece.lstrip())
    return begin, max(begin, begin + len(piece.strip()))


_PIECE = re.compile(r"\s*(?:\w+|[^\w\s])")
# How far markup may part two words that stand side by side in the text: a tag with an address in it
_WIDEST_GAP = 300


def aligned(text: str, span: Span, body: bytes) -> tuple[Run, ...]:
    """Return the runs of a text that its source may spell otherwise (folded, quoted, with tags): piece by piece.

    A word is looked for behind the one before; a sign that does not stand right there (an apostrophe for `&rsquo;`) has no
    bytes of its own.
    """
    if body[span.begin : span.end] == text.encode():
        return (Run(text, *span),)
    runs: list[Run] = []
    position = span.begin
    for piece in _PIECE.finditer(text):
        lead, letters = piece[0][: -len(piece[0].lstrip())], piece[0].lstrip()
        whole, bare = piece[0].encode(), letters.encode()
        if runs and runs[-1].is_literal and runs[-1].end == position and body.startswith(whole, position, span.end):
            runs[-1] = Run(runs[-1].text + piece[0], runs[-1].begin, position + len(whole))
        else:
            reach = min(span.end, position + _WIDEST_GAP) if letters[0].isalnum() else position + len(lead.encode()) + len(bare)
            found = body.find(bare, position, reach)
            begin = found if found >= 0 else position
            runs.extend([Run(lead, position, position)] if lead else [])
            spelt = [] if found >= 0 else _with_references(letters, position, body[position : span.end])
            runs.extend(spelt or [Run(letters, begin, begin + len(bare) if found >= 0 else position)])
        position = runs[-1].end
    return tuple(runs)


_REFERENCE = re.compile(r"(&#?\w+;)")


def _with_references(word: str, begin: int, source: bytes) -> list[Run]:
    """Return the runs of a word that its source spells with character references (`Espa&#241;ol`); none where it does not."""
    written = source.decode(errors="replace")
    position = begin + len(written[: len(written) - len(written.lstrip())].encode())
    runs: list[Run] = []
    for piece in filter(None, _REFERENCE.split(written.split(None, 1)[0] if written.strip() else "")):
        text = html.unescape(piece)[: len(word)]
        if not word.startswith(text):
            return []
        runs.append(Run(text, position, position + len(piece.encode())))
        word, position = word[len(text) :], runs[-1].end
        if not word:
            return runs
    return []


# --- paragraphs that a page break cut in two -----------------------------------------------------------------------
_CUT_END = re.compile(r"(?<!\S)[^\s@/]*[\w,’'\"”)]\Z")
_GOES_ON = re.compile(r"[\f\s]*[^\W\d_]+(?:['’-]\w+)*[,;:!?)]?(?:\s|\Z)")
_PAGE_NUMBER = re.compile(r"[\f\s]*(?:[-–—\[(]?\s*)?(?:[Pp]age\s+)?\d{1,4}(?:\s*(?:/|of)\s*\d{1,4})?\s*[-–—\])]?[\f\s]*\Z")
_SHORTEST_CUT = 40


def join_cut_paragraphs(blocks: Sequence[Block]) -> list[Block]:
    """Return the blocks with each paragraph that a page break cut in two as one again, the page number dropped.

    A paragraph of some length that ends without a full stop, and the next that goes on in lower case, are one.
    """
    joined: list[Block] = []
    for index, block in enumerate(blocks):
        if _is_page_number(block) and joined and index + 1 < len(blocks) and _continues(joined[-1], blocks[index + 1]):
            continue
        if joined and _continues(joined[-1], block):
            joined[-1] = _joined(joined[-1], block)
        else:
            joined.append(block)
    return joined


def _is_page_number(block: Block) -> bool:
    # "- 12 -" is a list item in Markdown
    return block.kind in ("paragraph", "item") and _PAGE_NUMBER.fullmatch(block.text) is not None


def _continues(first: Block, second: Block) -> bool:
    if first.kind != "paragraph" or second.kind != "paragraph" or first.style or second.style:
        return False
    before, after = first.text.strip(), second.text.strip("\f \n")
    goes_on = after[:1].islower() and _GOES_ON.match(after) is not None
    return goes_on and len(before) >= _SHORTEST_CUT and _CUT_END.search(before) is not None


def _joined(first: Block, second: Block) -> Block:
    gap = Run("\n", first.span.end, second.span.begin, "soft")
    shift = len(first.text) + 1
    links = (link._replace(begin=link.begin + shift, end=link.end + shift) for link in second.links)
    span = Span(first.span.begin, second.span.end)
    return Block("paragraph", span, (*first.runs, gap, *second.runs), (*first.links, *links))


# --- blocks become the article's text ------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Composed:
    """The text of an article with what stands in it: parts, bytes behind it, links (address as written)."""

    text: str
    parts: tuple[Part, ...]
    runs: tuple[tuple[int, int], ...]
    links: tuple[Link, ...]


def compose(blocks: Iterable[tuple[PartKind, Block]]) -> Composed:
    """Join the blocks by blank lines: markup gone, soft breaks as spaces, in NFC, no control characters."""
    pieces: list[str] = []
    parts: list[Part] = []
    runs: list[tuple[int, int]] = []
    links: list[Link] = []
    length = 0
    for kind, given in blocks:
        block = given.part(0, len(given.text)) if given.text != given.text.strip() else given
        if not block.text:
            continue
        if pieces:
            pieces.append("\n\n")
            length += 2
        start, offsets = length, [length]
        codes: list[Part] = []
        for run in block.runs:
            text = " " if run.kind == "soft" and kind != "code" else clean(run.text)
            if run.kind == "code" and kind != "code":
                codes.append(Part("code", length, length + len(text)))
            if text is run.text and len(text) <= _RUN_LENGTH:
                runs.append((length, run.begin))
            else:
                runs.extend(_anchors(run, text, length))
            pieces.append(text)
            length += len(text)
            offsets.append(length)
        parts.append(Part(kind, start, length))
        parts.extend(codes)
        if block.links:
            starts = [0, *accumulate(len(run.text) for run in block.runs)]
            links.extend(_moved(link, starts, offsets) for link in block.links)
    return Composed("".join(pieces), tuple(parts), tuple(runs), tuple(links))


def _anchors(run: Run, text: str, offset: int) -> Iterator[tuple[int, int]]:
    """Yield pairs of text offset and source byte, at most `_RUN_LENGTH` characters apart."""
    yield offset, run.begin
    if run.kind in ("soft", "hard") or len(run.text.encode()) != run.end - run.begin:
        return
    byte = run.begin
    if text == run.text:
        for begin in range(_RUN_LENGTH, len(text), _RUN_LENGTH):
            byte += len(text[begin - _RUN_LENGTH : begin].encode())
            yield offset + begin, byte
        return
    for word in re.finditer(r"\s*\S*", run.text):
        # Normalising took or gave bytes: in a word that it changed, count from its end
        cleaned, start, byte = clean(word[0]), byte, byte + len(word[0].encode())
        same = next((i for i, (a, b) in enumerate(zip(cleaned, word[0], strict=False)) if a != b), len(cleaned))
        if same:
            yield offset, start
        for index in range(same, len(cleaned)):
            yield offset + index, max(0, byte - len(cleaned[index:].encode()))
        offset += len(cleaned)


def _moved(link: Link, starts: Sequence[int], offsets: Sequence[int]) -> Link:
    """Return the link with offsets of the article's text; each run may have changed its length when it was cleaned.

    `starts` are the offsets of the runs in the block, `offsets` those in the article.
    """

    def moved(position: int) -> int:
        index = bisect_right(starts, position) - 1
        return min(offsets[index] + position - starts[index], offsets[-1])

    return link._replace(begin=moved(link.begin), end=moved(link.end))
