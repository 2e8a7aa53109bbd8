"""Who publishes a page: by its mark-up, by what its `title` element adds to the title, by its copyright line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.article import Datum
from kg.readers.draft import Draft
from kg.readers.html import values
from kg.readers.html.bynames import is_none
from kg.readers.html.claims import Claim
from kg.readers.html.titles import SEPARATOR, Title, letters

_LONGEST = 100


def choose(claims: Sequence[Claim], title: Title, draft: Draft) -> Datum | None:
    """Return the publisher: as claimed, else the name beside the title, else the only holder of the copyright."""
    for claim in claims:
        name = claim.datum.text
        if len(name) <= _LONGEST and not is_none(name) and not values.is_address(name) and not _is_title(name, title):
            return claim.datum
    if title.around and title.whole:
        return replace(title.whole, text=SEPARATOR.split(title.around[0])[-1].strip(), evidence="title element")
    return draft.holders[0] if len(draft.holders) == 1 and len(draft.holders[0].text) <= _LONGEST else None


def _is_title(name: str, title: Title) -> bool:
    return title.datum is not None and letters(name) == letters(title.datum.text)
