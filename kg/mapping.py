"""An article becomes statements: the only place where articles turn into RDF.

One function a group of terms, one `yield` a statement; `DECLARED` says what the source says of itself, `EXTRACTED` what
`kg` found in its text. Each statement carries the bytes of the source that it came from.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from kg import rights, terms, wordcount
from kg.article import DETECTED, Article, Author, Datum, Mention, Span
from kg.errors import Finding
from kg.linkers import KINDS, RULES
from kg.terms import Statement, Term
from kg.vocabulary import Vocabulary

_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")

Triple = tuple[Term, Term, Term, Span | None]


def article_iri(article: Article, base: str = terms.DEFAULT_BASE) -> Term:
    """Return the article's IRI: the source's own id, else `{date}/{slug of the headline}`.

    No date: `undated/…`; no headline: `untitled-` and twelve hex digits of the source's sha256.
    """
    if article.identifier:
        return terms.article_iri(base, article.identifier.text)
    day = article.published.text[:10] if article.published else "undated"
    name = terms.slug(article.title.text) if article.title else f"untitled-{article.record.digest[:12]}"
    return terms.article_iri(base, f"{day}/{name}")


class Description(NamedTuple):
    """An article's IRI, what is published of it, and what there is to say of it: what was read and what is left out."""

    iri: Term
    statements: tuple[Statement, ...]
    notes: tuple[Finding, ...]


def describe(
    article: Article,
    vocabulary: Vocabulary,
    base: str = terms.DEFAULT_BASE,
    include_text: bool = False,
    include_personal_email: bool = False,
) -> tuple[Statement, ...]:
    """Return every statement of the article, first those of `<A#declared>`, then those of `<A#extracted>`.

    `include_text` and `include_personal_email` publish what `rights` leaves out. Raises `TermError` for a datum that cannot be a
    term; what `kg.read` returns always can.
    """
    return description(article, vocabulary, base, include_text, include_personal_email).statements


def description(
    article: Article, vocabulary: Vocabulary, base: str, include_text: bool = False, include_personal_email: bool = False
) -> Description:
    """Return every statement of the article, as `describe` does, with what there is to say of it."""
    iri, addresses = article_iri(article, base), rights.addresses(article)
    shown = rights.publishable(article, addresses, include_text, include_personal_email)
    quoted = rights.quoted(article, addresses, include_text, include_personal_email)
    language = shown.language.text if shown.language else None
    text = None
    if include_text:
        text = _writable(article.text if include_personal_email else addresses.blotted(article.text)[0])
    subject = _Subject(shown, iri, vocabulary, base, language, quoted, text)
    declared, extracted = part(iri, "declared"), part(iri, "extracted")
    statements = (
        *[Statement(s, p, o, declared, span) for tell in DECLARED for s, p, o, span in tell(subject)],
        *[Statement(s, p, o, extracted, span) for tell in EXTRACTED for s, p, o, span in tell(subject)],
    )
    return Description(iri, statements, (*shown.notes, *rights.notes(shown, quoted, addresses)))


def organization_iri(name: str, vocabulary: Vocabulary, base: str) -> Term:
    """Return the IRI of the organization of that name: the vocabulary's, else one under the base."""
    return vocabulary.find(name, terms.ORGANIZATION, terms.BLOC) or terms.entity_iri(base, "organization", name)


def part(iri: Term, fragment: str) -> Term:
    """Return the IRI of something that belongs to an article."""
    return f"{iri[:-1]}#{fragment}>"


def article_of(graph: Term) -> Term | None:
    """Return the article to which a named graph belongs; None for other graphs."""
    iri, _, fragment = graph.partition("#")
    return f"{iri}>" if fragment in ("declared>", "extracted>") else None


@dataclass(frozen=True, slots=True)
class _Subject:
    """The article with all that one needs to speak about it; `published` is its text where that may be told."""

    article: Article
    iri: Term
    vocabulary: Vocabulary
    base: str
    language: str | None
    quoted: Mapping[rights.Phrase, rights.Quotation]
    published: str | None

    def text(self, datum: Datum) -> Term:
        """Return a text in the article's language, where that is known."""
        return terms.literal(datum.text, language=self.language)

    def quotation(self, begin: int, end: int) -> Term:
        """Return words of the text as they stand there."""
        return terms.literal(_writable(self.article.text[begin:end]))

    def person(self, name: str) -> Term:
        return self.vocabulary.find(name, terms.PERSON) or terms.entity_iri(self.base, "person", name)

    def organization(self, name: str) -> Term:
        return organization_iri(name, self.vocabulary, self.base)

    def author(self, author: Author) -> tuple[Term, Term]:
        """Return IRI and type of an author."""
        name = author.name.text
        if author.organization or self.vocabulary.find(name, terms.ORGANIZATION, terms.BLOC):
            return self.organization(name), terms.ORGANIZATION
        return self.person(name), terms.PERSON


