"""Web archives: every page comes out, whatever is broken around it, and nothing is passed over without a word."""

import gzip
import io
import sys
import zlib
from collections.abc import Iterable

import pytest

from kg.article import Record
from kg.errors import Finding, Place
from kg.readers.warc import split

HTML = "Content-Type: text/html; charset=utf-8"


def page(words: str) -> bytes:
    return f"<html><body><p>{words} {'x' * 40}</p></body></html>".encode()


def answer(body: bytes, *fields: str, status: str = "200 OK") -> bytes:
    return "\r\n".join((f"HTTP/1.1 {status}", *(fields or (HTML,)), "", "")).encode() + body


def record(
    number: int,
    content: bytes | None = None,
    kind: str = "response",
    *fields: str,
    version: str = "WARC/1.0",
    length: object = None,
    end: str = "\r\n",
) -> bytes:
    content = answer(page(f"page {number}")) if content is None else content
    head = (version, f"WARC-Type: {kind}", f"WARC-Target-URI: https://example.org/{number}", *fields)
    size = len(content) if length is None else length
    return end.join((*head, f"Content-Length: {size}", "", "")).encode() + content + (end * 2).encode()


def read(data: bytes) -> list[Record | str]:
    """Return the records, and everything else as it is printed."""
    once, again = (
        [item if isinstance(item, Record) else str(item) for item in split(io.BytesIO(data), "a.warc")] for _ in range(2)
    )
    assert once == again
    return once


def brief(data: bytes) -> list[str]:
    """Return the addresses of the pages, and everything else as it is printed."""
    return [str(item.url).rpartition("/")[2] if isinstance(item, Record) else item for item in read(data)]


def packed(records: Iterable[bytes]) -> list[bytes]:
    return [gzip.compress(item, mtime=0) for item in records]


ONE, TWO, THREE = record(1), record(2), record(3)


def test_a_page_is_its_bytes_with_address_and_charset() -> None:
    expected = Record("a.warc#0", "html", page("page 1"), url="https://example.org/1", charset="utf-8")
    assert read(ONE) == [expected]


def test_the_source_names_the_byte_of_the_record_in_the_file() -> None:
    sources = [item.source for item in split(io.BytesIO(ONE + TWO + THREE), "a.warc") if isinstance(item, Record)]
    assert sources == ["a.warc#0", f"a.warc#{len(ONE)}", f"a.warc#{len(ONE + TWO)}"]


def test_in_a_packed_file_it_is_the_byte_of_the_gzip_member() -> None:
    first, second = packed([ONE, TWO + THREE])
    sources = [item.source for item in split(io.BytesIO(first + second), "a.warc.gz") if isinstance(item, Record)]
    assert sources == ["a.warc.gz#0", f"a.warc.gz#{len(first)}", f"a.warc.gz#{len(first)}+{len(TWO)}"]


@pytest.mark.parametrize("version", ["WARC/0.17", "WARC/0.18", "WARC/1.0", "WARC/1.1"])
def test_every_version_is_read(version: str) -> None:
    assert brief(record(1, version=version) + record(2, version=version)) == ["1", "2"]


def test_line_ends_may_be_bare() -> None:
    assert brief(record(1, end="\n") + record(2, end="\n")) == ["1", "2"]


def test_a_record_at_the_end_needs_no_blank_lines_behind_it() -> None:
    assert brief(ONE + TWO.rstrip()) == ["1", "2"]


def test_what_is_no_page_is_counted_once() -> None:
    data = (
        record(0, b"software: example\r\n", "warcinfo")
        + record(1, b"GET / HTTP/1.1\r\n\r\n", "request")
        + ONE
        + record(1, b"GET / HTTP/1.1\r\n\r\n", "request")
        + record(2, answer(b"\x89PNG", "Content-Type: image/png"))
        + record(3, answer(b"", "Location: /4", status="301 Moved Permanently"))
        + record(4, answer(page("not found"), HTML, status="404 Not Found"))
        + record(5, answer(b"%PDF-1.7", "Content-Type: application/pdf"))
        + record(6, b"", "revisit")
        + record(7, answer(b"{}", "Content-Type: application/json"))
    )
    counts = "2 requests, 1 PDF, 1 error page, 1 image, 1 other file, 1 redirect, 1 revisit, 1 warcinfo record"
    assert brief(data) == ["1", f"a.warc: info: 9 records skipped: {counts}"]


