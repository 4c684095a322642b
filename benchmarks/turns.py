"""Are the turns that everybody knows found, and turns that were planted? A record against a list of dated turns.

    python -m benchmarks.turns RECORD [EVENTS.csv] [--json]
    python -m benchmarks.turns --planted [--json]

EVENTS.csv (benchmarks/data/turns.csv if none is given) has the columns one, other, date, until (the last day of the
event, where it has several), direction and what. An event counts as found if one of the dyad's three largest turns in
its year lies within 30 days of it and goes its way; as cited, if a story of its days carries that turn. --planted draws
series with breaks at known days instead.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
from collections.abc import Sequence
from heapq import nlargest
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import floors
from volteface.record import Record
from volteface.relations import turning

EVENTS = Path(__file__).with_name("data") / "turns.csv"
NEAR = 30  # days
CITED = 3  # days around an event in which a story tells of it
LARGEST = 3

SERIES, STRETCHES, DAYS = 200, 4, 30  # planted: stretches of so many days with stories each
DEVIATION = 4.65  # points: the square root of the detector's variance of a story
BELIEVED = 0.5  # confidence from which a found break counts: likelier than not
WITHIN = 3  # observations by which a found break may miss a planted one


def named(record: Record, events: Path) -> list[dict[str, Any]]:
    """What became of each event of the list."""
    made = []
    with events.open(encoding="utf-8", newline="") as rows:
        for row in csv.DictReader(rows):
            first = dt.date.fromisoformat(row["date"])
            last = dt.date.fromisoformat(row["until"] or row["date"])
            made.append(row | judged(turning.turns(record, row["one"], row["other"]), first, last, row["direction"]))
    return made


def judged(turns: Sequence[turning.Turn], first: dt.date, last: dt.date, direction: str) -> dict[str, Any]:
    near = dt.timedelta(NEAR)
    of_year = nlargest(LARGEST, (turn for turn in turns if turn.date.year == first.year), key=lambda one: one.weight)
    right = [turn for turn in of_year if turn.direction == direction and first - near <= turn.date <= last + near]
    days = dt.timedelta(CITED)
    cited = [
        carrier
        for turn in right
        for carrier in turn.carriers
        if first - days <= carrier.story.last_date and carrier.story.first_date <= last + days
    ]
    best = right[0] if right else None
    return {
        "found": bool(right),
        "cited": bool(cited),
        "turn": best.date.isoformat() if best else None,
        "volte_face": best.volte_face if best else None,
        "size": round(best.size, 1) if best else None,
        "confidence": round(best.confidence, 2) if best else None,
    }


def planted(deviations: float, seed: int = 0) -> dict[str, float]:
    """How many breaks of so many standard deviations are found: one story a day, some days far apart, as told."""
    draw = np.random.default_rng(seed)
    found = right = there = 0
    for _ in range(SERIES):
        level, levels = float(draw.uniform(-3, 3)), []
        for _ in range(STRETCHES):
            levels.append(level)
            step = deviations * DEVIATION * draw.choice((-1.0, 1.0))
            level = level + step if abs(level + step) < 10 else level - step
        days = np.cumsum(draw.integers(1, 21, STRETCHES * DAYS))
        scores = np.repeat(levels, DAYS) + draw.normal(0, DEVIATION, STRETCHES * DAYS)
        breaks = set(range(DAYS, STRETCHES * DAYS, DAYS))
        line = [(float(day), float(score), DEVIATION**2) for day, score in zip(days, scores, strict=True)]
        for at, before, after, confidence in turning.cut(line):
            if confidence < BELIEVED:
                continue
            near = {one for one in breaks if abs(one - at) <= WITHIN}
            found += 1
            if near:
                one = near.pop()
                breaks.discard(one)
                right += (after > before) == (levels[one // DAYS] > levels[one // DAYS - 1])
        there += STRETCHES - 1
    precision, recall = right / max(found, 1), right / there
    return {"precision": precision, "recall": recall, "F1": 2 * precision * recall / max(precision + recall, 1e-9)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("record", type=Path, nargs="?")
    parser.add_argument("events", type=Path, nargs="?", default=EVENTS)
    parser.add_argument("--planted", action="store_true", help="simulated series instead of a record")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if given.planted == (given.record is not None):
        parser.error("give either RECORD or --planted")
    if given.planted:
        figures: dict[str, Any] = {}
        for size in (1.0, 1.5, 2.0, 3.0):
            figures |= {f"{name} at {size:g} deviations": value for name, value in planted(size).items()}
        floors.report("planted turns", figures, as_json=given.json)
        return
    with Record.open(given.record) as record:
        rows = named(record, given.events)
    figures = {
        "events": len(rows),
        "found among the three largest of the year": sum(row["found"] for row in rows) / max(len(rows), 1),
        "and the event itself cited": sum(row["found"] and row["cited"] for row in rows) / max(len(rows), 1),
    }
    if given.json:
        figures["rows"] = rows
    else:
        for row in rows:
            how = "found, cited" if row["cited"] else "found" if row["found"] else "missed"
            turn = f" {row['turn']}, {row['size']} points, {row['confidence']:.0%} sure" if row["found"] else ""
            print(f"{row['one']}-{row['other']} {row['date']} {row['direction']:<6} {how:<12}{turn}")
    floors.report("turns", figures, as_json=given.json)


if __name__ == "__main__":
    main()
