"""Work on foreign data in a child process of its own: a crash, a hang or a swelling there costs that piece of work only."""

from __future__ import annotations

import errno
import os
import platform
import signal
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from threading import Event, Timer
from typing import IO, cast

_BROKEN = "it breaks the program that reads it, or needs too much memory"
# Seconds until a child is ready: far more than it takes on a busy machine
_START = 300.0
_PR_SET_PDEATHSIG = 1


class ChildError(Exception):
    """The child broke down; the text says why."""


class LateError(ChildError):
    """The child was not done in time."""


def run(module: str, function: str, request: bytes, timeout: float) -> bytes:
    """Return what `function` of a module, called in a child, writes to its standard output; `request` is on its input."""
    command, environment = command_line(module, function)
    try:
        child = subprocess.run(command, input=request, capture_output=True, timeout=timeout, env=environment, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise LateError(_late(timeout)) from error
    if child.returncode:
        raise ChildError(_broken(child.stderr))
    return child.stdout


def command_line(module: str, function: str) -> tuple[list[str], dict[str, str]]:
    """Return command line and environment of a child: it finds the modules that we have."""
    # -P: never those of the folder that we happen to stand in
    command = [sys.executable, "-P", "-c", f"from {module} import {function}; {function}()"]
    return command, os.environ | {"PYTHONPATH": os.pathsep.join([*filter(None, sys.path), str(Path(__file__).parent.parent)])}


def _late(timeout: float) -> str:
    return f"not done within {timeout:g} seconds"


def _broken(errors: bytes) -> str:
    last = errors.decode(errors="replace").strip().rpartition("\n")[2]
    return _BROKEN + (f" ({last[:200]})" if last else "")


class StartError(ChildError):
    """The child broke down before it could answer anything, which is the fault of no request."""


class Child:
    """A process that answers one request after another, each within its time; one that is late or broken is replaced.

    `function` of the module calls `answer`, or `answer_each` for requests of several parts. The process starts with the
    first request.
    """

    def __init__(self, module: str, function: str, setup: bytes) -> None:
        self._where = (module, function)
        self._setup = setup
        self._process: subprocess.Popen[bytes] | None = None
        self._until: float | None = None
        self._is_late = False

    def ask(self, request: bytes, timeout: float | None = None) -> bytes:
        """Return the answer to a request. Raises `LateError` after `timeout` seconds, `ChildError` where the child breaks down.

        The time that a child needs to start is not the request's.
        """
        process = self._process or self._start_up()
        is_late = Event()
        with _watched(process, timeout, is_late):
            try:
                send(cast(IO[bytes], process.stdin), request)
                answer = receive(cast(IO[bytes], process.stdout))
            except (OSError, ValueError):  # ValueError: another thread closed it
                answer = None
        if answer is None or is_late.is_set():  # also where it ended with the answer in our hands: no other may wait for it
            self.close()
        if answer is None:
            raise LateError(_late(timeout or 0)) if is_late.is_set() else ChildError(_BROKEN)
        return answer

    def ask_each(self, requests: Sequence[Sequence[bytes]], timeouts: Sequence[float]) -> Iterator[bytes]:
        """Yield the answers to requests of several parts, which travel together, each as soon as it is there.

        Raises as `ask` does, and `StartError` where the child does not come so far; who calls `end_if_late` watches the time.
        """
        process = self._process or self._start_up()
        try:
            send(cast(IO[bytes], process.stdin), bytes(map(len, requests)), *chain(*requests))
        except (OSError, ValueError):
            raise self._failure(0) from None
        for timeout in timeouts:
            yield self._received(process, timeout)

    def _start_up(self) -> subprocess.Popen[bytes]:
        """Start a child and wait until it says that it is ready; raise `StartError` where it is not."""
        try:
            process = self._start()
            refusal = self._received(process, _START)
        except ChildError as error:
            raise StartError(str(error)) from error
        if refusal:
            self.close()
            raise StartError(refusal.decode(errors="replace"))
        return process

    def _received(self, process: subprocess.Popen[bytes], timeout: float) -> bytes:
        self._until = time.monotonic() + timeout
        try:
            answer = receive(cast(IO[bytes], process.stdout))
        except (OSError, ValueError):
            answer = None
        self._until = None
        if answer is None:
            raise self._failure(timeout)
        return answer

    def _failure(self, timeout: float) -> ChildError:
        self.close()
        self._until, is_late, self._is_late = None, self._is_late, False
        return LateError(_late(timeout)) if is_late else ChildError(_BROKEN)

    def end_if_late(self) -> None:
        """End the process if it has been at work on one of several requests for longer than that may take."""
        process, until = self._process, self._until
        if process and until is not None and time.monotonic() > until:
            self._is_late = True
            process.kill()

    def _start(self) -> subprocess.Popen[bytes]:
        command, environment = command_line(*self._where)
        pipe, none = subprocess.PIPE, subprocess.DEVNULL
        process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=none, env=environment)  # noqa: S603
        self._process = process
        try:
            send(cast(IO[bytes], process.stdin), self._setup)
        except (OSError, ValueError) as error:
            self.close()
            raise ChildError(_BROKEN) from error
        return process

    def close(self) -> None:
        """End the process; the next request would start another."""
        process, self._process = self._process, None
        if process is None:
            return
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
        watch.join()


