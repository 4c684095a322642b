"""Who comes next, on a terminal: candidates from the likeliest down, each with its chance, reasons and sentences."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from rich.text import Text

from volteface.foresight.coming import Candidate, Coming, coming, refit
from volteface.record import Record
from volteface.report import terminal, words
from volteface.report.show_bonds import source as provenance


def run_next(record: Path, question: str, on: dt.date | None, most: int, fit: bool, as_json: bool) -> None:
    """The command `next "TUR SANCTION ?" --record R [--on DAY] [--most 10] [--refit] [--json]`.

    With `fit` weights are fitted on the record first and kept in its folder.
    """
    with Record.open(record) as opened, terminal.progress("learning", "days") as progress:
        if fit:
            refit(opened, progress)
        told = coming(question, opened, on, most, progress)
    if as_json:
        print(json.dumps(told.json(), ensure_ascii=False))
    else:
        show(told)


def show(told: Coming) -> None:
    """The candidates in their order, each with what speaks for it."""
    out = terminal.console()
    out.print(Text(f"{told}", style="bold"))
    learned = words.many(told.facts, "dated fact")
    out.print(Text(f"As of {words.day(told.on)}, from {learned} of five years; weights: {told.weights}.", style="dim"))
    out.print(Text("The chance is of each, given that such an act with another state comes at all.", style="dim"))
    for number, one in enumerate(told.candidates, start=1):
        new = "" if one.met else ", for the first time"
        out.print()
        out.print(Text(f"{number:>3}. {_name(one)}  {one.chance:.0%}{new}", style="bold"))
        for why in one.reasons:
            out.print(Text(f"      {why.effect:+.1f}  {why.name}"))
            for row in why.stories[:1]:
                out.print(Text(f"            “{words.clean(row['sentence'])}”"))
                out.print(Text(f"            {provenance(row)}", style="dim"))


def _name(one: Candidate) -> str:
    return words.actor({"it_code": one.code, "it_sector": one.sector, "it_name": one.name}, "it")
