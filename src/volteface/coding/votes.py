"""Rules and classifier together: the parse has said who and whom, the lexicon what kind of act, the cues whether it
happened; the classifier votes on the last two, and on acts whose words the lexicon does not know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from volteface import ontology
from volteface.coding import classifier
from volteface.coding.events import Found
from volteface.coding.masked import Name, masked, place
from volteface.terms import Event, Factuality

# Tuned on the gold's development half, SURE on UDS's too; temperatures on the corpus's held-back blocks.
NO_EVENT = 0.95  # from here on an act that the rules found is none
OTHER_TYPE = 0.95  # from here on the classifier's type stands against the rules'
SAME_ACT = 0.2  # at least so much must the classifier give the rules' factuality where it tells another type
SURE = 0.8  # so sure must it be that an act happened, or that it did not, to stand against what cues say of that
OPEN = 0.6  # from here on what cues call future is only possible to it
IS_EVENT = 0.9  # from here on an act that only the classifier knows is one
PROPOSED_TYPE = 0.7  # and so much must its best type have
COMPLETED, COMPLETED_TYPE = 0.97, 0.6  # the same for an act of the lexicon between a party and a proposed one
TOPIC, TOPIC_BY_WORDS = 0.35, 0.05  # a context has at least so much, or so much where the sentence has its words

_OF_THE_STATE = frozenset({"GOV", "MIL", "JUD", "LEG"})  # who clash with a crowd, not in it


@dataclass(frozen=True, slots=True)
class Ballot:
    """An event that the rules found, or only proposed for its syntax, and the sentence as the classifier reads it."""

    event: Event
    sentence: str
    proposed: bool
    why: str  # the rules' reasons
    mutual: bool = False  # the parties are the two sides of one subject
    specific: bool = False  # the lexicon tells the act by more than one word
    stands: bool = False  # words say that it happened ("managed to"), a negation made it this act, or it is ordered
    in_lexicon: bool = False  # the lexicon tells the act, but one of its parties is only proposed


class Verdict(NamedTuple):
    """What is left of an event (None: it is none), and why."""

    event: Event | None
    why: str


def ballot(
    event: Event,
    text: str,
    names: Sequence[Name],
    found: Found | None,
    proposed: bool = False,
    in_lexicon: bool = False,
) -> Ballot:
    """A ballot on an event of the sentence `text`, whose names have offsets in it."""
    low = event.sentence.start
    trigger = (event.trigger.start - low, event.trigger.end - low)
    mutual = found is not None and found.roles.mutual
    stands = found is not None and (
        found.why in ("imperative", "?") or (found.factuality == "actual" and found.why != "")
    )
    specific = found is None or found.entry.when.weight > 0
    pair = (place(text, event.source.text, trigger), place(text, event.target.text, trigger))
    return Ballot(
        event,
        masked(text, names, *pair, trigger),
        proposed,
        _reasons(event, found),
        mutual,
        specific,
        stands,
        in_lexicon,
    )


def _reasons(event: Event, found: Found | None) -> str:
    """Why the rules say what they say."""
    if found is None:
        return f'"{event.trigger.text}": {event.type} by what its speaker says of the other'
    entry = f"{found.entry.type} by triggers.tsv" if found.entry.lemma else "not in triggers.tsv"
    return f'"{event.trigger.text}": {entry}; {found.roles.path}; {found.factuality} ({found.why or "no cue"})'


def settle(ballots: Sequence[Ballot]) -> Iterator[Verdict]:
    """A verdict on each event, in order."""
    if not ballots:
        return
    answers = classifier.answer([ballot.sentence for ballot in ballots])
    kinds = classifier.kinds()
    types = sorted({kind.type for kind in kinds if kind.type})
    of_type = np.array([[kind.type == name for name in types] for kind in kinds], np.float32)
    by_type = answers.kinds @ of_type
    known = classifier.factualities()
    for i, one in enumerate(ballots):
        shares = dict(zip(types, map(float, by_type[i]), strict=True))
        none = float(answers.kinds[i, 0])
        kind = kinds[int(answers.kinds[i].argmax())]
        told = _type(
            one,
            shares,
            none,
            kind.type == kind.crosswalk and answers.factualities[i][known.index(one.event.factuality)] >= SAME_ACT,
        )
        factuality, of_this = settled_factuality(one.event.factuality, answers.factualities[i], one.stands)
        best = max(shares, key=shares.__getitem__)
        why = (
            f"{one.why}; {classifier.version()}: no event {none:.2f}, {best} {shares[best]:.2f}, "
            f"{factuality} {of_this:.2f}"
        )
        if told is None:
            yield Verdict(None, f"{why}: no event")
            continue
        if told != one.event.type and not one.proposed:
            why += f": {told} by the classifier"
        if factuality != one.event.factuality:
            why += f": {factuality} by the classifier"
        mode = one.event.mode if told == one.event.type and one.event.mode else _mode(answers.kinds[i], told)
        certain = shares[told] if one.proposed else one.event.confidence * max(0.05, 1 - none)
        event = replace(
            one.event,
            type=told,
            mode=mode,
            contexts=settled_contexts(one.event.contexts, answers.contexts[i]),
            score=ontology.types()[told].score,
            factuality=factuality,
            confidence=round(certain, 3),
        )
        yield Verdict(event, why)


def _type(one: Ballot, shares: dict[str, float], none: float, same_act: bool) -> str | None:
    """The type on which rules and classifier settle; None for no event.

    `same_act`: both may speak of one act ("will not recognise" is a refusal to one, to the other no recognition), and
    it is of a kind that schemes do not part over.
    """
    best = max(shares, key=shares.__getitem__)
    if one.proposed and one.in_lexicon:
        sure = none <= 1 - COMPLETED and shares[one.event.type] >= COMPLETED_TYPE and best == one.event.type
        return best if sure else None
    if one.proposed:
        if one.mutual and not ontology.types()[best].symmetric:
            return None  # who stand side by side do much to others, little to each other
        return best if none <= 1 - IS_EVENT and shares[best] >= PROPOSED_TYPE else None
    if none >= NO_EVENT:
        return None
    may_be = best != "PROTEST" or one.event.source.sector not in _OF_THE_STATE
    return best if may_be and same_act and not one.specific and shares[best] >= OTHER_TYPE else one.event.type


def _mode(shares: classifier.Probabilities, told: str) -> str | None:
    inside = [(float(shares[i]), kind.mode) for i, kind in enumerate(classifier.kinds()) if kind.type == told]
    return max(inside, key=lambda one: one[0])[1] if inside else None


def settled_factuality(
    told: Factuality, shares: classifier.Probabilities, stands: bool = False
) -> tuple[Factuality, float]:
    """The factuality on which cues (`told`) and classifier settle, and the classifier's probability of it.

    The classifier may doubt what no cue doubts or vouches for, vouch itself for what a cue leaves open, and leave open
    what a cue foresees. A negation and an order stand: what is wrongly told as fact costs most.
    """
    names: tuple[Factuality, ...] = classifier.factualities()  # type: ignore[assignment]
    share = dict(zip(names, map(float, shares), strict=True))
    said = told
    if told == "actual" and not stands and share["actual"] <= 1 - SURE:
        said = max((name for name in names if name != "actual"), key=share.__getitem__)
    elif told == "hypothetical" and not stands and share["actual"] >= SURE:
        said = "actual"
    elif told == "future" and share["hypothetical"] >= OPEN:
        said = "hypothetical"
    return said, share[said]


def settled_contexts(told: Sequence[str], shares: classifier.Probabilities) -> tuple[str, ...]:
    """The contexts on which the sentence's words (`told`) and classifier settle."""
    known = zip(classifier.contexts(), map(float, shares), strict=True)
    return tuple(name for name, share in known if share >= (TOPIC_BY_WORDS if name in told else TOPIC))
