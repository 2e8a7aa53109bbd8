"""A child process answers, or costs its request only: one that is late, breaks down or prints is no harm."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from kg import confined
from kg.confined import Child, ChildError, LateError


def serve() -> None:
    confined.answer(prepare)


def prepare(setup: bytes) -> Callable[[bytes], bytes]:
    print("what a library prints is no answer")

    def reply(request: bytes) -> bytes:
        if request == b"sleep":
            time.sleep(3600)
        if request == b"die":
            os._exit(3)
        if request == b"raise":
            raise ValueError("no answer")
        print("neither is this")
        return setup + b":" + request + b":" + str(os.getpid()).encode()

    return reply


@pytest.fixture
def child() -> Iterator[Child]:
    made = Child(__name__, serve.__name__, b"setup")
    yield made
    made.close()


def test_one_process_answers_one_request_after_another(child: Child) -> None:
    answers = [child.ask(request, 60).split(b":") for request in (b"", b"a", b"b" * 5_000_000)]
    assert [answer[:2] for answer in answers] == [[b"setup", b""], [b"setup", b"a"], [b"setup", b"b" * 5_000_000]]
    assert len({answer[2] for answer in answers}) == 1


def test_one_that_is_late_is_replaced(child: Child) -> None:
    first = child.ask(b"a", 60)
    with pytest.raises(LateError, match=r"^not done within 0\.5 seconds$"):
        child.ask(b"sleep", 0.5)
    assert child.ask(b"a", 60).rpartition(b":")[2] != first.rpartition(b":")[2]


def test_one_whose_time_ends_as_its_answer_comes_leaves_no_dead_process_to_the_next(
    child: Child, monkeypatch: pytest.MonkeyPatch
) -> None:
    @contextmanager
    def ended(process: subprocess.Popen[bytes], timeout: float | None, is_late: threading.Event) -> Iterator[None]:
        yield
        confined._kill(process, is_late)

    with monkeypatch.context() as patch:
        patch.setattr(confined, "_watched", ended)
        assert child.ask(b"a", 60).startswith(b"setup:a:")
    assert child.ask(b"a", 60).startswith(b"setup:a:")


@pytest.mark.parametrize("request_", [b"die", b"raise"])
def test_one_that_breaks_down_is_replaced(child: Child, request_: bytes) -> None:
    with pytest.raises(ChildError, match="breaks the program"):
        child.ask(request_, 60)
    assert child.ask(b"a", 60).startswith(b"setup:a:")


def test_a_closed_child_starts_again_when_it_is_asked(child: Child) -> None:
    child.close()
    assert child.ask(b"a", 60).startswith(b"setup:a:")
    child.close()
    child.close()


def test_a_child_that_cannot_start_is_told() -> None:
    with pytest.raises(ChildError, match="breaks the program"):
        Child("no.such.module", "serve", b"x" * 1_000_000).ask(b"a", 60)
