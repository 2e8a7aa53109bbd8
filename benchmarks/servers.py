"""Servers of SPARQL to be measured: `kg serve`, and others over the same triples where they can be installed."""

from __future__ import annotations

import http.client
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse
import venv
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from measures import cpu_of, memory_of

from kg import compiled

HOST = "127.0.0.1"
REQUIREMENTS = ("oxigraph", "rdflib-endpoint[cli]")
_START, _STOP = 900.0, 30.0  # seconds; rdflib is long about loading


class MissingError(Exception):
    """A server that is not installed, or does not start."""


class Server:
    """A server that runs, from when it answers until it is stopped; `path` is where it answers queries."""

    def __init__(self, name: str, command: Sequence[str | Path], port: int, path: str) -> None:
        self.name, self.port, self.path = name, port, path
        self._said = tempfile.TemporaryFile()  # noqa: SIM115 - as long as the server
        try:
            self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=self._said)
        except OSError as error:
            raise MissingError(f"{command[0]}: {error.strerror}") from error

    def __enter__(self) -> Self:
        until = time.monotonic() + _START
        while time.monotonic() < until and self._process.poll() is None:
            try:
                if self.ask("ASK {}")[0] == http.HTTPStatus.OK:
                    return self
            except (OSError, http.client.HTTPException):
                time.sleep(0.05)
        self.__exit__()
        raise MissingError(f"{self.name} does not start: {self.said()}")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        try:
            self._process.wait(_STOP)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def said(self) -> str:
        """Return the last line of what it said."""
        self._said.seek(0)
        return self._said.read().decode(errors="replace").strip().rpartition("\n")[2]

    @property
    def pid(self) -> int:
        """The process that was started."""
        return self._process.pid

    @property
    def cpu(self) -> float:
        """CPU seconds so far, of all its processes."""
        return cpu_of(self.pid)

    @property
    def memory(self) -> float:
        """Resident memory in MB, of all its processes."""
        return memory_of(self.pid)

    def target(self, query: str) -> str:
        """Return path and query of a URL that asks a query."""
        return f"{self.path}?query={urllib.parse.quote(query, safe='')}"

    def ask(self, query: str) -> tuple[int, bytes]:
        """Return status and body of the answer to a query."""
        return self.get(self.target(query))

    def get(self, target: str) -> tuple[int, bytes]:
        """Return status and body of what is at an address."""
        connection = http.client.HTTPConnection(HOST, self.port, timeout=60)
        try:
            connection.request("GET", target, headers={"Accept": "application/sparql-results+json, */*;q=0.5"})
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind((HOST, 0))
        port: int = listener.getsockname()[1]
        return port


def ours(dump: Path, *options: str) -> Server:
    """`kg serve`, as the command does it."""
    port = free_port()
    command = [sys.executable, "-m", "kg", "serve", dump, "--host", HOST, "--port", str(port), *options]
    return Server("`kg serve`", command, port, "/sparql")


def oxigraph(programs: Path, triples: Path, store: Path) -> Server:
    """`oxigraph serve-read-only`, over a store that it makes."""
    port, program = free_port(), programs / "oxigraph"
    try:
        subprocess.run([program, "load", "--location", store, "--file", triples], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise MissingError(f"{program}: {error}") from error
    command = [program, "serve-read-only", "--location", store, "--bind", f"{HOST}:{port}"]
    return Server("`oxigraph serve-read-only`", command, port, "/query")


def rdflib_endpoint(programs: Path, triples: Path) -> Server:
    """rdflib-endpoint, with rdflib's own store."""
    port = free_port()
    command = [programs / "rdflib-endpoint", "serve", "--host", HOST, "--port", str(port), triples]
    return Server("rdflib-endpoint", command, port, "/")


def environment() -> Path:
    """Return the folder of the other servers' programs, made in the cache folder if it is not there."""
    folder = compiled.folder() / "sparql-servers"
    programs = folder / ("Scripts" if sys.platform == "win32" else "bin")
    if not programs.exists():
        print(f"installing other servers into {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True)
        for requirement in ("pip", *REQUIREMENTS):
            subprocess.run([programs / "python", "-m", "pip", "install", "--quiet", "--upgrade", requirement], check=False)
    return programs


def versions(programs: Path) -> str:
    """Return the versions of what is installed."""
    code = "import sys, importlib.metadata as m; print(*(f'{name} {m.version(name)}' for name in sys.argv[1:]), sep=', ')"
    command = [programs / "python", "-c", code, "oxigraph", "rdflib-endpoint"]
    try:
        done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    except (OSError, subprocess.CalledProcessError):
        return "versions of the others unknown"
    return done.stdout.strip()
