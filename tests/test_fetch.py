"""The web, from a real server on this machine that misbehaves: a page is got whole, in time and politely, or not at all."""

from __future__ import annotations

import ast
import gzip
import json
import os
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
import tracemalloc
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from kg import compiled, fetch, terms, vocabulary
from kg.cli import main
from kg.errors import FetchError, Place, RefusedError
from kg.fetch import Answer, Fetcher, Policy, kept, web
from kg.fetch.addresses import is_public, shown
from kg.fetch.page import described
from kg.fetch.robots import parse
from kg.vocabulary import Vocabulary, load
from tests.misbehaving import PAGE, Act, Request, Server, answer, chunked, drip, moved, packed, reset, serving
from tests.writing import article, names, run, write

HERE = Policy(allow_private=True, deadline=20)
SHORT = replace(HERE, deadline=1.0)
SMALL = replace(HERE, most_bytes=1000)
LATE = 8  # seconds within which what is to end after one has ended, on a busy machine too; a drip alone would take minutes


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the test's own; before a second try there is only a short pause."""
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(web, "_PAUSE", 0.01)
    return tmp_path / "cache" / "pages"


@pytest.fixture
def server() -> Iterator[Server]:
    """A server without any page yet."""
    with serving() as found:
        yield found


def why(url: str, policy: Policy = HERE, run: Fetcher | None = None) -> str:
    """Return why an address is not got."""
    with pytest.raises(FetchError) as caught:
        (run or Fetcher(policy)).get(url)
    assert caught.value.place == Place(shown(url))
    assert caught.value.exit_code == (1 if isinstance(caught.value, RefusedError) else 3)
    return caught.value.reason


def refusal(server: Server, path: str = "/", policy: Policy = HERE) -> str:
    """Return why a path is not got."""
    return why(server.url(path), policy)


# --- what is got -------------------------------------------------------------------------------------------------------------
def test_a_page_comes_with_what_the_server_says_of_it(server: Server) -> None:
    day = "Wed, 06 Mar 2024 07:08:09 GMT"
    server.pages["/a"] = answer(Content_Type='Text/HTML; Charset="ISO-8859-2"', Last_Modified=day)
    assert fetch.get(server.url("/a#part"), HERE) == Answer(server.url("/a"), PAGE, "text/html", "ISO-8859-2", day)


