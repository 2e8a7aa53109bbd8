"""What we write in any format is read by other libraries as the graph that it was."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
import rdflib
from hypothesis import given, settings
from hypothesis import strategies as st

import kg
from kg import exporters, pipeline, rdf, terms
from kg.errors import TermError, UsageError
from kg.terms import Statement, Term
from tests.conftest import ROOT
from tests.strategies import (
    BLANK_GRAPHS,
    DOCUMENTS,
    GRAPHS,
    IRIS,
    LITERALS,
    RDF_FORMATS,
    Triple,
    by_value,
    canonical,
    lines_of,
    own,
    quads_of_pyoxigraph,
    quads_of_rdflib,
    read_with_pyld,
    read_with_pyoxigraph,
    read_with_rdflib,
    union,
)

FORMATS = RDF_FORMATS
TRIPLE_FORMATS = tuple(name for name in FORMATS if name not in ("nquads", "trig"))
A, AB, SLASH = (terms.article_iri(terms.DEFAULT_BASE, name) for name in ("a", "ab", "a/b"))
NOVAK = terms.iri("https://data.example.org/person/marie-novak")

few = settings(max_examples=20, deadline=None)


def says(subject: Term, predicate: Term, object_: Term, graph: Term = "") -> Statement:
    return Statement(subject, predicate, object_, graph)


def is_article(subject: Term, graph: Term = "") -> Statement:
    return says(subject, terms.TYPE, terms.ARTICLE, graph)


def exported(source: Path, format: str, article: str | None = None) -> str:
    return b"".join(body for _, body in exporters.export_source(source, format, article)).decode()


def named(subject: Term, name: str, graph: Term = "") -> Statement:
    return says(subject, terms.NAME, terms.literal(name), graph)


# --- the same graph, whatever the format and the reader ----------------------------------------------------------------------
@few
@given(GRAPHS)
def test_every_library_reads_what_was_written(graph: list[Statement]) -> None:
    for name in FORMATS:
        text = exporters.export(graph, name)
        assert read_with_pyoxigraph(text, name) == read_with_rdflib(text, name) == union(graph), name
    assert by_value(read_with_pyld(exporters.export(graph, "jsonld"))) == by_value(union(graph))


@pytest.mark.parametrize("format", ["nquads", "trig"])
@few
@given(GRAPHS)
def test_formats_with_graphs_keep_each_statement_in_its_graph(format: str, graph: list[Statement]) -> None:
    text = exporters.export(graph, format)
    assert quads_of_pyoxigraph(text, format) == set(graph)
    assert quads_of_rdflib(text, format) == set(graph)


@few
@given(BLANK_GRAPHS)
def test_graphs_with_blank_nodes_are_read_back_but_for_the_names_of_these(graph: list[Statement]) -> None:
    triples = [statement._replace(graph="") for statement in graph]
    for name in DOCUMENTS:
        written = triples if name in TRIPLE_FORMATS else graph
        assert canonical(quads_of_pyoxigraph(exporters.export(written, name), name)) == canonical(written), name


@few
@given(LITERALS, IRIS)
def test_every_term_is_read_by_all_three_libraries_as_it_was(literal: Term, iri: Term) -> None:
    graph = [says(iri, predicate, o) for predicate in (terms.NAME, terms.HEADLINE, terms.ABOUT) for o in (literal, iri)]
    for name in FORMATS:
        text = exporters.export(graph, name)
        assert read_with_pyoxigraph(text, name) == read_with_rdflib(text, name) == union(graph), name
    assert by_value(read_with_pyld(exporters.export(graph, "jsonld"))) == by_value(union(graph))


@few
@given(GRAPHS, st.randoms(use_true_random=False))
def test_the_order_of_the_input_makes_no_difference(graph: list[Statement], random: Any) -> None:
    shuffled = [*graph, *(statement._replace(span=(1, 2)) for statement in graph[:3])]
    random.shuffle(shuffled)
    for name in FORMATS:
        assert exporters.export(shuffled, name) == exporters.export(graph, name)


def test_an_empty_graph_is_a_document_in_every_format() -> None:
    for name in FORMATS:
        text = exporters.export([], name)
        assert read_with_pyoxigraph(text, name) == read_with_rdflib(text, name) == set(), name


# --- N-Quads and N-Triples -----------------------------------------------------------------------------------------------------
@given(GRAPHS)
@few
def test_a_line_of_nquads_is_the_statement_that_it_was(graph: list[Statement]) -> None:
    for statement in graph:
        assert rdf.parse_nquads(rdf.nquads(statement)) == statement


@few
@given(GRAPHS)
def test_the_sorted_lines_of_nquads_are_the_canonical_form(graph: list[Statement]) -> None:
    lines = exporters.export(graph, "nquads").split("\n")[:-1]
    assert sorted(lines) == canonical(graph)
    assert len(lines) == len(set(lines))


@few
@given(GRAPHS)
def test_ntriples_hold_each_triple_once(graph: list[Statement]) -> None:
    lines = exporters.export(graph, "ntriples").split("\n")[:-1]
    assert sorted(lines) == sorted(f"{s} {p} {o} ." for s, p, o in union(graph))


@few
@given(GRAPHS)
def test_the_blocks_of_a_file_are_those_that_were_written(graph: list[Statement]) -> None:
    text = exporters.export(graph, "nquads")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "articles.nq"
        path.write_bytes(text.encode())
        found = [statement for block in exporters.read_blocks(path) for statement in block]
    assert found == [rdf.parse_nquads(line) for line in text.split("\n")[:-1]]


# --- Turtle and TriG -----------------------------------------------------------------------------------------------------------
def subjects_of(turtle: str) -> list[str]:
    """Return the subjects as they stand at the beginning of a line, with the base under which they stand."""
    base, found = "", []
    for line in re.sub(r'"(?:[^"\\\n]|\\.)*"', '""', turtle).splitlines():
        if line.startswith("@base"):
            base = line.split()[1]
        elif line and not line.startswith((" ", "@")):
            found.append(f"{base[:-1]}{line[1:]}" if re.match(r"<[#>]", line) else line)
    return found


@few
@given(GRAPHS)
def test_turtle_has_each_subject_once(graph: list[Statement]) -> None:
    subjects = subjects_of(exporters.export(graph, "turtle"))
    assert len(subjects) == len(set(subjects)) == len({statement.subject for statement in graph})


def test_turtle_is_articles_in_order_under_their_base_and_then_what_they_share() -> None:
    parts = [own(A, "char=10,14"), own(A, "char=9,12"), own(A, "text")]
    articles = [is_article(article, own(article, "declared")) for article in (AB, SLASH, A)]
    graph = [named(part, "x", own(A, "extracted")) for part in parts] + articles + [named(NOVAK, "Marie Novak", own(A, "declared"))]
    body = exporters.export(graph, "turtle").partition("\n\n")[2]
    assert body == (
        "@base <https://data.example.org/article/a/b> .\n"
        "\n<>\n    a schema:Article .\n"
        "\n@base <https://data.example.org/article/a> .\n"
        "\n<>\n    a schema:Article .\n"
        '\n<#char=9,12>\n    schema:name "x" .\n'
        '\n<#char=10,14>\n    schema:name "x" .\n'
        '\n<#text>\n    schema:name "x" .\n'
        "\n@base <https://data.example.org/article/ab> .\n"
        "\n<>\n    a schema:Article .\n"
        '\n<https://data.example.org/person/marie-novak>\n    schema:name "Marie Novak" .\n'
    )


def test_turtle_puts_the_type_first_and_one_object_on_a_line() -> None:
    graph = [named(A, "b"), named(A, "a"), is_article(A), says(A, terms.ABOUT, "<https://w3id.org/article-kg/state/france>")]
    assert exporters.export(graph, "turtle").endswith(
        '\n<>\n    a schema:Article ;\n    schema:about state:france ;\n    schema:name "a" ,\n        "b" .\n'
    )


def test_an_article_whose_iri_has_a_fragment_is_no_base() -> None:
    article = terms.iri("http://a.example/page#article")
    text = exporters.export([is_article(article)], "turtle")
    assert "@base" not in text
    assert read_with_pyoxigraph(text, "turtle") == {(article, terms.TYPE, terms.ARTICLE)}


def test_an_article_described_in_several_graphs_is_one_block() -> None:
    graph = [is_article(A, own(A, "declared")), named(A, "one"), named(A, "two", "<urn:g>"), named(own(A, "text"), "t", "<urn:g>")]
    assert [len(block) for block in exporters.blocks(graph)] == [4]
    assert subjects_of(exporters.export(graph, "turtle")) == [A, own(A, "text")]


def test_two_articles_in_one_graph_each_get_their_base() -> None:
    graph = [is_article(A), is_article(AB), named(own(A, "text"), "a"), named(own(AB, "text"), "ab")]
    text = exporters.export(graph, "turtle")
    assert text.count("@base") == 2
    assert subjects_of(text) == [A, own(A, "text"), AB, own(AB, "text")]


def test_a_graph_called_declared_need_not_be_an_article_s() -> None:
    graph = [named(NOVAK, "Marie Novak", "<http://a.example/no#declared>")]
    assert "@base" not in exporters.export(graph, "turtle")
    assert quads_of_pyoxigraph(exporters.export(graph, "trig"), "trig") == set(graph)


def test_numbers_in_fragments_are_in_order_of_size_however_long() -> None:
    fragments = ["char=2", "char=10", "char=٣", "char=" + "9" * 5_000, "char=002", "char=", ""]
    graph = [named(own(A, fragment), "x") for fragment in fragments]
    found = [line[len(A) : -1] for line in exporters.export(graph, "turtle").splitlines() if line.startswith(A[:-1])]
    assert found == ["", "char=", "char=002", "char=2", "char=10", "char=" + "9" * 5_000, "char=٣"]


# --- JSON-LD -------------------------------------------------------------------------------------------------------------------
def document(graph: list[Statement]) -> Any:
    return json.loads(exporters.export(graph, "jsonld"))


def nodes(graph: list[Statement]) -> Any:
    return document(graph)["@graph"]


def test_in_json_ld_an_article_is_one_tree() -> None:
    publisher, france, mention = (terms.iri(f"https://data.example.org/{name}") for name in ("organization/press", "france", "m"))
    links = {terms.AUTHOR: NOVAK, terms.PUBLISHER: publisher, terms.MENTIONS: france, terms.MENTION: mention}
    graph = [is_article(A), *(says(A, predicate, node) for predicate, node in links.items())]
    graph += [named(node, name) for node, name in ((NOVAK, "Marie Novak"), (publisher, "Press"), (france, "France"))]
    graph += [says(mention, terms.MENTION_KIND, terms.ACRONYM_KIND), says(mention, terms.TA_IDENT_REF, france)]
    (tree,) = nodes(graph)
    assert tree == {
        "id": terms.value(A),
        "type": "Article",
        "author": {"id": terms.value(NOVAK), "name": "Marie Novak"},
        "publisher": {"id": terms.value(publisher), "name": "Press"},
        "mentions": {"id": terms.value(france), "name": "France"},
        "mention": {"id": terms.value(mention), "entity": terms.value(france), "mentionKind": "Acronym"},
    }
    assert list(tree) == ["id", "type", "author", "publisher", "mentions", "mention"], "in the order of the context"


def test_in_json_ld_a_title_is_a_language_map_and_a_number_a_text() -> None:
    graph = [
        is_article(A),
        says(A, terms.HEADLINE, terms.literal("Peace", language="en")),
        says(A, terms.HEADLINE, terms.literal("Paix", language="fr")),
        says(A, terms.HEADLINE, terms.literal("?")),
        says(A, terms.WORD_COUNT, terms.literal("12", datatype=terms.XSD_NON_NEGATIVE_INTEGER)),
        says(A, terms.DATE_PUBLISHED, terms.literal("2024-05-06", datatype=terms.XSD_DATE)),
        says(A, terms.DATE_MODIFIED, terms.literal("2024-05-06T10:00:00+02:00", datatype=terms.XSD_DATE_TIME)),
    ]
    (tree,) = nodes(graph)
    assert tree == {
        "id": terms.value(A),
        "type": "Article",
        "headline": {"@none": "?", "en": "Peace", "fr": "Paix"},
        "wordCount": "12",
        "datePublished": "2024-05-06",
        "schema:dateModified": {"type": "xsd:dateTime", "@value": "2024-05-06T10:00:00+02:00"},
    }


def test_articles_that_cite_each_other_are_trees_of_their_own() -> None:
    graph = [is_article(A), is_article(AB), says(A, terms.SCHEMA_CITATION, AB), says(AB, terms.SCHEMA_CITATION, A)]
    assert [tree["id"] for tree in nodes(graph)] == [terms.value(A), terms.value(AB)]


def test_nodes_that_lead_to_themselves_are_written_once() -> None:
    france = terms.iri("https://w3id.org/article-kg/state/france")
    graph = [is_article(A), says(A, terms.ABOUT, france), says(france, terms.BROADER, france), says(france, terms.ABOUT, A)]
    assert by_value(read_with_pyld(exporters.export(graph, "jsonld"))) == by_value(union(graph))
    assert exporters.export(graph, "jsonld").count(f'"id": "{terms.value(france)}"') == 1


@few
@given(GRAPHS)
def test_json_ld_can_stand_in_a_script_element(graph: list[Statement]) -> None:
    assert "<" not in exporters.export(graph, "jsonld")


@few
@given(GRAPHS)
def test_in_json_ld_no_value_is_a_number_and_every_context_is_ours(graph: list[Statement]) -> None:
    def leaves(value: Any) -> list[Any]:
        inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else None
        return [value] if inner is None else list(itertools.chain.from_iterable(map(leaves, inner)))

    written = document(graph)
    assert list(written) == ["@context", "@graph"]
    assert all(isinstance(leaf, str) for leaf in leaves(written["@graph"]))
    assert written["@context"] == json.loads((ROOT / "ontology" / "context.jsonld").read_bytes())["@context"]


@pytest.mark.parametrize("name", ["about:blank", "name:x", "source:x", "id:x", "type:x", "Article:x", "schema://a.example/"])
def test_an_iri_may_begin_with_a_word_of_the_context_that_is_no_prefix(name: str) -> None:
    iri = f"<{name}>"
    graph = [
        says(iri, terms.TYPE, iri),
        says(iri, terms.MENTION_KIND, iri),
        says(iri, iri, iri),
        says(iri, terms.NAME, f'"x"^^{iri}'),
    ]
    text = exporters.export(graph, "jsonld")
    assert read_with_pyld(text) == read_with_pyoxigraph(text, "jsonld") == read_with_rdflib(text, "jsonld") == union(graph)


@pytest.mark.parametrize("position", range(4))
def test_json_ld_refuses_an_iri_that_its_context_would_expand(position: int) -> None:
    odd = "<schema:name>"
    statement = [says(odd, terms.NAME, NOVAK), says(A, odd, NOVAK), says(A, terms.NAME, odd), says(A, terms.NAME, f'"x"^^{odd}')][
        position
    ]
    with pytest.raises(TermError, match="JSON-LD would take the beginning"):
        exporters.export([statement], "jsonld")
    for name in ("turtle", "trig", "nquads", "ntriples"):
        assert read_with_pyoxigraph(exporters.export([statement], name), name) == union([statement])


# --- JSON-LD line by line --------------------------------------------------------------------------------------------------------
def test_an_article_is_a_line_that_is_a_document_by_itself() -> None:
    graph = [is_article(A), is_article(AB), says(A, terms.AUTHOR, NOVAK), named(NOVAK, "Marie Novak")]
    first, second = map(json.loads, lines_of(exporters.export(graph, "ndjsonld")))
    assert first.pop("@context") == second.pop("@context") == document(graph)["@context"]
    assert [first, second] == nodes(graph)


def test_what_hangs_on_no_article_stands_together_on_a_line_after_them() -> None:
    states = [terms.iri(f"https://w3id.org/article-kg/state/{name}") for name in ("chad", "mali")]
    graph = [is_article(A), *(named(state, "x") for state in states)]
    first, second = map(json.loads, lines_of(exporters.export(graph, "ndjsonld")))
    assert first["id"] == terms.value(A)
    assert [node["id"] for node in second["@graph"]] == [terms.value(state) for state in states]


@few
@given(GRAPHS)
def test_pyld_reads_each_line_by_itself(graph: list[Statement]) -> None:
    lines = lines_of(exporters.export(graph, "ndjsonld"))
    assert by_value({triple for line in lines for triple in read_with_pyld(line)}) == by_value(union(graph))


def test_a_blank_node_is_refused_since_it_would_be_another_on_each_line() -> None:
    with pytest.raises(TermError, match="cannot have blank nodes"):
        exporters.export([says("_:b", terms.ABOUT, A)], "ndjsonld")


# --- RDF/XML -------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "predicate",
    ["http://p.example/1", "http://p.example/", "http://p.example/a%20", "http://p.example/𠮷", "http://www.w3.org/2000/xmlns/a"]
    + [f"{terms.RDF}{name}" for name in ("li", "about", "Description", "ID", "RDF", "datatype")],
)
def test_rdf_xml_refuses_a_predicate_that_it_cannot_name(predicate: str) -> None:
    with pytest.raises(TermError, match="cannot have this predicate"):
        exporters.export([says(A, f"<{predicate}>", NOVAK)], "rdfxml")


@pytest.mark.parametrize("character", ["\\u0000", "\\u0001", "\\b", "\\f", "\\u001F", "\\uFFFE", "\\uFFFF"])
def test_rdf_xml_refuses_a_character_that_xml_cannot_hold_and_other_formats_write_it(character: str) -> None:
    graph = [says(A, terms.NAME, f'"a{character}b"')]
    with pytest.raises(TermError, match="cannot hold a character"):
        exporters.export(graph, "rdfxml")
    for name in ("turtle", "trig", "nquads", "ntriples", "jsonld"):
        assert read_with_pyoxigraph(exporters.export(graph, name), name) == union(graph), name


def test_rdf_xml_keeps_line_ends_and_spaces() -> None:
    graph = [named(A, text) for text in (" ", "\n", "\r", "a\r\nb", "\t", "]]>", "&#13;", "")]
    text = exporters.export(graph, "rdfxml")
    assert read_with_pyoxigraph(text, "rdfxml") == read_with_rdflib(text, "rdfxml") == union(graph)


def test_rdf_xml_names_blank_nodes_or_refuses_their_names() -> None:
    text = exporters.export([says("_:b1", terms.ABOUT, "_:b2")], "rdfxml")
    assert 'rdf:nodeID="b1"' in text
    with pytest.raises(TermError, match="blank node"):
        exporters.export([says("_:1", terms.ABOUT, A)], "rdfxml")


# --- how rdflib spells values ----------------------------------------------------------------------------------------------------
# What rdflib makes of a value by default, of those that our gate takes: the same value, and for a fraction of a second more digits
RESPELT = {("2024-05-06T10:00:00.5+00:00", terms.XSD_DATE_TIME): "2024-05-06T10:00:00.500000+00:00"}


@pytest.mark.parametrize(
    ("text", "datatype"),
    [
        ("2024-02-29", terms.XSD_DATE),
        ("2024-05-06T10:00:00+00:00", terms.XSD_DATE_TIME),
        ("2024-05-06T10:00:00-03:30", terms.XSD_DATE_TIME),
        ("2024-05-06T10:00:00", terms.XSD_DATE_TIME),
        ("2024-05", terms.XSD_GYEAR_MONTH),
        ("0900", terms.XSD_GYEAR),
        ("0.90", terms.XSD_DECIMAL),
        ("-1.00", terms.XSD_DECIMAL),
        ("-5", terms.XSD_INTEGER),
        ("9" * 40, terms.XSD_NON_NEGATIVE_INTEGER),
        *RESPELT,
    ],
)
def test_rdflib_spells_the_values_that_we_write_as_we_do(text: str, datatype: Term) -> None:
    literal = terms.literal(text, datatype=datatype)
    (read,) = rdflib.Graph().parse(data=f"<urn:s> <urn:p> {literal} .", format="nt").objects()
    assert str(read) == RESPELT.get((text, datatype), text)


# --- the interface -------------------------------------------------------------------------------------------------------------
def test_export_is_part_of_the_public_interface() -> None:
    assert kg.export([is_article(A)], "ntriples") == f"{A} {terms.TYPE} {terms.ARTICLE} .\n"


def test_an_unknown_format_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="unknown format 'yaml'; there are turtle, jsonld"):
        kg.export([], "yaml")
    with pytest.raises(UsageError, match="unknown format"):
        list(exporters.export_source(tmp_path, "yaml"))
    for name in ("turtle.gz", "csv"):
        with pytest.raises(UsageError, match="is no text: name one of turtle, jsonld"):
            kg.export([], name)


def test_a_format_has_a_media_type_and_a_suffix_of_its_own() -> None:
    rows = [exporters.FORMATS[name] for name in FORMATS]
    assert len({row.media_type for row in rows}) == len({row.suffix for row in rows}) == len(FORMATS)
    for row in (exporters.FORMATS[name] for name in DOCUMENTS):
        assert pyoxigraph.RdfFormat.from_media_type(row.media_type) == pyoxigraph.RdfFormat.from_extension(row.suffix[1:])


def test_one_article_of_an_rdf_file_is_written_with_what_it_leads_to(tmp_path: Path) -> None:
    other = named(terms.iri("urn:other"), "other")
    wanted = [
        is_article(A),
        says(A, terms.AUTHOR, NOVAK),
        named(NOVAK, "Marie Novak"),
        named(own(A, "text"), "t"),
        says(A, terms.ABOUT, AB),
    ]
    path = tmp_path / "articles.ttl"
    path.write_text(exporters.export([*wanted, is_article(AB), other], "turtle"), encoding="utf-8")
    text = exported(path, "nquads", terms.value(A))
    assert read_with_pyoxigraph(text, "nquads") == union(wanted)


def test_an_article_that_is_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.nt"
    path.write_text(exporters.export([is_article(A)], "ntriples"), encoding="utf-8")
    with pytest.raises(UsageError, match="no such article"):
        list(exporters.export_source(path, "turtle", article=terms.value(AB)))
    with pytest.raises(UsageError, match="no dump here"):
        list(exporters.export_source(tmp_path, "turtle"))


# --- a real dump -----------------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def dump(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exporters") / "dump"
    # Two languages, front matter and none, several articles in a file, authors and states that articles share
    names = ("climate-pledges.md", "desarme-nuclear.md", "antarctica-notes.txt", "short-notes.xml")
    summary = pipeline.publish([ROOT / "examples" / name for name in names], folder, kg.Config(formats=FORMATS), engine="fast")
    assert summary.published, summary.findings
    return folder


@pytest.fixture(scope="module")
def triples(dump: Path) -> set[Triple]:
    return read_with_pyoxigraph((dump / "articles.nq").read_text("utf-8"), "nquads")


@pytest.mark.parametrize("format", FORMATS)
def test_every_file_of_a_dump_holds_the_same_triples(format: str, dump: Path, triples: set[Triple]) -> None:
    text = (dump / f"articles{exporters.FORMATS[format].suffix}").read_text("utf-8")
    assert read_with_pyoxigraph(text, format) == triples
    assert read_with_rdflib(text, format) == triples


def test_pyld_reads_the_json_ld_of_a_dump(dump: Path, triples: set[Triple]) -> None:
    assert read_with_pyld((dump / "articles.jsonld").read_text("utf-8")) == triples


def test_rdflib_respells_nothing_in_a_dump(dump: Path, triples: set[Triple]) -> None:
    graph = rdflib.Graph().parse(dump / "articles.ttl")
    assert len(graph) == len(triples)
    assert {o.toPython() for o in graph.objects() if isinstance(o, rdflib.Literal) and o.ill_typed} == set()


def test_the_sorted_lines_of_a_dump_are_its_canonical_form(dump: Path) -> None:
    text = (dump / "articles.nq").read_text("utf-8")
    assert sorted(text.split("\n")[:-1]) == canonical(quads_of_pyoxigraph(text, "nquads"))


def test_an_article_of_a_dump_is_written_alone(dump: Path) -> None:
    block = next(exporters.read_blocks(dump / "articles.nq"))
    article = next(s.subject for s in block if s.object == terms.ARTICLE)
    text = exported(dump, "turtle", terms.value(article))
    assert read_with_pyoxigraph(text, "turtle") == union(block)
    assert text.count("@base") == 1


@pytest.mark.parametrize("format", ["turtle", "trig", "ntriples", "nquads"])
def test_serdi_reads_what_we_write(format: str, dump: Path, triples: set[Triple]) -> None:
    if not shutil.which("serdi"):
        pytest.skip("serdi is not installed")
    path = dump / f"articles{exporters.FORMATS[format].suffix}"
    run = ["serdi", "-q", "-i", format, "-o", "nquads", str(path)]
    text = subprocess.run(run, capture_output=True, check=True, encoding="utf-8").stdout
    assert read_with_pyoxigraph(text, "nquads") == triples


@pytest.mark.parametrize("format", ["turtle", "ntriples", "nquads", "rdfxml"])
def test_rapper_reads_what_we_write(format: str, dump: Path, triples: set[Triple]) -> None:
    if not shutil.which("rapper"):
        pytest.skip("rapper (raptor2-utils) is not installed")
    path = dump / f"articles{exporters.FORMATS[format].suffix}"
    run = ["rapper", "-q", "-i", format, "-o", "ntriples", str(path)]
    text = subprocess.run(run, capture_output=True, check=True, text=True).stdout
    assert read_with_pyoxigraph(text, "ntriples") == triples
