"""Work that several wait for is done once, and ended when none of them waits any longer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

Found = TypeVar("Found")


@dataclass(slots=True)
class _Work(Generic[Found]):
    """Work that runs, and how many wait for it."""

    task: asyncio.Task[Found]
    waiting: int = 0


class Shared(Generic[Found]):
    """Work by its name: who asks for what is at work already gets the same, or the same refusal."""

    def __init__(self) -> None:
        self._works: dict[Hashable, _Work[Found]] = {}
        self.count = 0  # how often that was so

    async def get(self, name: Hashable, begin: Callable[[], Coroutine[Any, Any, Found]]) -> Found:
        """Return what the work of a name comes to; `begin` begins it where it is not at work."""
        work = self._works.get(name)
        if work is None:
            work = self._works[name] = _Work(asyncio.ensure_future(begin()))
        else:
            self.count += 1
        work.waiting += 1
        try:
            return await asyncio.shield(work.task)
        finally:
            work.waiting -= 1
            if work.waiting == 0 or work.task.done():
                work.task.cancel()
                if self._works.get(name) is work:  # and not one that was begun since
                    del self._works[name]
