"""The README tells the truth: every command in it runs, and prints what it shows."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests import forked
from tests.conftest import ROOT

README = (ROOT / "README.md").read_text("utf-8")
CONSOLE = re.findall(r"```console\n(.*?)```", README, re.DOTALL)
PYTHON = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
SHELL = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)


def commands(block: str) -> list[tuple[str, str]]:
    """Return each command of a console block with the output that it shows."""
    found = re.split(r"^\$ ", block, flags=re.MULTILINE)
    assert not found[0].strip(), "a console block begins with a command"
    return [(command, output) for command, _, output in (piece.partition("\n") for piece in found[1:])]


def pattern(shown: str) -> str:
    """Return what a shown output stands for: `…` is whatever stands there, on one line or, alone, on several."""
    lines = [".*" if line == "…" else re.escape(line).replace("…", "[^\n]*") for line in shown.rstrip("\n").split("\n")]
    return "\n".join(lines)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the examples, as a user has it after cloning."""
    folder = tmp_path_factory.mktemp("home")
    for name in ("examples", "examples-faulty"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


def test_every_command_of_the_readme_prints_what_it_shows(home: Path) -> None:
    assert sum(len(commands(block)) for block in CONSOLE) >= 10
    for block in CONSOLE:
        for command, shown in commands(block):
            program, *arguments = shlex.split(command)
            assert program == "kg"
            output = forked.kg(*arguments, cwd=home, is_merged=True).stdout.decode()
            printed = "\n".join(line.rstrip() for line in output.rstrip("\n").split("\n"))
            assert re.fullmatch(pattern(shown), printed, re.DOTALL if "\n…\n" in f"\n{shown}" else 0), f"$ {command}\n{printed}"


def test_the_python_of_the_readme_runs(home: Path) -> None:
    assert PYTHON
    for block in PYTHON:
        subprocess.run([sys.executable, "-c", block], cwd=home, check=True, capture_output=True, text=True)


def test_continuous_integration_runs_the_two_commands_that_the_readme_gives() -> None:
    script = (ROOT / ".ci" / "run").read_text("utf-8")
    lines = [line for block in SHELL for line in block.splitlines() if line.strip()]
    assert len(lines) == 2
    for line in lines:
        assert line in script


def test_every_command_and_option_of_the_readme_exists() -> None:
    words = subprocess.run([sys.executable, "-m", "kg", "--help"], check=True, capture_output=True, text=True).stdout
    listed = set(re.findall(r"^  (\w+)  ", words, re.MULTILINE))
    assert listed == set(re.findall(r"^\| `kg (\w+)", README, re.MULTILINE))
