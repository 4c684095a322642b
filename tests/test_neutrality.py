"""Name-swap audit: no state's name weighs. Exchanging two states' names in a text exchanges what is coded exactly."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from training import corpus
from volteface import actors, coding
from volteface.terms import Document, documents_table

FORMS = {  # name, adjective, people, capital
    "RUS": ("Russia", "Russian", "Russians", "Moscow"),
    "IRN": ("Iran", "Iranian", "Iranians", "Tehran"),
    "TUR": ("Turkey", "Turkish", "Turks", "Ankara"),
    "SWE": ("Sweden", "Swedish", "Swedes", "Stockholm"),
    "AZE": ("Azerbaijan", "Azerbaijani", "Azerbaijanis", "Baku"),
    "SAU": ("Saudi Arabia", "Saudi", "Saudis", "Riyadh"),
}
WHICH = {"name": 0, "official": 0, "old": 0, "demonym": 1, "capital": 3}
TEXTS = 150


def cast(text: str, codes: tuple[str, str]) -> str | None:
    """The text with each of its states played by one of the two in turn; None if it names other actors or no two."""
    pieces, end = [], 0
    parts: dict[str, int] = {}
    for mention in actors.find(text):
        if mention.code is None or mention.kind not in WHICH:
            return None
        part = parts.setdefault(mention.code, len(parts) % 2)
        people = mention.kind == "demonym" and mention.text.endswith("s") and not mention.text.endswith("ss")
        pieces += [text[end : mention.start], FORMS[codes[part]][2 if people else WHICH[mention.kind]]]
        end = mention.end
    return "".join([*pieces, text[end:]]) if len(parts) > 1 else None


def coded(texts: list[str], exchanged: dict[str, str]) -> list[Counter[tuple[Any, ...]]]:
    """What each text says, its states exchanged, without offsets, ids and words."""
    documents = [Document(str(i), text, published=dt.date(2020, 1, 1)) for i, text in enumerate(texts)]
    told: list[Counter[tuple[Any, ...]]] = [Counter() for _ in texts]
    kept = ("kind", "source_sector", "target_sector", "type", "mode", "factuality", "date", "score", "confidence")
    for row in coding.code_batch(documents_table(documents)).to_pylist():
        sides = [exchanged.get(row[side], row[side]) for side in ("source_code", "target_code")]
        told[int(row["document"])][(*sides, *(row[name] for name in kept))] += 1
    return told


def plays(codes: tuple[str, str]) -> Iterator[tuple[str, str]]:
    """Sentences of our own with two states, and the same with the two exchanged, unless that makes another name of it
    (Radio Sweden, the Kingdom of Sweden)."""
    for sentence in corpus.read():
        one, other = cast(sentence.text, codes), cast(sentence.text, codes[::-1])
        if one is not None and other is not None and unnamed(one) == unnamed(other):
            yield one, other


def unnamed(text: str) -> list[str]:
    """What a text says between the names in it."""
    ends = [0, *(mention.end for mention in actors.find(text))]
    starts = [*(mention.start for mention in actors.find(text)), len(text)]
    return [text[end:start] for end, start in zip(ends, starts, strict=True)]


@pytest.mark.parametrize("codes", [("RUS", "IRN"), ("TUR", "SWE"), ("AZE", "SAU")])
def test_exchanging_two_states_names_exchanges_what_is_coded_exactly(codes: tuple[str, str]) -> None:
    pairs = list(plays(codes))
    pairs = pairs[:: max(1, len(pairs) // TEXTS)]
    exchange = {codes[0]: codes[1], codes[1]: codes[0]}
    told = coded([one for one, _ in pairs], {})
    assert sum(map(len, told)) > TEXTS / 2
    mirrored = coded([other for _, other in pairs], exchange)
    unlike = [pair for pair, one, other in zip(pairs, told, mirrored, strict=True) if one != other]
    assert unlike == []
