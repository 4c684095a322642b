"""Will two states clash, and will their standing turn? Probabilities against what happened after the fitting.

    python -m benchmarks.risk ../shared/data/icews14 [--quiet 30] [--json]
    python -m benchmarks.risk --record RECORD [--until 2019-01-01] [--ship SOURCE] [--show 10] [--json]

DIR is as ../shared/data/README.md says. Mornings stand every three days (in a record every fifteen). For each horizon
the test mornings are the last 31 days of those whose window the data close (in a record all from `until` on), and the
model is fitted on windows closed before the first of them. Skill is one less the Brier score over that of a climatology
that knows the past alone: the rate of the phase, or the dyad's own rate, drawn to it; `the stronger` is the better one.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import gzip
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import floors
from volteface import actors, ontology
from volteface.actors.states import states
from volteface.errors import VoltefaceError
from volteface.foresight import calibration, risk, risk_model
from volteface.foresight.facts import Floats, Ints
from volteface.foresight.risk_features import pairs
from volteface.foresight.risk_model import Model
from volteface.foresight.risk_past import Happenings
from volteface.foresight.risk_windows import CONTINUATION, HORIZONS, ONSET, OUTCOMES, STRANGERS, Task, Windows, windows
from volteface.foresight.words import words
from volteface.record import Record

EVERY, EVERY_IN_RECORD = 3, 15  # days between mornings
WARM = 30  # days at the start that only features see
SPAN = 31  # days of test mornings
BLOCK, BLOCK_IN_RECORD = 15, 90  # days of mornings drawn together
DRAWS = 400
BELIEFS = (5.0, 10.0, 20.0, 40.0, 80.0)  # windows' worth of the phase's rate in a dyad's own
PHASES = {"onset": ONSET, "continuation": CONTINUATION, "strangers": STRANGERS}
_SINCE = dt.date(2003, 6, 1)  # the record's first full months


def icews(folder: Path) -> Happenings:
    """What states did to each other: countries by the entities' names, kinds by the CAMEO roots of the relations'."""
    codes = tuple(states())
    number = {code: at for at, code in enumerate(codes)}
    names = [row["name"].replace("_", " ").strip() for row in _rows(folder / "entities.tsv.gz")]
    told = [name[:-1].rsplit("(", 1)[1].strip() if name.endswith(")") and "(" in name else name for name in names]
    countries = {country for country, name in zip(told, names, strict=True) if country != name}
    of = {country: number.get(_state(country), -1) for country in sorted(countries)}
    homes = np.array([of.get(country, -1) for country in told])
    roots = {_plain(one.name): int(one.code[:2]) for one in ontology.cameo_codes().values()}
    kinds = np.array([_quad(roots[_plain(row["name"])]) for row in _rows(folder / "relations.tsv.gz")])
    parts = [folder / f"{part}.tsv.gz" for part in ("train", "valid", "test")]
    facts = [[int(row[name]) for name in ("day", "source", "relation", "target")]
             for part in parts if part.exists() for row in _rows(part)]  # fmt: skip
    rows = np.unique(np.array(facts, dtype=np.int64), axis=0)
    days = rows[:, 0] // (np.gcd.reduce(np.unique(rows[:, 0] - rows[0, 0])) or 1)
    made = np.stack(
        [days + dt.date(2014, 1, 1).toordinal(), homes[rows[:, 1]], homes[rows[:, 3]], kinds[rows[:, 2]]], 1
    )
    return Happenings.of(made[(made[:, 1:3] >= 0).all(axis=1)], codes)


def _rows(file: Path) -> Iterator[dict[str, str]]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)


def _plain(name: str) -> str:
    return " ".join("".join(letter if letter.isalnum() else " " for letter in name.casefold()).split())


def _state(country: str) -> str:
    """The code of a country by name; nothing for what is none."""
    try:
        return actors.state(country.split(",")[0].replace("Territory", "Territories")).code
    except VoltefaceError:
        return ""


def _quad(root: int) -> int:
    """CAMEO's quads: 01-05, 06-09, 10-14, 15-20."""
    return int(np.searchsorted([5, 9, 14], root))


