"""SKOS files become a vocabulary: entities with what is said of them, and the phrases that name them."""

from __future__ import annotations

import marshal
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from kg import compiled, phrasebook, rdf, resources, terms
from kg.forms import KINDS, Form, FormKind, forms, name_key, numbers
from kg.phrasebook import Book
from kg.terms import Statement, Term

_LABELS = (*KINDS, terms.AMBIGUOUS_LABEL)
# What a file of plain concepts can be said to hold, as in `--vocabulary pacts.ttl=treaty`
TYPES: Mapping[str, tuple[Term, ...]] = {
    "state": (terms.STATE,),
    "bloc": (terms.BLOC,),
    "organization": (terms.ORGANIZATION, terms.ACTOR),
    "person": (terms.PERSON, terms.ACTOR),
    "treaty": (terms.TREATY,),
    "initiative": (terms.INITIATIVE,),
    "theme": (terms.THEME,),
    "region": (terms.REGION,),
}
_OUR_TYPES = frozenset(kind for kinds in TYPES.values() for kind in kinds) | {terms.TREATY_PARTICIPATION, terms.ROLE}
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
# The program that makes the tables, as it was when it was imported: with another one they are made again
_MAKERS = ("forms.py", "inflection.py", "phrasebook.py", "rdf/*.py", "terms.py", "vocabulary.py")
_PROGRAM = compiled.key(path for name in _MAKERS for path in sorted(Path(__file__).parent.glob(name)))
# What an entity belongs to and consists of, which is described with it
_BELONGS = frozenset({terms.BROADER, terms.CONTAINED_IN_PLACE, terms.ABOUT, terms.PARTICIPATION, terms.HAS_OCCUPATION})
_IDENTITY = frozenset({terms.TYPE, terms.PREF_LABEL})

# The phrases of a language with their forms, packed, and for their first letters how long they are
Table = tuple[dict[str, str], dict[str, tuple[int, ...]]]


class Source(NamedTuple):
    """A SKOS file of the user; `kind` is what its concepts are that have none of our types."""

    path: Path
    kind: str = "theme"


class Match(NamedTuple):
    """Words of a text and the forms that they are."""

    begin: int
    end: int
    forms: tuple[Form, ...]


