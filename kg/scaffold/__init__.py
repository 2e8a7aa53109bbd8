"""The files with which a project begins: a commented `kg.toml`, an article, `.gitignore`, and a workflow for CI."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from kg.errors import Place, ResourceError, UsageError

_TEMPLATES = Path(__file__).parent
_ARTICLES = "articles"
_EXAMPLE = f"{_ARTICLES}/example.md"
CONFIGURATION = "kg.toml"
# Each file of a project, and the template that it is written from
FILES: Mapping[str, str] = {
    CONFIGURATION: "kg.toml",
    _EXAMPLE: "example.md",
    ".gitignore": "gitignore",
    ".github/workflows/kg.yml": "workflow.yml",
}


class Outcome(NamedTuple):
    """What became of a file: why it was left as it was, or nothing where it was written."""

    path: Path
    left: str = ""


def write(folder: Path, settings: Mapping[str, str | None], force: bool = False) -> Iterator[Outcome]:
    """Write the files of a project into a folder, with these settings in its `kg.toml`, and yield what became of each.

    A file that is there is left as it is, unless `force`; so is a folder of articles that has some. Raises `ResourceError` where
    the disk refuses, and `UsageError` where a link leads out of the folder.
    """
    given = {key: value for key, value in settings.items() if value is not None}
    for name, template in FILES.items():
        path = folder / name
        text = (_TEMPLATES / template).read_text("utf-8")
        try:
            if name == _EXAMPLE and _has_articles(path.parent):
                yield Outcome(path, f"{path.parent}{os.sep} has articles already")
            elif _save(folder, path, configured(text, given) if name == CONFIGURATION else text, force):
                yield Outcome(path)
            else:
                yield Outcome(path, _there_already(given if name == CONFIGURATION else {}))
        except OSError as error:
            raise ResourceError(f"cannot write here: {error.strerror}", Place(str(path))) from error


def configured(template: str, settings: Mapping[str, str]) -> str:
    """Return the text of a `kg.toml` in which these keys have these values, no longer behind "#"."""
    for key, value in settings.items():
        found = re.search(rf"^#{key} = .*$", template, re.MULTILINE)
        if not found:
            raise ValueError(f"the template has no key {key}")
        template = f"{template[: found.start()]}{key} = {_toml(value)}{template[found.end() :]}"
    return template


def _toml(text: str) -> str:
    """Return a text as TOML writes it: as JSON does, but that one more character has to be escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", r"\u007f")


def _there_already(settings: Mapping[str, str]) -> str:
    unused = f", so that {' and '.join(f'--{key}' for key in settings)} did nothing" if settings else ""
    return f"there already{unused}; --force overwrites it"


def _has_articles(folder: Path) -> bool:
    """Tell whether a folder holds something else than our example, which one would not want among one's own."""
    return folder.is_dir() and any(not entry.name.startswith(".") and entry.name != "example.md" for entry in folder.iterdir())


def _save(folder: Path, path: Path, text: str, force: bool) -> bool:
    """Write a file, whole or not at all, and tell whether it was: one that is there is overwritten only by `force`."""
    if not path.parent.resolve().is_relative_to(folder.resolve()):
        raise UsageError("a link leads out of the folder here", Place(str(path.parent)))
    path.parent.mkdir(parents=True, exist_ok=True)
    if os.path.lexists(path) and not force:
        return False
    beside = path.with_name(f".{path.name}.new")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        beside.replace(path)  # where a link stood, a file stands now: what it led to is none of ours
    finally:
        beside.unlink(missing_ok=True)
    return True
