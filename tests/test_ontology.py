"""Ontology, context, shapes, terms and broken graphs hold together: what one of them names, the others know."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pyoxigraph
import pytest
import rdflib

from kg import terms
from kg.resources import files, folder

Triple = tuple[str, str, str]

INVALID = Path(__file__).parent / "invalid"
ONTOLOGY = folder("ontology") / "kg.ttl"
OWL = "http://www.w3.org/2002/07/owl#"
SH = "http://www.w3.org/ns/shacl#"
SHAPES = "https://w3id.org/article-kg/shapes#"

# Terms of ours that no shape needs to target or to constrain, and why.
WITHOUT_SHAPE = {f"<{terms.KG}MentionKind>": "its four individuals are listed where kg:mentionKind is constrained"}

# What makes a constraint, by component: those that belong together are one.
COMPONENTS = {
    "class": "class",
    "datatype": "datatype",
    "hasValue": "has value",
    "in": "in",
    "lessThan": "less than",
    "maxCount": "max count",
    "maxInclusive": "max inclusive",
    "maxLength": "max length",
    "minCount": "min count",
    "minInclusive": "min inclusive",
    "nodeKind": "node kind",
    "or": "or",
    "pattern": "pattern",
    "flags": "pattern",
    "qualifiedValueShape": "qualified value shape",
    "qualifiedMinCount": "qualified value shape",
    "sparql": "sparql",
    "uniqueLang": "unique language",
}
# What else a shape may say.
DESCRIPTION = {"message", "name", "path", "property", "severity", "targetClass", "targetObjectsOf", "targetSubjectsOf"}


def triples(*paths: Path) -> set[Triple]:
    """Return what the files say, each term as N-Triples text: as `terms` writes it."""
    quads = (quad for path in paths for quad in pyoxigraph.parse(path=str(path)))
    return {(str(quad.subject), str(quad.predicate), str(quad.object)) for quad in quads}


def objects(graph: set[Triple], subject: str, predicate: str) -> list[str]:
    return sorted(o for s, p, o in graph if s == subject and p == predicate)


def only(graph: set[Triple], subject: str, predicate: str) -> str:
    """Return the one object; a test fails where there is none or more than one."""
    found = objects(graph, subject, predicate)
    assert len(found) == 1, f"{subject} {predicate}: one expected, found {found}"
    return found[0]


def subjects(graph: set[Triple], predicate: str, *values: str) -> set[str]:
    return {s for s, p, o in graph if p == predicate and (o in values or not values)}


def owl_types(graph: set[Triple], *names: str) -> set[str]:
    return subjects(graph, terms.TYPE, *(f"<{OWL}{name}>" for name in names))


def known_terms() -> set[str]:
    """Return every class, property and individual for articles that `terms` has a constant for.

    Left out: RDF's own, datatypes, and what a dump says of itself, which is VoID, DCAT and PROV, and a few terms of others.
    """
    constants = {t for name, t in vars(terms).items() if name.isupper() and isinstance(t, str) and t.startswith("<")}
    own = tuple(f"<{namespace}" for namespace in (terms.RDF, terms.RDFS, terms.XSD, terms.VOID, terms.DCAT, terms.PROV, terms.SPDX))
    constants -= {terms.ISSUED, terms.TITLE, terms.OF_LICENSE, terms.OF_PUBLISHER, terms.OF_RIGHTS, terms.RIGHTS_STATEMENT}
    constants -= {terms.COLLECTION_SIZE, terms.SOFTWARE_VERSION}
    return {t for t in constants if not t.startswith(own)} | {f"<{terms.SCHEMA}{name}>" for name in terms.ARTICLE_TYPES}


def ours(names: set[str]) -> set[str]:
    return {name for name in names if name.startswith(f"<{terms.KG}")}


def context() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((folder("ontology") / "context.jsonld").read_bytes())["@context"]
    return loaded


def context_terms() -> dict[str, dict[str, str]]:
    """Return the context's definitions by the term that they stand for; keywords and prefixes left out."""
    found = {}
    for name, definition in context().items():
        entry = definition if isinstance(definition, dict) else {"@id": definition}
        if name not in terms.PREFIXES and not name.startswith("@") and not str(entry["@id"]).startswith("@"):
            prefix, local = entry["@id"].split(":")
            found[f"<{terms.PREFIXES[prefix]}{local}>"] = entry
    return found


