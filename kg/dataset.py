"""What a dump says of itself: VoID and DCAT, only what is known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from kg import terms
from kg.terms import Statement, Term

_IANA = "https://www.iana.org/assignments/media-types/"


class File(NamedTuple):
    """A file of the dump."""

    media_type: str
    bytes: int
    sha256: str


def describe(base: str, articles: int, triples: int, issued: str | None, files: Mapping[str, File]) -> Iterator[Statement]:
    """Yield the statements of `dataset.ttl`.

    `triples` counts the union of all graphs as a set; `issued` is a date as `terms.date_literal` takes it, or None.
    """
    dataset = terms.iri(f"{base}dataset")

    def count(number: int) -> Term:
        return terms.literal(str(number), datatype=terms.XSD_INTEGER)

    def tell(subject: Term, *pairs: tuple[Term, Term]) -> Iterable[Statement]:
        return (Statement(subject, predicate, value, "") for predicate, value in pairs)

    partition = terms.iri(f"{base}dataset#articles")
    yield from tell(
        dataset,
        (terms.TYPE, terms.DATASET),
        (terms.TYPE, terms.CATALOGUED_DATASET),
        (terms.TRIPLES, count(triples)),
        (terms.URI_SPACE, terms.literal(base)),
        (terms.CLASS_PARTITION, partition),
        *((terms.USED_VOCABULARY, terms.iri(space)) for space in (terms.KG, terms.SCHEMA, terms.SKOS, terms.NIF, terms.ITSRDF)),
        *(((terms.ISSUED, terms.date_literal(issued)),) if issued else ()),
    )
    yield from tell(partition, (terms.CLASS, terms.ARTICLE), (terms.ENTITY_COUNT, count(articles)))
    for name, file in files.items():
        address, distribution = terms.iri(f"{base}{name}"), terms.iri(f"{base}dataset#{name}")
        checksum = terms.iri(f"{base}dataset#{name}-sha256")
        yield from tell(dataset, (terms.DATA_DUMP, address), (terms.DISTRIBUTION, distribution))
        yield from tell(
            distribution,
            (terms.TYPE, terms.DISTRIBUTION_CLASS),
            (terms.MEDIA_TYPE, terms.iri(f"{_IANA}{file.media_type}")),
            (terms.BYTE_SIZE, terms.literal(str(file.bytes), datatype=terms.XSD_NON_NEGATIVE_INTEGER)),
            (terms.CHECKSUM, checksum),
        )
        yield from tell(
            checksum,
            (terms.TYPE, terms.CHECKSUM_CLASS),
            (terms.ALGORITHM, terms.SHA256),
            (terms.CHECKSUM_VALUE, terms.literal(file.sha256)),
        )
