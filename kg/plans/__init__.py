"""What a query means and what it costs, for a person who wonders why it is slow or its answer empty.

Each pattern is counted by itself, in the order in which the query has them, and what leaves no solution, or joins nothing, is
pointed at.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg import parameters, sparql, store, terms
from kg.errors import EngineError, QueryTimeoutError
from kg.plans.outline import PAIRED, Element, Outline, outline
from kg.reports.wording import counted, cut, printable
from kg.store import Answer, Request, Session, Table
from kg.terms import Term

_SHARE = 5  # the time for one count is this part of that for all
_WIDEST = 100
_UNKNOWN = "this query has parts that SPARQL 1.1 does not know; its patterns are not shown"


def explain(text: str, session: Session, timeout: float = store.DEFAULT_TIMEOUT, bindings: Mapping[str, Term] = {}) -> str:
    """Return an explanation of a query over the dump of a session: its patterns with their matches, its rows and time.

    `bindings` are those of its parameters. The answer, and all counts together, may take so many seconds each. Raises
    `QueryError` for a query that is wrong.
    """
    bound = parameters.bind(text, bindings)
    measured = _measure(bound, session, timeout)
    found = outline(text)
    lines = [_row("set", f"?{name} = {terms.shorten(term)}") for name, term in bindings.items()]
    if found is None:
        return _text([*lines, _UNKNOWN, measured.told])
    lines += [
        _row("data", found.dataset or "the default graph: the triples of all graphs, each once"),
        _row("gives", found.head),
        *([_row("then", found.tail)] if found.tail else []),
        "",
        f"{'line':>4}  {'matches':>11}  pattern",
    ]
    counting = _Counting(found, session, bindings, timeout)
    notes = _unjoined(found.elements, frozenset(bindings))
    if measured.is_empty and (last := counting.last_straw()):
        notes[id(last)] = "with this, nothing is left"
    lines += _rows(found.elements, counting, notes, 0)
    legend = ["", "? took too long to count"] if counting.is_late else []
    return _text([*lines, *legend, "", measured.told])


def _row(name: str, value: str) -> str:
    return f"{name:<8}{value}"


def _text(lines: Iterable[str]) -> str:
    return "".join(f"{printable(line).rstrip()}\n" for line in lines)


# --- the whole -------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Measured:
    """What a query gives, in words, and whether that is nothing."""

    told: str
    is_empty: bool


def _measure(text: str, session: Session, timeout: float) -> _Measured:
    session.ask("ASK {}", 1)  # so that the time to open the dump is not the query's
    start = time.perf_counter()
    try:
        found = session.answer(Request(text, "ntriples" if sparql.kind(text) == "graph" else "tsv"), timeout)
    except (QueryTimeoutError, EngineError) as error:
        return _Measured(error.reason, False)
    milliseconds = (time.perf_counter() - start) * 1000
    count, what = _size(found)
    return _Measured(f"{what} in {milliseconds:,.0f} ms", not count)


def _size(found: Answer) -> tuple[int, str]:
    """Return how much an answer holds, as a number and in words."""
    if found.kind == "boolean":
        is_true = b"true" in found.body
        return int(is_true), "yes" if is_true else "no"
    count = found.body.count(b"\n") - (found.kind == "solutions")  # the head of a table
    return count, counted(count, "row" if found.kind == "solutions" else "triple")


# --- patterns --------------------------------------------------------------------------------------------------------------
class _Counting:
    """Counts what patterns match in the dump of a session, as long as there is time."""

    def __init__(self, query: Outline, session: Session, bindings: Mapping[str, Term], timeout: float) -> None:
        self._query = query
        self._session = session
        self._bindings = bindings
        self._most = timeout / _SHARE
        self._until = time.monotonic() + timeout
        self.is_late = False

    def matches(self, element: Element) -> int | None:
        """Return how many matches a triple pattern has by itself; None where that takes too long."""
        pattern = f"GRAPH {element.graph} {{ {element.text} }}" if element.graph else element.text
        found = self._ask("SELECT (COUNT(*) AS ?_count)", pattern, element.variables)
        cell = found.rows[0][0] if isinstance(found, Table) and found.rows else None
        return int(terms.value(cell)) if cell else None

    def last_straw(self) -> Element | None:
        """Return the element of the outermost group with which those up to it have no solution any more."""
        elements = self._query.elements
        # What a FILTER tests may come after it
        ordered = [*(one for one in elements if one.kind != "filter"), *(one for one in elements if one.kind == "filter")]
        for count, last in enumerate(ordered, 1):
            pattern = "\n".join(element.text for element in ordered[:count])
            names = frozenset[str]().union(*(element.variables for element in ordered[:count]))
            if self._ask("ASK", f"{pattern}\n", names) is False:
                return last
        return None

    def _ask(self, head: str, pattern: str, names: frozenset[str]) -> bool | Table | None:
        """Return what is found of a pattern; None where that takes too long, or the engine does not take it."""
        left = min(self._until - time.monotonic(), self._most)
        text = f"{self._query.prologue}\n{head} {self._query.dataset} {{ {pattern} }}"
        try:
            if left > 0:
                return self._session.ask(parameters.bind(text, {n: t for n, t in self._bindings.items() if n in names}), 1, left)
        except QueryTimeoutError:
            pass
        self.is_late = True
        return None


def _rows(elements: Iterable[Element], counting: _Counting, notes: Mapping[int, str], depth: int) -> Iterator[str]:
    """Yield a line for each element, and for those within it."""
    for element in elements:
        matches, note = "", notes.get(id(element), "")
        if element.kind == "triple":
            count = counting.matches(element)
            matches = "?" if count is None else f"{count:,}"
            note = note or ("nothing matches" if count == 0 else "")
        shown = "  " * depth + (cut(element.head, _WIDEST) or _HEADS.get(element.kind, ""))
        yield f"{element.line:>4}  {matches:>11}  {shown}" + (f"   <- {note}" if note else "")
        yield from _rows(element.elements, counting, notes, depth + 1)


_HEADS = {"union": "one of (UNION)", "group": "{ }", "exists": "EXISTS"}


def _unjoined(elements: Sequence[Element], bound: frozenset[str]) -> dict[int, str]:
    """Return a note for each element, by its id, that begins what shares no variable with the rest of its group."""
    notes: dict[int, str] = {}
    parts: list[tuple[frozenset[str], list[Element]]] = []
    for element in elements:
        notes |= _unjoined(element.elements, bound)
        names, joined = element.variables - bound, [element]
        if element.kind in PAIRED and names:
            for part in [part for part in parts if part[0] & names]:
                parts.remove(part)
                names, joined = names | part[0], [*part[1], *joined]
            parts.append((names, joined))
    # BIND gives a solution a value more, and no further solutions
    begun = {id(joined[0]) for _, joined in parts if any(one.kind != "bind" for one in joined)}
    later = [element for element in elements if id(element) in begun][1:]
    return notes | {id(element): "shares no variable with the rest: each is paired with each" for element in later}