def _named(iri: Term, kind: Term, name: Datum) -> Iterator[Triple]:
    yield iri, terms.TYPE, kind, name.span
    yield iri, terms.NAME, terms.literal(name.text), name.span


def describe_identity(about: _Subject) -> Iterator[Triple]:
    """Yield type, headline, abstract and the language that the source says."""
    article, iri = about.article, about.iri
    yield iri, terms.TYPE, terms.ARTICLE, None
    if article.type:
        yield iri, terms.TYPE, terms.iri(f"{terms.SCHEMA}{article.type.text}"), article.type.span
    if article.title:
        yield iri, terms.HEADLINE, about.text(article.title), article.title.span
    if article.abstract:
        yield iri, terms.ABSTRACT, about.text(article.abstract), article.abstract.span
    if article.language and article.language.evidence != DETECTED:
        yield from _language(iri, article.language)


def describe_language(about: _Subject) -> Iterator[Triple]:
    """Yield the language that the source does not say, but its words tell."""
    language = about.article.language
    if language and language.evidence == DETECTED:
        yield from _language(about.iri, language)


def _language(iri: Term, language: Datum) -> Iterator[Triple]:
    yield iri, terms.IN_LANGUAGE, terms.literal(terms.language_tag(language.text)), language.span


def describe_authors(about: _Subject) -> Iterator[Triple]:
    """Yield the byline and each author with name and bio."""
    if about.article.byline:
        yield about.iri, terms.BYLINE_TEXT, terms.literal(about.article.byline.text), about.article.byline.span
    for author in about.article.authors:
        iri, kind = about.author(author)
        yield about.iri, terms.AUTHOR, iri, author.name.span
        yield from _named(iri, kind, author.name)
        if author.bio:
            yield iri, terms.DESCRIPTION, about.text(author.bio), author.bio.span
        if author.url:
            yield iri, terms.URL, terms.iri(author.url.text), author.url.span


def describe_publisher(about: _Subject) -> Iterator[Triple]:
    """Yield the publisher, and each contact on it and on the organization whose contact the source says it is."""
    publisher = about.article.publisher
    if publisher:
        iri = about.organization(publisher.text)
        yield about.iri, terms.PUBLISHER, iri, publisher.span
        yield from _named(iri, terms.ORGANIZATION, publisher)
    for contact in about.article.contacts:
        owners = [owner for owner in (publisher, contact.organization) if owner]
        if not owners:
            continue
        point = terms.entity_iri(about.base, "contact", f"{contact.email.text} {contact.type or ''}".strip())
        for owner in owners:
            yield about.organization(owner.text), terms.CONTACT_POINT, point, contact.email.span
        if contact.organization:
            yield from _named(about.organization(contact.organization.text), terms.ORGANIZATION, contact.organization)
        yield point, terms.TYPE, terms.CONTACT_POINT_CLASS, contact.email.span
        yield point, terms.EMAIL, terms.literal(contact.email.text), contact.email.span
        if contact.type:
            yield point, terms.CONTACT_TYPE, terms.literal(contact.type), contact.email.span


def describe_dates(about: _Subject) -> Iterator[Triple]:
    """Yield when it was published and changed, as exactly as the source says."""
    article = about.article
    if article.published:
        yield about.iri, terms.DATE_PUBLISHED, terms.date_literal(article.published.text), article.published.span
    if article.modified:
        yield about.iri, terms.DATE_MODIFIED, terms.date_literal(article.modified.text), article.modified.span


