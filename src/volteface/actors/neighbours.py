"""What stands around a name in a text and changes what it means: titles, given names, ships, laws, towns, matches."""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache

from volteface.actors import data

_REACH = 1_000  # characters around an offset in which its sentence lies
_STOP = re.compile(r"[.!?](?= [A-Z\"'])")
_PAIR = re.compile(r"[A-Z][\w.]*(?: [A-Z][\w.]*)?")
_LAW = re.compile(r"(?: (?:[A-Z][\w'-]*|and|of|on|for|to|in)){0,7} (?:Act|Bill)\b(?! on )")
_NAMED = re.compile(
    r"(?:,? (?:of|for) (?:the )?[A-Z][\w-]+(?:,? (?:and |the )?[A-Z][\w-]+)?)?,? "
    r"[A-Z][\w'-]+(?: [A-Z]\.| [a-z]{2,3})? (?:[a-z]{2,3}-)?[A-Z][\w'-]+"
)
_INITIAL = re.compile(r"[A-Z]\. [A-Z]")
_STREET = re.compile(r" (?:Avenue|Street|Square|Stadium|Airport|Boulevard|Bridge|Hospital|Foundation|Prize|Cup)\b")
_TEAM = re.compile(
    r"(?: [A-Z]\w+)? (?:Hawks|Tigers|Lions|Bulls|Giants|Eagles|Bears|Dodgers|Yankees|Mets|Cubs|Warriors|Lakers|Rangers|"
    r"Knights|Dragons|Sharks|Wolves|Panthers|Rovers|Wanderers|Marlins|Braves|Angels|Bruins|Canucks|Capitals|Patriots|"
    r"Cowboys|Steelers|Saints|Seahawks|Broncos|Raiders|Red Sox|White Sox|Cardinals|Pirates|Phillies|Rockies|"
    r"Open|Marathon)\b"
)
_WORD = re.compile(r"[\w'-]{1,40}")
_SHIPS = frozenset({"USS", "HMS", "HMCS", "HMAS", "INS", "MV", "MS", "SS", "RMS"})
_QUOTES = ('"', "“", "”")  # a title of a song or film, if a place's name is all that they hold
_NO_SURNAME = frozenset("River Valley Airport Conference Summit Agreement Accord Treaty Times Bank Street Sea".split())
_PERSONAL = re.compile(
    r"(?:'s)? (?:says?|said|told|tells|has|had|was|is|will|would|also|who|and|meets?|met|calls?|called|urge[sd]?|"
    r"warn(?:s|ed)|announce[sd]?|vow(?:s|ed)|sign(?:s|ed)|visit(?:s|ed)|order(?:s|ed)|resign(?:s|ed)|government|administration|ministry|cabinet)\b"
)
SCORE = re.compile(r"(?<![\d-])\d{1,3}-\d{1,3}(?![\d-])")
# Strings, compiled by `re` when first needed: few documents need them.
_PLAYED = (
    r"\b(?:beats?|beaten|defeat(?:s|ed)?|draws?|drew|wins?|won|los[et]s?|thrash\w*|edge[sd]?|held|crush\w*|overc[ao]me|"
    r"score[sd]?|finals?|match|game|medals?|medalli?sts?|champions?|title|tournament|qualif\w+)\b"
)
_VOTED = (
    r"(?i)\b(?:vot\w+|senate|senators|house|parliament\w*|council|ballots?|per cent|percent|resolution|lawmakers|court|"
    r"bill|seats|law|aged|killed)\b"
)
_SENTENCE_WORDS = frozenset(
    """The A An When While But And Or In On At By For From With Without As If After Before Since Until Although Though
    Because That This These Those His Her Its Their Both Meanwhile However Earlier Later Then Also Only Even Did Does Is
    Was Were Has Had Will Would Could Should May Can To Of Former Like Under Over Between Despite During Yesterday Today
    Tomorrow Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February March April June July August
    September October November December Now Yet So Not Why How What Where Who Which Once Unlike
    Following According Amid Amidst Among Around Because Due Given Including Instead Likewise Moreover Nearly Per Prior
    Regarding Shortly Supporters Thousands Hundreds Dozens Several Some Many Most Anti Pro Via Citing Speaking
    Addressing Accusing Outgoing Incoming Ousted Deposed Exiled Jailed Imprisoned Against Toward Towards Within
    Throughout Whereas Whether Nevertheless Nonetheless Furthermore Additionally Besides Elsewhere""".split()
)


@cache
def titles() -> dict[str, tuple[str, ...]]:
    """Titles in lower case with the offices that they go with, the likeliest first; none if it goes with any."""
    return {row["title"].lower(): tuple(data.words(row["offices"])) for row in data.rows("titles")}


def title_before(text: str, start: int) -> tuple[str | None, int]:
    """The title right before an offset, and where it begins; None and the offset itself where there is none."""
    if start < 3 or text[start - 1] != " ":
        return None, start
    words = text[max(0, start - 40) : start - 1].split(" ")[-3:]
    for first in range(len(words)):
        title = " ".join(words[first:]).lstrip("\"'([")
        if title.rstrip(",").lower() in titles():
            return title.rstrip(",").lower(), start - 1 - len(title)
    return None, start


