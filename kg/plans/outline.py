"""A query as an outline: its groups with the patterns in them, each with its line, in the order in which it is written."""

from __future__ import annotations

from collections.abc import Container, Generator, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Literal

from kg import sparql
from kg.hints import grammar
from kg.hints.grammar import Part
from kg.sparql import Token

Kind = Literal["triple", "group", "optional", "union", "minus", "graph", "query", "filter", "bind", "values", "exists"]
_KINDS: dict[str, Kind] = {
    "OPTIONAL": "optional",
    "MINUS": "minus",
    "GRAPH": "graph",
    "FILTER": "filter",
    "BIND": "bind",
    "VALUES": "values",
}
# What is joined with the other elements of a group
PAIRED: frozenset[Kind] = frozenset({"triple", "group", "union", "graph", "query", "bind", "values", "optional"})


@dataclass(frozen=True)
class Element:
    """A part of a group: a triple pattern, or a group, condition or value with the groups within it.

    `text` is SPARQL that may stand in a group by itself, `head` what an outline shows of it; `graph` is the variable or IRI of the
    GRAPH around it.
    """

    kind: Kind
    line: int
    text: str
    head: str
    graph: str = ""
    variables: frozenset[str] = frozenset()
    elements: tuple[Element, ...] = field(default=())

    def each(self) -> Iterator[Element]:
        """Yield this element and all within it."""
        yield self
        for element in self.elements:
            yield from element.each()


@dataclass(frozen=True)
class Outline:
    """A query taken apart: prologue and dataset as they are written, what it gives, its pattern, and what is done with that."""

    prologue: str
    dataset: str
    head: str
    elements: tuple[Element, ...]
    tail: str


def outline(text: str) -> Outline | None:
    """Return the outline of a query; None of one that the grammar of SPARQL 1.1 does not know."""
    found = grammar.pieces(text)
    root = grammar.tree(found)
    return _Reader(text, found).query(root) if root else None


def _nearest(part: Part, rules: Container[str]) -> Iterator[Part]:
    """Yield the parts within a part that follow one of these rules and are in no other such, in order."""
    left = list(part.parts[::-1])  # no recursion: an expression in brackets is a dozen rules deep for each of them
    while left:
        inner = left.pop()
        if inner.rule in rules:
            yield inner
        else:
            left += inner.parts[::-1]


