"""Queries over HTTP get their answer, whole and in the form asked for, or a status and words that say why not."""

from __future__ import annotations

import asyncio
import csv
import gzip
import html
import io
import json
import re
from collections.abc import Iterator
from dataclasses import fields
from urllib.parse import quote

import pytest
import rdflib

from kg import pipeline, store
from kg.errors import AnswerSizeError, EngineError, Place, QueryError, QueryTimeoutError, ResourceError
from kg.server.app import Application, application
from kg.server.pool import BusyError, Counts
from tests.serving import OneSession, Response, ask, asked, query
from tests.writing import article, write

TITLES = "SELECT ?title { ?a schema:headline ?title } ORDER BY ?title"
LONG = "SELECT ?p ?o { ?a ?p ?o } ORDER BY ?p ?o"
DESCRIBED = "DESCRIBE <https://data.example.org/article/one>"


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[store.Session]:
    """A dump of two articles, opened once."""
    home = tmp_path_factory.mktemp("served")
    files = {"a.md": article("One", id="one"), "b.md": article("Two", id="two")}
    assert pipeline.publish([write(home / "posts", files)], home / "dump").published
    with store.Session(home / "dump") as found:
        yield found


@pytest.fixture
def pool(session: store.Session) -> OneSession:
    return OneSession(session)


@pytest.fixture
def served(pool: OneSession) -> Application:
    return application(pool)


# --- answers ---------------------------------------------------------------------------------------------------------------
def test_solutions_are_answered_in_every_format(served: Application) -> None:
    found = {name: ask(served, query(TITLES, format=name)) for name in ("json", "xml", "csv", "tsv")}
    assert {response.status for response in found.values()} == {200}
    assert {name: response.headers["content-type"] for name, response in found.items()} == {
        "json": "application/sparql-results+json",
        "xml": "application/sparql-results+xml",
        "csv": "text/csv; charset=utf-8",
        "tsv": "text/tab-separated-values; charset=utf-8",
    }
    assert [row["title"]["value"] for row in json.loads(found["json"].text)["results"]["bindings"]] == ["One", "Two"]
    assert list(csv.reader(io.StringIO(found["csv"].text))) == [["title"], ["One"], ["Two"]]
    assert found["tsv"].text.splitlines() == ["?title", '"One"@en', '"Two"@en']
    assert "<literal" in found["xml"].text


def test_graphs_are_answered_in_every_format_and_say_the_same(served: Application) -> None:
    types = {"turtle": "turtle", "application/ld+json": "json-ld", "ntriples": "nt", "application/rdf+xml": "xml"}
    graphs = []
    for name, parser in types.items():
        response = ask(served, query(DESCRIBED, format=name))
        assert response.status == 200
        graphs.append(set(rdflib.Graph().parse(data=response.text, format=parser)))
    assert graphs[0] == graphs[1] == graphs[2] == graphs[3] != set()


def test_a_query_gives_the_same_with_get_and_with_both_kinds_of_post(served: Application) -> None:
    got = ask(served, query(TITLES, format="csv"))
    sent = ask(served, "/sparql", "POST", TITLES.encode(), content_type="application/sparql-query", accept="text/csv")
    form = ask(
        served,
        "/sparql/",
        "POST",
        f"query={quote(TITLES)}".encode(),
        content_type="application/x-www-form-urlencoded",
        accept="text/csv",
    )
    assert got.body == sent.body == form.body == b"title\r\nOne\r\nTwo\r\n"


def test_a_header_may_be_sent_in_several_pieces(served: Application) -> None:
    assert (
        ask(served, query(TITLES), accept="image/png\ntext/csv;q=0.5\ntext/tab-separated-values").type
        == "text/tab-separated-values"
    )


def test_yes_and_no(served: Application) -> None:
    assert json.loads(ask(served, query("ASK { ?a schema:headline 'One'@en }")).text)["boolean"] is True
    assert json.loads(ask(served, query("ASK { ?a schema:headline 'Four'@en }")).text)["boolean"] is False


