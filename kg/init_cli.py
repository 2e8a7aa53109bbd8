"""`kg init`: the files with which a project begins."""

from __future__ import annotations

import shlex
from pathlib import Path

import click

_SETTINGS = ("base", "publisher", "language", "title")


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), default=Path())
@click.option("--base", help="IRI prefix of everything published.  [default: https://data.example.org/]")
@click.option("--publisher", help="Publisher of articles that do not name theirs.")
@click.option("--language", help="Language (BCP 47) of articles that do not say theirs.")
@click.option("--title", help="Title of the dump.")
@click.option("--force", is_flag=True, help="Overwrite files of these names that are there already.")
def init(folder: Path, force: bool, **given: str | None) -> None:
    """Begin a project in FOLDER, by default here: kg.toml with every setting explained, an article, .gitignore, a CI workflow.

    \b
    kg init
    kg init press --base https://data.example.com/ --publisher "Example Press"

    A file that is there already is left as it is. Afterwards, in FOLDER, `kg validate` and `kg build` need no arguments.
    """
    from kg import scaffold
    from kg.config import Config
    from kg.reports import printable

    config = Config().override(**given)
    settings = {key: getattr(config, key) for key in _SETTINGS if given[key] is not None}
    for path, left in scaffold.write(folder, settings, force):
        _tell("left" if left else "written", printable(f"{path}: {left}" if left else str(path)))
    first = [] if folder.resolve() == Path.cwd() else [f"cd {shlex.quote(str(folder))}"]
    for number, command in enumerate([*first, "kg validate", "kg build"]):
        _tell("" if number else "next", printable(command))


def _tell(name: str, value: str) -> None:
    click.echo(f"{click.style(f'{name:>9}', bold=True)}  {value}")
