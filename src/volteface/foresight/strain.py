"""What an event strains: third parties that stand well with both, and pairs that it sets on opposite sides.

Reads the signed network of the day where it has a sign, else what texts tell: claims, and stories without a date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from volteface import actors
from volteface.foresight.backing import Backer
from volteface.foresight.obligations import Bound
from volteface.record import Record
from volteface.relations.evidence import CITATION, Row, cited_all
from volteface.relations.network import Network
from volteface.relations.snapshot import WINDOW

_CITED = 3  # sentences a pair
_MOST = 6  # triangles, and pairs
_EACH = 2  # pairs of one third party
_GOOD, _BAD = ("friendly", "good"), ("strained", "broken", "hostile")


@dataclass(frozen=True, slots=True)
class Stance:
    """How two stand: 1 well, -1 badly, 0 neither or told both ways; by standing where the day's network has a sign,
    else by what texts tell."""

    one: str
    other: str
    sign: int
    standing: float | None
    both_ways: bool  # texts claim both
    evidence: tuple[Row, ...]

    @property
    def how(self) -> str:
        """stand well (standing +3.2)"""
        if self.both_ways:
            return "are told to stand both well and badly"
        how = {1: "stand well", -1: "stand badly", 0: "stand neither well nor badly"}[self.sign]
        by = f" (standing {self.standing:+.1f})" if self.standing is not None else ""
        return f"{how}{by}{', as texts tell' if self.standing is None and self.sign else ''}"

    def __str__(self) -> str:
        return f"{actors.label(self.one)} and {actors.label(self.other)} {self.how}"

    def json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"dyad": [self.one, self.other], "sign": self.sign}
        shown |= {"standing": None if self.standing is None else round(self.standing, 2)}
        shown |= {"both_ways": self.both_ways, "says": str(self)}
        return shown | {"sentences": cited_all(self.evidence)}


@dataclass(frozen=True, slots=True)
class Strained:
    """A third party between the two: how it stands with each, and whether the triangle was strained before."""

    third: str
    stances: tuple[Stance, Stance]
    already: bool
    says: str

    def json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"between": self.third, "already": self.already, "says": self.says}
        return shown | {"stances": [one.json() for one in self.stances]}


@dataclass(frozen=True, slots=True)
class Side:
    """Someone at one of the two's side, and the bond or the stories that put it there."""

    code: str
    of: str
    bound: Bound | None
    backer: Backer | None

    @property
    def strength(self) -> float:
        """A bond that the event calls on weighs most, then much backing."""
        weight = 0.0 if self.backer is None else self.backer.weight / (self.backer.weight + 10)
        called = 0.0 if self.bound is None else 1.0 if self.bound.how == "pledge" else 2.0
        return called + weight

    @property
    def rows(self) -> tuple[Row, ...]:
        """The sentences: of the bond, and the weightiest stories."""
        called = (self.bound.row,) if self.bound else ()
        return (*called, *(self.backer.evidence[:2] if self.backer else ()))

    def json(self) -> dict[str, Any]:
        how = self.bound.how if self.bound else "backing"
        return {"code": self.code, "of": self.of, "how": how, "sentences": cited_all(self.rows)}


@dataclass(frozen=True, slots=True)
class Opposed:
    """Two whom the event sets on opposite sides, how they stand, and what texts expect between them."""

    one: Side
    other: Side
    stance: Stance
    says: str

    def json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"pair": [self.one.code, self.other.code], "says": self.says}
        return shown | {"sides": [self.one.json(), self.other.json()], "stance": self.stance.json()}


