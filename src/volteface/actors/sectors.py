"""Which part of a state or society a noun phrase speaks of: `troops` are MIL, `the foreign ministry` is GOV."""

from __future__ import annotations

import re
from functools import lru_cache

from volteface.actors import data

_LONGEST = 6  # words of the longest noun in the data file
_WORD = re.compile(r"[\w'’.-]+")
_IRREGULAR = {
    "men": "man",
    "women": "woman",
    "people": "people",
    "children": "child",
    "wives": "wife",
    "thieves": "thief",
}


@lru_cache(maxsize=4096)
def sector_of(words: str) -> str | None:
    """The sector of a noun phrase by the longest noun of sectors.tsv that it ends in, singular or plural; else None."""
    known = data.sectors()
    tokens = words.replace("’", "'").lower().split()[-_LONGEST:]
    if not tokens:
        return None
    last = tokens[-1].strip("'\".,;:!?()")
    last = last.removesuffix("'s")
    for start in range(len(tokens)):
        for ending in _forms(last):
            found = known.get(" ".join([*tokens[start:-1], ending]))
            if found is not None:
                return found
    return None


POLITICAL = frozenset({"GOV", "MIL", "JUD", "LEG", "OPP", "REB"})


def speaks_of_office(text: str) -> bool:
    """Whether a text speaks of an office, body or force of some state or party, named or not (`the minister`)."""
    words = _WORD.findall(text)
    return any(sector_of(" ".join(words[max(0, i - _LONGEST) : i + 1])) in POLITICAL for i in range(len(words)))


def _forms(word: str) -> list[str]:
    """A word and what it may be the plural of."""
    forms = [word]
    if word.endswith("ies"):
        forms.append(f"{word[:-3]}y")
    if word.endswith("es"):
        forms.append(word[:-2])
    if word.endswith("s"):
        forms.append(word[:-1])
    for many, one in _IRREGULAR.items():
        if word.endswith(many):
            forms.append(word.removesuffix(many) + one)
    return forms
