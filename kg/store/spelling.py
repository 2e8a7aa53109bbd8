"""The engine keeps numbers and instants by their value, a dump as they are written: so graphs get their spelling back."""

from __future__ import annotations

import pyoxigraph

from kg import terms

_INTEGER, _DECIMAL, _DATE_TIME = (terms.value(term) for term in (terms.XSD_INTEGER, terms.XSD_DECIMAL, terms.XSD_DATE_TIME))
_NON_NEGATIVE = pyoxigraph.NamedNode(terms.value(terms.XSD_NON_NEGATIVE_INTEGER))
_COUNTS = frozenset(map(terms.value, (terms.BEGIN_INDEX, terms.END_INDEX, terms.WORD_COUNT)))
_CONFIDENCE = terms.value(terms.TA_CONFIDENCE)

_Object = pyoxigraph.NamedNode | pyoxigraph.BlankNode | pyoxigraph.Literal | pyoxigraph.Triple


def as_written(predicate: str, term: _Object) -> _Object:
    """Return the object of a statement as a build writes it; `predicate` is a plain IRI.

    Counts are xsd:nonNegativeInteger, of which the engine makes xsd:integer; confidences have two digits; instants of UTC end with
    +00:00. Other spellings, which only a user's vocabulary can have, are as the engine gives them.
    """
    if not isinstance(term, pyoxigraph.Literal):
        return term
    text, datatype = term.value, term.datatype
    if datatype.value == _INTEGER and predicate in _COUNTS:
        return pyoxigraph.Literal(text, datatype=_NON_NEGATIVE)
    if datatype.value == _DECIMAL and predicate == _CONFIDENCE:
        whole, _, part = text.partition(".")
        return pyoxigraph.Literal(f"{whole}.{part:0<2}", datatype=datatype)
    if datatype.value == _DATE_TIME and text.endswith("Z"):
        return pyoxigraph.Literal(f"{text[:-1]}+00:00", datatype=datatype)
    return term


def triple(found: pyoxigraph.Triple) -> pyoxigraph.Triple:
    """Return a triple with its object as a build writes it."""
    written = as_written(found.predicate.value, found.object)
    return found if written is found.object else pyoxigraph.Triple(found.subject, found.predicate, written)
