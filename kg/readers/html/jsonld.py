"""JSON-LD as pages really have it: the JSON mended where its faults are common ones, nodes and references made items."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from kg.article import Span
from kg.readers.html.itemclaims import USED
from kg.readers.html.items import Item, Value, Word
from kg.readers.html.page import Page

_DEEPEST = 40
_MOST_NODES = 50_000
# So that the time stays in proportion: how far behind its key a value is looked for, and how often in vain
_REACH = 200_000
_MOST_MISSES = 100
_LONGEST_MENDED = 1_000_000


@dataclass(slots=True)
class Block:
    """A script of JSON-LD: its bytes in the page, and what they say."""

    page: Page
    begin: int
    end: int
    data: list[Any]
    misses: int = 0

    def place(self, key: str, value: str, piece: str = "") -> Span:
        """Return where a piece of a property's value stands: behind its key if possible, else the script's first line."""
        body = self.page.record.body
        at = body.find(f'"{key}"'.encode(), self.begin, self.end) if self.misses < _MOST_MISSES else -1
        begin = max(at, self.begin)
        for text in dict.fromkeys((piece, value)) if self.misses < _MOST_MISSES else ():
            for spelt in _spellings(text):
                for start in dict.fromkeys((begin, self.begin)):
                    at = body.find(spelt, start, min(start + _REACH, self.end))
                    if at >= 0:
                        return Span(at, at + len(spelt))
        self.misses += 1
        line = body.find(b"\n", begin, self.end)
        return Span(begin, line if line >= 0 else self.end)


def _spellings(text: str) -> Iterator[bytes]:
    if not text:
        return
    whole = json.dumps(text, ensure_ascii=False)[1:-1]
    for spelt in dict.fromkeys((whole, json.dumps(text)[1:-1])):
        yield spelt.encode(errors="replace")
        if "/" in spelt:
            yield spelt.replace("/", "\\/").encode(errors="replace")


# --- JSON, mended ----------------------------------------------------------------------------------------------------
_DECODER = json.JSONDecoder(strict=False, parse_int=str, parse_float=str, parse_constant=lambda name: None)
_WRAPPED = re.compile(r"(?://|/\*)?[^\S\n]*+(?:<!\[CDATA\[|<!--)(?:[^\S\n]*+(?:\*/|//))?")
_WRAPPED_END = re.compile(r"(?:(?://|/\*)?\s*+(?:\]\]>|-->)\s*+(?:\*/)?;*+)+\Z")
_LONGEST_END = 60
_TOKEN = re.compile(
    r'(?P<string>"(?:[^"\\]++|\\.)*+(?:"|\Z))|(?P<space>\s++)'
    r"|(?P<comment>/\*(?:[^*]++|\*(?!/))*+(?:\*/|\Z)|//[^\n]*+)|(?P<mark>[{}\[\]:,])"
    # what nobody put in quotation marks: the words up to the next sign
    r"|(?P<other>[^\s{}\[\]:,\"]++(?:[^\S\n]++[^\s{}\[\]:,\"]++)*+|.)",
    re.DOTALL,
)
# A quotation mark inside a string that nobody escaped: what follows is not what follows a string
_LOOSE = re.compile(r'"((?:[^"\\]++|\\.|"(?!\s*+[,:}\]]))*+)(?:"(?=\s*+[,:}\]])|\Z)', re.DOTALL)
_BAD_ESCAPE = re.compile(r'\\(?!["\\/bfnrt]|u[0-9A-Fa-f]{4})')
_QUOTE_REFERENCE = re.compile(r"&(?:quot|#34|#x22);")
_LITERALS = frozenset({"true", "false", "null"})
_NUMBER = re.compile(r"-?\d[\d.eE+-]*")


def load(text: str) -> list[Any]:
    """Return the values of a script, mended. Raises `ValueError` for what stays broken, `RecursionError` for the too deep."""
    text = text.strip().lstrip("\ufeff")
    try:
        return [_DECODER.decode(text)]
    except ValueError:
        if len(text) > _LONGEST_MENDED:
            raise
    wrapped = _WRAPPED.match(text)
    text = text[wrapped.end() if wrapped else 0 :]
    text = text[:-_LONGEST_END] + _WRAPPED_END.sub("", text[-_LONGEST_END:])
    if '"' not in text and _QUOTE_REFERENCE.search(text):
        text = html.unescape(text)
    failure: ValueError | None = None
    for mend in (str.strip, _mended, lambda broken: _mended(_LOOSE.sub(_escaped, broken))):
        try:
            return _several(mend(text))
        except ValueError as error:
            failure = failure or error
    raise failure or ValueError("empty")


def _several(text: str) -> list[Any]:
    """Return the values that stand one behind the other."""
    found: list[Any] = []
    position = 0
    while position < len(text):
        if text[position].isspace() or text[position] in ",;":
            position += 1
            continue
        if text[position] not in "{[":
            if found:
                break
            raise json.JSONDecodeError("Expecting an object", text, position)
        value, position = _DECODER.raw_decode(text, position)
        found.append(value)
    return found


def _mended(text: str) -> str:
    """Return the JSON without comments and stray commas, with those commas and values that are missing."""
    kept: list[str] = []
    last = ""  # "value" behind a value, else the mark
    for token in _TOKEN.finditer(text):
        kind, words = token.lastgroup, token[0]
        if kind in ("space", "comment"):
            continue
        if kind == "mark" and words in ",}]":
            if words == "," and last in (",", "", "{", "["):
                continue
            if last == ":":
                kept.append("null")
            elif last == "," and words != ",":
                kept.pop()
        elif last == "value" and words != ":":
            kept.append(",")
        if kind == "string":
            words = _BAD_ESCAPE.sub("", words)
        elif kind == "other" and words not in _LITERALS and not _NUMBER.fullmatch(words):
            words = json.dumps(words, ensure_ascii=False)
        kept.append(words)
        last = words if kind == "mark" and words not in "}]" else "value"
    return "".join(kept)


def _escaped(string: re.Match[str]) -> str:
    return '"' + re.sub(r'(\\.)|"', lambda match: match[1] or '\\"', string[1], flags=re.DOTALL) + '"'


# --- nodes -----------------------------------------------------------------------------------------------------------
_SCHEMA = re.compile(r"https?://(?:www\.)?schema\.org(?:/|\Z)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Context:
    """What keys mean: prefixes and aliases, and whether bare names are those of schema.org."""

    terms: dict[str, str] = field(default_factory=dict)
    is_schema: bool = True

    def extended(self, given: object) -> _Context:
        """Return the context with a node's own `@context`. Nothing is fetched: a foreign address changes no meaning."""
        context = self
        for part in given if isinstance(given, list) else [given]:
            if isinstance(part, str) and _SCHEMA.match(part):
                context = _Context(context.terms, True)
            elif isinstance(part, dict):
                named = {str(key): _target(value) for key, value in part.items()}
                vocabulary = named.get("@vocab", "")
                is_schema = bool(_SCHEMA.match(vocabulary)) if vocabulary else context.is_schema
                context = _Context({**context.terms, **named}, is_schema)
        return context

    def name(self, key: str, depth: int = 0) -> str:
        """Return a key or type as a bare name of schema.org, a keyword, or "" for what is neither."""
        key = key.strip()
        if key in self.terms and depth < 3:
            return self.name(self.terms[key], depth + 1) if self.terms[key] != key else key
        if key.startswith("@"):
            return key
        if match := _SCHEMA.match(key):
            return key[match.end() :]
        prefix, colon, rest = key.partition(":")
        if colon:
            address = self.terms.get(prefix, "http://schema.org/" if prefix == "schema" else "")
            return rest if _SCHEMA.match(address) and not rest.startswith("//") else ""
        return key if self.is_schema or depth else ""


