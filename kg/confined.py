"""Work on foreign data in a child process of its own: a crash, a hang or a swelling there costs that piece of work only."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class ChildError(Exception):
    """The child broke down; the text says why."""


class LateError(ChildError):
    """The child was not done in time."""


def run(module: str, function: str, request: bytes, timeout: float) -> bytes:
    """Return what `function` of a module, called in a child, writes to its standard output; `request` is on its input."""
    # The child finds the modules that we have; -P: and never those of the folder that we happen to stand in
    command = [sys.executable, "-P", "-c", f"from {module} import {function}; {function}()"]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([*filter(None, sys.path), str(Path(__file__).parent.parent)])}
    try:
        child = subprocess.run(command, input=request, capture_output=True, timeout=timeout, env=environment, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise LateError(f"not done within {timeout:g} seconds") from error
    if child.returncode:
        last = child.stderr.decode(errors="replace").strip().rpartition("\n")[2]
        raise ChildError(f"it breaks the program that reads it, or needs too much memory{f' ({last[:200]})' if last else ''}")
    return child.stdout


@contextmanager
def confine(memory: int) -> Iterator[None]:
    """Let this process open neither files nor connections for a while, and use at most so many bytes beside what it has."""
    try:
        import resource
    except ImportError:  # Windows: there, only the time is bounded
        yield
        return
    used = Path("/proc/self/statm")
    if used.exists():
        size = int(used.read_text().split()[0]) * resource.getpagesize()
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        most = size + memory if hard == resource.RLIM_INFINITY else min(size + memory, hard)
        resource.setrlimit(resource.RLIMIT_AS, (most, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
    files = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, files[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, files)
