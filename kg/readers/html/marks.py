"""By which tags, names and words an element shows a byline, a date, tags or a notice, or stands around the article."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Literal

from kg.readers.html.byleads import BOX, BY, TAIL_END
from kg.readers.html.page import Element

Kind = Literal["author link", "people link", "byline", "by", "bio", "box", "time", "date", "text date", "tag", "copyright"]
Kinds = tuple[Kind, ...]

# Names that authors of pages give to what stands around an article; "elementor-widget" is around everything
_NOISE = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|kommentare?|kommentarliste|commentaires|comentarios|commenti|reacties|reviews?|rezensionen|"
    r"review[-_]?(?:list|item|body|author)|twitter-tweet|tweet|instagram-media|fb-post|comment[-_]?(?:list|author|meta|body)|recentcomments|disqus\w*|respond|replies|"
    r"related\w*|similar|recommend\w*|sidebar|(?<!elementor-)widget|teasers?\w*|popular|trending|newsletter|breadcrumbs?|"
    r"menu|nav|navigation|navbar|cookies?|advert\w*|carousel|recirc\w*|latest|most-?(?:read|popular|viewed)|captions?|figcaption|"
    r"gallery|slideshow|(?:photo|image|img|picture|foto|bild|media)[-_]?credits?|photographer|pagination|prev|next|testimonials?|playlist|podcast-card|hidden-print|modal|popup|"
    r"more-(?:from|stories|posts|news)|read-?more|also-?(?:read|like)|onward|outbrain|taboola)(?:$|[\s_-])",
    re.IGNORECASE,
)
_META = re.compile(r"(?:entry|post|article|story|page)[-_]{0,2}(?:meta|header|info|head)|byline|headline", re.IGNORECASE)
_AUTHOR = re.compile(
    r"(?:^|[\s_-])(?:post|entry|article|story|news|field|name|by|meta|m|c|ts|p)?[-_]{0,2}"
    r"(?:authors?|autors?|autore[ns]?|auteurs?|autorin|autoren|autorenzeile|by-?lines?|by_line|writers?|"
    r"verfasser|redakteur|redacteur|contributors?|creator|reporter|journalist|poster|posted-?by|firma|dateline-author|(?:expert|person|staff)-?name|"
    r"(?:article|post|story|entry|meta|item|news)(?:author|autor|byline|writer|poster)\w*|"
    r"(?:author|autor|auteur|byline)(?:s|name|link|info|zeile|title|s?-?names?)?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_NO_AUTHOR = re.compile(
    r"comment|login|input|thumb|avatar|image|img|photo|picture|icon|menu|count|follow|social|user-?nav", re.IGNORECASE
)
_BIO = re.compile(
    r"(?:^|[\s_-])(?:(?:author|autor|auteur)s?[-_]{0,2}(?:bio|box|info|profile|description|desc|about|card|details?|block|wrap(?:per)?)\w*|"
    r"about[-_]{0,2}(?:the[-_]{0,2})?(?:author|autor)|bio|biography|autorenbox|autorinfo|saboxplugin-wrap)(?:$|[\s_-])",
    re.IGNORECASE,
)
_AUTHOR_PATH = re.compile(
    r"/(?:authors?|autore?[ns]?|autor(?:a|es|in|innen)|auteurs?|redaktion|redakteure?|reporters?|journalists?|contributors?|"
    r"writers?|columnists?|bylines?|(?:index\.php)?\?author=)[/=]?[^/?#]",
    re.IGNORECASE,
)
_PEOPLE_PATH = re.compile(
    r"/(?:people|person(?:a|nes?)?|staff|profile?s?|equipe|team|users?|mitarbeiter|experts?)/[^/?#]", re.IGNORECASE
)
_DATE = re.compile(
    r"(?:^|[\s_-])(?:\w*date|dates?|datum|fecha|data|time|timestamp|published|publish\w*|posted-?on|pubdate|datetime|"
    r"dateline|created|updated|modified|zeit|day|meta|entry-meta|postmeta|post-?meta|info|byline)(?:$|[\s_-])",
    re.IGNORECASE,
)
_TAGS = re.compile(
    r"(?:^|[\s_-])(?:tags?|tag-?(?:list|links|cloud)|post-?tags?|entry-?tags?|article-?tags?|keywords?|schlagworte?|topics?)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN = re.compile(r"display\s{0,2}:\s{0,2}none|visibility\s{0,2}:\s{0,2}hidden", re.IGNORECASE)
COPYRIGHT = re.compile(r"\s{0,20}(?:copyright\b|©|\(c\)\s?(?:19|20)\d\d)", re.IGNORECASE)
_YEAR = re.compile(r"[0-9](?:[0-9]{3}|\.[0-9]{2}(?![0-9]))")
# A date may begin a paragraph ("Oslo, 3 May 2019 – ")
_LEAD = 50
_LONGEST_LINE = 300
# Longer names and addresses are made by machines, and looking into them would take long
_LONGEST_NAME, _LONGEST_ADDRESS = 100, 2_000
_MOST_NAMES = 40
_MOST_IN_LINK = 4


def is_hidden(element: Element) -> bool:
    """Tell whether an element is not shown, by its own attributes."""
    style = element.get("style")
    return element.get("hidden") is not None or (style is not None and _HIDDEN.search(style[:_LONGEST_ADDRESS]) is not None)


def by_names(element: Element) -> tuple[bool, Kinds]:
    """Return whether an element is around the article by its class and id, and what it shows by these names."""
    names = element.get("class", "").split(maxsplit=_MOST_NAMES)[:_MOST_NAMES]
    if (identifier := element.get("id")) and not identifier[-1:].isdigit():
        names.append(identifier)
    is_noise, is_header, kinds = False, False, list[Kind]()
    for name in names:
        if len(name) <= _LONGEST_NAME and (found := _named(name)):
            is_noise, is_header = is_noise or found[0], is_header or found[1]
            kinds.extend(kind for kind in found[2] if kind not in kinds)
    return is_noise and not is_header, tuple(kinds)


def is_header(element: Element) -> bool:
    """Tell whether an element shows by its class that it belongs to the article's title, whatever its tag is."""
    return _META.search(element.get("class", "")[:_LONGEST_NAME]) is not None


