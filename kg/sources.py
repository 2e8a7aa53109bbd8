"""A source is a file, a folder, standard input or an address: what stands on the disk is read, what stands on the web is got."""

from __future__ import annotations

import os
from collections import defaultdict
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


def apart(sources: Iterable[Source | bytes]) -> Iterator[tuple[Source | bytes, frozenset[Path]]]:
    """Yield each source once, by whatever names it is given, with the real paths of those that lie in it.

    These are sources of their own, and to be left out where the folder around them is read: a file that is named by itself
    and by its folder is one article.
    """
    given = [(source, _real(source)) for source in sources]
    places = {place for _, place in given if place}
    inner: defaultdict[Path | None, set[Path]] = defaultdict(set)
    for place in places:
        for folder in places.intersection(place.parents):
            inner[folder].add(place)
    seen = set[Path | None]()
    for source, real in given:
        if real is None or real not in seen:
            yield source, frozenset(inner.get(real, ()))
        seen.add(real)


def _real(source: Source | bytes) -> Path | None:
    """Return where a source lies on the disk; None for one that does not."""
    if isinstance(source, bytes) or fetch.is_address(source) or str(source) == readers.STDIN:
        return None
    return Path(os.path.realpath(source))


def split_source(source: Source | bytes, web: Fetcher, leave_out: frozenset[Path] = frozenset()) -> Iterator[Found]:
    """Yield the records of a source, as `readers.split` does, or of what came on standard input (bytes).

    What cannot be got of an address is yielded as a `KgError`.
    """
    if isinstance(source, bytes):
        yield from readers.split_bytes(readers.STDIN, source)
        return
    if not fetch.is_address(source):
        yield from readers.split(source, leave_out)
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
