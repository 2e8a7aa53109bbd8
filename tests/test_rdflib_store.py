"""rdflib opens a dump as a dataset: the same statements, the same answers, and nothing that could be changed."""

from __future__ import annotations

import tempfile
import tomllib
import warnings
from collections.abc import Callable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.plugins.sparql import prepareQuery
from rdflib.store import VALID_STORE, Store

import kg
from kg import rdf, rdflib_store, store, terms
from kg.errors import KgError, QueryError, ResourceError, UsageError
from kg.rdflib_store import DumpStore
from kg.terms import Statement
from tests.conftest import ROOT
from tests.dumps import BASE, said, write_dump
from tests.strategies import GRAPHS, of_rdflib, quads_of_rdflib, union
from tests.writing import SAFETY

A, B = f"{BASE}article/a", f"{BASE}article/b"
MARIE = terms.iri(f"{BASE}person/marie")
STATE = f"<{terms.VOCABULARY}state>"


def words(number: int) -> str:
    return terms.literal(str(number), datatype=terms.XSD_NON_NEGATIVE_INTEGER)


# Every kind of literal that a build writes: the engine keeps some by their value only
ARTICLES = {
    A: [
        *said(
            A,
            (terms.TYPE, terms.ARTICLE),
            (terms.HEADLINE, terms.literal('One "quoted" é\n中', language="pt-br")),
            (terms.AUTHOR, MARIE),
            (terms.DATE_PUBLISHED, terms.date_literal("2024-05-06")),
            (terms.DATE_MODIFIED, terms.date_literal("2024-05-06T07:08:09+00:00")),
            (terms.COPYRIGHT_YEAR, terms.date_literal("2024")),
            (terms.WORD_COUNT, words(12)),
            (terms.KEYWORDS, terms.literal("plain")),
        ),
        *said(
            A,
            (terms.BEGIN_INDEX, words(0)),
            (terms.END_INDEX, words(3)),
            (terms.TA_CONFIDENCE, terms.literal("0.90", datatype=terms.XSD_DECIMAL)),
            (terms.MENTIONS, terms.iri(f"{terms.ENTITIES}state/france")),
            graph="extracted",
        ),
    ],
    B: said(
        B,
        (terms.TYPE, terms.ARTICLE),
        (terms.HEADLINE, terms.literal("Two", language="en")),
        (terms.AUTHOR, MARIE),
        (terms.DATE_MODIFIED, terms.date_literal("2024-05-06T07:08:09+02:00")),
        (terms.TA_CONFIDENCE, terms.literal("1.00", datatype=terms.XSD_DECIMAL)),
    ),
}
# One statement of one author stands in a graph of each article
for article in (A, B):
    ARTICLES[article].append(Statement(MARIE, terms.NAME, terms.literal("Marie Novak"), terms.iri(f"{article}#declared")))
REFERENCE = [Statement(terms.iri(f"{terms.ENTITIES}state/france"), terms.PREF_LABEL, terms.literal("France", language="en"), STATE)]
EVERYTHING = {*(statement for found in ARTICLES.values() for statement in found), *REFERENCE}

pytestmark = pytest.mark.filterwarnings("ignore:Dataset.:DeprecationWarning")  # rdflib warns of what it does itself


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_dump(tmp_path_factory.mktemp("rdflib") / "dump", ARTICLES, REFERENCE)


@pytest.fixture(scope="module")
def dump(target: Path) -> Iterator[kg.Dump]:
    with kg.open(target, timeout=SAFETY) as found:
        yield found


@pytest.fixture(scope="module")
def ours(dump: kg.Dump) -> rdflib.Dataset:
    return dump.dataset()


@pytest.fixture(scope="module")
def strict(dump: kg.Dump) -> rdflib.Dataset:
    return dump.dataset(default_union=False)


