"""What is known to be wrong is not told again, what is mended is, and what is new stands out."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import baseline, terms
from kg.errors import Finding, Place, ResourceError, Severity, UsageError
from kg.terms import Statement
from kg.validation import SH, Result, Shapes, ValidationReport, identity
from tests.writing import names, write

X = "https://x.example/"
MIN_COUNT = f"{SH}MinCountConstraintComponent"


def missing(name: str, source: str = "a.ttl", line: int = 3, severity: Severity = "violation", shape: str = "author") -> Result:
    """Return the result of a node that has no author."""
    focus, path, wanted = f"<{X}{name}>", f"<{X}author>", f"<{X}{shape}>"
    return Result(severity, "An author is missing.", Place(source, line, 1), focus, path, None, wanted, MIN_COUNT, source=wanted)


def fault(reason: str = "no date", source: str = "b.md", severity: Severity = "violation", exit_code: int = 1) -> Finding:
    return Finding(severity, reason, Place(source, 2), exit_code=exit_code)


def report(*findings: Finding, checked: tuple[str, ...] = ("a.ttl", "b.md")) -> ValidationReport:
    return ValidationReport(findings, checked)


def recorded(folder: Path, *findings: Finding) -> baseline.Baseline:
    """Return the baseline of these findings, by way of its file."""
    path = folder / "baseline.json"
    baseline.write(path, report(*findings))
    return baseline.read(path)


# --- what is known ---------------------------------------------------------------------------------------------------------
def test_what_was_recorded_is_known_whatever_its_line_and_what_is_new_is_told(tmp_path: Path) -> None:
    known = recorded(tmp_path, missing("one"), fault(), fault("no title", severity="warning"))
    today = report(missing("one", line=90), missing("two"), fault("no title", severity="warning"), fault())
    assert baseline.apply(today, known) == replace(today, findings=(missing("two"),), known=3)


def test_what_is_no_longer_found_is_mended(tmp_path: Path) -> None:
    known = recorded(tmp_path, missing("one"), missing("two"), fault())
    applied = baseline.apply(report(missing("two")), known)
    assert applied.mended == (
        (identity(missing("one")), "An author is missing. (a.ttl, https://x.example/one)"),
        (identity(fault()), "no date (b.md)"),
    )
    assert (applied.findings, applied.known) == ((), 1)


def test_a_baseline_of_nothing_changes_nothing(tmp_path: Path) -> None:
    today = report(missing("one"), fault())
    assert baseline.apply(today, recorded(tmp_path)) == today


def test_a_second_copy_of_a_known_fault_is_new(tmp_path: Path) -> None:
    known = recorded(tmp_path, missing("one"), missing("one", "b.ttl"))
    three = report(*(missing("one", source) for source in ("c.ttl", "b.ttl", "a.ttl")))
    assert baseline.apply(three, known).findings == (missing("one", "c.ttl"),)
    one = replace(report(missing("one", "b.ttl")), checked=("a.ttl", "b.ttl"))
    assert (baseline.apply(one, known).known, len(baseline.apply(one, known).mended)) == (1, 1)


def test_a_result_is_known_when_its_file_has_moved(tmp_path: Path) -> None:
    known = recorded(tmp_path, missing("one", "old/a.ttl"))
    moved = report(missing("one", "new/b.ttl"), checked=("new/b.ttl",))
    assert baseline.apply(moved, known) == replace(moved, findings=(), known=1)


def test_a_warning_that_has_become_a_violation_is_new_and_the_other_way_round_is_known(tmp_path: Path) -> None:
    grave, mild = missing("one"), missing("one", severity="warning")
    assert baseline.apply(report(grave), recorded(tmp_path, mild)).findings == (grave,)
    assert baseline.apply(report(mild), recorded(tmp_path, grave)).findings == ()


@pytest.mark.parametrize("finding", [missing("one", severity="info"), fault("gone", exit_code=3)])
def test_neither_information_nor_a_fault_of_the_environment_is_ever_known(finding: Finding, tmp_path: Path) -> None:
    known = recorded(tmp_path, finding, fault("gone"))
    assert [entry.id for entry in known.entries] == [identity(fault("gone"))]
    assert baseline.apply(report(finding), known).findings == (finding,)


# --- what is mended --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("source", "checked", "is_mended"),
    [
        ("a.ttl", ("a.ttl",), True),
        ("a.ttl", ("./a.ttl",), True),
        ("a.ttl", (str(Path("a.ttl").absolute()),), True),
        ("posts/x/a.md", ("posts",), True),
        ("feed.xml#3", ("feed.xml",), True),
        ("feed.xml#3", ("feed.xml#3",), True),
        ("a#b/feed.xml", ("a#b",), True),
        ("https://x.example/a", ("https://x.example/a",), True),
        ("-", ("-",), True),
        ("a.ttl", (), False),
        ("a.ttl", ("b.ttl", "a.ttl.bak", "a"), False),
        ("posts/a.md", ("posts/b.md", "post"), False),
        ("feed.xml#3", ("feed.xml#2",), False),
        ("https://x.example/a", (".", "/", "https://x.example/b"), False),
    ],
)
def test_only_what_was_checked_can_be_mended(source: str, checked: tuple[str, ...], is_mended: bool, tmp_path: Path) -> None:
    known = recorded(tmp_path, missing("one", source))
    assert bool(baseline.apply(report(checked=checked), known).mended) is is_mended


def test_nothing_is_mended_in_what_could_not_be_read(tmp_path: Path) -> None:
    known = recorded(tmp_path, missing("one", "feed.xml#3"), missing("two", "a.ttl"))
    for unread in (fault("not XML", "feed.xml"), fault("timed out", "feed.xml", exit_code=3)):
        today = report(unread, checked=("feed.xml", "a.ttl"))
        assert baseline.apply(today, known).mended == (
            (identity(missing("two")), "An author is missing. (a.ttl, https://x.example/two)"),
        )


def test_nothing_is_mended_by_leaving_out_its_shape(tmp_path: Path) -> None:
    known = recorded(tmp_path, missing("one", shape="author"), missing("two", shape="editor"), fault())
    shapes = Shapes((Statement(f"<{X}editor>", terms.TYPE, f"<{SH}NodeShape>", ""),), ())
    mended = baseline.apply(replace(report(), shapes=shapes), known).mended
    assert [name for name, _ in mended] == [identity(missing("two", shape="editor")), identity(fault())]


# --- the file --------------------------------------------------------------------------------------------------------------
def test_a_baseline_is_json_with_an_entry_a_line_in_order(tmp_path: Path) -> None:
    path = tmp_path / "baseline.json"
    baseline.write(path, report(fault("no date\u202e: “é”\n"), missing("two", "b.ttl"), missing("one", "b.ttl"), missing("three")))
    one, two, three, other = (
        identity(f) for f in (missing("one"), missing("two"), missing("three"), fault("no date\u202e: “é”\n"))
    )
    result = '"shape": "https://x.example/author", "focus": "https://x.example/{}", "reason": "An author is missing."'
    end = '"severity": "violation", "id": "{}"'
    assert path.read_text("utf-8").splitlines() == [
        '{"version": 1, "findings": [',
        f'{{"source": "a.ttl", {result.format("three")}, {end.format(three)}}},',
        f'{{"source": "b.md", "reason": "no date\\u202e: “é”\\n", {end.format(other)}}},',
        f'{{"source": "b.ttl", {result.format("one")}, {end.format(one)}}},',
        f'{{"source": "b.ttl", {result.format("two")}, {end.format(two)}}}',
        "]}",
    ]
    assert len(json.loads(path.read_bytes())["findings"]) == 4
    assert names(tmp_path) == ["baseline.json"]


def test_an_empty_baseline_is_json_too(tmp_path: Path) -> None:
    assert recorded(tmp_path) == baseline.Baseline()
    assert (tmp_path / "baseline.json").read_text() == '{"version": 1, "findings": [\n]}\n'


def test_the_order_and_the_lines_of_findings_do_not_matter(tmp_path: Path) -> None:
    findings = [missing("one"), missing("two", "b.ttl"), fault(), fault()]
    recorded(tmp_path, *findings)
    before = (tmp_path / "baseline.json").read_bytes()
    recorded(tmp_path, *(replace(finding, place=Place(finding.place.source, 77)) for finding in reversed(findings)))
    assert (tmp_path / "baseline.json").read_bytes() == before


def test_a_baseline_keeps_what_was_not_checked_or_not_read_and_is_still_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(write(tmp_path, dict.fromkeys(("a.ttl", "b.ttl", "c.ttl", "d.xml"), "")))
    kept = [missing("one", "b.ttl"), missing("two", "https://x.example/feed"), missing("three", "d.xml#2")]
    recorded(Path(), *kept, missing("four"), missing("five"), missing("six", "gone.ttl"), missing("seven", "old/name.ttl"))
    unread, moved = fault("not XML", "d.xml"), missing("seven", "c.ttl")
    baseline.write(Path("baseline.json"), report(unread, moved, missing("five"), checked=("a.ttl", "c.ttl", "d.xml")))
    expected = sorted(map(identity, [*kept, missing("five"), moved, unread]))
    assert sorted(entry.id for entry in baseline.read(Path("baseline.json")).entries) == expected


def test_a_file_that_is_no_baseline_is_not_overwritten(tmp_path: Path) -> None:
    write(tmp_path, {"article.md": "# One\n", "empty.json": "", "baseline.json": '{"version": 1, "findings": [\n<<<<<<< ours\n]}'})
    with pytest.raises(UsageError, match=r"article\.md:1:1: not overwritten, because it is no baseline that can be read: not JSON"):
        baseline.write(tmp_path / "article.md", report())
    with pytest.raises(UsageError, match=r"baseline\.json:2:1: not overwritten"):
        baseline.write(tmp_path / "baseline.json", report())
    assert (tmp_path / "article.md").read_text() == "# One\n"
    baseline.write(tmp_path / "empty.json", report())
    assert baseline.read(tmp_path / "empty.json") == baseline.Baseline()


def test_a_baseline_that_cannot_be_written_leaves_the_old_one(tmp_path: Path) -> None:
    with pytest.raises(ResourceError, match="cannot write here"):
        baseline.write(tmp_path / "nowhere" / "baseline.json", report())
    assert names(tmp_path) == []


ENTRY = '{"source": "a", "reason": "b", "severity": "violation", "id": "0"}'


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", ":1:1: not JSON: Expecting value"),
        ('{"version": 1, "findings": [\n', ":2:1: not JSON"),
        (f'{{"version": 1, "findings": [\n<<<<<<< ours\n{ENTRY}\n=======\n', ":2:1: not JSON"),
        (b'{"version": 1,\n"findings": ["\xff"]}', ":2: not UTF-8"),
        ("[" * 100_000, ": not JSON that can be read"),
        ('{"version": ' + "1" * 10_000 + "}", ": not JSON that can be read"),
        ("[]", ": no baseline: it is a JSON object"),
        ('{"findings": []}', ": no baseline: it is a JSON object"),
        ('{"version": 2, "entries": {}}', ": a baseline of version 2; this program reads version 1"),
        ('{"version": 1}', ": no baseline: beside its version"),
        ('{"version": 1, "findings": {}}', ": no baseline: beside its version"),
        ('{"version": 1, "findings": [], "ignore": ["*"]}', ": no baseline: beside its version"),
        (f'{{"version": 1, "findings": [{ENTRY}, "x"]}}', ": entry 2 is no object of texts"),
        (f'{{"version": 1, "findings": [{ENTRY}, {{"id": 7}}]}}', ": entry 2 is no object of texts"),
        (f'{{"version": 1, "findings": [{ENTRY.replace("id", "ID")}]}}', ": entry 1 has not what an entry has: source, shape"),
        (f'{{"version": 1, "findings": [{ENTRY.replace("violation", "info")}]}}', ": entry 1 has not what an entry has"),
    ],
    ids=lambda value: value[:24] if isinstance(value, str) else None,
)
def test_what_is_no_baseline_is_refused_with_its_line(body: str | bytes, said: str, tmp_path: Path) -> None:
    path = write(tmp_path, {"known.json": body}) / "known.json"
    with pytest.raises(UsageError) as caught:
        baseline.read(path)
    assert str(caught.value).startswith(f"{path}{said}")


def test_a_baseline_that_is_not_there_is_wrong_usage_and_one_that_cannot_be_read_is_not(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such baseline; --update-baseline makes one"):
        baseline.read(tmp_path / "known.json")
    with pytest.raises(ResourceError, match="cannot be read"):
        baseline.read(tmp_path)


def test_a_baseline_may_have_been_saved_by_an_editor(tmp_path: Path) -> None:
    known = recorded(tmp_path, missing("one"), fault())
    text = json.dumps(json.loads((tmp_path / "baseline.json").read_bytes()), indent=4).replace("\n", "\r\n")
    write(tmp_path, {"baseline.json": b"\xef\xbb\xbf" + text.encode()})
    assert baseline.read(tmp_path / "baseline.json") == known


@given(st.lists(st.tuples(st.text(), st.text(), st.sampled_from(["violation", "warning"]))))
def test_whatever_was_recorded_is_known_and_nothing_else(rows: list[tuple[str, str, Severity]]) -> None:
    findings = [fault(reason, source, severity) for reason, source, severity in rows]
    entries = baseline.Baseline(tuple(baseline._entry(finding) for finding in findings))
    assert baseline.apply(report(*findings), entries) == replace(report(), known=len(findings))
    assert baseline.apply(report(*findings, missing("one")), entries).findings == (missing("one"),)


def test_texts_that_are_no_characters_survive(tmp_path: Path) -> None:
    odd = [fault("\x00\x7f\u2028\U000e0001", "\udcff#\U0010ffff"), fault("\\u202e", '"')]
    known = recorded(tmp_path, *odd)
    assert sorted((entry.source, entry.reason) for entry in known.entries) == sorted((f.place.source, f.reason) for f in odd)
    assert baseline.apply(report(*odd), known).known == 2


def test_a_large_baseline_takes_time_in_proportion(tmp_path: Path) -> None:
    """With equal ids too: in quadratic time this would take for ever."""
    known = recorded(tmp_path, *[fault()] * 30_000, *(missing(str(number)) for number in range(3_000)))
    assert baseline.apply(report(*[fault()] * 30_001), known).findings == (fault(),)
