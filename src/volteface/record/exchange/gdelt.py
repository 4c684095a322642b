"""GDELT 2.0: its event files of 61 columns and its mentions of 16, both tab-separated and without a header."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from volteface.record.exchange.staging import Source, Staging

_ACTOR = (
    "code name country group ethnic religion1 religion2 type1 type2 type3".split()  # each after its actor's number
)
_PLACE = "type fullname country adm1 adm2 lat long feature".split()
EVENT_COLUMNS = (
    *"event day month year fraction".split(),
    *(f"actor1_{name}" for name in _ACTOR),
    *(f"actor2_{name}" for name in _ACTOR),
    *"is_root cameo base root quad goldstein mentions sources articles tone".split(),
    *(f"{whose}_geo_{name}" for whose in ("actor1", "actor2", "action") for name in _PLACE),
    *"added url".split(),
)
MENTION_COLUMNS = (
    *"event event_time mention_time kind outlet address sentence actor1_offset actor2_offset action_offset".split(),
    *"in_raw_text confidence length tone translation extras".split(),
)

# CAMEO codes are text: a code whose zero a spreadsheet ate would be read as another act.
_EVENTS = """
select 'gdelt-' || event as id, url, regexp_extract(url, '^[a-z]+://(?:www\\.)?([^/:]+)', 1) as outlet,
    try_strptime(left(added, 8), '%Y%m%d')::date as published, null::varchar as telling, codes.told,
    null::varchar as text,
    coalesce(c1.code, g1.code) as source_code,
    case when c1.code is null and g1.code is not null then 'IGO' else
        coalesce(r1.sector, if(actor1_type1 is null and c1.code is not null, 'GOV', null)) end as source_sector,
    coalesce(actor1_name, actor1_code) as source_text,
    if(r1.sector = 'REB', actor1_name, null) as source_name,
    coalesce(c2.code, g2.code) as target_code,
    case when c2.code is null and g2.code is not null then 'IGO' else
        coalesce(r2.sector, if(actor2_type1 is null and c2.code is not null, 'GOV', null)) end as target_sector,
    coalesce(actor2_name, actor2_code) as target_text,
    if(r2.sector = 'REB', actor2_name, null) as target_name,
    codes.type, codes.mode, codes.contexts, try_strptime(day, '%Y%m%d')::date as date, 'day' as date_precision,
    coalesce(try_cast(raw.goldstein as float), codes.goldstein) as score, 1.0::float as confidence,
    null::bigint as line,
    case when event is null or try_cast(event as ubigint) is null then 'no event id'
        when date is null then 'no date'
        when actor1_name is null and actor1_code is null then 'names no source'
        when actor2_name is null and actor2_code is null then 'names no target'
        when length(root) = 1 or (codes.code is null and zeroed.code is not null)
            then 'CAMEO code without its leading zero'
        when codes.code is null then 'unknown CAMEO code'
        when codes.type is null then 'act that PLOVER does not count (CAMEO ' || left(raw.cameo, 2) || ')'
    end as reason
from raw
left join codes on codes.code = raw.cameo
left join codes zeroed on zeroed.code = '0' || raw.cameo
left join parties c1 on c1.scheme = 'cameo' and c1.given = actor1_country
left join parties c2 on c2.scheme = 'cameo' and c2.given = actor2_country
left join groups g1 on g1."group" = actor1_group
left join groups g2 on g2."group" = actor2_group
left join roles r1 on r1.role = actor1_type1
left join roles r2 on r2.role = actor2_type1
"""

# A mention is one more report of an event that is in the record: it joins that event's story.
_MENTIONS = """
select 'gdelt-' || raw.event || '-' || left(md5(concat_ws(' ', address, raw.sentence, action_offset)), 12) as id,
    address as url, raw.outlet, try_strptime(left(mention_time, 8), '%Y%m%d')::date as published,
    coalesce(known.telling, concat_ws(' ', coalesce(known.url, known.id), known.mode)) as telling, known.told,
    known.text,
    known.* exclude (id, file, line, url, outlet, published, telling, told, text, confidence, coder,
        coder_version, reason),
    greatest(0, least(1, try_cast(raw.confidence as float) / 100))::float as confidence, null::bigint as line,
    case when raw.event is null or try_cast(raw.event as ubigint) is null then 'no event id'
        when address is null then 'no address of the mention'
        when known.id is null then 'event that is not in the record (import its events first)'
    end as reason
from raw left join (
    from imported where id in (select 'gdelt-' || event from raw)
) known on known.id = 'gdelt-' || raw.event
"""


def _is(columns: int, numbers: Sequence[int]) -> Callable[[Sequence[str]], bool]:
    """One row with so many columns, and numbers where they belong, is enough: the others may be damaged."""

    def known_by(head: Sequence[str]) -> bool:
        rows = (line.split("\t") for line in head)
        return any(len(row) == columns and all(row[at].isdigit() for at in numbers) for row in rows)

    return known_by


def _event_rows(staging: Staging) -> str:
    staging.note_empty_lines()
    return staging.cells("\t", EVENT_COLUMNS)


def _mention_rows(staging: Staging) -> str:
    staging.note_empty_lines()
    return staging.cells("\t", MENTION_COLUMNS)


EVENTS = Source("gdelt", "GDELT 2.0 events", "gdelt", "2.0", _is(61, (0, 1, 3)), _event_rows, _EVENTS)
MENTIONS = Source("gdelt-mentions", "GDELT 2.0 mentions", "gdelt", "2.0", _is(16, (0, 1, 2)), _mention_rows, _MENTIONS)


# A record's reports as mentions: the story is the event, its number GDELT's own where the story came from there, else
# a hash of the story's id. Characters are counted in the document; what a record does not hold is empty or -1.
MENTIONS_WRITTEN = """
select case when story like 'gdelt-%' then split_part(story, '-', 2)
        else (md5_number_lower(story) // 2)::varchar end as event,
    strftime(t.first_date, '%Y%m%d000000') as event_time,
    strftime(coalesce(d.published, t.first_date), '%Y%m%d000000') as mention_time, '1' as kind, d.source as outlet,
    coalesce(d.url, d.id) as address,
    dense_rank() over (partition by s.document order by s.sentence_start)::varchar as sentence,
    '-1' as actor1_offset, '-1' as actor2_offset, coalesce(s.trigger_start, -1)::varchar as action_offset,
    '1' as in_raw_text, round(100 * coalesce(s.confidence, 1))::int::varchar as confidence,
    length(d.text)::varchar as length, null as tone, null as translation, s.id as extras
from reports r
join stories t on t.id = r.story
join statements s on s.id = r.statement
join documents d on d.id = s.document
order by t.first_date, r.story, s.id
"""
