"""A difference as a release note in Markdown: what is new, by theme, treaty, actor and publisher; what changed; the files."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from kg import terms
from kg.differences.changes import Change, of_article
from kg.differences.comparing import ArticleDifference, Difference, headline
from kg.differences.names import KINDS, Names, word
from kg.reports.markdown import code
from kg.reports.wording import counted, cut, printable
from kg.terms import Statement, Term

# How many articles, and entities of a kind, a note names; it says how many more there are
MOST_ARTICLES = 50
MOST_ENTITIES = 10
_LONGEST = 200
_PLURALS = {"theme": "Themes", "treaty": "Treaties", "actor": "Actors", "initiative": "Initiatives", "region": "Regions"}
# What readers of the data want to know of an article that they had
_NOTABLE = frozenset(
    {
        terms.TYPE,
        terms.HEADLINE,
        terms.AUTHOR,
        terms.PUBLISHER,
        terms.DATE_PUBLISHED,
        terms.IN_LANGUAGE,
        terms.ABOUT,
        terms.SPATIAL_COVERAGE,
        terms.URL,
        terms.LICENSE,
        terms.COPYRIGHT_HOLDER,
        terms.COPYRIGHT_YEAR,
        terms.COPYRIGHT_NOTICE,
    }
)


class _Told(NamedTuple):
    """What a note says of an article."""

    headline: str
    iri: str
    words: str


@dataclass(slots=True)
class _Collected:
    """What is counted and kept while the articles go by."""

    added: list[_Told] = field(default_factory=list)
    removed: list[_Told] = field(default_factory=list)
    changed: list[_Told] = field(default_factory=list)
    notable: int = 0
    about: Counter[Term] = field(default_factory=Counter)
    publishers: Counter[str] = field(default_factory=Counter)
    labels: dict[Term, str] = field(default_factory=dict)
    kinds: dict[Term, str] = field(default_factory=dict)


def to_notes(difference: Difference) -> str:
    """Return a release note: counts, what new articles are about and who published them, notable changes, files.

    All of it stands in the dumps. What comes from sources is escaped, so that nothing in it is Markdown.
    """
    found = _collected(difference)
    lines = [f"# Changes in {code(cut(difference.new.base, _LONGEST))}\n\n", *_counts(difference)]
    if not difference:
        return "".join([*lines, *_files(difference)])
    lines += _articles("New articles", found.added, len(difference.added))
    for kind in KINDS:
        about = {term: count for term, count in found.about.items() if found.kinds.get(term) == kind}
        lines += _table(f"{_PLURALS[kind]} newly written about", kind, _named(about, found, difference))
    lines += _table("New articles by publisher", "publisher", [(plain(name), n) for name, n in _ranked(found.publishers)])
    lines += _articles("Changed articles", found.changed, found.notable)
    if rest := len(difference.changed) + len(difference.renamed) - found.notable:
        more = "more " if found.notable else ""
        lines.append(f"\n{counted(rest, f'{more}article')} changed only in text, mentions, links or lesser data.\n")
    lines += _articles("Removed articles", found.removed, len(difference.removed))
    return "".join([*lines, *_reference(difference), *_files(difference)])


def _collected(difference: Difference) -> _Collected:
    found = _Collected()
    for article in difference.articles:
        old, new = article.versions()
        names = difference.named(new, old)
        _count(article, old, new, names, found)
        if not article.old or not article.new:
            side = found.added if article.new else found.removed
            if len(side) < MOST_ARTICLES:
                side.append(
                    _Told(
                        headline(article.term, new or old) or article.iri, article.iri, _in_short(article.term, new or old, names)
                    )
                )
        elif words := _notable(article, old, new, names):
            found.notable += 1
            if len(found.changed) < MOST_ARTICLES:
                found.changed.append(_Told(headline(article.term, new) or article.iri, article.iri, words))
    return found


def _count(article: ArticleDifference, old: Sequence[Statement], new: Sequence[Statement], names: Names, found: _Collected) -> None:
    """Count what an article is newly about, and the publisher of a new one."""
    for term in _about(article.term, new) - _about(article.term, old):
        found.about[term] += 1
        found.kinds.setdefault(term, names.kinds.get(term, ""))
        found.labels.setdefault(term, names.label(term))
    if not article.old:
        publishers = {s.object for s in new if s.subject == article.term and s.predicate == terms.PUBLISHER}
        found.publishers.update(names.label(publisher) for publisher in publishers)


def _about(article: Term, statements: Iterable[Statement]) -> set[Term]:
    of = (terms.MENTIONS, terms.ABOUT, terms.SPATIAL_COVERAGE)
    return {s.object for s in statements if s.subject == article and s.predicate in of}


def _in_short(article: Term, statements: Sequence[Statement], names: Names) -> str:
    """Return day, authors and publisher."""
    parts = []
    for name in (terms.DATE_PUBLISHED, terms.AUTHOR, terms.PUBLISHER):
        values = (s.object for s in statements if s.subject == article and s.predicate == name)
        parts.append(", ".join(sorted({names.label(value) if value[0] == "<" else terms.value(value) for value in values})))
    return "; ".join(plain(cut(part, _LONGEST)) for part in parts if part)


def _notable(article: ArticleDifference, old: Sequence[Statement], new: Sequence[Statement], names: Names) -> str:
    """Return the changes that a reader wants to know of; "" where there are none."""
    changes = of_article(article.term, old, new)
    told = [_words(change, names) for change in changes if change.subject == article.term and change.predicate in _NOTABLE]
    if article.iri != article.old_iri:
        told.append(f"its IRI was {code(cut(article.old_iri, _LONGEST))}")
    return "; ".join(filter(None, told))


def _words(change: Change, names: Names) -> str:
    """Return a change in Markdown."""
    if change.kind == "changed" and change.old and change.new:
        both = (change.old, change.new)
        known = all(term in names.labels for term in both)
        return plain(f"{word(change.predicate)}: {' → '.join(map(names.label, both) if known else names.values(*both))}")
    value = change.new or change.old
    if change.kind not in ("added", "removed") or not value:
        return ""
    shown = names.label(value) if value in names.labels else names.value(value)
    return plain(f"{'now' if change.kind == 'added' else 'no longer'} {word(change.predicate)} {shown}")


# What Markdown or GitHub would see as something within a line; the rest stays as it is, so that the note reads well unrendered
_SPECIAL = re.compile(r"[\\`*_\[\]<>#|~&!@$]|(?<=\w):(?=\w)|:(?=//)|(?<=www)\.", re.IGNORECASE)


# --- Markdown --------------------------------------------------------------------------------------------------------------
def plain(text: str) -> str:
    """Return a text in which nothing is Markdown, where it stands within a line."""
    return _SPECIAL.sub(r"\\\g<0>", printable(text))


def _counts(difference: Difference) -> Iterator[str]:
    old, new = difference.old, difference.new
    if old.base != new.base:
        yield f"The base was {code(cut(old.base, _LONGEST))} before, so that every IRI under it is another one.\n\n"
    yield f"{counted(new.articles, 'article')}, {old.articles:,} before: "
    yield f"{len(difference.added):,} added, {len(difference.removed):,} removed, {len(difference.changed):,} changed, "
    yield f"{len(difference.renamed):,} renamed, " if difference.renamed else ""
    yield f"{difference.unchanged:,} unchanged.\n"
    if old.version != new.version:
        yield f"\nBuilt by kg {plain(cut(new.version, _LONGEST))}, {plain(cut(old.version, _LONGEST))} before.\n"


def _articles(title: str, told: Sequence[_Told], count: int) -> Iterator[str]:
    if not count:
        return
    yield f"\n## {title}\n\n"
    for one in told:
        yield f"- {_link(one.headline, one.iri)}{': ' if one.words else ''}{one.words}\n"
    if count > len(told):
        yield f"- and {count - len(told):,} more\n"


def _link(words: str, iri: str) -> str:
    """Return words that lead to an address of the web; any other IRI stands beside them."""
    name = plain(cut(words, _LONGEST))
    if not iri.startswith(("http://", "https://")) or not terms.is_iri(iri):
        return f"{name} ({code(cut(iri, _LONGEST))})"
    return f"[{name}](<{iri}>)"


def _ranked(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return sorted(counts.items(), key=lambda row: (-row[1], row[0]))


def _named(counts: Mapping[Term, int], found: _Collected, difference: Difference) -> list[tuple[str, int]]:
    """Return entities by their names, most articles first; those that the old dump did not know are marked."""
    first = difference.reference.new
    rows = []
    for term, count in _ranked(counts):
        short = terms.shorten(term).strip("<>")
        name = plain(cut(found.labels[term], _LONGEST))
        shown = name if found.labels[term] == short else f"{name} ({_cell(short)})"
        rows.append((f"{shown}, for the first time" if term in first else shown, count))
    return rows


def _table(title: str, head: str, rows: Sequence[tuple[str, int]]) -> Iterator[str]:
    if not rows:
        return
    yield f"\n## {title}\n\n| {head} | articles |\n| --- | ---: |\n"
    yield from (f"| {name} | {count:,} |\n" for name, count in rows[:MOST_ENTITIES])
    if len(rows) > MOST_ENTITIES:
        yield f"\nand {len(rows) - MOST_ENTITIES:,} more\n"


def _reference(difference: Difference) -> Iterator[str]:
    """Yield how many entities are described that were not, or no longer, or in another way."""
    reference = difference.reference
    removed, added = reference.statements
    if not removed and not added:
        return
    others = {change.subject for change in reference.changes()}
    numbers = ((reference.new, "new"), (reference.gone, "gone"), (others, "changed"))
    yield "\n## Reference data\n\n"
    yield f"Entities: {', '.join(f'{len(found):,} {name}' for found, name in numbers if found)}; "
    yield f"{counted(len(added), 'statement')} added, {len(removed):,} removed.\n"


def _files(difference: Difference) -> Iterator[str]:
    files = difference.new.files
    gone = sorted(difference.old.files.keys() - files.keys())
    yield "\n## Files\n\n| file | bytes | before | sha256 |\n| --- | ---: | ---: | --- |\n"
    for name, file in sorted(files.items()):
        old = difference.old.files.get(name)
        before = "unchanged" if old == file else f"{old.bytes:,}" if old else "new"
        yield f"| {_cell(name)} | {file.bytes:,} | {before} | {code(file.sha256)} |\n"
    yield from (f"| {_cell(name)} | gone | {difference.old.files[name].bytes:,} | |\n" for name in gone)


def _cell(text: str) -> str:
    """Return a text as a code span in a table, which ends a cell at a "|" before it looks for code."""
    return code(cut(text, _LONGEST).replace("\\|", "\\ |")).replace("|", "\\|")
