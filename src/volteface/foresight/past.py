"""What has happened up to a day, as counts that fade: the state that features are read from, moved on day by day.

Places for every pair and triple are laid out once over all the facts that will ever be added; one that has not
happened yet holds zeros and counts for nothing, so that later facts change nothing before them.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from volteface.errors import InputError
from volteface.foresight.affinity import MANNERS, SEED, Affinity
from volteface.foresight.facts import UNKNOWN, Facts, Ints

Values = NDArray[np.float32]

HALVES = (3.0, 15.0, 60.0, np.inf)  # half-lives in days
WEEKS, SEASON, EVER = 1, 2, 3  # places in HALVES
NEVER = -(10**6)
# Since when and how often: the situations that rules tell apart.
DAYS_SINCE = np.array([1, 3, 7, 20, 60])
TIMES = np.array([1, 4])
SITUATIONS = (len(DAYS_SINCE) + 1) * (len(TIMES) + 1)
PRIOR = 10.0  # mornings in a situation before its own rate outweighs the usual one


def spread(starts: Ints, stops: Ints) -> tuple[Ints, Ints]:
    """Ranges of places laid end to end: which range, and which place."""
    sizes = stops - starts
    of = np.repeat(np.arange(len(starts)), sizes)
    return of, np.arange(len(of)) + np.repeat(starts - np.cumsum(sizes) + sizes, sizes)


@dataclass(frozen=True)
class Fading:
    """Counts by half-life and place, and the day on which each place was last counted."""

    counts: Values
    last: Ints

    @classmethod
    def of(cls, places: int) -> Fading:
        return cls(np.zeros((len(HALVES), places), dtype=np.float32), np.full(places, NEVER))

    def fade(self, days: int) -> None:
        for row, half in zip(self.counts, HALVES, strict=True):
            if np.isfinite(half):
                row *= np.float32(0.5 ** (days / half))

    def add(self, places: Ints, day: int) -> None:
        self.counts[:] += np.bincount(places, minlength=len(self.last)).astype(np.float32)
        self.last[places] = day


class Tally:
    """Fading counts of pairs of numbers, to be read by the first of each pair."""

    def __init__(self, keys: Ints, values: Ints, most: int) -> None:
        self.values = most  # they are less
        self.codes, self.place_of = np.unique(keys * self.values + values, return_inverse=True)
        self.fading = Fading.of(len(self.codes))

    def read(self, keys: Ints, span: int) -> tuple[Values, Values]:
        """For each key its counts by value, and their sum."""
        starts, stops = (np.searchsorted(self.codes, (keys + more) * self.values) for more in (0, 1))
        of, place = spread(starts, stops)
        made = np.zeros((len(keys), self.values), dtype=np.float32)
        made[of, self.codes[place] % self.values] = self.fading.counts[span, place]
        return made, made.sum(axis=1)


class Past:
    """The facts before the morning of `day`; `mornings` moves it on."""

    def __init__(self, facts: Facts) -> None:
        if not len(facts):
            raise InputError("no facts to learn from: give a record with one event at least")
        self.facts = facts
        self.day = int(facts.days[0])
        self.ways, self.size = 2 * facts.kinds, facts.actors
        keys, self.triple_of = np.unique(
            (facts.heads * self.size + facts.tails) * self.ways + facts.ways, return_inverse=True
        )
        self.pair_codes, self.pair_of = np.unique(keys // self.ways, return_inverse=True)  # of triples
        self.way = keys % self.ways
        self.head, self.tail = self.pair_codes // self.size, self.pair_codes % self.size
        self.pair_starts = np.searchsorted(self.pair_of, np.arange(len(self.pair_codes) + 1))
        self.head_starts = np.searchsorted(self.head, np.arange(self.size + 1))
        received, self.received_of = np.unique(facts.ways * self.size + facts.tails, return_inverse=True)
        self.received_tail = received % self.size
        self.way_starts = np.searchsorted(received // self.size, np.arange(self.ways + 1))
        self.triples, self.pairs = Fading.of(len(keys)), Fading.of(len(self.pair_codes))
        self.received, self.received_new = Fading.of(len(received)), Fading.of(len(received))  # new: from a stranger
        self.actors, self.actors_new = Fading.of(self.size), Fading.of(self.size)
        self.types, self.types_new = Fading.of(self.ways), Fading.of(self.ways)
        self.domestic = np.zeros((2, self.ways))  # between countries, and within one
        self.met = np.zeros((SITUATIONS, self.ways), dtype=np.float32)
        self.followed = np.zeros((SITUATIONS, self.ways, self.ways), dtype=np.float32)
        self.sectors_of, self.homes_of = (
            np.where(one == UNKNOWN, one.max(initial=0) + 1, one) for one in (facts.sectors, facts.homes)
        )
        sectors = int(self.sectors_of.max(initial=0)) + 1
        same = (self.homes_of[facts.heads] == self.homes_of[facts.tails]) & (facts.homes[facts.heads] != UNKNOWN)
        self.kin = Tally(
            self.sectors_of[facts.heads] * self.ways + facts.ways, self.sectors_of[facts.tails] * 2 + same, 2 * sectors
        )
        self.origins, self.origin_of = np.unique(self.homes_of * sectors + self.sectors_of, return_inverse=True)
        self.affinities = {
            name: Affinity(facts, manner, SEED + place) for place, (name, manner) in enumerate(MANNERS.items())
        }

    def mornings(self) -> Iterator[tuple[int, Ints]]:
        """Each day with facts and their places from either end: the past is as of its morning, then takes them in."""
        for day, at in self.facts.by_day():
            self.until(day)
            yield day, at
            self.add(at)

    def have_met(self, head: int, tail: int) -> bool:
        """Whether two had dealings before."""
        place = int(np.searchsorted(self.pair_codes, head * self.size + tail))
        known = place < len(self.pair_codes) and self.pair_codes[place] == head * self.size + tail
        return bool(known and self.pairs.last[place] >= 0)

    def until(self, day: int) -> None:
        """Lets time pass up to the morning of a day."""
        for state in (*vars(self).values(), self.kin.fading):
            if isinstance(state, Fading):
                state.fade(day - self.day)
        self.day = day

    def add(self, at: Ints) -> None:
        """Takes in the facts of the day."""
        facts, triples = self.facts, self.triple_of[at]
        pairs = self.pair_of[triples]
        self._learn_rules(pairs, facts.ways[at])
        new = self.pairs.last[pairs] < 0
        with ThreadPoolExecutor() as pool:
            list(pool.map(lambda model: model.learn(at, new), self.affinities.values()))
        homes = facts.homes[facts.heads[at]], facts.homes[facts.tails[at]]
        told = (homes[0] != UNKNOWN) & (homes[1] != UNKNOWN)
        np.add.at(self.domestic, ((homes[0] == homes[1])[told].astype(int), facts.ways[at][told]), 1)
        for state, places in (
            (self.triples, triples),
            (self.pairs, pairs),
            (self.received, self.received_of[at]),
            (self.received_new, self.received_of[at][new]),
            (self.actors, facts.tails[at]),
            (self.actors_new, facts.tails[at][new]),
            (self.types, facts.ways[at]),
            (self.types_new, facts.ways[at][new]),
            (self.kin.fading, self.kin.place_of[at]),
        ):
            state.add(places, self.day)

    def situation(self, triples: Ints) -> Ints:
        """Since when and how often: a number for each triple that has happened."""
        since = np.searchsorted(DAYS_SINCE, self.day - self.triples.last[triples])
        made: Ints = since * (len(TIMES) + 1) + np.searchsorted(TIMES, self.triples.counts[EVER, triples])
        return made

    def _learn_rules(self, pairs: Ints, ways: Ints) -> None:
        """In which situations which type followed which between the same two."""
        happened = np.flatnonzero(self.triples.last >= 0)
        cells = self.situation(happened) * self.ways + self.way[happened]
        self.met += np.bincount(cells, minlength=self.met.size).reshape(self.met.shape).astype(np.float32)
        of, place = spread(self.pair_starts[pairs], self.pair_starts[pairs + 1])
        known = self.triples.last[place] >= 0
        of, place = of[known], place[known]
        np.add.at(self.followed, (self.situation(place), self.way[place], ways[of]), np.float32(1))

    def rules(self, ways: Ints) -> Values:
        """How likely each of the ways is on a day, by the situation of one way between the same two, and that way."""
        usual = (self.followed[:, :, ways].sum(axis=(0, 1)) + 0.01) / max(float(self.met.sum()), 1000.0)
        made: Values = (self.followed[:, :, ways] + PRIOR * usual) / (self.met[:, :, None] + PRIOR)
        return made

    def homes(self) -> Ints:
        """The countries that names tell, else the one whose actors an actor deals with most; UNKNOWN where none."""
        told = self.facts.homes
        other = told[self.tail]
        usable = np.flatnonzero((told[self.head] == UNKNOWN) & (other != UNKNOWN) & (self.pairs.last >= 0))
        span = int(told.max(initial=0)) + 1
        codes, of = np.unique(self.head[usable] * span + other[usable], return_inverse=True)
        often = np.bincount(of, weights=self.pairs.counts[EVER, usable], minlength=len(codes))
        order = np.lexsort((-codes, often, codes // span)) if len(codes) else codes
        made = told.copy()
        made[codes[order] // span] = codes[order] % span  # the last of each actor is its most frequent
        return made
