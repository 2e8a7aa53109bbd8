"""Questions from Python: their answers are Python's values, in rows, data frames and graphs."""

from __future__ import annotations

import copy
import gc
import pickle
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any, assert_type

import pytest
import rdflib
from hypothesis import given

import kg
from kg import parameters, store, terms
from kg.dumps import frames, values
from kg.dumps.rows import Row, Rows
from kg.errors import KgError, QueryError, UsageError
from kg.terms import Term
from tests.dumps import BASE, said, write_dump
from tests.strategies import LITERALS, NODES
from tests.writing import SAFETY, write

A, B = f"{BASE}article/a", f"{BASE}article/b"
TITLES = "SELECT ?a ?title { ?a schema:headline ?title } ORDER BY ?title"
XSD = "http://www.w3.org/2001/XMLSchema#"


def statements(article: str, title: str, language: str, words: int) -> list[terms.Statement]:
    return said(
        article,
        (terms.TYPE, terms.ARTICLE),
        (terms.HEADLINE, terms.literal(title, language=language)),
        (terms.WORD_COUNT, terms.literal(str(words), datatype=terms.XSD_NON_NEGATIVE_INTEGER)),
    )


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Iterator[kg.Dump]:
    """A dump of two articles, open for the tests of this module."""
    articles = {A: statements(A, "Flights", "en", 12), B: statements(B, "Vols", "fr", 7)}
    with kg.open(write_dump(tmp_path_factory.mktemp("dumps") / "dump", articles), timeout=SAFETY) as found:
        yield found


# --- values ----------------------------------------------------------------------------------------------------------------
VALUES: list[tuple[str, Any]] = [
    ('"text"', "text"),
    ('"Text"@en-GB', kg.LangString("Text", "en-gb")),
    ("<https://x.example/é>", kg.IRI("https://x.example/é")),
    ("12", 12),
    ('"7"^^xsd:nonNegativeInteger', 7),
    ("-2.50", Decimal("-2.5")),
    ("1.5e3", 1500.0),
    ('"INF"^^xsd:double', float("inf")),
    ("true", True),
    ('"0"^^xsd:boolean', False),
    ('"2024-05-06"^^xsd:date', date(2024, 5, 6)),
    ('"2024-05-06T07:08:09.25+02:00"^^xsd:dateTime', datetime(2024, 5, 6, 7, 8, 9, 250_000, timezone(timedelta(hours=2)))),
    ('"2024-05-06T07:08:09Z"^^xsd:dateTime', datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)),
    ('"2024-05-06T07:08:09"^^xsd:dateTime', datetime(2024, 5, 6, 7, 8, 9)),
    ('"2024"^^xsd:gYear', kg.TypedString("2024", f"{XSD}gYear")),
    ('"2024-02-30"^^xsd:date', kg.TypedString("2024-02-30", f"{XSD}date")),
    ('"x"^^<urn:type>', kg.TypedString("x", "urn:type")),
    ("UNDEF", None),
]


def test_each_term_has_the_value_that_python_has_for_it(dump: kg.Dump) -> None:
    rows = dump.select(f"SELECT ?x {{ VALUES ?x {{ {' '.join(written for written, _ in VALUES)} }} }}")
    assert [repr(value) for value in rows.column("x")] == [repr(value) for _, value in VALUES]
    assert rows.column("x") == [value for _, value in VALUES]


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("20240506", "date"),
        ("2024-W19-1", "date"),
        ("2024-05-06Z", "date"),
        ("12024-05-06", "date"),
        ("0000-01-01", "date"),
        ("2024-05-06T24:00:00", "dateTime"),
        ("2024-05-06T07:08:09.1234567", "dateTime"),
        ("2024-05-06 07:08:09", "dateTime"),
        ("1_000", "integer"),
        ("١", "integer"),
        ("9" * 5000, "integer"),
        ("1e2", "decimal"),
        ("NaN", "decimal"),
        ("infinity", "double"),
        ("TRUE", "boolean"),
        ("", "integer"),
    ],
)
def test_what_is_no_value_of_its_type_or_none_of_python_stays_a_text(text: str, datatype: str) -> None:
    found = values.of_literal(text, "", XSD + datatype)
    assert isinstance(found, kg.TypedString)
    assert (found, found.datatype) == (text, XSD + datatype)


