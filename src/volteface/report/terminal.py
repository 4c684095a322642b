"""Documents' statements, briefs and counts on a terminal, with rich; the command line calls it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from volteface.report import words

if TYPE_CHECKING:
    from volteface.actors import Resolution
    from volteface.brief import Brief, Listed, Partner, Period, Turn
    from volteface.ingest import IngestReport
    from volteface.terms import Document

_COLOURS = {"event": "default", "claim": "magenta", "commitment": "blue", "red_line": "red", "dependence": "green"}


COLOUR_OF = {"worse": "dark_orange3", "better": "dodger_blue2"}


def console() -> Console:
    """Standard output; long lines are left to the terminal, so that pipes and searches see whole sentences."""
    width = None if sys.stdout.isatty() else 160
    return Console(highlight=False, soft_wrap=True, markup=False, emoji=False, width=width)


def show_statements(document: Document, rows: Iterable[words.Row]) -> None:
    """One document: each sentence that says something, and below it what it says."""
    out = console()
    head = Text(words.clean(document.title or document.id), style="bold")
    told = [document.source, words.day(document.published), document.id if document.title else None]
    head.append("  " + words.clean(" · ".join(filter(None, told))), style="not bold dim")
    out.print(head)
    said = False
    for _, group in groupby(rows, key=lambda row: row["sentence_start"]):
        of_sentence = list(group)
        said = True
        out.print()
        out.print(Text(words.clean(of_sentence[0]["sentence"])))
        for row in of_sentence:
            out.print(_line(row))
            if row.get("why"):
                out.print(Text(f"        {words.clean(str(row['why']))}", style="dim"))
    if not said:
        out.print(Text("\nnothing between states found here", style="dim"))
    out.print()


def _line(row: words.Row, indent: str = "    ") -> Text:
    """What a statement says, who says so, and when, as one line."""
    unreal = row.get("factuality") not in (None, "actual")
    shown = Text(indent + words.statement(row), style="dim" if unreal else _COLOURS[row["kind"]])
    rest = [one for one in (words.said_by(row), words.day(row.get("date"), row.get("date_precision"))) if one]
    if rest:
        shown.append("  · " + " · ".join(rest), style="dim")
    return shown


@contextmanager
def progress(doing: str = "coding", unit: str = "documents") -> Iterator[Callable[[int, int | None], None]]:
    """A progress bar on standard error: how much is done, rate and time left once the total is known."""
    from rich.progress import (
        BarColumn,
        Progress,
        ProgressColumn,
        Task,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    class Rate(ProgressColumn):
        def render(self, task: Task) -> Text:
            speed = task.finished_speed or task.speed
            return Text(f"{speed:,.0f} {unit}/s" if speed else "", style="cyan")

    class Done(ProgressColumn):
        def render(self, task: Task) -> Text:
            of = f" of {task.total:,.0f}" if task.total is not None else ""
            return Text(f"{task.completed:,.0f}{of}")

    columns = (TextColumn(doing), BarColumn(), Done(), Rate(), TimeElapsedColumn(), TextColumn("left"))
    err = Console(stderr=True)
    with Progress(*columns, TimeRemainingColumn(), console=err, transient=True, disable=not err.is_terminal) as bar:
        task = bar.add_task(doing, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def ingested_json(done: IngestReport) -> dict[str, Any]:
    """What a run did, as JSON."""
    made = asdict(done)
    made["damaged"] = [str(one) for one in done.damaged]
    made["seconds"] = round(done.seconds, 1)
    for name in ("first", "last"):
        made["record"][name] = made["record"][name].isoformat() if made["record"][name] else None
    return made


def show_ingested(done: IngestReport, record: Path) -> None:
    """The counts at a run's end."""
    out = console()
    rate = f", {done.read / done.seconds:,.0f} documents/s" if done.seconds >= 1 else ""
    out.print(Text(f"{record} after {done.seconds:,.1f} s{rate}", style="bold"))
    table = _table("", "this run >", "record >")
    held = done.record
    span = f"{words.day(held.first)} to {words.day(held.last)}" if held.first and held.last else ""
    table.add_row("documents read", f"{done.read:,}", "")
    table.add_row("documents new", f"{done.new:,}", f"{held.documents:,}")
    table.add_row("documents already known", f"{done.known:,}", "")
    for reason, skips in done.skipped.items():
        table.add_row(f"skipped: {words.clean(reason)}", f"{skips.count:,}", f"{held.skipped.get(reason, 0):,}")
    for factuality, number in held.events.items():
        table.add_row(f"events, {factuality}", "", f"{number:,}")
    for kind, number in held.statements.items():
        if kind != "event":
            table.add_row(f"{kind.replace('_', ' ')}s", "", f"{number:,}")
    table.add_row("stories", "", f"{held.stories:,}")
    out.print(table, soft_wrap=False)
    if span:
        out.print(Text(f"documents of {span}", style="dim"))


