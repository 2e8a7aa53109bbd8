"""What runs in the processes of a server; nothing of the web is imported here, so that one starts in a moment."""

from __future__ import annotations

import gc
import os
import pickle
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any, NoReturn

from kg import confined, store
from kg.confined import LENGTH
from kg.errors import KgError
from kg.store import Prepared, engine, loading

_NEEDED = ("kg.exporters", "kg.store.writing", "pyoxigraph")  # before the first query, so that it need not wait for it


def answer_requests(loaded: Any = None) -> None:
    """Answer queries, in the child, as `engine.answer_requests` does, until the server ends the child or ends itself."""
    _belong_to_server()
    engine.answer_requests(loaded)


def prepare_stores() -> None:
    """Make the stores of dumps, in the child: a request is a pickled path, and what was prepared before if that is damaged."""
    _belong_to_server()
    confined.answer(_prepare)


def _belong_to_server() -> None:
    """Let the server alone decide when this process ends: it finishes what runs when somebody stops the whole group."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if number := getattr(signal, name, None):
            signal.signal(number, signal.SIG_IGN)
    confined.end_with_parent()


def _prepare(setup: bytes) -> Callable[[bytes], bytes]:
    def outcome(target: Path, damaged: Prepared | None) -> Prepared | KgError:
        try:
            if damaged:
                loading.discard(damaged)
            return store.prepare(target)
        except KgError as error:
            return error

    return lambda request: pickle.dumps(outcome(*pickle.loads(request)))  # noqa: S301


# --- processes that are forked ---------------------------------------------------------------------------------------------
def fork_each() -> None:
    """Fork, in the child, a process for each socket that comes, which then answers there; until the server ends.

    What comes first, with its length, is pickled: what will be opened, and which function answers.
    """
    _belong_to_server()
    control = socket.socket(fileno=os.dup(0))
    (length,) = LENGTH.unpack(control.recv(LENGTH.size, socket.MSG_WAITALL))
    prepared, module, function = pickle.loads(control.recv(length, socket.MSG_WAITALL))  # noqa: S301
    answer = getattr(import_module(module), function)
    for name in engine.NEEDED:
        import_module(name)
    loaded = None if prepared.is_on_disk else _loaded(prepared)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for those that have ended
    gc.freeze()
    while sockets := socket.recv_fds(control, 1, 1)[1]:
        with suppress(OSError):  # no room for another process; who reads at the other end finds it ended
            if os.fork() == 0:
                control.close()
                _speak(sockets[0], partial(answer, loaded) if loaded else answer)
        os.close(sockets[0])


def _loaded(prepared: Prepared) -> Any:
    """Return what is small, opened once for all processes; None where that is refused, so that each of them says why."""
    with suppress(KgError):
        return loading.opened(prepared)
    return None


def _speak(speaking: int, answer: Callable[[], None]) -> NoReturn:
    """Answer at a socket, after its process is named."""
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for number in (0, 1):
            os.dup2(speaking, number)
        os.close(speaking)
        with os.fdopen(os.dup(1), "wb") as out:
            confined.send(out, str(os.getpid()).encode())
        answer()
    finally:
        os._exit(0)
