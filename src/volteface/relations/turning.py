"""Where a dyad turns: its stories cut into stretches of one tone, with how sure each cut is and which stories made it.

Reads the stories of a record. The tone of a stretch is a level on a scale from -10 to 10; levels start near neutral.
Where two are hostile all along, war shows as a surge of conflict instead, and so does a surge of cooperation.
A product partition model (Barry and Hartigan 1992) weighs all ways to cut exactly (Fearnhead 2006); read forward only,
the same recursion is the online detector of Adams and MacKay (2007).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from heapq import nlargest
from itertools import groupby
from math import lgamma, log, log2
from typing import Any

import numpy as np
import numpy.typing as npt

from volteface.record import Record
from volteface.relations.dyads import Story
from volteface.relations.scales import PLOVER, Scale

_VARIANCE = 21.6  # of scores within a dyad's month, pooled over a record of 97,301 documents of 2002-22

_YEARS = 3.0  # between two turns, as expected before anything is read
_LIKELIEST = 0.3  # chance of a turn after a silence, however long
_SPREAD = 36.0  # variance of the levels of stretches
_NEUTRAL = 1.0  # stories' worth of belief that two of whom nothing was told stand neutrally
_ALIKE = 0.3  # correlation of the scores of one day's stories
_NEAR = 15  # days around a turn within which it is one turn
_SURE = 0.2  # the least confidence at which a turn is told
_SIZE = 1.0  # points; smaller changes are no turns
_SIGN = 1.0  # points from neutral at which a level has a sign
_CARRYING = 90  # days from a turn in which the stories lie that carry it
_MONTH, _YEAR = 30, 365  # days after and before the start of a surge that are compared
_SURGE = 4.0  # times as many stories as usual, and as many at the least
_APART = 180  # days between two surges of one side; a third of it where the month before the other was quiet
_DOUBLING = 2.0  # points that a doubling counts, so that surges can be ranked among turns
_CARRIERS = 5
_BUSIEST = 400  # dyads in which the turns of a whole record are sought

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Carrier:
    """A story that carries a turn, and by how many points it moved the level towards what it became."""

    story: Story
    moved: float


@dataclass(frozen=True, slots=True)
class Turn:
    """A day from which two stand otherwise than before: the levels of the stretches before and after it, -10 to 10."""

    one: str  # the earlier in the alphabet
    other: str
    date: dt.date
    direction: str  # better, worse
    before: float
    after: float
    confidence: float  # probability of a turn within fifteen days of the date
    carriers: tuple[Carrier, ...] = ()
    rates: tuple[float, float] | None = None  # of a surge: stories of that side in a month, before and from the date
    kind: str = "tone"  # tone, where the level changed; surge, where conflict or cooperation became far more frequent

    @property
    def size(self) -> float:
        """Points between the levels; for a surge two for each doubling, ten at the most; the larger if it is both."""
        levels = abs(self.after - self.before) if self.kind == "tone" else 0.0
        doublings = log2(self.rates[1] / self.rates[0]) if self.rates else 0.0
        return max(levels, min(_DOUBLING * doublings, 10.0))

    @property
    def volte_face(self) -> bool:
        """Whether two who stood well now stand badly, or the other way round."""
        turned = self.before * self.after < 0 and min(abs(self.before), abs(self.after)) >= _SIGN
        return turned and self.kind == "tone"

    @property
    def weight(self) -> float:
        """What turns are ranked by: the size, as far as it is sure."""
        return self.size * self.confidence

    def __str__(self) -> str:
        frequent = f", {self.rates[1]:.0f} stories in a month after {self.rates[0]:.1f}" if self.rates else ""
        face = "a volte-face " if self.volte_face else ""
        return (
            f"{self.date}: {self.one}-{self.other} turn {face}for the {self.direction} "
            f"({self.before:+.1f} to {self.after:+.1f}{frequent}; {self.confidence:.0%} sure)"
        )

    def json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"dyad": [self.one, self.other], "date": self.date.isoformat()}
        shown |= {"kind": self.kind, "direction": self.direction, "volte_face": self.volte_face}
        shown |= {"before": round(self.before, 1), "after": round(self.after, 1), "size": round(self.size, 1)}
        shown |= {"confidence": round(self.confidence, 2)}
        shown |= {"stories_a_month": [round(rate, 1) for rate in self.rates] if self.rates else None}
        return shown | {
            "stories": [
                {
                    "id": one.story.id,
                    "statement": one.story.best,
                    "date": one.story.first_date.isoformat(),
                    "source": one.story.source,
                    "target": one.story.target,
                    "type": one.story.type,
                    "documents": one.story.documents,
                    "moved": round(one.moved, 2),
                    "sentence": one.story.sentence,
                }
                for one in self.carriers
            ]
        }


@dataclass(frozen=True)
class Stretches:
    """All ways to cut a line of observations, weighed. Days ascend; a variance belongs to each day's mean score."""

    days: Floats
    means: Floats
    variances: Floats

    @cached_property
    def _sums(self) -> tuple[Floats, Floats, Floats, Floats]:
        """Running sums of precision, of precision times score and times its square, and of log chances to go on."""
        precision = 1 / self.variances
        pull, square = precision * self.means, precision * self.means**2
        return _running(precision), _running(pull), _running(square), _running(np.log1p(-self._chance))

    @cached_property
    def _chance(self) -> Floats:
        """Of a turn just before each day, by the time since the one before."""
        gaps = np.diff(self.days, prepend=self.days[0] - _YEARS * 365.25)
        made: Floats = np.minimum(1 - np.exp(-np.maximum(gaps, 1.0) / (_YEARS * 365.25)), _LIKELIEST)
        return made

    def _told(self, starts: Places, ends: Places) -> Floats:
        """The log likelihood of what lies between as one stretch, up to what is the same for all ways to cut."""
        precision, score, square, on = self._sums
        own = 1 / _SPREAD
        neutral = np.where(starts == 0, _NEUTRAL / _VARIANCE, 0.0)  # until something is told
        more = precision[ends] - precision[starts] + neutral
        fit = square[ends] - square[starts] - (score[ends] - score[starts]) ** 2 / (own + more)
        going = on[ends] - on[np.minimum(starts + 1, ends)]
        made: Floats = 0.5 * np.log(own / (own + more)) - 0.5 * fit + going
        return made

    @cached_property
    def forward(self) -> Floats:
        """The log weight of all that lies before each place, if a stretch starts there."""
        size = len(self.days)
        turning = np.log(self._chance)
        made = np.zeros(size + 1)
        starts = np.arange(size + 1)
        for end in range(1, size + 1):
            ways = made[:end] + self._told(starts[:end], np.array(end))
            made[end] = _logsumexp(ways) + (turning[end] if end < size else 0.0)
        return made

    @cached_property
    def backward(self) -> Floats:
        """The log weight of all that lies from each place on, if a stretch starts there."""
        size = len(self.days)
        turning = np.append(np.log(self._chance), 0.0)
        made = np.zeros(size + 1)
        ends = np.arange(size + 1)
        for start in range(size - 1, -1, -1):
            made[start] = _logsumexp(
                self._told(np.array(start), ends[start + 1 :]) + turning[start + 1 :] + made[start + 1 :]
            )
        return made

    @cached_property
    def turning(self) -> Floats:
        """The probability that a stretch starts at each place but the first."""
        chance = np.exp(np.minimum(self.forward + self.backward - self.forward[-1], 0.0))
        return np.concatenate([[0.0], chance[1:-1]])

    @cached_property
    def latest(self) -> Floats:
        """The probability that the stretch that still goes on started at each place, without hindsight."""
        size = len(self.days)
        starts = np.arange(size)
        ways = self.forward[:-1] + self._told(starts, np.array(size))
        chance: Floats = np.exp(ways - _logsumexp(ways))
        return chance

    def level(self, start: int, end: int) -> float:
        """Of the stretch between two places."""
        precision, score, _, _ = self._sums
        more = precision[end] - precision[start] + (0.0 if start else _NEUTRAL / _VARIANCE)
        return float((score[end] - score[start]) / (1 / _SPREAD + more))


