"""What a dump must hold is asked in SPARQL and told as shapes tell it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path

import pytest

from kg import expectations, pipeline, rdf, terms
from kg.errors import Finding, Place
from kg.expectations import check
from kg.validation import Result, identity
from tests import asking
from tests.conftest import ROOT
from tests.writing import SAFETY, write

X = "https://x.example/"
SPARQL = "http://www.w3.org/ns/shacl#SPARQLConstraintComponent"
DATA = f"""<{X}a> <{X}author> <{X}p> .
<{X}a> <{X}title> "One" .
<{X}b> <{X}title> "Two" .
<{X}c> <{X}title> "Two" .
"""
MANIFEST = '{"kg": "0.1.0", "articles": {}, "files": {}}'
WITHOUT_AUTHOR = (
    f"# No article loses its author.\nSELECT ?this {{ ?this <{X}title> ?t FILTER NOT EXISTS {{ ?this <{X}author> ?p }} }}"
)


def ask(
    folder: Path, queries: Mapping[str, str | bytes], data: str = DATA, form: str = "nt", timeout: float | None = None
) -> list[Finding]:
    """Return what queries find in an RDF file; each is in a file of its name. With a timeout it is a child that is asked."""
    write(folder, {f"data.{form}": data, **{f"{name}.rq": query for name, query in queries.items()}})
    file, files = folder / f"data.{form}", [folder / f"{name}.rq" for name in queries]
    if timeout:
        return check(file, files, timeout)
    with asking.here():
        return check(file, files)


def told(findings: list[Finding], folder: Path) -> list[str]:
    return [str(finding).replace(f"{folder}/", "") for finding in findings]


# --- what is found ---------------------------------------------------------------------------------------------------------
def test_what_holds_is_not_told(tmp_path: Path) -> None:
    assert ask(tmp_path, {"enough": "ASK { ?s ?p ?o }", "none": f"SELECT ?s {{ ?s <{X}nothing> ?o }}"}) == []


def test_an_ask_that_is_false_is_a_violation_at_its_query(tmp_path: Path) -> None:
    query = f"# At least 9 articles.\nASK {{ {{ SELECT (COUNT(*) AS ?n) {{ ?s <{X}title> ?t }} }} FILTER(?n >= 9) }}"
    shape = "<urn:x-kg:expectation:at-least-9>"
    reason = f"At least 9 articles: not so in {tmp_path / 'data.nt'}"
    place = Place(str(tmp_path / "at-least-9.rq"), 1)
    expected = Result("violation", reason, place, shape, None, None, shape, SPARQL, source=shape)
    assert ask(tmp_path, {"at-least-9": query}) == [expected]


def test_each_row_of_a_select_is_a_result_at_the_line_of_its_focus_node(tmp_path: Path) -> None:
    found = ask(tmp_path, {"authors": WITHOUT_AUTHOR})
    shape = "<urn:x-kg:expectation:authors>"
    assert found == [
        Result(
            "violation",
            "No article loses its author.",
            Place(str(tmp_path / "data.nt"), line),
            f"<{X}{name}>",
            None,
            None,
            shape,
            SPARQL,
            source=shape,
        )
        for line, name in ((3, "b"), (4, "c"))
    ]


def test_path_and_value_lead_to_the_very_line_in_every_format(tmp_path: Path) -> None:
    where = f"VALUES ?path {{ <{X}title> }} ?this ?path ?value FILTER(?value = 'Two')"
    query = f"# {{?value}} is no title of {{$this}}\nSELECT * {{ {where} }}"
    turtle = f'@prefix x: <{X}> .\nx:a x:title "One" .\nx:b x:author x:p ;\n    x:title "Two" .\n'
    (found,) = ask(tmp_path, {"titles": query}, turtle, "ttl")
    assert isinstance(found, Result)
    assert (found.focus, found.path, found.value) == (f"<{X}b>", f"<{X}title>", '"Two"')
    assert told([found], tmp_path) == [f"data.ttl:4:13: violation: Two is no title of <{X}b>"]
    more = ask(tmp_path, {"titles": query}, f'<{X}b> <{X}title> "Zero" .\n{DATA}', "nq")
    assert told(more, tmp_path) == [
        f"data.nq:{line}: violation: Two is no title of <{X}{name}>" for line, name in ((4, "b"), (5, "c"))
    ]


def test_a_row_has_its_own_message(tmp_path: Path) -> None:
    query = (
        f"# Unused.\nSELECT ?focus ?message {{ ?focus <{X}title> ?t FILTER(?t = 'One') BIND(CONCAT('Change ', ?t) AS ?message) }}"
    )
    assert told(ask(tmp_path, {"own": query}), tmp_path) == ["data.nt:1: violation: Change One"]


def test_what_else_a_row_binds_is_told(tmp_path: Path) -> None:
    query = f"# Titles differ.\nSELECT ?t (COUNT(*) AS ?n) {{ ?s <{X}title> ?t }} GROUP BY ?t HAVING(COUNT(*) > 1)"
    (found,) = ask(tmp_path, {"titles": query})
    assert told([found], tmp_path) == ["data.nt: violation: Titles differ. (t: Two, n: 2)"]
    assert isinstance(found, Result)
    assert (found.focus, found.value) == ("<urn:x-kg:expectation:titles>", '"Two"')


def test_the_first_node_of_a_row_that_names_none_is_its_focus(tmp_path: Path) -> None:
    query = f"SELECT ?title ?article {{ ?article <{X}title> ?title FILTER(?title = 'One') }}"
    (found,) = ask(tmp_path, {"titles": query})
    assert isinstance(found, Result)
    assert found.focus == f"<{X}a>"
    assert told([found], tmp_path) == [f"data.nt:1: violation: The expectation titles holds. (title: One, article: <{X}a>)"]


def test_a_long_value_is_cut(tmp_path: Path) -> None:
    (found,) = ask(tmp_path, {"long": "# Not {?t}\nSELECT ?t { ?s ?p ?t }"}, f'<{X}a> <{X}title> "{"long " * 100_000}" .\n')
    assert found.reason == f"Not {'long ' * 40} …"


def test_some_hundred_rows_are_told_and_the_others_counted(tmp_path: Path) -> None:
    data = "".join(f"<{X}{number:04}> <{X}p> <{X}o> .\n" for number in range(1203))
    found = ask(tmp_path, {"none": "# Nothing.\nSELECT ?this { ?this ?p ?o } ORDER BY DESC(?this)"}, data)
    results = [finding for finding in found if isinstance(finding, Result)]
    assert [result.focus for result in results[:-1]] == [f"<{X}{number:04}>" for number in range(500)]
    assert told(found[-1:], tmp_path) == ["data.nt: violation: Nothing: 703 more rows, which are not told"]


def test_results_have_the_same_ids_wherever_data_and_query_lie(tmp_path: Path) -> None:
    first, second = (
        ask(tmp_path / name, {"many": "# A\nASK {{?s ?p 1}}", "authors": WITHOUT_AUTHOR}, data)
        for name, data in (("x", DATA), ("y", f"\n\n{DATA}"))
    )
    assert [identity(finding) for finding in first] == [identity(finding) for finding in second]
    assert len({identity(finding) for finding in first}) == len(first) == 3


def test_blank_nodes_have_the_names_that_validation_gives_them(tmp_path: Path) -> None:
    data = f'_:one <{X}title> "One" .\n'
    expected = rdf.read(write(tmp_path, {"data.nt": data}) / "data.nt")[0].subject
    for form in ("nt", "nq", "ttl"):
        (found,) = ask(tmp_path, {"none": "SELECT ?this { ?this ?p ?o }"}, data, form)
        assert isinstance(found, Result)
        assert found.focus == expected


def test_a_dump_is_asked_in_its_graphs_and_their_union(tmp_path: Path) -> None:
    quads = f"<{X}a> <{X}p> <{X}o> <{X}a#declared> .\n<{X}a> <{X}p> <{X}o> <{X}a#extracted> .\n"
    once = "# Once.\nASK { { SELECT (COUNT(*) AS ?n) { ?s ?p ?o } } FILTER(?n = 1) }"
    where = "# Not declared.\nSELECT ?this { GRAPH ?g { ?this ?p ?o } FILTER(STRENDS(STR(?g), '#declared')) }"
    write(tmp_path, {"dump/articles.nq": quads, "dump/manifest.json": MANIFEST, "once.rq": once, "where.rq": where})
    found = check(tmp_path / "dump", [tmp_path / "once.rq", tmp_path / "where.rq"])
    assert told(found, tmp_path) == ["dump/articles.nq:1: violation: Not declared."]


def test_data_may_be_called_by_another_name(tmp_path: Path) -> None:
    write(tmp_path, {"data.nt": DATA, "bad.nt": "junk\n", "a.rq": WITHOUT_AUTHOR, "b.rq": "# Never.\nASK { FILTER(false) }"})
    files = [tmp_path / "a.rq", tmp_path / "b.rq"]
    assert told(check(tmp_path / "data.nt", files, name="-"), tmp_path) == [
        "-:3: violation: No article loses its author.",
        "-:4: violation: No article loses its author.",
        "b.rq:1: violation: Never: not so in -",
    ]
    (fault,) = check(tmp_path / "bad.nt", files, name="-")
    assert str(fault).startswith("-:1")


# --- what a file says ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("comments", "message", "severity"),
    [
        ("# At least one.", "At least one.", "violation"),
        ("\n\n#At least\n#   one.  \n#\n# Why: because.\n", "At least one.", "violation"),
        ("# severity: warning\n# At least one.\n\n# Why.", "At least one.", "warning"),
        ("# At least\r\n# Severity:Info\r\n# one.\r\n", "At least one.", "info"),
        ("\ufeff# At least one.\nPREFIX x: <https://x.example/>\n# severity: warning", "At least one.", "warning"),
        ("PREFIX x: <https://x.example/>\n# Not the first.", "The expectation one holds.", "violation"),
        ("", "The expectation one holds.", "violation"),
        ("#\n# severity: violation", "The expectation one holds.", "violation"),
    ],
)
def test_comments_say_what_is_expected_and_how_grave_it_is(comments: str, message: str, severity: str, tmp_path: Path) -> None:
    file = write(tmp_path, {"one.rq": f"{comments}\nASK {{}}\n"}) / "one.rq"
    found = expectations.read(file)
    assert (found.message, found.severity) == (message, severity)


def test_an_expectation_is_described_as_a_shape_is(tmp_path: Path) -> None:
    write(tmp_path, {"one.rq": "# At least one.\n# severity: info\nASK {}", "bad.rq": ""})
    shape, sh = "<urn:x-kg:expectation:one>", "http://www.w3.org/ns/shacl#"
    assert {s[:3] for s in expectations.describe([tmp_path / "one.rq", tmp_path / "bad.rq"])} == {
        (shape, terms.TYPE, f"<{sh}NodeShape>"),
        (shape, f"<{sh}name>", '"one"'),
        (shape, f"<{sh}message>", '"At least one."'),
        (shape, f"<{sh}severity>", f"<{sh}Info>"),
    }


# --- faults ----------------------------------------------------------------------------------------------------------------
def test_every_file_is_asked_even_when_others_are_bad(tmp_path: Path) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { " + " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(24)) + " }"
    queries: dict[str, str | bytes] = {
        "comment": "# Nothing else.\n",
        "empty": "",
        "graph": "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }",
        "grave": "# One.\n# severity: error\nASK {}",
        "latin": "# One.\n# Café\nASK {}".encode("latin-1"),
        "nul": "# One\0.\nASK {}",
        "server": "ASK { SERVICE <http://127.0.0.1:9/> {} }",
        "slow": endless,
        "syntax": "# One.\nSELECT * {\n  ?s ?p\n}",
        "twice": "# severity: info\n# severity: info\nASK {}",
        "last": "# Never.\nASK { FILTER(false) }",
    }
    found = ask(tmp_path, queries, timeout=1.5)
    assert [line[:78] for line in sorted(told(found, tmp_path))] == [
        "comment.rq: violation: there is no query in this file",
        "empty.rq: violation: there is no query in this file",
        "graph.rq: violation: this query gives a graph; ASK or SELECT is wanted",
        "grave.rq:2: violation: a severity is violation, warning, info; not 'error'",
        "last.rq:1: violation: Never: not so in data.nt",
        "latin.rq:2: violation: not UTF-8: byte 0xE9",
        "nul.rq:1: violation: its comments have a character that no text may have",
        "server.rq:1:7: violation: SERVICE would ask another server; it is not allowed",
        "slow.rq: violation: no answer within 1.5 seconds",
        "syntax.rq:4:2: violation: not SPARQL: expected one of LATERAL, SERVICE, [_]",
        "twice.rq:2: violation: a second severity: 'info'",
    ]


def test_a_file_that_is_not_there_or_too_long_is_told(tmp_path: Path) -> None:
    found = ask(tmp_path, {"long": "#" + "x" * 5_000_000 + "\nASK {}"})
    assert told(found, tmp_path) == ["long.rq: violation: there is no query in this file"]
    found = ask(tmp_path, {"long": "ASK {} #" + "x" * 5_000_000})
    assert told(found, tmp_path) == ["long.rq:1:1: violation: a query has at most 65536 bytes"]
    (absent,) = check(tmp_path / "data.nt", [tmp_path / "absent.rq"])
    assert (absent.reason, absent.exit_code) == ("cannot be read: No such file or directory", 3)


def test_files_of_one_name_are_told_apart_or_refused(tmp_path: Path) -> None:
    never = "# Never.\nASK { FILTER(false) }"
    write(tmp_path, {"data.nt": DATA, "one.rq": never, "x/one.rq": never})
    files = [tmp_path / "one.rq", tmp_path / "one.rq", tmp_path / "x" / "one.rq"]
    assert told(check(tmp_path / "data.nt", files), tmp_path) == [
        "x/one.rq: violation: each expectation has a name of its own; this is that of one.rq",
        "one.rq:1: violation: Never: not so in data.nt",
    ]


def test_data_that_cannot_be_read_are_one_finding(tmp_path: Path) -> None:
    write(
        tmp_path, {"dump/articles.nq": "junk\n", "dump/manifest.json": MANIFEST, "a.rq": "ASK {}", "b.rq": "ASK {}", "empty/x": ""}
    )
    files = [tmp_path / "a.rq", tmp_path / "b.rq"]
    (broken,) = check(tmp_path / "dump", files)
    assert str(broken).startswith(f"{tmp_path / 'dump' / 'articles.nq'}:1:")
    (absent,) = check(tmp_path / "empty", files)
    assert str(absent) == f"{tmp_path / 'empty'}: violation: no dump here: there is no manifest.json"


@pytest.mark.parametrize("name", ["\udcff", "ärger & co", "…", "-" * 200, "एक"], ids=ascii)
def test_a_file_may_have_any_name(name: str, tmp_path: Path) -> None:
    (found,) = ask(tmp_path, {name: "ASK { FILTER(false) }"})
    assert isinstance(found, Result)
    assert found.shape == terms.iri(terms.value(found.shape))
    assert list(expectations.describe([tmp_path / f"{name}.rq"]))


def test_a_query_that_ends_the_engine_costs_itself_only(tmp_path: Path) -> None:
    queries = {"deep": "ASK { FILTER(" + "!" * 60_000 + "true) }", "last": "# Never.\nASK { FILTER(false) }"}
    found = ask(tmp_path, queries, timeout=SAFETY)
    assert [line.partition("; ")[0] for line in told(found, tmp_path)] == [
        "deep.rq: violation: the query engine broke down on this query",
        "last.rq:1: violation: Never: not so in data.nt",
    ]


# --- the samples of the documentation --------------------------------------------------------------------------------------
SAMPLES = sorted((ROOT / "docs" / "expectations").glob("*.rq"))


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dump of the examples."""
    folder = tmp_path_factory.mktemp("expectations") / "dump"
    assert pipeline.publish([ROOT / "examples"], folder, engine="fast").published
    return folder


