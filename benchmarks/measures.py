"""What work costs: CPU time and memory, with those of its child processes."""

from __future__ import annotations

import ctypes
import os
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

_INTERVAL = 0.05


class Cost(NamedTuple):
    """What a command cost: seconds of CPU in all its processes, seconds on the clock, and the peak of their memory in MB."""

    cpu: float
    wall: float
    peak: float
    exit_code: int


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the CPU time of this process, and of its children that came to an end, for the work."""
    before = os.times()
    work()
    return sum(os.times()[:4]) - sum(before[:4])


def cost_of(command: Sequence[str | Path]) -> Cost:
    """Return what a command costs; what it prints is not kept. Raises `OSError` for one that is not there.

    Resident memory is looked at twenty times a second, and pages that processes share count in each; 0 where nothing tells it.
    """
    before, begin = os.times(), time.perf_counter()
    peak = 0.0
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while process.returncode is None:
            peak = max(peak, memory_of(process.pid))
            try:
                process.wait(_INTERVAL)
            except subprocess.TimeoutExpired:
                continue
    after = os.times()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    return Cost(cpu, time.perf_counter() - begin, peak, process.returncode)


def family(pid: int) -> Iterator[int]:
    """Yield a process and all below it."""
    yield pid
    try:
        children = [int(child) for task in Path(f"/proc/{pid}/task").iterdir() for child in (task / "children").read_text().split()]
    except OSError:
        return
    for child in children:
        yield from family(child)


def memory_of(pid: int) -> float:
    """Return the resident memory of a process and all below it in MB; pages that they share count in each."""
    return sum(map(resident, family(pid)))


def cpu_of(pid: int) -> float:
    """Return the CPU seconds of a process and all below it so far, those that ended included; in steps of some milliseconds."""
    return sum(map(_ticks, family(pid))) / os.sysconf("SC_CLK_TCK")


def cpu_clock(pid: int) -> Callable[[], float]:
    """Return what tells the CPU seconds of one process exactly (POSIX `clock_getcpuclockid`)."""
    number = ctypes.c_int()
    if ctypes.CDLL(None).clock_getcpuclockid(pid, ctypes.byref(number)):
        raise OSError(f"no clock of process {pid}")
    return lambda: time.clock_gettime(number.value)


def _ticks(pid: int) -> int:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return sum(map(int, fields[11:15]))  # utime, stime, and the two of children that ended (`man 5 proc`)


def resident(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("VmRSS:")) / 1024