@given(NODES | LITERALS)
def test_a_value_means_the_term_that_it_was_made_of(term: Term) -> None:
    found = values.of_term(term)
    assert repr(values.of_term(values.term_of(found))) == repr(found)
    if isinstance(found, str):
        assert values.term_of(found) == term


@given(NODES | LITERALS)
def test_a_text_that_an_answer_gave_sets_a_parameter_to_the_same_term(term: Term) -> None:
    found = values.of_term(term)
    if isinstance(found, kg.IRI | kg.LangString | kg.TypedString):
        assert parameters.term(found, is_typed=True) == term


@given(NODES | LITERALS)
def test_json_and_n_triples_give_the_same_value(term: Term) -> None:
    if term.startswith("<"):
        binding = {"type": "uri", "value": term[1:-1]}
    else:
        text, language, datatype = terms.parts(term)
        binding = {"type": "literal", "value": text, "datatype": datatype[1:-1], **({"xml:lang": language} if language else {})}
    assert repr(values.of_json(binding)) == repr(values.of_term(term))


@pytest.mark.parametrize("value", [kg.IRI("urn:a"), kg.LangString("a", "en"), kg.TypedString("a", "urn:t"), kg.BlankNode("b")])
def test_texts_that_know_more_are_texts_and_can_be_copied(value: Any) -> None:
    assert value == str(value)
    assert type(str(value)) is str
    for again in (pickle.loads(pickle.dumps(value)), copy.deepcopy(value)):
        assert (type(again), repr(again)) == (type(value), repr(value))


def test_blank_nodes_are_told_from_iris(dump: kg.Dump) -> None:
    (row,) = dump.select("SELECT ?x { BIND(BNODE() AS ?x) }")
    assert isinstance(row.x, kg.BlankNode)


# --- rows ------------------------------------------------------------------------------------------------------------------
def test_a_row_is_read_by_name_by_key_by_place_and_by_unpacking(dump: kg.Dump) -> None:
    rows = dump.query(TITLES)
    assert rows.columns == ("a", "title")
    assert [row.title for row in rows] == ["Flights", "Vols"]
    first = rows[0]
    assert first.title == first["title"] == first[1] == first[-1]
    address, title = first
    assert (address, title) == first == (kg.IRI(A), "Flights")
    assert first[:1] == (A,)
    assert (len(first), title.language, hash(first)) == (2, "en", hash((A, "Flights")))
    assert first._asdict() == {"a": A, "title": "Flights"}
    assert repr(first) == f"Row(a=IRI('{A}'), title=LangString('Flights', 'en'))"


def test_a_variable_may_have_any_name(dump: kg.Dump) -> None:
    names = ["count", "index", "class", "_columns", "keys", "größe", "__init__x", "1"]
    row = dump.select(f"SELECT * {{ {' '.join(f'BIND({at} AS ?{name})' for at, name in enumerate(names))} }}")[0]
    assert [row[name] for name in names] == list(range(len(names)))
    assert (row.count, row.index, row.keys, row.größe) == (0, 1, 4, 5)
    assert {"count", "größe"} <= set(dir(row))


def test_a_column_that_is_not_there_is_told() -> None:
    row = Rows(["title", "day"], [("One", None)])[0]
    with pytest.raises(AttributeError, match="no column 'titel'; there are title, day"):
        row.titel  # noqa: B018
    with pytest.raises(KeyError):
        row["titel"]
    with pytest.raises(IndexError):
        row[2]
    assert not hasattr(row, "keys")


def test_rows_are_a_sequence(dump: kg.Dump) -> None:
    rows = dump.select(TITLES)
    assert len(rows) == 2
    assert rows[1:].column("title") == ["Vols"]
    assert rows[-1] in rows
    assert list(reversed(rows)) == [(B, "Vols"), (A, "Flights")]
    assert rows == dump.select(TITLES)
    assert rows != rows[:1]
    assert rows != Rows(["a", "name"], list(rows))
    again = pickle.loads(pickle.dumps(rows))
    assert again == rows
    assert again[0].title.language == "en"


def test_a_row_can_be_copied() -> None:
    row = Row({"n": 0}, [1])
    assert copy.deepcopy(row) == copy.copy(row) == row == (1,)


