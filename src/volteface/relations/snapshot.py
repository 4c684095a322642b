"""The network of states on a day as a record tells it: ties, blocs, balance, strained triangles, and what led to them.

Puts together `standing` (how each pair stands), `network` and `balance`; the command `network` shows it. Nothing here
knows of anything later than the day.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from volteface import actors
from volteface.actors.states import State, states
from volteface.drawing import Picture
from volteface.errors import VoltefaceError
from volteface.record import Record
from volteface.relations import balance
from volteface.relations.balance import Frustration, Resolutions, Triads, Triangle
from volteface.relations.evidence import Dyad, Row, cited_all, strongest
from volteface.relations.network import LEAST, MARGIN, Network, Tie, network
from volteface.relations.standing import Standing, standings
from volteface.relations.yearly import yearly

WINDOW = 1095  # days before the day in which two must have had a story to have a tie
_SECONDS = 1.0  # for the proof of the blocs
_SENTENCES = 3  # a tie


@dataclass(frozen=True, slots=True)
class Dealings:
    """How two stand on the day, with the stories of the window: how many and the last one's day."""

    standing: Standing
    stories: int
    latest: dt.date


@dataclass(frozen=True, repr=False)
class Snapshot:
    """The network on a day with all that is derived from it, and for every tie with a sign the stories behind it."""

    network: Network
    on: dt.date
    since: dt.date
    dealings: Mapping[Dyad, Dealings]
    asked: int  # blocs
    blocs: Frustration
    triads: Triads
    walks: float
    strained: tuple[Triangle, ...]
    past: Resolutions
    years: tuple[int, ...]  # of the networks, all on this day of the year, in which `past` was counted
    evidence: Mapping[Dyad, tuple[Row, ...]]

    @property
    def sides(self) -> dict[str, int]:
        """The number of each state's bloc, from 0; states without a positive or negative tie have none."""
        return {state: number for number, bloc in enumerate(self.blocs.blocs) for state in bloc}

    def behind(self, tie: Tie) -> tuple[Row, ...]:
        """The stories behind a tie, the weightiest first."""
        return self.evidence.get((tie.one, tie.other), ())

    def __repr__(self) -> str:
        share = "no triangles" if self.triads.share is None else f"{self.triads.share:.0%} of triangles balanced"
        return f"<Snapshot: {repr(self.network)[1:-1]}; {self.blocs}; {share}, {len(self.strained)} strained>"

    def _repr_html_(self) -> str:
        lines = "".join(f"<li>{escape(one.plain(actors.label))}" for one in self.strained[:10])
        return f"<p>{escape(repr(self)[1:-1])}</p><ul>{lines}</ul>{self.plot()}"

    def plot(self) -> Picture:
        """The picture of the network, blocs by shape."""
        return self.network.plot(self.blocs.blocs)

    def json(self) -> dict[str, Any]:
        """All of it as one JSON object."""
        sides = self.sides
        made: dict[str, Any] = {"on": self.on.isoformat(), "since": self.since.isoformat()}
        made["rule"] = {"margin": MARGIN, "sure": 0.75, "least_stories": LEAST}
        made["states"] = [
            {"code": state, "name": actors.label(state), "bloc": sides.get(state)} for state in self.network.states
        ]
        made["ties"] = [self._tie_json(tie) for tie in self.network.ties]
        blocs = self.blocs
        made["frustration"] = {"blocs_asked": self.asked, "lower": blocs.lower, "upper": blocs.upper}
        made["frustration"] |= {"proved": blocs.proved, "blocs": [list(bloc) for bloc in blocs.blocs]}
        made["frustration"] |= {"against": [[tie.one, tie.other] for tie in blocs.frustrated]}
        made["balance"] = {"balanced": self.triads.balanced, "strained": self.triads.strained}
        made["balance"] |= {"share": _rounded(self.triads.share), "walks": _rounded(self.walks)}
        made["strained"] = [
            {"states": list(one.states), "says": one.plain(actors.label)}
            | {"ties": [[tie.one, tie.other] for tie in one.ties], "between": one.between}
            for one in self.strained
        ]
        past = self.past
        made["past"] = {"years": list(self.years), "strained": past.strained, "stayed": past.stayed}
        made["past"] |= {"ways": dict(past.ways), "balanced": past.balanced, "balanced_stayed": past.balanced_stayed}
        return made

    def _tie_json(self, tie: Tie) -> dict[str, Any]:
        dealings = self.dealings[tie.one, tie.other]
        shown = dealings.standing.json() | {"tie": tie.word, "stories": dealings.stories}
        shown |= {"stories_ever": dealings.standing.volume, "latest": dealings.latest.isoformat()}
        return shown | {"sentences": cited_all(self.behind(tie))}


