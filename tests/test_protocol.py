"""A request after the SPARQL 1.1 Protocol means one query over one dataset, in one format; every other is refused in words."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import Place, QueryError
from kg.server import graphs, negotiation, protocol
from kg.server.protocol import FORM, QUERY, UPDATE, Asked, ProtocolError
from kg.store import Request

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
IRIS = st.lists(st.sampled_from(["https://a.example/g", "urn:x:g", "https://a.example/?a=1&b=é#f"]), max_size=3)


def get(query_string: str | bytes, accept: str | None = None) -> Asked | None:
    return protocol.from_url(query_string if isinstance(query_string, bytes) else query_string.encode(), accept, 5, 100)


def post(body: str | bytes, content_type: str | None, query_string: str = "", accept: str | None = None, **headers: str) -> Asked:
    said = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    if content_type is not None:
        said[b"content-type"] = content_type.encode()
    return protocol.from_body(query_string.encode(), said, body if isinstance(body, bytes) else body.encode(), accept, 5, 100)


def refused(status: int, words: str, ask: Any, *given: Any, **named: Any) -> None:
    with pytest.raises(ProtocolError) as found:
        ask(*given, **named)
    assert (found.value.status, words in found.value.reason) == (status, True), found.value.reason


# --- what is asked ---------------------------------------------------------------------------------------------------------
@given(TEXTS, IRIS, IRIS)
def test_a_query_means_the_same_however_it_is_sent(text: str, defaults: list[str], named: list[str]) -> None:
    fields = [("query", text), *(("default-graph-uri", iri) for iri in defaults), *(("named-graph-uri", iri) for iri in named)]
    form, graph_fields = urlencode(fields), urlencode(fields[1:])
    query = urlencode({"query": text})
    found = get(form)
    assert found
    assert found.request.text == text
    assert found == post(form, FORM) == post(query, FORM, graph_fields) == post(graph_fields, FORM, query)
    if not text.startswith("\ufeff"):
        assert found == post(text, QUERY, graph_fields)


def test_a_dataset_in_the_request_is_the_whole_dataset() -> None:
    found = get("query=ASK%7B%7D&named-graph-uri=urn:x:a&named-graph-uri=urn:x:b&named-graph-uri=urn:x:a")
    assert found
    assert (found.request.default_graphs, found.request.named_graphs) == ((), ("urn:x:a", "urn:x:b"))
    bare = get("query=ASK%7B%7D&default-graph-uri=&named-graph-uri=")
    assert bare
    assert (bare.request.default_graphs, bare.request.named_graphs) == (None, None)


def test_rows_and_bytes_are_bounded_and_those_of_a_page_more() -> None:
    found, page = get("query=ASK{}"), protocol.from_url(b"query=ASK{}&format=html", None, 5, 1 << 30)
    assert found
    assert page
    assert (found.request.rows, found.request.size) == (5, 100)
    assert page.request.rows == 5
    assert (page.request.size or 0) < 1 << 30


def test_without_a_query_nothing_is_asked() -> None:
    assert get("") is get("format=turtle") is get("default-graph-uri=urn:x:a") is None
    assert get("query=") == Asked(Request("", "json", rows=5, size=100), negotiation.SOLUTIONS[0])


@pytest.mark.parametrize(
    "content_type", [QUERY, "Application/SPARQL-Query; charset=UTF-8", f'{QUERY};charset="utf-8"', f"{QUERY}; charset=us-ascii"]
)
def test_a_type_may_be_written_as_headers_may(content_type: str) -> None:
    assert post("ASK {}", content_type).request.text == "ASK {}"


def test_a_mark_that_editors_put_before_a_text_is_no_part_of_it() -> None:
    assert post("\ufeffASK {}", QUERY).request.text == "ASK {}"


@pytest.mark.parametrize(
    ("text", "accept", "form"),
    [
        ("SELECT * {}", None, "json"),
        ("PREFIX x: <urn:x:> # SELECT\nconstruct {} where {}", None, "turtle"),
        ("describe <urn:x:a>", "application/n-triples", "ntriples"),
        ("ASK {}", "application/sparql-results+xml", "xml"),
        ("nothing that is known", "text/turtle", "json"),  # refused by the engine, as what it is
        ("DELETE WHERE { ?s ?p ?o }", "image/png", "json"),
    ],
)
def test_the_form_fits_the_kind_of_query(text: str, accept: str | None, form: str) -> None:
    found = get(urlencode({"query": text}), accept)
    assert found
    assert found.request.form == form


def test_a_format_in_the_address_goes_before_the_header() -> None:
    for name in ("csv", "CSV", "text/csv"):
        found = get(urlencode({"query": "SELECT * {}", "format": name}), "application/json")
        assert found
        assert found.offer.media_type == "text/csv"
    found = get(urlencode({"query": "CONSTRUCT {} {}", "format": "json"}))
    assert found
    assert found.offer.form == "jsonld"


def test_an_iri_without_scheme_begins_at_the_server() -> None:
    relative = get(urlencode({"query": "CONSTRUCT { <s> <urn:x:p> 1 } {}"}))
    absolute = get(urlencode({"query": "SELECT * { <urn:x:s> ?p ?o FILTER(?o < 3 && ?o > 1) }"}))
    assert relative
    assert absolute
    assert (relative.is_relative, absolute.is_relative) == (True, False)
    assert protocol.based(relative.request, "https://a.example/sparql").text.startswith("BASE <https://a.example/sparql>\nCONS")


def test_a_fault_behind_an_added_base_keeps_its_place() -> None:
    error = QueryError.together([QueryError("wrong", Place("query", 3, 7)), QueryError("worse", Place("query", 4, 1))])
    assert protocol.told(protocol.mended(error)) == "line 2, column 7: wrong\nline 3, column 1: worse"
    assert protocol.told(QueryError("wrong")) == "wrong"


# --- what is refused -------------------------------------------------------------------------------------------------------
def test_requests_that_mean_no_single_query_are_refused() -> None:
    refused(400, "more than one parameter `query`", get, "query=ASK%7B%7D&query=ASK%7B%7D")
    refused(400, "more than one parameter `query`", post, "ASK {}", QUERY, "query=ASK%7B%7D")
    refused(400, "more than one parameter `format`", get, "query=ASK%7B%7D&format=csv&format=csv")
    refused(400, "there is no query", post, "", FORM)
    refused(400, "not an absolute IRI: 'here'", get, "query=ASK%7B%7D&default-graph-uri=here")
    refused(400, "not an absolute IRI: 'urn:x:> }'", get, "query=ASK%7B%7D&named-graph-uri=urn:x:%3E%20%7D")
    refused(400, "at most 1000 parameters", get, "a&" * 1001)


@pytest.mark.parametrize("name", ["update", "using-graph-uri", "using-named-graph-uri"])
def test_updates_are_refused_however_they_are_sent(name: str) -> None:
    refused(403, "read-only", get, f"{name}=CLEAR%20ALL")
    refused(403, "read-only", post, f"{name}=CLEAR%20ALL", FORM)
    refused(403, "read-only", post, "CLEAR ALL", UPDATE)
    refused(403, "read-only", post, "ASK {}", QUERY, f"{name}=urn:x:a")


@pytest.mark.parametrize("content_type", [None, "", "text/plain", "application/json", "multipart/form-data; boundary=x"])
def test_a_body_of_another_type_is_refused_with_those_that_are_read(content_type: str | None) -> None:
    refused(415, f"send {QUERY} or {FORM}", post, "ASK {}", content_type)


def test_a_body_that_is_not_utf_8_or_packed_is_refused() -> None:
    refused(415, "not in UTF-16", post, "ASK {}".encode("utf-16"), f"{QUERY}; charset=UTF-16")
    refused(415, "packed with gzip", post, b"\x1f\x8b", QUERY, content_encoding="gzip")
    refused(400, "line 2, column 3: the query is not UTF-8", post, b"ASK\n{\xc3\xa9\xff}", QUERY)
    refused(400, "not UTF-8", get, "query=" + quote(b"ASK { \xff }"))
    refused(400, "not UTF-8", get, b"query=\xff")
    refused(400, "not UTF-8", post, "query=%ff", FORM)


def test_a_format_that_the_answer_has_not_is_refused_with_those_that_it_has() -> None:
    refused(406, "Accept: image/png: this answer has no such format; choose one of", get, "query=ASK%7B%7D", "image/png")
    refused(406, "format=pdf", get, "query=ASK%7B%7D&format=pdf")
    refused(406, "turtle, jsonld, ntriples, rdfxml", get, "query=DESCRIBE%20%3Curn:x:a%3E&format=csv")


# --- graphs by their names -------------------------------------------------------------------------------------------------
def test_a_graph_is_asked_for_by_its_name_or_as_the_default() -> None:
    iri = "https://a.example/b?c=d&e#f%31"
    found = graphs.asked(f"graph={quote(iri)}".encode(), "application/n-triples", 5, 100)
    assert found.request == Request("CONSTRUCT WHERE { ?s ?p ?o }", "ntriples", (iri,), None, 5, 100)
    assert graphs.asked(b"default", None, None, None).request == Request("CONSTRUCT WHERE { ?s ?p ?o }", "turtle")


def test_only_one_graph_is_asked_for() -> None:
    for query_string in (b"", b"graph=urn:x:a&graph=urn:x:b", b"default&graph=urn:x:a"):
        refused(400, "name one graph", graphs.asked, query_string, None, None, None)
    refused(400, "not an absolute IRI", graphs.asked, b"graph=a%3E", None, None, None)
    refused(406, "Accept: text/csv", graphs.asked, b"default", "text/csv", None, None)


@given(TEXTS, IRIS, IRIS)
def test_what_is_asked_can_be_sent_again(text: str, defaults: list[str], named: list[str]) -> None:
    fields = [("query", text), *(("default-graph-uri", iri) for iri in defaults), *(("named-graph-uri", iri) for iri in named)]
    found = get(urlencode(fields))
    assert found
    assert get(urlencode(found.fields)) == found
    for fields in ([("default", "")], *([("graph", iri)] for iri in defaults)):
        graph = graphs.asked(urlencode(fields).encode(), None, None, None)
        assert graph.fields == fields
