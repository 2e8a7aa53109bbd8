"""A rerun converts only what changed, and gives the bytes that a fresh build gives."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterable
from contextlib import closing
from dataclasses import fields, replace
from importlib.metadata import PackageNotFoundError, requires
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from packaging.requirements import Requirement

from kg import pipeline, spool
from kg.article import Author, Datum, Record
from kg.config import Config
from kg.errors import Finding, Place, ResourceError
from kg.pipeline import Summary, Tools
from kg.pipeline.parallel import key
from kg.pipeline.setup import OF_THE_DUMP, PACKAGES, setup
from kg.preferences import Choice, Preferences
from kg.validation import SecondOpinions
from kg.vocabulary import Source
from tests.writing import article, names, tree, write

TWO = {
    "a.md": article("One", "France and Germany signed the Paris Agreement.", id="one"),
    "b/c.md": article("Two", "Poland did not.", id="two"),
}
WORDS = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<https://data.example.org/theme/{0}> a skos:Concept ; skos:prefLabel "{0}"@en .
"""
SHAPE = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix schema: <https://schema.org/> .
<urn:example:title> a sh:NodeShape ; sh:targetClass schema:Article ;
  sh:property [ sh:path schema:headline ; sh:maxLength {0} ; sh:severity sh:Warning ] .
"""


@pytest.fixture(autouse=True, scope="module")
def _tools_once() -> Iterable[None]:
    """Load a small vocabulary and the shapes once for all builds where they are the same, files and all; leave disks alone."""
    loaded: dict[str, Tools] = {}

    def load(config: Config, engine: Any, timeout: float, has_opinions: bool) -> Tools:
        told = setup(config, engine, timeout)
        if told not in loaded:
            loaded[told] = pipeline.load_tools(config, engine, timeout, has_opinions)
        return replace(loaded[told], config=config)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("kg.vocabulary.FILES", {"states.ttl": "state"})
        patch.setattr("os.fsync", lambda handle: None)
        patch.setattr("kg.pipeline.publishing.load_tools", load)
        yield


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    """Two good articles."""
    return write(tmp_path / "posts", TWO)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the sources that are converted, as they come."""
    converted: list[str] = []
    convert = pipeline.convert

    def told(record: Record, tools: Tools) -> Any:
        converted.append(Path(record.source).name)
        return convert(record, tools)

    monkeypatch.setattr("kg.pipeline.parallel.convert", told)
    return converted


def build(posts: Path, folder: Path, config: Config | None = None, **given: Any) -> Summary:
    """Build without second opinions, which have tests of their own."""
    return pipeline.publish([posts], folder, config or Config(), **{"engine": "fast", "keep_going": True, **given})


def as_fresh(posts: Path, folder: Path, config: Config | None = None, **given: Any) -> Summary:
    """Build again, and make sure that all is as if for the first time."""
    summary = build(posts, folder, config, **given)
    with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".fresh") as other:
        expected = build(posts, Path(other) / "dump", config, **given)
        assert replace(summary, folder=expected.folder) == expected
        if expected.published:
            assert tree(folder) == tree(expected.folder)
    return summary


# --- what is converted again -----------------------------------------------------------------------------------------------
def test_only_a_source_that_changed_is_converted_again(posts: Path, tmp_path: Path, read: list[str]) -> None:
    build(posts, tmp_path / "dump")
    assert read == ["a.md", "c.md"]
    write(posts, {"b/c.md": article("Two", "Poland did, after all.", id="two"), "d.md": article("Three", "Spain.", id="three")})
    read.clear()
    build(posts, tmp_path / "dump")
    assert read == ["c.md", "d.md"]
    read.clear()
    assert as_fresh(posts, tmp_path / "dump").articles == 3
    assert read == ["a.md", "c.md", "d.md"]  # by the fresh build


def test_a_time_stamp_is_no_change_and_bytes_that_change_within_it_are(posts: Path, tmp_path: Path, read: list[str]) -> None:
    build(posts, tmp_path / "dump")
    os.utime(posts / "a.md", (0, 0))
    read.clear()
    build(posts, tmp_path / "dump")
    assert read == []
    stat = (posts / "a.md").stat()
    write(posts, {"a.md": TWO["a.md"].replace("France", "Greece")})
    os.utime(posts / "a.md", ns=(stat.st_atime_ns, stat.st_mtime_ns))
    build(posts, tmp_path / "dump")
    assert read == ["a.md"]


