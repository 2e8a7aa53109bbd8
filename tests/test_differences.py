"""Two dumps and what differs: cases in `differences/`, each two folders of articles and what is told of their dumps."""

from __future__ import annotations

import hashlib
import json
import re
import tempfile
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kg
from kg import differences, pipeline, terms, vocabulary
from kg.config import Config
from kg.differences import names, phrases
from kg.differences.changes import Change, of_article
from kg.errors import KgError, UsageError
from kg.terms import Statement, Term
from tests.dumps import BASE, said, write_dump
from tests.strategies import IRIS, LITERALS, NODES
from tests.writing import tree

CASES = Path(__file__).parent / "differences"
A = f"{BASE}article/a"
B = f"{BASE}article/b"
FRANCE, PERU = (terms.iri(f"{terms.ENTITIES}state/{name}") for name in ("france", "peru"))

_load_tools = lru_cache(pipeline.load_tools)


# --- cases -----------------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def built(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], tuple[Path, Path]]:
    """Build the two dumps of a case, once."""
    monkeypatch.setattr("kg.pipeline.publishing.load_tools", _load_tools)

    def build(case: str) -> tuple[Path, Path]:
        for side in ("old", "new"):
            dump, own = home / case / side, CASES / case / f"{side}.ttl"
            if not dump.exists():
                monkeypatch.chdir(CASES / case / side)
                config = Config(vocabulary=(vocabulary.Source(own, "treaty"),) if own.exists() else ())
                assert pipeline.publish(sorted(path.name for path in Path().iterdir()), dump, config).published
        monkeypatch.chdir(home / case)
        return Path("old"), Path("new")

    return build


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_a_case_is_told_as_expected(case: str, built: Callable[[str], tuple[Path, Path]]) -> None:
    found = kg.diff(*built(case))
    assert without_counts("".join(differences.to_text(found))) == (CASES / case / "expected.txt").read_text("utf-8")
    note = differences.to_notes(found).partition("\n## Files\n")[0]
    assert without_counts(note) == (CASES / case / "expected.md").read_text("utf-8")


def without_counts(text: str) -> str:
    """Return a text without digests and numbers of statements, which are others as soon as one more thing is said of articles."""
    text = re.sub(r"sha256:[0-9a-f]+", "sha256:", text)
    return re.sub(
        r"[\d,]+(?= statements?\b)|(?<= \+)[\d,]+|(?<= -)[\d,]+$|(?<= -)[\d,]+(?=;)|[\d,]+(?= removed\.$)", "…", text, flags=re.M
    )


@pytest.mark.parametrize("case", sorted(path.name for path in CASES.iterdir()))
def test_the_patch_of_a_case_makes_the_new_dump_of_the_old_one(case: str, built: Callable[[str], tuple[Path, Path]]) -> None:
    old, new = built(case)
    for before, after in ((old, new), (new, old)):
        patch = "".join(differences.to_patch(kg.diff(before, after)))
        assert applied(patch, quads(before)) == quads(after)


def test_json_tells_everything_and_is_the_same_every_time(built: Callable[[str], tuple[Path, Path]]) -> None:
    old, new = built("come-and-gone")
    text = "".join(differences.to_json(kg.diff(old, new)))
    assert text == "".join(differences.to_json(kg.diff(old, new)))
    found = json.loads(text)
    assert found["counts"] == {"added": 1, "removed": 1, "changed": 0, "renamed": 1, "unchanged": 1}
    [renamed] = found["renamed"]
    assert renamed["old_iri"].endswith("2019-01-23/of-bread")
    [change] = [change for change in renamed["changes"] if change["predicate"] == terms.DATE_PUBLISHED]
    assert (change["kind"], terms.value(change["old"]), terms.value(change["new"])) == ("changed", "2019-01-23", "2019-01-24")
    ids = [change["id"] for change in renamed["changes"]]
    assert len(set(ids)) == len(ids)
    rows = [*found["added"], *found["removed"], *found["changed"], *found["renamed"], found["reference"]]
    removed, added = ({line + "\n" for row in rows for line in row["statements"][side]} for side in ("removed", "added"))
    assert (quads(old) - removed) | added == quads(new)
    assert found["old"]["articles"] == found["new"]["articles"] == 3
    assert found["files"]["articles.nq"]["new"] == json.loads((new / "manifest.json").read_text())["files"]["articles.nq"]


