"""Cuts a document's text into sentences by a few rules, so that only those worth parsing are. First step of coding."""

from __future__ import annotations

import re
from collections.abc import Iterator

from volteface.coding import lexicon
from volteface.terms import Span

LONGEST = 1_200  # characters; a longer stretch without a sentence end is cut at white space

_ABBREVIATIONS = lexicon.group("abbreviations")
_BREAK = re.compile(
    r"(?P<stop>[.!?…]+)(?P<close>[\"'”’)\]]*)(?P<space>\s+)(?=[\"'“‘(\[]*[A-Z0-9ÀÁÂÄÇÉÈÍÎÖÓØŠÜÚÑŞŻ])|\n\s*\n|\n(?=\s*[-*•]\s)"
)
_LINE = re.compile(r"\n+")


def split(text: str) -> Iterator[Span]:
    """The sentences of a text in order, as spans without outer white space. Headlines on a line of their own count."""
    start = 0
    for paragraph_start, paragraph_end in _paragraphs(text):
        start = paragraph_start
        for match in _BREAK.finditer(text, paragraph_start, paragraph_end):
            if match["stop"] is not None and _is_abbreviation(text, paragraph_start, match.start(), match["stop"]):
                continue
            end = match.end("close") if match["stop"] is not None else match.start()
            yield from _trimmed(text, start, end)
            start = match.end()
        yield from _trimmed(text, start, paragraph_end)


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