def test_a_request_says_who_asks_and_nothing_more(server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "netrc").write_text("machine 127.0.0.1 login marie password secret\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    server.pages = {"/": answer(b"", "302 Found", Location="/b", Set_Cookie="a=b"), "/b": answer()}
    fetch.get(server.url(), HERE)
    assert [sorted(request.headers) for request in server.asked] == [
        ["accept", "accept-encoding", "connection", "host", "user-agent"]
    ] * 3
    assert {(request.headers["user-agent"], request.headers["accept-encoding"]) for request in server.asked} == {
        (HERE.user_agent, "gzip")
    }


def test_no_proxy_of_the_environment_stands_between(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    server.pages["/"] = answer()
    assert fetch.get(server.url(), HERE).body == PAGE


@pytest.mark.parametrize(
    "sent",
    [
        answer(length=None),
        packed(PAGE),
        chunked(PAGE[:10], PAGE[10:]),
        answer(gzip.compress(PAGE[:10], mtime=0) + gzip.compress(PAGE[10:], mtime=0), Content_Encoding="X-GZIP"),
        answer(gzip.compress(PAGE, mtime=0) + bytes(600), Content_Encoding="gzip"),
        answer(Content_Encoding="identity"),
    ],
    ids=["until-closed", "gzip", "chunked", "gzip-of-two-members", "gzip-with-padding", "identity"],
)
def test_a_body_is_the_same_however_it_travels(server: Server, sent: bytes) -> None:
    server.pages["/"] = sent
    assert fetch.get(server.url(), HERE) == Answer(server.url(), PAGE, "text/html", "utf-8")


@pytest.mark.parametrize(
    ("declared", "found"),
    [
        ("", (None, None)),
        ("application/pdf", ("application/pdf", None)),
        ("application/rss+xml; charset=UTF-8", ("application/rss+xml", "UTF-8")),
        ("text/html, text/html; charset=koi8-r", ("text/html", "koi8-r")),
        ("text/markdown;variant=GFM", ("text/markdown", None)),
        ("application/gzip", ("application/gzip", None)),
    ],
)
def test_type_and_charset_are_the_declared_ones(declared: str, found: tuple[str | None, str | None]) -> None:
    assert described({"Content-Type": declared}) == found


@given(st.text(st.characters(max_codepoint=0xFF)))
def test_no_type_that_a_server_may_declare_breaks_anything(declared: str) -> None:
    with suppress(RefusedError):
        described({"Content-Type": f"text/html;{declared}"})


@pytest.mark.parametrize("declared", ["image/png", "application/octet-stream", "video/mp4", "text/calendar", "nonsense"])
def test_a_type_that_is_not_read_is_refused(server: Server, declared: str) -> None:
    server.pages["/"] = answer(Content_Type=declared)
    assert refusal(server) == f"its type is {declared!r}, which is not read"


# --- where it may lead -------------------------------------------------------------------------------------------------------
PRIVATE = [
    "127.0.0.1", "localhost", "[::1]", "0.0.0.0", "[::]", "2130706433", "0177.0.0.1", "0x7f.0.0.1", "0x7f000001", "127.1",
    "[::ffff:127.0.0.1]", "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "localhost.", "１２７.0.0.1", "127。0。0。1",
    "169.254.169.254", "10.0.0.1", "192.168.1.1", "172.16.0.1", "100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255",
    "[fe80::1]", "[fc00::1]", "[fec0::1]", "[ff02::1]",
]  # fmt: skip


@pytest.mark.parametrize("host", PRIVATE)
def test_a_private_address_is_refused_before_a_byte_is_sent(server: Server, host: str) -> None:
    reason = why(server.url("/secret", host), Policy(deadline=10))
    assert re.search("of a private or reserved network|has no address|not an address", reason)
    assert server.connections == 0


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1"])
def test_a_name_in_any_form_is_told_by_where_it_leads(server: Server, host: str) -> None:
    reason = why(server.url("/secret", host), Policy())
    assert re.search(r"leads to (127\.0\.0\.1|::1), an address of a private or reserved network", reason)
    assert server.connections == 0


@pytest.mark.parametrize("host", [*PRIVATE[:12], "10.0.0.1"])
def test_a_redirect_to_a_private_address_is_refused_too(host: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # The first server stands for one of the internet; only its own address counts as public
    with serving() as public, serving() as canary:
        _public_port(monkeypatch, public.port)
        public.pages["/"] = moved(canary.url("/secret", host))
        assert re.search("private or reserved|no address|not an address", refusal(public, policy=Policy(deadline=10)))
        assert (public.paths(), canary.connections) == (["/"], 0)


def test_a_robots_txt_that_leads_to_a_private_address_is_refused_too(monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as public, serving() as canary:
        _public_port(monkeypatch, public.port)
        public.pages["/robots.txt"] = moved(canary.url("/robots.txt"))
        assert "private or reserved" in refusal(public, policy=Policy())
        assert (public.paths(), canary.connections) == ([], 0)


def _public_port(monkeypatch: pytest.MonkeyPatch, port: int) -> None:
    """Let the connections to a port of this machine through, as if it were elsewhere."""
    from kg.fetch import connection, web

    def connect(host: str, to: int, allow_private: bool, deadline: connection.Deadline) -> object:
        return connection.connect(host, to, allow_private or to == port, deadline)

    monkeypatch.setattr(web, "connect", connect)


def test_a_name_is_resolved_once_and_the_connection_goes_there(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    # A name server that first gives a public address and then a private one: the second is never asked for
    asked = []
    real = socket.getaddrinfo

    def getaddrinfo(host: str, port: int, *others: object, **named: object) -> object:
        asked.append(host)
        number = "192.0.2.1" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, port))] if host == "press.example" else real(host, port)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    monkeypatch.setattr("kg.fetch.connection.is_public", lambda number: number == "192.0.2.1")
    why(server.url("/", "press.example"), Policy(deadline=1))
    assert (asked, server.connections) == (["press.example"], 0)


def test_one_private_address_among_those_of_a_name_is_enough_to_refuse_it(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, server.port)) for number in ("198.51.100.7", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *asked, **named: rows)
    monkeypatch.setattr("kg.fetch.connection.is_public", lambda number: number == "198.51.100.7")
    assert "press.example leads to 127.0.0.1" in why(server.url("/", "press.example"), Policy())


def test_a_name_server_that_is_silent_is_not_waited_for(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *asked, **named: time.sleep(30))
    begun = time.monotonic()
    assert refusal(server, policy=SHORT) == "its robots.txt cannot be had: no name server says where 127.0.0.1 is"
    assert time.monotonic() - begun < LATE


@pytest.mark.parametrize(
    ("number", "public"),
    [
        ("8.8.8.8", True), ("2606:4700::1111", True), ("64:ff9b::8.8.8.8", True), ("64:ff9b::10.0.0.1", False),
        ("64:ff9b:1::8.8.8.8", False), ("::ffff:8.8.8.8", False), ("2002:808:808::", False), ("2001::1", False),
        ("2001:db8::1", False), ("3fff::1", False), ("5f00::1", False), ("fe80::1%lo", False), ("198.18.0.1", False),
        ("192.0.2.1", False), ("0.1.2.3", False),
    ],
)  # fmt: skip
def test_public_is_what_anybody_on_the_internet_would_reach(number: str, public: bool) -> None:
    assert is_public(number) is public


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("file:///etc/passwd", "only http and https are got, not file"),
        ("ftp://press.example/a", "only http and https are got, not ftp"),
        ("press.example/a", "only http and https are got, not an address without a scheme"),
        ("http://", "not an address: it names no host"),
        ("http:///a", "not an address: it names no host"),
        ("http://press.example:99999/", "not an address: Port out of range 0-65535"),
        ("http://[::1/", "not an address: Invalid IPv6 URL"),
        ("http://press.example/a b", "not an address: a space, a backslash or a control character is in it"),
        ("http://press.example\\@127.0.0.1/", "not an address: a space, a backslash or a control character is in it"),
        ("http://press.example/\r\nHost: x", "not an address: a space, a backslash or a control character is in it"),
        ("https://marie:secret@press.example/", "an address with a name or password in it"),
    ],
)
def test_what_is_no_address_of_the_web_is_refused(url: str, reason: str) -> None:
    assert why(url, Policy()) == reason


