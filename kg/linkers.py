"""An article's text becomes mentions: which words name which entity, by which rule, how surely.

A linker is a function and one more name in `LINKERS`; it sees what the ones before it found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import NamedTuple

from kg import terms
from kg.article import Article, Mention
from kg.terms import Term
from kg.vocabulary import Form, Match, Vocabulary


class Rule(NamedTuple):
    """Why words are a mention: the kind of form, how sure that makes us, and the rule in words.

    The figures are our own judgement, highest for what can mean little else; each pair of kind and confidence stands for
    one rule, so that a graph says by itself which rule it was.
    """

    kind: str
    confidence: str
    words: str


RULES: Mapping[str, Rule] = {
    "name": Rule("name", "0.98", "a name of it, as the vocabulary has it"),
    "acronym": Rule("acronym", "0.96", "an acronym of it, letter for letter"),
    "demonym": Rule("demonym", "0.95", "the adjective or the people of it"),
    "metonym": Rule("metonym", "0.92", "a place or house that stands for it"),
    "abbreviation": Rule("acronym", "0.97", "an abbreviation that the text itself defines in brackets after its name"),
    "surname": Rule("name", "0.93", "a surname, after the full name in the same text"),
    "supported name": Rule("name", "0.91", "a name that can mean other things; the article names it in another way too"),
    "supported acronym": Rule("acronym", "0.91", "an acronym that can mean other things; the article names it in another way too"),
    "supported demonym": Rule("demonym", "0.91", "a word that can mean other things; the article names it in another way too"),
    "supported metonym": Rule(
        "metonym", "0.91", "a place that stands for it only here, where the article names it in another way too"
    ),
}
KINDS: Mapping[str, Term] = {
    "name": terms.NAME_KIND,
    "acronym": terms.ACRONYM_KIND,
    "demonym": terms.DEMONYM_KIND,
    "metonym": terms.METONYM_KIND,
}

Linker = Callable[[Article, Vocabulary], Iterator[Mention]]


def link(article: Article, vocabulary: Vocabulary) -> Article:
    """Return the article with every entity that its text mentions, in order of the text, none overlapping."""
    for linker in LINKERS:
        article = replace(article, mentions=_merged(article.mentions, list(linker(article, vocabulary))))
    return article


def link_forms(article: Article, vocabulary: Vocabulary) -> Iterator[Mention]:
    """Yield what the vocabulary's forms name; a form that can mean other things needs evidence in the article."""
    language = article.language.text if article.language else None
    matches = [
        match
        for match in vocabulary.matches(article.text, language, article.prose())
        if not _is_of_another_name(article.text, match, vocabulary) and not _is_shouted_word(article.text, match)
    ]
    certain = {form.entity for match in matches for form in match.forms if not form.ambiguous}
    supported = certain | set(declared_entities(article, vocabulary)) | set(_named_in_two_ways(article.text, matches))
    for begin, end, forms in matches:
        form = _chosen(forms, supported)
        if form is not None:
            yield Mention(begin, end, form.entity, f"supported {form.kind}" if form.ambiguous else form.kind)


def _chosen(forms: Iterable[Form], supported: set[Term]) -> Form | None:
    """Return the form that the words are: the only certain one, else the only one whose entity has evidence."""
    certain = {form.entity: form for form in forms if not form.ambiguous}
    if not certain:
        certain = {form.entity: form for form in forms if form.entity in supported}
    return next(iter(certain.values())) if len(certain) == 1 else None


def _named_in_two_ways(text: str, matches: Iterable[Match]) -> Iterator[Term]:
    """Yield each entity that a name and an unlike metonym speak for: "Georgia" and "Tbilisi", not "Georgia" and "Georgian"."""
    beginnings: dict[Term, set[tuple[bool, str]]] = {}
    for begin, end, forms in matches:
        for form in forms:
            beginnings.setdefault(form.entity, set()).add((form.kind == "metonym", text[begin:end][:3].lower()))
    for entity, found in beginnings.items():
        if any(place and not name and one != other for place, one in found for name, other in found):
            yield entity


def _is_of_another_name(text: str, match: Match, vocabulary: Vocabulary) -> bool:
    """Tell whether a single word is somebody else's surname: "Melania Trump", "Michael Jordan"."""
    if " " in text[match.begin : match.end] or any(form.kind != "name" for form in match.forms):
        return False
    return _after_first_name(text, match.begin) and any(
        form.ambiguous or terms.PERSON in vocabulary.types(form.entity) for form in match.forms
    )


# Acronyms that are words as well, so that they mean nothing where a whole sentence is in capitals
_WORDS = frozenset({"AID", "IT", "MAD", "SALT", "START", "US", "WHO"})
_SENTENCE = re.compile(r"[^.!?\n]*")


def _is_shouted_word(text: str, match: Match) -> bool:
    if text[match.begin : match.end] not in _WORDS:
        return False
    begin = max(text.rfind(mark, 0, match.begin) for mark in ".!?\n") + 1
    sentence = text[begin : match.begin] + (_SENTENCE.match(text, match.end) or [""])[0]
    return len(re.findall(r"[^\W\d_]{2,}", sentence)) >= 2 and not any(letter.islower() for letter in sentence)


def declared_entities(article: Article, vocabulary: Vocabulary) -> Iterator[Term]:
    """Yield the states, regions and themes that the article says it is about and the vocabulary knows."""
    for region in article.regions:
        found = vocabulary.find(region.text, terms.STATE, terms.REGION)
        yield from (found,) if found else ()
    for theme in article.themes:
        found = vocabulary.find(theme.text, terms.THEME)
        yield from (found,) if found else ()


