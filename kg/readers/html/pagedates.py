"""When a page was published and changed: what its mark-up claims, what it shows near its title, and what its address says."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from kg.article import Datum, Span
from kg.readers import dates
from kg.readers.html.byleads import BY
from kg.readers.html.bylines import is_teaser
from kg.readers.html.claims import Claim
from kg.readers.html.page import Element, Page
from kg.readers.html.values import located
from kg.readers.html.visible import Sighting, View, lines_of, quote

_LONGEST_DATELINE, _LONGEST_TEXT = 200, 1_000
_MOST_LONE = 3
_LONGEST_BYLINE, _LONGEST_SIGNED = 160, 100
# How far a date may stand from the title, in characters shown
_BEFORE, _BEHIND, _NEAR = 500, 1_500, 500
_MODIFIED = re.compile(
    r"updated?|modified|last\s+(?:change|edit|review)|revised|edited|aktualisier|ge[äa]ndert|änderung|überarbeitet|bearbeitet|\bstand\b|"
    r"mis(?:e)?\s+à\s+jour|modifi[ée]|actualizad|modificad|aggiornat|modificat|atualizad|bijgewerkt|gewijzigd|laatst|обновлен|изменен|"
    r"aktualizac|zaktualizowan|güncelle|uppdatera|ændret|opdateret|oppdatert|endret",
    re.IGNORECASE,
)
_MODIFIED_NAME = re.compile(r"updat|modif|revis|lastmod|aktuali", re.IGNORECASE)
_PUBLISHED_NAME = re.compile(r"publi|posted|created|entry-date|pubdate|post-date|veroeff|datum|fecha|data", re.IGNORECASE)
# Dates of something else: of an event, of a comment, of a deadline
_OTHER = re.compile(
    r"\b(?:event|beginn|ends?|until|bis\s+zum|expires?|deadline|born|geboren|abgerufen|retrieved|accessed|access date|visited|"
    r"joined|member since|mitglied seit|registriert|copyright|archived|from the original|since|seit|valid|gültig|"
    r"comment)\b|\b(?:ausgabe|issue|heft)\b[^,;|]*\Z|©",
    re.IGNORECASE,
)
_PLACE = re.compile(r"\(?[^\W\d_][\w .'/-]{1,30}(?:,|\s-|\s–|\s/|:)?\s\(?(?:den\s|le\s|on\s|am\s)?")
_LEAD_END = re.compile(r"\s*(?:[-–—:|)\]/]|\.\s|,\s)")
_LONGEST_LEAD = 80
_PATH = re.compile(
    r"(?:^|[/_.-])((?:19|20)[0-9]{2})[/_-]?([01][0-9])[/_-]?([0-3][0-9])(?=[/_.-]|$|[A-Za-z])"
    r"|(?:^|[/_.-])([0-3][0-9])[_.-]([01][0-9])[_.-]((?:19|20)[0-9]{2})(?=[/_.-]|$)"
)
_SECONDS = re.compile(r"1[0-9]{9}(?:[0-9]{3})?")
_ARCHIVE = re.compile(r"/web/[0-9]{8,14}[a-z_]*/")


class Dates(NamedTuple):
    """When a page was published and modified, and the elements that show it."""

    published: Datum | None
    modified: Datum | None
    elements: list[Element]


class Shown(NamedTuple):
    """A date that a page shows, and whether it is that of a change."""

    datum: Datum
    is_modified: bool
    sighting: Sighting
    rank: int


Note = Callable[[str, Span | None], None]


def choose(
    page: Page,
    published: Sequence[Claim],
    modified: Sequence[Claim],
    view: View,
    heading: Element | None,
    language: str | None,
    note: Note,
) -> Dates:
    """Return the dates of a page; a claimed date that is none is noted, and the next evidence believed."""
    first = _claimed(published, language, note)
    changed = _claimed(modified, language, note)
    title = view.title or 0
    near = [s for s in view.of("time", "date", "text date") if title - _BEFORE <= s.position <= title + _BEHIND]
    near = [s for s in near if s.position <= title + _NEAR or not is_teaser(s.element, heading)]
    shown = _ordered(list(_shown(page, near, language)), title)
    if first is None and all(item.is_modified for item in shown):
        far = [s for s in view.of("time", "date", "text date") if not title - _BEFORE <= s.position <= title + _BEHIND]
        far = [s for s in far if s.position <= title or not is_teaser(s.element, heading)]
        shown += _far(list(_shown(page, far, language)), title)
    printed = _printed_first(shown)
    if first and printed and _is_same_moment(first.text, printed.text):
        first = printed
    changed = changed or next((item.datum for item in shown if item.is_modified), None)
    first = first or printed or _of_address(page) or (None if shown else _only_stamp(page, heading, language))
    if first is None and shown:
        # The only date that the page prints is its date, be it called "Updated"
        first = shown[0].datum
        note("the page prints only the date of its last change; it is taken as the article's", first.span)
    elements = [date.sighting.element for date in shown if date.sighting.kind != "text date" or _is_dateline(date.sighting.element)]
    return Dates(first, changed, elements)


def _printed_first(shown: Sequence[Shown]) -> Datum | None:
    """Return the likeliest date of publication: what an element around shows of a date of change too is the last."""
    changed = {item.datum.text for item in shown if item.is_modified}
    printed = [item.datum for item in shown if not item.is_modified]
    return next((datum for datum in printed if datum.text not in changed), printed[0] if printed else None)


def _claimed(claims: Sequence[Claim], language: str | None, note: Note) -> Datum | None:
    for claim in claims:
        datum = claim.datum
        try:
            iso = dates.parse(datum.text, language or "und")
            if iso and not dates.FIRST_YEAR <= int(iso[:4]) <= dates.LAST_YEAR:
                raise ValueError(f"not between {dates.FIRST_YEAR} and {dates.LAST_YEAR}")
        except ValueError as error:
            note(f"{datum.text[:80]!r} in {datum.evidence} is no date: {error}", datum.span)
            iso = None
        else:
            if not iso and datum.text.strip():
                note(f"not a date in {datum.evidence}: {datum.text[:80]!r}", datum.span)
        iso = iso or _read(datum.text[:10], None)
        if iso:
            return Datum(iso, datum.span, datum.evidence)
    return None


def _is_same_moment(claimed: str, printed: str) -> bool:
    """Tell whether a printed day with its time is, a day off, what is claimed: the page prints the time of its own place."""
    if len(printed) <= len("2019-03-04") or claimed[:10] == printed[:10]:
        return False
    try:
        apart = date.fromisoformat(claimed[:10]) - date.fromisoformat(printed[:10])
    except ValueError:
        return False
    return abs(apart.days) == 1


def _shown(page: Page, sightings: Iterable[Sighting], language: str | None) -> Iterator[Shown]:
    """Yield the dates that elements show in short lines, in order."""
    seen: set[Element] = set()
    for sighting in sightings:
        element = sighting.element
        if element in seen:
            continue
        seen.add(element)
        stamp = _stamp(element) if sighting.kind == "time" else element.get("title") if sighting.kind == "date" else None
        if stamp:
            found = _read(stamp, language) or _from_seconds(stamp)
            if found:
                words = f"{element.get('class', '')} {element.get('itemprop', '')} {_before(element)}"
                datum = Datum(found, located(page, element, stamp), "time element" if sighting.kind == "time" else "date shown")
                yield Shown(datum, _is_modified(words), sighting, 0)
                continue
        lines = lines_of(element, _LONGEST_TEXT)
        if sighting.kind == "text date" and lines and len(lines[0]) > _LONGEST_DATELINE:
            yield from _in_lead(page, sighting, lines[0], language)
        if sighting.kind == "text date" or sum(map(len, lines)) <= _LONGEST_DATELINE:
            yield from _in_lines(page, sighting, lines, language)


def _stamp(element: Element) -> str | None:
    return element.get("datetime") or element.get("title")


def _from_seconds(stamp: str) -> str | None:
    """Return the instant that Unix time has, in seconds or thousandths."""
    if not _SECONDS.fullmatch(stamp):
        return None
    return datetime.fromtimestamp(int(stamp[:10]), UTC).isoformat()


def _in_lead(page: Page, sighting: Sighting, line: str, language: str | None) -> Iterator[Shown]:
    """Yield the date that begins a paragraph: alone or behind the name of a place ("Oslo, 3 May 2019 – ")."""
    for begin, end, iso in dates.find(line[:_LONGEST_LEAD], language):
        if begin == 0 or (_PLACE.fullmatch(line, 0, begin) and _LEAD_END.match(line, end)):
            yield Shown(_printed(page, sighting.element, line[begin:end], iso), False, sighting, 3)
        return


def _in_lines(page: Page, sighting: Sighting, lines: Sequence[str], language: str | None) -> Iterator[Shown]:
    element = sighting.element
    names = f"{element.get('class', '')} {element.get('id', '')} {element.get('itemprop', '')}"
    is_named = sighting.kind != "text date"
    for line in lines:
        position = 0
        for begin, end, iso in dates.find(line, language):
            label = line[position:begin] if position else f"{_before(element)} {line[:begin]}" if begin < 25 else line[:begin]
            position = end
            is_dateline = is_named or _makes_most(line, begin, end) or _follows_byline(line, begin)
            if _OTHER.search(label) or not is_dateline:
                continue
            is_modified = _MODIFIED.search(label) is not None or _is_modified(names)
            datum = _printed(page, element, line[begin:end], iso)
            yield Shown(datum, is_modified, sighting, 1 if is_named else 2)


def _printed(page: Page, element: Element, words: str, iso: str) -> Datum:
    return replace(quote(page, element, words, "date shown"), text=iso)


def _makes_most(line: str, begin: int, end: int) -> bool:
    """Tell whether a line is there for the date in it, and no sentence with a date."""
    return (
        len(line) <= 100 and (end - begin > 0.3 * len(line) or begin < 30) and not line.endswith((".", "?", "!"))
    ) or end - begin > 0.8 * len(line)


def _follows_byline(line: str, begin: int) -> bool:
    """Tell whether a date stands in a line behind a byline ("By Ann Bee, 3 May 2019") or behind a sign ("News · 3 May 2019")."""
    return (BY.match(line) is not None and len(line) <= _LONGEST_BYLINE) or (
        len(line) <= _LONGEST_SIGNED and line[:begin].rstrip().endswith(("|", "·", "•"))
    )


def _before(element: Element) -> str:
    """Return the words directly before an element: the label of what it shows."""
    previous = element.getprevious()
    if previous is not None:
        words = previous.tail or ""
        return (words if words.strip() else " ".join(lines_of(previous, 60)))[-60:]
    parent = element.getparent()
    return (parent.text or "")[-60:] if parent is not None else ""


def _is_modified(names: str) -> bool:
    return (_MODIFIED_NAME.search(names) is not None and _PUBLISHED_NAME.search(names) is None) or _MODIFIED.search(
        names[-60:]
    ) is not None


def _read(text: str, language: str | None) -> str | None:
    try:
        iso = dates.parse(text, language or "und")
    except ValueError:
        return None
    return iso if iso and len(iso) >= 10 and dates.FIRST_YEAR <= int(iso[:4]) <= dates.LAST_YEAR else None


def _distance(date: Shown, title: int) -> int:
    """Return how far from the title a date stands: what stands above it counts twice."""
    position = date.sighting.position
    return position - title if position >= title else 2 * (title - position)


def _ordered(shown: Sequence[Shown], title: int) -> list[Shown]:
    """Return the dates near the title, the likeliest to be the article's first."""
    return sorted(shown, key=lambda date: _distance(date, title) + 100 * date.rank)


