"""The commands on vocabularies as a user meets them: what they print where, and what they end with."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path
from typing import Any

import pytest
import rdflib
from click.testing import CliRunner, Result

from kg import terms, vocabulary_cli
from kg.cli import main
from kg.reports import REPORTS
from kg.vocabulary import TYPES
from tests.writing import run, tree, write

PREFIXES = f"@prefix skos: <{terms.SKOS}> . @prefix kg: <{terms.KG}> . @prefix schema: <{terms.SCHEMA}> . @prefix t: <urn:t:> .\n"
KNOTS = (
    't:knot skos:prefLabel "Bowline knots"@en , "Palsteks"@de ; schema:sameAs <http://www.wikidata.org/entity/Q1> .\n'
    't:pact a kg:Treaty ; skos:prefLabel "Reef Pact"@en ; kg:acronym "RPX"@en , "PRX"@fr ; kg:ambiguousLabel "RPX"@en ;\n'
    " kg:participation t:part .\n"
    "t:part a kg:TreatyParticipation ; kg:participant <https://w3id.org/article-kg/state/france> ;\n"
    ' kg:participationStatus "party" .\nt:ada a schema:Person ; skos:prefLabel "Ada Quill" ; schema:hasOccupation t:office .\n'
    't:office a schema:Role ; schema:roleName "Rigger"@en .\n'
)
PACTS = 't:old skos:prefLabel "Old Pact"@en ; skos:altLabel "Reef"@en .\n'
WARNED = 't:a skos:prefLabel "Reef"@en ;\n skos:altLabel "x"@en .\n'
BROKEN = "t:a skos:prefLabel\n nonsense .\n"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which we stand, with vocabularies."""
    monkeypatch.chdir(tmp_path)
    texts = {"knots.ttl": KNOTS, "pacts.ttl": PACTS, "warned.ttl": WARNED, "broken.ttl": BROKEN}
    return write(tmp_path, {name: PREFIXES + text for name, text in texts.items()})


def call(command: str, code: int = 0) -> Result:
    """Run a command on vocabularies in this process and check what it ends with."""
    found = CliRunner().invoke(main, ["vocabulary", *shlex.split(command)])
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exc_info
    assert found.exit_code == code, found.output
    return found


def rows(command: str, code: int = 0) -> list[dict[str, Any]]:
    """Return the rows that a command prints as JSON, without those of what is shipped."""
    found: list[dict[str, Any]] = json.loads(call(f"{command} --format json", code).stdout)
    return [row for row in found if row["iri"].startswith(("urn:t:", "https://data.example.org/"))]


# --- help and exit codes -----------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", vocabulary_cli.vocabulary.commands)
def test_help_shows_an_example_of_each_command(name: str) -> None:
    assert f"  kg vocabulary {name} " in call(f"{name} --help").stdout


def test_help_loads_nothing_heavy() -> None:
    script = "import sys; from kg.vocabulary_cli import vocabulary as v; v(['--help'], standalone_mode=False); print(*sys.modules)"
    loaded = {name.split(".")[0] for name in run([sys.executable, "-c", script]).stdout.splitlines()[-1].split()}
    assert not loaded & {"rdflib", "pyshacl", "pyoxigraph", "yaml", "rich", "shacl", "pyromark", "ahocorasick_rs"}


def test_the_choices_are_all_that_there_is() -> None:
    assert tuple(TYPES) == vocabulary_cli._KINDS
    assert tuple(REPORTS) == vocabulary_cli.REPORTS