def test_head_has_the_headers_of_get_and_no_body(served: Application) -> None:
    for target in (query(TITLES), "/", "/health", "/sparql", "/graph-store?default", query("SELECT {")):
        got, head = ask(served, target), ask(served, target, "HEAD")
        assert (head.status, head.headers, head.body) == (got.status, got.headers, b"")
        assert head.headers["content-length"] == str(len(got.body))


def test_an_iri_without_scheme_begins_at_the_endpoint_and_faults_keep_their_line(served: Application) -> None:
    made = ask(served, query("CONSTRUCT { <#s> <urn:x:p> 1 } WHERE {}", format="ntriples"))
    assert made.text.startswith("<http://data.example.org/sparql#s> ")
    wrong = ask(served, query("CONSTRUCT { <#s> <urn:x:p> 1 }\nWHERE { ?a ?b }"))
    assert (wrong.status, wrong.text[:17]) == (400, "line 2, column 15")


@pytest.mark.parametrize("host", ["", "a b", '"><script>', "[::::]", "data.example.org/path?x#y", "é.example"])
def test_a_host_that_is_none_is_not_repeated(host: str, served: Application) -> None:
    found = ask(served, "/sparql", host=host)
    assert found.status == 200
    assert "<http://127.0.0.1:80/sparql>" in found.text


# --- what a client has already ---------------------------------------------------------------------------------------------
def test_an_answer_is_had_from_the_engine_once(served: Application, pool: OneSession) -> None:
    first, again = ask(served, query(TITLES)), ask(served, query(TITLES))
    assert (first.headers, first.body) == (again.headers, again.body)
    assert ask(served, "/sparql", "POST", TITLES.encode(), content_type="application/sparql-query").body == first.body
    assert len(pool.asked) == 1
    ask(served, query(TITLES, format="csv"))
    assert len(pool.asked) == 2


def test_a_client_that_has_the_answer_is_told_so_without_asking_the_engine(served: Application, pool: OneSession) -> None:
    tag = ask(served, query(TITLES)).headers["etag"]
    fresh = application(pool)
    for said in (tag, f"W/{tag}", f'"other", {tag}'):
        found = ask(fresh, query(TITLES), if_none_match=said)
        assert (found.status, found.body, found.headers["etag"]) == (304, b"", tag)
        assert "content-length" not in found.headers
    assert len(pool.asked) == 1
    assert ask(fresh, query(TITLES), if_none_match='"other"').status == 200
    assert ask(fresh, query(TITLES, format="csv"), if_none_match=tag).status == 200


def test_other_data_has_other_tags_and_no_old_answers(served: Application, pool: OneSession) -> None:
    tag = ask(served, query(TITLES)).headers["etag"]
    pool.version = "two"
    found = ask(served, query(TITLES), if_none_match=tag)
    assert (found.status, found.headers["etag"] != tag, len(pool.asked)) == (200, True, 2)


def test_an_answer_from_data_that_is_replaced_meanwhile_is_not_kept(session: store.Session) -> None:
    class Replaced(OneSession):
        async def answer(self, request: store.Request) -> store.Answer:
            found = await super().answer(request)
            self.version = f"{self.version}, replaced"
            return found

    served = application(Replaced(session))
    found = ask(served, query(TITLES), accept_encoding="gzip")
    assert (found.status, found.headers["cache-control"], "etag" in found.headers) == (200, "no-store", False)
    assert "kg_cache_answers 0\n" in ask(served, "/metrics").text


@pytest.mark.parametrize(
    "text",
    [
        "SELECT (RAND() AS ?x) {}",
        "SELECT (now() AS ?x) {}",
        "ASK { BIND(UUID() AS ?x) }",
        "ASK { BIND(struuid () AS ?x) }",
        "SELECT (BNODE() AS ?x) {}",
    ],
)
def test_what_is_another_each_time_is_never_kept(text: str, served: Application, pool: OneSession) -> None:
    for _ in range(2):
        found = ask(served, query(text))
        assert (found.status, found.headers["cache-control"], "etag" in found.headers) == (200, "no-store", False)
    assert len(pool.asked) == 2
    assert "etag" in ask(served, query("SELECT ?now { ?a schema:headline ?now FILTER(?now != 'RAND()') }")).headers