def test_the_samples_hold_for_the_examples(dump: Path) -> None:
    assert len(SAMPLES) >= 2
    assert check(dump, SAMPLES, SAFETY) == []


def test_the_samples_find_what_they_are_for(dump: Path, tmp_path: Path) -> None:
    """A dump that lost articles, an author, names and what the articles mention meets none of them."""
    quads = [rdf.parse_nquads(line) for line in (dump / "articles.nq").read_text("utf-8").splitlines()]
    articles = sorted({s.subject for s in quads if (s.predicate, s.object) == (terms.TYPE, terms.ARTICLE)})
    lost = {terms.PREF_LABEL, terms.NAME, terms.MENTIONS}
    left = [
        s
        for s in quads
        if s.predicate not in lost
        and (s.subject, s.predicate) != (articles[0], terms.AUTHOR)
        and not (s.subject in articles[5:] and s.predicate == terms.TYPE)
    ]
    write(tmp_path, {"less/articles.nq": "".join(map(rdf.nquads, left))})
    shutil.copy(dump / "manifest.json", tmp_path / "less")
    found = check(tmp_path / "less", SAMPLES, SAFETY)
    shapes = {terms.value(finding.shape) for finding in found if isinstance(finding, Result)}
    assert shapes == {f"urn:x-kg:expectation:{sample.stem}" for sample in SAMPLES}
    assert {finding.severity for finding in found} == {"violation", "warning"}
