"""A scenario's answers on a terminal: who is bound, who backs whom, what follows, what it strains, how odds shift."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

from rich.console import Console
from rich.text import Text

from volteface.foresight.chain import Chain, Link
from volteface.foresight.forecast import horizon_days
from volteface.foresight.obligations import Bound
from volteface.foresight.precedents import DIRECTIONS, Precedents
from volteface.foresight.whatif import Shift, WhatIf, whatif
from volteface.record import Record
from volteface.report import terminal, words
from volteface.report.show_bonds import source as provenance

_LONGEST = 120  # characters of an action; its sentence stands below it


def run_whatif(record: Path, scenario: str, on: dt.date | None, as_json: bool, horizon: str = "30d") -> None:
    """The command `whatif SCENARIO --record R [--on DAY] [--horizon 30d] [--json]`: prints the answers.

    VoltefaceError, with one line for a person, for what is no scenario.
    """
    with Record.open(record) as opened:
        told = whatif(scenario, opened, on, horizon_days(horizon))
    if as_json:
        print(json.dumps(told.json(), ensure_ascii=False))
    else:
        show(told)


def show(told: WhatIf) -> None:
    """The answers in sections, each with its sentences."""
    out = terminal.console()
    out.print(Text(told.title, style="bold"))
    out.print(Text(f"Before it: {told.stance}.", style="dim"))
    for row in told.stance.evidence[:1]:
        terminal.cited(out, row)
    if told.scenario.removed:
        terminal.section(out, "Taken away")
        for row in told.scenario.removed[:3]:
            terminal.cited(out, row)
        if len(told.scenario.removed) > 3:
            out.print(Text(f"  and {len(told.scenario.removed) - 3:,} more (--json has all)", style="dim"))
    _bound(out, told)
    _backing(out, told)
    _chain(out, told.chain)
    _strain(out, told)
    if told.expected:
        terminal.section(out, "What texts say may follow", "possible or foreseen, not fact")
        for row in told.expected:
            terminal.cited(out, row)
    if told.precedents is not None:
        _precedents(out, told, told.precedents)
    terminal.section(out, "How it shifts the odds", "the same day without the event, then with it")
    for shift in told.shifts:
        _shift(out, shift, told.horizon)
    if told.missing:
        out.print(Text(f"  {told.missing}", style="dim"))
    if not told.scenario.happens and told.chain.first:
        out.print(Text("\nWhat the event calls for is listed above; without the event it falls away.", style="dim"))


def _bound(out: Console, told: WhatIf) -> None:
    terminal.section(out, "Who is bound to do what", "paper, not behaviour")
    for bound in told.chain.first:
        _bond(out, bound)
    if not told.chain.first:
        out.print(Text("  Nobody, as far as this record knows.", style="dim"))
    if told.broken:
        terminal.section(out, f"What binds {words.name(told.scenario.source)} not to do it")
        for bound in told.broken:
            _bond(out, bound)
    if told.red_lines:
        terminal.section(out, "Red lines that name the two", "whether the event crosses them, the sentence must tell")
        for row in told.red_lines[:3]:
            terminal.cited(out, row)


def _bond(out: Console, bound: Bound) -> None:
    out.print(Text(f"  {duty(bound)}", style="bold"))
    _sentence(out, bound.row)
    if bound.kept is not None:
        out.print(Text(f"      {bound.kept}; status: {bound.status}", style="dim"))
    if bound.more:
        more = words.many(bound.more, "further sentence or treaty", "further sentences or treaties")
        out.print(Text(f"      and {more} to the same effect", style="dim"))
    if bound.denied:
        out.print(Text("      yet told not to have been done:"))
        for row in bound.denied:
            _sentence(out, row, "        ")


def duty(bound: Bound) -> str:
    """Russia is bound to send troops to help, for Armenia and against Azerbaijan, if ..."""
    name = words.name
    action = words.clean(bound.action)
    if bound.how == "treaty":
        said = f"{name(bound.holder)} is bound by treaty to {name(bound.beneficiary or '')}: {action}"
    else:
        said = f"{name(bound.holder)} {'has pledged' if bound.how == 'pledge' else 'is bound'} to {_infinitive(action)}"
        if bound.beneficiary and name(bound.beneficiary) not in action:
            said += f", for {name(bound.beneficiary)}"
    if bound.against:
        said += f", which sets it against {name(bound.against)}"
    return said


def _infinitive(action: str) -> str:
    told = action[3:] if action.lower().startswith("to ") else action
    return told if len(told) <= _LONGEST else f"{told[:_LONGEST].rsplit(' ', 1)[0]} …"


def _backing(out: Console, told: WhatIf) -> None:
    terminal.section(out, "Who backs whom", "support, aid and military cooperation of the last three years")
    for state, side in zip(told.scenario.pair, told.backing, strict=True):
        if not side:
            out.print(Text(f"  Nobody is told to back {words.name(state)}.", style="dim"))
        for backer in side:
            stories = words.many(backer.stories, "story", "stories")
            out.print(Text(f"  {words.name(backer.code)} backs {words.name(state)} ({stories})", style="bold"))
            for row in backer.evidence:
                _sentence(out, row)


def _chain(out: Console, chain: Chain) -> None:
    later = [link for link in chain.links if link.depth > 1 or link.again is not None]
    if not later:
        return
    terminal.section(out, "The chain that follows from bonds", "what each would do calls on the next")
    for link in chain.links:
        out.print(Text(f"  {_step(link)}"))
        if link.depth > 1 and link.again is None:
            _sentence(out, link.bound.row)
    if chain.left_out:
        out.print(Text(f"  and {words.many(chain.left_out, 'step')} more", style="dim"))


def _step(link: Link) -> str:
    indent = "  " * (link.depth - 1)
    after = f" (by step {link.after})" if link.after else ""
    if link.again is not None:
        return f"{indent}{link.number}.{after} {duty(link.bound)} (as in {link.again}; the chain closes here)"
    return f"{indent}{link.number}.{after} {duty(link.bound)}"


def _strain(out: Console, told: WhatIf) -> None:
    if told.opposed:
        terminal.section(out, "Strained pairs", "on opposite sides, by bond or backing")
        for pair in told.opposed:
            out.print(Text(f"  {pair.says}", style="bold"))
            for row in (*pair.one.rows[:1], *pair.other.rows[:1]):
                _sentence(out, row)
            for row in pair.stance.evidence[:2]:
                _sentence(out, row, "      so far: ")
    if told.strained:
        terminal.section(out, "Strained triangles", "their base rates: volteface network")
        for one in told.strained:
            before = " (strained already)" if one.already else ""
            out.print(Text(f"  {one.says}{before}", style="bold"))
            first = [row for stance in one.stances for row in stance.evidence[:1]]
            for row in {row["sentence"]: row for row in first}.values():
                _sentence(out, row)
    for mine, yours in told.torn:
        both = f"{words.name(mine.of)}'s and {words.name(yours.of)}'s"
        out.print(Text(f"  {words.name(mine.code)} is at both sides: {both}", style="bold"))
        for row in (*mine.rows[:1], *yours.rows[:1]):
            _sentence(out, row)


def _precedents(out: Console, told: WhatIf, before: Precedents) -> None:
    kind, days = told.scenario.type, told.horizon
    of_all = f"{words.many(before.occasions, 'occasion')} in the record, {before.own:,} of these two"
    terminal.section(out, f"What came next after {kind} between states", of_all)
    for one in before.follows:
        then, usual = one.after, one.before
        out.print(
            Text(
                f"  {DIRECTIONS[one.direction]}, {one.type}: {then[0]:.0%} [{then[1]:.0%}, {then[2]:.0%}] in the {days}"
                f" days after, {usual[0]:.0%} [{usual[1]:.0%}, {usual[2]:.0%}] in as many earlier",
                style="bold",
            )
        )
        if one.latest is not None:
            _sentence(out, one.latest, "      the latest: ")
    if not before.follows:
        out.print(Text("  Nothing that came more often after it than earlier.", style="dim"))


def _shift(out: Console, shift: Shift, horizon: int) -> None:
    out.print(Text(f"  {words.names([shift.one, shift.other])}", style="bold"))
    before, after = shift.standings
    out.print(
        f"      standing {before.value:+.1f} [{before.low:+.1f}, {before.high:+.1f}]"
        f" → {after.value:+.1f} [{after.low:+.1f}, {after.high:+.1f}]"
    )
    if shift.risks:
        without, with_ = shift.risks
        out.print(
            f"      material conflict within {horizon} days {without.probability:.0%} [{without.low:.0%},"
            f" {without.high:.0%}] → {with_.probability:.0%} [{with_.low:.0%}, {with_.high:.0%}], {with_.words}"
        )


def _sentence(out: Console, row: words.Row, indent: str = "      ") -> None:
    out.print(Text(f"{indent}“{words.clean(row['sentence'])}”"))
    out.print(Text(f"{' ' * len(indent)}{provenance(row)}", style="dim"))
