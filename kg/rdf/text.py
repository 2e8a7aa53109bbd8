"""Statements as lines of canonical N-Quads, and the places of what stands in a text."""

from __future__ import annotations

import re
from bisect import bisect_right

from kg.terms import Statement

_LINE_END = re.compile(r"\r\n?|\n")
_LINE_END_BYTES = re.compile(rb"\r\n?|\n")


def nquads(statement: Statement) -> str:
    """Return the line of a statement in canonical N-Quads."""
    if statement.graph:
        return f"{statement.subject} {statement.predicate} {statement.object} {statement.graph} .\n"
    return f"{statement.subject} {statement.predicate} {statement.object} .\n"


def parse_nquads(line: str) -> Statement:
    """Return the statement of a line that `nquads` made."""
    subject, predicate, rest = line.removesuffix("\n").removesuffix(" .").split(" ", 2)
    if rest[0] == '"':
        # Neither a language nor an IRI has a quotation mark or a space
        object_, space, graph = rest[(close := rest.rindex('"')) :].partition(" ")
        return Statement(subject, predicate, rest[:close] + object_ if space else rest, graph)
    object_, _, graph = rest.partition(" ")
    return Statement(subject, predicate, object_, graph)


class Rows:
    """The lines of a text, which end with any of CR, LF and CR LF: where a character or byte stands."""

    def __init__(self, text: str | bytes) -> None:
        self._text = text
        found = _LINE_END.finditer(text) if isinstance(text, str) else _LINE_END_BYTES.finditer(text)
        self._starts = [0, *(match.end() for match in found)]

    def __len__(self) -> int:
        return len(self._starts)

    def line(self, offset: int) -> int:
        """Return the line, from 1, on which the character or byte stands."""
        return bisect_right(self._starts, max(offset, 0))

    def place(self, offset: int) -> tuple[int, int]:
        """Return line and column, from 1 and in characters."""
        line = self.line(offset)
        begin, offset = self._starts[line - 1], max(offset, 0)
        if isinstance(self._text, str):
            return line, offset - begin + 1
        return line, len(self._text[begin:offset].decode(errors="replace")) + 1

    def start(self, line: int) -> int:
        """Return where a line begins; the length of the text for one behind the last."""
        return self._starts[line - 1] if line <= len(self._starts) else len(self._text)

    def offset(self, line: int, column: int) -> int:
        """Return where in a text of characters line and column point to."""
        return min(self.start(line) + max(column, 1) - 1, len(self._text))
