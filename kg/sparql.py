"""The text of a SPARQL query, looked at before any engine sees it: what would end an engine, or ask another server."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

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


def refusal(text: str, deepest: int = DEEPEST) -> tuple[str, int] | None:
    """Return why no engine should see a query, and where in it that stands; None where there is nothing against it."""
    if not text.strip():
        return "the query is empty", 0
    if len(text.encode(errors="replace")) > LONGEST:
        return f"a query has at most {LONGEST} bytes", 0
    found = list(tokens(text))
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
