"""Converted articles on their way to a dump: on disk in the order in which they came, read back in order of IRI."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import BinaryIO

from kg.errors import Finding, Place
from kg.terms import Term

_OF_NO_TEXT = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True, slots=True)
class Converted:
    """An article on its way out: its quads as canonical N-Quads, what it refers to, and what there is to say of it."""

    iri: Term
    source: str
    digest: str
    text_digest: str
    is_copy: bool
    published: str | None
    nquads: bytes = field(repr=False)
    entities: frozenset[Term] = field(repr=False)
    kinds: Mapping[str, int]
    findings: tuple[Finding, ...]

    @property
    def is_good(self) -> bool:
        """Tell whether no shape is violated."""
        return all(finding.severity != "violation" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A source that gave no article, and why."""

    findings: tuple[Finding, ...]


@dataclass(slots=True)
class Spool:
    """Converted articles on disk, in the order in which they came; only their places are in memory."""

    file: BinaryIO
    places: dict[Term, tuple[int, int]] = field(default_factory=dict)
    articles: dict[Term, Converted] = field(default_factory=dict)
    texts: dict[str, Term] = field(default_factory=dict)
    entities: set[Term] = field(default_factory=set)
    kinds: Counter[str] = field(default_factory=Counter)
    statements: int = 0
    refused: int = 0
    findings: list[Finding] = field(default_factory=list)

    def take(self, item: Converted | Refusal | Finding) -> None:
        """Keep a good article, and what there is to say of the others."""
        if isinstance(item, Finding):
            self.findings.append(item)
            return
        self.findings.extend(item.findings)
        if isinstance(item, Refusal):
            self.refused += 1
        else:
            self._add(item)

    def _add(self, converted: Converted) -> None:
        """Keep an article; two sources of one text are one article, two texts with one IRI a fault."""
        if not converted.is_good:
            self.refused += 1
            return
        before = self.articles.get(converted.iri)
        if before is not None and before.source == converted.source and before.digest == converted.digest:
            return  # a file that was named twice, by itself and by its folder
        if before is not None:
            same = before.text_digest == converted.text_digest
            words = "the same article stands in" if same else "another text with the same IRI stands in"
            reason = f"{words} {before.source}: {converted.iri}"
            self.findings.append(Finding("warning" if same else "violation", reason, Place(converted.source, 1)))
            self.refused += not same
            return
        twin = self._twin(converted)
        if twin is not None:
            reason = f"the same text stands in {twin.source}; it is one article: {twin.iri}"
            self.findings.append(Finding("warning", reason, Place(converted.source, 1)))
            return
        self.places[converted.iri] = (self.file.tell(), len(converted.nquads))
        self.articles[converted.iri] = replace(converted, nquads=b"", entities=frozenset(), findings=(), kinds={})
        self.file.write(converted.nquads)
        self.statements += converted.nquads.count(b"\n")
        self.entities |= converted.entities
        self.kinds.update(converted.kinds)

    def _twin(self, converted: Converted) -> Converted | None:
        """Return the article that has this very text, unless one of the two says that it is a copy or they are of other days.

        Remembers the first article of each text.
        """
        if converted.is_copy or converted.text_digest == _OF_NO_TEXT:
            return None
        found = self.articles.get(self.texts.setdefault(converted.text_digest, converted.iri))
        if found is None or not (found.published and converted.published):
            return found
        one, other = sorted((found.published[:10], converted.published[:10]), key=len)
        return found if other.startswith(one) else None

    def blocks(self) -> Iterator[bytes]:
        """Yield the quads of each article in order of IRI."""
        for _, (begin, length) in sorted(self.places.items()):
            self.file.seek(begin)
            yield self.file.read(length)
