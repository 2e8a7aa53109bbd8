"""From a statement back to its sentence and the line of its source; where the source is gone, to the words around it."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import pytest

from kg import evidence, pipeline, terms
from kg.config import Config
from kg.errors import UsageError
from kg.evidence import Evidence
from kg.sentences import sentence
from tests.writing import article, write

BODY = """\
It began in 1987. France (and Poland!) signed the INF Treaty, see [the text](https://x.example/text). Nobody left.

The French kept it."""
BASE = "https://data.example.org/"
FRANCE = "https://w3id.org/article-kg/state/france"
TREATY = "https://w3id.org/article-kg/treaty/inf-treaty"


_load_tools = lru_cache(pipeline.load_tools)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project in which `kg build posts -o out/dump` ran; we stand in it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("kg.pipeline.publishing.load_tools", _load_tools)
    write(tmp_path / "posts", {"a.md": article("Who signed", BODY, id="one"), "b.md": article("Two", "France did.", id="two")})
    assert pipeline.publish(["posts"], "out/dump", Config(publisher="The Fallback")).published
    return tmp_path


def told(found: list[Evidence]) -> list[tuple[str, str]]:
    """Return place and words of each piece of evidence."""
    return [(str(piece.place), piece.words) for piece in found]


def phrase(home: Path, kind: str, words: str) -> str:
    """Return the IRI of the phrase of article one with these words."""
    lines = (home / "out" / "dump" / "articles.nq").read_text("utf-8").splitlines()
    found = [line.split(" ")[0] for line in lines if "/one#" in line and f"#{kind}=" in line and f'anchorOf> "{words}"' in line]
    return terms.value(found[0])


def test_a_mention_leads_to_its_sentence_line_and_rule(home: Path) -> None:
    [found] = evidence.explain("out/dump", phrase(home, "char", "INF Treaty"))
    assert str(found.place) == "posts/a.md:10:51"
    assert (found.before, found.after) == ("France (and Poland!) signed the ", ", see the text.")
    assert found.rule == f"a name of it, as the vocabulary has it (0.98) → {TREATY}"
    assert found.note == ""


def test_a_citation_leads_to_its_address(home: Path) -> None:
    [found] = evidence.explain("out/dump", phrase(home, "link", "the text"))
    assert (found.words, found.rule) == ("the text", "a link of the source → https://x.example/text")
    assert found == evidence.explain("out/dump", "https://x.example/text")[0]


@pytest.mark.parametrize("form", ["{}", "<{}>", " {} "])
def test_an_entity_leads_to_everything_that_names_it_in_order_of_the_text(form: str, home: Path) -> None:
    found = evidence.explain(Path("out/dump"), form.format(FRANCE))
    assert told(found) == [("posts/a.md:10:19", "France"), ("posts/a.md:12:5", "French"), ("posts/b.md:10:1", "France")]
    assert [piece.after for piece in found[1:]] == [" kept it.", " did."]


def test_an_article_leads_to_its_phrases_and_to_what_it_says_of_itself(home: Path) -> None:
    found = evidence.explain("out/dump", f"{BASE}article/one")
    rules = {piece.rule: (str(piece.place), piece.words) for piece in found}
    assert [piece.words for piece in found[:5]] == ["France", "Poland", "INF Treaty", "the text", "French"]
    assert rules["declared by the source as schema:headline"] == ("posts/a.md:2:8", "Who signed")
    assert rules["declared by the source as schema:datePublished"] == ("posts/a.md:5:7", "2024-05-06")


def test_an_author_leads_to_the_byline(home: Path) -> None:
    found = evidence.explain("out/dump", f"{BASE}person/marie-novak")
    assert {str(piece.place) for piece in found} == {"posts/a.md:3:9", "posts/b.md:3:9"}


def test_what_the_build_was_told_is_said_to_be_not_in_the_source(home: Path) -> None:
    write(home / "posts", {"a.md": article("Who signed", BODY, id="one", publisher=None)})
    pipeline.publish(["posts"], "out/dump", Config(publisher="The Fallback"))
    found = evidence.explain("out/dump", f"{BASE}organization/the-fallback")
    assert {str(piece.place) for piece in found} == {"posts/a.md"}
    assert all("not in the source's own words" in piece.rule for piece in found)


# --- where the source is ---------------------------------------------------------------------------------------------------
def test_sources_are_found_from_another_folder_since_they_lie_where_they_lay_beside_the_dump(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "elsewhere").mkdir()
    monkeypatch.chdir(home / "elsewhere")
    found = evidence.explain("../out/dump", TREATY)
    assert told(found) == [(f"{home}/posts/a.md:10:51", "INF Treaty")]


def test_a_project_that_was_moved_still_has_its_evidence(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved = home.rename(home.with_name("moved"))
    monkeypatch.chdir("/")
    assert told(evidence.explain(moved / "out" / "dump", TREATY)) == [(f"{moved}/posts/a.md:10:51", "INF Treaty")]


def test_another_file_of_the_same_name_is_not_taken_for_the_source(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home / "elsewhere" / "posts", {"a.md": article("Another", "France and Poland.")})
    monkeypatch.chdir(home / "elsewhere")
    assert told(evidence.explain("../out/dump", TREATY)) == [(f"{home}/posts/a.md:10:51", "INF Treaty")]


@pytest.mark.parametrize("change", ["changed", "gone"])
def test_without_the_source_the_words_around_are_shown_with_a_note(change: str, home: Path) -> None:
    if change == "gone":
        (home / "posts" / "a.md").unlink()
    else:
        write(home / "posts", {"a.md": article("Changed")})
    [found] = evidence.explain("out/dump", TREATY)
    assert (found.before, found.words, found.after) == (
        "in 1987. France (and Poland!) signed the "[-40:],
        "INF Treaty",
        ", see the text. Nobody left.\n\nThe French "[:40],
    )
    assert str(found.place) == "posts/a.md"
    assert ("has changed" if change == "changed" else "no such file") in found.note
    [author] = [e for e in evidence.explain("out/dump", f"{BASE}person/marie-novak") if e.note and "author" in e.rule]
    assert (str(author.place), author.rule) == ("posts/a.md", "declared by the source as schema:author")


# --- faults ----------------------------------------------------------------------------------------------------------------
def test_an_iri_that_no_article_speaks_of_is_told(home: Path) -> None:
    with pytest.raises(UsageError, match=r"no article says anything of urn:x:unknown; it stands nowhere in the dump"):
        evidence.explain("out/dump", "urn:x:unknown")
    with pytest.raises(UsageError, match=r"only as reference data, in <https://w3id\.org/article-kg/vocabulary/"):
        evidence.explain("out/dump", "https://w3id.org/article-kg/region/europe")


def test_what_is_no_iri_is_wrong_usage(home: Path) -> None:
    for text in ("not an iri", "", "<>", 'urn:x:"'):
        with pytest.raises(UsageError):
            evidence.explain("out/dump", text)


@pytest.mark.parametrize(
    "manifest",
    [
        None,
        "{",
        '{"name": "a web application"}',
        "[]",
        '{"kg": "1", "articles": [], "files": {}}',
        '{"kg": 1, "articles": {"a": 1}, "files": {}}',
    ],
)
def test_a_folder_that_is_no_dump_is_told(manifest: str | None, tmp_path: Path) -> None:
    write(tmp_path, {} if manifest is None else {"manifest.json": manifest})
    with pytest.raises(UsageError, match="no dump here"):
        evidence.explain(tmp_path, TREATY)


def test_a_file_is_no_dump(home: Path) -> None:
    with pytest.raises(UsageError, match="no dump here"):
        evidence.explain("posts/a.md", TREATY)


def test_a_manifest_that_knows_less_than_the_quads_still_gives_the_words(home: Path) -> None:
    path = home / "out" / "dump" / "manifest.json"
    manifest = json.loads(path.read_bytes())
    manifest["articles"] = {}
    path.write_text(json.dumps(manifest))
    [found] = evidence.explain("out/dump", TREATY)
    assert found.words == "INF Treaty"
    assert found.note


# --- sentences -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("One. A *word* here. Three.", "A word here."),
        ("*word* first. Two.", "word first."),
        ("One. The last *word*", "The last word"),
        ("One! Is it a *word*? Yes.", "Is it a word?"),
        ("He said “no.” Then a *word*.” End.", "Then a word.”"),
        ("A title\n\nThe *word* below\n\nMore.", "The word below"),
        ("In version 3.5 a *word* stands. End.", "In version 3.5 a word stands."),
        ("はじめ。 これは*word*です。 おわり。", "これはwordです。"),
        ("*word*", "word"),
        ("One.  \n  A *word*.  \n  End.", "A word."),
        ("One. It (really!) is a *word*, e.g. here. End.", "It (really!) is a word, e.g. here."),
        ("TITLE.\n\nthe *word* below", "the word below"),
    ],
)
def test_a_sentence_ends_where_a_reader_sees_it_end(text: str, shown: str) -> None:
    begin = text.index("*")
    end = text.rindex("*") - 1
    text = text.replace("*", "")
    first, last = sentence(text, begin, end)
    assert text[first:last] == shown
    assert first <= begin < end <= last


def test_a_text_without_any_end_gives_a_stretch_and_not_all_of_it() -> None:
    first, last = sentence("x" * 100_000, 50_000, 50_004)
    assert (first, last) == (48_000, 52_004)
