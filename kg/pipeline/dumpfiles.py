"""The files of a dump, each written once, from what the articles became."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kg import dataset, exporters, mapping, reports, resources, terms, vocabulary
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
    files = _articles(folder, config, spool, described, shared)
    figures = dataset.figures(config.base, spool.counts, [shared, *(group for cut in described for group in cut.own)])
    about = dataset.describe(_about(folder, spool, config, words, figures, files))
    files[dataset.DESCRIPTION] = _save(folder / dataset.DESCRIPTION, "text/turtle", FORMATS["turtle"].write([list(about)]))
    for name, source, kind in _SHIPPED:
        shutil.copyfile(resources.folder("ontology") / source, folder / name)
        files[name] = dataset.File(kind, (folder / name).stat().st_size, dataset.sha256(folder / name))
    files["report.json"] = _save(folder / "report.json", "application/json", reports.json_pieces(report))
    with (folder / _ROWS).open(encoding="utf-8") as rows:
        articles = (json.loads(row) for row in rows)
        _save(folder / dataset.MANIFEST, "application/json", dataset.manifest(config.base, files, articles))
    (folder / _ROWS).unlink()


def _about(
    folder: Path, spool: Spool, config: Config, words: Vocabulary, figures: dataset.Figures, files: Mapping[str, dataset.File]
) -> dataset.Dump:
    """Return what `dataset.ttl` tells of a dump whose articles are written."""
    sources, first = hashlib.sha256(), None
    with (folder / _ROWS).open(encoding="utf-8") as rows:
        for iri, row in map(json.loads, rows):
            sources.update(f"{row['sha256']}\n".encode())
            first = first or terms.iri(iri)
    publisher = config.publisher and (mapping.organization_iri(config.publisher, words, config.base), config.publisher)
    return dataset.Dump(
        config.base,
        figures,
        dict(files),
        spool.articles,
        sources.hexdigest(),
        tuple(_inputs(config)),
        config.title,
        publisher or None,
        config.license,
        issued(spool),
        files[NQUADS].sha256[:12],
        first,
    )


def _inputs(config: Config) -> Iterator[dataset.Input]:
    """Yield the files of vocabulary and shapes that the build used, by their names alone."""
    shipped, own = resources.folder("ontology"), (source.path for source in config.vocabulary)
    shapes = () if config.only_shapes else resources.files("shapes")
    for kind, paths in (
        ("vocabulary", (*(shipped / name for name in vocabulary.FILES), *own)),
        ("shapes", (*shapes, *config.shapes)),
    ):
        for path in map(Path, paths):
            yield dataset.Input(kind, os.fsencode(path.name).decode(errors="replace"), dataset.sha256(path))


def _articles(folder: Path, config: Config, spool: Spool, described: Iterable[Cut], shared: Subjects) -> dict[str, dataset.File]:
    """Write the articles in each format, in one pass, and a row about each for the manifest; return the files."""
    variants = exporters.all_variants(("nquads", *config.formats))
    with ExitStack() as stack:
        # The plain quads are one file, however many articles there are: the manifest tells where in it each stands
        outputs = [Output(folder, v, None if v == variants[0] else config.shard_size) for v in variants]
        for output in outputs:
            stack.callback(output.close)
        rows = stack.enter_context((folder / _ROWS).open("w", encoding="utf-8"))
        for entry, pieces in spool.entries():
            nquads = pieces["nquads"]
            row = {
                "source": entry.source,
                "sha256": entry.digest,
                "statements": entry.statements,
                "offset": outputs[0].size,
                "bytes": len(nquads),
            }
            rows.write(json.dumps((terms.value(entry.iri), row)) + "\n")
            for output, variant in zip(outputs, variants, strict=True):
                output.add(pieces.get(variant.row, b""))
        for cut in described:
            found = exporters.pieces(cut, ("nquads", *config.formats))
            for output, variant in zip(outputs, variants, strict=True):
                output.share(found.get(variant.row, b""))
        return {
            name: dataset.File(output.media_type, *written)
            for output in outputs
            for name, written in sorted(output.end(shared).items())
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
