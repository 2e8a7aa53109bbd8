"""A dump is read article by article: one article's statements stand together, those of what articles share in many places."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import IO

from kg.errors import Place, VocabularyError
from kg.graphs.around import SUB_CLASS_OF, Surroundings
from kg.graphs.index import AHEAD, ANYTHING, QUAD, TRIPLE, Index, Node, Seen, Segment, encoded, storage, temporary
from kg.graphs.parts import SIZE, Unit, parts
from kg.terms import Term
from kg.validation.parts import Needs, Part

# The graphs of an article: what its source says of itself, and what was found in its text
_GRAPH = re.compile(rb"<([^<>#]*)#(?:declared|extracted)>")
# What may belong to an article
_STRAYS = (
    "SELECT DISTINCT node FROM segments WHERE node IN (SELECT node FROM articles) OR instr(node, x'23')",
    "SELECT DISTINCT node FROM witnesses WHERE node IN (SELECT node FROM articles) OR instr(node, x'23')",
)
_ARTICLES = "CREATE TABLE articles (node BLOB, begin INTEGER, size INTEGER, number INTEGER, count INTEGER, objects BLOB)"


def parts_of_dump(nquads: Path, needs: Needs, size: int = SIZE) -> Iterator[Part]:
    """Yield a dump's N-Quads part by part: several articles each, then what they share, then what is only referred to.

    Each node is judged in one part, with all that the whole dump says of it and of the nodes around it that `needs` asks for;
    an article has the nodes whose IRI is its own with a fragment. A part has at least `size` statements of its own. Memory
    does not grow with the dump. Raises `VocabularyError` for a line that is no canonical N-Quads, `ResourceError` where the
    file cannot be read or there is no room for an index.
    """
    if needs.local is None:
        return
    with storage(nquads):
        dump = _Dump(nquads, needs)
        around = Surroundings(needs, dump.lines, dump.has_axioms, dump.has_blanks)
        yield from parts(dump.articles(around), around, dump.line, _Homes, size)
        yield from parts(dump.shared(around), around, dump.line, frozenset, size)
        yield from parts(dump.dangling(), around, dump.line, frozenset, size)


def _home(node: Node) -> Node:
    """Return the article that a node belongs to, if there is such an article."""
    iri, mark, _ = node.partition(b"#")
    return iri + b">" if mark else node


class _Homes:
    """Holds the nodes that belong to some articles."""

    def __init__(self, articles: frozenset[Node]) -> None:
        self._articles = articles

    def __contains__(self, node: object) -> bool:
        return isinstance(node, bytes) and _home(node) in self._articles


class _Articles(Index):
    """Where the statements of articles about themselves stand, and by subject those of everything else."""

    def __init__(self) -> None:
        super().__init__(temporary())
        self.database.execute(_ARTICLES)

    def write_article(self, node: Node, runs: Sequence[tuple[int, list[bytes]]], objects: Iterable[Node]) -> None:
        """Keep an article's own statements, and the other nodes that they lead to."""
        text = b"\n".join(objects)
        rows = [(node, *self.write(triples), number, len(triples), text) for number, triples in runs]
        self.database.executemany("INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?)", rows)

    def close(self) -> None:
        """Make what was written ready to be found."""
        super().close()
        self.database.execute("CREATE INDEX articles_by_node ON articles (node, begin)")

    def articles(self) -> Iterator[Unit]:
        """Yield each article in order, with what it says of itself."""
        found = self.database.execute("SELECT node, begin, size, count, objects FROM articles ORDER BY node, begin")
        for node, rows in groupby(found, key=itemgetter(0)):
            text, total, objects = [], 0, set[Node]()
            for _, begin, size, count, names in rows:
                text.append(self.piece(begin, size))
                total += count
                objects.update(names.split(b"\n"))
            yield Unit(b"".join(text), total, objects - {b""}, frozenset({node}))

    def article(self, node: Node) -> list[Segment]:
        """Return where an article stands; nothing for what is none."""
        found = self.database.execute("SELECT begin, size, number FROM articles WHERE node = ? ORDER BY begin", (node,))
        return list(map(Segment._make, found))

    def numbered(self, node: Node) -> Iterator[tuple[int, bytes]]:
        """Yield the statements of a node, each with its line in the dump: its article's, and others."""
        yield from super().numbered(node)
        for run in self.article(_home(node)):
            yield from ((number, line) for number, line in self.enumerated(run) if line.startswith(node + b" "))

    def strays(self) -> Iterator[Node]:
        """Yield each node of an article of which something is said elsewhere, as subject or as focus node."""
        for query in _STRAYS:
            yield from (node for (node,) in self.database.execute(query) if self.article(_home(node)))


class _Block:
    """The statements of one graph, or of the two graphs of one article, as they stand together."""

    def __init__(self, graph: bytes) -> None:
        match = _GRAPH.fullmatch(graph)
        iri = match[1] if match else b""
        self.article = b"<%b>" % iri
        self.begins = (b"<%b> " % iri, b"<%b#" % iri) if match else ()
        one, other = (b"<%b#declared>" % iri, b"<%b#extracted>" % iri) if match else (graph, graph)
        # What its lines end in, and how much of them to cut off; a line without a graph tells nothing of the next
        self.ends = (b" %b .\n" % one, b" %b .\n" % other) if graph else (b"\0", b"\0")
        self.cuts = (-len(self.ends[0]), -len(self.ends[1]))
        # Where the article's own statements stand one behind the other: line of the first, triples
        self.runs: list[tuple[int, list[bytes]]] = []
        self.objects: list[Node] = []

    def run(self, number: int) -> list[bytes]:
        """Begin a run of the article's own statements on a line."""
        self.runs.append((number, []))
        return self.runs[-1][1]


