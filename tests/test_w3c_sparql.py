"""The W3C's suites of SPARQL 1.1 Protocol, Graph Store Protocol, Service Description and result formats, against a server.

What writes is not for a server that only reads: those requests have to be refused, and the states that they would bring about
are in the data from the beginning.
"""

from __future__ import annotations

import email
import http.client
import io
import json
import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode

import pytest
import rdflib
from rdflib.collection import Collection
from rdflib.compare import isomorphic
from rdflib.query import Result, ResultRow

from tests.conftest import SHARED
from tests.serving import Response, fetch
from tests.started import started
from tests.writing import SAFETY

SUITES = SHARED / "w3c" / "sparql" / "sparql11"
HT = rdflib.Namespace("http://www.w3.org/2011/http#")
HTS = rdflib.Namespace("http://www.w3.org/2011/http-statusCodes#")
CNT = rdflib.Namespace("http://www.w3.org/2011/content#")
MF = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = rdflib.Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
UT = rdflib.Namespace("http://www.w3.org/2009/sparql/tests/test-update#")
SD = rdflib.Namespace("http://www.w3.org/ns/sparql-service-description#")
STATUSES = {"OK": 200, "Created": 201, "NoContent": 204, "NotFound": 404}
AUTHORITY = "www.example"  # what the suite calls the server


