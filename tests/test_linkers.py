"""Which words become a mention, of what, and by which rule."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise

import pyoxigraph
import pytest

from kg import linkers, rdf, readers, terms, vocabulary
from kg.article import Article, Datum, Record
from kg.linkers import DEFAULT, RULES, Preferences
from kg.preferences import Choice
from kg.terms import Statement, Term
from kg.vocabulary import Vocabulary

# What is found in a text: the words, the entity's place below our entities, the rule
Found = tuple[str, str, str]
# However unsure
EVERYTHING = Preferences(confidence=0)


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


def test_a_name_that_is_a_common_word_of_another_language_is_a_name_all_the_same(words: Vocabulary) -> None:
    assert find(article("India waits.", None), words) == [("India", "state/india", "name")]


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


# --- what stands around a name ---------------------------------------------------------------------------------------------
# Texts with what is found in them marked: "[Russia|state:russia] waits"; a rule stands behind it where it matters
_MARK = re.compile(r"\[([^\[\]|]+)\|[^\[\]|]+\]")


def marked(source: Article, words: Vocabulary, preferences: Preferences = DEFAULT, rules: bool = False) -> str:
    """Return the article's text with each mention marked."""
    text, position = "", 0
    for begin, end, entity, rule in linkers.link(source, words, preferences).mentions:
        name = f"{terms.shorten(entity)} {rule}" if rules else terms.shorten(entity)
        text += f"{source.text[position:begin]}[{source.text[begin:end]}|{name}]"
        position = end
    return (text + source.text[position:]).removeprefix("Title\n\n").removesuffix("\n")


def plain(text: str) -> str:
    """Return a text without its marks."""
    return _MARK.sub(r"\1", text)


@pytest.mark.parametrize(
    "text",
    [
        # to the right
        "Poland Spring is a brand.",
        "He read the Poland Herald.",
        "Norway & Sons sails.",
        "Norway$ is a coin.",
        "The U.S. Open begins.",
        "The United Nations of Doughnuts sailed.",
        # to the left
        "Ruth Poland sings.",
        "Air France lands.",
        "North Poland is wet.",
        "Sons & Norway sails.",
        "St Norway sailed.",
        "Team Poland and Miss Poland dined.",
        # with "of" between
        "The Bank of China lends.",
        "The Bank of the United States lends.",
        "A Sea of Poland flags.",
        "In the Harbour of Poland, ships wait.",
        "Tour de France riders rest.",
    ],
)
def test_a_longer_name_that_the_vocabulary_has_not_is_no_mention_of_its_part(text: str, words: Vocabulary) -> None:
    assert marked(article(text), words, EVERYTHING) == text


@pytest.mark.parametrize(
    "text",
    [
        "President [Macron|person:emmanuel-macron] dined.",
        "[France|state:france]’s President [Macron|person:emmanuel-macron] dined.",
        "The [Polish|state:poland] Prime Minister sailed.",
        "Former [Polish|state:poland] President Duda sailed.",
        "The Ambassador of [Spain|state:spain] dined.",
        "Catholic [Poland|state:poland] prayed, and [Russian|state:russia] Muslims did.",
        "On Monday [Poland|state:poland] voted; [Norway|state:norway] June sales rose.",
        "Ultimately [Norway|state:norway] sailed; Facing [Norway|state:norway], they sailed.",
        "The province of [China|state:china] is wet.",
        "“[Norway|state:norway]” sailed.",
        "The [Norway|state:norway]-[Poland|state:poland] talks end.",
        "The [NATO|bloc:nato] Harbour opens.",
        "In the [U.S.|state:united-states] The end is near.",
    ],
)
def test_titles_groups_days_and_first_words_of_sentences_make_no_longer_name(text: str, words: Vocabulary) -> None:
    assert marked(article(plain(text)), words) == text


@pytest.mark.parametrize(
    "text",
    [
        "Melania\nTrump dined.",
        "The Poland\nHerald said so.",
        "The Bank\nof China lends.",
        "The Bank of\nChina lends.",
    ],
)
def test_a_line_break_within_a_longer_name_is_a_space(text: str, words: Vocabulary) -> None:
    assert marked(article(text), words) == text


