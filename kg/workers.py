"""A map over many processes: each does the same work on one request after another, and answers come in order of the requests.

Requests and answers are bytes. One that breaks its process down costs only itself.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import TypeVar

from kg.confined import Child, ChildError

# Requests that travel together, so that a process is not woken for each; and how many such lots wait for each process
_MOST, _BYTES, _WAITING = 16, 256 << 10, 3
# Of what needs no process, so much at once
_READY = 256

T = TypeVar("T")
Answer = bytes | ChildError | None


class Workers:
    """So many processes in which `function` of `module` calls `confined.answer`; each starts when it is needed."""

    def __init__(self, module: str, function: str, setup: bytes, jobs: int) -> None:
        self._jobs = jobs
        self._children = [Child(module, function, setup) for _ in range(jobs)]
        self._idle: SimpleQueue[Child] = SimpleQueue()
        for child in self._children:
            self._idle.put(child)

    def map(self, items: Iterable[tuple[T, bytes | None]]) -> Iterator[tuple[T, Answer]]:
        """Yield each item with the answer to its request, or the error of its process; None where it has no request.

        Items are taken as the processes need them.
        """
        waiting: deque[Future[list[tuple[T, Answer]]]] = deque()
        with ThreadPoolExecutor(self._jobs) as pool:
            try:
                for lot in _lots(items):
                    waiting.append(pool.submit(self._answered, lot))
                    if len(waiting) > _WAITING * self._jobs:
                        yield from waiting.popleft().result()
                while waiting:
                    yield from waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()
                self.close()  # before the pool waits for its threads, which wait for the processes

    def _answered(self, lot: Sequence[tuple[T, bytes | None]]) -> list[tuple[T, Answer]]:
        requests = [request for _, request in lot if request is not None]
        if not requests:
            return [(item, None) for item, _ in lot]
        child = self._idle.get()
        try:
            answers = iter(_ask(child, requests))
        finally:
            self._idle.put(child)
        return [(item, None if request is None else next(answers)) for item, request in lot]

    def close(self) -> None:
        """End the processes."""
        for child in self._children:
            child.close()


def _ask(child: Child, requests: Sequence[bytes]) -> list[bytes | ChildError]:
    """Return the answers to some requests; where the process breaks down, each is asked again by itself."""
    try:
        return list(unpack(child.ask(pack(requests))))
    except ChildError as error:
        if len(requests) == 1:
            return [error]
        return [answer for request in requests for answer in _ask(child, [request])]


def _lots(items: Iterable[tuple[T, bytes | None]]) -> Iterator[list[tuple[T, bytes | None]]]:
    lot: list[tuple[T, bytes | None]] = []
    count = size = 0
    for item in items:
        lot.append(item)
        if item[1] is not None:
            count += 1
            size += len(item[1])
        if count >= _MOST or size >= _BYTES or len(lot) >= _READY:
            yield lot
            lot, count, size = [], 0, 0
    if lot:
        yield lot


def pack(messages: Sequence[bytes]) -> bytes:
    """Return several messages as one."""
    return b"%d\n%b" % (len(messages), b"".join(b"%d\n%b" % (len(message), message) for message in messages))


def unpack(message: bytes) -> list[bytes]:
    """Return the messages that `pack` made one of."""
    found, begin = [], message.index(b"\n") + 1
    for _ in range(int(message[: begin - 1])):
        end = message.index(b"\n", begin)
        size = int(message[begin:end])
        found.append(message[end + 1 : end + 1 + size])
        begin = end + 1 + size
    return found