def sides(
    pair: Sequence[str], bounds: Iterable[Bound], backing: Mapping[str, Sequence[Backer]]
) -> dict[str, list[Side]]:
    """Who would be at whose side, by bonds and by backing, the firmest first. The two themselves are left out."""
    found: dict[tuple[str, str], Side] = {}
    for bound in bounds:
        if bound.beneficiary in pair and bound.holder not in pair:
            key = bound.holder, str(bound.beneficiary)
            known = found.get(key)
            if known is None or (known.bound and known.bound.how == "pledge" and bound.how != "pledge"):
                found[key] = Side(*key, bound, None)
    for state, of in backing.items():
        for backer in of:
            known = found.get((backer.code, state))
            found[backer.code, state] = Side(backer.code, state, known.bound if known else None, backer)
    made = sorted(found.values(), key=lambda one: (-one.strength, one.code))
    return {state: [one for one in made if one.of == state] for state in pair}


class Stances:
    """How pairs stand on a day, asked for one by one."""

    def __init__(self, record: Record, network: Network, on: dt.date | None) -> None:
        self._record = record
        self._network = network
        self._on = on

    def of(self, one: str, other: str) -> Stance:
        tie = self._network.tie(one, other)
        rows = self._record.rows(_TELLING, self._asked(one, other))
        if tie is not None and tie.sign:
            return Stance(one, other, tie.sign, tie.standing, False, tuple(_agreeing(rows, tie.sign)))
        sign, both_ways = _told(rows)
        standing = tie.standing if tie is not None and not sign else None
        return Stance(one, other, sign, standing, both_ways, tuple(_agreeing(rows, sign)))

    def around(self, one: str, other: str) -> list[str]:
        """Third parties that have dealings with both, the most told of first."""
        tied = {state: set(self._network.around.get(state, ())) for state in (one, other)}
        told: dict[str, dict[str, int]] = {one: {}, other: {}}
        for row in self._record.rows(_PARTNERS, self._asked(one, other)):
            told[row["of"]][row["partner"]] = row["number"]
        both = (tied[one] | told[one].keys()) & (tied[other] | told[other].keys())
        return sorted(both, key=lambda code: (-min(told[one].get(code, 0), told[other].get(code, 0)), code))

    def _asked(self, one: str, other: str) -> dict[str, Any]:
        since = self._on - dt.timedelta(WINDOW) if self._on else None
        return {"one": one, "other": other, "on": self._on, "since": since}


_KNOWN = "coalesce(s.date, d.published) is null or $on is null or coalesce(s.date, d.published) between $since and $on"
_TELLING = f"""
with claims as (
    select s.id, 1 as documents, 0.0 as weight from statements s join documents d on d.id = s.document
    where s.kind = 'claim' and s.factuality = 'actual' and s.period = 'now' and ({_KNOWN})
        and least(s.source_code, s.target_code) = least($one, $other)
        and greatest(s.source_code, s.target_code) = greatest($one, $other)
    qualify row_number() over (partition by s.sentence order by s.id) = 1
    order by coalesce(s.date, d.published) desc nulls first, s.id limit 4
), acts as (
    select best as id, documents,
        abs(score) * power(0.5, coalesce(date_diff('day', first_date, $on), 0) / 365.0) as weight
    from stories where least(source, target) = least($one, $other) and greatest(source, target) = greatest($one, $other)
        and (first_date is null or $on is null or first_date between $since and $on)
    qualify row_number() over (partition by sentence order by weight desc, id) = 1
    order by weight desc, id limit 8
)
select s.*, {CITATION}, t.documents, t.weight
from (select * from claims union all select * from acts) t join statements s on s.id = t.id
join documents d on d.id = s.document order by s.kind, t.weight desc, s.id
"""
_PARTNERS = f"""
with told as (
    select s.source_code as source, s.target_code as target from statements s join documents d on d.id = s.document
    where s.kind = 'claim' and s.factuality = 'actual' and s.period = 'now' and ({_KNOWN})
    union all
    select source, target from stories where first_date is null or $on is null or first_date between $since and $on
), dealt as (
    select source as of, target as partner from told union all select target, source from told
)
select of, partner, count(*) as number from dealt
where of in ($one, $other) and partner not in ($one, $other, 'NSA', 'OTHER-IGO') group by all
"""