def test_a_host_that_is_no_name_is_refused(server: Server) -> None:
    for host in ("*.example", "a" * 64 + ".example", ".", "xn--\u2603", "a..b"):
        assert why(f"http://{host}/", SHORT)


def test_passwords_are_not_shown() -> None:
    assert shown("https://marie:se/cret@x.example/a@b") == "https://marie:se/cret@x.example/a@b"
    assert shown("https://marie:secret@x.example/a@b") == "https://…@x.example/a@b"


def test_a_host_may_be_written_in_any_script(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def getaddrinfo(host: str, *others: object, **named: object) -> object:
        asked.append(host)
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    assert why("https://Bücher.example/ä?ö=1").endswith("xn--bcher-kva.example has no address: Name or service not known")
    assert asked == ["xn--bcher-kva.example"]


@pytest.mark.parametrize("url", ["http://a.example", "https://a.example", "ftp://a.example", "HTTP://A"])
def test_an_address_is_told_from_a_path(url: str) -> None:
    assert fetch.is_address(url)
    assert not any(map(fetch.is_address, (Path(url), "posts/a.md", "-", "C:\\posts", "//server/posts", "a:b", "")))


# --- redirects ---------------------------------------------------------------------------------------------------------------
def test_redirects_are_followed_to_the_final_address(server: Server) -> None:
    server.pages = {
        "/a": moved("/b?c=d", "301 Moved"),
        "/b?c=d": moved("e f/Ã¤", "308 Permanent Redirect"),
        "/e%20f/%C3%A4": answer(),
    }
    assert fetch.get(server.url("/a"), HERE).url == server.url("/e%20f/%C3%A4")


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("/", "its redirects lead in a circle"),
        ("file:///etc/passwd", "only http and https are got, not file"),
        ("ftp://127.0.0.1/", "only http and https are got, not ftp"),
        ("javascript:alert(1)", "only http and https are got, not javascript"),
        ("//marie@127.0.0.1/", "an address with a name or password in it"),
        ("http://[", "not an address: Invalid IPv6 URL"),
        ("", "status 302, but it leads nowhere"),
    ],
)
def test_a_redirect_that_leads_nowhere_good_is_refused(server: Server, target: str, reason: str) -> None:
    server.pages["/"] = moved(target)
    assert refusal(server) == reason


def test_redirects_without_end_are_not_followed_for_ever(server: Server) -> None:
    server.pages.update({f"/{n}": moved(f"/{n + 1}") for n in range(100)})
    assert refusal(server, "/0") == "more than 5 redirects"
    assert server.paths() == [f"/{n}" for n in range(6)]


def test_five_redirects_are_not_too_many(server: Server) -> None:
    server.pages = {"/5": answer(), **{f"/{n}": moved(f"/{n + 1}") for n in range(5)}}
    assert fetch.get(server.url("/0"), HERE).url == server.url("/5")


# --- time --------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "act",
    [
        drip(b"", b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Never-Ends: " + b"x" * 10_000),
        drip(b"HTTP/1.1 200 OK\r\n", b"X-More: x\r\n"),
        drip(answer(b"", length=1_000_000), b"a paragraph that never ends "),
        drip(answer(b"", length=None), b"a paragraph that never ends "),
        drip(answer(b"", length=None, Transfer_Encoding="chunked"), b"1\r\na\r\n"),
        drip(answer(b"", length=None, Content_Encoding="gzip"), gzip.compress(b"", mtime=0)),
        drip(answer(b"", length=None, Content_Encoding="gzip"), gzip.compress(bytes(range(256)), mtime=0)),
        drip(b"", b"", 60),
    ],
    ids=["one-header", "headers", "body-of-a-length", "body-until-closed", "chunks", "gzip", "one-gzip", "silence"],
)
def test_a_slow_drip_ends_with_the_deadline(server: Server, act: Act) -> None:
    server.pages["/"] = act
    begun = time.monotonic()
    assert refusal(server, policy=SHORT) == "no whole answer within 1 s"
    assert time.monotonic() - begun < LATE


