"""The commands as a user meets them: what they print where, and what they end with."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import rdflib
from click.testing import CliRunner, Result

from kg import exporters, pipeline, readers, reports, terms
from kg.cli import _FORMATS, main
from kg.version import VERSION
from kg.vocabulary_cli import REPORTS
from tests import forked
from tests.writing import article, command, kg, names, run, tree, write

GOOD = article("One", "France signed the INF Treaty. [Here](https://x.example/a).", id="one", tags="[peace]")
FAULTY = article("Faulty", id="faulty", date="2023-02-30")
ONE = "https://data.example.org/article/one"
TREATY = "https://w3id.org/article-kg/treaty/inf-treaty"
FAST = ("--engine", "fast")  # where a second opinion, from a process that takes a second to start, is not the point
_load_tools = lru_cache(pipeline.load_tools)
_load_shapes = lru_cache(pipeline.load_shapes)
_load_vocabulary = lru_cache(pipeline.load_vocabulary)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder in which we stand, with articles in `posts` and a faulty one beside them."""
    monkeypatch.setattr("kg.pipeline.publishing.load_tools", _load_tools)
    monkeypatch.setattr(pipeline, "load_shapes", _load_shapes)
    monkeypatch.setattr(pipeline, "load_vocabulary", _load_vocabulary)
    monkeypatch.chdir(tmp_path)
    return write(
        tmp_path, {"posts/a.md": GOOD, "posts/b.txt": "Two\n\nPoland did not.\n", "faulty/a.md": GOOD, "faulty/bad.md": FAULTY}
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dump to copy."""
    folder = tmp_path_factory.mktemp("built")
    pipeline.publish([write(folder / "posts", {"a.md": GOOD})], folder / "dump")
    return folder / "dump"


@pytest.fixture
def dump(home: Path, built: Path) -> Path:
    """A dump in the folder in which we stand."""
    shutil.copytree(built, home / "dump")
    return Path("dump")


def call(*arguments: Any, code: int = 0) -> Result:
    """Run a command in this process and check what it ends with."""
    found = CliRunner().invoke(main, [str(argument) for argument in arguments])
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exc_info
    assert found.exit_code == code, found.output
    return found


# --- help ------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", [None, *main.commands])
def test_help_ends_well_and_shows_an_example(name: str | None) -> None:
    for flag in ("--help", "-h"):
        words = call(*([name] if name else []), flag).stdout
        assert f"  kg {name or 'build'} " in words
        assert "Usage: " in words


@pytest.mark.parametrize("name", main.commands)
def test_the_examples_of_the_help_are_real_commands(name: str, home: Path, dump: Path) -> None:
    example = next(line.strip() for line in call(name, "--help").stdout.splitlines() if line.strip().startswith("kg "))
    options = {parameter for word in example.split() if word.startswith("-") for parameter in [word]}
    assert options <= {option for parameter in main.commands[name].params for option in parameter.opts}


def test_the_version_is_that_of_the_package() -> None:
    assert call("--version").stdout == f"kg, version {VERSION}\n"


def test_help_loads_nothing_heavy() -> None:
    script = "import sys; from kg.cli import main; main(['--help'], standalone_mode=False); print(*sys.modules)"
    done = run([sys.executable, "-c", script])
    loaded = {name.split(".")[0] for name in done.stdout.splitlines()[-1].split()}
    assert "click" in loaded
    assert not loaded & {"rdflib", "pyshacl", "pyoxigraph", "yaml", "rich", "shacl", "pyromark", "ahocorasick_rs"}


def test_importing_the_package_loads_nothing_and_every_name_of_it_is_there() -> None:
    script = "import kg, sys; print(*(m for m in sys.modules if m[:3] == 'kg.')); print(all(hasattr(kg, x) for x in kg.__all__))"
    assert run([sys.executable, "-c", script]).stdout == "kg.version\nTrue\n"


def test_the_package_runs_as_a_module(home: Path) -> None:
    done = kg("read", "posts/a.md", cwd=home)
    assert (done.returncode, json.loads(done.stdout)["title"], done.stderr) == (0, "One", "")


# --- exit codes ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ("read posts/a.md", 0),
        ("read faulty", 1),
        ("read nowhere", 2),
        ("read", 2),
        ("nonsense", 2),
        ("read posts --nonsense", 2),
        ("read posts --language 'en us'", 2),
        ("link posts --base ftp://x.example/", 2),
        ("link posts --min-confidence 1.1", 2),
        ("link posts --min-confidence -0.1", 2),
        ("link posts --min-confidence nan", 2),
        ("link posts --min-confidence high", 2),
        ("link posts --vocabulary posts/a.md=traety", 2),
        ("link posts --vocabulary nowhere.ttl=treaty", 2),
        ("build posts -o out --min-confidence 2", 2),
        ("build posts", 2),
        ("build faulty -o out --engine fast", 1),
        ("build posts -o posts", 2),
        ("build posts -o posts/a.md", 2),
        ("build posts -o posts/a.md/x", 3),
        ("build posts -o out --format pdf", 2),
        ("build posts -o out --format ,", 2),
        ("build posts -o out --vocabulary nowhere.ttl", 2),
        ("build posts -o out --engine slow", 2),
        ("validate faulty --engine fast", 1),
        ("validate posts --report pdf", 2),
        ("query posts 'ASK {}'", 1),
        ("query posts", 2),
        ("query posts 'ASK {}' -f posts/a.md", 2),
        ("query posts 'ASK {}' --timeout 0", 2),
        ("export posts -f turtle", 2),
        ("export posts -f pdf", 2),
        ("export posts/a.md -f turtle", 1),
        ("explain posts urn:x:a", 2),
    ],
)
def test_what_a_command_ends_with(arguments: str, code: int, home: Path) -> None:
    before = tree(home)
    found = call(*shlex.split(arguments), code=code)
    assert bool(found.stderr) == bool(code)
    if arguments.startswith("build faulty"):
        shutil.rmtree("out.cache")  # what is good in a build that is refused, the next need not convert again
    assert tree(home) == before
    assert names(home) == ["faulty", "posts"]


def test_a_process_ends_with_the_same_codes(home: Path) -> None:
    for arguments, code in ((["read", "faulty"], 1), (["read", "nowhere"], 2), (["build", "posts", "-o", "posts/a.md/x"], 3)):
        assert forked.kg(*arguments, cwd=home).returncode == code


# --- read ------------------------------------------------------------------------------------------------------------------
def test_read_prints_one_json_object_an_article(home: Path) -> None:
    first, second = map(json.loads, call("read", "posts").stdout.splitlines())
    assert first == {
        "source": "posts/a.md",
        "title": "One",
        "authors": ["Marie Novak"],
        "published": "2024-05-06",
        "publisher": "Example Press",
        "language": "en",
        "tags": ["peace"],
        "citations": [{"text": "Here", "url": "https://x.example/a", "begin": 35, "end": 39}],
        "body": "France signed the INF Treaty. Here.",
    }
    assert second == {"source": "posts/b.txt", "title": "Two", "body": "Poland did not."}


def test_read_prints_the_good_ones_though_others_fail(home: Path) -> None:
    found = call("read", "faulty", code=1)
    assert [json.loads(line)["source"] for line in found.stdout.splitlines()] == ["faulty/a.md"]
    assert found.stderr.startswith("faulty/bad.md:5:7: violation: '2023-02-30' is no date")


def test_read_takes_publisher_and_language_from_the_command_line_before_kg_toml(home: Path) -> None:
    write(home, {"kg.toml": 'publisher = "From the file"\nlanguage = "fr"'})
    row = json.loads(call("read", "posts/b.txt", "--language", "PL").stdout)
    assert (row["publisher"], row["language"]) == ("From the file", "pl")


def test_read_text_prints_exactly_the_text_to_which_offsets_refer(home: Path) -> None:
    text = call("read", "--text", "posts/a.md").stdout
    [citation] = json.loads(call("read", "posts/a.md").stdout)["citations"]
    assert text[citation["begin"] : citation["end"]] == citation["text"] == "Here"
    assert call("read", "--text", "posts/b.txt").stdout == (home / "posts" / "b.txt").read_text()


def test_the_texts_of_two_articles_do_not_run_into_each_other(home: Path) -> None:
    one, two = (call("read", "--text", f"posts/{name}").stdout for name in ("a.md", "b.txt"))
    assert call("read", "--text", "posts").stdout == f"{one}\n{two}"


def test_a_folder_with_nothing_to_read_is_a_fault(home: Path) -> None:
    write(home, {"pictures/a.png": b"\x89PNG"})
    for name in ("read", "link"):
        found = call(name, "pictures", code=1)
        assert found.stdout == ""
        assert found.stderr.endswith("kg: pictures: no articles here\n")


def test_a_build_of_nothing_says_what_was_skipped(home: Path) -> None:
    write(home, {"pictures/a.png": b"\x89PNG"})
    said = call("build", "pictures", "-o", "nothing", code=1).stderr
    assert "pictures/a.png: info: skipped: no reader for .png" in said
    assert "pictures: violation: no articles here" in said


def test_read_and_link_need_no_metadata(home: Path) -> None:
    assert json.loads(call("read", "posts/b.txt").stdout)["title"] == "Two"
    assert json.loads(call("link", "posts/b.txt").stdout)["mentions"][0]["exact"] == "Poland"


# --- link ------------------------------------------------------------------------------------------------------------------
def test_link_prints_what_the_contract_says(home: Path) -> None:
    [row] = map(json.loads, call("link", "posts/a.md").stdout.splitlines())
    france = {"iri": "https://w3id.org/article-kg/state/france", "wikidata": "Q142", "type": "kg:State"}
    treaty = {"iri": TREATY, "type": "kg:Treaty"}
    for mention in row["mentions"]:
        if mention["iri"] == TREATY:
            mention.pop("wikidata", None)
    assert row == {
        "source": "posts/a.md",
        "iri": ONE,
        "mentions": [
            {"begin": 5, "end": 11, "exact": "France", **france, "kind": "name", "confidence": 0.98},
            {"begin": 23, "end": 33, "exact": "INF Treaty", **treaty, "kind": "name", "confidence": 0.98},
        ],
    }
    text = call("read", "--text", "posts/a.md").stdout
    assert [text[mention["begin"] : mention["end"]] for mention in row["mentions"]] == ["France", "INF Treaty"]


def test_link_knows_a_vocabulary_of_ours(home: Path) -> None:
    write(home, {"v.ttl": f'@prefix skos: <{terms.SKOS}> . <urn:x:here> a skos:Concept ; skos:prefLabel "Here"@en .'})
    row = json.loads(call("link", "posts/a.md", "--vocabulary", "v.ttl").stdout)
    assert ("Here", "urn:x:here", "kg:Theme") in {(m["exact"], m["iri"], m["type"]) for m in row["mentions"]}


def test_a_vocabulary_may_say_what_its_concepts_are(home: Path) -> None:
    write(home, {"v=1.ttl": f'@prefix skos: <{terms.SKOS}> . <urn:x:here> a skos:Concept ; skos:prefLabel "Here"@en .'})
    for option, kind in (("v=1.ttl", "kg:Theme"), ("v=1.ttl=treaty", "kg:Treaty")):
        [row] = map(json.loads, call("link", "posts/a.md", "--vocabulary", option).stdout.splitlines())
        assert [m["type"] for m in row["mentions"] if m["iri"] == "urn:x:here"] == [kind]


# --- links -----------------------------------------------------------------------------------------------------------------
LINKS = """\
base = "https://file.example/"
publisher = "Example Press"

[links]
never = ["Poland", "state:china"]
always = { "the harbour pact" = "treaty:inf-treaty" }

[links.sources."letters/2019-*"]
never = ["France"]
"""
WORDS = "France, Poland and Chinese ships keep the harbour pact. Georgia waits; he lives in Moscow."


@pytest.fixture
def letters(home: Path) -> Path:
    """Letters, with a configuration that says what is linked in them."""
    return write(home, {"kg.toml": LINKS, "letters/2019-a.md": article("Old", WORDS), "letters/2020-a.md": article("New", WORDS)})


def linked(*arguments: str) -> dict[str, list[tuple[str, float]]]:
    """Return by source what `kg link` links: the words and the confidence."""
    rows = map(json.loads, call("link", "letters", *arguments).stdout.splitlines())
    return {row["source"]: [(mention["exact"], mention["confidence"]) for mention in row["mentions"]] for row in rows}


def test_link_does_what_kg_toml_says_of_links(letters: Path) -> None:
    pact = ("the harbour pact", 1.0)
    assert linked() == {"letters/2019-a.md": [pact], "letters/2020-a.md": [("France", 0.98), pact]}
    assert linked("--min-confidence", "0.99") == {"letters/2019-a.md": [pact], "letters/2020-a.md": [pact]}
    unsure = [pact, ("Georgia", 0.5)]
    assert linked("--min-confidence", "0.5") == {"letters/2019-a.md": unsure, "letters/2020-a.md": [("France", 0.98), *unsure]}
    assert linked("--min-confidence", "0")["letters/2019-a.md"][-1] == ("Moscow", 0.4)


def test_the_command_line_overrides_only_how_sure_links_must_be(letters: Path) -> None:
    write(letters, {"kg.toml": LINKS.replace("[links]", "[links]\nmin_confidence = 1")})
    assert linked()["letters/2020-a.md"] == [("the harbour pact", 1.0)]
    assert linked("--min-confidence", "0.9")["letters/2020-a.md"] == [("France", 0.98), ("the harbour pact", 1.0)]


def test_build_publishes_the_links_that_are_asked_for_and_explains_them(letters: Path) -> None:
    def mentioned(*arguments: str) -> list[tuple[str, float]]:
        """Return the words and the confidence of each mention in a dump."""
        call("build", "letters", "-o", "out", "--quiet", *arguments)
        question = "SELECT ?words ?sure { ?m nif:anchorOf ?words ; itsrdf:taConfidence ?sure } ORDER BY ?m"
        rows = call("query", "out", question, "--format", "csv").stdout.splitlines()[1:]
        return sorted((words, float(sure)) for words, sure in (row.rsplit(",", 1) for row in rows))

    pacts = [("the harbour pact", 1.0)] * 2
    assert mentioned() == [("France", 0.98), *pacts]
    assert mentioned("--min-confidence", "0.5") == [("France", 0.98), *[("Georgia", 0.5)] * 2, *pacts]
    shown = call("explain", "out", TREATY).stdout
    assert shown.count("*the harbour pact*") == 2
    assert shown.count(f"    the words that the configuration always links (1.00) → {TREATY}\n") == 2
    doubtful = call("explain", "out", f"{terms.ENTITIES}state/georgia").stdout
    assert doubtful.count("    a name that can mean other things, without anything that speaks for it (0.50) → ") == 2


def test_a_link_to_what_no_vocabulary_has_is_wrong_usage(letters: Path) -> None:
    write(letters, {"kg.toml": LINKS.replace("treaty:inf-treaty", "treaty:harbour-pact")})
    said = f"kg: 'the harbour pact' is always to be linked to what no vocabulary has: {terms.ENTITIES}treaty/harbour-pact\n"
    for command_line in ("link letters", "build letters -o out", "validate letters"):
        assert call(*command_line.split(), code=2).stderr == said
    assert not (letters / "out").exists()


# --- build -----------------------------------------------------------------------------------------------------------------
def test_build_tells_what_it_did_and_quiet_says_nothing(home: Path) -> None:
    found = call("build", "posts/a.md", "-o", "out")
    assert found.stdout == ""
    assert [line.split()[0] for line in found.stderr.splitlines()] == ["articles", "links", "warnings", "dump"]
    quiet = call("build", "posts/a.md", "-o", "out", "--quiet")
    assert (quiet.stdout, quiet.stderr) == ("", "")


def test_build_lists_every_fault_and_leaves_the_old_dump(home: Path) -> None:
    call("build", "posts/a.md", "-o", "out")
    before = tree(home / "out")
    write(home, {"faulty/worse.md": article(author=None, publisher=None)})
    found = call("build", "faulty", "-o", "out", "--quiet", *FAST, code=1)
    faults = [line for line in found.stderr.splitlines() if ": violation: " in line]
    assert [fault.split(": ")[0] for fault in faults] == ["faulty/bad.md:5:7", "faulty/worse.md:1", "faulty/worse.md:1"]
    assert found.stderr.splitlines()[-1].strip() == "refused  2 of 3 articles, 3 faults; nothing written"
    assert tree(home / "out") == before


def test_build_keeps_going_where_that_is_asked_for(home: Path) -> None:
    found = call("build", "faulty", "-o", "out", "--keep-going", *FAST, code=1)
    assert "faulty/bad.md:5:7: violation: " in found.stderr
    assert "1; 1 refused" in found.stderr
    assert ONE in (home / "out" / "manifest.json").read_text()


def test_build_prints_its_summary_as_json(home: Path) -> None:
    good = json.loads(call("build", "posts/a.md", "-o", "out", "--json").stdout)
    assert (good["published"], good["articles"], good["refused"]) == (True, 1, 0)
    assert good == json.loads((home / "out" / "report.json").read_text())
    bad = json.loads(call("build", "faulty", "-o", "out", "--json", *FAST, code=1).stdout)
    assert (bad["published"], bad["refused"], {f["line"] for f in bad["findings"] if f["severity"] == "violation"}) == (
        False,
        1,
        {5},
    )


def test_the_command_line_overrides_kg_toml_and_the_rest_of_it_holds(home: Path) -> None:
    write(home, {"kg.toml": 'base = "https://file.example/"\nformats = ["trig"]\ninclude_text = true\n[require]\nauthor = false'})
    write(home, {"posts/a.md": article("One", author=None, id="one")})
    call("build", "posts/a.md", "-o", "out", "--base", "https://line.example")
    quads = (home / "out" / "articles.nq").read_text()
    assert "<https://line.example/article/one>" in quads
    assert "file.example" not in quads
    assert "articleBody" in quads
    assert "articles.trig" in names(home / "out")
    assert "articles.ttl" not in names(home / "out")
    call("build", "posts/a.md", "-o", "out", "--format", " ntriples , turtle ")
    assert {"articles.nt", "articles.ttl", "articles.nq"} == {name for name in names(home / "out") if name.startswith("articles.")}


def test_a_fault_in_kg_toml_is_told_with_its_line(home: Path) -> None:
    write(home, {"kg.toml": '\nbaze = "https://x.example/"'})
    assert call("read", "posts", code=2).stderr == "kg: kg.toml:2: unknown key 'baze'; did you mean 'base'?\n"


SHAPES = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix schema: <https://schema.org/> .
<urn:x:s> a sh:NodeShape ; sh:targetClass schema:Article ;
    sh:property [ sh:path schema:headline ; sh:maxLength 2 ; sh:message "too long" ] .
"""


def test_build_checks_with_shapes_of_ours(home: Path) -> None:
    write(home, {"s.ttl": SHAPES})
    for engine in ("fast", "pyshacl"):
        found = call("build", "posts/a.md", "-o", "out", "--shapes", "s.ttl", "--engine", engine, code=1)
        assert "posts/a.md:2:8: violation: too long\n" in found.stderr


# --- validate --------------------------------------------------------------------------------------------------------------
def test_validate_takes_articles_rdf_files_and_dumps_together(home: Path, dump: Path) -> None:
    found = call("validate", "posts/a.md", dump, dump / "articles.ttl", dump / "articles.jsonld", dump / "articles.nq")
    assert found.stderr.splitlines()[-1] == "10 infos in 4 of 5 files"


def test_validate_names_the_line_of_the_article_in_every_form_of_report(home: Path) -> None:
    assert "faulty/bad.md:5:7: violation: " in call("validate", "faulty", *FAST, code=1).stdout
    assert "::error file=faulty/bad.md,line=5," in call("validate", "faulty", "--report", "github", *FAST, code=1).stdout
    rows = json.loads(call("validate", "faulty", "--report", "json", *FAST, code=1).stdout)["findings"]
    assert {(row["source"], row["line"]) for row in rows if row["severity"] == "violation"} == {("faulty/bad.md", 5)}
    turtle = call("validate", "faulty", "--report", "turtle", *FAST, code=1).stdout
    assert "# faulty/bad.md:5:7" in turtle
    assert len(rdflib.Graph().parse(data=turtle, format="turtle")) > 1


@pytest.mark.parametrize("form", REPORTS)
def test_a_report_goes_to_a_file_as_it_goes_to_the_screen(form: str, home: Path) -> None:
    shown = call("validate", "faulty", "--report", form, *FAST, code=1).stdout
    found = call("validate", "faulty", "--report", form, "-o", "report", *FAST, code=1)
    assert found.stdout == ""
    assert (home / "report").read_text() == shown
    assert found.stderr == "1 violation, 2 infos in 2 files\n"


def test_every_violation_of_a_dump_has_the_line_of_its_article(home: Path, dump: Path) -> None:
    nquads = (dump / "articles.nq").read_text("utf-8").splitlines()
    shown = call("validate", dump).stdout.splitlines()
    assert shown
    for line in shown:
        source, number, _ = line.split(":", 2)
        assert source == str(dump / "articles.nq")
        assert nquads[int(number) - 1].startswith(f"<{ONE}> ")


def test_several_reports_go_to_their_files_and_one_to_the_screen(home: Path) -> None:
    found = call("validate", "faulty", "--report", "github", "--report", "sarif=o.sarif", "--report", "junit=o.xml", *FAST, code=1)
    assert found.stdout.startswith("::error file=faulty/bad.md,line=5,")
    assert json.loads((home / "o.sarif").read_text())["version"] == "2.1.0"
    assert (home / "o.xml").read_text().startswith("<?xml ")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--report", "text", "--report", "json"], "two reports for one place"),
        (["--report", "text=o", "--report", "json=o"], "two reports for one place"),
        (["--report", "parchment"], "is not one of text, github, sarif, junit, json, turtle, markdown"),
        (["--report", "json="], "is not one of "),
        (["--only-shapes"], "only_shapes leaves our shapes out: name some of yours"),
        (["--jobs", "0"], "--jobs"),
        (["--timeout", "0"], "--timeout"),
        (["--expect", "question.rq"], "an expectation asks a dump or an RDF file"),
    ],
)
def test_options_that_make_no_sense_are_wrong_usage(options: list[str], said: str, home: Path) -> None:
    write(home, {"question.rq": "ASK {}"})
    assert said in call("validate", "posts/a.md", *options, code=2).stderr
    assert not (home / "o").exists()