def test_the_value_has_the_articles_with_their_statements(built: Callable[[str], tuple[Path, Path]]) -> None:
    found = kg.diff(*built("a-date-and-a-headline"))
    assert found
    assert (found.added, found.removed, found.renamed, found.unchanged) == ((), (), (), 0)
    [article] = found.changed
    assert (article.iri, article.source) == (f"{BASE}article/flights", "flights.md")
    days = [s.object for side in article.statements() for s in side if s.predicate == terms.DATE_PUBLISHED]
    assert days == [terms.date_literal("2019-01-21"), terms.date_literal("2019-01-22")]
    assert isinstance(found, kg.Difference)


def test_every_property_of_ours_is_told_in_words() -> None:
    ours = {value for name, value in vars(terms).items() if name.isupper() and re.fullmatch(rf"<{terms.KG}[a-z]\w+>", str(value))}
    of_phrases = {terms.BEFORE, terms.AFTER}  # told as what stands around the words of a mention
    assert ours - of_phrases <= names.WORDS.keys()


# --- patches ---------------------------------------------------------------------------------------------------------------
def quads(dump: Path) -> set[str]:
    return {f"{line}\n" for line in (dump / "articles.nq").read_bytes().decode().split("\n")[:-1]}


def applied(patch: str, found: set[str]) -> set[str]:
    """Apply an RDF Patch of one transaction, strictly: what is deleted is there, what is added is not, all of it is N-Quads."""
    rows = patch.split("\n")
    assert rows.pop() == ""
    head = [row for row in rows if row.startswith("H ")]
    assert rows[: len(head)] == head
    assert [*rows[len(head) : len(head) + 1], rows[-1]] == ["TX .", "TC ."]
    result = set(found)
    for row in rows[len(head) + 1 : -1]:
        code, _, rest = row.partition(" ")
        if code == "PA":
            assert re.fullmatch(r'"\w+" "[^"]+" \.', rest)
            continue
        assert code in "AD"
        assert len(list(pyoxigraph.parse(rest, format=pyoxigraph.RdfFormat.N_QUADS))) == 1
        line = rest + "\n"
        assert (line in result) == (code == "D")
        (result.remove if code == "D" else result.add)(line)
    return result


PREDICATES = st.sampled_from(
    [
        *(terms.HEADLINE, terms.AUTHOR, terms.NAME, terms.MENTIONS, terms.MENTION, terms.CITATION, terms.ANCHOR_OF, terms.URL),
        *(terms.BEGIN_INDEX, terms.END_INDEX, terms.TA_IDENT_REF, terms.BEFORE, terms.TYPE, terms.PREF_LABEL, "<urn:p>"),
    ]
)


def _in_graph(graph: Term) -> st.SearchStrategy[Statement]:
    offsets = st.integers(0, 50).map(lambda n: terms.literal(str(n), datatype=terms.XSD_NON_NEGATIVE_INTEGER))
    return st.builds(Statement, NODES | IRIS, PREDICATES, NODES | LITERALS | offsets, st.just(graph))


def _article(iri: str) -> st.SearchStrategy[list[Statement]]:
    return st.lists(_in_graph(f"<{iri}#declared>") | _in_graph(f"<{iri}#extracted>"), max_size=5)


_IRIS = (A, B, f"{A}/b", f"{BASE}article/é-中")
_DUMPS = st.tuples(
    st.fixed_dictionaries({}, optional={iri: _article(iri) for iri in _IRIS}),
    st.lists(_in_graph(f"<{terms.VOCABULARY}state>") | _in_graph(f"<{BASE}vocabulary/own.ttl>"), max_size=4),
    st.dictionaries(st.sampled_from(_IRIS), st.sampled_from(["x.md", "y\udcff\x1b.md", "f.xml#1"])),
)


@given(_DUMPS, _DUMPS, st.booleans())
@settings(max_examples=30)
def test_a_patch_makes_the_new_statements_of_the_old_ones(old: Any, new: Any, is_alike: bool) -> None:
    with tempfile.TemporaryDirectory() as folder:
        if is_alike:  # what is the same in both comes up seldom otherwise
            new = ({**old[0], **dict(list(new[0].items())[:1])}, [*old[1], *new[1]], old[2])
        before, after = (write_dump(Path(folder) / name, *dump) for name, dump in (("old", old), ("new", new)))
        found = kg.diff(before, after)
        assert applied("".join(differences.to_patch(found)), quads(before)) == quads(after)
        assert bool(found) == (quads(before) != quads(after) or old[0].keys() != new[0].keys())
        text, note = "".join(differences.to_text(found)), differences.to_notes(found)
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text + note)
        assert json.loads("".join(differences.to_json(found)).encode())["differ"] == bool(found)
        assert (text + note).encode()