@pytest.mark.parametrize(
    "text",
    [
        "The Native American crew and an Anglo-Irish one.",
        "The Anglo-Irish crew.",
        "Anglo-Irish crews sail.",
        "An African-American crew.",
        "A pro-[American|state:united-states] crew and a Sino-[Russian|state:russia] one.",
    ],
)
def test_a_people_of_two_names_is_none_of_the_two(text: str, words: Vocabulary) -> None:
    assert marked(article(plain(text)), words) == text


@pytest.mark.parametrize(
    "text",
    [
        "[Poland|state:poland] Tells [France|state:france] It Will Not Wait",
        "Why [China|state:china] Waits For Rain",
        "Why Air France Waits For Rain",
        "Old [Polish|state:poland] Harbours Meet [Norway|state:norway] Again",
    ],
)
def test_capitals_say_nothing_in_a_headline(text: str, words: Vocabulary) -> None:
    assert marked(article(plain(text)), words) == text


@pytest.mark.parametrize(
    "text",
    [
        "She speaks Spanish and French.",
        "He answered in Russian, then in Polish.",
        "He taught Polish, Greek and German.",
        "A Spanish speaker, a Norwegian-speaking crew and the Norwegian word.",
        "Polish the brass.",
        "The [Russian|state:russia] answered.",
        "The [Spanish|state:spain] and the [French|state:france] answered.",
        "Many [French|state:france] sail; the crew is [Danish|state:denmark].",
        "He met two [Russians|state:russia].",
        "[Polish|state:poland] sailors polish brass.",
        "He answered in [Russian|state:russia] harbours.",
        "It was translated from Russian into Chinese.",
    ],
)
def test_a_language_is_no_people(text: str, words: Vocabulary) -> None:
    assert marked(article(plain(text)), words) == text


@pytest.mark.parametrize(
    "text",
    [
        "A German shepherd, a French window and a Danish pastry.",
        "A Swiss cheese, Brazil nuts and a Panama hat.",
        "Turkish coffee and Chinese food.",
        "Canada geese rest.",
        "A [German|state:germany] ship, a [French|state:france] port and a [Danish|state:denmark] harbour.",
        "A [Swiss|state:switzerland] bank, [Brazil|state:brazil] ports and a [Panama|state:panama] ship.",
    ],
)
def test_a_thing_that_is_called_after_a_state_is_none(text: str, words: Vocabulary) -> None:
    assert marked(article(plain(text)), words) == text


@pytest.mark.parametrize(
    "text",
    [
        "He lives in Lebanon, Pennsylvania.",
        "Norway, Maine, is a town.",
        "He lives in [Lebanon|state:lebanon], far from Pennsylvania.",
    ],
)
def test_a_town_of_the_same_name_is_told_by_its_province(text: str, words: Vocabulary) -> None:
    assert marked(article(plain(text)), words) == text


@pytest.mark.parametrize(
    "text",
    [
        "[Poland|state:poland team name] beat [France|state:france team name] 3-1 in the hockey final.",
        "[Norway|state:norway team name] won the match 2-0, and the goalkeeper wept.",
        "She played for [Poland|state:poland team name].",
        "The [Polish|state:poland team demonym] striker rests.",
        "[Norway|state:norway team name]’s coach sails.",
        "[US|state:united-states team acronym] goalkeeper Ann Li rests.",
        "[Norway|state:norway name] won the tender by 20-30 percent.",
        "She wept for the [Norway|state:norway name] match. [Poland|state:poland name] slept.",
    ],
)
def test_a_state_in_a_sentence_about_sport_is_its_team(text: str, words: Vocabulary) -> None:
    assert marked(article(plain(text)), words, EVERYTHING, rules=True) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ru", "Вчера сборная [Франции|state:france team name] выиграла матч."),
        ("ru", "Сборная [Франции|state:france team name] выиграла матч."),
        ("es", "El portero de [España|state:spain team name] paró un gol y un penalti."),
        ("de", "Der Torwart hielt den Ball, und [Polen|state:poland team name] gewann das Länderspiel."),
    ],
)
def test_sport_is_sport_in_other_languages(language: str, text: str, words: Vocabulary) -> None:
    assert marked(article(plain(text), language), words, EVERYTHING, rules=True) == text


