"""What the vocabulary names, wherever its words stand and mean it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg import terms
from kg.article import Article, Mention
from kg.forms import Form
from kg.linkers.abbreviations import other_meanings
from kg.linkers.adjectives import is_language, is_thing
from kg.linkers.around import Around
from kg.linkers.longer import has_title, is_in_longer_name, is_wife
from kg.linkers.metonyms import is_actor
from kg.linkers.places import is_chance, is_located, is_namesake, is_of_old
from kg.linkers.support import Support, supported
from kg.linkers.words import FUNCTION_WORDS
from kg.vocabulary import Match, Vocabulary

# Languages that write common nouns without a capital; elsewhere a capital says nothing about names
_CAPITALS_ARE_NAMES = frozenset({None, "en", "fr", "es", "pt", "it", "nl", "ru"})
_PLACES = frozenset({terms.STATE, terms.REGION})


def link_names(article: Article, vocabulary: Vocabulary) -> Iterator[Mention]:
    """Yield what the vocabulary's forms name, by the rule that what stands around each makes of it."""
    language = article.language.text.partition("-")[0] if article.language else None
    text = article.text
    matches = vocabulary.matches(text, language, article.prose())
    around = _around(text, language, matches, vocabulary)
    elsewhere = other_meanings(article, matches) if "(" in text else frozenset()
    named = [
        match
        for match in matches
        if text[match.begin : match.end] not in elsewhere and not _is_other_name(around, match, vocabulary)
    ]
    named = _without_strangers(text, matches, named, vocabulary)
    support = supported(article, vocabulary, named)
    for match in named:
        form = _chosen(match.forms, support)
        rule = form and _rule(around, match, form, support, vocabulary)
        if form and rule:
            yield Mention(match.begin, match.end, form.entity, rule)


def _without_strangers(text: str, matches: Sequence[Match], named: list[Match], vocabulary: Vocabulary) -> list[Match]:
    """Return the matches without bare surnames that stand after somebody else who bears them: "Macron" after "Brigitte Macron".

    With a title the known person is meant all the same: "President Macron".
    """
    if len(named) == len(matches):
        return named
    kept = {match.begin for match in named}
    strangers: dict[str, int] = {}
    for match in matches:
        if match.begin not in kept and _is_bare_surname(text, match, vocabulary):
            strangers.setdefault(text[match.begin : match.end], match.begin)
    return [
        match
        for match in named
        if match.begin < strangers.get(text[match.begin : match.end], len(text))
        or not _is_bare_surname(text, match, vocabulary)
        or has_title(text, match.begin)
    ]


def _is_bare_surname(text: str, match: Match, vocabulary: Vocabulary) -> bool:
    return " " not in text[match.begin : match.end] and terms.PERSON in vocabulary.types(match.forms[0].entity)


def _around(text: str, language: str | None, matches: Sequence[Match], vocabulary: Vocabulary) -> Around:
    types = [(match, {kind for form in match.forms for kind in vocabulary.types(form.entity)}) for match in matches]
    return Around(
        text,
        language,
        frozenset(match.begin for match, kinds in types if not kinds & {terms.THEME, terms.REGION}),
        frozenset(match.end for match, _ in types),
        frozenset(match.end for match, kinds in types if terms.STATE in kinds),
    )


def _chosen(forms: Sequence[Form], support: Support) -> Form | None:
    """Return the form that the words are: the only one, the only certain one, or the only one for which the article speaks."""
    if len(forms) == 1:
        return forms[0]
    for chosen in (
        forms,
        [form for form in forms if not form.ambiguous],
        [form for form in forms if form.entity in support.named],
        [form for form in forms if form.entity in support.near],
    ):
        if len({form.entity for form in chosen}) == 1:
            return min(chosen, key=lambda form: (form.ambiguous, form.kind != "name"))
    return None


def _rule(around: Around, match: Match, form: Form, support: Support, vocabulary: Vocabulary) -> str | None:
    """Return the rule by which the words mean the entity; None where they mean something else."""
    begin, end, _ = match
    text = around.text
    if form.kind == "metonym" and not is_actor(text, begin, end, around.language):
        return "place"
    if form.ambiguous and not support.speaks_for(form.entity, text[begin:end]):
        return "place" if form.kind == "metonym" else f"doubtful {form.kind}"
    if form.kind == "demonym" and is_language(around, begin, end) and not _is_noun(around, match, vocabulary):
        return None
    if form.kind != "metonym" and _is_place(form, vocabulary):
        if is_thing(around, begin, end, form.kind == "demonym"):
            return None
        if around.facts.sports.has_team(begin, end):
            return f"team {form.kind}"
        if around.facts.has_old_years and is_of_old(text, begin):
            return f"old {form.kind}"
        if form.kind != "demonym" and is_located(text, begin, around.states):
            return f"located {form.kind}"
    return f"supported {form.kind}" if form.ambiguous else form.kind


def _is_noun(around: Around, match: Match, vocabulary: Vocabulary) -> bool:
    """Tell whether a word with a capital is a people's name as the vocabulary has it, and no adjective: "Amerikaner"."""
    word = around.text[match.begin : match.end]
    return not around.is_english and word[0].isupper() and not vocabulary.forms(word.lower(), around.language)


def _is_other_name(around: Around, match: Match, vocabulary: Vocabulary) -> bool:
    """Tell whether the words belong to a longer name that the vocabulary does not have, or are shouted."""
    text, (begin, end, forms) = around.text, match
    if is_chance(text, begin, end):
        return True
    if not text[begin].isupper() or around.language not in _CAPITALS_ARE_NAMES:
        return False
    if forms[0].kind == "acronym" and _is_shouted_word(text, match):
        return True
    if is_namesake(text, end):
        return True
    # "NATO Summit" is about NATO, "U.S. Open" not about a state
    is_place = _is_place(forms[0], vocabulary)
    if terms.PERSON in vocabulary.types(forms[0].entity) and is_wife(text, begin):
        return True
    return is_in_longer_name(around, begin, end, forms[0].kind == "acronym" and not is_place, is_place)


def _is_place(form: Form, vocabulary: Vocabulary) -> bool:
    return not _PLACES.isdisjoint(vocabulary.types(form.entity))


# Acronyms that are words as well, so that they mean nothing where a whole sentence is in capitals
_WORDS = frozenset({"AID", "AIDS", "IT", "MAD", "SALT", "START", "US", "WHO"})
_SHOUTED_NEXT = re.compile(r" [A-Z]{3,}\b")
_SENTENCE = re.compile(r"[^.!?\n]*")


def _is_shouted_word(text: str, match: Match) -> bool:
    word = text[match.begin : match.end]
    if word not in _WORDS and word.lower() not in FUNCTION_WORDS:
        return False
    near = max(0, match.begin - 200)
    begin = max(near, max(text.rfind(mark, near, match.begin) for mark in ".!?\n") + 1)
    if _SHOUTED_NEXT.match(text, match.end):
        return True
    sentence = text[begin : match.begin] + (_SENTENCE.match(text, match.end) or [""])[0]
    return len(re.findall(r"[^\W\d_]{2,}", sentence)) >= 1 and not any(letter.islower() for letter in sentence)
