"""What of an article may be published: short quotations of its text, and no personal e-mail address, unless asked for."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kg.article import Article
from kg.errors import Finding
from kg.rights.addresses import Addresses
from kg.rights.declared import publishable
from kg.rights.quotations import CONTEXT, QUOTED, Phrase, Quotation, quotations

__all__ = ["CONTEXT", "Addresses", "Phrase", "Quotation", "addresses", "notes", "publishable", "quotations", "quoted"]

Quoted = dict[Phrase, Quotation]


def addresses(article: Article) -> Addresses:
    """Return what tells the personal addresses of an article from those of an organization."""
    people = {author.name.text for author in article.authors if not author.organization} | {name for name, _ in article.bios}
    return Addresses(people, (c.email.text for c in article.contacts if c.type or c.organization))


def quoted(
    article: Article,
    addresses: Addresses,
    include_text: bool,
    include_personal_email: bool,
    phrases: Sequence[Phrase] | None = None,
) -> Quoted:
    """Return what is quoted of an article's text for some phrases, its mentions and links; links that are withheld are left out.

    Bounded as `quotations` says, unless `include_text`; without personal addresses, unless `include_personal_email`.
    """
    text = article.text
    if phrases is None:
        names = [Phrase(mention.begin, mention.end, True) for mention in article.mentions]
        phrases = names + [Phrase(link.begin, link.end, False) for link in article.citations if link.begin < link.end]
    found = {phrase: _around(phrase, len(text)) for phrase in phrases} if include_text else quotations(phrases, len(text))
    if not include_personal_email:
        for begin, end in addresses.personal(text):
            found = dict(_beside(found, begin, end))
    return found


def _around(phrase: Phrase, length: int) -> Quotation:
    around = CONTEXT if phrase.is_name else 0
    return Quotation(max(0, phrase.begin - around), min(length, phrase.end + around))


def _beside(quotations: Quoted, begin: int, end: int) -> Iterator[tuple[Phrase, Quotation]]:
    """Yield what is quoted without `text[begin:end]`: names stay, links do not."""
    for phrase, (low, high) in quotations.items():
        if high <= begin or end <= low:
            yield phrase, Quotation(low, high)
        elif end <= phrase.begin:
            yield phrase, Quotation(end, high)
        elif phrase.end <= begin:
            yield phrase, Quotation(low, begin)
        elif phrase.is_name:
            yield phrase, Quotation(phrase.begin, phrase.end)


def notes(article: Article, quoted: Quoted, addresses: Addresses) -> Iterator[Finding]:
    """Yield what is to say of links whose words are withheld."""
    links = [link for link in article.citations if link.begin < link.end and (link.begin, link.end, False) not in quoted]
    personal = [link for link in links if any(addresses.personal(article.text[link.begin : link.end]))]
    others = [link for link in links if link not in personal]
    for some, why in (
        (personal, "a personal e-mail address (include_personal_email publishes it)"),
        (others, f"longer than {QUOTED} characters, or too close to other quotations (include_text publishes them)"),
    ):
        if some:
            words = "a link" if len(some) == 1 else f"{len(some)} links"
            yield Finding("info", f"left out: the words of {words}: {why}", article.place(some[0].span))
