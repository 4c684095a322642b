"""ACLED: comma-separated with a header, 31 columns; the actors' countries stand in their names."""

from __future__ import annotations

import csv
from collections.abc import Sequence

import pyarrow as pa

from volteface.record.exchange.staging import Source, Staging, facts

COLUMNS = {
    "event": "event_id_cnty",
    "day": "event_date",
    "day_precision": "time_precision",
    "kind": "event_type",
    "sub_kind": "sub_event_type",
    "actor1": "actor1",
    "inter1": "inter1",
    "actor2": "actor2",
    "inter2": "inter2",
    "country": "country",
    "outlet": "source",
    "notes": "notes",
    "deaths": "fatalities",
}

# An actor is called as in `Military Forces of Ukraine (2019-)` or `Protesters (India)`; one that names no country is
# held to be of the country where the event was. inter is a number or, since 2024, a word.
_SIDE = """
    coalesce(
        nullif(regexp_extract({side}, ' of (?:the )?([^()]+) \\(\\d{{4}}', 1), ''),
        nullif(regexp_extract({side}, '\\(([^()0-9]+)\\)', 1), '')
    ) as {side}_home,
    case when lower(inter{n}) in ('1', 'state forces') then if({side} ilike 'police%', 'GOV', 'MIL')
        when lower(inter{n}) in ('2', '3', '4') or lower(inter{n}) like 'rebel%' or lower(inter{n}) like '%militia'
            then 'REB'
        when lower(inter{n}) in ('8', 'external/other forces') then 'MIL'
        when inter{n} is not null then 'CVL'
    end as {side}_sector"""

_CODED = f"""
with sides as (
    select *, coalesce(try_cast(day as date), try_strptime(day, ['%d %B %Y', '%d-%B-%Y', '%d/%m/%Y'])::date) as date,
        {_SIDE.format(side="actor1", n=1)},
        {_SIDE.format(side="actor2", n=2)}
    from raw
)
select 'acled-' || event as id, null::varchar as url, outlet, date as published, null::varchar as telling,
    sub_kind || ', ' || coalesce(deaths, 'no number of') || ' deaths reported (ACLED)' as told, notes as text,
    coalesce(home1.code, if(actor1_home is null or actor1_sector in ('REB', 'CVL'), here.code, null)) as source_code,
    actor1_sector as source_sector, actor1 as source_text, if(actor1_sector = 'REB', actor1, null) as source_name,
    coalesce(home2.code, if(actor2_home is null or actor2_sector in ('REB', 'CVL'), here.code, null)) as target_code,
    actor2_sector as target_sector, actor2 as target_text, if(actor2_sector = 'REB', actor2, null) as target_name,
    acts.type, nullif(acts.mode, '') as mode, null::varchar as contexts, date,
    if(day_precision = '3', 'month', 'day') as date_precision, types.score, 1.0::float as confidence, line, breaks,
    case when event is null then 'no event id'
        when date is null then 'no date'
        when actor1 is null then 'names no source'
        when actor2 is null then 'names no target'
        when acts.type is null then 'act that PLOVER does not count (' || coalesce(sub_kind, kind, 'none named') || ')'
    end as reason
from sides
left join acts on act = lower(kind) and sub_act = lower(sub_kind)
left join types on types.type = acts.type
left join parties here on here.scheme = 'name' and here.given = lower(strip_accents(country))
left join parties home1 on home1.scheme = 'name' and home1.given = lower(strip_accents(actor1_home))
left join parties home2 on home2.scheme = 'name' and home2.given = lower(strip_accents(actor2_home))
"""


def _known_by(head: Sequence[str]) -> bool:
    return {"event_id_cnty", "event_date", "actor1"} <= set(next(csv.reader([head[0]]), []))


def _rows(staging: Staging) -> str:
    schema = pa.schema([(name, pa.string()) for name in ("act", "sub_act", "type", "mode")])
    staging.table("acts", list(facts("acled_acts.tsv")), schema)
    return staging.separated(COLUMNS)


ACLED = Source("acled", "ACLED", "acled", "1", _known_by, _rows, _CODED, wraps=True)