@pytest.fixture(scope="module")
def theirs(target: Path) -> rdflib.Dataset:
    """The dump as rdflib itself loads it."""
    dataset = rdflib.Dataset(default_union=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset.parse(target / "articles.nq", format="nquads")
    return dataset


def statements(dataset: rdflib.Dataset) -> list[Statement]:
    return [Statement(of_rdflib(s), of_rdflib(p), of_rdflib(o), of_rdflib(g)) for s, p, o, g in dataset.quads()]


# --- the same statements ---------------------------------------------------------------------------------------------------
def test_a_dataset_holds_each_statement_once_in_its_own_graph(ours: rdflib.Dataset, theirs: rdflib.Dataset) -> None:
    assert sorted(statements(ours)) == sorted(EVERYTHING)
    assert set(ours.quads()) == set(theirs.quads())
    assert {graph.identifier for graph in ours.graphs()} == {graph.identifier for graph in theirs.graphs()}
    assert len(ours) == len(theirs) == len(union(EVERYTHING))


def test_the_default_graph_is_empty_unless_it_is_the_union(
    ours: rdflib.Dataset, strict: rdflib.Dataset, theirs: rdflib.Dataset
) -> None:
    every = (None, None, None)
    assert sorted(ours.triples(every)) == sorted(theirs.triples(every))
    assert (list(strict.triples(every)), [len(dataset.graph(DATASET_DEFAULT_GRAPH_ID)) for dataset in (ours, strict)]) == (
        [],
        [0, 0],
    )
    assert sorted(statements(strict)) == sorted(EVERYTHING)
    name = (rdflib.URIRef(MARIE[1:-1]), rdflib.SDO.name, None)
    assert len(list(ours.triples(name))) == 1
    assert len(list(ours.quads((*name, None)))) == 2


def test_a_named_graph_is_read_by_itself(ours: rdflib.Dataset, strict: rdflib.Dataset) -> None:
    for dataset, (name, expected) in product((ours, strict), (("declared", 9), ("extracted", 4), ("nothing", 0))):
        graph = dataset.graph(f"{A}#{name}")
        assert (len(graph), len(list(graph))) == (expected, expected)
    quads = list(ours.quads((None, rdflib.SDO.name, None, ours.graph(f"{B}#declared"))))
    assert [of_rdflib(graph) for *_, graph in quads] == [f"<{B}#declared>"]


def test_a_graph_without_a_name_is_the_union(dump: kg.Dump) -> None:
    graph = rdflib.Graph(DumpStore(dump))
    assert len(graph) == len(union(EVERYTHING))
    assert graph.value(rdflib.URIRef(A), rdflib.SDO.wordCount) == rdflib.Literal("12", datatype=rdflib.XSD.nonNegativeInteger)
    assert graph.query("ASK { ?a schema:headline 'Two'@en }").askAnswer is True


def test_every_pattern_finds_what_rdflib_finds(ours: rdflib.Dataset, theirs: rdflib.Dataset) -> None:
    for quad in theirs.quads():
        for mask in product((True, False), repeat=3):
            pattern = tuple(term if is_given else None for term, is_given in zip(quad, mask, strict=False))
            assert set(ours.triples(pattern)) == set(theirs.triples(pattern))  # type: ignore[arg-type]
        assert set(ours.graphs(quad[:3])) >= {ours.graph(quad[3])}
        assert quad in ours


@pytest.mark.parametrize(
    "pattern",
    [
        (rdflib.URIRef("not an iri"), None, None),
        (rdflib.Literal("One"), None, None),
        (None, rdflib.BNode(), None),
        (None, None, rdflib.BNode()),
        (None, None, rdflib.Literal("Two")),
        (None, None, rdflib.Literal("Two", lang="fr")),
        (None, None, rdflib.Literal("1", datatype=rdflib.URIRef("no iri"))),
        (None, rdflib.URIRef("urn:nobody"), None),
    ],
)
def test_a_pattern_that_nothing_can_match_finds_nothing(pattern: Any, ours: rdflib.Dataset) -> None:
    assert list(ours.triples(pattern)) == []
    assert [graph for graph in ours.graphs(pattern) if len(graph)] == []
    assert pattern not in ours


# Numbers, instants and truths are kept by their value, so foreign spellings of them come back in another one
_BY_VALUE = tuple(f"^^<{terms.XSD}{name}>" for name in "integer decimal double boolean date dateTime nonNegativeInteger".split())
_KEPT = GRAPHS.map(lambda found: [s for s in found if s.graph and not s.object.endswith(_BY_VALUE)])


@settings(max_examples=50)
@given(_KEPT, st.data())
def test_any_graphs_are_read_as_rdflib_reads_them(found: list[Statement], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        dump = kg.open(write_dump(Path(folder) / "dump", {}, found))
        expected = quads_of_rdflib("".join(map(rdf.nquads, found)), "nquads")
        dataset = dump.dataset()
        assert sorted(statements(dataset)) == sorted(expected)
        assert {tuple(map(of_rdflib, triple)) for triple in dataset.triples((None, None, None))} == union(expected)
        if found:
            subject = rdflib.URIRef(data.draw(st.sampled_from(found)).subject[1:-1])
            assert {of_rdflib(o) for o in dataset.objects(subject)} == {s.object for s in expected if s.subject == f"<{subject}>"}
        dump.close()


def test_a_dataset_is_written_as_rdflib_writes_any(ours: rdflib.Dataset) -> None:
    assert quads_of_rdflib(ours.serialize(format="nquads"), "nquads") == EVERYTHING
    assert quads_of_rdflib(ours.serialize(format="trig"), "trig") == EVERYTHING
    assert "schema:headline" in ours.graph(f"{A}#declared").serialize(format="turtle")


def test_a_store_on_disk_is_read_where_it_lies(target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.loading, "SMALL", 0)
    with kg.open(write_dump(tmp_path / "dump", ARTICLES, REFERENCE)) as dump:
        assert dump.session.prepared.is_on_disk
        dataset = dump.dataset()
        assert sorted(statements(dataset)) == sorted(EVERYTHING)
        assert len(dataset) == len(union(EVERYTHING))


# --- the same answers ------------------------------------------------------------------------------------------------------
QUERIES = [
    "SELECT ?title { ?a schema:headline ?title }",
    "SELECT * { ?a schema:headline ?title ; schema:author/schema:name ?name OPTIONAL { ?a schema:keywords ?tag } }",
    "SELECT ?g ?p { GRAPH ?g { ?a ?p ?o } }",
    "SELECT ?p ?g { ?a schema:headline ?title GRAPH ?g { ?a ?p ?o } }",
    "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }",
    f"SELECT ?a FROM <{A}#declared> FROM NAMED <{A}#extracted> {{ ?a a schema:Article GRAPH ?g {{ ?a ?p ?o }} }}",
    "PREFIX s: <https://schema.org/> SELECT ?name { ?x s:name ?name }",
    "ASK { ?a schema:headline 'Two'@en }",
    "ASK { GRAPH ?g { ?a schema:headline 'Three'@en } }",
    "CONSTRUCT { ?a schema:name ?title } WHERE { ?a schema:headline ?title }",
    "CONSTRUCT { ?a schema:name ?title } WHERE { GRAPH ?g { ?a schema:headline ?title } }",
]


# A graph that is asked by itself has no dataset
ASKED = [*product(("ours", "strict"), QUERIES), *(("graph", query) for query in QUERIES if "GRAPH" not in query)]


@pytest.mark.parametrize(("name", "query"), ASKED)
def test_a_query_has_the_answer_that_rdflib_itself_finds(
    name: str, query: str, ours: rdflib.Dataset, strict: rdflib.Dataset
) -> None:
    asked = {"ours": ours, "strict": strict, "graph": ours.graph(f"{A}#declared")}[name]
    assert compared(asked.query(query)) == compared(asked.query(query, use_store_provided=False))


def compared(result: rdflib.query.Result) -> Any:
    """Return what a result says, whatever its order."""
    if result.type == "SELECT":
        rows = ([(str(name), of_rdflib(term)) for name, term in sorted(row.items())] for row in result.bindings)
        return result.type, sorted(map(str, result.vars or ())), sorted(rows)
    return result.type, result.askAnswer, result.graph is not None and set(result.graph)


def test_a_resource_is_described(ours: rdflib.Dataset) -> None:
    found = ours.query(f"DESCRIBE <{B}>")
    assert found.type == "DESCRIBE"
    assert found.graph is not None
    assert set(found.graph.subjects()) == {rdflib.URIRef(B)}
    assert len(found) == 5


def test_values_and_prefixes_that_rdflib_knows_are_those_of_the_query(ours: rdflib.Dataset) -> None:
    given = {"a": rdflib.URIRef(B), "unused": rdflib.Literal(1)}
    query = "SELECT ?title { ?a s:headline ?title }"
    (row,) = ours.query(query, initBindings=given, initNs={"s": rdflib.SDO})
    assert row == (rdflib.Literal("Two", lang="en"),)
    ours.bind("own", rdflib.SDO, replace=True)
    assert len(ours.query("SELECT ?title { ?a own:headline ?title }")) == 2
    redefined = ours.query("SELECT ?title { ?a kg:headline ?title }", initNs={"kg": rdflib.SDO})
    assert len(redefined) == 2


@pytest.mark.filterwarnings("ignore:.*does not look like a valid URI")
def test_no_value_of_rdflib_is_read_as_sparql(ours: rdflib.Dataset) -> None:
    hostile = rdflib.URIRef("urn:t>) } UNION { ?a schema:headline ?title } #")
    for value in (hostile, rdflib.Literal("x", datatype=hostile)):
        with pytest.raises(UsageError, match="no term that a query may hold"):
            ours.query("SELECT ?title { ?a schema:headline ?title }", initBindings={"title": value})


def test_rdflib_answers_what_the_engine_cannot_be_given(ours: rdflib.Dataset, strict: rdflib.Dataset) -> None:
    prepared = prepareQuery("SELECT ?title { ?a schema:headline ?title }", initNs={"schema": rdflib.SDO})
    assert len(ours.query(prepared)) == 2
    assert len(strict.query(prepared)) == 0
    assert len(ours.query("SELECT ?p { ?s ?p ?x }", initBindings={"x": rdflib.BNode()})) == 0


def test_queries_are_as_safe_as_elsewhere(ours: rdflib.Dataset) -> None:
    with pytest.raises(QueryError, match="SERVICE would ask another server"):
        ours.query("SELECT * { SERVICE <http://127.0.0.1:9/> { ?s ?p ?o } }")
    with pytest.raises(QueryError, match="nested at most 200 deep"):
        ours.query("SELECT * " + "{" * 6000 + "}" * 6000)
    assert ours.query("ASK {}").askAnswer is True


# --- opening, and refusing -------------------------------------------------------------------------------------------------
def test_the_store_is_a_plugin_of_rdflib(target: Path) -> None:
    points = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]
    module, _, name = points["rdf.plugins.store"]["kg"].partition(":")
    assert (module, getattr(rdflib_store, name)) == (rdflib_store.__name__, DumpStore)
    rdflib.plugin.register("kg", Store, module, name)
    dataset = rdflib.Dataset(store="kg", default_union=True)
    assert dataset.open(str(target)) == VALID_STORE
    assert sorted(statements(dataset)) == sorted(EVERYTHING)
    assert dataset.query("ASK { ?a schema:headline 'Two'@en }").askAnswer is True
    dataset.close()
    with pytest.raises(UsageError, match="no dump is open"):
        list(dataset.quads())


def test_a_dump_outlives_its_dataset(target: Path) -> None:
    with kg.open(target) as dump:
        dataset = dump.dataset()
        session = dump.session
        dataset.close()
        assert dump.session is session
        assert dump.ask("ASK {}") is True


@pytest.mark.parametrize(
    "change",
    [
        lambda dataset: dataset.add((rdflib.URIRef("urn:a"),) * 3),
        lambda dataset: dataset.addN([(*(rdflib.URIRef("urn:a"),) * 3, rdflib.URIRef("urn:g"))]),
        lambda dataset: dataset.remove((None, None, None)),
        lambda dataset: dataset.remove_graph(rdflib.URIRef(f"{A}#declared")),
        lambda dataset: dataset.graph(f"{A}#declared").add((rdflib.URIRef("urn:a"),) * 3),
        lambda dataset: dataset.parse(data="<urn:a> <urn:a> <urn:a> .", format="turtle"),
        lambda dataset: dataset.update("INSERT DATA { <urn:a> <urn:a> <urn:a> }"),
        lambda dataset: dataset.query("INSERT DATA { <urn:a> <urn:a> <urn:a> }"),
        lambda dataset: dataset.store.destroy("dump"),
    ],
)
def test_whatever_would_change_a_dump_is_refused(change: Callable[[rdflib.Dataset], Any], ours: rdflib.Dataset) -> None:
    with pytest.raises(KgError):
        change(ours)
    assert sorted(statements(ours)) == sorted(EVERYTHING)


def test_what_is_no_dump_cannot_be_opened(target: Path, tmp_path: Path) -> None:
    dataset = rdflib.Dataset(DumpStore())
    for configuration in (tmp_path, tmp_path / "nowhere", target / "articles.nq"):
        with pytest.raises(KgError):
            dataset.open(str(configuration))
    with pytest.raises(UsageError, match="not a tuple"):
        dataset.open(("a", "b"))


def test_a_dump_that_is_built_anew_is_what_is_read_next(tmp_path: Path) -> None:
    with kg.open(write_dump(tmp_path / "dump", {A: ARTICLES[A]})) as dump:
        dataset = dump.dataset()
        assert sorted(statements(dataset)) == sorted(ARTICLES[A])
        size = len(dataset)
        write_dump(tmp_path / "dump", ARTICLES, REFERENCE)
        assert sorted(statements(dataset)) == sorted(EVERYTHING)
        assert len(dataset) > size


@pytest.fixture
def damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dump whose store on disk holds something else than was written."""
    monkeypatch.setattr(store.loading, "SMALL", 0)
    target = write_dump(tmp_path / "dump", ARTICLES, REFERENCE)
    with kg.open(target) as dump:
        table = max(dump.session.prepared.path.glob("*.sst"), key=lambda file: file.stat().st_size)  # it has the texts
    body = bytearray(table.read_bytes())
    for at in range(30):  # of the data: what stands behind it is looked at when the store is opened
        body[at] ^= 0x55
    table.chmod(0o644)
    table.write_bytes(body)
    return target


def test_damage_that_is_met_while_reading_is_told_and_mended_by_opening_again(damaged: Path) -> None:
    with pytest.raises(ResourceError, match="the store is damaged; open the dump again"):
        statements(rdflib.Dataset(DumpStore(damaged)))
    assert sorted(statements(rdflib.Dataset(DumpStore(damaged)))) == sorted(EVERYTHING)


def test_a_store_that_cannot_be_opened_is_made_again(target: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = store.loading.opened
    outcomes = [store.loading.DamagedError("the store cannot be opened")]

    def failing_once(prepared: store.Prepared) -> Any:
        if outcomes:
            raise outcomes.pop()
        return opened(prepared)

    monkeypatch.setattr(store.loading, "opened", failing_once)
    assert sorted(statements(rdflib.Dataset(DumpStore(target)))) == sorted(EVERYTHING)
    assert outcomes == []
