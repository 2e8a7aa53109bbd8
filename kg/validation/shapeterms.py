"""The terms of SHACL: what each wants for a value, and which of them no engine here applies.

From the recommendation (https://www.w3.org/TR/shacl/), SHACL Advanced Features and SHACL-JS (https://www.w3.org/TR/shacl-af/,
https://www.w3.org/TR/shacl-js/), and the drafts of SHACL 1.2 (https://www.w3.org/TR/shacl12-core/).
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from typing import NamedTuple

from kg import rdf, terms
from kg.terms import Term
from kg.validation.interop import UNNAMED

SH = "http://www.w3.org/ns/shacl#"
DASH = "http://datashapes.org/dash#"
OWL = "http://www.w3.org/2002/07/owl#"
FIRST, REST, NIL = (f"<{terms.RDF}{name}>" for name in ("first", "rest", "nil"))
TRUE, FALSE, ONE, ZERO = (f'"{word}"^^<{terms.XSD}boolean>' for word in ("true", "false", "1", "0"))
IMPORTS, ONTOLOGY = f"<{OWL}imports>", f"<{OWL}Ontology>"
CLASSES = frozenset({f"<{terms.RDFS}Class>", f"<{OWL}Class>"})
# What people write for the namespace of SHACL
NEARLY_SH = re.compile(r"<https?://www\.w3\.org/(?:ns/)?shacl[#/]", re.IGNORECASE)


def sh(name: str) -> Term:
    """Return the term of SHACL with that name."""
    return f"<{SH}{name}>"


def local(term: Term) -> str:
    """Return the name of a term of SHACL; "" for any other term."""
    return term[len(SH) + 1 : -1] if term.startswith(f"<{SH}") else ""


def is_unnamed(term: Term) -> bool:
    """Tell whether a term stands for a blank node of the shapes."""
    return rdf.is_blank(term) or term.startswith(f"<{UNNAMED}")


def shown(term: Term) -> str:
    """Return a term as a sentence has it, cut where it is long."""
    if term.startswith(f"<{SH}"):
        return f"sh:{local(term)}"
    if is_unnamed(term):
        return "a node without a name"
    if term.startswith("<"):
        return terms.shorten(term) if len(term) <= _SHOWN else f"{term[:_SHOWN]}…>"
    text, language, datatype = terms.parts(term)
    quoted = f'"{terms.escape(text[:_SHOWN])}{"…" if len(text) > _SHOWN else ""}"'
    if language:
        return f"{quoted}@{language}"
    return quoted if datatype == terms.XSD_STRING else f"{quoted}^^{shown(datatype)}"


_SHOWN = 80


# --- what the values of a term are ---------------------------------------------------------------------------------------------
class Wanted(NamedTuple):
    """What a term wants for a value, in words; what tells whether it is that; whether there is one at most; only with a path."""

    words: str
    test: Callable[[Term], bool]
    single: bool = False
    with_path: bool = False


def is_iri(term: Term) -> bool:
    """Tell whether a term is an IRI of its author."""
    return term.startswith("<") and not is_unnamed(term)


def is_literal(term: Term) -> bool:
    """Tell whether a term is a literal."""
    return term.startswith('"')


def is_string(term: Term) -> bool:
    """Tell whether a term is a plain text."""
    return is_literal(term) and terms.parts(term).datatype == terms.XSD_STRING


def is_text(term: Term) -> bool:
    """Tell whether a term is a text, with a language or without."""
    return is_literal(term) and terms.parts(term).datatype in (terms.XSD_STRING, terms.LANG_STRING)


# More than any graph has, and not too much for an engine
_COUNT = re.compile(r'"\+?0*\d{1,18}"\^\^' + re.escape(terms.XSD_INTEGER))


def _is_count(term: Term) -> bool:
    return _COUNT.fullmatch(term) is not None


def _is_namespace(term: Term) -> bool:
    return is_literal(term) and terms.parts(term).datatype in (terms.XSD_STRING, f"<{terms.XSD}anyURI>")


NODE_KINDS = ("BlankNode", "BlankNodeOrIRI", "BlankNodeOrLiteral", "IRI", "IRIOrLiteral", "Literal")
SEVERITIES = ("Info", "Violation", "Warning")

_IRI = Wanted("an IRI", is_iri)
_ONE_IRI = _IRI._replace(single=True)
_LITERAL = Wanted("a literal", is_literal, single=True)
_COUNTED = Wanted("a whole number from 0 on, an xsd:integer", _is_count, single=True)
_STRING = Wanted("a text without language or datatype", is_string, single=True)
_BOOLEAN = Wanted("true or false", {TRUE, FALSE, ONE, ZERO}.__contains__, single=True)
_NODE = Wanted("a node, not a literal", lambda term: not is_literal(term))
_SHAPE = _NODE._replace(words="a shape")
_LIST = Wanted("a list", lambda term: not is_literal(term))

WANTED: Mapping[str, Wanted] = {
    "and": _LIST,
    "ask": _STRING,
    "class": _IRI,
    "closed": _BOOLEAN,
    "datatype": _ONE_IRI,
    "deactivated": _BOOLEAN,
    "declare": _NODE,
    "disjoint": _IRI,
    "equals": _IRI,
    "flags": _STRING,
    "ignoredProperties": _LIST._replace(single=True),
    "in": _LIST._replace(single=True),
    "languageIn": _LIST._replace(single=True),
    "lessThan": _IRI._replace(with_path=True),
    "lessThanOrEquals": _IRI._replace(with_path=True),
    "maxCount": _COUNTED._replace(with_path=True),
    "maxExclusive": _LITERAL,
    "maxInclusive": _LITERAL,
    "maxLength": _COUNTED,
    "message": Wanted("a text", is_text),
    "minCount": _COUNTED._replace(with_path=True),
    "minExclusive": _LITERAL,
    "minInclusive": _LITERAL,
    "minLength": _COUNTED,
    "namespace": Wanted("a text or an xsd:anyURI", _is_namespace, single=True),
    "node": _SHAPE,
    "nodeKind": Wanted(f"one of {' '.join(map('sh:{}'.format, NODE_KINDS))}", set(map(sh, NODE_KINDS)).__contains__, single=True),
    "nodeValidator": _NODE,
    "not": _SHAPE,
    "optional": _BOOLEAN,
    "or": _LIST,
    "parameter": _NODE,
    "pattern": _STRING,
    "prefix": _STRING,
    "prefixes": _NODE,
    "property": _SHAPE,
    "propertyValidator": _NODE,
    "qualifiedMaxCount": _COUNTED,
    "qualifiedMinCount": _COUNTED,
    "qualifiedValueShape": _SHAPE._replace(single=True, with_path=True),
    "qualifiedValueShapesDisjoint": _BOOLEAN,
    "select": _STRING,
    "severity": Wanted(
        "one of sh:Info sh:Violation sh:Warning, or an IRI of your own",
        lambda term: is_iri(term) and (not local(term) or local(term) in SEVERITIES),
        single=True,
    ),
    "sparql": _NODE,
    "targetClass": _IRI,
    "targetNode": Wanted("an IRI or a literal", lambda term: not is_unnamed(term)),
    "targetObjectsOf": _IRI,
    "targetSubjectsOf": _IRI,
    "uniqueLang": _BOOLEAN._replace(with_path=True),
    "validator": _NODE,
    "xone": _LIST,
}
# What the members of a list have to be
MEMBERS: Mapping[str, Wanted] = {
    "and": _SHAPE,
    "ignoredProperties": _IRI,
    "languageIn": _STRING,
    "or": _SHAPE,
    "xone": _SHAPE,
}
LISTS = frozenset({*MEMBERS, "in"})

# What leads from a shape to another, and what lists such
REFERENCES = ("node", "not", "property", "qualifiedValueShape")
REFERENCE_LISTS = ("and", "or", "xone")
TARGETS = ("targetClass", "targetNode", "targetObjectsOf", "targetSubjectsOf")
PARAMETERS = frozenset(
    "and class closed datatype disjoint equals flags hasValue ignoredProperties in languageIn lessThan lessThanOrEquals maxCount "
    "maxExclusive maxInclusive maxLength minCount minExclusive minInclusive minLength node nodeKind not or pattern property "
    "qualifiedMaxCount qualifiedMinCount qualifiedValueShape qualifiedValueShapesDisjoint sparql uniqueLang xone".split()
)
PATHS = ("alternativePath", "inversePath", "oneOrMorePath", "zeroOrMorePath", "zeroOrOnePath")
# Parameters that say nothing without one of these others; SHACL's own tests have the last three alone
WITHOUT: Mapping[str, tuple[str, ...]] = {
    "flags": ("pattern",),
    "ignoredProperties": ("closed",),
    "qualifiedValueShape": ("qualifiedMinCount", "qualifiedMaxCount"),
    "qualifiedMaxCount": ("qualifiedValueShape",),
    "qualifiedMinCount": ("qualifiedValueShape",),
    "qualifiedValueShapesDisjoint": ("qualifiedValueShape",),
}
ALLOWED_ALONE = frozenset({"qualifiedMaxCount", "qualifiedMinCount", "qualifiedValueShapesDisjoint"})

# --- what there is ---------------------------------------------------------------------------------------------------------
_COMPONENTS = (
    "And Class Closed Datatype Disjoint Equals HasValue In LanguageIn LessThan LessThanOrEquals MaxCount MaxExclusive MaxInclusive "
    "MaxLength MinCount MinExclusive MinInclusive MinLength Node NodeKind Not Or Pattern Property QualifiedMaxCount "
    "QualifiedMinCount SPARQL UniqueLang Xone".split()
)
_CLASSES = frozenset(
    "AbstractResult ConstraintComponent NodeKind NodeShape Parameter Parameterizable PrefixDeclaration PropertyGroup PropertyShape "
    "ResultAnnotation SPARQLAskExecutable SPARQLAskValidator SPARQLConstraint SPARQLExecutable SPARQLSelectExecutable "
    "SPARQLSelectValidator Severity Shape ValidationReport ValidationResult Validator".split()
)
# What says something about a shape, a graph or a result, and asks nothing of the data
_ANNOTATIONS = frozenset(
    "agentInstruction annotationProperty annotationValue annotationVarName codeIdentifier conforms defaultValue description detail "
    "focusNode group intent labelTemplate name order result resultAnnotation resultMessage resultPath resultSeverity shapesGraph "
    "shapesGraphWellFormed sourceConstraint sourceConstraintComponent sourceShape suggestedShapesGraph value".split()
)
# Definitions of SHACL Advanced Features that ask nothing by themselves, and their parts
DEFINITIONS = frozenset("Function JSFunction JSLibrary JSTargetType SPARQLFunction SPARQLTargetType TargetType".split())
_RULES = frozenset("JSRule Rule SPARQLRule TripleRule".split())
_PARTS = frozenset(
    "condition construct filterShape intersection jsFunctionName jsLibrary jsLibraryURL nodes object predicate returnType subject "
    "union update".split()
)
_ADVANCED = frozenset({"expression", "rule", "target", "values"}) | _PARTS
_ADVANCED_CLASSES = (
    frozenset("ExpressionConstraintComponent SPARQLConstructExecutable SPARQLTarget SPARQLUpdateExecutable Target".split())
    | _RULES
    | DEFINITIONS
)
_JS_CLASSES = frozenset("JSConstraint JSConstraintComponent JSExecutable JSTarget JSValidator".split())
_NEXT = frozenset(
    "keyParameter maxListLength memberShape minListLength nodeByExpression reificationRequired reifierShape rootClass shape "
    "singleLine someValue sparqlExpr subsetOf targetWhere uniqueMembers uniqueValuesFor".split()
)
_NEXT_TERMS = frozenset(
    "ByTypes Debug ListParameterExpression NamedParameterExpression NodeExpression SPARQLExprExpression SelectExpression "
    "ShapeClass Trace".split()
)
KNOWN = frozenset(
    {*WANTED, *PARAMETERS, *PATHS, *NODE_KINDS, *SEVERITIES, *(f"{name}ConstraintComponent" for name in _COMPONENTS)}
    | {"entailment", "js", "path", "this", ""}
    | _CLASSES
    | _ANNOTATIONS
    | _ADVANCED
    | _ADVANCED_CLASSES
    | _JS_CLASSES
    | _NEXT
    | _NEXT_TERMS
)
# What a node of the data said of its shape in early drafts: SHACL's own tests have it
DRAFT = frozenset({"nodeShape"})
# Vocabularies that people import and that ask nothing of their data, as long as no constraint of DASH is used
VOCABULARIES = frozenset({SH.removesuffix("#"), DASH.removesuffix("#")})
# The parameters of DASH's constraint components (https://datashapes.org/constraints.html), which DASH's own file declares
DASH_PARAMETERS = frozenset(
    "closedByTypes coExistsWith hasValueIn hasValueWithClass nonRecursive rootClass scriptConstraint stem subSetOf symmetric "
    "uniqueValueForClass".split()
)


def unsupported(name: str) -> str | None:
    """Return why no engine here applies a property or class of SHACL; None for one that asks nothing or is applied."""
    if name == "entailment":
        return "nothing is inferred here before the shapes are applied"
    if name == "js" or name in _JS_CLASSES or name.startswith("js"):
        return "it is of SHACL-JS"
    if name in _NEXT or name in _NEXT_TERMS:
        return "it is of SHACL 1.2"
    return "it is of SHACL Advanced Features" if name in _ADVANCED or name in _ADVANCED_CLASSES else None


def is_part(name: str) -> bool:
    """Tell whether a property says something within what is not applied, and nothing elsewhere."""
    return name in _PARTS


def nearest(name: str, predicate: Term) -> str:
    """Return the name in SHACL that was probably meant, as the value of a property where one is given; "" for none."""
    kinds = {sh("nodeKind"): NODE_KINDS, sh("severity"): SEVERITIES}
    among = kinds.get(predicate) or [known for known in KNOWN if known and known[0].isupper() == (predicate == terms.TYPE)]
    names = {known.lower(): known for known in sorted(among)}
    found = difflib.get_close_matches(name.lower()[:80], names, 1, 0.65)
    return names[found[0]] if found else ""
