"""Which actors a document names, and where: hits of the gazetteer, dated and weighed by what else the text says."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from volteface.actors import data
from volteface.actors.data import Entry
from volteface.actors.folding import fold
from volteface.actors.gazetteer import Gazetteer, Hit
from volteface.actors.people import standing, years_apart


@dataclass(frozen=True, slots=True)
class Mention:
    """One place in a text that names an actor."""

    start: int
    end: int
    text: str
    code: str | None  # TUR, EU, NSA
    sector: str | None  # GOV for a leader, REB for an armed group; None where the name alone does not tell
    name: str | None  # canonical name of a person, group, organisation, institution or contested place; None for states
    kind: str
    why: str
    confidence: float


class Reading(NamedTuple):
    """What a name means here: the part of a Mention that does not depend on where it stands."""

    code: str | None
    sector: str | None
    name: str | None
    kind: str
    why: str
    confidence: float


Role = Literal["plain", "dated", "surname", "doubtful", "silent", "sport"]

_PROPER = frozenset(
    {"leader", "organisation", "group", "institution", "contested"}
)  # kinds whose mentions carry a name
_PLACES = frozenset({"name", "capital", "metonym", "region", "territory", "city", "island"})
_RANK = ("name", "official", "demonym", "organisation", "leader", "group", "institution", "metonym", "capital", "old")
_PARTICLES = frozenset(
    "al el bin ben ibn abu de da do dos del della di la le van von der den ten ter du bint ould".split()
)
_BEFORE_OFFICE, _AFTER_OFFICE = 1.0, 5.0  # years around a term in which a surname alone still names its holder
_LONG_AGO = 15.0  # years after it in which a surname with its state does
_MISFIT = 25.0  # years after it in which a title goes before a namesake in another office
_US_STATES = (
    r", (?:Ala(?:bama|ska)|Ark(?:ansas|\.)|Ariz(?:ona|\.)|Calif(?:ornia|\.)|Colorado|Conn(?:ecticut|\.)|Delaware|Fl(?:orid)?a\b|"
    r"Georgia|Hawaii|Idaho|Ill(?:inois|\.)|Ind(?:iana|\.)|Iowa|Kan(?:sas|\.)|Kentucky|Ky\.|Louisiana|La\.|Maine|Maryland|Md\.|"
    r"Mass(?:achusetts|\.)|Mich(?:igan|\.)|Minn(?:esota|\.)|Miss(?:issippi|\.)|Missouri|Mo\.|Mont(?:ana|\.)|Neb(?:raska|\.)|Nevada|"
    r"New (?:Hampshire|Jersey|Mexico|York)|N\.[HJMYCD]\.|(?:North|South) (?:Carolina|Dakota)|Ohio|Okla(?:homa|\.)|Ore(?:gon|\.)|"
    r"Penn(?:sylvania|\.)|Pa\.|Rhode Island|S\.[CD]\.|Tenn(?:essee|\.)|Tex(?:as|\.)|Utah|Vermont|Vt\.|Virginia|Va\.|W(?:est|\.) V|"
    r"Washington state|Wis(?:consin|\.)|Wyo(?:ming|\.))"
)
_LAW = re.compile(r"(?:'s)?(?: (?:[A-Z][\w'-]*|and|of|on|for|to|in)){0,7} (?:Act|Bill)\b(?! on )")
_NO_SURNAME = frozenset("River Valley Airport Conference Summit Agreement Accord Treaty Times Bank Street Sea".split())
_SHIPS = frozenset({"USS", "HMS", "HMCS", "HMAS", "INS", "MV", "MS", "SS", "RMS"})
_SENTENCE_WORDS = frozenset(
    "The A An When While But And Or In On At By For From With Without As If After Before Since Until Although Though Because That This These Those "
    "His Her Its Their Both Meanwhile However Earlier Later Then Also Only Even Did Does Is Was Were Has Had Will Would Could Should May Can To Of "
    "Former Ex-President Like Under Over Between Despite During Yesterday Today Tomorrow Monday Tuesday Wednesday Thursday Friday Saturday Sunday "
    "January February March April June July August September October November December Now Yet So Not Why How What Where Who Which Once Unlike".split()
)
_SCORE = re.compile(r"(?<![\d-])\d{1,3}-\d{1,3}(?![\d-])")
_PLAYED = r"\b(?:beats?|beaten|defeat(?:s|ed)?|draws?|drew|wins?|won|los[et]s?|thrash\w*|edge[sd]?|held|crush\w*|overc[ao]me|score[sd]?|final|match|game)\b"
_VOTED = r"(?i)\b(?:vot\w+|senate|senators|house|parliament\w*|council|ballots?|per cent|percent|resolution|lawmakers|court|bill|seats|law|aged|killed)\b"
_STOP = re.compile(r"[.!?](?= [A-Z\"'])")


@cache
def gazetteer() -> Gazetteer:
    """The names, read and built on first use."""
    return Gazetteer()


def find(text: str, on: dt.date | None = None, *, asked: int | None = None) -> list[Mention]:
    """All actors that a document names, left to right and not overlapping.

    `on` is the day of the document: it chooses between namesakes. None means today's holders of an office first, then any.
    From the offset `asked` on the text is what a person asks about: there even a common surname alone may be a leader's.
    """
    folded = fold(text)
    hits = gazetteer().scan(folded.text)
    if not hits:
        return []
    page = _Page(
        folded.text, hits, (on or dt.date.today()).isoformat(), on is not None, len(text) if asked is None else asked
    )
    readings = page.read()
    at = folded.original
    return [
        Mention(at(start), at(end), text[at(start) : at(end)], *reading)
        for (_, start, end), reading in zip(hits, readings, strict=True)
        if reading is not None
    ]


@dataclass(slots=True)
class _Page:
    """A document while it is read: its hits, what they mean so far, and the people whom it has named in full."""

    text: str
    hits: Sequence[Hit]
    day: str
    dated: bool  # whether `day` is the document's own
    asked: int
    readings: list[Reading | None] = field(default_factory=list)
    people: set[str] = field(default_factory=set)
    codes: dict[str, int] = field(default_factory=dict)  # how often each state is named

    def read(self) -> list[Reading | None]:
        """The reading of each hit; None where it is no actor."""
        later: list[int] = []
        sport = False
        for i, hit in enumerate(self.hits):
            role, reading = _prepared(hit[0])
            if role == "dated":
                reading = _by_date(hit[0], self.day)
            elif role == "surname" or role == "doubtful":
                later.append(i)
            elif role == "sport":
                sport = True
            if reading is not None:
                if reading.kind in _PLACES and _is_other(self.text, hit, reading.code):
                    reading = None
                elif reading.kind == "leader" and reading.name:
                    self.people.add(reading.name)
            self.readings.append(reading)
        if later:
            self._weigh(later)
        if sport or ("-" in self.text and _SCORE.search(self.text)):
            self._leave_out_sport()
        return self.readings

    def _weigh(self, later: Sequence[int]) -> None:
        self.codes = Counter(r.code for r in self.readings if r is not None and r.code)
        for i in later:
            if _prepared(self.hits[i][0])[0] == "doubtful":
                self.readings[i] = self._doubtful(i)
        surnames = [i for i in later if _prepared(self.hits[i][0])[0] == "surname"]
        for i in surnames:
            self.readings[i] = self._surname(i, titled=True)
        for i in surnames:
            if self.readings[i] is None:
                self.readings[i] = self._alone(i)

    def _doubtful(self, i: int) -> Reading | None:
        hit = self.hits[i]
        for doubt in data.doubtful()[hit[0]]:
            heard = doubt.when is not None and doubt.when.search(self.text) is not None
            against = doubt.unless is not None and doubt.unless.search(self.text) is not None
            if not (heard or (doubt.default and not against)):
                continue
            if against and (doubt.when is None or not self._state_is_nearer(hit, doubt)):
                continue
            if doubt.code is None or _is_other(self.text, hit, doubt.code):
                return None
            entries = [e for e in gazetteer().entries(hit[0]) if e.code == doubt.code]
            confidence = 0.85 if heard else 0.6
            if not entries:
                return Reading(doubt.code, None, None, "name", f'"{hit[0]}" in doubtful: {doubt.note}', confidence)
            best = min(entries, key=lambda e: years_apart(e, self.day))
            return _reading(hit[0], best, confidence, doubt.note)
        named = [e for e in gazetteer().entries(hit[0]) if e.code and e.kind in _PLACES]
        return (
            _reading(hit[0], named[0], 0.4, "nothing tells, but the name alone is asked about")
            if named and self.is_all(hit)
            else None
        )

    def is_all(self, hit: Hit) -> bool:
        """Whether the hit is the whole of what a person asks about."""
        return hit[1] == self.asked and hit[2] >= len(self.text) - 1

    def _state_is_nearer(self, hit: Hit, doubt: data.Doubt) -> bool:
        """Whether the sentence of the hit speaks for the reading and not against it, where the whole text does both."""
        sentence = self.text[slice(*_sentence(self.text, hit[1]))]
        heard = doubt.when is not None and doubt.when.search(sentence) is not None
        return heard and not (doubt.unless is not None and doubt.unless.search(sentence))

    def _surname(self, i: int, titled: bool) -> Reading | None:
        hit = self.hits[i]
        title, before = _title(self.text, hit[1])
        if titled != (title is not None):
            return None
        holders = [e for e in gazetteer().entries(hit[0]) if e.kind == "leader"]
        state = self._state_beside(i, before)
        if state is not None:
            holders = [e for e in holders if e.code == state]
        elif title is None and _is_another_person(self.text, hit, holders):
            return None
        known = [e for e in holders if e.name in self.people]
        if known:
            best = min(known, key=lambda e: years_apart(e, self.day))
            return _reading(hit[0], best, 0.95, "the text has the full name")
        offices = titles()[title] if title else ()
        asked = hit[1] >= self.asked
        fitting = [e for e in holders if e.office in offices]
        if fitting and (
            best := self._nearest(
                fitting, reach=_MISFIT if len(fitting) < len(holders) else 80.0, ahead=2.0, asked=asked, offices=offices
            )
        ):
            self.people.add(best.name)
            return _reading(hit[0], best, 0.9, f"by the title {title}")
        if hit[0] in data.common_surnames() and state is None and not asked:
            return None
        loose = state is not None or asked
        best = self._nearest(holders, reach=_LONG_AGO if loose else _AFTER_OFFICE, ahead=_BEFORE_OFFICE, asked=asked)
        if best is None:
            return None
        if title is not None or state is not None:
            self.people.add(best.name)
        rule = "surname alone, by the date" if self.dated else "surname alone, the latest holder"
        return _reading(hit[0], best, 0.8 if state else 0.5 if offices else 0.7, rule)

    def _nearest(
        self, holders: Sequence[Entry], reach: float, ahead: float, asked: bool, offices: Sequence[str] = ()
    ) -> Entry | None:
        """The holder whose term lies nearest to the day. Where states compete: one that the text names, else the highest office."""
        near = [(years_apart(e, self.day), e) for e in holders]
        if self.dated:
            near = [(d, e) for d, e in near if d <= reach and e.first <= _shifted(self.day, ahead)]
        if not near:
            return None
        best = min(d for d, _ in near)
        closest = [(d, e) for d, e in near if d <= best + (0.5 if best else 0.05)]
        if len({e.code for _, e in closest}) > 1:
            named = [(d, e) for d, e in near if self.codes.get(e.code or "")]
            if named:
                return min(named, key=lambda one: (one[0] > 0.5, -self.codes.get(one[1].code or "", 0), one[0]))[1]
            ranks = [offices.index(e.office) if offices else standing(e) for _, e in closest]
            closest = [one for one, rank in zip(closest, ranks, strict=True) if rank == min(ranks)]
            if len({e.code for _, e in closest}) > 1 and not asked:
                return None
        return min(closest, key=lambda one: (one[0] > 0, standing(one[1]), one[0]))[1]

    def _alone(self, i: int) -> Reading | None:
        """A surname without a title: a state or capital of that name goes first unless the text has named the person in full."""
        entries = gazetteer().entries(self.hits[i][0])
        if any(e.kind in ("name", "demonym", "capital") for e in entries) and not any(
            e.name in self.people for e in entries
        ):
            return self._namesake(i) or self._surname(i, titled=False)
        return self._surname(i, titled=False) or self._namesake(i)

    def _namesake(self, i: int) -> Reading | None:
        """A place or group that bears the surname too."""
        hit = self.hits[i]
        rest = [e for e in gazetteer().entries(hit[0]) if e.kind != "leader"]
        if not rest or (rest[0].kind in _PLACES and _is_other(self.text, hit, rest[0].code)):
            return None
        return _reading(hit[0], rest[0], 0.6, "no leader of that name fits")

    def _state_beside(self, i: int, before: int) -> str | None:
        """The state named right before a title or surname (`Iraqi President`, `Turkey's Erdogan`) or behind `of`."""
        hit = self.hits[i]
        if (
            i
            and (reading := self.readings[i - 1]) is not None
            and reading.kind not in ("leader", "group", "institution")
        ):
            between = self.text[self.hits[i - 1][2] : before]
            if between in (
                " ",
                "'s ",
                "' ",
                "'s former ",
                " former ",
                " ex-",
                "'s new ",
                "'s then-",
                " then-",
                "'s late ",
                " acting ",
            ):
                return reading.code
        if i + 1 < len(self.hits) and self.text[hit[2] : self.hits[i + 1][1]] in (" of ", " of the "):
            reading = self.readings[i + 1]
            return reading.code if reading is not None and reading.kind in _PLACES else None
        return None

    def _leave_out_sport(self) -> None:
        """No actors in a sentence that tells a match."""
        told = {_sentence(self.text, h[1]) for h in self.hits if _prepared(h[0])[0] == "sport"}
        for score in _SCORE.finditer(self.text):
            start, end = _sentence(self.text, score.start())
            sentence = self.text[start:end]
            if re.search(_PLAYED, sentence) and not re.search(_VOTED, sentence):
                told.add((start, end))
        for i, (hit, reading) in enumerate(zip(self.hits, self.readings, strict=True)):
            if reading is not None and reading.kind in _PLACES | {"demonym"}:
                if any(start <= hit[1] < end for start, end in told):
                    self.readings[i] = None


def _sentence(text: str, at: int) -> tuple[int, int]:
    """Where the sentence of an offset begins and ends, roughly."""
    start = max((m.end() for m in _STOP.finditer(text, max(0, at - 1000), at)), default=max(0, at - 1000))
    stop = _STOP.search(text, at, at + 1000)
    return start, stop.end() if stop else min(len(text), at + 1000)


@cache
def _prepared(alias: str) -> tuple[Role, Reading | None]:
    """How an alias is read, and its reading where that never changes."""
    book = gazetteer()
    if alias in book.sport:
        return "sport", None
    if alias in book.traps:
        return "silent", None
    if alias in data.doubtful():
        return "doubtful", None
    entries = book.entries(alias)
    contested = next((e for e in entries if e.kind == "contested"), None)
    if contested is not None and not any(e.kind == "demonym" for e in entries):
        own = next((e for e in entries if e.kind in ("name", "official") and e.code), None)
        why = f'"{alias}" in contested: {contested.name}, see the claims'
        return "plain", Reading(own.code if own else None, None, contested.name, "contested", why, 0.9)
    if any(e.kind == "leader" and _is_surname(alias, e.name) for e in entries):
        return "surname", None
    if len({(e.code, e.sector, e.kind) for e in entries}) == 1 and entries[0].kind != "leader":
        return "plain", _reading(alias, entries[0], 0.9, "")
    return "dated", None


def _is_surname(alias: str, name: str) -> bool:
    """Whether an alias is a part of a person's name only: one word of several, or a particle and one word."""
    words = alias.split(" ")
    full = fold(name).text
    if len(words) == 1:
        return alias != full and not alias.isupper()
    return len(words) < 4 and all(w.lower() in _PARTICLES for w in words[:-1]) and alias != full


