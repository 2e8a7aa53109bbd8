"""The map over records: what an earlier build made of one is taken from there, the others are converted, by many processes if
they are many.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from kg import confined
from kg.article import Record
from kg.confined import ChildError
from kg.errors import Finding, UsageError
from kg.pipeline.conversion import convert
from kg.pipeline.records import attempt
from kg.pipeline.tools import Tools, load_tools
from kg.spool import Converted, Refusal, Spool
from kg.validation import Engine
from kg.workers import Workers, pack, unpack

# So many articles are converted here before it pays to start processes
_ALONE = 48
_MEMORY = 4 << 30

Item = Converted | Refusal | Finding


class Keyed(NamedTuple):
    """What a record became, and the key under which the spool keeps it; a record that is still to be converted."""

    item: Item | Record
    key: bytes = b""


def converted(
    found: Iterable[Record | Refusal | Finding], spool: Spool, tools: Tools, engine: Engine, timeout: float, jobs: int
) -> Iterator[tuple[Item, bytes]]:
    """Yield what each record becomes, with the key under which the spool keeps it, in the order of the records.

    With `jobs` above 1 so many processes convert what comes after the first few.
    """
    todo = (_keyed(item, spool) for item in found)
    alone = 0
    for keyed in todo:
        if isinstance(keyed.item, Record):
            alone += 1
            yield _convert(keyed.item, tools), keyed.key
        else:
            yield keyed.item, keyed.key
        if jobs > 1 and alone >= _ALONE:
            break
    else:
        return
    setup = pickle.dumps((tools.config, engine, timeout))
    workers = Workers(__name__, answer_records.__name__, setup, jobs)
    requests = ((keyed, pickle.dumps(keyed.item) if isinstance(keyed.item, Record) else None) for keyed in todo)
    for (item, key), answer in workers.map(requests):
        yield _answered(item, answer), key


def _keyed(item: Record | Refusal | Finding, spool: Spool) -> Keyed:
    if not isinstance(item, Record):
        return Keyed(item)
    found = key(item)
    return Keyed(spool.kept(found) or item, found)


def key(record: Record) -> bytes:
    """Return what tells a record from all others: its bytes, where they came from, and what the transport says of them."""
    about = (record.source, record.format, record.line, record.column, record.url, record.charset, record.language)
    digest = hashlib.sha256(repr((about, len(record.around))).encode(errors="surrogateescape"))
    digest.update(record.around)
    digest.update(record.body)
    return digest.digest()


def _convert(record: Record, tools: Tools) -> Item:
    return attempt(record, lambda record: convert(record, tools))


def _answered(item: Item | Record, answer: bytes | ChildError | None) -> Item:
    """Return what became of a record: what a process says, or that it broke down."""
    if not isinstance(item, Record):
        return item
    if answer is None or isinstance(answer, ChildError):
        return Refusal((Finding("violation", f"the program broke down on this article: {answer}", item.place()),))
    found: Item = pickle.loads(answer)  # noqa: S301
    if isinstance(found, Exception):
        raise found
    return found


def answer_records() -> None:
    """Convert, in a process of its own, one record after another."""
    confined.answer(_prepared)


def _prepared(setup: bytes) -> Callable[[bytes], bytes]:
    config, engine, timeout = pickle.loads(setup)  # noqa: S301
    tools = load_tools(config, engine, timeout, has_opinions=False)
    confined.limit_memory(_MEMORY)

    def reply(request: bytes) -> bytes:
        return pack([pickle.dumps(_try(pickle.loads(record), tools)) for record in unpack(request)])  # noqa: S301

    return reply


def _try(record: Record, tools: Tools) -> Item | UsageError:
    try:
        return _convert(record, tools)
    except UsageError as error:
        return error
