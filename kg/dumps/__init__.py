"""A dump in Python: questions go in, rows with Python values come out, data frames, graphs and datasets of rdflib.

with kg.open("dump") as dump:
    print(dump.query("SELECT ?title { ?a schema:headline ?title }").df())
"""

from __future__ import annotations

from kg.dumps.opening import Dump, QueryWarning
from kg.dumps.rows import Row, Rows
from kg.dumps.triples import Triples
from kg.dumps.values import IRI, BlankNode, LangString, TypedString, Value

__all__ = ["IRI", "BlankNode", "Dump", "LangString", "QueryWarning", "Row", "Rows", "Triples", "TypedString", "Value"]