@lru_cache(maxsize=20_000)
def _named(name: str) -> tuple[bool, bool, Kinds] | None:
    """Return what a class or id says: that it is around the article, that it is its header, what it shows; None for nothing."""
    kinds = list[Kind]()
    if _BIO.search(name):
        kinds.append("bio")
    elif _AUTHOR.search(name) and not _NO_AUTHOR.search(name):
        kinds.append("byline")
    if _DATE.search(name):
        kinds.append("date")
    if _TAGS.search(name):
        kinds.append("tag")
    is_noise, is_header = _NOISE.search(name) is not None, _META.search(name) is not None
    return (is_noise, is_header, tuple(kinds)) if is_noise or is_header or kinds else None


def by_tag(element: Element) -> Kinds:
    """Return what a link or a `time` element shows by what it is for and where it leads."""
    if element.tag == "time":
        return ("time",)
    relations, address = element.get("rel", "").split(), element.get("href", "")[:_LONGEST_ADDRESS]
    if "author" in relations:
        return ("author link",)
    if len(element) < _MOST_IN_LINK:
        if _AUTHOR_PATH.search(address):
            return ("author link",)
        if _PEOPLE_PATH.search(address):
            return ("people link",)
    return ("tag",) if "tag" in relations else ()


def by_words(words: str) -> Kinds:
    """Return what a text shows by its own words."""
    if len(words) > _LONGEST_LINE:
        return ("text date",) if _YEAR.search(words, 0, _LEAD) else ()
    kinds: Kinds = ("by",) if BY.match(words) or TAIL_END.search(words) else ("box",) if BOX.match(words) else ()
    if _YEAR.search(words):
        kinds = (*kinds, "text date")
    return (*kinds, "copyright") if COPYRIGHT.match(words) else kinds
