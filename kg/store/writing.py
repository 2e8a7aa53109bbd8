"""What the engine finds becomes an answer: whole and within its bounds, or an error, never a part of it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pyoxigraph

from kg.errors import AnswerSizeError
from kg.store import spelling
from kg.store.requests import GRAPH_FORMS, SOLUTION_FORMS, Answer, Request

_MEDIA = {
    "csv": pyoxigraph.QueryResultsFormat.CSV,
    "tsv": pyoxigraph.QueryResultsFormat.TSV,
    "json": pyoxigraph.QueryResultsFormat.JSON,
    "xml": pyoxigraph.QueryResultsFormat.XML,
}
_PREFIX = re.compile(r"(?<![\w-])[a-z]+:")
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"', re.DOTALL)


def answered(request: Request, found: Any) -> Answer:
    """Return what was found in the form that was asked for. Raises `AnswerSizeError` where it is more than may be."""
    out = _Bounded(request)
    if isinstance(found, pyoxigraph.QueryTriples):
        form = request.form if request.form in GRAPH_FORMS else GRAPH_FORMS[0]
        triples = list(_triples(request, found))
        out.write(_graph(triples, form).encode())
        return Answer("graph", form, out.getvalue(), is_empty=not triples)
    form = request.form if request.form in SOLUTION_FORMS else SOLUTION_FORMS[0]
    if isinstance(found, pyoxigraph.QueryBoolean):
        found.serialize(out, format=_MEDIA[form])
        return Answer("boolean", form, out.getvalue())
    if form == "csv":
        _write_csv(request, found, out)
    else:
        found.serialize(out, format=_MEDIA[form])
        if request.rows is not None and _has_more(out.getvalue(), form, request.rows):
            raise _too_many(request.rows, "rows")
    return Answer("solutions", form, out.getvalue())


class _Bounded(io.BytesIO):
    """What an answer is written into: it takes so many bytes and no more."""

    def __init__(self, request: Request) -> None:
        super().__init__()
        self._most = request.size

    def write(self, data: Any) -> int:
        if self._most is not None and self.tell() + len(data) > self._most:
            raise _too_many(self._most, "bytes")
        return super().write(data)


def _too_many(most: int, what: str) -> AnswerSizeError:
    return AnswerSizeError(f"the answer has more than {most:,} {what}; ask for less (LIMIT)")


def _triples(request: Request, found: Any) -> Iterator[pyoxigraph.Triple]:
    for count, triple in enumerate(found, 1):
        if request.rows is not None and count > request.rows:
            raise _too_many(request.rows, "triples")
        yield spelling.triple(triple)


def _graph(triples: list[pyoxigraph.Triple], form: str) -> str:
    from kg import exporters, rdf

    if form == "ntriples":  # which needs no more than the engine's own text, sorted
        return "".join(sorted({f"{triple} .\n" for triple in triples}))
    text = exporters.export(rdf.from_triples(triples), form)
    return _with_few_prefixes(text) if form == "turtle" else text


def _with_few_prefixes(turtle: str) -> str:
    """Return Turtle as we write it without the prefixes that nothing in it has: of a small graph they would be the most."""
    head, _, graph = turtle.partition("\n\n")
    lines = head.rstrip("\n").split("\n")
    named = set(_PREFIX.findall(graph))
    used = [line for line in lines if line.removeprefix("@prefix ").partition(" ")[0] in named]
    return "\n".join([*used, "", graph]) if used else graph


def _write_csv(request: Request, found: Any, out: _Bounded) -> None:
    """Write solutions as CSV: the engine's own does not quote an IRI with a comma, which that of every mention has."""
    rows = csv.writer(SimpleNamespace(write=lambda text: out.write(text.encode())), lineterminator="\r\n")
    rows.writerow(variable.value for variable in found.variables)
    for count, row in enumerate(found, 1):
        if request.rows is not None and count > request.rows:
            raise _too_many(request.rows, "rows")
        rows.writerow(map(_plain, row))


def _plain(term: Any) -> str:
    """Return a term as CSV has it: the IRI or the text alone."""
    if isinstance(term, pyoxigraph.NamedNode | pyoxigraph.Literal):
        return term.value
    return "" if term is None else str(term)


def _has_more(body: bytes, form: str, most: int) -> bool:
    """Tell whether an answer has more rows than so many."""
    if form == "xml":
        return body.count(b"<result>") > most
    if form == "tsv":
        return body.count(b"\n") > most + 1
    # A brace begins a row or a term; where there are many, those in texts are left out
    return body.count(b"{") > most and (bare := _STRING.sub(b"", body)).count(b",{") + (b"[{" in bare) > most
