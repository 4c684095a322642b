"""A brief as one self-contained HTML page: no script, no request, all text escaped, every number leads to sentences."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from html import escape
from itertools import groupby
from string import Template

import volteface
from volteface.brief import Brief, Listed, Tie
from volteface.relations import Turn
from volteface.report import network, timeline, words
from volteface.report.html import is_web, says, shell, side, text, when

_DYADS = 16  # rows of the timeline
_NAMES = {
    "changed": "Turns",
    "network": "Network",
    "line": "Line",
    "partners": "Partners",
    "timeline": "Timeline",
    "bonds": "Bonds",
    "unreal": "Not fact",
    "claims": "Claims",
    "dyads": "Dyads",
    "sentences": "Sentences",
}
_Dyad = tuple[str, str]

_NETWORK_LEGEND = """<p class="legend">
<span><svg viewBox="0 0 44 16"><line class="t-3" x1="2" y1="8" x2="42" y2="8" stroke-width="5"/></svg>hostile</span>
<span><svg viewBox="0 0 44 16"><line class="t-1" x1="2" y1="8" x2="42" y2="8" stroke-width="5"/></svg>strained</span>
<span><svg viewBox="0 0 44 16"><line class="t0" x1="2" y1="8" x2="42" y2="8" stroke-width="5"/></svg>mixed</span>
<span><svg viewBox="0 0 44 16"><line class="t1" x1="2" y1="8" x2="42" y2="8" stroke-width="5"/></svg>good</span>
<span><svg viewBox="0 0 44 16"><line class="t3" x1="2" y1="8" x2="42" y2="8" stroke-width="5"/></svg>friendly</span>
<span><svg viewBox="0 0 44 16"><line class="t0" x1="2" y1="8" x2="18" y2="8" stroke-width="2"/>
<line class="t0" x1="26" y1="8" x2="42" y2="8" stroke-width="8"/></svg>few and many stories</span>
$turned
</p>"""
_HOW_TO_READ = """Every line is what a sentence reports, coded by rules that no person checked: read the sentence.
Only what is reported as having happened counts as a story, and a story counts once, however often it was printed.
Scores run from -10 (hard conflict) to 10 (hard cooperation); tone is their mean. What a sentence says of a state, a
border or a wrong is that sentence's claim."""
_TURNED = """<span><svg viewBox="0 0 20 16"><circle class="turned" cx="10" cy="8" r="7"/>
<path class="turned-arrow" d="M6 6h7m-2.5 -2.5l2.5 2.5M14 10h-7m2.5 2.5l-2.5 -2.5"/></svg>turned</span>"""
_TIMELINE_LEGEND = """<p class="legend">
<span><svg viewBox="0 0 16 16"><circle class="t2" cx="8" cy="8" r="5.5"/></svg>cooperation, above the line</span>
<span><svg viewBox="0 0 16 16"><path class="t-2" d="M8 1l7 7l-7 7l-7 -7z"/></svg>conflict, below it</span>
<span>the larger, the heavier; each mark leads to its sentence</span></p>"""


def render(told: Brief, title: str | None = None, lead: str | None = None) -> str:
    """The page, as text. `title` and `lead` (plain text) stand in for those that the brief gives."""
    page = _Page(told)
    return shell(
        title or words.heading(told.states, told.since, told.until),
        lead or "Who did what to whom, what changed, and what binds, each with the sentence that says so.",
        page.figures(),
        [(name, _NAMES.get(name), head, body) for name, head, body in page.sections()],
        page.footer(),
    )


