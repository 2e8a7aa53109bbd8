"""`kg.toml`: what a project says once instead of on every command line."""

from __future__ import annotations

import difflib
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path
from typing import Any

from kg import terms, vocabulary
from kg.article import Author
from kg.errors import Place, ResourceError, TermError, UsageError
from kg.linkers.preferences import DEFAULT, Choice, Preferences
from kg.terms import Term

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

    `publisher` and `language` are those of articles that do not say theirs; `authors` are the people behind ids; `links` says
    which links are published; `only_shapes` leaves our shapes out; `model` is the spaCy pipeline that looks for further names;
    `allow_private` opens addresses of this machine and its network, on the command line only; `waived` are requirements turned
    off. Of the dump, `title` and `license` (an IRI, of the data, not of the articles) are what `dataset.ttl` says, `shard_size`
    is how many articles one file holds at most, `sources` and `output` are what `kg build` takes and writes by itself.
    `include_text` and `include_personal_email` publish what is left out by default.
    """

    base: str = terms.DEFAULT_BASE
    publisher: str | None = None
    language: str | None = None
    authors: Mapping[str, Author] | None = None
    vocabulary: tuple[vocabulary.Source, ...] = ()
    shapes: tuple[Path, ...] = ()
    only_shapes: bool = False
    formats: tuple[str, ...] = ("turtle", "jsonld", "nquads")
    shard_size: int | None = None
    include_text: bool = False
    include_personal_email: bool = False
    title: str | None = None
    license: str | None = None
    sources: tuple[str, ...] = ()
    output: Path | None = None
    links: Preferences = DEFAULT
    model: str | None = None
    allow_private: bool = False
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

    def place(self, *keys: str) -> Place:
        """Return the line on which the first of these keys stands that can be found: where it gets a value, else as a heading."""
        for key in keys:
            for pattern in (_KEY, _HEADING):
                named = re.compile(pattern.replace("KEY", re.escape(key)))
                line = next((n for n, row in enumerate(self.text.split("\n"), 1) if named.match(row)), 0)
                if line:
                    return Place(str(self.path), line)
        return Place(str(self.path))


_PARENTS = r"""(?:(?:[\w-]+|"[^"]*"|'[^']*')\s*\.\s*)*"""
_KEY = rf"""\s*{_PARENTS}["']?KEY["']?\s*="""
_HEADING = rf"""\s*\[{{1,2}}\s*{_PARENTS}["']?KEY["']?\s*[\].]"""
_NAMES = {item.name for item in fields(Config)} - {"waived", "allow_private"} | {"require"}


def _read(found: Mapping[str, Any], source: _Source) -> Config:
    values: dict[str, Any] = {}
    for key, value in found.items():
        if key not in _NAMES:
            raise UsageError(_unknown("key", key, _NAMES), source.place(key))
        if key == "require":
            values["waived"] = _waived(value, source)
        elif key == "links":
            values["links"] = _links(value, source)
        elif key == "vocabulary":
            values[key] = tuple(_source(text, source) for text in _texts(key, value, source))
        elif key == "shapes":
            values[key] = tuple(_file(key, text, source) for text in _texts(key, value, source))
        elif key == "authors":
            from kg import authors  # brings the readers along, which most runs on RDF have no need of

            values[key] = authors.load(_path(key, _typed(key, value, str, "a text", source), source))
        elif key == "formats":
            values[key] = _texts(key, value, source)
        elif key in ("include_text", "only_shapes"):
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


def _file(key: str, name: str, source: _Source) -> Path:
    """Return the file that a list names, relative to where the configuration stands."""
    path = source.path.parent / name
    if not path.is_file():
        raise UsageError(f"{key} names a file that is not there: {path}", source.place(key))
    return path


def _path(key: str, name: str, source: _Source) -> Path:
    """Return the file or folder that a key names, relative to where the configuration stands."""
    path = source.path.parent / name
    if not path.exists():
        raise UsageError(f"{key} names a file that is not there: {path}", source.place(key))
    return path


def _source(text: str, source: _Source) -> vocabulary.Source:
    if (source.path.parent / text).is_file():
        return vocabulary.Source(source.path.parent / text)
    try:
        path, kind = vocabulary_source(text)
    except UsageError as error:
        raise UsageError(error.reason, source.place("vocabulary")) from error
    return vocabulary.Source(_file("vocabulary", str(path), source), kind)


def vocabulary_source(text: str) -> vocabulary.Source:
    """Return the vocabulary that "FILE" or "FILE=KIND" names. Raises `UsageError` for a kind that there is not."""
    name, equals, kind = text.rpartition("=")
    if not equals or Path(text).exists():
        return vocabulary.Source(Path(text))
    if kind not in vocabulary.TYPES:
        raise UsageError(_unknown("kind of vocabulary", kind, vocabulary.TYPES))
    return vocabulary.Source(Path(name), kind)


def _links(table: Any, source: _Source) -> Preferences:
    """Return what `[links]` says: how sure links must be, what is never and what is always linked, for all sources or some."""
    known = {"min_confidence", "never", "always", "sources"}
    confidence, by_source = DEFAULT.confidence, []
    for key, value in _table("links", table, known, source).items():
        if key == "min_confidence":
            confidence = _confidence(value, source.place(key))
        elif key == "sources":
            tables = _typed(key, value, dict, "a table from patterns of paths to tables", source)
            by_source = [
                (pattern, _choice(_table(pattern, choice, {"never", "always"}, source), source))
                for pattern, choice in tables.items()
            ]
    return Preferences(confidence, _choice(table, source), tuple(by_source))


def _confidence(value: Any, place: Place | None) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1:
        raise UsageError("min_confidence is a number from 0 to 1", place)
    return float(value)


def _choice(table: Mapping[str, Any], source: _Source) -> Choice:
    never = _texts("never", table.get("never", []), source)
    always = _typed("always", table.get("always", {}), dict, "a table from phrases to entities", source)
    return Choice(
        frozenset(_entity(text, source.place("never")) if _is_address(text) else text for text in never),
        tuple((_phrase(phrase, source), _entity(text, source.place(phrase, "always"))) for phrase, text in always.items()),
    )


def _phrase(text: str, source: _Source) -> str:
    if not text.strip():
        raise UsageError("always links a phrase without words", source.place("always"))
    return text


def _is_address(text: str) -> bool:
    return "://" in text or text.startswith("urn:") or text.partition(":")[0] in terms.ENTITY_PREFIXES


def _entity(text: Any, place: Place | None) -> Term:
    """Return the entity of an address, in full or as "treaty:inf-treaty"."""
    if not isinstance(text, str) or not _is_address(text):
        raise UsageError(f"an entity is an address or a name such as treaty:inf-treaty, not {text!r}", place)
    prefix, _, name = text.partition(":")
    try:
        return terms.iri(terms.ENTITY_PREFIXES[prefix] + name if prefix in terms.ENTITY_PREFIXES else text)
    except TermError as error:
        raise UsageError(error.reason, place) from error


def _table(name: str, value: Any, known: set[str], source: _Source) -> Mapping[str, Any]:
    """Return a table all of whose keys are known."""
    table: Mapping[str, Any] = _typed(name, value, dict, "a table", source)
    for key in table:
        if key not in known:
            raise UsageError(_unknown("key", key, known), source.place(key))
    return table


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
    if config.only_shapes and not config.shapes:
        raise UsageError("only_shapes leaves our shapes out: name some of yours", place("only_shapes"))
    _confidence(config.links.confidence, place("min_confidence"))
    publisher = (config.publisher or "").strip() or None
    return replace(config, base=base, language=language, publisher=publisher, formats=tuple(dict.fromkeys(config.formats)))
