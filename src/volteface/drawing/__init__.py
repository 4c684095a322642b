"""Pictures as self-contained SVG, for the library's objects and the pages. It knows lines and names, no record."""

from volteface.drawing.picture import Picture

__all__ = ["Picture"]
