"""What articles depend on beside their sources, as one text: where it differs, nothing that an earlier build made is of use."""

from __future__ import annotations

import hashlib
import sys
import sysconfig
from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from kg import resources
from kg.config import Config
from kg.validation import Engine
from kg.version import VERSION

# What reads, links or checks an article, or the vocabulary and the shapes: whether it is here, and in which version
PACKAGES = (
    "ahocorasick_rs lxml owlrl pyoxigraph pyparsing pypdfium2 pyromark pyshacl PyYAML rdflib resiliparse shacl webencodings".split()
)
_FOLDERS = ("ontology", "shapes")
# What concerns the dump as a whole, or which sources there are; names of the model are looked for anew in each build
OF_THE_DUMP = frozenset({"allow_private", "license", "model", "output", "shard_size", "sources", "title"})


def setup(config: Config, engine: Engine, timeout: float) -> str:
    """Return what tells builds whose articles become the same from all others, in hex."""
    data = [(file.name, _digest(file)) for folder in _FOLDERS for file in sorted(resources.folder(folder).iterdir())]
    given = {item.name: getattr(config, item.name) for item in fields(config) if item.name not in OF_THE_DUMP}
    return hashlib.sha256(repr((_program(), data, engine, timeout, _plain(given))).encode()).hexdigest()


@cache
def _program() -> str:
    """Return what runs: this program, which stays as it is while it runs, the packages that it needs, and Python."""
    own = Path(__file__).parent.parent
    code = [(str(file.relative_to(own)), _digest(file)) for file in sorted(own.rglob("*.py"))]
    return repr((VERSION, sys.version, sysconfig.get_platform(), code, [(name, _version(name)) for name in PACKAGES]))


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _digest(file: Path) -> str:
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else ""
    except OSError:  # who needs the file says so
        return ""


def _plain(value: Any) -> Any:
    """Return a value as one that is written alike in every run; files by what they hold."""
    if isinstance(value, Path):
        return str(value), _digest(value)
    if isinstance(value, Mapping):
        return sorted((key, _plain(item)) for key, item in value.items())
    if isinstance(value, Set):
        return sorted(map(_plain, value))
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return [_plain(getattr(value, item.name)) for item in fields(value)]
    return value
