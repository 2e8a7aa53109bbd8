"""The benchmark of the build makes articles that are what it says, each part has its figures, and what is damaged is seen."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from kg import dataset, mapping, pipeline
from kg.article import Record
from kg.validation.installed import fast_engine_is_here
from tests.forked import kg

BENCHMARKS = Path(__file__).parent.parent / "benchmarks"


@pytest.fixture(autouse=True)
def _benchmarks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the benchmark find its modules, as it does when it is run by itself."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))


@pytest.fixture(scope="module")
def corpus() -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        return import_module("corpus").Corpus()


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Two sizes of a few articles; `kg` is run without the second opinions, whose process takes longest to start."""
    folder = tmp_path_factory.mktemp("bench")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(BENCHMARKS))
        build = import_module("build")

        def cost_of(command: Sequence[str | Path]) -> Any:
            done = kg(*command[3:], "--engine", "fast" if fast_engine_is_here() else "auto", cwd=folder)
            return build.Cost(0.5 * len(list(folder.iterdir())), 1.0, 99.0, done.returncode)

        patch.setattr(build, "cost_of", cost_of)
        yield build.Bench(folder, [3, 2], sample=2, rounds=1)


def articles(corpus: Any, numbers: Sequence[int]) -> list[Record]:
    found = [corpus.article(number) for number in numbers]
    return [Record(source.path, "markdown", source.text.encode()) for source in found]


def rows(capsys: pytest.CaptureFixture[str]) -> list[list[str]]:
    return [line.split() for line in capsys.readouterr().out.splitlines() if line]


# --- articles --------------------------------------------------------------------------------------------------------------
def test_an_article_depends_on_its_number_alone(corpus: Any, tmp_path: Path) -> None:
    few, many = (corpus.write(tmp_path / str(count), count) for count in (2, 3))
    texts = {path.relative_to(many): path.read_text("utf-8") for path in sorted(many.rglob("*.md"))}
    assert list(texts.values()) == [corpus.article(number).text for number in range(3)]
    assert {path.relative_to(few): path.read_text("utf-8") for path in few.rglob("*.md")}.items() < texts.items()


def test_articles_differ_in_all_that_real_ones_differ_in_and_can_be_published(corpus: Any) -> None:
    stages = import_module("stages")
    tools = pipeline.load_tools(stages.SETTINGS, has_opinions=False)
    found = [pipeline.convert(record, tools) for record in articles(corpus, range(60))]
    assert all(item.is_good for item in found)
    assert len({item.iri for item in found}) == len({item.text_digest for item in found}) == 60
    read = [pipeline.read(record, tools.config) for record in articles(corpus, range(60))]
    assert len({article.language.text for article in read if article.language}) >= 5
    assert {len(article.citations) for article in read} > {0, 1, 2, 3}
    assert sum(sum(item.kinds.values()) for item in found) > 60
    assert min(len(article.text) for article in read) * 10 < max(len(article.text) for article in read)


def test_articles_of_one_day_have_different_addresses(corpus: Any) -> None:
    settings = import_module("stages").SETTINGS
    same_day = [pipeline.read(record, settings) for record in articles(corpus, range(7, 7 + 20 * 5_500, 5_500))]
    assert len({article.published.text[:10] for article in same_day if article.published}) == 1
    assert len({mapping.article_iri(article, settings.base) for article in same_day}) == 20


