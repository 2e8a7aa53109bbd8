"""morph-kgc for the mapping alone: tables of articles become N-Triples by `morph_kgc.rml.ttl`, in an environment of its own.

What it needs conflicts with what `kg` needs, so it is installed into a folder that its user names (from the package index).
"""

from __future__ import annotations

import csv
import subprocess
import sys
import venv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

MAPPING = Path(__file__).with_name("morph_kgc.rml.ttl")
OUTPUT = "graph.nt"
_CONFIG = """[CONFIGURATION]
output_file: {output}
number_of_processes: 1
logging_level: ERROR

[tables]
mappings: {mapping}
"""


class MissingError(Exception):
    """It cannot be installed, or does not run."""


class Tables(NamedTuple):
    """Rows of CSV files, as dictionaries."""

    articles: Sequence[Mapping[str, str]]
    authors: Sequence[Mapping[str, str]]
    citations: Sequence[Mapping[str, str]]
    mentions: Sequence[Mapping[str, str]]


def install(folder: Path) -> Path:
    """Make an environment in a folder, and return its Python. Raises `MissingError`."""
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    try:
        venv.create(folder, with_pip=True)
        command = [python, "-m", "pip", "install", "--quiet", "--only-binary", ":all:", "morph-kgc"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8")
    except subprocess.CalledProcessError as error:
        lines = [line for line in (error.stderr or "").splitlines() if "error" in line.lower()]
        raise MissingError(f"cannot be installed: {lines[-1] if lines else error}") from error
    except OSError as error:
        raise MissingError(f"cannot be installed: {error}") from error
    return python


def command(python: Path, folder: Path, tables: Tables) -> list[str | Path]:
    """Write tables, mapping and configuration into a folder, and return the command that makes `graph.nt` of them there."""
    folder.mkdir()
    mapping = MAPPING.read_text(encoding="utf-8")
    for name, rows in tables._asdict().items():
        _write(folder / f"{name}.csv", rows)
        mapping = mapping.replace(f'"{name}.csv"', f'"{(folder / name).as_posix()}.csv"')
    (folder / "mapping.ttl").write_text(mapping, encoding="utf-8")
    config = folder / "config.ini"
    config.write_text(_CONFIG.format(output=folder / OUTPUT, mapping=folder / "mapping.ttl"), encoding="utf-8")
    return [python, "-m", "morph_kgc", config]


def version(python: Path) -> str:
    """Return the version that is installed. Raises `MissingError`."""
    code = "from importlib.metadata import version; print(version('morph-kgc'))"
    try:
        return subprocess.run([python, "-c", code], check=True, capture_output=True, encoding="utf-8").stdout.strip()
    except (OSError, subprocess.CalledProcessError) as error:
        raise MissingError(f"does not run: {error}") from error


def _write(path: Path, rows: Iterable[Mapping[str, str]]) -> None:
    rows = list(rows)
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]) if rows else ["article"])
        writer.writeheader()
        writer.writerows(rows)
