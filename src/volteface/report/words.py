"""Statements and dates in plain words: the wording that the terminal and the page share."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from volteface import actors
from volteface.relations import Turn

Row = Mapping[str, Any]

SECTORS = {
    "GOV": "government",
    "MIL": "military",
    "JUD": "courts",
    "LEG": "parliament",
    "OPP": "opposition",
    "REB": "armed groups",
    "CVL": "civilians",
    "BUS": "business",
    "CRM": "crime",
    "IGO": "organisation",
}
UNREAL = {
    "negated": "denied or did not happen",
    "hypothetical": "conditional or possible",
    "future": "announced or foreseen",
}
SECTIONS = {
    "commitments": "Bound to",
    "red_lines": "Red lines",
    "dependences": "Who needs what from whom",
    "claims": "How others describe it",
    "threatened": "Threatened",
    "denied": "Denied, refused or did not happen",
    "conditional": "Conditional or possible, not fact",
    "foreseen": "Announced or foreseen, not yet fact",
}
SHARED = {"NSA": "groups of no state", "OTHER-IGO": "other organisations"}
_KINDS = ("event", "claim", "commitment", "red_line", "dependence")
_PERIODS = {"before": "before", "now": "now", "expected": "expected"}


def in_order(rows: Iterable[Row]) -> list[Row]:
    """One document's statements by sentence, then kind, then place in the sentence."""
    return sorted(
        rows,
        key=lambda row: (row["sentence_start"] or 0, _KINDS.index(row["kind"]), row["trigger_start"] or 0, row["id"]),
    )


def day(on: dt.date | None, precision: str | None = "day") -> str:
    """A date as people write it: 24 November 2015, November 2015, 2015; empty without one."""
    if on is None:
        return ""
    if precision == "year":
        return str(on.year)
    if precision == "month":
        return f"{on:%B} {on.year}"
    return f"{on.day} {on:%B} {on.year}"


def month(on: dt.date) -> str:
    """November 2015."""
    return day(on, "month")


def heading(codes: Sequence[str], since: dt.date | None, until: dt.date | None) -> str:
    """A brief's title: Turkey and Russia, January 2015 to December 2016."""
    if since and until:
        window = f", {month(since)} to {month(until)}"
    elif since:
        window = f" since {month(since)}"
    else:
        window = f" until {month(until)}" if until else ""
    return names(codes) + window


def many(number: int, one: str, more: str | None = None) -> str:
    """1 document, 1,204 documents."""
    return f"{number:,} {one if number == 1 else more or one + 's'}"


def name(code: str) -> str:
    """A code's name; the two codes that stand for many actors are named as such."""
    return SHARED.get(code) or actors.label(code)


def names(codes: Sequence[str]) -> str:
    """Turkey and Russia; all states without any code."""
    return " and ".join(name(code) for code in codes) or "All states"


def clean(text: str | None) -> str:
    """Text on one line, without control characters (a sentence must not steer a terminal)."""
    folded = " ".join((text or "").split())
    return "".join(sign for sign in folded if unicodedata.category(sign) not in ("Cc", "Cf", "Co", "Cs"))


def provenance(row: Row) -> str:
    """Where a statement stands: outlet, day of publication, document, and how many more tell its story."""
    told = [row.get("outlet") or "no outlet named", day(row["published"]), row["document"]]
    if (row.get("documents") or 1) > 1:
        told.append(f"and {many(row['documents'] - 1, 'document')} more")
    return clean(" · ".join(filter(None, told)))


def actor(row: Row, side: str) -> str:
    """Who a statement's source or target is: a state's name, and the body or sector where it is more than the state."""
    code, sector = row.get(f"{side}_code"), row.get(f"{side}_sector")
    if code is None:
        return str(row.get(f"{side}_name") or row.get(f"{side}_text") or "someone")
    state = name(code)
    own = row.get(f"{side}_name")
    if own and own != state:
        return str(own) if code in SHARED else f"{own} ({state})"
    if sector in (None, "GOV", "IGO"):
        return state
    return f"{state} ({SECTORS.get(sector, sector)})"


def detail(row: Row) -> str:
    """An event's mode and contexts in words: `aerial, military`."""
    return ", ".join(str(one).replace("_", " ") for one in (row.get("mode"), *(row.get("contexts") or ())) if one)


def said_by(row: Row) -> str:
    """Who says so, where the sentence tells: `says CYN`."""
    return f"says {clean(row['attribution_text'])}" if row.get("attribution_text") else ""


def statement(row: Row) -> str:
    """What a statement says, on one line and without its date: `Turkey → Ukraine AGREE (military)`."""
    return clean(_statement(row))


def _statement(row: Row) -> str:
    source, target = actor(row, "source"), actor(row, "target")
    match row["kind"]:
        case "event":
            kind = f"{row['type']} ({detail(row)})" if detail(row) else str(row["type"])
            return _unreal(f"{source} → {target} {kind}", row)
        case "claim":
            period = _PERIODS.get(row.get("period") or "now", "now")
            turn = f", turning {row['direction']}" if row.get("direction") else ""
            return _unreal(f"{source} and {target}: {row['state']} {period}{turn}", row)
        case "commitment":
            for_whom = f", for {target}" if row.get("target_text") else ""
            condition = f", if {_after('if', row['condition'])}" if row.get("condition") else ""
            basis = f" ({row['basis']})" if row.get("basis") else ""
            status = "" if row.get("status") in (None, "standing") else f" [{row['status']}]"
            return f"{source} is bound to {_after('to', row['action'])}{for_whom}{condition}{basis}{status}"
        case "red_line":
            touched = row.get("status") not in (None, "drawn")
            by = f" by {target}" if row.get("target_text") else ""
            status = f" [{row['status']}{by}]" if touched else ""
            then = f"; then {row['consequence']}" if row.get("consequence") else ""
            return f"{source}'s red line: {row['crossing']}{status}{then}"
        case _:
            item = f" ({row['item']})" if row.get("item") and row["item"] != row.get("good") else ""
            return f"{target} needs {row['good']}{item} from {source}: {row['status']}"


def _unreal(words: str, row: Row) -> str:
    how = UNREAL.get(row.get("factuality") or "actual")
    return f"{words} · {how}" if how else words


def _after(word: str, text: str) -> str:
    return text[len(word) + 1 :] if text.lower().startswith(f"{word} ") else text


def turned(turn: Turn) -> str:
    """Which way and how far, in words."""
    if turn.kind == "surge" and turn.rates:
        side = "conflict" if turn.direction == "worse" else "cooperation"
        usual = f"{turn.rates[0]:.1f}" if turn.rates[0] >= 0.05 else "hardly any"
        return f"{side} surged, {turn.rates[1]:.0f} stories in a month after {usual}"
    made = f"turned for the {turn.direction}, {turn.before:+.1f} to {turn.after:+.1f}"
    return f"{made}, a volte-face" if turn.volte_face else made
