"""What speaks for each candidate: named features of a query (head, way) and a candidate, read from the past alone.

A Table holds values that many queries and candidates share, a Sparse those of candidates whom the head has met, a
Product those that are products of vectors. Scores of all actors come from them without writing every value out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from volteface.foresight.facts import UNKNOWN, Ints
from volteface.foresight.past import EVER, HALVES, SEASON, WEEKS, Past, Values, spread

SPANS = tuple("ever" if np.isinf(half) else f"{half:g}d" for half in HALVES)
UNITS = tuple(1.0 if np.isinf(half) else 0.1 for half in HALVES)  # what counts are told in before their log


@dataclass(frozen=True)
class Queries:
    """Who comes next to each head in each way, on the morning that the past has come to."""

    heads: Ints
    ways: Ints

    def __len__(self) -> int:
        return len(self.heads)


@dataclass(frozen=True)
class Table:
    names: tuple[str, ...]
    values: Values  # feature, row, column
    rows: Ints  # of each query
    columns: Ints | None = None  # of each actor; None where columns are actors

    def at(self, query: Ints, tail: Ints) -> Values:
        return self.values[:, self.rows[query], tail if self.columns is None else self.columns[tail]]

    def add(self, score: Values, weights: Values) -> None:
        small = np.tensordot(weights, self.values, 1)
        score += small[self.rows] if self.columns is None else small[self.rows][:, self.columns]


@dataclass(frozen=True)
class Sparse:
    names: tuple[str, ...]
    values: Values  # feature, place
    codes: Ints  # of each place: query * actors + tail, ascending
    actors: int

    def at(self, query: Ints, tail: Ints) -> Values:
        if not len(self.codes):
            return np.zeros((len(self.names), len(query)), dtype=np.float32)
        codes = query * self.actors + tail
        place = np.minimum(np.searchsorted(self.codes, codes), len(self.codes) - 1)
        return np.where(self.codes[place] == codes, self.values[:, place], np.float32(0))

    def add(self, score: Values, weights: Values) -> None:
        score.reshape(-1)[self.codes] += weights @ self.values


@dataclass(frozen=True)
class Product:
    names: tuple[str, ...]
    left: Values  # feature, query, dimension
    right: Values  # actor, dimension

    def at(self, query: Ints, tail: Ints) -> Values:
        right = self.right[tail]
        return np.stack([np.einsum("nd,nd->n", left[query], right) for left in self.left])

    def add(self, score: Values, weights: Values) -> None:
        score += np.tensordot(weights, self.left, 1) @ self.right.T


Block = Table | Sparse | Product


def blocks(past: Past, asked: Queries) -> list[Block]:
    """All the features of the queries."""
    fit = affinities(past, asked)
    return [*fit, popularity(past, asked), *countries(past, asked), history(past, asked, fit)]


def names(made: Sequence[Block]) -> tuple[str, ...]:
    return tuple(name for block in made for name in block.names)


def values(made: Sequence[Block], query: Ints, tail: Ints) -> Values:
    """The features of some queries' candidates: feature, pair."""
    return np.concatenate([block.at(query, tail) for block in made])


def scores(made: Sequence[Block], weights: Mapping[str, float], queries: int, actors: int) -> Values:
    """The weighed sum of all features for every actor: query, actor."""
    score = np.zeros((queries, actors), dtype=np.float32)
    for block in made:
        block.add(score, np.array([weights.get(name, 0.0) for name in block.names], dtype=np.float32))
    return score


def log(counts: Values, span: int = EVER) -> Values:
    made: Values = np.log1p(counts / np.float32(UNITS[span]))
    return made


def odds(part: Values, whole: Values) -> Values:
    """Log odds of a share, two cases of either kind supposed."""
    made: Values = np.log((part + 2) / (whole - part + 2)).astype(np.float32)
    return made


def affinities(past: Past, asked: Queries) -> list[Block]:
    """Whether head, candidate and the company that they keep fit together, as all others' dealings suggest."""
    model, everyone = past.affinity, np.arange(past.size)
    query, around = model.queries(asked.heads, asked.ways, past.day)
    nobody = np.zeros(len(asked), dtype=np.int64)
    return [
        Product(
            ("affinity", "affinity of company", "affinity of company this way"),
            query[:3],
            model.of("candidate", everyone),
        ),
        Product(("affinity to company", "affinity of companies", "affinity of companies this way"), query[3:], around),
        Table(("affinity bias",), model.vectors["bias"].T[None], nobody),
    ]


def popularity(past: Past, asked: Queries) -> Table:
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
    made |= {name: np.broadcast_to(one, (len(ways), past.size)) for name, one in alone.items()}
    return Table(tuple(made), np.stack(list(made.values())), rows)


def countries(past: Past, asked: Queries) -> list[Block]:
    """Whether candidate and head are of one country, and how much the head deals with the candidate's country.

    A country is what the actor's name tells, or for the second of the tables the one that it mostly deals with.
    """
    guessed = past.homes()
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
        made.append(Table(tuple(table), np.stack(list(table.values())), query, columns))
    return made


def history(past: Past, asked: Queries, fit: Sequence[Block]) -> Sparse:
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
    busy = log(past.actors.counts[SEASON], SEASON)[asked.heads[asker]]
    met = np.bincount(asker, minlength=len(asked))[asker]
    made["pair seen, way with strangers"], made["pair seen, head with strangers"] = new_by_way, new_by_head
    made["triple seen, way with strangers"], made["triple seen, head with strangers"] = (
        seen * new_by_way,
        seen * new_by_head,
    )
    made["pair seen, head active"], made["triple seen, head active"] = busy, seen * busy
    made["pair seen, many met"] = np.log1p(met).astype(np.float32)
    near = np.concatenate([block.at(asker, tail) for block in fit])
    made["affinity where met"] = near.sum(axis=0)
    made["target 60d where met"] = log(past.actors.counts[SEASON, tail], SEASON)
    made["target from strangers 60d where met"] = log(past.actors_new.counts[SEASON, tail], SEASON)
    return Sparse(tuple(made), np.stack(list(made.values())), asker * past.size + tail, past.size)
