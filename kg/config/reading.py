"""`kg.toml` becomes a configuration: a row in `READERS` for each key, each value checked where it stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import terms
from kg.config.document import Document, Value, unknown
from kg.config.settings import REQUIREMENTS, Config, checked
from kg.errors import RefusedError, TermError, UsageError
from kg.preferences import DEFAULT, Choice, Preferences
from kg.terms import Term

if TYPE_CHECKING:
    from kg.article import Author
    from kg.vocabulary import Source

FILE = "kg.toml"


def load(folder: Path | None = None) -> Config:
    """Return the configuration of `kg.toml` in the folder (default: where we are); the default one where there is none.

    Paths in it are relative to it. Raises `UsageError` with the place of a fault: bad TOML, an unknown key (with the nearest right
    one), a value of the wrong type or without sense, a file that is not there.
    """
    path = (folder or Path()) / FILE
    if not path.exists():
        return Config()
    document = Document.read(path)
    values = {}
    for item in document.items():
        if item.name not in READERS:
            raise item.fault(unknown("key", item.name, READERS))
        field, read = READERS[item.name]
        values[field] = read(item)
    return checked(Config(**values), lambda *keys: document.place(keys))


def _authors(value: Value) -> Mapping[str, Author]:
    from kg import authors  # brings the readers along, which most runs on RDF have no need of

    return authors.load(value.existing(value.text()))


def _vocabularies(value: Value) -> tuple[Source, ...]:
    return tuple(_vocabulary(text, value) for text in value.texts())


def _vocabulary(text: str, value: Value) -> Source:
    from kg.vocabulary import Source

    if value.path(text).is_file():
        return Source(value.path(text))
    try:
        path, kind = vocabulary_source(text)
    except UsageError as error:
        raise value.fault(error.reason) from error
    return Source(value.file(str(path)), kind)


def vocabulary_source(text: str) -> Source:
    """Return the vocabulary that "FILE" or "FILE=KIND" names. Raises `UsageError` for a kind that there is not."""
    from kg.vocabulary import TYPES, Source

    name, equals, kind = text.rpartition("=")
    if not equals or Path(text).exists():
        return Source(Path(text))
    if kind not in TYPES:
        raise UsageError(unknown("kind of vocabulary", kind, TYPES))
    return Source(Path(name), kind)


def _shapes(value: Value) -> tuple[Path, ...]:
    return tuple(value.file(text) for text in value.texts())


def _sources(value: Value) -> tuple[str, ...]:
    return tuple(_source(text, value) for text in value.texts())


def _source(text: str, value: Value) -> str:
    """Return what articles are read from: an address, or the path of a file or folder."""
    from kg.fetch import addresses

    if text == "-":
        raise value.fault("sources are files, folders and addresses; standard input (-) is for the command line")
    if not addresses.is_address(text):
        return str(value.existing(text))
    try:
        addresses.checked(text)
    except RefusedError as error:
        raise value.fault(f"{addresses.shown(text)}: {error.reason}") from error
    return text


def _output(value: Value) -> Path:
    path = value.path(value.text())
    if path.exists() and not path.is_dir():
        raise value.fault(f"output is the folder for the dump, and this is a file: {path}")
    return path


def _waived(value: Value) -> frozenset[str]:
    value.table("a table: [require]")
    return frozenset(name for name, item in value.known(REQUIREMENTS, "requirement").items() if not item.flag())


# --- links -----------------------------------------------------------------------------------------------------------------
_CHOICE = ("never", "always")


def _links(value: Value) -> Preferences:
    """Return what `[links]` says: how sure links must be, what is never and what is always linked, for all sources or some."""
    table = value.known(("min_confidence", "sources", *_CHOICE))
    confidence = _confidence(table["min_confidence"]) if "min_confidence" in table else DEFAULT.confidence
    tables = table["sources"].table("a table from patterns of paths to tables") if "sources" in table else {}
    return Preferences(
        confidence, _choice(table), tuple((pattern, _choice(item.known(_CHOICE))) for pattern, item in tables.items())
    )


def _confidence(value: Value) -> float:
    number = value.value
    if isinstance(number, bool) or not isinstance(number, int | float) or not 0 <= number <= 1:
        raise value.fault("min_confidence is a number from 0 to 1")
    return float(number)


def _choice(table: Mapping[str, Value]) -> Choice:
    never = table["never"].texts() if "never" in table else ()
    always = table["always"].table("a table from phrases to entities") if "always" in table else {}
    return Choice(
        frozenset(_entity(text, table["never"]) if _is_address(text) else text for text in never),
        tuple((_phrase(item), _entity(item.value, item)) for item in always.values()),
    )


def _phrase(value: Value) -> str:
    if not value.name.strip():
        raise value.fault("always links a phrase without words")
    return value.name


def _is_address(text: str) -> bool:
    return "://" in text or text.startswith("urn:") or text.partition(":")[0] in terms.ENTITY_PREFIXES


def _entity(text: Any, value: Value) -> Term:
    """Return the entity of an address, in full or as "treaty:inf-treaty"."""
    if not isinstance(text, str) or not _is_address(text):
        raise value.fault(f"an entity is an address or a name such as treaty:inf-treaty, not {text!r}")
    prefix, _, name = text.partition(":")
    try:
        return terms.iri(terms.ENTITY_PREFIXES[prefix] + name if prefix in terms.ENTITY_PREFIXES else text)
    except TermError as error:
        raise value.fault(error.reason) from error


# --- the keys --------------------------------------------------------------------------------------------------------------
# Each key of the file, with the field of `Config` that it fills
READERS: Mapping[str, tuple[str, Callable[[Value], Any]]] = {
    "base": ("base", Value.text),
    "publisher": ("publisher", Value.text),
    "language": ("language", Value.text),
    "authors": ("authors", _authors),
    "vocabulary": ("vocabulary", _vocabularies),
    "shapes": ("shapes", _shapes),
    "only_shapes": ("only_shapes", Value.flag),
    "formats": ("formats", Value.texts),
    "shard_size": ("shard_size", Value.whole),
    "include_text": ("include_text", Value.flag),
    "include_personal_email": ("include_personal_email", Value.flag),
    "title": ("title", Value.text),
    "license": ("license", Value.text),
    "sources": ("sources", _sources),
    "output": ("output", _output),
    "model": ("model", Value.text),
    "links": ("links", _links),
    "require": ("waived", _waived),
}