def test_what_is_kept_is_bounded_and_what_was_asked_last_stays(session: store.Session) -> None:
    pool = OneSession(session)
    served = application(pool, kept=20_000)
    for number in range(40):
        ask(served, query(f"SELECT ({number} AS ?n) {{}}"))
        ask(served, query("SELECT (0 AS ?n) {}"))
    assert len(pool.asked) == 40
    ask(served, query("SELECT (1 AS ?n) {}"))
    assert len(pool.asked) == 41
    figures = dict(line.rsplit(" ", 1) for line in ask(served, "/metrics").text.splitlines() if not line.startswith("#"))
    assert 0 < int(figures["kg_cache_bytes"]) <= 20_000


def test_an_answer_too_large_to_keep_is_answered_all_the_same(session: store.Session) -> None:
    pool = OneSession(session)
    served = application(pool, kept=8192)
    assert ask(served, query(LONG)).body == ask(served, query(LONG)).body
    assert len(pool.asked) == 2


# --- gzip ------------------------------------------------------------------------------------------------------------------
def test_a_long_answer_is_packed_for_who_takes_that(served: Application, pool: OneSession) -> None:
    plain, packed = ask(served, query(LONG)), ask(served, query(LONG), accept_encoding="br, gzip")
    assert gzip.decompress(packed.body) == plain.body
    assert (packed.headers["content-encoding"], packed.headers["content-length"]) == ("gzip", str(len(packed.body)))
    assert "Accept-Encoding" in plain.headers["vary"]
    assert packed.headers["etag"] == plain.headers["etag"][:-1] + '-gzip"'
    assert ask(served, query(LONG), accept_encoding="gzip", if_none_match=packed.headers["etag"]).status == 304
    assert ask(served, query(LONG), accept_encoding="gzip") == packed
    assert len(pool.asked) == 1


def test_a_short_answer_is_not_packed(served: Application) -> None:
    assert ask(served, query(TITLES), accept_encoding="gzip") == ask(served, query(TITLES))


# --- refusals --------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        (QueryError("that is wrong", Place("query", 2, 3)), 400, "line 2, column 3: "),
        (AnswerSizeError("the answer has more than 5 rows"), 413, "more than 5 rows"),
        (QueryTimeoutError("no answer within 10 seconds"), 503, "no answer within 10 seconds"),
        (EngineError("the query engine broke down"), 503, "broke down"),
        (BusyError(7), 503, "ask again in 7 seconds"),
        (ResourceError("cannot be read", Place("/home/somebody/dump")), 503, "cannot be read at the moment"),
    ],
)
def test_each_kind_of_refusal_has_its_status_and_words(
    error: Exception, status: int, said: str, served: Application, pool: OneSession
) -> None:
    pool.raises.append(error)
    found = ask(served, query(TITLES))
    assert (found.status, found.type, found.headers["cache-control"]) == (status, "text/plain", "no-store")
    assert said in found.text
    assert "somebody" not in found.text
    assert ("retry-after" in found.headers) == isinstance(error, ResourceError)
    assert ask(served, query(TITLES)).status == 200  # nothing of it is kept


def test_a_client_is_told_when_to_ask_again(served: Application, pool: OneSession) -> None:
    pool.raises.append(BusyError(7))
    assert ask(served, query(TITLES)).headers["retry-after"] == "7"


def test_a_cut_answer_is_an_error(session: store.Session) -> None:
    few = application(OneSession(session), rows=1)
    assert [ask(few, query(f"{TITLES} LIMIT {number}")).status for number in (1, 2)] == [200, 413]
    short = application(OneSession(session), size=200)
    assert [ask(short, query(text)).status for text in (TITLES, LONG, DESCRIBED)] == [200, 413, 413]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("", 400),
        ("  ", 400),
        ("SELECT {", 400),
        ("DELETE WHERE { ?s ?p ?o }", 400),
        ("ASK { SERVICE <urn:x:a> {} }", 400),
        ("{" * 70_000, 400),
    ],
)
def test_what_is_no_query_that_may_run_is_a_bad_request(text: str, status: int, served: Application) -> None:
    sent = ask(served, "/sparql", "POST", text.encode(), content_type="application/sparql-query")
    assert (sent.status, sent.type) == (status, "text/plain")
    assert sent.text.strip()
    if len(text) < 1000:
        assert ask(served, query(text)).body == sent.body


