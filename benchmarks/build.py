"""What a build costs: CPU time, memory, growth, each stage, a rebuild, processes; beside rdflib with pySHACL, and morph-kgc.

    python benchmarks/build.py [PART...] [--sizes N,N,...] [--sample N] [--source DIR] [--rounds N] [--morph-kgc]

The articles are made up (`corpus.py`) or, with `--source`, the Markdown below a folder. `kg build` is run as a command, by one
process unless a part is about more: what it costs is the CPU time of all its processes, its start included, and the peak of their
memory together. The parts, all of them where none is named:

    growth   the whole build at each of `--sizes` articles: read, link, describe, validate, N-Quads, Turtle, JSON-LD
    stages   each stage by itself, in this process, for a sample; and what 100 statements more cost
    peer     the same graph by rdflib and pySHACL, for a sample: checked and written only, since it gets finished statements
    rebuild  the largest size of at most 10,000, built again without and with an edit
    jobs     the smallest size with one and with two processes
    mapping  with `--morph-kgc`: statements alone, beside morph-kgc, which is installed into a temporary folder

How quick the writers are is what `writers.py` says, and what a kill leaves behind, `kills.py`.
"""

from __future__ import annotations

import argparse
import json
import math
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import mappings
import stages
from corpus import Corpus
from measures import Cost, cost_of
from peers import rdflib_pyshacl

from kg import exporters, pipeline
from kg.folders import cache_of

# What `stages.SETTINGS` says, for the command
OPTIONS = ("--publisher", "Example Press", "--language", "en", "--keep-going", "--quiet")
MOST_FOR_REBUILD = 10_000
MAPPED = 1_000
EDIT = "\n\nA sentence more, which was not there before.\n"


class Built(NamedTuple):
    """A build: what it cost, and what came out."""

    cost: Cost
    articles: int
    statements: int
    digests: Mapping[str, str]

    @property
    def milliseconds(self) -> float:
        """CPU time an article."""
        return 1000 * self.cost.cpu / self.articles


class Bench:
    """The folder in which a run works, with the sources that it builds; each is made when it is asked for."""

    def __init__(self, folder: Path, sizes: Sequence[int], sample: int, rounds: int, given: Path | None = None) -> None:
        self.folder = folder
        self.sizes = sorted(sizes)
        self.sample = sample
        self.rounds = rounds
        self._given = given
        self.builds: dict[int, Built] = {}

    def source(self, size: int) -> Path:
        """Return a folder with so many articles."""
        folder = self.folder / f"articles-{size}"
        if not folder.exists() and self._given:
            for number, path in enumerate(sorted(self._given.rglob("*.md"))[:size]):
                target = folder / f"{number // 500:04}" / f"{number:07}-{path.name}"
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
        elif not folder.exists():
            self._corpus.write(folder, size)
        return folder

    @cached_property
    def _corpus(self) -> Corpus:
        return Corpus()

    @cached_property
    def timed(self) -> list[stages.Timed]:
        """The sample, taken through the stages."""
        return stages.run(self.source(self.sizes[0]), self.sample, self.rounds)

    def dump(self, size: int, jobs: int = 1) -> Path:
        """Return where the dump of so many articles is built."""
        return self.folder / f"dump-{size}-{jobs}"

    def fresh(self, size: int, jobs: int = 1) -> Built:
        """Build so many articles where nothing was built before."""
        for folder in (self.dump(size, jobs), cache_of(self.dump(size, jobs))):
            shutil.rmtree(folder, ignore_errors=True)
        return self.build(size, jobs)

    def build(self, size: int, jobs: int = 1) -> Built:
        """Build so many articles, over what is there."""
        dump = self.dump(size, jobs)
        command: list[str | Path] = [
            sys.executable,
            "-m",
            "kg",
            "build",
            self.source(size),
            "-o",
            dump,
            "--jobs",
            str(jobs),
            *OPTIONS,
        ]
        cost = cost_of(command)
        if cost.exit_code > 1 or not dump.is_dir():
            raise SystemExit(f"{' '.join(map(str, command))}: exit code {cost.exit_code}")
        report = json.loads((dump / "report.json").read_bytes())
        digests = {name: row["sha256"] for name, row in json.loads((dump / "manifest.json").read_bytes())["files"].items()}
        return Built(cost, report["articles"], report["statements"], digests)


