"""`dataset.ttl`: VoID and DCAT for what the dump holds, PROV for how it was made. Only what is known, and no clock."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from kg import terms
from kg.dataset.figures import Figures, Link
from kg.manifest import File
from kg.terms import Statement, Term
from kg.version import VERSION

DESCRIPTION = "dataset.ttl"
_IANA = "https://www.iana.org/assignments/media-types/"
_PACKED = {".gz": "application/gzip", ".zst": "application/zstd"}
_TITLES = {terms.WIKIDATA: "Wikidata"}
_RIGHTS = (
    "A licence of this dataset is one of the data. The articles keep their own rights, whoever holds them: "
    "each states its holder, notice, license and terms of use, where its source does."
)

Pair = tuple[Term, Term]


class Input(NamedTuple):
    """A file that the build used beside its articles: "vocabulary" or "shapes", its name without a folder, its digest."""

    kind: str
    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Dump:
    """What there is to say of a dump; None and what is empty is not known, and not said.

    `publisher` is IRI and name of who publishes the data; `license` is an IRI; `issued` a date as `terms.date_literal` takes it;
    `example` an article; `sources` the sha256 of the lines that are the digests of its articles' sources, in order of the
    articles' IRIs; `files` are those that hold the data.
    """

    base: str
    figures: Figures
    files: Mapping[str, File]
    articles: int
    sources: str
    inputs: Sequence[Input] = ()
    title: str | None = None
    publisher: tuple[Term, str] | None = None
    license: str | None = None
    issued: str | None = None
    version: str | None = None
    example: Term | None = None

    @property
    def iri(self) -> Term:
        """The dataset itself."""
        return terms.iri(f"{self.base}dataset")

    def node(self, name: str) -> Term:
        """Return something that belongs to the dataset."""
        return terms.iri(f"{self.base}dataset#{name}")


def describe(dump: Dump) -> Iterator[Statement]:
    """Yield the statements of `dataset.ttl`."""
    for tell in (_about, _counts, _partitions, _links, _files, _build):
        yield from (Statement(s, p, o, "") for s, p, o in tell(dump))


Triples = Iterator[tuple[Term, Term, Term]]


def _tell(subject: Term, *pairs: Pair) -> Triples:
    return ((subject, predicate, object_) for predicate, object_ in pairs)


def _count(number: int) -> Term:
    return terms.literal(str(number), datatype=terms.XSD_INTEGER)


def _about(dump: Dump) -> Triples:
    """Yield what it is called, who publishes it when, and under which rights."""
    rights = dump.node("rights")
    yield from _tell(dump.iri, (terms.TYPE, terms.DATASET), (terms.TYPE, terms.CATALOGUED_DATASET), (terms.OF_RIGHTS, rights))
    yield from _tell(rights, (terms.TYPE, terms.RIGHTS_STATEMENT), (terms.LABEL, terms.literal(_RIGHTS, language="en")))
    if dump.title:
        yield dump.iri, terms.TITLE, terms.literal(dump.title)
    if dump.publisher:
        iri, name = dump.publisher
        yield dump.iri, terms.OF_PUBLISHER, iri
        yield from _tell(iri, (terms.TYPE, terms.ORGANIZATION), (terms.NAME, terms.literal(name)))
    if dump.license:
        yield dump.iri, terms.OF_LICENSE, terms.iri(dump.license)
    if dump.issued:
        yield dump.iri, terms.ISSUED, terms.date_literal(dump.issued)
    if dump.version:
        yield dump.iri, terms.VERSION, terms.literal(dump.version)


def _counts(dump: Dump) -> Triples:
    """Yield how much it holds, whose terms it uses, and where to begin."""
    yield from _tell(
        dump.iri,
        (terms.TRIPLES, _count(dump.figures.triples)),
        (terms.DISTINCT_SUBJECTS, _count(dump.figures.subjects)),
        (terms.ENTITY_COUNT, _count(dump.figures.entities)),
        (terms.URI_SPACE, terms.literal(dump.base)),
        *((terms.USED_VOCABULARY, terms.iri(space)) for space in dump.figures.vocabularies()),
    )
    if dump.example:
        yield dump.iri, terms.EXAMPLE_RESOURCE, dump.example


def _partitions(dump: Dump) -> Triples:
    """Yield how many entities each class has, and how many triples each property."""
    for term, number in sorted(dump.figures.classes.items()):
        part = dump.node(f"class-{_name(term)}")
        yield dump.iri, terms.CLASS_PARTITION, part
        yield from _tell(part, (terms.CLASS, term), (terms.ENTITY_COUNT, _count(number)))
    for term, number in sorted(dump.figures.properties.items()):
        part = dump.node(f"property-{_name(term)}")
        yield dump.iri, terms.PROPERTY_PARTITION, part
        yield from _tell(part, (terms.PROPERTY, term), (terms.TRIPLES, _count(number)))


def _name(term: Term) -> str:
    """Return a name for a term that can stand in a fragment, another for each term."""
    short = terms.compact(term)
    return hashlib.sha256(term.encode()).hexdigest()[:12] if short == term else short.replace(":", "-", 1)


def _links(dump: Dump) -> Triples:
    """Yield how many links there are to each outside set, by each property."""
    for link, number in sorted(dump.figures.links.items()):
        target, subset = dump.node(_target(link)), dump.node(f"links-{_name(link.property)}-{_target(link)}")
        yield dump.iri, terms.SUBSET, subset
        yield from _tell(
            subset,
            (terms.TYPE, terms.LINKSET),
            (terms.LINK_PREDICATE, link.property),
            (terms.SUBJECTS_TARGET, dump.iri),
            (terms.OBJECTS_TARGET, target),
            (terms.TRIPLES, _count(number)),
        )
        yield from _tell(target, (terms.TYPE, terms.DATASET), (terms.URI_SPACE, terms.literal(link.space)))
        if link.space in _TITLES:
            yield target, terms.TITLE, terms.literal(_TITLES[link.space])


def _target(link: Link) -> str:
    return f"set-{_TITLES.get(link.space, '').lower() or hashlib.sha256(link.space.encode()).hexdigest()[:12]}"


def _files(dump: Dump) -> Triples:
    """Yield address, media type, size and checksum of each file."""
    for name, file in dump.files.items():
        node, suffix = dump.node(name), name[name.rfind(".") :]
        yield from _tell(dump.iri, (terms.DATA_DUMP, terms.iri(f"{dump.base}{name}")), (terms.DISTRIBUTION, node))
        yield from _tell(
            node,
            (terms.TYPE, terms.DISTRIBUTION_CLASS),
            (terms.TITLE, terms.literal(name)),
            (terms.MEDIA_TYPE, terms.iri(f"{_IANA}{file.media_type}")),
            (terms.BYTE_SIZE, terms.literal(str(file.bytes), datatype=terms.XSD_NON_NEGATIVE_INTEGER)),
        )
        if suffix in _PACKED:
            yield node, terms.COMPRESS_FORMAT, terms.iri(f"{_IANA}{_PACKED[suffix]}")
        if dump.license:
            yield node, terms.OF_LICENSE, terms.iri(dump.license)
        yield from _checksum(node, file.sha256)


def _checksum(node: Term, sha256: str) -> Triples:
    checksum = f"{node[:-1]}-sha256>"
    yield node, terms.CHECKSUM, checksum
    yield from _tell(
        checksum,
        (terms.TYPE, terms.CHECKSUM_CLASS),
        (terms.ALGORITHM, terms.SHA256),
        (terms.CHECKSUM_VALUE, terms.literal(sha256)),
    )


def _build(dump: Dump) -> Triples:
    """Yield what made it of what. The activity has no time: the same input gives the same dump whenever it is built."""
    build, agent, sources = dump.node("build"), dump.node("kg"), dump.node("sources")
    yield from _tell(dump.iri, (terms.WAS_GENERATED_BY, build), (terms.WAS_DERIVED_FROM, sources))
    yield from _tell(build, (terms.TYPE, terms.ACTIVITY), (terms.WAS_ASSOCIATED_WITH, agent), (terms.USED, sources))
    yield from _tell(
        agent,
        (terms.TYPE, terms.SOFTWARE_AGENT),
        (terms.LABEL, terms.literal("kg")),
        (terms.SOFTWARE_VERSION, terms.literal(VERSION)),
    )
    yield from _tell(sources, (terms.TYPE, terms.COLLECTION), (terms.COLLECTION_SIZE, _count(dump.articles)))
    yield from _checksum(sources, dump.sources)
    for kind, name, digest in _distinct(dump.inputs):
        node = dump.node(f"{kind}-{digest[:12]}")
        yield build, terms.USED, node
        yield from _tell(node, (terms.TYPE, terms.ENTITY), (terms.LABEL, terms.literal(name)))
        yield from _checksum(node, digest)


def _distinct(inputs: Iterable[Input]) -> Iterable[Input]:
    """Return the files by kind and name, one of those that hold the same."""
    return sorted({(given.kind, given.sha256): given for given in sorted(inputs, reverse=True)}.values())