def judged(
    model: Model, tested: Windows, learned: Windows, task: Task, phase: int, every: int, block: int
) -> dict[str, Any]:
    """Scores of one phase; None where nothing is to be scored."""
    tested, learned = tested.where(tested.phases == phase), learned.where(learned.phases == phase)
    came = tested.came[task].astype(np.float64)
    chance = model.chances(task, tested)
    before = learned.came[task].astype(np.float64)
    belief = min(BELIEFS, key=lambda one: calibration.brier(_own(learned, task, one), before))
    usual, own = tested.usual[task], _own(tested, task, belief)
    errors = np.stack([(one - came) ** 2 for one in (chance, usual, own)])
    means = errors.mean(axis=1)
    stronger = 1 if means[1] <= means[2] else 2
    made: dict[str, Any] = {"forecasts": len(came), "happened": int(came.sum()), "rate": float(came.mean())}
    made |= {"mornings": len(np.unique(tested.days)), "said": float(chance.mean())}
    made |= {"ranked right": calibration.ranked_right(chance, came)}
    made |= {"brier": means[0], "log score": calibration.log_score(chance, came)}
    made |= {"skill": 1 - means[0] / means[1], "skill over own rate": 1 - means[0] / means[2]}
    made |= {"skill over the stronger": 1 - means[0] / means[stronger]}
    made |= {"calibration error": calibration.calibration_error(chance, came)}
    made |= {"calibration error, equal bins": calibration.calibration_error(chance, came, equal=True)}
    for name, groups in (("mornings", (tested.days - tested.days.min()) // block), ("dyads", tested.pairs)):
        made[f"skill, 90 % by {name}"] = _interval(errors[[0, 1]], groups)
        made[f"skill over the stronger, 90 % by {name}"] = _interval(errors[[0, stronger]], groups)
    return made


def _own(rows: Windows, task: Task, belief: float) -> Floats:
    often, of = rows.own[task]
    made: Floats = (often + belief * rows.usual[task]) / (of + belief)
    return made


def _interval(errors: Floats, groups: Ints) -> list[float]:
    """Of the skill, by drawing blocks of mornings, or dyads, anew (Künsch 1989; Efron and Tibshirani 1993)."""
    _, of = np.unique(groups, return_inverse=True)
    sums = np.stack([np.bincount(of, one) for one in errors])
    draw = np.random.default_rng(0)
    drawn = sums[:, draw.integers(0, sums.shape[1], (DRAWS, sums.shape[1]))].sum(axis=2)
    return [round(float(one), 3) for one in np.quantile(1 - drawn[0] / drawn[1], [0.05, 0.95])]


def tried(
    told: Windows, every: int, block: int, quiet: int, first: dict[int, int], most: int | None = None
) -> tuple[dict[str, Any], dict[int, Model]]:
    """Fitted before the first test morning of each horizon, tested from it on."""
    figures: dict[str, Any] = {}
    models = {
        days: risk_model.fit(told.where(told.days < first[days]), every, first[days], quiet, most=most)
        for days in HORIZONS
    }
    for outcome in OUTCOMES:
        for days in HORIZONS:
            task = outcome, days
            known = told.came[task] >= 0
            tested = told.where(known & (told.days >= first[days]))
            learned = told.where(known & (told.days + days <= first[days]))
            for name, phase in PHASES.items():
                if outcome == "conflict" or phase != STRANGERS:
                    figures[f"{outcome} {days} {name}"] = judged(
                        models[days], tested, learned, task, phase, every, block
                    )
    return figures, models


def of_icews(folder: Path, quiet: int) -> dict[str, Any]:
    happened = icews(folder)
    start, end = int(happened.days[0]) + WARM, int(happened.days[-1]) + 1
    start += (end - start) % EVERY
    told = windows(happened, EVERY, quiet, start, end)
    mornings = np.unique(told.days)
    first = {days: int(mornings[mornings > end - days - SPAN].min()) for days in HORIZONS}
    return tried(told, EVERY, BLOCK, quiet, first)[0]


def of_record(
    folder: str, until: dt.date, quiet: int, most: int | None, ship: str | None, show: int
) -> tuple[dict[str, Any], list[str]]:
    record = Record.open(folder)
    happened = risk.happenings(record)
    first, end = until.toordinal(), int(np.quantile(happened.days, 0.9999))  # a few stories bear a date yet to come
    start = _SINCE.toordinal()
    start += (first - start) % EVERY_IN_RECORD
    told = windows(happened, EVERY_IN_RECORD, quiet, start, end)
    figures, models = tried(told, EVERY_IN_RECORD, BLOCK_IN_RECORD, quiet, dict.fromkeys(HORIZONS, first), most)
    model = models[HORIZONS[0]]
    if ship:
        name = f"{ship} as coded by {', '.join(record.manifest.coders)}, {_SINCE} to {until}"
        risk_model.saved(Model(model.means, model.scales, model.parts, quiet, name))
    return figures, shown(model, told, happened, first, show)


def shown(model: Model, told: Windows, happened: Happenings, first: int, number: int) -> list[str]:
    """Forecasts of a test morning half a year in, from the likeliest down, half of onset and half of continuation."""
    mornings = np.unique(told.days)
    day = int(mornings[mornings >= first + 182].min()) if number else 0
    ones, others = pairs(happened.states)
    lines = []
    for name in ("onset", "continuation") if number else ():
        rows = told.where((told.days == day) & (told.phases == PHASES[name]))
        chance = model.chances(("conflict", 30), rows)
        for at in np.argsort(-chance, kind="stable")[: number // 2]:
            pair = rows.pairs[at]
            two = f"{happened.codes[ones[pair]]}-{happened.codes[others[pair]]}"
            came = "it came" if rows.came["conflict", 30][at] else "it did not come"
            lines.append(
                f"{dt.date.fromordinal(day)}: {two}, {name} of material conflict in 30 days: {chance[at]:.2f},"
                f" {words(float(chance[at]))}; {came}"
            )
    return lines


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--record")
    parser.add_argument("--until", type=dt.date.fromisoformat, default=dt.date(2019, 1, 1))
    parser.add_argument("--quiet", type=int, help="days without material conflict (30; in a record 365)")
    parser.add_argument("--most", type=int, metavar="N", help="of the weights of each phase so many at most")
    parser.add_argument(
        "--ship", metavar="SOURCE", help="write the model to where Volteface reads it; of which news it is"
    )
    parser.add_argument("--show", type=int, default=0)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    began, lines = time.perf_counter(), list[str]()
    if given.record:
        figures, lines = of_record(given.record, given.until, given.quiet or 365, given.most, given.ship, given.show)
    elif given.folder is not None and (given.folder / "train.tsv.gz").exists():
        figures = of_icews(given.folder, given.quiet or 30)
    else:
        parser.error("give a folder with train.tsv.gz, or --record with a record")
    flat = {f"{task}, {name}": value for task, of in figures.items() for name, value in of.items()}
    flat |= {"seconds": time.perf_counter() - began}
    flat |= {"seconds of computing": time.process_time()}
    flat |= {"memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}
    flat |= {"forecasts shown": lines} if given.json and lines else {}
    for line in () if given.json else lines:
        print(line)
    floors.report(f"risk-{given.folder.name}" if given.folder else "risk-record", flat, given.json)


if __name__ == "__main__":
    main()
