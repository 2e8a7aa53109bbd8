"""A server from its start to its end: it listens, answers, takes a new dump when there is one, and finishes what it has begun."""

from __future__ import annotations

import asyncio
import errno
import logging
import math
import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import cast

import uvicorn

from kg.errors import Place, QueryError, ResourceError, UsageError
from kg.server import app, connections, watching
from kg.server.connections import Connection, Limits
from kg.server.pool import QUEUE, TIMEOUT, Pool
from kg.server.watching import Stamp, Tell
from kg.store import Prepared, Request, engine

_GRACE = 2.0  # seconds that the last answers have to be sent, once they are there
_SWEEP = 1.0  # seconds between two looks at the connections
_BACKLOG = 512
_READ = 1 << 20  # bytes that may come at once
_COUNT = "SELECT (COUNT(?a) AS ?n) { ?a a schema:Article }"
_SIGNALS = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name))


@dataclass(frozen=True, slots=True)
class Settings:
    """How a dump is served."""

    workers: int = 2
    timeout: float = TIMEOUT
    rows: int | None = app.ROWS
    size: int | None = app.SIZE
    memory: int = engine.MEMORY
    queue: int = QUEUE
    limits: Limits = field(default_factory=Limits)


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that listens. Raises `ResourceError` where the port is in use or not ours, `UsageError` for no host."""
    place = Place(f"{host}:{port}")
    try:
        family, *_, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except (socket.gaierror, UnicodeError) as error:
        raise UsageError("there is no such address", Place(f"--host {host}")) from error
    is_both = family == socket.AF_INET6 and host in {"", "::"} and socket.has_dualstack_ipv6()
    try:
        return socket.create_server(address[:2], family=family, backlog=_BACKLOG, dualstack_ipv6=is_both)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            reason = "the port is in use, perhaps by another server; choose another with --port"
        elif error.errno == errno.EACCES:
            reason = "only administrators may use this port; choose one above 1023 with --port"
        elif error.errno == errno.EADDRNOTAVAIL:
            reason = "no address of this machine; choose another with --host"
        else:
            reason = f"cannot listen: {error.strerror or error}"
        raise ResourceError(reason, place) from error


def address(listener: socket.socket) -> str:
    """Return the address at which a server is reached from this machine."""
    host, port = listener.getsockname()[:2]
    local = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104
    return f"http://{f'[{local}]' if ':' in local else local}:{port}"


def serve(listener: socket.socket, target: Path, prepared: Prepared, seen: Stamp | None, settings: Settings, tell: Tell) -> None:
    """Serve a dump until somebody stops us; then what runs is finished, up to its deadline.

    `seen` is the stamp that the dump had when it was prepared; `tell` is given a line when the server is ready, and for what
    happens to the dump later. Raises `KgError` where the data cannot be opened.
    """
    with asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(_serve(listener, target, prepared, seen, settings, tell))


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    """Return what makes the quicker event loop, where it is installed."""
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


async def _serve(
    listener: socket.socket, target: Path, prepared: Prepared, seen: Stamp | None, settings: Settings, tell: Tell
) -> None:
    pool = Pool(prepared, settings.workers, settings.timeout, settings.memory, settings.queue)
    async with pool:
        server = Server(pool, settings)
        counts = f"{await _counted(pool)}, {_many(settings.workers, 'worker')}"
        beside = [asyncio.create_task(watching.watch(target, pool, seen, tell)), asyncio.create_task(server.sweep())]
        with server.stopped_kindly():
            tell(f"{target} at {address(listener)}/sparql: {counts}")
            await server.serve([listener])
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)


class Server(uvicorn.Server):
    """uvicorn, which holds its connections to limits and ends in time."""

    def __init__(self, pool: Pool, settings: Settings) -> None:
        self._limits, self._grace = settings.limits, settings.timeout + _GRACE
        config = uvicorn.Config(
            app.application(pool, settings.rows, settings.size),
            http=connections.protocol(settings.limits),
            ws="none",
            interface="asgi3",
            lifespan="off",
            log_config=None,
            log_level=logging.ERROR,  # what a client does wrong is no news
            access_log=False,
            proxy_headers=False,
            server_header=False,
            h11_max_incomplete_event_size=settings.limits.bytes + _READ,
            timeout_graceful_shutdown=math.ceil(self._grace + _GRACE),
        )
        super().__init__(config)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to `stopped_kindly`."""
        yield

    @contextmanager
    def stopped_kindly(self) -> Iterator[None]:
        """Let a signal end the server when what runs is finished, and a second one at once."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        before = {number: signal.getsignal(number) for number in _SIGNALS}
        for number, handler in before.items():
            if handler not in (signal.SIG_IGN, None):
                signal.signal(number, self._stop)
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.force_exit = self.should_exit
        self.should_exit = True

    async def sweep(self) -> None:
        """Look at the connections, now and then, until cancelled."""
        pause = min(_SWEEP, self._limits.sending / 4, self._limits.reading / 4)
        while True:
            await asyncio.sleep(pause)
            now = time.monotonic()
            present = cast(list[Connection], list(self.server_state.connections))
            for connection in present:
                connection.sweep(now)
            connections.relieve(present, self._limits.held)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End when what runs is finished, and sent to those who read it."""
        watch = asyncio.get_running_loop().call_later(self._grace, self._hang_up)
        try:
            await super().shutdown(sockets)
        finally:
            watch.cancel()

    def _hang_up(self) -> None:
        for connection in list(self.server_state.connections):
            cast(Connection, connection).transport.abort()


async def _counted(pool: Pool) -> str:
    try:
        answer = await pool.answer(Request(_COUNT, "csv"))
    except (QueryError, ResourceError):  # more than can be counted in time
        return "articles"
    return _many(int(answer.body.split()[1]), "article")


def _many(count: int, what: str) -> str:
    return f"{count:,} {what}{'s' * (count != 1)}"
