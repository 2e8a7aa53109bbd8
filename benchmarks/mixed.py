"""What strangers do to a server, all at once: fifty clients, each with its own mixture, and what becomes of the server's memory."""

from __future__ import annotations

import http.client
import random
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

import loads
from measures import resident
from questions import Question
from servers import HOST, Server

BUSY = frozenset({429, 503})
# What a client does, and how often in a thousand times
WEIGHTS = {
    "the same query": 400,
    "a query never asked before": 250,
    "one of the ten questions": 100,
    "another form": 60,
    "a graph of the graph store": 50,
    "is it still the same": 50,
    "a form": 40,
    "a wrong query": 25,
    "nothing but the head": 15,
    "health and figures": 5,
    "left without the answer": 2,
    "a byte at a time": 2,
    "endless": 1,
}
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i }"
FORMS = (
    "text/csv",
    "text/tab-separated-values",
    "application/sparql-results+xml",
    "text/csv;q=0.5,application/sparql-results+json",
)


class Moment(NamedTuple):
    """What was seen at a moment: seconds since the begin, answers so far; memory in MB, and what of it is answers that are kept."""

    seconds: float
    answers: int
    memory: float
    own: float
    kept: float


class Load:
    """Clients in threads, and what they saw."""

    def __init__(self, server: Server, cheap: str, questions: Sequence[Question], graph: str) -> None:
        self.server, self.cheap, self.questions, self.graph = server, cheap, questions, graph
        self.statuses: dict[str, Counter[str]] = {name: Counter() for name in WEIGHTS}
        self.seconds: list[tuple[float, float]] = []
        self._begin = time.monotonic()
        self._until = 0.0

    def run(self, clients: int, seconds: float) -> list[Moment]:
        """Let so many clients ask for so long; return what was seen each second."""
        self._begin = time.monotonic()
        self._until = self._begin + seconds
        threads = [threading.Thread(target=_Client(self, number).run, daemon=True) for number in range(clients)]
        for thread in threads:
            thread.start()
        moments = []
        while (now := time.monotonic()) < self._until:
            moments.append(self.moment(now))
            time.sleep(max(0.0, 1 - (time.monotonic() - now)))
        for thread in threads:
            thread.join(60)
        return moments

    def moment(self, now: float) -> Moment:
        """Return what is to be seen now."""
        figures = self.server.get("/metrics")[1].decode()
        kept = sum(float(line.split()[1]) for line in figures.splitlines() if line.startswith("kg_cache_bytes "))
        return Moment(now - self._begin, len(self.seconds), self.server.memory, resident(self.server.pid), kept / (1 << 20))

    def answered(self, first: float, last: float) -> list[float]:
        """Return the seconds that answers took which were asked for between two moments."""
        return [took for begin, took in self.seconds if first <= begin - self._begin < last]

    def goes_on(self) -> bool:
        """Tell whether there is time left."""
        return time.monotonic() < self._until

    def note(self, what: str, status: str, begin: float) -> None:
        """Remember an answer."""
        self.statuses[what][status] += 1
        self.seconds.append((begin, time.monotonic() - begin))


class _Client:
    """A client with a connection that it keeps, as browsers do; where the server is busy it waits as long as it is told."""

    def __init__(self, load: Load, number: int) -> None:
        self._load, self._number = load, number
        self._chance = random.Random(number)
        self._connection: http.client.HTTPConnection | None = None
        self._asked = 0
        self._tag = ""

    def run(self) -> None:
        while self._load.goes_on():
            [what] = self._chance.choices(list(WEIGHTS), list(WEIGHTS.values()))
            begin = time.monotonic()
            try:
                status = self._do(what)
            except (OSError, http.client.HTTPException) as error:
                status = type(error).__name__
                self._drop()
            self._load.note(what, status, begin)

    def _do(self, what: str) -> str:
        load, server = self._load, self._load.server
        self._asked += 1
        own = f"{self._number + 1:04}{self._asked:08}"
        match what:
            case "left without the answer":
                loads.leave(server, f"{ENDLESS} LIMIT {own}")
                return "left"
            case "a byte at a time":
                loads.dawdle(server, 5)
                self._drop()  # the server may have done so by now
                return "left"
            case "a query never asked before":
                return self._get(f"{load.cheap} LIMIT {own}")
            case "one of the ten questions":
                return self._get(f"{self._chance.choice(load.questions).text}\n# {own}", "*/*")
            case "another form":
                return self._get(load.cheap, self._chance.choice(FORMS))
            case "endless":
                return self._get(f"{ENDLESS} LIMIT {own}")
            case "a wrong query":
                return self._get(f"SELECT ?a {{ ?a ?b {own} ")
            case "is it still the same":
                return self._get(load.cheap, more={"If-None-Match": self._tag} if self._tag else {})
            case _:
                return self._other(what)

    def _other(self, what: str) -> str:
        load, path = self._load, self._load.server.path
        match what:
            case "a graph of the graph store":
                return self._send("GET", f"/graph-store?graph={urllib.parse.quote(load.graph, safe='')}", {"Accept": "text/turtle"})
            case "a form":
                body = urllib.parse.urlencode({"query": load.cheap})
                return self._send("POST", path, {"Content-Type": "application/x-www-form-urlencoded"}, body)
            case "nothing but the head":
                return self._send(self._chance.choice(("HEAD", "OPTIONS")), load.server.target(load.cheap), {})
            case "health and figures":
                return self._send("GET", self._chance.choice(("/health", "/metrics", "/")), {})
            case _:
                return self._get(load.cheap)

    def _get(self, query: str, accept: str = loads.JSON, more: dict[str, str] | None = None) -> str:
        return self._send("GET", self._load.server.target(query), {"Accept": accept, **(more or {})})

    def _send(self, method: str, path: str, headers: dict[str, str], body: str | None = None) -> str:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(HOST, self._load.server.port, timeout=60)
        self._connection.request(method, path, body, headers)
        answer = self._connection.getresponse()
        answer.read()
        self._tag = answer.headers.get("ETag", self._tag)
        if answer.will_close:
            self._drop()
        if answer.status in BUSY:
            time.sleep(min(float(answer.headers.get("Retry-After", "1")), 1.0) * self._chance.random())
        return str(answer.status)

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            connection.close()
