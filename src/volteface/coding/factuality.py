"""Whether an act happened, by its words: negation, modals, conditions, and the words that govern it, up the parse.

The values follow the event-factuality literature (Saurí and Pustejovsky, 2009, FactBank), folded into what a record of
relations needs: actual, negated, hypothetical, future. Which word says what stands in data/factuality.tsv.
"""

from __future__ import annotations

from functools import cache
from typing import cast

from volteface.coding import lexicon
from volteface.coding.parse import Token, children
from volteface.terms import Factuality

_FUTURE = frozenset(("will", "shall", "'ll", "’ll", "wo"))
_POSSIBLE = frozenset(("may", "might", "could", "should", "can", "ca", "must", "ought", "need"))
_REPORTING = lexicon.group("reporting")
_REPORTS = lexicon.group("reports")
_DISMISSING = ("reject", "dismiss", "refute", "rebut")
_HELP = lexicon.group("help")
_OPEN = frozenset(("if", "unless", "whether", "lest"))
_CLAUSES = ("VERB", "AUX")
_FINITE = ("VBD", "VBZ", "VBP")
_ELIDED = ("recommend", "appreciate", "hope", "love", "like", "thank", "look")  # "Highly recommend": no command
_WHOEVER = ("whoever", "whatever", "whichever")
_DRAFTS = frozenset(("resolution", "bill", "motion", "draft", "proposal", "amendment"))  # say nothing if they fail
_SHARED = "shared"  # the step from one coordinated act to the first: what governs the first governs both
_DEPTH = 8  # how far up the parse a governing word is looked for


@cache
def _cues(pos: str) -> dict[tuple[str, str], str]:
    """(lemma, frame) -> effect, for the words of one part of speech."""
    return {
        (lemma, row["frame"]): row["effect"]
        for row in lexicon.rows("factuality.tsv")
        if row["pos"] == pos
        for lemma in lexicon.words(row["lemmas"])
    }


def of(trigger: Token, speech_act: bool = False) -> tuple[Factuality, str]:
    """The factuality of the act that a token names, and the words that decided: none where it is actual for want of
    cues. `speech_act`: a condition beside it conditions what it speaks of, not the speaking ("Iran threatens to leave
    if ...")."""
    value, why = _own(trigger, speech_act)
    node = trigger
    for _ in range(_DEPTH):
        step = _upward(node)
        if step is None:
            break
        node, effect, reason = step
        if effect == "factive":
            break
        value, why = _combined(value, why, effect, reason)
        carries = node.pos_ in (*_CLAUSES, "ADJ") or (node.pos_ == "NOUN" and effect != "actual")
        if effect != _SHARED and carries and node.lemma_ not in _REPORTING:
            value, why = _combined(value, why, *_own(node, speech_act=True))
    if value in ("actual", "future") and _is_asked(trigger):
        return "hypothetical", "?"
    if value == "actual" and _is_commanded(trigger):
        return "hypothetical", "imperative"
    return value, why


def _is_commanded(trigger: Token) -> bool:
    """Whether a command above reaches it: no aside of its own tense between, no verb that takes it for granted."""
    node = trigger
    while node.head.i != node.i and not _is_aside(node):
        step = _upward(node)
        if step is not None and step[1] == "factive":
            return False
        node = node.head
        if _is_command(node):
            return True
    return False


def _is_aside(verb: Token) -> bool:
    """`Serve it where the guests are sitting`; no `report that they left`."""
    tensed = verb.tag_ in _FINITE and verb.dep_ in ("relcl", "advcl")
    return tensed and not any(mark.lower_ == "that" for mark in children(verb, "mark"))


def _is_asked(trigger: Token) -> bool:
    """Whether a yes-or-no question asks for it; `why did he leave?` takes the leaving for granted."""
    if "?" not in (token.text for token in trigger.doc[-2:]):
        return False
    clause = trigger
    while clause.pos_ not in _CLAUSES and clause.head.i != clause.i:
        clause = clause.head
    while clause.dep_ in ("conj", "xcomp") and clause.head.pos_ in _CLAUSES:
        clause = clause.head
    subject = next(iter(children(clause, "nsubj", "nsubjpass")), None)
    inverted = trigger.doc[0].tag_ in ("VBD", "VBZ", "VBP", "MD")
    inverted = inverted or (subject is not None and any(c.i < subject.i for c in children(clause, "aux", "auxpass")))
    questioned = any(token.tag_ in ("WP", "WRB", "WDT", "WP$") for token in (trigger.doc[0], *clause.children))
    return bool(clause.dep_ == "ROOT" and not questioned and (inverted or clause.lemma_ == "be"))


