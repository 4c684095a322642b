"""A picture of a number through time with the interval in which it lies, between -10 and 10."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from volteface.drawing import picture as drawing

_WIDTH, _HEIGHT = 960, 320
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 20, 20, 30
_LABELS = 12  # years at most

Value = tuple[dt.date, float, float, float]  # a day, the number, and the two ends of its interval


def picture(title: str, values: Sequence[Value]) -> drawing.Picture:
    """The values in the order of their days: a line, and a band for the interval."""
    if not values:
        return drawing.picture(title, _WIDTH, _HEIGHT, drawing.text(_LEFT, _HEIGHT / 2, "nothing told"))
    first, last = dt.date(values[0][0].year, 1, 1), dt.date(values[-1][0].year, 12, 31)

    def x(day: dt.date) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (day - first).days / (last - first).days

    def y(value: float) -> float:
        return _TOP + (_HEIGHT - _TOP - _BOTTOM) * (10 - value) / 20

    drawn = []
    for level in (-10, -5, 0, 5, 10):
        ink = "#5b626b" if level == 0 else "#dfdcd4"
        drawn.append(f'<line x1="{_LEFT}" y1="{y(level)}" x2="{_WIDTH - _RIGHT}" y2="{y(level)}" stroke="{ink}"/>')
        drawn.append(drawing.text(_LEFT - 8, y(level) + 4, f"{level:+d}" if level else "0", "end", fill="#5b626b"))
    years = range(first.year, last.year + 1)
    for year in years[:: -(-len(years) // _LABELS)]:
        drawn.append(drawing.text(x(dt.date(year, 1, 1)), _HEIGHT - 8, str(year), fill="#5b626b"))
    band = [f"{x(day):.1f},{y(high):.1f}" for day, _, _, high in values]
    band += [f"{x(day):.1f},{y(low):.1f}" for day, _, low, _ in reversed(values)]
    line = [f"{x(day):.1f},{y(value):.1f}" for day, value, _, _ in values]
    drawn.append(f'<polygon points="{" ".join(band)}" fill="{drawing.GOOD}" fill-opacity="0.2"/>')
    drawn.append(f'<polyline points="{" ".join(line)}" fill="none" stroke="{drawing.GOOD}" stroke-width="2"/>')
    return drawing.picture(title, _WIDTH, _HEIGHT, "".join(drawn))
