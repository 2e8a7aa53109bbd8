"""The spool gives back what it took, or nothing: whatever becomes of its file."""

from __future__ import annotations

import pickle
import random
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.converted import Converted, Pieces, Refusal, packed, unpacked
from kg.errors import Finding, Place, ResourceError, Severity
from kg.spool import FILE, Spool
from kg.validation import Result

TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
TERMS = TEXTS.map(lambda text: f"<urn:{text}>")
PLACES = st.builds(Place, st.text(max_size=8), *[st.integers(0, 9)] * 4)
SEVERITIES: st.SearchStrategy[Severity] = st.sampled_from(["violation", "warning", "info"])
FINDINGS = st.builds(Finding, SEVERITIES, st.text(max_size=8), PLACES, exit_code=st.integers(1, 3))
RESULTS = st.builds(
    Result,
    SEVERITIES,
    TEXTS,
    PLACES,
    TERMS,
    st.none() | TERMS,
    st.none() | TERMS,
    TERMS,
    TEXTS,
    source=TERMS,
    constraint_node=st.none() | TERMS,
    times=st.integers(1, 3),
)
COUNTS = st.dictionaries(TEXTS, st.integers(1, 9), max_size=3)
ARTICLES = st.builds(
    Converted,
    iri=TERMS,
    source=st.text(max_size=8),  # the name of a file need not be text
    digest=TEXTS,
    text_digest=TEXTS,
    is_copy=st.booleans(),
    published=st.none() | st.just("2024-05-06"),
    pieces=st.dictionaries(st.sampled_from(["turtle", "csv:articles"]), st.binary(max_size=9)).map(
        lambda pieces: {**pieces, "nquads": b"a\nb\n"}
    ),
    shared=st.lists(st.tuples(TERMS, TERMS, TERMS), max_size=3).map(tuple),
    subjects=st.integers(0, 9),
    classes=COUNTS,
    properties=COUNTS,
    entities=st.lists(TERMS, max_size=3).map(tuple),
    kinds=COUNTS,
    findings=st.lists(FINDINGS | RESULTS, max_size=3).map(tuple),
    failing=st.none() | TERMS,
)


def article(name: str, text: str = "", **given: Any) -> Converted:
    """Return an article whose quads are of one line, with what is given."""
    values: dict[str, Any] = {
        "iri": f"<https://example.org/{name}>",
        "source": f"{name}.md",
        "digest": name,
        "text_digest": text or name,
        "is_copy": False,
        "published": "2024-05-06",
        "pieces": {"nquads": f"<{name}> <p> <o> <g> .\n".encode(), "turtle": name.encode()},
        "shared": (("<s>", "<p>", f'"{name}"'),),
        "subjects": 1,
        "classes": {},
        "properties": {},
        "entities": (f"<{name}>",),
        "kinds": {"name": 1},
        "findings": (),
    }
    return Converted(**{**values, **given})


@pytest.fixture
def spool(tmp_path: Path) -> Iterator[Spool]:
    """An empty spool."""
    with closing(Spool(tmp_path / "new", "setup")) as spool:
        yield spool


def kept(folder: Path, *names: str) -> Path:
    """Keep articles of these names, under their names, and that opinions on them agreed; return the file."""
    with closing(Spool(folder / "new", "setup")) as spool:
        for name in names:
            spool.take(article(name), name.encode())
        spool.agree(name.encode() for name in names)
        spool.keep(folder / FILE)
    return folder / FILE


# --- rows ------------------------------------------------------------------------------------------------------------------
@settings(max_examples=40)
@given(ARTICLES)
def test_an_article_comes_back_from_its_row_with_all_that_it_holds(item: Converted) -> None:
    again = unpacked(*packed(item))
    assert again == item
    assert again.is_good == item.is_good
    assert [type(finding) for finding in again.findings] == [type(finding) for finding in item.findings]
    times = [[f.times for f in found.findings if isinstance(f, Result)] for found in (again, item)]
    assert times[0] == times[1]
    assert packed(again) == packed(item)


