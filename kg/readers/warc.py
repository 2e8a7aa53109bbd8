"""Web archives (WARC, ISO 28500; also 0.17 and 0.18), packed or not: the pages in them, each a record of HTML.

A cutter of our own and not fastwarc: at broken data that one stops without a word or gives half a record for a whole one,
and never goes on behind it. Here a record counts when its length leads to the next one; a broken one costs itself, and
reading goes on at the next "WARC/1.0" line or gzip member.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from kg.article import Record
from kg.errors import Finding, KgError, Place, ReadError
from kg.readers import http
from kg.readers.packed import Unpacked, is_gzip

# A record that claims more is not waited for: the next is looked for right behind its header
_MOST = 64 << 20
_MOST_HEADER = 64 << 10
# A file with so many faults is an attack or noise
_MOST_FAULTS = 1000
_BLOCK = 256 << 10
_VERSION = re.compile(rb"WARC/\d\.\d{1,2}[ \t]*\r?\n")
_NEXT = re.compile(rb"WARC/\d\.\d{1,2}[ \t]*\r?\n(?=[A-Za-z-]{1,40}:)")
_NEXT_LENGTH = 128
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_HTML = frozenset({"text/html", "application/xhtml+xml"})
_UNKNOWN = frozenset({"", "unknown/unknown", "application/unknown", "*/*", "application/http"})
_OTHER_KINDS = {kind: kind for kind in ("request", "revisit", "continuation", "conversion")} | {
    "warcinfo": "warcinfo record",
    "metadata": "metadata record",
}
_KINDS = {"image": "image", "video": "video", "audio": "sound", "font": "font", "text/css": "stylesheet", "application/pdf": "PDF"}


def split(stream: BinaryIO, name: str) -> Iterator[Record | KgError | Finding]:
    """Yield the pages of an archive, with `name#offset` as source; what is broken as errors; at the end what was skipped.

    The offset is the record's byte in the file; in a packed file the byte of its gzip member, and where several records
    share one, `+` and the byte in the member's content.
    """
    tape = _Tape(stream, name)
    skipped: Counter[str] = Counter()
    faults = 0
    if not tape.has(1) and tape.fault is None:
        yield ReadError("the file is empty", Place(name))
    for found in _cut_all(tape):
        if isinstance(found, ReadError):
            yield found
            faults += 1
        elif found.kind:
            skipped[found.kind] += 1
        else:
            yield from _page(found, skipped)
        if faults >= _MOST_FAULTS:
            yield ReadError(f"{_MOST_FAULTS:,} faults; the rest of the file is not read", Place(name))
            break
    if total := skipped.total():
        kinds = sorted(skipped.items(), key=lambda item: (-item[1], item[0]))
        reason = f"{_counted(total, 'record')} skipped: " + ", ".join(_counted(number, kind) for kind, number in kinds)
        yield Finding("info", reason, Place(name))


def _counted(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


class _Cut(NamedTuple):
    """A record as it was cut out: a page, or what `kind` calls it."""

    source: str
    fields: dict[str, str]
    kind: str
    content: bytes = b""


# --- from record to page -------------------------------------------------------------------------------------------
def _page(cut: _Cut, skipped: Counter[str]) -> Iterator[Record | KgError | Finding]:
    """Yield the page of a record, and a warning where only a part of it was kept."""
    place = Place(cut.source)
    try:
        answer = _answer(cut.fields, cut.content)
        body, is_whole = http.body(cut.content, answer)
    except ValueError as error:
        yield ReadError(str(error), place)
        return
    if answer.type in _UNKNOWN and not http.is_html(body):
        skipped["other file"] += 1
        return
    if why := cut.fields.get("warc-truncated") or ("segmented" if "warc-segment-number" in cut.fields else ""):
        yield Finding("warning", f"the archive kept only a part of this page ({why[:40]})", place)
    elif not is_whole:
        yield Finding("warning", "the end of this page was not received", place)
    address = cut.fields.get("warc-target-uri", "").strip("<>")
    url = address if address.lower().startswith(("http://", "https://")) else None
    yield Record(cut.source, "html", body, url=url, charset=answer.charset)


def _answer(fields: dict[str, str], content: bytes) -> http.Answer:
    """Return the header of the answer; of a record without one, what the archive says of its content."""
    answer = http.answer(content)
    if answer.status is None or fields.get("warc-type", "").lower() == "resource":
        return http.Answer(None, *http.media_type(fields.get("content-type", "")))
    return answer


def _kind(fields: dict[str, str], start: bytes) -> str:
    """Return what a record that is no page is; "" for one that is, or that only its content can tell."""
    kind = fields.get("warc-type", "").strip().lower()
    if kind not in ("response", "resource"):
        return _OTHER_KINDS.get(kind, "other record")
    try:
        answer = _answer(fields, start)
    except ValueError:
        return ""
    if answer.status not in (None, 200):
        return "redirect" if answer.status // 100 == 3 else "error page" if answer.status >= 400 else "other answer"
    if answer.type in _HTML or answer.type in _UNKNOWN:
        return ""
    return _KINDS.get(answer.type) or _KINDS.get(answer.type.partition("/")[0]) or "other file"


# --- from bytes to records -----------------------------------------------------------------------------------------
def _cut_all(tape: _Tape) -> Iterator[_Cut | ReadError]:
    """Yield every record, and an error for each stretch that is none."""
    told: ReadError | None = None
    while True:
        tape.skip_blank()
        if tape.has(1):
            found = _cut(tape)
            yield found
            if isinstance(found, ReadError):
                told = tape.fault if tape.fault and tape.fault.reason == found.reason else told
                tape.find_next()
            continue
        if tape.fault is None:
            return
        if tape.fault is not told:
            yield ReadError(tape.fault.reason, Place(tape.end))
        if not tape.recover():
            return


def _cut(tape: _Tape) -> _Cut | ReadError:
    """Return the record at the cursor, which then stands behind it; or why there is none, with the cursor as it was."""
    source = tape.source
    if not tape.is_at_record():
        return ReadError("no WARC record begins here; what stands here is not read", Place(source))
    header = tape.header()
    if header is None:
        return ReadError(tape.fault.reason if tape.fault else "the header of the record has no end", Place(source))
    fields = http.fields(header)
    length = fields.get("content-length", "")
    if not re.fullmatch(r"\d{1,18}", length, re.ASCII):
        return ReadError(f"the record's length is not known (Content-Length: {length[:40]!r})", Place(source))
    begin, end = len(header), len(header) + int(length)
    tape.has(min(end, begin + 2 * _MOST_HEADER))
    kind = _kind(fields, tape.piece(begin, min(end, begin + 2 * _MOST_HEADER)))
    if end - begin > _MOST:
        if not kind:
            return ReadError(f"a record of {end - begin:,} bytes; at most {_MOST >> 20} MB are read", Place(source))
        tape.find_next()
        return _Cut(source, fields, kind)
    if fault := _fault(tape, begin, end):
        return ReadError(fault, Place(source))
    content = b"" if kind else tape.piece(begin, end)
    tape.skip(end)
    return _Cut(source, fields, kind, content)


def _fault(tape: _Tape, begin: int, end: int) -> str:
    """Return why the record's length cannot be right or its content not be trusted; "" where the next one follows."""
    if not tape.has(end):
        reason = f"cut short: {end - begin:,} bytes by its Content-Length, and the file ends after {tape.left - begin:,}"
        return tape.fault.reason if tape.fault else reason
    tape.has(end + 16)
    behind = tape.piece(end, end + 16)
    if tape.is_damaged and len(behind) < 16:
        return tape.fault.reason if tape.fault else ""
    rest = behind.lstrip(b"\r\n")
    if not rest or rest.startswith(b"WARC/") or _HEADER_END.match(behind):
        return ""
    return f"no record ends where its Content-Length says ({end - begin:,} bytes)"


