"""Each folder of `cases/` is an article, what is read and found in it, and the graph that it becomes.

A new case is a folder with an input of any format that holds one article. `python tests/test_cases.py NAME ...` writes the
two expectations beside it (without a name: of every case); read them before they are kept, for a wrong one is worse than none.
"""

from __future__ import annotations

import difflib
import json
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from kg import linkers, mapping, pipeline, readers
from kg.article import Record, to_json
from kg.config import Config
from kg.pipeline import Tools

CASES = Path(__file__).parent / "cases"
NAMES = sorted(path.name for path in CASES.iterdir() if path.is_dir())


@pytest.fixture(scope="module")
def tools() -> Tools:
    return pipeline.load_tools(Config())


def record(name: str) -> Record:
    """Return the source of a case; it is named without its folder, so that expectations do not depend on where we are."""
    (path,) = (CASES / name).glob("input.*")
    (found,) = readers.records(readers.split(path))
    return replace(found, source=found.source.replace(str(path), path.name))


def as_quads(name: str, tools: Tools) -> str:
    return pipeline.convert(record(name), tools).pieces["nquads"].decode()


def as_rows(name: str, tools: Tools) -> str:
    """Return what `kg read` and `kg link` print of a case, and what its reader has to tell."""
    article = linkers.link(pipeline.read(record(name), tools.config), tools.vocabulary)
    rows = {
        "read": to_json(article),
        "link": mapping.mentions_row(article, tools.vocabulary),
        "notes": [str(note) for note in article.notes],
    }
    return json.dumps(rows, ensure_ascii=False, indent=1) + "\n"


def difference(expected: Path, found: str) -> str:
    """Return what was expected and not found (-) and what was found and not expected (+)."""
    lines = expected.read_text(encoding="utf-8").splitlines()
    return "\n".join(difflib.unified_diff(lines, found.splitlines(), "expected", "found", n=0, lineterm=""))


@pytest.mark.parametrize("name", NAMES)
def test_a_case_becomes_its_graph(name: str, tools: Tools) -> None:
    assert difference(CASES / name / "expected.nq", as_quads(name, tools)) == ""


@pytest.mark.parametrize("name", NAMES)
def test_a_case_is_read_and_linked_as_expected(name: str, tools: Tools) -> None:
    assert difference(CASES / name / "expected.json", as_rows(name, tools)) == ""


def test_every_folder_of_cases_has_one_input_and_both_expectations() -> None:
    for name in NAMES:
        files = sorted(path.name for path in (CASES / name).iterdir())
        assert files[:2] == ["expected.json", "expected.nq"], name
        assert [file.partition(".")[0] for file in files[2:]] == ["input"], name


def write(names: list[str]) -> None:
    """Write the expectations of these cases, or of all."""
    tools = pipeline.load_tools(Config())
    for name in names or NAMES:
        (CASES / name / "expected.nq").write_text(as_quads(name, tools), encoding="utf-8", newline="\n")
        (CASES / name / "expected.json").write_text(as_rows(name, tools), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    write(sys.argv[1:])
