"""UCDP GED: comma-separated, 49 columns, a few files without a header; states by Gleditsch and Ward's numbers."""

from __future__ import annotations

import csv
from collections.abc import Sequence

from volteface.record.exchange.staging import Source, Staging

HEADER = (
    *"id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id conflict_name".split(),
    *"dyad_dset_id dyad_new_id dyad_name side_a_dset_id side_a_new_id side_a side_b_dset_id side_b_new_id".split(),
    *"side_b number_of_sources source_article source_office source_date source_headline source_original".split(),
    *"where_prec where_coordinates where_description adm_1 adm_2 latitude longitude geom_wkt priogrid_gid".split(),
    *"country country_id region event_clarity date_prec date_start date_end deaths_a deaths_b".split(),
    *"deaths_civilians deaths_unknown best high low gwnoa gwnob".split(),
)
COLUMNS = {
    "event": "id",
    "violence": "type_of_violence",
    "side_a": "side_a",
    "side_b": "side_b",
    "office": "source_office",
    "article": "source_article",
    "country_number": "country_id",
    "day_precision": "date_prec",
    "first_day": "date_start",
    "best": "best",
    "low": "low",
    "high": "high",
    "number_a": "gwnoa",
    "number_b": "gwnob",
}

# A side without a state's number is a group, held to be of the country where the event was, or civilians there. The
# day is the first that the event may have had; a date known to the week or month counts as of its month.
_SIDE = """
    coalesce(state_{n}.code, here.code) as code_{n},
    case when state_{n}.code is not null then 'GOV' when side_{n} = 'Civilians' then 'CVL' else 'REB' end
        as sector_{n}"""

_CODED = f"""
with sides as (
    select raw.*, try_cast(left(first_day, 10) as date) as date,
        {_SIDE.format(n="a")}, {_SIDE.format(n="b")}
    from raw
    left join parties here on here.scheme = 'gw' and here.given = split_part(country_number, '.', 1)
    left join parties state_a on state_a.scheme = 'gw' and state_a.given = split_part(number_a, '.', 1)
    left join parties state_b on state_b.scheme = 'gw' and state_b.given = split_part(number_b, '.', 1)
)
select 'ucdp-' || event as id, null::varchar as url, coalesce(office, article) as outlet, date as published,
    null::varchar as telling,
    case violence when '1' then 'state-based violence' when '2' then 'violence between groups'
        when '3' then 'one-sided violence' end
        || coalesce(', ' || best || ' deaths at best (' || low || ' to ' || high || ')', '') || ' (UCDP)' as told,
    null::varchar as text, code_a as source_code, sector_a as source_sector, side_a as source_text,
    if(sector_a = 'REB', side_a, null) as source_name, code_b as target_code, sector_b as target_sector,
    side_b as target_text, if(sector_b = 'REB', side_b, null) as target_name, 'ASSAULT' as type,
    null::varchar as mode, null::varchar as contexts, date,
    case when day_precision in ('3', '4') then 'month' when day_precision = '5' then 'year' else 'day' end
        as date_precision,
    (select score from types where type = 'ASSAULT') as score, 1.0::float as confidence, line, breaks,
    case when event is null then 'no event id'
        when date is null then 'no date'
        when side_a is null then 'names no source'
        when side_b is null then 'names no target'
        when told is null then 'unknown type of violence'
    end as reason
from sides
"""


def _known_by(head: Sequence[str]) -> bool:
    first = next(csv.reader([head[0]]), [])
    return {"type_of_violence", "side_a", "side_b"} <= set(first) or _bare(first)


def _bare(first: Sequence[str]) -> bool:
    """Whether this is a row and not a header: a year and a type of violence stand where they should."""
    return len(first) == len(HEADER) and first[2].isdigit() and first[5] in ("1", "2", "3")


def _rows(staging: Staging) -> str:
    first = next(csv.reader([staging.head()[0]]))
    return staging.separated(COLUMNS, HEADER if _bare(first) else None)


GED = Source("ucdp", "UCDP GED", "ucdp", "1", _known_by, _rows, _CODED, wraps=True)
