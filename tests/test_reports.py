"""Reports tell every finding in the form that a person, a CI system or a program reads, and obey no source."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from pathlib import Path

import pyoxigraph
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st

from kg import reports, targets
from kg.config import Config
from kg.errors import Finding, Place, Severity
from kg.validation import SH, Engine, Result
from tests.writing import article, write

SHACL = rdflib.Namespace(SH)
FAULT = Finding("violation", "'2023-02-30' is no date", Place("posts/a.md", 5, 7, 5, 17))
RESULT = Result(
    "warning",
    'A "quoted" reason\nin two lines',
    Place("posts/b.md", 1),
    "<https://x.example/b>",
    "<https://schema.org/headline>",
    '"a \\"value\\""@en',
    "<https://x.example/shape>",
    f"{SH}MinCountConstraintComponent",
)
WITHOUT = Result(
    "info",
    "Nothing more is known",
    Place("dump/articles.nq"),
    "<https://schema.org/x>",
    None,
    None,
    "",
    f"{SH}NodeConstraintComponent",
)
ALL = [FAULT, RESULT, WITHOUT, Finding("info", "skipped: no reader for .png", Place("posts/c.png"))]

HOSTILE = [
    "\x1b[2J\x1b[1;31mgone",
    "\x9b31m",
    "a\rb",
    "a\nb",
    "\x07bell",
    "\u202eevil\u202c",
    "\u2066x\u2069",
    "\u200e\u200f\u061c",
    "\u2028\u2029",
    "zero\u200bwidth\ufeff",
    "\x7f\x85",
    "tag\U000e0041",
    "byte\udcff",
]


# --- text ------------------------------------------------------------------------------------------------------------------
def test_text_has_a_line_a_finding_with_place_severity_and_reason() -> None:
    assert reports.to_text(ALL).splitlines() == [
        "posts/a.md:5:7: violation: '2023-02-30' is no date",
        'posts/b.md:1: warning: A "quoted" reason\\u000ain two lines',
        "dump/articles.nq: info: Nothing more is known (schema:x)",
        "posts/c.png: info: skipped: no reader for .png",
    ]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_no_text_steers_a_terminal(text: str) -> None:
    shown = reports.to_text([Finding("violation", text, Place(f"{text}.md", 1))])
    assert shown.count("\n") == 1
    assert shown.endswith("\n")
    assert shown[:-1].isprintable()
    assert "\\u" in shown.lower()


def test_texts_of_every_script_are_shown_as_they_are() -> None:
    for text in ("Łódź – « où ? »", "日本語", "می‌خواهم", "हिन्दी क्‍ष", "👩‍🚀", "a\u00a0b"):
        assert reports.printable(text) == text


@given(st.text())
def test_printable_text_is_one_line_and_can_be_written(text: str) -> None:
    shown = reports.printable(text)
    assert len(shown.splitlines()) <= 1
    assert shown.encode().decode() == shown
    assert "\x1b" not in shown


# --- GitHub ----------------------------------------------------------------------------------------------------------------
def runner(output: str) -> list[tuple[str, dict[str, str], str]]:
    """Read workflow commands as GitHub's runner does: level, properties, message."""
    found = []
    for line in re.split(r"\r\n|\r|\n", output):
        match = re.fullmatch(r"\s*::(\w+) (.*?)::(.*)", line)
        if match:
            pairs = dict(pair.split("=", 1) for pair in match[2].split(","))
            found.append((match[1], {k: unescaped(v, ":,") for k, v in pairs.items()}, unescaped(match[3], "")))
    return found


def unescaped(text: str, more: str) -> str:
    for character in ("\r", "\n", *more):
        text = text.replace(f"%{ord(character):02X}", character)
    return text.replace("%25", "%")


def test_github_gets_file_line_and_column_of_each_finding() -> None:
    assert runner(reports.to_github(ALL)) == [
        ("error", {"file": "posts/a.md", "line": "5", "endLine": "5", "col": "7", "endColumn": "17"}, "'2023-02-30' is no date"),
        ("warning", {"file": "posts/b.md", "line": "1"}, 'A "quoted" reason\nin two lines'),
        ("notice", {"file": "dump/articles.nq"}, "Nothing more is known (schema:x)"),
        ("notice", {"file": "posts/c.png"}, "skipped: no reader for .png"),
    ]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a.md", "x\n::error file=b.md::forged"),
        ("a.md", "x\r\n::set-output name=a::b"),
        ("a.md", "100 % sure, 50%25, %0A::error::no"),
        ("a,line=9.md", "comma"),
        ("a::b:c.md", "colons"),
        ("a%2Cb\n::error::.md", "both"),
    ],
)
def test_no_headline_or_file_name_forges_a_workflow_command(name: str, reason: str) -> None:
    output = reports.to_github([Finding("violation", reason, Place(name, 1))])
    assert runner(output) == [("error", {"file": name, "line": "1"}, reason)]
    assert output.count("\n") == 1


