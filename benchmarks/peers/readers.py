"""Other readers of web pages, each as its documentation says, in a process of its own: `readers.py NAME < pages > predictions`.

Standard input has a JSON line for each page (its file and its address), standard output one for each prediction and the CPU
seconds it took, in order, and a last one that names the version. Files are read, modules imported and caches of patterns warmed
before the clock starts. A page on which a library fails has no prediction. Nothing of `kg` is imported: this runs where the
peers are.
"""

from __future__ import annotations

import contextlib
import io
import json
import logging
import re
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

Prediction = dict[str, Any]
Read = Callable[[bytes, str], Prediction]

WARM_UP = b"""<!doctype html><html lang=en><head><title>On reefs</title><meta name=author content="Marie Novak"></head><body>
<article><h1>On reefs</h1><time datetime=2021-05-06>6 May 2021</time><p>The reef is older than the town, and the town knows.</p>
</article></body></html>"""


def text_of(page: bytes) -> str:
    """Return the characters of a page, for libraries that want them: UTF-8, else as it declares, else windows-1252."""
    with contextlib.suppress(UnicodeDecodeError):
        return page.decode()
    declared = re.search(rb"""charset=["']?([\w-]+)""", page[:4096])
    with contextlib.suppress(LookupError, UnicodeDecodeError):
        return page.decode(declared[1].decode() if declared else "windows-1252")
    return page.decode("windows-1252", errors="replace")


def trafilatura(**options: bool) -> Read:
    """Metadata and text; comments are no part of a body. It joins authors with semicolons."""
    from trafilatura import bare_extraction

    def read(page: bytes, url: str) -> Prediction:
        found = bare_extraction(page, url=url, with_metadata=True, include_comments=False, **options)
        return of_document(found) | {"body": found.text} if found else {}

    return read


def trafilatura_metadata() -> Read:
    """Its metadata alone."""
    from trafilatura import extract_metadata

    return lambda page, url: of_document(extract_metadata(page, default_url=url))


def of_document(found: Any) -> Prediction:
    """Return what a document of trafilatura's says."""
    authors = found.author.split("; ") if found.author else []
    return {
        "title": found.title,
        "author": authors,
        "date": found.date,
        "sitename": found.sitename,
        "description": found.description,
    }


def newspaper4k() -> Read:
    """An article as if downloaded; pictures are not fetched."""
    from newspaper import Article

    def read(page: bytes, url: str) -> Prediction:
        article = Article(url, fetch_images=False)
        article.download(input_html=text_of(page))
        article.parse()
        day = article.publish_date
        return {
            "title": article.title,
            "author": list(article.authors),
            "date": day.date().isoformat() if day else None,
            "sitename": article.meta_site_name,
            "description": article.meta_description,
            "body": article.text,
        }

    return read


def readability_lxml() -> Read:
    """The shortened title, the author, and the summary's text."""
    import lxml.html
    from readability import Document

    def read(page: bytes, url: str) -> Prediction:
        document = Document(text_of(page), url=url)
        summary = lxml.html.fromstring(document.summary())
        author = document.author()
        return {
            "title": document.short_title(),
            "author": [] if author == "[no-author]" else [author],
            "body": " ".join(summary.itertext()),
        }

    return read


def htmldate() -> Read:
    """The date of first publication."""
    from htmldate import find_date

    return lambda page, url: {"date": find_date(page, original_date=True, url=url)}


def extruct() -> Read:
    """Structured data alone: of an article in JSON-LD or microdata, else of the page, else of Open Graph and Dublin Core."""
    import extruct as library

    def read(page: bytes, url: str) -> Prediction:
        syntaxes = ["json-ld", "microdata", "opengraph", "dublincore"]
        return of_items(library.extract(text_of(page), base_url=url, syntaxes=syntaxes, errors="ignore", uniform=True))

    return read


