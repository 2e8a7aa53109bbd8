"""Elements become blocks: paragraphs, headings, quotations, items, cells and code, each run with its bytes of the source."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping

from lxml import etree

from kg.article import Span
from kg.readers.blocks import Block, BlockKind, Link, Run
from kg.readers.html.page import Element, Page
from kg.readers.html.places import Places

# Elements that begin and end a line of their own (HTML standard, 15.3: display block, table parts, list items)
BLOCKS = frozenset(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure footer form "
    "frameset h1 h2 h3 h4 h5 h6 header hgroup hr html legend li listing main menu nav ol optgroup option p pre search section "
    "summary table tbody td tfoot th thead tr ul xmp".split()
)
_KINDS: Mapping[str, BlockKind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("blockquote",), "quotation"),
    **dict.fromkeys(("li", "dt", "dd"), "item"),
    **dict.fromkeys(("td", "th"), "cell"),
    **dict.fromkeys(("pre", "listing", "xmp"), "code"),
}
_CODE = frozenset(("code", "kbd", "samp"))
# What these hold is no text that a reader sees
UNSEEN = frozenset(
    "annotation annotation-xml applet area audio base canvas datalist embed frame head iframe link map meta noembed noframes "
    "noscript object param script source style svg template title track video".split()
)
_SPACES = " \t\n\f\r"


def blocks(page: Page, elements: Iterable[Element], dropped: Container[Element] = frozenset()) -> list[Block]:
    """Return the blocks of elements that follow each other in the page, without what is dropped or unseen.

    White space collapses as in a browser, two line breaks part paragraphs, and text that stands bare among blocks is one.
    """
    walker = _Walker(page)
    for element in elements:
        walk = etree.iterwalk(element, events=("start", "end"))
        for event, inner in walk:
            if event == "start":
                if inner in dropped or inner.tag in UNSEEN:
                    walker.skipped.append(inner)
                    walk.skip_subtree()
                else:
                    walker.start(inner)
            else:
                walker.end(inner, inner is not element)
    walker.flush()
    return walker.blocks


class _Walker:
    """Turns the starts and ends of elements into blocks."""

    def __init__(self, page: Page) -> None:
        self.blocks: list[Block] = []
        self.skipped: list[Element] = []
        self._page = page
        self._places = Places(page.record.body)
        self._kinds: list[BlockKind] = []
        self._runs: list[Run] = []
        self._length = 0
        self._space = False
        self._breaks = 0
        self._codes = 0
        self._links: list[Link] = []
        self._link: tuple[Element, int, int, str] | None = None

    def start(self, element: Element) -> None:
        """Begin an element, and take the text before its first child."""
        tag = element.tag
        if tag in BLOCKS:
            self.flush()
            if tag in _KINDS:
                self._kinds.append(_KINDS[tag])
        elif tag == "br":
            self._break()
        elif tag == "a" and (address := element.get("href")) is not None:
            self._close_link()
            self._link = element, len(self._runs), self._length, address
        elif tag in _CODE:
            self._codes += 1
        if element.text:
            self._text(element.text, element)

    def end(self, element: Element, with_tail: bool) -> None:
        """End an element, and take the text behind it."""
        if self.skipped and self.skipped[-1] is element:
            self.skipped.pop()
            if element.tag in BLOCKS:
                self.flush()
        else:
            self._end(element, element.tag)
        if with_tail and element.tail:
            self._text(element.tail, element)

    def _end(self, element: Element, tag: str) -> None:
        if tag in BLOCKS:
            self.flush()
            if tag in _KINDS:
                self._kinds.pop()
        elif self._link and self._link[0] is element:
            self._close_link()
        elif tag in _CODE:
            self._codes -= 1

    def _break(self) -> None:
        if self._is_code():
            self._add([Run("\n", self._places.position, self._places.position, "code")])
        elif self._breaks:
            self.flush()
        elif self._runs:
            self._breaks, self._space = 1, False

    def _is_code(self) -> bool:
        return bool(self._kinds) and self._kinds[-1] == "code"

    def _text(self, text: str, element: Element) -> None:
        if self._is_code():
            self._add(self._places.lines(text, self._page.line_start(element)))
            return
        if text[0] in _SPACES and self._runs and not self._breaks:
            self._space = True
        if not text.strip(_SPACES):
            return
        before = self._places.position
        runs = self._places.runs(text, self._page.line_start(element), "code" if self._codes else "text")
        if self._breaks:
            self._add([Run("\n", before, runs[0].begin, "hard")])
        elif self._space:
            self._add([Run(" ", before, runs[0].begin, "soft")])
        self._add(runs)
        self._breaks, self._space = 0, text[-1] in _SPACES

    def _add(self, runs: list[Run]) -> None:
        self._runs += runs
        self._length += sum(len(run.text) for run in runs)

    def _close_link(self) -> None:
        """Keep the link that ends here, if words stand in it."""
        if self._link is None:
            return
        _, index, begin, address = self._link
        self._link = None
        if index < len(self._runs) and self._runs[index].kind in ("soft", "hard"):
            index, begin = index + 1, begin + 1
        if index < len(self._runs):
            first = self._places.link_begin(self._runs[index].begin)
            self._links.append(Link(begin, self._length, address, Span(first, self._places.link_end())))

    def flush(self) -> None:
        """End the block that the runs so far make."""
        link = self._link
        self._close_link()
        if any(run.text.strip() for run in self._runs):
            kind = self._kinds[-1] if self._kinds else "paragraph"
            span = Span(self._runs[0].begin, self._runs[-1].end)
            self.blocks.append(Block(kind, span, tuple(self._runs), tuple(self._links)))
        self._runs, self._links, self._length, self._space, self._breaks = [], [], 0, False, 0
        self._link = (link[0], 0, 0, link[3]) if link else None
