"""An entry of an XML file as a small tree: names without prefixes that differ, texts and attributes with their places."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin

from kg.article import Datum, Record, Span
from kg.errors import ReadError
from kg.readers.blocks import Run, one_line
from kg.readers.xml import xmlparser
from kg.readers.xml.xmlparser import AMPERSAND, StopError

DEEPEST = 200
_NOWHERE = Span(-1, -1)
# What XML writes otherwise than it is
_SIGN = re.compile(rb"<!\[CDATA\[(?P<cdata>.*?)(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|&#?\w{1,40};|\r\n?", re.DOTALL)
_CDATA = re.compile(rb"<!\[CDATA\[|\]\]>")
_PREFIXED = re.compile(rb"(</?)([A-Za-z_][\w.-]{0,40}:)([A-Za-z][\w.-]*)")
# Elements of NITF that HTML has by another name, and pictures with their captions, which are no text
_NITF: tuple[tuple[re.Pattern[bytes], Callable[[re.Match[bytes]], bytes]], ...] = (
    (re.compile(rb"(</?)hl2(?=[\s/>])"), lambda found: found[1] + b"h2 "),
    (re.compile(rb"<media[\s>].*?(?:</media>|\Z)", re.DOTALL), lambda found: b" " * len(found[0])),
)
_TRIM = re.compile(rb"(?:\s|<!\[CDATA\[)*")

# What we call the vocabularies that are known, which is the prefix by which files mean them; "" is that of the file itself
SPACES: Mapping[str, str] = {
    "": "",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#": "rdf",
    "http://www.w3.org/2005/Atom": "atom",
    "http://purl.org/atom/ns#": "atom",
    "http://purl.org/rss/1.0/": "",
    "http://my.netscape.com/rdf/simple/0.9/": "",
    "http://channel.netscape.com/rdf/simple/0.9/": "",
    "http://backend.userland.com/rss2": "",
    "http://blogs.law.harvard.edu/tech/rss": "",
    "http://purl.org/rss/1.0/modules/content/": "content",
    "http://purl.org/dc/elements/1.1/": "dc",
    "http://purl.org/dc/elements/1.0/": "dc",
    "http://purl.org/dc/terms/": "dcterms",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://backend.userland.com/creativeCommonsRssModule": "creativeCommons",
    "http://cyber.law.harvard.edu/rss/creativeCommonsRssModule.html": "creativeCommons",
    "http://web.resource.org/cc/": "cc",
    "http://creativecommons.org/ns#": "cc",
    "http://www.w3.org/1999/xhtml": "xhtml",
    "http://iptc.org/std/nar/2006-10-01/": "",
    "http://iptc.org/std/NITF/2006-10-18/": "nitf",
}


@dataclass(slots=True, eq=False)
class Element:
    """An element: `name` has the prefix that `SPACES` gives its vocabulary; the spans of what is not in the record are negative."""

    name: str
    attributes: dict[str, str]
    tag: Span
    parent: Element | None
    spaces: Mapping[str, str]
    inner: Span = _NOWHERE
    content: list[Element | str] = field(default_factory=list)

    @property
    def local(self) -> str:
        """The name without prefix."""
        return self.name.rpartition(":")[2]

    @property
    def children(self) -> list[Element]:
        """The elements directly in it."""
        return [item for item in self.content if isinstance(item, Element)]

    def each(self, *names: str) -> Iterator[Element]:
        """Yield the elements directly in it that have one of the names, name by name."""
        for name in names:
            yield from (child for child in self.children if child.name == name)

    def first(self, *names: str) -> Element | None:
        """Return the first element directly in it with the first of the names, else with the second, and so on."""
        return next(self.each(*names), None)

    def within(self, *locals_: str) -> Iterator[Element]:
        """Yield the elements anywhere in it that have one of the local names, in order."""
        stack = self.children[::-1]
        while stack:
            element = stack.pop()
            if element.local in locals_:
                yield element
            stack.extend(element.children[::-1])

    def text(self) -> str:
        """Return all the text in it."""
        pieces: list[str] = []
        stack: list[Element | str] = [self]
        while stack:
            item = stack.pop()
            if isinstance(item, str):
                pieces.append(item)
            else:
                stack.extend(item.content[::-1])
        return "".join(pieces)

    def inherited(self, attribute: str) -> str | None:
        """Return an attribute of the element, else of the one around it, and so on."""
        element: Element | None = self
        while element is not None and attribute not in element.attributes:
            element = element.parent
        return element.attributes[attribute] if element is not None else None

    def base(self, outer: str | None) -> str | None:
        """Return the address that relative ones in it are meant from: `xml:base`, itself relative to the outer ones."""
        bases: list[str] = []
        element: Element | None = self
        while element is not None:
            bases.extend([element.attributes["xml:base"]] if "xml:base" in element.attributes else [])
            element = element.parent
        for base in reversed(bases):
            outer = joined(outer, base)
        return outer

    def datum(self, evidence: str, body: bytes) -> Datum | None:
        """Return its text on one line with its place; None where there is none."""
        words = one_line(self.text())
        return Datum(words, self.span(body), evidence) if words else None

    def attribute(self, name: str, evidence: str, body: bytes) -> Datum | None:
        """Return an attribute on one line with its place; None where there is none."""
        value = self.attributes.get(name, "")
        if not value.strip():
            return None
        at = body.find(value.encode(), self.tag.begin, self.tag.end) if self.tag.begin >= 0 else -1
        span = Span(at, at + len(value.encode())) if at >= 0 else self.tag if self.tag.begin >= 0 else None
        return Datum(one_line(value), span, evidence)

    def span(self, body: bytes) -> Span | None:
        """Return the bytes of its content without outer space and the signs around CDATA; None outside the record."""
        if self.inner.begin < 0:
            return None
        raw = body[self.inner.begin : self.inner.end]
        lead = _TRIM.match(raw)
        begin = lead.end() if lead else 0
        end = len(raw[begin:].rstrip().removesuffix(b"]]>").rstrip()) + begin
        return Span(self.inner.begin + begin, self.inner.begin + end)


def runs(span: Span, body: bytes) -> tuple[Run, ...]:
    """Return the text of an element without children as runs: each stretch that stands to the letter, and each reference."""
    found, source, position = list[Run](), body[span.begin : span.end], 0
    for sign in [*_SIGN.finditer(source), None]:
        plain = source[position : sign.start() if sign else len(source)].decode(errors="replace")
        if plain:
            found.append(Run(plain, span.begin + position, span.begin + position + len(plain.encode())))
        if sign:
            position = sign.end()
            group = "cdata" if sign["cdata"] is not None else 0
            text = _meant(sign)
            found.extend([Run(text, span.begin + sign.start(group), span.begin + sign.end(group))] if text else [])
    return tuple(found)


def _meant(sign: re.Match[bytes]) -> str:
    """Return the text that a reference, a line break or a stretch of CDATA stands for; none for a comment."""
    if sign["cdata"] is not None:
        return sign["cdata"].decode(errors="replace").replace("\r\n", "\n").replace("\r", "\n")
    if sign[0].startswith(b"&"):
        return html.unescape(sign[0].decode())
    return "\n" if sign[0].startswith(b"\r") else ""


def markup(element: Element, body: bytes) -> tuple[str, bytes]:
    """Return an element's content as HTML, and the record's bytes with it: signs that only XML has become spaces in both."""
    begin, end = element.inner
    source = _CDATA.sub(lambda found: b" " * len(found[0]), body[begin:end])
    source = _PREFIXED.sub(lambda found: found[1] + found[3] + b" " * len(found[2]), source)
    for pattern, replacement in _NITF:
        source = pattern.sub(replacement, source)
    return source.decode(errors="replace"), body[:begin] + source + body[end:]


def joined(base: str | None, address: str) -> str:
    """Return an address made absolute; as it is where that cannot be done."""
    try:
        return urljoin(base or "", address)
    except ValueError:
        return address


def parse(record: Record) -> Element:
    """Return the element that a record holds, within the elements that its `around` begins. Raises `ReadError` for bad XML."""
    builder = _Builder(record)
    try:
        xmlparser.parse(builder.parser, xmlparser.mended(record.around + record.body), is_final=False)
    except StopError as refusal:
        at = max(refusal.byte - len(record.around), 0)
        raise ReadError(refusal.reason, record.place(Span(at, at))) from refusal
    if builder.entry is None or builder.entry.inner.begin < 0:
        raise ReadError("not well-formed XML: the end is missing", record.place(Span(len(record.body), len(record.body))))
    return builder.entry


class _Builder:
    """Builds the tree from expat's events."""

    def __init__(self, record: Record) -> None:
        self.entry: Element | None = None
        self.parser = xmlparser.new_parser()
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.SkippedEntityHandler = self._entity
        self._data = record.around + record.body
        self._offset = len(record.around)
        self._open: Element | None = None
        self._depth = 0

    def _start(self, qualified: str, attributes: dict[str, str]) -> None:
        begin = self.parser.CurrentByteIndex
        self._depth += 1
        if self._depth > DEEPEST:
            raise StopError(f"elements stand in each other more than {DEEPEST} deep", begin)
        outer = self._open.spaces if self._open else {}
        attributes = {key: value.replace(AMPERSAND, "&") for key, value in attributes.items()}
        declared = {key[6:]: value for key, value in attributes.items() if key == "xmlns" or key.startswith("xmlns:")}
        spaces = {**outer, **declared} if declared else outer
        tag = Span(begin - self._offset, begin + len(xmlparser.start_tag(self._data, begin)) - self._offset)
        element = Element(_name(qualified, spaces), attributes, tag, self._open, spaces)
        if self._open is not None:
            self._open.content.append(element)
        if self.entry is None and tag.begin >= 0:
            self.entry = element
        self._open = element

    def _end(self, qualified: str) -> None:
        self._depth -= 1
        element = self._open
        if element is not None:
            element.inner = Span(element.tag.end, max(element.tag.end, self.parser.CurrentByteIndex - self._offset))
            self._open = element.parent

    def _characters(self, text: str) -> None:
        if self._open is not None:
            self._open.content.append(text.replace(AMPERSAND, "&"))

    def _entity(self, name: str, is_parameter: bool) -> None:
        if not is_parameter:
            self._characters(html.unescape(f"&{name};"))


def _name(qualified: str, spaces: Mapping[str, str]) -> str:
    prefix, _, local = qualified.rpartition(":")
    address = spaces.get(prefix)
    known = prefix if address is None else SPACES.get(address, address if prefix else "")
    return f"{known}:{local}" if known else local
