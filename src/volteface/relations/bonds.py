"""Registers of what binds a state: commitments and treaties, red lines, dependences, and where behaviour belies them.

Read from the statements of a record. A treaty is a commitment and nothing more: no story, so it moves no standing.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

from volteface import actors
from volteface.drawing import Picture, spans
from volteface.record import Record
from volteface.relations.contradictions import Contradiction, Pledge, contradictions
from volteface.relations.evidence import CITATION, Row, cited

Kind = Literal["commitment", "red-line", "dependence", "contradiction"]
KINDS: tuple[Kind, ...] = ("commitment", "red-line", "dependence", "contradiction")
_TREATIES = "atop"  # the coder of treaty tables


@dataclass(frozen=True, slots=True)
class Bond:
    """Something that a text tells of: a commitment, a red line or a dependence, on the day that it speaks of."""

    kind: Kind
    day: dt.date
    row: Row

    def json(self) -> dict[str, Any]:
        return cited(self.row)


@dataclass(frozen=True, slots=True)
class Treaty:
    """What one state owes another by treaty, from a first to a last year of a table."""

    source: str
    target: str
    obligations: tuple[str, ...]
    first: int
    last: int
    open: bool  # whether the table ends with it
    row: Row  # of the last year
    first_row: str  # the table's row of the first year: file and line

    def says(self) -> str:
        """Who is bound to what, in words."""
        to = self.row["action"].replace(", ", "; ")
        return f"{actors.label(self.source)} is bound to {actors.label(self.target)}: {to}"

    def json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"source": self.source, "target": self.target, "obligations": list(self.obligations)}
        shown |= {"first": self.first, "last": self.last, "table_ends": self.open}
        return shown | {"rows": [self.first_row, self.row["title"]], "statement": self.row["id"]}


@dataclass(frozen=True, repr=False)
class Bonds:
    """A state's registers, each in order of date; `other` narrows them to those with one other state."""

    state: str
    other: str | None
    on: dt.date | None
    treaties: tuple[Treaty, ...]
    commitments: tuple[Bond, ...]
    red_lines: tuple[Bond, ...]
    dependences: tuple[Bond, ...]
    contradictions: tuple[Contradiction, ...]

    @property
    def number(self) -> int:
        """Of all entries."""
        return sum(map(len, (self.treaties, self.commitments, self.red_lines, self.dependences, self.contradictions)))

    def json(self) -> dict[str, Any]:
        made: dict[str, Any] = {"state": self.state, "with": self.other, "on": self.on.isoformat() if self.on else None}
        for name in ("treaties", "commitments", "red_lines", "dependences", "contradictions"):
            made[name] = [one.json() for one in getattr(self, name)]
        return made

    def __repr__(self) -> str:
        with_ = f" with {self.other}" if self.other else ""
        on = f" on {self.on}" if self.on else ""
        counts = [
            f"{len(of)} {name.replace('_', ' ')}"
            for name in ("treaties", "commitments", "red_lines", "dependences", "contradictions")
            if (of := getattr(self, name))
        ]
        return f"<Bonds of {self.state}{with_}{on}: {', '.join(counts) or 'none'}>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{one.day}<td>{one.kind}<td>{escape(str(one.row['sentence']))}<td>{escape(str(one.row['outlet']))}"
            for one in (*self.commitments, *self.red_lines, *self.dependences)
        )
        treaties = "".join(
            f"<tr><td>{one.first} to {one.last}<td>treaty<td>{escape(one.says())}<td>{escape(str(one.row['title']))}"
            for one in self.treaties
        )
        head = "<tr><th>when<th>kind<th>what<th>source"
        return f"<p>{escape(repr(self)[1:-1])}</p><table>{head}{treaties}{rows}</table>"

    def plot(self) -> Picture:
        """A line a partner: bars are treaties, discs commitments and needs, diamonds red lines and what belies."""
        lines: dict[str, spans.Line] = {}

        def line(code: str | None) -> spans.Line:
            name = actors.label(code) if code else "no one state"
            return lines.setdefault(name, spans.Line(name, [], []))

        for treaty in self.treaties:
            bar = spans.Bar(dt.date(treaty.first, 1, 1), dt.date(treaty.last, 12, 31), ", ".join(treaty.obligations))
            line(self._partner(treaty.source, treaty.target)).bars.append(bar)
        for one in (*self.commitments, *self.red_lines, *self.dependences):
            mark = spans.Mark(one.day, str(one.row["sentence"]), one.kind != "red-line")
            line(self._partner(one.row["source_code"], one.row["target_code"])).marks.append(mark)
        for belied in self.contradictions:
            for row in belied.stories:
                day = row["date"] or row["published"]
                mark = spans.Mark(day, str(row["sentence"]), False)
                line(self._partner(belied.one, belied.other)).marks.append(mark)
        ordered = sorted(lines.values(), key=lambda one: (-len(one.marks), -len(one.bars), one.name))
        signs = "told: a commitment or a need", "a red line, or what belies a pledge", "a treaty"
        return spans.picture(f"What binds {actors.label(self.state)}", ordered, *signs)

    def _partner(self, one: str | None, other: str | None) -> str | None:
        return other if one == self.state else one


