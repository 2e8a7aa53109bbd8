"""JSON-LD: compact against our own context, which stands in the file; an article is one tree.

The writer reads what it does from `ontology/context.jsonld`: the short name of each term, how its values are coerced, and
the order in which a node's properties are pleasant to read.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

from kg import resources, terms
from kg.errors import TermError
from kg.exporters.sharing import Cut, grouped, is_article
from kg.terms import Statement, Term

_DEEPEST = 4
# A plain term whose IRI ends in one of these can begin a compact IRI (JSON-LD 1.1 API, section 4.2.2, step 14.2.5)
_ENDS_PREFIX = ":/?#[]@"
_Nodes = Mapping[Term, Sequence[tuple[Term, Term]]]


class _Key(NamedTuple):
    """How the context writes a property: its short name, and whether values are nodes, words, or of one datatype."""

    name: str
    coercion: str
    by_language: bool


class _Names(NamedTuple):
    """The context the other way round."""

    text: str
    context: Any
    prefixes: frozenset[str]
    keys: Mapping[Term, _Key]
    order: Mapping[Term, int]
    classes: Mapping[Term, str]


@cache
def _names() -> _Names:
    document = (resources.folder("ontology") / "context.jsonld").read_text("utf-8")
    context = json.loads(document)["@context"]
    keys: dict[Term, _Key] = {}
    classes: dict[Term, str] = {}
    for name, definition in context.items():
        if isinstance(definition, str) and ":" in definition and not definition.startswith(("http", "@")):
            term = _expanded(definition)
            classes[term] = name
            keys[term] = _Key(name, "", False)
        elif isinstance(definition, dict):
            coercion = definition.get("@type", "")
            if ":" in coercion:
                coercion = _expanded(coercion)
            keys[_expanded(definition["@id"])] = _Key(name, coercion, definition.get("@container") == "@language")
    prefixes = frozenset(name for name, definition in context.items() if str(definition)[-1] in _ENDS_PREFIX)
    text = document.strip().removeprefix("{").removesuffix("}").strip()
    return _Names(text, context, prefixes, keys, {key: place for place, key in enumerate(keys)}, classes)


def _expanded(compact: str) -> Term:
    prefix, _, name = compact.partition(":")
    return f"<{terms.PREFIXES[prefix]}{name}>"


SEPARATOR = ",\n"
TAIL = "\n]}\n"


def head() -> str:
    """Return the beginning of a document: the context."""
    return f'{{\n  {_names().text},\n  "@graph": [\n'


def jsonld_piece(cut: Cut) -> str:
    """Return each article of a block as a tree, then what else there is, node by node."""
    # "<" is written as an escape, so that the document can stand in a script element of a page
    return SEPARATOR.join(_laid_out(tree) for tree in trees(cut.block)).replace("<", "\\u003c")


def _laid_out(tree: dict[str, Any]) -> str:
    """Return a node as JSON, one property a line and one nested node a line, so that a small change is a small diff."""
    lines = []
    for name, value in tree.items():
        if isinstance(value, list):
            items = ",\n    ".join(map(_json, value))
            lines.append(f"{_json(name)}: [\n    {items}\n  ]")
        else:
            lines.append(f"{_json(name)}: {_json(value)}")
    return "{\n  " + ",\n  ".join(lines) + "\n}"


_json = json.JSONEncoder(ensure_ascii=False).encode


def trees(block: Sequence[Statement]) -> Iterator[dict[str, Any]]:
    """Yield the nodes of a block: articles with all that hangs on them nested, then the nodes that hang nowhere."""
    subjects: defaultdict[Term, set[tuple[Term, Term]]] = defaultdict(set)
    for statement in block:
        subjects[statement.subject].add((statement.predicate, statement.object))
    nodes = grouped(subjects)
    articles = {statement.subject for statement in block if is_article(statement)}
    written = set(articles)
    for subject in nodes:
        if subject in articles:
            yield _node(subject, nodes, written, _DEEPEST)
    for subject in nodes:
        if subject not in written:
            yield _node(subject, nodes, written, 0)


def _node(subject: Term, nodes: _Nodes, written: set[Term], depth: int) -> dict[str, Any]:
    """Return the node with its properties; objects that the block describes are nested as far as `depth`."""
    written.add(subject)
    node: dict[str, Any] = {"id": _identifier(subject)}
    by_predicate: defaultdict[Term, list[Term]] = defaultdict(list)
    for predicate, object_ in nodes[subject]:
        by_predicate[predicate].append(object_)
    types = by_predicate.pop(terms.TYPE, [])
    if types:
        if not all(term[0] == "<" for term in types):
            node[_iri_name(terms.TYPE)] = _few([_value(t) for t in types if t[0] != "<"])
        names = [_class_name(term) for term in types if term[0] == "<"]
        node.update({"type": _few(names)} if names else {})
    order = _names().order
    for predicate, objects in sorted(by_predicate.items(), key=lambda pair: order.get(pair[0], len(order))):
        for name, value in _property(predicate, objects, nodes, written, depth):
            node[name] = value
    return node


def _property(predicate: Term, objects: list[Term], nodes: _Nodes, written: set[Term], depth: int) -> Iterator[tuple[str, Any]]:
    """Yield the property's short name with the values that its coercion fits, and its full name with the others."""
    key = _names().keys.get(predicate)
    fitting = [o for o in objects if key is not None and _fits(o, key)]
    others = [o for o in objects if key is None or not _fits(o, key)]
    if key is not None and fitting:
        if key.by_language:
            yield key.name, _by_language(fitting)
        elif key.coercion == "@vocab":
            yield key.name, _few([_class_name(o) for o in fitting])
        elif key.coercion == "@id":
            yield key.name, _few([_reference(o, nodes, written, depth) for o in fitting])
        else:
            yield key.name, _few([terms.parts(o).text for o in fitting])
    if others:
        yield _iri_name(predicate), _few([_value(o) for o in others])


