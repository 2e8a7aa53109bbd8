"""A question is asked, and its answer put into the form that was wanted."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path

from kg import sparql, store
from kg.answers.cells import Cells
from kg.answers.tables import table
from kg.errors import Place, QueryError, ResourceError, UsageError
from kg.questions import Question
from kg.store import GRAPH_FORMS, SOLUTION_FORMS

TABLE = "table"
FORMS = (TABLE, *SOLUTION_FORMS, *GRAPH_FORMS)

_STDIN = "-"
_FITTING: Mapping[store.Kind, tuple[str, ...]] = {
    "solutions": (TABLE, *SOLUTION_FORMS),
    "boolean": (TABLE, *SOLUTION_FORMS),
    "graph": GRAPH_FORMS,
}
_WORDS: Mapping[store.Kind, str] = {"solutions": "a table", "boolean": "yes or no", "graph": "a graph"}
# What the ending of a file says of its form; of two, one is for graphs
_ENDINGS: Mapping[str, tuple[str, ...]] = {
    ".csv": ("csv",),
    ".json": ("json", "jsonld"),
    ".jsonld": ("jsonld",),
    ".nt": ("ntriples",),
    ".rdf": ("rdfxml",),
    ".srj": ("json",),
    ".srx": ("xml",),
    ".tsv": ("tsv",),
    ".ttl": ("turtle",),
    ".txt": (TABLE,),
    ".xml": ("xml", "rdfxml"),
}


def read_query(path: Path) -> str:
    """Return the query in a file, or on standard input (`-`). Raises `QueryError` where it is too long or not UTF-8."""
    place = Place(source_of(path))
    if str(path) == _STDIN and sys.stdin is None:
        raise ResourceError("is closed", place)
    try:
        with nullcontext(sys.stdin.buffer) if str(path) == _STDIN else path.open("rb") as file:
            body = file.read(sparql.LONGEST + 1)
        if len(body) > sparql.LONGEST:  # and may have no end
            raise QueryError(f"a query has at most {sparql.LONGEST} bytes", place)
        return body.decode().removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        raise QueryError(f"not UTF-8: byte 0x{error.object[error.start]:02X} at offset {error.start}", place) from error
    except OSError as error:
        raise ResourceError(f"cannot be read: {error.strerror}", place) from error


def source_of(path: Path) -> str:
    """Return what a file with a query is called where a fault in it is told."""
    return "standard input" if str(path) == _STDIN else str(path)


def settings(words: Iterable[str]) -> dict[str, object]:
    """Return the values of parameters by their names, from `name=value`. Raises `UsageError` for what is none, or comes twice."""
    found: dict[str, object] = {}
    for word in words:
        name, equals, value = word.partition("=")
        name = name.strip().lstrip("?$")
        if not equals or not name:
            raise UsageError(f"a parameter is set by NAME=VALUE, not {word!r}")
        if name in found:
            raise UsageError(f"{name} is set twice")
        found[name] = value
    return found


def form_of(kind: store.Kind, given: str | None, file: Path | None = None) -> str:
    """Return the form of an answer of that kind: the one that was given, else that of the file's ending, else for people.

    Raises `UsageError` for a form that does not fit.
    """
    fitting = _FITTING[kind]
    told = (given,) if given else _ENDINGS.get(file.suffix.lower(), ()) if file else ()
    for form in told:
        if form in fitting:
            return form
    if told:
        raise UsageError(
            f"this query gives {_WORDS[kind]}; choose one of {', '.join(fitting)}", Place(str(file)) if not given else None
        )
    return fitting[0]


def ask(
    session: store.Session,
    question: Question,
    form: str | None = None,
    timeout: float = store.DEFAULT_TIMEOUT,
    width: int | None = None,
    file: Path | None = None,
) -> Iterator[bytes]:
    """Yield the answer in pieces; a table is no wider than `width`, where that is given.

    Raises `UsageError` as `form_of` does, before the engine is asked, and `QueryError`, with help in it, as `store.query` does.
    """
    found = sparql.kind(question.text)
    wanted = form_of(found, form, file) if found else form or TABLE
    request = store.Request(question.bound, "tsv" if wanted == TABLE else wanted)
    try:
        answer = session.answer(request, timeout)
    except QueryError as error:
        raise question.helped(error) from error
    return answered(answer, form_of(answer.kind, form, file), question.text, width)


def explained(session: store.Session, question: Question, timeout: float = store.DEFAULT_TIMEOUT) -> str:
    """Return how a query is understood, and what each part of it finds. Raises `QueryError`, with help in it."""
    from kg import plans

    try:
        return plans.explain(question.text, session, timeout, question.bindings)
    except QueryError as error:
        raise question.helped(error) from error


def answered(answer: store.Answer, form: str, text: str, width: int | None = None) -> Iterator[bytes]:
    """Yield an answer to the query of that text, which the engine gave as TSV where a table is wanted, in pieces."""
    if form != TABLE:
        yield answer.body
        if answer.body and not answer.body.endswith(b"\n"):
            yield b"\n"
    elif answer.kind == "boolean":
        yield b"yes\n" if answer.body.strip() == b"true" else b"no\n"
    else:
        prefixes, _ = sparql.prologue(list(sparql.tokens(text)))
        for line in table(answer.body, Cells(prefixes, keeps_lines=width is not None), width):
            yield line.encode()
