"""Ranks who comes next, by weights that are fitted on days that have passed: the way into this room.

past = Past(facts)
for day, at in past.mornings():
    sample.gather(past, at)                # on some days: what the weights are fitted on
    score = scored(past, queries, weights)  # on others: every actor's score, from the days before alone
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from volteface.errors import InputError
from volteface.foresight import features
from volteface.foresight.facts import Facts, Floats, Ints
from volteface.foresight.features import Queries
from volteface.foresight.logit import Choices, fitted
from volteface.foresight.past import SEASON, Past, Values

Weights = Mapping[str, float]  # by name of feature

QUERIES = 8000  # that weights are fitted on
FREQUENT = 100  # candidates found most often in a way, and in all ways: all stand in the sample
DRAWN = 100  # of the other candidates that the head never met, so many are drawn to stand for all
DECIMALS = 4  # of a score: what is nearer is a tie


@dataclass
class Sample:
    """Queries of past days with their answers and candidates, to fit weights on."""

    share: float = 1.0  # of the queries that are taken
    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(20141231))
    names: tuple[str, ...] = ()
    parts: list[Choices] = field(default_factory=list)

    @classmethod
    def over(cls, facts: Facts, since: int, until: int, queries: int) -> Sample:
        """One that takes about so many queries from the days since one and before another."""
        days = (np.concatenate([facts.days, facts.days]) >= since) & (np.concatenate([facts.days, facts.days]) < until)
        if not days.any():
            raise InputError(f"no facts from day {since} to {until}: nothing to fit weights on")
        return cls(min(1.0, queries / int(days.sum())))

    def gather(self, past: Past, at: Ints) -> None:
        """Takes queries from the day whose morning it is."""
        queries, query = asked(past, at)
        taken = self.random.random(len(queries)) < self.share
        if not taken.any():
            return
        facts, number = taken[query], np.cumsum(taken) - 1
        queries = Queries(queries.heads[taken], queries.ways[taken])
        made = features.blocks(past, queries)
        self.names = features.names(made)
        chosen = np.zeros((len(queries), past.size), dtype=bool)
        chosen[number[query[facts]], past.facts.tails[at[facts]]] = True
        sure = chosen | _likely(past, queries, made)
        rest = (~sure).sum(axis=1)
        drawn = ~sure & (self.random.random(sure.shape, dtype=np.float32) < (DRAWN / np.maximum(rest, 1))[:, None])
        stands_for = np.log(np.maximum(rest, 1) / np.maximum(drawn.sum(axis=1), 1))
        row, tail = np.nonzero(sure | drawn)
        choices = Choices(
            features.values(made, row, tail).T,
            np.searchsorted(row, np.arange(len(queries))),
            chosen[row, tail].astype(np.float32),
            np.where(drawn[row, tail], stands_for[row], 0).astype(np.float32),
        )
        self.parts.append(choices)

    def weights(self) -> Weights:
        if not self.parts:
            raise InputError("no queries were gathered: the days given hold too few facts to fit weights on")
        return dict(zip(self.names, fitted(Choices.joined(self.parts)).tolist(), strict=True))


def _likely(past: Past, queries: Queries, made: list[features.Block]) -> NDArray[np.bool_]:
    """Candidates that are never left out of the sample: whom the head has met, and who is found most often."""
    sure = np.zeros((len(queries), past.size), dtype=bool)
    for block in made:
        if isinstance(block, features.Sparse):
            sure.reshape(-1)[block.codes] = True
    sure[:, np.argsort(-past.actors.counts[SEASON], kind="stable")[:FREQUENT]] = True
    for way in np.unique(queries.ways).tolist():
        counts = past.received.counts[SEASON, past.way_starts[way] : past.way_starts[way + 1]]
        often = past.way_starts[way] + np.argsort(-counts, kind="stable")[:FREQUENT]
        sure[np.ix_(queries.ways == way, past.received_tail[often])] = True
    return sure


def fit(facts: Facts, since: int, until: int, queries: int = QUERIES) -> Weights:
    """Weights fitted on queries from the days since one and before another; earlier days are the past they know."""
    sample = Sample.over(facts, since, until, queries)
    past = Past(facts.before(until))
    for day, at in past.mornings():
        if day >= since:
            sample.gather(past, at)
    return sample.weights()


def save(weights: Weights, file: Path) -> None:
    file.write_text(json.dumps(dict(weights), indent=1) + "\n", encoding="utf-8")


def load(file: Path) -> Weights:
    try:
        made = json.loads(file.read_text(encoding="utf-8"))
        return {str(name): float(weight) for name, weight in made.items()}
    except (OSError, ValueError, AttributeError, TypeError) as problem:
        raise InputError(f"{file} holds no weights ({problem}): fit them anew") from problem


def asked(past: Past, at: Ints) -> tuple[Queries, Ints]:
    """The different queries of a day's facts, and which of them each fact answers."""
    each, query = np.unique(past.facts.heads[at] * past.ways + past.facts.ways[at], return_inverse=True)
    return Queries(each // past.ways, each % past.ways), query


def scored(past: Past, queries: Queries, weights: Weights) -> Values:
    """Every actor's score for each query; the exponentials of scores are in proportion to chances."""
    made = features.blocks(past, queries)
    score: Values = np.round(features.scores(made, weights, len(queries), past.size), DECIMALS)
    return score


def chances(score: Values) -> Floats:
    """The scores as probabilities over all actors."""
    share = np.exp(score.astype(np.float64) - score.max(axis=1, keepdims=True))
    made: Floats = share / share.sum(axis=1, keepdims=True)
    return made


def ranks(score: Values, query: Ints, tail: Ints) -> Floats:
    """The rank of each answer, its query's other answers left out; a tie has the mean rank."""
    others = score.copy()
    others[query, tail] = -np.inf
    made = np.empty(len(query))
    for start in range(0, len(query), 256):
        part = slice(start, start + 256)
        row, own = others[query[part]], score[query[part], tail[part]][:, None]
        made[part] = 1 + (row > own).sum(axis=1) + (row == own).sum(axis=1) / 2
    return made
