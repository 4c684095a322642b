"""Whether a text is English, by its script and its commonest words: quick, and in doubt it says yes."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

_SAMPLE = 4_000  # characters looked at
_WORD = re.compile(r"[^\W\d_]{2,}")
_ENGLISH_SHAPE = re.compile(r"[a-z]{2}(?:ing|ed|ly|ght|ship|ness|'s|’s)(?![^\W_])")
_OTHER_SCRIPTS = re.compile(r"[\u0370-\u1dff\u2c00-\ua71f\ua800-\ud7ff\uf900-\ufdff\ufe70-\ufefc\uff66-\uffdc]")


def is_english(text: str) -> bool:
    """False only where another script or another language's words clearly outweigh English ones."""
    sample = text[:_SAMPLE]
    if sample.isupper():
        sample = sample.lower()
    ascii_only = sample.isascii()
    words = _WORD.findall(sample)
    ours, others = _words_of_languages()
    english = len(ours.intersection(map(str.lower, words)))
    if ascii_only and english >= 3:
        return True
    if not ascii_only and 2 * len(_OTHER_SCRIPTS.findall(sample)) > sum(map(str.isalpha, sample)):
        return False
    # words with a capital do not count against English: names such as Los Angeles or Le Monde
    small = {word for word in words if word.islower()}
    if english >= 12 or english * 4 > len(small):
        return True
    accented = set() if ascii_only else {word for word in small if not word.isascii()}
    foreign = max(len(small & theirs | accented) for theirs in others)
    if foreign >= 2 and foreign > 2 * english:
        return False
    if english == 0 and ((foreign and len(small) >= 2) or len(small) >= 6):
        return _ENGLISH_SHAPE.search(sample) is not None
    return True


@cache
def _words_of_languages() -> tuple[frozenset[str], tuple[frozenset[str], ...]]:
    """Words of English, and those of each other language that English lacks."""
    lines = (Path(__file__).parent / "data" / "language_words.tsv").read_text("utf-8").splitlines()
    english, *others = (frozenset(line.split("\t")[1].split()) for line in lines[2:])
    return english, tuple(words - english for words in others)
