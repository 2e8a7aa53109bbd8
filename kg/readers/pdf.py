"""PDF: the text layer's lines as paragraphs, read like any printed page; what the file says of itself fills the gaps.

A PDF has no lines of bytes to point at. The article's record holds the text instead, a page on each line, so that a place is
`file:page:character`. The day on which the file was made is not the day of publication, and is not taken for it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import BinaryIO

from kg import pdfium
from kg.article import Article, Author, Datum, PartKind, Record, Span
from kg.errors import Finding, KgError, Place, ReadError, TermError
from kg.readers import languages
from kg.readers.blocks import Block, Run, compose, one_line
from kg.readers.draft import Draft
from kg.readers.names import is_organization, look_like_names, split_names
from kg.readers.paragraphs import HYPHENS, Paragraph, bullet, paragraphs, usual_size
from kg.readers.printed import layout
from kg.readers.printed.header import Header

_MOST = 256 << 20
# Where a reader looks for the end of a file (the standard says 1,024 bytes; files with something behind it are read all the same)
_TAIL = 4096
_TITLE_SIZE = 1.15
_LONGEST_NAME = 60
_LONGEST_SUBJECT, _MOST_KEYWORDS = 2000, 100
# An abstract stands among the first blocks, and is no line
_FIRST_BLOCKS, _SHORTEST_ABSTRACT = 12, 80
_LONGEST_TITLE = 300
_NO_LETTERS = re.compile("[\ufffd\ue000-\uf8ff\x00-\x1f]")
_MOST_UNREADABLE = 0.2
_JUNK_TITLE = re.compile(
    r"microsoft\s+(?:word|powerpoint|excel|publisher)\b.*|untitled.*|(?:no|ohne|sans)\s+tit(?:le|el|re)|unbenannt.*"
    r"|.*\.(?:docx?|pdf|indd|qxd|qxp|odt|rtf|tex|dvi|txt|html?|p65|pmd|pptx?|xlsx?|pub|wpd|ps|eps)"
    r"|(?:document|page|slide|layout|print|draft|title|template|blank|article|news|powerpoint\s+presentation)\W*\d*"
    r"|[\W\d_]+|[^\s_]*_\S*|(?:https?|file|about):\S*|[0-9a-f-]{16,}",
    re.IGNORECASE,
)
_JUNK_AUTHOR = re.compile(
    r"(?:the\s+)?(?:author|administrator|admin|user|owner|unknown|anonymous|guest|root|staff|default|test|info|office|windows|none|n/?a|me)"
    r"\s*\d*|.*(?:microsoft|adobe|acrobat|\buser\b|\.com\b|@|\\|_).*|\S*\d\S*|[^A-Z]\S*|[A-Z]{1,3}",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"(?:\S+\s+){5,}.*[.!?][\"'”’»)]?\Z", re.DOTALL)
_ABSTRACT = re.compile(r"(?:abstract|summary)\s*(?:[.:—–-]\s*|\Z)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+(?:-[^\W\d_]+)*")
_LAST_WORD = re.compile(r"(?:[^\W\d_]+-)*[^\W\d_]+\Z")


def split(stream: BinaryIO, name: str) -> list[Record | KgError | Finding]:
    """Return the one record of a PDF file, or the error for one that is too large."""
    body = stream.read(_MOST + 1)
    if len(body) > _MOST:
        return [ReadError(f"a PDF of more than {_MOST >> 20} MB", Place(name))]
    return [Record(name, "pdf", body)]


def read(record: Record) -> Article:
    """Return the article of a PDF. Raises `ReadError` for one that is broken, encrypted, or has pictures instead of text."""
    if b"%PDF-" not in record.body[:1024]:
        raise ReadError("the file is empty" if not record.body else "no PDF", record.place())
    tail = record.body[-_TAIL:]
    if b"%%EOF" not in tail and b"startxref" not in tail:
        raise ReadError("the end of the PDF is missing", record.place())
    document = pdfium.document(record)
    _check(document, record)
    found = paragraphs(document.pages)
    record, blocks = written(found, len(document.pages), record)
    draft = Draft(record)
    _note_pages(document, draft)
    fields = document.fields
    draft.language = _language(fields["Lang"])
    parts = _read_layout(found, blocks, draft, fields)
    _complete(draft, fields)
    return draft.finish(compose(parts))


def _check(document: pdfium.Document, record: Record) -> None:
    """Refuse a PDF without a text layer, and one whose letters nobody can tell."""
    text = "".join(line.text for page in document.pages for line in page.lines)
    if not text:
        what = "no page" if not document.pages else "no text, only pictures of it; run it through character recognition first"
        raise ReadError(f"the PDF has {what}", record.place())
    if len(_NO_LETTERS.findall(text)) > _MOST_UNREADABLE * len(text):
        raise ReadError("the PDF does not say which letters its fonts print", record.place())


def _note_pages(document: pdfium.Document, draft: Draft) -> None:
    """Say what of the pages is not read."""
    starts = [0, *(match.end() for match in re.finditer(b"\n", draft.record.body))]
    empty = [Span(begin, begin) for begin, page in zip(starts, document.pages, strict=True) if not page.lines and not page.is_blank]
    if empty:
        where = f"{len(empty):,} pages" if len(empty) > 1 else "this page"
        draft.note(f"no text on {where}, only pictures or drawings", empty[0])
    for begin, page in zip(starts, document.pages, strict=True):
        if page.across:
            draft.note(f"text that stands across the page is left out: {' '.join(page.across)[:80]!r}", Span(begin, begin))


# --- the text ----------------------------------------------------------------------------------------------------------
def written(found: Sequence[Paragraph], pages: int, record: Record) -> tuple[Record, list[Block]]:
    """Return the record with the text as its body, a page on each line, and the paragraphs as blocks of it."""
    texts = [bytearray() for _ in range(pages)]
    begins: dict[tuple[int, int], int] = {}
    for index, paragraph in enumerate(found):
        for number, (page, line) in enumerate(paragraph.lines):
            is_first = number == 0 or paragraph.lines[number - 1][0] != page
            texts[page] += b"" if not texts[page] else "\u2029".encode() if is_first else b" "
            begins[index, number] = len(texts[page])
            texts[page] += line.text.encode() + (b"-" if line.hyphen else b"")
    starts = [0]
    for text in texts:
        starts.append(starts[-1] + len(text) + 1)
    known = frozenset(word.lower() for p in found for _, line in p.lines for word in _WORD.findall(line.text))
    blocks = []
    for index, paragraph in enumerate(found):
        lines = [(starts[page] + begins[index, number], line) for number, (page, line) in enumerate(paragraph.lines)]
        blocks.append(_block(paragraph, lines, known))
    return replace(record, body=b"\n".join(texts), charset="utf-8"), blocks


def _block(paragraph: Paragraph, lines: Sequence[tuple[int, pdfium.Line]], known: frozenset[str]) -> Block:
    """Return a paragraph as a block: words that a line end cut in two are whole again."""
    runs: list[Run] = []
    for number, (begin, line) in enumerate(lines):
        skipped = bullet(line.text) if number == 0 and paragraph.kind == "item" else 0
        text = line.text[skipped:] + ("-" if line.hyphen else "")
        start = begin + len(line.text[:skipped].encode())
        end = start + len(text.encode())
        if number + 1 == len(lines):
            runs.append(Run(text, start, end))
            continue
        below_begin, below = lines[number + 1]
        if not text.endswith(tuple(HYPHENS)) or text[-2:-1] in ("", " "):
            runs.extend((Run(text, start, end), Run("\n", end, below_begin, "soft")))
        elif _is_one_word(text, below.text, known):
            runs.append(Run(text[:-1], start, end - len(text[-1].encode())))
        else:
            runs.append(Run(text, start, end))
    return Block(paragraph.kind, Span(runs[0].begin, runs[-1].end), tuple(runs))


def _is_one_word(above: str, below: str, known: frozenset[str]) -> bool:
    """Tell whether a hyphen at a line's end only says that the word goes on; the rest of the text knows how it is written."""
    first, second = _LAST_WORD.search(above[-_LONGEST_NAME:-1]), _WORD.match(below[:_LONGEST_NAME])
    if above[-1] == "\u00ad":
        return True
    if first is None or second is None or not second[0][0].islower():
        return False
    return (first[0] + second[0]).lower() in known or f"{first[0]}-{second[0]}".lower() not in known


