"""What a result says to a person: the words of the shape's author, else ours: what is wrong, what was expected, how to mend it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from kg import terms
from kg.terms import Term
from kg.validation.interop import TEMPLATE
from kg.validation.results import SH, Raw
from kg.validation.shapes import Shapes
from kg.validation.shapeterms import FIRST, NIL, REST, is_unnamed, local, sh

_CUT = 80  # characters of a value
_MOST = 8  # members of a list
_DEEP, _PIECES = 8, 100  # brackets in a path, and steps and brackets
_LONG = 300  # characters of a message's variable, and of a path


_MESSAGE, _PATH = sh("message"), sh("path")


# --- the author's words --------------------------------------------------------------------------------------------------------
def told(raw: Raw, shapes: Shapes, found: Mapping[str, str]) -> str | None:
    """Return what the author of the shapes says of a result, in English where that is among the languages; None for nothing.

    A constraint in SPARQL speaks before its shape, a shape before a constraint component of a user (SHACL 5.3.2, 2.1.5). In
    their messages the variables are filled: those of the result, the parameters of the component, and what a query found.
    """
    said, own = shapes.said, shapes.said.get(raw.shape, {})
    if raw.constraint == f"{SH}SPARQLConstraintComponent":
        if "message" in found:
            return found["message"]
        messages = said.get(raw.constraint_node or "", {}).get(_MESSAGE) or own.get(_MESSAGE, ())
        return _filled(_chosen(messages), {**found, **_given(raw, shapes)})
    if _MESSAGE in own or raw.constraint.startswith(SH):
        return _chosen(own.get(_MESSAGE, ()))
    component = said.get(f"<{raw.constraint}>", {})
    names = ("propertyValidator" if _PATH in own else "nodeValidator", "validator")
    validators = [validator for name in names for validator in component.get(sh(name), ())]
    messages = next((said[v][_MESSAGE] for v in validators if _MESSAGE in said.get(v, {})), component.get(_MESSAGE, ()))
    parameters = {name: _plain(value) for name, value in _parameters(component, own, shapes)}
    return _filled(_chosen(messages), {**parameters, **_given(raw, shapes)})


def _chosen(messages: Iterable[Term]) -> str | None:
    """Return the text in English, else that in no language, else the first."""

    def rank(message: Term) -> tuple[int, Term]:
        language = terms.parts(message).language
        return (0 if language == "en" else 1 if language.startswith("en-") else 2 if not language else 3, message)

    return next((terms.value(m) for m in sorted((m for m in messages if m.startswith('"')), key=rank)), None)


def _given(raw: Raw, shapes: Shapes) -> dict[str, str]:
    path = _path_of(raw, shapes)
    given = {"this": _plain(raw.focus)}
    if raw.value is not None:
        given["value"] = _plain(raw.value)
    if path:
        given["path"] = given["PATH"] = _cut(terms.value(path) if path.startswith("<") else path, _LONG)
    return given


def _filled(template: str | None, values: Mapping[str, str]) -> str | None:
    return template and TEMPLATE.sub(lambda match: _cut(values.get(match[1], match[0]), _LONG), template)


def _plain(term: Term) -> str:
    return _cut(terms.value(term), _LONG)


def _parameters(
    component: Mapping[Term, tuple[Term, ...]], own: Mapping[Term, tuple[Term, ...]], shapes: Shapes
) -> Iterator[tuple[str, Term]]:
    """Yield the parameters of a constraint component of a user that a shape has, by local name, each with its value."""
    for parameter in component.get(sh("parameter"), ()):
        for path in shapes.said.get(parameter, {}).get(_PATH, ()):
            if path in own:
                yield re.split(r"[/#:]", path[1:-1])[-1], own[path][0]


# --- our words -------------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class _Fault:
    """A result with what its shape says, for the rows of `_WORDS`."""

    raw: Raw
    shapes: Shapes
    path: str

    @property
    def value(self) -> str:
        return shown(self.raw.value if self.raw.value is not None else self.raw.focus)

    @property
    def it(self) -> str:
        """The value as the subject of a sentence."""
        said = self.value if self.value.startswith("a ") else f"the value {self.value}"
        return f"{self.path} has {said}, which" if self.path else self.value

    @property
    def what(self) -> str:
        return self.path or shown(self.raw.focus)

    def terms(self, name: str) -> tuple[Term, ...]:
        return self.shapes.said.get(self.raw.shape, {}).get(sh(name), ())

    def all(self, name: str, word: str = "and") -> str:
        """The parameter's values, which are one in most shapes."""
        return _listed(map(shown, self.terms(name)), word)

    def members(self, name: str) -> list[Term]:
        return [member for head in self.terms(name)[:1] for member in members(self.shapes, head)]

    def shapes_of(self, name: str) -> str:
        heads = self.terms(name)
        nodes = self.members(name) if name in ("and", "or", "xone") else list(heads)
        return _listed((_shape(self.shapes, node) for node in nodes), "and")

    def number(self, name: str) -> int:
        text = terms.value(self.terms(name)[0]) if self.terms(name) else ""
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def words(raw: Raw, shapes: Shapes) -> str:
    """Return in plain words what is wrong, what the shape expects and how to mend it, for a shape that has no message."""
    path = _path_of(raw, shapes)
    fault = _Fault(raw, shapes, _cut(terms.compact(path), _LONG) if path else "")
    name = raw.constraint.removeprefix(SH).removesuffix("ConstraintComponent")
    return _WORDS.get(name, _custom)(fault)


