"""A picture of lines through time: bars for what lasts, marks for what happened on a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from volteface.drawing import picture as drawing

_WIDTH, _LEFT, _RIGHT = 960, 190, 20
_ROW, _TOP = 26, 40
_LINES = 40  # more than that no reader can follow
_LABELS = 12  # years at most
_ENTRY = 230  # of the legend
_LONGEST = 26


@dataclass(frozen=True, slots=True)
class Bar:
    """From a day to a day, and what it is."""

    first: dt.date
    last: dt.date
    said: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A disc on a day for what is good, a diamond for what is not."""

    day: dt.date
    said: str
    good: bool
    size: float = 1.0


@dataclass(frozen=True, slots=True)
class Line:
    """A line with its name at the left."""

    name: str
    bars: list[Bar]
    marks: list[Mark]


def picture(title: str, lines: Sequence[Line], good: str, bad: str, lasts: str = "") -> drawing.Picture:
    """The first forty lines, from the first day to the last of all that is on them; and what its signs stand for."""
    shown = lines[:_LINES]
    days = [day for line in shown for day in _days(line)]
    bottom = _TOP + _ROW * max(len(shown), 1)
    height = bottom + 36
    if not days:
        return drawing.picture(title, _WIDTH, height, drawing.text(_LEFT, _TOP + 18, "nothing told"))
    first, last = dt.date(min(days).year, 1, 1), dt.date(max(days).year, 12, 31)

    def x(day: dt.date) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * (day - first).days / max((last - first).days, 1)

    years = range(first.year, last.year + 1)
    drawn = []
    for year in years[:: -(-len(years) // _LABELS)]:
        at = x(dt.date(year, 1, 1))
        drawn.append(f'<line x1="{at:.1f}" y1="{_TOP - 8}" x2="{at:.1f}" y2="{bottom}" stroke="#dfdcd4"/>')
        drawn.append(drawing.text(at, _TOP - 14, str(year), fill="#5b626b"))
    for number, line in enumerate(shown):
        y = _TOP + _ROW * number + 12.0
        name = line.name if len(line.name) <= _LONGEST else f"{line.name[: _LONGEST - 1]}…"
        drawn.append(drawing.text(_LEFT - 10, y + 4, name, "end", font_weight="600"))
        drawn.append(f'<line x1="{_LEFT}" y1="{y}" x2="{_WIDTH - _RIGHT}" y2="{y}" stroke="#dfdcd4"/>')
        for bar in line.bars:
            width = max(x(bar.last) - x(bar.first), 2.0)
            drawn.append(
                f'<rect x="{x(bar.first):.1f}" y="{y - 5}" width="{width:.1f}" height="10" fill="{drawing.GOOD}"'
                f' fill-opacity="0.35">{_title(bar.said)}</rect>'
            )
        drawn += [_mark(x(mark.day), y, mark) for mark in line.marks]
    return drawing.picture(title, _WIDTH, height, "".join((*drawn, _legend(bottom + 18.0, good, bad, lasts))))


def _legend(y: float, good: str, bad: str, lasts: str) -> str:
    made, x = [], float(_LEFT)
    for said, sign in (
        (good, _mark(x, y, Mark(dt.date.min, "", True))),
        (bad, _mark(x + _ENTRY, y, Mark(dt.date.min, "", False))),
        (
            lasts,
            f'<rect x="{x + 2 * _ENTRY - 6}" y="{y - 5}" width="14" height="10" fill="{drawing.GOOD}" opacity="0.35"/>',
        ),
    ):
        if said:
            made += [sign, drawing.text(x + 14, y + 4, said, fill="#5b626b")]
        x += _ENTRY
    return "".join(made)


def _days(line: Line) -> list[dt.date]:
    return [*(day for bar in line.bars for day in (bar.first, bar.last)), *(mark.day for mark in line.marks)]


def _mark(x: float, y: float, mark: Mark) -> str:
    r = round(4.2 * mark.size, 1)
    if mark.good:
        return f'<circle cx="{x:.1f}" cy="{y}" r="{r}" fill="{drawing.GOOD}">{_title(mark.said)}</circle>'
    r = round(r * 1.2, 1)
    path = f"M{x:.1f} {y - r:.1f}l{r} {r}l-{r} {r}l-{r} -{r}z"
    return f'<path d="{path}" fill="{drawing.BAD}">{_title(mark.said)}</path>'


def _title(said: str) -> str:
    return f"<title>{drawing.safe(said)}</title>"
