"""What travels through the stages: a record, the article read from it, and the mentions found in it. All frozen."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate
from typing import Any, Literal, NamedTuple

from kg.errors import Finding, Place

DETECTED = "detected"
"""The evidence of what no source says, but its text shows: its language."""

PartKind = Literal["headline", "abstract", "heading", "paragraph", "quotation", "item", "cell", "code", "bio"]


class Span(NamedTuple):
    """Bytes of a record's body: where a datum stands in the source."""

    begin: int
    end: int


_MARK = b"\xef\xbb\xbf"
_WITHIN = bytes(range(0x80, 0xC0))  # bytes of a character behind its first
_BLOCK = 4096


@lru_cache(maxsize=2)
def _line_starts(body: bytes) -> list[int]:
    """Return the bytes at which lines begin; kept for a while, since one who asks for a place often asks for more."""
    starts = list(accumulate(map(len, body.splitlines(keepends=True)), initial=0))
    return starts if len(starts) == 1 or body.endswith((b"\n", b"\r")) else starts[:-1]


def characters(piece: bytes) -> int:
    """Return how many characters of UTF-8 begin in some bytes."""
    return len(piece) if piece.isascii() else len(piece.translate(None, _WITHIN))


@lru_cache(maxsize=2)
def _characters_of_blocks(body: bytes) -> list[int]:
    blocks = (body[begin : begin + _BLOCK] for begin in range(0, len(body), _BLOCK))
    return list(accumulate(map(characters, blocks), initial=0))


def _characters_before(body: bytes, offset: int) -> int:
    """Return how many characters begin before a byte: cheap also far within a long line."""
    block = min(offset, len(body)) // _BLOCK
    return _characters_of_blocks(body)[block] + characters(body[block * _BLOCK : offset])


@dataclass(frozen=True, slots=True)
class Record:
    """One article's bytes, not yet decoded, and where they came from.

    `source` is the path as given (with `#…` for a record inside a file), `line` and `column` are where in that file they begin.
    `url` and `charset` are what the transport says (a WARC record, an HTTP answer); `around` is what a file says of all its
    records (a feed's own title and language); `language` is the user's word for sources that do not say theirs.
    """

    source: str
    format: str
    body: bytes = field(repr=False)
    line: int = 1
    url: str | None = None
    charset: str | None = None
    around: bytes = field(default=b"", repr=False)
    language: str | None = None
    column: int = 1

    def place(self, span: Span | tuple[int, int] | None = None) -> Place:
        """Return line and column (in characters, from 1) of the span; without one, the record's first line."""
        if span is None:
            return Place(self.source, self.line)
        (line, column), (end_line, end_column) = self._position(span[0]), self._position(span[1])
        return Place(self.source, line, column, end_line, end_column)

    def _position(self, offset: int) -> tuple[int, int]:
        starts = _line_starts(self.body)
        line = bisect_right(starts, offset) - 1
        first = self.column if line == 0 else 1
        column = _characters_before(self.body, offset) - _characters_before(self.body, starts[line]) + first
        is_marked = line == 0 and offset >= len(_MARK) and self.body.startswith(_MARK)
        return self.line + line, column - is_marked

    @property
    def digest(self) -> str:
        """The sha256 of the bytes, in hex."""
        return hashlib.sha256(self.body + self.around).hexdigest()


@dataclass(frozen=True, slots=True)
class Datum:
    """A text as printed, where it stands, and by which evidence it was found ("front matter: title", "JSON-LD: headline")."""

    text: str
    span: Span | None = None
    evidence: str = field(default="", compare=False)


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
    does not say is None or empty. `other` are fields of front matter that we have no use for; `runs` pairs offsets of the text with
    bytes of the source, in order.
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
    other: tuple[tuple[str, Datum], ...] = ()
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


def data(article: Article) -> Iterator[tuple[str, Datum]]:
    """Yield each datum that was found, with the name that `kg read` prints it under: what `kg read --explain` shows."""
    original = article.original
    named: tuple[tuple[str, Iterable[Datum | None]], ...] = (
        ("id", [article.identifier]),
        ("title", [article.title]),
        ("byline", [article.byline]),
        ("authors", [author.name for author in article.authors]),
        ("published", [article.published]),
        ("modified", [article.modified]),
        ("publisher", [article.publisher]),
        ("language", [article.language]),
        ("url", [article.url]),
        ("type", [article.type]),
        ("themes", article.themes),
        ("tags", article.tags),
        ("regions", article.regions),
        ("abstract", [article.abstract]),
        ("original", [original.publisher, original.url] if original else []),
        ("copyright", [article.notice, *article.holders, article.copyright_year]),
        ("license", [article.license]),
        ("rights", [article.rights]),
        ("disclaimer", [article.disclaimer]),
        ("bios", [bio for _, bio in article.bios]),
        ("contacts", [contact.email for contact in article.contacts]),
    )
    yield from ((name, datum) for name, found in named for datum in found if datum is not None)


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
        "other": {name: datum.text for name, datum in article.other},
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
