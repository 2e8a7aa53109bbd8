"""Help with a query that is wrong: what its fault is and where, in words, and which name was probably meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from kg import sparql
from kg.errors import QueryError
from kg.hints import advice, grammar, names
from kg.hints.names import warnings
from kg.sparql import Token

__all__ = ["helped", "warnings"]

_SYNTAX = "not SPARQL: "  # how the reason of an engine that takes a text for no query begins
_MOST = 10  # faults told at once: a person mends some and asks again, and a hostile query has thousands
_FOREIGN = re.compile(r"<<|\{\||\b(?:LATERAL|VERSION|REIFIER)\b", re.IGNORECASE)  # what the engine knows, and this grammar does not


def helped(error: QueryError, text: str) -> QueryError:
    """Return the error of a query in words that help to mend it, with its place; the same error where there is nothing to add."""
    if not error.reason.startswith(_SYNTAX):
        return error
    told = sorted(dict.fromkeys(islice(_faults(text, error.reason), _MOST)), key=lambda found: found[1])
    faults = [type(error)(reason, sparql.place(text, at)) for reason, at in told]
    return type(error).together(faults) if faults else error


def _faults(text: str, said: str) -> Iterator[tuple[str, int]]:
    """Yield what is wrong with a query that the engine has refused with these words, and where."""
    found = grammar.pieces(text)
    yield from names.unknown_prefixes(found)
    if _FOREIGN.search(text):
        return
    if wrong := grammar.fault(found):
        at = len(text.rstrip()) if wrong.token is None else wrong.token.start
        before = [token for token in found if token.start < at]
        is_open = wrong.token is None or wrong.token.kind == "close"
        bracket = sparql.unmatched(found) if is_open else None
        yield bracket or (f"{_SYNTAX}{advice.words(wrong, before)}", at)
        return
    yield from _relative(found)
    yield from _meaning(found, said)


def _relative(found: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """Yield a fault for each IRI that lacks its beginning."""
    if found[0].keyword == "BASE":
        return
    for token in found:
        if token.kind == "iri" and not re.match(r"<[A-Za-z][A-Za-z0-9+.-]*:", token.text):
            yield f"{token.text} is no whole IRI: it begins with a scheme (https://…), or BASE says where it belongs", token.start


# --- what the grammar allows, but not what it means -------------------------------------------------------------------------
def _meaning(found: Sequence[Token], said: str) -> Iterator[tuple[str, int]]:
    yield from _assigned(found)
    yield from _aggregates(found)
    for function, count, (least, most) in grammar.miscalled(found):
        takes = f"{least} or {most}" if least < most else str(least)
        yield f"{function.text} takes {takes} argument{'s' * (most != 1)}, not {count}", function.start
    for at, token in enumerate(found):
        if token.keyword == "SELECT":
            yield from _ungrouped(found, at)
            yield from _overridden(found, at, said)
            yield from _repeated(found, at, said)


def _assigned(found: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """Yield a fault for each variable that is computed although its group gives it a value before."""
    groups: list[set[str]] = [set()]
    for before, token in pairwise(found):
        if token.text == "{":
            groups.append(set())
        elif token.text == "}" and len(groups) > 1:
            inner = groups.pop()
            groups[-1] |= inner
        elif token.kind == "variable":
            if before.keyword == "AS" and token.text in groups[-1]:
                yield _taken(token)
            groups[-1].add(token.text)


def _taken(token: Token) -> tuple[str, int]:
    return f"{token.text} has a value already, so AS {token.text} cannot give it one; choose another name", token.start


def _overridden(found: Sequence[Token], begin: int, said: str) -> Iterator[tuple[str, int]]:
    """Yield a fault for each variable that a SELECT computes although it gives it too, or its pattern does."""
    columns, computed, end = _columns(found, begin)
    if end is None or "overrides an existing variable" not in said:
        return
    known = {token.text for token in (*columns, *_bracketed(found, end, braces=True)) if token.kind == "variable"}
    for before, token in pairwise(computed):
        if before.keyword == "AS" and token.text in known:
            yield _taken(token)


def _repeated(found: Sequence[Token], begin: int, said: str) -> Iterator[tuple[str, int]]:
    """Yield a fault for each variable that a SELECT gives twice."""
    if "Duplicated variable" not in said:
        return
    seen: set[str] = set()
    for token in _columns(found, begin)[0]:
        if token.text in seen:
            yield f"SELECT gives {token.text} twice", token.start
        seen.add(token.text)


def _aggregates(found: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """Yield a fault for each aggregate in a FILTER or BIND, which see one solution each."""
    for at, token in enumerate(found):
        if token.keyword not in ("FILTER", "BIND"):
            continue
        for inner in _bracketed(found, at + 1):
            if inner.keyword in grammar.AGGREGATES:
                yield (
                    f"{inner.keyword} counts over solutions, and {token.keyword} sees one; use it in SELECT or HAVING",
                    inner.start,
                )


def _bracketed(found: Sequence[Token], begin: int, braces: bool = False) -> Iterator[Token]:
    """Yield the pieces of an expression in brackets that begins there; those of groups in it only with `braces`."""
    depth = inner = 0
    for token in _from(found, begin):
        depth += (token.kind == "open") - (token.kind == "close")
        inner += (token.text == "{") - (token.text == "}")
        if braces or not inner:
            yield token
        if not depth and token.kind == "close":
            return


def _ungrouped(found: Sequence[Token], begin: int) -> Iterator[tuple[str, int]]:
    """Yield a fault for each variable that a SELECT gives beside what it counts, and by which it does not group."""
    columns, computed, end = _columns(found, begin)
    if end is None:
        return
    clause = _group_by(found, end)
    counts = any(token.keyword in grammar.AGGREGATES for token in computed)
    if clause is None and not counts:
        return
    grouped = {token.text for token in clause or ()}
    star = found[begin + 1 + (found[begin + 1].keyword in ("DISTINCT", "REDUCED"))]
    if star.text == "*":
        yield "SELECT * cannot be grouped; name the variables and what is counted", star.start
    for token in columns:
        if token.text not in grouped:
            clause_said = "GROUP BY lacks it" if clause else f"nothing groups by it: add GROUP BY {token.text}"
            yield f"{token.text} stands beside what is counted, but {clause_said}", token.start


def _columns(found: Sequence[Token], begin: int) -> tuple[list[Token], list[Token], int | None]:
    """Return the plain variables of a SELECT clause, the pieces of what it computes, and where its group begins."""
    columns: list[Token] = []
    computed: list[Token] = []
    depth = 0
    for at, token in enumerate(_from(found, begin), begin):
        if token.text == "{" and not depth:
            return columns, computed, at
        depth += (token.kind == "open") - (token.kind == "close")
        if depth:
            computed.append(token)
        elif token.kind == "variable":
            columns.append(token)
    return columns, computed, None


def _from(found: Sequence[Token], begin: int) -> Iterator[Token]:
    """Yield the pieces from an index on; a slice would be a copy, of which a hostile query wants thousands."""
    return (found[at] for at in range(begin, len(found)))


def _group_by(found: Sequence[Token], begin: int) -> list[Token] | None:
    """Return the pieces of the GROUP BY behind a group; None where there is none."""
    depth = 0
    clause: list[Token] | None = None
    for at, token in enumerate(_from(found, begin), begin):
        depth += (token.kind == "open") - (token.kind == "close")
        is_end = token.keyword in ("HAVING", "ORDER", "LIMIT", "OFFSET", "VALUES")
        if depth < 0 or (depth == 0 and is_end):
            break
        if clause is not None:
            clause.append(token)
        elif depth == 0 and token.keyword == "GROUP" and found[at + 1].keyword == "BY":
            clause = []
    return clause