class _Page:
    """A brief, and what of it the page can lead to."""

    def __init__(self, told: Brief) -> None:
        self.told = told
        self.listed: dict[str, Listed] = {name: getattr(told, name) for name in words.SECTIONS}
        self.by_dyad: dict[_Dyad, list[words.Row]] = defaultdict(list)
        for row in told.happened:
            self.by_dyad[_dyad(row)].append(row)
        cited = [*told.happened, *(row for turn in told.turns for row in turn.stories)]
        cited += [row for listed in self.listed.values() for row in listed.lines]
        cited += [one.latest for one in told.partners]
        self.rows = {row["id"]: row for row in cited}
        self.turned = {(turn.told.one, turn.told.other) for turn in told.turns}

    def sections(self) -> list[tuple[str, str, str]]:
        """The sections that have something to show: anchor, heading, body."""
        told = self.told
        bonds = [self._lines_of(name) for name in ("commitments", "red_lines", "dependences")]
        unreal = [self._lines_of(name) for name in ("threatened", "denied", "conditional", "foreseen")]
        made = [
            ("partners", "Where it stands with whom", self._partners()),
            ("line", "The line", self._history()),
            ("changed", "What changed", self._turns()),
            ("network", "Who deals with whom", self._network()),
            ("timeline", "When", self._timeline()),
            ("bonds", "What binds", _columns(bonds)),
            ("unreal", "Said, but not fact", _columns(unreal)),
            ("claims", "How it is described", self._lines_of("claims", head=False)),
            ("dyads", "What happened, dyad by dyad", self._dyads()),
            ("sentences", "The sentences", self._documents()),
        ]
        if not told.total and not self.rows:
            made = [("nothing", "Nothing here", '<p class="note">The record knows of nothing in this window.</p>')]
        return [one for one in made if one[2]]

    def figures(self) -> str:
        told = self.told
        bonds = sum(self.listed[name].total for name in ("commitments", "red_lines", "dependences"))
        unreal = sum(self.listed[name].total for name in ("threatened", "denied", "conditional", "foreseen"))
        shown = [
            (told.documents, "documents in the record", "sentences"),
            (told.total, "stories: things that happened", "dyads"),
            (len(told.turns), "turns", "changed"),
            (bonds, "bonds: commitments, red lines, needs", "bonds"),
            (unreal, "threats, denials, ifs and plans, kept apart", "unreal"),
        ]
        present = {name for name, _, _ in self.sections()}
        items = [
            f'<li><a href="#{to}"><b>{number:,}</b><span>{text(what)}</span></a></li>'
            for number, what, to in shown
            if to in present
        ]
        return f'<ul class="figures">{"".join(items)}</ul>'

    def footer(self) -> str:
        told = self.told
        span = f", published {words.day(told.first)} to {words.day(told.last)}" if told.first and told.last else ""
        made = f"Made by Volteface {escape(volteface.__version__)} from a record of {told.documents:,} documents{span}."
        return f"{made} {_HOW_TO_READ}"

    def _turns(self) -> str:
        if not self.told.turns:
            return ""
        cards = []
        seen: set[_Dyad] = set()
        for turn in self.told.turns:
            of = turn.told
            dyad = (of.one, of.other)
            anchor = f' id="{escape(f"turn-{of.one}-{of.other}")}"' if dyad not in seen else ""
            seen.add(dyad)
            when = f"{words.day(of.date)}: {words.turned(of)}"
            head = f'<div><h3>{text(self._names(of))}</h3><p class="when">{text(when)}</p></div>{_slope(of)}'
            lines = self._lines(turn.stories)
            cards.append(f'<article class="turn {of.direction}"{anchor}><header>{head}</header>{lines}</article>')
        note = "Where the tone of a dyad's stories changed, or their number: before, after, and what carried it."
        return f'<p class="note">{note}</p><div class="turns">{"".join(cards)}</div>'

    def _names(self, turn: Turn) -> str:
        own = self.told.states[:1]
        return words.names([turn.other, turn.one] if own == (turn.other,) else [turn.one, turn.other])

    def _network(self) -> str:
        ties = network.drawn(self.told.ties)
        if len({code for tie in ties for code in (tie.one, tie.other)}) < 3:
            return ""
        left_out = len(self.told.ties) - len(ties)
        note = "Lines are dyads; their colour is the tone of all their stories, their width the number of these."
        if left_out:
            note += f" The {len(ties):,} busiest of {len(self.told.ties):,} dyads are drawn."
        legend = Template(_NETWORK_LEGEND).substitute(turned=_TURNED if self.turned else "")
        picture = network.svg(ties, self.turned, set(self.by_dyad))
        return f'<p class="note">{note}</p><figure><div class="wide network-box">{picture}</div>{legend}</figure>'

    def _history(self) -> str:
        if not self.told.history:
            return ""
        weightiest: dict[object, words.Row] = {}
        for row in self.told.happened:
            day = row["date"] or row["published"]
            start = day.replace(day=1) if self.told.by == "month" else day.replace(month=1, day=1)
            if start not in weightiest or abs(row["score"] or 0) > abs(weightiest[start]["score"] or 0):
                weightiest[start] = row
        linked = {one.start: f"s-{weightiest[one.start]['id']}" for one in self.told.history if one.start in weightiest}
        picture = timeline.bars(self.told.history, self.told.by, linked)
        note = (
            f"Sums of scores by {self.told.by}: cooperation above, conflict below. A bar leads to its weightiest story."
        )
        return f'<p class="note">{note}</p><figure><div class="wide">{picture}</div></figure>'

    def _partners(self) -> str:
        if not self.told.partners:
            return ""
        rows = []
        [own] = self.told.states
        for one in self.told.partners:
            dyad = (min(own, one.code), max(own, one.code))
            to = _anchor(dyad) if dyad in self.by_dyad else f"s-{escape(one.latest['id'])}"
            numbers = "".join(
                f'<td class="n"><a href="#{to}">{number}</a></td>'
                for number in (
                    f"{one.stories:,}",
                    f"{one.cooperation:,.0f}",
                    f"{one.conflict:,.0f}",
                    f"{one.tone:+.1f}",
                )
            )
            name = f'<span class="chip {network.colour(one.tone)}"></span>{text(words.name(one.code))}'
            said = f'<a href="#s-{escape(one.latest["id"])}">{text(words.statement(one.latest))}</a>'
            rows.append(f"<tr><td>{name}</td>{numbers}<td>{text(when(one.latest))}: {said}</td></tr>")
        head = '<th>with</th><th class="n">stories</th><th class="n">cooperation</th><th class="n">conflict</th>'
        head += '<th class="n">tone</th><th>latest</th>'
        return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'

    def _timeline(self) -> str:
        dated = {dyad: [row for row in rows if _dated(row)] for dyad, rows in self.by_dyad.items()}
        busiest = sorted((item for item in dated.items() if item[1]), key=lambda item: (-len(item[1]), item[0]))[
            :_DYADS
        ]
        picture = timeline.rows(busiest)
        if not picture:
            return ""
        note = "Each row is a dyad, each mark a story."
        if len(busiest) < len(dated):
            note += f" The {len(busiest)} busiest of {len(dated)} dyads."
        if any(not _dated(row) for rows in self.by_dyad.values() for row in rows):
            note += " Stories of which no more than the year is known stand below, dyad by dyad."
        return f'<p class="note">{note}</p><figure><div class="wide">{picture}</div>{_TIMELINE_LEGEND}</figure>'

    def _dyads(self) -> str:
        shown = {(tie.one, tie.other): tie for tie in self.told.ties}
        made = []
        for dyad, rows in sorted(self.by_dyad.items(), key=lambda item: (-len(item[1]), item[0])):
            made.append(
                f'<div id="{_anchor(dyad)}"><h3>{text(words.names(dyad))}</h3>'
                f'<p class="note">{_numbers(shown.get(dyad), len(rows))}</p>{self._lines(rows, quote=False)}</div>'
            )
        return f'<div class="columns">{"".join(made)}</div>' if made else ""

    def _lines_of(self, name: str, head: bool = True) -> str:
        listed = self.listed[name]
        if not listed.total:
            return ""
        title = f"<h3>{text(words.SECTIONS[name])}</h3>" if head else ""
        more = f"The latest {len(listed.lines):,} of {listed.total:,}."
        note = f'<p class="note">{more}</p>' if len(listed.lines) < listed.total else ""
        return f"<div>{title}{note}{self._lines(listed.lines)}</div>"

    def _lines(self, rows: Iterable[words.Row], quote: bool = True) -> str:
        items = []
        for row in rows:
            head = f'<p class="says"><span class="when">{text(when(row))}</span>{says(row)}</p>'
            said = f'<p class="quote">{text(row["sentence"])}</p>' if quote else ""
            source = f'<p class="from"><a href="#s-{escape(row["id"])}">{text(words.provenance(row))}</a></p>'
            items.append(f'<li class="{side(row)}">{head}{said}{source}</li>')
        return f'<ul class="lines">{"".join(items)}</ul>'

    def _documents(self) -> str:
        made = []
        rows = sorted(self.rows.values(), key=lambda row: (*_document(row), row["sentence_start"] or 0, *_place(row)))
        for _, of_document in groupby(rows, key=_document):
            sentences = []
            for _, of_sentence in groupby(of_document, key=lambda row: row["sentence_start"]):
                said = list(of_sentence)
                items = "".join(f'<li id="s-{escape(row["id"])}">{says(row)}</li>' for row in said)
                sentences.append(
                    f'<div class="sentence"><p class="quote">{text(said[0]["sentence"])}</p><ul>{items}</ul></div>'
                )
            first = said[0]
            told = [first["outlet"], words.day(first["published"]), first["document"]]
            address = str(first["url"] or "")
            web = f' · <a href="{escape(address)}" rel="noreferrer">address</a>' if is_web(address) else ""
            made.append(
                f'<article class="document"><h3>{text(first["title"] or first["document"])}</h3>'
                f'<p class="from">{text(" · ".join(filter(None, told)))}{web}</p>{"".join(sentences)}</article>'
            )
        return "".join(made)


