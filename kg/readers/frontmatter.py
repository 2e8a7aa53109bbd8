"""The fields of YAML front matter: what each key says of the article."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator

from kg import terms
from kg.article import Author, Contact, Datum, Original
from kg.errors import Finding, TermError
from kg.readers import notices
from kg.readers.blocks import clean, one_line
from kg.readers.draft import Draft
from kg.readers.names import is_organization, split_names
from kg.readers.nodes import Front, Node, parse

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_TRUTH = frozenset({"true", "false", "yes", "no"})  # what some site generators write after "published"
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")


def read(front: Front, lead: int, draft: Draft) -> None:
    """Put every field that we know in the draft; those that we do not are noted, once each."""
    root = parse(front, lead, draft)
    if root is None:
        return
    given = {key.text: (key, value) for key, value in zip(root.keys, root.items, strict=True)}
    plain = {name: _plain(name) for name in given}
    known: set[str] = set()
    for names, take in _FIELDS:
        for key, value in [found for name, found in given.items() if plain[name] in names]:
            known.add(key.text)
            if not _is_empty(value):
                take(value, draft)
    for name, (key, value) in given.items():
        if name not in known and not _is_empty(value):
            place = draft.record.place(key.span)
            draft.notes.append(Finding("info", f"front matter field {name[:80]!r} is not used", place))


def _plain(name: str) -> str:
    """Return a field's name in lower case without the hyphens and underscores that people vary."""
    return name.lower().replace("-", "").replace("_", "")


def _is_empty(node: Node) -> bool:
    return node.is_null or (node.kind == "scalar" and not node.text.strip()) or (node.kind != "scalar" and not node.items)


def _datum(node: Node, draft: Draft, what: str) -> Datum | None:
    """Return a scalar as one line of text; a list or mapping, or a character that no text may hold, is a fault."""
    if node.kind != "scalar":
        draft.fault(f"{what} is one text, not a {'list' if node.kind == 'list' else 'mapping'}", node.span)
        return None
    if _FORBIDDEN.search(node.text):
        draft.fault(f"{what} holds a character that no text may hold", node.span)
        return None
    return Datum(one_line(node.text), node.span)


def _address(node: Node, draft: Draft) -> Datum | None:
    """Return an address to the letter: what else would be mended unseen is a fault."""
    datum = _datum(node, draft, "an address")
    return draft.address(Datum(node.text, node.span)) if datum else None


def _prose(node: Node, draft: Draft, what: str) -> Datum | None:
    """Return a text without the HTML tags and character references that site generators let stand in it."""
    datum = _datum(node, draft, what)
    if datum and ("<" in datum.text or "&" in datum.text):
        text = _TAG.sub("", datum.text)
        unescaped = html.unescape(text)
        datum = Datum(one_line(text if "<" in unescaped else unescaped), datum.span)
    return datum if datum and datum.text else None


def _each(node: Node) -> Iterator[Node]:
    yield from (item for item in (node.items if node.kind == "list" else [node]) if not _is_empty(item))


def _pairs(node: Node) -> dict[str, Node]:
    return {_plain(key.text): value for key, value in zip(node.keys, node.items, strict=True) if not _is_empty(value)}


def _list(node: Node, draft: Draft, what: str) -> list[Datum]:
    """Return the items of a list; a single text is cut at its commas."""
    if node.kind == "scalar":
        datum = _datum(node, draft, what)
        names = [name.strip() for name in re.split("[,;]", datum.text)] if datum else []
        return [Datum(name, node.span) for name in names if name]
    found = (_name(item, draft, f"each of {what}") for item in _each(node))
    return [datum for datum in found if datum]


def _name(node: Node, draft: Draft, what: str) -> Datum | None:
    """Return a name: a text, or a mapping with one."""
    if node.kind == "map":
        pairs = _pairs(node)
        inner = next((pairs[key] for key in ("name", "title", "label") if key in pairs), None)
        if inner is None:
            draft.fault(f"{what} has no name", node.span)
            return None
        return _prose(inner, draft, what)
    return _prose(node, draft, what)


def _take_title(node: Node, draft: Draft) -> None:
    title = _prose(node, draft, "a title")
    draft.title = draft.title or title


def _take_identifier(node: Node, draft: Draft) -> None:
    datum = _datum(node, draft, "an id")
    if datum is None:
        return
    datum = Datum(node.text, node.span)
    try:
        terms.article_iri(terms.DEFAULT_BASE, datum.text)
    except TermError as error:
        draft.fault(error.reason, datum.span)
        return
    draft.identifier = draft.identifier or datum


