"""Where a text stops being SPARQL, and what could have stood there.

The engine's parser tells the furthest place that it tried, which may be words behind the fault. So a query that it has refused
is read once more, by the grammar of SPARQL 1.1 queries (https://www.w3.org/TR/sparql11-query/#grammar), in which one piece is
always enough to decide how to go on. What is right but for what names mean passes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from kg import sparql
from kg.sparql import Token

# Names in lower case are kinds of pieces, those in capitals words, those with one capital rules
_RULES = """
Query = Prologue ( Select | Construct | Describe | Ask ) Values
Prologue = ( BASE iri | PREFIX prefix iri )*
Select = Clause Dataset* Where Modifiers
SubSelect = Clause Where Modifiers Values
Clause = SELECT ( DISTINCT | REDUCED )? ( '*' | Column+ )
Column = variable | '(' Expression AS variable ')'
Construct = CONSTRUCT ( Template Dataset* Where | Dataset* WHERE Template ) Modifiers
Describe = DESCRIBE ( '*' | ( variable | Iri )+ ) Dataset* Where? Modifiers
Ask = ASK Dataset* Where Modifiers
Dataset = FROM NAMED? Iri
Where = WHERE? Group
Template = '{' Triples? '}'
Modifiers = ( GROUP BY Grouping+ )? ( HAVING Constraint+ )? ( ORDER BY Ordering+ )? Slice
Grouping = variable | '(' Expression ( AS variable )? ')' | Call
Ordering = variable | ( ASC | DESC ) Bracketed | Constraint
Slice = ( LIMIT integer ( OFFSET integer )? | OFFSET integer ( LIMIT integer )? )?
Values = ( VALUES Data )?
Data = variable '{' Datum* '}' | '(' variable* ')' '{' ( '(' Datum* ')' )* '}'
Datum = Iri | Literal | UNDEF
Group = '{' ( SubSelect | Triples? ( Part '.'? Triples? )* ) '}'
Part = Group ( UNION Group )* | OPTIONAL Group | MINUS Group | GRAPH Name Group | FILTER Constraint
  | BIND '(' Expression AS variable ')' | VALUES Data
Triples = Triple ( '.' Triple? )*
Triple = ( variable | Term ) Pairs | Nested Pairs?
Pairs = Pair ( ';' Pair? )*
Pair = ( variable | Path ) Object ( ',' Object )*
Object = variable | Term | Nested
Nested = '[' Pairs? ']' | '(' Object* ')'
Path = Sequence ( '|' Sequence )*
Sequence = Step ( '/' Step )*
Step = '^'? ( Iri | A | '!' Negated | '(' Path ')' ) ( '?' | '*' | '+' )?
Negated = Backward | '(' ( Backward ( '|' Backward )* )? ')'
Backward = '^'? ( Iri | A )
Name = variable | Iri
Iri = iri | name
Term = Iri | blank | Literal
Literal = Number | Plain
Plain = text ( language | '^^' Iri )? | TRUE | FALSE
Number = ( '+' | '-' )? ( integer | number )
Constraint = Bracketed | Call
Bracketed = '(' Expression ')'
Call = Builtin | Iri Arguments
Builtin = function Arguments | COUNT '(' DISTINCT? ( '*' | Expression ) ')'
  | GROUP_CONCAT '(' DISTINCT? Expression ( ';' SEPARATOR '=' text )? ')' | NOT EXISTS Group | EXISTS Group