def test_an_answer_without_rows_or_without_columns_is_an_answer(dump: kg.Dump) -> None:
    none = dump.select("SELECT ?a { ?a schema:headline 'Nothing' }")
    assert (len(none), none.columns, repr(none)) == (0, ("a",), "a\n-\n0 rows")
    assert "<p>0 rows</p>" in none._repr_html_()
    assert none.df("pandas").shape == none.df("polars").shape == (0, 1)
    empty = dump.select("SELECT * {}")
    assert (len(empty), list(empty[0])) == (1, [])
    assert empty.df("pandas").shape == (1, 0)


# --- for people ------------------------------------------------------------------------------------------------------------
def test_rows_are_shown_as_the_table_of_the_shell(monkeypatch: pytest.MonkeyPatch) -> None:
    found = Rows(
        ["name", "n", "ok"], [("Éva", 7, True), (kg.IRI(f"{terms.SCHEMA}name"), Decimal("10.5"), None), ("日本", None, False)]
    )
    monkeypatch.setenv("COLUMNS", "80")
    assert repr(found).splitlines() == [
        "name            n  ok",
        "-----------  ----  -----",
        "Éva             7  true",
        "schema:name  10.5",
        "日本               false",
        "3 rows",
    ]
    assert repr(found[:1]).splitlines()[-1] == "1 row"


def test_what_is_too_long_to_be_shown_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    many = Rows(["x"], [("long " * 20,)] * 25)
    lines = repr(many).splitlines()
    assert lines[-1] == "20 of 25 rows"
    assert max(map(len, lines)) <= 40
    assert repr(many).count("long") == 400
    page = Rows(["x"], [(str(n),) for n in range(1234)])._repr_html_()
    assert page.count("<tr>") == 101
    assert "<p>100 of 1,234 rows</p>" in page


HOSTILE = Rows(
    ["<b>x</b>"],
    [
        ("<script>alert(1)</script>",),
        (kg.IRI("javascript:alert(1)"),),
        (kg.IRI("https://x.example/?a=1&b='\"><script>"),),
        (kg.LangString("\x1b[2Jgone\u202e\nline", 'en" onload="x'),),
    ],
)


def test_nothing_in_an_answer_is_markup_or_steers_a_terminal() -> None:
    page = HOSTILE._repr_html_()
    assert "<script" not in page
    assert 'href="javascript' not in page
    assert '<a href="https://x.example/?a=1&amp;b=&#x27;&quot;&gt;&lt;script&gt;" rel="noopener noreferrer">' in page
    assert "<th>&lt;b&gt;x&lt;/b&gt;</th>" in page
    assert 'lang="en&quot; onload=&quot;x"' in page
    assert "\\u001b[2Jgone\\u202e<br>line" in page
    assert "\x1b" not in repr(HOSTILE)
    assert "\\u001b[2Jgone\\u202e" in repr(HOSTILE)


def test_a_notebook_shows_links_languages_and_numbers(dump: kg.Dump) -> None:
    page = dump.query("SELECT ?a ?title ?n { ?a schema:headline ?title ; schema:wordCount ?n } ORDER BY ?n LIMIT 1")._repr_html_()
    assert f'<td dir="auto" style="text-align: left"><a href="{B}" rel="noopener noreferrer">{B}</a></td>' in page
    assert '<td lang="fr" dir="auto" style="text-align: left">Vols</td>' in page
    assert '<td dir="auto" style="text-align: right">7</td>' in page
    assert page.endswith("<p>1 row</p>")


# --- data frames -----------------------------------------------------------------------------------------------------------
FRAME = Rows(
    [
        "integer",
        "missing",
        "decimal",
        "number",
        "truth",
        "maybe",
        "day",
        "instant",
        "local",
        "iri",
        "text",
        "none",
        "mixed",
        "huge",
    ],
    [
        (
            *(1, 1, Decimal("0.95"), 1, True, True, date(2024, 5, 6), datetime(2024, 5, 6, 7, tzinfo=timezone(timedelta(hours=2)))),
            *(datetime(1500, 1, 1), kg.IRI("urn:a"), kg.LangString("a", "en"), None, date(2024, 5, 6), 1 << 70),
        ),
        (
            *(2, None, None, 2.5, False, None, None, datetime(2024, 5, 6, 7, tzinfo=UTC)),
            *(None, kg.IRI("urn:b"), None, None, kg.TypedString("2024", f"{XSD}gYear"), 2),
        ),
    ],
)


