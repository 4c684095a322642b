"""Whether an act happened, by its words: negation, modals, conditions, and the words that govern it, up the parse.

The four values follow the event-factuality literature (Sauri and Pustejovsky, 2009, FactBank) folded into what a
record of relations needs: actual, negated, hypothetical, future.
"""

from __future__ import annotations

from functools import cache

from volteface.coding import lexicon
from volteface.coding.parse import Token, children
from volteface.terms import Factuality

_FUTURE = frozenset({"will", "shall", "'ll", "wo", "wil", "’ll"})
_POSSIBLE = frozenset({"may", "might", "could", "should", "can", "ca", "must", "ought", "need"})
_CONDITIONAL = frozenset({"if", "unless", "whether", "lest", "provided", "should", "until", "before"})
_REPORTING = frozenset(
    "say state report tell announce claim add note declare reveal confirm acknowledge admit explain allege accuse argue insist maintain believe think "
    "know hear learn show indicate stress emphasize emphasise repeat reiterate assert tweet write estimate find conclude warn remind".split()
)
_VETTING = frozenset({"hypothetical", "future", "negated"})


@cache
def _cues(pos: str) -> dict[str, str]:
    return {
        lemma: row["effect"]
        for row in lexicon.rows("factuality.tsv")
        if row["pos"] == pos
        for lemma in lexicon.words(row["lemmas"])
    }


def of(trigger: Token, speech_act: bool = False) -> tuple[Factuality, str]:
    """The factuality of the act that a token names, and the words that decided. `speech_act`: a condition beside it
    conditions what it speaks of, not the speaking ("Iran threatens to leave if ...")."""
    value, why = _own(trigger, speech_act)
    node = trigger
    for _ in range(8):
        step = _upward(node)
        if step is None:
            break
        governor, effect, reason = step
        value, why = _combined(value, why, effect, reason)
        node = governor
        if effect in ("stop",):
            break
        if node.pos_ in ("VERB", "AUX", "ADJ") or (node.pos_ == "NOUN" and effect in _VETTING):
            outer, reason = _own(node, speech_act=True, shallow=True)
            if outer != "actual" and not _is_reporting(node):
                value, why = _combined(value, why, outer, reason)
    if value == "actual" and _is_question(trigger):
        value, why = "hypothetical", "?"
    return value, why


def _combined(value: Factuality, why: str, effect: str, reason: str) -> tuple[Factuality, str]:
    """A governing effect over the value below it."""
    if effect not in _VETTING:
        return value, why
    if effect == "negated":
        return (
            "hypothetical" if value == "negated" else "negated" if value == "actual" else value
        ), f"{reason} {why}".strip()
    if value == "actual":
        return effect, reason  # type: ignore[return-value]
    if value == "future" and effect == "hypothetical":
        return "hypothetical", f"{reason} {why}".strip()
    return value, why


