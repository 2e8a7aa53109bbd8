"""What a vocabulary holds, for a person to look at: its entities, and what a phrase names."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from kg import terms
from kg.forms import KINDS, Form, FormKind, folded, name_key
from kg.reports import printable
from kg.terms import Term
from kg.vocabulary import TYPES, Vocabulary

_NEAR = 5
_WIDEST = 60  # of a column, so that one long name does not push all others out of sight
_LIKENESS = 0.75  # of difflib


class Entity(NamedTuple):
    """An entity as a list shows it: what it is called and is; `wikidata` is None where the vocabulary has no id."""

    iri: Term
    label: str
    type: Term
    wikidata: str | None


class Found(NamedTuple):
    """What a phrase names, and as what: `language` is "" for every one; `exact` is whether case and spelling are the same."""

    entity: Entity
    kind: FormKind
    language: str
    ambiguous: bool
    exact: bool


def entities(words: Vocabulary, kind: str | None = None) -> Iterator[Entity]:
    """Yield the entities of a kind (of `vocabulary.TYPES`; None: each), in order of their IRIs; no offices nor participations."""
    wanted = {types[0] for name, types in TYPES.items() if kind in (None, name)}
    return (found for iri in sorted(words, key=terms.value) if (found := entity(words, iri)).type in wanted)


def entity(words: Vocabulary, iri: Term) -> Entity:
    """Return an entity as a list shows it."""
    return Entity(iri, words.label(iri), words.main_type(iri), words.wikidata(iri))


def find(words: Vocabulary, text: str, language: str | None = None) -> list[Found]:
    """Return what a text names in a language (None: in each); what has another case or spelling comes last."""
    exact = _exact(words, text, language)
    known = {form.entity for form in exact}
    similar: dict[tuple[Term, FormKind, str], bool] = {}
    for iri in words.named(text):
        if iri not in known:
            spellings = (text.lower(), text.capitalize(), text.title(), text.upper(), *_labels(words, iri, name_key(text)))
            for form in (form for spelling in spellings for form in _exact(words, spelling, language) if form.entity == iri):
                similar[form[:3]] = similar.get(form[:3], False) or form.ambiguous
    others = (Form(*key, ambiguous) for key, ambiguous in similar.items())
    forms = [*((form, True) for form in sorted(exact)), *((form, False) for form in sorted(others))]
    return [Found(entity(words, form.entity), form.kind, form.language, form.ambiguous, is_exact) for form, is_exact in forms]


def _exact(words: Vocabulary, text: str, language: str | None) -> set[Form]:
    phrase = " ".join(folded(text).split())
    if language is not None:
        return set(words.forms(phrase, language))
    languages = {form.language for form in words.forms(phrase, None)}
    return {form for name in languages for form in words.forms(phrase, name) if form.language == name}


def _labels(words: Vocabulary, iri: Term, key: str) -> Iterator[str]:
    """Yield the labels of an entity that are the same but for case and spelling."""
    return (text for text in _texts(words, iri) if name_key(text) == key)


def _texts(words: Vocabulary, iri: Term) -> Iterator[str]:
    return (terms.value(s.object) for s in words.statements(iri) if s.predicate in KINDS and s.object[0] == '"')


def near(words: Vocabulary, text: str) -> list[tuple[str, Term]]:
    """Return up to five names that begin with a text, have it among their words or look like it, each of another entity."""
    key = name_key(text)
    if not key:
        return []
    names: dict[str, tuple[str, Term]] = {}
    for iri in sorted(words):
        for label in _texts(words, iri):
            names.setdefault(name_key(label), (label, iri))
    begun = sorted((name for name in names if name.startswith(key)), key=lambda name: (len(name), name))
    within = sorted((name for name in names if f" {key} " in f" {name} "), key=lambda name: (len(name), name))
    long_enough = [name for name in names if abs(len(name) - len(key)) <= len(key) // 2]
    alike = difflib.get_close_matches(key, long_enough, 2 * _NEAR, _LIKENESS)
    chosen: dict[Term, str] = {}
    for name in (*alike, *begun, *within):
        label, iri = names[name]
        chosen.setdefault(iri, label)
    return [(label, iri) for iri, label in chosen.items()][:_NEAR]


def to_row(found: Entity | Found) -> dict[str, Any]:
    """Return an entity, or what a phrase names, as plain data; what is not known is left out."""
    if isinstance(found, Found):
        return {
            **to_row(found.entity),
            "kind": found.kind,
            **({"language": found.language} if found.language else {}),
            "ambiguous": found.ambiguous,
            "exact": found.exact,
        }
    wikidata = {"wikidata": found.wikidata} if found.wikidata else {}
    return {"iri": terms.value(found.iri), "label": found.label, "type": terms.compact(found.type), **wikidata}


def to_text(found: Iterable[Entity | Found]) -> str:
    """Return a line each, in columns: IRI, label, type, Wikidata id, and how the phrase names it."""
    rows = [_cells(one) for one in found]
    widths = [min(_WIDEST, max(map(len, column))) for column in zip(*rows, strict=True)]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "".join(f"{line}\n" for line in lines)


def _cells(found: Entity | Found) -> list[str]:
    if isinstance(found, Entity):
        return [*map(printable, (terms.shorten(found.iri), found.label, terms.compact(found.type), found.wikidata or ""))]
    how = f"{found.kind} in {found.language or 'any language'}"
    how += ", ambiguous" * found.ambiguous + ", in another spelling" * (not found.exact)
    return [*_cells(found.entity), how]
