"""A dump becomes a store once, and is asked there as it is: no older one, no broken one, no half of one."""

from __future__ import annotations

import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kg import exporters, folders, store, terms
from kg.errors import KgError, QueryError, ResourceError
from kg.store import loading
from kg.terms import Statement
from tests import asking
from tests.dumps import BASE, said, write_dump
from tests.writing import SAFETY, write

AUTHOR = terms.iri(f"{BASE}person/marie-novak")
Names = tuple[str, ...] | None
COUNT = "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }"


def articles(count: int, title: str = "One") -> dict[str, list[Statement]]:
    """Return the statements of so many articles by one author, whose name stands in a graph of each."""
    return {
        (iri := f"{BASE}article/{number}"): [
            *said(iri, (terms.TYPE, terms.ARTICLE), (terms.AUTHOR, AUTHOR), (terms.HEADLINE, terms.literal(title, language="en"))),
            Statement(AUTHOR, terms.NAME, terms.literal("Marie Novak"), terms.iri(f"{iri}#declared")),
            Statement(AUTHOR, terms.NAME, terms.literal("Marie Novak"), terms.iri(f"{iri}#extracted")),
        ]
        for number in range(count)
    }


@pytest.fixture(autouse=True)
def always_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even the smallest dump gets a store on disk."""
    monkeypatch.setattr(loading, "SMALL", 0)


@pytest.fixture
def dump(tmp_path: Path) -> Path:
    return write_dump(tmp_path / "dump", articles(5))


def rows(target: Path, query: str) -> list[str]:
    """Return the rows of an answer."""
    with asking.here():
        return store.query(target, query, "csv").body.decode().split("\r\n")[1:-1]


def made(target: Path) -> tuple[int, ...]:
    """Return what tells a store from one that is made later."""
    stat = (folders.cache_of(target) / "store" / loading.KEY).stat()
    return stat.st_ino, stat.st_mtime_ns


# --- what a store holds ----------------------------------------------------------------------------------------------------
def test_one_author_of_many_articles_counts_once(dump: Path) -> None:
    assert rows(dump, f"SELECT (COUNT(*) AS ?n) {{ {AUTHOR} schema:name ?name }}") == ["1"]
    assert rows(dump, f"SELECT (COUNT(*) AS ?n) {{ ?article schema:author {AUTHOR} }}") == ["5"]
    assert rows(dump, f"SELECT (COUNT(*) AS ?n) {{ GRAPH ?g {{ {AUTHOR} schema:name ?name }} }}") == ["10"]
    assert rows(dump, COUNT) == ["16"]


@pytest.mark.parametrize("graphs", ["FROM {0} FROM {1}", "FROM {0} FROM {1} FROM NAMED {0}"])
def test_graphs_that_a_query_names_are_united_as_a_set_too(graphs: str, dump: Path) -> None:
    names = [f"<{BASE}article/1#{name}>" for name in ("declared", "extracted")]
    query = f"SELECT (COUNT(*) AS ?n) {graphs.format(*names)} {{ ?s schema:name ?name }}"
    assert rows(dump, query) == ["1"]


def test_a_request_may_name_the_graphs_instead_of_the_query(dump: Path) -> None:
    names = tuple(f"{BASE}article/1#{name}" for name in ("declared", "extracted"))
    with asking.here(), store.Session(dump) as session:

        def count(text: str, default: Names = None, named: Names = None) -> int:
            body = session.answer(store.Request(text, "json", default, named), SAFETY).body
            return int(json.loads(body)["results"]["bindings"][0]["n"]["value"])

        everything = COUNT.replace("{", f"FROM <{BASE}article/2#declared> {{", 1)
        assert count(everything) == 4
        assert count(everything, default=names) == 4
        assert count(COUNT, default=names[1:]) == 1
        assert count(COUNT, named=names) == 0
        named = COUNT.replace("{ ?s ?p ?o }", "{ GRAPH ?g { ?s ?p ?o } }")
        assert count(named) == 25
        assert count(named, named=names) == 5
        assert count(named, default=names) == 0


@pytest.mark.parametrize(
    ("lines", "count"),
    [
        ("<urn:a> <urn:p> <urn:o> .\n<urn:a> <urn:p> <urn:o> <urn:g> .\n", 1),
        ('<urn:a> <urn:p> "a <b" .\n', 1),
        ('<urn:a> <urn:p> "1"^^<urn:t> .', 1),
        ("# <urn:a> a comment\n\n  <urn:a>\t<urn:p>  <urn:o> <urn:g>.\n_:x <urn:p> _:x _:g .\n", 2),
        ('<urn:a> <urn:p> "a <b> ." <urn:g> . # <c> .\r\n', 1),
        ("<urn:a> <urn:p> <urn:o> <urn:g> . # as <c> .\n", 1),
        ("", 0),
    ],
)
def test_lines_that_are_not_as_we_write_them_are_loaded_all_the_same(lines: str, count: int, dump: Path) -> None:
    (dump / "articles.nq").write_text(lines, "utf-8")
    assert rows(dump, COUNT) == [str(count)]


def test_lines_that_are_no_nquads_are_told_with_their_place(dump: Path) -> None:
    with (dump / "articles.nq").open("a") as file:
        file.write("<urn:a> <urn:p> .\n")
    with pytest.raises(KgError, match=r"articles\.nq:26:"):
        store.prepare(dump)
    assert not (folders.cache_of(dump) / "store").exists()


# --- when it is made -------------------------------------------------------------------------------------------------------
def test_a_store_is_made_once_and_used_again(dump: Path) -> None:
    told: list[tuple[int, int]] = []
    first = store.prepare(dump, lambda done, size: told.append((done, size)))
    size = (dump / "articles.nq").stat().st_size
    assert told[-1] == (size, size)
    before = made(dump)
    assert store.prepare(dump, lambda done, size: pytest.fail("made again")) == first
    assert made(dump) == before
    assert first.path == folders.cache_of(dump) / "store"


def test_another_dump_of_that_name_gets_another_store(dump: Path, tmp_path: Path) -> None:
    first = store.prepare(dump)
    shutil.rmtree(dump)
    write_dump(dump, articles(5, title="Two"))
    assert rows(dump, "SELECT DISTINCT ?title { ?a schema:headline ?title }") == ["Two"]
    assert store.prepare(dump).version != first.version


def test_a_dump_that_was_edited_is_asked_as_it_is_now(dump: Path) -> None:
    store.prepare(dump)
    body = (dump / "articles.nq").read_text()
    (dump / "articles.nq").write_text(body.replace('"One"', '"Two"'))
    os.utime(dump / "articles.nq", ns=(1, 1))
    assert rows(dump, "SELECT DISTINCT ?title { ?a schema:headline ?title }") == ["Two"]


def _cut(folder: Path) -> None:
    file = max(folder.glob("*.sst"), key=lambda file: file.stat().st_size)
    file.write_bytes(file.read_bytes()[:-100])


def _scribble(folder: Path) -> None:
    for file in folder.glob("*.sst"):
        body = bytearray(file.read_bytes())
        body[::7] = b"\xff" * len(body[::7])
        file.write_bytes(body)


@pytest.mark.parametrize(
    "harm",
    [
        _cut,
        _scribble,
        lambda folder: next(folder.glob("*.sst")).unlink(),
        lambda folder: (folder / "CURRENT").unlink(),
        lambda folder: (folder / "CURRENT").write_text("MANIFEST-000099\n"),
        lambda folder: (folder / loading.KEY).write_text("[]"),
        lambda folder: (folder / loading.KEY).write_text("{"),
        lambda folder: (folder / loading.KEY).unlink(),
    ],
    ids=["cut", "scribbled", "file gone", "no beginning", "wrong beginning", "foreign key", "broken key", "no key"],
)
def test_a_store_that_is_broken_or_foreign_is_made_again(harm: object, dump: Path) -> None:
    assert callable(harm)
    prepared = store.prepare(dump)
    before = made(dump)
    harm(prepared.path)
    assert rows(dump, COUNT) == ["16"]
    assert made(dump) != before


def test_a_store_that_breaks_while_it_is_asked_costs_nobody_an_answer(dump: Path) -> None:
    with store.Session(dump) as session:
        session.load()
        _scribble(session.prepared.path)
        session.close()
        assert b"16" in session.answer(store.Request(COUNT), SAFETY).body


def test_what_is_no_store_is_left_alone(dump: Path) -> None:
    write(folders.cache_of(dump), {"store/diary.txt": "mine"})
    with pytest.raises(KgError, match=r"store: this folder holds something else than .*diary\.txt"):
        store.prepare(dump)
    assert (folders.cache_of(dump) / "store" / "diary.txt").read_text() == "mine"


def test_where_the_cache_is_a_dump_the_store_stands_with_the_users_other_caches(
    dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "home"))
    write_dump(folders.cache_of(dump), articles(1))
    assert rows(dump, COUNT) == ["16"]
    assert store.prepare(dump).path.is_relative_to(tmp_path / "home" / "stores")


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_where_nobody_may_write_beside_the_dump_so_too(dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "home"))
    dump.parent.chmod(0o555)
    try:
        assert store.prepare(dump).path.is_relative_to(tmp_path / "home")
    finally:
        dump.parent.chmod(0o755)


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError("IO error: No space left on device: While appending to file: /x/000011.sst: No space left on device"),
    ],
    ids=["of the system", "of the engine"],
)
def test_a_disk_that_is_full_is_told_in_words(error: OSError, dump: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(loading, "_load", full)
    with pytest.raises(ResourceError, match=r"store: the store cannot be written: No space left on device$") as caught:
        store.prepare(dump)
    assert caught.value.exit_code == 3
    assert list(folders.cache_of(dump).iterdir()) == []


# --- others at the same time -----------------------------------------------------------------------------------------------
def test_several_that_ask_a_new_dump_make_one_store(dump: Path) -> None:
    script = (
        "import sys; from kg import store; from kg.store import loading; loading.SMALL = 0; "
        f"print(store.query({str(dump)!r}, {COUNT!r}, 'csv', 60).body.decode().split()[1])"
    )
    asking = [subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) for _ in range(3)]
    assert [process.communicate()[0] for process in asking] == ["16\n"] * 3
    assert [entry.name for entry in folders.cache_of(dump).iterdir()] == ["store"]


def test_many_can_read_a_store_side_by_side(dump: Path) -> None:
    with store.Session(dump) as first, store.Session(dump) as second:
        for session in (first, second, first):
            assert b"16" in session.answer(store.Request(COUNT), SAFETY).body


# --- dumps of others -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("version", ["0.99.0", "7.0"])
def test_a_dump_newer_than_the_program_is_refused(version: str, dump: Path) -> None:
    found = json.loads((dump / "manifest.json").read_text())
    (dump / "manifest.json").write_text(json.dumps({**found, "kg": version}))
    with pytest.raises(QueryError, match=f"this dump is of kg {version}, newer than this kg"):
        store.prepare(dump)


def test_who_stops_the_making_of_a_store_leaves_nothing(dump: Path) -> None:
    def stop(*_: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        store.prepare(dump, stop)
    assert list(folders.cache_of(dump).iterdir()) == []


# --- what comes out of it --------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("form", ["ntriples", "turtle", "jsonld", "rdfxml"])
def test_a_graph_that_is_asked_for_is_written_as_the_dump_writes_it(form: str, tmp_path: Path) -> None:
    article = terms.iri(f"{BASE}article/one")
    values = [
        (terms.WORD_COUNT, terms.literal("12", datatype=terms.XSD_NON_NEGATIVE_INTEGER)),
        (terms.BEGIN_INDEX, terms.literal("0", datatype=terms.XSD_NON_NEGATIVE_INTEGER)),
        (terms.TA_CONFIDENCE, terms.literal("0.90", datatype=terms.XSD_DECIMAL)),
        (terms.TA_CONFIDENCE, terms.literal("1.00", datatype=terms.XSD_DECIMAL)),
        (terms.DATE_PUBLISHED, terms.literal("2024-05-06T07:08:09+00:00", datatype=terms.XSD_DATE_TIME)),
        (terms.DATE_MODIFIED, terms.literal("2024-05-06T07:08:09+02:00", datatype=terms.XSD_DATE_TIME)),
        (terms.DATE_PUBLISHED, terms.literal("2024-05-06", datatype=terms.XSD_DATE)),
        (terms.DATE_PUBLISHED, terms.literal("2024-05", datatype=terms.XSD_GYEAR_MONTH)),
    ]
    statements = [Statement(article, predicate, value, terms.iri(f"{BASE}article/one#declared")) for predicate, value in values]
    dump = write_dump(tmp_path / "dump", {f"{BASE}article/one": statements})
    with asking.here():
        found = store.query(dump, "CONSTRUCT WHERE { ?s ?p ?o }", form).body.decode()
    wanted = exporters.export((statement._replace(graph="") for statement in statements), form)
    if form == "ntriples":
        wanted = "".join(sorted(wanted.splitlines(keepends=True)))
    if form == "turtle":  # which declares the prefixes that it has, and no others
        used = {"nif:", "schema:", "itsrdf:", "xsd:"}
        head, _, graph = wanted.partition("\n\n")
        wanted = "\n".join([*(line for line in head.split("\n") if line.split()[1] in used), "", graph])
    assert found == wanted
