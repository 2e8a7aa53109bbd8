"""Questions get their answer, in the form that was asked for; a hostile one costs itself, never who asked."""

from __future__ import annotations

import csv
import io
import json
import os
import pickle
import shutil
import socket
import sys
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import rdflib

from kg import confined, pipeline, store, terms
from kg.errors import AnswerSizeError, KgError, QueryError
from kg.store import loading
from tests.writing import SAFETY, article, run, write

FILES = {
    "a.md": article("One", "France signed the INF Treaty. [Here](https://x.example/a).", id="one"),
    "b.md": article("Two", "Poland did not.", id="two", date="2024-05-07"),
    "c.md": article("Three", "Nothing is named here.", id="three", author="Marie Novak, Jean Petit", date="2024-05-08"),
}
TITLES = "SELECT ?title { ?a schema:headline ?title } ORDER BY ?title"


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dump of three articles with one author in common."""
    home = tmp_path_factory.mktemp("store")
    assert pipeline.publish([write(home / "posts", FILES)], home / "dump").published
    return home / "dump"


@pytest.fixture(scope="module")
def session(dump: Path) -> Iterator[store.Session]:
    """The dump, loaded once: it refuses the same, and takes the same, as where each question loads it."""
    with store.Session(dump) as found:
        yield found


def ask(target: Path, text: str, form: str = "json") -> str:
    return store.query(target, text, form, SAFETY).body.decode()


def rows(target: Path, text: str) -> list[list[str]]:
    """Return the rows of an answer, without the head."""
    return list(csv.reader(io.StringIO(ask(target, text, "csv"))))[1:]


# --- kinds of questions ----------------------------------------------------------------------------------------------------
def test_solutions_come_with_our_prefixes_known_and_in_the_order_asked_for(dump: Path) -> None:
    assert rows(dump, TITLES) == [["One"], ["Three"], ["Two"]]
    assert rows(dump, TITLES.replace("ORDER BY ?title", "ORDER BY DESC(?title)")) == [["Two"], ["Three"], ["One"]]


def test_every_prefix_of_ours_is_known(dump: Path) -> None:
    names = " ".join(f"{prefix}:x" for prefix in terms.PREFIXES)
    assert rows(dump, f"SELECT ?x {{ VALUES ?x {{ {names} }} }}") == [[f"{space}x"] for space in terms.PREFIXES.values()]


def test_a_prefix_may_be_declared_again(dump: Path) -> None:
    assert rows(dump, f"PREFIX s: <https://schema.org/> PREFIX kg: <https://schema.org/> {TITLES.replace('schema:', 'kg:')}") == [
        ["One"],
        ["Three"],
        ["Two"],
    ]


def test_yes_and_no(dump: Path) -> None:
    assert json.loads(ask(dump, "ASK { ?a schema:headline 'One'@en }"))["boolean"] is True
    assert json.loads(ask(dump, "ASK { ?a schema:headline 'Four'@en }"))["boolean"] is False
    assert ask(dump, "ASK {}", "csv") == "true"
    assert "<boolean>true</boolean>" in ask(dump, "ASK {}", "xml")


@pytest.mark.parametrize(
    "query",
    ["CONSTRUCT { ?a schema:name ?t } WHERE { ?a schema:headline ?t }", "DESCRIBE <https://data.example.org/article/one>"],
)
def test_graphs_come_as_turtle_json_ld_or_n_triples_and_say_the_same(query: str, dump: Path) -> None:
    found = [
        set(rdflib.Graph().parse(data=ask(dump, query, form), format=parser))
        for form, parser in (("turtle", "turtle"), ("rdfxml", "xml"), ("ntriples", "nt"))
    ]
    assert found[0] == found[1] == found[2] != set()
    assert "One" in json.dumps(json.loads(ask(dump, query, "jsonld")))


def test_an_empty_graph_is_no_fault(dump: Path) -> None:
    query = "CONSTRUCT { ?a schema:name ?t } WHERE { ?a schema:headline ?t FILTER(false) }"
    assert len(rdflib.Graph().parse(data=ask(dump, query, "turtle"), format="turtle")) == 0


def test_the_same_question_gives_the_same_bytes(dump: Path) -> None:
    assert ask(dump, "SELECT * { ?s ?p ?o }", "csv") == ask(dump, "SELECT * { ?s ?p ?o }", "csv")


# --- the graph that is asked -----------------------------------------------------------------------------------------------
def test_the_default_graph_is_the_union_as_a_set(dump: Path) -> None:
    author = "<https://data.example.org/person/marie-novak>"
    assert rows(dump, f"SELECT (COUNT(*) AS ?n) {{ {author} schema:name ?name }}") == [["1"]]
    assert rows(dump, f"SELECT (COUNT(*) AS ?n) {{ ?a schema:author {author} }}") == [["3"]]
    distinct = rows(dump, "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { ?s ?p ?o } }")
    assert rows(dump, "SELECT (COUNT(*) AS ?n) { ?s ?p ?o }") == distinct


def test_declared_extracted_and_reference_facts_are_told_apart_by_graph(dump: Path) -> None:
    one = "<https://data.example.org/article/one>"
    graphs = rows(
        dump, f"SELECT DISTINCT ?p ?g {{ GRAPH ?g {{ {one} ?p ?o }} FILTER(?p IN (schema:headline, schema:mentions)) }} ORDER BY ?p"
    )
    assert [graph.rpartition("#")[2] for _, graph in graphs] == ["declared", "extracted"]
    assert rows(dump, "SELECT DISTINCT ?g { GRAPH ?g { ?s skos:prefLabel 'Poland'@en } }") == [[f"{terms.VOCABULARY}state"]]


@pytest.mark.parametrize("name", ["articles.ttl", "articles.nq"])
def test_an_rdf_file_can_be_asked_as_well(name: str, dump: Path) -> None:
    assert rows(dump / name, TITLES) == [["One"], ["Three"], ["Two"]]


def test_a_foreign_rdf_file_can_be_asked(tmp_path: Path) -> None:
    write(tmp_path, {"a.ttl": '[] <urn:x:p> "blank" .', "b.jsonld": '{"@id": "urn:x:a", "urn:x:p": "json"}'})
    assert rows(tmp_path / "a.ttl", "SELECT ?o { ?s <urn:x:p> ?o }") == [["blank"]]
    assert rows(tmp_path / "b.jsonld", "SELECT ?o { ?s <urn:x:p> ?o }") == [["json"]]


# --- forms -----------------------------------------------------------------------------------------------------------------
def test_solutions_come_in_every_form_and_say_the_same(dump: Path) -> None:
    wanted = ["One", "Three", "Two"]
    assert [row[0] for row in csv.reader(io.StringIO(ask(dump, TITLES, "csv")))] == ["title", *wanted]
    assert ask(dump, TITLES, "tsv").splitlines() == ["?title", '"One"@en', '"Three"@en', '"Two"@en']
    assert [row["title"]["value"] for row in json.loads(ask(dump, TITLES, "json"))["results"]["bindings"]] == wanted
    space = "{http://www.w3.org/2005/sparql-results#}"
    assert [node.text for node in ET.fromstring(ask(dump, TITLES, "xml")).iter(f"{space}literal")] == wanted


@pytest.mark.parametrize("form", ["nt", "nq"])
def test_blank_nodes_have_the_same_names_in_every_answer(form: str, tmp_path: Path) -> None:
    write(tmp_path, {f"one.{form}": "_:x <urn:x:p> _:y .\n", f"two.{form}": "_:a <urn:x:p> _:b .\n"})
    first, second = (rows(tmp_path / f"{name}.{form}", "SELECT ?s ?o { ?s ?p ?o }") for name in ("one", "two"))
    assert first == second


# --- faults ----------------------------------------------------------------------------------------------------------------
def test_a_fault_in_the_query_has_line_and_column_and_a_short_reason(dump: Path) -> None:
    with pytest.raises(QueryError) as caught:
        store.query(dump, "SELECT * {\n  ?s ?p\n}")
    assert str(caught.value).startswith("query:3:2: not SPARQL: expected one of")
    assert len(caught.value.reason) < 250
    assert "\n" not in caught.value.reason


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("", "the query is empty"),
        (" \n\t", "the query is empty"),
        ("SELECT * { ?s nope:x ?o }", "not SPARQL: "),
        ("DELETE WHERE { ?s ?p ?o }", "not SPARQL: "),
        ("INSERT DATA { <urn:x:a> <urn:x:b> 1 }", "not SPARQL: "),
        ("LOAD <http://127.0.0.1:9/>", "not SPARQL: "),
        ("ASK { ?s ?p '" + "x" * 70_000 + "' }", "at most 65536 bytes"),
        ("SELECT * " + "{" * 6000 + "}" * 6000, "nested at most 200 deep"),
        ("SELECT (" + "(" * 8000 + "1" + ")" * 8000 + " AS ?x) {}", "nested at most 200 deep"),
        ("ASK { ?s ?p " + "[ <urn:x:p> " * 3000 + "1" + "]" * 3000 + " }", "nested at most 200 deep"),
        ("ASK { FILTER(" + "!" * 60_000 + "true) }", "broke down"),
        ("ASK { ?s " + "!" + "^" * 30_000 + "<urn:x:p> ?o }", "not SPARQL|broke down"),
    ],
    ids=lambda value: value[:24],
)
def test_what_is_no_query_or_would_break_the_engine_is_refused(query: str, said: str, dump: Path) -> None:
    with pytest.raises(QueryError, match=said) as caught:
        store.query(dump, query, timeout=SAFETY)
    assert caught.value.exit_code == 1


def test_a_query_of_200_levels_still_gets_an_answer(dump: Path) -> None:
    assert store.query(dump, "ASK " + "{" * 199 + "}" * 199, timeout=SAFETY).kind == "boolean"


def test_braces_in_texts_comments_and_iris_are_no_levels(dump: Path) -> None:
    braces = "{([" * 300
    query = f'ASK {{ # {braces}\n BIND(\'{braces}\' AS ?x) BIND("""{braces}"\'""" AS ?y) FILTER(?x != \'\\\'{braces}\') }}'
    assert json.loads(store.query(dump, query, timeout=SAFETY).body)["boolean"] is True


def test_a_slow_query_ends_at_its_deadline(dump: Path) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { " + " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(6)) + " }"
    with pytest.raises(QueryError, match=r"no answer within 1\.5 seconds"):
        store.query(dump, endless, timeout=1.5)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets us bound memory")
def test_a_query_that_swells_is_ended_before_it_fills_the_memory(dump: Path) -> None:
    steps = " ".join(f"BIND(CONCAT({','.join([f'?x{i - 1}'] * 10)}) AS ?x{i})" for i in range(1, 12))
    with pytest.raises(QueryError, match="too much memory"):
        store.query(dump, f'SELECT (STRLEN(?x11) AS ?n) {{ BIND("0123456789" AS ?x0) {steps} }}', timeout=SAFETY)


def test_a_target_that_is_no_dump_is_told(tmp_path: Path) -> None:
    with pytest.raises(QueryError, match=r"no dump here: there is no manifest\.json$"):
        store.query(tmp_path, "ASK {}")
    with pytest.raises(QueryError, match="no dump here"):
        store.query(tmp_path / "nowhere", "ASK {}")
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(QueryError, match="no dump here, and no file"):
            store.query(tmp_path / "pipe", "ASK {}")
    write(tmp_path, {"a.ttl": "<urn:x:a> <urn:x:b> .", "articles.nq": "junk\n", "x.pdf": "%PDF"})
    with pytest.raises(QueryError, match=r"no manifest\.json; its articles\.nq can be asked as a file"):
        store.query(tmp_path, "ASK {}")
    write(tmp_path, {"manifest.json": '{"kg": "0.1.0", "articles": {}, "files": {}}'})
    for target, said in ((tmp_path / "a.ttl", "a.ttl:1:"), (tmp_path, "articles.nq:1:"), (tmp_path / "x.pdf", "not an RDF file")):
        with pytest.raises(KgError, match=said):
            store.query(target, "ASK {}")


# --- other servers ---------------------------------------------------------------------------------------------------------
ELSEWHERE = "<http://127.0.0.1:{port}/sparql>"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE {there} { ?s ?p ?o } }",
        "SELECT * { sErViCe SILENT {there} { ?s ?p ?o } }",
        "SELECT * { SERVICE# a comment\n{there} { ?s ?p ?o } }",
        "SELECT * { SERVICE{there}{ ?s ?p ?o } }",
        "SELECT * { SERVICESILENT{there}{ ?s ?p ?o } }",
        "PREFIX : {there} SELECT * { SERVICE:x { ?s ?p ?o } }",
        "PREFIX ex: {there} SELECT * { SERVICEex:x { ?s ?p ?o } }",
        "SELECT * { ?s ?p true.SERVICE {there} { ?s ?p ?o } }",
        "SELECT * { ?s ?p 1.SERVICE {there} { ?s ?p ?o } }",
        "SELECT * { BIND({there} AS ?x) SERVICE ?x { ?s ?p ?o } }",
        "SELECT * { BIND('\\'' AS ?x) SERVICE {there} { ?s ?p ?o } }",
        "SELECT * { { SELECT * { SERVICE {there} { ?s ?p ?o } } } }",
        "ASK { FILTER EXISTS { SERVICE {there} { ?s ?p ?o } } }",
    ],
)
def test_a_query_that_names_another_server_is_refused(query: str, dump: Path) -> None:
    with pytest.raises(QueryError, match="SERVICE would ask another server"):
        store.query(dump, query.replace("{there}", ELSEWHERE.format(port=9)))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets us forbid connections")
