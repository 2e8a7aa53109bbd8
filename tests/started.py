"""`kg serve` as a process of its own, with the address at which it is reached; run as a program, one with other limits."""

from __future__ import annotations

import http.client
import json
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from tests.writing import SAFETY, command


@dataclass
class Started:
    """A server: its process, its port and what it has said."""

    process: subprocess.Popen[str]
    port: int
    said: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), timeout=SAFETY)

    def ask(self, query: str | bytes, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Return status, headers (their names in lower case) and body of the answer to a query, sent as a form."""
        return self.request("POST", "/sparql", urlencode({"query": query}), {"content-type": FORM, **headers})

    def request(
        self, method: str, path: str, body: str | None = None, headers: Mapping[str, str] = {}
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SAFETY)
        try:
            connection.request(method, path, body, dict(headers))
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def metric(self, name: str) -> float:
        """Return a figure of those that it tells."""
        text = self.request("GET", "/metrics")[2].decode()
        return float(next(line.split()[-1] for line in text.splitlines() if line.split()[0] == name))

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Return what it ends with, when it is asked to end."""
        self.process.send_signal(number)
        return self.process.wait(SAFETY)


FORM = "application/x-www-form-urlencoded"


@contextmanager
def started(dump: Path, *options: str) -> Iterator[Started]:
    """Give a server, with these options of `kg serve`, as long as the block lasts."""
    with _running(command("serve", dump, "--port", "0", *options)) as server:
        yield server


@contextmanager
def limited(dump: Path, parser: str, **limits: float) -> Iterator[Started]:
    """Give a server whose connections are held to these limits, with one of the parsers of uvicorn."""
    with _running([sys.executable, "-m", __name__, str(dump), parser, json.dumps(limits)]) as server:
        yield server


@contextmanager
def _running(words: list[str]) -> Iterator[Started]:
    process = subprocess.Popen(words, stderr=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent)
    try:
        assert process.stderr is not None
        first = process.stderr.readline()
        assert "/sparql: " in first, first + process.stderr.read()
        server = Started(process, int(first.partition("/sparql")[0].rpartition(":")[2]), [first])
        thread = threading.Thread(target=lambda: server.said.extend(process.stderr or ()), daemon=True)
        thread.start()
        yield server
    finally:
        with suppress(ProcessLookupError):
            process.kill()
        process.wait()


def _serve(dump: Path, parser: str, limits: Mapping[str, Any]) -> None:
    from kg import store
    from kg.server import connections, running

    if parser == "h11":
        connections._httptools_connection = lambda: connections._H11Connection
    settings = running.Settings(workers=1, limits=connections.Limits(**limits))
    running.serve(
        running.listen("127.0.0.1", 0), dump, store.prepare(dump), None, settings, lambda line: print(line, file=sys.stderr)
    )


if __name__ == "__main__":
    _serve(Path(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3]))
