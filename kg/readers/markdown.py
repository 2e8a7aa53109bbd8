"""Markdown (CommonMark with tables and footnotes), with or without YAML front matter."""

from __future__ import annotations

import html
import re
from typing import Any

from pyromark import Options, events_with_range

from kg.article import Article, Record, Span
from kg.errors import ReadError
from kg.readers import templates
from kg.readers.blocks import Block, BlockKind, Link, Run, compose, join_cut_paragraphs
from kg.readers.decoding import decode
from kg.readers.draft import Draft
from kg.readers.fields import frontmatter, fronts
from kg.readers.html import fragments
from kg.readers.printed import layout

_OPTIONS = Options.ENABLE_TABLES | Options.ENABLE_FOOTNOTES | Options.ENABLE_STRIKETHROUGH
# "> [!note] Title" in Obsidian and on GitHub: the mark says how the quotation is shown
_CALLOUT = re.compile(r"\[![\w-]+\][+-]?(?:\s+|\Z)")
_LINE_BREAK = re.compile(r"<br\b", re.IGNORECASE)
# "24. Mai 2009" is a date, though Markdown takes it for the 24th item of a list
_DAY = re.compile(rb"(\d{1,2}\.[ \t]+)(?=[A-Za-z\x80-\xff]{3,24}\.?[ \t]+\d{4}\b)")
_COMMENT = re.compile(r"\s*<!--.*?-->\s*", re.DOTALL)
_DROPPED = re.compile(r"<(?:script|style|template|iframe|object|embed|video|audio|canvas|svg|form)\b", re.IGNORECASE)
_TEXT_IN_HTML = re.compile(r"(?:\A|>)[^<>]*[^<>\s]")
_ANCHOR = re.compile(r"<a\s(?:[^>]*?\s)?href\s*=\s*(?:\"([^\"]*)\"|'([^']*)')", re.IGNORECASE)
_HIDING = re.compile(r"<(/?)(?:script|style|template)\b", re.IGNORECASE)


def read_markdown(record: Record) -> Article:
    """Return the article of a Markdown record. Raises `ReadError` with every fault found."""
    text, lead = decode(record)
    draft = Draft(record)
    front, body, skipped = fronts.cut(text, record)
    if front is not None:
        frontmatter.read(front, lead, draft)
    blocks = parse(body, lead + skipped, draft)
    parts = layout.read(join_cut_paragraphs(blocks), draft)
    draft.published = draft.published or frontmatter.named_day(record.source)
    return draft.finish(compose(parts))


def parse(text: str, offset: int, draft: Draft) -> list[Block]:
    """Return the blocks of a Markdown text that begins at byte `offset` of the record."""
    source, tags = templates.blank(text)
    walker = _Walker(source.encode(), offset, draft)
    for event, place in events_with_range(source, options=_OPTIONS):
        walker.take(event, Span(place["start"] + offset, place["end"] + offset))
    if walker.left_out:
        count = len(walker.left_out)
        draft.note(f"{count} block{'s' * (count > 1)} of HTML left out", walker.left_out[0])
    if tags:
        begin = offset + len(text[: tags[0]].encode())
        draft.tell(f"{len(tags)} template tag{'s' * (len(tags) > 1)} left out", Span(begin, begin))
    return walker.blocks


