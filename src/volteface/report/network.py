"""The network picture: states as nodes, dyads as ties coloured by tone, drawn as SVG for the page.

The layout knows no names: nodes are ordered by how they are tied alone, so that no state gets a better place for what
it is called, and the same ties always give the same picture.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from html import escape
from math import sqrt

import numpy as np

from volteface.brief import Tie
from volteface.report import words
from volteface.terms import identity

WIDTH, HEIGHT = 960, 640
_NODES, _TIES = 36, 90  # more than that no reader can follow
_MARGIN = np.array([74.0, 44.0])  # beside and above the outermost states, for their labels
_LONGEST_NAME = 24
_ROUNDS = 4  # of refining which nodes are alike

_LONGEST = 110.0  # that a tie of length 1 may become, so that a picture of few states is not drawn apart
_LABEL = np.array([104.0, 46.0])  # the room that a node with its label needs

Places = Mapping[str, tuple[float, float]]
_Box = tuple[float, float, float, float]  # left, top, width, height
Matrix = np.ndarray[tuple[int, int], np.dtype[np.float64]]


def drawn(ties: Sequence[Tie]) -> tuple[Tie, ...]:
    """The ties that the picture shows: the busiest ones among the busiest actors that have a code of their own."""
    ties = [tie for tie in ties if not {tie.one, tie.other} & {*words.SHARED}]
    volume: dict[str, int] = {}
    for tie in ties:
        for code in (tie.one, tie.other):
            volume[code] = volume.get(code, 0) + tie.stories
    alike = _alike(ties)
    busiest = set(sorted(volume, key=lambda code: (-volume[code], alike[code], code))[:_NODES])
    return tuple(tie for tie in ties if tie.one in busiest and tie.other in busiest)[:_TIES]


def layout(ties: Sequence[Tie]) -> Places:
    """Where each state lies, in the picture's units: near those that it has dealings with, no label over another."""
    alike = _alike(ties)
    codes = sorted(alike, key=lambda code: (alike[code], code))
    if not codes:
        return {}
    at = {code: place for place, code in enumerate(codes)}
    far = _distances([(at[tie.one], at[tie.other]) for tie in ties], len(codes))
    places = np.zeros((len(codes), 2))
    for members, box in _shared(_components(far), (0.0, 0.0, float(WIDTH), float(HEIGHT))):
        inside = _fitted(_stressed(far[np.ix_(members, members)]), box)
        places[members] = _fitted(_apart(inside), box, turn=False)
    return {code: (round(float(x), 1), round(float(y), 1)) for code, (x, y) in zip(codes, places, strict=True)}


def short(code: str) -> str:
    """A state's name, or its code where the name is too long for a label."""
    name = words.name(code)
    return name if len(name) <= _LONGEST_NAME else code


def step(tone: float) -> int:
    """A tone (-10 to 10) as one of seven steps from -3 to 3, for the colour scale."""
    for bound, found in ((4.5, 3), (2.0, 2), (0.5, 1)):
        if abs(tone) >= bound:
            return found if tone > 0 else -found
    return 0


def colour(tone: float) -> str:
    """The style sheet's class for a tone: `t-3` (hostile) to `t3` (friendly)."""
    return f"t{step(tone)}"


