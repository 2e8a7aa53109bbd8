"""Between a server and what answers: a request as a value, its body, and every refusal as a reply."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from typing import Any, NamedTuple, ParamSpec, TypeVar

from kg import terms
from kg.errors import AnswerSizeError, EngineError, QueryError, QueryTimeoutError, ResourceError
from kg.server import replies
from kg.server.metrics import Metrics
from kg.server.pool import BusyError
from kg.server.protocol import LARGEST_BODY, ProtocolError, told
from kg.server.replies import Receive, Reply, Scope, Send

_LARGEST_HEADERS = 16 << 10  # bytes of all headers: what is made of them takes the longer, the more they say
_HOST = re.compile(r"(?:[A-Za-z0-9._-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?")
_DAY = "86400"  # seconds for which a browser need not ask again what it may

_QUICK = 1 << 13  # bytes up to which work on them holds up nobody

Found = TypeVar("Found")
Given = ParamSpec("Given")


class GoneError(Exception):
    """The client went away."""


class Call(NamedTuple):
    """A request: what the server knows of it, its headers by their names, and where the rest comes from."""

    scope: Scope
    headers: Mapping[bytes, bytes]
    receive: Receive

    @property
    def method(self) -> str:
        """The method; GET for HEAD, which wants the same but its body."""
        method: str = self.scope["method"]
        return "GET" if method == "HEAD" else method

    @property
    def query_string(self) -> bytes:
        """What follows the question mark."""
        found: bytes = self.scope["query_string"]
        return found

    def header(self, name: bytes) -> str | None:
        """Return a header as text; None where it is not sent."""
        value = self.headers.get(name)
        return None if value is None else value.decode("latin-1")

    @property
    def origin(self) -> str:
        """The address where the server begins, as the client sees it, without a slash at its end."""
        scheme, path = self.scope.get("scheme", "http"), self.scope.get("root_path", "")
        host = self.header(b"host") or ""
        if not _HOST.fullmatch(host) or not terms.is_iri(f"{scheme}://{host}{path}"):
            name, port = self.scope.get("server") or ("localhost", None)
            host = f"{name}:{port}" if port else name
        return f"{scheme}://{host}{path}"


Answering = Callable[[Call], Awaitable[Reply]]


class Endpoint:
    """An ASGI application that sends what a function answers, and counts it under a name."""

    def __init__(self, name: str, answer: Answering, metrics: Metrics) -> None:
        self._name, self._answer, self._metrics = name, answer, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI has it."""
        begin = time.perf_counter()
        status: int | None = 500
        try:
            found = await _replied(self._answer, scope, receive)
            await replies.send_reply(found, send, scope["method"] == "HEAD")
            status = found.status
        except GoneError:
            status = None  # nobody is there to be told
        except asyncio.CancelledError:
            status = None
            raise
        finally:
            self._metrics.observe(self._name, status, time.perf_counter() - begin)


def _by_name(headers: Sequence[tuple[bytes, bytes]]) -> Mapping[bytes, bytes]:
    """Return headers by their names; one that stands there several times with all that it says. Raises `ProtocolError`."""
    if sum(len(name) + len(value) for name, value in headers) > _LARGEST_HEADERS:
        raise ProtocolError(431, f"the headers of a request have at most {_LARGEST_HEADERS:,} bytes")
    found = dict(headers)
    if len(found) < len(headers):
        several: dict[bytes, list[bytes]] = {}
        for name, value in headers:
            several.setdefault(name, []).append(value)
        found = {name: b", ".join(values) for name, values in several.items()}
    return found


async def _replied(answer: Answering, scope: Scope, receive: Receive) -> Reply:
    """Return the answer to a request, or the reply that says why there is none."""
    try:
        return await answer(Call(scope, _by_name(scope["headers"]), receive))
    except ProtocolError as error:
        return replies.refusal(error.status, error.reason, error.headers)
    except AnswerSizeError as error:
        return replies.refusal(413, told(error))
    except (QueryTimeoutError, EngineError) as error:
        return replies.refusal(503, told(error))
    except QueryError as error:
        return replies.refusal(400, told(error))
    except BusyError as error:
        return replies.refusal(503, error.reason, [("retry-after", str(error.retry_after))])
    except ResourceError:  # its words name files of ours, which are nobody's business
        return replies.refusal(503, "the data cannot be read at the moment", [("retry-after", "5")])


def unless_read(call: Call, allowed: str) -> Reply | None:
    """Return the reply to a method that does not read; None for GET and HEAD."""
    if call.method == "GET":
        return None
    if call.method != "OPTIONS":
        return replies.refusal(405, f"{call.method} is not possible here, only {allowed}", [("allow", allowed)])
    asked_by_page = [
        ("access-control-allow-methods", allowed),
        ("access-control-allow-headers", "*"),
        ("access-control-max-age", _DAY),
    ]
    return replies.empty(204, [("allow", allowed), *asked_by_page])


async def body_of(call: Call) -> bytes:
    """Return the body of a request. Raises `ProtocolError` for one that is too long, `GoneError` where the client goes away."""
    too_long = ProtocolError(413, f"a request has at most {LARGEST_BODY:,} bytes")
    length = call.headers.get(b"content-length", b"")
    if length.isdigit() and (len(length) > 20 or int(length) > LARGEST_BODY):
        raise too_long
    parts, size = [], 0
    while True:
        message = await call.receive()
        if message["type"] == "http.disconnect":
            raise GoneError
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        if size > LARGEST_BODY:
            raise too_long
        if not message.get("more_body"):
            return b"".join(parts)


async def aside(size: int, work: Callable[Given, Found], *given: Given.args, **named: Given.kwargs) -> Found:
    """Return what work on so many bytes comes to; it is done in a thread where it would hold up others."""
    if size <= _QUICK:
        return work(*given, **named)
    return await asyncio.to_thread(work, *given, **named)


async def while_connected(call: Call, work: Coroutine[Any, Any, Found]) -> Found:
    """Return what work comes to; it is cancelled, with `GoneError`, when the client goes away."""
    task, gone = asyncio.ensure_future(work), asyncio.ensure_future(_gone(call.receive))
    try:
        await asyncio.wait((task, gone), return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            raise GoneError
        return task.result()
    finally:
        task.cancel()
        gone.cancel()


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
