"""How right and how fast pages are read, beside other readers in the same run; and how fast Markdown is read.

    python benchmarks/reading.py [--pages DIR] [--articles DIR] [--score FILE] [--peers PYTHON] [--limit N]

Pages with a gold standard and the script that scores them are looked for beside the project. A row says of how many pages with
a title (authors, date, publisher) it was found exactly, on how many pages known to have no author one was invented, how many of
a description's words are right (F1), how much of the body (F1), all in percent, and how many pages are read in a second of CPU
time. The other readers have a Python of their own, which `--peers` names; without it, one is made once in the cache folder
(this takes them from the package index). A reader that cannot be installed is named and left out.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import platform
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from peers import readers as others

from kg import compiled, readers, version
from kg.article import Article, Record
from kg.errors import KgError
from kg.readers.draft import Draft
from kg.readers.html import metadata, read_html
from kg.readers.html.page import parse

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
# Column: the scored field and which of its figures
COLUMNS = {
    "title": ("title", "R"),
    "author": ("author", "R"),
    "invented": ("author", "fp"),
    "date": ("date", "R"),
    "publisher": ("sitename", "R"),
    "description": ("description", "R"),
    "body": ("body", "F1"),
}

Row = dict[str, Any]


class Result(NamedTuple):
    """What a reader said of each page, and the CPU seconds each took; `note` is to be printed below the tables."""

    predictions: list[Row]
    seconds: list[float]
    note: str


def load_scorer(path: Path) -> Any:
    """Return the script that scores, as a module."""
    spec = importlib.util.spec_from_file_location("score_metadata", path)
    if spec is None or spec.loader is None:
        raise SystemExit(f"{path} is no module")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def load_gold(folder: Path, limit: int | None) -> list[Row]:
    """Return the gold standard's rows, set by set, of each set the first `limit`."""
    with (folder / "gold.jsonl").open(encoding="utf-8") as lines:
        rows = sorted(map(json.loads, lines), key=lambda row: str(row["set"]))
    return [row for _, group in groupby(rows, key=lambda row: row["set"]) for row in list(group)[:limit]]


def of_article(article: Article | Draft) -> Row:
    """Return an article's metadata in the words of the gold standard."""
    return {
        "title": article.title and article.title.text,
        "author": [author.name.text for author in article.authors],
        "date": article.published and article.published.text,
        "sitename": article.publisher and article.publisher.text,
        "description": article.abstract and article.abstract.text,
    }


def read_whole(record: Record) -> Row:
    """Return metadata and body of a page."""
    article = read_html(record)
    return of_article(article) | {"body": article.body()}


def read_metadata(record: Record) -> Row:
    """Return the metadata of a page, without a look for its body."""
    page = parse(record)
    draft = Draft(page.record)
    metadata.read(page, draft)
    return of_article(draft)


def run_ours(read: Callable[[Record], Row], gold: list[Row], folder: Path) -> Result:
    """Read every page with `kg`; one that is refused has no prediction."""
    records = [Record(row["path"], "html", (folder / row["path"]).read_bytes(), url=row.get("url")) for row in gold]
    read(Record("reefs.html", "html", others.WARM_UP))
    predictions: list[Row] = []
    seconds: list[float] = []
    refused = 0
    for record in records:
        begin = time.process_time()
        try:
            found = read(record)
        except KgError:
            found, refused = {}, refused + 1
        seconds.append(time.process_time() - begin)
        predictions.append(found)
    return Result(predictions, seconds, f"kg {version.VERSION}, {refused} refused")