@pytest.mark.parametrize(
    "text",
    [
        "They met in Lille, [France|state:france located name].",
        "She sailed from Bergen, [Norway|state:norway located name].",
        "She was born in Reno, [US|state:united-states located acronym].",
        "They met in [Poland|state:poland name], [France|state:france name] and [Italy|state:italy name].",
        "In May, [Norway|state:norway name] sailed.",
    ],
)
def test_a_state_may_only_say_where_a_town_lies(text: str, words: Vocabulary) -> None:
    assert marked(article(plain(text)), words, EVERYTHING, rules=True) == text


@pytest.mark.parametrize(
    "text",
    [
        "In 1740 [Russia|state:russia old name] sailed; a [Russian|state:russia old demonym] tug sank in 1741.",
        "In 1740 a tug sank, and in 1940 [Russia|state:russia name] sailed.",
        "The tug cost 1740 roubles in 1990, says [Russia|state:russia name].",
        "The tug of 1740 sank.\n\n[Russia|state:russia name] sailed.",
    ],
)
def test_a_state_in_a_paragraph_about_old_times_may_be_another(text: str, words: Vocabulary) -> None:
    assert marked(article(plain(text)), words, EVERYTHING, rules=True) == text


@pytest.mark.parametrize(
    "text",
    [
        # it acts, or owns a policy
        "[Moscow|state:russia metonym] warned of delays.",
        "[Moscow|state:russia metonym], meanwhile, refused.",
        "[Moscow|state:russia metonym]’s decision surprised them.",
        "The [Moscow|state:russia metonym]-backed crew left.",
        # it is dealt with
        "Talks with [Tehran|state:iran metonym] stalled.",
        # it is a place
        "He lives in [Moscow|state:russia place].",
        "A train from [Moscow|state:russia place] came.",
        # pairs
        "[Moscow|state:russia metonym] and [Beijing|state:china metonym] signed.",
        "A pact between [Moscow|state:russia metonym] and [Beijing|state:china metonym] holds.",
        "The road between [Moscow|state:russia place] and [Minsk|state:belarus place] is wet.",
        # houses
        "The [White House|state:united-states metonym] denied it.",
        "The [White House|state:united-states place] lawn is wet.",
        "The [Kremlin|state:russia place] wall is red.",
    ],
)
def test_a_seat_of_government_acts_or_is_a_place(text: str, words: Vocabulary) -> None:
    assert marked(article(plain(text)), words, EVERYTHING, rules=True) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "[Moscou|state:russia metonym] refuse. Il habite à [Moscou|state:russia place]."),
        ("fr", "Entre [Moscou|state:russia metonym] et [Pékin|state:china metonym] tout va bien."),
        ("es", "[Moscú|state:russia metonym] rechaza la propuesta. Vive en [Moscú|state:russia place]."),
        ("pt", "[Moscovo|state:russia metonym] recusa. Vive em [Moscovo|state:russia place]."),
        ("de", "[Moskau|state:russia metonym] lehnt ab. Sie wohnt in [Moskau|state:russia place]."),
        ("ru", "[Москва|state:russia metonym] отказалась. Он живёт в [Москве|state:russia place]."),
    ],
)
def test_a_seat_of_government_is_a_subject_in_other_languages(language: str, text: str, words: Vocabulary) -> None:
    assert marked(article(plain(text), language), words, EVERYTHING, rules=True) == text


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "L’[Allemagne|state:germany] et les [Etats-Unis|state:united-states] attendent, l’[Otan|bloc:nato] aussi."),
        ("fr", "Les [Russes|state:russia] et la présidence [américaine|state:united-states] attendent."),
        ("fr", "Il parle russe et lit le chinois."),
        ("fr", "Les montagnes russes et la Banque de France."),
        ("es", "El rey de [España|state:spain] y los [chinos|state:china] cenaron."),
        ("es", "Ella habla ruso y chino."),
        ("es", "La ensaladilla rusa y el Banco de España."),
        ("pt", "Os [russos|state:russia] e a marinha [chinesa|state:china] esperam no [Brasil|state:brazil]."),
        ("pt", "Ela fala russo."),
        ("de", "Die Schiffe [Frankreichs|state:france] und die [russischen|state:russia] Häfen warten."),
        ("de", "Die [Amerikaner|state:united-states] und ein [Franzose|state:france] warten."),
        ("de", "Sie spricht Russisch. Die Deutsche Bank wartet."),
        ("ru", "Корабли [Франции|state:france] и [китайские|state:china] порты ждут."),
        ("ru", "Переговоры с [Россией|state:russia] и [Владимиром Путиным|person:vladimir-putin] идут."),
        ("ru", "Ресторан «Пекин» закрыт, зелёный китайский чай остыл."),
        ("ar", "زار الوفد [روسيا|state:russia] و[الصين|state:china]."),
        ("ar", "وب[الصين|state:china] سفن."),
        ("ar", "نهر الأردن طويل."),
        ("zh", "[中国|state:china]和[俄罗斯|state:russia]在等待。"),
        ("zh", "其中国际会议很多，他吃中国菜。"),
    ],
)
def test_each_language_has_its_endings_particles_and_idioms(language: str, text: str, words: Vocabulary) -> None:
    assert marked(article(plain(text), language), words) == text


