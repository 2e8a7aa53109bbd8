"""SKOS files become phrases to look up: what names an entity, in which language, and how."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Literal, NamedTuple

import ahocorasick_rs

from kg import rdf, resources, terms
from kg.terms import Statement, Term

FormKind = Literal["name", "acronym", "demonym", "metonym"]

_KINDS: dict[Term, FormKind] = {
    terms.PREF_LABEL: "name",
    terms.ALT_LABEL: "name",
    terms.ACRONYM: "acronym",
    terms.DEMONYM: "demonym",
    terms.METONYM: "metonym",
}
_LABELS = (*_KINDS, terms.AMBIGUOUS_LABEL)
_OUR_TYPES = (
    terms.STATE,
    terms.BLOC,
    terms.TREATY,
    terms.INITIATIVE,
    terms.THEME,
    terms.REGION,
    terms.PERSON,
    terms.ORGANIZATION,
    terms.ACTOR,
    terms.TREATY_PARTICIPATION,
)
FILES = {
    "states.ttl": "state",
    "blocs.ttl": "bloc",
    "organizations.ttl": "organization",
    "people.ttl": "person",
    "treaties.ttl": "treaty",
    "initiatives.ttl": "initiative",
    "themes.ttl": "theme",
    "regions.ttl": "region",
}
# Characters that people type in several ways, each as the one that our labels use; one for one, so offsets stay
_TYPOGRAPHY = (("\u2019", "'"), ("\u2018", "'"), ("\u00a0", " "), ("\u202f", " "), ("\u2010", "-"), ("\u2011", "-"), ("\n", " "))
# A name all in capitals of a title, such as "Harbour Cats of the North"
_TITLE_CASE = re.compile(r"[A-Z][a-z]+(?: (?:[A-Z][a-z]+|and|of|the|in|for|on|to))* [A-Z][a-z]+")
# White space of several characters, with one line break at most
_WIDE_SPACE = re.compile(r"[^\S\n]{2,}(?:\n[^\S\n]*)?|[^\S\n]\n[^\S\n]*|\n[^\S\n]+")


class Form(NamedTuple):
    """One way to name an entity; `language` is a primary language subtag, or "" where the form crosses languages."""

    entity: Term
    kind: FormKind
    language: str
    ambiguous: bool


class Match(NamedTuple):
    """Words of a text and the forms that they are."""

    begin: int
    end: int
    forms: tuple[Form, ...]


@dataclass(frozen=True)
class Vocabulary:
    """Entities with their statements, and the phrases that name them. Picklable; the automaton is made on first use."""

    statements: dict[Term, tuple[Statement, ...]] = field(repr=False)
    forms: dict[str, tuple[Form, ...]] = field(repr=False)

    def __contains__(self, entity: Term) -> bool:
        return entity in self.statements

    def __getstate__(self) -> dict[str, object]:
        return {"statements": self.statements, "forms": self.forms}

    @cached_property
    def _phrases(self) -> list[str]:
        return list(self.forms)

    @cached_property
    def _automaton(self) -> ahocorasick_rs.AhoCorasick:
        return ahocorasick_rs.AhoCorasick(self._phrases)

    def matches(self, text: str, language: str | None, within: Iterable[tuple[int, int]]) -> list[Match]:
        """Return what the text names, the longest match at each place, in order; whole words only.

        `language` (BCP 47) decides which forms are tried, None tries all; `within` are the stretches to search.
        """
        primary = language.partition("-")[0] if language else None
        stretches = list(within)
        found: list[Match] = []
        squeezed, original = _squeezed(text)
        for index, first, stop in self._automaton.find_matches_as_indexes(_folded(squeezed), overlapping=True):
            begin, end = original(first), original(stop - 1) + 1
            if not _is_whole(text, begin, end):
                continue
            forms = self.forms[self._phrases[index]]
            if primary is not None:
                forms = tuple(form for form in forms if not form.language or form.language == primary)
            if forms:
                found.append(Match(begin, end, forms))
        found.sort(key=lambda match: (match.begin, -match.end))
        return list(_longest(found, stretches))

    @cached_property
    def _by_name(self) -> dict[str, tuple[Form, ...]]:
        names: defaultdict[str, list[Form]] = defaultdict(list)
        for text, forms in self.forms.items():
            names[_name_key(text)].extend(forms)
        return {name: tuple(forms) for name, forms in names.items()}

    def find(self, name: str, *types: Term) -> Term | None:
        """Return the one entity of these types that goes by the name, whatever its case; None where there is none or many."""
        forms = self._by_name.get(_name_key(name), ())
        entities = {form.entity for form in forms if form.kind in ("name", "acronym") and self._is_a(form.entity, types)}
        return entities.pop() if len(entities) == 1 else None

    def _is_a(self, entity: Term, types: Sequence[Term]) -> bool:
        return any(known in types for known in self.types(entity))

    def types(self, entity: Term) -> tuple[Term, ...]:
        """Return the types of an entity."""
        return tuple(s.object for s in self.statements.get(entity, ()) if s.predicate == terms.TYPE)

    def values(self, entity: Term, predicate: Term) -> tuple[Term, ...]:
        """Return the objects of an entity's statements with that predicate."""
        return tuple(s.object for s in self.statements.get(entity, ()) if s.predicate == predicate)

    def label(self, entity: Term, language: str = "en") -> str:
        """Return the preferred label in the language, else in any, else the IRI."""
        labels = sorted(terms.parts(label) for label in self.values(entity, terms.PREF_LABEL))
        chosen = next((label for label in labels if label.language == language), labels[0] if labels else None)
        return chosen.text if chosen else terms.value(entity)

    def wikidata(self, entity: Term) -> str | None:
        """Return the Wikidata id of an entity ("Q159") if the vocabulary has it."""
        same = (terms.value(other) for other in self.values(entity, terms.SAME_AS))
        return next((iri.removeprefix(terms.WIKIDATA) for iri in same if iri.startswith(terms.WIKIDATA)), None)

    def describe(self, entities: Iterable[Term]) -> Iterator[Statement]:
        """Yield the statements of the entities and of every entity that these lead to: broader, containing, member."""
        seen: set[Term] = set()
        todo = sorted(entities)
        while todo:
            entity = todo.pop()
            if entity in seen or entity not in self.statements:
                continue
            seen.add(entity)
            yield from self.statements[entity]
            todo.extend(s.object for s in self.statements[entity] if s.object in self.statements)


