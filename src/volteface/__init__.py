"""Volteface reads news about states' dealings and keeps a living, sourced record of them."""

__version__ = "0.1.0"
