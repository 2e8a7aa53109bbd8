"""What a client takes, by its `Accept` headers (RFC 9110, section 12.5), and what of it we have."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from kg.store import Kind


class Offer(NamedTuple):
    """A media type in which we can answer, and the form of the engine that it is made of; `names` are those of `format=`."""

    media_type: str
    form: str
    names: tuple[str, ...] = ()

    @property
    def content_type(self) -> str:
        """The media type as a header says it."""
        return f"{self.media_type}; charset=utf-8" if self.media_type.startswith("text/") else self.media_type


HTML = "text/html"
_JSON, _XML = "application/sparql-results+json", "application/sparql-results+xml"
# In order of our preference. The plain types of JSON and XML stand for what a client means that knows no others; HTML comes last,
# for it is a view of one of the others and no format to work with
SOLUTIONS = (
    Offer(_JSON, "json", ("json", _JSON)),
    Offer(_XML, "xml", ("xml", _XML)),
    Offer("text/csv", "csv", ("csv", "text/csv")),
    Offer("text/tab-separated-values", "tsv", ("tsv", "text/tab-separated-values")),
    Offer("application/json", "json", ("application/json",)),
    Offer("application/xml", "xml", ("application/xml",)),
    Offer("text/xml", "xml", ("text/xml",)),
    Offer(HTML, "json", ("html", HTML)),
)
GRAPHS = (
    Offer("text/turtle", "turtle", ("turtle", "text/turtle")),
    Offer("application/ld+json", "jsonld", ("jsonld", "application/ld+json")),
    Offer("application/n-triples", "ntriples", ("ntriples", "application/n-triples")),
    Offer("application/rdf+xml", "rdfxml", ("rdfxml", "application/rdf+xml")),
    Offer("application/json", "jsonld", ("application/json", "json")),
    Offer("application/xml", "rdfxml", ("application/xml", "xml")),
    Offer("text/xml", "rdfxml", ("text/xml",)),
    Offer(HTML, "turtle", ("html", HTML)),
)
OFFERS: dict[Kind, tuple[Offer, ...]] = {"solutions": SOLUTIONS, "boolean": SOLUTIONS, "graph": GRAPHS}


class _Range(NamedTuple):
    """A member of `Accept`: the types that it covers, and how welcome they are."""

    type: str
    subtype: str
    quality: float

    def covers(self, media_type: str) -> int:
        """Tell how exactly it names a media type: 3 by its name, 2 by the first half, 1 as anything; 0 if not at all."""
        first, _, second = media_type.partition("/")
        if (self.type, self.subtype) == (first, second):
            return 3
        if self.subtype != "*":
            return 0
        return 2 if self.type == first else int(self.type == "*")


@lru_cache(maxsize=256)
def choose(accept: str | None, offers: Sequence[Offer]) -> Offer | None:
    """Return the offer that a client likes best, the first of several; None where it takes none.

    Without the header it takes any. Parameters of a media type but `q` are not looked at: what we send is always UTF-8.
    """
    ranges = list(_ranges(accept or ""))
    if not ranges:
        return offers[0]
    best = max(offers, key=lambda offer: _quality(offer.media_type, ranges))  # `max` keeps the first
    return best if _quality(best.media_type, ranges) > 0 else None


def named(name: str, offers: Iterable[Offer]) -> Offer | None:
    """Return the offer that is called so, by our short name or by its media type; None where there is none."""
    return next((offer for offer in offers if name.lower() in offer.names), None)


@lru_cache(maxsize=256)
def takes_gzip(accept_encoding: str | None) -> bool:
    """Tell whether a client takes an answer packed with gzip."""
    said = dict(_members(accept_encoding or ""))
    return said.get("gzip", said.get("x-gzip", said.get("*", 0.0))) > 0


def _quality(media_type: str, ranges: Iterable[_Range]) -> float:
    """Return how welcome a media type is: the range that names it most exactly says it."""
    return max((((exactness, each.quality) for each in ranges if (exactness := each.covers(media_type)))), default=(0, 0.0))[1]


def _ranges(accept: str) -> Iterator[_Range]:
    for name, quality in _members(accept):
        first, slash, second = name.partition("/")
        if slash and first and second:
            yield _Range(first, second, quality)
        elif name == "*":  # what some old clients send
            yield _Range("*", "*", quality)


def _members(header: str) -> Iterator[tuple[str, float]]:
    """Yield the members of a header with their weights; one whose weight is no number counts as not there."""
    for member in header.split(","):
        name, *parameters = (part.strip().lower() for part in member.split(";"))
        weights = (value for key, _, value in (part.partition("=") for part in parameters) if key.strip() == "q")
        try:
            quality = float(next(weights, "1"))
        except ValueError:
            continue
        if name and 0 <= quality <= 1:
            yield name, quality
