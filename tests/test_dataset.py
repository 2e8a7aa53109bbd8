"""`dataset.ttl` says of a dump what is so: its counts are counted, its checksums are those of the files."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest

from kg import config, dataset, pipeline, rdf, resources, targets, terms, validation, vocabulary
from kg.dataset import Dump, Figures, Link, Sums, figures, tally
from kg.terms import Statement, Term
from kg.version import VERSION
from tests.conftest import ROOT
from tests.strategies import quads_of_pyoxigraph, read_with_pyoxigraph, read_with_rdflib

BASE = "https://data.example.com/press/"
DATASET = f"<{BASE}dataset>"
IANA = "https://www.iana.org/assignments/media-types/"
LICENSE = "https://creativecommons.org/publicdomain/zero/1.0/"
PACTS = """
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<urn:pact:1> a skos:Concept ; skos:prefLabel "Harbour Pact"@en ;
    skos:exactMatch <https://pacts.example.org/harbour> , <urn:isbn:1> ;
    owl:sameAs <https://data.example.com/press/treaty/harbour-pact> .
"""
ARTICLE = """---
id: {id}
title: {title}
author: [Ada Moreau, {author}]
publisher: Harbour Review
date: 2024-05-0{day}
lang: en
themes: [Arms control, Fisheries]
---

Norway and France signed the Harbour Pact. [Norway](https://www.example.org/{id}) kept it, wrote {author}.
"""
EXAMPLES = [ROOT / "examples" / name for name in ("climate-pledges.md", "desarme-nuclear.md", "silk-roads.md")]
# No second opinions: what they say is tested elsewhere
ENGINE: validation.Engine = "fast" if validation.fast_engine_is_here() else "auto"
FORMATS = ("turtle", "nquads", "nquads.gz", "jsonld.zst", "csv")


@pytest.fixture(scope="module")
def sources(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of articles that share people, a publisher, themes and entities, and a vocabulary beside it."""
    folder = tmp_path_factory.mktemp("sources")
    (folder / "articles").mkdir()
    for number, author in enumerate(("Ben Okoye", "Ada Moreau", "Ben Okoye"), 1):
        text = ARTICLE.format(id=f"no-{number}", title=f"Norway signs for the {number}. time", author=author, day=number)
        (folder / "articles" / f"{number}.md").write_text(text, "utf-8")
    (folder / "pacts.ttl").write_text(PACTS, "utf-8")
    return folder


@pytest.fixture(scope="module")
def setup(sources: Path) -> config.Config:
    return config.Config(
        base=BASE,
        publisher="Example Archive",
        title="Data of the harbour",
        license=LICENSE,
        formats=FORMATS,
        vocabulary=(vocabulary.Source(sources / "pacts.ttl", "treaty"),),
    )


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory, sources: Path, setup: config.Config) -> Path:
    folder = tmp_path_factory.mktemp("dataset") / "dump"
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("SOURCE_DATE_EPOCH", raising=False)
        assert pipeline.publish([*EXAMPLES, sources / "articles"], folder, setup, engine=ENGINE).published
    return folder


@pytest.fixture(scope="module")
def said(dump: Path) -> list[Statement]:
    return rdf.read(dump / "dataset.ttl")


@pytest.fixture(scope="module")
def store(dump: Path) -> pyoxigraph.Store:
    """The dump's quads as a set of triples, in the default graph."""
    store = pyoxigraph.Store()
    quads = pyoxigraph.parse(path=str(dump / "articles.nq"), format=pyoxigraph.RdfFormat.N_QUADS)
    store.bulk_extend(pyoxigraph.Quad(quad.subject, quad.predicate, quad.object) for quad in quads)
    return store


def values(said: list[Statement], subject: Term, predicate: Term) -> list[str]:
    return [terms.value(s.object) for s in said if (s.subject, s.predicate) == (subject, predicate)]


