"""Claims: what a sentence says of how a dyad stands, by the words for relations and their breaks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from volteface.coding import attribution, dates, factuality, lexicon
from volteface.coding.events import Place, span_of, with_sector
from volteface.coding.parse import Token, base, children, prepositions
from volteface.coding.roles import Sentence
from volteface.terms import Actor, Claim, Factuality

_DOMESTIC = frozenset(
    ("humanitarian", "economic", "financial", "debt", "health", "banking", "refugee", "migrant", "energy")
)
_ENDING = lexicon.group("ending")
_RELATIONS = frozenset({"relation", "relationship", "tie", "friendship", "alliance", "link"})


@cache
def _claims(pos: str) -> dict[str, dict[str, str]]:
    return {
        word: row for row in lexicon.rows("claims.tsv") if row["pos"] == pos for word in lexicon.words(row["words"])
    }


def code(sentence: Sentence, place: Place, whens: list[dates.When]) -> Iterator[Claim]:
    """The claims of one sentence, each once."""
    seen = set()
    for claim in _told(sentence, place, whens):
        key = (frozenset({claim.source.code, claim.target.code}), claim.state, claim.period)
        if key not in seen:
            seen.add(key)
            yield claim


def _told(sentence: Sentence, place: Place, whens: list[dates.When]) -> Iterator[Claim]:
    for token in sentence.tree:
        lemma = token.lemma_.lower()
        row = None
        dyad: tuple[Actor, Actor] | None = None
        if token.pos_ in ("NOUN", "PROPN") and (lemma in _RELATIONS or token.lower_ in ("ties", "relations")):
            row = _said_of_relations(token)
            dyad = _dyad(token, sentence) if row else None
            if row is not None and dyad is None:
                dyad = _implied_dyad(token, sentence)
        elif token.lower_ in ("falling", "fall", "fell", "fallen", "falls") and any(
            c.lower_ == "out" for c in token.children
        ):
            row = _claims("noun")["falling-out"]
            dyad = _fallen_out(token, sentence)
        elif token.pos_ in ("NOUN", "PROPN") and lemma in _claims("noun"):
            row = _claims("noun")["reconciliation" if _is_ended(token) else lemma]
            dyad = _dyad(token, sentence)
            if row["state"] == "hostile" and lemma in ("war", "conflict") and _named_war(token):
                continue
        elif token.pos_ in ("NOUN", "PROPN", "ADJ") and lemma in _claims("party"):
            row = _claims("party")[lemma]
            dyad = _party(token, sentence)
        elif lemma in _claims("between") or token.lower_ in _claims("between"):
            row = _claims("between").get(lemma) or _claims("between")[token.lower_]
            dyad = _plural_subject(token, sentence)
        if row is None or dyad is None or dyad[0].code == dyad[1].code or None in (dyad[0].code, dyad[1].code):
            continue
        if {"BUS", "CVL"} & {side.sector for side in dyad} or _is_domestic_trouble(token):
            continue
        value: Factuality = "actual" if _is_presupposed(token, row) else factuality.of(_carrier(token))[0]
        date, precision = dates.of(token, whens, place.published)
        yield Claim(
            document=place.document,
            sentence=place.span,
            trigger=span_of(token, place),
            source=with_sector(dyad[0], None),
            target=with_sector(dyad[1], None),
            state=row["state"],
            direction=row.get("direction") or None,
            period=_period(token, value),
            factuality=value,
            attribution=attribution.of(token, sentence),
            date=date,
            date_precision=precision,
            confidence=0.8,
        )


def _is_domestic_trouble(token: Token) -> bool:
    """A humanitarian or debt crisis is nobody's quarrel."""
    return any(child.lower_ in _DOMESTIC for child in token.children if child.dep_ in ("amod", "compound"))


def _is_ended(token: Token) -> bool:
    """`They settled their dispute`."""
    done = token.dep_ == "dobj" or token.dep_ == "nsubjpass"
    return done and token.head.lemma_ in _ENDING


def _is_presupposed(token: Token, row: dict[str, str]) -> bool:
    """`The dispute`, `their conflict`: spoken of as there, whatever is said of it."""
    definite = any(child.lower_ == "the" or child.tag_ == "PRP$" for child in token.children)
    return row["pos"] == "noun" and row["state"] in ("strained", "hostile") and definite


def _carrier(token: Token) -> Token:
    """The verb whose factuality is that of what is said of relations; `can be said to be good` is good."""
    if _is_ended(token):
        return token.head
    if token.dep_ not in ("nsubj", "nsubjpass") or token.head.pos_ not in ("VERB", "AUX"):
        return token
    verb = token.head
    if verb.lemma_ in ("say", "describe", "call") and children(verb, "xcomp"):
        return children(verb, "xcomp")[0]
    return verb


def _period(token: Token, value: str) -> str:
    """Before, now or expected: by the factuality and the tense of the clause's verb."""
    if value in ("future", "hypothetical"):
        return "expected"
    node = token
    while node.pos_ not in ("VERB", "AUX") and node.head.i != node.i:
        node = node.head
    words = {c.lower_ for c in node.children}
    if words & {"always", "once", "formerly", "previously", "before", "originally", "used"} or (
        node.tag_ == "VBD" and "since" not in words
    ):
        return "before"
    return "now"


