"""Forecasts about dyads: what is asked, how likely it is as known on a day, and what came of it.

A forecast made as of a day rests on stories up to that day alone. The ledger freezes forecasts, scoring resolves them.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from volteface import actors
from volteface.errors import InputError, VoltefaceError
from volteface.foresight.calibration import wilson
from volteface.foresight.chance import Chance, of_conflict
from volteface.foresight.risk import LONGEST
from volteface.foresight.risk_windows import TURNED
from volteface.foresight.scenario import last_day
from volteface.foresight.words import words
from volteface.record import Record
from volteface.relations import partners
from volteface.relations.evidence import CITATION, Row, cited
from volteface.relations.snapshot import WINDOW
from volteface.relations.standing import series

QUESTIONS = {
    "conflict": "a story of material conflict between them",
    "worse": "their standing turns for the worse",
    "better": "their standing turns for the better",
}
QUIET = 365  # days without material conflict before a day on which conflict would be an onset
_WINDOWS = 60  # of the past that a rate rests on, at most
_PARTNERS = 8  # of a state


@dataclass(frozen=True, slots=True)
class Forecast:
    """One question about a dyad, asked as of a day: its chance within the horizon, and what simple rules would say."""

    one: str
    other: str
    question: str
    as_of: dt.date
    horizon: int  # days
    chance: Chance
    climatology: float  # the dyad's own rate in windows of the same length before
    persistence: float  # 1 where it happened in the window before, else 0
    onset: bool  # nothing of material conflict for a year before
    latest: Row | None = None  # the latest story of material conflict by that day

    @property
    def due(self) -> dt.date:
        """The last day on which it can happen."""
        return self.as_of + dt.timedelta(self.horizon)

    def __str__(self) -> str:
        pair = f"{actors.label(self.one)} and {actors.label(self.other)}"
        return f"{pair}: {QUESTIONS[self.question]} by {self.due}"

    def json(self) -> dict[str, Any]:
        """With the reasons in words; what the ledger keeps of it."""
        shown: dict[str, Any] = {"dyad": [self.one, self.other], "question": self.question, "says": str(self)}
        shown |= {"as_of": self.as_of.isoformat(), "due": self.due.isoformat(), "horizon_days": self.horizon}
        shown |= self.chance.json() | {"reasons": list(map(str, self.chance.reasons)), "model": self.chance.model}
        shown |= {"climatology": round(self.climatology, 4), "persistence": self.persistence, "onset": self.onset}
        return shown | {"latest": cited(self.latest) if self.latest else None}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether it happened within the horizon, and the story that decided."""

    happened: bool
    row: Row | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A story of material conflict: its day, the day on which it was first told, the statement that tells it best."""

    day: dt.date
    told: dt.date
    best: str


@dataclass(frozen=True)
class History:
    """A dyad's stories of material conflict and its standing after each day with stories, the earliest first.

    Every answer as of a day reads only what lies up to that day; a story that was told only later is no part of it.
    """

    one: str
    other: str
    begins: dt.date  # the record's first day
    conflicts: tuple[Conflict, ...]
    levels: tuple[tuple[dt.date, float], ...]

    def happened(self, question: str, after: dt.date, until: dt.date, known: dt.date = dt.date.max) -> bool:
        """Whether it happened after a day and up to another, as known on a third."""
        if question == "conflict":
            return bool(self._conflicts(after, until, known))
        change = self.level(until) - self.level(after)
        return change >= TURNED if question == "better" else change <= -TURNED

    def level(self, day: dt.date) -> float:
        """The standing as it was known after the last story up to a day; neutral before the first."""
        place = bisect_right(self.levels, (day, math.inf))
        return self.levels[place - 1][1] if place else 0.0

    def quiet(self, day: dt.date) -> bool:
        """Whether nothing of material conflict was told of the year before a day."""
        return not self._conflicts(day - dt.timedelta(QUIET), day, day)

    def latest(self, day: dt.date) -> Conflict | None:
        """The latest material conflict as known on a day."""
        return next(reversed(self._conflicts(dt.date.min, day, day)), None)

    def first(self, after: dt.date, until: dt.date) -> Conflict | None:
        """The first material conflict after a day and up to another."""
        return next(iter(self._conflicts(after, until, dt.date.max)), None)

    def rate(self, question: str, day: dt.date, horizon: int) -> tuple[int, int]:
        """In how many of the windows of this length before a day it happened, and how many there were."""
        step = dt.timedelta(horizon)
        number = min(_WINDOWS, max((day - self.begins).days // horizon, 0))
        starts = [day - step * (place + 1) for place in range(number)]
        return sum(self.happened(question, start, start + step, day) for start in starts), number

    def _conflicts(self, after: dt.date, until: dt.date, known: dt.date) -> list[Conflict]:
        first, last = (bisect_right(self.conflicts, day, key=lambda one: one.day) for day in (after, until))
        return [one for one in self.conflicts[first:last] if one.told <= known]


_CONFLICTS = """
with fights as (
    select id, first_date, best, score from stories
    where quad = 'material conflict' and precision = 'day' and source <> target
        and ((source = $one and target = $other) or (source = $other and target = $one))
), told as (
    select f.id, min(d.published) as told from fights f join reports r on r.story = f.id
    join statements s on s.id = r.statement join documents d on d.id = s.document group by f.id
)
select first_date as day, greatest(first_date, coalesce(told, first_date)) as told, best
from fights left join told using (id) where first_date <= $until
order by first_date, abs(score) desc, id
"""
_BEGINS = "select min(first_date) as first from stories where precision in ('day', 'month')"


def history(record: Record, one: str, other: str, until: dt.date = dt.date.max) -> History:
    """What the record tells of a dyad (codes) up to a day."""
    one, other = sorted((one, other))
    [begins] = record.rows(_BEGINS)
    told = record.rows(_CONFLICTS, {"one": one, "other": other, "until": until})
    levels = series(record, one, other, by="day", until=until).points
    return History(
        one,
        other,
        begins["first"] or until,
        tuple(Conflict(**row) for row in told),
        tuple((point.start, point.standing) for point in levels),
    )


def forecasts(
    record: Record, states: Sequence[str], on: dt.date | None = None, horizon: int = 30
) -> tuple[Forecast, ...]:
    """The forecasts for a dyad, or for a state with those that it dealt with most of late; codes.

    As known on a day, by default the record's last. VoltefaceError where the record has no dated story by then, and for
    none, twice the same or more than two states.
    """
    if not 1 <= len(states) <= 2 or len(set(states)) < len(states):
        raise VoltefaceError("a forecast is on one state or on two; quote names of several words")
    if not 1 <= horizon <= LONGEST:
        raise InputError(f"a horizon of {horizon} days is out of reach: choose 1 to {LONGEST} days")
    day = on or last_day(record)
    [begins] = record.rows(_BEGINS)
    if day is None or begins["first"] is None:
        raise VoltefaceError(f"no story of record {record.folder} has a date, so nothing can be forecast from it")
    if day < begins["first"]:
        raise VoltefaceError(f"the record begins on {begins['first']}: {day} lies before it")
    made = [
        one
        for pair in _dyads(record, states, day)
        for one in of_dyad(record, history(record, *pair, day), day, horizon)
    ]
    if not made:
        raise VoltefaceError(
            f"the record tells of no dealings of {actors.label(states[0])} in the three years to {day}"
        )
    return tuple(made)


def _dyads(record: Record, states: Sequence[str], day: dt.date) -> list[tuple[str, str]]:
    if len(states) == 2:
        return [(states[0], states[1])]
    dealt = partners(record, states[0], day - dt.timedelta(WINDOW), day)
    codes = [one.partner for one in dealt if one.partner not in ("NSA", "OTHER-IGO")]
    return [(states[0], code) for code in codes[:_PARTNERS]]


def of_dyad(record: Record, told: History, day: dt.date, horizon: int) -> list[Forecast]:
    """A dyad's forecasts as of a day, one for each question."""
    made = []
    for question in QUESTIONS:
        times, windows = told.rate(question, day, horizon)
        fitted = of_conflict(record, told.one, told.other, day, horizon) if question == "conflict" else None
        latest = told.latest(day)
        made.append(
            Forecast(
                told.one,
                told.other,
                question,
                day,
                horizon,
                fitted or _by_rate(question, times, windows, horizon),
                (times + 0.5) / (windows + 1),
                float(told.happened(question, day - dt.timedelta(horizon), day, day)),
                told.quiet(day),
                statement(record, latest.best) if latest and question == "conflict" else None,
            )
        )
    return made