def constraints(graph: set[Triple]) -> dict[str, set[str]]:
    """Return the components of every named shape that constrains something; helpers that others point to left out."""
    helpers = {o for _, p, o in graph if p == f"<{SH}qualifiedValueShape>"}
    found: dict[str, set[str]] = {}
    for s, p, _ in graph:
        name = p[1:-1].removeprefix(SH)
        if s.startswith(f"<{SHAPES}") and s not in helpers and name in COMPONENTS:
            found.setdefault(s, set()).add(COMPONENTS[name])
    return found


def test_every_term_of_ours_is_declared_and_every_declared_term_is_known() -> None:
    declared = {s for s, _, _ in triples(ONTOLOGY)}
    assert ours(declared) == ours(known_terms())


def test_every_foreign_term_that_we_write_is_declared() -> None:
    declared = owl_types(triples(ONTOLOGY), "Class", "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
    assert known_terms() - ours(known_terms()) - declared == set()


def test_every_term_of_ours_has_a_label_a_comment_and_says_where_it_is_defined() -> None:
    graph = triples(ONTOLOGY)
    for term in sorted(ours(known_terms())):
        for name in ("label", "comment"):
            text = only(graph, term, f"<{terms.RDFS}{name}>")
            assert text.endswith("@en"), f"{term}: {name} in English"
        assert objects(graph, term, f"<{terms.RDFS}isDefinedBy>") == [f"<{terms.KG.rstrip('#')}>"], term


def test_every_property_of_ours_has_domain_and_range_or_says_why_not() -> None:
    graph = triples(ONTOLOGY)
    properties = owl_types(graph, "ObjectProperty", "DatatypeProperty", "AnnotationProperty")
    for term in sorted(ours(properties)):
        comment = only(graph, term, f"<{terms.RDFS}comment>")
        assert comment.startswith('"On '), f"{term}: the comment says which node it stands on"
        for name in ("domain", "range"):
            given = bool(objects(graph, term, f"<{terms.RDFS}{name}>"))
            assert given != (f"No {name}, because " in comment), f"{term}: {name}"


def test_the_ontology_has_no_blank_nodes_no_imports_and_no_undeclared_terms() -> None:
    graph = triples(ONTOLOGY)
    assert [triple for triple in graph if any(term.startswith("_:") for term in triple)] == []
    assert subjects(graph, f"<{OWL}imports>") == set()
    built_in = tuple(f"<{namespace}" for namespace in (OWL, terms.RDF, terms.RDFS, terms.XSD))
    axioms = {f"<{terms.RDFS}{name}>" for name in ("subClassOf", "subPropertyOf", "domain", "range")} | {terms.TYPE}
    used = {p for _, p, _ in graph} | {o for _, p, o in graph if p in axioms}
    declared = {s for s, p, _ in graph if p == terms.TYPE}
    assert {term for term in used - declared if not term.startswith(built_in)} == set()


def test_the_ontology_asserts_nothing_of_foreign_terms() -> None:
    about_foreign = {(s, p, o) for s, p, o in triples(ONTOLOGY) if not s.startswith(f"<{terms.KG.rstrip('#')}")}
    assert {(s, p, o) for s, p, o in about_foreign if p != terms.TYPE or not o.startswith(f"<{OWL}")} == set()


def test_the_context_names_every_term_and_no_other() -> None:
    assert set(context_terms()) == known_terms()
    assert {name: context()[name] for name in terms.PREFIXES} == dict(terms.PREFIXES)
    assert not {"@vocab", "@base", "@language", "@import"} & set(context())


def test_the_context_reads_values_of_object_properties_as_addresses() -> None:
    graph, definitions = triples(ONTOLOGY), context_terms()
    for term in owl_types(graph, "ObjectProperty") & set(definitions):
        assert definitions[term].get("@type") in ("@id", "@vocab"), term
    for term in owl_types(graph, "DatatypeProperty") & set(definitions):
        assert definitions[term].get("@type") not in ("@id", "@vocab"), term


def test_every_class_and_property_of_ours_has_a_shape() -> None:
    ontology, shapes = triples(ONTOLOGY), triples(*files("shapes"))
    targets = {o for _, p, o in shapes if p == f"<{SH}targetClass>"}
    paths = {o for _, p, o in shapes if p == f"<{SH}path>"}
    assert ours(owl_types(ontology, "Class")) - targets == set(WITHOUT_SHAPE)
    properties = ours(owl_types(ontology, "ObjectProperty", "DatatypeProperty", "AnnotationProperty"))
    assert properties - paths == set()


def test_every_constraint_is_one_has_a_name_and_tells_what_is_wrong_and_how_grave_it_is() -> None:
    graph = triples(*files("shapes"))
    grave = {f"<{SH}{name}>" for name in ("Violation", "Warning", "Info")}
    for shape, components in sorted(constraints(graph).items()):
        assert len(components) == 1, f"{shape}: {sorted(components)}"
        message = only(graph, shape, f"<{SH}message>")
        assert re.search(r'\."@en$', message), f"{shape}: a message in English sentences"
        severity = only(graph, shape, f"<{SH}severity>")
        assert severity in grave, shape
        assert objects(graph, shape, f"<{SH}name>") or objects(graph, shape, f"<{terms.RDFS}label>"), shape


def test_no_shape_says_what_this_test_does_not_know() -> None:
    graph = triples(*files("shapes"))
    said = {p[1:-1].removeprefix(SH) for s, p, _ in graph if s.startswith(f"<{SHAPES}") and p.startswith(f"<{SH}")}
    assert said - set(COMPONENTS) - DESCRIPTION == {"select"}


def test_every_constraint_is_applied() -> None:
    graph = triples(*files("shapes"))
    targeted = {s for s, p, _ in graph if p.startswith(f"<{SH}target")}
    applied = {o for s, p, o in graph if p == f"<{SH}property>" and s in targeted}
    assert set(constraints(graph)) - applied - targeted == set()


def test_every_constraint_has_a_graph_that_breaks_it_and_every_graph_its_constraint() -> None:
    shapes = {shape[1:-1].removeprefix(SHAPES) for shape in constraints(triples(*files("shapes")))}
    assert {path.stem for path in INVALID.iterdir()} == shapes


def test_every_broken_graph_begins_with_what_is_broken() -> None:
    for path in INVALID.iterdir():
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert re.fullmatch(r"# [A-Z].*\.", first), path.name


@pytest.mark.parametrize("where", ["ontology", "shapes", "invalid"])
def test_pyoxigraph_and_rdflib_read_the_same_from_every_file(where: str) -> None:
    for path in sorted(INVALID.iterdir()) if where == "invalid" else files(where):
        assert len(triples(path)) == len(rdflib.Graph().parse(path, format="turtle")), path.name


def test_the_shipped_vocabularies_break_no_shape() -> None:
    shacl = pytest.importorskip("shacl")
    shapes = shacl.Shapes.from_text("\n".join(path.read_text(encoding="utf-8") for path in files("shapes")))
    vocabularies = triples(*(path for path in files("ontology") if path != ONTOLOGY))
    classes = {triple for triple in triples(ONTOLOGY) if triple[1] == terms.SUB_CLASS_OF}
    data = "".join(f"{s} {p} {o} .\n" for s, p, o in sorted(vocabularies | classes))
    results = shapes.validate_text(data, format="ntriples").results
    found = [f"{result.severity} {result.source_shape} {result.focus_node}" for result in results]
    print(*found, sep="\n")
    assert [result for result in found if result.startswith("Violation")] == []


def test_no_two_entities_share_an_identifier_and_nothing_ends_before_it_begins() -> None:
    vocabularies = triples(*(path for path in files("ontology") if path != ONTOLOGY))
    owners: dict[Triple, set[str]] = {}
    dates: dict[str, dict[str, str]] = {}
    order = [terms.EXISTED_FROM, terms.EXISTED_UNTIL], [terms.START_DATE, terms.END_DATE]
    treaty = [terms.LEGISLATION_DATE, terms.IN_FORCE_FROM, terms.IN_FORCE_UNTIL]
    for s, p, o in vocabularies:
        if p in (terms.SAME_AS, terms.ISO_ALPHA2, terms.ISO_ALPHA3, terms.M49_CODE):
            owners.setdefault(("", p, o), set()).add(s)
        if p in {*order[0], *order[1], *treaty}:
            dates.setdefault(s, {})[p] = terms.parts(o).text
    assert {key: found for key, found in owners.items() if len(found) > 1} == {}
    assert len(dates) > 500
    for entity, found in dates.items():
        for names in (*order, treaty):
            days = [found[name] for name in names if name in found]
            length = min(map(len, days), default=0)
            assert [day[:length] for day in days] == sorted(day[:length] for day in days), entity
