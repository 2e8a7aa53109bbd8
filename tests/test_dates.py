"""Dates as people print them become ISO 8601, as exact as they are printed."""

from __future__ import annotations

import calendar
from datetime import date

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kg import terms
from kg.readers import dates


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("2019-01-21", "2019-01-21"),
        ("2019-01", "2019-01"),
        ("2019", "2019"),
        ("January 21, 2019", "2019-01-21"),
        ("january 21 2019", "2019-01-21"),
        ("Jan. 21, 2019", "2019-01-21"),
        ("Sept. 3, 2019", "2019-09-03"),
        ("21 January 2019", "2019-01-21"),
        ("21st January 2019", "2019-01-21"),
        ("21st of January 2019", "2019-01-21"),
        ("January 2nd, 2019", "2019-01-02"),
        ("Monday, 21 January 2019", "2019-01-21"),
        ("Mon, 21 Jan 2019", "2019-01-21"),
        ("Thurs. January 24, 2019", "2019-01-24"),
        ("January 2019", "2019-01"),
        ("May, 2019", "2019-05"),
        ("January\u00a021,\n2019", "2019-01-21"),
        ("01/21/2019", "2019-01-21"),
        ("21/01/2019", "2019-01-21"),
        ("21.01.2019", "2019-01-21"),
        ("4/4/2019", "2019-04-04"),
        ("2019/01/21", "2019-01-21"),
        ("February 29, 2020", "2020-02-29"),
        ("2019-01-21T08:30:00Z", "2019-01-21T08:30:00+00:00"),
        ("2019-01-21T08:30", "2019-01-21T08:30:00"),
        ("2019-01-21 8:30:15.25 +0530", "2019-01-21T08:30:15.25+05:30"),
        ("2019-01-21 08:30 -5", "2019-01-21T08:30:00-05:00"),
        ("2019-01-21 08:30 UTC", "2019-01-21T08:30:00+00:00"),
        ("2019-01-21T08:30:00-00:00", "2019-01-21T08:30:00+00:00"),
        ("January 21, 2019 at 10:30 pm", "2019-01-21T22:30:00"),
        ("January 21, 2019, 12:05 a.m.", "2019-01-21T00:05:00"),
        ("21 January 2019 12:05 PM UTC", "2019-01-21T12:05:00+00:00"),
        ("Mon, 21 Jan 2019 10:30:09 +0100", "2019-01-21T10:30:09+01:00"),
        ("January 21, 2019 10:30 EST", "2019-01-21"),
    ],
)
def test_a_printed_date_becomes_iso_8601(printed: str, iso: str) -> None:
    assert dates.parse(printed) == iso


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "January",
        "21",
        "January 21",
        "in 2019",
        "Maybe 2019",
        "2019-1-2-3",
        "２０１９",
        "21 janvier 2019",
        "12 Octobre",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert dates.parse(text) is None


@pytest.mark.parametrize(
    ("printed", "reason"),
    [
        ("2024-04-31", "no such day: April 2024 has 30 days, not 31"),
        ("February 29, 2019", "no such day: February 2019 has 28 days, not 29"),
        ("0 January 2019", "no such day: January 2019 has 31 days, not 0"),
        ("2019-13-01", "no such month: 13"),
        ("2019-00", "no such month: 0"),
        ("0000", "no such year: 0"),
        ("2019-01-21T25:00", "no such time: '2019-01-21T25:00'"),
        ("January 21, 2019 13:30 pm", "no such time: 13:30 pm"),
        ("2019-01-21T08:30+15:00", "no such time zone: +15:00"),
        ("03/04/2019", "day and month could be either way round; write 2019-04-03 or 2019-03-04"),
    ],
)
def test_a_date_that_does_not_exist_or_has_two_readings_is_refused(printed: str, reason: str) -> None:
    with pytest.raises(ValueError, match=r"^no such|either way") as caught:
        dates.parse(printed)
    assert str(caught.value) == reason


MONTHS = ["January", "feb", "Mar.", "may", "SEPT", "December", "Octember"]
NUMBERS = st.integers(0, 99).map(str) | st.integers(0, 9999).map("{:04}".format)
WORDS = st.sampled_from(
    [*MONTHS, "-", "/", ".", ",", " ", "T", ":", "Z", "+", "am", "p.m.", "UTC", "EST", "Mon, ", "st", "of", "at"]
)


@settings(deadline=None)
@given(st.lists(NUMBERS | WORDS, max_size=14).map("".join) | st.datetimes().map(str) | st.text(max_size=30))
@example("2019-01-21T24:00:00")
@example("2019-01-21T08:30:00.1234567891")
@example("9999-12-31T23:59:59+14:00")
@example("21 Jan 2019 10:30 +9999")
def test_what_is_read_as_a_date_can_be_written(text: str) -> None:
    try:
        iso = dates.parse(text)
    except ValueError:
        return
    if iso is not None:
        assert terms.value(terms.date_literal(iso)) == iso


