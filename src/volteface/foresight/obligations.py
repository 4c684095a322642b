"""Who is called on when something happens: commitments that texts tell of and treaties, and how often such were kept.

Reads the statements of a record. A bond is paper: it says what its holder is bound to, never that the holder will.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Literal

from volteface import actors, ontology
from volteface.actors.states import organisations
from volteface.record import Record
from volteface.relations.bonds import Kind, Treaty, bonds
from volteface.relations.evidence import CITATION, Row, cited, cited_all

How = Literal["condition", "treaty", "pledge"]
FOLLOWS = 90  # days after a condition was met within which the act counts as following
_STANDS = 5 * 365  # days for which a pledge that a text tells of is held to stand, as relations.contradictions has it
_KIND = ("AID", "COOPERATE", "SUPPORT")  # acts by which a pledge without a condition puts its holder at someone's side
_OF_TREATIES: tuple[Kind, ...] = ("commitment",)
FORCE = ("ASSAULT", "MOBILIZE")


@dataclass(frozen=True, slots=True)
class Act:
    """Who does what to whom; the type is none where a text's words tell no known one."""

    source: str
    type: str | None
    target: str | None
    helps: bool = (
        False  # the target, against someone else: sending troops to an ally is MOBILIZE and no conflict with it
    )

    def __str__(self) -> str:
        return " ".join(one or "?" for one in (self.source, self.type, self.target))


@dataclass(frozen=True, slots=True)
class Kept:
    """How often a bond's condition was met in the record, and the act followed within ninety days."""

    met: int
    followed: int

    def json(self) -> dict[str, int]:
        return {"met": self.met, "followed": self.followed, "within_days": FOLLOWS}

    def __str__(self) -> str:
        if not self.met:
            return "its condition was never met before in this record"
        times = "once" if self.met == 1 else f"{self.met:,} times"
        followed = {0: "never", 1: "once"}.get(self.followed, f"{self.followed:,} times")
        return f"its condition was met {times} in this record; the act followed within {FOLLOWS} days {followed}"


@dataclass(frozen=True, slots=True)
class Bound:
    """A holder that an event calls on: what it is bound to, for whom, against whom, by which sentence or treaty."""

    how: How
    holder: str
    action: str
    type: str | None
    beneficiary: str | None
    against: str | None
    condition: str | None
    status: str
    row: Row
    kept: Kept | None = None  # none where the bond has no condition that could be met
    denied: tuple[Row, ...] = ()  # what the record tells of the act not having been done
    more: int = 0  # further sentences or treaties that bind the holder to the same one in the same way

    @property
    def key(self) -> tuple[str, str, str | None]:
        return self.how, self.holder, self.beneficiary

    def json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"how": self.how, "holder": self.holder, "action": self.action, "type": self.type}
        shown |= {"beneficiary": self.beneficiary, "against": self.against, "condition": self.condition}
        shown |= {"status": self.status, "kept": self.kept.json() if self.kept else None, "more": self.more}
        return shown | {"sentence": cited(self.row), "told_not_done": cited_all(self.denied)}


_COMMITMENTS = f"""
select s.*, {CITATION}, coalesce(s.date, d.published) as day
from statements s join documents d on d.id = s.document
where s.kind = 'commitment' and s.coder <> 'atop' and s.source_code is not null
    and (coalesce(s.date, d.published) is null or $on is null or coalesce(s.date, d.published) <= $on)
qualify row_number() over (
    partition by s.sentence, s.source_code, s.target_code, s.type, s.status order by d.published, s.id
) = 1
order by day desc nulls first, s.id
"""
_RED_LINES = f"""
select s.*, {CITATION}, coalesce(s.date, d.published) as day
from statements s join documents d on d.id = s.document
where s.kind = 'red_line' and (s.source_code in ($one, $other) or s.target_code in ($one, $other))
    and (coalesce(s.date, d.published) is null or $on is null or coalesce(s.date, d.published) <= $on)
qualify row_number() over (partition by s.sentence, s.source_code order by d.published, s.id) = 1
order by day desc nulls first, s.id
"""
_DENIED = f"""
select s.*, {CITATION} from statements s join documents d on d.id = s.document
where s.kind = 'event' and s.factuality = 'negated' and s.type = $type
    and s.source_code = $holder and s.target_code = $to
    and (coalesce(s.date, d.published) is null or $on is null or coalesce(s.date, d.published) between $since and $on)
qualify row_number() over (partition by s.sentence order by s.id) = 1
order by coalesce(s.date, d.published) desc nulls first, s.id limit 2
"""
_DAYS = """
select source, type, target, first_date as day from stories
where precision in ('day', 'month') and ($on is null or first_date <= $on) and type in (select unnest($types))
    and (source in (select unnest($sources)) or target in (select unnest($targets)))
order by first_date
"""


