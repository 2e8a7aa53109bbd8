"""Reports tell every finding in the form that a person, a CI system or a program reads, and obey no source."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import lxml.html
import pyoxigraph
import pyromark
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import reports, targets
from kg.config import Config
from kg.errors import Finding, Place, Severity
from kg.reports.markdown import MOST_BYTES, MOST_ROWS
from kg.validation import SH, SHAPES, Engine, Result, Shapes, ValidationReport, identity, load_shapes
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
    "none\ufffe\uffff",
    "##[error]forged",
    "##vso[task.setvariable variable=a]b",
    "##teamcity[buildStatus text='x']",
    "byte\udcff",
]


def of(*findings: Finding, checked: tuple[str, ...] = (), shapes: Shapes | None = None) -> ValidationReport:
    return ValidationReport(findings, checked, shapes)


REPORT = of(*ALL, checked=("posts/a.md", "posts/b.md", "posts/d.md", "dump"))


@pytest.fixture(scope="module")
def shapes() -> Shapes:
    return load_shapes()


def result(shape: str = "article-headline-required", value: str | None = None, message: str = "No.", line: int = 3) -> Result:
    """Return a result of one of our shapes."""
    term = f"<{SHAPES}{shape}>"
    place, component = Place("posts/a.md", line), f"{SH}DatatypeConstraintComponent"
    return Result("violation", message, place, "<urn:x:a>", "<https://schema.org/url>", value, term, component, source=term)


@st.composite
def _findings(draw: st.DrawFn) -> Finding:
    texts = st.one_of(st.text(max_size=40), st.sampled_from(HOSTILE), st.text("`|\\\\:,%&<>[]()#@\n\r.*_~!$x", max_size=20))
    severity: Severity = draw(st.sampled_from(["violation", "warning", "info"]))
    reason = draw(texts)
    line, column = draw(st.integers(0, 3)), draw(st.integers(0, 3))
    place = Place(draw(texts), line, column, line and draw(st.integers(0, 4)), column and draw(st.integers(0, 4)))
    if draw(st.booleans()):
        return Finding(severity, reason, place)
    value = draw(st.none() | texts.map(lambda text: f'"{_quoted(text)}"'))
    return Result(severity, reason, place, "<urn:x:a>", None, value, draw(st.sampled_from(["", "<urn:x:s>"])), f"{SH}x")


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")


FINDINGS = st.lists(_findings(), max_size=6)


# --- all of them -------------------------------------------------------------------------------------------------------------
@given(findings=FINDINGS)
def test_no_report_steers_a_terminal_or_an_azure_pipeline(findings: list[Finding]) -> None:
    report = replace(of(*findings), mended=tuple((identity(f), f.reason) for f in findings))
    for form in (form for form in reports.REPORTS if form != "turtle"):
        written = reports.REPORTS[form](report)
        assert written.encode().decode() == written, form
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", written), form
        assert not re.search(r"##(vso|teamcity)?\[", written), form


@pytest.mark.parametrize("form", list(reports.REPORTS))
def test_a_report_is_the_same_each_time(form: str, shapes: Shapes) -> None:
    report = replace(REPORT, shapes=shapes)
    assert reports.REPORTS[form](report) == reports.REPORTS[form](report)


@pytest.mark.parametrize("form", [form for form in reports.REPORTS if form != "turtle"])
def test_a_value_of_a_megabyte_stays_short_but_in_json(form: str) -> None:
    value = f'"{"word " * 200_000}"'
    written = reports.REPORTS[form](of(result(value=value, message="x" * 1_000_000)))
    assert len(written) > 2_000_000 if form == "json" else len(written) < 20_000


@pytest.mark.parametrize("form", list(reports.REPORTS))
def test_a_report_without_findings_can_be_written(form: str) -> None:
    assert isinstance(reports.REPORTS[form](of()), str)


# --- text ------------------------------------------------------------------------------------------------------------------
def test_text_has_a_line_a_finding_with_place_severity_and_reason() -> None:
    assert reports.to_text(REPORT).splitlines() == [
        "posts/a.md:5:7: violation: '2023-02-30' is no date",
        "",
        'posts/b.md:1: warning: A "quoted" reason\\u000ain two lines (found: "a \\"value\\""@en)',
        "",
        "dump/articles.nq: info: Nothing more is known (schema:x)",
        "",
        "posts/c.png: info: skipped: no reader for .png",
    ]


def test_text_stands_by_file_in_order_of_line_and_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"b.jsonl": "", "c#1.md": ""})
    places = ["b.jsonl#2:9", "a.md:7", "b.jsonl#1:4", "a.md:3", "b.jsonl#2:8", "c#1.md:1", "c#1.md"]
    found = [Finding("info", "x", Place(name, int(line or 0))) for name, _, line in (place.partition(":") for place in places)]
    assert reports.to_text(of(*found)).replace(": info: x", "").split("\n\n") == [
        "b.jsonl#2:8\nb.jsonl#2:9\nb.jsonl#1:4",
        "a.md:3\na.md:7",
        "c#1.md\nc#1.md:1\n",
    ]


def test_colours_are_there_only_when_they_are_asked_for() -> None:
    report = replace(of(FAULT), mended=(("0123", "old"),))
    assert reports.to_text(report, colour=True) == (
        "\x1b[1mposts/a.md:5:7\x1b[0m: \x1b[31mviolation\x1b[0m: '2023-02-30' is no date\n\n\x1b[32mmended\x1b[0m: old [0123]\n"
    )
    assert reports.to_text(report) == "posts/a.md:5:7: violation: '2023-02-30' is no date\n\nmended: old [0123]\n"


def test_details_name_shape_constraint_and_terms(shapes: Shapes) -> None:
    found = result(value=f'"{"long " * 100}"@en', message="Bad.")
    assert reports.to_text(of(found, FAULT, shapes=shapes), details=True).splitlines() == [
        f'posts/a.md:3: violation: Bad. (found: "{("long " * 100)[:79]}…"@en)',
        "    shape: headline (shapes:article-headline-required)",
        "    constraint: sh:DatatypeConstraintComponent",
        "    focus node: <urn:x:a>",
        "    path: schema:url",
        f'    value: "{("long " * 100)[:298]}…',
        f"    id: {identity(found)}",
        "posts/a.md:5:7: violation: '2023-02-30' is no date",
        f"    id: {identity(FAULT)}",
    ]


@pytest.mark.parametrize(
    ("message", "value", "shown"),
    [
        ("No date.", '"soon"', 'No date. (found: "soon")'),
        ("No date: soon.", '"soon"', "No date: soon."),
        ("Not sooner.", '"soon"', 'Not sooner. (found: "soon")'),
        ("At most 1.", '"2"^^<http://www.w3.org/2001/XMLSchema#integer>', "At most 1. (found: 2)"),
        ("The value '1' is bad.", '"1"', "The value '1' is bad."),
        ("Empty.", '""', 'Empty. (found: "")'),
        ("Bad address.", "<https://schema.org/x>", "Bad address. (found: schema:x)"),
        ("Bad: schema:x.", "<https://schema.org/x>", "Bad: schema:x."),
        ("Bad: https://schema.org/x.", "<https://schema.org/x>", "Bad: https://schema.org/x."),
        (f"Long: {'ab ' * 20}…", f'"{"ab " * 90}"', f"Long: {'ab ' * 20}…"),
        ("No name.", "_:b0", "No name."),
        ("The node itself.", "<urn:x:a>", "The node itself."),
        ("An address as text.", '"https://schema.org/x"', 'An address as text. (found: "https://schema.org/x")'),
    ],
)
def test_the_value_is_told_where_the_message_does_not_hold_it(message: str, value: str, shown: str) -> None:
    assert reports.to_text(of(result(value=value, message=message))) == f"posts/a.md:3: violation: {shown}\n"


def test_a_literal_at_fault_is_not_taken_for_an_address_of_ours() -> None:
    found = replace(result(line=0), focus='"https://schema.org/x"')
    assert reports.to_text(of(found)) == 'posts/a.md: violation: No. ("https://schema.org/x")\n'


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_no_text_steers_a_terminal(text: str) -> None:
    shown = reports.to_text(of(Finding("violation", text, Place(f"{text}.md", 1))))
    assert shown.count("\n") == 1
    assert shown.endswith("\n")
    assert shown[:-1].isprintable()
    assert "\\u" in shown.lower()


def test_no_file_name_in_a_text_is_a_workflow_command() -> None:
    for name in ("::error::x.md", " \t::stop-commands::x"):
        assert runner(reports.to_text(of(Finding("info", "x", Place(name))))) == []


def test_texts_of_every_script_are_shown_as_they_are() -> None:
    for text in ("Łódź – « où ? »", "日本語", "می\u200cخواهم", "हिन्दी क्\u200dष", "👩\u200d🚀", "a\u00a0b", "## [a] #[b]"):
        assert reports.printable(text) == text


@given(st.text())
def test_printable_text_is_one_line_and_can_be_written(text: str) -> None:
    shown = reports.printable(text)
    assert len(shown.splitlines()) <= 1
    assert shown.encode().decode() == shown
    assert "\x1b" not in shown


# --- totals ------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("report", "words"),
    [
        (REPORT, "1 violation, 1 warning, 2 infos in 4 of 5 files"),
        (of(checked=("a.md", "b.md")), "no faults in 2 files"),
        (of(checked=("a.md",)), "no faults in 1 file"),
        (of(), "no faults"),
        (of(FAULT), "1 violation in 1 file"),
        (of(FAULT, FAULT, checked=("posts/a.md", "posts/b.md")), "2 violations in 1 of 2 files"),
        (of(FAULT, checked=("feed.xml#1", "feed.xml#2", "posts/a.md")), "1 violation in 1 of 2 files"),
        (replace(of(FAULT), known=2, mended=(("0123", "old"),)), "1 violation in 1 file; 2 known, 1 mended"),
        (replace(of(checked=("a.md",)), known=1_200), "no faults in 1 file; 1,200 known"),
    ],
)
def test_totals_are_one_line(report: ValidationReport, words: str) -> None:
    assert reports.totals(report) == words


# --- GitHub ----------------------------------------------------------------------------------------------------------------
def runner(output: str) -> list[tuple[str, dict[str, str], str]]:
    """Read workflow commands as GitHub's runner does: level, properties, message."""
    found = []
    for line in re.split(r"\r\n|\r|\n", output):
        match = re.fullmatch(r"\s*::(\S+?)(?: (.*?))?::(.*)", line)
        if match:
            pairs = dict(pair.split("=", 1) for pair in (match[2] or "").split(",") if "=" in pair)
            found.append((match[1], {k: unescaped(v, ":,") for k, v in pairs.items()}, unescaped(match[3], "")))
    return found


