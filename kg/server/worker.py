"""A child process that answers one request after another, without anybody waiting for it: `confined.Child` for an event loop."""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import subprocess
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self, cast

from kg.confined import LENGTH, StartError, command_line

Done = Callable[[bytes | None], None]
Ended = Callable[["Worker"], None]

_NICENESS = 10


class Worker:
    """A process; `ended` is called when it is gone, for whatever reason."""

    def __init__(self, ended: Ended) -> None:
        self._ended = ended
        self._received = bytearray()
        self._wanted: int | None = None
        self._done: Done | None = None
        self._early: bytes | None = None  # what it said before anybody asked
        self._gone = asyncio.get_running_loop().create_future()
        self.answered = 0
        self.is_alive = True
        self.is_slowed = False
        self.pid = 0

    async def ready(self, setup: bytes) -> Self:
        """Let the process have what it is set up with, and return it when it can be asked. Raises `StartError`."""
        try:
            refusal = await self.reply(setup)
        except BaseException:
            self.kill()
            raise
        if refusal != b"":
            self.kill()
            raise StartError((refusal or b"it ended at once").decode(errors="replace"))
        return self

    async def reply(self, request: bytes | None) -> bytes | None:
        """Return the answer to a request; None where the process ends instead. Without a request, what it says by itself."""
        answer: asyncio.Future[bytes | None] = asyncio.get_running_loop().create_future()
        self.ask(request, lambda body: None if answer.done() else answer.set_result(body))
        return await answer

    def ask(self, request: bytes | None, done: Done) -> None:
        """Send a request; `done` is called with the answer, or with None when the process ends before."""
        if self._done is not None:
            raise AssertionError("a worker is asked one request at a time")
        self._done = done
        if request is None and self._early is not None:
            self._finish(self._early)
        elif not self.is_alive:
            self._finish(None)
        elif request is not None:
            self._write(LENGTH.pack(len(request)) + request)

    def kill(self) -> None:
        """End the process at once; whoever waits for its answer gets None."""
        if self.is_alive:
            self.is_alive = False
            with suppress(ProcessLookupError):
                self._kill()
        self._finish(None)

    def give_way(self) -> None:
        """Let the system prefer every other process from now on, where processors are short."""
        self.is_slowed = True
        with suppress(AttributeError, OSError):  # AttributeError: Windows
            os.setpriority(os.PRIO_PROCESS, self.pid, _NICENESS)

    async def wait(self) -> None:
        """Return when the process is gone."""
        await asyncio.shield(self._gone)

    @property
    def memory(self) -> int | None:
        """The bytes of memory that the process holds now; None where the system does not tell."""
        try:
            fields = Path(f"/proc/{self.pid}/statm").read_bytes().split()
        except OSError:
            return None
        return int(fields[1]) * os.sysconf("SC_PAGE_SIZE") if len(fields) > 1 else None

    def _write(self, data: bytes) -> None:
        raise NotImplementedError

    def _kill(self) -> None:
        raise NotImplementedError

    def _take(self, data: bytes) -> None:
        """Take a part of an answer."""
        self._received += data
        if self._wanted is None and len(self._received) >= LENGTH.size:
            (self._wanted,) = LENGTH.unpack_from(self._received)
        if self._wanted is not None and len(self._received) >= LENGTH.size + self._wanted:
            body = bytes(memoryview(self._received)[LENGTH.size :])
            self._received, self._wanted = bytearray(), None
            self.answered += 1
            self._finish(body)

    def _lose(self) -> None:
        """A process that does not speak any more is of no use."""
        self.kill()

    def _end(self) -> None:
        """Tell that the process is gone."""
        self.is_alive = False
        self._finish(None)
        if not self._gone.done():
            self._gone.set_result(None)
            self._ended(self)

    def _finish(self, body: bytes | None) -> None:
        done, self._done = self._done, None
        if done:
            done(body)
        else:
            self._early = body


class Spawned(Worker, asyncio.SubprocessProtocol):
    """A process that was started as a program, in some tenths of a second, which every system can."""

    _transport: asyncio.SubprocessTransport

    @classmethod
    async def started(cls, module: str, function: str, setup: bytes, ended: Ended) -> Self:
        """Return a process that is ready to be asked. Raises `StartError` where it does not become so."""
        command, environment = command_line(module, function)
        pipe, none = subprocess.PIPE, subprocess.DEVNULL
        try:
            _, worker = await asyncio.get_running_loop().subprocess_exec(
                lambda: cls(ended), *command, stdin=pipe, stdout=pipe, stderr=none, env=environment
            )
        except OSError as error:
            raise StartError(str(error)) from error
        return await worker.ready(setup)

    def _write(self, data: bytes) -> None:
        cast(asyncio.WriteTransport, self._transport.get_pipe_transport(0)).write(data)

    def _kill(self) -> None:
        self._transport.kill()

    # --- what the event loop calls -------------------------------------------------------------------------------------------
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.SubprocessTransport, transport)
        self.pid = self._transport.get_pid()

    def pipe_data_received(self, fd: int, data: bytes) -> None:
        """Take a part of an answer."""
        self._take(data)

    def pipe_connection_lost(self, fd: int, exc: Exception | None) -> None:
        """End what does not speak any more."""
        self._lose()

    def process_exited(self) -> None:
        """Tell that the process is gone."""
        self._transport.close()
        self._end()


class Forked(Worker, asyncio.Protocol):
    """A process that was forked from one that has everything ready, in some milliseconds."""

    _transport: asyncio.Transport

    @classmethod
    async def started(cls, speaking: socket.socket, setup: bytes, ended: Ended) -> Self:
        """Return the process at the other end of a socket, when it is ready to be asked. Raises `StartError`."""
        _, worker = await asyncio.get_running_loop().create_unix_connection(lambda: cls(ended), sock=speaking)
        pid = await worker.reply(None)
        if pid is None:
            raise StartError("it ended at once")
        worker.pid = int(pid)
        return await worker.ready(setup)

    def _write(self, data: bytes) -> None:
        self._transport.write(data)

    def _kill(self) -> None:
        if self.pid:
            os.kill(self.pid, signal.SIGKILL)
        else:  # then it reads that nobody wants it
            self._transport.close()

    # --- what the event loop calls -------------------------------------------------------------------------------------------
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        """Take a part of an answer."""
        self._take(data)

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell that the process is gone."""
        self._lose()
        self._end()
