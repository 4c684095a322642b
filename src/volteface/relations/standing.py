"""How each dyad stands, from -10 to 10 with its interval, by period or as of any past day.

A local-level state-space model (Durbin and Koopman 2012) per direction: the Kalman filter gives what was known on a
day, the RTS smoother what is known since. Three corrections keep attention out. A period's stories count less the more
they are, so that coverage moves certainty and not standing. What is little known is drawn to what was to be expected.
And how conflictual the news of either state is with all others is taken off, on the scale of log-odds, every partner
weighing alike. Reads the months and stories of a record; `network` takes the ties made here.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, Literal, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from volteface import ontology
from volteface.actors.states import states
from volteface.drawing import Picture, curve
from volteface.record import Record
from volteface.relations.network import MARGIN, Tie
from volteface.relations.scales import PLOVER, Scale, quad

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
By = Literal["day", "week", "month", "year"]

INTERVAL = 1.645  # standard deviations: nine times in ten the standing lies within
_MOST = 9.9  # points: no standing is beyond
_QUADS = ontology.QUADS
_NEUTRALS = 10.0  # dyads of which nothing is told, by which a small record's usual level is near neutral
_NO_ACTORS = ("NSA", "OTHER-IGO")  # codes that stand for many actors: no two of them stand in any way


@dataclass(frozen=True, slots=True)
class Model:
    """The few global constants of the filter; no weight belongs to a state. Variances are in squared points.

    Round numbers, chosen by trial on ICEWS dyad-years 2002-14: see benchmarks/standing.py. On a record of 97,301
    documents of 2002-22 they are near the likeliest, and a drift from half to four times as large is nearly as likely.
    """

    noise: float  # of a single story
    drift: float  # of the level in a year
    prior: float  # of a dyad around what was to be expected of it
    saturation: float  # how many independent stories the most reported period can tell as much as
    context: float = 0.75  # how much of the two states' own tone is taken off
    surprise: float = 2.5  # standard deviations beyond which a period counts less, or the level moves more

    @classmethod
    def of(cls, scale: Scale, period: Literal["month", "year"] = "month") -> Self:
        """The model for stories on this scale, told by periods of this length."""
        return cls(scale.noise, scale.noise / 60, scale.noise / 3, 8.0 if period == "month" else 20.0)


@dataclass(frozen=True, slots=True)
class Standing:
    """How two stand on a day, -10 to 10, with the interval in which the standing lies nine times in ten."""

    one: str
    other: str
    value: float
    low: float
    high: float
    volume: int  # stories up to that day

    def json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"dyad": [self.one, self.other], "standing": round(self.value, 2)}
        return shown | {"low": round(self.low, 2), "high": round(self.high, 2), "stories": self.volume}


@dataclass(frozen=True, slots=True)
class Point:
    """A dyad's period: sums of scores (from 0 up) of cooperation and conflict, verbal and material, and stories; and
    the standing at its end."""

    start: dt.date
    verbal_cooperation: float
    material_cooperation: float
    verbal_conflict: float
    material_conflict: float
    volume: int
    standing: float
    low: float
    high: float

    @property
    def cooperation(self) -> float:
        return self.verbal_cooperation + self.material_cooperation

    @property
    def conflict(self) -> float:
        return self.verbal_conflict + self.material_conflict

    def json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"start": self.start.isoformat(), "stories": self.volume}
        names = ("verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict")
        shown |= {name: round(getattr(self, name), 1) for name in ("cooperation", "conflict", *names)}
        return shown | {name: round(getattr(self, name), 2) for name in ("standing", "low", "high")}


@dataclass(frozen=True, repr=False)
class Series:
    """A dyad through time. Directed, it is what `one` does to `other`; smoothed, each standing knows what
    came after."""

    one: str
    other: str
    by: By
    scale: str
    directed: bool
    smoothed: bool
    points: tuple[Point, ...]

    def json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"dyad": [self.one, self.other], "by": self.by, "scale": self.scale}
        shown |= {"directed": self.directed, "smoothed": self.smoothed}
        return shown | {"points": [point.json() for point in self.points]}

    def __repr__(self) -> str:
        arrow = "to" if self.directed else "and"
        if not self.points:
            return f"<Series of {self.one} {arrow} {self.other}: nothing told>"
        last = self.points[-1]
        return (
            f"<Series of {self.one} {arrow} {self.other} by {self.by}, {self.points[0].start} to {last.start}: "
            f"{last.standing:+.1f} ({last.low:+.1f} to {last.high:+.1f}), {self.scale}>"
        )

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{p.start}<td>{p.volume}<td>{p.cooperation:.1f}<td>{p.conflict:.1f}"
            f"<td>{p.standing:+.1f}<td>{p.low:+.1f} to {p.high:+.1f}"
            for p in self.points
        )
        heads = "".join(f"<th>{name}" for name in (self.by, "stories", "cooperation", "conflict", "standing", "90 %"))
        return f"<table><tr>{heads}{rows}</table>"

    def plot(self) -> Picture:
        """The standing and its interval as a line with a band."""
        values = [(point.start, point.standing, point.low, point.high) for point in self.points]
        return curve.picture(f"{self.one} and {self.other} ({self.scale})", values)


class Filter:
    """The Kalman filter of many directed dyads at once, period after period; `step` moves it on.

    Standings may be read at any time. Nothing in it looks ahead.
    """

    def __init__(self, sources: Places, targets: Places, model: Model) -> None:
        self.sources, self.targets, self.model = sources, targets, model
        self.actors = int(max(sources.max(initial=-1), targets.max(initial=-1))) + 1
        self.level = np.zeros(len(sources))
        self.variance = np.full(len(sources), np.inf)
        self.surprised = np.zeros(len(sources))
        self.ahead = self.variance  # before the period's stories, widened where they told of a turn

    def step(self, at: Places, mean: Floats, stories: Floats, years: float) -> None:
        """Moves on by so many years to a period in which these dyads had stories, of that mean score."""
        self.variance += self.model.drift * years
        self.ahead = self.variance.copy()
        state = self.level[at], self.variance[at], self.surprised[at]
        made = told(*state, mean, stories, self.model)
        self.level[at], self.variance[at], self.surprised[at], self.ahead[at] = made

    def weight(self) -> Floats:
        """How much of each dyad's standing is its own news, from 0 to 1; the rest is what was to be expected."""
        return self.model.prior / (self.variance + self.model.prior)

    def centre(self) -> float:
        """The usual level between two, in points; every dyad weighs alike, and some neutral ones are added."""
        weight = self.weight()
        return float((weight * self.level).sum() / (weight.sum() + _NEUTRALS))

    def context(self, centre: float) -> Floats:
        """How the news of each dyad's two states with all others differs from what is usual, in log-odds."""
        weight = self.weight()
        own = weight * (_odds(centre + weight * (self.level - centre)) - _odds(np.float64(centre)))

        def of_others(side: Places) -> Floats:
            pull = np.bincount(side, own, self.actors)[side] - own
            much = np.bincount(side, weight, self.actors)[side] - weight
            made: Floats = pull / (much + 1)
            return made

        return self.model.context * (of_others(self.sources) + of_others(self.targets))


