"""`kg validate`: the command and the forms of its reports."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.errors import ResourceError, UsageError
from kg.options import FILE, SOURCE, checking, common, configured, sources_of, wanted_reports
from kg.output import exit_if_faulty, write
from kg.vocabulary_cli import REPORTS

if TYPE_CHECKING:
    from kg.validation import ValidationReport


@click.command()
@click.argument("targets", nargs=-1, type=SOURCE)
@common
@checking
@click.option(
    "--report",
    "wanted",
    multiple=True,
    callback=wanted_reports,
    metavar="KIND[=FILE]",
    default=("text",),
    show_default=True,
    help=f"Form of the report, of: {' '.join(REPORTS)}; may be repeated, with the file that each goes to.",
)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File for the report that has none.")
@click.option("--details", is_flag=True, help="Show shape, constraint, focus node, path, value and id in text.")
@click.option("--strict", is_flag=True, help="Let warnings count as violations.")
@click.option("--baseline", type=FILE, help="File of known results: only others count.")
@click.option("--update-baseline", type=click.Path(dir_okay=False, path_type=Path), help="File to record today's results in.")
@click.option("--expect", "expectations", multiple=True, type=FILE, help="SPARQL query that dumps have to meet; may be repeated.")
@click.option("--jobs", type=click.IntRange(min=1), help="Graphs to check at a time.  [default: one a processor]")
def validate(
    targets: tuple[Path | str, ...],
    wanted: list[tuple[str, Path | None]],
    output: Path | None,
    details: bool,
    strict: bool,
    baseline: Path | None,
    update_baseline: Path | None,
    **given: Any,
) -> None:
    """Check TARGETS with SHACL: articles, folders of them, RDF files, dumps, - for standard input. Nothing is built.

    Without TARGETS the sources of kg.toml are checked.

    \b
    kg validate examples
    kg validate dump --report sarif=kg.sarif --report github
    kg validate data.ttl --shapes our-shapes.ttl --only-shapes
    """
    from kg import baseline as baselines
    from kg import reports
    from kg.targets import validate as check

    files = _report_files(wanted, output)
    how = {name: given.pop(name) for name in ("engine", "jobs", "timeout", "expectations")}
    known = baselines.read(baseline) if baseline else None
    config = configured(**given)
    report = check(sources_of(targets, config), config, **how)
    if update_baseline:
        baselines.write(update_baseline, report)
    if known:
        report = baselines.apply(report, known)
    for kind, file in files:
        write(_report(report, kind, _has_colours(file), details, strict), file)
    click.echo(reports.totals(report), err=True)
    counting = ("violation", "warning") if strict else ("violation",)
    # What was recorded is known from now on; what the disk or the network did cannot be
    exit_if_faulty((f for f in report if not update_baseline or f.exit_code == ResourceError.exit_code), counting)


def _report(report: ValidationReport, kind: str, colour: bool, details: bool, strict: bool) -> str:
    """Return the report in a form; those that colours, details or warnings that count mean something to are told."""
    from kg import reports

    if kind == "text":
        return reports.to_text(report, colour, details)
    return reports.to_junit(report, strict) if kind == "junit" else reports.REPORTS[kind](report)


def _report_files(wanted: list[tuple[str, Path | None]], output: Path | None) -> list[tuple[str, Path | None]]:
    """Return each report with its file; `UsageError` where two would go to the same place."""
    files = [(kind, file or output) for kind, file in wanted]
    places = [str(file) for _, file in files]
    if len(set(places)) < len(places):
        raise UsageError("two reports for one place: name a file for each (--report sarif=FILE)")
    return files


def _has_colours(file: Path | None) -> bool:
    """Tell whether a text goes to a terminal whose user likes colours (https://no-color.org)."""
    return file is None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
