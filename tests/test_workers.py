"""Many processes answer as one would: in order, whoever is quicker, and a request that breaks one down costs no other."""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from kg import workers
from kg.confined import ChildError, LateError, StartError
from kg.workers import Answer, Task, Workers
from tests import answering
from tests.writing import SAFETY

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only there a process is told of its parent's end")


def task(number: int, *request: bytes) -> Task[int]:
    return Task(number, request or None, sum(map(len, request)))


def made(jobs: int = 2, function: Callable[[], None] = answering.serve, timeout: float = SAFETY) -> Workers:
    return Workers(answering.__name__, function.__name__, b"setup", jobs, timeout)


def said(answers: Iterator[tuple[int, Answer]]) -> list[tuple[int, Any]]:
    return [(item, answer.decode() if isinstance(answer, bytes) else answer and type(answer)) for item, answer in answers]


@pytest.mark.parametrize("jobs", [1, 3])
def test_answers_come_in_order_of_the_requests_and_what_needs_none_among_them(jobs: int) -> None:
    tasks = [task(n, b"n%d" % n, b"x" * (n % 7) ** 7) if n % 3 else task(n) for n in range(150)]
    expected = [(n, f"setup:n{n} {(n % 7) ** 7}" if n % 3 else None) for n in range(150)]
    assert said(made(jobs).map(tasks)) == expected


def test_a_request_that_breaks_its_process_down_costs_only_itself() -> None:
    tasks = [task(n, b"die" if n in (2, 3) else b"n") for n in range(40)]
    assert said(made().map(tasks)) == [(n, ChildError if n in (2, 3) else "setup:n 0") for n in range(40)]


def test_a_process_that_somebody_ended_costs_nothing(tmp_path: Path) -> None:
    mark = os.fsencode(tmp_path / "died")
    found = said(made().map([task(1, b"n"), task(2, b"die once", mark), task(3, b"n")]))
    assert found == [(1, "setup:n 0"), (2, f"setup:die once {len(mark)}"), (3, "setup:n 0")]


def test_a_process_that_is_late_is_ended_and_the_request_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_LOOK", 0.01)
    found = said(made(1, timeout=0.2).map([task(1, b"n"), task(2, b"sleep"), task(3, b"n")]))
    assert found == [(1, "setup:n 0"), (2, LateError), (3, "setup:n 0")]


def test_a_large_request_has_more_time() -> None:
    assert made(timeout=60)._seconds((b"x", b"")) == 60
    assert made(timeout=60)._seconds((b"x" * (4 << 20), b"")) == pytest.approx(240, rel=0.01)


def test_processes_that_cannot_start_end_the_map_and_say_why() -> None:
    with pytest.raises(StartError, match=r"^ValueError: not setup$"):
        list(made(2, answering.serve_not).map([task(1, b"n")]))
    with pytest.raises(StartError):
        list(Workers("no.such.module", "serve", b"x" * 1_000_000, 1, SAFETY).map([task(1, b"n")]))


def test_no_process_starts_where_no_request_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "Popen", None)
    assert said(made().map(task(n) for n in range(1000))) == [(n, None) for n in range(1000)]


@pytest.mark.parametrize(("size", "most"), [(1, 150), (1 << 20, 20), (40 << 20, 2)])
def test_tasks_are_taken_as_they_are_needed_and_few_bytes_wait(size: int, most: int) -> None:
    taken = 0

    def tasks() -> Iterator[Task[int]]:
        nonlocal taken
        for number in range(400 if size == 1 else 40):
            taken += 1
            yield Task(number, (b"n",), size)

    with closing(made().map(tasks())) as answers:
        for number, _ in answers:
            assert taken - number <= most


def test_processes_end_when_the_map_is_left_in_the_middle() -> None:
    with closing(made(2).map(task(n, b"pid") if n < 200 else task(n, b"sleep") for n in range(1000))) as answers:
        pids = {int(answer) for _, answer in (next(answers) for _ in range(60)) if isinstance(answer, bytes)}
    assert pids
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


_PARENT_AT_WORK = """
from tests.test_workers import made, task
for _, pid in made(1).map([task(n, b"pid") if n < 16 else task(n, b"sleep") for n in range(300)]):
    print(int(pid), flush=True)
"""


@ON_LINUX
def test_processes_end_with_their_parent_even_in_the_midst_of_their_work() -> None:
    here = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen([sys.executable, "-c", _PARENT_AT_WORK], stdout=subprocess.PIPE, env=here) as parent:
        assert parent.stdout is not None
        end = os.pidfd_open(int(parent.stdout.readline()))
        parent.kill()
        assert select.select([end], [], [], SAFETY)[0] == [end]
        os.close(end)


def test_the_cores_are_those_that_this_process_may_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda pid: {0, 5, 7}, raising=False)
    assert workers.cores() == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert workers.cores() == 1
