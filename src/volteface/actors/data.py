"""The facts of the room `actors`, read from data/*.tsv: who is called what, in which office, from when to when."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

from volteface.actors.folding import plain

FOLDER = Path(__file__).parent / "data"
SHOUTED_WORDS = frozenset({"IS", "WHO", "AU", "IT", "PAN", "MAS", "PRI", "ANC", "SPLIT", "NICE"})  # words in capitals


class Entry(NamedTuple):
    """One reading of a name: whom it means, in what part of the state, and when. Dates are ISO strings that compare."""

    code: str | None
    sector: str | None
    name: str  # canonical: of the state, person, organisation, group, institution or place
    kind: str
    office: str
    first: str  # "" is open
    last: str  # "~" is open
    stem: str  # the data file

    def holds(self, day: str) -> bool:
        """Whether the entry is valid on an ISO day."""
        return self.first <= day <= self.last

    def told(self) -> str:
        """The data file and what it says, for people."""
        term = f"{self.first or '?'}..{self.last.rstrip('~')}" if self.first or self.last != "~" else ""
        said = " ".join(one for one in (self.office or self.kind, self.name, term) if one)
        return f"{self.stem}: {said}"


class Doubt(NamedTuple):
    """A reading of a name that has several, and the words around it that speak for and against."""

    code: str | None
    when: str  # regular expressions, which `re` compiles when they are first needed; "" hears nothing
    unless: str
    default: bool
    note: str


class Body(NamedTuple):
    """A body or office of which every state has its own: the state's that the text speaks of, if `code` is none."""

    sector: str | None
    code: str | None
    is_title: bool  # counts only before the name of a person who is not known otherwise


class Claim(NamedTuple):
    """What one source says about a contested place: `relation` is claimed_by, controlled_by or recognised_by."""

    relation: str
    code: str
    first: str
    last: str
    note: str


def table(stem: str) -> Iterator[list[str]]:
    """The rows of data/<stem>.tsv, the header first, each as long as the header; nothing where the file is absent."""
    path = FOLDER / f"{stem}.tsv"
    if not path.exists():
        return
    width = 0
    for line in path.read_text(encoding="utf-8").split("\n"):
        if not line or line[0] == "#":
            continue
        cells = line.split("\t")
        width = width or len(cells)
        yield cells if len(cells) == width else (cells + [""] * width)[:width]


def rows(stem: str) -> Iterator[dict[str, str]]:
    """The rows of data/<stem>.tsv by column."""
    lines = table(stem)
    header = next(lines, [])
    for cells in lines:
        yield dict(zip(header, cells, strict=True))


def stems(prefix: str) -> list[str]:
    """The data files whose name is `prefix` or begins with `prefix_`."""
    return sorted(p.stem for p in FOLDER.glob(f"{prefix}*.tsv") if p.stem == prefix or p.stem.startswith(f"{prefix}_"))


def people_files() -> list[str]:
    """The data files of people: leaders and ministers, other officials, and those who lead parts of a state."""
    return [stem for kind in ("leaders", "officials", "ministers", "governors") for stem in stems(kind)]


def words(cell: str) -> list[str]:
    """The values of a cell that holds several."""
    return [one.strip() for one in cell.split("|") if one.strip()]


def until(day: str) -> str:
    """An inclusive last day, month or year as a string that compares behind all of its days."""
    return f"{day}~"


@cache
def index() -> dict[str, str]:
    """Every alias, folded, with the lines that hold it, each behind its file's name; `entries` reads them when asked.

    Plain strings, for the sake of the time to load: they are quick to make, and no garbage collection looks at them.
    """
    found: dict[str, str] = {}
    for stem in ("states", "names", *_NAMED, *people_files(), "places", "contested"):
        path = FOLDER / f"{stem}.tsv"
        lines = path.read_text(encoding="utf-8").split("\n")[1:] if path.exists() else []
        for line in lines:
            if not line or line[0] == "#":
                continue
            if stem == "states":
                cells = line.split("\t", 9)
                aliases = cells[7:9]
            elif stem == "names":
                aliases = [line.partition("\t")[0]]
            else:
                name, more, _ = (
                    line.partition("\t")[2].split("\t", 2) if stem == "organisations" else line.split("\t", 2)
                )
                aliases = [name, *more.split("|")] if more else [name]
            one = f"{stem}\t{line}"
            for alias in aliases:
                key = alias if alias.isascii() else plain(alias)
                known = found.get(key)
                found[key] = one if known is None else f"{known}\n{one}"
    found.pop("", None)
    for key in [key for key in found if key.startswith("The ") and key[4:] in found]:
        del found[key]
    return found


_NAMED = {"organisations": "organisation", "groups": "group", "institutions": "institution"}