def cut(observed: Sequence[tuple[float, float, float]]) -> list[tuple[int, float, float, float]]:
    """Where a line of observations turns: the place, the levels before and after, and how probable a turn is there.

    An observation is a day (as a number, ascending), a score and that score's variance. Turns closer than fifteen days
    are one.
    """
    if len(observed) < 2:
        return []
    stretches = Stretches(*np.array(observed, dtype=np.float64).T)
    chance, days = stretches.turning, stretches.days
    near = np.cumsum(np.concatenate([[0.0], chance]))
    low, high = np.searchsorted(days, days - _NEAR), np.searchsorted(days, days + _NEAR, side="right")
    around = np.minimum(near[high] - near[low], 1.0)
    chosen: list[int] = []
    for at in np.lexsort((-chance, -np.round(around, 3))):
        apart = all(abs(days[at] - days[other]) > 2 * _NEAR for other in chosen)
        if around[at] < _SURE or not apart:
            continue
        within = np.arange(low[at], high[at])
        chosen.append(int(within[np.argmax(chance[within])]))
    bounds = [0, *sorted({place for place in chosen if place}), len(days)]
    turns = []
    for start, at, end in zip(bounds, bounds[1:], bounds[2:], strict=False):
        before, after = stretches.level(start, at), stretches.level(at, end)
        if abs(after - before) >= _SIZE:
            turns.append((at, before, after, float(around[at])))
    return turns


