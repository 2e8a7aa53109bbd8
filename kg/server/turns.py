"""A request on its way through a pool."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from kg.errors import KgError
from kg.store import Answer, Request


@dataclass(slots=True, eq=False)
class Turn:
    """A request on its way: it waits, is at work, is told its outcome."""

    request: Request
    body: bytes
    outcome: asyncio.Future[Answer | KgError]
    begin_by: float
    deadline: float
    is_long: bool
    begun: float = 0.0
    timer: asyncio.TimerHandle | None = None
    verdict: str = "broken"  # why its process ended, where it did
    is_abandoned: bool = False

    def watch(self, timer: asyncio.TimerHandle | None) -> None:
        """Let this timer watch it, and no other."""
        if self.timer:
            self.timer.cancel()
        self.timer = timer

    def tell(self, outcome: Answer | KgError) -> None:
        """Let who asked know."""
        self.watch(None)
        if not self.outcome.done():
            self.outcome.set_result(outcome)