# --- parts -----------------------------------------------------------------------------------------------------------------
def test_growth_has_a_row_for_each_size_and_says_what_ten_times_as_many_take(
    bench: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    import_module("build").show_growth(bench)
    head, two, three = rows(capsys)
    assert head[:3] == ["kg", "build", "statements"]
    assert (two[0], three[0], len(three) - len(two)) == ("2", "3", 1)
    assert bench.builds[3].statements > bench.builds[2].statements > 50


def test_ten_times_as_many_are_reckoned_from_any_two_sizes() -> None:
    build = import_module("build")
    two, eight = (build.Built(build.Cost(seconds, 0, 0, 0), count, 1, {}) for seconds, count in ((1.0, 2), (4.0, 8)))
    assert build._growth(two, eight) == pytest.approx(10)


def test_a_rebuild_is_told_as_a_share_and_leaves_the_articles_as_they_were(bench: Any, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in bench.source(3).rglob("*.md")}
    import_module("build").show_rebuild(bench)
    full, *others = rows(capsys)[1:]
    assert (full[0], full[-2:]) == ("full", ["100.0", "%"])
    assert [row[:2] for row in others] == [["no", "edit"], ["one", "edit"]]
    assert {path: path.read_bytes() for path in bench.source(3).rglob("*.md")} == before


def test_one_and_two_processes_make_the_same_bytes(bench: Any, capsys: pytest.CaptureFixture[str]) -> None:
    import_module("build").show_jobs(bench)
    found = rows(capsys)
    assert [row[:2] for row in found[1:3]] == [["--jobs", "1"], ["--jobs", "2"]]
    assert found[-1] == ["the", "same", "bytes"]


def test_files_that_differ_between_one_and_two_processes_are_named(
    bench: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    build = import_module("build")
    made = {jobs: build.Built(build.Cost(1, 1, 1, 0), 2, 100, {"articles.nq": str(jobs), "same": ""}) for jobs in (1, 2)}
    monkeypatch.setattr(build.Bench, "fresh", lambda self, size, jobs: made[jobs])
    build.show_jobs(bench)
    assert capsys.readouterr().out.endswith("the files differ: articles.nq\n")


def test_every_stage_has_its_share(bench: Any, capsys: pytest.CaptureFixture[str]) -> None:
    import_module("build").show_stages(bench)
    found = {tuple(row[:-2]): row for row in rows(capsys)}
    assert {("read",), ("link",), ("describe",), ("validate",), ("write", "nquads"), ("write", "jsonld")} <= found.keys()
    assert sum(int(row[-1][:-1]) for row in found.values() if row[-1].endswith("%")) == pytest.approx(100, abs=5)


def test_the_line_over_statements_tells_what_a_hundred_more_cost() -> None:
    stages = import_module("stages")
    timed = [stages.Timed(None, (None,) * size, (), {"read": (0.5 + size / 100) / 1000}) for size in (50, 150, 350)]
    line = stages.line(timed)
    assert (line.at_100, line.each_100) == (pytest.approx(1.5), pytest.approx(1))
    assert stages.line(timed[:1]).each_100 == 0


def test_the_script_of_today_finds_the_same_and_writes_the_same_graph(bench: Any) -> None:
    import pyoxigraph

    build = import_module("build")
    figures = build._run_peer(bench)
    assert figures["results"] == sum(len(one.results) for one in bench.timed)
    assert figures["checks"].keys() == {"one call an article", "one call for all"}
    written = {str(triple) for triple in pyoxigraph.parse(path=str(bench.folder / "peer" / "articles.ttl"))}
    own = {f"{s.subject} {s.predicate} {s.object} .\n" for one in bench.timed for s in one.statements}
    assert written == {str(triple) for triple in pyoxigraph.parse("".join(own), format=pyoxigraph.RdfFormat.N_TRIPLES)}


def test_the_ratio_takes_the_quicker_check_and_a_difference_in_results_is_told(
    bench: Any, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    build = import_module("build")
    figures = {"load": 1.0, "checks": {"one call an article": 5.0, "one call for all": 2.0}, "write": 1.0, "results": 99}
    monkeypatch.setattr(build, "_run_peer", lambda bench: {**figures, "peak": 200.0, "versions": "rdflib 0"})
    monkeypatch.setattr(build.Bench, "fresh", lambda self, size: build.Built(build.Cost(0.2, 1, 50, 0), 2, 100, {}))
    build.show_peer(bench)
    out = capsys.readouterr().out
    found = {" ".join(row[:-3]): row[-3:] for row in map(str.split, out.splitlines())}
    assert found["rdflib + pySHACL of 2"] == ["2000.00", "20.0", "200"]
    assert f"pySHACL finds 99 results, kg {sum(len(one.results) for one in bench.timed)}" in out


def test_morph_kgc_that_cannot_be_installed_is_left_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    mappings = import_module("mappings")

    def install(folder: Path) -> Path:
        raise mappings.MissingError("cannot be installed: no index")

    monkeypatch.setattr(mappings.morph_kgc, "install", install)
    mappings.show([], tmp_path)
    assert capsys.readouterr().out == "\nmorph-kgc is left out: cannot be installed: no index\n"


def test_every_column_that_morph_kgc_is_told_of_stands_in_its_table(bench: Any) -> None:
    mappings = import_module("mappings")
    source = import_module("peers.morph_kgc").MAPPING.read_text("utf-8")
    tables = mappings.tables(import_module("stages").run(bench.source(12), 12, 1))._asdict()
    for triples_map in source.split("rr:TriplesMap")[1:]:
        table = re.search(r'rml:source "(\w+)\.csv"', triples_map)
        assert table is not None
        assert set(re.findall(r'rml:reference "([^"]+)"', triples_map)) <= tables[table[1]][0].keys()


def test_an_unknown_part_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as end:
        import_module("build").main(["growht"])
    assert end.value.code == 2
    assert "no such part: growht" in capsys.readouterr().err


def test_articles_of_a_folder_can_be_built_instead(tmp_path: Path) -> None:
    (tmp_path / "posts").mkdir()
    for name in "abc":
        (tmp_path / "posts" / f"{name}.md").write_text(f"# {name}")
    bench = import_module("build").Bench(tmp_path, [2], 1, 1, tmp_path / "posts")
    assert [path.read_text() for path in sorted(bench.source(2).rglob("*.md"))] == ["# a", "# b"]


# --- kills -----------------------------------------------------------------------------------------------------------------
@pytest.mark.skipif(sys.platform == "win32", reason="there is no fork")
def test_kills_are_counted_by_the_stage_that_they_hit() -> None:
    command: list[str | Path] = [sys.executable, BENCHMARKS / "kills.py", "--kills", "2", "--articles", "2"]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=True)
    _, told, *stages = done.stdout.splitlines()
    assert told == "2 builds of 2 articles with 1 jobs were killed; the dump was whole each time"
    assert sum(int(line.split()[-1]) for line in stages[:-1]) == 2


def _cut(dump: Path) -> None:
    (dump / "articles.nq").write_bytes((dump / "articles.nq").read_bytes()[:-1])


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (_cut, "articles.nq is not what the manifest says"),
        (lambda dump: (dump / "articles.ttl").unlink(), "there is"),
        (lambda dump: (dump / "strange").touch(), "there is"),
        (lambda dump: (dump / "manifest.json").unlink(), "FileNotFoundError"),
        (lambda dump: (dump / "manifest.json").write_text("{"), "JSONDecodeError"),
    ],
)
def test_a_dump_that_is_not_whole_is_seen(tmp_path: Path, damage: Callable[[Path], object], reason: str) -> None:
    kills, dump = import_module("kills"), tmp_path
    for name in ("articles.nq", "articles.ttl"):
        (dump / name).write_text(f"{name} is here\n")
    files = {path.name: dataset.File("", path.stat().st_size, dataset.sha256(path)) for path in dump.iterdir()}
    (dump / dataset.MANIFEST).write_text("".join(dataset.manifest("https://data.example.org/", files, ())))
    assert re.fullmatch("[0-9a-f]{64}", kills.check(dump))
    damage(dump)
    with pytest.raises(kills.TornError, match=reason):
        kills.check(dump)
