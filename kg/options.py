"""What the commands take: sources and files, and the options that several of them share."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from kg.vocabulary_cli import sources

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
    from kg import authors

    return None if path is None else authors.load(path)


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
    """Add the options that say how articles are checked."""
    shapes = click.option("--shapes", multiple=True, type=FILE, help="SHACL file to check with as well; may be repeated.")
    engine = click.option("--engine", type=click.Choice(_ENGINES), default="auto", show_default=True, help="SHACL engine.")
    return shapes(engine(command))