def svg(ties: Sequence[Tie], turned: Collection[tuple[str, str]], linked: Collection[tuple[str, str]]) -> str:
    """The picture. Ties in `linked` lead to `#tie-ONE-OTHER`; a mark on those in `turned` leads to their turn."""
    places = layout(ties)
    volume: dict[str, int] = {}
    for tie in ties:
        for code in (tie.one, tie.other):
            volume[code] = volume.get(code, 0) + tie.stories
    most = max((tie.stories for tie in ties), default=1)
    lines, marks = [], []
    for tie in sorted(ties, key=lambda tie: (-tie.stories, tie.one, tie.other)):
        (x1, y1), (x2, y2) = places[tie.one], places[tie.other]
        width = 1.6 + 6.4 * sqrt(tie.stories / most)
        said = f"{words.name(tie.one)} and {words.name(tie.other)}: {tie.stories:,} stories, tone {tie.tone:+.1f}"
        line = (
            f'<line class="hit" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"/>'
            f'<line class="tie {colour(tie.tone)}" x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" stroke-width="{width:.1f}"/>'
        )
        dyad = (tie.one, tie.other)
        lines.append(_link(f"tie-{tie.one}-{tie.other}" if dyad in linked else None, said, line))
        if dyad in turned:
            x, y = round((x1 + x2) / 2, 1), round((y1 + y2) / 2, 1)
            mark = f'<circle class="turned" cx="{x}" cy="{y}" r="8"/><path class="turned-arrow" d="{_arrows(x, y)}"/>'
            marks.append(_link(f"turn-{tie.one}-{tie.other}", f"{said}; turned", mark))
    nodes = []
    busiest = max(volume.values(), default=1)
    for code, (x, y) in sorted(places.items(), key=lambda place: (-volume[place[0]], place[1])):
        radius = 5 + 9 * sqrt(volume[code] / busiest)
        name = f"{words.name(code)}: {volume[code]:,} stories"
        nodes.append(
            f'<g class="node"><title>{escape(name)}</title><circle cx="{x}" cy="{y}" r="{radius:.1f}"/>'
            f'<text x="{x}" y="{y + radius + 13:.1f}">{escape(short(code))}</text></g>'
        )
    return (
        f'<svg class="network" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="network-title">'
        '<title id="network-title">Network of states: who had dealings with whom, and in what tone</title>'
        f"{''.join(lines)}{''.join(marks)}{''.join(nodes)}</svg>"
    )


def _link(to: str | None, said: str, drawn: str) -> str:
    inside = f"<title>{escape(said)}</title>{drawn}"
    return f'<a href="#{escape(to)}" aria-label="{escape(said)}">{inside}</a>' if to else f"<g>{inside}</g>"


def _arrows(x: float, y: float) -> str:
    """Two arrows that run against each other: the sign of a volte-face."""
    right = f"M{x - 4:.1f} {y - 2:.1f}h7m-2.5 -2.5l2.5 2.5"
    return f"{right}M{x + 4:.1f} {y + 2:.1f}h-7m2.5 2.5l-2.5 -2.5"


def _alike(ties: Sequence[Tie]) -> dict[str, str]:
    """For each state a key that only its ties decide: equal keys are places that could be swapped unseen."""
    neighbours: dict[str, list[tuple[str, str]]] = {}
    for tie in ties:
        drawn = f"{tie.stories} {tie.cooperation:.1f} {tie.conflict:.1f}"
        neighbours.setdefault(tie.one, []).append((drawn, tie.other))
        neighbours.setdefault(tie.other, []).append((drawn, tie.one))
    keys = {code: identity(*sorted(drawn for drawn, _ in of)) for code, of in neighbours.items()}
    for _ in range(_ROUNDS):
        keys = {
            code: identity(keys[code], *sorted(f"{drawn} {keys[other]}" for drawn, other in of))
            for code, of in neighbours.items()
        }
    return keys


def _distances(pairs: Sequence[tuple[int, int]], size: int) -> Matrix:
    """How far states should lie from each other, by shortest path; infinite where no path leads.

    A tie is the longer the more others only one of its two states deals with, which gives busy states room.
    """
    near: list[set[int]] = [set() for _ in range(size)]
    for one, other in pairs:
        near[one].add(other)
        near[other].add(one)
    far: Matrix = np.full((size, size), np.inf)
    np.fill_diagonal(far, 0.0)
    for one, other in pairs:
        far[one, other] = far[other, one] = 1.0 + 0.25 * sqrt(len(near[one] ^ near[other]))
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
