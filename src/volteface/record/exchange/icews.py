"""ICEWS: tab-separated with a header, 20 columns; states by name, CAMEO codes as text, event ids that come again."""

from __future__ import annotations

from collections.abc import Sequence

from volteface.record.exchange.staging import Source, Staging

COLUMNS = {
    "event": "Event ID",
    "day": "Event Date",
    "source_called": "Source Name",
    "source_sectors": "Source Sectors",
    "source_country": "Source Country",
    "said": "Event Text",
    "cameo": "CAMEO Code",
    "intensity": "Intensity",
    "target_called": "Target Name",
    "target_sectors": "Target Sectors",
    "target_country": "Target Country",
    "story": "Story ID",
    "sentence_number": "Sentence Number",
    "publisher": "Publisher",
}

# The whole set repeats an event id on other days: id and day together are the key. Sectors are words in brackets or
# not, the broadest first; what the words do not tell is null.
_SECTOR = """case
        when {side}_called is null then null
        when {side}_sectors is null then if({side}_called = {side}_country, 'GOV', null)
        when {side}_sectors ilike '%rebel%' or {side}_sectors ilike '%insurgen%' or {side}_sectors ilike '%separatist%'
            then 'REB'
        when {side}_sectors ilike '%military%' or {side}_sectors ilike '%army%' or {side}_sectors ilike '%air force%'
            or {side}_sectors ilike '%navy%' then 'MIL'
        when {side}_sectors ilike '%legislat%' or {side}_sectors ilike '%parliament%' then 'LEG'
        when {side}_sectors ilike '%judicia%' then 'JUD'
        when {side}_sectors ilike '%criminal%' then 'CRM'
        when {side}_sectors ilike '%government%' or {side}_sectors ilike '%executive%'
            or {side}_sectors ilike '%police%' then 'GOV'
        when {side}_sectors ilike '%opposition%' then 'OPP'
        when {side}_sectors ilike '%business%' then 'BUS'
        when {side}_sectors ilike '%intergovernmental%' or {side}_sectors ilike '%IGO%' then 'IGO'
        when {side}_sectors is not null then 'CVL'
    end"""

_CODED = f"""
with sides as (
    select raw.*, try_cast(day as date) as date,
        coalesce(c1.code, if(source_country is null, n1.code, null)) as source_code,
        coalesce(c2.code, if(target_country is null, n2.code, null)) as target_code,
        {_SECTOR.format(side="source")} as source_sector, {_SECTOR.format(side="target")} as target_sector
    from raw
    left join parties c1 on c1.scheme = 'name' and c1.given = lower(strip_accents(source_country))
    left join parties c2 on c2.scheme = 'name' and c2.given = lower(strip_accents(target_country))
    left join parties n1 on n1.scheme = 'name' and n1.given = lower(strip_accents(source_called))
    left join parties n2 on n2.scheme = 'name' and n2.given = lower(strip_accents(target_called))
)
select 'icews-' || event || '-' || strftime(date, '%Y%m%d') as id, null::varchar as url, publisher as outlet,
    date as published, 'icews story ' || concat_ws(' ', story, mode) as telling,
    coalesce(said || ' (CAMEO ' || cameo || ')', told) as told, null::varchar as text,
    source_code, source_sector, source_called as source_text,
    if(source_sector = 'REB', source_called, null) as source_name, target_code, target_sector,
    target_called as target_text, if(target_sector = 'REB', target_called, null) as target_name,
    type, mode, contexts, date, 'day' as date_precision,
    coalesce(try_cast(intensity as float), goldstein) as score, 1.0::float as confidence, line,
    case when excess < 0 then 'fewer columns than the format has (cut off?)'
        when excess > 0 then 'more columns than the format has'
        when event is null then 'no event id'
        when date is null then 'no date'
        when source_called is null then 'names no source'
        when target_called is null then 'names no target'
        when codes.code is null and exists(from codes z where z.code = '0' || cameo)
            then 'CAMEO code without its leading zero'
        when codes.code is null then 'unknown CAMEO code'
        when type is null then 'act that PLOVER does not count (CAMEO ' || left(cameo, 2) || ')'
    end as reason
from sides left join codes on codes.code = cameo
"""


def _known_by(head: Sequence[str]) -> bool:
    return {"Source Name", "CAMEO Code", "Target Name"} <= {name.strip() for name in head[0].split("\t")}


def _rows(staging: Staging) -> str:
    return staging.named(COLUMNS)


ICEWS = Source("icews", "ICEWS events", "icews", "1", _known_by, _rows, _CODED)
