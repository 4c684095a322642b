"""Commitments: what a side is bound to do, for whom, and on what condition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from volteface.coding import attribution, dates, factuality
from volteface.coding.events import Found, Place, span_of, with_sector
from volteface.coding.parse import Token, children, clause, phrase
from volteface.coding.roles import Sentence
from volteface.ontology import types
from volteface.terms import Commitment, Event

_BOUND = frozenset({"bind", "oblige", "obligate", "commit", "require", "compel"})


def code(
    sentence: Sentence,
    place: Place,
    whens: list[dates.When],
    coded: Sequence[tuple[Event, Found]],
    findings: Sequence[Found],
) -> Iterator[Commitment]:
    for token in sentence.tree:
        bound = _bound_act(token)
        if bound is None:
            continue
        act = bound
        holders = [a for s in _holders(token, act, sentence) for a in sentence.actors(s) or sentence.parties.owners(s)]
        if not holders or holders[0].code is None:
            continue
        value, _ = factuality.of(token, speech_act=True)
        if value in ("negated", "hypothetical"):  # a commitment that is only demanded binds nobody
            continue
        below = {t.i for t in act.subtree}
        act_events = [
            (event, found) for event, found in coded if found.token.i in below and event.source.code == holders[0].code
        ]
        condition = _condition(token, act)
        if condition is None and act_events and types()[act_events[0][0].type].score < 0:
            continue  # what is vowed against somebody is a threat
        pattern, beneficiary = None, act_events[0][0].target if act_events else None
        if condition is not None:
            inside = {t.i for t in condition.subtree}
            events = [event for event, found in coded if found.token.i in inside]
            if events:
                pattern = (events[0].source.code or "", events[0].type, events[0].target.code or "")
                if beneficiary is None or beneficiary.code == events[0].source.code:
                    beneficiary = events[0].target
        if beneficiary is None:
            related = [a for a in sentence.related(act) if a.code != holders[0].code]
            beneficiary = related[0] if related else None
        if beneficiary is None and condition is None:
            continue
        date, precision = dates.of(token, whens, place.published)
        yield Commitment(
            document=place.document,
            sentence=place.span,
            trigger=span_of(token, place),
            source=with_sector(holders[0], None),
            target=with_sector(beneficiary, None) if beneficiary is not None else None,
            type=_act_type(act, findings),
            action=_action(act, condition),
            condition=clause(condition) if condition is not None else None,
            condition_pattern=pattern,
            basis=_basis(sentence),
            attribution=attribution.of(token, sentence),
            date=date,
            date_precision=precision,
            confidence=0.8,
        )


def _bound_act(token: Token) -> Token | None:
    """The act that a word of obligation or promise governs."""
    lemma = token.lemma_.lower()
    act = next((child for relation in ("xcomp", "ccomp", "advcl") for child in children(token, relation)), None)
    infinitive = act is not None and any(c.lower_ == "to" for c in act.children)
    if lemma in _BOUND or token.lower_ in ("bound", "obliged", "obligated", "committed", "duty-bound"):
        return act if act is not None and infinitive else None
    if lemma in ("pledge", "promise", "vow", "guarantee", "undertake", "swear") and token.pos_ == "VERB":
        return act if act is not None and (infinitive or act.dep_ == "ccomp") else None
    if lemma in ("obligation", "duty", "commitment", "guarantee", "pledge") and token.pos_ == "NOUN":
        act = next((c for c in children(token, "acl") if any(g.lower_ == "to" for g in c.children)), None)
        return act if act is not None else None
    return None


def _holders(token: Token, act: Token, sentence: Sentence) -> list[Token]:
    if token.pos_ == "NOUN":
        governor = token.head
        return sentence.owner_tokens(token) or (
            sentence.subject_tokens(governor) if governor.pos_ in ("VERB", "AUX") else []
        )
    if token.pos_ == "ADJ" or token.dep_ in ("acomp", "oprd"):
        return sentence.subject_tokens(token.head) or sentence.object_tokens(token.head)
    if sentence.is_passive(token):
        return sentence.object_tokens(token)
    if token.lemma_.lower() in _BOUND:
        return sentence.object_tokens(token)
    return sentence.subject_tokens(token)


def _condition(token: Token, act: Token) -> Token | None:
    node = token
    for start in (act, token):
        for child in start.children:
            if child.dep_ == "advcl" and any(
                c.lower_ in ("if", "when", "should", "once") and c.dep_ in ("mark", "advmod", "aux")
                for c in child.children
            ):
                return child
    for _ in range(4):
        for child in node.children:
            if child.dep_ == "advcl" and any(
                c.lower_ in ("if", "should") and c.dep_ in ("mark", "aux") for c in child.children
            ):
                return child
        if node.head.i == node.i:
            return None
        node = node.head
    return None


def _act_type(act: Token, findings: Sequence[Found]) -> str | None:
    return next((found.entry.type for found in findings if found.token.i == act.i), None)


def _action(act: Token, condition: Token | None) -> str:
    skipped = {t.i for t in condition.subtree} if condition is not None else set()
    inside = [t for t in act.subtree if t.i not in skipped and t.i >= act.i]
    words = ["not "] if children(act, "neg") else []
    for earlier, token in zip([None, *inside], inside, strict=False):
        if earlier is not None and token.i != earlier.i + 1:
            break
        if token.dep_ == "cc" and token.head.i == act.i:
            break
        words.append(token.text_with_ws)
    return "".join(words).strip(" ,;.")[:200]


def _basis(sentence: Sentence) -> str | None:
    for token in sentence.tree:
        if (
            token.lemma_.lower()
            in ("treaty", "pact", "accord", "agreement", "charter", "article", "convention", "memorandum")
            and token.dep_ in ("pobj", "nsubj")
            and token.head.lower_ in ("under", "by", "oblige", "obliges", "bind", "binds", "requires", "require", "in")
        ):
            return phrase(token, 120)
    return None
