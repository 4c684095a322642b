"""A conditional logit: on which of its candidates each query falls, by weights on their features (McFadden 1974)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from volteface.foresight.facts import Floats, Ints

Values = NDArray[np.float32]


@dataclass(frozen=True)
class Choices:
    """Candidates laid end to end by query, each query with at least one answer among them."""

    values: Values  # candidate, feature
    starts: Ints  # of each query
    chosen: Values  # 1 for answers, 0 for others
    stands_for: Values  # log of how many candidates each one stands for, where only a sample of them was drawn

    @classmethod
    def joined(cls, parts: list[Choices]) -> Choices:
        sizes = np.cumsum([0, *(len(part.values) for part in parts)])
        return cls(
            np.concatenate([part.values for part in parts]),
            np.concatenate([part.starts + size for part, size in zip(parts, sizes, strict=False)]),
            np.concatenate([part.chosen for part in parts]),
            np.concatenate([part.stands_for for part in parts]),
        )


def fitted(choices: Choices, ridge: float = 1.0, steps: int = 30, enough: float = 1e-5) -> Floats:
    """The weights of the features: Newton's method on the likelihood less a ridge on weights per standard deviation.

    Stops after `steps`, or when a step gains less than the share `enough` of the loss.
    """
    scale = choices.values.std(axis=0, dtype=np.float64)
    scale[scale < 1e-6] = np.inf  # a feature that is always the same says nothing
    values = choices.values / scale.astype(np.float32)
    sizes = np.diff(np.append(choices.starts, len(values)))
    answers = np.add.reduceat(choices.chosen, choices.starts)
    goal = choices.chosen @ values
    weights = np.zeros(values.shape[1])

    def loss(weights: Floats) -> tuple[float, Values]:
        """The loss, and each candidate's chance times the number of its query's answers."""
        score = values @ weights.astype(np.float32) + choices.stands_for
        score -= np.repeat(np.maximum.reduceat(score, choices.starts), sizes)
        share = np.exp(score)
        total = np.add.reduceat(share, choices.starts)
        lost = answers @ np.log(total.astype(np.float64)) - choices.chosen @ score.astype(np.float64)
        return float(lost + ridge / 2 * weights @ weights), share * np.repeat(answers / total, sizes)

    value, share = loss(weights)
    for _ in range(steps):
        gradient = share @ values - goal + ridge * weights
        means = np.add.reduceat(values * share[:, None], choices.starts)
        curve = (values.T * share) @ values - (means.T / answers) @ means + ridge * np.eye(len(weights))
        step = np.linalg.solve(curve.astype(np.float64), gradient.astype(np.float64))
        size, (better, new) = 1.0, loss(weights - step)
        while better > value and size > 1e-3:
            size /= 2
            better, new = loss(weights - size * step)
        if better > value:
            break
        weights = weights - size * step
        gain, value, share = value - better, better, new
        if gain < enough * abs(value):
            break
    made: Floats = weights / scale
    return made
