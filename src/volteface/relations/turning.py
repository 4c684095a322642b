"""Where the tone of a dyad turns for good: its months cut into stretches."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import numpy as np

_TURN_STORIES = 2  # at the least on either side
_TURN_SIZE = 3.0  # points of the score, which runs from -10 to 10
_TURN_PRICE = 2.0  # times the variance, times the logarithm of the number of stories: Schwarz's criterion
_VARIANCE = 21.6  # of scores within a dyad's month, pooled over a record of 97,301 documents of 2002-22


def split(months: Sequence[tuple[float, int]]) -> list[tuple[int, float, float, float]]:
    """Where the tone of a dyad turns: the month's place, the mean scores before and after, and what it explains.

    A month is the sum of its stories' scores and their number. The means are those of the stretches between
    neighbouring turns: the stretches that leave the least squares, at a price for each (optimal partitioning, Jackson
    and others 2005).
    """
    size = len(months)
    if size < 2:
        return []
    score, volume, square = (
        np.concatenate([[0.0], np.cumsum(values)])
        for values in ([s for s, _ in months], [n for _, n in months], [s * s / n for s, n in months])
    )
    price = _TURN_PRICE * _VARIANCE * log(max(volume[-1], 2.0))
    least = np.full(size + 1, np.inf)
    least[0] = 0.0
    origin = np.zeros(size + 1, dtype=np.int64)
    for end in range(1, size + 1):
        weight = volume[end] - volume[:end]
        cost = square[end] - square[:end] - (score[end] - score[:end]) ** 2 / weight
        total = np.where(weight >= _TURN_STORIES, least[:end] + cost + price, np.inf)
        origin[end] = int(np.argmin(total))
        least[end] = total[origin[end]]
    if not np.isfinite(least[size]):
        return []
    bounds = [size]
    while bounds[-1]:
        bounds.append(int(origin[bounds[-1]]))
    bounds.reverse()
    turns = []
    for start, at, end in zip(bounds, bounds[1:], bounds[2:], strict=False):
        before, after = (
            float((score[to] - score[of]) / (volume[to] - volume[of])) for of, to in ((start, at), (at, end))
        )
        weight = 1 / (1 / (volume[at] - volume[start]) + 1 / (volume[end] - volume[at]))
        if abs(after - before) >= _TURN_SIZE:
            turns.append((at, before, after, float(weight) * (after - before) ** 2))
    return turns