@settings(max_examples=10)
@given(ARTICLES)
def test_an_article_travels_between_processes_as_its_row(item: Converted) -> None:
    again = pickle.loads(pickle.dumps(item))
    assert again == item
    assert again.row == packed(item)


def test_pieces_know_their_quads_without_being_unpacked() -> None:
    pieces = Pieces(packed(article("one")).pieces)
    assert (pieces.statements, len(pieces), list(pieces)) == (1, 2, ["nquads", "turtle"])
    assert "_text" not in vars(pieces)
    assert pieces["turtle"] == b"one"
    with pytest.raises(KeyError):
        pieces["csv"]


# --- what is published -----------------------------------------------------------------------------------------------------
def test_articles_come_back_in_order_of_iri(spool: Spool) -> None:
    for name in ("b", "ä", "a", "B"):
        spool.take(article(name), name.encode())
    entries = list(spool.entries())
    assert [entry.source for entry, _ in entries] == ["B.md", "a.md", "b.md", "ä.md"]
    assert [pieces["turtle"].decode() for _, pieces in entries] == ["B", "a", "b", "ä"]
    assert (spool.articles, spool.statements, spool.entities) == (4, 4, {"<a>", "<b>", "<B>", "<ä>"})


def test_a_record_that_comes_twice_is_one(spool: Spool) -> None:
    note = Finding("info", "said once", Place("a.md"))
    for _ in range(2):
        spool.take(article("a", findings=(note,)), b"a")
    assert (spool.articles, list(spool.findings)) == (1, [note])


def test_what_is_refused_is_counted_and_told(spool: Spool) -> None:
    fault = Finding("violation", "bad", Place("a.md"))
    spool.take(Refusal((fault,)))
    spool.take(article("a", findings=(fault,)), b"a")
    assert (spool.articles, spool.refused, list(spool.findings), list(spool.entries())) == (0, 2, [fault, fault], [])


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        ({"iri": "<https://example.org/a>", "text_digest": "a"}, "the same article stands in a.md"),
        ({"iri": "<https://example.org/a>"}, "another text with the same IRI stands in a.md"),
        ({"text_digest": "a"}, "the same text stands in a.md"),
        ({"text_digest": "a", "published": "2024-05"}, "the same text stands in a.md"),
        ({"text_digest": "a", "published": None}, "the same text stands in a.md"),
        ({"text_digest": "a", "published": "2024-05-07"}, ""),
        ({"text_digest": "a", "is_copy": True}, ""),
    ],
)
def test_articles_that_are_one_are_told_from_such_that_are_not(spool: Spool, other: dict[str, Any], expected: str) -> None:
    spool.take(article("a"), b"a")
    spool.take(article("b", **other), b"b")
    reasons = [finding.reason for finding in spool.findings]
    assert [reason.split(";")[0].split(":")[0] for reason in reasons] == ([expected] if expected else [])
    assert spool.articles == 2 - bool(expected)


def test_the_newest_day_is_that_of_an_article_which_is_published(spool: Spool) -> None:
    assert spool.newest() is None
    for name, day in (("a", "2024-05"), ("b", "2024-05-06T10:00:00+00:00"), ("c", "2023"), ("d", None)):
        spool.take(article(name, published=day), name.encode())
    fault = Finding("violation", "bad", Place("e.md"))
    spool.take(article("e", published="2030-01-01", findings=(fault,)), b"e")
    assert spool.newest() == "2024-05-06"


def test_what_many_articles_say_alike_is_held_once(spool: Spool) -> None:
    for number in range(1000):
        spool.take(article(str(number), findings=(Finding("info", "no theme", Place(f"{number}.md")),)), b"%d" % number)
    assert [str(finding) for finding in spool.findings] == ["0.md: info: no theme (1,000 times, here first)"]


