"""The W3C validation report (SHACL 3.6) in Turtle."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import chain

from kg import terms
from kg.errors import Severity
from kg.rdf import is_blank
from kg.reports.wording import printable
from kg.terms import Term
from kg.validation import SH, Result, Shapes, ValidationReport, is_unnamed
from kg.validation.results import SEVERITY_OF
from kg.validation.shapegraph import Said, by_subject
from kg.validation.shapeterms import FIRST, NIL, REST, sh

# As deep as pySHACL copies blank nodes; and no more of one than this, since what leads to itself is copied again and again
_DEEP, _MUCH = 5, 1_000
_TERMS: Mapping[Severity, Term] = {"violation": sh("Violation"), "warning": sh("Warning"), "info": sh("Info")}


def to_turtle(report: ValidationReport) -> str:
    """Return the W3C validation report as Turtle: the SHACL results; what no shape found (reading faults) is a comment.

    It is pySHACL's report of the same graph, down to its blank nodes, which are copied with what is said of them: shapes, paths
    of several steps, constraints, focus nodes and values. Only these differ: the messages; sh:detail, which no report has to have
    and the fast engine does not give; and of what is said of one blank node, 200 statements are copied. Without shapes in the
    report (None), a shape without a name is told by the nearest that has one.

    With a fault the report does not say that all conforms: what could not be read was not checked.
    """
    faulty = any(finding.severity == "violation" for finding in report.findings)
    copies = _Copies(report.shapes)
    rows = [f"    sh:conforms {'false' if report.results or faulty else 'true'}"]
    for result in report.results:
        inner = " ;\n        ".join(f"{_short(name)} {value}" for name, value in _pairs(result, report.shapes, copies))
        rows += [f"    sh:result [\n        {inner}\n    ]"] * result.times
    comments = [f"# {printable(str(finding))}\n" for finding in report.findings if not isinstance(finding, Result)]
    head = f"@prefix rdf: <{terms.RDF}> .\n@prefix sh: <{SH}> .\n@prefix xsd: <{terms.XSD}> .\n\n"
    body = " ;\n".join(["[] a sh:ValidationReport", *rows]) + " .\n"
    return "".join([*comments, head, body, *copies.described()])


def _pairs(result: Result, shapes: Shapes | None, copies: _Copies) -> Iterator[tuple[Term, str]]:
    """Yield the properties of a result with their values as Turtle has them."""
    said = shapes.said if shapes else {}
    is_known = result.source in said
    own = said.get(result.source, {})
    shape = result.source if is_known or not is_unnamed(result.source) else ""
    path = result.path or next(iter(own.get(sh("path"), ())), None)
    declared = next(iter(own.get(sh("severity"), ())), "")
    fits = declared and SEVERITY_OF.get(terms.value(declared), "violation") == result.severity
    data = by_subject(result.about)
    yield terms.TYPE, "sh:ValidationResult"
    yield sh("focusNode"), copies.of_data(result.focus, data)
    if path:
        yield sh("resultPath"), copies.of_shapes(path)
    if result.value is not None:
        yield sh("value"), copies.of_data(result.value, data)
    yield sh("resultSeverity"), _short(declared if fits else _TERMS[result.severity])
    if shape or result.shape:
        yield sh("sourceShape"), copies.of_shapes(shape or result.shape)
    if result.constraint_node and (not is_unnamed(result.constraint_node) or result.constraint_node in said):
        yield sh("sourceConstraint"), copies.of_shapes(result.constraint_node)
    yield sh("sourceConstraintComponent"), _short(f"<{result.constraint}>")
    yield sh("resultMessage"), terms.literal("\n".join(map(printable, result.reason.split("\n"))))


class _Copies:
    """The blank nodes that results name, each with a label of the report, and copies of what is said of them."""

    def __init__(self, shapes: Shapes | None) -> None:
        self._shapes: Said = shapes.said if shapes else {}
        self._data: dict[Term, str] = {}
        self._labels: dict[Term, str] = {}
        self._descriptions: list[str] = []
        self._left = 0

    def of_shapes(self, term: Term) -> str:
        """Return a term of the shapes graph as the report has it."""
        return self._labelled(term, self._labels, "s", self._shapes) if is_unnamed(term) else _short(term)

    def of_data(self, term: Term, said: Said) -> str:
        """Return a term of the data graph as the report has it."""
        return self._labelled(term, self._data, "d", said) if is_blank(term) else _short(term)

    def described(self) -> Iterator[str]:
        """Yield what is said of the blank nodes."""
        return chain(self._descriptions)

    def _labelled(self, node: Term, labels: dict[Term, str], kind: str, said: Said) -> str:
        if node not in labels:
            labels[node] = f"_:{kind}{len(labels) + 1}"
            self._left = _MUCH
            pairs = self._properties(node, said, 1)
            if pairs:
                self._descriptions.append(f"\n{labels[node]} {pairs} .\n")
        return labels[node]

    def _properties(self, node: Term, said: Said, depth: int) -> str:
        """Return what is said of a node as predicates and objects; of a list, only that it is one."""
        about = said.get(node, {})
        if FIRST in about:
            items = self._items(node, said, depth)
            rest = f"( {' '.join(items[1:])} )" if items[1:] else "()"
            return f"rdf:first {items[0]} ; rdf:rest {rest}"
        pairs = [(predicate, object_) for predicate, objects in about.items() for object_ in objects]
        return " ; ".join(f"{_short(predicate)} {self._copy(object_, said, depth)}" for predicate, object_ in pairs)

    def _copy(self, term: Term, said: Said, depth: int) -> str:
        """Return a copy of a blank node, in brackets; any other term as it is."""
        self._left -= 1
        if not is_unnamed(term):
            return _short(term)
        if depth >= _DEEP or self._left <= 0:
            return "[]"
        if FIRST in said.get(term, {}):
            return f"( {' '.join(self._items(term, said, depth + 1))} )"
        pairs = self._properties(term, said, depth + 1)
        return f"[ {pairs} ]" if pairs else "[]"

    def _items(self, head: Term, said: Said, depth: int) -> list[str]:
        found: list[str] = []
        while head != NIL and self._left > 0 and FIRST in said.get(head, {}):
            found.append(self._copy(said[head][FIRST][0], said, depth))
            head = said[head].get(REST, (NIL,))[0]
        return found or ["[]"]


def _short(term: Term) -> str:
    """Return a term in Turtle, in short where it is one of SHACL or of a datatype of XML Schema."""
    if term.startswith('"') and term.endswith(">"):
        end = term.rindex('"^^')
        return term[: end + 3] + _short(term[end + 3 :])
    for prefix, namespace in _PREFIXES.items():
        name = term[len(namespace) + 1 : -1]
        if term.startswith(f"<{namespace}") and terms.is_local_name(name):
            return f"{prefix}:{name}"
    return term


_PREFIXES = {"rdf": terms.RDF, "sh": SH, "xsd": terms.XSD}
