"""What articles depend on beside their sources, as one text: where it differs, nothing that an earlier build made is of use."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Mapping, Set
from dataclasses import fields, is_dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from kg import resources
from kg.config import Config
from kg.validation import Engine
from kg.version import VERSION

# The packages that read, link or check an article
_PACKAGES = "ahocorasick_rs lxml pypdfium2 pyromark pyshacl PyYAML rdflib resiliparse shacl webencodings".split()
_FOLDERS = ("ontology", "shapes")
# What concerns the dump as a whole, or names only
_OF_THE_DUMP = frozenset({"model", "allow_private"})


def setup(config: Config, engine: Engine, timeout: float) -> str:
    """Return what tells builds whose articles become the same from all others, in hex."""
    own = Path(__file__).parent.parent
    code = [(str(file.relative_to(own)), *file.stat()[6:9:2]) for file in sorted(own.rglob("*.py"))]
    data = [_plain(file) for folder in _FOLDERS for file in sorted(resources.folder(folder).iterdir())]
    given = {item.name: getattr(config, item.name) for item in fields(config) if item.name not in _OF_THE_DUMP}
    packages = [(name, _version(name)) for name in _PACKAGES]
    told = (VERSION, sys.version, code, data, packages, engine, timeout, _plain(given))
    return hashlib.sha256(repr(told).encode(errors="surrogateescape")).hexdigest()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def _plain(value: Any) -> Any:
    """Return a value as one that is written alike in every run; files by what they hold."""
    if isinstance(value, Path):
        return str(value), hashlib.sha256(value.read_bytes()).hexdigest() if value.is_file() else ""
    if isinstance(value, Mapping):
        return sorted((key, _plain(item)) for key, item in value.items())
    if isinstance(value, Set):
        return sorted(map(_plain, value))
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    if is_dataclass(value):
        return [_plain(getattr(value, item.name)) for item in fields(value)]
    return value
