"""Who comes next in a record: "TUR SANCTION ?" and "? SANCTION TUR", with chances and dated reasons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from volteface import actors, ontology
from volteface.errors import InputError, RecordError, UnknownName, VoltefaceError
from volteface.foresight import blocks, features, rank
from volteface.foresight.facts import Facts, Ints
from volteface.foresight.features import Queries
from volteface.foresight.fitting import Fitting
from volteface.foresight.past import Past
from volteface.foresight.reasons import Reason, explain
from volteface.foresight.scenario import last_day
from volteface.foresight.told import Told, behind, facts_of
from volteface.record import Record
from volteface.relations.evidence import Row, cited_all

SHIPPED = Path(__file__).parent / "data" / "rank.json"
OWN = "rank.json"  # in a record's folder: weights fitted on that record
YEARS = 5  # of the past that is learned from
AT_MOST = 200_000  # facts, the newest of them
FITTED = 730  # days before the record's last, on which its own weights are fitted
_LEAST = 2000  # facts in these days that weights of a record's own need
_MOST, _REASONS, _CITED = 10, 3, 2
_FORM = "write TUR SANCTION ? or ? SANCTION TUR"

Progress = Callable[[int, int | None], None]


@dataclass(frozen=True, slots=True)
class Why:
    """What sets a candidate apart, by how much (log-odds against the average of the first hundred), and stories."""

    name: str
    effect: float
    stories: tuple[Row, ...]

    def json(self) -> dict[str, Any]:
        return {"reason": self.name, "effect": round(self.effect, 3), "stories": cited_all(self.stories)}


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who may come next; the chance is given that such an act comes, with another state or organisation, that day."""

    code: str
    sector: str | None
    name: str | None  # where the code stands for many
    chance: float
    met: bool  # whether the two had dealings before
    reasons: tuple[Why, ...]

    def json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"code": self.code, "sector": self.sector, "name": self.name}
        shown |= {"chance": round(self.chance, 4), "met": self.met}
        return shown | {"reasons": [one.json() for one in self.reasons]}


@dataclass(frozen=True, slots=True)
class Coming:
    """The answer: candidates from the likeliest down, as of the morning after a day."""

    head: str  # code
    sector: str | None
    type: str
    asks_for: str  # "target" or "source"
    on: dt.date
    facts: int
    weights: str  # whose
    candidates: tuple[Candidate, ...]

    def __str__(self) -> str:
        head = actors.label(self.head)
        return f"{head} {self.type} whom?" if self.asks_for == "target" else f"Who will {self.type} {head}?"

    def json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"asks": str(self), "head": self.head, "sector": self.sector, "type": self.type}
        shown |= {"asks_for": self.asks_for, "on": self.on.isoformat(), "facts": self.facts, "weights": self.weights}
        return shown | {"candidates": [one.json() for one in self.candidates]}


def coming(
    text: str, record: Record, on: dt.date | None = None, most: int = _MOST, progress: Progress | None = None
) -> Coming:
    """The likeliest targets of "TUR SANCTION ?", or sources of "? SANCTION TUR", from the five years up to a day.

    Of a record that tells more in these years than `AT_MOST` facts, the newest of them count.

    Without a day it is the record's last. The record's own weights where it has them (`refit`), else those that come
    with Volteface. VoltefaceError for words that ask nothing, and for what the record tells nothing of.
    """
    code, kind, asks_for = _question(text)
    day = on or last_day(record)
    if day is None:
        raise VoltefaceError(f"no story of record {record.folder} has a date, so nothing can be ranked from it")
    told = facts_of(record, day, day - dt.timedelta(365 * YEARS))
    if kind not in told.types:
        raise VoltefaceError(f"the record tells of no {kind} in the {YEARS} years to {day}: there is nothing to go by")
    head = _head(told, code, day)
    own = record.folder / OWN
    weights = rank.Weights.load(own if own.exists() else SHIPPED)
    facts, ours = told.facts.where(np.arange(len(told.facts)) >= len(told.facts) - AT_MOST).renumbered()
    new = np.argsort(ours)
    past = _learned(facts, day.toordinal() + 1, progress)
    way = told.types.index(kind) + (facts.kinds if asks_for == "source" else 0)
    asked = Queries(new[[head]], np.array([way]))
    if unknown := {*weights.all, *weights.first} - set(blocks.names(features.of(past, asked))):
        raise InputError(f"{own} weighs what this version does not read ({min(unknown)}): fit it anew (--refit)")
    score = rank.scored(past, asked, weights)
    abroad = np.array([told.actors[one].split(":")[0] != code for one in ours])
    seen = past.actors.counts[-1] > 0
    score[0, ~(abroad & seen)] = -np.inf
    chances = rank.chances(score)[0]
    found = []
    for place in np.argsort(-chances, kind="stable")[:most].tolist():
        if chances[place] == 0:
            break
        at, sector, name = (*told.actors[ours[place]].split(":"), "", "")[:3]
        reasons = explain(past, int(new[head]), way, place, weights, _CITED)[:_REASONS]
        why = tuple(_why(record, told, facts, ours, one, day) for one in reasons)
        met = past.have_met(int(new[head]), place)
        found.append(Candidate(at, sector or None, name or None, float(chances[place]), met, why))
    whose = (
        f"fitted on this record, {own}" if own.exists() else "those that come with Volteface, of news of 2017 and 2018"
    )
    sector = told.actors[head].split(":")[1] or None
    return Coming(code, sector, kind, asks_for, day, len(facts), whose, tuple(found))


