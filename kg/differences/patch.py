"""A difference as RDF Patch, the format of Apache Jena: https://jena.apache.org/documentation/rdf-patch/."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from kg import rdf, terms
from kg.differences.comparing import Difference
from kg.terms import Statement


def to_patch(difference: Difference) -> Iterator[str]:
    """Yield the patch that makes the statements of the new dump of those of the old one, as one transaction.

    The header tells the digests of the N-Quads from and to which it leads, and an id that follows from both. Our prefixes are
    added with the first change, since a store may not have them.
    """
    old, new = difference.old.digest, difference.new.digest
    yield f"H id <uuid:{uuid.uuid5(uuid.NAMESPACE_URL, f'{terms.KG}{old}{new}')}> .\n"
    yield f'H old "sha256:{old}" .\nH new "sha256:{new}" .\n'
    yield "TX .\n"
    if difference:
        yield from (f'PA "{prefix}" "{namespace}" .\n' for prefix, namespace in terms.PREFIXES.items())
    for article in difference.articles:
        yield from _rows(*article.statements())
    yield from _rows(*difference.reference.statements)
    yield "TC .\n"


def _rows(removed: tuple[Statement, ...], added: tuple[Statement, ...]) -> Iterator[str]:
    yield from (f"D {rdf.nquads(statement)}" for statement in removed)
    yield from (f"A {rdf.nquads(statement)}" for statement in added)