def of_stories(one: str, other: str, told: Sequence[Story], scale: Scale = PLOVER) -> tuple[Turn, ...]:
    """The turns of a dyad whose stories these are, in order of date, with the stories that carry each."""
    one, other = sorted((one, other))
    days = _days(told, scale)
    observed = [(float(day.toordinal()), mean, variance) for day, mean, variance in days]
    made = [
        _turn(one, other, told, scale, days[at][0], before, after, confidence)
        for at, before, after, confidence in cut(observed)
    ]
    for surge in _surges(one, other, told, scale):
        same = next((turn for turn in made if turn.direction == surge.direction and _close(turn, surge)), None)
        if same is None:
            made.append(surge)
        else:
            sure = max(same.confidence, surge.confidence)
            joined = replace(same, confidence=sure, date=surge.date, carriers=surge.carriers, rates=surge.rates)
            made[made.index(same)] = joined
    return tuple(sorted(made, key=lambda turn: (turn.date, turn.kind, turn.direction)))


def _surges(one: str, other: str, told: Sequence[Story], scale: Scale) -> Iterator[Turn]:
    """A dyad's surges of conflict and of cooperation, where its dealings on the whole went that way too."""
    for side, direction in ((-1.0, "worse"), (1.0, "better")):
        of_side = [story for story in told if side * scale.value(story.type, story.score) > 0]
        for day, confidence, rates in surges([story.first_date.toordinal() for story in of_side]):
            date = dt.date.fromordinal(day)
            if (date - told[0].first_date).days <= _MONTH:  # the first that is told of two is no more than usual
                continue
            before = _mean((s for s in told if 0 < (date - s.first_date).days <= _YEAR), scale)
            after = _mean((s for s in told if 0 <= (s.first_date - date).days < _MONTH), scale)
            if side * after > 0:  # no surge of talks amid a war
                carriers = _carriers(of_side, date, 0.0, side, scale)
                yield Turn(one, other, date, direction, before, after, confidence, carriers, rates, "surge")


def _close(one: Turn, other: Turn) -> bool:
    return abs((one.date - other.date).days) <= 2 * _NEAR


def surges(days: Sequence[int]) -> list[tuple[int, float, tuple[float, float]]]:
    """Where stories on these days (as numbers, ascending) become far more frequent: the day, the confidence, and how
    many there were in a month before and from then on.

    A surge has four stories in its first month and four times what the year before had a month, near another surge also
    four times what the month just before had. The confidence is that
    of its days with stories against those of the year before, each counted once (a gamma-Poisson forecast).
    """
    told = np.array(days)
    distinct = np.unique(told)

    def between(line: npt.NDArray[np.int64], start: int, end: int) -> int:
        return int(np.searchsorted(line, end) - np.searchsorted(line, start))

    found = []
    for day in distinct.tolist():
        before, after = between(told, day - _YEAR, day), between(told, day, day + _MONTH)
        usual = (before + 0.5) * _MONTH / _YEAR
        if after < _SURGE or after < _SURGE * usual:
            continue
        just = between(told, day - _MONTH, day)
        jump = after * log(after) + just * log(max(just, 1)) - (after + just) * log((after + just) / 2)
        sure = _forecast(between(distinct, day - _YEAR, day), between(distinct, day, day + _MONTH))
        found.append((jump, -day, after >= _SURGE * just, sure, (usual, float(after))))
    made: list[tuple[int, float, tuple[float, float]]] = []
    for _, negative, anew, sure, rates in sorted(found, reverse=True):
        apart = _APART / 3 if anew else _APART
        if all(abs(-negative - other) > apart for other, *_ in made):
            made.append((-negative, sure, rates))
    return sorted(made)


