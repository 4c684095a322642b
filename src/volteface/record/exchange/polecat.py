"""POLECAT: tab-separated with a header, 40 columns and sometimes stray ones; PLOVER's own types and modes."""

from __future__ import annotations

from collections.abc import Sequence

from volteface.record.exchange.staging import Source, Staging

COLUMNS = {
    "event": "Event ID",
    "day": "Event Date",
    "kind": "Event Type",
    "manner": "Event Mode",
    "intensity": "Intensity|Event Intensity",
    "about": "Contexts",
    "actor": "Actor Name",
    "actor_country": "Actor Country",
    "actor_sector": "Primary Actor Sector",
    "actor_raw": "Actor Name Raw",
    "recipient": "Recipient Name",
    "recipient_country": "Recipient Country",
    "recipient_sector": "Primary Recipient Sector",
    "recipient_raw": "Recipient Name Raw",
    "publisher": "Source",
    "added": "Publication Date",
    "said": "Event Text",
    "headline": "Headline",
}

# One event stands in several rows, one a mode: the rows are statements of their own and one story. Of several
# countries in a cell the first counts.
_SIDE = """
    coalesce({side}_country_code.code, if({side}_country is null, {side}_named.code, null)) as {side}_code,
    {side}_role.sector as {side}_part,
    coalesce({side}, {side}_raw, {side}_country) as {side}_text"""
_JOINS = """
    left join parties {side}_country_code on {side}_country_code.scheme = 'code'
        and {side}_country_code.given = trim(split_part(replace({side}_country, '|', ';'), ';', 1))
    left join parties {side}_named on {side}_named.scheme = 'name'
        and {side}_named.given = lower(strip_accents(trim(split_part(replace({side}, '|', ';'), ';', 1))))
    left join roles {side}_role on {side}_role.role = {side}_sector"""

_CODED = f"""
with sides as (
    select raw.*, try_cast(left(day, 10) as date) as date, upper(kind) as type, lower(manner) as mode,
        {_SIDE.format(side="actor")},
        {_SIDE.format(side="recipient")}
    from raw {_JOINS.format(side="actor")} {_JOINS.format(side="recipient")}
)
select 'polecat-' || concat_ws('-', event, mode) as id, null::varchar as url, publisher as outlet,
    coalesce(try_cast(left(added, 10) as date), date) as published, 'polecat event ' || event as telling,
    concat_ws(' ', type, mode) || ' (PLOVER)' as told, coalesce(said, headline) as text,
    actor_code as source_code, actor_part as source_sector, actor_text as source_text,
    if(actor_part = 'REB', actor_text, null) as source_name,
    recipient_code as target_code, recipient_part as target_sector, recipient_text as target_text,
    if(recipient_part = 'REB', recipient_text, null) as target_name,
    type, mode, regexp_replace(lower(about), ' *[;|] *', '|', 'g') as contexts, date, 'day' as date_precision,
    coalesce(try_cast(intensity as float), types.score) as score, 1.0::float as confidence, line,
    case when excess < 0 then 'fewer columns than the format has (cut off?)'
        when excess > 0 then 'more columns than the format has'
        when event is null then 'no event id'
        when date is null then 'no date'
        when actor_text is null then 'names no source'
        when recipient_text is null then 'names no target'
        when types.type is null then 'unknown PLOVER type'
    end as reason
from sides left join types using (type)
"""


def _known_by(head: Sequence[str]) -> bool:
    return {"Event Type", "Event Mode", "Actor Name", "Recipient Name"} <= {one.strip() for one in head[0].split("\t")}


def _rows(staging: Staging) -> str:
    return staging.named(COLUMNS)


POLECAT = Source("polecat", "POLECAT", "polecat", "1", _known_by, _rows, _CODED, spare_encoding="latin-1")


# The forty columns in which a record's actual events go out again, one row a statement.
HEADER = (
    *("Event ID", "Event Date", "Event Type", "Event Mode", "Intensity", "Quad Code", "Contexts"),
    *("Actor Name", "Actor Country", "Actor COW", "Primary Actor Sector", "Actor Sectors", "Actor Title"),
    *("Actor Name Raw", "Wikipedia Actor ID", "Recipient Name", "Recipient Country", "Recipient COW"),
    *("Primary Recipient Sector", "Recipient Sectors", "Recipient Title", "Recipient Name Raw"),
    *("Wikipedia Recipient ID", "Placename", "City", "District", "Province", "Country", "Latitude", "Longitude"),
    *("GeoNames ID", "Raw Placename", "Feature Type", "Source", "Publication Date", "Story People"),
    *("Story Organizations", "Story Locations", "Language", "Version"),
)
WRITTEN = """
select s.id as "Event ID", coalesce(s.date, d.published)::varchar as "Event Date", s.type as "Event Type",
    s.mode as "Event Mode", round(s.score, 3)::varchar as "Intensity", array_to_string(s.contexts, ';') as "Contexts",
    coalesce(s.source_name, s.source_text) as "Actor Name", s.source_code as "Actor Country",
    s.source_sector as "Primary Actor Sector", s.source_sector as "Actor Sectors", s.source_text as "Actor Name Raw",
    coalesce(s.target_name, s.target_text) as "Recipient Name", s.target_code as "Recipient Country",
    s.target_sector as "Primary Recipient Sector", s.target_sector as "Recipient Sectors",
    s.target_text as "Recipient Name Raw", d.source as "Source", d.published::varchar as "Publication Date",
    coalesce(d.language, 'en') as "Language", s.coder || ' ' || s.coder_version as "Version"
from statements s left join documents d on d.id = s.document
where s.kind = 'event' and s.factuality = 'actual'
order by coalesce(s.date, d.published), s.id
"""