def load(base: str = terms.DEFAULT_BASE, files: Iterable[Path | str] = ()) -> Vocabulary:
    """Return the shipped vocabulary together with the user's SKOS files (any RDF syntax).

    Raises `VocabularyError` with the place of a fault in a file.
    """
    loaded: list[Statement] = []
    folder = resources.folder("ontology")
    for name, kind in FILES.items():
        graph = terms.iri(f"{terms.VOCABULARY}{kind}")
        loaded.extend(statement._replace(graph=graph) for statement in rdf.read(folder / name))
    for path in map(Path, files):
        graph_iri = f"{base}vocabulary/{terms.slug(path.stem)}{path.suffix.lower()}"
        statements = rdf.without_blank_nodes(rdf.read(path), graph_iri)
        loaded.extend(statement._replace(graph=terms.iri(graph_iri)) for statement in _as_themes(statements))
    return build(loaded)


def _as_themes(statements: list[Statement]) -> Iterator[Statement]:
    """Yield the statements, and that a concept without one of our types is a theme."""
    types: defaultdict[Term, set[Term]] = defaultdict(set)
    labelled = {s.subject for s in statements if s.predicate in _LABELS}
    for statement in statements:
        yield statement
        if statement.predicate == terms.TYPE:
            types[statement.subject].add(statement.object)
    for subject in sorted(labelled):
        if not types[subject].intersection(_OUR_TYPES):
            yield Statement(subject, terms.TYPE, terms.THEME, "")


def build(statements: Iterable[Statement]) -> Vocabulary:
    """Return the vocabulary of these statements."""
    by_subject: defaultdict[Term, dict[Statement, None]] = defaultdict(dict)
    for statement in statements:
        by_subject[statement.subject][statement] = None
    entities = {subject: tuple(found) for subject, found in by_subject.items()}
    forms: defaultdict[str, dict[Form, None]] = defaultdict(dict)
    for entity, found in entities.items():
        for text, form in _forms(entity, found):
            forms[text][form] = None
    return Vocabulary(entities, {text: _marked(tuple(found)) for text, found in forms.items()})


