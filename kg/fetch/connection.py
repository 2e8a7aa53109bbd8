"""Connections that lead only where they may, and end in time.

A name is resolved once; the connection goes to the very address that was checked, so that no second answer of the name server
can lead elsewhere. Requests go through an adapter, without a session: there are then no cookies, no `.netrc`, and no proxy from
the environment, which would resolve the name itself, out of our sight.
"""

from __future__ import annotations

import queue
import socket
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from types import TracebackType
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from kg.errors import FetchError, RefusedError
from kg.fetch.addresses import is_public

_Resolved = Sequence[tuple[socket.AddressFamily, socket.SocketKind, int, str, tuple[Any, ...]]]


class Deadline:
    """The seconds that one address may take. When they are over the open connection is cut, whatever it is doing.

    A timeout of the socket alone would not do: it begins anew with every byte that arrives.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._end = time.monotonic() + seconds
        self._is_over = False
        self._lock = threading.Lock()
        self._watched: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Deadline:
        self._timer.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._timer.cancel()
        self.watch(None)

    def left(self) -> float:
        """Return how many seconds are left. Raises `FetchError` where none are."""
        left = self._end - time.monotonic()
        if self._is_over or left <= 0:
            raise FetchError(f"no whole answer within {self._seconds:g} s")
        return left

    def wait(self, seconds: float, what_for: str) -> None:
        """Wait politely. Raises `FetchError` where that would take longer than is left."""
        if seconds >= self.left():
            raise FetchError(f"{what_for}: longer than is left of {self._seconds:g} s")
        time.sleep(seconds)

    def watch(self, connection: socket.socket | None) -> None:
        """Watch this connection from now on, and no other. It is a twin of the one in use, which TLS may take over."""
        with self._lock:
            if self._watched is not None:
                self._watched.close()
            self._watched = connection

    def _cut(self) -> None:
        with self._lock:
            self._is_over = True
            if self._watched is not None:
                with suppress(OSError):
                    self._watched.shutdown(socket.SHUT_RDWR)


def connect(host: str, port: int, allow_private: bool, deadline: Deadline) -> socket.socket:
    """Return a connection to the host, watched by the deadline.

    Raises `RefusedError` where any of its addresses is private, `FetchError` where none of them answers.
    """
    found = _resolve(host, port, deadline)
    numbers = [str(address[0]) for *_, address in found]
    private = next((number for number in numbers if not is_public(number)), None)
    if private and not allow_private:
        raise RefusedError(f"{host} leads to {private}, an address of a private or reserved network (--allow-private allows it)")
    reason = "it has no address"
    for tried, (family, kind, protocol, _, address) in enumerate(found):
        connection = socket.socket(family, kind, protocol)
        try:
            connection.settimeout(deadline.left() / (len(found) - tried))
            connection.connect(address)
            deadline.watch(connection.dup())
        except OSError as error:
            connection.close()
            reason = "it does not answer" if isinstance(error, TimeoutError) else error.strerror or str(error)
        else:
            return connection
    raise FetchError(f"{host} cannot be reached: {reason}")


def _resolve(host: str, port: int, deadline: Deadline) -> _Resolved:
    """Return the addresses of a name. A name server that is silent is not waited for: the system's call knows no timeout."""
    answers: queue.SimpleQueue[_Resolved | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, ValueError, OverflowError) as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        found = answers.get(timeout=deadline.left())
    except queue.Empty as error:
        raise FetchError(f"no name server says where {host} is") from error
    if isinstance(found, Exception):
        reason = found.strerror if isinstance(found, OSError) else None
        raise FetchError(f"{host} has no address: {reason or found}") from found
    return found


def guarded(open_connection: Callable[[str, int], socket.socket]) -> HTTPAdapter:
    """Return an adapter all of whose connections are opened by the function; name, port and certificate stay those asked for."""

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return open_connection(self.host.strip("[]"), self.port)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return open_connection(self.host.strip("[]"), self.port)

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    adapter = HTTPAdapter()
    adapter.poolmanager.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
    return adapter