def counted(store: pyoxigraph.Store, pattern: str, what: str = "*") -> int:
    answer: Any = store.query(f"SELECT (COUNT({what}) AS ?n) {{ {pattern} }}")
    return int(next(iter(answer))[0].value)


def grouped(store: pyoxigraph.Store, pattern: str, what: str, *by: str) -> dict[tuple[str, ...], int]:
    names = " ".join(by)
    answer: Any = store.query(f"SELECT {names} (COUNT({what}) AS ?n) {{ {pattern} }} GROUP BY {names}")
    return {tuple(row[place].value for place in range(len(by))): int(row[len(by)].value) for row in answer}


# --- counts ------------------------------------------------------------------------------------------------------------------
def test_the_articles_say_the_same_in_several_graphs(dump: Path, store: pyoxigraph.Store) -> None:
    """What is counted has what a careless count gets wrong."""
    assert len((dump / "articles.nq").read_bytes().splitlines()) > len(store)
    assert counted(store, f"?a {terms.AUTHOR} <{BASE}person/ada-moreau>") == 3


def test_the_number_of_triples_is_that_of_the_union_as_a_set(dump: Path, store: pyoxigraph.Store, said: list[Statement]) -> None:
    assert values(said, DATASET, terms.TRIPLES) == [str(counted(store, "?s ?p ?o"))]
    assert len(store) == len(read_with_pyoxigraph((dump / "articles.ttl").read_text("utf-8"), "turtle"))


def test_the_numbers_of_subjects_and_entities_are_those_of_the_dump(store: pyoxigraph.Store, said: list[Statement]) -> None:
    assert values(said, DATASET, terms.DISTINCT_SUBJECTS) == [str(counted(store, "?s ?p ?o", "DISTINCT ?s"))]
    under = f'?s ?p ?o FILTER(STRSTARTS(STR(?s), "{BASE}"))'
    assert values(said, DATASET, terms.ENTITY_COUNT) == [str(counted(store, under, "DISTINCT ?s"))]
    assert values(said, DATASET, terms.URI_SPACE) == [BASE]


def partitions(said: list[Statement], part: Term, name: Term, number: Term) -> dict[tuple[str, ...], int]:
    found: dict[tuple[str, ...], int] = {}
    for node in values(said, DATASET, part):
        (term,), (count,) = values(said, f"<{node}>", name), values(said, f"<{node}>", number)
        assert (term,) not in found
        found[term,] = int(count)
    return found


def test_each_class_has_as_many_entities_as_it_says(store: pyoxigraph.Store, said: list[Statement]) -> None:
    found = partitions(said, terms.CLASS_PARTITION, terms.CLASS, terms.ENTITY_COUNT)
    assert found == grouped(store, f"?s {terms.TYPE} ?c", "DISTINCT ?s", "?c")
    assert found[terms.value(terms.ARTICLE),] == len(EXAMPLES) + 3


def test_each_property_has_as_many_triples_as_it_says(store: pyoxigraph.Store, said: list[Statement]) -> None:
    found = partitions(said, terms.PROPERTY_PARTITION, terms.PROPERTY, terms.TRIPLES)
    assert found == grouped(store, "?s ?p ?o", "*", "?p")


def test_the_links_to_each_outside_set_are_counted(store: pyoxigraph.Store, said: list[Statement]) -> None:
    found = {}
    for subset in values(said, DATASET, terms.SUBSET):
        (target,) = values(said, f"<{subset}>", terms.OBJECTS_TARGET)
        (predicate,) = values(said, f"<{subset}>", terms.LINK_PREDICATE)
        (space,) = values(said, f"<{target}>", terms.URI_SPACE)
        (number,) = values(said, f"<{subset}>", terms.TRIPLES)
        assert values(said, f"<{subset}>", terms.SUBJECTS_TARGET) == [terms.value(DATASET)]
        pattern = f'?s <{predicate}> ?o FILTER(STRSTARTS(STR(?o), "{space}"))'
        assert int(number) == counted(store, pattern) > 0
        found[predicate, space] = values(said, f"<{target}>", terms.TITLE)
    assert found[terms.value(terms.SAME_AS), terms.WIKIDATA] == ["Wikidata"]
    match = terms.value(terms.EXACT_MATCH)
    assert {space for predicate, space in found if predicate == match} == {"https://pacts.example.org/", "urn:"}
    # What leads to an entity of the dump itself leads nowhere outside
    assert not any("sameAs" in predicate and space.startswith(BASE) for predicate, space in found)