# --- title, authors and what else stands at the top -----------------------------------------------------------------------
def _read_layout(
    found: Sequence[Paragraph], blocks: list[Block], draft: Draft, fields: dict[str, str]
) -> list[tuple[PartKind, Block]]:
    """Read the printed page; the title that the file names is looked for on its first page."""
    declared = one_line(fields["Title"])
    if len(declared) > _LONGEST_TITLE or _JUNK_TITLE.fullmatch(declared):
        declared = ""
    index, evidence = _printed_title(found, blocks, declared)
    if index is None:
        draft.title = Datum(declared, None, "PDF: Title") if declared and len(blocks) else None
        return layout.read(blocks, draft, plain=True)
    draft.title = replace(blocks[index].datum(), evidence=evidence)
    above = [left for block in blocks[:index] for left in Header(draft, plain=True).read_lines([block])]
    below = _without_authors(blocks[index + 1 :], draft, _declared_authors(fields))
    below = _without_abstract(below, draft)
    title = replace(blocks[index], kind="heading")
    parts = layout.read([title, *below], draft, plain=True)
    at = 1 if parts and parts[0][0] == "headline" else 0
    return [*parts[:at], *(("paragraph", block) for block in above), *parts[at:]]


def _printed_title(found: Sequence[Paragraph], blocks: Sequence[Block], declared: str) -> tuple[int | None, str]:
    """Return which block is the title, and why: it is what the file says, or the largest letters of the first page."""
    first = [index for index, paragraph in enumerate(found) if paragraph.lines[0][0] == 0]
    wanted = _folded(declared)
    for index in first:
        text = _folded(blocks[index].text)
        is_heading = found[index].kind == "heading" and len(text) > 8
        if wanted and (text == wanted or (is_heading and (wanted.startswith(text) or text.startswith(wanted)))):
            return index, "PDF: Title, as printed"
    usual = usual_size([line for _, line in paragraph.lines] for paragraph in found)
    large = [
        i for i in first if found[i].kind == "heading" and found[i].size >= _TITLE_SIZE * usual and len(_folded(blocks[i].text)) > 3
    ]
    if not large:
        return None, ""
    large.sort(key=lambda index: (-found[index].size, index))
    best = next((index for index in large[:3] if not _is_publisher(blocks[index].text, blocks)), large[0])
    return best, "largest letters of the first page"


