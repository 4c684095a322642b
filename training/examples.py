"""From the corpus's sentences to what the classifier is taught: masked sentences with a marked pair, and its truths."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from training.corpus import NONE, UNSAID, Marked, Sentence, kinds
from volteface import actors
from volteface.coding.masked import Place, masked, names

HELD_BACK = 8  # of a hundred blocks: what no model is fitted on
SYMMETRIC = frozenset({"AGREE", "CONSULT", "COOPERATE"})
UNMARKED = 0.08  # share of examples that lose the mark of one side, as where a pronoun stands for it


@dataclass(frozen=True, slots=True)
class Example:
    """One input and its truths. `kinds` share the weight; none where only the factuality is known. NONE has no
    factuality."""

    text: str
    kinds: tuple[str, ...]
    factuality: str | None
    contexts: tuple[str, ...] | None
    where: str
    hard: bool


def is_held_back(where: str) -> bool:
    """Whether a block (file:line of its sentence's text) is kept for measuring."""
    return hashlib.blake2b(where.encode(), digest_size=4).digest()[0] * 100 < HELD_BACK * 256


def examples(sentences: Iterable[Sentence], seed: int = 0) -> Iterator[Example]:
    """Each event with its trigger marked, each pair without, and reversed pairs of directed acts as no event."""
    chance = random.Random(seed)
    for sentence in sentences:
        known = names(actors.find(sentence.text))
        for event in sentence.events:
            if event.kind == UNSAID:
                text = masked(sentence.text, known, None, None, event.trigger)
                yield Example(text, (), event.factuality, None, sentence.text, sentence.hard)
        pairs: dict[tuple[int, int], list[Marked]] = {}
        for event in sentence.events:
            if event.kind != UNSAID:
                pairs.setdefault((event.source, event.target), []).append(event)
        for (source, target), events in pairs.items():
            here = [event for event in events if event.kind != NONE]
            places = _places(sentence, source, target, chance)
            if not here:
                yield Example(masked(sentence.text, known, *places), (NONE,), None, None, sentence.text, sentence.hard)
                continue
            happened = [event for event in here if event.factuality == "actual"] or here
            yield Example(
                masked(sentence.text, known, *places),
                tuple(event.kind for event in happened),
                happened[0].factuality if len({event.factuality for event in happened}) == 1 else None,
                happened[0].contexts,
                sentence.text,
                sentence.hard,
            )
            for event in here:
                places = _places(sentence, source, target, chance)
                text = masked(sentence.text, known, *places, event.trigger)
                yield Example(text, (event.kind,), event.factuality, event.contexts, sentence.text, sentence.hard)
                directed = kinds()[event.kind].type not in SYMMETRIC
                if directed and (target, source) not in pairs and chance.random() < 0.5:
                    text = masked(sentence.text, known, places[1], places[0], event.trigger)
                    yield Example(text, (NONE,), None, None, sentence.text, sentence.hard)


def _places(sentence: Sentence, source: int, target: int, chance: random.Random) -> tuple[Place | None, Place | None]:
    one, other = sentence.spans[source][0], sentence.spans[target][0]
    lost = chance.random()
    return (None if lost < UNMARKED / 2 else one), (None if UNMARKED / 2 <= lost < UNMARKED else other)