def test_details_name_shape_constraint_and_id(home: Path) -> None:
    write(home, {"posts/a.md": article(lang=None)})
    shown = call("validate", "posts/a.md", "--details", *FAST).stdout
    assert "    shape: language (shapes:article-language-expected)\n    constraint: sh:MinCountConstraintComponent\n" in shown
    assert "    path: schema:inLanguage\n    id: " in shown


def test_a_baseline_lets_only_new_faults_count_and_tells_what_is_mended(home: Path) -> None:
    found = call("validate", "faulty", "--update-baseline", "known.json", *FAST)
    assert "faulty/bad.md:5:7: violation: " in found.stdout
    found = call("validate", "faulty", "--baseline", "known.json", *FAST)
    assert "violation" not in found.stdout
    assert found.stderr == "2 infos in 1 of 2 files; 1 known\n"
    write(home, {"faulty/new.md": FAULTY.replace("02-30", "02-31")})
    assert "faulty/new.md:5:7: violation: " in call("validate", "faulty", "--baseline", "known.json", *FAST, code=1).stdout
    write(home, {"faulty/new.md": article("New", id="new"), "faulty/bad.md": article("Mended", id="mended")})
    found = call("validate", "faulty", "--baseline", "known.json", *FAST)
    assert "mended: '2023-02-30' is no date" in found.stdout
    assert found.stderr.endswith("; 1 mended\n")