def told(
    level: Floats, variance: Floats, surprised: Floats, mean: Floats, stories: Floats, model: Model
) -> tuple[Floats, Floats, Floats, Floats]:
    """Levels, their variances and surprises after a period's stories, and the variances before them.

    Surprised once, the filter takes the period for an outlier and lets it count less (Huber); twice running the same
    way, for a turn, and the level follows.
    """
    known = np.isfinite(variance)
    noise = model.noise * (1 + (stories - 1) / model.saturation) / stories
    before = np.where(known, variance, 0.0)
    missed = np.where(known, mean - level, 0.0)
    apart = missed / np.sqrt(before + noise)
    surprise = np.where(np.abs(apart) > model.surprise, np.sign(apart), 0.0)
    again = (surprise != 0) & (surprise == surprised)
    before = np.where(again, np.maximum(before, missed**2 - noise), before)
    noise = np.where(again, noise, noise * np.maximum(np.abs(apart) / model.surprise, 1.0))
    gain = before / (before + noise)
    return (
        np.where(known, level + gain * missed, mean),
        np.where(known, (1 - gain) * before, noise),
        surprise,
        np.where(known, before, np.inf),
    )


def read(level: Floats, weight: Floats, context: Floats, centre: float, model: Model) -> Floats:
    """Directed standings from levels in points, as log-odds of which zero is usual.

    The first axis is the standing, how far its interval reaches below it, and how far above.
    """
    usual = _odds(np.float64(centre)) + context
    expected = 10 * np.tanh(usual)
    found = expected + weight * (level - expected)
    reach = INTERVAL * np.sqrt(model.prior * (1 - weight))
    middle = _odds(found)
    return np.stack([middle - usual, middle - _odds(found - reach), _odds(found + reach) - middle])