# --- what is kept ----------------------------------------------------------------------------------------------------------
def test_what_was_kept_is_given_under_its_key_and_setup_alone(tmp_path: Path) -> None:
    old = kept(tmp_path, "a", "b")
    with closing(Spool(tmp_path / "new", "setup", old)) as spool:
        assert spool.kept(b"a") == article("a")
        assert spool.kept(b"c") is None
        assert (spool.has_agreed(b"b"), spool.has_agreed(b"c"), spool.reused) == (True, False, 1)
    with closing(Spool(tmp_path / "newer", "another setup", old)) as spool:
        assert spool.kept(b"a") is None
        assert not spool.has_agreed(b"a")


def test_an_article_that_is_kept_once_more_is_the_same_row(tmp_path: Path) -> None:
    body = kept(tmp_path, "a", "b").read_bytes()
    with closing(Spool(tmp_path / "new", "setup", tmp_path / FILE)) as spool:
        for name in (b"a", b"b"):
            item = spool.kept(name)
            assert item
            spool.take(item, name)
            spool.agree([name])
        spool.keep(tmp_path / "again" / FILE)
    assert (tmp_path / "again" / FILE).read_bytes() == body


def test_one_damaged_row_makes_all_of_no_use(tmp_path: Path) -> None:
    old = kept(tmp_path, "a", "b")
    with closing(sqlite3.connect(old)) as cache, cache:
        cache.execute("UPDATE article SET checksum = x'00' WHERE key = CAST('b' AS BLOB)")
    with closing(Spool(tmp_path / "new", "setup", old)) as spool:
        assert spool.kept(b"a")
        assert spool.kept(b"b") is None
        assert spool.kept(b"a") is None


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A file that has three articles, and what it holds."""
    file = kept(tmp_path_factory.mktemp("whole"), "a", "b", "c")
    return file, file.read_bytes()


@settings(max_examples=100)
@given(st.integers(), st.integers(1, 9))
def test_bits_that_flip_anywhere_make_rows_missing_and_never_others(whole: tuple[Path, bytes], seed: int, many: int) -> None:
    old, body = whole
    folder, cache, chance = old.parent, bytearray(body), random.Random(seed)
    used = [found.start() for found in re.finditer(rb"[^\0]", body)]
    for place in chance.sample(used, many):
        cache[place] ^= 1 << chance.randrange(8)
    old.write_bytes(cache)
    with closing(Spool(folder / "new", "setup", old)) as spool:
        for name in ("a", "b", "c"):
            assert spool.kept(name.encode()) in (None, article(name))
        assert not spool.has_agreed(b"d")
    (folder / "new").unlink()


@settings(max_examples=40)
@given(st.integers(0, 200_000), st.integers(0, 200_000), st.integers(0, 2))
def test_a_file_that_is_cut_or_overwritten_never_gives_other_rows(
    whole: tuple[Path, bytes], begin: int, length: int, kind: int
) -> None:
    old, body = whole
    folder = old.parent
    end = min(begin + length, len(body))
    size = max(end - begin, 0)
    old.write_bytes(body[:begin] + [b"", bytes(size), random.Random(length).randbytes(size)][kind] + body[end:])
    with closing(Spool(folder / "new", "setup", old)) as spool:
        assert all(spool.kept(name.encode()) in (None, article(name)) for name in ("a", "b", "c"))
    (folder / "new").unlink()


def test_a_file_that_cannot_be_written_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match="cannot write here"):
        Spool(tmp_path / "nowhere" / "new", "setup")


def test_where_nothing_can_be_kept_the_old_file_stays(tmp_path: Path) -> None:
    body = kept(tmp_path, "a").read_bytes()
    with closing(Spool(tmp_path / "new", "setup")) as spool:
        spool.take(article("b"), b"b")
        (tmp_path / "new").unlink()
        spool.keep(tmp_path / FILE)
    assert (tmp_path / FILE).read_bytes() == body