def show_resolution(found: Resolution) -> None:
    """Who a phrase names, why, and for a contested place who claims, controls and recognises it."""
    out = console()
    for one in (found, *found.also):
        named = (part for part in (one.code, one.sector, one.name) if part)
        out.print(Text(" ".join(named) or ("contested, no one owner" if one.claims else "nobody known")))
        out.print(Text(f"    {one.why} (confidence {one.confidence:.2f})", style="dim"))
        for claim in one.claims:
            span = f"{claim.first or '?'} to {claim.last or 'now'}"
            by = f"{claim.relation.replace('_', ' ')} {claim.code or 'local authorities'}"
            out.print(Text(f"    {by}, {span}: {claim.note}", style="dim"))


def show_brief(told: Brief) -> None:
    """A brief: where it stands with whom, what changed, what happened, what binds, what did not happen."""
    out = console()
    out.print(Text(words.heading(told.states, told.since, told.until), style="bold"))
    out.print(Text(subheading(told), style="dim"))
    if not told.total:
        out.print(Text("\nNothing happened in this window that the record knows of.", style="dim"))
    if told.partners:
        _partners(out, told.partners)
    if told.history:
        _history(out, told.history, told.by)
    if told.turns:
        _turns(out, told)
    if told.happened:
        section(out, "What weighed most")
        for row in told.happened:
            cited(out, row)
    for name, title in words.SECTIONS.items():
        listed: Listed = getattr(told, name)
        if listed.total:
            shown = f"{len(listed.lines)} of {listed.total:,}, the latest" if len(listed.lines) < listed.total else ""
            section(out, title, shown)
            for row in listed.lines:
                cited(out, row)


def subheading(told: Brief) -> str:
    """What a brief rests on."""
    span = f" of {words.month(told.first)} to {words.month(told.last)}" if told.first and told.last else ""
    stories, documents = words.many(told.total, "story", "stories"), words.many(told.documents, "document")
    return f"{stories} in the window, from a record of {documents}{span}"


def section(out: Console, title: str, rest: str = "") -> None:
    shown = Text(f"\n{title}", style="bold cyan")
    if rest:
        shown.append(f"  ({rest})", style="not bold dim")
    out.print(shown)


def cited(out: Console, row: words.Row, indent: str = "  ") -> None:
    """A statement in words, its sentence, and where that stands."""
    when = words.day(row.get("date") or row["published"], row.get("date_precision") or "day")
    said = words.statement(row)
    shown = Text(f"{indent}{when}  " if when else indent)
    shown.append(said, style="bold" if row["kind"] == "event" and row["factuality"] == "actual" else "")
    if words.said_by(row):
        shown.append(f" · {words.said_by(row)}", style="dim")
    out.print(shown)
    out.print(Text(f"{indent}    “{words.clean(row['sentence'])}”"))
    out.print(Text(f"{indent}    {words.provenance(row)}", style="dim"))


