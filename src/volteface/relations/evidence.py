"""The stories behind a tie: for each dyad those that weigh most, each with its sentence, document, outlet and date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from volteface.record import Record
from volteface.terms import statement_json

Row = Mapping[str, Any]  # a statement with outlet, title, url and published of its document, and its story's documents
Dyad = tuple[str, str]

CITATION = "d.source as outlet, d.title, d.url, d.published"

# What weighs most: hard acts before words, new ones before old, acts of a state before those of its people.
_HALVING = 365  # days after which a story weighs half
_WEIGHT = f"""abs(score) * power(0.5, date_diff('day', first_date, $until) / {_HALVING}.0)
    * if(coalesce(source_sector, 'GOV') in ('GOV', 'MIL'), 1.0, 0.5)"""
_STRONGEST = f"""
with told as (
    select t.id, best, documents, first_date, sentence, w.one, w.other, {_WEIGHT} as weight
    from stories t join (select unnest($ones) as one, unnest($others) as other, unnest($signs) as sign) w
        on least(t.source, t.target) = w.one and greatest(t.source, t.target) = w.other
    where first_date between $since and $until and precision in ('day', 'month') and score * w.sign >= 0
    qualify row_number() over (partition by w.one, w.other, sentence order by weight desc, t.id) = 1
), ranked as (
    select *, row_number() over (
        partition by one, other order by weight desc, first_date desc, documents desc, id
    ) as place from told qualify place <= $most
)
select s.*, {CITATION}, r.documents, r.one, r.other
from ranked r join statements s on s.id = r.best join documents d on s.document = d.id
order by r.one, r.other, r.place
"""


def strongest(
    record: Record, signs: Mapping[Dyad, int], since: dt.date, until: dt.date, most: int = 3
) -> dict[Dyad, tuple[Row, ...]]:
    """For each dyad (codes in alphabetical order) the stories of its sign that weigh most, the weightiest first.

    The sign is 1 for cooperation, -1 for conflict, 0 for either; both days are included.
    """
    if not signs:
        return {}
    given = {"ones": [one for one, _ in signs], "others": [other for _, other in signs], "signs": list(signs.values())}
    found: dict[Dyad, list[Row]] = {dyad: [] for dyad in signs}
    for row in record.rows(_STRONGEST, given | {"since": since, "until": until, "most": most}):
        found[row["one"], row["other"]].append(row)
    return {dyad: tuple(rows) for dyad, rows in found.items()}


def cited(row: Row) -> dict[str, Any]:
    """A statement as JSON, with its document's outlet, title, address and day, and how many documents tell it."""
    made = statement_json(row) | {name: row.get(name) for name in ("outlet", "title", "url")}
    published = row.get("published")
    made["published"] = published.isoformat() if published else None
    return made | {"documents": row["documents"]} if row.get("documents") else made


def cited_all(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Each of these as JSON."""
    return [cited(row) for row in rows]
