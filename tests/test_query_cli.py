"""`kg query` as a user meets it: where the query comes from, where the answer goes, and what is told on the way."""

from __future__ import annotations

import io
import json
import re
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg import pipeline, queries
from kg.answers import FORMS
from kg.cli import main
from kg.query_cli import _RESULTS, Making
from tests.writing import article, run, write

TITLES = "SELECT ?title { ?a schema:headline ?title }"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a dump of one article on a treaty."""
    home = tmp_path_factory.mktemp("query")
    posts = write(home / "posts", {"a.md": article("One", "France signed the INF Treaty.", id="one")})
    assert pipeline.publish([posts], home / "dump").published
    return home


@pytest.fixture(autouse=True)
def here(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """We stand beside the dump."""
    monkeypatch.chdir(home)


def call(*arguments: str | Path, code: int = 0, stdin: str | bytes | None = None) -> Result:
    result = CliRunner().invoke(main, ["query", *map(str, arguments)], input=stdin)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, result.output
    return result


# --- where the query comes from --------------------------------------------------------------------------------------------
def test_a_query_is_an_argument_a_file_standard_input_or_a_shipped_one(home: Path) -> None:
    write(home, {"q.rq": TITLES})
    wanted = "title\n-----\nOne\n1 row\n"
    assert call("dump", TITLES).stdout == wanted
    assert call("dump", "-f", "q.rq").stdout == wanted
    assert call("dump", "-", stdin=TITLES).stdout == wanted
    assert call("dump", "-f", "-", stdin=TITLES).stdout == wanted
    assert call("dump", stdin=TITLES).stdout == wanted
    assert "One" in call("dump", "@articles-on-treaty", "--set", "treaty=inf-treaty").stdout


def test_a_parameter_is_bound_in_a_query_of_ones_own() -> None:
    query = "SELECT ?title { ?a schema:mentions ?treaty ; schema:headline ?title }"
    assert call("dump", query, "--set", "treaty=treaty:inf-treaty", "--format", "csv").stdout.split() == ["title", "One"]
    assert call("dump", query, "--set", "treaty=treaty:new-start", "--format", "csv").stdout.split() == ["title"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["dump"], "give a query, @NAME of a shipped one"),
        ([], "name a dump or an RDF file"),
        (["dump", TITLES, "-f", "q.rq"], "a query, or a file with one"),
        (["dump", TITLES, "--set", "title"], "NAME=VALUE"),
        (["dump", TITLES, "--set", "nope=1"], "nope"),
        (["dump", "@articles-on-treat"], "did you mean @articles-on-treaty?"),
        (["dump", "@articles-on-treaty"], "needs a value for treaty"),
        (["dump", TITLES, "--format", "turtle"], "this query gives a table; choose one of table, csv"),
        (["dump", TITLES, "-o", "x.ttl"], "x.ttl: this query gives a table; choose one of table, csv"),
        (["dump", TITLES, "--list"], "--list and --show or a query, not both"),
        (["--show", "@articles-on-treaty", "-f", "q.rq"], "--list and --show or -f, not both"),
        (["--show", "@nope-at-all"], "no shipped query is named 'nope-at-all'"),
        (["--list", "--format", "csv"], "a list is a table, or json"),
        (["--show", "@dashboard", "--format", "json"], "--show or --format, not both"),
        (["dump", TITLES, "--explain", "--format", "csv"], "--explain or --format, not both"),
        (["dump", TITLES, "-i"], "-i or a query, not both"),
        (["dump", "-i"], "-i talks with a person at a terminal"),
        (["nowhere", TITLES], "does not exist"),
        (["dump", TITLES, "--format", "ods"], "is not one of"),
        (["dump", TITLES, "--timeout", "0"], "0"),
        (["dump", TITLES, "--timeout", "nan"], "--timeout: a query cannot wait for nan seconds"),
        (["dump", TITLES, "--timeout", "inf"], "--timeout: a query cannot wait for inf seconds"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_makes_no_sense_is_wrong_usage(arguments: list[str], said: str, home: Path) -> None:
    write(home, {"q.rq": TITLES})
    assert said in call(*arguments, code=2).stderr
    assert not (home / "x.ttl").exists()


def test_every_form_that_the_command_takes_is_one_that_answers_have() -> None:
    assert _RESULTS == FORMS


# --- where the answer goes -------------------------------------------------------------------------------------------------
def test_the_answer_goes_into_a_file_whose_ending_says_the_form(home: Path) -> None:
    assert call("dump", TITLES, "-o", "answer.csv").stdout == ""
    assert (home / "answer.csv").read_bytes() == b"title\r\nOne\r\n"
    call("dump", TITLES, "-o", "answer.csv", "--format", "tsv")
    assert (home / "answer.csv").read_bytes() == b'?title\n"One"@en\n'


def test_a_query_that_fails_leaves_the_file_as_it_was(home: Path) -> None:
    write(home, {"kept.csv": "old"})
    call("dump", "SELECT * { ?s ?p }", "-o", "kept.csv", code=1)
    assert (home / "kept.csv").read_text() == "old"
    assert not list(home.glob(".kept*"))


# --- faults and warnings ---------------------------------------------------------------------------------------------------
def test_a_fault_has_the_place_in_the_source_that_it_stands_in(home: Path) -> None:
    write(home, {"wrong.rq": "SELECT * {\n  ?s ?p }", "bytes.rq": b"ASK { # \xff\n}"})
    assert call("dump", "-f", "wrong.rq", code=1).stderr.startswith("kg: wrong.rq:2:")
    assert call("dump", stdin="SELECT * {\n  ?s ?p }", code=1).stderr.startswith("kg: standard input:2:")
    assert call("dump", "SELECT * {\n  ?s ?p }", code=1).stderr.startswith("kg: query:2:")
    assert call("dump", "-f", "bytes.rq", code=1).stderr.startswith("kg: bytes.rq: not UTF-8")
    assert call("dump", "ASK {\n ?s \udcff }", code=1).stderr.startswith("kg: query:2:5: not UTF-8")
    assert call("dump", "-f", "/dev/zero", code=1).stderr == "kg: /dev/zero: a query has at most 65536 bytes\n"
    assert "the query is empty" in call("dump", " ", code=1).stderr
    assert "the query is empty" in call("dump", "-", stdin="", code=1).stderr


def test_a_misspelt_name_is_warned_of_beside_the_answer() -> None:
    done = call("dump", "ASK { ?a schema:hedline ?b }")
    assert done.stdout == "no\n"
    assert re.match(r"query:1:10: warning: .*schema:headline", done.stderr)


def test_the_meaning_of_a_query_is_told_instead_of_its_answer() -> None:
    told = call("dump", TITLES, "--explain").stdout
    assert "schema:headline" in told
    assert "One" not in told
    assert call("dump", "SELECT * {\n  ?s ?p }", "--explain", code=1).stderr.startswith("kg: query:2:")


# --- what is shipped -------------------------------------------------------------------------------------------------------
def test_the_list_and_the_text_of_shipped_queries_need_no_dump() -> None:
    assert call("--list").stdout.startswith("@")
    assert call("dump", "--list").stdout == call("--list").stdout
    assert [row["name"] for row in json.loads(call("--list", "--format", "json").stdout)] == list(queries.shipped())
    for name in ("@articles-on-treaty", "articles-on-treaty"):
        assert call("--show", name).stdout == queries.load("articles-on-treaty").text


# --- a process of its own --------------------------------------------------------------------------------------------------
def test_neither_prompt_toolkit_nor_pygments_nor_rich_tables_are_imported_for_a_query(home: Path) -> None:
    script = (
        "import sys\nfrom kg.cli import main\n"
        f"main(['query', 'dump', {TITLES!r}], standalone_mode=False)\n"
        "heavy = {'prompt_toolkit', 'pygments', 'rich.table', 'rdflib', 'lxml', 'kg.validation'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    done = run([sys.executable, "-c", script], home)
    assert (done.returncode, done.stderr) == (0, "")


def test_the_making_of_a_store_is_shown_on_a_terminal_only(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for stream, shown in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", stream)
        with Making() as making:
            making.show(0, 2_000_000)
            making.show(1_000_000, 2_000_000)  # too soon after the other
            making.show(2_000_000, 2_000_000)
        lines = [f"\rmaking the store, once for this dump: {far}\033[K" for far in ("0 of 2 MB read", "2 MB read, sorting them")]
        assert stream.getvalue() == ("".join(lines) + "\r\033[K" if shown else "")
