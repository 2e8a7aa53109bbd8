"""Processes that answer queries side by side: each holds the store read-only and works on one query at a time.

    async with Pool(store.prepare("dump")) as pool:
        print((await pool.answer(store.Request("ASK {}"))).body)

A query that is late costs its process, which is replaced by one that stands ready. Who asks has an answer or a refusal within
`timeout` seconds, whatever others ask: what waits for half of that is refused, and long queries never keep the quick ones waiting.
"""

from __future__ import annotations

import asyncio
import math
import pickle
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Self

from kg.errors import EngineError, KgError, QueryTimeoutError, ResourceError
from kg.server.forking import Source
from kg.server.turns import Turn
from kg.server.worker import Worker
from kg.store import Answer, Prepared, Request, engine
from kg.store.loading import DamagedError

TIMEOUT = 10.0
QUEUE = 64

_PATIENCE = 0.1  # seconds after which a query counts as long
_SLOW = 0.5  # seconds after which the process of a query gives way to others; then it is replaced, since it cannot be undone
_QUICK = 2  # processes beside those that long queries may have, for the quick ones
_READY = 1  # processes that stand ready to replace others
_KNOWN = 1024  # long queries that are remembered
_GROWTH = 96 << 20  # bytes that a process may keep more than it had at first
_LOOKED = 64  # answers after which a process is looked at
_LONGEST_PAUSE = 5.0  # seconds between two attempts to start a process


