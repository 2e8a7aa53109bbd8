"""Being stopped: Ctrl-C, or a kind request to end, becomes one exception, so that all is tidied up on the way out."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
# Who presses Ctrl-C twice does not mean to stop the tidying up too; who does so later, does
_TWICE = 2.0


class StoppedError(KeyboardInterrupt):
    """Somebody stopped us; `exit_code` is what a command then ends with, 128 and the number of the signal."""

    def __init__(self, number: int) -> None:
        super().__init__()
        self.exit_code = 128 + number


class _Stop:
    """What a signal does: raise, but not twice at once."""

    def __init__(self) -> None:
        self._last = -_TWICE

    def __call__(self, number: int, frame: FrameType | None) -> None:
        before, self._last = self._last, time.monotonic()
        if self._last - before >= _TWICE:
            raise StoppedError(number)


@contextmanager
def heeded() -> Iterator[None]:
    """Raise `StoppedError` in the block when somebody stops us. A signal that is to be ignored (nohup) still is."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in _SIGNALS}
    stop = _Stop()
    for number, handler in before.items():
        if handler not in (signal.SIG_IGN, None):
            signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in before.items():
            if handler is not None:
                signal.signal(number, handler)


def too_late() -> None:
    """Let whoever would stop us from here on come too late, to the end of the block in which they are heeded.

    What has begun to take the place of something is quicker brought to its end than undone.
    """
    if threading.current_thread() is threading.main_thread():
        for number in _SIGNALS:
            if isinstance(signal.getsignal(number), _Stop):
                signal.signal(number, signal.SIG_IGN)
