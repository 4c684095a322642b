"""Whether probabilities mean what they say: scores, calibration by bins, and maps that mend it.

`Platt` (Platt 1999) keeps the order of what it maps; `isotonic` (Zadrozny and Elkan 2002) is the step function that
fits best, and shows what is left to mend. Brier (1950) is the mean squared error of a probability.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from volteface.foresight.facts import Floats

_MOST = 1e-6  # a probability is never nearer to 0 or 1
_BINS = 10


def logit(chance: Floats | float) -> Floats:
    clipped = np.clip(chance, _MOST, 1 - _MOST)
    made: Floats = np.log(clipped / (1 - clipped))
    return made


def expit(score: Floats | float) -> Floats:
    made: Floats = 1 / (1 + np.exp(-np.clip(score, -30, 30)))
    return made


def brier(chance: Floats, happened: Floats) -> float:
    """The mean squared error, from 0 (best) to 1."""
    return float(np.mean((chance - happened) ** 2))


def log_score(chance: Floats, happened: Floats) -> float:
    """The mean negative log likelihood in nats, from 0 (best)."""
    clipped = np.clip(chance, _MOST, 1 - _MOST)
    return float(-np.mean(np.where(happened > 0, np.log(clipped), np.log(1 - clipped))))


def ranked_right(chance: Floats, happened: Floats) -> float:
    """How often what happened had the higher chance than what did not (the area under the ROC curve); .5 is luck."""
    _, of, number = np.unique(chance, return_inverse=True, return_counts=True)
    rank = (np.cumsum(number) - (number - 1) / 2)[of]
    came = float(happened.sum())
    pairs = came * (len(happened) - came)
    return float((rank @ happened - came * (came + 1) / 2) / pairs) if pairs else 0.5


def wilson(times: float, number: float) -> tuple[float, float, float]:
    """A share and the interval in which it lies nine times in ten (Wilson 1927)."""
    z, mean = 1.645, times / number
    middle = (mean + z * z / (2 * number)) / (1 + z * z / number)
    half = z / (1 + z * z / number) * math.sqrt(mean * (1 - mean) / number + z * z / (4 * number * number))
    return mean, max(middle - half, 0.0), min(middle + half, 1.0)


@dataclass(frozen=True, slots=True)
class Bin:
    """Forecasts alike: how many, what they said in the mean, and how often it happened."""

    number: int
    said: float
    happened: float


def reliability(chance: Floats, happened: Floats, bins: int = _BINS, *, equal: bool = False) -> tuple[Bin, ...]:
    """Forecasts in bins of equal width, or of equal numbers; empty ones are left out."""
    if equal:
        of = np.argsort(np.argsort(chance, kind="stable"), kind="stable") * bins // max(len(chance), 1)
    else:
        of = np.minimum((chance * bins).astype(np.int64), bins - 1)
    numbers, said, came = (np.bincount(of, w, bins) for w in (np.ones(len(of)), chance, happened))
    return tuple(Bin(int(n), float(s / n), float(c / n)) for n, s, c in zip(numbers, said, came, strict=True) if n)


def calibration_error(chance: Floats, happened: Floats, bins: int = _BINS, *, equal: bool = False) -> float:
    """The expected calibration error (Naeini and others 2015): the bins' mean distance, by their numbers."""
    told = reliability(chance, happened, bins, equal=equal)
    return sum(one.number * abs(one.said - one.happened) for one in told) / max(len(chance), 1)


@dataclass(frozen=True, slots=True)
class Platt:
    """A line through log-odds; the slope is above zero, so that the order stays."""

    slope: float = 1.0
    shift: float = 0.0

    def __call__(self, score: Floats) -> Floats:
        made: Floats = self.slope * score + self.shift
        return made


def platt(score: Floats, happened: Floats, rows: Floats, prior: float = 20.0) -> Platt:
    """The likeliest line, drawn to the identity as by so many even forecasts; `rows` weighs the forecasts."""
    theta = np.zeros(2)  # log slope, shift
    value = _loss(theta, score, happened, rows, prior)
    for _ in range(50):
        pull = np.exp(theta[0]) * score
        chance = expit(pull + theta[1])
        missed, curve = rows * (chance - happened), rows * chance * (1 - chance)
        gradient = np.array([missed @ pull, missed.sum()]) + prior * theta / 4
        cross = curve @ pull
        second = np.array([[curve @ pull**2, cross], [cross, curve.sum()]]) + np.eye(2) * prior / 4
        step = np.linalg.solve(second, gradient)
        size = 1.0
        while (better := _loss(theta - size * step, score, happened, rows, prior)) > value and size > 1e-4:
            size /= 2
        if better >= value - 1e-10:
            break
        theta, value = theta - size * step, better
    return Platt(float(np.exp(theta[0])), float(theta[1]))


def _loss(theta: Floats, score: Floats, happened: Floats, rows: Floats, prior: float) -> float:
    line = np.exp(theta[0]) * score + theta[1]
    return float(rows @ (np.logaddexp(0, line) - happened * line) + prior / 8 * theta @ theta)


def isotonic(score: Floats, happened: Floats) -> tuple[Floats, Floats]:
    """Steps up: from which score on, and how often it happened (pool adjacent violators, Ayer and others 1955)."""
    starts: list[float] = []
    sums: list[float] = []
    numbers: list[float] = []
    values, of = np.unique(score, return_inverse=True)
    for start, total, number in zip(values, np.bincount(of, happened), np.bincount(of), strict=True):
        starts.append(float(start))
        sums.append(float(total))
        numbers.append(float(number))
        while len(sums) > 1 and sums[-2] * numbers[-1] >= sums[-1] * numbers[-2]:
            total, number = sums.pop(), numbers.pop()
            starts.pop()
            sums[-1] += total
            numbers[-1] += number
    return np.array(starts), np.array(sums) / np.array(numbers)


def shift(score: Floats, happened: Floats, rows: Floats, prior: float = 20.0) -> float:
    """By how much log-odds lie too low on the average; drawn to nothing as by so many even forecasts."""
    made = 0.0
    for _ in range(50):
        chance = expit(score + made)
        step = (rows @ (chance - happened) + prior * made / 4) / (rows @ (chance * (1 - chance)) + prior / 4)
        made -= float(np.clip(step, -1, 1))
        if abs(step) < 1e-9:
            break
    return made
