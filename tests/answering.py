"""What processes of tests answer: what they got, or nothing, because they die, sleep or cannot begin."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from kg import confined


def serve() -> None:
    confined.answer_each(prepare)


def serve_not() -> None:
    confined.answer_each(refuse)


def refuse(setup: bytes) -> Callable[..., bytes]:
    raise ValueError(f"not {setup.decode()}")


def prepare(setup: bytes) -> Callable[..., bytes]:
    confined.end_with_parent()

    def reply(what: bytes, *more: bytes) -> bytes:
        if what == b"sleep":
            time.sleep(3600)
        if what == b"die" or (what == b"die once" and not Path(os.fsdecode(more[0])).exists()):
            if more:
                Path(os.fsdecode(more[0])).touch()
            os.kill(os.getpid(), signal.SIGKILL)
        return b"%d" % os.getpid() if what == b"pid" else b"%b:%b %d" % (setup, what, sum(map(len, more)))

    return reply