def test_an_expectation_is_reported_like_a_shape(home: Path, dump: Path) -> None:
    write(home, {"e.rq": "# At least two articles.\nASK { ?a a schema:Article . ?b a schema:Article FILTER (?a != ?b) }\n"})
    found = call("validate", dump, "--expect", "e.rq", code=1)
    assert "e.rq:1: violation: At least two articles: not so in dump/articles.nq\n" in found.stdout
    write(home, {"e.rq": "# An article.\nASK { ?a a schema:Article }\n"})
    call("validate", dump, "--expect", "e.rq")


def test_strict_lets_warnings_count(home: Path) -> None:
    write(home, {"posts/a.md": article(lang=None)})
    assert ": warning: " in call("validate", "posts/a.md", *FAST).stdout
    call("validate", "posts/a.md", "--strict", *FAST, code=1)


def test_every_report_of_the_library_can_be_asked_for() -> None:
    assert set(REPORTS) == set(reports.REPORTS)


# --- export ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("form", [*(name for name in _FORMATS if name != "csv"), "csv:articles"])
def test_export_writes_every_format(form: str, home: Path, dump: Path) -> None:
    printed = call("export", dump, "-f", form).stdout_bytes
    call("export", dump, "-f", form, "-o", "exported")
    assert (home / "exported").read_bytes() == printed
    assert ONE.encode() in printed
    same = dump / f"articles{exporters.FORMATS[form].suffix}"
    if same.is_file():
        assert printed == same.read_bytes()