def of_items(found: dict[str, list[dict[str, Any]]]) -> Prediction:
    """Return what structured data says, the most telling item first."""
    items = [*nodes(found.get("json-ld", [])), *nodes(found.get("microdata", []))]
    known = {item["@id"]: item for item in items if len(item) > 2 and isinstance(item.get("@id"), str)}
    kinds = ("Article", "Posting", "Report"), ("WebPage",)
    chosen = [item for endings in kinds for item in items if any(kind.endswith(endings) for kind in types(item))]
    graph: dict[str, Any] = {}
    for item in found.get("opengraph", []):
        graph = item | graph
    core: dict[str, list[str]] = {}
    for item in found.get("dublincore", []):
        for element in (*item.get("elements", ()), *item.get("terms", ())):
            core.setdefault(str(element.get("name", "")).lower().rpartition(".")[2], []).append(str(element.get("content", "")))

    def first(names: tuple[str, ...], opengraph: tuple[str, ...], dublin: tuple[str, ...]) -> list[str]:
        for item in chosen:
            for name in names:
                if values := texts(item.get(name), known):
                    return values
        for name in opengraph:
            if values := [value for value in texts(graph.get(name), known) if not value.startswith("http")]:
                return values
        return next((core[name] for name in dublin if core.get(name)), [])

    return {
        "title": one(first(("headline", "name"), ("og:title",), ("title",))),
        "author": first(("author", "creator"), ("article:author",), ("creator",)),
        "date": one(first(("datePublished",), ("article:published_time",), ("issued", "created", "date"))),
        "sitename": one(first(("publisher",), ("og:site_name",), ("publisher",))),
        "description": one(first(("description",), ("og:description",), ("description", "abstract"))),
    }


def one(values: list[str]) -> str | None:
    """Return the first of the values."""
    return values[0] if values else None


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Yield every object in structured data, the outer before the inner."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


def types(item: dict[str, Any]) -> list[str]:
    """Return the names of an item's types."""
    found = item.get("@type")
    return [str(kind) for kind in (found if isinstance(found, list) else [found])]


def texts(value: Any, known: dict[str, dict[str, Any]]) -> list[str]:
    """Return the texts of a value; of a person or an organization the name, also where only its identifier is given."""
    if isinstance(value, list):
        return [text for inner in value for text in texts(inner, known)]
    if isinstance(value, dict):
        return texts(value.get("name") or known.get(value.get("@id", ""), {}).get("name"), {})
    return [value.strip()] if isinstance(value, str) and value.strip() else []


class Peer(NamedTuple):
    """A library with its settings: the distribution to install, and what makes its function."""

    distribution: str
    make: Callable[[], Read]


PEERS = {
    "trafilatura": Peer("trafilatura", trafilatura),
    "trafilatura, fast": Peer("trafilatura", partial(trafilatura, fast=True)),
    "trafilatura, precision": Peer("trafilatura", partial(trafilatura, favor_precision=True)),
    "trafilatura, recall": Peer("trafilatura", partial(trafilatura, favor_recall=True)),
    "trafilatura, metadata only": Peer("trafilatura", trafilatura_metadata),
    "newspaper4k": Peer("newspaper4k", newspaper4k),
    "readability-lxml": Peer("readability-lxml", readability_lxml),
    "extruct": Peer("extruct", extruct),
    "htmldate": Peer("htmldate", htmldate),
}


def main() -> None:
    """Read the pages with the library named on the command line."""
    peer = PEERS[sys.argv[1]]
    logging.disable(logging.CRITICAL)
    pages = [(Path(row["path"]).read_bytes(), row["url"]) for row in map(json.loads, sys.stdin)]
    results: list[tuple[Prediction, float]] = []
    failed = 0
    with contextlib.redirect_stdout(io.StringIO()):
        read = peer.make()
        read(WARM_UP, "https://www.example.org/reefs")
        for page, url in pages:
            begin = time.process_time()
            try:
                found = read(page, url)
            except Exception:  # whatever a library raises, the next page is read
                found, failed = {}, failed + 1
            results.append((found, time.process_time() - begin))
    for found, seconds in results:
        print(json.dumps({"prediction": found, "seconds": seconds}))
    print(json.dumps({"version": version(peer.distribution), "failed": failed}))


if __name__ == "__main__":
    main()