@dataclass(frozen=True)
class Vocabulary:
    """Entities with their statements, and the phrases that name them.

    All of it is text in packed tables, which load quickly from a cache; what an article needs is unpacked when it is asked for.

    `entities`: what is said of each. `phrases`: by language ("" for what crosses languages) the forms of each phrase, and for
    the first letters of phrases how long these are. `named_as`: the entities that go by a name, by its `name_key`.
    """

    entities: bytes = field(repr=False)
    phrases: dict[str, bytes] = field(repr=False)
    named_as: bytes = field(repr=False)

    def __contains__(self, entity: object) -> bool:
        return entity in self._entities

    def __iter__(self) -> Iterator[Term]:
        return iter(self._entities)

    def __len__(self) -> int:
        return len(self._entities)

    def __getstate__(self) -> dict[str, object]:
        return {"entities": self.entities, "phrases": self.phrases, "named_as": self.named_as}

    @cached_property
    def _entities(self) -> dict[Term, str]:
        entities: dict[Term, str] = marshal.loads(self.entities)
        return entities

    @cached_property
    def _names(self) -> dict[str, str]:
        names: dict[str, str] = marshal.loads(self.named_as)
        return names

    @cached_property
    def _books(self) -> dict[str | None, Book]:
        return {}

    @cached_property
    def _tables(self) -> dict[str, Table]:
        return {}

    @cached_property
    def _unpacked(self) -> dict[tuple[str, str | None], tuple[Form, ...]]:
        return {}

    @cached_property
    def _parsed(self) -> dict[Term, dict[Term, tuple[Term, ...]]]:
        return {}

    @cached_property
    def _types(self) -> dict[Term, tuple[Term, ...]]:
        return {}

    def _book(self, language: str | None) -> Book:
        """Return what is looked up in texts of a language (primary subtag; None: of any)."""
        if language is not None and language not in self.phrases:
            language = ""
        if language not in self._books:
            wanted = (name for name in self.phrases if language in (None, name) or not name)
            self._books[language] = phrasebook.bound(map(self._table, wanted))
        return self._books[language]

    def _table(self, language: str) -> Table:
        """Return the phrases of a language, unpacked once, so that several books hold the same texts."""
        if language not in self._tables:
            self._tables[language] = marshal.loads(self.phrases[language])
        return self._tables[language]

    def matches(self, text: str, language: str | None, within: Iterable[tuple[int, int]]) -> list[Match]:
        """Return what the text names, the longest match at each place, in order; whole words only.

        `language` (BCP 47) decides which forms are tried, None tries all; `within` are the stretches to search.
        """
        primary = language.partition("-")[0] if language else None
        found = phrasebook.find(self._book(primary), text, within)
        return [Match(begin, end, self.forms(phrase, primary)) for begin, end, phrase in found]

    def forms(self, phrase: str, language: str | None) -> tuple[Form, ...]:
        """Return what a phrase names in texts of a language (primary subtag; None: of any).

        Forms of the language itself come before those that cross languages; where several entities remain, all are ambiguous.
        """
        known = self._unpacked.get((phrase, language))
        if known is None:
            known = self._unpacked[phrase, language] = _of_language(_unpack(self._book(language).phrases.get(phrase, "")), language)
        return known

    def find(self, name: str, *types: Term) -> Term | None:
        """Return the one entity of these types that goes by the name, whatever its case; None where there is none or many.

        An English plural is tried for a singular, and a singular for a plural.
        """
        for spelling in numbers(name):
            entities = [
                entity for entity in self.named(spelling) if not types or any(known in types for known in self.types(entity))
            ]
            if entities:
                return entities[0] if len(entities) == 1 else None
        return None

    def named(self, name: str) -> tuple[Term, ...]:
        """Return the entities that go by the name, whatever its case: as a name or an acronym."""
        return tuple(self._names.get(name_key(name), "").split())

    def statements(self, entity: Term) -> tuple[Statement, ...]:
        """Return what the vocabulary says of an entity; nothing where it does not know it."""
        graph, *facts = self._entities.get(entity, "").split("\n")
        pairs = (fact.split(" ", 1) for fact in facts)
        return tuple(Statement(entity, predicate, value, graph) for predicate, value in pairs)

    def types(self, entity: Term) -> tuple[Term, ...]:
        """Return the types of an entity."""
        known = self._types.get(entity)
        if known is None:
            known = self._types[entity] = self.values(entity, terms.TYPE)
        return known

    def main_type(self, entity: Term) -> Term:
        """Return the type by which rows call an entity: one of ours, where it has one."""
        types = self.types(entity)
        return next((kind for kind, *_ in TYPES.values() if kind in types), types[0] if types else terms.CONCEPT)

    def values(self, entity: Term, predicate: Term) -> tuple[Term, ...]:
        """Return the objects of an entity's statements with that predicate."""
        known = self._parsed.get(entity)
        if known is None:
            known = self._parsed[entity] = defaultdict(tuple)
            for statement in self.statements(entity):
                known[statement.predicate] += (statement.object,)
        return known.get(predicate, ())

    @cached_property
    def _contents(self) -> Counter[str]:
        """How many entities lie in each place directly."""
        found = (
            re.findall(rf"^{re.escape(terms.CONTAINED_IN_PLACE)} (.*)$", facts, re.MULTILINE) for facts in self._entities.values()
        )
        return Counter(place for places in found for place in places)

    def contained(self, place: Term) -> int:
        """Return how many entities lie in a place directly."""
        return self._contents[place]

    def label(self, entity: Term, language: str = "en") -> str:
        """Return the preferred label in the language, else in any, else the IRI."""
        labels = sorted(terms.parts(label) for label in self.values(entity, terms.PREF_LABEL))
        chosen = next((label for label in labels if label.language == language), labels[0] if labels else None)
        return chosen.text if chosen else terms.value(entity)

    def names(self, entity: Term) -> frozenset[str]:
        """Return the preferred labels of an entity, in all languages."""
        return frozenset(terms.parts(label).text for label in self.values(entity, terms.PREF_LABEL))

    def wikidata(self, entity: Term) -> str | None:
        """Return the Wikidata id of an entity ("Q159") if the vocabulary has it."""
        same = (terms.value(other) for other in self.values(entity, terms.SAME_AS))
        return next((iri.removeprefix(terms.WIKIDATA) for iri in same if iri.startswith(terms.WIKIDATA)), None)

    def describe(self, entities: Iterable[Term]) -> Iterator[Statement]:
        """Yield the statements of the entities and of what these belong to or consist of, and names of what else they lead to."""
        whole: set[Term] = set()
        todo = sorted(entity for entity in entities if entity in self)
        named: set[Term] = set()
        while todo:
            entity = todo.pop()
            if entity in whole:
                continue
            whole.add(entity)
            for statement in self.statements(entity):
                yield statement
                if statement.object in self:
                    (todo.append if statement.predicate in _BELONGS else named.add)(statement.object)
        for entity in sorted(named - whole):
            yield from (statement for statement in self.statements(entity) if statement.predicate in _IDENTITY)


