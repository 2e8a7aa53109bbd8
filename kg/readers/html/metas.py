"""What a page claims in its `meta` and `link` elements, and by the language of its root."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from kg.article import Datum, Span
from kg.readers import notices
from kg.readers.html import values
from kg.readers.html.choice import heads, identity
from kg.readers.html.claims import Claim, Field
from kg.readers.html.page import Element, Page

# Names of each field, the strongest first; dots stand for the colons, hyphens and underscores that people vary
_NAMES: tuple[tuple[Field, str], ...] = (
    (
        "title",
        "citation.title og.title dc.title dcterms.title parsely.title sailthru.title twitter.title headline title article.title",
    ),
    (
        "author",
        "citation.author citation.authors dc.creator dcterms.creator parsely.author sailthru.author article.author author "
        "authors byl og.article.author og.author article.author.name shareaholic.article.author.name cxenseparse.author "
        "book.author creator twitter.data author.name byline",
    ),
    (
        "published",
        "article.published.time article.published og.article.published.time og.published.time datepublished "
        "citation.publication.date citation.date citation.online.date dc.date.issued dcterms.issued dcterms.created "
        "dc.date.created parsely.pub.date sailthru.date cxenseparse.recs.publishtime shareaholic.article.published.time "
        "publication.date publish.date published.date published.at date.published pubdate article.created dc.date "
        "dcterms.date date article.publication.date og.pubdate originalpublicationdate ptime displaydate video.release.date "
        "release.date created creation.date",
    ),
    (
        "modified",
        "article.modified.time article.modified og.article.modified.time datemodified dcterms.modified dc.date.modified "
        "lastmod og.modified.time og.updated.time last.modified date.modified modified.date last.updated article.updated.time "
        "revised utime shareaholic.article.modified.time article.updated updated",
    ),
    (
        "publisher",
        "og.site.name publisher dc.publisher dcterms.publisher citation.publisher citation.journal.title application.name "
        "apple.mobile.web.app.title parsely.network.canonical site.name sitename cre shareaholic.site.name",
    ),
    ("language", "content.language dc.language dcterms.language citation.language language og.locale"),
    ("url", "og.url parsely.link twitter.url dc.identifier dcterms.identifier citation.public.url citation.abstract.html.url"),
    ("original_url", "original.source syndication.source"),
    (
        "tag",
        "article.tag og.article.tag citation.keywords parsely.tags sailthru.tags news.keywords keywords dc.subject "
        "dcterms.subject shareaholic.keywords",
    ),
    ("theme", "article.section parsely.section og.section og.article.section cxenseparse.category section category"),
    ("region", "dcterms.spatial dc.coverage.spatial dc.coverage geo.placename geo.region"),
    (
        "abstract",
        "citation.abstract dcterms.abstract og.description dc.description dcterms.description description abstract "
        "sailthru.description twitter.description",
    ),
    ("license", "dcterms.license dc.rights.license dc.license license cc.license"),
    ("notice", "copyright dc.rights dcterms.rights rights"),
    ("holder", "dcterms.rightsholder dc.rightsholder"),
)
_FIELDS: dict[str, tuple[Field, int]] = {
    name: (field, order) for order, (field, name) in enumerate((f, n) for f, names in _NAMES for n in names.split())
}
_SIGNS = str.maketrans(":-_", "...")
_WRITTEN_BY = re.compile(
    r"\b(?:written|author|posted|by|geschrieben|verfasst|autore?|autora|von|écrit|rédigé|auteur|escrito|scritto|geschreven|skrevet|"
    r"skriven|napisan\w*|autorem|автор)\b",
    re.IGNORECASE,
)
_SURNAME_FIRST = frozenset({"citation.author", "citation.authors", "dc.creator", "dcterms.creator"})
_RIGHTS_WORDS = re.compile(
    r"©|\(c\)|copyright|\b(?:19|20)\d\d\b|rights?\b|rechte\b|derechos|droits|reserv|lizenz|licen[sc]e", re.IGNORECASE
)
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{2,8})*")
_MOST_CLAIMS = 1000
_NOWHERE = Span(0, 0)


def claims(page: Page) -> Iterator[Claim]:
    """Yield what meta and link elements say: field by field, of each the strongest evidence first."""
    found: list[tuple[int, Claim]] = []
    reader = _Reader(page)
    for element in heads(page):
        take = _ELEMENTS.get(str(element.tag))
        if take and len(found) < _MOST_CLAIMS:
            found += take(reader, element)
    found.extend((-1, claim) for claim in reader.root())
    found.extend((len(_FIELDS), claim) for claim in reader.anchors())
    found.sort(key=lambda pair: pair[0])
    for _, claim in found:
        if claim.field != "original_url" or identity(page).is_other(claim.datum.text):
            yield claim


@dataclass(slots=True)
class _Reader:
    """Reads element after element; `tag` is where the tag of the present one stands, `behind` the byte behind the last found."""

    page: Page
    behind: int = 0
    tag: Span = _NOWHERE
    label: str = ""

    def meta(self, element: Element) -> Iterator[tuple[int, Claim]]:
        """Yield what a meta element claims, each with the rank of its name."""
        name = element.get("property") or element.get("name") or element.get("http-equiv")
        content = element.get("content") or element.get("value")
        if not name or not content:
            return
        for given in name.split():
            plain = given.lower().translate(_SIGNS)
            plain = self._labelled(plain, content)
            field, order = _FIELDS.get(plain, (None, 0))
            if field is None:
                continue
            self._find(element, given)
            for claim in _TAKE.get(field, _Reader.text)(self, field, f"meta: {given}", content):
                yield order, claim
            return

    def _labelled(self, name: str, content: str) -> str:
        """Return "twitter.data" for the value behind a label that says that an author follows."""
        if name in ("twitter.label1", "twitter.label2"):
            self.label = name[-1] if _WRITTEN_BY.search(content[:60]) else self.label
        elif name == f"twitter.data{self.label}" and self.label:
            return "twitter.data"
        return name

    def link(self, element: Element) -> Iterator[tuple[int, Claim]]:
        """Yield what a link element claims of the page: its address, its licence, where it came from."""
        for relation in (element.get("rel") or "").lower().split():
            field = _RELATIONS.get(relation)
            href = element.get("href") or ""
            if field and (address := values.absolute(self.page, href)):
                self._find(element, relation)
                order = _FIELDS["og.url"][1] - 1 if field == "url" else len(_FIELDS)
                yield order, Claim(field, self._datum(f"link: {relation}", address, href), "meta")

    def root(self) -> Iterator[Claim]:
        """Yield the language of the root element."""
        for element in (self.page.root, self.page.root.find("body")):
            for name in ("lang", "xml:lang"):
                text = (element.get(name) or "").strip() if element is not None else ""
                if element is not None and _LANGUAGE.fullmatch(text):
                    span = values.located(self.page, element, text, f'{name}="{text}')
                    yield Claim("language", Datum(text, span, f"{element.tag}: lang"), "meta")

    def anchors(self) -> Iterator[Claim]:
        """Yield the licences that links of the page say they are, without those of pictures."""
        self.behind, count = 0, 0
        for element in self.page.root.iter("a", "area"):
            relation = element.get("rel")
            if relation and "license" in relation.lower().split() and count < _MOST_CLAIMS and not _is_of_a_picture(element):
                href = element.get("href") or ""
                address = values.absolute(self.page, href)
                if address:
                    self._find(element, relation)
                    count += 1
                    yield Claim("license", self._datum("a: license", address, href), "meta")

    def _find(self, element: Element, word: str) -> None:
        self.tag = values.tag(self.page, element, word, self.behind)
        self.behind = max(self.behind, self.tag.begin + 1)

    def _datum(self, evidence: str, text: str, spelt: str = "") -> Datum:
        at = self.page.record.body.find((spelt or text).encode(), *self.tag)
        return Datum(text, Span(at, at + len((spelt or text).encode())) if at >= 0 else self.tag, evidence)

    def text(self, field: Field, evidence: str, content: str) -> Iterator[Claim]:
        """Yield a claim of the words as they are; an address is no name of anything."""
        text = values.plain(content)
        if text and not values.is_address(text) and not _EMPTY.fullmatch(text):
            yield Claim(field, self._datum(evidence, text, content.strip()), "meta")

    def names(self, field: Field, evidence: str, content: str) -> Iterator[Claim]:
        """Yield a claim for each author named."""
        name = evidence.removeprefix("meta: ").lower().translate(_SIGNS)
        given = values.turned(content) if name in _SURNAME_FIRST else content
        for author in values.names(given.strip("'\" ")):
            yield Claim(field, self._datum(evidence, author), "meta")

    def tags(self, field: Field, evidence: str, content: str) -> Iterator[Claim]:
        """Yield a claim for each word of a list."""
        words = [values.plain(content)] if evidence.endswith("article:tag") and content.count(",") < 2 else values.keywords(content)
        for word in words:
            if word:
                yield Claim(field, self._datum(evidence, word), "meta")

    def address(self, field: Field, evidence: str, content: str) -> Iterator[Claim]:
        """Yield a claim of an address."""
        address = values.absolute(self.page, content) if "/" in content else None
        if address:
            yield Claim(field, self._datum(evidence, address, content.strip()), "meta")

    def language(self, field: Field, evidence: str, content: str) -> Iterator[Claim]:
        """Yield a claim of the first language named."""
        text = content.partition(",")[0].strip()
        if text:
            yield Claim(field, self._datum(evidence, text.replace("_", "-"), text), "meta")

    def license(self, field: Field, evidence: str, content: str) -> Iterator[Claim]:
        """Yield a claim of a licence's address or name."""
        found = list(self.address(field, evidence, content))
        yield from found or self.text(field, evidence, content)

    def notice(self, field: Field, evidence: str, content: str) -> Iterator[Claim]:
        """Yield a claim of a copyright line; a bare name is its holder."""
        text = values.plain(content)
        is_line = notices.is_notice(text) or _RIGHTS_WORDS.search(text[:1000])
        yield from self.text("notice" if is_line else "holder", evidence, content)


_EMPTY = re.compile(r"(?:null|none|undefined|nan|false|true|n/a|\{\{.*|[\W_]*)", re.IGNORECASE)
_RELATIONS: dict[str, Field] = {
    "canonical": "url",
    "license": "license",
    "original-source": "original_url",
    "syndication-source": "original_url",
}
_ELEMENTS = {"meta": _Reader.meta, "link": _Reader.link}
_TAKE: dict[Field, Callable[[_Reader, Field, str, str], Iterator[Claim]]] = {
    "author": _Reader.names,
    "tag": _Reader.tags,
    "url": _Reader.address,
    "original_url": _Reader.address,
    "language": _Reader.language,
    "license": _Reader.license,
    "notice": _Reader.notice,
}


def _is_of_a_picture(element: Element) -> bool:
    """Tell whether a link stands in a figure or its caption, so that it speaks of the picture."""
    above: Element | None = element
    for _ in range(4):
        above = above.getparent() if above is not None else None
        if above is not None and (above.tag in ("figure", "figcaption") or "caption" in (above.get("class") or "")):
            return True
    return False
