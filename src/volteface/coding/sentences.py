"""Cuts a document's text into sentences by a few rules, so that only those worth parsing are. First step of coding."""

from __future__ import annotations

import re
from collections.abc import Iterator

from volteface import actors
from volteface.coding import lexicon
from volteface.terms import Span

_TOWNS = frozenset({"capital", "city", "region", "island"})
_LONGEST_DATELINE = 80  # characters
LONGEST = 1_200  # characters; a longer stretch without a sentence end is cut at white space

_ABBREVIATIONS = lexicon.group("abbreviations")
_BREAK = re.compile(
    r"(?P<stop>[.!?…]+)(?P<close>[\"'”’)\]]*)(?P<space>\s+)(?=[\"'“‘(\[]*[A-Z0-9ÀÁÂÄÇÉÈÍÎÖÓØŠÜÚÑŞŻ])|\n\s*\n|\n(?=\s*[-*•]\s)"
)
_LINE = re.compile(r"\n+")
_AGENCIES = (
    "AFP|AP|APA|Anadolu|ANSA|APS|BBC|Belga|Bloomberg|BTA|CNN|CTK|DPA|dpa|EFE|IANS|Interfax|IRNA|ISNA|Itar-Tass|KUNA|"
    "Kyodo(?: News)?|MENA|MTI|PA|PAP|PTI|Reuters|RFE/RL|RIA(?: Novosti)?|SANA|SPA|TASS|UPI|VOA|WAM|Xinhua|Yonhap"
)
_MONTHS = "Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec"
_PLACE = r"\s*[A-Z][^\W\d_'’.\- ]*(?:[ '’.-]{1,2}[A-Z][^\W\d_'’.\- ]*){0,3}"
_DATE = rf"(?:\d{{1,2}}\s)?(?:{_MONTHS})[a-z]*\.?(?:\s\d{{1,2}})?(?:,?\s\d{{4}})?"
_DATELINE = re.compile(
    rf"{_PLACE}(?:, [^\W\d_][^\W\d_.' -]*(?: [A-Z][^\W\d_]*\.?)?)??"
    rf"(?P<told>,\s{_DATE}\s*(?:\([^()\n]{{2,40}}\))?|\s\((?:{_AGENCIES})\))?\s*(?:—|–|--?)\s+(?=\S)"
)


def split(text: str) -> Iterator[Span]:
    """The sentences of a text in order, as spans without outer white space. Headlines on a line of their own count."""
    for paragraph_start, paragraph_end in _paragraphs(text):
        start = _after_dateline(text, paragraph_start, paragraph_end)
        for match in _BREAK.finditer(text, start, paragraph_end):
            if match["stop"] is not None and _is_abbreviation(text, paragraph_start, match.start(), match["stop"]):
                continue
            end = match.end("close") if match["stop"] is not None else match.start()
            yield from _trimmed(text, start, end)
            start = match.end()
        yield from _trimmed(text, start, paragraph_end)


def _after_dateline(text: str, start: int, end: int) -> int:
    """Where a paragraph's own words begin: behind `ANKARA, June 4 (Reuters) —`, which says where it was written."""
    match = _DATELINE.match(text, start, min(end, start + _LONGEST_DATELINE))
    if match is None:
        return start
    place = text[start : match.end()].split(",")[0].split("(")[0].rstrip(" —–-").strip()
    is_town = place.isupper() and bool(_TOWNS & {one.kind for one in actors.find(place.title())})
    return match.end() if match["told"] or is_town else start


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Lines; but a line that ends in mid-sentence and goes on in lower case belongs to the next."""
    start = 0
    for match in _LINE.finditer(text):
        following = text[match.end() : match.end() + 1]
        if len(match.group()) == 1 and following.islower():
            continue
        yield start, match.start()
        start = match.end()
    yield start, len(text)


def _is_abbreviation(text: str, floor: int, stop: int, mark: str) -> bool:
    if mark != ".":
        return False
    word_start = max(text.rfind(" ", floor, stop), text.rfind("(", floor, stop), floor - 1) + 1
    word = text[word_start:stop].strip("\"'“‘").lower()
    if word in _ABBREVIATIONS:
        # "in the U.S. The president": a following article or pronoun starts a new sentence
        following = text[stop + 1 : stop + 12].lstrip()
        return not (
            word in {"u.s", "u.n", "u.k", "e.u", "a.m", "p.m", "co", "inc", "corp", "ltd"} and _OPENERS.match(following)
        )
    return len(word) == 1 and word.isalpha() and word != "i"


_OPENERS = re.compile(r"(?:The|It|He|She|They|In|On|At|A|An|This|But|And|However|According|After|Meanwhile)\b")


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > LONGEST:
        cut = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        cut = cut if cut > 0 else start + LONGEST
        yield Span(start, cut, text[start:cut])
        start = cut + 1 if text[cut : cut + 1].isspace() else cut
    if end > start:
        yield Span(start, end, text[start:end])