def test_a_resource_has_the_type_that_the_archive_says() -> None:
    fields = "Content-Type: text/html; charset=iso-8859-1"
    expected = Record("a.warc#0", "html", page("page 1"), url="https://example.org/1", charset="iso-8859-1")
    assert read(record(1, page("page 1"), "resource", fields)) == [expected]
    skipped = "a.warc: info: 1 record skipped: 1 image"
    assert brief(record(1, b"GIF89a", "resource", "Content-Type: image/gif")) == [skipped]


def test_content_without_http_header_or_type_is_a_page_if_it_looks_like_one() -> None:
    skipped = "a.warc: info: 2 records skipped: 2 other files"
    data = record(1, page("page 1")) + record(2, b"192.0.2.1") + record(3, answer(b"\n<!DOCTYPE html><p>x", "Server: x"))
    assert brief(data + record(4, answer(b"text", "Server: x"))) == ["1", "3", skipped]


def test_an_address_in_angle_brackets_is_that_address_and_one_that_is_none_is_absent() -> None:
    data = record(1).replace(b"https://example.org/1", b"<https://example.org/1>") + record(2).replace(b"https:", b"urn:x")
    assert [item.url for item in read(data) if isinstance(item, Record)] == ["https://example.org/1", None]


def test_an_address_that_is_there_twice_gives_two_records() -> None:
    assert brief(ONE + ONE) == ["1", "1"]


# --- how the page was sent --------------------------------------------------------------------------------------------
def chunked(body: bytes, size: int = 20) -> bytes:
    pieces = [body[at : at + size] for at in range(0, len(body), size)]
    return b"".join(b"%x;part\r\n%s\r\n" % (len(piece), piece) for piece in pieces) + b"0\r\n\r\n"


def bare(body: bytes) -> bytes:
    engine = zlib.compressobj(wbits=-15)
    return engine.compress(body) + engine.flush()


CHUNKED, GZIP, DEFLATE = "Transfer-Encoding: chunked", "Content-Encoding: gzip", "Content-Encoding: deflate"


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        (chunked(page("sent")), [CHUNKED]),
        (gzip.compress(page("sent"), mtime=0), [GZIP]),
        (chunked(gzip.compress(page("sent"), mtime=0)), [CHUNKED, GZIP]),
        (zlib.compress(page("sent")), [DEFLATE]),
        (bare(page("sent")), [DEFLATE]),
        (zlib.compress(gzip.compress(page("sent"), mtime=0)), ["Content-Encoding: gzip, deflate"]),
        # Many archives keep the header and write the body as it was meant
        (page("sent"), [CHUNKED, GZIP]),
        (page("sent"), [DEFLATE]),
        (page("sent"), ["Content-Encoding: br"]),
        (page("sent"), ["Content-Encoding: identity"]),
    ],
)
def test_the_body_is_the_page_however_it_was_sent(body: bytes, fields: list[str]) -> None:
    expected = Record("a.warc#0", "html", page("sent"), url="https://example.org/1", charset="utf-8")
    assert read(record(1, answer(body, HTML, *fields))) == [expected]


# page("sent") as Brotli packs it
BROTLI = bytes.fromhex("1b4d00f88dd325b2f56a53e2c1f1d48b0f6cc081516425b2e32d0a30d998a48b515e0fc4707206")


def test_a_page_packed_with_brotli_is_read() -> None:
    expected = Record("a.warc#0", "html", page("sent"), url="https://example.org/1", charset="utf-8")
    assert read(record(1, answer(BROTLI, HTML, "Content-Encoding: br"))) == [expected]


