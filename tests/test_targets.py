"""What `kg validate` takes: articles, RDF files, graphs of other libraries, folders of it all, dumps; each fault at its line."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
import rdflib

import kg
from kg import graphs, pipeline, terms
from kg.config import Config
from kg.errors import Finding, ShapeError, UsageError
from kg.validation import SH, Result, ValidationReport, Validator
from tests.conftest import ROOT

HEAD = f"@prefix sh: <{SH}> . @prefix ex: <urn:ex:> . @prefix schema: <{terms.SCHEMA}> .\n"
SHAPE = f"""{HEAD}
ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property ex:named .
ex:named sh:path ex:name ; sh:minCount 1 ; sh:maxCount 1 .
"""
DATA = HEAD + "ex:a a ex:Thing ; ex:name 1 .\n\nex:b\n  a ex:Thing .\nex:c a ex:Thing ;\n  ex:name 1 ,\n    2 .\n"
ARTICLE = """---
title: A Bridge Opens
author: Marie Novak
publisher: Example Press
date: 2024-05-06
language: en
---

The bridge is open.
"""

_load_vocabulary = lru_cache(pipeline.load_vocabulary)
_load_tools = lru_cache(pipeline.load_tools)


@pytest.fixture(autouse=True)
def loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load vocabulary and tools once; run engines here, since those in processes of their own have tests of theirs."""
    monkeypatch.setattr(Validator, "_ask", lambda self, text: list(self._run(text, self.shapes)))
    monkeypatch.setattr(pipeline, "load_vocabulary", lambda config: _load_vocabulary(Config()))
    monkeypatch.setattr("kg.pipeline.publishing.load_tools", _load_tools)


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str], Path]:
    """Writes a file where we then are."""
    monkeypatch.chdir(tmp_path)

    def written(name: str, text: str) -> Path:
        path = Path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
        return path

    return written


@pytest.fixture
def own(write: Callable[[str, str], Path]) -> Config:
    return Config(shapes=(write("shapes.ttl", SHAPE),), only_shapes=True)


def told(report: ValidationReport) -> list[str]:
    return [str(finding).split(". ")[0] for finding in report if finding.severity != "info"]


def placed(report: ValidationReport) -> list[tuple[str, str]]:
    return [(finding.focus, str(finding.place)) for finding in report.results]


# --- RDF files ---------------------------------------------------------------------------------------------------------------
def test_a_fault_of_an_rdf_file_is_told_at_its_line(write: Callable[[str, str], Path], own: Config) -> None:
    report = kg.validate(write("data.ttl", DATA), own, "fast")
    assert [(focus, place.split(":")[:2]) for focus, place in placed(report)] == [
        ("<urn:ex:b>", ["data.ttl", "4"]),
        ("<urn:ex:c>", ["data.ttl", "7"]),
    ]
    assert report.checked == ("data.ttl",)
    assert not report.conforms


def test_what_is_only_referred_to_is_told_where_that_is(write: Callable[[str, str], Path]) -> None:
    shape = HEAD + "ex:S a sh:NodeShape ; sh:targetObjectsOf ex:p ; sh:property [ sh:path ex:name ; sh:minCount 1 ] ."
    config = Config(shapes=(write("shapes.ttl", shape),), only_shapes=True)
    report = kg.validate(write("data.ttl", HEAD + "ex:a\n  ex:q 1 ;\n  ex:p ex:b .\n"), config, "fast")
    assert [(focus, place.split(":")[:2]) for focus, place in placed(report)] == [("<urn:ex:b>", ["data.ttl", "4"])]


@pytest.mark.parametrize("name", ["data.nt", "data.nq", "data.trig", "data.jsonld", "data.rdf"])
def test_every_format_gives_the_same_results(name: str, write: Callable[[str, str], Path], own: Config) -> None:
    graph = rdflib.Dataset()
    graph.parse(data=DATA, format="turtle")
    form = {"nt": "nt", "nq": "nquads", "trig": "trig", "jsonld": "json-ld", "rdf": "xml"}[name.partition(".")[2]]
    source = graph.default_graph if form in ("nt", "xml") else graph
    path = write(name, source.serialize(format=form))
    report = kg.validate(path, own, "fast")
    assert {result.focus for result in report.results} == {"<urn:ex:b>", "<urn:ex:c>"}
    assert {finding.place.source for finding in report} == {name}
    assert all(finding.place.line for finding in report)


def test_a_graph_in_memory_may_be_of_any_library(write: Callable[[str, str], Path], own: Config) -> None:
    graph, dataset, store = rdflib.Graph(), rdflib.Dataset(), pyoxigraph.Store()
    graph.parse(data=DATA, format="turtle")
    dataset.parse(data=DATA, format="turtle")
    store.load(DATA.encode(), pyoxigraph.RdfFormat.TURTLE)
    expected = {
        (result.focus, result.path, result.value, result.constraint) for result in kg.validate(write("a.ttl", DATA), own).results
    }
    for target in (graph, dataset, store, DATA.encode()):
        report = kg.validate(target, own, "fast")
        assert {(result.focus, result.path, result.value, result.constraint) for result in report.results} == expected
        assert report.checked == ("graph",)
        assert {str(finding.place) for finding in report} == (
            {"graph:4:1", "graph:7:11"} if isinstance(target, bytes) else {"graph"}
        )
    with pytest.raises(UsageError, match="a int is nothing that can be validated"):
        kg.validate(5, own)