@pytest.mark.parametrize(
    "text",
    [
        "WHO KNOWS WHERE IT LIES",
        "THE US SHIP SANK.",
        "READ IT NOW.",
        "Who knows? The [WHO|organization:world-health-organization] knows.",
        "[NATO|bloc:nato] AND THE [EU|bloc:european-union] AGREE.",
    ],
)
def test_an_acronym_that_is_a_word_means_nothing_where_words_are_shouted(text: str, words: Vocabulary) -> None:
    assert marked(article(plain(text)), words) == text


@pytest.mark.parametrize(
    "text",
    [
        "[MDR|initiative:missile-defense-review] ([Missile Defense Review|initiative:missile-defense-review]) is old; "
        "[MDR|initiative:missile-defense-review] stays.",
        "[NPT|treaty:nuclear-non-proliferation-treaty] (the [Treaty on the Non-Proliferation of Nuclear Weapons|"
        "treaty:nuclear-non-proliferation-treaty]) holds.",
        # what the text spells out as something else
        "The Western Haulage Office (WHO) met; the WHO left.",
        "The North Atlantic Tea Office (NATO) pours; NATO sips.",
        "An office ([NATO|bloc:nato]) pours; [NATO|bloc:nato] sips.",
    ],
)
def test_an_acronym_is_what_the_text_spells_out(text: str, words: Vocabulary) -> None:
    assert marked(article(plain(text)), words) == text


BIDEN_CAME = "[Joe Biden|person:joe-biden] came. "


@pytest.mark.parametrize(
    "text",
    [
        BIDEN_CAME + "Ruth Biden came. Biden left.",
        BIDEN_CAME + "Ruth Biden came. [Joe Biden|person:joe-biden] left; [Biden|person:joe-biden] slept.",
        BIDEN_CAME + "President [Biden|person:joe-biden] and Mr. [Biden|person:joe-biden] left.",
        "[Macron|person:emmanuel-macron] came. Brigitte Macron came. Macron left. President [Macron|person:emmanuel-macron] slept.",
        "Mrs Trump and Madame Macron dined.",
    ],
)
def test_a_surname_is_somebody_elses_after_a_stranger_but_not_after_a_title(text: str, words: Vocabulary) -> None:
    assert marked(article(plain(text)), words) == text


@pytest.mark.parametrize("title", ["Mrs", "Mrs.", "Miss"])
def test_a_wife_is_not_her_husband(title: str, words: Vocabulary) -> None:
    text = BIDEN_CAME + f"{title} Biden came."
    assert marked(article(plain(text)), words) == text


