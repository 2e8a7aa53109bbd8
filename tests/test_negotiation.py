"""A client gets what it likes best of what we have, and is refused only when it takes none of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.server.negotiation import GRAPHS, OFFERS, SOLUTIONS, choose, named, takes_gzip

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8"
JSON, XML = "application/sparql-results+json", "application/sparql-results+xml"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, JSON),
        ("", JSON),
        ("*/*", JSON),
        ("*", JSON),
        (JSON, JSON),
        (XML, XML),
        (f"{JSON};q=0.5, {XML}", XML),
        (f"{JSON};q=0.5, {XML};q=0.5", JSON),
        ("text/csv;q=0.1, text/plain", "text/csv"),
        ("text/*", "text/csv"),
        ("text/*, text/csv;q=0", "text/tab-separated-values"),
        ("*/*, application/*;q=0.1", "text/csv"),
        (f"*/*;q=0.1, {JSON};q=0", XML),
        ("APPLICATION/JSON", "application/json"),
        ("application/xml", "application/xml"),
        ("text/csv; header=present; charset=utf-8", "text/csv"),
        ("text/csv ; Q=0.2 , text/tab-separated-values;q = 0.1", "text/csv"),
        (BROWSER, "text/html"),
        ("text/turtle", None),
        ("text/csv;q=0", None),
        ("image/png, application/pdf;q=0.9", None),
    ],
)
def test_solutions_come_as_the_client_likes_best(accept: str | None, chosen: str | None) -> None:
    found = choose(accept, SOLUTIONS)
    assert (found and found.media_type) == chosen


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "text/turtle"),
        ("text/turtle; charset=utf-8", "text/turtle"),
        ("application/ld+json, text/turtle;q=0.9", "application/ld+json"),
        ("application/rdf+xml, */*;q=0.1", "application/rdf+xml"),
        ("application/json", "application/json"),
        (JSON, None),
        ("text/csv", None),
    ],
)
def test_graphs_come_as_the_client_likes_best(accept: str | None, chosen: str | None) -> None:
    found = choose(accept, GRAPHS)
    assert (found and found.media_type) == chosen


@pytest.mark.parametrize(
    "broken", ["text/csv;q=much", "text/csv;q=", "text/csv;q=nan", "text/csv;q=2", "text/csv;q=-1", "csv", "/", ";;,"]
)
def test_a_member_that_says_nothing_counts_as_not_there(broken: str) -> None:
    found = choose(f"{broken}, {XML};q=0.1", SOLUTIONS)
    assert found
    assert found.media_type == XML


@given(st.text(max_size=40))
def test_no_header_breaks_the_choice(accept: str) -> None:
    for offers in OFFERS.values():
        assert choose(accept, offers) in (*offers, None)
    assert takes_gzip(accept) in {True, False}


@given(st.permutations([offer.media_type for offer in SOLUTIONS]))
def test_the_order_of_weights_decides_and_not_that_of_the_members(types: list[str]) -> None:
    accept = ", ".join(f"{name};q={1 - place / 10:.1f}" for place, name in enumerate(types))
    for members in (accept, ", ".join(reversed(accept.split(", ")))):
        found = choose(members, SOLUTIONS)
        assert found
        assert found.media_type == types[0]


def test_an_offer_has_a_short_name_and_that_of_its_type() -> None:
    for offers in (SOLUTIONS, GRAPHS):
        for offer in offers:
            assert (found := named(offer.media_type.upper(), offers))
            assert (found.media_type, found.form) == (offer.media_type, offer.form)
    assert [offer and offer.media_type for offer in (named("csv", SOLUTIONS), named("csv", GRAPHS))] == ["text/csv", None]


@pytest.mark.parametrize(
    ("accept_encoding", "is_taken"),
    [
        (None, False),
        ("", False),
        ("gzip", True),
        ("br, GZIP;q=0.5", True),
        ("gzip;q=0", False),
        ("*", True),
        ("*;q=0", False),
        ("gzip;q=0, *", False),
        ("identity, br", False),
        ("x-gzip", True),
    ],
)
def test_gzip_is_sent_to_who_takes_it(accept_encoding: str | None, is_taken: bool) -> None:
    assert takes_gzip(accept_encoding) is is_taken