def _fits(term: Term, key: _Key) -> bool:
    if key.coercion in ("@id", "@vocab"):
        return term[0] != '"'
    if term[0] != '"':
        return False
    literal = terms.parts(term)
    if key.by_language:
        return bool(literal.language) or literal.datatype == terms.XSD_STRING
    return literal.datatype == (key.coercion or terms.XSD_STRING)


def _reference(term: Term, nodes: _Nodes, written: set[Term], depth: int) -> Any:
    if depth and term in nodes and term not in written:
        return _node(term, nodes, written, depth - 1)
    return _identifier(term)


def _by_language(objects: list[Term]) -> dict[str, Any]:
    languages: defaultdict[str, list[str]] = defaultdict(list)
    for literal in map(terms.parts, objects):
        languages[literal.language or "@none"].append(literal.text)
    return {language: _few(texts) for language, texts in sorted(languages.items())}


def _value(term: Term) -> dict[str, Any]:
    """Return a value that needs no help of the context."""
    if term[0] != '"':
        return {"id": _identifier(term)}
    literal = terms.parts(term)
    if literal.language:
        return {"@language": literal.language, "@value": literal.text}
    if literal.datatype == terms.XSD_STRING:
        return {"@value": literal.text}
    return {"type": _class_name(literal.datatype), "@value": literal.text}


def _identifier(term: Term) -> str:
    """Return an IRI in full; `TermError` for one whose scheme the context would take for a prefix."""
    iri = terms.value(term)
    scheme, _, rest = iri.partition(":")
    if scheme in _names().prefixes and not rest.startswith("//"):
        raise TermError(f"JSON-LD would take the beginning of this IRI for a prefix: {iri[:200]!r}")
    return iri


def _class_name(term: Term) -> str:
    return _names().classes.get(term) or _iri_name(term)


def _iri_name(term: Term) -> str:
    """Return an IRI by its prefix where we have one, else in full."""
    short = terms.compact(term)
    return _identifier(term) if short == term else short


def _few(values: list[Any]) -> Any:
    """Return a single value alone, several as a list."""
    return values[0] if len(values) == 1 else values
