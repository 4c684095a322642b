"""A conditional logit: on which of its candidates each query falls, by weights on their features (McFadden 1974)."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from volteface.foresight.facts import Floats, Ints
from volteface.foresight.pruning import pruned

Values = NDArray[np.float32]

SOMEWHAT = 0.3  # the least deviation
TOGETHER = 250  # queries whose derivatives are taken at once


@dataclass(frozen=True)
class Choices:
    """Candidates laid end to end by query, each query with at least one answer among them."""

    values: Values  # candidate, feature
    starts: Ints  # of each query
    chosen: Values  # 1 for answers, 0 for others
    stands_for: Values  # log of how many candidates each one stands for, where only a sample of them was drawn

    @classmethod
    def joined(cls, parts: list[Choices]) -> Choices:
        """All parts as one; the list is emptied, so that their values are held but once."""
        sizes = np.cumsum([0, *(len(part.values) for part in parts)])
        starts = np.concatenate([part.starts + size for part, size in zip(parts, sizes, strict=False)])
        chosen = np.concatenate([part.chosen for part in parts])
        stands_for = np.concatenate([part.stands_for for part in parts])
        values = np.empty((sizes[-1], parts[0].values.shape[1]), dtype=np.float32)
        for stop in sizes[:0:-1].tolist():
            part = parts.pop()
            values[stop - len(part.values) : stop] = part.values
        return cls(values, starts, chosen, stands_for)


def fitted(
    choices: Choices, most: int | None = None, ridge: float = 30.0, steps: int = 30, enough: float = 1e-5
) -> Floats:
    """The weights of the features: Newton's method on the likelihood less a ridge on weights per standard deviation.

    What hardly differs counts as differing somewhat: else what is rare where weights are learned gets huge ones, which
    mislead where it is common. Of more than `most` features those that are needed least get none. Stops after `steps`,
    or when a step gains less than the share `enough` of the loss.
    """
    values = choices.values
    scale = np.maximum(_deviations(values), SOMEWHAT)
    sizes = np.diff(np.append(choices.starts, len(values)))
    answers = np.add.reduceat(choices.chosen, choices.starts)
    goal = (choices.chosen @ values) / scale
    weights = np.zeros(values.shape[1])

    def loss(weights: Floats) -> tuple[float, Values]:
        """The loss, and each candidate's chance times the number of its query's answers."""
        score = values @ (weights / scale).astype(np.float32) + choices.stands_for
        score -= np.repeat(np.maximum.reduceat(score, choices.starts), sizes)
        share = np.exp(score)
        total = np.add.reduceat(share, choices.starts)
        lost = answers @ np.log(total.astype(np.float64)) - choices.chosen @ score.astype(np.float64)
        return float(lost + ridge / 2 * weights @ weights), share * np.repeat(answers / total, sizes)

    def slopes(share: Values) -> tuple[Floats, Floats]:
        """The loss's first and second derivatives, by stretches of queries that fit into little memory."""
        first, second = np.zeros(len(weights)), np.zeros((len(weights), len(weights)))
        for at in range(0, len(sizes), TOGETHER):
            stretch = slice(choices.starts[at], choices.starts[at] + sizes[at : at + TOGETHER].sum())
            part: Values = np.divide(values[stretch], scale.astype(np.float32))
            weighed: Values = np.multiply(part, share[stretch, None])
            means: Values = np.add.reduceat(weighed, choices.starts[at : at + TOGETHER] - choices.starts[at])
            first += means.sum(axis=0)
            second += weighed.T @ part
            second -= (means / answers[at : at + TOGETHER, None]).T @ means
        return first - goal + ridge * weights, second + ridge * np.eye(len(weights))

    value, share = loss(weights)
    for _ in range(steps):
        gradient, curve = slopes(share)
        step = np.linalg.solve(curve, gradient)
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
    if most is not None and most < len(made):
        kept = np.flatnonzero(pruned(weights, slopes(share)[1], most))
        made = np.zeros_like(made)
        made[kept] = fitted(replace(choices, values=values[:, kept]), None, ridge, steps, enough)
    return made


def _deviations(values: Values) -> Floats:
    """The standard deviation of each column."""
    mean = values.mean(axis=0, dtype=np.float64)
    squares = np.zeros(values.shape[1])
    for at in range(0, len(values), 100_000):
        squares += ((values[at : at + 100_000] - mean) ** 2).sum(axis=0)
    made: Floats = np.sqrt(squares / len(values))
    return made
