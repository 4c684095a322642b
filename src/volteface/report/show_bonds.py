"""A state's bonds on a terminal: treaties, what texts tell it is bound to, red lines, needs, and what belies them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.text import Text

from volteface.relations.bonds import Bond, Bonds, Treaty
from volteface.relations.contradictions import Contradiction
from volteface.report import terminal, words

_BELIED, _LISTED = 10, 12  # contradictions and entries of a register shown


def show(told: Bonds) -> None:
    """The registers in sections, each entry with its sentence and source."""
    out = terminal.console()
    out.print(Text(heading(told), style="bold"))
    if not told.number:
        out.print(Text("Nothing of this kind that the record knows of.", style="dim"))
    if told.contradictions:
        terminal.section(out, "Paper and behaviour", "bound, and yet force or a bad standing at the last day in view")
        for one in told.contradictions[:_BELIED]:
            _contradiction(out, one)
        _more(out, len(told.contradictions) - _BELIED)
    if told.treaties:
        terminal.section(out, "Treaties", "from a table of treaties; a treaty is no friendly tie by itself")
        for line in treaties(told.treaties, told.state):
            out.print(f"  {line}")
    for title, entries in (
        ("Bound to", told.commitments),
        ("Red lines", told.red_lines),
        ("Who needs what from whom", told.dependences),
    ):
        _section(out, title, entries)


def heading(told: Bonds) -> str:
    """Turkey's bonds with Russia on 1 June 2016."""
    with_ = f" with {words.name(told.other)}" if told.other else ""
    on = f", as they stood on {words.day(told.on)}" if told.on else ""
    return f"What binds {words.name(told.state)}{with_}{on}"


def treaties(told: Iterable[Treaty], state: str) -> list[str]:
    """Treaties of one content, time and direction on one line, those that stand longest at the table's end first."""
    pairs: dict[tuple[str, int, int, bool], set[tuple[str, str]]] = {}
    for one in told:
        pairs.setdefault((one.row["action"], one.first, one.last, one.open), set()).add((one.source, one.target))
    made = []
    for (what, first, last, still), of in sorted(pairs.items(), key=lambda item: (-item[0][2], item[0][1])):
        owes, owed = {target for source, target in of if source == state}, {one for one, to in of if to == state}
        years = str(first) if first == last else f"{first} to {last}"
        span = f"{years}, where the table ends" if still else years
        for who, partners in (
            ("both ways", owes & owed),
            (f"owed by {words.name(state)}", owes - owed),
            (f"owed to {words.name(state)}", owed - owes),
        ):
            if partners:
                made.append(f"{span} · {what}, {who}: {', '.join(sorted(map(words.name, partners)))}")
    return made


def belied(one: Contradiction) -> str:
    """The contradiction as a sentence."""
    pledge = one.pledge
    pair = f"{words.name(one.one)} and {words.name(one.other)}"
    if pledge.one_way:
        bound = f"{words.name(one.one)} pledged to {pledge.obligations[0]} ({words.day(pledge.since)})"
    else:
        bound = f"{pair}, bound by treaty {pledge.since.year} to {pledge.until.year}: {pledge.row['action']}"
    said = [words.many(one.force, "story", "stories") + " of force"] if one.force else []
    if one.standing is not None:
        said.append(f"standing {one.standing.value:+.1f} on {words.day(one.on)}{', badly' if one.badly else ''}")
    return f"{bound}; {'; '.join(said)}"


def _contradiction(out: Console, one: Contradiction) -> None:
    out.print(Text(f"  {belied(one)}", style="bold"))
    out.print(Text(f"      “{words.clean(one.pledge.row['sentence'])}”  {source(one.pledge.row)}", style="dim"))
    for row in one.stories:
        terminal.cited(out, row, "    ")


def source(row: words.Row) -> str:
    """Where a statement stands; a treaty's row by file and line."""
    if row["coder"] == "atop":
        return words.clean(f"{row['outlet']} · {row['title']}")
    return words.provenance(row)


def _section(out: Console, title: str, entries: Sequence[Bond]) -> None:
    if entries:
        terminal.section(out, title, f"the latest {_LISTED} of {len(entries)}" if len(entries) > _LISTED else "")
        for one in entries[-_LISTED:]:
            terminal.cited(out, one.row)


def _more(out: Console, number: int) -> None:
    if number > 0:
        out.print(Text(f"  and {number:,} more (--json has all)", style="dim"))
