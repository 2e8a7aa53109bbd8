"""What is wrong in an RDF document, in plain words and with its place: as much of it in one run as can be told apart.

A parser stops at what it cannot read. In N-Triples and N-Quads each line stands by itself; in Turtle and TriG reading goes on
behind the next dot at the end of a line, unless a long text may be open.
"""

from __future__ import annotations

import codecs
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import IO, cast

import pyoxigraph

from kg.errors import Place, VocabularyError
from kg.rdf import jsontree, rdfxml, turtle
from kg.rdf.text import Rows

_Format = pyoxigraph.RdfFormat
# So many faults are told one by one
MOST = 100
# and so many more are counted
_COUNTED = 10_000
_WIDE = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]")
_LONGEST = 300
_CONTEXT = "a JSON-LD context with an address is not fetched; put the context in the file"
_UNENDED = r"a text in quotes does not end on its line; write \n, or three quotes"
_OPEN = "the file ends within a statement: a dot, a bracket or a quotation mark is missing"
# What the parser says, and how we say it
_WORDS = tuple(
    (re.compile(pattern, re.DOTALL), words)
    for pattern, words in (
        (r".*\x00.*", "a NUL byte; the file is damaged, or not in UTF-8"),
        (r"The prefix (.*): has not been declared", r"the prefix \1: is not declared"),
        (r"The PREFIX keyword should be followed by a prefix like 'ex:'", "a prefix ends in a colon, such as ex:"),
        (r"Line jumps are not allowed in string literals.*", _UNENDED.replace("\\", r"\\")),
        (r"Unexpected end(?: of file)?", _OPEN),
        (r"A dot is expected at the end of statements", "a dot, comma or semicolon is missing before this"),
        (r"(?:Triples|Quads) must be followed by a dot", "a dot is missing before this"),
        (r"Only a single triple or quad can be written in a line.*", "a line holds one statement only"),
        (r"line jumps are not allowed in the middle of triples", "a statement stands on one line"),
        (r"(.*) is not a valid subject or graph name", r"\1 cannot be a subject: an IRI, a prefixed name or a blank node can"),
        (r"(.*) is not a valid RDF subject", r"\1 cannot be a subject: an IRI, a prefixed name or a blank node can"),
        (r"(.*) is not a valid predicate", r"\1 cannot be a predicate: an IRI, a prefixed name or a can"),
        (r"(.*) is not a valid RDF object", r"\1 cannot be an object: an IRI, a name, a text, a number or a bracket can"),
        (r"blank node property lists should end with a '\]'", "a closing bracket ] is missing before this"),
        (r"Invalid IRI code point '(.*)'", r"an IRI cannot hold '\1'"),
        (r"No scheme found in an absolute IRI", "an IRI begins with its scheme, such as https:"),
        (r"error while parsing IRI '(.*)': .*", r"not an IRI: '\1'"),
        (r"error while parsing language tag '(.*)': .*", r"not a language tag, such as en or pt-BR: '\1'"),
        (r"Unexpected escape character '(.*)'", r"no escape is \1; a backslash is written twice"),
        (r"Invalid UTF-8.*", "a byte that is not UTF-8; save the file as UTF-8"),
        (r".*No LoadDocumentCallback has been set.*", _CONTEXT),
        (r"Unexpected text event: '(.*)'", r"a text where an element should be: '\1'"),
    )
)


def ready(body: bytes, form: _Format, source: str) -> bytes:
    """Return a document as it can be parsed: in UTF-8, without mark; it is looked at for what no parser should meet.

    Raises `VocabularyError` for another encoding, for what brings parsers down (deep nesting, XML entities) and
    for triple terms.
    """
    if form == _Format.N3:
        raise VocabularyError("N3 is not RDF, since it has rules and formulas; write it as Turtle", Place(source))
    if form == _Format.RDF_XML:
        body = rdfxml.as_utf8(body, source)
        rdfxml.check(body, source)
        return body
    # Between quotation marks a NUL may stand, but nothing begins with one
    if body.startswith(_WIDE) or b"\0" in body[:4]:
        raise VocabularyError("in UTF-16 or UTF-32 by its first bytes; save it as UTF-8", Place(source, 1, 1))
    body = body.removeprefix(codecs.BOM_UTF8)
    if form == _Format.JSON_LD:
        _check_json(body, source)
    elif b"<<" in body and (newer := turtle.newer(text := body.decode(errors="replace"))) is not None:
        raise VocabularyError("a triple term or a direction: RDF 1.2 is not read", Place(source, *Rows(text).place(newer)))
    return body


