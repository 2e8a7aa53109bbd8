"""Where statements stand in JSON-LD: a walk over the tree that reads what people write, and leaves out what is rare.

Contexts are those within the file (JSON-LD 1.1, sections 4.1 and 4.2). The walk need not be whole: a statement that it
misses has no line, and one that the graph has not is asked for by nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from kg import terms
from kg.rdf import jsontree
from kg.rdf.addresses import resolve
from kg.rdf.jsontree import Item, Member, Members, Number
from kg.terms import Statement, Term

_FIRST, _REST, _NIL = (f"<{terms.RDF}{name}>" for name in ("first", "rest", "nil"))
_DOUBLE = f"<{terms.XSD}double>"
_BOOLEAN = f"<{terms.XSD}boolean>"
# Nobody nests deeper by hand
_DEEPEST = 60
_WHOLE = 1e21


def walk(text: str, base: str) -> Iterator[Statement]:
    """Yield the statements of JSON-LD; the span of each is where its object begins and where its subject is named."""
    walker = _Walk()
    root = jsontree.read(text)
    if isinstance(root.value, Members):
        walker.top(root, _Context(base))
    for item in () if isinstance(root.value, Members) else root.items():
        walker.node(item, _Context(base), "")
    yield from walker.found


@dataclass(frozen=True, slots=True)
class _Definition:
    """What a context says of a term."""

    iri: str | None
    type: str = ""
    container: frozenset[str] = frozenset()
    language: str | None = None
    has_language: bool = False
    is_reverse: bool = False
    context: Item | None = None
    is_prefix: bool = False


_PLAIN = _Definition(None)


@dataclass(frozen=True)
class _Context:
    """What the names in a part of the file mean."""

    base: str
    vocab: str | None = None
    language: str | None = None
    definitions: Mapping[str, _Definition] = field(default_factory=dict)

    def expand(self, name: str, vocab: bool = True) -> str | None:
        """Return the IRI or keyword that a name stands for; None where it stands for nothing."""
        if name.startswith("@"):
            return name
        if vocab and name in self.definitions:
            return self.definitions[name].iri
        prefix, colon, rest = name.partition(":")
        if colon and prefix:
            known = self.definitions.get(prefix)
            is_whole = rest.startswith("//") or known is None or known.iri is None or not known.is_prefix
            return name if is_whole or known is None else f"{known.iri}{rest}"
        if vocab:
            return None if self.vocab is None else self.vocab + name
        return resolve(self.base, name)

    def extended(self, item: Item) -> _Context:
        """Return the context with what a value of "@context" adds."""
        context = self
        for one in item.items():
            if one.value is None:
                context = _Context(self.base)
            elif isinstance(one.value, Members):
                context = _with(context, {member.key: member.item for member in one.value})
        return context


def _with(context: _Context, local: Mapping[str, Item]) -> _Context:
    """Return a context with the definitions of one object."""
    values = {key: local[key].value for key in ("@base", "@vocab", "@language") if key in local}
    base, vocab, language = (values.get(key) for key in ("@base", "@vocab", "@language"))
    if isinstance(base, str):
        context = replace(context, base=resolve(context.base, base))
    if "@vocab" in values:
        context = replace(context, vocab=context.expand(vocab) if isinstance(vocab, str) else None)
    if "@language" in values:
        context = replace(context, language=language if isinstance(language, str) else None)
    definitions = {key: found for key, found in context.definitions.items() if key not in local}
    names = [key for key in local if not key.startswith("@")]
    # A definition may use one that stands below it: what it cannot know at first it does the second time
    for _ in range(3):
        context = replace(context, definitions=definitions)
        definitions = definitions | {name: _defined(context, name, local[name]) for name in names}
    return replace(context, definitions=definitions)


def _defined(context: _Context, name: str, item: Item) -> _Definition:
    if isinstance(item.value, str):
        iri = context.expand(item.value) if item.value != name else _own(context, name)
        return _Definition(iri, is_prefix=(iri or "").endswith(tuple(":/?#[]@")))
    parts = {member.key: member.item for member in item.members()}
    if not parts:
        return _PLAIN
    named = parts.get("@id", parts.get("@reverse"))
    is_own = named is None or named.value == name
    iri = _own(context, name) if is_own or named is None else context.expand(str(named.value)) if named.value else None
    kind = parts["@type"].value if "@type" in parts else None
    language = parts["@language"].value if "@language" in parts else None
    containers = parts["@container"].items() if "@container" in parts else ()
    return _Definition(
        iri,
        (context.expand(kind) or "") if isinstance(kind, str) else "",
        frozenset(one.value for one in containers if isinstance(one.value, str)),
        language if isinstance(language, str) else None,
        "@language" in parts,
        "@reverse" in parts,
        parts.get("@context"),
        "@prefix" in parts and parts["@prefix"].value is True,
    )


def _own(context: _Context, name: str) -> str | None:
    """Return what a term means that is defined by its own name."""
    return replace(context, definitions={k: d for k, d in context.definitions.items() if k != name}).expand(name)


@dataclass
class _Walk:
    found: list[Statement] = field(default_factory=list)
    _nodes: int = 0
    _depth: int = 0

    def top(self, item: Item, context: _Context) -> None:
        """Read an object that stands by itself; one that has nothing but a graph is only its frame."""
        for member in item.members():
            if member.key == "@context":
                context = context.extended(member.item)
        keys = {context.expand(member.key) for member in item.members()} - {"@context"}
        if keys == {"@graph"}:
            for member in item.members():
                if context.expand(member.key) == "@graph":
                    for one in member.item.items():
                        self.node(one, context, "")
        elif keys:
            self.node(item, context, "")

    def node(self, item: Item, context: _Context, graph: Term) -> Term | None:
        """Read an object that is a node and return its term; None for what is none, or stands too deep."""
        if not isinstance(item.value, Members) or self._depth >= _DEEPEST:
            return None
        self._depth += 1
        for member in item.value:
            if member.key == "@context":
                context = context.extended(member.item)
        own = _of_types(context, item.value)
        named = next((m.item for m in item.value if own.expand(m.key) == "@id" and isinstance(m.item.value, str)), None)
        subject = _reference(str(named.value), own) if named else self._blank()
        if subject:
            at = named.at if named else item.at
            self._members(_Subject(subject, at, graph, own, context), item.value)
        self._depth -= 1
        return subject

    def _blank(self) -> Term:
        self._nodes += 1
        return f"_:n{self._nodes}"

    def _members(self, of: _Subject, members: Iterable[Member]) -> None:
        for member in members:
            key = of.own.expand(member.key)
            if key == "@type":
                for one in member.item.items():
                    kind = of.own.expand(one.value) if isinstance(one.value, str) else None
                    self._tell(of, terms.TYPE, _term(kind), one.at)
            elif key in ("@graph", "@included"):
                for one in member.item.items():
                    self.node(one, of.nested, of.term if key == "@graph" else of.graph)
            elif key == "@reverse":
                for inner in member.item.members():
                    self._property(of, inner, reverse=True)
            elif key == "@nest":
                for one in member.item.items():
                    self._members(of, one.members())
            elif key and ":" in key:
                self._property(of, member)

    def _property(self, of: _Subject, member: Member, reverse: bool = False) -> None:
        predicate = _term(of.own.expand(member.key))
        definition = of.own.definitions.get(member.key, _PLAIN)
        if predicate is None or definition.container & {"@id", "@type", "@graph"}:
            return
        if definition.context is not None:
            own = of.own.extended(definition.context)
            of = replace(of, own=own, nested=own)
        if reverse != definition.is_reverse:
            for one in member.item.items():
                if other := self._object(of, definition, one):
                    self.found.append(Statement(other, predicate, of.term, of.graph, (one.at, one.at)))
        elif "@list" in definition.container:
            self._tell(of, predicate, self._list(of, definition, member.item), member.item.at)
        else:
            for one, language in _mapped(member.item, definition):
                told = replace(definition, language=language, has_language=True) if language else definition
                self._value(of, predicate, told, one)

    def _value(self, of: _Subject, predicate: Term, definition: _Definition, item: Item) -> None:
        for one in item.items():
            inner = next((m.item for m in one.members() if of.own.expand(m.key) == "@set"), None)
            for value in inner.items() if inner else (one,):
                self._tell(of, predicate, self._object(of, definition, value), value.at)

    def _tell(self, of: _Subject, predicate: Term, object_: Term | None, at: int) -> None:
        if object_ is not None:
            self.found.append(Statement(of.term, predicate, object_, of.graph, (at, of.at)))

    def _object(self, of: _Subject, definition: _Definition, item: Item) -> Term | None:
        """Return the term of a value; what is said of it is found as well."""
        if not isinstance(item.value, Members):
            return _scalar(item.value, definition, of.own)
        parts = {of.own.expand(member.key): member.item for member in item.value}
        if "@value" in parts:
            return _literal(parts, of.own)
        if "@list" in parts:
            return self._list(of, definition, parts["@list"])
        return self.node(item, of.nested, of.graph)

    def _list(self, of: _Subject, definition: _Definition, item: Item) -> Term | None:
        if isinstance(item.value, Members) and any(of.own.expand(m.key) == "@list" for m in item.value):
            item = next(m.item for m in item.value if of.own.expand(m.key) == "@list")
        if self._depth >= _DEEPEST:
            return None
        self._depth += 1
        inner = replace(definition, container=frozenset())
        head, last = "", of
        for one in item.items():
            node = replace(of, term=self._blank(), at=one.at)
            if head:
                self._tell(last, _REST, node.term, one.at)
            head, last = head or node.term, node
            is_list = isinstance(one.value, tuple)
            self._tell(node, _FIRST, self._list(of, inner, one) if is_list else self._object(of, inner, one), one.at)
        if head:
            self._tell(last, _REST, _NIL, last.at)
        self._depth -= 1
        return head or _NIL


@dataclass(frozen=True, slots=True)
class _Subject:
    """A node while it is read: where it stands, in which graph, what names mean in it and in the nodes below."""

    term: Term
    at: int
    graph: Term
    own: _Context
    nested: _Context


def _of_types(context: _Context, members: Members) -> _Context:
    """Return what the names in a node mean, by the contexts that belong to its types."""
    types = [one for m in members if context.expand(m.key) == "@type" for one in m.item.items()]
    for name in sorted(one.value for one in types if isinstance(one.value, str)):
        scoped = context.definitions.get(name, _PLAIN).context
        if scoped is not None:
            context = context.extended(scoped)
    return context


def _mapped(item: Item, definition: _Definition) -> Iterator[tuple[Item, str | None]]:
    """Yield the values of a property with the language that their key names, where keys name languages."""
    if isinstance(item.value, Members) and definition.container & {"@language", "@index"}:
        for member in item.value:
            language = member.key if "@language" in definition.container and not member.key.startswith("@") else None
            yield from ((one, language) for one in member.item.items())
    else:
        yield item, None


def _reference(name: str, context: _Context) -> Term | None:
    return _term(context.expand(name, vocab=False))


def _term(iri: str | None) -> Term | None:
    if iri is None or iri.startswith("@"):
        return None
    return f"_:l{iri[2:]}" if iri.startswith("_:") else f"<{iri}>"


def _scalar(value: object, definition: _Definition, context: _Context) -> Term | None:
    """Return the term of a value that is no object, by the type that its property has."""
    if isinstance(value, str) and definition.type == "@id":
        return _reference(value, context)
    if isinstance(value, str) and definition.type == "@vocab":
        return _term(context.expand(value) or context.expand(value, vocab=False))
    datatype = f"<{definition.type}>" if definition.type and not definition.type.startswith("@") else ""
    if isinstance(value, str) and not definition.type:
        language = definition.language if definition.has_language else context.language
        if language and language != "@none":
            return f'"{terms.escape(value)}"@{language.lower()}'
    return _written(value, datatype)


def _literal(parts: Mapping[str | None, Item], context: _Context) -> Term | None:
    """Return the term of an object with "@value"."""
    value = parts["@value"].value
    language = parts["@language"].value if "@language" in parts else None
    kind = parts["@type"].value if "@type" in parts else None
    if isinstance(value, str) and isinstance(language, str):
        return f'"{terms.escape(value)}"@{language.lower()}'
    datatype = context.expand(kind) if isinstance(kind, str) else None
    return None if datatype == "@json" else _written(value, f"<{datatype}>" if datatype else "")


def _written(value: object, datatype: Term) -> Term | None:
    if isinstance(value, bool):
        text, usual = str(value).lower(), _BOOLEAN
    elif isinstance(value, Number):
        text, usual = _number(value.text, datatype)
    elif isinstance(value, str):
        text, usual = terms.escape(value), terms.XSD_STRING
    else:
        return None
    datatype = datatype or usual
    return f'"{text}"' if datatype == terms.XSD_STRING else f'"{text}"^^{datatype}'


def _number(written: str, datatype: Term) -> tuple[str, Term]:
    """Return a number as RDF has it (JSON-LD 1.1 API, section 8.6)."""
    try:
        value = float(written)
    except ValueError:
        return terms.escape(written), datatype
    if value.is_integer() and abs(value) < _WHOLE and datatype != _DOUBLE:
        return str(int(value)), terms.XSD_INTEGER
    digits, _, exponent = f"{value:.16e}".partition("e")
    shortest = repr(value).lower()
    mantissa = shortest.partition("e")[0].replace(".", "").lstrip("-0").rstrip("0")
    sign = "-" if digits.startswith("-") else ""
    return f"{sign}{mantissa[:1] or '0'}.{mantissa[1:] or '0'}E{int(exponent)}", _DOUBLE
