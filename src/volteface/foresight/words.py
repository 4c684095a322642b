"""Words for probabilities: the seven bands of Intelligence Community Directive 203 (2015), drawn out to 0 and 1."""

from __future__ import annotations

from bisect import bisect_right

BANDS = (
    (0.0, "almost no chance"),
    (0.05, "very unlikely"),
    (0.20, "unlikely"),
    (0.45, "roughly even chance"),
    (0.55, "likely"),
    (0.80, "very likely"),
    (0.95, "almost certain"),
)
"""From which probability each word holds, up to where the next begins."""


def words(probability: float) -> str:
    """The word for a probability from 0 to 1; ValueError beyond."""
    if not 0.0 <= probability <= 1.0:
        raise ValueError(f"{probability} is no probability: give one from 0 to 1")
    return BANDS[bisect_right([start for start, _ in BANDS], probability) - 1][1]
