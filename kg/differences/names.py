"""What things and properties are called when changes are told."""

from __future__ import annotations

import re
from collections import ChainMap
from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass, field
from itertools import takewhile

from kg import terms
from kg.reports.wording import cut, short
from kg.terms import Statement, Term
from kg.vocabulary import TYPES

# The word before a value: "date published 2019-01-21", "mentions treaty:inf-treaty"
WORDS: Mapping[Term, str] = {
    terms.ABOUT: "about",
    terms.ABSTRACT: "abstract",
    terms.ARTICLE_BODY: "body",
    terms.AUTHOR: "author",
    terms.BYLINE_TEXT: "byline",
    terms.CITATION: "link",
    terms.CONTACT_POINT: "contact",
    terms.CONTACT_TYPE: "kind of contact",
    terms.COPYRIGHT_HOLDER: "copyright holder",
    terms.COPYRIGHT_NOTICE: "copyright notice",
    terms.COPYRIGHT_YEAR: "copyright year",
    terms.DATE_MODIFIED: "date modified",
    terms.DATE_PUBLISHED: "date published",
    terms.DESCRIPTION: "description",
    terms.DISCLAIMER: "disclaimer",
    terms.EMAIL: "e-mail",
    terms.HEADLINE: "headline",
    terms.IN_LANGUAGE: "language",
    terms.IS_STRING: "text",
    terms.KEYWORDS: "keyword",
    terms.LICENSE: "license",
    terms.MENTION: "mention of",
    terms.MENTION_KIND: "kind of mention",
    terms.MENTIONS: "mentions",
    terms.NAME: "name",
    terms.PREF_LABEL: "name",
    terms.PUBLISHER: "publisher",
    terms.REPUBLICATION_OF: "republication of",
    terms.SCHEMA_CITATION: "links to",
    terms.SCHEMA_TEXT: "text",
    terms.SPATIAL_COVERAGE: "region",
    terms.TEXT: "text",
    terms.TEXT_DIGEST: "digest of the text",
    terms.TYPE: "type",
    terms.URL: "address",
    terms.USAGE_INFO: "terms of use",
    terms.WORD_COUNT: "word count",
    terms.ACRONYM: "acronym",
    terms.AFFILIATION: "affiliation",
    terms.ALT_LABEL: "other name",
    terms.AMBIGUOUS_LABEL: "ambiguous name",
    terms.BROADER: "broader",
    terms.CLOSE_MATCH: "close match",
    terms.CONTAINED_IN_PLACE: "contained in",
    terms.DEMONYM: "demonym",
    terms.DEPOSITARY: "depositary",
    terms.END_DATE: "end date",
    terms.EXACT_MATCH: "exact match",
    terms.EXISTED_FROM: "existed from",
    terms.EXISTED_UNTIL: "existed until",
    terms.FAMILY_NAME: "family name",
    terms.HAS_OCCUPATION: "occupation",
    terms.HIDDEN_LABEL: "hidden name",
    terms.IN_FORCE_FROM: "in force from",
    terms.IN_FORCE_UNTIL: "in force until",
    terms.INITIATOR: "initiator",
    terms.ISO_ALPHA2: "ISO 3166-1 alpha-2",
    terms.ISO_ALPHA3: "ISO 3166-1 alpha-3",
    terms.LEGISLATION_DATE: "date of signature",
    terms.M49_CODE: "M49 code",
    terms.MEMBER: "member",
    terms.METONYM: "metonym",
    terms.PARTICIPANT: "participant",
    terms.PARTICIPATION: "participation",
    terms.PARTICIPATION_STATUS: "status",
    terms.ROLE_NAME: "role",
    terms.SAME_AS: "same as",
    terms.SCOPE_NOTE: "note",
    terms.SOURCE: "source",
    terms.START_DATE: "start date",
    terms.STATUS_DATE: "date of the status",
    terms.SUCCESSOR_STATE: "successor state",
}
# What the parts of an article are
PARTS = {"original": "first published", "usage": "terms of use", "text": "text"}

