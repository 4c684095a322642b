"""The network of states on a day, on a terminal: how many ties, which blocs, how balanced, where strained and why."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from volteface.relations.balance import Triangle
from volteface.relations.network import LEAST, MARGIN, Tie
from volteface.relations.snapshot import Snapshot
from volteface.report import terminal, words

STRAINED = 10  # triangles shown
_AGAINST = 8  # ties against the blocs
_BEHIND = 2  # sentences a tie
_SMALL = 3  # states in a group that is named in a line of its own


def show(told: Snapshot) -> None:
    """The snapshot in sections."""
    out = terminal.console()
    out.print(Text(heading(told), style="bold"))
    for line in figures(told):
        out.print(Text(line, style="dim"))
    _blocs(out, told)
    _balance(out, told)
    _strained(out, told)
    terminal.section(out, "What became of such triangles, year by year", years(told))
    for line in fates(told):
        out.print(f"  {line}")


def heading(told: Snapshot) -> str:
    return f"How states stood on {words.day(told.on)}"


def figures(told: Snapshot) -> list[str]:
    """What the network holds, and when two count as standing well."""
    net = told.network
    made = f"{words.many(len(net.states), 'state')}; {net.number(1):,} pairs stand well, {net.number(-1):,} badly,"
    made += f" {net.number(0):,} neither"
    return [
        f"{made}. From {words.many(sum(one.stories for one in told.dealings.values()), 'story', 'stories')}"
        f" of {words.day(told.since)} to {words.day(told.on)}.",
        f"Two stand well or badly where {words.many(LEAST, 'story', 'stories')} or more put their standing (-10 to 10)"
        f" beyond {MARGIN:g} three times in four.",
    ]


def blocs(told: Snapshot) -> list[list[str]]:
    """Each group of states that ties join, apart from the others: the names of its blocs, a line each."""
    side = told.sides
    made = []
    for group in groups(told.network.signed):
        of: dict[int, list[str]] = defaultdict(list)
        for state in group:
            of[side[state]].append(words.name(state))
        made.append([", ".join(sorted(names)) for _, names in sorted(of.items())])
    return made


def groups(ties: Sequence[Tie]) -> list[list[str]]:
    """States that ties join, by way of others too, the largest group first."""
    group: dict[str, list[str]] = {}
    for tie in ties:
        one, other = group.setdefault(tie.one, [tie.one]), group.setdefault(tie.other, [tie.other])
        if one is not other:
            one += other
            group |= dict.fromkeys(other, one)
    found = {id(members): sorted(members) for members in group.values()}
    return sorted(found.values(), key=lambda members: (-len(members), members))


def proof(told: Snapshot) -> str:
    """How well the states can be parted."""
    found = told.blocs
    into = "two blocs" if told.asked == 2 else words.many(told.asked, "bloc")
    if not found.upper:
        return f"no tie against a parting into {into}"
    if found.proved:
        ties = words.many(int(found.upper), "tie")
        return f"{ties} against the best parting into {into}, which need not be the only one: proved"
    return f"{found.upper:.0f} ties against {into}; not fewer than {found.lower:.0f} by the proof so far (--seconds)"


def against(told: Snapshot) -> list[str]:
    """The ties that the blocs leave frustrated, the strongest first."""
    side = told.sides
    made = []
    for tie in sorted(told.blocs.frustrated, key=lambda tie: (-tie.weight, tie.one, tie.other)):
        how = "stand well across" if tie.sign > 0 else "stand badly within a bloc"
        number = f" ({side[tie.one] + 1} and {side[tie.other] + 1})" if told.asked > 2 else ""
        made.append(f"{pair(tie)} {how}{number} at {tie.standing:+.1f}")
    return made


def pair(tie: Tie) -> str:
    return f"{words.name(tie.one)} and {words.name(tie.other)}"


def says(triangle: Triangle) -> str:
    return triangle.plain(words.name)


def balance(told: Snapshot) -> str:
    """The share of balanced triangles, and the same by walks."""
    share, total = told.triads.share, told.triads.balanced + told.triads.strained
    if share is None:
        return "no three states all stand well or badly with each other"
    made = f"{told.triads.balanced:,} of {words.many(total, 'triangle')} balanced ({share:.0%})"
    return f"{made}; over closed walks of all lengths {told.walks:.2f}, where 1 is balanced"


def years(told: Snapshot) -> str:
    return f"networks of {told.years[0]} to {told.years[-1]}" if len(told.years) > 1 else ""


def fates(told: Snapshot) -> list[str]:
    """How often a strained triangle stayed until the next year and how else it went, beside balanced ones."""
    past = told.past
    if not past.strained:
        return ["No strained triangle in an earlier year of the record."]
    same = f"{past.stayed:,} of {past.strained:,} ({past.stayed / past.strained:.0%}): the same a year later"
    if past.balanced:
        same += f"; of balanced ones {past.balanced_stayed / past.balanced:.0%} of {past.balanced:,}"
    made = [same]
    made += [f"{number:,} ({number / past.strained:.0%}): {way}" for way, number in past.ways.items()]
    return made


def _blocs(out: Console, told: Snapshot) -> None:
    found = told.blocs
    if not found.blocs:
        return
    terminal.section(out, "Blocs", proof(told))
    all_groups = list(zip(groups(told.network.signed), blocs(told), strict=True))
    large = [(members, lines) for members, lines in all_groups if len(members) > _SMALL]
    small = [" against ".join(lines) for _, lines in all_groups[len(large) :]]
    for members, lines in large:
        out.print(Text(f"  {words.many(len(members), 'state')} that ties join", style="dim"))
        for number, line in enumerate(lines, 1):
            out.print(f"    {number}  {line}")
    if small and large:
        out.print(Text("  apart from these", style="dim"))
    if small:
        out.print(f"    {'; '.join(small)}")
    wrong = against(told)
    for line in wrong[:_AGAINST]:
        out.print(f"  against it: {line}")
    if len(wrong) > _AGAINST:
        out.print(Text(f"  and {len(wrong) - _AGAINST} more (--json has all)", style="dim"))


def _balance(out: Console, told: Snapshot) -> None:
    terminal.section(out, "Balance")
    out.print(f"  {balance(told)}")


def _strained(out: Console, told: Snapshot) -> None:
    if not told.strained:
        return
    shown = told.strained[:STRAINED]
    rest = f"{len(shown)} of {len(told.strained)}, the best told" if len(shown) < len(told.strained) else ""
    terminal.section(out, "Strained triangles", rest)
    for triangle in shown:
        out.print(Text(f"  {says(triangle)}", style="bold"))
        for tie in sorted(triangle.ties, key=lambda tie: -tie.sign):
            stories = words.many(told.dealings[tie.one, tie.other].stories, "story", "stories")
            how = "well" if tie.sign > 0 else "badly"
            out.print(Text(f"    {pair(tie)}: {how}, {tie.standing:+.1f}, {stories} in the window", style="dim"))
            for row in told.behind(tie)[:_BEHIND]:
                terminal.cited(out, row, "      ")
