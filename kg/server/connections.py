"""Connections of clients that may be slow, silent or greedy: each has so much time and so many bytes, and has to read.

uvicorn's protocols do the talking; here they are held to limits, which `sweep` looks at every second or so.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import Any, Literal, cast

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from kg.server.protocol import LARGEST_BODY

Part = Literal["head", "body"]

_LONGEST_ADDRESS = (1 << 16) - 1  # bytes that the quick parser can read


@dataclass(frozen=True, slots=True)
class Limits:
    """What a connection may take, and how many there may be."""

    sending: float = 15.0  # seconds for the head of a request, and for its body
    reading: float = 15.0  # seconds in which a client that is sent something has to read some of it
    rate: int = 1024  # bytes that it has to read in each of these seconds
    bytes: int = LARGEST_BODY  # of a head, and of a body
    lingering: float = 2.0  # seconds in which one that is refused may read why
    connections: int = 512
    held: int = 512 << 20  # bytes of answers, of all connections together, that their clients have not read to the end


class Connection(asyncio.Protocol):
    """A protocol of uvicorn, which stands behind this class in those that inherit both, held to limits."""

    limits = Limits()
    # What uvicorn's protocols have
    transport: asyncio.Transport
    cycle: Any
    connections: set[Any]
    app: Any
    timeout_keep_alive_task: asyncio.TimerHandle | None

    _since: float | None = None  # when the client began to owe us a part of a request
    _received = 0  # bytes of that part
    _unread = (0.0, 0)  # when we looked at what the client has not read, and how many bytes that were
    _refused: float | None = None
    _held = (0.0, 0)  # when an answer began to be sent, and its bytes
    _address = 0  # bytes of that of a request whose head has come in part

    def _begun(self) -> Part | None:
        """Return the part of a request that has come in part."""
        raise NotImplementedError

    @property
    def is_answering(self) -> bool:
        """Tell whether there is a request whose answer is not complete."""
        return self.cycle is not None and not self.cycle.response_complete

    @property
    def _queued(self) -> bool:
        """Tell whether a request waits for the answer to the one before: then what is written belongs to that."""
        return bool(getattr(self, "pipeline", None))

    @property
    def owed(self) -> Part | None:
        """The part of a request that the client has to send now."""
        is_silent = not self.is_answering and self.timeout_keep_alive_task is None  # else uvicorn hangs up by itself
        return self._begun() or ("head" if is_silent else None)

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin; where there are too many connections one that does nothing makes place, or this one is refused."""
        self._since = time.monotonic()
        is_full = len(self.connections) >= self.limits.connections and not _made_place(self.connections, self.limits.connections)
        super().connection_made(transport)
        self.app = partial(self._answer, self.app)
        if is_full:
            self.refuse(503, "too many connections; ask again in a second", b"retry-after: 1\r\n")

    def data_received(self, data: bytes) -> None:
        """Take bytes of a request, up to so many."""
        if self._refused is not None:
            return
        before, received = self.cycle, self._received + len(data)
        super().data_received(data)
        if self._refused is not None:
            return
        owed = self.owed
        if owed is None:
            self._since, self._received = None, 0
            return
        if self.cycle is not before:  # its head is there
            self._since, received = None, len(data)
        self._since, self._received = self._since or time.monotonic(), received
        if received > self.limits.bytes:
            self.refuse(431 if owed == "head" else 413, f"the {owed} of a request has at most {self.limits.bytes:,} bytes")

    def send_400_response(self, msg: str) -> None:
        """Refuse what cannot be read, as uvicorn wants it."""
        if self._refused is None and self._address > _LONGEST_ADDRESS:
            self.refuse(414, f"an address has at most {_LONGEST_ADDRESS:,} bytes; a longer query is sent with POST")
        elif self._refused is None:
            self.refuse(400, "this is no HTTP request that can be read")

    def refuse(self, status: int, said: str, headers: bytes = b"") -> None:
        """Say why, unless an answer has begun, and hang up; a client that still sends has a while to read it."""
        self._refused = time.monotonic()
        if self.is_answering:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        if self.transport.is_closing() or self._queued or (self.is_answering and self.cycle.response_started):
            self.transport.abort()
            return
        body = f"{said}\n".encode()
        head = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\ncontent-type: text/plain; charset=utf-8\r\n"
        self.transport.write(head.encode() + headers + b"content-length: %d\r\nconnection: close\r\n\r\n%s" % (len(body), body))
        self.transport.write_eof()

    async def _answer(self, application: Any, scope: Any, receive: Any, send: Any) -> None:
        """Let the application answer, and note what its answer holds of memory until it is sent."""

        async def noting(message: Any) -> None:
            if message["type"] == "http.response.start":
                length = next((int(value) for name, value in message["headers"] if name == b"content-length"), 0)
                self._held = (time.monotonic(), length)
            await send(message)

        try:
            await application(scope, receive, noting)
        finally:
            self._held = (0.0, 0)

    def sweep(self, now: float) -> None:
        """Hang up on a client that is too slow."""
        limits = self.limits
        if self._refused is not None and now - self._refused > limits.lingering:
            self.transport.abort()
        elif size := self.transport.get_write_buffer_size():
            self._look_at_unread(now, size)
        elif not self.transport.is_closing():
            self._unread = (0.0, 0)
            if self._since is not None and now - self._since > limits.sending:
                self.refuse(408, f"a request has to be sent within {limits.sending:g} seconds")

    def _look_at_unread(self, now: float, size: int) -> None:
        since, before = self._unread
        if not before or size > before:  # it is sent something, or more
            self._unread = (now, size)
        elif now - since >= self.limits.reading:
            if before - size < self.limits.rate * self.limits.reading:
                self.transport.abort()
            self._unread = (now, size)