def _combined(value: Factuality, why: str, effect: str, reason: str) -> tuple[Factuality, str]:
    """A governing word's effect on the value below it: to deny a denial leaves it open."""
    both = f"{reason} {why}".strip()
    match effect, value:
        case "averted", _:
            return "negated", both
        case "negated", "negated":
            return "hypothetical", both
        case "negated", "actual" | "future":
            return "negated", both
        case "hypothetical", "actual" | "future":
            return "hypothetical", both
        case "future", "actual":
            return "future", both
        case "implied", "actual":
            return "actual", both
    return value, why


# What hangs on the act itself -----------------------------------------------------------------------------------


def _own(token: Token, speech_act: bool) -> tuple[Factuality, str]:
    """By the words that hang on the token, or on the verb whose auxiliaries it shares."""
    carrier = _carrier(token)
    value: Factuality = "actual"
    why = ""
    for child in carrier.children:
        word = child.lower_
        if child.dep_ in ("aux", "auxpass"):
            found = _by_auxiliary(word, carrier)
        elif (child.dep_ == "mark" and word in _OPEN) or (word in _WHOEVER and carrier.tag_ in ("VBP", "VBZ")):
            found = "hypothetical"
        elif child.dep_ == "advmod" and value == "actual":
            found = _cues("a").get((word, "any"))
        elif child.dep_ in ("amod", "compound") and token.pos_ in ("NOUN", "PROPN"):
            found = _cues("m").get((word, "any"))
        else:
            continue
        if found is not None:
            value, why = cast(Factuality, found), word
    if value == "actual" and _is_command(carrier):
        value, why = "hypothetical", "imperative"
    if carrier.pos_ in _CLAUSES and _inverted(carrier):
        value, why = "hypothetical", "should"
    if not speech_act and value != "negated" and _has_condition(carrier, value):
        value, why = "hypothetical", "if"
    negation = _negation(carrier, token)
    if negation and value != "hypothetical":
        return "negated", f"{negation} {why}".strip()
    return value, why


def _is_command(verb: Token) -> bool:
    """`Read the article.`"""
    alone = not children(verb, "nsubj", "nsubjpass", "aux", "auxpass", "csubj")
    told = verb.lemma_.lower() not in _ELIDED
    return verb.tag_ == "VB" and verb.dep_ in ("ROOT", "conj", "ccomp") and alone and told and _base_is_root(verb)


def _base_is_root(verb: Token) -> bool:
    while verb.dep_ == "conj":
        verb = verb.head
    return bool(verb.dep_ == "ROOT") and verb.tag_ == "VB"


def _carrier(token: Token) -> Token:
    """The verb whose auxiliaries a coordinated verb of the same form shares: `will meet and sign`."""
    own = any(c.dep_ in ("aux", "auxpass", "mark", "nsubj", "nsubjpass", "neg") for c in token.children)
    shares = token.dep_ == "conj" and token.pos_ in _CLAUSES and token.head.pos_ in _CLAUSES
    return token.head if shares and not own and token.tag_ == token.head.tag_ else token


def _by_auxiliary(word: str, verb: Token) -> str | None:
    if word in _FUTURE or (word == "to" and verb.dep_ == "ROOT"):  # "Turkey to buy missiles"
        return "future"
    if word in ("would", "'d"):
        if verb.lemma_ in ("like", "love", "prefer"):
            return None  # "would like to meet": the liking is of now
        return "future" if _reported(verb) else "hypothetical"
    return "hypothetical" if word in _POSSIBLE else None


def _negation(carrier: Token, token: Token) -> str:
    """The negating word that hangs on a token; one after the verb is not shared (`met and not signed`)."""
    for child in carrier.children:
        word = str(child.lower_)
        if child.dep_ == "neg" or (
            child.dep_ in ("advmod", "preconj") and word in ("never", "hardly", "scarcely", "neither")
        ):
            if carrier.i == token.i or child.i < token.i:
                return word
        elif (
            (child.dep_ == "det" and word in ("no", "neither"))
            or (child.dep_ == "cc" and word == "nor")
            or (
                child.dep_ in ("nsubj", "nsubjpass")
                and (
                    word in ("nobody", "none", "neither")
                    or any(g.lower_ in ("no", "neither") and g.dep_ in ("det", "preconj", "cc") for g in child.children)
                )
            )
        ):
            return word
    return ""


