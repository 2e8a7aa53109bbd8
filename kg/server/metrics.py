"""What has been served, as numbers: in the text format that Prometheus reads."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import Literal, NamedTuple

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
# Seconds: from what a kept answer takes to the deadlines that people set
_BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0)
_GONE = 499  # the client went away: what others write for it


class Figure(NamedTuple):
    """A number with its name and meaning; `labels` tell apart several of one name."""

    name: str
    kind: Literal["counter", "gauge"]
    meaning: str
    value: float
    labels: Mapping[str, str] = {}


class Metrics:
    """Counts of the requests to each endpoint: their statuses, and how long they took."""

    def __init__(self) -> None:
        self._statuses: Counter[tuple[str, int]] = Counter()
        self._times: dict[str, list[int]] = {}
        self._seconds: dict[str, float] = {}

    def observe(self, endpoint: str, status: int | None, seconds: float) -> None:
        """Count a request; without a status, its client went away before it was answered."""
        self._statuses[endpoint, status or _GONE] += 1
        times = self._times.get(endpoint) or self._times.setdefault(endpoint, [0] * (len(_BOUNDS) + 1))
        times[bisect_left(_BOUNDS, seconds)] += 1
        self._seconds[endpoint] = self._seconds.get(endpoint, 0.0) + seconds

    def text(self, figures: Iterator[Figure]) -> str:
        """Return everything as text, with further figures."""
        requests = (
            Figure("kg_http_requests_total", "counter", "Requests answered.", count, {"endpoint": endpoint, "status": str(status)})
            for (endpoint, status), count in sorted(self._statuses.items())
        )
        return "".join((*_lines(requests), *self._histogram(), *_lines(figures)))

    def _histogram(self) -> Iterator[str]:
        name = "kg_http_request_duration_seconds"
        yield from _head(name, "histogram", "Time from the request to the end of its answer.")
        for endpoint, times in sorted(self._times.items()):
            for bound, count in zip((*map(repr, _BOUNDS), "+Inf"), accumulate(times), strict=True):
                yield _line(f"{name}_bucket", count, {"endpoint": endpoint, "le": bound})
            yield _line(f"{name}_sum", self._seconds[endpoint], {"endpoint": endpoint})
            yield _line(f"{name}_count", sum(times), {"endpoint": endpoint})


def _lines(figures: Iterator[Figure]) -> Iterator[str]:
    last = ""
    for figure in figures:
        if figure.name != last:
            yield from _head(figure.name, figure.kind, figure.meaning)
        last = figure.name
        yield _line(figure.name, figure.value, figure.labels)


def _head(name: str, kind: str, meaning: str) -> Iterator[str]:
    yield f"# HELP {name} {meaning}\n"
    yield f"# TYPE {name} {kind}\n"


def _line(name: str, value: float, labels: Mapping[str, str]) -> str:
    told = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
    number = f"{value:.6f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return f"{name}{{{told}}} {number}\n" if told else f"{name} {number}\n"


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
