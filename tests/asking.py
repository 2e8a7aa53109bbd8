"""Query engines for tests: one in this process, whose start costs nothing, and one that looks at no query before it runs it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest import mock

from kg import confined, sparql
from kg.store import engine


class _Here:
    """Takes the place of the child that is asked."""

    def __init__(self, module: str, function: str, setup: bytes) -> None:
        self._reply = engine._prepare(setup, is_alone=True)

    def ask(self, request: bytes, timeout: float) -> bytes:
        return self._reply(request)

    def close(self) -> None:
        pass


@contextmanager
def here() -> Iterator[None]:
    """Let sessions ask an engine in this process: without bounds, and much sooner than a child is there."""
    with mock.patch.object(confined, "Child", _Here), mock.patch.object(confined, "limit_memory"):
        yield


def answer_slipping(loaded: Any = None) -> None:
    """Answer, in a child, every request, also what `sparql.refusal` would refuse."""
    sparql.refusal = lambda text, deepest=0: None
    engine.answer_requests(loaded)