def test_a_fault_is_told_with_its_place_and_what_would_mend_it(served: Application) -> None:
    found = ask(served, query("SELECT ?h {\n  ?a shema:headline ?h }"))
    assert (found.status, found.text[:18]) == (400, "line 2, column 6: ")
    assert "schema" in found.text


def test_a_long_query_is_answered_and_refused_like_a_short_one(served: Application) -> None:
    comment = f"# {'x' * 20_000}\n"
    assert json.loads(ask(served, query(f"{comment}ASK {{}}")).text)["boolean"] is True
    wrong = ask(served, query(f"{comment}ASK {{"))
    assert (wrong.status, wrong.text[:7]) == (400, "line 2,")


def test_of_many_faults_the_first_are_told(served: Application) -> None:
    found = ask(served, query("SELECT " + " ".join(f"(a{number}:b AS ?x{number})" for number in range(30)) + " {}"))
    assert found.status == 400
    assert len(found.text.splitlines()) == 10


def test_a_refused_request_says_what_would_do(served: Application, pool: OneSession) -> None:
    put = ask(served, "/sparql", "PUT", b"ASK {}", content_type="application/sparql-query")
    assert (put.status, put.headers["allow"]) == (405, "GET, HEAD, POST, OPTIONS")
    delete = ask(served, "/graph-store?default", "DELETE")
    assert (delete.status, delete.headers["allow"]) == (405, "GET, HEAD, OPTIONS")
    text = ask(served, "/sparql", "POST", b"ASK {}", content_type="text/plain")
    assert (text.status, text.headers["accept"]) == (415, "application/sparql-query, application/x-www-form-urlencoded")
    picture = ask(served, query(TITLES), accept="image/png")
    assert (picture.status, "text/csv" in picture.text) == (406, True)
    assert ask(served, "/sparql", "POST", b"update=CLEAR+ALL", content_type="application/x-www-form-urlencoded").status == 403
    assert ask(served, "/nowhere").status == 404
    assert pool.asked == []


def test_headers_that_say_too_much_are_refused_before_anything_is_made_of_them(served: Application, pool: OneSession) -> None:
    assert ask(served, query(TITLES), accept="a/b," * 5000).status == 431
    assert ask(served, query(TITLES), accept="\n" * 3000).status == 431
    assert pool.asked == []


def test_a_body_without_end_is_not_read_to_its_end(served: Application, pool: OneSession) -> None:
    for length in ("", "1099511627776", "9" * 5000):
        found = ask(served, "/sparql", "POST", b" " * (2 << 20), content_type="application/sparql-query", content_length=length)
        assert found.status == 413
    assert pool.asked == []


def test_a_client_that_goes_away_gets_nothing_and_ends_its_query(session: store.Session) -> None:
    ended = []

    class Slow(OneSession):
        async def answer(self, request: store.Request) -> store.Answer:
            try:
                await asyncio.get_running_loop().create_future()
            finally:
                ended.append(request.text)
            raise AssertionError("nothing ends it but its client")

    served = application(Slow(session))
    assert ask(served, query(TITLES), is_gone=True) == Response(0, {}, b"")
    assert ended == [TITLES]
    assert 'kg_http_requests_total{endpoint="sparql",status="499"} 1\n' in ask(served, "/metrics").text


