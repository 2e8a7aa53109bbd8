"""Builds that meet a disk which fails, or die, at any of their calls to the disk.

One process loads everything, and forks itself for each build that may not live: so a build costs what it costs, and not what
starting does.
"""

from __future__ import annotations

import builtins
import ctypes
import errno
import fcntl
import gc
import io
import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, redirect_stderr
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import Any, NamedTuple, Self
from unittest import mock

from tests.writing import article, write

_CALLS = "open mkdir rename replace unlink rmdir chmod scandir listdir fsync ftruncate write sendfile truncate".split()
Act = Callable[[str], None]


class Ended(NamedTuple):
    """How a build ended: its exit code (below zero: the signal), the calls to the disk that it made, and what it said."""

    code: int
    calls: list[str]
    said: str


# --- calls to the disk -----------------------------------------------------------------------------------------------------
@contextmanager
def watched(root: str, act: Act) -> Iterator[None]:
    """Have `act` called before each call to the disk below `root`, or to a file that is open, with the call's name.

    What is synced, is not: that is for a loss of power, which nothing here can be, and takes most of the time of a small build.
    """

    def below(path: Any) -> bool:
        return isinstance(path, int) or f"{os.path.abspath(os.fsdecode(path))}/".startswith(f"{root}/")

    def call(name: str) -> Callable[..., Any]:
        real = getattr(os, name)

        def called(path: Any = ".", *given: Any, **named: Any) -> Any:
            if "dir_fd" in named or below(path):
                act(name if isinstance(path, int) else f"{name} {Path(os.fsdecode(path)).name}")
            return real(path, *given, **named) if name != "fsync" else None

        return called

    opened, connected, flock = io.open, sqlite3.connect, fcntl.flock

    def open_file(file: Any, mode: str = "r", buffering: int = -1, *given: Any, **named: Any) -> Any:
        if isinstance(file, int) or not below(file):
            return opened(file, mode, buffering, *given, **named)
        act(f"open {Path(file).name}")
        if not set(mode) & set("wax"):
            return opened(file, mode, buffering, *given, **named)
        raw = _Written(file, mode.replace("b", ""))
        raw.act = act
        buffered = io.BufferedWriter(raw)
        return buffered if "b" in mode else io.TextIOWrapper(buffered, *given, **named)

    def connect(database: Any, *given: Any, **named: Any) -> Any:
        if root not in str(database):
            return connected(database, *given, **named)
        _refuse_sql(act, "connect")
        connection = connected(database, *given, **named, factory=_Connection)
        connection.act = act
        return connection

    def lock(handle: int, operation: int) -> None:
        act("flock")
        flock(handle, operation)

    own = [(os, name, call(name)) for name in _CALLS if hasattr(os, name)]
    own += [(io, "open", open_file), (builtins, "open", open_file), (sqlite3, "connect", connect), (fcntl, "flock", lock)]
    with ExitStack() as stack:
        for module, name, function in own:
            stack.enter_context(mock.patch.object(module, name, function))
        yield


class _Written(io.FileIO):
    """A file of which half of what is written stands on the disk when a write fails."""

    act: Act

    def write(self, body: Any) -> int:
        half = len(body) // 2
        try:
            self.act(f"write {Path(os.fsdecode(self.name)).name}")
        except OSError:
            super().write(memoryview(body)[:half])
            raise
        return super().write(body) or 0


class _Connection(sqlite3.Connection):
    act: Act

    def execute(self, *given: Any) -> sqlite3.Cursor:
        _refuse_sql(self.act, given[0].split()[0])
        return super().execute(*given)

    def executemany(self, *given: Any) -> sqlite3.Cursor:
        _refuse_sql(self.act, given[0].split()[0])
        return super().executemany(*given)

    def executescript(self, *given: Any) -> sqlite3.Cursor:
        _refuse_sql(self.act, "script")
        return super().executescript(*given)


def _refuse_sql(act: Act, name: str) -> None:
    try:
        act(f"SQL {name}")
    except OSError as error:
        raise sqlite3.OperationalError("database or disk is full") from error