def test_the_other_files_are_checked_where_one_has_a_syntax_error(write: Callable[[str, str], Path], own: Config) -> None:
    bad, good = write("bad.ttl", HEAD + "ex:a ex:b .\n"), write("good.ttl", DATA)
    report = kg.validate([bad, good], own, "fast")
    assert [(str(finding.place).split(":")[:2], type(finding)) for finding in report] == [
        (["bad.ttl", "2"], Finding),
        (["good.ttl", "4"], Result),
        (["good.ttl", "7"], Result),
    ]


def test_a_remote_context_is_refused_and_not_fetched(write: Callable[[str, str], Path], own: Config) -> None:
    path = write("data.jsonld", '{"@context": "https://context.example.org/", "@id": "urn:ex:a"}')
    (finding,) = kg.validate(path, own)
    assert "not fetched" in finding.reason


def test_what_the_vocabulary_knows_has_its_types(write: Callable[[str, str], Path]) -> None:
    treaty = "<https://w3id.org/article-kg/ontology#Treaty>"
    shape = HEAD + f"ex:S a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path ex:about ; sh:class {treaty} ] ."
    config = Config(shapes=(write("shapes.ttl", shape),))
    data = "ex:a a ex:Thing ; ex:about <https://w3id.org/article-kg/treaty/{}> .\n"
    report = kg.validate(write("data.ttl", HEAD + data.format("inf-treaty") + data.format("no-such-treaty")), config, "fast")
    assert [result.value for result in report.results] == ["<https://w3id.org/article-kg/treaty/no-such-treaty>"]


def test_shapes_of_the_user_alone_need_no_vocabulary(
    write: Callable[[str, str], Path], own: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "load_vocabulary", lambda config: pytest.fail("loaded"))
    assert len(kg.validate(write("data.ttl", DATA), own, "fast")) == 2


# --- any size ----------------------------------------------------------------------------------------------------------------
WIDE = (
    SHAPE + "ex:T a sh:NodeShape ; sh:targetClass ex:Thing ; sh:property [ sh:path [ sh:inversePath ex:of ] ; sh:minCount 1 ] .\n"
)


