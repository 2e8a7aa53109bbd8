"""Where statements stand in Turtle, TriG, N-Triples and N-Quads: a walk over the signs of a file whose syntax is good."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from kg import terms
from kg.rdf.addresses import resolve
from kg.terms import Statement, Term

_FIRST, _REST, _NIL = (f"<{terms.RDF}{name}>" for name in ("first", "rest", "nil"))
# White space and comments
_GAP = r"(?:[ \t\r\n]++|#[^\r\n]*+)*+"
_IRI = r"<[^<>\"{}|^`\x00-\x20]*+>"
# What names are made of, told by what they are not: control characters and the signs of ASCII
_NAME = r"[^\x00-,./:-@\[-^`{-\x7f]"
_PREFIXED = rf"(?:{_NAME}(?:{_NAME}|\.++(?={_NAME}))*+)?+:(?:{_NAME}|:|%[0-9A-Fa-f]{{2}}|\\.|\.++(?=[%:\\]|{_NAME}))*+"
LONG = r"\"\"\"(?:[^\"\\]|\\.|\"{1,2}+(?!\"))*+\"\"\"|'''(?:[^'\\]|\\.|'{1,2}+(?!'))*+'''"
_LABEL = rf"_:{_NAME}(?:{_NAME}|\.++(?={_NAME}))*+"
_STRING = rf"{LONG}|\"(?:[^\"\\\r\n]|\\.)*+\"|'(?:[^'\\\r\n]|\\.)*+'"
SIGN = re.compile(
    rf"{_GAP}(?:(?P<iri>{_IRI}|{_LABEL})|(?P<name>{_PREFIXED})"
    rf"|(?P<string>{_STRING})(?:{_GAP}(?:@(?P<language>[A-Za-z0-9-]++)|\^\^{_GAP}(?P<type>{_IRI}|{_PREFIXED})))?"
    r"|(?P<number>[+-]?(?:[0-9]++(?:\.[0-9]++)?+|\.[0-9]++)(?:\.?[eE][+-]?[0-9]++)?)"
    r"|(?P<word>@?[A-Za-z]++)|(?P<mark><<|\{\||[.;,\[\](){}]))",
    re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
_ESCAPED = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}
_WORDS = {"a": terms.TYPE, "true": f'"true"^^<{terms.XSD}boolean>', "false": f'"false"^^<{terms.XSD}boolean>'}
_DOUBLE = f"<{terms.XSD}double>"


def newer(text: str) -> int | None:
    """Return where the first sign stands that only RDF 1.2 has (a triple term, an annotation, a direction); None for none."""
    if not any(sign in text for sign in ("<<", "{|", "--", "~")):
        return None
    position = 0
    while found := SIGN.match(text, position):
        if found["mark"] in ("<<", "{|") or "--" in (found["language"] or ""):
            return found.start("mark" if found["mark"] else "language")
        position = found.end()
    # Behind a name or an address a tilde names who says so
    return position + 1 if position and re.match(rf"{_GAP}~", text[position : position + 9]) else None


def walk(text: str, base: str) -> Iterator[Statement]:
    """Yield the statements of Turtle or TriG; the span of each is where its object begins and where its subject does.

    Blank nodes have labels of their own, the same at each walk. What stands behind a fault of syntax is left out.
    """
    return _Walk(text, base).statements()


@dataclass(slots=True)
class _Frame:
    """What is open: a statement, a bracket or a list, with the subject and predicate that wait for what comes."""

    subject: Term = ""
    start: int = -1
    predicate: Term = ""
    # Where the bracket stands, and of a list its first node
    at: int = -1
    head: Term = ""
    is_list: bool = False


@dataclass
class _Walk:
    text: str
    base: str
    _prefixes: dict[str, str] = field(default_factory=dict)
    _terms: dict[str, Term] = field(default_factory=dict)
    _graph: Term = ""
    _frame: _Frame = field(default_factory=_Frame)
    _outer: list[_Frame] = field(default_factory=list)
    _nodes: int = 0
    _found: list[Statement] = field(default_factory=list)
    # "prefix" or "base" while one is declared, and the prefix
    _declared: str = ""
    _prefix: str = ""

    def statements(self) -> Iterator[Statement]:
        match, position = SIGN.match, 0
        while sign := match(self.text, position):
            position = sign.end()
            kind = sign.lastgroup or ""
            if kind == "mark":
                self._mark(sign["mark"], sign.start("mark"))
            elif kind == "word":
                self._word(sign["word"], sign.start("word"))
            elif self._declared:
                self._declare(kind, sign[kind])
            else:
                self._node(*self._term(kind, sign))
            if self._found:
                yield from self._found
                self._found.clear()

    def _term(self, kind: str, sign: re.Match[str]) -> tuple[Term, int]:
        if kind in ("iri", "name"):
            return self._iri(sign[kind]), sign.start(kind)
        if kind == "number":
            return _number(sign["number"]), sign.start(kind)
        datatype = sign["type"]
        return _literal(sign["string"], sign["language"], datatype and self._iri(datatype)), sign.start("string")

    def _iri(self, written: str) -> Term:
        known = self._terms.get(written)
        if known is None:
            known = self._terms[written] = self._read_iri(written)
        return known

    def _read_iri(self, written: str) -> Term:
        if written[0] == "<":
            return f"<{resolve(self.base, _ESCAPE.sub(_unescaped, written[1:-1]))}>"
        prefix, _, name = written.partition(":")
        if prefix == "_":
            return _plain(written)
        return f"<{self._prefixes.get(prefix, '')}{_ESCAPE.sub(_unescaped, name)}>"

    def _declare(self, kind: str, written: str) -> None:
        if kind == "name":
            self._prefix = written[:-1]
            return
        namespace = resolve(self.base, _ESCAPE.sub(_unescaped, written[1:-1]))
        if self._declared == "base":
            self.base = namespace
        else:
            self._prefixes[self._prefix] = namespace
        self._declared = ""
        self._terms.clear()

    def _word(self, word: str, at: int) -> None:
        if word in _WORDS:
            self._node(_WORDS[word], at)
        elif word.lower().lstrip("@") in ("prefix", "base"):
            self._declared = word.lower().lstrip("@")

    def _node(self, term: Term, at: int) -> None:
        """Take a term as what is waited for: subject, predicate, object, or the next of a list."""
        frame = self._frame
        if frame.is_list:
            self._item(frame, term, at)
        elif not frame.subject:
            frame.subject, frame.start = term, at
        elif not frame.predicate:
            frame.predicate = term
            frame.start = at if frame.start < 0 else frame.start
        else:
            self._found.append(Statement(frame.subject, frame.predicate, term, self._graph, (at, frame.start)))

    def _item(self, frame: _Frame, term: Term, at: int) -> None:
        node = self._blank()
        if frame.subject:
            self._found.append(Statement(frame.subject, _REST, node, self._graph, (at, frame.start)))
        frame.head = frame.head or node
        frame.subject, frame.start = node, at
        self._found.append(Statement(node, _FIRST, term, self._graph, (at, at)))

    def _blank(self) -> Term:
        self._nodes += 1
        return f"_:n{self._nodes}"

    def _mark(self, mark: str, at: int) -> None:
        frame = self._frame
        if mark == ";":
            frame.predicate = ""
        elif mark == "[":
            self._outer.append(frame)
            self._frame = _Frame(self._blank(), at=at)
        elif mark == "(":
            self._outer.append(frame)
            self._frame = _Frame(at=at, is_list=True)
        elif mark in "])" and self._outer:
            self._close(frame, at)
        elif mark == "{":
            self._graph, self._frame = frame.subject, _Frame()
        elif mark in ".}":
            self._graph = "" if mark == "}" else self._graph
            self._frame = _Frame()
            self._outer.clear()

    def _close(self, frame: _Frame, at: int) -> None:
        self._frame = self._outer.pop()
        if not frame.is_list:
            self._node(frame.subject, frame.at)
            return
        if frame.subject:
            self._found.append(Statement(frame.subject, _REST, _NIL, self._graph, (at, frame.start)))
        self._node(frame.head or _NIL, frame.at)


def _number(written: str) -> Term:
    if "e" in written or "E" in written:
        return f'"{written}"^^{_DOUBLE}'
    return f'"{written}"^^{terms.XSD_DECIMAL if "." in written else terms.XSD_INTEGER}'


def _quoted(written: str) -> Term:
    """Return a text in quotes of any kind as it stands in N-Triples."""
    width = 3 if written[:3] in ('"""', "'''") and len(written) > 5 else 1
    text = written[width:-width]
    if "\\" in text:
        text = _ESCAPE.sub(_unescaped, text)
    return f'"{terms.escape(text)}"'


