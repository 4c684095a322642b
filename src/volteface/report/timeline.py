"""The time pictures: a row of marks a dyad, and a dyad's bars by month or year, drawn as SVG for the page.

Cooperation stands above a line, conflict below it, so that the picture speaks without its colours.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from html import escape

from volteface.brief import Period
from volteface.report import words
from volteface.report.network import colour

WIDTH = 960
_LEFT, _RIGHT = 16, 16
_LABEL = 24  # above a row's marks
_STEP = 13  # between marks that stand over one another
_YEARS = 12  # labelled at most


def rows(dyads: Sequence[tuple[tuple[str, str], Sequence[words.Row]]]) -> str:
    """One row a dyad with a mark for each of its stories; a mark leads to `#s-ID`, a row's name to `#tie-ONE-OTHER`."""
    days = [_day(row) for _, stories in dyads for row in stories]
    if not days:
        return ""
    x = _Scale(min(days), max(days))
    drawn: list[str] = []
    top = 30.0
    for (one, other), stories in dyads:
        above, below = (
            _stacked([row for row in stories if (row["score"] or 0) >= 0], x),
            _stacked([row for row in stories if (row["score"] or 0) < 0], x),
        )
        up, down = (1 + max(level for _, level in marks) if marks else 0 for marks in (above, below))
        middle = top + _LABEL + _STEP * up + 4
        names = words.names([one, other])
        drawn.append(
            f'<a href="#tie-{escape(one)}-{escape(other)}"><text class="row" x="{_LEFT}" y="{top + 15:.1f}">'
            f"{escape(names)}</text></a>"
            f'<line class="axis" x1="{_LEFT}" y1="{middle:.1f}" x2="{WIDTH - _RIGHT}" y2="{middle:.1f}"/>'
        )
        for marks, sign in ((above, -1), (below, 1)):
            for row, level in marks:
                drawn.append(_mark(row, x(_day(row)), middle + sign * (9 + _STEP * level)))
        top = middle + _STEP * down + 16
    height = top + 6
    return (
        f'<svg class="timeline" viewBox="0 0 {WIDTH} {height:.0f}" role="img" aria-labelledby="timeline-title">'
        '<title id="timeline-title">Timeline: each mark is a story, cooperation above the line, conflict below</title>'
        f"{x.years(height)}{''.join(drawn)}</svg>"
    )


def bars(history: Sequence[Period], by: str, linked: Mapping[dt.date, str]) -> str:
    """A dyad's bars by month or year; a bar leads to the sentence in `linked` that weighs most in its period."""
    if not history:
        return ""
    first = history[0].start
    slots = _slot(history[-1].start, first, by) + 1
    slot = (WIDTH - _LEFT - _RIGHT) / slots
    most = max(max(one.cooperation, one.conflict) for one in history) or 1.0
    reach, middle = 96.0, 118.0
    drawn = []
    for one in history:
        at = _slot(one.start, first, by)
        left, width = _LEFT + slot * at + slot * 0.12, max(1.5, slot * 0.76)
        up, down = reach * one.cooperation / most, reach * one.conflict / most
        when = str(one.start.year) if by == "year" else words.month(one.start)
        said = f"{when}: {one.stories:,} stories, cooperation {one.cooperation:,.0f}, conflict {one.conflict:,.0f}"
        inside = (
            f"<title>{escape(said)}</title>"
            f'<rect class="t2" x="{left:.1f}" y="{middle - up:.1f}" width="{width:.1f}" height="{up:.1f}"/>'
            f'<rect class="t-2" x="{left:.1f}" y="{middle:.1f}" width="{width:.1f}" height="{down:.1f}"/>'
        )
        to = linked.get(one.start)
        drawn.append(f'<a href="#{escape(to)}" aria-label="{escape(said)}">{inside}</a>' if to else f"<g>{inside}</g>")
    every = max(1, -(-slots // _YEARS))
    labels = []
    for at in range(0, slots, every):
        year, month = (first.year + at, 1) if by == "year" else divmod(first.year * 12 + first.month - 1 + at, 12)
        text = str(year) if by == "year" else f"{year}-{month + 1:02d}"
        labels.append(f'<text class="year" x="{_LEFT + slot * (at + 0.5):.1f}" y="234">{text}</text>')
    return (
        f'<svg class="bars" viewBox="0 0 {WIDTH} 244" role="img" aria-labelledby="bars-title">'
        f'<title id="bars-title">Sums of scores by {by}: cooperation above the line, conflict below</title>'
        f'<line class="axis" x1="{_LEFT}" y1="{middle}" x2="{WIDTH - _RIGHT}" y2="{middle}"/>'
        f"{''.join(drawn)}{''.join(labels)}</svg>"
    )


def _slot(start: dt.date, first: dt.date, by: str) -> int:
    years = start.year - first.year
    return years if by == "year" else years * 12 + start.month - first.month


class _Scale:
    """Days to places along the picture."""

    def __init__(self, first: dt.date, last: dt.date) -> None:
        self.first, self.last = dt.date(first.year, 1, 1), dt.date(last.year, 12, 31)
        self.days = (self.last - self.first).days

    def __call__(self, day: dt.date) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * (day - self.first).days / self.days

    def years(self, height: float) -> str:
        """The grid: a line and a label a year, or every few years where there are many."""
        years = range(self.first.year, self.last.year + 1)
        every = -(-len(years) // _YEARS)
        lines = []
        for year in years[::every]:
            at = self(dt.date(year, 1, 1))
            lines.append(f'<line class="grid" x1="{at:.1f}" y1="22" x2="{at:.1f}" y2="{height:.0f}"/>')
            lines.append(f'<text class="year start" x="{at:.1f}" y="15">{year}</text>')
        return "".join(lines)


def _stacked(stories: Sequence[words.Row], x: _Scale) -> list[tuple[words.Row, int]]:
    """Each story with the lowest level on which its mark hides no other."""
    ends: list[float] = []
    marks = []
    for row in sorted(stories, key=lambda row: (_day(row), -abs(row["score"] or 0), row["id"])):
        at = x(_day(row))
        level = next((level for level, end in enumerate(ends) if at - end >= _STEP), len(ends))
        ends[level : level + 1] = [at]
        marks.append((row, level))
    return marks


def _mark(row: words.Row, x: float, y: float) -> str:
    """A story's mark: a disc for cooperation, a diamond for conflict, the heavier the larger."""
    score = row["score"] or 0.0
    size = 3.4 + 2.6 * min(abs(score), 10) / 10
    when = words.day(row["date"] or row["published"], row["date_precision"] or "day")
    said = f"{when}: {words.statement(row)}"
    if score < 0:
        r = round(size * 1.25, 1)
        shape = f'<path class="{colour(score)}" d="M{x:.1f} {y - r:.1f}l{r} {r}l-{r} {r}l-{r} -{r}z"/>'
    else:
        shape = f'<circle class="{colour(score)}" cx="{x:.1f}" cy="{y:.1f}" r="{size:.1f}"/>'
    to, label = escape(f"s-{row['id']}"), escape(said)
    return f'<a class="mark" href="#{to}" aria-label="{label}"><title>{label}</title>{shape}</a>'


def _day(row: words.Row) -> dt.date:
    """Where a story stands in time; one of which only the month is known stands in its middle."""
    day: dt.date = row["date"] or row["published"]
    return day.replace(day=15) if row["date_precision"] == "month" else day
