"""A label becomes the phrases that sentences have: spelt, inflected, with or without doubt, in one language or in all."""

from __future__ import annotations

import pyoxigraph
import pytest

from kg import rdf, terms, vocabulary
from kg.forms import KINDS, folded, forms, is_no_name, name_key
from kg.terms import Statement
from kg.vocabulary import Vocabulary

PREFIXES = f"@prefix skos: <{terms.SKOS}> . @prefix kg: <{terms.KG}> . @prefix schema: <{terms.SCHEMA}> . @prefix t: <urn:t:> .\n"
# A phrase as "kind language", with a question mark where it can mean other things
Phrases = dict[str, set[str]]


def read(turtle: str) -> list[Statement]:
    return rdf.parse((PREFIXES + turtle).encode(), pyoxigraph.RdfFormat.TURTLE, "t.ttl")


def phrases(kind: str, labels: str) -> Phrases:
    """Return the phrases for an entity of a kind with these labels."""
    found: Phrases = {}
    for text, form in forms("<urn:t:a>", read(f"t:a a {kind} ; {labels} .")):
        assert form.entity == "<urn:t:a>"
        found.setdefault(text, set()).add(f"{form.kind} {form.language}".strip() + "?" * form.ambiguous)
    return found


# --- spellings -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "labels", "found"),
    [
        ("kg:State", 'skos:prefLabel "Norway"@en', {"Norway": {"name en"}}),
        ("kg:State", 'kg:demonym "norvégien"@fr', {"norvégien": {"demonym fr"}, "Norvégien": {"demonym fr"}}),
        ("kg:State", 'kg:metonym "the quay"@en', {"the quay": {"metonym en"}, "The quay": {"metonym en"}}),
        ("kg:State", 'kg:acronym "uN"@en', {"uN": {"acronym"}}),
        ("kg:Treaty", 'skos:prefLabel "Reef Pact"@en', {"Reef Pact": {"name en"}}),
        (
            "kg:Theme",
            'skos:prefLabel "dry Wells of towns"@en',
            {text: {"name en"} for text in ("dry Wells of towns", "Dry Wells of towns", "dry Wells of Towns")},
        ),
        (
            "kg:Theme",
            'skos:prefLabel "Dry Wells of Tern"@en',
            {text: {"name en"} for text in ("Dry Wells of Tern", "dry Wells of Tern", "dry wells of tern", "Dry wells of tern")},
        ),
        ("kg:Theme", 'skos:prefLabel "AK work"@en', {"AK work": {"name en"}, "AK Work": {"name en"}}),
        ("kg:Theme", 'kg:acronym "AK"@en', {"AK": {"acronym"}}),
        ("kg:State", 'skos:altLabel "People’s \\n  State"@en', {"People's State": {"name en"}}),
        ("kg:State", 'skos:altLabel "Half\\u2011Way\\u00a0Isle"@en', {"Half-Way Isle": {"name en"}}),
        ("kg:State", 'skos:altLabel "中国"@zh', {"中国": {"name zh"}}),
    ],
)
def test_a_label_is_spelt_as_sentences_spell_it(kind: str, labels: str, found: Phrases) -> None:
    assert phrases(kind, labels) == found


@pytest.mark.parametrize(
    ("labels", "found"),
    [
        ('skos:prefLabel "Polen"@de', "Polen Polens"),
        ('skos:prefLabel "Куба"@ru', "Куба Кубы Кубе Кубу Кубой"),
        ('kg:acronym "СНВ"@ru', "СНВ"),
        ('skos:prefLabel "Куба"@en', "Куба"),
    ],
)
def test_a_label_has_the_endings_of_its_language(labels: str, found: str) -> None:
    assert set(phrases("kg:State", labels)) == set(found.split())


def test_a_hidden_label_names_as_another_one_does_and_is_not_shown() -> None:
    turtle = 't:a a kg:State ; skos:prefLabel "Norway"@en ; skos:hiddenLabel "Norwy"@en ; skos:altLabel "Norge"@en .'
    words = vocabulary.build(read(turtle))
    assert phrases("kg:State", 'skos:hiddenLabel "Norwy"@en') == {"Norwy": {"name en"}}
    assert [form.kind for form in words.forms("Norwy", "en")] == ["name"]
    assert words.find("norwy", terms.STATE) == "<urn:t:a>"
    assert words.label("<urn:t:a>") == "Norway"