def test_a_slow_handshake_ends_with_the_deadline() -> None:
    with serving() as server:
        server.secure = _Dripping()
        begun = time.monotonic()
        assert refusal(server, policy=SHORT) == "its robots.txt cannot be had: no whole answer within 1 s"
        assert time.monotonic() - begun < LATE


class _Dripping(ssl.SSLContext):
    """The beginning of a long TLS record, one byte at a time."""

    def __new__(cls) -> _Dripping:
        return super().__new__(cls, ssl.PROTOCOL_TLS_SERVER)

    def wrap_socket(self, sock: socket.socket, *others: Any, **named: Any) -> ssl.SSLSocket:
        drip(b"\x16\x03\x03\x40\x00", b"\x02\x00\x3f\xfc" + bytes(10_000))(sock, Request("", {}))
        raise OSError


def test_the_deadline_is_that_of_an_address_with_its_redirects(server: Server) -> None:
    def slowly(connection: socket.socket, request: Request) -> None:
        time.sleep(0.3)
        connection.sendall(moved(f"{request.path}0"))

    server.pages.update({f"/{'0' * length}": slowly for length in range(100)})
    assert refusal(server, "/0", replace(SHORT, most_redirects=50)) == "no whole answer within 1 s"
    assert len(server.asked) < 10


# --- bodies that lie ---------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (answer(length=len(PAGE) + 1), "its page ends early"),
        (chunked(PAGE, end=b""), "its page ends early"),
        (chunked(PAGE, end=b"5\r\nab"), "its page ends early"),
        (chunked(PAGE, end=b"zz\r\n"), "its page ends early"),
        (answer(gzip.compress(PAGE, mtime=0)[:-4], Content_Encoding="gzip"), "it ends in the middle of its gzip"),
        (
            answer(gzip.compress(PAGE, mtime=0) + gzip.compress(PAGE, mtime=0)[:9], Content_Encoding="gzip"),
            "it ends in the middle of its gzip",
        ),
        (answer(Content_Encoding="gzip"), "it is not the gzip that it says to be"),
        (answer(Content_Encoding="br"), "it is packed as 'br', which was not asked for"),
        (answer(Content_Encoding="gzip, gzip"), "it is packed as 'gzip, gzip', which was not asked for"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "what answers there does not speak HTTP"),
        (b"\x00\xff" * 500, "what answers there does not speak HTTP"),
        (b"", "the connection ended before there was an answer"),
        (reset, "the connection broke off"),
        (answer(X_Long="x" * 70_000), "what it sends is not proper HTTP: got more than 65536 bytes when reading header line"),
        (answer().replace(b"\r\n", b"\r\n" + b"X: x\r\n" * 200, 1), "what it sends is not proper HTTP: got more than 100 headers"),
    ],
    ids=range(15),
)
def test_half_a_page_is_none(server: Server, sent: bytes | Act, reason: str) -> None:
    server.pages["/"] = sent
    assert refusal(server) == reason


@pytest.mark.parametrize("length", ["x", "-5", "5, 6", "9" * 30, "1e3", ""])
def test_a_length_that_is_no_number_breaks_nothing(server: Server, length: str) -> None:
    server.pages["/"] = answer(length=None, Content_Length=length)
    with suppress(FetchError):
        assert fetch.get(server.url(), HERE).body == PAGE


@pytest.mark.parametrize(
    "sent",
    [
        answer(bytes(1001)),
        answer(bytes(1001), length=None),
        chunked(bytes(500), bytes(501)),
        packed(bytes(1001)),
        packed(bytes(5_000_000)),
        answer(b"".join(gzip.compress(bytes(500), mtime=0) for _ in range(3)), Content_Encoding="gzip"),
    ],
    ids=["announced", "until-closed", "chunked", "gzip", "gzip-bomb", "gzip-of-many"],
)
def test_a_page_that_is_too_large_is_refused(server: Server, sent: bytes) -> None:
    server.pages["/"] = sent
    assert refusal(server, policy=SMALL) == "it is larger than 1,000 bytes"


def test_a_page_as_large_as_may_be_is_got(server: Server) -> None:
    server.pages = {"/": answer(bytes(1000)), "/gzip": packed(bytes(1000)), "/chunked": chunked(bytes(1000))}
    assert {fetch.get(server.url(path), SMALL).body for path in server.pages} == {bytes(1000)}


def test_a_bomb_is_not_unpacked_to_be_measured(server: Server) -> None:
    server.pages["/"] = answer(gzip.compress(bytes(100_000_000), 1, mtime=0), Content_Encoding="gzip")
    tracemalloc.start()
    try:
        assert refusal(server, policy=replace(HERE, most_bytes=2**21)) == "it is larger than 2,097,152 bytes"
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


