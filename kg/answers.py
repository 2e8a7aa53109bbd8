"""Answers to queries, in the forms that people and programs read."""

from __future__ import annotations

import io
import json
import shutil
import sys
from pathlib import Path
from typing import Any

from kg import store, terms
from kg.errors import Place, QueryError, ResourceError, UsageError

_NUMBERS = frozenset(
    f"{terms.XSD}{name}" for name in ("integer", "decimal", "double", "float", "nonNegativeInteger", "int", "long")
)


def read_query(path: Path) -> str:
    """Return the query in a file. Raises `QueryError` where it is not UTF-8."""
    try:
        return path.read_bytes().decode()
    except UnicodeDecodeError as error:
        raise QueryError(f"not UTF-8: byte 0x{error.object[error.start]:02X} at offset {error.start}", Place(str(path))) from error
    except OSError as error:
        raise ResourceError(f"cannot be read: {error.strerror}", Place(str(path))) from error


def answer(target: Path, query: str, form: str | None, timeout: float) -> str:
    """Return the answer as text: solutions as table, csv, tsv, json or xml, graphs as turtle, jsonld or ntriples.

    Raises `UsageError` for a form that does not fit the kind of answer, `QueryError` as `store.query` does.
    """
    found = store.query(target, query, form if form and form != "table" else "json", timeout)
    if found.kind == "graph" and form in (*store.SOLUTION_FORMS, "table"):
        raise UsageError(f"this query gives a graph; choose one of {', '.join(store.GRAPH_FORMS)}")
    if found.kind != "graph" and form in store.GRAPH_FORMS:
        what = "yes or no" if found.kind == "boolean" else "a table"
        raise UsageError(f"this query gives {what}; choose one of table, {', '.join(store.SOLUTION_FORMS)}")
    if found.kind == "graph" or form in store.SOLUTION_FORMS:
        text = found.body.decode()
        return text if text.endswith("\n") or not text else f"{text}\n"
    content = json.loads(found.body)
    if found.kind == "boolean":
        return "yes\n" if content["boolean"] else "no\n"
    return _table(content["head"]["vars"], content["results"]["bindings"])


def _table(names: list[str], rows: list[dict[str, Any]]) -> str:
    """Return a table as wide as the terminal; as wide as it needs where nobody looks on."""
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for name in names:
        cells = [row[name] for row in rows if name in row]
        numeric = bool(cells) and all(cell.get("datatype") in _NUMBERS for cell in cells)
        table.add_column(Text(name), justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(row.get(name))) for name in names))
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else 10_000
    out = io.StringIO()
    Console(file=out, width=width, no_color=True).print(table)
    count = f"{len(rows):,} row{'s' * (len(rows) != 1)}\n"
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines()).strip("\n") + "\n" + count


def _cell(value: dict[str, Any] | None) -> str:
    from kg.reports import printable

    if value is None:
        return ""
    text = str(value["value"])
    if value["type"] != "uri":
        return printable(text)
    return printable(terms.shorten(f"<{text}>").strip("<>"))