def _has_condition(verb: Token, value: Factuality) -> bool:
    clauses = children(verb, "advcl")
    return any(map(_conditional, clauses)) and (value != "actual" or verb.tag_ in ("VBP", "VBZ", "VB", "VBG"))


def _conditional(clause: Token) -> bool:
    marks = [c.lower_ for c in clause.children if c.dep_ in ("mark", "advmod") and c.i < clause.i]
    if "if" in marks and "even" in [t.lower_ for t in clause.subtree][:3]:
        return False
    return any(mark in ("if", "unless", "provided", "providing") for mark in marks) or _inverted(clause)


def _inverted(verb: Token) -> bool:
    """`Should Russia attack, ...`"""
    first = next(iter(children(verb, "aux")), None)
    subject = next(iter(children(verb, "nsubj", "nsubjpass")), None)
    if first is None or subject is None or verb.dep_ != "advcl":
        return False
    return first.lower_ in ("should", "were", "had") and bool(first.i < subject.i)


def _reported(verb: Token) -> bool:
    """Whether a verb stands in what somebody says, so that its `would` is a future seen from the past."""
    node = verb
    for _ in range(4):
        if any(c.dep_ in ("ccomp", "parataxis") and c.lemma_ in _REPORTING for c in node.children):
            return True
        if node.head.i == node.i:
            return False
        if node.dep_ in ("ccomp", "parataxis"):
            return node.head.lemma_ in _REPORTING or (node.head.lemma_, "any") in _cues("v")
        node = node.head
    return False


# What governs it ------------------------------------------------------------------------------------------------


def _upward(node: Token) -> tuple[Token, str, str] | None:
    """One step up the parse: the governor, its effect on what is below, its words. None where nothing governs: a
    relative clause, a time clause or a main clause speaks for itself."""
    head = node.head
    if head.i == node.i:
        return None
    match node.dep_:
        case "conj":
            if _infinitive(head) and any(t.tag_ in ("VBD", "VBZ") for t in (node, *children(node, "aux", "auxpass"))):
                return None  # "threatened to close the strait and fired": the parser joins it too low
            condition = next((c.lower_ for c in children(head, "mark") if c.lower_ in _OPEN), None)
            return (head, "hypothetical", condition) if condition else (head, _SHARED, "")
        case "pobj" | "pcomp" if head.head.i != head.i:
            return _through_preposition(node, head, head.head)
        case "dobj" | "nsubjpass" if head.lemma_ in _DISMISSING and node.lemma_.lower() in _REPORTS:
            return head, "negated", head.lower_
        case "dobj" | "nsubjpass" | "attr" | "oprd" | "dative":
            return head, _verb_effect(head, "obj"), head.lower_
        case "compound" | "nmod":
            return head, _noun_effect(head), head.lower_
        case "nsubj" | "csubj" if head.pos_ in _CLAUSES:
            return head, _of_subject(head), head.lower_
        case "ccomp" if _comma_splice(node):
            return None
        case "xcomp" | "ccomp":
            return head, _of_clause(head, node), head.lower_
        case "acl" if node.tag_ == "VBG" and head.lemma_.lower() in _DRAFTS:
            return head, "actual", head.lower_
        case "acl" | "relcl" if _infinitive(node):
            return head, _cues("n").get((head.lemma_.lower(), "any"), "hypothetical"), head.lower_
        case "acl" | "relcl" if head.lemma_.lower() in _REPORTS and children(node, "nsubj", "nsubjpass"):
            return head, "actual", head.lower_  # "denied reports that it sends arms"
        case "advcl":
            return _of_adverbial(head, node)
    return None


def _infinitive(verb: Token) -> bool:
    return any(c.lower_ == "to" and c.dep_ == "aux" for c in verb.children)


def _noun_effect(noun: Token) -> str:
    return _cues("n").get((noun.lemma_.lower(), "any"), "actual")


