"""`kg.toml`: what a project says once instead of on every command line."""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from kg import terms
from kg.errors import Place, ResourceError, TermError, UsageError

FILE = "kg.toml"
# What `[require]` can turn off, with the shape that asks for it
REQUIREMENTS: Mapping[str, str] = {
    "author": "article-author-required",
    "headline": "article-headline-required",
    "publisher": "article-publisher-required",
    "published": "article-published-required",
}


@dataclass(frozen=True, slots=True)
class Config:
    """What a build needs to know beside its sources; the command line overrides the file.

    `publisher` and `language` are those of articles that do not say theirs; `waived` are requirements turned off.
    """

    base: str = terms.DEFAULT_BASE
    publisher: str | None = None
    language: str | None = None
    vocabulary: tuple[Path, ...] = ()
    shapes: tuple[Path, ...] = ()
    formats: tuple[str, ...] = ("turtle", "jsonld", "nquads")
    include_text: bool = False
    waived: frozenset[str] = field(default_factory=frozenset)

    def override(self, **given: Any) -> Config:
        """Return the configuration with what is not None and not empty in place of its own; checked."""
        return _checked(replace(self, **{name: value for name, value in given.items() if value not in (None, ())}), None)


def load(folder: Path | None = None) -> Config:
    """Return the configuration of `kg.toml` in the folder (default: where we are); the default one where there is none.

    Raises `UsageError` with the place of a fault: bad TOML, an unknown key (with the nearest right one), a wrong type.
    """
    path = (folder or Path()) / FILE
    if not path.exists():
        return Config()
    try:
        text = path.read_bytes().decode()
        found = tomllib.loads(text)
    except OSError as error:
        raise ResourceError(f"cannot be read: {error.strerror}", Place(str(path))) from error
    except UnicodeDecodeError as error:
        raise UsageError("not UTF-8", Place(str(path))) from error
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"not TOML: {error}", Place(str(path))) from error
    return _checked(_read(found, _Source(path, text)), path)


@dataclass(frozen=True, slots=True)
class _Source:
    path: Path
    text: str

    def place(self, key: str) -> Place:
        """Return the line on which a key stands."""
        lines = self.text.splitlines()
        line = next((n for n, row in enumerate(lines, 1) if row.lstrip(" [\"'").startswith(key)), 0)
        return Place(str(self.path), line)


_NAMES = {item.name for item in fields(Config)} - {"waived"} | {"require"}


def _read(found: Mapping[str, Any], source: _Source) -> Config:
    values: dict[str, Any] = {}
    for key, value in found.items():
        if key not in _NAMES:
            raise UsageError(_unknown("key", key, _NAMES), source.place(key))
        if key == "require":
            values["waived"] = _waived(value, source)
        elif key in ("vocabulary", "shapes"):
            values[key] = tuple(source.path.parent / name for name in _texts(key, value, source))
        elif key == "formats":
            values[key] = _texts(key, value, source)
        elif key == "include_text":
            values[key] = _typed(key, value, bool, "true or false", source)
        else:
            values[key] = _typed(key, value, str, "a text", source)
    return Config(**values)


def _typed(key: str, value: Any, kind: type, words: str, source: _Source) -> Any:
    if not isinstance(value, kind):
        raise UsageError(f"{key} is {words}", source.place(key))
    return value


def _texts(key: str, value: Any, source: _Source) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise UsageError(f"{key} is a list of texts", source.place(key))
    return tuple(value)


def _waived(table: Any, source: _Source) -> frozenset[str]:
    if not isinstance(table, dict):
        raise UsageError("require is a table: [require]", source.place("require"))
    for name, value in table.items():
        if name not in REQUIREMENTS:
            raise UsageError(_unknown("requirement", name, REQUIREMENTS), source.place(name))
        _typed(name, value, bool, "true or false", source)
    return frozenset(name for name, value in table.items() if not value)


def _unknown(what: str, name: str, known: Any) -> str:
    near = difflib.get_close_matches(name, sorted(known), 1)
    return f"unknown {what} {name!r}" + (f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(sorted(known))}")


def _checked(config: Config, path: Path | None) -> Config:
    """Return the configuration with its base ending in "/"; `UsageError` for a bad base, language or format."""
    from kg.exporters import FORMATS

    place = Place(str(path)) if path else None
    try:
        base = terms.base_iri(config.base)
        language = terms.language_tag(config.language) if config.language else None
    except TermError as error:
        raise UsageError(error.reason, place) from error
    for name in config.formats:
        if name not in FORMATS:
            raise UsageError(_unknown("format", name, FORMATS), place)
    return replace(config, base=base, language=language)
