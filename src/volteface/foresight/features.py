"""What speaks for each candidate: named features of a query (head, way) and a candidate, read from the past alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from volteface.foresight.blocks import Block, Crossed, Product, Sparse, Table
from volteface.foresight.facts import UNKNOWN, Ints
from volteface.foresight.past import EVER, HALVES, SEASON, WEEKS, Past, Values, spread

SPANS = tuple("ever" if np.isinf(half) else f"{half:g}d" for half in HALVES)
CIRCLE = 50  # of the head's partners and compatriots, so many at most are asked whom they deal with
HARDLY = 0.02  # of a fading count: no partner of late
# What counts for more or less by the traits of the query.
CROSSED = (
    "triple seen",
    "triple 60d",
    "triple ever",
    "triple share ever",
    "triple recent",
    "pair seen",
    "pair 60d",
    "pair recent",
    "best rule log",
)
UNITS = tuple(1.0 if np.isinf(half) else 0.1 for half in HALVES)  # what counts are told in before their log


@dataclass(frozen=True)
class Queries:
    """Who comes next to each head in each way, on the morning that the past has come to."""

    heads: Ints
    ways: Ints

    def __len__(self) -> int:
        return len(self.heads)


def of(past: Past, asked: Queries) -> list[Block]:
    """All the features of the queries; some count for more or less by how busy the head and usual the way is."""
    fit, (by_way, alone) = affinities(past, asked), popularity(past, asked)
    known = {
        "head active": log(past.actors.counts[SEASON])[asked.heads],
        "way usual": log(past.types.counts[SEASON])[asked.ways],
    }
    table = np.stack(list(known.values()))
    terms: dict[str, Sequence[Table | Product]] = {
        "affinity": [block for block in fit if isinstance(block, Product)],
        "way at target 60d": [by_way.only("way at target 60d")],
        "target 60d": [alone.only("target 60d")],
    }
    crossed = [Crossed(tuple(f"{name}, {trait}" for trait in known), table, of) for name, of in terms.items()]
    homes = past.homes()
    near = [*countries(past, asked, homes), circles(past, asked, homes), kin(past, asked)]
    return [*fit, by_way, alone, *near, history(past, asked, fit, known), *crossed]


def log(counts: Values, span: int = EVER) -> Values:
    made: Values = np.log1p(counts / np.float32(UNITS[span]))
    return made


def odds(part: Values, whole: Values) -> Values:
    """Log odds of a share, two cases of either kind supposed."""
    made: Values = np.log((part + 2) / (whole - part + 2)).astype(np.float32)
    return made


def affinities(past: Past, asked: Queries) -> list[Table | Product]:
    """Whether head, candidate and the company that they keep fit together, as all others' dealings suggest."""
    nobody = np.zeros(len(asked), dtype=np.int64)
    made: list[Table | Product] = []
    for manner, model in past.affinities.items():
        query, around = model.queries(asked.heads, asked.ways, past.day)
        own = tuple(f"affinity{of}{manner}" for of in ("", " of company", " of company this way"))
        theirs = tuple(f"affinity{of}{manner}" for of in (" to company", " of companies", " of companies this way"))
        made += [
            Product(own, query[:3], model.candidates(past.day)),
            Product(theirs, query[3:], around),
            Table({f"affinity bias{manner}": model.vectors["bias"].T}, nobody),
        ]
    return made


def circles(past: Past, asked: Queries, homes: Ints) -> Table:
    """Whom the head's partners deal with, the busier of them counting less, and whom its compatriots deal with."""
    heads, rows = np.unique(asked.heads, return_inverse=True)
    lately = np.where(past.pairs.counts[SEASON] > HARDLY, log(past.pairs.counts[SEASON], SEASON), np.float32(0))
    partners = np.bincount(past.head, lately > 0, past.size)
    query, pair = spread(past.head_starts[heads], past.head_starts[heads + 1])
    ties = np.zeros((len(heads), past.size), dtype=np.float32)
    ties[query, past.tail[pair]] = lately[pair] / (1 + np.log1p(partners[past.tail[pair]]))
    same = (homes[heads][:, None] == homes) & (homes[heads] != UNKNOWN)[:, None]
    same[np.arange(len(heads)), heads] = False
    made, most = {}, min(CIRCLE, past.size) - 1
    for circle, weights in (("partner", ties), ("compatriot", same * np.log1p(past.actors.counts[SEASON]))):
        near = np.argpartition(-weights, most, axis=1)[:, : most + 1]
        weight = np.take_along_axis(weights, near, axis=1)
        weight /= weight.sum(axis=1, keepdims=True) + np.float32(1e-6)
        row, column = np.nonzero(weight)
        of, pair = spread(past.head_starts[near[row, column]], past.head_starts[near[row, column] + 1])
        cells = row[of] * past.size + past.tail[pair]
        for span in (WEEKS, SEASON, EVER):
            told = weight[row, column][of] * log(past.pairs.counts[span, pair], span)
            summed = np.bincount(cells, told, len(heads) * past.size).astype(np.float32)
            made[f"{circle} {SPANS[span]}"] = log(20 * summed).reshape(len(heads), past.size)
    return Table(made, rows)