# --- servers that fail -------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "status", ["404 Not Found", "410 Gone", "403 Forbidden", "204 No Content", "304 Not Modified", "206 Partial Content"]
)
def test_a_status_that_brings_no_page_is_said(server: Server, status: str) -> None:
    server.pages["/"] = answer(status=status)
    assert (refusal(server), server.paths()) == (f"status {status}", ["/"])


@pytest.mark.parametrize(
    "first", [answer(status="500 Sorry"), answer(status="429 Slow Down", Retry_After="0"), reset, b"", answer(length=999)]
)
def test_what_fails_once_is_asked_once_more(server: Server, first: bytes | Act) -> None:
    server.pages["/"] = [first, answer()]
    assert fetch.get(server.url(), HERE).body == PAGE
    assert server.paths() == ["/", "/"]


def test_what_fails_twice_is_not_asked_again(server: Server) -> None:
    server.pages["/"] = answer(status="502 Bad Gateway", Retry_After="0")
    assert refusal(server) == "status 502 Bad Gateway; it asks to wait 0 s"
    assert server.paths() == ["/", "/"]


def test_a_server_that_asks_to_wait_long_is_left_alone(server: Server) -> None:
    tomorrow = format_datetime(datetime.now(UTC) + timedelta(days=1), usegmt=True)
    server.pages = {
        "/seconds": answer(status="503 Closed", Retry_After="9999"),
        "/date": answer(status="503 Closed", Retry_After=tomorrow),
    }
    assert refusal(server, "/seconds") == "status 503 Closed; it asks to wait 9999 s"
    assert re.fullmatch("status 503 Closed; it asks to wait 86[34][0-9]{2} s", refusal(server, "/date"))
    assert server.paths() == ["/seconds", "/date"]


@pytest.mark.parametrize("asked", ["soon", "-1", "Wed, 99 Foo", "Wed, 06 Mar 2024 07:08:09 -0000", "Wed, 06 Mar 2024 07:08:09 GMT"])
def test_a_wish_to_wait_that_makes_no_sense_breaks_nothing(server: Server, asked: str) -> None:
    server.pages["/"] = [answer(status="503 Closed", Retry_After=asked), answer()]
    assert fetch.get(server.url(), HERE).body == PAGE


def test_a_host_that_nobody_answers_for_is_said() -> None:
    with serving() as server:
        url = server.url()
    assert why(url) == "its robots.txt cannot be had: 127.0.0.1 cannot be reached: Connection refused"


# --- robots.txt --------------------------------------------------------------------------------------------------------------
def test_a_robots_txt_is_obeyed_and_asked_once_a_run(server: Server) -> None:
    server.pages = {"/robots.txt": answer(b"User-agent: *\nDisallow: /private\n"), "/a": answer(), "/b": moved("/private")}
    run = Fetcher(HERE)
    assert run.get(server.url("/a")).body == PAGE
    for path in ("/private", "/b"):
        assert why(server.url(path), run=run) == "its robots.txt keeps us out"
    assert [request.path for request in server.asked] == ["/robots.txt", "/a", "/b"]


def test_the_robots_txt_of_each_host_on_the_way_is_asked(server: Server) -> None:
    with serving() as other:
        other.pages = {"/robots.txt": answer(b"User-agent: article-kg\nDisallow: /"), "/": answer()}
        server.pages["/"] = moved(other.url())
        assert refusal(server) == "its robots.txt keeps us out"
        assert other.paths() == []


@pytest.mark.parametrize(
    "sent", [answer(status="404 Not Found"), answer(status="403 Forbidden"), answer(b""), answer(), moved("/none")]
)
def test_where_there_is_no_robots_txt_everything_is_allowed(server: Server, sent: bytes) -> None:
    server.pages = {"/robots.txt": sent, "/": answer()}
    assert fetch.get(server.url(), HERE).body == PAGE


@pytest.mark.parametrize(
    ("sent", "reason"),
    [
        (answer(status="500 Sorry", Retry_After="0"), "status 500 Sorry; it asks to wait 0 s"),
        (answer(status="429 Slow Down", Retry_After="60"), "status 429 Slow Down; it asks to wait 60 s"),
        (reset, "the connection broke off"),
        (moved("/robots.txt"), "its redirects lead in a circle"),
        (answer(length=9999), "its page ends early"),
        (packed(bytes(2**20 + 1)), "it is larger than 1,048,576 bytes"),
    ],
    ids=range(6),
)
def test_where_the_robots_txt_cannot_be_had_nothing_is_allowed(server: Server, sent: bytes | Act, reason: str) -> None:
    server.pages = {"/robots.txt": sent, "/": answer()}
    assert refusal(server) == f"its robots.txt cannot be had: {reason}"
    assert server.paths() == []


