"""What RDF format a file is in: by its ending, where that says enough, else by what it begins with."""

from __future__ import annotations

import codecs
import re
import zlib
from pathlib import Path

import pyoxigraph

from kg import terms
from kg.errors import Place, ResourceError, VocabularyError
from kg.rdf import jsontree
from kg.rdf.turtle import SIGN

_Format = pyoxigraph.RdfFormat
FORMATS = {
    ".ttl": _Format.TURTLE,
    ".nt": _Format.N_TRIPLES,
    ".nq": _Format.N_QUADS,
    ".trig": _Format.TRIG,
    ".jsonld": _Format.JSON_LD,
    ".json": _Format.JSON_LD,
    ".rdf": _Format.RDF_XML,
    ".owl": _Format.RDF_XML,
    ".xml": _Format.RDF_XML,
}
SUFFIXES = frozenset(FORMATS)
HEAD = 65536  # bytes that are looked at
# Articles come with these endings as well
_SHARED = frozenset({".json", ".xml"})
_PACKED = frozenset({".gz", ".gzip"})
_GZIP = b"\x1f\x8b"
# What gzip may unpack to
_MOST = 256 << 20
_PIECE = 1 << 20


def format_of(path: Path) -> _Format | None:
    """Return the RDF format of a file, packed with gzip or not; None where it is none.

    Files in JSON and XML are RDF by what they hold, as `sniff` tells; others by their ending alone. N3 is known, so that
    reading it can say why it is refused. Raises `ResourceError` where the beginning of a file cannot be read.
    """
    ending = _ending(path)
    if ending == ".n3":
        return _Format.N3
    if ending not in _SHARED:
        return FORMATS.get(ending)
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        raise ResourceError(f"cannot be read: {error.strerror}", Place(str(path))) from error
    found = sniff(_first_unpacked(head) if head.startswith(_GZIP) else head)
    return found if found == FORMATS[ending] else None


def opened(path: Path) -> tuple[bytes, _Format]:
    """Return the bytes of an RDF file, unpacked, and its format by its ending.

    Raises `VocabularyError` for another ending and for damaged gzip data, `ResourceError` where the file cannot be read.
    """
    place = Place(str(path))
    form = _Format.N3 if _ending(path) == ".n3" else FORMATS.get(_ending(path))
    if form is None:
        raise VocabularyError(f"not an RDF file by its ending (one of {' '.join(sorted(FORMATS))})", place)
    try:
        body = path.read_bytes()
    except OSError as error:
        raise ResourceError(f"cannot be read: {error.strerror}", place) from error
    if body.startswith(_GZIP):
        return _unpacked(body, place), form
    if path.suffix.lower() in _PACKED:
        raise VocabularyError("not an RDF file by its ending: what it holds is not packed with gzip", place)
    return body, form


def _ending(path: Path) -> str:
    """Return the ending that says what a file holds, in lower case."""
    return (path.with_suffix("") if path.suffix.lower() in _PACKED else path).suffix.lower()


def _unpacked(body: bytes, place: Place) -> bytes:
    pieces: list[bytes] = []
    size = 0
    while body:
        engine = zlib.decompressobj(16 + zlib.MAX_WBITS)
        while not engine.eof:
            try:
                piece = engine.decompress(body, _PIECE)
            except zlib.error as error:
                raise VocabularyError("damaged gzip data", place) from error
            body = engine.unconsumed_tail
            size += len(piece)
            pieces.append(piece)
            if size > _MOST:
                raise VocabularyError(f"unpacks to more than {_MOST >> 20} MB", place)
            if not piece and not body and not engine.eof:
                raise VocabularyError("the end of the gzip data is missing", place)
        body = engine.unused_data.lstrip(b"\0")
    return b"".join(pieces)


def _first_unpacked(head: bytes) -> bytes:
    try:
        return zlib.decompressobj(16 + zlib.MAX_WBITS).decompress(head, HEAD)
    except zlib.error:
        return b""


