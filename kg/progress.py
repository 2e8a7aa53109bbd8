"""Progress on a terminal: how many articles are done of how many, how fast, and how long it will take.

One line on standard error, and nothing where no terminal looks on. A file counts as one article until it turns out that files
hold several or none; how many files there are is counted beside the work, without reading one.
"""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from kg import readers
from kg.converted import Converted, Refusal
from kg.errors import Finding
from kg.readers import walk
from kg.sources import Source, apart, paths

_INTERVAL = 0.1
# What the rate is taken from, in seconds; until there is so much of it, nothing is said of the time left
_WINDOW, _SHORTEST = 15.0, 2.0
_COLUMNS = 80


@dataclass(frozen=True, slots=True)
class Step:
    """How far a build is: where the last record came from, and how many articles it has, new and from the last build.

    No source: they are all there, and the dump is being written.
    """

    source: str | None
    articles: int
    reused: int


def source_of(item: Converted | Refusal | Finding) -> str:
    """Return where the record came from of which something became."""
    if isinstance(item, Converted):
        return item.source
    return item.place.source if isinstance(item, Finding) else item.findings[0].place.source


class Progress:
    """Shows steps; used as a context, at whose end the line is gone."""

    def __init__(self, sources: Iterable[Source], output: Path, is_quiet: bool = False) -> None:
        self._is_visible = not is_quiet and sys.stderr is not None and sys.stderr.isatty()
        self._counting = Counting(sources, output)
        self._file: str | None = None
        self._files = 0
        self._shown = 0.0
        self._rates: deque[tuple[float, int, int]] = deque()

    def __enter__(self) -> Self:
        if self._is_visible:
            self._counting.start()
        return self

    def show(self, step: Step) -> None:
        """Show how far the build is, at most ten times a second."""
        if not self._is_visible:
            return
        file = step.source and step.source.partition("#")[0]
        if file != self._file:
            self._files += self._file is not None
            self._file = file
        now = time.monotonic()
        if now - self._shown >= _INTERVAL or step.source is None:
            self._shown = now
            self._print(self.line(step, now))

    def line(self, step: Step, now: float) -> str:
        """Return what to show of a step that is reached at this second."""
        self._rates.append((now, step.articles, self._files))
        while now - self._rates[0][0] > _WINDOW:
            self._rates.popleft()
        begin, articles, files = self._rates[0]
        total, seconds = self._counting.files, now - begin
        parts = [_count(step.articles, self._files, total)]
        if step.reused:
            parts.append(f"{step.reused:,} unchanged")
        if step.source is None:
            parts.append("writing the dump")
        elif seconds >= _SHORTEST:
            parts.append(f"{(step.articles - articles) / seconds:,.0f} a second")
            if total and self._files > files:
                parts.append(f"{_time((total - self._files) * seconds / (self._files - files))} left")
        return ", ".join(parts)

    def _print(self, line: str) -> None:
        columns = shutil.get_terminal_size((_COLUMNS, 24)).columns
        sys.stderr.write(f"\r{line[: max(columns - 1, 1)]}\033[K")
        sys.stderr.flush()

    def __exit__(self, *failure: object) -> None:
        self._counting.stop()
        if self._shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()


class Counting(threading.Thread):
    """Counts the files of sources, beside the work; `files` is None until all are counted, or where that cannot be known."""

    def __init__(self, sources: Iterable[Source], output: Path) -> None:
        super().__init__(daemon=True)
        self._sources = paths(sources)
        real = Path(os.path.realpath(output))
        self._leave_out = frozenset((real, real.parent / f"{real.name}.cache"))  # no sources, even where they lie in one
        self._ended = threading.Event()
        self.files: int | None = None

    def run(self) -> None:
        """Count."""
        with suppress(OSError):  # whoever reads the sources tells it
            self._count()

    def _count(self) -> None:
        total = 0
        for source, others in apart(self._sources):
            if not isinstance(source, Path) or str(source) == readers.STDIN:
                return
            if not source.is_dir():
                total += 1
                continue
            for file in walk.files(source, others | self._leave_out):
                if self._ended.is_set():
                    return
                total += isinstance(file, Path)
        self.files = total

    def stop(self) -> None:
        """Let it end."""
        self._ended.set()


def _count(articles: int, files: int, total: int | None) -> str:
    done = f"{articles:,} article{'s' * (articles != 1)}"
    if not total:
        return done
    if abs(articles - files) > 1:  # files hold several or none: nobody knows how many there are in all
        return f"{done}, {files:,} of {total:,} file{'s' * (total != 1)}"
    return f"{articles:,} of {total:,} article{'s' * (total != 1)}"


def _time(seconds: float) -> str:
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    return f"{whole // 60} min {whole % 60:02} s" if whole < 3600 else f"{whole // 3600} h {whole % 3600 // 60:02} min"
