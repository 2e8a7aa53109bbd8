"""SPARQL over a dump: the only door to the query engine.

    with store.Session("dump") as session:
        print(session.answer(store.Request("SELECT ?a { ?a a schema:Article }", "csv")).body.decode())

A dump becomes a store (`loading`), a child process opens it and answers (`engine`), the parent asks it (`sessions`).
"""

from __future__ import annotations

from kg.store.loading import Prepared, Show, nquads_of, prepare
from kg.store.requests import DEFAULT_TIMEOUT, GRAPH_FORMS, SOLUTION_FORMS, Answer, Kind, Request, Table
from kg.store.sessions import Session, query, setup

__all__ = [
    "DEFAULT_TIMEOUT",
    "GRAPH_FORMS",
    "SOLUTION_FORMS",
    "Answer",
    "Kind",
    "Prepared",
    "Request",
    "Session",
    "Show",
    "Table",
    "nquads_of",
    "prepare",
    "query",
    "setup",
]