def test_exactly_the_vocabularies_are_named_whose_terms_are_used(store: pyoxigraph.Store, said: list[Statement]) -> None:
    used = {name for (name,) in {**grouped(store, "?s ?p ?o", "*", "?p"), **grouped(store, f"?s {terms.TYPE} ?c", "*", "?c")}}
    spaces = {name[: max(name.rfind("#"), name.rfind("/")) + 1] for name in used}
    assert sorted(values(said, DATASET, terms.USED_VOCABULARY)) == sorted(spaces)
    assert {terms.KG, terms.SCHEMA, terms.SKOS, "http://www.w3.org/2002/07/owl#"} <= spaces


def test_what_an_article_counts_adds_up() -> None:
    one = {"<urn:a>": [(terms.TYPE, terms.ARTICLE), (terms.HEADLINE, '"A"')], "<urn:a#x>": [("<urn:p>", "<urn:o>")]}
    sums = Sums()
    for _ in range(2):
        sums.add(tally([one]))
    shared = {f"<{BASE}person/a>": {(terms.TYPE, terms.PERSON), (terms.SAME_AS, f"<{terms.WIKIDATA}Q1>")}}
    assert figures(BASE, sums, [shared]) == Figures(
        8,
        5,
        5,
        {terms.ARTICLE: 2, terms.PERSON: 1},
        {terms.TYPE: 3, terms.HEADLINE: 2, "<urn:p>": 2, terms.SAME_AS: 1},
        {Link(terms.SAME_AS, terms.WIKIDATA): 1},
    )


def test_a_rebuild_from_what_was_kept_counts_the_same(dump: Path, sources: Path, setup: config.Config) -> None:
    before = (dump / "dataset.ttl").read_bytes()
    assert pipeline.publish([*EXAMPLES, sources / "articles"], dump, setup, engine=ENGINE).published
    assert (dump / "dataset.ttl").read_bytes() == before


# --- files -------------------------------------------------------------------------------------------------------------------
def test_every_file_has_its_media_type_packing_size_and_checksum(dump: Path, said: list[Statement]) -> None:
    found = {}
    for distribution in values(said, DATASET, terms.DISTRIBUTION):
        node = f"<{distribution}>"
        (media_type,), (size,), (checksum,) = (values(said, node, p) for p in (terms.MEDIA_TYPE, terms.BYTE_SIZE, terms.CHECKSUM))
        assert values(said, f"<{checksum}>", terms.ALGORITHM) == [terms.value(terms.SHA256)]
        (digest,) = values(said, f"<{checksum}>", terms.CHECKSUM_VALUE)
        packing = [name.removeprefix(IANA) for name in values(said, node, terms.COMPRESS_FORMAT)]
        (name,) = values(said, node, terms.TITLE)
        assert distribution == f"{BASE}dataset#{name}"
        assert values(said, node, terms.OF_LICENSE) == [LICENSE]
        found[name] = (media_type.removeprefix(IANA), packing, int(size), digest)
    expected = {
        "articles.ttl": ("text/turtle", []),
        "articles.nq": ("application/n-quads", []),
        "articles.nq.gz": ("application/n-quads", ["application/gzip"]),
        "articles.jsonld.zst": ("application/ld+json", ["application/zstd"]),
        **{f"{name}.csv": ("text/csv", []) for name in ("articles", "citations", "mentions", "people")},
    }
    bodies = {name: (dump / name).read_bytes() for name in expected}
    assert found == {name: (*expected[name], len(body), hashlib.sha256(body).hexdigest()) for name, body in bodies.items()}
    assert sorted(values(said, DATASET, terms.DATA_DUMP)) == sorted(BASE + name for name in expected)


