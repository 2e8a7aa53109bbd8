"""The formats, a row each: how an article becomes a piece of text, and what joins the pieces to a file.

A piece depends on the statements of one article alone, so articles can be written one by one, wherever, and kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.exporters import jsonld, lines, turtle, xml
from kg.exporters.sharing import Cut, Grouped, Subjects, cut, grouped
from kg.terms import Statement

Block = Sequence[Statement]


@dataclass(frozen=True, slots=True)
class Format:
    """How one format is written: `head`, the pieces with `separator` between them, `tail`.

    `group` writes what several articles share; a format that has it holds the union of all graphs as a set, so it describes
    each shared subject once, behind the pieces.
    """

    media_type: str
    suffix: str
    piece: Callable[[Cut], str]
    head: Callable[[], str] = str
    separator: str = ""
    tail: str = ""
    group: Callable[[Grouped], str] | None = None

    def write(self, blocks: Iterable[Block]) -> Iterator[str]:
        """Yield the text of blocks, the statements of one article or one vocabulary each; what they share is held in memory."""
        shared: Subjects = defaultdict(set)
        separator = ""
        yield self.head()
        for block in blocks:
            found = cut(block)
            add(shared, found.shared if self.group else {})
            if piece := self.piece(found):
                yield separator + piece
                separator = self.separator
        yield self.end(shared)

    def end(self, shared: Subjects) -> str:
        """Return what stands behind the pieces."""
        return (self.group(grouped(shared)) if self.group and shared else "") + self.tail


def add(subjects: Subjects, more: Mapping[str, set[tuple[str, str]]]) -> None:
    """Add to what is said of subjects."""
    for subject, pairs in more.items():
        subjects[subject] |= pairs


FORMATS: Mapping[str, Format] = {
    "turtle": Format("text/turtle", ".ttl", turtle.turtle_piece, turtle.head, group=turtle.turtle_group),
    "jsonld": Format(
        "application/ld+json", ".jsonld", jsonld.jsonld_piece, jsonld.head, separator=jsonld.SEPARATOR, tail=jsonld.TAIL
    ),
    "nquads": Format("application/n-quads", ".nq", lines.nquads_piece),
    "trig": Format("application/trig", ".trig", turtle.trig_piece, turtle.head),
    "ntriples": Format("application/n-triples", ".nt", lines.ntriples_piece, group=lines.ntriples_group),
    "rdfxml": Format("application/rdf+xml", ".rdf", xml.rdfxml_piece, xml.head, tail=xml.TAIL, group=xml.rdfxml_group),
}
