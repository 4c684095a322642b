"""What a record tells about a state, a dyad or all states: gathered from its index, each line with sentence and source.

The command line and the page show it. What happened never mixes with what was denied, conditional or foreseen.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from heapq import nlargest
from operator import attrgetter
from typing import Any

from volteface import actors, relations
from volteface.errors import VoltefaceError
from volteface.record import Record
from volteface.relations.evidence import CITATION
from volteface.terms import statement_json

Row = Mapping[
    str, Any
]  # a statement with its document's outlet, title, url and published; a story's also with its documents

_WEIGHTIEST = 24  # stories in a brief on a dyad; half as many on a state
_LISTED = 8  # lines of each other section
_TURNS = 10
_PARTNERS = 20
_CITED = 3  # sentences a turn
_LONGEST_HISTORY_BY_MONTH = 36  # months; a longer history is told by year


@dataclass(frozen=True, slots=True)
class Partner:
    """How a state's dealings with one other stand in the window. `cooperation` and `conflict` are sums of scores."""

    code: str
    name: str
    stories: int
    cooperation: float
    conflict: float
    tone: float  # the mean score of the stories, -10 to 10
    latest: Row


@dataclass(frozen=True, slots=True)
class Tie:
    """A dyad's dealings in the window, without direction."""

    one: str
    other: str
    stories: int
    cooperation: float
    conflict: float
    tone: float


@dataclass(frozen=True, slots=True)
class Period:
    """A dyad's month or year: its stories, the sums of their scores and the mean."""

    start: dt.date
    stories: int
    cooperation: float
    conflict: float
    tone: float


@dataclass(frozen=True, slots=True)
class Turn:
    """A day from which a dyad's dealings were of another tone than before, or far more frequent, and the stories that
    carried it there (relations.turning)."""

    told: relations.Turn
    stories: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    """Some lines of how many there are, the latest last."""

    total: int
    lines: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """What a record tells about no state in particular (`states` is empty), one state or a dyad."""

    states: tuple[str, ...]
    since: dt.date | None
    until: dt.date | None
    documents: int  # in the record, and their range of dates
    first: dt.date | None
    last: dt.date | None
    total: int  # stories in the window
    ties: tuple[Tie, ...]
    partners: tuple[Partner, ...]
    history: tuple[Period, ...]
    by: str  # month or year: what a period of `history` is
    turns: tuple[Turn, ...]
    happened: tuple[Row, ...]
    commitments: Listed
    red_lines: Listed
    dependences: Listed
    claims: Listed
    denied: Listed
    threatened: Listed
    conditional: Listed
    foreseen: Listed

    def json(self) -> dict[str, Any]:
        """The brief as one JSON object; its lines are statements as `volteface code --json` has them, with sources."""
        made: dict[str, Any] = {"states": [{"code": code, "name": actors.label(code)} for code in self.states]}
        made |= {"since": _iso(self.since), "until": _iso(self.until)}
        made |= {"record": {"documents": self.documents, "first": _iso(self.first), "last": _iso(self.last)}}
        made |= {"stories": self.total}
        made["partners"] = [
            {"code": one.code, "name": one.name, "stories": one.stories, "cooperation": one.cooperation}
            | {"conflict": one.conflict, "tone": one.tone, "latest": line_json(one.latest)}
            for one in self.partners
        ]
        made["history"] = [
            {"start": _iso(one.start), "by": self.by, "stories": one.stories, "cooperation": one.cooperation}
            | {"conflict": one.conflict, "tone": one.tone}
            for one in self.history
        ]
        made["turns"] = [one.told.json() | {"stories": [line_json(row) for row in one.stories]} for one in self.turns]
        made["happened"] = [line_json(row) for row in self.happened]
        for name in SECTIONS:
            listed: Listed = getattr(self, name)
            made[name] = {"total": listed.total, "lines": [line_json(row) for row in listed.lines]}
        return made


# Which section of a brief a statement belongs to; null is none.
_SECTION = """case s.kind
    when 'commitment' then 'commitments' when 'red_line' then 'red_lines' when 'dependence' then 'dependences'
    when 'claim' then 'claims' when 'event' then case s.factuality
        when 'negated' then 'denied' when 'hypothetical' then 'conditional' when 'future' then 'foreseen'
        else case s.type when 'THREATEN' then 'threatened' end end end"""
SECTIONS = (
    "commitments",
    "red_lines",
    "dependences",
    "claims",
    "denied",
    "threatened",
    "conditional",
    "foreseen",
)


