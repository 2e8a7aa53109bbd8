"""The SPARQL 1.1 Protocol: what a request asks for. Nothing here reads or sends; see `app` for that."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl

from kg import sparql, terms
from kg.errors import KgError, Place, QueryError
from kg.server import negotiation
from kg.server.negotiation import Offer
from kg.store import Request

FORM, QUERY, UPDATE = "application/x-www-form-urlencoded", "application/sparql-query", "application/sparql-update"
READ_ONLY = "this server is read-only: it takes no updates"
_MOST_PARAMETERS = 1000
LARGEST_BODY = 320 << 10  # bytes: a query of the longest kind has up to three times as many in a form
_SHORT = 4096  # characters up to which what a request means is remembered
_PAGE = 4 << 20  # bytes of an answer that people look at: a page is some times larger
_UPDATES = {"update", "using-graph-uri", "using-named-graph-uri"}
# An IRI without scheme: the engine has to be told where it begins. (Found in a comment or text, it does no harm.)
_RELATIVE = re.compile(r"<(?![A-Za-z][A-Za-z0-9+.-]*:)[^<>\"{}|^`\\\x00-\x20]*>")
# Functions whose value is another each time
_CHANGING = {"BNODE", "NOW", "RAND", "STRUUID", "UUID"}
_MAYBE_CHANGING = re.compile(r"bnode|now|rand|uuid", re.IGNORECASE)
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)


class ProtocolError(KgError):
    """A request that is refused: with which status, and further headers."""

    def __init__(self, status: int, reason: str, headers: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(reason)
        self.status = status
        self.headers = tuple(headers)


class Parameters(NamedTuple):
    """The parameters of a request that mean something here; a query may be empty, None is none at all."""

    query: str | None = None
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    format: str | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """What the engine is asked, and as what its answer is sent.

    `is_relative` tells that the query may have IRIs that begin where the server is; `is_lasting` that it gives the same each time
    while the data is the same; `is_graph` that it is a graph which was asked for, and no query.
    """

    request: Request
    offer: Offer
    is_relative: bool = False
    is_lasting: bool = True
    is_graph: bool = False

    @property
    def fields(self) -> list[tuple[str, str]]:
        """What is asked as the fields of a form, without the format."""
        defaults, named = self.request.default_graphs or (), self.request.named_graphs or ()
        if self.is_graph:
            return [("graph", name) for name in defaults] or [("default", "")]
        graphs = [*(("default-graph-uri", name) for name in defaults), *(("named-graph-uri", name) for name in named)]
        return [("query", self.request.text), *graphs]


def from_url(query_string: bytes, accept: str | None, rows: int | None, size: int | None) -> Asked | None:
    """Return what a GET asks for; None where there is no query, so that the service describes itself. Raises `ProtocolError`."""
    read = _from_short_url if len(query_string) + len(accept or "") <= _SHORT else _from_url
    return read(query_string, accept, rows, size)


def _from_url(query_string: bytes, accept: str | None, rows: int | None, size: int | None) -> Asked | None:
    found = parameters(fields(query_string))
    return None if found.query is None else asked(found, accept, rows, size)


_from_short_url = lru_cache(maxsize=512)(_from_url)


def from_body(
    query_string: bytes, headers: Mapping[bytes, bytes], body: bytes, accept: str | None, rows: int | None, size: int | None
) -> Asked:
    """Return what a POST asks for: a form, or a query as it is. Raises `ProtocolError`."""
    media_type = checked_type(headers)
    given = fields(query_string)
    if media_type == FORM:
        found = parameters([*given, *fields(body)])
    else:
        found = parameters([*given, ("query", _decoded(body, "the query").removeprefix("\ufeff"))])
    if found.query is None:
        raise ProtocolError(400, "there is no query: send it as the parameter `query`")
    return asked(found, accept, rows, size)


def checked_type(headers: Mapping[bytes, bytes]) -> str:
    """Return the media type of a body that we can read. Raises `ProtocolError`; it need not have been received."""
    content_type = headers.get(b"content-type", b"").decode("latin-1")
    media_type = content_type.partition(";")[0].strip().lower()
    if media_type == UPDATE:
        raise ProtocolError(403, READ_ONLY)
    if media_type not in {FORM, QUERY}:
        told = f"a body of type {media_type}" if media_type else "a body without Content-Type"
        raise ProtocolError(415, f"{told} cannot be read; send {QUERY} or {FORM}", [("accept", f"{QUERY}, {FORM}")])
    charset = _CHARSET.search(content_type)
    if charset and charset[1].lower() not in {"utf-8", "utf8", "us-ascii"}:
        raise ProtocolError(415, f"a query is sent in UTF-8, not in {charset[1]}")
    coding = headers.get(b"content-encoding", b"identity").decode("latin-1").strip().lower()
    if coding != "identity":
        raise ProtocolError(415, f"a body packed with {coding} cannot be read; send it as it is")
    return media_type


def fields(text: bytes) -> list[tuple[str, str]]:
    """Return the names and values of a query string or a form. Raises `ProtocolError`."""
    try:
        return parse_qsl(text.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_PARAMETERS)
    except UnicodeDecodeError:
        raise ProtocolError(400, "the parameters are not UTF-8") from None
    except ValueError:
        raise ProtocolError(400, f"a request has at most {_MOST_PARAMETERS} parameters") from None


def parameters(given: Sequence[tuple[str, str]]) -> Parameters:
    """Return what the fields of a request mean. Raises `ProtocolError`."""
    if any(name in _UPDATES for name, _ in given):
        raise ProtocolError(403, READ_ONLY)
    values = {name: [value for other, value in given if other == name] for name in ("query", "format")}
    for name, several in values.items():
        if len(several) > 1:
            raise ProtocolError(400, f"there is more than one parameter `{name}`")
    query, form = (next(iter(several), None) for several in values.values())
    return Parameters(query, _graphs(given, "default-graph-uri"), _graphs(given, "named-graph-uri"), form or None)


def _graphs(given: Sequence[tuple[str, str]], parameter: str) -> tuple[str, ...]:
    """Return the graphs that a parameter names; one without a value, as an empty field of a form sends it, names none."""
    names = tuple(dict.fromkeys(value for name, value in given if name == parameter and value))
    for name in names:
        if not terms.is_iri(name):
            raise ProtocolError(400, f"{parameter}: not an absolute IRI: {name[:200]!r}")
    return names


def asked(found: Parameters, accept: str | None, rows: int | None, size: int | None) -> Asked:
    """Return what parameters with a query ask for, in the form that the client likes best. Raises `ProtocolError` for none."""
    text = found.query or ""
    # A text that is no query gets its refusal from the engine, whatever it is wanted as
    kind = sparql.kind(text)
    offer = offered(negotiation.OFFERS[kind], accept, found.format) if kind else negotiation.SOLUTIONS[0]
    is_given = found.default_graphs or found.named_graphs
    default, named = (found.default_graphs, found.named_graphs) if is_given else (None, None)
    if offer.media_type == negotiation.HTML:
        size = min(size or _PAGE, _PAGE)
    request = Request(text, offer.form, default, named, rows, size)
    return Asked(request, offer, _RELATIVE.search(text) is not None, _is_lasting(text))


def _is_lasting(text: str) -> bool:
    if len(text) > sparql.LONGEST:  # it is refused
        return True
    return not (_MAYBE_CHANGING.search(text) and any(token.keyword in _CHANGING for token in sparql.tokens(text)))


def offered(offers: tuple[Offer, ...], accept: str | None, name: str | None) -> Offer:
    """Return the offer that is named, else what the client likes best. Raises `ProtocolError` where we have none of that."""
    found = negotiation.named(name, offers) if name else negotiation.choose(accept, offers)
    if found:
        return found
    wanted = f"format={name[:100]}" if name else f"Accept: {(accept or '')[:200]}"
    types = ", ".join(offer.media_type for offer in offers)
    names = ", ".join(dict.fromkeys(offer.names[0] for offer in offers if "/" not in offer.names[0]))
    raise ProtocolError(406, f"{wanted}: this answer has no such format; choose one of {types}, or one of format={names}")


def based(request: Request, base: str) -> Request:
    """Return a request whose IRIs without scheme begin at the server; `mended` undoes that in errors."""
    return replace(request, text=f"BASE <{base}>\n{request.text}")


def mended(error: QueryError) -> QueryError:
    """Return an error on a query that is `based`, with its places in the query as it was sent."""
    return type(error).together(type(error)(each.reason, _line_before(each.place)) for each in error.each())


def _line_before(place: Place | None) -> Place | None:
    return replace(place, line=place.line - 1) if place and place.line > 1 else place


def told(error: KgError) -> str:
    """Return the reasons with line and column in words, a line each."""
    return "\n".join(f"{_where(each.place)}{each.reason}" for each in error.each())


def _where(place: Place | None) -> str:
    return f"line {place.line}, column {place.column}: " if place and place.line else ""


def _decoded(body: bytes, what: str) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        before = body[: error.start]
        line, column = before.count(b"\n") + 1, len(before.rpartition(b"\n")[2].decode()) + 1
        raise ProtocolError(400, f"line {line}, column {column}: {what} is not UTF-8") from None
