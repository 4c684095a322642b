"""How good forecasts were: Brier and log score against climatology and persistence, onset apart, and calibration.

Takes frozen forecasts that have come due, or back-tests any past span as of each day; both are scored alike.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from itertools import combinations
from typing import Any

import numpy as np

from volteface.drawing import Picture
from volteface.drawing import picture as drawing
from volteface.errors import VoltefaceError
from volteface.foresight import calibration, risk_model
from volteface.foresight.calibration import Bin
from volteface.foresight.facts import Floats
from volteface.foresight.forecast import Forecast, History, Outcome, history, of_dyad, outcome
from volteface.foresight.ledger import Entry
from volteface.foresight.scenario import last_day
from volteface.record import Record
from volteface.relations.evidence import cited

_SIZE, _MARGIN = 360, 46  # of the picture


@dataclass(frozen=True, slots=True)
class Resolved:
    """A forecast and what came of it."""

    forecast: Forecast
    outcome: Outcome
    in_time: bool = True  # made before it came due

    def json(self) -> dict[str, Any]:
        shown = self.forecast.json() | {"happened": self.outcome.happened, "in_time": self.in_time}
        return shown | {"decided_by": cited(self.outcome.row) if self.outcome.row else None}


@dataclass(frozen=True, slots=True)
class Measures:
    """Scores of a group of forecasts; Brier 0 is best, 0.25 is even odds; the log score is in nats, 0 is best."""

    name: str
    number: int
    happened: float  # share
    brier: float
    log: float
    climatology: float  # Brier of it
    persistence: float

    @property
    def skill(self) -> float | None:
        """How much of climatology's Brier score is saved; none where that is perfect."""
        return 1 - self.brier / self.climatology if self.climatology else None

    def json(self) -> dict[str, Any]:
        names = ("happened", "brier", "log", "climatology", "persistence")
        shown: dict[str, Any] = {"group": self.name, "number": self.number}
        shown |= {name: round(getattr(self, name), 4) for name in names}
        return shown | {"skill": None if self.skill is None else round(self.skill, 4)}


@dataclass(frozen=True, repr=False)
class Score:
    """What has come due, resolved and scored; `pending` is not due yet, or the record does not reach its day."""

    resolved: tuple[Resolved, ...]
    pending: int
    on: dt.date
    weights: str = ""  # of a back-test: what the weights of conflict were fitted on, which may hold its span

    @cached_property
    def measures(self) -> tuple[Measures, ...]:
        """For conflict all, onset and continuation; for turns each way."""
        conflict = [one for one in self.resolved if one.forecast.question == "conflict"]
        groups = {
            "material conflict": conflict,
            "its onset": [one for one in conflict if one.forecast.onset],
            "its continuation": [one for one in conflict if not one.forecast.onset],
            "turns for the worse": [one for one in self.resolved if one.forecast.question == "worse"],
            "turns for the better": [one for one in self.resolved if one.forecast.question == "better"],
        }
        return tuple(measured(name, of) for name, of in groups.items() if of)

    @cached_property
    def tenths(self) -> tuple[Bin, ...]:
        """Forecasts of all questions by tenths of the scale: how many, their mean, and the share that happened."""
        return calibration.reliability(*_columns(self.resolved))

    @property
    def error(self) -> float:
        """The expected calibration error: how far the share that happened lies from the forecast, on the mean."""
        return calibration.calibration_error(*_columns(self.resolved))

    @property
    def late(self) -> int:
        """How many were frozen only after they had come due."""
        return sum(not one.in_time for one in self.resolved)

    def json(self) -> dict[str, Any]:
        made: dict[str, Any] = {"on": self.on.isoformat(), "resolved": len(self.resolved), "pending": self.pending}
        made |= {"made_after_due": self.late, "measures": [one.json() for one in self.measures]}
        made |= {"calibration": [asdict(one) for one in self.tenths]}
        made |= {"calibration_error": round(self.error, 4) if self.resolved else None}
        made |= {"weights_fitted_on": self.weights or None}
        return made | {"forecasts": [one.json() for one in self.resolved]}

    def __repr__(self) -> str:
        brier = f", Brier {self.measures[0].brier:.3f} ({self.measures[0].name})" if self.measures else ""
        return f"<Score on {self.on}: {len(self.resolved)} resolved, {self.pending} pending{brier}>"

    def plot(self) -> Picture:
        """The calibration picture: a disc a tenth of the scale, as large as there are forecasts; sure ones lie on the
        line."""
        inner = _SIZE - 2 * _MARGIN

        def at(x: float, y: float) -> tuple[float, float]:
            return _MARGIN + inner * x, _SIZE - _MARGIN - inner * y

        (left, bottom), (right, top) = at(0, 0), at(1, 1)
        line = '<path d="M{:.1f} {:.1f}L{:.1f} {:.1f}" stroke="{}" fill="none"/>'.format
        drawn = [line(left, bottom, right, top, drawing.PLAIN), line(left, bottom, right, bottom, drawing.INK)]
        drawn.append(line(left, bottom, left, top, drawing.INK))
        for tick in (0.0, 0.5, 1.0):
            drawn.append(drawing.text(at(tick, 0)[0], bottom + 18, f"{tick:.0%}", "middle"))
            drawn.append(drawing.text(left - 6, at(0, tick)[1] + 4, f"{tick:.0%}", "end"))
        most = max((one.number for one in self.tenths), default=1)
        for one in self.tenths:
            x, y = at(one.said, one.happened)
            said = f"{one.number} forecasts of {one.said:.0%} on the mean; {one.happened:.0%} happened"
            drawn.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{3 + 9 * math.sqrt(one.number / most):.1f}"'
                f' fill="{drawing.GOOD}" fill-opacity="0.7"><title>{drawing.safe(said)}</title></circle>'
            )
        drawn.append(drawing.text(_SIZE / 2, _SIZE - 8, "forecast", "middle"))
        drawn.append(drawing.text(left, top - 14, "happened"))
        return drawing.picture(f"Calibration of {len(self.resolved)} forecasts", _SIZE, _SIZE, "".join(drawn))


