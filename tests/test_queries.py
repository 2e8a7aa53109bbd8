"""Shipped queries answer what they say. A case is a file in `tests/queries/<dump>/<query>/`: the settings, then the answer.

The answers were worked out from the quads of the dumps without any SPARQL, and read beside the articles.
"""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from rdflib.plugins.sparql import prepareQuery

from kg import parameters, pipeline, queries, questions, sparql, store, terms
from kg.cli import main
from kg.config import Config
from kg.errors import UsageError
from kg.queries import Parameter, Shipped
from kg.terms import ALL_PREFIXES as PREFIXES
from tests.conftest import ROOT
from tests.writing import SAFETY

CASES = Path(__file__).parent / "queries"
FILES = sorted(path for form in ("csv", "nt") for path in CASES.glob(f"*/*/*.{form}"))
NAMES = sorted(queries.shipped())


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a dump of the examples, and one of the press, which has the texts of its articles."""
    folder = tmp_path_factory.mktemp("queries")
    assert pipeline.publish([ROOT / "examples"], folder / "dump").published
    assert pipeline.publish([CASES / "press" / "articles"], folder / "press", Config(include_text=True)).published
    return folder


@pytest.fixture(scope="module")
def sessions(home: Path) -> Iterator[Mapping[str, store.Session]]:
    """The dumps, each opened once."""
    with store.Session(home / "dump") as examples, store.Session(home / "press") as press:
        yield {"examples": examples, "press": press}


def read(case: Path) -> tuple[dict[str, str], str]:
    """Return the settings of a case and the answer that it expects."""
    first, _, expected = case.read_text("utf-8").partition("\n")
    return dict(setting.split("=", 1) for setting in first.lstrip("# ").split("; ") if setting), expected


# --- what they answer ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("case", FILES, ids=lambda case: case.relative_to(CASES).with_suffix("").as_posix())
def test_a_query_answers_what_its_case_says(case: Path, sessions: Mapping[str, store.Session]) -> None:
    dump, name, _ = case.relative_to(CASES).parts
    settings, expected = read(case)
    question = questions.find(f"@{name}", settings, sessions[dump])
    is_graph = case.suffix == ".nt"
    body = sessions[dump].answer(store.Request(question.bound, "ntriples" if is_graph else "json"), SAFETY).body.decode()
    if is_graph:
        assert sorted(body.splitlines()) == expected.splitlines()
    else:
        assert rows(json.loads(body)) == list(csv.reader(io.StringIO(expected)))


def rows(answer: dict[str, Any]) -> list[list[str]]:
    """Return names and rows of an answer in JSON, as CSV has them."""
    names = answer["head"]["vars"]
    return [names, *([row[name]["value"] if name in row else "" for name in names] for row in answer["results"]["bindings"])]


def test_every_query_has_a_case_on_the_examples_and_each_of_its_parameters_is_set_in_one() -> None:
    settings: dict[str, set[str]] = {}
    for case in FILES:
        settings.setdefault(case.parent.name, set()).update(read(case)[0])
    assert settings == {name: {parameter.name for parameter in query.parameters} for name, query in queries.shipped().items()}
    assert {case.parent.name for case in FILES if case.parts[-3] == "examples"} == set(NAMES)


def test_every_query_answers_differently_in_two_cases() -> None:
    answers: dict[str, set[str]] = {}
    for case in FILES:
        answers.setdefault(case.parent.name, set()).add(read(case)[1])
    assert {name for name, found in answers.items() if len(found) < 2} == set()


# --- how they are written --------------------------------------------------------------------------------------------------
def test_there_are_at_least_twenty_queries() -> None:
    assert len(NAMES) >= 20


@pytest.mark.parametrize("name", NAMES)
def test_a_query_says_in_a_sentence_what_it_answers_and_what_each_parameter_means(name: str) -> None:
    query = queries.load(name)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", name)
    assert re.fullmatch(r"[A-Z].{20,130}\.", query.title)
    assert all(parameter.meaning for parameter in query.parameters)
    assert max(map(len, query.text.splitlines())) <= 132


@pytest.mark.parametrize("name", NAMES)
def test_a_query_is_read_by_rdflib_too(name: str) -> None:
    prepareQuery(queries.load(name).text, initNs=dict(PREFIXES))


@pytest.mark.parametrize("name", NAMES)
def test_a_query_speaks_only_of_terms_that_we_publish(name: str) -> None:
    text = queries.load(name).text
    known = {value for value in vars(terms).values() if isinstance(value, str)}
    words = [token.text for token in sparql.tokens(text) if token.kind == "name"]
    assert {word for word in words if f"<{PREFIXES[word.split(':')[0]]}{word.split(':')[1]}>" not in known} == set()
    assert not [token for token in sparql.tokens(text) if token.kind == "iri"]


@pytest.mark.parametrize("name", NAMES)
def test_a_query_of_solutions_has_the_same_order_every_time(name: str) -> None:
    query = queries.load(name)
    assert (sparql.kind(query.text) == "solutions") == ("ORDER BY" in query.text)


@pytest.mark.parametrize("name", NAMES)
def test_a_default_is_a_value_of_its_kind(name: str) -> None:
    for parameter in queries.load(name).parameters:
        if parameter.default is not None:
            assert parameters.term(parameter.default, parameter.kind)


def test_a_parameter_of_one_name_means_the_same_in_every_query() -> None:
    kinds: dict[str, set[str]] = {}
    for query in queries.shipped().values():
        for parameter in query.parameters:
            kinds.setdefault(parameter.name, set()).add(parameter.kind)
    assert {name for name, found in kinds.items() if len(found) > 1} == set()


# --- finding one -----------------------------------------------------------------------------------------------------------
def test_a_query_is_found_by_its_name_with_or_without_its_sign() -> None:
    assert queries.load("@dashboard") is queries.load("dashboard")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("article-on-treaty", "did you mean @articles-on-treaty?"),
        ("@Treaties_by_Year", "did you mean @treaties-by-year?"),
        ("xyz", "kg query --list shows them all"),
        ("", "kg query --list shows them all"),
    ],
)
def test_an_unknown_name_is_told_with_the_nearest(name: str, hint: str) -> None:
    with pytest.raises(UsageError, match=re.escape(hint)):
        queries.load(name)


# --- reading the head of one -----------------------------------------------------------------------------------------------
HEAD = """\
# Articles on a treaty,
# oldest first.
#
# More about it: $5 and $treaty.
#
# $treaty (treaty): the treaty, which
#     articles name
#
#$from(year,optional): first year
#  $page (iri) = https://a.example/b: an address
"""


def test_the_head_of_a_query_is_read() -> None:
    text = f"{HEAD}SELECT * {{ ?s ?treaty ?from, $page }} # $more (text): nothing"
    assert queries.parse("mine.rq", text) == Shipped(
        "mine.rq",
        "Articles on a treaty, oldest first.",
        text,
        (
            Parameter("treaty", "treaty", None, "the treaty, which articles name"),
            Parameter("from", "year", None, "first year", is_optional=True),
            Parameter("page", "iri", "https://a.example/b", "an address"),
        ),
    )


def test_a_query_without_a_head_has_neither_title_nor_parameters() -> None:
    for text in ("ASK {}", "", "\n\nASK {}", "#\nASK {} # $a (text): a", "ASK { ?a ?b ?c }\n# $a (text): a"):
        assert queries.parse("x", text) == Shipped("x", "", text, ())


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("$a (tret): what", "x:2: 'tret' is no kind of parameter; did you mean treaty?"),
        ("$a (q): what", "x:2: 'q' is no kind of parameter; there are state, bloc,"),
        ("$a (): what", "x:2: '' is no kind of parameter; there are state, bloc,"),
        ("$a (text) what", "x:2: a parameter is written `$name (kind): meaning`"),
        ("$a (text", "x:2: a parameter is written `$name (kind): meaning`"),
        ("$a (text) = b", "x:2: a parameter is written `$name (kind): meaning`"),
        ("$a (text, needed): what", "x:2: a parameter is written `$name (kind): meaning`"),
        ("$a (text, optional) = b: what", "x:2: a parameter is written `$name (kind): meaning`"),
        ("$b (text): what", "x:2: the query has no variable ?b"),
        ("$a (text): what\n# $a (iri): what", "x:3: $a is told twice"),
    ],
)
def test_a_parameter_that_is_written_wrong_is_told_with_its_line(line: str, reason: str) -> None:
    with pytest.raises(UsageError, match="^" + re.escape(reason)):
        queries.parse("x", f"# What.\n# {line}\nSELECT ?a {{ ?a ?p ?o }}")


WORDS = st.text("abzé 9,.;?=@'\"<>/", min_size=1, max_size=20).map(lambda text: " ".join(text.split())).filter(bool)
PARAMETERS = st.builds(
    lambda name, kind, default, meaning, is_optional: Parameter(name, kind, None if is_optional else default, meaning, is_optional),
    st.text("abc_9", min_size=1, max_size=5),
    st.sampled_from(queries.KINDS),
    st.one_of(st.none(), WORDS, st.just("https://a.example/b?c#d")),
    WORDS,
    st.booleans(),
)


@given(WORDS, st.lists(PARAMETERS, max_size=4, unique_by=lambda parameter: parameter.name), st.sampled_from(["\n", "\r\n"]))
def test_a_head_that_is_written_is_read_back(title: str, written: list[Parameter], newline: str) -> None:
    lines = [title, "", *map(line_of, written)]
    text = "".join(f"# {line}{newline}" for line in lines) + "ASK {" + "".join(f" ?{one.name} ?p ?o ." for one in written) + "}"
    assert queries.parse("x", text) == Shipped("x", title, text, tuple(written))


def line_of(parameter: Parameter) -> str:
    kind = f"{parameter.kind}, optional" if parameter.is_optional else parameter.kind
    default = f" = {parameter.default}" if parameter.default else ""
    return f"${parameter.name} ({kind}){default}: {parameter.meaning}"


# --- what the documentation says of them -----------------------------------------------------------------------------------
PAGE = (ROOT / "docs" / "queries.md").read_text("utf-8")


def test_the_page_on_queries_has_a_row_for_each_with_all_parameters() -> None:
    rows = [
        f"| `@{name}` | {query.title.removesuffix('.')} | {', '.join(map(told, query.parameters)) or '–'} |"
        for name, query in queries.shipped().items()
    ]
    assert [line for line in PAGE.splitlines() if line.startswith("| `@")] == rows
    assert ", ".join(f"`{kind}`" for kind in queries.KINDS) in PAGE


def told(parameter: Parameter) -> str:
    default = f" = {parameter.default}" if parameter.default is not None else ""
    return f"`{parameter.name}`" + (" (optional)" if parameter.is_optional else default)


def test_the_commands_of_the_page_on_queries_print_what_it_shows(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (query,) = re.findall(r"```sparql\n(.*?)```", PAGE, re.DOTALL)
    (home / "blocs.rq").write_text(query, "utf-8")
    monkeypatch.chdir(home)
    blocks = re.findall(r"```console\n\$ kg (.*?)\n(.*?)```", PAGE, re.DOTALL)
    assert len(blocks) == 2
    for command, shown in blocks:
        assert CliRunner().invoke(main, shlex.split(command)).output == shown
