"""Ranks who comes next, by weights that were fitted on days that have passed: the way into this room.

past = Past(facts)
for day, at in past.mornings():
    score = scored(past, queries, weights)  # every actor's score, from the days before alone
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np

from volteface.errors import InputError
from volteface.foresight import blocks, features
from volteface.foresight.blocks import Block
from volteface.foresight.facts import Floats, Ints
from volteface.foresight.features import Queries
from volteface.foresight.past import Past, Values

FIRST = 100  # candidates of each query that the second weights order
DECIMALS = 4  # of a score: what is nearer is a tie


@dataclass(frozen=True)
class Weights:
    """By name of feature: those that all candidates are scored with, and those that order the first of them."""

    all: Mapping[str, float]
    first: Mapping[str, float]

    def save(self, file: Path) -> None:
        told = {
            step: {name: float(f"{one:.4g}") for name, one in weights.items() if one}
            for step, weights in (("all", self.all), ("first", self.first))
        }
        file.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, file: Path) -> Self:
        try:
            made = json.loads(file.read_text(encoding="utf-8"))
            return cls(*({str(name): float(one) for name, one in made[step].items()} for step in ("all", "first")))
        except (OSError, ValueError, AttributeError, TypeError, KeyError) as problem:
            raise InputError(f"{file} holds no weights ({problem}): fit them anew") from problem


def asked(past: Past, at: Ints) -> tuple[Queries, Ints]:
    """The different queries of a day's facts, and which of them each fact answers."""
    each, query = np.unique(past.facts.heads[at] * past.ways + past.facts.ways[at], return_inverse=True)
    return Queries(each // past.ways, each % past.ways), query


def scored(past: Past, queries: Queries, weights: Weights) -> Values:
    """Every actor's score for each query; the exponentials of scores are in proportion to chances."""
    return weighed(past, queries, weights).score


class Weighed(NamedTuple):
    """The queries' features, every actor's score, and the rows and columns of the first candidates."""

    made: list[Block]
    score: Values
    row: Ints
    tail: Ints


def weighed(past: Past, queries: Queries, weights: Weights) -> Weighed:
    """The first by the one step's weights are ordered by the other's; together they keep the chance that they had."""
    made = features.of(past, queries)
    score = blocks.scores(made, weights.all, len(queries), past.size)
    np.round(score, DECIMALS, out=score)
    last = min(FIRST, past.size) - 1
    row, tail = np.nonzero(score >= -np.partition(-score, last, axis=1)[:, [last]])  # with all that tie with the last
    if weights.first != weights.all and len(queries):
        own = blocks.sums(made, weights.first, row, tail)
        score += (_total(own, row) - _total(score[row, tail], row))[:, None]
        score[row, tail] = own
        np.round(score, DECIMALS, out=score)
    return Weighed(made, score, row, tail)


def _total(score: Values, row: Ints) -> Values:
    """The log of each row's sum of exponentials."""
    starts = np.flatnonzero(np.diff(row, prepend=-1))
    top = np.maximum.reduceat(score, starts)
    made: Values = top + np.log(np.add.reduceat(np.exp(score - top[row]), starts))
    return made


def chances(score: Values) -> Floats:
    """The scores as probabilities over all actors."""
    share = np.exp(score.astype(np.float64) - score.max(axis=1, keepdims=True))
    made: Floats = share / share.sum(axis=1, keepdims=True)
    return made


def ranks(score: Values, query: Ints, tail: Ints) -> Floats:
    """The rank of each answer, its query's other answers left out; a tie has the mean rank."""
    others = score.copy()
    others[query, tail] = -np.inf
    made = np.empty(len(query))
    for start in range(0, len(query), 256):
        part = slice(start, start + 256)
        row, own = others[query[part]], score[query[part], tail[part]][:, None]
        made[part] = 1 + (row > own).sum(axis=1) + (row == own).sum(axis=1) / 2
    return made
