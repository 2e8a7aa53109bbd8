"""RDF/XML: a `rdf:Description` for each subject, one property a line, in the order of our Turtle.

Our own, because the store's writer loses carriage returns and is not well-formed for some predicates, and rdflib's needs
the whole graph in memory; both read what this one writes.
"""

from __future__ import annotations

import re
from functools import lru_cache
from html import escape

from kg import terms
from kg.errors import TermError
from kg.exporters.sharing import Cut, Grouped, Said
from kg.terms import Term

# Letters that are such in every edition of XML 1.0: Latin, Cyrillic, Chinese
_LETTERS = "A-Za-z_À-ÖØ-öø-ıЁ-ЌЎ-яё-ќ一-龥"
_LOCAL_NAME = re.compile(rf"[{_LETTERS}][{_LETTERS}0-9.-]*\Z")
_PREFIX_OF = {namespace: prefix for prefix, namespace in terms.PREFIXES.items()}
_XMLNS = "http://www.w3.org/2000/xmlns/"
# What RDF/XML means by these names is something else (its grammar, section 6.1.4)
_RESERVED = frozenset(
    f"<{terms.RDF}{name}>"
    for name in "RDF ID about parseType resource nodeID datatype Description li aboutEach aboutEachPrefix bagID".split()
)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


TAIL = "</rdf:RDF>\n"


def head() -> str:
    """Return the beginning of a document, with our namespaces."""
    namespaces = "".join(f'\n xmlns:{prefix}="{_attribute(space)}"' for prefix, space in sorted(terms.PREFIXES.items()))
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{namespaces}>\n'


def rdfxml_piece(cut: Cut) -> str:
    """Return the statements of the articles. Raises `TermError` for what RDF/XML cannot hold.

    That is a predicate that does not end in an XML name, or a text with characters that XML has no way to write.
    """
    return "".join(map(rdfxml_group, cut.groups))


def rdfxml_group(group: Grouped) -> str:
    """Return the statements of some subjects, as `rdfxml_piece` does."""
    return "".join(_description(subject, said) for subject, said in group.items())


def _description(subject: Term, said: Said) -> str:
    properties = "".join(_property(predicate, object_) for predicate, objects in said.items() for object_ in objects)
    return f"<rdf:Description {_node(subject, 'about')}>\n{properties}</rdf:Description>\n"


def _property(predicate: Term, object_: Term) -> str:
    name, namespace = _element(predicate)
    if object_[0] != '"':
        return f" <{name}{namespace} {_node(object_, 'resource')}/>\n"
    literal = terms.parts(object_)
    if _FORBIDDEN.search(literal.text):
        raise TermError(f"RDF/XML cannot hold a character of this text: {literal.text[:80]!r}")
    kind = ""
    if literal.language:
        kind = f' xml:lang="{_attribute(literal.language)}"'
    elif literal.datatype != terms.XSD_STRING:
        kind = f' rdf:datatype="{_attribute(terms.value(literal.datatype))}"'
    # A reader of XML takes a bare carriage return for a newline
    text = escape(literal.text, quote=False).replace("\r", "&#xD;")
    return f" <{name}{namespace}{kind}>{text}</{name}>\n"


@lru_cache(maxsize=4096)
def _element(predicate: Term) -> tuple[str, str]:
    """Return the name of a predicate's element, and the declaration of its namespace where the head has none."""
    iri = terms.value(predicate)
    local = _LOCAL_NAME.search(iri)
    space = iri[: local.start()] if local else ""
    if local is None or not space or space == _XMLNS or predicate in _RESERVED:
        raise TermError(f"RDF/XML cannot have this predicate: {predicate[:200]}")
    if space in _PREFIX_OF:
        return f"{_PREFIX_OF[space]}:{local[0]}", ""
    return f"ns:{local[0]}", f' xmlns:ns="{_attribute(space)}"'


def _node(term: Term, attribute: str) -> str:
    """Return the attribute that names a node: `about` or `resource`, `nodeID` for a blank node."""
    if term[0] == "<":
        return f'rdf:{attribute}="{_attribute(terms.value(term))}"'
    if not _LOCAL_NAME.fullmatch(term[2:]):
        raise TermError(f"RDF/XML cannot have a blank node of this name: {term[:200]}")
    return f'rdf:nodeID="{term[2:]}"'


def _attribute(text: str) -> str:
    return escape(text, quote=False).replace('"', "&quot;")
