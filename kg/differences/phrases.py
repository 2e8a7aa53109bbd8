"""The phrases of an article, mentions and citations, in two versions of it: which are the same though they stand elsewhere."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from typing import NamedTuple

from kg import terms
from kg.sentences import sentence
from kg.terms import Statement, Term

# What is said of a phrase; a node of which anything else is said is none for us, and told statement by statement
_OF_PHRASES = frozenset(
    {
        terms.TYPE,
        terms.REFERENCE_CONTEXT,
        terms.BEGIN_INDEX,
        terms.END_INDEX,
        terms.ANCHOR_OF,
        terms.TA_IDENT_REF,
        terms.TA_CONFIDENCE,
        terms.MENTION_KIND,
        terms.BEFORE,
        terms.AFTER,
        terms.URL,
    }
)
_LEADS_TO = frozenset({terms.MENTION, terms.CITATION})
_ENDS = ".!?…。！？"
_LONGEST_OFFSET = 18


class Phrase(NamedTuple):
    """Words of an article that name or cite something: `target` is the entity or the address, where there is one.

    `rule` are kind and confidence of a mention; `before` and `after` what stands around the words. A dump that quotes little of
    an article may leave any of these words out.
    """

    node: Term
    predicate: Term
    words: str
    target: Term | None
    rule: tuple[str, str]
    before: str
    after: str
    begin: int
    end: int

    def quote(self) -> tuple[str, str, str]:
        """Return the words with what the sentence has before and after them, as far as the dump knows it; on one line."""
        text = self.before + self.words + self.after
        begin = len(self.before)
        first, last = sentence(text, begin, begin + len(self.words))
        before, after = text[first:begin], text[begin + len(self.words) : last]
        if first <= len(text) - len(text.lstrip()) and before and self.begin > begin:
            before = f"…{before if text[0].isspace() else before.partition(' ')[2] or before}"
        if last >= len(text.rstrip()) and after and after[-1] not in _ENDS:
            after = f"{after if text[-1].isspace() else after.rpartition(' ')[0] or after}…"
        return _one_line(before), _one_line(self.words), _one_line(after)


def _one_line(text: str) -> str:
    return "".join(" " if c.isspace() else c for c in text)


class Pair(NamedTuple):
    """A phrase in the old and in the new version; None where it is not there."""

    old: Phrase | None
    new: Phrase | None


class Matched(NamedTuple):
    """What became of phrases: those that only stand elsewhere, in other words, are found by another rule, name something else."""

    moved: Sequence[Pair]
    context: Sequence[Pair]
    rule: Sequence[Pair]
    target: Sequence[Pair]
    removed: Sequence[Phrase]
    added: Sequence[Phrase]


def phrases(article: Term, statements: Iterable[Statement]) -> Mapping[Term, Phrase]:
    """Return the phrases of an article by their nodes."""
    nodes: defaultdict[Term, list[Statement]] = defaultdict(list)
    leads: dict[Term, Term] = {}
    for statement in statements:
        if statement.predicate in _LEADS_TO and statement.subject == article:
            leads[statement.object] = statement.predicate
        else:
            nodes[statement.subject].append(statement)
    found = (_phrase(node, predicate, nodes[node]) for node, predicate in leads.items() if node in nodes)
    return {phrase.node: phrase for phrase in found if phrase}


def _phrase(node: Term, predicate: Term, statements: Sequence[Statement]) -> Phrase | None:
    said = {s.predicate: s.object for s in statements}
    offsets = [terms.value(said.get(name, '""')) for name in (terms.BEGIN_INDEX, terms.END_INDEX)]
    is_whole = len(said) == len(statements) and said.keys() <= _OF_PHRASES
    if not is_whole or not all(text.isascii() and text.isdigit() and len(text) <= _LONGEST_OFFSET for text in offsets):
        return None
    words, before, after, kind, confidence = (
        terms.value(said[name]) if name in said else ""
        for name in (terms.ANCHOR_OF, terms.BEFORE, terms.AFTER, terms.MENTION_KIND, terms.TA_CONFIDENCE)
    )
    target = said.get(terms.TA_IDENT_REF) or said.get(terms.URL)
    return Phrase(node, predicate, words, target, (kind, confidence), before, after, int(offsets[0]), int(offsets[1]))


def match(old: Iterable[Phrase], new: Iterable[Phrase]) -> Matched:
    """Return what became of the phrases of a version in the next, those left out that are the same in every regard."""
    before, after = set(old), set(new)
    gone, come = sorted(before - after, key=_place), sorted(after - before, key=_place)
    moved, gone, come = _paired(gone, come, lambda p: (p.predicate, p.words, p.target, p.rule, p.before, p.after))
    context, gone, come = _paired(gone, come, lambda p: (p.predicate, p.words, p.target, p.rule))
    rule, gone, come = _paired(gone, come, lambda p: (p.predicate, p.words, p.target))
    target, gone, come = _paired(gone, come, lambda p: (p.predicate, p.words, p.before, p.after) if p.words else None)
    # Words that are quoted here and not there, since something else is quoted
    quoted, gone, come = _paired(gone, come, lambda p: (p.predicate, p.target) if p.target else None, _is_without_words)
    return Matched(moved, [*context, *quoted], rule, target, gone, come)


def _is_without_words(old: Phrase, new: Phrase) -> bool:
    return not old.words or not new.words


def _place(phrase: Phrase) -> tuple[int, int, Term]:
    return phrase.begin, phrase.end, phrase.node


def _paired(
    old: Sequence[Phrase],
    new: Sequence[Phrase],
    key: Callable[[Phrase], Hashable],
    is_pair: Callable[[Phrase, Phrase], bool] = lambda old, new: True,
) -> tuple[list[Pair], list[Phrase], list[Phrase]]:
    """Return the pairs that have a key in common, in order, and what is left of both; what has None for a key has no pair."""
    known: defaultdict[Hashable, deque[Phrase]] = defaultdict(deque)
    for phrase in old:
        known[key(phrase)].append(phrase)
    known[None].clear()
    pairs, come = [], []
    for phrase in new:
        same = known[key(phrase)]
        if same and is_pair(same[0], phrase):
            pairs.append(Pair(same.popleft(), phrase))
        else:
            come.append(phrase)
    used = {pair.old for pair in pairs}
    return pairs, [phrase for phrase in old if phrase not in used], come
