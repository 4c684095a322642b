"""Formats in which a record goes out to other programs."""

from volteface.record.exchange.export import FORMATS, Format, export

__all__ = ["FORMATS", "Format", "export"]
