"""Acts done by saying what others did or should do: a report that blames is an accusation, `should` is a demand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from volteface.coding import lexicon
from volteface.coding.events import Found, Place, span_of, with_sector
from volteface.coding.parse import Token, children
from volteface.coding.roles import Sentence
from volteface.ontology import types
from volteface.terms import Actor, Event

_TELLING = lexicon.group("telling")
_HOSTILE = frozenset({"ASSAULT", "COERCE", "MOBILIZE", "SANCTION"})
_KIND = frozenset({"RETREAT", "AGREE", "COOPERATE", "CONCEDE", "AID"})
_FAULTS = lexicon.group("faults")
_DUTY = frozenset({"should", "must", "ought"})


def code(
    sentence: Sentence, place: Place, coded: Sequence[tuple[Event, Found]]
) -> Iterator[tuple[Event, Found | None]]:
    """Accusations, demands and threats that lie in what the sentence's speakers say."""
    told = {(event.source.code, event.target.code, event.type) for event, _ in coded}
    for verb in sentence.tree:
        if verb.lemma_ not in _TELLING or verb.pos_ != "VERB":
            continue
        speakers = [a for token in sentence.subject_tokens(verb) for a in sentence.actors(token) if a.code]
        if not speakers:
            continue
        for act, target, why in _acts(verb, speakers, sentence, coded):
            for speaker in speakers:
                if (speaker.code, target.code, act) not in told and speaker.code != target.code:
                    told.add((speaker.code, target.code, act))
                    yield _event(verb, act, speaker, target, why, place, coded), None


def _acts(
    verb: Token, speakers: list[Actor], sentence: Sentence, coded: Sequence[tuple[Event, Found]]
) -> Iterator[tuple[str, Actor, str]]:
    own = {actor.code for actor in speakers}
    for clause in children(verb, "ccomp"):
        below = {token.i for token in clause.subtree}
        said = {clause.i} | {token.i for token in children(clause, "xcomp", "conj")}
        subjects = [
            a
            for token in children(clause, "nsubj", "nsubjpass")
            for a in (sentence.actors(token) or sentence.parties.owners(token))
            if a.code
        ]
        others = [a for a in subjects if a.code not in own]
        addressed = [
            a for token in children(verb, "dobj", "dative") for a in sentence.actors(token) if a.code not in own
        ]
        if addressed and any(token.pos_ == "PRON" for token in children(clause, "nsubj", "nsubjpass")):
            others = addressed  # "tells Iran it should stop"
        if others and any(child.lower_ in _DUTY for child in children(clause, "aux")):
            yield "REQUEST", others[0], "should"
        for event, found in coded:
            if found.token.i not in below:
                continue
            blamed = event.source.code not in own and event.target.code is not None
            partial = event.target.code in own or all(actor.sector != "CVL" for actor in speakers)
            if (blamed and partial and event.type in _HOSTILE and event.factuality == "actual") or (
                blamed and partial and event.type in _KIND and event.factuality == "negated"
            ):
                yield "ACCUSE", event.source, found.token.text
            elif (
                found.token.i in said
                and not found.roles.mutual
                and event.source.code in own
                and event.type in _HOSTILE
                and event.factuality == "hypothetical"
                and found.why.split()[-1:] != ["should"]
            ):
                yield "THREATEN", event.target, found.why
        if (
            others
            and clause.lemma_ in _FAULTS
            and not children(clause, "neg")
            and not any(c.lower_ in ("will", "would", "may", "might", "could") for c in children(clause, "aux"))
        ):
            yield "ACCUSE", others[0], clause.text


def _event(
    verb: Token, act: str, speaker: Actor, target: Actor, why: str, place: Place, coded: Sequence[tuple[Event, Found]]
) -> Event:
    like = coded[0][0] if coded else None
    return Event(
        document=place.document,
        sentence=place.span,
        trigger=span_of(verb, place),
        source=with_sector(speaker, act),
        target=with_sector(replace(target)),
        type=act,
        factuality="actual",
        contexts=like.contexts if like is not None else (),
        date=place.published,
        date_precision="day" if place.published else None,
        score=types()[act].score,
        confidence=0.6,
    )
