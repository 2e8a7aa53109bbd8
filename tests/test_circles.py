"""Nodes that lead back to themselves are found, each group once, however many there are."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import circles

Graph = dict[str, list[str]]


@pytest.mark.parametrize(
    ("wider", "found"),
    [
        ({}, []),
        ({"a": ["b"], "b": ["c"]}, []),
        ({"a": ["b", "c"], "b": ["d"], "c": ["d"]}, []),
        ({"a": ["a"]}, [["a"]]),
        ({"b": ["a"], "a": ["b"]}, [["a", "b"]]),
        ({"c": ["b"], "b": ["a"], "a": ["c"], "x": ["a"]}, [["a", "c", "b"]]),
        ({"a": ["b"], "b": ["a"], "d": ["c", "a"], "c": ["d"]}, [["a", "b"], ["c", "d"]]),
        ({"a": ["b", "c"], "b": ["c"], "c": ["a"]}, [["a", "b", "c"]]),
        ({"a": ["c"], "c": ["b", "a"], "b": ["c"]}, [["a", "c"]]),
        ({"a": ["b"], "b": ["c"], "c": ["b", "d"], "d": ["a"]}, [["b", "c"]]),
    ],
)
def test_each_group_has_one_circle_from_its_first_node_on(wider: Graph, found: list[list[str]]) -> None:
    assert list(circles.find(wider)) == found


@given(st.dictionaries(st.sampled_from("abcdef"), st.lists(st.sampled_from("abcdef"), unique=True)))
def test_what_is_found_are_circles_and_every_node_on_one_belongs_to_their_groups(wider: Graph) -> None:
    found = list(circles.find(wider))
    for circle in found:
        assert all(after in wider[before] for before, after in pairwise([*circle, circle[0]]))
        assert len(set(circle)) == len(circle)
    on_one = {node for node in wider if node in reached(wider, node)}
    groups = {frozenset(other for other in reached(wider, node) if node in reached(wider, other)) for node in on_one}
    assert sorted(min(group) for group in groups) == sorted(min(group) for group in groups for c in found if set(c) <= group)


def reached(wider: Graph, node: str) -> set[str]:
    """Return the nodes to which one leads in one step or more."""
    found: set[str] = set()
    todo = list(wider.get(node, ()))
    while todo:
        if (other := todo.pop()) not in found:
            found.add(other)
            todo.extend(wider.get(other, ()))
    return found


def test_a_circle_of_very_many_nodes_is_found() -> None:
    count = 100_000
    (circle,) = circles.find({f"{number:06}": [f"{(number + 1) % count:06}"] for number in range(count)})
    assert circle == [f"{number:06}" for number in range(count)]
