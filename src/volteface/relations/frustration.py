"""How few signed edges must be left frustrated when nodes are split into blocs: exact, or bounds when time runs out.

Works on plain indices and whole weights; `balance` puts states and ties around it. An edge is frustrated if it is
positive between two blocs or negative within one. So: contract what can be decided at once, cut the rest into its
biconnected pieces, find a good partition of each by tabu search, and prove it by linear programs over the sets of edges
that `cycles` finds, and by branch and bound where these leave a gap.
"""

from __future__ import annotations

import heapq
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from itertools import count
from math import ceil
from typing import Any

import networkx as nx
import numpy as np
from numpy.typing import NDArray

from volteface.relations.cycles import OutOfTime, Pair, Piece, Row, odd_cycles, torn_friends, uncolourable

Weights = Mapping[Pair, int]  # signed, never zero
Choices = tuple[tuple[int, int], ...]  # edges by their place, and whether they are frustrated (1) or not (0)

_RESTARTS = 12
_REDRAWN = 0.2  # the part of a good partition that is drawn anew
_MOVES = 40  # of the tabu search, for each node and restart
_IDLE = 10  # moves without a better partition, for each node, that end it
_TENURE = 7  # at the least, and less than twice as many, moves for which a moved node stays
_NEVER = -(2**60)  # the gain of a move that is not allowed
_STALL = 1e-3  # a round of rows that adds less to the bound has stalled
_ROUNDS_THAT_STALL = 4
_NEAR = 1e-6


@dataclass(frozen=True, slots=True)
class Answer:
    """The least frustrated weight lies from `lower` to `upper`; the labels are a partition that has `upper`."""

    lower: int
    upper: int
    labels: tuple[int, ...]


def least(size: int, weights: Weights, blocs: int, until: float) -> Answer:
    """The partition of `size` nodes into at most `blocs` blocs that frustrates the least weight.

    `until` is a time of `time.monotonic()`: past it, the bounds found so far are returned.
    """
    if blocs < 2:
        spent = sum(-weight for weight in weights.values() if weight < 0)
        return Answer(spent, spent, (0,) * size)
    kernel = _contracted(size, weights, blocs)
    graph: nx.Graph[int] = nx.Graph()
    graph.add_edges_from(sorted(kernel.weights))
    found: Any = nx.biconnected_components(graph)  # sets of nodes; types-networkx has them one level too deep
    pieces: list[list[int]] = sorted(map(sorted, found), key=lambda nodes: (len(nodes), nodes))
    lower = upper = kernel.spent
    solved = []
    for nodes in pieces:
        at = {node: index for index, node in enumerate(nodes)}
        piece = Piece(len(nodes), {(at[a], at[b]): w for (a, b), w in kernel.weights.items() if a in at and b in at})
        left = until - time.monotonic()
        spend = left if nodes is pieces[-1] else left / 2  # small pieces come first and leave most of it
        answer = _Search(piece, blocs, time.monotonic() + spend).answer()
        lower, upper = lower + answer.lower, upper + answer.upper
        solved.append(dict(zip(nodes, answer.labels, strict=True)))
    return Answer(lower, upper, kernel.lifted(_joined(solved)))


def frustrated(weights: Weights, labels: Sequence[int]) -> Iterator[Pair]:
    """The edges that these labels frustrate."""
    return (edge for edge, weight in weights.items() if (labels[edge[0]] == labels[edge[1]]) == (weight < 0))


@dataclass(frozen=True, slots=True)
class _Kernel:
    """What is left when nodes are merged whose edge to a neighbour outweighs all their others."""

    size: int
    weights: Weights
    spent: int  # the weight that is frustrated in any case
    merged: list[tuple[int, int, int]]  # node, the one that it follows, and the sign; the latest last

    def lifted(self, labels: Mapping[int, int]) -> tuple[int, ...]:
        whole = [labels.get(node, 0) for node in range(self.size)]
        for node, leader, sign in reversed(self.merged):
            whole[node] = whole[leader] if sign > 0 else 1 - whole[leader]
        return tuple(whole)


