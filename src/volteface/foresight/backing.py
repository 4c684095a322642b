"""Who backs whom: what third parties of late gave two states, in words, aid or military cooperation."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from volteface.record import Record
from volteface.relations.evidence import CITATION, Row, cited_all
from volteface.relations.snapshot import WINDOW

_HALVING = 365  # days after which a story weighs half
_CITED = 3  # stories a backer


@dataclass(frozen=True, slots=True)
class Backer:
    """A third party at one state's side, with the stories that weigh most."""

    code: str
    of: str
    stories: int
    weight: float  # sum of the stories' scores, halved for each year that they lie back
    evidence: tuple[Row, ...]

    def json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"backer": self.code, "of": self.of, "stories": self.stories}
        return shown | {"weight": round(self.weight, 1), "sentences": cited_all(self.evidence)}


_AGE = f"power(0.5, coalesce(date_diff('day', t.first_date, $on), 0) / {_HALVING}.0)"
_BACKING = f"""
with dealt as (
    select t.*, {_AGE} as fresh from stories t
    where t.target in (select unnest($states)) and t.source not in (select unnest($states))
        and t.source not in ('NSA', 'OTHER-IGO')
        and coalesce(t.source_sector, 'GOV') in ('GOV', 'MIL', 'IGO', 'LEG')
        and coalesce(t.target_sector, 'GOV') in ('GOV', 'MIL')
        and (t.first_date is null or $on is null or t.first_date between $since and $on)
), hostility as (
    select source, target, sum(-score * fresh) as hostile from dealt where score < 0 group by all
), told as (
    select id, source, target, best, documents, first_date, greatest(score, 0.5) * fresh as weight from dealt
    where type in ('SUPPORT', 'AID') or (type = 'COOPERATE' and best in (
        select id from statements where type = 'COOPERATE' and list_contains(contexts, 'military')
    ))
), ranked as (
    select *, count(*) over side as stories, sum(weight) over side as backing,
        row_number() over (partition by source, target order by weight desc, first_date desc, id) as place
    from told window side as (partition by source, target)
    qualify place <= {_CITED}
)
select s.*, {CITATION}, r.documents, r.source as backer, r.target as backed, r.stories, r.backing
from ranked r left join hostility h on h.source = r.source and h.target = r.target
join statements s on s.id = r.best join documents d on d.id = s.document
where r.backing > coalesce(h.hostile, 0)
order by r.target, r.backing desc, r.source, r.place
"""


def backers(record: Record, states: Sequence[str], on: dt.date | None, most: int = 6) -> dict[str, tuple[Backer, ...]]:
    """For each state its backers in the three years to a day, the strongest first; undated stories count as of it.

    A backer gives more backing than it does of hostile acts, both by score and halved with each year.
    """
    given = {"states": list(states), "on": on, "since": (on - dt.timedelta(WINDOW)) if on else None}
    rows: dict[tuple[str, str], list[Row]] = {}
    for row in record.rows(_BACKING, given):
        rows.setdefault((row["backed"], row["backer"]), []).append(row)
    found: dict[str, list[Backer]] = {state: [] for state in states}
    for (state, backer), told in rows.items():
        found[state].append(Backer(backer, state, told[0]["stories"], told[0]["backing"], tuple(told)))
    return {state: tuple(of[:most]) for state, of in found.items()}
