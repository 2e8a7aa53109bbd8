"""The SHACL engines, each behind one function: N-Triples in, what it says of them out. A row in `ENGINES` each."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Literal

from kg import rdf
from kg.errors import ShapeError, UsageError
from kg.terms import Term
from kg.validation.interop import from_rdflib, to_graph
from kg.validation.results import SH, Raw
from kg.validation.shapes import Shapes, fast_engine_is_here, one_line

Engine = Literal["auto", "fast", "pyshacl"]


def first_engine(engine: Engine) -> Callable[[str, Shapes], Iterator[Raw]]:
    """Return what runs an engine; for `auto` the fast one where it is installed, else pySHACL.

    Raises `UsageError` for an engine that is not installed.
    """
    is_fast = engine != "pyshacl" and fast_engine_is_here()
    if engine == "fast" and not is_fast:
        raise UsageError("the fast SHACL engine (the package shacl) is not installed; there is pyshacl")
    return ENGINES["fast" if is_fast else "pyshacl"]


def run_fast(data: str, shapes: Shapes) -> Iterator[Raw]:
    try:
        report = shapes.compiled.validate_text(data + shapes.axioms_text, format="ntriples")
    except ValueError as error:
        raise ShapeError(f"the shapes cannot be applied: {one_line(error)}") from error
    blank = dict(_renamed(shapes.text + data)) if "_:" in data else {}
    for found in report.results:
        yield Raw(
            found.severity_iri.strip("<>"),
            found.message,
            blank.get(found.focus_node, found.focus_node),
            found.path,
            blank.get(found.value, found.value),
            found.source_shape,
            found.component_iri.strip("<>"),
        )


def _renamed(text: str) -> Iterator[tuple[Term, Term]]:
    """Yield each blank node with the name that the fast engine gives it: it numbers them as they come, shapes first."""
    triples = map(rdf.parse_nquads, text.split("\n")[:-1])
    labels = dict.fromkeys(term for triple in triples for term in (triple.subject, triple.object) if rdf.is_blank(term))
    yield from ((f"_:0_b{number}", label) for number, label in enumerate(labels))


def run_pyshacl(data: str, shapes: Shapes) -> Iterator[Raw]:
    import pyshacl
    import rdflib

    # What they have to say is in the report
    for name in ("pyshacl", "rdflib.term"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    graph = to_graph(data + shapes.axioms_text)
    try:
        _, report, text = pyshacl.validate(graph, shacl_graph=shapes.graph, inference="none", do_owl_imports=False, inplace=True)
    except (RuntimeError, ValueError, re.error) as error:
        raise ShapeError(f"the shapes cannot be applied: {one_line(error)}") from error
    if not isinstance(report, rdflib.Graph):
        raise ShapeError(f"the shapes cannot be applied: {str(text)[:300]}")
    # Only these: what a sh:node adds as details are results too
    for found in report.objects(None, rdflib.URIRef(f"{SH}result")):
        yield _from_report(report, found, shapes.graph)


def _from_report(report: Any, found: Any, shapes: Any) -> Raw:
    """Return a result of pySHACL's report, with a message only where the shape or its constraint has one of its own."""

    def one(name: str) -> Any:
        return report.value(found, _sh(name))

    def term(name: str) -> Term | None:
        return None if one(name) is None else from_rdflib(one(name))

    messages = sorted(map(str, report.objects(found, _sh("resultMessage"))))
    told = any((node, _sh("message"), None) in shapes for node in (one("sourceShape"), one("sourceConstraint")))
    return Raw(
        str(one("resultSeverity")),
        messages[0] if messages and told else None,
        term("focusNode") or "",
        term("resultPath"),
        term("value"),
        term("sourceShape") or "",
        str(one("sourceConstraintComponent")),
    )


def _sh(name: str) -> Any:
    import rdflib

    return rdflib.URIRef(f"{SH}{name}")


ENGINES: Mapping[str, Callable[[str, Shapes], Iterator[Raw]]] = {"fast": run_fast, "pyshacl": run_pyshacl}
