"""The networks of earlier years in one pass through a record, for base rates: what became of strained triangles.

Each is what `snapshot.network_on` makes of the last day of the same month, but that the window counts whole months.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator

import numpy as np

from volteface.record import Record
from volteface.relations.network import Network, Tie, network
from volteface.relations.scales import quad
from volteface.relations.standing import Filter, Floats, Model, end_of, joined, news_until, points, read

_MONTH = 365.25 / 12  # days


def yearly(record: Record, on: dt.date, window: int, among: Collection[str]) -> Iterator[Network]:
    """The networks of these states at the end of the day's month in each year before, the earliest first."""
    model, news = Model.of(quad()), news_until(record, on, quad())
    filtering = Filter(news.sources, news.targets, model)
    size, back = len(news.codes), (news.sources > news.targets).astype(np.int64)
    lower, upper = np.minimum(news.sources, news.targets), np.maximum(news.sources, news.targets)
    dyads, of = np.unique(lower * size + upper, return_inverse=True)
    ends = [(news.codes[dyad // size], news.codes[dyad % size]) for dyad in dyads.tolist()]
    wanted = np.array([one in among and other in among for one, other in ends], dtype=bool)
    told, months = [np.zeros(len(dyads))], max(round(window / _MONTH), 1)  # stories up to each month's end

    def both(values: Floats) -> Floats:
        made = np.zeros((2, len(dyads)))
        made[back, of] = values
        return made

    for month, at, mean, stories in news.months():
        filtering.step(at, mean, stories, 1 / 12)
        told.append(told[-1] + np.bincount(of[at], stories, len(dyads)))
        if month.month != on.month or month.year >= on.year:
            continue
        centre, weight = filtering.centre(), filtering.weight()
        ways = read(filtering.level, weight, filtering.context(centre), centre, model)
        value, low, high = points(joined(np.stack([both(one) for one in ways]), both(weight)))
        recent = told[-1] - told[max(len(told) - 1 - months, 0)]
        ties = (
            Tie.of(*ends[at], float(value[at]), float(low[at]), float(high[at]), stories=int(recent[at]))
            for at in np.flatnonzero(wanted & (recent > 0)).tolist()
        )
        yield network(ties, on=end_of(month, "month"))
