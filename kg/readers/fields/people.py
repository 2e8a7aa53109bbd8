"""Authors in front matter: a name, a list, a mapping of one, a mapping from ids, or a list of any of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from kg.article import Author, Datum
from kg.readers.fields.values import Value
from kg.readers.names import is_organization, split_names

NAME_KEYS = ("name", "displayname", "fullname", "authorname", "label")
GIVEN_KEYS, FAMILY_KEYS = ("firstname", "givenname", "first"), ("lastname", "familyname", "surname", "last")
BIO_KEYS = ("bio", "biography", "description", "about", "shortbio", "longbio")
URL_KEYS = ("url", "website", "web", "link", "homepage", "site", "permalink", "page")
# What may stand beside a name; a mapping with other keys only is one from ids to people
_ATTRIBUTES = frozenset(
    """
    title id key slug email mail twitter github linkedin mastodon image imageurl avatar picture photo social socials role
    affiliation organization company type
    """.split()
).union(NAME_KEYS, GIVEN_KEYS, FAMILY_KEYS, BIO_KEYS, URL_KEYS)
_BY = re.compile(r"by:?\s+", re.IGNORECASE)
_EMAIL = re.compile(r"\s*[<(][^\s<>()@]+@[^\s<>()@]+[>)]")


def take_authors(value: Value) -> None:
    """Put the authors of a field in the draft, each once."""
    known = {author.name.text for author in value.draft.authors}
    for author in _authors(value):
        if author.bio:
            value.draft.add_bio(author.name.text, author.bio)
        if author.name.text not in known:
            known.add(author.name.text)
            value.draft.authors.append(author)


def _authors(value: Value) -> Iterator[Author]:
    for item in value.each():
        if item.node.kind == "map":
            yield from _of_map(item)
        elif not item.is_truth and (datum := item.prose("an author")):
            text = _EMAIL.sub("", _BY.sub("", datum.text, count=1) if _BY.match(datum.text) else datum.text)
            names = _split(text) if value.node.kind == "scalar" else [text.strip()]
            yield from (Author(replace(datum, text=name), is_organization(name)) for name in names if name)


def _split(text: str) -> list[str]:
    """Return the names in a text; where semicolons part them, a comma is of the name ("Bee, A.; Dee, C.")."""
    if ";" in text:
        return [name.strip() for name in text.split(";")]
    return [text[begin:end].strip() for begin, end in split_names(text)]


def _of_map(value: Value) -> Iterator[Author]:
    pairs = value.pairs()
    if not pairs.keys() & _ATTRIBUTES:
        for key, node in zip(value.node.keys, value.node.items, strict=True):
            inner = value.of(node)
            if node.kind == "map":
                author = person(inner, value.of(key).prose("an author"))
            else:
                name = inner.prose("an author") or value.of(key).prose("an author")
                author = Author(name, is_organization(name.text)) if name else None
            yield from [author] if author else []
        return
    author = person(value)
    if author:
        yield author
    else:
        value.fault("an author has no name")


def person(value: Value, default: Datum | None = None) -> Author | None:
    """Return the person (or organization) that a mapping describes; None where it has no name and there is no default."""
    pairs = value.pairs()
    name = _first(pairs, NAME_KEYS, "a name") or _in_two(pairs) or _first(pairs, ("title",), "a name")
    name = name or default or _first(pairs, ("id", "key", "slug"), "a name")
    if name is None:
        return None
    bio = _first(pairs, BIO_KEYS, "a bio")
    return Author(name, is_organization(name.text), bio, _page(pairs))


def _first(pairs: Mapping[str, Value], keys: tuple[str, ...], what: str) -> Datum | None:
    found = next((pairs[key] for key in keys if key in pairs), None)
    return found.prose(what) if found else None


def _in_two(pairs: Mapping[str, Value]) -> Datum | None:
    """Return the name whose given and family part have a field each."""
    given, family = _first(pairs, GIVEN_KEYS, "a name"), _first(pairs, FAMILY_KEYS, "a name")
    return replace(given, text=f"{given.text} {family.text}") if given and family else given or family


def _page(pairs: Mapping[str, Value]) -> Datum | None:
    """Return the address of a person's page; a path on a site that is not named is none."""
    found = next((pairs[key] for key in URL_KEYS if key in pairs), None)
    if found is None or (found.node.kind == "scalar" and found.node.text.startswith(("/", "./", "#"))):
        return None
    return found.address()
