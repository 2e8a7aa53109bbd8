"""HTML pages: structured data, then meta elements, then what the page shows, then its main text and what that ends with."""

from __future__ import annotations

from kg.article import Article, Record
from kg.readers.blocks import compose
from kg.readers.draft import Draft


def read_html(record: Record) -> Article:
    """Return the article of a page. Raises `ReadError` for what no parser could read without losing text."""
    # A fifth of a second, which those who read no pages need not wait for; parts of this package are used by other formats
    from kg.readers.html import closing, maintext, metadata
    from kg.readers.html.page import parse

    page = parse(record)
    draft = Draft(page.record)
    for reason, span in page.warnings:
        draft.note(reason, span)
    shown = metadata.read(page, draft)
    parts = maintext.read(page, draft, shown)
    closing.read(parts, draft)
    return draft.finish(compose(parts))
