"""What a dump must hold, as queries: an ASK that is true, a SELECT without rows. They are reported as shapes are.

The first paragraph of comments says what is expected, `# severity: warning` how grave it is where it is not so. Variables
mean what they mean in a SPARQL constraint of SHACL (sections 5.3 and 5.4): ?this (or ?focus), ?path, ?value, ?message.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kg import rdf, store, terms
from kg.errors import SEVERITIES, Finding, KgError, Place, QueryError, ResourceError, Severity, TermError, VocabularyError
from kg.store import Table
from kg.terms import Statement, Term
from kg.validation import SH, Result

_PREFIX = "urn:x-kg:expectation:"
_CONSTRAINT = f"{SH}SPARQLConstraintComponent"
_MOST = 500  # rows told of one expectation; the others are counted
_LONGEST = 200  # characters of a value told
_READ = 1 << 20  # bytes of a file; a query has fewer
_COMMENT = re.compile(r"\s*#\s*(.*?)\s*")
_SEVERITY = re.compile(r"severity\s*:\s*(.*)", re.IGNORECASE)
_VARIABLE = re.compile(r"\{[?$](\w+)\}")
_TOLD = frozenset({"this", "focus", "path", "value", "message"})
# Formats with a statement a line, which are searched as they stand
_LINES = frozenset({".nq", ".nt"})

Row = Mapping[str, Term]
About = tuple[Term, Term | None, Term | None]  # focus, path, value


@dataclass(frozen=True, slots=True)
class Expectation:
    """A query file: its query, what it expects in words, and how grave it is where that is not so."""

    file: Path
    query: str
    message: str
    severity: Severity

    @property
    def shape(self) -> Term:
        """The IRI by which reports and baselines know the expectation: it is made from the file's name."""
        return terms.iri(_PREFIX + _name(self.file))


def _name(file: Path) -> str:
    return terms.slug(file.stem.encode(errors="backslashreplace").decode())


def check(
    target: Path | str, files: Iterable[Path], timeout: float = store.DEFAULT_TIMEOUT, name: str | None = None
) -> list[Finding]:
    """Return what the expectations in the files find in a dump or an RDF file, which is loaded once; none where all hold.

    Each query has `timeout` seconds. A file that cannot be used is a finding like any other, and the others are checked.
    `name` is what places call the file of the data (default: its path; that of a dump is its articles.nq).
    """
    file = store.nquads_of(Path(target))
    data = name or str(file)
    expectations, findings = _read_all(dict.fromkeys(files))
    with store.Session(target) as session:
        try:
            session.load()
        except (QueryError, ResourceError, VocabularyError) as error:
            return [*findings, _fault(error, data, str(file))]
        for expectation in expectations:
            try:
                answer = session.ask(expectation.query, _MOST, timeout)
            except QueryError as error:
                findings.append(_fault(error, str(expectation.file)))
            else:
                findings.extend(_results(expectation, answer, file, data))
    return findings


def describe(files: Iterable[Path]) -> Iterator[Statement]:
    """Yield for each file that can be used what a shapes graph would say of it: name, message, severity."""
    for expectation in _read_all(dict.fromkeys(files))[0]:
        said = {
            terms.TYPE: f"<{SH}NodeShape>",
            f"<{SH}name>": terms.literal(_name(expectation.file)),
            f"<{SH}message>": terms.literal(expectation.message),
            f"<{SH}severity>": f"<{SH}{expectation.severity.capitalize()}>",
        }
        yield from (Statement(expectation.shape, predicate, object_, "") for predicate, object_ in said.items())


def _fault(error: KgError, source: str, other_name: str = "query") -> Finding:
    """Return a refusal as a finding at the source, which the error may know by another name."""
    place = error.place or Place(source)
    if place.source == other_name:
        place = replace(place, source=source)
    return Finding("violation", error.reason, place, exit_code=error.exit_code)


# --- query files -----------------------------------------------------------------------------------------------------------
def _read_all(files: Iterable[Path]) -> tuple[list[Expectation], list[Finding]]:
    found: dict[Term, Expectation] = {}
    faults: list[Finding] = []
    for file in files:
        try:
            expectation = read(file)
        except (QueryError, ResourceError) as error:
            faults.append(_fault(error, str(file)))
            continue
        other = found.setdefault(expectation.shape, expectation)
        if other is not expectation:
            faults.append(_fault(QueryError(f"each expectation has a name of its own; this is that of {other.file}"), str(file)))
    return list(found.values()), faults


def read(file: Path) -> Expectation:
    """Return the expectation in a file.

    Raises `QueryError` with the line for text that is not UTF-8, an unknown severity, and where there is no query;
    `ResourceError` where the file cannot be read.
    """
    try:
        with file.open("rb") as opened:
            body = opened.read(_READ)
    except OSError as error:
        raise ResourceError(f"cannot be read: {error.strerror}", Place(str(file))) from error
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        raise QueryError(f"not UTF-8: byte 0x{error.object[error.start]:02X}", Place(str(file), line)) from error
    lines = [line.rstrip("\r") for line in text.split("\n")]
    comments = {number: match[1] for number, line in enumerate(lines, 1) if (match := _COMMENT.fullmatch(line))}
    if not any(line.strip() for number, line in enumerate(lines, 1) if number not in comments):
        raise QueryError("there is no query in this file", Place(str(file)))
    message = _first_paragraph(lines, comments) or f"The expectation {_name(file)} holds."
    try:
        terms.literal(message)
    except TermError as error:
        raise QueryError("its comments have a character that no text may have", Place(str(file), 1)) from error
    return Expectation(file, text, message, _severity(comments, file))


