"""The benchmark of validation makes dumps that are what it says, and finds in them what it put there."""

from __future__ import annotations

import sys
from collections import Counter
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

import kg
from kg import terms
from kg.validation import load_shapes

pytest.importorskip("shacl", reason="the benchmark is of the fast engine")


@pytest.fixture(autouse=True)
def benchmarks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the benchmark find its modules, as it does when it is run by itself."""
    monkeypatch.syspath_prepend(str(Path(__file__).parent.parent / "benchmarks"))


@pytest.fixture
def dumps() -> Any:
    return import_module("dumps")


@pytest.fixture
def collection(dumps: Any) -> Any:
    return dumps.collect(None, 2)


@pytest.fixture
def benchmark() -> Any:
    return import_module("validation")


def test_graphs_have_the_wanted_size_and_each_article_is_another(collection: Any) -> None:
    graphs = list(collection.numbered(4, 100))
    assert [graph.iri for graph in graphs] == [f"<https://data.example.org/article/{n:06}>" for n in range(4)]
    assert all(99 <= graph.nquads.count("\n") <= 140 for graph in graphs)
    lines = [graph.nquads.splitlines() for graph in graphs]
    assert all(of_one == sorted(of_one) for of_one in lines)
    assert not set(lines[0]) & set(lines[2])


def test_only_a_faulty_graph_has_lost_its_publisher(collection: Any) -> None:
    assert [terms.PUBLISHER in graph.nquads for graph in collection.numbered(4, 2)] == [False, True, False, True]


def test_a_dump_has_only_the_faults_that_were_put_there(dumps: Any, collection: Any, tmp_path: Path) -> None:
    dump = dumps.write_dump(tmp_path / "dump", collection.numbered(4, 2), collection.shared())
    found = kg.validate([dump], engine="fast")
    assert [result.focus for result in found.results if result.severity == "violation"] == [
        f"<https://data.example.org/article/00000{n}>" for n in (0, 2)
    ]


def test_an_engine_that_cannot_be_run_is_named(
    benchmark: Any, collection: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere, names = tmp_path / "nowhere", list(benchmark.others.PEERS)
    benchmark.show_engines(collection, load_shapes(), nowhere, 2, tmp_path)
    lines = capsys.readouterr().out.splitlines()
    assert lines[: len(names)] == [f"left out, since it cannot be run with {nowhere}: {name}" for name in names]
    assert [line.split()[:2] for line in lines[-2:]] == [["kg", "validate"], ["kg", kg.__version__]]


def test_an_engine_that_finds_something_else_is_named(
    benchmark: Any, collection: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    found = Counter({"https://data.example.org/article/000001": 1})
    monkeypatch.setattr(benchmark, "run_peer", lambda *_: benchmark.Turn(1.0, found, "another 1.0"))
    benchmark.show_engines(collection, load_shapes(), Path(sys.executable), 2, tmp_path)
    out = capsys.readouterr().out
    assert out.count("finds 1 results more than kg, and 1 fewer") == len(benchmark.others.PEERS)


def test_growth_has_a_row_for_each_size(
    benchmark: Any, collection: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark, "ENGINES", ("fast",))
    benchmark.show_growth(collection, [2], tmp_path)
    rows = [line.split() for line in capsys.readouterr().out.splitlines()[2:]]
    assert [row[:3] for row in rows] == [["2", "articles", "fast"]]


def test_a_command_that_fails_has_its_exit_code() -> None:
    assert import_module("measures").cost_of([sys.executable, "-c", "raise SystemExit(3)"]).exit_code == 3
