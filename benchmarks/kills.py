"""Builds killed at random moments: whatever a kill interrupts, the dump beside it is whole, and the next build mends what is left.

    python benchmarks/kills.py [--kills N] [--articles N] [--seed N] [--jobs N]

A dump is built once, and then again and again from sources of which one is edited each time. Each of these builds gets SIGKILL
after a time drawn evenly between none and what such a build takes; every other time its own process alone is killed, else those
that it started as well. After each kill every file of the dump must have the digest that the manifest says, and the dump must be
the one from before, or the new one as a whole. At the end a build is left alone: it must make the same bytes as one where nothing
was ever killed, and leave nothing beside the dump.

At which stage a kill hit is told by what it left beside the dump. The seed decides edits and moments; how far a build is at a
moment is the machine's affair, and kills that came too late are not counted.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import platform
import random
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from corpus import Corpus

from kg import cli, dataset
from kg.folders import cache_of
from kg.validation.installed import fast_engine_is_here

OPTIONS = ("--publisher", "Example Press", "--language", "en", "--quiet")
# So much shorter or longer the time is taken that a build takes, after a kill that came too late, or did not: some come too late
SHORTER, LONGER = 0.9, 1.02
TOLD_EACH = 100
STAGES = (
    "before the folder is made",
    "while articles are converted",
    "while files are written",
    "after the dump is in place",
    "too late",
)


class TornError(Exception):
    """A dump that is not whole."""


def command(source: Path, dump: Path, jobs: int) -> list[str]:
    """Return what `kg` gets to build a dump: no second opinions, whose process takes longer to start than all the rest."""
    engine = "fast" if fast_engine_is_here() else "auto"
    return ["build", str(source), "-o", str(dump), "--jobs", str(jobs), "--engine", engine, *OPTIONS]


def check(dump: Path) -> str:
    """Return the digest of a dump's manifest. Raises `TornError` where the dump is not whole."""
    try:
        text = (dump / dataset.MANIFEST).read_bytes()
        files = json.loads(text)["files"]
        there = {path.name for path in dump.iterdir()} - {dataset.MANIFEST}
        if there != set(files):
            raise TornError(f"there is {sorted(there)}, and the manifest has {sorted(files)}")
        for name, row in files.items():
            if dataset.sha256(dump / name) != row["sha256"]:
                raise TornError(f"{name} is not what the manifest says")
    except (OSError, ValueError, KeyError) as error:
        raise TornError(f"{type(error).__name__}: {error}") from error
    return hashlib.sha256(text).hexdigest()


def kill_one(build: Sequence[str], dump: Path, after: float, only_builder: bool) -> str:
    """Start a build, kill it after so many seconds, and return the stage at which that hit it.

    With it die the processes that it started, or it alone, as by the system when memory runs out.
    """
    before = _identity(dump)
    pid = start(build)
    time.sleep(after)
    (os.kill if only_builder else os.killpg)(pid, signal.SIGKILL)
    exit_code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    if exit_code == 0:
        return STAGES[4]
    if exit_code != -signal.SIGKILL:
        raise SystemExit(f"kg {' '.join(build)}: exit code {exit_code}")
    left = list(dump.parent.glob(f".{dump.name}.new-*"))
    if _identity(dump) != before:
        return STAGES[3]
    if not left:
        return STAGES[0]
    return STAGES[2 if any(left[0].glob("articles.*")) else 1]


def start(arguments: Sequence[str]) -> int:
    """Run `kg` with some arguments in a process and a session of its own, and return its number; it has all modules already."""
    pid = os.fork()
    if pid:
        with contextlib.suppress(OSError):  # both sides do it, so that it is done whoever comes first
            os.setpgid(pid, pid)
        return pid
    exit_code = 3
    try:
        with contextlib.suppress(OSError):
            os.setpgid(0, 0)
        nowhere = os.open(os.devnull, os.O_RDWR)
        for stream in range(3):
            os.dup2(nowhere, stream)
        exit_code = cli.main(list(arguments), standalone_mode=False) or 0
    except SystemExit as end:
        exit_code = int(end.code or 0)
    finally:
        os._exit(exit_code)


