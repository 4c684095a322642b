"""Who is who: the resolver against NGEC's cases, Archigos' leaders, COW's states and capitals, and what a scan costs.

    python -m benchmarks.actors ../shared/data/actors/actor_cases_dev.jsonl [--json] [--misses]
    python -m benchmarks.actors ../shared/data/actors/actor_cases_dev.jsonl --sample free|spans --seed N

A sample is 200 sentences of the corpus in which `find` sees no actor, or 200 of its actors with the words around
them, for people to read; what was read is told in docs/actors.md.

The sectors of NGEC (POLECAT's) are finer than our ten. SECTORS maps each to those of ours that count as right: spies
and police are of the state (SPY: GOV or MIL, COP: GOV); a party is OPP, or GOV while it governs (PTY); former holders
of an office keep its sector (ELI: GOV); breakaway entities (PRE), militias (PRM) and other armed groups (UAF) are REB;
workers, farmers, believers, teachers, associations, refugees and medics are CVL. No sector or UNK asks nothing of us.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import gzip
import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks import floors
from volteface import actors
from volteface.coding.sentences import split

SECTORS = {name: {name} for name in ("GOV", "MIL", "REB", "JUD", "LEG", "BUS", "CRM", "CVL")}
SECTORS |= {"SPY": {"GOV", "MIL"}, "COP": {"GOV"}, "PTY": {"OPP", "GOV"}, "ELI": {"GOV"}}
SECTORS |= {name: {"REB"} for name in ("PRE", "PRM", "UAF")}
SECTORS |= {name: {"CVL"} for name in ("LAB", "AGR", "REL", "EDU", "SOC", "REF", "MED")}
ORGANISATIONS = {"EUR": {"EU"}, "UNO": {"UN"}}  # NGEC's code to ours; its IGO is any organisation of ours
SAMPLED = 200
SHORT = 20  # characters: what is shorter is no sentence
UNANSWERED = {"", "UNK"}
EAST_ASIAN = {710, 713, 731, 732, 811, 816, 830}  # GW codes of states whose names begin with the surname
SPANISH = {
    42,
    70,
    90,
    91,
    92,
    93,
    94,
    95,
    100,
    101,
    130,
    135,
    145,
    150,
    155,
    160,
    165,
    230,
}  # where the mother's name stands last


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("cases", type=Path)
    parser.add_argument(
        "--ir", type=Path, help="the folder of archigos and cow files; else `ir` beside the cases' folder"
    )
    parser.add_argument(
        "--corpus", type=Path, help="the text to scan; else current-events-2002-2022.jsonl.gz beside the cases' folder"
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--misses", action="store_true", help="print each miss before the figures")
    parser.add_argument("--sample", choices=("free", "spans"), help="print a sample to read, and no figures")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    shared = given.cases.resolve().parent.parent
    corpus = given.corpus or shared / "current-events-2002-2022.jsonl.gz"
    if given.sample:
        print("\n".join(sample(corpus, given.sample, given.seed)))
        return
    figures, misses = measure(given.cases, given.ir or shared / "ir", corpus)
    if given.misses:
        print("\n".join(misses))
    floors.report("actors", figures, given.json)


def measure(cases: Path, ir: Path, corpus: Path) -> tuple[dict[str, Any], list[str]]:
    """The figures, and one line for each miss."""
    figures: dict[str, Any] = {"load ms": loading()}
    misses: list[str] = []
    for part in (ngec(cases), archigos(ir / "archigos_leaders.csv.gz"), states(ir), speed(corpus)):
        figures |= part[0]
        misses += part[1]
    return figures, misses


def ngec(path: Path) -> tuple[dict[str, Any], list[str]]:
    """Country and sector of NGEC's own cases."""
    misses: list[str] = []
    right = {"country": 0, "sector": 0}
    asked = {"country": 0, "sector": 0}
    for line in path.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        on = dt.date.fromisoformat(case["date"]) if case.get("date") else None
        answer = actors.who(case["text"], on, case.get("context", ""))
        wanted = case.get("country")
        if wanted is not None:
            asked["country"] += 1
            is_body = actors.label(answer.code or "") != answer.code and answer.sector == "IGO"
            met = is_body if wanted == "IGO" else (answer.code or "") in ORGANISATIONS.get(wanted, {wanted})
            right["country"] += met
            if not met:
                misses.append(f"country {case} -> {answer.code}: {answer.why}")
        wanted = case.get("sector", "")
        if wanted not in UNANSWERED:
            asked["sector"] += 1
            met = answer.sector in SECTORS[wanted]
            right["sector"] += met
            if not met:
                misses.append(f"sector {case} -> {answer.sector}: {answer.why}")
    return {f"NGEC {name}": right[name] / max(asked[name], 1) for name in right}, misses


def archigos(path: Path) -> tuple[dict[str, Any], list[str]]:
    """Leaders in office between 1990 and 2015 by title, surname and the middle of their term in those years.

    Archigos does not tell the office, so one of "President" and "Prime Minister" must lead to the right state.
    """
    misses: list[str] = []
    right = total = 0
    for row in table(path):
        begin, end = max(row["startdate"], "1990-01-01"), min(row["enddate"], "2015-12-31")
        if begin > end:
            continue
        first, last = dt.date.fromisoformat(begin), dt.date.fromisoformat(end)
        middle = first + (last - first) / 2
        surname = surname_of(row["leader"], int(row["gwcode"]))
        answers = [actors.who(f"{title} {surname}", middle).code for title in ("President", "Prime Minister")]
        wanted = {state.code for state in actors.states.states().values() if row["gwcode"] in state.gw.split("|")}
        total += 1
        met = any(answer in wanted for answer in answers)
        right += met
        if not met:
            misses.append(f"archigos {surname} ({row['leader']}) {middle} {row['gwcode']} {wanted} -> {answers}")
    return {"archigos": right / max(total, 1), "archigos leaders": total}, misses


