"""From a statement back to its sentence, its line in the source, and the rule."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from kg import dataset, exporters, fetch, linkers, mapping, pipeline, readers, terms, vocabulary
from kg.article import Article
from kg.errors import Place, ReadError, TermError, UsageError
from kg.sentences import sentence
from kg.terms import Term

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

    Raises `UsageError` for a folder that is no dump and for an IRI of which no article says anything.
    """
    dump, wanted = Path(dump), _wanted(iri)
    manifest = dataset.read_manifest(dump)
    found: list[Evidence] = []
    reference: Term = ""
    for block in exporters.read_blocks(dump / pipeline.NQUADS):
        article = mapping.article_of(block[0].graph)
        if any(wanted in (s.subject, s.object) for s in block):
            reference = reference or block[0].graph
            found.extend(_of_article(article, block, wanted, _Source(dump, article, manifest)) if article else ())
    if not found:
        known = f"only as reference data, in {reference}" if reference else "nowhere"
        raise UsageError(f"no article says anything of {iri}; it stands {known} in the dump", Place(str(dump)))
    return found


def _wanted(iri: str) -> Term:
    try:
        return terms.iri(iri.strip().removeprefix("<").removesuffix(">"))
    except TermError as error:
        raise UsageError(error.reason) from error


class _Source:
    """The source of an article, read again if it is still the same.

    It is looked for where the build named it: from the folder we stand in, else from each folder above the dump. Its
    digest tells that it is the right one.
    """

    def __init__(self, dump: Path, iri: Term, manifest: Mapping[str, Any]) -> None:
        entry = manifest["articles"].get(terms.value(iri), {})
        self.base = str(manifest.get("base", terms.DEFAULT_BASE))
        self.path = str(entry.get("source", ""))
        self.article: Article | None = None
        self.note = "cannot be read again: no such file"
        for path in self._places(dump):
            if self.article is None:
                try:
                    self.article, self.note = pipeline.source_article(path, str(entry.get("sha256", ""))), ""
                except ReadError as error:
                    self.note = error.reason

    def _places(self, dump: Path) -> Iterator[str]:
        if fetch.is_address(self.path):
            yield self.path
            return
        here = Path(self.path)
        for path in (here, *(folder / here for folder in Path(os.path.abspath(dump)).parents)):
            if readers.file_of(str(path)).is_file():
                yield str(path)


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
        yield from _of_declared(iri, block, wanted, source)


def _of_phrase(node: Term, values: Mapping[Term, Term], source: _Source) -> Evidence:
    """Return the evidence of a mention or citation."""
    begin, end = (int(terms.value(values[predicate])) for predicate in (terms.BEGIN_INDEX, terms.END_INDEX))
    kind = _KIND_OF.get(values.get(terms.MENTION_KIND, ""), "")
    confidence = terms.value(values[terms.TA_CONFIDENCE]) if terms.TA_CONFIDENCE in values else ""
    target = values.get(terms.TA_IDENT_REF) or values.get(terms.URL)
    rule = f"{_RULE_OF[kind, confidence]} ({confidence})" if (kind, confidence) in _RULE_OF else "a link of the source"
    rule = f"{rule} → {terms.value(target)}" if target else rule
    # A dump need not give the words of a link; its source does
    words = terms.value(values[terms.ANCHOR_OF]) if terms.ANCHOR_OF in values else ""
    article = source.article
    if article is not None and words in ("", article.text[begin:end]):
        first, last = sentence(article.text, begin, end)
        place = article.place(article.span(begin, end))
        return Evidence(node, article.text[begin:end], article.text[first:begin], article.text[end:last], place, rule)
    before, after = (terms.value(values[p]) if p in values else "" for p in (terms.BEFORE, terms.AFTER))
    return Evidence(node, words, before, after, Place(source.path), rule, source.note)


def _of_declared(iri: Term, block: exporters.Block, wanted: Term, source: _Source) -> Iterator[Evidence]:
    """Yield what the source says of itself about the IRI, each datum with its place where the source can be read."""
    spans = dict(_spans(source))
    for s in block:
        about = wanted in (s.subject, s.object) and s.predicate not in (terms.TYPE, terms.MENTION, terms.CITATION)
        if s.graph != mapping.part(iri, "declared") or not about:
            continue
        rule = f"declared by the source as {terms.compact(s.predicate)}"
        span = spans.get((s.subject, s.predicate, s.object))
        if source.article is not None and span is None:
            rule = f"{terms.compact(s.predicate)}: not in the source's own words, but given to the build or worked out by it"
        place = source.article.place(span) if source.article is not None and span else Place(source.path)
        yield Evidence(s.subject, terms.value(s.object), "", "", place, rule, source.note)


def _spans(source: _Source) -> Iterator[tuple[tuple[Term, Term, Term], tuple[int, int]]]:
    if source.article is not None:
        for s in mapping.describe(source.article, _vocabulary(source.base), source.base):
            if s.span:
                yield (s.subject, s.predicate, s.object), s.span


@lru_cache(maxsize=1)
def _vocabulary(base: str) -> vocabulary.Vocabulary:
    return vocabulary.load(base)
