"""Names that nothing has: a property or class of ours, or one of those that we use, that is misspelt makes an answer empty."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache

from kg import resources, sparql, terms
from kg.errors import Finding
from kg.sparql import Token

_PLAIN_SCHEMA = "http://schema.org/"
_MOST = 10  # warnings at once
_SHORT = 4  # letters of a name of which none may be another
# XML Schema 1.1, part 2
_DATATYPES = (
    "string boolean decimal integer double float date time dateTime dateTimeStamp gYear gMonth gDay gYearMonth gMonthDay duration "
    "yearMonthDuration dayTimeDuration byte short int long unsignedByte unsignedShort unsignedInt unsignedLong positiveInteger "
    "nonNegativeInteger negativeInteger nonPositiveInteger hexBinary base64Binary anyURI language normalizedString token NMTOKEN "
    "Name NCName"
)


def warnings(text: str) -> list[Finding]:
    """Return a warning for each name of a query that nothing has, where it first stands."""
    found = list(sparql.tokens(text))
    own, begin = sparql.prologue(found)
    prefixes = {**terms.ALL_PREFIXES, **own}
    told: dict[str, Finding] = {}
    for token in found[begin:]:
        if len(told) == _MOST:
            break
        if token.kind not in ("iri", "name") or (iri := _expanded(token, prefixes)) is None or iri in told:
            continue
        if reason := _doubt(iri, token.text):
            key = _PLAIN_SCHEMA if iri.startswith(_PLAIN_SCHEMA) else iri
            told.setdefault(key, Finding("warning", reason, sparql.place(text, token.start)))
    return list(told.values())


def unknown_prefixes(found: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """Yield what is wrong with each prefix that nobody declares, and where it first stands."""
    own, begin = sparql.prologue(found)
    known = {**terms.ALL_PREFIXES, **own}
    told = {"_"}
    for token in found[begin:]:
        prefix = token.text.partition(":")[0]
        if token.kind == "name" and prefix not in known and prefix not in told:
            told.add(prefix)
            near = difflib.get_close_matches(prefix, known, 1, 0.5)
            declare = f"begin the query with PREFIX {prefix}: <…>"
            yield f"unknown prefix {prefix}:; " + (f"did you mean {near[0]}:? Else {declare}" if near else declare), token.start


def _expanded(token: Token, prefixes: Mapping[str, str]) -> str | None:
    if token.kind == "iri":
        return token.text[1:-1]
    prefix, _, local = token.text.partition(":")
    return prefixes[prefix] + local.replace("\\", "") if prefix in prefixes else None


def _doubt(iri: str, shown: str) -> str | None:
    """Return why an IRI is probably not what was meant; None where there is no reason to doubt it."""
    cut = max(iri.rfind("#"), iri.rfind("/")) + 1
    space, name = iri[:cut], iri[cut:]
    if iri.startswith(_PLAIN_SCHEMA):
        return f"{shown} is in http://schema.org/; in a dump it is https://schema.org/, our prefix schema:"
    if not name or name in _known().get(space, ()):
        return None
    if space not in _known():
        return _doubt_of_entity(space, name, shown)
    meant = [terms.compact(f"<{space}{known}>") for known in _alike(name, _known()[space]) if _is_slip(name, known)][:1]
    meant += [terms.compact(f"<{other}{name}>") for other, known in _known().items() if other != space and name in known]
    if space != terms.KG:
        return f"{shown} is nothing that a dump says; did you mean {' or '.join(meant)}?" if meant else None
    near = _nearest(name, _known()[space], 0.6)
    meant = meant or ([f"kg:{near}"] if near else [])
    return f"{shown} is no term of our ontology" + (f"; did you mean {' or '.join(meant)}?" if meant else "")


def _doubt_of_entity(space: str, slug: str, shown: str) -> str | None:
    kind = next((kind for kind, namespace in terms.ENTITY_PREFIXES.items() if namespace == space), None)
    if kind is None or any(f"\n{kind}:{slug} a ".encode() in body for body in _files()):
        return None
    near = _nearest(slug, slugs(kind), 0.6)
    return f"{shown} is no {kind} of ours" + (f"; did you mean {kind}:{near}?" if near else "")


def _nearest(name: str, known: Collection[str], likeness: float) -> str:
    """Return the known name that is nearest to another, whatever the case; "" where none is near."""
    lower = {one.lower(): one for one in reversed(_alike(name, known))}
    found = difflib.get_close_matches(name.lower(), lower, 1, likeness)
    return lower[found[0]] if found else ""


def _alike(name: str, known: Collection[str]) -> list[str]:
    """Return known names, those first that begin with a capital if the name does, or with none if it does not."""
    return sorted(known, key=lambda one: (one[0].isupper() != name[0].isupper(), one))


def _is_slip(name: str, known: str) -> bool:
    """Tell whether a name is another one but for case and one letter, or two that changed places."""
    one, other = name.lower(), known.lower()
    if len(known) < _SHORT:
        return one == other
    begin = _common(one, other)
    end = _common(one[begin:][::-1], other[begin:][::-1])
    rest, meant = one[begin : len(one) - end], other[begin : len(other) - end]
    return max(len(rest), len(meant)) <= 1 or (len(rest) == 2 and rest == meant[::-1])


def _common(one: str, other: str) -> int:
    """Return how many letters two texts begin with alike."""
    return next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


@cache
def _known() -> Mapping[str, frozenset[str]]:
    """Return the names that we use, by namespace; what the ontology declares has a constant in `terms`."""
    names: dict[str, set[str]] = {terms.XSD: set(_DATATYPES.split()), terms.SCHEMA: set(terms.ARTICLE_TYPES)}
    for value in vars(terms).values():
        if isinstance(value, str) and value.startswith("<") and value.endswith(">"):
            cut = max(value.rfind("#"), value.rfind("/")) + 1
            names.setdefault(value[1:cut], set()).add(value[cut:-1])
    return {space: frozenset(found) for space, found in names.items()}


@cache
def _files() -> tuple[bytes, ...]:
    return tuple(path.read_bytes() for path in resources.files("ontology"))


@cache
def slugs(kind: str) -> frozenset[str]:
    """Return how the IRIs of the entities end that we ship of a kind: in their files, each begins a line."""
    rows = re.compile(rf"^{kind}:((?:[\w.%-]|\\.)+) a ", re.MULTILINE)
    return frozenset(name.replace("\\", "") for body in _files() for name in rows.findall(body.decode()))