def test_a_source_that_was_removed_leaves_dump_and_cache(posts: Path, tmp_path: Path) -> None:
    build(posts, tmp_path / "dump")
    (posts / "a.md").unlink()
    assert as_fresh(posts, tmp_path / "dump").articles == 1
    assert b"article/one" not in (tmp_path / "dump.cache" / spool.FILE).read_bytes()


def test_a_source_that_moved_is_converted_again_because_its_place_is_told(posts: Path, tmp_path: Path, read: list[str]) -> None:
    build(posts, tmp_path / "dump")
    (posts / "a.md").rename(posts / "z.md")
    read.clear()
    build(posts, tmp_path / "dump")
    assert read == ["z.md"]
    assert str(posts / "z.md").encode() in (tmp_path / "dump" / "manifest.json").read_bytes()


def test_fresh_converts_everything(posts: Path, tmp_path: Path, read: list[str]) -> None:
    build(posts, tmp_path / "dump")
    read.clear()
    build(posts, tmp_path / "dump", fresh=True)
    assert read == ["a.md", "c.md"]


def test_a_refused_build_keeps_what_it_converted(posts: Path, tmp_path: Path, read: list[str]) -> None:
    write(posts, {"bad.md": article(date="2023-02-30")})
    assert not build(posts, tmp_path / "dump", keep_going=False).published
    write(posts, {"bad.md": article("Good", "Spain.", id="good")})
    read.clear()
    assert build(posts, tmp_path / "dump", keep_going=False).published
    assert read == ["bad.md"]


def test_other_sources_title_licence_and_model_convert_nothing_again(posts: Path, tmp_path: Path, read: list[str]) -> None:
    build(posts, tmp_path / "dump")
    read.clear()
    other = Config(title="Ours", license="https://creativecommons.org/licenses/by/4.0/", sources=("x",), output=Path("y"))
    pipeline.publish([posts / "a.md"], tmp_path / "dump", other, engine="fast")
    assert read == []


def test_a_page_whose_sitemap_gives_it_another_address_is_converted_again(tmp_path: Path) -> None:
    page = "<html lang=en><head><title>One</title><meta name=author content='Marie Novak'></head><body><p>France.</p></body></html>"
    sitemap = "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://{}/a.html</loc></url></urlset>"
    posts = write(tmp_path / "posts", {"a.html": page, "sitemap.xml": sitemap.format("example.org")})
    config = Config(publisher="Example Press", waived=frozenset({"published", "author"}))
    assert as_fresh(posts, tmp_path / "dump", config).articles == 1
    write(posts, {"sitemap.xml": sitemap.format("example.com")})
    as_fresh(posts, tmp_path / "dump", config)
    assert b"https://example.com/a.html" in (tmp_path / "dump" / "articles.nq").read_bytes()


def test_all_that_a_record_holds_is_in_its_key() -> None:
    record = Record("a.md", "markdown", b"One")
    others: dict[str, Any] = {item.name: "x" for item in fields(Record)} | {"body": b"x", "around": b"x", "line": 2, "column": 2}
    keys = {key(record), *(key(replace(record, **{name: other})) for name, other in others.items())}
    assert len(keys) == len(others) + 1
    assert key(replace(record, body=b"neOne", around=b"")) != key(replace(record, body=b"One", around=b"ne"))
    assert key(replace(record, source="\udcff"))


# --- what articles depend on beside their sources --------------------------------------------------------------------------
def told(config: Config, timeout: float = 60.0) -> str:
    return setup(config, "auto", timeout)


