"""Above the text: title, byline, dateline, labelled lines and abstract."""

from __future__ import annotations

import re
from collections.abc import Callable

from kg.article import Author, Datum, Span
from kg.readers import dates
from kg.readers.blocks import Block
from kg.readers.draft import Draft
from kg.readers.footer import Footer, original
from kg.readers.names import is_organization, look_like_names, split_names

_LONGEST_TITLE = 250
_MOST_TITLE_LINES = 3
_LONGEST_HEADER_LINE = 300

_BYLINE = re.compile(r"by\s+(?=\S)", re.IGNORECASE)
_LABEL = re.compile(r"([A-Za-z][A-Za-z -]{1,24}?)\s*:\s*(?=\S)")
_DATE_LABEL = re.compile(r"(published|posted|(?:last\s+)?updated|(?:last\s+)?modified)(?:\s+on)?\s+(?=\S)", re.IGNORECASE)
_PUBLISHER_GAP = re.compile(r",\s*|\s+[|–—•·-]\s+|\s*\((?=[^()]*\)\s*\Z)")
# In "The Letter 4 October 2018" nothing but a space parts the name from the date
_SPACE = re.compile(r",?\s+")
_LONGEST_NAME = 80
# No date is written with more characters; looking for one behind each comma of a long line would take long
_LONGEST_DATE = 80
_COLUMN = re.compile(r"\s+[|•·]\s+")
_UNDERLINE = re.compile(r"[=\-~*_]{3,}")
# A line that ends in the middle of a list of names is one with the next
_LINE_END = re.compile(r"(?<![,;&])(?<!\sand)\n")
_SENTENCE_END = (".", ",", ";", ":")
_SECTION = re.compile(r"(?:opinion|news|analysis|commentary|features?|world|politics|\d+\s+min\S*.*)\Z", re.IGNORECASE)