def test_each_part_of_a_large_dump_is_a_file(tmp_path: Path, sources: Path) -> None:
    given = config.Config(base=BASE, formats=("turtle",), shard_size=2)
    assert pipeline.publish([sources / "articles"], tmp_path / "dump", given, engine=ENGINE).published
    said = rdf.read(tmp_path / "dump" / "dataset.ttl")
    named = {name.removeprefix(f"{BASE}dataset#") for name in values(said, DATASET, terms.DISTRIBUTION)}
    assert named == {path.name for path in (tmp_path / "dump").glob("articles*")}
    assert len(named) > 2


# --- what it is, whose, and of when ----------------------------------------------------------------------------------------
def test_it_says_what_it_is_whose_and_under_which_licence(said: list[Statement]) -> None:
    assert set(values(said, DATASET, terms.TYPE)) == {terms.value(terms.DATASET), terms.value(terms.CATALOGUED_DATASET)}
    assert values(said, DATASET, terms.TITLE) == ["Data of the harbour"]
    assert values(said, DATASET, terms.OF_LICENSE) == [LICENSE]
    (publisher,) = values(said, DATASET, terms.OF_PUBLISHER)
    assert publisher == f"{BASE}organization/example-archive"
    assert values(said, f"<{publisher}>", terms.NAME) == ["Example Archive"]


def test_the_rights_of_the_articles_are_told_apart_from_the_licence_of_the_data(said: list[Statement]) -> None:
    (rights,) = values(said, DATASET, terms.OF_RIGHTS)
    assert values(said, f"<{rights}>", terms.TYPE) == [terms.value(terms.RIGHTS_STATEMENT)]
    (words,) = values(said, f"<{rights}>", terms.LABEL)
    assert "The articles keep their own rights" in words


def test_the_version_is_made_from_the_content_and_the_example_is_the_first_article(dump: Path, said: list[Statement]) -> None:
    body = (dump / "articles.nq").read_bytes()
    assert values(said, DATASET, terms.VERSION) == [hashlib.sha256(body).hexdigest()[:12]]
    manifest = json.loads((dump / "manifest.json").read_bytes())
    assert values(said, DATASET, terms.EXAMPLE_RESOURCE) == [next(iter(manifest["articles"]))]


def test_it_is_issued_on_the_newest_day_of_an_article(dump: Path, said: list[Statement]) -> None:
    lines = quads_of_pyoxigraph((dump / "articles.nq").read_text("utf-8"), "nquads")
    days = [terms.value(s.object)[:10] for s in lines if s.predicate == terms.DATE_PUBLISHED]
    assert [s.object for s in said if s.predicate == terms.ISSUED] == [terms.date_literal(max(days))]


def test_it_is_issued_on_the_day_of_source_date_epoch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert pipeline.publish([ROOT / "examples" / "climate-pledges.md"], tmp_path / "dump", engine=ENGINE).published
    said = rdf.read(tmp_path / "dump" / "dataset.ttl")
    assert [s.object for s in said if s.predicate == terms.ISSUED] == [f'"2023-11-14"^^{terms.XSD_DATE}']


def test_what_is_not_known_is_not_said() -> None:
    empty = Dump(BASE, figures(BASE, Sums(), []), {}, 0, "0" * 64)
    said = {s.predicate for s in dataset.describe(empty)}
    unknown = {terms.TITLE, terms.OF_PUBLISHER, terms.OF_LICENSE, terms.ISSUED, terms.VERSION, terms.EXAMPLE_RESOURCE}
    assert said & (unknown | {terms.DISTRIBUTION, terms.CLASS_PARTITION, terms.SUBSET}) == set()
    dated = Dump(BASE, figures(BASE, Sums(), []), {}, 0, "0" * 64, issued="2024")
    assert Statement(DATASET, terms.ISSUED, f'"2024"^^{terms.XSD_GYEAR}', "") in list(dataset.describe(dated))


