"""A real server on this machine that does what servers should not: it says what a test wrote for a path, byte for byte."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

PAGE = b"<html><title>Flights over Europe</title><p>By Marie Novak</html>"
HTML = {"Content-Type": "text/html; charset=utf-8"}


@dataclass(frozen=True)
class Request:
    """What a client asked."""

    path: str
    headers: Mapping[str, str]


Act = Callable[[socket.socket, Request], None]


def answer(body: bytes = PAGE, status: str = "200 OK", length: int | None = -1, **headers: str) -> bytes:
    """Return an answer; `length` is what it announces (by default the truth, None for nothing), `_` in a header's name is `-`."""
    rows = {**HTML, **({} if length is None else {"Content-Length": str(len(body) if length < 0 else length)})}
    rows |= {name.replace("_", "-"): value for name, value in headers.items()}
    head = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in rows.items()), ""))
    return head.encode("latin-1") + body


def moved(target: str, status: str = "302 Found") -> bytes:
    """Return an answer that leads on."""
    return answer(b"", status, Location=target)


def packed(body: bytes, packing: str = "gzip") -> bytes:
    """Return an answer whose body is packed."""
    return answer(gzip.compress(body), Content_Encoding=packing)


def chunked(*pieces: bytes, end: bytes = b"0\r\n\r\n") -> bytes:
    """Return an answer in chunks."""
    return answer(b"", length=None, Transfer_Encoding="chunked") + b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces) + end


def drip(begin: bytes, slow: bytes, pause: float = 0.05) -> Act:
    """Return an act that sends the begin at once, then over and over the slow bytes, one at a time, until nobody listens."""

    def act(connection: socket.socket, request: Request) -> None:
        connection.sendall(begin)
        while True:
            for byte in slow:
                connection.sendall(bytes([byte]))
                time.sleep(pause)

    return act


def reset(connection: socket.socket, request: Request) -> None:
    """Break the connection off."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


@dataclass
class Server:
    """Answers each path with what stands in `pages`: bytes, an act, or a list of these for one request after the other.

    `asked` are the requests that came, `connections` counts those who only connected too. A robots.txt that is not given is 404.
    """

    pages: dict[str, bytes | Act | list[bytes | Act]] = field(default_factory=dict)
    asked: list[Request] = field(default_factory=list)
    connections: int = 0
    port: int = 0
    secure: ssl.SSLContext | None = None

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """Return the address of a path."""
        return f"http{'s' if self.secure else ''}://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """Return the paths that were asked for, without robots.txt."""
        return [request.path for request in self.asked if request.path != "/robots.txt"]

    def serve(self, listener: socket.socket) -> None:
        """Answer until the listener is closed."""
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                self.connections += 1
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        with suppress(OSError), connection:
            stream = self.secure.wrap_socket(connection, server_side=True) if self.secure else connection
            with stream:
                request = _read(stream)
                self.asked.append(request)
                act = self.pages.get(request.path, answer(b"", "404 Not Found"))
                if isinstance(act, list):
                    act = act.pop(0) if len(act) > 1 else act[0]
                if isinstance(act, bytes):
                    stream.sendall(act)
                else:
                    act(stream, request)


def _read(connection: socket.socket) -> Request:
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(4096)
        if not piece:
            raise ConnectionResetError
        received += piece
        if received.startswith(b"\x16"):
            return Request("", {})  # TLS, which is answered in plain HTTP
    first, *rows = received.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
    return Request(first.split(" ")[1], {name.lower(): value.strip() for name, _, value in (row.partition(":") for row in rows)})


@contextmanager
def serving(secure: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> Iterator[Server]:
    """Run a server as long as the block lasts."""
    with socket.create_server((host, 0), family=socket.AF_INET6 if ":" in host else socket.AF_INET) as listener:
        server = Server(port=listener.getsockname()[1], secure=secure)
        threading.Thread(target=server.serve, args=(listener,), daemon=True).start()
        yield server
        listener.shutdown(socket.SHUT_RDWR)
