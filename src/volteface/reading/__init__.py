"""Files, feeds, tables and pipes into documents: the flow's first room. One module a family of formats."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import re
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from volteface.errors import InputError
from volteface.reading.feeds import feed
from volteface.reading.items import Asked, Damaged, Item, Skipped
from volteface.reading.json_text import each_line, json_file, json_lines
from volteface.reading.opening import CHUNK, Broken, binary, known_encoding, utf8
from volteface.reading.pages import page
from volteface.reading.places import Place, places
from volteface.reading.plain import markdown_file, plain_text, text_file
from volteface.reading.tables import parquet
from volteface.terms import Document

__all__ = ["Damaged", "Skipped", "read"]

_READERS: dict[str, Callable[[Path, str, Asked], Iterator[Item]]] = {
    ".txt": text_file,
    ".md": markdown_file,
    ".html": page,
    ".htm": page,
    ".jsonl": json_lines,
    ".jsonl.gz": json_lines,
    ".json": json_file,
    ".parquet": parquet,
    ".xml": feed,
    ".rss": feed,
    ".atom": feed,
}
_HEAD = {
    ".txt": 8_000,
    ".md": 8_000,
    ".html": 8_000,
    ".htm": 8_000,
}  # bytes that must hold no NUL; of others the first 64
_STANDARD_INPUT = "standard input"


def read(
    paths: Iterable[str | os.PathLike[str]],
    *,
    date: dt.date | None = None,
    source: str | None = None,
    encoding: str | None = None,
    max_characters: int = 2_000_000,
) -> Iterator[Document | Skipped | Damaged]:
    """Documents from files, folders and standard input (-) in a stable order, with what was left out or is broken.

    `date` and `source` stand in where a file tells none; `encoding` overrides UTF-8 and byte-order marks. A text beyond
    `max_characters` is skipped. Raises InputError at once where a path is missing, of no readable kind or binary.
    """
    asked = Asked(date, source, known_encoding(encoding), max_characters)
    found = places(paths)
    for place in found:
        if isinstance(place, Place) and place.named and (wrong := _unreadable(place, asked.encoding)):
            raise InputError(f"{place.shown}: {wrong}")
    return itertools.chain.from_iterable(_items(place, asked) for place in found)


def _items(place: Place | Skipped | None, asked: Asked) -> Iterator[Item]:
    if isinstance(place, Skipped):
        yield place
        return
    where = place.shown if place else _STANDARD_INPUT
    try:
        if place is None:
            yield from _standard_input(asked)
        elif not place.named and (wrong := _unreadable(place, asked.encoding)):
            yield Damaged(where, wrong)
        else:
            yield from _READERS[place.ending](place.path, where, asked)
    except Broken as broken:
        yield Damaged(where, str(broken))
    except OSError as trouble:
        yield Damaged(where, f"{trouble.strerror or trouble}; check the file and its permissions")


def _unreadable(place: Place, encoding: str | None) -> str | None:
    """Why a file cannot be read at all, with the remedy, by its first bytes."""
    try:
        with place.path.open("rb") as file:
            head = file.read(_HEAD.get(place.ending, 64))
    except OSError as trouble:
        return f"{trouble.strerror}; check the file and its permissions"
    if place.ending in (".parquet", ".jsonl.gz"):
        return None
    kind = binary(head, encoding)
    return kind and f"this is {kind}, not text; give it as text, or name its encoding with --encoding"


def _standard_input(asked: Asked) -> Iterator[Item]:
    """JSON lines where the first line begins as an object does, else one plain text."""
    buffer = sys.stdin.buffer
    incoming = utf8(iter(lambda: buffer.read(CHUNK), b""), asked.encoding)
    head = b""
    for piece in incoming:
        head += piece
        if b"\n" in head.lstrip() or len(head) > 4 * asked.max_characters:
            break
    if kind := binary(head[:8_000], None):
        raise InputError(f"{_STANDARD_INPUT}: this is {kind}, not text; unpack or convert it first")
    whole = itertools.chain((head,), incoming)
    if re.match(rb'\s*\{\s*["}]', head[:4_096]):
        yield from each_line(whole, _STANDARD_INPUT, asked)
    else:
        yield plain_text(whole, _STANDARD_INPUT, asked, None)
