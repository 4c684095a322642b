"""A sentence as the classifier reads it: names masked, so that no state's name weighs, and the pair and the act marked.
Between the parse, which says who and whom, and the classifier, which says what kind of act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import NamedTuple

from volteface.actors import Mention, find

MASKS = ("Alpha", "Beta", "Gamma", "Delta", "Epsilon", "Zeta")
SOURCE, TARGET, ACT = "@", "#", "*"  # stand around the source, the target and the trigger
_PARTS = {
    "MIL": "army",
    "REB": "rebels",
    "JUD": "court",
    "LEG": "parliament",
    "OPP": "opposition",
    "CVL": "group",
    "BUS": "company",
    "IGO": "organisation",
    "CRM": "gang",
}  # what is left of a name that is not a state's or its government's
_ROOM = 300  # characters kept on each side of what is marked

Place = tuple[int, int]  # characters of the sentence, from and to


class Name(NamedTuple):
    """A name in a sentence, whose it is, and which part of a state or society it names."""

    start: int
    end: int
    code: str
    sector: str | None = None


def names(mentions: Iterable[Mention]) -> list[Name]:
    """The names of states and organisations among the mentions of a sentence; of the Turkish air force the state's."""
    found = []
    for one in mentions:
        if one.code:
            state = stated(one.text) if one.kind == "institution" else None
            end, sector = (one.end, one.sector) if state is None else (one.start + len(state.text), None)
            found.append(Name(one.start, end, one.code, sector))
    return found


@lru_cache(maxsize=4096)
def stated(words: str) -> Mention | None:
    """The state's name or demonym with which a longer name begins, read alone."""
    first = words.split(" ")[0].removesuffix("'s")
    found = find(first) if first != words else []
    return found[0] if found and found[0].kind in ("name", "demonym") and found[0].text == first else None


def place(text: str, words: str, trigger: Place) -> Place | None:
    """Where an actor's words stand, nearest to the trigger; None where only a pronoun stands for it."""
    at, found = text.find(words), None
    while words and at >= 0:
        whole = not text[at - 1 : at].isalnum() and not text[at + len(words) : at + len(words) + 1].isalnum()
        if whole and (found is None or abs(at - trigger[0]) < abs(found - trigger[0])):
            found = at
        at = text.find(words, at + 1)
    return None if found is None else (found, found + len(words))


def masked(
    text: str, names: Sequence[Name], source: Place | None, target: Place | None, trigger: Place | None = None
) -> str:
    """The sentence with `@ @` around the source, `# #` around the target, `* *` around the trigger.

    Names become Alpha (the source's state), Beta (the target's), Gamma and so on for others in their order; an army's,
    a court's or an organisation's name keeps a word for what it is.
    """
    masks = _masks(names, source, target)
    marks = [(place, mark) for place, mark in ((source, SOURCE), (target, TARGET), (trigger, ACT)) if place]
    low = max(0, min((place[0] for place, _ in marks), default=0) - _ROOM)
    high = min(len(text), max((place[1] for place, _ in marks), default=len(text)) + _ROOM)
    # pieces of the text by where they begin: a closing mark goes before an opening one, an outer mark opens first
    inserted: list[tuple[int, int, int, str]] = []
    for (start, end), mark in marks:
        inserted.append((start, 1, -end, f" {mark} "))
        inserted.append((end, 0, -start, f" {mark} "))
    kept = [name for name in names if low <= name.start and name.end <= high]
    out: list[str] = []
    cursor = low
    for at, _, _, mark in [*sorted(inserted), (high, 2, 0, "")]:
        out += [_with_masks(text, cursor, at, kept, masks), mark]
        cursor = max(cursor, at)
    return " ".join("".join(out).split())


def _masks(names: Iterable[Name], source: Place | None, target: Place | None) -> dict[str, str]:
    """Which word stands for which state."""
    masks: dict[str, str] = {}
    for place, word in ((source, MASKS[0]), (target, MASKS[1])):
        inside = [name.code for name in names if place and place[0] <= name.start < place[1]]
        if inside and inside[0] not in masks:
            masks[inside[0]] = word
    others = 2
    for name in sorted(names):
        if name.code not in masks:
            masks[name.code] = MASKS[others] if others < len(MASKS) else MASKS[-1]
            others += 1
    return masks


def _with_masks(text: str, start: int, end: int, names: Sequence[Name], masks: dict[str, str]) -> str:
    """A piece of the text with the names that begin in it masked and its own marks taken away."""
    out = []
    cursor = start
    for name in names:
        if start <= name.start < end and name.start >= cursor:
            part = _PARTS.get(name.sector or "")
            out += [_plain(text[cursor : name.start]), f"{masks[name.code]} {part}" if part else masks[name.code]]
            cursor = min(name.end, end)
        elif name.start < start < name.end:
            cursor = max(cursor, min(name.end, end))
    out.append(_plain(text[cursor:end]))
    return "".join(out)


def _plain(text: str) -> str:
    return text.replace(SOURCE, " ").replace(TARGET, " ").replace(ACT, " ")