def _document(row: words.Row) -> tuple[str, str]:
    return str(row["published"] or ""), str(row["document"])


def _place(row: words.Row) -> tuple[int, str]:
    return row["trigger_start"] or 0, str(row["id"])


def _slope(turn: Turn) -> str:
    """The tone before and after a turn, as a small picture."""
    before, after = (30 - 2.2 * tone for tone in (turn.before, turn.after))
    return (
        '<svg class="slope" viewBox="0 0 112 60" role="img"><title>'
        f"tone {turn.before:+.1f} before, {turn.after:+.1f} after</title>"
        '<line class="grid" x1="34" y1="30" x2="78" y2="30"/>'
        f'<path d="M36 {before:.1f}L76 {after:.1f}"/><circle cx="36" cy="{before:.1f}" r="3.5"/>'
        f'<circle cx="76" cy="{after:.1f}" r="3.5"/>'
        f'<text x="29" y="{before + 4:.1f}" text-anchor="end">{turn.before:+.1f}</text>'
        f'<text x="83" y="{after + 4:.1f}">{turn.after:+.1f}</text></svg>'
    )


def _numbers(tie: Tie | None, shown: int) -> str:
    if tie is None:
        return ""
    more = f", the weightiest {shown:,} here" if shown < tie.stories else ""
    sums = f"cooperation {tie.cooperation:,.0f}, conflict {tie.conflict:,.0f}, tone {tie.tone:+.1f}"
    return f"{words.many(tie.stories, 'story', 'stories')}{more}; {sums}"


def _columns(parts: Sequence[str]) -> str:
    shown = "".join(parts)
    return f'<div class="columns">{shown}</div>' if shown else ""


def _dyad(row: words.Row) -> _Dyad:
    one, other = sorted((str(row["source_code"]), str(row["target_code"])))
    return one, other


def _dated(row: words.Row) -> bool:
    return bool(row["date"] or row["published"]) and row["date_precision"] != "year"


def _anchor(dyad: _Dyad) -> str:
    return escape(f"tie-{dyad[0]}-{dyad[1]}")
