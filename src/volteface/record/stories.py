"""Stories: the reports of one happening joined across documents, so that relations count it once however often it ran.

The result depends on the set of reports alone, never on the order in which they came.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from itertools import groupby
from operator import itemgetter
from statistics import median
from typing import Any

import pyarrow as pa

from volteface.terms import identity

SPAN = 2  # days between the first and the last report of one story
SHARED = 0.45  # of the shorter sentence's content words, for reports of the same day
SAME_TRIGGER = 0.2  # less is asked where the trigger is the same word and no other places or people are named
EACH_DAY = 0.1  # and more for each day between them
IDENTICAL = 0.7  # of both sentences' content words together: one text, syndicated


def party(side: str, other: str) -> str:
    """SQL for who stands on one side: its code; by name too where a code has many bearers, by sector within a state."""
    return f"""{side}_code || case when {side}_code in ('NSA', 'OTHER-IGO') then ':' || coalesce({side}_name, '')
        when {side}_code = {other}_code then ':' || coalesce({side}_sector, '') else '' end"""


# SQL for the day of a report of this precision: the first of its month or year where no more is known.
DAY = """case precision when 'month' then date_trunc('month', told_date)::date
    when 'year' then date_trunc('year', told_date)::date else told_date end"""
# SQL for the two sides of a block; a symmetric type joins both directions.
SIDES = """if(both_ways, least(source_key, target_key), source_key) as one,
    if(both_ways, greatest(source_key, target_key), target_key) as other"""

# Actual events between two different actors or sectors, block after block: reports in different blocks never meet.
REPORTS = f"""
with told as (
    select s.*, d.source as outlet,
        coalesce(s.date, d.published) as told_date,
        case when s.date is not null then coalesce(s.date_precision, 'day')
             when d.published is not null then 'day' end as precision,
        {party("source", "target")} as source_key,
        {party("target", "source")} as target_key
    from read_statements s left join read_documents d on s.document = d.id
    where s.kind = 'event' and s.factuality = 'actual' and s.source_code is not null and s.target_code is not null
)
select id, document, outlet, sentence, trigger, type, mode, source_code, source_sector, source_name, source_text,
    target_code, target_sector, target_name, target_text, score, confidence, precision, source_key,
    {DAY} as date,
    {SIDES}