# --- changes ---------------------------------------------------------------------------------------------------------------
def mention(begin: int, words: str, entity: Term, before: str = "", after: str = "", rule: str = "0.98") -> list[Statement]:
    """Return the statements of a mention in article a."""
    node, graph = terms.iri(f"{A}#char={begin},{begin + len(words)}"), terms.iri(f"{A}#extracted")
    offsets = [terms.literal(str(n), datatype=terms.XSD_NON_NEGATIVE_INTEGER) for n in (begin, begin + len(words))]
    pairs = (
        (terms.TYPE, terms.MENTION_CLASS),
        (terms.BEGIN_INDEX, offsets[0]),
        (terms.END_INDEX, offsets[1]),
        (terms.ANCHOR_OF, terms.literal(words)),
        (terms.TA_IDENT_REF, entity),
        (terms.TA_CONFIDENCE, terms.literal(rule, datatype=terms.XSD_DECIMAL)),
        (terms.MENTION_KIND, terms.NAME_KIND),
        (terms.BEFORE, terms.literal(before)),
        (terms.AFTER, terms.literal(after)),
    )
    return [Statement(terms.iri(A), terms.MENTION, node, graph), *(Statement(node, p, o, graph) for p, o in pairs)]


def kinds(changes: list[Change]) -> list[tuple[str, str, int]]:
    return [(change.kind, terms.compact(change.predicate), len(change.phrases)) for change in changes]


BECAME: Mapping[str, tuple[list[list[Statement]], list[list[Statement]], list[tuple[str, str, int]]]] = {
    "elsewhere": ([mention(5, "Peru", PERU, "In ")], [mention(9, "Peru", PERU, "In ")], [("moved", "kg:mention", 1)]),
    "in other words": ([mention(5, "Peru", PERU, "In ")], [mention(5, "Peru", PERU, "Of ")], [("context", "kg:mention", 1)]),
    "by another rule": ([mention(5, "Peru", PERU)], [mention(5, "Peru", PERU, rule="0.96")], [("changed", "kg:mentionKind", 1)]),
    "of something else": ([mention(5, "it", PERU, "In ")], [mention(7, "it", FRANCE, "In ")], [("changed", "kg:mention", 1)]),
    "once more": ([mention(5, "Peru", PERU)], [mention(5, "Peru", PERU), mention(9, "Peru", PERU)], [("added", "kg:mention", 1)]),
    "gone for another": (
        [mention(5, "Peru", PERU)],
        [mention(5, "France", FRANCE, "x")],
        [("removed", "kg:mention", 1), ("added", "kg:mention", 1)],
    ),
    "two of three": (
        [mention(n, "Peru", PERU) for n in (1, 9, 20)],
        [mention(n, "Peru", PERU) for n in (3, 11)],
        [("removed", "kg:mention", 1), ("moved", "kg:mention", 2)],
    ),
}


@pytest.mark.parametrize("name", BECAME)
def test_what_became_of_a_mention(name: str) -> None:
    *versions, expected = BECAME[name]
    old, new = ([statement for one in version for statement in one] for version in versions)
    assert kinds(of_article(terms.iri(A), old, new)) == expected


def test_what_the_source_now_says_itself_is_told_as_that() -> None:
    pair = (terms.IN_LANGUAGE, terms.literal("en"))
    [change] = of_article(terms.iri(A), said(A, pair, graph="extracted"), said(A, pair))
    assert (change.kind, change.old, change.new) == ("graph", f"<{A}#extracted>", f"<{A}#declared>")


def test_one_of_several_values_does_not_become_another() -> None:
    old, new = (said(A, *((terms.KEYWORDS, terms.literal(word)) for word in words)) for words in (("a", "b"), ("b", "c")))
    assert kinds(of_article(terms.iri(A), old, new)) == [("removed", "schema:keywords", 0), ("added", "schema:keywords", 0)]


def test_a_mention_of_which_more_is_said_than_we_know_is_told_statement_by_statement() -> None:
    known = mention(5, "Peru", PERU)
    more = Statement(known[1].subject, "<urn:p>", terms.literal("x"), known[0].graph)
    [change] = of_article(terms.iri(A), [*known, more], [*known, more._replace(object=terms.literal("y"))])
    assert (change.kind, change.predicate) == ("changed", "<urn:p>")


def test_a_quote_ends_where_the_sentence_or_the_known_words_do() -> None:
    def quote(begin: int, before: str, after: str) -> str:
        phrase = phrases.Phrase("", "", "Peru", None, ("", ""), before, after, begin, begin + 4)
        return "".join(phrase.quote())

    assert quote(4, "Not ", " there. And") == "Not Peru there."
    assert quote(90, "ne there. In ", " it was so\nand oth") == "In Peru it was so and…"
    assert quote(90, "nt to ", "") == "…to Peru"
    assert quote(90, " went to ", " and ") == "…went to Peru and…"