def shown(term: Term) -> str:
    """Return a term for a message, cut: an IRI short, a literal as Turtle has it: a number plain, its datatype short."""
    if term.startswith("_:"):
        return "a blank node"
    if term.startswith("<"):
        return "a node without a name" if is_unnamed(term) else _cut(_compact(term))
    end = term.rindex('"')
    datatype = term[end + 1 :]
    if _PLAIN.fullmatch(term):
        return _cut(term[1:end])
    kind = f"^^{terms.compact(datatype[2:])}" if datatype.startswith("^^") else datatype
    return f'"{_cut(term[1:end])}"{_cut(kind)}'


# What Turtle writes without quotes
_PLAIN = re.compile(
    rf'"(?:[+-]?\d+"\^\^{re.escape(terms.XSD_INTEGER)}|[+-]?\d*\.\d+"\^\^{re.escape(terms.XSD_DECIMAL)}'
    rf'|(?:true|false)"\^\^<{re.escape(terms.XSD)}boolean>)'
)


def _compact(term: Term) -> str:
    return f"sh:{local(term)}" if local(term) else terms.compact(term)


def path_text(shapes: Shapes, path: Term) -> str:
    """Return a path of the shapes as a SPARQL property path (SHACL 2.3.1); what is long beyond reason ends in three dots."""
    return _path(shapes, path, 0, iter(range(_PIECES)))


def _path(shapes: Shapes, path: Term, depth: int, pieces: Iterator[int]) -> str:
    said = shapes.said.get(path, {})
    if depth > _DEEP or next(pieces, None) is None:
        return "…"

    def of(nodes: Sequence[Term], between: str) -> str:
        steps = [_path(shapes, node, depth + 1, pieces) for node in nodes[:_MOST]]
        text = between.join([*steps, "…"] if len(nodes) > _MOST else steps)
        return f"({text})" if depth else text

    # Before any other: so both engines take a node that is said to be several paths
    if FIRST in said:
        return of(members(shapes, path), "/")
    if sh("alternativePath") in said:
        return of(members(shapes, said[sh("alternativePath")][0]), "|")
    for name, prefix, suffix in _STEPS:
        if name in said:
            return f"{prefix}{_path(shapes, said[name][0], depth + 1, pieces)}{suffix}"
    return terms.compact(path)


_STEPS = (
    (sh("inversePath"), "^", ""),
    (sh("zeroOrMorePath"), "", "*"),
    (sh("oneOrMorePath"), "", "+"),
    (sh("zeroOrOnePath"), "", "?"),
)


def _path_of(raw: Raw, shapes: Shapes) -> str:
    """Return the path of a result: an IRI term as it is, one of several steps as SPARQL writes it, "" for none."""
    if raw.path and raw.path.startswith("<") and raw.path.count(">") == 1 and not is_unnamed(raw.path):
        return raw.path
    return next((path_text(shapes, path) for path in shapes.said.get(raw.shape, {}).get(_PATH, ())), "")


def members(shapes: Shapes, head: Term, most: int = _MOST + 1) -> list[Term]:
    """Return the first members of a list, for a message one more than is shown."""
    found: list[Term] = []
    while head != NIL and len(found) < most:
        said = shapes.said.get(head, {})
        found.extend(said.get(FIRST, ())[:1])
        head = said.get(REST, (NIL,))[0]
    return found