class _Reader:
    """Makes an outline of the parts of a query."""

    def __init__(self, text: str, found: Sequence[Token]) -> None:
        self._text = text
        self._found = found
        self._nodes = 0

    def query(self, root: Part) -> Outline:
        """Return the outline of a whole query."""
        prologue = next((part for part in root.parts if part.rule == "Prologue"), None)
        form = next(part for part in root.parts if part.rule not in ("Prologue", "Values"))
        sets = [part for part in form.parts if part.rule == "Dataset"]
        groups = sorted(
            (part for part in form.parts if part.rule in ("Where", "Template")), key=lambda part: part.rule == "Template"
        )
        where = groups[0] if groups else None
        clause = next((part for part in form.parts if part.rule == "Clause"), None)
        end = clause.end if clause else sets[0].begin if sets else where.begin if where else form.end
        tail = [part for part in (*form.parts, *root.parts) if part.rule in ("Modifiers", "Values")]
        return Outline(
            self.slice(prologue.begin, prologue.end) if prologue else "",
            " ".join(self.slice(part.begin, part.end) for part in sets),
            " ".join(self.slice(form.begin, end).split()),
            tuple(self.within(where, "")) if where else (),
            " ".join(" ".join(self.slice(part.begin, part.end) for part in tail).split()),
        )

    def slice(self, begin: int, end: int) -> str:
        """Return the text of pieces as it is written."""
        if begin >= end:
            return ""
        last = self._found[end - 1]
        return self._text[self._found[begin].start : last.start + len(last.text)]

    def bare(self, begin: int, end: int) -> str:
        """Return the text of pieces on one line, without comments."""
        words: list[str] = []
        for before, token in zip([None, *self._found[begin:end]], self._found[begin:end], strict=False):
            is_apart = before is not None and before.start + len(before.text) < token.start
            words.append(f" {token.text}" if is_apart else token.text)
        return "".join(words)

    def line(self, at: int) -> int:
        """Return the line on which a piece stands."""
        return sparql.place(self._text, self._found[at].start).line

    def within(self, part: Part, graph: str) -> Iterator[Element]:
        """Yield the elements of the groups, patterns and conditions in a part."""
        for inner in _nearest(part, frozenset({"Part", "Triple", "SubSelect"})):
            if inner.rule == "Part":
                yield self.part(inner, graph)
            elif inner.rule == "Triple":
                yield from self.triples(inner, graph)
            else:
                elements = tuple(self.within(inner, graph))
                clause = next(one for one in inner.parts if one.rule == "Clause")
                yield self.element("query", inner, f"{{{self.slice(inner.begin, inner.end)}}}", graph, elements, clause.end)

    def element(
        self, kind: Kind, part: Part, text: str, graph: str, elements: tuple[Element, ...] = (), end: int | None = None
    ) -> Element:
        """Return what a part is, of which the outline shows the pieces up to `end`."""
        head = " ".join(self.slice(part.begin, part.end if end is None else end).split())
        names = frozenset(token.text[1:] for token in self._found[part.begin : part.end] if token.kind == "variable")
        return Element(kind, self.line(part.begin), text, head, graph, names, elements)

    def part(self, part: Part, graph: str) -> Element:
        """Return an element that is no triple pattern."""
        text = self.slice(part.begin, part.end)
        word = self._found[part.begin].keyword
        groups = [inner for inner in part.parts if inner.rule == "Group"]
        if word in ("FILTER", "BIND"):
            exists = tuple(self.exists(part, graph))
            return self.element(_KINDS[word], part, text, graph, exists)
        if word == "VALUES":
            return self.element("values", part, text, graph)
        if len(groups) > 1:
            branches = tuple(self.element("group", one, "", graph, tuple(self.within(one, graph)), one.begin) for one in groups)
            return self.element("union", part, text, graph, branches, part.begin)
        name = next((self.slice(inner.begin, inner.end) for inner in part.parts if inner.rule == "Name"), graph)
        return self.element(_KINDS.get(word, "group"), part, text, graph, tuple(self.within(groups[0], name)), groups[0].begin)

    def exists(self, part: Part, graph: str) -> Iterator[Element]:
        """Yield the groups of EXISTS in an expression."""
        for inner in _nearest(part, frozenset({"Group"})):
            yield self.element("exists", inner, "", graph, tuple(self.within(inner, graph)), inner.begin)

    # --- triples ---------------------------------------------------------------------------------------------------------------
    def triples(self, part: Part, graph: str) -> Iterator[Element]:
        """Yield the triple patterns of one subject."""
        first = part.parts[0] if part.parts and part.parts[0].begin == part.begin else None
        pairs = next((inner for inner in part.parts if inner.rule == "Pairs"), None)
        if first and first.rule == "Nested":
            subject = yield from self.nested(first, graph)
        else:
            subject = self.bare(part.begin, pairs.begin if pairs else part.end)
        if pairs:
            yield from self.pairs(subject, pairs, graph)

    def nested(self, part: Part, graph: str) -> Generator[Element, None, str]:
        """Yield the patterns of a node in brackets, and return a variable for it."""
        self._nodes += 1
        name = f"?_{self._nodes}"
        for inner in part.parts:
            if inner.rule == "Pairs":
                yield from self.pairs(name, inner, graph)
            elif inner.rule == "Object":
                yield from self.value(inner, graph)
        return name

    def pairs(self, subject: str, part: Part, graph: str) -> Iterator[Element]:
        """Yield the patterns of predicates and objects of a subject."""
        for pair in part.parts:
            objects = [inner for inner in pair.parts if inner.rule == "Object"]
            predicate = self.bare(pair.begin, objects[0].begin)
            for inner in objects:
                value = yield from self.value(inner, graph)
                text = f"{subject} {predicate} {value} ."
                names = frozenset(token.text[1:] for token in grammar.pieces(text) if token.kind == "variable")
                yield Element("triple", self.line(inner.begin), text, text, graph, names)

    def value(self, part: Part, graph: str) -> Generator[Element, None, str]:
        """Yield the patterns within an object, and return what stands for it."""
        nested = next((inner for inner in part.parts if inner.rule == "Nested"), None)
        if nested is None:
            return self.bare(part.begin, part.end)
        return (yield from self.nested(nested, graph))
