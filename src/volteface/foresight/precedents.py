"""What came next between two states after acts of a kind: how often within some days, against earlier days.

Each occasion is compared with itself, the days after an act with as many some time before it (the case-crossover design
of Maclure 1991), so that busy dyads do not pass for cause. The days just before it are left out, as an occasion is one
by having no such act in them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from volteface.actors.states import states
from volteface.foresight.calibration import wilson
from volteface.record import Record
from volteface.relations.evidence import CITATION, Row, cited

MOST = 6
_LEAST = 3  # occasions on which an act must have followed
DIRECTIONS = {"back": "the target to the source", "again": "the source to the target"}


@dataclass(frozen=True, slots=True)
class Follow:
    """An act that came more often after such acts than before them; shares of the occasions with their intervals."""

    direction: str  # one of DIRECTIONS
    type: str
    after: tuple[float, float, float]  # share, low, high
    before: tuple[float, float, float]  # in as many days, which ended as many days before the act
    latest: Row | None  # the latest of them

    def json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"direction": DIRECTIONS[self.direction], "type": self.type}
        for name, told in (("after", self.after), ("before", self.before)):
            shown[name] = dict(zip(("share", "low", "high"), (round(one, 4) for one in told), strict=True))
        return shown | {"latest": cited(self.latest) if self.latest else None}


@dataclass(frozen=True, slots=True)
class Precedents:
    """What followed on how many occasions."""

    occasions: int
    own: int  # of these between the same two, in the same direction
    follows: tuple[Follow, ...]

    def json(self) -> dict[str, Any]:
        return {"occasions": self.occasions, "own": self.own, "follows": [one.json() for one in self.follows]}


_OCCASIONS = """
with acts as (
    select source, target, first_date as day,
        lag(first_date) over (partition by source, target order by first_date, id) as last
    from stories
    where type = $type and precision = 'day' and source <> target and first_date <= $on
        and list_contains($states, source) and list_contains($states, target)
), occasions as (
    select row_number() over (order by source, target, day) as number, source, target, day from acts
    where (last is null or last < day - $days) and day <= $on - $days
)
"""
_COUNTED = f"""{_OCCASIONS}
select count(*) as occasions, count(*) filter (source = $source and target = $other) as own from occasions
"""
_FOLLOWS = f"""{_OCCASIONS}, told as (
    select o.number, t.id, t.best, t.type, t.first_date, t.first_date > o.day as later,
        if(t.source = o.source, 'again', 'back') as direction
    from occasions o join stories t on least(t.source, t.target) = least(o.source, o.target)
        and greatest(t.source, t.target) = greatest(o.source, o.target) and t.precision = 'day'
        and (t.first_date between o.day + 1 and o.day + $days
            or t.first_date between o.day - 2 * $days and o.day - $days - 1)
), counted as (
    select direction, type, count(distinct number) filter (later) as after,
        count(distinct number) filter (not later) as before,
        arg_max(best, (first_date, id)) filter (later) as best
    from told group by all
    having after >= {_LEAST} and after > before
)
select s.*, {CITATION}, c.direction as of_direction, c.type as of_type, c.after, c.before
from counted c join statements s on s.id = c.best join documents d on d.id = s.document
order by c.after - c.before desc, c.after desc, of_direction, of_type
"""


def precedents(record: Record, source: str, kind: str, target: str, on: dt.date, days: int) -> Precedents:
    """What followed an act of a type (PLOVER) within so many days, in the record up to a day; codes.

    Several such acts of one dyad within as many days are one occasion. Those shown came more often after it than some
    time before it beyond chance: the intervals of the two shares do not meet.
    """
    asked = {"type": kind, "on": on, "days": days, "states": list(states())}
    [number] = record.rows(_COUNTED, asked | {"source": source, "other": target})
    follows = []
    for row in record.rows(_FOLLOWS, asked) if number["occasions"] else ():
        after, before = (wilson(row[name], number["occasions"]) for name in ("after", "before"))
        if after[1] > before[2]:
            follows.append(Follow(row["of_direction"], row["of_type"], after, before, row))
    return Precedents(number["occasions"], number["own"], tuple(follows[:MOST]))
