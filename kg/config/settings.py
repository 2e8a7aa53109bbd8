"""What a build needs to know beside its articles, and what of it makes sense."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg import terms
from kg.config.licenses import license_iri
from kg.errors import Place, TermError, UsageError
from kg.preferences import DEFAULT, Preferences

if TYPE_CHECKING:
    from kg import vocabulary
    from kg.article import Author

# What `[require]` can turn off, with the shape that asks for it
REQUIREMENTS: Mapping[str, str] = {
    "author": "article-author-required",
    "headline": "article-headline-required",
    "publisher": "article-publisher-required",
    "published": "article-published-required",
}


@dataclass(frozen=True, slots=True)
class Config:
    """What a build needs to know beside its articles; the command line overrides the file.

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
        return checked(replace(self, **{name: value for name, value in given.items() if value is not None}))


def checked(config: Config, place: Callable[..., Place | None] = lambda *keys: None) -> Config:
    """Return the configuration in the one spelling that its values have; `UsageError` for one that makes no sense.

    `place` tells where the value of a key stands.
    """

    def spelled(key: str, check: Callable[[str], str]) -> str:
        try:
            return check(getattr(config, key))
        except TermError as error:
            raise UsageError(error.reason, place(key)) from error

    _check_formats(config, place)
    if config.only_shapes and not config.shapes:
        raise UsageError("only_shapes leaves our shapes out: name some of yours", place("only_shapes"))
    if not 0 <= config.links.confidence <= 1:
        raise UsageError("min_confidence is a number from 0 to 1", place("links", "min_confidence"))
    if config.shard_size is not None and config.shard_size < 1:
        raise UsageError("shard_size is a number of articles, at least 1", place("shard_size"))
    if config.title is not None and not config.title.strip():
        raise UsageError("title is a text with words in it", place("title"))
    return replace(
        config,
        base=spelled("base", terms.base_iri),
        language=spelled("language", terms.language_tag) if config.language else None,
        publisher=spelled("publisher", _line) or None if config.publisher else None,
        title=spelled("title", _line) if config.title is not None else None,
        license=spelled("license", license_iri) if config.license is not None else None,
        formats=tuple(dict.fromkeys(config.formats)),
        model=(config.model or "").strip() or None,
    )


def _check_formats(config: Config, place: Callable[..., Place | None]) -> None:
    from kg import exporters

    if not config.formats:
        raise UsageError(f"name at least one format of {', '.join(exporters.NAMES)}", place("formats"))
    for name in config.formats:
        try:
            exporters.variants(name)
        except UsageError as error:
            raise UsageError(error.reason, place("formats")) from error


def _line(text: str) -> str:
    """Return a name as one line, without what no literal may hold."""
    terms.literal(text)
    return " ".join(text.split())
