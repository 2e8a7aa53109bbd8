"""What a person is told of the place where a query stops being SPARQL: what was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Sequence

from kg.hints.grammar import AGGREGATES, FUNCTIONS, Fault
from kg.sparql import Token

_UPDATES = frozenset("ADD CLEAR COPY CREATE DELETE DROP INSERT LOAD MOVE UPDATE WITH".split())
_FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
_KINDS = {
    "variable": "a variable (?x)",
    "iri": "an IRI (<…>)",
    "name": "a name (schema:name)",
    "text": "a text in quotes",
    "integer": "a whole number",
    "number": "a number",
    "function": "a function",
    "prefix": "a prefix (x:)",
    "blank": "a blank node",
    "language": "a language (@en)",
    "A": "a",
}
# What is told of what may stand in a place: not each, but the first that fits
_PLACES = (
    ({"function", "("}, "an expression"),
    ({"variable", "text", "iri"}, "a variable, name, IRI, text or number"),
    ({"variable", "iri"}, "a variable, name or IRI"),
    ({"iri"}, "an IRI (<…>) or a name (schema:name)"),
)
_QUOTES = "“”„‟‘’‚«»`´"
_SQL = {
    "LIKE": 'SPARQL has no LIKE: CONTAINS(STR(?x), "word") or REGEX(?x, "pattern")',
    "IS": "SPARQL has no IS NULL: !BOUND(?x), or FILTER NOT EXISTS { … }",
    "JOIN": "SPARQL has no JOIN: patterns with the same variable are joined",
    "AND": "in an expression, AND is &&",
    "OR": "in an expression, OR is ||",
    "BETWEEN": "SPARQL has no BETWEEN: ?x >= 1 && ?x <= 9",
    "NULL": "SPARQL has no NULL: BOUND(?x) tells whether a variable has a value",
    "CASE": "SPARQL has no CASE: IF(test, one, other)",
    "THEN": "SPARQL has no THEN: IF(test, one, other)",
}

_COMPARISONS = ("=", "!=", "<", ">", "<=", ">=")

_Hint = Callable[[Fault, Token, Sequence[Token]], str | None]


def words(fault: Fault, found: Sequence[Token]) -> str:
    """Return what is wrong in words; `found` are the pieces before the fault."""
    if fault.token is None and {"{", "FROM"} <= fault.expected:
        return "the query ends too early; what it looks for is missing: { … }"
    if fault.token is None:
        return f"the query ends too early; {_wanted(fault.expected)} is missing"
    for hint in _HINTS:
        if told := hint(fault, fault.token, found):
            return told
    if not fault.expected:
        return f"the query has ended before {fault.token.text[:40]}"
    shown = fault.token.text if len(fault.token.text) <= 40 else f"{fault.token.text[:39]}…"
    return f"{shown} cannot stand here; {_wanted(fault.expected)} could"


def _wanted(expected: frozenset[str]) -> str:
    """Return what could stand in a place, in few words."""
    signs = [sign for sign in (".", "}", ")", "]", "{", "(") if sign in expected]
    kinds = next((told for needed, told in _PLACES if needed <= expected), "")
    if {"&&", ")"} <= expected:
        return ") or an operator"
    if "}" in expected and "." in expected:
        return "a dot (.) or }"
    if kinds:
        return f"{kinds} or {signs[0]}" if signs[:1] and signs[0] in "})]" else kinds
    named = sorted(_KINDS.get(name, name) for name in expected if name in _KINDS or name.isupper())
    several = [*signs[:2], *named][:6] or sorted(expected)[:6]
    return several[0] if len(several) == 1 else f"{', '.join(several[:-1])} or {several[-1]}"


# --- hints, the first that fits ---------------------------------------------------------------------------------------------
def _beginning(fault: Fault, token: Token, _: Sequence[Token]) -> str | None:
    if "SELECT" not in fault.expected or "ASK" not in fault.expected:
        return None
    if token.keyword in _UPDATES:
        return f"{token.keyword} is an update, and a dump is only read; a query begins with {', '.join(_FORMS)}"
    near = difflib.get_close_matches(token.keyword, (*_FORMS, "PREFIX", "BASE"), 1)
    return f"a query begins with {', '.join(_FORMS)}, not {token.text[:40]}" + (f"; did you mean {near[0]}?" if near else "")


def _prologue(fault: Fault, token: Token, found: Sequence[Token]) -> str | None:
    if fault.expected == {"prefix"}:
        return f"a prefix ends in a colon: {token.text.partition(':')[0][:40]}:"
    if fault.expected == {"iri"} and any(before.keyword in ("PREFIX", "BASE") for before in found[-2:]):
        return "what PREFIX and BASE declare is an IRI in angle brackets: <https://…>"
    return None


def _quotes(fault: Fault, token: Token, found: Sequence[Token]) -> str | None:
    if token.text in _QUOTES:
        return f"{token.text} is no quote of SPARQL; a text stands in \" or '"
    last = found[-1] if found else None
    if last and last.kind == "text" and last.start + len(last.text) == token.start and token.kind == "word":
        return f"the text has ended before {token.text[:40]}; in it, {last.text[0]} is written \\{last.text[0]}"
    if token.text == "<" and "iri" in fault.expected and "<" not in fault.expected:
        return "an IRI ends in >, and has no spaces, quotes or braces in it"
    return "this text has no closing quote" if token.text in ("'", '"') else None


def _columns(fault: Fault, token: Token, found: Sequence[Token]) -> str | None:
    """Tell of what SELECT gives."""
    if "AS" in fault.expected and token.text == ")":
        return f"what {_clause(found) or 'SELECT'} computes has a name: (… AS ?n)"
    if "AS" in fault.expected and token.kind == "variable":
        return f"AS is missing before {token.text[:40]}"
    if _clause(found) != "SELECT" or "variable" not in fault.expected or not {"{", "*"} & fault.expected:
        return None
    if token.text == ",":
        return "the variables of SELECT stand without commas"
    if token.keyword in AGGREGATES | FUNCTIONS:
        return f"what SELECT computes stands in brackets, with a name: ({token.text}(…) AS ?n)"
    if token.kind == "word":
        return f"a variable begins with a question mark: ?{token.text}"
    return None


def _clause(found: Sequence[Token]) -> str:
    """Return the last word before a piece that begins a part of a query."""
    known = ("SELECT", "WHERE", "FILTER", "BIND", "HAVING", "BY", "VALUES", "FROM", "OPTIONAL", "GRAPH", "LIMIT", "OFFSET")
    for token in reversed(found):
        if token.keyword in known:
            return token.keyword
        if token.text in ("{", "}"):
            return ""
    return ""


def _brackets(fault: Fault, token: Token, found: Sequence[Token]) -> str | None:
    """Tell of brackets that are missing around a condition."""
    last = found[-1].keyword if found else ""
    is_bare = last in ("FILTER", "HAVING") and "(" in fault.expected and token.kind != "word"
    if is_bare or (_clause(found) == "FILTER" and token.text in _COMPARISONS and "." in fault.expected):
        last = "HAVING" if last == "HAVING" else "FILTER"
        return f"what {last} tests stands in brackets: {last}(?x > 3)"
    if last == "BIND" and "(" in fault.expected:
        return "BIND wants brackets: BIND(… AS ?x)"
    if last in ("GROUP", "ORDER") and "BY" in fault.expected:
        return f"{last} is followed by BY"
    if last in ("ASC", "DESC"):
        return f"what {last} orders by stands in brackets: {last}(?x)"
    if token.text == "{" and "GROUP" in fault.expected:
        return "the pattern has ended before this {; all that is looked for stands between its braces"
    if "{" in fault.expected and last in ("WHERE", "OPTIONAL", "UNION", "MINUS", "EXISTS"):
        return f"what belongs to {last} stands in braces: {last} {{ … }}"
    return None


def _operators(fault: Fault, token: Token, found: Sequence[Token]) -> str | None:
    is_expression = "&&" in fault.expected or "function" in fault.expected
    last = found[-1].text if found else ""
    if token.text == "=" and last == "=" and is_expression:
        return "equality is one sign: ="
    if token.text == "<>":
        return "not equal is !="
    if "," in fault.expected and "&&" in fault.expected and token.kind in ("variable", "text", "iri", "name", "number"):
        return f"a comma is missing before {token.text[:40]}"
    if token.text in ("&", "|") and is_expression:
        return f"in an expression, it is {token.text * 2}"
    if token.keyword == "AND" and not is_expression:
        return "patterns are joined by a dot (.), not by AND"
    if token.keyword in ("OR", "JOIN", "IS", "NULL", "LIKE") and not is_expression:
        return "SPARQL has no OR between patterns: { … } UNION { … }" if token.keyword == "OR" else _SQL[token.keyword]
    return _SQL.get(token.keyword) if is_expression else None


def _functions(fault: Fault, token: Token, _: Sequence[Token]) -> str | None:
    if "function" not in fault.expected or token.kind != "word":
        return None
    near = difflib.get_close_matches(token.keyword, sorted(FUNCTIONS | AGGREGATES | {"EXISTS"}), 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    return f"{token.text[:40]} is no function of SPARQL{hint}" if near or "variable" not in fault.expected else None


def _keywords(fault: Fault, token: Token, _: Sequence[Token]) -> str | None:
    """Tell of a word that is nearly the one that could stand here."""
    if token.kind != "word":
        return None
    near = difflib.get_close_matches(token.keyword, [name for name in fault.expected if name.isupper() and len(name) > 1], 1, 0.7)
    return f"{token.text[:40]} cannot stand here; did you mean {near[0]}?" if near else None


def _sources(fault: Fault, token: Token, found: Sequence[Token]) -> str | None:
    if found and found[-1].keyword in ("FROM", "NAMED") and "iri" in fault.expected:
        return f"FROM names a graph by its IRI, not {token.text[:40]}; without FROM, the whole dump is asked"
    return None


def _dots(fault: Fault, token: Token, _: Sequence[Token]) -> str | None:
    """Tell of a dot that is missing between two triples, and of a slash in a name."""
    if "." not in fault.expected or ";" not in fault.expected:
        return None
    if token.text == "/":
        return r"/ in a name is written \/; or write the IRI in full: <…>"
    if token.kind in ("variable", "iri", "name", "text", "number"):
        return f"a dot (.) is missing before {token.text[:60]}, or a semicolon where the subject stays the same"
    return None


def _bare(fault: Fault, token: Token, _: Sequence[Token]) -> str | None:
    if token.text == "A" and "A" in fault.expected:
        return "the word for rdf:type is a small a"
    if token.kind == "word" and fault.expected >= {"variable", "iri"}:
        return f"{token.text[:40]} alone is nothing; a variable begins with ?, a name has a prefix (schema:name), a text has quotes"
    if token.text in (".", "}", ";") and fault.expected >= {"variable", "iri", "text"} and "SELECT" not in fault.expected:
        return f"an object is missing before {token.text}: a pattern is subject, predicate, object"
    if token.text in (".", "}", ";") and fault.expected >= {"variable", "iri", "A"}:
        return f"predicate and object are missing before {token.text}: a pattern is subject, predicate, object"
    return None


_HINTS: tuple[_Hint, ...] = (
    _beginning,
    _prologue,
    _quotes,
    _columns,
    _brackets,
    _sources,
    _operators,
    _functions,
    _dots,
    _keywords,
    _bare,
)
