"""Gzip around any format: what is packed comes out piece by piece, never more of it than was asked for.

A file that swells without reason, is cut short or damaged is refused where that shows; concatenated members are one
stream, as gzip itself reads them.
"""

from __future__ import annotations

import io
import re
import zlib
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, BinaryIO

from kg.errors import Place, ReadError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

# Formats of one record a file stay below it; those of many (JSON lines, WARC) bound each record instead
MOST_OF_ONE = 256 << 20
# Text shrinks to a fifth, the dullest log to a hundredth; deflate can do a thousandth
_MOST_TIMES = 200
_UNSUSPICIOUS = 16 << 20
# Small, because zlib hands back as a copy what it did not need
_BLOCK = 16 << 10
_PIECE = 256 << 10
# Damaged data may pass as good for a while: so far behind the fault the next member is looked for
_WINDOW = 64 << 10
# So much of a member tells what it holds
_HEAD = 4 << 10
_START = b"\x1f\x8b\x08"
_MEMBER = re.compile(rb"\x1f\x8b\x08[\x00-\x1f]")
_GZIP = 16 + zlib.MAX_WBITS


def is_gzip(head: bytes) -> bool:
    """Tell whether these are the first bytes of gzip data."""
    return _MEMBER.match(head) is not None


def unpacked(stream: BinaryIO, name: str, most: int | None = MOST_OF_ONE, head: bytes = b"") -> BinaryIO:
    """Return the content of gzip data as a stream of its own; `head` is what was already read of the given one.

    Reading raises `ReadError` (the place is `name`) for data that are cut short, damaged or followed by other bytes, and for
    content of more than `most` bytes (None: any number) or out of all proportion to what was packed.
    """
    return io.BufferedReader(Unpacked(stream, name, most, head), _PIECE)


def opened(stream: BinaryIO, name: str, most: int | None = MOST_OF_ONE) -> BinaryIO:
    """Return a stream that can be read twice from its begin, unpacked where it is packed, as `unpacked` does."""
    stream.seek(0)
    is_packed = is_gzip(stream.read(4))
    stream.seek(0)
    return unpacked(stream, name, most) if is_packed else stream


def begin(stream: BinaryIO, count: int) -> tuple[bytes, bool]:
    """Return so many first bytes of a stream, and whether they are all of it; of damaged data, those before the damage."""
    found = b""
    with suppress(ReadError):
        while len(found) < count:
            piece = stream.read(min(_BLOCK, count - len(found)))
            if not piece:
                return found, True
            found += piece
    return found, False


class Unpacked(io.RawIOBase):
    """The content of gzip data, unbuffered.

    `member` is where in the file the last member begins that was begun, `is_within` tells that it has not ended yet.
    """

    def __init__(self, stream: BinaryIO, name: str, most: int | None = None, head: bytes = b"") -> None:
        self.member = 0
        self.is_within = False
        self._stream, self._name, self._most = stream, name, most
        self._engine = zlib.decompressobj(_GZIP)
        self._packed = head  # read and not yet unpacked
        self._window = head[-_WINDOW:]  # the last bytes read, whether unpacked or not
        self._taken = len(head)  # bytes of the file
        self._given = 0  # bytes of content

    @property
    def offset(self) -> int:
        """Where in the file the member begins that is being read; between two, where the next should begin."""
        return self.member if self.is_within else self._taken - len(self._packed)

    def readable(self) -> bool:
        """Tell that this is for reading."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Fill the buffer with the next bytes, never of two members at once, and return how many: 0 at the end."""
        view = memoryview(buffer).cast("B")
        while self._packed or self._refill():
            if not self.is_within and not self._begin():
                continue
            piece = self._next(len(view))
            if piece:
                view[: len(piece)] = piece
                return len(piece)
        if self.is_within:
            raise self._error("the end of the gzip data is missing")
        return 0

    def recover(self, is_wanted: Callable[[bytes], bool]) -> bool:
        """After an error, go on at the next member whose first bytes are wanted; False where there is none."""
        first = self._taken - len(self._window)
        data = self._window[max(0, self.offset + self.is_within - first) :]
        block = self._read_block()
        while True:
            data += block
            # A member that begins near the end waits for the next block
            end = len(data) - _HEAD if block else len(data)
            for match in _MEMBER.finditer(data):
                if match.start() < end and is_wanted(_first_bytes(data[match.start() : match.start() + _HEAD])):
                    self._packed, self.is_within = data[match.start() :], False
                    return True
            data = data[max(0, end) :]
            if not block:
                self._packed, self.is_within = b"", False
                return False
            block = self._read_block()

    def _read_block(self) -> bytes:
        block = self._stream.read(_BLOCK)
        self._taken += len(block)
        self._window = (self._window + block)[-_WINDOW:]
        return block

    def _refill(self) -> bool:
        self._packed = self._read_block()
        return bool(self._packed)

    def _begin(self) -> bool:
        """Begin the next member; False where zeros fill the file up, as tapes and gzip have them."""
        if self._taken > len(self._packed):
            self._packed = self._packed.lstrip(b"\0")
        if not self._packed:
            return False
        while len(self._packed) < 4 and (block := self._read_block()):
            self._packed += block
        if not is_gzip(self._packed) and not _START.startswith(self._packed):
            raise self._error(f"no gzip data at byte {self._taken - len(self._packed):,}; what stands there is not read")
        self.member = self._taken - len(self._packed)
        self._engine, self.is_within = zlib.decompressobj(_GZIP), True
        return True

    def _next(self, size: int) -> bytes:
        """Return up to `size` bytes of the member's content; none where more packed bytes are needed or it ends."""
        try:
            piece = self._engine.decompress(self._packed, size)
        except zlib.error as error:
            at = self._taken - len(self._packed)
            raise self._error(f"damaged gzip data near byte {at:,} ({str(error).rpartition(': ')[2]})") from error
        self._packed = self._engine.unused_data if self._engine.eof else self._engine.unconsumed_tail
        self.is_within = not self._engine.eof
        self._given += len(piece)
        if self._most is not None and self._given > self._most:
            raise self._error(f"unpacks to more than {self._most >> 20:,} MB")
        used = self._taken - len(self._packed)
        if self._given > _UNSUSPICIOUS and self._given > _MOST_TIMES * used:
            raise self._error(f"unpacks to more than {_MOST_TIMES} times its size")
        return piece

    def _error(self, reason: str) -> ReadError:
        return ReadError(reason, Place(self._name))


def _first_bytes(packed: bytes) -> bytes:
    """Return the first bytes of what a member holds; none of what is no gzip data after all."""
    try:
        return zlib.decompressobj(_GZIP).decompress(packed, 64)
    except zlib.error:
        return b""