def unescaped(text: str, more: str) -> str:
    for character in ("\r", "\n", *more):
        text = text.replace(f"%{ord(character):02X}", character)
    return text.replace("%25", "%")


def test_github_gets_file_line_and_column_of_each_finding() -> None:
    assert runner(reports.to_github(REPORT)) == [
        ("error", {"file": "posts/a.md", "line": "5", "endLine": "5", "col": "7", "endColumn": "17"}, "'2023-02-30' is no date"),
        (
            "warning",
            {"file": "posts/b.md", "line": "1", "title": "https://x.example/shape"},
            'A "quoted" reason\nin two lines (found: "a \\"value\\""@en)',
        ),
        ("notice", {"file": "dump/articles.nq", "title": f"{SH}NodeConstraintComponent"}, "Nothing more is known (schema:x)"),
        ("notice", {"file": "posts/c.png"}, "skipped: no reader for .png"),
    ]


def test_an_annotation_has_the_name_of_its_shape_as_title(shapes: Shapes) -> None:
    [(_, properties, _)] = runner(reports.to_github(of(result(), shapes=shapes)))
    assert properties == {"file": "posts/a.md", "line": "3", "title": "headline"}


def test_an_annotation_is_at_the_file_of_its_record(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, {"feed.xml": "", "in/c#1.md": ""})
    monkeypatch.chdir(tmp_path)
    inside = ["feed.xml#2", "./in/../feed.xml", str(tmp_path / "feed.xml"), f"{tmp_path / 'feed.xml'}#7", "in/c#1.md"]
    found = runner(reports.to_github(of(*(Finding("info", "x", Place(source)) for source in inside))))
    assert [properties["file"] for _, properties, _ in found] == ["feed.xml"] * 4 + ["in/c#1.md"]


