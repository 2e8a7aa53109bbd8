"""The whole build beside an rdflib + pySHACL script, in one run: CPU time an article, and the ratio.

    python benchmarks/build.py [SOURCE]        (default: examples)

Ours reads, links, describes, checks and writes N-Quads, Turtle and JSON-LD; the script only checks and writes, from the
statements that ours made. The two take turns, so that a machine whose speed drifts harms both alike.
"""

from __future__ import annotations

import platform
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from peers import rdflib_pyshacl

from kg import config, pipeline, spool

ROUNDS = 3


def cpu_seconds(work: Callable[[], object]) -> float:
    """Return the CPU time of this process for the work."""
    begin = time.process_time()
    work()
    return time.process_time() - begin


def main() -> None:
    """Print the figures."""
    source = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent.parent / "examples"
    settings = config.Config(publisher="Example Press", language="en")
    tools = pipeline.load_tools(settings)
    made = [
        item
        for item in pipeline.each([source], lambda record: pipeline.convert(record, tools))
        if isinstance(item, spool.Converted)
    ]
    good = [item.nquads.decode() for item in made if item.is_good]
    statements = sum(text.count("\n") for text in good)
    ours: list[float] = []
    theirs: list[float] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for _ in range(ROUNDS):
            ours.append(cpu_seconds(lambda: pipeline.publish([source], folder / "dump", settings, keep_going=True)))
            theirs.append(cpu_seconds(lambda: rdflib_pyshacl.publish(good, tools.shapes.text, tools.shapes.axioms_text, folder)))
    print(f"{platform.machine()}, Python {platform.python_version()}, {len(good)} articles of {statements // len(good)} statements")
    for label, times in (("kg build", ours), ("rdflib + pySHACL", theirs)):
        print(f"{label:>18}  {1000 * statistics.median(times) / len(good):8.2f} ms CPU an article")
    ratios = [their / our for our, their in zip(ours, theirs, strict=True)]
    print(f"{'ratio':>18}  {statistics.median(ratios):8.1f}")


if __name__ == "__main__":
    main()