@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("nonsense", 2),
        ("check nowhere.ttl", 2),
        ("check nowhere.ttl=treaty", 2),
        ("check pacts.ttl=traety", 2),
        ("check .", 2),
        ("check knots.ttl --report parchment", 2),
        ("check broken.ttl", 1),
        ("check broken.ttl --report json", 1),
        ("check warned.ttl", 0),
        ("check warned.ttl --strict", 1),
        ("check pacts.ttl --strict", 0),
        ("list --vocabulary nowhere.ttl", 2),
        ("list --vocabulary broken.ttl", 1),
        ("list --type city", 2),
        ("lookup", 2),
        ("lookup Reef --language 'en us'", 2),
        ("lookup Reef", 1),
        ("lookup ''", 1),
        ("lookup Reef --vocabulary warned.ttl", 0),
        ("accept knots.ttl Reef --into own.ttl", 1),
        ("accept nowhere.json Reef --into own.ttl", 2),
        ("accept knots.ttl --into own.ttl", 2),
        ("accept knots.ttl Reef", 2),
    ],
)
def test_what_a_command_ends_with(command: str, code: int, home: Path) -> None:
    before = tree(home)
    found = call(command, code)
    assert bool(found.stderr) or command.startswith(("list", "lookup")) or "--report json" in command
    assert tree(home) == before


def test_a_wrong_kind_is_told_with_the_nearest_right_one(home: Path) -> None:
    assert call("check pacts.ttl=traety", 2).stderr.endswith("unknown kind of vocabulary 'traety'; did you mean 'treaty'?\n")


# --- list --------------------------------------------------------------------------------------------------------------------
def test_list_prints_what_the_contract_says_without_offices_and_participations(home: Path) -> None:
    assert rows("list --vocabulary knots.ttl --vocabulary pacts.ttl=treaty") == [
        {"iri": "urn:t:ada", "label": "Ada Quill", "type": "schema:Person"},
        {"iri": "urn:t:knot", "label": "Bowline knots", "type": "kg:Theme", "wikidata": "Q1"},
        {"iri": "urn:t:old", "label": "Old Pact", "type": "kg:Treaty"},
        {"iri": "urn:t:pact", "label": "Reef Pact", "type": "kg:Treaty"},
    ]
    assert [row["iri"] for row in rows("list --vocabulary knots.ttl --type theme")] == ["urn:t:knot"]


def test_list_holds_what_is_shipped_in_order_and_with_short_addresses(home: Path) -> None:
    found = json.loads(call("list --format json").stdout)
    assert [row["iri"] for row in found] == sorted(row["iri"] for row in found)
    germany = {"iri": "https://w3id.org/article-kg/state/germany", "label": "Germany", "type": "kg:State", "wikidata": "Q183"}
    assert germany in found
    assert {row["type"] for row in found} == {terms.compact(types[0]) for types in TYPES.values()}
    lines = call("list --type state").stdout.splitlines()
    assert [line.split() for line in lines if line.startswith("state:germany ")] == [
        ["state:germany", "Germany", "kg:State", "Q183"]
    ]
    assert len({line.index(" kg:State") for line in lines}) == 1


def test_vocabularies_and_base_of_kg_toml_are_looked_into(home: Path) -> None:
    write(home, {"kg.toml": 'vocabulary = ["pacts.ttl=treaty"]'})
    assert [row["iri"] for row in rows("list")] == ["urn:t:old"]
    assert [row["iri"] for row in rows("list --vocabulary knots.ttl --type theme")] == ["urn:t:knot"]


# --- check -------------------------------------------------------------------------------------------------------------------
def test_check_says_what_is_wrong_and_how_much(home: Path) -> None:
    found = call("check broken.ttl warned.ttl", 1)
    first, blank, second = found.stdout.splitlines()
    assert blank == ""
    assert first.startswith("broken.ttl:3:2: violation: ")
    assert second == 'warned.ttl:3: warning: the label "x"@en is a single letter: not matched'
    assert found.stderr == "1 violation, 1 warning, 0 infos\n"


def test_check_of_what_is_good_says_how_much_there_is(home: Path) -> None:
    found = call("check pacts.ttl=treaty")
    assert (found.stdout, found.stderr) == ("", "1 concept, 2 labels, no faults\n")


def test_many_notes_of_one_kind_stand_once(home: Path) -> None:
    write(home, {"plain.ttl": PREFIXES + 't:a skos:prefLabel "Reef" .\nt:b skos:prefLabel "Bend" .\n'})
    found = call("check plain.ttl --strict")
    note = "a label without a language is matched in texts of every language (2 times, here first)"
    assert (found.stdout, found.stderr) == (f"plain.ttl:2: info: {note}\n", "0 violations, 0 warnings, 1 info\n")