def _shape(shapes: Shapes, node: Term) -> str:
    """Return the name of a shape; of one without, what it asks for."""
    if not is_unnamed(node):
        return terms.compact(node)
    pairs = ((p, o) for p, objects in shapes.said.get(node, {}).items() if p != terms.TYPE for o in objects)
    asked = [f"{_compact(p)} {'…' if is_unnamed(o) else shown(o)}" for p, o in pairs]
    return f"[{_cut('; '.join(asked[:_MOST]))}]"


def _listed(names: Iterable[str], word: str) -> str:
    several = list(names)
    if len(several) > _MOST:
        return f"{', '.join(several[:_MOST])} …"
    return f" {word} ".join(filter(None, (", ".join(several[:-1]), *several[-1:])))


def _cut(text: str, most: int = _CUT) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


_EXAMPLES: Mapping[str, str] = {
    "xsd:boolean": "true",
    "xsd:date": "2024-05-06",
    "xsd:dateTime": "2024-05-06T12:00:00+00:00",
    "xsd:decimal": "1.5",
    "xsd:gYear": "2024",
    "xsd:gYearMonth": "2024-05",
    "xsd:integer": "1",
    "xsd:time": "12:00:00",
    "xsd:anyURI": "https://example.org/",
}
_KINDS: Mapping[Term, str] = {
    sh("IRI"): "an IRI",
    sh("BlankNode"): "a blank node",
    sh("Literal"): "a literal (text, number or date)",
    sh("BlankNodeOrIRI"): "an IRI or a blank node",
    sh("BlankNodeOrLiteral"): "a blank node or a literal",
    sh("IRIOrLiteral"): "an IRI or a literal",
}


def _datatype(fault: _Fault) -> str:
    wanted = fault.all("datatype", "or")
    example = _EXAMPLES.get(wanted)
    mend = f'write "{example}"^^{wanted} or the like' if example else f"write a value of {wanted}"
    if wanted == "xsd:string":
        mend = "write a text without language and datatype"
    elif wanted == "rdf:langString":
        mend = 'write a text with its language, such as "peace"@en'
    term = fault.raw.value or fault.raw.focus
    if not term.startswith('"'):
        return f"{fault.it} is no literal of {wanted}; {mend}"
    found = terms.compact(terms.parts(term).datatype)
    if found == wanted:
        return f"{fault.it} is not spelt as {wanted} asks for; {mend}"
    return f"{fault.it} is of {found} and not of {wanted}; {mend}"


def _least(fault: _Fault) -> str:
    least = fault.number("minCount")
    if least == 1:
        return f"{fault.what} is missing: at least 1 value is expected; add it"
    return f"{fault.what} has too few values: at least {least:,} are expected; add what is missing"


def _most(fault: _Fault) -> str:
    most = fault.number("maxCount")
    if most == 0:
        return f"{fault.what} is not allowed here; remove it"
    return f"{fault.what} has too many values: at most {most:,} {'is' if most == 1 else 'are'} allowed; remove what is too much"


def _qualified(name: str, wrong: str, bound: str, mend: str) -> Callable[[_Fault], str]:
    def say(fault: _Fault) -> str:
        which = f"values that conform to {fault.shapes_of('qualifiedValueShape')}"
        return f"{fault.what} has too {wrong} {which}: {bound} {fault.number(name):,} expected; {mend}"

    return say


def _bound(name: str, relation: str) -> Callable[[_Fault], str]:
    return lambda fault: f"{fault.it} is not {relation} {fault.all(name)}, as is expected; correct it"


def _length(name: str, relation: str, mend: str) -> Callable[[_Fault], str]:
    def say(fault: _Fault) -> str:
        if (fault.raw.value or fault.raw.focus).startswith("_:"):
            return f"{fault.it} has no length; write a text or an IRI"
        return f"{fault.it} is {relation} {fault.number(name):,} character{'' if fault.number(name) == 1 else 's'}; {mend}"

    return say


def _pair(name: str, text: str) -> Callable[[_Fault], str]:
    return lambda fault: text.format(it=fault.it, what=fault.what, value=fault.value, other=fault.all(name, "or"))


def _logical(name: str, relation: str, mend: str) -> Callable[[_Fault], str]:
    return lambda fault: f"{fault.it} {relation} {fault.shapes_of(name)}; {mend}"


def _pattern(fault: _Fault) -> str:
    flags = f" (flags {terms.value(fault.terms('flags')[0])})" if fault.terms("flags") else ""
    patterns = _listed((_cut(terms.value(pattern)) for pattern in fault.terms("pattern")), "and")
    return f"{fault.it} does not match the pattern {patterns}{flags}; correct it"


