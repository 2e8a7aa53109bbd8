"""SKOS files become a vocabulary: entities with what is said of them, and the phrases that name them."""

from __future__ import annotations

import gc
import marshal
import re
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import NamedTuple

import ahocorasick_rs

from kg import compiled, inflection, rdf, resources, terms
from kg.forms import JOINED, KINDS, Form, FormKind, folded, forms, name_key, numbers
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
# The automaton finds the first letters of phrases, two tables what follows them: how long the phrases are that begin with these
# letters and, for the longer ones, with these and some more. Made of whole phrases the automaton would take seconds for 200,000;
# of six letters it takes a tenth of one, and an English text holds few such beginnings that lead to no phrase.
_HEAD, _STEM = 6, 12
# The program that makes the tables: with another one they are made again
_MAKERS = [Path(__file__).with_name(name) for name in ("forms.py", "inflection.py", "rdf.py", "terms.py", "vocabulary.py")]
# What an entity belongs to and consists of, which is described with it
_BELONGS = frozenset({terms.BROADER, terms.CONTAINED_IN_PLACE, terms.ABOUT, terms.PARTICIPATION, terms.HAS_OCCUPATION})
_IDENTITY = frozenset({terms.TYPE, terms.PREF_LABEL})
# White space of several characters, with one line break at most
_WIDE_SPACE = re.compile(r"[^\S\n]{2,}(?:\n[^\S\n]*)?|[^\S\n]\n[^\S\n]*|\n[^\S\n]+")


class Source(NamedTuple):
    """A SKOS file of the user; `kind` is what its concepts are that have none of our types."""

    path: Path
    kind: str = "theme"


class Match(NamedTuple):
    """Words of a text and the forms that they are."""

    begin: int
    end: int
    forms: tuple[Form, ...]


class _Book(NamedTuple):
    """What is looked up in texts of one language: the forms of each phrase, packed, and what finds their beginnings.

    `lengths` are those of the phrases that begin with the automaton's patterns, `longer` those that begin with a stem; each
    with the longest first.
    """

    phrases: dict[str, str]
    lengths: list[tuple[int, ...]]
    longer: dict[str, tuple[int, ...]]
    automaton: ahocorasick_rs.AhoCorasick


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

    def __contains__(self, entity: Term) -> bool:
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
    def _books(self) -> dict[str | None, _Book]:
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

    def _book(self, language: str | None) -> _Book:
        """Return what is looked up in texts of a language (primary subtag; None: of any)."""
        if language is not None and language not in self.phrases:
            language = ""
        if language not in self._books:
            self._books[language] = _bound(
                marshal.loads(self.phrases[name]) for name in self.phrases if language in (None, name) or not name
            )
        return self._books[language]

    def matches(self, text: str, language: str | None, within: Iterable[tuple[int, int]]) -> list[Match]:
        """Return what the text names, the longest match at each place, in order; whole words only.

        `language` (BCP 47) decides which forms are tried, None tries all; `within` are the stretches to search.
        """
        primary = language.partition("-")[0] if language else None
        book = self._book(primary)
        squeezed, original = _squeezed(text)
        plain = folded(squeezed)
        found: dict[int, Match] = {}
        for index, begin, _ in book.automaton.find_matches_as_indexes(plain, overlapping=True):
            if begin and plain[begin - 1] != " " and not _begins(plain, begin):
                continue
            longest = found[begin].end if begin in found else 0
            for length in (*book.longer.get(plain[begin : begin + _STEM], ()), *book.lengths[index]):
                end = begin + length
                if end <= longest:
                    break
                if end <= len(plain) and plain[begin:end] in book.phrases and _ends(plain, end):
                    found[begin] = Match(begin, end, self.forms(plain[begin:end], primary))
                    break
        ordered = (found[begin] for begin in sorted(found))
        if original is not None:
            ordered = (Match(original(begin), original(end - 1) + 1, named) for begin, end, named in ordered)
        return list(_longest(ordered, list(within)))

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
    files = [*(shipped / name for name in FILES), *(source.path for source in own)]
    key = compiled.key(files + _MAKERS, base, *(source.kind for source in own))
    tables = compiled.load(key)
    if tables is not None:
        return Vocabulary(*tables)
    with _without_collector():
        statements = [s for name, kind in FILES.items() for s in _shipped(shipped / name, kind)]
        typed = {s.subject for s in statements if s.predicate == terms.TYPE}
        words = build(chain(statements, *(own_statements(source, base, typed) for source in own)))
    compiled.save(key, (words.entities, words.phrases, words.named_as))
    return words


