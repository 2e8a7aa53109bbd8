"""Graphs to test with, of the kinds that hurt, and how three other libraries read what we write."""

from __future__ import annotations

import json
import logging
import re
import warnings
from collections.abc import Iterable, Sequence
from typing import Any
from unittest import mock

import pyoxigraph
import rdflib
from hypothesis import strategies as st
from pyld import jsonld

from kg import exporters, terms
from kg.terms import Statement, Term

Triple = tuple[Term, Term, Term]
# The formats that are RDF, and those of them that we read as well: a file is one document
RDF_FORMATS = tuple(name for name, form in exporters.FORMATS.items() if form.suffix != ".csv")
DOCUMENTS = tuple(name for name in RDF_FORMATS if name != "ndjsonld")

logging.getLogger("rdflib").setLevel(logging.CRITICAL)

# --- terms -----------------------------------------------------------------------------------------------------------------
# Every character that XML can hold, odd ones more often than chance has it
FORBIDDEN = "\x00\x01\x08\x0b\x0c\x0e\x1f\ufffe\uffff"
CHARACTERS = st.one_of(
    st.sampled_from("\"\\'<>&{}@^`|%#/:.\n\r\t \x7f\x80\x85\xa0\u2028\u2029\ufeff\u200d\u0301é中ع한𝒳😀\U0010fffd"),
    st.characters(exclude_categories=["Cs"], exclude_characters=FORBIDDEN).filter(lambda c: c >= " " or c in "\t\n\r"),
)
TEXTS = st.text(CHARACTERS, max_size=30)
LONG_TEXTS = st.text('ab" \\\né中😀', min_size=2_000, max_size=4_000)
LANGUAGES = st.sampled_from("en fr pt-br zh-hant sr-latn-rs de-1996 es-419 id x-own en-a-bbb-x-c sl-rozaj-biske".split())

_SEGMENTS = st.text("ab09-._~!$&'()*+,;=:@éü中ع%", max_size=8).map(lambda text: text.replace("%", "%C3%A9"))
_AUTHORITIES = st.sampled_from(["a", "a.example", "u:p@a.example:80", "[::1]", "bücher.example", "", "a.example:"])
_SCHEMES = st.sampled_from("http https urn tag a-b+c.1 about name id type mailto data file".split())
_TAILS = st.builds(
    "".join, st.lists(st.builds("{}{}".format, st.sampled_from(["/", "/", "//", "/../", "/./"]), _SEGMENTS), max_size=3)
)
_QUERIES = st.sampled_from(["", "", "?", "?q=1&r=/a?b", "?ü"])
_FRAGMENTS = st.sampled_from(["", "", "#", "#a", "#char=1,2", "#/a?b", "#٣", "#0012", "#" + "9" * 30])
IRI_TEXTS = st.one_of(
    st.builds("{}://{}{}{}{}".format, _SCHEMES, _AUTHORITIES, _TAILS, _QUERIES, _FRAGMENTS),
    st.builds("{}:{}{}{}".format, _SCHEMES, _SEGMENTS, _QUERIES, _FRAGMENTS),
).filter(terms.is_iri)
IRIS = IRI_TEXTS.map(terms.iri)

_DATATYPES = st.sampled_from(
    [f"<{terms.XSD}{name}>" for name in "integer decimal double boolean date dateTime gYear anyURI nonNegativeInteger".split()]
    + [f"<{terms.RDF}{name}>" for name in ("JSON", "HTML", "XMLLiteral")]
    + ["<urn:type>", "<https://schema.org/Text>"]
)
_LEXICAL_FORMS = st.sampled_from(
    ["1", "01", "+1", "1.50", "1e2", "TRUE", "2024-02-30", "2024-01-01T00:00:00Z", "<b>x", '{"b": 1}', ""]
)
LITERALS = st.one_of(
    TEXTS.map(terms.literal),
    st.builds(lambda text, language: terms.literal(text, language=language), TEXTS, LANGUAGES),
    # Foreign data has types that we do not write, and texts that are no value of them
    st.builds(lambda text, datatype: f'"{terms.escape(text)}"^^{datatype}', _LEXICAL_FORMS | TEXTS, _DATATYPES),
    LONG_TEXTS.map(terms.literal),
)