class _Tape:
    """The content of an archive from a cursor on; it remembers where in the file that is.

    `fault` is the gzip error at which the content ends for now.
    """

    def __init__(self, stream: BinaryIO, name: str) -> None:
        head = stream.read(_BLOCK)
        self.fault: ReadError | None = None
        self._name = name
        self._unpacked = Unpacked(stream, name, head=head) if is_gzip(head) else None
        self._stream: BinaryIO | Unpacked = self._unpacked or stream
        self._data = bytearray(b"" if self._unpacked else head)
        self._base = self._at = 0  # where in the content the data begin; the cursor in the data
        self._is_over = False
        self._members: deque[tuple[int, int]] = deque([(0, 0)])  # where in content and file each gzip member begins

    @property
    def left(self) -> int:
        """How many bytes from the cursor on have been read."""
        return len(self._data) - self._at

    @property
    def source(self) -> str:
        """The name of the record at the cursor."""
        position = self._base + self._at
        if self._unpacked is None:
            return f"{self._name}#{position}"
        while len(self._members) > 1 and self._members[1][0] <= position:
            self._members.popleft()
        begin, offset = self._members[0]
        return f"{self._name}#{offset}" + (f"+{position - begin}" if position > begin else "")

    @property
    def end(self) -> str:
        """The name of the place at which damaged data end."""
        return f"{self._name}#{self._unpacked.offset if self._unpacked else self._base + len(self._data)}"

    @property
    def is_damaged(self) -> bool:
        """Tell whether the fault is of the gzip member that the last bytes came from, so that they may be wrong."""
        found = self._unpacked if self.fault else None
        return found is not None and found.is_within and found.member == self._members[-1][1]

    def piece(self, begin: int, end: int) -> bytes:
        """Return what has been read between two offsets from the cursor."""
        return bytes(self._data[self._at + begin : self._at + end])

    def has(self, count: int) -> bool:
        """Read on until that many bytes stand from the cursor on; False where the content ends before."""
        while self.left < count and not self._is_over:
            self._read()
        return self.left >= count

    def skip(self, count: int) -> None:
        """Move the cursor on by bytes that have been read."""
        self._at += count
        if self._at >= _BLOCK:
            del self._data[: self._at]
            self._base, self._at = self._base + self._at, 0

    def skip_blank(self) -> None:
        """Move the cursor to the next byte that does not end a line."""
        while self.has(1):
            start = self.piece(0, _BLOCK)
            blank = len(start) - len(start.lstrip(b"\r\n"))
            self.skip(blank)
            if blank < len(start):
                return

    def is_at_record(self) -> bool:
        """Tell whether a record begins at the cursor."""
        self.has(_NEXT_LENGTH)
        return _VERSION.match(self._data, self._at) is not None

    def header(self) -> bytes | None:
        """Return the header of the record at the cursor, with the blank line; None where it has no end within bounds."""
        for size in (_NEXT_LENGTH, _MOST_HEADER // 16, _MOST_HEADER):
            self.has(size)
            if end := _HEADER_END.search(self._data, self._at, self._at + size):
                return self.piece(0, end.end() - self._at)
        return None

    def find_next(self) -> None:
        """Move the cursor on to the next line with which a record begins, or to the end of what can be read."""
        self.skip(1)
        while (found := _NEXT.search(self._data, self._at)) is None:
            self.skip(max(0, self.left - _NEXT_LENGTH))
            if not self.has(self.left + 1):
                self.skip(self.left)
                return
        self.skip(found.start() - self._at)

    def recover(self) -> bool:
        """Go on behind damaged data at the next gzip member that holds a record; False where there is none."""
        if self.fault is None or self._unpacked is None or not self._unpacked.recover(lambda head: head.startswith(b"WARC/")):
            return False
        self.fault, self._is_over = None, False
        return True

    def _read(self) -> None:
        try:
            block = self._stream.read(_BLOCK)
        except ReadError as error:
            self.fault, block = error, b""
        if self._unpacked and block and self._unpacked.member != self._members[-1][1]:
            self._members.append((self._base + len(self._data), self._unpacked.member))
        self._is_over = not block
        self._data += block or b""