def popularity(past: Past, asked: Queries) -> tuple[Table, Table]:
    """How often a candidate is found in this way, and in any way: of late and ever, and by strangers."""
    ways, rows = np.unique(asked.ways, return_inverse=True)
    of, place = spread(past.way_starts[ways], past.way_starts[ways + 1])
    tail = past.received_tail[place]

    def laid(values: NDArray[Any]) -> Values:
        made = np.zeros((len(ways), past.size), dtype=np.float32)
        made[of, tail] = values
        return made

    made = {}
    for span, name in enumerate(SPANS):
        counts = past.received.counts[span, place]
        made[f"way at target {name}"] = laid(log(counts, span))
        if span in (WEEKS, EVER):
            made[f"way at target share {name}"] = laid(counts / (past.types.counts[span, ways][of] + 1))
            made[f"way at target from strangers {name}"] = laid(log(past.received_new.counts[span, place], span))
    seen = past.received.counts[EVER, place] > 0
    made["way at target day before"] = laid(np.where(seen, 1 / (past.day - past.received.last[place]), 0))
    made["way at target seen"] = laid(seen)
    alone = {f"target {name}": log(past.actors.counts[span], span) for span, name in enumerate(SPANS)}
    for span in (WEEKS, SEASON, EVER):
        alone[f"target from strangers {SPANS[span]}"] = log(past.actors_new.counts[span], span)
    alone["target day before"] = (1 / (past.day - past.actors.last)).astype(np.float32)
    alone["target seen"] = (past.actors.counts[EVER] > 0).astype(np.float32)
    nobody = np.zeros(len(asked), dtype=np.int64)
    return Table(made, rows), Table({name: one[None] for name, one in alone.items()}, nobody)


def countries(past: Past, asked: Queries, guessed: Ints) -> list[Block]:
    """Whether candidate and head are of one country, and how much the head deals with the candidate's country.

    A country is what the actor's name tells, or for the second of the tables the one that it mostly deals with.
    """
    made: list[Block] = []
    for stem, homes in (("", past.facts.homes), (" guessed", guessed)):
        unknown = int(past.facts.homes.max(initial=0)) + 1
        columns = np.where(homes == UNKNOWN, unknown, homes)
        cells = len(asked) * (unknown + 1)
        query = np.arange(len(asked))
        of, pair = spread(past.head_starts[asked.heads], past.head_starts[asked.heads + 1])
        cell = of * (unknown + 1) + columns[past.tail[pair]]
        by_triple, triple = spread(past.pair_starts[pair], past.pair_starts[pair + 1])
        same = past.way[triple] == asked.ways[of[by_triple]]
        cell_same, triple = cell[by_triple[same]], triple[same]
        table = {}
        for span in (WEEKS, EVER):
            name = SPANS[span]
            counts = np.bincount(cell, weights=past.pairs.counts[span, pair], minlength=cells)
            table[f"head in country{stem} {name}"] = log(counts.astype(np.float32).reshape(len(asked), -1), span)
            counts = np.bincount(cell_same, weights=past.triples.counts[span, triple], minlength=cells)
            table[f"head this way in country{stem} {name}"] = log(
                counts.astype(np.float32).reshape(len(asked), -1), span
            )
        for one in table.values():
            one[:, unknown] = 0
        home = (
            homes[asked.heads]
            if stem
            else np.where(homes[asked.heads] == UNKNOWN, guessed[asked.heads], homes[asked.heads])
        )
        known = home != UNKNOWN
        at_home = np.zeros((len(asked), unknown + 1), dtype=np.float32)
        at_home[query[known], home[known]] = 1
        inner = odds(past.domestic[1], past.domestic.sum(axis=0))[asked.ways]
        table[f"same country{stem}"] = at_home
        table[f"same country{stem} where usual"] = at_home * inner[:, None]
        table[f"country{stem} unknown"] = np.zeros_like(at_home)
        table[f"country{stem} unknown"][:, unknown] = 1
        made.append(Table(table, query, columns))
    return made


