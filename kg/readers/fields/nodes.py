"""What a data language says, as nodes: YAML, TOML and JSON give the same, every value with its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from kg.article import Span


@dataclass(slots=True)
class Node:
    """A value: a scalar's text, a list's items, or a mapping's keys and values."""

    kind: Literal["scalar", "list", "map"]
    span: Span
    text: str = ""
    is_null: bool = False
    items: list[Node] = field(default_factory=list)
    keys: list[Node] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is said: null, white space, no item."""
        if self.kind == "scalar":
            return self.is_null or not self.text or self.text.isspace()
        return not self.items


def repeated(node: Node) -> Iterator[Node]:
    """Yield each key of a mapping that stood there before with another value: one of the two would be lost."""
    values: dict[str, Node] = {}
    for key, value in zip(node.keys, node.items, strict=True):
        before = values.get(key.text)
        if before is None or before.is_empty:
            values[key.text] = value
        elif not value.is_empty and (value.kind, value.text, before.kind) != ("scalar", before.text, "scalar"):
            yield key


def byte_of(text: str, begin: int) -> Callable[[int], int]:
    """Return the function from a text's characters to bytes; cheap for one that is not before the last asked for."""
    if text.isascii():
        return lambda index: begin + index
    last, last_byte = 0, begin

    def byte(index: int) -> int:
        nonlocal last, last_byte
        if index < last:
            last, last_byte = 0, begin
        last_byte += len(text[last:index].encode())
        last = index
        return last_byte

    return byte
