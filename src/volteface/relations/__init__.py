"""How each dyad stands and when it turned, told from the stories of a record alone."""

from volteface.relations.dyads import Month, Partner, Story, dyad, months, partners, stories
from volteface.relations.turning import Turn, largest, partners_turned, turns

__all__ = [
    "Month",
    "Partner",
    "Story",
    "Turn",
    "dyad",
    "largest",
    "months",
    "partners",
    "partners_turned",
    "stories",
    "turns",
]
