"""The files of a dump, each written once, from what the articles became."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kg import dataset, exporters, reports, resources, terms
from kg.config import Config
from kg.errors import UsageError
from kg.exporters import FORMATS, Cut, Output, Subjects
from kg.spool import Spool
from kg.vocabulary import Vocabulary

NQUADS = "articles.nq"
_ROWS = ".articles"
_SHIPPED = (("ontology.ttl", "kg.ttl", "text/turtle"), ("context.jsonld", "context.jsonld", "application/ld+json"))


def write_dump(folder: Path, spool: Spool, config: Config, words: Vocabulary, report: Mapping[str, Any]) -> None:
    """Write the files of a dump of what is in the spool into a folder; `report` becomes `report.json`."""
    shared: Subjects = defaultdict(set)
    exporters.add(shared, spool.shared)
    described = [exporters.cut(block) for block in exporters.blocks(words.describe(spool.entities))]
    for cut in described:
        exporters.add(shared, cut.shared)
    names = tuple(dict.fromkeys(("nquads", *config.formats)))
    files = _articles(folder, names, spool, described, shared)
    triples = spool.own + sum(map(len, shared.values())) + sum(len(p) for cut in described for g in cut.own for p in g.values())
    statements = dataset.describe(config.base, spool.articles, triples, issued(spool), files)
    files["dataset.ttl"] = _save(folder / "dataset.ttl", "text/turtle", FORMATS["turtle"].write([list(statements)]))
    for name, source, kind in _SHIPPED:
        shutil.copyfile(resources.folder("ontology") / source, folder / name)
        files[name] = dataset.File(kind, (folder / name).stat().st_size, dataset.sha256(folder / name))
    files["report.json"] = _save(folder / "report.json", "application/json", [reports.json_text(report, indent=1)])
    with (folder / _ROWS).open(encoding="utf-8") as rows:
        articles = (json.loads(row) for row in rows)
        _save(folder / dataset.MANIFEST, "application/json", dataset.manifest(config.base, files, articles))
    (folder / _ROWS).unlink()


def _articles(
    folder: Path, names: Iterable[str], spool: Spool, described: Iterable[Cut], shared: Subjects
) -> dict[str, dataset.File]:
    """Write the articles in each format, in one pass, and a row about each for the manifest; return the files."""
    with ExitStack() as stack:
        outputs = {name: Output(folder / f"articles{FORMATS[name].suffix}", FORMATS[name]) for name in names}
        for output in outputs.values():
            stack.callback(output.close)
        rows = stack.enter_context((folder / _ROWS).open("w", encoding="utf-8"))
        for entry, pieces in spool.entries():
            nquads = pieces["nquads"]
            row = {
                "source": entry.source,
                "sha256": entry.digest,
                "statements": hashlib.sha256(nquads).hexdigest(),
                "offset": outputs["nquads"].size,
                "bytes": len(nquads),
            }
            rows.write(json.dumps((terms.value(entry.iri), row)) + "\n")
            for name, output in outputs.items():
                output.add(pieces[name])
        for cut in described:
            for name, output in outputs.items():
                output.add(FORMATS[name].piece(cut).encode())
        written = {name: output.end(shared) for name, output in outputs.items()}
    return {
        f"articles{FORMATS[name].suffix}": dataset.File(FORMATS[name].media_type, *found) for name, found in sorted(written.items())
    }


def _save(path: Path, media_type: str, pieces: Iterable[str]) -> dataset.File:
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        for piece in pieces:
            body = piece.encode()
            file.write(body)
            digest.update(body)
            size += len(body)
    return dataset.File(media_type, size, digest.hexdigest())


def issued(spool: Spool) -> str | None:
    """Return the day of the dump: `SOURCE_DATE_EPOCH`, else the newest day on which an article was published."""
    newest = spool.newest()
    return epoch_day() or (newest[:10] if newest else None)


def epoch_day() -> str | None:
    """Return the day of `SOURCE_DATE_EPOCH`. Raises `UsageError` where that is no number of seconds."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if not epoch:
        return None
    try:
        return datetime.fromtimestamp(int(epoch), UTC).date().isoformat()
    except (ValueError, OverflowError, OSError) as error:
        raise UsageError(f"SOURCE_DATE_EPOCH is a number of seconds, not {epoch[:40]!r}") from error
