"""Below the text: sources, rights, contacts, bios and page furniture."""

from __future__ import annotations

import re
from dataclasses import replace

from kg.article import Contact, Datum, Original, Span
from kg.readers import dates, notices
from kg.readers.blocks import Block, one_line
from kg.readers.draft import Draft

_WORK = r"(?:this|the)\s+(?:article|story|piece|post|essay|report|column|interview|text|commentary)"
_FIRST = re.compile(
    rf"(?P<work>{_WORK}\s+(?:was\s+|has\s+been\s+|is\s+)?)?(?:originally|first)\s+(?:published|appeared|posted|printed|released)\s+"
    r"(?:on|in|by|at|with)\s+(?:(?-i:the)\s+(?:website\s+of\s+)?)?(?=\S)"
    r"|(?:re)?printed\s+with\s+(?:the\s+)?(?:kind\s+)?permission\s+(?:of|from)\s+(?=\S)",
    re.IGNORECASE,
)
_SITE = re.compile(rf"the\s+original\s+source\s+of\s+{_WORK.replace('(?:this|the)', 'this')}\s+is\s*:?\s+(?=\S)", re.IGNORECASE)
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_WHEN = re.compile(rf"(?:,|\s+on|\s+in)\s+(?=(?:[A-Z][a-z]+day,?\s+)?(?:{_MONTH}\s+)?\d)")
_DATE_START = re.compile(rf"\d{{1,4}}\b|{_MONTH}\s+\d")
# A date, an author, or the next sentence stands behind the name of who published first
_NAME_ENDS = (_WHEN, re.compile(r"\s+by\s+(?=[A-Z])"), re.compile(r"(?<![A-Z])\.\s+(?=[A-Z])"))
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
_FAIR_USE = re.compile(r"copyright(?:ed)?\s+material.{0,80}\buse\s+of\s+which", re.IGNORECASE | re.DOTALL)
_PERMISSION = re.compile(
    r"\bfair\s+(?:use|dealing)\b.{0,200}\bcopyright|\bgrant(?:s|ed)?\s+permission"
    r"|\bpermission\s+(?:is|to|must)\b|\bcreative\s+commons\b|\bcross-?post|\ball\s+rights\s+reserved"
    r"|\bmay\s+(?:not\s+)?be\s+(?:freely\s+)?(?:republished|reproduced|reprinted|reposted|shared|copied|quoted)",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.\w{2,}")
_CONTACT = re.compile(
    rf"(?:(?:for|to\s+(?=ask|inquire|obtain|republish|reprint|reproduce|request))\s*(?P<what>[^@]{{3,160}}?)\s*"
    r"(?::|,?\s*(?:please\s+)?\b(?:contact|write\s+to|e-?mail)\b\s*:?)"
    rf"|(?P<role>(?:\w+\s+)?contact|(?:\w+\s+)?(?:enquiries|inquiries)|e-?mail)\s*:?)\s*(?P<email>{_EMAIL.pattern})\.?\s*\Z",
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
_HONORIFIC = re.compile(r"(?:(?:prof(?:essor)?|dr|mr|mrs|ms|sir|rev|gen|col|amb(?:assador)?)\b\.?\s+)+", re.IGNORECASE)
_PRONOUN = re.compile(r"(?:he|she|they|his|her|their|the\s+author)\b", re.IGNORECASE)
_STARTER = re.compile(
    rf"(?:{_SITE.pattern}|{_FIRST.pattern}|{notices.NOTICE.pattern}|disclaimer\s*:|for\s+media\s+inquiries)", re.IGNORECASE
)
_SOURCE = "source statement"


class Footer:
    """Takes sources, rights, contacts, bios and page furniture out of the text; `bios` are the blocks about the authors."""

    def __init__(self, draft: Draft, plain: bool = False) -> None:
        self.bios: list[Block] = []
        self._draft = draft
        self._plain = plain
        self._section = ""
        self._seen = False
        self._separated = False
        self._site: Original | None = None
        self._responsible: Datum | None = None
        self._described = ""

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
            self._separated = True
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
        text = block.text.strip()
        match = _SECTION.fullmatch(text.rstrip(":").strip())
        is_heading = block.kind == "heading" or block.style == "strong" or self._plain or text.endswith(":")
        if match is None or not is_heading:
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
        rest = block.part(match.end(), len(block.text))
        if not match["work"] and not _is_name_and_date(rest):
            return False
        found = original(rest, self._draft)
        self._draft.original = self._draft.original or found
        return found is not None

    def _site_statement(self, block: Block) -> bool:
        match = _SITE.match(block.text)
        if match is None:
            return False
        self._site = original(block.part(match.end(), len(block.text)), self._draft)
        return True

    def _notice(self, block: Block) -> bool:
        if not notices.is_notice(block.text) or self._draft.notice is not None:
            return False
        notice = notices.parse(block.text)
        self._draft.notice = block.datum(evidence="copyright line")
        if self._draft.copyright_year is None and notice.year:
            self._draft.copyright_year = block.datum(*notice.year, "copyright line")
        if not self._draft.holders:
            self._draft.holders = [block.datum(*holder, "copyright line") for holder in notice.holders]
        return True

    def _disclaimed(self, block: Block) -> bool:
        match = _DISCLAIMER.match(block.text)
        if match is None and self._section != "disclaimer":
            return False
        self._legal(block.part(match.end() if match else 0, len(block.text)), self._draft.disclaimer)
        return True

    def _permitted(self, block: Block) -> bool:
        """Take a paragraph on what one may do with the text, where the footer has begun."""
        is_fair_use = "copyright" in block.text.lower() and _FAIR_USE.search(block.text)
        if is_fair_use or self._section == "rights" or (self._seen and _PERMISSION.search(block.text)):
            self._legal(block, self._draft.rights)
            return True
        return False

    def _legal(self, block: Block, target: list[Datum]) -> None:
        """Part a legal paragraph by its sentences: permissions and whom to ask are rights, the rest is as it is called."""
        if self._responsible is None and (match := _RESPONSIBLE.search(block.text)):
            self._responsible = block.datum(*match.span(1), "legal text")
        gaps = list(_SENTENCE_GAP.finditer(block.text))
        bounds = zip([0, *(g.end() for g in gaps)], [*(g.start() for g in gaps), len(block.text)], strict=True)
        rights: list[Datum] = []
        others: list[Datum] = []
        for sentence in (block.part(begin, end) for begin, end in bounds):
            is_contact = self._contact(sentence)
            is_right = is_contact or target is self._draft.rights or _PERMISSION.search(sentence.text)
            (rights if is_right else others).append(sentence.datum(evidence="legal text"))
        for sentences, place in ((rights, self._draft.rights), (others, target)):
            if sentences:
                place.append(replace(sentences[0], text=" ".join(s.text for s in sentences)))

    def _contact(self, block: Block) -> bool:
        match = _CONTACT.match(block.text) if "@" in block.text else None
        if match is None or not (self._seen or self._section or len(block.text) <= 100):
            return False
        what = one_line(match["what"] or match["role"] or "").rstrip(",: ")
        kind = re.split(r"\s+(?:of|in|on|about|regarding)\s", what)[0].lower() if what else None
        if kind in ("contact", "email", "e-mail"):
            kind = None
        self._draft.contacts.append(Contact(block.datum(*match.span("email"), "contact line"), kind))
        return True

    def _bio(self, block: Block) -> bool:
        """Take a paragraph about an author: in italics, below a line of stars, or under "About the author".

        There it may go on for several.
        """
        is_below = self._separated and _BIO_NAME.match(_HONORIFIC.sub("", one_line(block.text), count=1)) is not None
        if block.kind != "paragraph" or not (self._section == "about" or block.style == "emphasis" or is_below):
            return False
        text, bios = one_line(block.text), self._draft.bios
        if self._section == "about" and self._described and _PRONOUN.match(text):
            before = bios[self._described]
            if text not in before.text:
                bios[self._described] = replace(before, text=f"{before.text} {text}", span=_around(before.span, block.span))
                self.bios.append(block)
            return True
        people = [author.name.text for author in self._draft.authors]
        name = next((person for person in people if _begins_with(text, person)), None)
        if name is None and self._section == "about":
            name = self._person_of(block, text, people)
        if name is None:
            return False
        if name not in bios:
            self.bios.append(block)
        self._described = name if self._section == "about" and name not in bios else ""
        self._draft.add_bio(name, block.datum(evidence="text about the author"))
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
        if site is not None and site.publisher is None:
            draft.original = draft.original or site
        elif site is not None and site.publisher is not None:
            first = draft.original.publisher if draft.original else None
            draft.publisher = draft.publisher or site.publisher
            name = site.publisher.text
            if first is not None and _plain(first.text) != _plain(name):
                reason = f"the page calls {name!r} the original source, and says that {first.text!r} published it first"
                draft.note(reason, site.publisher.span)
            elif first is None and _plain(name) != _plain(draft.publisher.text):
                draft.original = Original(site.publisher, (draft.original and draft.original.url) or site.url)
        owner = self._responsible
        draft.contacts = [Contact(c.email, c.type, c.organization or owner) for c in dict.fromkeys(draft.contacts)]


def _pieces(block: Block) -> list[Block]:
    """Return a block cut before each line that begins like a line of the footer."""
    if block.kind != "paragraph" or "\n" not in block.text:
        return [block]
    ends = [match.end() for match in re.finditer(r"\n\s*", block.text)]
    starts = [end for end in ends if _STARTER.match(block.text, end) and not block.text[end].islower()]
    for begin, end in zip([0, *ends], [*ends, len(block.text)], strict=True):
        if _SECTION.fullmatch(block.text[begin:end].strip().rstrip(":")) and block.text[begin:end].rstrip().endswith(":"):
            starts.extend(border for border in (begin, end) if 0 < border < len(block.text))
    starts = sorted(set(starts))
    bounds = zip([0, *starts], [*starts, len(block.text)], strict=True)
    return [block.part(begin, end) for begin, end in bounds] if starts else [block]


def _begins_with(text: str, person: str) -> bool:
    """Tell whether a text begins with a person's name, with or without "Prof." and the like in either."""
    return _HONORIFIC.sub("", text, count=1).startswith(_HONORIFIC.sub("", person, count=1))


def _plain(name: str) -> str:
    """Return a publisher's name as it is compared: "The Letter" and "Letter" are one."""
    return re.sub(r"^the\s+", "", name.casefold())


def _around(first: Span | None, second: Span) -> Span:
    return Span(first.begin, second.end) if first and first.begin <= second.begin else second


def _is_name_and_date(block: Block) -> bool:
    """Tell whether a text is a name and perhaps a date, and not a sentence that goes on."""
    if block.links and block.links[0].begin <= 4:
        return len(block.text) - block.links[0].end <= 40
    text = block.text.rstrip(" .\n")
    when = _WHEN.search(text)
    try:
        return len(text) <= 80 and ". " not in text if when is None else dates.parse(text[when.end() :]) is not None
    except ValueError:
        return False


def original(block: Block, draft: Draft) -> Original | None:
    """Return who published first and where, from "[Name](address)", "Name, 3 May 2019." or an address."""
    if block.links and block.links[0].begin <= 4:
        link = block.links[0]
        name, address = block.datum(link.begin, link.end, _SOURCE), draft.web_address(link)
    else:
        ends = [match.start() for match in (pattern.search(block.text) for pattern in _NAME_ENDS) if match]
        name, address = block.datum(0, min(ends, default=len(block.text.rstrip(" .\n"))), _SOURCE), None
    if re.match(r"https?://\S+\Z", name.text):
        return Original(None, address or draft.address(name))
    is_name = name.text and not _DATE_START.match(name.text) and (re.search(r"[.\d]", name.text) or not name.text.islower())
    return Original(name if is_name else None, address) if is_name or address else None
