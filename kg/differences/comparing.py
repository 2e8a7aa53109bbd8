"""Two dumps are compared by their manifests; of their statements only those are read that differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from operator import attrgetter
from pathlib import Path
from typing import NamedTuple

from kg import terms
from kg.differences import changes, dumps
from kg.differences.changes import Change
from kg.differences.dumps import Dump, File, Version
from kg.differences.names import Names, Naming, chained, with_own
from kg.terms import Statement, Term

# What a dump tells of an entity that another one leads to, and that no article refers to
_IDENTITY = frozenset({terms.TYPE, terms.PREF_LABEL})


class Statements(NamedTuple):
    """What is said no more, and what is said now."""

    removed: tuple[Statement, ...]
    added: tuple[Statement, ...]


@dataclass(frozen=True, slots=True)
class ArticleDifference:
    """An article that was added, removed, changed or renamed: `old` and `new` are None where it is not in that dump.

    Its statements are read from the dumps whenever they are asked for, so that a comparison is as small as its list of articles.
    `iri` is its IRI in the new dump, where it is there, `old_iri` that in the old one; `bases` are those of the dumps.
    """

    iri: str
    old_iri: str
    old: Version | None
    new: Version | None
    bases: tuple[str, str] = field(repr=False)

    @property
    def source(self) -> str:
        """The source, in the new dump where it is in both."""
        version = self.new or self.old
        return version.source if version else ""

    @property
    def term(self) -> Term:
        """The IRI as a term."""
        return f"<{self.iri}>"

    def versions(self) -> tuple[list[Statement], list[Statement]]:
        """Return all statements of both versions, those of the old one as if the article had always had its new IRI."""
        old = _parsed(self.old, self.old_iri)
        if self.iri != self.old_iri:
            new_name = self._renamed
            old = [Statement(new_name(s), p, new_name(o), new_name(g)) for s, p, o, g, _ in old]
        return old, _parsed(self.new, self.iri)

    def statements(self) -> Statements:
        """Return the statements that differ, in their order in the dumps."""
        old, new = (dumps.lines(version.block) if version else [] for version in (self.old, self.new))
        same = set(old) & set(new)
        removed, added = ([line for line in lines if line not in same] for lines in (old, new))
        return Statements(tuple(_parsed(self.old, self.old_iri, removed)), tuple(_parsed(self.new, self.iri, added)))

    def changes(self) -> list[Change]:
        """Return what changed as a person would tell it; nothing for an article that is not in both dumps."""
        return changes.of_article(self.term, *self.versions()) if self.old and self.new else []

    def _renamed(self, term: Term) -> Term:
        """Return a term of the old version as it is in the new one, where only the article's IRI or the base is another."""
        before, (old, new) = f"<{self.old_iri}", self.bases
        if term.startswith(before) and term[len(before)] in ">#":
            return f"<{self.iri}{term[len(before) :]}"
        return f"<{new}{term[len(old) + 1 :]}" if term.startswith(f"<{old}") else term


def _parsed(version: Version | None, iri: str, lines: list[str] | None = None) -> list[Statement]:
    if version is None:
        return []
    return dumps.parse(dumps.lines(version.block) if lines is None else lines, f"<{iri}>", version.block.path)


@dataclass(frozen=True, slots=True)
class Reference:
    """What differs in the reference data: the statements, and which entities are `new` or `gone`.

    An entity that was at most named in the old dump, because another one led to it, and is described in the new one, is new;
    `new_names` and `gone_names` are those that are only named, and were not at all.
    """

    statements: Statements = field(default=Statements((), ()), repr=False)
    new: frozenset[Term] = field(default=frozenset(), repr=False)
    gone: frozenset[Term] = field(default=frozenset(), repr=False)
    new_names: frozenset[Term] = field(default=frozenset(), repr=False)
    gone_names: frozenset[Term] = field(default=frozenset(), repr=False)

    def changes(self) -> list[Change]:
        """Return what changed in entities that both dumps describe."""
        whole = self.new | self.gone | self.new_names | self.gone_names
        removed, added = ([s for s in side if s.subject not in whole] for side in self.statements)
        return list(changes.values(removed, added))


@dataclass(frozen=True, slots=True)
class Difference:
    """How the dump `new` differs from the dump `old`, article by article in order of IRI."""

    old: Dump
    new: Dump
    added: tuple[ArticleDifference, ...]
    removed: tuple[ArticleDifference, ...]
    changed: tuple[ArticleDifference, ...]
    renamed: tuple[ArticleDifference, ...]
    reference: Reference
    names: Names = field(repr=False)

    def __bool__(self) -> bool:
        """Tell whether the dumps say different things."""
        return bool(self.articles or any(self.reference.statements))

    @property
    def articles(self) -> tuple[ArticleDifference, ...]:
        """All articles that differ, in order of IRI."""
        every = (*self.added, *self.removed, *self.changed, *self.renamed)
        return tuple(sorted(every, key=lambda article: article.iri))

    @property
    def unchanged(self) -> int:
        """How many articles both dumps have with the same statements."""
        return self.new.articles - len(self.added) - len(self.changed) - len(self.renamed)

    @property
    def files(self) -> Mapping[str, tuple[File | None, File | None]]:
        """The files that differ, by name; None where a dump does not have it."""
        both = {name: (self.old.files.get(name), self.new.files.get(name)) for name in {**self.old.files, **self.new.files}}
        return {name: pair for name, pair in sorted(both.items()) if pair[0] != pair[1]}

    def named(self, *versions: list[Statement]) -> Names:
        """Return the names of all that these statements refer to, where anything tells them."""
        return with_own(self.names, *versions)


