"""How a word may go on: names of ours with their labels, entities of the dump, variables, keywords, shipped queries, commands."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import NamedTuple

from kg import answers, queries, resources, sparql, store, terms
from kg.errors import QueryError
from kg.prompt.lines import COMMAND, is_in_text
from kg.prompt.shell import COMMANDS
from kg.queries import SIGN

KEYWORDS = (
    "SELECT ASK CONSTRUCT DESCRIBE PREFIX WHERE DISTINCT FROM NAMED GRAPH OPTIONAL UNION MINUS FILTER BIND VALUES EXISTS NOT IN AS "
    "GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT STR LANG LANGMATCHES DATATYPE BOUND IRI "
    "COALESCE IF CONTAINS STRSTARTS STRENDS STRBEFORE STRAFTER STRLEN SUBSTR REPLACE REGEX LCASE UCASE CONCAT YEAR MONTH DAY ROUND"
).split()

_VERBS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE", "PREFIX")
_WORD = re.compile(r"[.@?$]?[\w:-]*\Z")
_LAST_WORD = re.compile(r"\S*\Z")
_AFTER_TYPE = re.compile(r"(?<![\w:?$-])(?:a|rdf:type)\s+(?:[\w:-]+\s*,\s*)*\Z")
_SHORTEST = 2  # letters of a name that is looked for without its prefix
_MOST = 5_000  # entities of a kind
_PATIENCE = 3.0  # seconds to wait for them
# Of these a dump says something in its files, and nothing in its graphs
_NOT_IN_GRAPHS = frozenset({"dcat", "owl", "prov", "spdx", "void"})


class Completion(NamedTuple):
    """What may stand instead of the word that was begun, and what it means."""

    text: str
    meaning: str = ""


@cache
def names() -> tuple[Completion, ...]:
    """Return the properties and classes that our graphs may have, with the labels of those that are ours."""
    import pyoxigraph

    triples = pyoxigraph.parse(path=str(resources.folder("ontology") / "kg.ttl"))
    labels = {str(triple.subject): triple.object.value for triple in triples if str(triple.predicate) == terms.LABEL}
    constants = (value for value in vars(terms).values() if isinstance(value, str) and value.startswith("<"))
    types = (f"<{terms.SCHEMA}{name}>" for name in terms.ARTICLE_TYPES)
    shown = {terms.compact(term): labels.get(term, "") for term in (*constants, *types, *labels)}
    return tuple(
        Completion(name, shown[name]) for name in sorted(shown, key=lambda name: (_is_class(name), name)) if _is_ours(name)
    )


def _is_ours(name: str) -> bool:
    prefix, colon, _ = name.partition(":")
    return bool(colon) and not name.startswith("<") and prefix not in _NOT_IN_GRAPHS


def _is_class(name: str) -> bool:
    return name.rpartition(":")[2][:1].isupper()


class Completer:
    """Tells how the last word of what was typed may go on; entities are those of the dump of the session."""

    def __init__(self, session: store.Session) -> None:
        self._session = session
        self._entities: dict[str, tuple[Completion, ...]] = {}

    def complete(self, before: str) -> tuple[str, list[Completion]]:
        """Return the word that was begun, and what may stand instead of it."""
        line = before.lstrip()
        if line.startswith((COMMAND, SIGN)) or not line:
            return self._of_command(line)
        if is_in_text(before):
            return "", []
        word = _found(_WORD, before)
        return word, [found for found in self._in_query(before[: len(before) - len(word)], word, before) if found.text != word]

    def _of_command(self, line: str) -> tuple[str, list[Completion]]:
        """Complete the name of a command or a shipped query, or what follows it."""
        name, space, _ = line.partition(" ")
        if not space:
            commands = (Completion(COMMAND + name, known.meaning) for name, known in COMMANDS.items())
            shipped = (Completion(SIGN + query.name, query.title) for query in queries.shipped().values())
            verbs = map(Completion, _VERBS if not line else ())
            return line, _beginning(line, (*verbs, *commands, *shipped))
        word = _found(_LAST_WORD, line)
        if name == f"{COMMAND}format":
            return word, _beginning(word, map(Completion, answers.FORMS))
        if name in {f"{COMMAND}show", f"{COMMAND}explain"}:
            return word, _beginning(word, (Completion(SIGN + query.name, query.title) for query in queries.shipped().values()))
        if name[len(SIGN) :] not in queries.shipped() or not name.startswith(SIGN):
            return word, []
        return word, self._of_parameter(queries.load(name), word, line)

    def _of_parameter(self, query: queries.Shipped, word: str, line: str) -> list[Completion]:
        """Complete the name of a parameter, or the value of one that is an entity."""
        name, equals, _ = word.partition("=")
        if not equals:
            is_set = {part.partition("=")[0] for part in line.split()}
            names = (Completion(f"{known.name}=", known.meaning) for known in query.parameters if known.name not in is_set)
            return _beginning(word, names)
        kind = next((known.kind for known in query.parameters if known.name == name), "")
        if kind not in terms.ENTITY_PREFIXES:
            return []
        return _beginning(
            word, (Completion(f"{name}={found.text.partition(':')[2]}", found.meaning) for found in self.entities(kind))
        )

    def _in_query(self, before: str, word: str, text: str) -> Iterator[Completion]:
        """Yield what may stand at this place of a query, the likeliest first."""
        if word[:1] in {"?", "$"}:
            variables = dict.fromkeys(token.text[1:] for token in sparql.tokens(text) if token.kind == "variable")
            yield from _beginning(word, (Completion(word[0] + name) for name in variables))
            return
        prefix, colon, _ = word.partition(":")
        if colon and prefix in terms.ENTITY_PREFIXES:
            yield from _beginning(word, self.entities(prefix))
            return
        known = [found for found in names() if _is_class(found.text)] if _AFTER_TYPE.search(before) else names()
        if colon:
            yield from _beginning(word, known)
        elif word:
            yield from _beginning(word, (Completion(f"{name}:", space) for name, space in sorted(terms.ALL_PREFIXES.items())))
            yield from _beginning(word, map(Completion, KEYWORDS))
        if not colon and (len(word) >= _SHORTEST or known is not names()):
            yield from (found for found in known if found.text.partition(":")[2].lower().startswith(word.lower()))

    def entities(self, kind: str) -> tuple[Completion, ...]:
        """Return the entities of the dump whose IRIs have the prefix of a kind, with their labels; none where it takes too long."""
        if kind not in self._entities:
            space = terms.ENTITY_PREFIXES[kind]
            query = f"""SELECT ?entity (SAMPLE(?name) AS ?label) {{ ?entity skos:prefLabel ?name
                FILTER(STRSTARTS(STR(?entity), {terms.literal(space)}) && LANGMATCHES(LANG(?name), "en")) }} GROUP BY ?entity"""
            try:
                found = self._session.ask(query, _MOST, _PATIENCE)
            except QueryError:
                found = True
            rows = found.rows if isinstance(found, store.Table) else ()
            shown = ((terms.shorten(entity or ""), terms.value(label or '""')) for entity, label in rows)
            self._entities[kind] = tuple(Completion(name, label) for name, label in shown if not name.startswith("<"))
        return self._entities[kind]


def _found(pattern: re.Pattern[str], text: str) -> str:
    found = pattern.search(text)
    return found[0] if found else ""


def _beginning(word: str, known: Iterable[Completion]) -> list[Completion]:
    """Return those that begin with a word, whatever its case."""
    return [found for found in known if found.text.lower().startswith(word.lower())]