def test_the_pause_that_a_robots_txt_asks_for_is_kept(server: Server) -> None:
    server.pages = {"/robots.txt": answer(b"User-agent: *\nCrawl-delay: 0.5"), "/a": answer(), "/b": answer()}
    run = Fetcher(HERE)
    begun = time.monotonic()
    run.get(server.url("/a"))
    run.get(server.url("/b"))
    assert time.monotonic() - begun > 0.5


def test_a_pause_that_is_longer_than_the_deadline_is_not_begun(server: Server) -> None:
    server.pages = {"/robots.txt": answer(b"User-agent: *\nCrawl-delay: 86400"), "/a": answer(), "/b": answer()}
    run = Fetcher(replace(HERE, deadline=5))
    run.get(server.url("/a"))
    assert why(server.url("/b"), run=run) == "its robots.txt asks for 86400 s between pages: longer than is left of 5 s"


@pytest.mark.parametrize(
    ("text", "path", "allowed"),
    [
        ("User-agent: *\nDisallow: /a", "/b", True),
        ("User-agent: *\nDisallow: /a", "/a/b?c", False),
        ("User-agent: *\nDisallow:", "/", True),
        ("User-agent: *\nDisallow: /\nAllow: /news/", "/news/a", True),
        ("User-agent: *\nAllow: /\nDisallow: /private", "/private/a", False),
        ("User-agent: *\nAllow: /a\nDisallow: /a", "/a", True),
        ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf", False),
        ("User-agent: *\nDisallow: /*.pdf$", "/a/b.pdf?c", True),
        ("User-agent: *\nDisallow: /a$", "/a", False),
        ("User-agent: *\nDisallow: /a$", "/ab", True),
        ("User-agent: *\nDisallow: /a*a$", "/a", True),
        ("User-agent: *\nDisallow: /*/private/*", "/x/y/private/z", False),
        ("User-agent: *\nDisallow: /*?", "/a?b", False),
        ("User-agent: *\nDisallow: *", "/", False),
        ("User-agent: *\nDisallow: /%C3%A4", "/ä", False),
        ("User-agent: *\nDisallow: /ä", "/%c3%a4", False),
        ("\ufeffUSER-AGENT : ARTICLE-KG/2.0 # us\r\nDISALLOW : / # all\r\n", "/", False),
        ("User-agent: *\nDisallow: /\n\nUser-agent: article-kg\nDisallow: /a", "/b", True),
        ("User-agent: article-kg-news\nDisallow: /", "/", True),
        ("User-agent: a\nUser-agent: article-kg\n\nSitemap: x\nDisallow: /", "/", False),
        ("User-agent: article-kg\nAllow: /\nUser-agent: b\nDisallow: /", "/", True),
        ("User-agent: article-kg\nDisallow: /a\nUser-agent: b\nDisallow: /\nUser-agent: article-kg\nDisallow: /c", "/c", False),
        ("Disallow: /", "/", True),
        ("nonsense\n:\n\0\nUser-agent\nDisallow: /", "/", True),
    ],
)
def test_the_longest_rule_of_our_group_holds(text: str, path: str, allowed: bool) -> None:
    assert parse(text, "article-kg").allow(f"https://press.example{path}") is allowed


def test_rules_take_linear_time() -> None:
    text = "User-agent: *\n" + "Disallow: /" + "*a" * 200_000 + "b$\n" + "Disallow: /x\n" * 50_000
    assert parse(text, "article-kg").allow("https://press.example/" + "a" * 300_000)


@given(st.text())
def test_any_robots_txt_can_be_read(text: str) -> None:
    assert isinstance(parse("User-agent: *\nDisallow: " + text, "article-kg").allow("https://press.example/a"), bool)


# --- pages that are kept -----------------------------------------------------------------------------------------------------
def changed_or_not(connection: socket.socket, request: Request) -> None:
    """Answer a page with a mark, or that it is unchanged."""
    is_known = request.headers.get("if-none-match") == '"1"'
    connection.sendall(
        answer(b"", "304 Not Modified", None, ETag='"1"') if is_known else answer(Content_Type="text/plain", ETag='"1"')
    )


def test_a_page_that_has_not_changed_is_not_sent_again(server: Server, cache: Path) -> None:
    server.pages = {"/": moved("/a"), "/a": changed_or_not}
    first = fetch.get(server.url(), HERE)
    assert (fetch.get(server.url(), HERE), first.body, first.url) == (first, PAGE, server.url("/a"))
    assert [request.headers.get("if-none-match") for request in server.asked if request.path == "/a"] == [None, '"1"']
    assert len(names(cache)) == 1


def test_a_page_is_known_by_its_date_too(server: Server) -> None:
    day = "Wed, 06 Mar 2024 07:08:09 GMT"
    server.pages["/"] = [answer(Last_Modified=day), answer(b"", "304 Not Modified")]
    assert fetch.get(server.url(), HERE) == fetch.get(server.url(), HERE)
    assert server.asked[-1].headers["if-modified-since"] == day


