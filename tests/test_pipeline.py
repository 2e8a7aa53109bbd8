"""A build gives a whole dump or leaves the old one; the same sources give the same bytes."""

from __future__ import annotations

import hashlib
import json
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest

from kg import folders, pipeline, rdf, readers, targets
from kg.config import Config
from kg.converted import Refusal
from kg.errors import KgError, ReadError, ResourceError, UsageError
from kg.pipeline import Summary
from kg.spool import Spool
from tests.conftest import ROOT
from tests.writing import article, kg, names, tree, write

FILES = {
    "articles.jsonld",
    "articles.nq",
    "articles.ttl",
    "context.jsonld",
    "dataset.ttl",
    "manifest.json",
    "ontology.ttl",
    "report.json",
}
TWO = {
    "a.md": article("One", "France and Germany signed the Paris Agreement.", id="one"),
    "b/c.md": article("Two", "Poland did not.", id="two"),
}
FAULTY = article("Faulty", id="faulty", date="2023-02-30")


@pytest.fixture(autouse=True)
def _tools_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load vocabulary and shapes once for all builds and checks of this module that have the same configuration."""
    monkeypatch.setattr("kg.pipeline.publishing.load_tools", _load_tools)
    monkeypatch.setattr(pipeline, "load_vocabulary", _load_vocabulary)


_load_tools = lru_cache(pipeline.load_tools)
_load_vocabulary = lru_cache(pipeline.load_vocabulary)


def said(summary: Summary, severity: str) -> list[str]:
    """Return what a build says, with its place, of one severity."""
    return [f"{finding.place}: {finding.reason}" for finding in summary.findings if finding.severity == severity]


@pytest.fixture
def posts(tmp_path: Path) -> Path:
    """Two good articles."""
    return write(tmp_path / "posts", TWO)


# --- the files of a dump ---------------------------------------------------------------------------------------------------
def test_a_dump_holds_the_files_of_the_contract_and_nothing_else(posts: Path, tmp_path: Path) -> None:
    summary = pipeline.publish([posts], tmp_path / "dump")
    assert (summary.published, summary.articles, summary.refused) == (True, 2, 0)
    assert set(names(tmp_path / "dump")) == FILES
    assert names(tmp_path) == ["dump", "dump.cache", "posts"]


def test_the_manifest_tells_the_digest_of_each_file_and_each_source(posts: Path, tmp_path: Path) -> None:
    pipeline.publish([posts], tmp_path / "dump")
    manifest = json.loads((tmp_path / "dump" / "manifest.json").read_bytes())
    assert set(manifest["files"]) == FILES - {"manifest.json"}
    for name, row in manifest["files"].items():
        body = (tmp_path / "dump" / name).read_bytes()
        assert row == {"sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body)}
    nquads = (tmp_path / "dump" / "articles.nq").read_bytes()
    for name, path in (("one", "a.md"), ("two", "b/c.md")):
        row = manifest["articles"].pop(f"https://data.example.org/article/{name}")
        assert (row["source"], row["sha256"]) == (str(posts / path), hashlib.sha256((posts / path).read_bytes()).hexdigest())
        own = nquads[row["offset"] : row["offset"] + row["bytes"]]
        assert hashlib.sha256(own).hexdigest() == row["statements"]
        assert f"<https://data.example.org/article/{name}>".encode() in own
    assert manifest["articles"] == {}


def test_the_report_says_what_the_summary_says(posts: Path, tmp_path: Path) -> None:
    summary = pipeline.publish([posts], tmp_path / "dump")
    report = json.loads((tmp_path / "dump" / "report.json").read_bytes())
    assert report == json.loads(json.dumps(summary.as_row()))
    lines = (tmp_path / "dump" / "articles.nq").read_text("utf-8").splitlines()
    assert report["statements"] == sum("#declared> ." in line or "#extracted> ." in line for line in lines)
    assert sum(report["mentions"].values()) == sum("kg/ontology#Mention> " in line for line in lines) > 0


def test_turtle_and_quads_say_the_same(posts: Path, tmp_path: Path) -> None:
    pipeline.publish([posts], tmp_path / "dump", Config(formats=("turtle", "jsonld", "ntriples", "trig", "rdfxml")))
    union = {s[:3] for s in rdf.read(tmp_path / "dump" / "articles.nq")}
    for name in ("articles.ttl", "articles.nt", "articles.trig", "articles.rdf"):
        assert {s[:3] for s in rdf.read(tmp_path / "dump" / name)} == union, name


def test_articles_stand_in_order_of_iri_and_each_block_is_sorted(tmp_path: Path) -> None:
    posts = write(tmp_path / "posts", {"1.md": article("Z", id="z"), "2.md": article("A", "No names.", id="a")})
    pipeline.publish([posts], tmp_path / "dump")
    graphs = [line.rsplit(" ", 2)[1] for line in (tmp_path / "dump" / "articles.nq").read_text("utf-8").splitlines()]
    owners = list(dict.fromkeys(graph.partition("#")[0] for graph in graphs))
    assert owners[:2] == ["<https://data.example.org/article/a", "<https://data.example.org/article/z"]
    lines = [line for line in (tmp_path / "dump" / "articles.nq").read_text("utf-8").splitlines() if "article/a#" in line]
    assert lines == sorted(lines)


def test_only_the_formats_that_were_asked_for_are_written_beside_the_quads(posts: Path, tmp_path: Path) -> None:
    pipeline.publish([posts], tmp_path / "dump", Config(formats=("trig",)))
    assert {name for name in names(tmp_path / "dump") if name.startswith("articles.")} == {"articles.nq", "articles.trig"}


# --- the same bytes --------------------------------------------------------------------------------------------------------
def test_a_second_build_gives_the_same_bytes(posts: Path, tmp_path: Path) -> None:
    pipeline.publish([posts], tmp_path / "dump")
    before = tree(tmp_path / "dump")
    pipeline.publish([posts], tmp_path / "dump")
    assert tree(tmp_path / "dump") == before


def test_the_order_of_the_sources_does_not_matter(posts: Path, tmp_path: Path) -> None:
    # The same text with another publisher: whichever is taken, it must be the same one
    more = write(tmp_path / "more", {"a.md": article("One", "France and Germany signed the Paris Agreement.", id="one", lang="fr")})
    first = pipeline.publish([posts, more, posts / "a.md"], tmp_path / "first")
    second = pipeline.publish([posts / "a.md", more, posts], tmp_path / "second")
    assert tree(tmp_path / "first") == tree(tmp_path / "second")
    assert first.findings == second.findings


def test_the_order_in_which_files_were_made_does_not_matter(tmp_path: Path) -> None:
    pipeline.publish([write(tmp_path / "posts", TWO)], tmp_path / "dump")
    (tmp_path / "posts").rename(tmp_path / "gone")
    pipeline.publish([write(tmp_path / "posts", dict(reversed(TWO.items())))], tmp_path / "again")
    assert tree(tmp_path / "again") == tree(tmp_path / "dump")


def test_hash_seed_time_zone_and_locale_do_not_matter(posts: Path, tmp_path: Path) -> None:
    settings: list[dict[str, str]] = [
        {"PYTHONHASHSEED": "1", "TZ": "Pacific/Kiritimati", "LANG": "C", "LC_ALL": "C"},
        {"PYTHONHASHSEED": "2", "TZ": "America/Los_Angeles", "LANG": "tr_TR.UTF-8", "PYTHONIOENCODING": "latin-1"},
    ]
    for number, setting in enumerate(settings):
        assert kg("build", "posts", "-o", f"dump{number}", cwd=tmp_path, **setting).returncode == 0
    assert tree(tmp_path / "dump0") == tree(tmp_path / "dump1")


def test_the_day_of_the_dump_is_that_of_its_newest_article(tmp_path: Path) -> None:
    posts = write(tmp_path / "posts", {"a.md": article("A", date="2019-01-02"), "b.md": article("B", date="2021-03")})
    pipeline.publish([posts], tmp_path / "dump")
    assert 'dcterms:issued "2021-03"^^xsd:gYearMonth' in (tmp_path / "dump" / "dataset.ttl").read_text("utf-8")


def test_source_date_epoch_is_the_day_of_the_dump(posts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    pipeline.publish([posts], tmp_path / "dump")
    assert 'dcterms:issued "1970-01-02"^^xsd:date' in (tmp_path / "dump" / "dataset.ttl").read_text("utf-8")


@pytest.mark.parametrize("epoch", ["yesterday", "²", "9" * 20, "9" * 5000])
def test_a_source_date_epoch_that_is_none_is_wrong_usage(
    epoch: str, posts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(UsageError, match="SOURCE_DATE_EPOCH"):
        pipeline.publish([posts], tmp_path / "dump")
    assert not (tmp_path / "dump").exists()


# --- faults ----------------------------------------------------------------------------------------------------------------
def test_one_refused_article_leaves_the_old_dump_byte_for_byte(posts: Path, tmp_path: Path) -> None:
    pipeline.publish([posts], tmp_path / "dump")
    before = tree(tmp_path / "dump")
    write(posts, {"a.md": article("Changed", id="one"), "bad.md": FAULTY})
    summary = pipeline.publish([posts], tmp_path / "dump")
    assert (summary.published, summary.refused) == (False, 1)
    assert tree(tmp_path / "dump") == before
    assert names(tmp_path) == ["dump", "dump.cache", "posts"]


def test_a_violated_shape_refuses_an_article_as_a_reading_fault_does(tmp_path: Path) -> None:
    posts = write(tmp_path / "posts", {"a.md": article(author=None)})
    summary = pipeline.publish([posts], tmp_path / "dump", engine="fast")
    assert not summary.published
    assert [finding.place.line for finding in summary.findings if finding.severity == "violation"] == [1]
    assert not (tmp_path / "dump").exists()


def test_keep_going_publishes_the_good_and_lists_every_fault_of_the_rest(posts: Path, tmp_path: Path) -> None:
    write(posts, {"bad.md": FAULTY, "worse.md": article(author=None, publisher=None)})
    summary = pipeline.publish([posts], tmp_path / "dump", keep_going=True, engine="fast")
    assert (summary.published, summary.articles, summary.refused) == (True, 2, 2)
    faults = said(summary, "violation")
    assert faults[0].startswith(f"{posts / 'bad.md'}:5:7: '2023-02-30' is no date")
    assert [fault.split(":")[0] for fault in faults[1:]] == [str(posts / "worse.md")] * 2
    report = json.loads((tmp_path / "dump" / "report.json").read_bytes())
    assert [row["severity"] for row in report["findings"]].count("violation") == 3
    assert "faulty" not in (tmp_path / "dump" / "articles.nq").read_text("utf-8")


def test_keep_going_without_any_good_article_publishes_nothing(tmp_path: Path) -> None:
    posts = write(tmp_path / "posts", {"bad.md": FAULTY})
    summary = pipeline.publish([posts], tmp_path / "dump", keep_going=True)
    assert (summary.published, summary.refused) == (False, 1)
    assert names(tmp_path) == ["posts"]


def test_the_same_text_with_two_ids_is_one_article_with_a_warning_that_names_both(tmp_path: Path) -> None:
    write(tmp_path / "posts", {"a.md": article(id="a"), "b.md": article(id="b")})
    summary = pipeline.publish([tmp_path / "posts"], tmp_path / "dump")
    assert summary.articles == 1
    first, second = (tmp_path / "posts" / name for name in ("a.md", "b.md"))
    iri = "<https://data.example.org/article/a>"
    assert said(summary, "warning") == [f"{second}:1: the same text stands in {first}; it is one article: {iri}"]


@pytest.mark.parametrize(
    "difference",
    [
        {"date": "2024-05-07"},
        {"source": "Example Herald"},
        {"title": "Flights over Asia"},
    ],
    ids=str,
)
def test_the_same_text_of_another_day_or_from_a_source_that_it_names_is_an_article_of_its_own(
    difference: dict[str, str], tmp_path: Path
) -> None:
    write(tmp_path / "posts", {"a.md": article(id="a"), "b.md": article(**{"id": "b", **difference})})
    summary = pipeline.publish([tmp_path / "posts"], tmp_path / "dump")
    assert summary.articles == 2


def test_the_same_text_with_a_date_that_is_less_exact_is_one_article(tmp_path: Path) -> None:
    write(tmp_path / "posts", {"a.md": article(id="a", date="2024-05"), "b.md": article(id="b")})
    assert pipeline.publish([tmp_path / "posts"], tmp_path / "dump").articles == 1


def test_the_same_text_under_one_iri_is_one_article_with_a_warning_that_names_both(posts: Path, tmp_path: Path) -> None:
    write(posts, {"z.md": (posts / "a.md").read_text()})
    summary = pipeline.publish([posts], tmp_path / "dump")
    assert (summary.published, summary.articles, summary.refused) == (True, 2, 0)
    [warning] = said(summary, "warning")
    assert warning.startswith(f"{posts / 'z.md'}:1: ")
    assert f"{posts / 'a.md'}" in warning
    assert "https://data.example.org/article/one" in warning


def test_different_texts_under_one_iri_are_refused_naming_both(posts: Path, tmp_path: Path) -> None:
    write(posts, {"z.md": article("Other", id="one")})
    summary = pipeline.publish([posts], tmp_path / "dump")
    assert (summary.published, summary.refused) == (False, 1)
    [fault] = said(summary, "violation")
    assert fault.startswith(f"{posts / 'z.md'}:1: ")
    assert f"{posts / 'a.md'}" in fault


def test_a_file_that_is_named_twice_is_one_source(posts: Path, tmp_path: Path) -> None:
    summary = pipeline.publish([posts, posts / "a.md", posts], tmp_path / "dump")
    assert (summary.articles, said(summary, "warning")) == (2, [])


@pytest.mark.parametrize("files", [{}, {"picture.png": b"\x89PNG", ".hidden.md": article()}], ids=["empty", "nothing to read"])
def test_a_folder_without_articles_is_a_fault(files: dict[str, str | bytes], tmp_path: Path) -> None:
    summary = pipeline.publish([write(tmp_path / "posts", files)], tmp_path / "dump")
    assert not summary.published
    assert said(summary, "violation") == [f"{tmp_path / 'posts'}: no articles here"]
    assert not (tmp_path / "dump").exists()


def test_hidden_files_are_passed_over_and_unknown_endings_are_noted(posts: Path, tmp_path: Path) -> None:
    write(posts, {".draft.md": FAULTY, ".git/c.md": FAULTY, "picture.png": b"\x89PNG", "noending": b""})
    summary = pipeline.publish([posts], tmp_path / "dump")
    assert (summary.published, summary.articles) == (True, 2)
    notes = " ".join(said(summary, "info"))
    assert f"{posts / 'picture.png'}: skipped: no reader for .png" in notes
    assert f"{posts / 'noending'}: skipped" in notes
    assert "draft" not in notes


def test_links_that_lead_out_of_the_folder_are_said_and_not_followed(posts: Path, tmp_path: Path) -> None:
    outside = write(tmp_path / "outside", {"secret.md": article("Secret", id="secret")})
    (posts / "link.md").symlink_to(outside / "secret.md")
    (posts / "folder").symlink_to(outside)
    summary = pipeline.publish([posts], tmp_path / "dump")
    assert summary.published
    warnings = " ".join(said(summary, "warning"))
    assert f"{posts / 'link.md'}: skipped: a link that leads out of the folder" in warnings
    assert str(posts / "folder") in warnings
    assert b"Secret" not in b"".join(tree(tmp_path / "dump").values())


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_a_fault(posts: Path, tmp_path: Path) -> None:
    (posts / "a.md").chmod(0)
    summary = pipeline.publish([posts], tmp_path / "dump")
    assert said(summary, "violation") == [f"{posts / 'a.md'}: cannot be read: Permission denied"]


def test_a_source_that_is_not_there_is_wrong_usage(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such file or folder"):
        pipeline.publish([tmp_path / "nowhere"], tmp_path / "dump")
    assert names(tmp_path) == []


def test_a_file_name_that_is_no_text_is_told_in_escapes(posts: Path, tmp_path: Path) -> None:
    name = os.fsdecode(b"caf\xe9.md")
    try:
        write(posts, {name: article("Coffee", id="coffee")})
    except OSError:
        pytest.skip("this disk takes no such name")
    pipeline.publish([posts], tmp_path / "dump")
    manifest = json.loads((tmp_path / "dump" / "manifest.json").read_bytes())
    assert manifest["articles"]["https://data.example.org/article/coffee"]["source"] == str(posts / name)


# --- where the dump goes ---------------------------------------------------------------------------------------------------
def test_the_output_folder_is_no_source_even_where_it_lies_in_one(posts: Path) -> None:
    pipeline.publish([posts], posts / "dump")
    before = tree(posts / "dump")
    summary = pipeline.publish([posts], posts / "dump")
    assert tree(posts / "dump") == before
    assert "dump" not in " ".join(said(summary, "info"))


def test_a_source_in_the_output_folder_is_refused_since_it_would_be_deleted(posts: Path, tmp_path: Path) -> None:
    before = tree(posts)
    for output in (posts, posts / "b", tmp_path):
        with pytest.raises(UsageError, match="lies in the output folder"):
            pipeline.publish([posts / "b"], output)
    assert tree(posts) == before


def test_an_empty_folder_takes_a_dump(posts: Path, tmp_path: Path) -> None:
    (tmp_path / "dump").mkdir()
    assert pipeline.publish([posts], tmp_path / "dump").published
    assert set(names(tmp_path / "dump")) == FILES


def test_missing_folders_above_the_dump_are_made(posts: Path, tmp_path: Path) -> None:
    assert pipeline.publish([posts], tmp_path / "x" / "y" / "dump").published
    assert set(names(tmp_path / "x" / "y" / "dump")) == FILES


@pytest.mark.parametrize(
    "files",
    [{"thesis.doc": "years of work"}, {"manifest.json": '{"name": "a web application"}', "app.js": "1"}, {"manifest.json": "{"}],
    ids=["a thesis", "a web application", "no JSON"],
)
def test_a_folder_that_holds_something_else_is_refused_and_untouched(files: dict[str, str], posts: Path, tmp_path: Path) -> None:
    other = write(tmp_path / "other", files)
    before = tree(other)
    with pytest.raises(UsageError, match="holds something else"):
        pipeline.publish([posts], other)
    assert tree(other) == before
    assert names(tmp_path) == ["other", "posts"]


def test_a_dump_into_which_somebody_put_a_file_is_not_replaced(posts: Path, tmp_path: Path) -> None:
    pipeline.publish([posts], tmp_path / "dump")
    write(tmp_path / "dump", {"NOTES.txt": "do not lose me"})
    with pytest.raises(UsageError, match=r"NOTES\.txt"):
        pipeline.publish([posts], tmp_path / "dump")
    assert (tmp_path / "dump" / "NOTES.txt").read_text() == "do not lose me"


def test_what_a_file_manager_leaves_in_a_dump_does_not_stop_a_build(posts: Path, tmp_path: Path) -> None:
    pipeline.publish([posts], tmp_path / "dump")
    write(tmp_path / "dump", {".DS_Store": "x"})
    assert pipeline.publish([posts], tmp_path / "dump").published


def test_an_output_that_is_a_file_is_refused_and_untouched(posts: Path, tmp_path: Path) -> None:
    write(tmp_path, {"dump": "a file"})
    with pytest.raises(UsageError, match="this is a file"):
        pipeline.publish([posts], tmp_path / "dump")
    assert (tmp_path / "dump").read_text() == "a file"


def test_an_output_below_a_file_is_a_matter_of_the_disk(posts: Path, tmp_path: Path) -> None:
    write(tmp_path, {"file": "a file"})
    with pytest.raises(ResourceError, match="cannot write here"):
        pipeline.publish([posts], tmp_path / "file" / "dump")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_parent_that_may_not_be_written_is_a_matter_of_the_disk(posts: Path, tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0o500)
    with pytest.raises(ResourceError, match="Permission denied"):
        pipeline.publish([posts], tmp_path / "closed" / "dump")


# --- a failure or a kill in the middle -------------------------------------------------------------------------------------
def failing(message: str) -> Any:
    def fail(*args: Any, **given: Any) -> Any:
        raise OSError(28, message)

    return fail


@pytest.mark.parametrize(
    "where", ["pipeline.dumpfiles._save", "pipeline.dumpfiles.shutil.copyfile", "folders.os.fsync", "folders.os.rename"]
)
def test_a_failing_disk_leaves_the_old_dump_and_no_leftovers(
    where: str, posts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.publish([posts], tmp_path / "dump")
    before = tree(tmp_path / "dump")
    write(posts, {"a.md": article("Changed", id="one")})
    monkeypatch.setattr(folders, "_exchange", lambda first, second: False)
    monkeypatch.setattr(f"kg.{where}", failing("No space left on device"))
    with pytest.raises(ResourceError, match="No space left on device") as refusal:
        pipeline.publish([posts], tmp_path / "dump")
    assert refusal.value.exit_code == 3
    monkeypatch.undo()
    assert tree(tmp_path / "dump") == before
    assert names(tmp_path) == ["dump", "dump.cache", "posts"]


def test_a_spool_that_cannot_be_written_leaves_the_old_dump(posts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pipeline.publish([posts], tmp_path / "dump")
    before = tree(tmp_path / "dump")
    monkeypatch.setattr(Spool, "take", failing("Disk quota exceeded"))
    with pytest.raises(ResourceError, match="Disk quota exceeded"):
        pipeline.publish([posts], tmp_path / "dump")
    assert tree(tmp_path / "dump") == before
    assert names(tmp_path) == ["dump", "dump.cache", "posts"]


# --- one article -----------------------------------------------------------------------------------------------------------
def test_publisher_and_language_of_the_configuration_are_for_articles_that_do_not_say_theirs(tmp_path: Path) -> None:
    posts = write(tmp_path / "posts", {"a.md": article(publisher=None, lang=None), "b.md": article()})
    config = Config(publisher="The Fallback", language="fr")
    read = {r.source: pipeline.read(r, config) for r in readers.records(readers.split(posts))}
    found = {Path(source).name: (a.publisher and a.publisher.text, a.language and a.language.text) for source, a in read.items()}
    assert found == {"a.md": ("The Fallback", "fr"), "b.md": ("Example Press", "en")}


def test_each_catches_a_refusal_and_goes_on(posts: Path) -> None:
    def step(record: Any) -> str:
        if record.source.endswith("a.md"):
            raise ReadError.together([ReadError("first"), ReadError("second")])
        return str(record.source)

    refusal, good = pipeline.each([posts], step)
    assert isinstance(refusal, Refusal)
    assert [str(finding) for finding in refusal.findings] == [f"{posts / 'a.md'}:1: violation: {w}" for w in ("first", "second")]
    assert good == str(posts / "b" / "c.md")


def test_what_is_no_refusal_is_a_fault_of_ours_and_refuses_the_article(
    posts: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kg.pipeline.parallel.convert", lambda record, tools: 1 / 0)
    summary = pipeline.publish([posts], tmp_path / "dump")
    assert ["a fault of kg" in f.reason and "ZeroDivisionError" in f.reason for f in summary.findings] == [True, True]
    assert not summary.published
    assert names(tmp_path) == ["posts"]


# --- validation ------------------------------------------------------------------------------------------------------------
def test_a_dump_of_ours_conforms(tmp_path: Path) -> None:
    pipeline.publish([ROOT / "examples"], tmp_path / "dump")
    findings = targets.validate([tmp_path / "dump", tmp_path / "dump" / "articles.ttl"], engine="fast")
    assert [str(finding) for finding in findings if finding.severity == "violation"] == []


def test_a_file_of_a_dump_that_was_changed_or_deleted_is_a_violation(posts: Path, tmp_path: Path) -> None:
    dump = tmp_path / "dump"
    pipeline.publish([posts], dump)
    (dump / "articles.ttl").write_text("changed")
    (dump / "ontology.ttl").unlink()
    (dump / "articles.nq").write_bytes((dump / "articles.nq").read_bytes() + b"junk\n")
    found = {(Path(f.place.source).name, f.reason) for f in targets.validate([dump]) if f.severity == "violation"}
    changed = "this file was changed after the dump was built"
    assert found == {("articles.ttl", changed), ("articles.nq", changed), ("ontology.ttl", "this file of the dump is gone")}


def test_a_violation_in_an_rdf_file_names_the_node_at_fault(tmp_path: Path) -> None:
    write(tmp_path, {"a.ttl": "<https://x.example/a> a <https://schema.org/Article> ."})
    findings = targets.validate([tmp_path / "a.ttl"], engine="fast")
    assert any(f.severity == "violation" for f in findings)
    assert {getattr(f, "focus", None) for f in findings} == {"<https://x.example/a>"}


def test_every_target_is_checked_even_if_one_cannot_be_read(posts: Path, tmp_path: Path) -> None:
    write(tmp_path, {"bad.ttl": "<urn:x:a> <urn:x:b> .\n"})
    write(posts, {"bad.md": FAULTY, "note.png": b""})
    findings = targets.validate([tmp_path / "bad.ttl", posts], engine="fast")
    assert [Path(f.place.source).name for f in findings if f.severity == "violation"] == ["bad.ttl", "bad.md"]


def test_a_folder_of_articles_with_a_foreign_manifest_is_no_dump(posts: Path) -> None:
    write(posts, {"manifest.json": '{"name": "a web application"}'})
    assert [str(f) for f in targets.validate([posts], engine="fast") if f.severity == "violation"] == []


def test_both_engines_say_the_same_of_a_faulty_article(tmp_path: Path) -> None:
    posts = write(tmp_path / "posts", {"a.md": article(author=None, publisher=None)})
    fast, slow = ({(f.severity, f.reason, f.place) for f in targets.validate([posts], engine=e)} for e in ("fast", "pyshacl"))
    assert fast == slow


def test_unusable_shapes_stop_a_build_before_it_begins(posts: Path, tmp_path: Path) -> None:
    write(tmp_path, {"shapes.ttl": "<urn:x:a> <urn:x:b> <urn:x:c> ."})
    with pytest.raises(KgError, match="no shapes in this file"):
        pipeline.publish([posts], tmp_path / "dump", Config(shapes=(tmp_path / "shapes.ttl",)))
    assert not (tmp_path / "dump").exists()


# --- a source again --------------------------------------------------------------------------------------------------------
def test_a_source_is_read_again_by_path_and_digest(posts: Path) -> None:
    path = posts / "a.md"
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    title = pipeline.source_article(str(path), digest).title
    assert title is not None
    assert title.text == "One"
    write(posts, {"a.md": article("Changed")})
    with pytest.raises(ReadError, match="has changed"):
        pipeline.source_article(str(path), digest)
    path.unlink()
    with pytest.raises(ReadError, match="cannot be read again: no such file"):
        pipeline.source_article(str(path), digest)


# --- what only the whole dump shows ------------------------------------------------------------------------------------------
def test_a_person_whose_name_two_articles_print_differently_is_told(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "posts",
        {"a.md": article("One", id="one", author="Ann Bee"), "b.md": article("Two", id="two", author="ANN BEE")},
    )
    summary = pipeline.publish([folder], tmp_path / "dump")
    (warning,) = said(summary, "warning")
    assert summary.published
    assert warning.startswith(f"{folder / 'b.md'}:1: The person has several printed names.")
    assert warning.endswith("('Ann Bee', 'ANN BEE')")


def test_whom_a_vocabulary_knows_may_be_printed_in_many_ways(tmp_path: Path) -> None:
    spellings = ("Sergey Lavrov", "Sergei Lavrov")
    files = {f"{index}.md": article(f"One {index}", id=str(index), author=name) for index, name in enumerate(spellings)}
    assert said(pipeline.publish([write(tmp_path / "posts", files)], tmp_path / "dump"), "warning") == []