# --- graphs ----------------------------------------------------------------------------------------------------------------
ARTICLES = tuple(
    terms.iri(text)
    for text in (
        "https://data.example.org/article/a",
        "https://data.example.org/article/a/b",
        "https://data.example.org/article/ab",
        "https://data.example.org/article/é-中",
        "http://a.example/page?id=1",
        "http://a.example/a/../b",
        "http://a.example/page#article",
        "urn:article:a",
    )
)
_SHARED = tuple(
    terms.iri(text)
    for text in (
        "https://data.example.org/person/marie-novak",
        "https://w3id.org/article-kg/state/france",
        "https://w3id.org/article-kg/state/",
        "https://data.example.org/article/",
        "https://schema.org/Article",
        "about:blank",
        "http://a.example/é?b=/c#d/e",
    )
)


def own(article: Term, fragment: str) -> Term:
    """Return the IRI of a part of an article; the article itself where its IRI has a fragment already."""
    return article if "#" in article else f"{article[:-1]}#{fragment}>"


_PARTS = st.sampled_from(["declared", "extracted", "text", "usage", "char=9,12", "char=10,14", "char=٣", "char=007", "a.b", ""])
NODES = st.one_of(st.sampled_from(ARTICLES), st.builds(own, st.sampled_from(ARTICLES), _PARTS), st.sampled_from(_SHARED), IRIS)
_OURS = [terms.HEADLINE, terms.NAME, terms.ABOUT, terms.AUTHOR, terms.MENTIONS, terms.DATE_PUBLISHED, terms.MENTION_KIND]
_OURS += [terms.TYPE, terms.WORD_COUNT, terms.KEYWORDS, terms.TA_CONFIDENCE, terms.BROADER, terms.ISSUED]
_THEIRS = ["<http://p.example/size>", "<http://p.example/größe>", "<urn:p:a-1.b>", "<http://p.example/размер>", "<about:name>"]
_THEIRS += [f"<{terms.RDF}value>", f"<{terms.RDF}_1>"]
_PREDICATES = st.sampled_from(_OURS + _THEIRS)
_GRAPHS = st.one_of(
    st.builds(own, st.sampled_from(ARTICLES), st.sampled_from(["declared", "extracted"])),
    st.just(""),
    st.sampled_from(
        [f"<{terms.VOCABULARY}state>", "<https://data.example.org/vocabulary/own.ttl>", "<http://a.example/no#declared>"]
    ),
)
_OBJECTS = st.one_of(NODES, st.sampled_from([terms.ARTICLE, terms.PERSON, terms.NAME_KIND]), LITERALS)
_TYPES = st.builds(Statement, st.sampled_from(ARTICLES), st.just(terms.TYPE), st.just(terms.ARTICLE), _GRAPHS, st.none())
GRAPHS = st.lists(_TYPES | st.builds(Statement, NODES, _PREDICATES, _OBJECTS, _GRAPHS, st.none()), max_size=20)

_BLANK = st.sampled_from([f"_:b{number}" for number in range(5)])
BLANK_GRAPHS = st.lists(
    st.builds(Statement, NODES | _BLANK, _PREDICATES, _OBJECTS | _BLANK, _GRAPHS | _BLANK, st.none()), min_size=1, max_size=12
)


def union(statements: Iterable[Statement]) -> set[Triple]:
    """Return the triples of all graphs."""
    return {(s.subject, s.predicate, s.object) for s in statements}


def lines_of(text: str) -> list[str]:
    """Return the lines of a text, which may hold other characters that some take for the end of one."""
    assert text.endswith("\n") or not text
    return text.split("\n")[:-1]


_DOUBLE = re.compile(rf'^"([+-]?[0-9.]+(?:[eE][+-]?[0-9]+)?)"(?=\^\^<{terms.XSD}double>$)')


# --- how others read it --------------------------------------------------------------------------------------------------
_RDFLIB_NAMES = {"turtle": "turtle", "jsonld": "json-ld", "nquads": "nquads", "trig": "trig", "ntriples": "nt", "rdfxml": "xml"}


