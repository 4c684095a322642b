"""What can happen between parties: PLOVER's types, modes and contexts, and the way from CAMEO to them. The facts lie in
data files; coding, record and relations read them here."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

_DATA = Path(__file__).parent / "data"

QUADS = ("verbal cooperation", "material cooperation", "verbal conflict", "material conflict")


@dataclass(frozen=True, slots=True)
class EventType:
    """One of PLOVER's sixteen types. `score` runs from -10 (conflict) to 10 (cooperation)."""

    name: str
    label: str
    meaning: str
    score: float
    quad: str
    symmetric: bool  # the act binds both sides alike, so source and target may trade places
    required: tuple[str, ...]
    modes: Mapping[str, str]
    examples: tuple[str, ...]
    neighbours: Mapping[str, str]  # types easily mistaken for it, and how to tell
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Context:
    """What an event is about, and the cues (words, phrases, stems with *) by which a sentence shows it."""

    name: str
    meaning: str
    cues: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Crossing:
    """What a CAMEO code becomes in PLOVER."""

    type: str
    mode: str | None
    contexts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CameoCode:
    """A CAMEO code, its name and its value on Goldstein's scale (-10 to 10)."""

    code: str
    name: str
    goldstein: float


@cache
def types() -> Mapping[str, EventType]:
    """The sixteen types by name, in the order of their quads and then by name."""
    made = [_event_type(_yaml(file.read_text("utf-8"))) for file in (_DATA / "types").glob("*.yaml")]
    made.sort(key=lambda one: (QUADS.index(one.quad), one.name))
    return MappingProxyType({one.name: one for one in made})


def _event_type(given: dict[str, Any]) -> EventType:
    given |= {
        "required": tuple(given["required"]),
        "examples": tuple(given["examples"]),
        "score": float(given["score"]),
    }
    given |= {name: MappingProxyType(given[name]) for name in ("modes", "neighbours")}
    return EventType(**given)


@cache
def all_contexts() -> Mapping[str, Context]:
    """PLOVER's contexts by name, in its order."""
    given = _yaml(_data("contexts.yaml"))
    made = {name: Context(name, one["meaning"], tuple(map(str, one["cues"]))) for name, one in given.items()}
    return MappingProxyType(made)


@cache
def crosswalk() -> Mapping[str, tuple[Crossing, ...]]:
    """PLOVER's rendering of each CAMEO code, the likelier first where there are two. Codes keep their leading zero."""
    made: dict[str, tuple[Crossing, ...]] = {}
    for code, name, mode, about in _table("cameo_to_plover.tsv"):
        crossing = Crossing(name, mode or None, tuple(about.split("; ")) if about else ())
        made[code] = (*made.get(code, ()), crossing)
    return MappingProxyType(made)


@cache
def cameo_codes() -> Mapping[str, CameoCode]:
    """CAMEO's codes with their names and Goldstein values. Codes keep their leading zero."""
    rows = _table("cameo_codes.tsv")
    return MappingProxyType({code: CameoCode(code, name, float(value)) for code, name, value in rows})


def contexts(text_lower: str) -> tuple[str, ...]:
    """The contexts that cues in this lower-case text show, in PLOVER's order."""
    words = _WORD.findall(text_lower)
    found = 0
    for position, cued in enumerate(map(_cued, words)):
        if cued is None:
            continue
        bits, phrases = cued
        found |= bits
        for rest, bit in phrases:
            following = words[position + 1 : position + 1 + len(rest)]
            if len(following) == len(rest) and all(map(_matches, rest, following)):
                found |= bit
    return _named(found)


_WORD = re.compile(r"[^\W_]+")
_CUE = re.compile(r"[^\W_]+\*?")


@lru_cache(maxsize=1 << 16)
def _cued(word: str) -> tuple[int, tuple[tuple[tuple[str, ...], int], ...]] | None:
    """What a word alone shows, as bits, and the phrases that it may begin, each as the words to follow and a bit."""
    index = _index()
    forms = [word, word[:-1]] if word.endswith("s") else [word]
    forms += [f"{word[:end]}*" for end in range(2, min(len(word), 30) + 1)]
    hits = [entry for form in forms for entry in index.get(form, ())]
    bits = 0
    for rest, bit in hits:
        bits |= 0 if rest else bit
    return (bits, tuple(entry for entry in hits if entry[0])) if hits else None


@cache
def _index() -> Mapping[str, list[tuple[tuple[str, ...], int]]]:
    made: dict[str, list[tuple[tuple[str, ...], int]]] = {}
    for number, context in enumerate(all_contexts().values()):
        for cue in context.cues:
            first, *rest = _CUE.findall(cue)
            made.setdefault(first, []).append((tuple(rest), 1 << number))
    return made


def _matches(cue: str, word: str) -> bool:
    return word.startswith(cue[:-1]) if cue.endswith("*") else word in (cue, f"{cue}s")


@lru_cache(maxsize=4096)
def _named(bits: int) -> tuple[str, ...]:
    return tuple(name for number, name in enumerate(all_contexts()) if bits >> number & 1)


def _yaml(text: str) -> dict[str, Any]:
    import yaml  # slow to import, and a reader of a record may need none of these data

    loaded: dict[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return loaded


def _data(name: str) -> str:
    return (_DATA / name).read_text("utf-8")


def _table(name: str) -> Iterator[list[str]]:
    """The rows of a tab-separated data file, without its comments and its header."""
    lines = [line for line in _data(name).splitlines() if line and not line.startswith("#")]
    return (line.split("\t") for line in lines[1:])
