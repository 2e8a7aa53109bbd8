"""Dates as people print them, to ISO 8601: as exact as the source, never more."""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import NamedTuple

from kg.readers.months import ENGLISH, ENGLISH_WEEKDAYS, MONTHS, WEEKDAYS

# In digits: never \d, which matches those of every script
_YEAR_MONTH_DAY = re.compile(r"([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?![0-9])")
_COMPACT = re.compile(r"((?:1[5-9]|20)[0-9]{2})([0-9]{2})([0-9]{2})(?![0-9])")
_YEAR_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})(?![0-9-])")
_YEAR = re.compile(r"[0-9]{4}(?![0-9-])")
_NUMBERS = re.compile(r"([0-9]{1,2})([-/.])(\s?)([0-9]{1,2})\2\3([0-9]{4}|[0-9]{2})(?![0-9]|[-/.][0-9])")
_SIGNS = re.compile(r"([0-9]{4})\s?[年년]\s?([0-9]{1,2})\s?[月월]\s?([0-9]{1,2})\s?[日일]")
_WORD = r"([^\W\d_]{3,13})"
_DAY = r"([0-9]{1,2})(?:st|nd|rd|th|er|re|[ºª°]|-?го)?"
_OF = r"(?:(?:(?:of|de|del)\s|d['’]\s?))?"
_DAY_FIRST = re.compile(rf"{_DAY}[.,]?[-/\s]{{0,2}}{_OF}{_WORD}[.,]{{0,2}}[-/\s]{{0,2}}{_OF}([0-9]{{4}})(?![0-9])", re.IGNORECASE)
_MONTH_FIRST = re.compile(rf"{_WORD}\.?\s{{1,2}}{_DAY}\.?,?\s{{1,2}}([0-9]{{4}})(?![0-9])", re.IGNORECASE)
_YEAR_FIRST = re.compile(rf"([0-9]{{4}})\.?[-,\s]{{1,2}}{_WORD}\.?[-\s]{{1,2}}([0-9]{{1,2}})(?![0-9])\.?", re.IGNORECASE)
_MONTH_ONLY = re.compile(rf"{_WORD}\.?,?\s{{1,2}}(?:(?:of|de|del)\s)?([0-9]{{4}})(?![0-9])", re.IGNORECASE)

_WEEKDAY = re.compile(r"([^\W\d_]{2,13}(?:-feira)?)[.,]{0,2}\s{1,2}(?:(?:the|den|dem|le|el|il)\s)?", re.IGNORECASE)
_ZONE = r"(?:(Z\b|UTC\b|GMT\b)(?![+-])|(?:UTC|GMT)?([+-][0-9]{1,2})(?::?([0-9]{2}))?(?![0-9])|(?-i:([A-Z]{2,5}))\b)"
_CLOCK = re.compile(
    r"(?:T(?=[0-9]{1,2}:)|[.,;|•·/–—-]?\s{1,3}(?:[|•·/–—-]\s)?(?:(?:at|um|à|a\s?las|às|as|alle|ore|om|в|o|godz\.?|kl\.?|klo|saat|@)\s{1,2})?)"
    r"([0-9]{1,2})(?:(?:[:h]|\s[:h]\s?|\.(?=[0-9]{2}\s(?:uhr|uur|h)))([0-9]{2}))(?!:[0-9](?![0-9]))"
    r"(?::([0-9]{2}))?([.,][0-9]{1,9})?(?:\s?([ap])\.?m\b\.?)?(?:\s?(?:uhr|uur|hrs?|h)\b\.?)?"
    rf"(?:\s{{0,2}}{_ZONE})?",
    re.IGNORECASE,
)
_COMPACT_CLOCK = re.compile(r"T([0-9]{2})([0-9]{2})([0-9]{2})?()()(?:(Z)|([+-][0-9]{2}):?([0-9]{2}))?()", re.IGNORECASE)
_START = re.compile(r"(?<!\w)(?<![0-9][.,/:-])(?=[0-9])|(?<!\w)(?=[^\W\d_]{3,13}\.?,?\s{1,2}[0-9])")
_DAY_FIRST_ENGLISH = ("en-gb", "en-au", "en-ie", "en-nz", "en-in", "en-za")
FIRST_YEAR, LAST_YEAR = 1500, 2100


class _Reading(NamedTuple):
    """How dates are read in a language: its names of months, and whether the day stands first (None: it could be either)."""

    months: dict[str, int]
    weekdays: frozenset[str]
    day_first: bool | None
    short_years: bool


def parse(text: str, language: str | None = None) -> str | None:
    """Return the date as ISO 8601 text (`2019`, `2019-01`, `2019-01-21`, `2019-01-21T08:00:00+00:00`); None if it is none.

    Without a language (BCP 47) only English names of months are known; with one, be it "und", those of all languages.
    Raises `ValueError` with the reason for a day that does not exist or a form that can be read in two ways.
    """
    text, reading = " ".join(text.split()), _reading(language)
    if _YEAR.fullmatch(text):
        return _checked_month(int(text), 1)[:4]
    found = _match(text, 0, reading)
    if found is None and (weekday := _WEEKDAY.match(text)) and weekday[1].lower() in reading.weekdays:
        found = _match(text, weekday.end(), reading)
    return found[1] if found and not text[found[0] :].strip(" .г") else None


