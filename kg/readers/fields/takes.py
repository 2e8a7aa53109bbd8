"""What each field of front matter says of the article: a function each, from a value to the draft that it belongs to."""

from __future__ import annotations

import re
from dataclasses import replace

from kg import terms
from kg.article import Contact, Datum, Original
from kg.errors import SkippedError, TermError
from kg.readers import notices
from kg.readers.blocks import clean, one_line
from kg.readers.fields.people import take_authors
from kg.readers.fields.values import TRUTH, Value

_WEB = re.compile(r"https?:", re.IGNORECASE)
_UNPUBLISHED = frozenset({"draft", "drafts", "hidden", "private", "pending", "unpublished", "trash", "inprogress", "todo"})
# Words that say which template shows a page, not what kind of article it is
_TEMPLATES = frozenset(
    """
    post posts page pages blog blogs blogpost article articles default doc docs note notes entry event events home index
    list landing single section author authors topic redirect
    """.split()
)


# --- what is not for the public ------------------------------------------------------------------------------------------
def skip_draft(value: Value) -> None:
    """Raise `SkippedError` where the source says that it is a draft."""
    if value.node.text.lower() in ("true", "yes", "on", "1"):
        _skip(value, "a draft")


def skip_unpublished(value: Value) -> None:
    """Raise `SkippedError` where the source says that it is not published."""
    if value.node.text.lower() in ("false", "no", "off"):
        _skip(value, "not published")


def skip_status(value: Value) -> None:
    """Raise `SkippedError` where the source's status is that of a draft."""
    if value.node.text.lower().replace("-", "").replace(" ", "") in _UNPUBLISHED:
        _skip(value, "not published")


def _skip(value: Value, what: str) -> None:
    field = value.evidence.removeprefix("front matter: ")
    raise SkippedError(f"skipped: {what} ({field}: {value.node.text})", value.draft.record.place(value.node.span))


# --- what the article is -------------------------------------------------------------------------------------------------
def take_title(value: Value) -> None:
    """Take the title."""
    title = value.prose("a title")
    value.draft.title = value.draft.title or title


def take_identifier(value: Value) -> None:
    """Take the id, to the letter; one that cannot end an IRI is a fault."""
    datum = value.datum("an id")
    if datum is None:
        return
    datum = replace(datum, text=value.node.text)
    try:
        terms.article_iri(terms.DEFAULT_BASE, datum.text)
    except TermError as error:
        value.fault(error.reason)
        return
    value.draft.identifier = value.draft.identifier or datum


def take_byline(value: Value) -> None:
    """Take the byline as printed, and the authors that it names where no other field does."""
    value.draft.byline = value.prose("a byline")
    if not value.draft.authors:
        take_authors(value)


def take_publisher(value: Value) -> None:
    """Take who publishes it."""
    publisher = None if value.is_truth else value.name("a publisher")
    value.draft.publisher = value.draft.publisher or publisher


def take_published(value: Value) -> None:
    """Take the date of publication."""
    datum = value.datum("a date")
    if datum and datum.text.lower() not in TRUTH:
        published = value.draft.date(datum)
        value.draft.published = value.draft.published or published


def take_created(value: Value) -> None:
    """Take the day on which it was written, where no field has that of its publication."""
    if value.draft.published is None:
        take_published(value)


def take_modified(value: Value) -> None:
    """Take the date of the last change; some generators say in a mapping who made it."""
    pairs = value.pairs() if value.node.kind == "map" else {}
    value = pairs.get("date", value)
    datum = value.datum("a date")
    if datum and datum.text.lower() not in TRUTH:
        modified = value.draft.date(datum)
        value.draft.modified = value.draft.modified or modified


def take_language(value: Value) -> None:
    """Take the language."""
    datum = value.datum("a language")
    language = value.draft.language_tag(datum) if datum else None
    value.draft.language = value.draft.language or language


def take_url(value: Value) -> None:
    """Take the address of the article."""
    address = value.address()
    value.draft.url = value.draft.url or address


def take_path(value: Value) -> None:
    """Take an address from a field that often has only the path of the page on its site, which says nothing elsewhere."""
    if value.node.kind == "scalar" and _WEB.match(value.node.text):
        take_url(value)


def take_type(value: Value) -> None:
    """Take the type of article of schema.org."""
    if value.node.kind == "list" or value.is_truth:
        return
    datum = value.datum("a type")
    if datum is None:
        return
    name = datum.text.removeprefix("schema:").removeprefix(terms.SCHEMA)
    if name in terms.ARTICLE_TYPES:
        value.draft.type = replace(datum, text=name)
    elif name.lower() not in _TEMPLATES:
        value.tell(f"not a type of article of schema.org: {name[:80]!r}")


def take_themes(value: Value) -> None:
    """Take what the article is about."""
    value.draft.add(value.draft.themes, value.names("themes"))


def take_tags(value: Value) -> None:
    """Take keywords."""
    value.draft.add(value.draft.tags, value.names("tags"))


