"""N-Quads and N-Triples: terms are their text already, so writing them is joining."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from kg.exporters.sharing import articles_then_shared
from kg.rdf import nquads
from kg.terms import Statement


def write_nquads(blocks: Iterable[Sequence[Statement]]) -> Iterator[str]:
    """Yield canonical N-Quads, each block sorted; sorting all lines gives the RDFC-1.0 form of the dataset."""
    for block in blocks:
        yield "".join(sorted({nquads(statement) for statement in block}))


def write_ntriples(blocks: Iterable[Sequence[Statement]]) -> Iterator[str]:
    """Yield the union of all graphs as a set, as N-Triples: articles first, then what they share."""
    for block in articles_then_shared(blocks):
        yield "".join(f"{s} {p} {o} .\n" for s in block for p, o in block[s])
