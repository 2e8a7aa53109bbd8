"""The SHACL engines, each behind one function: N-Triples in, what it says of them out. A row in `ENGINES` each."""

from __future__ import annotations

import logging
import re
import warnings
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, redirect_stdout
from functools import lru_cache
from io import StringIO
from threading import Lock
from typing import Any, Literal

from kg import rdf
from kg.errors import ShapeError, UsageError
from kg.terms import Statement, Term
from kg.validation.interop import as_named, from_rdflib, marked, to_graph
from kg.validation.messages import told
from kg.validation.results import SH, Raw
from kg.validation.shapes import Shapes, fast_engine_is_here, one_line
from kg.validation.shapeterms import sh

Engine = Literal["auto", "fast", "pyshacl"]
# What is said of a blank node that stands in a result: so many blank nodes deep, as in pySHACL's report, and so much of it
_DEEP, _MUCH = 5, 200
# As the fast engine names blank nodes
_BLANK = re.compile(r"_:[01]_b\d+")
_VALUE = re.compile(r"[?$]value\b")
# A path of several steps is written in another way by each engine, and is found in the shape
_PROPERTY = re.compile(r"<[^<>]*>")


def first_engine(engine: Engine) -> Callable[[str, Shapes], Iterator[Raw]]:
    """Return what runs an engine; for `auto` the fast one where it is installed, else pySHACL.

    Raises `UsageError` for an engine that is not installed.
    """
    is_fast = engine != "pyshacl" and fast_engine_is_here()
    if engine == "fast" and not is_fast:
        raise UsageError("the fast SHACL engine (the package shacl) is not installed; there is pyshacl")
    return ENGINES["fast" if is_fast else "pyshacl"]


def run_fast(data: str, shapes: Shapes) -> Iterator[Raw]:
    """Yield what the fast engine says of a graph, N-Triples. Raises `ShapeError` where it cannot apply the shapes.

    Shapes that it is known to apply wrongly are pySHACL's: sh:closed of a property shape, which it takes for one of the focus node.
    """
    if _closes_values(shapes.text):
        return run_pyshacl(data, shapes)
    try:
        results = shapes.compiled.validate_text(data + shapes.axioms_text, format="ntriples").results
    except ValueError as error:
        raise _refusal(error, "the fast engine") from error
    except BaseException as error:
        # A fault of the engine; it is no Exception
        if type(error).__name__ == "PanicException":
            raise _refusal(error, "the fast engine") from error
        raise
    names = _names(data, shapes.text) if results else {}
    raws = (
        Raw(
            found.severity_iri.strip("<>"),
            found.message and _BLANK.sub(lambda match: names.get(match[0], match[0]), found.message),
            names.get(found.focus_node, found.focus_node),
            found.path if found.path and _PROPERTY.fullmatch(found.path) else None,
            names.get(found.value, found.value),
            names.get(found.source_shape, found.source_shape),
            found.component_iri.strip("<>"),
        )
        for found in results
    )
    return _finished(raws, data, shapes)


@lru_cache(maxsize=8)
def _closes_values(shapes: str) -> bool:
    """Tell whether a property shape is closed."""
    lines = [line.split(" ", 2) for line in shapes.split("\n")[:-1]]
    closed = {subject for subject, predicate, _ in lines if predicate == sh("closed")}
    return any(subject in closed for subject, predicate, _ in lines if predicate == sh("path"))


def _names(data: str, shapes: str) -> Mapping[Term, Term]:
    """Return each blank node by the name that the fast engine gives it: it numbers them as they come, shapes first."""
    names = _names_in_shapes(shapes)
    if "_:" not in data:
        return names
    return {**names, **{f"_:0_b{number}": label for number, label in enumerate(dict.fromkeys(_blanks(data)), len(names))}}


@lru_cache(maxsize=8)
def _names_in_shapes(shapes: str) -> Mapping[Term, Term]:
    return {f"_:1_b{number}": as_named(label) for number, label in enumerate(dict.fromkeys(_blanks(shapes)))}


def _blanks(text: str) -> Iterator[Term]:
    """Yield the blank nodes of N-Triples as they come."""
    for line in text.split("\n")[:-1]:
        subject, _, object_ = line.split(" ", 2)
        if subject.startswith("_:"):
            yield subject
        if object_.startswith("_:"):
            yield object_.removesuffix(" .")


def run_pyshacl(data: str, shapes: Shapes) -> Iterator[Raw]:
    """Yield what pySHACL says of a graph, N-Triples. Raises `ShapeError` where it cannot apply the shapes."""
    import pyshacl
    import rdflib
    from pyshacl.constraints.sparql.sparql_based_constraint_components import SPARQLConstraintComponentValidator

    # It keeps validators by the address of their graph, which may since be another graph's
    SPARQLConstraintComponentValidator.validator_cache.clear()
    with _alone():
        graph = to_graph(data + shapes.axioms_text)
        try:
            _, report, text = pyshacl.validate(
                graph, shacl_graph=shapes.graph, inference="none", do_owl_imports=False, inplace=True
            )
        except Exception as error:
            # Whatever it is, it comes from these shapes on this graph
            raise _refusal(error, "pySHACL") from error
    if not isinstance(report, rdflib.Graph):
        raise ShapeError(f"the shapes cannot be applied by pySHACL: {str(text)[:300]}")
    # Only these: what a sh:node adds as details are results too
    raws = [_from_report(report, found) for found in report.objects(None, rdflib.URIRef(f"{SH}result"))]
    return _finished(raws, data, shapes)