def word_before(text: str, start: int) -> str:
    """The word before an offset, with its punctuation; nothing where no space stands between."""
    if start < 2 or text[start - 1] != " ":
        return ""
    return text[text.rfind(" ", max(0, start - 60), start - 1) + 1 : start - 1]


def is_other(text: str, name: str, start: int, end: int, code: str | None) -> bool:
    """Whether a place's name is part of something else: a person, a ship, a law, money, or a town in a US state."""
    before = word_before(text, start)
    if before and before[0].isupper() and (before in _SHIPS or (before in data.given_names() and " " not in name)):
        return True
    if name[-1].islower() and " " in name and name.split(" ")[-1].islower() and is_another_person(text, start, ()):
        return True  # "Moreton Bay region" is not the Bay region
    following = text[end : end + 2]
    if len(following) < 2:
        return False
    if following[0] in _QUOTES and text[start - 1 : start] in _QUOTES and start:
        return True
    if following == ", ":
        return _in_a_us_state(text, end + 2) and not (code == "GEO" or (code == "USA" and name != "Washington"))
    if following[0] == " " and following[1].isupper():
        return (
            _LAW.match(text, end) is not None
            or _TEAM.match(text, end) is not None
            or (name in data.given_names() and reads_as_a_surname(text, end + 1))
        )
    return False


def _in_a_us_state(text: str, start: int) -> bool:
    named = _PAIR.match(text[start : start + 30])
    return named is not None and not data.us_states().isdisjoint({named[0], named[0].split(" ")[0]})


def reads_as_a_surname(text: str, start: int) -> bool:
    """Whether what stands at an offset makes a person of the name before it (`Jordan Peele`, `Richard R. Roe`)."""
    if _INITIAL.match(text, start):
        return True
    word = _WORD.match(text, start)
    if word is None or word[0] in _NO_SURNAME or word[0] in _SENTENCE_WORDS or word[0].isupper():
        return False
    lower = word[0].lower()
    if lower in data.sectors() or lower in titles():
        return False
    return all(entry.kind == "leader" for entry in data.entries(word[0]))


def is_another_person(text: str, start: int, own: Collection[str]) -> bool:
    """Whether a capitalised word before a surname makes it someone else's (`Laura Bush`), not of `own` words."""
    before = word_before(text, start)
    if len(before) < 2 or not before[0].isupper() or (before[-1] == "." and len(before) > 2):  # an initial is no stop
        return False
    if not before.replace("-", "").replace(".", "").isalpha():
        return False
    if before in _SENTENCE_WORDS or (before.isupper() and len(before) > 2):
        return False
    return before not in own


def is_in_a_list_in_parentheses(text: str, start: int, end: int) -> bool:
    """Whether a name stands in parentheses with nothing but other names (`(BBC, Reuters)`)."""
    opened, closed = text.rfind("(", max(0, start - 60), start), text.find(")", end, end + 60)
    if opened < 0 or closed < 0:
        return False
    inside = text[opened + 1 : closed]
    return "(" not in inside and all(w[0].isupper() or w in ("and", "via", "of", "the", "&") for w in inside.split())


def is_a_first_name(text: str, alias: str, end: int) -> bool:
    """Whether a person's name is but the beginning of another's (`Juan Carlos Jobet`) or of a street's."""
    if _STREET.match(text, end):
        return True
    if text[end : end + 1] != " " or not text[end + 1 : end + 2].isupper() or " " not in alias:
        return False
    return all(word in data.given_names() for word in alias.split(" ")) and reads_as_a_surname(text, end + 1)


def names_a_person(text: str, end: int) -> bool:
    """Whether a person's full name follows, at once or behind `of Education` and the like."""
    return _NAMED.match(text, end) is not None


def does_as_people_do(text: str, end: int) -> bool:
    """Whether the words behind a name are those that stand behind a person's (`says`, `told`, `administration`)."""
    return _PERSONAL.match(text, end) is not None


def goes_on_as_a_name(text: str, end: int) -> bool:
    """Whether a capitalised word follows: `Bush Hill`, `May Day`."""
    return text[end : end + 1] == " " and text[end + 1 : end + 2].isupper()


def is_acting(text: str, end: int) -> bool:
    """Whether a noun that makes a political actor follows a demonym (`Russian government`)."""
    word = _WORD.match(text, end + 1) if text[end : end + 1] == " " else None
    return word is not None and data.sectors().get(word[0].lower()) in ("GOV", "MIL", "LEG", "JUD", "REB")


def sentence(text: str, at: int) -> tuple[int, int]:
    """Where the sentence of an offset begins and ends, roughly."""
    low, high = max(0, at - _REACH), min(len(text), at + _REACH)
    start = max((stop.end() for stop in _STOP.finditer(text, low, at)), default=low)
    stop = _STOP.search(text, at, high)
    return start, stop.end() if stop else high


def is_a_match(told: str) -> bool:
    """Whether a sentence with a score or a word of sport tells who won, and not how a vote went."""
    return re.search(_PLAYED, told) is not None and re.search(_VOTED, told) is None