def test_clients_that_ask_the_same_at_the_same_time_cost_one_query(session: store.Session) -> None:
    class Slow(OneSession):
        async def answer(self, request: store.Request) -> store.Answer:
            await asyncio.sleep(0)  # so that every client has asked
            return await super().answer(request)

    pool = Slow(session)
    served = application(pool)

    async def together(text: str, count: int) -> list[Response]:
        return await asyncio.gather(*(asked(served, query(text)) for _ in range(count)))

    found = asyncio.run(together(TITLES, 5))
    assert ({response.status for response in found}, len({response.body for response in found}), len(pool.asked)) == ({200}, 1, 1)
    assert "kg_cache_shared_total 4\n" in ask(served, "/metrics").text
    wrong = asyncio.run(together("SELECT {", 3))
    assert ({response.status for response in wrong}, len({response.body for response in wrong}), len(pool.asked)) == ({400}, 1, 2)
    assert len({response.body for response in asyncio.run(together("SELECT (UUID() AS ?x) {}", 3))}) == 3


def test_a_query_goes_on_while_one_client_waits_for_it(session: store.Session) -> None:
    served = application(pool := OneSession(session))

    async def together() -> list[Response]:
        return await asyncio.gather(*(asked(served, query(TITLES), is_gone=is_gone) for is_gone in (True, False, True)))

    found = asyncio.run(together())
    assert ([response.status for response in found], len(pool.asked)) == ([0, 200, 0], 1)


# --- pages of other origins ------------------------------------------------------------------------------------------------
def test_any_page_may_ask(served: Application) -> None:
    for target in (query(TITLES), query("SELECT {"), "/graph-store?default", "/nowhere"):
        assert ask(served, target, origin="https://other.example").headers["access-control-allow-origin"] == "*"
    before = ask(served, "/sparql", "OPTIONS", origin="https://other.example", access_control_request_method="POST")
    assert (before.status, before.body) == (204, b"")
    assert before.headers["access-control-allow-methods"] == before.headers["allow"] == "GET, HEAD, POST, OPTIONS"
    assert before.headers["access-control-allow-headers"] == "*"


# --- graphs by their names -------------------------------------------------------------------------------------------------
def test_a_graph_is_had_by_its_name(served: Application) -> None:
    names = json.loads(ask(served, query("SELECT DISTINCT ?g { GRAPH ?g {} } ORDER BY ?g")).text)["results"]["bindings"]
    whole = 0
    for name in (row["g"]["value"] for row in names):
        found = ask(served, f"/graph-store?graph={quote(name)}", accept="application/n-triples")
        count = ask(served, query(f"SELECT (COUNT(*) AS ?n) {{ GRAPH <{name}> {{ ?s ?p ?o }} }}", format="csv"))
        assert (found.status, found.type) == (200, "application/n-triples")
        assert len(found.text.splitlines()) == int(count.text.split()[1]) > 0
        whole += len(found.text.splitlines())
    union = ask(served, "/graph-store?default", accept="application/n-triples")
    assert 0 < len(set(union.text.splitlines())) == len(union.text.splitlines()) <= whole


@pytest.mark.parametrize(
    "accept", ["text/turtle", "application/ld+json", "application/n-triples", "application/rdf+xml", "text/html"]
)
def test_a_graph_that_is_none_of_the_dump_is_not_found(accept: str, served: Application) -> None:
    for method in ("GET", "HEAD", "GET"):
        assert ask(served, "/graph-store?graph=urn:x:none", method, accept=accept).status == 404
    empty = query("CONSTRUCT WHERE { ?s ?p ?o }", **{"default-graph-uri": "urn:x:none"})
    assert ask(served, empty, accept=accept).status == 200
    assert ask(served, "/graph-store?graph=urn:x:none", accept=accept).status == 404


# --- for people ------------------------------------------------------------------------------------------------------------
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def test_a_browser_gets_a_form_and_answers_as_tables(served: Application) -> None:
    page = ask(served, f"/?query={quote('ASK { <urn:x:a&b> ?p ?o }')}", accept=BROWSER)
    assert (page.status, page.type) == (200, "text/html")
    assert "ASK { &lt;urn:x:a&amp;b&gt; ?p ?o }</textarea>" in page.text
    assert ask(served, "/sparql", accept=BROWSER).type == "text/html"
    found = ask(served, query(TITLES), accept=BROWSER)
    assert '<tr><td lang="en">One</td></tr><tr><td lang="en">Two</td></tr>' in found.text
    assert "<strong>yes</strong>" in ask(served, query("ASK {}"), accept=BROWSER).text
    assert "<pre>@prefix" in ask(served, query(DESCRIBED), accept=BROWSER).text


