"""A difference for a person, article by article: `+` what came, `-` what went, `~` what is another."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import NamedTuple

from kg import terms
from kg.differences.changes import Change, is_part, of_article
from kg.differences.comparing import ArticleDifference, Difference, headline
from kg.differences.names import PARTS, Names, word
from kg.differences.phrases import Pair, Phrase
from kg.reports.wording import counted, cut, printable
from kg.terms import Statement, Term

_CODES: Mapping[str, str] = {"+": "32", "-": "31", "~": "33"}
_BOLD, _MARKED = "1", "1;4"
_MARKS = {"added": "+", "removed": "-"}
# Of many mentions of one thing so many are quoted
_QUOTES = 3
# And of many values of a property of an entity so many are named
_VALUES = 12
_LONGEST = 300


def to_text(difference: Difference, colour: bool = False) -> Iterator[str]:
    """Yield the articles in order of IRI, then the reference data, then how much there was; nothing that a terminal would obey.

    `colour` adds the codes with which a terminal shows marks in colour.
    """
    yield from _notes(difference)
    if not difference:
        yield _nothing(difference)
        return
    totals: Counter[str] = Counter()
    pen = Pen(colour)
    for article in difference.articles:
        yield from _article(article, difference, pen, totals)
        yield "\n"
    lines = list(_reference(difference, pen))
    if lines:
        yield from (pen.bold("reference data"), "\n", *lines, "\n")
    yield _totals(difference, totals)


class Pen(NamedTuple):
    """Writes marks and stress, in colour or without."""

    colour: bool

    def bold(self, text: str) -> str:
        """Return a title."""
        return self._painted(text, _BOLD)

    def mark(self, mark: str) -> str:
        """Return a mark in its colour."""
        return self._painted(mark, _CODES[mark])

    def stressed(self, words: str) -> str:
        """Return the words of a sentence that matter."""
        return self._painted(words, _MARKED) if self.colour else f"*{words}*"

    def _painted(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text


def _notes(difference: Difference) -> Iterator[str]:
    """Yield what makes everything differ."""
    old, new = difference.old, difference.new
    if old.base != new.base:
        yield f"the bases differ: {_clean(old.base)} → {_clean(new.base)}; so do the IRIs of all that stands under them\n\n"
    if old.version != new.version:
        yield f"built by different versions of kg: {_clean(old.version)} → {_clean(new.version)}\n\n"


def _nothing(difference: Difference) -> str:
    files = ", ".join(map(_clean, difference.files))
    same = f"no difference in {counted(difference.new.articles, 'article')}"
    return f"{same}; these files differ: {files}\n" if files else f"{same}\n"


def _totals(difference: Difference, totals: Counter[str]) -> str:
    found = difference
    numbers = ((found.added, "added"), (found.removed, "removed"), (found.changed, "changed"), (found.renamed, "renamed"))
    articles = ", ".join(f"{len(some):,} {name}" for some, name in numbers if some)
    words = f"articles: {articles}, {difference.unchanged:,} unchanged" if articles else "no article differs"
    removed, added = difference.reference.statements
    rows = [("their statements", totals["added"], totals["removed"]), ("reference data", len(added), len(removed))]
    return "; ".join([words, *(f"{name}: +{come:,} -{gone:,}" for name, come, gone in rows if come or gone)]) + "\n"


def _clean(text: str) -> str:
    return printable(cut(text, _LONGEST))


# --- articles --------------------------------------------------------------------------------------------------------------
def _article(article: ArticleDifference, difference: Difference, pen: Pen, totals: Counter[str]) -> Iterator[str]:
    old, new = article.versions()
    names = difference.named(new, old)
    removed, added = len(set(old) - set(new)), len(set(new) - set(old))
    totals.update(removed=removed, added=added)
    mark = "~" if article.old and article.new else "+" if article.new else "-"
    yield f"{pen.mark(mark)} {pen.bold(_clean(headline(article.term, new or old) or article.iri))}\n"
    was = f"{_clean(article.old_iri)} → " if article.old_iri != article.iri else ""
    yield f"  {was}{_clean(article.iri)}\n  from {_origin(article)}\n"
    if mark == "~":
        yield from (f"    {line}\n" for line in told(of_article(article.term, old, new), article.term, names, pen))
    else:
        yield f"    {_in_short(article.term, new or old, names)}\n"


def _origin(article: ArticleDifference) -> str:
    if article.old and article.new and article.old.source != article.new.source:
        return f"{_clean(article.old.source)} → {_clean(article.new.source)}"
    is_same = article.old and article.new and article.old.sha256 == article.new.sha256
    return _clean(article.source) + (", which did not change" if is_same else "")


def _in_short(article: Term, statements: Sequence[Statement], names: Names) -> str:
    """Return day, authors and publisher of an article, and how much is said of it."""
    said = [s for s in statements if s.subject == article]
    shown = [
        ", ".join(
            sorted({names.label(s.object) if s.object[0] == "<" else terms.value(s.object) for s in said if s.predicate == name})
        )
        for name in (terms.DATE_PUBLISHED, terms.AUTHOR, terms.PUBLISHER)
    ]
    mentions = sum(s.predicate == terms.MENTION for s in said)
    return "; ".join([*map(_clean, filter(None, shown)), counted(mentions, "mention"), counted(len(set(statements)), "statement")])


# --- changes ---------------------------------------------------------------------------------------------------------------
def told(changes: Iterable[Change], article: Term, names: Names, pen: Pen) -> Iterator[str]:
    """Yield the lines of changes; what goes without saying beside another one is left out."""
    found = list(changes)
    for change in found:
        if not _is_implied(change, found, article):
            yield from _lines(change, article, names, pen)


def _is_implied(change: Change, others: Sequence[Change], article: Term) -> bool:
    """Tell whether another line says as much: the name of whom an article refers to, that there are terms of use."""
    if change.predicate == terms.SCHEMA_CITATION:
        links = [other for other in others if other.predicate == terms.CITATION]
        return bool(links) and all(
            value is None or any(value in (other.old, other.new) for other in links) for value in (change.old, change.new)
        )
    if change.kind not in _MARKS:
        return False
    value = change.new or change.old
    if change.subject == article:
        return change.predicate in (terms.REPUBLICATION_OF, terms.USAGE_INFO, terms.TEXT) and any(
            other.subject == value and other.kind == change.kind and other.predicate != terms.TYPE for other in others
        )
    if change.predicate == terms.TYPE and is_part(change.subject, article):
        return any(other.subject == change.subject and other is not change and other.kind == change.kind for other in others)
    return change.predicate in (terms.TYPE, terms.NAME, terms.PREF_LABEL) and any(
        other.kind == change.kind and change.subject in (other.new, other.old) for other in others
    )


def _lines(change: Change, article: Term, names: Names, pen: Pen) -> Iterator[str]:
    mark = pen.mark(_MARKS.get(change.kind, "~"))
    about = printable(_about(change.subject, article, names))
    if change.kind in ("moved", "context"):
        yield f"{mark} {_counted(change.phrases)}{' with other words around' if change.kind == 'context' else ' moved'}"
        return
    if change.kind == "graph":
        old, new = (" and ".join(map(_graph, (graphs or "").split(" "))) for graphs in (change.old, change.new))
        yield f"{mark} {about}{_with_word(change.predicate, change.value, names)}: {old} → {new}"
        return
    if change.kind == "changed":
        yield f"{mark} {about}{printable(_replaced(change, names))}"
    else:
        yield f"{mark} {about}{_with_word(change.predicate, change.new or change.old, names)}"
    shown = [phrase for pair in change.phrases[:_QUOTES] if (phrase := pair.new or pair.old) and phrase.words]
    yield from (f"    {_quote(phrase, pen)}" for phrase in shown)
    if len(change.phrases) > len(shown) and shown:
        yield f"    and {len(change.phrases) - len(shown):,} more"


def _about(subject: Term, article: Term, names: Names) -> str:
    """Return whose property it is that changed, with a colon; nothing for the article itself."""
    if subject == article:
        return ""
    if is_part(subject, article):
        part = subject[:-1].rpartition("#")[2]
        return f"{PARTS.get(part, part)}: " if part != "text" else ""
    return f"{names.value(subject)}: "


def _with_word(predicate: Term, value: Term | None, names: Names) -> str:
    return printable(f"{word(predicate)} {names.value(value)}" if value else word(predicate))


def _replaced(change: Change, names: Names) -> str:
    """Return one value for another; of phrases, what they are of."""
    old = names.value(change.old) if change.old else "nothing"
    new = names.value(change.new) if change.new else "nothing"
    if change.old and change.new:
        old, new = names.values(change.old, change.new)
    pair = change.phrases[0] if change.phrases else None
    if pair is None or pair.old is None or pair.new is None:
        return f"{word(change.predicate)}: {old} → {new}"
    if change.predicate == terms.MENTION_KIND:
        rules = (" ".join(filter(None, (terms.compact(kind), sure))) for kind, sure in (pair.old.rule, pair.new.rule))
        return f"mention of {names.value(change.value or '<>')}: {' → '.join(rules)}"
    return f"{'mention' if change.predicate == terms.MENTION else 'link'} of {old} → {new}"


def _quote(phrase: Phrase, pen: Pen) -> str:
    before, words, after = (printable(cut(part, _LONGEST)) for part in phrase.quote())
    return f"“{before}{pen.stressed(words)}{after}”"


def _counted(pairs: Sequence[Pair]) -> str:
    kinds = Counter("mention" if pair.new and pair.new.predicate == terms.MENTION else "link" for pair in pairs)
    return " and ".join(counted(kinds[kind], kind) for kind in ("mention", "link") if kinds[kind])


def _graph(graph: Term) -> str:
    fragment = graph[:-1].rpartition("#")[2]
    return {"declared": "declared", "extracted": "found in the text"}.get(fragment, printable(cut(graph.strip("<>"), _LONGEST)))


# --- reference data --------------------------------------------------------------------------------------------------------
def _reference(difference: Difference, pen: Pen) -> Iterator[str]:
    """Yield a line for each entity that came or went, and the changes of the others."""
    reference, names = difference.reference, difference.names
    for mark, subjects, named, statements in (
        ("-", reference.gone, reference.gone_names, reference.statements.removed),
        ("+", reference.new, reference.new_names, reference.statements.added),
    ):
        counts = Counter(_whole(s.subject, subjects) for s in statements if s.subject in subjects)
        for subject in sorted(counts):
            yield f"  {pen.mark(mark)} {printable(names.value(subject))}: {counted(counts[subject], 'statement')}\n"
        if named:
            shown = ", ".join(map(names.value, sorted(named)[:_VALUES]))
            more = f" and {len(named) - _VALUES:,} more" if len(named) > _VALUES else ""
            yield f"  {pen.mark(mark)} only named: {printable(shown)}{more}\n"
    by_subject = groupby(reference.changes(), key=lambda change: change.subject)
    for subject, changes in by_subject:
        yield f"  {pen.mark('~')} {printable(names.value(subject))}\n"
        yield from (f"      {line}\n" for line in _grouped(changes, names, pen))


def _whole(subject: Term, others: Container[Term]) -> Term:
    """Return the entity of which a subject is a part by its IRI, as a participation is of its treaty."""
    at = subject.rfind("/")
    while at > 0:
        if (whole := f"{subject[:at]}>") in others:
            return whole
        at = subject.rfind("/", 0, at)
    return subject


def _grouped(changes: Iterable[Change], names: Names, pen: Pen) -> Iterator[str]:
    """Yield the lines of an entity's changes, one for all values of a property that came, or that went."""
    for (kind, predicate), some in groupby(changes, key=lambda change: (change.kind, change.predicate)):
        found = list(some)
        if kind not in _MARKS:
            yield from (line for change in found for line in _lines(change, change.subject, names, pen))
            continue
        shown = list(dict.fromkeys(names.value(change.new or change.old or "<>") for change in found))
        more = f" and {len(shown) - _VALUES:,} more" if len(shown) > _VALUES else ""
        yield f"{pen.mark(_MARKS[kind])} {printable(word(predicate))} {printable(', '.join(shown[:_VALUES]))}{more}"