class Header:
    """Reads the header of a page until the text begins; `title` and `abstract` are the blocks of what was found there."""

    def __init__(self, draft: Draft, plain: bool) -> None:
        self.title: Block | None = None
        self.abstract: Block | None = None
        self._draft = draft
        self._plain = plain

    def read(self, blocks: list[Block]) -> list[Block]:
        """Read title, lines and abstract; return the blocks below them."""
        return self.read_lines(self._read_title(blocks), with_abstract=True)

    def read_lines(self, blocks: list[Block], with_abstract: bool = False) -> list[Block]:
        """Read byline, dateline and labelled lines, and where asked for an abstract in italics; return the rest."""
        rest, kept = blocks, list[Block]()
        while rest:
            block, *after = rest
            left = self._take_lines(block) if block.kind in ("paragraph", "heading") else [block]
            if block.kind == "rule" and self._draft.authors and not self.abstract:
                left = []
            if left and with_abstract and self.abstract is None and self._is_abstract(block, after):
                self.abstract, left = block, []
                self._draft.abstract = block.datum()
            if left and not self._is_between_lines(left[0], after):
                return [*kept, *left, *after]
            kept.extend(left)
            rest = after
        return [*kept, *rest]

    def _is_between_lines(self, block: Block, after: list[Block]) -> bool:
        """Tell whether a short line that we do not know stands above one that we know by its label: then it is text, alone."""
        if block.kind != "paragraph" or len(block.text) > _LONGEST_HEADER_LINE // 2 or not after:
            return False
        first = next(iter(_lines(after[0])), None)
        return first is not None and _labelled(after[0].part(*first), Draft(self._draft.record))

    def _read_title(self, blocks: list[Block]) -> list[Block]:
        """Take the title off the top: a heading, a paragraph in bold, or the line above a byline."""
        rest = blocks[1:] if blocks and blocks[0].kind == "rule" else blocks
        if not rest:
            return rest
        first, *after = rest
        end = len(first.text) if first.kind == "heading" else self._title_end(first, after)
        if not end:
            return rest
        lines = [line for line in _lines(first) if line[1] <= end and not _UNDERLINE.fullmatch(first.text[slice(*line)].strip())]
        self.title = first.part(0, lines[-1][1] if lines else end)
        self._draft.title = self.title.datum()
        below = first.part(end, len(first.text))
        return [below, *after] if below.text else after

    def _title_end(self, first: Block, after: list[Block]) -> int:
        """Return where the title in a paragraph ends; 0 where there is none."""
        lines = _lines(first)
        if first.kind != "paragraph" or not lines or self._knows(first, lines[0]):
            return 0
        known = next((index for index, line in enumerate(lines) if self._knows(first, line)), 0)
        begin, end = lines[0][0], lines[known - 1][1] if known else len(first.text)
        text = first.text[begin:end].strip()
        if len(text) > _LONGEST_TITLE or (known or len(lines)) > _MOST_TITLE_LINES or not re.search(r"\w", text):
            return 0
        if first.style == "strong" and (known or after):
            return end
        above_header = bool(known) or (bool(after) and bool(_lines(after[0])) and self._knows(after[0], _lines(after[0])[0]))
        alone = self._plain and bool(after) and len(lines) == 1
        underlined = self._plain and _UNDERLINE.fullmatch(first.text[slice(*lines[-1])].strip()) is not None
        return end if (above_header or alone or underlined) and not text.endswith(_SENTENCE_END) else 0

    def _is_abstract(self, block: Block, after: list[Block]) -> bool:
        return block.kind == "paragraph" and block.style == "emphasis" and bool(after) and not Footer.knows(block)

    def _take_lines(self, block: Block) -> list[Block]:
        """Read the lines of a block; return what is not of the header, as one block again."""
        for begin, end in _lines(block):
            line = block.part(begin, end)
            if len(line.text) > _LONGEST_HEADER_LINE or not self._take(line, self._draft):
                return [block.part(begin, len(block.text))]
        return []

    def _knows(self, block: Block, line: tuple[int, int]) -> bool:
        """Tell whether a line is one of the header, without taking it."""
        return block.kind in ("paragraph", "heading") and self._take(block.part(*line), Draft(self._draft.record))

    def _take(self, line: Block, draft: Draft) -> bool:
        """Take one line of the header, which bars or dots may part in columns; tell whether it was one."""
        columns = _columns(line)
        known = [_labelled(part, draft) or _byline(part, draft) or _dateline(part, draft) for part in columns]
        if not any(known):
            return False
        for index, (part, is_known) in enumerate(zip(columns, known, strict=True)):
            if is_known:
                continue
            is_before_date = known[index + 1 : index + 2] == [True] and not _SECTION.match(part.text)
            if is_before_date and draft.published and draft.publisher is None and look_like_names([part.text]):
                draft.publisher = part.datum()
            else:
                draft.note(f"not understood beside the byline: {part.text[:80]!r}", part.span)
        return True


def _lines(block: Block) -> list[tuple[int, int]]:
    """Return begin and end of each line of a block that is not blank."""
    starts = [0, *(match.end() for match in _LINE_END.finditer(block.text))]
    ends = [*(start - 1 for start in starts[1:]), len(block.text)]
    return [(begin, end) for begin, end in zip(starts, ends, strict=True) if block.text[begin:end].strip()]


def _columns(line: Block) -> list[Block]:
    """Return the parts of a line that bars or dots set apart."""
    gaps = list(_COLUMN.finditer(line.text))
    starts = [0, *(gap.end() for gap in gaps)]
    ends = [*(gap.start() for gap in gaps), len(line.text)]
    return [line.part(begin, end) for begin, end in zip(starts, ends, strict=True)]


def _labelled(line: Block, draft: Draft) -> bool:
    """Take "Region: …", "Published: …" and the like; before a date the colon may be missing."""
    match = _LABEL.match(line.text)
    label = " ".join(match[1].lower().split()) if match else ""
    if label not in _LABELS:
        match = _DATE_LABEL.match(line.text)
        label = " ".join(match[1].lower().split()) if match and _is_date(line.text[match.end() :]) else ""
    if match is None or label not in _LABELS:
        return False
    _LABELS[label](line.part(match.end(), len(line.text)), draft)
    if label not in _INTERNATIONAL:
        _english(draft, line.span)
    return True