# --- parts -----------------------------------------------------------------------------------------------------------------
def show_growth(bench: Bench) -> None:
    """Print what the whole build costs at each size, and how many times as long ten times the articles take."""
    head = f"{'ms CPU an article':>19}{'a 100 statements':>18}{'s CPU':>9}{'s':>9}{'MB':>7}{'of ten times':>14}"
    print(f"\n{'kg build':>9}{'statements':>12}{head}")
    before: Built | None = None
    for size in bench.sizes:
        built = bench.builds[size] = bench.fresh(size)
        each = built.milliseconds * 100 * built.articles / built.statements
        times = f"{_growth(before, built):14.1f}" if before and built.articles > before.articles else ""
        print(
            f"{built.articles:9,}{built.statements / built.articles:12.0f}{built.milliseconds:19.2f}{each:18.2f}"
            f"{built.cost.cpu:9.1f}{built.cost.wall:9.1f}{built.cost.peak:7.0f}{times}",
            flush=True,
        )
        before = built


def _growth(before: Built, after: Built) -> float:
    """Return how many times the CPU time ten times the articles take, from two sizes whatever these are."""
    tens = math.log10(after.articles / before.articles)
    return float((after.cost.cpu / before.cost.cpu) ** (1 / tens))


def show_stages(bench: Bench) -> None:
    """Print what each stage costs, and the line over the number of statements."""
    timed = bench.timed
    total = sum(one.total for one in timed)
    size = sum(len(one.statements) for one in timed) / len(timed)
    print(f"\n{len(timed)} articles of {size:.0f} statements{'ms CPU an article':>26}{'share':>8}")
    for name in timed[0].seconds:
        seconds = sum(one.seconds[name] for one in timed)
        print(f"{name:>30}{1000 * seconds / len(timed):19.3f}{100 * seconds / total:7.0f}%")
    print(f"{'together':>30}{1000 * total / len(timed):19.3f}")
    line = stages.line(timed)
    print(f"{'of 100 statements':>30}{line.at_100:19.3f}\n{'each 100 more':>30}{line.each_100:+19.3f}")


def show_peer(bench: Bench) -> None:
    """Print what rdflib and pySHACL take for the same graph, and the ratio; the two take turns."""
    size = bench.sizes[0]
    turns = [(bench.fresh(size), _run_peer(bench)) for _ in range(bench.rounds)]
    count = len(bench.timed)
    found = sum(len(one.results) for one in bench.timed)
    print(f"\n{'':>30}{'ms CPU an article':>19}{'ratio':>8}{'MB':>7}")
    ours = statistics.median(built.milliseconds for built, _ in turns)
    memory = max(built.cost.peak for built, _ in turns)
    print(f"{f'kg build of {size:,}':>30}{ours:19.2f}{1:8.1f}{memory:7.0f}")
    theirs = [1000 * _best(figures) / count for _, figures in turns]
    ratio = statistics.median(their / built.milliseconds for their, (built, _) in zip(theirs, turns, strict=True))
    first = turns[0][1]
    print(f"{f'rdflib + pySHACL of {count:,}':>30}{statistics.median(theirs):19.2f}{ratio:8.1f}{first['peak']:7.0f}")
    for name, seconds in {"load": first["load"], **first["checks"], "write": first["write"]}.items():
        print(f"{name:>30}{1000 * seconds / count:19.2f}")
    print(f"{first['versions']}; the quicker check counts")
    if first["results"] != found:
        print(f"pySHACL finds {first['results']} results, kg {found}")


def _best(figures: Mapping[str, Any]) -> float:
    return float(figures["load"] + min(figures["checks"].values()) + figures["write"])


