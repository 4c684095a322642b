"""Dates as files write them. Whatever is no possible day is no date."""

from __future__ import annotations

import datetime as dt
import email.utils
import re

FIRST_YEAR, LAST_YEAR = 1500, 2200

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NUMERIC = re.compile(r"(\d{4})([-/._]?)(\d{1,2})\2(\d{1,2})(?!\d)")
_DAY_FIRST = re.compile(r"(?:\w{3,9},? +)?(\d{1,2})(?:st|nd|rd|th)?[ .-]+([a-z]{3,9})\.?,?[ -]+(\d{4})\b", re.I)
_MONTH_FIRST = re.compile(r"(?:\w{3,9},? +)?([a-z]{3,9})\.? +(\d{1,2})(?:st|nd|rd|th)?,? +(\d{4})\b", re.I)
_IN_NAME = re.compile(r"(?<!\d)(\d{4})([-_.]?)(\d{2})\2(\d{2})(?!\d)")


def date_of(given: object) -> dt.date | None:
    """The day that a field names: a date, ISO 8601, RFC 2822, "26 February 2021", YYYYMMDD or seconds since 1970."""
    if isinstance(given, dt.datetime):
        return possible(given.year, given.month, given.day)
    if isinstance(given, dt.date):
        return possible(given.year, given.month, given.day)
    if isinstance(given, bool):
        return None
    if isinstance(given, int | float):
        return _from_number(given)
    return _from_text(given.strip()) if isinstance(given, str) else None


def date_in_name(name: str) -> dt.date | None:
    """The day in a file's name, as in 2021-02-26-ankara.txt."""
    found = _IN_NAME.search(name)
    return possible(int(found[1]), int(found[3]), int(found[4])) if found else None


def _from_text(given: str) -> dt.date | None:
    if len(given) > 64:
        return None
    if found := _NUMERIC.match(given):
        return possible(int(found[1]), int(found[3]), int(found[4]))
    for pattern, day, month in ((_DAY_FIRST, 1, 2), (_MONTH_FIRST, 2, 1)):
        found = pattern.match(given)
        if found and (name := found[month][:3].lower()) in _MONTHS:
            return possible(int(found[3]), _MONTHS.index(name) + 1, int(found[day]))
    parsed = email.utils.parsedate(given)
    return possible(*parsed[:3]) if parsed else None


def _from_number(given: int | float) -> dt.date | None:
    if 15_000_000 < given < 22_010_000:
        number = int(given)
        return possible(number // 10_000, number // 100 % 100, number % 100)
    seconds = given / 1000 if given > 1e11 else given
    if not 1e8 <= seconds < 7e9:
        return None
    return (dt.datetime(1970, 1, 1) + dt.timedelta(seconds=seconds)).date()


def possible(year: int, month: int, day: int) -> dt.date | None:
    """This day, or None where there is none such or it is far from any news."""
    if not FIRST_YEAR <= year <= LAST_YEAR:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None
