"""RSS and Atom files: each entry a document. Nothing is fetched and no external entity is resolved."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from volteface.reading.dates import possible
from volteface.reading.items import Asked, Damaged, Item, document, left_out, one_line
from volteface.reading.markup import untagged
from volteface.reading.opening import Broken, chunks, utf8, whole

LARGEST_FEED = 64 << 20  # bytes


def feed(path: Path, shown: str, asked: Asked) -> Iterator[Item]:
    """The entries of an .xml, .rss or .atom file."""
    import feedparser

    data = whole(chunks(path), LARGEST_FEED)
    if data is None:
        yield left_out(shown, "too long")
        return
    headers = {}
    if asked.encoding is not None:
        data = b"".join(utf8([data], asked.encoding))
        headers = {"content-type": "application/xml; charset=utf-8"}
    try:
        found = feedparser.parse(io.BytesIO(data), response_headers=headers)
    except Exception as wrong:  # feedparser's parsers raise many kinds on hostile XML
        raise Broken(f"cannot be read as a feed ({type(wrong).__name__}); fetch it again") from None
    if not found.get("version") and not found.entries:
        raise Broken("no RSS or Atom feed; give other XML as text or JSON lines")
    outlet = one_line(_text(found.feed.get("title")))
    for number, entry in enumerate(found.entries, 1):
        yield _entry(entry, f"{shown}[{number}]", outlet, asked)
    yield from _faults(found, shown)


def _faults(found: Any, shown: str) -> Iterator[Damaged]:
    fault = found.get("bozo_exception")
    match type(fault).__name__:
        case "SAXParseException":
            where = f"{shown}:{fault.getLineNumber()}"
            yield Damaged(where, "malformed XML; what could be made out was read; fetch it again")
        case "CharacterEncodingOverride":
            yield Damaged(shown, f"{one_line(str(fault))}; name its encoding, for example --encoding latin-1")


def _entry(entry: Any, where: str, outlet: str | None, asked: Asked) -> Item:
    title = one_line(_text(entry.get("title")))
    pieces = [one.get("value") for one in entry.get("content") or ()] or [entry.get("summary")]
    text = "\n\n".join(filter(None, map(_text, pieces))) or title
    link = one_line(entry.get("link"))
    key = one_line(entry.get("id")) or link
    if text is None:
        return left_out(where, "empty", key)
    source = one_line(_text((entry.get("source") or {}).get("title")))
    # dict.get, since feedparser's own warns where "updated" is absent and answers with "published"
    moment = dict.get(entry, "published_parsed") or dict.get(entry, "updated_parsed")
    published = possible(*moment[:3]) if moment else None
    return document(text, where, asked, key=key, title=title, source=source or outlet, url=link, published=published)


def _text(given: object) -> str | None:
    return untagged(given) or None if isinstance(given, str) else None
