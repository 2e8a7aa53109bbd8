"""A source is a file, a folder, standard input or an address: what stands on the disk is read, what stands on the web is got."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urldefrag

from kg import fetch, readers
from kg.errors import FetchError, Place, ReadError
from kg.fetch import Answer, Fetcher
from kg.readers import Found

Source = Path | str


def paths(sources: Iterable[Source]) -> list[Source]:
    """Return sources with each that is no address as a path."""
    return [source if fetch.is_address(source) else Path(source) for source in sources]


def name_of(source: Source | bytes) -> str:
    """Return how places call a source; bytes came on standard input."""
    return readers.STDIN if isinstance(source, bytes) else str(source)


def split_source(source: Source | bytes, web: Fetcher) -> Iterator[Found]:
    """Yield the records of a source, as `readers.split` does, or of what came on standard input (bytes).

    What cannot be got of an address is yielded as a `KgError`.
    """
    if isinstance(source, bytes):
        yield from readers.split_bytes(readers.STDIN, source)
        return
    if not fetch.is_address(source):
        yield from readers.split(source)
        return
    try:
        page = web.get(str(source))
    except FetchError as error:
        yield error
    else:
        yield from _of_page(str(source), page)


def split_again(source: str) -> Iterator[Found]:
    """Yield the records of the source of a record once more. An address is not asked again: what was got then is what counts."""
    if not fetch.is_address(source):
        yield from readers.split(readers.file_of(source))
    elif page := fetch.kept_page(source):
        yield from _of_page(source, page)
    else:
        yield ReadError("its page is not kept on this machine", Place(source))


def _of_page(address: str, page: Answer) -> Iterator[Found]:
    yield from readers.split_bytes(urldefrag(address).url, page.body, page.url, page.media_type, page.charset)
