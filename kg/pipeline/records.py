"""Records on their way in, and the one place where a refusal is caught: one bad record costs no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TypeVar

from kg import readers
from kg.article import Article, Record
from kg.converted import Refusal
from kg.errors import Finding, KgError, Place, ReadError, SkippedError, UsageError
from kg.fetch import Fetcher
from kg.sources import Source, apart, name_of, split_again, split_source

T = TypeVar("T")


def each(
    sources: Iterable[Source | bytes], step: Callable[[Record], T], leave_out: Iterable[Path] = (), web: Fetcher | None = None
) -> Iterator[T | Refusal | Finding]:
    """Yield what `step` makes of each record; a `Refusal` where it could not, a `Finding` for what was skipped.

    A source that does not exist raises. The real paths in `leave_out`, and what stands in such a folder, are passed over where
    the folder around them is read. Addresses are got by `web` (by default, public ones only).
    """
    for item in records(sources, leave_out, web):
        yield attempt(item, step) if isinstance(item, Record) else item


def records(
    sources: Iterable[Source | bytes], leave_out: Iterable[Path] = (), web: Fetcher | None = None
) -> Iterator[Record | Refusal | Finding]:
    """Yield the records of the sources as `each` takes them."""
    web, leave_out = web or Fetcher(), frozenset(leave_out)
    for source, others in apart(sources):
        for item in split_source(source, web, leave_out | others):
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


def source_article(source: str, digest: str) -> Article:
    """Return the article of a source again. Raises `ReadError` where the source is gone or has changed."""
    reason = "the source has changed since the dump was built"
    for item in split_again(source):
        if isinstance(item, Record) and item.digest == digest:
            return readers.read(item)
        if isinstance(item, KgError):
            reason = f"cannot be read again: {item.reason}"
    raise ReadError(reason, Place(source))