from told left join types on told.type = types.name
where source_key <> target_key
order by one, other, type, precision, date, id
"""

_WORD = re.compile(r"[^\W_]+(?:-[^\W_]+)*")
_BLOCK = ("one", "other", "type", "precision")

STORIES = pa.schema(
    [
        ("id", pa.string()),
        ("first_date", pa.date32()),
        ("last_date", pa.date32()),
        ("precision", pa.string()),
        ("source", pa.string()),
        ("source_sector", pa.string()),
        ("source_name", pa.string()),
        ("target", pa.string()),
        ("target_sector", pa.string()),
        ("target_name", pa.string()),
        ("mutual", pa.bool_()),
        ("type", pa.string()),
        ("mode", pa.string()),
        ("score", pa.float32()),
        ("reports", pa.int32()),
        ("documents", pa.int32()),
        ("outlets", pa.int32()),
        ("best", pa.string()),
        ("sentence", pa.string()),
    ]
)
REPORT_LINKS = pa.schema([("story", pa.string()), ("statement", pa.string())])


@dataclass(frozen=True, slots=True)
class Linked:
    """Stories, and which reports (statements) each one joins."""

    stories: pa.Table
    reports: pa.Table


@dataclass(frozen=True, slots=True)
class Report:
    """One actual event as one document tells it, with what decides whether two reports tell of the same happening."""

    row: Mapping[str, Any]
    id: str
    document: str
    date: dt.date | None
    trigger: str  # its stem
    words: frozenset[str]  # the stems of the sentence's content words, without the two actors
    names: frozenset[str]  # the capitalised words and numbers among them


def link(rows: Iterable[Mapping[str, Any]]) -> Linked:
    """Joins the rows of the REPORTS query into stories; it asks that the rows of one block stand together."""
    stories: list[dict[str, Any]] = []
    links: list[dict[str, str]] = []
    for _, block in groupby(rows, key=itemgetter(*_BLOCK)):
        for run in _runs(sorted(block, key=_by_date)):
            for members in _joined([_report(row) for row in run]) if len(run) > 1 else [run]:
                made = _story(members)
                stories.append(made)
                links += ({"story": made["id"], "statement": row["id"]} for row in members)
    return Linked(pa.Table.from_pylist(stories, schema=STORIES), pa.Table.from_pylist(links, schema=REPORT_LINKS))


def _by_date(row: Mapping[str, Any]) -> tuple[dt.date, str]:
    return row["date"] or dt.date.min, row["id"]


def _runs(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    """Rows in the order of their dates, parted where more than SPAN days lie between two."""
    run: list[Mapping[str, Any]] = []
    for row in rows:
        if run and row["date"] and (row["date"] - run[-1]["date"]).days > SPAN:
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def likeness(one: Report, other: Report) -> float:
    """How surely two reports of one dyad and type tell of the same happening, from 0 (they do not) to 1."""
    days = abs((one.date - other.date).days) if one.date and other.date else 0
    if days > SPAN:
        return 0.0
    if one.document == other.document and days == 0:
        return 0.0 if _clearly_differ(one, other) else 1.0
    shared = len(one.words & other.words)
    if not shared:
        return 0.0
    of_both = shared / (len(one.words) + len(other.words) - shared)
    if of_both >= IDENTICAL:
        return of_both
    same = one.trigger == other.trigger and not _name_others(one, other)
    needed = (SAME_TRIGGER if same else SHARED) + EACH_DAY * days
    known_day = one.date is not None and other.date is not None
    return of_both if known_day and shared / min(len(one.words), len(other.words)) >= needed else 0.0


def _clearly_differ(one: Report, other: Report) -> bool:
    if one.row["mode"] and other.row["mode"] and one.row["mode"] != other.row["mode"]:
        return True
    return one.row["sentence"] != other.row["sentence"] and one.trigger != other.trigger and _name_others(one, other)


def _name_others(one: Report, other: Report) -> bool:
    return bool(one.names and other.names and not one.names & other.names)


def _joined(reports: Sequence[Report]) -> Iterator[list[Mapping[str, Any]]]:
    """Union-find over a run, the likeliest pairs first, where no story may last longer than SPAN days."""
    parent = list(range(len(reports)))
    first = [report.date or dt.date.min for report in reports]
    last = list(first)

    def root(at: int) -> int:
        while parent[at] != at:
            parent[at] = parent[parent[at]]
            at = parent[at]
        return at

    for _, i, j in sorted(_pairs(reports)):
        a, b = root(i), root(j)
        start, end = min(first[a], first[b]), max(last[a], last[b])
        if a != b and (end - start).days <= SPAN:
            parent[b], first[a], last[a] = a, start, end
    joined: dict[int, list[Mapping[str, Any]]] = {}
    for at, report in enumerate(reports):
        joined.setdefault(root(at), []).append(report.row)
    yield from joined.values()


def _pairs(reports: Sequence[Report]) -> Iterator[tuple[float, int, int]]:
    """The pairs that may be one story, the likeliest with the lowest number; a syndicated text is compared once."""
    first_copy: dict[tuple[object, ...], int] = {}
    same_document: dict[tuple[object, ...], list[int]] = {}
    distinct: list[int] = []
    for at, report in enumerate(reports):
        copied = first_copy.setdefault((report.date, report.trigger, report.words), at) if report.words else at
        if copied == at:
            distinct.append(at)
        else:
            yield -1.0, copied, at
        for sibling in same_document.setdefault((report.document, report.date), []):
            if strength := likeness(reports[sibling], report):
                yield -strength, sibling, at
        same_document[report.document, report.date].append(at)
    for place, i in enumerate(distinct):
        one = reports[i]
        for j in distinct[place + 1 :]:
            other = reports[j]
            if one.date and other.date and (other.date - one.date).days > SPAN:
                break
            if strength := likeness(one, other):
                yield -strength, i, j


def _story(members: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """One story's row, in the words of the report that the others agree with most; the earliest gives the id."""
    best = _best(members)
    dates = [row["date"] for row in members if row["date"]]
    return {
        "id": identity("story", members[0]["id"]),
        "first_date": min(dates, default=None),
        "last_date": max(dates, default=None),
        "precision": best["precision"],
        "source": best["source_code"],
        "source_sector": best["source_sector"],
        "source_name": best["source_name"],
        "target": best["target_code"],
        "target_sector": best["target_sector"],
        "target_name": best["target_name"],
        "mutual": len({row["source_key"] for row in members}) > 1,
        "type": best["type"],
        "mode": best["mode"],
        "score": median(row["score"] or 0.0 for row in members),
        "reports": len(members),
        "documents": len({row["document"] for row in members}),
        "outlets": len({row["outlet"] for row in members} - {None}),
        "best": best["id"],
        "sentence": best["sentence"],
    }


def _best(members: Sequence[Mapping[str, Any]]) -> Mapping[str, Any]:
    if len(members) == 1:
        return members[0]
    content = [_report(row).words for row in members]
    frequency = Counter(word for words in content for word in words)

    def merit(at: int) -> tuple[float, float, int, str]:
        common = sum(frequency[word] for word in content[at]) / (len(content[at]) or 1)
        return (
            round(members[at]["confidence"] or 0.0, 1),
            common,
            -len(members[at]["sentence"] or ""),
            members[at]["id"],
        )

    return members[max(range(len(members)), key=merit)]


def _report(row: Mapping[str, Any]) -> Report:
    text = row["sentence"] or ""
    actors = {stem[:4] for side in ("source_text", "target_text") for stem in map(_stem, _words(row[side] or ""))}
    kept = {
        word: stem for word in _words(text) if (stem := _stem(word)) not in _common_stems() and stem[:4] not in actors
    }
    opening = next(iter(_words(text)), "")
    return Report(
        row=row,
        id=row["id"],
        document=row["document"],
        date=row["date"],
        trigger=_stem(row["trigger"] or ""),
        words=frozenset(kept.values()),
        names=frozenset(
            stem for word, stem in kept.items() if word[0].isdigit() or (word[0].isupper() and word != opening)
        ),
    )


def _words(text: str) -> list[str]:
    return [w for w in _WORD.findall(unicodedata.normalize("NFKC", text)) if len(w) > 1 or w.isdigit()]


@lru_cache(maxsize=1 << 16)
def _stem(word: str) -> str:
    """The word without case and its commonest endings: enough to match "attacked" with "attacks"."""
    stem = word.casefold()
    for ending in ("ing", "ed", "es", "s", "e"):
        if stem.endswith(ending) and len(stem) - len(ending) >= 4:
            return stem[: -len(ending)]
    return stem


@cache
def _common_stems() -> frozenset[str]:
    text = (files("volteface.record") / "data" / "common_words.txt").read_text(encoding="utf-8")
    return frozenset(_stem(word) for line in text.splitlines() if not line.startswith("#") for word in line.split())
