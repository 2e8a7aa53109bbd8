"""Printed lines become paragraphs again: by the gaps, indents and letters between them, across columns and pages.

The lines come in the order of the text layer, which is the order in which the columns are read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal, NamedTuple

from kg.pdfium import Line, Page

# In parts of a line's letter size
_SAME_LINE, _INDENT, _WIDE_SPACE = 0.3, 0.6, 3.0
_SAME_SIZE = 0.08
# A gap of so much more than the usual distance of lines parts paragraphs; wider lines than that are set apart anyway
_GAP, _WIDEST = 1.25, 1.7
# A line is short where so much of the column's width is free behind it
_SHORT, _VERY_SHORT = 0.1, 0.22
_LARGER, _SMALLER = 1.12, 0.95
# So many lines above and below a line show the edges of its column
_AROUND = 10
# Running heads stand in this part of a page's height, at its top and bottom
_EDGE = 0.13
_LONGEST_HEADING = 200
_END = re.compile(r"[.!?:;…。！？][\"'”’»)\]]*\Z")
_START = re.compile(r"[\"'“‘«(\[¿¡]*[A-Z0-9ÀÁÂÄÅÆÇÈÉÊËÌÍÎÏÐÑÒÓÔÖØÙÚÛÜÝÞА-ЯΑ-Ω]")
_BULLET = re.compile(r"(?:[•▪◦‣●○■□▸►·∙]|[-–—*](?=\s)|\(?\d{1,2}[.)](?=\s+\S))\s*(?=\S)")
_MARK = re.compile(r"[•▪◦‣●○■□▸►·∙]|\(?\d{1,2}[.)]")
_NUMBER = re.compile(r"[-–—|\s]*(?:page\s+)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|of)\s*\d{1,4})?[-–—|\s]*", re.IGNORECASE)
HYPHENS = "-\u00ad\u2010"


class Edges(NamedTuple):
    """Where the lines around a line begin and end."""

    left: float
    right: float

    def free(self, line: Line) -> float:
        """Return which part of the width is free behind a line."""
        return (self.right - line.right) / max(self.right - self.left, 1)


@dataclass(slots=True)
class Paragraph:
    """Lines that belong together, each with the number of its page, from 0."""

    kind: Literal["paragraph", "heading", "item"]
    lines: list[tuple[int, Line]] = field(default_factory=list)
    is_full: bool = False  # its last line reaches the edge of the column

    @property
    def last(self) -> Line:
        """The last line."""
        return self.lines[-1][1]

    @property
    def size(self) -> float:
        """The size of its letters."""
        return self.lines[0][1].size


def paragraphs(pages: Sequence[Page]) -> list[Paragraph]:
    """Return the paragraphs of the pages, without running heads, feet and page numbers."""
    kept = [_with_marks(lines) for lines in without_running(pages)]
    usual = usual_size(kept)
    leading = _leading(kept)
    found: list[Paragraph] = []
    for number, lines in enumerate(kept):
        for column in _columns(lines):
            _read(column, number, found, leading, usual)
    for paragraph in found:
        if paragraph.kind == "paragraph" and _is_heading(paragraph, usual):
            paragraph.kind = "heading"
    return found


def usual_size(pages: Iterable[Sequence[Line]]) -> float:
    """Return the size in which most letters are set; 0 where there are none."""
    letters: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            letters[line.size] += len(line.text)
    return max(letters, key=lambda size: (letters[size], size), default=0.0)


def without_running(pages: Sequence[Page]) -> list[list[Line]]:
    """Return the lines of each page but those that stand in the same place of several, and the page numbers."""
    places: Counter[tuple[str, int]] = Counter()
    edges = [_at_edge(page) for page in pages]
    for lines in edges:
        places.update({_key(line) for line in lines})
    return [
        [line for line in page.lines if line not in edge or (not _NUMBER.fullmatch(line.text) and places[_key(line)] < 2)]
        for page, edge in zip(pages, edges, strict=True)
    ]


def _with_marks(lines: list[Line]) -> list[Line]:
    """Return the lines with the marks of lists, where they were drawn alone, before the items that they stand beside."""
    marks = {round(line.base): line for line in lines if _MARK.fullmatch(line.text)}
    if not marks:
        return lines
    found: list[Line] = []
    for line in lines:
        mark = marks.get(round(line.base))
        if mark and line.left > mark.left:
            found.append(line._replace(text=f"{mark.text} {line.text}"))
        elif line is not mark:
            found.append(line)
    return found


def _at_edge(page: Page) -> set[Line]:
    low, high = page.height * _EDGE, page.height * (1 - _EDGE)
    return {line for line in page.lines if line.base < low or line.base > high}


def _key(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+", "#", line.text.casefold()), round(line.base / 3)


def _leading(pages: Iterable[Sequence[Line]]) -> dict[float, float]:
    """Return how far apart lines of a size usually stand: a fifth of them stand no further."""
    steps: dict[float, list[float]] = {}
    for lines in pages:
        for above, below in pairwise(lines):
            step = above.base - below.base
            if above.size == below.size and _SAME_LINE * above.size < step < 4 * above.size:
                steps.setdefault(above.size, []).append(step)
    return {size: sorted(found)[len(found) // 5] for size, found in steps.items()}


def _columns(lines: Sequence[Line]) -> Iterator[Sequence[Line]]:
    """Yield stretches of lines each of which stands below the one before it, or beside it."""
    start = 0
    for index in range(1, len(lines)):
        above, line = lines[index - 1], lines[index]
        step = above.base - line.base
        is_beside = line.left > above.right + _WIDE_SPACE * line.size or line.right < above.left
        if step <= -_SAME_LINE * line.size or (is_beside and step > _SAME_LINE * line.size):
            yield lines[start:index]
            start = index
    if lines:
        yield lines[start:]


def _edges(column: Sequence[Line], index: int) -> Edges:
    """Return the edges of the lines around one: the outermost places at which several of them begin and end."""
    line = column[index]
    around = [other for other in column[max(0, index - _AROUND) : index + _AROUND] if abs(other.size - line.size) < 0.5]
    lefts, rights = Counter(round(other.left) for other in around), sorted((other.right for other in around), reverse=True)
    often = [left for left, count in lefts.items() if count * 5 >= len(around)]
    right = next((one for one, next_one in pairwise(rights) if one - next_one < 2), rights[0])
    return Edges(min(often or lefts), right)


def _read(column: Sequence[Line], page: int, found: list[Paragraph], leading: dict[float, float], usual: float) -> None:
    """Add the lines of a column to the last paragraphs or to new ones."""
    above: tuple[Paragraph, Edges] | None = None
    for index, line in enumerate(column):
        edges = _edges(column, index)
        below = column[index + 1] if index + 1 < len(column) else None
        is_indented = line.left > edges.left + _INDENT * line.size and not (below and _is_level(line, below))
        if above:
            paragraph = None if _parts(*above, line, leading, is_indented) else above[0]
        else:
            paragraph = next((old for old in _open(found, line, usual) if _goes_on(old, line, is_indented)), None)
        if paragraph is None:
            paragraph = Paragraph("item" if _BULLET.match(line.text) else "paragraph")
            found.append(paragraph)
        paragraph.lines.append((page, line))
        paragraph.is_full = edges.free(line) < _SHORT
        above = paragraph, edges


def _is_level(line: Line, other: Line) -> bool:
    return abs(line.left - other.left) < _SAME_LINE * line.size


def _parts(paragraph: Paragraph, edges: Edges, line: Line, leading: dict[float, float], is_indented: bool) -> bool:
    """Tell whether a line that stands below a paragraph, whose last line has these edges, begins a new one."""
    above = paragraph.last
    step = above.base - line.base
    if step < _SAME_LINE * line.size:
        return line.left > above.right + _WIDE_SPACE * line.size
    if abs(line.size - above.size) > _SAME_SIZE * above.size or line.bold != above.bold:
        return True
    usual = leading.get(line.size, step)
    if step > _GAP * usual:
        return True
    free = edges.free(above)
    if usual > _WIDEST * line.size and free > _SHORT:
        return True
    is_over = _END.search(above.text) is not None
    if _BULLET.match(line.text) and (is_over or free > _SHORT or paragraph.kind == "item"):
        return True
    # The text of an item is set in as a whole, that of a paragraph only where it begins
    is_elsewhere = line.left < paragraph.lines[0][1].left - _INDENT * line.size if paragraph.kind == "item" else is_indented
    if is_elsewhere:
        return is_over or free > _SHORT
    return is_over and free > _VERY_SHORT and _START.match(line.text) is not None


def _open(found: list[Paragraph], line: Line, usual: float) -> Iterator[Paragraph]:
    """Yield the paragraphs that a column may go on with: the last, and the last before notes in small letters."""
    for paragraph in reversed(found[-6:]):
        yield paragraph
        if paragraph.size >= _SMALLER * usual or line.size < _SMALLER * usual:
            return


def _goes_on(paragraph: Paragraph, line: Line, is_indented: bool) -> bool:
    """Tell whether the first line of a column belongs to a paragraph that ended with the column before."""
    last = paragraph.last
    if abs(line.size - last.size) > _SAME_SIZE * last.size or line.bold != last.bold or _BULLET.match(line.text):
        return False
    if last.hyphen or last.text.endswith(tuple(HYPHENS)) or line.text[:1].islower():
        return not _END.search(last.text)
    return paragraph.is_full and not is_indented and not _END.search(last.text) and len(paragraph.lines) > 1


def _is_heading(paragraph: Paragraph, usual: float) -> bool:
    text = " ".join(line.text for _, line in paragraph.lines)
    if len(text) > _LONGEST_HEADING or len(paragraph.lines) > 4 or not re.search(r"[^\W\d_]", text):
        return False
    if paragraph.size > _LARGER * usual:
        return True
    return all(line.bold for _, line in paragraph.lines) and paragraph.size > _SMALLER * usual and not text.endswith((".", ","))


def bullet(text: str) -> int:
    """Return how long the mark is with which an item of a list begins."""
    mark = _BULLET.match(text)
    return mark.end() if mark else 0
