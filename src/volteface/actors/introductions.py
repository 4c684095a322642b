"""People whom no list holds but the text itself introduces (`Gambian Justice Minister Abubacarr Tambadou`): behind that
their surname alone is the same person. Called by mentions, after the known names are read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from volteface.actors.sectors import POLITICAL, sector_of

_GIVEN = r"(?:[A-Z][\w'-]+\.?|[A-Z]\.)"
_MIDDLE = r"(?:[A-Z]\.|[A-Z][\w'-]+|al-[A-Z][\w'-]+|bin|van|von|de|der|da|el|al)"
_NAME = rf"{_GIVEN} (?:{_MIDDLE} ){{0,2}}(?:al-)?[A-Z][a-z][\w'-]+"
_ROLE = r"(?:[\w'.-]+ ){0,5}[\w'-]+"
_NAMED = re.compile(rf",? ({_NAME})(?![\w'-])")
_WORD = re.compile(r" [\w'.-]+")
_WORDS_OF_ROLE = 6
_ROLE_OF = re.compile(r"([\w'-]+(?: [\w'-]+){0,3}) of (?:the )?$")
_BEFORE = re.compile(rf"({_NAME}),? (?:is |was )?(?:an? |the |then-?|former |ex-?|senior |one of )*$")
_ROLE_BEHIND = re.compile(rf"(?:'s?)? ({_ROLE})(?=[,.;:)]| who\b| and\b| in\b| from\b| at\b| for\b|$)")
_REACH = 90  # characters around a state's name in which its person is introduced


class Introduced(NamedTuple):
    """A person of a state by the text's own words, and from where on the surname alone says so."""

    name: str
    surname: str
    sector: str
    role: str
    code: str
    begin: int


def introduced(text: str, states: Sequence[tuple[int, int, str]]) -> Iterator[Introduced]:
    """Who is introduced beside a state's name or demonym: (start, end, code) in the folded text."""
    for start, end, code in states:
        behind, before = text[end : end + _REACH], text[max(0, start - _REACH) : start]
        for role, name, at in _candidates(behind, before, start, end):
            sector = sector_of(role) or ""
            surname = name.split(" ")[-1].removesuffix("'s")
            if sector in POLITICAL and len(surname) > 3 and sector_of(name) is None:
                yield Introduced(name.removesuffix("'s"), surname, sector, role, code, at)


def _candidates(behind: str, before: str, start: int, end: int) -> Iterator[tuple[str, str, int]]:
    if named := _role_and_name(behind.removeprefix("'s").removeprefix("'")):
        yield named[0], named[1], end + named[2]
    if (role := _ROLE_OF.search(before)) and (found := _NAMED.match(behind)):
        yield role[1], found[1], end + found.end()
    if (name := _BEFORE.search(before)) and (found := _ROLE_BEHIND.match(behind)):
        yield found[1], name[1], end + found.end()


def _role_and_name(behind: str) -> tuple[str, str, int] | None:
    """The words from a state's name on that are a role, and the name right behind them."""
    at = 0
    for _ in range(_WORDS_OF_ROLE):
        word = _WORD.match(behind, at)
        if word is None:
            return None
        at = word.end()
        role = behind[1:at]
        following = _WORD.match(behind, at)
        goes_on = following is not None and sector_of(role + following[0]) is not None
        if not goes_on and sector_of(role) in POLITICAL and (name := _NAMED.match(behind, at)):
            return role, name[1], name.end()
    return None
