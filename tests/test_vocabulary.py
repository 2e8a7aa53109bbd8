"""SKOS files become phrases to look up, whoever wrote them and however often they are loaded."""

from __future__ import annotations

import marshal
import pickle
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import linkers, pipeline, rdf, readers, terms, vocabulary
from kg.article import Record
from kg.config import Config
from kg.errors import VocabularyError
from kg.terms import Statement
from kg.vocabulary import Match, Source, Vocabulary

PREFIXES = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix kg: <https://w3id.org/article-kg/ontology#> .
@prefix schema: <https://schema.org/> .
@prefix t: <https://knots.example/> .
"""


def load(folder: Path, turtle: str, name: str = "knots.ttl") -> Vocabulary:
    """Return the shipped vocabulary together with these statements."""
    path = folder / name
    path.write_text(PREFIXES + turtle, encoding="utf-8")
    return vocabulary.load(sources=[path])


def matches(words: Vocabulary, text: str, language: str | None = "en") -> list[Match]:
    return words.matches(text, language, [(0, len(text))])


def entities(words: Vocabulary, text: str, language: str | None = "en") -> list[tuple[str, str]]:
    """Return what is matched: the words, and the entities that they may be."""
    return [
        (text[begin:end], " ".join(sorted(terms.value(form.entity).rpartition("/")[2] for form in forms)))
        for begin, end, forms in matches(words, text, language)
    ]


def test_a_plain_concept_is_a_theme_in_each_spelling_of_a_sentence(tmp_path: Path) -> None:
    words = load(tmp_path, 't:knot a skos:Concept ; skos:prefLabel "Bowline knots"@en ; skos:altLabel "AK work"@en .')
    assert words.types("<https://knots.example/knot>") == (terms.CONCEPT, terms.THEME)
    text = "Bowline knots, bowline knots, Bowline Knots, bowlines, AK work, ak work"
    assert [found for found, _ in entities(words, text)] == ["Bowline knots", "bowline knots", "Bowline Knots", "AK work"]


def test_what_has_one_of_our_types_is_no_theme(tmp_path: Path) -> None:
    words = load(
        tmp_path, 't:ada a schema:Person ; skos:prefLabel "Ada Quill"@en . t:knotland a kg:State ; skos:prefLabel "Knotland"@en .'
    )
    assert words.types("<https://knots.example/ada>") == (terms.PERSON,)
    assert words.types("<https://knots.example/knotland>") == (terms.STATE,)
    assert entities(words, "knotland, ada quill") == []


def test_the_entities_of_a_file_stand_in_a_graph_named_after_it(tmp_path: Path) -> None:
    words = load(
        tmp_path, 't:knot skos:prefLabel "Knot"@en ; skos:broader t:rope . t:rope skos:prefLabel "Rope"@en .', "My Knots.ttl"
    )
    found = list(words.describe(["<https://knots.example/knot>"]))
    assert {statement.graph for statement in found} == {"<https://data.example.org/vocabulary/my-knots.ttl>"}
    assert {statement.subject for statement in found} == {"<https://knots.example/knot>", "<https://knots.example/rope>"}


def test_blank_nodes_get_names_from_their_content(tmp_path: Path) -> None:
    turtle = '[] skos:prefLabel "Hitch"@en ; skos:broader [ skos:prefLabel "Turn"@en ] .'
    words, again = load(tmp_path, turtle), load(tmp_path, turtle.replace("[] ", "_:other "))
    (match,) = matches(words, "A Hitch.")
    name = match.forms[0].entity
    assert re.fullmatch(r"<https://data\.example\.org/vocabulary/knots\.ttl#b[0-9a-f]{16}>", name)
    described = list(words.describe([name]))
    assert {terms.value(s.object) for s in described if s.predicate == terms.PREF_LABEL} == {"Hitch", "Turn"}
    assert not any(rdf.is_blank(term) for statement in described for term in statement[:4])
    assert matches(again, "A Hitch.") == [match]


def test_a_phrase_of_two_concepts_names_neither_without_evidence(tmp_path: Path) -> None:
    words = load(tmp_path, 't:a skos:prefLabel "Reef"@en ; skos:altLabel "Coral"@en . t:b skos:prefLabel "Reef"@en .')
    assert entities(words, "Reef") == [("Reef", "a b")]
    assert all(form.ambiguous for form in matches(words, "Reef")[0].forms)
    assert not any(form.ambiguous for form in matches(words, "Coral")[0].forms)
    assert words.find("reef", terms.THEME) is None
    one, two = (readers.read(Record("a.txt", "text", text.encode())) for text in ("A Reef.", "A Reef, or a Coral."))
    assert linkers.link(one, words).mentions == ()
    assert [mention.entity for mention in linkers.link(two, words).mentions] == ["<https://knots.example/a>"] * 2


def test_labels_of_two_languages_do_not_clash_where_the_language_is_known(tmp_path: Path) -> None:
    words = load(tmp_path, 't:gift a kg:Treaty ; skos:prefLabel "Giftig"@de . t:present a kg:Treaty ; skos:prefLabel "Giftig"@en .')
    assert entities(words, "Giftig", "de") == [("Giftig", "gift")]
    assert entities(words, "Giftig", "en-gb") == [("Giftig", "present")]
    assert not any(form.ambiguous for form in matches(words, "Giftig", "de")[0].forms)


def test_a_user_may_clash_with_what_is_shipped(tmp_path: Path) -> None:
    words = load(tmp_path, 't:china a kg:Initiative ; skos:prefLabel "China"@en .')
    assert entities(words, "China") == [("China", "china china")]
    assert all(form.ambiguous for form in matches(words, "China")[0].forms)


def test_an_entity_is_found_by_name_whatever_its_case_and_spelling(words: Vocabulary) -> None:
    state, theme = "<https://w3id.org/article-kg/state/united-states>", terms.THEME
    assert {words.find(name, terms.STATE) for name in ("USA", "united states", "United\u00a0 States", "U.S.")} == {state}
    wmd = "<https://w3id.org/article-kg/theme/militarization-and-weapons-of-mass-destruction>"
    assert {words.find(name, theme) for name in ("militarization & wmd", "Militarization and WMD")} == {wmd}
    assert words.find("children’s rights", theme) == "<https://w3id.org/article-kg/theme/childrens-rights>"
    assert words.find("USA", theme) is None
    assert words.find("Americans", terms.STATE) is None
    assert words.find("Middle Earth", terms.STATE, terms.REGION) is None


def test_a_label_is_the_one_of_the_language_else_any_else_the_address(words: Vocabulary, tmp_path: Path) -> None:
    state = "<https://w3id.org/article-kg/state/germany>"
    assert [words.label(state, language) for language in ("en", "de", "xx")] == ["Germany", "Deutschland", "Alemanha"]
    assert words.label("<https://knots.example/none>") == "https://knots.example/none"
    assert words.wikidata(state) == "Q183"
    assert words.wikidata("<https://knots.example/none>") is None


def test_a_vocabulary_that_was_pickled_matches_as_before(words: Vocabulary) -> None:
    text = "The US, Russia’s New START and Joe Biden."
    before = matches(words, text)
    copy = pickle.loads(pickle.dumps(words))
    assert copy == words
    assert matches(copy, text) == before != []
    assert copy.find("USA", terms.STATE) == words.find("USA", terms.STATE)


def test_matches_lie_within_the_stretches_asked_for(words: Vocabulary) -> None:
    text = "Russia and China and Norway"
    assert [text[b:e] for b, e, _ in words.matches(text, "en", [(0, 10), (11, 16)])] == ["Russia", "China"]
    assert words.matches(text, "en", [(0, 3), (12, 27)])[0].begin == text.index("Norway")
    assert words.matches(text, "en", []) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("中国と中国。", []),
        ("Ça c'est la Russie.", ["Russie"]),
        ("l’accord d’Helsinki et l’OTAN", ["Helsinki", "OTAN"]),
        ("la_Russie Russie2 2Russie", []),
        ("États\u2011Unis, États-\nUnis", ["États\u2011Unis"]),
    ],
)
def test_words_are_whole_in_any_script_and_typography(text: str, found: list[str], words: Vocabulary) -> None:
    assert [text[begin:end] for begin, end, _ in matches(words, text, "fr")] == found


def test_a_script_without_spaces_has_no_borders_of_words(tmp_path: Path) -> None:
    words = load(tmp_path, 't:china a kg:State ; skos:prefLabel "中国"@zh .')
    assert [found for found, _ in entities(words, "在中国的人", "zh-hans")] == ["中国"]


def test_a_fault_in_a_vocabulary_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(VocabularyError) as caught:
        load(tmp_path, 't:a skos:prefLabel "A"@en .\nt:b skos:prefLabel "not closed\n')
    assert str(caught.value).startswith(f"{tmp_path / 'knots.ttl'}:6")


def test_concepts_that_are_broader_than_each_other_are_described_once(tmp_path: Path) -> None:
    words = load(tmp_path, 't:a skos:prefLabel "Aa"@en ; skos:broader t:b . t:b skos:prefLabel "Bb"@en ; skos:broader t:a .')
    described = list(words.describe(["<https://knots.example/a>"]))
    assert len(described) == len(set(described))
    assert {statement.subject for statement in described} == {"<https://knots.example/a>", "<https://knots.example/b>"}


def test_an_article_may_be_about_the_users_theme(tmp_path: Path) -> None:
    path = tmp_path / "knots.ttl"
    path.write_text(PREFIXES + 't:knot a skos:Concept ; skos:prefLabel "Harbour Cats"@en .', encoding="utf-8")
    body = b"---\ntitle: T\nthemes: [harbour cats]\nlang: en\n---\n\nHarbour cats sleep.\n"
    converted = pipeline.convert(Record("a.md", "markdown", body), pipeline.load_tools(Config(vocabulary=(Source(path),))))
    found = [line for line in converted.pieces["nquads"].decode().splitlines() if "<https://knots.example/knot>" in line]
    assert [line.split()[1] for line in found] == [terms.TA_IDENT_REF, terms.ABOUT, terms.MENTIONS]
    assert converted.entities == ("<https://knots.example/knot>",)


def test_a_declared_name_is_found_in_the_other_number(words: Vocabulary) -> None:
    theme = "https://w3id.org/article-kg/theme/"
    for name, slug in (
        ("Sanction", "sanctions"),
        ("human right", "human-rights"),
        ("Peace and Securities", "peace-and-security"),
        ("Peaceful ways", None),
        ("Refugee", "refugees"),
    ):
        assert words.find(name, terms.THEME) == (f"<{theme}{slug}>" if slug else None), name


def test_a_file_that_adds_a_name_to_a_shipped_state_does_not_make_a_theme_of_it(tmp_path: Path) -> None:
    france = "<https://w3id.org/article-kg/state/france>"
    words = load(tmp_path, f'{france} skos:altLabel "Hexagonia"@en .')
    assert words.types(france) == (terms.STATE,)
    assert entities(words, "Hexagonia") == [("Hexagonia", "france")]


def test_a_file_of_people_may_be_said_to_hold_them(tmp_path: Path) -> None:
    path = tmp_path / "staff.ttl"
    path.write_text(
        PREFIXES + 't:ada skos:prefLabel "Ada Quill"@en . t:knot a kg:Treaty ; skos:prefLabel "Knot Pact"@en .', encoding="utf-8"
    )
    words = vocabulary.load(sources=[Source(path, "person")])
    assert words.types("<https://knots.example/ada>") == (terms.PERSON, terms.ACTOR)
    assert words.types("<https://knots.example/knot>") == (terms.TREATY,)
    assert words.find("ada quill", terms.PERSON) == "<https://knots.example/ada>"


@pytest.mark.parametrize("name", ["words.jsonld", "words.rdf", "words.nt"])
def test_a_vocabulary_may_be_in_any_syntax(name: str, tmp_path: Path) -> None:
    label = '<https://knots.example/knot> <http://www.w3.org/2004/02/skos/core#prefLabel> "Bowline knots"@en .'
    bodies = {
        "words.nt": label,
        "words.jsonld": '{"@id": "https://knots.example/knot", "http://www.w3.org/2004/02/skos/core#prefLabel": '
        '{"@value": "Bowline knots", "@language": "en"}}',
        "words.rdf": '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:skos="http://www.w3.org/2004/02/skos/core#">'
        '<skos:Concept rdf:about="https://knots.example/knot"><skos:prefLabel xml:lang="en">Bowline knots</skos:prefLabel>'
        "</skos:Concept></rdf:RDF>",
    }
    (tmp_path / name).write_text(bodies[name], encoding="utf-8")
    words = vocabulary.load(sources=[tmp_path / name])
    assert entities(words, "Two bowline knots") == [("bowline knots", "knot")]


# --- a user's file beside what is shipped ------------------------------------------------------------------------------------
_ENTITIES = tuple(f"<urn:x:{name}>" for name in "abc")
_SAID = st.one_of(
    st.tuples(
        st.sampled_from((terms.PREF_LABEL, terms.ALT_LABEL, terms.ACRONYM, terms.DEMONYM, terms.AMBIGUOUS_LABEL)),
        st.builds(
            lambda text, language: terms.literal(text, language=language),
            st.sampled_from(("Reef", "reef", "Reef Pact", "RPX", "Bend", "of")),
            st.sampled_from((None, "en", "de", "ru")),
        ),
    ),
    st.tuples(st.just(terms.TYPE), st.sampled_from((terms.THEME, terms.PERSON, terms.TREATY))),
)
_STATEMENTS = st.lists(
    st.builds(lambda s, pair, g: Statement(s, pair[0], pair[1], g), st.sampled_from(_ENTITIES), _SAID, st.sampled_from("gh"))
)


def tables(words: Vocabulary) -> tuple[Any, ...]:
    """Return what a vocabulary holds, unpacked."""
    books = {language: marshal.loads(book) for language, book in words.phrases.items()}
    return list(marshal.loads(words.entities).items()), books, marshal.loads(words.named_as)


@settings(max_examples=150, deadline=None)
@given(_STATEMENTS, _STATEMENTS)
def test_an_extended_vocabulary_is_the_one_that_is_built_of_all_statements(first: list[Statement], second: list[Statement]) -> None:
    assert tables(vocabulary.extended(vocabulary.build(first), second)) == tables(vocabulary.build([*first, *second]))
