"""What every article needs beside its record: configuration, vocabulary, what checks it."""

from __future__ import annotations

from dataclasses import dataclass

from kg import terms, validation, vocabulary
from kg.config import REQUIREMENTS, Config
from kg.errors import UsageError
from kg.validation import Engine, Shapes, Validator
from kg.vocabulary import Vocabulary


@dataclass(frozen=True)
class Tools:
    """What every article needs beside its record: configuration, vocabulary, what checks it."""

    config: Config
    vocabulary: Vocabulary
    validator: Validator


def load_tools(config: Config, engine: Engine = "auto", timeout: float = validation.TIMEOUT, has_opinions: bool = True) -> Tools:
    """Return the tools that a configuration names. Raises `KgError` for a vocabulary or shapes that cannot be used.

    `timeout` is how many seconds the user's shapes may take for an article; `has_opinions` is that of `Validator`.
    """
    return Tools(
        config, load_vocabulary(config), Validator(load_shapes(config), engine, timeout=timeout, has_opinions=has_opinions)
    )


def load_shapes(config: Config) -> Shapes:
    """Return the shapes that a configuration names. Raises `ShapeError` for such as cannot be applied."""
    return validation.load_shapes(config.shapes, (REQUIREMENTS[name] for name in config.waived), only=config.only_shapes)


def load_vocabulary(config: Config) -> Vocabulary:
    """Return the vocabulary that a configuration names. Raises `UsageError` for a link to what it does not know."""
    words = vocabulary.load(config.base, config.vocabulary)
    for choice in (config.links.choice, *(choice for _, choice in config.links.by_source)):
        for phrase, entity in choice.always:
            if entity not in words:
                raise UsageError(f"{phrase!r} is always to be linked to what no vocabulary has: {terms.value(entity)}")
    return words