@pytest.mark.parametrize("is_on_disk", [True, False])
def test_even_a_query_that_slipped_through_opens_no_connection(
    is_on_disk: bool, dump: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(loading, "SMALL", 0 if is_on_disk else loading.SMALL)
    child = confined.Child("tests.asking", "answer_slipping", store.setup(store.prepare(dump)))
    with socket.create_server(("127.0.0.1", 0)) as server, closing(child):
        there = ELSEWHERE.format(port=server.getsockname()[1])
        answers = [
            pickle.loads(child.ask(pickle.dumps(store.Request(f"SELECT * {{ SERVICE {silent} {there} {{ ?s ?p ?o }} }}")), SAFETY))
            for silent in ("", "SILENT")
        ]
        assert isinstance(answers[0], QueryError)
        assert "ermission denied" in answers[0].reason
        assert json.loads(answers[1].body)["results"]["bindings"] == [{}]
        server.settimeout(0.2)
        with pytest.raises(TimeoutError):
            server.accept()


@pytest.mark.parametrize(
    "query",
    [
        "ASK { ?service ?p ?o }",
        "ASK { $SERVICE ?p ?o }",
        "ASK { ?s ?p ?o } # SERVICE <http://127.0.0.1:9/> {}",
        'ASK { BIND(\'SERVICE <x>\' AS ?x) BIND("""\nSERVICE "" x""" AS ?y) FILTER(?x != ?y) }',
        "ASK { ?s ?p ?o FILTER(?p != <https://x.example/SERVICE>) }",
        "ASK { ?s ?p ?o FILTER(?p != schema:serviceType && ?p != schema:Service) }",
    ],
)
def test_the_word_service_may_stand_in_texts_comments_names_and_variables(query: str, session: store.Session) -> None:
    assert session.ask(query, 1, SAFETY) is True


# --- the child -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("from_standard_input", [True, False])
def test_a_plain_script_can_ask(from_standard_input: bool, dump: Path, tmp_path: Path) -> None:
    script = f"import kg\nprint(kg.query({str(dump)!r}, 'ASK {{}}').body.decode())\n"
    write(tmp_path, {"script.py": script})
    command = [sys.executable, "-" if from_standard_input else str(tmp_path / "script.py")]
    done = run(command, tmp_path, input=script if from_standard_input else None)
    assert (done.returncode, json.loads(done.stdout)["boolean"]) == (0, True)


def test_the_child_runs_no_code_of_the_folder_that_we_stand_in(dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("pickle", "kg", "pyoxigraph"):
        write(tmp_path, {f"{name}.py": f"open({str(tmp_path / 'ran')!r}, 'w')"})
    monkeypatch.chdir(tmp_path)
    assert store.query(dump, "ASK {}", timeout=SAFETY).kind == "boolean"
    assert not (tmp_path / "ran").exists()


def test_a_dump_can_be_asked_wherever_it_lies(dump: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.copytree(dump, tmp_path / "a dump: with, odd ünicode")
    monkeypatch.chdir(tmp_path)
    assert rows(Path("a dump: with, odd ünicode"), TITLES) == [["One"], ["Three"], ["Two"]]


# --- bounds of an answer ---------------------------------------------------------------------------------------------------
TRICKY = """VALUES (?x ?y) {
    ("a,{ [{ <result> \\" \\\\" UNDEF) ("line\\nline\\r\\n" 'c,d') (UNDEF UNDEF) (<urn:x:a,b> "}},{")
}"""


@pytest.mark.parametrize("form", store.SOLUTION_FORMS)
def test_an_answer_with_more_rows_than_allowed_is_an_error(form: str, session: store.Session) -> None:
    for text, count in ((f"SELECT ?x ?y {{ {TRICKY} }}", 4), (f"SELECT ?x {{ {TRICKY} }}", 4), ("SELECT * {}", 1)):
        assert session.answer(store.Request(text, form, rows=count), SAFETY).kind == "solutions"
        with pytest.raises(AnswerSizeError, match=f"more than {count - 1} rows"):
            session.answer(store.Request(text, form, rows=count - 1), SAFETY)


@pytest.mark.parametrize("form", [*store.SOLUTION_FORMS, *store.GRAPH_FORMS])
def test_an_answer_with_more_bytes_than_allowed_is_an_error(form: str, session: store.Session) -> None:
    text = TITLES if form in store.SOLUTION_FORMS else "CONSTRUCT WHERE { ?s schema:headline ?o }"
    body = session.answer(store.Request(text, form), SAFETY).body
    assert session.answer(store.Request(text, form, size=len(body)), SAFETY).body == body
    with pytest.raises(AnswerSizeError, match=f"more than {len(body) - 1:,} bytes"):
        session.answer(store.Request(text, form, size=len(body) - 1), SAFETY)


def test_a_graph_with_more_triples_than_allowed_is_an_error(session: store.Session) -> None:
    text = "CONSTRUCT WHERE { ?s schema:headline ?o }"
    assert session.answer(store.Request(text, "turtle", rows=3), SAFETY).kind == "graph"
    with pytest.raises(AnswerSizeError, match="more than 2 triples"):
        session.answer(store.Request(text, "turtle", rows=2), SAFETY)


def test_csv_quotes_whatever_has_a_comma(session: store.Session) -> None:
    body = session.answer(store.Request(f"SELECT ?x ?y {{ {TRICKY} }}", "csv"), SAFETY).body.decode()
    assert list(csv.reader(io.StringIO(body, newline=""))) == [
        ["x", "y"],
        ['a,{ [{ <result> " \\', ""],
        ["line\nline\r\n", "c,d"],
        ["", ""],
        ["urn:x:a,b", "}},{"],
    ]
