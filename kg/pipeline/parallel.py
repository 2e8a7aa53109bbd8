"""The map over records: what an earlier build made of one is taken from there, the others are converted, by many processes if
they are many.

One article costs no other, whatever happens to it. What is a fault of ours, an exception that is no refusal or the end of the
process, refuses that article, with words that say so: it is told like any fault, `--keep-going` builds without it, and it is the
same with one process and with many. What keeps us from working at all stops the run.
"""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import fields, replace
from itertools import chain
from pathlib import Path
from traceback import extract_tb
from typing import NamedTuple

from kg import confined
from kg.article import Record
from kg.confined import ChildError, StartError
from kg.converted import Converted, Refusal
from kg.errors import Finding, Place, ResourceError, UsageError
from kg.pipeline.conversion import convert
from kg.pipeline.records import attempt
from kg.pipeline.tools import Tools, load_tools
from kg.spool import Spool
from kg.validation import Engine
from kg.workers import Task, Workers

# So many articles, or so many bytes of them, are converted here before it pays to start processes
_FEW, _SMALL = 128, 1 << 20
# As much is held while we see whether there are so many
_HELD, _MOST_HELD = 4 << 20, 256
_MEMORY = 4 << 30
# Seconds that an article may take, beside what its shapes may: a hundred thousand times what it does take
_TIMEOUT = 600.0
_PACKAGE = Path(__file__).parent.parent

Item = Converted | Refusal | Finding
# What a key tells as text
_ABOUT = tuple(item.name for item in fields(Record) if item.name not in ("around", "body"))


class Keyed(NamedTuple):
    """What a record became, and the key under which the spool keeps it; a record that is still to be converted."""

    item: Item | Record
    key: bytes = b""

    @property
    def size(self) -> int:
        """How many bytes it holds, roughly."""
        if isinstance(self.item, Record):
            return len(self.item.body) + len(self.item.around)
        return len(self.item.row.pieces) if isinstance(self.item, Converted) and self.item.row else 0


def converted(
    found: Iterable[Record | Refusal | Finding], spool: Spool, tools: Tools, engine: Engine, timeout: float, jobs: int
) -> Generator[tuple[Item, bytes], None, None]:
    """Yield what each record becomes, with the key under which the spool keeps it, in the order of the records.

    With `jobs` above 1 so many processes convert them, unless they are few. Who stops in the middle closes the generator, which
    ends the processes.
    """
    todo = (_keyed(item, spool) for item in found)
    held: list[Keyed] = []
    count = size = waiting = 0
    for keyed in todo:
        held.append(keyed)
        waiting += keyed.size
        if isinstance(keyed.item, Record):
            count, size = count + 1, size + keyed.size
        if jobs > 1 and (count >= _FEW or size >= _SMALL):
            break
        if jobs == 1 or len(held) >= _MOST_HELD or waiting >= _HELD:
            yield from _here(held, tools)
            held, waiting = [], 0
    else:
        yield from _here(held, tools)
        return
    yield from _elsewhere(chain(held, todo), tools, engine, timeout, jobs)


def _here(held: Iterable[Keyed], tools: Tools) -> Iterator[tuple[Item, bytes]]:
    for item, key in held:
        yield _convert(item, tools) if isinstance(item, Record) else item, key


def _elsewhere(todo: Iterable[Keyed], tools: Tools, engine: Engine, timeout: float, jobs: int) -> Iterator[tuple[Item, bytes]]:
    setup = pickle.dumps((tools.config, engine, timeout))
    workers = Workers(__name__, answer_records.__name__, setup, jobs, _TIMEOUT + timeout)
    with closing(workers.map(map(_task, todo))) as answered:
        try:
            for (item, key), answer in answered:
                yield _answered(item, answer), key
        except StartError as error:
            raise ResourceError(f"the processes that convert articles cannot start; --jobs 1 does without ({error})") from error


def _task(keyed: Keyed) -> Task[tuple[Item | Place, bytes]]:
    """Return a task whose request is the record in parts: its bytes travel as they are, and nobody holds them twice."""
    record, key = keyed
    if not isinstance(record, Record):
        return Task((record, key), None, keyed.size)
    about = pickle.dumps(replace(record, body=b"", around=b""))
    return Task((record.place(), key), (about, record.body, record.around), keyed.size)


def _keyed(item: Record | Refusal | Finding, spool: Spool) -> Keyed:
    if not isinstance(item, Record):
        return Keyed(item)
    found = key(item)
    return Keyed(spool.kept(found) or item, found)


def key(record: Record) -> bytes:
    """Return what tells a record from all others: its bytes, where they came from, and what the transport says of them."""
    about = [getattr(record, name) for name in _ABOUT]
    digest = hashlib.sha256(repr((about, len(record.around))).encode())
    digest.update(record.around)
    digest.update(record.body)
    return digest.digest()


def _convert(record: Record, tools: Tools) -> Item:
    """Return what a record becomes. Raises `UsageError` for what concerns every article."""
    try:
        return attempt(record, lambda record: convert(record, tools))
    except (UsageError, KeyboardInterrupt):
        raise
    except OSError as error:
        reason = f"cannot be converted: {error.strerror or error}"
        return Refusal((Finding("violation", reason, record.place(), exit_code=ResourceError.exit_code),))
    except BaseException as error:  # that of a library in Rust is no Exception
        return Refusal((Finding("violation", _fault(error), record.place()),))


def _fault(error: BaseException) -> str:
    """Return what to say of an exception that nobody foresaw: its type, its words, and where of our code it came from."""
    ours = [row for row in extract_tb(error.__traceback__) if _PACKAGE in Path(row.filename).parents]
    where = f", in kg/{Path(ours[-1].filename).relative_to(_PACKAGE).as_posix()}:{ours[-1].lineno}" if ours else ""
    words = " ".join(str(error).split())[:200]
    return f"{_OURS} ({type(error).__name__}{f': {words}' if words else ''}{where})"


_OURS = "kg breaks down on this article: a fault of kg, not of the article. Please report it with the article"


def _answered(item: Item | Place, answer: bytes | ChildError | None) -> Item:
    """Return what became of a record: what a process says, or that it broke down."""
    if not isinstance(item, Place):
        return item
    if answer is None or isinstance(answer, ChildError):
        return Refusal((Finding("violation", f"{_OURS} ({answer})", item),))
    found: Item = pickle.loads(answer)  # noqa: S301
    if isinstance(found, Exception):
        raise found
    return found


def answer_records() -> None:
    """Convert, in a process of its own, one record after another."""
    confined.answer_each(_prepared)


def _prepared(setup: bytes) -> Callable[[bytes, bytes, bytes], bytes]:
    confined.end_with_parent()
    config, engine, timeout = pickle.loads(setup)  # noqa: S301
    tools = load_tools(config, engine, timeout, has_opinions=False)
    confined.limit_memory(_MEMORY)

    def reply(about: bytes, body: bytes, around: bytes) -> bytes:
        record: Record = pickle.loads(about)  # noqa: S301
        try:
            return pickle.dumps(_convert(replace(record, body=body, around=around), tools))
        except UsageError as error:
            return pickle.dumps(error)

    return reply
