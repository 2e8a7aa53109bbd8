"""The SPARQL of shapes: a query that no engine could run, or that SHACL does not allow, is found before any engine runs it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Literal, NamedTuple

from kg import sparql, terms
from kg.sparql import Token
from kg.validation.installed import fast_engine_is_here, try_query

Kind = Literal["select", "ask"]
# What every query may find bound (SHACL 5.3.1); a subquery need not return the optional two (appendix A)
FOCUS, OPTIONAL = "this", frozenset({"shapesGraph", "currentShape"})
# Engines take some brackets in brackets in their own process, whatever it leaves them of its stack
_DEEPEST = 100
_SHOWN = 160
# Appendix A of SHACL, and a data set that no engine here has
_FORBIDDEN = {
    "MINUS": "SHACL allows no MINUS in a query (appendix A); FILTER NOT EXISTS says much the same",
    "VALUES": "SHACL allows no VALUES in a query (appendix A); FILTER with IN says the same",
    "FROM": "FROM names another graph than the one that is checked",
}
_DECLARE = "sh:prefixes leads to a sh:declare of it, or PREFIX begins the query"
# SPARQL 1.1, 17.5
_CASTS = frozenset(f"{terms.XSD}{name}" for name in "boolean dateTime decimal double float integer string".split())
_ERROR = re.compile(r"error at (\d+):(\d+): ")


class Query(NamedTuple):
    """A query of a constraint or validator: what it is, what its shape has bound for it, and the prefixes that are declared."""

    kind: Kind
    text: str
    bound: Collection[str]
    has_path: bool
    prefixes: Mapping[str, str]


def faults(query: Query) -> Iterator[tuple[str, int]]:
    """Yield what is wrong with a query, and where in its text that stands."""
    if found := sparql.refusal(query.text, _DEEPEST):
        yield found
        return
    pieces = list(sparql.tokens(query.text))
    own, begin = sparql.prologue(pieces)
    wrong = [
        *_form(query, pieces[begin:]),
        *_unknown_prefixes(pieces[begin:], {**query.prefixes, **own}),
        *_forbidden(query, pieces[begin:]),
        *_paths(query, pieces[begin:]),
        *filter(None, [sparql.unmatched(pieces)]),
        *_functions(pieces[begin:], {**query.prefixes, **own}),
    ]
    yield from sorted(set(wrong), key=lambda fault: fault[1])
    if not wrong and (error := _syntax_error(query)):
        yield error


def _form(query: Query, pieces: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """Yield a fault for a query of another form, and for SELECT clauses that lack what SHACL wants of them."""
    wanted = query.kind.upper()
    if not pieces or pieces[0].keyword != wanted:
        yield f"sh:{query.kind} wants a {wanted} query", pieces[0].start if pieces else 0
        return
    used = {piece.text[1:] for piece in pieces if piece.kind == "variable"}
    for index, piece in enumerate(pieces):
        if piece.keyword != "SELECT":
            continue
        names = _selected(pieces[index + 1 :])
        if index == 0 and FOCUS not in names and "*" not in names:
            yield "the query has to select $this", piece.start
        if index > 0:
            needed = {FOCUS if query.kind == "select" else "value"} | (used & set(query.bound)) - OPTIONAL
            missing = sorted(needed - set(names))
            if missing:
                yield (
                    f"a subquery has to select {' '.join(f'${name}' for name in missing)} by name (SHACL, appendix A)",
                    piece.start,
                )


def _selected(pieces: Sequence[Token]) -> list[str]:
    """Return the names of the variables that a SELECT clause gives, `*` among them."""
    names: list[str] = []
    depth = 0
    for before, piece in zip([None, *pieces], pieces, strict=False):
        if depth == 0 and (piece.text == "{" or piece.keyword in ("WHERE", "FROM")):
            break
        depth += (piece.kind == "open") - (piece.kind == "close")
        is_named = depth == 0 or (before is not None and before.keyword == "AS")
        if piece.kind == "variable" and is_named:
            names.append(piece.text[1:])
        elif piece.text == "*" and depth == 0:
            names.append("*")
    return names


def _unknown_prefixes(pieces: Sequence[Token], known: Collection[str]) -> Iterator[tuple[str, int]]:
    """Yield a fault for each prefix that nobody declares, where it first stands."""
    told = {"_", *known}
    for piece in pieces:
        prefix = piece.text.partition(":")[0]
        if piece.kind == "name" and prefix not in told:
            told.add(prefix)
            yield f"unknown prefix {prefix}: in a query; {_DECLARE}", piece.start


def _forbidden(query: Query, pieces: Sequence[Token]) -> Iterator[tuple[str, int]]:
    for piece, after in pairwise(pieces):
        if piece.keyword in _FORBIDDEN:
            yield _FORBIDDEN[piece.keyword], piece.start
        if piece.keyword == "AS" and after.kind == "variable" and after.text[1:] in query.bound:
            yield f"AS {after.text} gives a variable a value that SHACL has bound (appendix A)", piece.start


def _paths(query: Query, pieces: Sequence[Token]) -> Iterator[tuple[str, int]]:
    for piece in pieces:
        if piece.text == "?PATH":
            yield "the path of the shape is $PATH, not ?PATH", piece.start
        elif piece.text == "$PATH" and not query.has_path:
            yield "$PATH is for property shapes, and this shape has no sh:path", piece.start


def _functions(pieces: Sequence[Token], prefixes: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Yield a fault for each call of a function that no engine here knows: it would be an error for each node, and so no result."""
    stack = [False]  # whether an expression stands in each bracket that is open; a list in a pattern has names before brackets too
    is_clause = False  # of SELECT, GROUP BY … before the pattern, in which expressions stand
    for before, piece, after in zip([None, *pieces], pieces, [*pieces[1:], None], strict=False):
        word = before.keyword if before else ""
        is_call = stack[-1] or is_clause or word in ("FILTER", "HAVING", "BY")
        if piece.kind in ("name", "iri") and is_call and after is not None and after.text == "(":
            prefix, _, name = piece.text.partition(":")
            iri = piece.text[1:-1] if piece.kind == "iri" else prefixes.get(prefix, "") + name
            if iri not in _CASTS:
                yield f"no engine here knows the function <{iri}>", piece.start
        if piece.keyword in ("SELECT", "WHERE", "FROM") or piece.text == "{":
            is_clause = piece.keyword == "SELECT"
        if piece.kind == "open":
            is_function = before is not None and before.kind in ("name", "iri") and stack[-1]
            stack.append(piece.text == "(" and (stack[-1] or is_clause or is_function or word not in ("", "A")))
        elif piece.kind == "close" and len(stack) > 1:
            stack.pop()