def describe_subjects(about: _Subject) -> Iterator[Triple]:
    """Yield declared themes, regions and tags; a name that no vocabulary has gets an entity under the base."""
    for theme in about.article.themes:
        known = about.vocabulary.find(theme.text, terms.THEME)
        yield from _subject(about, terms.ABOUT, theme, known, terms.THEME, "theme")
    for region in about.article.regions:
        known = about.vocabulary.find(region.text, terms.STATE, terms.REGION)
        yield from _subject(about, terms.SPATIAL_COVERAGE, region, known, terms.REGION, "region")
    for tag in about.article.tags:
        yield about.iri, terms.KEYWORDS, about.text(tag), tag.span


def _subject(about: _Subject, predicate: Term, datum: Datum, known: Term | None, kind: Term, segment: str) -> Iterator[Triple]:
    iri = known or terms.entity_iri(about.base, segment, datum.text)
    yield about.iri, predicate, iri, datum.span
    if known and datum.text not in about.vocabulary.names(known):
        yield about.iri, terms.KEYWORDS, about.text(datum), datum.span  # the words as printed would be lost
    if known is None:
        yield iri, terms.TYPE, kind, datum.span
        yield iri, terms.PREF_LABEL, about.text(datum), datum.span


def describe_origin(about: _Subject) -> Iterator[Triple]:
    """Yield the article's address, and where it was first published."""
    article = about.article
    if article.url:
        yield about.iri, terms.URL, terms.iri(article.url.text), article.url.span
    original = article.original
    if original is None or not (original.publisher or original.url):
        return
    work, span = part(about.iri, "original"), (original.publisher or original.url or Datum("")).span
    yield about.iri, terms.REPUBLICATION_OF, work, span
    yield work, terms.TYPE, terms.CREATIVE_WORK, span
    if original.publisher:
        iri = about.organization(original.publisher.text)
        yield work, terms.PUBLISHER, iri, original.publisher.span
        yield from _named(iri, terms.ORGANIZATION, original.publisher)
    if original.url:
        yield work, terms.URL, terms.iri(original.url.text), original.url.span


def describe_rights(about: _Subject) -> Iterator[Triple]:
    """Yield holder, year, notice, license and terms of use."""
    article, iri = about.article, about.iri
    authors = {author.name.text: about.author(author) for author in article.authors}
    for holder in article.holders:
        owner, kind = authors.get(holder.text) or _holder(about, holder)
        yield iri, terms.COPYRIGHT_HOLDER, owner, holder.span
        yield from _named(owner, kind, holder)
    if article.copyright_year:
        year = terms.literal(article.copyright_year.text, datatype=terms.XSD_GYEAR)
        yield iri, terms.COPYRIGHT_YEAR, year, article.copyright_year.span
    if article.notice:
        yield iri, terms.COPYRIGHT_NOTICE, about.text(article.notice), article.notice.span
    if article.license:
        yield iri, terms.LICENSE, terms.iri(article.license.text), article.license.span
    first = article.rights or article.disclaimer
    if first is None:
        return
    usage = part(iri, "usage")
    yield iri, terms.USAGE_INFO, usage, first.span
    yield usage, terms.TYPE, terms.CREATIVE_WORK, first.span
    if article.rights:
        yield usage, terms.SCHEMA_TEXT, about.text(article.rights), article.rights.span
    if article.disclaimer:
        yield usage, terms.DISCLAIMER, about.text(article.disclaimer), article.disclaimer.span


def _holder(about: _Subject, holder: Datum) -> tuple[Term, Term]:
    """Return who a holder is that is no author: a person whom a vocabulary knows, else an organization."""
    known = about.vocabulary.find(holder.text, terms.PERSON)
    return (known, terms.PERSON) if known else (about.organization(holder.text), terms.ORGANIZATION)