def _byline(line: Block, draft: Draft) -> bool:
    """Take "By A. Bee and C. Dee", also with a date at the end."""
    match = _BYLINE.match(line.text)
    if match is None or draft.authors:
        return False
    gap = next((gap for gap in _PUBLISHER_GAP.finditer(line.text) if _is_date(line.text[gap.end() :])), None)
    end = gap.start() if gap else len(line.text)
    names = line.part(match.end(), end)
    found = [names.text[b:e].strip() for b, e in split_names(names.text)]
    is_linked = bool(names.links) and names.links[0].begin == 0
    if not is_linked and (not look_like_names(found) or (line.kind == "heading" and any(" " not in name for name in found))):
        return False
    draft.byline = line.datum(0, end)
    _take_authors(names, draft)
    _english(draft, line.span)
    if gap:
        _take_published(line.part(gap.end(), len(line.text)), draft)
    return True


def _dateline(line: Block, draft: Draft) -> bool:
    """Take "Publisher, January 21, 2019" or a date alone; below it, "Publisher 4 October 2018" says where it came first."""
    if draft.published is not None:
        return _first_dateline(line, draft)
    starts = [(0, 0), *((gap.start(), gap.end()) for gap in _PUBLISHER_GAP.finditer(line.text))]
    starts = [start for start in starts if len(line.text) - start[1] <= _LONGEST_DATE]
    for publisher_end, date_begin in starts:
        datum = line.datum(date_begin, len(line.text.rstrip(" )")) if line.text[:date_begin].endswith("(") else None)
        if not _is_date(datum.text) or datum.text.isdigit():
            continue
        draft.published = draft.date(datum)
        if publisher_end and draft.publisher is None:
            draft.publisher = line.datum(0, publisher_end)
        if re.search("[A-Z][a-z]", datum.text):
            _english(draft, datum.span)
        return True
    return False


def _first_dateline(line: Block, draft: Draft) -> bool:
    """Take a second dateline, with the name of another publisher: who published first."""
    gaps = [*_PUBLISHER_GAP.finditer(line.text), *_SPACE.finditer(line.text)]
    gaps = [gap for gap in gaps if len(line.text) - gap.end() <= _LONGEST_DATE]
    gap = next((gap for gap in gaps if _is_date(line.text[gap.end() :]) and not line.text[gap.end() :].isdigit()), None)
    if gap is None or not 0 < gap.start() <= _LONGEST_NAME or draft.publisher is None or draft.original is not None:
        return False
    name = line.part(0, gap.start())
    if not look_like_names([name.text]) or name.text == draft.publisher.text:
        return False
    draft.original = original(name, draft)
    draft.note(f"the date of the first publication is not kept: {line.text[gap.end() :]!r}", line.span)
    return draft.original is not None


def _is_date(text: str) -> bool:
    """Tell whether a text is a date, be it one that does not exist (`Draft.date` will say so)."""
    try:
        return dates.parse(text) is not None
    except ValueError:
        return True


def _english(draft: Draft, span: Span | None) -> None:
    """The words of the layout ("By", "Theme:", the month) are English, so the page says its language."""
    if draft.language is None:
        draft.language = Datum("en", span)


# --- what a line holds ---------------------------------------------------------------------------------------------------
def _take_authors(line: Block, draft: Draft) -> None:
    """Take each name of a line; an organization behind a person's name and a comma is where that person works."""
    authors: list[Author] = []
    position = 0
    for begin, end in _name_ranges(line):
        name = line.datum(begin, end)
        between = line.text[position:begin]
        author = Author(name, is_organization(name.text))
        is_place_of_work = author.organization and authors and not re.search(r"&|\b(?:and|with)\b", between)
        if is_place_of_work and not authors[-1].organization:
            draft.note(f"taken as where {authors[-1].name.text} works, not as an author: {name.text[:80]!r}", name.span)
        else:
            authors.append(author)
        position = end
    draft.authors.extend(authors)


