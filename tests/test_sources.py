"""Sources that change, vanish, lie in each other, lead in circles or have names that no terminal should see."""

from __future__ import annotations

import inspect
import json
import os
import re
import socket
import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, BinaryIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import evidence, pipeline, readers, sources, targets
from kg.article import Record
from kg.errors import Finding, KgError, ReadError, ResourceError, UsageError
from kg.pipeline import Summary
from kg.readers import Found, walk
from tests.test_bad_sources import ITEM, RSS, STORY, call, page, warc
from tests.writing import article, names, tree, write

_load_tools = lru_cache(pipeline.load_tools)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which we stand; the vocabulary is loaded once for all tests."""
    monkeypatch.setattr("kg.pipeline.publishing.load_tools", _load_tools)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def build(*given: str, **how: Any) -> Summary:
    """Build a dump of some sources in the folder in which we stand."""
    return pipeline.publish(given, "dump", engine="fast", **how)


def said(summary: Summary, *severities: str) -> list[str]:
    """Return what a build says of these severities."""
    return [str(finding) for finding in summary.findings if finding.severity in severities]


def told(found: Iterator[Found]) -> list[str]:
    """Return the sources of records, and what is said of everything else."""
    return [item.source if isinstance(item, Record) else str(item) for item in found]


def articles(folder: Path) -> set[str]:
    """Return the sources of the articles in a dump."""
    return {row["source"] for row in json.loads((folder / "dump" / "manifest.json").read_bytes())["articles"].values()}


# --- sources that change or vanish -------------------------------------------------------------------------------------------
STREAMS: dict[str, bytes] = {
    "a.jsonl": b"".join(b'{"title": "Item %d", "body": "A text."}\n' % n for n in range(3)),
    "a.warc": warc(*(page(STORY, title=f"Page {n}") for n in range(3))),
    "a.xml": (RSS + "".join(ITEM.format(n=n) for n in range(3)) + "</channel></rss>").encode(),
}


def changing(monkeypatch: pytest.MonkeyPatch, after: int, change: Callable[[Path], object]) -> None:
    """Change a file when so many of its records have been found."""
    cut = readers._cut

    def cutting(stream: BinaryIO, name: str, *given: Any) -> Iterator[Found]:
        for number, item in enumerate(cut(stream, name, *given), 1):
            if number == after:
                change(Path(name))
            yield item

    monkeypatch.setattr(readers, "_cut", cutting)


def grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"\n")


def touch(path: Path) -> None:
    os.utime(path, ns=(0, 0))


def cut_off(path: Path) -> None:
    os.truncate(path, 10)


@pytest.mark.parametrize("change", [grow, touch, cut_off])
def test_a_file_that_changes_while_it_is_read_is_refused(change: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a.md": article()})
    changing(monkeypatch, 1, change)
    assert told(readers.split(tmp_path / "a.md")) == [f"{tmp_path / 'a.md'}: the file was changed while it was read"]


@pytest.mark.parametrize("name", STREAMS)
def test_of_a_stream_that_changes_while_it_is_read_the_records_before_are_good(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, {name: STREAMS[name]}) / name
    whole = told(readers.split(path))
    assert len(whole) == 3
    changing(monkeypatch, 2, grow)
    assert told(readers.split(path)) == [whole[0], f"{path}: the file was changed while it was read"]


def test_what_happens_to_a_file_when_it_has_been_read_is_no_matter(tmp_path: Path) -> None:
    path = write(tmp_path, {"a.md": article()}) / "a.md"
    found = readers.split(path)
    assert isinstance(next(found), Record)
    grow(path)
    assert list(found) == []


def test_a_file_that_another_takes_the_place_of_is_read_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"a.md": article("Old"), "b.md": article("New")})
    changing(monkeypatch, 1, (tmp_path / "b.md").replace)
    (record,) = readers.records(readers.split(tmp_path / "a.md"))
    assert b"Old" in record.body


def test_a_source_that_changes_is_a_violation_and_the_old_dump_stays(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home / "posts", {"a.md": article("One", id="one"), "b.md": article("Two", "Rome.", id="two")})
    assert build("posts").published
    before = tree(home / "dump")
    changing(monkeypatch, 1, lambda path: grow(path) if path.name == "b.md" else None)
    summary = build("posts")
    assert (summary.published, summary.articles, summary.refused) == (False, 1, 1)
    assert said(summary, "violation") == ["posts/b.md: violation: the file was changed while it was read"]
    assert tree(home / "dump") == before
    assert build("posts", keep_going=True).published
    assert articles(home) == {"posts/a.md"}


def listing(monkeypatch: pytest.MonkeyPatch, change: Callable[[], object]) -> None:
    """Change the disk when the folder has been listed."""
    opened = walk._opened

    def opening(path: Path, real: Path) -> Any:
        found = opened(path, real)
        change()
        return found

    monkeypatch.setattr(walk, "_opened", opening)


def test_a_file_that_vanishes_before_it_is_read_is_a_fault_of_that_file_alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home / "posts", {"a.md": article(id="one"), "b.md": article("Two", "Rome.", id="two")})
    listing(monkeypatch, lambda: (home / "posts" / "a.md").unlink(missing_ok=True))
    summary = build("posts", keep_going=True)
    assert (summary.published, summary.articles, summary.refused) == (True, 1, 1)
    (fault,) = [finding for finding in summary.findings if finding.severity == "violation"]
    assert str(fault) == "posts/a.md: violation: cannot be read: No such file or directory"
    assert fault.exit_code == 3


def test_a_folder_that_vanishes_or_cannot_be_read_is_a_fault_since_nobody_knows_what_it_holds(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(home / "posts", {"a.md": article(id="one"), "b/c.md": article("Two", "Rome.", id="two")})
    listing(monkeypatch, lambda: (home / "posts" / "b").exists() and (home / "posts" / "b").rename(home / "elsewhere"))
    summary = build("posts")
    assert not summary.published
    (fault,) = [finding for finding in summary.findings if finding.severity == "violation"]
    assert str(fault) == "posts/b: violation: cannot be read: No such file or directory"
    assert fault.exit_code == 3


def test_validation_of_a_folder_of_rdf_tells_what_of_it_cannot_be_read(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home / "data", {"a.ttl": "<https://example.com/a> a <https://schema.org/Thing> .", "b/c.ttl": ""})
    listing(monkeypatch, lambda: (home / "data" / "b").exists() and (home / "data" / "b").rename(home / "elsewhere"))
    report = targets.validate(["data"], engine="fast")
    assert "data/b: violation: cannot be read: No such file or directory" in map(str, report)


def test_a_source_that_vanishes_is_wrong_usage_or_a_matter_of_the_disk(tmp_path: Path) -> None:
    (missing,) = readers.split(tmp_path / "nowhere")
    assert isinstance(missing, UsageError)
    (tmp_path / "a").symlink_to("a")
    (circle,) = readers.split(tmp_path / "a" / "b.md")
    assert isinstance(circle, ResourceError)


# --- what stands in folders ---------------------------------------------------------------------------------------------------
def test_links_in_circles_out_of_the_folder_and_to_nowhere_are_said(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", {"a.md": article(), "b/c.md": article("Two")})
    write(tmp_path / "out", {"secret.md": article("Secret")})
    for name, target in {
        "1": "2",
        "2": "1",
        "3": ".",
        "4.md": "gone.md",
        "5": "../out",
        "6.md": "../out/secret.md",
        "b/7": "..",
        "b/8.md": "../a.md",
        "b/9": "9",
    }.items():
        (folder / name).symlink_to(target)
    assert told(readers.split(folder)) == [
        f"{folder}/1: warning: skipped: a link that leads nowhere",
        f"{folder}/2: warning: skipped: a link that leads nowhere",
        f"{folder}/3: warning: skipped: a link to a folder",
        f"{folder}/4.md: warning: skipped: a link that leads nowhere",
        f"{folder}/5: warning: skipped: a link that leads out of the folder",
        f"{folder}/6.md: warning: skipped: a link that leads out of the folder",
        f"{folder}/a.md",
        f"{folder}/b/7: warning: skipped: a link to a folder",
        f"{folder}/b/8.md",
        f"{folder}/b/9: warning: skipped: a link that leads nowhere",
        f"{folder}/b/c.md",
    ]


def test_a_sitemap_that_lies_elsewhere_is_not_asked_for_addresses(tmp_path: Path) -> None:
    site = '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"><url><loc>https://example.com/a.html</loc></url></urlset>'
    write(tmp_path, {"in/a.html": page(STORY), "sitemap.xml": site})
    (tmp_path / "in" / "sitemap.xml").symlink_to("../sitemap.xml")
    assert [item.url for item in readers.split(tmp_path / "in") if isinstance(item, Record)] == [None]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_pipes_sockets_and_devices_are_passed_over_in_folders_and_refused_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)  # the name of a socket is short
    write(tmp_path / "in", {"a.md": article()})
    os.mkfifo("in/pipe.md")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("in/socket.md")
        (tmp_path / "in" / "device.md").symlink_to(os.devnull)
        assert told(readers.split("in")) == [
            "in/a.md",
            "in/device.md: warning: skipped: a link that leads out of the folder",
            "in/pipe.md: warning: skipped: not a file",
            "in/socket.md: warning: skipped: not a file",
        ]
        refusals = [item for name in ("in/pipe.md", "in/socket.md", os.devnull) for item in readers.split(name)]
    assert [type(item) for item in refusals] == [ReadError, ResourceError, ReadError]
    assert str(refusals[0]) == "in/pipe.md: a pipe or a device, not a file; what comes from one is read as standard input (-)"


def test_folders_may_lie_in_each_other_as_deep_as_the_disk_allows(home: Path) -> None:
    depth, found = 200, []
    write(home, {f"{'a/' * depth}b.md": article()})
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + depth // 2)  # so that nothing can call itself for each of them
    try:
        found += told(readers.split("a"))
    finally:
        sys.setrecursionlimit(before)
    assert found == [f"{'a/' * depth}b.md"]


def test_a_folder_of_many_files_is_read_with_only_their_names_in_memory(tmp_path: Path) -> None:
    write(tmp_path, {f"{n:03}.md": "" for n in range(300)})
    found = walk.files(tmp_path)
    next(found)
    frame = found.gi_frame  # type: ignore[attr-defined]
    (here,) = frame.f_locals["waiting"]
    assert here.others == {}
    assert list(here.names) == [f"{n:03}.md" for n in range(1, 300)]


# --- names ---------------------------------------------------------------------------------------------------------------------
ODD = [
    b"caf\xe9.md",
    b"new\nline.md",
    b"esc\x1b[31mred.md",
    b"hash#1.md",
    b"co:lon:1:2.md",
    b"x#2.jsonl",
    b" space .md",
    b"-dash.md",
]


def test_files_of_any_name_are_built_explained_and_checked(home: Path) -> None:
    folder = os.fsencode(home / "odd")
    os.mkdir(folder)
    for number, name in enumerate(ODD):
        title, body = f"Number {number}", f"France and {number} others."
        row = {"title": title, "authors": ["Marie Novak"], "body": body, "published": "2024-05-06", "publisher": "Example Press"}
        text = json.dumps(row | {"language": "en"}) if name.endswith(b"jsonl") else article(title, body, id=f"o{number}")
        try:
            Path(os.fsdecode(os.path.join(folder, name))).write_text(text)
        except OSError:
            pytest.skip("this disk takes no such name")
    summary = build("odd")
    assert (summary.articles, said(summary, "violation", "warning")) == (len(ODD), [])
    rows = json.loads((home / "dump" / "manifest.json").read_bytes())["articles"]
    found = {os.fsencode(row["source"]) for row in rows.values()}
    assert found == {b"odd/" + n + (b"#1" if n.endswith(b"jsonl") else b"") for n in ODD}
    json.loads((home / "dump" / "report.json").read_bytes())
    for iri in rows:
        mention, *_ = evidence.explain("dump", iri)
        assert (mention.words, mention.note) == ("France", "")
    assert [finding for finding in targets.validate(["dump"]) if finding.severity == "violation"] == []


def test_names_reach_a_terminal_only_as_what_it_can_show(home: Path) -> None:
    odd = [os.fsdecode(name) for name in (b"caf\xe9.md", b"new\nline.md", b"esc\x1b[31mred.md")]
    write(home / "odd", {name: article(date="2023-02-30", id=str(number)) for number, name in enumerate(odd)})
    write(home / "odd", {"good.md": article()})
    done = call("build", "odd", "-o", "\x1b[31mdump", "--engine", "fast", "--keep-going")
    assert done.exit_code == 1
    assert not re.search(r"[^\n -~]", done.stderr), done.stderr
    assert [line.partition(":")[0] for line in done.stderr.splitlines()[:3]] == [
        "odd/caf\\udce9.md",
        "odd/esc\\u001b[31mred.md",
        "odd/new\\u000aline.md",
    ]


# --- sources that lie in each other ----------------------------------------------------------------------------------------------
TWICE: list[tuple[str, ...]] = [
    ("posts", "posts/a.md"),
    ("posts", "./posts/a.md"),
    ("posts", "{home}/posts/a.md"),
    ("posts", "posts/b/../a.md"),
    ("posts", "posts/b"),
    ("posts", "{home}/posts"),
    ("{home}/posts", "posts/b", "posts/b/c.md"),
    ("posts", "link"),
    ("posts/a.md", "link/a.md", "posts/b"),
    ("{home}", "posts"),
]


@pytest.mark.parametrize("given", TWICE, ids=" ".join)
def test_a_source_that_is_given_twice_is_one_source(given: tuple[str, ...], home: Path) -> None:
    write(home / "posts", {"a.md": article(id="one"), "b/c.md": article("Two", "Rome.", id="two")})
    (home / "link").symlink_to("posts")
    given = tuple(name.format(home=home) for name in given)
    for way in (given, tuple(reversed(given))):
        summary = build(*way)
        assert summary.articles == 2
        assert said(summary, "violation", "warning") == (
            [f"{home}/link: warning: skipped: a link to a folder"] if str(home) in given else []
        )
        assert {os.path.realpath(source) for source in articles(home)} == {
            str(home / "posts" / name) for name in ("a.md", "b/c.md")
        }


def test_a_hidden_file_that_is_named_is_read_beside_its_folder(home: Path) -> None:
    write(home / "posts", {"a.md": article(id="one"), ".b.md": article("Two", "Rome.", id="two")})
    assert build("posts", "posts/.b.md").articles == 2
    assert articles(home) == {"posts/a.md", "posts/.b.md"}


@settings(max_examples=30)
@given(st.sets(st.sampled_from(["", "a", "a/b", "a/b/c.md", "a/d.md", "e.md", "./a", "a/../e.md"]), min_size=1))
def test_sources_apart_hold_what_they_hold_together_each_file_once(
    tmp_path_factory: pytest.TempPathFactory, given: set[str]
) -> None:
    folder = tmp_path_factory.getbasetemp() / "apart"
    write(folder, dict.fromkeys(("a/b/c.md", "a/d.md", "e.md"), "Text.\n"))
    paths = sorted(os.path.join(folder, name) for name in given)
    together = {os.path.realpath(record.source) for path in paths for record in readers.records(readers.split(path))}
    split = [item for source, others in sources.apart(paths) for item in readers.split(str(source), others)]
    apart = [os.path.realpath(item.source) for item in split if isinstance(item, Record)]
    assert sorted(apart) == sorted(together)


def test_two_sources_of_one_iri_with_different_texts_are_both_named(home: Path) -> None:
    write(home / "posts", {"a.md": article(id="one"), "b.md": article("Two", "Rome.", id="one")})
    summary = build("posts")
    assert not summary.published
    (fault,) = said(summary, "violation")
    assert fault.startswith("posts/b.md:1: violation: another text with the same IRI stands in posts/a.md: ")


# --- sources and the dump ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("given", ["posts", "./posts/", "link", "link/b"])
@pytest.mark.parametrize("output", ["posts", "link", "posts/b", "posts/../posts", ".", "/"])
def test_an_output_that_holds_a_source_or_anything_but_a_dump_is_refused(given: str, output: str, home: Path) -> None:
    write(home / "posts", {"a.md": article(), "b/c.md": article("Two")})
    (home / "link").symlink_to("posts")
    before = tree(home)
    with pytest.raises(UsageError, match=r"lies in the output folder|holds something else than a dump"):
        pipeline.publish([given], output, engine="fast")
    assert tree(home) == before
    assert names(home) == ["link", "posts"]


def test_the_folder_beside_a_dump_that_makes_builds_quick_is_neither_source_nor_output(home: Path) -> None:
    write(home / "posts", {"a.md": article()})
    build("posts")
    before = tree(home / "dump.cache")
    for source in ("dump.cache", "dump.cache/articles.sqlite"):
        with pytest.raises(UsageError, match=r"lies in .*dump\.cache"):
            build(source)
    with pytest.raises(UsageError, match="holds something else than a dump"):
        pipeline.publish(["posts"], "dump.cache", engine="fast")
    assert tree(home / "dump.cache") == before


@pytest.mark.parametrize(
    "files",
    [{"dump.cache/thesis.doc": "years"}, {"dump.cache": "a file"}, {"dump.cache/articles.sqlite/thesis.doc": "years"}],
    ids=["a folder", "a file", "a folder of the name of our file"],
)
def test_what_somebody_else_has_in_that_folder_stays(files: dict[str, str], home: Path) -> None:
    write(home, {"posts/a.md": article(), **files})
    for _ in range(2):
        assert build("posts").published
        assert {name: tree(home)[name] for name in files} == {name: text.encode() for name, text in files.items()}
    assert names(home) == ["dump", "dump.cache", "posts"]


def test_a_dump_of_the_name_of_that_folder_stays_a_dump(home: Path) -> None:
    write(home / "posts", {"a.md": article()})
    assert pipeline.publish(["posts"], "dump.cache", engine="fast").published
    before = tree(home / "dump.cache")
    assert build("posts").published
    assert tree(home / "dump.cache") == before


@pytest.mark.parametrize("output", ["out/", "./out", "link", "link/", "posts/out", "sub/../out"])
def test_an_output_by_any_name_is_the_folder_that_it_leads_to(output: str, home: Path) -> None:
    write(home / "posts", {"a.md": article()})
    write(home / "sub", {})
    (home / "link").symlink_to("out")
    for _ in range(2):
        assert pipeline.publish(["posts"], output, engine="fast").articles == 1
    assert (home / "link").is_symlink()
    assert (Path(os.path.realpath(output)) / "articles.nq").is_file()
    assert not [name for name in (*names(home), *names(home / "posts")) if name.startswith(".")]


def test_findings_and_errors_of_sources_are_never_lost(tmp_path: Path) -> None:
    kinds = {type(item) for item in readers.split(write(tmp_path, {"a.bin": b"\0", "b.warc": b"", "c.md": article()}))}
    assert kinds == {Finding, ReadError, Record}
    assert issubclass(ReadError, KgError)
