"""Which actors a document names, and where: hits of the gazetteer, dated and weighed by what else the text says."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Literal, NamedTuple

from volteface.actors import data, neighbours
from volteface.actors.data import Entry
from volteface.actors.folding import fold
from volteface.actors.gazetteer import Gazetteer, Hit
from volteface.actors.introductions import introduced
from volteface.actors.people import standing, today, years_apart
from volteface.actors.sectors import sector_of


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


Role = Literal["plain", "dated", "surname", "doubtful", "body", "silent", "sport"]

_PROPER = frozenset(
    {"leader", "organisation", "group", "institution", "contested"}
)  # kinds whose mentions carry a name
_PLACES = frozenset({"name", "capital", "metonym", "region", "territory", "city", "island"})
_RANK = ("name", "official", "demonym", "organisation", "leader", "group", "institution", "metonym", "capital", "old")
_PARTICLES = frozenset(
    "al el bin ben ibn abu de da do dos del della di la le van von der den ten ter du bint ould".split()
)
_SENTENCE_END = re.compile(r"[.!?][\"')]* +[\"'(]*[A-Z]")
_BEFORE_OFFICE, _AFTER_OFFICE = 1.0, 5.0  # years around a term in which a surname alone still names its holder
_LONG_AGO = 15.0  # years after it in which a surname with its state does
_MISFIT = 25.0  # years after it in which a title goes before a namesake in another office
_EVER = 80.0
_OWNERS = frozenset({"name", "demonym", "official", "old", "group", "institution", "organisation"})  # whose a person is
_LINKS = frozenset(
    {" ", "'s ", "' ", "'s former ", " former ", " ex-", "'s new ", "'s then-", " then-", "'s late ", " acting "}
)


@cache
def gazetteer() -> Gazetteer:
    """The names, read and built on first use."""
    return Gazetteer()


def find(text: str, on: dt.date | None = None, *, asked: int | None = None) -> list[Mention]:
    """All actors that a document names, left to right and not overlapping.

    `on` is the day of the document: it chooses between namesakes. None means
    today's holders of an office first, then any. From the offset `asked` on the text is what a person asks about:
    there even a common surname alone may be a leader's.
    """
    folded = fold(text)
    hits = gazetteer().scan(folded.text)
    if not hits:
        return []
    begin = len(text) if asked is None else len(fold(text[:asked]).text)
    readings = _Page(folded.text, hits, on.isoformat() if on else today(), on is not None, begin).read()
    read = [
        (start, end, reading) for (_, start, end), reading in zip(hits, readings, strict=True) if reading is not None
    ]
    if _SENTENCE_END.search(folded.text):
        read = sorted([*read, *_met_again(folded.text, read)], key=lambda one: one[0])
    at = folded.original
    return [Mention(at(start), at(end), text[at(start) : at(end)], *reading) for start, end, reading in read]


def _met_again(text: str, read: Sequence[tuple[int, int, Reading]]) -> Iterator[tuple[int, int, Reading]]:
    """Surnames of people whom the text has introduced with office and state, where no known name stands."""
    states = [(start, end, r.code) for start, end, r in read if r.code and r.kind in _OWNERS]
    people = {person.surname: person for person in introduced(text, states)}
    for surname, person in people.items():
        if surname in gazetteer() or surname in data.everyday_words():
            continue
        for found in re.finditer(rf"(?<![\w'-]){re.escape(surname)}(?![\w-])", text[person.begin :]):
            start, end = person.begin + found.start(), person.begin + found.end()
            if not any(low < end and start < high for low, high, _ in read) and not neighbours.goes_on_as_a_name(
                text, end
            ):
                why = f'"{surname}": {person.name}, whom the text calls {person.role} of {person.code}'
                yield start, end, Reading(person.code, person.sector, person.name, "leader", why, 0.7)


@dataclass(slots=True)
class _Page:
    """A document while it is read: its hits, what they mean so far, and the people whom it has named in full."""

    text: str
    hits: Sequence[Hit]
    day: str
    dated: bool  # whether `day` is the document's own
    asked: int  # the offset in the folded text from which on a person asks
    readings: list[Reading | None] = field(default_factory=list)
    people: set[str] = field(default_factory=set)
    codes: dict[str, int] = field(default_factory=dict)  # how often each state is named
    heard: dict[str, bool] = field(default_factory=dict)  # which evidence the whole text holds

    def read(self) -> list[Reading | None]:
        """The reading of each hit; None where it is no actor."""
        later: list[int] = []
        sport = False
        text = self.text
        for i, (alias, start, end) in enumerate(self.hits):
            role, reading = _prepared(alias)
            if role == "dated":
                reading = _by_date(alias, self.day)
            elif role == "surname" or role == "doubtful" or role == "body":
                later.append(i)
            elif role == "sport":
                sport = True
            if text[end : end + 1] == "$":  # money: US$, AU$
                reading = None
            if reading is not None:
                if reading.kind in _PLACES:
                    if neighbours.is_other(text, alias, start, end, reading.code):
                        reading = None
                elif reading.kind == "leader":
                    if neighbours.is_a_first_name(text, alias, end):
                        reading = None
                    elif reading.name:
                        self.people.add(reading.name)
                elif reading.kind in ("institution", "organisation") and start:
                    reading = None if self._is_a_byline(i, reading) else self._of_whom(i, reading)
            self.readings.append(reading)
        if later:
            self._weigh(later)
        if sport or ("-" in text and neighbours.SCORE.search(text)):
            self._leave_out_sport()
        return self.readings

    def _is_a_byline(self, i: int, reading: Reading) -> bool:
        """Whether an agency or paper stands in parentheses as a source (`(Reuters)`), not as a name's abbreviation."""
        _, start, end = self.hits[i]
        if reading.sector != "CVL" or not neighbours.is_in_a_list_in_parentheses(self.text, start, end):
            return False
        before = self.readings[i - 1] if i else None
        return before is None or before.name != reading.name or self.hits[i - 1][2] < start - 2

    def _of_whom(self, i: int, reading: Reading) -> Reading | None:
        """An institution right behind another state's name is that state's (`Chile's Defense Department`).

        One with a common name that goes on from an unknown name is none of ours (`Santa Marta Self Defense Forces`).
        """
        alias, start, _ = self.hits[i]
        before = self.readings[i - 1] if i else None
        if not i or self.text[self.hits[i - 1][2] : start] not in (" ", "'s ", "' "):
            return None if self._goes_on_from_a_name(alias, start) else reading
        if before is None or before.code is None or before.code == reading.code:
            return reading
        is_common = " " in alias and alias.split(" ")[0] not in gazetteer() and sector_of(alias) is not None
        is_state = before.kind in ("name", "demonym", "official")
        if reading.kind == "organisation" and is_state:  # "Turkey's NATO membership", but "New Jersey General Assembly"
            return reading
        if not is_state and not (is_common and before.kind in _PLACES):
            return reading
        why = f"{reading.why}; but {before.code}'s, which stands before it"
        return Reading(before.code, sector_of(alias) or reading.sector, None, "institution", why, 0.7)

    def _goes_on_from_a_name(self, alias: str, start: int) -> bool:
        """Whether a body's name without a state's in it has an unknown capitalised word before it, amid a sentence."""
        if not neighbours.is_another_person(self.text, start, frozenset()) or sector_of(alias) is None:
            return False
        begins = start - 1 - len(neighbours.word_before(self.text, start))
        if begins <= 0 or self.text[begins - 2 : begins].rstrip()[-1:] in ("", ".", "!", "?", ":", '"'):
            return False
        first = alias.split(" ")[0]
        return (first == alias or first not in gazetteer()) and neighbours.title_before(self.text, start)[0] is None

    def _weigh(self, later: Sequence[int]) -> None:
        """Reads the names that need the whole text: the doubtful, then surnames behind a title, then bare ones."""
        self.codes = Counter(r.code for r in self.readings if r is not None and r.code)
        surnames: list[int] = []
        bodies: list[int] = []
        for i in later:
            role, _ = _prepared(self.hits[i][0])
            if role == "doubtful":
                self.readings[i] = self._doubtful(i)
            else:
                (surnames if role == "surname" else bodies).append(i)
        for titled in (True, False):
            for i in surnames:
                title, before = neighbours.title_before(self.text, self.hits[i][1])
                if titled == (title is not None):
                    self.readings[i] = self._surname(i, title, before) if titled else self._alone(i)
        for i in bodies:
            self.readings[i] = self._body(i)

    def _body(self, i: int) -> Reading | None:
        """A body or title of which every state has its own: of the state beside it, else of the text's main one."""
        alias, start, end = self.hits[i]
        body = data.bodies()[alias]
        why = f'"{alias}" in bodies'
        if body.code is not None:
            return Reading(body.code, body.sector, None, "institution", why, 0.9)
        if start >= self.asked:  # a person asks: the resolver weighs titles and their states itself
            return None
        if body.is_title:
            is_known = i + 1 < len(self.hits) and self.hits[i + 1][1] <= end + 2 and self.readings[i + 1] is not None
            if is_known or not neighbours.names_a_person(self.text, end):
                return None
        elif neighbours.goes_on_as_a_name(self.text, end) or (
            neighbours.is_another_person(self.text, start, frozenset()) and self._state_beside(i, start) is None
        ):
            return None
        beside = self._state_beside(i, start)
        if beside is not None:
            return None if body.is_title else Reading(beside, body.sector, None, "institution", why, 0.8)
        main = self._main(start)
        if main is None:
            return None
        return Reading(main, body.sector, None, "institution", f"{why}; {main} is what the text speaks of", 0.5)

    def _main(self, at: int) -> str | None:
        """The one state that the sentence or else the whole text speaks of; None where several compete."""
        low, high = neighbours.sentence(self.text, at)
        named: Counter[str] = Counter()
        near: set[str] = set()
        for (_, start, _), reading in zip(self.hits, self.readings, strict=True):
            if reading is not None and reading.code in data.state_names():
                named[reading.code] += 1
                if low <= start < high:
                    near.add(reading.code)
        if len(near) == 1:
            return near.pop()
        top = named.most_common(2)
        return top[0][0] if top and not near and (len(top) == 1 or top[0][1] > top[1][1]) else None

    def _hears(self, evidence: str) -> bool:
        if evidence not in self.heard:
            self.heard[evidence] = evidence != "" and re.search(evidence, self.text) is not None
        return self.heard[evidence]

    def _doubtful(self, i: int) -> Reading | None:
        alias, start, end = self.hits[i]
        for doubt in data.doubtful()[alias]:
            heard, against = self._hears(doubt.when), self._hears(doubt.unless)
            if not heard and (against or not doubt.default):
                continue
            if heard and against and not self._is_nearer(start, doubt):
                continue
            if doubt.code is None or neighbours.is_other(self.text, alias, start, end, doubt.code):
                return None
            confidence = 0.85 if heard else 0.6
            meant = [e for e in gazetteer().entries(alias) if e.code == doubt.code]
            if meant:
                best = min(meant, key=lambda e: years_apart(e, self.day))
                return _reading(alias, best, confidence, doubt.note)
            return Reading(doubt.code, None, None, "name", f'"{alias}" in doubtful: {doubt.note}', confidence)
        meant = [e for e in gazetteer().entries(alias) if e.code and e.kind != "leader"]
        if meant and start == self.asked and end >= len(self.text) - 1:
            return _reading(alias, meant[0], 0.4, "nothing tells, but nothing else is asked about")
        return None

    def _is_nearer(self, at: int, doubt: data.Doubt) -> bool:
        """Whether the sentence speaks for a reading and not against it, where the whole text does both."""
        start, end = neighbours.sentence(self.text, at)
        told = self.text[start:end]
        return re.search(doubt.when, told) is not None and not (doubt.unless and re.search(doubt.unless, told))

    def _surname(self, i: int, title: str | None, before: int) -> Reading | None:
        alias, start, end = self.hits[i]
        holders = [e for e in gazetteer().entries(alias) if e.kind == "leader"]
        asked = start >= self.asked
        state = self._state_beside(i, before)
        if state is not None:
            holders = [e for e in holders if e.code == state]
        elif title is None and (
            neighbours.is_another_person(self.text, start, _words_of(alias))
            or (neighbours.goes_on_as_a_name(self.text, end) and neighbours.reads_as_a_surname(self.text, end + 1))
        ):
            return None
        known = [e for e in holders if e.name in self.people]
        if known:
            best = min(known, key=lambda e: years_apart(e, self.day))
            return _reading(alias, best, 0.95, "the text has the full name")
        offices = neighbours.titles()[title] if title else ()
        fitting = [e for e in holders if e.office in offices]
        reach = _EVER if len(fitting) == len(holders) else _MISFIT
        if fitting and (chosen := self._nearest(fitting, reach, 2.0, asked, offices)) is not None:
            self.people.add(chosen.name)
            return _reading(alias, chosen, 0.9, f"by the title {title}")
        if alias in data.never_alone() and state is None:
            return None
        if alias in data.common_surnames() and state is None and not asked:
            leads = self._leads(alias, end, holders) if title is None else None
            return leads and _reading(
                alias, leads, 0.6, "a common surname, but its state is named, which this person leads"
            )
        reach = _AFTER_OFFICE if state is None and not asked else _LONG_AGO
        chosen = self._nearest(holders, reach, _BEFORE_OFFICE, asked)
        if chosen is None:
            return None
        if title is not None or state is not None:
            self.people.add(chosen.name)
        rule = "surname alone, by the date" if self.dated else "surname alone, the latest holder"
        return _reading(alias, chosen, 0.8 if state else 0.5 if offices else 0.7, rule)

    def _leads(self, alias: str, end: int, holders: Sequence[Entry]) -> Entry | None:
        """Who leads a state that the text names, where a common surname can only be this person's."""
        leading = [e for e in holders if standing(e) == 0 and e.holds(self.day) and self.codes.get(e.code or "")]
        if not self.dated or len({e.code for e in leading}) != 1 or neighbours.goes_on_as_a_name(self.text, end):
            return None
        if alias in data.everyday_words() and not neighbours.does_as_people_do(self.text, end):
            return None
        return leading[0]

    def _nearest(
        self, holders: Sequence[Entry], reach: float, ahead: float, asked: bool, offices: Sequence[str] = ()
    ) -> Entry | None:
        """The holder whose term lies nearest to the day.

        Where states compete it is one that the text names, else the highest office, else nobody unless a person asks.
        """
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
        closest.sort(key=lambda one: one[1].first, reverse=True)  # of equals the one who took office last
        return min(closest, key=lambda one: (one[0] > 0, standing(one[1]), one[0]))[1]

    def _alone(self, i: int) -> Reading | None:
        """A surname without a title. A state or capital of that name goes first, unless the text names the person."""
        alias, start, _ = self.hits[i]
        entries = gazetteer().entries(alias)
        if any(e.kind in ("name", "demonym", "capital") for e in entries) and not any(
            e.name in self.people for e in entries
        ):
            return self._namesake(i) or self._surname(i, None, start)
        return self._surname(i, None, start) or self._namesake(i)

    def _namesake(self, i: int) -> Reading | None:
        """A place or group that bears the surname too."""
        alias, start, end = self.hits[i]
        for entry in gazetteer().entries(alias):
            if entry.kind != "leader":
                if entry.kind in _PLACES and neighbours.is_other(self.text, alias, start, end, entry.code):
                    return None
                return _reading(alias, entry, 0.6, "no leader of that name fits")
        return None

    def _state_beside(self, i: int, before: int) -> str | None:
        """The state named right before a title or surname (`Iraqi President`, `Turkey's Erdogan`) or behind `of`."""
        if i and self.text[self.hits[i - 1][2] : before] in _LINKS:
            previous = self.readings[i - 1]
            if previous is not None and previous.kind not in ("leader", "group", "institution"):
                return previous.code
        if i + 1 < len(self.hits) and self.text[self.hits[i][2] : self.hits[i + 1][1]] in (" of ", " of the "):
            following = self.readings[i + 1]
            return (
                following.code
                if following is not None and following.kind in ("name", "official", "contested")
                else None
            )
        return None

    def _leave_out_sport(self) -> None:
        """No actors in a sentence that tells a match, but for those who act otherwise (`the Russian government`)."""
        marks = [start for alias, start, _ in self.hits if _prepared(alias)[0] == "sport"]
        marks += [score.start() for score in neighbours.SCORE.finditer(self.text)]
        spans = {neighbours.sentence(self.text, mark) for mark in marks}
        told = [(start, end) for start, end in spans if neighbours.is_a_match(self.text[start:end])]
        for i, (_, start, end) in enumerate(self.hits if told else ()):
            reading = self.readings[i]
            if reading is None or (reading.kind not in _PLACES and reading.kind != "demonym"):
                continue
            if any(low <= start < high for low, high in told) and not neighbours.is_acting(self.text, end):
                self.readings[i] = None


@cache
def _words_of(alias: str) -> frozenset[str]:
    """All words of the full names that a surname may be a part of."""
    return frozenset(word for e in gazetteer().entries(alias) for word in fold(e.name).text.split())


@cache
def _prepared(alias: str) -> tuple[Role, Reading | None]:
    """How an alias is read, and its reading where that never changes."""
    book = gazetteer()
    if alias in book.sport:
        return "sport", None
    if alias in book.traps and alias not in book:
        return "silent", None
    if alias in data.doubtful():
        return "doubtful", None
    if alias in data.bodies():
        return "body", None
    entries = book.entries(alias)
    contested = next((e for e in entries if e.kind == "contested"), None)
    if contested is not None and not any(e.kind == "demonym" for e in entries):
        own = next((e for e in entries if e.kind in ("name", "official") and e.code), None)
        why = f'"{alias}" in contested: {contested.name}, see the claims'
        return "plain", Reading(own.code if own else None, None, contested.name, "contested", why, 0.9)
    if any(e.kind == "leader" and _is_surname(alias, e.name) for e in entries):
        return "surname", None
    if len({(e.code, e.sector, e.kind, e.name) for e in entries}) == 1 and entries[0].kind != "leader":
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