def _verb_effect(verb: Token, *frames: str) -> str:
    lemma = verb.lemma_.lower()
    found = (_cues("v").get((lemma, frame)) for frame in (*frames, "any"))
    return next((effect for effect in found if effect is not None), "actual")


def _of_clause(head: Token, clause: Token) -> str:
    if any(child.lower_ in ("how", "whether", "when", "where", "what") for child in clause.children) and _infinitive(
        clause
    ):
        return "hypothetical"  # "knows how to", "decides whether to"
    if any(child.lower_ in ("enough", "too") for child in head.children) and _infinitive(clause):
        return "hypothetical"
    if head.pos_ == "ADJ" or (head.lemma_.lower(), "any") in _cues("p"):
        return _predicate(head)
    if head.pos_ in ("NOUN", "PROPN"):
        return _noun_effect(head)
    if clause.pos_ in _CLAUSES and _infinitive(clause):
        if head.lemma_ == "go" and head.tag_ != "VBG":
            return "actual"
        if head.lemma_ == "be" and children(head, "acomp", "attr", "expl"):
            return "hypothetical"  # "it is better to wait"
        if head.lemma_ in ("have", "get") and children(head, "dobj"):
            return "hypothetical"  # "had a month to leave"
        effect = _verb_effect(head, "inf")
        return ("implied" if head.tag_ in ("VBD", "VBN") else "hypothetical") if effect == "past" else effect
    if clause.dep_ == "ccomp":
        return _verb_effect(head, "bare" if clause.tag_ == "VB" else "clause", "clause")
    if clause.tag_ == "VBG" and _verb_effect(head, "clause") == "factive":
        return "factive"  # "regrets attacking"
    return _verb_effect(head)


def _of_adverbial(head: Token, clause: Token) -> tuple[Token, str, str] | None:
    if _conditional(clause):
        return None
    mark = next((c.lower_ for c in children(clause, "mark")), "")
    if mark in ("until", "before") and clause.tag_ in ("VBZ", "VBP"):
        return head, "hypothetical", mark
    if not _infinitive(clause):
        return None
    lemma = head.lemma_.lower()
    if (lemma, "any") in _cues("p"):
        return head, _predicate(head), head.lower_
    known = _verb_effect(head, "inf")
    return head, known if known != "actual" else "hypothetical", head.lower_  # a purpose is not yet a deed


def _of_subject(verb: Token) -> str:
    """`Talks are likely`, `the truce failed to hold`."""
    if verb.lemma_ == "be":
        for child in children(verb, "acomp", "attr"):
            if (child.lower_, "any") in _cues("p"):
                return _predicate(child)
    return "negated" if verb.lemma_ in ("fail", "collapse") and children(verb, "xcomp") else "actual"


def _through_preposition(noun: Token, preposition: Token, owner: Token) -> tuple[Token, str, str] | None:
    word = preposition.lower_
    words = f"{owner.lower_} {word}"
    if word in ("without", "instead"):
        return owner, "negated", word
    if owner.pos_ in ("NOUN", "PROPN"):
        effect = _cues("n").get((owner.lemma_.lower(), "any"))
        return (owner, effect, words) if effect is not None else None
    if owner.pos_ in (*_CLAUSES, "ADJ"):
        effect = _cues("v").get((owner.lemma_.lower(), f"prep:{word}"))
        if effect is None and (word == "into" or (word == "with" and noun.lemma_.lower() in _HELP)):
            effect = "actual"  # "could turn into a war", "may build it with the help of"
        return (owner, effect, words) if effect is not None else None
    return None


def _comma_splice(clause: Token) -> bool:
    """Whether a clause before a verb that says nothing is a sentence of its own: `A signed a deal, B will follow`."""
    head = clause.head
    says = head.lemma_ in _REPORTING or (head.lemma_, "any") in _cues("v")
    return clause.i < head.i and not says and bool(children(head, "nsubj", "nsubjpass"))


def _predicate(word: Token) -> str:
    effect = _cues("p").get((word.lemma_.lower(), "any")) or _cues("p").get((word.lower_, "any"), "actual")
    if effect != "past":
        return effect
    copula = word.head if word.dep_ in ("acomp", "attr") else word
    was = any(token.tag_ in ("VBD", "VBN") for token in (copula, *copula.children) if token.pos_ in _CLAUSES)
    return "implied" if was else "hypothetical"
