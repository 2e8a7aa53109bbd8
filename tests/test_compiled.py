"""Tables are made once and kept: a file in the cache is as good as the sources, or it is not used."""

from __future__ import annotations

import hashlib
import marshal
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import platformdirs
import pytest

from kg import compiled, rdf, resources, terms, vocabulary
from kg.vocabulary import Source, Vocabulary
from tests.writing import names, run, write

PREFIXES = f"@prefix skos: <{terms.SKOS}> . @prefix kg: <{terms.KG}> . @prefix t: <https://knots.example/> .\n"
STATES = PREFIXES + 't:norge a kg:State ; skos:prefLabel "Norge"@no .\n'
KNOTS = PREFIXES + 't:knot skos:prefLabel "Bowline knots"@en ; kg:acronym "BK"@en .\n'


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a vocabulary to ship, which is small, a user's one, and a cache that is still empty."""
    monkeypatch.setattr(resources, "folder", lambda name: tmp_path / name)
    monkeypatch.setattr(vocabulary, "FILES", {"states.ttl": "state"})
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    return write(tmp_path, {"ontology/states.ttl": STATES, "knots.ttl": KNOTS})


def load(home: Path, kind: str = "theme", base: str = terms.DEFAULT_BASE) -> Vocabulary:
    return vocabulary.load(base, [Source(home / "knots.ttl", kind)])


def kept(home: Path) -> list[Path]:
    """Return the files of the cache."""
    return sorted((home / "cache").iterdir())


def forbid(monkeypatch: pytest.MonkeyPatch, module: object, name: str) -> None:
    """Let a function fail the test that calls it."""

    def called(*arguments: object) -> NoReturn:
        pytest.fail(f"{name} was called")

    monkeypatch.setattr(module, name, called)


# --- once ------------------------------------------------------------------------------------------------------------------
def test_what_was_compiled_is_the_same_again_and_no_source_is_parsed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load(home)
    forbid(monkeypatch, rdf, "read")
    forbid(monkeypatch, vocabulary, "build")
    again = load(home)
    assert again == first
    assert [again.statements(entity) for entity in again] == [first.statements(entity) for entity in first] != []
    text = "Bowline knots (BK) of Norge"
    for language in ("en", "no", "fr", None):
        assert again.matches(text, language, [(0, len(text))]) == first.matches(text, language, [(0, len(text))])
    assert again.named("bowline knots") == first.named("bowline knots") == ("<https://knots.example/knot>",)


