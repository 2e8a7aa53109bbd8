"""What is kept of answers stays within its bounds and is of one version of the data."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.server import caching
from kg.server.caching import Cache, Key
from kg.server.replies import Reply
from kg.store import Request

KEYS = st.builds(Key, st.builds(Request, st.sampled_from(["ASK {}", "SELECT * {}", "x" * 90])), st.just("text/csv"), st.booleans())
REPLIES = st.integers(0, 3000).map(lambda size: Reply(200, (), b"x" * size))


@given(st.lists(st.tuples(st.sampled_from(["one", "two"]), KEYS, REPLIES), max_size=15))
def test_a_cache_gives_what_was_put_last_and_never_holds_too_much(puts: list[tuple[str, Key, Reply]]) -> None:
    cache = Cache(20_000)
    last: dict[tuple[str, Key], Reply] = {}
    for version, key, found in puts:
        cache.put(version, key, found)
        last[version, key] = found
        other = "two" if version == "one" else "one"
        assert cache.get(other, key) is None
        if len(found.body) < 900:
            assert cache.get(version, key) == found
        assert all(cache.get(of, each) in {None, reply} for (of, each), reply in last.items() if of == version)
        assert 0 <= cache.bytes <= 20_000
        assert (len(cache) == 0) == (cache.bytes == 0)


@pytest.mark.parametrize(
    ("if_none_match", "is_known"),
    [
        (None, False),
        ("", False),
        ('"tag"', True),
        ('W/"tag"', True),
        ('"tag-gzip"', True),
        ('"a", "b,c" , W/"tag"', True),
        ('"other"', False),
        ("tag", False),
        ('"tag', False),
        ('"tag-br"', False),
    ],
)
def test_a_client_has_an_answer_whose_tag_it_names(if_none_match: str | None, is_known: bool) -> None:
    assert caching.is_known(if_none_match, '"tag"') is is_known


def test_tags_differ_with_all_that_an_answer_depends_on() -> None:
    key = Key(Request("ASK {}"), "text/csv", False)
    others = [
        key._replace(request=Request("ASK {} ")),
        key._replace(request=Request("ASK {}", default_graphs=("urn:x:a",))),
        key._replace(request=Request("ASK {}", named_graphs=("urn:x:a",))),
        key._replace(media_type="text/html"),
        key._replace(is_graph=True),
    ]
    tags = {caching.etag("one", each) for each in (key, *others)} | {caching.etag("two", key)}
    assert len(tags) == 7
    assert caching.etag("one", key) == caching.etag("one", key._replace(is_packed=True))
