"""Dated facts as arrays of whole numbers: what the ranker learns from, free of names.

Every fact stands twice, once from either end: the second time its type is numbered from `types` up and its source and
target have changed places, so that who-did-it is asked as whom-was-it-done-to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from volteface.errors import InputError

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
UNKNOWN = -1


@dataclass(frozen=True)
class Facts:
    """Who did what to whom on which day, in the order of days; each fact of a day counts once.

    `homes` and `sectors` give each actor's country and sector as a number, or UNKNOWN.
    """

    sources: Ints
    types: Ints
    targets: Ints
    days: Ints
    actors: int
    kinds: int  # how many types there are
    homes: Ints
    sectors: Ints

    @classmethod
    def of(cls, rows: Ints, kinds: int, homes: Ints, sectors: Ints) -> Facts:
        """From rows of source, type, target, day, in any order; a fact told twice on a day is one."""
        rows = np.asarray(rows, dtype=np.int64).reshape(-1, 4)
        actors = len(homes)
        if len(sectors) != actors:
            raise InputError(f"{actors} homes and {len(sectors)} sectors: give one of each for every actor")
        if len(rows) and (rows.min() < 0 or rows[:, [0, 2]].max() >= actors or rows[:, 1].max() >= kinds):
            raise InputError("facts name actors or types that are not there: number both from 0, days from 0 too")
        code = ((rows[:, 3] * actors + rows[:, 0]) * kinds + rows[:, 1]) * actors + rows[:, 2]
        first = np.sort(np.unique(code, return_index=True)[1])
        rows = rows[first]
        rows = rows[np.argsort(rows[:, 3], kind="stable")]
        return cls(rows[:, 0], rows[:, 1], rows[:, 2], rows[:, 3], actors, kinds, homes, sectors)

    def __len__(self) -> int:
        return len(self.days)

    @cached_property
    def heads(self) -> Ints:
        return np.concatenate([self.sources, self.targets])

    @cached_property
    def ways(self) -> Ints:
        return np.concatenate([self.types, self.types + self.kinds])

    @cached_property
    def tails(self) -> Ints:
        return np.concatenate([self.targets, self.sources])

    def renumbered(self) -> tuple[Facts, Ints]:
        """Actors numbered in the order in which they first appear, and which actor of ours each of them is.

        What is computed on these does not depend on how actors were numbered before.
        """
        ends = np.stack([self.sources, self.targets], axis=1).reshape(-1)
        seen, first = np.unique(ends, return_index=True)
        rest = np.setdiff1d(np.arange(self.actors), seen)
        rest = rest[np.lexsort((rest, self.sectors[rest], self.homes[rest]))]
        ours = np.concatenate([seen[np.argsort(first)], rest])
        new = np.empty(self.actors, dtype=np.int64)
        new[ours] = np.arange(self.actors)
        made = replace(self, sources=new[self.sources], targets=new[self.targets])
        return replace(made, homes=self.homes[ours], sectors=self.sectors[ours]), ours

    def where(self, chosen: NDArray[Any]) -> Facts:
        """Some of the facts."""
        return replace(
            self,
            sources=self.sources[chosen],
            types=self.types[chosen],
            targets=self.targets[chosen],
            days=self.days[chosen],
        )

    def before(self, day: int) -> Facts:
        return self.where(np.arange(len(self)) < np.searchsorted(self.days, day))

    def by_day(self) -> Iterator[tuple[int, Ints]]:
        """Each day with facts, and the places of its facts, as either end sees them."""
        days, starts = np.unique(self.days, return_index=True)
        for day, start, stop in zip(days.tolist(), starts, [*starts[1:], len(self)], strict=False):
            once = np.arange(start, stop)
            yield day, np.concatenate([once, once + len(self)])


def parsed(names: Sequence[str]) -> tuple[Ints, Ints]:
    """Countries and sectors told by names of the form "Police (Nigeria)"; a bare "Nigeria" is that country's state.

    Numbers stand for the countries and for the sectors; UNKNOWN where a name tells none.
    """
    plain = [name.replace("_", " ").strip() for name in names]
    parts = [name[:-1].rsplit("(", 1) if name.endswith(")") and "(" in name else [name] for name in plain]
    countries = {at: place for place, at in enumerate(sorted({one[1].strip() for one in parts if len(one) == 2}))}
    kinds = {at: place for place, at in enumerate(sorted({one[0].strip() for one in parts if len(one) == 2}))}
    state = len(kinds)
    homes = np.array([countries.get(one[-1].strip(), UNKNOWN) for one in parts], dtype=np.int64)
    sectors = np.array(
        [kinds[one[0].strip()] if len(one) == 2 else state if one[0] in countries else UNKNOWN for one in parts],
        dtype=np.int64,
    )
    return homes, sectors
