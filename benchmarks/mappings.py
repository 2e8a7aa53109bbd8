"""Our mapping beside morph-kgc's: the tables that it reads are made of our articles, and what it writes has to be in our graph."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from measures import cost_of
from peers import morph_kgc
from peers.morph_kgc import MissingError, Tables
from phrases import LANGUAGES
from stages import Timed

from kg import mapping, terms, validation
from kg.linkers import RULES
from kg.mapping import part

_PEOPLE = frozenset({terms.PERSON})


def tables(timed: Sequence[Timed]) -> Tables:
    """Return what articles say as flat tables; without a table that would have no row, morph-kgc cannot map the others."""
    found = Tables(
        [row for one in timed for row in _article(one)],
        [row for one in timed for row in _authors(one)],
        [row for one in timed for row in _citations(one)],
        [row for one in timed for row in _mentions(one)],
    )
    if empty := [name for name, rows in found._asdict().items() if not rows]:
        raise MissingError(f"these articles have no {' and no '.join(empty)}")
    return found


def _iri(one: Timed) -> str:
    return mapping.article_iri(one.article)


def _article(one: Timed) -> Iterator[dict[str, str]]:
    article = one.article
    day = article.published.text if article.published else ""
    language = terms.language_tag(article.language.text) if article.language else ""
    headline = article.title.text if article.title else ""
    yield {f"headline {name}": headline if name == language else "" for name in LANGUAGES} | {
        "iri": terms.value(_iri(one)),
        "context": terms.value(part(_iri(one), "text")),
        "language": language,
        "day": day if len(day) == 10 else "",
        "moment": day if len(day) > 10 else "",
    }


def _authors(one: Timed) -> Iterator[dict[str, str]]:
    said = {(s.subject, s.object) for s in one.statements if s.predicate == terms.NAME}
    people = {s.subject for s in one.statements if s.predicate == terms.TYPE and s.object in _PEOPLE}
    authors = {s.object for s in one.statements if s.predicate == terms.AUTHOR and s.subject == _iri(one)} & people
    for person, name in sorted(said):
        if person in authors:
            yield {"article": terms.value(_iri(one)), "person": terms.value(person), "name": terms.value(name)}


def _citations(one: Timed) -> Iterator[dict[str, str]]:
    for citation in one.article.citations:
        if citation.begin != citation.end:
            node = part(_iri(one), f"link={citation.begin},{citation.end}")
            yield _phrase(one, node, citation.begin, citation.end) | {"url": citation.url.text if citation.url else ""}


def _mentions(one: Timed) -> Iterator[dict[str, str]]:
    for mention in one.article.mentions:
        node = part(_iri(one), f"char={mention.begin},{mention.end}")
        confidence = RULES[mention.rule].confidence
        yield _phrase(one, node, mention.begin, mention.end) | {"entity": terms.value(mention.entity), "confidence": confidence}


def _phrase(one: Timed, node: str, begin: int, end: int) -> dict[str, str]:
    # Where much of a text would be quoted, our graph leaves words out
    words = next((terms.value(s.object) for s in one.statements if s.subject == node and s.predicate == terms.ANCHOR_OF), "")
    nodes = {"article": _iri(one), "node": node, "context": part(_iri(one), "text")}
    return {name: terms.value(found) for name, found in nodes.items()} | {"begin": str(begin), "end": str(end), "words": words}


def show(timed: Sequence[Timed], folder: Path) -> None:
    """Print what both cost a thousand triples; or why morph-kgc is left out."""
    try:
        python = morph_kgc.install(folder / "morph-kgc")
        version = morph_kgc.version(python)
        costs = {count: _run(python, folder / f"tables-{count}", timed[:count]) for count in (_first(timed), len(timed))}
    except MissingError as reason:
        print(f"\nmorph-kgc is left out: {reason}")
        return
    (few, few_lines), (many, many_lines) = costs.values()
    own = {line for one in timed for line in validation.ntriples(one.statements).splitlines()}
    made = len(many_lines) - len(few_lines)
    if many <= few or not made:
        print(f"\nmorph-kgc is left out: {len(timed)} articles are too few to tell its work from its start")
        return
    theirs = 1e6 * (many - few) / made
    mapped = sum(one.seconds["describe"] + one.seconds["write nquads"] for one in timed)
    ours = 1e6 * mapped / sum(len(one.statements) for one in timed)
    print(f"\nmapping alone, to N-Triples or N-Quads{'ms CPU 1,000 triples':>22}{'ratio':>8}")
    print(f"{'kg (' + format(len(own), ',') + ' triples)':>38}{ours:22.2f}{1:8.1f}")
    print(f"{'morph-kgc (' + format(len(many_lines), ',') + ' of them)':>38}{theirs:22.2f}{theirs / ours:8.1f}")
    print(f"morph-kgc {version}; without its start, which costs {few:.1f} s")
    if strange := many_lines - own:
        print(f"morph-kgc makes {len(strange)} triples that kg does not make, such as {min(strange)}")


def _first(timed: Sequence[Timed]) -> int:
    """Return how many articles it takes until each table has a row: these stand for the start."""
    count = 1
    while True:
        try:
            tables(timed[:count])
        except MissingError:
            if count >= len(timed):
                raise
            count += 1
        else:
            return count


def _run(python: Path, folder: Path, timed: Sequence[Timed]) -> tuple[float, set[str]]:
    """Return the seconds of CPU that morph-kgc takes for articles, and the triples that it makes."""
    cost = cost_of(morph_kgc.command(python, folder, tables(timed)))
    output = folder / morph_kgc.OUTPUT
    if cost.exit_code or not output.is_file():
        raise MissingError(f"does not run: exit code {cost.exit_code}")
    return cost.cpu, {line for line in output.read_text(encoding="utf-8").splitlines() if line}
