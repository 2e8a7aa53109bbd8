"""Where the files that belong to `kg` stand: the same from a wheel, an editable install and a clone."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def folder(name: str) -> Path:
    """Return the folder `ontology` or `shapes`: inside an installed package, else beside it in the project."""
    packed = _PACKAGE / "data" / name
    return packed if packed.is_dir() else _PACKAGE.parent / name


def files(name: str) -> tuple[Path, ...]:
    """Return the Turtle files of that folder, in order of name."""
    return tuple(sorted(folder(name).glob("*.ttl")))