MARKDOWN = """\
# Russia waits

## Norway sails

> Poland said so.

| State | Port |
|---|---|
| Brazil | Santos |

- Kenya
- [Egypt’s port](https://x.example/Iran)

See *Japan* and **Spain**, `Peru`, Iceland[^1].

```
Mexico
```

    Vietnam

<!-- Nepal -->

[^1]: Malta is far.
"""


def test_headings_quotations_tables_items_links_and_notes_count_and_code_does_not(words: Vocabulary) -> None:
    found = find(readers.read(Record("a.md", "markdown", MARKDOWN.encode())), words)
    states = "Russia Norway Poland Brazil Kenya Egypt Japan Spain Iceland Malta".split()
    assert found == [(state, f"state/{state.lower()}", "name") for state in states]


def test_captions_and_abstracts_count(words: Vocabulary) -> None:
    body = b"---\ntitle: Title\nabstract: Chile sails.\n---\n\n![Ships](a.png)\n\n*A ship off Cuba.*\n\nText.\n"
    assert [entity for _, entity, _ in find(readers.read(Record("a.md", "markdown", body)), words)] == ["state/chile", "state/cuba"]


# --- what speaks for an entity ---------------------------------------------------------------------------------------------
# Alto, a state on a coast with few others; Ebbe, one of many of a plain; a treaty and a word about water
WORLD = """\
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix kg: <https://w3id.org/article-kg/ontology#> .
@prefix schema: <https://schema.org/> .
@prefix t: <https://w3id.org/article-kg/region/> .

t:coast a kg:Region ; skos:prefLabel "Long Coast"@en .
t:plain a kg:Region ; skos:prefLabel "Great Plain"@en .
t:alto a kg:State ; skos:prefLabel "Alto"@en ; kg:ambiguousLabel "Alto"@en ; kg:metonym "Quayside"@en ;
  schema:containedInPlace t:coast .
t:basse a kg:State ; skos:prefLabel "Basse"@en ; schema:containedInPlace t:coast .
t:ebbe a kg:State ; skos:prefLabel "Ebbe"@en ; kg:ambiguousLabel "Ebbe"@en ; schema:containedInPlace t:plain .
t:ada a schema:Person ; skos:prefLabel "Ada Quill"@en ; schema:hasOccupation t:office .
t:office a schema:Role ; schema:affiliation t:alto .
t:water a kg:Theme ; skos:prefLabel "water"@en ; skos:altLabel "drinking water"@en , "dry wells"@en ;
  kg:ambiguousLabel "water"@en , "Water"@en .
t:reef a kg:Treaty ; skos:prefLabel "Reef"@en ; kg:ambiguousLabel "Reef"@en ; schema:about t:water .
t:tern a kg:State ; skos:prefLabel "Tern"@en ; skos:altLabel "Ternland"@en .
t:tern-pact a kg:Treaty ; skos:prefLabel "Tern"@en .
""" + "".join(
    f't:p{n} a kg:State ; skos:prefLabel "{name}"@en ; schema:containedInPlace t:plain .\n'
    for n, name in enumerate(
        "Ulla Villa Wanda Xenia Yolla Zilla Orla Nolla Milla Lulla Kalla Julla Hella Gulla Folla Dolla Colla".split()
    )
)


@pytest.fixture(scope="module")
def world() -> Vocabulary:
    return vocabulary.build(rdf.parse(WORLD.encode(), pyoxigraph.RdfFormat.TURTLE, "world.ttl"))


