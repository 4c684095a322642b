"""How each dyad stands and when it turned, told from the stories of a record alone."""

from volteface.relations.dyads import Month, Partner, Story, Turn, dyad, months, partners, stories, turns

__all__ = ["Month", "Partner", "Story", "Turn", "dyad", "months", "partners", "stories", "turns"]
