"""The JUnit report is what the schema of Jenkins takes, with counts that are right, whatever the findings hold."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from kg.errors import Finding, Place
from kg.reports import junit, printable, to_junit
from kg.validation import SH, SHAPES, Shapes, ValidationReport, load_shapes
from tests.test_reports import ALL, FAULT, FINDINGS, HOSTILE, REPORT, of, result

# junit-10.xsd of Jenkins' xUnit plugin, the elements and attributes of it that are written
ATTRIBUTES = {
    "testsuites": {"name", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped"},
    "testcase": {"classname", "name"},
    "failure": {"type", "message"},
    "error": {"type", "message"},
    "skipped": {"message"},
    "system-out": set(),
}
CHILDREN = {
    "testsuites": {"testsuite"},
    "testsuite": {"testcase"},
    "testcase": {"failure", "error", "skipped", "system-out"},
}


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    return load_shapes()


def suites(report: ValidationReport, strict: bool = False) -> etree._Element:
    """Return a report, parsed strictly and held against the schema's rules and its own counts."""
    root = etree.fromstring(to_junit(report, strict).encode())
    assert root.tag == "testsuites"
    for element in root.iter():
        tag = str(element.tag)
        assert set(element.keys()) == ATTRIBUTES[tag]
        assert {str(child.tag) for child in element} <= CHILDREN.get(tag, set())
    for suite in root:
        counted = {tag: len(suite.findall(f"testcase/{tag}")) for tag in ("failure", "error", "skipped")}
        assert [suite.get(name) for name in ("tests", "failures", "errors", "skipped")] == [
            str(number) for number in (len(suite), counted["failure"], counted["error"], counted["skipped"])
        ]
        for case in suite:
            assert sum(child.tag != "system-out" for child in case) <= 1
        names = [case.get("name") for case in suite]
        assert len(set(names)) == len(names)
        assert {case.get("classname") for case in suite} == {suite.get("name")}
    for name in ("tests", "failures", "errors"):
        assert root.get(name) == str(sum(int(suite.get(name) or "") for suite in root))
    return root


def told(root: etree._Element) -> dict[str, dict[str, str]]:
    """Return for each suite its cases and what became of them."""
    found: dict[str, dict[str, str]] = {}
    for suite in root:
        cases = found.setdefault(str(suite.get("name")), {})
        for case in suite:
            cases[str(case.get("name"))] = next((str(child.tag) for child in case if child.tag != "system-out"), "passed")
    return found


def test_a_file_has_a_case_for_each_shape_that_was_broken_and_one_for_reading() -> None:
    warning = replace(result("article-language-expected"), severity="warning", place=Place("posts/b.md", 1))
    root = suites(of(result(), result(line=9), warning, ALL[-1], FAULT, checked=("posts/a.md", "posts/b.md", "posts/d.md")))
    headline, language = "shapes:article-headline-required", "shapes:article-language-expected"
    assert told(root) == {
        "posts/a.md": {"can be read": "error", headline: "failure"},
        "posts/b.md": {"can be read": "passed", language: "passed"},
        "posts/d.md": {"can be read": "passed"},
        "posts/c.png": {"can be read": "skipped"},
    }
    assert told(suites(of(warning), strict=True)) == {"posts/b.md": {"can be read": "passed", language: "failure"}}
    [failure] = root.iter("failure")
    assert dict(failure.items()) == {"type": f"{SH}DatatypeConstraintComponent", "message": "No. (and 1 more)"}
    assert failure.text == "posts/a.md:3: violation: No.\nposts/a.md:9: violation: No."
    [error] = root.iter("error")
    assert dict(error.items()) == {"type": "read", "message": "'2023-02-30' is no date"}
    assert error.text == "posts/a.md:5:7: violation: '2023-02-30' is no date"
    assert [output.text for output in root.iter("system-out")] == [
        "posts/b.md:1: warning: No.",
        "posts/c.png: info: skipped: no reader for .png",
    ]


