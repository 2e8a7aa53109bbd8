"""What a page says of itself: the claims of all its evidence, and which of them are believed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from urllib.parse import urlsplit

from kg import terms
from kg.article import Datum, Original, Span
from kg.errors import TermError
from kg.readers import languages, notices
from kg.readers.draft import Draft
from kg.readers.html import authors, labels, metas, microdata, pagedates, publishers, rdfa, structured, titles, visible
from kg.readers.html.claims import Claim, Field
from kg.readers.html.page import Element, Page

Claims = dict[Field, list[Claim]]

_CUT = re.compile(r"(?:\.\.\.|…|\[…\]|\(\.\.\.\)|\[\.\.\.\])\s*\Z")
_TEMPLATE = re.compile(r"\{\{|\{%|<%|\$\{")
_SHORTEST_ABSTRACT = 20
# What is longer is the text itself, marked as its own description
_LONGEST_ABSTRACT = 1_500
_ABSTRACTS = ("meta: description", "meta: og:description")


def read(page: Page, draft: Draft) -> frozenset[Element]:
    """Put what the page says of itself in the draft; return the elements that show it, which are no text of the article."""
    claims: Claims = {}
    for source in (structured.claims(page, draft.note), microdata.claims(page), rdfa.claims(page), metas.claims(page)):
        for claim in source:
            claims.setdefault(claim.field, []).append(claim)
    title = titles.choose(page, claims.get("title", ()), [claim.datum.text for claim in claims.get("publisher", ())])
    view = visible.look(page.root, title.heading)
    draft.title = title.datum
    draft.url = _address(page, claims.get("url", ()), draft)
    draft.language = _language(claims.get("language", ()), draft)
    spoken = draft.language.text if draft.language else draft.record.language
    when = pagedates.choose(page, claims.get("published", ()), claims.get("modified", ()), view, title.heading, spoken, draft.note)
    draft.published, draft.modified = when.published, when.modified
    _take_rights(page, claims, view, draft)
    draft.publisher = publishers.choose(claims.get("publisher", ()), title, draft)
    written = authors.choose(
        page, claims.get("author", ()), view, title, [c.datum.text for c in claims.get("publisher", ())], draft.tell
    )
    draft.authors, draft.byline = written.authors, written.byline
    draft.type = next((claim.datum for claim in claims.get("type", ())), None)
    draft.abstract = _abstract(claims.get("abstract", ()), draft)
    shown = labels.take(page, claims, view, draft)
    heading = [title.heading] if title.heading is not None else []
    return frozenset([*heading, *when.elements, *written.elements, *shown])


def _address(page: Page, claims: Sequence[Claim], draft: Draft) -> Datum | None:
    """Return the article's own address: what the page claims, unless that is the site's entrance, else where it was got."""
    given = draft.record.url
    for claim in claims:
        if not _is_web(claim.datum.text):
            draft.note(f"no web address in {claim.datum.evidence}: {claim.datum.text[:200]!r}", claim.datum.span)
        elif not (given and _is_entrance(claim.datum.text) and not _is_entrance(given)):
            return claim.datum
    return Datum(given, Span(0, 0), "address of the page") if given and _is_web(given) else None


def _is_web(address: str) -> bool:
    try:
        return terms.is_iri(address) and urlsplit(address).scheme.lower() in ("http", "https")
    except ValueError:
        return False


def _is_entrance(address: str) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.path in ("", "/") and not parts.query


def _language(claims: Sequence[Claim], draft: Draft) -> Datum | None:
    """Return the language that the page declares: of the article, of its root element, of a `meta` element."""
    for claim in sorted(claims, key=lambda claim: claim.source == "meta" and ": lang" not in claim.datum.evidence):
        try:
            return replace(claim.datum, text=languages.tag(claim.datum.text))
        except TermError as error:
            draft.note(f"{claim.datum.evidence}: {error.reason}", claim.datum.span)
    return None


def _abstract(claims: Sequence[Claim], draft: Draft) -> Datum | None:
    """Return the description of the article: the one for search engines, that for social media where the first is cut.

    One that names the publication is mostly about that: another is taken if there is one.
    """
    fitting = (c.datum for c in claims if _SHORTEST_ABSTRACT <= len(c.datum.text) <= _LONGEST_ABSTRACT)
    said = [datum for datum in fitting if not _TEMPLATE.search(datum.text) and not _is_name(datum.text, draft)]
    names = [titles.letters(datum.text) for datum in (draft.publisher,) if datum]

    def rank(datum: Datum) -> tuple[bool, int]:
        letters = titles.letters(datum.text)
        return (
            any(name in letters for name in names),
            _ABSTRACTS.index(datum.evidence) if datum.evidence in _ABSTRACTS else len(_ABSTRACTS),
        )

    said.sort(key=rank)
    if len(said) > 1 and _CUT.search(said[0].text) and said[1].evidence in _ABSTRACTS:
        return said[1]
    return said[0] if said else None


def _is_name(text: str, draft: Draft) -> bool:
    """Tell whether a description only repeats the title or the name of the publication."""
    names = [datum.text for datum in (draft.title, draft.publisher) if datum]
    return any(titles.letters(text) == titles.letters(name) for name in names)


def _take_rights(page: Page, claims: Claims, view: visible.View, draft: Draft) -> None:
    """Take the licence that the page claims, and its copyright line with holders and year."""
    for claim in claims.get("license", ()):
        if draft.license is None and _is_web(claim.datum.text):
            draft.license = claim.datum
    draft.holders = list({c.datum.text: c.datum for c in reversed(claims.get("holder", []))}.values())[::-1]
    for line in (*(claim.datum for claim in claims.get("notice", ())), *_copyright_lines(page, view)):
        if not notices.is_notice(line.text):
            continue
        found = notices.parse(line.text)
        draft.notice = line
        draft.copyright_year = replace(line, text=line.text[slice(*found.year)]) if found.year else None
        draft.holders = draft.holders or [replace(line, text=line.text[begin:end]) for begin, end in found.holders]
        break
    original = next(iter(claims.get("original_url", ())), None)
    publisher = next((claim.datum for claim in claims.get("original_publisher", ())), None)
    if publisher or (original and _is_web(original.datum.text)):
        draft.original = Original(publisher, original.datum if original and _is_web(original.datum.text) else None)


def _copyright_lines(page: Page, view: visible.View) -> Iterator[Datum]:
    """Yield the copyright lines that a page shows, the last first: those of pictures stand above."""
    for sighting in reversed(list(view.of("copyright"))):
        for line in visible.lines_of(sighting.element, 400):
            yield visible.quote(page, sighting.element, line, "copyright line")
