"""Dyads by month from stories alone: what is counted, what never is, and which months turned a dyad."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from volteface import relations
from volteface.record import Record
from volteface.terms import Actor, Document, Event, Factuality, Precision, Span, documents_table, row, statements_table

ASSAULT, AGREE, ACCUSE = ("ASSAULT", -9.0), ("AGREE", 4.0), ("ACCUSE", -2.0)
Told = tuple[Document, dict[str, Any]]


def told(
    source: str,
    target: str,
    act: tuple[str, float],
    day: dt.date,
    *,
    about: str = "grain",
    factuality: Factuality = "actual",
    precision: Precision = "day",
    outlet: str = "A",
) -> Told:
    text = f"{source} dealt with {target} over {about} near {about}ville on {day}."
    made = Document(f"{text} {act} {factuality} {outlet}", text, source=outlet, published=day)
    event = Event(
        document=made.id,
        sentence=Span(0, len(text), text),
        trigger=Span(4, 9, "dealt"),
        source=Actor(source, None, source),
        target=Actor(target, None, target),
        type=act[0],
        factuality=factuality,
        date=day,
        date_precision=precision,
        score=act[1],
    )
    return made, row(event, "rules", "1")


def kept(path: Path, reports: Iterable[Told]) -> Record:
    documents, events = zip(*reports, strict=True)
    with Record.create(path) as record:
        record.append(documents_table(documents), statements_table(events))
    return Record.open(path)


def test_a_month_keeps_cooperation_conflict_volume_and_tone_apart(tmp_path: Path) -> None:
    day = dt.date(2015, 11, 24)
    reports = [
        told("TUR", "RUS", ASSAULT, day, about="jet"),
        told("TUR", "RUS", ASSAULT, day, about="jet", outlet="B"),
        told("TUR", "RUS", AGREE, day, about="pipeline"),
        told("RUS", "TUR", ACCUSE, day, about="oil"),
    ]
    with kept(tmp_path / "R", reports) as record:
        [directed] = relations.months(record, "TUR", "RUS")
        assert (directed.month, directed.volume, directed.reports) == (dt.date(2015, 11, 1), 2, 3)
        assert (directed.cooperation, directed.conflict, directed.tone) == (4.0, 9.0, -2.5)
        split = (directed.verbal_cooperation, directed.material_cooperation)
        assert (*split, directed.verbal_conflict, directed.material_conflict) == (1, 0, 0, 1)
        [both] = relations.dyad(record, "TUR", "RUS")
        assert (both.volume, both.conflict, both.verbal_conflict) == (3, 11.0, 1)
        assert both.tone == pytest.approx(-7 / 3)
        assert relations.dyad(record, "RUS", "TUR") == (both,)


def test_only_what_happened_counts(tmp_path: Path) -> None:
    day = dt.date(2014, 3, 18)
    unreal: list[Factuality] = ["negated", "hypothetical", "future"]
    reports = [told("RUS", "UKR", ASSAULT, day, about=f"peninsula{f}", factuality=f) for f in unreal]
    with kept(tmp_path / "R", reports) as record:
        assert relations.dyad(record, "RUS", "UKR") == ()
        assert relations.stories(record, "RUS", "UKR") == ()


def test_an_act_known_to_the_year_alone_moves_no_month_and_one_known_to_the_month_does(tmp_path: Path) -> None:
    reports = [
        told("TUR", "CYP", ASSAULT, dt.date(1974, 1, 1), precision="year"),
        told("TUR", "CYP", ASSAULT, dt.date(1974, 7, 1), precision="month"),
    ]
    with kept(tmp_path / "R", reports) as record:
        assert [month.month for month in relations.dyad(record, "TUR", "CYP")] == [dt.date(1974, 7, 1)]
        assert len(relations.stories(record, "TUR", "CYP")) == 2


def test_a_state_and_its_own_rebels_are_a_story_but_no_dyad(tmp_path: Path) -> None:
    made, event = told("SYR", "SYR", ASSAULT, dt.date(2012, 2, 1))
    event |= {"source_sector": "MIL", "target_sector": "REB"}
    with kept(tmp_path / "R", [(made, event)]) as record:
        assert record.counts().stories == 1
        assert record.rows("select * from dyad_months") == []


def test_a_window_cuts_months_stories_and_partners(tmp_path: Path) -> None:
    days = [dt.date(2010, month, 15) for month in range(1, 13)]
    reports = [told("IND", "PAK", ACCUSE, day) for day in days] + [told("CHN", "IND", AGREE, days[4])]
    since, until = dt.date(2010, 3, 1), dt.date(2010, 6, 30)
    with kept(tmp_path / "R", reports) as record:
        assert [month.month.month for month in relations.dyad(record, "IND", "PAK", since, until)] == [3, 4, 5, 6]
        assert len(relations.stories(record, "PAK", "IND", since, until)) == 4
        assert relations.stories(record, "PAK", "IND", since, until, both=False) == ()
        partners = relations.partners(record, "IND", since, until)
        assert [(one.partner, one.volume, one.tone) for one in partners] == [("PAK", 4, -2.0), ("CHN", 1, 4.0)]


def test_one_dyad_of_many_is_answered_within_a_fifth_of_a_second(tmp_path: Path) -> None:
    codes = [f"A{n:02}" for n in range(20)]
    reports = [
        told(
            codes[n % 20],
            codes[(n + 1 + n // 20 % 19) % 20],
            AGREE,
            dt.date(2000, 1, 1) + dt.timedelta(n),
            about=f"x{n}",
        )
        for n in range(4000)
    ]
    with kept(tmp_path / "R", reports) as record:
        record.sql("select 1")
        started = time.perf_counter()
        assert relations.dyad(record, "A00", "A01")
        assert time.perf_counter() - started < 0.2