def _take_authors(node: Node, draft: Draft) -> None:
    for item in _each(node):
        if item.kind == "map":
            _take_author_map(item, draft)
            continue
        datum = _prose(item, draft, "an author")
        if datum is None:
            continue
        text = re.sub(r"^by\s+", "", datum.text, flags=re.IGNORECASE)
        ranges = split_names(text) if node.kind == "scalar" else [(0, len(text))]
        names = [Datum(text[begin:end].strip(), datum.span) for begin, end in ranges]
        draft.authors.extend(Author(name, is_organization(name.text)) for name in names)


def _take_author_map(node: Node, draft: Draft) -> None:
    name = _name(node, draft, "an author")
    if name is None:
        return
    pairs = _pairs(node)
    bio = _prose(pairs["bio"], draft, "a bio") if "bio" in pairs else None
    if bio:
        draft.add_bio(name.text, bio)
    url = _address(pairs["url"], draft) if "url" in pairs else None
    draft.authors.append(Author(name, is_organization(name.text), bio, url))


def _take_byline(node: Node, draft: Draft) -> None:
    draft.byline = _prose(node, draft, "a byline")
    if not draft.authors:
        _take_authors(node, draft)


def _take_publisher(node: Node, draft: Draft) -> None:
    publisher = _name(node, draft, "a publisher")
    draft.publisher = draft.publisher or publisher


def _take_published(node: Node, draft: Draft) -> None:
    datum = _datum(node, draft, "a date")
    if datum and datum.text.lower() in _TRUTH:
        reason = f"front matter field is not used: {datum.text} is no date"
        draft.notes.append(Finding("info", reason, draft.record.place(datum.span)))
    elif datum:
        published = draft.date(datum)
        draft.published = draft.published or published


def _take_modified(node: Node, draft: Draft) -> None:
    datum = _datum(node, draft, "a date")
    if datum:
        modified = draft.date(datum)
        draft.modified = draft.modified or modified


def _take_language(node: Node, draft: Draft) -> None:
    datum = _datum(node, draft, "a language")
    draft.language = draft.language_tag(datum) if datum else draft.language


def _take_url(node: Node, draft: Draft) -> None:
    address = _address(node, draft)
    draft.url = draft.url or address


def _take_path(node: Node, draft: Draft) -> None:
    """Take `url`, which some site generators use for the path of the page on its site."""
    datum = _datum(node, draft, "an address")
    if datum and re.match(r"https?:", datum.text):
        _take_url(node, draft)
    elif datum:
        draft.notes.append(Finding("info", "front matter field 'url' is not used: a path", draft.record.place(datum.span)))


def _take_type(node: Node, draft: Draft) -> None:
    datum = _datum(node, draft, "a type")
    if datum is None:
        return
    name = datum.text.removeprefix("schema:").removeprefix(terms.SCHEMA)
    if name in terms.ARTICLE_TYPES:
        draft.type = Datum(name, datum.span)
    elif name != "Article":
        draft.notes.append(Finding("info", f"not a type of article of schema.org: {name[:80]!r}", draft.record.place(datum.span)))


def _take_themes(node: Node, draft: Draft) -> None:
    draft.add(draft.themes, _list(node, draft, "themes"))


def _take_tags(node: Node, draft: Draft) -> None:
    draft.add(draft.tags, _list(node, draft, "tags"))


def _take_regions(node: Node, draft: Draft) -> None:
    draft.add(draft.regions, _list(node, draft, "regions"))


def _take_abstract(node: Node, draft: Draft) -> None:
    abstract = _prose(node, draft, "an abstract")
    draft.abstract = draft.abstract or abstract


def _take_original(node: Node, draft: Draft) -> None:
    if node.kind == "map":
        pairs = _pairs(node)
        publisher = _name(pairs["publisher"], draft, "a publisher") if "publisher" in pairs else None
        draft.original = Original(publisher, _address(pairs["url"], draft) if "url" in pairs else None)
        return
    datum = _prose(node, draft, "a source")
    if datum is None:
        return
    if re.match(r"https?:", datum.text):
        _take_source_url(node, draft)
    else:
        draft.original = Original(datum, draft.original.url if draft.original else None)


def _take_source_url(node: Node, draft: Draft) -> None:
    address = _address(node, draft)
    draft.original = Original(draft.original.publisher if draft.original else None, address) if address else draft.original


