"""What tests of answers over HTTP share: an application that is asked without a server, and a pool that is one session."""

from __future__ import annotations

import asyncio
import http.client
import threading
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from kg import store
from kg.server.pool import Counts
from kg.store import Answer, Request
from tests.writing import SAFETY


@dataclass(frozen=True)
class Response:
    """What came back; the names of headers are in lower case."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()

    @property
    def type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0]


@dataclass
class OneSession:
    """A pool of one process; what it was asked is noted, and what is in `raises` it raises instead of answering."""

    session: store.Session
    version: str = "one"
    counts: Counts = field(default_factory=lambda: Counts(processes=1))
    asked: list[Request] = field(default_factory=list)
    raises: list[Exception] = field(default_factory=list)
    _one_at_a_time: threading.Lock = field(default_factory=threading.Lock)

    async def answer(self, request: Request) -> Answer:
        self.asked.append(request)
        if self.raises:
            raise self.raises.pop()
        return await asyncio.to_thread(self._answer, request)

    def _answer(self, request: Request) -> Answer:
        with self._one_at_a_time:
            return self.session.answer(request, SAFETY)


def ask(
    application: Any, target: str = "/sparql", method: str = "GET", body: bytes | None = None, is_gone: bool = False, **headers: str
) -> Response:
    """Return what an application answers; `accept_encoding` is the header Accept-Encoding, each of its lines one of its own.

    A client that `is_gone` goes away once its request is sent.
    """
    return asyncio.run(asked(application, target, method, body, is_gone, **headers))


async def asked(
    application: Any, target: str, method: str = "GET", body: bytes | None = None, is_gone: bool = False, **headers: str
) -> Response:
    """Return the same, where many ask at once."""
    path, _, query = target.partition("?")
    said = {"host": "data.example.org", **{name.replace("_", "-"): value for name, value in headers.items()}}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "method": method,
        "scheme": "http",
        "path": path,
        "raw_path": path.encode(),
        "root_path": "",
        "query_string": query.encode("latin-1"),
        "headers": [(name.encode(), line.encode("latin-1")) for name, value in said.items() for line in value.split("\n")],
        "server": ("127.0.0.1", 80),
    }
    coming: list[dict[str, Any]] = [{"type": "http.request", "body": body or b"", "more_body": False}]
    coming += [{"type": "http.disconnect"}] if is_gone else []
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        if not coming:
            await asyncio.get_running_loop().create_future()
        return coming.pop(0)

    async def send(message: Any) -> None:
        sent.append(message)

    await application(scope, receive, send)
    if not sent:
        return Response(0, {}, b"")
    found = {name.decode(): value.decode("latin-1") for name, value in sent[0]["headers"]}
    return Response(sent[0]["status"], found, b"".join(message["body"] for message in sent[1:]))


def query(text: str, **fields: str) -> str:
    """Return where a query is sent with GET."""
    return f"/sparql?{urlencode({'query': text, **fields})}"


def fetch(
    connection: http.client.HTTPConnection, target: str, method: str = "GET", body: bytes | None = None, **headers: str
) -> Response:
    """Return what a server answers; `accept_encoding` is the header Accept-Encoding."""
    connection.request(method, target, body, {name.replace("_", "-"): value for name, value in headers.items()})
    found = connection.getresponse()
    return Response(found.status, {name.lower(): value for name, value in found.getheaders()}, found.read())
