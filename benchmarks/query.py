"""How quick questions are answered, beside pyoxigraph as it is and rdflib over the same triples; and how quick a dump is loaded.

    python benchmarks/query.py [PART...] [--sizes N,N,...] [--dump DIR...] [--rounds N] [--limit SECONDS]

Dumps are built of made-up articles (`corpus.py`), one of each of `--sizes`; `--dump` names some that are there instead, which stay
as they are. Each part prints a table in Markdown for each dump; all of them where none is named:

    loading    statements a second: the first `kg query` on a dump, which makes its store; pyoxigraph on disk; rdflib
    start      the first answer of the command on a store that is there, beside the shortest script with pyoxigraph
    questions  ten questions (`questions.py`), each answer's digest compared

What `kg` takes for a question is what `Session.answer` takes: the query is looked at, goes to the child that has the store, is
answered there within its limits, written as JSON results or N-Triples, and comes back. pyoxigraph answers in a process of its own
and writes the same form, with nothing around it; its store is on disk too, and has the triples without their graphs. The two take
turns; a ratio is the median over the rounds, of clock and, in brackets, of CPU time in all processes: on a busy machine trust the
latter. rdflib is asked once, gets `--limit` seconds for a question, and is left out at 0; its ratio is one of CPU time.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from corpus import Corpus
from measures import Cost, cost_of, cpu_clock, family, memory_of
from peers import sparql_engines
from questions import Found, Question, found, questions

from kg import dataset
from kg.store import Request, Session
from kg.validation.installed import fast_engine_is_here
from kg.version import VERSION

OPTIONS = ("--publisher", "Example Press", "--language", "en", "--keep-going", "--quiet", "--format", "nquads")
UNLIMITED = 3600.0
STARTS = 7
CHEAP = "SELECT ?a ?headline { ?a <https://schema.org/headline> ?headline } LIMIT 10"
SCRIPT = f"""import sys, pyoxigraph
print(pyoxigraph.Store.read_only(sys.argv[1]).query({CHEAP!r}).serialize(format=pyoxigraph.QueryResultsFormat.CSV).decode())
"""
# What a user of pyoxigraph writes, and what holds as much as ours: all graphs, and their union as the default graph
LOADER = """import sys, pyoxigraph
store = pyoxigraph.Store(sys.argv[1])
for path in sys.argv[2:]:
    store.bulk_load(path=path, format=pyoxigraph.RdfFormat.N_QUADS if path.endswith(".nq") else pyoxigraph.RdfFormat.N_TRIPLES)
