"""RDF files become statements, each with its line: the door through which foreign Turtle, JSON-LD, RDF/XML … comes in."""

from __future__ import annotations

from kg.rdf.blanknodes import is_blank, label_blank_nodes, without_blank_nodes
from kg.rdf.formats import FORMATS, HEAD, SUFFIXES, format_of, opened, sniff
from kg.rdf.lines import Lines, lines, locate
from kg.rdf.reading import DEFAULT_BASE, DEFAULT_GRAPH, from_triples, parse, read, statements_of
from kg.rdf.text import nquads, parse_nquads

__all__ = [
    "DEFAULT_BASE",
    "DEFAULT_GRAPH",
    "FORMATS",
    "HEAD",
    "SUFFIXES",
    "Lines",
    "format_of",
    "from_triples",
    "is_blank",
    "label_blank_nodes",
    "lines",
    "locate",
    "nquads",
    "opened",
    "parse",
    "parse_nquads",
    "read",
    "sniff",
    "statements_of",
    "without_blank_nodes",
]
