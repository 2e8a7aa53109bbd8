"""The script that people write today: rdflib for the graph, pySHACL for the check, rdflib's serializers for the files.

It gets the finished statements of each article, so reading and linking cost it nothing; shapes are parsed once.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyshacl
import rdflib


def publish(articles: Iterable[str], shapes_text: str, axioms_text: str, folder: Path) -> None:
    """Check each article (its quads as N-Quads) and write all of them as N-Quads, Turtle and JSON-LD."""
    shapes = rdflib.Graph().parse(data=shapes_text, format="nt")
    axioms = list(rdflib.Graph().parse(data=axioms_text, format="nt"))
    everything = rdflib.Dataset()
    union = rdflib.Graph()
    for quads in articles:
        dataset = rdflib.Dataset()
        dataset.parse(data=quads, format="nquads")
        graph = rdflib.Graph()
        for subject, predicate, object_, name in dataset.quads():
            everything.add((subject, predicate, object_, name))
            union.add((subject, predicate, object_))
            graph.add((subject, predicate, object_))
        for axiom in axioms:
            graph.add(axiom)
        pyshacl.validate(graph, shacl_graph=shapes, inplace=True)
    everything.serialize(folder / "articles.nq", format="nquads")
    union.serialize(folder / "articles.ttl", format="turtle")
    union.serialize(folder / "articles.jsonld", format="json-ld", auto_compact=True)
