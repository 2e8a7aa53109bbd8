"""Queries that are shipped, each a file beside this one: what it answers, its parameters, and the SPARQL.

    queries.load("articles-on-treaty").parameters

A file begins with comments. The first paragraph says what the query answers; then comes a line for each parameter, a variable of
the query that is to be bound before it is asked:

    # $treaty (treaty): the treaty                    must be given
    # $least (number) = 2: fewest articles            has a value where none is given
    # $year (year, optional): only that year          stays free where none is given

What follows the indented beginning of such a line belongs to it. Files of users may begin in the same way: `parse` reads both.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import takewhile
from pathlib import Path
from types import MappingProxyType
from typing import Literal, cast, get_args

from kg import sparql
from kg.errors import Place, UsageError

Kind = Literal[
    "state",
    "bloc",
    "organization",
    "person",
    "treaty",
    "initiative",
    "theme",
    "region",
    "actor",
    "text",
    "number",
    "year",
    "date",
    "iri",
    "author",
    "publisher",
]
KINDS: tuple[Kind, ...] = get_args(Kind)
SIGN = "@"  # before the name of a shipped query, where the text of one may stand as well

_FOLDER = Path(__file__).resolve().parent
_PARAMETER = re.compile(r"\$(?P<name>\w+) *\((?P<kind>[^()]*)\) *(?P<rest>[=:].*)")
_BEGINNING = re.compile(r"\$\w+ *\(")
_OPTIONAL = "optional"
_WRITTEN = "a parameter is written `$name (kind): meaning`, `$name (kind) = value: meaning` or `$name (kind, optional): meaning`"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable of a query that is bound before it is asked; `default` is written as a user would write the value.

    Where no value is given: the default; else the variable stays free if `is_optional`; else there is no asking.
    """

    name: str
    kind: Kind
    default: str | None
    meaning: str
    is_optional: bool = False


@dataclass(frozen=True, slots=True)
class Shipped:
    """A query with what it answers, in one line, and its parameters in the order in which they are told."""

    name: str
    title: str
    text: str
    parameters: tuple[Parameter, ...]


@cache
def shipped() -> Mapping[str, Shipped]:
    """Return every shipped query by its name, in order of name."""
    files = sorted(_FOLDER.glob("*.rq"))
    return MappingProxyType({file.stem: parse(file.stem, file.read_text("utf-8")) for file in files})


def load(name: str) -> Shipped:
    """Return the shipped query of that name, with or without its sign (`@name`). Raises `UsageError`, with the nearest name."""
    known = shipped()
    bare = name.removeprefix(SIGN)
    if bare not in known:
        near = difflib.get_close_matches(bare.lower().replace("_", "-"), known, 1)
        hint = f"did you mean {SIGN}{near[0]}?" if near else "kg query --list shows them all"
        raise UsageError(f"no shipped query is named {bare!r}; {hint}")
    return known[bare]


def parse(name: str, text: str) -> Shipped:
    """Return a query with what its first comments tell; `name` is how its source is called. Raises `UsageError` with its place."""
    lines = list(_head(text))
    at = next((at for at, (_, words) in enumerate(lines) if _BEGINNING.match(words.strip())), len(lines))
    paragraph = takewhile(bool, (words for _, words in lines[:at]))
    variables = {token.text[1:] for token in sparql.tokens(text) if token.kind == "variable"}
    parameters: dict[str, Parameter] = {}
    for place, parameter in _parameters(name, lines[at:]):
        if parameter.name in parameters:
            raise UsageError(f"${parameter.name} is told twice", place)
        if parameter.name not in variables:
            raise UsageError(f"the query has no variable ?{parameter.name}", place)
        parameters[parameter.name] = parameter
    return Shipped(name, " ".join(" ".join(paragraph).split()), text, tuple(parameters.values()))


def _head(text: str) -> Iterator[tuple[int, str]]:
    """Yield the number and the words of each line of comment before the query, from the first that has words.

    The space by which words are indented stays.
    """
    has_begun = False
    for number, line in enumerate(text.split("\n"), 1):
        bare = line.strip()
        if bare and not bare.startswith("#"):
            return
        words = bare.lstrip("#").removeprefix(" ")
        has_begun = has_begun or bool(words)
        if has_begun:
            yield number, words


def _parameters(name: str, lines: Sequence[tuple[int, str]]) -> Iterator[tuple[Place, Parameter]]:
    """Yield what each line of a parameter says, together with the indented lines after it, and where it stands."""
    found: tuple[Place, Parameter] | None = None
    for number, words in lines:
        is_parameter = bool(_BEGINNING.match(words.strip()))
        if found and words.startswith(" ") and not is_parameter:
            place, parameter = found
            found = place, replace(parameter, meaning=f"{parameter.meaning} {words.strip()}".strip())
            continue
        if found:
            yield found
        place = Place(name, number)
        found = (place, _parameter(words.strip(), place)) if is_parameter else None
    if found:
        yield found


def _parameter(words: str, place: Place) -> Parameter:
    parts = _PARAMETER.fullmatch(words)
    if parts is None:
        raise UsageError(_WRITTEN, place)
    kind, comma, word = (part.strip() for part in parts["kind"].partition(","))
    if kind not in KINDS:
        near = difflib.get_close_matches(kind, KINDS, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(KINDS)}"
        raise UsageError(f"{kind!r} is no kind of parameter; {hint}", place)
    # A value may hold a colon ("https://…"), so the one that ends it has a space after it
    value, colon, meaning = f"{parts['rest']} ".partition(": ")
    default = value.removeprefix("=").strip() or None
    if not colon or (comma and (word != _OPTIONAL or default)):
        raise UsageError(_WRITTEN, place)
    return Parameter(parts["name"], cast("Kind", kind), default, meaning.strip(), bool(comma))