def test_check_without_a_file_is_of_what_is_shipped(home: Path) -> None:
    found = call("check")
    assert ": violation: " not in found.stdout
    assert "concepts, " in found.stderr or found.stderr.startswith("0 violations, ")


def test_check_reports_in_every_form(home: Path) -> None:
    reason = 'the label "x"@en is a single letter: not matched'
    assert call("check warned.ttl --report github").stdout == f"::warning file=warned.ttl,line=3::{reason}\n"
    row = {"severity": "warning", "reason": reason, "source": "warned.ttl", "line": 3}
    (found,) = json.loads(call("check warned.ttl --report json").stdout)["findings"]
    assert {name: found[name] for name in row} == row
    assert json.loads(call("check warned.ttl --report sarif").stdout)["runs"][0]["results"][0]["message"]["text"] == reason
    turtle = call("check warned.ttl --report turtle").stdout
    assert turtle.startswith(f"# warned.ttl:3: warning: {reason}\n")
    assert len(rdflib.Graph().parse(data=turtle, format="turtle")) == 2


# --- lookup ------------------------------------------------------------------------------------------------------------------
KNOT = {"iri": "urn:t:knot", "label": "Bowline knots", "type": "kg:Theme", "wikidata": "Q1"}
PACT = {"iri": "urn:t:pact", "label": "Reef Pact", "type": "kg:Treaty"}
ADA = {"iri": "urn:t:ada", "label": "Ada Quill", "type": "schema:Person"}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("'Reef Pact'", [PACT | {"kind": "name", "language": "en", "ambiguous": False, "exact": True}]),
        ("'Reef Pact' --language en-GB", [PACT | {"kind": "name", "language": "en", "ambiguous": False, "exact": True}]),
        ("RPX", [PACT | {"kind": "acronym", "ambiguous": True, "exact": True}]),
        ("RPX --language pl", [PACT | {"kind": "acronym", "ambiguous": True, "exact": True}]),
        ("PRX", [PACT | {"kind": "acronym", "language": "fr", "ambiguous": False, "exact": True}]),
        ("rpx", [PACT | {"kind": "acronym", "ambiguous": True, "exact": False}]),
        ("'REEF  pact'", [PACT | {"kind": "name", "language": "en", "ambiguous": False, "exact": False}]),
        ("'Bowline Knots'", [KNOT | {"kind": "name", "language": "en", "ambiguous": False, "exact": True}]),
        ("palsteks", [KNOT | {"kind": "name", "language": "de", "ambiguous": False, "exact": True}]),
        ("'Ada Quill' --language ru", [ADA | {"kind": "name", "ambiguous": False, "exact": True}]),
    ],
)
def test_lookup_shows_what_a_phrase_names_and_as_what(text: str, found: list[dict[str, Any]], home: Path) -> None:
    assert rows(f"lookup {text} --vocabulary knots.ttl") == found


def test_lookup_shows_an_acronym_that_is_shipped(home: Path) -> None:
    assert call("lookup INF").stdout == "treaty:inf-treaty  INF Treaty  kg:Treaty    acronym in any language, ambiguous\n"


def test_lookup_tells_of_several_entities_a_line_each(home: Path) -> None:
    write(home, {"own.ttl": PREFIXES + 't:a skos:prefLabel "Reef Pact"@en .'})
    assert call("lookup 'REEF PACT' --vocabulary knots.ttl --vocabulary own.ttl").stdout == (
        "<urn:t:a>     Reef Pact  kg:Theme     name in en, ambiguous, in another spelling\n"
        "<urn:t:pact>  Reef Pact  kg:Treaty    name in en, ambiguous, in another spelling\n"
    )


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("'Reef Pakt'", "nothing is named 'Reef Pakt'; near it: Reef Pact (<urn:t:pact>)"),
        ("'bowline not' --language en", "nothing is named 'bowline not' in en; near it: Bowline knots (<urn:t:knot>)"),
        ("quill", "nothing is named 'quill'; near it: Ada Quill (<urn:t:ada>)"),
        ("zzyzzyx", "nothing is named 'zzyzzyx'"),
        ("''", "nothing is named ''"),
        (f"{'zzyzzyx' * 1000}", f"nothing is named {('zzyzzyx' * 12)[:80]!r}"),
    ],
)
def test_lookup_of_what_is_not_there_tells_what_is_near(text: str, said: str, home: Path) -> None:
    found = call(f"lookup {text} --vocabulary knots.ttl", 1)
    assert (found.stdout, found.stderr) == ("", f"kg: {said}\n")
    assert json.loads(call(f"lookup {text} --vocabulary knots.ttl --format json", 1).stdout) == []


