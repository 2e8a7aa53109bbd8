"""What is wrong with a vocabulary, and on which line: what shapes refuse, and what would link wrongly or not at all."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from kg import circles, compiled, rdf, resources, terms, validation, vocabulary
from kg.errors import SEVERITIES, Finding, Place, VocabularyError
from kg.forms import KINDS, folded, forms, is_no_name, name_key
from kg.terms import Statement, Term
from kg.vocabulary import FILES, TYPES, Source, Vocabulary

_OUR_TYPES = frozenset(kind for kinds in TYPES.values() for kind in kinds)
_NARROWER, _RELATED = f"<{terms.SKOS}narrower>", f"<{terms.SKOS}related>"
# What leads from one concept to another
_REFERENCES = frozenset(
    {
        terms.ABOUT,
        terms.AFFILIATION,
        terms.BROADER,
        terms.CONTAINED_IN_PLACE,
        terms.DEPOSITARY,
        terms.HAS_OCCUPATION,
        terms.INITIATOR,
        terms.MEMBER,
        terms.PARTICIPANT,
        terms.PARTICIPATION,
        terms.SUCCESSOR_STATE,
        _NARROWER,
        _RELATED,
    }
)
_SHIPPED = tuple(f"<{namespace}" for namespace in terms.ENTITY_PREFIXES.values())
_NAMESPACE = re.compile(r".*[/#:](?=.)", re.DOTALL)
# The engines' time grows faster than a graph does
_AT_ONCE = 2000
_SHOWN = 4
# The program that finds the warnings: with another one they are sought again
_PROGRAM = compiled.key(
    Path(__file__).with_name(name)
    for name in ("circles.py", "forms.py", "inflection.py", "inspection.py", "phrasebook.py", "rdf.py", "vocabulary.py")
)


class Inspection(NamedTuple):
    """What there is to say of vocabulary files, in the order of their lines, and how much they hold."""

    findings: tuple[Finding, ...]
    concepts: int
    labels: int


class _Label(NamedTuple):
    """A statement that names something, and the text and language of the name."""

    subject: Term
    predicate: Term
    literal: Term
    text: str
    language: str

    @property
    def phrase(self) -> str:
        """The label as it is looked up."""
        return " ".join(folded(self.text).split())

    @property
    def groups(self) -> tuple[str, ...]:
        """The languages in whose texts it may be looked up: its own ("": any)."""
        return ("", self.language.partition("-")[0]) if self.language else ("",)

    def __str__(self) -> str:
        return _shown(self.literal)


@dataclass(frozen=True)
class _File:
    """A vocabulary file that could be read: its statements as a build has them, and where they stand in it."""

    source: Source
    graph: str
    statements: tuple[Statement, ...]

    @cached_property
    def subjects(self) -> dict[Term, list[Statement]]:
        """What the file says of each of its subjects."""
        found: defaultdict[Term, list[Statement]] = defaultdict(list)
        for statement in self.statements:
            found[statement.subject].append(statement)
        return found

    @cached_property
    def labels(self) -> list[_Label]:
        """The statements that name something."""
        found = (s for s in self.statements if s.predicate in KINDS and s.object[0] == '"')
        return [_Label(s.subject, s.predicate, s.object, *terms.parts(s.object)[:2]) for s in found]

    @cached_property
    def _lines(self) -> rdf.Lines:
        return rdf.lines(self.source.path)

    def place(self, subject: Term, predicate: Term | None = None, object: Term | None = None) -> Place:
        """Return the place of a statement, else that of its subject."""
        return Place(str(self.source.path), self._lines.find(self._read(subject), predicate, object and self._read(object)))

    def _read(self, term: Term) -> Term:
        """Return a term as it was read: a build names blank nodes."""
        start = f"<{self.graph}#"
        return f"_:{term[len(start) : -1]}" if term.startswith(start) else term


@dataclass(frozen=True)
class _World:
    """All the files that are inspected together, and the vocabularies in which their names are looked up."""

    files: tuple[_File, ...]
    vocabularies: tuple[Vocabulary, ...]

    def __contains__(self, entity: Term) -> bool:
        return any(entity in file.subjects for file in self.files) or any(entity in words for words in self.vocabularies)

    def statements(self, entity: Term) -> list[Statement]:
        """Return what files and vocabularies say of an entity."""
        found = [s for file in self.files for s in file.subjects.get(entity, ())]
        return found + [s for words in self.vocabularies for s in words.statements(entity)]

    def named(self, phrase: str, language: str) -> frozenset[Term]:
        """Return the entities that a phrase names in one language ("": in all)."""
        found = (form for words in self.vocabularies for form in words.forms(phrase, language))
        return frozenset(form.entity for form in found if form.language == language)

    @cached_property
    def _sure(self) -> dict[Term, set[tuple[str, str]]]:
        return {}

    def is_sure(self, entity: Term, phrase: str, language: str) -> bool:
        """Tell whether a concept has the phrase in that language and does not call it ambiguous."""
        if entity not in self._sure:
            found = forms(entity, self.statements(entity))
            self._sure[entity] = {(text, form.language) for text, form in found if not form.ambiguous}
        return (phrase, language) in self._sure[entity]


def inspect(source: Source | Path, base: str = terms.DEFAULT_BASE) -> tuple[Finding, ...]:
    """Return what there is to say of a vocabulary file, beside the shipped vocabulary, in order of its lines."""
    return inspect_all([source], base).findings


def inspect_all(sources: Iterable[Source | Path] = (), base: str = terms.DEFAULT_BASE) -> Inspection:
    """Return what there is to say of vocabulary files; of the shipped ones where none is named.

    A file that cannot be parsed is a violation, and the others are inspected all the same. Raises `ResourceError` for one
    that cannot be read.
    """
    named = [source if isinstance(source, Source) else Source(source) for source in sources]
    chosen = tuple(dict.fromkeys(named or shipped()))
    files: list[_File] = []
    findings: list[Finding] = []
    for source in chosen:
        try:
            files.append(_opened(source, base))
        except VocabularyError as error:
            findings.extend(Finding("violation", e.reason, e.place or Place(str(source.path))) for e in error.each())
    faulty = {source.path.resolve() for source in chosen} - {file.source.path.resolve() for file in files}
    world = _World(tuple(files), tuple(_known(files, base, faulty)))
    findings.extend(finding for check in CHECKS for finding in check(world))
    labels = {label[:3] for file in files for label in file.labels}
    return Inspection(_ordered(findings, chosen), len({subject for subject, *_ in labels}), len(labels))


def warnings(sources: Iterable[Source], words: Vocabulary, base: str = terms.DEFAULT_BASE) -> tuple[Finding, ...]:
    """Return what a build should say of the user's files, which `words` was loaded with: names that link otherwise than meant.

    Circles, labels that are not matched and labels that clash; kept in the cache beside the compiled vocabulary.
    """
    chosen = tuple(dict.fromkeys(sources))
    if not chosen:
        return ()
    files = [source.path for source in (*shipped(), *chosen)]
    key = compiled.key(files, _PROGRAM, base, "warnings", *(source.kind for source in chosen))
    rows = compiled.load(key)
    if rows is None:
        world = _World(tuple(_opened(source, base) for source in chosen), (words,))
        found = _ordered((finding for check in _ON_LOADING for finding in check(world)), chosen)
        paths = [str(source.path) for source in chosen]
        rows = tuple((finding.reason, paths.index(finding.place.source), finding.place.line) for finding in found)
        compiled.save(key, rows)
    return tuple(Finding("warning", reason, Place(str(chosen[index].path), line)) for reason, index, line in rows)


def shipped() -> list[Source]:
    """Return the files of the shipped vocabulary."""
    return [Source(resources.folder("ontology") / name, kind) for name, kind in FILES.items()]


def _opened(source: Source, base: str) -> _File:
    return _File(source, vocabulary.graph_of(source.path, base), tuple(vocabulary.own_statements(source, base)))


def _known(files: Sequence[_File], base: str, faulty: set[Path]) -> Iterator[Vocabulary]:
    """Yield the shipped vocabulary, and one of those concepts of other files whose names may clash with each other.

    Where a shipped file is at fault there is only what the files say.
    """
    ours = {source.path.resolve() for source in shipped()}
    if not faulty.isdisjoint(ours):
        yield vocabulary.build(s for file in files for s in file.statements)
        return
    words = vocabulary.load(base)
    yield words
    foreign = [file for file in files if file.source.path.resolve() not in ours]
    by_name: defaultdict[str, set[Term]] = defaultdict(set)
    alike: set[Term] = set()
    for label in (label for file in foreign for label in file.labels):
        by_name[name_key(label.text)].add(label.subject)
        if any(words.forms(label.phrase, language) for language in label.groups):
            alike.add(label.subject)
    alike.update(entity for entities in by_name.values() if len(entities) > 1 for entity in entities)
    yield vocabulary.build(s for file in foreign for s in file.statements if s.subject in alike)


def _ordered(findings: Iterable[Finding], sources: Sequence[Source]) -> tuple[Finding, ...]:
    """Return the findings, each once, in the order of files, lines and gravity."""
    files = {str(source.path): number for number, source in enumerate(sources)}

    def place(found: Finding) -> tuple[int, int, int, int, str]:
        at = found.place
        return files.get(at.source, len(files)), at.line, at.column, SEVERITIES.index(found.severity), found.reason

    return tuple(sorted(dict.fromkeys(findings), key=place))


# --- checks ----------------------------------------------------------------------------------------------------------------
def check_shapes(world: _World) -> Iterator[Finding]:
    """Yield what our shapes say of each file, some concepts at a time, with the types of what these refer to."""
    shapes = validation.load_shapes()
    for file in world.files:
        for part in _parts(file.subjects):
            statements = [s for subject in part for s in world.statements(subject)]
            others = {s.object for s in statements if s.object[0] == "<" and s.predicate != terms.TYPE}.difference(part)
            statements += [s for other in sorted(others) for s in world.statements(other) if s.predicate == terms.TYPE]
            for result in validation.validate(statements, shapes):
                if result.focus in part:
                    yield replace(result, place=_place(result, file))


def _parts(subjects: Mapping[Term, Sequence[Statement]]) -> Iterator[set[Term]]:
    part: set[Term] = set()
    size = 0
    for subject in sorted(subjects):
        part.add(subject)
        size += len(subjects[subject])
        if size >= _AT_ONCE:
            yield part
            part, size = set(), 0
    if part:
        yield part


def _place(result: validation.Result, file: _File) -> Place:
    """Return the place of the value at fault, else of the last such property, else of the node."""
    values = [s.object for s in file.subjects[result.focus] if s.predicate == result.path and result.value in (None, s.object)]
    places = [file.place(result.focus, result.path, value) for value in values]
    return max(places, key=lambda place: place.line, default=file.place(result.focus))


def check_circles(world: _World) -> Iterator[Finding]:
    """Yield a warning for concepts that are broader than themselves."""
    wider: defaultdict[Term, list[Term]] = defaultdict(list)
    stated: dict[tuple[Term, Term], _File] = {}
    for file in world.files:
        for statement in file.statements:
            if statement.predicate == terms.BROADER:
                wider[statement.subject].append(statement.object)
                stated.setdefault((statement.subject, statement.object), file)
    for circle in circles.find(wider):
        way = " → ".join(terms.shorten(concept) for concept in (*circle[:_SHOWN], circle[0]))
        if len(circle) > _SHOWN:
            way = f"{way.rpartition(' → ')[0]} → … ({len(circle):,} concepts)"
        first = circle[0], circle[1 % len(circle)]
        yield Finding("warning", f"skos:broader goes in a circle: {way}", stated[first].place(first[0], terms.BROADER, first[1]))


def check_unmatched(world: _World) -> Iterator[Finding]:
    """Yield a warning for each label that no text is searched for."""
    for file in world.files:
        for label in file.labels:
            if is_no_name(label.text):
                signs = sum(map(str.isalnum, label.text))
                why = "a word of every sentence" if signs > 1 else "a single letter" if signs else "nothing but signs"
                yield Finding("warning", f"the label {label} is {why}: not matched", file.place(*label[:3]))


def check_clashes(world: _World) -> Iterator[Finding]:
    """Yield a warning for each label of several concepts that not all of them call ambiguous."""
    found: dict[tuple[str, str, frozenset[Term]], tuple[_File, _Label]] = {}
    for file in world.files:
        for label in file.labels:
            for language in label.groups:
                entities = world.named(label.phrase, language)
                if len(entities) > 1 and label.subject in entities:
                    found.setdefault((label.phrase, language, entities), (file, label))
    for (phrase, language, entities), (file, label) in found.items():
        if any(world.is_sure(entity, phrase, language) for entity in entities):
            what = "usual name" if all(_has(world, entity, terms.PREF_LABEL, label.literal) for entity in entities) else "label"
            reason = f"the {what} {label} names {_listed(entities)}: treated as ambiguous"
            yield Finding("warning", reason, file.place(*label[:3]))


def _has(world: _World, entity: Term, predicate: Term, object_: Term) -> bool:
    return any(s.predicate == predicate and s.object == object_ for s in world.statements(entity))


def _listed(entities: Iterable[Term]) -> str:
    """Return the names of several entities as a sentence has them, not too many."""
    names = [terms.shorten(entity) for entity in sorted(entities)]
    if len(names) > _SHOWN:
        return f"{', '.join(names[:_SHOWN])} and {len(names) - _SHOWN:,} others"
    return f"{', '.join(names[:-1])} and {names[-1]}"


def check_ambiguous(world: _World) -> Iterator[Finding]:
    """Yield a warning for each form that is called ambiguous and is no label of its concept in that language."""
    for file in world.files:
        for subject, statements in file.subjects.items():
            ambiguous = [s.object for s in statements if s.predicate == terms.AMBIGUOUS_LABEL and s.object[0] == '"']
            said = world.statements(subject) if ambiguous else ()
            labels = {_key(s.object) for s in said if s.predicate in KINDS and s.object[0] == '"'}
            for form in (form for form in ambiguous if _key(form) not in labels):
                reason = f"the ambiguous form {_shown(form)} is no label of {terms.shorten(subject)}"
                yield Finding("warning", reason, file.place(subject, terms.AMBIGUOUS_LABEL, form))


def _key(label: Term) -> tuple[str, str]:
    text, language, _ = terms.parts(label)
    return name_key(text), language


def check_languages(world: _World) -> Iterator[Finding]:
    """Yield a note for each label without a language."""
    for file in world.files:
        for label in file.labels:
            if not label.language:
                reason = "a label without a language is matched in texts of every language"
                yield Finding("info", reason, file.place(*label[:3]))


def check_references(world: _World) -> Iterator[Finding]:
    """Yield a warning for what leads to an entity of ours, or of the file, that is nowhere."""
    for file in world.files:
        own = {_namespace(label.subject) for label in file.labels}
        for subject, predicate, object_, *_ in file.statements:
            if object_[0] != "<" or predicate == terms.TYPE:
                continue
            is_entity = object_.startswith(_SHIPPED) or (predicate in _REFERENCES and _namespace(object_) in own)
            if is_entity and object_ not in world:
                reason = f"{terms.compact(predicate)} leads to {terms.shorten(object_)}, of which nothing is said"
                yield Finding("warning", reason, file.place(subject, predicate, object_))


def _namespace(iri: Term) -> str:
    found = _NAMESPACE.match(iri[1:-1])
    return found[0] if found else iri


def check_nameless(world: _World) -> Iterator[Finding]:
    """Yield a note for a concept, and a warning for a whole file, without a label."""
    for file in world.files:
        if not file.labels:
            yield Finding("warning", "no labels in this file: it names nothing", Place(str(file.source.path)))
        named = {label.subject for label in file.labels}
        for subject, said in file.subjects.items():
            types = {s.object for s in said if s.predicate == terms.TYPE}
            if terms.CONCEPT in types and subject not in named and types.isdisjoint(_OUR_TYPES):
                yield Finding("info", "a concept without a label names nothing", file.place(subject))


def _shown(literal: Term) -> str:
    """Return a literal as a sentence has it, cut where it is long."""
    text, language, _ = terms.parts(literal)
    return f'"{text[:60]}…"' if len(text) > 60 else f'"{text}"' + (f"@{language}" if language else "")


Check = Callable[[_World], Iterator[Finding]]
_ON_LOADING: tuple[Check, ...] = (check_circles, check_unmatched, check_clashes)
CHECKS: tuple[Check, ...] = (
    *_ON_LOADING,
    check_shapes,
    check_ambiguous,
    check_languages,
    check_references,
    check_nameless,
)