def test_a_frame_of_pandas_has_the_dtypes_of_its_values() -> None:
    frame = FRAME.df("pandas")
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == {
        "integer": "int64",
        "missing": "Int64",
        "decimal": "float64",
        "number": "float64",
        "truth": "bool",
        "maybe": "boolean",
        "day": "datetime64[s]",
        "instant": "datetime64[us, UTC]",
        "local": "datetime64[us]",
        "iri": "str",
        "text": "str",
        "none": "object",
        "mixed": "object",
        "huge": "object",
    }
    assert frame["instant"].tolist() == [datetime(2024, 5, 6, 5, tzinfo=UTC), datetime(2024, 5, 6, 7, tzinfo=UTC)]
    assert frame["day"][0] == datetime(2024, 5, 6)
    assert frame["local"][0] == datetime(1500, 1, 1)
    assert frame["mixed"].tolist() == FRAME.column("mixed")
    assert frame["missing"].sum() == 1
    assert type(frame["iri"][0]) is str


def test_a_frame_of_polars_has_the_dtypes_of_its_values() -> None:
    frame = FRAME.df("polars")
    assert {name: str(dtype) for name, dtype in frame.schema.items()} == {
        "integer": "Int64",
        "missing": "Int64",
        "decimal": "Float64",
        "number": "Float64",
        "truth": "Boolean",
        "maybe": "Boolean",
        "day": "Date",
        "instant": "Datetime(time_unit='us', time_zone='UTC')",
        "local": "Datetime(time_unit='us', time_zone=None)",
        "iri": "String",
        "text": "String",
        "none": "Null",
        "mixed": "String",
        "huge": "String",
    }
    assert frame["instant"].to_list() == [datetime(2024, 5, 6, 5, tzinfo=UTC), datetime(2024, 5, 6, 7, tzinfo=UTC)]
    assert frame["day"].to_list() == [date(2024, 5, 6), None]
    assert frame["mixed"].to_list() == ["2024-05-06", "2024"]


def test_whichever_library_is_installed_makes_the_frame(monkeypatch: pytest.MonkeyPatch) -> None:
    here = {"pandas", "polars"}
    monkeypatch.setattr(frames, "find_spec", lambda name: name in here or None)
    assert type(FRAME.df()).__module__.startswith("pandas")
    here.remove("pandas")
    assert type(FRAME.df()).__module__.startswith("polars")
    with pytest.raises(UsageError, match="needs pandas: pip install pandas"):
        FRAME.df("pandas")
    here.clear()
    with pytest.raises(UsageError, match="needs pandas or polars"):
        FRAME.df()
    with pytest.raises(UsageError, match="not of 'excel'"):
        FRAME.df("excel")  # type: ignore[call-overload]


# --- kinds of questions ----------------------------------------------------------------------------------------------------
def test_each_kind_of_question_has_an_answer_of_its_own_type(dump: kg.Dump) -> None:
    assert assert_type(dump.ask("ASK { ?a schema:headline 'Vols'@fr }"), bool) is True
    assert dump.query("ASK { ?a schema:headline 'Nothing' }") is False
    assert assert_type(dump.select(TITLES), kg.Rows) == dump.query(TITLES)
    assert assert_type(dump.construct(f"DESCRIBE <{A}>"), kg.Triples) == dump.query(f"DESCRIBE <{A}>")


def test_a_question_of_another_kind_than_expected_is_refused_before_it_is_asked(dump: kg.Dump) -> None:
    with pytest.raises(QueryError, match=r"gives a graph, not rows: construct\(\) is for it"):
        dump.select("DESCRIBE ?a { ?a ?p ?o }")
    with pytest.raises(QueryError, match=r"gives rows, not yes or no: select\(\) is for it"):
        dump.ask(TITLES)
    with pytest.raises(QueryError, match=r"gives yes or no, not a graph: ask\(\) is for it"):
        dump.construct("ASK {}")


