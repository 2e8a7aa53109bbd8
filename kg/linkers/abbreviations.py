"""Abbreviations that the text itself defines: "Missile Defense Review (MDR)", "MDR (Missile Defense Review)"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kg.article import Article, Mention
from kg.linkers.stretches import words
from kg.terms import Term
from kg.vocabulary import Match, Vocabulary

_DEFINITION = re.compile(r"[\"'”’»]?\s{0,3}\(\s?[\"'“‘«]?([A-Z][A-Za-z0-9&-]{1,11})[\"'”’»]?\s?\)")
_DEFINED = re.compile(r"(?<!\w)([A-Z][A-Z0-9&-]{1,11}) \(\s?(?:the )?\Z")
# A name of several words before brackets: capitals, and small words between them
_SPELT_OUT = re.compile(r"(?:[A-Z][\w'’-]*[ \n](?:(?:of|the|for|and|on|in|to|de|des|du|la) )*){1,9}\Z")
_IN_BRACKETS = re.compile(r"\(([A-Z][A-Z0-9&-]{1,11})\)")


def link_abbreviations(article: Article, vocabulary: Vocabulary) -> Iterator[Mention]:
    """Yield each use of an abbreviation from where the text defines it."""
    if "(" not in article.text:
        return
    defined: dict[str, list[tuple[int, Term]]] = {}
    for mention in article.mentions:
        if "(" not in article.text[max(0, mention.begin - 5) : mention.end + 6]:
            continue
        name = article.text[mention.begin : mention.end]
        after = _DEFINITION.match(article.text, mention.end)
        if after and _abbreviates(after[1], name):
            defined.setdefault(after[1], []).append((after.start(1), mention.entity))
        before = _DEFINED.search(article.text, max(0, mention.begin - 20), mention.begin)
        if before and _abbreviates(before[1], name) and article.text.startswith(")", mention.end):
            defined.setdefault(before[1], []).append((before.start(1), mention.entity))
    for abbreviation, definitions in defined.items():
        definitions.sort()
        for begin, end in words(article, abbreviation):
            entity = next((entity for start, entity in reversed(definitions) if start <= begin), None)
            if entity is not None:
                yield Mention(begin, end, entity, "abbreviation")


def other_meanings(article: Article, matches: Iterable[Match]) -> frozenset[str]:
    """Return the acronyms that the text spells out as something that the vocabulary has not: "Western Haulage Office (WHO)"."""
    ends = {match.end for match in matches}
    found: set[str] = set()
    for acronym in _IN_BRACKETS.finditer(article.text):
        begin = acronym.start()
        name = _SPELT_OUT.search(article.text, max(0, begin - 100), begin) if begin - 1 not in ends else None
        if name is not None and _spells(acronym[1], name[0]):
            found.add(acronym[1])
    return frozenset(found)


def _spells(acronym: str, name: str) -> bool:
    """Tell whether the last words of a name begin with the letters of the acronym, in order, one word left out at most."""
    initials = "".join(word[0] for word in re.findall(r"[A-Z][\w'’]*", name))
    letters = "".join(letter for letter in acronym if letter.isalpha())
    return any(
        initials[-size:].startswith(letters[:1]) and len(initials) >= size and _in_order(letters, initials[-size:])
        for size in (len(letters), len(letters) + 1)
    )


def _in_order(letters: str, initials: str) -> bool:
    rest = iter(initials)
    return all(letter in rest for letter in letters)


def _abbreviates(abbreviation: str, name: str) -> bool:
    """Tell whether each capital of an abbreviation begins a word of the name, in whatever order ("NPT")."""
    capitals = [letter for letter in abbreviation if letter.isupper()]
    initials = {word[0].upper() for word in re.findall(r"\w+", name)}
    return len(capitals) >= 2 and len(name) > len(abbreviation) and initials.issuperset(capitals)