def _far(shown: Sequence[Shown], title: int) -> list[Shown]:
    """Return the dates further on: those behind the title that mark-up calls dates, then those alone on a line."""
    named = [date for date in shown if date.rank < 2 and date.sighting.position > title]
    lone = [date for date in shown if date not in named]
    # Several dates on lines of their own are a list's
    lone = lone if len({date.datum.text for date in lone}) <= _MOST_LONE else []
    return [*named, *sorted(lone, key=lambda date: _distance(date, title))]


def _only_stamp(page: Page, heading: Element | None, language: str | None) -> Datum | None:
    """Return the day that all `time` elements of a page have in common, wherever they stand."""
    stamps = [(element, stamp) for element in page.root.iter("time") if (stamp := element.get("datetime"))]
    stamps = [(element, stamp) for element, stamp in stamps[:50] if not is_teaser(element, heading)]
    days = {iso[:10] for _, stamp in stamps if (iso := _read(stamp, language))}
    return Datum(days.pop(), located(page, *stamps[0]), "time element") if len(days) == 1 else None


def _is_dateline(element: Element) -> bool:
    return sum(map(len, lines_of(element, 101))) <= 100


def _of_address(page: Page) -> Datum | None:
    """Return the day in an address ("/2019/03/04/")."""
    try:
        path = _ARCHIVE.sub("/", urlsplit(page.record.url or "").path)
    except ValueError:
        return None
    for match in _PATH.finditer(path):
        year, month, day = (match[1], match[2], match[3]) if match[1] else (match[6], match[5], match[4])
        found = _read(f"{year}-{month}-{day}", None)
        if found:
            return Datum(found, Span(0, 0), "address of the page")
    return None
