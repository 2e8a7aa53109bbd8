"""Who wrote a page: what its mark-up claims and what it shows, weighed against each other."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from kg.article import Author, Datum, Span
from kg.readers.html import bylines, bynames
from kg.readers.html.claims import Claim
from kg.readers.html.page import Element, Page
from kg.readers.html.titles import Title, letters
from kg.readers.html.visible import View, lines_of, quote
from kg.readers.names import is_organization, is_person

# What is told of where a name was shown; the other kinds speak for themselves
_EVIDENCE = {"by": "byline", "box": "author box", "bio": "author box"}
_FOR_ARTICLES = frozenset({"parsely-author", "dc:creator", "citation_author"})
# "Energy AG", "EFC Sample": no person's name, but "Ann Bee II" and "J. R. Cee" are
_ACRONYM = re.compile(r"(?<![\w.])(?!I{2,3}\b|IV\b)[A-Z]{2,4}(?![\w.])")
_ARTICLES = frozenset("the a el la los las le les l der die das il lo o os as de het".split())
Tell = Callable[[str, Span | None], None]


class Authors(NamedTuple):
    """The authors of a page, its byline, and the elements that show them."""

    authors: list[Author]
    byline: Datum | None
    elements: list[Element]


def choose(page: Page, claims: Sequence[Claim], view: View, title: Title, publishers: Collection[str], tell: Tell) -> Authors:
    """Return the authors of a page.

    The publication's names (`title.names`) write nothing themselves. A name that only the mark-up has and the page does not
    show is most often the account that published it; it is told where it is not taken. `publishers` are the
    publications that the mark-up names.
    """
    own = title.names
    given = [claim for claim in claims if not bynames.is_none(claim.datum.text)]
    claims = [claim for claim in given if not _is_own(claim.datum.text, own, claim.organization is False)]
    beside = {letters(name) for name in title.around} - {letters(name) for name in publishers}
    lines = list(_without_own(bylines.authors(view, title.heading), own, beside))
    seen = [name for line in lines for name in line.names]
    groups = _groups(claims)
    agreed = [group for group in groups if _agree(group, seen)]
    hidden = [group for group in groups if group not in agreed and not _is_believed(group, view)]
    best = max(agreed or [group for group in groups if group not in hidden][:1], key=len, default=[])
    if not lines and not best:
        best = _unseen(hidden, own, bool(publishers))
    if lines and (not best or (_goes_on(best, seen) if agreed else _is_weaker(best, seen))):
        authors = [_author(page, name, line, agreed) for line in lines for name in line.names]
    else:
        authors = [_claimed(claim) for claim in best]
    _tell_hidden(hidden, authors, tell)
    elements = [line.element for line in lines]
    text = " ".join(" ".join(lines_of(element)) for element in elements)
    byline = quote(page, elements[0], text, "byline") if elements else None
    return Authors(_once(authors), byline, elements)


def _unseen(groups: Sequence[list[Claim]], own: Collection[str], is_published: bool) -> list[Claim]:
    """Return the persons that only mark-up names where they are no accounts of a publication.

    They are several, the mark-up knows no publication, or a `meta` element alone names them, which people write by hand. An
    organization that is not the publication is no account either.
    """
    people = [group for group in groups if all(_is_full_name(claim) and letters(claim.datum.text) not in own for claim in group)]
    is_by_hand = not any(group[0].source == "json-ld" for group in groups)
    for group in people:
        evidence = group[0].datum.evidence.lower()
        if not is_published or len(group) > 1 or (is_by_hand and evidence == "meta: author"):
            return group
    return next((group for group in groups if group[0].source == "json-ld" and all(map(_is_body, group))), [])


def _is_body(claim: Claim) -> bool:
    """Tell whether a claim says that a body wrote the article, which no account is."""
    return claim.organization is True and " " in claim.datum.text


def _is_full_name(claim: Claim) -> bool:
    name = claim.datum.text
    return claim.organization is not True and is_person(name) and (name.isupper() or not _ACRONYM.search(name))


def _tell_hidden(groups: Iterable[Sequence[Claim]], authors: Sequence[Author], tell: Tell) -> None:
    """Tell each name that is claimed and not taken, once."""
    known = {letters(author.name.text) for author in authors}
    for claim in (claim for group in groups for claim in group):
        name = claim.datum.text
        if letters(name) not in known:
            known.add(letters(name))
            form = claim.datum.evidence.partition(":")[0]
            tell(f"{form} names {name[:80]!r} as author; the page does not show it: not taken", claim.datum.span)


def _without_own(lines: Iterable[bylines.Byline], own: Collection[str], beside: Collection[str]) -> Iterator[bylines.Byline]:
    """Yield the bylines without the publication's names.

    A person may stand `beside` the title; the one word in a link to an author is his account's name.
    """
    for line in lines:
        is_marked = line.kind in ("author link", "byline")
        names = [
            n
            for n in line.names
            if not _is_own(n, own, is_marked and letters(n) in beside) or (line.kind in ("author link", "by") and " " not in n)
        ]
        if names:
            yield line._replace(names=names)


def _groups(claims: Iterable[Claim]) -> list[list[Claim]]:
    """Return the claims of each kind of evidence together, in the order of trust."""
    groups: dict[str, list[Claim]] = {}
    for claim in claims:
        groups.setdefault(claim.datum.evidence, []).append(claim)
    return list(groups.values())


def _agree(group: Sequence[Claim], seen: Sequence[str]) -> bool:
    names = {letters(name) for name in seen} | {letters(name.split()[0]) for name in seen}
    return any(letters(claim.datum.text) in names for claim in group)


def _is_believed(group: Sequence[Claim], view: View) -> bool:
    """Tell whether a claim is believed that no byline repeats: of a vocabulary for articles, or data's, and shown."""
    evidence = group[0].datum.evidence.partition(": ")[2].lower()
    if evidence in _FOR_ARTICLES:
        return True
    return group[0].source != "meta" and all(view.shows(claim.datum.text) for claim in group)