def _contracted(size: int, weights: Weights, blocs: int) -> _Kernel:
    """Merges a node into the neighbour that binds it at least as strongly as all others together.

    It loses nothing: a node that went against that edge could be moved to satisfy it. With more than two blocs
    only a positive edge says where to.
    """
    around: list[dict[int, int]] = [{} for _ in range(size)]
    for (one, other), weight in weights.items():
        around[one][other] = around[other][one] = weight
    spent = 0
    merged = []
    waiting = list(range(size - 1, -1, -1))
    while waiting:
        node = waiting.pop()
        mine = around[node]
        if not mine:
            continue
        leader = max(mine, key=lambda other: (abs(mine[other]), -other))
        if 2 * abs(mine[leader]) < sum(map(abs, mine.values())) or (blocs > 2 and mine[leader] < 0):
            continue
        sign = 1 if mine.pop(leader) > 0 else -1
        del around[leader][node]
        for other, weight in mine.items():
            del around[other][node]
            old = around[leader].get(other, 0)
            new = old + sign * weight
            spent += (abs(old) + abs(weight) - abs(new)) // 2
            if new:
                around[leader][other] = around[other][leader] = new
            else:
                del around[leader][other], around[other][leader]
        waiting += [leader, *sorted(mine)]
        around[node] = {}
        merged.append((node, leader, sign))
    left = {(one, other): weight for one in range(size) for other, weight in around[one].items() if one < other}
    return _Kernel(size, left, spent, merged)


def _joined(solved: list[dict[int, int]]) -> dict[int, int]:
    """The pieces' labels put together: pieces share cut nodes only, at which one's labels are exchanged to agree."""
    pieces_of: dict[int, list[int]] = {}
    for place, piece in enumerate(solved):
        for node in piece:
            pieces_of.setdefault(node, []).append(place)
    labels: dict[int, int] = {}
    waiting = set(range(len(solved)))
    for first in range(len(solved)):
        queue = [first]
        while queue:
            place = queue.pop()
            if place not in waiting:
                continue
            waiting.discard(place)
            piece = solved[place]
            shared = next((node for node in sorted(piece) if node in labels), None)
            swap = {} if shared is None else {piece[shared]: labels[shared], labels[shared]: piece[shared]}
            for node, label in piece.items():
                labels[node] = swap.get(label, label)
                queue += pieces_of[node]
    return labels


