"""When a query is whole, so that Enter asks it instead of beginning another line."""

from __future__ import annotations

from kg import sparql
from kg.queries import SIGN

COMMAND = "."  # before the name of a command of the shell

_PROLOGUE = frozenset({"BASE", "PREFIX"})


def is_whole(text: str) -> bool:
    """Tell whether a text is to be done as it stands: a command, a shipped query, a query whose groups are closed, or one that
    ends in an empty line. What is no query at all is whole too: the engine says what is wrong with it.
    """
    if text.lstrip().startswith((COMMAND, SIGN)) or text.endswith("\n"):
        return True
    found = list(sparql.tokens(text))
    if is_in_text(text) or not found:
        return False
    _, begin = sparql.prologue(found)
    body = found[begin:]
    if not body or body[0].keyword in _PROLOGUE:
        return False
    kind = sparql.kind(text)
    closed = _groups(body)
    if kind is None:
        return closed is not None
    if body[0].keyword == "DESCRIBE":
        return closed is not None and (closed > 0 or any(token.kind in {"iri", "name"} for token in body))
    is_template = body[0].keyword == "CONSTRUCT" and len(body) > 1 and body[1].text == "{"
    return closed is not None and closed > is_template


def _groups(tokens: list[sparql.Token]) -> int | None:
    """Return how many groups in braces there are that are in no other; None where a bracket is open.

    Where one is closed that is not open, all that were begun count as closed: no further line would mend that.
    """
    depth = groups = 0
    for token in tokens:
        depth += (token.kind == "open") - (token.kind == "close")
        groups += token.text == "}" and depth == 0
        if depth < 0:
            return len(tokens)
    return groups if depth == 0 else None


def is_in_text(text: str) -> bool:
    """Tell whether a text ends within a literal that has begun."""
    return any(token.kind == "sign" and token.text in {'"', "'"} for token in sparql.tokens(text))