def _by_rate(question: str, times: int, windows: int, horizon: int) -> Chance:
    """The chance by the dyad's own past: Jeffreys' estimate with Wilson's interval (nine times in ten)."""
    mean, low, high = wilson(times + 0.5, windows + 1)
    said = f"it was so in {times} of the {windows} windows of {horizon} days before"
    reasons = (said if windows else f"the record is shorter than {horizon} days: even odds for want of a past",)
    return Chance(mean, low, high, words(mean), reasons, "past rate 1")


def outcome(record: Record, told: History, asked: Forecast) -> Outcome:
    """What came of a forecast, with the story that decided: the first conflict, or the heaviest of a turn's way."""
    if not told.happened(asked.question, asked.as_of, asked.due):
        return Outcome(False, None)
    if asked.question == "conflict":
        first = told.first(asked.as_of, asked.due)
        return Outcome(True, statement(record, first.best) if first else None)
    given = {"one": told.one, "other": told.other, "after": asked.as_of, "until": asked.due}
    rows = record.rows(_DECIDING, given | {"sign": 1 if asked.question == "better" else -1})
    return Outcome(True, rows[0] if rows else None)


_DECIDING = f"""
select s.*, {CITATION}, t.documents from stories t join statements s on s.id = t.best
join documents d on d.id = s.document
where least(t.source, t.target) = $one and greatest(t.source, t.target) = $other and t.score * $sign > 0
    and t.first_date > $after and t.first_date <= $until and t.precision in ('day', 'month')
order by abs(t.score) desc, t.first_date, t.id limit 1
"""


def statement(record: Record, name: str) -> Row | None:
    """A statement with its citation, by its id."""
    query = f"select s.*, {CITATION} from statements s join documents d on d.id = s.document where s.id = $id limit 1"
    return next(iter(record.rows(query, {"id": name})), None)


_SPAN = re.compile(r"(\d{1,4})\s*(d|days?|w|weeks?)?")
_UNITS: dict[str, Callable[[int], int]] = {"w": lambda number: 7 * number}


def horizon_days(text: str) -> int:
    """The days of a horizon as people write it: 30d, 30, 12w. InputError for anything else, and beyond a year."""
    found = _SPAN.fullmatch(text.strip().casefold())
    days = _UNITS.get((found[2] or "d")[0], int)(int(found[1])) if found else 0
    if not 1 <= days <= LONGEST:
        raise InputError(f"{text!r} is no horizon: write 30d or 12w, up to {LONGEST}d")
    return days
