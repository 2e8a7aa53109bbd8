"""What front matter says, as data: a value with the name of its field as evidence."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from kg.article import Datum
from kg.readers.blocks import one_line
from kg.readers.draft import Draft
from kg.readers.fields.nodes import Node

TRUTH = frozenset({"true", "false", "yes", "no", "on", "off"})
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
# Elements of HTML; what else stands in angle brackets is text ("<vector>")
TAG = re.compile(
    r"</?(?:a|abbr|acronym|address|article|aside|audio|b|bdi|bdo|big|blockquote|br|button|caption|center|cite|code|col|colgroup"
    r"|dd|del|details|dfn|div|dl|dt|em|embed|figcaption|figure|font|footer|form|h[1-6]|header|hr|i|iframe|img|input|ins|kbd|label"
    r"|li|link|main|mark|meta|nav|nobr|noscript|object|ol|p|param|picture|pre|q|rp|rt|ruby|s|samp|script|section|small|source"
    r"|span|strike|strong|style|sub|summary|sup|svg|table|tbody|td|template|tfoot|th|thead|time|title|tr|tt|u|ul|var|video|wbr)"
    r"(?=[\s/>])[^<>]*>",
    re.IGNORECASE,
)
_WIKI_LINK = re.compile(r"\[\[(?:[^\[\]|]*\|)?([^\[\]|]*)\]\]")
_DEEPEST = 5


def plain(name: str) -> str:
    """Return a field's name in lower case without the signs that people vary in it."""
    return name.lower().replace("-", "").replace("_", "").replace(" ", "").replace(":", "").replace(".", "")


@dataclass(frozen=True, slots=True)
class Value:
    """A value of the front matter, whose data go to a draft."""

    node: Node
    draft: Draft
    evidence: str

    def of(self, node: Node) -> Value:
        """Return a value inside this one."""
        return Value(node, self.draft, self.evidence)

    def tell(self, reason: str) -> None:
        """Note as information what is left out."""
        self.draft.tell(reason, self.node.span)

    def fault(self, reason: str) -> None:
        """Note a fault for which the record will be refused."""
        self.draft.fault(reason, self.node.span)

    @property
    def is_truth(self) -> bool:
        """Tell whether it is a switch of the layout ("tags: false") and no text."""
        return self.node.kind == "scalar" and self.node.text.lower() in TRUTH

    def datum(self, what: str) -> Datum | None:
        """Return a scalar as one line of text; a list or mapping, or a character that no text may hold, is a fault."""
        node = self.node
        if node.kind != "scalar":
            self.fault(f"{what} is one text, not a {'list' if node.kind == 'list' else 'mapping'}")
            return None
        if _FORBIDDEN.search(node.text):
            self.fault(f"{what} holds a character that no text may hold")
            return None
        return Datum(one_line(node.text), node.span, self.evidence)

    def address(self) -> Datum | None:
        """Return an address to the letter: what else would be mended unseen is a fault."""
        datum = self.datum("an address")
        return self.draft.address(replace(datum, text=self.node.text)) if datum else None

    def prose(self, what: str) -> Datum | None:
        """Return a text without the HTML tags, character references and [[links]] that may stand in it."""
        datum = self.datum(what)
        if datum and ("<" in datum.text or "&" in datum.text):
            text = TAG.sub("", datum.text)
            unescaped = html.unescape(text)
            datum = replace(datum, text=one_line(text if "<" in unescaped else unescaped))
        if datum and "[[" in datum.text:
            datum = replace(datum, text=_WIKI_LINK.sub(r"\1", datum.text))
        return datum if datum and datum.text else None

    def each(self) -> Iterator[Value]:
        """Yield the items of a list that say something, or the value itself; `[[a]]`, a link in YAML's eyes, is `a`."""
        for item in self.node.items if self.node.kind == "list" else [self.node]:
            inner = item
            while inner.kind == "list" and len(inner.items) == 1:
                (inner,) = inner.items
            if not inner.is_empty:
                yield self.of(inner)

    def pairs(self) -> dict[str, Value]:
        """Return the values of a mapping that say something, by the plain names of their keys."""
        pairs = zip(self.node.keys, self.node.items, strict=True)
        return {plain(key.text): self.of(value) for key, value in pairs if not value.is_empty}

    def names(self, what: str) -> list[Datum]:
        """Return the items of a list; a single text is cut at its commas."""
        if self.node.kind == "scalar":
            datum = None if self.is_truth else self.prose(what)
            names = [name.strip() for name in re.split("[,;]", datum.text)] if datum else []
            return [replace(datum, text=name) for name in names if name] if datum else []
        found = (item.name(f"each of {what}") for item in self.each())
        return [datum for datum in found if datum]

    def name(self, what: str) -> Datum | None:
        """Return a name: a text, or a mapping with one."""
        if self.node.kind != "map":
            return self.prose(what)
        pairs = self.pairs()
        inner = next((pairs[key] for key in ("name", "title", "label") if key in pairs), None)
        if inner is None:
            self.fault(f"{what} has no name")
            return None
        return inner.prose(what)

    def text(self) -> Datum:
        """Return whatever it is as one line of text, for a person to read."""
        return Datum(one_line(_FORBIDDEN.sub("", _told(self.node))), self.node.span, self.evidence)


def _told(node: Node, depth: int = 0) -> str:
    if node.kind == "scalar":
        return node.text
    if depth == _DEEPEST:
        return "…"
    texts = [_told(item, depth + 1) for item in node.items]
    if node.kind == "list":
        return "; ".join(texts)
    return "{" + "; ".join(f"{key.text}: {text}" for key, text in zip(node.keys, texts, strict=True)) + "}"