_DEFINITION = re.compile(r"[\"'”’»]?\s{0,3}\(\s?[\"'“‘«]?([A-Z][A-Za-z0-9&-]{1,11})[\"'”’»]?\s?\)")


def link_abbreviations(article: Article, vocabulary: Vocabulary) -> Iterator[Mention]:
    """Yield each use of an abbreviation from where the text defines it: "Missile Defense Review (MDR)"."""
    defined: dict[str, list[tuple[int, Term]]] = {}
    for mention in article.mentions:
        found = _DEFINITION.match(article.text, mention.end)
        if found and _abbreviates(found[1], article.text[mention.begin : mention.end]):
            defined.setdefault(found[1], []).append((found.start(1), mention.entity))
    for abbreviation, definitions in defined.items():
        for begin, end in _words(article, abbreviation):
            entity = next((entity for start, entity in reversed(definitions) if start <= begin), None)
            if entity is not None:
                yield Mention(begin, end, entity, "abbreviation")


def _abbreviates(abbreviation: str, name: str) -> bool:
    """Tell whether each capital of an abbreviation begins a word of the name, in whatever order ("NPT")."""
    capitals = [letter for letter in abbreviation if letter.isupper()]
    initials = {word[0].upper() for word in re.findall(r"\w+", name)}
    return len(capitals) >= 2 and len(name) > len(abbreviation) and initials.issuperset(capitals)


# Words that stand with a capital before a surname without being a first name: titles, and what headlines capitalise
_NO_FIRST_NAMES = frozenset(
    "president chancellor minister secretary senator governor general ambassador representative chairman chairwoman chair "
    "director commissioner spokesman spokeswoman king queen prince princess premier leader mr mrs ms miss dr prof professor "
    "sir lady candidate nominee republican democrat madam comrade "
    "a an the and or but nor not of with without for in into on by to from that than as at after before against about over "
    "under between behind beyond during since until if when while where why how what who which because like "
    "will would can could may might must should shall does did do is are was were be been being has have had "
    "meanwhile yesterday later earlier recently then once again perhaps maybe also instead "
    "says said meets meet visits tells told asks wants calls both either even only still now today yet "
    "new old northern southern eastern western central soviet modern post-soviet neighboring neighbouring".split()
)


def link_surnames(article: Article, vocabulary: Vocabulary) -> Iterator[Mention]:
    """Yield a person's surname where it stands alone, from the full name on."""
    taken = {offset for mention in article.mentions for offset in range(mention.begin, mention.end)}
    named: dict[str, list[tuple[int, Term]]] = {}
    for mention in article.mentions:
        if mention.rule == "name" and terms.PERSON in vocabulary.types(mention.entity):
            words = article.text[mention.begin : mention.end].split()
            families = [terms.value(name) for name in vocabulary.values(mention.entity, terms.FAMILY_NAME)]
            surname = next((name for name in families if name in words), _surname(words))
            if len(words) > 1 and len(surname) > 1:
                named.setdefault(surname, []).append((mention.end, mention.entity))
    for surname, people in named.items():
        for begin, end in _words(article, surname):
            entity = next((entity for start, entity in reversed(people) if start <= begin), None)
            if entity is not None and begin not in taken and not _after_first_name(article.text, begin):
                yield Mention(begin, end, entity, "surname")


def _surname(words: list[str]) -> str:
    """Return the last word of a name with the particles before it: "von der Leyen"."""
    first = len(words) - 1
    while first > 1 and words[first - 1].islower():
        first -= 1
    return " ".join(words[first:])


_INITIALS = re.compile(r"(?:[A-Z]\.-?)+")
_WORD_BEFORE = re.compile(r"([\w.'’-]+)\s+\Z")


def _after_first_name(text: str, begin: int) -> bool:
    """Tell whether a capitalised word that is no title stands right before: then the surname is somebody else's."""
    lead = text[max(0, begin - 60) : begin]
    words = lead.split()
    if not words or not lead[-1].isspace() or words[-1].islower():
        return False  # as nearly everywhere
    before = _WORD_BEFORE.search(lead)
    if before is None or not before[1][:1].isupper() or "\n\n" in before[0]:
        return False
    if before[1].endswith(".") and not _INITIALS.fullmatch(before[1]):
        return False  # a sentence ends there
    word = before[1].rstrip(".").lower()
    if word in _NO_FIRST_NAMES or word.rpartition("-")[2] in _NO_FIRST_NAMES or word.endswith(("'s", "’s")):
        return False
    return f" {word} " not in text  # a word that the text also has in lower case is no name


def _words(article: Article, word: str) -> Iterator[tuple[int, int]]:
    """Yield where a word stands by itself in the article's prose."""
    stretches = list(article.prose())
    pattern = r"\s+".join(map(re.escape, word.split()))
    for match in re.finditer(rf"(?<!\w){pattern}(?!\w)", article.text):
        if any(begin <= match.start() and match.end() <= end for begin, end in stretches):
            yield match.start(), match.end()


LINKERS: tuple[Linker, ...] = (link_forms, link_abbreviations, link_surnames)


def _merged(before: tuple[Mention, ...], new: list[Mention]) -> tuple[Mention, ...]:
    """Return all mentions in order of the text; where two overlap, the later linker knew more."""
    taken = {offset for mention in new for offset in range(mention.begin, mention.end)}
    kept = [m for m in before if not any(offset in taken for offset in range(m.begin, m.end))]
    return tuple(sorted([*kept, *new]))
