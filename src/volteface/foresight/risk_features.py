"""What dyad risk is told by: features of every pair of states on a morning, from the past alone and blind to names.

Each feature belongs to a theme; a forecast's reasons are its themes. All are the same whichever state stands first.
"""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from volteface.foresight.calibration import logit
from volteface.foresight.facts import Floats
from volteface.foresight.risk_past import (
    HALVES,
    MATERIAL_CONFLICT,
    MONTH,
    NEVER,
    SEASON,
    VERBAL_CONFLICT,
    WEEK,
    WITHIN,
    YEARS,
    Past,
)

Values = NDArray[np.float32]

THEMES = {
    "fights": "material conflict between the two",
    "words": "verbal conflict between the two",
    "cooperation": "cooperation between the two",
    "attention": "how much is told of the two together",
    "mood": "how conflictual their dealings are",
    "others": "the conflicts of either with others",
    "friends": "the conflicts of the friends of one with the other",
    "standing": "how the two stand",
    "home": "material conflict within either",
    "places": "how near the two lie",
}
_QUADS = ("verbal cooperation", "material cooperation", "verbal conflict", "material conflict")
_OF_QUAD = ("cooperation", "cooperation", "words", "fights")
_BELIEF = 60.0  # days
_FAR = 1.8  # the log of the distance of two of whom none is known
_DATA = Path(__file__).parent / "data"
_LONGEST = 1095  # days since a story that count as never


def _names() -> list[tuple[str, str]]:
    made = [
        (f"{name}, {half:.0f} days", theme) for half in HALVES for name, theme in zip(_QUADS, _OF_QUAD, strict=True)
    ]
    made += [("fights both ways", "fights"), ("days with fights", "fights"), ("days since a fight", "fights")]
    made += [("never fought", "fights"), ("conflict surges", "words")]
    made += [("days since a story", "attention"), ("stories, 30 days", "attention"), ("stories, 720 days", "attention")]
    made += [("stories surge", "attention"), ("conflict share, 120 days", "mood"), ("conflict share, 720 days", "mood")]
    made += [
        (f"fights of {which} with others, {half} days", "others")
        for half in (30, 720)
        for which in ("both", "the calmer")
    ]
    made += [("stories of both", "others"), ("stories of the quieter", "others"), ("conflict share of both", "others")]
    made += [("fights as by chance", "others"), ("friends' fights, 30 days", "friends")]
    made += [("friends' fights, 720 days", "friends"), ("enemies shared", "friends")]
    made += [("fights at home, both", "home"), ("fights at home, the calmer", "home")]
    made += [(f"own rate, {within} days", "fights") for within in WITHIN]
    made += [("distance", "places"), ("touching", "places")]
    return [*made, ("standing", "standing"), ("distance from neutral", "standing"), ("certainty", "standing")]


NAMES = tuple(name for name, _ in _names())
THEME_OF = tuple(theme for _, theme in _names())


