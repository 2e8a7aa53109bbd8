"""The W3C's syntax suites: what is right is read as it is meant and survives every format, what is wrong is refused."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from kg import exporters, rdf, terms
from kg.errors import TermError, VocabularyError
from kg.terms import Statement, Term
from tests.conftest import SHARED
from tests.strategies import DOCUMENTS, canonical

SUITES = SHARED / "w3c" / "rdf" / "rdf11"
ACTION, RESULT = (f"<http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#{name}>" for name in ("action", "result"))
RDFT = "http://www.w3.org/ns/rdftest#"


class Case(NamedTuple):
    """A test of the W3C: the file to read, what it must give if that is said, and whether it must be refused."""

    suite: str
    action: Path
    result: Path | None
    base: str
    kind: str

    def __str__(self) -> str:
        return f"{self.suite}:{self.action.name}"

    def read(self) -> list[Statement]:
        return rdf.parse(self.action.read_bytes(), rdf.FORMATS[self.action.suffix], str(self.action), self.base)


def cases() -> Iterator[Case]:
    for manifest in sorted(SUITES.glob("*/manifest.ttl")):
        address = f"https://w3c.github.io/rdf-tests/rdf/rdf11/{manifest.parent.name}/"
        said: defaultdict[Term, dict[Term, str]] = defaultdict(dict)
        for statement in rdf.parse(manifest.read_bytes(), rdf.FORMATS[".ttl"], str(manifest), f"{address}manifest"):
            said[statement.subject][statement.predicate] = terms.value(statement.object)
        for values in said.values():
            if ACTION in values:
                base, result = values[ACTION], values.get(RESULT, "").removeprefix(address)
                action = manifest.parent / base.removeprefix(address)
                kind = values[terms.TYPE].removeprefix(RDFT)
                yield Case(manifest.parent.name, action, manifest.parent / result if result else None, base, kind)


CASES = list(cases())
REFUSED = [case for case in CASES if "Negative" in case.kind]
READ = [case for case in CASES if case not in REFUSED]
EVALUATED = [case for case in READ if case.result]


# What RDF/XML cannot hold, by name of the file, and the words in which we say so
CHARACTERS, PREDICATE = "cannot hold a character of this text", "cannot have this predicate"
NOT_IN_RDF_XML = {
    # XML 1.0 has no way to write most control characters (its section 2.2)
    **dict.fromkeys(
        ("literal_all_controls", "LITERAL1_all_controls", "literal_ascii_boundaries", "LITERAL1_ascii_boundaries"), CHARACTERS
    ),
    **dict.fromkeys(("LITERAL2_ascii_boundaries", "LITERAL_LONG1_ascii_boundaries", "LITERAL_LONG2_ascii_boundaries"), CHARACTERS),
    **dict.fromkeys(("literal_with_BACKSPACE", "literal_with_FORM_FEED"), CHARACTERS),
    **dict.fromkeys(("literal_with_escaped_BACKSPACE", "literal_with_escaped_FORM_FEED"), CHARACTERS),
    # A predicate is an element there, so its IRI must end in an XML name
    **dict.fromkeys(
        ("trig-syntax-ln-colons", "trig-syntax-pname-esc-03", "trig-syntax-prefix-05", "trig-syntax-prefix-09"), PREDICATE
    ),
    **dict.fromkeys(("turtle-syntax-ln-colons", "turtle-syntax-pname-esc-03", "turtle-syntax-prefix-05"), PREDICATE),
    **dict.fromkeys(("turtle-syntax-prefix-09", "trig-syntax-minimal-whitespace-01"), PREDICATE),
}


def test_the_suites_are_all_there(shared: Path) -> None:
    assert {case.suite for case in CASES} == {"rdf-n-quads", "rdf-n-triples", "rdf-trig", "rdf-turtle"}
    assert {case.action.stem for case in CASES} >= set(NOT_IN_RDF_XML)
    assert len(REFUSED) > 250
    assert len(EVALUATED) > 250


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_what_is_no_rdf_is_refused_with_its_line(case: Case) -> None:
    with pytest.raises(VocabularyError) as refusal:
        case.read()
    assert refusal.value.place is not None
    assert refusal.value.place.source == str(case.action)
    assert 1 <= refusal.value.place.line <= case.action.read_bytes().count(b"\n") + 1


@pytest.mark.parametrize("case", EVALUATED, ids=str)
def test_what_is_read_is_the_graph_that_is_meant(case: Case) -> None:
    assert case.result is not None
    meant = rdf.parse(case.result.read_bytes(), rdf.FORMATS[case.result.suffix], str(case.result))
    assert canonical(case.read()) == canonical(meant)


@pytest.mark.parametrize("case", READ, ids=str)
def test_what_is_read_survives_every_format(case: Case) -> None:
    statements = case.read()
    union = [statement._replace(graph="") for statement in statements]
    for name in DOCUMENTS:
        if name == "rdfxml" and case.action.stem in NOT_IN_RDF_XML:
            with pytest.raises(TermError, match=NOT_IN_RDF_XML[case.action.stem]):
                exporters.export(statements, name)
            continue
        read = rdf.parse(exporters.export(statements, name).encode(), rdf.FORMATS[exporters.FORMATS[name].suffix], name)
        assert canonical(read) == canonical(statements if name in ("nquads", "trig") else union), name
