"""When an act happened, by the words of its sentence, read against the document's date."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass

from volteface.coding.parse import Token
from volteface.terms import Precision

_MONTHS = (
    {name.lower(): i for i, name in enumerate(calendar.month_name) if name}
    | {name.lower(): i for i, name in enumerate(calendar.month_abbr) if name}
    | {"sept": 9}
)
_DAYS = {name.lower(): i for i, name in enumerate(calendar.day_name)}
_NUMBERS = {
    word: i for i, word in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
} | {"a": 1, "an": 1, "several": 3, "few": 3}

_MONTH = "(?P<month>" + "|".join(sorted((name.capitalize() for name in _MONTHS), key=len, reverse=True)) + r")\b\.?"
_UNIT = r"(?P<unit>day|week|month|year|decade)s?"
_PATTERNS = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("date", rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH},? (?P<year>(?:19|20)\d\d)\b"),
        ("date", rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<year>(?:19|20)\d\d)\b"),
        ("date", r"\b(?P<year>(?:19|20)\d\d)-(?P<number>\d\d)-(?P<day>\d\d)\b"),
        ("day", rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? {_MONTH}(?! \d)"),
        ("day", rf"\b{_MONTH} (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!,? (?:19|20)\d\d)(?![:\d])"),
        ("month", rf"\b{_MONTH},? (?P<year>(?:19|20)\d\d)\b"),
        (
            "lone month",
            rf"\b(?P<which>[Ii]n|[Ll]ast|[Tt]his|[Nn]ext|[Ee]arly|[Ll]ate|[Dd]uring) {_MONTH}(?! \d)",
        ),
        (
            "year",
            r"\b(?:[Ii]n|[Dd]uring|[Ll]ate|[Ee]arly|[Ss]ummer|[Ww]inter|[Ss]pring|[Aa]utumn) (?P<year>(?:19|20)\d\d)\b"
            r"(?! (?:people|troops|soldiers|FIFA|Olympic|Summer|Winter|World|Asian|UEFA))",
        ),
        ("ago", rf"\b(?P<count>\d{{1,3}}|[a-z]+) {_UNIT} (?:ago|earlier|before)\b"),
        (
            "hence",
            rf"\b(?:within|(?:in|over|within) the next) "
            rf"(?P<count>\d{{1,3}}|two|three|four|five|six|ten|a|several) {_UNIT}\b",
        ),
        (
            "relative",
            r"\b(?P<which>[Ll]ast|[Nn]ext|[Tt]his|[Pp]ast|[Pp]revious|[Cc]oming) "
            r"(?P<unit>week|month|year|summer|winter|spring|autumn|fall|weekend|night)\b",
        ),
        (
            "weekday",
            r"\b(?:(?P<which>[Ll]ast|[Nn]ext|[Tt]his|[Cc]oming) |[Oo]n )?"
            r"(?P<weekday>Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b",
        ),
        ("word", r"\b(?P<word>[Yy]esterday|[Tt]oday|[Tt]omorrow|[Tt]onight|[Ee]arlier today)\b"),
    )
)


@dataclass(frozen=True, slots=True)
class When:
    """A time expression at a place in the sentence, and the day, month or year that it names."""

    start: int
    end: int
    date: dt.date
    precision: Precision


def expressions(text: str, published: dt.date | None) -> list[When]:
    """The time expressions of a sentence. Relative ones need `published`; impossible dates are left out."""
    found: list[When] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if any(match.start() < other.end and other.start < match.end() for other in found):
                continue
            read = _read(kind, match.groupdict(), published, text[match.end() : match.end() + 12])
            if read is not None:
                found.append(When(match.start(), match.end(), *read))
    return sorted(found, key=lambda when: when.start)


def _read(
    kind: str, parts: dict[str, str | None], published: dt.date | None, following: str
) -> tuple[dt.date, Precision] | None:
    try:
        month = (
            _MONTHS[(parts.get("month") or "").lower().rstrip(".")]
            if parts.get("month")
            else int(parts.get("number") or 1)
        )
        if kind == "date":
            return dt.date(int(parts["year"] or 0), month, int(parts["day"] or 0)), "day"
        if kind == "month":
            return dt.date(int(parts["year"] or 0), month, 1), "month"
        if kind == "year":
            return dt.date(int(parts["year"] or 0), 1, 1), "year"
        if published is None:
            return None
        if kind == "day":
            return _nearest(published, month, int(parts["day"] or 0)), "day"
        if kind == "lone month":
            return _lone_month(parts["which"], published, month), "month"
        return _relative(kind, parts, published)
    except (ValueError, OverflowError):
        return None


def _nearest(published: dt.date, month: int, day: int) -> dt.date:
    """The year that brings a day and month nearest to the document, the past preferred."""
    candidates = [
        dt.date(published.year + step, month, day)
        for step in (-1, 0, 1)
        if day != 29 or month != 2 or calendar.isleap(published.year + step)
    ]
    return min(candidates, key=lambda date: abs((date - published).days) + (60 if date > published else 0))


def _lone_month(which: str | None, published: dt.date, month: int) -> dt.date:
    """`Last November` is the latest one that has ended, `next June` the first to come, `in May` the nearest."""
    step = {"last": -1, "next": 1}.get((which or "").lower())
    if step is None:
        return _nearest(published, month, 1)
    years = (published.year + step, published.year) if step < 0 else (published.year, published.year + step)
    fitting = [year for year in years if ((year, month) < (published.year, published.month)) == (step < 0)]
    return dt.date(max(fitting) if step < 0 else min(fitting), month, 1)


def _relative(kind: str, parts: dict[str, str | None], published: dt.date) -> tuple[dt.date, Precision] | None:
    if kind == "word":
        step = {"yesterday": -1, "tomorrow": 1}.get((parts["word"] or "").lower(), 0)
        return published + dt.timedelta(days=step), "day"
    if kind == "weekday":
        back = (published.weekday() - _DAYS[(parts["weekday"] or "").lower()]) % 7
        which = (parts.get("which") or "").lower()
        if which in ("next", "coming"):
            return published + dt.timedelta(days=7 - back if back else 7), "day"
        return published - dt.timedelta(days=7 if which == "last" and back == 0 else back), "day"
    unit = parts["unit"] or ""
    if kind in ("ago", "hence"):
        word = (parts["count"] or "").lower()
        count = int(word) if word.isdigit() else _NUMBERS.get(word, 0)
        if not count:
            return None
        return _shifted(published, unit, count if kind == "hence" else -count)
    which = (parts["which"] or "").lower()
    sign = 1 if which in ("next", "coming") else 0 if which == "this" else -1
    if unit in ("summer", "winter", "spring", "autumn", "fall"):
        return dt.date(published.year + sign, 1, 1), "year"
    if unit in ("night", "weekend"):
        return published + dt.timedelta(days=sign * (1 if unit == "night" else 3)), "day"
    if which == "past":
        return published, "month"
    return _shifted(published, unit, sign)


def _shifted(published: dt.date, unit: str, count: int) -> tuple[dt.date, Precision]:
    match unit:
        case "day":
            return published + dt.timedelta(days=count), "day"
        case "week":
            return published + dt.timedelta(weeks=count), "day" if count == 0 else "month"
        case "month":
            months = published.year * 12 + published.month - 1 + count
            return dt.date(months // 12, months % 12 + 1, 1), "month"
        case _:
            return dt.date(published.year + count * (10 if unit == "decade" else 1), 1, 1), "year"


def of(trigger: Token, found: list[When], published: dt.date | None) -> tuple[dt.date | None, Precision | None]:
    """The date of an act: the nearest time expression that hangs on it or on its clause, else the document's day."""
    clause = clause_of(trigger)
    own = [when for when in found if _anchor(trigger.doc, when, trigger) in (trigger.i, clause.i)]
    if own:
        nearest = min(own, key=lambda when: abs(when.start - trigger.idx))
        return nearest.date, nearest.precision
    return published, ("day" if published else None)


def clause_of(token: Token) -> Token:
    """The verb of the smallest clause around a token."""
    node = token
    while node.head.i != node.i and node.pos_ not in ("VERB", "AUX"):
        node = node.head
    while node.dep_ in ("conj", "xcomp", "aux", "auxpass") and node.head.pos_ in ("VERB", "AUX"):
        node = node.head
    return node


def _anchor(tree: Token, when: When, trigger: Token) -> int:
    """The token that a time expression dates: the trigger, or the verb of the clause that the expression belongs to; -1
    where it only qualifies another noun ("the 1986 bombing", "last year's vote")."""
    span = tree.char_span(when.start, when.end, alignment_mode="expand")
    if span is None:
        return -1
    node = span.root
    while node.head.i != node.i and node.i != trigger.i and node.pos_ not in ("VERB", "AUX"):
        if node.dep_ in ("poss", "amod", "compound", "nummod", "nmod") and not span.start <= node.head.i < span.end:
            return int(node.head.i) if node.head.i == trigger.i else -1
        node = node.head
    return int(node.i) if node.i == trigger.i else int(clause_of(node).i)
