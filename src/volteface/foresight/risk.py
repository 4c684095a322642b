"""How likely two states see a story of material conflict within some days, and why.

Reads the stories of a record up to a day, with the weights that come with Volteface, moved to how often things come in
this record.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from volteface import actors
from volteface.actors.states import states
from volteface.errors import InputError, UnknownName
from volteface.foresight import calibration, risk_model
from volteface.foresight.calibration import expit
from volteface.foresight.facts import Floats
from volteface.foresight.risk_features import THEME_OF, THEMES
from volteface.foresight.risk_model import Model
from volteface.foresight.risk_past import MATERIAL_CONFLICT, YEARS, Happenings, Past
from volteface.foresight.risk_windows import CONTINUATION, HORIZONS, ONSET, STRANGERS, Morning, fought_between, morning
from volteface.foresight.words import words
from volteface.ontology import QUADS
from volteface.record import Record

LONGEST = 365  # days ahead
PHASES = {STRANGERS: "strangers", ONSET: "onset", CONTINUATION: "continuation"}
_LOOKED_AT = 12  # months before, from which is told how often things come in a record
_WARM = 60  # days at a record's start that only features see
_LEAST = 0.05  # log-odds that a reason moves
_REASONS, _STORIES = 5, 3
_FRIENDS = 2


class NothingTold(InputError):
    """No story of a state is dated to the day by then, so nothing can be told from the past."""


@dataclass(frozen=True, slots=True)
class Told:
    """A story behind a reason. `statement` is the id of its best report."""

    id: str
    statement: str
    date: dt.date
    source: str
    target: str
    type: str
    sentence: str

    def json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"id": self.id, "statement": self.statement, "date": self.date.isoformat()}
        return shown | {name: getattr(self, name) for name in ("source", "target", "type", "sentence")}

    def __str__(self) -> str:
        return f"{self.date} {self.source} {self.type} {self.target}"


@dataclass(frozen=True, slots=True)
class Reason:
    """What moves a forecast, by how much (log-odds against the average of dyads that have met), with stories behind it,
    the newest first."""

    name: str
    effect: float
    stories: tuple[Told, ...]

    def json(self) -> dict[str, Any]:
        return {"reason": self.name, "effect": round(self.effect, 3), "stories": [one.json() for one in self.stories]}

    def __str__(self) -> str:
        told = "; ".join(map(str, self.stories)) or "no story"
        return f"{'raised' if self.effect > 0 else 'lowered'} by {self.name} ({self.effect:+.2f}): {told}"


@dataclass(frozen=True, slots=True)
class Risk:
    """A probability with the interval in which it lies nine times in ten, as the weights are known; its word; reasons,
    the weightiest first."""

    one: str  # the earlier in the alphabet
    other: str
    on: dt.date  # the last day whose stories are known
    horizon: int  # days after it
    phase: str  # onset, continuation, strangers
    probability: float
    low: float
    high: float
    words: str
    reasons: tuple[Reason, ...]

    def json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"dyad": [self.one, self.other], "on": self.on.isoformat(), "horizon": self.horizon}
        shown |= {"outcome": "conflict", "phase": self.phase}
        shown |= {name: round(getattr(self, name), 4) for name in ("probability", "low", "high")}
        return shown | {"words": self.words, "reasons": [one.json() for one in self.reasons]}

    def __str__(self) -> str:
        return (
            f"{actors.label(self.one)} and {actors.label(self.other)}, {self.horizon} days from {self.on}: "
            f"a story of material conflict is {self.words}, {self.probability:.0%} ({self.low:.0%} to {self.high:.0%})"
        )


def risk(record: Record, one: str, other: str, on: dt.date, horizon: int = 30) -> Risk:
    """The risk of two states (codes) within so many days after a day, from the stories up to that day.

    UnknownName for what is no state; InputError for a state with itself, a horizon that is not 1 to 365 days, or where
    nothing is told up to the day.
    """
    for code in (one, other):
        if code not in states():
            raise UnknownName(f"{code} is no state: dyad risk is of two states, by their codes")
    if one == other:
        raise InputError(f"a dyad has two sides, and {one} is one: name two states")
    if not 1 <= horizon <= LONGEST:
        raise InputError(f"a horizon of {horizon} days is out of reach: give 1 to {LONGEST}")
    one, other = sorted((one, other))
    now = _known(record, on)
    at = now.place(one, other)
    phase, values = int(now.today.phases[at]), now.today.values[at : at + 1]
    standard = now.model.standard(values)
    parts = [now.model.parts["conflict", days, phase] for days in HORIZONS]
    middle, reach = (np.array([float(of(standard)[0]) for of in each])
                     for each in ([part.scores for part in parts], [part.reach for part in parts]))  # fmt: skip
    chance, low, high = (_within(expit(middle + way * reach), horizon) for way in (0, -1, 1))
    part = parts[int(horizon > HORIZONS[0])]
    effects = part.platt.slope * part.weights[1:] * standard[0].astype(np.float64)
    reasons = _reasons(record, now, one, other, effects)
    return Risk(one, other, on, horizon, PHASES[phase], chance, low, high, words(chance), reasons)


def happenings(record: Record, until: dt.date = dt.date.max) -> Happenings:
    """The record's stories of states that are dated to the day, up to a day."""
    codes = tuple(states())
    table = record.sql(
        """select date_diff('day', '0001-01-01'::date, first_date) + 1 as day,
            list_position($codes, source) - 1 as source, list_position($codes, target) - 1 as target,
            list_position($quads, quad) - 1 as quad
        from stories where precision = 'day' and first_date <= $until and quad is not null
            and list_contains($codes, source) and list_contains($codes, target)""",
        {"codes": list(codes), "quads": list(QUADS), "until": until},
    )
    return Happenings.of(np.stack([column.to_numpy() for column in table.columns], axis=1), codes)


