"""Two versions of what is said become changes as a person would tell them: values, mentions, citations, what only moved."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from kg import mapping, terms
from kg.differences.phrases import Matched, Pair, Phrase, match, phrases
from kg.terms import Statement, Term

# `graph`: said in another graph than before, so declared and no longer found, or the other way round; `moved`: phrases that
# only stand elsewhere; `context`: phrases with other words around them
Kind = Literal["added", "removed", "changed", "graph", "moved", "context"]
_Triple = tuple[Term, Term, Term]


@dataclass(frozen=True, slots=True)
class Change:
    """A change to one subject: a value that came, went or took another's place, with the phrases that show it.

    `old` and `new` are the values, for a change of `graph` the graphs and `value` what is said in them.
    """

    kind: Kind
    subject: Term
    predicate: Term
    old: Term | None = None
    new: Term | None = None
    value: Term | None = None
    phrases: tuple[Pair, ...] = ()

    @property
    def id(self) -> str:
        """The same for the same change, whatever else changed."""
        nodes = (phrase.node if phrase else "" for pair in self.phrases for phrase in pair)
        parts = (self.kind, self.subject, self.predicate, self.old or "", self.new or "", self.value or "", *nodes)
        return hashlib.sha256("\n".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def of_article(article: Term, old: Sequence[Statement], new: Sequence[Statement]) -> list[Change]:
    """Return what changed from one version of an article to another; none of both may be empty."""
    before, after = phrases(article, old), phrases(article, new)
    matched = match(before.values(), after.values())
    changes = [*_rest(article, _without(old, before), _without(new, after), matched), *_of_phrases(article, matched)]
    own = (article, mapping.part(article, "text"))

    def order(change: Change) -> tuple[Term, int, bool]:
        return "" if change.subject in own else change.subject, _ORDER[change.kind], change.subject != article

    return sorted(changes, key=order)


_ORDER: Mapping[Kind, int] = {"changed": 0, "graph": 0, "removed": 1, "added": 2, "context": 3, "moved": 4}


def _without(statements: Iterable[Statement], found: Mapping[Term, Phrase]) -> list[Statement]:
    """Return the statements that do not make the phrases."""
    return [
        s for s in statements if s.subject not in found and not (s.object in found and s.predicate == found[s.object].predicate)
    ]


def _rest(article: Term, old: Sequence[Statement], new: Sequence[Statement], matched: Matched) -> Iterator[Change]:
    """Yield the changes of all but phrases; a new entity or address has the phrases that brought it, one that went has its own."""
    gone, come = _by_target(matched.removed), _by_target(matched.added)
    for change in values(old, new):
        found = come if change.kind == "added" else gone if change.kind == "removed" else {}
        wanted = change.new if change.kind == "added" else change.old
        if change.subject == article and change.predicate in _SHOWN_BY:
            shown = found.pop((_SHOWN_BY[change.predicate], wanted), ())
            pairs = (Pair(None, one) if change.kind == "added" else Pair(one, None) for one in shown)
            yield Change(change.kind, article, change.predicate, change.old, change.new, phrases=tuple(pairs))
        else:
            yield change
    for (predicate, target), shown in gone.items():
        yield Change("removed", article, predicate, old=target, phrases=tuple(Pair(one, None) for one in shown))
    for (predicate, target), shown in come.items():
        yield Change("added", article, predicate, new=target, phrases=tuple(Pair(None, one) for one in shown))


# What an article says once of an entity or address that its phrases name
_SHOWN_BY = {terms.MENTIONS: terms.MENTION, terms.SCHEMA_CITATION: terms.CITATION}


def _by_target(found: Iterable[Phrase]) -> dict[tuple[Term, Term | None], list[Phrase]]:
    targets: defaultdict[tuple[Term, Term | None], list[Phrase]] = defaultdict(list)
    for phrase in found:
        targets[phrase.predicate, phrase.target].append(phrase)
    return dict(targets)


def _of_phrases(article: Term, matched: Matched) -> Iterator[Change]:
    for pair in matched.target:
        if pair.old and pair.new:
            yield Change("changed", article, pair.new.predicate, pair.old.target, pair.new.target, phrases=(pair,))
    for pair in matched.rule:
        if pair.old and pair.new:
            old, new = ((phrase.rule[0] or None) for phrase in (pair.old, pair.new))
            yield Change("changed", article, terms.MENTION_KIND, old, new, pair.new.target, (pair,))
    for kind, pairs in (("context", matched.context), ("moved", matched.moved)):
        if pairs:
            yield Change("context" if kind == "context" else "moved", article, terms.MENTION, phrases=tuple(pairs))


def values(old: Sequence[Statement], new: Sequence[Statement]) -> Iterator[Change]:
    """Yield the changes of plain statements, by subject and predicate: one value that took the place of one is one change."""
    before, after = _triples(old), _triples(new)
    counts = Counter(("old", s, p) for s, p, _ in before) + Counter(("new", s, p) for s, p, _ in after)
    removed, added = _grouped(before.keys() - after.keys()), _grouped(after.keys() - before.keys())
    for key in sorted(removed.keys() | added.keys(), key=_reading_order):
        gone, come = removed.get(key, []), added.get(key, [])
        if len(gone) == len(come) == 1 and counts["old", *key] == counts["new", *key] == 1:
            yield Change("changed", *key, old=gone[0], new=come[0])
            continue
        yield from (Change("removed", *key, old=value) for value in gone)
        yield from (Change("added", *key, new=value) for value in come)
    for triple in sorted(before.keys() & after.keys()):
        if before[triple] != after[triple]:
            graphs = (" ".join(sorted(before[triple])), " ".join(sorted(after[triple])))
            yield Change("graph", *triple[:2], *graphs, value=triple[2])


def _triples(statements: Iterable[Statement]) -> dict[_Triple, set[Term]]:
    """Return the graphs of each triple."""
    found: defaultdict[_Triple, set[Term]] = defaultdict(set)
    for s in statements:
        found[s.subject, s.predicate, s.object].add(s.graph)
    return dict(found)


def _grouped(triples: Iterable[_Triple]) -> dict[tuple[Term, Term], list[Term]]:
    groups: defaultdict[tuple[Term, Term], list[Term]] = defaultdict(list)
    for subject, predicate, value in sorted(triples):
        groups[subject, predicate].append(value)
    return dict(groups)


# What a reader of an article sees first
_FIRST = (
    terms.TYPE,
    terms.HEADLINE,
    terms.ABSTRACT,
    terms.BYLINE_TEXT,
    terms.AUTHOR,
    terms.PUBLISHER,
    terms.DATE_PUBLISHED,
    terms.DATE_MODIFIED,
    terms.IN_LANGUAGE,
    terms.URL,
)
_LAST = (terms.MENTIONS, terms.SCHEMA_CITATION, terms.WORD_COUNT, terms.TEXT_DIGEST)


def _reading_order(key: tuple[Term, Term]) -> tuple[Term, int, str]:
    subject, predicate = key
    if predicate in _FIRST:
        return subject, _FIRST.index(predicate) - len(_FIRST), ""
    return subject, _LAST.index(predicate) + 1 if predicate in _LAST else 0, terms.compact(predicate)


def is_part(subject: Term, article: Term) -> bool:
    """Tell whether a subject is a part of an article, such as its terms of use."""
    return subject.startswith(mapping.part(article, "")[:-1])
