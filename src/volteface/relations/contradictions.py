"""Where behaviour belies paper: two who are bound to each other stand badly, or one uses force against the other.

Force is what PLOVER types ASSAULT and MOBILIZE when a state's government or forces do it, not its rebels or people.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from volteface.actors.states import states
from volteface.record import Record
from volteface.relations.evidence import CITATION, Row, cited, cited_all, strongest
from volteface.relations.network import Tie
from volteface.relations.standing import Standing, standings

_SENTENCES = 3  # a contradiction


@dataclass(frozen=True, slots=True)
class Pledge:
    """What binds two, from a first to a last day; `one_way` where only `one` is bound."""

    one: str
    other: str
    since: dt.date
    until: dt.date
    obligations: tuple[str, ...]
    row: Row
    one_way: bool = False


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A pledge and what belies it: the standing on its last day that the record knows, stories of force in its time."""

    one: str
    other: str
    pledge: Pledge
    on: dt.date  # of the standing
    standing: Standing | None
    badly: bool  # whether they stand badly on that day
    force: int  # stories
    stories: tuple[Row, ...]  # of force the weightiest, else those behind the standing

    def json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"dyad": [self.one, self.other], "obligations": list(self.pledge.obligations)}
        shown |= {"since": self.pledge.since.isoformat(), "until": self.pledge.until.isoformat()}
        shown |= {"pledge": cited(self.pledge.row), "on": self.on.isoformat()}
        shown |= {"standing": self.standing.json() if self.standing else None, "stand_badly": self.badly}
        return shown | {"stories_of_force": self.force, "sentences": cited_all(self.stories)}


_ACTORS = "coalesce({side}_sector, 'GOV') in ('GOV', 'MIL')"
_FORCE = f"""
with told as (
    select p.place, s.id, s.best, s.documents, s.first_date, abs(s.score) as weight
    from stories s join (
        select unnest($places) as place, unnest($ones) as one, unnest($others) as other,
            unnest($since::date[]) as since, unnest($until::date[]) as until, unnest($one_way) as one_way
    ) p on s.first_date between p.since and p.until and (
        (s.source = p.one and s.target = p.other) or (not p.one_way and s.source = p.other and s.target = p.one)
    )
    where s.type in ('ASSAULT', 'MOBILIZE') and s.precision in ('day', 'month')
        and {_ACTORS.format(side="source")} and coalesce(s.target_sector, 'GOV') not in ('REB', 'CRM')
    qualify row_number() over (partition by p.place, s.sentence order by s.id) = 1
), ranked as (
    select *, count(*) over (partition by place) as force, row_number() over (
        partition by place order by weight desc, documents desc, first_date desc, id
    ) as rank from told qualify rank <= {_SENTENCES}
)
select s.*, {CITATION}, r.documents, r.place, r.force
from ranked r join statements s on s.id = r.best join documents d on d.id = s.document order by r.place, r.rank
"""


def contradictions(record: Record, pledges: Sequence[Pledge], on: dt.date | None = None) -> list[Contradiction]:
    """Those of the pledges that behaviour belies, up to a day if one is given; the most forceful first."""
    known = _last_day(record)
    if known is None:
        return []
    last = min(on or known, known)
    told = [one for one in pledges if one.since <= last and {one.one, one.other} <= states().keys()]
    of_force = _force(record, told, last)
    day_of = {place: min(one.until, last) for place, one in enumerate(told)}
    found: dict[dt.date, dict[tuple[str, str], Standing]] = {}
    made = []
    for place, one in enumerate(told):
        day, dyad = day_of[place], (min(one.one, one.other), max(one.one, one.other))
        if day not in found:
            found[day] = {(s.one, s.other): s for s in standings(record, day)}
        standing = found[day].get(dyad)
        rows = of_force.get(place, [])
        badly = standing is not None and _badly(standing)
        if rows or (badly and not one.one_way):
            stories = rows or strongest(record, {dyad: -1}, one.since, day, _SENTENCES)[dyad]
            force = rows[0]["force"] if rows else 0
            made.append(Contradiction(one.one, one.other, one, day, standing, badly, force, tuple(stories)))
    return sorted(made, key=lambda one: (-one.force, one.standing.value if one.standing else 0.0, one.one, one.other))


def _force(record: Record, told: Sequence[Pledge], last: dt.date) -> dict[int, list[Row]]:
    if not told:
        return {}
    given = {
        "places": list(range(len(told))),
        "ones": [one.one for one in told],
        "others": [one.other for one in told],
        "since": [one.since for one in told],
        "until": [min(one.until, last) for one in told],
        "one_way": [one.one_way for one in told],
    }
    made: dict[int, list[Row]] = {}
    for row in record.rows(_FORCE, given):
        made.setdefault(row["place"], []).append(row)
    return made


def _badly(one: Standing) -> bool:
    return Tie.of(one.one, one.other, one.value, one.low, one.high, stories=one.volume).sign < 0


def _last_day(record: Record) -> dt.date | None:
    [told] = record.rows("select max(first_date) as last from stories where precision in ('day', 'month')")
    last: dt.date | None = told["last"]
    return last
