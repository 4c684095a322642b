"""ATOP: treaty obligations by directed dyad-year, comma-separated; states by Correlates of War numbers.

A row becomes a commitment of its first state to its second in that year: never an event, and so never a friendly tie.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence

import pyarrow as pa

from volteface.actors.states import State, states
from volteface.record.exchange.staging import Source, Staging, facts

COLUMNS = {
    "number_1": "ccode1|statea|mem1",
    "number_2": "ccode2|stateb|mem2",
    "of_year": "year",
    "defence": "atop_defense|defense",
    "offence": "atop_offense|offense",
    "neutrality": "atop_neutral|neutral",
    "nonaggression": "atop_nonagg|nonagg",
    "consultation": "atop_consul|consul",
}
# What each obligation binds to, in the order in which it is told.
OBLIGATIONS = {
    "defence": "defend it",
    "offence": "join it in attack",
    "neutrality": "stay neutral in its wars",
    "nonaggression": "not attack it",
    "consultation": "consult it",
}
_FIRST, _LAST = 1, 9999

_ACTIONS = (
    "concat_ws(', ', " + ", ".join(f"if({name} = '1', '{said}', null)" for name, said in OBLIGATIONS.items()) + ")"
)
_KINDS = "concat_ws('|', " + ", ".join(f"if({name} = '1', '{name}', null)" for name in OBLIGATIONS) + ")"
_ODD = " or ".join(f"coalesce({name}, '0') not in ('0', '1')" for name in OBLIGATIONS)

_CODED = f"""
with years as (
    select * replace (split_part(number_1, '.', 1) as number_1, split_part(number_2, '.', 1) as number_2),
        try_cast(split_part(of_year, '.', 1) as int) as year from raw
)
select 'atop-' || number_1 || '-' || number_2 || '-' || year as id, null::varchar as url, 'ATOP' as outlet,
    null::date as published, null::varchar as telling, {_ACTIONS} as told,
    one.name || ' is bound by treaty in ' || year || ' towards ' || other.name || ': ' || told as text,
    one.code as source_code, 'GOV' as source_sector, one.name as source_text, null::varchar as source_name,
    other.code as target_code, 'GOV' as target_sector, other.name as target_text, null::varchar as target_name,
    null::varchar as type, null::varchar as mode, {_KINDS} as contexts,
    if(year between {_FIRST} and {_LAST}, make_date(year, 1, 1), null) as date, 'year' as date_precision,
    null::float as score, 1.0::float as confidence, line, breaks,
    case when number_1 is null or number_2 is null then 'names no state'
        when year is null or year not between {_FIRST} and {_LAST} then 'no year'
        when number_1 = number_2 then 'a treaty of a state with itself'
        when one.code is null or other.code is null then 'no state of that number in that year'
        when {_ODD} then 'an obligation that is neither 0 nor 1'
        when told = '' then 'no obligation'
    end as reason
from years
left join cow_numbers one on one.number = number_1 and year between one.first and one.last
left join cow_numbers other on other.number = number_2 and year between other.first and other.last
"""


def _known_by(head: Sequence[str]) -> bool:
    names = {name.strip().casefold() for name in next(csv.reader([head[0]]), [])}
    return all(
        names & set(COLUMNS[column].split("|"))
        for column in ("number_1", "number_2", "of_year", "defence", "nonaggression")
    )


def _rows(staging: Staging) -> str:
    text, number = pa.string(), pa.int32()
    schema = pa.schema([("number", text), ("code", text), ("name", text), ("first", number), ("last", number)])
    staging.table("cow_numbers", list(_numbers()), schema)
    return staging.separated(COLUMNS)


def _numbers() -> Iterator[dict[str, object]]:
    """Each number with the states that bore it one after the other, and the years in which each did."""
    of: dict[str, list[State]] = {}
    for one in states().values():
        for number in filter(None, one.gw.split("|")):
            of.setdefault(number, []).append(one)
    for row in facts("cow_numbers.tsv"):
        of[row["number"]] = []
    for row in facts("cow_numbers.tsv"):
        of[row["number"]].append(states()[row["code"]])
    for number, bearers in of.items():
        bearers.sort(key=lambda one: one.first)
        for one, later in zip(bearers, [*bearers[1:], None], strict=True):
            last = int(later.first[:4]) - 1 if later else int(one.last[:4]) if one.last else _LAST
            first = int(one.first[:4]) if one.first else _FIRST
            yield {"number": number, "code": one.code, "name": one.name, "first": first, "last": last}


ATOP = Source("atop", "ATOP treaty obligations", "atop", "5", _known_by, _rows, _CODED, wraps=True, kind="commitment")