def measured(name: str, of: Sequence[Resolved]) -> Measures:
    """The scores of one group of forecasts, not empty."""
    chance, happened = _columns(of)
    rules = ([getattr(one.forecast, rule) for one in of] for rule in ("climatology", "persistence"))
    climatology, persistence = (calibration.brier(np.array(rule), happened) for rule in rules)
    return Measures(
        name,
        len(of),
        float(happened.mean()),
        calibration.brier(chance, happened),
        calibration.log_score(chance, happened),
        climatology,
        persistence,
    )


def _columns(of: Sequence[Resolved]) -> tuple[Floats, Floats]:
    """The chances that were given, and 1 for what happened, 0 for what did not."""
    chances = np.array([one.forecast.chance.probability for one in of], dtype=np.float64)
    return chances, np.array([one.outcome.happened for one in of], dtype=np.float64)


def score(record: Record, entries: Sequence[Entry], on: dt.date | None = None) -> Score:
    """The entries that came due by a day, by default the record's last, resolved from the record's stories.

    An entry whose due day lies beyond the record's last day is pending. VoltefaceError where the ledger is empty or the
    record has no dated story.
    """
    if not entries:
        raise VoltefaceError(f"record {record.folder} has no frozen forecasts yet: volteface forecast ... --freeze")
    last = _reach(record)
    until = min(on or last, last)
    due = [one for one in entries if one.forecast.due <= until]
    told = _Histories(record)
    resolved = [
        Resolved(
            one.forecast, outcome(record, told.of(one.forecast.one, one.forecast.other), one.forecast), one.in_time
        )
        for one in due
    ]
    return Score(tuple(resolved), len(entries) - len(due), until)


def backtest(
    record: Record,
    states: Sequence[str] | Sequence[tuple[str, str]],
    since: dt.date,
    until: dt.date,
    step_days: int = 30,
    horizon: int = 30,
) -> Score:
    """Forecasts as of every so many days of a past span, each from what was known then, resolved and scored.

    On the dyads given, or on all between the states given (codes). What was known then holds for stories, not for the
    weights that come with Volteface: the score names what these were fitted on. VoltefaceError where no forecast of the
    span has come due in the record.
    """
    dyads = [(one, other) for one, other in combinations(states, 2) if isinstance(one, str) and isinstance(other, str)]
    dyads = dyads or [(one[0], one[1]) for one in states if isinstance(one, tuple)]
    if not dyads or step_days < 1:
        raise VoltefaceError("a back-test needs a dyad or two states, and a step of a day or more")
    last = _reach(record)
    days = [since + dt.timedelta(at) for at in range(0, max((until - since).days, 0) + 1, step_days)]
    due = [day for day in days if day + dt.timedelta(horizon) <= last]
    if not due:
        raise VoltefaceError(f"nothing asked from {since} on comes due by {last}, where the record ends: begin earlier")
    made = []
    for one, other in dyads:
        told = history(record, one, other)
        if told.begins > due[0]:
            raise VoltefaceError(f"the record begins on {told.begins}: begin the back-test on or after it")
        for day in due:
            made += [Resolved(asked, outcome(record, told, asked)) for asked in of_dyad(record, told, day, horizon)]
    return Score(tuple(made), len(days) - len(due), last, risk_model.shipped().fitted_on)


class _Histories:
    """Each dyad's history, read once."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._known: dict[tuple[str, str], History] = {}

    def of(self, one: str, other: str) -> History:
        if (one, other) not in self._known:
            self._known[one, other] = history(self._record, one, other)
        return self._known[one, other]


def _reach(record: Record) -> dt.date:
    last = last_day(record)
    if last is None:
        raise VoltefaceError(f"no story of record {record.folder} has a date, so nothing can be scored")
    return last
