"""JSON Feed 1 and 1.1 (jsonfeed.org): an article for each item; what it does not say of author and language, the feed does."""

from __future__ import annotations

import re
from dataclasses import replace

from kg.article import Article, Datum, Original, Record
from kg.readers.draft import Draft
from kg.readers.fields import takes
from kg.readers.fields.people import take_authors
from kg.readers.fields.values import Value
from kg.readers.json.jsonfields import Fields, Item, parse

VERSION = re.compile(rb"\"version\"\s*:\s*\"https?:\\?/\\?/(?:www\.)?jsonfeed\.org\\?/version\\?/1")
_WEB = re.compile(r"https?:", re.IGNORECASE)


def _take_external(value: Value) -> None:
    """Take the page elsewhere that an item is about: where it was first published, or what it talks of."""
    address = value.address()
    value.draft.original = Original(None, address) if address else None


_FIELDS: Fields = (
    (("language",), takes.take_language),
    (("title",), takes.take_title),
    (("authors", "author"), take_authors),
    (("datepublished",), takes.take_published),
    (("datemodified",), takes.take_modified),
    (("url",), takes.take_url),
    (("externalurl",), _take_external),
    (("tags",), takes.take_tags),
)
_KNOWN = frozenset(name for names, _ in _FIELDS for name in names) | frozenset(
    {"id", "contenthtml", "contenttext", "summary", "image", "bannerimage", "attachments"}
)


def read(record: Record) -> Article:
    """Return the article of an item of a JSON Feed; the record's `around` is the feed without its items."""
    draft = Draft(record)
    item = Item(parse(record), draft, "JSON Feed")
    item.take(_FIELDS)
    _inherit(draft)
    identifier = item.value("id")
    if draft.url is None and identifier and _WEB.match(identifier.node.text):
        takes.take_url(identifier)
    content = item.blocks(item.value("contenthtml"), True) or item.blocks(item.value("contenttext"), False)
    summary = item.value("summary")
    if content and summary:
        takes.take_abstract(summary)
    item.tell(_KNOWN | {name for name, key, _ in item.values() if key.text.startswith("_")})
    return item.finish(content or item.blocks(summary))


def _inherit(draft: Draft) -> None:
    """Take from the feed who publishes it, and author and language where the item has none."""
    around = replace(draft.record, body=draft.record.around, around=b"")
    feed_draft = Draft(around)
    feed = Item(parse(around), feed_draft, "JSON Feed: feed")
    feed.take(((("language",), takes.take_language), (("title",), takes.take_publisher), (("authors", "author"), take_authors)))
    draft.publisher = _without_place(feed_draft.publisher)
    draft.language = draft.language or _without_place(feed_draft.language)
    authors = (replace(author, name=replace(author.name, span=None), bio=None, url=None) for author in feed_draft.authors)
    draft.authors = draft.authors or list(authors)
    for fault in feed_draft.faults:
        draft.note(f"of the feed is not read: {fault.reason}", None)


def _without_place(datum: Datum | None) -> Datum | None:
    return replace(datum, span=None) if datum else None
