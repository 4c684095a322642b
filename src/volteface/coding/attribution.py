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
        for child in node.children:
            if (
                child.dep_ in ("ccomp", "parataxis")
                and child.lemma_ in _SAYING
                and child.i != trigger.i
                and children(child, "nsubj")
                and node.dep_ == "ROOT"
            ):
                return _speaker(children(child, "nsubj")[0], sentence)
            if child.lower_ in _HEARSAY and child.dep_ in ("advmod", "amod"):
                unnamed = unnamed or child.text
        told = node.dep_ in ("ccomp", "acl") or (
            node.dep_ == "xcomp" and not beside
        )  # "vowed to respond after B closed"
        teller = node.head if told and node.head.lemma_ in _SAYING | _BELIEVING else _accuser(node)
        if teller is not None and node.i != teller.i:
            subjects = sentence.subject_tokens(teller)
            if teller.lemma_ in _SAYING | _ACCUSING and subjects:
                if subjects[0].lower_ != "it" or sentence.actors(subjects[0]):
                    return _speaker(subjects[0], sentence)
            elif teller.lemma_ in _BELIEVING and sentence.is_passive(teller):
                unnamed = unnamed or teller.text
        if node.head.i == node.i:
            break
        beside = node.dep_ == "advcl"
        node = node.head
    somebody = Actor(None, None, f"somebody unnamed ({unnamed})") if unnamed else None
    return according_to(sentence) or sentence.carried or somebody


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