@lru_cache(maxsize=65536)
def _by_date(alias: str, day: str) -> Reading:
    """The reading whose dates lie nearest to a day."""
    entries = gazetteer().entries(alias)
    best = min(entries, key=lambda e: (years_apart(e, day), _RANK.index(e.kind) if e.kind in _RANK else len(_RANK)))
    return _reading(alias, best, 0.9, "")


def _reading(alias: str, entry: Entry, confidence: float, rule: str) -> Reading:
    why = f'"{alias}" in {entry.told()}'
    name = entry.name if entry.kind in _PROPER else None
    return Reading(entry.code, entry.sector, name, entry.kind, f"{why}; {rule}" if rule else why, confidence)


def _shifted(day: str, years: float) -> str:
    return f"{int(day[:4]) + int(years):04d}{day[4:]}"


@cache
def titles() -> dict[str, tuple[str, ...]]:
    """Titles in lower case with words of the offices that they go with; none for a title that goes with any."""
    return {title.lower(): tuple(data.words(offices)) for title, offices, *_ in list(data.table("titles"))[1:]}


def _title(text: str, start: int) -> tuple[str | None, int]:
    """The title right before an offset, and where it begins; None and the offset itself where there is none."""
    if start < 3 or text[start - 1] != " ":
        return None, start
    words = text[max(0, start - 40) : start - 1].split(" ")[-3:]
    for first in range(len(words)):
        title = " ".join(words[first:]).lstrip("\"'([").rstrip(",").lower()
        if title in titles():
            return title, start - 1 - len(" ".join(words[first:]).lstrip("\"'(["))
    return None, start


