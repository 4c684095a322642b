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
_BEHIND = tuple(
    re.compile(rf"(?:'s?)? ({_ROLE}),? ({_GIVEN} (?:{_MIDDLE} ){{{words}}}(?:al-)?[A-Z][a-z][\w'-]+)(?![\w'-])")
    for words in range(3)
)  # the shortest name first: what is left of it must still be a role
_OF_BEHIND = re.compile(rf",? ({_NAME})(?![\w'-])")
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
    for pattern in _BEHIND:
        if (found := pattern.match(behind)) and sector_of(found[1]) is not None:
            yield found[1], found[2], end + found.end()
            break
    if (role := _ROLE_OF.search(before)) and (found := _OF_BEHIND.match(behind)):
        yield role[1], found[1], end + found.end()
    if (name := _BEFORE.search(before)) and (found := _ROLE_BEHIND.match(behind)):
        yield found[1], name[1], end + found.end()
