"""What a labelled line of a page says ("Region: Norway"), by the role of its label."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from kg.article import Datum
from kg.readers.blocks import Block
from kg.readers.draft import Draft
from kg.readers.printed.footer import original
from kg.readers.printed.labels import Role


def take(role: Role, line: Block, draft: Draft, evidence: str) -> None:
    """Put in the draft what a line says, which has a label of that role."""
    _TAKES[role](line, draft, evidence)


def _datum(line: Block, evidence: str) -> Datum:
    return line.datum(evidence=evidence)


def _listed(line: Block, evidence: str) -> list[Datum]:
    """Return the items of a line: its links, else what commas or semicolons part ("and" belongs to a name)."""
    if line.links:
        return [line.datum(link.begin, link.end, evidence) for link in sorted(line.links)]
    pieces = re.finditer(r"[^,;]+", line.text)
    return [line.datum(piece.start(), piece.end(), evidence) for piece in pieces if piece[0].strip()]


def _take_publisher(line: Block, draft: Draft, evidence: str) -> None:
    draft.publisher = draft.publisher or _datum(line, evidence)


def _take_themes(line: Block, draft: Draft, evidence: str) -> None:
    draft.add(draft.themes, _listed(line, evidence))


def _take_regions(line: Block, draft: Draft, evidence: str) -> None:
    draft.add(draft.regions, _listed(line, evidence))


def _take_tags(line: Block, draft: Draft, evidence: str) -> None:
    draft.add(draft.tags, _listed(line, evidence))


def _take_source(line: Block, draft: Draft, evidence: str) -> None:
    draft.original = draft.original or original(line, draft)


def _take_url(line: Block, draft: Draft, evidence: str) -> None:
    address = Datum(line.links[0].address, line.links[0].span, evidence) if line.links else _datum(line, evidence)
    draft.url = draft.url or draft.address(address)


def _take_language(line: Block, draft: Draft, evidence: str) -> None:
    printed = _datum(line, evidence)
    draft.language = draft.language_tag(printed)


def _take_abstract(line: Block, draft: Draft, evidence: str) -> None:
    draft.abstract = draft.abstract or _datum(line, evidence)


def _take_license(line: Block, draft: Draft, evidence: str) -> None:
    """Take a license: the address of a link, or one that is printed; else words on what one may do."""
    datum = _datum(line, evidence)
    address = draft.web_address(line.links[0]) if line.links else None
    if address is None and re.match(r"https?://\S+\Z", datum.text):
        address = draft.address(datum)
    if address:
        draft.license = draft.license or replace(address, evidence=evidence)
    else:
        draft.rights.append(datum)


def _take_rights(line: Block, draft: Draft, evidence: str) -> None:
    draft.rights.append(_datum(line, evidence))


def _take_nothing(line: Block, draft: Draft, evidence: str) -> None:
    """Leave out what concerns the reader of the page only."""


_TAKES: Mapping[Role, Callable[[Block, Draft, str], None]] = {
    "publisher": _take_publisher,
    "region": _take_regions,
    "theme": _take_themes,
    "tag": _take_tags,
    "source": _take_source,
    "url": _take_url,
    "abstract": _take_abstract,
    "language": _take_language,
    "license": _take_license,
    "rights": _take_rights,
    "reading time": _take_nothing,
}