def load(base: str = terms.DEFAULT_BASE, sources: Iterable[Source | Path | str] = ()) -> Vocabulary:
    """Return the shipped vocabulary together with the user's SKOS files (any RDF syntax), from the cache where it is there.

    Raises `VocabularyError` with the place of a fault in a file.
    """
    own = [source if isinstance(source, Source) else Source(Path(source)) for source in sources]
    shipped = resources.folder("ontology")
    files = [shipped / name for name in FILES]

    def made() -> Vocabulary:
        return _kept(compiled.key(files, _PROGRAM), lambda: build(s for path in files for s in _shipped(path, FILES[path.name])))

    def with_own() -> Vocabulary:
        words = made()
        typed = {entity for entity, facts in words._entities.items() if f"\n{terms.TYPE} " in facts}
        return extended(words, (s for source in own for s in own_statements(source, base, typed)))

    key = compiled.key([*files, *(source.path for source in own)], _PROGRAM, base, *(source.kind for source in own))
    return _kept(key, with_own) if own else made()


def _kept(key: str, make: Callable[[], Vocabulary]) -> Vocabulary:
    """Return the vocabulary of this key from the cache, or made and kept there."""
    tables = compiled.load(key)
    if tables is not None:
        return Vocabulary(*tables)
    with compiled.without_collector():
        words = make()
    compiled.save(key, (words.entities, words.phrases, words.named_as))
    return words


def _shipped(path: Path, kind: str) -> Iterator[Statement]:
    graph = terms.iri(f"{terms.VOCABULARY}{kind}")
    return (statement._replace(graph=graph) for statement in rdf.read(path))


def own_statements(source: Source, base: str, typed: Container[Term] = ()) -> Iterator[Statement]:
    """Yield the statements of a user's file, in a graph named after it; each concept has a type of ours, here or elsewhere.

    `typed` are the entities that have one elsewhere. Raises `VocabularyError` with the place of a fault in the file.
    """
    graph = graph_of(source.path, base)
    statements = rdf.without_blank_nodes(rdf.read(source.path), graph)
    name = terms.iri(graph)
    return (Statement(s, p, o, name) for s, p, o, *_ in _typed(statements, TYPES[source.kind], typed))


def graph_of(path: Path, base: str) -> str:
    """Return the IRI of the graph in which the statements of a user's vocabulary stand."""
    return f"{base}vocabulary/{terms.slug(path.stem)}{path.suffix.lower()}"


def _typed(statements: list[Statement], kinds: Sequence[Term], typed: Container[Term]) -> Iterator[Statement]:
    """Yield the statements, and that a concept without one of our types is of that kind."""
    types: defaultdict[Term, set[Term]] = defaultdict(set)
    labelled = {s.subject for s in statements if s.predicate in _LABELS}
    for statement in statements:
        yield statement
        if statement.predicate == terms.TYPE:
            types[statement.subject].add(statement.object)
    for subject in sorted(labelled):
        if subject not in typed and types[subject].isdisjoint(_OUR_TYPES):
            yield from (Statement(subject, terms.TYPE, kind, "") for kind in kinds)