def test_what_stands_elsewhere_keeps_its_path_and_what_is_no_file_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    sources = ["../a.md", "/elsewhere/a.md", "https://x.example/a?b#c", "-"]
    assert runner(reports.to_github(of(*(Finding("info", "x", Place(source, 2)) for source in sources)))) == [
        ("notice", {"file": "../a.md", "line": "2"}, "x"),
        ("notice", {"file": "/elsewhere/a.md", "line": "2"}, "x"),
        ("notice", {"title": "kg"}, "https://x.example/a?b#c:2: x"),
        ("notice", {"title": "kg"}, "-:2: x"),
    ]


def test_columns_are_left_out_where_github_takes_none() -> None:
    [(_, properties, _)] = runner(reports.to_github(of(Finding("info", "x", Place("a.md", 2, 3, 4, 5)))))
    assert properties == {"file": "a.md", "line": "2", "endLine": "4"}


def test_the_gravest_annotations_come_first_and_a_notice_tells_of_those_that_are_not_shown() -> None:
    severities: list[Severity] = ["info", "violation", "warning", "info"]
    found = [Finding(severity, "x", Place(f"{n}.md")) for n in range(11) for severity in severities]
    written = runner(reports.to_github(of(*found)))
    assert [level for level, *_ in written] == ["error"] * 11 + ["warning"] * 11 + ["notice"] * 23
    assert written[22] == (
        "notice",
        {"title": "kg"},
        "11 violations, 11 warnings, 22 infos in 11 files; GitHub shows 10 of each kind here, the log has all",
    )