class _Walker:
    """Turns the parser's events into blocks."""

    def __init__(self, source: bytes, offset: int, draft: Draft) -> None:
        self.blocks: list[Block] = []
        self.left_out: list[Span] = []
        self._source = source
        self._draft = draft
        self._page: bytes | None = None
        self._offset = offset
        self._kinds: list[BlockKind] = []
        self._runs: list[Run] = []
        self._length = 0
        self._links: list[Link] = []
        self._open_links: list[tuple[int, str]] = []
        self._images = 0
        self._styles: list[tuple[str, int]] = []
        self._styled: list[tuple[str, int, int]] = []
        self._html: Span | None = None
        self._hidden = False
        self._begun = False

    def take(self, event: Any, span: Span) -> None:
        """Handle one event: a text, a break, or the start or end of an element."""
        if type(event) is dict:
            ((name, value),) = event.items()
            if name == "Text":
                self._on_text(value, span)
            elif name == "Start":
                self._on_start(value, span)
            elif name == "End":
                self._on_end(value, span)
            elif name == "Code":
                self._on_code(value, span)
            elif name == "InlineHtml":
                self._on_inline_html(value, span)
            elif name == "Html":
                self._html = Span(self._html.begin, span.end) if self._html else span
        elif event == "SoftBreak":
            self._add("\n", span, "soft")
        elif event == "HardBreak":
            self._add("\n", span, "hard")
        elif event == "Rule":
            self.blocks.append(Block("rule", span))

    def _on_text(self, text: str, span: Span) -> None:
        if self._kinds and self._kinds[-1] == "code":
            self._add(text, span, "code")
        elif self._hidden:
            return
        elif templates.FILL in text:
            for byte, piece in templates.pieces(text):
                begin = span.begin + byte
                self._add(piece, Span(begin, begin + len(piece.encode())), "text")
        else:
            self._add(text, span, "text")

    def _close_html(self) -> None:
        """Add the text of a block of HTML, which Markdown leaves as it is."""
        span, self._html = self._html, None
        source = self._source[span.begin - self._offset : span.end - self._offset].decode() if span else ""
        if span is None or _COMMENT.fullmatch(source):
            return
        if _DROPPED.search(source):
            self.left_out.append(span)
        if not _TEXT_IN_HTML.search(source):
            return
        if self._page is None:
            self._page = bytes(self._offset) + self._source.replace(templates.FILL.encode(), b" ")
        try:
            self.blocks.extend(fragments.blocks(source.replace(templates.FILL, " "), span, self._page))
        except ReadError as error:
            self._draft.note(f"a block of HTML is left out: {error.reason}", span)

    def _on_inline_html(self, text: str, span: Span) -> None:
        if _LINE_BREAK.match(text):
            self._add("\n", span, "hard")
        elif match := _HIDING.match(text):
            self._hidden = not match[1]
            self.left_out.extend([] if match[1] else [span])
        elif match := _ANCHOR.match(text):
            self._open_links.append((self._length, html.unescape(match[1] or match[2] or "")))
        elif text[:3].lower() == "</a" and self._open_links:
            begin, address = self._open_links.pop()
            self._links.append(Link(begin, self._length, address, Span(self._at(begin, span.begin), span.begin)))

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
            self._flush(span.begin)
        elif name == "Paragraph" and self._begun:
            self._begun = False
            self._kinds.append("paragraph")
        elif name in _CONTAINERS:
            self._flush(span.begin)
            day = _DAY.match(self._source, span.begin - self._offset) if name == "Item" else None
            self._kinds.append("paragraph" if day else _CONTAINERS[name])
            self._begun = day is not None
            if day:
                self._add(day[1].decode(), Span(span.begin, span.begin + len(day[1])), "text")

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
            self._close_html()
        elif name in _CONTAINERS:
            self._flush(span.end)
            if self._kinds:
                self._kinds.pop()

    def _add(self, text: str, span: Span, kind: Any) -> None:
        if self._images:  # the words that stand for an image are not in the text
            return
        if kind == "soft" and (not self._runs or self._runs[-1].kind in ("soft", "hard")):
            return  # the line between was left out
        if kind == "text" and text[:1] == " " and self._runs and self._runs[-1].text[-1] in " \n":
            # Something between two spaces was left out
            span = Span(span.begin + len(text) - len(text.lstrip(" ")), span.end)
            text = text.lstrip(" ")
        if text:
            self._runs.append(Run(text, span.begin, span.end, kind))
            self._length += len(text)

    def _at(self, begin: int, otherwise: int) -> int:
        """Return the byte at which the text from an offset on stands, of the block that is being read."""
        length = self._length
        for run in reversed(self._runs):
            length -= len(run.text)
            if length <= begin:
                return run.begin
        return otherwise

    def _flush(self, end: int) -> None:
        """Close the block that the runs so far make."""
        if not self._runs:
            self._hidden = False
            return
        if any(not run.text.isspace() for run in self._runs):
            span = Span(self._runs[0].begin, max(end, self._runs[-1].end))
            block = Block(self._kind(), span, tuple(self._runs), tuple(self._links), self._style())
            mark = _CALLOUT.match(block.text) if block.kind == "quotation" else None
            self.blocks.append(block.part(mark.end(), len(block.text)) if mark else block)
        self._runs, self._links, self._styled, self._length, self._hidden = [], [], [], 0, False

    def _kind(self) -> BlockKind:
        """Return the innermost kind that says more than "paragraph"."""
        return next((kind for kind in reversed(self._kinds) if kind != "paragraph"), "paragraph")

    def _style(self) -> Any:
        """Return emphasis or strong where it holds the whole block."""
        if not self._styled:
            return ""
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
