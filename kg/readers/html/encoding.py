"""The encoding of an HTML page as browsers find it: mark, transport, `meta`, else UTF-8 where it fits, else Windows-1252.

After the WHATWG Encoding standard (labels, by webencodings) and the HTML standard's prescan.
"""

from __future__ import annotations

import codecs
import re
from dataclasses import replace

import webencodings

from kg.article import Record

_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xfe\xff", "utf-16be"), (b"\xff\xfe", "utf-16le"))
# HTML standard, 13.2.3.2: the first 1,024 bytes are looked at; real pages place it later, and browsers then begin again
_PRESCAN = 4096
_COMMENT = re.compile(rb"<!--.*?-->", re.DOTALL)
_META = re.compile(rb"<meta[\s/][^>]*?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)
_XML = re.compile(rb"\s*<\?xml\s[^>]*?encoding\s*=\s*[\"']([A-Za-z0-9_:.-]+)")


def transcoded(record: Record) -> tuple[Record, str]:
    """Return the record with its body in UTF-8, without a mark, and the name of the encoding that it was in.

    A page that holds characters of UTF-8 and nothing else is in it, whatever its `meta` says: who saves a page often writes
    UTF-8 and leaves that as it was, and no text of another encoding looks so by chance. A byte that is none in the encoding
    found becomes U+FFFD, as in a browser.
    """
    body, codec = record.body, None
    for mark, name in _MARKS:
        if body.startswith(mark):
            body, codec = body[len(mark) :], webencodings.lookup(name)
            break
    codec = codec or _declared(record.charset) or _of_itself(body)
    if codec.name != "utf-8" or not _is_utf_8(body):
        body = codec.codec_info.decode(body, "replace")[0].encode("utf-8", "replace")
    return replace(record, body=body, charset="utf-8"), codec.name


def _declared(label: str | None) -> webencodings.Encoding | None:
    return webencodings.lookup(label) if label else None


def _prescanned(body: bytes) -> webencodings.Encoding | None:
    """Return the encoding that the page itself names; UTF-16 cannot be named in bytes of ASCII, so it means UTF-8."""
    start = _COMMENT.sub(b"", body[:_PRESCAN])
    found = _META.search(start) or _XML.match(start)
    codec = webencodings.lookup(found[1].decode("ascii")) if found else None
    return webencodings.UTF8 if codec and codec.name.startswith("utf-16") else codec


_WINDOWS = webencodings.Encoding("windows-1252", codecs.lookup("cp1252"))


def _of_itself(body: bytes) -> webencodings.Encoding:
    if not _is_utf_8(body):
        return _prescanned(body) or _WINDOWS
    return webencodings.UTF8 if not body.isascii() else _prescanned(body) or webencodings.UTF8


def _is_utf_8(body: bytes) -> bool:
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
