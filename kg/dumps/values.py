"""RDF terms as Python values: a number is a number, a day a day, and what Python has no type for is a text that knows its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Self, TypeAlias

from kg import parameters, terms
from kg.terms import Term


class IRI(str):
    """An IRI; it equals the text of its address."""

    __slots__ = ()

    def n3(self) -> Term:
        """Return the IRI as SPARQL and Turtle write it: so it is told from a text where it sets a parameter."""
        return f"<{self}>"

    def __repr__(self) -> str:
        return f"IRI({str(self)!r})"


class BlankNode(str):
    """A blank node; the text is its label, which means something within one answer only."""

    __slots__ = ()

    def n3(self) -> Term:
        """Return the node as Turtle writes it."""
        return f"_:{self}"

    def __repr__(self) -> str:
        return f"BlankNode({str(self)!r})"


class LangString(str):
    """A text in a language, whose tag is `language` ("pt-br"); it equals the text alone."""

    __slots__ = ("language",)
    language: str

    def __new__(cls, text: str, language: str) -> Self:
        """Return a text in a language."""
        found = super().__new__(cls, text)
        found.language = language
        return found

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        return type(self), (str(self), self.language)

    def __repr__(self) -> str:
        return f"LangString({str(self)!r}, {self.language!r})"


class TypedString(str):
    """A literal whose datatype Python has no type for (a year, a month), or which is no value of it; it equals its text."""

    __slots__ = ("datatype",)
    datatype: IRI

    def __new__(cls, text: str, datatype: str) -> Self:
        """Return a text of a datatype, which is an IRI without brackets."""
        found = super().__new__(cls, text)
        found.datatype = IRI(datatype)
        return found

    def __reduce__(self) -> tuple[type[Self], tuple[str, str]]:
        return type(self), (str(self), str(self.datatype))

    def __repr__(self) -> str:
        return f"TypedString({str(self)!r}, {str(self.datatype)!r})"


# What a variable is bound to; None where it is not. IRI, BlankNode, LangString and TypedString are texts
Value: TypeAlias = str | bool | int | float | Decimal | date | datetime | None


# --- literals ----------------------------------------------------------------------------------------------------------------
# XSD 1.1, part 2, sections 3.3 and 3.4; Python's own readers take other spellings too
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_DOUBLE = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?INF|NaN")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")  # a day with a time zone has no type in Python
_DATE_TIME = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T(?!24)[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]{1,6})?(?:Z|[+-][0-9]{2}:[0-9]{2})?")
_BOOLEANS = {"true": True, "1": True, "false": False, "0": False}

_INTEGERS = (
    "integer nonNegativeInteger positiveInteger nonPositiveInteger negativeInteger "
    "long int short byte unsignedLong unsignedInt unsignedShort unsignedByte"
)


def _checked(pattern: re.Pattern[str], read: Callable[[str], Value]) -> Callable[[str], Value]:
    def reader(text: str) -> Value:
        if pattern.fullmatch(text) is None:
            raise ValueError(text)
        return read(text)

    return reader


_READERS: Mapping[str, Callable[[str], Value]] = {
    **{f"{terms.XSD}{name}": _checked(_INTEGER, int) for name in _INTEGERS.split()},
    f"{terms.XSD}decimal": _checked(_DECIMAL, Decimal),
    f"{terms.XSD}double": _checked(_DOUBLE, float),
    f"{terms.XSD}float": _checked(_DOUBLE, float),
    f"{terms.XSD}boolean": _checked(re.compile("|".join(_BOOLEANS)), _BOOLEANS.__getitem__),
    f"{terms.XSD}date": _checked(_DATE, date.fromisoformat),
    f"{terms.XSD}dateTime": _checked(_DATE_TIME, datetime.fromisoformat),
}
_STRING = terms.value(terms.XSD_STRING)


def of_literal(text: str, language: str, datatype: str) -> Value:
    """Return a literal as a Python value; `datatype` is an IRI without brackets, "" for a plain text."""
    if language:
        return LangString(text, language)
    return text if datatype in ("", _STRING) else _typed(text, datatype)


@lru_cache(maxsize=1 << 12)
def _typed(text: str, datatype: str) -> Value:
    try:
        return _READERS[datatype](text)
    except (LookupError, ValueError):
        return TypedString(text, datatype)


def of_json(binding: Mapping[str, str]) -> Value:
    """Return a term of the SPARQL JSON results format as a Python value."""
    if binding["type"] == "uri":
        return IRI(binding["value"])
    if binding["type"] == "bnode":
        return BlankNode(binding["value"])
    return of_literal(binding["value"], binding.get("xml:lang", ""), binding.get("datatype", ""))


def of_term(term: Term) -> Value:
    """Return a term as a Python value."""
    if term[0] == "<":
        return IRI(term[1:-1])
    if term[0] == "_":
        return BlankNode(term[2:])
    text, language, datatype = terms.parts(term)
    return of_literal(text, language, datatype[1:-1])


def term_of(value: Value) -> Term:
    """Return a value that is there as a term, which `of_term` turns into the same value."""
    if isinstance(value, IRI | BlankNode):
        return value.n3()
    if not isinstance(value, str):
        return parameters.term(value)
    quoted = f'"{terms.escape(value)}"'  # what others wrote may hold what we would refuse to write
    if isinstance(value, LangString):
        return f"{quoted}@{value.language}"
    return f"{quoted}^^<{value.datatype}>" if isinstance(value, TypedString) else quoted


def shown(value: Value) -> str:
    """Return a value as it stands in a table: nothing for None, an IRI as short as our prefixes make it."""
    if isinstance(value, IRI):
        return terms.shorten(f"<{value}>").removeprefix("<").removesuffix(">")
    return "" if value is None else value.n3() if isinstance(value, BlankNode) else str(value)


def is_number(value: Value) -> bool:
    """Tell whether a value is a number (a truth is none)."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