def _own(token: Token, speech_act: bool, shallow: bool = False) -> tuple[Factuality, str]:
    """By the words that hang on the token itself, or on the verb whose auxiliaries it shares."""
    value: Factuality = "actual"
    why = ""
    carrier = token
    own_auxiliaries = [c for c in token.children if c.dep_ in ("aux", "auxpass", "mark", "nsubj", "nsubjpass", "neg")]
    if (
        token.dep_ == "conj"
        and token.pos_ in ("VERB", "AUX")
        and not own_auxiliaries
        and token.head.pos_ in ("VERB", "AUX")
    ):
        carrier = token.head
    negated = ""
    for child in carrier.children:
        word = child.lower_
        if (
            child.dep_ == "neg"
            or (child.dep_ == "advmod" and word in ("never", "hardly", "scarcely"))
            or (child.dep_ == "preconj" and word == "neither")
        ):
            if carrier.i == token.i or child.i < token.i:
                negated = word
        elif child.dep_ == "det" and word in ("no", "neither"):
            negated = word
        elif child.dep_ in ("nsubj", "nsubjpass") and (
            child.lower_ in ("nobody", "none", "neither")
            or any(g.lower_ == "no" and g.dep_ == "det" for g in child.children)
        ):
            negated = child.lower_
        elif child.dep_ == "cc" and word == "nor":
            negated = word
        elif child.dep_ in ("aux", "auxpass"):
            if word in _FUTURE:
                value, why = "future", word
            elif word in ("would", "'d"):
                value, why = ("future" if _reported(carrier) else "hypothetical"), word
            elif word in _POSSIBLE:
                if not (word in ("could", "can") and False):
                    value, why = "hypothetical", word
            elif word == "to" and carrier.dep_ == "ROOT":
                value, why = "future", word
        elif child.dep_ == "mark" and word in ("if", "unless", "whether", "lest"):
            value, why = "hypothetical", word
        elif child.dep_ == "advmod" and word in _cues("a"):
            effect = _cues("a")[word]
            if effect == "hypothetical" and value == "actual":
                value, why = "hypothetical", word
        elif child.dep_ in ("amod", "compound", "advmod") and token.pos_ in ("NOUN", "PROPN"):
            if child.lower_ in _cues("m2"):
                value, why = "future", word
            elif child.lower_ in _cues("m"):
                value, why = _cues("m")[child.lower_], word  # type: ignore[assignment]
    if token.pos_ in ("VERB", "AUX") and _inverted(carrier):
        value, why = "hypothetical", "should"
    if not speech_act and value != "negated":
        condition = next((c for c in carrier.children if c.dep_ == "advcl" and _conditional(c)), None)
        if condition is not None and (value != "actual" or carrier.tag_ in ("VBP", "VBZ", "VB", "VBG")):
            value, why = "hypothetical", "if"
    if negated:
        value, why = (
            ("negated", negated)
            if value in ("actual",)
            else (value if value == "hypothetical" else "negated", f"{negated} {why}")
        )
    if shallow and not negated and value == "hypothetical" and why == "if":
        return value, why
    return value, why


def _conditional(clause: Token) -> bool:
    marks = [c.lower_ for c in clause.children if c.dep_ in ("mark", "advmod") and c.i < clause.i]
    if "if" in marks and "even" in [t.lower_ for t in clause.subtree][:3]:
        return False
    return any(mark in ("if", "unless", "provided", "providing") for mark in marks) or _inverted(clause)


def _inverted(token: Token) -> bool:
    """`Should Russia attack, ...`"""
    first = next((c for c in token.children if c.dep_ == "aux"), None)
    subject = next((c for c in token.children if c.dep_ in ("nsubj", "nsubjpass")), None)
    return (
        first is not None
        and subject is not None
        and first.lower_ in ("should", "were", "had")
        and first.i < subject.i
        and token.dep_ == "advcl"
    )


def _reported(token: Token) -> bool:
    """Whether a verb stands in what somebody says, so that its `would` is a future seen from the past."""
    node = token
    for _ in range(4):
        if node.dep_ in ("ccomp", "parataxis") or node.head.i == node.i:
            return node.head.i != node.i and (node.head.lemma_ in _REPORTING or node.head.lemma_ in _cues("v"))
        if any(c.dep_ in ("ccomp", "parataxis") and c.lemma_ in _REPORTING for c in node.children):
            return True
        node = node.head
    return False


def _is_reporting(token: Token) -> bool:
    return token.lemma_ in _REPORTING


def _is_question(token: Token) -> bool:
    return token.doc[-1].text == "?" or (len(token.doc) > 1 and token.doc[-2].text == "?")