class BusyError(ResourceError):
    """More is asked than can be answered; `retry_after` tells in how many whole seconds to ask again."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(f"too many queries at once; ask again in {retry_after} second{'s' * (retry_after != 1)}")
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Counts:
    """What a pool does now (processes, those at work, requests that wait) and has done since it was started."""

    processes: int = 0
    working: int = 0
    waiting: int = 0
    answered: int = 0  # queries with an answer
    wrong: int = 0  # queries refused for what they say, or for the size of their answer
    late: int = 0  # queries ended at their deadline
    broken: int = 0  # queries that ended their process, or met a damaged store
    busy: int = 0  # requests refused because too many came
    abandoned: int = 0  # queries whose asker went away
    deferred: int = 0  # long queries that let a quick one through and began anew
    replaced: int = 0  # processes replaced, for whatever reason


class Pool:
    """Worker processes over one store.

    `workers` long queries are at work side by side, `queue` requests may wait, a query may use `memory` bytes beside the store.
    `damaged` is set when a store turns out to be broken: it has to be prepared anew, and replaced.
    """

    def __init__(
        self,
        prepared: Prepared,
        workers: int = 2,
        timeout: float = TIMEOUT,
        memory: int = engine.MEMORY,
        queue: int = QUEUE,
    ) -> None:
        self.prepared, self.workers, self.timeout = prepared, workers, timeout
        self.damaged = asyncio.Event()
        self._memory, self._queue, self._size = memory, queue, workers + _QUICK + _READY
        self._source = Source(prepared, memory)
        self._crew: dict[Worker, int | None] = {}  # the processes over the present store, and the memory that they had at first
        self._idle: list[Worker] = []
        self._working: dict[Worker, Turn] = {}
        self._quick: deque[Turn] = deque()  # what waits
        self._long: deque[Turn] = deque()  # what waits and is known to take long
        self._known: dict[int, None] = {}
        self._alive: set[Worker] = set()
        self._starting: set[asyncio.Task[None]] = set()
        self._failures = 0
        self._lock = asyncio.Lock()
        self._is_closed = False
        self._done: Counter[str] = Counter()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    @property
    def version(self) -> str:
        """The version of the data that is asked: it changes with every answer that may change."""
        return self.prepared.version

    @property
    def counts(self) -> Counts:
        """What the pool does and has done."""
        waiting = len(self._quick) + len(self._long)
        return Counts(len(self._alive), len(self._working), waiting, **self._done)

    async def start(self) -> None:
        """Start the processes, and return when they can answer. Raises `KgError` where the data cannot be opened."""
        try:
            await self.replace(self.prepared)
        except BaseException:
            await self.close()
            raise

    async def replace(self, prepared: Prepared) -> None:
        """Let another store be asked from now on, once it is open; what is being answered is answered from the old one.

        Raises `KgError` where it cannot be opened; then the old one stays.
        """
        async with self._lock:
            source = Source(prepared, self._memory)
            try:
                first = await self._opened(source)
            except BaseException:
                source.close()
                raise
            others = await asyncio.gather(*(self._opened(source) for _ in range(1, self._size)), return_exceptions=True)
            crew = [first, *(worker for worker in others if isinstance(worker, Worker))]
            old_source, self._source = self._source, source
            old, self._idle = self._idle, crew
            self.prepared, self._crew = prepared, {worker: worker.memory for worker in crew}
            self.damaged.clear()
            for worker in old:
                worker.kill()
            old_source.retire()
            self._restock()
            self._dispatch()

    async def close(self) -> None:
        """End the processes; requests that wait or are at work are refused."""
        self._is_closed = True
        for task in self._starting:
            task.cancel()
        for turn in (*self._quick, *self._long):
            turn.tell(BusyError(1))
        self._quick.clear()
        self._long.clear()
        alive = list(self._alive)
        for worker in alive:
            worker.kill()
        await asyncio.gather(*(worker.wait() for worker in alive), *self._starting, return_exceptions=True)
        self._source.close()

    async def answer(self, request: Request) -> Answer:
        """Return the answer to a request.

        Raises `QueryError` where the query is wrong, `AnswerSizeError`, `QueryTimeoutError` and `EngineError` as a session does;
        `BusyError` where too many wait, or this one has waited too long. Who is cancelled frees the process.
        """
        turn = self._entered(request)
        try:
            outcome = await turn.outcome
        except asyncio.CancelledError:
            self._abandon(turn)
            raise
        if isinstance(outcome, KgError):
            raise outcome
        return outcome

    # --- a request waits ---------------------------------------------------------------------------------------------------
    def _entered(self, request: Request) -> Turn:
        is_long = _key(request) in self._known
        room = self._queue - len(self._quick) - len(self._long)
        if self._is_closed or room <= 0 or (is_long and room <= self._queue // 2):
            raise self._busy()
        loop = asyncio.get_running_loop()
        now = loop.time()
        body = pickle.dumps(request)
        turn = Turn(request, body, loop.create_future(), now + self.timeout / 2, now + self.timeout, is_long)
        (self._long if is_long else self._quick).append(turn)
        self._dispatch()
        if not turn.begun:
            turn.watch(loop.call_at(turn.begin_by, self._give_up, turn))
        return turn

    def _busy(self) -> BusyError:
        self._done["busy"] += 1
        now = asyncio.get_running_loop().time()
        left = min((turn.deadline - now for turn in self._working.values()), default=0)
        return BusyError(max(1, math.ceil(left)))

    def _give_up(self, turn: Turn) -> None:
        """Refuse what has waited so long that it could not be done in time."""
        if self._leaves(turn):
            turn.tell(self._busy())

    def _leaves(self, turn: Turn) -> bool:
        """Let a request wait no more; tell whether it did."""
        line = self._long if turn.is_long else self._quick
        if turn not in line:
            return False
        line.remove(turn)
        return True

    def _abandon(self, turn: Turn) -> None:
        """Forget a request whose asker went away: its query is ended, unless it is so short that a new process would cost more."""
        self._done["abandoned"] += 1
        turn.is_abandoned = True
        if self._leaves(turn):
            turn.watch(None)
        elif turn.is_long:
            for worker, at_work in self._working.items():
                if at_work is turn:
                    worker.kill()
                    return

    def _dispatch(self) -> None:
        """Let what waits begin where it may; where only long queries are at work, the last of them gives way to a quick one."""
        most = self.workers + _QUICK
        while self._idle and len(self._working) < most and (turn := self._next()):
            self._begin(self._idle.pop(), turn)
        long = {worker: turn for worker, turn in self._working.items() if turn.is_long}
        if self._quick and self._idle and len(long) > self.workers:
            worker = max(long, key=lambda worker: long[worker].begun)
            long[worker].verdict = "deferred"
            worker.kill()

    def _next(self) -> Turn | None:
        """Return what waits longest of what may begin."""
        may_be_long = self._long and self._long_ones < self.workers
        if may_be_long and not (self._quick and self._quick[0].deadline <= self._long[0].deadline):
            return self._long.popleft()
        return self._quick.popleft() if self._quick else None

    @property
    def _long_ones(self) -> int:
        return sum(turn.is_long for turn in self._working.values())

    # --- a request is at work ----------------------------------------------------------------------------------------------
    def _begin(self, worker: Worker, turn: Turn) -> None:
        loop = asyncio.get_running_loop()
        turn.begun, turn.verdict = loop.time(), "broken"
        self._working[worker] = turn
        if turn.is_long:
            self._watch(worker, turn, _SLOW, self._slow_down)
        else:
            self._watch(worker, turn, _PATIENCE, self._find_long)
        worker.ask(turn.body, partial(self._finished, worker, turn))

    def _watch(self, worker: Worker, turn: Turn, seconds: float, then: Callable[[Worker, Turn], None]) -> None:
        """Do something when a query has been at work for so long, or end it at its deadline if that comes before."""
        at = turn.begun + seconds
        if at >= turn.deadline:
            at, then = turn.deadline, self._end_late
        turn.watch(asyncio.get_running_loop().call_at(at, then, worker, turn))

    def _find_long(self, worker: Worker, turn: Turn) -> None:
        turn.is_long = True
        self._known[_key(turn.request)] = None
        if len(self._known) > _KNOWN:
            self._known.pop(next(iter(self._known)))
        if turn.is_abandoned:
            worker.kill()
            return
        self._watch(worker, turn, _SLOW, self._slow_down)
        self._dispatch()

    def _slow_down(self, worker: Worker, turn: Turn) -> None:
        worker.give_way()
        self._watch(worker, turn, self.timeout, self._end_late)

    def _end_late(self, worker: Worker, turn: Turn) -> None:
        turn.verdict = "late"
        worker.kill()

    def _finished(self, worker: Worker, turn: Turn, body: bytes | None) -> None:
        """Take what a process answered, or that it ended."""
        loop = asyncio.get_running_loop()
        turn.watch(None)
        del self._working[worker]
        if body is not None:
            if turn.is_long and loop.time() - turn.begun < _PATIENCE:
                self._known.pop(_key(turn.request), None)
            self._tell(turn, pickle.loads(body))  # noqa: S301
        elif turn.verdict == "deferred" and not turn.is_abandoned:
            self._defer(turn)
        else:
            self._tell_ended(turn)
        self._release(worker, is_to_look_at=turn.is_long or worker.answered % _LOOKED == 0)
        self._dispatch()

    def _tell(self, turn: Turn, outcome: Answer | KgError) -> None:
        if isinstance(outcome, DamagedError):
            self.damaged.set()
            outcome = EngineError("the store is damaged; it is made anew")
        kind = "answered" if isinstance(outcome, Answer) else "broken" if isinstance(outcome, EngineError) else "wrong"
        self._done[kind] += not turn.is_abandoned
        turn.tell(outcome)

    def _tell_ended(self, turn: Turn) -> None:
        is_late = turn.verdict == "late"
        self._done[turn.verdict] += not turn.is_abandoned
        late = QueryTimeoutError(f"no answer within {self.timeout:g} seconds")
        turn.tell(late if is_late else EngineError("the query engine broke down on this query; it needs too much memory"))

    def _defer(self, turn: Turn) -> None:
        """Let a long query wait for its next chance; it has waited longest."""
        loop = asyncio.get_running_loop()
        self._done["deferred"] += 1
        if loop.time() >= turn.begin_by or len(self._long) >= self._queue // 2:
            turn.tell(self._busy())
            return
        turn.begun = 0.0
        self._long.appendleft(turn)
        turn.watch(loop.call_at(turn.begin_by, self._give_up, turn))

    # --- processes come and go ---------------------------------------------------------------------------------------------
    def _release(self, worker: Worker, is_to_look_at: bool) -> None:
        """Let a process that has answered wait for the next request, unless it is of an old store, slow or has grown."""
        is_fit = worker.is_alive and worker in self._crew and not worker.is_slowed
        if is_fit and not (is_to_look_at and self._has_grown(worker)):
            self._idle.append(worker)
        else:
            self._dismiss(worker)

    def _has_grown(self, worker: Worker) -> bool:
        first, now = self._crew[worker], worker.memory
        return first is not None and now is not None and now - first > _GROWTH

    def _dismiss(self, worker: Worker) -> None:
        worker.kill()
        if worker in self._idle:
            self._idle.remove(worker)
        if worker in self._crew:
            del self._crew[worker]
            self._done["replaced"] += not self._is_closed
        self._restock()

    def _ended(self, worker: Worker) -> None:
        self._alive.discard(worker)
        self._dismiss(worker)

    def _restock(self) -> None:
        """Start as many processes as are missing."""
        while not self._is_closed and len(self._crew) + len(self._starting) < self._size:
            task = asyncio.create_task(self._add())
            self._starting.add(task)
            task.add_done_callback(self._added)

    def _added(self, task: asyncio.Task[None]) -> None:
        self._starting.discard(task)
        self._restock()

    async def _add(self) -> None:
        """Start a process; where it cannot, wait a while, the longer the more often."""
        source = self._source
        try:
            worker = await self._opened(source)
        except KgError as error:
            if isinstance(error, DamagedError):
                self.damaged.set()
            self._failures += 1
            await asyncio.sleep(min(0.1 * 2**self._failures, _LONGEST_PAUSE))
            return
        self._failures = 0
        if source is not self._source:
            worker.kill()
            return
        self._crew[worker] = worker.memory
        self._idle.append(worker)
        self._dispatch()

    async def _opened(self, source: Source) -> Worker:
        worker = await source.opened(self._ended)
        if worker.is_alive:
            self._alive.add(worker)
        return worker


def _key(request: Request) -> int:
    return hash((request.text, request.default_graphs, request.named_graphs))
