"""The main text of a page: its paragraphs, headings, quotations and lists, without what stands around them."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import accumulate
from typing import NamedTuple

from kg.article import PartKind
from kg.readers.blocks import Block
from kg.readers.draft import Draft
from kg.readers.html import htmlblocks
from kg.readers.html.asides import without_asides
from kg.readers.html.boilerplate import is_extra, is_unlikely
from kg.readers.html.candidates import choose
from kg.readers.html.cleaning import clean
from kg.readers.html.leads import leads
from kg.readers.html.outline import Node, measure, outline
from kg.readers.html.page import Element, Page
from kg.readers.printed.layout import PART_KINDS, declared

Parts = list[tuple[PartKind, Block]]

# Less text than this is a reason to look again, less strictly
_ENOUGH = 500
# What a less strict look must find to be believed against the stricter one
_MUCH_MORE = 1.5
_LONGEST_SHOWN = 200


def read(page: Page, draft: Draft, shown: Collection[Element]) -> Parts:
    """Return the parts of the article's text in order: headline, abstract, then what stands in its main element.

    `shown` are elements that show title, byline or date: they are no text of the article.
    """
    headline, abstract = declared(draft.title, draft), declared(draft.abstract, draft)
    parts = Parts([("headline", headline)] if headline else [])
    parts.extend([("abstract", abstract)] if abstract else [])
    parts.extend((PART_KINDS[block.kind], block) for block in _main(page, draft, shown) if block.kind in PART_KINDS)
    return parts


class _Filters(NamedTuple):
    """Which evidence is believed: names that are unlikely for a text, names at all, and what stands in an element."""

    unlikely: bool = True
    weights: bool = True
    clutter: bool = True


_ATTEMPTS = (_Filters(), _Filters(unlikely=False), _Filters(False, weights=False), _Filters(False, False, clutter=False))


def _main(page: Page, draft: Draft, shown: Collection[Element]) -> list[Block]:
    body = page.root.find("body")
    hidden = {element for element in shown if element.tag not in ("h1", "h2") and _is_apart(element)}
    found = outline(page.root if body is None else body, hidden)
    nodes, title = found.nodes, draft.title.text if draft.title else ""
    best, least = (list[Node](), set[Element]()), 0.0
    for filters in _ATTEMPTS:
        selected = _attempt(nodes, filters, title, shown)
        chars = sum(node.chars - node.link_chars for node in selected)
        if chars > least:
            lead = leads(nodes, selected, {node for node in nodes if _shows_title(node, title, shown)})
            best = lead + selected, {node.element for node in nodes if node.is_out} - {node.element for node in lead}
            least = _MUCH_MORE * chars
        if chars >= _ENOUGH:
            break
    selected, out = best
    _note_others(page, draft, nodes, selected)
    for node in nodes:
        node.parent = None  # without circles, the memory of a page is free when it was read
    return without_asides(htmlblocks.blocks(page, [node.element for node in selected], out | found.unseen))


def _note_others(page: Page, draft: Draft, nodes: list[Node], selected: list[Node]) -> None:
    """Tell the user of an article on the page that is not in the text and about as long."""
    least = max(_ENOUGH * 2, 0.5 * sum(node.chars for node in selected))
    taken = {outer for node in selected for outer in (node, *node.ancestors())}
    below: set[Node] = set()
    for node in nodes:
        if node in taken:
            continue
        if node.parent in below or node.parent in selected:
            below.add(node)
        elif node.tag == "article" and not node.is_out and node.chars - node.link_chars >= least:
            below.add(node)
            draft.note(f"a second article on the page is left out: {node.text()[:60]!r}", page.span(node.element))


def _shows_title(node: Node, title: str, shown: Collection[Element]) -> bool:
    if node.tag not in ("h1", "h2"):
        return False
    return node.tag == "h1" or node.element in shown or _is_alike(node.text(), title)


def _attempt(nodes: list[Node], filters: _Filters, title: str, shown: Collection[Element]) -> list[Node]:
    """Return what these filters leave as the main text; what is none in it is marked as out."""
    for node in nodes:
        is_below = node.parent is not None and node.parent.is_out
        node.is_out = is_below or is_extra(node, nodes[0].total) or (filters.unlikely and is_unlikely(node))
    measure(nodes)
    selected = choose(nodes, filters.weights)
    _drop_title(nodes, title, shown)
    clean(selected, filters.weights, filters.clutter)
    return selected


def _drop_title(nodes: list[Node], title: str, shown: Collection[Element]) -> None:
    """Mark headings as out that repeat the title above the text."""
    for node in nodes:
        if node.tag == "p" and node.chars > _ENOUGH / 2 and not node.is_out:
            break
        if node.tag in ("h1", "h2") and not node.is_out and (node.element in shown or (title and _is_alike(node.text(), title))):
            node.is_out = True


def _is_apart(element: Element) -> bool:
    """Tell whether an element is neither a paragraph, whatever it may show besides, nor words of one."""
    is_own = element.tag in htmlblocks.BLOCKS or _stands_alone(element)
    outer = element if is_own else element.getparent()
    lengths = accumulate(map(len, outer.itertext())) if outer is not None else iter(())
    return all(length <= _LONGEST_SHOWN for length in lengths)


def _stands_alone(element: Element) -> bool:
    """Tell whether an element that is no block has no words beside it: only blocks, or the ends of what it stands in."""
    before, after, outer = element.getprevious(), element.getnext(), element.getparent()
    words = (before.tail if before is not None else outer.text if outer is not None else None, element.tail)
    is_between_blocks = all(beside is None or beside.tag in htmlblocks.BLOCKS for beside in (before, after))
    return is_between_blocks and not any(text and text.strip() for text in words)


def _is_alike(text: str, title: str) -> bool:
    words, given = re.findall(r"\w+", text.lower()), re.findall(r"\w+", title.lower())
    known = set(given)
    new = [word for word in words if word not in known]
    return bool(words) and sum(map(len, new)) <= 0.25 * sum(map(len, words))
