"""Where the processes of a pool come from.

On Linux they are forked from one that has everything imported, and small data loaded: so a new one is there in milliseconds, also
where hostile queries keep the processors busy, and all of them share that memory. Elsewhere each is started as a program.
"""

from __future__ import annotations

import asyncio
import pickle
import socket
import subprocess
import sys

from kg import store
from kg.confined import LENGTH, StartError, command_line
from kg.errors import KgError, ResourceError
from kg.server import answering
from kg.server.worker import Ended, Forked, Spawned, Worker
from kg.store import Prepared

_OPENED = 60.0  # seconds that a store may take to open, beside its size
_LOADED = 1 << 20  # bytes a second that a process loads at least

CAN_FORK = sys.platform == "linux"  # elsewhere libraries of the system may not survive it


class Source:
    """Gives processes that answer queries over a store, each of which may use so much memory beside it."""

    entry = (answering.__name__, answering.answer_requests.__name__)  # what answers, in a process

    def __init__(self, prepared: Prepared, memory: int) -> None:
        self.prepared = prepared
        self._setup = store.setup(prepared, memory)
        self._control: socket.socket | None = None
        self._parent: subprocess.Popen[bytes] | None = None
        self._children: set[Worker] = set()
        self._is_retired = False

    async def worker(self, ended: Ended) -> Worker:
        """Return a process that is ready to be asked. Raises `StartError`."""

        def forget(worker: Worker) -> None:
            self._children.discard(worker)
            if self._is_retired:
                self.retire()
            ended(worker)

        if CAN_FORK:
            worker: Worker = await Forked.started(self._forked(), self._setup, forget)
        else:
            worker = await Spawned.started(*self.entry, self._setup, forget)
        if worker.is_alive:
            self._children.add(worker)
        return worker

    async def opened(self, ended: Ended) -> Worker:
        """Return a process that has the store open. Raises `KgError` for bad data, `ResourceError` where it cannot start."""
        file = self.prepared.path
        size = 0 if self.prepared.is_on_disk or not file.is_file() else file.stat().st_size
        try:
            async with asyncio.timeout(_OPENED + size / _LOADED):
                worker = await self.worker(ended)
                refusal = await _refusal(worker)
        except (StartError, TimeoutError) as error:
            raise ResourceError(f"the query engine cannot be started: {error or 'it is late'}") from error
        if refusal:
            worker.kill()
            raise refusal
        return worker

    def retire(self) -> None:
        """Give no more processes; what they are forked from, with which they end, ends after the last of them."""
        self._is_retired = True
        if not self._children:
            self.close()

    def close(self) -> None:
        """End, with all processes that were forked."""
        parent, self._parent = self._parent, None
        control, self._control = self._control, None
        if control:
            control.close()
        if parent:
            parent.kill()
            parent.wait()

    def _forked(self) -> socket.socket:
        """Return one end of a socket, at the other end of which a new process speaks. Raises `StartError`."""
        try:
            ours, theirs = socket.socketpair()
        except OSError as error:  # there are too many connections
            raise StartError(str(error)) from error
        with theirs:
            try:
                if self._control is None:
                    self._control = self._begin()
                socket.send_fds(self._control, [b"f"], [theirs.fileno()])
            except OSError as error:
                ours.close()
                self.close()  # with the next attempt, all is begun anew
                raise StartError(str(error)) from error
        ours.setblocking(False)
        return ours

    def _begin(self) -> socket.socket:
        """Start the process that the others are forked from."""
        command, environment = command_line(answering.__name__, answering.fork_each.__name__)
        control, theirs = socket.socketpair()
        none = subprocess.DEVNULL
        with theirs:
            self._parent = subprocess.Popen(command, stdin=theirs.fileno(), stdout=none, stderr=none, env=environment)  # noqa: S603
        first = pickle.dumps((self.prepared, *self.entry))
        control.sendall(LENGTH.pack(len(first)) + first)
        control.setblocking(False)
        return control


async def _refusal(worker: Worker) -> KgError | None:
    """Let a process open its store; return why it cannot."""
    try:
        body = await worker.reply(pickle.dumps(None))
    except BaseException:  # it is late, or nobody wants it any more
        worker.kill()
        raise
    if body is None:
        return ResourceError("the query engine ended while it opened the data; it needs more memory")
    refusal: KgError | None = pickle.loads(body)  # noqa: S301
    return refusal