def _run_peer(bench: Bench) -> dict[str, Any]:
    """Let the script check and write the sample in a process of its own."""
    tools = pipeline.load_tools(stages.SETTINGS, has_opinions=False)
    rows = [
        {"quads": exporters.export(one.statements, "nquads"), "types": stages.types(one.statements, tools)} for one in bench.timed
    ]
    shapes, axioms, output = bench.folder / "shapes.nt", bench.folder / "axioms.nt", bench.folder / "peer"
    shapes.write_text(tools.validator.shapes.text, encoding="utf-8")
    axioms.write_text(tools.validator.shapes.axioms_text, encoding="utf-8")
    output.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, rdflib_pyshacl.__file__, shapes, axioms, output],
        input="\n".join(map(json.dumps, rows)),
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
    )
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def show_rebuild(bench: Bench) -> None:
    """Print what a second build costs where nothing was edited, and where one article was."""
    size = max([size for size in bench.sizes if size <= MOST_FOR_REBUILD] or bench.sizes[:1])
    if size not in bench.builds:
        bench.builds[size] = bench.fresh(size)
    full = bench.builds[size]
    print(f"\n{'a rebuild of':>18} {full.articles:,}{'s CPU':>12}{'s':>9}{'MB':>7}{'of the full build':>20}")
    _tell_rebuild("full", full, full)
    _tell_rebuild("no edit", bench.build(size), full)
    edited = sorted(bench.source(size).rglob("*.md"))[size // 2]
    text = edited.read_bytes()
    edited.write_bytes(text + EDIT.encode())
    _tell_rebuild("one edit", bench.build(size), full)
    edited.write_bytes(text)


def _tell_rebuild(name: str, built: Built, full: Built) -> None:
    cost, share = built.cost, 100 * built.cost.cpu / full.cost.cpu
    print(f"{name:>24}{cost.cpu:12.2f}{cost.wall:9.2f}{cost.peak:7.0f}{share:18.1f} %", flush=True)


def show_jobs(bench: Bench) -> None:
    """Print what one and two processes cost, and whether they made the same bytes."""
    size = bench.sizes[0]
    built = {jobs: bench.fresh(size, jobs) for jobs in (1, 2)}
    print(f"\n{'kg build of':>18} {built[1].articles:,}{'s CPU':>12}{'s':>9}{'MB':>7}")
    for jobs, found in built.items():
        print(f"{f'--jobs {jobs}':>24}{found.cost.cpu:12.2f}{found.cost.wall:9.2f}{found.cost.peak:7.0f}")
    print(f"two take {built[2].cost.wall / built[1].cost.wall:.2f} times as long as one")
    different = [name for name, digest in built[1].digests.items() if built[2].digests.get(name) != digest]
    print(f"the files differ: {', '.join(different)}" if different else "the same bytes")


def show_mapping(bench: Bench) -> None:
    """Print what morph-kgc takes for the mapping; it is so much longer about its start that it gets more articles."""
    size = max(bench.sample, MAPPED)
    mappings.show(stages.run(bench.source(size), size, 1), bench.folder)


PARTS: Mapping[str, Callable[[Bench], None]] = {
    "growth": show_growth,
    "stages": show_stages,
    "peer": show_peer,
    "rebuild": show_rebuild,
    "jobs": show_jobs,
    "mapping": show_mapping,
}


def main(given: Sequence[str] | None = None) -> None:
    """Print the figures."""
    arguments = argparse.ArgumentParser(description="what a build costs")
    arguments.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; default: all")
    arguments.add_argument("--sizes", default="1000,10000", help="how many articles to build; default: %(default)s")
    arguments.add_argument("--sample", type=int, default=100, help="how many the stages and the peers take; default: %(default)s")
    arguments.add_argument("--rounds", type=int, default=3, help="how often stages and peer are run; default: %(default)s")
    arguments.add_argument("--source", type=Path, help="folder of Markdown to build instead of made-up articles")
    arguments.add_argument("--morph-kgc", action="store_true", help="install morph-kgc into a temporary folder, and run it")
    chosen = arguments.parse_args(given)
    if unknown := [name for name in chosen.parts if name not in PARTS]:
        arguments.error(f"no such part: {', '.join(unknown)}")
    print(f"{platform.machine()}, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as name:
        sizes = [int(size) for size in chosen.sizes.split(",")]
        bench = Bench(Path(name), sizes, chosen.sample, max(chosen.rounds, 1), chosen.source)
        for part in chosen.parts or PARTS:
            if part == "mapping" and not chosen.morph_kgc:
                print("\nmorph-kgc is left out: --morph-kgc was not given")
            else:
                PARTS[part](bench)


if __name__ == "__main__":
    main()
