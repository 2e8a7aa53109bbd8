"""NewsML-G2 of the IPTC: an article for each news item of text, alone or in a message; its text is NITF, XHTML or plain.

An item has no day of publication: that on which its first version was made is taken for it, else that of its content. A
`subject` that is a place is a region, one that is a person or an organization is left to its text, any other is a theme.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from kg.article import Article, Author, Datum, Original, Record
from kg.errors import Finding, KgError, ReadError, SkippedError
from kg.readers import entries
from kg.readers.blocks import Block, one_line
from kg.readers.draft import Draft
from kg.readers.fields import takes
from kg.readers.names import is_organization
from kg.readers.xml import xmlcut, xmltree
from kg.readers.xml.xmltree import Element

_OTHERS = frozenset({"packageItem", "conceptItem", "knowledgeItem", "planningItem", "catalogItem"})
_NAMES = xmlcut.Names(frozenset({"newsItem"}) | _OTHERS, frozenset({"newsMessage", "itemSet"}))
_UNPUBLISHED = frozenset({"canceled", "cancelled", "withheld"})
_PLACES = frozenset({"geoarea", "poi"})
_PARTIES = frozenset({"person", "organisation", "organization"})


def split(stream: BinaryIO, name: str) -> Iterator[Record | KgError | Finding]:
    """Yield a record for each news item; items of other kinds (packages, concepts, plans) are told and left out."""
    try:
        found = xmlcut.cut(stream, name, _NAMES)
    except ReadError as error:
        yield error
        return
    for kind, record in found.records("newsml"):
        yield record if kind == "newsItem" else Finding("info", f"skipped: a {kind} holds no article", record.place())
    yield from found.faults


def read(record: Record) -> Article:
    """Return the article of a news item. Raises `ReadError` with every fault, `SkippedError` for no text or an unpublished one."""
    return _Item(xmltree.parse(record), Draft(record)).read()


def _code(element: Element | None) -> str:
    """Return the code of a concept, of whichever scheme, in lower case: "text" for `ninat:text`."""
    if element is None:
        return ""
    code = element.attributes.get("qcode") or element.attributes.get("uri") or element.attributes.get("literal") or ""
    return code.rpartition("/")[2].rpartition("#")[2].rpartition(":")[2].strip().lower()


class _Item:
    """A news item that is being read."""

    def __init__(self, item: Element, draft: Draft) -> None:
        self._item, self._draft = item, draft

    def read(self) -> Article:
        """Return the article."""
        self._check()
        self._take(self._attribute("tag", "contentMeta", "language") or self._inherited_language(), takes.take_language)
        self._take(self._text("itemMeta", "firstCreated"), takes.take_published)
        self._take(self._text("contentMeta", "contentCreated"), takes.take_created)
        self._take(self._text("itemMeta", "versionCreated"), takes.take_created)
        self._take(self._text("contentMeta", "contentModified"), takes.take_modified)
        self._take(self._text("itemMeta", "versionCreated"), takes.take_modified)
        self._title()
        self._authors()
        self._subjects()
        self._rights()
        self._draft.publisher = self._party("itemMeta", "provider")
        source = self._party("contentMeta", "infoSource")
        if source and (self._draft.publisher is None or source.text != self._draft.publisher.text):
            self._draft.original = Original(source)
        self._take(self._text("contentMeta", "description"), takes.take_abstract)
        self._take(self._in_text("abstract"), takes.take_abstract)
        for note in self._all("itemMeta", "edNote"):
            self._tell("a note to editors is left out", note)
        return entries.finish(self._draft, self._body(), xmltree.runs)

    def _check(self) -> None:
        """Refuse to make an article of a picture, a video, or what was withdrawn."""
        kind = next(self._all("itemMeta", "itemClass"), None)
        if _code(kind) not in ("", "text", "composite"):
            raise SkippedError(
                f"skipped: an item of class {_code(kind)[:80]}", self._draft.record.place(kind.tag if kind else None)
            )
        status = next(self._all("itemMeta", "pubStatus"), None)
        if status is not None and _code(status) in _UNPUBLISHED:
            raise SkippedError(f"skipped: not published (pubStatus: {_code(status)})", self._draft.record.place(status.tag))

    # --- where things stand ------------------------------------------------------------------------------------------
    def _all(self, *path: str) -> Iterator[Element]:
        """Yield the elements at a path of names from the item on."""
        found = [self._item]
        for name in path:
            found = [child for element in found for child in element.children if child.local == name]
        yield from found

    def _data(self, *path: str) -> Iterator[Datum]:
        for element in self._all(*path):
            datum = element.datum(f"NewsML-G2: {element.local}", self._draft.record.body)
            yield from [datum] if datum else []

    def _text(self, *path: str) -> Datum | None:
        return next(self._data(*path), None)

    def _in_text(self, name: str) -> Datum | None:
        """Return what NITF says of itself."""
        found = (element for content in self._all("contentSet", "inlineXML") for element in content.within(name))
        return next((datum for element in found if (datum := element.datum(f"NITF: {name}", self._draft.record.body))), None)

    def _attribute(self, name: str, *path: str) -> Datum | None:
        body = self._draft.record.body
        found = (element.attribute(name, f"NewsML-G2: {element.local}", body) for element in self._all(*path))
        return next((datum for datum in found if datum), None)

    def _inherited_language(self) -> Datum | None:
        tag = self._item.inherited("xml:lang")
        return Datum(tag, self._item.tag, "NewsML-G2: xml:lang") if tag and tag.strip() else None

    def _named(self, element: Element) -> Datum | None:
        """Return the name of a concept: a code is none, a literal is one."""
        body, evidence = self._draft.record.body, f"NewsML-G2: {element.local}"
        names = (child.datum(evidence, body) for child in element.children if child.local == "name")
        return next((name for name in names if name), None) or element.attribute("literal", evidence, body)

    def _party(self, *path: str) -> Datum | None:
        return next((name for element in self._all(*path) if (name := self._named(element))), None)

    def _take(self, found: Datum | None, taker: entries.Taker) -> None:
        entries.take(found, self._draft, taker)

    def _tell(self, reason: str, element: Element) -> None:
        self._draft.notes.append(Finding("info", reason, self._draft.record.place(element.tag)))

    # --- what they say -----------------------------------------------------------------------------------------------
    def _title(self) -> None:
        headlines = list(self._all("contentMeta", "headline"))
        headlines.sort(key=lambda element: "role" in element.attributes and not element.attributes["role"].endswith("main"))
        body = self._draft.record.body
        found = (element.datum("NewsML-G2: headline", body) for element in headlines)
        title = next((datum for datum in found if datum), None) or self._in_text("hl1")
        self._draft.title = title or self._text("itemMeta", "title")

    def _authors(self) -> None:
        """Take creators, else the names of the byline, which is kept as printed."""
        for element in self._all("contentMeta", "creator"):
            name = self._named(element)
            kind = _code(element.first("type")) or element.attributes.get("type", "").rpartition(":")[2].lower()
            if name:
                organization = kind in _PARTIES - {"person"} or (not kind and is_organization(name.text))
                self._draft.authors.append(Author(name, organization))
        byline = self._text("contentMeta", "by")
        self._draft.byline = byline or self._in_text("byline")
        if self._draft.authors or self._draft.byline is None:
            return
        for name in [byline] if byline else self._names_in_text():
            entries.take_names(name, self._draft)

    def _names_in_text(self) -> list[Datum]:
        """Return the names of NITF's byline: its persons, else its words without what somebody is ("Staff Reporter")."""
        body = self._draft.record.body
        for byline in self._item.within("byline"):
            persons = [name for person in byline.within("person") if (name := person.datum("NITF: byline", body))]
            words = one_line("".join(item for item in byline.content if isinstance(item, str))).rstrip(" ,")
            return persons or ([Datum(words, byline.span(body), "NITF: byline")] if words else [])
        return []

    def _subjects(self) -> None:
        """Take what it is about."""
        left = []
        for element in self._all("contentMeta", "subject"):
            name = self._named(element)
            kind = _code(element.first("type")) or element.attributes.get("type", "").rpartition(":")[2].lower()
            if name is None or kind in _PARTIES:
                left.append(element)
            else:
                self._draft.add(self._draft.regions if kind in _PLACES else self._draft.themes, [name])
        if left:
            self._tell("subjects that are people, organizations or codes without a name are left out", left[0])
        self._draft.add(self._draft.tags, self._data("contentMeta", "keyword"))

    def _rights(self) -> None:
        self._take(self._text("rightsInfo", "copyrightNotice"), takes.take_copyright)
        holder = self._party("rightsInfo", "copyrightHolder")
        self._draft.holders = [holder] if holder else self._draft.holders
        for terms in self._data("rightsInfo", "usageTerms"):
            self._take(terms, takes.take_rights)

    def _body(self) -> list[Block]:
        """Return the text in the first form that has one: marked up, then plain."""
        contents = [*self._all("contentSet", "inlineXML"), *self._all("contentSet", "inlineData")]
        contents.sort(key=lambda element: "plain" in element.attributes.get("contenttype", ""))
        for element in contents:
            found = self._blocks(element)
            if found:
                return found
        for element in self._all("contentSet", "remoteContent"):
            self._tell("content that stands elsewhere is not read", element)
            break
        return []

    def _blocks(self, element: Element) -> list[Block]:
        source, base = self._draft.record.body, element.base(self._draft.record.url)
        if not element.children:
            kind = element.attributes.get("contenttype", "")
            is_html = "html" in kind or None if kind != "text/plain" else False
            return entries.passages(element.text(), element.inner, self._draft, xmltree.runs, base, is_html)
        body = next(element.within("body.content"), None) or next(element.within("body"), None) or element
        text, source = xmltree.markup(body, source)
        return entries.fragment(text, body.inner, source, self._draft, base)
