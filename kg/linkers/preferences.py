"""The user's word on links, which is the last one: how sure they must be, what is never and what is always linked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache

from kg.article import Article, Mention
from kg.forms import border_after, border_before, folded, folded_marks
from kg.linkers.rules import RULES
from kg.terms import Term

DEFAULT_CONFIDENCE = 0.9


@dataclass(frozen=True, slots=True)
class Choice:
    """Phrases (as written, capitals count) and entities that are never linked, and phrases that always mean one entity."""

    never: frozenset[str] = frozenset()
    always: tuple[tuple[str, Term], ...] = ()


@dataclass(frozen=True, slots=True)
class Preferences:
    """Which links to publish: those at least so sure (0 to 1), but for what the user never or always wants.

    `choice` holds for all sources, `by_source` for those whose path matches a pattern ("posts/2019-*").
    """

    confidence: float = DEFAULT_CONFIDENCE
    choice: Choice = Choice()
    by_source: tuple[tuple[str, Choice], ...] = ()

    def _choices(self, article: Article) -> list[Choice]:
        """Return what holds for an article, what was said of its source first."""
        source = article.record.source
        return [*(choice for pattern, choice in self.by_source if fnmatch(source, pattern)), self.choice]

    def kept(self, article: Article) -> tuple[Mention, ...]:
        """Return the mentions that the linkers found and that are to be published."""
        rules = _rules(self.confidence)
        never = {_squeezed(phrase) for choice in self._choices(article) for phrase in choice.never}
        return tuple(
            mention
            for mention in article.mentions
            if mention.rule in rules
            and (not never or never.isdisjoint((mention.entity, _squeezed(article.text[mention.begin : mention.end]))))
        )

    def always_linked(self, article: Article) -> Iterator[Mention]:
        """Yield each place where a phrase stands that is always linked, the longest at each place."""
        entities: dict[str, Term] = {}
        for choice in self._choices(article):
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


DEFAULT = Preferences()


@cache
def _rules(confidence: float) -> frozenset[str]:
    """Return the rules that make us at least so sure."""
    return frozenset(name for name, rule in RULES.items() if float(rule.confidence) >= confidence)