def relieve(connections: Iterable[Connection], most: int) -> None:
    """Hang up on those who have been reading for longest, where answers that are not read to their end hold too much memory."""
    holding = sorted((each for each in connections if each._held[1]), key=lambda each: each._held)
    held = sum(each._held[1] for each in holding)
    for each in holding:
        if held <= most:
            break
        held -= each._held[1]
        each.transport.abort()


def _made_place(connections: Iterable[Connection], most: int) -> bool:
    """Hang up on who has had nothing to answer for longest where there are so many; tell whether there is place for another.

    Who is refused already takes no place, but may not be in the way for long: of those too there are only so many.
    """
    leaving: list[Connection] = []
    staying: list[Connection] = []
    for each in connections:
        if not each.transport.is_closing():
            (staying if each._refused is None else leaving).append(each)
    if len(leaving) >= most:
        min(leaving, key=lambda each: each._refused or 0).transport.abort()
    if len(staying) < most:
        return True
    idle = [each for each in staying if not each.is_answering]
    if idle:
        min(idle, key=lambda each: each._since or 0).transport.abort()
    return bool(idle)


class _H11Connection(Connection, H11Protocol):
    """With the parser that is always there."""

    def _begun(self) -> Part | None:
        if self.conn.their_state is h11.SEND_BODY:
            return "body"
        return "head" if self.conn.their_state is h11.IDLE and self.conn.trailing_data[0] else None


def protocol(limits: Limits, parser: Literal["auto", "h11"] = "auto") -> type[Connection]:
    """Return the class of connections that are held to limits: with httptools, the quick parser, where it is installed."""
    base: type[Connection] = _H11Connection
    if parser == "auto":
        with suppress(ImportError):
            base = _httptools_connection()
    return cast(type[Connection], type(base.__name__, (base,), {"limits": limits}))


def _httptools_connection() -> type[Connection]:
    from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

    class HttpToolsConnection(Connection, HttpToolsProtocol):
        _part: Part | None = None

        def _begun(self) -> Part | None:
            return self._part

        def on_message_begin(self) -> None:
            self._part, self._address = "head", 0
            super().on_message_begin()

        def on_url(self, url: bytes) -> None:
            self._address += len(url)
            super().on_url(url)

        def on_headers_complete(self) -> None:
            self._part = "body"
            super().on_headers_complete()

        def on_message_complete(self) -> None:
            self._part = None
            super().on_message_complete()

    return HttpToolsConnection
