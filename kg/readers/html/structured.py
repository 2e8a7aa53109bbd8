"""What a page claims in JSON-LD."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from kg.article import Span
from kg.readers.html import itemclaims, jsonld
from kg.readers.html.claims import Claim
from kg.readers.html.page import Page

Note = Callable[[str, Span], None]


def claims(page: Page, note: Note | None = None) -> Iterator[Claim]:
    """Yield what the page's JSON-LD says of its article, the article's own node first; scripts that stay broken are noted."""
    if b"ld+json" not in page.record.body:
        return
    graph = jsonld.Graph()
    for block in _blocks(page, note):
        graph.add(block)
    yield from itemclaims.claims(page, graph.resolve(), "JSON-LD", "json-ld")


def _blocks(page: Page, note: Note | None) -> Iterator[jsonld.Block]:
    body, behind = page.record.body, 0
    for script in page.root.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        text = "".join(map(str, script.itertext()))
        if not text.strip():
            continue
        spelt = text.encode()
        begin = body.find(spelt, behind)
        begin = begin if begin >= 0 else page.line_start(script)
        behind = end = min(begin + len(spelt), len(body))
        try:
            data = jsonld.load(text)
        except ValueError as error:
            if note:
                note(f"JSON-LD that is not JSON: {error}"[:200], Span(begin, end))
        except RecursionError:
            if note:
                note("JSON-LD nested too deep to be read", Span(begin, end))
        else:
            yield jsonld.Block(page, begin, end, data)
