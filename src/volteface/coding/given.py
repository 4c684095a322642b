"""What kind of act is between two parties that are given: for sentences whose pair somebody marked, as in sets coded by
hand. The coder itself finds its pairs (`events`) and does not pass here.

told = answers([Given("Ankara rebuked Moscow's envoy.", (0, 6), (15, 29))])
classifier.kinds()[told.kinds[0].argmax()].name  # ACCUSE/disapprove
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import NamedTuple

from volteface import actors
from volteface.coding import classifier
from volteface.coding.classifier import Answers
from volteface.coding.masked import Place, masked, names
from volteface.coding.parse import Tree, parse


class Given(NamedTuple):
    """A sentence and where the source and the target stand in it, in characters; None for a party that is not in it."""

    text: str
    source: Place | None
    target: Place | None


def answers(given: Sequence[Given]) -> Answers:
    """The classifier's probabilities, a row for each sentence, in order.

    Each is read twice, as it stands and with the verb above the source marked as the act: the mean of both is better
    than either, as the verb is not always the act, and a sentence holds more acts than the pair's.
    """
    mentions = [actors.find(one.text) for one in given]
    trees = parse(zip((one.text for one in given), mentions, strict=True))
    plain, marked = [], []
    for one, found, tree in zip(given, mentions, trees, strict=True):
        known = names(found)
        plain.append(masked(one.text, known, one.source, one.target))
        marked.append(masked(one.text, known, one.source, one.target, _verb_above(tree, one.source)))
    read = classifier.answer(plain), classifier.answer(marked)
    return Answers(*(sum(getattr(one, field.name) for one in read) / len(read) for field in fields(Answers)))


def _verb_above(tree: Tree, party: Place | None) -> Place | None:
    """Where the verb stands that governs a party's words; None where the party is not there or holds it itself."""
    span = party and tree.char_span(*party, alignment_mode="expand")
    if not party or span is None:
        return None
    verb = next((above for above in span.root.ancestors if above.pos_ == "VERB"), None)
    if verb is None or party[0] <= verb.idx < party[1]:
        return None
    return verb.idx, verb.idx + len(verb.text)
