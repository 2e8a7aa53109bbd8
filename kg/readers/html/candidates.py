"""Which elements hold the main text: each paragraph speaks for those around it, by its length and its commas.

The well-known scheme of reader modes: scores go up to the ancestors, links and names of navigation take from them, and
what stands beside the best element and is like it goes with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from kg.readers.html.boilerplate import weight
from kg.readers.html.htmlblocks import BLOCKS
from kg.readers.html.outline import Node, count_commas

_PARAGRAPHS = frozenset("section h2 h3 h4 h5 h6 p td pre".split())
_WRAPPERS = frozenset("div article main center body".split())
_TAG_SCORES = {
    "div": 5,
    **dict.fromkeys("pre td blockquote".split(), 3),
    **dict.fromkeys("address ol ul dl dd dt li form".split(), -3),
    **dict.fromkeys("h1 h2 h3 h4 h5 h6 th".split(), -5),
}
_SHORTEST = 25
_LEVELS = 5
_TOP = 5


class Unit(NamedTuple):
    """A paragraph, or bare text that is as good as one: how much stands in it, and the first element that it speaks for."""

    chars: int
    commas: int
    parent: Node


def units(nodes: Iterable[Node]) -> Iterator[Unit]:
    """Yield the paragraphs of measured nodes."""
    for node in nodes:
        if node.is_out:
            continue
        if node.tag in _PARAGRAPHS or (node.tag == "div" and not node.has_block):
            if node.parent is not None:
                yield Unit(node.chars, node.commas, node.parent)
        elif node.tag in _WRAPPERS:
            yield from bare_units(node)


def bare_units(node: Node) -> Iterator[Unit]:
    """Yield the stretches of text that stand in an element among blocks."""
    chars, commas = len(node.head), count_commas(node.head)
    for child in node.children:
        if not child.is_out and (child.has_block or child.tag in BLOCKS):
            yield Unit(chars, commas, node)
            chars = commas = 0
        elif not child.is_out:
            chars, commas = chars + child.chars, commas + child.commas
        chars, commas = chars + len(child.tail), commas + count_commas(child.tail)
    yield Unit(chars, commas, node)


def is_paragraph(node: Node) -> bool:
    """Tell whether an element is a paragraph, or is used as one."""
    return node.tag == "p" or (node.tag == "div" and not node.has_block)


def is_through(node: Node) -> bool:
    """Tell whether an element only wraps one paragraph."""
    if node.tag != "div" or node.head or len(node.children) != 1:
        return False
    child = node.children[0]
    return child.tag == "p" and not child.tail and node.link_density < 0.25


def choose(nodes: list[Node], with_weights: bool) -> list[Node]:
    """Return the nodes that hold the main text, in order; `nodes` are measured, the first is the body."""
    candidates = _scored(nodes, with_weights)
    best = sorted(candidates, key=_score, reverse=True)[:_TOP]
    if not best or best[0] is nodes[0]:
        return [nodes[0]]
    top = _outer(_shared(best), nodes[0])
    return _with_siblings(top)


def _score(node: Node) -> float:
    return node.score or 0.0


def _scored(nodes: list[Node], with_weights: bool) -> list[Node]:
    """Return the nodes that paragraphs speak for, each with its score."""
    candidates: list[Node] = []
    for node in nodes:
        node.score = None
    for unit in units(nodes):
        if unit.chars < _SHORTEST:
            continue
        points = 2 + unit.commas + min(unit.chars // 100, 3)
        for level, node in enumerate(islice(_spoken_for(unit.parent), _LEVELS)):
            if node.score is None:
                node.score = _TAG_SCORES.get(node.tag, 0) + (weight(node) if with_weights else 0)
                candidates.append(node)
            node.score += points / (1 if level == 0 else 2 if level == 1 else 3 * level)
    for node in candidates:
        node.score = _score(node) * (1 - node.link_density)
    return candidates


def _spoken_for(node: Node) -> Iterator[Node]:
    outer: Node | None = node
    while outer is not None:
        if not is_through(outer):
            yield outer
        outer = outer.parent


def _shared(best: list[Node]) -> Node:
    """Return the best node, or the element around it that holds at least three others nearly as good."""
    top = best[0]
    rivals = [set(node.ancestors()) for node in best[1:] if _score(node) >= 0.75 * _score(top)]
    if len(rivals) >= 3:
        for outer in top.ancestors():
            if outer.parent is not None and sum(outer in ancestors for ancestors in rivals) >= 3:
                return outer
    return top


def _outer(top: Node, body: Node) -> Node:
    """Return the element around the best one that has more text still, or nothing else in it."""
    last, least = _score(top), _score(top) / 3
    for outer in top.ancestors():
        if outer is body:
            break
        if outer.score is None:
            continue
        if outer.score < least:
            break
        if outer.score > last:
            top = outer
            break
        last = outer.score
    while top.parent is not None and top.parent is not body and _is_alone(top, top.parent):
        top = top.parent
    return top


def _is_alone(top: Node, outer: Node) -> bool:
    return not any(_stands(child) for child in outer.children if child is not top)


def _stands(node: Node) -> bool:
    return not node.is_out and node.tag != "" and (node.chars > 0 or node.tag == "img")


_SENTENCE_END = ".!?。！？…"


def _with_siblings(top: Node) -> list[Node]:
    """Return the best element and those beside it that are like it or are paragraphs."""
    if top.parent is None:
        return [top]
    least = max(10.0, _score(top) * 0.2)
    name = top.attributes.get("class", "")
    found = []
    for node in top.parent.children:
        is_other = node is not top and node.attributes.get("class", "") != name and _holds_article(node) and _holds_article(top)
        if node.is_out or is_other:
            continue
        bonus = _score(top) * 0.2 if name and node.attributes.get("class") == name else 0.0
        if node is top or (node.score is not None and node.score + bonus >= least) or _is_prose(node):
            found.append(node)
    return found


def _holds_article(node: Node) -> bool:
    return node.tag == "article" or any(child.tag == "article" for child in node.children)


def _is_prose(node: Node) -> bool:
    if not is_paragraph(node):
        return False
    if node.chars > 80:
        return node.link_density < 0.25
    return node.chars > 0 and node.link_chars == 0 and node.text().rstrip().endswith(tuple(_SENTENCE_END))
