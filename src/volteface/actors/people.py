"""Leaders by a part or another spelling of their names, for questions about one person (`President Yanukovich`)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from functools import cache, lru_cache

from volteface.actors import data
from volteface.actors.data import Entry
from volteface.actors.folding import fold

_ALIKE = 0.8  # of difflib's ratio between two skeletons
# Spellings of one sound in the transliterations that the press uses, each with what stands for it here.
_SOUNDS = """tsch c tch c dzh j dj j kh h gh g ph f sh s ch c zh z th t ou u oo u ee i ye e ya a yu u iy i ij i ks x q k
    w v y i""".split()


def person(name: str, offices: Iterable[str], day: str, *, alike: bool = True) -> Entry | None:
    """The leader of whose name this is a part, or a spelling, and whose term lies nearest to an ISO day.

    Those in one of the offices go first, then those in office. If `alike`, likeness will do for who was in office.
    """
    words = [skeleton(word) for word in re.findall(r"[^\W\d_][\w'’-]*", name)]
    if not words or max(map(len, words)) < 2:
        return None
    wanted = tuple(offices)
    exact = [e for e in _holders(words[-1]) if set(words) <= _words(e)]
    if alike and not exact:
        exact = _holders(max(words, key=len))
    found = _nearest(exact, wanted, day, reach=10.0)
    if alike and found is None and len(words[-1]) > 3:
        import difflib  # only for a name that is not known

        near = difflib.get_close_matches(words[-1], _by_word(), n=6, cutoff=_ALIKE)
        serving = [e for word in near for e in _holders(word) if e.holds(day)]
        found = _nearest(serving, wanted, day, reach=0.0)
    return found


@lru_cache(maxsize=8192)
def skeleton(word: str) -> str:
    """What is left of a name without the habits of transliteration: no doubled letters, hyphens or apostrophes."""
    plain = re.sub(r"[^a-z]", "", fold(word).text.lower())
    plain = re.sub(r"^(?:al|el)(?=[a-z]{4})", "", plain) if "-" in word else plain
    for spelt, sound in zip(_SOUNDS[::2], _SOUNDS[1::2], strict=True):
        plain = plain.replace(spelt, sound)
    return re.sub(r"(.)\1+", r"\1", plain)


def _nearest(holders: list[Entry], offices: tuple[str, ...], day: str, reach: float) -> Entry | None:
    ranked: list[tuple[bool, bool, int, float, Entry]] = []
    for e in holders:
        distance = years_apart(e, day)
        if distance <= reach:
            fits = e.office in offices
            ranked.append((distance > 0.05, not fits, standing(e), distance, e))
    return min(ranked)[-1] if ranked else None


@cache
def _by_word() -> dict[str, list[tuple[str, str]]]:
    """The lines of the leaders' files by the skeleton of each word of their names."""
    found: dict[str, list[tuple[str, str]]] = {}
    for stem in data.people_files():
        for name, aliases, *rest in list(data.table(stem))[1:]:
            line = "\t".join((name, aliases, *rest))
            for word in {skeleton(w) for one in (name, *data.words(aliases)) for w in one.split()}:
                found.setdefault(word, []).append((stem, line))
    return found


def _holders(word: str) -> list[Entry]:
    return [data.entry(stem, line, "") for stem, line in _by_word().get(word, ())]


def _words(entry: Entry) -> set[str]:
    return {skeleton(word) for word in entry.name.split()}


_HIGHEST = frozenset(
    {
        "president",
        "prime minister",
        "monarch",
        "supreme leader",
        "chancellor",
        "general secretary",
        "head of government",
    }
)
_HIGH = frozenset(
    {"head of state", "foreign minister", "defence minister", "vice president", "crown prince", "secretary-general"}
)


def standing(entry: Entry) -> int:
    """0 for who leads a state, 1 for its ministers of foreign affairs and defence and the like, 2 for others."""
    if entry.office in _HIGHEST or (entry.office == "leader" and entry.sector == "GOV"):
        return 0
    return 1 if entry.office in _HIGH else 2


def years_apart(entry: Entry, day: str) -> float:
    """Years between a day and the entry's dates: 0 within them, and thrice as far for what has not begun yet."""
    if entry.first > day:
        return 3.0 * (_years(entry.first) - _years(day))
    if entry.last < day:
        return _years(day) - _years(entry.last)
    return 0.0


def _years(day: str) -> float:
    """The middle of a day, month or year that is written in ISO as years since 0."""
    month, date = day[5:7], day[8:10]
    if not month.isdigit():
        return int(day[:4]) + 0.5
    return int(day[:4]) + (int(month) - 1 + (int(date) / 31 if date.isdigit() else 0.5)) / 12


def today() -> str:
    """The day on which the question is asked, in ISO."""
    return dt.date.today().isoformat()
