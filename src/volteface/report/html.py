"""What the pages share: the shell with its style sheet and policy, and statements as HTML, all text escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Sequence
from html import escape
from importlib.resources import files
from string import Template

import volteface
from volteface.report import words

Section = tuple[str, str | None, str, str]  # anchor, its name in the bar at the top if it is there, heading, body


def shell(title: str, lead: str, figures: str, sections: Sequence[Section], footer: str) -> str:
    """A page of these sections: no script, no request; title and lead are plain text, the rest is HTML."""
    style = _resource("page.css")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return Template(_resource("page.html")).substitute(
        title=text(title),
        lead=text(lead),
        version=escape(volteface.__version__),
        style=style,
        style_hash=f"sha256-{digest}",
        figures=figures,
        nav="".join(f'<a href="#{anchor}">{name}</a>' for anchor, name, _, _ in sections if name),
        sections="".join(
            f'<section id="{anchor}"><h2>{text(head)}</h2>{body}</section>' for anchor, _, head, body in sections
        ),
        footer=footer,
    )


def lines(rows: Iterable[words.Row]) -> str:
    """Statements with their sentences and where these stand."""
    items = []
    for row in rows:
        said = f'<p class="says"><span class="when">{text(when(row))}</span>{says(row)}</p>'
        quote = f'<p class="quote">{text(row["sentence"])}</p>'
        source = text(words.provenance(row))
        address = str(row.get("url") or "")
        web = f' · <a href="{escape(address)}" rel="noreferrer">address</a>' if is_web(address) else ""
        items.append(f'<li class="{side(row)}">{said}{quote}<p class="from">{source}{web}</p></li>')
    return f'<ul class="lines">{"".join(items)}</ul>' if items else ""


def is_web(address: str) -> bool:
    return address.startswith(("http://", "https://"))


def says(row: words.Row) -> str:
    """What a statement says, with its type as a badge."""
    said_by = f' <span class="from">{text(words.said_by(row))}</span>' if row.get("attribution_text") else ""
    if row["kind"] != "event":
        name = row["kind"].replace("_", " ")
        return f'{text(words.statement(row))} <span class="type">{text(name)}</span>{said_by}'
    who = f"<b>{text(words.actor(row, 'source'))}</b> → <b>{text(words.actor(row, 'target'))}</b>"
    detail = words.detail(row)
    badge = f'<span class="type {side(row)}">{text(row["type"])}</span> {text(detail)}'
    unreal = words.UNREAL.get(row["factuality"])
    if unreal:
        return f'<span class="unreal">{who} {badge} · {text(unreal)}</span>{said_by}'
    return f"{who} {badge}{said_by}"


def side(row: words.Row) -> str:
    score = row.get("score") or 0.0
    if row["kind"] != "event" or row["factuality"] != "actual":
        return ""
    return "good" if score > 0 else "bad" if score < 0 else ""


def when(row: words.Row) -> str:
    return words.day(row["date"] or row["published"], row["date_precision"] or "day")


def text(text: object) -> str:
    return escape(words.clean(str(text)))


def _resource(name: str) -> str:
    return (files("volteface.report") / name).read_text(encoding="utf-8")