def diff(old: Path | str, new: Path | str) -> Difference:
    """Return how the dump `new` differs from the dump `old`.

    Raises `UsageError` for a folder that is no dump, or whose statements are not those that were built; `ResourceError` where
    one cannot be read.
    """
    (before, first), (after, second) = dumps.opened(Path(old)), dumps.opened(Path(new))
    bases = before.base, after.base
    both = sorted(iri for iri in first.keys() & second.keys() if first[iri].block.sha256 != second[iri].block.sha256)
    gone, come = ({iri: a[iri] for iri in sorted(a.keys() - b.keys())} for a, b in ((first, second), (second, first)))
    for version in (*(first[iri] for iri in both), *(second[iri] for iri in both), *gone.values(), *come.values()):
        dumps.read(version.block)  # whatever is told later, nothing is told of a dump that was changed
    names = _renamed(gone, come)
    renamed = [ArticleDifference(iri, names[iri], gone.pop(names[iri]), come.pop(iri), bases) for iri in sorted(names)]
    reference, labels = _reference(before, after)
    return Difference(
        before,
        after,
        tuple(ArticleDifference(iri, iri, None, version, bases) for iri, version in come.items()),
        tuple(ArticleDifference(iri, iri, version, None, bases) for iri, version in gone.items()),
        tuple(ArticleDifference(iri, iri, first[iri], second[iri], bases) for iri in both),
        tuple(renamed),
        reference,
        labels,
    )


def _renamed(old: Mapping[str, Version], new: Mapping[str, Version]) -> dict[str, str]:
    """Return the old IRI of each article that has a new one, since its date, its title or the base is another.

    It is known by its source: the same file or address, else the same bytes, if they gave one article here and one there. One
    record of a file is another article as soon as one before it goes, so it needs the same headline as well.
    """
    found: dict[str, str] = {}
    for key in (attrgetter("source"), attrgetter("sha256")):
        before, after = _alone(old, key, found.values()), _alone(new, key, found)
        for value in sorted(before.keys() & after.keys()):
            if _is_same((before[value], old[before[value]]), (after[value], new[after[value]])):
                found[after[value]] = before[value]
    return found


def _alone(versions: Mapping[str, Version], key: Callable[[Version], str], known: Iterable[str]) -> dict[str, str]:
    """Return the articles by their source, those of which one alone has it and that are not known yet."""
    counts, out = Counter(map(key, versions.values())), set(known)
    return {key(version): iri for iri, version in versions.items() if counts[key(version)] == 1 and iri not in out}


def _is_same(old: tuple[str, Version], new: tuple[str, Version]) -> bool:
    if "#" not in old[1].source and "#" not in new[1].source:
        return True
    first, second = (headline(f"<{iri}>", _parsed(version, iri)) for iri, version in (old, new))
    return first == second != ""


def _reference(old: Dump, new: Dump) -> tuple[Reference, Names]:
    """Return how the reference data differ, and the names that they tell; of both only what differs is kept."""
    naming = Naming()
    if dumps.has_same_reference(old, new):
        for _ in _taken(new, naming):
            pass
        return Reference(), naming.names()
    earlier = Naming()
    is_there: dict[str, bool] = {}
    before, after = _Subjects(), _Subjects()
    for line, statement in _taken(old, earlier):
        is_there[line] = False
        before.take(statement)
    added: dict[str, Statement] = {}
    for line, statement in _taken(new, naming):
        after.take(statement)
        if line in is_there:
            is_there[line] = True
        else:
            added[line] = statement
    removed = tuple(dumps.statement(line, old.nquads) for line, is_kept in is_there.items() if not is_kept)
    statements = Statements(removed, tuple(added.values()))
    (come, new_names), (gone, gone_names) = after.beyond(before), before.beyond(after)
    return Reference(statements, come, gone, new_names, gone_names), chained(naming.names(), earlier.names())


class _Subjects:
    """The entities that reference data describe, and those that they only name."""

    def __init__(self) -> None:
        self._all: set[Term] = set()
        self._described: set[Term] = set()

    def take(self, statement: Statement) -> None:
        self._all.add(statement.subject)
        if statement.predicate not in _IDENTITY:
            self._described.add(statement.subject)

    def beyond(self, other: _Subjects) -> tuple[frozenset[Term], frozenset[Term]]:
        """Return what is described here and not there, and what is only named here and not there at all."""
        described = self._described - other._described
        return frozenset(described), frozenset(self._all - self._described - other._all)


def _taken(dump: Dump, naming: Naming) -> Iterator[tuple[str, Statement]]:
    """Yield the lines of the reference data with their statements. Raises `UsageError` where one belongs to an article."""
    for line in dumps.reference(dump):
        statement = dumps.statement(line, dump.nquads)
        dumps.check_reference(statement, dump.nquads)
        naming.take(statement)
        yield line, statement


def headline(article: Term, statements: Iterable[Statement]) -> str:
    """Return the headline of an article on one line; "" where it has none."""
    found = sorted(terms.value(s.object) for s in statements if s.subject == article and s.predicate == terms.HEADLINE)
    return " ".join(found[0].split()) if found else ""
