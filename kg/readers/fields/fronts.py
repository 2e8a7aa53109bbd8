"""Where front matter ends and the text begins, in each of the ways in which site generators part them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from kg.article import Record, Span
from kg.errors import ReadError
from kg.readers.fields import jsonnodes, tomlnodes, yamlnodes
from kg.readers.fields.nodes import Node

Syntax = Literal["yaml", "toml", "json", "lines"]

_END = r"[ \t]*(?:\r\n|\n|\r|\Z)"
_FENCED = re.compile(rf"(?:---[ \t]*(?P<name>yaml|yml|toml|json)?|(?P<plus>\+\+\+)|(?P<semicolons>;;;)){_END}", re.IGNORECASE)
_CLOSE = {
    "-": re.compile(rf"^(?:---|\.\.\.){_END}", re.MULTILINE),
    "+": re.compile(rf"^\+\+\+{_END}", re.MULTILINE),
    ";": re.compile(rf"^;;;{_END}", re.MULTILINE),
}
_OBJECT = re.compile(r"\{\s*(?:\"|\}[ \t]*[\r\n])")
_OBJECT_END = re.compile(rf"^\}}{_END}", re.MULTILINE)
_OBJECT_LINE = re.compile(r"\{[^\r\n]*\}[ \t]*(?:\r\n|\n|\r|\Z)")
_KEY_LINE = re.compile(r"[A-Za-z_][\w-]*[ \t]*[:=](?:\s|\Z)|\[")
_BLANK = re.compile(r"[ \t]*(?:\r\n|\n|\r)")
_BLANK_LINES = re.compile(r"(?:[ \t]*(?:\r\n|\n|\r)){1,20}")
_FIELD_BELOW = re.compile(r"(?:---|\+\+\+)[ \t]*(?:\r\n|\n|\r)(?:#[^\r\n]*(?:\r\n|\n|\r)){0,20}[A-Za-z_][\w-]*[ \t]*[:=]")
# Below the opening line: what a mapping begins with, or a list or comment, which people take for one
_DATA = re.compile(r"(?:[ \t]*(?:#[^\r\n]*)?(?:\r\n|\n|\r))*[ \t]*(?:[^\s:#][^\r\n:]*:(?:\s|\Z)|[-{\[\"'?!&*]|\Z)")
_META = re.compile(r"(?P<key>[A-Za-z][\w -]{0,40}?)[ \t]*:[ \t]*(?P<value>[^\r\n]*)(?:\r\n|\n|\r|\Z)")
_META_MORE = re.compile(r"(?:[ ]{2,}|\t)[ \t]*(?P<value>\S[^\r\n]*)(?:\r\n|\n|\r|\Z)")


class Front(NamedTuple):
    """Front matter: how it is written, its text without the lines around it, and the byte of the record's text where it begins."""

    syntax: Syntax
    text: str
    begin: int


class Cut(NamedTuple):
    """The front matter if there is any, the text after it, and the bytes before that text."""

    front: Front | None
    rest: str
    skipped: int


def cut(text: str, record: Record) -> Cut:
    """Return the front matter of a text and what follows it.

    Raises `ReadError` for front matter that never ends, which would all become text.
    """
    opening = _FENCED.match(text, _lead(text))
    if opening is not None:
        return _fenced(text, opening, record)
    if _OBJECT.match(text):
        return _object(text, record)
    end = _lines_end(text)
    return _cut(text, "lines", 0, end, end) if end else Cut(None, text, 0)


def _lead(text: str) -> int:
    """Return how many characters of blank lines stand above a line that has to be followed by a field at once."""
    blank = _BLANK_LINES.match(text)
    end = blank.end() if blank else 0
    return end if end and _FIELD_BELOW.match(text, end) else 0


def _fenced(text: str, opening: re.Match[str], record: Record) -> Cut:
    sign = opening[0][0]
    closing = _CLOSE[sign].search(text, opening.end())
    if closing is None:
        if _KEY_LINE.match(text, opening.end()):
            raise ReadError(
                f"front matter begins here and no line of {sign * 3} ends it",
                record.place(Span(opening.start(), opening.start() + 3)),
            )
        return Cut(None, text, 0)
    is_rule = sign == "-" and _BLANK.match(text, opening.end()) and not _DATA.match(text[: closing.start()], opening.end())
    if is_rule:
        return Cut(None, text, 0)
    name = (opening["name"] or "yaml").lower()
    syntax: Syntax = "toml" if sign == "+" or name == "toml" else "json" if sign == ";" or name == "json" else "yaml"
    return _cut(text, syntax, opening.end(), closing.start(), closing.end())


def _object(text: str, record: Record) -> Cut:
    line = _OBJECT_LINE.match(text)
    closing = None if line else _OBJECT_END.search(text)
    end = line.end() if line else closing.end() if closing else 0
    if not end:
        raise ReadError("front matter begins here and no line of } ends it", record.place(Span(0, 1)))
    return _cut(text, "json", 0, end, end)


def _cut(text: str, syntax: Syntax, begin: int, stop: int, end: int) -> Cut:
    front = Front(syntax, text[begin:stop], len(text[:begin].encode()))
    return Cut(front, text[end:], len(text[:end].encode()))


def _lines_end(text: str) -> int:
    """Return where lines such as "Title: …" end that stand above the text (Pelican, MultiMarkdown); 0 where there are none.

    All lines up to the first that is blank are of that form, and one of them is the title.
    """
    position, names = 0, set[str]()
    while line := _META.match(text, position):
        names.add(line["key"].lower())
        position = line.end()
        while more := _META_MORE.match(text, position):
            position = more.end()
    is_whole = position == len(text) or _BLANK.match(text, position) is not None
    return position if is_whole and "title" in names else 0


def parse(front: Front, lead: int, record: Record) -> Node | None:
    """Return the front matter as a mapping; None when it is empty. Raises `ReadError` for what is not of its syntax."""
    root = _PARSERS[front.syntax](front.text, front.begin + lead, record)
    if root is not None and root.kind != "map":
        raise ReadError("front matter is a list of `key: value` lines", record.place(root.span))
    return root


def _parse_json(text: str, begin: int, record: Record) -> Node:
    """Return a JSON object, whose braces need not stand there where lines of semicolons do."""
    if text.lstrip().startswith("{"):
        return jsonnodes.parse(text, begin, record)
    return jsonnodes.parse("{" + text.rstrip().rstrip(",") + "}", begin - 1, record)


def _parse_lines(text: str, begin: int, record: Record) -> Node:
    """Return lines such as "Title: …" as a mapping; a further line of a value begins with spaces."""
    root = Node("map", Span(begin, begin + len(text.encode())))
    position, byte = 0, begin
    while line := _META.match(text, position):
        position = line.end()
        value = line["value"].strip()
        start = byte + len(text[line.start() : line.start("value")].encode())
        end = start + len(value.encode())
        while more := _META_MORE.match(text, position):
            end = byte + len(text[line.start() : more.end("value")].rstrip().encode())
            value, position = f"{value} {more['value'].strip()}", more.end()
        root.keys.append(Node("scalar", Span(byte, byte + len(line["key"])), line["key"].replace(" ", "")))
        root.items.append(Node("scalar", Span(start, max(start, end)), value.strip()))
        byte += len(text[line.start() : position].encode())
    return root


_PARSERS: Mapping[Syntax, Callable[[str, int, Record], Node | None]] = {
    "yaml": yamlnodes.parse,
    "toml": tomlnodes.parse,
    "json": _parse_json,
    "lines": _parse_lines,
}
