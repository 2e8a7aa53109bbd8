"""The user's word on links, which is the last one: how sure they must be, what is never and what is always linked."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache

from kg.article import Article, Mention
from kg.forms import folded
from kg.linkers.rules import RULES
from kg.linkers.stretches import Prose
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
        never = frozenset[str]().union(*(choice.never for choice in self._choices(article)))
        return tuple(
            mention
            for mention in article.mentions
            if mention.rule in rules
            and (not never or (mention.entity not in never and article.text[mention.begin : mention.end] not in never))
        )

    def always_linked(self, article: Article) -> Iterator[Mention]:
        """Yield each place where a phrase stands that is always linked, the longest at each place."""
        entities: dict[str, Term] = {}
        for choice in self._choices(article):
            for phrase, entity in choice.always:
                entities.setdefault(folded(phrase), entity)
        if not entities:
            return
        phrases = sorted(entities, key=lambda phrase: (-len(phrase), phrase))
        pattern = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, phrases)) + r")(?!\w)")
        prose = Prose(article)
        for found in pattern.finditer(folded(article.text)):
            if prose.has(found.start(), found.end()):
                yield Mention(found.start(), found.end(), entities[found[0]], "chosen")


DEFAULT = Preferences()


@cache
def _rules(confidence: float) -> frozenset[str]:
    """Return the rules that make us at least so sure."""
    return frozenset(name for name, rule in RULES.items() if float(rule.confidence) >= confidence)
