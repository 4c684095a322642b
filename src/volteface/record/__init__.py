"""The record: what was read and coded, kept with its sources, de-duplicated into stories, and open to queries."""

from volteface.record.manifest import Part
from volteface.record.store import Counts, Record, Skip

__all__ = ["Counts", "Part", "Record", "Skip"]
