"""YAML as nodes, strictly: plain data only, every value with its place.

Built from the parser's events, so it never recurses: anchors, aliases and tags are refused, scalars stay text, and a key
that stands twice with two values is a fault because one of the two would be lost.
"""

from __future__ import annotations

from collections.abc import Callable

import yaml

from kg.article import Record, Span
from kg.errors import ReadError
from kg.readers.fields.nodes import Node, byte_of, repeated

_LOADER: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_DEEPEST = 200
_MOST_DIGITS = 4300  # more than Python converts by default, so more than most readers of YAML take


def parse(text: str, begin: int, record: Record) -> Node | None:
    """Return the nodes of a YAML text that begins at byte `begin` of the record; None where it says nothing.

    A scalar in quotes has the span of what they hold. Raises `ReadError` with the place of what is no YAML or more than plain
    data, or of every fault in it.
    """
    byte = byte_of(text, begin)
    builder = _Builder(record)
    loader = _LOADER(text)
    try:
        while loader.check_event():
            event = loader.get_event()
            if isinstance(event, yaml.NodeEvent):
                start, end = event.start_mark, event.end_mark
                builder.add(event, Span(byte(start.index if start else 0), byte(end.index if end else 0)))
            elif isinstance(event, yaml.CollectionEndEvent):
                builder.close()
    except yaml.YAMLError as error:
        raise _fault(error, byte, record) from error
    finally:
        loader.dispose()
    if builder.faults:
        raise ReadError.together(builder.faults)
    root = builder.root
    return None if root is None or root.is_null else root


class _Builder:
    """Builds nodes from the parser's events."""

    def __init__(self, record: Record) -> None:
        self.root: Node | None = None
        self.faults: list[ReadError] = []
        self._record = record
        self._open: list[Node] = []

    def add(self, event: yaml.NodeEvent, span: Span) -> None:
        """Put the value that an event begins where it belongs."""
        node = self._node(event, span)
        if self._open:
            parent = self._open[-1]
            wants_key = parent.kind == "map" and len(parent.keys) == len(parent.items)
            (parent.keys if wants_key else parent.items).append(node)
            if wants_key and node.kind != "scalar":
                self._fault("a key is one text", span)
        else:
            self.root = self.root or node
        if node.kind != "scalar":
            if len(self._open) >= _DEEPEST:
                raise ReadError(f"values stand in each other more than {_DEEPEST} deep", self._record.place(span))
            self._open.append(node)

    def close(self) -> None:
        """End the innermost list or mapping; the keys of the outermost are for its reader to check, who knows which count."""
        node = self._open.pop()
        if self._open and node.kind == "map":
            for key in repeated(node):
                self._fault(f"the key {key.text[:80]!r} stands twice; one of the two would be lost", key.span)

    def _node(self, event: yaml.NodeEvent, span: Span) -> Node:
        if event.anchor:
            raise ReadError("anchors and aliases (& and *) are not read in front matter", self._record.place(span))
        self._check_tag(getattr(event, "tag", None), span)
        if not isinstance(event, yaml.ScalarEvent):
            return Node("map" if isinstance(event, yaml.MappingStartEvent) else "list", span)
        plain = not event.style
        if event.style in ("'", '"'):
            span = Span(span.begin + 1, max(span.begin + 1, span.end - 1))
        if plain and len(event.value) > _MOST_DIGITS and event.value.lstrip("+-").isdigit():
            self._fault(f"a number of {len(event.value)} digits", span)
        return Node("scalar", span, event.value, plain and event.value in _NULL)

    def _check_tag(self, tag: str | None, span: Span) -> None:
        if tag not in (None, "!"):
            raise ReadError(f"tags are not read in front matter: {tag[:80]}", self._record.place(span))

    def _fault(self, reason: str, span: Span) -> None:
        self.faults.append(ReadError(reason, self._record.place(span)))


def _fault(error: yaml.YAMLError, byte: Callable[[int], int], record: Record) -> ReadError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or "not YAML"
    at = byte(mark.index) if mark else byte(getattr(error, "position", 0) or 0)
    return ReadError(f"front matter is not YAML: {reason}", record.place(Span(at, at)))
