"""One phrase to one actor, explained: `Turkish embassy in Baghdad` is TUR GOV. Above the names that `find` sees, below the command line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from volteface.actors import data
from volteface.actors.mentions import Mention, find
from volteface.actors.neighbours import titles
from volteface.actors.people import person, today
from volteface.actors.sectors import sector_of

LONGEST = 2_000  # characters of a phrase that are looked at: no actor's name is longer
_CONTEXT = 20_000  # characters of context, from its end

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_PREPOSITION = re.compile(
    r",? (?P<word>of|from|for|in|at|on|to|with|against|near|by|inside|outside|within|across|under|over|along|between|who|that|which|whose|"
    r"where|based in|loyal to|backed by|supported by|led by|linked to|allied with|allied to|opposed to)(?: the| its| their| an?)? (?=\S)"
)
_JOINT = re.compile(r",? (?:and|as well as|&) (?:the )?|, (?:the )?|/")
_NOT_OWNING = re.compile(
    r"-(?:backed|supported|sponsored|allied|mediated|brokered|funded|armed|trained|occupied|controlled|held|administered|born|made|built|"
    r"bound|friendly|imposed|aligned|linked|inspired|affiliated|educated|speaking)\b",
    re.I,
)
_NOT_OWNER_BEFORE = re.compile(r"\b(?:anti|pro|non)-$", re.I)
_OWNING = ("of", "from", "for", "based in", "led by")  # prepositions whose object owns the head
_PLACING = (
    "in",
    "at",
    "inside",
    "within",
    "on",
    "across",
    "near",
    "to",
    "by",
)  # prepositions whose object may say where the head lives
_LOYAL = ("loyal to", "linked to", "allied with", "allied to")
_HEADS_OF = frozenset(
    "president head leader chairman chairwoman chair chief director member members leaders official officials chief executive spokesman spokeswoman "
    "spokesperson secretary-general commander deputy governor speaker founder employee employees secretary".split()
)
_COLLECTIVE = frozenset(
    """team teams group groups number crowd crowds dozens hundreds thousands scores handful couple majority most many some
    several all one two three part units unit series string wave""".split()
)
_ABROAD = ("name", "demonym", "capital", "city", "metonym", "region", "territory")


@dataclass(frozen=True, slots=True)
class Resolution:
    """Who a phrase speaks of, and why."""

    code: str | None
    sector: str | None
    name: str | None
    why: str
    confidence: float
    also: tuple[Resolution, ...] = ()  # the other actors of a compound phrase
    claims: tuple[data.Claim, ...] = ()  # for a contested place: what is claimed, controlled and recognised

    def json(self) -> dict[str, Any]:
        """The answer as one JSON object; `also` and `claims` only where there are any."""
        shown: dict[str, Any] = {"code": self.code, "sector": self.sector, "name": self.name, "why": self.why}
        shown["confidence"] = round(self.confidence, 2)
        if self.also:
            shown["also"] = [one.json() for one in self.also]
        if self.claims:
            shown["claims"] = [
                {c.relation: c.code, "from": c.first or None, "to": c.last or None, "note": c.note} for c in self.claims
            ]
        return shown


NOBODY = Resolution(None, None, None, "no known actor and no word that tells a sector", 0.0)


def who(phrase: str, on: dt.date | None = None, context: str = "") -> Resolution:
    """The actor of a phrase on a day, in a text. Never raises; at most LONGEST characters of the phrase are looked at."""
    words = " ".join(_CONTROL.sub(" ", phrase[: 4 * LONGEST]).split())[:LONGEST]
    if not words:
        return replace(NOBODY, why="the phrase is empty")
    around = _CONTROL.sub(" ", context[-_CONTEXT:]) + " \n\n " if context else ""
    on = on or _date_in(around)
    shift = len(around)
    every = find(around + words, on, asked=len(around))
    mentions = [replace(m, start=m.start - shift, end=m.end - shift) for m in every if m.start >= shift]
    main = _main_state([m for m in every if m.start < shift])
    day = on.isoformat() if on else today()
    parts = _coordinated(words, mentions)
    found = [_resolve(part, _inside(mentions, start, start + len(part)), main, day) for start, part in parts]
    found = _share_the_head(found, [part for _, part in parts])
    distinct = list({(r.code, r.sector, r.name): r for r in reversed(found) if r.confidence}.values())[::-1]
    if not distinct:
        return found[0]
    return replace(distinct[0], also=tuple(distinct[1:]))


def _date_in(text: str) -> dt.date | None:
    """A day or year that a context tells."""
    year = re.search(r"\b(19[4-9]\d|20\d\d)\b", text)
    return dt.date(int(year[1]), 7, 1) if year else None


def _main_state(mentions: Sequence[Mention]) -> Mention | None:
    """The state that a context names oftenest."""
    codes = [m.code for m in mentions if m.code and m.kind in _ABROAD]
    return next((m for m in mentions if codes and m.code == max(codes, key=codes.count)), None)


@dataclass(frozen=True, slots=True)
class _Local:
    """A part of the phrase with the mentions in it, their offsets counted from its start."""

    words: str
    mentions: list[Mention] = field(default_factory=list)


def _inside(mentions: Sequence[Mention], start: int, end: int) -> list[Mention]:
    return [replace(m, start=m.start - start, end=m.end - start) for m in mentions if start <= m.start and m.end <= end]


def _coordinated(words: str, mentions: Sequence[Mention]) -> list[tuple[int, str]]:
    """The parts of a compound (`Saudi Arabia, the UAE and Bahrain`) with their offsets; the phrase itself where it is none."""
    spans = [(m.start, m.end) for m in mentions]
    first = _first_preposition(words, spans)
    stop = first.start() if first else len(words)
    cuts = [
        joint
        for joint in _JOINT.finditer(words, 0, stop)
        if not any(start < joint.end() and joint.start() < end for start, end in spans)
    ]
    parts: list[tuple[int, str]] = []
    start = 0
    for joint in [*cuts, None]:
        end = joint.start() if joint else len(words)
        parts.append((start, words[start:end]))
        start = joint.end() if joint else end
    named = [any(s <= m.start < s + len(part) for m in mentions) for s, part in parts]
    return parts if len(parts) > 1 and all(named) else [(0, words)]


def _share_the_head(found: list[Resolution], parts: Sequence[str]) -> list[Resolution]:
    """`Russian and Belarusian troops`: the last part's head is the others' too, where they are bare names or demonyms."""
    if len(found) < 2 or found[-1].sector is None:
        return found
    last = found[-1]
    return [
        replace(one, sector=last.sector, why=f"{one.why}; {last.sector} by the head of the last part")
        if one.sector is None and one.confidence
        else one
        for one in found
    ]


def _first_preposition(words: str, spans: Sequence[tuple[int, int]]) -> re.Match[str] | None:
    for found in _PREPOSITION.finditer(words):
        if any(start < found.end() and found.start() < end for start, end in spans):
            continue
        if sector_of(words[: _noun_end(words, found.end())]) is not None and _is_title(words, found):
            continue
        return found
    return None


def _noun_end(words: str, start: int) -> int:
    end = words.find(" ", start)
    return len(words) if end < 0 else end


def _is_title(words: str, found: re.Match[str]) -> bool:
    """Whether the preposition stands within one noun of the data (`minister of foreign affairs`, `secretary of state`)."""
    before = words[: found.start()].split()[-2:]
    after = words[found.end() :].split()[:2]
    known = data.sectors()
    for i in range(len(before)):
        for j in range(1, len(after) + 1):
            if f"{' '.join(before[i:])} {found['word']} {' '.join(after[:j])}".lower() in known:
                return True
    return False


def _resolve(words: str, mentions: list[Mention], main: Mention | None, day: str) -> Resolution:
    """One actor: its head with what stands before it, then what the prepositions behind it say."""
    cut = _first_preposition(words, [(m.start, m.end) for m in mentions])
    head = words[: cut.start()] if cut else words
    behind = words[cut.end() :] if cut else ""
    in_head = [m for m in mentions if m.end <= len(head)]
    rest = _inside(mentions, cut.end(), len(words)) if cut else []
    owner = _owner(head, in_head)
    sector, told = _sector(head, owner, in_head)
    if (owner is None or (owner.kind == "leader" and owner.confidence <= 0.5)) and (
        named := _titled(head, day)
    ) is not None:
        return named
    if owner is None and cut is None and sector is None and (named := _bare(head, day)) is not None:
        return named
    if owner is None and cut is not None:
        below = _resolve(behind, rest, None, day)
        return _below(head, sector, told, cut["word"], below, main)
    if owner is None:
        return _unowned(head, sector, told, main)
    return _owned(head, owner, sector, told, day)


def _titled(head: str, day: str) -> Resolution | None:
    """A person whom only a title and a part or another spelling of the name tell."""
    words = head.strip(" .,;:!?\"'()").split()
    for i in range(len(words) - 1, 0, -1):
        for j in range(max(0, i - 3), i):
            offices = titles().get(" ".join(words[j:i]).lower())
            if offices and all(w[0].isupper() or w.islower() for w in words[i:]) and words[-1][0].isupper():
                found = person(" ".join(words[i:]), offices, day)
                if found is not None:
                    why = f'"{" ".join(words[i:])}" is near {found.name} in {found.told()}, by the title {" ".join(words[j:i])}'
                    return Resolution(found.code, found.sector, found.name, why, 0.7)
    return None


def _bare(head: str, day: str) -> Resolution | None:
    """A leader whom only another spelling of the surname tells."""
    words = head.strip(" .,;:!?\"'()").split()
    if not words or len(words) > 4 or not all(word[0].isupper() for word in words) or len(words[-1]) < 5:
        return None
    if words[-1] in data.common_surnames() or words[-1] in data.given_names():
        return None
    found = person(" ".join(words), (), day, alike=False)
    if found is None:
        return None
    return Resolution(
        found.code, found.sector, found.name, f'"{head}" is a spelling of {found.name} in {found.told()}', 0.6
    )


def _owner(head: str, mentions: Sequence[Mention]) -> Mention | None:
    """Whose the head is: a person or group that is the head itself, else the first state that is no mere modifier."""
    fit = [m for m in mentions if not _NOT_OWNING.match(head, m.end) and not _NOT_OWNER_BEFORE.search(head[: m.start])]
    own = [m for m in fit if m.sector is not None and m.kind in ("leader", "group", "institution")]
    if own:
        return own[-1]
    return fit[0] if fit else None


def _sector(head: str, owner: Mention | None, mentions: Sequence[Mention]) -> tuple[str | None, str]:
    """The sector of the head and the words that tell it: its last noun, else the title before a name."""
    tail = re.sub(r"(?:'s|’s)$", "", head.strip(" .,;:!?\"'()"))
    at_end = owner is not None and owner.end >= len(tail)
    if at_end and owner is not None and owner.sector is not None:
        title = sector_of(tail[: owner.start]) if owner.kind == "leader" else None
        return (title or owner.sector), (tail[: owner.start].strip() if title else "")
    if not at_end:
        found = sector_of(tail)
        if found is not None:
            kept = owner.sector if owner is not None else None
            if (
                kept in ("REB", "OPP", "CRM", "MIL", "JUD", "LEG")
                and found in ("GOV", "MIL", "CVL", "LEG")
                and owner is not None
            ):
                if not (owner.kind == "leader" or found == "CVL"):
                    return kept, ""
            return found, tail.split(" ")[-1]
        tokens = tail.split()
        while len(tokens) > 1 and tokens[-1][:1].isupper():  # a name that the data do not hold behind a title
            tokens.pop()
            found = sector_of(" ".join(tokens))
            if found is not None:
                return found, " ".join(tokens[-2:])
    whole = tail.lower().replace("’", "'")
    for noun in reversed(re.findall(r"[\w-]+", whole)):  # `the company's board`, `gang confederations`
        found = sector_of(noun)
        if found is not None and noun not in _COLLECTIVE and (owner is None or owner.text.lower().find(noun) < 0):
            return (owner.sector if owner is not None and owner.sector else found), noun
    return (owner.sector if owner is not None else None), ""


def _owned(head: str, owner: Mention, sector: str | None, told: str, day: str) -> Resolution:
    why = owner.why + (f'; {sector} by "{told}"' if told else "")
    if sector is None and owner.kind in ("capital", "metonym") and owner.end - owner.start >= len(head.strip()) - 4:
        sector, why = "GOV", f"{why}; a seat of power alone stands for its government"
    if owner.kind == "contested":
        return _contested(owner, sector, why, day)
    name = owner.name if owner.sector == sector or not told else None
    if owner.kind == "leader" and told and owner.end < len(head.strip(" .")) - 2:
        name = None  # the leader's people, not the leader
    return Resolution(owner.code, sector, name, why, owner.confidence)


def _contested(owner: Mention, sector: str | None, why: str, day: str) -> Resolution:
    """A contested place: every claim that holds on the day, and no owner but the state of its own that it may have."""
    claims = tuple(c for c in data.claims(owner.name or "") if c.first <= day <= data.until(c.last))
    told = []
    for relation in dict.fromkeys(c.relation for c in claims):
        codes = [c.code or "itself" for c in claims if c.relation == relation]
        more = f" and {len(codes) - 4} others" if len(codes) > 5 else ""
        told.append(f"{relation.replace('_', ' ')} {', '.join(codes[: 4 if more else 5])}{more}")
    return Resolution(owner.code, sector, owner.name, "; ".join([why, *told]), owner.confidence, claims=claims)


def _below(head: str, sector: str | None, told: str, word: str, below: Resolution, main: Mention | None) -> Resolution:
    """A head without an owner of its own, and what the preposition behind it leads to."""
    noun = head.lower().split()[-1] if head.split() else ""
    if word == "of" and noun in _COLLECTIVE and below.confidence:
        return below
    if below.confidence and word in _OWNING and (sector is None or noun in _HEADS_OF) and below.sector is not None:
        return replace(below, why=f'{below.why}; through "{head} {word}"', confidence=below.confidence * 0.9)
    if below.confidence and below.code is not None and (word in _OWNING or word in _PLACING or word in _LOYAL):
        if not (word == "to" or word == "by") or sector is None:
            lent = sector or ("CVL" if word in _PLACING else below.sector)
            why = f'{below.why}; {lent} by "{told or head}"' if lent else below.why
            return replace(below, sector=lent, name=None, why=f"{why}; {word}", confidence=below.confidence * 0.85)
    if below.claims:
        return replace(below, sector=sector or below.sector)
    return _unowned(head, sector, told, main)


def _unowned(head: str, sector: str | None, told: str, main: Mention | None) -> Resolution:
    if main is not None and sector is not None:
        return Resolution(
            main.code, sector, None, f'{sector} by "{told or head}"; the state that the context names', 0.5
        )
    if sector is None:
        return NOBODY
    return Resolution(None, sector, None, f'{sector} by "{told or head}"; no state is named', 0.6)
