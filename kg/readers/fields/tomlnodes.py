"""TOML as nodes: the standard library reads it, and each value's place is found by the line of its key."""

from __future__ import annotations

import re
import tomllib
from datetime import date, datetime, time
from typing import Any

from kg.article import Record, Span
from kg.errors import ReadError
from kg.readers.fields.nodes import Node, byte_of

_KEY = r"""(?:[\w-]+|"(?:[^"\\\n]|\\.)*"|'[^'\n]*')"""
_PATH = rf"{_KEY}(?:[ \t]*\.[ \t]*{_KEY})*"
_LINE = re.compile(rf"^[ \t]*(?:\[{{1,2}}[ \t]*(?P<table>{_PATH})[ \t]*\]{{1,2}}|(?P<key>{_PATH})[ \t]*=[ \t]*)", re.MULTILINE)
# The standard library needs the square of their number for the parts of a key
_DEEP = re.compile(r"(?<![\w\"'-])(?:[\w\"'-]+[ \t]*\.[ \t]*){50}")
_ONE_KEY = re.compile(_KEY)
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)\Z")
# How much may stand between a key or comma and its value
_WIDEST_GAP = 2000

_Path = tuple[str, ...]
_Places = dict[_Path, list[tuple[int, int, int]]]


def parse(text: str, begin: int, record: Record) -> Node | None:
    """Return the nodes of a TOML text that begins at byte `begin` of the record; None where it says nothing.

    Dates and times stand in ISO 8601. Raises `ReadError` with the place of what is no TOML.
    """
    deep = _DEEP.search(text)
    if deep:
        at = begin + len(text[: deep.start()].encode())
        raise ReadError("front matter is not TOML that can be read: a key of very many parts", record.place(Span(at, at)))
    try:
        found = tomllib.loads(text.replace("\r\n", "\n"))
        return _Source(text, begin, _places(text)).node(found, (), (0, len(text))) if found else None
    except (ValueError, RecursionError) as error:
        raise _fault(error, text, begin, record) from error


def _places(text: str) -> _Places:
    """Return where each path of keys stands: the characters of the last key, of its value, and where the value ends."""
    lines = list(_LINE.finditer(text))
    places: _Places = {}
    table: _Path = ()
    for line, following in zip(lines, [*lines[1:], None], strict=True):
        end = following.start() if following else len(text)
        name = "table" if line["table"] is not None else "key"
        path = tuple(_bare(key[0]) for key in _ONE_KEY.finditer(line[name]))
        if name == "table":
            table = path
        else:
            path = (*table, *path)
        places.setdefault(path, []).append((line.start(name), line.end(), end))
    return places


def _bare(key: str) -> str:
    return key[1:-1] if key[0] in "\"'" else key


class _Source:
    """Turns what the standard library found into nodes that stand in a text."""

    def __init__(self, text: str, begin: int, places: _Places) -> None:
        self._text = text
        self._places = places
        self._byte = byte_of(text, begin)

    def node(self, value: Any, path: _Path, bounds: tuple[int, int], nth: int = 0) -> Node:
        """Return a value as a node that stands somewhere in `bounds`; it is the `nth` of the tables with that path."""
        if isinstance(value, dict):
            node = Node("map", self._span(*bounds))
            for key, item in value.items():
                inner = (*path, key)
                stands = self._places.get(inner, [])
                name, start, end = stands[min(nth, len(stands) - 1)] if stands else (bounds[0], *bounds)
                node.keys.append(Node("scalar", self._span(name, name + len(key)), key))
                node.items.append(self.node(item, inner, (start, end), nth))
            return node
        if isinstance(value, list):
            node = Node("list", self._span(*bounds))
            at = bounds[0]
            for index, item in enumerate(value):
                node.items.append(self.node(item, path, (at, bounds[1]), index))
                at = self._end_of(item, at, bounds[1])
            return node
        return self._scalar(value, bounds)

    def _end_of(self, item: Any, begin: int, end: int) -> int:
        """Return where a text of a list ends, so that the next is looked for behind it."""
        found = self._text.find(item, begin, min(end, begin + len(item) + _WIDEST_GAP)) if isinstance(item, str) else -1
        return found + len(item) if found >= 0 else begin

    def _scalar(self, value: Any, bounds: tuple[int, int]) -> Node:
        text = _text(value)
        found = self._text.find(text, bounds[0], min(bounds[1], bounds[0] + len(text) + _WIDEST_GAP)) if text else -1
        begin, end = (found, found + len(text)) if found >= 0 else bounds
        stripped = self._text[begin:end].rstrip()
        return Node("scalar", self._span(begin, begin + len(stripped)), text)

    def _span(self, begin: int, end: int) -> Span:
        return Span(self._byte(begin), self._byte(end))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.isoformat() if isinstance(value, datetime | date | time) else str(value)


def _fault(error: Exception, text: str, begin: int, record: Record) -> ReadError:
    if isinstance(error, RecursionError):
        return ReadError("front matter is not TOML: values stand in each other too deep", record.place(Span(begin, begin)))
    message = str(error)
    found = _AT.search(message)
    at = len(text)
    if found is None:
        at = 0
    elif found[1]:
        lines = text.splitlines(keepends=True)[: int(found[1])]
        at = len("".join(lines[:-1])) + int(found[2]) - 1
    byte = begin + len(text[:at].encode())
    reason = message[: found.start()] if found else message
    return ReadError(f"front matter is not TOML: {reason[:1].lower()}{reason[1:]}", record.place(Span(byte, byte)))