# What no IRI holds; a node with such a name would be left out, and nobody would know
_NO_IRI = re.compile(rb"\"@id\"\s*+:\s*+\"[^\"\s<>{}|^`\\]*+[\s<>{}|^`][^\"]*+\"")


def _check_json(body: bytes, source: str) -> None:
    rows = Rows(body)
    if (at := jsontree.too_deep(body)) is not None:
        raise VocabularyError(f"nested more than {jsontree.DEEPEST} deep", Place(source, *rows.place(at)))
    if body.strip() and not body.lstrip().startswith((b"{", b"[")):
        raise VocabularyError("JSON-LD is an object or a list", Place(source, 1, 1))
    found = [match.start() for match in _NO_IRI.finditer(body)][:MOST]
    if found:
        raise VocabularyError.together(VocabularyError("an @id that is no IRI", Place(source, *rows.place(at))) for at in found)


def told(body: bytes, form: _Format, source: str, base: str, error: Exception) -> VocabularyError:
    """Return what is wrong in a document that cannot be parsed; `error` is what the parser met first."""
    if not isinstance(error, SyntaxError):
        return VocabularyError(str(error), Place(source))
    found: Iterable[VocabularyError] = ()
    if form in (_Format.N_TRIPLES, _Format.N_QUADS):
        found = _of_lines(body, form, source)
    elif form in (_Format.TURTLE, _Format.TRIG):
        found = _Statements(body, form, source, base).faults()
    elif form == _Format.JSON_LD:
        found = _of_json_ld(body, source, error)
    elif form == _Format.RDF_XML:
        found = _of_rdf_xml(body, source, base)
    return _together(found, source, error)


def _together(found: Iterable[VocabularyError], source: str, error: SyntaxError | None = None) -> VocabularyError:
    faults = list(found)
    if not faults and error is not None:
        faults = [VocabularyError(_reason(error), Place(source, error.lineno or 0, error.offset or 0))]
    return VocabularyError.together(faults)


def _reason(error: SyntaxError) -> str:
    said = re.sub(r"^Parser error .*?: | \(line \d+\)$", "", str(error.msg), flags=re.DOTALL)
    for pattern, words in _WORDS:
        if match := pattern.fullmatch(said):
            said = match.expand(words)
            break
    # What stands in the file may be long, and steer a terminal
    said = _CONTROL.sub("\ufffd", said)
    return said if len(said) <= _LONGEST else f"{said[:_LONGEST]}…"


def _parse(body: bytes | IO[bytes], form: _Format, base: str) -> pyoxigraph.QuadParser:
    return pyoxigraph.parse(body, format=form, base_iri=base)


def _first_error(parser: Iterable[object]) -> SyntaxError | None:
    try:
        deque(parser, maxlen=0)
    except SyntaxError as error:
        return error
    return None


# --- N-Triples and N-Quads -------------------------------------------------------------------------------------------------
def _of_lines(body: bytes, form: _Format, source: str) -> Iterator[VocabularyError]:
    found = _bad_lines(body, form, source)
    yield from islice(found, MOST)
    more = sum(1 for _ in islice(found, _COUNTED))
    if more:
        least = "" if more < _COUNTED else "at least "
        yield VocabularyError(f"and {least}{more:,} more lines that cannot be read", Place(source))


def _bad_lines(body: bytes, form: _Format, source: str) -> Iterator[VocabularyError]:
    for number, row in enumerate(body.splitlines(), 1):
        if (error := _first_error(pyoxigraph.parse(row, format=form))) is not None:
            yield VocabularyError(_reason_at(error, row), Place(source, number, error.offset or 0))


def _reason_at(error: SyntaxError, row: bytes) -> str:
    """Return the reason of a fault on a line, with what begins there where the end of the file came too soon."""
    reason = _reason(error)
    if reason == _OPEN:
        start = row.decode(errors="replace")[(error.offset or 1) - 1 :][:1]
        return _NEVER_ENDS.get(start, "the statement does not end on its line: a dot is missing, or more")
    return reason


_NEVER_ENDS = {
    '"': "a text in quotes that never ends",
    "'": "a text in quotes that never ends",
    "<": "an IRI in angle brackets that never ends",
}


