"""The fitted model of dyad risk: weights by outcome, horizon and phase, which one dataset lends to another as JSON.

The weights of each phase are drawn to those of all dyads together, and those of 90 days to those of 30, as there are
fewer windows to learn them from; then each is calibrated on mornings that its weights have not seen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from volteface.errors import InputError
from volteface.foresight import calibration
from volteface.foresight.calibration import Platt, expit
from volteface.foresight.facts import Floats
from volteface.foresight.risk_features import NAMES, Values
from volteface.foresight.risk_logit import Fit, fitted
from volteface.foresight.risk_windows import CONTINUATION, HORIZONS, ONSET, OUTCOMES, STRANGERS, TASKS, Task, Windows

SHIPPED = Path(__file__).parent / "data" / "risk.json"
INTERVAL = 1.645  # standard deviations: nine times in ten
_TOGETHER, _PHASE, _LONGER = 300.0, 200.0, 100.0  # ridges, in windows that do not overlap; chosen on ICEWS' valid parts
_HELD_OUT = 0.25  # of the mornings, the newest, for calibration
_AXES = 12  # of the weights' uncertainty that are kept
# Turns are told alike of all who have met.
GROUPS: Mapping[str, tuple[tuple[int, ...], ...]] = {
    outcome: ((STRANGERS,), (ONSET,), (CONTINUATION,))
    if outcome == "conflict"
    else ((STRANGERS,), (ONSET, CONTINUATION))
    for outcome in OUTCOMES
}


@dataclass(frozen=True)
class Part:
    """One outcome, horizon and group of phases: weights with the constant first, the axes of their uncertainty, and the
    map that calibrates."""

    weights: Floats
    axes: Floats
    platt: Platt

    def scores(self, values: Values) -> Floats:
        """Calibrated log-odds of standardised values."""
        return self.platt((values @ self.weights[1:] + self.weights[0]).astype(np.float64))

    def reach(self, values: Values) -> Floats:
        """How far the interval reaches to either side, in log-odds."""
        spread = values @ self.axes[:, 1:].T + self.axes[:, 0]
        made: Floats = INTERVAL * self.platt.slope * np.sqrt((spread**2).sum(axis=1)).astype(np.float64)
        return made


@dataclass(frozen=True)
class Model:
    """How values are standardised, and the parts by outcome, horizon and phase."""

    means: Floats
    scales: Floats
    parts: Mapping[tuple[str, int, int], Part]
    quiet: int  # days without material conflict after which a dyad is quiet
    fitted_on: str = ""

    def standard(self, values: Values) -> Values:
        made: Values = ((values - self.means) / self.scales).astype(np.float32)
        return made

    def scores(self, task: Task, values: Values, phases: NDArray[np.int8]) -> Floats:
        """Log-odds of rows of features as they are."""
        standard, made = self.standard(values), np.zeros(len(values))
        for phase in range(3):
            of = phases == phase
            made[of] = self.parts[*task, phase].scores(standard[of])
        return made

    def chances(self, task: Task, windows: Windows) -> Floats:
        return expit(self.scores(task, windows.values, windows.phases))

    def shifted(self, shifts: Mapping[tuple[str, int, int], float]) -> Model:
        """Moved to how often things come in another record."""
        moved = {
            key: replace(part, platt=Platt(part.platt.slope, part.platt.shift + shifts.get(key, 0.0)))
            for key, part in self.parts.items()
        }
        return replace(self, parts=moved)

    def json(self) -> dict[str, Any]:
        parts = [
            {
                "outcome": outcome,
                "days": days,
                "phases": list(phases),
                "slope": round(part.platt.slope, 4),
                "shift": round(part.platt.shift, 4),
                "weights": _short(part.weights),
                "axes": [_short(axis) for axis in part.axes],
            }
            for outcome, groups in GROUPS.items()
            for days in HORIZONS
            for phases in groups
            for part in [self.parts[outcome, days, phases[0]]]
        ]
        made: dict[str, Any] = {"fitted_on": self.fitted_on, "quiet": self.quiet, "features": list(NAMES)}
        return made | {"means": _short(self.means), "scales": _short(self.scales), "parts": parts}

    @classmethod
    def of(cls, told: Mapping[str, Any], where: str) -> Self:
        if tuple(told["features"]) != NAMES:
            raise InputError(f"{where} was fitted on other features than this version has: fit it anew")
        parts = {
            (one["outcome"], one["days"], phase): Part(
                np.array(one["weights"]), np.array(one["axes"]), Platt(one["slope"], one["shift"])
            )
            for one in told["parts"]
            for phase in one["phases"]
        }
        return cls(np.array(told["means"]), np.array(told["scales"]), parts, told["quiet"], told["fitted_on"])


def _short(values: Floats) -> list[float]:
    return [float(f"{value:.4g}") for value in values]


def saved(model: Model, path: Path = SHIPPED) -> None:
    path.write_text(json.dumps(model.json(), separators=(",", ":")).replace('{"outcome', '\n{"outcome') + "\n", "utf-8")


@cache
def shipped() -> Model:
    """The model that comes with Volteface."""
    return Model.of(json.loads(SHIPPED.read_text("utf-8")), SHIPPED.name)


def fit(windows: Windows, every: int, until: int, quiet: int, fitted_on: str = "") -> Model:
    """From the windows that are closed by the day `until`."""
    means = windows.values[windows.phases != STRANGERS].mean(axis=0, dtype=np.float64)
    scales = windows.values[windows.phases != STRANGERS].std(axis=0, dtype=np.float64).clip(1e-2)
    model = Model(means, scales, {}, quiet, fitted_on)
    standard = replace(windows, values=model.standard(windows.values))
    return replace(model, parts=_parts(standard, every, until))


def _parts(standard: Windows, every: int, until: int) -> dict[tuple[str, int, int], Part]:
    mornings = np.unique(standard.days[standard.days < until])
    if not len(mornings):
        raise InputError("no window of thirty days is closed before the day: fit on more, or on a later day")
    held_out = int(mornings[int((1 - _HELD_OUT) * len(mornings))])
    early, late = _fits(standard, every, held_out), _fits(standard, every, until)
    made = {}
    for task in TASKS:
        for phases in GROUPS[task[0]]:
            unseen = standard.where(_of(standard, task, phases, until) & (standard.days >= held_out))
            tried = Part(early[*task, phases[0]].weights, np.zeros((1, 1)), Platt())
            weights = unseen.weights * every / task[1]
            platt = calibration.platt(tried.scores(unseen.values), unseen.came[task].astype(np.float64), weights)
            for phase in phases:
                found = late[*task, phase]
                made[*task, phase] = Part(found.weights, _axes(found.covariance), platt)
    return made


def _of(windows: Windows, task: Task, phases: tuple[int, ...], until: int) -> Any:
    return np.isin(windows.phases, phases) & (windows.came[task] >= 0) & (windows.days + task[1] <= until)


def _fits(standard: Windows, every: int, until: int) -> dict[tuple[str, int, int], Fit]:
    made = {}
    for outcome, groups in GROUPS.items():
        short, long = HORIZONS
        together = _fitted(standard, (outcome, short), (ONSET, CONTINUATION), every, until, _TOGETHER, None)
        for phases in groups:
            near = _fitted(standard, (outcome, short), phases, every, until, _PHASE, together.weights)
            far = _fitted(standard, (outcome, long), phases, every, until, _LONGER, near.weights)
            for phase in phases:
                made[outcome, short, phase], made[outcome, long, phase] = near, far
    return made


def _fitted(
    standard: Windows, task: Task, phases: tuple[int, ...], every: int, until: int, ridge: float, towards: Floats | None
) -> Fit:
    """Rows weigh so that the windows that overlap a day count as one."""
    rows = standard.where(_of(standard, task, phases, until))
    weights = rows.weights * every / task[1]
    return fitted(rows.values, rows.came[task].astype(np.float64), weights, rows.pairs, ridge, towards)


def _axes(covariance: Floats) -> Floats:
    """The main axes, each as long as its standard deviation."""
    size, axes = np.linalg.eigh(covariance)
    made: Floats = (axes[:, -_AXES:] * np.sqrt(np.maximum(size[-_AXES:], 0.0))).T
    return made
