"""The user's word on links: what is never linked, what always, for which sources, and how sure the rest must be."""

from __future__ import annotations

from dataclasses import replace

import pyoxigraph
import pytest

from kg import evidence, linkers, rdf, readers, terms, vocabulary
from kg.article import Article, Datum, Record
from kg.linkers import DEFAULT, RULES, Preferences
from kg.preferences import Choice
from kg.vocabulary import Vocabulary

TERN, ADA, PACT = (f"<urn:t:{name}>" for name in ("tern", "ada", "pact"))
WORLD = f"""
@prefix skos: <{terms.SKOS}> . @prefix kg: <{terms.KG}> . @prefix schema: <{terms.SCHEMA}> . @prefix t: <urn:t:> .
t:tern a kg:State ; skos:prefLabel "New Tern"@en , "Tern’s Isle"@en ; kg:demonym "Ternish"@en ; kg:acronym "NT"@en ;
  kg:ambiguousLabel "NT"@en .
t:ada a schema:Person ; skos:prefLabel "Ada Quill"@en .
t:pact a kg:Treaty ; skos:prefLabel "Reef Pact"@en , "Pact of New Tern"@en .
"""


@pytest.fixture(scope="module")
def world() -> Vocabulary:
    return vocabulary.build(rdf.parse(WORLD.encode(), pyoxigraph.RdfFormat.TURTLE, "world.ttl"))


def article(text: str, source: str = "posts/a.md") -> Article:
    """Return an article, in Markdown or as plain text, whose title names nothing."""
    form, title = ("markdown", "# Title") if source.endswith(".md") else ("text", "Title")
    found = readers.read(Record(source, form, f"{title}\n\n{text}\n".encode()))
    return replace(found, language=Datum("en"))


def link(source: Article, words: Vocabulary, preferences: Preferences) -> list[tuple[str, str]]:
    """Return what is linked: the words, and the end of the entity's address with the rule."""
    mentions = linkers.link(source, words, preferences).mentions
    return [(source.text[begin:end], f"{entity[7:-1]} {rule}") for begin, end, entity, rule in mentions]


def never(*words: str) -> Preferences:
    return Preferences(choice=Choice(never=frozenset(words)))


def always(**phrases: str) -> Preferences:
    """Return what links phrases, in which "_" is a space, whatever they are."""
    return Preferences(choice=Choice(always=tuple((phrase.replace("_", " "), entity) for phrase, entity in phrases.items())))


TEXT = "Ada Quill left New Tern. Quill read the Ternish Reef Pact (RP); the RP holds."
FOUND = [
    ("Ada Quill", "ada name"),
    ("New Tern", "tern name"),
    ("Quill", "ada surname"),
    ("Ternish", "tern demonym"),
    ("Reef Pact", "pact name"),
    ("RP", "pact abbreviation"),
    ("RP", "pact abbreviation"),
]


# --- never -----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "gone"),
    [
        ([], []),
        (["New Tern"], ["New Tern"]),
        (["Quill"], ["Quill"]),
        (["Ternish", "RP", "Nothing"], ["Ternish", "RP"]),
        # capitals count, and a part is not the whole
        (["new tern", "New", "Tern", "Ada", "QUILL"], []),
        ([TERN], ["New Tern", "Ternish"]),
        ([ADA, PACT], ["Ada Quill", "Quill", "Reef Pact", "RP"]),
        (["urn:t:ada", "<urn:t:x>"], []),
    ],
)
def test_a_phrase_or_an_entity_is_never_linked(words: list[str], gone: list[str], world: Vocabulary) -> None:
    left = [(exact, rule) for exact, rule in FOUND if exact not in gone]
    assert link(article(TEXT), world, never(*words)) == left


@pytest.mark.parametrize(
    ("phrase", "text"),
    [
        ("New Tern", "New\nTern waits."),
        ("New Tern", "New   Tern waits."),
        ("Tern's Isle", "Tern’s Isle waits."),
        ("Tern’s Isle", "Tern's Isle waits."),
    ],
)
def test_what_is_never_linked_is_compared_as_it_is_looked_up(phrase: str, text: str, world: Vocabulary) -> None:
    source = article(text, "a.txt")
    assert link(source, world, DEFAULT) != []
    assert link(source, world, never(phrase)) == []


# --- always ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The tug waits.", ["tug"]),
        # whole words, in that case
        ("Tugs, TUG, Tug, tugs, tug-boat, tug’s, tug_, 1tug, (tug).", ["tug", "tug", "tug"]),
        # the longest at each place
        ("The old tug and the tug.", ["old tug", "tug"]),
        ("The Mate's tug, the Mate’s tug.", ["Mate's tug", "Mate’s tug"]),
        ("Où est l’été ? L’été du port.", ["l’été"]),
        # not in code, which may stand in between
        ("See `tug`, tug and `Tug` tug.", ["tug", "tug"]),
        ("See the `old` tug.", ["tug"]),
        ("    tug\n\nText.", []),
        ("# The tug\n\n> A tug\n\n- tug\n\n| tug | port |\n|---|---|\n| a | tug |", ["tug"] * 5),
        ("[A tug](https://x.example/tug), ![tug](tug.png)", ["tug"]),
        # what is no word at its borders
        ("C++ (C++) is no C+.", ["C++", "C++"]),
    ],
)
def test_a_phrase_is_always_linked(text: str, found: list[str], world: Vocabulary) -> None:
    phrases = ("tug", "old tug", "Mate's tug", "l'été", "C++")
    preferences = Preferences(choice=Choice(always=tuple((phrase, TERN) for phrase in phrases)))
    assert link(article(text), world, preferences) == [(exact, "tern chosen") for exact in found]


