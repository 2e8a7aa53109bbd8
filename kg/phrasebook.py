"""The phrases of a language as a book in which a text is looked up: what stands where, the longest at each place."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

import ahocorasick_rs

from kg import inflection
from kg.forms import JOINED, folded

# The automaton finds the first letters of phrases, two tables what follows them: how long the phrases are that begin with these
# letters and, for the longer ones, with these and some more. Made of whole phrases the automaton would take seconds for 200,000;
# of six letters it takes a tenth of one, and an English text holds few such beginnings that lead to no phrase.
_HEAD, _STEM = 6, 12
# White space of several characters, with one line break at most
_WIDE_SPACE = re.compile(r"[^\S\n]{2,}(?:\n[^\S\n]*)?|[^\S\n]\n[^\S\n]*|\n[^\S\n]+")


# Where a phrase stands in a text, and which one it is
Found = tuple[int, int, str]


class Book(NamedTuple):
    """What is looked up in texts of one language: the forms of each phrase, packed, and what finds their beginnings.

    `lengths` are those of the phrases that begin with the automaton's patterns, `longer` those that begin with a stem; each
    with the longest first.
    """

    phrases: dict[str, str]
    lengths: list[tuple[int, ...]]
    longer: dict[str, tuple[int, ...]]
    automaton: ahocorasick_rs.AhoCorasick


def find(book: Book, text: str, within: Iterable[tuple[int, int]]) -> list[Found]:
    """Return the phrases that a text has in these stretches, the longest at each place, in order; whole words only."""
    squeezed, original = _squeezed(text)
    plain = folded(squeezed)
    found: dict[int, Found] = {}
    for index, begin, _ in book.automaton.find_matches_as_indexes(plain, overlapping=True):
        if begin and plain[begin - 1] != " " and not _begins(plain, begin):
            continue
        longest = found[begin][1] if begin in found else 0
        for length in (*book.longer.get(plain[begin : begin + _STEM], ()), *book.lengths[index]):
            end = begin + length
            if end <= longest:
                break
            phrase = plain[begin:end]
            if end <= len(plain) and phrase in book.phrases and _ends(plain, end):
                found[begin] = (begin, end, phrase)
                break
    ordered = (found[begin] for begin in sorted(found))
    if original is not None:
        ordered = ((original(begin), original(end - 1) + 1, phrase) for begin, end, phrase in ordered)
    return list(_longest(ordered, list(within)))


def heads(phrases: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return for the heads and the stems of phrases how long these are, the longest first; a stem's head is there as well."""
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for phrase in phrases:
        head = lengths[phrase[:_HEAD]]
        (head if len(phrase) <= _STEM else lengths[phrase[:_STEM]]).add(len(phrase))
    return {head: tuple(sorted(found, reverse=True)) for head, found in lengths.items()}


def bound(tables: Iterable[tuple[dict[str, str], dict[str, tuple[int, ...]]]]) -> Book:
    """Return one book of the phrases of several languages."""
    (largest, lengths), *smaller = sorted(tables, key=lambda table: -len(table[0]))
    phrases, heads = dict(largest), dict(lengths)
    for more, others in smaller:
        shared = {phrase: f"{phrases[phrase]}\n{more[phrase]}" for phrase in phrases.keys() & more.keys()}
        phrases |= more | shared
        meeting = {head: tuple(sorted({*heads[head], *others[head]}, reverse=True)) for head in heads.keys() & others.keys()}
        heads |= others | meeting
    patterns = [head for head in heads if len(head) <= _HEAD]
    longer = {stem: lengths for stem, lengths in heads.items() if len(stem) == _STEM}
    return Book(phrases, [heads[head] for head in patterns], longer, ahocorasick_rs.AhoCorasick(patterns))


def _squeezed(text: str) -> tuple[str, Callable[[int], int] | None]:
    """Return the text with one space where a line was broken or indented, and what gives the offset that one had before."""
    if not any(space in text for space in ("  ", "\n ", " \n", "\r", "\t", "\f")):
        return text, None
    pieces: list[str] = []
    starts, shifts = [0], [0]
    position = 0
    for space in _WIDE_SPACE.finditer(text):
        pieces.append(text[position : space.start()])
        position = space.end()
        starts.append(space.start() - shifts[-1] + 1)
        shifts.append(position - starts[-1])
    pieces.append(text[position:])
    return " ".join(pieces), lambda offset: offset + shifts[bisect_right(starts, offset) - 1]


_MARKS = frozenset(["", *" .,;:!?)'\""])
_ARABIC = re.compile(r"[\u0621-\u064a]{1,3}\Z")


def _begins(text: str, begin: int) -> bool:
    """Tell whether a word begins there; in Arabic the particles that are written with it may stand before."""
    if not JOINED.match(text, begin - 1) or not JOINED.match(text, begin):
        return True
    if not "\u0621" <= text[begin] <= "\u064a":
        return False
    particles = _ARABIC.search(text, max(0, begin - 3), begin)
    return (
        particles is not None
        and inflection.arabic_prefix(particles[0])
        and not JOINED.match(text, particles.start() - 1 if particles.start() else len(text))
    )


def _ends(text: str, end: int) -> bool:
    """Tell whether a word ends there."""
    return text[end : end + 1] in _MARKS or not JOINED.match(text, end) or not JOINED.match(text, end - 1)


def _longest(found: Iterable[Found], stretches: list[tuple[int, int]]) -> Iterator[Found]:
    """Yield the matches that lie in a stretch and do not overlap, the leftmost and longest first."""
    position, stretch = 0, 0
    for match in found:
        while stretch < len(stretches) and stretches[stretch][1] <= match[0]:
            stretch += 1
        if stretch == len(stretches):
            return
        begin, end = stretches[stretch]
        if match[0] >= max(position, begin) and match[1] <= end:
            yield match
            position = match[1]
