"""Where nodes lie: near those that they are linked to, no label over another, and blind to what they are called.

Nodes are ordered by how they are linked alone, so that none gets a better place for its name, and the same links
always give the same picture.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import sqrt

import numpy as np

from volteface.terms import identity

WIDTH, HEIGHT = 960, 640
_MARGIN = np.array([74.0, 44.0])  # beside and above the outermost nodes, for their labels
_ROUNDS = 4  # of refining which nodes are alike
_LONGEST = 110.0  # that a link of length 1 may become, so that a picture of few nodes is not drawn apart
_LABEL = np.array([104.0, 46.0])  # the room that a node with its label needs

Places = Mapping[str, tuple[float, float]]
Link = tuple[str, str, str]  # two nodes, and what the link looks like
_Box = tuple[float, float, float, float]  # left, top, width, height
Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]


def layout(links: Sequence[Link], lengths: Sequence[float] = ()) -> Places:
    """Where each node lies, in the picture's units; a link of length 2 wants its nodes twice as far apart."""
    keys = alike(links)
    nodes = sorted(keys, key=lambda node: (keys[node], node))
    if not nodes:
        return {}
    at = {node: place for place, node in enumerate(nodes)}
    far = _distances([(at[one], at[other]) for one, other, _ in links], len(nodes), lengths or [1.0] * len(links))
    places = np.zeros((len(nodes), 2))
    for members, box in _shared(_components(far), (0.0, 0.0, float(WIDTH), float(HEIGHT))):
        inside = _fitted(_stressed(far[np.ix_(members, members)]), box)
        places[members] = _fitted(_apart(inside), box, turn=False)
    return {node: (round(float(x), 1), round(float(y), 1)) for node, (x, y) in zip(nodes, places, strict=True)}


def alike(links: Sequence[Link]) -> dict[str, str]:
    """For each node a key that only its links decide: equal keys are places that could be swapped unseen."""
    neighbours: dict[str, list[tuple[str, str]]] = {}
    for one, other, looks in links:
        neighbours.setdefault(one, []).append((looks, other))
        neighbours.setdefault(other, []).append((looks, one))
    keys = {node: identity(*sorted(looks for looks, _ in of)) for node, of in neighbours.items()}
    for _ in range(_ROUNDS):
        keys = {
            node: identity(keys[node], *sorted(f"{looks} {keys[other]}" for looks, other in of))
            for node, of in neighbours.items()
        }
    return keys


def _distances(pairs: Sequence[tuple[int, int]], size: int, lengths: Sequence[float]) -> Matrix:
    """How far states should lie from each other, by shortest path; infinite where no path leads.

    A tie is the longer the more others only one of its two states deals with, which gives busy states room.
    """
    near: list[set[int]] = [set() for _ in range(size)]
    for one, other in pairs:
        near[one].add(other)
        near[other].add(one)
    far: Matrix = np.full((size, size), np.inf)
    np.fill_diagonal(far, 0.0)
    for (one, other), length in zip(pairs, lengths, strict=True):
        far[one, other] = far[other, one] = length * (1.0 + 0.25 * sqrt(len(near[one] ^ near[other])))
    for middle in range(size):
        far = np.minimum(far, far[:, middle, None] + far[None, middle, :])
    return far


def _components(far: Matrix) -> list[list[int]]:
    """The groups of states that ties join, the largest first."""
    groups = {tuple(np.flatnonzero(np.isfinite(row)).tolist()) for row in far}
    return [list(group) for group in sorted(groups, key=lambda group: (-len(group), group))]


def _shared(groups: list[list[int]], box: _Box) -> list[tuple[list[int], _Box]]:
    """A part of the picture for each group: the largest is cut off the longer side, the others share the rest."""
    if len(groups) == 1:
        return [(groups[0], box)]
    left, top, width, height = box
    share = min(max(len(groups[0]) / sum(map(len, groups)), 0.5), 0.82)
    if width >= height:
        first, rest = (left, top, width * share, height), (left + width * share, top, width * (1 - share), height)
    else:
        first, rest = (left, top, width, height * share), (left, top + height * share, width, height * (1 - share))
    return [(groups[0], first), *_shared(groups[1:], rest)]


def _stressed(far: Matrix) -> Matrix:
    """Places whose distances come near to these: stress majorization (Gansner and others 2004)."""
    size = len(far)
    if size == 1:
        return np.zeros((1, 2))
    centred = np.eye(size) - 1.0 / size
    values, vectors = np.linalg.eigh(-0.5 * centred @ far**2 @ centred)
    turn = 2 * np.pi * np.arange(size) / size
    places: Matrix = vectors[:, -2:] * np.sqrt(np.maximum(values[-2:], 1e-9))
    places = places + 0.15 * np.column_stack([np.cos(turn), np.sin(turn)])
    weights = 1.0 / np.maximum(far, 1.0) ** 2
    np.fill_diagonal(weights, 0.0)
    laplacian = np.diag(weights.sum(axis=1)) - weights
    inverse = np.linalg.pinv(laplacian)
    for _ in range(300):
        apart = np.sqrt(((places[:, None] - places[None, :]) ** 2).sum(axis=2))
        pull = np.where(apart > 1e-9, weights * far / np.maximum(apart, 1e-9), 0.0)
        places = inverse @ ((np.diag(pull.sum(axis=1)) - pull) @ places)
    return places


def _fitted(places: Matrix, box: _Box, turn: bool = True) -> Matrix:
    """Places stretched over a part of the picture and turned so that their longer sides agree; else only shrunk."""
    left, top, width, height = box
    places = places - places.mean(axis=0)
    if turn and len(places) > 1:
        _, _, axes = np.linalg.svd(places, full_matrices=False)
        places = places @ (axes.T if width >= height else axes[::-1].T)
    low, high = places.min(axis=0), places.max(axis=0)
    spread = np.where(high - low > 1e-6, high - low, 1.0)
    room = np.minimum(np.maximum(np.array([width, height]) - 2 * _MARGIN, 1.0), (_LONGEST if turn else 1.0) * spread)
    fitted: Matrix = (places - (low + high) / 2) * room / spread + np.array([left + width / 2, top + height / 2 - 8])
    return fitted


def _apart(places: Matrix) -> Matrix:
    """Places pushed apart until no two labels overlap, or the patience ends; every label counts as equally long."""
    order = np.arange(len(places))
    earlier = (order[:, None] < order[None, :])[..., None]
    for _ in range(120):
        gap = places[:, None] - places[None, :]
        over = _LABEL - np.abs(gap)
        touching = (over > 0).all(axis=2) & ~np.eye(len(places), dtype=bool)
        if not touching.any():
            break
        sideways = over[..., 0] * 0.6 < over[..., 1]
        sign = np.where(gap >= 0, 1.0, -1.0)
        sign = np.where((gap == 0) & earlier, -1.0, sign)
        push_x = np.where(touching & sideways, sign[..., 0] * over[..., 0], 0.0).sum(axis=1)
        push_y = np.where(touching & ~sideways, sign[..., 1] * over[..., 1], 0.0).sum(axis=1)
        places = places + 0.25 * np.column_stack([push_x, push_y])
    return places
