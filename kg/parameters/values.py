"""What a user gives as a value becomes a term: a text by how it looks and what is wanted, a Python value by its type."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from numbers import Integral, Real

from kg import store, terms
from kg.errors import TermError, UsageError
from kg.parameters import entities
from kg.terms import Term

_XSD_BOOLEAN, _XSD_DOUBLE = f"<{terms.XSD}boolean>", f"<{terms.XSD}double>"
_LITERAL = re.compile(
    r'(?:"(?P<double>(?:[^"\\]|\\.)*+)"|\'(?P<single>(?:[^\'\\]|\\.)*+)\')'
    r"(?:@(?P<language>[\w-]+)|\^\^(?P<datatype><[^<>\s]*>|[\w-]+:\w+))?",
    re.DOTALL,
)
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S+|(?:urn|tag|mailto):\S+", re.IGNORECASE)
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?[0-9]*\.[0-9]+")
_DOUBLE = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)[eE][+-]?[0-9]+")
_DAY = re.compile(r"\d{4}-\d\d-\d\d(?:T\S+)?", re.ASCII)
_NAME = re.compile(r"(?P<prefix>[A-Za-z][\w-]*):(?P<local>[^\s<>\"{}|\\^`]*)")


def term(value: object, kind: str = "", session: store.Session | None = None, *, is_typed: bool = False) -> Term:
    """Return the term of a parameter of a kind: of a text as a user writes it, a Python value or a term of rdflib.

    A text that is an IRI (`<…>`, `https://…`, `treaty:inf-treaty`) or a literal (`"…"@en`, `"…"^^xsd:date`) is that; any other
    means what the kind says, "" for none. Names of entities, authors and publishers are looked up in the dump of the session, of
    whatever type they are. An object with an `n3()` that begins with `<` is an IRI; a str with `language` or `datatype` a literal.
    Where values are typed, as they are in Python, a text of no kind is never a number, date or truth. Raises `UsageError` for a
    value that cannot be one, with what would be.
    """
    try:
        if isinstance(value, str) and not _is_term(value):
            return _of_text(value, kind, session, is_typed)
        return _fitting(_of_value(value), kind, session)
    except TermError as error:
        raise UsageError(error.reason) from error


def _fitting(found: Term, kind: str, session: store.Session | None) -> Term:
    """Return the term that a literal means for a parameter of a kind: a name is no entity, and a query would find nothing."""
    if kind in ("", "text") or found.startswith("<"):
        return found
    text, _, datatype = terms.parts(found)
    if kind in ("number", "date") and datatype not in (terms.XSD_STRING, terms.LANG_STRING):
        return found
    return _KINDS[kind](text.strip()) if kind in _KINDS else entities.find(text.strip(), kind, session)


# --- texts -----------------------------------------------------------------------------------------------------------------
def _of_text(text: str, kind: str, session: store.Session | None, is_typed: bool) -> Term:
    if found := _explicit(text.strip()):
        return _fitting(found, kind, session)
    if kind == "text":
        return terms.literal(text)
    if kind in _KINDS:
        return _KINDS[kind](text.strip())
    if kind:
        return _named(text.strip()) or entities.find(text.strip(), kind, session)
    return (_named(text.strip()) or terms.literal(text)) if is_typed else _guessed(text)


def _explicit(text: str) -> Term | None:
    """Return the term of a text that is written as SPARQL writes one; None for any other."""
    if text.startswith("<") and text.endswith(">"):
        return terms.iri(text[1:-1])
    parts = _LITERAL.fullmatch(text)
    if parts is None:
        return None
    inner = parts["double"] if parts["double"] is not None else re.sub(r'(?<!\\)"', r"\"", parts["single"].replace(r"\'", "'"))
    plain = terms.parts(f'"{inner}"').text
    if not parts["datatype"]:
        return terms.literal(plain, language=parts["language"])
    return _typed(plain, _explicit_type(parts["datatype"]))


def _explicit_type(name: str) -> Term:
    if found := name if name.startswith("<") else _named(name):
        return terms.iri(terms.value(found))
    raise UsageError(f"unknown prefix in {name}; there are {', '.join(terms.PREFIXES)}")


def _typed(text: str, datatype: Term) -> Term:
    """Return a literal of any datatype; of those that we write, as we write them."""
    if datatype == terms.XSD_DATE_TIME:
        text = re.sub(r"(?:Z|-00:00)$", "+00:00", text)
    if datatype in _CHECKED:
        return terms.literal(text, datatype=datatype)
    quoted = terms.literal(text)  # nothing that no text may hold
    return f"{quoted}^^{datatype}"


_CHECKED = frozenset(
    {
        terms.XSD_DATE,
        terms.XSD_DATE_TIME,
        terms.XSD_DECIMAL,
        terms.XSD_GYEAR,
        terms.XSD_GYEAR_MONTH,
        terms.XSD_INTEGER,
        terms.XSD_NON_NEGATIVE_INTEGER,
        terms.XSD_STRING,
    }
)


def _named(text: str) -> Term | None:
    """Return the IRI of an address or of a name with a prefix of ours; None for any other text."""
    if _ADDRESS.fullmatch(text):
        return terms.iri(text)
    parts = _NAME.fullmatch(text)
    if parts and parts["prefix"] in terms.ALL_PREFIXES:
        return terms.iri(terms.ALL_PREFIXES[parts["prefix"]] + parts["local"])
    return None


def _guessed(text: str) -> Term:
    """Return what a text is where nobody says: a name, a number, a truth, a day, else a text."""
    bare = text.strip()
    if found := _named(bare) or _number_or_none(bare):
        return found
    if bare in ("true", "false"):
        return f'"{bare}"^^{_XSD_BOOLEAN}'
    if _DAY.fullmatch(bare):
        return _date(bare)
    return terms.literal(text)


def _number_or_none(text: str) -> Term | None:
    if _INTEGER.fullmatch(text):
        return terms.literal(_whole(text), datatype=terms.XSD_INTEGER)
    if _DECIMAL.fullmatch(text):
        return _decimal(Decimal(text))
    return f'"{text}"^^{_XSD_DOUBLE}' if _DOUBLE.fullmatch(text) else None


def _whole(text: str) -> str:
    """Return an integer without plus and leading zeros; of any length, which `int` would not take."""
    digits = text.lstrip("+-").lstrip("0")
    return f"-{digits}" if digits and text.startswith("-") else digits or "0"


def _decimal(value: Decimal) -> Term:
    text = f"{value:f}"
    return terms.literal(text if "." in text else f"{text}.0", datatype=terms.XSD_DECIMAL)


def _number(text: str) -> Term:
    found = _number_or_none(text)
    if found is None:
        raise UsageError(f"not a number: {text[:80]!r}; write 12, 0.75 or 1e6")
    return found


def _year(text: str) -> Term:
    if not re.fullmatch(r"[0-9]{4}", text):
        raise UsageError(f"not a year: {text[:80]!r}; write four digits, such as 1987")
    return terms.literal(_whole(text), datatype=terms.XSD_INTEGER)


def _date(text: str) -> Term:
    try:
        return terms.date_literal(re.sub(r"(?:Z|-00:00)$", "+00:00", text))
    except TermError:
        raise UsageError(f"not a date: {text[:80]!r}; write 1987-12-08, 1987-12 or 1987") from None


def _iri(text: str) -> Term:
    if found := _named(text):
        return found
    raise UsageError(
        f"not an IRI: {text[:200]!r}; write https://…, <…>, or a name with one of the prefixes {', '.join(terms.ALL_PREFIXES)}"
    )


_KINDS: Mapping[str, Callable[[str], Term]] = {"number": _number, "year": _year, "date": _date, "iri": _iri}


# --- values of Python ------------------------------------------------------------------------------------------------------
def _is_term(value: object) -> bool:
    """Tell whether a str is a term of RDF, of rdflib's kind or alike."""
    return any(hasattr(value, name) for name in ("n3", "language", "datatype"))