@pytest.mark.parametrize(
    "statement", ['skos:note "Norway"@en', 'skos:notation "NO"', "skos:altLabel <urn:t:b>", "skos:altLabel [ ]"]
)
def test_what_is_no_label_names_nothing(statement: str) -> None:
    assert phrases("kg:State", statement) == {}


def test_every_label_has_a_kind_of_form() -> None:
    kinds = {
        "skos:prefLabel": "name",
        "skos:altLabel": "name",
        "skos:hiddenLabel": "name",
        "kg:acronym": "acronym",
        "kg:demonym": "demonym",
        "kg:metonym": "metonym",
    }
    assert {terms.compact(predicate): kind for predicate, kind in KINDS.items()} == kinds
    for predicate, kind in kinds.items():
        assert phrases("kg:State", f'{predicate} "Norway"@fr') == {"Norway": {f"{kind} fr"}}


# --- marks -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("labels", "found"),
    [
        # in the very case and language
        (
            'skos:prefLabel "Indio"@es ; kg:demonym "indio"@es ; kg:ambiguousLabel "indio"@es',
            {"Indio": {"name es", "demonym es?"}, "indio": {"demonym es?"}},
        ),
        ('kg:demonym "Swiss"@en , "Swiss"@sv ; kg:ambiguousLabel "Swiss"@en', {"Swiss": {"demonym en?", "demonym sv"}}),
        # without a language: in every one
        ('kg:demonym "Swiss"@en , "Swiss"@sv ; kg:ambiguousLabel "Swiss"', {"Swiss": {"demonym en?", "demonym sv?"}}),
        # in a case that no label has: in every case
        ('skos:prefLabel "REEF"@en ; kg:ambiguousLabel "Reef"@en', {"REEF": {"name en?"}}),
        ('skos:prefLabel "REEF"@en ; kg:ambiguousLabel "Reef"', {"REEF": {"name en?"}}),
        ('skos:prefLabel "REEF"@en ; kg:ambiguousLabel "Reef"@fr', {"REEF": {"name en"}}),
        # in the case of another label: in that one alone
        (
            'skos:prefLabel "REEF"@en ; skos:altLabel "Reef"@en ; kg:ambiguousLabel "Reef"@en',
            {"REEF": {"name en"}, "Reef": {"name en?"}},
        ),
        # a mark is no label
        ('skos:prefLabel "Norway"@en ; kg:ambiguousLabel "North"@en', {"Norway": {"name en"}}),
        # whatever form the words are, and with their endings
        ('skos:prefLabel "Tern"@en ; kg:acronym "Tern"@en ; kg:ambiguousLabel "Tern"@en', {"Tern": {"name en?", "acronym?"}}),
        ('skos:prefLabel "Polen"@de ; kg:ambiguousLabel "Polen"@de', {"Polen": {"name de?"}, "Polens": {"name de?"}}),
    ],
)
def test_a_mark_says_which_labels_can_mean_other_things(labels: str, found: Phrases) -> None:
    assert phrases("kg:State", labels) == found


# --- labels that nothing is matched by ---------------------------------------------------------------------------------------
@pytest.mark.parametrize("label", ["a", "I", "É", "Я", "!", "§§§", "...", "", " ", "A.", "–1–", "the", "und", "это", "les"])
def test_a_letter_signs_and_words_of_every_sentence_are_no_names(label: str) -> None:
    assert is_no_name(label)
    assert phrases("kg:State", f'skos:altLabel "{label}"@en , "Norway"@en') == {"Norway": {"name en"}}


@pytest.mark.parametrize("label", ["UN", "G7", "5G", "A4", "Al", "The", "THE", "WHO", "IT", "中", "日本", "Ли", "A & B"])
def test_two_letters_a_capital_or_a_sign_of_chinese_can_be_a_name(label: str) -> None:
    assert not is_no_name(label)
    assert label in phrases("kg:State", f'kg:acronym "{label}"@xx')


