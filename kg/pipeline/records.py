"""Records on their way in, and the one place where a refusal is caught: one bad record costs no other."""

from __future__ import annotations

import os
from collections.abc import Callable, Container, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from kg import readers
from kg.article import Article, Record
from kg.errors import Finding, KgError, Place, ReadError, SkippedError, UsageError
from kg.fetch import Fetcher
from kg.sources import Source, name_of, split_again, split_source
from kg.spool import Refusal

T = TypeVar("T")


def each(
    sources: Iterable[Source | bytes], step: Callable[[Record], T], leave_out: Container[Path] = (), web: Fetcher | None = None
) -> Iterator[T | Refusal | Finding]:
    """Yield what `step` makes of each record; a `Refusal` where it could not, a `Finding` for what was skipped.

    A source that does not exist raises. The real paths in `leave_out`, and what stands in such a folder, are passed over.
    Addresses are got by `web` (by default, public ones only).
    """
    for item in records(sources, leave_out, web):
        yield attempt(item, step) if isinstance(item, Record) else item


def records(
    sources: Iterable[Source | bytes], leave_out: Container[Path] = (), web: Fetcher | None = None
) -> Iterator[Record | Refusal | Finding]:
    """Yield the records of the sources as `each` takes them."""
    web = web or Fetcher()
    for source in sources:
        for item in split_source(source, web):
            if leave_out and _stands_in(item, leave_out):
                continue
            yield _refused(item, Place(name_of(source))) if isinstance(item, KgError) else item


def attempt(record: Record, step: Callable[[Record], T]) -> T | Refusal | Finding:
    """Return what `step` makes of a record; a `Refusal` where it could not, a `Finding` where there is nothing to be made."""
    try:
        return step(record)
    except UsageError:
        raise
    except KgError as refusal:
        return _refused(refusal, record.place())


def _refused(refusal: KgError, place: Place) -> Refusal | Finding:
    if isinstance(refusal, SkippedError):
        return Finding("info", refusal.reason, refusal.place or Place(place.source))
    if isinstance(refusal, UsageError):
        raise refusal
    faults = (Finding("violation", e.reason, e.place or place, exit_code=e.exit_code) for e in refusal.each())
    return Refusal(tuple(faults))


def _stands_in(item: Record | KgError | Finding, left_out: Container[Path]) -> bool:
    place = item.place() if isinstance(item, Record) else item.place
    if place is None:
        return False
    path = Path(os.path.realpath(place.source))
    return path in left_out or any(folder in left_out for folder in path.parents)


def source_article(source: str, digest: str) -> Article:
    """Return the article of a source again. Raises `ReadError` where the source is gone or has changed."""
    reason = "the source has changed since the dump was built"
    for item in split_again(source):
        if isinstance(item, Record) and item.digest == digest:
            return readers.read(item)
        if isinstance(item, KgError):
            reason = f"cannot be read again: {item.reason}"
    raise ReadError(reason, Place(source))
