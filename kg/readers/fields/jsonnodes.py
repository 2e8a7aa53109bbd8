"""JSON as nodes, strictly: every value with its place.

The nodes are those of YAML front matter, so what is said of an article is taken from both alike. Built token by token, never by
recursion; a key that stands twice is a fault because one of the two would be lost.
"""

from __future__ import annotations

import re
from json import JSONDecodeError, JSONDecoder
from typing import Literal, NoReturn

from kg.article import Record, Span
from kg.errors import ReadError
from kg.readers.blocks import Run
from kg.readers.fields.nodes import Node

DEEPEST = 200
_STRING = JSONDecoder(strict=False)  # only ever asked at a quotation mark
_SPACE = re.compile(r"[ \t\n\r]*")
_PLAIN = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null")
_SURROGATE = re.compile("[\ud800-\udfff]")
# Two escapes may be one character (a surrogate pair), so those of that form are read together
_ESCAPES = re.compile(r"(?:\\u[0-9A-Fa-f]{4})+|\\.")

_SHORT = {r"\n": "\n", r"\"": '"', r"\/": "/", r"\\": "\\"}

_State = Literal["value", "first value", "key", "first key", "after"]


def parse(text: str, begin: int, record: Record) -> Node:
    """Return the nodes of a JSON text that begins at byte `begin` of the record; a string's span is what its quotes hold.

    Numbers, `true`, `false` and `null` keep their text. Line breaks and other control characters in a string stand for
    themselves, as many pages write them. Raises `ReadError` with the place of the first fault, or of every repeated key.
    """
    return _Parser(text, begin, record).parse()


def runs(span: Span, body: bytes) -> tuple[Run, ...]:
    """Return the text of a JSON string as runs: each stretch without escapes, and each stretch of escapes, with its bytes."""
    raw, found, done, byte = body[span.begin : span.end].decode(), list[Run](), 0, span.begin
    for escape in [*_ESCAPES.finditer(raw), None]:
        plain = raw[done : escape.start() if escape else len(raw)]
        if plain:
            found.append(Run(plain, byte, byte + len(plain.encode())))
            byte = found[-1].end
        if escape:
            text = _SHORT.get(escape[0]) or str(_STRING.decode(f'"{escape[0]}"'))
            found.append(Run(text, byte, byte + len(escape[0])))
            byte, done = found[-1].end, escape.end()
    return tuple(found)


class _Parser:
    """Reads tokens from left to right; `_open` holds the lists and mappings that are not closed yet."""

    def __init__(self, text: str, begin: int, record: Record) -> None:
        self._text, self._record = text, record
        self._position = 0
        self._is_ascii = text.isascii()
        self._begin = begin
        self._counted = (0, begin)
        self._open: list[Node] = []
        self._seen: list[set[str]] = []
        self._root: Node | None = None
        self._faults: list[ReadError] = []

    def parse(self) -> Node:
        """Return the root; nothing but space may follow it."""
        state: _State = "value"
        while self._root is None or self._open:
            state = self._step(state)
        self._skip_space()
        if self._position < len(self._text):
            self._refuse("something follows the end of the value")
        if self._faults:
            raise ReadError.together(self._faults)
        return self._root

    def _step(self, state: _State) -> _State:
        """Read one token that the state allows; return what may come next."""
        self._skip_space()
        sign = self._text[self._position : self._position + 1]
        if state == "after":
            return self._separator(sign)
        if sign in "]}" and sign and state == ("first value" if sign == "]" else "first key"):
            return self._close()
        if state in ("key", "first key"):
            return self._key(sign)
        return self._value(sign)

    def _separator(self, sign: str) -> _State:
        is_map = self._open[-1].kind == "map"
        if sign == ",":
            self._position += 1
            return "key" if is_map else "value"
        if sign != ("}" if is_map else "]"):
            self._refuse(f"a comma or {'}' if is_map else ']'} is missing")
        return self._close()

    def _close(self) -> _State:
        self._position += 1
        node = self._open.pop()
        self._seen.pop()
        node.span = Span(node.span.begin, self._byte(self._position))
        return "after"

    def _key(self, sign: str) -> _State:
        if sign != '"':
            self._refuse("a key in double quotes is missing")
        key = self._string()
        if key.text in self._seen[-1]:
            reason = f"the key {key.text[:80]!r} stands twice; one of the two would be lost"
            self._faults.append(ReadError(reason, self._record.place(key.span)))
        self._seen[-1].add(key.text)
        self._open[-1].keys.append(key)
        self._skip_space()
        if not self._text.startswith(":", self._position):
            self._refuse("a colon is missing")
        self._position += 1
        return "value"

    def _value(self, sign: str) -> _State:
        if sign == '"':
            self._add(self._string())
            return "after"
        if sign in ("{", "["):
            if len(self._open) >= DEEPEST:
                self._refuse(f"values stand in each other more than {DEEPEST} deep")
            at = self._byte(self._position)
            self._position += 1
            node = Node("map" if sign == "{" else "list", Span(at, at))
            self._add(node)
            self._open.append(node)
            self._seen.append(set())
            return "first key" if sign == "{" else "first value"
        plain = _PLAIN.match(self._text, self._position)
        if plain is None:
            self._refuse("a value is missing")
        begin, self._position = self._byte(self._position), plain.end()
        self._add(Node("scalar", Span(begin, self._byte(plain.end())), plain[0], is_null=plain[0] == "null"))
        return "after"

    def _add(self, node: Node) -> None:
        if self._open:
            self._open[-1].items.append(node)
        else:
            self._root = node

    def _string(self) -> Node:
        begin = self._byte(self._position + 1)
        try:
            text, end = _STRING.raw_decode(self._text, self._position)
        except JSONDecodeError as error:
            self._position = error.pos
            self._refuse(error.msg[:1].lower() + error.msg[1:])
        self._position = end
        node = Node("scalar", Span(begin, self._byte(end - 1)), text)
        if not text.isascii() and _SURROGATE.search(text):
            raise ReadError("half of a surrogate pair, which is no character", self._record.place(node.span))
        return node

    def _skip_space(self) -> None:
        space = _SPACE.match(self._text, self._position)
        self._position = space.end() if space else self._position

    def _byte(self, index: int) -> int:
        """Return the byte of a character; cheap for one that is not before the last asked for."""
        if self._is_ascii:
            return self._begin + index
        last, byte = self._counted if self._counted[0] <= index else (0, self._begin)
        self._counted = (index, byte + len(self._text[last:index].encode()))
        return self._counted[1]

    def _refuse(self, reason: str) -> NoReturn:
        at = self._byte(self._position)
        raise ReadError(f"not JSON: {reason}", self._record.place(Span(at, at)))