def _forecast(before: int, after: int) -> float:
    """The probability that a year with so many days foretells a month with fewer than so many."""
    shape, share = before + 0.5, _YEAR / (_YEAR + _MONTH)
    chances = (
        lgamma(shape + n) - lgamma(shape) - lgamma(n + 1) + shape * log(share) + n * log(1 - share)
        for n in range(after)
    )
    return float(min(sum(np.exp(chance) for chance in chances), 1.0))


def _turn(
    one: str,
    other: str,
    told: Sequence[Story],
    scale: Scale,
    date: dt.date,
    before: float,
    after: float,
    confidence: float,
) -> Turn:
    direction = "better" if after > before else "worse"
    return Turn(one, other, date, direction, before, after, confidence, _carriers(told, date, before, after, scale))


def _mean(told: Iterable[Story], scale: Scale) -> float:
    """The mean score, with one story's worth of belief in neutrality."""
    scores = [scale.value(story.type, story.score) for story in told]
    return sum(scores) / (len(scores) + _NEUTRAL)


def turns(
    record: Record,
    one: str,
    other: str,
    since: dt.date = dt.date.min,
    until: dt.date = dt.date.max,
    scale: Scale = PLOVER,
) -> tuple[Turn, ...]:
    """A dyad's turns in a window, in order of date. What came before the window counts as before; codes, not names."""
    of_dyads = _dyads(record, until, (one, other))
    return tuple(turn for two, told in of_dyads for turn in of_stories(*two, told, scale) if turn.date >= since)


def partners_turned(
    record: Record,
    state: str,
    since: dt.date = dt.date.min,
    until: dt.date = dt.date.max,
    scale: Scale = PLOVER,
) -> tuple[Turn, ...]:
    """Every turn between a state and any other, in order of date: whom it turned on, whom it turned toward."""
    found = (turn for two, told in _dyads(record, until, (state,)) for turn in of_stories(*two, told, scale))
    return tuple(sorted((turn for turn in found if turn.date >= since), key=_by_date))


def largest(
    record: Record,
    since: dt.date = dt.date.min,
    until: dt.date = dt.date.max,
    limit: int = 20,
    scale: Scale = PLOVER,
) -> tuple[Turn, ...]:
    """The largest turns between any two in a window, the largest first: size as far as it is sure.

    Sought among the dyads with the most stories.
    """
    of_dyads = nlargest(_BUSIEST, _dyads(record, until, ()), key=lambda one: (len(one[1]), one[0]))
    found = (turn for two, told in of_dyads for turn in of_stories(*two, told, scale))
    return tuple(sorted((turn for turn in found if turn.date >= since), key=_by_weight)[:limit])


def sourced(record: Record, found: Sequence[Turn]) -> list[dict[str, Any]]:
    """Turns as JSON objects, each of their stories with the document, outlet, title and address that tell it."""
    wanted = sorted({carrier.story.best for turn in found for carrier in turn.carriers})
    rows = record.rows(
        """select s.id, d.id as document, d.source as outlet, d.title, d.url
        from statements s join documents d on s.document = d.id where list_contains($wanted, s.id)""",
        {"wanted": wanted or [""]},
    )
    of = {row.pop("id"): row for row in rows}
    made = [turn.json() for turn in found]
    for turn in made:
        turn["stories"] = [story | of.get(story["statement"], {}) for story in turn["stories"]]
    return made


def watch(record: Record, one: str, other: str, on: dt.date, weeks: int = 8, scale: Scale = PLOVER) -> Turn | None:
    """The turn that two may just have taken, as known on a day: the largest in the newest weeks, a surge included.

    Its confidence is the probability, without hindsight, that the stretch that goes on began in those weeks. None if
    no story of theirs is as new.
    """
    two = _two(one, other)
    told = [story for _, stories in _dyads(record, on, two) for story in stories]
    return max(_newest(*two, told, on, weeks, scale), key=lambda turn: turn.weight, default=None)