def _upward(node: Token) -> tuple[Token, str, str] | None:
    """One step up the parse: the governor, its effect on what is below, and the words. None where nothing governs."""
    head = node.head
    if head.i == node.i:
        return None
    relation = node.dep_
    if relation == "conj":
        return head, "shared", ""
    if node.pos_ in ("NOUN", "PROPN", "NUM") or node.tag_ == "VBG":
        if relation in ("pobj", "pcomp"):
            owner = head.head
            if head.dep_ in ("prep", "prt", "agent", "advmod", "dative", "aux", "mark") and owner.i != head.i:
                return _through_preposition(head, owner)
            return None
        if relation in ("dobj", "nsubjpass", "attr", "oprd", "dative", "compound", "nmod", "appos"):
            if relation in ("compound", "nmod"):
                effect = _cues("n").get(head.lemma_.lower(), "actual")
                return head, effect, head.lower_
            if relation == "appos":
                return None
            return head, _verb_effect(head, node), head.lower_
        if relation == "nsubj":
            return _subject_effect(head)
    if relation == "ccomp" and _comma_splice(node):
        return None
    if relation in ("xcomp", "ccomp"):
        if head.pos_ == "ADJ" or head.lemma_.lower() in _cues("p"):
            return head, _predicate(head), head.lower_
        if head.pos_ in ("NOUN", "PROPN"):
            return head, _cues("n").get(head.lemma_.lower(), "actual"), head.lower_
        return head, _verb_effect(head, node), head.lower_
    if relation == "pcomp":
        owner = head.head
        return _through_preposition(head, owner) if owner.i != head.i else None
    if relation == "acl":
        if node.tag_ in ("VB", "VBP") or any(c.lower_ == "to" and c.dep_ == "aux" for c in node.children):
            effect = _cues("n").get(head.lemma_.lower())
            return head, effect or ("hypothetical" if head.pos_ == "NOUN" else "actual"), head.lower_
        return None
    if relation == "advcl":
        to = any(c.lower_ == "to" and c.dep_ == "aux" for c in node.children)
        if _conditional(node):
            return None
        mark = next((c.lower_ for c in node.children if c.dep_ == "mark"), "")
        if mark in ("until", "before") and node.tag_ in ("VBZ", "VBP"):
            return head, "hypothetical", mark
        if to:
            if head.lemma_.lower() in _cues("p") or head.lemma_ in _cues("v"):
                return head, _cues("p").get(head.lemma_.lower()) or _verb_effect(head, node), head.lower_
            return head, "hypothetical", "to"
        return None
    if relation in ("prep", "agent", "prt", "advmod", "dep", "parataxis"):
        return None
    return None


def _through_preposition(preposition: Token, owner: Token) -> tuple[Token, str, str] | None:
    word = preposition.lower_
    if word == "without" or word == "instead":
        return owner, "negated", word
    if owner.pos_ in ("NOUN", "PROPN"):
        if word in ("of", "for", "to", "about", "on", "over", "against", "with", "in", "at", "from"):
            effect = _cues("n").get(owner.lemma_.lower())
            if effect is not None and word in ("of", "for", "to", "about", "on", "over", "against", "at", "in", "from"):
                return owner, effect, f"{owner.lower_} {word}"
        return None
    if owner.pos_ in ("VERB", "AUX", "ADJ"):
        lemma = owner.lemma_.lower()
        if word == "from" and lemma in (
            "prevent",
            "stop",
            "keep",
            "bar",
            "ban",
            "block",
            "deter",
            "dissuade",
            "discourage",
            "refrain",
            "prohibit",
            "abstain",
        ):
            return owner, "negated", f"{owner.lower_} from"
        if word == "for" and lemma in (
            "call",
            "push",
            "press",
            "plead",
            "ask",
            "appeal",
            "prepare",
            "plan",
            "hope",
            "wait",
            "aim",
            "vote",
            "seek",
            "allow",
            "advocate",
            "campaign",
            "schedule",
            "set",
        ):
            return (
                owner,
                "future" if lemma in ("prepare", "plan", "schedule", "set") else "hypothetical",
                f"{owner.lower_} for",
            )
        if word in ("of", "about", "with", "against") and lemma in (
            "warn",
            "threaten",
            "think",
            "talk",
            "dream",
            "fear",
            "speak",
        ):
            return owner, "hypothetical", f"{owner.lower_} {word}"
        if word in ("on",) and lemma in ("insist", "vote", "plan", "call", "decide"):
            return owner, "hypothetical", f"{owner.lower_} {word}"
        if word == "to" and lemma in ("agree", "commit", "threaten", "object", "pledge", "open"):
            return owner, "future", f"{owner.lower_} {word}"
        if word == "in" and lemma in ("fail",):
            return owner, "negated", f"{owner.lower_} {word}"
        if word in ("into", "to") and lemma in ("turn", "lead", "escalate", "develop", "amount", "result"):
            return owner, "actual", ""
    return None


