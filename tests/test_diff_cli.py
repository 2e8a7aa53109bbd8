"""`kg diff` as a command: what it prints where, and what it ends with."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from kg import terms
from tests import forked
from tests.dumps import BASE, said, write_dump
from tests.writing import tree

A, B = f"{BASE}article/a", f"{BASE}article/b"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the dumps `old` and `new`, a folder that is none, and a dump that was changed."""
    folder = tmp_path_factory.mktemp("home")
    title = '"Of \\u001B[31mBread"'
    days = [(terms.DATE_PUBLISHED, terms.date_literal(day)) for day in ("2019-01-21", "2019-01-22")]
    write_dump(folder / "old", {A: said(A, (terms.HEADLINE, title), days[0])})
    write_dump(folder / "new", {A: said(A, (terms.HEADLINE, title), days[1]), B: said(B, (terms.HEADLINE, '"B\u202e"'))})
    changed = write_dump(folder / "changed", {A: said(A, days[1])}) / "articles.nq"
    changed.write_bytes(changed.read_bytes().replace(b"01-22", b"01-23"))
    (folder / "none").mkdir()
    return folder


TEXT = f"""\
~ Of \\u001b[31mBread
  {A}
  from a.md
    ~ date published: 2019-01-21 → 2019-01-22

+ B\\u202e
  {B}
  from b.md
    0 mentions; 1 statement

articles: 1 added, 1 changed, 0 unchanged; their statements: +2 -1
"""


def test_the_text_is_printed_without_anything_that_a_terminal_would_obey(home: Path) -> None:
    done = forked.kg("diff", "old", "new", cwd=home)
    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, TEXT, b"")


def test_exit_code_tells_whether_the_dumps_differ(home: Path) -> None:
    assert forked.kg("diff", "old", "new", "--exit-code", cwd=home).returncode == 1
    done = forked.kg("diff", "old", "old", "--exit-code", cwd=home)
    assert (done.returncode, done.stdout) == (0, b"no difference in 1 article\n")


@pytest.mark.parametrize("old", ["none", "changed", "missing", "old/articles.nq"])
def test_what_is_no_dump_ends_with_2_and_the_reason_even_where_1_tells_of_differences(home: Path, old: str) -> None:
    done = forked.kg("diff", old, "new", "--exit-code", cwd=home)
    assert (done.returncode, done.stdout) == (2, b"")
    assert any(reason in done.stderr for reason in (b"no dump here", b"was changed after the dump was built", b"does not exist"))


def test_summary_and_format_do_not_go_together(home: Path) -> None:
    assert forked.kg("diff", "old", "new", "--summary", "--format", "json", cwd=home).returncode == 2


@pytest.mark.parametrize(
    ("options", "begin"),
    [((), "~ Of"), (("--format", "json"), "{"), (("--format", "patch"), "H id <uuid:"), (("--summary",), "# Changes in")],
)
def test_a_file_holds_what_would_be_printed(home: Path, tmp_path: Path, options: tuple[str, ...], begin: str) -> None:
    printed = forked.kg("diff", "old", "new", *options, cwd=home).stdout
    assert printed.decode().startswith(begin)
    done = forked.kg("diff", "old", "new", *options, "-o", tmp_path / "out", cwd=home)
    assert (done.stdout, done.stderr, done.returncode) == (b"", b"", 0)
    assert tree(tmp_path) == {"out": printed}


def test_a_refusal_leaves_the_file_as_it_was(home: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("before")
    assert forked.kg("diff", "old", "changed", "-o", tmp_path / "out", cwd=home).returncode == 2
    assert tree(tmp_path) == {"out": b"before"}


def test_json_is_one_object(home: Path) -> None:
    found = json.loads(forked.kg("diff", "old", "new", "--format", "json", cwd=home).stdout)
    assert found["differ"] is True
    assert [article["iri"] for article in found["added"]] == [B]


# --- on a terminal -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def _terminal(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("PAGER", "cat")
    monkeypatch.setenv("TERM", "xterm")


def on_terminal(*arguments: str) -> str:
    """Return what `kg` prints on a terminal of its own."""
    if sys.platform == "win32":
        pytest.skip("no such terminals there")
    ours, its = os.openpty()
    with subprocess.Popen([sys.executable, "-m", "kg", *arguments], stdin=its, stdout=its, stderr=its):
        os.close(its)
        printed = b""
        with suppress(OSError):  # what Linux says when the other end is closed
            while piece := os.read(ours, 1 << 16):
                printed += piece
    os.close(ours)
    return printed.decode().replace("\r\n", "\n")


@pytest.mark.usefixtures("_terminal")
def test_a_terminal_gets_colours_through_its_pager_unless_its_user_wants_none(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "\x1b[33m~\x1b[0m \x1b[1mOf \\u001b[31mBread\x1b[0m\n" in on_terminal("diff", "old", "new")
    monkeypatch.setenv("NO_COLOR", "1")
    assert on_terminal("diff", "old", "new") == TEXT


@pytest.mark.usefixtures("_terminal")
def test_a_patch_on_a_terminal_has_escapes_that_mean_the_same() -> None:
    patch = on_terminal("diff", "old", "new", "--format", "patch")
    assert '"B\\u202e"' in patch
    assert "\x1b" not in patch
