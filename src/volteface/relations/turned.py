"""Turns as one object: of a pair, of a state with all its partners, or the largest of all, each with its stories."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from volteface import actors
from volteface.drawing import Picture, spans
from volteface.errors import VoltefaceError
from volteface.record import Record
from volteface.relations import turning
from volteface.relations.turning import Turn


@dataclass(frozen=True, repr=False)
class Turns:
    """The turns in a window that stories carry. `told` has them as JSON, with the sources of their stories."""

    states: tuple[str, ...]
    since: dt.date | None
    until: dt.date | None
    turns: tuple[Turn, ...]
    told: tuple[dict[str, Any], ...]
    total: int  # in the window, of which `turns` are the largest

    def partner(self, turn: Turn) -> str:
        """The other side of a turn, as seen from the state that was asked for."""
        return turn.other if self.states[:1] == (turn.one,) else turn.one

    def json(self) -> dict[str, Any]:
        made: dict[str, Any] = {"states": list(self.states)}
        made |= {name: day.isoformat() if (day := getattr(self, name)) else None for name in ("since", "until")}
        return made | {"total": self.total, "turns": list(self.told)}

    def __repr__(self) -> str:
        of = " and ".join(self.states) or "all states"
        worse = sum(turn.direction == "worse" for turn in self.turns)
        shown = f"{len(self.turns)} of {self.total}" if len(self.turns) < self.total else str(self.total)
        return f"<Turns of {of}: {shown}, {worse} for the worse, {len(self.turns) - worse} for the better>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{turn.date}<td>{escape(_pair(turn))}<td>{turn.direction}"
            f"<td>{turn.before:+.1f} to {turn.after:+.1f}"
            f"<td>{turn.confidence:.0%}<td>{escape(turn.carriers[0].story.sentence)}"
            for turn in self.turns
        )
        heads = "".join(f"<th>{name}" for name in ("date", "pair", "for the", "tone", "sure", "by"))
        return f"<p>{escape(repr(self)[1:-1])}</p><table><tr>{heads}{rows}</table>"

    def plot(self) -> Picture:
        """A line a pair, discs where it turned for the better, diamonds where for the worse, by size."""
        lines: dict[str, spans.Line] = {}
        for turn in self.turns:
            name = actors.label(self.partner(turn)) if len(self.states) == 1 else _pair(turn)
            size = 0.8 + min(turn.size, 10.0) / 10
            mark = spans.Mark(turn.date, f"{turn}: {turn.carriers[0].story.sentence}", turn.direction == "better", size)
            lines.setdefault(name, spans.Line(name, [], [])).marks.append(mark)
        title = f"Turns of {' and '.join(map(actors.label, self.states)) or 'all states'}"
        return spans.picture(
            title,
            sorted(lines.values(), key=lambda line: (-len(line.marks), line.name)),
            "for the better",
            "for the worse",
        )


def turns(
    record: Record,
    states: Sequence[str] = (),
    since: dt.date | None = None,
    until: dt.date | None = None,
    limit: int | None = None,
) -> Turns:
    """The turns of no, one or two states (codes) in a window, both days included; the `limit` largest where given.

    Of one state or a pair they stand in order of date, of all by size, the largest first. Of one state half are turns
    for the worse and half for the better, as far as there are. VoltefaceError for more than two states or twice the
    same.
    """
    codes = tuple(states)
    if len(codes) > 2 or len(set(codes)) < len(codes):
        raise VoltefaceError("turns are of all, of one state or of two; quote names of several words")
    first, last = since or dt.date.min, until or dt.date.max
    found = _found(record, codes, first, last)
    carried = [turn for turn in found if turn.carriers]
    chosen = _largest(carried, limit, both_ways=len(codes) == 1)
    if codes:
        chosen.sort(key=lambda turn: (turn.date, turn.one, turn.other))
    return Turns(codes, since, until, tuple(chosen), tuple(turning.sourced(record, chosen)), len(carried))


def _largest(found: Sequence[Turn], limit: int | None, both_ways: bool) -> list[Turn]:
    """So many of the largest; both ways, as many for the better as for the worse, as far as there are."""
    ranked = sorted(found, key=lambda turn: (-turn.weight, turn.date, turn.one, turn.other))
    if limit is None or not both_ways:
        return ranked[:limit]
    ways = [[turn for turn in ranked if turn.direction == way] for way in ("worse", "better")]
    fewer, more = sorted(ways, key=len)
    kept = fewer[: max(limit // 2, limit - len(more))]
    return [*kept, *more[: limit - len(kept)]]


def _found(record: Record, codes: tuple[str, ...], first: dt.date, last: dt.date) -> tuple[Turn, ...]:
    if len(codes) == 2:
        return turning.turns(record, codes[0], codes[1], first, last)
    if codes:
        return turning.partners_turned(record, codes[0], first, last)
    return turning.largest(record, first, last, limit=10**9)


def _pair(turn: Turn) -> str:
    return f"{actors.label(turn.one)} – {actors.label(turn.other)}"
