"""Who the authors are whom articles name by an id: read from a site's data files or author pages, put in their place."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from kg.article import Article, Author, Datum, Record, Span
from kg.errors import Finding, Place, ReadError, ResourceError
from kg.readers import markdown
from kg.readers.blocks import one_line
from kg.readers.decoding import decode
from kg.readers.draft import Draft
from kg.readers.fields import fronts, jsonnodes, tomlnodes, yamlnodes
from kg.readers.fields.nodes import Node
from kg.readers.fields.people import BIO_KEYS, person
from kg.readers.fields.values import Value

_ID = re.compile(r"@?[a-z0-9]+(?:[-_.][a-z0-9]+)*")
_ID_KEYS = ("id", "key", "slug", "username", "handle", "login", "shortname", "alias")
_INDEX = frozenset({"index", "_index"})
_LONGEST_BIO = 2000


def load(path: Path) -> Mapping[str, Author]:
    """Return the authors that a file (YAML, TOML, JSON, CSV) or a folder of such files or of Markdown pages describes, by id.

    Their data stand in no article, so they have no span. Raises `KgError` for what cannot be read.
    """
    found: dict[str, Author] = {}
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        if path.is_dir() and (not file.is_file() or file.suffix.lower() not in _READERS):
            continue
        for name, author in _people(file, is_page=path.is_dir()):
            found.setdefault(_key(name), author)
    return found


def resolve(article: Article, authors: Mapping[str, Author] | None) -> Article:
    """Return the article with names, texts and pages of the authors that it names by an id.

    An id that is not known is told in a note; without authors, one note asks for them.
    """
    if authors is None:
        unknown = next((author for author in article.authors if _ID.fullmatch(author.name.text)), None)
        reason = "an author looks like an id; --authors FILE tells the names behind ids"
        asked = [Finding("info", reason, article.place(unknown.name.span))] if unknown else []
        return replace(article, notes=(*article.notes, *asked)) if asked else article
    resolved: dict[str, Author] = {}
    notes: list[Finding] = []
    bios = dict(article.bios)
    for author in article.authors:
        known = authors.get(_key(author.name.text))
        if known is None:
            if _ID.fullmatch(author.name.text):
                reason = f"no author has the id {author.name.text[:80]!r}"
                notes.append(Finding("warning", reason, article.place(author.name.span)))
            known = Author(author.name, author.organization)
        name = replace(author.name, text=known.name.text)
        bio = author.bio or known.bio
        resolved.setdefault(name.text, Author(name, known.organization, bio, author.url or known.url))
        if bio:
            bios.setdefault(name.text, bio)
    return replace(article, authors=tuple(resolved.values()), bios=tuple(bios.items()), notes=(*article.notes, *notes))


def _key(name: str) -> str:
    """Return an id or a name as it is looked up: "@Marie_Novak", "Marie Novak" and "marie-novak" are one."""
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-")


# --- files ---------------------------------------------------------------------------------------------------------------
def _people(file: Path, is_page: bool) -> Iterator[tuple[str, Author]]:
    """Yield each id of a file with its author; `is_page` tells that the file may be about one person, named by its name."""
    reader = _READERS.get(file.suffix.lower())
    if reader is None:
        reason = (
            f"no reader of authors for {file.suffix or 'a file without ending'} (there is one for {' '.join(sorted(_READERS))})"
        )
        raise ReadError(reason, Place(str(file)))
    try:
        record = Record(str(file), "authors", file.read_bytes())
    except OSError as error:
        raise ResourceError(f"cannot be read: {error.strerror}", Place(str(file))) from error
    if not record.body.strip():
        return
    draft = Draft(record)
    root = reader(record, draft)
    value = Value(root, draft, "authors file") if root else None
    if value and is_page and _is_person(value):
        stem = file.parent.name if file.stem in _INDEX else file.stem
        yield from _of_person(value, stem)
    elif value:
        yield from _of_list(value)
    if draft.faults:
        raise ReadError.together(draft.faults)


def _is_person(value: Value) -> bool:
    return value.node.kind == "map" and any(item.kind == "scalar" for item in value.node.items)


def _of_list(value: Value) -> Iterator[tuple[str, Author]]:
    """Yield the people of a list of mappings, or of a mapping from ids to mappings or names."""
    if value.node.kind == "list":
        for item in value.each():
            yield from _of_person(item, None)
    elif value.node.kind == "map":
        for key, node in zip(value.node.keys, value.node.items, strict=True):
            inner = value.of(node)
            if node.kind == "map":
                yield from _of_person(inner, key.text)
            elif node.kind == "scalar" and (name := inner.prose("an author")):
                yield key.text, _without_spans(Author(name))


def _of_person(value: Value, name: str | None) -> Iterator[tuple[str, Author]]:
    """Yield a person once for each id: that of the file or mapping, and those that stand among his fields."""
    if value.node.kind != "map":
        value.fault("an author is a mapping with a name")
        return
    found = person(value)
    if found is None:
        return
    author, pairs = _without_spans(found), value.pairs()
    ids = [pairs[key].node.text for key in _ID_KEYS if key in pairs and pairs[key].node.kind == "scalar"]
    for each in (name, *ids, author.name.text):
        if each:
            yield each, author


def _without_spans(author: Author) -> Author:
    def bare(datum: Datum | None) -> Datum | None:
        return replace(datum, span=None) if datum else None

    return replace(author, name=replace(author.name, span=None), bio=bare(author.bio), url=bare(author.url))


# --- forms of files ------------------------------------------------------------------------------------------------------
def _read_page(record: Record, draft: Draft) -> Node | None:
    """Return the front matter of a person's page; its text is what it tells of him, where no field does."""
    text, lead = decode(record)
    front, rest, skipped = fronts.cut(text, record)
    root = fronts.parse(front, lead, record) if front else None
    if root is None:
        return None
    bio = " ".join(one_line(block.text) for block in markdown.parse(rest, lead + skipped, draft) if block.kind == "paragraph")
    if bio and len(bio) <= _LONGEST_BIO and not Value(root, draft, "").pairs().keys() & {*BIO_KEYS}:
        root.keys.append(_scalar("bio"))
        root.items.append(_scalar(bio))
    return root


