"""A chance as forecasts and scenarios tell it, and the fitted one of conflict where there is one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from volteface.actors.states import states
from volteface.foresight.risk import NothingTold, risk
from volteface.record import Record


@dataclass(frozen=True, slots=True)
class Chance:
    """A probability with its interval, in words, with reasons, each of which reads as a line."""

    probability: float
    low: float
    high: float
    words: str = ""
    reasons: tuple[object, ...] = ()
    model: str = ""

    def json(self) -> dict[str, Any]:
        shown = {name: round(getattr(self, name), 4) for name in ("probability", "low", "high")}
        return shown | {"words": self.words}


def of_conflict(record: Record, one: str, other: str, on: dt.date, horizon: int) -> Chance | None:
    """The chance of a story of material conflict between two (codes) within so many days, by the fitted model.

    None where the model, which is of states, has nothing to go by: where one is no state, or none has a dated story.
    """
    if not {one, other} <= states().keys():
        return None
    try:
        made = risk(record, one, other, on, horizon)
    except NothingTold:
        return None
    return Chance(made.probability, made.low, made.high, made.words, made.reasons, "risk")