def test_ten_annotations_of_a_kind_need_no_further_notice() -> None:
    assert len(runner(reports.to_github(of(*[FAULT] * 10, *[RESULT] * 10)))) == 20


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
    output = reports.to_github(of(Finding("violation", reason, Place(name, 1))))
    assert runner(output) == [("error", {"file": name, "line": "1"}, reason)]
    assert output.count("\n") == 1


@settings(max_examples=50)
@given(FINDINGS)
def test_github_reads_one_command_a_finding_whatever_the_texts(findings: list[Finding]) -> None:
    levels = {"violation": "error", "warning": "warning", "info": "notice"}
    assert sorted(level for level, *_ in runner(reports.to_github(of(*findings)))) == sorted(levels[f.severity] for f in findings)


def test_a_forged_headline_stays_one_annotation_through_a_whole_validation(tmp_path: Path) -> None:
    title = '"x\\n::error file=forged.md::forged"'
    write(tmp_path / "posts", {"a.md": article(title, author=None)})
    found = runner(reports.to_github(targets.validate([tmp_path / "posts"])))
    assert {properties["file"] for _, properties, _ in found} == {str(tmp_path / "posts" / "a.md")}


# --- JSON ------------------------------------------------------------------------------------------------------------------
def test_json_holds_everything_that_is_known_and_nothing_that_is_not() -> None:
    report = replace(REPORT, mended=(("0123456789abcdef", "was bad"),), known=2)
    assert json.loads(reports.to_json(report)) == {
        "conforms": False,
        "totals": {"violation": 1, "warning": 1, "info": 2, "known": 2, "mended": 1},
        "checked": ["posts/a.md", "posts/b.md", "posts/d.md", "dump"],
        "mended": [{"id": "0123456789abcdef", "reason": "was bad"}],
        "findings": [
            {
                "id": identity(FAULT),
                "severity": "violation",
                "reason": "'2023-02-30' is no date",
                "source": "posts/a.md",
                "line": 5,
                "column": 7,
                "end_line": 5,
                "end_column": 17,
            },
            {
                "id": identity(RESULT),
                "severity": "warning",
                "reason": 'A "quoted" reason\nin two lines',
                "source": "posts/b.md",
                "line": 1,
                "focus": "https://x.example/b",
                "path": "https://schema.org/headline",
                "value": 'a "value"',
                "value_datatype": "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString",
                "value_language": "en",
                "shape": "https://x.example/shape",
                "constraint": f"{SH}MinCountConstraintComponent",
            },
            {
                "id": identity(WITHOUT),
                "severity": "info",
                "reason": "Nothing more is known",
                "source": "dump/articles.nq",
                "focus": "https://schema.org/x",
                "constraint": f"{SH}NodeConstraintComponent",
            },
            {"id": identity(ALL[3]), "severity": "info", "reason": "skipped: no reader for .png", "source": "posts/c.png"},
        ],
    }


