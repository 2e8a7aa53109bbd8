"""N-Quads and N-Triples: terms are their text already, so writing them is joining."""

from __future__ import annotations

from kg.exporters.sharing import Cut, Grouped
from kg.rdf import nquads


def nquads_piece(cut: Cut) -> str:
    """Return canonical N-Quads, sorted; sorting all lines of a dump gives the RDFC-1.0 form of the dataset."""
    return "".join(sorted({nquads(statement) for statement in cut.block}))


def ntriples_piece(cut: Cut) -> str:
    """Return the triples of the articles as N-Triples."""
    return "".join(map(ntriples_group, cut.groups))


def ntriples_group(group: Grouped) -> str:
    """Return the triples of some subjects."""
    return "".join(
        [
            f"{subject} {predicate} {object_} .\n"
            for subject, said in group.items()
            for predicate, objects in said.items()
            for object_ in objects
        ]
    )
