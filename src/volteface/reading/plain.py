"""Plain text and Markdown: one document a file; title from the first line, date and outlet from a header or name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from volteface.reading.dates import date_in_name, date_of
from volteface.reading.items import Asked, Item, clean, document, left_out, one_line
from volteface.reading.markup import without_markdown
from volteface.reading.opening import chunks, decoded, utf8, whole

LONGEST_TITLE = 200  # characters

_HEADER = re.compile(r"(title|headline|date|published|source|outlet|url|link)[ \t]*:[ \t]*(\S.*)", re.I)
_FRONT_MATTER = re.compile(r"---\n([\w-]+:[^\0]*?)\n(?:---|\.\.\.)(?:\n|$)")
_MEANS = {"headline": "title", "published": "date", "outlet": "source", "link": "url"}


def text_file(path: Path, shown: str, asked: Asked) -> Iterator[Item]:
    """A .txt file as one document."""
    yield plain_text(utf8(chunks(path), asked.encoding), shown, asked, path.stem)


def markdown_file(path: Path, shown: str, asked: Asked) -> Iterator[Item]:
    """A .md file as one document, without its signs."""
    yield plain_text(utf8(chunks(path), asked.encoding), shown, asked, path.stem, markdown=True)


def plain_text(read: Iterable[bytes], shown: str, asked: Asked, name: str | None, *, markdown: bool = False) -> Item:
    """UTF-8 bytes as one document; `name` is the file's, which may hold a date."""
    data = whole(read, 4 * asked.max_characters)
    if data is None:
        return left_out(shown, "too long")
    text = clean(decoded(data))
    front = _FRONT_MATTER.match(text) if markdown else None
    if front:
        told, text = _told(front[1].split("\n")), text[front.end() :]
    else:
        told, text = _header(text)
    heading = None
    if markdown:
        text, heading = without_markdown(text)
    return document(
        text,
        shown,
        asked,
        title=one_line(told.get("title")) or heading or _title(text),
        source=one_line(told.get("source")),
        url=one_line(told.get("url")) or (shown if name else None),
        published=date_of(told.get("date")) or (date_in_name(name) if name else None),
    )


def _header(text: str) -> tuple[dict[str, str], str]:
    """What lines such as "Date: 2021-02-26" at the very top tell, and the text after them."""
    lines = text.split("\n", 12)
    count = next((number for number, line in enumerate(lines) if not _HEADER.fullmatch(line.strip())), 0)
    told = _told(lines[:count])
    # a lone "Source: ..." or "Title: ..." that runs on into prose is prose
    if told and (not lines[count].strip() or "date" in told):
        return told, "\n".join(lines[count:]).strip()
    return {}, text


def _told(lines: Iterable[str]) -> dict[str, str]:
    told: dict[str, str] = {}
    for line in lines:
        if found := _HEADER.fullmatch(line.strip()):
            key = found[1].lower()
            told.setdefault(_MEANS.get(key, key), found[2].strip("\"' "))
    return told


def _title(text: str) -> str | None:
    first, blank, _ = text.partition("\n\n")
    if blank and len(first) <= LONGEST_TITLE and "\n" not in first and not first.endswith((".", "。", ":", ",", ";")):
        return first
    return None