def pairs(states: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Every pair of states once, as two columns of numbers."""
    ones, others = np.triu_indices(states, 1)
    return ones.astype(np.int64), others.astype(np.int64)


def features(past: Past) -> Values:
    """A row for every pair of states, in the order of `pairs`; a column for each of NAMES."""
    tables = _tables(past)
    ones, others = pairs(past.size)
    return np.stack([table[ones, others] for table in tables], axis=1).astype(np.float32)


def _tables(past: Past) -> list[Floats]:
    exposures = np.array([past.exposure(half) for half in range(len(HALVES))])[:, None, None, None]
    rates = 30 * past.counts / exposures  # stories a month, of each direction
    both = (rates + rates.transpose(0, 1, 3, 2)) * ~np.eye(past.size, dtype=bool)
    made = [_log(both[half, kind]) for half in range(len(HALVES)) for kind in range(4)]
    fights = both[:, MATERIAL_CONFLICT]
    clashes = fights + both[:, VERBAL_CONFLICT]
    stories = both.sum(axis=1)
    own = rates[SEASON, MATERIAL_CONFLICT]
    ever = past.last_fight > -1
    made += [_log(np.minimum(own, own.T)), _log(30 * past.fought / past.exposure(YEARS))]
    made += [_since(past, past.last_fight), (~ever).astype(np.float64)]
    made += [_log(clashes[MONTH]) - _log(clashes[YEARS])]
    made += [
        _since(past, past.last),
        _log(stories[MONTH]),
        _log(stories[YEARS]),
        _log(stories[WEEK]) - _log(stories[SEASON]),
    ]
    made += [(clashes[half] - stories[half] / 2) / (stories[half] + 0.2) for half in (SEASON, YEARS)]
    for half in (MONTH, YEARS):
        of_one = fights[half].sum(axis=1)
        one, other = _log(of_one[:, None] - fights[half]), _log(of_one[None, :] - fights[half])
        made += [one + other, np.minimum(one, other)]
    much = _log(stories[YEARS].sum(axis=1))
    of_one = fights[YEARS].sum(axis=1)
    share = of_one / (stories[YEARS].sum(axis=1) + 1)
    made += [much[:, None] + much, np.minimum(much[:, None], much), share[:, None] + share]
    made += [_log(of_one[:, None] * of_one / (of_one.sum() + 1))]
    cooperation = both[YEARS, 0] + both[YEARS, 1]
    friends = cooperation / (cooperation.sum(axis=1, keepdims=True) + 1)
    for half in (MONTH, YEARS):
        against = friends @ _log(fights[half])
        made.append(against + against.T)
    hostile = np.minimum(_log(fights[YEARS]), 3.0)
    made.append(np.log1p(hostile @ hostile))
    home = _log(np.diagonal(rates[YEARS, MATERIAL_CONFLICT]))
    made += [home[:, None] + home, np.minimum(home[:, None], home)]
    made += [_own_rate(past, at) for at in range(len(WITHIN))]
    made += geography(past.codes)
    value, reach = past.standings.now()
    return [*made, value / 10, np.abs(value) / 10, reach / 10]


def _log(rates: Floats) -> Floats:
    """Of stories a month, told apart from three a year on."""
    made: Floats = np.log1p(10 * np.maximum(rates, 0.0))
    return made


def _own_rate(past: Past, at: int) -> Floats:
    """Log-odds of a fight within so many days on the mornings so far, drawn to what is usual between two who met."""
    met = past.last > NEVER
    covered = past.covered[at]
    usual = (covered[met].sum() + 1) / (met.sum() * past.seen() + 100)
    return logit((covered + _BELIEF * usual) / (past.seen() + _BELIEF))


@cache
def geography(codes: tuple[str, ...]) -> list[Floats]:
    """Log distances of seats of government in thousands of kilometres, and whether two states touch."""
    rows = csv.DictReader((_DATA / "risk_places.tsv").read_text("utf-8").splitlines(), delimiter="\t")
    of = {row["code"]: row for row in rows if not row["code"].startswith("#")}
    known = np.array([code in of for code in codes])
    told = np.array(
        [[float(of[code][name]) for name in ("latitude", "longitude")] if code in of else [0.0, 0.0] for code in codes]
    )
    lat, long = np.radians(told).T
    near = np.sin(lat[:, None]) * np.sin(lat) + np.cos(lat[:, None]) * np.cos(lat) * np.cos(long[:, None] - long)
    thousands = 6.371 * np.arccos(np.clip(near, -1, 1))
    both = known[:, None] & known
    touching = np.array(
        [[other in of[one]["touches"].split("|") if one in of else False for other in codes] for one in codes]
    )
    return [np.where(both, np.log(thousands + 0.3), _FAR), touching.astype(np.float64)]


def _since(past: Past, day: NDArray[np.int64]) -> Floats:
    made: Floats = np.log1p(np.minimum(past.day - day, min(past.seen(), _LONGEST)).astype(np.float64))
    return made
