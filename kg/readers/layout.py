"""The printed page: title, byline, dateline, region and theme above the text; sources, rights and bios below it.

Works on blocks, so Markdown and plain text share it. What a block is not recognised as stays text of the article:
nothing is lost, and a pattern that fails costs a datum, never a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from kg.article import Author, Contact, Datum, Original, PartKind, Span
from kg.readers import dates, notices
from kg.readers.blocks import Block, Run, one_line
from kg.readers.draft import Draft
from kg.readers.names import is_organization, split_names

Parts = list[tuple[PartKind, Block]]

_LONGEST_TITLE = 250
_LONGEST_HEADER_LINE = 300


def read(blocks: Sequence[Block], draft: Draft, plain: bool = False) -> Parts:
    """Return the blocks that are text of the article, in order; everything else goes to the draft.

    With `plain`, a title needs no mark-up: the first line is one if it stands alone or above a byline.
    """
    rest, parts = list(blocks), Parts()
    if draft.title is None:
        rest = _Header(draft, parts, plain).read(rest)
    else:
        parts.extend(_declared(draft))
        if rest and rest[0].kind == "heading" and one_line(rest[0].text) == draft.title.text:
            rest = rest[1:]
    footer = _Footer(draft)
    parts.extend((_PART_KINDS[block.kind], block) for block in footer.read(rest) if block.kind in _PART_KINDS)
    return parts + [("bio", block) for block in footer.bios]


_PART_KINDS: dict[str, PartKind] = {
    "heading": "heading",
    "paragraph": "paragraph",
    "quotation": "quotation",
    "item": "item",
    "cell": "cell",
    "code": "code",
}


def _declared(draft: Draft) -> Parts:
    """Return headline and abstract of the front matter as parts of the text."""
    found: list[tuple[PartKind, Datum | None]] = [("headline", draft.title), ("abstract", draft.abstract)]
    return [
        (kind, Block("paragraph", datum.span, (Run(datum.text, *datum.span),)))
        for kind, datum in found
        if datum is not None and datum.span is not None
    ]


# --- above the text ----------------------------------------------------------------------------------------------------
_BYLINE = re.compile(r"by\s+(?=\S)", re.IGNORECASE)
_LABEL = re.compile(r"([A-Za-z][A-Za-z ]{1,24}?)\s*:\s*(?=\S)")
_PUBLISHER_GAP = re.compile(r",\s*|\s+[|–—•·-]\s+")
_COLUMN = re.compile(r"\s+[|•·]\s+")


class _Header:
    """Reads title, byline, dateline, labelled lines and abstract, until the text begins."""

    def __init__(self, draft: Draft, parts: Parts, plain: bool) -> None:
        self._draft = draft
        self._parts = parts
        self._plain = plain

    def read(self, blocks: list[Block]) -> list[Block]:
        rest = self._title(blocks)
        abstract: Block | None = None
        while rest:
            block, *after = rest
            left = self._lines(block) if block.kind in ("paragraph", "heading") else [block]
            if block.kind == "rule" and self._draft.authors and not abstract:
                left = []
            if left and abstract is None and self._is_abstract(block, after):
                abstract, left = block, []
            if left:
                rest = [*left, *after]
                break
            rest = after
        if abstract is not None:
            self._draft.abstract = abstract.datum()
            self._parts.append(("abstract", abstract))
        elif self._draft.abstract is not None:
            self._parts.extend(part for part in _declared(self._draft) if part[0] == "abstract")
        return rest

    def _title(self, blocks: list[Block]) -> list[Block]:
        """Take the title off the top: a heading, a line all in bold, or in plain text the first line."""
        rest = [block for block in blocks if block.kind != "rule" or block is not blocks[0]]
        if not rest:
            return rest
        first, *after = rest
        title, below = first, list[Block]()
        if first.kind != "heading":
            lines = first.lines()
            title, below = lines[0], lines[1:]
            if below and re.fullmatch(r"[=\-~*]{3,}", below[0].text.strip()):
                below = below[1:]
            if not self._is_title(first, title, below, after):
                return rest
        self._draft.title = title.datum()
        self._parts.append(("headline", title))
        return [*_one_block(first, below), *after]

    def _is_title(self, first: Block, title: Block, below: list[Block], after: list[Block]) -> bool:
        if first.kind != "paragraph" or len(title.text) > _LONGEST_TITLE or self._recognise(title, try_only=True):
            return False
        if below:
            return (self._plain or first.style == "strong") and self._recognise(below[0], try_only=True)
        return bool(after) and (first.style == "strong" or (self._plain and not title.text.rstrip().endswith((".", ",", ";", ":"))))

    def _is_abstract(self, block: Block, after: list[Block]) -> bool:
        return block.kind == "paragraph" and block.style == "emphasis" and bool(after) and not _Footer.knows(block)

    def _lines(self, block: Block) -> list[Block]:
        """Read the lines of a block; return what is not of the header."""
        lines = block.lines()
        for index, line in enumerate(lines):
            if len(line.text) > _LONGEST_HEADER_LINE or not self._recognise(line):
                return _one_block(block, lines[index:])
        return []

    def _recognise(self, line: Block, try_only: bool = False) -> bool:
        """Take one line of the header; tell whether it was one. With `try_only` the draft stays as it is."""
        draft = Draft(self._draft.record) if try_only else self._draft
        columns = list(_columns(line))
        known = [self._labelled(part, draft) or self._byline(part, draft) or self._dateline(part, draft) for part in columns]
        if not any(known):
            return False
        for part, is_known in zip(columns, known, strict=True):
            if not is_known:
                draft.note(f"not understood beside the byline: {part.text[:80]!r}", part.span)
        return True

    def _labelled(self, line: Block, draft: Draft) -> bool:
        match = _LABEL.match(line.text)
        take = _LABELS.get(match[1].lower()) if match else None
        if match is None or take is None:
            return False
        take(line.part(match.end(), len(line.text)), draft)
        _english(draft, line.span)
        return True

    def _byline(self, line: Block, draft: Draft) -> bool:
        match = _BYLINE.match(line.text)
        if match is None or draft.authors:
            return False
        names = line.part(match.end(), len(line.text))
        if not _look_like_names(names):
            return False
        draft.byline = line.datum()
        _take_authors(names, draft)
        _english(draft, line.span)
        return True

    def _dateline(self, line: Block, draft: Draft) -> bool:
        """Take "Publisher, January 21, 2019" or a date alone."""
        if draft.published is not None:
            return False
        starts = [(0, 0), *((gap.start(), gap.end()) for gap in _PUBLISHER_GAP.finditer(line.text))]
        for publisher_end, date_begin in starts:
            datum = line.datum(date_begin)
            try:
                if dates.parse(datum.text) is None or datum.text.isdigit():
                    continue
            except ValueError:
                pass  # a date that does not exist: draft.date says so
            draft.published = draft.date(datum)
            if publisher_end and draft.publisher is None:
                draft.publisher = line.datum(0, publisher_end)
            if not datum.text[:1].isdigit():
                _english(draft, datum.span)
            return True
        return False


def _one_block(block: Block, lines: list[Block]) -> list[Block]:
    """Return the rest of a block as one block again."""
    if not lines:
        return []
    return [block] if lines[0].span.begin == block.span.begin else [block.part(block.text.index(lines[0].text), len(block.text))]


def _columns(line: Block) -> list[Block]:
    """Return the parts of a line that bars or dots set apart."""
    gaps = list(_COLUMN.finditer(line.text))
    starts = [0, *(gap.end() for gap in gaps)]
    ends = [*(gap.start() for gap in gaps), len(line.text)]
    return [line.part(begin, end) for begin, end in zip(starts, ends, strict=True)]


def _english(draft: Draft, span: Span | None) -> None:
    """The words of the layout ("By", "Region:", the month) are English, so the page says its language."""
    if draft.language is None:
        draft.language = Datum("en", span)


def _look_like_names(line: Block) -> bool:
    names = [line.text[b:e].strip() for b, e in split_names(line.text)]
    return (
        bool(names)
        and len(line.text) <= 200
        and all((len(n) <= 60 and not n[0].islower() and not n.endswith(".")) or len(n) < 8 for n in names)
    )


def _names(line: Block) -> list[Datum]:
    """Return each name of a line: one for each link, the words between by their commas."""
    ranges: list[tuple[int, int]] = []
    position = 0
    for link in sorted(line.links):
        ranges.extend(split_names(line.text, position, link.begin))
        ranges.append((link.begin, link.end))
        position = link.end
    ranges.extend(split_names(line.text, position))
    data = (line.datum(begin, end) for begin, end in ranges)
    return [datum for datum in data if re.search(r"\w", datum.text) and datum.text.lower() not in ("and", "by")]


def _listed(line: Block) -> list[Datum]:
    """Return the items of a line: its links, else what commas or semicolons part ("and" belongs to a name)."""
    if line.links:
        return [line.datum(link.begin, link.end) for link in sorted(line.links)]
    pieces = re.finditer(r"[^,;]+", line.text)
    return [line.datum(piece.start(), piece.end()) for piece in pieces if piece[0].strip()]


def _take_authors(line: Block, draft: Draft) -> None:
    draft.authors.extend(Author(name, is_organization(name.text)) for name in _names(line))


def _take_byline(line: Block, draft: Draft) -> None:
    draft.byline = line.datum()
    _take_authors(line, draft)


def _take_published(line: Block, draft: Draft) -> None:
    draft.published = draft.date(line.datum())


def _take_modified(line: Block, draft: Draft) -> None:
    draft.modified = draft.date(line.datum())


def _take_publisher(line: Block, draft: Draft) -> None:
    draft.publisher = line.datum()


def _take_source(line: Block, draft: Draft) -> None:
    draft.original = _original(line, draft)


def _take_url(line: Block, draft: Draft) -> None:
    address = Datum(line.links[0].address, line.links[0].span) if line.links else line.datum()
    draft.url = draft.address(address)


def _take_language(line: Block, draft: Draft) -> None:
    draft.language = draft.language_tag(line.datum()) if len(line.text) <= 3 or "-" in line.text else draft.language


def _take_abstract(line: Block, draft: Draft) -> None:
    draft.abstract = line.datum()


_LABELS: dict[str, Callable[[Block, Draft], None]] = {
    **dict.fromkeys(("author", "authors", "written by", "by"), _take_byline),
    **dict.fromkeys(("date", "published", "published on", "posted", "posted on", "publication date"), _take_published),
    **dict.fromkeys(("updated", "updated on", "last updated", "modified", "last modified"), _take_modified),
    **dict.fromkeys(("publisher", "published by"), _take_publisher),
    **dict.fromkeys(("region", "regions"), lambda line, draft: draft.regions.extend(_listed(line))),
    **dict.fromkeys(("theme", "themes", "topic", "topics"), lambda line, draft: draft.themes.extend(_listed(line))),
    **dict.fromkeys(("tag", "tags", "keyword", "keywords"), lambda line, draft: draft.tags.extend(_listed(line))),
    **dict.fromkeys(("source", "original source"), _take_source),
    **dict.fromkeys(("url", "address", "canonical"), _take_url),
    **dict.fromkeys(("abstract", "summary"), _take_abstract),
    "language": _take_language,
}


# --- below the text ------------------------------------------------------------------------------------------------------
_WORK = r"(?:this|the)\s+(?:article|story|piece|post|essay|report|column|interview|text|commentary)"
_FIRST = re.compile(
    rf"(?:{_WORK}\s+(?:was\s+|has\s+been\s+|is\s+)?)?(?:originally|first)\s+(?:published|appeared|posted|printed|released)\s+"
    r"(?:on|in|by|at|with)\s+(?:the\s+website\s+of\s+)?(?=\S)"
    r"|(?:re)?printed\s+with\s+(?:the\s+)?(?:kind\s+)?permission\s+(?:of|from)\s+(?=\S)",
    re.IGNORECASE,
)
_SITE = re.compile(rf"the\s+original\s+source\s+of\s+{_WORK.replace('(?:this|the)', 'this')}\s+is\s*:?\s+(?=\S)", re.IGNORECASE)
_WHEN = re.compile(r"(?:,|\s+on|\s+in)\s+(?=[\w ]*\d{4}|\d)")
_SEPARATOR = re.compile(r"[\s*_\-–—#~=•.·]*[*_\-–—#~=•·][\s*_\-–—#~=•·]*")
_BOILERPLATE = re.compile(
    r"note\s+to\s+readers\b.*\b(?:share|forward|cross-?post)"
    r"|(?:please\s+)?(?:share|forward)\s+this\s+(?:article|page|post|story)\b"
    r"|(?:please\s+)?click\s+(?:on\s+)?the\s+share\s+buttons?\b"
    r"|comment\s+on\s+.{0,80}\b(?:facebook|twitter|page)\b"
    r"|(?:become|sign\s+up\s+as)\s+an?\s+(?:member|subscriber|supporter|patron)\b"
    r"|(?:subscribe|sign\s+up)\s+(?:now\b|here\b|(?:to|for)\s+(?:our|the|this)\b)"
    r"|(?:follow|like|join|support)\s+us\b"
    r"|(?:please\s+)?(?:donate|make\s+a\s+donation)\b.{0,80}\Z"
    r"|articles\s+by\s*:",
    re.IGNORECASE | re.DOTALL,
)
_FAIR_USE = re.compile(
    r"copyright(?:ed)?\s+material.{0,80}\buse\s+of\s+which|\bfair\s+(?:use|dealing)\b.{0,200}\bcopyright", re.IGNORECASE | re.DOTALL
)
_PERMISSION = re.compile(
    r"\bgrant(?:s|ed)?\s+permission|\bpermission\s+(?:is|to|must)\b|\bcreative\s+commons\b|\bcross-?post|\ball\s+rights\s+reserved"
    r"|\bmay\s+(?:not\s+)?be\s+(?:freely\s+)?(?:republished|reproduced|reprinted|reposted|shared|copied|quoted)",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.\w{2,}")
_CONTACT = re.compile(
    rf"(?:(?:for|to)\s+(?P<what>.{{3,160}}?)\s*[,:]?\s*(?:please\s+)?(?:\b(?:contact|write\s+to|e-?mail)\b)?"
    rf"|(?P<role>(?:\w+\s+)?contact|(?:\w+\s+)?(?:enquiries|inquiries)|e-?mail))\s*:?\s*(?P<email>{_EMAIL.pattern})\.?\s*\Z",
    re.IGNORECASE | re.DOTALL,
)
_DISCLAIMER = re.compile(r"disclaimer\b\s*[:.–—-]?\s*", re.IGNORECASE)
_SENTENCE_GAP = re.compile(r"(?<=[.!?])[\s]+(?=[A-Z\"“‘(])")
_RESPONSIBLE = re.compile(
    r"(?:\A|[.!?]\s+)(?:The\s+)?((?:[A-Z][\w&’'-]*)(?:\s+(?:of|for|on|and|the|in|[A-Z][\w&’'-]*))*\s+[A-Z][\w&’'-]*)\s+"
    r"(?:will\s+not|is\s+not|cannot|accepts?\s+no|assumes?\s+no|takes?\s+no|grants?|does\s+not|disclaims)\b"
)
_SECTION = re.compile(
    r"(?P<about>about\s+(?:the\s+)?(?:authors?|writers?|contributors?))|(?P<disclaimer>disclaimer)"
    r"|(?P<rights>(?:permissions?|rights|copyright|terms\s+of\s+use|reprints?|republication)(?:\s+and\s+permissions)?)"
    r"|(?P<contact>contacts?(?:\s+us)?)",
    re.IGNORECASE,
)
_BIO_NAME = re.compile(
    r"([A-Z][\w.'’-]+(?:\s+(?:(?:de|van|von|der|den|la|bin|al|da|di|le)\s+)*[A-Z][\w.'’-]+){1,4}),?\s+"
    r"(?:is|was|has|writes|works|teaches|covers|studies|served|edits|reports|lives|leads|directs|holds)\b"
)
_PRONOUN = re.compile(r"(?:he|she|they|the\s+author)\b", re.IGNORECASE)
_STARTER = re.compile(
    rf"(?:{_SITE.pattern}|{_FIRST.pattern}|{notices.NOTICE.pattern}|disclaimer\s*:|for\s+media\s+inquiries)", re.IGNORECASE
)


class _Footer:
    """Takes sources, rights, contacts, bios and boilerplate out of the text."""

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._section = ""
        self._seen = False
        self._site: Datum | None = None
        self._responsible: Datum | None = None
        self.bios: list[Block] = []

    @staticmethod
    def knows(block: Block) -> bool:
        """Tell whether a block begins like a line of the footer."""
        return bool(_STARTER.match(block.text) or _BOILERPLATE.match(block.text) or _DISCLAIMER.match(block.text))

    def read(self, blocks: list[Block]) -> list[Block]:
        """Return the blocks that are text."""
        body = [piece for block in blocks for piece in _pieces(block) if not self._take(piece)]
        self._settle()
        return body

    def _take(self, block: Block) -> bool:
        if block.kind == "rule" or (block.kind == "paragraph" and _SEPARATOR.fullmatch(block.text)):
            self._section = "" if self._section != "about" else "about"
            return True
        if block.kind not in ("paragraph", "heading"):
            return False
        taken = (
            self._heading(block)
            or self._boilerplate(block)
            or self._first_published(block)
            or self._site_statement(block)
            or self._notice(block)
            or self._disclaimed(block)
            or self._contact(block)
            or self._bio(block)
            or self._permitted(block)
        )
        if not taken and block.kind == "heading":
            self._section = ""
        self._seen = self._seen or taken
        return taken

    def _heading(self, block: Block) -> bool:
        text = block.text.strip().rstrip(":").strip()
        match = _SECTION.fullmatch(text)
        if match is None or (block.kind != "heading" and block.style != "strong"):
            return False
        self._section = next(name for name, found in match.groupdict().items() if found)
        return True

    def _boilerplate(self, block: Block) -> bool:
        """Take page furniture: what asks the reader for something, and in the footer a line that is one bold link."""
        is_button = self._seen and block.style == "strong" and [(0, len(block.text))] == [link[:2] for link in block.links]
        return is_button or (len(block.text) <= 400 and _BOILERPLATE.match(block.text) is not None)

    def _first_published(self, block: Block) -> bool:
        match = _FIRST.match(block.text)
        if match is None or len(block.text) > 300:
            return False
        original = _original(block.part(match.end(), len(block.text)), self._draft)
        if original is None:
            return False
        self._draft.original = self._draft.original or original
        return True

    def _site_statement(self, block: Block) -> bool:
        match = _SITE.match(block.text)
        if match is None:
            return False
        self._site = _without_stop(block.part(match.end(), len(block.text)))
        return True

    def _notice(self, block: Block) -> bool:
        if not notices.NOTICE.match(block.text) or len(block.text) > 300 or self._draft.notice is not None:
            return False
        notice = notices.parse(block.text)
        self._draft.notice = block.datum()
        if self._draft.copyright_year is None and notice.year:
            self._draft.copyright_year = block.datum(*notice.year)
        if not self._draft.holders:
            self._draft.holders = [block.datum(*holder) for holder in notice.holders]
        return True

    def _disclaimed(self, block: Block) -> bool:
        match = _DISCLAIMER.match(block.text)
        if match is None and self._section != "disclaimer":
            return False
        self._legal(block.part(match.end() if match else 0, len(block.text)), self._draft.disclaimer)
        return True

    def _permitted(self, block: Block) -> bool:
        """Take a paragraph on what one may do with the text, where the footer has begun."""
        if _FAIR_USE.search(block.text) or self._section == "rights" or (self._seen and _PERMISSION.search(block.text)):
            self._legal(block, self._draft.rights)
            return True
        return False

    def _legal(self, block: Block, target: list[Datum]) -> None:
        """Part a legal paragraph by its sentences: permissions and whom to ask are rights, the rest is as it is called."""
        if self._responsible is None and (match := _RESPONSIBLE.search(block.text)):
            self._responsible = block.datum(*match.span(1))
        gaps = list(_SENTENCE_GAP.finditer(block.text))
        bounds = zip([0, *(g.end() for g in gaps)], [*(g.start() for g in gaps), len(block.text)], strict=True)
        rights: list[Datum] = []
        others: list[Datum] = []
        for sentence in (block.part(begin, end) for begin, end in bounds):
            is_contact = self._contact(sentence)
            is_right = is_contact or target is self._draft.rights or _PERMISSION.search(sentence.text)
            (rights if is_right else others).append(sentence.datum())
        for sentences, place in ((rights, self._draft.rights), (others, target)):
            if sentences:
                place.append(Datum(" ".join(s.text for s in sentences), sentences[0].span))

    def _contact(self, block: Block) -> bool:
        match = _CONTACT.match(block.text)
        if match is None or not (self._seen or self._section or len(block.text) <= 100):
            return False
        what = one_line(match["what"] or match["role"] or "").rstrip(",: ")
        kind = re.split(r"\s+(?:of|in|on|about|regarding)\s", what)[0].lower() if what else None
        if kind in ("contact", "email", "e-mail"):
            kind = None
        self._draft.contacts.append(Contact(block.datum(*match.span("email")), kind))
        return True

    def _bio(self, block: Block) -> bool:
        """Take a paragraph about an author: in italics, or under "About the author"."""
        if block.kind != "paragraph" or (self._section != "about" and block.style != "emphasis"):
            return False
        text = one_line(block.text)
        people = [author.name.text for author in self._draft.authors]
        name = next((person for person in people if text.startswith(person)), None)
        if name is None and self._section == "about":
            name = self._person_of(block, text, people)
        if name is None:
            return False
        if name not in self._draft.bios:
            self.bios.append(block)
        self._draft.add_bio(name, block.datum())
        return True

    def _person_of(self, block: Block, text: str, people: list[str]) -> str | None:
        if match := _BIO_NAME.match(text):
            self._draft.note(f"a text about {match[1]}, who is not named as an author", block.span)
            return match[1]
        if len(people) == 1 and _PRONOUN.match(text):
            return people[0]
        return None

    def _settle(self) -> None:
        """Bring together what the footer said of publisher, original and contacts."""
        draft, site = self._draft, self._site
        if site is not None:
            first = draft.original.publisher if draft.original else None
            if draft.publisher is None:
                draft.publisher = site
            if first is not None and first.text != site.text:
                draft.note(
                    f"the page calls {site.text!r} the original source, and says that {first.text!r} published it first", site.span
                )
            elif first is None and site.text != draft.publisher.text:
                draft.original = Original(site, draft.original.url if draft.original else None)
        owner = self._responsible
        draft.contacts = [Contact(c.email, c.type, c.organization or owner) for c in dict.fromkeys(draft.contacts)]


def _pieces(block: Block) -> list[Block]:
    """Return a block cut before each line that begins like a line of the footer."""
    if block.kind != "paragraph" or "\n" not in block.text:
        return [block]
    starts = [match.end() for match in re.finditer("\n", block.text) if _STARTER.match(block.text, match.end())]
    bounds = zip([0, *starts], [*starts, len(block.text)], strict=True)
    return [block.part(begin, end) for begin, end in bounds] if starts else [block]


def _without_stop(block: Block) -> Datum:
    return block.datum(0, len(block.text.rstrip(" .\n")))


def _original(block: Block, draft: Draft) -> Original | None:
    """Return who published first and where, from "[Name](address)", "Name, 3 May 2019." or an address."""
    if block.links and block.links[0].begin <= 4:
        link = block.links[0]
        name, address = block.datum(link.begin, link.end), Datum(link.address.strip(), link.span)
        known = draft.address(address) if re.match(r"https?:", address.text) else None
        return Original(name, known)
    when = _WHEN.search(block.text)
    name = block.part(0, when.start()).datum() if when else _without_stop(block)
    if re.match(r"https?://\S+\Z", name.text):
        return Original(None, draft.address(name))
    if not name.text or name.text[0].isdigit() or re.match(rf"(?:{_MONTH_NAMES})\b", name.text):
        return None
    return Original(name)


_MONTH_NAMES = "January|February|March|April|May|June|July|August|September|October|November|December"
