"""The map over records gives the same with any number of processes, and what happens to one article costs no other."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from kg import pipeline
from kg.article import Record
from kg.config import Config
from kg.errors import ResourceError, UsageError
from kg.pipeline import parallel
from kg.pipeline.tools import Tools
from kg.spool import Spool
from kg.validation import SecondOpinions
from kg.workers import Workers
from tests.writing import article, names, run, tree, write

NUMBERS = range(14)
OURS = "kg breaks down on this article: a fault of kg, not of the article. Please report it with the article"


class Panic(BaseException):
    """What a library in Rust raises."""


def answer_misbehaving() -> None:
    """Be a process in which some articles break us."""
    vars(parallel)["convert"] = misbehaving
    parallel.answer_records()


def misbehaving(record: Record, tools: Tools) -> Any:
    if b"crash" in record.body:
        os.kill(os.getpid(), signal.SIGSEGV)
    if b"bug" in record.body:
        raise KeyError("no such\nthing")
    if b"panic" in record.body:
        raise Panic
    if b"disk" in record.body:
        raise OSError(24, "Too many open files")
    if b"usage" in record.body:
        raise UsageError("this makes no sense")
    return pipeline.convert(record, tools)


_load_tools = lru_cache(pipeline.load_tools)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let processes start for a few articles; what this process needs for them is loaded once."""
    monkeypatch.setattr(parallel, "_FEW", 4)
    monkeypatch.setattr("kg.pipeline.publishing.load_tools", _load_tools)


@pytest.fixture
def misbehaves(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "convert", misbehaving)
    monkeypatch.setattr(parallel, "Workers", lambda module, function, *rest: Workers(__name__, answer_misbehaving.__name__, *rest))


def posts(folder: Path, words: Mapping[int, str] = {}) -> Path:
    texts = {f"{n:02}.md": article(f"Number {n}", f"France and {n} words. {words.get(n, '')}", id=f"n{n}") for n in NUMBERS}
    return write(folder, texts)


def reasons(summary: pipeline.Summary) -> dict[str, str]:
    return {Path(f.place.source).name: f.reason for f in summary.findings if f.severity == "violation"}


# --- the same dump ---------------------------------------------------------------------------------------------------------
def test_any_number_of_processes_gives_the_same_bytes(tmp_path: Path) -> None:
    source = posts(tmp_path / "posts", {5: "a [link](http://[)", 7: "[x](https://x.example/7)"})
    write(
        source, {"10.md": article(title=None), "11.txt": b"\xff\xfe\x00", "12.json": '[{"headline": "One"}, {"headline": "Two"}]'}
    )
    for jobs in (1, 2):
        pipeline.publish([source], tmp_path / f"dump{jobs}", engine="fast", keep_going=True, jobs=jobs)
    assert names(tmp_path / "dump1") == names(tmp_path / "dump2")
    assert tree(tmp_path / "dump1") == tree(tmp_path / "dump2")