store.flush()
"""


class Took(NamedTuple):
    """What an answer took, in seconds of the clock and of CPU."""

    wall: float
    cpu: float


Answered = tuple[Took, Found]


class Bench:
    """A dump under a name of our own, so that what is made beside it is ours; and its triples as a file."""

    def __init__(self, dump: Path, folder: Path, rounds: int, limit: float, stack: ExitStack) -> None:
        self.rounds, self.limit, self.folder, self._stack = rounds, limit, folder, stack
        self.dump = folder / "dump"
        self.dump.mkdir(parents=True)
        for file in (dataset.MANIFEST, "articles.nq"):
            (self.dump / file).symlink_to(dump.resolve() / file)
        self.quads = self.dump / "articles.nq"
        self.triples = folder / "triples.nt"
        self.articles = len(dataset.read_manifest(dump)["articles"])
        self.statements = 0
        with self.quads.open("rb") as lines, self.triples.open("wb") as out:
            for line in lines:
                out.write(line.rpartition(b" <")[0] + b" .\n")
                self.statements += 1
        self.store = folder / "pyoxigraph"

    @property
    def head(self) -> str:
        """What a table is about."""
        return f"{self.articles:,} articles, {self.statements:,} statements"

    @cached_property
    def rdflib(self) -> Engine:
        """rdflib with the triples; it is kept, since it is long about loading them."""
        return self._stack.enter_context(Engine("rdflib", self))


def benches(chosen: argparse.Namespace) -> Iterator[Bench]:
    """Yield what is to be measured, one after the other; what was made for it is removed."""
    sizes = [] if chosen.dump else [int(size) for size in chosen.sizes.split(",")]
    for given in (*chosen.dump, *sizes):
        with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
            dump = given if isinstance(given, Path) else build(Path(name), given)
            yield Bench(dump, Path(name) / "own", max(chosen.rounds, 1), chosen.limit, stack)


def build(folder: Path, size: int) -> Path:
    """Return a dump of so many made-up articles."""
    Corpus().write(folder / "articles", size)
    dump = folder / "built"
    engine = "fast" if fast_engine_is_here() else "auto"
    command: list[str | Path] = [sys.executable, "-m", "kg", "build", folder / "articles", "-o", dump, "--engine", engine, *OPTIONS]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    if not dataset.is_dump(dump):
        raise SystemExit(f"{' '.join(map(str, command))}: no dump")
    return dump


# --- loading ---------------------------------------------------------------------------------------------------------------
def show_loading(bench: Bench) -> None:
    """Print how many statements of the dump are loaded in a second."""
    print(f"\n| loading {bench.head} | s | s CPU | statements/s | MB |\n| --- | --- | --- | --- | --- |")
    _tell_loading(bench, "`kg query`, the store made and asked", cost_of(_command(bench.dump)))
    python = (sys.executable, "-c", LOADER)
    _tell_loading(bench, "pyoxigraph, graphs only", cost_of([*python, bench.folder / "graphs", bench.quads]))
    both = cost_of([*python, bench.folder / "both", bench.quads, bench.triples])
    _tell_loading(bench, "pyoxigraph, graphs and their union", both)
    if bench.limit:
        loading = bench.rdflib.loading
        cost = Cost(loading.cpu, loading.wall, bench.rdflib.memory, 0)
        _tell_loading(bench, "rdflib, their union only, in memory", cost)


def _tell_loading(bench: Bench, name: str, cost: Cost) -> None:
    if cost.exit_code:
        raise SystemExit(f"{name}: exit code {cost.exit_code}")
    rate = bench.statements / cost.wall
    print(f"| {name} | {cost.wall:.1f} | {cost.cpu:.1f} | {rate:,.0f} | {cost.peak:,.0f} |", flush=True)


# --- start -----------------------------------------------------------------------------------------------------------------
def _command(dump: Path) -> list[str | Path]:
    return [sys.executable, "-m", "kg", "query", dump, CHEAP, "--format", "csv"]


def show_start(bench: Bench) -> None:
    """Print how long the command takes on a store that is there; the two take turns."""
    with Session(bench.dump) as session:
        session.load()
        store = session.prepared.path
        is_on_disk = session.prepared.is_on_disk
    commands: dict[str, Sequence[str | Path]] = {"`kg query`": _command(bench.dump)}
    if is_on_disk:
        commands["a script with pyoxigraph"] = [sys.executable, "-c", SCRIPT, store]
    commands["Python that does nothing"] = [sys.executable, "-c", ""]
    turns = [{name: cost_of(command) for name, command in commands.items()} for _ in range(STARTS)]
    print(f"\n| first answer, {bench.head} | s, median of {STARTS} | quickest | s CPU | MB |\n| --- | --- | --- | --- | --- |")
    for name in commands:
        costs = [turn[name] for turn in turns]
        if any(cost.exit_code for cost in costs):
            raise SystemExit(f"{name}: exit code {max(cost.exit_code for cost in costs)}")
        wall, cpu, peak = (statistics.median(values) for values in zip(*[(c.wall, c.cpu, c.peak) for c in costs], strict=True))
        print(f"| {name} | {wall:.2f} | {min(cost.wall for cost in costs):.2f} | {cpu:.2f} | {peak:,.0f} |", flush=True)


# --- questions -------------------------------------------------------------------------------------------------------------
class Ours:
    """`kg`, in this process and the child that a session has."""

    def __init__(self, dump: Path) -> None:
        self.session = Session(dump)

    def __enter__(self) -> Ours:
        before = set(family(os.getpid()))
        self.session.load()
        [child] = set(family(os.getpid())) - before
        self._clock = cpu_clock(child)
        return self

    def __exit__(self, *_: object) -> None:
        self.session.close()

    def rows(self, text: str) -> Sequence[Sequence[str]]:
        """Return the rows of a query that is not measured."""
        body = self.session.answer(Request(text, "csv"), UNLIMITED).body.decode()
        return list(csv.reader(io.StringIO(body)))[1:]

    def ask(self, question: Question) -> tuple[Took, Found]:
        """Return what an answer takes and what it holds."""
        wall, cpu = time.perf_counter(), time.process_time() + self._clock()
        answer = self.session.answer(Request(question.text, "ntriples" if question.is_graph else "json"), UNLIMITED)
        took = Took(time.perf_counter() - wall, time.process_time() + self._clock() - cpu)
        return took, found(answer.body, question.is_graph)


class Engine:
    """Another engine, in a process of its own, with the triples of a dump."""

    def __init__(self, name: str, bench: Bench) -> None:
        self._body = bench.folder / f"{name}.answer"
        command: list[str | Path] = [sys.executable, sparql_engines.__file__, name, bench.triples]
        if name == "pyoxigraph":
            command.append(bench.store)
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8")
        told = self._told()
        self.loading = Took(told["wall"], told["cpu"])
        self.name = f"{name} {told['version']}"
        self.memory = memory_of(self._process.pid)

    def __enter__(self) -> Engine:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def _told(self) -> dict[str, Any]:
        line = self._process.stdout.readline() if self._process.stdout else ""
        told: dict[str, Any] = json.loads(line) if line else {}
        if not told:
            raise SystemExit(f"{sparql_engines.__file__}: an engine broke down")
        return told

    def ask(self, question: Question, limit: float = UNLIMITED) -> tuple[Took, Found] | None:
        """Return what an answer takes and what it holds; None where it takes longer than it may."""
        request = {"query": question.text, "is_graph": question.is_graph, "body": str(self._body), "limit": limit}
        if self._process.stdin:
            print(json.dumps(request), file=self._process.stdin, flush=True)
        told = self._told()
        if "late" in told:
            return None
        return Took(told["wall"], told["cpu"]), found(self._body.read_bytes(), question.is_graph)


class Line(NamedTuple):
    """What was measured of a question, round by round; `reference` is None where rdflib was not asked, or too late."""

    question: Question
    ours: Sequence[Took]
    raw: Sequence[Took]
    reference: Took | None
    rows: int
    differ: Sequence[str]

    def ratio(self, figure: str) -> float:
        """How many times as long as pyoxigraph `kg` takes, over the rounds."""
        pairs = zip(self.ours, self.raw, strict=True)
        return float(statistics.median(getattr(our, figure) / getattr(their, figure) for our, their in pairs))


def show_questions(bench: Bench) -> None:
    """Print what each question takes, and whether all found the same."""
    with Ours(bench.dump) as ours, Engine("pyoxigraph", bench) as raw:
        asked = questions(ours.rows)
        answers = {question: [_turn(ours, raw, question, number) for number in range(bench.rounds + 1)] for question in asked}
    references = {question: bench.rdflib.ask(question, bench.limit) if bench.limit else None for question in asked}
    lines = [_line(question, turns, references[question]) for question, turns in answers.items()]
    print(f"\n| {bench.head} | rows | `kg` ms | pyoxigraph ms | ratio | rdflib ms | ratio |\n{'| --- ' * 7}|")
    for line in lines:
        _tell_question(line, bench.limit)
    _tell_together(lines)
    print(f"\nkg {VERSION}, {raw.name}" + (f", {bench.rdflib.name}" if bench.limit else ""), flush=True)


def _turn(ours: Ours, raw: Engine, question: Question, number: int) -> tuple[Answered, Answered]:
    """Ask both, the one first in every other round."""
    if number % 2:
        theirs = raw.ask(question)
        return ours.ask(question), _in_time(theirs)
    return ours.ask(question), _in_time(raw.ask(question))


def _in_time(answered: Answered | None) -> Answered:
    if answered is None:
        raise SystemExit(f"no answer within {UNLIMITED:g} seconds")
    return answered


def _line(question: Question, turns: Sequence[tuple[Answered, Answered]], reference: Answered | None) -> Line:
    """Return what was measured; the first turn, in which a store reads its files, does not count."""
    holds = turns[0][0][1]
    others = {"pyoxigraph": turns[0][1][1]} | ({"rdflib": reference[1]} if reference else {})
    ours, raw = ([turn[which][0] for turn in turns[1:]] for which in (0, 1))
    differ = [name for name, other in others.items() if other != holds]
    return Line(question, ours, raw, reference[0] if reference else None, holds.count, differ)


def _tell_question(line: Line, limit: float) -> None:
    ours, raw = (1000 * statistics.median(took.wall for took in some) for some in (line.ours, line.raw))
    cells = [
        line.question.name,
        f"{line.rows:,}",
        f"{ours:,.1f}",
        f"{raw:,.1f}",
        f"{line.ratio('wall'):.2f} ({line.ratio('cpu'):.2f})",
    ]
    if line.reference:
        cpu = statistics.median(took.cpu for took in line.ours)
        cells += [f"{1000 * line.reference.wall:,.0f}", f"{line.reference.cpu / cpu:,.0f}"]
    elif not limit:
        cells += ["", ""]
    else:
        cells += [f"> {1000 * limit:,.0f}", f"> {1000 * limit / ours:,.0f}"]
    print(f"| {' | '.join(cells)} |" + "".join(f" NOT THE SAME: {name}" for name in line.differ), flush=True)


def _tell_together(lines: Sequence[Line]) -> None:
    """Print the median question, and all of them."""
    ours, raw = ([1000 * statistics.median(took.wall for took in some) for some in column] for column in _columns(lines))
    ratios = [statistics.median(line.ratio(figure) for line in lines) for figure in ("wall", "cpu")]
    print(f"| median | | {statistics.median(ours):,.1f} | {statistics.median(raw):,.1f} | {ratios[0]:.2f} ({ratios[1]:.2f}) | | |")
    cpu = [sum(statistics.median(took.cpu for took in some) for some in column) for column in _columns(lines)]
    print(f"| together | | {sum(ours):,.1f} | {sum(raw):,.1f} | {sum(ours) / sum(raw):.2f} ({cpu[0] / cpu[1]:.2f}) |", end="")
    answered = [line for line in lines if line.reference]
    theirs = sum(line.reference.cpu for line in answered if line.reference)
    own = sum(statistics.median(took.cpu for took in line.ours) for line in answered)
    print(f" of {len(answered)}: | {theirs / own:,.0f} |" if answered else " | |")


def _columns(lines: Sequence[Line]) -> list[list[Sequence[Took]]]:
    return [[line.ours for line in lines], [line.raw for line in lines]]


PARTS: Mapping[str, Callable[[Bench], None]] = {"loading": show_loading, "start": show_start, "questions": show_questions}


def main(given: Sequence[str] | None = None) -> None:
    """Print the figures."""
    arguments = argparse.ArgumentParser(description="speed of questions")
    arguments.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; default: all")
    arguments.add_argument("--sizes", default="1000,10000", help="how many articles the dumps have; default: %(default)s")
    arguments.add_argument("--dump", type=Path, nargs="+", default=[], help="dumps to ask instead; they stay as they are")
    arguments.add_argument("--rounds", type=int, default=7, help="how often a question is asked; default: %(default)s")
    arguments.add_argument("--limit", type=float, default=60.0, help="seconds that rdflib may take for one; default: %(default)s")
    chosen = arguments.parse_args(given)
    if unknown := [name for name in chosen.parts if name not in PARTS]:
        arguments.error(f"no such part: {', '.join(unknown)}")
    print(f"{platform.machine()}, Python {platform.python_version()}")
    for bench in benches(chosen):
        for part in chosen.parts or PARTS:
            PARTS[part](bench)


if __name__ == "__main__":
    main()