def newest(record: Record, on: dt.date, weeks: int = 8, limit: int = 20, scale: Scale = PLOVER) -> tuple[Turn, ...]:
    """What `watch` says of every dyad with news in the newest weeks, the largest first."""
    found = [turn for two, told in _dyads(record, on, ()) for turn in _newest(*two, told, on, weeks, scale)]
    return tuple(sorted(found, key=_by_weight)[:limit])


def _newest(one: str, other: str, told: Sequence[Story], on: dt.date, weeks: int, scale: Scale) -> Iterator[Turn]:
    days = _days(told, scale)
    recent = [at for at, (day, _, _) in enumerate(days) if (on - day).days < 7 * weeks and at]
    if not recent:
        return
    observed = np.array([(float(day.toordinal()), mean, variance) for day, mean, variance in days])
    chance = Stretches(*observed.T).latest
    at = max(recent, key=lambda place: (chance[place], -place))
    earlier = int(np.argmax(Stretches(*observed[:at].T).latest))
    stretches = Stretches(*observed.T)
    before, after = stretches.level(earlier, at), stretches.level(at, len(days))
    yield _turn(one, other, told, scale, days[at][0], before, after, float(chance[recent].sum()))
    yield from (surge for surge in _surges(one, other, told, scale) if (on - surge.date).days < 7 * weeks)


_NO_ACTORS = ("NSA", "OTHER-IGO")  # codes that stand for many actors: nothing turns between those and a state
_COLUMNS = """id, first_date, last_date, precision, source, source_sector, source_name, target, target_sector,
target_name, mutual, type, mode, quad, score, reports, documents, outlets, best, sentence"""


def _dyads(record: Record, until: dt.date, codes: Sequence[str]) -> Iterator[tuple[tuple[str, str], tuple[Story, ...]]]:
    """Dyads with their stories up to a day: of one state, of two, or all."""
    chosen = "".join(f" and ${name} in (source, target)" for name in ("one", "other")[: len(codes)])
    given: dict[str, Any] = {"until": until, "none": list(_NO_ACTORS)}
    given |= dict(zip(("one", "other"), codes, strict=False))
    rows = record.rows(
        f"""select {_COLUMNS} from stories
        where source <> target and precision in ('day', 'month') and first_date <= $until
            and not list_contains($none, source) and not list_contains($none, target) {chosen}
        order by least(source, target), greatest(source, target), first_date, id""",
        given,
    )
    for two, of_dyad in groupby((Story(**row) for row in rows), key=lambda one: _two(one.source, one.target)):
        yield two, tuple(of_dyad)


def _two(one: str, other: str) -> tuple[str, str]:
    return (one, other) if one < other else (other, one)


def _by_weight(turn: Turn) -> tuple[float, float, dt.date, str, str]:
    """The largest first; among surges beyond measure, that of the most stories."""
    return -turn.weight, -turn.rates[1] if turn.rates else 0.0, *_by_date(turn)


def _by_date(turn: Turn) -> tuple[dt.date, str, str]:
    return turn.date, turn.one, turn.other


def _days(told: Iterable[Story], scale: Scale) -> list[tuple[dt.date, float, float]]:
    """Each day's mean score and that mean's variance, which falls with the stories but never to nothing."""
    made = []
    for day, stories in groupby(told, key=lambda one: one.first_date):
        scores = [scale.value(one.type, one.score) for one in stories]
        variance = _VARIANCE * (1 + (len(scores) - 1) * _ALIKE) / len(scores)
        made.append((day, float(np.mean(scores)), variance))
    return made


def _carriers(told: Iterable[Story], date: dt.date, before: float, after: float, scale: Scale) -> tuple[Carrier, ...]:
    """The stories of a turn's first weeks that point its way, those that moved the level most first."""
    sign = 1.0 if after > before else -1.0
    made = []
    for story in told:
        pull = sign * (scale.value(story.type, story.score) - before)
        if 0 <= (story.first_date - date).days < _CARRYING and pull > 0:
            made.append(Carrier(story, sign * pull / (1 + _VARIANCE / _SPREAD)))
    made.sort(key=lambda one: (-abs(one.moved), one.story.first_date, -one.story.documents, one.story.id))
    return tuple(made[:_CARRIERS])


def _running(values: Floats) -> Floats:
    made: Floats = np.concatenate([[0.0], np.cumsum(values)])
    return made


def _logsumexp(values: Floats) -> float:
    top = float(values.max())
    return top + log(float(np.exp(values - top).sum()))
