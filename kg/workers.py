"""A map over many processes: each does the same work on one request after another, and answers come in order of the requests.

Requests and answers are bytes. What waits is bounded, in number and in bytes. A request that breaks its process down costs only
itself, and only if it does so twice: a process may also be ended by somebody else, or for want of memory that another one took.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Generator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from queue import SimpleQueue
from threading import Event, Thread
from typing import Generic, NamedTuple, TypeVar

from kg.confined import Child, ChildError, LateError, StartError

# Requests travel together, so that a process is not woken for each: up to so many, or so many bytes, in a lot
_MOST, _BYTES = 16, 256 << 10
# Of what needs no process, so much in a lot
_READY = 256
# So many lots wait for each process, and so many bytes for all of them
_LOTS, _HELD = 3, 16 << 20
# A process that cannot start may have been ended by somebody; one that cannot start so often is of no use
_STARTS = 3
# How often somebody looks for a process that is late, in seconds
_LOOK = 1.0
# What a request may take, in seconds, and for how many bytes; more bytes have more time, in proportion
_BYTES_IN_TIME = 1 << 20

T = TypeVar("T")
Request = tuple[bytes, ...]
Answer = bytes | ChildError | None


class Task(NamedTuple, Generic[T]):
    """An item, the request about it (None where none is needed), and how many bytes they hold."""

    item: T
    request: Request | None
    size: int


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


class Workers:
    """So many processes in which `function` of `module` calls `confined.answer_each`; each starts when it is needed.

    One that is at work on a request for longer than `timeout` seconds, more for a large one, is ended.
    """

    def __init__(self, module: str, function: str, setup: bytes, jobs: int, timeout: float) -> None:
        self._jobs = jobs
        self._timeout = timeout
        self._children = [Child(module, function, setup) for _ in range(jobs)]
        self._idle: SimpleQueue[Child] = SimpleQueue()
        for child in self._children:
            self._idle.put(child)
        self._ended = Event()

    def map(self, tasks: Iterable[Task[T]]) -> Generator[tuple[T, Answer], None, None]:
        """Yield each item with the answer to its request, or the error of its process; None where it has no request.

        Tasks are taken as the processes need them. Raises `StartError` where these cannot start. At the end, however it comes,
        the processes are gone; whoever may stop in the middle closes this generator.
        """
        waiting: deque[tuple[Future[list[tuple[T, Answer]]], int]] = deque()
        held = 0
        pool = ThreadPoolExecutor(self._jobs)
        Thread(target=self._watch, daemon=True).start()
        try:
            for lot in _lots(tasks):
                size = sum(task.size for task in lot)
                waiting.append((pool.submit(self._answered, lot), size))
                held += size
                while len(waiting) > _LOTS * self._jobs or (waiting and held > _HELD):
                    yield from waiting[0][0].result()
                    held -= waiting.popleft()[1]
            while waiting:
                yield from waiting[0][0].result()
                waiting.popleft()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            self._end([future for future, _ in waiting])
            pool.shutdown()

    def _answered(self, lot: Sequence[Task[T]]) -> list[tuple[T, Answer]]:
        requests = [task.request for task in lot if task.request is not None]
        if not requests:
            return [(task.item, None) for task in lot]
        child = self._idle.get()
        try:
            answers = iter(self._ask(child, requests))
        finally:
            self._idle.put(child)
        return [(task.item, None if task.request is None else next(answers)) for task in lot]

    def _ask(self, child: Child, requests: Sequence[Request]) -> list[bytes | ChildError]:
        """Return the answers; a request at which the process breaks down is tried once more, by itself, and then given up."""
        found: list[bytes | ChildError] = []
        failures = starts = 0
        while len(found) < len(requests):
            todo = requests[len(found) : len(found) + 1 if failures else None]
            try:
                for answer in child.ask_each(todo, [self._seconds(request) for request in todo]):
                    found.append(answer)
                    failures = starts = 0
            except StartError:
                starts += 1
                if self._ended.is_set() or starts == _STARTS:
                    raise
            except ChildError as error:
                if self._ended.is_set():
                    raise
                failures += 1
                if failures > 1 or isinstance(error, LateError):  # who is late once keeps nobody waiting again
                    found.append(error)
                    failures = 0
        return found

    def _seconds(self, request: Request) -> float:
        return self._timeout * max(1.0, sum(map(len, request)) / _BYTES_IN_TIME)

    def _watch(self) -> None:
        """End, until all is done, the processes that are late."""
        while not self._ended.wait(_LOOK):
            for child in self._children:
                child.end_if_late()

    def _end(self, running: Sequence[Future[list[tuple[T, Answer]]]]) -> None:
        """End the processes, also those that a thread was just about to start."""
        self._ended.set()
        self._close()
        while left := [future for future in running if not future.done()]:
            wait(left, timeout=0.02)
            self._close()

    def _close(self) -> None:
        for child in self._children:
            child.close()


def _lots(tasks: Iterable[Task[T]]) -> Iterator[list[Task[T]]]:
    lot: list[Task[T]] = []
    count = size = 0
    for task in tasks:
        lot.append(task)
        count += task.request is not None
        size += task.size
        if count >= _MOST or size >= _BYTES or len(lot) >= _READY:
            yield lot
            lot, count, size = [], 0, 0
    if lot:
        yield lot
