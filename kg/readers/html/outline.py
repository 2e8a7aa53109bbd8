"""A page as a tree of light nodes with counts of what stands in them: what candidates for the main text are judged by."""

from __future__ import annotations

import re
from collections.abc import Container, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kg.readers.html.htmlblocks import BLOCKS, UNSEEN
from kg.readers.html.page import Element

_OTHER_COMMAS = re.compile("[،、，]")
_IN_PAGE = 0.3  # a link to a note below tells less of navigation than one that leads away
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_NO_ATTRIBUTES: dict[str, str] = {}


class Node:
    """An element that a reader sees, with counts of its text.

    `head` and `tail` are the words before its first child and behind its end, `names` its class and id in lower case; `total`
    counts the characters of all its text; `chars`, `commas` and `link_chars` what is not `out`, as last measured.
    """

    __slots__ = (
        *("element", "tag", "parent", "children", "attributes", "names", "head", "tail", "has_block", "is_out", "score"),
        *("own_chars", "own_commas", "total", "chars", "commas", "link_chars"),
    )

    def __init__(self, element: Element, parent: Node | None, attributes: dict[str, str], head: str, tail: str) -> None:
        self.element = element
        self.tag: str = element.tag
        self.parent = parent
        self.children: list[Node] = []
        self.attributes = attributes
        self.names = f"{attributes.get('class', '')} {attributes.get('id', '')}".strip().lower() if attributes else ""
        self.head, self.tail = head, tail
        self.has_block = self.is_out = False
        self.score: float | None = None
        self.own_chars = self.total = self.chars = len(head)
        self.own_commas = self.commas = count_commas(head) if head else 0
        self.link_chars = 0.0

    @property
    def link_density(self) -> float:
        """The share of the characters that stand in links."""
        return min(self.link_chars / self.chars, 1.0) if self.chars else 0.0

    def ancestors(self) -> Iterator[Node]:
        """Yield the parents from the inside out."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def text(self, with_out: bool = False) -> str:
        """Return the words in the node that are not out, or all."""
        words: list[str] = []
        stack: list[Node | str] = [self]
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                words.append(item)
            elif with_out or not item.is_out:
                words.append(item.head)
                for child in reversed(item.children):
                    stack += (child.tail, child)
        return " ".join(filter(None, words))


@dataclass(frozen=True, slots=True)
class Outline:
    """The nodes of a page in order, and the elements that no reader sees."""

    nodes: list[Node]
    unseen: set[Element]


def outline(body: Element, dropped: Container[Element] = frozenset()) -> Outline:
    """Return the nodes of a body, without those that are dropped, hidden, or hold no text (scripts, media)."""
    nodes: list[Node] = []
    unseen: set[Element] = set()
    known: dict[Element, Node] = {}
    for element in body.iter():
        above = element.getparent() if nodes else None
        parent = known.get(above) if above is not None else None
        if parent is None and nodes:
            continue
        head, tail = element.text, element.tail
        tail = " ".join(tail.split()) if tail and parent else ""
        items: Any = element.items()
        attributes: dict[str, str] = dict(items) if items else _NO_ATTRIBUTES
        is_unseen = element.tag in UNSEEN or element in dropped or _is_hidden(attributes)
        if is_unseen:
            unseen.add(element)
            if not tail:
                continue
        node = Node(element, parent, attributes, " ".join(head.split()) if head and not is_unseen else "", tail)
        if parent is not None:
            parent.children.append(node)
            if tail:
                _add_own(parent, tail)
        if is_unseen:
            node.tag, node.is_out = "", True
        else:
            known[element] = node
            nodes.append(node)
    for node in reversed(nodes):
        outer = node.parent
        if outer is not None:
            outer.total += node.total + 1
            outer.has_block |= node.has_block or node.tag in BLOCKS
    return Outline(nodes, unseen)


def _add_own(node: Node, text: str) -> None:
    node.own_chars += len(text) + 1
    node.total += len(text) + 1
    node.own_commas += count_commas(text)


def _is_hidden(attributes: dict[str, str]) -> bool:
    if "style" in attributes and _HIDDEN_STYLE.search(attributes["style"]):
        return True
    return "hidden" in attributes or attributes.get("aria-hidden") == "true"


def count_commas(text: str) -> int:
    """Return how many commas a text has, of any script."""
    count = text.count(",")
    return count if text.isascii() else count + len(_OTHER_COMMAS.findall(text))


def reset(nodes: Sequence[Node]) -> None:
    """Begin to count the text of nodes anew, with their own."""
    for node in nodes:
        node.chars, node.commas, node.link_chars = node.own_chars, node.own_commas, 0.0


def measure(nodes: Sequence[Node]) -> None:
    """Count the text of nodes that come in the order of the page, as far as it is not out."""
    reset(nodes)
    for node in reversed(nodes):
        if not node.is_out:
            add_up(node)


def add_up(node: Node) -> None:
    """Add the text of a node, all of which was counted, to its parent's."""
    if node.tag == "a":
        node.link_chars = node.chars * (_IN_PAGE if node.attributes.get("href", "").startswith("#") else 1.0)
    outer = node.parent
    if outer is not None and node.chars:
        outer.chars += node.chars + 1
        outer.commas += node.commas
        outer.link_chars += node.link_chars
