"""ninjs of the IPTC, 1.x to 3.x: an article for each object of type "text".

The versions name the same things in other words (`byline` and `by`, `body_html` and `bodies`), so all names are read in each.
As in NewsML-G2 the day of the first version stands for that of publication. People and organizations that an item is about
are found in its text, not taken from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from kg.article import Article, Original, Record
from kg.errors import Finding, SkippedError
from kg.readers import entries
from kg.readers.blocks import Block
from kg.readers.draft import Draft
from kg.readers.fields import takes
from kg.readers.fields.values import Value
from kg.readers.json.jsonfields import Fields, Item, parse

_WEB = re.compile(r"https?:", re.IGNORECASE)
_UNPUBLISHED = frozenset({"canceled", "cancelled", "withheld", "withhold"})
# Tells ninjs from other objects that have a uri
SIGNS = frozenset(
    "versioncreated firstcreated contentcreated bodyhtml bodytext bodyxhtml bodies headlines descriptions copyrightholder "
    "usageterms representationtype profile pubstatus ednote".split()
)


_TEXTS = ("body", "bodies", "description", "headline")
_DESCRIPTIONS = ("summary", "text", "short", "main", "long", "")


def read(record: Record) -> Article:
    """Return the article of a ninjs object. Raises `SkippedError` for a picture, a video, or what was withdrawn."""
    draft = Draft(record)
    item = Item(parse(record), draft, "ninjs")
    _check(item)
    for value in _by_role(_variants(item, "headline"), ("main", "")):
        takes.take_title(value)
    item.take(_FIELDS)
    for value in _by_role(_variants(item, "description"), _DESCRIPTIONS):
        takes.take_abstract(value)
    item.tell(_KNOWN | {name for name, _, _ in item.values() if name.startswith(_TEXTS)}, is_kept=False)
    return item.finish(_body(item))


def _check(item: Item) -> None:
    kind, status = item.value("type"), item.value("pubstatus")
    place = item.draft.record.place
    if kind and kind.node.text.lower() not in ("text", "composite"):
        raise SkippedError(f"skipped: an item of type {kind.node.text[:80]}", place(kind.node.span))
    if status and status.node.text.lower() in _UNPUBLISHED:
        raise SkippedError(f"skipped: not published (pubstatus: {status.node.text})", place(status.node.span))


class _Variant(NamedTuple):
    """A text in one of its forms: what it is for ("main", "html"), its media type where that is said, the text."""

    role: str
    media: str
    value: Value


def _variants(item: Item, what: str) -> Iterator[_Variant]:
    """Yield the forms of a text: one a field up to 1.x (`body_html`), from 2.0 a list of objects (`bodies`)."""
    plural = {"body": "bodies"}.get(what, f"{what}s")
    for name, _, value in item.values():
        if name == plural:
            for each in value.each():
                pairs = each.pairs() if each.node.kind == "map" else {"value": each}
                role, media = (pairs[key].node.text.lower() if key in pairs else "" for key in ("role", "contenttype"))
                yield from [_Variant(role, media, pairs["value"])] if "value" in pairs else []
        elif name.startswith(what):
            yield _Variant(name.removeprefix(what), "", value)


def _by_role(variants: Iterable[_Variant], roles: tuple[str, ...]) -> list[Value]:
    """Return the texts, those of the first role first."""
    return [v.value for v in sorted(variants, key=lambda v: roles.index(v.role) if v.role in roles else len(roles))]


def _body(item: Item) -> list[Block]:
    """Return the text in the first form that has one: marked up, then plain."""
    found = [(variant, _is_html(variant)) for variant in _variants(item, "body")]
    found.sort(key=lambda pair: {True: 0, None: 1, False: 2}[pair[1]])
    return next((blocks for variant, is_html in found if (blocks := item.blocks(variant.value, is_html))), [])


def _is_html(variant: _Variant) -> bool | None:
    if "html" in variant.media or "html" in variant.role:
        return True
    return False if variant.media == "text/plain" else None


# --- fields --------------------------------------------------------------------------------------------------------------
def _take_uri(value: Value) -> None:
    """Take the identifier where it is an address."""
    if _WEB.match(value.node.text):
        takes.take_url(value)


def _take_by(value: Value) -> None:
    """Take the byline as printed, and the authors that it names."""
    byline = value.prose("a byline")
    value.draft.byline = byline
    if byline:
        entries.take_names(byline, value.draft)


def _take_holder(value: Value) -> None:
    """Take who has the copyright, who is named here better than in the notice."""
    holder = value.name("a holder")
    value.draft.holders = [holder] if holder else value.draft.holders


def _take_sources(value: Value) -> None:
    """Take the first of those that the news came from."""
    names = [name for each in value.each() if (name := each.name("a source"))]
    value.draft.original = Original(names[0]) if names else None


def _take_subjects(value: Value) -> None:
    """Take what it is about: concepts with a name."""
    named = (each for each in value.each() if each.node.kind != "map" or "name" in each.pairs())
    value.draft.add(value.draft.themes, (name for each in named if (name := each.name("a subject"))))


def _take_places(value: Value) -> None:
    """Take the places that it is about; one that it only mentions is found in its text."""
    for each in value.each():
        pairs = each.pairs() if each.node.kind == "map" else {}
        name = pairs["name"].prose("a place") if "name" in pairs else None
        if name and ("rel" not in pairs or pairs["rel"].node.text == "about"):
            value.draft.add(value.draft.regions, [name])


def _tell_note(value: Value) -> None:
    value.draft.notes.append(Finding("info", "a note to editors is left out", value.draft.record.place(value.node.span)))


_FIELDS: Fields = (
    (("language",), takes.take_language),
    (("title",), takes.take_title),
    (("byline", "by"), _take_by),
    (("firstcreated",), takes.take_published),
    (("contentcreated", "versioncreated"), takes.take_created),
    (("contentmodified", "versioncreated"), takes.take_modified),
    (("uri",), _take_uri),
    (("copyrightnotice",), takes.take_copyright),
    (("copyrightholder",), _take_holder),
    (("usageterms",), takes.take_rights),
    (("infosource", "infosources"), _take_sources),
    (("subject", "subjects"), _take_subjects),
    (("keyword", "keywords"), takes.take_tags),
    (("place", "places"), _take_places),
    (("ednote",), _tell_note),
)
_UNUSED = frozenset(
    "type mimetype representationtype profile version embargoed pubstatus urgency priority slugline located charcount wordcount "
    "renditions associations altids trustindicator trustindicators $standard standard genre genres rightsinfo signal signals "
    "expires person people organisation organisations event events object objects plannings assignments digitalsourcetype".split()
)
_KNOWN = _UNUSED.union(*(names for names, _ in _FIELDS))