def take_regions(value: Value) -> None:
    """Take places that the article is about."""
    value.draft.add(value.draft.regions, value.names("regions"))


def take_abstract(value: Value) -> None:
    """Take a summary."""
    abstract = None if value.is_truth else value.prose("an abstract")
    value.draft.abstract = value.draft.abstract or abstract


# --- where it comes from and what one may do with it ---------------------------------------------------------------------
def take_original(value: Value) -> None:
    """Take where the article was first published: a name, an address, or a mapping with both."""
    draft = value.draft
    if value.node.kind == "map":
        pairs = value.pairs()
        publisher = next((pairs[key].name("a publisher") for key in ("publisher", "name", "title") if key in pairs), None)
        draft.original = Original(publisher, pairs["url"].address() if "url" in pairs else None)
        return
    datum = None if value.is_truth else value.prose("a source")
    if datum is None:
        return
    if _WEB.match(datum.text):
        take_source_url(value)
    else:
        draft.original = Original(datum, draft.original.url if draft.original else None)


def take_source_url(value: Value) -> None:
    """Take the address at which the article was first published."""
    draft, address = value.draft, value.address()
    draft.original = Original(draft.original.publisher if draft.original else None, address) if address else draft.original


def take_copyright(value: Value) -> None:
    """Take a copyright line, or a mapping of notice, holders and year."""
    draft = value.draft
    if value.node.kind != "map":
        notice = None if value.is_truth else value.prose("a notice")
        if notice:
            _take_notice(notice, value)
        return
    pairs = value.pairs()
    draft.notice = pairs["notice"].prose("a notice") if "notice" in pairs else None
    holders = pairs.get("holders") or pairs.get("holder")
    draft.holders = [d for d in (item.name("a holder") for item in holders.each()) if d] if holders else []
    year = pairs["year"].datum("a year") if "year" in pairs else None
    if year and not re.fullmatch(r"[1-9]\d{3}", year.text):
        draft.fault(f"not a year: {year.text[:80]!r}", year.span)
        year = None
    draft.copyright_year = year


def _take_notice(notice: Datum, value: Value) -> None:
    """Take a copyright line with the year and the holders that it names."""
    found, draft = notices.parse(notice.text), value.draft
    draft.notice = notice
    draft.copyright_year = replace(notice, text=notice.text[slice(*found.year)]) if found.year else None
    draft.holders = [replace(notice, text=notice.text[begin:end]) for begin, end in found.holders]


def take_license(value: Value) -> None:
    """Take a license: an address, else words on what one may do."""
    pairs = value.pairs() if value.node.kind == "map" else {}
    value = next((pairs[key] for key in ("url", "link", "name", "type") if key in pairs), value)
    datum = None if value.is_truth else value.datum("a license")
    if datum and _WEB.match(datum.text):
        value.draft.license = value.address()
    elif datum:
        value.draft.rights.append(datum)


def take_rights(value: Value) -> None:
    """Take a text on rights, which may be a copyright line."""
    draft, datum = value.draft, None if value.is_truth else value.prose("a text on rights")
    draft.rights.extend([datum] if datum else [])
    if datum and draft.notice is None and notices.is_notice(datum.text):
        _take_notice(datum, value)


def take_disclaimer(value: Value) -> None:
    """Take a disclaimer."""
    datum = None if value.is_truth else value.prose("a disclaimer")
    value.draft.disclaimer.extend([datum] if datum else [])


def take_bios(value: Value) -> None:
    """Take texts about people: one about the only author, or a mapping from names."""
    draft = value.draft
    if value.node.kind == "map":
        for key, node in zip(value.node.keys, value.node.items, strict=True):
            bio = value.of(node).prose("a bio")
            if bio:
                draft.add_bio(one_line(clean(key.text)), bio)
    elif len(draft.authors) == 1:
        bio = value.prose("a bio")
        if bio:
            draft.add_bio(draft.authors[0].name.text, bio)
    else:
        draft.note("a bio, and not one author that it could be about", value.node.span)


def take_author_url(value: Value) -> None:
    """Take the page of the only author."""
    authors = value.draft.authors
    if len(authors) == 1 and authors[0].url is None and value.node.kind == "scalar" and _WEB.match(value.node.text):
        authors[0] = replace(authors[0], url=value.address())


def take_contacts(value: Value) -> None:
    """Take addresses to write to."""
    for item in value.each():
        pairs = item.pairs() if item.node.kind == "map" else {"email": item}
        email = pairs["email"].datum("an e-mail address") if "email" in pairs else None
        if email is None or not re.fullmatch(r"[^@\s<>\"]+@[^@\s<>\"]+", email.text):
            item.fault("a contact has an e-mail address")
            continue
        kind = pairs["type"].prose("a type of contact") if "type" in pairs else None
        organization = pairs["organization"].name("an organization") if "organization" in pairs else None
        value.draft.contacts.append(Contact(email, kind.text if kind else None, organization))
