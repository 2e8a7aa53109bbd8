"""How many queries a second are served over HTTP, beside other servers; whether deadlines hold; and memory under mixed load.

    python benchmarks/serving.py [PART...] [--size N | --dump DIR] [--rounds N] [--seconds N] [--workers N] [--timeout SECONDS]
                                 [--clients N] [--minutes N] [--hostile FILE] [--peers FOLDER]

The dump is built of made-up articles (`corpus.py`), or is one that is there, which stays as it is. Servers and clients are on this
machine and share its processors. Each part prints tables in Markdown; all of them where none is named:

    speed     answers a second that `wrk` counts (Debian and Homebrew have it) with 16 connections: one query again and again, and
              queries that nobody asked before; `kg serve`, `oxigraph serve-read-only` and rdflib-endpoint take turns
    deadline  hostile queries, one after another and all at once, while `ASK {}` is asked twenty times a second
    mixed     many clients for some minutes: what they do is in `mixed.py`; what they were answered, and the memory over time

On a busy machine trust the answers a CPU second, which count what all processes of a server used. The other servers are installed
once into the cache folder (this takes them from the package index); `--peers` names a folder of programs where they are already.
What cannot be installed is named and left out. `--hostile` names a Python file with more hostile queries, `QUERIES`: name, query,
statuses that are right; one is looked for beside the project.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import platform
import statistics
import tempfile
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import loads
import mixed
import query
import servers
from loads import Probe, Rate, percentile, probing
from questions import questions
from servers import MissingError, Server

from kg.version import VERSION

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "hostile_cases.py"
LONGER = 30.0  # seconds to wait for an answer beyond what it may take
MIXED_TIMEOUT = 2  # seconds, so that what is endless is ended often
HELD = 0.5  # seconds that an answer may come after the deadline
CROSS = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i"
CAT = " ".join(f"BIND(CONCAT({', '.join([f'?t{n}'] * 8)}) AS ?t{n + 1})" for n in range(9))


class Hostile(NamedTuple):
    """A query that no server should suffer from, and the statuses that are right for it; None where any answer in time is."""

    name: str
    text: bytes
    statuses: frozenset[int] | None


OURS = (
    Hostile("two thousand groups", f"ASK {'{' * 2000}{'}' * 2000}".encode(), frozenset({400})),
    Hostile("an endless count", f"SELECT (COUNT(*) AS ?n) {{ {CROSS} }}".encode(), frozenset({503})),
    Hostile("an endless order", f"SELECT * {{ {CROSS} }} ORDER BY ?c ?f ?i".encode(), frozenset({413, 503})),
    Hostile("endless different rows", f"SELECT DISTINCT ?a ?d ?g {{ {CROSS} }}".encode(), frozenset({413, 503})),
    Hostile("an endless answer", f"SELECT * {{ {CROSS} }}".encode(), frozenset({413, 503})),
    Hostile("an endless graph", f"CONSTRUCT {{ ?a ?e ?i }} {{ {CROSS} }}".encode(), frozenset({413, 503})),
    Hostile("paths from all to all", b"SELECT (COUNT(*) AS ?n) { ?a (<x:x>|!<x:x>|^<x:x>|!^<x:x>)* ?b }", frozenset({413, 503})),
    Hostile(
        "a text that doubles", f'SELECT (STRLEN(?t9) AS ?n) {{ BIND("12345678" AS ?t0) {CAT} }}'.encode(), frozenset({413, 503})
    ),
    Hostile("one endless text", f"SELECT (GROUP_CONCAT(STR(?c)) AS ?t) {{ {CROSS} }}".encode(), frozenset({413, 503})),
    Hostile("another server", b"SELECT * { SERVICE <http://127.0.0.1:9/> { ?a ?b ?c } }", frozenset({400, 403})),
)


class Bench:
    """What is measured, and how long."""

    def __init__(self, chosen: argparse.Namespace, data: query.Bench, stack: ExitStack) -> None:
        self.chosen, self.data, self._stack = chosen, data, stack
        with query.Ours(data.dump) as session:
            self.questions = questions(session.rows)
            [[self.article]] = session.rows("SELECT (MIN(?a) AS ?first) { ?a a schema:Article }")

    @property
    def cheap(self) -> str:
        """A query that costs an engine next to nothing."""
        return f"SELECT ?headline {{ <{self.article}> <https://schema.org/headline> ?headline }}"

    def ours(self, *options: str) -> Server:
        """Start `kg serve`, with the options that were given and more."""
        workers = ["--workers", str(self.chosen.workers)] if self.chosen.workers else []
        return servers.ours(self.data.dump, *workers, *options)

    def others(self) -> list[Server]:
        """Start the other servers; they run until the end."""
        programs = self.chosen.peers or servers.environment()
        starts: tuple[Callable[[], Server], ...] = (
            lambda: servers.oxigraph(programs, self.data.triples, self.data.folder / "oxigraph"),
            lambda: servers.rdflib_endpoint(programs, self.data.triples),
        )
        started = []
        for start in starts:
            try:
                started.append(self._stack.enter_context(start()))
            except MissingError as error:
                print(f"left out: {error}")
        print(f"kg {VERSION}, {servers.versions(programs)}")
        return started


# --- speed -----------------------------------------------------------------------------------------------------------------
def show_speed(bench: Bench) -> None:
    """Print what `wrk` counts; the servers take turns, and only one is asked at a time."""
    if not loads.has_wrk():
        print("\nspeed is left out: there is no wrk here (apt install wrk, brew install wrk)")
        return
    others = bench.others()
    with bench.ours() as ours:
        running = [ours, *others]
        number = itertools.count(1_000_000_000, 100_000_000)
        fresh = " LIMIT ".join([bench.cheap, "@"])
        works: dict[str, Callable[[Server], Sequence[str]]] = {
            "the same": lambda server: [server.target(bench.cheap)],
            "never the same": lambda server: server.target(fresh).split("%40"),
        }
        turns: dict[tuple[str, str], list[Rate]] = {(server.name, work): [] for work in works for server in running}
        for _ in range(bench.chosen.rounds):
            for work, parts in works.items():
                for server in running:
                    seen = loads.rate(server, parts(server), next(number), bench.chosen.seconds, bench.data.folder)
                    turns[server.name, work].append(seen)
    print(f"\n| {bench.data.head} | query | answers/s | answers a CPU second | ms p50 | ms p99 | errors |\n{'| --- ' * 7}|")
    for (name, work), rates in turns.items():
        requests, each_cpu, p50, p99, _ = (statistics.median(column) for column in zip(*rates, strict=True))
        errors = sum(rate.errors for rate in rates)
        print(f"| {name} | {work} | {requests:,.0f} | {each_cpu:,.0f} | {p50:.2f} | {p99:.2f} | {errors} |")


# --- deadline --------------------------------------------------------------------------------------------------------------
def hostile(path: Path) -> list[Hostile]:
    """Return our hostile queries, and those of a file."""
    if not path.exists():
        return list(OURS)
    spec = importlib.util.spec_from_file_location("hostile", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is no module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    rows = [(name, text if isinstance(text, bytes) else text.encode(), statuses) for name, text, statuses in module.QUERIES]
    return [*OURS, *(Hostile(name, text, frozenset(statuses)) for name, text, statuses in rows)]


def show_deadline(bench: Bench) -> None:
    """Print how long each hostile query takes, and how long the harmless ones beside them."""
    timeout = bench.chosen.timeout
    found = hostile(bench.chosen.hostile)
    with bench.ours("--timeout", f"{timeout:g}") as server:
        kept, fresh = _probes(server)
        print(f"\n| hostile query, deadline {timeout:g} s | status | s | |\n| --- | --- | --- | --- |")
        with probing(kept, fresh):
            for one in found:
                _tell_hostile(one, *loads.post(server, one.text, timeout + LONGER), timeout)
        print(f"\n| asked meanwhile, {len(fresh.seconds)} times | ms p50 | ms p99 | ms at most | not answered |\n{'| --- ' * 5}|")
        _tell_probe("`ASK {}`", kept)
        _tell_probe("an `ASK` never asked before", fresh)
        kept, fresh = _probes(server)
        with probing(kept, fresh):
            told = _all_at_once(server, found, timeout)
        _tell_probe(f"`ASK {{}}`, while all {len(found)} run at once", kept)
        _tell_probe("an `ASK` never asked before, while all run", fresh)
    print(
        f"\nall at once: {_statuses(Counter(status for status, _ in told))}; the slowest {max(s for _, s in told):.2f} s",
        flush=True,
    )


def _probes(server: Server) -> tuple[Probe, Probe]:
    return Probe(server, lambda _: "ASK {}"), Probe(server, lambda number: f"ASK {{ FILTER(0 < {number}) }}")


def _all_at_once(server: Server, found: Sequence[Hostile], timeout: float) -> list[tuple[str, float]]:
    told: list[tuple[str, float]] = []

    def ask(one: Hostile) -> None:
        told.append(loads.post(server, one.text, len(found) * timeout + LONGER))

    threads = [threading.Thread(target=ask, args=(one,)) for one in found]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def _tell_hostile(one: Hostile, status: str, seconds: float, timeout: float) -> None:
    faults = ["LATE"] * (seconds > timeout + HELD)
    if one.statuses and status not in map(str, one.statuses):
        faults.append(f"EXPECTED {' or '.join(map(str, sorted(one.statuses)))}")
    print(f"| {one.name} | {status} | {seconds:.2f} | {', '.join(faults)} |", flush=True)


def _tell_probe(name: str, probe: Probe) -> None:
    p50, p99, most = (1000 * percentile(probe.seconds, share) for share in (50, 99, 100))
    print(f"| {name} | {p50:.1f} | {p99:.1f} | {most:.1f} | {_statuses(probe.failed) or 0} |", flush=True)


def _statuses(counter: Counter[str]) -> str:
    return ", ".join(f"{count:,} × {status}" for status, count in sorted(counter.items()))


# --- mixed -----------------------------------------------------------------------------------------------------------------
def show_mixed(bench: Bench) -> None:
    """Print what many clients were answered, and the memory over time."""
    with bench.ours("--timeout", f"{MIXED_TIMEOUT}") as server:
        load = mixed.Load(server, bench.cheap, bench.questions, f"{bench.article}#declared")
        moments = load.run(bench.chosen.clients, 60 * bench.chosen.minutes)
        after = server.ask("ASK {}")[0]
    clients = f"{bench.chosen.clients} clients, {bench.data.head}, deadline {MIXED_TIMEOUT} s"
    print(
        f"\n{clients}\n\n| s | answers/s | ms p50 | ms p99 | MB in all | of the server itself | of answers kept |\n{'| --- ' * 7}|"
    )
    for first, last in itertools.pairwise([*moments[:: max(1, len(moments) // 12)], moments[-1]]):
        own = [1000 * took for took in load.answered(first.seconds, last.seconds)] or [0.0]
        rate = (last.answers - first.answers) / max(last.seconds - first.seconds, 0.001)
        speed = f"{rate:,.0f} | {percentile(own, 50):.1f} | {percentile(own, 99):.0f}"
        print(f"| {last.seconds:.0f} | {speed} | {last.memory:.0f} | {last.own:.0f} | {last.kept:.0f} |")
    print("\n| what they did | answers |\n| --- | --- |")
    for name, statuses in load.statuses.items():
        print(f"| {name} | {_statuses(statuses)} |")
    _tell_growth(moments)
    print(f"`ASK {{}}` afterwards: {after}", flush=True)


def _tell_growth(moments: Sequence[mixed.Moment]) -> None:
    """Print how the last quarter differs from the second, answers that are kept apart: these may fill their place."""
    quarter = len(moments) // 4
    early, late = moments[quarter : 2 * quarter], moments[-quarter:]
    figures: dict[str, Callable[[mixed.Moment], float]] = {
        "all processes": lambda moment: moment.memory - moment.kept,
        "the server itself": lambda moment: moment.own - moment.kept,
    }
    print("\n| MB without answers kept, medians | second quarter | last quarter |\n| --- | --- | --- |")
    for name, figure in figures.items():
        print(f"| {name} | {statistics.median(map(figure, early)):.0f} | {statistics.median(map(figure, late)):.0f} |")


PARTS: Mapping[str, Callable[[Bench], None]] = {"speed": show_speed, "deadline": show_deadline, "mixed": show_mixed}


def main(given: Sequence[str] | None = None) -> None:
    """Print the figures."""
    chosen = _options(given)
    print(f"{platform.machine()}, Python {platform.python_version()}")
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        dump = chosen.dump or query.build(Path(name), chosen.size)
        bench = Bench(chosen, query.Bench(dump, Path(name) / "own", 1, 0, stack), stack)
        for part in chosen.parts or PARTS:
            PARTS[part](bench)


def _options(given: Sequence[str] | None) -> argparse.Namespace:
    arguments = argparse.ArgumentParser(description="speed and steadiness of serving")
    arguments.add_argument("parts", nargs="*", metavar="PART", help=f"of {', '.join(PARTS)}; default: all")
    arguments.add_argument("--size", type=int, default=1_000, help="how many articles the dump has; default: %(default)s")
    arguments.add_argument("--dump", type=Path, help="a dump to serve instead; it stays as it is")
    arguments.add_argument("--rounds", type=int, default=3, help="turns of each server; default: %(default)s")
    arguments.add_argument("--seconds", type=int, default=5, help="how long a turn takes; default: %(default)s")
    arguments.add_argument("--workers", type=int, help="processes of `kg serve`; default: as the command has it")
    arguments.add_argument("--timeout", type=float, default=10.0, help="the deadline of hostile queries; default: %(default)s")
    arguments.add_argument("--clients", type=int, default=50, help="clients of the mixed load; default: %(default)s")
    arguments.add_argument("--minutes", type=float, default=2.0, help="how long they ask; default: %(default)s")
    arguments.add_argument("--hostile", type=Path, default=SHARED, help="a file with more hostile queries")
    arguments.add_argument("--peers", type=Path, help="the folder of programs where the other servers are installed")
    chosen = arguments.parse_args(given)
    if unknown := [name for name in chosen.parts if name not in PARTS]:
        arguments.error(f"no such part: {', '.join(unknown)}")
    return chosen


if __name__ == "__main__":
    main()
