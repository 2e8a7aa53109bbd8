"""A person's surname where it stands alone, after the full name in the same text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator

from kg import terms
from kg.article import Article, Mention
from kg.linkers.around import Around
from kg.linkers.longer import follows_name, is_in_longer_name, is_wife
from kg.linkers.stretches import words
from kg.terms import Term
from kg.vocabulary import Vocabulary


def link_surnames(article: Article, vocabulary: Vocabulary) -> Iterator[Mention]:
    """Yield a person's surname where it stands alone, from the full name on, until somebody else of that surname is named."""
    taken = sorted((mention.begin, mention.end) for mention in article.mentions)
    around = Around(
        article.text,
        article.language.text.partition("-")[0] if article.language else None,
        frozenset(mention.begin for mention in article.mentions),
        frozenset(mention.end for mention in article.mentions),
    )
    named: dict[str, list[tuple[int, Term]]] = {}
    for mention in article.mentions:
        if mention.rule.endswith("name") and terms.PERSON in vocabulary.types(mention.entity):
            surname = _surname(article.text[mention.begin : mention.end].split(), vocabulary, mention.entity)
            if surname:
                named.setdefault(surname, []).append((mention.end, mention.entity))
    for surname, people in named.items():
        current: Term | None = None
        waiting = sorted(people, reverse=True)
        for begin, end in words(article, surname):
            while waiting and waiting[-1][0] <= begin:
                current = waiting.pop()[1]
            index = bisect_right(taken, (begin, len(article.text))) - 1
            if index >= 0 and begin < taken[index][1]:
                continue
            if follows_name(around, begin) or is_wife(article.text, begin):
                current = None  # somebody else of that name
            elif current and not is_in_longer_name(around, begin, end):
                yield Mention(begin, end, current, "surname")


def _surname(parts: list[str], vocabulary: Vocabulary, person: Term) -> str:
    """Return the surname in a full name: the family name that the vocabulary has, else the last word with its particles.

    "von der Leyen" of "Ursula von der Leyen"; nothing where the name is a single word.
    """
    families = [terms.parts(name).text for name in vocabulary.values(person, terms.FAMILY_NAME)]
    first = len(parts) - 1
    while first > 1 and parts[first - 1].islower():
        first -= 1
    found = next((name for name in families if name in parts), " ".join(parts[first:]))
    return found if len(parts) > 1 and len(found) > 1 else ""
