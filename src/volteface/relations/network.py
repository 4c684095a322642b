"""The signed network of states at a date: who stands well with whom, who badly, and whose dealings are neither.

Takes ties, however their standings were made; `balance` reads what comes out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from html import escape
from math import isfinite
from typing import Literal

from volteface import actors
from volteface.drawing import Picture, signed
from volteface.errors import InputError

Sign = Literal[-1, 0, 1]

# A tie is positive or negative where the standing lies beyond this margin (points of -10 to 10) three times in four:
# docs/decisions/011-when-a-tie-has-a-sign.md has the reasons and figures.
MARGIN = 0.5
LEAST = 3  # stories that a tie needs to be more than neutral; where there is a window, in it
_THREE_IN_FOUR = 0.674 / 1.645  # of the way to either end of an interval in which the standing lies nine times in ten
_WORDS: dict[Sign, str] = {1: "positive", -1: "negative", 0: "neutral"}


@dataclass(frozen=True, slots=True)
class Tie:
    """How two states stand: the sign, its strength (from 0 up) and, where known, the standing from -10 to 10."""

    one: str  # the earlier in the alphabet
    other: str
    sign: Sign
    weight: float = 1.0
    standing: float | None = None

    @classmethod
    def of(
        cls,
        one: str,
        other: str,
        standing: float,
        low: float,
        high: float,
        margin: float = MARGIN,
        stories: int = LEAST,
    ) -> Tie:
        """A tie from a standing and the interval in which it lies nine times in ten: neutral unless it lies beyond the
        margin three times in four, and unless there are stories enough."""
        least = standing - _THREE_IN_FOUR * (standing - low)
        most = standing + _THREE_IN_FOUR * (high - standing)
        sign: Sign = 0 if stories < LEAST else 1 if least > margin else -1 if most < -margin else 0
        return cls(min(one, other), max(one, other), sign, abs(standing), standing)

    @property
    def word(self) -> str:
        """positive, negative or neutral."""
        return _WORDS[self.sign]

    def beside(self, state: str) -> str:
        """The state at the tie's other end."""
        return self.other if state == self.one else self.one


@dataclass(frozen=True, repr=False)
class Network:
    """States and the ties between them, at most one a dyad, both in alphabetical order. `network` makes one."""

    states: tuple[str, ...]
    ties: tuple[Tie, ...]
    on: dt.date | None = None

    @cached_property
    def around(self) -> Mapping[str, Mapping[str, Tie]]:
        """Each state's ties by the state at their other end, neutral ones too."""
        made: dict[str, dict[str, Tie]] = {state: {} for state in self.states}
        for tie in self.ties:
            made[tie.one][tie.other] = made[tie.other][tie.one] = tie
        return made

    @property
    def signed(self) -> tuple[Tie, ...]:
        """The ties that are not neutral."""
        return tuple(tie for tie in self.ties if tie.sign)

    def tie(self, one: str, other: str) -> Tie | None:
        """The tie between two states, or none if they have no dealings."""
        return self.around.get(one, {}).get(other)

    def number(self, sign: Sign) -> int:
        """How many ties have this sign."""
        return sum(tie.sign == sign for tie in self.ties)

    def __repr__(self) -> str:
        when = f" on {self.on}" if self.on else ""
        kinds = ", ".join(f"{self.number(sign)} {word}" for sign, word in _WORDS.items())
        return f"<Network of {len(self.states)} states{when}: {kinds} ties>"

    def _repr_html_(self) -> str:
        rows = "".join(
            f"<tr><td>{escape(tie.one)}<td>{escape(tie.other)}<td>{_WORDS[tie.sign]}<td>{tie.weight:.1f}"
            for tie in sorted(self.ties, key=lambda tie: (-tie.weight, tie.one, tie.other))[:20]
        )
        return f"<p>{escape(repr(self)[1:-1])}</p><table><tr><th>one<th>other<th>tie<th>weight{rows}</table>"

    def plot(self, blocs: Sequence[Collection[str]] = ()) -> Picture:
        """A picture of the positive and negative ties between the states that have most of them; blocs by shape."""
        bloc = {state: number for number, members in enumerate(blocs) for state in members}
        links = [signed.Tie(tie.one, tie.other, tie.sign, tie.weight) for tie in self.signed]
        title = f"Signed network of states{f' on {self.on}' if self.on else ''}"
        return signed.picture(title, links, actors.label, bloc)


def network(ties: Iterable[Tie], states: Iterable[str] = (), on: dt.date | None = None) -> Network:
    """The network of these ties; `states` adds those that have none.

    Raises InputError for a tie of a state with itself, for two ties of one dyad, and for a sign or weight that is none.
    """
    made: dict[tuple[str, str], Tie] = {}
    for tie in ties:
        one, other = sorted((tie.one, tie.other))
        if one == other:
            raise InputError(f"{one}: a state has no tie with itself; leave it out")
        if tie.sign not in (-1, 0, 1) or not isfinite(tie.weight) or tie.weight < 0:
            raise InputError(
                f"{one}-{other}: sign {tie.sign}, weight {tie.weight}; give -1, 0 or 1 and a weight from 0"
            )
        if (one, other) in made:
            raise InputError(f"{one}-{other}: two ties for one dyad; give one")
        made[one, other] = Tie(one, other, tie.sign, tie.weight, tie.standing)
    everyone = sorted({*states, *(state for dyad in made for state in dyad)})
    return Network(tuple(everyone), tuple(made[dyad] for dyad in sorted(made)), on)
