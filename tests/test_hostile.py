"""Bad inputs are refused clearly or taken safely; bad questions cost themselves. (The cases are not part of the project.)"""

from __future__ import annotations

import os
import re
import shutil
import socket
import sys
import types
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from kg import pipeline, store
from kg.errors import QueryError
from kg.spool import FILE
from tests import forked
from tests.conftest import SHARED
from tests.writing import article, names, tree, write

CASES_FILE = SHARED / "hostile_cases.py"
ADDRESS = "http://127.0.0.1:9/"


def load(address: str = ADDRESS) -> Any:
    """Return the module with the cases, in which remote references lead to an address of ours."""
    module = types.ModuleType(f"hostile_cases_{abs(hash(address))}")
    module.__file__ = str(CASES_FILE)
    sys.modules[module.__name__] = module
    exec(compile(CASES_FILE.read_text("utf-8").replace(f'"{ADDRESS}"', f'"{address}"'), CASES_FILE, "exec"), module.__dict__)
    return module


pytestmark = pytest.mark.skipif(not CASES_FILE.is_file(), reason="no hostile cases beside the project (KG_SHARED)")
CASES: list[str] = [str(case) for case in load().CASES] if CASES_FILE.is_file() else ["none"]
QUERIES: list[str] = [row[0] for row in load().QUERIES] if CASES_FILE.is_file() else ["none"]


@dataclass(frozen=True)
class Outcome:
    """What became of a case."""

    case: Any
    folder: Path
    code: int
    stdout: bytes
    stderr: str
    before: Mapping[str, bytes]
    after: Mapping[str, bytes]


@pytest.fixture(scope="module")
def canary() -> Iterator[socket.socket]:
    """A server that nobody may call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server


@pytest.fixture(scope="module")
def module(canary: socket.socket) -> Any:
    """The cases, with references to the canary."""
    return load(f"http://127.0.0.1:{canary.getsockname()[1]}/")


@pytest.fixture(scope="module")
def outcomes(module: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Outcome]:
    """Every case, built over a good dump of its own, some at a time."""
    home = tmp_path_factory.mktemp("hostile")
    pipeline.publish([write(home / "good", {"before.md": article("Before", id="before")})], home / "dump")

    def outcome(case: Any) -> Outcome:
        folder, output = home / str(case) / "in", home / str(case) / "out"
        case.write(folder)
        shutil.copytree(home / "dump", output)
        before = tree(output)
        words = case.arguments(folder)
        # By our own shapes both engines judge alike, which has its own tests; what others take too long for, needs no more
        checking = ["--timeout", "2"] if "--shapes" in words else ["--engine", "fast"]
        done = forked.kg("build", *words, "-o", output, *checking, cwd=home, timeout=case.seconds)
        stderr = done.stderr.decode("utf-8", "backslashreplace")
        return Outcome(case, folder, done.returncode, done.stdout, stderr, before, tree(output))

    with ThreadPoolExecutor(os.cpu_count()) as pool:
        return {str(found.case): found for found in pool.map(outcome, module.CASES)}


def line_of(case: Any) -> int:
    """Return the line of the fault: of the byte that is no UTF-8, else as the case says."""
    body = case.files.get(case.file, b"")
    if isinstance(body, bytes):
        try:
            body.decode()
        except UnicodeDecodeError as error:
            return body.count(b"\n", 0, error.start) + 1
    return int(case.line)


@pytest.mark.parametrize("name", CASES)
def test_a_hostile_input_is_refused_clearly_or_taken_safely(name: str, outcomes: dict[str, Outcome]) -> None:
    found = outcomes[name]
    case = found.case
    assert "Traceback" not in found.stderr
    assert 0 <= found.code < 128
    beside = found.folder.parent / "out.cache"  # what makes the next build quick, and nothing else, may lie beside the dump
    assert [name for name in names(found.folder.parent) if name != beside.name] == ["in", "out"]
    assert not beside.exists() or names(beside) == [FILE]
    written = b"".join(found.after.values()) + found.stdout + found.stderr.encode()
    for text in case.never:
        assert text.encode() not in written
    if case.expect == "reject":
        assert found.code > 0
    if case.expect == "accept":
        assert found.code == 0, found.stderr
    if found.code:
        assert found.after == found.before, "the old dump stays as it was"
    if case.expect == "reject":
        place = rf"{re.escape(str(found.folder / case.file))}" + (rf":{line_of(case)}\b" if case.line else "")
        assert re.search(place, found.stderr), found.stderr


def test_both_articles_with_one_id_are_named(outcomes: dict[str, Outcome]) -> None:
    found = outcomes["same-id-twice"]
    assert str(found.folder / "a.md") in found.stderr
    assert str(found.folder / "b.md") in found.stderr


@pytest.mark.usefixtures("outcomes")
def test_no_case_makes_a_connection(canary: socket.socket) -> None:
    canary.settimeout(0.2)
    with pytest.raises(TimeoutError):
        canary.accept()


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dump to ask."""
    home = tmp_path_factory.mktemp("asked")
    pipeline.publish([write(home / "posts", {"a.md": article()})], home / "dump")
    return home / "dump"


@pytest.mark.parametrize("name", QUERIES)
def test_a_hostile_query_is_refused_or_answered_within_its_deadline(name: str, module: Any, dump: Path) -> None:
    query = next(text for known, text, _ in module.QUERIES if known == name)
    text = query.decode("utf-8", "surrogateescape") if isinstance(query, bytes) else query
    try:
        assert store.query(dump, text, timeout=2).body
    except QueryError as refusal:
        assert len(str(refusal)) < 400  # noqa: PT017
