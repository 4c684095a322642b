"""Forecasts, what became of them, and back-tests on a terminal; the bodies of the commands that show them."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from volteface import actors
from volteface.foresight import ledger, scoring
from volteface.foresight.forecast import QUESTIONS, Forecast, forecasts, horizon_days
from volteface.foresight.scoring import Score
from volteface.record import Record
from volteface.report import terminal, words
from volteface.report.show_bonds import source as provenance

_SHOWN = 10  # resolved forecasts, the worst first


def run_forecast(
    record: Path, states: Sequence[str], on: dt.date | None, horizon: str, freeze: bool, as_json: bool
) -> None:
    """The command `forecast STATE [STATE] --record R [--on DAY] [--horizon 30d] [--freeze] [--json]`.

    States are names or codes. Prints the forecasts; with `freeze` also appends them to the record's ledger.
    """
    codes = [actors.state(one).code for one in states]
    days = horizon_days(horizon)
    with Record.open(record) as opened:
        made = forecasts(opened, codes, on, days)
        frozen = ledger.freeze(opened, made) if freeze else None
    if as_json:
        kept = {"path": str(frozen.path), "new": frozen.new, "known": frozen.known} if frozen else None
        told = [one.json() for one in made]
        print(json.dumps({"forecasts": told, "frozen": kept}, ensure_ascii=False))
        return
    out = terminal.console()
    show(out, made)
    if frozen is not None:
        known = f", {frozen.known} were there already" if frozen.known else ""
        out.print(Text(f"\nFrozen in {frozen.path}: {frozen.new} new{known}", style="dim"))


def run_score(record: Path, on: dt.date | None, as_json: bool, picture: Path | None = None) -> None:
    """The command `score --record R [--on DAY] [--picture FILE.svg] [--json]`: what came due, and how good it was."""
    with Record.open(record) as opened:
        told = scoring.score(opened, ledger.read(opened.folder), on)
    _score(told, as_json, picture)


def run_backtest(
    record: Path,
    states: Sequence[str],
    since: dt.date,
    until: dt.date,
    step: str,
    horizon: str,
    as_json: bool,
    picture: Path | None = None,
) -> None:
    """The command `backtest STATE STATE ... --record R --since DAY --until DAY [--step 30d] [--horizon 30d]`.

    All dyads between the states (names or codes), as of each day of the span, each from what was known then.
    """
    codes = list(dict.fromkeys(actors.state(one).code for one in states))
    with Record.open(record) as opened:
        told = scoring.backtest(opened, codes, since, until, horizon_days(step), horizon_days(horizon))
    _score(told, as_json, picture)


def show(out: Console, made: Sequence[Forecast]) -> None:
    """The forecasts dyad by dyad, the likeliest conflict first, each with its reasons."""
    first = made[0]
    out.print(Text(f"As of {words.day(first.as_of)}, until {words.day(first.due)}", style="bold"))
    order = {(one.one, one.other): -one.chance.probability for one in reversed(made) if one.question == "conflict"}
    for dyad in sorted(order, key=lambda pair: (order[pair], pair)):
        of_dyad = [one for one in made if (one.one, one.other) == dyad]
        quiet = "quiet for a year: this would be an onset" if of_dyad[0].onset else ""
        terminal.section(out, words.names(dyad), quiet)
        for one in of_dyad:
            _forecast(out, one)


def _forecast(out: Console, one: Forecast) -> None:
    chance = one.chance
    said = f", {chance.words}" if chance.words else ""
    odds = f"{chance.probability:.0%} [{chance.low:.0%}, {chance.high:.0%}]{said}"
    out.print(Text(f"  {QUESTIONS[one.question]}: {odds}", style="bold"))
    for reason in map(str, chance.reasons):
        out.print(Text(f"      {words.clean(reason)}"))
    if one.latest is not None:
        out.print(Text(f"      the latest: “{words.clean(one.latest['sentence'])}”"))
        out.print(Text(f"      {provenance(one.latest)}", style="dim"))


def _score(told: Score, as_json: bool, picture: Path | None) -> None:
    if picture is not None:
        told.plot().save(picture)
    if as_json:
        print(json.dumps(told.json(), ensure_ascii=False))
    else:
        show_score(told)


def show_score(told: Score) -> None:
    """The measures, the calibration table, and the forecasts that were furthest off."""
    out = terminal.console()
    due = words.many(len(told.resolved), "forecast")
    out.print(Text(f"{due} came due by {words.day(told.on)}, {told.pending:,} not yet", style="bold"))
    if told.weights:
        out.print(Text(f"Conflict's weights: {told.weights}. They flatter on these days of this news.", style="dim"))
    if not told.resolved:
        return
    if told.late:
        out.print(Text(f"{told.late:,} were frozen after they had come due: they show no foresight", style="dim"))
    terminal.section(out, "How good they were", "Brier score, 0 is best; skill is what is saved of climatology's")
    for one in told.measures:
        skill = "" if one.skill is None else f", skill {one.skill:+.2f}"
        number = words.many(one.number, "forecast")
        out.print(
            f"  {one.name}: {number}, {one.happened:.0%} happened, Brier {one.brier:.3f}{skill}"
            f" (climatology {one.climatology:.3f}, persistence {one.persistence:.3f}), log score {one.log:.3f}"
        )
    terminal.section(out, "Calibration", f"expected error {told.error:.3f}")
    for tenth in told.tenths:
        bar = "█" * round(20 * tenth.happened) or "▏"
        number = words.many(tenth.number, "forecast")
        out.print(f"  {number:>16} of {tenth.said:4.0%} on the mean; {tenth.happened:4.0%} happened {bar}")
    terminal.section(out, "What became of them", "those furthest off first")
    ranked = sorted(told.resolved, key=lambda one: -abs(one.forecast.chance.probability - one.outcome.happened))
    for resolved in ranked[:_SHOWN]:
        how = "happened" if resolved.outcome.happened else "did not happen"
        asked = resolved.forecast
        out.print(Text(f"  {asked}, as of {asked.as_of}: {asked.chance.probability:.0%}; it {how}", style="bold"))
        if resolved.outcome.row is not None:
            out.print(Text(f"      “{words.clean(resolved.outcome.row['sentence'])}”"))
            out.print(Text(f"      {provenance(resolved.outcome.row)}", style="dim"))