def entries(alias: str) -> tuple[Entry, ...]:
    """What a folded alias may mean, in the order of the data files; nothing for an unknown one."""
    lines = (line.partition("\t") for line in index().get(alias, "").split("\n") if line)
    return tuple(dict.fromkeys(entry(stem, line, alias) for stem, _, line in lines))


def entry(stem: str, line: str, alias: str) -> Entry:
    """A line of a data file as what the folded `alias` means by it."""
    cells = [*line.split("\t"), "", "", "", "", ""]
    if stem == "states":
        kind = "name" if plain(cells[7]) == alias else "official"
        return Entry(cells[0], None, cells[7], kind, "", cells[9], until(cells[10]), stem)
    if stem == "names":
        _, code, kind, first, last = cells[:5]
        return Entry(code or None, None, state_names().get(code, code), kind, "", first, until(last), stem)
    if stem == "organisations":
        code, name, _, sector, first, last = cells[:6]
        return Entry(code, sector or "IGO", name, "organisation", "", first, until(last), stem)
    if stem in _NAMED:
        name, _, code, sector, first, last = cells[:6]
        return Entry(code or None, sector or None, name, _NAMED[stem], "", first, until(last), stem)
    if stem == "places":
        name, _, code, kind, first, last = cells[:6]
        return Entry(code or None, None, name, kind, "", first, until(last), stem)
    if stem == "contested":
        return Entry(None, None, cells[0], "contested", "", "", "~", stem)
    name, _, code, office, sector, first, last = cells[:7]
    return Entry(code, sector or "GOV", name, "leader", office, first, until(last), stem)


@cache
def state_names() -> dict[str, str]:
    """The common name of each state by its code."""
    return {row["code"]: row["name"] for row in rows("states")}


def _body(stem: str) -> Iterator[list[str]]:
    lines = table(stem)
    next(lines, None)
    return lines


@cache
def contested() -> dict[str, tuple[str, ...]]:
    """The contested places with all their names."""
    places: dict[str, dict[str, None]] = {}
    for name, aliases, *_ in _body("contested"):
        places.setdefault(name, {}).update(dict.fromkeys([name, *words(aliases)]))
    return {name: tuple(aliases) for name, aliases in places.items()}


@cache
def claims(place: str) -> tuple[Claim, ...]:
    """What is claimed, controlled and recognised about a contested place, in the order of the data file."""
    return tuple(Claim(*rest[:5]) for name, _, *rest in _body("contested") if name == place)


@cache
def traps() -> dict[str, str]:
    """Phrases that hold a name and are no actor, with the reason."""
    return {pattern: why[0] if why else "" for pattern, *why in _body("traps") if pattern}


@cache
def bodies() -> dict[str, Body]:
    """Names of bodies and offices of which every state has its own (`Supreme Court`)."""
    return {
        name: Body(sector or None, code or None, before == "person")
        for name, sector, code, before, *_ in _body("bodies")
    }


@cache
def sport() -> frozenset[str]:
    """Words that tell a match or a contest: no act between states stands in their sentence."""
    return frozenset(word for word, *_ in _body("sport"))


@cache
def sectors() -> dict[str, str]:
    """Head nouns in lower case with the sector that they give."""
    return {noun.lower(): sector for noun, sector, *_ in _body("sectors") if sector}


@cache
def given_names() -> frozenset[str]:
    """First names of people, which make a person of the place name or surname beside them."""
    return frozenset(one for name, *_ in _body("given_names") for one in (name, plain(name)))


@cache
def common_surnames() -> frozenset[str]:
    """Surnames that are everyday words or belong to many: alone they name a leader only if the text has said which."""
    return frozenset(name for name, *_ in _body("common_surnames"))


@cache
def everyday_words() -> frozenset[str]:
    """Those of the common surnames that begin a sentence as plain words too (`May`, `Major`)."""
    return frozenset(name for name, note, *_ in _body("common_surnames") if note == "word")


@cache
def never_alone() -> frozenset[str]:
    """Surnames that alone are never a person's, whoever asks (`He`, `Most`, `Muslim`)."""
    return frozenset(name for name, note, *_ in _body("common_surnames") if note == "never alone")


@cache
def us_states() -> frozenset[str]:
    """Names and abbreviations of the states of the US, behind which a town's name is no foreign capital."""
    return frozenset(name for name, *_ in _body("us_states"))


@cache
def doubtful() -> dict[str, tuple[Doubt, ...]]:
    """Names of several meanings with their readings, in the order in which they are tried."""
    readings: dict[str, list[Doubt]] = {}
    for alias, code, when, unless, default, note, *_ in _body("doubtful"):
        doubt = Doubt(code or None, _any_of(when), _any_of(unless), default == "yes", note)
        readings.setdefault(alias, []).append(doubt)
    return {alias: tuple(found) for alias, found in readings.items()}


def _any_of(cell: str) -> str:
    return rf"\b(?:{'|'.join(map(re.escape, words(cell)))})\b" if cell else ""
