"""What if: one event supposed or taken away, and what follows from bonds, backing, standings and the fitted models.

A scenario is no evidence. Every answer names the sentences or the figures that it rests on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from volteface.foresight import strain
from volteface.foresight.backing import Backer, backers
from volteface.foresight.chain import Chain, chain
from volteface.foresight.chance import Chance, of_conflict
from volteface.foresight.obligations import Act, Bound, Obligations
from volteface.foresight.precedents import Precedents, precedents
from volteface.foresight.scenario import Scenario, last_day, scenario
from volteface.foresight.strain import Opposed, Side, Stance, Stances, Strained
from volteface.foresight.supposed import Supposed
from volteface.record import Record
from volteface.relations.evidence import CITATION, Row, cited, cited_all
from volteface.relations.network import Network
from volteface.relations.snapshot import WINDOW, network_on
from volteface.relations.standing import Standing, standing, standings

HORIZON = 30  # days
_PAIRS = 6  # of which shifts are told


@dataclass(frozen=True, slots=True)
class Shift:
    """How a pair's standing and risk change with the event, against the same day without it."""

    one: str
    other: str
    standings: tuple[Standing, Standing]  # without, with
    risks: tuple[Chance, Chance] | None

    def json(self) -> dict[str, Any]:
        names = ("without", "with")
        shown: dict[str, Any] = {"dyad": [self.one, self.other]}
        shown["standing"] = {name: one.json() for name, one in zip(names, self.standings, strict=True)}
        risks = zip(names, self.risks, strict=True) if self.risks else ()
        return shown | {"risk": {name: one.json() for name, one in risks} or None}


@dataclass(frozen=True, repr=False)
class WhatIf:
    """The answers. Pairs of values are without and with the event, in this order."""

    scenario: Scenario
    stance: Stance  # of the two, before
    chain: Chain
    broken: tuple[Bound, ...]
    red_lines: tuple[Row, ...]
    backing: tuple[tuple[Backer, ...], tuple[Backer, ...]]  # of the source, of the target
    strained: tuple[Strained, ...]
    opposed: tuple[Opposed, ...]
    torn: tuple[tuple[Side, Side], ...]
    expected: tuple[Row, ...]  # what texts say would follow
    shifts: tuple[Shift, ...]
    precedents: Precedents | None  # what came next after such acts; None where the record dates nothing
    horizon: int
    missing: str | None  # why there are no shifts

    @property
    def title(self) -> str:
        """The first line."""
        of = self.scenario
        as_of = f", as of {of.on}" if of.on else ""
        return f"A scenario, not evidence: what if {of}{as_of}"

    def json(self) -> dict[str, Any]:
        of = self.scenario
        made: dict[str, Any] = {"says": self.title, "evidence": False}
        made["scenario"] = {"source": of.source, "type": of.type, "target": of.target, "happens": of.happens}
        made["scenario"] |= {"on": of.on.isoformat() if of.on else None, "removed": cited_all(of.removed)}
        made["stance"] = self.stance.json()
        made["bound"] = [one.json() for one in self.chain.first]
        made["chain"] = self.chain.json()
        made["broken"] = [one.json() for one in self.broken]
        made["red_lines"] = cited_all(self.red_lines)
        made["backing"] = {code: [one.json() for one in side] for code, side in zip(of.pair, self.backing, strict=True)}
        made["strained"] = [one.json() for one in self.strained]
        made["opposed"] = [one.json() for one in self.opposed]
        made["torn"] = [{"code": one.code, "sides": [one.json(), other.json()]} for one, other in self.torn]
        made["told_to_follow"] = [cited(row) for row in self.expected]
        made["horizon_days"] = self.horizon
        made["came_next"] = self.precedents.json() if self.precedents else None
        return made | {"shifts": [one.json() for one in self.shifts], "no_shifts_because": self.missing}

    def __repr__(self) -> str:
        bound = len({one.holder for one in self.chain.first})
        return f"<WhatIf {self.scenario}: {bound} bound, {len(self.opposed)} pairs opposed, {len(self.shifts)} shifts>"