def _goes_on(group: Sequence[Claim], seen: Sequence[str]) -> bool:
    """Tell whether what is seen begins with the names claimed and has more, or more of a name ("Ann" and "Ann Bee")."""
    first = letters(group[0].datum.text)
    more = len(seen) > len(group) and letters(seen[0]) == first
    return more or (
        len(group) == 1 and " " not in group[0].datum.text and is_person(seen[0]) and letters(seen[0].split()[0]) == first
    )


def _is_weaker(group: Sequence[Claim], seen: Sequence[str]) -> bool:
    """Tell whether what is claimed is no person, and what is seen is one."""
    return all(map(is_person, seen)) and not any(is_person(claim.datum.text) for claim in group)


def _is_own(name: str, own: Collection[str], is_person_here: bool) -> bool:
    """Tell whether a name is the publication's, and not that of a person who publishes in his own name."""
    if letters(name) not in own:
        return False
    return not is_person_here or not is_person(name) or name.split(maxsplit=1)[0].lower() in _ARTICLES


def _author(page: Page, name: str, line: bylines.Byline, agreed: Sequence[Sequence[Claim]]) -> Author:
    datum = quote(page, line.element, name, _EVIDENCE.get(line.kind, line.kind))
    claim = next((c for group in agreed for c in group if letters(c.datum.text) == letters(name)), None)
    organization = is_organization(name) if claim is None or claim.organization is None else claim.organization
    return Author(datum, organization, claim and claim.bio, claim and claim.url)


def _claimed(claim: Claim) -> Author:
    organization = is_organization(claim.datum.text) or bool(claim.organization)
    return Author(claim.datum, organization, claim.bio, claim.url)


def _once(authors: Sequence[Author]) -> list[Author]:
    return list({letters(author.name.text): author for author in reversed(authors)}.values())[::-1]