@settings(deadline=None)
@given(st.dates())
def test_every_day_is_read_in_each_of_its_forms(day: date) -> None:
    year, iso = f"{day.year:04}", day.isoformat()
    month = calendar.month_name[day.month]
    forms = [iso, f"{month} {day.day}, {year}", f"{day.day} {month[:3]}. {year}", f"{year}/{day.month}/{day.day}"]
    assert {dates.parse(form) for form in forms} == {iso}


@pytest.mark.parametrize(
    ("printed", "language", "iso"),
    [
        ("21. Januar 2019", "de", "2019-01-21"),
        ("27. Januar 2020, 12:00 Uhr", "de-AT", "2020-01-27T12:00:00"),
        ("Montag, den 21. Jänner 2019 um 9.30 Uhr", "de", "2019-01-21T09:30:00"),
        ("21.1.19", "de", None),
        ("21.01.19", "de", "2019-01-21"),
        ("03.04.2019", "en", "2019-04-03"),
        ("1er février 2019", "fr", "2019-02-01"),
        ("mar 21 janvier 2019 à 10h30", "fr", "2019-01-21T10:30:00"),
        ("21 de enero de 2019", "es", "2019-01-21"),
        ("21 gennaio 2019 alle 10:30", "it", "2019-01-21T10:30:00"),
        ("segunda-feira, 21 de janeiro de 2019", "pt", "2019-01-21"),
        ("21 maart 2019", "nl", "2019-03-21"),
        ("21 января 2019 г.", "ru", "2019-01-21"),
        ("21 września 2019", "pl", "2019-09-21"),
        ("21 Ağustos 2019", "tr", "2019-08-21"),
        ("21 augusti 2019", "sv", "2019-08-21"),
        ("2019. január 21.", "hu", "2019-01-21"),
        ("2019年1月21日", "zh", "2019-01-21"),
        ("21 janvier 2019", "und", "2019-01-21"),
        ("Tue, 21 Jan 2019 10:30:00 +0200", "und", "2019-01-21T10:30:00+02:00"),
        ("2019-01-21 10:30:00 +0200", "und", "2019-01-21T10:30:00+02:00"),
        ("2019-01-21T10:30Z", "und", "2019-01-21T10:30:00+00:00"),
        ("20190121", "und", "2019-01-21"),
        ("20190121T103000Z", "und", "2019-01-21T10:30:00+00:00"),
        ("21-Jan-2019", "en", "2019-01-21"),
        ("03/04/2019", "de", "2019-04-03"),
        ("03/04/2019", "en-GB", "2019-04-03"),
        ("03/04/2019", "en-US", "2019-03-04"),
        ("03-04-2019", "nl", "2019-04-03"),
        ("1548066600", "und", None),
        ("20190-01-21", "und", None),
        ("21 brumaire 2019", "fr", None),
    ],
)
def test_a_date_is_read_as_its_language_writes_it(printed: str, language: str, iso: str | None) -> None:
    assert dates.parse(printed, language) == iso


@pytest.mark.parametrize("language", ["en", "und", None])
def test_numbers_with_slashes_are_refused_where_the_language_has_both_orders(language: str | None) -> None:
    with pytest.raises(ValueError, match="either way round"):
        dates.parse("03/04/2019", language)


@pytest.mark.parametrize(
    ("text", "language", "found"),
    [
        ("Published 4 March 2019, updated 6 March 2019 at 10:30", "en", ["4 March 2019", "6 March 2019 at 10:30"]),
        ("Stand: 04.03.2019 | 12:30 Uhr", "de", ["04.03.2019 | 12:30 Uhr"]),
        ("In 2019 there were 4 of them, on 31 February 2019 none", "en", []),
        ("Version 1.2.2019.4, number 20190304123", "de", []),
        ("Room 3/4, 12:30 and 03/04/2019", "en", []),
        ("am 4. März 2019", None, ["4. März 2019"]),
        ("4 March 1066 and 4 March 2519", "en", []),
    ],
)
def test_dates_are_found_inside_a_text(text: str, language: str | None, found: list[str]) -> None:
    assert [text[begin:end] for begin, end, _ in dates.find(text, language)] == found


@settings(deadline=None)
@given(
    st.lists(NUMBERS | WORDS | st.sampled_from(["janvier", "Uhr", "um", "de"]), max_size=14).map(" ".join) | st.text(max_size=40)
)
def test_every_date_that_is_found_can_be_written(text: str) -> None:
    end = 0
    for begin, stop, iso in dates.find(text, "de"):
        assert end <= begin < stop <= len(text)
        assert terms.value(terms.date_literal(iso)) == iso
        end = stop


@pytest.mark.parametrize("text", ["1 2 3.4.5 " * 50_000, "March " * 100_000, "9" * 500_000, "a" * 500_000, "1 " + " " * 500_000])
def test_no_date_is_found_in_a_text_beyond_measure(text: str) -> None:
    assert not list(dates.find(text))
