"""The network of states on a day as one self-contained HTML page: the picture, blocs, strained triangles, sentences."""

from __future__ import annotations

from html import escape

import volteface
from volteface.relations.network import Tie
from volteface.relations.snapshot import Snapshot
from volteface.report import show_network as told_as
from volteface.report import words
from volteface.report.html import Section, lines, shell, text

_TIES = 40  # of each sign, with their sentences
_NAMES = {"picture": "Picture", "blocs": "Blocs", "strained": "Strained triangles", "ties": "Ties"}
_HOW_TO_READ = """Standing runs from -10 to 10 and is a model's estimate from what sentences report, coded by rules that
no person checked: read the sentences. What is usual between two states in this record is zero. A triangle is strained
where a friend's friend is a rival, or where three are rivals of each other."""


def render(told: Snapshot) -> str:
    """The page, as text."""
    made: list[tuple[str, str, str]] = [
        ("picture", "Who stands well and badly with whom", _picture(told)),
        ("blocs", "Blocs", _blocs(told)),
        ("strained", "Strained triangles", _strained(told)),
        ("fates", "What became of such triangles", _list(told_as.fates(told))),
        ("ties", "The ties", _ties(told)),
    ]
    sections: list[Section] = [(name, _NAMES.get(name), head, body) for name, head, body in made if body]
    footer = f"Made by Volteface {escape(volteface.__version__)}. {_HOW_TO_READ}"
    return shell(told_as.heading(told), " ".join(told_as.figures(told)), "", sections, footer)


def _picture(told: Snapshot) -> str:
    if not told.network.signed:
        return ""
    drawn = told.plot().svg
    note = "The states with most ties. Solid: they stand well; dashed: badly. Shapes are blocs."
    return f'<p class="note">{note}</p><figure><div class="wide">{drawn}</div></figure>'


def _blocs(told: Snapshot) -> str:
    if not told.blocs.blocs:
        return ""
    groups = "".join(_list(lines) for lines in told_as.blocs(told))
    against = told_as.against(told)
    wrong = f"<h3>Against the blocs</h3>{_list(against)}" if against else ""
    note = "Groups that no tie joins stand apart: how they lie to each other is open."
    return f'<p class="note">{text(told_as.proof(told))}. {note}</p>{groups}{wrong}'


def _strained(told: Snapshot) -> str:
    cards = []
    for triangle in told.strained:
        behind = "".join(_behind(told, tie) for tie in sorted(triangle.ties, key=lambda tie: -tie.sign))
        cards.append(f"<div><h3>{text(told_as.says(triangle))}</h3>{behind}</div>")
    note = f'<p class="note">{text(told_as.balance(told))}</p>'
    return note + "".join(cards)


def _ties(told: Snapshot) -> str:
    made = []
    for sign, head in ((1, "Well"), (-1, "Badly")):
        of = sorted((tie for tie in told.network.signed if tie.sign == sign), key=lambda tie: -tie.weight)
        more = f'<p class="note">The strongest {_TIES} of {len(of):,}.</p>' if len(of) > _TIES else ""
        if of:
            made.append(f"<div><h3>{head}</h3>{more}{''.join(_behind(told, tie) for tie in of[:_TIES])}</div>")
    return f'<div class="columns">{"".join(made)}</div>' if made else ""


def _behind(told: Snapshot, tie: Tie) -> str:
    """A tie with its standing, its stories and the sentences of the weightiest."""
    dealings = told.dealings[tie.one, tie.other]
    how = "well" if tie.sign > 0 else "badly"
    span = f"{dealings.standing.low:+.1f} to {dealings.standing.high:+.1f}"
    head = f"{told_as.pair(tie)}: {how}, {dealings.standing.value:+.1f} (nine times in ten {span}),"
    stories = words.many(dealings.stories, "story", "stories")
    return f'<p class="says"><b>{text(head)}</b> {stories}</p>{lines(told.behind(tie))}'


def _list(items: list[str]) -> str:
    return f"<ul>{''.join(f'<li>{text(item)}</li>' for item in items)}</ul>" if items else ""
