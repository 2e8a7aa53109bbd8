"""How a file of any format is packed: its bytes depend on what is packed alone, so no clock and no name stands in it."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Mapping
from typing import Protocol

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# Magic number, deflate, no flags, no time, no extra flags, unknown system (RFC 1952, section 2.3)
_GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
_GZIP_LEVEL, _ZSTD_LEVEL = 6, 3


class Packer(Protocol):
    """Packs bytes that come piece by piece."""

    def compress(self, data: bytes, /) -> bytes:
        """Return what is known so far of the packed bytes."""

    def flush(self) -> bytes:
        """Return the last of them."""


class _Plain:
    """Packs nothing."""

    def compress(self, data: bytes, /) -> bytes:
        return data

    def flush(self) -> bytes:
        return b""


class _Gzip:
    """Writes one gzip member. The head is ours, since that of zlib names the system on which it was made."""

    def __init__(self) -> None:
        self._deflate = zlib.compressobj(_GZIP_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
        self._head = _GZIP_HEAD
        self._checksum = self._size = 0

    def compress(self, data: bytes, /) -> bytes:
        head, self._head = self._head, b""
        self._checksum = zlib.crc32(data, self._checksum)
        self._size += len(data)
        return head + self._deflate.compress(data)

    def flush(self) -> bytes:
        size = self._size & 0xFFFFFFFF
        return self._head + self._deflate.flush() + self._checksum.to_bytes(4, "little") + size.to_bytes(4, "little")


def _zstd() -> Packer:
    parameter = zstd.CompressionParameter
    return zstd.ZstdCompressor(options={parameter.compression_level: _ZSTD_LEVEL, parameter.checksum_flag: 1})


# By what it adds to the name of a format and of a file
PACKINGS: Mapping[str, Callable[[], Packer]] = {"": _Plain, ".gz": _Gzip, ".zst": _zstd}
