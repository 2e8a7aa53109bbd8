"""Which words become a mention, of what, and by which rule."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from kg import linkers, readers, terms, vocabulary
from kg.article import Article, Datum, Record
from kg.linkers import RULES
from kg.terms import Statement, Term
from kg.vocabulary import Vocabulary

# What is found in a text: the words, the entity's place below our entities, the rule
Found = tuple[str, str, str]


def article(text: str, language: str | None = "en", regions: tuple[Datum, ...] = (), tags: tuple[Datum, ...] = ()) -> Article:
    """Return an article with that text, which stands below a title that names nothing."""
    found = readers.read(Record("a.txt", "text", f"Title\n\n{text}\n".encode()))
    return replace(found, language=Datum(language) if language else None, regions=regions, tags=tags)


def find(source: Article, words: Vocabulary) -> list[Found]:
    mentions = linkers.link(source, words).mentions
    return [
        (source.text[begin:end], terms.value(entity).removeprefix(terms.ENTITIES), rule) for begin, end, entity, rule in mentions
    ]


US, RUSSIA, CHINA, GEORGIA = "state/united-states", "state/russia", "state/china", "state/georgia"
TRUMP, PUTIN, BIDEN = "person/donald-trump", "person/vladimir-putin", "person/joe-biden"
NEW_START, MDR = "treaty/new-start", "initiative/missile-defense-review"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Russia’s tug.", [("Russia", RUSSIA, "name")]),
        ("Russians' tugs.", [("Russians", RUSSIA, "demonym")]),
        ("A Russian-Chinese tug.", [("Russian", RUSSIA, "demonym"), ("Chinese", CHINA, "demonym")]),
        ("A pro-American, non-Russian tug.", [("American", US, "demonym"), ("Russian", RUSSIA, "demonym")]),
        ("The US' reply.", [("US", US, "acronym")]),
        ('"US" and (US).', [("US", US, "acronym"), ("US", US, "acronym")]),
        ("A US-built tug in the U.S. The end.", [("US", US, "acronym"), ("U.S.", US, "acronym")]),
        ("It helps us, and Us is a film.", []),
        ("GIVE US TIME. TELL US A STORY!", []),
        ("THE RUSSIA DESK.", []),
        ("The Kremlin waits.", [("Kremlin", RUSSIA, "metonym")]),
        ("Chinatown, Russianness, Norwayland.", []),
        ("The People's Republic of China.", [("People's Republic of China", CHINA, "name")]),
        ("The People’s\u00a0Republic of\nChina.", [("People’s\u00a0Republic of\nChina", CHINA, "name")]),
        ("New   \r\n  Zealand.", [("New   \r\n  Zealand", "state/new-zealand", "name")]),
        ("South Korea and Sudan.", [("South Korea", "state/south-korea", "name"), ("Sudan", "state/sudan", "name")]),
        ("The New START Treaty.", [("New START Treaty", NEW_START, "name")]),
    ],
)
def test_words_of_the_vocabulary_are_found_whole_and_the_longest_first(text: str, found: list[Found], words: Vocabulary) -> None:
    assert find(article(text), words) == found


def test_names_do_not_reach_across_paragraphs(words: Vocabulary) -> None:
    assert find(article("A tug from New\n\nZealand is another word."), words) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Georgia waits.", []),
        ("Georgia and the Georgian quay.", []),
        ("Georgia said so; Tbilisi denied it.", [("Georgia", GEORGIA, "supported name"), ("Tbilisi", GEORGIA, "metonym")]),
        ("Georgia waits, in Tbilisi too.", [("Georgia", GEORGIA, "supported name")]),
        ("START at noon.", []),
        (
            "New START, once only START, ends.",
            [("New START", NEW_START, "name"), ("START", NEW_START, "supported acronym")],
        ),
        ("Washington wrote it.", []),
        ("The Americans wrote; Washington denied it.", [("Americans", US, "demonym"), ("Washington", US, "supported metonym")]),
        ("The Americans wrote from Washington.", [("Americans", US, "demonym")]),
    ],
)
def test_a_form_that_can_mean_other_things_needs_evidence(text: str, found: list[Found], words: Vocabulary) -> None:
    assert find(article(text), words) == found


def test_what_the_source_declares_is_evidence(words: Vocabulary) -> None:
    text = "Georgia waits, and so does the Georgian quay."
    assert find(article(text, regions=(Datum("georgia"),)), words) == [
        ("Georgia", GEORGIA, "supported name"),
        ("Georgian", GEORGIA, "supported demonym"),
    ]
    assert find(article(text, regions=(Datum("Europe"),)), words) == []
    assert find(article("Georgia waits.", tags=(Datum("Georgia"),)), words) == []


def test_a_name_behind_a_first_name_is_somebody_else(words: Vocabulary) -> None:
    text = "Ruth Jordan met Melania Trump in Jordan, where Amman is. Will Trump come? President Trump came, says Mr. Trump."
    assert find(article(text), words) == [
        ("Jordan", "state/jordan", "supported name"),
        ("Trump", TRUMP, "name"),
        ("Trump", TRUMP, "name"),
    ]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Biden waits. Joe Biden comes.", [("Joe Biden", BIDEN, "name")]),
        ("Joe Biden comes. Biden’s tug waits.", [("Joe Biden", BIDEN, "name"), ("Biden", BIDEN, "surname")]),
        ("Joe Biden and Hunter Biden.", [("Joe Biden", BIDEN, "name")]),
        ("Joe Biden and J. R. Biden.", [("Joe Biden", BIDEN, "name")]),
        ("Joe Biden went home to Wilmington. Biden’s tug waits.", [("Joe Biden", BIDEN, "name"), ("Biden", BIDEN, "surname")]),
        ("Joe Biden, then Vice-President Biden.", [("Joe Biden", BIDEN, "name"), ("Biden", BIDEN, "surname")]),
        ("Joe Biden in Bidenville.", [("Joe Biden", BIDEN, "name")]),
        (
            "Xi Jinping spoke. Xi’s guests left.",
            [("Xi Jinping", "person/xi-jinping", "name"), ("Xi", "person/xi-jinping", "surname")],
        ),
        (
            "Ursula von der Leyen came. Von Leyen and von der\nLeyen went.",
            [
                ("Ursula von der Leyen", "person/ursula-von-der-leyen", "name"),
                ("von der\nLeyen", "person/ursula-von-der-leyen", "surname"),
            ],
        ),
        (
            "George W. Bush came after George H. W. Bush; Bush smiled.",
            [
                ("George W. Bush", "person/george-w-bush", "name"),
                ("George H. W. Bush", "person/george-h-w-bush", "name"),
                ("Bush", "person/george-h-w-bush", "surname"),
            ],
        ),
    ],
)
def test_a_surname_is_a_mention_from_the_full_name_on(text: str, found: list[Found], words: Vocabulary) -> None:
    assert find(article(text), words) == found


@pytest.mark.parametrize("brackets", ["(MR)", "(“MR”)", '("MR")', "( MR )", "\u00a0(MR)"])
def test_an_abbreviation_in_brackets_is_a_mention_from_there_on(brackets: str, words: Vocabulary) -> None:
    text = f"MR before. The Missile Defense Review {brackets} is old; the MR stays, MRI does not."
    assert find(article(text), words) == [("Missile Defense Review", MDR, "name"), *[("MR", MDR, "abbreviation")] * 2]


def test_a_definition_in_the_text_overrides_the_vocabulary(words: Vocabulary) -> None:
    text = "The EU met. The Eurasian Economic Union (EU) met, and the EU dined."
    assert find(article(text), words) == [
        ("EU", "bloc/european-union", "acronym"),
        ("Eurasian Economic Union", "bloc/eurasian-economic-union", "name"),
        ("EU", "bloc/eurasian-economic-union", "abbreviation"),
        ("EU", "bloc/eurasian-economic-union", "abbreviation"),
    ]


def test_brackets_that_abbreviate_something_else_define_nothing(words: Vocabulary) -> None:
    assert find(article("Russia (XK) and Missile Defense Review (PDF): XK, PDF."), words) == [
        ("Russia", RUSSIA, "name"),
        ("Missile Defense Review", MDR, "name"),
    ]


@pytest.mark.parametrize(
    ("language", "found"),
    [
        ("fr", [("Moscou", RUSSIA, "metonym"), ("Vladimir Poutine", PUTIN, "name"), ("Poutine", PUTIN, "surname")]),
        ("fr-ca", [("Moscou", RUSSIA, "metonym"), ("Vladimir Poutine", PUTIN, "name"), ("Poutine", PUTIN, "surname")]),
        ("en", [("Vladimir Poutine", PUTIN, "name"), ("China", CHINA, "name"), ("Poutine", PUTIN, "surname")]),
        (
            None,
            [
                ("Vladimir Poutine", PUTIN, "name"),
                ("China", CHINA, "name"),
                ("Poutine", PUTIN, "surname"),
            ],
        ),
    ],
)
def test_words_are_those_of_the_language_and_people_have_names_in_all(
    language: str | None, found: list[Found], words: Vocabulary
) -> None:
    assert find(article("Moscou attend. Vladimir Poutine et China, dit Poutine.", language), words) == found


def test_code_is_not_searched(words: Vocabulary) -> None:
    source = readers.read(Record("a.md", "markdown", b"# `Russia` and China\n\nSee `China`.\n\n    Norway = 1\n"))
    assert find(source, words) == [("China", CHINA, "name")]


def test_linking_leaves_its_article_as_it_was_and_finds_the_same_again(words: Vocabulary) -> None:
    source = article("Joe Biden met Putin. Biden left.")
    linked = linkers.link(source, words)
    assert source.mentions == ()
    assert linked == linkers.link(source, words)
    assert linkers.link(linked, words).mentions == linked.mentions


def test_mentions_stand_in_order_and_do_not_overlap(words: Vocabulary) -> None:
    text = "The United Nations (UN), the US, Joe Biden and the Missile Defense Review (MDR). Biden read the MDR to the UN."
    mentions = linkers.link(article(text), words).mentions
    assert len(mentions) == 9
    assert all(first.end <= second.begin for first, second in pairwise(mentions))


def test_each_pair_of_kind_and_confidence_is_one_rule() -> None:
    pairs = [(rule.kind, rule.confidence) for rule in RULES.values()]
    assert len(set(pairs)) == len(pairs)
    assert {rule.kind for rule in RULES.values()} == set(linkers.KINDS)
    for rule in RULES.values():
        assert 0 < float(rule.confidence) <= 1
        assert terms.literal(rule.confidence, datatype=terms.XSD_DECIMAL)


def own(*labels: tuple[str, Term, str]) -> Vocabulary:
    """Return a vocabulary of persons with these labels: name below urn:, predicate, text."""
    kinds = [Statement(f"<urn:x:{name}>", terms.TYPE, terms.PERSON, "") for name, _, _ in labels]
    return vocabulary.build(
        [*kinds, *(Statement(f"<urn:x:{name}>", predicate, terms.literal(text), "") for name, predicate, text in labels)]
    )


def test_a_family_name_that_comes_first_is_the_surname() -> None:
    words = own(("li", terms.PREF_LABEL, "Li Xiang"), ("li", terms.FAMILY_NAME, "Lixi"))
    assert [rule for _, _, rule in find(article("Li Xiang came. Lixi left, Xiang stayed."), words)] == ["name", "surname"]


def test_a_surname_that_two_persons_share_is_the_one_named_last() -> None:
    words = own(("a", terms.PREF_LABEL, "Ada Quill"), ("b", terms.PREF_LABEL, "Ben Quill"))
    found = find(article("Ada Quill came. Quill sat. Ben Quill came. Quill left."), words)
    assert [(exact, entity[-1]) for exact, entity, _ in found] == [
        ("Ada Quill", "a"),
        ("Quill", "a"),
        ("Ben Quill", "b"),
        ("Quill", "b"),
    ]
