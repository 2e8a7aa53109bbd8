"""A dump that is built again while it is served: its new store is made beside, and is asked as soon as it is ready."""

from __future__ import annotations

import asyncio
import os
import pickle
from collections.abc import Callable
from pathlib import Path

from kg import dataset
from kg.confined import StartError
from kg.errors import KgError, ResourceError
from kg.server import answering
from kg.server.pool import Pool
from kg.server.worker import Spawned
from kg.store import Prepared

_INTERVAL = 0.5  # seconds between two looks
_AGAIN = 30.0  # seconds until what failed is tried again

Tell = Callable[[str], None]
Stamp = tuple[int, int, int]


async def watch(target: Path, pool: Pool, seen: Stamp | None, tell: Tell) -> None:
    """Let a pool have the new store whenever the dump changes or its store turns out to be damaged, until cancelled.

    `seen` is the stamp of the dump that the pool has; `tell` is given a line for each change, and for each that could not be
    made: then the old data are served on.
    """
    loop = asyncio.get_running_loop()
    has_failed, again = False, 0.0
    while True:
        await asyncio.sleep(_INTERVAL)
        present = stamp(target)
        is_due = (has_failed or pool.damaged.is_set()) and loop.time() >= again
        if present is None or (present == seen and not is_due):
            continue
        seen, has_failed = present, False
        try:
            if await _renewed(target, pool):
                tell(f"{target} has changed; the new data are served")
        except KgError as error:
            has_failed, again = True, loop.time() + _AGAIN
            tell(f"{error}; the old data are served on")


async def _renewed(target: Path, pool: Pool) -> bool:
    """Let the pool have the present store of a dump; tell whether that is another."""
    is_damaged = pool.damaged.is_set()
    prepared = await prepare(target, pool.prepared if is_damaged else None)
    is_new = prepared.version != pool.version
    if is_new or is_damaged:
        await pool.replace(prepared)
    return is_new


async def prepare(target: Path, damaged: Prepared | None = None) -> Prepared:
    """Return a dump ready to be asked, as `store.prepare` does, made in a process of its own: that takes time and memory."""
    module, function = answering.__name__, answering.prepare_stores.__name__
    try:
        worker = await Spawned.started(module, function, b"", lambda worker: None)
    except StartError as error:
        raise ResourceError(f"the store cannot be made: {error}") from error
    try:
        body = await worker.reply(pickle.dumps((target, damaged)))
    finally:
        worker.kill()
        await worker.wait()
    outcome: Prepared | KgError = ResourceError("the store cannot be made") if body is None else pickle.loads(body)  # noqa: S301
    if isinstance(outcome, KgError):
        raise outcome
    return outcome


def stamp(target: Path) -> Stamp | None:
    """Return what changes with a dump or an RDF file; None while there is none, as in the moment when another takes its place."""
    try:
        found = os.stat(target / dataset.MANIFEST if target.is_dir() else target)
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns
