"""JSON-LD: compact against our own context, which stands in the file; an article is one tree.

The writer reads what it does from `ontology/context.jsonld`: the short name of each term, how its values are coerced, and
the order in which a node's properties are pleasant to read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

from kg import resources, terms
from kg.errors import TermError
from kg.exporters.sharing import Cut, Grouped, natural_order, ordered
from kg.terms import Term

_DEEPEST = 4
# A plain term whose IRI ends in one of these can begin a compact IRI (JSON-LD 1.1 API, section 4.2.2, step 14.2.5)
_ENDS_PREFIX = ":/?#[]@"
# The text of a value in JSON, or of several values; a node is its properties, names and values as they stand in JSON
_Text = str | list[str]
_Tree = dict[str, _Text]


class _Key(NamedTuple):
    """How the context writes a property: its short name, and whether values are nodes, words, or of one datatype.

    `datatypes` are what follows the quotes of the literals that fit; None where nodes do.
    """

    name: str
    coercion: str
    by_language: bool
    datatypes: frozenset[str] | None


class _Names(NamedTuple):
    """The context the other way round; what stands in a document as it is, is JSON already."""

    text: str
    line: str
    prefixes: frozenset[str]
    keys: Mapping[Term, _Key]
    order: Mapping[Term, int]
    classes: Mapping[Term, str]


_json = json.JSONEncoder(ensure_ascii=False).encode


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
            keys[term] = _key(name, {})
        elif isinstance(definition, dict):
            keys[_expanded(definition["@id"])] = _key(name, definition)
    prefixes = frozenset(name for name, definition in context.items() if str(definition)[-1] in _ENDS_PREFIX)
    text = document.strip().removeprefix("{").removesuffix("}").strip()
    line = json.dumps(context, ensure_ascii=False, separators=(",", ":"))
    return _Names(text, line, prefixes, keys, {key: place for place, key in enumerate(keys)}, classes)


def _key(name: str, definition: Mapping[str, str]) -> _Key:
    coercion, by_language = definition.get("@type", ""), definition.get("@container") == "@language"
    datatype = _expanded(coercion) if ":" in coercion else terms.XSD_STRING
    datatypes = {f"^^{datatype}"} | ({""} if datatype == terms.XSD_STRING else set())
    return _Key(_json(name), coercion, by_language, None if coercion in ("@id", "@vocab") else frozenset(datatypes))


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
    articles, others = _trees(cut)
    return _in_html(SEPARATOR.join(map(_laid_out, (*articles, *others))))


def ndjsonld_piece(cut: Cut) -> str:
    """Return each article of a block on a line of its own, then what else there is on one; each line has the context.

    Raises `TermError` for a blank node: on each line it would be another.
    """
    blank = next((term for statement in cut.block for term in statement[:3] if term.startswith("_:")), None)
    if blank:
        raise TermError(f"JSON-LD line by line cannot have blank nodes, which are known on one line only: {blank[:200]}")
    articles, others = _trees(cut)
    documents = [_members(tree) for tree in articles]
    if others:
        documents.append(f'"@graph": {_value_text([_object(tree) for tree in others])}')
    return _in_html("".join(f'{{"@context": {_names().line}, {document}}}\n' for document in documents))


def _in_html(text: str) -> str:
    """Return JSON with "<" as an escape, so that it can stand in a script element of a page."""
    return text.replace("<", "\\u003c")


def _laid_out(tree: _Tree) -> str:
    """Return a node as JSON, one property a line and one nested node a line, so that a small change is a small diff."""
    lines = []
    for name, value in tree.items():
        if isinstance(value, list):
            items = ",\n    ".join(value)
            lines.append(f"{name}: [\n    {items}\n  ]")
        else:
            lines.append(f"{name}: {value}")
    return "{\n  " + ",\n  ".join(lines) + "\n}"


def _object(tree: _Tree) -> str:
    return f"{{{_members(tree)}}}"


def _members(tree: _Tree) -> str:
    return ", ".join([f"{name}: {_value_text(value)}" for name, value in tree.items()])


def _value_text(value: _Text) -> str:
    return value if isinstance(value, str) else f"[{', '.join(value)}]"


def _few(values: list[str]) -> _Text:
    """Return a single value alone, several as a list."""
    return values[0] if len(values) == 1 else values


# --- nodes -----------------------------------------------------------------------------------------------------------------
def _trees(cut: Cut) -> tuple[list[_Tree], list[_Tree]]:
    """Return the articles of a block with all that hangs on them nested, and the nodes that hang nowhere."""
    nodes = {subject: ordered(pairs) for subject, pairs in cut.shared.items()}
    for group in cut.groups:
        nodes.update(group)
    articles = sorted((next(iter(group)) for group in cut.groups), key=natural_order)
    forest = _Forest(nodes, set(articles))
    found = [forest.node(article, _DEEPEST) for article in articles]
    return found, [forest.node(subject, 0) for subject in sorted(nodes.keys() - forest.written, key=natural_order)]


class _Forest:
    """The nodes of a block, each of which is written once."""

    def __init__(self, nodes: Grouped, written: set[Term]) -> None:
        self.written = written
        self._nodes = nodes

    def node(self, subject: Term, depth: int) -> _Tree:
        """Return the node with its properties; objects that the block describes are nested as far as `depth`."""
        self.written.add(subject)
        node: _Tree = {'"id"': _identifier(subject)}
        said = self._nodes[subject]
        types = said.get(terms.TYPE, ())
        if others := [_value(term) for term in types if term[0] != "<"]:
            node[_iri_name(terms.TYPE)] = _few(others)
        if names := [_class_name(term) for term in types if term[0] == "<"]:
            node['"type"'] = _few(names)
        for predicate, key in _plan(tuple(said)):
            texts = [self._coerced(o, key, depth) for o in said[predicate]]
            fitting = [text for text in texts if text is not None]
            if key and len(fitting) == len(texts) and not key.by_language:
                node[key.name] = _few(fitting)
            else:
                _add(node, predicate, key, list(zip(said[predicate], texts, strict=True)))
        return node

    def _coerced(self, term: Term, key: _Key | None, depth: int) -> str | None:
        """Return a value as it stands where the context tells what it is; None for one that is something else."""
        if key is None:
            return None
        if key.datatypes is None:
            if term[0] == '"':
                return None
            return _class_name(term) if key.coercion == "@vocab" else self._reference(term, depth)
        end = term.rfind('"') + 1
        if end and (term[end:] in key.datatypes or (key.by_language and term[end] == "@")):
            return _text(term[:end])
        return None

    def _reference(self, term: Term, depth: int) -> str:
        if depth and term in self._nodes and term not in self.written:
            return _object(self.node(term, depth - 1))
        return _identifier(term)


@lru_cache(maxsize=4096)
def _plan(predicates: tuple[Term, ...]) -> Sequence[tuple[Term, _Key | None]]:
    """Return predicates, but for the type, in the order in which the context has them; few nodes differ in which they have."""
    keys, order = _names().keys, _names().order
    found = sorted((p for p in predicates if p != terms.TYPE), key=lambda p: order.get(p, len(order)))
    return [(predicate, keys.get(predicate)) for predicate in found]


def _add(node: _Tree, predicate: Term, key: _Key | None, values: Sequence[tuple[Term, str | None]]) -> None:
    """Add under the property's short name the values that have a text there, and under its full name the others."""
    fitting = [(term, text) for term, text in values if text is not None]
    if key and fitting:
        node[key.name] = _by_language(fitting) if key.by_language else _few([text for _, text in fitting])
    if others := [_value(term) for term, text in values if text is None]:
        node[_iri_name(predicate)] = _few(others)