# --- Turtle and TriG -------------------------------------------------------------------------------------------------------
_UNKNOWN_PREFIX = re.compile(r"the prefix (.*): is not declared")
_DECLARATION = re.compile(r"\s*@?prefix\s+([^\s:<]*)", re.IGNORECASE)
_ROW_END = re.compile(r"[ \t]*(?:#[^\r\n]*)?(?:\r\n?|\n|\Z)")
_LONG_QUOTES = ('"""', "'''")
_QUOTE = re.compile("[\"']")
_LONG = re.compile("|".join(_LONG_QUOTES))


class _Statements:
    """The faults of a Turtle or TriG file: after each, reading goes on where a statement is sure to begin."""

    def __init__(self, body: bytes, form: _Format, source: str, base: str) -> None:
        self._text = body.decode(errors="replace")
        self._form, self._source, self._base = form, source, base
        self._has_graphs = form == _Format.TRIG
        self._rows = Rows(self._text)
        self._decoded = body
        self._told: set[str] = set()
        # Up to here no graph is open
        self._closed = 0

    def faults(self) -> Iterator[VocabularyError]:
        """Yield the faults in their order, each unknown prefix once."""
        try:
            self._decoded.decode()
        except UnicodeDecodeError as fault:
            byte = self._decoded[fault.start]
            place = Rows(self._decoded).place(fault.start)
            yield VocabularyError(f"the byte {byte:02X} is not UTF-8; save the file as UTF-8", Place(self._source, *place))
            return
        begin: int | None = 0
        header, count = "", 0
        while begin is not None and count < MOST:
            parser = _parse((header + self._text[begin:]).encode(), self._form, self._base)
            error = _first_error(parser)
            if error is None:
                return
            at = self._offset(error, begin, bool(header))
            reason = self._reason(error, at)
            at = self._quote_before(at) if reason == _UNENDED else at
            if reason:
                count += 1
                yield VocabularyError(reason, Place(self._source, *self._rows.place(at)))
            begin = self._next(begin, at)
            header = _header(parser.prefixes, self._told)
            self._base = parser.base_iri or self._base

    def _offset(self, error: SyntaxError, begin: int, has_header: bool) -> int:
        """Return where in the text an error stands that was met in what begins at `begin`, behind a header line or not."""
        line = (error.lineno or 1) - has_header
        return self._rows.offset(self._rows.line(begin) + line - 1, error.offset or 1)

    def _reason(self, error: SyntaxError, at: int) -> str:
        """Return what to say of an error; nothing of one that only follows from another."""
        reason = _reason(error)
        if reason == _OPEN and at < len(self._text):
            reason = _NEVER_ENDS.get(self._text[at], reason)
        line = self._text[self._rows.start(self._rows.line(at)) :][:500]
        if declared := _DECLARATION.match(line):
            self._told.add(declared[1])
        if unknown := _UNKNOWN_PREFIX.fullmatch(reason):
            if unknown[1] in self._told:
                return ""
            self._told.add(unknown[1])
        return reason

    def _quote_before(self, at: int) -> int:
        """Return where on its line the text begins that does not end at a place; the place itself where that is not plain."""
        position = self._rows.start(self._rows.line(at))
        while position < at and (sign := turtle.SIGN.match(self._text, position, at)):
            position = sign.end()
        quote = _QUOTE.search(self._text, position, at)
        return quote.start() if quote else at

    def _next(self, begin: int, at: int) -> int | None:
        """Return the start of the line on which reading can go on after a fault; None where nobody can tell."""
        before = max(self._text.rfind(".", begin, at), begin)
        depth, position = self._depth_at(at), at
        while position < min(len(self._text), at + _FARTHEST):
            sign = turtle.SIGN.match(self._text, position)
            if sign is None or (sign["string"] or "")[:3] in _LONG_QUOTES:
                # Nothing that has a meaning: a text that is open ends with its line at the latest
                start, position = position, self._rows.start(self._rows.line(position) + 1)
                row = self._text[start:position].rstrip()
                ends = row.endswith(".")
                depth += any(mark in row for mark in "{}") * self._has_graphs
            else:
                position = sign.end()
                depth += _BRACES.get(sign["mark"] or "", 0) * self._has_graphs
                ends = sign["mark"] in (".", "}") and _ROW_END.match(self._text, position) is not None
            if ends and depth == 0:
                following = self._rows.start(self._rows.line(position - 1) + 1)
                self._closed = following
                # A text of several lines may be open behind one of its marks
                return None if _LONG.search(self._text, before, following) else following
        return None

    def _depth_at(self, end: int) -> int:
        """Return how many graphs are open at a place behind the last asked for; more than there are where none can tell."""
        depth, position = 0, self._closed
        while self._has_graphs and position < end:
            sign = turtle.SIGN.match(self._text, position, end)
            if sign is None:
                return depth if not self._text[position:end].strip() else len(self._text)
            depth += _BRACES.get(sign["mark"] or "", 0)
            position = sign.end()
        return depth


