"""The fitted models as the scenario and the ledger ask them: the one place that knows how dyad risk is called."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from volteface.record import Record

_RISK = "volteface.foresight.risk"


@dataclass(frozen=True, slots=True)
class Chance:
    """A probability with its interval, in words, with reasons."""

    probability: float
    low: float
    high: float
    words: str = ""
    reasons: tuple[Any, ...] = ()
    model: str = ""

    def json(self) -> dict[str, Any]:
        shown = {name: round(getattr(self, name), 4) for name in ("probability", "low", "high")}
        return shown | {"words": self.words}


def conflict_risk(record: Record, one: str, other: str, on: dt.date, horizon: int) -> Chance | None:
    """The chance of a story of material conflict between two within so many days; none without a fitted model."""
    try:
        module = import_module(_RISK)
    except ModuleNotFoundError as e:
        if e.name != _RISK:
            raise
        return None
    made = module.risk(record, one, other, on, horizon)
    return Chance(made.probability, made.low, made.high, made.words, tuple(made.reasons), "risk")


def lines(reasons: Sequence[Any]) -> list[str]:
    return [str(one) for one in reasons]
