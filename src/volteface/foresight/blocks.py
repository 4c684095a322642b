"""Named features of queries and candidates, kept so that all actors can be scored without writing every value out.

A Table holds values that many queries and candidates share, a Sparse those of candidates whom the head has met, a
Product those that are products of vectors, a Crossed those of others times a trait of the query.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from volteface.foresight.facts import Ints
from volteface.foresight.past import Values


@dataclass(frozen=True)
class Table:
    values: Mapping[str, Values]  # row, column
    rows: Ints  # of each query
    columns: Ints | None = None  # of each actor; None where columns are actors
    factor: Values | None = None  # of each query, that values are multiplied with

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.values)

    def only(self, name: str) -> Table:
        return Table({name: self.values[name]}, self.rows, self.columns)

    def at(self, query: Ints, tail: Ints) -> Values:
        row, column = self.rows[query], tail if self.columns is None else self.columns[tail]
        made = np.stack([one[row, column] for one in self.values.values()])
        return made if self.factor is None else made * self.factor[query]

    def weighed(self, weights: Values, factor: Values | None = None) -> Iterator[Table]:
        summed = np.zeros_like(next(iter(self.values.values())))
        for weight, one in zip(weights, self.values.values(), strict=True):
            if weight:
                summed += weight * one
        yield Table({"": summed}, self.rows, self.columns, factor)

    def add(self, score: Values) -> None:
        """Query by query, as a row of actors stays in the processor's cache."""
        [table] = self.values.values()
        for at, line in enumerate(score):
            row = table[self.rows[at]]
            if self.columns is not None:
                row = row[self.columns]
            line += row if self.factor is None else self.factor[at] * row


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

    def weighed(self, weights: Values) -> Iterator[Sparse]:
        yield Sparse(("",), (weights @ self.values)[None], self.codes, self.actors)

    def add(self, score: Values) -> None:
        score.reshape(-1)[self.codes] += self.values[0]


@dataclass(frozen=True)
class Product:
    names: tuple[str, ...]
    left: Values  # feature, query, dimension
    right: Values  # actor, dimension

    def at(self, query: Ints, tail: Ints) -> Values:
        right = self.right[tail]
        return np.stack([np.einsum("nd,nd->n", left[query], right) for left in self.left])

    def weighed(self, weights: Values, factor: Values | None = None) -> Iterator[Product]:
        left = np.tensordot(weights, self.left, 1)
        yield Product(("",), (left if factor is None else factor[:, None] * left)[None], self.right)


@dataclass(frozen=True)
class Crossed:
    """The sum of some features times each trait of the query."""

    names: tuple[str, ...]
    traits: Values  # trait, query
    of: Sequence[Table | Product]

    def at(self, query: Ints, tail: Ints) -> Values:
        made: Values = self.traits[:, query] * sum(block.at(query, tail).sum(axis=0) for block in self.of)
        return made

    def weighed(self, weights: Values) -> Iterator[Table | Product]:
        for block in self.of:
            yield from block.weighed(np.ones(len(block.names), dtype=np.float32), weights @ self.traits)


Block = Table | Sparse | Product | Crossed


def names(made: Sequence[Block]) -> tuple[str, ...]:
    return tuple(name for block in made for name in block.names)


def values(made: Sequence[Block], query: Ints, tail: Ints) -> Values:
    """The features of some queries' candidates: feature, pair."""
    return np.concatenate([block.at(query, tail) for block in made])


def scores(made: Sequence[Block], weights: Mapping[str, float], queries: int, actors: int) -> Values:
    """The weighed sum of all features for every actor: query, actor."""
    told = list(_weighed(made, weights))
    products = [one for one in told if isinstance(one, Product)]
    score = np.zeros((queries, actors), dtype=np.float32)
    if products:
        sides = {id(one.right): one.right for one in products}
        left = [sum(one.left[0] for one in products if id(one.right) == side) for side in sides]
        np.matmul(np.concatenate(left, axis=1), np.concatenate(list(sides.values()), axis=1).T, out=score)
    for one in told:
        if not isinstance(one, Product):
            one.add(score)
    return score


def sums(made: Sequence[Block], weights: Mapping[str, float], query: Ints, tail: Ints) -> Values:
    """The weighed sum of all features of some queries' candidates."""
    made_of: Values = sum((one.at(query, tail)[0] for one in _weighed(made, weights)), np.zeros(len(query), np.float32))
    return made_of


def _weighed(made: Sequence[Block], weights: Mapping[str, float]) -> Iterator[Table | Sparse | Product]:
    for block in made:
        yield from block.weighed(np.array([weights.get(name, 0.0) for name in block.names], dtype=np.float32))