def test_shapes_with_a_target_pass_where_neither_they_nor_their_properties_were_broken(shapes: Shapes) -> None:
    found = told(suites(of(result(), FAULT, checked=("posts/b.md", "posts/a.md"), shapes=shapes)))
    assert "article (shapes:Article)" in found["posts/b.md"]
    assert set(found["posts/b.md"].values()) == {"passed"}
    # What was not read was not checked
    assert found["posts/a.md"] == {"can be read": "error", "headline (shapes:article-headline-required)": "failure"}
    broken = told(suites(of(result(), checked=("posts/a.md",), shapes=shapes)))["posts/a.md"]
    assert "article (shapes:Article)" not in broken
    assert "person (shapes:Person)" in broken
    node = told(suites(of(result("Article"), checked=("posts/a.md",), shapes=shapes)))["posts/a.md"]
    assert node["article (shapes:Article)"] == "failure"


def test_of_a_file_that_was_not_checked_no_shape_is_said_to_hold(shapes: Shapes) -> None:
    found = told(suites(of(ALL[-1], Finding("warning", "odd", Place("posts/d.md")), checked=("posts/a.md",), shapes=shapes)))
    assert (found["posts/c.png"], found["posts/d.md"]) == ({"can be read": "skipped"}, {"can be read": "passed"})
    assert len(found["posts/a.md"]) > 10


def test_with_very_many_files_only_what_was_found_is_told(shapes: Shapes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(junit, "MOST_PASSED", 40)
    report = of(result(), checked=("posts/a.md", "posts/b.md"), shapes=shapes)
    assert told(suites(report)) == {
        "posts/a.md": {"can be read": "passed", "headline (shapes:article-headline-required)": "failure"},
        "posts/b.md": {"can be read": "passed"},
    }


def test_records_are_cases_of_their_file_and_files_of_a_dump_cases_of_the_dump(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("feed.xml").touch()
    places = [Place("feed.xml#2", 7), Place("feed.xml#1", 2), Place("dump/articles.nq", 9)]
    found = [replace(result(), place=place) for place in places]
    root = suites(of(*found, checked=("feed.xml#1", "feed.xml#2", "dump")))
    assert [(suite.get("name"), suite.get("failures")) for suite in root] == [("feed.xml", "1"), ("dump", "1")]
    assert [failure.text for failure in root.iter("failure")] == [
        "feed.xml#2:7: violation: No.\nfeed.xml#1:2: violation: No.",
        "dump/articles.nq:9: violation: No.",
    ]


def test_very_many_results_of_a_shape_are_counted() -> None:
    [failure] = suites(of(*(result(line=n + 1) for n in range(2_500)))).iter("failure")
    assert failure.get("message") == "No. (and 2,499 more)"
    assert (failure.text or "").endswith("posts/a.md:1000: violation: No.\n1,500 more")


@pytest.mark.parametrize("text", [*HOSTILE, "]]>", "<failure/>", "&amp;&#0;", '"', "'\"><x y='"], ids=ascii)
def test_every_text_comes_back_from_the_xml(text: str) -> None:
    found = replace(result(message=text), place=Place(text, 1), shape=f"<{SHAPES}{text}>")
    [failure] = suites(of(found, Finding("info", text, Place(text)))).iter("failure")
    assert failure.get("message") == printable(text)
    assert failure.text == printable(f"{text}:1: violation: {text}")


@given(FINDINGS, st.booleans())
def test_the_counts_are_right_whatever_the_findings(findings: list[Finding], strict: bool) -> None:
    faulty = {"violation", "warning"} if strict else {"violation"}
    root = suites(of(*findings), strict)
    assert (root.get("failures"), root.get("errors")) != ("0", "0") or not any(f.severity in faulty for f in findings)


def test_a_report_on_nothing_is_well_formed() -> None:
    assert len(suites(of())) == 0
    assert len(suites(REPORT)) == 5
