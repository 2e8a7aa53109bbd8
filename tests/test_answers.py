"""Answers come in the form that was asked for; a table fits the terminal, leaves nothing out and steers nothing."""

from __future__ import annotations

import csv
import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import rdflib
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg import answers, queries, questions, store
from kg.answers.cells import Cells
from kg.answers.tables import table
from kg.answers.wrapping import length, wrapped
from kg.errors import QueryError, ResourceError, UsageError
from tests.writing import SAFETY, write

DATA = """
    PREFIX schema: <https://schema.org/>
    <https://data.example.org/article/one> schema:headline "One"@en ; schema:wordCount 7 .
    <https://data.example.org/article/two> schema:headline "Deux"@fr ; schema:wordCount 120 .
"""
TITLES = "SELECT ?title { ?a schema:headline ?title } ORDER BY ?title"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[store.Session]:
    """Two articles, loaded once."""
    home = write(tmp_path_factory.mktemp("answers"), {"a.ttl": DATA})
    with store.Session(home / "a.ttl") as found:
        yield found


def ask(session: store.Session, text: str, form: str | None = None, width: int | None = None, file: str | None = None) -> str:
    question = questions.Question(text, {})
    return b"".join(answers.ask(session, question, form, SAFETY, width, Path(file) if file else None)).decode()


def lines(session: store.Session, values: str, width: int | None = None) -> list[str]:
    """Return the table of values, each in brackets with a value for each of up to four variables."""
    count = max(len(re.findall(r'"(?:[^"\\]|\\.)*"\S*|[^\s()]+', row)) for row in re.findall(r"\((.*?)\)(?=\s*\(|\s*$)", values))
    names = " ".join(f"?{name}" for name in "abcd"[:count])
    return ask(session, f"SELECT {names} {{ VALUES ({names}) {{ {values} }} }}", width=width).splitlines()


# --- forms -----------------------------------------------------------------------------------------------------------------
def test_solutions_are_a_table_unless_another_form_is_wanted(session: store.Session) -> None:
    assert ask(session, TITLES) == ask(session, TITLES, "table") == "title\n--------\nDeux @fr\nOne @en\n2 rows\n"
    assert list(csv.reader(io.StringIO(ask(session, TITLES, "csv")))) == [["title"], ["Deux"], ["One"]]
    assert ask(session, TITLES, "tsv") == '?title\n"Deux"@fr\n"One"@en\n'
    assert [row["title"]["value"] for row in json.loads(ask(session, TITLES, "json"))["results"]["bindings"]] == ["Deux", "One"]
    assert ask(session, TITLES, "xml").endswith("</sparql>\n")


def test_a_truth_is_yes_or_no_unless_another_form_is_wanted(session: store.Session) -> None:
    assert ask(session, "ASK { ?a schema:headline 'One'@en }") == "yes\n"
    assert ask(session, "ASK { ?a schema:headline 'Four'@en }") == "no\n"
    assert ask(session, "ASK {}", "csv") == "true\n"
    assert json.loads(ask(session, "ASK {}", "json"))["boolean"] is True


def test_a_graph_is_turtle_unless_another_form_is_wanted(session: store.Session) -> None:
    query = "CONSTRUCT { ?a schema:name ?t } WHERE { ?a schema:headline ?t }"
    found = [
        set(rdflib.Graph().parse(data=ask(session, query, form), format=parser))
        for form, parser in ((None, "turtle"), ("turtle", "turtle"), ("ntriples", "nt"), ("rdfxml", "xml"))
    ]
    assert len(found[0]) == 2
    assert found[0] == found[1] == found[2] == found[3]
    assert "Deux" in json.dumps(json.loads(ask(session, query, "jsonld")))
    assert ask(session, "CONSTRUCT WHERE { ?a schema:none ?b }", "ntriples") == ""


def test_turtle_declares_the_prefixes_that_it_uses(session: store.Session) -> None:
    found = ask(
        session, "CONSTRUCT { ?a schema:name ?t ; rdf:type kg:Treaty } WHERE { ?a schema:headline ?t FILTER(LANG(?t) = 'en') }"
    )
    assert found == (
        "@prefix kg: <https://w3id.org/article-kg/ontology#> .\n@prefix schema: <https://schema.org/> .\n\n"
        '<https://data.example.org/article/one>\n    a kg:Treaty ;\n    schema:name "One"@en .\n'
    )
    assert ask(session, "CONSTRUCT { ?a <urn:x:b> 'c' } WHERE { VALUES ?a { <urn:x:a> } }") == '<urn:x:a>\n    <urn:x:b> "c" .\n'
    assert ask(session, "CONSTRUCT { ?a ?b ?c } WHERE { ?a ?b ?c FILTER(false) }") == ""


