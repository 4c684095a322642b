"""The picture of a signed network: solid lines where two stand well, dashed ones where badly, blocs by shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from volteface.drawing import picture as drawing
from volteface.drawing.layout import HEIGHT, WIDTH, layout

_NODES, _TIES = 40, 100  # more than that no reader can follow
_APART = 1.7  # how much longer a negative tie is than a positive one
_LONGEST_NAME = 22
_FILLS = ("#1d2126", "#ffffff", "#b9b4a6")


@dataclass(frozen=True, slots=True)
class Tie:
    """A line between two nodes: sign 1 or -1, the weight for its width."""

    one: str
    other: str
    sign: int
    weight: float


def picture(title: str, ties: Sequence[Tie], name: Callable[[str], str], bloc: Mapping[str, int]) -> drawing.Picture:
    """The busiest nodes and strongest ties among them; `name` tells a node's name, `bloc` its bloc, if any."""
    return drawing.picture(title, WIDTH, HEIGHT + 30, svg(ties, name, bloc))


def svg(ties: Sequence[Tie], name: Callable[[str], str], bloc: Mapping[str, int]) -> str:
    """The same as the inside of an SVG of WIDTH and HEIGHT + 30, without anything around it."""
    shown = drawn(ties)
    places = layout(
        [(tie.one, tie.other, f"{tie.sign} {tie.weight:.3f}") for tie in shown],
        [1.0 if tie.sign > 0 else _APART for tie in shown],
    )
    most = max((tie.weight for tie in shown), default=1.0) or 1.0
    lines = []
    for tie in sorted(shown, key=lambda tie: (tie.weight, tie.one, tie.other)):
        (x1, y1), (x2, y2) = places[tie.one], places[tie.other]
        how = "well" if tie.sign > 0 else "badly"
        said = drawing.safe(f"{name(tie.one)} and {name(tie.other)} stand {how} ({tie.sign * tie.weight:+.1f})")
        look = (
            f'stroke="{drawing.GOOD if tie.sign > 0 else drawing.BAD}" stroke-width="{1 + 3 * tie.weight / most:.1f}"'
        )
        dashes = "" if tie.sign > 0 else ' stroke-dasharray="7 5"'
        lines.append(f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}" {look}{dashes}><title>{said}</title></line>')
    nodes = [_node(x, y, name(node), bloc.get(node)) for node, (x, y) in places.items()]
    return "".join((*lines, *nodes, _legend(len(set(bloc.values())))))


def drawn(ties: Sequence[Tie]) -> list[Tie]:
    """The strongest ties among the nodes that have most of them."""
    degree: dict[str, tuple[int, float]] = {}
    for tie in ties:
        for node in (tie.one, tie.other):
            number, weight = degree.get(node, (0, 0.0))
            degree[node] = number + 1, weight + tie.weight
    busiest = set(sorted(degree, key=lambda node: (-degree[node][0], -degree[node][1], node))[:_NODES])
    among = [tie for tie in ties if tie.one in busiest and tie.other in busiest]
    return sorted(among, key=lambda tie: (-tie.weight, tie.one, tie.other))[:_TIES]


def _node(x: float, y: float, name: str, bloc: int | None) -> str:
    label = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
    return _shape(x, y, bloc) + drawing.text(
        x, y + 19, label, "middle", font_weight="600", paint_order="stroke", stroke="#ffffff", stroke_width="4"
    ).replace("<text ", f'<text aria-label="{drawing.safe(name)}" ', 1)


def _shape(x: float, y: float, bloc: int | None) -> str:
    """A disc for the first bloc, a square for the second, diamonds for others, a small dot for none."""
    if bloc is None:
        return f'<circle cx="{x}" cy="{y}" r="3.5" fill="{drawing.PLAIN}"/>'
    look = f'fill="{_FILLS[min(bloc, 2)]}" stroke="{drawing.INK}" stroke-width="1.6"'
    if bloc == 0:
        return f'<circle cx="{x}" cy="{y}" r="6" {look}/>'
    turn = f' transform="rotate(45 {x} {y})"' if bloc > 1 else ""
    return f'<rect x="{x - 5.5:.1f}" y="{y - 5.5:.1f}" width="11" height="11" {look}{turn}/>'


def _legend(blocs: int) -> str:
    y = HEIGHT + 12.0
    made = [
        f'<line x1="20" y1="{y}" x2="58" y2="{y}" stroke="{drawing.GOOD}" stroke-width="3"/>',
        drawing.text(66, y + 4, "stand well"),
        f'<line x1="150" y1="{y}" x2="188" y2="{y}" stroke="{drawing.BAD}" stroke-width="3" stroke-dasharray="7 5"/>',
        drawing.text(196, y + 4, "stand badly"),
    ]
    for number in range(min(blocs, 3)):
        x = 300.0 + 110 * number
        made += [_shape(x, y, number), drawing.text(x + 13, y + 4, f"bloc {number + 1}{'…' if number == 2 else ''}")]
    return "".join(made)