def test_json_tells_an_empty_value_a_source_shape_and_what_was_not_the_fault_of_the_input() -> None:
    found = replace(result(value='""'), source="<urn:x-kg:shapes:own/b0>")
    [row, network] = json.loads(reports.to_json(of(found, Finding("violation", "no answer", Place("x"), exit_code=3))))["findings"]
    assert (row["value"], row["value_datatype"]) == ("", "http://www.w3.org/2001/XMLSchema#string")
    assert row["source_shape"] == "urn:x-kg:shapes:own/b0"
    assert network["exit_code"] == 3


@pytest.mark.parametrize("text", HOSTILE, ids=ascii)
def test_json_gives_every_text_back(text: str) -> None:
    finding = Finding("info", text, Place(text))
    written = reports.to_json(of(finding)).encode()
    assert json.loads(written)["findings"] == [{"id": identity(finding), "severity": "info", "reason": text, "source": text}]
    assert json.loads(reports.json_text({text: text})) == json.loads(reports.json_text({text: text}, indent=1)) == {text: text}


@settings(max_examples=50)
@given(FINDINGS)
def test_json_has_a_line_a_finding(findings: list[Finding]) -> None:
    written = reports.to_json(of(*findings))
    rows = json.loads(written)["findings"]
    assert [(row["reason"], row["source"]) for row in rows] == [(finding.reason, finding.place.source) for finding in findings]
    assert len(written.splitlines()) == 7 + len(findings) + bool(findings)


def test_json_without_findings_conforms() -> None:
    assert json.loads(reports.to_json(of(checked=("a.md",)))) == {
        "conforms": True,
        "totals": {"violation": 0, "warning": 0, "info": 0, "known": 0, "mended": 0},
        "checked": ["a.md"],
        "mended": [],
        "findings": [],
    }


# --- Markdown ----------------------------------------------------------------------------------------------------------------
def rendered(text: str) -> lxml.html.HtmlElement:
    """Return Markdown as HTML, with everything on that a platform may know."""
    options = ["ENABLE_TABLES", "ENABLE_STRIKETHROUGH", "ENABLE_MATH", "ENABLE_FOOTNOTES", "ENABLE_SMART_PUNCTUATION"]
    flags = pyromark.Options.ENABLE_TABLES
    for name in options:
        flags |= getattr(pyromark.Options, name)
    return lxml.html.fragment_fromstring(pyromark.html(text, options=flags), create_parent=True)


def rows(page: lxml.html.HtmlElement) -> Iterator[list[str]]:
    for row in page.iter("tr"):
        yield [cell.text_content() for cell in row]


