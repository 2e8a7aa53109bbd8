"""`kg` as a process of its own that has imported everything: it is forked from one that has, which saves most of its time."""

from __future__ import annotations

import marshal
import multiprocessing
import os
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator, Mapping
from contextlib import chdir, contextmanager, suppress
from functools import cache
from pathlib import Path
from subprocess import CompletedProcess, TimeoutExpired

from tests.writing import SAFETY

_CAN_FORK = "forkserver" in multiprocessing.get_all_start_methods()
_PROCESSES = multiprocessing.get_context("forkserver") if _CAN_FORK else multiprocessing.get_context("spawn")
if _CAN_FORK:
    _PROCESSES.set_forkserver_preload(
        "tests.forked kg.cli kg.targets kg.inspection kg.evidence kg.answers shacl rich.table pytest tests.warmed".split()
    )


def kg(
    *arguments: str | Path,
    cwd: Path,
    timeout: float = SAFETY,
    is_merged: bool = False,
    environment: Mapping[str, str] | None = None,
) -> CompletedProcess[bytes]:
    """Run `kg` and return what it printed, standard error with standard output where they are merged.

    Raises `TimeoutExpired` after so many seconds, when it was ended.
    """
    words = list(map(str, arguments))
    _make_ready()
    with tempfile.TemporaryDirectory() as folder:
        printed = [Path(folder) / name for name in ("stdout", "stdout" if is_merged else "stderr")]
        surroundings = dict(os.environ if environment is None else environment)
        process = _PROCESSES.Process(target=_run, args=(words, str(cwd), surroundings, *map(str, printed)))
        process.start()
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutExpired(["kg", *words], timeout)
        stdout, stderr = (path.read_bytes() for path in printed)
        return CompletedProcess(["kg", *words], process.exitcode, stdout, b"" if is_merged else stderr)


@cache
def _make_ready() -> None:
    """Start the process that forks; it finds the tests from where they lie."""
    if _CAN_FORK:
        from multiprocessing import forkserver

        with chdir(Path(__file__).parent.parent):
            forkserver.ensure_running()


def _run(words: list[str], cwd: str, environment: Mapping[str, str], stdout: str, stderr: str) -> None:
    """Be `kg`: in that folder, with that environment, printing to these files."""
    for number, name in ((1, stdout), (2, stderr)):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(cwd)
    sys.argv = ["kg", *words]
    from kg.cli import main

    main(prog_name="kg")


# --- for scripts -------------------------------------------------------------------------------------------------------------
# What asks for a `kg`, prints what that printed and ends as that did; it starts in a moment
_ASKING = """
import marshal, os, socket, sys
same = os.path.samestat(os.fstat(1), os.fstat(2))
with socket.create_connection(("127.0.0.1", {port})) as door:
    door.sendall(marshal.dumps((sys.argv[1:], os.getcwd(), dict(os.environ), same)))
    door.shutdown(socket.SHUT_WR)
    with door.makefile("rb") as answer:
        code, *printed = marshal.loads(answer.read())
for number, body in enumerate(printed, 1):
    with open(number, "wb", closefd=False) as stream:
        stream.write(body)
sys.exit(code)
"""


@contextmanager
def asked_for() -> Iterator[list[str]]:
    """Give the beginning of a command line that is `kg` as above, as long as the block lasts."""
    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=_serve, args=(door,), daemon=True)
        thread.start()
        yield [sys.executable, "-IS", "-c", _ASKING.format(port=door.getsockname()[1])]
        door.shutdown(socket.SHUT_RDWR)
        thread.join()


def _serve(door: socket.socket) -> None:
    """Run `kg` for one who asks after the other, until the door is closed."""
    with suppress(OSError):
        while True:
            asking, _ = door.accept()
            with asking, asking.makefile("rb") as request:
                words, cwd, environment, is_merged = marshal.loads(request.read())
                done = kg(*words, cwd=Path(cwd), is_merged=is_merged, environment=environment)
                code = done.returncode if done.returncode >= 0 else 128 - done.returncode
                asking.sendall(marshal.dumps((code, done.stdout, done.stderr)))
