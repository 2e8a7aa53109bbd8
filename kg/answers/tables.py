"""A table for people: columns as wide as they need, or as the terminal leaves them; what does not fit goes on below.

No lines are drawn but one of hyphens under the head, so that what is copied from a terminal is text and spaces.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, zip_longest

from kg.answers.cells import EMPTY, Cell, Cells
from kg.answers.wrapping import length, wrapped

_GAP = "  "
_NARROWEST = 12  # of a column that needs more; where not even that fits, each row becomes a list of its cells
_WIDEST = 100  # of a column where nobody looks on: what is longer there moves what follows it


class _Column:
    """What a column has to be: known once every row was seen."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._is_numeric = True
        self._widest: dict[str | None, int] = {}  # by language

    def see(self, cell: Cell) -> None:
        """Take a cell into account."""
        if cell.width > self._widest.get(cell.language, -1):
            self._widest[cell.language] = cell.width
        if not cell.is_number and cell.text:
            self._is_numeric = False

    @property
    def tells_language(self) -> bool:
        """Whether texts of several languages stand in it, or such that have one and such that have none."""
        return len(self._widest.keys() - {None}) > 1

    @property
    def is_numeric(self) -> bool:
        """Whether all that stands in it are numbers, and any."""
        return self._is_numeric and any(self._widest.values())

    @property
    def needed(self) -> int:
        """How wide it is where there is room enough."""
        tells = self.tells_language
        widths = (Cell("", width, language=language).tagged(tells).width for language, width in self._widest.items())
        return max([length(self.name), 1, *widths])


def table(body: bytes, cells: Cells, width: int | None = None) -> Iterator[str]:
    """Yield a table of solutions, which are TSV, in lines; `width` is that of the terminal, None where nobody looks on."""
    head, *rows = body.split(b"\n")[:-1]
    columns = [_Column(name.decode()[1:]) for name in head.split(b"\t") if name]
    for row in rows:
        for column, raw in zip(columns, row.split(b"\t"), strict=False):
            column.see(cells.of(raw) if raw else EMPTY)
    tells = [column.tells_language for column in columns]

    def shown() -> Iterator[list[Cell]]:
        for row in rows:
            found = (cells.of(raw) if raw else EMPTY for raw in row.split(b"\t"))
            yield [cell.tagged(tell) for tell, cell in zip(tells, found, strict=False)]

    widths = _fitted([column.needed for column in columns], width)
    heads = [Cell(column.name, length(column.name)) for column in columns]
    if not columns:
        pass  # solutions without variables: there is only their number to tell
    elif widths is None:
        yield from _records(heads, shown(), width)
    else:
        rule = [Cell("-" * each, each) for each in widths]
        sides = [column.is_numeric for column in columns]
        for row_of_cells in chain([heads, rule], shown()):
            yield from _row(row_of_cells, widths, sides, wraps=width is not None)
    yield f"{len(rows):,} row{'s' * (len(rows) != 1)}\n"


def _fitted(needed: Sequence[int], width: int | None) -> list[int] | None:
    """Return how wide each column becomes: short ones stay whole, long ones share the rest. None where too little is left."""
    if width is None:
        return [min(need, _WIDEST) for need in needed]
    room = width - len(_GAP) * (len(needed) - 1)
    if sum(needed) <= room:
        return list(needed)
    if sum(min(need, _NARROWEST) for need in needed) > room:
        return None
    widths = list(needed)
    for done, at in enumerate(sorted(range(len(needed)), key=lambda at: needed[at])):
        widths[at] = min(needed[at], room // (len(needed) - done))
        room -= widths[at]
    return widths


def _row(cells: Sequence[Cell], widths: Sequence[int], are_right: Sequence[bool], wraps: bool) -> Iterator[str]:
    """Yield the lines of a row."""
    lines: Iterable[Sequence[Cell]] = [cells]
    if wraps and any(cell.width > width or "\n" in cell.text for cell, width in zip(cells, widths, strict=True)):
        parts = zip_longest(*(wrapped(cell.text, width) for cell, width in zip(cells, widths, strict=True)), fillvalue="")
        lines = ([Cell(part, length(part)) for part in line] for line in parts)
    for line in lines:
        padded = (_padded(cell, width, is_right) for cell, width, is_right in zip(line, widths, are_right, strict=True))
        yield f"{_GAP.join(padded).rstrip(' ')}\n"


def _padded(cell: Cell, width: int, is_right: bool) -> str:
    space = " " * (width - cell.width)
    return space + cell.text if is_right else cell.text + space


def _records(heads: Sequence[Cell], rows: Iterable[Sequence[Cell]], width: int | None) -> Iterator[str]:
    """Yield each row as a list, a line a cell: its name, and what stands in it; an empty line after each."""
    indent = max(head.width for head in heads)
    room = max((width or 0) - indent - len(_GAP), _NARROWEST)
    for row in rows:
        for head, cell in zip(heads, row, strict=True):
            for at, part in enumerate(wrapped(cell.text, room)):
                yield f"{_padded(EMPTY if at else head, indent, False)}{_GAP}{part}".rstrip(" ") + "\n"
        yield "\n"
