"""What a source declares, as it is published: without personal e-mail addresses, and not with the text in disguise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, TypeVar

from kg.article import Article, Author, Citation, Contact, Datum, Original
from kg.errors import Finding
from kg.rights.addresses import Addresses

# A text of so many characters is compared with the body: the longest that may stand in both is one less
_COMPARED = 200
_BLOCK = _COMPARED // 2
# No headline is so long, and no abstract, biography or notice; what is longer is an article
_LONGEST_TITLE = 300
_LONGEST = 2_000
_ELLIPSIS = "…"

_Item = TypeVar("_Item")


def publishable(article: Article, addresses: Addresses, include_text: bool, include_personal_email: bool) -> Article:
    """Return the article with what may be published of what its source declares, and a note for what is left out.

    Without `include_text` no declared text keeps 200 characters in a row of the body, nor is any longer than 2,000 (a headline:
    300). Without `include_personal_email` personal addresses are left out of texts, names and links, and so are contacts that
    are such. The text itself and its offsets stay.
    """
    guard = _Guard(article, addresses, include_text, include_personal_email)
    changes: dict[str, Any] = {name: found for name, found in guard.fields() if found is not getattr(article, name)}
    notes = tuple(guard.notes())
    if notes:
        changes["notes"] = (*article.notes, *notes)
    return replace(article, **changes) if changes else article


def _each(items: tuple[_Item, ...], change: Callable[[_Item], _Item | None]) -> tuple[_Item, ...]:
    """Return what each item becomes, without those that become None; the same tuple where all stay."""
    found = [change(item) for item in items]
    same = all(new is old for new, old in zip(found, items, strict=True))
    return items if same else tuple(item for item in found if item is not None)


class _Guard:
    """Looks at one datum after another, and remembers what it left out."""

    def __init__(self, article: Article, addresses: Addresses, include_text: bool, include_personal_email: bool) -> None:
        self._article = article
        self._addresses = addresses
        self._hides_text = not include_text
        self._hides_email = not include_personal_email
        self._body: tuple[str, str] | None = None
        self._emails = 0
        self._cut: Counter[str] = Counter()
        self._links = 0

    def fields(self) -> Iterator[tuple[str, Any]]:
        """Yield each field of an article that is published, with what of it may be: the same object where all of it may."""
        article = self._article
        yield "title", self.text(article.title, "headline", _LONGEST_TITLE)
        yield "byline", self.text(article.byline, "byline")
        yield "authors", _each(article.authors, self.author)
        yield "publisher", self.name(article.publisher)
        yield "url", self.address(article.url)
        yield "themes", _each(article.themes, self.name)
        yield "tags", _each(article.tags, self.name)
        yield "regions", _each(article.regions, self.name)
        yield "abstract", self.text(article.abstract, "abstract")
        yield "original", self.original(article.original)
        yield "notice", self.text(article.notice, "copyright notice")
        yield "holders", _each(article.holders, self.name)
        yield "license", self.address(article.license)
        yield "rights", self.text(article.rights, "rights")
        yield "disclaimer", self.text(article.disclaimer, "disclaimer")
        yield "contacts", _each(article.contacts, self.contact)
        yield "citations", _each(article.citations, self.citation)

    def notes(self) -> Iterator[Finding]:
        """Yield what was left out."""
        place = self._article.place()
        if self._emails:
            words = "a personal e-mail address" if self._emails == 1 else f"{self._emails} personal e-mail addresses"
            yield Finding("info", f"left out: {words} (include_personal_email publishes them)", place)
        for name in self._cut:
            yield Finding("info", f"cut: the {name}, which is too long or repeats the text (include_text publishes it)", place)
        if self._links:
            yield Finding("info", f"left out: {self._links} long addresses that the text spells out", place)

    def text(self, datum: Datum | None, name: str, longest: int = _LONGEST) -> Datum | None:
        """Return a text as it may be published."""
        if datum is None:
            return None
        text = datum.text
        if self._hides_email and "@" in text:
            text, count = self._addresses.without(text)
            self._emails += count
        if self._hides_text and len(text) >= _COMPARED:
            text = self._shortened(text, name, longest)
        return datum if text is datum.text else replace(datum, text=text)

    def name(self, datum: Datum | None) -> Datum | None:
        """Return a name or tag as it may be published; None for one that is a stretch of the text."""
        if datum is None:
            return None
        text = datum.text
        if self._hides_email and "@" in text:
            text, count = self._addresses.name(text)
            self._emails += count
        if self._hides_text and len(text) >= _COMPARED:
            text = self._shortened(text, "name", _LONGEST_TITLE)
        return datum if text is datum.text else replace(datum, text=text)

    def address(self, datum: Datum | None) -> Datum | None:
        """Return an IRI that may be published, else None."""
        if datum is None:
            return None
        text = datum.text
        if self._hides_email and ("@" in text or "%40" in text) and (count := self._addresses.in_iri(text)):
            self._emails += count
            return None
        if self._hides_text and len(text) >= _COMPARED and self._repeated(text) is not None:
            self._links += 1
            return None
        return datum

    def author(self, author: Author) -> Author:
        """Return an author without what is personal."""
        name, bio, url = self.name(author.name), self.text(author.bio, "biography"), self.address(author.url)
        same = name is author.name and bio is author.bio and url is author.url
        return author if same else replace(author, name=name or author.name, bio=bio, url=url)

    def original(self, original: Original | None) -> Original | None:
        """Return where it was first published."""
        found = original and Original(self.name(original.publisher), self.address(original.url))
        return original if found == original else found

    def contact(self, contact: Contact) -> Contact | None:
        """Return a contact that may be published, else None."""
        is_hidden = self._hides_email and self._addresses.is_personal(contact.email.text)
        self._emails += is_hidden
        return None if is_hidden else contact

    def citation(self, citation: Citation) -> Citation:
        """Return a link, without its address where that is personal."""
        url = self.address(citation.url)
        return citation if url is citation.url else replace(citation, url=url)

    def _shortened(self, text: str, name: str, longest: int) -> str:
        """Return a text up to where it begins to repeat the body, and never longer than it may be."""
        plain = " ".join(text.split())
        first = self._repeated(plain)
        if first is None and self._repeated(text) is None and len(text) <= longest:
            return text
        self._cut[name] += 1
        # Up to here no block stands in the body, so no two blocks' length does
        stop = min(longest, len(plain) if first is None else first + _BLOCK - 1)
        kept = plain[:stop].rpartition(" ")
        return (kept[0] if len(kept[0]) > stop // 2 else plain[:stop]) + _ELLIPSIS

    def _repeated(self, text: str) -> int | None:
        """Return where the first block of a text begins that stands in the body."""
        if self._body is None:
            body = self._article.body()
            self._body = body, " ".join(body.split())
        blocks = range(0, len(text) - _BLOCK + 1, _BLOCK)
        return next((at for at in blocks if any(text[at : at + _BLOCK] in body for body in self._body)), None)