# --- how it was made ---------------------------------------------------------------------------------------------------------
def test_the_build_says_by_what_and_of_what_it_was_made(dump: Path, sources: Path, said: list[Statement]) -> None:
    (build,) = values(said, DATASET, terms.WAS_GENERATED_BY)
    (agent,) = values(said, f"<{build}>", terms.WAS_ASSOCIATED_WITH)
    assert values(said, f"<{agent}>", terms.TYPE) == [terms.value(terms.SOFTWARE_AGENT)]
    assert values(said, f"<{agent}>", terms.SOFTWARE_VERSION) == [VERSION]
    used = {node for node in values(said, f"<{build}>", terms.USED) if values(said, f"<{node}>", terms.LABEL)}
    found = {(values(said, f"<{node}>", terms.LABEL)[0], *checksum(said, f"<{node}>")) for node in used}
    shipped = [resources.folder("ontology") / name for name in vocabulary.FILES]
    files = [*shipped, *resources.files("shapes"), sources / "pacts.ttl"]
    assert found == {(path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files}


def checksum(said: list[Statement], node: Term) -> list[str]:
    return [digest for name in values(said, node, terms.CHECKSUM) for digest in values(said, f"<{name}>", terms.CHECKSUM_VALUE)]


def test_the_sources_are_one_collection_with_a_digest_that_the_manifest_proves(dump: Path, said: list[Statement]) -> None:
    rows = json.loads((dump / "manifest.json").read_bytes())["articles"]
    (collection,) = values(said, DATASET, terms.WAS_DERIVED_FROM)
    assert values(said, f"<{collection}>", terms.COLLECTION_SIZE) == [str(len(rows))]
    lines = "".join(f"{row['sha256']}\n" for row in rows.values())
    assert checksum(said, f"<{collection}>") == [hashlib.sha256(lines.encode()).hexdigest()]


def test_it_has_no_clock_and_no_path_of_the_machine(dump: Path, said: list[Statement], sources: Path) -> None:
    assert not any(s.predicate.startswith(f"<{terms.PROV}") and "Time" in s.predicate for s in said)
    assert str(sources) not in (dump / "dataset.ttl").read_text("utf-8")


# --- how others read it ------------------------------------------------------------------------------------------------------
def test_it_names_every_node_and_every_library_reads_it(dump: Path, said: list[Statement]) -> None:
    assert not any(rdf.is_blank(term) for s in said for term in (s.subject, s.object))
    text = (dump / "dataset.ttl").read_text("utf-8")
    assert read_with_rdflib(text, "turtle") == {s[:3] for s in said}
    assert {s.subject for s in said} <= {DATASET} | {s.object for s in said}


@pytest.mark.parametrize("engine", ["fast", "pyshacl"])
def test_it_is_valid_against_our_shapes(said: list[Statement], engine: validation.Engine) -> None:
    if engine == "fast":
        pytest.importorskip("shacl")
    assert validation.validate(said, validation.load_shapes(), engine) == []


def test_a_dump_is_validated_with_what_it_says_of_itself(dump: Path, setup: config.Config, tmp_path: Path) -> None:
    report = targets.validate([dump], setup)
    assert str(dump / "dataset.ttl") in report.checked
    assert [finding for finding in report.findings if finding.severity != "info"] == []
    broken = tmp_path / "dump"
    broken.mkdir()
    for path in dump.iterdir():
        (broken / path.name).write_bytes(
            path.read_bytes().replace(b"void:triples", b"void:trebles") if path.suffix == ".ttl" else path.read_bytes()
        )
    found = [finding for finding in targets.validate([broken], setup).findings if finding.severity == "violation"]
    assert any("how many triples" in finding.reason and finding.place.line > 1 for finding in found)