def surname_of(leader: str, gwcode: int) -> str:
    """The surname as Archigos spells it: the first word in East Asia, the father's in Spanish, else the last word."""
    words = [w for w in leader.split(",")[0].split() if not re.fullmatch(r"[A-Z]\.|[IVX]+|Jr\.?", w)]
    if len(words) > 1 and gwcode in EAST_ASIAN:
        return words[0]
    if len(words) > 1 and gwcode in SPANISH and words[-2] not in actors.data.given_names() and not words[-2].islower():
        return words[-2]
    return words[-1]


def states(folder: Path) -> tuple[dict[str, Any], list[str]]:
    """Names and capitals of COW's states since 1946, each on the first days of its last year."""
    members = {row["ccode"]: row for row in table(folder / "cow_states.csv.gz") if int(row["endyear"]) >= 1946}
    capitals = [
        row for row in table(folder / "cow_capitals.csv.gz") if row["ccode"] in members and row["enddate"] >= "1946"
    ]
    asked = {
        "cow states": [(ccode, row["statenme"], int(row["endyear"])) for ccode, row in members.items()],
        "cow capitals": [
            (r["ccode"], r["capital"], min(int(r["enddate"][:4]), int(members[r["ccode"]]["endyear"])))
            for r in capitals
        ],
    }
    figures: dict[str, Any] = {}
    misses: list[str] = []
    for what, questions in asked.items():
        right = 0
        for ccode, name, year in questions:
            short = members[ccode]["stateabb"]
            wanted = {state.code for state in actors.states.states().values() if short in state.cow.split("|")}
            answer = actors.who(name, dt.date(year, 1, 2))
            right += answer.code in wanted
            if answer.code not in wanted:
                misses.append(f"{what} {name} {year} {short} {wanted} -> {answer.code}: {answer.why}")
        figures[what] = right / max(len(questions), 1)
    return figures, misses


def table(path: Path) -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def loading() -> float:
    """CPU milliseconds from the import to a first actor, the standard library being there; the best of five."""
    program = (
        "import collections, csv, dataclasses, datetime, difflib, functools, pathlib, re, time, typing, unicodedata\n"
        "begin = time.process_time()\n"
        "from volteface import actors\n"
        "actors.find('Turkey')\n"
        "print((time.process_time() - begin) * 1000)"
    )
    command = [sys.executable, "-c", program]
    return min(float(subprocess.run(command, capture_output=True, text=True, check=True).stdout) for _ in range(5))


def speed(corpus: Path) -> tuple[dict[str, Any], list[str]]:
    """Megabytes of text a CPU second, document by document: the scan alone, and with every name read in its context.

    The best of three runs, both warm: the scan builds its larger automaton once after half a megabyte.
    """
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        items = [json.loads(line) for _, line in zip(range(20_000), lines, strict=False)]
    texts = [item["text"] for item in items]
    days = [dt.date.fromisoformat(item["date"]) for item in items]
    size = sum(len(text.encode()) for text in texts) / 1e6
    book = actors.mentions.gazetteer()
    for text in texts[:5_000]:
        book.scan(text)
    scans, finds = [], []
    for _ in range(3):
        begin = time.process_time()
        for text in texts:
            book.scan(text)
        scanned = time.process_time()
        for text, day in zip(texts, days, strict=True):
            actors.find(text, day)
        scans.append(scanned - begin)
        finds.append(time.process_time() - scanned)
    return {"scan MB a CPU second": size / min(scans), "find MB a CPU second": size / min(finds)}, []


def sample(corpus: Path, what: str, seed: int) -> list[str]:
    """Sentences with neither an actor nor an office that is somebody's; or actors with the words around them.

    One from each of as many random items.
    """
    with gzip.open(corpus, "rt", encoding="utf-8") as lines:
        items = [json.loads(line) for line in lines]
    chance = random.Random(seed)
    chance.shuffle(items)
    drawn: list[str] = []
    for item in items:
        text, day = item["text"], item["date"]
        found = [m for m in actors.find(text, dt.date.fromisoformat(day)) if m.code or m.kind == "contested"]
        if what == "free":
            free = [
                (start, end)
                for start, end in ((one.start, one.end) for one in split(text))
                if not any(start <= m.start < end for m in found)
                and end - start > SHORT
                and not actors.speaks_of_office(text[start:end])
            ]
            if free:
                start, end = chance.choice(free)
                drawn.append(f"{len(drawn) + 1} {day} {text[start:end].strip()}")
        elif found:
            m = chance.choice(found)
            around = f"{text[max(0, m.start - 90) : m.start]}[[{m.text}]]{text[m.end : m.end + 60]}"
            drawn.append(f"{len(drawn) + 1} {day} {m.code} {m.sector} {m.name or ''} | {' '.join(around.split())}")
        if len(drawn) == SAMPLED:
            break
    return drawn


if __name__ == "__main__":
    main()
