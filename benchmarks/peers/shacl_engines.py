"""Other SHACL engines, each as its documentation says, in a process of its own: `shacl_engines.py NAME SHAPES < graphs > answers`.

SHAPES is a file of N-Triples; standard input has a JSON string for each graph, N-Triples as well. Standard output has a JSON line
for each graph: the CPU seconds from its text to a report, and the focus node of each result; and a last one that names the version
and the peak of resident memory in MB. Modules are imported, shapes compiled and one graph is checked before the clock starts.
Nothing of `kg` is imported: this runs where the peers are.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

# A graph becomes a report, and a report the focus nodes of its results
Check = Callable[[str], Any]
Foci = Callable[[Any], list[str]]

SH = "http://www.w3.org/ns/shacl#"


def foci_of_graph(answer: Any) -> list[str]:
    """Return the focus nodes of the results in a report that is an rdflib graph; what a sh:node adds as details is none."""
    from rdflib import URIRef

    _, report, _ = answer
    return [str(report.value(result, URIRef(f"{SH}focusNode"))) for result in report.objects(None, URIRef(f"{SH}result"))]


def pyshacl(shapes: str) -> tuple[Check, Foci]:
    """pySHACL over rdflib graphs; the data graph is its own, so it need not be copied."""
    import pyshacl as library
    from rdflib import Graph

    compiled = Graph().parse(data=shapes, format="nt")
    return lambda text: library.validate(Graph().parse(data=text, format="nt"), shacl_graph=compiled, inplace=True), foci_of_graph


def pyshacl_turbo(shapes: str) -> tuple[Check, Foci]:
    """Compiled shapes over RDF text, which its documentation calls the quickest way."""
    from pyshacl_turbo import compile_shapes

    compiled = compile_shapes(shapes, shacl_graph_format="nt")
    return lambda text: compiled.validate(text, data_graph_format="nt"), foci_of_graph


def pyshifty(shapes: str) -> tuple[Check, Foci]:
    """Prepared shapes, the standard's report."""
    from shifty import PreparedValidator

    prepared = PreparedValidator(shapes.encode())
    return lambda text: prepared.validate(text.encode(), infer=False), foci_of_graph


def pyshifty_algebra(shapes: str) -> tuple[Check, Foci]:
    """Prepared shapes, its own report: typed results, no graph."""
    from shifty import PreparedValidator

    prepared = PreparedValidator(shapes.encode())

    def foci(answer: Any) -> list[str]:
        return [violation.focus_node.strip("<>") for violation in answer.violations for _ in violation.reasons]

    return lambda text: prepared.validate_algebra(text.encode(), infer=False), foci


def shacl(shapes: str) -> tuple[Check, Foci]:
    """The fast engine that `kg` runs, by itself: no places, no words, no second opinion."""
    from shacl import Shapes

    compiled = Shapes.from_text(shapes, format="ntriples")

    def foci(answer: Any) -> list[str]:
        return [result.focus_node.strip("<>") for result in answer.results]

    return lambda text: compiled.validate_text(text, format="ntriples"), foci


class Peer(NamedTuple):
    """An engine: what to install, what to ask the version of, and what compiles shapes; `command` runs it on two files."""

    requirement: str
    make: Callable[[str], tuple[Check, Foci]]
    command: tuple[str, ...] = ()

    @property
    def distribution(self) -> str:
        """The name of the distribution, without extras."""
        return self.requirement.partition("[")[0]


PEERS = {
    "pySHACL": Peer("pyshacl", pyshacl, ("-m", "pyshacl", "-f", "human", "-s")),
    "pyshacl-turbo": Peer("pyshacl-turbo", pyshacl_turbo, ("-m", "pyshacl_turbo", "-f", "human", "-s")),
    "pyshifty": Peer("pyshifty[rdflib]", pyshifty),
    "pyshifty, own report": Peer("pyshifty[rdflib]", pyshifty_algebra),
    "the engine alone": Peer("shacl", shacl),
}


def peak() -> float:
    """Return the peak of resident memory in MB; 0 where the system does not tell."""
    try:
        import resource
    except ImportError:
        return 0.0
    size = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return size / (1 << 20 if sys.platform == "darwin" else 1 << 10)


def main() -> None:
    """Check the graphs with the engine named on the command line."""
    peer = PEERS[sys.argv[1]]
    logging.disable(logging.CRITICAL)
    check, foci = peer.make(Path(sys.argv[2]).read_text(encoding="utf-8"))
    graphs = [json.loads(line) for line in sys.stdin]
    check(graphs[0])
    for graph in graphs:
        begin = time.process_time()
        answer = check(graph)
        seconds = time.process_time() - begin
        print(json.dumps({"seconds": seconds, "foci": foci(answer)}))
    print(json.dumps({"version": version(peer.distribution), "peak": peak()}))


if __name__ == "__main__":
    main()
