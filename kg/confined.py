"""Work on foreign data in a child process of its own: a crash, a hang or a swelling there costs that piece of work only."""

from __future__ import annotations

import os
import signal
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event, Timer
from typing import IO, cast

_BROKEN = "it breaks the program that reads it, or needs too much memory"


class ChildError(Exception):
    """The child broke down; the text says why."""


class LateError(ChildError):
    """The child was not done in time."""


def run(module: str, function: str, request: bytes, timeout: float) -> bytes:
    """Return what `function` of a module, called in a child, writes to its standard output; `request` is on its input."""
    command, environment = _command(module, function)
    try:
        child = subprocess.run(command, input=request, capture_output=True, timeout=timeout, env=environment, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise LateError(_late(timeout)) from error
    if child.returncode:
        raise ChildError(_broken(child.stderr))
    return child.stdout


def _command(module: str, function: str) -> tuple[list[str], dict[str, str]]:
    """Return command line and environment of a child: it finds the modules that we have."""
    # -P: never those of the folder that we happen to stand in
    command = [sys.executable, "-P", "-c", f"from {module} import {function}; {function}()"]
    return command, os.environ | {"PYTHONPATH": os.pathsep.join([*filter(None, sys.path), str(Path(__file__).parent.parent)])}


def _late(timeout: float) -> str:
    return f"not done within {timeout:g} seconds"


def _broken(errors: bytes) -> str:
    last = errors.decode(errors="replace").strip().rpartition("\n")[2]
    return _BROKEN + (f" ({last[:200]})" if last else "")


class Child:
    """A process that answers one request after another, each within its time; one that is late or broken is replaced.

    `function` of the module calls `answer`. The process starts with the first request.
    """

    def __init__(self, module: str, function: str, setup: bytes) -> None:
        self._where = (module, function)
        self._setup = setup
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, request: bytes, timeout: float | None = None) -> bytes:
        """Return the answer to a request. Raises `LateError` after `timeout` seconds, `ChildError` where the child breaks down."""
        process = self._process or self._start()
        is_late = Event()
        with _watched(process, timeout, is_late):
            try:
                _send(cast(IO[bytes], process.stdin), request)
                answer = _receive(cast(IO[bytes], process.stdout))
            except (OSError, ValueError):  # ValueError: another thread closed it
                answer = None
        if answer is None:
            self.close()
            raise LateError(_late(timeout or 0)) if is_late.is_set() else ChildError(_BROKEN)
        return answer

    def _start(self) -> subprocess.Popen[bytes]:
        command, environment = _command(*self._where)
        pipe, none = subprocess.PIPE, subprocess.DEVNULL
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=none, env=environment)  # noqa: S603
        self._process = process
        try:
            _send(cast(IO[bytes], process.stdin), self._setup)
        except OSError as error:
            self.close()
            raise ChildError(_BROKEN) from error
        return process

    def close(self) -> None:
        """End the process; the next request would start another."""
        if self._process is None:
            return
        process, self._process = self._process, None
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            with suppress(OSError):  # what was still to be sent has no reader
                cast(IO[bytes], stream).close()


@contextmanager
def _watched(process: subprocess.Popen[bytes], timeout: float | None, is_late: Event) -> Iterator[None]:
    """End a process that is at work for longer than `timeout`."""
    if timeout is None:
        yield
        return
    watch = Timer(timeout, _kill, (process, is_late))
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()


def _kill(process: subprocess.Popen[bytes], is_late: Event) -> None:
    is_late.set()
    process.kill()


_LENGTH = struct.Struct("<Q")


def _send(stream: IO[bytes], message: bytes) -> None:
    stream.write(_LENGTH.pack(len(message)))
    stream.write(message)
    stream.flush()


def _receive(stream: IO[bytes]) -> bytes | None:
    """Return the next message; None at the end."""
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (length,) = _LENGTH.unpack(head)
    body = stream.read(length)
    return body if len(body) == length else None


def answer(prepare: Callable[[bytes], Callable[[bytes], bytes]]) -> None:
    """Answer, in the child, one request after another; `prepare` turns the setup into what answers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who stops our parent stops us by that
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    setup = _receive(requests)
    if setup is None:
        return
    reply = prepare(setup)
    while (request := _receive(requests)) is not None:
        _send(answers, reply(request))


def limit_memory(memory: int) -> None:
    """Let this process use at most so many bytes beside what it has; where the system cannot, nothing is bounded."""
    try:
        import resource
    except ImportError:  # Windows
        return
    used = Path("/proc/self/statm")
    if used.exists():
        size = int(used.read_text().split()[0]) * resource.getpagesize()
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        most = size + memory if hard == resource.RLIM_INFINITY else min(size + memory, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


@contextmanager
def confine(memory: int) -> Iterator[None]:
    """Let this process open neither files nor connections for a while, and use at most so many bytes beside what it has."""
    try:
        import resource
    except ImportError:  # Windows: there, only the time is bounded
        yield
        return
    limit_memory(memory)
    files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, files[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, files)
