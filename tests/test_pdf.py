"""PDF: lines become paragraphs, the printed page comes before what the file says, and no file breaks more than itself."""

from __future__ import annotations

import importlib
import json
import re
import zlib
from collections.abc import Sequence
from functools import lru_cache
from io import BytesIO
from typing import Any
from unittest import mock

import pytest

from kg import confined, pdfium
from kg.article import Article, Record, to_json
from kg.errors import ReadError
from kg.readers import pdf

# A line to print: left, base, size of the letters, text; a text that begins with "*" is set in bold
Print = tuple[float, float, float, str]
WIDTH, HEIGHT = 400, 600


def escaped(text: str) -> bytes:
    return text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def printed(line: Print, turn: str = "1 0 0 1") -> bytes:
    left, base, size, text = line
    font = b"/F2" if text.startswith("*") else b"/F1"
    return b"BT %s %g Tf %s %g %g Tm (%s) Tj ET\n" % (font, size, turn.encode(), left, base, escaped(text.removeprefix("*")))


def made(pages: Sequence[bytes], info: str = "", catalog: str = "", page: str = "") -> bytes:
    """Return a PDF of pages with that content."""
    kids = " ".join(f"{5 + 2 * number} 0 R" for number in range(len(pages)))
    fonts = "/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >> " + (
        "/F2 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica-Bold /Encoding /WinAnsiEncoding >> >>"
    )
    objects = [
        f"<< /Type /Catalog /Pages 2 0 R {catalog} >>".encode(),
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        f"<< {info} >>".encode("cp1252"),
        f"<< {fonts} >>".encode(),
    ]
    for number, content in enumerate(pages):
        box = f"/MediaBox [0 0 {WIDTH} {HEIGHT}] /Resources 4 0 R"
        objects.append(f"<< /Type /Page /Parent 2 0 R {box} {page} /Contents {6 + 2 * number} 0 R >>".encode())
        packed = zlib.compress(content)
        objects.append(b"<< /Length %d /Filter /FlateDecode >> stream\n%s\nendstream" % (len(packed), packed))
    body, offsets = b"%PDF-1.7\n", []
    for number, item in enumerate(objects, 1):
        offsets.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, item)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    trailer = b"trailer << /Size %d /Root 1 0 R /Info 3 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(body))
    return body + b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1) + table + trailer


def pages(*lines: Sequence[Print]) -> list[bytes]:
    return [b"".join(map(printed, page)) for page in lines]


def column(text: str, base: float = 500, left: float = 40, size: float = 10, step: float = 12, indent: float = 0) -> list[Print]:
    """Return the lines of a text, one below the other; an indent is the first one's."""
    return [
        (left + (0 if number else indent), base - step * number, size, line.strip())
        for number, line in enumerate(text.strip().splitlines())
    ]


@lru_cache
def library() -> Any:
    found: Any = importlib.import_module("pypdfium2.raw")
    found.FPDF_InitLibrary()
    return found


def answer_here(module: str, function: str, body: bytes, timeout: float) -> bytes:
    """Answer as the child does, whose start takes longer than the rest of most tests."""
    return json.dumps(pdfium._answer(library(), body)).encode()


def read_apart(body: bytes) -> Article:
    return pdf.read(Record("a.pdf", "pdf", body))


def read(body: bytes) -> Article:
    with mock.patch.object(confined, "run", answer_here):
        return read_apart(body)


def texts(body: bytes) -> list[tuple[str, str]]:
    article = read(body)
    return [(part.kind, article.text[part.begin : part.end]) for part in article.parts]


def refusal(body: bytes) -> str:
    with pytest.raises(ReadError) as caught:
        read_apart(body)
    return str(caught.value)


HEAD: list[Print] = [(40, 550, 20, "Rivers of the North"), (40, 525, 10, "By Marie Novak"), (40, 510, 10, "4 May 2024")]
FIRST = """
The two countries that share the river have agreed on how
its water is to be measured, and on who measures it. They
meet each spring at the border.
"""
SECOND = """
Nobody had expected that so little would be said about the
harbour, which both of them had claimed for so many years
before the treaty.
"""
ONE_PAGE = [*HEAD, *column(FIRST, 480), *column(SECOND, 430)]


def one(text: str) -> str:
    return " ".join(text.split())


