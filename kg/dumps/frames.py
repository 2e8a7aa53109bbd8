"""Columns of Python values as a data frame of pandas or polars, each of the dtype that fits it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Literal

from kg.dumps.values import Value
from kg.errors import UsageError

Library = Literal["pandas", "polars"]
_LIBRARIES: tuple[Library, ...] = ("pandas", "polars")
_Kind = Literal["integer", "number", "truth", "day", "instant", "local instant", "text", "nothing", "mixed"]
_LARGEST = (1 << 63) - 1


def frame(columns: Mapping[str, Sequence[Value]], size: int, library: Library | None) -> Any:
    """Return the columns, of so many rows, as a data frame. Raises `UsageError` for a library that is unknown or not installed."""
    if library is not None and library not in _LIBRARIES:
        raise UsageError(f"df() makes data frames of {' or '.join(_LIBRARIES)}, not of {library!r}")
    wanted = _LIBRARIES if library is None else (library,)
    found = next((name for name in wanted if find_spec(name)), None)
    if found is None:
        raise UsageError(f"df() needs {' or '.join(wanted)}: pip install {wanted[0]}")
    module = import_module(found)
    return _pandas(module, columns, size) if found == "pandas" else _polars(module, columns)


def _kind(values: Sequence[Value]) -> _Kind:
    """Return what all values of a column are, those apart that are missing."""
    kinds = {str if isinstance(value, str) else type(value) for value in values if value is not None}
    if not kinds:
        return "nothing"
    if kinds == {int}:
        return "integer" if all(-_LARGEST <= value <= _LARGEST for value in values if isinstance(value, int)) else "mixed"
    if kinds <= {int, float, Decimal}:
        return "number"
    if kinds == {datetime}:
        zones = {value.tzinfo is not None for value in values if isinstance(value, datetime)}
        return "mixed" if len(zones) > 1 else "instant" if True in zones else "local instant"
    simple: Mapping[type, _Kind] = {bool: "truth", date: "day", str: "text"}
    return simple.get(kinds.pop(), "mixed") if len(kinds) == 1 else "mixed"


def _ready(values: Sequence[Value], kind: _Kind) -> list[Any]:
    """Return the values as both libraries take them."""
    if kind == "number":
        return [None if value is None else _float(value) for value in values]
    if kind == "instant":
        return [value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else None for value in values]
    return [str(value) if isinstance(value, str) else value for value in values]


def _float(value: Any) -> float:
    try:
        return float(value)
    except OverflowError:  # a whole number with more than 300 digits
        return math.copysign(math.inf, value)


def _pandas(pandas: Any, columns: Mapping[str, Sequence[Value]], size: int) -> Any:
    series = {name: _pandas_series(pandas, values) for name, values in columns.items()}
    return pandas.DataFrame(series, columns=list(columns), index=range(size))


def _pandas_series(pandas: Any, values: Sequence[Value]) -> Any:
    import numpy

    kind = _kind(values)
    ready = _ready(values, kind)
    if kind in ("integer", "truth"):
        complete, nullable = ("int64", "Int64") if kind == "integer" else ("bool", "boolean")
        return pandas.Series(ready, dtype=nullable if None in ready else complete)
    if kind == "number":
        return pandas.Series(ready, dtype="float64")
    if kind == "day":
        return pandas.Series(numpy.array(ready, dtype="datetime64[D]").astype("datetime64[s]"))
    if kind in ("instant", "local instant"):
        instants = pandas.Series(numpy.array(ready, dtype="datetime64[us]"))
        return instants.dt.tz_localize("UTC") if kind == "instant" else instants
    return pandas.Series(ready) if kind == "text" else pandas.Series(ready, dtype="object")


def _polars(polars: Any, columns: Mapping[str, Sequence[Value]]) -> Any:
    dtypes: Mapping[_Kind, Any] = {
        "integer": polars.Int64,
        "number": polars.Float64,
        "truth": polars.Boolean,
        "day": polars.Date,
        "instant": polars.Datetime("us"),
        "local instant": polars.Datetime("us"),
        "text": polars.String,
        "nothing": polars.Null,
        "mixed": polars.String,
    }
    series = []
    for name, values in columns.items():
        kind = _kind(values)
        ready = _ready(values, kind)
        if kind == "mixed":
            ready = [None if value is None else str(value) for value in ready]
        column = polars.Series(name, ready, dtype=dtypes[kind])
        series.append(column.dt.replace_time_zone("UTC") if kind == "instant" else column)
    return polars.DataFrame(series)
