"""The text layer of a PDF, line by line: the only door to pdfium, which runs in a child process because it is C++ on foreign data.

The child gets the file on its standard input and answers in JSON; it can open no file, and its memory and time are bounded.
It stands outside of `readers`, so that the child need not load them all.
"""

from __future__ import annotations

import codecs
import ctypes
import importlib
import importlib.util
import json
import math
import re
import sys
from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple

from kg import confined
from kg.article import Record
from kg.errors import ReadError

_TIMEOUT = 20.0
_MEMORY = 1 << 30
# More than the longest book; what claims more is made to fill the memory
_MOST_TEXT = 5_000_000
_LARGEST = 1_000_000
_FIELDS = ("Title", "Author", "Subject", "Keywords", "Creator", "Producer", "CreationDate")
# pdfium writes U+FFFE for a hyphen at the end of a line, and then no line end
_LINE = re.compile(r"([^\r\n\ufffe]*)(\ufffe|\r\n?|\n|\Z)")
_BOLD = re.compile(rb"bold|black|heavy|demi|CMBX", re.IGNORECASE)
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_REASONS = {2: "cannot be opened", 3: "no PDF, or damaged", 4: "encrypted: it needs a password", 5: "encrypted in an unknown way"}


class Line(NamedTuple):
    """A line as printed: its text, where it stands (in points, from the bottom left), and its letters."""

    text: str
    left: float
    right: float
    base: float
    size: float
    bold: bool
    hyphen: bool


class Page(NamedTuple):
    """A page: how high it is, its lines in the order of the text layer, the texts that stand across, and if anything is on it."""

    height: float
    lines: tuple[Line, ...]
    across: tuple[str, ...] = ()
    is_blank: bool = False


class Document(NamedTuple):
    """The pages of a file, and what it says of itself ("Title", "Author" … and "Lang")."""

    pages: tuple[Page, ...]
    fields: dict[str, str]


def document(record: Record) -> Document:
    """Return the text layer of a PDF. Raises `ReadError` for a file that cannot be read, and where pdfium is not installed."""
    if importlib.util.find_spec("pypdfium2") is None:
        raise ReadError("reading PDF needs pypdfium2: pip install 'article-kg[pdf]'", record.place())
    try:
        answer = json.loads(confined.run(__name__, "answer_request", record.body, _TIMEOUT))
    except confined.ChildError as error:
        raise ReadError(f"the PDF cannot be read: {error}", record.place()) from error
    if reason := answer.get("error"):
        raise ReadError(f"the PDF cannot be read: {reason}", record.place())
    pages = (Page(page[0], tuple(Line(*line) for line in page[1]), tuple(page[2]), page[3]) for page in answer["pages"])
    return Document(tuple(pages), answer["fields"])


# --- in the child ----------------------------------------------------------------------------------------------------
def answer_request() -> None:
    """Answer with the text layer of the file on standard input."""
    pdfium: Any = importlib.import_module("pypdfium2.raw")
    body = sys.stdin.buffer.read()
    codecs.lookup("utf-16-le")  # a file of its own, and soon none can be opened
    with confined.confine(_MEMORY):
        pdfium.FPDF_InitLibrary()
        sys.stdout.write(json.dumps(_answer(pdfium, body)))
        sys.stdout.flush()


def _answer(pdfium: Any, body: bytes) -> dict[str, Any]:
    file = pdfium.FPDF_LoadMemDocument64(body, len(body), None)
    if not file:
        return {"error": _REASONS.get(pdfium.FPDF_GetLastError(), "not understood")}
    pages, length = [], 0
    for number in range(pdfium.FPDF_GetPageCount(file)):
        page = pdfium.FPDF_LoadPage(file, number)
        if not page:
            return {"error": f"page {number + 1} is damaged"}
        pages.append(_page(pdfium, page))
        pdfium.FPDF_ClosePage(page)
        length += sum(len(line.text) for line in pages[-1].lines)
        if length > _MOST_TEXT:
            return {"error": f"more than {_MOST_TEXT:,} characters"}
    fields = {name: _field(pdfium.FPDF_GetMetaText, file, name.encode()) for name in _FIELDS}
    fields["Lang"] = _field(pdfium.FPDFCatalog_GetLanguage, file)
    return {"pages": pages, "fields": fields}