def test_a_printed_page_gives_title_byline_date_and_paragraphs() -> None:
    assert to_json(read_apart(made(pages(ONE_PAGE)))) == {
        "source": "a.pdf",
        "title": "Rivers of the North",
        "authors": ["Marie Novak"],
        "published": "2024-05-04",
        "language": "en",
        "body": f"{one(FIRST)}\n\n{one(SECOND)}",
    }


def test_a_place_is_page_and_character() -> None:
    article = read(made(pages(ONE_PAGE, column("The second page\nhas a treaty.", 500))))
    at = article.text.index("has a treaty")
    span = article.span(at, at + 12)
    assert str(article.place(span)) == "a.pdf:2:17"
    assert article.record.body[slice(*span)] == b"has a treaty"
    assert article.title is not None
    assert str(article.place(article.title.span)) == "a.pdf:1:1"


def test_paragraphs_are_known_by_their_indents() -> None:
    lines = [*HEAD, *column(FIRST, 480, indent=12), *column(SECOND, 444, indent=12)]
    assert texts(made(pages(lines)))[1:] == [("paragraph", one(FIRST)), ("paragraph", one(SECOND))]


def test_words_that_a_line_end_cut_are_whole() -> None:
    cut = """
The governments of both countries have signed an agree-
ment on a cease-fire. The Anglo-
Saxon chronicle knows a cease-
fire and 2019-
2020 as well.
"""
    whole = (
        "The governments of both countries have signed an agreement on a cease-fire. The Anglo-Saxon chronicle knows a cease-fire"
    )
    article = read(made(pages([*HEAD, *column(cut, 480)])))
    assert article.text.endswith(f"{whole} and 2019-2020 as well.")
    at = article.text.index("agreement")
    assert article.record.body[slice(*article.span(at, at + 9))] == b"agree- ment"


def test_a_paragraph_goes_on_in_the_next_column_and_on_the_next_page() -> None:
    left = column("The two countries that\nshare the river have met\nat the border and have\nagreed on how it is to be", 480)
    right = column(
        "measured, and on who is\nto measure it. There was\nno word on the harbour\nthat both of them have", 480, left=210
    )
    after = column("claimed for many years,\nnor on its name.", 550)
    whole = one(" ".join(line[3] for line in [*left, *right, *after]))
    assert texts(made(pages([*HEAD, *left, *right], after)))[1:] == [("paragraph", whole)]


def test_a_note_at_the_foot_does_not_part_a_paragraph() -> None:
    above = column("The two countries that share the river have agreed on how\nits water is to be measured, and", 200)
    note = column("1 The treaty is printed in the second volume.", 60, size=7)
    after = column("on who measures it.", 550)
    assert texts(made(pages([*HEAD, *column(SECOND, 480), *above, *note], after)))[2:] == [
        ("paragraph", one(" ".join(line[3] for line in [*above, *after]))),
        ("paragraph", "1 The treaty is printed in the second volume."),
    ]


def test_running_heads_and_page_numbers_are_no_text() -> None:
    body = [[(40.0, 580.0, 8.0, "Example Weekly"), *column(text, 500), (200.0, 20.0, 8.0, f"- {number} -")] for number, text in
            enumerate((FIRST, SECOND, FIRST), 1)]  # fmt: skip
    assert [text for _, text in texts(made(pages(*body)))] == [one(FIRST), one(SECOND), one(FIRST)]


def test_headings_and_items_are_known() -> None:
    lines = [
        *HEAD,
        *column(FIRST, 480),
        (40, 425, 13, "The harbour"),
        *column(SECOND, 400),
        (40, 350, 10, "*What was said"),
        *column("• The river belongs to both.\n• The harbour belongs to\nnobody.", 330),
    ]
    assert texts(made(pages(lines)))[1:] == [
        ("paragraph", one(FIRST)),
        ("heading", "The harbour"),
        ("paragraph", one(SECOND)),
        ("heading", "What was said"),
        ("item", "The river belongs to both."),
        ("item", "The harbour belongs to nobody."),
    ]


def test_marks_that_are_drawn_behind_the_whole_list_belong_to_their_items() -> None:
    lines = [*HEAD, *column(FIRST, 480), *column("The river belongs to both.\nThe harbour belongs to\nnobody.", 420, left=60)]
    marks: list[Print] = [(50, 420, 10, "•"), (50, 408, 10, "•")]
    assert texts(made(pages([*lines, *marks])))[2:] == [
        ("item", "The river belongs to both."),
        ("item", "The harbour belongs to nobody."),
    ]


