"""JSON files of articles: lines, an array, one object, or an object that holds them in a list, as feeds and interfaces do.

Lines are read one by one; any other file is cut in its objects without being decoded, so that a bad one costs no other.
What an object is (an item of a JSON Feed, ninjs, a row), its keys say.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import BinaryIO, Literal

from kg.article import Article, Record
from kg.errors import Finding, KgError, Place, ReadError
from kg.readers.fields.values import plain
from kg.readers.json import jsonfeed, jsonrows, ninjs
from kg.readers.positions import Position

Family = Literal["jsonfeed", "ninjs", "jsonlines"]

_HEAD = 1 << 16
_LONGEST_LINE = 64 << 20
_LONGEST_SHARED = 8 << 10
_MARKS = ((b"\xfe\xff", "utf-16"), (b"\xff\xfe", "utf-16"), (b"\xef\xbb\xbf", "utf-8-sig"))
# A string (to its end, or that of the file) or a bracket: all that tells where values of JSON begin and end
_TOKEN = re.compile(rb"\"(?:[^\"\\]++|\\.)*+(?:\"|\\?\Z)|[{}\[\]]", re.DOTALL)
_COLON = re.compile(rb"\s*:\s*")
_PLAIN = re.compile(rb"[^,\s}\]]*")
_TWO_LINES = re.compile(rb"\s*\{[^\n]*\}[ \t\r]*\n\s*\{")
_LISTS = frozenset({"items", "articles", "data", "results", "posts", "entries", "docs", "documents", "news", "stories"})
# Of all items a JSON Feed says these
_SHARED = frozenset({"version", "title", "authors", "author", "language"})
# Objects of other kinds that have a title or a text too
_FOREIGN = frozenset({"@context", "@graph", "@id", "$schema", "$ref", "openapi", "swagger"})


def detect(head: bytes) -> Family | None:
    """Return what articles a JSON file holds that begins with these bytes; None for other data, such as a graph or a map."""
    data = _utf8(head, "ignore")
    begin = _object_begin(data)
    return _family(data, begin, len(head) >= _HEAD) if begin is not None else None


def _family(data: bytes, begin: int, is_cut: bool, is_inner: bool = False) -> Family | None:
    members = {key: low for key, low, _ in _members(data, begin)}
    keys = {plain(key) for key in members}
    if members.keys() & _FOREIGN:
        return None
    if "version" in members and jsonfeed.VERSION.search(data):
        return "jsonfeed"
    if "uri" in keys and keys & ninjs.SIGNS:
        return "ninjs"
    if _is_row(keys) or (is_cut and keys.intersection(jsonrows.TEXTS)) or _is_ours(members.keys()):
        return "jsonlines"
    for key in () if is_inner else members.keys() & _LISTS:
        inner = _object_begin(data, members[key])
        if inner is not None:
            return _family(data, inner, is_cut, is_inner=True)
    return None


def _is_row(keys: set[str]) -> bool:
    return bool(keys & jsonrows.TITLES) and not keys.isdisjoint(jsonrows.TEXTS)


def _is_ours(keys: Collection[str]) -> bool:
    return "source" in keys and "title" in keys and jsonrows.OURS.issuperset(keys)


def read(record: Record) -> Article:
    """Return the article of a record: by its keys an item of a JSON Feed, a ninjs object or a row. Raises `ReadError`."""
    if record.around:
        return jsonfeed.read(record)
    keys = {plain(key) for key, _, _ in _members(record.body, max(record.body.find(b"{"), 0))}
    return ninjs.read(record) if "uri" in keys and keys & ninjs.SIGNS else jsonrows.read(record)


def split(stream: BinaryIO, name: str) -> Iterator[Record | KgError | Finding]:
    """Yield a record for each article of a JSON file, which is read line by line where it consists of lines."""
    head = stream.read(_HEAD)
    is_feed = jsonfeed.VERSION.search(head) is not None
    is_lines = name.lower().endswith((".jsonl", ".ndjson")) or _TWO_LINES.match(head.removeprefix(b"\xef\xbb\xbf"))
    if is_lines and not is_feed and b"\0" not in head[:4]:
        yield from _lines(stream, head + stream.readline(_LONGEST_LINE), name)
        return
    try:
        data = _utf8(head + stream.read(), "strict")
    except UnicodeDecodeError as error:
        yield ReadError(f"not {error.encoding}: {error.reason}", Place(name, 1))
        return
    yield from _objects(data, name)


def _utf8(data: bytes, errors: str) -> bytes:
    label = next((label for mark, label in _MARKS if data.startswith(mark)), None)
    if label == "utf-16":
        return data.decode(label, errors).encode(errors="ignore")
    return data.removeprefix(b"\xef\xbb\xbf")


# --- lines ---------------------------------------------------------------------------------------------------------------
def _lines(stream: BinaryIO, head: bytes, name: str) -> Iterator[Record | KgError]:
    number, begin = 0, 0
    while begin < len(head):
        end = head.find(b"\n", begin) + 1 or len(head)
        number += 1
        yield from _line(head[begin:end], name, number)
        begin = end
    while line := stream.readline(_LONGEST_LINE):
        number += 1
        yield from _line(line, name, number)
        while len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
            line = stream.readline(_LONGEST_LINE)


def _line(line: bytes, name: str, number: int) -> Iterator[Record | KgError]:
    if len(line) == _LONGEST_LINE and not line.endswith(b"\n"):
        yield ReadError(f"a line of more than {_LONGEST_LINE >> 20} MB", Place(name, number))
    elif line.strip(b" \t\r\n\xef\xbb\xbf"):
        yield Record(f"{name}#{number}", "json", line.rstrip(b"\r\n"), number)


# --- other files ---------------------------------------------------------------------------------------------------------
def _objects(data: bytes, name: str) -> Iterator[Record | KgError | Finding]:
    values = list(_children(data, 0))
    if len(values) != 1 or data.startswith(b'"', values[0][0]):
        yield from _records(data, name, values, b"")
        return
    begin, _ = values[0]
    if data.startswith(b"[", begin):
        yield from _records(data, name, list(_children(data, begin + 1)), b"")
        yield from _frame(data, name, b"[", b"]")
        return
    members = {key: (low, high) for key, low, high in _members(data, begin)}
    found, around = _list_in(data, members)
    if found is None:
        yield Record(name, "json", data)
        return
    yield from _records(data, name, list(_children(data, found + 1)), around)
    yield from _frame(data, name, b"{", b"}")


def _list_in(data: bytes, members: dict[str, tuple[int, int]]) -> tuple[int | None, bytes]:
    """Return where the list begins in which an object holds articles, and what a JSON Feed says of all of them."""
    if "version" in members and "items" in members and jsonfeed.VERSION.search(data):
        shared = {key: data[low:high] for key, (low, high) in members.items() if key in _SHARED}
        pairs = (b'"%s":%s' % (key.encode(), value) for key, value in shared.items() if len(value) <= _LONGEST_SHARED)
        return members["items"][0], b"{" + b",".join(pairs) + b"}"
    keys = {plain(key) for key in members}
    if not _is_row(keys) and not _is_ours(members.keys()) and "uri" not in keys:
        for key, (low, _) in members.items():
            if key in _LISTS and data.startswith(b"[", low) and _object_begin(data, low) is not None:
                return low, b""
    return None, b""


def _records(data: bytes, name: str, values: list[tuple[int, int]], around: bytes) -> Iterator[Record | KgError | Finding]:
    position, done = Position(), 0
    for number, (begin, end) in enumerate(values, 1):
        position.pass_over(data[done:begin])
        done = begin
        if data.startswith(b"{", begin):
            line, column = position.line, position.column
            yield Record(f"{name}#{number}", "json", data[begin:end], line, around=around, column=column)
        else:
            yield ReadError("an article is an object of JSON, in braces", Place(f"{name}#{number}", position.line, position.column))
    if not values:
        yield Finding("info", "no object of JSON is in it", Place(name, 1))


def _frame(data: bytes, name: str, opening: bytes, closing: bytes) -> Iterator[ReadError]:
    """Yield the fault of a file with something before or behind its value, or without the end of it."""
    whole = Record(name, "json", data)
    if not data.lstrip().startswith(opening):
        yield ReadError("not JSON: something stands before the value", whole.place((0, 0)))
    if not data.rstrip().endswith(closing):
        reason = f"not JSON: the end is missing, or something stands behind it: no {closing.decode()}"
        yield ReadError(reason, whole.place((len(data), len(data))))


# --- where values stand --------------------------------------------------------------------------------------------------
def _children(data: bytes, begin: int) -> Iterator[tuple[int, int]]:
    """Yield begin and end of the strings, lists and objects that stand from a byte on, up to a closing bracket."""
    depth, start = 0, begin
    for token in _TOKEN.finditer(data, begin):
        sign = data[token.start()]
        if sign == 0x22:  # a quotation mark
            if depth == 0:
                yield token.span()
        elif sign in b"{[":
            start = start if depth else token.start()
            depth += 1
        else:
            depth -= 1
            if depth < 0:
                return
            if depth == 0:
                yield start, token.end()
    if depth > 0:
        yield start, len(data)


def _members(data: bytes, begin: int) -> Iterator[tuple[str, int, int]]:
    """Yield the key, and begin and end of the value, of each member of the object that begins at a byte."""
    key, low = None, 0
    for child, end in _children(data, begin + 1):
        if key is not None and child == low:
            yield key, low, end
            key = None
            continue
        if key is not None:
            yield key, *_plain_value(data, low)
        colon = _COLON.match(data, end) if data.startswith(b'"', child) else None
        key, low = (data[child + 1 : end - 1].decode(errors="replace"), colon.end()) if colon else (None, 0)
    if key is not None:
        yield key, *_plain_value(data, low)


def _plain_value(data: bytes, begin: int) -> tuple[int, int]:
    found = _PLAIN.match(data, begin)
    return begin, found.end() if found else begin


def _object_begin(data: bytes, begin: int = 0) -> int | None:
    """Return where the object begins that stands at a byte, or first in the list that does; None where there is none."""
    start = begin + len(data[begin : begin + _HEAD]) - len(data[begin : begin + _HEAD].lstrip())
    if data.startswith(b"[", start):
        start = next((child for child, _ in _children(data[: start + _HEAD], start + 1)), start)
    return start if data.startswith(b"{", start) else None
