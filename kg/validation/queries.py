"""Whether a query of sh:sparql looks only forward from its focus node, so that it need not see the whole graph.

A careful look, not a SPARQL parser: what it does not know for certain needs the whole graph.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kg import sparql, terms
from kg.sparql import Token
from kg.terms import Term

_Known = dict[str, int]
_START = {"this": 0}
# What may stand after the pattern: it says what is done with the solutions, not where they are looked for
_TAIL_WORDS = frozenset({"GROUP", "ORDER", "HAVING", "BY", "AS", "ASC", "DESC", "COUNT", "SUM", "MIN", "MAX", "AVG", "DISTINCT"})
# What depends on the order in which an engine finds the solutions, on chance or on the clock
_FICKLE = frozenset(
    {"SAMPLE", "GROUP_CONCAT", "RAND", "UUID", "STRUUID", "BNODE", "NOW", "LIMIT", "OFFSET", "FROM", "VALUES", "REDUCED"}
)
_DEEPEST = 50


class _Pattern(NamedTuple):
    """Of a subject, so many steps on, with these predicates (None: any), stands an object; None for one that is no variable."""

    subject: str
    steps: int
    reads: frozenset[Term] | None
    object: str | None


class NotForwardError(Exception):
    """The query looks elsewhere too, or it cannot be told; the text says why."""


@dataclass(frozen=True, slots=True)
class Forward:
    """What a query reads: statements of nodes at fewer than `depth` steps, with these predicates (None: with any)."""

    depth: int
    reads: frozenset[Term] | None
    follows: bool


def forward(query: str, prefixes: Mapping[str, str], path: Forward) -> Forward:
    """Return what a SELECT query reads that starts at `$this`; `path` is what `$PATH` stands for.

    Raises `NotForwardError` where the query may read statements whose subject is not reached from `$this` by a bounded number
    of steps, each of which a solution must have.
    """
    refused = sparql.refusal(query, _DEEPEST)
    if refused:
        raise NotForwardError(refused[0])
    found = list(sparql.tokens(query))
    own, at = sparql.prologue(found)
    fickle = next((token.text for token in found if token.keyword in _FICKLE), None)
    if fickle:
        raise NotForwardError(f"the query has {fickle}")
    reader = _Reader(found[at:], {**prefixes, **own}, path)
    reader.read()
    return Forward(reader.depth, None if reader.reads_all else frozenset(reader.reads), reader.follows)


@dataclass
class _Reader:
    """Reads a query piece by piece; a variable is known where every solution has it at most so many steps from `$this`."""

    found: Sequence[Token]
    prefixes: Mapping[str, str]
    path: Forward
    at: int = 0
    depth: int = 0
    reads: set[Term] = field(default_factory=set)
    reads_all: bool = False
    follows: bool = False

    # --- pieces --------------------------------------------------------------------------------------------------------------
    @property
    def token(self) -> Token:
        """The piece that is next."""
        if self.at >= len(self.found):
            raise NotForwardError("the query ends too early")
        return self.found[self.at]

    def take(self, *texts: str) -> bool:
        """Tell whether the next piece is one of these words or signs, and step over it."""
        if self.at < len(self.found) and (self.token.keyword in texts or self.token.text in texts):
            self.at += 1
            return True
        return False

    def expect(self, *texts: str) -> None:
        """Step over one of these words or signs."""
        if not self.take(*texts):
            raise NotForwardError(f"the query has {self.token.text[:40]!r}")

    # --- the query -----------------------------------------------------------------------------------------------------------
    def read(self) -> None:
        """Read a whole SELECT query."""
        self.expect("SELECT")
        while self.token.text != "{" and self.token.keyword != "WHERE":
            if self.token.keyword == "EXISTS":
                raise NotForwardError("the query has EXISTS before its pattern")
            self.at += 1
        self.take("WHERE")
        self.expect("{")
        self.group(dict(_START))
        for token in self.found[self.at :]:
            if token.text in ("{", "}") or (token.kind == "word" and token.keyword not in _TAIL_WORDS):
                raise NotForwardError(f"the query has {token.text[:40]!r} after its pattern")

    def group(self, around: _Known) -> _Known:
        """Read a group up to its closing brace and return what it makes known itself.

        What is joined may begin at what the group or anything around it makes known; what is optional, and EXISTS in a filter,
        only at what the group itself does: it is a whole before it is joined with what is around it. An optional group does
        not know what comes after it.
        """
        known, own = dict(around), dict(_START)
        patterns: list[_Pattern] = []
        inner: list[int] = []
        later: list[int] = []
        while not self.take("}"):
            if self.take("FILTER"):
                later += self.expression()
            elif self.take("BIND"):
                if self.expression():
                    raise NotForwardError("the query has EXISTS in BIND")
            elif self.take("OPTIONAL"):
                self.settle(patterns, known, own)
                self.expect("{")
                self.group(own)
            elif self.token.text == "{":
                inner.append(self.at)
                self.skip()
                while self.take("UNION"):
                    self.skip()
            elif not self.take("."):
                self.same_subject(patterns)
        end = self.at
        self.settle(patterns, known, own)
        for self.at in inner:
            found = self.alternatives(known)
            known |= found
            own |= found
        for self.at in later:
            self.group(own)
        self.at = end
        return own

    def alternatives(self, known: _Known) -> _Known:
        """Read groups with UNION between them; only what each of them makes known is known."""
        self.expect("{")
        found = [self.group(known)]
        while self.take("UNION"):
            self.expect("{")
            found.append(self.group(known))
        common = set.intersection(*map(set, found))
        return {name: max(one[name] for one in found) for name in common}

    def skip(self) -> None:
        """Step over brackets with all that stands in them."""
        if self.token.kind != "open":
            raise NotForwardError(f"the query has {self.token.text[:40]!r}")
        deep = 0
        while True:
            deep += (self.token.kind == "open") - (self.token.kind == "close")
            self.at += 1
            if not deep:
                return

    def expression(self) -> list[int]:
        """Step over an expression, perhaps a call; return where the groups of its EXISTS begin, behind their brace."""
        start = self.at
        self.take("NOT")
        if self.token.kind in ("word", "name", "iri"):
            self.at += 1
        self.skip()
        end, self.at = self.at, start
        groups: list[int] = []
        while self.at < end:
            if self.token.text == "{":
                if self.found[self.at - 1].keyword != "EXISTS":
                    raise NotForwardError("the query has a group in an expression")
                groups.append(self.at + 1)
                self.skip()
            else:
                self.at += 1
        return groups

    # --- triples -------------------------------------------------------------------------------------------------------------
    def same_subject(self, patterns: list[_Pattern]) -> None:
        """Read the patterns of one subject, which is a variable or a blank node."""
        subject = self.variable()
        if subject is None:
            raise NotForwardError(f"the query has {self.token.text[:40]!r} as a subject")
        while True:
            path = self.predicate()
            while True:
                patterns.append(_Pattern(subject, *path, self.object()))
                if not self.take(","):
                    break
            if not self.take(";"):
                return
            while self.take(";"):
                pass
            if self.token.text in (".", "}"):
                return

    def variable(self) -> str | None:
        """Step over a variable or a blank node and return its name; None for anything else."""
        token = self.token
        if token.kind == "variable" or token.text.startswith("_:"):
            self.at += 1
            return token.text.lstrip("?$")
        return None

    def predicate(self) -> tuple[int, frozenset[Term] | None]:
        """Step over a path; return its most steps and its predicates, None for any."""
        name = self.variable()
        if name is not None:
            return (self.path.depth, self.path.reads) if name == "PATH" else (1, None)
        longest, steps, reads = 1, 1, {self.iri()}
        while self.token.text in ("/", "|"):
            steps = 1 if self.token.text == "|" else steps + 1
            longest = max(longest, steps)
            self.at += 1
            reads.add(self.iri())
        return longest, frozenset(reads)

    def iri(self) -> Term:
        """Step over an absolute IRI or a prefixed name and return the term."""
        token = self.token
        prefix, _, local = token.text.partition(":")
        self.at += 1
        if token.text == "a":
            return terms.TYPE
        if token.kind == "iri" and ":" in token.text:
            return token.text
        if token.kind == "name" and prefix in self.prefixes and "\\" not in local:
            return f"<{self.prefixes[prefix]}{local}>"
        raise NotForwardError(f"the query has {token.text[:40]!r} as a predicate")

    def object(self) -> str | None:
        """Step over an object; return the name of a variable or blank node, None for a constant."""
        name = self.variable()
        if name is not None:
            return name
        is_text = self.token.kind == "text"
        self.take("-")
        if self.token.kind not in ("iri", "name", "text", "number") and self.token.keyword not in ("TRUE", "FALSE"):
            raise NotForwardError(f"the query has {self.token.text[:40]!r} as an object")
        self.at += 1
        if is_text and self.token.kind == "language":
            self.at += 1
        elif is_text and self.take("^"):
            self.expect("^")
            self.at += 1
        return None

    def settle(self, patterns: list[_Pattern], known: _Known, own: _Known) -> None:
        """Follow the patterns from what is known; each has to begin there. They make known what they name."""
        while patterns:
            ready = [pattern for pattern in patterns if pattern.subject in known]
            if not ready:
                raise NotForwardError(f"the query does not reach ?{patterns[0].subject} from $this")
            patterns[:] = [pattern for pattern in patterns if pattern.subject not in known]
            for subject, steps, reads, object_ in ready:
                begin = known[subject]
                self.depth = max(self.depth, begin + steps)
                self.follows |= begin > 0 or steps > 1
                self.reads |= reads or set()
                self.reads_all |= reads is None
                own[subject] = begin
                if object_ is not None:
                    known[object_] = own[object_] = max(known.get(object_, 0), begin + steps)