# --- values ----------------------------------------------------------------------------------------------------------------
# Literals have the escapes of N-Triples, which are those of JSON but for these
_NOT_JSON = re.compile(r"\\[uU']")


def _text(quoted: Term) -> str:
    """Return a literal without language and datatype as JSON: if it is canonical, it is that already."""
    return _json(terms.parts(quoted).text) if "\\" in quoted and _NOT_JSON.search(quoted) else quoted


def _by_language(values: Iterable[tuple[Term, str]]) -> str:
    languages: dict[str, list[str]] = {}
    for term, text in values:
        _, _, language = term[term.rindex('"') :].partition("@")
        languages.setdefault(language or "@none", []).append(text)
    return _object({_json(language): _few(languages[language]) for language in sorted(languages)})


def _value(term: Term) -> str:
    """Return a value that needs no help of the context."""
    if term[0] != '"':
        return f'{{"id": {_identifier(term)}}}'
    literal = terms.parts(term)
    if literal.language:
        return f'{{"@language": {_json(literal.language)}, "@value": {_json(literal.text)}}}'
    if literal.datatype == terms.XSD_STRING:
        return f'{{"@value": {_json(literal.text)}}}'
    return f'{{"type": {_class_name(literal.datatype)}, "@value": {_json(literal.text)}}}'


def _identifier(term: Term) -> str:
    """Return an IRI in full; `TermError` for one whose scheme the context would take for a prefix."""
    if term.startswith("<http") and "://" in term[5:9]:
        return f'"{term[1:-1]}"'
    iri = terms.value(term)
    scheme, _, rest = iri.partition(":")
    if scheme in _names().prefixes and not rest.startswith("//"):
        raise TermError(f"JSON-LD would take the beginning of this IRI for a prefix: {iri[:200]!r}")
    return _json(iri)


@lru_cache(maxsize=4096)
def _class_name(term: Term) -> str:
    name = _names().classes.get(term)
    return _json(name) if name else _iri_name(term)


@lru_cache(maxsize=4096)
def _iri_name(term: Term) -> str:
    """Return an IRI by its prefix where we have one, else in full."""
    short = terms.compact(term)
    return _identifier(term) if short == term else _json(short)