def build(statements: Iterable[Statement]) -> Vocabulary:
    """Return the vocabulary of these statements; where several graphs speak of an entity, all stand in the first."""
    by_subject: defaultdict[Term, dict[Statement, None]] = defaultdict(dict)
    for statement in statements:
        by_subject[statement.subject][statement] = None
    phrases: defaultdict[str, defaultdict[str, dict[Form, None]]] = defaultdict(lambda: defaultdict(dict))
    names: defaultdict[str, dict[Term, None]] = defaultdict(dict)
    for entity, found in by_subject.items():
        for text, form in forms(entity, found):
            phrases[form.language][text][form] = None
            if form.kind in ("name", "acronym"):
                names[name_key(text)][entity] = None
    packed = {
        language: {text: "\n".join(map(_packed, found)) for text, found in book.items()} for language, book in phrases.items()
    }
    return _tables(
        {entity: _facts(list(found)) for entity, found in by_subject.items()},
        {language: (packed[language], phrasebook.heads(packed[language])) for language in sorted(packed)},
        {name: " ".join(found) for name, found in names.items()},
    )


def _tables(entities: dict[Term, str], books: Mapping[str, Table], names: dict[str, str]) -> Vocabulary:
    packed = {"": marshal.dumps(({}, {}))} | {language: marshal.dumps(book) for language, book in books.items()}
    return Vocabulary(marshal.dumps(entities), packed, marshal.dumps(names))


def extended(words: Vocabulary, statements: Iterable[Statement]) -> Vocabulary:
    """Return the vocabulary that `build` makes of the statements of another one and of these, without making all of it again."""
    by_subject: defaultdict[Term, dict[Statement, None]] = defaultdict(dict)
    for statement in statements:
        by_subject[statement.subject][statement] = None
    entities: dict[Term, str] = marshal.loads(words.entities)
    names: dict[str, str] = marshal.loads(words.named_as)
    books: dict[str, Table] = {language: marshal.loads(book) for language, book in words.phrases.items()}
    before = {entity: words.statements(entity) for entity in by_subject}
    entities |= {entity: _facts([*before[entity], *found]) for entity, found in by_subject.items()}
    rank = {entity: place for place, entity in enumerate(entities)}
    changed: defaultdict[str, dict[str, dict[str, None]]] = defaultdict(dict)

    def rows(language: str, text: str) -> dict[str, None]:
        known = books.setdefault(language, ({}, {}))[0].get(text, "")
        return changed[language].setdefault(text, dict.fromkeys(known.split("\n") if known else ()))

    for entity, found in by_subject.items():
        for text, form in forms(entity, before[entity]):
            rows(form.language, text).pop(_packed(form), None)
        for text, form in forms(entity, (*before[entity], *found)):
            rows(form.language, text)[_packed(form)] = None
            if form.kind in ("name", "acronym"):
                others = {*names.get(name_key(text), "").split(), entity}
                names[name_key(text)] = " ".join(sorted(others, key=rank.__getitem__))
    for language, texts in changed.items():
        packed = {text: "\n".join(sorted(found, key=lambda row: rank[row.rpartition(" ")[2]])) for text, found in texts.items()}
        book = {text: row for text, row in (books[language][0] | packed).items() if row}
        books[language] = book, phrasebook.heads(book)
    return _tables(entities, {language: book for language, book in sorted(books.items()) if book[0]}, names)


def _facts(statements: list[Statement]) -> str:
    return "\n".join([statements[0].graph, *dict.fromkeys(f"{s.predicate} {s.object}" for s in statements)])


def _packed(form: Form) -> str:
    return f"{form.kind} {form.language} {'?' if form.ambiguous else '!'} {form.entity}"


def _unpack(packed: str) -> tuple[Form, ...]:
    rows = (row.split(" ") for row in packed.split("\n") if row)
    kinds: dict[str, FormKind] = {kind: kind for kind in KINDS.values()}
    return tuple(Form(entity, kinds[kind], language, mark == "?") for kind, language, mark, entity in rows)


def _of_language(found: tuple[Form, ...], language: str | None) -> tuple[Form, ...]:
    """Return the forms for texts of a language; where they name several entities, none goes without evidence."""
    if language is not None:
        own = tuple(form for form in found if form.language == language)
        found = own or tuple(form for form in found if not form.language)
    clash = len({form.entity for form in found}) > 1
    return tuple(form._replace(ambiguous=form.ambiguous or clash) for form in found)
