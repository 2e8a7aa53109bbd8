"""Feeds: RSS 0.9 to 2.0 (also in RDF) and Atom 0.3 and 1.0, an article for each entry.

The feed is cut with its bytes counted and each entry read from its own, because every violation must be found again in the
source; parsers made for feed readers keep no places, and change what they read. `category` gives tags, not themes: sites put
sections and keywords alike in it, in words of their own, and nobody promises that the article is about them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from kg import terms
from kg.article import Article, Author, Datum, Original, Record
from kg.errors import Finding, KgError, Place, ReadError
from kg.readers import entries
from kg.readers.blocks import Block, one_line
from kg.readers.draft import Draft
from kg.readers.fields import takes
from kg.readers.names import is_organization
from kg.readers.xml import xmlcut, xmltree
from kg.readers.xml.xmltree import Element

# What a feed says of itself and its entries inherit is kept; when it was built is not, so that they stay the same
_NAMES = xmlcut.Names(
    frozenset({"item", "entry"}),
    frozenset({"rss", "RDF", "channel", "feed"}),
    frozenset("title link language copyright rights author creator publisher license".split()),
)
_MAIL_AND_NAME = re.compile(r"\s*[^\s@()<>]+@[^\s@()<>]+\s*\(([^()]*)\)\s*")
_MAIL = re.compile(r"\s*(?:mailto:)?[^\s@()<>]+@[^\s@()<>]+\s*")
_WEB = re.compile(r"https?:", re.IGNORECASE)
_RIGHTS = ("dc:rights", "dcterms:rights", "rights", "copyright", "atom:rights", "atom:copyright")
_LICENSES = ("creativeCommons:license", "cc:license", "dcterms:license")


def split(stream: BinaryIO, name: str) -> Iterator[Record | KgError | Finding]:
    """Yield a record for each entry of a feed, then the faults that cost others."""
    try:
        found = xmlcut.cut(stream, name, _NAMES)
    except ReadError as error:
        yield error
        return
    yield from (record for _, record in found.records("feed"))
    yield from found.faults
    if not found.entries and not found.faults:
        yield Finding("info", "the feed has no entries", Place(name, 1))


def read(record: Record) -> Article:
    """Return the article of an entry of a feed. Raises `ReadError` with every fault found in it."""
    draft = Draft(record)
    entry = xmltree.parse(record)
    reader = _Atom(entry, draft) if entry.local == "entry" else _Rss(entry, draft)
    return reader.read()


class _Entry:
    """What RSS and Atom have in common; `feed` is the element that says what holds for all entries."""

    kind = ""

    def __init__(self, entry: Element, draft: Draft) -> None:
        self.entry, self.draft = entry, draft
        self.feed = entry.parent or entry
        self.base: str | None = None

    def read(self) -> Article:
        """Return the article."""
        self.language()
        self.links()
        self.title()
        self.authors()
        self.dates()
        self.tags()
        self.rights()
        self.publisher()
        return entries.finish(self.draft, self.body(), xmltree.runs)

    def datum(self, element: Element | None, is_html: bool | None = None) -> Datum | None:
        """Return an element's text on one line without mark-up."""
        if element is None:
            return None
        words = one_line(" ".join(block.text for block in self.passages(element, is_html)))
        return Datum(words, element.span(self.draft.record.body), self.evidence(element)) if words else None

    def plain(self, *names: str) -> Iterator[Datum]:
        """Yield the texts of the entry's elements of these names as they are."""
        for element in self.entry.each(*names):
            datum = element.datum(self.evidence(element), self.draft.record.body)
            yield from [datum] if datum else []

    def first(self, *names: str) -> Datum | None:
        """Return the text of the first of them that has one."""
        return next(self.plain(*names), None)

    def of_feed(self, *names: str) -> Datum | None:
        """Return a text of the feed itself, without mark-up."""
        found = (self.datum(element) for element in self.feed.each(*names))
        return next((datum for datum in found if datum), None)

    def evidence(self, element: Element) -> str:
        """Return the words that say where a datum was found."""
        name = element.name.removeprefix("atom:") if self.kind == "Atom" else element.name
        return f"{self.kind}: {'' if element.tag.begin >= 0 else f'{self.feed.local} '}{name}"

    def passages(self, element: Element | None, is_html: bool | None = None) -> list[Block]:
        """Return the blocks of an element's text; elements of XHTML that stand in it are HTML as they are written."""
        if element is None:
            return []
        base = element.base(self.base)
        if element.inner.begin < 0:
            return entries.passages(element.text(), None, self.draft, xmltree.runs, base, is_html)
        if element.children:
            text, body = xmltree.markup(element, self.draft.record.body)
            return entries.fragment(text, element.inner, body, self.draft, base)
        return entries.passages(element.text(), element.inner, self.draft, xmltree.runs, base, is_html)

    def language(self) -> None:
        """Take the language of the entry, else of the feed: its own is refused when it is none, the feed's only told."""
        own = self.first("dc:language") or self.entry.attribute("xml:lang", f"{self.kind}: xml:lang", self.draft.record.body)
        if own:
            entries.take(own, self.draft, takes.take_language)
            return
        inherited = self.entry.inherited("xml:lang")
        found = self.of_feed("language", "dc:language")
        found = found or (Datum(inherited, None, f"{self.kind}: xml:lang") if inherited and inherited.strip() else None)
        if found:
            scratch = Draft(self.draft.record)
            self.draft.language = scratch.language_tag(found)
            if scratch.faults:
                self.draft.note(f"the feed's language is not read: {scratch.faults[0].reason}", None)

    def links(self) -> None:
        """Take the entry's address, and find from where relative ones are meant."""
        raise NotImplementedError

    def take_url(self, found: Datum | None) -> None:
        """Take an address, which may be relative."""
        if found is None:
            return
        self.draft.url = self.draft.address(replace(found, text=xmltree.joined(self.base, found.text)))
        self.base = self.draft.url.text if self.draft.url else self.base

    def title(self) -> None:
        """Take the title."""
        self.draft.title = self.datum(self.entry.first("title", "atom:title", "dc:title"))

    def authors(self) -> None:
        """Take who wrote it."""
        raise NotImplementedError

    def take_person(self, element: Element) -> None:
        """Take an author that Atom describes: a name, and the address of a page about whoever it is."""
        body = self.draft.record.body
        name = element.first("atom:name", "name")
        datum = name.datum(self.evidence(element), body) if name else None
        page = element.first("atom:uri", "uri", "atom:url", "url")
        found = page.datum(self.evidence(element), body) if page else None
        url = replace(found, text=xmltree.joined(element.base(self.base), found.text)) if found else None
        if datum:
            is_page = url is not None and _WEB.match(url.text) and terms.is_iri(url.text)
            self.draft.authors.append(Author(datum, is_organization(datum.text), url=url if is_page else None))

    def dates(self) -> None:
        """Take when it was published and changed."""
        raise NotImplementedError

    def take_dates(self, published: Datum | None, modified: Datum | None) -> None:
        """Take both dates, in the forms of mails or of ISO 8601."""
        entries.take(entries.mail_date(published), self.draft, takes.take_published)
        entries.take(entries.mail_date(modified), self.draft, takes.take_modified)

    def tags(self) -> None:
        """Take categories."""
        self.draft.add(self.draft.tags, (datum for element in self.entry.each("category") if (datum := self.datum(element))))
        for subject in self.plain("dc:subject"):
            words = (word.strip() for word in re.split("[,;]", subject.text))
            self.draft.add(self.draft.tags, (replace(subject, text=word) for word in words if word))

    def rights(self) -> None:
        """Take what the entry says of rights and licenses, else the feed."""
        for names, take in ((_RIGHTS, takes.take_rights), (_LICENSES, takes.take_license)):
            datum = self.datum(self.entry.first(*names)) or self.of_feed(*names)
            entries.take(datum, self.draft, take)

    def publisher(self) -> None:
        """Take who publishes it: who the entry says, else the feed, whose title is the publication's."""
        entry = self.first("dc:publisher", "dcterms:publisher")
        self.draft.publisher = entry or self.of_feed("dc:publisher", "dcterms:publisher", "title", "atom:title")

    def body(self) -> list[Block]:
        """Take the abstract, and return the text."""
        raise NotImplementedError


