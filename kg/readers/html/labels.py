"""What a page is about by its own words: tags, themes and regions, claimed or shown as links."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from kg.article import Datum
from kg.readers.draft import Draft
from kg.readers.html.claims import Claim, Field
from kg.readers.html.page import Element, Page
from kg.readers.html.titles import letters
from kg.readers.html.visible import Sighting, View, lines_of, quote

_MOST = 60
_LONGEST = 80
_CATEGORY_PATH = re.compile(
    r"/(?:category|categories|kategorie|kategorien|categoria|categor[ií]as|cat|rubrik|ressort|section|topics?|thema)/"
)
_NO_LABEL = re.compile(
    r"(?:uncategori[sz]ed|allgemein|unkategorisiert|sin categor[ií]a|non classé|senza categoria|tags?|schlagw\w+|[\W\d]*)", re.I
)


def take(page: Page, claims: Mapping[Field, Sequence[Claim]], view: View, draft: Draft) -> list[Element]:
    """Put tags, themes and regions in the draft; return the elements that show tags."""
    links = [s for s in view.of("tag") if s.element.tag == "a" and s.element.get("rel")]
    shown = [(s, quote(page, s.element, words, "link: tag")) for s in links if (words := " ".join(lines_of(s.element, _LONGEST)))]
    categories = [d for s, d in shown if _CATEGORY_PATH.search(s.element.get("href", ""))]
    draft.add(draft.themes, _kept([*_claimed(claims.get("theme", ())), *categories]))
    known = {letters(theme.text) for theme in draft.themes}
    tags = [datum for _, datum in shown if datum not in categories] or _claimed(claims.get("tag", ()))
    draft.add(draft.tags, (datum for datum in _kept(tags) if letters(datum.text) not in known))
    draft.add(draft.regions, _kept(_claimed(claims.get("region", ()))))
    return [sighting.element for sighting in _lists(view)]


def _claimed(claims: Sequence[Claim]) -> list[Datum]:
    """Return what the strongest evidence claims: other evidence says the same in other words."""
    return [claim.datum for claim in claims if claim.datum.evidence == claims[0].datum.evidence]


def _kept(data: Sequence[Datum]) -> list[Datum]:
    once = {
        letters(datum.text): datum
        for datum in reversed(data)
        if len(datum.text) <= _LONGEST and not _NO_LABEL.fullmatch(datum.text)
    }
    return list(once.values())[::-1][:_MOST]


def _lists(view: View) -> list[Sighting]:
    """Return the lists of tags and the boxes about authors: what they say is told in other fields."""
    return [s for s in view.of("tag", "bio") if sum(map(len, lines_of(s.element, 1_000))) < 1_000]
