"""How fast articles are validated, beside other SHACL engines on the same graphs; how that grows; and what a small file costs.

    python benchmarks/validation.py [--corpus DIR] [--graphs N] [--grow N,N,...] [--peers PYTHON]

The graphs are of articles cut from the examples, or of those below `--corpus`, and have 100 to 140 statements each; one in ten
has lost its publisher, so that there is something to find. All engines check the same graphs against our shapes, in turns, and
have to find as many results for each focus node: one that does not is named. For the others the clock runs from a graph's text to
its report, with shapes compiled before; for ours over a whole run on a dump of these graphs, places, words and report included,
less a run on a dump of the first one.

For growth the graphs are multiplied under other IRIs, people too, into dumps of which one article in a hundred has a fault, and
the command checks each: CPU time of all its processes, and the peak of their memory together.

The other engines have a Python of their own, which `--peers` names; without it, one is made once in the cache folder (this takes
them from the package index). An engine that cannot be installed is named and left out.
"""

from __future__ import annotations

import argparse
import json
import platform
import statistics
import subprocess
import sys
import tempfile
import venv
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NamedTuple

import dumps
from measures import cost_of, cpu_seconds
from peers import shacl_engines as others

import kg
from kg import compiled, reports, version
from kg.validation import Shapes, ValidationReport, load_shapes

ROUNDS = 3
# Ours is that much quicker than others that it needs more graphs for a figure as steady
MORE = 10
ONE_FAULT_IN = 10
ONE_FAULT_IN_MANY = 100
ENGINES = ("fast", "auto")

SMALL_SHAPES = """@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix ex: <https://example.org/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
ex:BookShape a sh:NodeShape ; sh:targetClass ex:Book ;
    sh:property [ sh:path ex:title ; sh:minCount 1 ; sh:datatype xsd:string ] ;
    sh:property [ sh:path ex:pages ; sh:maxCount 1 ; sh:minInclusive 1 ] ;
    sh:property [ sh:path ex:author ; sh:nodeKind sh:IRI ] .
"""
SMALL_DATA = "@prefix ex: <https://example.org/> .\n" + "".join(
    f'ex:b{n} a ex:Book ; ex:title "Volume {n}" ; ex:pages {n} ; ex:author ex:a{n} ; ex:shelf ex:s{n} .\n' for n in range(10)
)


class Turn(NamedTuple):
    """What an engine did in one turn: milliseconds of CPU a graph, how many results each focus node has, and a note."""

    milliseconds: float
    found: Counter[str]
    note: str


def counted(foci: Iterable[Iterable[str]]) -> Counter[str]:
    """Return how many results each focus node has; one that several graphs describe is counted once."""
    found: Counter[str] = Counter()
    for of_graph in foci:
        found |= Counter(of_graph)
    return found


# --- graph by graph, beside others -----------------------------------------------------------------------------------------
def run_ours(dump: Path, one: Path, count: int) -> Turn:
    """Check a dump of some graphs, and one of the first alone."""
    checked: list[ValidationReport] = []

    def check(folder: Path) -> None:
        checked.append(kg.validate([folder], engine="fast"))
        reports.REPORTS["text"](checked[-1])

    seconds = cpu_seconds(lambda: check(dump)) - cpu_seconds(lambda: check(one))
    found = Counter(result.focus.strip("<>") for result in checked[0].results)
    return Turn(1000 * seconds / (count - 1), found, f"kg {version.VERSION}")