@pytest.mark.parametrize(
    ("turn", "move"), [("0 1 -1 0", lambda x, y: (WIDTH - y * 2 / 3, x)), ("-1 0 0 -1", lambda x, y: (WIDTH - x, HEIGHT - y))]
)
def test_a_page_that_lies_on_its_side_is_read(turn: str, move: object) -> None:
    assert callable(move)
    content = b"".join(printed((*move(left, base), size, text), turn) for left, base, size, text in ONE_PAGE)
    assert texts(made([content]))[1:] == [("paragraph", one(FIRST)), ("paragraph", one(SECOND))]


def test_text_across_the_page_is_said_and_left_out() -> None:
    content = (
        pages(ONE_PAGE)[0] + printed((20, 100, 30, "DRAFT"), "0.7 0.7 -0.7 0.7") + printed((15, 100, 8, "Volume 7"), "0 1 -1 0")
    )
    article = read(made([content]))
    reason = "a.pdf:1:1: warning: text that stands across the page is left out: 'Volume 7 DRAFT'"
    assert [str(note) for note in article.notes] == [reason]
    assert "DRAFT" not in article.text


# --- what the file says of itself -------------------------------------------------------------------------------------
def info(**fields: str) -> str:
    return " ".join(f"/{name} ({value})" for name, value in fields.items())


BARE = pages([*column(FIRST, 480), *column(SECOND, 430)])


def test_the_file_tells_what_the_page_does_not() -> None:
    said = info(
        Title="Rivers of the North",
        Author="Marie Novak; Jan Kowalski",
        Subject="How two countries share the water of one river.",
        Keywords="rivers, treaties; water",
        CreationDate="D:20240506101112Z",
    )
    article = read(made(BARE, said, "/Lang (en-GB)"))
    assert to_json(article) == {
        "source": "a.pdf",
        "title": "Rivers of the North",
        "authors": ["Marie Novak", "Jan Kowalski"],
        "language": "en-gb",
        "tags": ["rivers", "treaties", "water"],
        "abstract": "How two countries share the water of one river.",
        "body": f"{one(FIRST)}\n\n{one(SECOND)}",
    }
    assert article.title is not None
    assert article.title.evidence == "PDF: Title"
    reason = "no day of publication is printed; the file was made on 2024-05-06, which need not be it"
    assert [str(note) for note in article.notes] == [f"a.pdf:1: info: {reason}"]


@pytest.mark.parametrize(
    "title", ["Microsoft Word - rivers.doc", "untitled", "rivers_v2.indd", "Document1", "https://example.org/", "12", "-"]
)
def test_a_title_that_a_program_made_up_is_none(title: str) -> None:
    assert read(made(BARE, info(Title=title))).title is None


@pytest.mark.parametrize(
    "author", ["mnovak", "Administrator", "user", "Microsoft Office User", "HP", "m.novak@example.org", "Example Writer 7"]
)
def test_an_author_that_is_a_login_or_a_program_is_none(author: str) -> None:
    assert read(made(BARE, info(Author=author, Producer="Example Writer 7.1"))).authors == ()


def test_the_printed_title_comes_before_one_that_is_not_printed() -> None:
    article = read(made(pages(ONE_PAGE), info(Title="Template for the spring issue")))
    assert article.title is not None
    assert (article.title.text, article.title.evidence) == ("Rivers of the North", "largest letters of the first page")


def test_the_title_that_the_file_says_is_found_below_larger_letters() -> None:
    lines: list[Print] = [(40, 570, 30, "Example Weekly"), *HEAD, *column(FIRST, 480)]
    said = made(pages(lines), info(Title="Rivers of the North"))
    held = made(pages([*lines, *column("© 2024 Example Weekly", 100)]))
    for body in (said, held):
        article = read(body)
        assert article.title is not None
        assert article.title.text == "Rivers of the North"
        assert [author.name.text for author in article.authors] == ["Marie Novak"]


def test_a_line_of_nothing_but_the_authors_is_a_byline() -> None:
    lines: list[Print] = [(40, 550, 20, "Rivers of the North"), (40, 525, 10, "Marie Novak and Jan Kowalski"), *column(FIRST, 480)]
    article = read(made(pages(lines), info(Author="Marie Novak, Jan Kowalski")))
    assert article.byline is not None
    assert article.byline.text == "Marie Novak and Jan Kowalski"
    assert [str(article.place(author.name.span)) for author in article.authors] == ["a.pdf:1:21", "a.pdf:1:37"]
    assert article.body() == one(FIRST)


