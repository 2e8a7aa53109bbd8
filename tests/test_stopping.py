"""Ctrl-C and a request to end stop a build at once: the old dump stays, nothing is left behind, and one line is said."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from kg import pipeline, stopping
from kg.stopping import StoppedError
from tests.writing import SAFETY, article, names, tree, write

ON_POSIX = pytest.mark.skipif(sys.platform == "win32", reason="a process cannot be sent a signal there")
# It says when it comes to the place in question, and goes on when it is told to
_BUILD_THAT_WAITS = """
import sys
import {module} as module
from kg.pipeline import parallel
real, parallel._FEW = module.{name}, 4
def slow(*args, **given):
    done = real(*args, **given) if {is_behind} else None
    print("now", flush=True)
    sys.stdin.readline()
    return done if {is_behind} else real(*args, **given)
module.{name} = slow
from kg.cli import main
main(["build", "posts", "-o", "dump", *sys.argv[1:]], prog_name="kg")
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with articles and their dump, to copy."""
    home = tmp_path_factory.mktemp("built")
    write(home / "posts", {f"{n}.md": article(f"Number {n}", f"France and {n} words.", id=f"n{n}") for n in range(6)})
    pipeline.publish([home / "posts"], home / "dump")
    return home


@pytest.fixture
def home(tmp_path: Path, built: Path) -> Path:
    """A folder with a dump and articles that have changed since."""
    shutil.copytree(built, tmp_path, dirs_exist_ok=True)
    return write(tmp_path, {"posts/0.md": article("Changed", id="n0")})


def stopped(home: Path, where: str, number: signal.Signals, *options: str, is_behind: bool = False) -> tuple[int, bytes]:
    """Return exit code and standard error of a build that gets a signal when it comes to a place."""
    module, _, name = where.rpartition(".")
    script = _BUILD_THAT_WAITS.format(module=module, name=name, is_behind=is_behind)
    here = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    pipe = subprocess.PIPE
    command = [sys.executable, "-c", script, *options]
    with subprocess.Popen(command, cwd=home, stdin=pipe, stdout=pipe, stderr=pipe, env=here) as build:
        assert build.stdout is not None
        assert build.stdout.readline() == b"now\n", build.communicate()
        build.send_signal(number)
        _, errors = build.communicate(b"\n" * 100 if is_behind else None, timeout=SAFETY)
    return build.returncode, errors


@ON_POSIX
@pytest.mark.parametrize(
    ("where", "number", "options"),
    [
        ("kg.pipeline.parallel.convert", signal.SIGINT, ["--jobs", "1"]),
        ("kg.workers._lots", signal.SIGINT, ["--jobs", "2", "--fresh"]),
        ("kg.pipeline.publishing.write_dump", signal.SIGTERM, []),
        ("kg.folders._sync", signal.SIGINT, []),
    ],
)
def test_a_stopped_build_leaves_the_old_dump_and_nothing_else(
    where: str, number: signal.Signals, options: list[str], home: Path
) -> None:
    before = tree(home / "dump")
    code, errors = stopped(home, where, number, *options)
    assert (code, errors) == (128 + number, b"kg: stopped; the dump is as it was\n")
    assert tree(home / "dump") == before
    assert names(home) == ["dump", "dump.cache", "posts"]


@ON_POSIX
def test_who_stops_a_build_when_the_dump_is_in_place_comes_too_late(home: Path) -> None:
    code, errors = stopped(home, "kg.folders._exchange", signal.SIGINT, "--quiet", is_behind=True)
    assert (code, errors) == (0, b"")
    assert b"Changed" in tree(home / "dump")["articles.nq"]
    assert names(home) == ["dump", "dump.cache", "posts"]


@ON_POSIX
def test_any_command_ends_with_the_code_of_the_signal(home: Path) -> None:
    script = "import os, signal, kg.readers\nkg.readers.split = lambda *given: os.kill(os.getpid(), signal.SIGTERM)\n"
    script += "from kg.cli import main\nmain(['read', 'posts'], prog_name='kg')"
    here = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run([sys.executable, "-c", script], cwd=home, env=here, capture_output=True, check=False, timeout=SAFETY)
    assert (done.returncode, done.stderr) == (143, b"kg: stopped\n")


def test_a_second_signal_right_behind_the_first_does_not_stop_the_tidying_up() -> None:
    tidied = False
    with pytest.raises(StoppedError) as stop, stopping.heeded():  # noqa: PT012
        try:
            signal.raise_signal(signal.SIGINT)
        finally:
            signal.raise_signal(signal.SIGINT)
            tidied = True
    assert tidied
    assert stop.value.exit_code == 130


def test_what_was_to_be_ignored_still_is_and_afterwards_all_is_as_before() -> None:
    before = signal.getsignal(signal.SIGINT), signal.signal(signal.SIGTERM, signal.SIG_IGN)
    try:
        with stopping.heeded():
            signal.raise_signal(signal.SIGTERM)
            assert signal.getsignal(signal.SIGINT) != before[0]
            stopping.too_late()
            signal.raise_signal(signal.SIGINT)
        assert signal.getsignal(signal.SIGINT) == before[0]
    finally:
        signal.signal(signal.SIGTERM, before[1])
