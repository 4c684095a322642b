"""The network picture: states as nodes, dyads as ties coloured by tone, drawn as SVG for the page."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from html import escape
from math import sqrt

from volteface.brief import Tie
from volteface.drawing import layout as placing
from volteface.drawing.layout import HEIGHT, WIDTH, Link, Places
from volteface.report import words

_NODES, _TIES = 36, 90  # more than that no reader can follow
_LONGEST_NAME = 24


def drawn(ties: Sequence[Tie]) -> tuple[Tie, ...]:
    """The ties that the picture shows: the busiest ones among the busiest actors that have a code of their own."""
    ties = [tie for tie in ties if not {tie.one, tie.other} & {*words.SHARED}]
    volume: dict[str, int] = {}
    for tie in ties:
        for code in (tie.one, tie.other):
            volume[code] = volume.get(code, 0) + tie.stories
    alike = placing.alike(_links(ties))
    busiest = set(sorted(volume, key=lambda code: (-volume[code], alike[code], code))[:_NODES])
    return tuple(tie for tie in ties if tie.one in busiest and tie.other in busiest)[:_TIES]


def layout(ties: Sequence[Tie]) -> Places:
    """Where each state lies, in the picture's units: near those that it has dealings with, no label over another."""
    return placing.layout(_links(ties))


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


def _links(ties: Sequence[Tie]) -> list[Link]:
    return [(tie.one, tie.other, f"{tie.stories} {tie.cooperation:.1f} {tie.conflict:.1f}") for tie in ties]
