"""What has happened between states up to a morning: the state that dyad risk reads its features from.

Counts fade at several half-lives and every pair of states has a place from the start, so that later stories, and states
that appear later, change nothing before them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from volteface.foresight.facts import Floats, Ints
from volteface.relations.scales import quad
from volteface.relations.standing import Filter, Model, joined, points, read, told

VERBAL_COOPERATION, MATERIAL_COOPERATION, VERBAL_CONFLICT, MATERIAL_CONFLICT = range(4)  # ontology.QUADS, in its order
HALVES = (7.0, 30.0, 120.0, 720.0)  # days
WEEK, MONTH, SEASON, YEARS = range(4)  # places in HALVES
WITHIN = (30, 90)  # days
NEVER = -(10**6)
_WORTH = 10.0  # of a story on the scale of quad counts


@dataclass(frozen=True)
class Happenings:
    """Stories between states, or within one, in the order of their days (as ordinals of the calendar)."""

    days: Ints
    sources: Ints  # numbers of states
    targets: Ints
    quads: Ints
    codes: tuple[str, ...]  # of all states, whether or not anything is told of them

    @classmethod
    def of(cls, rows: Ints, codes: tuple[str, ...]) -> Happenings:
        """From rows of day, source, target, quad, in any order; source and target are one within a state."""
        rows = np.asarray(rows, dtype=np.int64).reshape(-1, 4)
        rows = rows[np.lexsort((rows[:, 3], rows[:, 2], rows[:, 1], rows[:, 0]))]
        days, sources, targets, quads = np.ascontiguousarray(rows.T)
        return cls(days, sources, targets, quads, codes)

    @property
    def states(self) -> int:
        return len(self.codes)

    def __len__(self) -> int:
        return len(self.days)

    def between(self, first: int, last: int) -> Happenings:
        """Those of the days from first to before last."""
        at = slice(*np.searchsorted(self.days, [first, last]))
        return Happenings(self.days[at], self.sources[at], self.targets[at], self.quads[at], self.codes)

    def apart(self) -> Happenings:
        """Those between two different states."""
        at = self.sources != self.targets
        return Happenings(self.days[at], self.sources[at], self.targets[at], self.quads[at], self.codes)

    @property
    def places(self) -> Ints:
        """The place of each directed dyad in a table of states by states."""
        return self.sources * self.states + self.targets


class Past:
    """The stories before the morning of `day`; `until` moves it on. Tables are states by states."""

    def __init__(self, happened: Happenings) -> None:
        self.happened, self.size = happened, happened.states  # a table's diagonal is what happens within a state
        self.first = self.day = int(happened.days[0]) if len(happened) else 0
        table = (self.size, self.size)
        self.counts = np.zeros((len(HALVES), 4, *table))  # half-life, quad, source, target
        self.fought = np.zeros(table)  # days with material conflict, fading at the longest half-life; either way
        self.covered = np.zeros((len(WITHIN), *table))  # mornings on which a fight was that near; either way
        self.last = np.full(table, NEVER)  # day of the newest story, either way
        self.last_fight = np.full(table, NEVER)
        self.standings = Standings(self.size)

    def until(self, day: int) -> None:
        """Takes in the stories before a day."""
        news = self.happened.between(self.day, day)
        ages = day - news.days
        for at, half in enumerate(HALVES):
            self.counts[at] *= 0.5 ** ((day - self.day) / half)
            places = news.quads * self.size**2 + news.places
            told_now = np.bincount(places, 0.5 ** (ages / half), 4 * self.size**2)
            self.counts[at] += told_now.reshape(self.counts[at].shape)
        news = news.apart()
        fights = news.quads == MATERIAL_CONFLICT
        self.fought *= 0.5 ** ((day - self.day) / HALVES[YEARS])
        self._fights(day, np.unique(np.stack([*_both(news), news.days])[:, fights], axis=1))
        for newest, chosen in ((self.last, np.ones_like(fights)), (self.last_fight, fights)):
            np.maximum.at(newest.reshape(-1), news.places[chosen], news.days[chosen])
            np.maximum(newest, newest.T, out=newest)
        self.standings.until(day, news)
        self.day = day

    def _fights(self, day: int, fights: Ints) -> None:
        """Days of material conflict: rows of lower state, higher state, day, sorted."""
        ones, others, days = fights
        places = ones * self.size + others
        fading = np.bincount(places, 0.5 ** ((day - days) / HALVES[YEARS]), self.size**2).astype(np.float64)
        self.fought += _either(fading.reshape(self.fought.shape))
        opening = np.diff(places, prepend=-1) != 0
        before = np.where(opening, np.maximum(self.last_fight[ones, others], self.first - 1), np.roll(days, 1))
        for at, within in enumerate(WITHIN):
            near = np.bincount(places, np.minimum(days - before, within), self.size**2).astype(np.float64)
            self.covered[at] += _either(near.reshape(self.fought.shape))

    @property
    def codes(self) -> tuple[str, ...]:
        return self.happened.codes

    def seen(self) -> int:
        """Days since the first story."""
        return max(self.day - self.first, 1)

    def exposure(self, half: int) -> float:
        """The days seen, as they weigh at a half-life: a story a day comes to so many."""
        life = HALVES[half]
        return float((1 - 0.5 ** (self.seen() / life)) * life / np.log(2))


class Standings:
    """How all dyads stand on a morning, as `relations.standing` has it, among states alone."""

    def __init__(self, size: int) -> None:
        self.size = size
        ones, others = np.divmod(np.arange(size**2), size)
        self.model = Model.of(quad())
        self.filter = Filter(ones, others, self.model)
        self.month, self.stepped = -1, -1  # the month that goes on, and the last that was told of
        self.centre, self.context = 0.0, np.zeros(size**2)
        self.value, self.number = np.zeros(size**2), np.zeros(size**2)  # of the month's stories so far

    def until(self, day: int, news: Happenings) -> None:
        """Takes in the stories before a day, all of them since the last."""
        months = _months(news.days)
        for month in np.unique(months).tolist():
            self._to(month)
            of = months == month
            worth = np.where(news.quads[of] <= MATERIAL_COOPERATION, _WORTH, -_WORTH)
            self.value += np.bincount(news.places[of], worth, self.size**2)
            self.number += np.bincount(news.places[of], minlength=self.size**2)
        self._to(int(_months(np.array([day]))[0]))

    def _to(self, month: int) -> None:
        if month <= self.month:
            return
        if self.number.any():
            at, mean, number = self._told()
            self.filter.step(at, mean, number, (self.month - self.stepped) / 12 if self.stepped >= 0 else 0.0)
            self.stepped = self.month
            self.centre = self.filter.centre()
            self.context = self.filter.context(self.centre)
            self.value[:] = self.number[:] = 0.0
        self.month = month

    def _told(self) -> tuple[Ints, Floats, Floats]:
        at = np.flatnonzero(self.number)
        return at, self.value[at] / self.number[at], self.number[at]

    def now(self) -> tuple[Floats, Floats]:
        """Standings from -10 to 10, and how far their intervals reach, as tables; both ways alike."""
        made = self.filter
        years = (self.month - self.stepped) / 12 if self.stepped >= 0 else 0.0
        level, variance = made.level.copy(), made.variance + self.model.drift * years
        at, mean, number = self._told()
        state = level[at], variance[at], made.surprised[at]
        level[at], variance[at], _, _ = told(*state, mean, number, self.model)
        weight = self.model.prior / (variance + self.model.prior)
        ways = read(level, weight, self.context, self.centre, self.model).reshape(3, self.size, self.size)
        weights = weight.reshape(self.size, self.size)
        both = joined(np.stack([ways, ways.transpose(0, 2, 1)], axis=1), np.stack([weights, weights.T]))
        value, low, high = points(both)
        return value, (high - low) / 2


def _both(news: Happenings) -> tuple[Ints, Ints]:
    return np.minimum(news.sources, news.targets), np.maximum(news.sources, news.targets)


def _either(upper: Floats) -> Floats:
    made: Floats = upper + upper.T
    return made


def _months(days: Ints) -> Ints:
    """Calendar months of ordinals, counted."""
    epoch = 719163  # of 1970-01-01
    return (days - epoch).astype("datetime64[D]").astype("datetime64[M]").astype(np.int64) + 24000