# --- the process that forks ------------------------------------------------------------------------------------------------
class Builder:
    """Runs builds below a folder, in a process that is ready for them; with `disk`, that folder in it is a small disk of its own.

    `root` is the folder as the builds see it.
    """

    def __init__(self, folder: Path, disk: str = "") -> None:
        here = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, [*sys.path, str(Path(__file__).parent.parent)]))}
        command = [sys.executable, "-m", "tests.failing", str(folder), disk]
        self._process = subprocess.Popen(command, cwd=folder, env=here, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.trouble = self._read()
        self.root = Path(f"/proc/{self._process.pid}/root{folder}") if disk else folder

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        with self._process:
            assert self._process.stdin is not None
            self._process.stdin.close()

    def _read(self) -> Any:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        assert line, "the process that runs builds has ended"
        return json.loads(line)

    def build(self, *arguments: str, **how: Any) -> Ended:
        """Run `kg build` with such arguments.

        `fail_at` is the number of the call to the disk that fails, `die_at` of the one before which the process is killed,
        `after` the seconds after which it is; `largest` is how large a file may get; without `exchange` the system cannot
        exchange two names.
        """
        return Ended(*self._ask({"arguments": arguments, **how}))

    @contextmanager
    def stopped(self, *arguments: str, stop_at: int) -> Iterator[int]:
        """Run `kg build` up to a call to the disk, where it stands still; give its process. It is killed when the block ends."""
        process = self._ask({"arguments": arguments, "stop_at": stop_at})
        try:
            yield process
        finally:
            self._ask({"end": process})

    def resize(self, kilobytes: int, is_read_only: bool = False) -> None:
        """Give the small disk another size, and say whether it may be written."""
        assert self._ask({"resize": kilobytes, "flags": _REMOUNT | (_READ_ONLY if is_read_only else 0)}) is None

    def _ask(self, request: Any) -> Any:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        return self._read()


def _serve(folder: str, disk: str) -> None:
    """Run builds for who started us, one a line, and say how each ended."""
    trouble = _mount(disk) if disk else None
    if trouble is None:
        _warm(folder)
    _say(trouble)
    for line in sys.stdin:
        request = json.loads(line)
        if "resize" in request:
            _say(_changed(request["flags"], disk, request["resize"]))
        elif "end" in request:
            os.kill(request["end"], signal.SIGKILL)
            _say(os.waitpid(request["end"], 0)[1])
        else:
            _say(_run(folder, **request))


def _say(answer: Any) -> None:
    print(json.dumps(answer), flush=True)


def _warm(folder: str) -> None:
    """Load, once for all builds, what they need."""
    from kg.pipeline import publishing

    for name in ("load_tools", "setup"):
        setattr(publishing, name, lru_cache(getattr(publishing, name)))
    source = write(Path(folder), {"warm.md": article()}) / "warm.md"
    _kg("build", str(source), "-o", str(Path(folder) / "warm"))
    for left in (source, *(path for path in Path(folder).rglob("warm*/*"))):
        left.unlink()
    for left in Path(folder).glob("warm*"):
        left.rmdir()
    gc.freeze()  # what is never looked at again, no process need copy


def _kg(*arguments: str) -> int:
    from kg.cli import main

    try:
        main([*arguments, "--engine", "fast", "--quiet"], prog_name="kg")
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def _run(folder: str, arguments: list[str], **how: Any) -> Ended | int:
    """Run a build, in a process of its own if it may not live, and return how it ended, or its process if that stands still."""
    if not how.keys() & {"die_at", "stop_at", "after", "largest"}:
        calls: list[str] = []
        with redirect_stderr(io.StringIO()) as heard:
            code = _build(folder, calls.append, arguments, **how)
        return Ended(code, calls, heard.getvalue())
    (named, called), (words, said) = os.pipe(), os.pipe()
    write = os.write
    child = os.fork()
    if child == 0:
        code = 70
        try:
            os.dup2(said, 2)
            sys.stderr = io.TextIOWrapper(io.FileIO(2, "w", closefd=False), write_through=True)
            code = _build(folder, lambda name: write(called, f"{name}\n".encode()), arguments, **how)
        except BaseException:
            write(2, traceback.format_exc().encode())
        finally:
            os._exit(code)
    for handle in (called, said):
        os.close(handle)
    _, status = os.waitpid(child, os.WUNTRACED)  # what it writes has room in the pipes
    if os.WIFSTOPPED(status):
        return child
    with open(named) as names, open(words) as errors:
        return Ended(os.waitstatus_to_exitcode(status), names.read().splitlines(), errors.read())


def _build(
    folder: str,
    note: Callable[[str], object],
    arguments: list[str],
    fail_at: int | None = None,
    die_at: int | None = None,
    stop_at: int | None = None,
    after: float = 0,
    largest: int | None = None,
    exchange: bool = True,
) -> int:
    from kg import folders

    numbers = count(1)
    exchanged = folders._exchange

    def act(name: str) -> None:
        number = next(numbers)
        note(name)
        if number in (die_at, stop_at):
            os.kill(os.getpid(), signal.SIGKILL if number == die_at else signal.SIGSTOP)
        if number == fail_at:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def swap(first: Path, second: Path) -> bool:
        try:
            act("exchange")
        except OSError:
            return False
        return exchange and exchanged(first, second)

    if largest is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    with watched(folder, act), mock.patch.object(folders, "_exchange", swap):
        if after:
            signal.setitimer(signal.ITIMER_REAL, after)  # whose signal ends a process as kill does
        return _kg(*arguments)


# --- a small disk ----------------------------------------------------------------------------------------------------------
_NEW_MOUNTS, _NEW_USERS = 0x20000, 0x10000000
_PRIVATE, _REMOUNT, _READ_ONLY = 0x44000, 32, 1


def _mount(folder: str) -> str | None:
    """Mount a small disk that only this process and its children see; say why that cannot be."""
    Path(folder).mkdir(exist_ok=True)
    libc = ctypes.CDLL(None, use_errno=True)
    users = (os.getuid(), os.getgid())
    if not hasattr(libc, "unshare"):
        return "this system has no mounts of one process"
    if libc.unshare(_NEW_MOUNTS):
        if libc.unshare(_NEW_MOUNTS | _NEW_USERS):
            return os.strerror(ctypes.get_errno())
        Path("/proc/self/setgroups").write_text("deny")
        for name, number in zip(("uid_map", "gid_map"), users, strict=True):
            Path(f"/proc/self/{name}").write_text(f"0 {number} 1")
    libc.mount(None, b"/", None, _PRIVATE, None)
    return _changed(0, folder, 4096)


def _changed(flags: int, folder: str, kilobytes: int) -> str | None:
    libc = ctypes.CDLL(None, use_errno=True)
    done = libc.mount(b"tmpfs", os.fsencode(os.path.abspath(folder)), b"tmpfs", flags, b"size=%dk" % kilobytes)
    return os.strerror(ctypes.get_errno()) if done else None


if __name__ == "__main__":
    _serve(*sys.argv[1:])