def test_a_line_break_in_a_phrase_that_is_always_linked_is_a_space(world: Vocabulary) -> None:
    assert link(article("An old\ntug.", "a.txt"), world, always(old_tug=TERN)) == [("old\ntug", "tern chosen")]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        # the words themselves, a part of them, more than they
        ("Ada Quill left.", [("Ada Quill", "pact chosen")]),
        ("The Reef Pact holds.", [("Pact", "tern chosen")]),
        ("A Ternish tug waits; Ternish tugs do not.", [("Ternish tug", "ada chosen"), ("Ternish", "tern demonym")]),
        # whatever could stand in the way
        ("Ada Quill-House.", [("Ada Quill", "pact chosen")]),
        ("NT waits.", [("NT", "tern chosen")]),
        # nothing else of what was there gets lost
        ("Ada Quill left. Quill slept.", [("Ada Quill", "pact chosen"), ("Quill", "ada surname")]),
    ],
)
def test_what_is_always_linked_takes_the_place_of_what_overlaps_it(
    text: str, found: list[tuple[str, str]], world: Vocabulary
) -> None:
    preferences = always(Ada_Quill=PACT, Pact=TERN, Ternish_tug=ADA, NT=TERN)
    assert link(article(text), world, preferences) == found


def test_what_is_always_linked_is_so_however_sure_the_rest_must_be_and_whatever_is_never(world: Vocabulary) -> None:
    preferences = replace(always(tug=TERN), confidence=1.0)
    assert link(article("Ada Quill’s tug."), world, preferences) == [("tug", "tern chosen")]
    preferences = Preferences(choice=Choice(frozenset({"tug", TERN}), (("tug", TERN),)))
    assert link(article("New Tern’s tug."), world, preferences) == [("tug", "tern chosen")]


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("old tug", "The old  tug.", "old  tug"),
        ("old  tug", "The old tug.", "old tug"),
        ("中国", "在中国的船。", "中国"),
    ],
)
def test_what_is_always_linked_is_found_as_a_name_is(phrase: str, text: str, found: str, world: Vocabulary) -> None:
    assert link(article(text, "a.txt"), world, Preferences(choice=Choice(always=((phrase, TERN),)))) == [(found, "tern chosen")]


def test_a_phrase_without_words_links_nothing(world: Vocabulary) -> None:
    assert link(article("A tug."), world, Preferences(choice=Choice(always=(("", TERN),)))) == []


# --- sources ---------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("source", "found"),
    [
        # the first pattern that says what a phrase is, then what holds for all
        ("posts/2019-05.md", [("tug", "ada chosen"), ("mate", "tern chosen")]),
        ("posts/2020-05.md", [("New Tern", "tern name"), ("tug", "pact chosen"), ("mate", "tern chosen")]),
        ("notes/a.md", [("New Tern", "tern name"), ("tug", "tern chosen")]),
        ("old/posts/2019-05.md", [("New Tern", "tern name"), ("tug", "tern chosen")]),
    ],
)
def test_what_is_said_of_a_source_comes_before_what_holds_for_all(
    source: str, found: list[tuple[str, str]], world: Vocabulary
) -> None:
    preferences = Preferences(
        choice=Choice(frozenset({"Ternish"}), (("tug", TERN),)),
        by_source=(
            ("posts/2019-*", Choice(frozenset({"New Tern"}), (("tug", ADA),))),
            ("posts/*", Choice(always=(("tug", PACT), ("mate", TERN)))),
        ),
    )
    assert link(article("New Tern’s Ternish tug and its mate.", source), world, preferences) == found


# --- confidence ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("confidence", "found"),
    [
        (0.0, ["Ada Quill", "NT"]),
        (0.5, ["Ada Quill", "NT"]),
        (0.51, ["Ada Quill"]),
        (0.9, ["Ada Quill"]),
        (0.98, ["Ada Quill"]),
        (0.99, []),
        (1.0, []),
    ],
)
def test_a_link_must_be_as_sure_as_is_asked(confidence: float, found: list[str], world: Vocabulary) -> None:
    assert [exact for exact, _ in link(article("Ada Quill left NT."), world, Preferences(confidence))] == found


def test_a_link_that_was_chosen_is_sure_and_told_as_such() -> None:
    assert DEFAULT == Preferences() == Preferences(0.9, Choice(), ())
    rule = RULES["chosen"]
    assert (rule.kind, float(rule.confidence)) == ("name", 1.0)
    assert "configuration" in rule.words
    assert [other for other in RULES.values() if float(other.confidence) >= 1] == [rule]
    assert evidence._RULE_OF["name", "1.00"] == rule.words