def test_every_format_of_the_library_can_be_asked_for() -> None:
    assert set(_FORMATS) == {name for name in exporters.NAMES if ":" not in name}


def test_export_of_one_article_holds_that_article_alone(home: Path, dump: Path) -> None:
    for iri in (ONE, f"<{ONE}>"):
        printed = call("export", dump, "-f", "nquads", "--article", iri).stdout
        assert printed
        assert {line.rsplit(" ", 2)[1].split("#")[0] for line in printed.splitlines()} == {f"<{ONE}"}
    assert "no such article" in call("export", dump, "-f", "nquads", "--article", f"{ONE}1", code=2).stderr


def test_a_failing_export_leaves_the_old_file(home: Path, dump: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(*arguments: Any) -> Iterator[tuple[str, bytes]]:
        yield "articles.ttl", b"half"
        raise OSError(28, "No space left on device")

    write(home, {"old.ttl": "old"})
    monkeypatch.setattr(exporters, "export_source", failing)
    found = call("export", dump, "-f", "turtle", "-o", "old.ttl", code=3)
    assert found.stderr == "kg: old.ttl: cannot write here: No space left on device\n"
    assert (home / "old.ttl").read_text() == "old"
    assert names(home) == ["dump", "faulty", "old.ttl", "posts"]


def test_an_output_that_is_a_folder_is_told(home: Path, dump: Path) -> None:
    for output in (".", "posts"):
        assert "cannot write here: Is a directory" in call("export", dump, "-f", "turtle", "-o", output, code=3).stderr


def test_an_output_that_is_a_link_stays_one_and_a_pipe_is_written_to(home: Path, dump: Path) -> None:
    (home / "link.ttl").symlink_to("real.ttl")
    call("export", dump, "-f", "turtle", "-o", "link.ttl")
    assert (home / "link.ttl").is_symlink()
    assert ONE in (home / "real.ttl").read_text("utf-8")
    os.mkfifo(home / "pipe")
    with subprocess.Popen(["cat", home / "pipe"], stdout=subprocess.PIPE) as reader:
        call("export", dump, "-f", "turtle", "-o", "pipe")
        assert ONE.encode() in reader.communicate()[0]
    assert (home / "pipe").is_fifo()


def test_a_dash_is_standard_output(home: Path, dump: Path) -> None:
    assert call("export", dump, "-f", "turtle", "-o", "-").stdout == call("export", dump, "-f", "turtle").stdout
    assert not (home / "-").exists()


# --- query and explain -----------------------------------------------------------------------------------------------------
def test_query_answers_from_an_argument_and_from_a_file(home: Path, dump: Path) -> None:
    text = "SELECT ?t { ?a schema:headline ?t }"
    write(home, {"q.rq": text})
    assert call("query", dump, text, "--format", "csv").stdout.split() == ["t", "One"]
    assert call("query", dump, "-f", "q.rq", "--format", "csv").stdout.split() == ["t", "One"]
    assert call("query", dump, "ASK { ?a schema:headline 'Two'@en }").stdout == "no\n"


def test_query_tells_the_place_of_a_fault(home: Path, dump: Path) -> None:
    assert call("query", dump, "ASK {\n?s ?p }", code=1).stderr.startswith("kg: query:2:")
    write(home, {"q.rq": b"ASK { # \xff\n}"})
    assert call("query", dump, "-f", "q.rq", code=1).stderr.startswith("kg: q.rq: not UTF-8")


def test_query_of_the_wrong_form_is_wrong_usage(home: Path, dump: Path) -> None:
    assert "choose one of" in call("query", dump, "ASK {}", "--format", "turtle", code=2).stderr


def test_explain_shows_sentence_line_and_rule(home: Path, dump: Path) -> None:
    assert call("build", "posts/a.md", "-o", "dump").exit_code == 0
    assert call("explain", dump, TREATY).stdout == (
        f"posts/a.md:11:19: France signed the *INF Treaty*.\n    a name of it, as the vocabulary has it (0.98) → {TREATY}\n"
    )
    (home / "posts" / "a.md").unlink()
    shown = call("explain", dump, TREATY).stdout
    assert shown.startswith("posts/a.md: ")
    assert shown.endswith("\n    cannot be read again: no such file\n")


def test_explain_shows_nothing_that_steers_a_terminal(home: Path) -> None:
    write(home, {"posts/a.md": article("One", "France \u202egnp.exe signed the INF Treaty.", id="one")})
    call("build", "posts/a.md", "-o", "dump")
    assert "\u202e" not in call("explain", "dump", TREATY).stdout


# --- pipes, screens, disks -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "arguments", [["read", "many"], ["export", "dump", "-f", "nquads"], ["query", "dump", "SELECT * { ?s ?p ?o }"]]
)
def test_a_reader_that_has_seen_enough_is_no_fault(arguments: list[str], home: Path, dump: Path) -> None:
    write(home / "many", {f"{n}.md": article(f"Number {n}", "Words. " * 2000) for n in range(40)})
    here = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(command(*arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=here) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no disk that is always full")
@pytest.mark.parametrize("arguments", [["read", "posts"], ["export", "dump", "-f", "turtle"], ["explain", "dump", ONE]])
def test_a_full_disk_behind_a_pipe_is_told_without_a_traceback(arguments: list[str], home: Path, dump: Path) -> None:
    with Path("/dev/full").open("w") as full:
        here = os.environ | {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        done = subprocess.run(command(*arguments), stdout=full, stderr=subprocess.PIPE, env=here, text=True, check=False)
    assert (done.returncode, done.stderr) == (3, "kg: cannot write the output: No space left on device\n")


def test_json_is_utf8_and_words_are_escaped_where_a_screen_knows_only_ascii(home: Path, dump: Path) -> None:
    write(home, {"posts/a.md": article("Où ? Łódź", "France signed the INF Treaty.", id="one")})
    done = kg("read", "posts/a.md", cwd=home, PYTHONIOENCODING="ascii")
    assert (done.returncode, json.loads(done.stdout)["title"]) == (0, "Où ? Łódź")
    done = kg("explain", "dump", TREATY, cwd=home, PYTHONIOENCODING="ascii")
    assert (done.returncode, done.stdout.endswith(f" {TREATY}\n"), done.stderr) == (0, True, "")


def test_a_file_name_that_is_no_text_is_printed_as_an_escape(home: Path) -> None:
    name = os.fsdecode(b"posts/caf\xe9.md")
    try:
        write(home, {name: FAULTY, "more/" + name[6:]: GOOD})
    except OSError:
        pytest.skip("this disk takes no such name")
    assert "posts/caf\\udce9.md:5:7: violation: " in forked.kg("build", "posts", "-o", "out", *FAST, cwd=home).stderr.decode()
    assert json.loads(forked.kg("read", "more", cwd=home).stdout)["source"] == "more/" + name[6:]


def test_a_closed_standard_output_is_told(home: Path) -> None:
    done = run(["sh", "-c", '"$@" >&-', "sh", *command("read", "posts/a.md")], home)
    assert (done.returncode, done.stderr) == (3, "kg: standard output is closed\n")


def test_one_command_reads_what_another_prints(home: Path, dump: Path) -> None:
    first = forked.kg("export", "dump", "-f", "nquads", cwd=home)
    write(home, {"again.nq": first.stdout})
    second = forked.kg("export", "again.nq", "-f", "turtle", cwd=home)
    assert second.stdout == (home / "dump" / "articles.ttl").read_bytes()


def test_read_explains_where_each_datum_stands_and_by_what_it_was_found(tmp_path: Path) -> None:
    page = (
        '<!doctype html>\n<html lang="en"><head><title>A page - Example Press</title>\n'
        '<meta property="og:site_name" content="Example Press"></head>\n'
        '<body><h1>A page</h1>\n<p class="byline">By Marie Novak</p>\n<p>A text.</p></body></html>\n'
    )
    path = write(tmp_path, {"a.html": page}) / "a.html"
    assert call("read", "--explain", path).stdout.replace(f"{tmp_path}{os.sep}", "").splitlines() == [
        "a.html:4:11: title: A page [h1]",
        "a.html:5:19: byline: By Marie Novak [byline]",
        "a.html:5:22: authors: Marie Novak [byline]",
        "a.html:3:40: publisher: Example Press [meta: og:site_name]",
        "a.html:2:13: language: en [html: lang]",
    ]


def test_text_and_evidence_are_not_printed_at_once(tmp_path: Path) -> None:
    found = call("read", "--text", "--explain", write(tmp_path, {"a.md": article()}) / "a.md", code=2)
    assert found.stderr == "kg: --text or --explain, not both\n"


def test_standard_input_is_a_source(tmp_path: Path) -> None:
    done = subprocess.run(command("read", "-"), input=article().encode(), capture_output=True, cwd=tmp_path, check=False)
    assert done.returncode == 0
    assert json.loads(done.stdout)["title"] == "Flights over Europe"


def test_a_command_whose_only_fault_is_the_disk_ends_with_three(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path, {"a.md": article(), "b.md": "---\ntitle: [a]\n---\n"}) / "a.md"

    def failing(file: str, flags: int) -> int:
        if Path(file).name == "a.md":
            raise OSError(5, "Input/output error", file)
        return open_file(file, flags)

    open_file = readers._without_waiting
    monkeypatch.setattr(readers, "_without_waiting", failing)
    assert CliRunner().invoke(main, ["read", str(path)]).exit_code == 3
    assert CliRunner().invoke(main, ["read", str(tmp_path)]).exit_code == 1, "another fault as well"