def test_every_setting_that_articles_depend_on_makes_all_of_them_new(tmp_path: Path) -> None:
    write(tmp_path, {"a.ttl": "", "b.ttl": ""})
    other: dict[str, Any] = {
        "base": "https://example.com/",
        "publisher": "Example Press",
        "language": "fr",
        "authors": {"marie": Author(Datum("Marie Novak"))},
        "vocabulary": (Source(tmp_path / "a.ttl"),),
        "shapes": (tmp_path / "a.ttl",),
        "only_shapes": True,
        "formats": ("turtle",),
        "include_text": True,
        "include_personal_email": True,
        "links": Preferences(confidence=0.5),
        "waived": frozenset({"author"}),
    }
    assert {item.name for item in fields(Config)} - OF_THE_DUMP == set(other)
    found = [told(Config()), *(told(Config(**{name: value})) for name, value in other.items())]
    found += [told(Config(), timeout=1), setup(Config(), "pyshacl", 60.0)]
    found += [told(Config(links=Preferences(choice=Choice(never=frozenset({"Georgia"})))))]
    found += [told(Config(authors={"marie": Author(Datum("Marie Nowak"))}))]
    found += [told(Config(vocabulary=(Source(tmp_path / "a.ttl", "state"),))), told(Config(shapes=(tmp_path / "b.ttl",)))]
    write(tmp_path, {"a.ttl": "# changed"})
    found += [told(Config(**{name: other[name]})) for name in ("vocabulary", "shapes")]
    assert len(set(found)) == len(found)


def test_the_setup_is_told_alike_in_every_order_and_for_every_hash_seed() -> None:
    names = [f"name {number}" for number in range(50)]
    first, second = (Choice(never=frozenset(order)) for order in (names, random.Random(1).sample(names, len(names))))
    assert told(Config(links=Preferences(choice=first))) == told(Config(links=Preferences(choice=second)))
    people = {name: Author(Datum(name)) for name in names}
    assert told(Config(authors=people)) == told(Config(authors=dict(reversed(people.items()))))


# They write, fetch, serve, ask, colour or compress; what an article becomes is the same with any of them
OF_NO_ARTICLE = set(
    """anyio backports-zstd brotli certifi charset-normalizer click colorama fastwarc h11 html5rdf httptools idna importlib-metadata
    isodate lazy-importer markdown-it-py mdurl packaging platformdirs prettytable prompt-toolkit pygments requests rich starlette
    tqdm typing-extensions urllib3 uvicorn uvloop wcwidth zipp""".split()
)


def test_every_package_that_an_article_passes_through_is_told_with_its_version() -> None:
    found, waiting = set(), [*_needed("article-kg", ""), *_needed("article-kg", "pdf")]
    while waiting:
        if (name := waiting.pop()) not in found:
            found.add(name)
            waiting.extend(_needed(name, ""))
    assert found - OF_NO_ARTICLE == {_plain(name) for name in PACKAGES}


def _needed(package: str, extra: str) -> list[str]:
    try:
        wanted = [Requirement(line) for line in requires(package) or ()]
    except PackageNotFoundError:  # for another platform
        return []
    return [_plain(need.name) for need in wanted if need.marker is None or need.marker.evaluate({"extra": extra})]


