"""A record as it would be with a story more or some stories fewer: what the models read to answer "what if".

Nothing is written: temporary views stand before the index's own tables, on each connection that a query uses.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import duckdb

from volteface import actors, ontology
from volteface.foresight.scenario import Scenario
from volteface.record import Part, Record
from volteface.terms import identity

_MONTHS = """
select source, target, date_trunc('month', first_date)::date as month,
    count(*)::integer as volume, sum(reports)::integer as reports,
    round(sum(greatest(score, 0)), 3) as cooperation, round(sum(greatest(-score, 0)), 3) as conflict,
    (count(*) filter (quad = 'verbal cooperation'))::integer as verbal_cooperation,
    (count(*) filter (quad = 'material cooperation'))::integer as material_cooperation,
    (count(*) filter (quad = 'verbal conflict'))::integer as verbal_conflict,
    (count(*) filter (quad = 'material conflict'))::integer as material_conflict,
    round(avg(score), 3) as tone
from temp.stories semi join temp.touched t
    on stories.source = t.source and stories.target = t.target and date_trunc('month', first_date) = t.month
where stories.source <> stories.target and precision in ('day', 'month')
group by all
"""


class Supposed(Record):
    """A record with a scenario's story added on its day, or with its stories taken away."""

    def __init__(self, base: Record, scenario: Scenario) -> None:
        mark = identity(scenario.source, scenario.type, scenario.target, scenario.on, *scenario.stories)
        changed = Part(f"supposed-{mark}", "statements", 0, 0, mark)
        super().__init__(base.folder, replace(base.manifest, parts=(*base.manifest.parts, changed)))
        self._base = base
        self._scenario = scenario

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        cursor = self._base._cursor()
        [[name]] = cursor.sql("select current_database()").fetchall()
        main = f'"{name}".main'
        cursor.execute("create temp table removed as select unnest($ids::varchar[]) as id", self._ids())
        for table in ("stories", "statements", "documents"):
            cursor.execute(f"create temp table supposed_{table} as select * from {main}.{table} limit 0")
        if self._scenario.happens:
            for table, row in _rows(self._scenario).items():
                names, places = ", ".join(row), ", ".join(f"${name}" for name in row)
                cursor.execute(f"insert into supposed_{table} ({names}) values ({places})", row)
        cursor.execute(f"""
            create temp table touched as select distinct source, target, date_trunc('month', first_date)::date as month
            from (select * from {main}.stories semi join removed using (id) union all from supposed_stories)
        """)
        told_by_removed = f"select statement from {main}.reports r where r.story in (select id from removed)"
        for table, gone in (
            ("stories", "select id from removed"),
            ("statements", told_by_removed),
            ("documents", "select null where false"),
        ):
            kept = (
                f"select * from {main}.{table} where id not in ({gone})"
                if self._scenario.stories
                else (f"select * from {main}.{table}")
            )
            cursor.execute(f"create temp view {table} as {kept} union all select * from supposed_{table}")
        cursor.execute(
            f"create temp view reports as select * from {main}.reports where story not in (select id from removed)"
        )
        cursor.execute(
            f"create temp view dyad_months as"
            f" select * from {main}.dyad_months anti join touched using (source, target, month)"
            f" union all by name {_MONTHS}"
        )
        return cursor

    def _ids(self) -> dict[str, list[str]]:
        return {"ids": list(self._scenario.stories)}


def _rows(scenario: Scenario) -> dict[str, dict[str, Any]]:
    """The supposed story with the statement and the document that would tell it, for each table."""
    kind = ontology.types()[scenario.type]
    day = scenario.on or dt.date.today()
    said = f"Supposed, not evidence: {actors.label(scenario.source)} {kind.name} {actors.label(scenario.target)}."
    name = "scenario"
    story = {
        "id": name,
        "first_date": day,
        "last_date": day,
        "precision": "day",
        "source": scenario.source,
        "source_sector": "GOV",
        "target": scenario.target,
        "target_sector": "GOV",
        "mutual": False,
        "type": kind.name,
        "quad": kind.quad,
        "score": kind.score,
        "reports": 1,
        "documents": 1,
        "outlets": 1,
        "best": name,
        "sentence": said,
    }
    statement = {
        "id": name,
        "kind": "event",
        "document": name,
        "sentence": said,
        "sentence_start": 0,
        "source_code": scenario.source,
        "source_sector": "GOV",
        "source_text": actors.label(scenario.source),
        "target_code": scenario.target,
        "target_sector": "GOV",
        "target_text": actors.label(scenario.target),
        "type": kind.name,
        "factuality": "actual",
        "date": day,
        "date_precision": "day",
        "score": kind.score,
        "coder": "scenario",
    }
    document = {"id": name, "text": said, "title": "a scenario, not evidence", "published": day}
    return {"stories": story, "statements": statement, "documents": document}
