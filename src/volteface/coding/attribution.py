"""Who says so: the speaker above a clause, or the source that `according to` names."""

from __future__ import annotations

from volteface.coding import lexicon
from volteface.coding.parse import Token, children, phrase, prepositions
from volteface.coding.roles import Sentence
from volteface.terms import Actor

_SAYING = lexicon.group("saying")
_ACCUSING = lexicon.group("accusing")  # whose charge tells what another did: "blamed A for the attack"
_HEARSAY = lexicon.group("hearsay")
_BELIEVING = lexicon.group("telling") | {"think", "rumour", "rumor", "understand", "estimate"} | _ACCUSING


def of(trigger: Token, sentence: Sentence) -> Actor | None:
    """The speaker of the clause that a trigger stands in, unnamed where the text tells only that somebody says so (`is
    said to`, `allegedly`); None where the text itself speaks."""
    node, beside, unnamed = trigger, False, ""
    for _ in range(8):
        if (saying := _interjected(node, trigger)) is not None:
            return _speaker(children(saying, "nsubj")[0], sentence)
        told = node.dep_ in ("ccomp", "acl") or (
            node.dep_ == "xcomp" and not beside
        )  # "vowed to respond after B closed"
        teller = node.head if told and node.i != node.head.i else _accuser(node)
        if teller is not None and teller.lemma_ in _SAYING | _BELIEVING:
            subjects = sentence.subject_tokens(teller)
            named = subjects and (subjects[0].lower_ != "it" or sentence.actors(subjects[0]))
            if named and teller.lemma_ in _SAYING | _ACCUSING:
                return _speaker(subjects[0], sentence)
            if not subjects and teller.lemma_ in _BELIEVING and sentence.is_passive(teller):
                unnamed = unnamed or teller.text
        unnamed = unnamed or next((c.text for c in children(node, "advmod", "amod") if c.lower_ in _HEARSAY), "")
        if node.head.i == node.i:
            break
        beside = node.dep_ == "advcl"
        node = node.head
    somebody = Actor(None, None, f"somebody unnamed ({unnamed})") if unnamed else None
    return according_to(sentence) or sentence.carried or somebody


def _interjected(node: Token, trigger: Token) -> Token | None:
    """The verb of saying in `A, B says, attacked C`."""
    if node.dep_ != "ROOT":
        return None
    inserted = (c for c in children(node, "ccomp", "parataxis") if c.lemma_ in _SAYING and c.i != trigger.i)
    return next((verb for verb in inserted if children(verb, "nsubj")), None)


def _accuser(node: Token) -> Token | None:
    """The charging verb in `accused A of arming rebels`, `blamed A for the attack`."""
    under = node.head if node.dep_ in ("pcomp", "pobj") else None
    return under.head if under is not None and under.dep_ == "prep" and under.head.lemma_ in _ACCUSING else None


def according_to(sentence: Sentence) -> Actor | None:
    """The source named by `according to`, `as reported by` anywhere in the sentence."""
    for token in sentence.tree if "according" in sentence.text.lower() else ():
        if token.lower_ == "according":
            for _, inner in prepositions(token.head) if token.dep_ == "prep" else ():
                if inner.i > token.i:
                    return _speaker(inner, sentence)
            for child in token.children:
                for inner in child.children:
                    if inner.dep_ == "pobj":
                        return _speaker(inner, sentence)
    return None


def _speaker(token: Token, sentence: Sentence) -> Actor:
    found = sentence.actors(token) or sentence.parties.owners(token)
    words = phrase(token, 80)
    if found and token.i in sentence.parties.referred:
        words = found[0].name or words
    return Actor(found[0].code, found[0].sector, words, found[0].name) if found else Actor(None, None, words)
