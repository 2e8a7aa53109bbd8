"""What is wrong with a vocabulary is said, on its line: whatever the file is, and however long."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg import inspection, resources, terms, vocabulary
from kg.errors import Finding, ResourceError
from kg.vocabulary import FILES, Source

PREFIXES = f"@prefix skos: <{terms.SKOS}> . @prefix kg: <{terms.KG}> . @prefix schema: <{terms.SCHEMA}> ." + "".join(
    f" @prefix {name}: <{address}> ." for name, address in (*terms.ENTITY_PREFIXES.items(), ("t", "https://knots.example/"))
)
A, B, C = (f"<https://knots.example/{name}>" for name in "abc")
NO_NAME = "violation: The theme has no name. At least one skos:prefLabel was expected: add its usual name, with the language."
UNKNOWN_THEME = "violation: The broader theme is not a theme. Point to a node of type kg:Theme or skos:Concept."


def write(folder: Path, turtle: str, name: str = "knots.ttl") -> Path:
    """Write a vocabulary whose prefixes stand on line 1 and return its path."""
    path = folder / name
    path.write_text(f"{PREFIXES}\n{turtle}", encoding="utf-8")
    return path


def said(findings: tuple[Finding, ...]) -> list[str]:
    """Return findings as people read them, without the folder."""
    return [str(finding).replace(str(Path(finding.place.source).parent) + os.sep, "") for finding in findings]


def of(folder: Path, turtle: str, kind: str = "theme") -> list[str]:
    """Return what is said of a vocabulary, without the file."""
    return [line.removeprefix("knots.ttl:").lstrip() for line in said(inspection.inspect(Source(write(folder, turtle), kind)))]


# --- one file ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("turtle", "found"),
    [
        pytest.param('t:a skos:prefLabel "Reef knots"@en ; skos:broader t:b .\nt:b skos:prefLabel "Rope work"@en .', [], id="good"),
        pytest.param("", ["warning: no labels in this file: it names nothing"], id="empty"),
        pytest.param(
            't:a skos:prefLabel "Reef"@en ;\n skos:broader t:b .\nt:b skos:prefLabel "Rope"@en ;\n skos:broader t:a .',
            [f"3: warning: skos:broader goes in a circle: {A} → {B} → {A}"],
            id="circle of two",
        ),
        pytest.param(
            't:a skos:prefLabel "Reef"@en ;\n skos:broader t:a .',
            [f"3: warning: skos:broader goes in a circle: {A} → {A}"],
            id="broader than itself",
        ),
        pytest.param(
            't:a skos:prefLabel "Reef knot"@en ;\n skos:altLabel "x"@en ,\n  "the"@en , "--"@en ;\n skos:hiddenLabel "9"@en .',
            [
                '3: warning: the label "x"@en is a single letter: not matched',
                '4: warning: the label "--"@en is nothing but signs: not matched',
                '4: warning: the label "the"@en is a word of every sentence: not matched',
                '5: warning: the label "9"@en is a single letter: not matched',
            ],
            id="labels that are no names",
        ),
        pytest.param('t:a skos:prefLabel "国"@zh .', [], id="a word of one sign"),
        pytest.param(
            't:a skos:prefLabel "Reef"@en .\nt:b skos:prefLabel "Reef"@en .',
            [f'2: warning: the usual name "Reef"@en names {A} and {B}: treated as ambiguous'],
            id="one usual name",
        ),
        pytest.param(
            't:a skos:prefLabel "Reef"@en .\nt:b skos:prefLabel "Bend"@en ; skos:altLabel "reef"@en .\nt:c kg:acronym "Reef"@de .',
            [
                f'2: warning: the label "Reef"@en names {A} and {B}: treated as ambiguous',
                f'3: warning: the label "reef"@en names {A} and {B}: treated as ambiguous',
                f"4: {NO_NAME}",
            ],
            id="one label but for the case",
        ),
        pytest.param(
            't:a skos:prefLabel "Reef"@en ; kg:ambiguousLabel "Reef"@en .\n'
            't:b skos:prefLabel "Reef"@en ; kg:ambiguousLabel "reef"@en .',
            [],
            id="one label that both call ambiguous",
        ),
        pytest.param(
            't:a skos:prefLabel "Reef"@en ; kg:ambiguousLabel "Reef"@en .\nt:b skos:prefLabel "Reef"@en .',
            [f'2: warning: the usual name "Reef"@en names {A} and {B}: treated as ambiguous'],
            id="one label that one calls ambiguous",
        ),
        pytest.param('t:a skos:prefLabel "Gift"@en .\nt:b skos:prefLabel "Gift"@de .', [], id="one label in two languages"),
        pytest.param(
            "\n".join(f't:{name} skos:prefLabel "Reef"@en .' for name in "abcdef"),
            [
                f'2: warning: the usual name "Reef"@en names {A}, {B}, {C}, <https://knots.example/d> and 2 others: '
                "treated as ambiguous"
            ],
            id="one label of many",
        ),
        pytest.param(
            't:a skos:prefLabel "Spree"@en ;\n skos:altLabel "China"@en , "Kremlin"@en , "Vereinigte Staaten"@de .',
            [
                f'3: warning: the label "China"@en names {A} and state:china: treated as ambiguous',
                f'3: warning: the label "Kremlin"@en names {A} and state:russia: treated as ambiguous',
                f'3: warning: the label "Vereinigte Staaten"@de names {A} and state:united-states: treated as ambiguous',
            ],
            id="labels of what is shipped",
        ),
        pytest.param(
            't:a skos:prefLabel "Reef knot"@en ;\n kg:ambiguousLabel "Reef"@en , "Reef knot"@de , "reef Knot"@en .',
            [
                f'3: warning: the ambiguous form "Reef knot"@de is no label of {A}',
                f'3: warning: the ambiguous form "Reef"@en is no label of {A}',
            ],
            id="an ambiguous form of nothing",
        ),
        pytest.param(
            't:a skos:prefLabel "Reef" ;\n skos:altLabel "Bend"@en .',
            ["2: info: a label without a language is matched in texts of every language"],
            id="no language",
        ),
        pytest.param(
            't:a skos:prefLabel "Reef"@en ;\n skos:related t:b , <https://ropes.example/b> ; schema:about\n  treaty:no-treaty .',
            [
                f"3: warning: skos:related leads to {B}, of which nothing is said",
                "4: warning: schema:about leads to treaty:no-treaty, of which nothing is said",
            ],
            id="what is nowhere",
        ),
        pytest.param(
            't:a skos:prefLabel "Reef"@en ;\n skos:broader t:b .',
            [f"3: {UNKNOWN_THEME}", f"3: warning: skos:broader leads to {B}, of which nothing is said"],
            id="a broader theme that is nowhere",
        ),
        pytest.param(
            't:a a kg:State ; skos:prefLabel "Reefland"@en ; schema:containedInPlace region:asia ;\n'
            ' skos:closeMatch <https://w3id.org/article-kg/other/x> .\nt:b skos:prefLabel "Arms of rope"@en ;'
            " skos:broader theme:arms-control .",
            [],
            id="what is shipped",
        ),
        pytest.param(
            't:a skos:prefLabel "Reef"@en .\nt:b a skos:Concept .',
            ["3: info: a concept without a label names nothing"],
            id="no label",
        ),
        pytest.param(
            't:a skos:prefLabel "Reef"@en ,\n  "Bend"@en .\nt:b kg:acronym t:a .',
            [
                "3: violation: The theme has two usual names in one language. At most one skos:prefLabel a language was expected: "
                "make the other a skos:altLabel.",
                "4: violation: An acronym of the name is not text. A text, best with its language, was expected: write the words "
                "between quotes.",
                f"4: {NO_NAME}",
            ],
            id="shapes",
        ),
        pytest.param(
            f't:a skos:prefLabel "Reef"@en ; skos:altLabel "{"reef " * 20}"@en .\nt:b skos:prefLabel "{"reef " * 20}"@en .',
            [f'2: warning: the label "{("reef " * 20)[:60]}…" names {A} and {B}: treated as ambiguous'],
            id="a long label",
        ),
        pytest.param(
            '[] skos:prefLabel "Reef"@en ; skos:altLabel\n "x"@en ; skos:broader [ skos:prefLabel "Bend"@en ] .',
            ['3: warning: the label "x"@en is a single letter: not matched'],
            id="blank nodes",
        ),
    ],
)
def test_what_is_wrong_is_said_on_its_line(turtle: str, found: list[str], tmp_path: Path) -> None:
    assert of(tmp_path, turtle) == found


def test_plain_concepts_are_checked_as_what_the_file_is_said_to_hold(tmp_path: Path) -> None:
    turtle = 't:a skos:prefLabel "Reef Pact"@en ; skos:altLabel "Reef"@en .'
    assert of(tmp_path, turtle, "treaty") == []
    assert of(tmp_path, turtle.replace("skos:prefLabel", "skos:hiddenLabel"), "treaty") == [
        "2: violation: The treaty has no name. At least one skos:prefLabel was expected: add its usual name, with the language."
    ]


def test_what_a_file_adds_to_an_entity_that_is_shipped_does_not_clash_with_it(tmp_path: Path) -> None:
    turtle = 'state:france a kg:State ; skos:altLabel "France"@en , "Hexagonia"@en ; kg:ambiguousLabel "French Republic"@en .'
    assert of(tmp_path, turtle) == []


@pytest.mark.parametrize(
    ("name", "body", "found"),
    [
        ("a.txt", "t:a", "a.txt: violation: not an RDF file by its ending (one of "),
        ("a.ttl", "<urn:x:a> <urn:x:b>\n  nonsense .", "a.ttl:2:3: violation: "),
        ("a.ttl", b"\x89PNG\r\n\x1a\n\x00", "a.ttl:1:1: violation: "),
        ("a.rdf", "<!DOCTYPE x [\n<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x/>", "a.rdf:2: violation: an XML entity "),
        ("a.jsonld", '{"@context": "https://x.example/", "a": 1}', "a.jsonld:1:2: violation: a JSON-LD context with an address "),
        ("a.ttl", "", "a.ttl: warning: no labels in this file: it names nothing"),
        ("a.nt", f'<urn:x:a> {terms.PREF_LABEL} "x"@en .', 'a.nt:1: warning: the label "x"@en is a single letter: not matched'),
        (
            "a.jsonld",
            f'[\n{{"@id": "urn:x:a",\n"{terms.PREF_LABEL[1:-1]}": {{"@value": "x", "@language": "en"}}}}]',
            'a.jsonld:3: warning: the label "x"@en is a single letter: not matched',
        ),
    ],
)
def test_a_file_that_is_no_vocabulary_is_a_finding(name: str, body: str | bytes, found: str, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(body if isinstance(body, bytes) else body.encode())
    (line,) = said(inspection.inspect(path))
    assert line.startswith(found)


def test_a_file_that_cannot_be_read_is_no_finding_about_it(tmp_path: Path) -> None:
    with pytest.raises(ResourceError):
        inspection.inspect(tmp_path / "nowhere.ttl")


# --- several files -----------------------------------------------------------------------------------------------------------
def test_a_fault_of_syntax_does_not_keep_the_other_files_from_being_inspected(tmp_path: Path) -> None:
    bad = write(tmp_path, 't:a skos:prefLabel "not closed', "bad.ttl")
    good = write(tmp_path, 't:a skos:prefLabel "Reef"@en , "a"@de .', "good.ttl")
    found = inspection.inspect_all([bad, good])
    first, *others = said(found.findings)
    assert first.startswith("bad.ttl:2:20: violation: ")
    assert others == ['good.ttl:2: warning: the label "a"@de is a single letter: not matched']
    assert (found.concepts, found.labels) == (1, 2)


def test_files_are_inspected_together_in_the_order_given(tmp_path: Path) -> None:
    one = write(tmp_path, 't:a skos:prefLabel "Reef"@en ; skos:broader t:b .', "one.ttl")
    two = write(tmp_path, 't:b skos:prefLabel "Bend"@en ; skos:altLabel "Reef"@en ; skos:broader t:a .', "two.ttl")
    assert said(inspection.inspect_all([one, two]).findings) == [
        f"one.ttl:2: warning: skos:broader goes in a circle: {A} → {B} → {A}",
        f'one.ttl:2: warning: the label "Reef"@en names {A} and {B}: treated as ambiguous',
    ]
    assert said(inspection.inspect_all([two, one, two]).findings) == [
        f'two.ttl:2: warning: the label "Reef"@en names {A} and {B}: treated as ambiguous',
        f"one.ttl:2: warning: skos:broader goes in a circle: {A} → {B} → {A}",
    ]


def test_what_is_shipped_is_valid() -> None:
    found = inspection.inspect_all()
    assert [str(finding) for finding in found.findings if finding.severity == "violation"] == []
    assert found.concepts > 1000


def test_a_shipped_file_that_is_being_mended_does_not_keep_the_others_from_being_inspected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "ontology").mkdir()
    for name in FILES:
        write(tmp_path / "ontology", "", name)
    shutil.copy(resources.folder("ontology") / "kg.ttl", tmp_path / "ontology")
    write(tmp_path / "ontology", "state:a a kg:State ;", "states.ttl")
    write(tmp_path / "ontology", 'bloc:a a kg:Bloc ; skos:prefLabel "Bloc of A"@en , "x"@de .', "blocs.ttl")
    folder = resources.folder
    monkeypatch.setattr(resources, "folder", lambda name: tmp_path / name if name == "ontology" else folder(name))
    lines = [line for line in said(inspection.inspect_all().findings) if "no labels" not in line]
    assert [line.partition(": ")[0] for line in lines] == ["states.ttl:2:21", "blocs.ttl:2"]
    assert lines[1] == 'blocs.ttl:2: warning: the label "x"@de is a single letter: not matched'


# --- long files --------------------------------------------------------------------------------------------------------------
def test_many_concepts_are_inspected(tmp_path: Path) -> None:
    count = 10_000
    rows = "\n".join(
        f't:c{n} a kg:Theme ; skos:prefLabel "Knot number {n}"@en ; skos:broader t:c{n // 10} .' for n in range(1, count)
    )
    path = write(tmp_path, f't:c0 a kg:Theme ; skos:prefLabel "Top of knots"@en .\n{rows}\n')
    assert inspection.inspect_all([path]) == ((), count, count)


def test_a_circle_of_very_many_concepts_is_named_once_and_in_short(tmp_path: Path) -> None:
    count = 5_000
    path = write(tmp_path, "\n".join(f"t:c{n:05} a skos:Concept ; skos:broader t:c{(n + 1) % count:05} ." for n in range(count)))
    circle = " → ".join(f"<https://knots.example/c0000{n}>" for n in range(4))
    warned = [finding for finding in inspection.inspect(path) if "circle" in finding.reason]
    assert said(tuple(warned)) == [f"knots.ttl:2: warning: skos:broader goes in a circle: {circle} → … (5,000 concepts)"]


def test_a_concept_of_very_many_forms_is_inspected_in_time_in_proportion(tmp_path: Path) -> None:
    forms = " , ".join(f'"Knot number {n}"@en' for n in range(6_000))
    path = write(tmp_path, f't:a skos:prefLabel "Knots"@en ; skos:altLabel {forms} ; kg:ambiguousLabel {forms} , "Reef"@en .')
    assert said(inspection.inspect(path)) == [f'knots.ttl:2: warning: the ambiguous form "Reef"@en is no label of {A}']


def test_a_very_long_line_is_inspected(tmp_path: Path) -> None:
    many = " ".join(f't:c{n} a skos:Concept ; skos:prefLabel "Knot number {n}"@en .' for n in range(2_000))
    path = write(tmp_path, f't:a skos:prefLabel "{"knot " * 400_000}"@en ; skos:altLabel "x"@en . {many}')
    assert said(inspection.inspect(path)) == ['knots.ttl:2: warning: the label "x"@en is a single letter: not matched']


# --- what a build says -------------------------------------------------------------------------------------------------------
def test_a_build_is_warned_of_what_links_otherwise_than_meant(tmp_path: Path) -> None:
    sources = [
        Source(write(tmp_path, 't:a skos:prefLabel "Reef" , "x"@en ; skos:broader t:a ; kg:ambiguousLabel "no" .', "one.ttl")),
        Source(write(tmp_path, '\nt:b skos:prefLabel "China"@en .\nt:c a skos:Concept .', "two.ttl"), "initiative"),
    ]
    words = vocabulary.load(sources=sources)
    found = inspection.warnings(sources, words)
    assert said(found) == [
        "one.ttl:2: warning: skos:broader goes in a circle: " + f"{A} → {A}",
        'one.ttl:2: warning: the label "x"@en is a single letter: not matched',
        f'two.ttl:3: warning: the usual name "China"@en names {B} and state:china: treated as ambiguous',
    ]
    assert inspection.warnings([], words) == ()


def test_warnings_are_kept_until_a_file_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_CACHE", str(tmp_path / "cache"))
    words = vocabulary.build([])
    source = Source(write(tmp_path, 't:a skos:prefLabel "Reef"@en , "x"@de .'))
    found = inspection.warnings([source], words)
    opened: list[Source] = []

    def check(world: inspection._World) -> Iterator[Finding]:
        opened.extend(file.source for file in world.files)
        yield from ()

    monkeypatch.setattr(inspection, "_ON_LOADING", (check,))
    assert inspection.warnings([source], words) == found != ()
    assert opened == []
    write(tmp_path, 't:a skos:prefLabel "Reef"@en , "y"@de .')
    assert inspection.warnings([source], words) == ()
    assert opened == [source]
