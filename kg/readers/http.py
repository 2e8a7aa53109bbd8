"""An HTTP answer as an archive keeps it: status, type and charset, and the body as it was before it was packed for the way."""

from __future__ import annotations

import io
import re
import zlib
from typing import NamedTuple

# What a page may have when unpacked
MOST = 64 << 20
_MOST_HEADER = 64 << 10
_MOST_CODINGS = 5
_PIECE = 64 << 10
_STATUS = re.compile(rb"HTTP/\d(?:\.\d)?[ \t]+(\d{3})\b")
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_FOLD = re.compile(r"\r?\n[ \t]+")
_CHARSET = re.compile(r";\s*charset\s*=\s*[\"']?([\w.:+-]{1,60})", re.IGNORECASE)
_CHUNK = re.compile(rb"(?:\r?\n)?([0-9A-Fa-f]{1,8})[ \t]*(?:;[^\r\n]{0,1000})?\r?\n")
# The marks by which WHATWG's MIME Sniffing standard knows a page, behind white space and a byte order mark
_HTML = re.compile(
    rb"(?:\xef\xbb\xbf)?[\s]*(?:<\?xml[^>]{0,200}>\s*)?<(?:!doctype\s+html|html|head|script|iframe|h1|div|font|table|a|style|title"
    rb"|b|body|br|p|meta|link|article|main|!--)(?:[\s>/]|--)",
    re.IGNORECASE,
)


class Answer(NamedTuple):
    """The header of an answer, and where its body begins; `status` is None where no status line stands before the body."""

    status: int | None
    type: str
    charset: str | None
    codings: tuple[str, ...] = ()
    is_chunked: bool = False
    begin: int = 0


def answer(message: bytes) -> Answer:
    """Return what the header of a message says. `ValueError` for one that does not end."""
    found = _STATUS.match(message)
    if found is None:
        return Answer(None, "", None)
    end = _HEADER_END.search(message, found.end(), found.end() + _MOST_HEADER)
    if end is None and len(message) > found.end() + _MOST_HEADER:
        raise ValueError("its HTTP header does not end")
    begin = end.end() if end else len(message)
    given = fields(message[found.end() : begin])
    codings = tuple(coding for coding in _listed(given.get("content-encoding", "")) if coding not in ("identity", "none"))
    is_chunked = "chunked" in _listed(given.get("transfer-encoding", ""))
    return Answer(int(found[1]), *media_type(given.get("content-type", "")), codings, is_chunked, begin)


def fields(header: bytes) -> dict[str, str]:
    """Return the fields of a header, names in lower case; a field that is there twice has its values joined by commas."""
    found: dict[str, str] = {}
    for line in _FOLD.sub(" ", header.decode(errors="replace")).splitlines():
        name, colon, value = line.partition(":")
        key = name.strip().lower()
        if colon:
            found[key] = f"{found[key]}, {value.strip()}" if key in found and len(found[key]) < 1000 else value.strip()
    return found


def media_type(value: str) -> tuple[str, str | None]:
    """Return type and charset of a Content-Type."""
    charset = _CHARSET.search(value)
    return value.partition(";")[0].partition(",")[0].strip().lower(), charset[1] if charset else None


def is_html(body: bytes) -> bool:
    """Tell whether bytes without a type begin like a page."""
    return _HTML.match(body[:2048]) is not None


def body(message: bytes, given: Answer) -> tuple[bytes, bool]:
    """Return the body without chunks and unpacked, and whether its end is there.

    Raises `ValueError` with the reason for a body that cannot be unpacked. Archives often keep the header as it was and the
    body already unpacked: one that is not in the form that the header says is taken as it is.
    """
    content, is_whole = message[given.begin :], True
    if given.is_chunked:
        content, is_whole = _without_chunks(content)
    if len(given.codings) > _MOST_CODINGS:
        raise ValueError(f"packed {len(given.codings)} times")
    for coding in reversed(given.codings):
        content, has_end = _decoded(content, coding)
        is_whole = is_whole and has_end
    return content, is_whole


def _listed(value: str) -> list[str]:
    return [item.strip().lower() for item in value.split(",") if item.strip()]


def _without_chunks(content: bytes) -> tuple[bytes, bool]:
    pieces: list[bytes] = []
    at = 0
    while chunk := _CHUNK.match(content, at):
        size = int(chunk[1], 16)
        if not size:
            return b"".join(pieces), True
        pieces.append(content[chunk.end() : chunk.end() + size])
        at = chunk.end() + size
    return (b"".join(pieces), False) if pieces else (content, True)


def _decoded(content: bytes, coding: str) -> tuple[bytes, bool]:
    """Return the content unpacked and whether it ends as it should."""
    if coding in ("gzip", "x-gzip"):
        return _inflated(content, 16 + zlib.MAX_WBITS) if content.startswith(b"\x1f\x8b") else (content, True)
    if is_html(content):
        return content, True
    if coding == "deflate":
        # The standard means zlib's form; servers send the bare one as well
        has_zlib_head = len(content) > 1 and content[0] & 15 == 8 and int.from_bytes(content[:2], "big") % 31 == 0
        return _inflated(content, zlib.MAX_WBITS if has_zlib_head else -zlib.MAX_WBITS)
    if coding == "br":
        return _from_brotli(content)
    raise ValueError(f"packed in a way that is not known: {coding[:40]!r}")


def _inflated(content: bytes, form: int) -> tuple[bytes, bool]:
    engine = zlib.decompressobj(form)
    try:
        return _bounded(engine.decompress(content, MOST + 1)), engine.eof
    except zlib.error as error:
        raise ValueError(f"its packed data are damaged ({str(error).rpartition(': ')[2]})") from error


def _from_brotli(content: bytes) -> tuple[bytes, bool]:
    try:
        from fastwarc.stream_io import BrotliReader
    except ImportError as error:
        raise ValueError("packed with Brotli; install fastwarc to read it") from error
    packed, text = BrotliReader(io.BytesIO(content)), bytearray()
    try:
        while len(text) <= MOST and (piece := packed.read(_PIECE)):
            text += piece
    except OSError as error:
        if not text:
            raise ValueError("its packed data are damaged (Brotli)") from error
        return bytes(text), False
    return _bounded(bytes(text)), True


def _bounded(content: bytes) -> bytes:
    if len(content) > MOST:
        raise ValueError(f"unpacks to more than {MOST >> 20} MB")
    return content