def refit(record: Record, progress: Progress | None = None) -> Path:
    """Fits weights on the record's last two years and keeps them in its folder, where `coming` finds them.

    InputError where that is too little to learn from; then those that come with Volteface serve better.
    """
    day = last_day(record)
    told = facts_of(record, day) if day else None
    since = day.toordinal() + 1 - FITTED if day else 0
    number = int((told.facts.days >= since).sum()) if told else 0
    if day is None or told is None or number < _LEAST:
        raise InputError(
            f"record {record.folder} has {number:,} dated facts in its last two years; weights of its own need"
            f" {_LEAST:,}, and till then those that come with Volteface serve better"
        )
    facts, _ = told.facts.where(told.facts.days >= since - 365 * YEARS).renumbered()
    fitting = Fitting(facts, max(since, int(facts.days[0])), day.toordinal() + 1)
    _learned(facts, day.toordinal() + 1, progress, fitting)
    file = record.folder / OWN
    try:
        fitting.weights().save(file)
    except OSError as e:
        raise RecordError(f"cannot write {file}: {e.strerror}; name a record that you may write to") from e
    return file


def _learned(facts: Facts, day: int, progress: Progress | None, fitting: Fitting | None = None) -> Past:
    past = Past(facts)
    first = int(facts.days[0])
    for now, at in past.mornings():
        if fitting is not None:
            fitting.gather(past, at)
        if progress is not None:
            progress(now - first, day - first)
    past.until(day)
    return past


def _question(text: str) -> tuple[str, str, str]:
    """The head's code, the type, and which side is asked for."""
    words = text.replace("?", " ? ").split()
    kinds = ontology.types()
    at = next((place for place, word in enumerate(words) if word.upper() in kinds), None)
    if at is None and words.count("?") == 1:
        raise UnknownName(f"{text!r} names no type of event: there are {', '.join(sorted(kinds))}")
    sides = ([], []) if at is None else (words[:at], words[at + 1 :])
    if at is None or words.count("?") != 1 or ["?"] not in sides or not all(sides):
        raise VoltefaceError(f"{text!r} asks nothing: {_FORM}")
    asks_for = "target" if sides[1] == ["?"] else "source"
    named = sides[0] if asks_for == "target" else sides[1]
    return actors.state(" ".join(named)).code, words[at].upper(), asks_for


def _head(told: Told, code: str, day: dt.date) -> int:
    """The actor that a code stands for: its government, else whoever of it is told of most."""
    own = [place for place, name in enumerate(told.actors) if name.split(":")[0] == code]
    if not own:
        raise VoltefaceError(f"the record tells of nothing dated that {actors.label(code)} did in the years to {day}")
    often = np.bincount(told.facts.heads, minlength=len(told.actors))
    return max(own, key=lambda place: (told.actors[place].split(":")[1] in ("GOV", "IGO"), often[place]))


def _why(record: Record, told: Told, facts: Facts, ours: Ints, reason: Reason, on: dt.date) -> Why:
    stories = [
        behind(
            record,
            told.actors[ours[facts.sources[place]]],
            told.types[facts.types[place]],
            told.actors[ours[facts.targets[place]]],
            dt.date.fromordinal(int(facts.days[place])),
            on,
        )
        for place in reason.facts
    ]
    return Why(reason.name, reason.beyond, tuple(row for row in stories if row is not None))