def finish(arguments: Sequence[str]) -> float:
    """Run `kg` to its end and return the seconds on the clock that it took."""
    begin = time.perf_counter()
    exit_code = os.waitstatus_to_exitcode(os.waitpid(start(arguments), 0)[1])
    if exit_code:
        raise SystemExit(f"kg {' '.join(arguments)}: exit code {exit_code}")
    return time.perf_counter() - begin


def _identity(dump: Path) -> int:
    return dump.stat().st_ino


def edit(source: Path, chance: random.Random, number: int) -> None:
    """Put another last sentence into one article."""
    path = chance.choice(sorted(source.rglob("*.md")))
    text = path.read_text(encoding="utf-8").partition("\n\nEdited ")[0].rstrip("\n")
    path.write_text(f"{text}\n\nEdited {number} times.\n", encoding="utf-8", newline="\n")


def run(folder: Path, kills: int, articles: int, seed: int, jobs: int) -> Counter[str]:
    """Kill so many builds, and return at which stages. Raises `TornError` where a dump is not whole."""
    chance = random.Random(seed)
    source, dump, clean = Corpus().write(folder / "articles", articles), folder / "dump", folder / "clean"
    build = command(source, dump, jobs)
    finish(build)
    edit(source, chance, 0)
    takes = finish(build)
    hit: Counter[str] = Counter()
    state = check(dump)
    while hit.total() - hit[STAGES[4]] < kills:
        edit(source, chance, hit.total())
        stage = kill_one(build, dump, chance.uniform(0, takes), only_builder=hit.total() % 2 == 0)
        hit[stage] += 1
        takes *= SHORTER if stage == STAGES[4] else LONGER
        try:
            before, state = state, check(dump)
        except TornError as error:
            raise TornError(f"after kill {hit.total()}, {stage}: {error}") from error
        if stage in STAGES[:3] and state != before:
            raise TornError(f"after kill {hit.total()}, {stage}: another dump than before")
        if hit.total() % TOLD_EACH == 0:
            print(f"{hit.total() - hit[STAGES[4]]} killed, and the dump was whole each time", file=sys.stderr)
    finish(build)
    finish(command(source, clean, jobs))
    if check(dump) != check(clean):
        raise TornError("a build after the kills is not what a fresh one is")
    beside = {path.name for path in folder.iterdir()} - {
        "articles",
        *(found.name for d in (dump, clean) for found in (d, cache_of(d))),
    }
    if beside:
        raise TornError(f"left beside the dump: {', '.join(sorted(beside))}")
    return hit


def main(given: Sequence[str] | None = None) -> None:
    """Kill builds, and tell how many and at which stages."""
    arguments = argparse.ArgumentParser(description="builds killed at random moments")
    arguments.add_argument("--kills", type=int, default=1000, help="default: %(default)s")
    arguments.add_argument("--articles", type=int, default=60, help="default: %(default)s")
    arguments.add_argument("--seed", type=int, default=1, help="default: %(default)s")
    arguments.add_argument("--jobs", type=int, default=1, help="processes of each build; default: %(default)s")
    chosen = arguments.parse_args(given)
    if not hasattr(os, "fork"):
        raise SystemExit("this system has neither fork nor SIGKILL")
    folder = Path(tempfile.mkdtemp())
    try:
        hit = run(folder, chosen.kills, chosen.articles, chosen.seed, chosen.jobs)
    except TornError as error:
        raise SystemExit(f"torn: {error}; kept for a look: {folder}") from error
    shutil.rmtree(folder)
    print(f"{platform.machine()}, Python {platform.python_version()}")
    print(f"{chosen.kills} builds of {chosen.articles} articles with {chosen.jobs} jobs were killed; the dump was whole each time")
    for stage in STAGES:
        print(f"{stage:>30}{hit[stage]:6}")


if __name__ == "__main__":
    main()