# The kinds by which a release note counts what articles are newly about
KINDS = ("theme", "treaty", "actor", "initiative", "region")
_KIND_OF = {types[0]: kind if kind in KINDS else "actor" for kind, types in TYPES.items()} | {terms.ACTOR: "actor"}
_DIGEST = re.compile("(sha256:[0-9a-f]{12})[0-9a-f]{52}")
LONGEST = 160
# What of two long texts stands before the first difference
_LEAD = 30


@dataclass(frozen=True, slots=True)
class Names:
    """Labels and kinds of entities, by their IRIs."""

    labels: MutableMapping[Term, str] = field(default_factory=dict, repr=False)
    kinds: MutableMapping[Term, str] = field(default_factory=dict, repr=False)

    def label(self, term: Term) -> str:
        """Return what an entity is called, else its IRI as short as our prefixes make it."""
        return self.labels.get(term) or short(terms.shorten(term), LONGEST)

    def value(self, term: Term) -> str:
        """Return a value as people read it; an entity by its short IRI with its name."""
        if term.startswith("<"):
            label = self.labels.get(term)
            name = cut(terms.shorten(term).strip("<>"), LONGEST)
            return f"{name} ({cut(label, LONGEST)})" if label else name
        return _quoted(terms.value(term))

    def values(self, old: Term, new: Term) -> tuple[str, str]:
        """Return two values so that one sees where they differ."""
        if old.startswith("<") or new.startswith("<"):
            return self.value(old), self.value(new)
        first, second = terms.parts(old), terms.parts(new)
        if first.text == second.text:
            return f"{_quoted(first.text)} ({_tag(first)})", f"{_quoted(second.text)} ({_tag(second)})"
        same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(first.text, second.text, strict=False)))
        at = first.text.rfind(" ", 0, same - _LEAD) + 1 if same > LONGEST - _LEAD else 0
        lead = "…" if at else ""
        return _quoted(lead + first.text[at:]), _quoted(lead + second.text[at:])


def _quoted(text: str) -> str:
    """Return a text on one line, not endless, and between quotation marks where it is more than a word."""
    text = cut(_DIGEST.sub(r"\1…", " ".join(text.split())), LONGEST)
    return f"“{text}”" if not text or " " in text else text


def _tag(part: terms.Literal) -> str:
    return part.language or terms.compact(part.datatype)


def word(predicate: Term) -> str:
    """Return what a property is called; one that we do not know has its IRI, short."""
    return WORDS.get(predicate) or short(predicate, LONGEST)


class Naming:
    """Collects names from statements; English ones before others, else the first in order."""

    def __init__(self) -> None:
        self._labels: dict[Term, tuple[bool, str, str]] = {}
        self._kinds: dict[Term, str] = {}

    def take(self, statement: Statement) -> None:
        """Take the name or type that a statement tells."""
        subject, predicate, value = statement[:3]
        if predicate in (terms.PREF_LABEL, terms.NAME) and value.startswith('"'):
            text, language, _ = terms.parts(value)
            rank = (language != "en", language, text)
            self._labels[subject] = min(self._labels.get(subject, rank), rank)
        elif predicate == terms.TYPE and value in _KIND_OF:
            kind = _KIND_OF[value]
            self._kinds[subject] = min(self._kinds.get(subject, kind), kind)

    def names(self) -> Names:
        """Return what was collected."""
        return Names({term: label for term, (_, _, label) in self._labels.items()}, dict(self._kinds))


def with_own(names: Names, *versions: Iterable[Statement]) -> Names:
    """Return the names together with those that articles tell of what no vocabulary knows; the first version's come first."""
    found = [names]
    for version in versions:
        own = Naming()
        for statement in version:
            own.take(statement)
        found.append(own.names())
    return chained(*found)


def chained(*found: Names) -> Names:
    """Return several names as one, the first come first: a look-up in each, rather than a copy of what all articles share."""
    return Names(ChainMap(*(one.labels for one in found)), ChainMap(*(one.kinds for one in found)))
