"""An article while it is being read: what was found so far, the faults, and what to tell the user."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urljoin, urlsplit

from kg import terms
from kg.article import Article, Author, Citation, Contact, Datum, Original, Record, Span
from kg.errors import Finding, ReadError, TermError
from kg.readers import dates, languages
from kg.readers.blocks import Composed, Link

# Schemes that a link may have in what we publish; "javascript:" and the like run code in whoever shows them
_SAFE_SCHEMES = frozenset({"http", "https", "ftp", "ftps", "mailto", "doi", "urn", "tel", "geo", "magnet", "gemini"})


@dataclass(slots=True)
class Draft:
    """Collects the data of one record; `finish` makes the article, or raises every fault at once."""

    record: Record
    identifier: Datum | None = None
    title: Datum | None = None
    byline: Datum | None = None
    authors: list[Author] = field(default_factory=list)
    published: Datum | None = None
    modified: Datum | None = None
    publisher: Datum | None = None
    language: Datum | None = None
    url: Datum | None = None
    type: Datum | None = None
    themes: list[Datum] = field(default_factory=list)
    tags: list[Datum] = field(default_factory=list)
    regions: list[Datum] = field(default_factory=list)
    abstract: Datum | None = None
    original: Original | None = None
    notice: Datum | None = None
    holders: list[Datum] = field(default_factory=list)
    copyright_year: Datum | None = None
    license: Datum | None = None
    rights: list[Datum] = field(default_factory=list)
    disclaimer: list[Datum] = field(default_factory=list)
    bios: dict[str, Datum] = field(default_factory=dict)
    contacts: list[Contact] = field(default_factory=list)
    other: list[tuple[str, Datum]] = field(default_factory=list)
    notes: list[Finding] = field(default_factory=list)
    faults: list[ReadError] = field(default_factory=list)
    unresolved: list[Link] = field(default_factory=list)

    def fault(self, reason: str, span: Span | None) -> None:
        """Note a fault for which the record will be refused."""
        self.faults.append(ReadError(reason, self.record.place(span)))

    def note(self, reason: str, span: Span | None) -> None:
        """Note something that the user should know, though the record is good."""
        self.notes.append(Finding("warning", reason, self.record.place(span)))

    def tell(self, reason: str, span: Span | None) -> None:
        """Note something that is as it should be, for those who want to know."""
        self.notes.append(Finding("info", reason, self.record.place(span)))

    def date(self, datum: Datum) -> Datum | None:
        """Return the date in ISO 8601; one that does not exist, or that is no day in particular, is a fault.

        Months may have their names of any language; the article's own decides which of two numbers is the day.
        """
        try:
            iso = dates.parse(datum.text, self.spoken)
        except ValueError as error:
            self.fault(f"{datum.text[:80]!r} is no date: {error}", datum.span)
            return None
        if iso is None:
            self.fault(f"not a date: {datum.text[:80]!r}; write it as 2024-05-06", datum.span)
            return None
        return replace(datum, text=iso)

    @property
    def spoken(self) -> str:
        """The language of the article, as it says or the user; "und" where nobody says."""
        return self.language.text if self.language else self.record.language or "und"

    def address(self, datum: Datum) -> Datum | None:
        """Return an address of the article itself; what is no absolute http(s) IRI is a fault."""
        if not terms.is_iri(datum.text) or urlsplit(datum.text).scheme.lower() not in ("http", "https"):
            self.fault(f"not a web address: {datum.text[:200]!r}", datum.span)
            return None
        return datum

    def language_tag(self, datum: Datum) -> Datum | None:
        """Return the language in lower case, also by its name or as `en_US.UTF-8`; what is none is a fault."""
        try:
            return replace(datum, text=languages.tag(datum.text))
        except TermError as error:
            self.fault(error.reason, datum.span)
            return None

    def add(self, known: list[Datum], found: Iterable[Datum]) -> None:
        """Add to a list of names those that it has not yet."""
        for datum in found:
            if all(datum.text != other.text for other in known):
                known.append(datum)

    def add_bio(self, name: str, bio: Datum) -> None:
        """Keep a text about somebody: once, where the source prints it twice."""
        if name not in self.bios:
            self.bios[name] = bio
        elif self.bios[name].text != bio.text:
            self.note(f"a second, different text about {name}; the first is kept", bio.span)

    def finish(self, composed: Composed) -> Article:
        """Return the article with that text; `ReadError` with all the faults if there are any."""
        citations = tuple(self._citation(link) for link in composed.links)
        if self.faults:
            raise ReadError.together(sorted(self.faults, key=_place_of))
        if self.unresolved:
            count, first = len(self.unresolved), self.unresolved[0]
            words = "a relative address" if count == 1 else f"{count:,} relative addresses"
            self.note(f"{words}, and the article has none of its own: {first.address.strip()[:200]!r}", first.span)
        self.notes.sort(key=_place_of)
        fields: dict[str, Any] = {name: _frozen(getattr(self, name)) for name in _KEPT}
        return Article(
            **fields,
            authors=tuple(a if a.bio else replace(a, bio=self.bios.get(a.name.text)) for a in self.authors),
            bios=tuple(self.bios.items()),
            rights=_together(self.rights),
            disclaimer=_together(self.disclaimer),
            text=composed.text,
            parts=composed.parts,
            runs=composed.runs,
            citations=citations,
        )

    def _citation(self, link: Link) -> Citation:
        return Citation(link.begin, link.end, self.link_address(link), link.span)

    def web_address(self, link: Link) -> Datum | None:
        """Return the address of a link to a page; None for one that leads nowhere else."""
        found = self.link_address(link)
        return found if found and urlsplit(found.text).scheme.lower() in ("http", "https") else None

    def link_address(self, link: Link) -> Datum | None:
        """Return a real address, resolved against the article's own; None for "#" and, with a warning, for a bad one."""
        address = link.address.strip()
        if not address or address.startswith("#"):
            return None
        if not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", address):
            if self.url is None:
                self.unresolved.append(link)
                return None
            try:
                address = urljoin(self.url.text, address)
            except ValueError:  # half a host: "//[a"
                address = f"//{address}"
        if not terms.is_iri(address):
            self.note(f"a link to what is no address: {address[:200]!r}", link.span)
            return None
        if address.partition(":")[0].lower() not in _SAFE_SCHEMES:
            self.note(f"a link that is not safe to publish: {address[:80]!r}", link.span)
            return None
        return Datum(address, link.span, "link")


# What the article has under the same name
_KEPT = tuple(
    item.name
    for item in dataclasses.fields(Draft)
    if item.name not in ("faults", "unresolved", "rights", "disclaimer", "bios", "authors")
)


def _place_of(found: ReadError | Finding) -> tuple[int, int]:
    return (found.place.line, found.place.column) if found.place else (0, 0)


def _frozen(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _together(data: list[Datum]) -> Datum | None:
    """Return the texts as one, each once, with the place of the first."""
    texts = list(dict.fromkeys(datum.text for datum in data))
    return replace(data[0], text="\n\n".join(texts)) if texts else None