def line_json(row: Row) -> dict[str, Any]:
    """A statement with its document's outlet, title and address, and how many documents tell its story."""
    made = statement_json(row) | {"outlet": row["outlet"], "title": row["title"], "url": row["url"]}
    made["published"] = _iso(row["published"])
    return made | {"documents": row["documents"]} if row.get("documents") else made


def brief(
    record: Record,
    states: Sequence[str] = (),
    since: dt.date | None = None,
    until: dt.date | None = None,
    listed: int = _LISTED,
    weightiest: int | None = None,
) -> Brief:
    """Gathers the brief on no, one or two states (names or codes) from a record, both days of the window included.

    `listed` bounds the lines of each section, `weightiest` the stories. UnknownName where a state's name is unknown,
    VoltefaceError for more than two states or twice the same.
    """
    codes = tuple(actors.state(one).code for one in states)
    if len(codes) > 2 or len(set(codes)) < len(codes):
        raise VoltefaceError(f"a brief is on one state or on two different ones, not on {' and '.join(codes)}")
    told = _Window(record, codes, since, until)
    documents = record.rows("select count(*) as n, min(published) as first, max(published) as last from documents")[0]
    ties = told.ties()
    history, by = told.history() if len(codes) == 2 else ((), "month")
    return Brief(
        states=codes,
        since=since,
        until=until,
        documents=documents["n"],
        first=documents["first"],
        last=documents["last"],
        total=sum(tie.stories for tie in ties),
        ties=ties,
        partners=told.partners() if len(codes) == 1 else (),
        history=history,
        by=by,
        turns=told.turns(),
        happened=told.happened(weightiest or (_WEIGHTIEST // 2 if len(codes) == 1 else _WEIGHTIEST)),
        **told.listed(listed),
    )


class _Window:
    """The part of a record that a brief is on: its states and its days."""

    def __init__(self, record: Record, codes: tuple[str, ...], since: dt.date | None, until: dt.date | None) -> None:
        self.record, self.codes, self.since, self.until = record, codes, since, until

    def where(self, source: str, target: str, date: str) -> tuple[str, list[Any]]:
        """The condition that these columns lie in the window, and its parameters."""
        chosen, given = [f"{source} <> {target}"], list[Any]()
        if len(self.codes) == 1:
            chosen.append(f"? in ({source}, {target})")
            given += self.codes
        elif self.codes:
            chosen.append(f"{source} in (?, ?) and {target} in (?, ?)")
            given += self.codes * 2
        if self.since:
            chosen.append(f"{date} >= ?")
            given.append(self.since)
        if self.until:
            chosen.append(f"{date} <= ?")
            given.append(self.until)
        return " and ".join(chosen), given

    def ties(self) -> tuple[Tie, ...]:
        """Every dyad of the window, the busiest first."""
        where, given = self.where("source", "target", "first_date")
        rows = self.record.rows(
            f"""select least(source, target) as one, greatest(source, target) as other, count(*) as stories,
            round(sum(greatest(score, 0)), 1) as cooperation, round(sum(greatest(-score, 0)), 1) as conflict,
            round(avg(score), 2) as tone from stories where {where} group by all order by stories desc, one, other""",
            given,
        )
        return tuple(Tie(**row) for row in rows)

    def partners(self) -> tuple[Partner, ...]:
        """The state's busiest partners, with the latest story of each."""
        [own] = self.codes
        busiest = relations.partners(self.record, own, self.since or dt.date.min, self.until or dt.date.max)[:_PARTNERS]
        where, given = self.where("source", "target", "first_date")
        latest = self._stories(
            f"""select best, documents, first_date, case when source = ? then target else source end as partner
            from stories where {where} and precision in ('day', 'month')
            qualify row_number() over (partition by partner order by first_date desc, abs(score) desc, id) = 1""",
            [own, *given],
        )
        of = {row["target_code"] if row["source_code"] == own else row["source_code"]: row for row in latest}
        return tuple(
            Partner(
                one.partner,
                actors.label(one.partner),
                one.volume,
                round(one.cooperation, 1),
                round(one.conflict, 1),
                round(one.tone, 1),
                of[one.partner],
            )
            for one in busiest
            if one.partner in of
        )

    def history(self) -> tuple[tuple[Period, ...], str]:
        """The dyad's line by month, or by year where the window is long."""
        one, other = self.codes
        months = relations.dyad(self.record, one, other, self.since or dt.date.min, self.until or dt.date.max)
        if not months:
            return (), "month"
        first, last = self.since or months[0].month, self.until or months[-1].month
        by = "month" if (last.year - first.year) * 12 + last.month - first.month < _LONGEST_HISTORY_BY_MONTH else "year"
        periods: dict[dt.date, list[relations.Month]] = defaultdict(list)
        for month in months:
            periods[month.month if by == "month" else month.month.replace(month=1)].append(month)
        return tuple(_period(start, of) for start, of in periods.items()), by

    def turns(self) -> tuple[Turn, ...]:
        """The window's largest turns, in order of date. What came before the window counts as before."""
        first, last = self.since or dt.date.min, self.until or dt.date.max
        match self.codes:
            case (one, other):
                found = relations.turns(self.record, one, other, first, last)
            case (one,):
                found = relations.partners_turned(self.record, one, first, last)
            case _:
                found = relations.largest(self.record, first, last)
        carried = nlargest(_TURNS, (turn for turn in found if turn.carriers), key=attrgetter("weight"))
        cited = {turn: [one.story.best for one in turn.carriers[:_CITED]] for turn in carried}
        rows = self._stories(
            "select best, documents, first_date from stories where list_contains(?, best)",
            [sorted({best for of_turn in cited.values() for best in of_turn}) or [""]],
        )
        of = {row["id"]: row for row in rows}
        return tuple(
            Turn(turn, tuple(of[best] for best in cited[turn]))
            for turn in sorted(carried, key=attrgetter("date", "one", "other"))
        )

    def happened(self, limit: int) -> tuple[Row, ...]:
        """The weightiest stories in order of date: from each year by the root of its weight, two of conflict for one of
        cooperation, the hardest first."""
        where, given = self.where("source", "target", "first_date")
        return self._stories(
            f"""with ranked as (
                select *, sqrt(sum(abs(score)) over year_and_side) as weight, row_number() over (
                    year_and_side order by precision = 'year', abs(score) desc, documents desc, first_date, id
                ) as rank from stories where {where} window year_and_side as (partition by year(first_date), score > 0)
            ) select best, documents, first_date from ranked
            order by weight / (2 * rank - 1) / if(score > 0, 2, 1) desc, first_date, id limit ?""",
            [*given, limit],
        )

    def listed(self, limit: int) -> dict[str, Listed]:
        """For each section the latest of its statements, each sentence once."""
        where, given = self.where("s.source_code", "coalesce(s.target_code, '')", "coalesce(s.date, d.published)")
        rows = self.record.rows(
            f"""with told as (
                select s.id, s.confidence, coalesce(s.date, d.published) as day, {_SECTION} as section
                from statements s join documents d on s.document = d.id
                where section is not null and s.coder <> 'atop' and {where}
                qualify row_number() over (
                    partition by section, s.sentence, s.source_code, s.target_code, s.type, s.state, s.status, s.good
                    order by d.published, s.id
                ) = 1
            ), ranked as (
                select id, section, count(*) over (partition by section) as total, row_number() over (
                    partition by section order by day desc nulls last, confidence desc, id
                ) as place from told
            )
            select s.*, {CITATION}, r.section, r.total from ranked r
            join statements s on s.id = r.id join documents d on s.document = d.id
            where r.place <= ? order by r.place desc""",
            [*given, limit],
        )
        of: dict[str, list[dict[str, Any]]] = {name: [] for name in SECTIONS}
        for row in rows:
            of[row["section"]].append(row)
        return {name: Listed(lines[0]["total"] if lines else 0, tuple(lines)) for name, lines in of.items()}

    def _stories(self, chosen: str, given: Sequence[Any], *more: str) -> tuple[Row, ...]:
        """The best reports of the stories that a query chooses (best, documents, first_date), by date."""
        rows = self.record.rows(
            f"""select {", ".join(("s.*", CITATION, "c.documents", *more))} from ({chosen}) c
            join statements s on s.id = c.best join documents d on s.document = d.id
            order by c.first_date nulls first, s.id""",
            given,
        )
        return tuple(rows)


def _period(start: dt.date, months: Sequence[relations.Month]) -> Period:
    stories = sum(month.volume for month in months)
    good, bad = sum(month.cooperation for month in months), sum(month.conflict for month in months)
    return Period(start, stories, round(good, 1), round(bad, 1), round((good - bad) / stories, 1))


def _iso(day: dt.date | None) -> str | None:
    return day.isoformat() if day else None