def test_damaged_brotli_costs_that_page() -> None:
    found = brief(record(1, answer(b"\xff\xff" + BROTLI, HTML, "Content-Encoding: br")) + TWO)
    assert found == ["a.warc#0: its packed data are damaged (Brotli)", "2"]


def test_without_the_unpacker_the_page_is_refused_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastwarc.stream_io", None)
    found = brief(record(1, answer(BROTLI, HTML, "Content-Encoding: br")) + TWO)
    assert found == ["a.warc#0: packed with Brotli; install fastwarc to read it", "2"]


def test_packed_in_an_unknown_way_costs_that_page() -> None:
    found = brief(record(1, answer(b"\x28\xb5\x2f\xfdtext", HTML, "Content-Encoding: zstd")) + TWO)
    assert found == ["a.warc#0: packed in a way that is not known: 'zstd'", "2"]


@pytest.mark.parametrize("field", [GZIP, DEFLATE])
def test_a_damaged_body_costs_that_page(field: str) -> None:
    body = bytearray((gzip.compress if field == GZIP else zlib.compress)(page("sent") * 9))
    body[-3] ^= 255
    [refused, other] = brief(record(1, answer(bytes(body), HTML, field)) + TWO)
    assert refused.startswith("a.warc#0: its packed data are damaged (")
    assert other == "2"


def test_a_page_that_swells_costs_itself() -> None:
    found = brief(record(1, answer(gzip.compress(bytes(80_000_000)), HTML, GZIP)) + TWO)
    assert found == ["a.warc#0: unpacks to more than 64 MB", "2"]


@pytest.mark.parametrize("body", [chunked(page("sent"))[:-5], chunked(page("sent"))[:50]])
def test_a_page_whose_end_was_not_received_is_said(body: bytes) -> None:
    found = read(record(1, answer(body, HTML, CHUNKED)))
    assert [item for item in found if isinstance(item, str)] == ["a.warc#0: warning: the end of this page was not received"]
    assert len(found) == 2


def test_a_page_of_which_the_archive_kept_a_part_is_said() -> None:
    data = record(1, None, "response", "WARC-Truncated: length") + record(2, None, "response", "WARC-Segment-Number: 1")
    assert brief(data) == [
        "a.warc#0: warning: the archive kept only a part of this page (length)",
        "1",
        f"a.warc#{len(record(1, None, 'response', 'WARC-Truncated: length'))}: warning: "
        "the archive kept only a part of this page (segmented)",
        "2",
    ]


# --- broken records ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("length", [10, len(answer(page("page 2"))) - 3, len(answer(page("page 2"))) + 40, 60_000_000])
def test_a_wrong_length_costs_that_record(length: int) -> None:
    [first, refused, last] = brief(ONE + record(2, length=length) + THREE)
    assert (first, last) == ("1", "3")
    assert refused.startswith(f"a.warc#{len(ONE)}: ")


@pytest.mark.parametrize("length", ["", "-5", "x", "1" * 30, "²"])
def test_a_length_that_is_none_costs_that_record(length: str) -> None:
    reason = f"a.warc#{len(ONE)}: the record's length is not known (Content-Length: {length!r})"
    assert brief(ONE + record(2, length=length) + THREE) == ["1", reason, "3"]


def test_a_record_that_claims_too_much_is_refused_and_the_next_is_read() -> None:
    reason = "a.warc#0: a record of 99,999,999,999 bytes; at most 64 MB are read"
    assert brief(record(1, length=99_999_999_999) + TWO) == [reason, "2"]


def test_a_long_film_is_passed_over() -> None:
    film = record(1, answer(bytes(70 << 20), "Content-Type: video/mp4"))
    assert brief(film + TWO) == ["2", "a.warc: info: 1 record skipped: 1 video"]


def test_what_stands_between_records_is_said() -> None:
    reason = f"a.warc#{len(ONE)}: no WARC record begins here; what stands here is not read"
    assert brief(ONE + b"<p>some lines\r\n\r\nof a page\r\n" + TWO) == ["1", reason, "2"]