def _refusal(error: BaseException, engine: str) -> ShapeError:
    said = one_line(error).partition(" For reference, see ")[0] or type(error).__name__
    if isinstance(error, RecursionError) or "too deep" in said or "depth is too much" in said:
        said = "they are nested too deep for it"
    return ShapeError(f"the shapes cannot be applied by {engine}: {said}")


# pySHACL is changed while it runs, and so are the output and the warnings of the whole process
_ONE_AT_A_TIME = Lock()


@contextmanager
def _alone() -> Iterator[None]:
    """Let pySHACL run as `_changes` has it, and write nowhere: what it has to say is in its report."""
    loggers = [logging.getLogger(name) for name in ("pyshacl", "pyshacl-validate", "pyshacl.validator", "rdflib.term")]
    with _ONE_AT_A_TIME, warnings.catch_warnings(), redirect_stdout(StringIO()), ExitStack() as changes:
        warnings.simplefilter("ignore")
        for logger in loggers:
            logger.addFilter(_nothing)
            changes.callback(logger.removeFilter, _nothing)
        for owner, name, replacement in _changes():
            changes.callback(setattr, owner, name, getattr(owner, name))
            setattr(owner, name, replacement)
        yield


def _changes() -> Iterator[tuple[Any, str, Callable[..., Any]]]:
    """Yield what is other in pySHACL while it runs here: where, its name, and what stands there instead."""
    from pyshacl import validator
    from pyshacl.constraints.sparql.sparql_based_constraint_components import AskConstraintValidator
    from pyshacl.rdfutil import stringify

    # It copies what is said of a blank node again and again where nodes lead to one another: for ten, that takes for ever
    yield validator, "clone_blank_node", lambda graph, node, *_, **__: node
    yield stringify, "stringify_blank_node", lambda *_, **__: ""
    # A sh:ask on a property shape tells the value (SHACL 6.3), as one that selects does: focus node, path, value
    ask = AskConstraintValidator.validate
    yield AskConstraintValidator, "validate", lambda *a, **k: {(value, (None, None, value)) for value, _ in ask(*a, **k)}


def _nothing(record: logging.LogRecord) -> bool:
    return False


def _from_report(report: Any, found: Any) -> Raw:
    def one(name: str) -> Any:
        import rdflib

        return report.value(found, rdflib.URIRef(f"{SH}{name}"))

    def term(name: str) -> Term | None:
        return None if one(name) is None else from_rdflib(one(name))

    path = term("resultPath")
    return Raw(
        str(one("resultSeverity")),
        one("resultMessage"),
        term("focusNode") or "",
        path if path and _PROPERTY.fullmatch(path) else None,
        term("value"),
        as_named(term("sourceShape") or ""),
        str(one("sourceConstraintComponent")),
    )


def _finished(raws: Iterable[Raw], data: str, shapes: Shapes) -> Iterator[Raw]:
    """Yield results with the message of their shape or constraint, and with what the data say of their blank nodes."""
    said: Mapping[Term, list[Statement]] = {}
    for raw in raws:
        node, found = (raw.message and marked(raw.message)) or (None, {})
        value = None if node and raw.value == raw.focus and _tells_no_value(raw.shape, node, shapes) else raw.value
        nodes = dict.fromkeys(term for term in (raw.focus, value) if term and rdf.is_blank(term))
        if nodes and not said:
            said = _said_of_blanks(data)
        about = tuple(dict.fromkeys(statement for blank in nodes for statement in _about(blank, said)))
        whole = raw._replace(value=value, constraint_node=node, about=about)
        yield whole._replace(message=told(whole, shapes, found))


def _tells_no_value(shape: Term, constraint: Term, shapes: Shapes) -> bool:
    """Tell whether a query of a property shape selects no value; the fast engine takes the focus node, as for a node shape."""
    queries = shapes.said.get(constraint, {}).get(sh("select"), ())
    return sh("path") in shapes.said.get(shape, {}) and not any(_VALUE.search(query) for query in queries)


def _said_of_blanks(data: str) -> Mapping[Term, list[Statement]]:
    """Return what the graph says of each blank node."""
    found: defaultdict[Term, list[Statement]] = defaultdict(list)
    for line in data.split("\n"):
        if line.startswith("_:"):
            statement = rdf.parse_nquads(line)
            found[statement.subject].append(statement)
    return found


def _about(node: Term, said: Mapping[Term, list[Statement]]) -> list[Statement]:
    """Return what is said of a blank node, and of those that it leads to."""
    found: list[Statement] = []
    seen, level = {node}, [node]
    for _ in range(_DEEP):
        here = [statement for term in level for statement in said.get(term, ())]
        found.extend(here)
        level = [term for term in dict.fromkeys(s.object for s in here) if rdf.is_blank(term) and term not in seen]
        seen.update(level)
        if len(found) > _MUCH:
            break
    return found[:_MUCH]


ENGINES: Mapping[str, Callable[[str, Shapes], Iterator[Raw]]] = {"fast": run_fast, "pyshacl": run_pyshacl}
