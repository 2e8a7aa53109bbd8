"""A dump as a store of rdflib, which reads it where it lies and hands its queries to our engine.

    dataset = rdflib.Dataset(store="kg", default_union=True)
    dataset.open("dump")

The named graphs are those of the dump, each statement in its own. That our store holds their union as well is not seen: the default
graph is empty, as in the N-Quads of the dump, unless rdflib is told to take the union for it (`default_union`).
"""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import Any, NoReturn

import pyoxigraph
import rdflib
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.plugins.stores.memory import Memory
from rdflib.query import Result
from rdflib.store import VALID_STORE, Store

from kg import parameters, rdf, sparql, store, terms
from kg.dumps import Dump
from kg.errors import Place, UsageError
from kg.store import loading, spelling
from kg.validation.interop import from_rdflib, to_rdflib

_ALL = pyoxigraph.DefaultGraph()  # where our store holds the union of all graphs

_Pattern = tuple[Any, Any, Any]
_Graph = pyoxigraph.NamedNode | pyoxigraph.DefaultGraph


class DumpStore(Store):
    """What `rdflib.Dataset(store="kg")` keeps its statements in: a dump, which is only read."""

    context_aware = True
    formula_aware = False
    graph_aware = True
    transaction_aware = False

    def __init__(self, configuration: str | os.PathLike[str] | Dump | None = None, identifier: Any = None) -> None:
        super().__init__(identifier=identifier)
        self._names = Memory()  # of namespaces
        for prefix, namespace in terms.ALL_PREFIXES.items():
            self._names.bind(prefix, rdflib.URIRef(namespace))
        self._dump: Dump | None = None
        self._is_own = False
        self._session: store.Session | None = None
        self._found: pyoxigraph.Store
        self._graphs: dict[str, rdflib.Graph] = {}
        self._size: int | None = None
        if configuration is not None:
            self.open(configuration)

    # --- opening -------------------------------------------------------------------------------------------------------------
    def open(self, configuration: object, create: bool = False) -> int:
        """Open a dump by the path of its folder. Raises `KgError` where there is none."""
        if not isinstance(configuration, str | os.PathLike | Dump):
            raise UsageError(f"what is opened is the path of a dump, not a {type(configuration).__name__}")
        dump = configuration if isinstance(configuration, Dump) else Dump(os.fspath(configuration))
        if not dump.path.is_dir():
            raise UsageError("only the folder of a dump is opened as a store; rdflib itself reads a file", Place(str(dump.path)))
        self.close()
        self._dump, self._is_own = dump, dump is not configuration
        return VALID_STORE

    def close(self, commit_pending_transaction: bool = False) -> None:
        """Close the dump, unless it was open already when it was given to us."""
        if self._dump and self._is_own:
            self._dump.close()
        self._dump = self._session = None

    def _opened(self) -> Dump:
        if self._dump is None:
            raise UsageError("no dump is open: call open() with the path of one")
        return self._dump

    def _quads(self) -> pyoxigraph.Store:
        """Return what holds the statements, of the dump as it is now."""
        session = self._opened().session
        if session is not self._session:
            self._found = _found(session)
            self._graphs, self._size, self._session = {}, None, session
        return self._found

    # --- reading -------------------------------------------------------------------------------------------------------------
    def triples(
        self, triple_pattern: Any, context: rdflib.Graph | None = None
    ) -> Iterator[tuple[Any, Iterator[rdflib.Graph | None]]]:
        """Yield each triple that matches, once, with the graphs that it stands in; of a context only those in it."""
        quads, graph, pattern = self._quads(), _graph_of(context), _pattern(triple_pattern)
        if graph is None or pattern is None:
            return
        with self._watched():
            for quad in quads.quads_for_pattern(*pattern, graph):
                triple = _node(quad.subject), _node(quad.predicate), _object(quad)
                yield triple, self._contexts_of(quad) if graph == _ALL else iter((context,))

    @contextmanager
    def _watched(self) -> Iterator[None]:
        """Say in words that the files of the store are damaged, and let it be made again when the dump is opened next."""
        try:
            yield
        except (OSError, RuntimeError, ValueError) as error:
            if not loading.is_damage(error):
                raise
            dump = self._opened()
            loading.discard(dump.session.prepared)
            raise loading.DamagedError(f"the store is damaged; open the dump again: {error}", Place(str(dump.path))) from error

    def _contexts_of(self, quad: pyoxigraph.Quad) -> Iterator[rdflib.Graph]:
        for found in self._quads().quads_for_pattern(quad.subject, quad.predicate, quad.object, None):
            if isinstance(found.graph_name, pyoxigraph.NamedNode):
                yield self._graph(found.graph_name.value)

    def _graph(self, name: str) -> rdflib.Graph:
        if name not in self._graphs:
            self._graphs[name] = rdflib.Graph(self, rdflib.URIRef(name))
        return self._graphs[name]

    def contexts(self, triple: Any = None) -> Generator[rdflib.Graph, None, None]:
        """Yield each named graph; of a triple or a pattern, those in which it stands."""
        quads, pattern = self._quads(), _pattern(triple or (None, None, None))
        if pattern == (None, None, None):
            yield from (self._graph(graph.value) for graph in quads.named_graphs())
        elif pattern is not None:
            found = dict.fromkeys(quad.graph_name for quad in quads.quads_for_pattern(*pattern, None))
            yield from (self._graph(graph.value) for graph in found if isinstance(graph, pyoxigraph.NamedNode))

    def __len__(self, context: rdflib.Graph | None = None) -> int:
        quads, graph = self._quads(), _graph_of(context)
        if graph != _ALL:
            return 0 if graph is None else sum(1 for _ in quads.quads_for_pattern(None, None, None, graph))
        if self._size is None:
            self._size = int(self._opened().select("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0].n)
        return self._size

    # --- asking --------------------------------------------------------------------------------------------------------------
    def query(
        self,
        query: Any,
        initNs: Mapping[str, Any],  # noqa: N803
        initBindings: Mapping[str, Any],  # noqa: N803
        queryGraph: Any,  # noqa: N803
        **kwargs: Any,
    ) -> Result:
        """Return the answer of our engine to a query.

        A query that rdflib has prepared, and values that are blank nodes, are for rdflib's own.
        """
        if kwargs or not isinstance(query, str) or any(isinstance(node, rdflib.BNode) for node in initBindings.values()):
            raise NotImplementedError
        known = set(parameters.variables(query))  # rdflib lets values be given that a query does not need
        bindings = {str(name): from_rdflib(node) for name, node in initBindings.items() if str(name) in known}
        text = _declarations(query, initNs) + parameters.bind(query, bindings)
        form = "ntriples" if sparql.kind(query) == "graph" else "json"
        answer = self._opened().answer(store.Request(text, form, *self._dataset(query, queryGraph)))
        return _result(answer, query)

    def _dataset(self, query: str, graph: Any) -> tuple[tuple[str, ...] | None, tuple[str, ...] | None]:
        """Return the default graph that a query is about and the graphs that it may name; None where it says that itself."""
        if isinstance(graph, rdflib.URIRef) and graph != DATASET_DEFAULT_GRAPH_ID:
            return (str(graph),), ()
        if graph != DATASET_DEFAULT_GRAPH_ID or sparql.dataset(query, terms.ALL_PREFIXES) != (None, None):
            return None, None
        if not any(token.keyword == "GRAPH" for token in sparql.tokens(query)):
            return (), ()
        return (), tuple(name.value for name in self._quads().named_graphs())

    # --- namespaces ----------------------------------------------------------------------------------------------------------
    def bind(self, prefix: str, namespace: rdflib.URIRef, override: bool = True) -> None:
        """Give a namespace a prefix, for as long as this store is there."""
        self._names.bind(prefix, namespace, override)

    def prefix(self, namespace: rdflib.URIRef) -> str | None:
        """Return the prefix of a namespace."""
        return self._names.prefix(namespace)

    def namespace(self, prefix: str) -> rdflib.URIRef | None:
        """Return the namespace of a prefix."""
        return self._names.namespace(prefix)

    def namespaces(self) -> Iterator[tuple[str, rdflib.URIRef]]:
        """Yield each prefix with its namespace."""
        return self._names.namespaces()

    # --- what a dump does not do ---------------------------------------------------------------------------------------------
    def add_graph(self, graph: rdflib.Graph) -> None:
        """Do nothing: rdflib says so of each graph that is looked at, and an empty one is nothing that would be written."""

    def add(self, triple: Any, context: Any, quoted: bool = False) -> NoReturn:
        """Refuse."""
        raise _read_only()

    def addN(self, quads: Iterable[Any]) -> NoReturn:  # noqa: N802
        """Refuse."""
        raise _read_only()

    def remove(self, triple: Any, context: Any = None) -> NoReturn:
        """Refuse."""
        raise _read_only()

    def remove_graph(self, graph: rdflib.Graph) -> NoReturn:
        """Refuse."""
        raise _read_only()

    def update(self, *_: Any, **kwargs: Any) -> NoReturn:
        """Refuse."""
        raise _read_only()

    def destroy(self, configuration: str) -> NoReturn:
        """Refuse."""
        raise _read_only()


def _read_only() -> UsageError:
    return UsageError("a dump is only read: kg build makes it anew from its articles")


def _found(session: store.Session) -> pyoxigraph.Store:
    """Return the store of a dump, open in this process; one that is damaged is made again."""
    try:
        found: pyoxigraph.Store = loading.opened(session.prepared)
    except loading.DamagedError:
        session.close()
        session.load()
        found = loading.opened(session.prepared)
    return found


# --- between rdflib's terms and the engine's ---------------------------------------------------------------------------------
def _node(term: Any) -> Any:
    if isinstance(term, pyoxigraph.NamedNode):
        return _iri(term.value)
    if isinstance(term, pyoxigraph.BlankNode):
        return rdflib.BNode(term.value)
    return _literal(term.value, term.language or "", term.datatype.value)


@lru_cache(maxsize=1 << 14)
def _iri(text: str) -> rdflib.URIRef:
    return rdflib.URIRef(text)


_NO_TYPES = frozenset(terms.value(term) for term in (terms.XSD_STRING, terms.LANG_STRING))


@lru_cache(maxsize=1 << 12)
def _literal(text: str, language: str, datatype: str) -> rdflib.Literal:
    """Return a literal spelt as it is: rdflib's own way would not find it again."""
    kind = None if language or datatype in _NO_TYPES else _iri(datatype)
    return rdflib.Literal(text, lang=language or None, datatype=kind, normalize=False)


# The engine keeps numbers and instants by their value: whole numbers of every kind as xsd:integer, 0.90 as 0.9, UTC as Z


def _object(quad: pyoxigraph.Quad) -> Any:
    """Return the object of a statement as a dump has it."""
    return _node(spelling.as_written(quad.predicate.value, quad.object))


def _graph_of(context: Any) -> _Graph | None:
    """Return the graph of ours that a graph of rdflib is; None for one that the dump cannot have.

    A graph without a name of its own, which rdflib gives a blank node, is the union.
    """
    if context is None:
        return _ALL
    if isinstance(context, rdflib.Dataset):
        return _ALL if context.default_union else None
    if isinstance(context.identifier, rdflib.BNode):
        return _ALL
    return None if context.identifier == DATASET_DEFAULT_GRAPH_ID else _term(context.identifier)


def _pattern(triple: _Pattern) -> _Pattern | None:
    """Return what the engine looks for; None where a part is no term that a statement could have there."""
    found = tuple(None if node is None else _term(node) for node in triple)
    if any(term is None and node is not None for term, node in zip(found, triple, strict=True)):
        return None
    subject, predicate, object_ = found
    if isinstance(subject, pyoxigraph.Literal) or not isinstance(predicate, pyoxigraph.NamedNode | None):
        return None
    return subject, predicate, object_


def _term(node: Any) -> Any:
    """Return the engine's term for one of rdflib; None where there is none."""
    try:
        if isinstance(node, rdflib.URIRef):
            return pyoxigraph.NamedNode(str(node))
        if isinstance(node, rdflib.BNode):
            return pyoxigraph.BlankNode(str(node))
        if isinstance(node, rdflib.Literal):
            if node.language:
                return pyoxigraph.Literal(str(node), language=node.language)
            kind = pyoxigraph.NamedNode(str(node.datatype)) if node.datatype else None
            return pyoxigraph.Literal(str(node), datatype=kind)
    except ValueError:
        return None
    return None


def _declarations(query: str, namespaces: Mapping[str, Any]) -> str:
    """Return what declares the prefixes of a query that rdflib knows and the engine does not, or not so."""
    found = list(sparql.tokens(query))
    declared, _ = sparql.prologue(found)
    used = dict.fromkeys(token.text.partition(":")[0] for token in found if token.kind == "name")
    wanted = {prefix: str(namespaces[prefix]) for prefix in used if prefix not in declared and prefix in namespaces}
    return "".join(
        f"PREFIX {prefix}: {terms.iri(name)} " for prefix, name in wanted.items() if terms.ALL_PREFIXES.get(prefix) != name
    )


def _result(answer: store.Answer, query: str) -> Result:
    """Return an answer as rdflib's own processor would give it."""
    if answer.kind == "graph":
        words = (token.keyword for token in sparql.tokens(query))
        result = Result(next(word for word in words if word in ("CONSTRUCT", "DESCRIBE")))
        result.graph = graph = rdflib.Graph()
        for subject, predicate, object_, *_ in map(rdf.parse_nquads, answer.body.decode().split("\n")[:-1]):
            graph.add((to_rdflib(subject), to_rdflib(predicate), to_rdflib(object_)))
        return result
    found = json.loads(answer.body)
    if answer.kind == "boolean":
        result = Result("ASK")
        result.askAnswer = bool(found["boolean"])
        return result
    result = Result("SELECT")
    result.vars = [rdflib.Variable(name) for name in found["head"]["vars"]]
    result.bindings = [
        {rdflib.Variable(name): _binding(term) for name, term in row.items()} for row in found["results"]["bindings"]
    ]
    return result


def _binding(term: Mapping[str, str]) -> Any:
    if term["type"] == "uri":
        return _iri(term["value"])
    if term["type"] == "bnode":
        return rdflib.BNode(term["value"])
    return _literal(term["value"], term.get("xml:lang", ""), term.get("datatype", terms.value(terms.XSD_STRING)))
