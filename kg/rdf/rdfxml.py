"""RDF/XML before it is parsed (encoding, entities, tags that fit), and where its statements stand.

Tags and attributes come from expat, which knows where each stands; what they mean is RDF 1.1 XML Syntax, section 7.
"""

from __future__ import annotations

import codecs
import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from xml.parsers import expat

from kg import terms
from kg.errors import Place, VocabularyError
from kg.rdf.addresses import resolve
from kg.rdf.text import Rows
from kg.terms import Statement, Term

# A parser's time grows with the square of the depth
DEEPEST = 1000
# Entities in entities swell beyond bounds, and so does a long one that is used often
_ENTITY = re.compile(rb"<!ENTITY\s+(?:%\s*)?[^\s>]+\s+(?:SYSTEM|PUBLIC|\"(?:[^\"]*&|[^\"]{1000})|'(?:[^']*&|[^']{1000}))")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_WIDE = ((b"<\0?\0", "utf-16-le"), (b"\0<\0?", "utf-16-be"))
_DECLARED = re.compile(rb"(<\?xml[^>]{0,200}?)(\s+encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"'])")
# XML 1.0 asks for the first two; the others are what old files are in
_ENCODINGS = ("utf-8", "utf-16", "us-ascii", "ascii", "iso-8859-1", "latin-1", "iso-8859-15", "windows-1252", "cp1252")
_REASONS = {
    "mismatched tag": "a tag closes another element than the one that is open",
    "no element found": "the end of the file is missing: an element is still open, or there is none",
    "not well-formed (invalid token)": "not XML",
    "unbound prefix": "a prefix that no xmlns attribute declares",
    "junk after document element": "something stands behind the end of the document",
    "duplicate attribute": "an attribute that the element has already",
    "undefined entity": "an entity that is not declared",
    "unclosed token": "a tag that never ends",
}


def as_utf8(body: bytes, source: str) -> bytes:
    """Return XML in UTF-8, without mark and declared encoding; `VocabularyError` for an encoding that is not known, or not kept."""
    label = next((label for mark, label in _MARKS if body.startswith(mark)), "")
    label = label or next((label for start, label in _WIDE if body.startswith(start)), "")
    declared = _DECLARED.match(body)
    label = label or (declared[3].decode().lower() if declared else "utf-8")
    if not label.startswith("utf-16-") and label not in _ENCODINGS:
        raise VocabularyError(f"XML in the encoding {label} is not read; save it as UTF-8", Place(source, 1))
    try:
        text = body.decode(label)
    except UnicodeDecodeError as error:
        place = Rows(body).place(error.start)
        raise VocabularyError(f"a byte that is not {label.upper()}, in which the file should be", Place(source, *place)) from error
    body = text.removeprefix("\ufeff").encode()
    declared = _DECLARED.match(body)
    # As many spaces: columns stay what they are
    return body if declared is None else declared[1] + b" " * len(declared[2]) + body[declared.end() :]


def check(body: bytes, source: str) -> None:
    """Raise `VocabularyError` for XML that is not well-formed or too deep, and for entities that are long or lead elsewhere."""
    rows = Rows(body)
    if match := _ENTITY.search(body):
        place = Place(source, rows.line(match.start()))
        raise VocabularyError("an XML entity that is long, or stands for another entity or a file, is not read", place)
    parser, depth = expat.ParserCreate("utf-8", "\n"), 0

    def opened(name: str, attributes: list[str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            place = Place(source, *rows.place(parser.CurrentByteIndex))
            raise VocabularyError(f"elements nested more than {DEEPEST:,} deep are not read", place)
        if f"{terms.RDF}\nparseType" in attributes and "Triple" in attributes:
            place = Place(source, *rows.place(parser.CurrentByteIndex))
            raise VocabularyError("a triple term: RDF 1.2 is not read", place)

    def closed(name: str) -> None:
        nonlocal depth
        depth -= 1

    parser.ordered_attributes = True
    parser.StartElementHandler, parser.EndElementHandler = opened, closed
    try:
        parser.Parse(body, True)
    except expat.ExpatError as error:
        reason = expat.errors.messages[error.code]
        place = Place(source, *rows.place(parser.ErrorByteIndex))
        raise VocabularyError(f"not XML as it should be: {_REASONS.get(reason, reason)}", place) from error


def walk(body: bytes, base: str) -> Iterator[Statement]:
    """Yield the statements of RDF/XML in UTF-8; the span of each are the bytes where its property and its subject begin."""
    walker = _Walk(body, base)
    walker.run()
    yield from walker.found


@dataclass(slots=True)
class _Element:
    """An element that is open: a node, a property, or the frame around all."""

    kind: str  # "frame", "node", "property", "resource", "collection" or "literal"
    base: str
    language: str
    at: int
    # A node: itself; a property: that of which it is told, and the object as far as it is known
    term: Term = ""
    predicate: Term = ""
    object: Term = ""
    datatype: Term = ""
    text: list[str] = field(default_factory=list)
    items: list[tuple[Term, int]] = field(default_factory=list)
    numbered: int = 0
    reified: str = ""


_RDF = terms.RDF
_XML = "http://www.w3.org/XML/1998/namespace"
_SYNTAX = frozenset(f"{_RDF}{name}" for name in "about ID nodeID resource datatype parseType li bagID aboutEach".split())


_ATTRIBUTE = re.compile(rb"\s(?:[^\s=:\"'<>]{1,99}:)?([^\s=:\"'<>]{1,999})\s*=")


class _Walk:
    def __init__(self, body: bytes, base: str) -> None:
        self.found: list[Statement] = []
        self._body = body
        self._open: list[_Element] = [_Element("frame", base, "", 0)]
        self._nodes = 0
        # The names of the attributes that are read, without namespaces
        self._local: dict[str, str] = {}
        self._parser = expat.ParserCreate("utf-8", "\n")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters

    def run(self) -> None:
        self._parser.Parse(self._body, True)

    def _blank(self) -> Term:
        self._nodes += 1
        return f"_:n{self._nodes}"

    def _tell(self, subject: Term, predicate: str, object_: Term, at: int, start: int) -> None:
        self.found.append(Statement(subject, f"<{predicate}>", object_, "", (at, start)))

    # --- elements --------------------------------------------------------------------------------------------------------
    def _start(self, name: str, attributes: dict[str, str]) -> None:
        outer, at = self._open[-1], self._parser.CurrentByteIndex
        found = {key.replace("\n", ""): value for key, value in attributes.items()}
        self._local = {key.replace("\n", ""): key.rpartition("\n")[2] for key in attributes}
        base = resolve(outer.base, found[f"{_XML}base"]).partition("#")[0] if f"{_XML}base" in found else outer.base
        language = found.get(f"{_XML}lang", outer.language)
        inner = _Element("frame", base, language.lower(), at)
        iri = name.replace("\n", "")
        if outer.kind == "literal":
            inner.kind = "literal"
        elif outer.kind in ("node", "resource"):
            self._property(outer, inner, iri, found)
        elif iri != f"{_RDF}RDF":
            self._node(outer, inner, iri, found)
        self._open.append(inner)

    def _node(self, outer: _Element, inner: _Element, iri: str, found: dict[str, str]) -> None:
        inner.kind, inner.term = "node", self._named(inner, found) or self._blank()
        if iri != f"{_RDF}Description":
            self._tell(inner.term, f"{_RDF}type", f"<{iri}>", inner.at, inner.at)
        self._attributes(inner.term, inner, found)
        if outer.kind == "property":
            outer.object = inner.term
        elif outer.kind == "collection":
            outer.items.append((inner.term, inner.at))

    def _named(self, element: _Element, found: dict[str, str]) -> Term:
        """Return the term that the attributes of a node give it; none where they give none."""
        if f"{_RDF}about" in found:
            return f"<{resolve(element.base, found[f'{_RDF}about'])}>"
        if f"{_RDF}ID" in found:
            return f"<{resolve(element.base, '#' + found[f'{_RDF}ID'])}>"
        return f"_:l{found[f'{_RDF}nodeID']}" if f"{_RDF}nodeID" in found else ""

    def _attributes(self, subject: Term, element: _Element, found: dict[str, str]) -> None:
        """Tell what stands in attributes of a node, each where its name does; where the tag does if that is not plain."""
        told = {key: value for key, value in found.items() if _is_property(key)}
        places: defaultdict[str, list[int]] = defaultdict(list)
        for match in _ATTRIBUTE.finditer(self._body, element.at, self._body.find(b">", element.at)) if told else ():
            places[match[1].decode(errors="replace")].append(match.start() + 1)
        for key, value in told.items():
            (at,) = places[self._local[key]] if len(places[self._local[key]]) == 1 else (element.at,)
            if key == f"{_RDF}type":
                self._tell(subject, key, f"<{resolve(element.base, value)}>", at, element.at)
            else:
                self._tell(subject, key, _text(value, element.language), at, element.at)

    def _property(self, outer: _Element, inner: _Element, iri: str, found: dict[str, str]) -> None:
        if iri == f"{_RDF}li":
            outer.numbered += 1
            iri = f"{_RDF}_{outer.numbered}"
        inner.kind, inner.term, inner.predicate = "property", outer.term, iri
        inner.reified = f"<{resolve(inner.base, '#' + found[f'{_RDF}ID'])}>" if f"{_RDF}ID" in found else ""
        parse_type = found.get(f"{_RDF}parseType")
        if parse_type == "Resource":
            # What stands in it is told of a node of its own
            node = self._blank()
            self._close(inner, outer, node)
            inner.kind, inner.term, inner.reified = "resource", node, ""
        elif parse_type == "Collection":
            inner.kind = "collection"
        elif parse_type is not None:
            inner.kind = "literal"
        else:
            self._reference(inner, found)

    def _reference(self, inner: _Element, found: dict[str, str]) -> None:
        """Note the object that the attributes of a property name, or the type of its text."""
        if f"{_RDF}resource" in found:
            inner.object = f"<{resolve(inner.base, found[f'{_RDF}resource'])}>"
        elif f"{_RDF}nodeID" in found:
            inner.object = f"_:l{found[f'{_RDF}nodeID']}"
        if f"{_RDF}datatype" in found:
            inner.datatype = f"<{resolve(inner.base, found[f'{_RDF}datatype'])}>"
        elif any(map(_is_property, found)):
            inner.object = inner.object or self._blank()
            self._attributes(inner.object, inner, found)

    def _characters(self, text: str) -> None:
        if self._open[-1].kind == "property":
            self._open[-1].text.append(text)

    def _end(self, name: str) -> None:
        element = self._open.pop()
        outer = self._open[-1]
        if element.kind == "property":
            text = "".join(element.text)
            typed = f'"{terms.escape(text)}"^^{element.datatype}' if element.datatype != terms.XSD_STRING else _text(text, "")
            self._close(element, outer, element.object or (typed if element.datatype else _text(text, element.language)))
        elif element.kind == "collection":
            self._close(element, outer, self._list(element))

    def _close(self, element: _Element, outer: _Element, object_: Term) -> None:
        """Tell of a property whose object is known, and what is told of that statement under a name."""
        self._tell(element.term, element.predicate, object_, element.at, outer.at)
        if element.reified:
            parts = {"subject": element.term, "predicate": f"<{element.predicate}>", "object": object_}
            self._tell(element.reified, f"{_RDF}type", f"<{_RDF}Statement>", element.at, element.at)
            for name, term in parts.items():
                self._tell(element.reified, f"{_RDF}{name}", term, element.at, element.at)

    def _list(self, element: _Element) -> Term:
        nodes = [self._blank() for _ in element.items]
        chain = [*nodes, f"<{_RDF}nil>"]
        for (item, at), node, following in zip(element.items, nodes, chain[1:], strict=True):
            self._tell(node, f"{_RDF}first", item, at, at)
            self._tell(node, f"{_RDF}rest", following, at, at)
        return chain[0]


def _is_property(attribute: str) -> bool:
    """Tell whether an attribute says something of a node: those of the syntax do not, nor those without a namespace."""
    return attribute not in _SYNTAX and not attribute.startswith(_XML) and ":" in attribute


def _text(text: str, language: str) -> Term:
    return f'"{terms.escape(text)}"@{language}' if language else f'"{terms.escape(text)}"'
