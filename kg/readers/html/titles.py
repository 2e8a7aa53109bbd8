"""The title of a page: as its heading prints it, without the name of the site that `title` and `meta` elements add."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import islice
from typing import NamedTuple
from urllib.parse import urlsplit

from kg.article import Datum
from kg.readers.html.claims import Claim
from kg.readers.html.page import Element, Page
from kg.readers.html.visible import lines_of, quote

SEPARATOR = re.compile(r"\s+[|│–—•·»«›‹:⋆~]{1,2}\s+|\s+[-/]{1,2}\s+|\s*[|»«]\s*|\s+-(?=\S)|:\s+|\s+\((?=[^()]*\)\Z)|,\s+")
_ACCENTS = re.compile("[\u0300-\u036f]+")
_WORDS = re.compile(r"\w+")
_HEADINGS = ("h1", "h2", "h3", "h4")
_MOST_HEADINGS = 200
_LONGEST_TITLE = 400
# What is longer is no title, and not looked into
_LONGEST, _MOST_CLAIMS = 1_000, 20
# So many letters in common make two titles one, where one is longer
_SAME = 12
_MOST_NAMES = 20
# Such a part of their words in common makes two titles about the same
_PART = 0.3
_TITLE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:entry|post|article|story|page|news|main|content)?[-_]{0,2}(?:title|headline|titel|titulo|titre)(?:$|[\s_-])",
    re.I,
)
_ORDER = (
    "microformat: entry-title",
    "microdata: headline",
    "RDFa: headline",
    "JSON-LD: headline",
    "meta: citation_title",
    "meta: dc:title",
    "meta: og:title",
)
_SUBDOMAINS = frozenset("www www1 www2 m mobile amp en de fr es it news blog blogs web archive co com org net gov ac".split())


class Title(NamedTuple):
    """A title, the element that shows it (None: nowhere), the `title` element's text and what it adds to the title.

    `names` are the letters of the publication's names: as claimed, as the host has it, and as added to the title.
    """

    datum: Datum | None
    heading: Element | None
    whole: Datum | None
    around: list[str]
    names: frozenset[str]


def letters(text: str) -> str:
    """Return a text by which titles and names are compared: its letters and digits alone, without accents."""
    return _letters(text[:_LONGEST])


@lru_cache(maxsize=4096)
def _letters(text: str) -> str:
    if not text.isascii():
        text = _ACCENTS.sub("", unicodedata.normalize("NFKD", text))
    return "".join(_WORDS.findall(text)).casefold()


def choose(page: Page, claims: Sequence[Claim], names: Iterable[str]) -> Title:
    """Return the title, by the heading that the `title` element or a claim repeats, else the strongest claim.

    `names` are those of the publication.
    """
    element = next(page.root.iter("title"), None)
    text = " ".join("".join(map(str, element.itertext())).split()) if element is not None else ""
    whole = quote(page, element, text, "title element") if element is not None and text else None
    known = _known(page, names) | _of_site(page, whole.text if whole else "")
    said = sorted((c.datum for c in claims if letters(c.datum.text) not in known), key=_rank)[:_MOST_CLAIMS]
    # A `title` element that has only the site's name says nothing of the article
    is_name = whole is not None and bool(said) and letters(whole.text) in known
    texts = [datum.text for datum in said] + ([whole.text] if whole and not is_name else [])
    heading, words = _heading(page, texts, known) or (_only(page, texts, known), "")
    around = _around(whole.text, heading, said, known) if whole else []
    known |= {letters(name) for name in around}
    rest = whole, around, frozenset(known)
    headline = _own_headline(said)
    if heading is not None and (headline is None or _likeness(letters(words or _words(heading)), letters(headline.text))):
        words = words or _words(heading)
        return Title(quote(page, heading, words, str(heading.tag)), heading, *rest)
    for datum in [*([headline] if headline else []), *said, *([whole] if whole else [])]:
        text = without_names(datum.text, known)
        if text:
            return Title(Datum(text, datum.span, datum.evidence), heading, *rest)
    return Title(whole, None, *rest)


def _own_headline(said: Sequence[Datum]) -> Datum | None:
    """Return the headline of the article's JSON-LD, unless it only repeats what is written for search engines."""
    headline = next((datum for datum in said if datum.evidence == "JSON-LD: headline"), None)
    other = next((datum for datum in said if datum.evidence == "meta: og:title"), None)
    return None if headline is None or other is None or _likeness(letters(headline.text), letters(other.text)) else headline


def _words(heading: Element) -> str:
    return " ".join(lines_of(heading, _LONGEST_TITLE * 2))


def _rank(datum: Datum) -> int:
    return next((rank for rank, evidence in enumerate(_ORDER) if datum.evidence == evidence), len(_ORDER))


def _known(page: Page, names: Iterable[str]) -> set[str]:
    """Return the publication's names, and those that its host gives ("example.org": "example", "exampleorg")."""
    known = {letters(name) for name in names}
    try:
        host = (urlsplit(page.record.url or "").hostname or "").removeprefix("www.")
    except ValueError:
        host = ""
    labels = [label for label in host.split(".") if label not in _SUBDOMAINS and len(label) > 2]
    return (known | {letters(host), *map(letters, labels)}) - {""}


