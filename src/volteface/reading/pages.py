"""HTML pages: the main text, title, outlet, address and date of one article."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from volteface.reading.dates import date_in_name, date_of
from volteface.reading.items import Asked, Item, document, left_out, one_line
from volteface.reading.markup import untagged
from volteface.reading.opening import Broken, chunks, decoded, utf8, whole

LARGEST_PAGE = 16 << 20  # bytes

_DECLARED = re.compile(  # only what old pages are really written in
    rb"<(?:meta|\?xml)[^<>]{0,200}?(?:charset|encoding)\s*=\s*[\"']?(windows-\d+|iso-?8859-\d+|latin-?\d|cp125\d"
    rb"|koi8-[ru]|gb2312|gbk|gb18030|big5|shift_jis|euc-jp|euc-kr|macintosh)\b",
    re.I,
)
_TITLE = re.compile(r"<title\b[^<>]*>([^<]*)", re.I)


def page(path: Path, shown: str, asked: Asked) -> Iterator[Item]:
    """An .html file as one document."""
    data = whole(chunks(path), LARGEST_PAGE)
    if data is None:
        yield left_out(shown, "too long")
        return
    markup = _decoded(data, asked.encoding)
    found = _article(markup)
    text = (found.get("text") or untagged(markup)).replace("\n", "\n\n")  # a line of either is a paragraph
    named = _TITLE.search(markup)
    outlet = one_line(found.get("sitename"))
    title = one_line(found.get("title")) or (one_line(untagged(named[1])) if named else None)
    yield document(
        text,
        shown,
        asked,
        title=_without_outlet(title, outlet),
        source=outlet,
        url=one_line(found.get("url")) or shown,
        published=date_of(found.get("date")) or date_in_name(path.stem),
    )


def _decoded(data: bytes, encoding: str | None) -> str:
    try:
        return decoded(b"".join(utf8([data], encoding)))
    except Broken:
        declared = _DECLARED.search(data[:4096])
        if encoding is not None or declared is None:
            raise
        try:
            return data.decode(declared[1].decode("ascii"))
        except (LookupError, ValueError):
            pass
        raise


def _without_outlet(title: str | None, outlet: str | None) -> str | None:
    """A page's title without " - Outlet" at its end."""
    if title and outlet:
        cut = re.sub(rf"\s+[-–—|·:]\s+{re.escape(outlet)}$", "", title, flags=re.I)
        return cut or title
    return title


@cache
def _extractor() -> Any:
    import trafilatura

    for name in ("trafilatura", "htmldate", "courlan", "justext"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return trafilatura.bare_extraction


def _article(markup: str) -> dict[str, Any]:
    extract = _extractor()
    try:
        found = extract(
            markup,
            with_metadata=True,
            include_comments=False,
            include_tables=False,
            date_extraction_params={"extensive_search": False, "original_date": True},
        )
    except Exception:  # trafilatura and lxml raise many kinds on hostile pages; the tags can still be taken off
        return {}
    return (
        {} if found is None else {name: getattr(found, name) for name in ("text", "title", "sitename", "url", "date")}
    )
