"""What is sent back: a status, headers and a body, as one value; and how it travels."""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from dataclasses import dataclass, replace
from typing import Any

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Header = tuple[bytes, bytes]

PLAIN = "text/plain; charset=utf-8"
NEVER_KEPT = ("cache-control", "no-store")
# Any page may ask: the data is public, and no answer depends on who asks
_EVERYONE: tuple[Header, ...] = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Retry-After, Content-Encoding"),
    (b"x-content-type-options", b"nosniff"),
)
_PACKING = (b"content-encoding", b"gzip")
_WORTH = 1024  # bytes from which packing pays
_LEVEL = 5
_LOT = 1 << 18  # bytes handed over at once: a client that reads slowly holds up the rest


@dataclass(frozen=True, slots=True)
class Reply:
    """A status, all headers, and the body that a GET has."""

    status: int
    headers: tuple[Header, ...]
    body: bytes


def reply(body: bytes, content_type: str, headers: Iterable[tuple[str, str]] = (), status: int = 200) -> Reply:
    """Return a reply with what every one has to say."""
    said = (("content-type", content_type), ("content-length", str(len(body))), *headers)
    return Reply(status, (*_EVERYONE, *((name.encode(), value.encode("latin-1")) for name, value in said)), body)


def refusal(status: int, reason: str, headers: Iterable[tuple[str, str]] = ()) -> Reply:
    """Return a reply that says in plain text why there is no answer."""
    return reply(f"{reason}\n".encode(errors="backslashreplace"), PLAIN, (NEVER_KEPT, *headers), status)


def empty(status: int, headers: Iterable[tuple[str, str]] = ()) -> Reply:
    """Return a reply without a body."""
    return Reply(status, (*_EVERYONE, *((name.encode(), value.encode()) for name, value in headers)), b"")


def packed(plain: Reply) -> Reply:
    """Return a reply packed with gzip, itself where that does not pay. It has an entity tag of its own: its bytes are others."""
    body = gzip.compress(plain.body, _LEVEL, mtime=0) if is_worth_packing(plain) else plain.body
    if len(body) >= len(plain.body):
        return plain
    headers = [(name, _packed_value(name, value, len(body))) for name, value in plain.headers]
    return replace(plain, headers=(*headers, _PACKING), body=body)


def is_worth_packing(plain: Reply) -> bool:
    """Tell whether a reply is long enough to be packed."""
    return len(plain.body) >= _WORTH


def _packed_value(name: bytes, value: bytes, length: int) -> bytes:
    if name == b"content-length":
        return str(length).encode()
    return value[:-1] + b'-gzip"' if name == b"etag" else value


async def send_reply(found: Reply, send: Send, is_head: bool = False) -> None:
    """Send a reply; without its body where only its headers are asked for."""
    await send({"type": "http.response.start", "status": found.status, "headers": found.headers})
    body = b"" if is_head else found.body
    for start in range(0, max(len(body), 1), _LOT):
        lot = body if len(body) <= _LOT else body[start : start + _LOT]
        await send({"type": "http.response.body", "body": lot, "more_body": start + _LOT < len(body)})
