"""A server that strangers ask: the hostile, the slow, the many and those who go away cost themselves, and it stops kindly."""

from __future__ import annotations

import http.client
import importlib.util
import os
import select
import shutil
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from kg import terms
from kg.cli import main
from tests.conftest import SHARED
from tests.dumps import BASE, said, write_dump
from tests.started import Started, limited, started
from tests.writing import SAFETY

ARTICLES = [f"{BASE}article/{number}" for number in range(30)]
ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " . ".join(f"?a{i} ?b{i} ?c{i}" for i in range(8)) + " }"
SLOW = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d schema:headline ?e . ?f schema:headline ?g . FILTER(STRLEN(STR(?c)) > 0) }"
COUNT = "SELECT (COUNT(?t) AS ?n) { ?a schema:headline ?t }"
UNIX = pytest.mark.skipif(sys.platform == "win32", reason="there are no such signals here")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells what processes there are")


def write(folder: Path, count: int, **head: Any) -> Path:
    """Write a dump of so many articles, in one step where there is another."""
    shared = [(terms.TYPE, terms.ARTICLE), *((terms.ABOUT, terms.iri(iri)) for iri in ARTICLES)]
    rows = {iri: said(iri, (terms.HEADLINE, terms.literal("One", language="en")), *shared) for iri in ARTICLES[:count]}
    new = write_dump(folder.with_name(f"{folder.name}.new"), rows, **head)
    if folder.exists():
        folder.rename(folder.with_name(f"{folder.name}.old"))
    new.rename(folder)
    shutil.rmtree(folder.with_name(f"{folder.name}.old"), ignore_errors=True)
    return folder


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("serving") / "dump", 30)


@pytest.fixture(scope="module")
def server(dump: Path) -> Iterator[Started]:
    """A server with little time and memory for a query."""
    with started(dump, "--workers", "1", "--timeout", "2", "--memory", "128", "--queue", "8") as found:
        yield found


@pytest.fixture
def asking() -> Iterator[Callable[..., Future[Any]]]:
    """Ask beside."""
    with ThreadPoolExecutor(40) as threads:
        yield threads.submit