_NO_BLOCK = _Block(b"")


class _Dump:
    """A dump's N-Quads, read once from end to end; what is kept is found again on the disk."""

    def __init__(self, path: Path, needs: Needs) -> None:
        self._path = path
        self._targets = encoded(needs.object_targets)
        self._nodes = encoded(needs.node_targets)
        self._seen = Seen()
        self.has_axioms = self.has_blanks = False
        self._index = _Articles()
        self._follows: Container[bytes] = ANYTHING if needs.follows is None else encoded(needs.follows)
        self._wanted = ANYTHING if needs.follows is None else encoded(needs.follows) | self._targets | {SUB_CLASS_OF}
        with path.open("rb", AHEAD) as file:
            self._read(file)
        self._index.close()
        self._strays: defaultdict[Node, set[Node]] = defaultdict(set)
        for node in self._index.strays():
            self._strays[_home(node)].add(node)

    # --- reading -------------------------------------------------------------------------------------------------------------
    def _read(self, file: IO[bytes]) -> None:
        """Take in every line. Most of the time goes here, so an article's own statements are looked at as little as can be."""
        wanted = self._wanted
        block, run = _Block(b""), list[bytes]()
        (first, last), (short, long), begins = block.ends, block.cuts, block.begins
        for number, line in enumerate(file, 1):
            if line.endswith(first):
                triple = line[:short]
            elif line.endswith(last):
                triple = line[:long]
            else:
                self._end(block)
                block, triple = self._begun(line, number)
                (first, last), (short, long), begins = block.ends, block.cuts, block.begins
                run = []
            if line.startswith(begins) and len(parts := triple.split(b" ", 2)) == 3:
                if not run:
                    run = block.run(number)
                run.append(triple)
                if parts[1] in wanted:
                    self._note(parts, triple, block, number)
            else:
                run = []
                # Such a graph may be an object too, in the default graph
                self._share(triple if triple.count(b" ") > 1 else line[:-3], number)
        self._end(block)

    def _begun(self, line: bytes, number: int) -> tuple[_Block, bytes]:
        """Return the block that a line begins, and its triple."""
        match = QUAD.fullmatch(line)
        if match is None:
            raise VocabularyError("no statement in canonical N-Quads", Place(str(self._path), number))
        return _Block(match[4] or b""), b" ".join(match.group(1, 2, 3))

    def _end(self, block: _Block) -> None:
        if block.runs:
            objects = sorted(name for name in set(block.objects) if _home(name) != block.article)
            self._index.write_article(block.article, block.runs, objects)

    def _note(self, parts: Sequence[bytes], triple: bytes, block: _Block, number: int) -> None:
        """Take from a statement what it says of others: that they are around, focus nodes, or above a class."""
        _, predicate, name = parts
        if predicate in self._follows:
            block.objects.append(name)
        self.has_axioms |= predicate == SUB_CLASS_OF
        if predicate in self._targets and _home(name) != block.article and self._seen.add(b"%b %b" % (predicate, name)):
            self._index.add_witness(name, predicate, triple + b" .\n", number)

    def _share(self, triple: bytes, number: int) -> None:
        """Take a statement about what is not the article's own; the same is said in many articles."""
        if not self._seen.add(triple):
            return
        match = TRIPLE.fullmatch(triple)
        if match is None:
            raise VocabularyError("no statement in canonical N-Quads", Place(str(self._path), number))
        self._index.extend(match[1], *self._index.write([triple]), number)
        self.has_blanks |= triple.startswith(b"_")
        if match[2] in self._wanted:
            self._note(match.groups(), triple, _NO_BLOCK, number)

    # --- parts ---------------------------------------------------------------------------------------------------------------
    def articles(self, around: Surroundings) -> Iterator[Unit]:
        """Yield each article with what is said of it, there and elsewhere."""
        for unit in self._index.articles():
            strays = sorted(node for article in unit.owned for node in self._strays.get(article, ()))
            lines = [line for node in strays for line in self._index.lines(node)]
            more = [*lines, *(line for node in strays for _, line in self._index.witnesses(node))]
            whole = replace(unit, text=b"".join((unit.text, *more)), count=unit.count + len(more))
            yield replace(whole, objects=unit.objects | around.objects(lines)) if more else unit

    def shared(self, around: Surroundings) -> Iterator[Unit]:
        """Yield what articles share, each node with all that is said of it, and what only vocabularies describe."""
        strays = frozenset().union(*self._strays.values())
        for node, lines, witnesses in self._index.subjects():
            if node not in strays:
                text = b"".join((*lines, *witnesses))
                yield Unit(text, len(lines) + len(witnesses), around.objects(lines), frozenset({node}))

    def dangling(self) -> Iterator[Unit]:
        """Yield the focus nodes of which nothing is said."""
        for node, witnesses in self._index.unsaid(self._nodes):
            if not self._index.article(_home(node)):
                yield Unit(b"".join(witnesses), len(witnesses) or 1, set(), frozenset({node}))

    # --- nodes ---------------------------------------------------------------------------------------------------------------
    def lines(self, node: Node) -> list[bytes]:
        """Return what the whole dump says of a node, as lines of N-Triples."""
        return [line for _, line in self._index.numbered(node)]

    def line(self, subject: Term, predicate: Term | None = None, name: Term | None = None) -> int:
        """Return the line of a statement, else of what is said of its subject, else of what refers to that; 0 for none."""
        node = subject.encode()
        numbers = self._index.numbers(node)
        found = numbers.find(subject, predicate, name)
        witness = next((number for number, _ in self._index.witnesses(node)), 0)
        return found or (numbers.first if numbers.first > 0 else witness)
