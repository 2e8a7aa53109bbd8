"""A difference as JSON, for programs: everything, each change with an id that stays the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from kg import rdf, reports, terms
from kg.differences.changes import Change, of_article
from kg.differences.comparing import ArticleDifference, Difference, Statements, headline
from kg.differences.dumps import Dump, File, Version
from kg.differences.names import Names
from kg.differences.phrases import Phrase
from kg.terms import Term


def to_json(difference: Difference) -> Iterator[str]:
    """Yield one JSON object, article by article: the dumps, how many articles differ, each with its statements, the files."""
    head = {
        "differ": bool(difference),
        "old": _dump(difference.old),
        "new": _dump(difference.new),
        "counts": {
            "added": len(difference.added),
            "removed": len(difference.removed),
            "changed": len(difference.changed),
            "renamed": len(difference.renamed),
            "unchanged": difference.unchanged,
        },
        "files": {name: {"old": _file(old), "new": _file(new)} for name, (old, new) in difference.files.items()},
    }
    yield reports.json_text(head, indent=1).rstrip()[:-2]
    for name in ("added", "removed", "changed", "renamed"):
        articles: Sequence[ArticleDifference] = getattr(difference, name)
        yield f',\n "{name}": ['
        for number, article in enumerate(articles):
            yield (",\n  " if number else "\n  ") + reports.json_text(_article(article, difference)).rstrip()
        yield "\n ]" if articles else "]"
    yield f',\n "reference": {reports.json_text(_reference(difference)).rstrip()}\n}}\n'


def _dump(dump: Dump) -> dict[str, Any]:
    return {"folder": dump.folder, "base": dump.base, "kg": dump.version, "articles": dump.articles, "sha256": dump.digest}


def _file(file: File | None) -> dict[str, Any] | None:
    return {"bytes": file.bytes, "sha256": file.sha256} if file else None


def _version(version: Version | None) -> dict[str, Any] | None:
    if version is None:
        return None
    return {"source": version.source, "sha256": version.sha256, "statements": version.block.sha256}


def _article(article: ArticleDifference, difference: Difference) -> dict[str, Any]:
    old, new = article.versions()
    names = difference.named(new, old)
    row: dict[str, Any] = {
        "iri": article.iri,
        "headline": headline(article.term, new or old),
        "old": _version(article.old),
        "new": _version(article.new),
    }
    if article.iri != article.old_iri:
        row["old_iri"] = article.old_iri
    if article.old and article.new:
        row["changes"] = [_change(change, names) for change in of_article(article.term, old, new)]
    return row | {"statements": _statements(article.statements())}


def _reference(difference: Difference) -> dict[str, Any]:
    reference, names = difference.reference, difference.names
    return {
        "added": [_entity(term, names) for term in sorted(reference.new)],
        "removed": [_entity(term, names) for term in sorted(reference.gone)],
        "added_names": [_entity(term, names) for term in sorted(reference.new_names)],
        "removed_names": [_entity(term, names) for term in sorted(reference.gone_names)],
        "changes": [_change(change, names) for change in reference.changes()],
        "statements": _statements(reference.statements),
    }


def _entity(term: Term, names: Names) -> dict[str, str]:
    return {"iri": terms.value(term), **({"label": names.labels[term]} if term in names.labels else {})}


def _statements(found: Statements) -> dict[str, list[str]]:
    removed, added = ([rdf.nquads(statement).rstrip("\n") for statement in side] for side in found)
    return {"removed": removed, "added": added}


def _change(change: Change, names: Names) -> dict[str, Any]:
    """Return a change as plain data, terms as they stand in N-Quads; what is not there is left out."""
    row: dict[str, Any] = {"id": change.id, "kind": change.kind, "subject": change.subject, "predicate": change.predicate}
    row |= {name: term for name, term in (("old", change.old), ("new", change.new), ("value", change.value)) if term}
    labels = {term: names.labels[term] for term in (change.old, change.new, change.value) if term and term in names.labels}
    if labels:
        row["labels"] = labels
    if change.phrases:
        row["phrases"] = [
            {name: _phrase(phrase) for name, phrase in (("old", old), ("new", new)) if phrase} for old, new in change.phrases
        ]
    return row


def _phrase(phrase: Phrase) -> Mapping[str, Any]:
    before, words, after = phrase.quote()
    row: dict[str, Any] = {"iri": terms.value(phrase.node), "begin": phrase.begin, "end": phrase.end}
    row |= {"before": before, "words": words, "after": after}
    kind, confidence = phrase.rule
    return row | {name: value for name, value in (("kind", kind), ("confidence", confidence)) if value}
