"""The names by which formats are asked for: `turtle`, `turtle.gz`, `csv` for all tables, `csv:mentions` for one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from functools import cache
from typing import NamedTuple

from kg.errors import UsageError
from kg.exporters.formats import FORMATS, Format
from kg.exporters.packing import PACKINGS

# Each name with the rows of `FORMATS` that it stands for
NAMES: Mapping[str, tuple[str, ...]] = {
    **{name: (name,) for name in FORMATS},
    "csv": tuple(name for name in FORMATS if name.startswith("csv:")),
}


class Variant(NamedTuple):
    """A row of `FORMATS`, and how it is packed: a key of `PACKINGS`."""

    row: str
    packing: str = ""

    @property
    def form(self) -> Format:
        """The row itself."""
        return FORMATS[self.row]

    def file_name(self, part: str = "") -> str:
        """Return the name of the file, or of a part of it."""
        return f"{self.form.stem}{part}{self.form.suffix}{self.packing}"


@cache
def variants(name: str) -> tuple[Variant, ...]:
    """Return what a name stands for. Raises `UsageError` for one that there is not, with the nearest that there is."""
    base, dot, ending = name.partition(".")
    if base in NAMES and dot + ending in PACKINGS:
        return tuple(Variant(row, dot + ending) for row in NAMES[base])
    near = difflib.get_close_matches(name, [known + packing for known in NAMES for packing in PACKINGS], 1)
    packed = ", ".join(filter(None, PACKINGS))
    hint = f"did you mean {near[0]!r}?" if near else f"there are {', '.join(NAMES)}, each also packed: {packed}"
    raise UsageError(f"unknown format {name!r}; {hint}")


def all_variants(names: Iterable[str]) -> tuple[Variant, ...]:
    """Return what several names stand for, each once."""
    return tuple(dict.fromkeys(variant for name in names for variant in variants(name)))
