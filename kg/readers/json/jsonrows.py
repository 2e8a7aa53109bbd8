"""Articles as rows of JSON: what `kg read` prints, and other objects whose fields have the usual names.

What `kg read` printed comes back as it was: its texts are final, so no tags are looked for in them, and its links keep their
words. In other rows a text may be HTML, and a field that is not known is kept and told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import NamedTuple

from kg.article import Article, Author, Datum, Record, Span
from kg.readers import entries
from kg.readers.blocks import Composed, Link, compose, one_line
from kg.readers.draft import Draft
from kg.readers.fields import jsonnodes, takes
from kg.readers.fields.nodes import Node
from kg.readers.fields.people import take_authors
from kg.readers.fields.values import Value
from kg.readers.json.jsonfields import Fields, Item, parse
from kg.readers.names import is_organization

# What `kg read` prints; a row that has "source" and nothing else but these is its own
OURS = frozenset(
    "source title authors published modified publisher language url type themes tags regions abstract original copyright license "
    "rights disclaimer bios contacts citations other body".split()
)
TITLES = frozenset({"title", "headline"})
TEXTS = ("bodyhtml", "contenthtml", "html", "articlebody", "body", "content", "text", "fulltext", "bodytext", "contenttext")
_OFFSET = re.compile(r"[0-9]{1,9}")
_PARAGRAPHS = re.compile(r"(?<=\S)\n\n(?=\S)")


def read(record: Record) -> Article:
    """Return the article of a row. Raises `ReadError` with every fault found in it."""
    item = Item(parse(record), Draft(record), "JSON")
    keys = {key.text for key in item.root.keys}
    return _read_ours(item) if "source" in keys and keys <= OURS else _read_other(item)


def _read_other(item: Item) -> Article:
    item.take(_FIELDS)
    item.tell(_KNOWN)
    found = ((name, item.value(name)) for name in TEXTS)
    name, value = next(((name, value) for name, value in found if value), ("", None))
    return item.finish(item.blocks(value, True if name.endswith("html") else None))


_FIELDS: Fields = (
    (("lang", "language", "inlanguage", "locale", "languagecode"), takes.take_language),
    (("title", "headline"), takes.take_title),
    (("authors", "author", "creator", "creators", "writer", "writers"), take_authors),
    (("byline",), takes.take_byline),
    (("publisher", "sitename", "publication", "source", "sourcename"), takes.take_publisher),
    (("published", "datepublished", "pubdate", "publishdate", "publisheddate", "publicationdate"), takes.take_published),
    (("publishedat", "publishedon", "publishedtime", "publishtime", "date"), takes.take_published),
    (("created", "createdat", "datecreated"), takes.take_created),
    (("modified", "datemodified", "modifiedat", "updated", "updatedat", "lastmodified", "dateupdated"), takes.take_modified),
    (("canonicalurl", "canonical", "url", "link", "permalink", "sourceurl"), takes.take_path),
    (("type",), takes.take_type),
    (("themes", "theme", "topics", "topic", "categories", "category", "section", "articlesection"), takes.take_themes),
    (("tags", "tag", "keywords"), takes.take_tags),
    (("regions", "region"), takes.take_regions),
    (("abstract", "summary", "description", "excerpt", "lead", "subtitle"), takes.take_abstract),
    (("original",), takes.take_original),
    (("copyright",), takes.take_copyright),
    (("license", "licence"), takes.take_license),
    (("rights",), takes.take_rights),
    (("disclaimer",), takes.take_disclaimer),
    (("bios", "bio"), takes.take_bios),
    (("contacts", "contact"), takes.take_contacts),
)
_KNOWN = frozenset(TEXTS).union(*(names for names, _ in _FIELDS)) | {"id", "guid", "uuid", "image", "imageurl", "urltoimage"}


# --- what kg read prints ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Printed(Value):
    """A value whose text is final."""

    def of(self, node: Node) -> Value:
        """Return a value inside this one."""
        return _Printed(node, self.draft, self.evidence)

    def prose(self, what: str) -> Datum | None:
        """Return the text as it is."""
        datum = self.datum(what)
        return datum if datum and datum.text else None


def _take_printed_authors(value: Value) -> None:
    for each in value.each():
        name = each.prose("an author")
        value.draft.authors.extend([Author(name, is_organization(name.text))] if name else [])


def _take_texts(value: Value, known: list[Datum]) -> None:
    """Take a text of several, with a blank line between each two."""
    datum = value.datum("a text")
    if datum:
        known.extend(replace(datum, text=one_line(text)) for text in value.node.text.split("\n\n") if text.strip())


def _take_other(value: Value) -> None:
    for key, node in zip(value.node.keys, value.node.items, strict=True):
        datum = value.of(node).datum(f"field {key.text[:80]!r}")
        value.draft.other.extend([(key.text, datum)] if datum else [])


_OUR_FIELDS: Fields = (
    (("language",), takes.take_language),
    (("title",), takes.take_title),
    (("authors",), _take_printed_authors),
    (("published",), takes.take_published),
    (("modified",), takes.take_modified),
    (("publisher",), takes.take_publisher),
    (("url",), takes.take_url),
    (("type",), takes.take_type),
    (("themes",), takes.take_themes),
    (("tags",), takes.take_tags),
    (("regions",), takes.take_regions),
    (("abstract",), takes.take_abstract),
    (("original",), takes.take_original),
    (("copyright",), takes.take_copyright),
    (("license",), takes.take_license),
    (("rights",), lambda value: _take_texts(value, value.draft.rights)),
    (("disclaimer",), lambda value: _take_texts(value, value.draft.disclaimer)),
    (("bios",), takes.take_bios),
    (("contacts",), takes.take_contacts),
    (("other",), _take_other),
)


def _read_ours(item: Item) -> Article:
    printed = replace(item, value_type=_Printed)
    printed.take(_OUR_FIELDS)
    body = printed.value("body")
    blocks = entries.parts(jsonnodes.runs(body.node.span, item.draft.record.body), _PARAGRAPHS) if body else []
    composed = compose(entries.arranged(item.draft, blocks, jsonnodes.runs))
    citations = printed.value("citations")
    return item.draft.finish(replace(composed, links=tuple(_links(citations, composed)) if citations else ()))


class _Cited(NamedTuple):
    """A link of a row: its words, where they stood, and its address."""

    words: str
    begin: int
    address: str
    span: Span


def _cited(citations: Value) -> Iterator[_Cited]:
    for each in citations.each():
        pairs = each.pairs() if each.node.kind == "map" else {}
        words, begin, address = (pairs[key].node.text if key in pairs else "" for key in ("text", "begin", "url"))
        yield _Cited(words, int(begin) if _OFFSET.fullmatch(begin) else -1, address, each.node.span)


def _links(citations: Value, composed: Composed) -> Iterator[Link]:
    """Yield the links of a row where their words stand now.

    All moved alike if headline or abstract was no text of the article; else each is looked for behind the one before.
    """
    cited, text = list(_cited(citations)), composed.text
    lengths = [part.end - part.begin + 2 for part in composed.parts if part.kind in ("headline", "abstract")]
    for shift in sorted({0, sum(lengths), *lengths}):
        if all(link.begin >= 0 and text.startswith(link.words, link.begin + shift) for link in cited):
            yield from (_moved(link, link.begin + shift) for link in cited)
            return
    position, lost = 0, list[_Cited]()
    for link in cited:
        begin = text.find(link.words, position)
        if begin < 0:
            lost.append(link)
        else:
            yield _moved(link, begin)
            position = begin + len(link.words)
    if lost:
        reason = f"the words of {len(lost)} link{'s' * (len(lost) > 1)} are not in the text, such as {lost[0].words[:80]!r}"
        citations.draft.note(reason, lost[0].span)


def _moved(link: _Cited, begin: int) -> Link:
    return Link(begin, begin + len(link.words), link.address, link.span)
