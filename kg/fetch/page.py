"""The bytes of an answer: whole, decoded, and never more than asked for."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Mapping
from http.client import IncompleteRead

from urllib3 import BaseHTTPResponse

from kg.errors import FetchError, RefusedError
from kg.readers.http import media_type

_CHUNK = 2**16
_MAGIC = b"\x1f\x8b"
_GZIP = 16 + zlib.MAX_WBITS
_READ = re.compile(
    r"text/(html|xml|plain|markdown|x-markdown)"
    r"|application/(xhtml\+xml|xml|rss\+xml|atom\+xml|json|ld\+json|feed\+json|pdf|x-pdf|gzip|x-gzip|warc)"
)


def described(headers: Mapping[str, str]) -> tuple[str | None, str | None]:
    """Return the media type and charset that a server declares. Raises `RefusedError` for a type that nothing here reads."""
    declared, charset = media_type(headers.get("Content-Type", ""))
    if declared and not _READ.fullmatch(declared):
        raise RefusedError(f"its type is {declared[:80]!r}, which is not read")
    return declared or None, charset


def body(raw: BaseHTTPResponse, most: int) -> bytes:
    """Return the whole decoded body of an answer.

    Raises `RefusedError` where it is larger than `most` bytes, before or after decoding; `FetchError` where it is packed in
    another way than gzip, or ends early; the errors of http.client and urllib3 where the connection fails.
    """
    packing = raw.headers.get("Content-Encoding", "").strip().lower()
    if packing not in ("", "identity", "gzip", "x-gzip"):
        raise FetchError(f"it is packed as {packing[:40]!r}, which was not asked for")
    received = _received(raw, most)
    return b"".join(_unpacked(received, most) if "gzip" in packing else received)


def _received(raw: BaseHTTPResponse, most: int) -> Iterator[bytes]:
    """Yield the bytes as they come. Where the server said how many there are, it was right."""
    announced = raw.headers.get("Content-Length", "")
    length = int(announced) if re.fullmatch(r"[0-9]{1,18}", announced) and "Transfer-Encoding" not in raw.headers else None
    if length is not None and length > most:
        raise _too_large(most)
    count = 0
    for piece in raw.stream(_CHUNK, decode_content=False):
        count += len(piece)
        if count > most:
            raise _too_large(most)
        yield piece
    if length is not None and count != length:
        raise IncompleteRead(b"", length - count)


def _unpacked(pieces: Iterator[bytes], most: int) -> Iterator[bytes]:
    """Yield what gzip packed, in one member or several, and never unpack more than `most` bytes of it."""
    stream = zlib.decompressobj(_GZIP)
    count, is_begun = 0, False
    for piece in pieces:
        rest = piece
        while rest:
            if stream.eof:
                if not _MAGIC.startswith(rest[:2]):
                    return  # padding after the last member
                stream = zlib.decompressobj(_GZIP)
            try:
                found = stream.decompress(rest, most - count + 1)
            except zlib.error as error:
                raise FetchError("it is not the gzip that it says to be") from error
            is_begun = True
            count += len(found)
            if count > most:
                raise _too_large(most)
            yield found
            rest = stream.unused_data
    if is_begun and not stream.eof:
        raise FetchError("it ends in the middle of its gzip")


def _too_large(most: int) -> RefusedError:
    return RefusedError(f"it is larger than {most:,} bytes")
