"""The commands: each opens, calls, writes. What it calls is imported when it runs, so that `kg --help` is instant."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kg.diff_cli import diff
from kg.errors import Finding, KgError, Place, ResourceError, UsageError
from kg.init_cli import init
from kg.options import AUTHORS, EXISTING, PRIVATE, SOURCE, checking, common, configured, output_of, publishing, sources_of
from kg.output import exit_if_faulty, write, write_files
from kg.query_cli import query
from kg.serve_cli import serve
from kg.stopping import StoppedError, heeded
from kg.validate_cli import validate
from kg.version import VERSION
from kg.vocabulary_cli import vocabulary

if TYPE_CHECKING:
    from kg.config import Config
    from kg.pipeline import Summary

_FORMATS = ("turtle", "jsonld", "ndjsonld", "nquads", "trig", "ntriples", "rdfxml", "csv")


class _Commands(click.Group):
    """Turns a refusal into lines on standard error and the exit code of its kind."""

    def invoke(self, ctx: click.Context) -> Any:
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                stream.reconfigure(errors="backslashreplace")  # what a terminal cannot show is no reason to stop
        try:
            with heeded():
                return super().invoke(ctx)
        except StoppedError as stop:
            _drop_output()
            click.echo(f"kg: stopped{'; the dump is as it was' if ctx.invoked_subcommand == 'build' else ''}", err=True)
            ctx.exit(stop.exit_code)
        except KgError as refusal:
            from kg.reports import printable

            for fault in refusal.each():
                click.echo(f"kg: {printable(str(fault))}", err=True)
            ctx.exit(refusal.exit_code)
        except BrokenPipeError:
            _drop_output()  # whoever read it has seen enough
            ctx.exit(0)
        except OSError as error:
            _drop_output()
            click.echo(f"kg: {error.filename or 'cannot write the output'}: {error.strerror or error}", err=True)
            ctx.exit(ResourceError.exit_code)


def _drop_output() -> None:
    """Let what is still to be written go nowhere, so that Python does not complain about it at the end."""
    for stream in filter(None, (sys.stdout, sys.stderr)):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(VERSION, prog_name="kg")
def main() -> None:
    """Publish articles as linked data.

    Reads articles, finds the treaties, themes and actors that they talk about, describes it all as RDF, checks it with SHACL,
    and writes Turtle, JSON-LD and N-Quads.

    \b
    kg build examples -o dump
    kg query dump 'SELECT ?headline { ?a schema:headline ?headline }'
    """


main.add_command(diff)
main.add_command(init)
main.add_command(query)
main.add_command(serve)
main.add_command(validate)
main.add_command(vocabulary)


@main.command()
@click.argument("sources", nargs=-1, type=SOURCE)
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Folder for the dump.")
@common
@checking
@publishing
@click.option(
    "--format",
    "formats",
    help=f"Formats, with commas, of: {' '.join(_FORMATS)}; packed: turtle.gz, turtle.zst.  [default: turtle,jsonld,nquads]",
)
@click.option("--model", help="spaCy pipeline that looks for names which no vocabulary has; they go into report.json.")
@click.option("--keep-going", is_flag=True, help="Publish the good articles even if others are refused.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes that convert articles.  [default: as many as there are cores]")
@click.option("--fresh", is_flag=True, help="Convert every article, also those that have not changed since the last build.")
@click.option("--quiet", is_flag=True, help="Say nothing but faults.")
@click.option("--json", "as_json", is_flag=True, help="Print the summary as JSON on standard output.")
def build(
    sources: tuple[Path | str, ...],
    output: Path | None,
    formats: str | None,
    keep_going: bool,
    jobs: int | None,
    fresh: bool,
    quiet: bool,
    as_json: bool,
    engine: Any,
    timeout: float,
    **given: Any,
) -> None:
    """Build a dump of every article in SOURCES: files, folders, addresses, or - for standard input.

    \b
    kg build examples -o dump
    kg build posts -o dump --base https://data.example.com/ --publisher "Example Press"

    With a fault in any article nothing is written and the old dump stays as it was; --keep-going publishes the good ones.
    Without SOURCES, or without -o, those of kg.toml are taken.
    """
    from kg import pipeline, reports
    from kg.progress import Progress
    from kg.workers import cores

    names = None if formats is None else [name.strip() for name in formats.split(",") if name.strip()]
    config = configured(formats=names, **given)
    sources, output = sources_of(sources, config), output_of(output, config)
    with Progress(sources, output, is_quiet=quiet or as_json) as progress:
        summary = pipeline.publish(sources, output, config, keep_going, engine, progress.show, timeout, jobs or cores(), fresh)
    shown = {"violation", *(() if quiet else ("warning",)), *(() if summary.articles or summary.refused else ("info",))}
    _tell(finding for finding in reports.collapsed(summary.findings, ("warning",)) if finding.severity in shown)
    _tell(() if quiet else summary.unanswered)
    if as_json:
        write(reports.json_text(summary.as_row()), None)
    elif not quiet or not summary.published:
        _tell_summary(summary)
    exit_if_faulty(summary.findings)


def _tell(findings: Iterable[Finding]) -> None:
    """Print findings on standard error, a line each, with the severity in colour on a terminal."""
    from kg.reports import printable, reason

    colours = {"violation": "red", "warning": "yellow", "info": "blue"}
    for finding in findings:
        severity = click.style(finding.severity, fg=colours[finding.severity])
        click.echo(f"{printable(str(finding.place))}: {severity}: {printable(reason(finding))}", err=True)


def _tell_summary(summary: Summary) -> None:
    """Print what a person likes to know after a build."""
    from kg.reports import printable

    severities = [finding.severity for finding in summary.findings]
    warnings, infos = severities.count("warning"), severities.count("info")
    if summary.published:
        links = ", ".join(
            f"{count:,} {kind}{'s' * (count != 1)}" for kind, count in sorted(summary.kinds.items(), key=lambda k: (-k[1], k[0]))
        )
        rows = [
            ("articles", f"{summary.articles:,}" + (f"; {summary.refused:,} refused" if summary.refused else "")),
            ("links", f"{sum(summary.kinds.values()):,}" + (f": {links}" if links else "")),
            ("warnings", f"{warnings:,}" + (f"; {infos:,} notes in report.json" if infos else "")),
            ("dump", f"{printable(str(summary.folder))}{os.sep} ({summary.statements:,} statements on articles)"),
        ]
    else:
        faults, total = severities.count("violation"), summary.articles + summary.refused
        rows = [("refused", f"{summary.refused:,} of {total:,} articles, {faults:,} fault{'s' * (faults != 1)}; nothing written")]
    for name, value in rows:
        click.echo(f"{click.style(f'{name:>9}', bold=True)}  {value}", err=True)


@main.command()
@click.argument("sources", nargs=-1, required=True, type=SOURCE)
@click.option("--text", is_flag=True, help="Print the article's plain text, to which all offsets refer, instead of JSON.")
@click.option("--explain", is_flag=True, help="Print a line for each datum: where it stands and by what it was found.")
@click.option("--publisher", help="Publisher of articles that do not name theirs.")
@click.option("--language", help="Language (BCP 47) of articles that do not say theirs.")
@AUTHORS
@PRIVATE
def read(sources: tuple[Path | str, ...], text: bool, explain: bool, **given: Any) -> None:
    """Print what the articles in SOURCES say of themselves, one JSON object a line.

    \b
    kg read examples/climate-pledges.md
    kg read --text examples/climate-pledges.md
    kg read --explain examples/climate-pledges.md
    """
    from kg import article, pipeline, reports

    if text and explain:
        raise UsageError("--text or --explain, not both")
    config = configured(**given)

    def row(record: Any) -> tuple[str, tuple[Finding, ...]]:
        found = pipeline.read(record, config)
        shown = reports.to_explanation(found) if explain else found.text if text else reports.json_text(article.to_json(found))
        return shown, found.notes

    _print_each(sources, row, config)


@main.command()
@click.argument("sources", nargs=-1, required=True, type=SOURCE)
@common
def link(sources: tuple[Path | str, ...], **given: Any) -> None:
    """Print what the articles in SOURCES mention, one JSON object an article a line.

    \b
    kg link examples/climate-pledges.md
    """
    from kg import inspection, linkers, mapping, pipeline, reports

    config = configured(**given)
    words = pipeline.load_vocabulary(config)
    _tell(inspection.warnings(config.vocabulary, words, config.base))

    def row(record: Any) -> tuple[str, tuple[Finding, ...]]:
        found = linkers.link(pipeline.read(record, config), words, config.links)
        return reports.json_text(mapping.mentions_row(found, words, config.base)), found.notes

    _print_each(sources, row, config)


def _print_each(sources: tuple[Path | str, ...], row: Callable[[Any], tuple[str, tuple[Finding, ...]]], config: Config) -> None:
    """Print a row for each good article; tell of the others and end with 1 if there are any."""
    from kg import pipeline
    from kg.fetch import Fetcher, Policy

    faults: list[Finding] = []
    ended = True
    count = 0
    for item in pipeline.each(sources, row, web=Fetcher(Policy(allow_private=config.allow_private))):
        if isinstance(item, tuple):
            count += 1
            write(item[0] if ended else f"\n{item[0]}", None)
            ended = item[0].endswith("\n")
            _tell(finding for finding in item[1] if finding.severity != "info")
        else:
            findings = [item] if isinstance(item, Finding) else item.findings
            _tell(findings)
            faults.extend(finding for finding in findings if finding.severity == "violation")
    if not count and not faults:
        raise KgError("no articles here", Place(" ".join(map(str, sources))))
    exit_if_faulty(faults)


@main.command()
@click.argument("source", type=EXISTING)
@click.option("-f", "--format", "form", required=True, help=f"One of: {' '.join(_FORMATS)}; packed: turtle.gz, turtle.zst.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write instead of standard output; for csv a folder.")
@click.option("--article", help="IRI of the one article to write.")
def export(source: Path, form: str, output: Path | None, article: str | None) -> None:
    """Write a dump or an RDF file (SOURCE) in another format.

    \b
    kg export dump -f trig -o dump.trig
    kg export people.ttl -f jsonld
    kg export dump -f csv -o tables
    kg export dump -f csv:mentions.gz -o mentions.csv.gz
    """
    from kg import exporters

    found = exporters.export_source(source, form, article)
    if len(exporters.variants(form)) == 1:
        write((body for _, body in found), output)
    elif output:
        write_files(found, output)
    else:
        raise UsageError(f"{form} is several files: name a folder (-o), or one of them, such as csv:mentions")


@main.command()
@click.argument("dump", type=EXISTING)
@click.argument("iri")
def explain(dump: Path, iri: str) -> None:
    """Show why a dump says what it says of IRI: the sentence, the line of the source, the rule.

    IRI is a mention or citation, an entity (then each mention of it), or an article.

    \b
    kg explain dump https://w3id.org/article-kg/treaty/inf-treaty
    """
    from kg import evidence
    from kg.reports import printable

    for found in evidence.explain(dump, iri):
        words = click.style(printable(found.words), bold=True, underline=sys.stdout.isatty())
        mark = "" if sys.stdout.isatty() else "*"
        shown = (
            f"{printable(' '.join(found.before.splitlines()))}{mark}{words}{mark}{printable(' '.join(found.after.splitlines()))}"
        )
        lines = [f"{printable(str(found.place))}: {shown}", *(f"    {printable(row)}" for row in (found.rule, found.note) if row)]
        click.echo("\n".join(lines))
