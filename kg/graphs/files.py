"""An RDF file of any size and order is read once from end to end; its subjects are then found again on the disk."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import pyoxigraph

from kg.errors import Place, VocabularyError
from kg.graphs.around import SUB_CLASS_OF, TYPE, Surroundings
from kg.graphs.index import AHEAD, Index, Node, encoded, storage
from kg.graphs.parts import SIZE, Unit, parts
from kg.graphs.streams import Stream
from kg.terms import Term
from kg.validation.parts import Needs, Part

# Bytes; what is smaller is read whole, with nicer blank nodes and the columns of its statements
LARGE = 8_000_000
Types = Callable[[Term], Sequence[Term]]
_DIRECTED = re.compile(rb'.*"@[A-Za-z0-9-]+--(?:ltr|rtl) \.\n', re.DOTALL)


def _no_types(entity: Term) -> Sequence[Term]:
    return ()


def parts_of_file(
    path: Path,
    form: pyoxigraph.RdfFormat,
    needs: Needs,
    types: Types = _no_types,
    source: str | None = None,
    size: int = SIZE,
) -> Iterator[Part]:
    """Yield an RDF file part by part: its subjects in order, several each, then what is only referred to.

    Each subject is judged in one part, with all that the whole file says of it and of the nodes around it that `needs` asks
    for. `types` gives the types that a vocabulary knows of an entity; those of entities that the file refers to and does not
    describe are added, and such an entity is judged in no part. The same triple in several named graphs counts once.
    A part has at least `size` statements of its own.

    Memory does not grow with N-Triples, N-Quads, Turtle and TriG, packed with gzip or not; JSON-LD and RDF/XML are looked at
    as a whole before they are read. Blank nodes have the labels of the file, those without one have another in each run: to
    name them by what is said of them, as `rdf.read` does, takes the whole graph. In Turtle and TriG the line of a statement is
    that on which its object ends; behind many lines without a statement it is not known, nor that of a blank node in JSON-LD
    and RDF/XML.
    Raises what `rdf.read` raises; `source` is what places name, by default the path.
    """
    if needs.local is None:
        return
    with storage(path):
        file = _File(Stream(path, form, source or str(path)), needs, types)
        around = Surroundings(needs, file.lines, file.has_axioms, file.has_blanks, file.is_judged)
        yield from parts(file.subjects(around), around, file.line, frozenset, size)
        yield from parts(file.dangling(), around, file.line, frozenset, size)


def whole(path: Path, form: pyoxigraph.RdfFormat, needs: Needs, types: Types = _no_types, source: str | None = None) -> Part:
    """Return a whole RDF file or dump as one part, for the shapes of `needs.whole`.

    It holds the statements with the predicates that these look at, and what is said of blank nodes; everything where that is
    not known. Otherwise as `parts_of_file`, except that memory does grow.
    """
    with storage(path):
        file = _File(Stream(path, form, source or str(path)), needs, types)
        reads = None if needs.whole_reads is None else encoded(needs.whole_reads)
        text, blanks, foreign = bytearray(), set[bytes](), set[Node]()
        for line in file.every_line():
            if line.startswith(b"_"):
                blanks.add(line)
            elif reads is None or line.split(b" ", 2)[1] in reads:
                text += line
            if types is not _no_types:
                foreign.add(line.split(b" ", 2)[2][:-3])
        kinds = {node: file.kinds(node) for node in sorted(foreign) if not file.index.has(node)}
        text += b"".join((*sorted(blanks), *(line for lines in kinds.values() for line in lines)))
        return Part(text.decode(), _AllBut(frozenset(node for node, lines in kinds.items() if lines)), file.line)


class _AllBut:
    """Holds every node but some."""

    def __init__(self, others: frozenset[Node]) -> None:
        self._others = others

    def __contains__(self, term: object) -> bool:
        return not isinstance(term, str) or term.encode() not in self._others


class _File:
    """The statements of a file, by subject."""

    def __init__(self, stream: Stream, needs: Needs, types: Types) -> None:
        self._stream = stream
        self._types = types
        self._targets = encoded(needs.object_targets)
        self._nodes = encoded(needs.node_targets)
        self.has_axioms = self.has_blanks = False
        self.index = Index(stream.file)
        self._read()
        self.index.close()

    def every_line(self) -> Iterable[bytes]:
        """Return every statement of the file, in order, as a line of N-Triples."""
        self._stream.file.seek(0)
        return io.BufferedReader(io.FileIO(self._stream.file.fileno(), closefd=False), AHEAD)

    def _read(self) -> None:
        special = self._targets | {SUB_CLASS_OF}
        position = begin = first = 0
        node, start = b"", b"\0"
        for number, line in enumerate(self.every_line()):
            if not line.startswith(start):
                if node:
                    self.index.extend(node, begin, position - begin, first)
                node = line[: line.index(b" ")]
                begin, first, start = position, number, node + b" "
                self.has_blanks |= node.startswith(b"_")
            _, predicate, rest = line.split(b" ", 2)
            if predicate in special:
                self.has_axioms |= predicate == SUB_CLASS_OF
                if predicate in self._targets:
                    self.index.add_witness(rest[:-3], predicate, line, number)
            if b"--" in rest or rest.startswith(b"<<"):
                self._refuse_newer(rest, number)
            position += len(line)
        if node:
            self.index.extend(node, begin, position - begin, first)

    def _refuse_newer(self, rest: bytes, number: int) -> None:
        what = "a triple term" if rest.startswith(b"<<") else "a text with a direction" if _DIRECTED.fullmatch(rest) else ""
        if what:
            raise VocabularyError(f"{what}: RDF 1.2 is not read", Place(self._stream.source, self._stream.line(number)))

    # --- parts ---------------------------------------------------------------------------------------------------------------
    def subjects(self, around: Surroundings) -> Iterator[Unit]:
        """Yield each subject with all that is said of it."""
        for node, lines, witnesses in self.index.subjects():
            text = b"".join((*lines, *witnesses))
            yield Unit(text, len(lines) + len(witnesses), around.objects(lines), frozenset({node}))

    def dangling(self) -> Iterator[Unit]:
        """Yield the focus nodes of which nothing is said, here or elsewhere."""
        for node, witnesses in self.index.unsaid(self._nodes):
            if self.is_judged(node):
                yield Unit(b"".join(witnesses), len(witnesses) or 1, set(), frozenset({node}))

    # --- nodes ---------------------------------------------------------------------------------------------------------------
    def lines(self, node: Node) -> list[bytes]:
        """Return what the file says of a node, as lines of N-Triples; its types, if others know them, where it says nothing."""
        return self.index.lines(node) or self.kinds(node)

    def kinds(self, node: Node) -> list[bytes]:
        """Return the types that others know of a node, as lines of N-Triples."""
        if not node.startswith(b"<"):
            return []
        return [b"%b %b %b .\n" % (node, TYPE, kind.encode()) for kind in self._types(node.decode())]

    def is_judged(self, node: Node) -> bool:
        """Tell whether results about a node count: they do not where only others know it."""
        return self.index.has(node) or not self.kinds(node)

    def line(self, subject: Term, predicate: Term | None = None, name: Term | None = None) -> int:
        """Return the line of a statement, else of what is said of its subject, else of what refers to that; 0 if not known."""
        if self._stream.located:
            return self._stream.located.find(subject, predicate, name)
        node = subject.encode()
        numbers = self.index.numbers(node)
        found = numbers.find(subject, predicate, name)
        if found is not None:
            return self._stream.line(found)
        if numbers.first >= 0:
            return self._stream.start(numbers.first)
        return next((self._stream.line(number) for number, _ in self.index.witnesses(node)), 0)