@dataclass(frozen=True)
class _Known:
    """What is known on a day: every pair's features, and the model as it suits the record."""

    past: Past
    today: Morning
    model: Model

    def place(self, one: str, other: str) -> int:
        """Of a pair, in the order of `pairs`."""
        number = {code: at for at, code in enumerate(self.past.codes)}
        low, high = sorted((number[one], number[other]))
        size = self.past.size
        return low * size - low * (low + 1) // 2 + high - low - 1


_KNOWN: dict[tuple[str, str, dt.date], _Known] = {}  # of a few days and records


def _known(record: Record, on: dt.date) -> _Known:
    key = str(record.folder.resolve()), record.manifest.digest, on
    if key not in _KNOWN:
        happened = happenings(record, on)
        if not len(happened):
            raise NothingTold(f"nothing is told of any state up to {on}: give a later day, or a record with stories")
        while len(_KNOWN) >= 4:
            _KNOWN.pop(next(iter(_KNOWN)))
        _KNOWN[key] = known(happened, on.toordinal() + 1, risk_model.shipped())
    return _KNOWN[key]


def known(happened: Happenings, day: int, model: Model) -> _Known:
    """On the morning of a day; the model moved to how often it came in this record's closed windows of a year."""
    past = Past(happened.between(int(happened.days[0]) if len(happened) else 0, day))
    step = HORIZONS[0]
    mornings = []
    for then in range(day - _LOOKED_AT * step, day, step):
        if then >= past.first + _WARM:
            past.until(then)
            mornings.append(morning(past, model.quiet))
    past.until(day)
    return _Known(past, morning(past, model.quiet), model.shifted(_shifts(mornings, past.happened, day, model)))


def _shifts(
    mornings: list[Morning], happened: Happenings, day: int, model: Model
) -> Mapping[tuple[str, int, int], float]:
    made = {}
    for days in HORIZONS:
        closed = [one for one in mornings if one.day + days <= day]
        for phase in PHASES if closed else ():
            scores, came = [], []
            for one in closed:
                of = one.phases == phase
                scores.append(model.parts["conflict", days, phase].scores(model.standard(one.values[of])))
                came.append(fought_between(happened, one.day, one.day + days)[of])
            happy = np.concatenate(came).astype(np.float64)
            weights = np.full(len(happy), HORIZONS[0] / days)
            made["conflict", days, phase] = calibration.shift(np.concatenate(scores), happy, weights)
    return made


