"""The fitted model of dyad risk: weights by outcome, horizon and phase, which one dataset lends to another as JSON.

The weights of each phase are drawn to those of all dyads together, and those of 90 days to those of 30, as there are
fewer windows to learn them from; then each is calibrated on mornings that its weights have not seen. What is lent is
a few dozen weights: of conflict alone, a dozen a phase, the same for 90 days as for 30.
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
from volteface.foresight.pruning import pruned
from volteface.foresight.risk_features import NAMES, Values
from volteface.foresight.risk_logit import Fit, fitted
from volteface.foresight.risk_windows import CONTINUATION, HORIZONS, ONSET, OUTCOMES, STRANGERS, TASKS, Task, Windows

SHIPPED = Path(__file__).parent / "data" / "risk.json"
INTERVAL = 1.645  # standard deviations: nine times in ten
_TOGETHER, _PHASE, _LONGER = 300.0, 200.0, 100.0  # ridges, in windows that do not overlap; chosen on ICEWS' valid parts
_HELD_OUT = 0.25  # of the mornings, the newest, for calibration
_AXES, _AXES_LENT = 12, 3  # of the weights' uncertainty that are kept
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
        """The parts of conflict; InputError where their weights are not those of both horizons."""
        parts: list[dict[str, Any]] = []
        for (phase,) in GROUPS["conflict"]:
            near, far = (self.parts["conflict", days, phase] for days in HORIZONS)
            if not np.array_equal(near.weights, far.weights):
                raise InputError("weights that differ by horizon are not lent: fit them with `most`")
            kept = np.flatnonzero(near.weights[1:])
            parts.append(
                {
                    "phase": phase,
                    "constant": _short(near.weights[0]),
                    "weights": {NAMES[at]: _short(near.weights[1 + at]) for at in kept},
                    "axes": [[_short(axis[at]) for at in (0, *(1 + kept))] for axis in near.axes],
                    "calibration": {
                        str(days): [_short(one.platt.slope), _short(one.platt.shift)]
                        for days, one in zip(HORIZONS, (near, far), strict=True)
                    },
                }
            )
        used = sorted({NAMES.index(name) for part in parts for name in part["weights"]})
        features = {NAMES[at]: [_short(self.means[at]), _short(self.scales[at])] for at in used}
        return {"fitted_on": self.fitted_on, "quiet": self.quiet, "features": features, "parts": parts}

    @classmethod
    def of(cls, told: Mapping[str, Any], where: str) -> Self:
        if unknown := set(told["features"]) - set(NAMES):
            raise InputError(f"{where} was fitted on features that this version lacks ({min(unknown)}): fit it anew")
        means, scales = np.zeros(len(NAMES)), np.ones(len(NAMES))
        for name, (mean, scale) in told["features"].items():
            means[NAMES.index(name)], scales[NAMES.index(name)] = mean, scale
        parts = {}
        for one in told["parts"]:
            places = [0, *(1 + NAMES.index(name) for name in one["weights"])]
            weights, axes = np.zeros(1 + len(NAMES)), np.zeros((len(one["axes"]), 1 + len(NAMES)))
            weights[places], axes[:, places] = [one["constant"], *one["weights"].values()], one["axes"]
            for days in HORIZONS:
                parts["conflict", days, one["phase"]] = Part(weights, axes, Platt(*one["calibration"][str(days)]))
        return cls(means, scales, parts, told["quiet"], told["fitted_on"])


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def saved(model: Model, path: Path = SHIPPED) -> None:
    path.write_text(json.dumps(model.json(), separators=(",", ":")).replace('{"phase', '\n{"phase') + "\n", "utf-8")


@cache
def shipped() -> Model:
    """The model that comes with Volteface."""
    return Model.of(json.loads(SHIPPED.read_text("utf-8")), SHIPPED.name)


def fit(windows: Windows, every: int, until: int, quiet: int, fitted_on: str = "", most: int | None = None) -> Model:
    """From the windows that are closed by the day `until`; with at most so many weights a phase, alike for both
    horizons."""
    means = windows.values[windows.phases != STRANGERS].mean(axis=0, dtype=np.float64)
    scales = windows.values[windows.phases != STRANGERS].std(axis=0, dtype=np.float64).clip(1e-2)
    model = Model(means, scales, {}, quiet, fitted_on)
    standard = replace(windows, values=model.standard(windows.values))
    return replace(model, parts=_parts(standard, every, until, most))


def _parts(standard: Windows, every: int, until: int, most: int | None) -> dict[tuple[str, int, int], Part]:
    mornings = np.unique(standard.days[standard.days < until])
    if not len(mornings):
        raise InputError("no window of thirty days is closed before the day: fit on more, or on a later day")
    held_out = int(mornings[int((1 - _HELD_OUT) * len(mornings))])
    early, late = (_fits(standard, every, day, most) for day in (held_out, until))
    made = {}
    for task in TASKS:
        for phases in GROUPS[task[0]]:
            unseen = standard.where(_of(standard, task, phases, until) & (standard.days >= held_out))
            tried = Part(early[*task, phases[0]].weights, np.zeros((1, 1)), Platt())
            weights = unseen.weights * every / task[1]
            platt = calibration.platt(tried.scores(unseen.values), unseen.came[task].astype(np.float64), weights)
            for phase in phases:
                found = late[*task, phase]
                made[*task, phase] = Part(found.weights, _axes(found.covariance, _AXES_LENT if most else _AXES), platt)
    return made


def _of(windows: Windows, task: Task, phases: tuple[int, ...], until: int) -> Any:
    return np.isin(windows.phases, phases) & (windows.came[task] >= 0) & (windows.days + task[1] <= until)


def _fits(standard: Windows, every: int, until: int, most: int | None) -> dict[tuple[str, int, int], Fit]:
    made = {}
    for outcome, groups in GROUPS.items():
        short, long = HORIZONS
        together = _fitted(standard, (outcome, short), (ONSET, CONTINUATION), every, until, _TOGETHER, None)
        for phases in groups:
            near = _fitted(standard, (outcome, short), phases, every, until, _PHASE, together.weights)
            if most is None:
                far = _fitted(standard, (outcome, long), phases, every, until, _LONGER, near.weights)
            else:
                aim = pruned(near.weights, near.curve, most, always=1)
                near = far = _fitted(standard, (outcome, short), phases, every, until, _LONGER, aim, aim != 0)
            for phase in phases:
                made[outcome, short, phase], made[outcome, long, phase] = near, far
    return made


def _fitted(
    standard: Windows,
    task: Task,
    phases: tuple[int, ...],
    every: int,
    until: int,
    ridge: float,
    towards: Floats | None,
    kept: NDArray[np.bool_] | None = None,
) -> Fit:
    """Rows weigh so that the windows that overlap a day count as one. Weights that are not kept stay zero."""
    rows = standard.where(_of(standard, task, phases, until))
    weights = rows.weights * every / task[1]
    came = rows.came[task].astype(np.float64)
    if kept is None or towards is None:
        return fitted(rows.values, came, weights, rows.pairs, ridge, towards)
    kept[0] = True
    found = fitted(rows.values[:, kept[1:]], came, weights, rows.pairs, ridge, towards[kept])
    made, cells = np.zeros(len(kept)), np.ix_(kept, kept)
    made[kept] = found.weights
    covariance, curve = np.zeros((len(kept), len(kept))), np.zeros((len(kept), len(kept)))
    covariance[cells], curve[cells] = found.covariance, found.curve
    return Fit(made, covariance, curve)


def _axes(covariance: Floats, most: int) -> Floats:
    """The main axes, each as long as its standard deviation."""
    size, axes = np.linalg.eigh(covariance)
    made: Floats = (axes[:, -most:] * np.sqrt(np.maximum(size[-most:], 0.0))).T
    return made
