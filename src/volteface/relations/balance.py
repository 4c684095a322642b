"""Structural balance in a signed network of states: its blocs, how far it is from balance, and where it is strained.

Reads networks that `network` makes; `frustration` does the exact search. Neutral ties take no part. Every result
depends on the ties alone: renaming states renames them in the result. Only where states are wholly alike, so that one
could stand for the other, does the alphabet decide which of them is named.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import networkx as nx
import numpy as np

from volteface.errors import InputError
from volteface.relations import frustration as search
from volteface.relations.network import Network, Sign, Tie

_PARTS = 1000  # of a weight: the search counts in whole numbers


@dataclass(frozen=True, slots=True)
class Frustration:
    """The least number (or weight) of ties that no partition into so many blocs can satisfy: proved, or bounds.

    A tie is frustrated if it is positive between two blocs or negative within one. `upper` is what `blocs` and
    `frustrated` show; the true least is not below `lower`.
    """

    lower: float
    upper: float
    blocs: tuple[tuple[str, ...], ...]  # the largest first; parts of the network without a tie between them are
    # each laid out alike, which says nothing on how they stand to each other
    frustrated: tuple[Tie, ...]
    unaligned: tuple[str, ...]  # states without a positive or negative tie

    @property
    def proved(self) -> bool:
        return self.lower == self.upper

    def __str__(self) -> str:
        least = f"{self.upper:g}, proved" if self.proved else f"from {self.lower:g} to {self.upper:g}"
        sizes = ", ".join(str(len(bloc)) for bloc in self.blocs)
        return f"frustration {least}; blocs of {sizes or 'no'} states"


@dataclass(frozen=True, slots=True)
class Triangle:
    """Three states, each with a positive or negative tie to the others; their ties in alphabetical order."""

    ties: tuple[Tie, Tie, Tie]

    @property
    def states(self) -> tuple[str, str, str]:
        return self.ties[0].one, self.ties[0].other, self.ties[2].other

    @property
    def balanced(self) -> bool:
        return sum(tie.sign < 0 for tie in self.ties) % 2 == 0

    @property
    def between(self) -> str | None:
        """The state that stands well with two who stand badly; none if all three stand badly."""
        [bad, *others] = sorted(self.ties, key=lambda tie: tie.sign)
        if others[0].sign < 0 or bad.sign > 0:
            return None
        return next(state for state in self.states if state not in (bad.one, bad.other))

    @property
    def strength(self) -> float:
        """The weight of its weakest tie."""
        return min(tie.weight for tie in self.ties)

    def plain(self, name: Callable[[str], str] = str) -> str:
        """The strain as a sentence; `name` makes a state's name of its code."""
        middle = self.between
        if middle is None:
            one, other, third = (name(state) for state in self.states)
            return f"{one}, {other} and {third} all stand badly with each other."
        [bad] = [tie for tie in self.ties if tie.sign < 0]
        how = "badly" if bad.standing is None else f"at {bad.standing:.0f}"
        return f"{name(middle)} stands well with both {name(bad.one)} and {name(bad.other)}, who stand {how}."


@dataclass(frozen=True, slots=True)
class Triads:
    """How many triangles there are, and how many of them are balanced."""

    balanced: int
    strained: int

    @property
    def share(self) -> float | None:
        """Of the triangles that are balanced; none if there are no triangles."""
        total = self.balanced + self.strained
        return self.balanced / total if total else None


@dataclass(frozen=True, slots=True)
class Walks:
    """Balance over closed walks of all lengths, shorter ones weighing more: 1 is balanced, lower is less so."""

    whole: float
    states: Mapping[str, float]  # the same for the walks that start and end at a state


