"""From a statement back to its sentence, its line in the source, and the rule."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg import exporters, linkers, mapping, pipeline, terms, vocabulary
from kg.article import Article
from kg.errors import Place, ReadError, ResourceError, UsageError
from kg.terms import Statement, Term

_SENTENCE_END = re.compile(r"[.!?…。！？]+[\"'”’»)\]]*(?=\s|\Z)|\n\n")
_RULE_OF = {(rule.kind, rule.confidence): rule.words for rule in linkers.RULES.values()}
_KIND_OF = {term: kind for kind, term in linkers.KINDS.items()}


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a statement stands in the dump: the words with what is around them, where they stand, and the rule in words.

    Where the source can be read again, `before` and `after` make the whole sentence and the place has line and column.
    """

    subject: Term
    words: str
    before: str
    after: str
    place: Place
    rule: str
    note: str = ""


def explain(dump: Path | str, iri: str) -> list[Evidence]:
    """Return the evidence for an IRI of a dump: a mention or citation, everything that names an entity, or all of an article.

    Raises `UsageError` for a folder that is no dump and for an IRI of which the dump says nothing.
    """
    dump, wanted = Path(dump), terms.iri(iri.strip("<>"))
    manifest = _manifest(dump)
    found: list[Evidence] = []
    for block in exporters.read_blocks(dump / pipeline.NQUADS):
        article = mapping.article_of(block[0].graph)
        if article is not None and any(wanted in (s.subject, s.object) for s in block):
            found.extend(_of_article(article, block, wanted, _Source(article, manifest)))
    if not found:
        raise UsageError(f"the dump says nothing of {iri}", Place(str(dump)))
    return found


def _manifest(dump: Path) -> Mapping[str, Any]:
    try:
        manifest = json.loads((dump / pipeline.MANIFEST).read_text("utf-8"))
    except FileNotFoundError as error:
        raise UsageError("no dump here: there is no manifest.json", Place(str(dump))) from error
    except OSError as error:
        raise ResourceError(f"cannot be read: {error.strerror}", Place(str(dump))) from error
    except ValueError as error:
        raise UsageError(f"manifest.json is not JSON: {error}", Place(str(dump))) from error
    if not isinstance(manifest, dict) or "articles" not in manifest:
        raise UsageError("manifest.json is not one of ours", Place(str(dump)))
    return manifest


class _Source:
    """The source of an article, read again if it is still the same."""

    def __init__(self, iri: Term, manifest: Mapping[str, Any]) -> None:
        entry = manifest["articles"].get(terms.value(iri), {})
        self.base = manifest.get("base", terms.DEFAULT_BASE)
        self.path = str(entry.get("source", ""))
        self.article: Article | None = None
        self.note = ""
        try:
            self.article = pipeline.source_article(self.path, entry.get("sha256", ""))
        except ReadError as error:
            self.note = str(error)


def _of_article(iri: Term, block: exporters.Block, wanted: Term, source: _Source) -> Iterator[Evidence]:
    nodes: defaultdict[Term, dict[Term, Term]] = defaultdict(dict)
    for statement in block:
        nodes[statement.subject][statement.predicate] = statement.object
    phrases = [
        node
        for node, values in nodes.items()
        if terms.BEGIN_INDEX in values and wanted in (node, iri, values.get(terms.TA_IDENT_REF), values.get(terms.URL))
    ]
    for node in sorted(phrases, key=lambda node: int(terms.value(nodes[node][terms.BEGIN_INDEX]))):
        yield _of_phrase(node, nodes[node], source)
    if not any(wanted == node for node in phrases):
        yield from _of_declared(iri, wanted, source)


def _of_phrase(node: Term, values: Mapping[Term, Term], source: _Source) -> Evidence:
    """Return the evidence of a mention or citation."""
    begin, end = (int(terms.value(values[predicate])) for predicate in (terms.BEGIN_INDEX, terms.END_INDEX))
    kind = _KIND_OF.get(values.get(terms.MENTION_KIND, ""), "")
    confidence = terms.value(values[terms.TA_CONFIDENCE]) if terms.TA_CONFIDENCE in values else ""
    target = values.get(terms.TA_IDENT_REF) or values.get(terms.URL)
    rule = f"{_RULE_OF[kind, confidence]} ({confidence})" if (kind, confidence) in _RULE_OF else "a link of the source"
    rule = f"{rule} → {terms.value(target)}" if target else rule
    words = terms.value(values[terms.ANCHOR_OF])
    article = source.article
    if article is not None and article.text[begin:end] == words:
        first, last = sentence(article.text, begin, end)
        place = article.place(article.span(begin, end))
        return Evidence(node, words, article.text[first:begin], article.text[end:last], place, rule)
    before, after = (terms.value(values[p]) if p in values else "" for p in (terms.BEFORE, terms.AFTER))
    return Evidence(node, words, before, after, Place(source.path), rule, source.note)


def _of_declared(iri: Term, wanted: Term, source: _Source) -> Iterator[Evidence]:
    """Yield what the source says of itself about the IRI, each datum with its place."""
    if source.article is None:
        return
    statements: tuple[Statement, ...] = mapping.describe(source.article, vocabulary.load(source.base), source.base)
    for s in statements:
        if s.span and wanted in (s.subject, s.object) and s.predicate not in (terms.TYPE, terms.MENTION, terms.CITATION):
            rule = f"declared by the source as {terms.compact(s.predicate)}"
            yield Evidence(s.subject, terms.value(s.object), "", "", source.article.place(s.span), rule)


def sentence(text: str, begin: int, end: int) -> tuple[int, int]:
    """Return begin and end of the sentence around `text[begin:end]`."""
    ends = [match.end() for match in _SENTENCE_END.finditer(text, max(0, begin - 2000), min(len(text), end + 2000))]
    first = max((stop for stop in ends if stop <= begin), default=max(0, begin - 2000))
    last = min((stop for stop in ends if stop >= end), default=min(len(text), end + 2000))
    return first + len(text[first:begin]) - len(text[first:begin].lstrip()), end + len(text[end:last].rstrip())