def _name_ranges(line: Block) -> list[tuple[int, int]]:
    """Return each name of a line: one for each link, the words between by their commas."""
    ranges: list[tuple[int, int]] = []
    position = 0
    for link in sorted(line.links):
        ranges.extend(split_names(line.text, position, link.begin))
        ranges.append((link.begin, link.end))
        position = link.end
    ranges.extend(split_names(line.text, position))
    return [(b, e) for b, e in ranges if re.search(r"\w", line.text[b:e]) and line.text[b:e].strip().lower() not in ("and", "by")]


def _listed(line: Block) -> list[Datum]:
    """Return the items of a line: its links, else what commas or semicolons part ("and" belongs to a name)."""
    if line.links:
        return [line.datum(link.begin, link.end) for link in sorted(line.links)]
    pieces = re.finditer(r"[^,;]+", line.text)
    return [line.datum(piece.start(), piece.end()) for piece in pieces if piece[0].strip()]


def _take_byline(line: Block, draft: Draft) -> None:
    if not draft.authors:
        draft.byline = line.datum()
        _take_authors(line, draft)


def _take_published(line: Block, draft: Draft) -> None:
    draft.published = draft.published or draft.date(line.datum())


def _take_modified(line: Block, draft: Draft) -> None:
    draft.modified = draft.modified or draft.date(line.datum())


def _take_publisher(line: Block, draft: Draft) -> None:
    draft.publisher = draft.publisher or line.datum()


def _take_themes(line: Block, draft: Draft) -> None:
    draft.add(draft.themes, _listed(line))


def _take_regions(line: Block, draft: Draft) -> None:
    draft.add(draft.regions, _listed(line))


def _take_tags(line: Block, draft: Draft) -> None:
    draft.add(draft.tags, _listed(line))


def _take_source(line: Block, draft: Draft) -> None:
    draft.original = draft.original or original(line, draft)


def _take_url(line: Block, draft: Draft) -> None:
    address = Datum(line.links[0].address, line.links[0].span) if line.links else line.datum()
    draft.url = draft.url or draft.address(address)


_LANGUAGES = {
    "english": "en",
    "french": "fr",
    "german": "de",
    "italian": "it",
    "portuguese": "pt",
    "russian": "ru",
    "spanish": "es",
}


def _take_language(line: Block, draft: Draft) -> None:
    printed = line.datum()
    draft.language = draft.language_tag(Datum(_LANGUAGES.get(printed.text.lower(), printed.text), printed.span))


def _take_abstract(line: Block, draft: Draft) -> None:
    draft.abstract = draft.abstract or line.datum()


_LABELS: dict[str, Callable[[Block, Draft], None]] = {
    **dict.fromkeys(("author", "authors", "written by", "by"), _take_byline),
    **dict.fromkeys(("date", "published", "published on", "posted", "posted on", "publication date"), _take_published),
    **dict.fromkeys(("updated", "updated on", "last updated", "modified", "last modified"), _take_modified),
    **dict.fromkeys(("publisher", "published by"), _take_publisher),
    **dict.fromkeys(("region", "regions"), _take_regions),
    **dict.fromkeys(("theme", "themes", "topic", "topics"), _take_themes),
    **dict.fromkeys(("tag", "tags", "keyword", "keywords", "in-depth report", "in-depth reports"), _take_tags),
    **dict.fromkeys(("source", "original source"), _take_source),
    **dict.fromkeys(("url", "address", "canonical"), _take_url),
    **dict.fromkeys(("abstract", "summary"), _take_abstract),
    "language": _take_language,
}
# Labels that pages in other languages have as well
_INTERNATIONAL = frozenset({"date", "source", "tag", "tags", "url", "region", "language"})