# A statement that is longer is none
_FARTHEST = 1 << 20
_BRACES = {"{": 1, "}": -1}


def _header(prefixes: Mapping[str, str], unknown: Iterable[str]) -> str:
    """Return a line that declares what a file has declared so far, and what it should have."""
    known = dict.fromkeys(unknown, "urn:x-kg:unknown#") | dict(prefixes)
    return " ".join(f"@prefix {prefix}: <{namespace}> ." for prefix, namespace in known.items()) + "\n"


# --- JSON-LD ---------------------------------------------------------------------------------------------------------------
_KEYWORD = re.compile(r"@[a-z]+")


def first_member(text: str, key: str) -> int | None:
    """Return where in JSON a key stands first; None where it does not."""
    return next((member.at for member in jsontree.every_member(jsontree.read(text)) if member.key == key), None)


def _of_json_ld(body: bytes, source: str, error: SyntaxError) -> Iterator[VocabularyError]:
    if error.lineno is not None:
        yield VocabularyError(_reason(error), Place(source, error.lineno, error.offset or 0))
        return
    text = body.decode(errors="replace")
    members = list(jsontree.every_member(jsontree.read(text)))
    reason, rows = _reason(error), Rows(text)
    if reason == _CONTEXT:
        places = [m.at for m in members if (m.key == "@context" and _is_remote(m.item)) or m.key == "@import"]
    elif reason.startswith("Term definition value"):
        terms_ = [m for context in members if context.key == "@context" for one in context.item.items() for m in one.members()]
        places = [m.at for m in terms_ if m.key[:1] != "@" and not isinstance(m.item.value, str | None | jsontree.Members)]
    else:
        places = _places_of(reason, members)
    for at in places[:MOST]:
        yield VocabularyError(reason, Place(source, *rows.place(at)))
    if not places:
        yield VocabularyError(reason, Place(source))


def _is_remote(item: jsontree.Item) -> bool:
    return any(isinstance(one.value, str) for one in item.items())


def _places_of(reason: str, members: list[jsontree.Member]) -> list[int]:
    """Return where a keyword stands that a reason names: those whose value cannot be right, else the only one."""
    keyword = _KEYWORD.search(reason)
    if keyword is None:
        return []
    aliases = {m.key for m in members if m.item.value == keyword[0]} | {keyword[0]}
    found = [m for m in members if m.key in aliases and m.item.value != keyword[0]]
    if "must be a string" in reason:
        found = [m for m in found if not all(isinstance(one.value, str | None) for one in m.item.items())] or found
    return [found[0].at] if len(found) == 1 else []


# --- RDF/XML ---------------------------------------------------------------------------------------------------------------
class _Served:
    """A file that is handed over tag by tag, so that we know how far its reader has come."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._position = self._stop = self.start = 0

    def read(self, size: int = -1) -> bytes:
        """Return what is left of a tag, else what stands up to the end of the next one; as much as was asked for at most."""
        if self._position == self._stop:
            self.start = self._position
            self._stop = self._body.find(b">", self._position) + 1 or len(self._body)
        piece = self._body[self._position : min(self._stop, self._position + size) if size >= 0 else self._stop]
        self._position += len(piece)
        return piece


def _of_rdf_xml(body: bytes, source: str, base: str) -> Iterator[VocabularyError]:
    served = _Served(body)
    error = _first_error(_parse(cast(IO[bytes], served), _Format.RDF_XML, base))
    if error is not None:
        begin = served.start + len(body[served.start :]) - len(body[served.start :].lstrip())
        tag = body.find(b"<", begin)
        at = begin if tag < 0 or "a text where" in _reason(error) else tag
        yield VocabularyError(_reason(error), Place(source, *Rows(body).place(at)))
