"""Dumps written statement by statement, for tests that want no build."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from kg import rdf, terms
from kg.terms import Statement

BASE = "https://data.example.org/"


def write_dump(
    folder: Path,
    articles: Mapping[str, Iterable[Statement]],
    reference: Iterable[Statement] = (),
    sources: Mapping[str, str] = {},
    **head: Any,
) -> Path:
    """Write N-Quads and manifest of a dump of these articles, by their IRIs, and return its folder.

    A source is named after its article, unless `sources` says otherwise; `head` goes into the manifest.
    """
    folder.mkdir(parents=True, exist_ok=True)
    body, rows = b"", {}
    for iri in sorted(articles):
        block = _lines(articles[iri])
        rows[iri] = {
            "source": sources.get(iri, f"{iri.rpartition('/')[2]}.md"),
            "sha256": hashlib.sha256(block).hexdigest(),
            "statements": hashlib.sha256(block).hexdigest(),
            "offset": len(body),
            "bytes": len(block),
        }
        body += block
    body += _lines(reference)
    (folder / "articles.nq").write_bytes(body)
    files = {"articles.nq": {"sha256": hashlib.sha256(body).hexdigest(), "bytes": len(body)}}
    manifest = {"kg": "0.1.0", "base": BASE, "files": files, "articles": rows, **head}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def _lines(statements: Iterable[Statement]) -> bytes:
    return "".join(sorted({rdf.nquads(statement) for statement in statements})).encode()


def said(article: str, *pairs: tuple[str, str], graph: str = "declared") -> list[Statement]:
    """Return statements on an article, in one of its graphs."""
    name = terms.iri(f"{article}#{graph}")
    return [Statement(terms.iri(article), predicate, value, name) for predicate, value in pairs]