def _read_csv(record: Record, draft: Draft) -> Node:
    """Return the rows below the first as mappings; the first has the names of the columns."""
    text, _ = decode(record)
    root = Node("list", Span(0, 0))
    try:
        for row in csv.DictReader(io.StringIO(text), delimiter=_delimiter(text)):
            cells = [(key, value) for key, value in row.items() if isinstance(key, str) and isinstance(value, str)]
            root.items.append(Node("map", Span(0, 0), keys=[_scalar(k) for k, _ in cells], items=[_scalar(v) for _, v in cells]))
    except csv.Error as error:
        raise ReadError(f"not CSV: {error}", record.place()) from error
    return root


def _delimiter(text: str) -> str:
    head = text.partition("\n")[0]
    return max(",;\t", key=head.count)


def _scalar(text: str) -> Node:
    return Node("scalar", Span(0, 0), text.strip())


def _data(parse: Callable[[str, int, Record], Node | None]) -> Callable[[Record, Draft], Node | None]:
    def read(record: Record, draft: Draft) -> Node | None:
        text, lead = decode(record)
        return parse(text, lead, record)

    return read


_READERS: Mapping[str, Callable[[Record, Draft], Node | None]] = {
    ".yml": _data(yamlnodes.parse),
    ".yaml": _data(yamlnodes.parse),
    ".toml": _data(tomlnodes.parse),
    ".json": _data(jsonnodes.parse),
    ".csv": _read_csv,
    ".md": _read_page,
    ".markdown": _read_page,
}
