"""Above the text: title, byline, dateline, labelled lines and abstract."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.readers.blocks import Block
from kg.readers.draft import Draft
from kg.readers.printed import labels
from kg.readers.printed.footer import Footer
from kg.readers.printed.lines import LONGEST, Lines, is_publication

_LONGEST_TITLE = 250
_MOST_TITLE_LINES = 3
_LONGEST_KICKER = 60
_MOST_ABOVE_TITLE = 4
_UNDERLINE = re.compile(r"[=\-~*_]{3,}")
# A line that ends in the middle of a list of names is one with the next, and so is a term with its definition
_LINE_END = re.compile(r"(?<![,;&])(?<!\sand)\n(?!:\s)")
_SENTENCE_END = (".", ",", ";", ":")
_CELLS = ("cell", "item")
_MOST_LABELS = 20
_MOST_LINES = 40
# How many blocks further on it is looked whether a block stands above more of the header
_FAR = 2 * _MOST_LABELS + 2


class Header:
    """Reads the header of a page until the text begins; `title` and `abstract` are the blocks of what was found there."""

    def __init__(self, draft: Draft, plain: bool) -> None:
        self.title: Block | None = None
        self.abstract: Block | None = None
        self.lines = Lines(draft)
        self._draft = draft
        self._plain = plain

    def read(self, blocks: list[Block]) -> list[Block]:
        """Read title, lines and abstract; return the blocks below them."""
        above, rest = self._read_title(blocks)
        return self.read_lines([*above, *rest], with_abstract=True)

    def read_lines(self, blocks: list[Block], with_abstract: bool = False) -> list[Block]:
        """Read byline, dateline and labelled lines, and where asked for an abstract in italics; return the rest."""
        kept: list[Block] = []
        index = 0
        while index < len(blocks):
            block, after = blocks[index], blocks[index + 1 : index + 1 + _FAR]
            taken, left = self._take(block, after)
            if left and with_abstract and self.abstract is None and self._is_abstract(block, after):
                self.abstract, left = block, []
                self._draft.abstract = block.datum(evidence="italics below the title")
            kept.extend(left)
            index += taken
            if left and not self._is_between_lines(left[0], after):
                break
        self.lines.settle()
        return [*kept, *blocks[index:]]

    def _take(self, block: Block, after: Sequence[Block]) -> tuple[int, list[Block]]:
        """Take a block, or the list or table that begins with it; return how many blocks it is, and what is not of the header."""
        if block.kind in _CELLS:
            taken = self._take_table([block, *after])
            return max(taken, 1), [] if taken else [block]
        if block.kind == "rule":
            return 1, [] if self.lines.count and not self.abstract else [block]
        return 1, self._take_lines(block, after) if block.kind in ("paragraph", "heading", "quotation") else [block]

    def _is_between_lines(self, block: Block, after: Sequence[Block]) -> bool:
        """Tell whether a short stretch that we do not know stands above a line that we know: then it is text, alone."""
        if block.kind not in ("paragraph", "heading") or len(block.text) > LONGEST // 2 or not after:
            return False
        if self.lines.count or block.text.rstrip().endswith(_SENTENCE_END):
            first = next(iter(_lines(after[0])), (0, 0))
            return block.kind == "paragraph" and labels.labelled(after[0].part(*first).text) is not None
        probe = Header(Draft(self._draft.record), self._plain)
        probe.title = self.title
        _, left = probe._take(after[0], after[1:])
        return probe.lines.count > 0 and (not left or left[0].text != after[0].text)

    # --- the title -------------------------------------------------------------------------------------------------------
    def _read_title(self, blocks: list[Block]) -> tuple[list[Block], list[Block]]:
        """Take the title off the top: a heading, a paragraph in bold, or the line above a byline.

        Lines of the header may stand above it; they are returned, and the blocks below it.
        """
        rest = blocks[1:] if blocks and blocks[0].kind == "rule" else blocks
        if not rest:
            return [], rest
        first, *after = rest
        end = len(first.text) if first.kind == "heading" else self._title_end(first, after)
        if not end:
            above = self._above_heading(rest)
            if not above:
                return [], rest
            first, *after = rest[above:]
            end = len(first.text)
        lines = [line for line in _lines(first) if line[1] <= end and not _UNDERLINE.fullmatch(first.text[slice(*line)].strip())]
        self.title = first.part(0, lines[-1][1] if lines else end)
        self._draft.title = self.title.datum(evidence="heading" if first.kind == "heading" else "first line")
        below = first.part(end, len(first.text))
        before = rest[: len(rest) - len(after) - 1]
        return before, [below, *after] if below.text else after

    def _above_heading(self, blocks: Sequence[Block]) -> int:
        """Return how many lines of the header, or short words over the title, stand above the first heading; 0 if text does."""
        for index, block in enumerate(blocks[: _MOST_ABOVE_TITLE + 1]):
            if block.kind == "heading":
                return index
            lines = _lines(block)
            is_known = (
                block.kind == "paragraph" and 0 < len(lines) <= _MOST_LINES and all(self._knows(block, line) for line in lines)
            )
            is_short = block.kind == "paragraph" and len(block.text) <= _LONGEST_KICKER
            if not is_known and not (index == 0 and is_short and not block.text.endswith(_SENTENCE_END)):
                return 0
        return 0

    def _title_end(self, first: Block, after: list[Block]) -> int:
        """Return where the title in a paragraph ends; 0 where there is none."""
        lines = _lines(first)
        if first.kind != "paragraph" or not lines or self._knows(first, lines[0]):
            return 0
        top = lines[: _MOST_TITLE_LINES + 1]
        known = next((index for index, line in enumerate(top) if self._knows(first, line)), 0)
        begin, end = lines[0][0], lines[known - 1][1] if known else len(first.text)
        text = first.text[begin:end].strip()
        if len(text) > _LONGEST_TITLE or (known or len(lines)) > _MOST_TITLE_LINES or not re.search(r"\w", text):
            return 0
        if first.style == "strong" and (known or after):
            return end
        if after and (after[0].kind == "heading" or (text.isupper() and self._above_heading([first, *after]))):
            return 0
        above_header = bool(known) or (bool(after) and bool(_lines(after[0])) and self._knows(after[0], _lines(after[0])[0]))
        alone = self._plain and bool(after) and len(lines) == 1
        underlined = self._plain and _UNDERLINE.fullmatch(first.text[slice(*lines[-1])].strip()) is not None
        return end if (above_header or alone or underlined) and not text.endswith(_SENTENCE_END) else 0

    def _is_abstract(self, block: Block, after: Sequence[Block]) -> bool:
        return block.kind == "paragraph" and block.style == "emphasis" and bool(after) and not Footer.knows(block)

    # --- the lines -------------------------------------------------------------------------------------------------------
    def _take_lines(self, block: Block, after: Sequence[Block]) -> list[Block]:
        """Read the lines of a block; return what is not of the header, as one block again."""
        lines = _lines(block)
        for index, (begin, end) in enumerate(lines):
            if index == _MOST_LINES:
                return [block.part(begin, len(block.text))]
            line = block.part(begin, end)
            is_strict = block.kind == "quotation" and labels.labelled(line.text) is None
            if not is_strict and self.lines.take(line):
                continue
            if is_strict or not self._is_named(block, line, lines[index + 1 :], after):
                return [block.part(begin, len(block.text))]
        return []

    def _is_named(self, block: Block, line: Block, below: Sequence[tuple[int, int]], after: Sequence[Block]) -> bool:
        """Take a line of names alone: in italics or bold, or above a line that we know."""
        following, next_lines = (block, below) if below else (after[0], _lines(after[0])) if after else (block, [])
        is_above = bool(next_lines) and self._knows(following, next_lines[0])
        is_last = bool(self.lines.count) and is_publication(line.text) and not below
        # A line in bold is as often a heading, and where the title is declared, so may be the authors
        is_alone = self.title is not None and block.kind == "paragraph" and not below and "\n" not in block.text
        is_styled = block.style == "emphasis" or (block.style == "strong" and "," in line.text)
        return (is_above or is_last or (is_alone and is_styled)) and self.lines.take_names(line)

    def _take_table(self, blocks: Sequence[Block]) -> int:
        """Take a table of labels and what they say, or a list of labelled lines; return how many blocks it has."""
        kind = blocks[0].kind
        end = next((index for index, block in enumerate(blocks) if block.kind != kind), len(blocks))
        cells = blocks[: min(end, 2 * _MOST_LABELS)]
        if kind == "item":
            known = end <= _MOST_LABELS and all(labels.labelled(cell.text) for cell in cells)
            return end if known and all(self.lines.take(cell) for cell in cells) else 0
        half = len(cells) // 2
        pairs = list(zip(cells[::2], cells[1::2], strict=False))
        if not all(labels.find(label.text) for label, _ in pairs):
            pairs = list(zip(cells[:half], cells[half:], strict=False))
        found = [(labels.find(label.text), label, value) for label, value in pairs]
        if len(cells) != end or end % 2 or not found or not all(label for label, _, _ in found):
            return 0
        for role, label, value in found:
            if role:
                self.lines.take_cell(role, label, value)
        return end

    def _knows(self, block: Block, line: tuple[int, int]) -> bool:
        """Tell whether a line is one of the header, without taking it."""
        text = block.part(*line)
        return block.kind in ("paragraph", "heading") and Lines(Draft(self._draft.record)).take(text)


def _lines(block: Block) -> list[tuple[int, int]]:
    """Return begin and end of each line of a block that is not blank."""
    if "\n" not in block.text:
        return [(0, len(block.text))] if block.text.strip() else []
    starts = [0, *(match.end() for match in _LINE_END.finditer(block.text))]
    ends = [*(start - 1 for start in starts[1:]), len(block.text)]
    return [(begin, end) for begin, end in zip(starts, ends, strict=True) if block.text[begin:end].strip()]