def _plain(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def test_a_package_that_is_installed_later_makes_all_articles_new(monkeypatch: pytest.MonkeyPatch) -> None:
    from kg.pipeline import setup as module

    before = told(Config())
    module._program.cache_clear()
    monkeypatch.setattr(module, "version", lambda name: "" if name == "pypdfium2" else "1")
    try:
        assert told(Config()) != before
    finally:
        module._program.cache_clear()


def test_a_vocabulary_that_changes_while_the_build_runs_leaves_no_cache(
    posts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, {"words.ttl": WORDS.format("peace")})
    convert = pipeline.convert

    def late(record: Record, tools: Tools) -> Any:
        write(tmp_path, {"words.ttl": WORDS.format("signed")})
        return convert(record, tools)

    config = Config(vocabulary=(Source(tmp_path / "words.ttl"),))
    with monkeypatch.context() as patch:
        patch.setattr("kg.pipeline.parallel.convert", late)
        build(posts, tmp_path / "dump", config)
    assert "dump.cache" not in names(tmp_path)
    as_fresh(posts, tmp_path / "dump", config)


# --- byte for byte ---------------------------------------------------------------------------------------------------------
BODIES = ("France signed the Paris Agreement.", "Poland and Spain met.", "[Peace](http://[) in Georgia.\n\n<div>x</div>", "")
NAMES = ("a.md", "b.md", "sub/c.md", "sub/d.md", "e.txt", "f.jsonl")


def _article(body: str, identifier: str | None, person: str, day: str) -> str:
    return article("A title", body, id=identifier, author=person, date=day)


def _lines(bodies: Iterable[str]) -> str:
    rows = ({"title": body[:6], "author": "Ann Lee", "date": "2024-05-06", "publisher": "P", "body": body} for body in bodies)
    return "".join(json.dumps(row) + "\n" for row in rows)


TEXTS = st.one_of(
    st.builds(
        _article,
        st.sampled_from(BODIES),
        st.sampled_from([None, "one", "two", "three"]),
        st.sampled_from(["Marie Novak", "marie-novak", "Marie NOVAK", "mn"]),
        st.sampled_from(["2024-05-06", "2024-05-07", "2023-02-30"]),  # the last is no day
    ),
    st.lists(st.sampled_from(BODIES), min_size=1, max_size=3).map(_lines),
    st.just("no article"),
)


def _put(name: str, text: str) -> Callable[[Path], object]:
    return lambda posts: write(posts, {name: text})


def _gone(name: str) -> Callable[[Path], object]:
    return lambda posts: (posts / name).unlink(missing_ok=True)


def _moved(name: str, other: str, copy: bool) -> Callable[[Path], object]:
    def move(posts: Path) -> None:
        if (posts / name).exists() and name != other:
            write(posts, {other: (posts / name).read_bytes()})
            if not copy:
                (posts / name).unlink()

    return move


EDITS = st.one_of(
    st.builds(_put, st.sampled_from(NAMES), TEXTS),
    st.builds(_gone, st.sampled_from(NAMES)),
    st.builds(_moved, st.sampled_from(NAMES), st.sampled_from(NAMES), st.booleans()),
    st.builds(_put, st.just("../words.ttl"), st.sampled_from(["peace", "signed"]).map(WORDS.format)),
    st.builds(_put, st.just("../shape.ttl"), st.sampled_from([3, 30]).map(SHAPE.format)),
)
CONFIGS = st.sampled_from(
    [
        {},
        {"publisher": "Other Press", "title": "Ours"},
        {"include_text": True, "formats": ("trig",)},
        {"vocabulary": True, "shapes": True},
        {"authors": {"mn": Author(Datum("Marie Novak"))}},
    ]
)


def _config(folder: Path, given: dict[str, Any]) -> Config:
    files: dict[str, Any] = {"vocabulary": (Source(folder / "words.ttl"),), "shapes": (folder / "shape.ttl",)}
    return Config(**{name: files[name] if value is True and name in files else value for name, value in given.items()})


@settings(max_examples=6)
@given(st.lists(st.tuples(st.lists(EDITS, min_size=1, max_size=4), CONFIGS), min_size=2, max_size=3))
def test_after_any_edits_a_rerun_gives_what_a_fresh_build_gives(rounds: list[tuple[list[Any], dict[str, Any]]]) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, {"words.ttl": WORDS.format("peace"), "shape.ttl": SHAPE.format(3)})
        posts = write(folder / "posts", TWO | {"e.txt": "A title\n\nBy Marie Novak\n\nFrance."})
        for edits, given_ in rounds:
            for edit in edits:
                edit(posts)
            as_fresh(posts, folder / "dump", _config(folder, given_))


