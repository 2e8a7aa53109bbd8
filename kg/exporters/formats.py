"""The formats, a row each: how an article becomes a piece of text, and what joins the pieces to a file.

A piece depends on the statements of one article alone, so articles can be written one by one, wherever, and kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg.exporters import jsonld, lines, tables, turtle, xml
from kg.exporters.sharing import Cut, Grouped, Subjects, cut, grouped
from kg.terms import Statement

Block = Sequence[Statement]


@dataclass(frozen=True, slots=True)
class Format:
    """How one file is written: `head`, the pieces with `separator` between them, `tail`.

    `group` writes what several articles share; a format that has it holds the union of all graphs as a set, so it describes
    each shared subject once, behind the pieces. Where `piece` is None, there is nothing else. `stem` is the file's name.
    """

    media_type: str
    suffix: str
    piece: Callable[[Cut], str] | None
    head: Callable[[], str] = str
    separator: str = ""
    tail: str = ""
    group: Callable[[Grouped], str] | None = None
    stem: str = "articles"

    def write(self, blocks: Iterable[Block]) -> Iterator[str]:
        """Yield the text of blocks, the statements of one article or one vocabulary each; what they share is held in memory."""
        return (text for _, text in write_each((self,), blocks))

    def shared(self, shared: Subjects) -> str:
        """Return what the articles share."""
        return self.group(grouped(shared)) if self.group and shared else ""


def write_each(forms: Sequence[Format], blocks: Iterable[Block]) -> Iterator[tuple[int, str]]:
    """Yield the texts of several formats, each with the format's place in the sequence, while the blocks are read once."""
    shared: Subjects = defaultdict(set)
    separators = [""] * len(forms)
    for place, form in enumerate(forms):
        yield place, form.head()
    for block in blocks:
        found = cut(block)
        add(shared, found.shared if any(form.group for form in forms) else {})
        for place, form in enumerate(forms):
            if form.piece and (piece := form.piece(found)):
                yield place, separators[place] + piece
                separators[place] = form.separator
    for place, form in enumerate(forms):
        yield place, form.shared(shared) + form.tail


def add(subjects: Subjects, more: Mapping[str, set[tuple[str, str]]]) -> None:
    """Add to what is said of subjects."""
    for subject, pairs in more.items():
        subjects[subject] |= pairs


FORMATS: Mapping[str, Format] = {
    "turtle": Format("text/turtle", ".ttl", turtle.turtle_piece, turtle.head, group=turtle.turtle_group),
    "jsonld": Format(
        "application/ld+json", ".jsonld", jsonld.jsonld_piece, jsonld.head, separator=jsonld.SEPARATOR, tail=jsonld.TAIL
    ),
    # Media type and ending are those of Eclipse RDF4J, which reads it too
    "ndjsonld": Format("application/x-ld+ndjson", ".ndjsonld", jsonld.ndjsonld_piece),
    "nquads": Format("application/n-quads", ".nq", lines.nquads_piece),
    "trig": Format("application/trig", ".trig", turtle.trig_piece, turtle.head),
    "ntriples": Format("application/n-triples", ".nt", lines.ntriples_piece, group=lines.ntriples_group),
    "rdfxml": Format("application/rdf+xml", ".rdf", xml.rdfxml_piece, xml.head, tail=xml.TAIL, group=xml.rdfxml_group),
    "csv:articles": Format("text/csv", ".csv", tables.articles_piece, tables.ARTICLES.head),
    "csv:people": Format("text/csv", ".csv", None, tables.PEOPLE.head, group=tables.people_group, stem="people"),
    "csv:mentions": Format("text/csv", ".csv", tables.mentions_piece, tables.MENTIONS.head, stem="mentions"),
    "csv:citations": Format("text/csv", ".csv", tables.citations_piece, tables.CITATIONS.head, stem="citations"),
}
