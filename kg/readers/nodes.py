"""YAML front matter as nodes, strictly: plain data only, every value with its place.

Built from the parser's events, so it never recurses: anchors, aliases and tags are refused, scalars stay text, and a key
that stands twice is a fault because one of the two would be lost.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

import yaml

from kg.article import Record, Span
from kg.errors import ReadError
from kg.readers.draft import Draft

_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_OPEN = re.compile(r"---[ \t]*(?:\r\n|\n|\r)")
_CLOSE = re.compile(r"^(?:---|\.\.\.)[ \t]*(?:\r\n|\n|\r|\Z)", re.MULTILINE)
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_KEY_LINE = re.compile(r"[A-Za-z_][\w-]*:(?:\s|\Z)")
_MOST_DIGITS = 4300  # more than Python converts by default, so more than most readers of YAML take


class Front(NamedTuple):
    """The text between the two lines of hyphens, and the byte of the record's text where it begins."""

    text: str
    begin: int


def cut(text: str, record: Record) -> tuple[Front | None, str, int]:
    """Return the front matter if there is any, the text after it, and the bytes before that text.

    Raises `ReadError` for front matter that never ends, which would all become text.
    """
    opening = _OPEN.match(text)
    if opening is None:
        return None, text, 0
    closing = _CLOSE.search(text, opening.end())
    if closing is None:
        if _KEY_LINE.match(text, opening.end()):
            raise ReadError("front matter begins here and no line of --- ends it", record.place(Span(0, 3)))
        return None, text, 0
    front = Front(text[opening.end() : closing.start()], len(opening[0]))
    return front, text[closing.end() :], len(text[: closing.end()].encode())


@dataclass(slots=True)
class Node:
    """A value of the front matter: a scalar's text, a list's items, or a mapping's keys and values."""

    kind: Literal["scalar", "list", "map"]
    span: Span
    text: str = ""
    is_null: bool = False
    items: list[Node] = field(default_factory=list)
    keys: list[Node] = field(default_factory=list)


def parse(front: Front, lead: int, draft: Draft) -> Node | None:
    """Return the front matter as nodes; None when it is empty. Faults go to the draft; bad YAML is a `ReadError`."""
    offset, is_ascii = front.begin + lead, front.text.isascii()

    def byte(index: int) -> int:
        return offset + (index if is_ascii else len(front.text[:index].encode()))

    builder = _Builder(draft)
    try:
        for event in yaml.parse(front.text, Loader=_LOADER):
            begin, end = event.start_mark, event.end_mark
            builder.take(event, Span(byte(begin.index if begin else 0), byte(end.index if end else 0)))
    except yaml.YAMLError as error:
        raise _yaml_fault(error, byte, draft) from error
    root = builder.root
    if root is not None and root.kind != "map" and not root.is_null:
        raise ReadError("front matter is a list of `key: value` lines", draft.record.place(root.span))
    return root if root is not None and root.kind == "map" else None


class _Builder:
    """Builds nodes from the parser's events."""

    def __init__(self, draft: Draft) -> None:
        self.root: Node | None = None
        self._draft = draft
        self._open: list[Node] = []

    def take(self, event: yaml.Event, span: Span) -> None:
        if getattr(event, "anchor", None):
            reason = "anchors and aliases (& and *) are not read in front matter"
            raise ReadError(reason, self._draft.record.place(span))
        if isinstance(event, yaml.CollectionEndEvent):
            _check_keys(self._open.pop(), self._draft)
        elif isinstance(event, yaml.NodeEvent):
            self._add(self._node(event, span))

    def _add(self, node: Node) -> None:
        if self._open:
            parent = self._open[-1]
            wants_key = parent.kind == "map" and len(parent.keys) == len(parent.items)
            (parent.keys if wants_key else parent.items).append(node)
        else:
            self.root = self.root or node
        if node.kind != "scalar":
            self._open.append(node)

    def _node(self, event: yaml.NodeEvent, span: Span) -> Node:
        tag = getattr(event, "tag", None)
        if tag not in (None, "!"):
            raise ReadError(f"tags are not read in front matter: {tag[:80]}", self._draft.record.place(span))
        if not isinstance(event, yaml.ScalarEvent):
            return Node("map" if isinstance(event, yaml.MappingStartEvent) else "list", span)
        plain = not event.style
        if event.style in ("'", '"'):
            span = Span(span.begin + 1, max(span.begin + 1, span.end - 1))
        if plain and len(event.value) > _MOST_DIGITS and event.value.lstrip("+-").isdigit():
            self._draft.fault(f"a number of {len(event.value)} digits", span)
        return Node("scalar", span, event.value, plain and event.value in _NULL)


def _check_keys(node: Node, draft: Draft) -> None:
    seen: set[str] = set()
    for key in node.keys:
        if key.kind != "scalar":
            draft.fault("a key is one text", key.span)
        elif key.text in seen:
            draft.fault(f"the key {key.text[:80]!r} stands twice; one of the two would be lost", key.span)
        seen.add(key.text)


def _yaml_fault(error: yaml.YAMLError, byte: Callable[[int], int], draft: Draft) -> ReadError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
    at = byte(mark.index) if mark else byte(getattr(error, "position", 0) or 0)
    return ReadError(f"front matter is not YAML: {reason}", draft.record.place(Span(at, at)))
