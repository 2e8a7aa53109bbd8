"""`dataset.ttl` says of a dump what is so: its counts are counted, its checksums are those of the files."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest

from kg import config, dataset, exporters, pipeline, rdf, readers, terms
from kg.terms import Statement, Term
from tests.conftest import ROOT
from tests.strategies import quads_of_pyoxigraph, read_with_pyoxigraph, read_with_rdflib

BASE = "https://data.example.com/press/"
DATASET = f"<{BASE}dataset>"
IANA = "https://www.iana.org/assignments/media-types/"


@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dataset") / "dump"
    with pytest.MonkeyPatch.context() as environment:
        environment.delenv("SOURCE_DATE_EPOCH", raising=False)
        assert pipeline.publish([ROOT / "examples"], folder, config.Config(base=BASE, formats=tuple(exporters.FORMATS))).published
    return folder


@pytest.fixture(scope="module")
def said(dump: Path) -> list[Statement]:
    return rdf.read(dump / "dataset.ttl")


def values(said: list[Statement], subject: Term, predicate: Term) -> list[str]:
    return [terms.value(s.object) for s in said if (s.subject, s.predicate) == (subject, predicate)]


def counted(dump: Path, query: str) -> int:
    store = pyoxigraph.Store()
    store.bulk_load(path=str(dump / "articles.nq"), format=pyoxigraph.RdfFormat.N_QUADS)
    answer: Any = store.query(query, use_default_graph_as_union=True)
    return int(next(iter(answer))[0].value)


def test_the_number_of_triples_is_that_of_the_union_as_a_set(dump: Path, said: list[Statement]) -> None:
    query = "SELECT (COUNT(*) AS ?n) { SELECT DISTINCT ?s ?p ?o { GRAPH ?g { ?s ?p ?o } } }"
    assert values(said, DATASET, terms.TRIPLES) == [str(counted(dump, query))]
    assert counted(dump, query) == len(read_with_pyoxigraph((dump / "articles.ttl").read_text("utf-8"), "turtle"))


def test_the_number_of_articles_is_that_of_the_dump(dump: Path, said: list[Statement]) -> None:
    (partition,) = values(said, DATASET, terms.CLASS_PARTITION)
    assert values(said, f"<{partition}>", terms.CLASS) == [terms.value(terms.ARTICLE)]
    query = f"SELECT (COUNT(DISTINCT ?a) AS ?n) {{ ?a a {terms.ARTICLE} }}"
    assert values(said, f"<{partition}>", terms.ENTITY_COUNT) == [str(counted(dump, query))]
    assert counted(dump, query) == len(list(readers.records(readers.split(ROOT / "examples"))))


def test_every_file_has_its_media_type_size_and_checksum(dump: Path, said: list[Statement]) -> None:
    found = {}
    for distribution in values(said, DATASET, terms.DISTRIBUTION):
        node = f"<{distribution}>"
        (media_type,), (size,), (checksum,) = (values(said, node, p) for p in (terms.MEDIA_TYPE, terms.BYTE_SIZE, terms.CHECKSUM))
        assert values(said, f"<{checksum}>", terms.ALGORITHM) == [terms.value(terms.SHA256)]
        (digest,) = values(said, f"<{checksum}>", terms.CHECKSUM_VALUE)
        found[distribution.removeprefix(f"{BASE}dataset#")] = (media_type.removeprefix(IANA), int(size), digest)
    expected = {f"articles{form.suffix}": form.media_type for form in exporters.FORMATS.values()}
    bodies = {name: (dump / name).read_bytes() for name in expected}
    assert found == {name: (expected[name], len(body), hashlib.sha256(body).hexdigest()) for name, body in bodies.items()}
    assert values(said, DATASET, terms.DATA_DUMP) == sorted(BASE + name for name in expected)


def test_it_is_issued_on_the_newest_day_of_an_article(dump: Path, said: list[Statement]) -> None:
    lines = quads_of_pyoxigraph((dump / "articles.nq").read_text("utf-8"), "nquads")
    days = [terms.value(s.object)[:10] for s in lines if s.predicate == terms.DATE_PUBLISHED]
    assert [s.object for s in said if s.predicate == terms.ISSUED] == [terms.date_literal(max(days))]


def test_it_is_issued_on_the_day_of_source_date_epoch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert pipeline.publish([ROOT / "examples" / "climate-pledges.md"], tmp_path / "dump").published
    said = rdf.read(tmp_path / "dump" / "dataset.ttl")
    assert [s.object for s in said if s.predicate == terms.ISSUED] == [f'"2023-11-14"^^{terms.XSD_DATE}']


def test_a_dump_without_dates_does_not_say_when_it_was_issued() -> None:
    said = list(dataset.describe(BASE, 1, 2, None, {}))
    assert [s for s in said if s.predicate == terms.ISSUED] == []
    assert [s for s in dataset.describe(BASE, 1, 2, "2024", {}) if s.predicate == terms.ISSUED] == [
        Statement(DATASET, terms.ISSUED, f'"2024"^^{terms.XSD_GYEAR}', "")
    ]


def test_it_names_every_node_and_every_library_reads_it(dump: Path, said: list[Statement]) -> None:
    assert not any(rdf.is_blank(term) for s in said for term in (s.subject, s.object))
    text = (dump / "dataset.ttl").read_text("utf-8")
    assert read_with_rdflib(text, "turtle") == {s[:3] for s in said}
    assert {s.subject for s in said} <= {DATASET} | {s.object for s in said}


def test_it_says_what_it_is_and_whose_terms_it_uses(said: list[Statement]) -> None:
    assert set(values(said, DATASET, terms.TYPE)) == {terms.value(terms.DATASET), terms.value(terms.CATALOGUED_DATASET)}
    assert values(said, DATASET, terms.URI_SPACE) == [BASE]
    assert {terms.KG, terms.SCHEMA, terms.SKOS} <= set(values(said, DATASET, terms.USED_VOCABULARY))
