"""Texts and names without diacritics, with plain quotes and spaces, and the way back to the original's offsets."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache

_UNUSUAL = re.compile(r"[^\x20-\x7e]+")
_QUOTES = dict.fromkeys("’‘ʼʻ`´", "'") | dict.fromkeys("–‐‑−", "-")
_SPACES = dict.fromkeys("\n\t\r\u00a0\u2009\u202f", " ") | dict.fromkeys("\u200b\u200e\u200f\ufeff\u00ad", "")
_LETTERS = dict(zip("ıİłŁđĐøØðÐəƏ", "iIlLdDoOdDaA", strict=True))
_LETTERS |= {"þ": "th", "Þ": "Th", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ß": "ss"}
_PLAIN = _QUOTES | _SPACES | _LETTERS


@dataclass(frozen=True, slots=True)
class Folded:
    """A text with its diacritics folded, and the way back to the offsets of the original."""

    text: str
    offsets: list[int] | None  # None: every character stands where it stood

    def original(self, at: int) -> int:
        """The offset in the original text of an offset in the folded one."""
        return at if self.offsets is None else self.offsets[at]


@cache
def _fold_character(character: str) -> str:
    if character in _PLAIN:
        return _PLAIN[character]
    if unicodedata.combining(character):
        return ""
    parts = unicodedata.normalize("NFD", character)
    return parts[0] if len(parts) > 1 and all(map(unicodedata.combining, parts[1:])) else character


class _Table(dict[int, str]):
    """The folded characters as a table for `str.translate`, which grows as it is asked."""

    def __missing__(self, code: int) -> str:
        self[code] = folded = _fold_character(chr(code))
        return folded


_TABLE = _Table()


def plain(name: str) -> str:
    """A name as `fold` would leave it, where nobody asks for offsets."""
    return name.translate(_TABLE)


def fold(text: str) -> Folded:
    """The text without diacritics and with plain quotes, dashes and spaces."""
    shifted = False

    def plain(match: re.Match[str]) -> str:
        nonlocal shifted
        pieces = [_fold_character(one) for one in match[0]]
        shifted = shifted or any(len(piece) != 1 for piece in pieces)
        return "".join(pieces)

    folded = _UNUSUAL.sub(plain, text)
    if not shifted:
        return Folded(folded, None)
    offsets = [i for i, one in enumerate(text) for _ in (one if " " <= one <= "~" else _fold_character(one))]
    return Folded(folded, [*offsets, len(text)])
