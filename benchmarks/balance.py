"""The frustration index of signed networks, with proof or bounds, and the seconds it takes.

    python -m benchmarks.balance ../shared/data/ir/cow_signed_networks_1946_1999.tsv.gz [--json] [--blocs 2]
    python -m benchmarks.balance --random [--json]

FILE has the columns window, state_a, state_b and sign (1 or -1), with tabs between. --random takes a network of 150
states with 2,800 ties, of which 350 negative, laid at random.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import random
import time
from collections.abc import Mapping
from itertools import combinations
from pathlib import Path
from typing import Any, TextIO

from benchmarks import floors
from volteface.relations import balance
from volteface.relations.network import Network, Sign, Tie, network

STATES, TIES, NEGATIVE = 150, 2800, 350


def windows(file: Path) -> dict[str, Network]:
    """The file's networks by window, in the file's order."""
    ties: dict[str, list[Tie]] = {}
    with _opened(file) as rows:
        for row in csv.DictReader(rows, delimiter="\t"):
            sign: Sign = 1 if int(row["sign"]) > 0 else -1
            ties.setdefault(row["window"], []).append(Tie(row["state_a"], row["state_b"], sign))
    return {window: network(made) for window, made in ties.items()}


def at_random(seed: int = 0) -> Network:
    """A network whose ties and signs are laid at random."""
    draw = random.Random(seed)
    dyads = draw.sample(list(combinations([f"S{number:03}" for number in range(STATES)], 2)), TIES)
    return network(Tie(one, other, -1 if place < NEGATIVE else 1) for place, (one, other) in enumerate(dyads))


def measure(networks: Mapping[str, Network], blocs: int, seconds: float) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The totals, and one row a network."""
    rows: list[dict[str, Any]] = []
    for window, made in networks.items():
        wall, cpu = time.perf_counter(), time.process_time()
        found = balance.frustration(made, blocs, seconds)
        rows.append(
            {
                "window": window,
                "states": len(made.states),
                "ties": len(made.ties),
                "lower": found.lower,
                "L": found.upper,
                "proved": found.proved,
                "seconds": round(time.perf_counter() - wall, 3),
                "cpu seconds": round(time.process_time() - cpu, 3),
                "balanced triangles": balance.triads(made).share,
                "walks": balance.walks(made).whole,
            }
        )
    changes = balance.resolutions(list(networks.values()))
    figures: dict[str, Any] = {
        "networks": len(rows),
        "share proved": sum(row["proved"] for row in rows) / max(len(rows), 1),
        "widest gap": max((1 - row["lower"] / row["L"] for row in rows if row["L"]), default=0.0),
        "sum of L": sum(row["L"] for row in rows),
        "seconds": sum(row["seconds"] for row in rows),
        "cpu seconds": sum(row["cpu seconds"] for row in rows),
        "slowest": max((row["seconds"] for row in rows), default=0.0),
    }
    if changes.strained:
        figures["share of strained triangles unchanged a step"] = changes.stayed / changes.strained
        figures["share of balanced triangles unchanged a step"] = changes.balanced_stayed / max(changes.balanced, 1)
        figures |= {f"strained: {way}": number for way, number in changes.ways.items()}
    return figures, rows


def _opened(file: Path) -> TextIO:
    if file.suffix == ".gz":
        return gzip.open(file, "rt", encoding="utf-8", newline="")
    return file.open(encoding="utf-8", newline="")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--random", action="store_true", help="the random network instead of a file")
    parser.add_argument("--blocs", type=int, default=2, metavar="K")
    parser.add_argument("--seconds", type=float, default=60.0, help="for each network, before bounds are given")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if given.random == (given.file is not None):
        parser.error("give either FILE or --random")
    networks = {"random": at_random()} if given.random else windows(given.file)
    figures, rows = measure(networks, given.blocs, given.seconds)
    if given.json:
        figures["windows"] = rows
    else:
        for row in rows:
            least = f"L {row['L']:g}, proved" if row["proved"] else f"L from {row['lower']:g} to {row['L']:g}"
            print(f"{row['window']:>10}  {row['ties']:>5} ties  {least:<22}  {row['seconds']:.2f} s")
    name = "balance at random" if given.random else "balance" if given.blocs == 2 else f"balance in {given.blocs}"
    floors.report(name, figures, as_json=given.json)


if __name__ == "__main__":
    main()
