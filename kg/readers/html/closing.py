"""What the last paragraphs of a page say: where the article was first published, and who its authors are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.article import PartKind
from kg.readers.blocks import Block
from kg.readers.draft import Draft
from kg.readers.printed.footer import Footer

# So many paragraphs at the end (and one at the begin, where copies name their source too) are looked at
_LAST = 8


def read(parts: Sequence[tuple[PartKind, Block]], draft: Draft) -> None:
    """Put first publication and bios in the draft, as the footer of a printed page has them; the paragraphs stay text."""
    found = [block for kind, block in parts if kind in ("paragraph", "item")]
    draft_of_end = replace(draft, notes=[], faults=[], bios={}, rights=[], disclaimer=[], contacts=[])
    footer = Footer(draft_of_end)
    footer.read(found[:1] + found[max(1, len(found) - _LAST) :])
    draft.original = draft.original or draft_of_end.original
    for name, bio in draft_of_end.bios.items():
        draft.add_bio(name, bio)