def _take_copyright(node: Node, draft: Draft) -> None:
    if node.kind == "map":
        pairs = _pairs(node)
        draft.notice = _prose(pairs["notice"], draft, "a notice") if "notice" in pairs else None
        holders = pairs.get("holders") or pairs.get("holder")
        draft.holders = [d for d in (_name(item, draft, "a holder") for item in _each(holders)) if d] if holders else []
        year = _datum(pairs["year"], draft, "a year") if "year" in pairs else None
        if year and not re.fullmatch(r"[1-9]\d{3}", year.text):
            draft.fault(f"not a year: {year.text[:80]!r}", year.span)
            year = None
        draft.copyright_year = year
        return
    notice = _prose(node, draft, "a notice")
    if notice:
        _take_notice(notice, draft)


def _take_notice(notice: Datum, draft: Draft) -> None:
    """Take a copyright line with the year and the holders that it names."""
    found = notices.parse(notice.text)
    draft.notice = notice
    draft.copyright_year = Datum(notice.text[slice(*found.year)], notice.span) if found.year else None
    draft.holders = [Datum(notice.text[begin:end], notice.span) for begin, end in found.holders]


def _take_license(node: Node, draft: Draft) -> None:
    datum = _datum(node, draft, "a license")
    if datum and re.match(r"https?:", datum.text):
        draft.license = _address(node, draft)
    elif datum:
        draft.rights.append(datum)


def _take_rights(node: Node, draft: Draft) -> None:
    datum = _prose(node, draft, "a text on rights")
    draft.rights.extend([datum] if datum else [])
    if datum and draft.notice is None and notices.is_notice(datum.text):
        _take_notice(datum, draft)


def _take_disclaimer(node: Node, draft: Draft) -> None:
    datum = _prose(node, draft, "a disclaimer")
    draft.disclaimer.extend([datum] if datum else [])


def _take_bios(node: Node, draft: Draft) -> None:
    if node.kind == "map":
        for key, value in zip(node.keys, node.items, strict=True):
            bio = _prose(value, draft, "a bio")
            if bio:
                draft.add_bio(one_line(clean(key.text)), bio)
    elif len(draft.authors) == 1:
        bio = _prose(node, draft, "a bio")
        if bio:
            draft.add_bio(draft.authors[0].name.text, bio)
    else:
        draft.note("a bio, and not one author that it could be about", node.span)


def _take_contacts(node: Node, draft: Draft) -> None:
    for item in _each(node):
        pairs = _pairs(item) if item.kind == "map" else {"email": item}
        email = _datum(pairs["email"], draft, "an e-mail address") if "email" in pairs else None
        if email is None or not re.fullmatch(r"[^@\s<>\"]+@[^@\s<>\"]+", email.text):
            draft.fault("a contact has an e-mail address", item.span)
            continue
        kind = _prose(pairs["type"], draft, "a type of contact") if "type" in pairs else None
        organization = _name(pairs["organization"], draft, "an organization") if "organization" in pairs else None
        draft.contacts.append(Contact(email, kind.text if kind else None, organization))


# Fields in the order in which they are read: where two say the same thing, the earlier is kept. Names without - and _.
_FIELDS: tuple[tuple[tuple[str, ...], Callable[[Node, Draft], None]], ...] = (
    (("title",), _take_title),
    (("headline",), _take_title),
    (("id", "identifier"), _take_identifier),
    (("author", "authors", "creator"), _take_authors),
    (("byline",), _take_byline),
    (("publisher", "sitename", "publication"), _take_publisher),
    (("date",), _take_published),
    (("published", "datepublished", "pubdate", "publishdate"), _take_published),
    (("modified", "datemodified", "updated", "lastmod", "lastmodifiedat"), _take_modified),
    (("lang", "language", "inlanguage"), _take_language),
    (("canonicalurl", "canonical"), _take_url),
    (("url",), _take_path),
    (("type",), _take_type),
    (("themes", "theme", "topics", "topic"), _take_themes),
    (("categories", "category"), _take_themes),
    (("tags", "tag"), _take_tags),
    (("keywords",), _take_tags),
    (("regions", "region"), _take_regions),
    (("abstract",), _take_abstract),
    (("summary",), _take_abstract),
    (("description",), _take_abstract),
    (("excerpt",), _take_abstract),
    (("original",), _take_original),
    (("source",), _take_original),
    (("sourceurl",), _take_source_url),
    (("copyright",), _take_copyright),
    (("license", "licence"), _take_license),
    (("rights", "permissions"), _take_rights),
    (("disclaimer",), _take_disclaimer),
    (("bio", "bios"), _take_bios),
    (("contacts", "contact"), _take_contacts),
)