def _of_value(value: object) -> Term:
    if isinstance(value, str):
        return _of_term(value)
    if isinstance(value, bool):
        return f'"{str(value).lower()}"^^{_XSD_BOOLEAN}'
    if isinstance(value, datetime):
        return terms.literal(re.sub(r"-00:00$", "+00:00", value.isoformat()), datatype=terms.XSD_DATE_TIME)
    if isinstance(value, date):
        return terms.literal(value.isoformat(), datatype=terms.XSD_DATE)
    if isinstance(value, Decimal) and value.is_finite():
        return _decimal(value)
    if isinstance(value, Integral):
        return terms.literal(str(int(value)), datatype=terms.XSD_INTEGER)
    if isinstance(value, Real):
        return f'"{_double(float(value))}"^^{_XSD_DOUBLE}'
    raise UsageError(
        f"no term can be made of {type(value).__name__} {str(value)[:80]!r}; give a text, number, date or bool, or a term of rdflib"
    )


def _double(value: float) -> str:
    return {"nan": "NaN", "inf": "INF", "-inf": "-INF"}.get(repr(value), repr(value))


def _of_term(value: str) -> Term:
    """Return the term of a str that is one, as it is."""
    language, datatype = getattr(value, "language", None), getattr(value, "datatype", None)
    if language:
        return terms.literal(str(value), language=str(language))
    if datatype:
        quoted, kind = terms.literal(str(value)), terms.iri(str(datatype))
        return quoted if kind == terms.XSD_STRING else f"{quoted}^^{kind}"
    notation = str(value.n3()) if hasattr(value, "n3") else '"'
    if notation.startswith("<"):
        return terms.iri(str(value))
    if notation.startswith("_:"):
        raise UsageError(f"a blank node has no name by which a query could ask for it: {notation}")
    return terms.literal(str(value))
