"""What importing a large event file costs, and what asking the record then costs, over synthetic GDELT-like rows.

    python -m benchmarks.exchange [--rows 10000000] [--folder DIR] [--json]

The rows are drawn anew (states, codes and addresses at random, the same for the same number of rows) into a scratch
file of 61 columns without a header; no row of anybody's data is among them.
"""

from __future__ import annotations

import argparse
import datetime as dt
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from benchmarks import floors
from volteface import ontology
from volteface.actors.states import states
from volteface.record import Record
from volteface.record.exchange import import_file
from volteface.relations import dyad, stories
from volteface.relations.snapshot import network_on, snapshot

ROWS = 10_000_000
FIRST_DAY, DAYS = "2015-02-18", 3000

# A few states make most of the news: the square of an even draw chooses them. One row in ten names a single actor,
# one in five an actor with a role. An address gives three rows.
_ROWS = """
with drawn as (
    select i, hash(i) as h, hash(i + 1000000007) as g, i // 3 as article,
        pow((hash(i * 3 + 1) % 1000003) / 1000003.0, 2) as one,
        pow((hash(i * 3 + 2) % 1000003) / 1000003.0, 2) as other
    from range($rows) r(i)
), named as (
    select *, states[(1 + (one * len(states))::bigint % len(states))::bigint] as a,
        states[(1 + (other * len(states))::bigint % len(states))::bigint] as b,
        codes[(1 + h % len(codes))::bigint] as c,
        case when g % 5 = 0 then roles[(1 + (g // 5) % len(roles))::bigint] end as role,
        h % 10 = 0 as alone,
        $first::date + ((i * $days) // $rows)::int as day
    from drawn, (select list(s order by s.cameo) as states from states s),
        (select list(c order by c.code) as codes from codes c),
        (select ['GOV', 'MIL', 'REB', 'OPP', 'COP', 'BUS', 'CVL', 'JUD'] as roles)
), placed as (
    select *, a.fips || lpad((h % 30)::varchar, 2, '0') as adm, (h // 7 % 12000) / 100.0 - 60 as lat,
        (h // 11 % 36000) / 100.0 - 180 as long,
        'City ' || (h % 5000) || ', Province ' || (h % 300) || ', ' || a.name as place,
        'https://www.outlet' || (article % 9000) || '.example/world/' || strftime(day, '%Y/%m/%d')
            || '/an-article-of-that-day-' || article as url
    from named
)
select 400000000 + i, strftime(day, '%Y%m%d'), strftime(day, '%Y%m'), year(day),
    year(day) + round(dayofyear(day) / 365.0, 4),
    a.cameo || coalesce(role, ''), upper(a.name), a.cameo, null, null, null, null, role, null, null,
    if(alone, null, b.cameo), if(alone, null, upper(b.name)), if(alone, null, b.cameo),
    null, null, null, null, null, null, null,
    (h % 2)::int, c.code, left(c.code, 3), left(c.code, 2), 1 + h % 4, c.goldstein, 1 + g % 20, 1 + g % 3, 1 + g % 20,
    (g % 20000) / 1000.0 - 10,
    4, place, a.fips, adm, '', lat, long, (g % 3000000)::varchar,
    if(alone, 0, 1), if(alone, null, b.name), if(alone, null, b.fips), null, null, lat, long, b.fips,
    4, place, a.fips, adm, '', lat, long, (g % 3000000)::varchar,
    strftime(day, '%Y%m%d') || '120000', url
from placed
"""

_BUSIEST = """
select least(source, target), greatest(source, target) from stories group by all order by count(*) desc limit 20
"""
_DAYS = """
select first_date, sum(greatest(score, 0)), sum(greatest(-score, 0)), count(*) from stories
where (source = $one and target = $other) or (source = $other and target = $one)
group by first_date order by first_date
"""


def generate(path: Path, rows: int) -> None:
    """Writes so many rows in the form of GDELT 2.0's event files."""
    known = [one for one in states().values() if one.cameo and one.fips and not one.last]
    names = [{"cameo": s.cameo.split("|")[0], "fips": s.fips.split("|")[0], "name": s.name} for s in known]
    counted = [one for one in ontology.cameo_codes().values() if one.code in ontology.crosswalk()]
    codes = [{"code": one.code, "goldstein": one.goldstein} for one in counted]
    with duckdb.connect(config={"threads": 2, "memory_limit": "2GB"}) as drawing:
        drawing.register("states", pa.Table.from_pylist(names))
        drawing.register("codes", pa.Table.from_pylist(codes))
        drawn = drawing.sql(_ROWS, params={"rows": rows, "days": DAYS, "first": FIRST_DAY})
        drawn.write_csv(str(path), sep="\t", header=False, quotechar="")


def measure(rows: int, folder: Path) -> dict[str, Any]:
    file = folder / "events.csv"
    generate(file, rows)
    figures: dict[str, Any] = {"rows": rows, "file, MB": file.stat().st_size / 1e6}
    with Record.create(folder / "R") as record:
        start, used = time.perf_counter(), time.process_time()
        report = import_file(record, file, "gdelt")
        published = time.perf_counter()
        record.counts()
        figures |= {
            "rows kept": report.kept,
            "import to publication, seconds": published - start,
            "index, seconds": time.perf_counter() - published,
            "import with index, seconds": time.perf_counter() - start,
            "import with index, CPU seconds": time.process_time() - used,
            "resident memory, MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3,
            "record, MB": sum(one.stat().st_size for one in (folder / "R").rglob("*")) / 1e6,
        }
    with Record.open(folder / "R") as record:
        dyads = [tuple(row.values()) for row in record.rows(_BUSIEST)]
        months = [_seconds(partial(dyad, record, *pair)) for pair in dyads]
        days = [_seconds(partial(record.sql, _DAYS, {"one": one, "other": other})) for one, other in dyads]
        told = [_seconds(partial(stories, record, *pair)) for pair in dyads]
        day = dt.date.fromisoformat(FIRST_DAY) + dt.timedelta(days=DAYS * 3 // 4)
        figures |= {
            "a dyad's months, ms, median": 1e3 * statistics.median(months),
            "a dyad's months, ms, worst": 1e3 * max(months),
            "a dyad's days, ms, worst": 1e3 * max(days),
            "a dyad's stories, ms, median": 1e3 * statistics.median(told),
            "a dyad's stories, ms, worst": 1e3 * max(told),
            "signed network at a date, seconds": _seconds(partial(network_on, record, day)),
            "with blocs, triangles and evidence, seconds": _seconds(partial(snapshot, record, day)),
        }
    return figures


def _seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--folder", type=Path, help="where the scratch file and the record lie for a while")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        floors.report("exchange", measure(given.rows, Path(folder)), as_json=given.json)


if __name__ == "__main__":
    main()
