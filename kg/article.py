"""What travels through the stages: a record, the article read from it, and the mentions found in it. All frozen."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from kg.errors import Finding, Place

PartKind = Literal["headline", "abstract", "heading", "paragraph", "quotation", "item", "cell", "code", "bio"]


class Span(NamedTuple):
    """Bytes of a record's body: where a datum stands in the source."""

    begin: int
    end: int


@dataclass(frozen=True, slots=True)
class Record:
    """One article's bytes, not yet decoded, and where they came from.

    `source` is the path as given (with `#…` for a record inside a file), `line` the line of that file where they begin.
    """

    source: str
    format: str
    body: bytes = field(repr=False)
    line: int = 1

    def place(self, span: Span | tuple[int, int] | None = None) -> Place:
        """Return line and column (in characters, from 1) of the span; without one, the record's first line."""
        if span is None:
            return Place(self.source, self.line)
        (line, column), (end_line, end_column) = self._position(span[0]), self._position(span[1])
        return Place(self.source, line, column, end_line, end_column)

    def _position(self, offset: int) -> tuple[int, int]:
        before = self.body[:offset].replace(b"\r\n", b" \n").replace(b"\r", b"\n")
        line_start = before.rfind(b"\n") + 1
        column = len(before[line_start:].decode(errors="replace").removeprefix("\ufeff")) + 1
        return self.line + before.count(b"\n"), column

    @property
    def digest(self) -> str:
        """The sha256 of the bytes, in hex."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class Datum:
    """A text as printed and where it stands."""

    text: str
    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote it: a person unless the source names an organization ("Staff", an agency)."""

    name: Datum
    organization: bool = False
    bio: Datum | None = None
    url: Datum | None = None


@dataclass(frozen=True, slots=True)
class Original:
    """Where an article was first published."""

    publisher: Datum | None = None
    url: Datum | None = None


@dataclass(frozen=True, slots=True)
class Contact:
    """An address to write to, what for ("media inquiries"), and whose it is where the source says so."""

    email: Datum
    type: str | None = None
    organization: Datum | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A linked phrase: code points of the article's text, and the address where the source has a real one."""

    begin: int
    end: int
    url: Datum | None
    span: Span


class Part(NamedTuple):
    """A stretch of the article's text, in code points, and what it is."""

    kind: PartKind
    begin: int
    end: int


class Mention(NamedTuple):
    """Words of the text that name an entity, and the rule of `linkers.RULES` by which they do."""

    begin: int
    end: int
    entity: str
    rule: str


@dataclass(frozen=True, slots=True)
class Article:
    """What a source says of itself, its text, and (after linking) what the text talks about.

    Names, themes and regions stand as printed; dates as ISO 8601 text, as exact as the source; whatever the source
    does not say is None or empty. `runs` pairs offsets of the text with bytes of the source, in order.
    """

    record: Record
    identifier: Datum | None = None
    title: Datum | None = None
    byline: Datum | None = None
    authors: tuple[Author, ...] = ()
    published: Datum | None = None
    modified: Datum | None = None
    publisher: Datum | None = None
    language: Datum | None = None
    url: Datum | None = None
    type: Datum | None = None
    themes: tuple[Datum, ...] = ()
    tags: tuple[Datum, ...] = ()
    regions: tuple[Datum, ...] = ()
    abstract: Datum | None = None
    original: Original | None = None
    notice: Datum | None = None
    holders: tuple[Datum, ...] = ()
    copyright_year: Datum | None = None
    license: Datum | None = None
    rights: Datum | None = None
    disclaimer: Datum | None = None
    bios: tuple[tuple[str, Datum], ...] = ()
    contacts: tuple[Contact, ...] = ()
    citations: tuple[Citation, ...] = ()
    text: str = field(default="", repr=False)
    parts: tuple[Part, ...] = field(default=(), repr=False)
    runs: tuple[tuple[int, int], ...] = field(default=(), repr=False)
    notes: tuple[Finding, ...] = ()
    mentions: tuple[Mention, ...] = ()

    def place(self, span: Span | tuple[int, int] | None = None) -> Place:
        """Return where a span of the source stands; without one, the article's first line."""
        return self.record.place(span)

    def span(self, begin: int, end: int) -> Span:
        """Return the bytes of the source behind `text[begin:end]`."""
        return Span(self._byte(begin), self._byte(end - 1, after=True) if end > begin else self._byte(begin))

    def _byte(self, offset: int, after: bool = False) -> int:
        index = bisect_right(self.runs, (offset, 1 << 62)) - 1
        if index < 0:
            return 0
        start, byte = self.runs[index]
        return min(byte + len(self.text[start : offset + after].encode()), len(self.record.body))

    def prose(self) -> Iterator[tuple[int, int]]:
        """Yield the stretches of text in which names are looked for: everything but code."""
        code = sorted((part.begin, part.end) for part in self.parts if part.kind == "code")
        for part in self.parts:
            if part.kind == "code":
                continue
            begin = part.begin
            for code_begin, code_end in code[bisect_left(code, (part.begin, 0)) : bisect_right(code, (part.end, 0))]:
                if begin <= code_begin and code_end <= part.end:
                    yield begin, code_begin
                    begin = code_end
            if begin < part.end:
                yield begin, part.end

    def body(self) -> str:
        """Return the article's paragraphs, without headline and abstract, joined by blank lines."""
        inner = -1
        paragraphs = []
        for part in self.parts:
            if part.kind not in ("headline", "abstract", "bio") and part.begin >= inner:
                paragraphs.append(self.text[part.begin : part.end])
            inner = max(inner, part.end)
        return "\n\n".join(paragraphs)


def to_json(article: Article) -> dict[str, Any]:
    """Return what `kg read` prints of an article: absent data is left out."""
    original, bios = article.original, dict(article.bios)
    row: dict[str, Any] = {
        "source": article.record.source,
        "title": _text(article.title),
        "authors": [author.name.text for author in article.authors],
        "published": _text(article.published),
        "modified": _text(article.modified),
        "publisher": _text(article.publisher),
        "language": _text(article.language),
        "url": _text(article.url),
        "type": _text(article.type),
        "themes": [theme.text for theme in article.themes],
        "tags": [tag.text for tag in article.tags],
        "regions": [region.text for region in article.regions],
        "abstract": _text(article.abstract),
        "original": original and {"publisher": _text(original.publisher), "url": _text(original.url)},
        "copyright": {
            "notice": _text(article.notice),
            "holders": [holder.text for holder in article.holders],
            "year": article.copyright_year and int(article.copyright_year.text),
        },
        "license": _text(article.license),
        "rights": _text(article.rights),
        "disclaimer": _text(article.disclaimer),
        "bios": {name: bio.text for name, bio in bios.items()},
        "contacts": [{"email": c.email.text, "type": c.type, "organization": _text(c.organization)} for c in article.contacts],
        "citations": [
            {"text": article.text[c.begin : c.end], "url": _text(c.url), "begin": c.begin, "end": c.end} for c in article.citations
        ],
        "body": article.body() or None,
    }
    pruned: dict[str, Any] = _without_absent(row)
    return pruned


def _text(datum: Datum | None) -> str | None:
    return datum.text if datum else None


def _without_absent(value: Any) -> Any:
    """Drop None and empty containers, at every depth; keep offsets of 0 and the empty words of a link around a picture."""
    if isinstance(value, dict):
        pruned = {key: _without_absent(item) for key, item in value.items()}
        return {key: item for key, item in pruned.items() if item not in (None, [], {})}
    return [_without_absent(item) for item in value] if isinstance(value, list) else value
