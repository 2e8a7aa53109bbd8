"""The printed page: title, byline, dateline, region and theme above the text; sources, rights and bios below it.

Works on blocks, so Markdown and plain text share it. What a block is not recognised as stays text of the article:
nothing is lost, and a pattern that fails costs a datum, never a paragraph.
"""

from __future__ import annotations

from collections.abc import Sequence

from kg.article import Datum, PartKind
from kg.readers.blocks import Block, aligned, one_line
from kg.readers.draft import Draft
from kg.readers.printed.footer import Footer
from kg.readers.printed.header import Header

Parts = list[tuple[PartKind, Block]]


def read(blocks: Sequence[Block], draft: Draft, plain: bool = False) -> Parts:
    """Return the blocks that are text of the article, in order; everything else goes to the draft.

    With `plain`, a title needs no mark-up: the first line is one if it stands alone or above a byline.
    """
    rest, parts = list(blocks), Parts()
    header = Header(draft, plain)
    if draft.title is None:
        rest = header.read(rest)
    else:
        if rest and rest[0].kind == "heading" and one_line(rest[0].text) == draft.title.text:
            rest = rest[1:]
        if not draft.authors:
            rest = header.read_lines(rest)
    headline = header.title or declared(draft.title, draft)
    abstract = header.abstract or declared(draft.abstract, draft)
    parts.extend([("headline", headline)] if headline else [])
    parts.extend([("abstract", abstract)] if abstract else [])
    footer = Footer(draft, plain)
    parts.extend((PART_KINDS[block.kind], block) for block in footer.read(rest) if block.kind in PART_KINDS)
    header.lines.settle_workplaces()
    return parts + [("bio", block) for block in footer.bios]


PART_KINDS: dict[str, PartKind] = {
    "heading": "heading",
    "paragraph": "paragraph",
    "quotation": "quotation",
    "item": "item",
    "cell": "cell",
    "code": "code",
}


def declared(datum: Datum | None, draft: Draft) -> Block | None:
    """Return headline or abstract of the front matter as a block of the text."""
    if datum is None or datum.span is None:
        return None
    return Block("paragraph", datum.span, aligned(datum.text, datum.span, draft.record.body))