def _target(value: object) -> str:
    value = value.get("@id") if isinstance(value, dict) else value
    return value if isinstance(value, str) else ""


class Graph:
    """The nodes of all of a page's scripts as items, each reference by `@id` replaced by the node that it means."""

    def __init__(self) -> None:
        self.tops: list[Item] = []
        self._defined: dict[str, list[Item]] = {}
        self._references: list[tuple[list[Value], int, Item]] = []
        self._count = 0

    def add(self, block: Block) -> None:
        """Add the nodes of a script."""
        for value in block.data:
            self._top(block, value, _Context(), 0)

    def resolve(self) -> list[Item]:
        """Return the nodes that stand in no other, when every script was added."""
        for values, index, reference in self._references:
            same = (i for i in self._defined.get(reference.id, ()) if not reference.types or set(i.types) & set(reference.types))
            values[index] = next(same, reference)
        return self.tops

    def _top(self, block: Block, value: object, context: _Context, depth: int) -> None:
        if isinstance(value, list) and depth < _DEEPEST:
            for inner in value:
                self._top(block, inner, context, depth + 1)
        elif isinstance(value, dict):
            inner_context = context.extended(value["@context"]) if "@context" in value else context
            graph = value.get("@graph")
            if graph is not None:
                self._top(block, graph, inner_context, depth + 1)
            if graph is None or "@type" in value:
                self.tops.append(self._item(block, value, inner_context, depth))

    def _item(self, block: Block, node: dict[str, Any], context: _Context, depth: int) -> Item:
        self._count += 1
        item = Item(partial(block.place, "@type", ""))
        for key, value in node.items():
            name = context.name(key)
            if name == "@type":
                types = value if isinstance(value, list) else [value]
                item.types = tuple(filter(None, (context.name(one) for one in types if isinstance(one, str))))
                item.place = partial(block.place, key, item.types[0] if item.types else "")
            elif name == "@id" and isinstance(value, str):
                item.id = value
            elif name and not name.startswith("@"):
                name = name[0].lower() + name[1:]
                if name in USED:
                    self._add(item, name, block, key, value, context, depth + 1)
        if item.id and item.properties:
            self._defined.setdefault(item.id, []).append(item)
        return item

    def _add(self, item: Item, name: str, block: Block, key: str, value: object, context: _Context, depth: int) -> None:
        if depth > _DEEPEST or self._count > _MOST_NODES:
            return
        if isinstance(value, list):
            for inner in value:
                self._add(item, name, block, key, inner, context, depth + 1)
        elif isinstance(value, str):
            if value.strip():
                item.add(name, Word(value, partial(block.place, key, value)))
        elif isinstance(value, dict):
            inner_context = context.extended(value["@context"]) if "@context" in value else context
            for keyword in ("@value", "@list", "@set"):
                if keyword in value:
                    self._add(item, name, block, keyword, value[keyword], inner_context, depth + 1)
                    return
            node = self._item(block, value, inner_context, depth)
            item.add(name, node)
            if node.id and not node.properties:
                values = item.properties[name]
                self._references.append((values, len(values) - 1, node))