def kin(past: Past, asked: Queries) -> Table:
    """How often those of the head's sector deal in this way with those of the candidate's, at home or abroad."""
    many = past.kin.values // 2
    home, sector = past.origins // many, past.origins % many
    same = (past.homes_of[asked.heads][:, None] == home) & (past.facts.homes[asked.heads] != UNKNOWN)[:, None]
    made = {}
    for span in (SEASON, EVER):
        counts, total = past.kin.read(past.sectors_of[asked.heads] * past.ways + asked.ways, span)
        told = np.take_along_axis(counts, sector * 2 + same, axis=1)
        made[f"kin {SPANS[span]}"] = log(told, span)
        made[f"kin share {SPANS[span]}"] = told / (total[:, None] + 1)
    return Table(made, np.arange(len(asked)), past.origin_of)


def history(past: Past, asked: Queries, fit: Sequence[Block], known: Mapping[str, Values]) -> Sparse:
    """Of the candidates that the head has met: how, how often and when, and what usually follows."""
    query, place = spread(
        past.pair_starts[past.head_starts[asked.heads]], past.pair_starts[past.head_starts[asked.heads + 1]]
    )
    happened = past.triples.last[place] >= 0
    query, place = query[happened], place[happened]
    start = np.ones(len(place), dtype=bool)
    start[1:] = (past.pair_of[place[1:]] != past.pair_of[place[:-1]]) | (query[1:] != query[:-1])
    starts, of = np.flatnonzero(start), np.cumsum(start) - 1
    asker, pair = query[starts], past.pair_of[place[starts]]
    tail, way = past.tail[pair], asked.ways[asker]
    same = np.flatnonzero(past.way[place] == asked.ways[query])
    made: dict[str, Values] = {}
    for span, name in enumerate(SPANS):
        triple = np.zeros(len(starts), dtype=np.float32)
        triple[of[same]] = past.triples.counts[span, place[same]]
        both = past.pairs.counts[span, pair]
        made[f"triple {name}"] = log(triple, span)
        made[f"pair {name}"] = log(both, span)
        for stem, counts in (("triple", triple), ("pair", both)):
            total = np.bincount(asker, weights=counts, minlength=len(asked)).astype(np.float32)
            made[f"{stem} share {name}"] = counts / (total[asker] + 1)
    since = np.full(len(starts), np.inf)
    since[of[same]] = past.day - past.triples.last[place[same]]
    seen = np.isfinite(since).astype(np.float32)
    since_met = past.day - past.pairs.last[pair]
    for stem, days in (("triple", since), ("pair", since_met)):
        made[f"{stem} day before"] = (1 / days).astype(np.float32)
        made[f"{stem} recent"] = np.exp(-days / 10).astype(np.float32)
    made["triple seen"], made["pair seen"] = seen, np.ones_like(seen)
    ways, by_way = np.unique(asked.ways, return_inverse=True)
    chance = past.rules(ways)[past.situation(place), past.way[place], by_way[query]]
    joint = -np.add.reduceat(np.log1p(-chance), starts) if len(starts) else seen
    best = np.maximum.reduceat(chance, starts) if len(starts) else seen
    made["rules"], made["rules log"] = joint, np.log1p(joint / np.float32(1e-4))
    made["best rule"], made["best rule log"] = best, np.log1p(best / np.float32(1e-4))
    active = (past.way[place] < past.ways // 2) == (asked.ways[query] < past.ways // 2)
    for span in (WEEKS, EVER):
        counts = np.where(active, past.triples.counts[span, place], np.float32(0))
        made[f"pair same direction {SPANS[span]}"] = log(np.bincount(of, counts, len(starts)).astype(np.float32), span)
    new_by_way = odds(past.types_new.counts[SEASON], past.types.counts[SEASON])[way]
    new_by_head = odds(past.actors_new.counts[SEASON], past.actors.counts[SEASON])[asked.heads[asker]]
    met = np.bincount(asker, minlength=len(asked))[asker]
    made["pair seen, way with strangers"], made["pair seen, head with strangers"] = new_by_way, new_by_head
    made["triple seen, way with strangers"], made["triple seen, head with strangers"] = (
        seen * new_by_way,
        seen * new_by_head,
    )
    made["pair seen, many met"] = np.log1p(met).astype(np.float32)
    for name in CROSSED:
        made |= {f"{name}, {trait}": made[name] * value[asker] for trait, value in known.items()}
    near = np.concatenate([block.at(asker, tail) for block in fit])
    made["affinity where met"] = near.sum(axis=0)
    made["target 60d where met"] = log(past.actors.counts[SEASON, tail], SEASON)
    made["target from strangers 60d where met"] = log(past.actors_new.counts[SEASON, tail], SEASON)
    return Sparse(tuple(made), np.stack(list(made.values())), asker * past.size + tail, past.size)
