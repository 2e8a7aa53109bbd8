"""What the main element holds beside the article: lists of links, forms, shares, adverts, found by what stands in them."""

from __future__ import annotations

from dataclasses import dataclass

from kg.readers.html.boilerplate import is_byline, is_date, is_share, weight
from kg.readers.html.candidates import bare_units, is_paragraph, is_through
from kg.readers.html.outline import Node, add_up, reset

_DROPPED = frozenset("aside button footer input nav select textarea".split())
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_TEXTS = frozenset("blockquote dl div li ol p pre span table td ul".split())
_JUDGED = frozenset("div fieldset form table ul".split())
_DATA = frozenset("caption col colgroup tfoot th thead".split())
_SHORT = 500
_MOST_COMMAS = 10


@dataclass(slots=True)
class _Tally:
    """What stands in an element: how many of what, and characters."""

    p: int = 0
    img: int = 0
    li: int = 0
    input: int = 0
    headings: int = 0
    lists: int = 0
    texts: int = 0
    data_tables: int = 0


def clean(selected: list[Node], with_weights: bool, with_clutter: bool) -> None:
    """Mark as out what is no text of the article in the selected nodes, and count again what is left.

    Names count only `with_weights`, and what stands in an element only `with_clutter`.
    """
    for top in selected:
        inside = _subtree(top)
        data_tables, kept = _data_tables(inside)
        tallies: dict[Node, _Tally] = {}
        reset(inside)
        for node in reversed(inside):
            tally = tallies.pop(node, None) or _Tally()
            if node.tag == "div" and node.has_block:
                tally.p += sum(1 for unit in bare_units(node) if unit.chars)
            if node is top or node.parent is None:
                continue
            tally.data_tables += node in data_tables
            is_clutter = with_clutter and node not in kept and _is_clutter(node, tally, with_weights)
            if is_clutter or _is_dropped(node, with_weights):
                node.is_out = True
            else:
                add_up(node)
                _add(tallies.setdefault(node.parent, _Tally()), tally, node)


def _subtree(top: Node) -> list[Node]:
    found: list[Node] = []
    stack = [top]
    while stack:
        node = stack.pop()
        if not node.is_out:
            found.append(node)
            stack += reversed(node.children)
    return found


def _data_tables(inside: list[Node]) -> tuple[set[Node], set[Node]]:
    """Return the tables that hold data (others only lay the page out), and all that stands in them."""
    rows: dict[Node, list[int]] = {}
    table_of: dict[Node, Node] = {}
    marked: set[Node] = set()
    for node in inside:
        table = table_of.get(node.parent) if node.parent else None
        if node.tag == "table":
            rows[node] = []
            if table is not None:
                rows.pop(table, None)
            table = node
        if table is None:
            continue
        table_of[node] = table
        if node.tag in _DATA:
            marked.add(table)
        elif node.tag == "tr" and table in rows:
            rows[table].append(sum(1 for child in node.children if child.tag in ("td", "th")))
    data = {table for table, cells in rows.items() if _is_data(table, cells, table in marked)}
    return data, {node for node, table in table_of.items() if table in data}


def _is_data(table: Node, cells: list[int], is_marked: bool) -> bool:
    if table.attributes.get("role") == "presentation" or not cells:
        return False
    columns = max(cells)
    if is_marked or "summary" in table.attributes:
        return True
    return min(len(cells), columns) > 1 and (len(cells) >= 10 or columns > 4 or len(cells) * columns > 10)


def _add(outer: _Tally, inner: _Tally, node: Node) -> None:
    outer.p += inner.p + is_paragraph(node)
    outer.img += inner.img + (node.tag == "img")
    outer.li += inner.li + (node.tag == "li")
    outer.input += inner.input + (node.tag == "input")
    outer.headings += node.chars if node.tag in _HEADINGS else inner.headings
    outer.lists += node.chars if node.tag in ("ul", "ol") else inner.lists
    outer.texts += node.chars if node.tag in _TEXTS else inner.texts
    outer.data_tables += inner.data_tables


def _is_dropped(node: Node, with_weights: bool) -> bool:
    """Tell whether an element is no text whatever stands in it."""
    if node.tag in _DROPPED:
        return True
    if node.tag in ("h1", "h2") and with_weights and weight(node) < 0:
        return True
    return (is_share(node) and node.chars < _SHORT) or is_byline(node) or is_date(node)


def _is_clutter(node: Node, tally: _Tally, with_weights: bool) -> bool:
    """Tell whether what stands in an element makes it something else than prose, a list or a table of the article."""
    if node.tag not in _JUDGED or is_paragraph(node) or is_through(node) or tally.data_tables:
        return False
    points = weight(node) if with_weights else 0
    if points < 0:
        return True
    if node.commas >= _MOST_COMMAS:
        return False
    is_list = node.tag == "ul" or tally.lists > 0.9 * node.chars
    in_figure = any(outer.tag == "figure" for _, outer in zip(range(3), node.ancestors(), strict=False))
    density = node.link_density
    return (
        (tally.img > 1 and tally.p < 0.5 * tally.img and not in_figure and not is_list)
        or (not is_list and tally.li - 100 > tally.p)
        or tally.input > tally.p // 3
        or (not is_list and not in_figure and _is_label(node, tally))
        or (not is_list and points < 25 and density > 0.2)
        or (points >= 25 and density > 0.5)
        or (tally.img == 0 and tally.texts == 0 and tally.headings == 0 and not is_list)
    )


def _is_label(node: Node, tally: _Tally) -> bool:
    """Tell whether hardly anything stands there, and it is linked."""
    is_heading = tally.headings >= 0.9 * node.chars
    return not is_heading and node.chars < 25 and (tally.img == 0 or tally.img > 2) and node.link_chars > 0
