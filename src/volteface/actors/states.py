"""States and organisations by code or name, for people who ask about them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache

from volteface.actors import data
from volteface.actors.folding import fold
from volteface.errors import UnknownName


@dataclass(frozen=True, slots=True)
class State:
    """A state since 1945, or an organisation where only its name and code are known."""

    code: str
    name: str
    official: str = ""
    alpha2: str = ""
    alpha3: str = ""
    cow: str = ""
    gw: str = ""
    cameo: str = ""
    fips: str = ""
    first: str = ""
    last: str = ""
    predecessors: tuple[str, ...] = ()
    successors: tuple[str, ...] = ()


@cache
def states() -> dict[str, State]:
    """Every state by its code."""
    known = {}
    for row in data.rows("states"):
        known[row["code"]] = State(
            row["code"],
            row["name"],
            row["official"],
            row["alpha2"],
            row["alpha3"],
            row["cow"],
            row["gw"],
            row["cameo"],
            row["fips"],
            row["from"],
            row["to"],
            tuple(data.words(row["predecessors"])),
            tuple(data.words(row["successors"])),
        )
    return known


@cache
def organisations() -> dict[str, str]:
    """Organisation codes with their own names."""
    names: dict[str, str] = {}
    for row in data.rows("organisations"):
        names.setdefault(row["code"], row["name"])
    return names


def state(name_or_code: str) -> State:
    """The state or organisation of a code, an alpha-2 code or any of its names.

    Raises UnknownName, with the nearest names, where there is none.
    """
    asked = " ".join(name_or_code.split())
    code = asked.upper()
    if code in states():
        return states()[code]
    if code in organisations():
        return State(code, organisations()[code])
    key = fold(asked).text.casefold().removeprefix("the ")
    found = _by_name().get(key) or next((s for s in states().values() if s.alpha2 and s.alpha2 == code), None)
    if found is not None:
        return found
    import difflib  # only for a name that is not known

    near = difflib.get_close_matches(key, _by_name(), n=3, cutoff=0.75)
    names = list(dict.fromkeys(f"{_by_name()[one].name} ({_by_name()[one].code})" for one in near))
    hint = (
        f"did you mean {' or '.join(names)}?" if names else "use a name or a three-letter code, such as Turkey or TUR"
    )
    raise UnknownName(f"no state or organisation is called {asked[:80]!r}; {hint}")


@cache
def _by_name() -> dict[str, State]:
    known: dict[str, State] = {}
    for one in states().values():
        for name in (one.name, one.official):
            if name:
                known.setdefault(fold(name).text.casefold(), one)
    for row in data.rows("names"):
        if row["code"] in states():
            known.setdefault(fold(row["alias"]).text.casefold(), states()[row["code"]])
    for row in data.rows("organisations"):
        for name in (row["name"], *data.words(row["aliases"])):
            known.setdefault(fold(name).text.casefold(), State(row["code"], row["name"]))
    return known


def label(code: str) -> str:
    """The common name of a state or organisation; the code itself where it is unknown."""
    known = states().get(code)
    return known.name if known else organisations().get(code, code)


def members(organisation: str, on: dt.date | None = None) -> tuple[str, ...]:
    """The member states of an organisation (code or name) on a day, today if None, in the order of their codes."""
    day = (on or dt.date.today()).isoformat()
    wanted = organisation.casefold()
    codes = {name.casefold(): code for code, name in organisations().items()}
    keys = {wanted, codes.get(wanted, wanted).casefold(), organisations().get(organisation, organisation).casefold()}
    return tuple(
        sorted(
            {
                row["state"]
                for row in data.rows("organisation_members")
                if row["organisation"].casefold() in keys and row["from"] <= day <= data.until(row["to"])
            }
        )
    )


def claimants(place: str, on: dt.date | None = None) -> tuple[str, ...]:
    """The codes of those that claim a contested place on a day (at any time, if None), in the data's order."""
    day = on.isoformat() if on is not None else None
    held = (
        claim.code
        for claim in data.claims(place)
        if claim.relation == "claimed_by"
        and claim.code
        and (day is None or claim.first <= day <= data.until(claim.last))
    )
    return tuple(dict.fromkeys(held))