def _forms(entity: Term, statements: Iterable[Statement]) -> Iterator[tuple[str, Form]]:
    """Yield each phrase for an entity, with the spellings that sentences give it."""
    statements = tuple(statements)
    types = {s.object for s in statements if s.predicate == terms.TYPE}
    unsure = {_name_key(terms.parts(s.object).text) for s in statements if s.predicate == terms.AMBIGUOUS_LABEL}
    for statement in statements:
        kind = _KINDS.get(statement.predicate)
        if kind is None or not statement.object.startswith('"'):
            continue
        label = terms.parts(statement.object)
        # A person's name is the same in every language of its script
        language = "" if terms.PERSON in types else label.language.partition("-")[0]
        for text in _spellings(label.text, kind, terms.THEME in types):
            if len(text) > 1:
                yield text, Form(entity, kind, language, _name_key(label.text) in unsure)


def _spellings(label: str, kind: FormKind, is_theme: bool) -> list[str]:
    """Return a label as it may stand in a sentence: as it is, with a first capital, and a theme in lower or title case."""
    text = " ".join(_folded(label).split())
    spellings = [text]
    if kind == "name":
        spellings.append(text[:1].upper() + text[1:])
        if is_theme:
            spellings.append(text if text[1:2].isupper() else text[:1].lower() + text[1:])
            spellings.append(re.sub(r"(?:^|(?<= ))[^\W\d_]{4,}", lambda word: word[0][:1].upper() + word[0][1:], text))
            if _TITLE_CASE.fullmatch(text):
                spellings.extend((text.lower(), text[:1] + text[1:].lower()))
    return list(dict.fromkeys(spellings))


def _marked(forms: tuple[Form, ...]) -> tuple[Form, ...]:
    """Return the forms of one phrase; where they name several entities in one language, none goes without evidence."""
    clashing = {
        form
        for form in forms
        for other in forms
        if form.entity != other.entity and (form.language == other.language or not form.language or not other.language)
    }
    return tuple(form._replace(ambiguous=form.ambiguous or form in clashing) for form in forms)


def _name_key(text: str) -> str:
    return " ".join(_folded(text).casefold().replace("&", "and").split())


def _folded(text: str) -> str:
    """Return the text with one spelling of apostrophes, hyphens and spaces, of the same length."""
    if text.isascii():
        return text.replace("\n", " ")
    for written, plain in _TYPOGRAPHY:
        text = text.replace(written, plain)
    return text


def _squeezed(text: str) -> tuple[str, Callable[[int], int]]:
    """Return the text with one space where a line was broken or indented, and what gives the offset that one had before."""
    if not any(space in text for space in ("  ", "\n ", " \n", "\r", "\t", "\f")):
        return text, lambda offset: offset
    pieces: list[str] = []
    starts, shifts = [0], [0]
    position = 0
    for space in _WIDE_SPACE.finditer(text):
        pieces.append(text[position : space.start()])
        position = space.end()
        starts.append(space.start() - shifts[-1] + 1)
        shifts.append(position - starts[-1])
    pieces.append(text[position:])
    return " ".join(pieces), lambda offset: offset + shifts[bisect_right(starts, offset) - 1]


def _is_whole(text: str, begin: int, end: int) -> bool:
    """Tell whether the words begin and end at the border of a word; scripts without spaces have no borders."""
    before, first = text[begin - 1 : begin], text[begin]
    last, after = text[end - 1], text[end : end + 1]
    return not (_is_letter(before) and _is_letter(first)) and not (_is_letter(last) and _is_letter(after))


def _is_letter(character: str) -> bool:
    return (character.isalnum() and not "\u2e80" <= character <= "\u9fff") or character == "_"


def _longest(found: list[Match], stretches: list[tuple[int, int]]) -> Iterator[Match]:
    """Yield the matches that lie in a stretch and do not overlap, the leftmost and longest first."""
    position, stretch = 0, 0
    for match in found:
        while stretch < len(stretches) and stretches[stretch][1] <= match.begin:
            stretch += 1
        if stretch == len(stretches):
            return
        begin, end = stretches[stretch]
        if match.begin >= max(position, begin) and match.end <= end:
            yield match
            position = match.end