def whatif(text: str, record: Record, on: dt.date | None = None, horizon: int = HORIZON) -> WhatIf:
    """What would follow if an event happened ("AZE ASSAULT ARM") or had not ("not ...", "without ID").

    As known on a day, by default the record's last; the horizon is in days. VoltefaceError for words that make no
    scenario and for one that contradicts itself or the record.
    """
    supposed = scenario(text, record, on)
    event = Act(supposed.source, supposed.type, supposed.target)
    known = Network((), ()) if supposed.on is None else network_on(record, supposed.on)
    stances = Stances(record, known, supposed.on)
    obligations = Obligations(record, supposed.on)
    links = chain(obligations, event)
    backing = backers(record, supposed.pair, supposed.on)
    at_side = strain.sides(supposed.pair, [link.bound for link in links.links], backing)
    against = strain.opposed(stances, *supposed.pair, at_side) if supposed.hostile else ()
    missing = _missing(record, supposed)
    pairs = _pairs(supposed, links, against)
    return WhatIf(
        scenario=supposed,
        stance=stances.of(*supposed.pair),
        chain=links,
        broken=tuple(obligations.broken(event)),
        red_lines=tuple(obligations.red_lines(event)),
        backing=(backing[supposed.source], backing[supposed.target]),
        strained=strain.strained(stances, *supposed.pair, supposed.sign),
        opposed=against,
        torn=strain.torn(at_side) if supposed.hostile else (),
        expected=tuple(_expected(record, supposed)),
        shifts=() if missing else tuple(_shifts(record, supposed, pairs, horizon)),
        precedents=_precedents(record, supposed, horizon),
        horizon=horizon,
        missing=missing,
    )


def _missing(record: Record, supposed: Scenario) -> str | None:
    if supposed.on is None or last_day(record) is None:
        return "no story of this record has a date, so there is no day against which the models could compare"
    return None


def _precedents(record: Record, supposed: Scenario, horizon: int) -> Precedents | None:
    if supposed.on is None:
        return None
    return precedents(record, supposed.source, supposed.type, supposed.target, supposed.on, horizon)


def _pairs(supposed: Scenario, links: Chain, against: tuple[Opposed, ...]) -> list[tuple[str, str]]:
    """The two, who is bound against whom, and who would be on opposite sides."""
    found = [supposed.pair]
    found += [(one.holder, one.against) for one in links.first if one.against]
    found += [(one.one.code, one.other.code) for one in against]
    once = {frozenset(pair): pair for pair in reversed(found) if pair[0] != pair[1]}
    return list(reversed(once.values()))[:_PAIRS]


def _shifts(record: Record, supposed: Scenario, pairs: list[tuple[str, str]], horizon: int) -> list[Shift]:
    assert supposed.on is not None
    on, changed = supposed.on, Supposed(record, supposed)
    worlds = (record, changed)
    found = [{(one.one, one.other): one for one in standings(world, on)} for world in worlds]
    made = []
    for one, other in pairs:
        dyad = min(one, other), max(one, other)
        stood = [known.get(dyad) or standing(world, *dyad, on) for known, world in zip(found, worlds, strict=True)]
        risks = [of_conflict(world, one, other, on, horizon) for world in worlds]
        fitted = (risks[0], risks[1]) if risks[0] is not None and risks[1] is not None else None
        made.append(Shift(one, other, (stood[0], stood[1]), fitted))
    return made


_EXPECTED = f"""
with if_so as (
    select distinct document, sentence_start from statements
    where kind = 'event' and factuality in ('hypothetical', 'future')
        and source_code = $source and type = $type and target_code = $target
)
select s.*, {CITATION}
from statements s join if_so using (document, sentence_start) join documents d on d.id = s.document
where s.kind = 'event' and s.factuality in ('hypothetical', 'future')
    and not (s.type = $type and (s.source_code = $source or s.target_code = $target))
    and s.source_code is not null and s.target_code is not null and s.source_code <> s.target_code
    and (coalesce(s.date, d.published) is null or $on is null or coalesce(s.date, d.published) between $since and $on)
qualify row_number() over (
    partition by s.sentence, least(s.source_code, s.target_code), greatest(s.source_code, s.target_code), s.type
    order by s.id
) = 1
order by coalesce(s.date, d.published) desc nulls first, s.sentence_start, s.trigger_start, s.id limit 6
"""


def _expected(record: Record, supposed: Scenario) -> Sequence[Row]:
    """What sentences that speak of the event as possible say beside it."""
    given: dict[str, Any] = {
        "source": supposed.source,
        "type": supposed.type,
        "target": supposed.target,
        "on": supposed.on,
    }
    given["since"] = supposed.on - dt.timedelta(WINDOW) if supposed.on else None
    return record.rows(_EXPECTED, given)