class _Search:
    """The best partition of one piece found so far, and the proof of how good it is."""

    def __init__(self, piece: Piece, blocs: int, until: float) -> None:
        self.piece, self.blocs, self.until = piece, blocs, until
        self.labels = np.zeros(piece.size, dtype=np.int64)
        self.upper = self.cost(self.labels)

    def answer(self) -> Answer:
        self.look()
        lower = self.prove()
        return Answer(lower, self.upper, tuple(self.labels.tolist()))

    def cost(self, labels: NDArray[np.int64]) -> int:
        signed, (one, other) = self.piece.signed, self.piece.ends.T
        return int(np.abs(signed[(labels[one] == labels[other]) == (signed < 0)]).sum())

    def offer(self, labels: NDArray[np.int64]) -> None:
        cost = self.cost(labels)
        if cost < self.upper:
            self.upper, self.labels = cost, labels.copy()

    def look(self) -> None:
        """Starts from all in one bloc, then in turn from a random partition and from the best with a part redrawn."""
        random = np.random.default_rng(0)
        start = self.labels
        for restart in range(1, _RESTARTS + 1):
            self.improve(start, _MOVES * self.piece.size, random)
            if not self.upper or time.monotonic() > self.until:
                return
            drawn = random.integers(0, self.blocs, self.piece.size)
            redrawn = random.random(self.piece.size) < _REDRAWN
            start = drawn if restart % 2 else np.where(redrawn, drawn, self.labels)

    def improve(self, labels: NDArray[np.int64], moves: int, random: np.random.Generator) -> None:
        """Tabu search: makes the best move of one node even if it worsens, and never of one that was moved lately."""
        nodes = np.arange(self.piece.size)
        matrix = self.piece.matrix
        labels = labels.copy()
        kinship = np.stack([matrix[:, labels == bloc].sum(axis=1) for bloc in range(self.blocs)], axis=1)
        cost = best = self.cost(labels)
        self.offer(labels)
        free_at = np.zeros(self.piece.size, dtype=np.int64)
        tenures = random.integers(_TENURE, 2 * _TENURE, moves)
        idle = 0
        for move in range(moves):
            gain = kinship - kinship[nodes, labels][:, None]
            gain[nodes, labels] = _NEVER
            gain[(free_at > move)[:, None] & (cost - gain >= best)] = _NEVER
            node, bloc = divmod(int(gain.argmax()), self.blocs)
            if gain[node, bloc] == _NEVER:
                continue
            cost -= int(gain[node, bloc])
            kinship[:, labels[node]] -= matrix[node]
            kinship[:, bloc] += matrix[node]
            labels[node] = bloc
            free_at[node] = move + int(tenures[move])
            idle += 1
            if cost < best:
                best, idle = cost, 0
                self.offer(labels)
            elif idle > _IDLE * self.piece.size:
                return

    def prove(self) -> int:
        """A lower bound, which is the upper one if time suffices. Always splits the case with the lowest bound."""
        if not self.upper:
            return 0
        program = _Program(np.abs(self.piece.signed), self.until)
        cases = count()
        waiting: list[tuple[float, int, Choices]] = [(0.0, next(cases), ())]
        while waiting and _whole(waiting[0][0]) < self.upper:
            bound, _, choices = waiting[0]
            try:
                value, chosen = self.bounded(program, choices)
            except OutOfTime:
                return min(_whole(bound if choices else program.reached), self.upper)
            heapq.heappop(waiting)
            if _whole(value) < self.upper:
                edge = int(np.argmax(np.minimum(chosen, 1 - chosen)))
                for choice in (0, 1):
                    heapq.heappush(waiting, (max(value, bound), next(cases), (*choices, (edge, choice))))
        return self.upper

    def bounded(self, program: _Program, choices: Choices) -> tuple[float, NDArray[np.float64]]:
        """The linear program's answer once no row is violated, or the rows stall, or the bound is reached."""
        stalled, last = 0, -1.0
        while True:
            value, chosen = program.solve(choices)
            if _whole(value) >= self.upper:
                return value, chosen
            self.rounded(chosen)
            stalled = 0 if value > last + _STALL else stalled + 1
            last = value
            if stalled > _ROUNDS_THAT_STALL and (np.minimum(chosen, 1 - chosen) > _NEAR).any():
                return value, chosen
            rows = [row for row in self.violated(chosen) if row not in program.rows]
            if not rows:
                return value, chosen
            program.add(rows)

    def violated(self, chosen: NDArray[np.float64]) -> list[Row]:
        if self.blocs == 2:
            return odd_cycles(self.piece, chosen)
        if rows := torn_friends(self.piece, chosen):
            return rows
        row, labels = uncolourable(self.piece, chosen, self.blocs, self.until)
        if row is not None:
            return [row]
        if labels is not None:
            self.offer(labels)
        return []

    def rounded(self, chosen: NDArray[np.float64]) -> None:
        """Offers the partition that a spanning tree gives of the edges that the linear program leaves most alone."""
        tree: nx.Graph[int] = nx.Graph()
        tree.add_nodes_from(range(self.piece.size))
        parts = nx.utils.UnionFind(range(self.piece.size))
        for place in np.argsort(chosen, kind="stable"):
            one, other = self.piece.edges[place]
            usable = self.blocs == 2 or self.piece.signed[place] > 0
            if usable and parts[one] != parts[other]:
                parts.union(one, other)
                tree.add_edge(one, other)
        labels = np.zeros(self.piece.size, dtype=np.int64)
        for part in nx.connected_components(tree):
            for one, other in nx.bfs_edges(tree, min(part)):
                labels[other] = labels[one] ^ (self.piece.matrix[one, other] < 0)
        if self.cost(labels) < 1.1 * self.upper:
            self.improve(labels, 2 * self.piece.size, np.random.default_rng(0))


