"""Low-rank affinities: which actors fit together, learned day by day, so that pairs that never met can be ranked.

Each actor has a vector as head, as candidate and as company; each type scales them. A query's vector is the head's own
plus that of the company it lately kept; its product with a candidate's vector is their affinity. An actor's vectors are
those of its country and its sector plus its own, which start at zero: who is unknown is judged by these alone. The
vectors are moved by stochastic gradient (Adagrad, Duchi et al. 2011) on a softmax over sampled actors (Jean et al.
2015), once with each day's facts.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from volteface.foresight.facts import UNKNOWN, Facts, Ints

Values = NDArray[np.float32]

SIZE = 64
COMPANY = 20  # how many of the head's last facts
BATCH = 1000
SAMPLED = 1500
RATE = 0.1
SHRINK = 0.01
SIDE_BY_SIDE = 64  # values of a group that are summed beside those of others
SEED = 20141231


@dataclass(frozen=True)
class Manner:
    """In what way vectors are learned; several that differ know more together than the best of them."""

    half_life: float = 30.0  # days, of the company
    known: float = 1.0  # how much facts count between two who had met before


MANNERS = {"": Manner(), " by week": Manner(half_life=7.0), " of strangers": Manner(known=0.2)}


class Trail:
    """Who did what last, by the key of each fact: its head, or its head and way."""

    def __init__(self, keys: Ints, days: Ints, half_life: float) -> None:
        self.half_life = half_life
        self.span = int(days.max(initial=0)) + 2
        codes = keys * self.span + days
        self.order = np.argsort(codes, kind="stable")
        self.codes, self.keys, self.days = codes[self.order], keys, days

    def recent(self, keys: Ints, day: int) -> tuple[Ints, Values]:
        """The places of each key's last facts on the morning of a day, and how much each weighs (0 where none is)."""
        before = np.searchsorted(self.codes, keys * self.span + day)[:, None] - 1 - np.arange(COMPANY)
        places = self.order[np.maximum(before, 0)]
        own = (before >= 0) & (self.keys[places] == keys[:, None])
        weights = np.where(own, 0.5 ** (np.maximum(day - self.days[places], 0) / self.half_life), 0)
        weights /= np.sqrt((weights**2).sum(axis=1, keepdims=True)) + 0.3
        return places, weights.astype(np.float32)