def _within(chances: Floats, horizon: int) -> float:
    """From the chances within thirty and ninety days, by their hazard: it grows as a power of the days."""
    near, far = -np.log1p(-np.clip(chances, 1e-6, 1 - 1e-6))
    power = np.clip(np.log(max(far, near) / near) / np.log(HORIZONS[1] / HORIZONS[0]), 0.0, 1.0)
    return float(1 - np.exp(-near * (horizon / HORIZONS[0]) ** power))


def _reasons(record: Record, now: _Known, one: str, other: str, effects: Floats) -> tuple[Reason, ...]:
    of_theme = {
        theme: float(sum(e for e, its in zip(effects, THEME_OF, strict=True) if its == theme)) for theme in THEMES
    }
    chosen = sorted(of_theme, key=lambda theme: (-abs(of_theme[theme]), theme))[:_REASONS]
    return tuple(
        Reason(THEMES[theme], of_theme[theme], _stories(record, now, one, other, theme, of_theme[theme]))
        for theme in chosen
        if abs(of_theme[theme]) >= _LEAST
    )


_BETWEEN = "least(source, target) = $one and greatest(source, target) = $other"
_EITHER = """(source in ($one, $other)) <> (target in ($one, $other))
    and list_contains($codes, source) and list_contains($codes, target)"""
_WITHIN = "source = target and source in ($one, $other)"
_FRIENDLY = """(source in ($one, $other)) <> (target in ($one, $other))
    and (list_contains($friends, source || ' ' || target) or list_contains($friends, target || ' ' || source))"""
_CONFLICT, _COOPERATION = list(QUADS[2:]), list(QUADS[:2])


def _stories(record: Record, now: _Known, one: str, other: str, theme: str, effect: float) -> tuple[Told, ...]:
    """The newest stories that a theme counts."""
    match theme:
        case "places":
            return ()
        case "fights":
            where, quads = _BETWEEN, [QUADS[MATERIAL_CONFLICT]]
        case "words":
            where, quads = _BETWEEN, [QUADS[2]]
        case "cooperation":
            where, quads = _BETWEEN, _COOPERATION
        case "attention":
            where, quads = _BETWEEN, list(QUADS)
        case "mood" | "standing":
            where, quads = _BETWEEN, _CONFLICT if effect > 0 else _COOPERATION
        case "home":
            where, quads = _WITHIN, [QUADS[MATERIAL_CONFLICT]]
        case "others":
            where, quads = _EITHER, [QUADS[MATERIAL_CONFLICT]]
        case _:
            where, quads = _FRIENDLY, [QUADS[MATERIAL_CONFLICT]]
    given: dict[str, Any] = {"one": one, "other": other, "quads": quads, "most": _STORIES}
    given |= {"until": dt.date.fromordinal(now.past.day - 1)}
    given |= {"codes": list(now.past.codes)} if where == _EITHER else {}
    given |= {"friends": _friends(now.past, one, other)} if where == _FRIENDLY else {}
    rows = record.rows(
        f"""select id, best as statement, first_date as date, source, target, type, sentence from stories
        where {where} and list_contains($quads, quad) and precision = 'day' and first_date <= $until
        order by first_date desc, id limit $most""",
        given,
    )
    return tuple(Told(**row) for row in rows)


def _friends(past: Past, one: str, other: str) -> list[str]:
    """Pairs of codes: whom each side cooperates with most among those who fight the other, and that other."""
    both = past.counts[YEARS] + past.counts[YEARS].transpose(0, 2, 1)
    number = {code: at for at, code in enumerate(past.codes)}
    made = []
    for side, against in ((one, other), (other, one)):
        with_side = both[0, number[side]] + both[1, number[side]]
        much = with_side * np.log1p(both[MATERIAL_CONFLICT, :, number[against]])
        much[[number[side], number[against]]] = 0.0
        made += [f"{past.codes[at]} {against}" for at in np.argsort(-much, kind="stable")[:_FRIENDS] if much[at] > 0]
    return made