@pytest.mark.parametrize(
    ("query", "file", "form"),
    [
        (TITLES, "a.csv", "csv"),
        (TITLES, "a.TSV", "tsv"),
        (TITLES, "a.json", "json"),
        (TITLES, "a.srx", "xml"),
        (TITLES, "a.txt", "table"),
        ("ASK {}", "a.xml", "xml"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "a.json", "jsonld"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "a.xml", "rdfxml"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "a.nt", "ntriples"),
        ("CONSTRUCT WHERE { ?s ?p ?o }", "a.ttl", "turtle"),
    ],
)
def test_the_ending_of_a_file_says_the_form_where_none_is_given(query: str, file: str, form: str, session: store.Session) -> None:
    assert ask(session, query, file=file) == ask(session, query, form)
    other = "ntriples" if query.startswith("CONSTRUCT") else "csv"
    assert ask(session, query, other, file=file) == ask(session, query, other)


def test_an_ending_that_says_nothing_leaves_the_form_for_people(session: store.Session) -> None:
    assert ask(session, TITLES, file="answer") == ask(session, TITLES, file="answer.md") == ask(session, TITLES)


@pytest.mark.parametrize(
    ("query", "form", "file", "said"),
    [
        ("CONSTRUCT WHERE { ?s ?p ?o }", "csv", None, "^this query gives a graph; choose one of turtle, jsonld, ntriples, rdfxml$"),
        ("DESCRIBE <urn:x:a>", "table", None, "this query gives a graph; choose one of turtle, jsonld, ntriples, rdfxml"),
        ("SELECT * { ?s ?p ?o }", "turtle", None, "this query gives a table; choose one of table, csv, tsv, json, xml"),
        ("ASK {}", "jsonld", None, "this query gives yes or no; choose one of table, csv, tsv, json, xml"),
        ("ASK {}", None, "a.ttl", "a.ttl: this query gives yes or no; choose one of table, csv, tsv, json, xml"),
    ],
)
def test_a_form_that_does_not_fit_is_refused_before_the_dump_is_opened(
    query: str, form: str | None, file: str | None, said: str
) -> None:
    with store.Session("nowhere") as nothing, pytest.raises(UsageError) as caught:
        ask(nothing, query, form, file=file)
    assert re.search(said, str(caught.value))


# --- tables ----------------------------------------------------------------------------------------------------------------
def test_numbers_stand_to_the_right_and_texts_to_the_left(session: store.Session) -> None:
    assert lines(session, '("Jean Petit" 1 2.5) ("Marie" 10000 UNDEF) (UNDEF 3e0 "4"^^xsd:nonNegativeInteger)') == [
        "a               b    c",
        "----------  -----  ---",
        "Jean Petit      1  2.5",
        "Marie       10000",
        "                3    4",
        "3 rows",
    ]
    assert lines(session, '(1 "5") (200 6)')[2:4] == ["  1  5", "200  6"]
    assert lines(session, "(UNDEF 1)")[2] == "   1"


def test_iris_are_as_short_as_our_prefixes_make_them(session: store.Session) -> None:
    shown = lines(session, "(schema:headline) (treaty:inf-treaty) (<https://data.example.org/article/one>) (<urn:x:a>) (rdf:type)")
    assert shown[2:-1] == ["schema:headline", "treaty:inf-treaty", "https://data.example.org/article/one", "urn:x:a", "rdf:type"]


def test_iris_are_as_short_as_the_prefixes_of_the_query_make_them(session: store.Session) -> None:
    own = "PREFIX a: <https://data.example.org/article/> PREFIX s: <https://schema.org/> PREFIX kg: <urn:x:> PREFIX : <urn:y:>"
    values = "a:one schema:name kg:a <https://w3id.org/article-kg/ontology#Treaty> :b <urn:y:b/c>"
    shown = ask(session, f"{own} SELECT ?x {{ VALUES ?x {{ {values} }} }}").splitlines()[2:-1]
    assert shown == ["a:one", "s:name", "kg:a", "https://w3id.org/article-kg/ontology#Treaty", ":b", "urn:y:b/c"]


