"""The commands on vocabularies: what they hold, what is wrong with them, what a phrase names, and a candidate more."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kg.errors import Finding, KgError, Place, ReadError
from kg.output import write

if TYPE_CHECKING:
    from kg.candidates import Candidate
    from kg.vocabulary import Source, Vocabulary

F = TypeVar("F", bound=Callable[..., Any])

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_KINDS = ("state", "bloc", "organization", "person", "treaty", "initiative", "theme", "region")
REPORTS = ("text", "github", "sarif", "junit", "json", "turtle", "markdown")


def sources(context: click.Context, option: click.Parameter, given: tuple[str, ...]) -> tuple[Source, ...]:
    """Return the vocabularies that "FILE" or "FILE=KIND" name; click tells of a file that is not there."""
    if not given:
        return ()
    from kg.config import vocabulary_source

    found = tuple(map(vocabulary_source, given))
    for source in found:
        _FILE.convert(str(source.path), option, context)
    return found


_base = click.option("--base", help="IRI prefix of everything published.  [default: https://data.example.org/]")
_format = click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", show_default=True, help="Form of the rows."
)
_vocabulary = click.option(
    "--vocabulary",
    "own",
    multiple=True,
    metavar="FILE[=KIND]",
    callback=sources,
    help="SKOS file to look into as well; may be repeated.",
)


@click.group()
def vocabulary() -> None:
    """Look into vocabularies: the shipped one and your own SKOS files.

    \b
    kg vocabulary lookup INF
    kg vocabulary check pacts.ttl=treaty
    """


@vocabulary.command("list")
@_vocabulary
@click.option("--type", "kind", type=click.Choice(_KINDS), help="List these only.")
@_base
@_format
def list_entities(own: tuple[Source, ...], kind: str | None, base: str | None, form: str) -> None:
    """List the entities: IRI, label, type, and Wikidata id where the vocabulary has one.

    \b
    kg vocabulary list --type treaty
    kg vocabulary list --vocabulary pacts.ttl=treaty --format json
    """
    from kg import lookup

    _print_rows(list(lookup.entities(_load(own, base), kind)), form)


@vocabulary.command()
@click.argument("files", nargs=-1, metavar="[FILE[=KIND]]...", callback=sources)
@_base
@click.option("--report", type=click.Choice(REPORTS), default="text", show_default=True, help="Form of the report.")
@click.option("--strict", is_flag=True, help="Let warnings count as violations.")
def check(files: tuple[Source, ...], base: str | None, report: str, strict: bool) -> None:
    """Say what is wrong with vocabulary files, and on which line; without a FILE, with the shipped ones.

    \b
    kg vocabulary check pacts.ttl=treaty
    kg vocabulary check --strict --report github

    KIND (treaty, state, …) is what plain concepts of the file are; otherwise they are themes.
    """
    from kg import config, inspection, reports
    from kg.validation import ValidationReport

    found = inspection.inspect_all(files, config.load().override(base=base).base)
    findings = reports.collapsed(found.findings, kinds=(Finding,))
    write(reports.REPORTS[report](ValidationReport(tuple(findings), tuple(str(file.path) for file in files))))
    severities = [finding.severity for finding in findings]
    if report == "text":
        counts = [(severities.count(name), name) for name in ("violation", "warning", "info")]
        held = _counts([(found.concepts, "concept"), (found.labels, "label")])
        click.echo(_counts(counts) if findings else f"{held}, no faults", err=True)
    if "violation" in severities or (strict and "warning" in severities):
        raise SystemExit(1)


def _counts(counts: list[tuple[int, str]]) -> str:
    return ", ".join(f"{count:,} {name}{'s' * (count != 1)}" for count, name in counts)


@vocabulary.command()
@click.argument("text")
@click.option("--language", help="Language (BCP 47) of the text in which it stands.  [default: each]")
@_vocabulary
@_base
@_format
def lookup(text: str, language: str | None, own: tuple[Source, ...], base: str | None, form: str) -> None:
    """Show what the phrase TEXT names, and as what: a name, an acronym, a demonym or a metonym, alone or only with evidence.

    \b
    kg vocabulary lookup INF
    kg vocabulary lookup Géorgie --language fr
    """
    from kg import config, terms
    from kg import lookup as lookups
    from kg.reports import printable

    tag = config.Config().override(language=language).language
    words = _load(own, base)
    found = lookups.find(words, text, tag and tag.partition("-")[0])
    if found or form == "json":
        _print_rows(found, form)
    if not found:
        near = ", ".join(f"{label} ({terms.shorten(iri)})" for label, iri in lookups.near(words, text))
        where = f" in {tag}" if tag else ""
        raise KgError(printable(f"nothing is named {text[:80]!r}{where}" + (f"; near it: {near}" if near else "")))


@vocabulary.command()
@click.argument("report", metavar="CANDIDATES", type=_FILE)
@click.argument("names", nargs=-1, required=True, metavar="NAME...")
@click.option("--into", required=True, type=click.Path(dir_okay=False, path_type=Path), help="Turtle file to write them to.")
@click.option("--as", "kind", type=click.Choice(_KINDS), help="What they are.  [default: what each is a candidate for]")
@_base
def accept(report: Path, names: tuple[str, ...], into: Path, kind: str | None, base: str | None) -> None:
    """Write candidates of a build (CANDIDATES: its report.json) to a vocabulary of yours, by NAME, and print their IRIs.

    \b
    kg vocabulary accept dump/report.json "Harbour Watch" --into own.ttl --as organization
    kg build examples -o dump --vocabulary own.ttl
    """
    from kg import candidates, config, terms

    accepted = candidates.accept(_candidates(report), names, kind, into, config.load().override(base=base).base)
    write("".join(f"{terms.value(iri)}\n" for iri in accepted))


def _candidates(path: Path) -> list[Candidate]:
    """Return the candidates in a build's report, or in a list of them. Raises `ReadError` for what is neither."""
    try:
        found = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise ReadError(f"not JSON: {error}", Place(str(path), getattr(error, "lineno", 0), getattr(error, "colno", 0))) from error
    rows = found.get("candidates") if isinstance(found, dict) else found
    if not isinstance(rows, list):
        raise ReadError("no candidates here: build with --model to have them in report.json", Place(str(path)))
    return [_candidate(row, number, Place(str(path))) for number, row in enumerate(rows, 1)]


def _candidate(row: Any, number: int, place: Place) -> Candidate:
    from kg import candidates

    try:
        found = candidates.from_row(row)
    except (AttributeError, KeyError, TypeError) as error:
        raise ReadError(f"candidate {number} is not as a build writes it: {error!r}", place) from error
    if not isinstance(found.name, str) or not isinstance(found.language, str) or found.kind not in _KINDS:
        raise ReadError(f"candidate {number} has no name, or no kind of {', '.join(_KINDS)}", place)
    return found


def _load(own: tuple[Source, ...], base: str | None) -> Vocabulary:
    """Return the shipped vocabulary with the files named here, else in `kg.toml`."""
    from kg import config
    from kg import vocabulary as vocabularies

    chosen = config.load().override(base=base, vocabulary=own or None)
    return vocabularies.load(chosen.base, chosen.vocabulary)


def _print_rows(found: list[Any], form: str) -> None:
    from kg import lookup, reports

    write(lookup.to_text(found) if form == "text" else reports.json_text([lookup.to_row(one) for one in found], indent=1))