class Affinity:
    """The vectors as of the last day that was learned."""

    def __init__(self, facts: Facts, manner: Manner, seed: int = SEED, size: int = SIZE) -> None:
        self.facts = facts
        self.known = np.float32(manner.known)
        self.random = np.random.default_rng(seed)
        self.homes = np.where(facts.homes == UNKNOWN, facts.homes.max(initial=0) + 1, facts.homes)
        self.sectors = np.where(facts.sectors == UNKNOWN, facts.sectors.max(initial=0) + 1, facts.sectors)
        homes, sectors = int(self.homes.max()) + 1, int(self.sectors.max()) + 1
        ways = 2 * facts.kinds

        def drawn(rows: int, middle: float = 0.0) -> Values:
            return (middle + 0.1 * self.random.standard_normal((rows, size))).astype(np.float32)

        def zeros(columns: int = size) -> Values:
            return np.zeros((facts.actors, columns), dtype=np.float32)

        self.vectors = {"bias": zeros(1), "way by": drawn(ways, 1)}
        for role in ("head", "candidate", "company"):
            self.vectors |= {role: zeros(), f"{role} home": drawn(homes), f"{role} sector": drawn(sectors)}
        for to in ("", " to company"):
            self.vectors |= {f"own{to}": drawn(ways, 1), f"kept{to}": drawn(ways, 1), f"way{to}": drawn(ways)}
            self.vectors |= {f"same{to}": drawn(ways, 1)}
        self.squares = {name: np.full_like(rows, 1e-6) for name, rows in self.vectors.items()}
        self.days = np.concatenate([facts.days, facts.days])
        self.ways = ways
        self.by_head = Trail(facts.heads, self.days, manner.half_life)
        self.by_way = Trail(facts.heads * ways + facts.ways, self.days, manner.half_life)
        self.seen = np.zeros(facts.actors)
        # Of the last day that was asked for: everyone's company, and everyone as candidate.
        self.around: dict[int, tuple[Values, Values]] = {}

    def of(self, role: str, actors: Ints) -> Values:
        vectors = self.vectors
        made: Values = (
            vectors[role][actors]
            + vectors[f"{role} home"][self.homes[actors]]
            + vectors[f"{role} sector"][self.sectors[actors]]
        )
        return made

    def company(self, places: Ints, weights: Values) -> Values:
        """The vector of the company told by last facts: those of whom they were with, each scaled by its way."""
        others, at = np.unique(self.facts.tails[places], return_inverse=True)
        each = self.of("company", others)[at.reshape(places.shape)] * self.vectors["way by"][self.facts.ways[places]]
        made: Values = np.matmul(weights[:, None, :], each)[:, 0]
        return made

    def everyone(self, day: int) -> tuple[Values, Values]:
        """Everyone's company on the morning of a day, and everyone as candidate."""
        if day not in self.around:
            all_of_them = np.arange(self.facts.actors)
            company = self.company(*self.by_head.recent(all_of_them, day))
            self.around = {day: (company, self.of("candidate", all_of_them))}
        return self.around[day]

    def candidates(self, day: int) -> Values:
        return self.everyone(day)[1]

    def queries(self, heads: Ints, ways: Ints, day: int) -> tuple[Values, Values]:
        """What to multiply with candidates (of head, company, company this way), what with their company, and that."""
        around, _ = self.everyone(day)
        head, company = self.of("head", heads), around[heads]
        alike = self.company(*self.by_way.recent(heads * self.ways + ways, day))
        parts = []
        for to in ("", " to company"):
            own, kept, way, same = (self.vectors[f"{name}{to}"][ways] for name in ("own", "kept", "way", "same"))
            parts += [head * own + way, company * kept, alike * same]
        return np.stack(parts), around

    def learn(self, at: Ints, strangers: NDArray[np.bool_]) -> None:
        """The facts of a day; and which of them are between two who had not met before."""
        self.around.clear()
        self.seen += np.bincount(self.facts.tails[at], minlength=self.facts.actors)
        chance = np.sqrt(self.seen)
        chance /= chance.sum()
        matters = np.where(strangers, np.float32(1), self.known)
        order = self.random.permutation(len(at))
        for batch in np.array_split(order, max(1, round(len(at) / BATCH))):
            self.step(at[batch], matters[batch], chance)

    def step(self, batch: Ints, matters: Values, chance: NDArray[np.float64]) -> None:
        heads, ways, tails = self.facts.heads[batch], self.facts.ways[batch], self.facts.tails[batch]
        draws = min(SAMPLED, 4 * len(batch) + 100)
        drawn = np.unique(np.searchsorted(np.cumsum(chance), self.random.random(draws) * chance.sum(), side="right"))
        drawn = drawn[drawn < len(chance)]
        odds = np.log(-np.expm1(draws * np.log1p(-chance[drawn].clip(0, 0.999)))).astype(np.float32)  # of being drawn
        moved = np.concatenate([drawn, tails])
        actors, place = np.unique(np.concatenate([heads, moved]), return_inverse=True)
        to_head, to_moved = place[: len(heads)], place[len(heads) :]
        day = int(self.days[batch[0]])
        last = self.by_head.recent(actors, day)
        kept = self.company(*last)
        last_alike = self.by_way.recent(heads * self.ways + ways, day)
        alike = self.company(*last_alike)
        head, around = self.of("head", heads), kept[to_head]
        row = {
            name: self.vectors[name][ways] for name in self.vectors if name.split()[0] in ("own", "kept", "way", "same")
        }
        query = np.concatenate(
            [
                head * row[f"own{to}"] + around * row[f"kept{to}"] + alike * row[f"same{to}"] + row[f"way{to}"]
                for to in ("", " to company")
            ],
            axis=1,
        )
        candidates = np.concatenate([self.of("candidate", moved), kept[to_moved]], axis=1)
        rows, truth = candidates[: len(drawn)], candidates[len(drawn) :]
        score = query @ rows.T + self.vectors["bias"][drawn, 0] - odds
        score[drawn == tails[:, None]] = -np.inf
        true = (query * truth).sum(axis=1) + self.vectors["bias"][tails, 0]
        top = np.maximum(score.max(axis=1), true)
        share, hit = np.exp(score - top[:, None]), np.exp(true - top)
        total = share.sum(axis=1) + hit
        share /= total[:, None]
        share *= matters[:, None]
        miss = (hit / total - 1) * matters
        to_query = share @ rows + miss[:, None] * truth
        to_candidate = np.concatenate([share.T @ query, miss[:, None] * query])
        size = head.shape[1]
        self.move("candidate", moved, to_candidate[:, :size])
        self.descend("bias", moved, np.concatenate([share.sum(axis=0), miss])[:, None], shrink=False)
        to_own = np.zeros_like(head)
        to_kept = np.zeros_like(kept)
        add_to(to_kept, to_moved, to_candidate[:, size:])
        to_around, to_alike = np.zeros_like(head), np.zeros_like(head)
        for to, slope in (("", to_query[:, :size]), (" to company", to_query[:, size:])):
            to_own += slope * row[f"own{to}"]
            to_around += slope * row[f"kept{to}"]
            to_alike += slope * row[f"same{to}"]
            self.descend(f"own{to}", ways, slope * head)
            self.descend(f"same{to}", ways, slope * alike)
            self.descend(f"kept{to}", ways, slope * around)
            self.descend(f"way{to}", ways, slope)
        self.move("head", heads, to_own)
        add_to(to_kept, to_head, to_around)
        part, places = [], []
        for slope, (place, weights) in ((to_kept, last), (to_alike, last_alike)):
            by, fact = np.nonzero(weights > 0.02)
            part.append(slope[by] * weights[by, fact, None])
            places.append(place[by, fact])
        by_company, facts = np.concatenate(part), np.concatenate(places)
        way, others = self.facts.ways[facts], self.facts.tails[facts]
        if len(others):
            those, at = np.unique(others, return_inverse=True)
            turned = self.vectors["way by"][way]
            self.descend("way by", way, by_company * self.of("company", those)[at])
            self.move("company", others, by_company * turned)

    def move(self, role: str, actors: Ints, by: Values) -> None:
        each, slopes = totals(actors, by)
        self.descend(role, each, slopes)
        self.descend(f"{role} home", self.homes[each], slopes)
        self.descend(f"{role} sector", self.sectors[each], slopes)

    def descend(self, name: str, rows: Ints, by: Values, shrink: bool = True) -> None:
        if not len(rows):
            return
        each, slope = totals(rows, by)
        vectors, squares = self.vectors[name], self.squares[name]
        if shrink:
            slope += np.float32(SHRINK) * vectors[each]
        squares[each] += slope**2
        vectors[each] -= np.float32(RATE) * slope / np.sqrt(squares[each])


def totals(rows: Ints, values: Values) -> tuple[Ints, Values]:
    """The rows that there are, and the sum of each one's values.

    Groups are summed side by side, all their first values, all their second ones and so on, the long ones' rest apart:
    three times as fast as numpy's own reduceat along this axis.
    """
    order = np.argsort(rows, kind="stable")
    ordered = rows[order]
    starts = np.flatnonzero(np.diff(ordered, prepend=-1))
    sizes = np.diff(starts, append=len(rows))
    long_first = np.argsort(-sizes, kind="stable")
    starts, sizes = starts[long_first], sizes[long_first]
    made = values[order[starts]]
    *longer, longest = np.searchsorted(-sizes, -np.arange(1, SIDE_BY_SIDE + 1)).tolist()
    for place, groups in enumerate(filter(None, longer), 1):
        made[:groups] += values[order[starts[:groups] + place]]
    for group in range(longest):
        rest = order[starts[group] + SIDE_BY_SIDE : starts[group] + sizes[group]]
        made[group] += values[rest].sum(axis=0)
    return ordered[starts], made


def add_to(to: Values, rows: Ints, values: Values) -> None:
    each, sums = totals(rows, values)
    to[each] += sums