def describe_text(about: _Subject) -> Iterator[Triple]:
    """Yield the text's node with its digest, the number of words, and with `include_text` the text itself."""
    text, node = about.article.text, part(about.iri, "text")
    yield about.iri, terms.TEXT, node, None
    yield node, terms.TYPE, terms.CONTEXT, None
    yield node, terms.TEXT_DIGEST, terms.literal(f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"), None
    body = about.article.body()
    yield about.iri, terms.WORD_COUNT, terms.literal(str(wordcount.count(body)), datatype=terms.XSD_NON_NEGATIVE_INTEGER), None
    if about.published is not None:
        shown = replace(about.article, text=about.published)
        yield about.iri, terms.ARTICLE_BODY, about.text(Datum(shown.body())), None
        yield node, terms.IS_STRING, terms.literal(about.published), None


def describe_citations(about: _Subject) -> Iterator[Triple]:
    """Yield each linked phrase, and the address where there is a real one."""
    for citation in about.article.citations:
        if citation.url:
            yield about.iri, terms.SCHEMA_CITATION, terms.iri(citation.url.text), citation.url.span
        if citation.begin == citation.end:
            continue  # a link around a picture has no words
        node = part(about.iri, f"link={citation.begin},{citation.end}")
        yield about.iri, terms.CITATION, node, citation.span
        yield from _phrase(about, node, terms.CITATION_CLASS, citation.begin, citation.end, citation.span)
        if rights.Phrase(citation.begin, citation.end, False) in about.quoted:
            yield node, terms.ANCHOR_OF, about.quotation(citation.begin, citation.end), citation.span
        if citation.url:
            yield node, terms.URL, terms.iri(citation.url.text), citation.url.span


def _phrase(about: _Subject, node: Term, kind: Term, begin: int, end: int, span: Span) -> Iterator[Triple]:
    """Yield what mention and citation have in common: text and offsets (code points)."""
    yield node, terms.TYPE, kind, span
    yield node, terms.REFERENCE_CONTEXT, part(about.iri, "text"), span
    yield node, terms.BEGIN_INDEX, terms.literal(str(begin), datatype=terms.XSD_NON_NEGATIVE_INTEGER), span
    yield node, terms.END_INDEX, terms.literal(str(end), datatype=terms.XSD_NON_NEGATIVE_INTEGER), span


def describe_mentions(about: _Subject) -> Iterator[Triple]:
    """Yield each mention with its evidence, and that the article mentions, or is about, the entity."""
    article = about.article
    leading = [(p.begin, p.end) for p in article.parts if p.kind in ("headline", "abstract")]
    for mention in article.mentions:
        begin, end, entity, rule = mention
        span = article.span(begin, end)
        node = part(about.iri, f"char={begin},{end}")
        yield about.iri, terms.MENTIONS, entity, span
        if any(low <= begin and end <= high for low, high in leading):
            yield about.iri, terms.ABOUT, entity, span
        yield about.iri, terms.MENTION, node, span
        yield from _phrase(about, node, terms.MENTION_CLASS, begin, end, span)
        yield node, terms.ANCHOR_OF, about.quotation(begin, end), span
        yield node, terms.TA_IDENT_REF, entity, span
        yield node, terms.TA_CONFIDENCE, terms.literal(RULES[rule].confidence, datatype=terms.XSD_DECIMAL), span
        yield node, terms.MENTION_KIND, KINDS[RULES[rule].kind], span
        first, last = about.quoted[rights.Phrase(begin, end, True)]
        if first < begin:
            yield node, terms.BEFORE, about.quotation(first, begin), span
        if end < last:
            yield node, terms.AFTER, about.quotation(end, last), span


def _writable(text: str) -> str:
    """Return the text with a space for each character that RDF formats cannot hold, as plain text may: offsets stay."""
    return _UNWRITABLE.sub(" ", text)


DECLARED: tuple[Callable[[_Subject], Iterator[Triple]], ...] = (
    describe_identity,
    describe_authors,
    describe_publisher,
    describe_dates,
    describe_subjects,
    describe_origin,
    describe_rights,
    describe_text,
    describe_citations,
)
EXTRACTED: tuple[Callable[[_Subject], Iterator[Triple]], ...] = (describe_language, describe_mentions)


def mentions_row(article: Article, vocabulary: Vocabulary, base: str = terms.DEFAULT_BASE) -> dict[str, Any]:
    """Return what `kg link` prints of an article: its IRI, and each mention with words, entity, kind and confidence."""
    return {
        "source": article.record.source,
        "iri": terms.value(article_iri(article, base)),
        "mentions": [_mention_row(article, mention, vocabulary) for mention in article.mentions],
    }


def _mention_row(article: Article, mention: Mention, vocabulary: Vocabulary) -> dict[str, Any]:
    begin, end, entity, rule = mention
    wikidata = vocabulary.wikidata(entity)
    return {
        "begin": begin,
        "end": end,
        "exact": article.text[begin:end],
        "iri": terms.value(entity),
        **({"wikidata": wikidata} if wikidata else {}),
        "type": terms.compact(vocabulary.main_type(entity)),
        "kind": RULES[rule].kind,
        "confidence": float(RULES[rule].confidence),
    }