def _kill(process: subprocess.Popen[bytes], is_late: Event) -> None:
    is_late.set()
    process.kill()


LENGTH = struct.Struct("<Q")


def send(stream: IO[bytes], *messages: bytes) -> None:
    """Write messages, each after its length."""
    for message in messages:
        stream.write(LENGTH.pack(len(message)))
        stream.write(message)
    stream.flush()


def receive(stream: IO[bytes]) -> bytes | None:
    """Return the next message; None at the end."""
    head = stream.read(LENGTH.size)
    if len(head) < LENGTH.size:
        return None
    (length,) = LENGTH.unpack(head)
    body = stream.read(length)
    return body if len(body) == length else None


def answer(prepare: Callable[[bytes], Callable[[bytes], bytes]]) -> None:
    """Answer, in the child, one request after another; `prepare` turns the setup into what answers."""
    requests, answers = _streams()
    reply = _begin(requests, answers, prepare)
    while (request := receive(requests)) is not None:
        send(answers, reply(request))


def answer_each(prepare: Callable[[bytes], Callable[..., bytes]]) -> None:
    """Answer, in the child, the requests of `Child.ask_each`; `prepare` makes what answers one, whose parts are its arguments."""
    requests, answers = _streams()
    reply = _begin(requests, answers, prepare)
    while (counts := receive(requests)) is not None:
        lot = deque([receive(requests) for _ in range(count)] for count in counts)
        while lot:
            send(answers, reply(*lot.popleft()))


def _begin(requests: IO[bytes], answers: IO[bytes], prepare: Callable[[bytes], Callable[..., bytes]]) -> Callable[..., bytes]:
    """Return what answers; say that it is ready, or why it is not."""
    setup = receive(requests)
    if setup is None:
        raise SystemExit
    try:
        reply = prepare(setup)
    except Exception as error:
        send(answers, f"{type(error).__name__}: {error}".encode(errors="backslashreplace"))
        raise
    send(answers, b"")
    return reply


def _streams() -> tuple[IO[bytes], IO[bytes]]:
    """Return, in the child, where requests come from and where answers go."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who stops our parent stops us by that
    requests = os.fdopen(os.dup(0), "rb")
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library prints is no answer
    return requests, answers


def end_with_parent() -> None:
    """Let the system end this process when the thread that started it ends (Linux); elsewhere it ends when its work is done."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)


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


# System calls that begin to talk to anybody (socket, io_uring_setup), by machine: its number in audit.h, then theirs
_TALK = {"x86_64": (0xC000003E, 41, 425), "aarch64": (0xC00000B7, 198, 425)}
_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _SECCOMP_MODE_FILTER = 38, 22, 2
_LOAD, _IS_EQUAL, _RETURN = 0x20, 0x15, 0x06  # of classic BPF (linux/bpf_common.h)
_REFUSED, _ALLOWED = 0x00050000 | errno.EACCES, 0x7FFF0000  # linux/seccomp.h


def without_network() -> bool:
    """Let this thread, and those that it starts from now on, open no connection ever again; tell whether the system can (Linux).

    A filter of system calls, as `man 2 seccomp` describes.
    """
    calls = _TALK.get(platform.machine())
    if sys.platform != "linux" or calls is None:
        return False
    import ctypes

    machine, *numbers = calls
    steps = [
        (_LOAD, 0, 0, 4),
        (_IS_EQUAL, 0, len(numbers) + 2, machine),
        (_LOAD, 0, 0, 0),
        *((_IS_EQUAL, len(numbers) - at, 0, number) for at, number in enumerate(numbers)),
        (_RETURN, 0, 0, _ALLOWED),
        (_RETURN, 0, 0, _REFUSED),
    ]
    code = b"".join(struct.pack("HBBI", *step) for step in steps)
    program = struct.pack("HxxxxxxP", len(steps), ctypes.addressof(held := ctypes.create_string_buffer(code)))
    libc = ctypes.CDLL(None)
    is_set = bool(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
    is_set = is_set and bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.create_string_buffer(program)) == 0)
    del held
    return is_set


@contextmanager
def confine(memory: int) -> Iterator[None]:
    """Let this process open neither files nor connections for a while, and use at most so many bytes beside what it has."""
    limit_memory(memory)
    with without_files():
        yield


@contextmanager
def without_files() -> Iterator[None]:
    """Let this process open neither files nor connections for a while; where the system cannot (Windows), it may."""
    try:
        import resource
    except ImportError:
        yield
        return
    files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, files[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, files)