@dataclass(frozen=True, slots=True)
class Resolutions:
    """What became of strained triangles from each network of a sequence to the next.

    Ways for a state between two rivals: "rivals reconciled", "a friend dropped", "both friends dropped", "rivalry
    faded", "a friendship faded", "both friendships faded", "several ties changed". For three rivals: "two joined",
    "rivalry faded", "several ties changed". A tie fades when it turns neutral or is no longer there.
    """

    strained: int  # strained triangles, counted in each network but the last
    stayed: int  # those with the same signs in the next
    ways: Mapping[str, int]  # how the others changed, the most frequent first
    balanced: int  # the base rate: balanced triangles counted likewise
    balanced_stayed: int


def frustration(network: Network, blocs: int = 2, seconds: float = 60.0, weighted: bool = False) -> Frustration:
    """The partition into at most `blocs` blocs that frustrates the fewest ties, with proof or with bounds.

    Weighted, it is the least weight, in thousandths. When `seconds` have passed, the bounds found so far are returned.
    """
    if blocs < 1:
        raise InputError(f"{blocs} blocs: a partition needs one or more")
    until = time.monotonic() + seconds
    order = _order(network)
    at = {state: index for index, state in enumerate(order)}
    scale = _PARTS if weighted else 1
    weights = {}
    for tie in network.signed:
        one, other = sorted((at[tie.one], at[tie.other]))
        if size := round(tie.weight * _PARTS) if weighted else 1:
            weights[one, other] = tie.sign * size
    answer = search.least(len(order), weights, blocs, until)
    labels = _laid_out(weights, answer.labels)
    members: dict[int, list[str]] = {}
    for state, label in zip(order, labels, strict=True):
        members.setdefault(label, []).append(state)
    wrong = {(order[one], order[other]) for one, other in search.frustrated(weights, labels)}
    return Frustration(
        lower=answer.lower / scale,
        upper=answer.upper / scale,
        blocs=tuple(tuple(sorted(members[label])) for label in sorted(members)),
        frustrated=tuple(tie for tie in network.signed if {(tie.one, tie.other), (tie.other, tie.one)} & wrong),
        unaligned=tuple(state for state in network.states if state not in at),
    )


def triangles(network: Network) -> Iterator[Triangle]:
    """Every three states with positive or negative ties to each other, in alphabetical order."""
    ahead = {
        state: {other: tie for other, tie in ties.items() if other > state and tie.sign}
        for state, ties in network.around.items()
    }
    for one in network.states:
        for other, first in sorted(ahead[one].items()):
            for third in sorted(ahead[other].keys() & ahead[one].keys()):
                yield Triangle((first, ahead[one][third], ahead[other][third]))


def triads(network: Network) -> Triads:
    """How many triangles are balanced: the enemy of an enemy is a friend, a friend's friend too."""
    kinds = Counter(triangle.balanced for triangle in triangles(network))
    return Triads(kinds[True], kinds[False])


def strained(network: Network) -> tuple[Triangle, ...]:
    """The triangles that are not balanced, those whose weakest tie is strongest first."""
    found = [triangle for triangle in triangles(network) if not triangle.balanced]
    found.sort(key=lambda one: (-one.strength, -sum(tie.weight for tie in one.ties), one.states))
    return tuple(found)


def walks(network: Network, inverse_temperature: float = 1.0) -> Walks:
    """Closed walks weighed by sign against the same walks weighed without: tr exp(bA) / tr exp(b|A|).

    Estrada and Benzi 2014 (Physical Review E 90, 042802), who take b, the inverse temperature, as 1. The larger and
    denser the network, the longer are the walks that count; a smaller b holds against that.
    """
    states = _order(network)
    if not states:
        return Walks(1.0, {})
    at = {state: index for index, state in enumerate(states)}
    matrix = np.zeros((len(states), len(states)))
    for tie in network.signed:
        matrix[at[tie.one], at[tie.other]] = matrix[at[tie.other], at[tie.one]] = tie.sign
    values, vectors = np.linalg.eigh(matrix * inverse_temperature)
    plain_values, plain_vectors = np.linalg.eigh(np.abs(matrix) * inverse_temperature)
    top = plain_values[-1]  # taken off both, so that no exponential overflows
    signed = (vectors**2) @ np.exp(values - top)
    plain = (plain_vectors**2) @ np.exp(plain_values - top)
    shares = dict(zip(states, (signed / plain).tolist(), strict=True))
    return Walks(float(signed.sum() / plain.sum()), {state: shares[state] for state in sorted(states)})


