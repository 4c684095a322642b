"""Which weights a model can do without: what is lent from one record to another is to be a few dozen numbers."""

from __future__ import annotations

import numpy as np

from volteface.foresight.facts import Floats


def pruned(weights: Floats, curve: Floats, most: int, always: int = 0) -> Floats:
    """At most so many weights, others zero, chosen among all but the first `always`, which stay and do not count.

    One by one the weight leaves that costs least, and the rest make up for it as well as they can (the optimal brain
    surgeon, Hassibi and Stork 1993). `curve` holds the loss's second derivatives where these weights are best.
    """
    weights, inverse = weights.copy(), np.linalg.inv(curve)
    left = np.arange(len(weights))
    while len(left) > always + most:
        room = np.diag(inverse)[left]
        at = left[always + int(np.argmin(weights[left[always:]] ** 2 / room[always:]))]
        column = inverse[:, at] / inverse[at, at]
        weights -= weights[at] * column
        inverse -= np.outer(column, inverse[at])
        left = left[left != at]
    made = np.zeros_like(weights)
    made[left] = weights[left]
    return made