def joined(ways: Floats, weights: Floats) -> Floats:
    """Both directions (the second axis) as one: each counts by how much of it is the dyad's own news."""
    total = weights.sum(axis=0)
    nothing = np.zeros_like(weights)
    nothing[0] = 1.0  # where nothing is told, one way is as good as the other
    shares = np.where(total > 0, weights / np.maximum(total, 1e-9), nothing)
    middle = (shares * ways[0]).sum(axis=0)
    return np.stack([middle, *np.sqrt(((shares * ways[1:]) ** 2).sum(axis=1))])


def points(found: Floats) -> tuple[Floats, Floats, Floats]:
    """Standings in log-odds as points from -10 to 10, with both ends of their intervals."""
    middle, below, above = found
    value, low, high = (np.round(10 * np.tanh(one), 6) for one in (middle, middle - below, middle + above))
    return value, low, high


def standings(record: Record, on: dt.date = dt.date.max, scale: Scale | None = None) -> tuple[Standing, ...]:
    """How all stand on a day, as known on that day; dyads in alphabetical order. Codes for many actors are left out.

    A day after the record's last month counts as that month's last.
    """
    chosen = scale or quad()
    model, news = Model.of(chosen), news_until(record, on, chosen)
    filtering = Filter(news.sources, news.targets, model)
    centre, context = 0.0, np.zeros(len(news.sources))
    for month, at, mean, stories in news.months():
        filtering.step(at, mean, stories, 1 / 12)
        end = end_of(month, "month")
        if end <= news.until < end_of(end + dt.timedelta(days=1), "month"):  # the news of others counts up to here
            centre = filtering.centre()
            context = filtering.context(centre)
    weight = filtering.weight()
    ways = read(filtering.level, weight, context, centre, model)
    size = len(news.codes)
    lower, upper = np.minimum(news.sources, news.targets), np.maximum(news.sources, news.targets)
    dyads, of = np.unique(lower * size + upper, return_inverse=True)
    back = (news.sources > news.targets).astype(np.int64)

    def both(values: Floats) -> Floats:
        made = np.zeros((2, len(dyads)))
        made[back, of] = values
        return made

    values = points(joined(np.stack([both(one) for one in ways]), both(weight)))
    volumes = both(news.volumes()).sum(axis=0)
    return tuple(
        Standing(news.codes[dyad // size], news.codes[dyad % size], value, low, high, int(volume))
        for dyad, volume, value, low, high in zip(
            dyads.tolist(), volumes.tolist(), *(one.tolist() for one in values), strict=True
        )
    )


def standing(record: Record, one: str, other: str, on: dt.date = dt.date.max, scale: Scale | None = None) -> Standing:
    """How two stand on a day, as known on that day (codes). Two of whom nothing was told stand neutrally."""
    one, other = _two(one, other)
    ways = ((one, other), (other, one))
    days = _days(record, ways, on, scale or quad())
    path = _path(record, ways, on, scale or quad(), days)
    return Standing(one, other, *path.at(path.until), sum(day.stories for day in days))


def ties(
    told: Record | Iterable[Standing], on: dt.date = dt.date.max, margin: float = MARGIN, among: Collection[str] = ()
) -> tuple[Tie, ...]:
    """Ties for `network`, neutral ones too: from a record as known on a day, or from standings.

    Between states alone, unless `among` names others.
    """
    found = standings(told, on) if isinstance(told, Record) else told
    chosen = frozenset(among) or frozenset(states())
    return tuple(
        Tie.of(one.one, one.other, one.value, one.low, one.high, margin)
        for one in found
        if one.one in chosen and one.other in chosen
    )


def series(
    record: Record,
    one: str,
    other: str,
    by: By = "month",
    since: dt.date = dt.date.min,
    until: dt.date = dt.date.max,
    *,
    directed: bool = False,
    smoothed: bool = False,
    scale: Scale | None = None,
) -> Series:
    """A dyad's periods with stories, and the standing at the end of each (codes, both days included).

    Directed, only what `one` does to `other`. Filtered, each standing is what was known at its period's end, with the
    stories up to `until` alone; smoothed, it is what is known now. The sums are in the stories' own scores.
    """
    chosen = scale or quad()
    one, other = (one, other) if directed else _two(one, other)
    ways = ((one, other),) if directed else ((one, other), (other, one))
    days = _days(record, ways, until, chosen)
    path = _path(record, ways, until, chosen, days)
    made = []
    for start, of_period in groupby(days, key=lambda day: _start(day.date, by)):
        news = list(of_period)
        end = min(end_of(start, by), path.until)
        if end < since:
            continue
        sums = {kind.replace(" ", "_"): round(sum(day.sums.get(kind, 0.0) for day in news), 3) for kind in _QUADS}
        value, low, high = path.smooth(end) if smoothed else path.at(end)
        stories = sum(day.stories for day in news)
        made.append(Point(start=start, volume=stories, standing=value, low=low, high=high, **sums))
    return Series(one, other, by, str(chosen), directed, smoothed, tuple(made))


@dataclass(frozen=True, slots=True)
class _Day:
    """What was told of one direction of a dyad on a day: stories, their summed value and the sums of scores by quad."""

    date: dt.date
    way: int
    stories: int
    value: float
    sums: Mapping[str, float]


def _days(record: Record, ways: Sequence[tuple[str, str]], until: dt.date, scale: Scale) -> list[_Day]:
    rows = record.rows(
        """select first_date, source = $one as forth, type, quad, count(*) as stories, sum(score) as score
        from stories where source <> target and precision in ('day', 'month') and first_date <= $until
            and ((source = $one and target = $other) or ($both and source = $other and target = $one))
        group by all order by first_date, forth desc, type, quad""",
        {"one": ways[0][0], "other": ways[0][1], "both": len(ways) > 1, "until": until},
    )
    made = []
    for (date, forth), of_day in groupby(rows, key=lambda row: (row["first_date"], row["forth"])):
        told = list(of_day)
        sums: dict[str, float] = {}
        for row in told:
            sums[row["quad"]] = sums.get(row["quad"], 0.0) + abs(row["score"])
        value = sum(row["stories"] * scale.value(row["type"], row["score"] / row["stories"]) for row in told)
        made.append(_Day(date, 0 if forth else 1, sum(row["stories"] for row in told), value, sums))
    return made


@dataclass(frozen=True)
class _Path:
    """A dyad's way through the months: for each direction (the first axis) and month (the second)."""

    model: Model
    firsts: tuple[dt.date, ...]
    until: dt.date
    days: Mapping[dt.date, Sequence[_Day]]  # of each month
    begun: tuple[Floats, Floats, Floats]  # level, variance and surprise as a month begins
    ended: tuple[Floats, Floats, Floats]  # level, variance and the variance before the month's stories
    contexts: Floats  # as a month ends
    centres: Floats

    def at(self, day: dt.date) -> tuple[float, float, float]:
        """The standing at the end of a day, with its interval."""
        place = bisect_right(self.firsts, day) - 1
        if place < 0:
            return self._read(np.zeros(2), np.full(2, np.inf), -1)
        if day >= end_of(self.firsts[place], "month"):
            return self._read(self.ended[0][:, place], self.ended[1][:, place], place)
        level, variance, surprised = (one[:, place].copy() for one in self.begun)
        for way in range(len(level)):
            news = [one for one in self.days.get(self.firsts[place], ()) if one.way == way and one.date <= day]
            if news:
                stories = sum(one.stories for one in news)
                mean = sum(one.value for one in news) / stories
                at = slice(way, way + 1)
                state = level[at], variance[at], surprised[at]
                level[at], variance[at], _, _ = told(*state, np.array([mean]), np.array([float(stories)]), self.model)
        return self._read(level, variance, place - 1)  # the news of others counts from the end of the month on

    def smooth(self, day: dt.date) -> tuple[float, float, float]:
        """The standing in a day's month as known now."""
        place = bisect_right(self.firsts, day) - 1
        level, variance = self._smoothed
        return self._read(level[:, place], variance[:, place], place)

    @cached_property
    def _smoothed(self) -> tuple[Floats, Floats]:
        """Rauch, Tung and Striebel's backward pass."""
        level, variance = self.ended[0].copy(), self.ended[1].copy()
        for place in range(len(self.firsts) - 2, -1, -1):
            known = np.isfinite(variance[:, place])
            ahead = np.where(known, self.ended[2][:, place + 1], 1.0)
            own = np.where(known, variance[:, place], 0.0)
            share = own / ahead
            level[:, place] += share * (level[:, place + 1] - level[:, place])
            finite = np.where(known, variance[:, place + 1], 0.0)
            variance[:, place] = np.where(known, own + share**2 * (finite - ahead), np.inf)
        return level, variance

    def _read(self, level: Floats, variance: Floats, place: int) -> tuple[float, float, float]:
        context, centre = (self.contexts[:, place], float(self.centres[place])) if place >= 0 else (np.zeros(1), 0.0)
        weight = self.model.prior / (variance + self.model.prior)
        value, low, high = points(joined(read(level, weight, context, centre, self.model), weight))
        return float(value), float(low), float(high)


def _path(record: Record, ways: Sequence[tuple[str, str]], until: dt.date, scale: Scale, days: Sequence[_Day]) -> _Path:
    usual = _usual(record, scale)
    model, news = Model.of(scale), news_until(record, until, scale, ways[0])
    filtering = Filter(news.sources, news.targets, model)
    place = {code: at for at, code in enumerate(news.codes)}
    pairs = {pair: at for at, pair in enumerate(zip(news.sources.tolist(), news.targets.tolist(), strict=True))}
    at = [pairs.get((place.get(one, -1), place.get(other, -1)), -1) for one, other in ways]
    own, there = np.maximum(at, 0), np.array(at) >= 0
    begun: list[tuple[Floats, ...]] = []
    ended: list[tuple[Floats, ...]] = []
    contexts, centres, firsts = [], [], []
    nothing = (np.zeros(len(at)), np.full(len(at), np.inf), np.zeros(len(at)))

    def state(third: Floats) -> tuple[Floats, ...]:
        if not len(filtering.level):
            return nothing
        now = (filtering.level, filtering.variance, third)
        return tuple(np.where(there, one[own], none) for one, none in zip(now, nothing, strict=True))

    for month, dyads, mean, stories in news.months():
        level, variance, surprised = state(filtering.surprised)
        begun.append((level, variance + model.drift / 12, surprised))
        filtering.step(dyads, mean, stories, 1 / 12)
        ended.append(state(filtering.ahead))
        centre = usual.get(month, 0.0)
        contexts.append(np.where(there, filtering.context(centre)[own], 0.0) if there.any() else np.zeros(len(at)))
        centres.append(centre)
        firsts.append(month)
    of_months = {month: tuple(of) for month, of in groupby(days, key=lambda day: day.date.replace(day=1))}
    return _Path(
        model,
        tuple(firsts),
        news.until,
        of_months,
        _stacked(begun, at),
        _stacked(ended, at),
        np.array(contexts).T.reshape(len(at), -1),
        np.array(centres),
    )


def _stacked(states_: Sequence[tuple[Floats, ...]], ways: Sequence[int]) -> tuple[Floats, Floats, Floats]:
    made = np.array(states_).reshape(-1, 3, len(ways)).transpose(1, 2, 0)
    return made[0], made[1], made[2]


_USUAL: dict[tuple[str, str, str], Mapping[dt.date, float]] = {}  # of a few records, each as published at some time


def _usual(record: Record, scale: Scale) -> Mapping[dt.date, float]:
    """The usual level between two as each month ended."""
    key = str(record.folder.resolve()), record.manifest.digest, str(scale)
    if key not in _USUAL:
        news = news_until(record, dt.date.max, scale)
        filtering = Filter(news.sources, news.targets, Model.of(scale))
        made = {}
        for month, at, mean, stories in news.months():
            filtering.step(at, mean, stories, 1 / 12)
            made[month] = filtering.centre()
        while len(_USUAL) >= 8:
            _USUAL.pop(next(iter(_USUAL)))
        _USUAL[key] = made
    return _USUAL[key]


@dataclass(frozen=True)
class _News:
    """Directed dyads by month: the rows that the filter reads, in the order of their months."""

    codes: tuple[str, ...]  # in alphabetical order
    sources: Places  # of each directed dyad, as places among the codes
    targets: Places
    first: dt.date | None
    until: dt.date  # the last day that is read
    month: Places  # of each row, counted from the first
    dyad: Places
    value: Floats
    stories: Floats

    def months(self) -> Iterator[tuple[dt.date, Places, Floats, Floats]]:
        """Every month from the first to the last, with the dyads that had stories, their mean values and numbers."""
        if self.first is None:
            return
        number = (self.until.year - self.first.year) * 12 + self.until.month - self.first.month + 1
        bounds = np.searchsorted(self.month, np.arange(number + 1))
        for place in range(number):
            years, months = divmod(self.first.month - 1 + place, 12)
            rows = slice(bounds[place], bounds[place + 1])
            mean = self.value[rows] / self.stories[rows]
            yield dt.date(self.first.year + years, months + 1, 1), self.dyad[rows], mean, self.stories[rows]

    def volumes(self) -> Floats:
        """The stories of each directed dyad."""
        made: Floats = np.bincount(self.dyad, self.stories, len(self.sources)).astype(np.float64)
        return made


_OF_SCALE = "coalesce(list_extract($values, list_position($types, type)), score)"
_OF_STORIES = f"""
    select date_trunc('month', first_date)::date as month, source, target, sum({_OF_SCALE})::double as value,
        count(*)::double as stories
    from stories where source <> target and precision in ('day', 'month') and first_date between $from and $until
        and not list_contains($none, source) and not list_contains($none, target) {{of}} group by all
"""
_OF_MONTHS = """
    select month, source, target, ({value})::double as value, volume::double as stories
    from dyad_months where month < $from
        and not list_contains($none, source) and not list_contains($none, target) {of}
"""
_COUNTS = "10 * (verbal_cooperation + material_cooperation - verbal_conflict - material_conflict)"


def news_until(record: Record, until: dt.date, scale: Scale, codes: Sequence[str] = ()) -> _News:
    """All directed dyads, or those of two states with anyone; whole months as counted, the last one by its stories."""
    [ends] = record.rows("select min(month) as first, max(month) as last from dyad_months")
    if ends["first"] is None or ends["first"] > until:
        return _NO_NEWS
    until = min(until, end_of(ends["last"], "month"))
    counted = scale.values == PLOVER.values or scale == quad()
    of = " and (source in ($one, $other) or target in ($one, $other))" if codes else ""
    given: dict[str, Any] = {"none": list(_NO_ACTORS), "until": until}
    given |= {"from": until.replace(day=1) if counted else ends["first"]}
    given |= {"types": list(scale.values) or [""], "values": list(scale.values.values()) or [0.0]}
    given |= {"one": codes[0], "other": codes[1]} if codes else {}
    query = _OF_STORIES.format(of=of)
    if counted:
        value = _COUNTS if scale == quad() else "cooperation - conflict"
        query += " union all " + _OF_MONTHS.format(value=value, of=of)
    table = record.sql(f"select * from ({query}) order by month, source, target", given)
    if not table.num_rows:
        return _NO_NEWS
    encoded = pa.chunked_array([*table["source"].chunks, *table["target"].chunks]).combine_chunks().dictionary_encode()
    names = encoded.dictionary.to_pylist()
    order = sorted(range(len(names)), key=names.__getitem__)
    rank = np.empty(len(names), dtype=np.int64)
    rank[order] = np.arange(len(names))
    sources, targets = rank[encoded.indices.to_numpy()].reshape(2, -1)
    pairs, dyad = np.unique(sources * len(names) + targets, return_inverse=True)
    month = table["month"].to_numpy().astype("datetime64[M]").astype(np.int64)
    first = dt.date(1970 + int(month[0]) // 12, int(month[0]) % 12 + 1, 1)
    return _News(
        codes=tuple(names[at] for at in order),
        sources=pairs // len(names),
        targets=pairs % len(names),
        first=first,
        until=until,
        month=month - month[0],
        dyad=dyad,
        value=table["value"].to_numpy(),
        stories=table["stories"].to_numpy(),
    )


_NOTHING = np.zeros(0, dtype=np.int64)
_NO_NEWS = _News((), _NOTHING, _NOTHING, None, dt.date.max, _NOTHING, _NOTHING, np.zeros(0), np.zeros(0))


def _start(day: dt.date, by: By) -> dt.date:
    match by:
        case "day":
            return day
        case "week":
            return day - dt.timedelta(day.weekday())
        case "month":
            return day.replace(day=1)
        case "year":
            return day.replace(month=1, day=1)


def end_of(start: dt.date, by: By) -> dt.date:
    match by:
        case "day":
            return start
        case "week":
            return start + dt.timedelta(6)
        case "month":
            return (start.replace(day=28) + dt.timedelta(4)).replace(day=1) - dt.timedelta(1)
        case "year":
            return start.replace(month=12, day=31)


def _two(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _odds(level: Floats | np.float64) -> Floats:
    made: Floats = np.arctanh(np.clip(level, -_MOST, _MOST) / 10)
    return made