class _Rss(_Entry):
    """An item of RSS."""

    kind = "RSS"

    def links(self) -> None:
        self.base = self.entry.base(self._home())
        links = [*self.plain("feedburner:origLink", "link"), *self._alternates()]
        guid = self.entry.first("guid")
        is_link = guid is not None and guid.attributes.get("isPermaLink", "true").strip().lower() != "false"
        if not links and guid is not None and is_link:
            links = [datum for datum in self.plain("guid") if _WEB.match(datum.text)]
        about = self.entry.attribute("rdf:about", "RSS: rdf:about", self.draft.record.body)
        if not links and about and _WEB.match(about.text):
            links = [about]
        self.take_url(next(iter(links), None))
        self._original()

    def _home(self) -> str | None:
        found = next((link.text().strip() for link in self.feed.each("link") if link.text().strip()), None)
        return found or self.draft.record.url

    def _alternates(self) -> Iterator[Datum]:
        for link in self.entry.each("atom:link"):
            if link.attributes.get("rel", "alternate") == "alternate":
                found = link.attribute("href", "RSS: atom:link", self.draft.record.body)
                yield from [found] if found else []

    def _original(self) -> None:
        """Take the feed that an item came from; its address is the feed's, not the article's."""
        source = self.first("source")
        if source:
            self.draft.original = Original(source)
        else:
            entries.take(self.first("dc:source"), self.draft, takes.take_original)

    def authors(self) -> None:
        creators = list(self.plain("dc:creator", "dcterms:creator"))
        for creator in creators or self._named(self.plain("author")):
            entries.take_names(creator, self.draft)
        for author in self.entry.each("atom:author") if not self.draft.authors else ():
            self.take_person(author)

    def _named(self, authors: Iterator[Datum]) -> Iterator[Datum]:
        """Yield the names of authors that are written as in a mail: "mail@example.com (Marie Novak)"."""
        for author in authors:
            both = _MAIL_AND_NAME.fullmatch(author.text)
            if both and both[1].strip():
                yield replace(author, text=both[1].strip())
            elif not both and not _MAIL.fullmatch(author.text):
                yield author

    def dates(self) -> None:
        published = self.first("pubDate", "dcterms:issued", "dc:date", "dcterms:created", "atom:published")
        modified = self.first("dcterms:modified", "atom:updated")
        self.take_dates(published, modified)

    def body(self) -> list[Block]:
        encoded, described = self.entry.first("content:encoded", "xhtml:body", "atom:content"), self.entry.first("description")
        summary = self.entry.first("atom:summary", "dcterms:abstract")
        found = self.passages(encoded)
        if found:
            self.draft.abstract = self.datum(described) or self.datum(summary)
            return found
        found = self.passages(described)
        self.draft.abstract = self.datum(summary) if found else None
        return found or self.passages(summary)


