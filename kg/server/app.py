"""The application: SPARQL over HTTP for one dump.

    application(pool)  # for any ASGI server

What most clients do, asking for a query whose answer is kept, is answered before anything else is looked at.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from starlette.applications import Starlette
from starlette.routing import Route

from kg.server import caching, description, graphs, metrics, negotiation, page, protocol, replies
from kg.server.caching import Cache
from kg.server.endpoints import Call, Endpoint, aside, body_of, unless_read
from kg.server.metrics import Figure, Metrics
from kg.server.protocol import Asked, ProtocolError
from kg.server.replies import Receive, Reply, Scope, Send
from kg.server.solving import Pool, Solver
from kg.version import VERSION

ROWS = 1_000_000
SIZE = 64 << 20  # bytes
_READING, _ASKING = "GET, HEAD, OPTIONS", "GET, HEAD, POST, OPTIONS"
_NOW = (("processes", "Processes that answer queries."), ("working", "Queries that run."), ("waiting", "Queries that wait."))
_DONE = (
    ("answered", "Queries with an answer."),
    ("wrong", "Queries refused for what they say, or for the size of their answer."),
    ("late", "Queries ended at their deadline."),
    ("broken", "Queries that ended their process."),
    ("busy", "Queries refused because too many came."),
    ("abandoned", "Queries whose client went away."),
    ("deferred", "Long queries that let a quick one through and began anew."),
    ("replaced", "Processes replaced."),
)


def application(pool: Pool, rows: int | None = ROWS, size: int | None = SIZE, kept: int = caching.KEPT) -> Application:
    """Return the application; an answer has at most so many rows and bytes, and so many bytes of answers are kept."""
    return Application(pool, rows, size, kept)


class Application:
    """An ASGI application over a pool: the query service in front, everything else behind a router."""

    def __init__(self, pool: Pool, rows: int | None, size: int | None, kept: int) -> None:
        self._pool, self._limits = pool, (rows, size)
        self._metrics, self._solver = Metrics(), Solver(pool, Cache(kept))
        self._ask = Endpoint("sparql", self._sparql, self._metrics)
        others = (
            ("/", "page", self._page),
            ("/graph-store", "graph-store", self._graph),
            ("/health", "health", self._health),
            ("/metrics", "metrics", self._figures),
            ("/{anything:path}", "none", _nowhere),
        )
        self._others = Starlette(routes=[Route(path, Endpoint(name, answer, self._metrics)) for path, name, answer in others])

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, as ASGI has it."""
        is_query = scope["type"] == "http" and scope["path"] in {"/sparql", "/sparql/"}
        await (self._ask if is_query else self._others)(scope, receive, send)

    # --- what is asked -------------------------------------------------------------------------------------------------------
    async def _sparql(self, call: Call) -> Reply:
        if call.method == "POST":
            protocol.checked_type(call.headers)
            body = await body_of(call)
            return await self._solver.solve(call, await aside(len(body), self._sent, call, body))
        if refused := unless_read(call, _ASKING):
            return refused
        accept = call.header(b"accept")
        wanted = await aside(len(call.query_string), protocol.from_url, call.query_string, accept, *self._limits)
        return await self._solver.solve(call, wanted) if wanted else self._described(call)

    def _sent(self, call: Call, body: bytes) -> Asked:
        return protocol.from_body(call.query_string, call.headers, body, call.header(b"accept"), *self._limits)

    def _described(self, call: Call) -> Reply:
        """Return what the service says of itself to who asks nothing; to people, the form."""
        name = next((value for field, value in protocol.fields(call.query_string) if field == "format"), None)
        offer = protocol.offered(negotiation.GRAPHS, call.header(b"accept"), name)
        endpoint, headers = f"{call.origin}/sparql", (caching.KEPT_BY_CLIENTS, caching.VARYING)
        if offer.media_type == negotiation.HTML:
            return replies.reply(page.form("", endpoint, "").encode(), page.CONTENT_TYPE, (*headers, *page.SAFE))
        return replies.reply(description.describe(endpoint, offer.form).encode(), offer.content_type, headers)

    async def _graph(self, call: Call) -> Reply:
        if refused := unless_read(call, _READING):
            return refused
        wanted = graphs.asked(call.query_string, call.header(b"accept"), *self._limits)
        return await self._solver.solve(call, wanted)

    # --- what there is beside ------------------------------------------------------------------------------------------------
    async def _page(self, call: Call) -> Reply:
        if refused := unless_read(call, _READING):
            return refused
        query = next((value for name, value in protocol.fields(call.query_string) if name == "query"), "")
        text = page.form(query, f"{call.origin}/sparql", "sparql")
        return replies.reply(text.encode(), page.CONTENT_TYPE, (caching.KEPT_BY_CLIENTS, *page.SAFE))

    async def _health(self, call: Call) -> Reply:
        """Tell whether there is a process to answer: who asks restarts a server that has none."""
        if refused := unless_read(call, _READING):
            return refused
        is_well = self._pool.counts.processes > 0
        said = {"status": "ok" if is_well else "no process answers queries", "kg": VERSION, "data": self._pool.version}
        return replies.reply(f"{json.dumps(said)}\n".encode(), "application/json", [replies.NEVER_KEPT], 200 if is_well else 503)

    async def _figures(self, call: Call) -> Reply:
        if refused := unless_read(call, _READING):
            return refused
        text = self._metrics.text(self._counted())
        return replies.reply(text.encode(), metrics.CONTENT_TYPE, [replies.NEVER_KEPT])

    def _counted(self) -> Iterator[Figure]:
        counts, kept = self._pool.counts, self._solver.cache
        yield from (Figure(f"kg_pool_{name}", "gauge", meaning, getattr(counts, name)) for name, meaning in _NOW)
        yield from (Figure(f"kg_pool_{name}_total", "counter", meaning, getattr(counts, name)) for name, meaning in _DONE)
        yield Figure("kg_cache_answers", "gauge", "Answers that are kept.", len(kept))
        yield Figure("kg_cache_bytes", "gauge", "Bytes of the answers that are kept.", kept.bytes)
        yield Figure("kg_cache_hits_total", "counter", "Queries answered from what is kept.", kept.hits)
        yield Figure("kg_cache_misses_total", "counter", "Queries that had to be answered anew.", kept.misses)
        yield Figure("kg_cache_shared_total", "counter", "Queries that waited for the same one.", self._solver.running.count)
        yield Figure("kg_cache_unchanged_total", "counter", "Queries whose client had the answer already.", kept.unchanged)
        yield Figure("kg_data_info", "gauge", "The version of the data that is served.", 1, {"version": self._pool.version})


async def _nowhere(call: Call) -> Reply:
    raise ProtocolError(404, "there is nothing here; queries go to /sparql, graphs are at /graph-store")
