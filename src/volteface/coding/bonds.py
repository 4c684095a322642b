"""What a sentence says besides acts: how a dyad stands, what binds a side, its red lines, its supplies."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache

from volteface.coding import attribution, dates, factuality, lexicon
from volteface.coding.events import Found, Place, span_of, with_sector
from volteface.coding.parse import Token, base, children, clause, phrase, prepositions
from volteface.coding.roles import Sentence
from volteface.terms import Actor, Claim, Commitment, Dependence, Event, Factuality, RedLine, Statement

_DOMESTIC = frozenset(
    ("humanitarian", "economic", "financial", "debt", "health", "banking", "refugee", "migrant", "energy")
)
_RELATIONS = frozenset({"relation", "relationship", "tie", "friendship", "alliance", "link"})
_BOUND = frozenset({"bind", "oblige", "obligate", "commit", "require", "compel"})
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
_HAVING = frozenset(
    "buy purchase procure acquire import get receive obtain order".split()
)  # the recipient is the subject
_GIVING = lexicon.group("giving")
_STOPPING = lexicon.group("stopping")
_SEEKING = frozenset("seek want request ask demand negotiate".split())
_RESTING = frozenset("depend rely".split())


@cache
def _claims(pos: str) -> dict[str, dict[str, str]]:
    return {
        word: row for row in lexicon.rows("claims.tsv") if row["pos"] == pos for word in lexicon.words(row["words"])
    }


def code(
    sentence: Sentence,
    place: Place,
    whens: list[dates.When],
    coded: Sequence[tuple[Event, Found]],
    findings: Sequence[Found],
) -> Iterator[Statement]:
    """Claims, commitments, red lines and dependences of one sentence."""
    yield from _distinct(_claim(sentence, place, whens))
    yield from _commitments(sentence, place, whens, coded, findings)
    yield from _red_lines(sentence, place, whens)
    yield from _dependences(sentence, place, whens)


def _distinct(claims: Iterator[Claim]) -> Iterator[Claim]:
    seen = set()
    for claim in claims:
        key = (frozenset({claim.source.code, claim.target.code}), claim.state, claim.period)
        if key not in seen:
            seen.add(key)
            yield claim


# Claims ----------------------------------------------------------------------------------------------------------


def _claim(sentence: Sentence, place: Place, whens: list[dates.When]) -> Iterator[Claim]:
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
            row = _claims("noun")[lemma]
            dyad = _dyad(token, sentence)
            if row["state"] == "hostile" and lemma in ("war", "conflict") and _named_war(token):
                continue
        elif token.pos_ in ("NOUN", "PROPN", "ADJ") and lemma in _claims("party"):
            row = _claims("party")[lemma]
            dyad = _party(token, sentence)
        elif lemma in _claims("between"):
            row = _claims("between")[lemma]
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


def _is_presupposed(token: Token, row: dict[str, str]) -> bool:
    """`The dispute`, `their conflict`: spoken of as there, whatever is said of it."""
    definite = any(child.lower_ == "the" or child.tag_ == "PRP$" for child in token.children)
    return row["pos"] == "noun" and row["state"] in ("strained", "hostile") and definite


def _carrier(token: Token) -> Token:
    """The verb whose factuality is that of what is said of relations; `can be said to be good` is good."""
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
        phrases += list(prepositions(governor))
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
    node = token
    for _ in range(5):
        subjects = [a for s in children(node, "nsubj", "nsubjpass") for a in sentence.actors(s)]
        if subjects:
            return _two(subjects)
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


# Commitments -----------------------------------------------------------------------------------------------------


def _commitments(
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


# Red lines -------------------------------------------------------------------------------------------------------


def _red_lines(sentence: Sentence, place: Place, whens: list[dates.When]) -> Iterator[RedLine]:
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


# Dependences -----------------------------------------------------------------------------------------------------


@cache
def _goods() -> dict[str, str]:
    return {word: row["good"] for row in lexicon.rows("goods.tsv") for word in lexicon.words(row["words"])}


def _good(token: Token) -> str | None:
    """The kind of good that a noun phrase names, by its head or by what stands before it ("anti-missile system")."""
    for candidate in [token, *(t for t in token.subtree if t.i < token.i and t.dep_ in ("compound", "amod", "nmod"))]:
        kind = _goods().get(candidate.text) or _goods().get(candidate.lemma_.lower())
        if kind is not None:
            return kind
    words = token.doc[max(token.i - 3, 0) : token.i + 1].text
    return next((kind for word, kind in _goods().items() if "-" in word and word in words), None)


def _dependences(sentence: Sentence, place: Place, whens: list[dates.When]) -> Iterator[Dependence]:
    for token in sentence.tree:
        lemma = token.lemma_.lower()
        found: tuple[list[Actor], list[Actor], Token | None, str] | None = None
        if token.pos_ == "VERB" and lemma in _HAVING | _GIVING | _SEEKING | _STOPPING | _RESTING:
            found = _transfer(token, lemma, sentence)
        elif token.pos_ == "NOUN" and lemma in (
            "purchase",
            "procurement",
            "import",
            "sale",
            "supply",
            "delivery",
            "shipment",
        ):
            found = _transfer_noun(token, lemma, sentence)
        if found is None:
            continue
        suppliers, recipients, item, status = found
        pairs = [(s, r) for s in suppliers[:2] for r in recipients[:2] if s.code and r.code and s.code != r.code]
        good = _good(item) if item is not None else None
        if not pairs or good is None:
            continue
        date, precision = dates.of(token, whens, place.published)
        for supplier, recipient in pairs:
            yield Dependence(
                document=place.document,
                sentence=place.span,
                trigger=span_of(token, place),
                source=with_sector(supplier, None),
                target=with_sector(recipient, None),
                good=good,
                item=phrase(item, 100) if item is not None else None,
                status=status,
                attribution=attribution.of(token, sentence),
                date=date,
                date_precision=precision,
                confidence=0.75,
            )


def _transfer(verb: Token, lemma: str, sentence: Sentence) -> tuple[list[Actor], list[Actor], Token | None, str]:
    subjects = [a for s in sentence.subject_tokens(verb) for a in sentence.actors(s)]
    objects = sentence.object_tokens(verb)
    phrases = [*prepositions(verb), *(p for t in objects for p in prepositions(t))]
    phrases += [p for name, inner in phrases if name == "of" for p in prepositions(inner)]
    wares = [
        t for t in (*objects, *(inner for name, inner in phrases if name == "of")) if not sentence.actors(t)
    ]  # "deliveries of missiles"
    item = next((t for t in wares if _good(t) is not None), None)

    def by(*names: str) -> list[Actor]:
        return [a for name, inner in phrases if name in names for a in sentence.actors(inner)]

    value, _ = factuality.of(verb)
    status = {"actual": "granted", "negated": "refused"}.get(value, "sought")
    if lemma in _RESTING:
        item = next((inner for name, inner in phrases if name in ("for",) and _good(inner)), None) or next(
            (inner for name, inner in phrases if name in ("on", "upon") and _good(inner)), None
        )
        return (
            by("on", "upon")
            or [a for name, inner in phrases if name in ("on", "upon") for a in sentence.related(inner)],
            subjects,
            item,
            status,
        )
    if lemma in _HAVING:
        suppliers = by("from") or [a for t in objects for a in _makers(t, sentence)]
        return suppliers, subjects, item, status
    if lemma in _GIVING:
        status = "granted" if value == "future" else status  # what a supplier announces it has granted
        recipients = by("to", "for", "with") or [a for t in objects for a in sentence.actors(t)]
        if lemma in ("provide", "supply") and item is None:
            item = next((inner for name, inner in phrases if name == "with" and _good(inner)), None)
        return subjects, recipients, item, status
    if lemma in _SEEKING:
        return by("from", "of"), subjects, item, "sought"
    refused = "embargoed" if lemma in ("embargo", "ban", "block", "freeze", "suspend", "halt") else "refused"
    return subjects, by("to", "with", "for"), item, refused if value == "actual" else status


def _makers(item: Token, sentence: Sentence) -> list[Actor]:
    """Who made the thing, where the text says so: `the F-35 developed by the U.S.`, `Russian S-400 missiles`."""
    found = list(sentence.parties.owners(item))
    for child in item.children:
        if child.dep_ in ("acl", "relcl"):
            found += [a for name, inner in prepositions(child) if name == "by" for a in sentence.actors(inner)]
    return found


def _transfer_noun(noun: Token, lemma: str, sentence: Sentence) -> tuple[list[Actor], list[Actor], Token | None, str]:
    owners = sentence.parties.owners(noun) + [a for c in children(noun, "poss", "amod") for a in sentence.actors(c)]
    phrases = list(prepositions(noun))
    item = next((inner for name, inner in phrases if name == "of" and _good(inner) is not None), None) or next(
        (c for c in children(noun, "compound") if _good(c) is not None), None
    )
    others = [a for name, inner in phrases if name in ("from", "to") for a in sentence.actors(inner)]
    others = others or (_makers(item, sentence) if item is not None else [])
    value, _ = factuality.of(noun)
    status = {"actual": "granted", "negated": "refused"}.get(value, "sought")
    if lemma in ("purchase", "procurement", "import"):
        return others, owners, item, status
    return owners, others, item, status
