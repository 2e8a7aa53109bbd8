"""`kg query`: the command."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from threading import TIMEOUT_MAX
from typing import TYPE_CHECKING, Any, Self

import click

from kg.errors import UsageError
from kg.options import EXISTING
from kg.output import write

if TYPE_CHECKING:
    from kg import store
    from kg.questions import Question

_RESULTS = ("table", "csv", "tsv", "json", "xml", "turtle", "jsonld", "ntriples", "rdfxml")
_STDIN = "-"
_ALONE = {"--set": "settings", "--explain": "explain"}
_INTERVAL = 0.1  # seconds between two lines of progress
_SOURCE = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
_MISSING = "give a query, @NAME of a shipped one (kg query --list), a file with one (-f), or -i to ask one after another"


@click.command()
@click.argument("dump", required=False, type=EXISTING)
@click.argument("query", required=False)
@click.option("-f", "--file", type=_SOURCE, help="File with the query.")
@click.option("--set", "settings", multiple=True, metavar="NAME=VALUE", help="Value of a parameter; may be repeated.")
@click.option("--format", "form", type=click.Choice(_RESULTS), help="Form of the answer.  [default: table, turtle for graphs]")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="File to write; its ending says the form.")
@click.option("--timeout", type=click.FloatRange(min=0, min_open=True), default=60.0, show_default=True, help="Seconds to wait.")
@click.option("--explain", is_flag=True, help="Tell how the query is understood, and what each part of it finds.")
@click.option("-i", "--interactive", is_flag=True, help="Ask one query after another, with completion and history.")
@click.option("--list", "is_list", is_flag=True, help="List the shipped queries with their parameters.")
@click.option("--show", metavar="@NAME", help="Print the text of a shipped query.")
def query(dump: Path | None, query: str | None, file: Path | None, **given: Any) -> None:
    """Ask a SPARQL QUERY of a dump or an RDF file: its text, @NAME of a shipped one, or - for standard input.

    \b
    kg query dump 'SELECT ?name (COUNT(*) AS ?n) { ?a schema:author/schema:name ?name } GROUP BY ?name'
    kg query dump @articles-on-treaty --set treaty=inf-treaty
    kg query dump -f question.rq -o answer.csv
    kg query --list

    The prefixes of our context are known, and those of the entities that we ship (treaty:inf-treaty).
    """
    from kg import store

    output, others = given["output"], {"a query": query, "-f": file, **{name: given[key] for name, key in _ALONE.items()}}
    if given["is_list"] or given["show"]:
        _refuse(others | {"-i": given["interactive"]}, "--list and --show")
        write(_shown(given["show"], given["form"], width_of(output)), output)
    elif dump is None:
        raise UsageError("name a dump or an RDF file")
    elif not given["timeout"] <= TIMEOUT_MAX:  # which nan is not either
        raise UsageError(f"--timeout: a query cannot wait for {given['timeout']:g} seconds")
    elif given["interactive"]:
        _refuse(others | {"-o": output}, "-i")
        _converse(dump, given["form"], given["timeout"])
    else:
        making = Making()
        with store.Session(dump, making.show) as session, making:
            pieces = _answer(session, *_text(query, file), **given)
        write(pieces, output)


def width_of(output: Path | None) -> int | None:
    """Return how wide the terminal is; None where what is written goes elsewhere."""
    is_seen = output is None and sys.stdout is not None and sys.stdout.isatty()
    return shutil.get_terminal_size().columns if is_seen else None


def _refuse(others: Mapping[str, object], wanted: str) -> None:
    """Raise `UsageError` where something was given beside what stands alone."""
    for name, value in others.items():
        if value:
            raise UsageError(f"{wanted} or {name}, not both")


def _text(query: str | None, file: Path | None) -> tuple[str, str]:
    """Return what is asked and what its source is called."""
    from kg import answers

    if query is not None and file is not None:
        raise UsageError("give a query, or a file with one (-f), not both")
    if query is not None and query != _STDIN:
        return query, "query"
    is_told = query is not None or file is not None
    path = file or Path(_STDIN)
    if not is_told and (sys.stdin is None or sys.stdin.isatty()):
        raise UsageError(_MISSING)
    text = answers.read_query(path)
    if not is_told and not text:
        raise UsageError(_MISSING)
    return text, answers.source_of(path)


def _answer(
    session: store.Session,
    text: str,
    name: str,
    *,
    settings: Sequence[str],
    explain: bool,
    form: str | None,
    timeout: float,
    output: Path | None,
    **_: object,
) -> Iterable[bytes]:
    """Return the answer, or the explanation, in pieces; what is probably misspelt is told on standard error."""
    from kg import answers, questions

    if explain and form:
        raise UsageError("--explain or --format, not both")
    question = questions.find(text, answers.settings(settings), session, name)
    warn(question)
    if explain:
        return [answers.explained(session, question, timeout).encode()]
    return answers.ask(session, question, form, timeout, width_of(output), output)


def warn(question: Question) -> None:
    """Tell what is probably misspelt in a query."""
    for finding in question.warnings():
        from kg.reports import printable

        severity = click.style(finding.severity, fg="yellow")
        click.echo(f"{printable(str(finding.place))}: {severity}: {printable(finding.reason)}", err=True)


def _shown(name: str | None, form: str | None, width: int | None) -> str:
    """Return the text of a shipped query, or the list of them all."""
    from kg import answers, queries

    if name and form:
        raise UsageError("--show or --format, not both")
    if name:
        return queries.load(name).text
    if form not in (None, "table", "json"):
        raise UsageError("a list is a table, or json")
    return answers.to_json() if form == "json" else answers.listed(width)


def _converse(dump: Path, form: str | None, timeout: float) -> None:
    """Answer one query after another."""
    from kg import prompt, store

    if not (sys.stdin and sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("-i talks with a person at a terminal; from a file or a pipe, one query at a time is read (-f)")
    making = Making()
    with store.Session(dump, making.show) as session:
        with making:
            session.load()
        prompt.run(dump, prompt.Shell(session, form, timeout, width=lambda: width_of(None), warn=warn))


class Making:
    """Shows how far the making of a store is, on a terminal; used as a context, at whose end the line is gone."""

    def __init__(self) -> None:
        self._is_visible = sys.stderr is not None and sys.stderr.isatty()
        self._shown = 0.0

    def __enter__(self) -> Self:
        return self

    def show(self, done: int, size: int) -> None:
        """Show that so many bytes of the dump are read, at most ten times a second; then they are sorted, which takes as long."""
        now = time.monotonic()
        if not self._is_visible or (now - self._shown < _INTERVAL and done < size):
            return
        self._shown = now
        far = f"{done / 1e6:,.0f} of {size / 1e6:,.0f} MB read" if done < size else f"{size / 1e6:,.0f} MB read, sorting them"
        line = f"making the store, once for this dump: {far}"
        sys.stderr.write(f"\r{line[: max(shutil.get_terminal_size().columns - 1, 1)]}\033[K")
        sys.stderr.flush()

    def __exit__(self, *_: object) -> None:
        if self._shown:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()
