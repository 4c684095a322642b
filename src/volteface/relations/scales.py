"""Scales: what a story is worth between -10 (conflict) and 10 (cooperation). Each has a name and a version.

`standing` and `turning` read stories through one. Another scale is another `Scale`: give it to their functions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from statistics import fmean
from types import MappingProxyType

from volteface import ontology
from volteface.errors import UnknownName


@dataclass(frozen=True, slots=True)
class Scale:
    """A name, a version, what a story of each type is worth (a type without a value keeps the story's own score), and
    by how much two stories of one dyad differ, as a variance: this weighs a story against what is known of a dyad."""

    name: str
    version: str
    values: Mapping[str, float]
    noise: float = 22.0  # of PLOVER's scores within a dyad's month, over a record of 97,301 documents of 2002-22

    def value(self, type_: str, score: float) -> float:
        return self.values.get(type_, score)

    def __str__(self) -> str:
        return f"{self.name} {self.version}"


PLOVER = Scale("PLOVER", "1", MappingProxyType({}))


@cache
def quad() -> Scale:
    """Counts alone: each cooperative story is worth 10, each conflictual one -10, verbal or material."""
    values = {one.name: 10.0 if "cooperation" in one.quad else -10.0 for one in ontology.types().values()}
    return Scale("quad counts", "1", MappingProxyType(values), noise=60.0)


@cache
def goldstein() -> Scale:
    """Goldstein's values (1992) as CAMEO has them: for each PLOVER type the mean of the codes that become it."""
    codes = ontology.cameo_codes()
    of: dict[str, list[float]] = {}
    for code, crossings in ontology.crosswalk().items():
        if code in codes:
            of.setdefault(crossings[0].type, []).append(codes[code].goldstein)
    return Scale("Goldstein", "1", MappingProxyType({name: round(fmean(of[name]), 2) for name in sorted(of)}))


def scale(name: str) -> Scale:
    """The scale of this name: plover, goldstein or quad. UnknownName for any other."""
    match name.casefold():
        case "plover":
            return PLOVER
        case "goldstein":
            return goldstein()
        case "quad":
            return quad()
    raise UnknownName(f"no scale is called {name}: there are plover, goldstein and quad")
