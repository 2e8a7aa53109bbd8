"""What a page says of itself, in one form whatever it is written in: a claim has a field, a datum and a rank by its evidence."""

from __future__ import annotations

from typing import Literal, NamedTuple

from kg.article import Datum

Field = Literal[
    "title",
    "author",
    "published",
    "modified",
    "publisher",
    "language",
    "url",
    "type",
    "tag",
    "theme",
    "region",
    "abstract",
    "license",
    "notice",
    "holder",
    "original_url",
    "original_publisher",
]


class Claim(NamedTuple):
    """One thing that a page says: `datum.evidence` tells in what form ("JSON-LD: author", "meta: article:published_time").

    `source` is the family of the evidence: "json-ld", "microdata", "rdfa", "meta", "visible". Of an author, `organization`
    is what the markup says he is (None: it does not say), `url` his page and `bio` what it tells of him.
    """

    field: Field
    datum: Datum
    source: Literal["json-ld", "microdata", "rdfa", "meta", "visible"]
    organization: bool | None = None
    url: Datum | None = None
    bio: Datum | None = None