def test_every_example_of_the_page_has_an_answer(served: Application) -> None:
    examples = [html.unescape(link) for link in re.findall(r'href="\?query=([^"]*)"', ask(served, "/").text)]
    assert len(examples) >= 10
    for example in examples:
        assert ask(served, f"/sparql?query={example}").status == 200


def test_no_text_of_the_data_becomes_markup_or_a_link_that_runs(served: Application) -> None:
    values = """("<script>alert(1)</script>" <javascript:alert(1)>) ("\\"onload=" <https://a.example/'onload=#x>)"""
    found = ask(served, query(f"SELECT * {{ VALUES (?a ?b) {{ {values} }} }}"), accept=BROWSER)
    assert found.status == 200
    assert "<script" not in found.text
    assert 'href="javascript:' not in found.text
    assert "'onload" not in found.text
    assert '"onload' not in found.text
    for page in (found, ask(served, "/", accept=BROWSER), ask(served, f"/?query={quote('</textarea><script>')}")):
        assert "<script" not in page.text
        assert "default-src 'none'" in page.headers["content-security-policy"]


def test_the_links_of_a_page_lead_to_the_same_answer(served: Application) -> None:
    given = {"default-graph-uri": "https://data.example.org/article/one#declared"}
    for target in (
        query(TITLES, **given),
        query(TITLES),
        "/graph-store?graph=https%3A%2F%2Fdata.example.org%2Farticle%2Fone%23declared",
    ):
        page = ask(served, target, accept=BROWSER)
        assert page.type == "text/html"
        path = target.partition("?")[0]
        for link in re.findall(r'href="(\?[^"]*)"', page.text):
            found = ask(served, path + html.unescape(link))
            assert found.status == 200
            assert ("Two" in found.text) == ("Two" in page.text)


# --- for operators ---------------------------------------------------------------------------------------------------------
def test_health_tells_whether_there_is_a_process_to_answer(served: Application, pool: OneSession) -> None:
    well = ask(served, "/health")
    assert (well.status, json.loads(well.text)["status"], json.loads(well.text)["data"]) == (200, "ok", "one")
    pool.counts = Counts(processes=0)
    assert ask(served, "/health").status == 503


def test_a_fault_of_ours_is_not_hidden_and_counted(served: Application, pool: OneSession) -> None:
    pool.raises.append(ZeroDivisionError("a fault"))
    with pytest.raises(ZeroDivisionError):
        ask(served, query(TITLES))
    assert 'kg_http_requests_total{endpoint="sparql",status="500"} 1\n' in ask(served, "/metrics").text


def test_metrics_count_what_was_asked(served: Application, pool: OneSession) -> None:
    for target in (query(TITLES), query(TITLES), query("SELECT {"), "/health"):
        ask(served, target)
    pool.counts = Counts(processes=3, waiting=2, late=5)
    text = ask(served, "/metrics").text
    for line in (
        'kg_http_requests_total{endpoint="sparql",status="200"} 2',
        'kg_http_requests_total{endpoint="sparql",status="400"} 1',
        'kg_http_request_duration_seconds_bucket{endpoint="sparql",le="+Inf"} 3',
        'kg_http_request_duration_seconds_count{endpoint="health"} 1',
        "kg_pool_processes 3",
        "kg_pool_waiting 2",
        "kg_pool_late_total 5",
        "kg_cache_hits_total 1",
        "kg_cache_misses_total 2",
        'kg_data_info{version="one"} 1',
    ):
        assert f"\n{line}\n" in text
    assert all(re.search(f"^kg_pool_{field.name}(_total)? ", text, re.MULTILINE) for field in fields(Counts))
    heads = [line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")]
    assert len(heads) == len(set(heads))
