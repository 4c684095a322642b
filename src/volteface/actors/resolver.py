"""One phrase to one actor, explained: `Turkish embassy in Baghdad` is TUR GOV. Reads what `find` sees in the phrase."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, replace
from typing import Any

from volteface.actors import data
from volteface.actors.data import Entry
from volteface.actors.mentions import Mention, find
from volteface.actors.neighbours import titles
from volteface.actors.people import person, today
from volteface.actors.sectors import sector_of

LONGEST = 2_000  # characters of a phrase that are looked at: no actor's name is longer
_CONTEXT = 20_000  # characters of the context that are looked at, from its end
_MISSPELT_WITHIN = 200  # characters of a phrase in which misspelt states are sought
_DEPTH = 8  # prepositions behind each other that are followed

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]+")
_YEAR = re.compile(r"\b(?:19[4-9]|20\d)\d\b")
_PREPOSITION = (
    r",? (?P<word>of|from|for|in|at|on|to|with|against|near|by|inside|outside|within|across|under|over|along|"
    r"between|who|that|which|whose|where|based in|loyal to|backed by|supported by|led by|linked to|allied with|"
    r"allied to|opposed to)(?: the| its| their| an?)? (?=\S)"
)
_JOINT = re.compile(r",? (?:and|as well as|&) (?:the )?|, (?:the )?|/")
_NOT_OWNING = (
    r"(?i)-(?:backed|supported|sponsored|allied|mediated|brokered|funded|armed|trained|occupied|controlled|held|"
    r"administered|born|made|built|bound|friendly|imposed|aligned|linked|inspired|affiliated|educated|speaking)\b"
)
_NOT_OWNED = re.compile(r"\b(?:[Aa]nti|[Pp]ro|[Nn]on)-$")
_OWNING = frozenset({"of", "from", "for", "based in", "led by"})  # their object owns the head
_PLACING = frozenset({"in", "at", "inside", "within", "on", "across", "near"})  # their object says where the head lives
_BOUND = frozenset({"loyal to", "linked to", "allied with", "allied to"})
_PEOPLE_OF = frozenset(
    """president head leader chairman chairwoman chair chief director member members leaders official officials
    spokesman spokeswoman spokesperson secretary-general commander deputy governor speaker founder employee
    employees secretary executive""".split()
)
_COLLECTIVE = frozenset(
    """team teams group groups number crowd crowds dozens hundreds thousands scores handful couple majority most many
    some several all one two three part units unit series string wave""".split()
)
_STATES = frozenset({"name", "demonym", "capital", "city", "metonym", "region", "territory"})
_KEPT = frozenset({"REB", "OPP", "CRM", "MIL", "JUD", "LEG"})  # sectors of a body that its officials and fighters share
_TRIM = " .,;:!?\"'()“”"


@dataclass(frozen=True, slots=True)
class Resolution:
    """Who a phrase speaks of, and why."""

    code: str | None
    sector: str | None
    name: str | None
    why: str
    confidence: float
    also: tuple[Resolution, ...] = ()  # the other actors of a compound phrase
    claims: tuple[data.Claim, ...] = ()  # for a contested place: what is claimed, controlled and recognised on that day

    def json(self) -> dict[str, Any]:
        """The answer as one JSON object; `also` and `claims` only where there are any."""
        shown: dict[str, Any] = {"code": self.code, "sector": self.sector, "name": self.name, "why": self.why}
        shown["confidence"] = round(self.confidence, 2)
        if self.also:
            shown["also"] = [one.json() for one in self.also]
        if self.claims:
            shown["claims"] = [
                {c.relation: c.code or None, "from": c.first or None, "to": c.last or None, "note": c.note}
                for c in self.claims
            ]
        return shown


NOBODY = Resolution(None, None, None, "no known actor and no word that tells a sector", 0.0)


@dataclass(frozen=True, slots=True)
class _Phrase:
    """A phrase or a part of one, with the names in it by their offsets from its start."""

    words: str
    mentions: tuple[Mention, ...]
    day: str
    main: str | None  # the state that the context names oftenest

    def part(self, start: int, end: int) -> _Phrase:
        inside = (m for m in self.mentions if start <= m.start and m.end <= end)
        moved = tuple(replace(m, start=m.start - start, end=m.end - start) for m in inside)
        return replace(self, words=self.words[start:end], mentions=moved)

    def is_free(self, found: re.Match[str]) -> bool:
        """Whether a match lies outside of all names."""
        return not any(m.start < found.end() and found.start() < m.end for m in self.mentions)


def who(phrase: str, on: dt.date | None = None, context: str = "") -> Resolution:
    """The actor of a phrase, as of a day and in a text. Answers anything; looks at LONGEST characters of the phrase."""
    words = " ".join(_CONTROL.sub(" ", phrase[: 4 * LONGEST]).split())[:LONGEST]
    if not words:
        return replace(NOBODY, why="the phrase is empty")
    around = f"{_CONTROL.sub(' ', context[-_CONTEXT:])} \n\n " if context else ""
    year = _YEAR.search(around)
    if on is None and year is not None:
        on = dt.date(int(year[0]), 7, 1)
    every = find(around + words, on, asked=len(around))
    codes = [m.code for m in every if m.end <= len(around) and m.code and m.kind in _STATES]
    main = max(codes, key=codes.count) if codes else None
    day = on.isoformat() if on else today()
    whole = _Phrase(around + words, tuple(every), day, main).part(len(around), len(around) + len(words))
    found = [_resolve(one) for one in _coordinated(whole)]
    shared = found[-1].sector
    if len(found) > 1 and shared is not None:  # `Russian and Belarusian troops`
        why = f"{shared} by the head of the last part"
        found = [replace(r, sector=shared, why=f"{r.why}; {why}") if r.sector is None else r for r in found]
    known = list({(r.code, r.sector, r.name): r for r in found if r.confidence}.values())
    return replace(known[0], also=tuple(known[1:])) if known else found[0]


def _coordinated(phrase: _Phrase) -> list[_Phrase]:
    """The parts of a compound (`Saudi Arabia, the UAE and Bahrain`) if each has a name, else the phrase itself."""
    first = _preposition(phrase)
    cuts = [
        joint
        for joint in _JOINT.finditer(phrase.words, 0, first.start() if first else LONGEST)
        if phrase.is_free(joint)
    ]
    starts = [0, *(joint.end() for joint in cuts)]
    ends = [*(joint.start() for joint in cuts), len(phrase.words)]
    parts = [phrase.part(start, end) for start, end in zip(starts, ends, strict=True)]
    return parts if all(part.mentions for part in parts) else [phrase]


def _preposition(phrase: _Phrase) -> re.Match[str] | None:
    """The first preposition that ends the head: not one in a name, nor one in a noun such as `secretary of state`."""
    for found in re.finditer(_PREPOSITION, phrase.words):
        if phrase.is_free(found) and not _is_in_a_noun(phrase.words, found):
            return found
    return None


def _is_in_a_noun(words: str, found: re.Match[str]) -> bool:
    before, after = words[: found.start()].lower().split()[-2:], words[found.end() :].lower().split()[:2]
    nouns = (
        f"{' '.join(before[i:])} {found['word']} {' '.join(after[:j])}"
        for i in range(len(before))
        for j in range(1, len(after) + 1)
    )
    return any(noun in data.sectors() for noun in nouns)


def _resolve(phrase: _Phrase, depth: int = 0) -> Resolution:
    """One actor: its head with what stands before it, then what the preposition behind it leads to."""
    cut = _preposition(phrase) if depth < _DEPTH else None
    head = phrase.part(0, cut.start()) if cut else phrase
    owner = _owner(head)
    sector, told = _sector(head.words, owner)
    if owner is None or (owner.kind == "leader" and owner.confidence <= 0.5):
        named = _titled(head) or (_misspelt(head) if cut is None and sector is None else None)
        if named is not None:
            return named
    if owner is None and (meant := _misspelt_state(head)) is not None:
        owner = meant
    if owner is not None:
        return _owned(head, owner, sector, told)
    if cut is not None:
        below = _resolve(phrase.part(cut.end(), len(phrase.words)), depth + 1)
        through = _through(head.words, sector, told, cut["word"], below)
        if through is not None:
            return through
    if sector is None:
        return NOBODY
    if phrase.main is not None:
        return Resolution(phrase.main, sector, None, f'{sector} by "{told}"; the state that the context names', 0.5)
    return Resolution(None, sector, None, f'{sector} by "{told}"; no state is named', 0.6)


def _owner(head: _Phrase) -> Mention | None:
    """Whose the head is: the last person, group or body in it, else the first state that is no mere modifier."""
    words = head.words
    fit = [
        m
        for m in head.mentions
        if not re.match(_NOT_OWNING, words[m.end :]) and not _NOT_OWNED.search(words[: m.start])
    ]
    acting = [m for m in fit if m.sector is not None and m.kind in ("leader", "group", "institution")]
    return acting[-1] if acting else fit[0] if fit else None


def _sector(head: str, owner: Mention | None) -> tuple[str | None, str]:
    """The sector of a head and the words that tell it: its last noun, else a title before a name, else any noun."""
    tail = re.sub(r"['’]s$", "", head.strip(_TRIM))
    own = owner.sector if owner else None
    if owner is not None and owner.end >= len(tail.rstrip()):
        title = sector_of(tail[: owner.start]) if owner.kind == "leader" and own != "IGO" else None
        if title is not None or own is not None:
            return (title, tail[: owner.start].strip()) if title else (own, "")
    else:
        found = sector_of(tail)
        if found is not None:
            keeps = own in _KEPT and found in ("GOV", "MIL", "LEG") and owner is not None and owner.kind != "leader"
            return (own, "") if keeps else (found, tail.split()[-1])
        tokens = tail.split()
        while len(tokens) > 1 and tokens[-1][:1].isupper():  # a name that the data do not hold behind a title
            tokens.pop()
            if (found := sector_of(" ".join(tokens))) is not None:
                return found, " ".join(tokens[-2:])
    rest = tail if owner is None else tail[: owner.start] + tail[owner.end :]
    for noun in reversed(re.findall(r"\w[\w-]*", rest.lower())):  # `the company's board`, `gang confederations`
        if noun not in _COLLECTIVE and (found := sector_of(noun)) is not None:
            return (own, "") if own else (found, noun)
    return own, ""


def _titled(head: _Phrase) -> Resolution | None:
    """A person whom only a title and a part or another spelling of the name tell."""
    words = head.words.strip(_TRIM).split()[-8:]
    for i in range(len(words) - 1, 0, -1):
        name = " ".join(words[i:])
        if not words[-1][0].isupper() or not all(word[0].isupper() or word.islower() for word in words[i:]):
            return None
        for j in range(max(0, i - 3), i):
            title = " ".join(words[j:i])
            offices = titles().get(title.lower())
            if offices and (found := person(name, offices, head.day)) is not None:
                return _person(found, f'"{name}" is near {found.name} in {found.told()}, by the title {title}', 0.7)
    return None


def _misspelt(head: _Phrase) -> Resolution | None:
    """A leader whom only another spelling of the surname tells."""
    words = head.words.strip(_TRIM).split()
    if not 0 < len(words) < 5 or not all(word[0].isupper() for word in words) or len(words[-1]) < 5:
        return None
    if words[-1] in data.common_surnames() or words[-1] in data.given_names():
        return None
    found = person(" ".join(words), (), head.day, alike=False)
    return found and _person(found, f'"{" ".join(words)}" is a spelling of {found.name} in {found.told()}', 0.6)


def _misspelt_state(head: _Phrase) -> Mention | None:
    """A state, its people or capital that one letter left out, doubled or put out of its turn hides (`Dehli`)."""
    for word in re.finditer(r"\b[A-Z][a-z]{4,}\b", head.words[:_MISSPELT_WITHIN]):
        written = word[0]
        swapped = (f"{written[:i]}{written[i + 1]}{written[i]}{written[i + 2 :]}" for i in range(1, len(written) - 1))
        dropped = (f"{written[:i]}{written[i + 1 :]}" for i in range(1, len(written)))
        for meant in dict.fromkeys((*swapped, *dropped)):
            known = [e for e in data.entries(meant) if e.kind in ("name", "demonym", "capital") and e.code]
            if len(meant) > 4 and known and sector_of(written) is None:
                why = f'"{written}" is near "{meant}" in {known[0].told()}'
                return Mention(word.start(), word.end(), written, known[0].code, None, None, known[0].kind, why, 0.5)
    return None


def _person(entry: Entry, why: str, confidence: float) -> Resolution:
    return Resolution(entry.code, entry.sector, entry.name, why, confidence)


def _owned(head: _Phrase, owner: Mention, sector: str | None, told: str) -> Resolution:
    why = owner.why + (f'; {sector} by "{told}"' if told else "")
    is_last = owner.end >= len(head.words.rstrip(_TRIM)) - 2
    if owner.kind == "contested":
        return _contested(head, owner, sector, why)
    if sector is None and is_last and owner.start < 5 and owner.kind in ("capital", "metonym"):
        return Resolution(
            owner.code, "GOV", None, f"{why}; a seat of power alone stands for its government", owner.confidence
        )
    named = is_last or not told or (owner.kind != "leader" and owner.sector == sector)
    return Resolution(owner.code, sector, owner.name if named else None, why, owner.confidence)


def _contested(head: _Phrase, owner: Mention, sector: str | None, why: str) -> Resolution:
    """A contested place: every claim that holds on the day; whose it is only if one side claims and holds it then."""
    claims = tuple(c for c in data.claims(owner.name or "") if c.first <= head.day <= data.until(c.last))
    sides = {c.code for c in claims if c.relation in ("claimed_by", "controlled_by")}
    told = [why]
    for relation in dict.fromkeys(c.relation for c in claims):
        codes = [c.code or "itself" for c in claims if c.relation == relation]
        more = f" and {len(codes) - 4} others" if len(codes) > 5 else ""
        told.append(f"{relation.replace('_', ' ')} {', '.join(codes[: 4 if more else 5])}{more}")
    code = owner.code
    if code is None and len(sides) == 1 and "" not in sides:
        code = sides.pop()
        told.append(f"only {code} claims and controls it on {head.day}")
    return Resolution(code, sector, owner.name, "; ".join(told), owner.confidence, claims=claims)


def _through(head: str, sector: str | None, told: str, word: str, below: Resolution) -> Resolution | None:
    """A head without an owner of its own, as what stands behind its preposition makes it; None if nothing."""
    noun = head.lower().split()[-1] if head.split() else ""
    if not below.confidence:
        return None
    if word == "of" and noun in _COLLECTIVE:
        return below
    if word in _OWNING and below.sector is not None and (sector is None or noun in _PEOPLE_OF):
        return replace(below, why=f'{below.why}; through "{head} {word}"', confidence=below.confidence * 0.9)
    if word in _OWNING | _PLACING | _BOUND and (below.code is not None or below.claims):
        lent = sector or ("CVL" if word in _PLACING else below.sector)
        why = below.why + (f'; {lent} by "{told or head}"' if lent else "") + f'; through "{word}"'
        name = below.name if below.claims else None
        return replace(below, sector=lent, name=name, why=why, confidence=below.confidence * 0.85)
    return None