# --- other dumps -----------------------------------------------------------------------------------------------------------
def test_a_dump_does_not_differ_from_itself(tmp_path: Path) -> None:
    dump = write_dump(tmp_path / "dump", {A: said(A, (terms.HEADLINE, terms.literal("A")))})
    found = kg.diff(dump, dump)
    assert not found
    assert "".join(differences.to_text(found)) == "no difference in 1 article\n"
    assert applied("".join(differences.to_patch(found)), quads(dump)) == quads(dump)


def test_dumps_with_different_bases_say_so_and_their_articles_are_known_again(tmp_path: Path) -> None:
    other = A.replace(BASE, "https://other.example/")
    pair = (terms.HEADLINE, terms.literal("A"))
    author = ((terms.AUTHOR, terms.iri(f"{base}person/x")) for base in (BASE, "https://other.example/"))
    old = write_dump(tmp_path / "old", {A: said(A, pair, next(author))})
    new = write_dump(tmp_path / "new", {other: said(other, pair, next(author))}, base="https://other.example/")
    text = "".join(differences.to_text(kg.diff(old, new)))
    assert text.startswith(f"the bases differ: {BASE} → https://other.example/; so do the IRIs of all that stands under them\n")
    assert f"~ A\n  {A} → {other}\n  from a.md, which did not change\n\n" in text.replace(
        "from a.md\n", "from a.md, which did not change\n"
    )
    assert text.endswith("articles: 1 renamed, 0 unchanged\n")


def test_a_record_of_a_file_is_another_article_unless_it_has_the_same_headline(tmp_path: Path) -> None:
    def dump(name: str, iri: str, headline: str) -> Path:
        return write_dump(tmp_path / name, {iri: said(iri, (terms.HEADLINE, terms.literal(headline)))}, sources={iri: "f.xml#1"})

    old = dump("old", A, "One")
    assert [len(side) for side in _sides(kg.diff(old, dump("new", B, "Two")))] == [1, 1, 0]
    assert [len(side) for side in _sides(kg.diff(old, dump("newer", B, "One")))] == [0, 0, 1]


def _sides(found: kg.Difference) -> tuple[Any, ...]:
    return found.added, found.removed, found.renamed


def test_other_versions_of_kg_and_other_files_are_told(tmp_path: Path) -> None:
    old = write_dump(tmp_path / "old", {})
    new = write_dump(tmp_path / "new", {}, kg="0.2.0")
    manifest = json.loads((new / "manifest.json").read_text())
    manifest["files"]["ontology.ttl"] = {"sha256": "0" * 64, "bytes": 3}
    (new / "manifest.json").write_text(json.dumps(manifest))
    text = "".join(differences.to_text(kg.diff(old, new)))
    assert (
        text
        == "built by different versions of kg: 0.1.0 → 0.2.0\n\nno difference in 0 articles; these files differ: ontology.ttl\n"
    )


# --- hostile dumps ---------------------------------------------------------------------------------------------------------
def _row(**given: Any) -> Callable[[dict[str, Any]], None]:
    def change(manifest: dict[str, Any]) -> None:
        manifest["articles"][A].update(given)

    return change


def _without(*path: str) -> Callable[[dict[str, Any]], None]:
    def change(manifest: dict[str, Any]) -> None:
        *parents, name = path
        for parent in parents:
            manifest = manifest[parent]
        del manifest[name]

    return change