class _Atom(_Entry):
    """An entry of Atom."""

    kind = "Atom"

    def datum(self, element: Element | None, is_html: bool | None = None) -> Datum | None:
        return super().datum(element, _is_html(element) if element is not None else None)

    def links(self) -> None:
        self.base = self.entry.base(self.draft.record.url)
        found = [link for link in self.entry.each("atom:link") if link.attributes.get("rel", "alternate") == "alternate"]
        found.sort(key=lambda link: link.attributes.get("type", "text/html") not in ("text/html", "application/xhtml+xml"))
        original = self.first("feedburner:origLink")
        link = next((link.attribute("href", "Atom: link", self.draft.record.body) for link in found), None)
        self.take_url(original or link)
        source = self.entry.first("atom:source")
        publisher = self.datum(source.first("atom:title")) if source else None
        if publisher:
            self.draft.original = Original(publisher)
        for link_ in self.entry.each("atom:link"):
            if link_.attributes.get("rel") == "license":
                entries.take(link_.attribute("href", "Atom: link", self.draft.record.body), self.draft, takes.take_license)

    def authors(self) -> None:
        source = self.entry.first("atom:source")
        for element in (self.entry, source, self.feed):
            for author in element.each("atom:author") if element is not None and not self.draft.authors else ():
                self.take_person(author)
        for creator in self.plain("dc:creator") if not self.draft.authors else ():
            entries.take_names(creator, self.draft)

    def dates(self) -> None:
        published = self.first("atom:published", "atom:issued", "atom:created", "dc:date")
        self.take_dates(published, self.first("atom:updated", "atom:modified"))

    def tags(self) -> None:
        super().tags()
        for category in self.entry.each("atom:category"):
            body = self.draft.record.body
            name = category.attribute("label", "Atom: category", body) or category.attribute("term", "Atom: category", body)
            self.draft.add(self.draft.tags, [name] if name else [])

    def body(self) -> list[Block]:
        content, summary = self.entry.first("atom:content"), self.entry.first("atom:summary")
        found = self._passages(content)
        if found:
            self.draft.abstract = self.datum(summary)
            return found
        return self._passages(summary)

    def _passages(self, element: Element | None) -> list[Block]:
        if element is None:
            return []
        kind, mode = element.attributes.get("type", "text").lower(), element.attributes.get("mode", "")
        if mode == "base64" or not (kind in ("text", "html", "xhtml") or kind.startswith("text/") or kind.endswith("xhtml+xml")):
            self.draft.note(f"content that is no text is left out: {kind[:80]}", element.tag)
            return []
        return self.passages(element, _is_html(element))


def _is_html(element: Element) -> bool | None:
    """Return whether Atom says that a text is HTML; None where it says nothing and closing tags tell otherwise."""
    kind = element.attributes.get("type", "").lower()
    if kind in ("", "text", "text/plain"):
        return None if not kind and "</" in element.text() else False
    return True