def test_a_page_that_has_changed_is_the_new_one(server: Server) -> None:
    server.pages["/"] = [answer(ETag='"1"'), answer(b"new", ETag='"2"'), answer(b"", "304 Not Modified")]
    assert [fetch.get(server.url(), HERE).body for _ in range(3)] == [PAGE, b"new", b"new"]


@pytest.mark.parametrize("damage", [b"", b"x", bytes(100)])
def test_a_kept_page_that_is_damaged_is_thrown_away(server: Server, cache: Path, damage: bytes) -> None:
    server.pages["/"] = changed_or_not
    fetch.get(server.url(), HERE)
    path = cache / names(cache)[0]
    path.write_bytes(path.read_bytes()[:-1] + damage)
    assert fetch.get(server.url(), HERE).body == PAGE
    assert "if-none-match" not in server.asked[-1].headers


def test_a_kept_page_of_another_form_is_passed_over(server: Server, cache: Path) -> None:
    server.pages["/"] = changed_or_not
    fetch.get(server.url(), HERE)
    for head in (b"", b"{}", b"[]", b"[1, 2]", b"\xff", b"[" * 100_000):
        compiled.write(cache / names(cache)[0], head + b"\nbody", 9)
        assert fetch.get(server.url(), HERE).body == PAGE


def test_a_page_that_is_named_twice_in_a_run_is_asked_for_once(server: Server) -> None:
    server.pages["/"] = [answer(), answer(b"new")]
    run = Fetcher(HERE)
    assert [run.get(server.url(path)).body for path in ("/", "/#part")] == [PAGE, PAGE]
    assert Fetcher(HERE).get(server.url()).body == b"new"


def test_a_page_can_be_had_again_without_the_web(server: Server) -> None:
    server.pages = {"/": moved("/a"), "/a": answer()}
    assert fetch.kept_page(server.url()) is None
    assert fetch.get(server.url(), HERE) == fetch.kept_page(server.url("/#part"))
    assert (fetch.kept_page("file:///a"), server.paths()) == (None, ["/", "/a"])


def test_a_page_that_is_not_to_be_kept_is_not(server: Server, cache: Path) -> None:
    server.pages["/"] = answer(ETag='"1"', Cache_Control="private, No-Store")
    fetch.get(server.url(), HERE)
    assert not cache.exists()


def test_what_failed_is_not_kept(server: Server, cache: Path) -> None:
    server.pages["/"] = answer(status="404 Not Found", ETag='"1"')
    refusal(server)
    assert not cache.exists()


