"""Text in little room: how much of it a text takes, and how it goes on below where there is too little."""

from __future__ import annotations

from collections.abc import Iterator

HANG = "  "  # before what goes on from the line above, so that the beginnings of texts stand out
_SIGNS = frozenset("/#?&=-;,|")  # that addresses have between their parts


def length(text: str) -> int:
    """Return how many cells of a terminal a text takes."""
    if text.isascii():
        return len(text)
    from rich.cells import cell_len

    return cell_len(text)


def needed(text: str) -> int:
    """Return how much room a text needs to have no more lines than its own."""
    first, *others = text.split("\n")
    return max([length(first), *(len(HANG) + length(line) for line in others)])


def wrapped(text: str, width: int) -> list[str]:
    """Return a text as lines that are no wider than that, broken between words, and in those that are wider; nothing is left out.

    All but the first are indented.
    """
    if "\n" not in text and len(text) <= width and length(text) <= width:
        return [text]
    lines: list[str] = []
    for line in text.split("\n"):
        for part in _broken(line, width, max(width - len(HANG), 1) if lines else None):
            lines.append(f"{HANG}{part}" if lines and part else part)
    return lines


def _broken(line: str, width: int, others: int | None) -> Iterator[str]:
    """Yield parts of a line: the first has `width`, unless it stands below another, the others have less."""
    room = others or width
    part: str | None = None
    for word in line.split(" "):
        longer = word if part is None else f"{part} {word}"
        if length(longer) <= room:
            part = longer
            continue
        if part is not None:
            yield part
            room = others or max(width - len(HANG), 1)
        *full, part = _chopped(word, room, max(width - len(HANG), 1))
        yield from full
        if full:
            room = max(width - len(HANG), 1)
    yield part or ""


def _chopped(word: str, first: int, others: int) -> Iterator[str]:
    """Yield pieces of a word that are no wider than the first has room, and than the others have."""
    start, room = 0, first
    while (end := _end(word, start, room)) < len(word):
        yield word[start:end]
        start, room = end, others
    yield word[start:]


def _end(word: str, start: int, room: int) -> int:
    """Return where a piece of a word ends: after as many characters as fit, and at least one, and what has no width stays.

    Or after a sign that addresses have between their parts, if that makes the piece no shorter than half.
    """
    taken, sign, before_sign = 0, start, 0
    for at in range(start, len(word)):
        size = length(word[at])
        if taken + size > room and at > start:
            return sign if sign > start and before_sign * 2 >= room else at
        taken += size
        if word[at] in _SIGNS:
            sign, before_sign = at + 1, taken
    return len(word)