def test_nor_do_the_folder_that_we_stand_in_and_the_environment_of_the_processes_matter(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("one", "two"):
        posts(tmp_path / name / "posts")
    monkeypatch.chdir(tmp_path / "one")
    pipeline.publish(["posts"], "dump", jobs=1)
    surroundings = {"PYTHONHASHSEED": "2", "TZ": "Asia/Tokyo", "LC_ALL": "C", "LANG": "tr_TR.UTF-8"}
    script = "from kg.pipeline import parallel; parallel._FEW = 4; from kg.cli import main; main()"
    done = run([sys.executable, "-c", script, "build", "posts", "-o", "dump", "--jobs", "2"], tmp_path / "two", surroundings)
    assert done.returncode == 0, done.stderr
    assert tree(tmp_path / "one" / "dump") == tree(tmp_path / "two" / "dump")


def test_second_opinions_are_asked_for_the_same_articles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(SecondOpinions, "ask", lambda self, text, *rest, **given: asked.append(text))
    source = posts(tmp_path / "posts")
    write(source, {"10.md": article(title=None), "11.md": article(date=None)})
    pipeline.publish([source], tmp_path / "dump", jobs=1)
    alone = list(asked)
    pipeline.publish([source], tmp_path / "dump", jobs=2)
    assert len(alone) == 2
    assert asked == alone * 2


# --- when processes start ----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("jobs", [1, 2])
def test_what_is_in_the_cache_needs_no_process(jobs: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = posts(tmp_path / "posts")
    pipeline.publish([source], tmp_path / "dump", jobs=1)
    monkeypatch.setattr(parallel, "Workers", None)
    write(source, {"03.md": article("Changed", id="n3"), "30.md": article("New", "Another text.", id="n30")})
    assert pipeline.publish([source], tmp_path / "dump", jobs=jobs).articles == len(NUMBERS) + 1


def test_few_articles_need_no_process_but_few_large_ones_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "_FEW", len(NUMBERS) + 1)
    monkeypatch.setattr(parallel, "Workers", None)
    source = posts(tmp_path / "posts")
    assert pipeline.publish([source], tmp_path / "dump", jobs=2).published
    monkeypatch.setattr(parallel, "_SMALL", 1000)
    with pytest.raises(TypeError, match="NoneType"):
        pipeline.publish([source], tmp_path / "dump", jobs=2, fresh=True)


@pytest.mark.parametrize(("name", "value"), [("_MOST_HELD", 3), ("_HELD", 300)])
def test_what_is_held_back_is_converted_here_before_it_is_much(
    name: str, value: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parallel, "_FEW", 1000)
    monkeypatch.setattr(parallel, name, value)
    drawn = 0

    def records() -> Iterator[Record]:
        nonlocal drawn
        for number in NUMBERS:
            drawn += 1
            yield Record(f"{number}.md", "markdown", article(f"Number {number}").encode())

    tools = pipeline.load_tools(Config(), has_opinions=False)
    spool = Spool(tmp_path / "spool", "")
    for count, _ in enumerate(parallel.converted(records(), spool, tools, "fast", 60, 2), 1):
        assert drawn - count < 4
    assert drawn == len(NUMBERS)
    spool.close()


# --- what goes wrong -------------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("misbehaves")
def test_an_article_that_breaks_its_process_down_is_named_and_costs_no_other(tmp_path: Path) -> None:
    source = posts(tmp_path / "posts", {6: "crash"})
    summary = pipeline.publish([source], tmp_path / "dump", keep_going=True, jobs=2)
    why = f"{OURS} (it breaks the program that reads it, or needs too much memory)"
    assert reasons(summary) == {"06.md": why}
    assert (summary.articles, summary.refused) == (len(NUMBERS) - 1, 1)
    pipeline.publish([path for path in source.iterdir() if path.name != "06.md"], tmp_path / "good", jobs=1)
    assert tree(tmp_path / "dump")["articles.nq"] == tree(tmp_path / "good")["articles.nq"]


@pytest.mark.usefixtures("misbehaves")
@pytest.mark.parametrize("jobs", [1, 2])
def test_a_bug_of_ours_refuses_the_article_and_is_told_with_its_type_and_where_it_is(jobs: int, tmp_path: Path) -> None:
    source = posts(tmp_path / "posts", {6: "bug", 8: "panic", 9: "disk"})
    assert not pipeline.publish([source], tmp_path / "dump", jobs=jobs).published
    summary = pipeline.publish([source], tmp_path / "dump", keep_going=True, jobs=jobs)
    assert summary.articles == len(NUMBERS) - 3
    found = reasons(summary)
    assert found.keys() == {"06.md", "08.md", "09.md"}
    assert found["06.md"].startswith(f"{OURS} (KeyError: 'no such\\nthing', in kg/pipeline/parallel.py:")
    assert found["08.md"].startswith(f"{OURS} (Panic, in kg/pipeline/parallel.py:")
    assert found["09.md"] == "cannot be converted: Too many open files"
    codes = {Path(f.place.source).name: f.exit_code for f in summary.findings if f.severity == "violation"}
    assert codes == {"06.md": 1, "08.md": 1, "09.md": 3}


@pytest.mark.usefixtures("misbehaves")
@pytest.mark.parametrize("jobs", [1, 2])
def test_what_concerns_every_article_stops_the_run(jobs: int, tmp_path: Path) -> None:
    source = posts(tmp_path / "posts", {6: "usage"})
    with pytest.raises(UsageError, match=r"^this makes no sense$"):
        pipeline.publish([source], tmp_path / "dump", keep_going=True, jobs=jobs)
    assert names(tmp_path) == ["posts"]


def test_processes_that_cannot_start_stop_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "Workers", lambda module, function, *rest: Workers("no.such.module", function, *rest))
    with pytest.raises(ResourceError, match=r"cannot start; --jobs 1 does without \("):
        pipeline.publish([posts(tmp_path / "posts")], tmp_path / "dump", jobs=2)
    assert names(tmp_path) == ["posts"]


def test_processes_end_when_the_run_fails_in_the_middle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[Workers] = []

    def make(*given: Any) -> Workers:
        made.append(Workers(*given))
        return made[-1]

    def full(*given: Any) -> None:
        raise ResourceError("no space left")

    monkeypatch.setattr(parallel, "Workers", make)
    monkeypatch.setattr(Spool, "take", full)
    with pytest.raises(ResourceError, match="no space left"):
        pipeline.publish([posts(tmp_path / "posts")], tmp_path / "dump", jobs=2)
    assert len(made) == 1
    assert made[0]._ended.is_set()
    assert all(child._process is None for child in made[0]._children)
