"""The script that people write today: rdflib for the graph, pySHACL for the check, rdflib's serializers for the files.

    python rdflib_pyshacl.py SHAPES AXIOMS FOLDER < articles > figures

SHAPES and AXIOMS are N-Triples; each line of standard input is a JSON object: the `quads` of an article (N-Quads), and the `types`
of what they refer to (N-Triples). So reading and linking cost the script nothing. Shapes are parsed once. It checks every article
by itself, and all of them in one graph, since it depends on the shapes which is quicker; then it writes N-Quads, Turtle and
JSON-LD into FOLDER. Standard output has the CPU seconds of each part, how many results there were, the peak of resident memory
in MB and the versions. Nothing of `kg` is imported.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import pyshacl
import rdflib

SH = "http://www.w3.org/ns/shacl#"


class Graphs(NamedTuple):
    """What the script holds: all quads, all triples, and the graph of each article with what its check needs."""

    quads: rdflib.Dataset
    triples: rdflib.Graph
    articles: list[rdflib.Graph]


def load(rows: list[dict[str, str]], axioms: list[Any]) -> Graphs:
    """Parse every article into graphs."""
    graphs = Graphs(rdflib.Dataset(), rdflib.Graph(), [])
    for row in rows:
        dataset = rdflib.Dataset()
        dataset.parse(data=row["quads"], format="nquads")
        graph = rdflib.Graph().parse(data=row["types"], format="nt")
        for subject, predicate, object_, name in dataset.quads():
            graphs.quads.add((subject, predicate, object_, name))
            graphs.triples.add((subject, predicate, object_))
            graph.add((subject, predicate, object_))
        for axiom in axioms:
            graph.add(axiom)
        graphs.articles.append(graph)
    return graphs


def check(graphs: list[rdflib.Graph], shapes: rdflib.Graph) -> list[rdflib.Graph]:
    """Check graphs, and return the reports."""
    return [pyshacl.validate(graph, shacl_graph=shapes, inplace=True)[1] for graph in graphs]


def count(reports: list[rdflib.Graph], types: Iterable[str]) -> int:
    """Return how many results there are, details that a `sh:node` adds apart, and those on what only its types are told of."""
    result, focus = rdflib.URIRef(f"{SH}result"), rdflib.URIRef(f"{SH}focusNode")
    foci = [f"<{report.value(found, focus)}>" for report in reports for found in report.objects(None, result)]
    known = {line.partition(" ")[0] for text in types for line in text.splitlines()}
    return sum(node not in known for node in foci)


def write(graphs: Graphs, folder: Path) -> None:
    """Write the files."""
    graphs.quads.serialize(folder / "articles.nq", format="nquads")
    graphs.triples.serialize(folder / "articles.ttl", format="turtle")
    graphs.triples.serialize(folder / "articles.jsonld", format="json-ld", auto_compact=True)


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the CPU seconds of some work, and what it returns."""
    begin = time.process_time()
    found = work()
    return time.process_time() - begin, found


def peak() -> float:
    """Return the peak of resident memory in MB; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0.0
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def main() -> None:
    """Run the script."""
    rows = [json.loads(line) for line in sys.stdin]
    shapes = rdflib.Graph().parse(Path(sys.argv[1]), format="nt")
    axioms = list(rdflib.Graph().parse(Path(sys.argv[2]), format="nt"))
    loading, graphs = timed(lambda: load(rows, axioms))
    together = rdflib.Graph()
    for graph in graphs.articles:
        for triple in graph:
            together.add(triple)
    checks = {
        "one call an article": timed(lambda: check(graphs.articles, shapes)),
        "one call for all": timed(lambda: check([together], shapes)),
    }
    writing, _ = timed(lambda: write(graphs, Path(sys.argv[3])))
    figures = {
        "load": loading,
        "checks": {name: seconds for name, (seconds, _) in checks.items()},
        "write": writing,
        "results": count(checks["one call an article"][1], (row["types"] for row in rows)),
        "peak": peak(),
        "versions": f"rdflib {version('rdflib')}, pySHACL {version('pyshacl')}",
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
