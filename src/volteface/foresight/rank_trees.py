"""Boosted trees on top of the additive score, as an extra: they reorder the first hundred of each query.

score = scored(past, queries, grown(fitting))  # a fitting that has gathered, as its file shows

They are grown by LightGBM (Ke et al. 2017) from the additive score on, on the loss of the conditional logit. What they
add splits into no reasons: whoever wants these keeps to the additive score. They grow on what the second step of the
additive score was fitted on, as it has all of the first hundred: from candidates that are drawn, trees find out by what
traits an answer was let in.
"""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from typing import Any

import numpy as np

from volteface.errors import InputError
from volteface.foresight import blocks, rank
from volteface.foresight.facts import Floats
from volteface.foresight.features import Queries
from volteface.foresight.fitting import Fitting
from volteface.foresight.past import Past, Values

ROUNDS = 100
SETTINGS = {
    "num_leaves": 31,
    "learning_rate": 0.05,
    "min_data_in_leaf": 200,
    "min_sum_hessian_in_leaf": 10,
    "lambda_l2": 10,
    "feature_fraction": 0.3,
    "max_bin": 63,
    "num_threads": 2,
    "deterministic": True,  # the same facts give the same trees, with however many threads
    "force_col_wise": True,
    "seed": 20141231,
    "verbose": -1,
}


@dataclass(frozen=True)
class Trees:
    weights: rank.Weights  # of the additive score that they start from
    model: Any


def grown(gathered: Fitting) -> Trees:
    """Trees on the queries of the fitting's second step. InputError where it has none, or LightGBM is missing."""
    if not gathered.firsts:
        raise InputError("no queries were gathered: the days given hold too few facts to grow trees on")
    weights, choices = gathered.weights(), gathered.choices()
    sizes = np.diff(np.append(choices.starts, len(choices.values)))
    answers = np.add.reduceat(choices.chosen, choices.starts)
    score = choices.values @ np.array([weights.first[name] for name in gathered.names], dtype=np.float32)
    behind = score - np.repeat(np.maximum.reduceat(score, choices.starts), sizes)

    def slopes(told: Floats, _: object) -> tuple[Floats, Floats]:
        """The first and second derivatives of the conditional logit's loss by the score."""
        share = np.exp(told - np.repeat(np.maximum.reduceat(told, choices.starts), sizes))
        share /= np.repeat(np.add.reduceat(share, choices.starts), sizes)
        expected = share * np.repeat(answers, sizes)
        return expected - choices.chosen, np.maximum(expected * (1 - share), 1e-6)

    lightgbm = _lightgbm()
    cases = lightgbm.Dataset(
        np.column_stack([choices.values, behind]),
        label=choices.chosen,
        init_score=score,
        params={"max_bin": SETTINGS["max_bin"], "verbose": -1},
    )
    return Trees(weights, lightgbm.train({**SETTINGS, "objective": slopes}, cases, num_boost_round=ROUNDS))


def scored(past: Past, queries: Queries, trees: Trees) -> Values:
    """Every actor's score for each query, as `rank.scored` gives it; only the first change places."""
    made, score, row, tail = rank.weighed(past, queries, trees.weights)
    starts = np.searchsorted(row, np.arange(len(queries)))
    own = score[row, tail]
    behind = own - np.maximum.reduceat(own, starts)[row]
    gain = trees.model.predict(np.vstack([blocks.values(made, row, tail), behind]).T, num_threads=1)
    score[row, tail] = np.round(own + gain - np.minimum.reduceat(gain, starts)[row], rank.DECIMALS)
    return score


def _lightgbm() -> Any:
    try:
        return import_module("lightgbm")
    except ImportError as problem:
        raise InputError("lightgbm is not installed: trees need it (pip install 'volteface[trees]')") from problem