def _syntax_error(query: Query) -> tuple[str, int] | None:
    """Return what the parser of the engine has against a query, in short, and where in its text."""
    lines = [f"PREFIX {prefix}: <{namespace}>\n" for prefix, namespace in query.prefixes.items()]
    text = "".join(lines) + query.text
    said = _rust_says(query.kind, text) if fast_engine_is_here() else _rdflib_says(text)
    if said is None:
        return None
    words, row, column = said
    words = " ".join(words.split())
    starts = [0, *(match.end() for match in re.finditer("\n", query.text))]
    index = row - 1 - len(lines)
    position = starts[index] + column - 1 if 0 <= index < len(starts) else 0
    if position >= len(query.text.rstrip()):
        position = 0  # a parser that comes to the end knows only that something is wrong before it
    shown = words if len(words) <= _SHOWN else words[:_SHOWN] + " …"
    return f"not SPARQL: {shown}", max(position, 0)


def _rust_says(kind: Kind, text: str) -> tuple[str, int, int] | None:
    try:
        try_query(kind, f'"{terms.escape(text)}"')
    except ValueError as error:
        said = str(error).removeprefix("SPARQL error: ")
        found = _ERROR.match(said)
        return (said[found.end() :], int(found[1]), int(found[2])) if found else (said, 0, 0)
    return None


def _rdflib_says(text: str) -> tuple[str, int, int] | None:
    from pyparsing import ParseBaseException
    from rdflib.plugins.sparql import parser

    try:
        parser.parseQuery(re.sub(r"\$PATH\b", "<urn:x>", text))
    except ParseBaseException as error:
        return error.msg, error.lineno, error.column
    except (RecursionError, ValueError) as error:
        return f"{type(error).__name__} {error}", 0, 0
    return None
