"""Plain text: the article's text is the file, exactly; offsets count from its first character."""

from __future__ import annotations

import re
from bisect import bisect_right

from kg.article import Article, Part, Record, Span
from kg.readers.blocks import Block, Composed, Run, join_cut_paragraphs
from kg.readers.decoding import decode
from kg.readers.draft import Draft
from kg.readers.printed import layout

_LINE = re.compile(r"[^\r\n]+")
_PIECE = 512


def read_text(record: Record) -> Article:
    """Return the article of a plain-text record. Raises `ReadError` with every fault found."""
    text, lead = decode(record)
    draft = Draft(record)
    runs = _runs(text, lead)
    blocks = join_cut_paragraphs(_blocks(text, runs))
    starts = [byte for _, byte in runs]

    def character(byte: int) -> int:
        index = max(bisect_right(starts, byte) - 1, 0)
        begin, start = runs[index]
        return begin + len(record.body[start:byte].decode())

    found = layout.read(blocks, draft, plain=True)
    parts = (Part(kind, character(block.span.begin), character(block.span.end)) for kind, block in found)
    return draft.finish(Composed(text, tuple(sorted(parts, key=lambda part: part.begin)), runs, ()))


def _runs(text: str, lead: int) -> tuple[tuple[int, int], ...]:
    """Return pairs of character and byte, close enough together that finding one from the other is cheap."""
    byte, runs = lead, []
    for begin in range(0, len(text), _PIECE):
        runs.append((begin, byte))
        byte += len(text[begin : begin + _PIECE].encode())
    return tuple(runs)


def _blocks(text: str, runs: tuple[tuple[int, int], ...]) -> list[Block]:
    """Return a paragraph for each stretch of lines that are not blank."""
    blocks: list[Block] = []
    lines: list[Run] = []
    end = 0
    for match in _LINE.finditer(text):
        if not match[0].strip():
            continue
        if lines and re.search(r"\n\s*\n|\r\s*\r", text[end : match.start()].replace("\r\n", "\n")):
            blocks.append(_paragraph(lines))
            lines = []
        begin_byte = _byte(text, match.start(), runs)
        end_byte = begin_byte + len(match[0].encode())
        if lines:
            lines.append(Run("\n", lines[-1].end, begin_byte, "soft"))
        lines.append(Run(match[0], begin_byte, end_byte))
        end = match.end()
    if lines:
        blocks.append(_paragraph(lines))
    return blocks


def _paragraph(lines: list[Run]) -> Block:
    return Block("paragraph", Span(lines[0].begin, lines[-1].end), tuple(lines))


def _byte(text: str, offset: int, runs: tuple[tuple[int, int], ...]) -> int:
    begin, byte = runs[offset // _PIECE]
    return byte + len(text[begin:offset].encode())
