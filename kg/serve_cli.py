"""`kg serve`: a dump as a SPARQL service, on this machine or for everybody."""

from __future__ import annotations

from pathlib import Path

import click

from kg.options import EXISTING
from kg.query_cli import Making

_MEGABYTE = 1 << 20


@click.command()
@click.argument("dump", type=EXISTING)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen at; 0.0.0.0 for every one of this machine.")
@click.option("--port", type=click.IntRange(0, 65535), default=8000, show_default=True, help="Port; 0 for any that is free.")
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    help="Long queries that are at work side by side.  [default: as many as there are cores]",
)
@click.option(
    "--timeout", type=click.FloatRange(min=0.1), default=10.0, show_default=True, help="Seconds until a query is refused or ended."
)
@click.option("--rows", type=click.IntRange(min=1), default=1_000_000, show_default=True, help="Rows or triples of an answer.")
@click.option("--size", type=click.IntRange(min=1), default=64, show_default=True, help="Megabytes of an answer.")
@click.option("--memory", type=click.IntRange(min=16), default=1024, show_default=True, help="Megabytes that a query may use.")
@click.option("--queue", type=click.IntRange(min=1), default=64, show_default=True, help="Queries that may wait.")
@click.option("--quiet", is_flag=True, help="Say nothing but faults.")
def serve(
    dump: Path,
    host: str,
    port: int,
    workers: int | None,
    timeout: float,
    rows: int,
    size: int,
    memory: int,
    queue: int,
    quiet: bool,
) -> None:
    """Answer SPARQL queries over a dump or an RDF file (DUMP) at http://HOST:PORT/sparql, until Ctrl-C.

    \b
    kg serve dump
    kg serve dump --host 0.0.0.0 --port 80 --timeout 5

    A new build of the dump is served as soon as it is there. A query that takes too long, or gives more than is allowed, gets
    an error, never a part of its answer.
    """
    from kg import store
    from kg.reports import printable
    from kg.server import running, watching
    from kg.workers import cores

    def tell(line: str) -> None:
        click.echo(f"kg: {printable(line)}", err=True)

    settings = running.Settings(workers or cores(), timeout, rows, size * _MEGABYTE, memory * _MEGABYTE, queue)
    with running.listen(host, port) as listener:
        seen = watching.stamp(dump)
        with Making() as making:
            prepared = store.prepare(dump, making.show)
        running.serve(listener, dump, prepared, seen, settings, (lambda line: None) if quiet else tell)