@pytest.mark.parametrize("form", ["turtle", "nt", "nquads", "trig"])
def test_a_large_file_is_checked_in_parts_with_the_same_results(
    form: str, write: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = Config(shapes=(write("shapes.ttl", WIDE),), only_shapes=True)
    things = "".join(f"ex:n{n} a ex:Thing ; ex:name {n} .\nex:m{n} ex:of ex:n{n + n % 2} .\n" for n in range(50))
    graph = rdflib.Dataset()
    graph.parse(data=DATA + things, format="turtle")
    source = graph if form in ("trig", "nquads") else graph.default_graph
    path = write({"turtle": "a.ttl", "nt": "a.nt", "nquads": "a.nq", "trig": "a.trig"}[form], source.serialize(format=form))
    small = kg.validate(path, config, "fast")
    monkeypatch.setattr(graphs, "LARGE", 0)
    large = kg.validate(path, config, "fast")

    def essence(report: ValidationReport) -> set[tuple[Any, ...]]:
        return {
            (result.focus, result.path, result.value, result.shape, result.constraint, result.reason) for result in report.results
        }

    assert essence(large) == essence(small)
    assert len(small) > 20
    if form in ("nt", "nquads"):
        assert {finding.place.line for finding in large} == {finding.place.line for finding in small}


# --- folders, articles, dumps --------------------------------------------------------------------------------------------------
def test_a_folder_may_hold_articles_rdf_and_dumps(write: Callable[[str, str], Path]) -> None:
    write("all/good.md", ARTICLE)
    write("all/bad.md", ARTICLE.replace("author: Marie Novak\n", "").replace("Bridge", "Road"))
    write("all/data/people.ttl", HEAD + "ex:a a schema:Article .\n")
    write("all/data/broken.nt", "<urn:a> <urn:b> .\n")
    kg.build(["all/good.md"], "all/dump")
    report = kg.validate("all", engine="fast")
    assert {finding.place.source for finding in report if finding.severity == "violation"} == {
        "all/bad.md",
        "all/data/people.ttl",
        "all/data/broken.nt",
    }
    dump = {"all/dump/articles.nq", "all/dump/dataset.ttl"}
    assert set(report.checked) == {"all/good.md", "all/bad.md", "all/data/people.ttl", "all/data/broken.nt"} | dump


def test_a_fault_of_a_dump_is_told_at_the_line_of_its_triple(write: Callable[[str, str], Path]) -> None:
    named = "sh:path schema:name ; sh:minLength 30 ; sh:message 'Too short.'"
    shape = HEAD + f"ex:S a sh:NodeShape ; sh:targetClass schema:Person ; sh:property [ {named} ] ."
    kg.build([write("a.md", ARTICLE)], "dump")
    report = kg.validate("dump", Config(shapes=(write("shapes.ttl", shape),)), "fast")
    (result,) = (result for result in report.results if result.reason == "Too short.")
    lines = Path("dump/articles.nq").read_text("utf-8").splitlines()
    assert result.place.source == "dump/articles.nq"
    assert '"Marie Novak"' in lines[result.place.line - 1]


def test_a_dump_that_was_changed_is_no_dump(write: Callable[[str, str], Path]) -> None:
    kg.build([write("a.md", ARTICLE)], "dump")
    with Path("dump/articles.nq").open("a") as file:
        file.write("<urn:a> <urn:b> <urn:c> .\n")
    report = kg.validate("dump", engine="fast")
    assert [f.reason for f in report if f.severity == "violation"] == ["this file was changed after the dump was built"]


def test_a_person_whose_name_two_articles_spell_differently_is_seen_in_a_dump(write: Callable[[str, str], Path]) -> None:
    named = "sh:path schema:name ; sh:maxCount 1 ; sh:message 'Two.'"
    shape = HEAD + f"ex:S a sh:NodeShape ; sh:targetClass schema:Person ; sh:property [ {named} ] ."
    config = Config(shapes=(write("shapes.ttl", shape),))
    one = write("a.md", ARTICLE)
    two = write("b.md", ARTICLE.replace("Marie Novak", "MARIE NOVAK").replace("Bridge", "Road"))
    kg.build([one, two], "dump")
    report = kg.validate("dump", config, "fast")
    assert [(r.focus, r.place.source) for r in report.results if r.reason == "Two."] == [
        ("<https://data.example.org/person/marie-novak>", "dump/articles.nq")
    ]


# --- what is none --------------------------------------------------------------------------------------------------------------
def test_a_target_that_does_not_exist_is_wrong_usage(own: Config) -> None:
    with pytest.raises(UsageError, match="no such file or folder"):
        kg.validate("no-such-file.ttl", own)


def test_a_folder_without_anything_is_no_pass(own: Config, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    report = kg.validate(tmp_path / "empty", own)
    assert [finding.reason for finding in report] == ["no articles here, and no RDF"]


def test_shapes_without_shapes_are_no_pass(write: Callable[[str, str], Path]) -> None:
    with pytest.raises(ShapeError, match="no shapes in this file"):
        kg.validate(write("data.ttl", DATA), Config(shapes=(write("none.ttl", HEAD),)))


@pytest.mark.parametrize("large", [8_000_000, -1])
@pytest.mark.parametrize(
    ("target", "data", "is_told"),
    [
        ("sh:targetClass ex:Thing", "ex:a a ex:Thin .", True),
        ("sh:targetClass ex:Thing", "", True),
        ("sh:targetClass ex:Thing", "ex:a a ex:Thing .", False),
        ("sh:targetClass ex:Thing", "ex:a a ex:Cup . ex:Cup <http://www.w3.org/2000/01/rdf-schema#subClassOf> ex:Thing .", False),
        ("sh:targetSubjectsOf ex:p", "ex:a ex:q 1 .", True),
        ("sh:targetSubjectsOf ex:p", "ex:a ex:p 1 .", False),
        ("sh:targetObjectsOf ex:p", "ex:a ex:p 1 .", False),
        ("sh:targetNode ex:b", "ex:a ex:p 1 .", False),
    ],
)
def test_data_that_no_shape_looks_at_are_no_silent_pass(
    target: str, data: str, is_told: bool, large: int, write: Callable[[str, str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(graphs, "LARGE", large)
    config = Config(
        shapes=(write("shapes.ttl", HEAD + f"ex:S a sh:NodeShape ; {target} ; sh:nodeKind sh:BlankNode ."),), only_shapes=True
    )
    reasons = [finding.reason for finding in kg.validate(write("data.ttl", HEAD + data), config, "fast")]
    assert ("nothing here is a target of any shape: nothing was checked" in reasons) == is_told
    assert bool(reasons)


def test_an_expectation_needs_something_to_ask(write: Callable[[str, str], Path]) -> None:
    with pytest.raises(UsageError, match="an expectation asks a dump or an RDF file"):
        kg.validate(write("a.md", ARTICLE), expectations=[write("e.rq", "ASK {}")])


def test_data_that_cannot_be_asked_are_told_before_expectations(write: Callable[[str, str], Path], own: Config) -> None:
    report = kg.validate(write("bad.ttl", "ex:a"), own, "fast", expectations=[write("e.rq", "ASK {}")])
    assert [finding.place.source for finding in report] == ["bad.ttl"]


@pytest.mark.parametrize("body", [DATA, ARTICLE])
def test_standard_input_is_rdf_or_an_article(
    body: str, write: Callable[[str, str], Path], own: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(body.encode())))
    report = kg.validate("-", own, "fast")
    assert report.checked == ("-",)
    assert [finding.place.line for finding in report.results] == ([4, 7] if body == DATA else [])


def test_a_faulty_example_is_told_as_the_readme_says() -> None:
    report = kg.validate(ROOT / "examples-faulty" / "impossible-date.md")
    assert [finding.place.line for finding in report] == [5]
