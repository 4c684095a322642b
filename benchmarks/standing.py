"""Does the standing tell rivals from others where both are as much in the news? ICEWS dyad-years against rivalries.

    python -m benchmarks.standing ../shared/data/ir [--against FILE] [--contradictions 15] [--json]

DIR has the files that ../shared/data/README.md lists under ir. The measure is the AUC within deciles of volume,
weighted by the rivals in each, over dyad-years with ten events or more; a year's standing knows that year and those
before. --against takes another table of dyad-years instead of the rivalries: columns ccode1, ccode2, year (COW codes),
as in a list of disputes.

Nothing is fitted here: the standing is the library's own, whose few global constants (standing.Model, scales.Scale)
are round numbers. They and the form were chosen by trial on this table, all years in view; halving or doubling any one
of the variances leaves the measure between .807 and .819. Odd and even years are shown apart.
"""

from __future__ import annotations

import argparse
import csv
import gzip
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import floors
from volteface.actors.states import states
from volteface.relations.scales import Scale, goldstein, quad
from volteface.relations.standing import Filter, Floats, Model, joined, points, read

FIRST, LAST = 2002, 2014
LEAST = 10  # events in a dyad-year that counts
COUNTS = ("verbCoop", "matlCoop", "verbConf", "matlConf")
DyadYear = tuple[str, str, int]

# What a count of each kind is worth where the file tells no types: the middle of PLOVER's types of that kind.
PLOVER_QUADS = (3.6, 8.7, -2.1, -6.5)


@dataclass(frozen=True)
class Table:
    """Directed dyads by year with their four counts."""

    codes: tuple[str, ...]
    sources: np.ndarray[Any, np.dtype[np.int64]]
    targets: np.ndarray[Any, np.dtype[np.int64]]
    counts: Floats  # directed dyad, year, kind

    @property
    def dyads(self) -> tuple[np.ndarray[Any, np.dtype[np.int64]], np.ndarray[Any, np.dtype[np.int64]]]:
        """The undirected dyads (as one number each), and which one each directed dyad belongs to."""
        lower, upper = np.minimum(self.sources, self.targets), np.maximum(self.sources, self.targets)
        return np.unique(lower * len(self.codes) + upper, return_inverse=True)

    def both(self, values: Floats) -> Floats:
        """Values of directed dyads by direction (first axis) and undirected dyad (second)."""
        dyads, of = self.dyads
        made = np.zeros((2, len(dyads), *values.shape[1:]))
        made[(self.sources > self.targets).astype(int), of] = values
        return made


def opened(file: Path) -> Iterator[dict[str, str]]:
    with gzip.open(file, "rt", newline="") if file.suffix == ".gz" else file.open(newline="") as rows:
        yield from csv.DictReader(rows)


def table(folder: Path) -> Table:
    """The ICEWS dyad-years."""
    rows = [row for row in opened(folder / "icews_dyad_years_2002_2014.csv.gz") if row["i_iso3c"] != row["j_iso3c"]]
    codes = sorted({row[side] for row in rows for side in ("i_iso3c", "j_iso3c")})
    place = {code: at for at, code in enumerate(codes)}
    pairs = sorted({(place[row["i_iso3c"]], place[row["j_iso3c"]]) for row in rows})
    at = {pair: number for number, pair in enumerate(pairs)}
    counts = np.zeros((len(pairs), LAST - FIRST + 1, len(COUNTS)))
    for row in rows:
        dyad = at[place[row["i_iso3c"]], place[row["j_iso3c"]]]
        counts[dyad, int(row["year"]) - FIRST] += [float(row[kind]) for kind in COUNTS]
    sources, targets = np.array(pairs).T
    return Table(tuple(codes), sources, targets, counts)


