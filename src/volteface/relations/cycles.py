"""The small sets of signed edges of which one at least must be frustrated: what `frustration` proves its bound from.

Each is found where a linear program, which gives every edge a part from 0 to 1, says less than one for the whole set.
With two blocs they are the cycles with an odd number of negative edges (Barahona and Mahjoub 1986); with more, the
cycles with exactly one (Chopra and Rao 1993), and what cannot be coloured with as many colours.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import networkx as nx
import numpy as np
from numpy.typing import NDArray

Pair = tuple[int, int]  # two nodes, the smaller first
Row = frozenset[int]  # places of edges

_NEAR = 1e-6  # what counts as zero in a linear program's answer
_STEP = 1e-5  # added to each edge's length, so that of two shortest paths the one with fewer edges is found
_SHORT = 1e-4  # by how much less than one a set must have to be worth a row


class OutOfTime(Exception):
    """The time given has passed before there was an answer."""


@dataclass(frozen=True)
class Piece:
    """A signed graph on nodes from 0 up, with whole weights that are never zero."""

    size: int
    weights: Mapping[Pair, int]

    @cached_property
    def edges(self) -> list[Pair]:
        return sorted(self.weights)

    @cached_property
    def place(self) -> dict[Pair, int]:
        return {edge: place for place, edge in enumerate(self.edges)}

    @cached_property
    def ends(self) -> NDArray[np.int64]:
        return np.array(self.edges, dtype=np.int64)

    @cached_property
    def signed(self) -> NDArray[np.int64]:
        return np.array([self.weights[edge] for edge in self.edges], dtype=np.int64)

    @cached_property
    def matrix(self) -> NDArray[np.int64]:
        matrix = np.zeros((self.size, self.size), dtype=np.int64)
        one, other = self.ends.T
        matrix[one, other] = matrix[other, one] = self.signed
        return matrix

    def along(self, path: Iterable[int]) -> Row:
        """The edges between each node of a path and the next."""
        return frozenset(self.place[min(one, other), max(one, other)] for one, other in pairwise(path))


def odd_cycles(piece: Piece, chosen: NDArray[np.float64]) -> list[Row]:
    """For each edge the shortest cycle through it with an odd number of negative edges, where it is shorter than one.

    In the graph of two copies of each node, where negative edges change copy, it is a path between the copies.
    """
    size = piece.size
    length = np.maximum(chosen, 0) + _STEP
    one, other = piece.ends.T
    turn = (piece.signed < 0).astype(np.int64)
    steps = np.full((2 * size, 2 * size), np.inf)
    for copy in (0, 1):
        start, end = one + copy * size, other + (copy ^ turn) * size
        steps[start, end] = steps[end, start] = length
    np.fill_diagonal(steps, 0)
    far = _distances(steps)
    closing = other + (1 - turn) * size
    walks = (
        [node % size for node in _path(steps, far, int(one[place]), int(closing[place]))]
        for place in np.flatnonzero(length + far[one, closing] < 1 - _NEAR)
    )
    return _short(chosen, (piece.along(_odd_cycle_within(piece, walk)) for walk in walks))


def torn_friends(piece: Piece, chosen: NDArray[np.float64]) -> list[Row]:
    """For each negative edge the shortest cycle that it closes with positive ones, where it is shorter than one."""
    length = np.maximum(chosen, 0) + _STEP
    positive = piece.signed > 0
    one, other = piece.ends.T
    steps = np.full((piece.size, piece.size), np.inf)
    steps[one[positive], other[positive]] = steps[other[positive], one[positive]] = length[positive]
    np.fill_diagonal(steps, 0)
    far = _distances(steps)
    torn = np.flatnonzero(~positive & (length + far[one, other] < 1 - _NEAR))
    paths = (_path(steps, far, int(one[place]), int(other[place])) for place in torn)
    return _short(chosen, (piece.along([*path, path[0]]) for path in paths))


def uncolourable(
    piece: Piece, chosen: NDArray[np.float64], blocs: int, until: float
) -> tuple[Row, None] | tuple[None, NDArray[np.int64]]:
    """A set of edges that no partition into so many blocs satisfies, or else a partition.

    Looks only at edges that the linear program leaves wholly alone, and takes it that no cycle among them has
    exactly one negative edge. So friends form camps, and camps at odds must have different colours. The set has no
    smaller one in it. Raises OutOfTime past `until`, a time of `time.monotonic()`.
    """
    kept = [piece.edges[place] for place in np.flatnonzero(chosen < _NEAR)]
    friends: nx.Graph[int] = nx.Graph()
    friends.add_nodes_from(range(piece.size))
    friends.add_edges_from(edge for edge in kept if piece.weights[edge] > 0)
    camp = {node: place for place, nodes in enumerate(nx.connected_components(friends)) for node in nodes}
    feuds: dict[Pair, Pair] = {}
    for edge in kept:
        if piece.weights[edge] < 0:
            one, other = sorted(camp[node] for node in edge)
            feuds.setdefault((one, other), edge)
    colours = _coloured(feuds, blocs, until)
    if colours is not None:
        return None, np.array([colours.get(camp[node], 0) for node in range(piece.size)], dtype=np.int64)
    for pair in sorted(feuds):
        without = {other: edge for other, edge in feuds.items() if other != pair}
        if _coloured(without, blocs, until) is None:
            feuds = without
    row = {piece.place[edge] for edge in feuds.values()}
    touched: dict[int, list[int]] = {}
    for edge in feuds.values():
        for node in edge:
            touched.setdefault(camp[node], []).append(node)
    for first, *others in touched.values():
        for node in others:
            row |= piece.along(nx.shortest_path(friends, first, node))
    return frozenset(row), None


def _short(chosen: NDArray[np.float64], rows: Iterable[Row]) -> list[Row]:
    """Each row once that has less than one, those with the least first."""
    total = {row: float(chosen[sorted(row)].sum()) for row in rows}
    short = [row for row in total if total[row] < 1 - _SHORT]
    return sorted(short, key=lambda row: (total[row], len(row), sorted(row)))


def _odd_cycle_within(piece: Piece, walk: list[int]) -> list[int]:
    """The nodes, the first again at the end, of a cycle with an odd number of negative edges within such a walk."""
    trail: list[int] = []
    turns: list[int] = []  # how many negative edges lie before each node of the trail
    turned = 0
    for node in [*walk, walk[0]]:
        if trail:
            turned += int(piece.matrix[trail[-1], node] < 0)
        if node in trail:
            start = trail.index(node)
            if (turned - turns[start]) % 2:
                return [*trail[start:], node]
            turned = turns[start]
            del trail[start:], turns[start:]
        trail.append(node)
        turns.append(turned)
    raise AssertionError("a closed walk with an odd number of negative edges has a cycle with an odd number")


def _distances(steps: NDArray[np.float64]) -> NDArray[np.float64]:
    """The lengths of all shortest paths (Floyd and Warshall)."""
    far = steps.copy()
    for middle in range(len(far)):
        np.minimum(far, far[:, middle, None] + far[middle], out=far)
    return far


def _path(steps: NDArray[np.float64], far: NDArray[np.float64], start: int, end: int) -> list[int]:
    path = [start]
    while path[-1] != end:
        ahead = steps[path[-1]] + far[:, end]
        ahead[path[-1]] = np.inf
        path.append(int(ahead.argmin()))
    return path


def _coloured(feuds: Iterable[Pair], colours: int, until: float) -> dict[int, int] | None:
    """A colour for each node so that no pair has the same, or none if that cannot be."""
    graph: nx.Graph[int] = nx.Graph()
    graph.add_edges_from(feuds)
    rest = graph.copy()
    later: list[int] = []  # nodes with fewer neighbours than colours can wait until the others have theirs
    while easy := sorted(node for node, degree in rest.degree if degree < colours):
        later += easy
        rest.remove_nodes_from(easy)
    given: dict[int, int] = {}

    def hard() -> bool:
        if time.monotonic() > until:
            raise OutOfTime
        taken = {node: {given[other] for other in rest[node] if other in given} for node in rest if node not in given}
        if not taken:
            return True
        node = max(taken, key=lambda node: (len(taken[node]), rest.degree[node], -node))
        fresh = len(set(given.values()))  # colours not used so far are alike: try one of them
        for colour in range(min(colours, fresh + 1)):
            if colour not in taken[node]:
                given[node] = colour
                if hard():
                    return True
                del given[node]
        return False

    if not hard():
        return None
    for node in reversed(later):
        given[node] = min(set(range(colours)) - {given[other] for other in graph[node] if other in given})
    return given
