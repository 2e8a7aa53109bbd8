"""What a command prints or writes, to standard output or to a file that is whole or not there; and what it ends with."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path

from kg.errors import Finding, Place, ResourceError


def write(pieces: str | Iterable[str], output: Path | None = None) -> None:
    """Write UTF-8 to standard output, or to a file that is whole or not there; `ResourceError` where that cannot be."""
    pieces = (pieces,) if isinstance(pieces, str) else pieces
    if output is None or str(output) == "-":
        if sys.stdout is None:
            raise ResourceError("standard output is closed")
        stream = sys.stdout.buffer
        for piece in pieces:
            stream.write(piece.encode())
        stream.flush()
        return
    real = Path(os.path.realpath(output))
    special = real.exists() and not real.is_file()  # /dev/null, a pipe: nothing that another file could take the place of
    beside = real if special else real.with_name(f".{real.name}.new")
    try:
        with beside.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(pieces)
        if not special:
            beside.replace(real)
    except OSError as error:
        raise ResourceError(f"cannot write here: {error.strerror}", Place(str(output))) from error
    finally:
        if not special:
            beside.unlink(missing_ok=True)


def exit_if_faulty(findings: Iterable[Finding], faulty: tuple[str, ...] = ("violation",)) -> None:
    """End with 1 if there is a fault; with 3 if every fault is of the environment: the disk, the network."""
    codes = {finding.exit_code for finding in findings if finding.severity in faulty}
    if codes:
        raise SystemExit(ResourceError.exit_code if codes == {ResourceError.exit_code} else 1)
