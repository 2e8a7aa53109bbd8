"""XML by expat, which counts bytes: how a file becomes UTF-8, and a parser that fetches nothing and swells nothing.

A document type that is named is not read, and of the entities that a file declares itself only those are taken that mean what
they mean in HTML. Those names are known everywhere, because many feeds use `&nbsp;` without saying what it is. An ampersand
that begins no reference stands for itself, the commonest fault there is.
"""

from __future__ import annotations

import re
from html.entities import html5
from pyexpat import XML_PARAM_ENTITY_PARSING_ALWAYS as ALWAYS
from pyexpat import ExpatError, ParserCreate, XMLParserType

import webencodings

from kg.errors import Place, ReadError

# Stands for an ampersand that begins no reference, for as long as it is parsed: no text may hold this character
AMPERSAND = "\x7f"
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xfe\xff", "utf-16be"),
    (b"\xff\xfe", "utf-16le"),
    (b"\0<", "utf-16be"),
    (b"<\0", "utf-16le"),
)
_DECLARATION = re.compile(rb"\s*<\?xml\s[^>]{0,500}?\?>")
_ENCODING = re.compile(rb"encoding\s*=\s*[\"']([A-Za-z0-9_:.-]+)[\"']")
_TAG = re.compile(rb"<(?:[^\"'>]++|\"[^\"]*+\"|'[^']*+')*+>")
_AMPERSAND = re.compile(
    rb"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)|(&)(?!(?:#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6}|[A-Za-z_][\w.-]{0,60});)", re.DOTALL
)


def utf8(data: bytes, name: str) -> bytes:
    """Return an XML file in UTF-8, by its mark, else by its declaration, which becomes spaces.

    UTF-8 is not checked here: the parser stops at a byte that is none. Raises `ReadError` for another encoding that the file
    is not in, or that nobody knows.
    """
    label = next((label for mark, label in _MARKS if data.startswith(mark)), "")
    if not label:
        declaration = _DECLARATION.match(data)
        found = _ENCODING.search(declaration[0]) if declaration else None
        label = found[1].decode().lower() if found else "utf-8"
        # In bytes of ASCII nothing can be declared to be UTF-16
        label = "utf-8" if label.startswith(("utf-16", "ucs-2")) else label
    encoding = webencodings.lookup(label)
    if encoding is None:
        raise ReadError(f"no encoding is known by the name {label[:80]!r}", Place(name, 1))
    if encoding.name != "utf-8":
        try:
            data = encoding.codec_info.decode(data, "strict")[0].encode()
        except UnicodeError as error:
            at = error.start if isinstance(error, UnicodeDecodeError) else 0
            reason = f"not {encoding.name}: byte 0x{data[at]:02X} at offset {at}"
            raise ReadError(reason, Place(name, data.count(b"\n", 0, at) + 1)) from error
    data = data.removeprefix(b"\xef\xbb\xbf")
    return _DECLARATION.sub(lambda found: re.sub(rb"\S", b" ", found[0]), data, count=1) if _DECLARATION.match(data) else data


class StopError(Exception):
    """Why a parser stopped, at which byte, and whether something may be read behind it."""

    def __init__(self, reason: str, byte: int, is_mendable: bool = True) -> None:
        super().__init__(reason)
        self.reason, self.byte, self.is_mendable = reason, byte, is_mendable


def mended(data: bytes) -> bytes:
    """Return the file with its ampersands that begin no reference as `AMPERSAND`; every byte stays at its place."""
    data = data.replace(AMPERSAND.encode(), b" ")
    if b"&" not in data:
        return data
    return _AMPERSAND.sub(lambda found: AMPERSAND.encode() if found[1] else found[0], data)


def new_parser() -> XMLParserType:
    """Return a parser to which handlers can be given."""
    parser = ParserCreate("utf-8")
    parser.SetParamEntityParsing(ALWAYS)
    # As if a document type stood elsewhere that declares the names of HTML: unknown ones are then told, not refused
    parser.UseForeignDTD(True)

    def nothing(context: str | None, *_: object) -> int:
        """Read an empty document type instead of the one that is named."""
        parser.ExternalEntityParserCreate(context).Parse(b"", True)
        return 1

    def check(name: str, is_parameter: bool, value: str | None, *_: object) -> None:
        is_unread = is_parameter and value is None
        if not is_unread and (is_parameter or value is None or html5.get(f"{name};") != value):
            reason = f"an entity that the file declares itself is not read: {name[:80]!r}"
            raise StopError(reason, parser.CurrentByteIndex, is_mendable=False)

    parser.ExternalEntityRefHandler = nothing
    parser.EntityDeclHandler = check
    return parser


def parse(parser: XMLParserType, data: bytes, is_final: bool) -> None:
    """Give all data to a parser. Raises `StopError` where they are not XML."""
    try:
        parser.Parse(data, is_final)
    except ExpatError as error:
        at = max(parser.ErrorByteIndex, 0)
        try:
            data[at : at + 4].decode()
        except UnicodeDecodeError as fault:
            if fault.start == 0 and fault.reason != "unexpected end of data":
                raise StopError(f"not UTF-8: byte 0x{data[at]:02X}", at) from error
        reason = str(error).rpartition(": ")[0].removeprefix("not well-formed (").removesuffix(")")
        raise StopError(f"not well-formed XML: {reason}", at) from error


def start_tag(data: bytes, begin: int) -> bytes:
    """Return the start tag that begins at a byte."""
    found = _TAG.match(data, begin)
    return found[0] if found else data[begin : begin + 1]


def end_of(data: bytes, begin: int, at: int) -> int:
    """Return where an element ends that began at a byte; expat tells the byte of its end tag, or behind an empty element."""
    end = begin + len(start_tag(data, begin))
    if at == end and data[end - 2 : end] == b"/>":
        return end
    return data.find(b">", at) + 1
