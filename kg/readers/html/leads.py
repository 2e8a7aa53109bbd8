"""The lead of an article: paragraphs between its title and its main element, which often stand in an element of their own."""

from __future__ import annotations

import re
from itertools import islice

from kg.readers.html.boilerplate import is_byline, is_date, is_extra, is_share
from kg.readers.html.candidates import is_paragraph
from kg.readers.html.outline import Node

_NAMES = re.compile(
    r"\blead|intro(?!-?image)|teaser|abstract|summary|excerpt|\bdeck|__deck|\bdek\b|standfirst|vorspann|bajada|sub-?(?:title|head|line)|"
    r"\bchap[oe]|sapo|entradilla|occhiello|catenaccio|description|ingress|anrei"
)
_NOT_IN = frozenset("a aside button dialog figcaption figure footer form menu nav ol table ul".split())
_NOT_NAMED = re.compile(
    r"caption|credit|legend|cookie|consent|banner|breadcrumb|newsletter|related|comment|author|share|social|advert|promo|menu|nav-|"
    r"tags"
)
_HEADINGS = ("h2", "h3", "h4")
_SHORTEST = 60
_MOST_NODES = 400


def leads(nodes: list[Node], selected: list[Node], is_title: set[Node]) -> list[Node]:
    """Return the paragraphs of the lead, in order: behind the last heading that is the title, before the first kept paragraph.

    `nodes` are those of the page in order, `is_title` its headings that show the title.
    """
    position = {node: index for index, node in enumerate(nodes)}
    if not selected:
        return []
    first = _first_paragraph(nodes, position[selected[0]], set(selected))
    begin = next((index for index in range(first - 1, max(first - _MOST_NODES, 0), -1) if nodes[index] in is_title), None)
    if begin is None:
        return []
    inside = set(selected)
    return [node for node in nodes[begin + 1 : first] if _is_lead(node) and not _is_kept(node, inside)]


def _first_paragraph(nodes: list[Node], begin: int, selected: set[Node]) -> int:
    for index in range(begin, len(nodes)):
        node = nodes[index]
        if not node.is_out and node.chars >= _SHORTEST and is_paragraph(node) and node.link_density < 0.3:
            return index
    return begin


def _is_kept(node: Node, selected: set[Node]) -> bool:
    """Tell whether the node is text already."""
    line = [node, *node.ancestors()]
    return any(outer in selected for outer in line) and not any(outer.is_out for outer in line)


def _is_lead(node: Node) -> bool:
    text = node.text(with_out=True)
    outer = node.parent
    is_named = _NAMES.search(node.names) is not None
    is_named = is_named or (outer is not None and (outer.tag == "hgroup" or _NAMES.search(outer.names) is not None))
    if not (is_paragraph(node) or (node.tag in _HEADINGS and is_named)) or len(text) < _SHORTEST:
        return False
    if is_byline(node) or is_date(node) or is_extra(node, 0) or is_share(node):
        return False
    if not is_named and not text.rstrip("\"'”’»").endswith((".", "!", "?", "…", "。")):
        return False
    around = (node, *islice(node.ancestors(), 3))
    return not any(item.tag in _NOT_IN or _NOT_NAMED.search(item.names) for item in around) and _links(node) < 0.3 * len(text)


def _links(node: Node) -> int:
    return sum(len(child.text(with_out=True)) for child in node.children if child.tag == "a")
