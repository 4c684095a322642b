"""What reading hands on: a document, an item left out with its reason, or a damaged place. Every format ends here."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from volteface.reading.dates import date_of
from volteface.reading.english import is_english
from volteface.terms import Document, identity, normalised


@dataclass(frozen=True, slots=True)
class Skipped:
    """An item left out. `reason` is a short fixed phrase that can be counted; `key` stays the same in a second run."""

    where: str  # file, or file:line
    reason: str
    key: str

    def __str__(self) -> str:
        return f"{self.where} ({self.reason})"


@dataclass(frozen=True, slots=True)
class Damaged:
    """A place where a file itself is broken. `message` is one line that says what to do."""

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


Item = Document | Skipped | Damaged


@dataclass(frozen=True, slots=True)
class Asked:
    """What the caller asked for: date and outlet where a file tells none, an encoding that overrides, a size bound."""

    date: dt.date | None = None
    source: str | None = None
    encoding: str | None = None
    max_characters: int = 2_000_000


_ODD = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufeff\u200b\u2028\u2029\u2060]")
_LINE_ENDS = {0x0D: "\n", 0x0B: "\n", 0x0C: "\n", 0x85: "\n", 0x2028: "\n", 0x2029: "\n"}


def clean(text: str) -> str:
    """Text with plain line ends and without control characters, lone surrogates and invisible marks."""
    if _ODD.search(text) is not None:
        text = _ODD.sub(lambda odd: _LINE_ENDS.get(ord(odd[0]), ""), text.replace("\r\n", "\n"))
    return text.strip()


def one_line(given: object) -> str | None:
    """A string cleaned to one line; None for anything else and for a blank one."""
    return " ".join(clean(given).split()) or None if isinstance(given, str) else None


def left_out(where: str, reason: str, key: object = None) -> Skipped:
    """An item left out; without a key of its own its place is the key."""
    return Skipped(where, reason, str(key) if key else identity(where))


def from_fields(given: Mapping[str, Any], where: str, asked: Asked) -> Document | Skipped:
    """A document from a line's or row's fields id, date, title, text, source or sources, url; others are ignored."""
    key = given.get("id")
    key = one_line(str(key)) if isinstance(key, (str, int)) and not isinstance(key, bool) else None
    text = given.get("text")
    if text is None:
        return left_out(where, "no text field", key)
    if not isinstance(text, str):
        return left_out(where, "text is not a string", key)
    return document(
        text,
        where,
        asked,
        key=key,
        title=one_line(given.get("title")),
        source=_outlets(given.get("source")) or _outlets(given.get("sources")),
        url=one_line(given.get("url")),
        published=date_of(given.get("date")),
    )


def _outlets(given: object) -> str | None:
    if isinstance(given, str):
        return one_line(given)
    if isinstance(given, Iterable) and not isinstance(given, (bytes, Mapping)):
        return "; ".join(dict.fromkeys(filter(None, map(one_line, given)))) or None
    return None


def document(
    text: str,
    where: str,
    asked: Asked,
    *,
    key: str | None = None,
    title: str | None = None,
    source: str | None = None,
    url: str | None = None,
    published: dt.date | None = None,
) -> Document | Skipped:
    """A document, or why there is none. A title is put before a text that lacks it: headlines say things."""
    if len(text) > asked.max_characters:
        return left_out(where, "too long", key)
    text = clean(text)
    if not any(map(str.isalpha, text)):
        return left_out(where, "empty", key or identity(normalised(text)))
    if title and not normalised(text[: len(title) + 100]).startswith(normalised(title)):
        text = f"{title}{'' if title[-1] in '.?!…' else '.'}\n\n{text}"
    key = key or identity(normalised(text))
    if not is_english(text):
        return left_out(where, "not English", key)
    return Document(key, text, title, source or asked.source, url, published or asked.date)
