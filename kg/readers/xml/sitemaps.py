"""Sitemaps (sitemaps.org): the addresses of pages, and which files of a copy on disk they mean. Nothing is fetched."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from fnmatch import fnmatchcase
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple
from urllib.parse import unquote, urlsplit

from kg.errors import Finding, KgError, Place, ReadError, ResourceError
from kg.readers import packed
from kg.readers.xml import xmlcut, xmltree

Kind = Literal["page", "sitemap"]

_NAMES = xmlcut.Names(frozenset({"url", "sitemap"}), frozenset({"urlset", "sitemapindex"}))
_WEB = re.compile(r"https?://", re.IGNORECASE)


class Entry(NamedTuple):
    """An address in a sitemap: of a page, or (in a sitemap index) of a further sitemap; when it changed; its line."""

    url: str
    lastmod: str | None
    line: int
    kind: Kind = "page"


def parse(stream: BinaryIO, name: str) -> Iterator[Entry | KgError | Finding]:
    """Yield the entries of a sitemap or sitemap index; what is no address, and what is no XML, is yielded as a fault."""
    try:
        found = xmlcut.cut(stream, name, _NAMES)
    except ReadError as error:
        yield error
        return
    for local, record in found.records("sitemap"):
        try:
            element = xmltree.parse(record)
        except ReadError as error:
            yield error
            continue
        loc, lastmod = element.first("loc"), element.first("lastmod")
        url = loc.text().strip() if loc else ""
        if not _WEB.match(url):
            yield ReadError(f"no address of a page: {url[:200]!r}", record.place(loc.inner if loc else None))
            continue
        line = record.place(loc.inner if loc else None).line
        yield Entry(url, (lastmod.text().strip() or None) if lastmod else None, line, "page" if local == "url" else "sitemap")
    yield from found.faults


def pages_on_disk(folder: Path, entries: Iterable[Entry]) -> Iterator[tuple[Path | None, Entry]]:
    """Yield each entry with the file below a folder that it means; None where there is none.

    `/a/b/` is `a/b/index.html`; `/a/b` is that file, or with `.html`, or the index of that folder. The folder is the site's, or
    holds one that is named as its host. A file that lies elsewhere, also by a link, is never meant.
    """
    root = folder.resolve()
    for entry in entries:
        yield next(_meant(root, entry.url), None), entry


def listed(path: Path) -> Iterator[tuple[Path | None, Entry] | KgError | Finding]:
    """Yield the pages that a sitemap lists, and those of the sitemaps that it lists itself, each with its file on disk or None.

    What cannot be read is yielded as well; a sitemap that is listed twice is read once.
    """
    waiting, seen = [path], {path.resolve()}
    while waiting:
        path, inner = waiting.pop(), list[Path]()
        found = list(_entries(path))
        yield from (item for item in found if not isinstance(item, Entry))
        for file, entry in pages_on_disk(path.parent, (item for item in found if isinstance(item, Entry))):
            if entry.kind == "page" or file is None:
                yield file, entry
            elif file.resolve() not in seen:
                seen.add(file.resolve())
                inner.append(file)
        waiting += reversed(inner)


def _entries(path: Path) -> Iterator[Entry | KgError | Finding]:
    try:
        with path.open("rb") as stream:
            yield from parse(packed.opened(stream, str(path)), str(path))
    except OSError as error:
        yield ResourceError(f"cannot be read: {error.strerror}", Place(str(path)))
    except ReadError as error:
        yield error


def addresses(folder: Path) -> dict[Path, str]:
    """Return the addresses of the pages below a folder which sitemaps in it list, by their (real) files."""
    root = folder.resolve()
    names = list[str]()
    # One by one, since there may be a million. A folder that cannot be read is told by who walks through it
    with suppress(OSError), os.scandir(folder) as entries:
        names.extend(entry.name for entry in entries if fnmatchcase(entry.name, "*sitemap*.xml*"))
    pages = (item for name in sorted(names) if _is_below(folder / name, root) for item in listed(folder / name))
    return {item[0].resolve(): item[1].url for item in pages if isinstance(item, tuple) and item[0] is not None}


def _meant(root: Path, url: str) -> Iterator[Path]:
    """Yield the files that are there and that an address can mean, the likeliest first."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return
    path = unquote(parts.path)
    steps = [step for step in path.split("/") if step not in ("", ".")]
    if ".." in steps or any(sign in path for sign in "\0\\"):
        return
    hosts = dict.fromkeys((host, host.removeprefix("www."), f"www.{host}")) if host else ()
    for start in (root, *(root / name for name in hosts)):
        place = start.joinpath(*steps)
        names = [place / "index.html", place / "index.htm"]
        if steps and not path.endswith("/"):
            names = [place, place.with_name(f"{place.name}.html"), place.with_name(f"{place.name}.htm"), *names]
        for name in names:
            # Programs that copy sites keep the query in the name; without it the file is another page
            file = name.with_name(f"{name.name}?{parts.query}") if parts.query else name
            if _is_below(file, root):
                yield file


def _is_below(file: Path, root: Path) -> bool:
    try:
        return file.is_file() and file.resolve().is_relative_to(root)
    except OSError:
        return False
