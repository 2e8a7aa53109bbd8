"""`kg.toml`: what a project says once instead of on every command line."""

from __future__ import annotations

import difflib
import re
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
        """Return the configuration with what is not None in place of its own; checked."""
        return _checked(replace(self, **{name: value for name, value in given.items() if value is not None}), None)


def load(folder: Path | None = None) -> Config:
    """Return the configuration of `kg.toml` in the folder (default: where we are); the default one where there is none.

    Raises `UsageError` with the place of a fault: bad TOML, an unknown key (with the nearest right one), a wrong type.
    """
    path = (folder or Path()) / FILE
    if not path.exists():
        return Config()
    try:
        body = path.read_bytes()
        text = body.decode("utf-8-sig")
        found = tomllib.loads(text)
    except OSError as error:
        raise ResourceError(f"cannot be read: {error.strerror}", Place(str(path))) from error
    except UnicodeDecodeError as error:
        raise UsageError("not UTF-8", Place(str(path), body.count(b"\n", 0, error.start) + 1)) from error
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise _not_toml(path, str(error)) from error
    source = _Source(path, text)
    return _checked(_read(found, source), source)


def _not_toml(path: Path, message: str) -> UsageError:
    found = re.search(r" \(at line (\d+), column (\d+)\)$", message)
    place = Place(str(path), int(found[1]), int(found[2])) if found else Place(str(path))
    return UsageError(f"not TOML: {message[: found.start()] if found else message}", place)


@dataclass(frozen=True, slots=True)
class _Source:
    path: Path
    text: str

    def place(self, key: str) -> Place:
        """Return the line on which a key stands."""
        named = re.compile(rf"""\s*\[?\s*["']?{re.escape(key)}["']?\s*[=\].]""")
        line = next((n for n, row in enumerate(self.text.split("\n"), 1) if named.match(row)), 0)
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
            values[key] = _files(key, value, source)
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


def _files(key: str, value: Any, source: _Source) -> tuple[Path, ...]:
    """Return the files that a list names, relative to where the configuration stands."""
    paths = tuple(source.path.parent / name for name in _texts(key, value, source))
    for path in paths:
        if not path.is_file():
            raise UsageError(f"{key} names a file that is not there: {path}", source.place(key))
    return paths


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


def _checked(config: Config, source: _Source | None) -> Config:
    """Return the configuration with its base ending in "/"; `UsageError` for a bad base, language or format."""
    from kg.exporters import FORMATS

    def place(key: str) -> Place | None:
        return source.place(key) if source else None

    key = "base"
    try:
        base = terms.base_iri(config.base)
        key = "language"
        language = terms.language_tag(config.language) if config.language else None
    except TermError as error:
        raise UsageError(error.reason, place(key)) from error
    for name in config.formats:
        if name not in FORMATS:
            raise UsageError(_unknown("format", name, FORMATS), place("formats"))
    if not config.formats:
        raise UsageError(f"name at least one format of {', '.join(FORMATS)}", place("formats"))
    publisher = (config.publisher or "").strip() or None
    return replace(config, base=base, language=language, publisher=publisher, formats=tuple(dict.fromkeys(config.formats)))
