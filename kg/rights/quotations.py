"""How much of a text is quoted: the words that name or link something, and some characters around a name.

Quotations carry offsets, so those that touch could be put together again. Therefore each is bounded, and so is a chain of
them: after `CHAIN` characters at least `APART` follow that nobody quotes. Names of entities alone, which a vocabulary
publishes anyway, are given wherever they stand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

CONTEXT = 40
"""Characters that are quoted to either side of a name, at most."""
QUOTED = 120
"""Characters of one quotation, with what stands around a name, at most."""
CHAIN = 160
"""Characters that quotations give together which are less than `APART` from each other, at most."""
APART = 40
"""Characters that nobody quotes between one chain and the next, at least."""


class Phrase(NamedTuple):
    """Words of a text in code points: those of a name (an entity's), or such as only carry a link."""

    begin: int
    end: int
    is_name: bool


class Quotation(NamedTuple):
    """What is quoted for a phrase: its words and what stands around them, in code points."""

    begin: int
    end: int


def quotations(phrases: Sequence[Phrase], length: int) -> dict[Phrase, Quotation]:
    """Return what is quoted for each phrase of a text of that length; links whose words are withheld are left out.

    Every stretch of the text in which no `APART` characters in a row are unquoted gives at most `CHAIN` characters, and
    beyond those the words of names, without anything around them. Where a link finds no room, names near it make some.
    """
    ordered = sorted(set(phrases))
    found = _quoted(ordered, length, frozenset())
    crowded = [phrase for phrase in ordered if phrase not in found and phrase.end - phrase.begin <= QUOTED]
    if not crowded:
        return found
    near = {n for n in ordered if n.is_name and any(n.begin < c.end + CHAIN and c.begin < n.end + CHAIN for c in crowded)}
    return _quoted(ordered, length, frozenset(near))


def _quoted(ordered: Sequence[Phrase], length: int, bare: frozenset[Phrase]) -> dict[Phrase, Quotation]:
    """Return the quotations, those of some names without anything around them."""
    found: dict[Phrase, Quotation] = {}
    # Of the chain that we are in: how much it gives, where it ends so far, and from where on it has no gap
    spent, stop, run = 0, -APART, 0
    for place, phrase in enumerate(ordered):
        begin, end, is_name = phrase
        around = min(CONTEXT, max(0, QUOTED - (end - begin)) // 2) if is_name else 0
        if begin - stop >= APART:
            spent, low = 0, max(0, begin - around, stop + APART)
        else:
            low = max(begin - around, run if begin - around <= stop else 0)
        cost = max(0, end - max(low, stop))
        if phrase in bare or spent + cost > CHAIN or end - begin > QUOTED:
            if is_name:
                found[phrase] = Quotation(begin, end)
                run, stop = (begin, end) if begin > stop else (run, max(stop, end))
            continue
        run = low if low > stop else run
        spent, stop = spent + cost, max(stop, end)
        high = min(end + around, length, stop + CHAIN - spent, max(stop, _limit(ordered, place, stop + CHAIN - spent)))
        spent, stop = spent + max(0, high - stop), max(stop, high)
        found[phrase] = Quotation(low, high)
    return found


def _limit(ordered: Sequence[Phrase], place: int, reach: int) -> int:
    """Return where a chain that can reach so far must end, for what follows to be far enough and have something before it."""
    own = ordered[place].end
    for following in ordered[place + 1 :]:
        if following.begin >= reach + 2 * APART:
            break
        if following.end > reach:
            return own + max(0, following.begin - own - APART) // 2
    return reach
