"""What tests of whole commands share: articles to write, folders to compare, `kg` as a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

SAFETY = 120  # seconds after which a process that hangs is ended; no test measures time


def article(title: str | None = "Flights over Europe", body: str = "France signed the INF Treaty.", **front: str | None) -> str:
    """Return an article in Markdown that every shape accepts; `front` adds to its front matter, None takes away."""
    rows = {"title": title, "author": "Marie Novak", "publisher": "Example Press", "date": "2024-05-06", "lang": "en", **front}
    return "---\n" + "".join(f"{name}: {value}\n" for name, value in rows.items() if value is not None) + f"---\n\n{body}\n"


def write(folder: Path, files: Mapping[str, str | bytes]) -> Path:
    """Write files below a folder and return it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    """Return the bytes of every file below a folder."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def names(folder: Path) -> list[str]:
    """Return the names in a folder, hidden ones too."""
    return sorted(path.name for path in folder.iterdir())


def command(*arguments: str | Path) -> list[str]:
    """Return the command line of `kg` as a process."""
    return [sys.executable, "-m", "kg", *map(str, arguments)]


def kg(*arguments: str | Path, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run `kg` as a process of its own, and make sure that it ends without traceback or signal."""
    done = run(command(*arguments), cwd, environment)
    assert "Traceback" not in done.stderr
    assert 0 <= done.returncode < 128
    return done


def run(
    command: list[str], cwd: Path | None = None, environment: Mapping[str, str] = {}, **given: Any
) -> subprocess.CompletedProcess[str]:
    """Run a process and return what it printed."""
    here = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    return subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **here, **environment},
        capture_output=True,
        encoding="utf-8",
        errors="backslashreplace",
        timeout=SAFETY,
        check=False,
        **given,
    )
