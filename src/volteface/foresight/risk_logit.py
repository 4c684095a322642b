"""A logistic regression with a ridge and how sure it is: the discrete-time hazard of dyad risk.

Cox (1958); by windows of time, Allison (1982) and Beck, Katz and Tucker (1998); the ridge, le Cessie and van
Houwelingen (1992); intervals that allow for rows of one dyad being alike, Liang and Zeger (1986).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from volteface.foresight.calibration import expit
from volteface.foresight.facts import Floats, Ints
from volteface.foresight.risk_features import Values

_FREE = 0.1  # of the ridge on the constant
_STEPS = 30


@dataclass(frozen=True)
class Fit:
    """Weights on standardised values, the constant first, their covariance, and how the loss curves at them."""

    weights: Floats
    covariance: Floats
    curve: Floats


def fitted(
    values: Values, came: Floats, rows: Floats, clusters: Ints, ridge: float, towards: Floats | None = None
) -> Fit:
    """Newton's method on the penalised likelihood; `rows` weighs rows.

    Weights are drawn to zero or to those given; the constant hardly, so that the fit is right on the average.
    """
    design = np.concatenate([np.ones((len(values), 1), dtype=np.float32), values], axis=1)
    penalty = np.full(design.shape[1], ridge)
    penalty[0] = _FREE
    aim = np.zeros(design.shape[1]) if towards is None else towards
    weights = aim

    def loss(weights: Floats) -> tuple[float, Floats]:
        score: Floats = (design @ weights.astype(np.float32)).astype(np.float64)
        off = weights - aim
        return float(rows @ (np.logaddexp(0, score) - came * score) + off @ (penalty * off) / 2), score

    value, score = loss(weights)
    for _ in range(_STEPS):
        chance = expit(score)
        missed = (rows * (chance - came)).astype(np.float32)
        gradient = missed @ design + penalty * (weights - aim)
        second = _curve(design, rows * chance * (1 - chance)) + np.diag(penalty)
        step = np.linalg.solve(second, gradient)
        size = 1.0
        while (better := loss(weights - size * step))[0] > value and size > 1e-3:
            size /= 2
        weights = weights - size * step
        gain, (value, score) = value - better[0], better
        if gain < 1e-6 * (1 + abs(value)):
            break
    chance = expit(score)
    second = _curve(design, rows * chance * (1 - chance)) + np.diag(penalty)
    return Fit(weights, _covariance(design, rows * (chance - came), second, clusters), second)


def _curve(design: Values, weights: Floats) -> Floats:
    made: Floats = ((design.T * weights.astype(np.float32)) @ design).astype(np.float64)
    return made


def _covariance(design: Values, missed: Floats, second: Floats, clusters: Ints) -> Floats:
    """The sandwich, with the rows of one cluster summed."""
    order = np.argsort(clusters, kind="stable")
    starts = np.flatnonzero(np.diff(clusters[order], prepend=-1))
    pulls = np.add.reduceat((design * missed.astype(np.float32)[:, None])[order], starts, dtype=np.float64)
    inverse = np.linalg.inv(second)
    made: Floats = inverse @ (pulls.T @ pulls) @ inverse
    return made