class Obligations:
    """The bonds of a record as known on a day, asked for by event."""

    def __init__(self, record: Record, on: dt.date | None) -> None:
        self._record = record
        self._on = on
        self._owed: dict[str, tuple[Treaty, ...]] = {}

    @cached_property
    def _told(self) -> Sequence[Row]:
        return self._record.rows(_COMMITMENTS, {"on": self._on})

    def called(self, event: Act) -> list[Bound]:
        """Whom an event calls on, and to do what: by a condition that it meets, by treaty, or by a pledge."""
        found = [self._conditional(row, event) for row in self._told if self._meets(row, event)]
        if event.type in FORCE and event.target is not None and not event.helps:
            found += self._defenders(event.source, event.target)
        if _hostile(event):
            found += [bound for row in self._told for bound in self._pledged(row, event)]
        return _once(found)

    def broken(self, event: Act) -> list[Bound]:
        """What binds the event's own source not to do it: pledges of friendship and treaties of non-aggression."""
        if event.target is None or not _hostile(event):
            return []
        made = [
            self._bound(row, "pledge", event.target, None)
            for row in self._told
            if row["source_code"] == event.source
            and row["target_code"] == event.target
            and row["type"] in _KIND
            and not row["condition"]
            and self._stands(row)
        ]
        if event.type in FORCE:
            for one in self._treaties(event.target):
                if one.source == event.source and {"nonaggression", "defence"} & set(one.obligations):
                    made.append(self._by_treaty(one, None))
        return _once(made)

    def red_lines(self, event: Act) -> list[Row]:
        """Red lines of one of the two that speak of the other, or of someone else that speak of both."""
        if event.target is None:
            return []
        rows = self._record.rows(_RED_LINES, {"on": self._on, "one": event.source, "other": event.target})
        both = {event.source, event.target}
        return [row for row in rows if both <= _named(row) or {row["source_code"], row["target_code"]} == both]

    def _meets(self, row: Row, event: Act) -> bool:
        who, kind, whom = (row[f"condition_{part}"] or None for part in ("source", "type", "target"))
        if kind != event.type or (who is None and whom is None) or not self._stands(row):
            return False
        return (who is None or self._covers(who, event.source)) and (whom is None or self._covers(whom, event.target))

    def _covers(self, code: str, state: str | None) -> bool:
        """Whether a code is this state, or an organisation of which it is a member on the day."""
        return code == state or (code in organisations() and state in actors.members(code, self._on))

    def _stands(self, row: Row) -> bool:
        return row["day"] is None or self._on is None or (self._on - row["day"]).days <= _STANDS

    def _conditional(self, row: Row, event: Act) -> Bound:
        beneficiary = row["target_code"] or event.target
        against = event.target if event.source in (beneficiary, row["source_code"]) else event.source
        return self._bound(row, "condition", beneficiary, against)

    def _pledged(self, row: Row, event: Act) -> Iterable[Bound]:
        """A pledge to be at the side of one of the two, whatever happens."""
        holder, to = row["source_code"], row["target_code"]
        if row["condition"] or row["type"] not in _KIND or holder in (event.source, event.target):
            return
        if to in (event.source, event.target) and self._stands(row):
            yield self._bound(row, "pledge", to, event.target if to == event.source else event.source)

    def _defenders(self, attacker: str, attacked: str) -> list[Bound]:
        owed = [one for one in self._treaties(attacked) if one.target == attacked and one.source != attacker]
        made = [self._by_treaty(one, attacker) for one in owed if "defence" in one.obligations]
        joined = [one for one in self._treaties(attacker) if one.target == attacker and one.source != attacked]
        return made + [self._by_treaty(one, attacked) for one in joined if "offence" in one.obligations]

    def _treaties(self, state: str) -> tuple[Treaty, ...]:
        if state not in self._owed:
            told = bonds(self._record, state, on=self._on, kinds=_OF_TREATIES).treaties
            self._owed[state] = told if self._on else tuple(one for one in told if one.open)
        return self._owed[state]

    def _bound(self, row: Row, how: How, beneficiary: str | None, against: str | None) -> Bound:
        denied: Sequence[Row] = ()
        if row["type"] and beneficiary:
            given = {"holder": row["source_code"], "to": beneficiary, "type": row["type"], "on": self._on}
            since = (self._on or dt.date.max) - dt.timedelta(_STANDS)
            denied = self._record.rows(_DENIED, given | {"since": since})
        kept = self._kept(row) if how == "condition" else None
        return Bound(
            how=how,
            holder=row["source_code"],
            action=row["action"] or "act",
            type=row["type"],
            beneficiary=beneficiary,
            against=against,
            condition=row["condition"],
            status=row["status"] or "standing",
            row=row,
            kept=kept,
            denied=tuple(denied),
        )

    def _by_treaty(self, treaty: Treaty, against: str | None) -> Bound:
        kept = None
        if against is not None:
            condition = (None, FORCE[:1], treaty.target)
            kept = self._count(treaty.source, condition, ("AID", *FORCE), treaty.target)
        return Bound(
            how="treaty",
            holder=treaty.source,
            action=treaty.row["action"],
            type="ASSAULT" if against else None,
            beneficiary=treaty.target,
            against=against,
            condition=None,
            status="standing",
            row=treaty.row,
            kept=kept,
        )

    def _kept(self, row: Row) -> Kept:
        condition = (row["condition_source"] or None, (row["condition_type"],), row["condition_target"] or None)
        types = (row["type"], "AID") if row["type"] else ("AID", "SUPPORT", "COOPERATE")
        return self._count(row["source_code"], condition, types, row["target_code"] or row["condition_target"])

    def _count(
        self,
        holder: str,
        condition: tuple[str | None, Sequence[str], str | None],
        types: Sequence[str],
        beneficiary: str | None,
    ) -> Kept:
        """Occasions on which a condition was met (what follows within ninety days is the same one) and an act followed.

        The act is one of these types towards the beneficiary, or force against the one who met the condition.
        """
        who, of, whom = condition
        asked = {
            "on": self._on,
            "types": [*of, *types, *FORCE],
            "sources": [one for one in (who, holder) if one],
            "targets": [whom] if whom else [],
        }
        told = self._record.rows(_DAYS, asked)
        acts: Mapping[str, list[dt.date]] = {
            other: [row["day"] for row in told if _did(row, holder, other, beneficiary, types)]
            for other in {row["target"] for row in told} | {row["source"] for row in told}
        }
        met = followed = 0
        until = dt.date.min
        for row in told:
            if row["type"] not in of or row["source"] == holder or row["day"] <= until:
                continue
            if (who and row["source"] != who) or (whom and row["target"] != whom):
                continue
            met += 1
            until = row["day"] + dt.timedelta(FOLLOWS)
            days = acts[row["source"]]
            followed += bisect_left(days, row["day"]) < bisect_right(days, until)
        return Kept(met, followed)


def _hostile(event: Act) -> bool:
    return event.type is not None and not event.helps and "conflict" in ontology.types()[event.type].quad


def _once(found: Iterable[Bound]) -> list[Bound]:
    """The first bond of each kind between the same two, with the number of the others."""
    of: dict[tuple[str, str, str | None], list[Bound]] = {}
    for one in found:
        of.setdefault(one.key, []).append(one)
    return [replace(first, more=len(rest)) for first, *rest in of.values()]


def _did(row: Row, holder: str, against: str, beneficiary: str | None, types: Sequence[str]) -> bool:
    """Whether this is the holder's act for its beneficiary, or its force against the one who met the condition."""
    if row["source"] != holder:
        return False
    return (row["target"] == beneficiary and row["type"] in types) or (
        row["target"] == against and row["type"] in FORCE
    )


def _named(row: Row) -> set[str]:
    """The states that a red line's sentence names, and its holder."""
    words = " ".join(str(row[name]) for name in ("crossing", "consequence") if row[name])
    found = {one.code for one in actors.find(words, row["published"]) if one.code}
    return found | {row["source_code"]} | ({row["target_code"]} if row["target_code"] else set())
