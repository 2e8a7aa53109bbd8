"""What a command prints or writes, to standard output or to a file that is whole or not there; and what it ends with."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import IO

from kg.errors import Finding, Place, ResourceError, UsageError


def write(pieces: str | Iterable[str] | Iterable[bytes], output: Path | None = None) -> None:
    """Write bytes, or text as UTF-8, to standard output or to a file that is whole or not there.

    Raises `ResourceError` where that cannot be.
    """
    encoded = _encoded((pieces,) if isinstance(pieces, str) else pieces)
    if output is None or str(output) == "-":
        if sys.stdout is None:
            raise ResourceError("standard output is closed")
        for body in encoded:
            sys.stdout.buffer.write(body)
        sys.stdout.buffer.flush()
        return
    with _disk(output), _beside(output) as file:
        file.writelines(encoded)


def write_files(pieces: Iterable[tuple[str, bytes]], folder: Path) -> None:
    """Write files into a folder, from pieces with the name of their file; each is whole or not there."""
    if folder.exists() and not folder.is_dir():
        raise UsageError("this is a file, and several are to be written: name a folder", Place(str(folder)))
    with _disk(folder), ExitStack() as stack:
        files: dict[str, IO[bytes]] = {}
        for name, body in pieces:
            if name not in files:
                folder.mkdir(parents=True, exist_ok=True)
                files[name] = stack.enter_context(_beside(folder / name))
            files[name].write(body)


@contextmanager
def _beside(output: Path) -> Iterator[IO[bytes]]:
    """Give a file that takes the place of another when all is written."""
    real = Path(os.path.realpath(output))
    special = real.exists() and not real.is_file()  # /dev/null, a pipe: nothing that another file could take the place of
    beside = real if special else real.with_name(f".{real.name}.new")
    try:
        with beside.open("wb") as file:
            yield file
        if not special:
            beside.replace(real)
    finally:
        if not special:
            beside.unlink(missing_ok=True)


def _encoded(pieces: Iterable[str] | Iterable[bytes]) -> Iterator[bytes]:
    return (piece if isinstance(piece, bytes) else piece.encode() for piece in pieces)


@contextmanager
def _disk(output: Path) -> Iterator[None]:
    """Say in words what the disk refused."""
    try:
        yield
    except OSError as error:
        raise ResourceError(f"cannot write here: {error.strerror}", Place(str(output))) from error


def exit_if_faulty(findings: Iterable[Finding], faulty: tuple[str, ...] = ("violation",)) -> None:
    """End with 1 if there is a fault; with 3 if every fault is of the environment: the disk, the network."""
    codes = {finding.exit_code for finding in findings if finding.severity in faulty}
    if codes:
        raise SystemExit(ResourceError.exit_code if codes == {ResourceError.exit_code} else 1)
