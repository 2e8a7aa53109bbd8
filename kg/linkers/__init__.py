"""An article's text becomes mentions: which words name which entity, by which rule, how surely.

A linker is a function and one more name in `LINKERS`; it sees what the ones before it found.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

from kg import terms
from kg.article import Article, Mention
from kg.linkers.abbreviations import link_abbreviations
from kg.linkers.chosen import kept, link_chosen
from kg.linkers.names import link_names
from kg.linkers.rules import RULES, Rule
from kg.linkers.surnames import link_surnames
from kg.preferences import DEFAULT, Preferences
from kg.terms import Term
from kg.vocabulary import Vocabulary

__all__ = ["DEFAULT", "KINDS", "LINKERS", "RULES", "Linker", "Preferences", "Rule", "link"]

KINDS: Mapping[str, Term] = {
    "name": terms.NAME_KIND,
    "acronym": terms.ACRONYM_KIND,
    "demonym": terms.DEMONYM_KIND,
    "metonym": terms.METONYM_KIND,
}

Linker = Callable[[Article, Vocabulary], Iterator[Mention]]
# Names first: what a text abbreviates and whose surname it uses depends on them
LINKERS: tuple[Linker, ...] = (link_names, link_abbreviations, link_surnames)


def link(article: Article, vocabulary: Vocabulary, preferences: Preferences = DEFAULT) -> Article:
    """Return the article with every entity that its text mentions, in order of the text, none overlapping.

    `preferences` say how sure a mention must be, and what its user never or always wants linked.
    """
    article = replace(article, mentions=()) if article.mentions else article
    for linker in LINKERS:
        found = list(linker(article, vocabulary))
        article = replace(article, mentions=_merged(article.mentions, found)) if found else article
    return replace(article, mentions=_merged(kept(article, preferences), list(link_chosen(article, preferences))))


def _merged(before: tuple[Mention, ...], new: list[Mention]) -> tuple[Mention, ...]:
    """Return all mentions in order of the text; where two overlap, the later linker knew more."""
    if not new or not before:
        return tuple(sorted(new)) if new else before
    taken = {offset for mention in new for offset in range(mention.begin, mention.end)}
    kept = [m for m in before if not any(offset in taken for offset in range(m.begin, m.end))]
    return tuple(sorted([*kept, *new]))
