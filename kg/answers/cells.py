"""A term becomes the words of a cell: short, on as few lines as it has, and nothing that a terminal would obey."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from kg import terms
from kg.answers.wrapping import needed

_NUMBERS = frozenset(
    f"<{terms.XSD}{name}>"
    for name in (
        "byte decimal double float int integer long negativeInteger nonNegativeInteger nonPositiveInteger positiveInteger short "
        "unsignedByte unsignedInt unsignedLong unsignedShort"
    ).split()
)
_BARE_NUMBER = re.compile(r"[+-]?\d*\.?\d+(?:[eE][+-]?\d+)?")
_LINE_END = re.compile(r"\r\n?|\n")
# What would end a line, or move to another place in it, as N-Triples writes it
_MOVES = {ord("\n"): r"\n", ord("\r"): r"\r", ord("\t"): r"\t"}


class Cell(NamedTuple):
    """What is shown of a term, and how much room it needs; `language` is "" for a text that has none, None for what is no text."""

    text: str
    width: int
    is_number: bool = False
    language: str | None = None

    def tagged(self, tells_language: bool) -> Cell:
        """Return the cell with its language, where that is to be told and there is one."""
        if not tells_language or not self.language:
            return self
        tag = f" @{self.language}"
        return Cell(self.text + tag, self.width + len(tag))


EMPTY = Cell("", 0)


class Cells:
    """Makes cells of terms as the engine writes them in TSV, which is as Turtle does.

    `prefixes` are those that the query declares; they go before ours. With `keeps_lines` a line of a text stays one.
    """

    def __init__(self, prefixes: Mapping[str, str] = {}, keeps_lines: bool = False) -> None:
        self._own = sorted(((space, prefix) for prefix, space in prefixes.items() if space), key=lambda own: (-len(own[0]), own[1]))
        self._declared = frozenset(prefixes)
        self._keeps_lines = keeps_lines
        self.of = lru_cache(1 << 16)(self._of)

    def _of(self, raw: bytes) -> Cell:
        text, is_number, language = raw.decode(), False, None
        if text.startswith('"'):
            text, tag, datatype = terms.parts(text)
            is_number = datatype in _NUMBERS
            language = tag if datatype in {terms.XSD_STRING, terms.LANG_STRING} else None
        elif text.startswith("<") and not text.startswith("<<"):
            text = self._shortened(text)
        else:
            is_number = _BARE_NUMBER.fullmatch(text) is not None
        shown = self._shown(text)
        return Cell(shown, needed(shown), is_number, language)

    def _shortened(self, term: str) -> str:
        """Return an IRI as the query could have it; without brackets where nothing makes it shorter."""
        iri = term[1:-1]
        for space, prefix in self._own:
            if iri.startswith(space) and terms.is_local_name(iri[len(space) :]):
                return f"{prefix}:{iri[len(space) :]}"
        short = terms.shorten(term)
        return iri if short == term or short.partition(":")[0] in self._declared else short

    def _shown(self, text: str) -> str:
        if text.isprintable() and "##" not in text:  # nearly all
            return text
        from kg.reports import printable

        if not self._keeps_lines:
            return printable(text.translate(_MOVES))
        return "\n".join(printable(line.translate(_MOVES)) for line in _LINE_END.split(text))