# --- what the manifests say --------------------------------------------------------------------------------------------------
class Asked(NamedTuple):
    """A request of a test, and what has to come back."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes | None
    statuses: tuple[str, ...]
    boolean: bool | None
    format: str | None
    graph: bytes | None


@cache
def manifest(name: str) -> rdflib.Graph:
    path = SUITES / name
    return rdflib.Graph().parse(path, publicID=path.as_uri()) if path.is_file() else rdflib.Graph()


def entries(name: str) -> list[rdflib.URIRef]:
    graph = manifest(name)
    heads = list(graph.objects(None, MF.entries))
    return [rdflib.URIRef(str(entry)) for entry in Collection(graph, heads[0])] if heads else []


def requests(name: str, test: rdflib.URIRef) -> Iterator[Asked]:
    graph = manifest(name)
    for node in _list(graph, graph.value(test, MF.action), HT.requests):
        reply = graph.value(node, HT.resp)
        boolean, form = graph.value(reply, MF.expectedBoolean), graph.value(reply, MF.expectedFormat)
        yield Asked(
            str(graph.value(node, HT.methodName)),
            str(graph.value(node, HT.absolutePath)),
            _headers(graph, node),
            _body(graph, node),
            tuple(str(status).rpartition("#")[2] for status in graph.objects(reply, MF.expectedStatus)),
            None if boolean is None else str(boolean) == "true",
            str(form) if form else None,
            _body(graph, reply),
        )


def _headers(graph: rdflib.Graph, node: rdflib.term.Node) -> dict[str, str]:
    return {
        str(graph.value(row, HT.fieldName)).replace("-", "_"): str(graph.value(row, HT.fieldValue))
        for row in _list(graph, node, HT.headers)
    }


def _list(graph: rdflib.Graph, node: rdflib.term.Node | None, term: rdflib.URIRef) -> Iterator[rdflib.term.Node]:
    head = graph.value(node, term)
    yield from Collection(graph, head) if head else ()


def _body(graph: rdflib.Graph, node: rdflib.term.Node | None) -> bytes | None:
    body = graph.value(node, HT.body)
    return str(graph.value(body, CNT.chars)).encode(str(graph.value(body, CNT.characterEncoding))) if body else None


# --- what is served ----------------------------------------------------------------------------------------------------------
PROTOCOL = "protocol/manifest.ttl"
GRAPH_STORE = "graph-store-protocol/manifest-indirect.ttl"
FORMATS = ("csv-tsv-res/manifest.ttl", "json-res/manifest.ttl")


class Step(NamedTuple):
    """A request that reads the graph store, in the state in which the requests before it left it; each state has its own names."""

    asked: Asked
    name: str

    def __str__(self) -> str:
        return f"{self.name}: {self.asked.method} {self.asked.target}"


def steps() -> Iterator[tuple[Step, dict[str, rdflib.Graph]]]:
    """Yield each request that reads, with the graphs as they are then."""
    for test in entries(GRAPH_STORE):
        graphs: dict[str, rdflib.Graph] = {}
        for number, asked in enumerate(requests(GRAPH_STORE, test)):
            fields = dict(parse_qsl(asked.target.partition("?")[2], keep_blank_values=True))
            name = fields.get("graph", "")
            authority = f"{str(test).rpartition('#')[2].replace('_', '-')}-{number}.example"
            if asked.method in {"PUT", "POST"} and fields:
                before = graphs.get(name, rdflib.Graph()) if asked.method == "POST" else rdflib.Graph()
                graphs[name] = before + _parsed(asked)
            elif asked.method == "DELETE":
                graphs.pop(name, None)
            elif "$" not in asked.target:
                target = asked.target.replace("/gsp?", "/graph-store?").replace(AUTHORITY, authority, 1)
                held = {name.replace(AUTHORITY, authority): graph for name, graph in graphs.items()}
                yield Step(asked._replace(target=target), str(test).rpartition("#")[2]), held


def _parsed(asked: Asked) -> rdflib.Graph:
    """Return the graph that a request sends, whole or in the parts of a form."""
    message = email.message_from_bytes(f"Content-Type: {asked.headers['content_type']}\n\n".encode() + (asked.body or b""))
    parts = message.get_payload() if message.is_multipart() else [message]
    graph = rdflib.Graph()
    for part in parts:
        assert isinstance(part, email.message.Message)
        graph.parse(data=str(part.get_payload()), format="turtle")
    return graph


STEPS = list(steps())
NAMED = [step for step, _ in STEPS if "?graph=" in step.asked.target]


def data() -> rdflib.Dataset:
    """Return all graphs that the tests want, each under its name."""
    found = rdflib.Dataset()
    suite = manifest(PROTOCOL)
    for node in suite.objects(None, UT.graphData):
        label, file = suite.value(node, rdflib.RDFS.label), str(suite.value(node, UT.graph)).rpartition("/")[2]
        found.graph(rdflib.URIRef(str(label))).parse(SUITES / "protocol" / file, format="nt")
    for name in FORMATS:
        for path in (SUITES / name).parent.glob("data*.ttl"):
            found.graph(rdflib.URIRef(f"urn:x:{path.parent.name}/{path.name}")).parse(path)
    for _, graphs in STEPS:
        for iri, graph in graphs.items():
            if iri:
                found.graph(rdflib.URIRef(iri)).__iadd__(graph)
    return found


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[http.client.HTTPConnection]:
    if not SUITES.is_dir():
        pytest.skip("no W3C suites beside the project (KG_SHARED)")
    path = tmp_path_factory.mktemp("w3c") / "data.nq"
    data().serialize(path, format="nquads", encoding="utf-8")
    with started(path, "--workers=1") as served:
        connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=SAFETY)
        yield connection
        connection.close()


def send(server: http.client.HTTPConnection, asked: Asked) -> Response:
    return fetch(server, asked.target, asked.method, asked.body, **asked.headers)


# --- SPARQL 1.1 Protocol -----------------------------------------------------------------------------------------------------
UPDATES = [test for test in entries(PROTOCOL) if "#update_" in str(test)]
QUERIES = [test for test in entries(PROTOCOL) if test not in UPDATES]


def called(test: object) -> str:
    return str(test).rpartition("#")[2]


@pytest.mark.parametrize("test", QUERIES, ids=called)
def test_the_protocol_is_kept(test: rdflib.URIRef, server: http.client.HTTPConnection) -> None:
    for asked in requests(PROTOCOL, test):
        found = send(server, asked)
        assert any(status[10] == str(found.status)[0] for status in asked.statuses), found.text
        if asked.boolean is not None:
            assert json.loads(found.text)["boolean"] is asked.boolean
        if asked.format == "tabular":
            assert json.loads(found.text)["head"]["vars"] == ["value"]
        elif asked.format == "RDF":
            rdflib.Graph().parse(data=found.text, format=found.type)
        if found.status >= 400:
            assert (found.type, found.text.strip() != "") == ("text/plain", True)


@pytest.mark.parametrize("test", UPDATES, ids=called)
def test_an_update_is_refused_and_changes_nothing(test: rdflib.URIRef, server: http.client.HTTPConnection) -> None:
    count = f"/sparql?{urlencode({'query': 'SELECT (COUNT(*) AS ?n) { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } }'})}"
    before = fetch(server, count)
    update, *_ = requests(PROTOCOL, test)
    found = send(server, update)
    assert (found.status, "read-only" in found.text) == (403, True)
    assert fetch(server, count).body == before.body


# --- SPARQL 1.1 Graph Store Protocol -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("step", NAMED, ids=str)
def test_a_graph_of_the_store_is_read_by_its_name(step: Step, server: http.client.HTTPConnection) -> None:
    found = send(server, step.asked)
    assert found.status in {STATUSES[status] for status in step.asked.statuses}
    if found.status == 200:
        assert found.headers["content-type"] == "text/turtle; charset=utf-8"
    if step.asked.graph:
        wanted = rdflib.Graph().parse(data=step.asked.graph, format="turtle")
        assert isomorphic(rdflib.Graph().parse(data=found.text, format="turtle"), wanted)
    elif step.asked.method == "HEAD":
        assert found.body == b""


def test_the_default_graph_is_the_union_of_all_as_a_set(server: http.client.HTTPConnection) -> None:
    found = rdflib.Graph().parse(data=fetch(server, "/graph-store?default").text, format="turtle")
    named = [graph for graph in data().graphs() if graph.identifier != rdflib.graph.DATASET_DEFAULT_GRAPH_ID]
    assert _named(found) == {triple for graph in named for triple in _named(graph)}


def _named(graph: rdflib.Graph) -> set[tuple[object, ...]]:
    """Return the triples without blank nodes, as what they mean."""
    return {tuple(map(_meant, triple)) for triple in graph if not any(isinstance(node, rdflib.BNode) for node in triple)}


def test_what_would_write_to_the_graph_store_is_refused(server: http.client.HTTPConnection) -> None:
    writing = [
        asked._replace(target=asked.target.replace("/gsp", "/graph-store"))
        for test in entries(GRAPH_STORE)
        for asked in requests(GRAPH_STORE, test)
        if asked.method not in {"GET", "HEAD"}
    ]
    assert {send(server, asked).status for asked in writing} == {405}


# --- SPARQL 1.1 Service Description ------------------------------------------------------------------------------------------
def test_the_service_describes_itself_as_its_schema_says(server: http.client.HTTPConnection) -> None:
    found = {}
    for name, media_type in {"turtle": "text/turtle", "xml": "application/rdf+xml", "json-ld": "application/ld+json"}.items():
        response = fetch(server, "/sparql", accept=media_type)
        assert (response.status, response.type) == (200, media_type)
        found[name] = rdflib.Graph().parse(data=response.text, format=name)
    graph = found["turtle"]
    assert isomorphic(graph, found["xml"])
    assert isomorphic(graph, found["json-ld"])
    (service,) = graph.subjects(rdflib.RDF.type, SD.Service)
    address = f"http://{server.host}:{server.port}/sparql"
    assert list(graph.objects(service, SD.endpoint)) == [rdflib.URIRef(address)]
    assert list(graph.objects(service, SD.supportedLanguage)) == [SD.SPARQL11Query]
    assert len(list(graph.objects(service, SD.resultFormat))) == 8
    (dataset,) = graph.objects(service, SD.defaultDataset)
    assert (dataset, rdflib.RDF.type, SD.Dataset) in graph
    assert all((node, rdflib.RDF.type, SD.Graph) in graph for node in graph.objects(dataset, SD.defaultGraph))
    assert not any(isinstance(node, rdflib.BNode) for triple in graph for node in triple)


# --- result formats ----------------------------------------------------------------------------------------------------------
PARSERS = {".csv": "csv", ".tsv": "tsv", ".srj": "json"}
RESULTS = [(name, test) for name in FORMATS for test in entries(name)]


@pytest.mark.parametrize(("name", "test"), RESULTS, ids=called)
def test_results_are_written_as_the_format_says(name: str, test: rdflib.URIRef, server: http.client.HTTPConnection) -> None:
    graph, folder = manifest(name), (SUITES / name).parent
    action = graph.value(test, MF.action)
    text, source, wanted = (
        folder / str(graph.value(node, term)).rpartition("/")[2]
        for node, term in ((action, QT.query), (action, QT.data), (test, MF.result))
    )
    form = PARSERS[wanted.suffix]
    fields = {"query": text.read_text(), "format": form, "default-graph-uri": f"urn:x:{folder.name}/{source.name}"}
    found = fetch(server, f"/sparql?{urlencode(fields)}")
    assert found.status == 200
    with wanted.open("rb") as file:
        assert rows(found.body, form) == rows(file.read(), form)


def rows(body: bytes, form: str) -> object:
    """Return the rows of a result in order, or its truth, so that only what means the same is the same."""
    result = Result.parse(io.BytesIO(body), format=form)
    if result.type == "ASK":
        return result.askAnswer
    return [tuple(map(_meant, row)) for row in result if isinstance(row, ResultRow)]


INTEGERS = {rdflib.XSD[name] for name in ("integer", "negativeInteger", "nonNegativeInteger")}
NUMBERS = {*INTEGERS, rdflib.XSD.decimal, rdflib.XSD.double}


def _meant(term: object) -> object:
    """Return a term as what it means.

    A number may be written in several ways and a blank node may have any name; the engine holds every kind of integer as
    xsd:integer.
    """
    if isinstance(term, rdflib.BNode) or (isinstance(term, rdflib.Literal) and str(term).startswith("_:")):
        return "a blank node"
    if isinstance(term, rdflib.Literal) and term.datatype in NUMBERS:
        return float(term), rdflib.XSD.integer if term.datatype in INTEGERS else term.datatype
    if isinstance(term, rdflib.Literal) and term.datatype == rdflib.XSD.string:
        return _meant(rdflib.Literal(str(term)))  # RDF 1.1: the same
    if (
        isinstance(term, rdflib.Literal)
        and not term.datatype
        and not term.language
        and re.fullmatch(r"-?[\d.]+(?:[eE]\d+)?", str(term))
    ):
        return float(term)
    return term


# --- what is not there -------------------------------------------------------------------------------------------------------
def test_the_suites_are_there_whole_where_they_are_there() -> None:
    if not SUITES.is_dir():
        pytest.skip("no W3C suites beside the project (KG_SHARED)")
    assert (len(QUERIES), len(UPDATES), len(NAMED), len(RESULTS)) == (27, 7, 10, 10)
