"""A query engine without the look that refuses what would ask another server: what is left then is what the system refuses."""

from __future__ import annotations

from kg import sparql
from kg.store import engine


def answer_requests() -> None:
    """Answer, in a child, every request."""
    sparql.refusal = lambda text, deepest=0: None
    engine.answer_requests()
