"""The compiled vocabulary: the tables that files were made into, kept so that the next command need not make them again.

They stand in the user's cache folder (`KG_CACHE` names another), one file for each set of sources, and may be deleted at any
time. A file that is damaged, or that cannot be written, costs only the time to make the tables again.
"""

from __future__ import annotations

import gc
import hashlib
import marshal
import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import accumulate
from pathlib import Path
from typing import Any

from kg.version import VERSION

_KEPT = 12


def folder() -> Path:
    """Return the folder of the cache."""
    if chosen := os.environ.get("KG_CACHE"):
        return Path(chosen)
    from platformdirs import user_cache_path

    return user_cache_path("article-kg")


def key(files: Iterable[Path], *settings: str) -> str:
    """Return what tells the tables of these files, read with these settings on this Python, from all others."""
    digest = hashlib.sha256(repr((VERSION, sys.implementation.cache_tag, settings)).encode())
    for path in files:
        body = path.read_bytes() if path.is_file() else b""
        digest.update(f"{path.name} {len(body)} {hashlib.sha256(body).hexdigest()}\n".encode())
    return digest.hexdigest()


def load(name: str) -> tuple[Any, ...] | None:
    """Return the tables kept under a key; None where there are none, or not exactly those that were written."""
    body = read(folder() / f"{name}.vocabulary")
    if body is None:
        return None
    try:
        tables = marshal.loads(body)
    except (EOFError, TypeError, ValueError):
        return None
    return tables if isinstance(tables, tuple) else None


def save(name: str, tables: tuple[Any, ...]) -> None:
    """Keep the tables under a key, and the newest few of the others; where that cannot be, do nothing."""
    write(folder() / f"{name}.vocabulary", marshal.dumps(tables), _KEPT)


def read(path: Path) -> memoryview | None:
    """Return what `write` kept in a file; None where there is none. A file that holds anything else is thrown away."""
    try:
        body = memoryview(path.read_bytes())
        if hashlib.sha256(body[32:]).digest() == body[:32]:
            with suppress(OSError):
                os.utime(path)  # the files that are used stay
            return body[32:]
        path.unlink()
    except OSError:
        return None
    return None


def write(path: Path, body: bytes, most_files: int, most_bytes: int | None = None) -> None:
    """Keep bytes in a file, in one step, and only the newest of the files with its ending; where that cannot be, do nothing."""
    beside = path.with_suffix(f".{os.getpid()}.new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_bytes(hashlib.sha256(body).digest() + body)
        beside.replace(path)
        kept = sorted(path.parent.glob(f"*{path.suffix}"), key=lambda file: file.stat().st_mtime, reverse=True)
        total = list(accumulate(file.stat().st_size for file in kept))
        for count, old in enumerate(kept):
            if count >= most_files or (most_bytes is not None and total[count] > most_bytes):
                old.unlink(missing_ok=True)
    except OSError:
        with suppress(OSError):
            beside.unlink()


@contextmanager
def without_collector() -> Iterator[None]:
    """Let Python not look for garbage in circles: among millions of small values that all stay it would look for long."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