@given(st.text(), st.text(min_size=1))
def test_github_reads_one_command_whatever_the_texts(reason: str, name: str) -> None:
    assert len(runner(reports.to_github([Finding("violation", reason, Place(name, 1))]))) == 1


def test_a_forged_headline_stays_one_annotation_through_a_whole_validation(tmp_path: Path) -> None:
    title = '"x\\n::error file=forged.md::forged"'
    write(tmp_path / "posts", {"a.md": article(title, author=None)})
    found = runner(reports.to_github(targets.validate([tmp_path / "posts"])))
    assert {properties["file"] for _, properties, _ in found} == {str(tmp_path / "posts" / "a.md")}


# --- JSON ------------------------------------------------------------------------------------------------------------------
def test_json_holds_everything_that_is_known_and_nothing_that_is_not() -> None:
    assert json.loads(reports.to_json(ALL)) == [
        {"severity": "violation", "reason": "'2023-02-30' is no date", "source": "posts/a.md", "line": 5, "column": 7},
        {
            "severity": "warning",
            "reason": 'A "quoted" reason\nin two lines',
            "source": "posts/b.md",
            "line": 1,
            "focus": "https://x.example/b",
            "path": "https://schema.org/headline",
            "value": 'a "value"',
            "shape": "https://x.example/shape",
            "constraint": f"{SH}MinCountConstraintComponent",
        },
        {
            "severity": "info",
            "reason": "Nothing more is known",
            "source": "dump/articles.nq",
            "focus": "https://schema.org/x",
            "constraint": f"{SH}NodeConstraintComponent",
        },
        {"severity": "info", "reason": "skipped: no reader for .png", "source": "posts/c.png"},
    ]


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_json_gives_every_text_back(text: str) -> None:
    written = reports.to_json([Finding("info", text, Place(text))]).encode()
    assert json.loads(written) == [{"severity": "info", "reason": text, "source": text}]


def test_json_without_findings_is_an_empty_list() -> None:
    assert json.loads(reports.to_json([])) == []


# --- Turtle ----------------------------------------------------------------------------------------------------------------
def graph(text: str) -> rdflib.Graph:
    """Parse Turtle with two libraries that must agree, and return the graph."""
    triples = list(pyoxigraph.parse(io.BytesIO(text.encode()), format=pyoxigraph.RdfFormat.TURTLE))
    found = rdflib.Graph().parse(data=text, format="turtle")
    assert len(found) == len(triples)
    return found


def conforms(report: rdflib.Graph) -> bool:
    """Check a report against SHACL's report vocabulary (section 3.6) and return what it says."""
    [node] = report.subjects(rdflib.RDF.type, SHACL.ValidationReport)
    [verdict] = report.objects(node, SHACL.conforms)
    assert verdict.datatype == rdflib.XSD.boolean  # type: ignore[attr-defined]
    results = set(report.objects(node, SHACL.result))
    assert results == set(report.subjects(rdflib.RDF.type, SHACL.ValidationResult))
    for result in results:
        for one in (SHACL.focusNode, SHACL.resultSeverity, SHACL.sourceConstraintComponent):
            assert len(list(report.objects(result, one))) == 1
        for most in (SHACL.resultPath, SHACL.value, SHACL.sourceShape):
            assert len(list(report.objects(result, most))) <= 1
        assert set(report.objects(result, SHACL.resultSeverity)) <= {SHACL.Violation, SHACL.Warning, SHACL.Info}
    assert not (results and bool(verdict.toPython()))  # type: ignore[attr-defined]
    return bool(verdict.toPython())  # type: ignore[attr-defined]


def test_turtle_is_a_shacl_report_of_all_results() -> None:
    report = graph(reports.to_turtle(ALL))
    assert not conforms(report)
    [result] = report.subjects(SHACL.resultSeverity, SHACL.Warning)
    assert {(str(p).removeprefix(SH), str(o)) for p, o in report.predicate_objects(result) if p != rdflib.RDF.type} == {
        ("focusNode", "https://x.example/b"),
        ("resultPath", "https://schema.org/headline"),
        ("value", 'a "value"'),
        ("resultSeverity", f"{SH}Warning"),
        ("sourceShape", "https://x.example/shape"),
        ("sourceConstraintComponent", f"{SH}MinCountConstraintComponent"),
        ("resultMessage", 'A "quoted" reason\nin two lines'),
    }


def test_a_report_without_findings_conforms() -> None:
    assert conforms(graph(reports.to_turtle([])))


def test_a_report_with_only_a_reading_fault_does_not_say_that_all_conforms() -> None:
    text = reports.to_turtle([FAULT])
    assert not conforms(graph(text))
    assert "# posts/a.md:5:7: violation: '2023-02-30' is no date\n" in text


def test_skipped_files_do_not_keep_a_report_from_conforming() -> None:
    assert conforms(graph(reports.to_turtle([ALL[-1]])))


@pytest.mark.parametrize("text", HOSTILE[:-1], ids=ascii)
def test_no_text_breaks_out_of_the_turtle(text: str) -> None:
    forged = f'{text}\n" ] . <urn:x:forged> <urn:x:p> "'
    result = Result("violation", forged, Place(forged), "<https://x.example/a>", None, None, "", f"{SH}NodeConstraintComponent")
    found = graph(reports.to_turtle([Finding("violation", forged, Place(forged)), result]))
    assert not conforms(found)
    assert (rdflib.URIRef("urn:x:forged"), None, None) not in found


@pytest.mark.parametrize("engine", ["fast", "pyshacl"])
def test_the_report_of_a_whole_validation_is_a_shacl_report(engine: Engine, tmp_path: Path) -> None:
    shapes = """
        @prefix sh: <http://www.w3.org/ns/shacl#> . @prefix schema: <https://schema.org/> .
        <urn:x:s> a sh:NodeShape ; sh:targetClass schema:Article ; sh:nodeKind sh:Literal ;
            sh:property [ sh:path schema:headline ; sh:maxLength 1 ; sh:message "short, please"@en ] .
    """
    write(tmp_path, {"shapes.ttl": shapes, "posts/a.md": article()})
    findings = targets.validate([tmp_path / "posts"], Config(shapes=(tmp_path / "shapes.ttl",)), engine)
    assert sum(isinstance(finding, Result) and finding.severity == "violation" for finding in findings) == 2
    report = graph(reports.to_turtle(findings))
    assert not conforms(report)
    assert len(list(report.subjects(SHACL.resultSeverity, SHACL.Violation))) == 2
    assert rdflib.Literal("short, please") in set(report.objects(None, SHACL.resultMessage))


def test_a_path_that_has_no_name_is_left_out() -> None:
    result = replace(RESULT, path="_:b1")
    assert list(graph(reports.to_turtle([result])).objects(None, SHACL.resultPath)) == []


# --- collapsed -------------------------------------------------------------------------------------------------------------
def finding(severity: Severity, reason: str, source: str) -> Finding:
    return Finding(severity, reason, Place(source, 1))


def test_the_same_note_of_many_sources_stands_once_at_the_first() -> None:
    notes = [finding("info", "no abstract", f"{n}.md") for n in range(1200)]
    assert reports.collapsed(notes) == [finding("info", "no abstract (1,200 times, here first)", "0.md")]


def test_collapsing_keeps_the_order_and_everything_else() -> None:
    a, b, c = finding("info", "x", "a"), finding("violation", "x", "b"), finding("info", "y", "c")
    again = [finding("violation", "x", "d"), finding("info", "x", "e")]
    assert reports.collapsed([a, b, c, *again]) == [finding("info", "x (2 times, here first)", "a"), b, c, again[0]]
    assert reports.collapsed([a, b, c]) == [a, b, c]
    assert reports.collapsed([]) == []


def test_other_severities_can_be_collapsed_and_kinds_left_as_they_are() -> None:
    warnings = [finding("warning", "x", "a"), finding("warning", "x", "b")]
    assert len(reports.collapsed(warnings)) == 2
    assert len(reports.collapsed(warnings, ("warning",))) == 1
    assert len(reports.collapsed([WITHOUT, WITHOUT])) == 1
    assert reports.collapsed([WITHOUT, WITHOUT], kinds=(Finding,)) == [WITHOUT, WITHOUT]
