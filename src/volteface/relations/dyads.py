"""Dyads, month by month: cooperation, conflict, volume and tone from actual stories.

A state is its code here, whatever its sectors. What happens between two sides of one state belongs to no dyad.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from volteface.record import Record

_EVER = (dt.date.min, dt.date.max)

_MONTHS = """
select month, sum(volume)::integer as volume, sum(reports)::integer as reports,
    sum(cooperation) as cooperation, sum(conflict) as conflict,
    sum(verbal_cooperation)::integer as verbal_cooperation,
    sum(material_cooperation)::integer as material_cooperation,
    sum(verbal_conflict)::integer as verbal_conflict,
    sum(material_conflict)::integer as material_conflict,
    (sum(cooperation) - sum(conflict)) / sum(volume) as tone
from dyad_months
where ((source = $one and target = $other) or ($both and source = $other and target = $one))
    and month between date_trunc('month', $since::date) and $until::date
group by month
order by month
"""

_STORY = """
id, first_date, last_date, precision, source, source_sector, source_name, target, target_sector, target_name, mutual,
type, mode, quad, score, reports, documents, outlets, best, sentence
"""

_STORIES = f"""
select {_STORY}
from stories
where ((source = $one and target = $other) or ($both and source = $other and target = $one))
    and first_date <= $until::date and last_date >= $since::date
order by first_date, id
"""

_PARTNERS = """
select case when source = $actor then target else source end as partner,
    count(*)::integer as volume,
    round(sum(greatest(score, 0)), 3) as cooperation,
    round(sum(greatest(-score, 0)), 3) as conflict,
    avg(score) as tone,
    min(first_date) as first_date,
    max(last_date) as last_date
from stories
where (source = $actor or target = $actor) and source <> target and precision in ('day', 'month')
    and first_date <= $until::date and last_date >= $since::date
group by partner
order by volume desc, partner
"""


@dataclass(frozen=True, slots=True)
class Month:
    """One dyad in one month. Cooperation and conflict are sums of the stories' scores, both from 0 up; tone is the
    mean score (-10 to 10); volume and the four split by kind of act are numbers of stories."""

    month: dt.date  # its first day
    volume: int
    reports: int
    cooperation: float
    conflict: float
    verbal_cooperation: int
    material_cooperation: int
    verbal_conflict: int
    material_conflict: int
    tone: float


@dataclass(frozen=True, slots=True)
class Story:
    """One happening, as its best report tells it. `best` is that report's statement id; actors are codes."""

    id: str
    first_date: dt.date
    last_date: dt.date
    precision: str
    source: str
    source_sector: str | None
    source_name: str | None
    target: str
    target_sector: str | None
    target_name: str | None
    mutual: bool  # reported in both directions
    type: str
    mode: str | None
    quad: str | None
    score: float
    reports: int
    documents: int
    outlets: int
    best: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Partner:
    """Another actor with which an actor had dealings, over the whole time asked for."""

    partner: str
    volume: int
    cooperation: float
    conflict: float
    tone: float
    first_date: dt.date
    last_date: dt.date


def months(
    record: Record, source: str, target: str, since: dt.date = _EVER[0], until: dt.date = _EVER[1]
) -> tuple[Month, ...]:
    """What the source did to the target, month by month; months without stories are left out."""
    return _months(record, source, target, since, until, both=False)


def dyad(
    record: Record, one: str, other: str, since: dt.date = _EVER[0], until: dt.date = _EVER[1]
) -> tuple[Month, ...]:
    """What the two did to each other, in either direction, month by month; months without stories are left out."""
    return _months(record, one, other, since, until, both=True)


def stories(
    record: Record,
    one: str,
    other: str,
    since: dt.date = _EVER[0],
    until: dt.date = _EVER[1],
    *,
    both: bool = True,
) -> tuple[Story, ...]:
    """The dyad's dated stories from the earliest on; with `both` false only what `one` did to `other`."""
    asked = {"one": one, "other": other, "both": both, "since": since, "until": until}
    return tuple(Story(**row) for row in record.rows(_STORIES, asked))


def partners(record: Record, actor: str, since: dt.date = _EVER[0], until: dt.date = _EVER[1]) -> tuple[Partner, ...]:
    """Whom an actor had dealings with, those with the most stories first."""
    asked = {"actor": actor, "since": since, "until": until}
    return tuple(Partner(**row) for row in record.rows(_PARTNERS, asked))


def _months(record: Record, one: str, other: str, since: dt.date, until: dt.date, both: bool) -> tuple[Month, ...]:
    asked = {"one": one, "other": other, "both": both, "since": since, "until": until}
    return tuple(Month(**row) for row in record.rows(_MONTHS, asked))
