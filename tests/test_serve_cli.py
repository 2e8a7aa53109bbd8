"""`kg serve`: what it refuses, it refuses in words before it serves anything."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kg import terms
from kg.cli import main
from tests.dumps import BASE, said, write_dump
from tests.started import started

ARTICLE = f"{BASE}article/one"


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    rows = {ARTICLE: said(ARTICLE, (terms.TYPE, terms.ARTICLE), (terms.HEADLINE, terms.literal("One", language="en")))}
    return write_dump(tmp_path_factory.mktemp("serve") / "dump", rows)


def serve(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, ["serve", *map(str, arguments)])


def test_help_has_an_example_and_every_limit() -> None:
    shown = serve("--help").output
    assert "kg serve dump --host 0.0.0.0" in shown
    for option in "--host --port --workers --timeout --rows --size --memory --queue --quiet".split():
        assert option in shown


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--port", "70000"], 2, "70000 is not in the range"),
        (["--workers", "0"], 2, "0 is not in the range"),
        (["--timeout", "0"], 2, "0"),
        (["--host", "no.such.host.invalid"], 2, "--host no.such.host.invalid: there is no such address"),
        (["--host", "a" * 80], 2, "there is no such address"),
        (["--host", "192.0.2.1"], 3, "192.0.2.1:8000: no address of this machine"),
    ],
)
def test_options_that_make_no_sense_are_refused(arguments: list[str], code: int, words: str, dump: Path) -> None:
    done = serve(dump, *arguments)
    assert (done.exit_code, words in done.output) == (code, True), done.output


def test_a_port_in_use_is_told(dump: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = serve(dump, "--port", str(port))
    assert done.exit_code == 3
    assert done.output == f"kg: 127.0.0.1:{port}: the port is in use, perhaps by another server; choose another with --port\n"


def test_what_is_no_dump_is_told(dump: Path, tmp_path: Path) -> None:
    assert serve(tmp_path / "nowhere").exit_code == 2
    done = serve(tmp_path, "--port", "0")
    assert (done.exit_code, "no dump here: there is no " in done.output) == (1, True)
    (tmp_path / "bad.ttl").write_text("<urn:x:a> <urn:x:b> .")
    done = serve(tmp_path / "bad.ttl", "--port", "0")
    assert (done.exit_code, "bad.ttl:1:" in done.output) == (1, True)


def test_a_dump_of_a_version_to_come_is_refused(tmp_path: Path) -> None:
    newer = write_dump(tmp_path / "dump", {ARTICLE: said(ARTICLE, (terms.TYPE, terms.ARTICLE))}, kg="99.0.0")
    done = serve(newer, "--port", "0")
    assert (done.exit_code, "this dump is of kg 99.0.0, newer than this kg" in done.output) == (1, True)


def test_an_rdf_file_is_served_too_and_rows_are_bounded(tmp_path: Path) -> None:
    file = tmp_path / "people.ttl"
    file.write_text("@prefix schema: <https://schema.org/> . <urn:x:a> schema:name 'One', 'Two', 'Three' .")
    with started(file, "--workers", "1", "--rows", "2") as found:
        status, _, body = found.ask("SELECT (COUNT(?n) AS ?count) { ?s schema:name ?n }")
        assert (status, json.loads(body)["results"]["bindings"][0]["count"]["value"]) == (200, "3")
        assert found.ask("SELECT * { ?s schema:name ?n }")[0] == 413
        assert found.said == [f"kg: {file} at {found.address}/sparql: 0 articles, 1 worker\n"]
