"""What each stage of a build costs in CPU time, article by article, in this process; and what came out of it."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from kg import exporters, linkers, mapping, pipeline, validation
from kg.article import Article, Record
from kg.config import Config
from kg.errors import KgError
from kg.pipeline.conversion import seen
from kg.terms import Statement

SETTINGS = Config(publisher="Example Press", language="en")
FORMATS = ("nquads", "turtle", "jsonld")
WARM_UP = 100


class Timed(NamedTuple):
    """An article with its statements and results, and the seconds that each stage took."""

    article: Article
    statements: Sequence[Statement]
    results: Sequence[validation.Result]
    seconds: dict[str, float]

    @property
    def total(self) -> float:
        """The seconds of all stages."""
        return sum(self.seconds.values())


class Line(NamedTuple):
    """Milliseconds as a line over the number of statements: those of an article of 100, and of each 100 more."""

    at_100: float
    each_100: float


def run(source: Path, limit: int, rounds: int) -> list[Timed]:
    """Take the articles of a folder through every stage some times, and keep the quickest time of each stage.

    What cannot be read is left out. The first hundred go once untimed, so that tables and patterns are loaded.
    """
    tools = pipeline.load_tools(SETTINGS, has_opinions=False)
    records = [record for record in pipeline.records([source]) if isinstance(record, Record)][:limit]
    readable = [record for record in records if _is_readable(record)]
    for record in readable[:WARM_UP]:
        _timed(record, tools)
    turns = [[_timed(record, tools) for record in readable] for _ in range(rounds)]
    return [
        first._replace(seconds={name: min(turn.seconds[name] for turn in (first, *others)) for name in first.seconds})
        for first, *others in zip(*turns, strict=True)
    ]


def _is_readable(record: Record) -> bool:
    try:
        pipeline.read(record, SETTINGS)
    except KgError:
        return False
    return True


def _timed(record: Record, tools: pipeline.Tools) -> Timed:
    seconds: dict[str, float] = {}

    def stage(name: str, work: Callable[[], Any]) -> Any:
        begin = time.process_time()
        found = work()
        seconds[name] = time.process_time() - begin
        return found

    article = stage("read", lambda: pipeline.read(record, tools.config))
    article = stage("link", lambda: linkers.link(article, tools.vocabulary, tools.config.links))
    statements = stage("describe", lambda: mapping.describe(article, tools.vocabulary, tools.config.base))
    results = stage("validate", lambda: pipeline.check(article, statements, tools))
    cut = stage("cut into subjects", lambda: exporters.cut(statements))
    for name in FORMATS:
        stage(f"write {name}", lambda name=name: exporters.FORMATS[name].piece(cut).encode())
    return Timed(article, statements, results, seconds)


def line(timed: Sequence[Timed]) -> Line:
    """Return the straight line that lies nearest to what the articles cost."""
    sizes = [len(one.statements) for one in timed]
    if len(set(sizes)) < 2:
        return Line(statistics.fmean(1000 * one.total for one in timed), 0.0)
    slope, zero = statistics.linear_regression(sizes, [1000 * one.total for one in timed])
    return Line(zero + 100 * slope, 100 * slope)


def types(statements: Sequence[Statement], tools: pipeline.Tools) -> str:
    """Return as N-Triples what shapes see of an article beside its own statements: the types of what it refers to."""
    return validation.ntriples(seen(statements, tools.vocabulary)[len(statements) :])
