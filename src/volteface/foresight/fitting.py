"""Fits the ranker's weights in two steps, on days that have passed.

fitting = Fitting(facts, since, until)
for day, at in past.mornings():
    fitting.gather(past, at)  # takes what it needs of the days since one and before another
weights = fitting.weights()

First on queries with a sample of candidates that stands for all. Then on later queries with the first hundred
candidates by these weights: there places are won and lost, and few of a sample are so near (a cascade of rankers, as of
Wang, Lin and Metzler 2011).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from volteface.errors import InputError
from volteface.foresight import blocks, features, rank
from volteface.foresight.facts import Facts, Ints
from volteface.foresight.features import Queries
from volteface.foresight.logit import Choices, fitted
from volteface.foresight.past import SEASON, Past
from volteface.foresight.rank import Weights

QUERIES = 8000  # about so many of the first step
LATER = 15_000  # and of the second
SECOND = 1 / 3  # of the days, the last of them
FREQUENT = 100  # candidates found most often in a way, and in all ways: all stand in the sample
DRAWN = 100  # of the other candidates that the head never met, so many are drawn to stand for all
AT_ONCE = 500  # queries read together


@dataclass
class Fitting:
    """Takes queries from the days since one and before another; earlier days are the past they know."""

    facts: Facts
    since: int
    until: int
    most: int | None = None  # features that get a weight in either step
    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(20141231))
    names: tuple[str, ...] = ()
    drawn: list[Choices] = field(default_factory=list)
    firsts: list[Choices] = field(default_factory=list)
    began: Weights | None = None  # those of the first step
    told: NDArray[np.float64] = field(default_factory=lambda: np.zeros((2, 2)))  # answers: pair new, near

    def __post_init__(self) -> None:
        self.middle = self.until - int((self.until - self.since) * SECOND)
        days = self.facts.days
        if not ((days >= self.since) & (days < self.until)).any():
            raise InputError(f"no facts from day {self.since} to {self.until}: nothing to fit weights on")
        self.shares = [
            min(1.0, queries / max(2 * int(((days >= since) & (days < until)).sum()), 1))
            for since, until, queries in ((self.since, self.middle, QUERIES), (self.middle, self.until, LATER))
        ]

    def gather(self, past: Past, at: Ints) -> None:
        """Takes queries from the day whose morning it is."""
        if self.since <= past.day < self.middle:
            self._draw(past, at)
        elif self.middle <= past.day < self.until and (self.drawn or self.began):
            self.began = self.began or self._first_step()
            self._take_first(past, at, self.began)

    def weights(self) -> Weights:
        began = self.began or self._first_step()
        return Weights(began.all, self._fitted(self.choices())) if self.firsts else began

    def choices(self) -> Choices:
        """The queries of the second step; answers between those who had not met count for those that were too far
        behind as well, so that strangers keep their share."""
        if len(self.firsts) > 1:
            self.firsts.append(Choices.joined(self.firsts))
        [made] = self.firsts
        met, new = self.told[:, 1] / np.maximum(self.told.sum(axis=1), 1)
        known = made.values[:, self.names.index("pair seen")] > 0
        return replace(made, chosen=np.where(known, made.chosen, made.chosen * np.float32(met / max(new, 0.1))))

    def _first_step(self) -> Weights:
        if not self.drawn:
            raise InputError("no queries were gathered: the days given hold too few facts to fit weights on")
        made = self._fitted(Choices.joined(self.drawn))
        return Weights(made, made)

    def _fitted(self, choices: Choices) -> Mapping[str, float]:
        return dict(zip(self.names, fitted(choices, self.most).tolist(), strict=True))

    def _some(self, past: Past, at: Ints, share: float) -> tuple[Queries, Ints, Ints]:
        """Some of the day's queries; the facts that answer them, and which each of these answers."""
        queries, query = rank.asked(past, at)
        taken = self.random.random(len(queries)) < share
        number = np.cumsum(taken) - 1
        return Queries(queries.heads[taken], queries.ways[taken]), at[taken[query]], number[query[taken[query]]]

    def _draw(self, past: Past, at: Ints) -> None:
        queries, facts, query = self._some(past, at, self.shares[0])
        if not len(queries):
            return
        made = features.of(past, queries)
        self.names = blocks.names(made)
        chosen = np.zeros((len(queries), past.size), dtype=bool)
        chosen[query, past.facts.tails[facts]] = True
        sure = chosen | _likely(past, queries, made)
        rest = (~sure).sum(axis=1)
        drawn = ~sure & (self.random.random(sure.shape, dtype=np.float32) < (DRAWN / np.maximum(rest, 1))[:, None])
        stands_for = np.log(np.maximum(rest, 1) / np.maximum(drawn.sum(axis=1), 1))
        row, tail = np.nonzero(sure | drawn)
        self.drawn.append(
            Choices(
                blocks.values(made, row, tail).T,
                np.searchsorted(row, np.arange(len(queries))),
                chosen[row, tail].astype(np.float32),
                np.where(drawn[row, tail], stands_for[row], 0).astype(np.float32),
            )
        )

    def _take_first(self, past: Past, at: Ints, began: Weights) -> None:
        queries, facts, query = self._some(past, at, self.shares[1])
        tails, met = past.facts.tails[facts], past.pairs.last[past.pair_of[past.triple_of[facts]]] >= 0
        for start in range(0, len(queries), AT_ONCE):
            part = slice(start, start + AT_ONCE)
            made, score, row, tail = rank.weighed(past, Queries(queries.heads[part], queries.ways[part]), began)
            own = (query >= start) & (query < start + AT_ONCE)
            chosen = np.zeros(score.shape, dtype=bool)
            chosen[query[own] - start, tails[own]] = True
            hit = chosen[row, tail]
            near = np.zeros(score.shape, dtype=bool)
            near[row, tail] = True
            np.add.at(self.told, ((~met[own]).astype(int), near[query[own] - start, tails[own]].astype(int)), 1)
            answered = np.isin(row, row[hit])  # a query with no answer among the first teaches nothing
            if answered.any():
                starts = np.unique(row[answered], return_index=True)[1]
                values = blocks.values(made, row[answered], tail[answered]).T
                known = np.zeros(len(values), dtype=np.float32)
                self.firsts.append(Choices(values, starts, hit[answered].astype(np.float32), known))


def _likely(past: Past, queries: Queries, made: list[blocks.Block]) -> NDArray[np.bool_]:
    """Candidates that are never left out of the sample: whom the head has met, and who is found most often."""
    sure = np.zeros((len(queries), past.size), dtype=bool)
    for block in made:
        if isinstance(block, blocks.Sparse):
            sure.reshape(-1)[block.codes] = True
    sure[:, np.argsort(-past.actors.counts[SEASON], kind="stable")[:FREQUENT]] = True
    for way in np.unique(queries.ways).tolist():
        counts = past.received.counts[SEASON, past.way_starts[way] : past.way_starts[way + 1]]
        often = past.way_starts[way] + np.argsort(-counts, kind="stable")[:FREQUENT]
        sure[np.ix_(queries.ways == way, past.received_tail[often])] = True
    return sure


def fit(facts: Facts, since: int, until: int, most: int | None = None) -> Weights:
    """Weights fitted on the days since one and before another, at most so many in either step."""
    fitting = Fitting(facts, since, until, most)
    past = Past(facts.before(until))
    for _, at in past.mornings():
        fitting.gather(past, at)
    return fitting.weights()