HOSTILE: Mapping[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "offset below zero": (_row(offset=-1), "is not as a build writes it"),
    "offset true": (_row(offset=True), "is not as a build writes it"),
    "offset beyond the file": (_row(offset=10**30), "do not follow each other"),
    "size beyond the file": (_row(bytes=10**30), "do not follow each other"),
    "size a text": (_row(bytes="12"), "is not as a build writes it"),
    "size null": (_row(bytes=None), "is not as a build writes it"),
    "digest of other letters": (_row(statements="g" * 64), "is not as a build writes it"),
    "digest of another block": (_row(statements="0" * 64), "this file was changed after the dump was built"),
    "source a number": (_row(source=1), "is not as a build writes it"),
    "no digest of statements": (_without("articles", A, "statements"), "build the dump again"),
    "no offset": (_without("articles", A, "offset"), "is not as a build writes it"),
    "a block left out": (_without("articles", A), "do not follow each other"),
    "row no object": (lambda m: m["articles"].update({A: []}), "not one of ours"),
    "articles a list": (lambda m: m.update(articles=[]), "not one of ours"),
    "no files": (_without("files"), "not one of ours"),
    "no N-Quads": (_without("files", "articles.nq"), "does not tell of articles.nq"),
    "file without digest": (_without("files", "articles.nq", "sha256"), "size and digest of 'articles.nq'"),
    "another size": (lambda m: m["files"]["articles.nq"].update(bytes=3), "this file was changed after the dump was built"),
    "base a number": (lambda m: m.update(base=1), "does not tell its base"),
    "version an object": (lambda m: m.update(kg={}), "does not tell its base"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_manifest_that_is_none_of_ours_is_refused(name: str, tmp_path: Path) -> None:
    change, reason = HOSTILE[name]
    articles = {iri: said(iri, (terms.HEADLINE, terms.literal(iri))) for iri in (A, B)}
    good = write_dump(tmp_path / "good", {})
    bad = write_dump(tmp_path / "bad", articles)
    manifest = json.loads((bad / "manifest.json").read_text())
    change(manifest)
    (bad / "manifest.json").write_text(json.dumps(manifest))
    for pair in ((good, bad), (bad, good)):
        with pytest.raises(UsageError, match=re.escape(reason)) as caught:
            kg.diff(*pair)
        assert caught.value.place is not None
        assert caught.value.place.source.startswith(str(bad))


@pytest.mark.parametrize("text", ["", "[", "[]", "{}", "null", '{"kg": ', "[" * 100_000, '{"kg": 1' + "0" * 5000 + "}", "\xff"])
def test_what_is_no_manifest_is_no_dump(text: str, tmp_path: Path) -> None:
    good, bad = (write_dump(tmp_path / name, {}) for name in ("good", "bad"))
    (bad / "manifest.json").write_bytes(text.encode("latin-1"))
    with pytest.raises(UsageError, match="no dump here"):
        kg.diff(good, bad)


@pytest.mark.parametrize("where", ["article", "reference"])
@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("no statement\n", "no statement in canonical N-Quads"),
        ("<urn:s> <urn:p> <urn:o> .\n", "no statement in canonical N-Quads"),
        ("_:b <urn:p> <urn:o> <urn:g> .\n", "no statement in canonical N-Quads"),
        ("<urn:s> <urn:p> \"a\x1b[2J\" <urn:g> .\n", "no statement in canonical N-Quads"),
        (f"<urn:s> <urn:p> <urn:o> <{B}#declared> .\n", "something else|of another one"),
        (b"<urn:s> <urn:p> \"\xff\" <urn:g> .\n", "not in UTF-8"),
    ],
)  # fmt: skip
def test_what_is_no_statement_of_its_place_is_refused(line: str | bytes, reason: str, where: str, tmp_path: Path) -> None:
    good, bad = (write_dump(tmp_path / name, {A: ()}) for name in ("good", "bad"))
    body = line if isinstance(line, bytes) else line.encode()
    (bad / "articles.nq").write_bytes(body)
    manifest = json.loads((bad / "manifest.json").read_text())
    digest = hashlib.sha256(body).hexdigest()
    manifest["files"]["articles.nq"] = {"sha256": digest, "bytes": len(body)}
    if where == "article":
        manifest["articles"][A] |= {"statements": digest, "bytes": len(body)}
    (bad / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(UsageError, match=reason) as caught:
        list(differences.to_text(kg.diff(good, bad)))
    assert str(caught.value.place) == str(bad / "articles.nq")


def test_a_dump_that_was_changed_after_it_was_built_is_refused_with_the_file_named(tmp_path: Path) -> None:
    old, new = (write_dump(tmp_path / name, {A: said(A, (terms.HEADLINE, terms.literal(name)))}) for name in ("old", "new"))
    body = (new / "articles.nq").read_bytes()
    (new / "articles.nq").write_bytes(body.replace(b"new", b"sew"))
    with pytest.raises(UsageError, match=r"new/articles\.nq: this file was changed after the dump was built"):
        kg.diff(old, new)
    (new / "articles.nq").unlink()
    with pytest.raises(KgError, match="this file of the dump is gone"):
        kg.diff(old, new)


def test_nothing_is_written_into_the_dumps(tmp_path: Path) -> None:
    old, new = (write_dump(tmp_path / name, {A: said(A, (terms.HEADLINE, terms.literal(name)))}) for name in ("old", "new"))
    before = tree(tmp_path)
    list(differences.to_text(kg.diff(old, new)))
    assert tree(tmp_path) == before
