"""Gzip around any format: bounded, and never half a file for a whole one."""

import gzip
import io
import random
import tracemalloc

import pytest

from kg.errors import ReadError
from kg.readers.packed import is_gzip, unpacked

TEXT = b" ".join(random.Random(1).choices([b"river", b"north", b"treaty", b"harbour"], k=20_000))


def content(data: bytes, most: int | None = 1 << 20, head: int = 0) -> bytes:
    stream = io.BytesIO(data)
    return unpacked(stream, "a.md.gz", most, stream.read(head)).read()


def refusal(data: bytes, most: int | None = 1 << 20) -> str:
    with pytest.raises(ReadError) as caught:
        content(data, most)
    return str(caught.value)


def test_what_was_packed_comes_out() -> None:
    packed = gzip.compress(TEXT)
    assert is_gzip(packed[:4])
    assert not is_gzip(TEXT[:4])
    assert not is_gzip(b"")
    assert content(packed) == TEXT


@pytest.mark.parametrize("head", [1, 2, 3, 10, 1000])
def test_bytes_that_were_read_to_know_the_format_are_not_lost(head: int) -> None:
    assert content(gzip.compress(TEXT), head=head) == TEXT


def test_members_one_behind_the_other_are_one_text() -> None:
    parts = [b"one ", b"", b"two ", TEXT]
    assert content(b"".join(map(gzip.compress, parts))) == b"".join(parts)


def test_zeros_that_fill_the_last_block_of_a_tape_are_no_text() -> None:
    assert content(gzip.compress(b"text") + bytes(100_000)) == b"text"


def test_a_file_that_swells_is_refused_before_it_fills_the_memory() -> None:
    packed = gzip.compress(b"<p>" + b" " * 60_000_000)
    tracemalloc.start()
    with pytest.raises(ReadError) as caught:
        content(packed, most=None)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert str(caught.value) == "a.md.gz: unpacks to more than 200 times its size"
    assert peak < 60_000_000


def test_a_file_of_more_than_the_bound_is_refused() -> None:
    assert refusal(gzip.compress(TEXT * 10)) == "a.md.gz: unpacks to more than 1 MB"
    assert len(content(gzip.compress(TEXT * 10), most=None)) == len(TEXT) * 10


@pytest.mark.parametrize("length", [1, 2, 3, 5, 10, 200, -12, -8, -1])
def test_a_file_cut_short_is_refused(length: int) -> None:
    assert refusal(gzip.compress(TEXT)[:length]) == "a.md.gz: the end of the gzip data is missing"


@pytest.mark.parametrize("at", [500, -6, -2])
def test_a_damaged_file_is_refused(at: int) -> None:
    packed = bytearray(gzip.compress(TEXT))
    packed[at] ^= 255
    assert refusal(bytes(packed)).startswith("a.md.gz: damaged gzip data near byte ")


def test_bytes_behind_the_gzip_data_are_not_passed_over() -> None:
    reason = "a.md.gz: no gzip data at byte 24; what stands there is not read"
    assert refusal(gzip.compress(b"text") + b"more text") == reason
    assert refusal(gzip.compress(b"text") + b"\0\0x").startswith("a.md.gz: no gzip data at byte 26")


def test_no_gzip_data_at_all_are_refused() -> None:
    assert refusal(b"plain text") == "a.md.gz: no gzip data at byte 0; what stands there is not read"


def test_pieces_of_any_size_can_be_asked_for() -> None:
    stream = unpacked(io.BytesIO(gzip.compress(b"first line\nsecond line\n")), "a.jsonl.gz", None)
    assert [*stream] == [b"first line\n", b"second line\n"]
