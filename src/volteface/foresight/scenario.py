"""A scenario: one event that is supposed to happen, or taken away from what happened; read from a person's words."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from difflib import get_close_matches

from volteface import actors, ontology
from volteface.actors.states import states
from volteface.errors import UnknownName, VoltefaceError
from volteface.record import Record
from volteface.relations.evidence import CITATION, Row

_FORM = "write SOURCE TYPE TARGET, as in: AZE ASSAULT ARM"


@dataclass(frozen=True, slots=True)
class Scenario:
    """Who does what to whom (codes, a PLOVER type), on which day; with `happens` false it is taken away."""

    source: str
    type: str
    target: str
    happens: bool
    on: dt.date | None  # the day as of which it is told; None where the record has no dated story
    removed: tuple[Row, ...] = ()  # the stories taken away, the latest first, each as its best report tells it
    stories: tuple[str, ...] = ()  # their ids

    @property
    def pair(self) -> tuple[str, str]:
        return self.source, self.target

    @property
    def hostile(self) -> bool:
        """Whether the act is one of conflict."""
        return "conflict" in ontology.types()[self.type].quad

    @property
    def sign(self) -> int:
        """1 for cooperation, -1 for conflict."""
        return -1 if self.hostile else 1

    def __str__(self) -> str:
        said = f"{actors.label(self.source)} {self.type} {actors.label(self.target)}"
        if self.happens:
            return said
        return f"without {said}" if len(self.stories) == 1 else f"without {said} ({len(self.stories):,} stories)"


def scenario(text: str, record: Record, on: dt.date | None = None) -> Scenario:
    """The scenario of "SOURCE TYPE TARGET", "not SOURCE TYPE TARGET" or "without ID" (a story's or a statement's).

    Names and codes are both read. Without a day it is the record's last. VoltefaceError for words that make no
    scenario, for one that contradicts itself, and for taking away what the record does not tell by that day.
    """
    given = text.split()
    first = given[0].casefold() if given else ""
    last = last_day(record)
    day = on or last
    if first == "without":
        return _without(given[1:], record, day)
    happens = first not in ("not", "no")
    source, kind, target = _parts(given if happens else given[1:], text)
    for code in (source, target):
        _check_stands(code, day)
    if happens:
        return Scenario(source, kind, target, True, day)
    found = _told(record, source, kind, target, day)
    if not found:
        by = f" by {day}" if day else ""
        raise VoltefaceError(
            f"cannot take away {source} {kind} {target}: the record tells of no such event{by}; see volteface brief"
        )
    return Scenario(source, kind, target, False, day, found, tuple(row["story"] for row in found))


def last_day(record: Record) -> dt.date | None:
    """The day of the record's last dated story."""
    [told] = record.rows("select max(first_date) as last from stories where precision in ('day', 'month')")
    last: dt.date | None = told["last"]
    return last


def _parts(given: list[str], text: str) -> tuple[str, str, str]:
    kinds = ontology.types()
    at = next((place for place, word in enumerate(given) if word.upper() in kinds), None)
    if at is None:
        if len(given) < 3:
            raise VoltefaceError(f"{text!r} is no scenario: {_FORM}")
        near = [name for word in given[1:-1] for name in get_close_matches(word.upper(), list(kinds), 1)]
        hint = f"did you mean {near[0]}? " if near else ""
        raise UnknownName(f"{text!r} names no type of event: {hint}there are {', '.join(sorted(kinds))}")
    if at in (0, len(given) - 1):
        missing = "source" if at == 0 else "target"
        raise VoltefaceError(f"{text!r} has no {missing}: {_FORM}")
    source, target = (actors.state(" ".join(words)).code for words in (given[:at], given[at + 1 :]))
    if source == target:
        raise VoltefaceError(f"{text!r} contradicts itself: {actors.label(source)} is both source and target")
    return source, given[at].upper(), target


def _check_stands(code: str, day: dt.date | None) -> None:
    known = states().get(code)
    if known is None or day is None:
        return
    if not (known.first or "0") <= day.isoformat() <= (known.last or "9"):
        span = f"{known.first or ''} to {known.last or 'now'}".strip()
        raise VoltefaceError(f"there is no {known.name} on {day} (it is of {span}): name another state or day")


_TOLD = f"""
select s.*, {CITATION}, t.documents, t.id as story, t.source as of_source, t.type as of_type, t.target as of_target
from stories t join statements s on s.id = t.best join documents d on d.id = s.document
where {{which}} and (t.first_date is null or $on is null or t.first_date <= $on)
order by t.first_date desc nulls last, t.id
"""


def _told(record: Record, source: str, kind: str, target: str, day: dt.date | None) -> tuple[Row, ...]:
    both = "or (t.source = $target and t.target = $source)" if ontology.types()[kind].symmetric else ""
    which = f"((t.source = $source and t.target = $target) {both}) and t.type = $type"
    given = {"source": source, "target": target, "type": kind, "on": day}
    return tuple(record.rows(_TOLD.format(which=which), given))


def _without(given: list[str], record: Record, day: dt.date | None) -> Scenario:
    if len(given) != 1:
        raise VoltefaceError("without takes one id, of a story or of an event's statement: without 4a0c...")
    which = "(t.id = $id or t.id in (select story from reports where statement = $id))"
    found = tuple(record.rows(_TOLD.format(which=which), {"id": given[0], "on": day}))
    if not found:
        by = f" by {day}" if day else ""
        raise VoltefaceError(f"cannot take away {given[0]}: the record tells of no event with this id{by}")
    [row] = found
    return Scenario(row["of_source"], row["of_type"], row["of_target"], False, day, found, (row["story"],))