def standings(told: Table, scale: Scale, values: tuple[float, ...]) -> Floats:
    """Each undirected dyad's standing at the end of each year, as the library makes it."""
    model = Model.of(scale, "year")
    filtering = Filter(told.sources, told.targets, model)
    made = np.zeros((len(told.dyads[0]), told.counts.shape[1]))
    for year in range(told.counts.shape[1]):
        stories = told.counts[:, year].sum(axis=1)
        at = np.flatnonzero(stories)
        filtering.step(at, (told.counts[at, year] @ np.array(values)) / stories[at], stories[at], 1.0)
        centre, weight = filtering.centre(), filtering.weight()
        ways = read(filtering.level, weight, filtering.context(centre), centre, model)
        made[:, year], _, _ = points(joined(np.stack([told.both(one) for one in ways]), told.both(weight)))
    return made


def ours() -> Mapping[str, str]:
    """Our code, in three letters as ICEWS has it, of each of COW's abbreviations."""
    return {cow: one.alpha3 or one.code for one in states().values() for cow in one.cow.split("|") if cow}


def rivals(folder: Path) -> set[DyadYear]:
    """Dyad-years of the strategic rivalries."""
    numbers = cow_numbers(folder)
    made = set()
    for row in opened(folder / "thompson_rivalries.csv.gz"):
        one, other = numbers.get(row["ccode1"]), numbers.get(row["ccode2"])
        years = range(max(int(row["start"]), FIRST), min(int(row["end"] or LAST), LAST) + 1)
        if one and other:
            made |= {(min(one, other), max(one, other), year) for year in years}
    return made


def dyad_years(folder: Path, file: Path, holds: str = "") -> set[DyadYear]:
    """The dyad-years of a table, or those of its rows in which a column holds 1."""
    numbers = cow_numbers(folder)
    made = set()
    for row in opened(file):
        one, other = numbers.get(row["ccode1"]), numbers.get(row["ccode2"])
        if one and other and FIRST <= int(row["year"]) <= LAST and (not holds or row[holds] == "1"):
            made.add((min(one, other), max(one, other), int(row["year"])))
    return made


def cow_numbers(folder: Path) -> Mapping[str, str]:
    known = ours()
    return {
        row["ccode"]: known[row["stateabb"]] for row in opened(folder / "cow_states.csv.gz") if row["stateabb"] in known
    }


def ranks(values: Floats) -> Floats:
    """From 1, ties at their mean."""
    _, place, many = np.unique(values, return_inverse=True, return_counts=True)
    made: Floats = (np.cumsum(many) - (many - 1) / 2)[place]
    return made


def auc(values: Floats, marked: np.ndarray[Any, np.dtype[np.bool_]]) -> float:
    """The chance that a marked one has the higher value."""
    ones, zeros = int(marked.sum()), int((~marked).sum())
    return float((ranks(values)[marked].sum() - ones * (ones + 1) / 2) / (ones * zeros))


def within(values: Floats, marked: np.ndarray[Any, np.dtype[np.bool_]], volume: Floats) -> float:
    """The AUC within deciles of volume, weighted by the marked in each."""
    decile = np.searchsorted(np.quantile(volume, np.arange(1, 10) / 10), volume, side="left")
    total = weight = 0.0
    for one in range(10):
        chosen = decile == one
        if 0 < marked[chosen].sum() < chosen.sum():
            total += marked[chosen].sum() * auc(values[chosen], marked[chosen])
            weight += marked[chosen].sum()
    return total / weight


