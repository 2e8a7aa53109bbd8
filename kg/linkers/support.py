"""What speaks for an entity where a form of it could mean other things: the rest of the article, and what it declares."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from kg import terms
from kg.article import Article
from kg.terms import Term
from kg.vocabulary import Match, Vocabulary

# How many states a region may have for one of them, and for two of them, to speak for another
_SMALL, _WIDE = 17, 25


def declared_entities(article: Article, vocabulary: Vocabulary) -> Iterator[Term]:
    """Yield the states, regions and themes that the article says it is about and the vocabulary knows."""
    for region in article.regions:
        found = vocabulary.find(region.text, terms.STATE, terms.REGION)
        yield from (found,) if found else ()
    for theme in article.themes:
        found = vocabulary.find(theme.text, terms.THEME)
        yield from (found,) if found else ()


@dataclass(frozen=True, slots=True)
class Support:
    """The entities for which the article speaks: `named` in another way, or only `near` what it speaks of.

    `echoes` are words that stand inside the only phrases that speak for an entity: "water", where "drinking water" does.
    """

    named: frozenset[Term]
    near: frozenset[Term]
    echoes: frozenset[tuple[Term, str]]

    def speaks_for(self, entity: Term, words: str) -> bool:
        """Tell whether words that can mean other things mean the entity here."""
        return (entity in self.named or entity in self.near) and (entity, words.lower()) not in self.echoes


def supported(article: Article, vocabulary: Vocabulary, matches: Sequence[Match]) -> Support:
    """Return the entities for which the article speaks, beside any form that could mean other things.

    Named are those with a form that means little else, those that the article declares, and those with a name and a seat.
    Near are those whose region or theme is named or declared, whose officers are named, or that are neighbours of a
    state named.
    """
    certain = {form.entity for match in matches for form in match.forms if not form.ambiguous}
    declared = set(declared_entities(article, vocabulary))
    named = certain | declared
    doubtful = {form.entity for match in matches for form in match.forms if form.ambiguous}
    if doubtful <= declared:
        return Support(frozenset(named), frozenset(), frozenset())
    named.update(_named_in_two_ways(article.text, matches))
    homes = {home for entity in named for home in (entity, *vocabulary.values(entity, terms.ABOUT))}
    near = {entity for entity in doubtful if _is_at_home(entity, homes, vocabulary)}
    near.update(_served(named, vocabulary), _neighbours(doubtful, named, vocabulary))
    themes = {entity for entity in doubtful - declared if terms.THEME in vocabulary.types(entity)}
    return Support(frozenset(named), frozenset(near), frozenset(_echoes(article.text, matches, themes)))


def _echoes(text: str, matches: Sequence[Match], themes: set[Term]) -> Iterator[tuple[Term, str]]:
    """Yield the doubtful words of themes that only repeat part of a phrase which names the theme."""
    phrases: dict[Term, set[str]] = {}
    words: set[tuple[Term, str]] = set()
    for begin, end, forms in matches:
        for form in forms:
            if form.entity in themes and form.ambiguous:
                words.add((form.entity, text[begin:end].lower()))
            elif form.entity in themes:
                phrases.setdefault(form.entity, set()).add(text[begin:end].lower())
    return (pair for pair in words if all(pair[1] in phrase for phrase in phrases.get(pair[0], ())))


def _is_at_home(entity: Term, spoken_of: set[Term], vocabulary: Vocabulary) -> bool:
    """Tell whether a region or theme to which an entity belongs directly is spoken of."""
    homes = (*vocabulary.values(entity, terms.CONTAINED_IN_PLACE), *vocabulary.values(entity, terms.ABOUT))
    return any(home in spoken_of for home in homes)


def _named_in_two_ways(text: str, matches: Iterable[Match]) -> Iterator[Term]:
    """Yield each entity that a name and an unlike metonym speak for: "Georgia" and "Tbilisi", not "Georgia" and "Georgian"."""
    beginnings: dict[Term, set[tuple[bool, str]]] = {}
    for begin, end, forms in matches:
        for form in forms:
            beginnings.setdefault(form.entity, set()).add((form.kind == "metonym", text[begin:end][:3].lower()))
    for entity, found in beginnings.items():
        if any(place and not name and one != other for place, one in found for name, other in found):
            yield entity


def _served(certain: Iterable[Term], vocabulary: Vocabulary) -> Iterator[Term]:
    """Yield whom the people named hold or held an office of."""
    for entity in certain:
        for office in vocabulary.values(entity, terms.HAS_OCCUPATION):
            yield from vocabulary.values(office, terms.AFFILIATION)


def _neighbours(doubtful: Iterable[Term], certain: Iterable[Term], vocabulary: Vocabulary) -> Iterator[Term]:
    """Yield what lies in a small region together with a state that is certain, or in a wider one together with two."""
    states = Counter(
        region
        for entity in certain
        if terms.STATE in vocabulary.types(entity)
        for region in vocabulary.values(entity, terms.CONTAINED_IN_PLACE)
    )
    regions = {region for region, count in states.items() if vocabulary.contained(region) <= (_SMALL if count == 1 else _WIDE)}
    return (entity for entity in doubtful if regions.intersection(vocabulary.values(entity, terms.CONTAINED_IN_PLACE)))