def strained(stances: Stances, source: str, target: str, sign: int) -> tuple[Strained, ...]:
    """The third parties that an act of this sign strains: friends of both if it is hostile, else of one alone."""
    made = []
    now = stances.of(source, target).sign
    for third in stances.around(source, target)[: 4 * _MOST]:
        pair = stances.of(third, source), stances.of(third, target)
        signs = pair[0].sign * pair[1].sign
        if signs * sign >= 0 or (sign < 0 and pair[0].sign < 0):
            continue
        made.append(Strained(third, pair, signs * now < 0, _strain(third, source, target, pair, sign)))
    return tuple(sorted(made, key=lambda one: one.already)[:_MOST])


def _strain(third: str, source: str, target: str, pair: tuple[Stance, Stance], sign: int) -> str:
    name = actors.label
    if sign < 0:
        return f"{name(third)} stands well with both {name(source)} and {name(target)}, whom the event sets at odds"
    well, badly = (source, target) if pair[0].sign > 0 else (target, source)
    return f"{name(third)} stands well with {name(well)}, who draws near to {name(badly)}, with whom it stands badly"


def opposed(stances: Stances, source: str, target: str, of: Mapping[str, Sequence[Side]]) -> tuple[Opposed, ...]:
    """The pairs of third parties that would be on opposite sides, the firmest first."""
    pairs = [(one, other) for one in of[source] for other in of[target] if one.code != other.code]
    pairs.sort(key=lambda pair: (-min(one.strength for one in pair), -sum(one.strength for one in pair)))
    made: dict[frozenset[str], Opposed] = {}
    for one, other in pairs:
        key = frozenset((one.code, other.code))
        if len(made) < _MOST and key not in made and all(sum(code in k for k in made) < _EACH for code in key):
            stance = stances.of(one.code, other.code)
            made[key] = Opposed(one, other, stance, _opposition(one, other, stance))
    return tuple(made.values())


def _opposition(one: Side, other: Side, stance: Stance) -> str:
    name = actors.label
    now = f", who {stance.how}," if stance.sign or stance.both_ways else ""
    return (
        f"{name(one.code)} and {name(other.code)}{now} would be on opposite sides:"
        f" {name(one.code)} {_how(one)}, {name(other.code)} {_how(other)}"
    )


def _how(one: Side) -> str:
    bound = one.bound is not None
    word = (
        "backs" if not bound else "has pledged support to" if one.bound and one.bound.how == "pledge" else "is bound to"
    )
    return f"{word} {actors.label(one.of)}"


def torn(of: Mapping[str, Sequence[Side]]) -> tuple[tuple[Side, Side], ...]:
    """Those at both sides at once."""
    one, other = of.values()
    return tuple((mine, yours) for mine in one for yours in other if mine.code == yours.code)


def _told(rows: Sequence[Row]) -> tuple[int, bool]:
    """What texts tell: the sign of most claims, and whether these go both ways alike; else that of undated stories."""
    claims = [row for row in rows if row["kind"] == "claim"]
    told = sum((row["state"] in _GOOD) - (row["state"] in _BAD) for row in claims)
    if claims:
        return (told > 0) - (told < 0), told == 0
    score = sum(row["score"] or 0.0 for row in rows if row["date"] is None and row["published"] is None)
    return (score > 0) - (score < 0), False


def _agreeing(rows: Sequence[Row], sign: int) -> list[Row]:
    """The rows that speak for a sign; without one all, claims before stories and both ways by turns."""

    def speaks(row: Row) -> bool:
        if row["kind"] == "claim":
            return row["state"] in (_GOOD if sign > 0 else _BAD)
        return (row["score"] or 0.0) * sign > 0

    if sign:
        return [row for row in rows if speaks(row)][:_CITED]
    claims = {row["state"] in _GOOD: row for row in reversed(rows) if row["kind"] == "claim"}
    return [*claims.values(), *(row for row in rows if row not in claims.values())][:_CITED]