def measure(folder: Path, against: Path | None) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The figures, and the pacts between those who stand worst."""
    told = table(folder)
    counts = told.both(told.counts).sum(axis=0)
    volume = counts.sum(axis=2)
    enough = volume >= LEAST
    dyads = [(told.codes[one // len(told.codes)], told.codes[one % len(told.codes)]) for one in told.dyads[0].tolist()]

    def holds(which: Collection[DyadYear]) -> np.ndarray[Any, np.dtype[np.bool_]]:
        return np.array([[(*dyad, year) in which for year in range(FIRST, LAST + 1)] for dyad in dyads])

    hostile = holds(dyad_years(folder, against) if against else rivals(folder))
    even = np.broadcast_to(np.arange(FIRST, LAST + 1) % 2 == 0, enough.shape)
    share = counts[:, :, 2:].sum(axis=2) / np.maximum(volume, 1)
    stand = standings(told, quad(), (10.0, 10.0, -10.0, -10.0))
    figures: dict[str, Any] = {"dyad-years": int(enough.sum()), "rivals among them": int(hostile[enough].sum())}
    for name, values in (("standing", -stand), ("volume alone", volume), ("conflict share", share)):
        figures[f"{name}: AUC within deciles of volume"] = within(values[enough], hostile[enough], volume[enough])
        figures[f"{name}: AUC"] = auc(values[enough], hostile[enough])
    for name, years in (("odd", ~even), ("even", even)):
        chosen = enough & years
        figures[f"standing, {name} years: AUC within deciles"] = within(-stand[chosen], hostile[chosen], volume[chosen])
    both = np.corrcoef(ranks(stand[enough]), ranks(volume[enough]))
    figures["standing: rank correlation with volume"] = float(both[0, 1])
    figures["standing: the same, absolute"] = abs(float(both[0, 1]))
    for scale, values_of in ((Scale("PLOVER by quad", "1", {}), PLOVER_QUADS), (goldstein(), _goldstein_quads())):
        other = standings(told, scale, values_of)
        figures[f"on {scale.name}: AUC within deciles"] = within(-other[enough], hostile[enough], volume[enough])
    pacts = holds(dyad_years(folder, folder / "atop_alliance_dyad_years.csv.gz", "atop_defense"))
    figures["defence pacts among them"] = int(pacts[enough].sum())
    figures["defence pacts: AUC within deciles of volume"] = within(stand[enough], pacts[enough], volume[enough])
    figures["defence pacts: AUC"] = auc(stand[enough], pacts[enough])
    figures["standing, median of pacts"] = float(np.median(stand[enough & pacts]))
    figures["standing, median of rivals"] = float(np.median(stand[enough & hostile]))
    figures["standing, median of all"] = float(np.median(stand[enough]))
    worst: dict[tuple[str, str], dict[str, Any]] = {}
    for place, year in np.argwhere(enough & pacts).tolist():
        found = {"dyad": list(dyads[place]), "year": FIRST + year, "standing": float(stand[place, year])}
        found |= {"events": int(volume[place, year]), "rivals": bool(hostile[place, year])}
        if found["standing"] < worst.get(dyads[place], {"standing": np.inf})["standing"]:
            worst[dyads[place]] = found
    return figures, sorted(worst.values(), key=lambda one: (one["standing"], one["dyad"]))


def _goldstein_quads() -> tuple[float, ...]:
    """The middle of Goldstein's values of each kind, over PLOVER's types."""
    from volteface import ontology

    values = goldstein().values
    kinds = [[values[one.name] for one in ontology.types().values() if one.quad == kind] for kind in ontology.QUADS]
    return tuple(sum(kind) / len(kind) for kind in kinds)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="DIR")
    parser.add_argument(
        "--against", type=Path, metavar="FILE", help="dyad-years to tell apart instead of the rivalries"
    )
    parser.add_argument(
        "--contradictions", type=int, default=15, metavar="N", help="pacts between those who stand worst"
    )
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    figures, worst = measure(given.folder, given.against)
    listed = worst[: given.contradictions]
    if given.json:
        figures["contradictions"] = listed
    else:
        for one in listed:
            rival = ", rivals too" if one["rivals"] else ""
            print(f"a defence pact, and yet: {'-'.join(one['dyad'])} {one['year']} at {one['standing']:.1f}{rival}")
    floors.report("standing against another table" if given.against else "standing", figures, as_json=given.json)


if __name__ == "__main__":
    main()
