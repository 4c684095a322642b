"""Reads the coder's word lists: triggers (which words report which act), factuality cues, relation words, goods."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Trigger:
    """What one lemma reports, under a constraint on its particle, subject or object."""

    lemma: str
    pos: str  # v, n, a
    type: str
    mode: str | None
    particle: str | None  # a particle or preposition that must hang on it
    object: frozenset[str] | None  # lemmas of which its object must have one
    subject: frozenset[str] | None
    clause: bool  # a clause must follow
    unreal: bool  # only where it is foreseen or denied; as a fact it is a state of things, told by a claim
    joint: bool  # "joint", "military" or a demonym must stand before the noun
    to: tuple[str, ...]  # the prepositions that lead to the target, in order of preference
    mutual: bool  # the sides of a plural subject do it to each other
    patient: bool  # its subject is whom it is done to, and `sources` lead to who does it
    sources: tuple[str, ...]
    topic: bool  # its object and its clause are what it is about, never whom it is done to

    @property
    def weight(self) -> int:
        """How specific the entry is: a specific one wins over a general one."""
        return (
            2 * (self.particle is not None)
            + 2 * (self.object is not None)
            + (self.subject is not None)
            + self.clause
            + self.joint
        )


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


@cache
def triggers() -> dict[tuple[str, str], tuple[Trigger, ...]]:
    """(part of speech, lemma) -> entries, the most specific first."""
    found: dict[tuple[str, str], list[Trigger]] = {}
    for row in rows("triggers.tsv"):
        constraint = _constraint(row["constraint"])
        roles = row["roles"].split()
        by = next((tuple(role[5:].split(",")) for role in roles if role.startswith("from=")), ())
        to = next((tuple(role[3:].split(",")) for role in roles if role.startswith("to=")), ())
        for lemma in words(row["lemmas"]):
            entry = Trigger(
                lemma,
                row["pos"],
                row["type"],
                row["mode"] or None,
                to=tuple(filter(None, to)),
                mutual="mutual" in roles,
                topic="topic" in roles,
                patient="patient" in roles,
                sources=by,
                **constraint,
            )
            found.setdefault((row["pos"], lemma), []).append(entry)
    return {key: tuple(sorted(entries, key=lambda entry: -entry.weight)) for key, entries in found.items()}


def _constraint(cell: str) -> dict[str, object]:
    parts: dict[str, object] = {
        "particle": None,
        "object": None,
        "subject": None,
        "clause": False,
        "joint": False,
        "unreal": False,
    }
    for part in cell.split():
        name, _, value = part.partition(":")
        match name:
            case "prt":
                parts["particle"] = value
            case "obj" | "subj" if value:
                members = frozenset[str]().union(*(groups().get(word, frozenset({word})) for word in value.split(",")))
                parts["object" if name == "obj" else "subject"] = members
            case "comp":
                parts["clause"] = True
            case "joint" | "unreal":
                parts[name] = True
    return parts


@cache
def table(name: str) -> dict[str, dict[str, str]]:
    """A word list keyed by its first column, one entry a comma-separated word."""
    found: dict[str, dict[str, str]] = {}
    for row in rows(name):
        first = next(iter(row))
        for word in words(row[first]):
            found[word] = row
    return found


@cache
def beginnings() -> frozenset[str]:
    """The first four letters of every word that can carry a statement: a cheap test before a parse."""
    carriers = {lemma for _, lemma in triggers()}
    for name in ("claims.tsv", "goods.tsv"):
        carriers |= {word.lower() for row in rows(name) for word in words(row["words"])}
    carriers |= {"line", "bound", "oblige", "rely", "depend", "relation", "ties"} | _IRREGULAR
    return frozenset(word[:4] for word in carriers)


# Past forms that do not begin like their lemma.
_IRREGULAR = frozenset(
    "met shot gave given sent held told sold bought took taken fought struck broke spoke sought began begun went came left fell freed froze withdrew "
    "stood stole slain slew said paid made fed led lent lay got had has cut hit put shut sunk sank won rose".split()
)