# --- by content ------------------------------------------------------------------------------------------------------------
_WIDE = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"), (b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"))
_PROLOG = re.compile(
    r"(?:\s++|<\?.*?\?>|<!--.*?-->)*+(?:<!DOCTYPE[^>\[]*+(?:\[.*?\]\s*+)?+>(?:\s++|<\?.*?\?>|<!--.*?-->)*+)?+", re.DOTALL
)
_ROOT = re.compile(r"<(?:([\w.-]+):)?([\w.-]+)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*+)>")
_NAMESPACE = re.compile(rf"\sxmlns:([\w.-]+)\s*=\s*(?:\"{re.escape(terms.RDF)}\"|'{re.escape(terms.RDF)}'|[\"']&(\w+);[\"'])")
# A news feed, though it is RDF as well
_FEEDS = ("http://purl.org/rss/1.0/", "netscape.com/rdf/simple/0.9/")
_DIRECTIVE = re.compile(
    r"@?prefix(?:\s+[^\s:<>]*)?\s*:\s*<[^<>\s]*>|@base\s*<|base\s*<[^<>\s:]*+:[^<>\s]*>|@?version\s+[\"']", re.IGNORECASE
)
_COMMENTS = re.compile(r"(?:\s++|#[^\r\n]*+)*+")
# Addresses have a colon, tags of HTML none; a line that begins with two of them and something more is no text with links
_ADDRESS = r"<[^<>\"\s:]*+:[^<>\"\s]*+>"
_SUBJECT = rf"(?:{_ADDRESS}|<(?:#[^<>\"\s]*+)?>|_:[^\s<>\"]++)"
_STATEMENT = re.compile(
    rf"{_SUBJECT}\s*{_ADDRESS}\s*(?:{_SUBJECT}\s*(?:{_SUBJECT}\s*)?[.;,]"
    r"|\"(?:[^\"\\\r\n]|\\.)*+\"[ \t]*(?:[.;,@<\r\n]|_:|\^\^|\Z)|\"\"\"|')"
)
_IN_LINES = re.compile(
    rf"[ \t]*(?:{_ADDRESS}|_:[^\s<>\"]++)[ \t]*{_ADDRESS}[ \t]*"
    rf"(?:{_ADDRESS}|_:[^\s<>\"]+|\"(?:[^\"\\]|\\.)*+\"(?:@[\w-]+|\^\^{_ADDRESS})?)[ \t]*"
    rf"({_ADDRESS}|_:[^\s<>\"]+?)?[ \t]*\.?[ \t]*(?:#.*)?"
)
_JSON_BEGINNING = re.compile(r"\s*(?:\{\s*[\"}]|\[\s*(?:\{\s*[\"}]|\"|\]\s*\Z))")
_SIGNS = frozenset({"@context", "@graph", "@id", "@type"})
_SCHEMA_ORG = re.compile(r"https?://(?:www\.)?schema\.org(?:/\S*)?", re.IGNORECASE)


def sniff(head: bytes) -> _Format | None:
    """Return the RDF format of what begins with these bytes; None for anything else, articles above all.

    A page of schema.org in JSON, whose context has an address only, is an article, and so is a news feed in RDF/XML.
    """
    wide = next((label for mark, label in _WIDE if head.startswith(mark)), "")
    text = head[:HEAD].decode(wide or "utf-8", errors="replace").removeprefix("\ufeff")
    if wide:
        return _Format.RDF_XML if _is_rdf_xml(text) else None
    if _JSON_BEGINNING.match(text):
        return _Format.JSON_LD if _is_json_ld(text) else None
    if re.match(r"\s*<[?!]", text) or _is_rdf_xml(text):
        return _Format.RDF_XML if _is_rdf_xml(text) else None
    return _of_turtle(text, is_whole=len(head) < HEAD)


def _is_rdf_xml(text: str) -> bool:
    prolog = _PROLOG.match(text)
    root = _ROOT.match(text, prolog.end() if prolog else 0)
    if root is None or any(feed in text for feed in _FEEDS):
        return False
    declared = _NAMESPACE.search(root[3])
    if declared is None:
        return root[2] == "RDF" and f'"{terms.RDF}"' in root[3] and root[1] is None
    prefix = re.escape(declared[1])
    return root[1] == declared[1] or re.search(rf"\s{prefix}:(?:about|ID|nodeID|type)\s*=", root[3]) is not None


def _is_json_ld(text: str) -> bool:
    for item in jsontree.read(text).items()[:1]:
        found = {member.key: member.item for member in item.members()}
        if _SIGNS.isdisjoint(found):
            return False
        contexts = found["@context"].items() if "@context" in found else ()
        return not contexts or not all(isinstance(c.value, str) for c in contexts) or not _is_page(contexts)
    return False


def _is_page(contexts: tuple[jsontree.Item, ...]) -> bool:
    return any(isinstance(c.value, str) and _SCHEMA_ORG.fullmatch(c.value) for c in contexts)


def _of_turtle(text: str, is_whole: bool) -> _Format | None:
    start = _COMMENTS.match(text)
    begin = start.end() if start else 0
    if _DIRECTIVE.match(text, begin):
        return _Format.TRIG if _has_graphs(text) else _Format.TURTLE
    if not _STATEMENT.match(text, begin) and not _parses(text):
        return None
    rows = re.split(r"[\r\n]+", text)
    rows = [row for row in (rows if is_whole else rows[:-1]) if row.strip() and not row.lstrip().startswith("#")]
    found = [_IN_LINES.fullmatch(row) for row in rows[:50]]
    # A file of lines may have a bad one
    if rows and sum(match is not None for match in found) > len(found) / 2:
        return _Format.N_QUADS if any(match and match[1] for match in found) else _Format.N_TRIPLES
    return _Format.TRIG if _has_graphs(text) else _Format.TURTLE


def _parses(text: str) -> bool:
    """Tell whether a text begins with a statement of Turtle or TriG that needs no prefix."""
    if not re.match(r"[<_\[({]", text.lstrip()) and "#" not in text[:1]:
        return False
    parser, found = pyoxigraph.parse(text.encode(), format=_Format.TRIG), False
    try:
        found = next(parser, None) is not None
        next(parser, None)
    except SyntaxError as error:
        # Three addresses in a row may be links
        return found and "dot is expected" not in str(error.msg)
    return found


def _has_graphs(text: str) -> bool:
    position = 0
    while sign := SIGN.match(text, position):
        if sign["mark"] == "{":
            return True
        position = sign.end()
    return False