@contextmanager
def _without_collector() -> Iterator[None]:
    """Let Python not look for garbage in circles: among millions of small values that all stay it would look for long."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def _shipped(path: Path, kind: str) -> Iterator[Statement]:
    graph = terms.iri(f"{terms.VOCABULARY}{kind}")
    return (statement._replace(graph=graph) for statement in rdf.read(path))


def own_statements(source: Source, base: str, typed: Collection[Term] = ()) -> Iterator[Statement]:
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


def _typed(statements: list[Statement], kinds: Sequence[Term], typed: Collection[Term]) -> Iterator[Statement]:
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
        language: ({text: "\n".join(map(_packed, found)) for text, found in book.items()}, _heads(book))
        for language, book in sorted(phrases.items())
    }
    return Vocabulary(
        marshal.dumps({entity: _facts(list(found)) for entity, found in by_subject.items()}),
        {"": marshal.dumps(({}, {}))} | {language: marshal.dumps(book) for language, book in packed.items()},
        marshal.dumps({name: " ".join(found) for name, found in names.items()}),
    )


def _facts(statements: list[Statement]) -> str:
    return "\n".join([statements[0].graph, *dict.fromkeys(f"{s.predicate} {s.object}" for s in statements)])


def _heads(phrases: Iterable[str]) -> dict[str, tuple[int, ...]]:
    """Return for the heads and the stems of phrases how long these are, the longest first; a stem's head is there as well."""
    lengths: defaultdict[str, set[int]] = defaultdict(set)
    for phrase in phrases:
        head = lengths[phrase[:_HEAD]]
        (head if len(phrase) <= _STEM else lengths[phrase[:_STEM]]).add(len(phrase))
    return {head: tuple(sorted(found, reverse=True)) for head, found in lengths.items()}


def _bound(tables: Iterable[tuple[dict[str, str], dict[str, tuple[int, ...]]]]) -> _Book:
    """Return one book of the phrases of several languages."""
    (phrases, heads), *smaller = sorted(tables, key=lambda table: -len(table[0]))
    for more, others in smaller:
        shared = {phrase: f"{phrases[phrase]}\n{more[phrase]}" for phrase in phrases.keys() & more.keys()}
        phrases |= more | shared
        meeting = {head: tuple(sorted({*heads[head], *others[head]}, reverse=True)) for head in heads.keys() & others.keys()}
        heads |= others | meeting
    patterns = [head for head in heads if len(head) <= _HEAD]
    longer = {stem: lengths for stem, lengths in heads.items() if len(stem) == _STEM}
    return _Book(phrases, [heads[head] for head in patterns], longer, ahocorasick_rs.AhoCorasick(patterns))


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


def _squeezed(text: str) -> tuple[str, Callable[[int], int] | None]:
    """Return the text with one space where a line was broken or indented, and what gives the offset that one had before."""
    if not any(space in text for space in ("  ", "\n ", " \n", "\r", "\t", "\f")):
        return text, None
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


_MARKS = frozenset(["", *" .,;:!?)'\""])
_ARABIC = re.compile(r"[\u0621-\u064a]{1,3}\Z")


def _begins(text: str, begin: int) -> bool:
    """Tell whether a word begins there; in Arabic the particles that are written with it may stand before."""
    if not JOINED.match(text, begin - 1) or not JOINED.match(text, begin):
        return True
    if not "\u0621" <= text[begin] <= "\u064a":
        return False
    particles = _ARABIC.search(text, max(0, begin - 3), begin)
    return (
        particles is not None
        and inflection.arabic_prefix(particles[0])
        and not JOINED.match(text, particles.start() - 1 if particles.start() else len(text))
    )


def _ends(text: str, end: int) -> bool:
    """Tell whether a word ends there."""
    return text[end : end + 1] in _MARKS or not JOINED.match(text, end) or not JOINED.match(text, end - 1)


def _longest(found: Iterable[Match], stretches: list[tuple[int, int]]) -> Iterator[Match]:
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
