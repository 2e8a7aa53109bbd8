"""Parameters of a query: a variable of the query has a term as its only value.

The term is never pasted into a pattern: it is data (VALUES) that every group in which the variable stands begins with, so that
filters, optional parts, subqueries and what counts or groups see it alike.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, takewhile
from typing import Literal, NamedTuple

from kg import sparql
from kg.errors import QueryError, UsageError
from kg.sparql import Token
from kg.terms import Term

_TERM = re.compile(
    r'<[^<>"{}|^`\\\x00-\x20]*+>|"(?:[^"\\\n\r]|\\.)*+"(?:@[A-Za-z0-9]++(?:-[A-Za-z0-9]++)*+|\^\^<[^<>"{}|^`\\\x00-\x20]*+>)?'
)


class Insertion(NamedTuple):
    """A text that is put into a query before the character at an offset."""

    at: int
    text: str


def bind(text: str, bindings: Mapping[str, Term]) -> str:
    """Return a query whose variables of these names (without `?`) have these terms as their values, wherever they stand in it.

    Raises `UsageError` for a variable that the query does not have or gives a value itself and for what is no IRI or literal,
    `QueryError` for a query whose brackets do not match.
    """
    pieces, start = [], 0
    for insertion in insertions(text, bindings):
        pieces += [text[start : insertion.at], insertion.text]
        start = insertion.at
    return "".join([*pieces, text[start:]])


def insertions(text: str, bindings: Mapping[str, Term]) -> list[Insertion]:
    """Return what `bind` puts into a query, in order."""
    if not bindings:
        return []
    found = list(sparql.tokens(text))
    if wrong := sparql.unmatched(found):
        raise QueryError(wrong[0], sparql.place(text, wrong[1]))
    _check(found, text, bindings)
    _, begin = sparql.prologue(found)
    top = _read(found[begin:], len(text))
    made = _described(found[begin:], bindings) if top.where is None else _inserted(top, text, bindings, frozenset(bindings))
    return sorted(made, key=lambda insertion: insertion.at)


def variables(text: str) -> tuple[str, ...]:
    """Return the names of the variables of a query, in the order in which they first stand in it."""
    return tuple(dict.fromkeys(token.text[1:] for token in sparql.tokens(text) if token.kind == "variable"))


def _check(found: Sequence[Token], text: str, bindings: Mapping[str, Term]) -> None:
    known = dict.fromkeys(token.text[1:] for token in found if token.kind == "variable")
    for name in bindings:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            has = ", ".join(f"?{one}" for one in known) or "none"
            hint = f"did you mean {near[0]}?" if near else f"its variables: {has}"
            raise UsageError(f"the query has no variable ?{name}; {hint}")
        if not _TERM.fullmatch(bindings[name]):
            raise UsageError(f"{name}: no term that a query may hold: {bindings[name][:200]!r}")
    for before, token in pairwise(found):
        if before.keyword == "AS" and token.kind == "variable" and token.text[1:] in bindings:
            raise UsageError(f"?{token.text[1:]} cannot be set: the query computes it itself", sparql.place(text, token.start))


# --- groups ----------------------------------------------------------------------------------------------------------------
_Inside = Literal["query", "group", "template", "data", "bracket"]


@dataclass
class _Group:
    """What stands between two braces, or the whole query: `names` are the variables in it that are in no group within it.

    `begin` is the offset behind its opening brace, `end` that of the closing one. A group that is a query, as the outermost is,
    has its own pattern as `where`. Of a CONSTRUCT without a template the pattern is one: it belongs at the offset `template`.
    """

    begin: int
    end: int
    is_query: bool = False
    template: int = 0
    where: _Group | None = None
    names: set[str] = field(default_factory=set)
    groups: list[_Group] = field(default_factory=list)


def _read(found: Sequence[Token], size: int) -> _Group:
    """Return a query whose brackets match, without its prologue, as a tree of groups."""
    around: list[tuple[_Inside, _Group]] = [("query", _Group(0, size, is_query=True))]
    is_data, template = False, 0  # whether the next brace opens data; where a template is missing
    for before, token, after in zip([None, *found], found, [*found[1:], None], strict=False):
        inside, group = around[-1]
        word = before.keyword if before else ""
        template = before.start + len(word) if before and word == "CONSTRUCT" and token.text != "{" else template
        is_data = is_data or token.keyword == "VALUES"
        if token.kind == "variable" and inside not in ("data", "template"):
            group.names.add(token.text[1:])
        elif token.kind == "close":
            if inside == "group":
                group.end = token.start
            around.pop()
        elif token.text == "{" and (is_data or word == "CONSTRUCT"):
            around.append(("data" if is_data else "template", group))
            is_data = False
        elif token.text == "{":
            inner = _Group(token.start + 1, size, is_query=after is not None and after.keyword == "SELECT")
            group.groups.append(inner)
            if group.is_query and group.where is None and inside in ("query", "group"):
                group.where, inner.template, template = inner, template, 0
            around.append(("group", inner))
        elif token.kind == "open":
            around.append((inside if inside in ("data", "template") else "bracket", group))
    return around[0][1]


def _inserted(group: _Group, text: str, bindings: Mapping[str, Term], more: frozenset[str]) -> Iterator[Insertion]:
    """Yield the data of a group and of those within it; `more` are variables that it needs beside those that stand in it."""
    if not group.is_query:
        yield from _values(group, text, _among(bindings, more | group.names))
    elif group.begin and (needed := _among(bindings, more)):  # a subquery need not give the variable to what is around it
        yield Insertion(group.begin, f" {_data(needed)} {{")
        yield Insertion(group.end, "} ")
    of_query = frozenset(group.names) if group.begin else more
    for inner in group.groups:
        yield from _inserted(inner, text, bindings, of_query if inner is group.where else frozenset())


def _among(bindings: Mapping[str, Term], names: Container[str]) -> dict[str, Term]:
    return {name: term for name, term in bindings.items() if name in names}


def _values(group: _Group, text: str, bindings: Mapping[str, Term]) -> Iterator[Insertion]:
    if bindings and group.template:  # the short form of CONSTRUCT takes no data
        yield Insertion(group.template, f" {{{text[group.begin : group.end]}}}")
    if bindings:
        yield Insertion(group.begin, f" {_data(bindings)}")


def _data(bindings: Mapping[str, Term]) -> str:
    return f"VALUES ({' '.join(f'?{name}' for name in bindings)}) {{ ({' '.join(bindings.values())}) }}"


def _described(found: Sequence[Token], bindings: Mapping[str, Term]) -> Iterator[Insertion]:
    """Yield the pattern of a DESCRIBE that has none: behind what it describes, and its dataset."""
    if found and found[0].keyword == "DESCRIBE":
        parts = takewhile(lambda token: token.kind in ("variable", "iri", "name") or token.keyword in ("FROM", "NAMED"), found[1:])
        *_, last = (found[0], *parts)
        yield Insertion(last.start + len(last.text), f" WHERE {{ {_data(bindings)} }}")
