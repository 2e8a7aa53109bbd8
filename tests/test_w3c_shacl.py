"""The W3C's test suite for SHACL, result by result, through each engine; what does not pass is named here and in docs/shacl.md."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import pytest

from kg import rdf, terms, validation
from kg.errors import ShapeError
from kg.terms import Statement, Term
from kg.validation import SH, Engine, Shapes
from kg.validation.interop import as_blank
from kg.validation.messages import path_text
from kg.validation.shapegraph import by_subject
from tests.conftest import ROOT, SHARED

pytest.importorskip("shacl", reason="the fast engine has no wheel for this platform")

SUITE = SHARED / "w3c" / "shacl" / "data-shapes-test-suite" / "tests"
MF, SHT = "http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#", "http://www.w3.org/ns/shacl-test#"
ENGINES: tuple[Engine, ...] = ("auto", "fast", "pyshacl")
NOT_PASSED: dict[Engine, dict[str, str]] = {
    "auto": {},
    "fast": {},
    "pyshacl": {"sparql/pre-binding/shapesGraph-001": "it knows no $shapesGraph, and the run is refused with these words"},
}


class Case(NamedTuple):
    """A test of the W3C: the files of data and shapes, and what is said of the results, in the file of the manifest."""

    name: str
    data: Path
    shapes: Path
    manifest: Path
    result: Term

    def __str__(self) -> str:
        return self.name


def file_of(term: Term) -> Path:
    return Path(unquote(urlsplit(terms.value(term)).path))


def read_manifest(path: Path) -> list[Statement]:
    return rdf.parse(path.read_bytes(), rdf.FORMATS[".ttl"], str(path), path.as_uri())


def cases() -> Iterator[Case]:
    """Yield the tests of every file: the lists of files leave one out (sparql/component/nodeValidator-001)."""
    for manifest in SUITE.rglob("*.ttl"):
        said = by_subject(read_manifest(manifest))
        for test, pairs in said.items():
            if f"<{SHT}Validate>" in pairs.get(terms.TYPE, ()):
                (action,), (result,) = pairs[f"<{MF}action>"], pairs[f"<{MF}result>"]
                (data,), (shapes,) = (said[action][f"<{SHT}{name}>"] for name in ("dataGraph", "shapesGraph"))
                name = str(manifest.parent.relative_to(SUITE) / terms.value(test).rpartition("/")[2])
                yield Case(name, file_of(data), file_of(shapes), manifest, result)


CASES = sorted(cases())
Essence = tuple[str | None, ...]


def expected(case: Case) -> Counter[Essence]:
    """Return what the manifest says of the results; a blank node of another file has a label that says nothing."""
    # As the data are read
    statements = rdf.read(case.manifest)
    said = by_subject(statements)
    shapes = Shapes(tuple(statements), ())
    found: Counter[Essence] = Counter()
    for report in (subject for subject, pairs in said.items() if f"<{SH}ValidationReport>" in pairs.get(terms.TYPE, ())):
        for result in said[report].get(f"<{SH}result>", ()):
            pairs = said[result]
            names = ("focusNode", "value", "sourceConstraintComponent", "resultSeverity", "sourceShape", "resultPath")
            focus, value, component, severity, shape, path = (pairs.get(f"<{SH}{name}>", (None,))[0] for name in names)
            found[
                plain(focus, case.manifest == case.data),
                plain(value, case.manifest == case.data),
                component,
                severity,
                plain(shape, case.manifest == case.shapes),
                path and path_text(shapes, path),
            ] += 1
    return found


def plain(term: Term | None, is_same_file: bool) -> Term | None:
    if term and not is_same_file and rdf.is_blank(term):
        return "_:"
    return term


def found(case: Case, engine: Engine) -> Counter[Essence]:
    shapes = validation.load_shapes([case.shapes], only=True)
    count: Counter[Essence] = Counter()
    for result in validation.validate(rdf.read(case.data), shapes, engine):
        source = f"_:{result.source.rpartition('#')[2][:-1]}" if as_blank(result.source) != result.source else result.source
        own = shapes.said[result.source]
        path = result.path or next(iter(own.get(f"<{SH}path>", ())), None)
        count[
            plain(result.focus, case.manifest == case.data),
            plain(result.value, case.manifest == case.data),
            f"<{result.constraint}>",
            # A severity of the shape's own counts as a violation for us
            next(iter(own.get(f"<{SH}severity>", ())), f"<{SH}{result.severity.capitalize()}>"),
            plain(source, case.manifest == case.shapes),
            path and path_text(shapes, path),
        ] += result.times
    return count


def is_failure(case: Case) -> bool:
    return case.result.endswith("#Failure>")


def test_the_suite_is_all_there(shared: Path) -> None:
    assert len(CASES) == 121
    assert {name for failed in NOT_PASSED.values() for name in failed} <= {case.name for case in CASES}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_graph_has_the_results_that_the_suite_expects(case: Case, engine: Engine) -> None:
    if is_failure(case):
        with pytest.raises(ShapeError):
            found(case, engine)
    elif case.name in NOT_PASSED[engine]:
        with pytest.raises(ShapeError, match="cannot be applied"):
            found(case, engine)
    else:
        assert found(case, engine) == expected(case)


# --- what the page says ------------------------------------------------------------------------------------------------------
PAGE = (ROOT / "docs" / "shacl.md").read_text("utf-8")


def passed(engine: Engine, part: str) -> str:
    names = [case.name for case in CASES if case.name.startswith(part)]
    return f"{sum(name not in NOT_PASSED[engine] for name in names)} of {len(names)}"


def test_the_page_tells_what_passes_and_what_does_not(shared: Path) -> None:
    rows = [
        f"| `{engine}` | {passed(engine, 'core/')} | {passed(engine, 'sparql/')} | {passed(engine, '')} |" for engine in ENGINES
    ]
    assert re.findall(r"^\| `(?:auto|fast|pyshacl)` \|.*\|$", PAGE, re.MULTILINE) == rows
    told = re.findall(r"^- `(\w+)`, `([\w/-]+)`: (.*)$", PAGE, re.MULTILINE)
    assert {(engine, name) for engine, name, _ in told} == {(engine, name) for engine in ENGINES for name in NOT_PASSED[engine]}


REFUSED = {
    "SHACL Advanced Features": 'sh:target [ sh:select "SELECT ?this { ?this a ?x }" ]',
    "SHACL-JS": 'sh:js [ sh:jsFunctionName "f" ]',
    "SHACL 1.2": "sh:singleLine true",
    "sh:entailment": "sh:entailment ex:Entailment",
    "owl:imports": "owl:imports <http://example.org/shapes>",
    "SERVICE": 'sh:sparql [ sh:select "SELECT $this { SERVICE ex:s { $this ?p ?o } }" ]',
    "FROM": 'sh:sparql [ sh:select "SELECT $this FROM ex:g { $this ?p ?o }" ]',
    "MINUS": 'sh:sparql [ sh:select "SELECT $this { $this ?p ?o MINUS { $this ?p 1 } }" ]',
    "recursive shapes": "sh:node ex:S",
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_page_says_is_refused_is_refused(name: str, tmp_path: Path) -> None:
    assert re.search(rf"^\| .*{re.escape(name)}.* \| .*refused", PAGE, re.MULTILINE)
    path = tmp_path / "own.ttl"
    head = f"@prefix sh: <{SH}> . @prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix ex: <http://example.org/> .\n"
    path.write_text(f"{head}ex:S sh:targetClass ex:C ; {REFUSED[name]} .", encoding="utf-8")
    with pytest.raises(ShapeError) as refusal:
        validation.load_shapes([path], only=True)
    assert refusal.value.place is not None
    assert refusal.value.place.line == 2