# --- languages -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("kind", "labels", "found"),
    [
        ("schema:Person", 'skos:prefLabel "Ada Quill"@fr', {"Ada Quill": {"name"}}),
        ("schema:Person", 'skos:prefLabel "Ada Quill"', {"Ada Quill": {"name"}}),
        ("kg:State", 'kg:acronym "NO"@en , "NV"@fr', {"NO": {"acronym"}, "NV": {"acronym fr"}}),
        ("kg:State", 'kg:acronym "NO"@en-GB', {"NO": {"acronym"}}),
        ("kg:State", 'skos:prefLabel "Norway"', {"Norway": {"name"}}),
        ("kg:State", 'skos:prefLabel "Noruega"@pt-BR', {"Noruega": {"name pt"}}),
        ("kg:State", 'skos:prefLabel "挪威"@zh-Hans', {"挪威": {"name zh"}}),
    ],
)
def test_names_of_people_and_english_acronyms_cross_languages(kind: str, labels: str, found: Phrases) -> None:
    assert phrases(kind, labels) == found


@pytest.fixture(scope="module")
def words() -> Vocabulary:
    """A club with an acronym in two languages that another club has in one, and a person."""
    return vocabulary.build(
        read("""
            t:club a kg:Bloc ; skos:prefLabel "Reef Club"@en , "Club du Reef"@fr ; kg:acronym "RC"@en , "CR"@fr .
            t:rope a kg:Bloc ; skos:prefLabel "Ring Corde"@fr ; kg:acronym "RC"@fr .
            t:ada a schema:Person ; skos:prefLabel "Ada Quill"@en .
            t:gift a kg:Treaty ; skos:prefLabel "Gift"@de , "Poison"@en . t:present a kg:Treaty ; skos:prefLabel "Gift"@en .
        """)
    )


@pytest.mark.parametrize(
    ("phrase", "language", "found"),
    [
        # its own first, and where it has one no other
        ("RC", "fr", {"rope acronym fr"}),
        ("RC", "en", {"club acronym"}),
        ("RC", "de", {"club acronym"}),
        ("RC", None, {"club acronym?", "rope acronym fr?"}),
        ("CR", "en", set()),
        ("Gift", "de", {"gift name de"}),
        ("Gift", "en", {"present name en"}),
        ("Gift", "fr", set()),
        ("Gift", None, {"gift name de?", "present name en?"}),
        # whatever the language, known or not
        ("Ada Quill", "fr", {"ada name"}),
        ("Ada Quill", "xx", {"ada name"}),
        ("Reef Club", "xx", set()),
        ("Reef Club", None, {"club name en"}),
        ("reef club", "en", set()),
    ],
)
def test_a_language_has_its_own_forms_first(phrase: str, language: str | None, found: set[str], words: Vocabulary) -> None:
    shown = {
        f"{terms.value(form.entity).rpartition(':')[2]} {form.kind} {form.language}".strip() + "?" * form.ambiguous
        for form in words.forms(phrase, language)
    }
    assert shown == found


# --- what texts are compared by ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "same"),
    [
        ("People’s", "People's"),
        ("‘so’", "'so'"),
        ("Half\u2010way, half\u2011way", "Half-way, half-way"),
        ("New\u00a0York,\u202fagain", "New York, again"),
        ("New\nYork", "New York"),
        ("Ünïted “all” – Straße", "Ünïted “all” – Straße"),
    ],
)
def test_a_folded_text_has_one_typography_and_its_length(text: str, same: str) -> None:
    assert folded(text) == same
    assert len(folded(text)) == len(text)
    assert folded(folded(text)) == same


@pytest.mark.parametrize("text", ["Peace & Quiet", "peace and quiet", " PEACE  AND\nQUIET ", "Peace\u00a0and quiet"])
def test_names_that_differ_in_case_and_spacing_have_one_key(text: str) -> None:
    assert name_key(text) == "peace and quiet"
