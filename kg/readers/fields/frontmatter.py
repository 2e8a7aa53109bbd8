"""The fields of front matter, in the names that site generators give them: one table for YAML, TOML, JSON and lines."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from operator import itemgetter
from pathlib import PurePath

from kg.article import Datum
from kg.readers import dates
from kg.readers.draft import Draft
from kg.readers.fields import fronts, takes
from kg.readers.fields.fronts import Front
from kg.readers.fields.nodes import Node, repeated
from kg.readers.fields.people import take_authors
from kg.readers.fields.values import Value, plain

Take = Callable[[Value], None]

_NAMED_DAY = re.compile(r"(\d{4}-\d\d-\d\d)(?=[-_ .]|\Z)")
# Files that are called after their folder: Hugo's bundles
_BUNDLES = frozenset({"index", "_index", "readme"})
# Mappings whose keys are fields of the article
_CONTAINERS = frozenset({"taxonomies", "extra", "params"})


def read(front: Front, lead: int, draft: Draft) -> None:
    """Put every field that we know in the draft; those that we do not are kept as they are, and noted once each.

    Raises `SkippedError` for a source that says itself that it is not published, before any fault of it.
    """
    root = fronts.parse(front, lead, draft.record)
    if root is None:
        return
    found = list(_fields(root, draft))
    for name, _, value in found:
        if skip := _SKIPPING.get(name):
            skip(value)
    for key in repeated(root):
        if plain(key.text) not in _UNUSED:
            draft.fault(f"the key {key.text[:80]!r} stands twice; one of the two would be lost", key.span)
    known = [(*_TAKES[name], value) for name, _, value in found if name in _TAKES]
    for _, take, value in sorted(known, key=itemgetter(0)):
        take(value)
    for name, key, value in found:
        if name not in _TAKES and name not in _UNUSED:
            draft.other.append((key.text, value.text()))
            draft.tell(f"front matter field {key.text[:80]!r} is not used", key.span)


def _fields(root: Node, draft: Draft) -> Iterator[tuple[str, Node, Value]]:
    """Yield the plain name, the key and the value of each field that says something; first those of the mapping itself."""
    inner: list[Node] = []
    for key, node in zip(root.keys, root.items, strict=True):
        if node.is_empty:
            continue
        name = plain(key.text)
        if name in _CONTAINERS and node.kind == "map":
            inner.append(node)
        else:
            yield name, key, Value(node, draft, f"front matter: {key.text[:80]}")
    for container in inner:
        for key, node in zip(container.keys, container.items, strict=True):
            if not node.is_empty:
                yield plain(key.text), key, Value(node, draft, f"front matter: {key.text[:80]}")


def named_day(source: str) -> Datum | None:
    """Return the day with which a file's name begins (`2019-01-21-some-title.md`), or its folder's where it is an index."""
    path = PurePath(source.partition("#")[0])
    name = path.parent.name if path.stem.lower() in _BUNDLES else path.name
    match = _NAMED_DAY.match(name)
    try:
        day = dates.parse(match[1]) if match else None
    except ValueError:
        return None
    return Datum(day, None, "file name") if day else None


# --- the table -----------------------------------------------------------------------------------------------------------
# Names without - and _, in lower case
_SKIPPING: Mapping[str, Take] = {
    **dict.fromkeys(("draft", "isdraft", "private"), takes.skip_draft),
    **dict.fromkeys(("published", "publish", "ispublished"), takes.skip_unpublished),
    **dict.fromkeys(("status", "poststatus", "visibility"), takes.skip_status),
}
# In the order in which they are read: where two say the same thing, the earlier is kept
_FIELDS: tuple[tuple[tuple[str, ...], Take], ...] = (
    (("lang", "language", "inlanguage", "locale", "langcode", "languagecode"), takes.take_language),
    (("title",), takes.take_title),
    (("headline",), takes.take_title),
    (("id", "identifier"), takes.take_identifier),
    (("author", "authors", "creator", "creators", "dccreator"), take_authors),
    (("writer", "writers", "authorname", "guestauthor", "guestauthors", "coauthor", "coauthors", "writtenby"), take_authors),
    (("byline",), takes.take_byline),
    (("authorurl", "authorlink", "authorwebsite"), takes.take_author_url),
    (("publisher", "sitename", "publication", "ogsitename"), takes.take_publisher),
    (("date",), takes.take_published),
    (("published", "datepublished", "pubdate", "publishdate", "publisheddate", "publicationdate"), takes.take_published),
    (("publishedat", "publishedon", "publishedtime", "publishtime", "dateissued", "postedon", "posted"), takes.take_published),
    (("created", "createdat", "createdon", "datecreated", "createddate", "creationdate"), takes.take_created),
    (("modified", "datemodified", "modifiedat", "modifieddate", "modifiedtime"), takes.take_modified),
    (("updated", "updatedat", "updatedon", "updateddate", "updatedate", "dateupdated"), takes.take_modified),
    (("lastmod", "lastmodified", "lastmodifiedat", "lastmodifieddate", "lastupdated", "lastupdate"), takes.take_modified),
    (("canonicalurl", "canonical", "canonicallink", "canonicalhref", "relcanonical", "linkcanonical"), takes.take_url),
    (("url", "permalink", "path", "fullurl", "absoluteurl"), takes.take_path),
    (("type",), takes.take_type),
    (("themes", "theme", "topics", "topic"), takes.take_themes),
    (("categories", "category"), takes.take_themes),
    (("section", "sections", "articlesection"), takes.take_themes),
    (("tags", "tag"), takes.take_tags),
    (("keywords", "keyword", "series"), takes.take_tags),
    (("regions", "region"), takes.take_regions),
    (("abstract",), takes.take_abstract),
    (("summary",), takes.take_abstract),
    (("description",), takes.take_abstract),
    (("excerpt", "customexcerpt"), takes.take_abstract),
    (("lead", "lede", "dek", "deck", "standfirst", "teaser"), takes.take_abstract),
    (("subtitle", "subheading", "subheadline", "tagline"), takes.take_abstract),
    (("metadescription", "seodescription", "ogdescription"), takes.take_abstract),
    (("original",), takes.take_original),
    (("source",), takes.take_original),
    (("sourceurl", "originalurl"), takes.take_source_url),
    (("copyright",), takes.take_copyright),
    (("license", "licence"), takes.take_license),
    (("rights", "permissions"), takes.take_rights),
    (("disclaimer",), takes.take_disclaimer),
    (("bio", "bios", "authorbio"), takes.take_bios),
    (("contacts", "contact"), takes.take_contacts),
)
# What concerns how a site shows the page: known, and not for the graph
_UNUSED = frozenset(
    """
    layout template view kind postformat posttype contenttype pagetype collection eleventynavigation
    eleventyexcludefromcollections slug aliases alias redirectfrom redirectto redirects redirect basename filename file
    permalinkpattern translationkey hreflang image images imagealt imageurl imagecaption imagecredit imageposition cover
    coverimage covercaption coveralt thumbnail thumb heroimage hero heroalt herocaption featuredimage featureimage
    featureimagealt featureimagecaption featured feature banner header headerimage splash teaserimage socialimage
    socialcard card cards ogimage ogtitle ogtype ogurl opengraph og twitter twittercard twitterimage twittertitle
    twitterdescription photo photos gallery primaryimage icon logo avatar video videos audio youtubeid captions carousel
    background backgroundcolor color colour toc tableofcontents tocdepth hidetoc showtoc weight order sortorder position
    pin pinned sticky nav navorder navtitle navigation menu menus linktitle shorttitle sidebar sidebarlabel
    sidebarposition sidebartitle pagination paginationnext paginationprev paginate paginateby sortby insertanchors
    pagetemplate insubsearch insearchindex pagesize cascade outputs headless build markup breadcrumb breadcrumbs parent
    children haschildren grandparent prev next previous related relatedposts recommended comments comment commentsenabled
    disqus disqusid disquscomments allowcomments discussions issueid share sharing socialshare like math katex mathjax
    mermaid latex highlight code codefold syntaxhighlight script scripts js css style styles stylesheet class classes
    bodyclass cssclass cssclasses pageclass assets resources includes head sitemap sitemapexclude priority changefreq
    robots noindex searchindex search searchable excludefromsearch metarobots seo seotitle metatitle metakeywords
    pagetitle htmltitle readingtime readtime wordcount minutes showdate showauthor hidemeta hidden unlisted listed
    isfeatured expirydate expires expiredate unpublishdate draft isdraft private publish ispublished status poststatus
    visibility emailsubject newsletter sendemail emailonly uuid guid hash version revision lastreviewed editurl
    customediturl hidetitle hidedescription hidefooter hideheader fullwidth wide indent rtl dir direction enabled ignore
    process unsafe embed embeds ampp amp pagecolor accent cachebuster
    """.split()
)
_TAKES: Mapping[str, tuple[int, Take]] = {
    name: (order, take) for order, (name, take) in enumerate((name, take) for names, take in _FIELDS for name in names)
}
