"""From bytes to text: UTF-8, nothing else, and said where it is not."""

from __future__ import annotations

from kg.article import Record, Span
from kg.errors import ReadError

_MARK = b"\xef\xbb\xbf"


def decode(record: Record) -> tuple[str, int]:
    """Return the record's text without a byte order mark, and the byte at which it begins.

    Raises `ReadError` for an empty source and for one that is not UTF-8, naming byte and line.
    """
    lead = len(_MARK) if record.body.startswith(_MARK) else 0
    try:
        text = record.body[lead:].decode("utf-8")
    except UnicodeDecodeError as error:
        at = error.start + lead
        reason = f"not UTF-8: byte 0x{record.body[at]:02X} at offset {at}; save the file as UTF-8"
        raise ReadError(reason, record.place(Span(at, at))) from error
    if not text.strip():
        raise ReadError("the file is empty", record.place())
    return text, lead
