"""Which threshold makes a tie good or bad? How many ties have a sign, whether it lasts, and whose ties are rivals'.

    python -m benchmarks.ties RECORD ../shared/data/ir [--margins 0,0.5,1,2] [--window-days 1095] [--json]

For each margin the networks on the last days of 2005 to 2014: positive, negative and neutral ties a year; of the ties
with a sign that are still ties a year later, the share that kept it and the share that turned it over; of negative and
of positive ties, and of all, the share that are rivals' (thompson_rivalries); of rivals' ties, the share that are
negative; and triangles.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

from benchmarks.standing import LAST, rivals
from volteface.record import Record
from volteface.relations import balance
from volteface.relations.evidence import Dyad
from volteface.relations.network import MARGIN, Network, Tie, network
from volteface.relations.snapshot import WINDOW, Dealings, dealings

FIRST = 2005


def measure(told: dict[int, dict[Dyad, Dealings]], known: set[tuple[str, str, int]], margin: float) -> dict[str, float]:
    """The figures for one margin."""
    made: dict[int, Network] = {}
    for year, dealt in told.items():
        ties = (
            Tie.of(*dyad, one.standing.value, one.standing.low, one.standing.high, margin, one.stories)
            for dyad, one in dealt.items()
        )
        made[year] = network(ties)
    signs, of_rivals, fate = Counter[int](), Counter[int](), Counter[int]()
    for year, net in made.items():
        signs.update(tie.sign for tie in net.ties)
        of_rivals.update(tie.sign for tie in net.ties if (tie.one, tie.other, year) in known)
    for before, after in pairwise(made.values()):
        later = {(tie.one, tie.other): tie.sign for tie in after.ties}
        fate.update(tie.sign * later[tie.one, tie.other] for tie in before.signed if (tie.one, tie.other) in later)
    triads = [balance.triads(net) for net in made.values()]
    return {
        "margin": margin,
        **{
            name: round(signs[sign] / len(made), 1)
            for name, sign in (("positive", 1), ("negative", -1), ("neutral", 0))
        },
        "kept": round(fate[1] / fate.total(), 3),
        "turned over": round(fate[-1] / fate.total(), 3),
        "rivals among negative": round(of_rivals[-1] / signs[-1], 3),
        "rivals among positive": round(of_rivals[1] / signs[1], 3),
        "rivals among all": round(of_rivals.total() / signs.total(), 3),
        "rivals found negative": round(of_rivals[-1] / of_rivals.total(), 3),
        "triangles": round(sum(one.balanced + one.strained for one in triads) / len(triads), 1),
        "strained": round(sum(one.strained for one in triads) / len(triads), 1),
    }


def main() -> None:
    read = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    read.add_argument("record", type=Path)
    read.add_argument("folder", type=Path)
    read.add_argument("--margins", default=f"0,{MARGIN:g},1,2")
    read.add_argument("--window-days", type=int, default=WINDOW)
    read.add_argument("--json", action="store_true")
    given = read.parse_args()
    known = rivals(given.folder)
    with Record.open(given.record) as record:
        told = {year: dealings(record, dt.date(year, 12, 31), given.window_days) for year in range(FIRST, LAST + 1)}
    figures = [measure(told, known, float(margin)) for margin in given.margins.split(",")]
    if given.json:
        print(json.dumps(figures))
        return
    for name in figures[0]:
        print(f"{name:24}" + "".join(f"{one[name]:>9g}" for one in figures))


if __name__ == "__main__":
    main()