def _first_paragraph(lines: Sequence[str], comments: Mapping[int, str]) -> str:
    """Return the first comments before the query, up to an empty line or comment."""
    words: list[str] = []
    for number, line in enumerate(lines, 1):
        said = comments.get(number, "")
        if (line.strip() and number not in comments) or (words and not said):
            break
        if said and not _SEVERITY.fullmatch(said):
            words.append(said)
    return " ".join(words)


def _severity(comments: Mapping[int, str], file: Path) -> Severity:
    said = [(number, match[1]) for number, comment in comments.items() if (match := _SEVERITY.fullmatch(comment))]
    for number, word in said[1:]:
        raise QueryError(f"a second severity: {word[:80]!r}", Place(str(file), number))
    for number, word in said:
        for severity in SEVERITIES:
            if severity == word.lower():
                return severity
        raise QueryError(f"a severity is {', '.join(SEVERITIES)}; not {word[:80]!r}", Place(str(file), number))
    return "violation"


# --- results ---------------------------------------------------------------------------------------------------------------
def _results(expectation: Expectation, answer: bool | Table, file: Path, data: str) -> Iterator[Finding]:
    """Yield the results of one expectation in order of place."""
    if answer is True:
        return
    if answer is False:
        reason = f"{expectation.message.rstrip('.')}: not so in {data}"
        yield _result(expectation, reason, Place(str(expectation.file), 1), {})
        return
    rows = [{name: term for name, term in zip(answer.names, row, strict=True) if term} for row in answer.rows]
    places = _places(file, data, {_about(expectation, row) for row in rows})
    found = [_result(expectation, _told(expectation, row), places[_about(expectation, row)], row) for row in rows]
    yield from sorted(
        found, key=lambda result: (result.place.line, result.place.column, result.focus, result.path or "", result.value or "")
    )
    if answer.count > len(rows):
        reason = f"{expectation.message.rstrip('.')}: {answer.count - len(rows):,} more rows, which are not told"
        # The number is part of what a baseline knows: when it changes, nobody can tell which rows are new
        count = terms.literal(str(answer.count), datatype=terms.XSD_INTEGER)
        yield _result(expectation, reason, Place(data), {"value": count})


def _result(expectation: Expectation, reason: str, place: Place, row: Row) -> Result:
    focus, path, value = _about(expectation, row)
    return Result(expectation.severity, reason, place, focus, path, value, expectation.shape, _CONSTRAINT, source=expectation.shape)


def _about(expectation: Expectation, row: Row) -> About:
    """Return focus, path and value of a row: those that it names; else the first node in it, else its first text, is at fault."""
    focus = row.get("this") or row.get("focus") or next(filter(_is_node, row.values()), None)
    path = row.get("path")
    value = row.get("value")
    if focus is None:
        value = value or next(iter(row.values()), None)
    return focus or expectation.shape, path if path and _is_node(path) and not rdf.is_blank(path) else None, value


def _is_node(term: Term) -> bool:
    return rdf.is_blank(term) or (term.startswith("<") and not term.startswith("<<"))


def _told(expectation: Expectation, row: Row) -> str:
    """Return the message of a row: its own, else that of the file with its variables filled in, or with what else is bound."""
    if "message" in row:
        return _shown(row["message"])
    message = _VARIABLE.sub(lambda match: _shown(row[match[1]]) if match[1] in row else match[0], expectation.message)
    others = ", ".join(f"{name}: {_shown(term)}" for name, term in row.items() if name not in _TOLD)
    return message if message != expectation.message or not others else f"{message} ({others})"


def _shown(term: Term) -> str:
    text = terms.shorten(term) if term.startswith("<") else terms.value(term)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]} …"


def _places(file: Path, data: str, wanted: set[About]) -> Mapping[About, Place]:
    """Return the place of each statement that is wanted, else that of its subject, as far as it is known."""
    if wanted and file.suffix not in _LINES:
        lines = rdf.lines(file)
        return {about: lines.place(data, *about) for about in wanted}
    beginnings: defaultdict[Term, list[str]] = defaultdict(list)
    for about in wanted:
        beginnings[about[0]].extend(_beginnings(about))
    found: dict[str, int] = {}
    with file.open(encoding="utf-8", errors="replace", newline="\n") as rows:
        for number, row in enumerate(rows if wanted else (), 1):
            for beginning in beginnings.get(row.partition(" ")[0], ()):
                if row.startswith(beginning):
                    found.setdefault(beginning, number)
    return {about: Place(data, next((found[b] for b in _beginnings(about) if b in found), 0)) for about in wanted}


def _beginnings(about: About) -> Iterator[str]:
    """Yield with what the line of a statement may begin, the most exact first."""
    focus, path, value = about
    if path and value:
        yield f"{focus} {path} {value} "
    if path:
        yield f"{focus} {path} "
    yield f"{focus} "
