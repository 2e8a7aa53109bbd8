"""What the commands take: sources and files, and the options that several of them share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kg.errors import UsageError
from kg.vocabulary_cli import REPORTS, sources

if TYPE_CHECKING:
    from kg.config import Config

F = TypeVar("F", bound=Callable[..., Any])

_ENGINES = ("auto", "fast", "pyshacl")


class _Source(click.Path):
    """What articles are read from: a file, a folder, `-` for standard input, or an address, which stays a text."""

    name = "source"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        from kg.fetch.addresses import is_address

        return value if is_address(value) else super().convert(value, param, ctx)


SOURCE = _Source(exists=True, allow_dash=True, path_type=Path)
EXISTING = click.Path(exists=True, path_type=Path)
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


def _people(_: click.Context, __: click.Parameter, path: Path | None) -> Any:
    """Return the authors of a file by their ids."""
    if path is None:
        return None
    from kg import authors

    return authors.load(path)


AUTHORS = click.option(
    "--authors", type=EXISTING, metavar="FILE", callback=_people, help="File or folder that tells the names behind authors' ids."
)
PRIVATE = click.option(
    "--allow-private", is_flag=True, help="Get addresses of this machine and its network too, not only public ones."
)


def common(command: F) -> F:
    """Add the options that say how articles are read, linked and described."""
    options = (
        click.option("--base", help="IRI prefix of everything published.  [default: https://data.example.org/]"),
        click.option("--publisher", help="Publisher of articles that do not name theirs."),
        click.option("--language", help="Language (BCP 47) of articles that do not say theirs."),
        AUTHORS,
        PRIVATE,
        click.option(
            "--vocabulary",
            multiple=True,
            metavar="FILE[=KIND]",
            callback=sources,
            help="SKOS file to link with as well; may be repeated.",
        ),
        click.option("--min-confidence", type=click.FloatRange(0, 1), help="How sure a link must be, from 0 to 1.  [default: 0.9]"),
    )
    for option in reversed(options):
        command = option(command)
    return command


def checking(command: F) -> F:
    """Add the options that say how articles and graphs are checked."""
    options = (
        click.option("--shapes", multiple=True, type=FILE, help="SHACL file to check with as well; may be repeated."),
        click.option("--only-shapes/--all-shapes", default=None, help="Leave our own shapes out, or not.  [default: all]"),
        click.option("--engine", type=click.Choice(_ENGINES), default="auto", show_default=True, help="SHACL engine."),
        click.option(
            "--timeout",
            type=click.FloatRange(min=0, min_open=True),
            default=60.0,
            show_default=True,
            help="Seconds that your shapes may take for a graph.",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def publishing(command: F) -> F:
    """Add the options that say what a dump holds beyond the usual, and what it says of itself."""
    options = (
        click.option("--title", help="Title of the dump."),
        click.option("--license", help="Licence of the data: its address, or a short name such as CC-BY-4.0."),
        click.option(
            "--shard-size", type=click.IntRange(min=1), help="Articles that one file holds at most; articles.nq stays whole."
        ),
        click.option(
            "--include-text/--no-include-text", default=None, help="Publish the articles' bodies too, or not.  [default: not]"
        ),
        click.option(
            "--include-personal-email/--no-include-personal-email",
            default=None,
            help="Publish people's e-mail addresses too, or not.  [default: not]",
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def wanted_reports(_: click.Context, __: click.Parameter, given: tuple[str, ...]) -> list[tuple[str, Path | None]]:
    """Return each kind of report with its file, from `KIND` or `KIND=FILE`."""
    found = []
    for text in given:
        kind, equals, file = text.partition("=")
        if kind not in REPORTS or (equals and not file):
            raise click.BadParameter(f"{text!r} is not one of {', '.join(REPORTS)}, or such a word with =FILE.")
        found.append((kind, Path(file) if file else None))
    return found


def configured(**given: Any) -> Config:
    """Return the configuration of this folder, overridden by the options that were given."""
    from kg import config

    confidence = given.pop("min_confidence", None)
    found = config.load()
    if confidence is not None:
        given["links"] = replace(found.links, confidence=confidence)
    return found.override(**{name: value for name, value in given.items() if value != ()})


def sources_of(given: tuple[Path | str, ...], config: Config) -> tuple[Path | str, ...]:
    """Return what to read: what was given, else what the configuration names. Raises `UsageError` where that is nothing."""
    from kg.sources import paths

    found = given or tuple(paths(config.sources))
    if not found:
        raise UsageError(_missing("nothing to read", "name articles", "sources"))
    return found


def output_of(given: Path | None, config: Config) -> Path:
    """Return where the dump goes: what was given, else what the configuration names. Raises `UsageError` where that is nothing."""
    found = given or config.output
    if found is None:
        raise UsageError(_missing("no folder for the dump", "name one (-o DIR)", "output"))
    return found


def _missing(what: str, here: str, key: str) -> str:
    return f"{what}: {here}, or write {key} into kg.toml (kg init makes one)"