def run_peer(name: str, python: Path, gold: list[Row], folder: Path) -> Result | None:
    """Read every page with another reader, in a process of its own; None if it is not there."""
    pages = [{"path": str((folder / row["path"]).resolve()), "url": row.get("url") or ""} for row in gold]
    try:
        done = subprocess.run(
            [python, others.__file__, name],
            input="\n".join(map(json.dumps, pages)),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            encoding="utf-8",
            check=True,
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    *lines, last = map(json.loads, done.stdout.splitlines())
    note = f"{others.PEERS[name].distribution} {last['version']}, failed on {last['failed']}"
    return Result([line["prediction"] for line in lines], [line["seconds"] for line in lines], note)


def environment() -> Path:
    """Return the Python of the other readers, made in the cache folder if it is not there; what cannot be installed is missing."""
    folder = compiled.folder() / "peers"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if not python.exists():
        print(f"installing other readers into {folder}", file=sys.stderr)
        venv.create(folder, with_pip=True)
        # Old versions of pip stumble over requirements of these
        for distribution in ("pip", *dict.fromkeys(peer.distribution for peer in others.PEERS.values())):
            subprocess.run([python, "-m", "pip", "install", "--quiet", "--upgrade", distribution], check=False)
    return python


def show_set(name: str, gold: list[Row], results: dict[str, Result], chosen: list[int], scorer: Any) -> None:
    """Print the table of one set: a row for each reader."""
    head = f"set {name}, {len(chosen)} pages"
    print(f"\n{head:<26}" + "".join(f"{column:>13}" for column in (*COLUMNS, "pages/s")))
    for reader, result in results.items():
        rows = [gold[i] for i in chosen]
        keys = [(row["set"], row["id"], row.get("url")) for row in rows]
        predictions = dict(zip(keys, (result.predictions[i] for i in chosen), strict=True))
        scores = {score["field"]: score for score in scorer.score(rows, predictions)}
        given = {field for prediction in predictions.values() for field, value in prediction.items() if value}
        cells = [
            f"{100 * scores[field][figure]:.1f}" if field in given and figure in scores.get(field, ()) else "-"
            for field, figure in COLUMNS.values()
        ]
        speed = len(chosen) / sum(result.seconds[i] for i in chosen)
        print(f"{reader:>26}" + "".join(f"{cell:>13}" for cell in (*cells, f"{speed:,.0f}")))


def show_pages(folder: Path, scorer: Any, python: Path, limit: int | None) -> None:
    """Print one table for each set of pages, and the versions of the readers."""
    gold = load_gold(folder, limit)
    results = {
        "kg": run_ours(read_whole, gold, folder),
        "kg, metadata only": run_ours(read_metadata, gold, folder),
    }
    missing = []
    for name in others.PEERS:
        result = run_peer(name, python, gold, folder)
        if result is None:
            missing.append(name)
        else:
            results[name] = result
    for name in dict.fromkeys(row["set"] for row in gold):
        show_set(name, gold, results, [i for i, row in enumerate(gold) if row["set"] == name], scorer)
    print("\n" + "; ".join(dict.fromkeys(result.note for result in results.values())))
    for name in missing:
        print(f"left out, since it cannot be run with {python}: {name}")


def show_articles(folder: Path, limit: int | None) -> None:
    """Print how many Markdown articles are read in a second."""
    records = [Record(str(path), "markdown", path.read_bytes()) for path in sorted(folder.rglob("*.md"))[:limit]]
    refused = 0
    begin = time.process_time()
    for record in records:
        try:
            readers.read(record)
        except KgError:
            refused += 1
    seconds = time.process_time() - begin
    size = sum(len(record.body) for record in records) / 1e6
    row = f"{len(records):,} Markdown articles, {size:.0f} MB, {refused} not read"
    print(f"\n{row}  {len(records) / seconds:,.0f} articles/s, {size / seconds:.1f} MB/s")


def main() -> None:
    """Print the figures."""
    arguments = argparse.ArgumentParser(description="rightness and speed of reading")
    arguments.add_argument("--pages", type=Path, default=SHARED / "data" / "pages", help="folder with gold.jsonl and its pages")
    arguments.add_argument("--articles", type=Path, default=SHARED / "data" / "articles", help="folder with Markdown articles")
    arguments.add_argument("--score", type=Path, default=SHARED / "score" / "score_metadata.py", help="the script that scores")
    arguments.add_argument("--peers", type=Path, help="the Python in which the other readers are installed")
    arguments.add_argument("--limit", type=int, help="read only the first N pages of each set, and the first N articles")
    chosen = arguments.parse_args()
    print(f"{platform.machine()}, Python {platform.python_version()}")
    if (chosen.pages / "gold.jsonl").is_file() and chosen.score.is_file():
        show_pages(chosen.pages, load_scorer(chosen.score), chosen.peers or environment(), chosen.limit)
    else:
        print(f"no pages with a gold standard at {chosen.pages}, or nothing to score them at {chosen.score}: left out")
    if chosen.articles.is_dir():
        show_articles(chosen.articles, chosen.limit)
    else:
        print(f"no articles at {chosen.articles}: left out")


if __name__ == "__main__":
    main()
