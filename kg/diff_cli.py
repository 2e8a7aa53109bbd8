"""`kg diff`: the command."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kg.errors import UsageError
from kg.options import EXISTING
from kg.output import write

if TYPE_CHECKING:
    from kg.differences import Difference

_FORMATS = ("text", "json", "patch")


@click.command()
@click.argument("old", type=EXISTING)
@click.argument("new", type=EXISTING)
@click.option("--format", "form", type=click.Choice(_FORMATS), help="Words, JSON with everything, or RDF Patch.  [default: text]")
@click.option("--summary", is_flag=True, help="Write a release note in Markdown instead.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write instead of standard output.")
@click.option("--exit-code", is_flag=True, help="End with 1 where the dumps say different things.")
def diff(old: Path, new: Path, form: str | None, summary: bool, output: Path | None, exit_code: bool) -> None:
    """Show what changed from the dump OLD to the dump NEW: articles, statements, reference data.

    \b
    kg diff dump newer
    kg diff dump newer --format patch -o changes.rdfp
    kg diff dump newer --summary -o RELEASE.md

    Ends with 2 for a folder that is no dump, or one that was changed after it was built.
    """
    from kg import differences

    if summary and form:
        raise UsageError("--summary or --format, not both")
    found = differences.diff(old, new)
    is_shown = output is None and sys.stdout.isatty()
    if form == "json":
        write(differences.to_json(found), output)
    elif form == "patch":
        write(map(_for_terminal, differences.to_patch(found)) if is_shown else differences.to_patch(found), output)
    elif summary:
        write(differences.to_notes(found), output)
    elif is_shown:
        _page(found)
    else:
        write(differences.to_text(found), output)
    if exit_code and found:
        raise SystemExit(1)


def _for_terminal(row: str) -> str:
    """Return a row with what a terminal would obey as escapes, which mean the same in N-Quads."""
    from kg.reports import printable

    return printable(row.rstrip("\n")) + "\n"


def _page(found: Difference) -> None:
    """Show the text in the user's pager, which ends by itself where all fits on the screen; in colour, if the user likes that."""
    from kg import differences

    os.environ.setdefault("LESS", "FRX")
    colour = not os.environ.get("NO_COLOR")
    click.echo_via_pager(_without_end(differences.to_text(found, colour)), color=colour)


def _without_end(pieces: Iterable[str]) -> Iterator[str]:
    """Yield a text without its last line end, which what shows it adds."""
    before = ""
    for piece in pieces:
        yield before
        before = piece
    yield before.removesuffix("\n")