@pytest.mark.parametrize(
    "text",
    [
        "Alto waits, and Alto sleeps.",
        "[Alto|alto supported name] waits; [Quayside|alto metonym] denied it.",
        "Off the [Long Coast|coast name], [Alto|alto supported name] waits.",
        "[Ada Quill|ada name] left [Alto|alto supported name].",
        # neighbours: one is enough in a small region, two in a wider one
        "[Basse|basse name] and [Alto|alto supported name] wait.",
        "[Ulla|p0 name] and Ebbe wait.",
        "[Ulla|p0 name], [Villa|p1 name] and [Ebbe|ebbe supported name] wait.",
        # the theme of a treaty
        "[Dry wells|water name], says the [Reef|reef supported name].",
        "The Reef is long.",
        # echoes
        "[Drinking water|water name] is sold, and water is dear.",
        "[Drinking water|water name] and [dry wells|water name]; [water|water supported name] is dear.",
        # a name of two
        "The Tern flies.",
        "[Ternland|tern name] waits; the [Tern|tern supported name] sails.",
    ],
)
def test_what_else_an_article_names_speaks_for_an_entity(text: str, world: Vocabulary) -> None:
    assert marked(article(plain(text)), world, rules=True).replace("region:", "") == text


@pytest.mark.parametrize(
    ("regions", "themes", "text"),
    [
        ("Long Coast", "", "[Alto|alto] waits; Ebbe does not."),
        ("alto", "", "[Alto|alto] waits; the Reef is long."),
        ("", "Water", "Alto waits; the [Reef|reef] is about [water|water]."),
        ("Somewhere", "Something", "Alto waits; the Reef is about water."),
    ],
)
def test_what_an_article_declares_speaks_for_what_belongs_to_it(regions: str, themes: str, text: str, world: Vocabulary) -> None:
    source = replace(article(plain(text)), regions=(Datum(regions),), themes=(Datum(themes),))
    assert marked(source, world).replace("region:", "") == text


# --- rules -----------------------------------------------------------------------------------------------------------------
# For each rule a text, with what it links marked
REACHED = {
    "chosen": "The [tug|state:norway].",
    "name": "[Norway|state:norway] waits.",
    "acronym": "The [US|state:united-states] waits.",
    "demonym": "A [Norwegian|state:norway] tug.",
    "metonym": "[Moscow|state:russia] refused.",
    "abbreviation": "The Missile Defense Review ([MDR|initiative:missile-defense-review]).",
    "surname": "Joe Biden came. [Biden|person:joe-biden] left.",
    "supported name": "[Georgia|state:georgia] said so; Tbilisi denied it.",
    "supported acronym": "New START, once only [START|treaty:new-start], ends.",
    "supported demonym": "Georgia’s [Georgian|state:georgia] quay; Tbilisi denied it.",
    "supported metonym": "The Americans wrote; [Washington|state:united-states] denied it.",
    "located name": "They met in Lille, [France|state:france].",
    "located acronym": "They met in Reno, [US|state:united-states].",
    "team name": "She played for [Norway|state:norway].",
    "team demonym": "The [Norwegian|state:norway] goalkeeper.",
    "team acronym": "The [US|state:united-states] goalkeeper.",
    "old name": "In 1740 [Russia|state:russia] sailed.",
    "old demonym": "In 1740 a [Russian|state:russia] tug sailed.",
    "old acronym": "In 1790 the [U.S.|state:united-states] sailed.",
    "place": "He lives in [Moscow|state:russia].",
    "doubtful name": "[Georgia|state:georgia] waits.",
    "doubtful acronym": "The [CIS|bloc:commonwealth-of-independent-states] waits.",
    "doubtful demonym": "A [Georgian|state:georgia] quay.",
}


def test_every_rule_is_reached() -> None:
    assert set(REACHED) == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_links_where_its_confidence_is_enough_and_nowhere_else(rule: str, words: Vocabulary) -> None:
    chosen = Choice(always=(("tug", terms.iri(terms.ENTITY_PREFIXES["state"] + "norway")),) if rule == "chosen" else ())
    source, confidence = article(plain(REACHED[rule])), float(RULES[rule].confidence)
    [expected] = re.findall(r"\[([^|]+)\|([^\]]+)\]", REACHED[rule])
    for asked in (0.0, confidence, min(1.0, confidence + 0.001), linkers.DEFAULT.confidence, 1.0):
        mentions = linkers.link(source, words, Preferences(asked, chosen)).mentions
        found = [(source.text[m.begin : m.end], terms.shorten(m.entity)) for m in mentions if m.rule == rule]
        assert found == ([expected] if rule == "chosen" or asked <= confidence else [])