def _verb_effect(verb: Token, below: Token) -> str:
    """What a verb says of the act that is its clause, infinitive or object."""
    lemma = verb.lemma_.lower()
    infinitive = any(c.lower_ == "to" and c.dep_ == "aux" for c in below.children) and below.pos_ in ("VERB", "AUX")
    if lemma == "be" and infinitive:
        return "future"
    if lemma in ("go", "set") and infinitive:
        return "future" if verb.tag_ in ("VBG", "VBN") else "actual"
    if lemma == "have" and infinitive:
        return "hypothetical"
    if lemma in ("try", "attempt") and infinitive:
        return "hypothetical"
    if lemma in ("tell", "order", "direct", "instruct", "persuade", "convince") and infinitive:
        return "future" if lemma == "order" else "actual" if lemma in ("persuade", "convince") else "hypothetical"
    if lemma in ("announce", "declare") and infinitive:
        return "future"
    if lemma == "stop" or lemma in ("end", "cease", "halt", "condemn"):
        return "actual"
    if lemma in ("allow", "permit", "enable") and below.dep_ == "dobj":
        return "actual"
    if (
        lemma in ("insist", "suggest", "demand", "request", "propose", "recommend", "order")
        and below.dep_ == "ccomp"
        and below.tag_ == "VB"
    ):
        return "hypothetical"
    if lemma in ("insist", "suggest", "believe", "warn", "fear") and below.dep_ == "ccomp":
        return "actual" if lemma in ("insist", "believe") else "hypothetical"
    if lemma in (
        "reject",
        "dismiss",
        "refute",
        "ban",
        "block",
        "oppose",
        "veto",
        "delay",
        "postpone",
        "agree",
        "approve",
        "order",
        "authorize",
        "authorise",
        "guarantee",
        "set",
        "use",
        "help",
    ) and below.dep_ in ("dobj", "nsubjpass"):
        return {
            "reject": "hypothetical",
            "dismiss": "hypothetical",
            "refute": "hypothetical",
            "ban": "hypothetical",
            "block": "negated",
            "oppose": "hypothetical",
            "veto": "negated",
            "delay": "future",
            "postpone": "future",
            "approve": "future",
            "order": "actual",
            "agree": "actual",
        }.get(lemma, "actual")
    if lemma in (
        "discuss",
        "negotiate",
        "debate",
        "need",
        "require",
        "allow",
        "support",
        "question",
        "doubt",
        "offer",
        "mediate",
        "favor",
        "favour",
        "threaten",
        "demand",
        "propose",
        "seek",
        "call",
        "await",
        "plan",
        "expect",
        "schedule",
        "fear",
        "announce",
        "urge",
        "want",
        "promise",
        "pledge",
        "vow",
    ) and below.dep_ in ("dobj", "nsubjpass"):
        if lemma == "announce":
            return "actual"
        if lemma in ("discuss", "question", "doubt", "support", "need"):
            return "actual" if lemma in ("discuss", "support") else "hypothetical"
    effect = _cues("v").get(lemma, "actual")
    return effect


def _subject_effect(verb: Token) -> tuple[Token, str, str] | None:
    """`Talks are likely`, `an attack is planned`, `talks failed to begin`."""
    if verb.lemma_ == "be":
        for child in verb.children:
            if child.dep_ in ("acomp", "attr") and child.lower_ in _cues("p"):
                return verb, _predicate(child), child.lower_
    if verb.lemma_ in ("fail", "collapse") and children(verb, "xcomp"):
        return verb, "negated", verb.lower_
    return verb, "actual", ""


def _comma_splice(clause: Token) -> bool:
    """Whether a finite clause before a verb that says nothing is a sentence of its own: `A signed a deal, B will follow`."""
    return (
        clause.i < clause.head.i
        and not _is_reporting(clause.head)
        and clause.head.lemma_ not in _cues("v")
        and bool(children(clause.head, "nsubj", "nsubjpass"))
    )


def _predicate(word: Token) -> str:
    lemma = word.lemma_.lower()
    effect = _cues("p").get(lemma) or _cues("p").get(word.lower_)
    if effect is None:
        return "actual"
    copula = word.head if word.dep_ in ("acomp", "attr") else word
    if lemma == "able" and any(t.tag_ == "VBD" for t in [copula, *copula.children] if t.pos_ in ("AUX", "VERB")):
        return "actual"
    return effect