def test_the_same_files_elsewhere_make_the_same_tables(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load(home)
    write(home / "elsewhere", {"knots.ttl": KNOTS})
    forbid(monkeypatch, rdf, "read")
    assert load(home / "elsewhere") == first


def test_the_vocabulary_that_is_shipped_is_the_same_with_and_without_a_cache(
    words: Vocabulary, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KG_CACHE", str(tmp_path))
    assert vocabulary.load() == words
    assert len(names(tmp_path)) == 1


@pytest.mark.parametrize(
    ("change", "tables"),
    [
        pytest.param(lambda home: load(home, kind="treaty"), 1, id="kind"),
        pytest.param(lambda home: load(home, base="https://other.example/"), 1, id="base"),
        pytest.param(lambda home: vocabulary.load(), 0, id="fewer"),  # what is shipped has tables of its own
        pytest.param(lambda home: load(write(home, {"knots.ttl": KNOTS.replace("Bowline", "Reef")})), 1, id="words"),
        pytest.param(lambda home: load(write(home, {"knots.ttl": KNOTS + "\n"})), 1, id="bytes"),
        pytest.param(lambda home: load(write(home, {"ontology/states.ttl": STATES.replace("Norge", "Noreg")})), 2, id="shipped"),
        pytest.param(lambda home: vocabulary.load(sources=[write(home, {"knobs.ttl": KNOTS}) / "knobs.ttl"]), 1, id="name"),
        pytest.param(lambda home: vocabulary.load(sources=[home / "knots.ttl", home / "knots.ttl"]), 1, id="twice"),
    ],
)
def test_other_sources_or_settings_make_other_tables(change: Callable[[Path], Vocabulary], tables: int, home: Path) -> None:
    first = load(home)
    before = kept(home)
    found = change(home)
    assert len(kept(home)) == len(before) + tables
    assert set(before) <= set(kept(home))
    for name in kept(home):
        name.unlink()
    assert change(home) == found
    assert load(write(home, {"ontology/states.ttl": STATES, "knots.ttl": KNOTS})) == first


def test_a_file_of_the_user_is_added_to_what_is_shipped_without_making_that_again(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vocabulary.load()
    forbid(monkeypatch, vocabulary, "build")
    assert set(load(home)) == {"<https://knots.example/norge>", "<https://knots.example/knot>"}


def test_kinds_belong_to_their_files(home: Path) -> None:
    write(home, {"a.ttl": PREFIXES + 't:a skos:prefLabel "Aa"@en .', "b.ttl": PREFIXES + 't:b skos:prefLabel "Bb"@en .'})
    for kinds in (("treaty", "state"), ("state", "treaty")):
        words = vocabulary.load(sources=[Source(home / "a.ttl", kinds[0]), Source(home / "b.ttl", kinds[1])])
        types = [words.main_type(f"<https://knots.example/{name}>") for name in "ab"]
        assert types == [vocabulary.TYPES[kind][0] for kind in kinds]


def test_another_program_makes_other_tables(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    load(home)
    monkeypatch.setattr(vocabulary, "_PROGRAM", "another")
    load(home)
    monkeypatch.setattr(compiled, "VERSION", "0.0.0")
    load(home)
    monkeypatch.setattr(sys.implementation, "cache_tag", "other-1")
    load(home)
    assert len(kept(home)) == 8  # of what is shipped, and with what is ours


# --- damaged ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "damage",
    [
        lambda body: b"",
        lambda body: body[:31],
        lambda body: body[:32],
        lambda body: body[:-1],
        lambda body: body[: len(body) // 2],
        lambda body: body + b"\0",
        lambda body: body[:40] + bytes([body[40] ^ 1]) + body[41:],
        lambda body: bytes([body[0] ^ 1]) + body[1:],
        lambda body: b"not ours at all",
        lambda body: b"\0" * len(body),
    ],
    ids="empty half-a-digest digest short half long flipped other-digest foreign zeros".split(),
)
def test_a_file_that_is_not_as_it_was_written_is_made_again(damage: Callable[[bytes], bytes], home: Path) -> None:
    first = load(home)
    whole = {path: path.read_bytes() for path in kept(home)}
    assert len(whole) == 2
    for path, body in whole.items():
        path.write_bytes(damage(body))
    assert load(home) == first
    assert {path: path.read_bytes() for path in kept(home)} == whole


def test_what_is_no_table_is_not_taken_for_one(home: Path) -> None:
    first = load(home)
    body = marshal.dumps(["no", "table"])
    for path in kept(home):
        path.write_bytes(hashlib.sha256(body).digest() + body)
    assert load(home) == first


def test_a_folder_in_the_place_of_a_file_is_left_alone(home: Path) -> None:
    first = load(home)
    before = kept(home)
    for path in before:
        path.unlink()
        path.mkdir()
    assert load(home) == first
    assert kept(home) == before


# --- unwritable ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("place", ["file", "file/below"])
def test_a_cache_that_can_be_no_folder_costs_only_time(place: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = load(home)
    write(home, {"file": "mine"})
    monkeypatch.setenv("KG_CACHE", str(home / place))
    assert load(home) == load(home) == first
    assert (home / "file").read_text() == "mine"


@pytest.mark.parametrize("name", ["mkdir", "write_bytes", "replace"])
def test_a_disk_that_is_full_or_read_only_costs_only_time(name: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*arguments: object, **options: object) -> NoReturn:
        raise OSError(30, "Read-only file system")

    with monkeypatch.context() as disk:
        disk.setattr(Path, name, failing)
        first = load(home)
        assert load(home) == first
    assert not (home / "cache").exists() or kept(home) == []
    assert load(home) == first
    assert len(kept(home)) == 2


def test_a_disk_on_which_nothing_can_be_removed_costs_only_time(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*arguments: object, **options: object) -> NoReturn:
        raise OSError(30, "Read-only file system")

    monkeypatch.setattr(Path, "write_bytes", failing)
    monkeypatch.setattr(Path, "unlink", failing)
    assert load(home) == load(home)


# --- few -------------------------------------------------------------------------------------------------------------------
def test_the_newest_few_are_kept_and_a_use_makes_one_new(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_CACHE", str(tmp_path))
    for number in range(compiled._KEPT):
        compiled.save(f"{number:02}", (number,))
        os.utime(tmp_path / f"{number:02}.vocabulary", (number, number))
    assert compiled.load("00") == (0,)
    compiled.save("new", ("new",))
    compiled.save("newer", ("newer",))
    left = ["00", *(f"{number:02}" for number in range(3, compiled._KEPT)), "new", "newer"]
    assert names(tmp_path) == [f"{name}.vocabulary" for name in left]
    assert [compiled.load(name) for name in ("01", "03", "newer")] == [None, (3,), ("newer",)]


def test_other_peoples_files_are_no_part_of_the_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_CACHE", str(tmp_path))
    write(tmp_path, {"letter.txt": "mine", "below/old.vocabulary": "mine"})
    for number in range(compiled._KEPT + 2):
        compiled.save(str(number), ())
    assert (tmp_path / "letter.txt").read_text() == (tmp_path / "below" / "old.vocabulary").read_text() == "mine"
    assert len(names(tmp_path)) == compiled._KEPT + 2


# --- where -----------------------------------------------------------------------------------------------------------------
def test_the_cache_is_the_users_folder_or_the_one_that_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "here"))
    assert compiled.folder() == tmp_path / "here"
    monkeypatch.setenv("KG_CACHE", "")
    assert compiled.folder() == platformdirs.user_cache_path("article-kg")
    monkeypatch.delenv("KG_CACHE")
    assert compiled.folder() == platformdirs.user_cache_path("article-kg")


def test_processes_share_what_one_of_them_made(tmp_path: Path) -> None:
    script = "from kg import compiled; print(compiled.load('a')); compiled.save('a', ('made', {'x': b'y'}))"
    for said in ("None\n", "('made', {'x': b'y'})\n"):
        done = run([sys.executable, "-c", script], environment={"KG_CACHE": str(tmp_path / "cache")})
        assert (done.stdout, done.stderr) == (said, "")
    assert names(tmp_path / "cache") == ["a.vocabulary"]