def _languages(fault: _Fault) -> str:
    wanted = _listed((terms.value(member) for member in fault.members("languageIn")), "or")
    return f"{fault.it} is not in the language {wanted}; translate it, or correct its language tag"


def _closed(fault: _Fault) -> str:
    value = f", here with the value {fault.value}" if fault.raw.value is not None else ""
    return f"{fault.what} is none of the properties that are allowed here{value}; remove it, or add it to the shape"


def _sparql(fault: _Fault) -> str:
    value = f" with the value {fault.value}" if fault.raw.value not in (None, fault.raw.focus) else ""
    what = f"{fault.path} of " if fault.path else ""
    label = fault.shapes.said.get(fault.raw.constraint_node or "", {}).get(f"<{terms.RDFS}label>") or ()
    rule = f' "{_cut(_chosen(label) or "")}"' if label else ""
    named = shown(fault.shapes.named(fault.raw.shape))
    return f"the query{rule} of the shape {named} finds a fault: {what}{shown(fault.raw.focus)}{value}; see what the query asks for"


def _custom(fault: _Fault) -> str:
    component = f"<{fault.raw.constraint}>"
    said, own = (fault.shapes.said.get(node, {}) for node in (component, fault.raw.shape))
    pairs = ", ".join(f"{name} {shown(value)}" for name, value in sorted(_parameters(said, own, fault.shapes)))
    of = f" ({pairs})" if pairs else ""
    name = fault.raw.constraint.removeprefix(SH).removesuffix("ConstraintComponent")
    label = name if name != fault.raw.constraint else terms.compact(component)
    return f"{fault.it} breaks the constraint {label}{of}; see what it asks for"


_WORDS: Mapping[str, Callable[[_Fault], str]] = {
    "Class": lambda fault: (
        f"{fault.it} is not said to be of the class {fault.all('class')}; give it that class (rdf:type), or take another value"
    ),
    "Datatype": _datatype,
    "NodeKind": lambda fault: (
        f"{fault.it} is not {_listed((_KINDS.get(kind, shown(kind)) for kind in fault.terms('nodeKind')), 'and')}; write one"
    ),
    "MinCount": _least,
    "MaxCount": _most,
    "MinExclusive": _bound("minExclusive", "greater than"),
    "MinInclusive": _bound("minInclusive", "at least"),
    "MaxExclusive": _bound("maxExclusive", "less than"),
    "MaxInclusive": _bound("maxInclusive", "at most"),
    "MinLength": _length("minLength", "shorter than", "write more"),
    "MaxLength": _length("maxLength", "longer than", "shorten it"),
    "Pattern": _pattern,
    "LanguageIn": _languages,
    "UniqueLang": lambda fault: f"{fault.what} has several texts in one language; keep one in each",
    "Equals": _pair("equals", "{what} and {other} do not have the same values: only one of them has {value}; make them equal"),
    "Disjoint": _pair("disjoint", "{it} {other} has as well; keep it in one of them"),
    "LessThan": _pair("lessThan", "{it} is not less than every value of {other}; correct one of them"),
    "LessThanOrEquals": _pair(
        "lessThanOrEquals", "{it} is greater than a value of {other}, or not comparable; correct one of them"
    ),
    "Not": _logical("not", "conforms to what is excluded:", "change it so that it does not"),
    "And": _logical("and", "does not conform to all of", "see what they ask for"),
    "Or": _logical("or", "conforms to none of", "it has to conform to one at least"),
    "Xone": _logical("xone", "conforms to none or to several of", "it has to conform to exactly one"),
    "Node": _logical("node", "does not conform to the shape", "see what it asks for"),
    "Property": _logical("property", "does not conform to the shape", "see what it asks for"),
    "QualifiedMinCount": _qualified("qualifiedMinCount", "few", "at least", "add what is missing"),
    "QualifiedMaxCount": _qualified("qualifiedMaxCount", "many", "at most", "remove what is too much"),
    "QualifiedValueShape": lambda fault: f"{fault.what} has a wrong number of {fault.shapes_of('qualifiedValueShape')}; correct it",
    "Closed": _closed,
    "HasValue": lambda fault: f"{fault.what} lacks the value {fault.all('hasValue')}; add it",
    "In": lambda fault: f"{fault.it} is none of {_listed(map(shown, fault.members('in')), 'or')}; take one of these",
    "SPARQL": _sparql,
}
