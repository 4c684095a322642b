"""Red lines: a limit that a side has drawn, what would cross it, and who touched it."""

from __future__ import annotations

from collections.abc import Iterator

from volteface.coding import attribution, dates, factuality
from volteface.coding.events import Place, span_of, with_sector
from volteface.coding.parse import Token, base, children, clause, prepositions
from volteface.coding.roles import Sentence
from volteface.terms import RedLine

_LINES = frozenset({"red", "bottom"})
_TOUCHING = {
    "touch": "touched",
    "challenge": "touched",
    "approach": "touched",
    "test": "touched",
    "cross": "crossed",
    "breach": "crossed",
    "violate": "crossed",
    "overstep": "crossed",
}


def code(sentence: Sentence, place: Place, whens: list[dates.When]) -> Iterator[RedLine]:
    for token in sentence.tree:
        if token.lower_ not in ("line", "lines") or token.i == 0 or token.nbor(-1).lower_ not in _LINES:
            continue
        holders = [a for c in children(token, "poss") for a in sentence.actors(c)] or sentence.parties.owners(token)
        holders = holders or [
            a for name, inner in prepositions(token) if name in ("of", "for") for a in sentence.actors(inner)
        ]
        verb = base(token).head
        while verb.pos_ not in ("VERB", "AUX") and verb.head.i != verb.i:
            verb = verb.head
        words = {verb.lemma_.lower()} | {t.lemma_.lower() for t in token.ancestors}
        status = next((value for key, value in _TOUCHING.items() if key in words), "drawn")
        subjects = [a for s in sentence.subject_tokens(verb) for a in sentence.actors(s) or sentence.parties.owners(s)]
        if not holders and status == "drawn":
            holders, subjects = subjects[:1], []
        if not holders or holders[0].code is None:
            continue
        by = next((a for a in subjects if a.code != holders[0].code), None)
        value, _ = factuality.of(verb)
        date, precision = dates.of(token, whens, place.published)
        yield RedLine(
            document=place.document,
            sentence=place.span,
            trigger=span_of(token, place),
            source=with_sector(holders[0], None),
            target=with_sector(by, None) if by is not None else None,
            crossing=_crossing(token, verb, sentence),
            consequence=_consequence(verb),
            status=status if value == "actual" else "drawn",
            attribution=attribution.of(token, sentence),
            date=date,
            date_precision=precision,
            confidence=0.8,
        )


def _crossing(line: Token, verb: Token, sentence: Sentence) -> str:
    """What would cross the line, in the text's words: the clause that explains it, else the subject."""
    for child in line.children:
        if child.dep_ in ("relcl", "acl", "appos") and child.lemma_ == "be":
            inner = next(iter(children(child, "ccomp", "attr")), child)
            return clause(inner).removeprefix("that ")
    if verb.lemma_ == "be":
        subject = next(iter(children(verb, "nsubj", "csubj")), None)
        if subject is not None:
            return clause(subject)
    subject = next(iter(sentence.subject_tokens(verb)), None)
    return clause(subject) if subject is not None else clause(verb)


def _consequence(verb: Token) -> str | None:
    for child in verb.children:
        if child.dep_ in ("relcl", "advcl", "conj", "ccomp") and any(
            c.lower_ in ("will", "would") for c in child.children
        ):
            return clause(child).removeprefix("which ")
    for token in verb.subtree:
        if (
            token.dep_ in ("relcl", "advcl")
            and token.i > verb.i
            and any(c.lower_ in ("will", "would") and c.dep_ == "aux" for c in token.children)
            and any(c.lower_ == "which" for c in token.children)
        ):
            return clause(token).removeprefix("which ")
    return None
