"""Load on a server: by `wrk`, which counts requests; by threads of our own, for what `wrk` does not do."""

from __future__ import annotations

import http.client
import json
import shutil
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from servers import HOST, Server

CONNECTIONS = 16
JSON = "application/sparql-results+json"
# `wrk` asks for the same address, or for one where the number of the request stands between two parts
_SCRIPT = """
local parts, number = {{ {parts} }}, {first}
local headers = {{ ["Accept"] = "{accept}" }}
request = function()
  number = number + 1
  return wrk.format("GET", table.concat(parts, number), headers)
end
done = function(summary, latency)
  local e = summary.errors
  io.write(string.format('{{"requests": %d, "seconds": %f, "errors": %d, "p50": %f, "p99": %f}}\\n', summary.requests,
    summary.duration / 1e6, e.connect + e.read + e.write + e.status + e.timeout, latency:percentile(50) / 1e3,
    latency:percentile(99) / 1e3))
end
"""


class Rate(NamedTuple):
    """What `wrk` saw in a turn: answers a second, answers a CPU second of the server, milliseconds, and answers that were none."""

    requests: float
    each_cpu: float
    p50: float
    p99: float
    errors: int


def has_wrk() -> bool:
    """Tell whether `wrk` is installed."""
    return shutil.which("wrk") is not None


def rate(server: Server, parts: Sequence[str], first: int, seconds: int, folder: Path) -> Rate:
    """Let `wrk` ask for an address, whose parts are joined by the number of the request; CPU time is the server's."""
    script = folder / "requests.lua"
    script.write_text(_SCRIPT.format(parts=", ".join(map(json.dumps, parts)), first=first, accept=JSON), encoding="utf-8")
    command = ["wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "10s", "-s", script, f"http://{HOST}:{server.port}"]
    before = server.cpu
    done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    cpu = server.cpu - before
    told = json.loads(done.stdout.splitlines()[-1])
    good = told["requests"] - told["errors"]
    return Rate(good / told["seconds"], good / max(cpu, 0.01), told["p50"], told["p99"], told["errors"])


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value below or at which so many of a hundred are."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))]


class Probe:
    """Asks one thing after another on a connection of its own, twenty times a second, and remembers how long answers took."""

    def __init__(self, server: Server, query: Callable[[int], str]) -> None:
        self._server, self._query = server, query
        self._stop = threading.Event()
        self.seconds: list[float] = []
        self.failed: Counter[str] = Counter()

    def run(self) -> None:
        """Ask until it is stopped."""
        number = 0
        while not self._stop.wait(0.05):
            number += 1
            begin = time.perf_counter()
            try:
                status = str(self._server.ask(self._query(number))[0])
            except (OSError, http.client.HTTPException) as error:
                status = type(error).__name__
            self.seconds.append(time.perf_counter() - begin)
            if status != "200":
                self.failed[status] += 1

    def stop(self) -> None:
        """Let it come to an end."""
        self._stop.set()


@contextmanager
def probing(*probes: Probe) -> Iterator[None]:
    """Let probes ask meanwhile."""
    threads = [threading.Thread(target=probe.run, daemon=True) for probe in probes]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for probe in probes:
            probe.stop()
        for thread in threads:
            thread.join(60)


def post(server: Server, query: bytes, timeout: float) -> tuple[str, float]:
    """Send a query as it is; return the status, or what went wrong, and the seconds that it took."""
    connection = http.client.HTTPConnection(HOST, server.port, timeout=timeout)
    begin = time.perf_counter()
    try:
        connection.request("POST", server.path, query, {"Content-Type": "application/sparql-query", "Accept": "*/*"})
        answer = connection.getresponse()
        answer.read()
        told = str(answer.status)
    except (OSError, http.client.HTTPException) as error:
        told = type(error).__name__
    finally:
        connection.close()
    return told, time.perf_counter() - begin


def leave(server: Server, query: str) -> None:
    """Ask, and go away without the answer."""
    with socket.create_connection((HOST, server.port), 10) as connection:
        connection.sendall(f"GET {server.target(query)} HTTP/1.1\r\nHost: {HOST}\r\n\r\n".encode())


def dawdle(server: Server, seconds: float) -> None:
    """Send a request a byte at a time, and go away before it is whole."""
    until = time.monotonic() + seconds
    with suppress(OSError), socket.create_connection((HOST, server.port), 10) as connection:
        for byte in f"GET {server.path} HTTP/1.1\r\nHost: {HOST}\r\nX-Slow: {'x' * 1000}":
            if time.monotonic() > until:
                return
            connection.sendall(byte.encode())
            time.sleep(0.05)