def test_languages_are_told_where_there_are_several(session: store.Session) -> None:
    assert lines(session, '("One"@en) ("Two"@en) (1)')[2:-1] == ["One", "Two", "1"]
    assert lines(session, '("One"@en) ("Deux"@fr) (schema:name)')[2:-1] == ["One @en", "Deux @fr", "schema:name"]
    assert lines(session, '("One"@en) ("plain")') == ["a", "-------", "One @en", "plain", "2 rows"]


def test_what_is_not_bound_is_empty_and_rows_are_counted(session: store.Session) -> None:
    assert ask(session, "SELECT ?a ?b { VALUES ?a { UNDEF 1 } }") == "a  b\n-  -\n\n1\n2 rows\n"
    assert ask(session, "SELECT ?a ?b { FILTER(false) }") == "a  b\n-  -\n0 rows\n"
    assert ask(session, "SELECT * {}") == "1 row\n"


def test_other_values_are_shown_as_they_are_written(session: store.Session) -> None:
    shown = lines(session, '(true "2024-05-06"^^xsd:date) (false "odd"^^<urn:x:odd>) (UNDEF "")')
    assert shown[2:] == ["true   2024-05-06", "false  odd", "", "3 rows"]
    assert ask(session, 'SELECT (TRIPLE(<urn:x:a>, <urn:x:b>, "c") AS ?t) {}').splitlines()[2] == '<<( <urn:x:a> <urn:x:b> "c" )>>'


def test_chinese_characters_take_two_places_and_accents_that_follow_none(session: store.Session) -> None:
    assert lines(session, '("核武器" 1) ("abc" 2) ("e\u0301te\u0301" 3)') == [
        "a       b",
        "------  -",
        "核武器  1",
        "abc     2",
        "e\u0301te\u0301     3",
        "3 rows",
    ]


def test_no_text_in_a_table_steers_the_terminal(session: store.Session) -> None:
    values = r'("\u001B[2Jgone\tand\nback\u202E") ("##[error] is a command") ("[bold]no markup[/bold] :smile:")'
    harmless = [r"#\u0023[error] is a command", "[bold]no markup[/bold] :smile:", "3 rows"]
    assert lines(session, values)[2:] == [r"\u001b[2Jgone\tand\nback\u202e", *harmless]
    assert lines(session, values, 80)[2:] == [r"\u001b[2Jgone\tand", r"  back\u202e", *harmless]


def test_a_table_is_as_wide_as_the_terminal_and_what_does_not_fit_goes_on_below(session: store.Session) -> None:
    values = '("The Treaty That Mended the Sky" 2019 <https://data.example.org/article/one>) ("Short" 7 <urn:x:a>)'
    assert lines(session, values, 48) == [
        "a                        b  c",
        "--------------------  ----  --------------------",
        "The Treaty That       2019  https://data.example",
        "  Mended the Sky              .org/article/one",
        "Short                    7  urn:x:a",
        "2 rows",
    ]
    assert len(lines(session, values, 200)) == 5


def test_where_columns_would_be_too_narrow_each_row_is_a_list(session: store.Session) -> None:
    values = '("The Treaty That Mended the Sky" 2019 <https://data.example.org/article/one>) ("Short" UNDEF <urn:x:a>)'
    assert lines(session, values, 30) == [
        "a  The Treaty That Mended the",
        "     Sky",
        "b  2019",
        "c  https://data.example.org/",
        "     article/one",
        "",
        "a  Short",
        "b",
        "c  urn:x:a",
        "",
        "2 rows",
    ]


def test_a_long_cell_is_not_cut_where_nobody_looks_on_and_makes_no_other_row_long(session: store.Session) -> None:
    words = "word " * 1500
    long, short = lines(session, f'("{words}end" 1) ("a" 2)')[2:4]
    assert long == f"{words}end  1"
    assert len(short) < 200


CELLS = st.text(
    st.characters(codec="utf-8", categories=["L", "M", "N", "P", "S", "Zs"]) | st.sampled_from("  \n\té核👩‍🚀"), max_size=60
)


def _tsv(rows: list[list[str]]) -> bytes:
    names = "\t".join(f"?v{at}" for at in range(len(rows[0])))
    escapes = {"\\": r"\\", '"': r"\"", "\n": r"\n", "\r": r"\r", "\t": r"\t"}
    written = ("\t".join(f'"{"".join(escapes.get(c, c) for c in text)}"' for text in row) for row in rows)
    return "".join(f"{line}\n" for line in (names, *written)).encode()