def test_where_nothing_can_be_kept_a_page_is_got_all_the_same(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    server.pages["/"] = answer(ETag='"1"')
    assert fetch.get(server.url(), HERE, tmp_path / "file").body == PAGE


def test_the_newest_pages_are_kept(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "_MOST_BYTES", 3500)
    for number in range(6):
        kept.save(cache, f"http://a.example/{number}", kept.Kept(Answer(f"http://a.example/{number}", bytes(1000))))
        os.utime(kept._path(cache, f"http://a.example/{number}"), (number, number))
    assert [n for n in range(6) if kept.load(cache, f"http://a.example/{n}")] == [3, 4, 5]


# --- secure connections ------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for "localhost", and its key, in one file."""
    if not shutil.which("openssl"):
        pytest.skip("no openssl to make a certificate with")
    path = tmp_path_factory.mktemp("certificate") / "both.pem"
    made = "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    made += " -subj /CN=localhost -addext subjectAltName=DNS:localhost"
    subprocess.run(["openssl", *made.split(), "-keyout", path, "-out", f"{path}.crt"], check=True, capture_output=True)
    path.write_bytes(path.read_bytes() + Path(f"{path}.crt").read_bytes())
    return path


@pytest.fixture
def secure(certificate: Path) -> Iterator[Server]:
    """A server that has the certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with serving(context) as server:
        server.pages["/"] = answer()
        yield server


def test_a_secure_page_is_got_where_its_certificate_is_trusted(
    secure: Server, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
    assert fetch.get(secure.url(host="localhost"), HERE).body == PAGE


def test_a_certificate_that_nobody_vouches_for_is_refused(secure: Server) -> None:
    assert re.search("its certificate is not to be trusted: self.signed certificate", why(secure.url(host="localhost")))


def test_a_certificate_of_another_name_is_refused(secure: Server, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
    assert re.search("its certificate is not to be trusted: .*127.0.0.1", why(secure.url()))


def test_a_secure_drip_ends_with_the_deadline(secure: Server, certificate: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", f"{certificate}.crt")
    secure.pages["/"] = drip(answer(b"", length=None), b"a paragraph that never ends ")
    begun = time.monotonic()
    assert why(secure.url(host="localhost"), SHORT) == "no whole answer within 1 s"
    assert time.monotonic() - begun < LATE


def test_a_server_without_tls_is_said(server: Server) -> None:
    assert "no secure connection: " in why(server.url().replace("http:", "https:"))


# --- the one door ------------------------------------------------------------------------------------------------------------
NETWORK = set(
    "requests urllib3 urllib.request http.client http.server socket ssl aiohttp httpx ftplib smtplib asyncio socketserver xmlrpc "
    "telnetlib poplib imaplib nntplib webbrowser".split()
)


# What a server needs that listens, and speaks with processes of its own
LISTENING = {"socket", "asyncio"}
CONNECTING = re.compile(r"\b(?:connect|connect_ex|sock_connect|open_connection|create_connection|open_unix_connection)\(")


def test_no_other_module_opens_a_connection() -> None:
    package = Path(fetch.__file__).parent.parent
    for path in sorted(package.rglob("*.py")):
        text = path.read_text("utf-8")
        is_server = path.is_relative_to(package / "server")
        assert not is_server or not CONNECTING.search(text), path
        if path.is_relative_to(package / "fetch") or not any(name.partition(".")[0] in text for name in NETWORK):
            continue
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Import):
                imported = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.module:
                imported = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
            else:
                continue
            used = {name for name in imported if name in NETWORK or name.partition(".")[0] in NETWORK}
            assert used <= (LISTENING if is_server else set()), path


def test_the_libraries_of_the_web_are_loaded_when_an_address_is_got() -> None:
    program = "import sys, kg.pipeline, kg.cli, kg.fetch; print({'requests', 'urllib3', 'kg.fetch.web'} & set(sys.modules))"
    assert run([sys.executable, "-c", program]).stdout == "set()\n"


# --- addresses as sources ----------------------------------------------------------------------------------------------------
GOOD = answer(article(id="one").encode(), Content_Type="text/markdown; charset=utf-8")
ONE = "https://data.example.org/article/one"


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: Vocabulary) -> Path:
    """A folder in which we stand; the vocabulary, which the cache of a test has not, is there already."""
    monkeypatch.setattr(vocabulary, "load", lambda base=terms.DEFAULT_BASE, sources=(): load(base, sources) if sources else words)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def call(*arguments: str, code: int = 0) -> Result:
    """Run a command in this process and check what it ends with."""
    found = CliRunner().invoke(main, arguments)
    assert found.exception is None or isinstance(found.exception, SystemExit), found.exc_info
    assert found.exit_code == code, found.output
    return found


def test_an_address_is_read_like_a_file(server: Server, home: Path) -> None:
    server.pages = {"/a": moved("/one.md"), "/one.md": GOOD}
    row = json.loads(call("read", "--allow-private", server.url("/a#part")).stdout)
    assert (row["source"], row["title"], row["authors"]) == (server.url("/a"), "Flights over Europe", ["Marie Novak"])


def test_a_private_address_needs_leave_on_the_command_line(server: Server, home: Path) -> None:
    write(home, {"kg.toml": "allow_private = true"})
    assert "unknown key 'allow_private'" in call("read", server.url("/a"), code=2).stderr
    (home / "kg.toml").unlink()
    for command in (["read"], ["link"], ["validate"], ["build", "-o", "dump"]):
        found = call(*command, server.url("/a"), code=1)
        assert "an address of a private or reserved network" in found.stdout + found.stderr
    assert server.connections == 0


def test_an_address_that_cannot_be_got_costs_no_other_source(server: Server, home: Path) -> None:
    write(home, {"one.md": article("Title")})
    found = call("read", "--allow-private", server.url("/none"), "ftp://press.example/a", "one.md", code=1)
    assert json.loads(found.stdout)["title"] == "Title"
    assert found.stderr.splitlines() == [
        f"{server.url('/none')}: violation: status 404 Not Found",
        "ftp://press.example/a: violation: only http and https are got, not ftp",
    ]


def test_a_dump_of_an_address_is_explained_without_the_web(server: Server, home: Path) -> None:
    server.pages["/one.md"] = GOOD
    call("build", "--allow-private", server.url("/one.md"), server.url("/one.md"), "-o", "dump")
    asked = len(server.asked)
    assert f"{server.url('/one.md')}:2:21: Flights over *Europe*" in call("explain", "dump", ONE).stdout
    shutil.rmtree(home / "cache")
    assert "its page is not kept on this machine" in call("explain", "dump", ONE).stdout
    assert (len(server.asked), server.paths()) == (asked, ["/one.md"])


def test_what_an_address_gives_is_validated(server: Server, home: Path) -> None:
    server.pages = {"/one.md": GOOD, "/bad.md": answer(article(title=None, body="").encode(), Content_Type="text/markdown")}
    command = ("validate", "--engine", "fast", "--allow-private")
    assert "violation" not in call(*command, server.url("/one.md")).output
    assert server.url("/bad.md") in call(*command, server.url("/bad.md"), code=1).stdout