def resolutions(networks: Sequence[Network]) -> Resolutions:
    """How strained triangles changed from each network to the next; the networks in the order of time."""
    ways: Counter[str] = Counter()
    seen: Counter[tuple[bool, bool]] = Counter()  # balanced, stayed
    for earlier, later in pairwise(networks):
        for triangle in triangles(earlier):
            now = [later.tie(tie.one, tie.other) for tie in triangle.ties]
            changes: Counter[tuple[Sign, Sign]] = Counter(
                (tie.sign, 0 if new is None else new.sign)
                for tie, new in zip(triangle.ties, now, strict=True)
                if new is None or new.sign != tie.sign
            )
            seen[triangle.balanced, not changes] += 1
            if changes and not triangle.balanced:
                ways[_way(changes, triangle.between is None)] += 1
    return Resolutions(
        strained=seen[False, True] + seen[False, False],
        stayed=seen[False, True],
        ways=dict(sorted(ways.items(), key=lambda item: (-item[1], item[0]))),
        balanced=seen[True, True] + seen[True, False],
        balanced_stayed=seen[True, True],
    )


def _way(changes: Mapping[tuple[Sign, Sign], int], rivals: bool) -> str:
    match sorted(changes.items()):
        case [((-1, 0), _)]:
            return "rivalry faded"
        case [((-1, 1), 1)]:
            return "two joined" if rivals else "rivals reconciled"
        case [((1, -1), number)]:
            return "a friend dropped" if number == 1 else "both friends dropped"
        case [((1, 0), number)]:
            return "a friendship faded" if number == 1 else "both friendships faded"
    return "several ties changed"


def _order(network: Network) -> list[str]:
    """The states that have a signed tie, in an order that their names decide only between states that are alike.

    Colour refinement: a state's rank is that of its ties' signs and weights and of the ranks at their ends.
    """
    around: dict[str, list[tuple[int, int, str]]] = {
        state: [(tie.sign, round(tie.weight * _PARTS), other) for other, tie in ties.items() if tie.sign]
        for state, ties in network.around.items()
    }
    around = {state: ties for state, ties in around.items() if ties}
    rank = dict.fromkeys(around, 0)
    while True:
        number = len(set(rank.values()))
        looks = {
            state: (rank[state], sorted((sign, weight, rank[other]) for sign, weight, other in ties))
            for state, ties in around.items()
        }
        rank = _ranks(looks)
        if len(set(rank.values())) > number:
            continue
        alike = Counter(rank.values())
        shared = [place for place, size in sorted(alike.items()) if size > 1]
        if not shared:
            return sorted(rank, key=rank.__getitem__)
        first = min(state for state, place in rank.items() if place == shared[0])
        rank = {state: 2 * place + (state != first) for state, place in rank.items()}


def _ranks(looks: Mapping[str, tuple[int, list[tuple[int, int, int]]]]) -> dict[str, int]:
    kinds = sorted({(old, tuple(ties)) for old, ties in looks.values()})
    place = {kind: index for index, kind in enumerate(kinds)}
    return {state: place[old, tuple(ties)] for state, (old, ties) in looks.items()}


def _laid_out(weights: Mapping[tuple[int, int], int], labels: Sequence[int]) -> list[int]:
    """The labels with the largest bloc as 0 in each part of the network, and so on down."""
    graph = nx.Graph(list(weights))
    graph.add_nodes_from(range(len(labels)))
    made = [0] * len(labels)
    for part in nx.connected_components(graph):
        sizes = Counter(labels[node] for node in part)
        first = {label: min(node for node in part if labels[node] == label) for label in sizes}
        ordered = sorted(sizes, key=lambda label: (-sizes[label], first[label]))
        for node in part:
            made[node] = ordered.index(labels[node])
    return made