def test_a_graph_comes_as_turtle_json_ld_n_triples_and_of_rdflib_and_says_the_same(dump: kg.Dump) -> None:
    found = dump.construct("CONSTRUCT WHERE { ?a schema:headline ?title }")
    assert len(found) == 2
    assert list(found) == [(A, f"{terms.SCHEMA}headline", "Flights"), (B, f"{terms.SCHEMA}headline", "Vols")]
    expected = {
        (rdflib.URIRef(A), rdflib.SDO.headline, rdflib.Literal("Flights", lang="en")),
        (rdflib.URIRef(B), rdflib.SDO.headline, rdflib.Literal("Vols", lang="fr")),
    }
    assert set(found.graph()) == expected
    for text, form in ((found.turtle(), "turtle"), (found.ntriples(), "nt")):
        assert set(rdflib.Graph().parse(data=text, format=form)) == expected
    assert '"en": "Flights"' in found.jsonld()
    assert dict(found.graph().namespaces())["kg"] == rdflib.URIRef(terms.KG)
    assert repr(found).splitlines()[-1] == "2 triples"
    assert found.turtle().endswith("\n".join(["", *repr(found).splitlines()[:-1], ""]))
    assert repr(found).startswith('<https://data.example.org/article/a>\n    schema:headline "Flights"@en .\n')
    assert "&lt;https://data.example.org/article/a&gt;" in found._repr_html_()


def test_an_empty_graph_and_a_large_one_can_be_shown(dump: kg.Dump) -> None:
    nothing = dump.construct("CONSTRUCT { ?a a ?a } { FILTER(false) }")
    assert (len(nothing), repr(nothing), len(nothing.graph())) == (0, "0 triples", 0)
    numbers = " ".join(f"<urn:{n}>" for n in range(200))
    large = dump.construct(f"CONSTRUCT {{ ?x a <urn:c> }} {{ VALUES ?x {{ {numbers} }} }}")
    assert repr(large).splitlines()[-2:] == ["…", "the first lines of 200 triples"]
    assert large._repr_html_().endswith("<p>the first lines of 200 triples</p>")


# --- parameters ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("settings", "titles"),
    [
        ({"a": kg.IRI(A)}, ["Flights"]),
        ({"a": rdflib.URIRef(B)}, ["Vols"]),
        ({"title": kg.LangString("Vols", "fr")}, ["Vols"]),
        ({"title": rdflib.Literal("Vols", lang="fr")}, ["Vols"]),
        ({"title": kg.LangString("Vols", "en")}, []),
        ({"n": 12}, ["Flights"]),
        ({"n": 7, "a": kg.IRI(A)}, []),
        ({"n": "12"}, []),
        ({"a": f"<{A}>"}, ["Flights"]),
    ],
)
def test_settings_are_bound_as_the_terms_that_they_are(settings: dict[str, Any], titles: list[str], dump: kg.Dump) -> None:
    query = "SELECT ?title { ?a schema:headline ?title ; schema:wordCount ?n }"
    assert dump.select(query, **settings).column("title") == titles


def test_what_one_answer_gives_is_asked_about_next(dump: kg.Dump) -> None:
    for row in dump.select(TITLES):
        assert dump.select(TITLES, a=row.a, title=row.title) == dump.select(TITLES, a=row.a)[:1]


def test_a_text_that_looks_like_sparql_is_a_text(dump: kg.Dump) -> None:
    for text in ('" } #', "'''", "\\", "} INSERT DATA {"):
        assert dump.select("SELECT ?x { ?s ?p ?o OPTIONAL { ?o ?o ?x } } LIMIT 1", x=kg.LangString(text, "en")).column("x") == [
            text
        ]


def test_shipped_queries_are_asked_by_name(dump: kg.Dump) -> None:
    assert isinstance(dump.query("@everything-about", iri=kg.IRI(A)), kg.Rows | kg.Triples)
    with pytest.raises(UsageError, match="everything-about"):
        dump.query("@everything-abut")


# --- faults ----------------------------------------------------------------------------------------------------------------
def test_a_wrong_query_has_its_place(dump: kg.Dump) -> None:
    with pytest.raises(QueryError) as caught:
        dump.query("SELECT * {\n  ?s ?p\n}")
    assert caught.value.place
    assert (caught.value.place.source, caught.value.place.line) == ("query", 3)
    with pytest.raises(QueryError, match="empty"):
        dump.query("")


