"""Sources become articles: `split` finds where records begin and end, `read` decodes one.

A format is a function from record to article and one row in `READERS`; one whose files hold several records has a second
function, which cuts them. What a file is, `detection` says, by its content first.
"""

from __future__ import annotations

import io
import os
import stat
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import BinaryIO

from kg.article import DETECTED, Article, Datum, Record
from kg.errors import Finding, KgError, Place, ReadError, ResourceError, UsageError
from kg.readers import detection, languages, packed, pdf, walk, warc
from kg.readers.html import read_html
from kg.readers.json import jsonitems
from kg.readers.markdown import read_markdown
from kg.readers.text import read_text
from kg.readers.xml import feeds, newsml, sitemaps

Found = Record | KgError | Finding
STDIN = "-"


@dataclass(frozen=True, slots=True)
class Reader:
    """How a record of one format is read; with `detects`, its language is looked for where none is declared."""

    read: Callable[[Record], Article]
    detects: bool = False


@dataclass(frozen=True, slots=True)
class Cutter:
    """How a file that may hold several records is cut; one that `unpacks` takes packed files as they are."""

    split: Callable[[BinaryIO, str], Iterable[Found]]
    unpacks: bool = False


READERS: Mapping[str, Reader] = {
    "markdown": Reader(read_markdown),
    "text": Reader(read_text),
    "html": Reader(read_html, detects=True),
    "feed": Reader(feeds.read, detects=True),
    "json": Reader(jsonitems.read),
    "newsml": Reader(newsml.read, detects=True),
    "pdf": Reader(pdf.read, detects=True),
}
# A file of any other format is one record
CUTTERS: Mapping[str, Cutter] = {
    "feed": Cutter(feeds.split),
    "json": Cutter(jsonitems.split),
    "newsml": Cutter(newsml.split),
    "pdf": Cutter(pdf.split),
    "warc": Cutter(warc.split, unpacks=True),
}


def split(source: Path | str, leave_out: frozenset[Path] = frozenset()) -> Iterator[Found]:
    """Yield the records of a file, of every file below a folder in order of name, or of standard input (`-`).

    A file that cannot be read is yielded as a `KgError`, one of a format that has no reader as a `Finding` (only below a
    folder: a file that was named is refused), so that one bad file costs no other. Of a folder the real paths in `leave_out`
    are passed over.
    """
    path = Path(source)
    if str(source) == STDIN:
        yield from split_bytes(STDIN, sys.stdin.buffer.read())
        return
    try:
        is_folder = stat.S_ISDIR(path.stat().st_mode)
    except (FileNotFoundError, NotADirectoryError, ValueError):  # ValueError: no system has such a name
        yield UsageError("no such file or folder", Place(str(path)))
    except OSError as error:
        yield _unreadable(path, error)
    else:
        yield from _of_folder(path, leave_out) if is_folder else _of_file(path, is_named=True)


def split_bytes(
    name: str, body: bytes, url: str | None = None, media_type: str | None = None, charset: str | None = None
) -> Iterator[Found]:
    """Yield the records of what stands in memory: standard input, or what an address answered (whose word is then given)."""
    for item in _cut(io.BytesIO(body), name, True, media_type):
        yield replace(item, url=item.url or url, charset=item.charset or charset) if isinstance(item, Record) else item


def _of_folder(folder: Path, leave_out: frozenset[Path]) -> Iterator[Found]:
    """Yield the records of every file below a folder; pages that a sitemap in it lists have the address that it gives."""
    addresses = sitemaps.addresses(folder)
    for file in walk.files(folder, leave_out):
        if isinstance(file, Finding):
            yield file
            continue
        address = addresses.get(file.resolve()) if addresses else None
        for item in _of_file(file, is_named=False):
            yield replace(item, url=address) if address and isinstance(item, Record) else item


def _of_sitemap(name: str) -> Iterator[Found]:
    """Yield the records of the pages on disk that a sitemap lists; nothing is got from the web."""
    if not Path(name).is_file():
        yield ReadError("a sitemap is read where it lies among its pages on disk", Place(name))
        return
    missing = 0
    for item in sitemaps.listed(Path(name)):
        if not isinstance(item, tuple):
            yield item
        elif item[0] is None:
            missing += 1
        else:
            for found in _of_file(Path(os.path.relpath(item[0])), is_named=True):
                yield replace(found, url=item[1].url) if isinstance(found, Record) else found
    if missing:
        pages = f"{missing:,} page{'s' * (missing != 1)}"
        yield Finding("info", f"{pages} of the sitemap not on disk; nothing is got from the web", Place(name))