def _partners(out: Console, partners: Sequence[Partner]) -> None:
    section(out, "Where it stands with whom", "tone is the mean score of a story, from -10 to 10")
    table = _table("", "stories >", "cooperation >", "conflict >", "tone >", "latest")
    for one in partners:
        latest = one.latest
        when = words.day(latest.get("date") or latest["published"], latest.get("date_precision") or "day")
        what = f"{when}: {words.actor(latest, 'source')} → {words.actor(latest, 'target')} {latest['type']}"
        tone = Text(f"{one.tone:+.1f}", style=_tone(one.tone))
        table.add_row(
            words.name(one.code),
            f"{one.stories:,}",
            f"{one.cooperation:,.0f}",
            f"{one.conflict:,.0f}",
            tone,
            f"{what}  [{latest['document']}]",
        )
    out.print(table, soft_wrap=False)


def _history(out: Console, history: Sequence[Period], by: str) -> None:
    section(out, f"The line by {by}", "bars: conflict to the left, cooperation to the right, by sums of scores")
    most = max(max(one.cooperation, one.conflict) for one in history) or 1.0
    table = _table(by, "stories >", "conflict >", "bar >", "bar", "cooperation >", "tone >")
    table.show_header = False
    for one in history:
        bad, good = (round(20 * value / most) for value in (one.conflict, one.cooperation))
        when = str(one.start.year) if by == "year" else f"{one.start:%Y-%m}"
        left = Text("█" * bad or ("▏" if one.conflict else ""), style="dark_orange3")
        right = Text("█" * good or ("▏" if one.cooperation else ""), style="dodger_blue2")
        table.add_row(
            when,
            f"{one.stories:,}",
            f"-{one.conflict:,.0f}",
            left,
            right,
            f"+{one.cooperation:,.0f}",
            Text(f"{one.tone:+.1f}", style=_tone(one.tone)),
        )
    out.print(table, soft_wrap=False)


def _turns(out: Console, told: Brief) -> None:
    section(out, "What changed", "the tone of stories before and after, from -10 to 10, and what carried it")
    for turn in told.turns:
        out.print(Text(f"  {turn_words(turn, told.states)}", style=COLOUR_OF[turn.told.direction]))
        for row in turn.stories:
            cited(out, row, "      ")


def turn_words(turn: Turn, states: Sequence[str]) -> str:
    """A turn on one line, told from the brief's own state where it has one."""
    one, other = turn.told.one, turn.told.other
    names = words.names([other, one] if states and other == states[0] else [one, other])
    return f"{words.day(turn.told.date)}: {names}, {words.turned(turn.told)}"


def _tone(tone: float) -> str:
    return "dark_orange3" if tone < -0.5 else "dodger_blue2" if tone > 0.5 else ""


def _table(*heads: str) -> Table:
    """A plain table; a head that ends in > is a column of numbers."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for head in heads:
        table.add_column(
            head.removesuffix(" >"), justify="right" if head.endswith(">") else "left", no_wrap=head != "latest"
        )
    return table


def show_demo(everything: Brief, example: Brief, folder: Path, report: Path) -> None:
    """What the demonstration read, who turned, one dyad's brief, and where to go on."""
    out = console()
    span = f"{words.day(everything.first, 'year')} to {words.day(everything.last, 'year')}"
    read = (
        f"Volteface read {words.many(everything.documents, 'short article')} of {span}, written for this demonstration"
    )
    out.print(Text(f"{read}, and kept who did what to whom.", style="bold"))
    bonds = sum(listed.total for listed in (everything.commitments, everything.red_lines, everything.dependences))
    unreal = (everything.threatened, everything.denied, everything.conditional, everything.foreseen)
    kept = f"{words.many(everything.total, 'story', 'stories')} that happened, {bonds} bonds, and apart from these"
    out.print(Text(f"{kept} {sum(listed.total for listed in unreal)} threats, denials, ifs and plans."))
    section(out, "Who turned")
    for turn in everything.turns:
        out.print(Text(f"  {turn_words(turn, ())}", style=COLOUR_OF[turn.told.direction]))
    out.print(Text("\nOne dyad, as volteface brief tells it:\n", style="dim"))
    show_brief(example)
    out.print(Text("\nGo on", style="bold cyan"))
    out.print(Text(f"  volteface brief Turkey --record {folder / 'record'}"))
    out.print(Text(f"  volteface brief SAU QAT --record {folder / 'record'}"))
    out.print(Text(f"  The report with the network and the timeline: {report}"))
