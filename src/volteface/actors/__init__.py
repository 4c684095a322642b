"""Who is who, in time: states, leaders, organisations, groups and places as data, and the resolver over them."""

from volteface.actors.data import Claim
from volteface.actors.mentions import Mention, find
from volteface.actors.resolver import Resolution, who
from volteface.actors.sectors import sector_of, speaks_of_office
from volteface.actors.states import State, claimants, label, members, state

__all__ = [
    "Claim",
    "Mention",
    "Resolution",
    "State",
    "claimants",
    "find",
    "label",
    "members",
    "sector_of",
    "speaks_of_office",
    "state",
    "who",
]
