"""Who does what to whom next? Ranks every actor for each fact of the test days, from the days before.

    python -m benchmarks.tkg ../shared/data/icews14 [--json] [--weights FILE | --save FILE] [--valid]

DIR has train, valid and test as .tsv.gz (source, relation, target, day) with names, as ../shared/data/README.md says;
without test, or with --valid, valid is scored. Both directions are asked, all actors are ranked, other true answers of
the same day are left out (the time-aware filter), a tie has the mean rank, and each day is revealed when it is scored.
Weights are fitted on the last days of train, or are those of --weights, fitted elsewhere. Strata: the triple was seen
before that day; not it, but the pair, in whatever direction; neither.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import resource
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import floors
from volteface.errors import InputError
from volteface.foresight import rank
from volteface.foresight.facts import Facts, Floats, Ints, parsed
from volteface.foresight.features import Queries
from volteface.foresight.past import Past

FITTED = 60  # the last days of train, on which the weights are fitted
QUERIES = 5000  # taken from them
AT_ONCE = 500  # queries scored together
STRATA = ("triple seen", "pair seen", "pair new")


@dataclass(frozen=True)
class Split:
    facts: Facts
    learned: int  # the first day after train
    scored: range


def columns(file: Path, *names: str) -> list[list[str]]:
    with gzip.open(file, "rt", encoding="utf-8", newline="") as lines:
        return [[row[name] for name in names] for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)]


def read(folder: Path, valid: bool = False) -> Split:
    """The facts of a folder, days counted as days whatever its unit of time, up to the last that is scored."""
    parts = [
        np.array(columns(file, "source", "relation", "target", "day"), dtype=np.int64)
        for file in (folder / f"{part}.tsv.gz" for part in ("train", "valid", "test")[: 2 if valid else 3])
        if file.exists()
    ]
    if len(parts) < 2:
        raise InputError(f"{folder} lacks train.tsv.gz or valid.tsv.gz: see ../shared/data/README.md")
    rows = np.concatenate(parts)
    unit = int(np.gcd.reduce(rows[:, 3] - rows[:, 3].min())) or 1
    rows[:, 3] //= unit
    homes, sectors = parsed([name for [name] in columns(folder / "entities.tsv.gz", "name")])
    facts = Facts.of(rows, len(columns(folder / "relations.tsv.gz", "id")), homes, sectors)
    starts = [int(part[:, 3].min()) // unit for part in parts]
    return Split(facts, starts[1], range(starts[-1], int(facts.days[-1]) + 1))


def strata(past: Past, at: Ints) -> Ints:
    """Which stratum each fact belongs to on the morning of its day, as a place in STRATA."""
    triples = past.triple_of[at]
    return np.where(past.triples.last[triples] >= 0, 0, np.where(past.pairs.last[past.pair_of[triples]] >= 0, 1, 2))


def scored(past: Past, at: Ints, weights: rank.Weights) -> Floats:
    """The rank of each fact of the morning's day."""
    queries, query = rank.asked(past, at)
    made = np.empty(len(at))
    for start in range(0, len(queries), AT_ONCE):
        part = slice(start, start + AT_ONCE)
        score = rank.scored(past, Queries(queries.heads[part], queries.ways[part]), weights)
        own = (query >= start) & (query < start + AT_ONCE)
        made[own] = rank.ranks(score, query[own] - start, past.facts.tails[at[own]])
    return made


def measure(
    split: Split, weights: rank.Weights | None = None, fitted: int = FITTED, queries: int = QUERIES
) -> tuple[dict[str, Any], rank.Weights]:
    """The figures, and the weights that they were made with: those given, or fitted on the last days of train."""
    began = time.perf_counter(), time.process_time()
    facts, _ = split.facts.renumbered()
    since = split.learned - fitted
    sample = None if weights else rank.Sample.over(facts, since, split.learned, queries)
    past, found, kinds = Past(facts), [], []
    for day, at in past.mornings():
        if sample and since <= day < split.learned:
            sample.gather(past, at)
        if day in split.scored:
            if weights is None and sample is not None:
                weights = sample.weights()
            assert weights is not None
            found.append(scored(past, at, weights))
            kinds.append(strata(past, at))
    if weights is None:
        raise InputError("no day was scored: the last part holds no facts")
    rank_of, kind = np.concatenate(found), np.concatenate(kinds)
    figures = {"queries": len(rank_of), **summary(rank_of, "")}
    for place, name in enumerate(STRATA):
        if (own := kind == place).any():
            figures |= {f"{name}: share of queries": float(own.mean()), **summary(rank_of[own], f"{name}: ")}
    figures["seconds"] = time.perf_counter() - began[0]
    figures["cpu seconds"] = time.process_time() - began[1]
    figures["resident memory, MB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return figures, weights


def summary(ranks: Floats, stem: str) -> dict[str, float]:
    hits = {f"{stem}Hits@{most}": float((ranks <= most).mean()) for most in (1, 3, 10)}
    return {f"{stem}MRR": float((1 / ranks).mean()), **hits}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument("--valid", action="store_true", help="score valid even where there is a test")
    parser.add_argument("--weights", type=Path, metavar="FILE", help="weights fitted elsewhere, instead of on train")
    parser.add_argument("--save", type=Path, metavar="FILE", help="where to write the weights")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    split = read(given.folder, given.valid)
    figures, weights = measure(split, rank.load(given.weights) if given.weights else None)
    if given.save:
        rank.save(weights, given.save)
    own = not given.weights
    floors.report(f"tkg {given.folder.name}" if own else "tkg with weights from elsewhere", figures, given.json)


if __name__ == "__main__":
    main()