def _said_of_relations(noun: Token) -> dict[str, str] | None:
    """What is said of relations: by an adjective before them, a predicate, or the verb that governs them."""
    for child in noun.children:
        if child.dep_ in ("amod", "acl") and child.lemma_.lower() in _claims("adj"):
            return _claims("adj")[child.lemma_.lower()]
    governor = base(noun).head
    steps = 0
    while governor.pos_ in ("VERB", "AUX") and steps < 4:
        if governor.lemma_.lower() in _claims("verb"):
            return _claims("verb")[governor.lemma_.lower()]
        for child in governor.children:
            if child.dep_ in ("acomp", "attr", "oprd", "advmod") and child.lemma_.lower() in _claims("adj"):
                return _claims("adj")[child.lemma_.lower()]
        following = children(governor, "xcomp", "ccomp")
        if not following:
            break
        governor, steps = following[0], steps + 1
    return None


def _dyad(noun: Token, sentence: Sentence) -> tuple[Actor, Actor] | None:
    """The two sides that a noun of relation names: between A and B, A's ... with B, A-B, or the subject and with B."""
    parties = sentence.parties
    owners = parties.owners(noun) + [
        a for c in children(noun, "poss", "compound", "amod", "nmod") for a in sentence.actors(c)
    ]
    phrases = list(prepositions(noun))
    governor = base(noun).head
    if governor.pos_ in ("VERB", "AUX"):
        phrases += [(name, inner) for name, inner in prepositions(governor) if name != "to"]  # "took it to the WTO"
    others = [
        a
        for name, inner in phrases
        if name in ("with", "between", "against", "to", "among", "of")
        for a in sentence.actors(inner) or parties.owners(inner)
    ]
    found = _two(owners + others)
    if found is None and governor.pos_ in ("VERB", "AUX"):
        subjects = [a for token in sentence.subject_tokens(governor) for a in sentence.actors(token)]
        found = _two(subjects + others)
    return found


def _two(found: Sequence[Actor]) -> tuple[Actor, Actor] | None:
    if not found:
        return None
    other = next((actor for actor in found[1:] if actor.code != found[0].code and actor.code), None)
    return (found[0], other) if other is not None and found[0].code else None


def _implied_dyad(noun: Token, sentence: Sentence) -> tuple[Actor, Actor] | None:
    """`Since A's breakup with B, relations have been poor`: the dyad that was spoken of last."""
    named = [actor for _, actor in sorted(sentence.parties.mentioned.items()) if actor.code]
    codes = list(dict.fromkeys(actor.code for actor in named))
    before = [actor for i, actor in sorted(sentence.parties.mentioned.items()) if i < noun.i]
    if len(codes) == 2 or len({a.code for a in before[:2]}) == 2:
        return _two(before if len({a.code for a in before}) >= 2 else named)
    return sentence.discourse.pair if not named else None


def _named_war(token: Token) -> bool:
    return token.i > 0 and token.nbor(-1).lower_ in ("world", "cold", "civil")


def _party(token: Token, sentence: Sentence) -> tuple[Actor, Actor] | None:
    """`Russia's arch rival Ukraine`, `Pakistan, an ally of China`, `A is B's enemy`."""
    owners = sentence.parties.owners(token) + [a for c in children(token, "poss") for a in sentence.actors(c)]
    owners += [a for name, inner in prepositions(token) if name in ("of", "to") for a in sentence.actors(inner)]
    if not owners:
        return None
    partner = [a for c in children(token, "appos", "compound") for a in sentence.actors(c)]
    if token.dep_ in ("compound", "nmod", "amod", "appos"):
        partner += sentence.actors(token.head)
    if token.dep_ == "attr":
        partner += [a for s in children(token.head, "nsubj") for a in sentence.actors(s)]
    partner += [a for a in sentence.actors(token) if a.code != owners[0].code]
    if not partner and token.i + 1 < len(sentence.tree):
        partner = sentence.actors(token.nbor(1))
    return _two([*owners[:1], *partner])


def _plural_subject(token: Token, sentence: Sentence) -> tuple[Actor, Actor] | None:
    """`A and B are at odds`, `A is hostile to B`."""
    others = [a for name, inner in prepositions(token) if name in ("with", "to") for a in sentence.actors(inner)]
    node = token
    for _ in range(5):
        subjects = [a for s in children(node, "nsubj", "nsubjpass") for a in sentence.actors(s)]
        if subjects:
            return _two([*(subjects[:1] if others else subjects), *others])
        if node.head.i == node.i:
            return None
        node = node.head
    return None


def _fallen_out(token: Token, sentence: Sentence) -> tuple[Actor, Actor] | None:
    verb = token.head if token.dep_ == "dobj" else token
    subjects = [a for s in sentence.subject_tokens(verb) for a in sentence.actors(s)]
    others = [a for name, inner in prepositions(token) if name == "with" for a in sentence.actors(inner)]
    for child in token.subtree:
        if child.lower_ == "with":
            others += [a for inner in child.children if inner.dep_ == "pobj" for a in sentence.actors(inner)]
    return _two([*subjects[:1], *others])