def test_at_most_five_near_names_are_told(home: Path) -> None:
    assert call("lookup republic", 1).stderr.count("(state:") <= 5


def test_what_a_vocabulary_says_cannot_steer_a_terminal(home: Path) -> None:
    write(home, {"own.ttl": PREFIXES + 't:a skos:prefLabel "Reef \\u001b[31mred \\u202e"@en ; skos:altLabel "\\u001b"@en .'})
    for command in ("list --vocabulary own.ttl", "lookup reef --vocabulary own.ttl", "check own.ttl"):
        found = CliRunner().invoke(main, ["vocabulary", *shlex.split(command)])
        assert "\\u001b" in found.output
        assert not {"\x1b", "\u202e"} & set(found.output)


# --- accept ------------------------------------------------------------------------------------------------------------------
HARBOUR = {"name": "Harbour Watch", "kind": "organization", "language": "en", "count": 3, "articles": 2}
EXAMPLE = {"sentence": "Harbour Watch slept.", "source": "a.md", "line": 3, "column": 1}
ROWS: list[Any] = [HARBOUR | {"examples": [EXAMPLE]}, {"name": "Reef Accord", "kind": "region", "count": 1, "articles": 1}]


@pytest.mark.parametrize("report", [ROWS, {"published": True, "candidates": ROWS}])
def test_accepted_candidates_are_in_the_vocabulary(report: Any, home: Path) -> None:
    write(home, {"report.json": json.dumps(report)})
    first = call("accept report.json 'harbour watch' --into own.ttl")
    assert (first.stdout, first.stderr) == ("https://data.example.org/organization/harbour-watch\n", "")
    second = call("accept report.json 'Reef Accord' --into own.ttl --as treaty --base https://reef.example")
    assert second.stdout == "https://reef.example/treaty/reef-accord\n"
    assert call("check own.ttl").stdout == ("own.ttl:15: info: a label without a language is matched in texts of every language\n")
    assert rows("list --vocabulary own.ttl") == [
        {"iri": "https://data.example.org/organization/harbour-watch", "label": "Harbour Watch", "type": "schema:Organization"}
    ]


@pytest.mark.parametrize(
    ("report", "said"),
    [
        ("{", "kg: report.json:1:2: not JSON: "),
        ("[" * 100_000, "kg: report.json: not JSON: "),
        ("\udcff", "kg: report.json: not JSON: "),
        ("{}", "kg: report.json: no candidates here: build with --model "),
        ("7", "kg: report.json: no candidates here: "),
        ("[7]", "kg: report.json: candidate 1 is not as a build writes it: "),
        ("[{}]", "kg: report.json: candidate 1 is not as a build writes it: KeyError('name')"),
        (json.dumps([HARBOUR, HARBOUR | {"kind": "cat"}]), "kg: report.json: candidate 2 has no name, or no kind of state, "),
        (json.dumps([HARBOUR | {"name": 7}]), "kg: report.json: candidate 1 has no name, "),
    ],
)
def test_a_report_that_is_none_is_refused(report: str, said: str, home: Path) -> None:
    write(home, {"report.json": report.encode(errors="surrogateescape")})
    found = call("accept report.json 'Harbour Watch' --into own.ttl", 1)
    assert found.stderr.startswith(said)
    assert not (home / "own.ttl").exists()


def test_a_name_that_is_no_candidate_is_refused(home: Path) -> None:
    write(home, {"report.json": json.dumps(ROWS)})
    assert call("accept report.json 'Harbour Watch' Nobody --into own.ttl", 2).stderr == "kg: no such candidate: Nobody\n"
    assert not (home / "own.ttl").exists()