def test_markdown_is_a_heading_and_a_table_of_the_gravest_first(shapes: Shapes) -> None:
    late = replace(result(), place=Place("posts/z.md", 9, 2))
    report = replace(of(RESULT, late, FAULT, checked=("posts/d.md",), shapes=shapes), mended=(("0123", "old `x`"),), known=3)
    assert reports.to_markdown(report).splitlines() == [
        "## Validation: 2 violations, 1 warning in 3 of 4 files; 3 known, 1 mended",
        "",
        "| Severity | Place | Message | Shape |",
        "| --- | --- | --- | --- |",
        "| violation | `posts/z.md:9:2` | `No.` | `headline` |",
        "| violation | `posts/a.md:5:7` | `'2023-02-30' is no date` |  |",
        '| warning | `posts/b.md:1` | `A "quoted" reason\\u000ain two lines (found: "a \\"value\\""@en)` '
        "| `https://x.example/shape` |",
        "",
        "### Mended",
        "",
        "- `` old `x` ``",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "[click](https://evil.example)",
        "![pixel](https://evil.example/x.png)",
        "<img src=x onerror=alert(1)>",
        "a | b | c\n| --- | --- |\n| d |",
        "a \\| b \\\\| c \\",
        "`code` ``more`` ```",
        "`",
        "https://evil.example www.evil.example a@evil.example @team #1",
        "</code></td></table><script>",
        "&lt;b&gt; &#64; $x$ :smile: [^1] ~~x~~ **x**",
    ],
)
def test_no_text_makes_a_link_an_image_html_or_another_cell_of_a_summary(text: str) -> None:
    report = of(replace(result(message=text), shape=f"<urn:{text}>", place=Place(text, 1)))
    page = rendered(reports.to_markdown(replace(report, mended=(("0", text),))))
    assert {element.tag for element in page.iter()} == {
        "div",
        "h2",
        "h3",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
        "code",
        "ul",
        "li",
    }
    shown = reports.printable(text).replace("\\|", "\\ |").strip()
    assert [row[2].strip() for row in rows(page)] == ["Message", shown]
    assert [item.text_content().strip() for item in page.iter("li")] == [reports.printable(text).strip()]


@settings(max_examples=50)
@given(FINDINGS)
def test_a_summary_has_a_row_a_finding_whatever_the_texts(findings: list[Finding]) -> None:
    page = rendered(reports.to_markdown(of(*findings)))
    assert {len(row) for row in rows(page)} <= {4}
    assert len(list(rows(page))) == (len(findings) + 1 if findings else 0)
    assert {element.tag for element in page.iter()} <= {"div", "h2", "table", "thead", "tbody", "tr", "th", "td", "code"}


def test_a_summary_is_bounded_and_counts_the_rest() -> None:
    many = reports.to_markdown(replace(of(*[FAULT] * 1_500), mended=(("0", "old"),) * 60))
    assert many.count("| violation |") == MOST_ROWS
    assert "\n1,300 more\n" in many
    assert many.endswith("\n10 more\n")
    wide = reports.to_markdown(of(*[Finding("violation", "\U000e0041" * 400, Place("\U000e0041" * 400))] * 300))
    assert len(wide.encode()) < MOST_BYTES + 1_000
    assert f"\n{300 - wide.count('| violation |')} more\n" in wide


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
    report = graph(reports.to_turtle(REPORT))
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
    assert conforms(graph(reports.to_turtle(of())))


def test_a_report_with_only_a_reading_fault_does_not_say_that_all_conforms() -> None:
    text = reports.to_turtle(of(FAULT))
    assert not conforms(graph(text))
    assert "# posts/a.md:5:7: violation: '2023-02-30' is no date\n" in text


def test_skipped_files_do_not_keep_a_report_from_conforming() -> None:
    assert conforms(graph(reports.to_turtle(of(ALL[-1]))))


@pytest.mark.parametrize("text", HOSTILE[:-1], ids=ascii)
def test_no_text_breaks_out_of_the_turtle(text: str) -> None:
    forged = f'{text}\n" ] . <urn:x:forged> <urn:x:p> "'
    result = Result("violation", forged, Place(forged), "<https://x.example/a>", None, None, "", f"{SH}NodeConstraintComponent")
    found = graph(reports.to_turtle(of(Finding("violation", forged, Place(forged)), result)))
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
