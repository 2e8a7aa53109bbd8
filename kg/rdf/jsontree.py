"""JSON as a tree whose every value knows where it stands; as deep as a file may be, it is read without recursion."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

# Beyond this, readers of JSON-LD fall down, or take time that grows with the square of the depth
DEEPEST = 500
_BRACKET = re.compile(rb"\"(?:[^\"\\]|\\.)*+\"|[\[{]++|[\]}]++", re.DOTALL)
_TOKEN = re.compile(
    r"[ \t\r\n:,]*+(?:(?P<string>\"(?:[^\"\\]|\\.)*+\")|(?P<mark>[\[{\]}])|(?P<plain>[^\s:,\"\[\]{}]++))", re.DOTALL
)
_WORDS = {"true": True, "false": False, "null": None}


@dataclass(frozen=True, slots=True)
class Number:
    """A number as it is written."""

    text: str


class Member(NamedTuple):
    """A key of an object, where it stands, and its value."""

    key: str
    at: int
    item: Item


@dataclass(frozen=True, slots=True)
class Members:
    """What an object holds, in its order: a key may be there twice."""

    each: tuple[Member, ...] = ()

    def __iter__(self) -> Iterator[Member]:
        return iter(self.each)


class Item(NamedTuple):
    """A value of JSON and where it begins."""

    value: str | Number | bool | tuple[Item, ...] | Members | None
    at: int

    def items(self) -> tuple[Item, ...]:
        """Return the values of a list; of anything else the value itself."""
        return self.value if isinstance(self.value, tuple) else (self,)

    def members(self) -> Members:
        """Return the members of an object; none of anything else."""
        return self.value if isinstance(self.value, Members) else Members()


# What an open bracket holds so far, the bracket, and where it stands
_Open = tuple[list[Item], str, int]


def too_deep(body: bytes) -> int | None:
    """Return where a value of JSON stands within more than `DEEPEST` others; None where none does."""
    if body.count(b"{") + body.count(b"[") <= DEEPEST:
        return None
    depth = 0
    for found in _BRACKET.finditer(body):
        sign = body[found.start()]
        if sign in b"[{":
            depth += found.end() - found.start()
            if depth > DEEPEST:
                return found.start()
        elif sign in b"]}":
            depth -= found.end() - found.start()
    return None


def read(text: str) -> Item:
    """Return the tree of JSON; what is no JSON is passed over as well as can be."""
    root: list[Item] = []
    stack: list[_Open] = [(root, "[", 0)]
    for token in _TOKEN.finditer(text):
        kind = token.lastgroup or ""
        at = token.start(kind)
        if kind == "mark" and token[kind] in "[{":
            stack.append(([], token[kind], at))
        elif kind == "mark":
            if len(stack) > 1:
                _close(stack)
        else:
            stack[-1][0].append(Item(_scalar(token[kind], kind), at))
    while len(stack) > 1:
        _close(stack)
    return root[0] if root else Item(None, 0)


def _close(stack: list[_Open]) -> None:
    items, mark, at = stack.pop()
    if mark == "[":
        stack[-1][0].append(Item(tuple(items), at))
        return
    pairs = zip(items[::2], items[1::2], strict=False)
    members = tuple(Member(key.value, key.at, item) for key, item in pairs if isinstance(key.value, str))
    stack[-1][0].append(Item(Members(members), at))


def _scalar(written: str, kind: str) -> str | Number | bool | None:
    if kind == "plain":
        return _WORDS[written] if written in _WORDS else Number(written)
    if "\\" not in written:
        return written[1:-1]
    try:
        text = json.loads(written, strict=False)
    except ValueError:
        return written[1:-1]
    return str(text)


def every_member(root: Item) -> Iterator[Member]:
    """Yield each member of each object in a tree, in the order of the text."""
    stack: list[Item | Member] = [root]
    while stack:
        found = stack.pop()
        if isinstance(found, Member):
            yield found
            stack.append(found.item)
        elif isinstance(found.value, Members):
            stack.extend(reversed(found.value.each))
        elif isinstance(found.value, tuple):
            stack.extend(reversed(found.value))
