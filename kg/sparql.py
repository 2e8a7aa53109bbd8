"""The text of a SPARQL query, looked at before any engine sees it: what would end an engine, or ask another server."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple
from urllib.parse import urljoin

from kg.errors import Place

LONGEST = 64 * 1024  # bytes
DEEPEST = 200  # brackets in brackets; an engine's process ends at some thousand
_TOKEN = re.compile(
    r'(?P<text>"""(?:[^"\\]|\\.|"{1,2}+(?!"))*+"""|\'\'\'(?:[^\'\\]|\\.|\'{1,2}+(?!\'))*+\'\'\''
    r'|"(?:[^"\\\n\r]|\\.)*+"|\'(?:[^\'\\\n\r]|\\.)*+\')'
    r"|(?P<iri><[^<>\"{}|^`\\\x00-\x20]*+>)"
    r"|(?P<comment>#[^\n\r]*+)"
    r"|(?P<variable>[?$]\w++)"
    r"|(?P<language>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)"
    r"|(?P<name>(?:[^\W\d][\w.-]{0,200}+)?:(?:(?:[\w:]|%[0-9A-Fa-f]{2}|\\.)(?:[\w:-]|\.(?=[\w:.%\\-])|%[0-9A-Fa-f]{2}|\\.)*+)?)"
    r"|(?P<word>[A-Za-z_]\w*+)"
    r"|(?P<number>(?:\d++(?:\.\d*+)?|\.\d++)(?:[eE][+-]?\d++)?)"
    r"|(?P<open>[({\[])|(?P<close>[)}\]])"
    r"|(?P<sign>\S)",
    re.DOTALL,
)
_KINDS: dict[str, Literal["solutions", "boolean", "graph"]] = {
    "SELECT": "solutions",
    "ASK": "boolean",
    "CONSTRUCT": "graph",
    "DESCRIBE": "graph",
}
_CLOSING = {"(": ")", "[": "]", "{": "}"}
# An engine wants no space after `true`, nor after SERVICE and SILENT
_GLUED = re.compile(r"(?:true|false)(?=.)", re.IGNORECASE)
_SERVICE = re.compile(r"(?:^|\.|true|false)service", re.IGNORECASE)


class Token(NamedTuple):
    """A piece of a query: its kind (a group of the pattern above), its text, and where it begins."""

    kind: str
    text: str
    start: int

    @property
    def keyword(self) -> str:
        """The word as SPARQL sees it, in upper case; "" for what is no word."""
        return _GLUED.sub("", self.text).upper() if self.kind == "word" else ""


def tokens(text: str) -> Iterator[Token]:
    """Yield the pieces of a query in order, without comments; in linear time, whatever the text."""
    for match in _TOKEN.finditer(text):
        if match.lastgroup and match.lastgroup != "comment":
            yield Token(match.lastgroup, match[0], match.start())


@lru_cache(maxsize=4)
def _whole(text: str) -> tuple[Token, ...]:
    return tuple(tokens(text))


def refusal(text: str, deepest: int = DEEPEST) -> tuple[str, int] | None:
    """Return why no engine should see a query, and where in it that stands; None where there is nothing against it."""
    if not text.strip():
        return "the query is empty", 0
    if len(text.encode(errors="replace")) > LONGEST:
        return f"a query has at most {LONGEST} bytes", 0
    found = _whole(text)
    depth = 0
    for index, token in enumerate(found):
        depth += (token.kind == "open") - (token.kind == "close")
        if depth > deepest:
            return f"a query is nested at most {deepest} deep", token.start
        # A name may begin with the word too: to an engine it is SERVICE and a name where a group follows
        is_group = any(after.text == "{" for after in found[index + 1 : index + 3])
        if (token.kind == "word" or (token.kind == "name" and is_group)) and _SERVICE.search(token.text):
            return "SERVICE would ask another server; it is not allowed", token.start
    return None


def prologue(found: Sequence[Token]) -> tuple[dict[str, str], int]:
    """Return the prefixes that a query declares itself, and how many of its tokens do so."""
    prefixes: dict[str, str] = {}
    at = 0
    while at < len(found):
        if found[at].keyword == "BASE" and at + 1 < len(found):
            at += 2
        elif found[at].keyword == "PREFIX" and at + 2 < len(found) and found[at + 1].text.endswith(":"):
            prefixes[found[at + 1].text[:-1]] = found[at + 2].text[1:-1]
            at += 3
        else:
            break
    return prefixes, at


def kind(text: str) -> Literal["solutions", "boolean", "graph"] | None:
    """Return what a query gives, by its first word after the prologue; None where that is none of the four."""
    for token in tokens(text):
        if token.kind not in {"iri", "name"} and token.keyword not in {"BASE", "PREFIX"}:
            return _KINDS.get(token.keyword)
    return None


def dataset(text: str, known: Mapping[str, str]) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
    """Return the graphs that a query names with FROM and with FROM NAMED, as IRIs; None twice where it names none.

    `known` are prefixes that need no declaration; a relative IRI without BASE is taken as it stands.
    """
    found = _whole(text)
    own, begin = prologue(found)
    prefixes = {**known, **own}
    base = next((found[at + 1].text[1:-1] for at in reversed(range(begin)) if found[at].keyword == "BASE"), "")
    graphs: tuple[list[str], list[str]] = [], []
    head = list(_head(found[begin:]))
    for at, token in enumerate(head[:-1]):
        if token.keyword == "FROM":
            is_named = head[at + 1].keyword == "NAMED"
            names = [name for name in head[at + 1 + is_named : at + 2 + is_named] if name.kind in {"iri", "name"}]
            graphs[is_named].extend(urljoin(base, _iri(name, prefixes)) for name in names)
    return (tuple(graphs[0]), tuple(graphs[1])) if any(graphs) else (None, None)


def _head(found: Iterable[Token]) -> Iterator[Token]:
    """Yield the tokens before the first group that are in no brackets: where the dataset stands."""
    depth, is_construct = 0, False
    for token in found:
        is_construct = is_construct or token.keyword == "CONSTRUCT"
        if token.text == "{" and not depth and not is_construct:
            return
        is_construct = is_construct and token.text != "{"
        depth += (token.kind == "open") - (token.kind == "close")
        if not depth and token.kind != "close":
            yield token


def _iri(token: Token, prefixes: Mapping[str, str]) -> str:
    if token.kind == "iri":
        return token.text[1:-1]
    prefix, _, local = token.text.partition(":")
    return prefixes.get(prefix, f"{prefix}:") + re.sub(r"\\(.)", r"\1", local)


def explicit(text: str, names: Iterable[str]) -> str | None:
    """Return a query that gives all variables with their names instead of the star, in the order in which they first stand in it.

    None where there is no star to replace. `names` are the variables that it gives.
    """
    found = _whole(text)
    _, begin = prologue(found)
    head = [token for token in found[begin : begin + 3] if token.keyword not in {"DISTINCT", "REDUCED"}]
    if [token.keyword or token.text for token in head[:2]] != ["SELECT", "*"]:
        return None
    star = head[1].start
    order = dict.fromkeys(token.text[1:] for token in found if token.kind == "variable")
    given = set(names)
    listed = " ".join(f"?{name}" for name in order if name in given)
    return f"{text[:star]} {listed} {text[star + 1 :]}" if listed else None


def place(text: str, offset: int) -> Place:
    """Return the place in a query at which an offset stands."""
    before = text[:offset]
    return Place("query", before.count("\n") + 1, offset - before.rfind("\n"))


def unmatched(found: Sequence[Token]) -> tuple[str, int] | None:
    """Return what is wrong with the first bracket that has no other one, and where it stands."""
    waiting: list[Token] = []
    for token in found:
        if token.kind == "open":
            waiting.append(token)
        elif token.kind == "close" and waiting and _CLOSING[waiting[-1].text] == token.text:
            waiting.pop()
        elif token.kind == "close" and any(_CLOSING[before.text] == token.text for before in waiting):
            break
        elif token.kind == "close":
            return f"not SPARQL: {token.text} closes no bracket", token.start
    return (f"not SPARQL: {waiting[-1].text} is never closed", waiting[-1].start) if waiting else None
