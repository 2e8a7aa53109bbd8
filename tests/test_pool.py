"""Processes answer side by side: one that is late, breaks down or grows costs its own query, and nobody waits for another."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import sys
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

from kg import store, terms
from kg.errors import AnswerSizeError, EngineError, KgError, QueryError, QueryTimeoutError, ResourceError
from kg.server import forking, watching
from kg.server import pool as pools
from kg.server.forking import Source
from kg.server.pool import BusyError, Pool
from kg.store import Answer, Prepared, Request
from kg.store.loading import DamagedError
from tests import asking
from tests.dumps import BASE, said, write_dump
from tests.writing import SAFETY

Run = Callable[[Coroutine[Any, Any, Any]], Any]

ARTICLES = [f"{BASE}article/{number}" for number in range(30)]
COUNT = Request(f"SELECT (COUNT(*) AS ?n) {{ ?a <{terms.HEADLINE.strip('<>')}> ?t }}", "csv")
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d schema:headline ?e . ?f schema:headline ?g . FILTER(STRLEN(STR(?c)) > 0) }"
SLOW_COUNT = str(30 * 31 * 30 * 30).encode()
KILL = signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows and bounds what a process may do")


def endless(name: str) -> Request:
    """Return a query without an end, like no other."""
    return Request("SELECT (COUNT(*) AS ?n) { " + " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(8)) + f" }} # {name}")


def write(folder: Path, articles: list[str]) -> Path:
    return write_dump(
        folder,
        {
            iri: said(iri, (terms.HEADLINE, terms.literal("One", language="en")), *[(terms.ABOUT, terms.iri(i)) for i in ARTICLES])
            for iri in articles
        },
    )


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("pool") / "dump", ARTICLES)


@pytest.fixture(scope="module")
def prepared(dump: Path) -> Prepared:
    return store.prepare(dump)


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """One event loop for all tests, since a pool belongs to one."""
    with asyncio.Runner() as runner:
        yield runner.run


@pytest.fixture(scope="module")
def pool(run: Run, prepared: Prepared) -> Iterator[Pool]:
    found = Pool(prepared, workers=1, timeout=SAFETY)
    run(found.start())
    yield found
    run(found.close())


async def until(holds: Callable[[], Any]) -> None:
    """Wait until something holds."""
    async with asyncio.timeout(SAFETY):
        while not holds():
            await asyncio.sleep(0.01)


async def at_work(pool: Pool, request: Request, count: int = 1) -> asyncio.Task[Answer]:
    """Return a request of which a process has begun to answer as many as there then are."""
    task = asyncio.create_task(pool.answer(request))
    await until(lambda: pool.counts.working == count)
    return task


def processes(pool: Pool) -> list[int]:
    """Return the processes that answer a query now."""
    return [worker.pid for worker in pool._working]


# --- answers ---------------------------------------------------------------------------------------------------------------
def test_an_answer_is_that_of_a_session(pool: Pool, run: Run, dump: Path) -> None:
    with store.Session(dump) as session:
        for request in (COUNT, Request("ASK {}"), Request(f"DESCRIBE <{ARTICLES[0]}>", "turtle")):
            assert run(pool.answer(request)) == session.answer(request)


def test_many_are_answered_side_by_side(pool: Pool, run: Run) -> None:
    async def ask() -> list[Answer]:
        requests = [Request(f"SELECT ({number} AS ?n) {{}}", "csv") for number in range(40)]
        return await asyncio.gather(*map(pool.answer, requests))

    assert [int(answer.body.split()[1]) for answer in run(ask())] == list(range(40))


def test_a_wrong_query_is_told_with_its_place_and_costs_nothing_else(pool: Pool, run: Run) -> None:
    before = pool.counts.wrong
    with pytest.raises(QueryError, match=r"query:1:19: not SPARQL"):
        run(pool.answer(Request("SELECT * { ?s ?p }")))
    with pytest.raises(AnswerSizeError, match="more than 3 rows"):
        run(pool.answer(Request("SELECT * { ?s ?p ?o }", rows=3)))
    assert run(pool.answer(COUNT)).body.split() == [b"n", b"30"]
    assert pool.counts.wrong == before + 2


# --- processes that end ----------------------------------------------------------------------------------------------------
def test_a_process_that_ends_in_the_middle_costs_its_own_query(pool: Pool, run: Run) -> None:
    async def ask() -> None:
        broken = pool.counts.broken
        task = await at_work(pool, endless("killed"))
        os.kill(processes(pool)[0], KILL)
        with pytest.raises(EngineError, match="broke down"):
            await task
        assert (await pool.answer(COUNT)).body.split()[1] == b"30"
        await until(lambda: pool.counts.processes == 4)
        assert pool.counts.broken == broken + 1

    run(ask())


def test_a_process_that_ends_while_it_does_nothing_is_replaced(pool: Pool, run: Run) -> None:
    async def ask() -> None:
        await until(lambda: len(pool._idle) == 4)
        replaced = pool.counts.replaced
        for worker in pool._idle:
            os.kill(worker.pid, KILL)
        await until(lambda: pool.counts.replaced == replaced + 4)
        assert (await pool.answer(COUNT)).body.split()[1] == b"30"
        await until(lambda: len(pool._idle) == 4)

    run(ask())


def test_who_goes_away_frees_the_process(pool: Pool, run: Run) -> None:
    async def ask() -> None:
        task = await at_work(pool, endless("abandoned"))
        pids, before = processes(pool), pool.counts
        task.cancel()
        await until(lambda: not pool.counts.working)
        await until(lambda: not any(map(is_running, pids)))
        assert pool.counts.abandoned == before.abandoned + 1

    run(ask())


def is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except OSError:
        return False
    return True


@LINUX
def test_a_process_that_has_grown_is_replaced_and_nobody_waits(pool: Pool, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask() -> None:
        await until(lambda: len(pool._idle) == 4)
        replaced = pool.counts.replaced
        monkeypatch.setattr(pools, "_GROWTH", -(1 << 40))
        monkeypatch.setattr(pools, "_LOOKED", 1)
        assert (await pool.answer(COUNT)).body.split()[1] == b"30"
        assert pool.counts.replaced == replaced + 1
        monkeypatch.undo()
        await until(lambda: len(pool._idle) == 4)

    run(ask())


@LINUX
def test_a_query_that_swells_ends_at_its_memory(prepared: Prepared, run: Run) -> None:
    steps = " ".join(f"BIND(CONCAT({','.join([f'?x{i - 1}'] * 10)}) AS ?x{i})" for i in range(1, 12))

    async def ask() -> None:
        async with Pool(prepared, workers=1, timeout=SAFETY, memory=64 << 20) as pool:
            with pytest.raises(EngineError, match="too much memory"):
                await pool.answer(Request(f'SELECT (STRLEN(?x11) AS ?n) {{ BIND("0123456789" AS ?x0) {steps} }}'))
            assert (await pool.answer(COUNT)).body.split()[1] == b"30"

    run(ask())


# --- deadlines and queues --------------------------------------------------------------------------------------------------
def test_a_late_query_is_ended_while_others_are_answered(prepared: Prepared, run: Run) -> None:
    async def ask() -> None:
        async with Pool(prepared, workers=1, timeout=1.5) as pool:
            late = [asyncio.create_task(pool.answer(endless(str(number)))) for number in range(4)]
            begun = asyncio.get_running_loop().time()
            for _ in range(3):
                assert (await pool.answer(COUNT)).body.split()[1] == b"30"
            outcomes = await asyncio.gather(*late, return_exceptions=True)
            assert asyncio.get_running_loop().time() - begun < SAFETY
            kinds = {type(outcome) for outcome in outcomes}
            assert QueryTimeoutError in kinds
            assert kinds <= {QueryTimeoutError, BusyError}
            assert pool.counts.late >= 1

    run(ask())


def test_a_quick_query_does_not_wait_for_long_ones(pool: Pool, run: Run) -> None:
    async def ask() -> None:
        long = [asyncio.create_task(pool.answer(endless(f"long {number}"))) for number in range(5)]
        await until(lambda: pool.counts.working >= 2)
        assert (await pool.answer(COUNT)).body.split()[1] == b"30"
        assert not any(task.done() for task in long)
        for task in long:
            task.cancel()
        await asyncio.gather(*long, return_exceptions=True)
        await until(lambda: not pool.counts.working)

    run(ask())


def test_a_long_query_that_let_others_through_is_answered_in_the_end(
    prepared: Prepared, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pools, "_PATIENCE", 0.0)  # each query counts as long at once

    async def ask() -> None:
        async with Pool(prepared, workers=1, timeout=SAFETY) as pool:
            requests = [Request(f"{SLOW} # {number}", "csv") for number in range(4)]
            bodies = {answer.body for answer in await asyncio.gather(*map(pool.answer, requests))}
            assert [body.split()[1] for body in bodies] == [SLOW_COUNT]
            assert pool.counts.late == 0

    run(ask())


def test_more_than_may_wait_are_refused_at_once(prepared: Prepared, run: Run) -> None:
    async def ask() -> None:
        async with Pool(prepared, workers=1, timeout=SAFETY, queue=2) as pool:
            tasks = [asyncio.create_task(pool.answer(endless(str(number)))) for number in range(8)]
            done, waiting = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                with pytest.raises(BusyError) as caught:
                    await task
                assert 1 <= caught.value.retry_after <= SAFETY
            assert waiting
            assert pool.counts.busy >= len(done)
            for task in waiting:
                task.cancel()
            await asyncio.gather(*waiting, return_exceptions=True)

    run(ask())


def test_what_waits_too_long_is_refused(prepared: Prepared, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask() -> None:
        async with Pool(prepared, workers=1, timeout=2) as pool:
            monkeypatch.setattr(pool, "_dispatch", lambda: None)  # nobody ever comes to it
            with pytest.raises(BusyError, match=r"ask again in 1 second$"):
                await pool.answer(COUNT)

    run(ask())


# --- other data ------------------------------------------------------------------------------------------------------------
def test_another_store_is_asked_once_it_is_open_and_what_runs_is_answered_from_the_old(
    prepared: Prepared, run: Run, tmp_path: Path
) -> None:
    other = store.prepare(write(tmp_path / "other", ARTICLES[:7]))

    async def ask() -> None:
        async with Pool(prepared, workers=1, timeout=SAFETY) as pool:
            task = await at_work(pool, Request(SLOW, "csv"))
            assert pool.version == prepared.version
            await pool.replace(other)
            assert pool.version == other.version != prepared.version
            assert (await pool.answer(COUNT)).body.split()[1] == b"7"
            assert (await task).body.split()[1] == SLOW_COUNT
            await until(lambda: len(pool._idle) == 4 == pool.counts.processes)

    run(ask())


def test_data_that_cannot_be_opened_leave_the_old(pool: Pool, run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.nq"
    bad.write_text("junk\n")
    before = pool.version
    with pytest.raises(KgError, match=r"bad\.nq:1"):
        run(pool.replace(store.prepare(bad)))
    assert pool.version == before
    assert run(pool.answer(COUNT)).body.split()[1] == b"30"


def test_a_pool_over_bad_data_does_not_start_and_leaves_no_process(run: Run, tmp_path: Path) -> None:
    bad = tmp_path / "bad.ttl"
    bad.write_text("<urn:x:a> <urn:x:b> .")
    found = Pool(store.prepare(bad), workers=1)
    with pytest.raises(KgError, match=r"bad\.ttl:1"):
        run(found.start())
    assert found.counts.processes == 0


def test_a_pool_whose_processes_cannot_start_says_so(prepared: Prepared, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Source, "entry", (__name__, "nothing_of_that_name"))
    with pytest.raises(ResourceError, match="the query engine cannot be started"):
        run(Pool(prepared, workers=1).start())


def test_where_nothing_can_be_forked_processes_are_started_as_programs(
    prepared: Prepared, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forking, "CAN_FORK", False)

    async def ask() -> None:
        async with Pool(prepared, workers=1, timeout=SAFETY) as pool:
            task = await at_work(pool, endless("spawned"))
            os.kill(processes(pool)[0], KILL)
            with pytest.raises(EngineError, match="broke down"):
                await task
            assert (await pool.answer(COUNT)).body.split()[1] == b"30"
            pids = [worker.pid for worker in pool._alive]
        await until(lambda: not any(map(is_running, pids)))

    run(ask())


@LINUX
def test_the_process_that_others_are_forked_from_is_replaced_too(prepared: Prepared, run: Run) -> None:
    async def ask() -> None:
        async with Pool(prepared, workers=1, timeout=SAFETY) as pool:
            pids = [worker.pid for worker in pool._idle]
            parent = pool._source._parent
            assert parent is not None
            os.kill(parent.pid, KILL)
            await until(lambda: not any(map(is_running, pids)))
            await until(lambda: len(pool._idle) == 4)
            assert (await pool.answer(COUNT)).body.split()[1] == b"30"

    run(ask())


def test_a_damaged_store_is_told(run: Run, prepared: Prepared, dump: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def ask() -> None:
        async with Pool(prepared, workers=1, timeout=SAFETY) as pool:
            monkeypatch.setattr("pickle.loads", lambda body: DamagedError("a block has another sum"))
            with pytest.raises(EngineError, match="made anew"):
                await pool.answer(COUNT)
            monkeypatch.undo()
            assert pool.damaged.is_set()
            await pool.replace(prepared)
            assert not pool.damaged.is_set()

    run(ask())


def test_a_store_that_is_damaged_is_made_anew(run: Run, prepared: Prepared, dump: Path) -> None:
    said: list[str] = []

    async def ask() -> None:
        async with Pool(prepared, workers=1, timeout=SAFETY) as pool:
            watch = asyncio.create_task(watching.watch(dump, pool, watching.stamp(dump), said.append))
            pool.damaged.set()
            await until(lambda: not pool.damaged.is_set())
            assert (await pool.answer(COUNT)).body.split()[1] == b"30"
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)

    run(ask())
    assert said == []  # the data are the same


def test_a_pool_that_is_closed_refuses_and_has_no_process_left(prepared: Prepared, run: Run) -> None:
    async def ask() -> None:
        pool = Pool(prepared, workers=1, timeout=SAFETY)
        await pool.start()
        tasks = [asyncio.create_task(pool.answer(endless(str(number)))) for number in range(6)]
        await until(lambda: pool.counts.working)
        pids = [worker.pid for worker in pool._alive]
        await pool.close()
        assert {type(outcome) for outcome in await asyncio.gather(*tasks, return_exceptions=True)} <= {BusyError, EngineError}
        await until(lambda: not any(map(is_running, pids)))
        with pytest.raises(BusyError):
            await pool.answer(COUNT)

    run(ask())


# --- other servers ---------------------------------------------------------------------------------------------------------
@LINUX
def test_a_query_that_slipped_through_opens_no_connection(prepared: Prepared, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Source, "entry", (asking.__name__, asking.answer_slipping.__name__))

    async def ask(port: int) -> None:
        async with Pool(prepared, workers=1, timeout=SAFETY) as pool:
            there = f"<http://127.0.0.1:{port}/sparql>"
            with pytest.raises(QueryError, match="ermission denied"):
                await pool.answer(Request(f"SELECT * {{ SERVICE {there} {{ ?s ?p ?o }} }}"))
            silent = await pool.answer(Request(f"SELECT * {{ SERVICE SILENT {there} {{ ?s ?p ?o }} }}"))
            assert json.loads(silent.body)["results"]["bindings"] == [{}]

    with socket.create_server(("127.0.0.1", 0)) as canary:
        run(ask(canary.getsockname()[1]))
        canary.settimeout(0.2)
        with pytest.raises(TimeoutError):
            canary.accept()
