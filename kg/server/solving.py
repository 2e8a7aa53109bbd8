"""From what is asked to a reply: kept, or had from the engine and made what the client takes."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Protocol

from kg import hints
from kg.errors import QueryError
from kg.server import caching, graphs, negotiation, page, protocol, replies
from kg.server.caching import Cache, Key
from kg.server.endpoints import Call, aside, while_connected
from kg.server.pool import Counts
from kg.server.protocol import Asked
from kg.server.replies import Reply
from kg.server.sharing import Shared
from kg.store import Answer, Request

_HELPED = 1 << 13  # characters of a query up to which somebody may have written it by hand


class Pool(Protocol):
    """What the application needs of a pool of processes."""

    @property
    def version(self) -> str:
        """The version of the data that is asked."""

    @property
    def counts(self) -> Counts:
        """What it does and has done."""

    async def answer(self, request: Request) -> Answer:
        """Return the answer to a request; one that is cancelled costs no more."""


class Solver:
    """Answers queries out of a pool, and out of what it keeps of its answers."""

    def __init__(self, pool: Pool, cache: Cache) -> None:
        self._pool = pool
        self.cache = cache
        self.running: Shared[Answer] = Shared()

    async def solve(self, call: Call, wanted: Asked) -> Reply:
        """Return the answer to a query; to a client that has it, only that it is still right.

        Raises `QueryError`, with its place in the query as it was sent, `BusyError`, `ProtocolError` and `GoneError`.
        """
        version = self._pool.version
        request = protocol.based(wanted.request, f"{call.origin}/sparql") if wanted.is_relative else wanted.request
        is_packed = negotiation.takes_gzip(call.header(b"accept-encoding"))
        key = Key(request, wanted.offer.media_type, wanted.is_graph, is_packed)
        known = call.header(b"if-none-match") if call.method == "GET" else None
        if known and wanted.is_lasting and caching.is_known(known, tag := caching.etag(version, key)):
            self.cache.unchanged += 1
            return replies.empty(304, [("etag", tag), caching.KEPT_BY_CLIENTS, caching.VARYING])
        if found := self.cache.get(version, key):
            self.cache.hits += 1
            return found
        return await self._made(call, wanted, version, key)

    async def _made(self, call: Call, wanted: Asked, version: str, key: Key) -> Reply:
        """Return the answer packed as it is wanted, and keep it where it would be the same the next time."""
        is_lasting = wanted.is_lasting
        plain_key = key._replace(is_packed=False)
        plain = self.cache.get(version, plain_key)
        if plain:
            self.cache.hits += 1
        else:
            self.cache.misses += 1
            answer = await self._answered(call, wanted, version, key.request)
            graphs.check(wanted, answer)
            # Where the data was replaced meanwhile, nobody knows of which version this is
            is_lasting = is_lasting and version == self._pool.version
            keeping = [("etag", caching.etag(version, key)), caching.KEPT_BY_CLIENTS] if is_lasting else [replies.NEVER_KEPT]
            plain = await aside(len(answer.body), _rendered, wanted, answer, (*keeping, caching.VARYING))
            if is_lasting:
                self.cache.put(version, plain_key, plain)
        found = await aside(len(plain.body), replies.packed, plain) if key.is_packed else plain
        if key.is_packed and is_lasting and version == self._pool.version:
            self.cache.put(version, key, found)
        return found

    async def _answered(self, call: Call, wanted: Asked, version: str, request: Request) -> Answer:
        """Return what the engine answers, unless the client goes away before. Raises `QueryError` with all that helps."""
        # What would be another each time is nobody else's
        name = (version, request, None if wanted.is_lasting else object())
        try:
            return await while_connected(call, self.running.get(name, lambda: self._pool.answer(request)))
        except QueryError as error:
            if type(error) is not QueryError:
                raise
            found = error
            if len(request.text) <= _HELPED:
                found = await asyncio.to_thread(hints.helped, error, request.text)
            raise protocol.mended(found) if wanted.is_relative else found from error


def _rendered(wanted: Asked, answer: Answer, headers: Iterable[tuple[str, str]]) -> Reply:
    """Return an answer as a reply: as the engine wrote it, or as a page for people."""
    if wanted.offer.media_type == negotiation.HTML:
        text = page.answer(wanted.fields, answer)
        return replies.reply(text.encode(), page.CONTENT_TYPE, (*headers, *page.SAFE))
    return replies.reply(answer.body, wanted.offer.content_type, headers)
