"""What the user prefers, done to an article: mentions that are kept, and phrases that are always linked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from kg.article import Article, Mention
from kg.forms import border_after, border_before, folded, folded_marks
from kg.linkers.rules import RULES
from kg.preferences import Preferences
from kg.terms import Term


def kept(article: Article, preferences: Preferences) -> tuple[Mention, ...]:
    """Return the mentions that the linkers found and that are to be published."""
    rules = _rules(preferences.confidence)
    never = {_squeezed(phrase) for choice in preferences.choices(article.record.source) for phrase in choice.never}
    return tuple(
        mention
        for mention in article.mentions
        if mention.rule in rules
        and (not never or never.isdisjoint((mention.entity, _squeezed(article.text[mention.begin : mention.end]))))
    )


def link_chosen(article: Article, preferences: Preferences) -> Iterator[Mention]:
    """Yield each place where a phrase stands that is always linked, the longest at each place."""
    entities: dict[str, Term] = {}
    for choice in preferences.choices(article.record.source):
        for phrase, entity in choice.always:
            entities.setdefault(_squeezed(phrase), entity)
    entities.pop("", None)
    if not entities:
        return
    pattern = _pattern(tuple(sorted(entities, key=lambda phrase: (-len(phrase), phrase))))
    text = folded_marks(article.text)
    for begin, end in sorted(article.prose()):
        for found in pattern.finditer(text, begin, end):
            yield Mention(found.start(), found.end(), entities[_squeezed(found[0])], "chosen")


def _squeezed(text: str) -> str:
    """Return words in the one spelling and spacing in which they are compared."""
    return " ".join(folded(text).split())


@cache
def _pattern(phrases: tuple[str, ...]) -> re.Pattern[str]:
    """Return what finds phrases as whole words, over a line break too but not over an empty line."""
    space = r"(?:[^\S\n]+|[^\S\n]*\n[^\S\n]*)"
    found = (f"{border_before(phrase)}{space.join(map(re.escape, phrase.split()))}{border_after(phrase)}" for phrase in phrases)
    return re.compile("|".join(found))


@cache
def _rules(confidence: float) -> frozenset[str]:
    """Return the rules that make us at least so sure."""
    return frozenset(name for name, rule in RULES.items() if float(rule.confidence) >= confidence)
