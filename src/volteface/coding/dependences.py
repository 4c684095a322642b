"""Dependences: what one side has, seeks or is refused from another: arms, energy, grain, money and the like."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from volteface.coding import attribution, dates, factuality, lexicon
from volteface.coding.events import Place, span_of, with_sector
from volteface.coding.parse import Token, children, phrase, prepositions
from volteface.coding.roles import Sentence
from volteface.terms import Actor, Dependence

_HAVING = frozenset(
    "buy purchase procure acquire import get receive obtain order".split()
)  # the recipient is the subject
_GIVING = lexicon.group("giving")
_STOPPING = lexicon.group("stopping")
_SEEKING = frozenset("seek want request ask demand negotiate".split())
_RESTING = frozenset("depend rely".split())


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


def code(sentence: Sentence, place: Place, whens: list[dates.When]) -> Iterator[Dependence]:
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
    wares = (*objects, *(inner for name, inner in phrases if name == "of"))  # "deliveries of missiles"
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
        return by("from", "of") or [a for t in objects for a in sentence.actors(t)], subjects, item, "sought"
    refused = "embargoed" if lemma in ("embargo", "ban", "block", "freeze", "suspend", "halt") else "refused"
    return subjects, by("to", "with", "for"), item, refused if value == "actual" else status


def _makers(item: Token, sentence: Sentence) -> list[Actor]:
    """Who made the thing, where the text says so: `the drone built by Iran`, `Russian S-400 missiles`."""
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