def bonds(
    record: Record,
    state: str,
    other: str | None = None,
    on: dt.date | None = None,
    kinds: Collection[Kind] = KINDS,
) -> Bonds:
    """The registers of a state (codes), as known on a day and standing then, or ever if None."""
    texts = {kind: _told(record, kind, state, other, on) for kind in KINDS[:3] if kind in kinds}
    wanted = "commitment" in kinds or "contradiction" in kinds
    owed = _treaties(record, state, other) if wanted else ()
    belied: Sequence[Contradiction] = ()
    if "contradiction" in kinds:
        pledged = texts.get("commitment") or _told(record, "commitment", state, other, on)
        belied = contradictions(record, [*_pledges(owed), *_promises(pledged)], on)
    return Bonds(
        state=state,
        other=other,
        on=on,
        treaties=tuple(one for one in owed if _stands(one, on)) if "commitment" in kinds else (),
        commitments=texts.get("commitment", ()),
        red_lines=texts.get("red-line", ()),
        dependences=texts.get("dependence", ()),
        contradictions=tuple(belied),
    )


_TOLD = f"""
select s.*, {CITATION}, coalesce(s.date, d.published) as day from statements s join documents d on s.document = d.id
where s.kind = $kind and s.coder <> '{_TREATIES}' and $state in (s.source_code, s.target_code)
    and ($other is null or $other in (s.source_code, s.target_code))
    and coalesce(s.date, d.published) <= $on
    and s.source_code is distinct from s.target_code
qualify row_number() over (
    partition by s.sentence, s.source_code, s.target_code, s.type, s.good, s.status order by d.published, s.id
) = 1
order by day, s.id
"""


def _told(record: Record, kind: Kind, state: str, other: str | None, on: dt.date | None) -> tuple[Bond, ...]:
    given = {"kind": kind.replace("-", "_"), "state": state, "other": other, "on": on or dt.date.max}
    return tuple(Bond(kind, row["day"], row) for row in record.rows(_TOLD, given))


_OWED = f"""
with told as (
    select id, source_code, target_code, array_to_string(contexts, '|') as what, year(date) as of_year
    from statements where kind = 'commitment' and coder = '{_TREATIES}' and $state in (source_code, target_code)
        and ($other is null or $other in (source_code, target_code))
), islands as (
    select *, of_year - row_number() over (partition by source_code, target_code, what order by of_year) as island
    from told
), runs as (
    select what, min(of_year) as first, max(of_year) as last, arg_max(id, of_year) as last_id,
        arg_min(id, of_year) as first_id, (
            select max(year(date)) from statements where kind = 'commitment' and coder = '{_TREATIES}'
        ) as ends
    from islands group by source_code, target_code, what, island
)
select s.*, {CITATION}, r.what, r.first, r.last, r.ends, f.title as first_title
from runs r join statements s on s.id = r.last_id join documents d on d.id = s.document
join documents f on f.id = r.first_id
order by r.first, r.last, s.source_code, s.target_code
"""


def _treaties(record: Record, state: str, other: str | None) -> tuple[Treaty, ...]:
    return tuple(
        Treaty(
            row["source_code"],
            row["target_code"],
            tuple(row["what"].split("|")),
            row["first"],
            row["last"],
            row["last"] == row["ends"],
            row,
            row["first_title"],
        )
        for row in record.rows(_OWED, {"state": state, "other": other})
    )


def _stands(treaty: Treaty, on: dt.date | None) -> bool:
    """Whether a treaty stood on a day; beyond the table's end, whether it stood when that ended."""
    return on is None or (treaty.first <= on.year and (on.year <= treaty.last or treaty.open))


def _pledges(owed: Iterable[Treaty]) -> list[Pledge]:
    """The treaties of each pair, those of one content and time in both directions as one."""
    of: dict[tuple[str, str, tuple[str, ...], int, int], Treaty] = {}
    for one in owed:
        pair = min(one.source, one.target), max(one.source, one.target)
        of.setdefault((*pair, one.obligations, one.first, one.last), one)
    return [
        Pledge(one, other, dt.date(first, 1, 1), dt.date(last, 12, 31), obligations, treaty.row)
        for (one, other, obligations, first, last), treaty in of.items()
    ]


_AFTER = dt.timedelta(5 * 365)  # a promise told in a text is held against what its holder did so long after
_KIND_ACTS: Mapping[str, None] = dict.fromkeys(("AGREE", "AID", "CONCEDE", "CONSULT", "COOPERATE", "SUPPORT"))


def _promises(told: Iterable[Bond]) -> list[Pledge]:
    """The commitments to another that texts tell of, where the act that they bind to is a friendly one."""
    made = []
    for one in told:
        source, target = one.row["source_code"], one.row["target_code"]
        if source and target and one.row["type"] in _KIND_ACTS and not one.row["condition"]:
            made.append(Pledge(source, target, one.day, one.day + _AFTER, (one.row["action"],), one.row, one_way=True))
    return made
