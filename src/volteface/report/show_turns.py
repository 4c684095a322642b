"""Turns on a terminal: the day, the pair, which way and how far, how sure, and the stories that carried each."""

from __future__ import annotations

import datetime as dt

from rich.console import Console
from rich.text import Text

from volteface.relations.turned import Turns
from volteface.relations.turning import Turn
from volteface.report import terminal, words

_STORIES = 2  # a turn


def show(told: Turns) -> None:
    """For one state first whom it turned on and toward, then every turn with its sentences."""
    out = terminal.console()
    out.print(Text(heading(told), style="bold"))
    if not told.turns:
        out.print(Text("No turn in this window that the record knows of.", style="dim"))
        return
    out.print(Text(subheading(told), style="dim"))
    if len(told.states) == 1:
        for title, direction in (("Turned on, or on it", "worse"), ("Turned toward, or toward it", "better")):
            if partners := summary(told, direction):
                terminal.section(out, title)
                out.print(f"  {partners}")
        terminal.section(out, "Each turn")
    for turn in told.turns:
        _turn(out, told, turn)


def heading(told: Turns) -> str:
    window = words.heading((), told.since, told.until).removeprefix("All states")
    return f"Turns of {words.names(told.states) if told.states else 'all pairs'}{window}"


def subheading(told: Turns) -> str:
    """How many, and what the numbers mean."""
    shown = f"{told.total:,}"
    if len(told.turns) < told.total:
        each = ", half for the worse and half for the better as far as there are" if len(told.states) == 1 else ""
        shown = f"the {len(told.turns):,} largest of {told.total:,}{each} (--all shows all)"
    order = "in order of date" if told.states else "the largest first"
    return f"{shown}, {order}; the tone of stories before and after, from -10 to 10, and how sure the turn is"


def summary(told: Turns, direction: str) -> str:
    """The partners of one state with the years in which they turned that way, those of the largest turns first."""
    of: dict[str, list[Turn]] = {}
    for turn in sorted(told.turns, key=lambda turn: -turn.weight):
        if turn.direction == direction:
            of.setdefault(told.partner(turn), []).append(turn)
    return "; ".join(
        f"{words.name(code)} {', '.join(sorted({str(turn.date.year) for turn in turns}))}" for code, turns in of.items()
    )


def _turn(out: Console, told: Turns, turn: Turn) -> None:
    ends = [told.partner(turn)] if len(told.states) == 1 else [turn.one, turn.other]
    who = ("with " if len(told.states) == 1 else "") + words.names(ends)
    head = Text(f"\n  {words.day(turn.date)}  {who}", style="bold")
    head.append(f"  {words.turned(turn)}", style=f"not bold {terminal.COLOUR_OF[turn.direction]}")
    head.append(f"  {turn.confidence:.0%} sure", style="not bold dim")
    out.print(head)
    stories = {story["sentence"]: story for story in reversed(told.told[told.turns.index(turn)]["stories"])}
    for story in list(reversed(stories.values()))[:_STORIES]:
        out.print(f"      “{words.clean(story['sentence'])}”")
        source = (story.get("outlet"), words.day(dt.date.fromisoformat(story["date"])), story.get("document"))
        out.print(Text(f"      {words.clean(' · '.join(filter(None, source)))}", style="dim"))
