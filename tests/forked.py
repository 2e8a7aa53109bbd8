"""`kg` as a process of its own that has imported everything: it is forked from one that has, which saves most of its time."""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from subprocess import CompletedProcess, TimeoutExpired

from tests.writing import SAFETY

_CAN_FORK = "forkserver" in multiprocessing.get_all_start_methods()
_PROCESSES = multiprocessing.get_context("forkserver") if _CAN_FORK else multiprocessing.get_context("spawn")
if _CAN_FORK:
    _PROCESSES.set_forkserver_preload(
        "tests.forked kg.cli kg.targets kg.inspection kg.evidence kg.answers shacl rich.table".split()
    )


def kg(*arguments: str | Path, cwd: Path, timeout: float = SAFETY, is_merged: bool = False) -> CompletedProcess[bytes]:
    """Run `kg` and return what it printed, standard error with standard output where they are merged.

    Raises `TimeoutExpired` after so many seconds, when it was ended.
    """
    words = list(map(str, arguments))
    with tempfile.TemporaryDirectory() as folder:
        printed = [Path(folder) / name for name in ("stdout", "stdout" if is_merged else "stderr")]
        process = _PROCESSES.Process(target=_run, args=(words, str(cwd), dict(os.environ), *map(str, printed)))
        process.start()
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise TimeoutExpired(["kg", *words], timeout)
        stdout, stderr = (path.read_bytes() for path in printed)
        return CompletedProcess(["kg", *words], process.exitcode, stdout, b"" if is_merged else stderr)


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
