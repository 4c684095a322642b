"""Every dyad on mornings in the past with what came of it in the days after: what dyad risk is fitted and judged on.

A dyad is open to onset on a morning if it has stories but none of material conflict in the last `quiet` days, and to
continuation if it has one. What came is asked of the days after alone; a window that is not closed yet is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from volteface.errors import InputError
from volteface.foresight.facts import Floats, Ints
from volteface.foresight.risk_features import Values, features, pairs
from volteface.foresight.risk_past import MATERIAL_CONFLICT, NEVER, Happenings, Past

HORIZONS = (30, 90)  # days
TURNED = 1.0  # points by which the standing moves, from the morning to the window's end as known then, if it turned
STRANGERS, ONSET, CONTINUATION = range(3)  # of dyads on a morning: nothing told yet, quiet, not quiet
OUTCOMES = ("conflict", "worse", "better")
RECENT = 1826  # days of windows that count for what is usual

Task = tuple[str, int]  # outcome, horizon in days
TASKS: tuple[Task, ...] = tuple((outcome, days) for outcome in OUTCOMES for days in HORIZONS)


@dataclass(frozen=True)
class Morning:
    """All pairs of states on a morning, without what came."""

    day: int
    phases: NDArray[np.int8]
    standings: NDArray[np.float32]
    values: Values


def morning(past: Past, quiet: int) -> Morning:
    """As the past stands."""
    ones, others = pairs(past.size)
    met = past.last[ones, others] > NEVER
    fought = past.last_fight[ones, others] >= past.day - quiet
    phases = np.where(fought, CONTINUATION, np.where(met, ONSET, STRANGERS)).astype(np.int8)
    return Morning(past.day, phases, past.standings.now()[0][ones, others].astype(np.float32), features(past))


@dataclass(frozen=True)
class Windows:
    """Mornings of dyads: a row each for those that are told of, and for strangers on every tenth morning.

    `came` has for each task 1, 0, or -1 where it is not known; `usual` how often it came in dyads of that phase, in
    windows closed by that morning; `own` the same of the dyad itself (how often, of how many).
    """

    days: Ints
    pairs: Ints
    phases: NDArray[np.int8]
    weights: Floats
    values: Values
    came: dict[Task, NDArray[np.int8]]
    usual: dict[Task, Floats]
    own: dict[Task, tuple[Floats, Floats]]

    def __len__(self) -> int:
        return len(self.days)

    def where(self, chosen: NDArray[np.bool_] | Ints) -> Windows:
        return Windows(
            self.days[chosen],
            self.pairs[chosen],
            self.phases[chosen],
            self.weights[chosen],
            self.values[chosen],
            {task: of[chosen] for task, of in self.came.items()},
            {task: of[chosen] for task, of in self.usual.items()},
            {task: (often[chosen], of[chosen]) for task, (often, of) in self.own.items()},
        )


EVERY_STRANGER = 10  # mornings
USUAL = {"conflict": (0.002, 0.02, 0.4), "worse": (0.0, 0.03, 0.08), "better": (0.0, 0.03, 0.08)}
_BELIEF = 50.0  # windows' worth of the above, for records with little of their own


def windows(happened: Happenings, every: int, quiet: int, since: int, until: int) -> Windows:
    """Mornings every so many days from `since` on; nothing told on or after the day `until` is known.

    `every` divides the horizons, so that a window's end is a morning too.
    """
    known = happened.between(int(happened.days[0]) if len(happened) else 0, until)
    past = Past(known)
    days = np.arange(since, until + 1, every)
    if not len(days):
        raise InputError("no morning lies between the first day asked for and the last: give an earlier or a later day")
    phases, standings, kept, values = [], [], [], []
    for place, day in enumerate(days.tolist()):
        past.until(day)
        now = morning(past, quiet)
        rows = np.flatnonzero((now.phases != STRANGERS) | (place % EVERY_STRANGER == 0))
        phases.append(now.phases)
        standings.append(now.standings)
        kept.append(np.stack([np.full(len(rows), place), rows]))
        values.append(now.values[rows])
    at, pair = np.concatenate(kept, axis=1)
    of_all = np.array(phases)
    came = _came(days, np.array(standings), known, every, until)
    usual = {task: usual_rates(days, of_all, came[task], task) for task in TASKS}
    weights = np.where(of_all[at, pair] == STRANGERS, float(EVERY_STRANGER), 1.0)
    return Windows(
        days[at],
        pair,
        of_all[at, pair],
        weights,
        np.concatenate(values),
        {task: came[task][at, pair] for task in TASKS},
        {task: usual[task][at, of_all[at, pair]] for task in TASKS},
        {task: _own(days, of_all, came[task], task[1], at, pair) for task in TASKS},
    )


def _came(
    days: Ints, standings: NDArray[np.float32], known: Happenings, every: int, until: int
) -> dict[Task, NDArray[np.int8]]:
    """What came of every pair on every morning."""
    came = {task: np.full(standings.shape, -1, dtype=np.int8) for task in TASKS}
    for at, day in enumerate(days.tolist()):
        for ahead in HORIZONS:
            if day + ahead > until:
                continue
            came["conflict", ahead][at] = fought_between(known, day, day + ahead)
            moved = standings[at + ahead // every] - standings[at]
            came["worse", ahead][at] = moved <= -TURNED
            came["better", ahead][at] = moved >= TURNED
    return came


def fought_between(happened: Happenings, first: int, last: int) -> NDArray[np.bool_]:
    """Which pairs have a story of material conflict on the days from first to before last."""
    news = happened.between(first, last).apart()
    fights = news.quads == MATERIAL_CONFLICT
    low, high = np.minimum(news.sources, news.targets)[fights], np.maximum(news.sources, news.targets)[fights]
    ones, others = pairs(happened.states)
    return np.isin(ones * happened.states + others, low * happened.states + high)


def usual_rates(days: Ints, phases: NDArray[np.int8], came: NDArray[np.int8], task: Task) -> Floats:
    """How often it came in dyads of each phase (columns), by each morning (rows): in windows closed by then."""
    known = came[:, :1] >= 0
    often = np.stack([((came == 1) & (phases == phase)).sum(axis=1) for phase in range(3)], axis=1) * known
    number = np.stack([(phases == phase).sum(axis=1) for phase in range(3)], axis=1) * known
    closed = (days[None, :] + task[1] <= days[:, None]) & (days[None, :] > days[:, None] - RECENT)
    before = np.array(USUAL[task[0]]) * (task[1] / 30 if task[0] != "conflict" else (task[1] / 30) ** 0.7)
    before = np.minimum(before, 0.9)
    made: Floats = (closed @ often + _BELIEF * before) / (closed @ number + _BELIEF)
    return made


def _own(
    days: Ints, phases: NDArray[np.int8], came: NDArray[np.int8], horizon: int, at: Ints, pair: Ints
) -> tuple[Floats, Floats]:
    """Of each row's dyad: how often it came in its windows closed by that morning, of how many since it is told of."""
    counted = (phases != STRANGERS) & (came >= 0)
    often = np.cumsum((came == 1) & counted, axis=0)
    number = np.cumsum(counted, axis=0)
    closed = np.searchsorted(days, days - horizon, side="right") - 1
    last = closed[at]
    known = last >= 0
    return (
        np.where(known, often[np.maximum(last, 0), pair], 0).astype(np.float64),
        np.where(known, number[np.maximum(last, 0), pair], 0).astype(np.float64),
    )