def _word_before(text: str, start: int) -> str:
    if start < 2 or text[start - 1] != " ":
        return ""
    return text[text.rfind(" ", 0, start - 1) + 1 : start - 1]


def _is_other(text: str, hit: Hit, code: str | None) -> bool:
    """Whether a place's name is part of something else: a person, a ship, a law, or a town in a US state."""
    before = _word_before(text, hit[1])
    if before and before[0].isupper() and (before in _SHIPS or (before in data.given_names() and " " not in hit[0])):
        return True
    following = text[hit[2] : hit[2] + 2]
    if following == ", ":
        town = re.match(_US_STATES, text[hit[2] : hit[2] + 24])
        return town is not None and not (code == "GEO" or (code == "USA" and hit[0] != "Washington"))
    if len(following) == 2 and following[0] in " '" and (following[1].isupper() or following == "'s"):
        if _LAW.match(text, hit[2]):
            return True
        if following[0] == " " and hit[0] in data.given_names():
            return _reads_as_a_surname(text, hit[2] + 1)
    return False


def _reads_as_a_surname(text: str, start: int) -> bool:
    """Whether the capitalised word at an offset makes a person of the name before it (`Jordan Peele`)."""
    word = re.match(r"[\w'-]+", text[start : start + 40])
    if word is None or word[0] in _NO_SURNAME or word[0] in _SENTENCE_WORDS or word[0].isupper():
        return False
    return word[0].lower() not in data.sectors() and word[0].lower() not in titles() and word[0] not in gazetteer()


def _is_another_person(text: str, hit: Hit, holders: Sequence[Entry]) -> bool:
    """Whether a capitalised word before a surname makes it someone else's (`Laura Bush`)."""
    before = _word_before(text, hit[1])
    if len(before) < 2 or not before[0].isupper() or not before.replace("-", "").replace(".", "").isalpha():
        return False
    if before in _SENTENCE_WORDS or (before.isupper() and len(before) > 2):
        return False
    return not any(before in fold(e.name).text.split() for e in holders)
