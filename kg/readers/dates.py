"""Dates as people print them, to ISO 8601: as exact as the source, never more."""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime

_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_ORDINAL = "(?:st|nd|rd|th)?"

_YEAR = re.compile(r"\d{4}")
_YEAR_MONTH = re.compile(r"\d{4}-\d\d")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_INSTANT = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:T|\s+)(\d{1,2}:\d\d)(:\d\d)?(\.\d+)?\s*(?:(Z|UTC|GMT)|([+-]\d{1,2})(?::?(\d\d))?)?", re.IGNORECASE
)
_MONTH_FIRST = re.compile(rf"{_WEEKDAY}({_MONTH})\.?\s+(\d{{1,2}}){_ORDINAL},?\s+(\d{{4}})", re.IGNORECASE)
_DAY_FIRST = re.compile(rf"{_WEEKDAY}(\d{{1,2}}){_ORDINAL}\s+(?:of\s+)?({_MONTH})\.?,?\s+(\d{{4}})", re.IGNORECASE)
_MONTH_ONLY = re.compile(rf"({_MONTH})\.?,?\s+(\d{{4}})", re.IGNORECASE)
_SLASHES = re.compile(r"(\d{1,2})([/.])(\d{1,2})\2(\d{4})")
_TIME = re.compile(
    r"(.*\d),?\s+(?:at\s+)?(\d{1,2}):(\d\d)(?::(\d\d))?(?:\s*([ap])\.?m\b\.?)?\s*(?:(Z|UTC|GMT)|([+-]\d\d):?(\d\d)|([A-Z]{2,5}))?",
    re.IGNORECASE,
)
_YEAR_SLASHES = re.compile(r"(\d{4})([/.])(\d{1,2})\2(\d{1,2})")


def parse(text: str) -> str | None:
    """Return the date as ISO 8601 text (`2019`, `2019-01`, `2019-01-21`, `2019-01-21T08:00:00+00:00`); None if it is none.

    Raises `ValueError` with the reason for a day that does not exist or a form that can be read in two ways.
    """
    text = " ".join(text.split())
    if not text.isascii():
        return None
    if _YEAR.fullmatch(text):
        return _checked_month(int(text), 1)[:4]
    if _YEAR_MONTH.fullmatch(text):
        return _checked_month(int(text[:4]), int(text[5:]))
    if _DAY.fullmatch(text):
        return _checked(int(text[:4]), int(text[5:7]), int(text[8:]))
    if match := _INSTANT.fullmatch(text):
        return _instant(match)
    if match := _MONTH_FIRST.fullmatch(text):
        return _checked(int(match[3]), _MONTHS[match[1].lower()], int(match[2]))
    if match := _DAY_FIRST.fullmatch(text):
        return _checked(int(match[3]), _MONTHS[match[2].lower()], int(match[1]))
    if match := _MONTH_ONLY.fullmatch(text):
        return _checked_month(int(match[2]), _MONTHS[match[1].lower()])
    if match := _YEAR_SLASHES.fullmatch(text):
        return _checked(int(match[1]), int(match[3]), int(match[4]))
    if match := _SLASHES.fullmatch(text):
        return _slashed(int(match[1]), int(match[3]), int(match[4]))
    if match := _TIME.fullmatch(text):
        return _timed(match)
    return None


def _timed(match: re.Match[str]) -> str | None:
    """Return the instant of "January 21, 2019 at 10:30 am"; the day alone where letters name a zone that several places use."""
    printed, hour, minutes, seconds, half, zero, hours, rest, zone = match.groups()
    day = parse(printed)
    if day is None or len(day) != 10 or zone:
        return day if day and len(day) == 10 else None
    if half and not 1 <= int(hour) <= 12:
        raise ValueError(f"no such time: {hour}:{minutes} {half}m")
    clock = int(hour) % 12 + (12 if half.lower() == "p" else 0) if half else int(hour)
    offset = "+00:00" if zero else f"{hours}:{rest}" if hours else ""
    return parse(f"{day}T{clock:02}:{minutes}:{seconds or '00'}{offset}")


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


def _instant(match: re.Match[str]) -> str:
    day, minutes, seconds, fraction, zero, hours, rest = match.groups()
    _checked(int(day[:4]), int(day[5:7]), int(day[8:]))
    offset = "+00:00" if zero else f"{hours[0]}{hours[1:]:0>2}:{rest or '00'}" if hours else ""
    text = f"{day}T{minutes:0>5}{seconds or ':00'}{fraction or ''}{'+00:00' if offset == '-00:00' else offset}"
    try:
        datetime.fromisoformat(text[:19] + offset)
    except ValueError as error:
        raise ValueError(f"no such time: {match[0]!r}") from error
    if offset and int(offset[1:3]) * 60 + int(offset[4:]) > 14 * 60:  # XML Schema 1.1, 3.3.7
        raise ValueError(f"no such time zone: {offset}")
    return text


def _slashed(first: int, second: int, year: int) -> str:
    if first > 12:
        return _checked(year, second, first)
    if second > 12 or first == second:
        return _checked(year, first, second)
    raise ValueError(
        f"day and month could be either way round; write {year:04}-{second:02}-{first:02} or {year:04}-{first:02}-{second:02}"
    )
