"""Who does what to whom next? Ranks every actor for each fact of the test days, from the days before.

    python -m benchmarks.tkg ../shared/data/icews14 [--json] [--weights FILE | --save FILE] [--valid | --train-only]
    python -m benchmarks.tkg RECORD --days 730 --save src/volteface/foresight/data/rank.json

DIR has train, valid and test as .tsv.gz (source, relation, target, day) with names, as ../shared/data/README.md says;
without test, or with --valid, valid is scored. Both directions are asked, all actors are ranked, other true answers of
the same day are left out (the time-aware filter), a tie has the mean rank, and each day is revealed when it is scored.
Weights are fitted on the last 90 (--days) days before those that are scored (valid's too where test is scored, unless
--train-only), or are those of --weights, fitted elsewhere. Strata: the triple was seen before that day; not it, but the
pair, in whatever direction; neither. Of a record, 2019 and after are scored.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import gzip
import resource
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import floors
from volteface.errors import InputError
from volteface.foresight import rank, rank_trees
from volteface.foresight.facts import Facts, Floats, Ints, parsed
from volteface.foresight.features import Queries
from volteface.foresight.fitting import Fitting
from volteface.foresight.past import Past
from volteface.foresight.told import facts_of
from volteface.record import Record

RECORDED, SCORED = dt.date(2014, 1, 1), dt.date(2019, 1, 1)  # of a record: where it begins, what is scored
FITTED = 90  # the last days before, on which the weights are fitted
AT_ONCE, THREADS = 500, 2  # queries scored together, and by how many threads
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


def recorded(folder: Path) -> Split:
    """The facts of a record."""
    with Record.open(folder) as record:
        facts = facts_of(record, since=RECORDED).facts
    first = SCORED.toordinal()
    return Split(facts, first, range(first, int(facts.days[-1]) + 1))


def strata(past: Past, at: Ints) -> Ints:
    """Which stratum each fact belongs to on the morning of its day, as a place in STRATA."""
    triples = past.triple_of[at]
    return np.where(past.triples.last[triples] >= 0, 0, np.where(past.pairs.last[past.pair_of[triples]] >= 0, 1, 2))


def scored(past: Past, at: Ints, by: rank.Weights | rank_trees.Trees) -> Floats:
    """The rank of each fact of the morning's day."""
    queries, query = rank.asked(past, at)
    made = np.empty(len(at))

    def rank_some(start: int) -> None:
        part = slice(start, start + AT_ONCE)
        some = Queries(queries.heads[part], queries.ways[part])
        score = rank_trees.scored(past, some, by) if isinstance(by, rank_trees.Trees) else rank.scored(past, some, by)
        own = (query >= start) & (query < start + AT_ONCE)
        made[own] = rank.ranks(score, query[own] - start, past.facts.tails[at[own]])

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(rank_some, range(0, len(queries), AT_ONCE)))
    return made


def measure(
    split: Split,
    weights: rank.Weights | None = None,
    fitted: int = FITTED,
    until: int | None = None,
    trees: bool = False,
    most: int | None = None,
) -> tuple[dict[str, Any], rank.Weights]:
    """The figures, and the weights that they were made with.

    Those given, or fitted on the last days before a day, by default before those that are scored.
    """
    began = time.perf_counter(), time.process_time()
    facts, _ = split.facts.renumbered()
    until = split.scored.start if until is None else until
    fitting = None if weights else Fitting(facts, until - fitted, until, most)
    past, found, kinds = Past(facts), [], []
    by: rank.Weights | rank_trees.Trees | None = weights
    for day, at in past.mornings():
        if fitting:
            fitting.gather(past, at)
        if day in split.scored:
            if by is None and fitting is not None:
                by = rank_trees.grown(fitting) if trees else fitting.weights()
                weights = by.weights if isinstance(by, rank_trees.Trees) else by
                fitting = None
            assert by is not None
            found.append(scored(past, at, by))
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
    parser.add_argument("--days", type=int, default=FITTED, help="on how many days the weights are fitted")
    parser.add_argument("--train-only", action="store_true", help="fit on train alone even where test is scored")
    parser.add_argument("--weights", type=Path, metavar="FILE", help="weights fitted elsewhere, instead of on train")
    parser.add_argument("--most", type=int, metavar="N", help="of the weights of either step so many at most")
    parser.add_argument("--save", type=Path, metavar="FILE", help="where to write the weights")
    parser.add_argument("--trees", action="store_true", help="boosted trees on top")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    is_record = (given.folder / "manifest.json").exists()
    split = recorded(given.folder) if is_record else read(given.folder, given.valid)
    lent = rank.Weights.load(given.weights) if given.weights else None
    figures, weights = measure(
        split, lent, given.days, split.learned if given.train_only else None, given.trees, given.most
    )
    if given.save:
        weights.save(given.save)
    own = not given.weights
    name = "of a record" if is_record else f"{given.folder.name}{' valid' if given.valid else ''}"
    name += " by trees" if given.trees else ""
    floors.report(f"tkg {name}" if own else "tkg with weights from elsewhere", figures, given.json)


if __name__ == "__main__":
    main()
