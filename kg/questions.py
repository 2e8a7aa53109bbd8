"""Questions that users ask: a query in SPARQL, or the name of a shipped one, with the values of its parameters.

    question = questions.find("@articles-on-treaty", {"treaty": "inf-treaty"}, session)
    session.answer(store.Request(question.bound))

What the engine has against the bound query is told of the text as it is written.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from kg import hints, parameters, queries, sparql, store
from kg.errors import Finding, KgError, Place, QueryError, UsageError
from kg.queries import Parameter
from kg.terms import Term

_QUERY = "query"  # the source of every place that the engine tells


@dataclass(frozen=True, slots=True)
class Question:
    """A query as it is written, the terms that its parameters have, and how its source is called ("@…", a file, "query")."""

    text: str
    bindings: Mapping[str, Term]
    name: str = _QUERY

    @property
    def bound(self) -> str:
        """The query that the engine is asked. Raises `UsageError` and `QueryError` as `parameters.bind` does."""
        return parameters.bind(self.text, self.bindings)

    def warnings(self) -> list[Finding]:
        """Return a warning for each name that is probably misspelt."""
        return [replace(finding, place=self.place(finding.place)) for finding in hints.warnings(self.text)]

    def helped(self, error: QueryError) -> QueryError:
        """Return what the engine says of the bound query in words that help, with its place in the text as it is written."""
        if error.place is None or error.place.source != _QUERY:
            return error
        found = hints.helped(_at(error, self._before(error.place)), self.text)
        return _at(found, self._of(found.place), [_at(other, self._of(other.place)) for other in found.others])

    def place(self, place: Place) -> Place:
        """Return a place in the text, under the name of its source."""
        return replace(place, source=self.name) if place.source == _QUERY else place

    def _of(self, place: Place | None) -> Place | None:
        return self.place(place) if place else None

    def _before(self, place: Place) -> Place:
        """Return where in the text that stands which stands at a place of the bound query."""
        if not place.line or not place.column or not self.bindings:
            return place
        lines = self.bound.split("\n")
        offset = sum(len(line) + 1 for line in lines[: place.line - 1]) + place.column - 1
        for insertion in parameters.insertions(self.text, self.bindings):
            if offset <= insertion.at:
                break
            offset = max(insertion.at, offset - len(insertion.text))
        return sparql.place(self.text, min(offset, len(self.text)))


_Error = TypeVar("_Error", bound=KgError)


def _at(error: _Error, place: Place | None, others: Iterable[KgError] = ()) -> _Error:
    return type(error)(error.reason, place, others)


def find(
    question: str, settings: Mapping[str, object], session: store.Session | None, name: str = _QUERY, *, is_typed: bool = False
) -> Question:
    """Return the question of that text, or of the shipped query of that name (`@name`), with its parameters set.

    `settings` are texts as users write them, Python values or terms of rdflib, as `parameters.term` takes them; `name` is how the
    source of a text is called. Raises `UsageError` for an unknown name or parameter, one that is missing, or a value that does
    not fit.
    """
    is_shipped = question.lstrip().startswith(queries.SIGN)
    query = queries.load(question.strip()) if is_shipped else queries.parse(name, question)
    source = f"{queries.SIGN}{query.name}" if is_shipped else name
    known = {parameter.name: parameter for parameter in query.parameters}
    given = {key.lstrip("?$"): value for key, value in settings.items() if value is not None}
    if known:
        given = _complete(source, given, known)
    bindings = {key: _term(key, value, known.get(key), session, is_typed) for key, value in given.items()}
    found = Question(query.text, bindings, source)
    if fault := _not_utf8(query.text):
        raise QueryError("not UTF-8: a byte, or half a character, that no text may hold", found.place(fault))
    try:
        parameters.insertions(query.text, bindings)
    except (QueryError, UsageError) as error:
        raise _at(error, found.place(error.place) if error.place else None) from error
    return found


def _not_utf8(text: str) -> Place | None:
    """Return where in a text something stands that cannot be written as UTF-8: what the shell has of a byte that is none."""
    try:
        text.encode()
    except UnicodeEncodeError as error:
        return sparql.place(text, error.start)
    return None


def _term(name: str, value: object, parameter: Parameter | None, session: store.Session | None, is_typed: bool) -> Term:
    try:
        return parameters.term(value, parameter.kind if parameter else "", session, is_typed=is_typed)
    except UsageError as error:
        raise UsageError(f"{name}: {error.reason}") from error


def _complete(source: str, given: Mapping[str, object], known: Mapping[str, Parameter]) -> dict[str, object]:
    """Return the values of all parameters, with defaults where none is given. Raises `UsageError` for one too many or few."""
    told = "; ".join(map(_told, known.values()))
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]}?" if near else f"it takes {told}"
            raise UsageError(f"{source} has no parameter {name}; {hint}")
    defaults = {name: parameter.default for name, parameter in known.items() if parameter.default is not None}
    missing = [name for name, parameter in known.items() if name not in {*given, *defaults} and not parameter.is_optional]
    if missing:
        raise UsageError(f"{source} needs a value for {' and '.join(missing)}; it takes {told}")
    return {name: value for name in known if (value := given.get(name, defaults.get(name))) is not None}


def _told(parameter: Parameter) -> str:
    """Return a parameter in words, as lists of them have it."""
    about = f"{parameter.kind}, optional" if parameter.is_optional else parameter.kind
    default = f" = {parameter.default}" if parameter.default is not None else ""
    return f"{parameter.name} ({about}){default}: {parameter.meaning}"


def compose(question: str, settings: Mapping[str, object], session: store.Session | None) -> str:
    """Return the query that the engine is asked: `find(…).bound`."""
    return find(question, settings, session).bound