@settings(max_examples=50)
@given(
    st.integers(1, 4).flatmap(lambda n: st.lists(st.lists(CELLS, min_size=n, max_size=n), min_size=1, max_size=5)),
    st.integers(16, 90),
)
def test_a_table_for_a_terminal_holds_every_word_and_is_never_wider(rows: list[list[str]], width: int) -> None:
    body = _tsv(rows)
    shown = list(table(body, Cells(keeps_lines=True), width))
    assert all(length(line.rstrip("\n")) <= width for line in shown)
    assert all(line.count("\n") == 1 and line.endswith("\n") for line in shown)
    if len(rows[0]) == 1:  # then what is shown stands in the order of the rows
        said = "".join(Cells(keeps_lines=True).of(cell).text for cell in body.split(b"\n")[1:-1])
        assert "".join("".join(shown[2:-1]).split()) == "".join(said.split())


@example("0;000", 4)
@given(CELLS | st.text("a/&é核 ", max_size=60), st.integers(4, 40))
def test_a_text_that_is_wrapped_is_all_there_and_no_line_of_it_is_wider(text: str, width: int) -> None:
    shown = wrapped(text, width)
    assert "".join("".join(shown).split()) == "".join(text.split())
    assert all(length(line) <= width for line in shown)


# --- where queries come from -----------------------------------------------------------------------------------------------
def test_a_query_file_that_is_not_utf8_or_not_there_is_told(tmp_path: Path) -> None:
    write(tmp_path, {"a.rq": b'ASK { ?s ?p "\xff" }', "b.rq": "\ufeffASK {} # é"})
    with pytest.raises(QueryError, match=r"a\.rq: not UTF-8: byte 0xFF at offset 13"):
        answers.read_query(tmp_path / "a.rq")
    with pytest.raises(ResourceError, match="cannot be read"):
        answers.read_query(tmp_path)
    assert answers.read_query(tmp_path / "b.rq") == "ASK {} # é"


def test_a_dash_is_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"ASK { # \xff")))
    with pytest.raises(QueryError, match=r"standard input: not UTF-8: byte 0xFF at offset 8"):
        answers.read_query(Path("-"))
    monkeypatch.setattr(sys, "stdin", None)
    with pytest.raises(ResourceError, match="standard input: is closed"):
        answers.read_query(Path("-"))


def test_values_of_parameters_are_given_by_name() -> None:
    assert answers.settings(["a=1", "?b=x=y", "$c="]) == {"a": "1", "b": "x=y", "c": ""}
    for words, said in ((["a"], "NAME=VALUE, not 'a'"), (["=1"], "NAME=VALUE"), (["a=1", "?a=2"], "a is set twice")):
        with pytest.raises(UsageError, match=said):
            answers.settings(words)


def test_a_mistake_is_told_with_its_place_under_the_name_of_the_source(session: store.Session) -> None:
    with pytest.raises(QueryError, match=r"^mine\.rq:2:9: "):
        list(answers.ask(session, questions.Question("SELECT * {\n  ?s ?p }", {}, "mine.rq"), timeout=SAFETY))


# --- the list of shipped queries -------------------------------------------------------------------------------------------
QUERY = queries.parse(
    "states-named",
    "# States that are named,\n# and how often.\n#\n"
    "# $state (state): the state\n# $least (number) = 2: fewest articles that name it\n"
    "# $year (year, optional): only this year\nSELECT * { ?state ?least ?year }",
)


def test_the_list_tells_what_a_query_answers_and_how_its_parameters_are_set() -> None:
    assert list(answers.described(QUERY)) == [
        "@states-named",
        "  States that are named, and how often.",
        "    state=STATE  the state",
        "    least=2      fewest articles that name it",
        "    [year=YEAR]  only this year",
    ]
    assert list(answers.described(QUERY, 34))[4:6] == ["    least=2      fewest articles", "      that name it"]


def test_the_list_has_every_shipped_query_for_people_and_for_programs() -> None:
    assert [line[1:] for line in answers.listed().splitlines() if line.startswith("@")] == list(queries.shipped())
    rows = {row["name"]: row for row in json.loads(answers.to_json())}
    assert list(rows) == list(queries.shipped())
    for name, query in queries.shipped().items():
        assert rows[name]["answers"] == query.title
        assert [row["name"] for row in rows[name]["parameters"]] == [parameter.name for parameter in query.parameters]
        for row, parameter in zip(rows[name]["parameters"], query.parameters, strict=True):
            assert (row["kind"], row.get("default"), row["meaning"]) == (parameter.kind, parameter.default, parameter.meaning)
            assert row["required"] == (parameter.default is None and not parameter.is_optional)
