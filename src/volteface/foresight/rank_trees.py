"""Boosted trees on top of the additive score, as an extra: they reorder the first hundred of each query.

past = Past(facts)
for day, at in past.mornings():
    sample.gather(past, at)         # on some days: what the weights of the additive score are fitted on
    cases.gather(past, at)          # on later ones: cases = Cases(sample.weights()), what the trees are grown on
    score = scored(past, queries, trees)  # on later ones still: trees = cases.trees()

They are grown by LightGBM (Ke et al. 2017) from the additive score on, on the loss of the conditional logit. What they
add splits into no reasons: whoever wants these keeps to the additive score. The additive scores that they start from
are forecasts, since their weights were fitted on days before; and all of the first hundred stand in the cases, since
trees find out by what traits an answer was let in among candidates that are drawn.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import numpy as np

from volteface.errors import InputError
from volteface.foresight import features, rank
from volteface.foresight.facts import Floats, Ints
from volteface.foresight.features import Queries
from volteface.foresight.logit import Choices
from volteface.foresight.past import Past, Values

FIRST = 100  # candidates of each query, by the additive score, that are reordered
ROUNDS = 100
AT_ONCE = 500  # queries read together
SETTINGS = {
    "num_leaves": 31,
    "learning_rate": 0.05,
    "min_data_in_leaf": 200,
    "min_sum_hessian_in_leaf": 10,
    "lambda_l2": 10,
    "feature_fraction": 0.3,
    "max_bin": 63,
    "num_threads": 1,  # so that the same facts give the same trees
    "deterministic": True,
    "seed": 20141231,
    "verbose": -1,
}


@dataclass(frozen=True)
class Trees:
    weights: rank.Weights  # of the additive score that they start from
    model: Any


@dataclass
class Cases:
    """Queries of past days with their first candidates, to grow trees on."""

    weights: rank.Weights
    share: float = 1.0  # of the queries that are taken
    random: np.random.Generator = field(default_factory=lambda: np.random.default_rng(20141231))
    parts: list[Choices] = field(default_factory=list)

    def gather(self, past: Past, at: Ints) -> None:
        """Takes queries from the day whose morning it is; those with no answer among the first teach nothing."""
        queries, query = rank.asked(past, at)
        chosen = np.zeros((len(queries), past.size), dtype=bool)
        chosen[query, past.facts.tails[at]] = True
        taken = np.flatnonzero(self.random.random(len(queries)) < self.share)
        for start in range(0, len(taken), AT_ONCE):
            some = taken[start : start + AT_ONCE]
            _, row, tail, values = _first(past, Queries(queries.heads[some], queries.ways[some]), self.weights)
            hit = chosen[some[row], tail]
            answered = np.isin(row, row[hit])
            if answered.any():
                starts = np.unique(row[answered], return_index=True)[1]
                known = np.zeros(int(answered.sum()), dtype=np.float32)
                self.parts.append(Choices(values[answered], starts, hit[answered].astype(np.float32), known))

    def trees(self) -> Trees:
        if not self.parts:
            raise InputError("no queries were gathered: the days given hold too few facts to grow trees on")
        choices = Choices.joined(self.parts)
        sizes = np.diff(np.append(choices.starts, len(choices.values)))
        answers = np.add.reduceat(choices.chosen, choices.starts)

        def slopes(told: Floats, _: object) -> tuple[Floats, Floats]:
            """The first and second derivatives of the conditional logit's loss by the score."""
            share = np.exp(told - np.repeat(np.maximum.reduceat(told, choices.starts), sizes))
            share /= np.repeat(np.add.reduceat(share, choices.starts), sizes)
            expected = share * np.repeat(answers, sizes)
            return expected - choices.chosen, np.maximum(expected * (1 - share), 1e-6)

        lightgbm = _lightgbm()
        cases = lightgbm.Dataset(
            choices.values,
            label=choices.chosen,
            init_score=choices.values[:, -2],
            params={"max_bin": SETTINGS["max_bin"], "verbose": -1},
        )
        return Trees(self.weights, lightgbm.train({**SETTINGS, "objective": slopes}, cases, num_boost_round=ROUNDS))


def scored(past: Past, queries: Queries, trees: Trees) -> Values:
    """Every actor's score for each query, as `rank.scored` gives it; only the first change places."""
    score, row, tail, values = _first(past, queries, trees.weights)
    gain = trees.model.predict(values, num_threads=1)
    least = np.minimum.reduceat(gain, np.searchsorted(row, np.arange(len(queries))))
    score[row, tail] = np.round(score[row, tail] + gain - least[row], rank.DECIMALS)
    return score


def _first(past: Past, queries: Queries, weights: rank.Weights) -> tuple[Values, Ints, Ints, Values]:
    """All additive scores; each query's first candidates, all that tie with the last of them too; and their features.

    The last two features are the additive score and how far it is behind the best.
    """
    made = features.blocks(past, queries)
    score: Values = np.round(features.scores(made, weights, len(queries), past.size), rank.DECIMALS)
    last = min(FIRST, past.size) - 1
    row, tail = np.nonzero(score >= -np.partition(-score, last, axis=1)[:, [last]])
    own = score[row, tail]
    behind = own - score.max(axis=1)[row]
    return score, row, tail, np.concatenate([features.values(made, row, tail), own[None], behind[None]]).T


def _lightgbm() -> Any:
    try:
        return import_module("lightgbm")
    except ImportError as problem:
        raise InputError("lightgbm is not installed: trees need it (pip install 'volteface[trees]')") from problem
