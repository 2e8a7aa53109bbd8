"""How many words a text has: runs of letters and digits, which apostrophes and hyphens inside hold together."""

from __future__ import annotations

import re

_WORD = re.compile(r"\w+(?:['’-]\w+)*")
_ASCII = bytes(range(128))
# In a text with more different characters than these beyond ASCII, replacing them one by one takes longer than the pattern
_FEW = 24
# Letters and digits as "w", what may join them as "-", all else as space
_KINDS = bytes(ord("w" if (c := chr(code)).isalnum() or c == "_" else "-" if c in "'-" else " ") for code in range(256))


def count(text: str) -> int:
    """Return the number of words in a text, as the pattern finds them; several times as quickly where most of it is ASCII."""
    if not text.isascii():
        foreign = set(text.encode().translate(None, _ASCII).decode())
        if len(foreign) > _FEW:
            return len(_WORD.findall(text))
        for character in foreign:
            text = text.replace(character, "w" if character.isalnum() else "-" if character == "’" else " ")
    kinds = text.encode("ascii").translate(_KINDS)
    # Twice, since the letter of "w-w-w" that ends one pair begins the next
    joined = kinds.replace(b"w-w", b"ww").replace(b"w-w", b"ww")
    return (b" " + joined.replace(b"-", b" ")).count(b" w")
