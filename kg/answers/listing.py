"""The shipped queries as a list: for people, and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator

from kg import queries
from kg.answers.wrapping import length, wrapped
from kg.queries import Parameter, Shipped

_INDENT = "  "
_DEEP = "    "
_LEAST = 20  # cells, however narrow the terminal


def listed(width: int | None = None) -> str:
    """Return the name of each shipped query, what it answers, and its parameters, no wider than the terminal."""
    return "\n".join("".join(f"{line}\n" for line in described(query, width)) for query in queries.shipped().values())


def described(query: Shipped, width: int | None = None) -> Iterator[str]:
    """Yield the lines that tell of one query."""
    yield f"{queries.SIGN}{query.name}"
    yield from _indented(query.title, _INDENT, width)
    heads = [_head(parameter) for parameter in query.parameters]
    widest = max(map(length, heads), default=0)
    for head, parameter in zip(heads, query.parameters, strict=True):
        yield from _indented(f"{head.ljust(widest)}  {parameter.meaning}", _DEEP, width)


def _head(parameter: Parameter) -> str:
    """Return a parameter as one sets it: `treaty=TREATY`, `least=2`; in brackets where it can be left out without a value."""
    head = f"{parameter.name}={parameter.default or parameter.kind.upper()}"
    return f"[{head}]" if parameter.is_optional else head


def _indented(text: str, indent: str, width: int | None) -> Iterator[str]:
    lines = [text] if width is None else wrapped(text, max(width - len(indent), _LEAST))
    return (f"{indent}{line}" for line in lines)


def to_json() -> str:
    """Return the list as JSON: `[{name, answers, parameters: [{name, kind, required, default?, meaning}]}]`."""
    rows = [
        {"name": query.name, "answers": query.title, "parameters": [_row(parameter) for parameter in query.parameters]}
        for query in queries.shipped().values()
    ]
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def _row(parameter: Parameter) -> dict[str, object]:
    default = {} if parameter.default is None else {"default": parameter.default}
    is_needed = parameter.default is None and not parameter.is_optional
    return {"name": parameter.name, "kind": parameter.kind, "required": is_needed, **default, "meaning": parameter.meaning}