def _unescaped(match: re.Match[str]) -> str:
    code = match[1] or match[2]
    return chr(int(code, 16)) if code else _ESCAPED.get(match[3], match[3])


_LINE = re.compile(
    rf"[ \t]*+(?P<subject>{_IRI}|{_LABEL})[ \t]*+(?P<predicate>{_IRI})[ \t]*+"
    rf"(?:(?P<node>{_IRI}|{_LABEL})|(?P<string>{_STRING})"
    rf"(?:[ \t]*+(?:@(?P<language>[A-Za-z0-9-]++)|\^\^[ \t]*+(?P<type>{_IRI})))?+)"
    rf"(?:[ \t]*+(?P<graph>{_IRI}|{_LABEL}))?+"
)


def walk_lines(text: str) -> Iterator[Statement]:
    """Yield the statements of N-Triples or N-Quads as `walk` does, a line at a time."""
    position = 0
    while position < len(text):
        line = _LINE.match(text, position)
        if line:
            subject, node = _plain(line["subject"]), line["node"]
            object_ = _plain(node) if node else _literal(line["string"], line["language"], line["type"])
            span = (line.start("node" if node else "string"), line.start("subject"))
            yield Statement(subject, _plain(line["predicate"]), object_, _plain(line["graph"] or ""), span)
            position = line.end()
        end = _ROW_END.search(text, position)
        position = end.end() if end else len(text)


_ROW_END = re.compile(r"[\r\n]++")


def _plain(written: str) -> Term:
    """Return an IRI or a label as `walk` has it."""
    if written[:1] == "_":
        return f"_:l{written[2:]}"
    return _ESCAPE.sub(_unescaped, written) if "\\" in written else written


def _literal(string: str, language: str | None, datatype: str | None) -> Term:
    quoted = _quoted(string)
    if language:
        return f"{quoted}@{language.lower()}"
    return f"{quoted}^^{_plain(datatype)}" if datatype and _plain(datatype) != terms.XSD_STRING else quoted
