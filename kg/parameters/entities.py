"""Entities, authors and publishers by what people call them: looked up in a dump, then among those that we ship."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from kg import store, terms
from kg.errors import UsageError
from kg.terms import Term

# The classes whose instances each kind means
_CLASSES: Mapping[str, tuple[Term, ...]] = {
    "state": (terms.STATE,),
    "bloc": (terms.BLOC,),
    "organization": (terms.ORGANIZATION,),
    "person": (terms.PERSON,),
    "treaty": (terms.TREATY,),
    "initiative": (terms.INITIATIVE,),
    "theme": (terms.THEME,),
    "region": (terms.REGION, terms.STATE),  # what an article is on may be either
    "actor": (terms.STATE, terms.BLOC, terms.ACTOR),
}
# The properties whose values each kind means
_ROLES: Mapping[str, Term] = {"author": terms.AUTHOR, "publisher": terms.PUBLISHER}
# The kinds in the addresses of entities that each kind may stand for, where it is not one itself
_PATHS = {
    "actor": ("state", "bloc", "organization", "person"),
    "region": ("region", "state"),
    "author": ("person", "organization"),
    "publisher": ("organization", "person"),
}
_NAMES = (terms.PREF_LABEL, terms.NAME)
_LABELS = (*_NAMES, terms.ALT_LABEL, terms.ACRONYM)
_SLUG = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_MOST = 200_000
_NEAR = 3
_LIKENESS = 0.7  # of difflib
_WORSE = 0.1  # than the most alike


class _Named(NamedTuple):
    """An entity with one of its names, and by which property it has that."""

    entity: Term
    predicate: Term
    name: str


def find(text: str, kind: str, session: store.Session | None) -> Term:
    """Return the entity of a kind that a text names: by the end of its IRI (`inf-treaty`), or by a name of it.

    Raises `UsageError` where there is none, with those that are called alike, or where there are several.
    """
    if not text:
        raise UsageError(f"a {kind} has a name; this is empty")
    shipped = [terms.iri(f"{terms.ENTITIES}{path}/{text}") for path in _PATHS.get(kind, (kind,)) if _SLUG.fullmatch(text)]
    if session is None:
        return _of_vocabulary(text, kind, shipped, [])
    for entity in shipped:
        if session.ask(f"ASK {{ {entity} ?p ?o }}", 1):
            return entity
    literals = " ".join((terms.literal(text), terms.literal(text, language="en")))
    exact = _ask(session, f"VALUES ?l {{ {literals} }} ?e ?p ?l . {_constraint(kind)}")
    if found := _best(text, exact):
        return _only(text, kind, found)
    named = _ask(session, f"{_constraint(kind)} ?e ?p ?l")
    if found := _best(text, named):
        return _only(text, kind, found)
    return _of_vocabulary(text, kind, shipped, named)


def _constraint(kind: str) -> str:
    if role := _ROLES.get(kind):
        return f"{{ SELECT DISTINCT ?e {{ ?s {role} ?e }} }}"
    return f"VALUES ?t {{ {' '.join(_CLASSES[kind])} }} ?e a ?t ."


def _ask(session: store.Session, pattern: str) -> list[_Named]:
    query = f"SELECT DISTINCT ?e ?p ?l {{ VALUES ?p {{ {' '.join(_LABELS)} }} {pattern} }}"
    found = session.ask(query, _MOST)
    rows = found.rows if isinstance(found, store.Table) else ()
    return [_Named(row[0], row[1], terms.value(row[2])) for row in rows if row[0] and row[1] and row[2]]


def _best(text: str, named: Iterable[_Named]) -> list[_Named]:
    """Return what a text names best: by IRI, by its very name, by another one, by one in another case or spelling."""
    from kg.forms import name_key

    ranks: dict[int, list[_Named]] = {}
    key, folded = name_key(text), text.casefold()
    for one in named:
        if terms.value(one.entity).endswith(f"/{text}"):
            rank = 0
        elif one.name == text:
            rank = 1 if one.predicate in _NAMES else 2
        elif one.name.casefold() == folded:
            rank = 3 if one.predicate in _NAMES else 4
        elif key and name_key(one.name) == key:
            rank = 5
        else:
            continue
        ranks.setdefault(rank, []).append(one)
    return ranks[min(ranks)] if ranks else []


def _only(text: str, kind: str, found: Sequence[_Named]) -> Term:
    entities = sorted({one.entity for one in found}, key=terms.value)
    if len(entities) > 1:
        shown = ", ".join(map(terms.shorten, entities[:10]))
        raise UsageError(f"{text!r} names several {_plural(kind)}; which of {shown}?")
    return entities[0]


def _plural(kind: str) -> str:
    return f"{kind[:-1]}ies" if kind.endswith("y") else f"{kind}s"


def _of_vocabulary(text: str, kind: str, shipped: Sequence[Term], named: Sequence[_Named]) -> Term:
    """Return an entity that we ship and no article names: the answer is then that there is nothing, which is right."""
    from kg import vocabulary

    words = vocabulary.load()
    for entity in shipped:
        if entity in words:
            return entity
    wanted = set(_CLASSES.get(kind, ()))
    found = [entity for entity in words.named(text) if wanted.intersection(words.types(entity))]
    if len(found) == 1:
        return found[0]
    raise UsageError(f"no {kind} is called {text[:80]!r}; {_near(text, kind, named)}")


def _near(text: str, kind: str, named: Sequence[_Named]) -> str:
    """Return which entities have a name that looks like a text, or has a word that begins as it does."""
    from kg.forms import name_key

    keys: dict[str, _Named] = {}
    for one in named:
        keys.setdefault(name_key(one.name), one)
    key = name_key(text.replace("-", " "))
    likely = [name for name in keys if abs(len(name) - len(key)) <= 3 + len(key) // 4]
    alike = difflib.get_close_matches(key, likely, _NEAR, _LIKENESS)
    best = _likeness(key, alike[0]) if alike else 0
    begun = sorted((name for name in keys if key and f" {key}" in f" {name}"), key=lambda name: (len(name), name))
    chosen: dict[Term, str] = {}
    for name in (*(name for name in alike if _likeness(key, name) >= best - _WORSE), *begun):
        chosen.setdefault(keys[name].entity, keys[name].name)
    if not chosen:
        return "give its name as it stands in the dump, or its IRI (<…>)"
    shown = [f"{name!r} ({terms.shorten(entity)})" for entity, name in chosen.items()]
    return f"did you mean {' or '.join(shown[:_NEAR])}?"


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, other, one).ratio()