Arguments = '(' ( DISTINCT? Expression ( ',' Expression )* )? ')'
Expression = Both ( '||' Both )*
Both = Compared ( '&&' Compared )*
Compared = Sum ( ( '=' | '!=' | '<' | '>' | '<=' | '>=' ) Sum | IN List | NOT IN List )?
List = '(' ( Expression ( ',' Expression )* )? ')'
Sum = Product ( ( '+' | '-' ) Product )*
Product = Factor ( ( '*' | '/' ) Factor )*
Factor = ( '!' | '+' | '-' )* ( Bracketed | Builtin | Iri Arguments? | integer | number | Plain | variable )
"""
FUNCTIONS = frozenset(
    "ABS AVG BNODE BOUND CEIL COALESCE CONCAT CONTAINS DATATYPE DAY ENCODE_FOR_URI FLOOR HOURS IF IRI ISBLANK ISIRI ISLITERAL "
    "ISNUMERIC ISURI LANG LANGMATCHES LCASE MAX MD5 MIN MINUTES MONTH NOW RAND REGEX REPLACE ROUND SAMETERM SAMPLE SECONDS SHA1 "
    "SHA256 SHA384 SHA512 STR STRAFTER STRBEFORE STRDT STRENDS STRLANG STRLEN STRSTARTS STRUUID SUBSTR SUM TIMEZONE TZ UCASE URI "
    "UUID YEAR".split()
)
AGGREGATES = frozenset("AVG COUNT GROUP_CONCAT MAX MIN SAMPLE SUM".split())
# How many arguments a function takes, fewest and most, where that is not one (SPARQL 1.1, 17.4)
_TAKES = {
    **dict.fromkeys("NOW RAND STRUUID UUID".split(), (0, 0)),
    **dict.fromkeys("CONTAINS LANGMATCHES SAMETERM STRAFTER STRBEFORE STRDT STRENDS STRLANG STRSTARTS".split(), (2, 2)),
    **dict.fromkeys("REGEX SUBSTR".split(), (2, 3)),
    "BNODE": (0, 1),
    "COALESCE": (0, 1 << 16),
    "CONCAT": (0, 1 << 16),
    "IF": (3, 3),
    "REPLACE": (3, 4),
}
END = "end"  # of the query
_SYMBOL = re.compile(r"'(?P<sign>[^']+)'|(?P<word>[A-Z_]{2,}|A)(?!\w)|(?P<rule>[A-Z]\w+)|(?P<kind>[a-z]+)|(?P<mark>[()|?*+])")
_SIGNS = ("^^", "||", "&&", "!=", "<=", ">=")


class Fault(NamedTuple):
    """The first piece that does not fit (None: the end), the one before it, and what could stand there: signs, words, kinds."""

    token: Token | None
    before: Token | None
    expected: frozenset[str]


# --- the grammar as data ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True, eq=False)  # itself, and so quickly found among others
class _Node:
    """A part of a rule: a terminal, rule or its end by name, parts in a sequence ("then"), as alternatives ("or"), or repeated."""

    kind: str  # terminal rule end then or ? *
    name: str = ""
    parts: tuple[_Node, ...] = ()


@cache
def _rules() -> Mapping[str, _Node]:
    rows = re.sub(r"\n +\|", " |", _RULES.strip()).splitlines()
    return {name: _alternatives(list(_SYMBOL.finditer(body))[::-1]) for name, body in (row.split(" = ", 1) for row in rows)}


def _alternatives(symbols: list[re.Match[str]]) -> _Node:
    """Return what the symbols, the next of them last, mean up to a closing bracket."""
    choices: list[list[_Node]] = [[]]
    while symbols and symbols[-1]["mark"] != ")":
        symbol = symbols.pop()
        if symbol["mark"] == "|":
            choices.append([])
        elif symbol["mark"] == "(":
            choices[-1].append(_alternatives(symbols))
            symbols.pop()
        elif symbol["mark"] == "+":
            again = choices[-1][-1]
            choices[-1].append(_Node("*", parts=(again,)))
        elif symbol["mark"]:
            choices[-1].append(_Node(symbol["mark"], parts=(choices[-1].pop(),)))
        elif symbol["rule"]:
            choices[-1].append(_Node("rule", symbol["rule"]))
        else:
            choices[-1].append(_Node("terminal", symbol["sign"] or symbol[0]))
    parts = [_Node("then", parts=tuple(choice)) for choice in choices]
    return parts[0] if len(parts) == 1 else _Node("or", parts=tuple(parts))


@cache
def _first(node: _Node) -> tuple[frozenset[str], bool]:
    """Return the terminals that a part may begin with, and whether it may be nothing."""
    if node.kind == "terminal":
        return frozenset({node.name}), False
    if node.kind == "rule":
        return _first(_rules()[node.name])
    found: set[str] = set()
    if node.kind == "then":
        for part in node.parts:
            first, is_optional = _first(part)
            found |= first
            if not is_optional:
                return frozenset(found), False
        return frozenset(found), True
    inner = [_first(part) for part in node.parts]  # none of an end, which is nothing
    found.update(*(first for first, _ in inner))
    return frozenset(found), node.kind in ("?", "*", "end") or any(is_optional for _, is_optional in inner)


# --- reading ---------------------------------------------------------------------------------------------------------------
def pieces(text: str) -> list[Token]:
    """Return the pieces of a query, signs of two characters as one."""
    found: list[Token] = []
    for token in sparql.tokens(text):
        last = found[-1] if found else None
        if last and last.kind == token.kind == "sign" and last.text + token.text in _SIGNS and last.start + 1 == token.start:
            found[-1] = Token("sign", last.text + token.text, last.start)
        else:
            found.append(token)
    return found


class Part(NamedTuple):
    """A part of a query that follows a rule: its pieces from `begin` to before `end`, and the parts within it."""

    rule: str
    begin: int
    end: int
    parts: tuple[Part, ...]


class _Event(NamedTuple):
    """A rule begins or ends before the piece at an index."""

    rule: str
    at: int
    begins: bool


def fault(found: Sequence[Token]) -> Fault | None:
    """Return where pieces stop being a SPARQL query; None where they are one."""
    return _read(found)[0]


def tree(found: Sequence[Token]) -> Part | None:
    """Return a query as a tree of the rules that it follows; None for what is none."""
    wrong, events = _read(found)
    if wrong:
        return None
    around: list[tuple[int, list[Part]]] = [(0, [])]
    for rule, at, begins in events:
        if begins:
            around.append((at, []))
        else:
            begin, parts = around.pop()
            around[-1][1].append(Part(rule, begin, at, tuple(parts)))
    return around[0][1][0]


def miscalled(found: Sequence[Token]) -> Iterator[tuple[Token, int, tuple[int, int]]]:
    """Yield each function of a query with too few or too many arguments, with their number and what it takes."""
    root = tree(found)
    left = [root] if root else []
    while left:
        part = left.pop()
        left += part.parts[::-1]
        function = found[part.begin] if part.rule == "Builtin" else None
        if function and part.parts and part.parts[0].rule == "Arguments":
            takes = _TAKES.get(function.keyword, (1, 1))
            count = sum(inner.rule == "Expression" for inner in part.parts[0].parts)
            if not takes[0] <= count <= takes[1]:
                yield function, count, takes


def _read(found: Sequence[Token]) -> tuple[Fault | None, list[_Event]]:
    stack = [_Node("rule", "Query")]
    events: list[_Event] = []
    before: Token | None = None
    for at, token in enumerate([*found, None]):
        names = _terminals(token.kind, token.text if token.kind in _SPELT else "") if token else frozenset({END})
        seen: list[_Node] = []
        step: _Step | None = None
        while stack and (step is None or not step.takes):
            node = stack.pop()
            seen.append(node)
            step = _step(node, names)
            if step is None:
                stack.append(node)
                break
            stack += step.parts
            if node.kind in ("rule", "end") and (step.parts or node.kind == "end"):
                events.append(_Event(node.name, at, node.kind == "rule"))
        if (token is None and stack) or (token is not None and (step is None or not step.takes)):
            return Fault(token, before, frozenset().union(*(_first(node)[0] for node in seen))), events
        before = token
    return None, events


_SPELT = frozenset({"word", "name", "number", "open", "close", "sign"})  # the kinds of which one piece is not as good as another


@lru_cache(maxsize=1 << 12)
def _terminals(kind: str, text: str) -> frozenset[str]:
    """Return the terminals that a piece may be."""
    if kind == "word":
        word = {"a": "A", "A": "a"}.get(text) or Token(kind, text, 0).keyword  # the one word whose case matters
        return frozenset({word, "function"} if word in FUNCTIONS else {word})
    if kind == "name":
        return frozenset({"blank"} if text.startswith("_:") else {"name", "prefix"} if text.endswith(":") else {"name"})
    if kind == "number":
        return frozenset({"integer" if text.isdigit() else "number"})
    return frozenset({text or kind})


class _Step(NamedTuple):
    """What reading comes to at a part: the piece is taken, or other parts, the next of them last, are read instead."""

    takes: bool
    parts: tuple[_Node, ...] = ()


@lru_cache(maxsize=1 << 14)
def _step(node: _Node, names: frozenset[str]) -> _Step | None:
    """Return what to do at a part with a piece that may be these terminals; None where it does not fit."""
    first, is_optional = _first(node)
    if not first & names:
        return _Step(False) if is_optional else None
    if node.kind == "rule":
        return _Step(False, (_end(node.name), _rules()[node.name]))
    if node.kind == "then":
        return _Step(False, node.parts[::-1])
    if node.kind == "or":
        return _Step(False, (next(part for part in node.parts if _first(part)[0] & names),))
    return _Step(node.kind == "terminal", (node, node.parts[0]) if node.kind == "*" else node.parts)


@cache
def _end(rule: str) -> _Node:
    return _Node("end", rule)