class _Program:
    """The linear program: the least weight of edges, each from 0 to 1, that hits every row."""

    def __init__(self, weights: NDArray[np.int64], until: float) -> None:
        highspy: Any = import_module("highspy")  # only here: most commands need no solver
        self.until = until
        self.weights = weights.astype(np.float64)
        self.places = np.arange(len(weights), dtype=np.int32)
        self.rows: set[Row] = set()
        self.members = np.zeros(0, dtype=np.int32)  # the rows' edges, one row after the other
        self.member_of = np.zeros(0, dtype=np.int32)
        self.reached = 0.0  # the last bound with no choice made
        self.optimal = highspy.HighsModelStatus.kOptimal
        self.infeasible = highspy.HighsModelStatus.kInfeasible
        self.solver = highspy.Highs()
        self.solver.setOptionValue("output_flag", False)
        self.solver.setOptionValue("threads", 1)
        self.solver.addVars(len(weights), np.zeros(len(weights)), np.ones(len(weights)))
        self.solver.changeColsCost(len(weights), self.places, self.weights)

    def solve(self, choices: Choices) -> tuple[float, NDArray[np.float64]]:
        """A bound from below on all that these choices leave open, and each edge's part. Raises OutOfTime."""
        left = self.until - time.monotonic()
        if left <= 0:
            raise OutOfTime
        low, high = np.zeros(len(self.weights)), np.ones(len(self.weights))
        for edge, choice in choices:
            low[edge] = high[edge] = choice
        self.solver.changeColsBounds(len(self.weights), self.places, low, high)
        self.solver.setOptionValue("time_limit", self.solver.getRunTime() + left)
        self.solver.run()
        status = self.solver.getModelStatus()
        if status == self.infeasible:  # a row has no edge left that could be frustrated
            return float(self.weights.sum()) + 1, high
        if status != self.optimal:
            raise OutOfTime
        answer = self.solver.getSolution()
        # Weak duality makes a bound of any prices from 0 up, so it holds however exactly the solver worked.
        price = np.maximum(np.array(answer.row_dual, dtype=np.float64), 0)
        paid = np.bincount(self.members, price[self.member_of], len(self.weights))
        value = float(price.sum() + np.minimum((self.weights - paid) * low, (self.weights - paid) * high).sum())
        if not choices:
            self.reached = max(self.reached, value)
        return value, np.array(answer.col_value)

    def add(self, rows: list[Row]) -> None:
        sizes = [len(row) for row in rows]
        starts = np.cumsum([0, *sizes[:-1]]).astype(np.int32)
        members = np.concatenate([sorted(row) for row in rows]).astype(np.int32)
        numbers = np.arange(len(self.rows), len(self.rows) + len(rows), dtype=np.int32)
        self.members = np.concatenate([self.members, members])
        self.member_of = np.concatenate([self.member_of, np.repeat(numbers, sizes)])
        self.rows.update(rows)
        ones = np.ones(len(members))
        self.solver.addRows(
            len(rows), np.ones(len(rows)), np.full(len(rows), np.inf), len(members), starts, members, ones
        )


def _whole(bound: float) -> int:
    """The least whole number that a bound allows, with room for the error of a sum of so many digits."""
    return ceil(bound - _NEAR - 1e-9 * abs(bound))