def snapshot(
    record: Record,
    on: dt.date,
    window: int = WINDOW,
    among: Sequence[str] = (),
    blocs: int = 2,
    seconds: float = _SECONDS,
) -> Snapshot:
    """The network of a record on a day, between these states (codes) or all.

    VoltefaceError where the record tells of no dealings of states in the window, or where so many blocs cannot be.
    """
    first = _first_day(record, on)
    dealt = dealings(record, on, window, among)
    made = _network(dealt, on, among)
    if not made.ties:
        where = " between these" if among else " between states"
        days = f"the {window:,} days up to {on}"
        raise VoltefaceError(f"the record tells of no dealings{where} in {days}: choose a longer window or another day")
    aligned = {state for tie in made.signed for state in (tie.one, tie.other)}
    if not 1 <= blocs <= max(len(aligned), 2):
        raise VoltefaceError(f"{blocs} blocs of {len(aligned)} states that stand well or badly with any: choose fewer")
    earlier = [one for one in yearly(record, on, window, _chosen(on, among)) if one.on and one.on >= first]
    return Snapshot(
        network=made,
        on=on,
        since=on - dt.timedelta(window),
        dealings=dealt,
        asked=blocs,
        blocs=balance.frustration(made, blocs, seconds),
        triads=balance.triads(made),
        walks=balance.walks(made).whole,
        strained=_best_told(balance.strained(made), dealt),
        past=balance.resolutions([*earlier, made]),
        years=tuple(one.on.year for one in (*earlier, made) if one.on),
        evidence=_behind(record, made, on, window),
    )


def _behind(record: Record, made: Network, on: dt.date, window: int) -> dict[Dyad, tuple[Row, ...]]:
    """The stories behind each tie that has a sign: from the window, or from before it where that has none."""
    signs = {(tie.one, tie.other): tie.sign for tie in made.signed}
    found = strongest(record, signs, on - dt.timedelta(window), on, _SENTENCES)
    older = {dyad: sign for dyad, sign in signs.items() if not found[dyad]}
    return found | strongest(record, older, dt.date.min, on, _SENTENCES)


def network_on(record: Record, on: dt.date, window: int = WINDOW, among: Collection[str] = ()) -> Network:
    """The signed network of states on a day, as known on that day; neutral ties are kept.

    Two have a tie if a story of the last `window` days tells of both.
    """
    return _network(dealings(record, on, window, among), on, among)


_DEALT = """
select least(source, target) as one, greatest(source, target) as other, count(*) as stories, max(first_date) as latest
from stories where source <> target and precision in ('day', 'month') and first_date between $since and $until
group by all
"""


def dealings(record: Record, on: dt.date, window: int = WINDOW, among: Collection[str] = ()) -> dict[Dyad, Dealings]:
    """How any two states stand on a day that had a story in the window, by their codes in alphabetical order."""
    asked = {"since": on - dt.timedelta(window), "until": on}
    dealt = {(row["one"], row["other"]): row for row in record.rows(_DEALT, asked)}
    chosen = _chosen(on, among)
    return {
        dyad: Dealings(one, dealt[dyad]["stories"], dealt[dyad]["latest"])
        for one in standings(record, on)
        if (dyad := (one.one, one.other)) in dealt and chosen.issuperset(dyad)
    }


def _network(dealt: Mapping[Dyad, Dealings], on: dt.date, among: Collection[str]) -> Network:
    ties = (
        Tie.of(*dyad, one.standing.value, one.standing.low, one.standing.high, stories=one.stories)
        for dyad, one in dealt.items()
    )
    return network(ties, among, on)


def _chosen(on: dt.date, among: Collection[str]) -> frozenset[str]:
    """These, or every state of that day."""
    return frozenset(among) or frozenset(code for code, state in states().items() if _exists(state, on))


def _exists(state: State, on: dt.date) -> bool:
    day = on.isoformat()
    return (state.first or "0") <= day <= (state.last or "9")


def _best_told(strained: Sequence[Triangle], dealings: Mapping[Dyad, Dealings]) -> tuple[Triangle, ...]:
    """A state between two rivals first, three rivals last; of each those whose least told tie is told of most."""

    def least(one: Triangle) -> int:
        return min(dealings[tie.one, tie.other].stories for tie in one.ties)

    return tuple(sorted(strained, key=lambda one: (one.between is None, -least(one), -one.strength, one.states)))


_BEGINS = "select min(first_date) as first from stories where source <> target and precision in ('day', 'month')"


def _first_day(record: Record, on: dt.date) -> dt.date:
    """The record's first day. VoltefaceError where it tells of no dealings, or of none by this day."""
    [dealings] = record.rows(_BEGINS)
    [documents] = record.rows("select min(published) as first from documents")
    if dealings["first"] is None:
        raise VoltefaceError(f"record {record.folder} tells of no dealings between states yet: ingest or import more")
    first: dt.date = documents["first"] or dealings["first"]
    if on < first:
        raise VoltefaceError(f"the record begins on {first}: {on} lies before it")
    return first


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 4)
