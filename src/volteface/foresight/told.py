"""Facts from a record: states and organisations, each with its sector, as actors and PLOVER's types as kinds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np

from volteface.actors.states import states
from volteface.foresight.facts import UNKNOWN, Facts, Ints
from volteface.record import Record
from volteface.relations.evidence import CITATION, Row

# One side of a story: its code and sector; by name too where the code stands for many.
_PARTY = """{side} || ':' || coalesce({side}_sector, '') ||
    case when {side} in ('NSA', 'OTHER-IGO') then ':' || coalesce({side}_name, '') else '' end"""
_STORIES = f"""
select {_PARTY.format(side="source")} as one, {_PARTY.format(side="target")} as other, type, mutual, first_date as day
from stories
where precision = 'day' and first_date between $since and $until and ($until = date '9999-12-31' or id in (
    select r.story from reports r join statements s on s.id = r.statement join documents d on d.id = s.document
    where coalesce(d.published, $until) <= $until
))
order by day, one, other, type
"""


@dataclass(frozen=True)
class Told:
    """A record's facts and what their numbers stand for; days are ordinals of the calendar."""

    facts: Facts
    actors: tuple[str, ...]  # code, sector and name where these are told, with colons between
    types: tuple[str, ...]


def facts_of(record: Record, until: dt.date = dt.date.max, since: dt.date = dt.date.min) -> Told:
    """The stories of known days between two dates, as known on the later one; a mutual one stands both ways."""
    rows = record.rows(_STORIES, {"since": since, "until": until})
    actors = tuple(sorted({row[side] for row in rows for side in ("one", "other")}))
    types = tuple(sorted({row["type"] for row in rows}))
    actor, kind = ({name: place for place, name in enumerate(names)} for names in (actors, types))
    told = [
        (actor[source], kind[row["type"]], actor[target], row["day"].toordinal())
        for row in rows
        for source, target in [(row["one"], row["other"]), (row["other"], row["one"])][: 2 if row["mutual"] else 1]
    ]
    codes, sectors = ([name.split(":")[part] for name in actors] for part in (0, 1))
    homes = _numbered([code if code in states() else "" for code in codes])
    return Told(Facts.of(np.array(told, dtype=np.int64), len(types), homes, _numbered(sectors)), actors, types)


_BEHIND = f"""
select s.*, {CITATION}, t.documents from stories t join reports r on r.story = t.id
join statements s on s.id = r.statement join documents d on d.id = s.document
where t.precision = 'day' and t.first_date = $day and t.type = $type and coalesce(d.published, $on) <= $on and (
    ({_PARTY.format(side="t.source")} = $one and {_PARTY.format(side="t.target")} = $other)
    or (t.mutual and {_PARTY.format(side="t.source")} = $other and {_PARTY.format(side="t.target")} = $one)
)
order by t.documents desc, t.id, s.id <> t.best, s.id limit 1
"""


def behind(record: Record, one: str, kind: str, other: str, day: dt.date, on: dt.date) -> Row | None:
    """The story that a fact was made from, as its best report by a day tells it; actors as `Told` names them."""
    given = {"one": one, "other": other, "type": kind, "day": day, "on": on}
    return next(iter(record.rows(_BEHIND, given)), None)


def _numbered(names: list[str]) -> Ints:
    """A number for each name; UNKNOWN where it is empty."""
    numbers = {name: place for place, name in enumerate(sorted(set(names) - {""}))}
    return np.array([numbers.get(name, UNKNOWN) for name in names], dtype=np.int64)