def test_a_name_that_is_misspelt_is_warned_of(dump: kg.Dump) -> None:
    with pytest.warns(kg.QueryWarning, match=r"query:1:.*schema:headline") as caught:
        dump.query("SELECT * { ?a schema:hedline ?title }")
    assert [warning.filename for warning in caught] == [__file__]


def test_where_there_is_no_dump_opening_says_so(tmp_path: Path) -> None:
    for target in (tmp_path, tmp_path / "nowhere"):
        with pytest.raises(KgError):
            kg.open(target)


def test_a_slow_question_ends_and_the_next_is_answered(tmp_path: Path) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { " + " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(9)) + " }"
    write(tmp_path, {"a.nt": "".join(f'<urn:{n}> <urn:p> "{n}" .\n' for n in range(40))})
    with kg.open(tmp_path / "a.nt", timeout=0.5) as file:
        with pytest.raises(QueryError, match=r"no answer within 0\.5 seconds"):
            file.query(endless)
        assert file.ask("ASK {}") is True


# --- opening and closing ---------------------------------------------------------------------------------------------------
def test_an_rdf_file_is_asked_as_well(tmp_path: Path) -> None:
    write(tmp_path, {"a.ttl": "<urn:a> <urn:p> 1, 2 ."})
    with kg.open(str(tmp_path / "a.ttl")) as file:
        assert file.select("SELECT ?o { ?s ?p ?o } ORDER BY ?o").column("o") == [1, 2]
        assert repr(file) == f"<Dump {str(tmp_path / 'a.ttl')!r}>"
        with pytest.raises(UsageError, match="rdflib itself reads a file"):
            file.dataset()


def test_a_dump_that_is_built_anew_is_what_the_next_question_is_about(tmp_path: Path) -> None:
    with kg.open(write_dump(tmp_path / "dump", {A: statements(A, "Old", "en", 1)})) as dump:
        assert dump.select(TITLES).column("title") == ["Old"]
        write_dump(tmp_path / "dump", {A: statements(A, "New", "en", 1), B: statements(B, "Newer", "en", 1)})
        assert dump.select(TITLES).column("title") == ["New", "Newer"]


def test_several_threads_can_ask_one_dump(dump: kg.Dump) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = threads.map(lambda n: dump.select(f"SELECT ({n} AS ?n) {{}}")[0].n, range(40))
        assert list(found) == list(range(40))


def test_an_answer_that_nobody_waited_for_is_not_taken_for_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with kg.open(write_dump(tmp_path / "dump", {A: statements(A, "One", "en", 1)})) as dump:
        dump.query("ASK {}")
        monkeypatch.setattr(store.Session, "answer", _interrupted(store.Session.answer))
        with pytest.raises(KeyboardInterrupt):
            dump.query("ASK { FILTER(false) }")
        monkeypatch.undo()
        assert dump.query("ASK {}") is True


def _interrupted(answer: Any) -> Any:
    """Return what asks as a session does, and is interrupted before it has the answer."""

    def asking(session: store.Session, *arguments: Any) -> Any:
        def interrupt(*_: Any) -> bytes:
            raise KeyboardInterrupt

        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("kg.confined.receive", interrupt)
            return answer(session, *arguments)

    return asking


def test_nothing_runs_on_when_a_dump_is_forgotten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[store.Session] = []

    def close(self: store.Session) -> None:
        closed.append(self)

    monkeypatch.setattr(store.Session, "close", close)
    dump = kg.open(write_dump(tmp_path / "dump", {A: statements(A, "One", "en", 1)}))
    session = dump.session
    del dump
    gc.collect()
    assert closed == [session]


def test_a_large_dump_is_stored_once_and_says_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store.loading, "SMALL", 0)
    target = write_dump(tmp_path / "dump", {A: statements(A, "One", "en", 1)})
    seen: list[tuple[int, int]] = []
    with kg.open(target, show=lambda done, size: seen.append((done, size))) as dump:
        size = (target / "articles.nq").stat().st_size
        assert seen[-1] == (size, size)
        assert dump.select(TITLES).column("title") == ["One"]
    seen.clear()
    with kg.open(target, show=lambda done, size: seen.append((done, size))):
        assert seen == []
