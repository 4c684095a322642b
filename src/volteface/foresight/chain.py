"""What follows from bonds, step by step: an event calls on some, whose acts call on others, to a bounded depth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from volteface.foresight.obligations import FORCE, Act, Bound, Obligations

DEPTH = 4
_LINKS = 16  # told at most; the rest is counted
_HELP = frozenset((*FORCE, "AID"))  # acts by which a holder may come to stand against another in arms


@dataclass(frozen=True, slots=True)
class Link:
    """One step: whom an act calls on. `after` is the number of the step whose act does so, 0 for the event itself."""

    number: int
    depth: int
    after: int
    event: Act  # that calls
    bound: Bound
    again: int | None = None  # the step that told of this bond before: here a cycle closes

    def json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"step": self.number, "depth": self.depth, "after": self.after}
        return shown | {"called_by": str(self.event), "again": self.again, "bound": self.bound.json()}


@dataclass(frozen=True, slots=True)
class Chain:
    """The steps in their order, and how many more there would be."""

    links: tuple[Link, ...]
    left_out: int

    @property
    def first(self) -> tuple[Bound, ...]:
        """Those whom the event itself calls on."""
        return tuple(link.bound for link in self.links if link.depth == 1 and link.again is None)

    def json(self) -> dict[str, Any]:
        return {"depth": DEPTH, "steps": [link.json() for link in self.links], "left_out": self.left_out}


def chain(obligations: Obligations, event: Act, depth: int = DEPTH) -> Chain:
    """The chain of bonds from an event, breadth first. A bond is followed once; that it comes again is told once."""
    links: list[Link] = []
    told: dict[tuple[str, str, str | None], int] = {}
    closed: set[int] = set()
    seen = {event}
    queue: list[tuple[Act, int, int]] = [(event, 0, 1)]
    left_out = 0
    while queue:
        act, after, level = queue.pop(0)
        for bound in obligations.called(act):
            earlier = told.get(bound.key)
            if earlier is not None:
                if earlier in closed or earlier == after:
                    continue
                closed.add(earlier)
            if len(links) == _LINKS:
                left_out += earlier is None
                continue
            link = Link(len(links) + 1, level, after, act, bound, earlier)
            links.append(link)
            if earlier is not None:
                continue
            told[bound.key] = link.number
            for next_act in _acts(bound):
                if level < depth and next_act not in seen:
                    seen.add(next_act)
                    queue.append((next_act, link.number, level + 1))
    return Chain(tuple(links), left_out)


def _acts(bound: Bound) -> Sequence[Act]:
    """What the holder would do by its bond: the act itself, and where it is help in arms, force against the other."""
    made = []
    if bound.type is not None and bound.beneficiary is not None and bound.how != "treaty":
        made.append(Act(bound.holder, bound.type, bound.beneficiary, helps=True))
    armed = bound.how == "treaty" or (bound.how == "condition" and bound.type in _HELP)
    if armed and bound.against is not None and bound.against != bound.holder:
        made.append(Act(bound.holder, "ASSAULT", bound.against))
    return made