def find(text: str, language: str | None = None) -> Iterator[tuple[int, int, str]]:
    """Yield begin, end and ISO 8601 text of each date in a text that has a day and a year from 1500 to 2100.

    What does not exist or can be read in two ways is left out. Takes linear time.
    """
    reading, position = _reading(language or "und"), 0
    for start in _START.finditer(text):
        if start.start() < position:
            continue
        try:
            found = _match(text, start.start(), reading)
        except ValueError:
            continue
        if found and len(found[1]) >= 10 and FIRST_YEAR <= int(found[1][:4]) <= LAST_YEAR:
            position = found[0]
            yield start.start(), *found


def _reading(language: str | None) -> _Reading:
    if language is None:
        return _Reading(ENGLISH, ENGLISH_WEEKDAYS, None, False)
    tag = language.lower().replace("_", "-")
    is_english = tag in ("und", "mul") or tag.split("-")[0] == "en"
    day_first = False if tag == "en-us" else True if not is_english or tag in _DAY_FIRST_ENGLISH else None
    return _Reading(MONTHS, WEEKDAYS, day_first, tag.split("-")[0] != "en")


def _match(text: str, begin: int, reading: _Reading) -> tuple[int, str] | None:
    """Return where the date that begins here ends, with its time of day, and the date in ISO 8601."""
    for pattern, read in _FORMS:
        match = pattern.match(text, begin)
        day = read(match, reading) if match else None
        if match is None or day is None:
            continue
        clock = (_COMPACT_CLOCK if pattern is _COMPACT else _CLOCK).match(text, match.end()) if len(day) == 10 else None
        return (clock.end(), _instant(day, clock, text[begin : clock.end()])) if clock else (match.end(), day)
    return None


def _instant(day: str, clock: re.Match[str], printed: str) -> str:
    """Return the instant of a day and its clock; the day alone where letters name a zone that several places use."""
    hour, minutes, seconds, fraction, half, zero, hours, rest, zone = clock.groups()
    if zone:
        return day
    if half and not 1 <= int(hour) <= 12:
        raise ValueError(f"no such time: {hour}:{minutes} {half}m")
    number = int(hour) % 12 + (12 if half.lower() == "p" else 0) if half else int(hour)
    offset = "+00:00" if zero else f"{hours[0]}{hours[1:]:0>2}:{rest or '00'}" if hours else ""
    offset = "+00:00" if offset == "-00:00" else offset
    text = f"{day}T{number:02}:{minutes}:{seconds or '00'}"
    try:
        datetime.fromisoformat(text + offset)
    except ValueError as error:
        raise ValueError(f"no such time: {printed!r}") from error
    if offset and int(offset[1:3]) * 60 + int(offset[4:]) > 14 * 60:  # XML Schema 1.1, 3.3.7
        raise ValueError(f"no such time zone: {offset}")
    return f"{text}{(fraction or '').replace(',', '.')}{offset}"


def _checked(year: int, month: int, day: int) -> str:
    _checked_month(year, month)
    last = calendar.monthrange(year, month)[1]
    if not 1 <= day <= last:
        raise ValueError(f"no such day: {calendar.month_name[month]} {year} has {last} days, not {day}")
    return date(year, month, day).isoformat()


def _checked_month(year: int, month: int) -> str:
    if not 1 <= month <= 12:
        raise ValueError(f"no such month: {month}")
    if year < 1:
        raise ValueError(f"no such year: {year}")
    return f"{year:04}-{month:02}"


def _numbers(match: re.Match[str], reading: _Reading) -> str | None:
    """Read day, month and year in digits; with dots the day is always first."""
    first, second, year = int(match[1]), int(match[4]), int(match[5])
    if len(match[5]) == 2:
        if match[2] != "." or not reading.short_years or len(match[1] + match[4]) < 4:
            return None
        year += 2000 if year < 70 else 1900
    day_first = True if match[2] == "." or first > 12 or first == second else False if second > 12 else reading.day_first
    if day_first is None:
        ways = f"write {year:04}-{second:02}-{first:02} or {year:04}-{first:02}-{second:02}"
        raise ValueError(f"day and month could be either way round; {ways}")
    return _checked(year, second, first) if day_first else _checked(year, first, second)


def _named(year: str, month: str, day: str, reading: _Reading) -> str | None:
    number = reading.months.get(month.lower())
    return _checked(int(year), number, int(day)) if number else None


def _month_only(match: re.Match[str], reading: _Reading) -> str | None:
    number = reading.months.get(match[1].lower())
    return _checked_month(int(match[2]), number) if number else None


def _compact(match: re.Match[str], _: _Reading) -> str:
    return _checked(int(match[1]), int(match[2]), int(match[3]))


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], _Reading], str | None]], ...] = (
    (_YEAR_MONTH_DAY, lambda match, _: _checked(int(match[1]), int(match[3]), int(match[4]))),
    (_COMPACT, _compact),
    (_SIGNS, _compact),
    (_YEAR_MONTH, lambda match, _: _checked_month(int(match[1]), int(match[2]))),
    (_NUMBERS, _numbers),
    (_DAY_FIRST, lambda match, reading: _named(match[3], match[2], match[1], reading)),
    (_MONTH_FIRST, lambda match, reading: _named(match[3], match[1], match[2], reading)),
    (_YEAR_FIRST, lambda match, reading: _named(match[1], match[2], match[3], reading)),
    (_MONTH_ONLY, _month_only),
)
