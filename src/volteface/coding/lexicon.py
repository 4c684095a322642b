"""Reads the coder's word lists: triggers (which words report which act), factuality cues, relation words, goods."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Constraint:
    """What must stand around a word for an entry to hold."""

    particle: str | None = None  # a particle or preposition that must hang on it
    object: frozenset[str] | None = None  # lemmas of which its object must have one
    subject: frozenset[str] | None = None  # the same for its subject
    clause: bool = False  # a clause must follow
    joint: bool = False  # "joint", "military" or the like must stand before the noun
    unreal: bool = False  # only where it is foreseen or denied; as a fact it is a state of things, told by a claim

    @property
    def weight(self) -> int:
        """How specific it is: the specific entry wins over the general one."""
        named = 2 * (self.particle is not None) + 2 * (self.object is not None)
        return named + (self.subject is not None) + self.clause + self.joint


@dataclass(frozen=True, slots=True)
class Trigger:
    """What one lemma reports, under a constraint, and which way its roles lie."""

    lemma: str
    pos: str  # v, n, a
    type: str
    mode: str | None
    when: Constraint
    to: tuple[str, ...]  # the prepositions that lead to the target, in order of preference
    mutual: bool  # the sides of a plural subject do it to each other
    topic: bool  # its object and its clause are what it is about, never whom it is done to
    patient: bool  # its subject is whom it is done to, and `sources` lead to who does it
    sources: tuple[str, ...]


def rows(name: str) -> Iterator[dict[str, str]]:
    """The rows of one of the coder's tables; lines that start with # are remarks."""
    lines = (files("volteface.coding") / "data" / name).read_text(encoding="utf-8").splitlines()
    lines = [line for line in lines if line and not line.startswith("#")]
    header = lines[0].split("\t")
    for line in lines[1:]:
        cells = line.split("\t")
        yield dict(zip(header, cells + [""] * (len(header) - len(cells)), strict=True))


def words(cell: str) -> frozenset[str]:
    return frozenset(word.strip() for word in cell.split(",") if word.strip())


@cache
def groups() -> dict[str, frozenset[str]]:
    return {row["group"]: words(row["lemmas"]) for row in rows("groups.tsv")}


def group(name: str) -> frozenset[str]:
    """One group of words of groups.tsv."""
    return groups()[name]


@cache
def triggers() -> dict[tuple[str, str], tuple[Trigger, ...]]:
    """(part of speech, lemma) -> entries, the most specific first."""
    found: dict[tuple[str, str], list[Trigger]] = {}
    for row in rows("triggers.tsv"):
        when, roles = _constraint(row["constraint"]), row["roles"].split()
        for lemma in words(row["lemmas"]):
            entry = Trigger(
                lemma=lemma,
                pos=row["pos"],
                type=row["type"],
                mode=row["mode"] or None,
                when=when,
                to=_listed(roles, "to="),
                mutual="mutual" in roles,
                topic="topic" in roles,
                patient="patient" in roles,
                sources=_listed(roles, "from="),
            )
            found.setdefault((row["pos"], lemma), []).append(entry)
    return {key: tuple(sorted(entries, key=lambda entry: -entry.when.weight)) for key, entries in found.items()}


def _listed(roles: list[str], name: str) -> tuple[str, ...]:
    cell = next((role.removeprefix(name) for role in roles if role.startswith(name)), "")
    return tuple(word for word in cell.split(",") if word)


def _constraint(cell: str) -> Constraint:
    particle: str | None = None
    lemmas: dict[str, frozenset[str]] = {}
    flags = set()
    for part in cell.split():
        name, _, value = part.partition(":")
        if name == "prt":
            particle = value
        elif value:
            named = (groups().get(word, frozenset({word})) for word in value.split(","))
            lemmas[name] = frozenset[str]().union(*named)
        else:
            flags.add(name)
    return Constraint(
        particle, lemmas.get("obj"), lemmas.get("subj"), "comp" in flags, "joint" in flags, "unreal" in flags
    )


@cache
def verbs() -> frozenset[str]:
    """Every verb that some table of the lexicon knows."""
    cues = {word for row in rows("factuality.tsv") if row["pos"] == "v" for word in words(row["lemmas"])}
    return frozenset(cues | {lemma for pos, lemma in triggers() if pos == "v"}).union(*groups().values())


@cache
def beginnings() -> tuple[frozenset[str], frozenset[str]]:
    """The first four letters of every word that can carry a statement, and the shorter words whole: a cheap test
    before a parse."""
    carriers = {lemma for _, lemma in triggers()}
    for name in ("claims.tsv", "goods.tsv"):
        carriers |= {word.lower() for row in rows(name) for word in words(row["words"])}
    carriers |= {"line", "bound", "oblige", "rely", "depend", "relation", "ties"} | _IRREGULAR
    return frozenset(word[:4] for word in carriers), frozenset(word for word in carriers if len(word) < 4)


# Past forms that do not begin like their lemma.
_IRREGULAR = frozenset(
    "met shot gave given sent held told sold bought took taken fought struck broke spoke sought began begun went came "
    "left fell freed froze withdrew stood stole slain slew said paid made fed led lent lay got get cut hit put "
    "shut sunk sank won rose".split()
)