def read_with_pyoxigraph(text: str, format: str) -> set[Triple]:
    return union(quads_of_pyoxigraph(text, format))


def quads_of_pyoxigraph(text: str, format: str) -> set[Statement]:
    if format == "ndjsonld":
        return {statement for line in lines_of(text) for statement in quads_of_pyoxigraph(line, "jsonld")}
    form = pyoxigraph.RdfFormat.from_media_type(exporters.FORMATS[format].media_type)
    assert form is not None
    quads = pyoxigraph.parse(text.encode(), format=form)
    default = pyoxigraph.DefaultGraph()
    return {
        Statement(str(q.subject), str(q.predicate), str(q.object), "" if q.graph_name == default else str(q.graph_name))
        for q in quads
    }


def read_with_rdflib(text: str, format: str) -> set[Triple]:
    return union(quads_of_rdflib(text, format))


def quads_of_rdflib(text: str, format: str) -> set[Statement]:
    """Return what rdflib reads, without its respelling of values ("01" as "1")."""
    if format == "ndjsonld":
        return {statement for line in lines_of(text) for statement in quads_of_rdflib(line, "jsonld")}
    with mock.patch.object(rdflib, "NORMALIZE_LITERALS", False), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        dataset = rdflib.Dataset()
        # An address without a meaning: nothing may be relative to it
        dataset.parse(data=text, format=_RDFLIB_NAMES[format], publicID="urn:rdflib:base")
        outside = {"", str(rdflib.graph.DATASET_DEFAULT_GRAPH_ID), "urn:rdflib:base"}
        return {
            Statement(of_rdflib(s), of_rdflib(p), of_rdflib(o), "" if str(g or "") in outside else of_rdflib(g))
            for s, p, o, g in dataset.quads()
        }


def of_rdflib(node: Any) -> Term:
    """Return a node of rdflib as N-Triples text, each part of it as it is."""
    if isinstance(node, rdflib.BNode):
        return f"_:{node}"
    if isinstance(node, rdflib.Literal):
        return _literal(str(node), node.language or "", str(node.datatype or ""))
    return f"<{node}>"


def read_with_pyld(text: str) -> set[Triple]:
    """Return what PyLD reads; a document that it would have to load is an error."""
    dataset = jsonld.to_rdf(json.loads(text), {"documentLoader": _refuse})
    triples = (triple for graph in dataset.values() for triple in graph)
    return {(_of_pyld(t["subject"]), _of_pyld(t["predicate"]), _of_pyld(t["object"])) for t in triples}


def by_value(triples: Iterable[Triple]) -> set[Triple]:
    """Return the triples with doubles by their value, since PyLD respells them ("1" as "1.0E0"); `kg` itself writes none."""
    return {(s, p, _DOUBLE.sub(lambda found: f'"{float(found[1])!r}"', o)) for s, p, o in triples}


def _refuse(url: str, options: Any) -> Any:
    raise AssertionError(f"PyLD would load {url}")


def _of_pyld(node: dict[str, str]) -> Term:
    if node["type"] == "literal":
        return _literal(node["value"], node.get("language", ""), node["datatype"])
    return node["value"] if node["type"] == "blank node" else f"<{node['value']}>"


def _literal(text: str, language: str, datatype: str) -> Term:
    quoted = f'"{terms.escape(text)}"'
    if language:
        return f"{quoted}@{language}"
    return quoted if datatype in ("", f"{terms.XSD}string") else f"{quoted}^^<{datatype}>"


def canonical(statements: Iterable[Statement]) -> Sequence[str]:
    """Return the RDFC-1.0 form of a dataset, by pyoxigraph: the same for two that differ in names of blank nodes only."""
    lines = "".join(f"{' '.join(filter(None, s[:4]))} .\n" for s in set(statements))
    dataset = pyoxigraph.Dataset(pyoxigraph.parse(lines, format=pyoxigraph.RdfFormat.N_QUADS))
    dataset.canonicalize(pyoxigraph.CanonicalizationAlgorithm.RDFC_1_0)
    return sorted(f"{quad} ." for quad in dataset)