def _of_file(path: Path, is_named: bool) -> Iterator[Found]:
    try:
        with open(path, "rb", opener=_without_waiting) as stream:
            if stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                yield from _as_it_was(_cut(stream, str(path), is_named), stream, path)
            else:
                yield ReadError(
                    "a pipe or a device, not a file; what comes from one is read as standard input (-)", Place(str(path))
                )
    except OSError as error:
        yield _unreadable(path, error)


def _unreadable(path: Path, error: OSError) -> ResourceError:
    return ResourceError(f"cannot be read: {error.strerror or error}", Place(str(path)))


def _without_waiting(path: str, flags: int) -> int:
    """Open a file; a pipe to which nobody writes must not stop us."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _as_it_was(found: Iterator[Found], stream: BinaryIO, path: Path) -> Iterator[Found]:
    """Yield what is found in a file so long as it is the file that was opened; an error for the rest where it was changed.

    A record is yielded when the next one, or the end, has been found: what happens to the file while the last one is worked
    on is no matter.
    """
    before, last = _state(stream), None
    while True:
        item = next(found, None)
        is_same = _state(stream) == before
        if last is not None:
            yield last
        if not is_same:
            yield ReadError("the file was changed while it was read", Place(str(path)))
            return
        if item is None:
            return
        last = item


def _state(stream: BinaryIO) -> tuple[int, int]:
    found = os.fstat(stream.fileno())
    return found.st_size, found.st_mtime_ns


def _cut(stream: BinaryIO, name: str, is_named: bool, media_type: str | None = None) -> Iterator[Found]:
    """Yield the records of a stream that can be read twice; what ends it too early is yielded as well."""
    try:
        yield from _records(stream, name, is_named, media_type)
    except ReadError as error:
        yield error


def _records(stream: BinaryIO, name: str, is_named: bool, media_type: str | None) -> Iterator[Found]:
    head, is_all = packed.begin(packed.opened(stream, name), detection.HEAD)
    form = detection.detect(head, name, media_type) or ""
    if form == "sitemap":
        yield from _of_sitemap(name) if is_named else ()  # in a folder, the pages themselves come along
    elif form in CUTTERS:
        cutter = CUTTERS[form]
        stream.seek(0)
        yield from cutter.split(stream if cutter.unpacks else packed.opened(stream, name, most=None), name)
    elif form in READERS:
        yield Record(name, form, head if is_all else packed.opened(stream, name).read())
    else:
        kind = detection.suffix(name) or "a file without ending"
        packed.opened(stream, name).read(detection.HEAD)  # damaged data are refused as that
        refusal = f"no reader for {kind} (there is one for {' '.join(sorted(detection.SUFFIXES))})"
        yield ReadError(refusal, Place(name)) if is_named else Finding("info", f"skipped: no reader for {kind}", Place(name))


def read(record: Record) -> Article:
    """Return the article of a record. Raises `ReadError` with every fault found in it.

    Missing metadata is no fault here: what an article must have is for the shapes to say. The language alone is looked for
    where a page does not say it, and the user neither.
    """
    reader = READERS[record.format]
    article = reader.read(record)
    if article.language is None and record.language:
        return replace(article, language=Datum(record.language, evidence="given"))
    if article.language is None and reader.detects:
        found = languages.detect(article.text)
        return replace(article, language=Datum(found, evidence=DETECTED)) if found else article
    return article


def file_of(source: str) -> Path:
    """Return the file that holds a record, by the record's source: without its `#…`, unless a file is named so."""
    path = Path(source)
    return path if path.exists() or "#" not in source else Path(source.rpartition("#")[0])


def records(found: Iterable[Found]) -> Iterator[Record]:
    """Yield only the records of a split; raise the first refusal. For callers with a single source."""
    for item in found:
        if isinstance(item, KgError):
            raise item
        if isinstance(item, Record):
            yield item
