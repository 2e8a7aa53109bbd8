"""An object of JSON as values by key, which tables of fields take as front matter is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kg.article import Article, Record
from kg.errors import Finding, ReadError
from kg.readers import entries
from kg.readers.blocks import Block
from kg.readers.decoding import decode
from kg.readers.draft import Draft
from kg.readers.fields import jsonnodes
from kg.readers.fields.nodes import Node
from kg.readers.fields.values import Value, plain

Fields = tuple[tuple[tuple[str, ...], Callable[[Value], None]], ...]

_MOST_TOLD = 20


def parse(record: Record) -> Node:
    """Return the object that a record holds. Raises `ReadError` for anything else."""
    text, lead = decode(record)
    root = jsonnodes.parse(text, lead, record)
    if root.kind != "map":
        raise ReadError("an article is an object of JSON, in braces", record.place(root.span))
    return root


@dataclass(frozen=True, slots=True)
class Item:
    """An object that is an article: `kind` is what it is called in evidence ("JSON Feed")."""

    root: Node
    draft: Draft
    kind: str
    value_type: type[Value] = Value

    def values(self) -> Iterator[tuple[str, Node, Value]]:
        """Yield plain name, key and value of each field that says something."""
        for key, node in zip(self.root.keys, self.root.items, strict=True):
            if not node.is_empty:
                yield plain(key.text), key, self.value_type(node, self.draft, f"{self.kind}: {key.text[:80]}")

    def value(self, *names: str) -> Value | None:
        """Return the value of the first of these fields, by plain name, that says something."""
        found = {name: value for name, _, value in self.values()}
        return next((found[name] for name in names if name in found), None)

    def take(self, fields: Fields) -> None:
        """Put the fields of a table in the draft, in the order of the table."""
        found = list(self.values())
        for names, taker in fields:
            for wanted in names:
                for name, _, value in found:
                    if name == wanted:
                        taker(value)

    def tell(self, known: frozenset[str], is_kept: bool = True) -> None:
        """Say of the fields that are not known that they are not used, the first of them one by one; keep what they say."""
        unknown = [(key, value) for name, key, value in self.values() if name not in known]
        for key, value in unknown if is_kept else ():
            self.draft.other.append((key.text, value.text()))
        for key, _ in unknown[:_MOST_TOLD]:
            self._note(f"{self.kind} field {key.text[:80]!r} is not used", key)
        if len(unknown) > _MOST_TOLD:
            self._note(f"{len(unknown) - _MOST_TOLD} more fields are not used", unknown[_MOST_TOLD][0])

    def _note(self, reason: str, node: Node) -> None:
        self.draft.notes.append(Finding("info", reason, self.draft.record.place(node.span)))

    def blocks(self, value: Value | None, is_html: bool | None = None) -> list[Block]:
        """Return a string as blocks: HTML, or text with paragraphs; where nobody says which, its tags tell."""
        if value is None:
            return []
        node = value.node
        if node.kind != "scalar":
            value.fault("a text is one string")
            return []
        base = self.draft.url.text if self.draft.url else self.draft.record.url
        return entries.passages(node.text, node.span, self.draft, jsonnodes.runs, base, is_html)

    def finish(self, blocks: list[Block]) -> Article:
        """Return the article with that text."""
        return entries.finish(self.draft, blocks, jsonnodes.runs)