def run_peer(name: str, python: Path, shapes: Path, graphs: Sequence[str]) -> Turn | None:
    """Check every graph with another engine, in a process of its own; None if it is not there."""
    try:
        done = subprocess.run(
            [python, others.__file__, name, shapes],
            input="\n".join(map(json.dumps, graphs)),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    *lines, last = map(json.loads, done.stdout.splitlines())
    seconds = sum(line["seconds"] for line in lines)
    note = f"{others.PEERS[name].distribution} {last['version']}"
    return Turn(1000 * seconds / len(graphs), counted(line["foci"] for line in lines), note)


def environment() -> Path:
    """Return the Python of the other engines, made in the cache folder if it is not there; what cannot be installed is missing."""
    folder = compiled.folder() / "shacl-engines"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        print(f"installing other engines into {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True)
        for requirement in ("pip", *dict.fromkeys(peer.requirement for peer in others.PEERS.values())):
            subprocess.run([python, "-m", "pip", "install", "--quiet", "--upgrade", requirement], check=False)
    return python


def show_engines(collection: dumps.Collection, shapes: Shapes, python: Path, count: int, folder: Path) -> None:
    """Print milliseconds of CPU a graph for each engine, and which did not find the same."""
    numbered = list(collection.numbered(count * MORE, ONE_FAULT_IN))
    texts = [dumps.ntriples(graph, collection.vocabulary) + shapes.axioms_text for graph in numbered[:count]]
    shapes_file = folder / "shapes.nt"
    shapes_file.write_text(shapes.text, encoding="utf-8")
    dump = dumps.write_dump(folder / "dump", numbered, collection.shared())
    one = dumps.write_dump(folder / "one", numbered[:1], collection.shared())
    turns: dict[str, list[Turn | None]] = {"kg validate": [], **{name: [] for name in others.PEERS}}
    for _ in range(ROUNDS):
        turns["kg validate"].append(run_ours(dump, one, len(numbered)))
        for name in others.PEERS:
            turns[name].append(run_peer(name, python, shapes_file, texts))
    told = {name: [turn for turn in found if turn] for name, found in turns.items()}
    for name in (name for name in others.PEERS if not told[name]):
        print(f"left out, since it cannot be run with {python}: {name}")
    size = sum(graph.nquads.count("\n") for graph in numbered[:count]) // count
    print(f"\n{count} graphs of {size} statements ({MORE} times as many for kg){'ms CPU':>12}{'ratio':>8}{'results':>9}")
    inside = {graph.iri.strip("<>") for graph in numbered[:count]}
    expected = _of(told["kg validate"][0].found, inside)
    ours = statistics.median(turn.milliseconds for turn in told["kg validate"])
    for name, found in told.items():
        if found:
            results, middle = _of(found[0].found, inside), statistics.median(turn.milliseconds for turn in found)
            print(f"{name:>50}{middle:12.2f}{middle / ours:8.1f}{results.total():9}")
            if results != expected:
                more, fewer = (results - expected).total(), (expected - results).total()
                print(f"{'':>50} finds {more} results more than kg, and {fewer} fewer")
    print("; ".join(dict.fromkeys(found[0].note for found in told.values() if found)))


def _of(found: Counter[str], articles: set[str]) -> Counter[str]:
    """Return the results of these articles and of their parts; a vocabulary is not checked with each article."""
    return Counter({focus: count for focus, count in found.items() if focus.partition("#")[0] in articles})


# --- growth ----------------------------------------------------------------------------------------------------------------
def show_growth(collection: dumps.Collection, sizes: Sequence[int], folder: Path) -> None:
    """Print what a dump of each size costs, by the fast engine alone and with second opinions."""
    print(f"\n{'kg validate DUMP':<18}{'engine':>8}{'s CPU':>10}{'ms an article':>15}{'s':>8}{'MB':>7}{'results':>9}")
    for size in sizes:
        with tempfile.TemporaryDirectory(dir=folder) as name:
            dump = dumps.write_dump(Path(name) / "dump", collection.numbered(size, ONE_FAULT_IN_MANY), collection.shared())
            for engine in ENGINES:
                report = Path(name) / "report.json"
                command = [sys.executable, "-m", "kg", "validate", str(dump), "--engine", engine, "--report", f"json={report}"]
                cost = cost_of(command)
                if cost.exit_code > 1:
                    raise SystemExit(f"{' '.join(command)}: exit code {cost.exit_code}")
                results = len(json.loads(report.read_bytes())["findings"])
                milliseconds = 1000 * cost.cpu / size
                row = f"{engine:>8}{cost.cpu:10.1f}{milliseconds:15.2f}{cost.wall:8.1f}{cost.peak:7.0f}{results:9,}"
                print(f"{size:>9,} articles{row}", flush=True)


# --- one small file --------------------------------------------------------------------------------------------------------
def show_start(python: Path, folder: Path) -> None:
    """Print what one small file with its shapes costs from the command line, and how long the examples take."""
    shapes, data = folder / "shapes.ttl", folder / "data.ttl"
    shapes.write_text(SMALL_SHAPES, encoding="utf-8")
    data.write_text(SMALL_DATA, encoding="utf-8")
    ours = (sys.executable, "-m", "kg", "validate")
    commands: dict[str, tuple[str | Path, ...]] = {
        "kg validate, 50 triples": (*ours, data, "--shapes", shapes, "--only-shapes"),
        **{f"{name}, 50 triples": (python, *peer.command, shapes, data) for name, peer in others.PEERS.items() if peer.command},
        "kg validate examples": (*ours, dumps.EXAMPLES),
    }
    print(f"\n{'from the command line':<30}{'s CPU':>8}{'s':>8}{'MB':>7}")
    for name, command in commands.items():
        try:
            costs = [cost_of(command) for _ in range(ROUNDS + 1)][1:]
        except OSError:
            continue
        cpu, wall, peak, exit_code = (statistics.median(column) for column in zip(*costs, strict=True))
        if exit_code > 1:
            continue
        print(f"{name:<30}{cpu:8.2f}{wall:8.2f}{peak:7.0f}")


def main() -> None:
    """Print the figures."""
    arguments = argparse.ArgumentParser(description="speed of validation")
    arguments.add_argument("--corpus", type=Path, help="folder with articles, instead of those cut from the examples")
    arguments.add_argument("--graphs", type=int, default=100, help="how many graphs all engines check")
    arguments.add_argument("--grow", default="1000,10000,100000", help="how many articles to grow to; empty for none")
    arguments.add_argument("--peers", type=Path, help="the Python in which the other engines are installed")
    chosen = arguments.parse_args()
    print(f"{platform.machine()}, Python {platform.python_version()}")
    collection = dumps.collect(chosen.corpus, chosen.graphs)
    if not collection.graphs:
        raise SystemExit(f"no article of {dumps.SIZE.start} to {dumps.SIZE.stop - 1} statements")
    python = chosen.peers or environment()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        show_engines(collection, load_shapes(), python, max(chosen.graphs, 2), folder)
        show_start(python, folder)
        show_growth(collection, [int(size) for size in chosen.grow.split(",") if size], folder)


if __name__ == "__main__":
    main()