@pytest.mark.parametrize("label", ["Abstract. ", "ABSTRACT: ", "Summary — "])
def test_an_abstract_is_known_by_that_word(label: str) -> None:
    lines = [*HEAD, *column(label + FIRST.strip(), 480), *column(SECOND, 430)]
    below = [*HEAD, (40, 480, 10, "*" + label.strip(" .:—")), *column(FIRST, 460), *column(SECOND, 410)]
    for printed_lines in (lines, below):
        article = read(made(pages(printed_lines)))
        assert article.abstract is not None
        assert article.abstract.text == one(FIRST)
        assert [part.kind for part in article.parts] == ["headline", "abstract", "paragraph"]


def test_a_name_turned_round_is_one_name() -> None:
    assert [author.name.text for author in read(made(BARE, info(Author="Novak, Marie"))).authors] == ["Novak, Marie"]


def test_a_language_that_is_none_is_left_out() -> None:
    assert read(made(BARE, catalog="/Lang (not a tag)")).language is None


# --- broken, hostile, foreign -----------------------------------------------------------------------------------------
def test_a_file_that_is_no_pdf_or_broken_is_refused() -> None:
    body = made(BARE)
    assert refusal(b"") == "a.pdf:1: the file is empty"
    assert refusal(b"once upon a time") == "a.pdf:1: no PDF"
    assert refusal(body[: len(body) // 2]) == "a.pdf:1: the end of the PDF is missing"
    assert refusal(b"%PDF-1.7\nnothing\n%%EOF\n") == "a.pdf:1: the PDF cannot be read: no PDF, or damaged"


def test_a_file_without_text_is_refused() -> None:
    drawing = b"0 0 100 100 re f\n"
    reason = "the PDF has no text, only pictures of it; run it through character recognition first"
    assert refusal(made([drawing])) == f"a.pdf:1: {reason}"
    assert refusal(made([])) == "a.pdf:1: the PDF has no page"


def test_a_page_without_text_is_said() -> None:
    article = read(made([pages(ONE_PAGE)[0], b"0 0 100 100 re f\n", b"", *BARE]))
    reason = "a.pdf:2:1: warning: no text on this page, only pictures or drawings"
    assert [str(note) for note in article.notes] == [reason]
    article = read(made([pages(ONE_PAGE)[0], *[b"0 0 100 100 re f\n"] * 9]))
    assert [str(note) for note in article.notes] == [reason.replace("this page", "9 pages")]


def test_an_encrypted_file_is_refused() -> None:
    locked = f"/Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <{'41' * 32}> /U <{'42' * 32}> >> /ID [<00> <00>]"
    body = made(BARE).replace(b"/Info 3 0 R", b"/Info 3 0 R " + locked.encode())
    assert refusal(body) == "a.pdf:1: the PDF cannot be read: encrypted: it needs a password"


@pytest.mark.parametrize("turn", ["1e38 0 0 1e38", "0 0 0 0", "nan 0 0 1"])
def test_letters_of_no_size_or_beyond_every_sheet_are_read_all_the_same(turn: str) -> None:
    content = pages(ONE_PAGE)[0] + b"1e38 0 0 1e38 0 0 cm " + printed((1e38, -1e38, 1e38, "far away"), turn)
    assert read(made([content])).text.startswith("Rivers of the North")


def test_three_thousand_headings_take_no_long_time() -> None:
    body = made([b"".join(printed((40, number * 30, 12 + number % 9, f"Heading {number}")) for number in range(3000))])
    read(body)


def test_without_pdfium_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert refusal(made(BARE)) == "a.pdf:1: reading PDF needs pypdfium2: pip install 'article-kg[pdf]'"


def test_a_file_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdfium, "_TIMEOUT", 0.001)
    assert refusal(made(BARE)) == "a.pdf:1: the PDF cannot be read: not done within 0.001 seconds"


def test_a_file_that_swells_is_refused_within_bounds() -> None:
    line = b"0 -12 Td (" + b"river " * 1000 + b") Tj\n"
    reason = refusal(made([b"BT /F1 10 Tf 10 90000 Td\n" + line * 900 + b"ET\n"]))
    assert re.fullmatch(r"a\.pdf:1: the PDF cannot be read: (?:more than 5,000,000 characters|.* needs too much memory.*)", reason)


def test_the_same_file_gives_the_same_article() -> None:
    body = made(pages(ONE_PAGE))
    assert read_apart(body) == read_apart(body) == read(body)
    assert list(pdf.split(BytesIO(body), "a.pdf")) == [Record("a.pdf", "pdf", body)]
