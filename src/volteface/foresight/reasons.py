"""Why a candidate scores as it does: the score as a sum of named reasons, each with the dated facts behind it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from volteface.foresight import blocks, rank
from volteface.foresight.affinity import Affinity
from volteface.foresight.facts import UNKNOWN, Ints
from volteface.foresight.features import Queries
from volteface.foresight.past import Past, Values
from volteface.foresight.rank import Weights

# A reason is made of the features whose names begin so; the first that fits counts.
REASONS = {
    "this very act between them": ("triple",),
    "what usually follows their dealings": ("rules", "best rule"),
    "their dealings": ("pair",),
    "the candidate in this role": ("way at target",),
    "the candidate in the news": ("target", "affinity bias"),
    "dealings with the candidate's country": ("head",),
    "whom partners deal with": ("partner",),
    "whom compatriots deal with": ("compatriot",),
    "their countries": ("same country", "country"),
    "what those of their sectors do": ("kin",),
    "the company kept of late": ("affinity of company",),
    "the company that the candidate keeps": ("affinity to company",),
    "the company that both keep": ("affinity of companies",),
    "what actors like them do": ("affinity",),
}
# "affinity of companies" begins with neither of the two before it, so their order is free.


@dataclass(frozen=True)
class Reason:
    name: str
    share: float  # of the score
    beyond: float  # the same less what the first candidates have on the average
    parts: Mapping[str, float]  # the same by feature
    facts: tuple[int, ...]  # their places in Facts, the weightiest or latest first


def explain(past: Past, head: int, way: int, tail: int, weights: Weights, most: int = 3) -> tuple[Reason, ...]:
    """The reasons for a candidate, those that set it most apart first, with at most so many facts each.

    The shares add up to the score of one of the first candidates (before it is rounded), up to a constant of the query
    that of others; an actor of whom nothing is known scores about zero.
    """
    asked = Queries(np.array([head]), np.array([way]))
    made, _, _, first = rank.weighed(past, asked, weights)
    by = weights.first if tail in first else weights.all
    names, tails = blocks.names(made), np.append(first, tail)
    told = blocks.values(made, np.zeros_like(tails), tails) * np.array([by.get(name, 0.0) for name in names])[:, None]
    usual, own = told[:, :-1].mean(axis=1), told[:, -1]
    parts: dict[str, dict[str, float]] = {}
    less: dict[str, float] = {}
    for name, value, mean in zip(names, own.tolist(), usual.tolist(), strict=True):
        parts.setdefault(reason_of(name), {})[name] = value
        less[reason_of(name)] = less.get(reason_of(name), 0.0) + mean
    behind = _Behind(past, head, way, tail, most)
    found = []
    for name, each in parts.items():
        share, facts = sum(each.values()), behind.of(name) % len(past.facts)
        found.append(Reason(name, share, share - less[name], each, tuple(facts.tolist())))
    return tuple(sorted(found, key=lambda one: -abs(one.beyond)))


def reason_of(feature: str) -> str:
    """The reason that a feature is part of."""
    return next(name for name, stems in REASONS.items() if any(_begins(feature, stem) for stem in stems))


def _begins(feature: str, stem: str) -> bool:
    return feature == stem or feature.startswith((stem + " ", stem + ","))


@dataclass(frozen=True)
class _Behind:
    """The facts behind each reason, as places in the doubled facts; all of days before the past's."""

    past: Past
    head: int
    way: int
    tail: int
    most: int

    def of(self, reason: str) -> Ints:
        past, facts = self.past, self.past.facts
        match reason:
            case "this very act between them":
                return self.latest((facts.heads == self.head) & (facts.tails == self.tail) & (facts.ways == self.way))
            case "their dealings":
                return self.latest((facts.heads == self.head) & (facts.tails == self.tail))
            case "what usually follows their dealings":
                return self.leading()
            case "the candidate in this role":
                return self.latest((facts.tails == self.tail) & (facts.ways == self.way))
            case "the candidate in the news":
                return self.latest(facts.tails == self.tail)
            case "dealings with the candidate's country":
                home = past.homes()[self.tail]
                compatriots = (facts.homes == home) & (home != UNKNOWN)
                return self.latest((facts.heads == self.head) & compatriots[facts.tails])
            case "what those of their sectors do":
                return self.akin()
            case "what actors like them do":
                return self.alike()
            case "the company kept of late":
                return self.company(self.head, self.model.of("candidate", np.array([self.tail]))[0], "")
            case "the company that the candidate keeps":
                return self.company(self.tail, self.query()[0][3, 0], None)
            case "the company that both keep":
                query, around = self.query()
                both = self.company(self.head, around[self.tail], " to company")
                return np.concatenate([both, self.company(self.tail, query[4, 0], None)])[: self.most]
            case "whom partners deal with":
                partners = np.zeros(past.size, dtype=bool)
                partners[facts.tails[(facts.heads == self.head) & self.happened()]] = True
                return self.latest(partners[facts.heads] & (facts.tails == self.tail))
            case "whom compatriots deal with":
                homes = past.homes()
                compatriots = (homes == homes[self.head]) & (homes != UNKNOWN)
                return self.latest(compatriots[facts.heads] & (facts.tails == self.tail) & (facts.heads != self.head))
        return np.empty(0, dtype=np.int64)

    @property
    def model(self) -> Affinity:
        """The vectors that speak for all of their kind."""
        return self.past.affinities[""]

    def query(self) -> tuple[Values, Values]:
        return self.model.queries(np.array([self.head]), np.array([self.way]), self.past.day)

    def happened(self) -> NDArray[np.bool_]:
        made: NDArray[np.bool_] = np.tile(self.past.facts.days, 2) < self.past.day
        return made

    def latest(self, which: NDArray[np.bool_]) -> Ints:
        places = np.flatnonzero(which & self.happened())
        days = self.past.facts.days[places % len(self.past.facts)]
        return places[np.argsort(-days, kind="stable")[: self.most]]

    def leading(self) -> Ints:
        """The last facts of the ways that this way is likeliest to follow."""
        past, facts = self.past, self.past.facts
        between = np.flatnonzero((facts.heads == self.head) & (facts.tails == self.tail) & self.happened())
        triples, last = np.unique(past.triple_of[between][::-1], return_index=True)
        if not len(triples):
            return between
        places = between[::-1][last]
        chance = past.rules(np.array([self.way]))[past.situation(triples), past.way[triples], 0]
        return places[np.argsort(-chance, kind="stable")[: self.most]]

    def akin(self) -> Ints:
        past, facts = self.past, self.past.facts
        head, tail = past.sectors_of[self.head], past.sectors_of[self.tail]
        told, homes = facts.homes, past.homes_of

        def together(one: Ints, other: Ints) -> NDArray[np.bool_]:
            made: NDArray[np.bool_] = (homes[one] == homes[other]) & (told[one] != UNKNOWN)
            return made

        same = together(np.array([self.head]), np.array([self.tail]))[0]
        kin = (past.sectors_of[facts.heads] == head) & (past.sectors_of[facts.tails] == tail)
        return self.latest(kin & (facts.ways == self.way) & (together(facts.heads, facts.tails) == same))

    def alike(self) -> Ints:
        """Facts of the same way between others, those most like head and candidate first."""
        facts, model = self.past.facts, self.model
        others = (facts.ways == self.way) & ((facts.heads != self.head) | (facts.tails != self.tail))
        places = np.flatnonzero(others & self.happened())
        near = _cosine(model.of("head", facts.heads[places]), model.of("head", np.array([self.head]))[0])
        near = near * _cosine(
            model.of("candidate", facts.tails[places]), model.of("candidate", np.array([self.tail]))[0]
        )
        return places[np.argsort(-near, kind="stable")[: self.most]]

    def company(self, actor: int, towards: Values, to: str | None) -> Ints:
        """The facts of an actor's company that add most to the product with a vector; `to` names the query's side."""
        model = self.model
        places, weights = (one[0] for one in model.by_head.recent(np.array([actor]), self.past.day))
        facts = self.past.facts
        each = model.of("company", facts.tails[places]) * model.vectors["way by"][facts.ways[places]]
        scale = np.float32(1) if to is None else model.vectors[f"kept{to}"][self.way]
        share = weights * (each @ (scale * towards))
        order = np.argsort(-share, kind="stable")
        made: Ints = places[order[weights[order] > 0]][: self.most]
        return made


def _cosine(rows: Values, row: Values) -> Values:
    made: Values = (rows @ row) / (np.linalg.norm(rows, axis=1) * np.linalg.norm(row) + np.float32(1e-6))
    return made
