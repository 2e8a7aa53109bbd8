"""Markdown (CommonMark with tables and footnotes), with or without YAML front matter."""

from __future__ import annotations

import re
from typing import Any

from pyromark import Options, events_with_range

from kg.article import Article, Record, Span
from kg.readers import frontmatter, layout, nodes
from kg.readers.blocks import Block, BlockKind, Link, Run, compose, join_cut_paragraphs
from kg.readers.decoding import decode
from kg.readers.draft import Draft

_OPTIONS = Options.ENABLE_TABLES | Options.ENABLE_FOOTNOTES | Options.ENABLE_STRIKETHROUGH
_LINE_BREAK = re.compile(r"<br\b", re.IGNORECASE)
_HIDING = re.compile(r"<(/?)(?:script|style|template)\b", re.IGNORECASE)


def read_markdown(record: Record) -> Article:
    """Return the article of a Markdown record. Raises `ReadError` with every fault found."""
    text, lead = decode(record)
    draft = Draft(record)
    front, body, skipped = nodes.cut(text, record)
    if front is not None:
        frontmatter.read(front, lead, draft)
    blocks = parse(body, lead + skipped, draft)
    return draft.finish(compose(layout.read(join_cut_paragraphs(blocks), draft)))


def parse(text: str, offset: int, draft: Draft) -> list[Block]:
    """Return the blocks of a Markdown text that begins at byte `offset` of the record."""
    walker = _Walker(offset)
    for event, place in events_with_range(text, options=_OPTIONS):
        walker.take(event, Span(place["start"] + offset, place["end"] + offset))
    if walker.html:
        count = len(walker.html)
        draft.note(f"{count} block{'s' * (count > 1)} of HTML left out", walker.html[0])
    return walker.blocks


class _Walker:
    """Turns the parser's events into blocks."""

    def __init__(self, offset: int) -> None:
        self.blocks: list[Block] = []
        self.html: list[Span] = []
        self._offset = offset
        self._kinds: list[BlockKind] = []
        self._runs: list[Run] = []
        self._length = 0
        self._links: list[Link] = []
        self._open_links: list[tuple[int, str]] = []
        self._images = 0
        self._styles: list[tuple[str, int]] = []
        self._styled: list[tuple[str, int, int]] = []
        self._in_html = False
        self._hidden = False

    def take(self, event: Any, span: Span) -> None:
        """Handle one event: a text, a break, or the start or end of an element."""
        if event == "SoftBreak":
            self._add("\n", span, "soft")
        elif event == "HardBreak":
            self._add("\n", span, "hard")
        elif event == "Rule":
            self.blocks.append(Block("rule", span))
        elif isinstance(event, dict):
            for name, value in event.items():
                handler = getattr(self, f"_on_{name.lower()}", None)
                if handler is not None:
                    handler(value, span)

    def _on_text(self, text: str, span: Span) -> None:
        if self._kinds and self._kinds[-1] == "code":
            self._add(text, span, "code")
        elif not self._in_html and not self._hidden:
            self._add(text, span, "text")

    def _on_html(self, text: str, span: Span) -> None:
        if not self._in_html and not text.lstrip().startswith("<!--"):
            self.html.append(span)
        self._in_html = True

    def _on_inlinehtml(self, text: str, span: Span) -> None:
        if _LINE_BREAK.match(text):
            self._add("\n", span, "hard")
        elif match := _HIDING.match(text):
            self._hidden = not match[1]
            self.html.extend([] if match[1] else [span])

    def _on_code(self, text: str, span: Span) -> None:
        # The backquotes are markup: the text begins after them
        self._add(text, Span(span.begin + (span.end - span.begin - len(text.encode())) // 2, span.end), "code")

    def _on_start(self, element: Any, span: Span) -> None:
        name, value = next(iter(element.items())) if isinstance(element, dict) else (element, {})
        if name == "Link":
            self._open_links.append((self._length, value["dest_url"]))
        elif name == "Image":
            self._images += 1
        elif name in ("Emphasis", "Strong"):
            self._styles.append((name.lower(), self._length))
        elif name == "HtmlBlock":
            self._in_html = False
        elif name in _CONTAINERS:
            self._flush(span.begin)
            self._kinds.append(_CONTAINERS[name])

    def _on_end(self, element: Any, span: Span) -> None:
        name = next(iter(element)) if isinstance(element, dict) else element
        if name == "Link" and self._open_links:
            begin, address = self._open_links.pop()
            self._links.append(Link(begin, self._length, address, span))
        elif name == "Image":
            self._images -= 1
        elif name in ("Emphasis", "Strong") and self._styles:
            style, begin = self._styles.pop()
            self._styled.append((style, begin, self._length))
        elif name == "HtmlBlock":
            self._in_html = False
        elif name in _CONTAINERS:
            self._flush(span.end)
            if self._kinds:
                self._kinds.pop()

    def _add(self, text: str, span: Span, kind: Any) -> None:
        if self._images:  # the words that stand for an image are not in the text
            return
        if kind == "text" and self._runs and self._runs[-1].text.endswith(" ") and text.startswith(" "):
            # Something between two spaces was left out
            span = Span(span.begin + len(text) - len(text.lstrip(" ")), span.end)
            text = text.lstrip(" ")
        if text:
            self._runs.append(Run(text, span.begin, span.end, kind))
            self._length += len(text)

    def _flush(self, end: int) -> None:
        """Close the block that the runs so far make."""
        if any(run.text.strip() for run in self._runs):
            span = Span(self._runs[0].begin, max(end, self._runs[-1].end))
            block = Block(self._kind(), span, tuple(self._runs), tuple(self._links), self._style())
            self.blocks.append(block)
        self._runs, self._links, self._styled, self._length, self._hidden = [], [], [], 0, False

    def _kind(self) -> BlockKind:
        """Return the innermost kind that says more than "paragraph"."""
        return next((kind for kind in reversed(self._kinds) if kind != "paragraph"), "paragraph")

    def _style(self) -> Any:
        """Return emphasis or strong where it holds the whole block."""
        text = "".join(run.text for run in self._runs)
        for style, begin, end in self._styled:
            if not text[:begin].strip() and not text[end:].strip():
                return style
        return ""


_CONTAINERS: dict[str, BlockKind] = {
    "Paragraph": "paragraph",
    "Heading": "heading",
    "BlockQuote": "quotation",
    "Item": "item",
    "TableCell": "cell",
    "CodeBlock": "code",
    "FootnoteDefinition": "paragraph",
}
