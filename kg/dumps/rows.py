"""What a SELECT query gives: rows whose values have the names of the query's variables, and how a notebook shows them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any, Literal, overload

from kg.answers.cells import Cells
from kg.answers.tables import table
from kg.dumps import frames
from kg.dumps.values import IRI, LangString, Value, is_number, of_json, shown, term_of

if TYPE_CHECKING:
    import pandas
    import polars

_SHOWN_AS_TEXT, _SHOWN_AS_HTML = 20, 100  # rows
_WIDTH = 100  # of a table where no terminal says how wide it is
_LINKED = ("http://", "https://")


class Row:
    """One solution: `row.title`, `row["title"]` and `row[0]` are the same value; it can be unpacked, and equals a tuple.

    It has no methods by name, since any name may be a variable's.
    """

    __slots__ = ("_columns", "_values")
    _columns: Mapping[str, int]
    _values: tuple[Value, ...]

    def __init__(self, columns: Mapping[str, int], values: Iterable[Value]) -> None:
        self._columns = columns
        self._values = tuple(values)

    def __getattr__(self, name: str) -> Any:
        if name not in Row.__slots__ and name in self._columns:
            return self._values[self._columns[name]]
        raise AttributeError(f"no column {name!r}; there are {', '.join(self._columns)}", name=name, obj=self)

    @overload
    def __getitem__(self, key: int | str) -> Any: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[Any, ...]: ...
    def __getitem__(self, key: int | str | slice) -> Any:
        return self._values[self._columns[key] if isinstance(key, str) else key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __eq__(self, other: object) -> bool:
        return self._values == (other._values if isinstance(other, Row) else other)

    def __hash__(self) -> int:
        return hash(self._values)

    def __reduce__(self) -> tuple[type[Row], tuple[Mapping[str, int], tuple[Value, ...]]]:
        return Row, (self._columns, self._values)

    def __dir__(self) -> list[str]:
        return [*super().__dir__(), *self._columns]

    def __repr__(self) -> str:
        return f"Row({', '.join(f'{name}={self[name]!r}' for name in self._columns)})"

    def _asdict(self) -> dict[str, Value]:
        """Return the values by name, as that of a named tuple does."""
        return dict(zip(self._columns, self._values, strict=True))


class Rows(Sequence[Row]):
    """The solutions of a query, in its order; `columns` are the names of its variables."""

    def __init__(self, columns: Iterable[str], rows: Iterable[Iterable[Value]]) -> None:
        self.columns = tuple(columns)
        self._at: Mapping[str, int] = {name: at for at, name in enumerate(self.columns)}
        self._rows = [tuple(row) for row in rows]

    @classmethod
    def of_json(cls, body: bytes) -> Rows:
        """Return the rows of an answer in the SPARQL JSON results format."""
        found = json.loads(body)
        names: list[str] = found["head"]["vars"]
        iris: dict[str, Value] = {}  # an IRI that stands in many rows is one object

        def value(term: Mapping[str, str] | None) -> Value:
            if term is None:
                return None
            if term["type"] != "uri":
                return of_json(term)
            return iris.get(term["value"]) or iris.setdefault(term["value"], IRI(term["value"]))

        return cls(names, ([value(row.get(name)) for name in names] for row in found["results"]["bindings"]))

    @overload
    def __getitem__(self, key: int) -> Row: ...
    @overload
    def __getitem__(self, key: slice) -> Rows: ...
    def __getitem__(self, key: int | slice) -> Row | Rows:
        if isinstance(key, slice):
            return Rows(self.columns, self._rows[key])
        return Row(self._at, self._rows[key])

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return (Row(self._at, values) for values in self._rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rows) and (self.columns, self._rows) == (other.columns, other._rows)

    __hash__ = None  # type: ignore[assignment]

    def column(self, name: str) -> list[Any]:
        """Return the values of a variable, row by row. Raises `KeyError` for one that the query does not give."""
        at = self._at[name]
        return [values[at] for values in self._rows]

    @overload
    def df(self, library: Literal["pandas"]) -> pandas.DataFrame: ...
    @overload
    def df(self, library: Literal["polars"]) -> polars.DataFrame: ...
    @overload
    def df(self, library: None = None) -> Any: ...
    def df(self, library: Literal["pandas", "polars"] | None = None) -> Any:
        """Return a data frame of pandas or polars; where neither is named, of pandas if that is installed, else of polars.

        Whole numbers, other numbers, truths, days and instants have dtypes of their own: decimals become floats, instants with
        an offset those of UTC. IRIs, texts in a language and what Python has no type for are texts. A column with values of
        several kinds holds Python's values in pandas, their texts in polars. Raises `UsageError` where neither is installed.
        """
        return frames.frame({name: self.column(name) for name in self.columns}, len(self), library)

    # --- for people ----------------------------------------------------------------------------------------------------------
    @cached_property
    def _numeric(self) -> frozenset[str]:
        """The columns of numbers, which stand to the right."""
        values = {name: [value for value in self.column(name) if value is not None] for name in self.columns}
        return frozenset(name for name, found in values.items() if found and all(map(is_number, found)))

    def _count(self, shown: int) -> str:
        count = f"{len(self):,} row{'s' if len(self) != 1 else ''}"
        return count if shown >= len(self) else f"{shown:,} of {count}"

    def __repr__(self) -> str:
        """Return the first rows as the table that the shell shows."""
        rows = self._rows[:_SHOWN_AS_TEXT]
        lines = ["\t".join(f"?{name}" for name in self.columns)]
        lines += ["\t".join("" if value is None else term_of(value) for value in row) for row in rows]
        width = shutil.get_terminal_size((_WIDTH, 0)).columns
        *shown, _ = table("\n".join([*lines, ""]).encode(), Cells(), width)
        return "".join([*shown, self._count(len(rows))])

    def _repr_html_(self) -> str:
        head = "".join(f"<th>{escape(name)}</th>" for name in self.columns)
        body = "\n".join(
            f"<tr>{''.join(_html(value, name in self._numeric) for name, value in zip(self.columns, row, strict=True))}</tr>"
            for row in self._rows[:_SHOWN_AS_HTML]
        )
        count = self._count(_SHOWN_AS_HTML)
        return f"<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n<p>{count}</p>"


def _html(value: Value, is_right: bool) -> str:
    """Return a value as a cell of a page: nothing in it is markup, and only addresses of the web are links."""
    from kg.reports import printable

    text = "<br>".join(escape(printable(line)) for line in shown(value).split("\n"))
    if isinstance(value, IRI) and value.startswith(_LINKED):
        text = f'<a href="{escape(value)}" rel="noopener noreferrer">{text}</a>'
    language = f' lang="{escape(value.language)}"' if isinstance(value, LangString) else ""
    return f'<td{language} dir="auto" style="text-align: {"right" if is_right else "left"}">{text}</td>'