def _is_publisher(text: str, blocks: Sequence[Block]) -> bool:
    """Tell whether the large letters at the top are the name of the paper: then it holds the copyright."""
    name = re.compile(rf"(?:©|\bcopyright\b).{{0,40}}{re.escape(one_line(text))}", re.IGNORECASE)
    return len(text) < _LONGEST_NAME and any(name.search(block.text) for block in blocks)


def _folded(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _declared_authors(fields: dict[str, str]) -> list[str]:
    """Return the authors that the file names, unless that is a login, a program or its maker."""
    text = one_line(fields["Author"])
    programs = _folded(fields["Producer"] + fields["Creator"])
    if not text or len(text) > _LONGEST_TITLE or _JUNK_AUTHOR.fullmatch(text) or _folded(text) in programs:
        return []
    names = [text[begin:end].strip() for begin, end in split_names(text)]
    # "Novak, Marie" is one name
    names = [text] if len(names) > 1 and all(" " not in name for name in names) else names
    return names if look_like_names(names) else []


def _without_authors(blocks: list[Block], draft: Draft, declared: Sequence[str]) -> list[Block]:
    """Take the line below the title that is nothing but the names which the file says; return the other blocks."""
    wanted = {_folded(name) for name in declared}
    for index, block in enumerate(blocks[:4]):
        ranges = split_names(block.text) if len(block.text) < _LONGEST_TITLE else []
        if wanted and wanted <= {_folded(block.text[begin:end]) for begin, end in ranges}:
            draft.byline = replace(block.datum(), evidence="PDF: Author, as printed")
            names = [replace(block.datum(begin, end), evidence="PDF: Author, as printed") for begin, end in ranges]
            draft.authors = [Author(name, is_organization(name.text)) for name in names]
            return [*blocks[:index], *blocks[index + 1 :]]
    return blocks


def _without_abstract(blocks: list[Block], draft: Draft) -> list[Block]:
    """Take the abstract: what stands below or behind that word; return the other blocks."""
    for index, block in enumerate(blocks[:_FIRST_BLOCKS]):
        label = _ABSTRACT.match(block.text)
        if label is None:
            continue
        is_alone = label.end() == len(block.text)
        abstract = blocks[index + 1] if is_alone and index + 1 < len(blocks) else block.part(label.end(), len(block.text))
        if abstract.kind == "paragraph" and len(abstract.text) >= _SHORTEST_ABSTRACT:
            draft.abstract = replace(abstract.datum(), evidence="below “Abstract”")
            return [*blocks[:index], *blocks[index + 1 + is_alone :]]
    return blocks


# --- what the file says of itself ------------------------------------------------------------------------------------------
def _language(tag: str) -> Datum | None:
    try:
        return Datum(languages.tag(tag.strip()), None, "PDF: Lang")
    except TermError:
        return None


def _complete(draft: Draft, fields: dict[str, str]) -> None:
    """Fill from the file's own fields what the pages do not say."""
    if not draft.authors:
        names = [Datum(name, None, "PDF: Author") for name in _declared_authors(fields)]
        draft.authors = [Author(name, is_organization(name.text)) for name in names]
    subject = one_line(fields["Subject"])
    if draft.abstract is None and len(subject) < _LONGEST_SUBJECT and _SENTENCE.fullmatch(subject):
        draft.abstract = Datum(subject, None, "PDF: Subject")
    keywords = [one_line(word) for word in re.split(r"[,;]", fields["Keywords"])]
    draft.add(
        draft.tags, [Datum(word, None, "PDF: Keywords") for word in keywords[:_MOST_KEYWORDS] if 0 < len(word) <= _LONGEST_NAME]
    )
    made = re.match(r"D:(\d{4})(\d\d)(\d\d)", fields["CreationDate"])
    if draft.published is None and made:
        reason = f"no day of publication is printed; the file was made on {made[1]}-{made[2]}-{made[3]}, which need not be it"
        draft.tell(reason, None)