def _of_site(page: Page, whole: str) -> set[str]:
    """Return the letters of first headings that are the site's name: those that lead to its entrance, or end the `title` element.

    The latter where another heading is the rest of it: "Title - Site", with `h1` "Site" and `h2` "Title".
    """
    headings = [
        (heading, letters(" ".join(lines_of(heading, _LONGEST_TITLE)))) for heading in islice(page.root.iter("h1"), _MOST_NAMES)
    ]
    names = {words for heading, words in headings if _leads_home(heading)}
    if len(headings) == 1 and (words := headings[0][1]) and letters(whole).endswith(words):
        rest = letters(whole).removesuffix(words)
        others = islice(page.root.iter("h2", "h3"), _MOST_NAMES)
        names |= {words for other in others if rest and letters(" ".join(lines_of(other, _LONGEST_TITLE))) == rest}
    return names - {""}


def _leads_home(heading: Element) -> bool:
    """Tell whether a heading is a link to the entrance of a site."""
    outer = heading.getparent()
    link = outer if outer is not None and outer.tag == "a" else heading.find(".//a[@href]")
    if link is None or letters(" ".join(lines_of(link, _LONGEST_TITLE))) != letters(" ".join(lines_of(heading, _LONGEST_TITLE))):
        return False
    try:
        parts = urlsplit(link.get("href", "#").strip())
    except ValueError:
        return False
    is_here = not (parts.netloc or parts.path)
    return not is_here and parts.path in ("", "/") and not (parts.query or parts.fragment)


def without_names(text: str, known: Iterable[str]) -> str:
    """Return a title without the publication's names on either end ("Title | Example Press")."""
    known = set(known) if len(text) <= _LONGEST else set()
    for _ in range(3 if known else 0):
        gaps = list(SEPARATOR.finditer(text))
        shorter = text
        for gap in reversed(gaps):
            tail = letters(text[gap.end() :])
            if tail in known:
                shorter = text[: gap.start()]
                break
        else:
            for gap in gaps:
                if letters(text[: gap.start()]) in known:
                    shorter = text[gap.end() :]
                    break
        if shorter == text:
            return text
        text = shorter.strip()
    return text


def _heading(page: Page, texts: Sequence[str], known: set[str]) -> tuple[Element, str] | None:
    """Return the heading whose words a claim or the `title` element has, the highest and first of the likest, and the words.

    Where only one line of a heading is claimed, it is the title; the others are above or below it.
    """
    said = [letters(text[:_LONGEST_TITLE]) for text in texts]
    best: tuple[tuple[int, int, int], Element, str] | None = None
    for number, heading in enumerate(page.root.iter(*_HEADINGS)):
        if number >= _MOST_HEADINGS:
            break
        lines = lines_of(heading, _LONGEST_TITLE) if len(heading) else [(heading.text or "").strip()]
        for line in ["", *lines] if len(lines) > 1 else [""]:
            shown = letters(line or " ".join(lines))
            if not shown or len(shown) > _LONGEST_TITLE or (shown in known and shown not in said):
                continue
            grade = max((_likeness(shown, title) for title in said), default=0)
            rank = (grade, -int(str(heading.tag)[1]), -number)
            if grade and (best is None or rank > best[0]):
                best = rank, heading, line
    return best and (best[1], best[2])


def _only(page: Page, texts: Sequence[str], known: set[str]) -> Element | None:
    """Return the one heading of the first rank, if it has words of a claimed title; no claim: if it is not the site's name."""
    shown = [(heading, " ".join(lines)) for heading in page.root.iter("h1") if (lines := lines_of(heading, _LONGEST_TITLE))]
    shown = [(heading, text) for heading, text in shown if letters(text) not in known]
    if len(shown) != 1:
        return None
    return shown[0][0] if not texts or any(_overlap(shown[0][1], text) for text in texts) else None


def _overlap(first: str, second: str) -> bool:
    """Tell whether two titles are about the same by their words."""
    one, two = (set(_WORDS.findall(text.casefold())) for text in (first, second))
    common, fewest = len(one & two), min(len(one), len(two))
    return common >= min(2, fewest) and common > _PART * fewest


def _likeness(shown: str, said: str) -> int:
    """Return 3 for the same words, 2 where the longer begins or ends with the shorter, 1 where it holds it."""
    if shown == said:
        return 3
    short, long = sorted((shown, said), key=len)
    if len(short) < _SAME or (shown is long and len(long) > 2 * len(short)):
        return 0 if len(short) < 5 or shown is long or not (long.startswith(short) or long.endswith(short)) else 1
    if long.startswith(short) or long.endswith(short):
        return 2
    return 1 if short in long else 0


def _around(whole: str, heading: Element | None, said: Sequence[Datum], known: set[str]) -> list[str]:
    """Return the pieces of a `title` element that are not of the title that the page shows or a claim repeats."""
    titles = {letters(datum.text) for datum in said}
    if heading is not None:
        titles.add(letters(_words(heading)))
    for gap in SEPARATOR.finditer(whole, 0, _LONGEST):
        before, behind = whole[: gap.start()], whole[gap.end() :].rstrip(")")
        if letters(before) in titles:
            return [behind.strip(" |-–—")]
        if letters(behind) in titles:
            return [before.strip(" |-–—")]
    return []