# --- second opinions -------------------------------------------------------------------------------------------------------
@pytest.fixture
def judged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The graphs that both engines judge, which differ on those that speak of Poland."""
    asked: list[str] = []

    def judge(self: SecondOpinions, text: str) -> list[list[Any]]:
        asked.append(text)
        from kg.validation import Raw

        found = Raw("http://www.w3.org/ns/shacl#Violation", None, "<urn:x>", None, None, "<urn:s>", "http://www.w3.org/ns/shacl#c")
        return [[], [found] if "state/poland" in text else []]

    monkeypatch.setattr(SecondOpinions, "_judged", judge)
    monkeypatch.setattr("kg.validation.opinions._FIRST_OF_OURS", 1)
    return asked


def test_engines_that_disagree_are_told_in_every_rerun_and_those_that_agree_are_asked_once(
    posts: Path, tmp_path: Path, judged: list[str]
) -> None:
    first = build(posts, tmp_path / "dump", engine="auto")
    assert len(judged) == 2
    assert sum("disagree" in finding.reason for finding in first.findings) == 1
    before = tree(tmp_path / "dump")
    judged.clear()
    assert build(posts, tmp_path / "dump", engine="auto") == first
    assert ["state/poland" in text for text in judged] == [True]
    assert tree(tmp_path / "dump") == before


def test_which_articles_get_a_second_opinion_does_not_depend_on_the_build_before(
    posts: Path, tmp_path: Path, judged: list[str]
) -> None:
    write(posts, {"d.md": article("Three", "Warsaw, Poland.", id="three")})  # the third, whose turn it is not
    build(posts, tmp_path / "dump", engine="auto")
    assert sum("state/poland" in text for text in judged) == 1
    write(posts, {"c.md": article("Four", "Spain.", id="four")})  # now it is the fourth
    summary = as_fresh(posts, tmp_path / "dump", engine="auto")
    assert sum("disagree" in finding.reason for finding in summary.findings) == 2


# --- what may happen to the cache ------------------------------------------------------------------------------------------
def test_a_build_that_is_stopped_leaves_cache_and_dump_of_the_one_before(
    posts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(posts, tmp_path / "dump")
    before = tree(tmp_path / "dump"), tree(tmp_path / "dump.cache")
    write(posts, {"b/c.md": article("Changed", id="two")})

    def stop(record: Record, tools: Tools) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("kg.pipeline.parallel.convert", stop)
        with pytest.raises(KeyboardInterrupt):
            build(posts, tmp_path / "dump")
    assert (tree(tmp_path / "dump"), tree(tmp_path / "dump.cache")) == before
    as_fresh(posts, tmp_path / "dump")
    assert names(tmp_path) == ["dump", "dump.cache", "posts"]


@pytest.mark.parametrize("pages", [2, 8])
def test_a_disk_that_fills_up_leaves_cache_and_dump_of_the_build_before(
    pages: int, posts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(posts, tmp_path / "dump")
    before = tree(tmp_path / "dump"), tree(tmp_path / "dump.cache")
    write(posts, {f"{n}.md": article(f"Number {n}", "France. " * 40) for n in range(9)})
    with monkeypatch.context() as patch:
        patch.setattr(spool, "_SETTINGS", spool._SETTINGS.replace("BEGIN", f"PRAGMA max_page_count = {pages}; BEGIN"))
        with pytest.raises(ResourceError, match="disk is full") as refusal:
            build(posts, tmp_path / "dump")
    assert refusal.value.exit_code == 3
    assert (tree(tmp_path / "dump"), tree(tmp_path / "dump.cache")) == before
    assert names(tmp_path) == ["dump", "dump.cache", "posts"]


def _a_link(file: Path) -> None:
    file.rename(file.with_name("real"))
    file.symlink_to("real")


def _a_link_to_itself(file: Path) -> None:
    file.unlink()
    file.symlink_to(file)


def _a_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def _of_another_program(file: Path) -> None:
    file.unlink()
    with closing(sqlite3.connect(file)) as other:
        other.executescript("PRAGMA journal_mode = WAL; CREATE TABLE setup (a, b); INSERT INTO setup VALUES (1, 2);")


def _changed(file: Path, script: str) -> None:
    with closing(sqlite3.connect(file)) as cache:
        cache.executescript(script)


def _under_another_key(file: Path) -> None:
    with closing(sqlite3.connect(file)) as cache, cache:
        (one, first), (two, second) = cache.execute("SELECT rowid, key FROM article").fetchall()
        cache.executemany("UPDATE article SET key = ? WHERE rowid = ?", [(b"", two), (second, one), (first, two)])


def _with_another_text(file: Path) -> None:
    _changed(file, "UPDATE article SET about = CAST(replace(CAST(about AS TEXT), 'one', 'eno') AS BLOB);")


def _of_another_type(file: Path) -> None:
    _changed(file, "UPDATE article SET pieces = 7, checksum = NULL; UPDATE article SET about = 'x' WHERE rowid = 1;")


@pytest.mark.parametrize(
    "damage",
    [
        lambda file: file.write_bytes(b""),
        lambda file: file.write_bytes(b"no cache"),
        lambda file: file.unlink(),
        lambda file: file.chmod(0),
        lambda file: shutil.rmtree(file.parent),
        lambda file: os.truncate(file, file.stat().st_size - 1),
        lambda file: os.truncate(file, 4096),
        _a_link,
        _a_link_to_itself,
        pytest.param(_a_pipe, marks=pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")),
        _of_another_program,
        _under_another_key,
        _with_another_text,
        _of_another_type,
    ],
)
def test_a_cache_that_is_not_what_was_written_is_rebuilt(
    damage: Callable[[Path], None], posts: Path, tmp_path: Path, read: list[str]
) -> None:
    build(posts, tmp_path / "dump")
    cache = tmp_path / "dump.cache" / spool.FILE
    whole = cache.read_bytes()
    damage(cache)
    as_fresh(posts, tmp_path / "dump")
    assert cache.is_file()
    assert not cache.is_symlink()
    assert cache.read_bytes() == whole
    read.clear()
    build(posts, tmp_path / "dump")
    assert read == []


def test_a_cache_folder_that_cannot_be_written_costs_only_time(posts: Path, tmp_path: Path) -> None:
    write(tmp_path, {"dump.cache": b"a file"})
    assert as_fresh(posts, tmp_path / "dump").published
    assert (tmp_path / "dump.cache").read_bytes() == b"a file"
    (tmp_path / "dump.cache").unlink()
    (tmp_path / "dump.cache").symlink_to("nowhere")
    assert as_fresh(posts, tmp_path / "dump").published


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, bytes], bytes]:
    """Some articles, what they become, and what is kept of them."""
    folder = tmp_path_factory.mktemp("built")
    posts = write(folder / "posts", TWO | {"d.md": article(author="mn", date=None), "e.md": article("E", "<div>x</div>", id="e")})
    build(posts, folder / "dump")
    return posts, tree(folder / "dump"), (folder / "dump.cache" / spool.FILE).read_bytes()


def _rebuilt(posts: Path, cache: bytes) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory() as name:
        write(Path(name), {f"dump.cache/{spool.FILE}": cache})
        build(posts, Path(name) / "dump")
        return tree(Path(name) / "dump")


@settings(max_examples=12)
@given(st.data())
def test_bits_that_flip_in_the_cache_never_reach_the_dump(built: tuple[Path, dict[str, bytes], bytes], data: st.DataObject) -> None:
    posts, expected, whole = built
    cache = bytearray(whole)
    used = [place for place in range(len(whole)) if whole[place]]
    for place in data.draw(st.lists(st.sampled_from(used), min_size=1, max_size=4), "places"):
        cache[place] ^= 1 << data.draw(st.integers(0, 7), "bit")
    assert _rebuilt(posts, bytes(cache)) == expected


@settings(max_examples=8)
@given(st.data())
def test_a_cache_that_is_cut_or_overwritten_never_reaches_the_dump(
    built: tuple[Path, dict[str, bytes], bytes], data: st.DataObject
) -> None:
    posts, expected, whole = built
    begin = data.draw(st.integers(0, len(whole)), "begin")
    end = data.draw(st.integers(begin, len(whole)), "end")
    middle = data.draw(st.sampled_from([b"", bytes(end - begin), random.Random(begin).randbytes(end - begin)]), "middle")
    assert _rebuilt(posts, whole[:begin] + middle + whole[end:]) == expected


def test_what_is_kept_is_the_same_in_every_build(built: tuple[Path, dict[str, bytes], bytes]) -> None:
    posts, _, whole = built
    with tempfile.TemporaryDirectory() as name:
        build(posts, Path(name) / "dump")
        build(posts, Path(name) / "dump")
        assert (Path(name) / "dump.cache" / spool.FILE).read_bytes() == whole


def test_findings_are_told_again_with_all_that_they_hold(posts: Path, tmp_path: Path) -> None:
    shape = write(tmp_path, {"shape.ttl": SHAPE.format(2)}) / "shape.ttl"
    write(posts, {"d.md": article("Three", "x", id="three", author=None, tags="[a")})
    config = Config(shapes=(shape,))
    first = build(posts, tmp_path / "dump", config)
    assert len({type(finding) for finding in first.findings}) == 2
    assert build(posts, tmp_path / "dump", config) == first
    assert Finding("info", "x", Place("y")) not in first.findings