def _field(getter: Any, *arguments: Any) -> str:
    length = getter(*arguments, None, 0)
    buffer = (ctypes.c_ushort * (length // 2 + 1))()
    getter(*arguments, buffer, length)
    return bytes(buffer).decode("utf-16-le", "replace").rstrip("\0")


def _page(pdfium: Any, page: Any) -> Page:
    """Return a page turned so that most of its text stands upright."""
    text = pdfium.FPDFText_LoadPage(page)
    if not text:
        return Page(0, ())
    width, height = pdfium.FPDF_GetPageWidthF(page), pdfium.FPDF_GetPageHeightF(page)
    if pdfium.FPDFPage_GetRotation(page) % 2:
        width, height = height, width
    found = list(_pieces(pdfium, text))
    turns = Counter[int]()
    for _, letters, turn in found:
        turns[turn] += len(letters)
    upright = max((turn for turn in turns if turn >= 0), key=lambda turn: turns[turn], default=0)
    lines = tuple(_turned(line, upright, width, height) for line, _, turn in found if turn == upright)
    across = tuple(letters for _, letters, turn in found if turn != upright)
    pdfium.FPDFText_ClosePage(text)
    return Page(width if upright % 2 else height, lines, across, pdfium.FPDFPage_CountObjects(page) == 0)


class _Piece(NamedTuple):
    """A line before its page is turned: the first letter's origin and the last one's far corner."""

    text: str
    origin: tuple[float, float]
    end: tuple[float, float]
    size: float
    bold: bool
    hyphen: bool


def _pieces(pdfium: Any, text: Any) -> Iterator[tuple[_Piece, str, int]]:
    """Yield each line of a page with its text and its quarter turns from upright (-1: aslant)."""
    count = pdfium.FPDFText_CountChars(text)
    buffer = (ctypes.c_ushort * (count * 2 + 2))()
    written = pdfium.FPDFText_GetText(text, 0, count, buffer)
    content = bytes(buffer)[: max(0, written - 1) * 2].decode("utf-16-le", "surrogatepass")
    start = 0
    for match in _LINE.finditer(content):
        letters = match[1].strip()
        if letters:
            first = start + _units(match[1][: len(match[1]) - len(match[1].lstrip())])
            last = start + _units(match[1].rstrip()) - 1
            yield _piece(pdfium, text, match[1], (first, (first + last) // 2, last), match[2] == "\ufffe")
        start += _units(match[0])


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _piece(pdfium: Any, text: Any, letters: str, samples: tuple[int, int, int], hyphen: bool) -> tuple[_Piece, str, int]:
    """Return a line whose first, middle and last letters have these numbers; the middle value of the three counts."""
    indices = [pdfium.FPDFText_GetCharIndexFromTextIndex(text, sample) for sample in samples]
    x, y, box, matrix = ctypes.c_double(), ctypes.c_double(), pdfium.FS_RECTF(), pdfium.FS_MATRIX()
    name = ctypes.create_string_buffer(120)
    origins, sizes, bold = [], [], 0
    for index in indices:
        pdfium.FPDFText_GetCharOrigin(text, index, x, y)
        origins.append((x.value, y.value))
        pdfium.FPDFText_GetMatrix(text, index, matrix)
        sizes.append(abs(pdfium.FPDFText_GetFontSize(text, index)) * math.hypot(matrix.c, matrix.d))
        pdfium.FPDFText_GetFontInfo(text, index, name, len(name), None)
        bold += _BOLD.search(name.value) is not None
    pdfium.FPDFText_GetLooseCharBox(text, indices[-1], box)
    turns = pdfium.FPDFText_GetCharAngle(text, indices[1]) / (math.pi / 2)
    turn = round(turns) % 4 if abs(turns - round(turns)) < 0.05 else -1
    end = (box.left if turn == 2 else box.right, box.bottom if turn == 3 else box.top)
    whole = letters.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    clean = " ".join(whole.translate(_LIGATURES).split())
    middle = sorted(origins, key=lambda origin: origin[turn % 2 == 0])[1]
    origin = (middle[0], origins[0][1]) if turn % 2 else (origins[0][0], middle[1])
    return _Piece(clean, origin, end, sorted(sizes)[1], bold == len(indices), hyphen), clean, turn


def _turned(piece: _Piece, turn: int, width: float, height: float) -> Line:
    """Return a line with its page turned back by quarters."""

    def turned(x: float, y: float) -> tuple[float, float]:
        return ((x, y), (y, width - x), (width - x, height - y), (height - y, x))[turn]

    (left, base), (right, _) = turned(*piece.origin), turned(*piece.end)
    left, right, base, size = (_bounded(number) for number in (left, right, base, piece.size))
    return Line(piece.text, left, right, base, size, piece.bold, piece.hyphen)


def _bounded(number: float) -> float:
    """Return a measure in tenths of a point; what is no place on any sheet is 0."""
    return round(number, 1) if abs(number) < _LARGEST else 0.0
