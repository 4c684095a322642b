"""Formats in which event files come into a record and a record goes out to other programs."""

from volteface.record.exchange.export import FORMATS, Format, export
from volteface.record.exchange.imports import SOURCES, Dropped, ImportReport, guess_format, import_file

__all__ = ["FORMATS", "SOURCES", "Dropped", "Format", "ImportReport", "export", "guess_format", "import_file"]
