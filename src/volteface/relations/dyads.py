"""Dyads, month by month: cooperation, conflict, volume and tone from actual stories, and the months that moved them.

A state is its code here, whatever its sectors. What happens between two sides of one state belongs to no dyad.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from volteface.record import Record

WINDOW = 12  # months before a month that it is held against
DOUBT = 3.0  # stories of no tone added to both sides, so that one story alone turns nothing
APART = 3  # months: nearer ones that move the same way are one turn
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
class Turn:
    """A month in which a dyad moved against the months before it, and the stories that carried it there."""

    month: dt.date
    change: float  # of the tone, in points of score; below 0 is for the worse
    before: float  # the tone of the months before, drawn towards 0 where stories are few
    tone: float  # the tone of the month, likewise
    volume: int
    stories: tuple[Story, ...]  # those that weigh most in the direction of the change first


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


def turns(
    record: Record,
    one: str,
    other: str,
    since: dt.date = _EVER[0],
    until: dt.date = _EVER[1],
    *,
    most: int = 5,
    carried_by: int = 3,
) -> tuple[Turn, ...]:
    """The months that moved a dyad furthest against the WINDOW months before each, the greatest move first.

    Both tones have DOUBT neutral stories added. Where months less than APART from each other moved the same way, the
    greatest stands for all. The months before `since` count as what went before; a dyad's first month turns nothing.
    """
    series = dyad(record, one, other, until=until)
    moves = [_move(series, at) for at in range(1, len(series)) if series[at].month >= since.replace(day=1)]
    chosen: list[Turn] = []
    for move in sorted(moves, key=lambda move: (-abs(move.change), move.month)):
        repeated = any(
            (move.change < 0) == (kept.change < 0) and abs(_apart(move.month, kept.month)) < APART for kept in chosen
        )
        if move.change and not repeated:
            chosen.append(move)
        if len(chosen) == most:
            break
    told = stories(record, one, other, since, until)
    return tuple(_with_stories(turn, told, carried_by) for turn in chosen)


def _months(record: Record, one: str, other: str, since: dt.date, until: dt.date, both: bool) -> tuple[Month, ...]:
    asked = {"one": one, "other": other, "both": both, "since": since, "until": until}
    return tuple(Month(**row) for row in record.rows(_MONTHS, asked))


def _move(series: Sequence[Month], at: int) -> Turn:
    now = series[at]
    past = [month for month in series[:at] if _apart(now.month, month.month) <= WINDOW]
    before, tone = _tone(past), _tone([now])
    return Turn(now.month, round(tone - before, 3), round(before, 3), round(tone, 3), now.volume, ())


def _tone(series: Iterable[Month]) -> float:
    score, volume = 0.0, DOUBT
    for month in series:
        score += month.cooperation - month.conflict
        volume += month.volume
    return score / volume


def _apart(later: dt.date, earlier: dt.date) -> int:
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def _with_stories(turn: Turn, told: Iterable[Story], most: int) -> Turn:
    sign = -1 if turn.change < 0 else 1
    at_the_time = [s for s in told if s.first_date.replace(day=1) == turn.month and s.precision != "year"]
    at_the_time.sort(key=lambda story: (-story.score * sign, -story.reports, story.first_date, story.id))
    carrying = [story for story in at_the_time if story.score * sign > 0] or at_the_time
    return replace(turn, stories=tuple(carrying[:most]))