def test_a_header_without_end_costs_that_record() -> None:
    bomb = b"WARC/1.0\r\n" + b"X-Field: value\r\n" * 20_000
    reason = "the header of the record has no end"
    assert brief(bomb + ONE) == [f"a.warc#0: {reason}", "1"]
    assert brief(ONE + bomb[:60]) == ["1", f"a.warc#{len(ONE)}: {reason}"]


def test_an_http_header_without_end_costs_that_page() -> None:
    bomb = answer(b"", *["X-Field: value"] * 20_000)
    assert brief(record(1, bomb) + TWO) == ["a.warc#0: its HTTP header does not end", "2"]


@pytest.mark.parametrize(
    ("cut", "reason"),
    [(1, "cut short: 139 bytes by its Content-Length, and the file ends after 138"), (150, "the header of the record has no end")],
)
def test_a_file_cut_in_the_middle_says_where(cut: int, reason: str) -> None:
    assert brief(ONE + TWO.rstrip()[:-cut]) == ["1", f"a.warc#{len(ONE)}: {reason}"]


def test_a_damaged_gzip_member_costs_its_record() -> None:
    one, two, three = packed([ONE, TWO, THREE])
    for at in (len(two) // 2, -6):
        damaged = bytearray(two)
        damaged[at] ^= 255
        [first, refused, last] = brief(one + bytes(damaged) + three)
        assert (first, last) == ("1", "3")
        assert refused.startswith(f"a.warc#{len(one)}: damaged gzip data near byte ")


def test_bytes_between_gzip_members_are_said() -> None:
    one, two = packed([ONE, TWO])
    reason = f"a.warc#{len(one)}: no gzip data at byte {len(one)}; what stands there is not read"
    assert brief(one + b"no gzip data" + two) == ["1", reason, "2"]


def test_damage_in_a_long_member_costs_what_is_in_it_from_there_on() -> None:
    many, last = packed([b"".join(record(number) for number in range(4000)), THREE])
    found = brief(many[: len(many) // 2] + last)
    assert found[:1000] == [str(number) for number in range(1000)]
    assert found[-2].startswith("a.warc#0")
    assert "gzip data" in found[-2]
    assert found[-1] == "3"


@pytest.mark.parametrize("cut", [1, 8, 12, 40])
def test_a_packed_file_cut_short_is_refused(cut: int) -> None:
    info = gzip.compress(record(0, b"hello", "warcinfo"))
    assert brief(info[:-cut]) == ["a.warc#0: the end of the gzip data is missing"]


def test_no_fault_is_told_twice() -> None:
    long, short = record(1, answer(page("long " * 200_000))), record(2, length=7)
    one, two = packed([long + short + long, THREE])
    damaged = bytearray(one)
    damaged[-5] ^= 255
    found = brief(bytes(damaged) + two)
    assert [item.partition(" ")[0] for item in found] == [
        "1",
        f"a.warc#0+{len(long)}:",
        f"a.warc#0+{len(long + short)}:",
        "3",
    ]


def test_an_empty_file_and_one_that_is_no_archive_are_refused() -> None:
    assert brief(b"") == ["a.warc: the file is empty"]
    assert brief(b"once upon a time\n" * 100) == ["a.warc#0: no WARC record begins here; what stands here is not read"]
    assert brief(gzip.compress(b"")) == ["a.warc: the file is empty"]


def test_a_file_of_nothing_but_faults_is_given_up() -> None:
    found = list(split(io.BytesIO(b"WARC/1.0\r\nContent-Length: 60000000\r\n\r\n" * 300_000), "a.warc"))
    assert len(found) == 1001
    assert str(found[-1]) == "a.warc: 1,000 faults; the rest of the file is not read"


def test_an_archive_without_pages_says_what_it_holds() -> None:
    expected = Finding("info", "1 record skipped: 1 request", Place("a.warc"))
    assert list(split(io.BytesIO(record(1, b"", "request")), "a.warc")) == [expected]