def until(holds: Callable[[], Any], seconds: float = SAFETY) -> None:
    """Wait until something holds."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.02)


def is_well(server: Started) -> bool:
    """Tell whether a query that was not asked before is answered."""
    return server.ask(f"ASK {{}} # {time.monotonic_ns()}")[0] == 200


# --- queries ---------------------------------------------------------------------------------------------------------------
def test_it_says_where_it_is_and_what_it_serves(server: Started, dump: Path) -> None:
    assert server.said[0] == f"kg: {dump} at {server.address}/sparql: 30 articles, 1 worker\n"


def hostile() -> list[Any]:
    file = SHARED / "hostile_cases.py"
    if not file.is_file():
        return [pytest.param("", "", set(), marks=pytest.mark.skip(reason="no shared data beside the project (KG_SHARED)"))]
    spec = importlib.util.spec_from_file_location("hostile_cases", file)
    assert spec is not None
    assert spec.loader is not None
    sys.modules["hostile_cases"] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return [pytest.param(*row, id=row[0]) for row in module.QUERIES]


@pytest.mark.parametrize(("name", "query", "statuses"), hostile())
def test_a_hostile_query_costs_itself(name: str, query: str | bytes, statuses: set[int], server: Started) -> None:
    status, _, body = server.ask(query)
    assert status in statuses
    assert status == 200 or body.decode().strip()
    assert server.ask("ASK {}")[0] == 200
    assert is_well(server)


def test_endless_queries_all_at_once_end_in_time_and_nobody_else_waits(server: Started, asking: Callable[..., Future[Any]]) -> None:
    late = [asking(server.ask, f"{ENDLESS} # {number}") for number in range(4)]
    until(lambda: server.metric("kg_pool_working") > 0)
    assert is_well(server)
    assert not all(answer.done() for answer in late)
    for answer in late:
        status, _, body = answer.result()
        assert status == 503
        assert b"no answer within 2 seconds" in body or b"ask again in" in body
    assert is_well(server)


def test_overload_is_told_at_once_with_when_to_ask_again(server: Started, asking: Callable[..., Future[Any]]) -> None:
    answers = [asking(server.ask, f"{ENDLESS} # many {number}") for number in range(30)]
    found = [answer.result() for answer in answers]
    assert {status for status, _, _ in found} == {503}
    waits = [int(headers["retry-after"]) for _, headers, _ in found if "retry-after" in headers]
    assert len(waits) > 10
    assert all(1 <= wait <= 2 for wait in waits)
    until(lambda: is_well(server))


@LINUX
def test_a_process_that_is_killed_costs_its_own_query(server: Started, asking: Callable[..., Future[Any]]) -> None:
    answer = asking(server.ask, f"{ENDLESS} # killed")
    until(lambda: server.metric("kg_pool_working") > 0)
    [parent] = children(server.process.pid)
    for pid in children(parent):
        os.kill(pid, signal.SIGKILL)
    status, _, body = answer.result()
    assert (status, b"broke down" in body) == (503, True)
    until(lambda: is_well(server))


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_client_that_goes_away_frees_its_process(server: Started) -> None:
    before = server.metric("kg_pool_abandoned_total")
    with server.connect() as client:
        body = f"query={ENDLESS.replace(' ', '+')}+%23+gone"
        client.sendall(
            f"POST /sparql HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-www-form-urlencoded\r\n"
            f"content-length: {len(body)}\r\n\r\n{body}".encode()
        )
        until(lambda: server.metric("kg_pool_working") > 0)
    until(lambda: server.metric("kg_pool_working") == 0)
    assert server.metric("kg_pool_abandoned_total") == before + 1


@LINUX
def test_memory_does_not_grow_under_mixed_load(server: Started, asking: Callable[..., Future[Any]]) -> None:
    queries = [COUNT, "SELECT * { ?s ?p ?o }", "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }", "SELECT * { ?s ?p }", "ASK {}"]

    def load(turn: int) -> None:
        for answer in [asking(server.ask, f"{queries[n % 5]} # {turn} {n}") for n in range(100)]:
            assert answer.result()[0] in {200, 400, 503}

    load(0)
    load(1)
    first = memory(server.process.pid)
    for turn in range(2, 6):
        load(turn)
    assert memory(server.process.pid) - first < 24 << 20


def memory(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


# --- slow and greedy clients -------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module", params=["auto", "h11"])
def strict(request: pytest.FixtureRequest, dump: Path) -> Iterator[Started]:
    """A server whose clients have little time and few bytes, with each parser."""
    limits = {"sending": 1.0, "reading": 1.0, "bytes": 4000, "lingering": 0.5, "connections": 6}
    with limited(dump, request.param, **limits) as found:
        yield found


def told(client: socket.socket) -> bytes:
    """Return all that comes before the server hangs up."""
    parts = []
    try:
        while part := client.recv(1 << 16):
            parts.append(part)
    except ConnectionError:
        pass
    return b"".join(parts)


def drip(client: socket.socket, data: bytes) -> bytes:
    """Send a byte now and then until the server hangs up, and return what it said."""
    client.settimeout(0.05)
    said = b""
    for byte in data:
        try:
            client.sendall(bytes([byte]))
            if not (part := client.recv(1 << 16)):
                return said
            said += part
        except TimeoutError:
            continue
        except ConnectionError:
            return said
    raise AssertionError("the server takes it all")


HEAD = b"GET /sparql?query=ASK%7B%7D HTTP/1.1\r\nhost: x\r\n"
POST = b"POST /sparql HTTP/1.1\r\nhost: x\r\ncontent-type: application/sparql-query\r\n"


def test_headers_one_byte_at_a_time_are_not_waited_for(strict: Started) -> None:
    with strict.connect() as client:
        assert drip(client, HEAD + b"x-slow: " + b"a" * 1000).startswith(b"HTTP/1.1 408 Request Timeout\r\n")
    assert is_well(strict)


def test_who_says_nothing_is_not_waited_for(strict: Started) -> None:
    with strict.connect() as client:
        assert b"408" in told(client)


def test_a_body_one_byte_at_a_time_is_not_waited_for(strict: Started) -> None:
    with strict.connect() as client:
        client.sendall(POST + b"content-length: 1000\r\n\r\n")
        assert drip(client, b"A" * 1000).startswith(b"HTTP/1.1 408")


def test_empty_lines_between_requests_are_not_waited_for(strict: Started) -> None:
    with strict.connect() as client:
        client.sendall(HEAD + b"\r\n")
        assert drip(client, b"\r\n" * 500).startswith(b"HTTP/1.1 200")


def test_a_head_that_is_too_long_is_refused(strict: Started) -> None:
    with strict.connect() as client:
        client.sendall(HEAD + b"x-long: " + b"a" * 8000)
        assert told(client).startswith(b"HTTP/1.1 431 Request Header Fields Too Large\r\n")


@pytest.mark.parametrize("framing", [b"content-length: 400000\r\n\r\n", b"transfer-encoding: chunked\r\n\r\n61a80\r\n"])
def test_a_body_that_is_too_long_is_refused(framing: bytes, strict: Started) -> None:
    with strict.connect() as client:
        client.sendall(POST + framing)
        client.sendall(b"#" * 400_000)
        assert told(client).startswith(b"HTTP/1.1 413 ")


def test_who_does_not_read_the_answer_is_dropped(strict: Started) -> None:
    with strict.connect() as client:
        rows = b"SELECT * { ?a ?b ?c . ?d ?e ?f . FILTER(STRLEN(STR(?c)) > 3) } LIMIT 60000"
        client.sendall(POST + b"content-length: %d\r\n\r\n%s" % (len(rows), rows))
        until(lambda: strict.metric("kg_pool_answered_total") and not strict.metric("kg_pool_working"))
        time.sleep(3)  # longer than it may take to read a part
        said = told(client)
        assert b"\r\n\r\n" in said
        length = int(said.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        assert len(said.partition(b"\r\n\r\n")[2]) < length
    assert is_well(strict)


def test_one_connection_takes_many_requests_also_sent_at_once(strict: Started) -> None:
    request = HEAD + b"\r\n"
    with strict.connect() as client:
        client.sendall(request * 3 + HEAD + b"connection: close\r\n\r\n")
        assert told(client).count(b"HTTP/1.1 200") == 4


def test_where_there_are_too_many_connections_an_idle_one_makes_place(strict: Started) -> None:
    clients = [strict.connect() for _ in range(6)]
    try:
        assert is_well(strict)
    finally:
        for client in clients:
            client.close()


def waiting(server: Started, query: str) -> socket.socket:
    """Return a client that has asked and waits."""
    client = server.connect()
    client.sendall(POST + b"content-length: %d\r\n\r\n%s" % (len(query.encode()), query.encode()))
    return client


def test_where_all_connections_wait_for_answers_another_is_refused(strict: Started) -> None:
    clients = []
    try:
        for number in range(6):
            clients.append(waiting(strict, f"{ENDLESS} # busy {number}"))
        until(lambda: b"retry-after: 1" in refused(strict), 5)
    finally:
        for client in clients:
            client.close()
    until(lambda: is_well(strict))


def test_who_is_refused_lets_nobody_in(strict: Started) -> None:
    clients: list[socket.socket] = []
    refusals = 0
    try:
        for number in range(18):
            clients.append(waiting(strict, f"{ENDLESS} # crowd {number}"))
            refusals += bool(select.select(clients[-1:], [], [], 0.1)[0])  # the others wait for their answer
        assert refusals == 12
    finally:
        for client in clients:
            client.close()
    until(lambda: is_well(strict))


def test_answers_that_nobody_reads_to_the_end_hold_so_much_memory_and_no_more(dump: Path) -> None:
    rows = "SELECT * { ?a ?b ?c . ?d ?e ?f . FILTER(STRLEN(STR(?c)) > 3) } LIMIT 60000"
    with limited(dump, "auto", held=1 << 20) as server, server.connect() as client:
        client.sendall(POST + b"content-length: %d\r\n\r\n%s" % (len(rows), rows.encode()))
        until(lambda: server.metric("kg_pool_answered_total") > 1 and server.metric("kg_pool_working") == 0)
        time.sleep(2.5)  # longer than between two looks
        said = told(client)
        length = int(said.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        assert len(said.partition(b"\r\n\r\n")[2]) < length
        assert is_well(server)


def refused(server: Started) -> bytes:
    with server.connect() as client:
        client.sendall(HEAD + b"connection: close\r\n\r\n")
        return told(client)


def test_an_address_that_is_too_long_is_told_so(server: Started) -> None:
    with server.connect() as client:
        client.sendall(b"GET /sparql?query=" + b"a" * 70_000 + b" HTTP/1.1\r\nhost: x\r\n\r\n")
        assert told(client).startswith((b"HTTP/1.1 414 ", b"HTTP/1.1 400 "))


def test_what_is_no_http_is_refused(strict: Started) -> None:
    with strict.connect() as client:
        client.sendall(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n")
        assert told(client).startswith(b"HTTP/1.1 400")


# --- another dump, and the end -----------------------------------------------------------------------------------------------
def test_a_new_build_is_served_as_soon_as_it_is_there_and_a_bad_one_is_told(tmp_path: Path) -> None:
    dump = write(tmp_path / "dump", 3)
    with started(dump, "--workers", "1") as server:

        def count() -> int:
            return int(server.ask(COUNT, accept="text/csv")[2].split()[1])

        assert count() == 3
        tag = server.ask(COUNT)[1].get("etag")
        write(dump, 5)
        until(lambda: count() == 5)
        assert server.ask(COUNT)[1].get("etag") != tag
        write(dump, 7, kg="99.0.0")
        until(lambda: any("newer than this kg" in line for line in server.said))
        assert count() == 5
        write(dump, 9)
        until(lambda: count() == 9)
        changes = [line for line in server.said if "has changed" in line]
        assert changes == [f"kg: {dump} has changed; the new data are served\n"] * 2


@UNIX
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_what_runs_is_finished_when_it_is_stopped(number: int, dump: Path, asking: Callable[..., Future[Any]]) -> None:
    with started(dump, "--workers", "1") as server:
        idle = server.connect()
        answer = asking(server.ask, SLOW, accept="text/csv")
        until(lambda: server.metric("kg_pool_working") > 0)
        assert server.stop(number) == 0
        status, _, body = answer.result()
        assert (status, body.split()) == (200, [b"n", str(30 * 32 * 30 * 30).encode()])
        assert told(idle) == b""
        idle.close()
        assert len(server.said) == 1


@UNIX
def test_a_second_signal_ends_it_at_once(dump: Path, asking: Callable[..., Future[Any]]) -> None:
    with started(dump, "--workers", "1", "--timeout", str(SAFETY)) as server:
        answer = asking(server.ask, ENDLESS)
        until(lambda: server.metric("kg_pool_working") > 0)
        server.process.send_signal(signal.SIGINT)
        until(lambda: is_closed(server))
        assert server.stop(signal.SIGINT) == 0
        assert answer.result()[0] == 503


def is_closed(server: Started) -> bool:
    try:
        server.connect().close()
    except OSError:
        return True
    return False


@LINUX
def test_no_process_is_left_of_a_server_that_is_killed(dump: Path, asking: Callable[..., Future[Any]]) -> None:
    with started(dump, "--workers", "1", "--timeout", str(SAFETY)) as server:
        answer = asking(server.ask, ENDLESS)
        until(lambda: server.metric("kg_pool_working") > 0)
        [parent] = children(server.process.pid)
        family = [parent, *children(parent)]
        assert len(family) == 5
        server.process.kill()
        until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in family))
        with pytest.raises((ConnectionError, http.client.HTTPException)):
            answer.result()


def test_two_servers_do_not_share_a_port(server: Started, dump: Path) -> None:
    done = CliRunner().invoke(main, ["serve", str(dump), "--port", str(server.port)])
    said = f"kg: 127.0.0.1:{server.port}: the port is in use, perhaps by another server; choose another with --port\n"
    assert (done.exit_code, done.output) == (3, said)
    assert is_well(server)
