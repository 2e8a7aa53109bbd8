"""Progress is shown on a terminal, and nowhere else: how many of how many, how fast, how long."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import click
import pytest

from kg.progress import Counting, Progress, Step, _time
from tests.writing import SAFETY, article, command, write


def lines(total: int | None, *steps: tuple[float, Step | None, int]) -> list[str]:
    """Return what is shown of steps, each with its second and how many files are done; None shows nothing."""
    progress = Progress([], Path("dump"))
    progress._counting.files = total
    shown = []
    for second, step, files in steps:
        progress._files = files
        shown.append(progress.line(step, second) if step else "")
    return shown


def test_the_articles_of_how_many_how_fast_and_the_time_left_are_shown() -> None:
    found = lines(
        1000,
        (100.0, Step("a.md", 1, 0), 0),
        (101.0, Step("b.md", 51, 0), 50),
        (102.0, Step("c.md", 101, 0), 100),
        (110.0, Step("d.md", 501, 20), 500),
        (120.0, Step(None, 1000, 20), 999),
    )
    assert found == [
        "1 of 1,000 articles",
        "51 of 1,000 articles",
        "101 of 1,000 articles, 50 a second, 18 s left",
        "501 of 1,000 articles, 20 unchanged, 50 a second, 10 s left",
        "1,000 of 1,000 articles, 20 unchanged, writing the dump",
    ]


def test_the_rate_is_that_of_late() -> None:
    steps = [(float(second), Step("a.md", second * 1000, 0), second * 1000) for second in range(20)]
    steps += [(20.0 + second, Step("b.md", 19000 + second, 0), 19000 + second) for second in range(1, 30)]
    assert lines(20000, *steps)[-1] == "19,029 of 20,000 articles, 1 a second, 16 min 11 s left"


def test_where_files_hold_several_articles_the_files_are_counted() -> None:
    assert lines(10, (0.0, Step("a.jsonl#1", 1, 0), 0), (4.0, Step("c.jsonl#9", 801, 0), 2)) == [
        "1 of 10 articles",
        "801 articles, 2 of 10 files, 200 a second, 16 s left",
    ]


def test_while_nobody_knows_how_many_there_are_only_what_is_done_is_told() -> None:
    assert lines(None, (0.0, Step("a.md", 1, 0), 0), (2.0, Step("b.md", 5, 0), 4)) == ["1 article", "5 articles, 2 a second"]


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "0 s"), (59.4, "59 s"), (59.5, "1 min 00 s"), (3599, "59 min 59 s"), (7380, "2 h 03 min")]
)
def test_times_are_told_as_people_do(seconds: float, text: str) -> None:
    assert _time(seconds) == text


def test_files_are_counted_without_the_dump_among_them_and_each_once(tmp_path: Path) -> None:
    source = write(tmp_path, {"a.md": "", "b/c.md": "", "b/.hidden": "", "dump/articles.ttl": "", "dump.cache/x": "", "d.md": ""})
    counting = Counting([source, source / "b", source / "a.md"], source / "dump")
    counting.run()
    assert counting.files == 3


@pytest.mark.parametrize("source", ["-", "https://x.example/feed.xml"])
def test_what_is_no_file_cannot_be_counted(source: str) -> None:
    counting = Counting([source], Path("dump"))
    counting.run()
    assert counting.files is None


# --- the command -----------------------------------------------------------------------------------------------------------
def on_a_terminal(home: Path, *options: str) -> str:
    """Return what a build shows to a terminal that looks at its standard error."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    here = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "COLUMNS": "100"}
    shown = b""
    words = command("build", "posts", "-o", "dump", *options)
    with subprocess.Popen(words, cwd=home, stdout=subprocess.DEVNULL, stderr=theirs, env=here) as build:
        os.close(theirs)
        with suppress(OSError):  # how a terminal ends
            while piece := os.read(ours, 4096):
                shown += piece
        assert build.wait(SAFETY) == 0
    os.close(ours)
    return shown.decode()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    write(tmp_path / "posts", {f"{n}.md": article(f"Number {n}", f"France and {n} words.", id=f"n{n}") for n in range(3)})
    return tmp_path


def test_a_terminal_sees_the_progress_and_then_the_summary_alone(home: Path) -> None:
    shown = on_a_terminal(home)
    progress, _, summary = shown.rpartition("\r\x1b[K")
    assert "\r3 of 3 articles, writing the dump\x1b[K" in progress
    assert click.unstyle(summary).lstrip().startswith("articles  3\r\n")
    assert "\r3 of 3 articles, 3 unchanged, writing the dump\x1b[K" in on_a_terminal(home)


@pytest.mark.parametrize("option", ["--quiet", "--json"])
def test_a_terminal_sees_no_progress_where_that_is_not_wanted(option: str, home: Path) -> None:
    assert on_a_terminal(home, option) == ""


def test_what_is_no_terminal_sees_none(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with Progress([home], home / "dump") as progress:
        progress.show(Step("a.md", 1, 0))
        progress.show(Step(None, 1, 0))
    assert capsys.readouterr() == ("", "")
