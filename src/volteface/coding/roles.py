"""Who did it to whom: from a trigger word along the parse to the acting and the affected party."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from volteface.coding import lexicon
from volteface.coding.lexicon import Trigger
from volteface.coding.parse import Token, base, children, group, prepositions
from volteface.coding.parties import Discourse, Parties, locals_of
from volteface.terms import Actor

# Verbs whose infinitive is done by their object ("urged Iran to stop").
_OBJECT_CONTROL = lexicon.group("object_control")
# Verbs whose gerund after a preposition is done by their object ("accused Iran of helping").
_OBJECT_GERUND = lexicon.group("object_gerund")
# Verbs that let the act which is their object be done by their subject.
LIGHT = lexicon.group("light")
_ACCIDENTS = lexicon.group("accidents")
_VIOLENCE = lexicon.group("violence")
# What people are killed in by the other side.
_FIGHTS = lexicon.group("fights")
_ENVOYS = lexicon.group("envoys")
_CALLED_HOME = frozenset({"recall", "withdraw", "call"})
_SENT_HOME = frozenset({"expel", "declare", "summon", "send", "order"})
_TERRITORIAL = frozenset({"ASSAULT", "MOBILIZE", "AID", "COERCE", "RETREAT", "CONSULT"})
_ADDRESSED = frozenset({"REQUEST", "THREATEN"})
# Verbs that say of an act-noun only that it happens: "clashes took place between".
_HAPPENING = lexicon.group("happening")
_FALLBACK_PREPOSITIONS = (
    "against",
    "with",
    "to",
    "on",
    "at",
    "toward",
    "towards",
    "from",
    "of",
    "in",
    "into",
    "for",
    "over",
    "near",
    "between",
    "by",
    "about",
    "inside",
    "within",
)
_AFFECTING = frozenset({"against", "on", "to", "at", "with", "from", "into"})
OWN = "its own side"
_PLACED = "placed by its surroundings"
_STATE = frozenset({None, "GOV", "MIL"})  # whose acts are the state's own
_ANSWERING = frozenset({"deny", "refute", "dismiss"})
_REFLEXIVE = frozenset({"itself", "himself", "herself", "themselves"})
# Passives that say what their subject does: "has been engaged in talks", "is opposed to".
_NOT_ACTING = lexicon.group("not_acting")
_BORDERS = frozenset({"border", "frontier", "boundary"})
_STATIVE = lexicon.group("stative")


@dataclass(frozen=True, slots=True)
class Roles:
    """The parties to one act. `confidence` falls with the length and guesswork of the paths to them."""

    sources: tuple[Actor, ...]
    targets: tuple[Actor, ...]
    mutual: bool
    confidence: float
    path: str


def _side(actor: Actor) -> tuple[str | None, str | None]:
    """Which side somebody acts for: a state's government and army are one; its courts, rebels, citizens are others."""
    return actor.code, "state" if actor.sector in _STATE else actor.sector


class Sentence:
    """A parsed sentence with its parties, as the coder walks it."""

    def __init__(self, tree: Token, parties: Parties, discourse: Discourse) -> None:
        self.tree = tree
        self.text: str = tree.text
        self.parties = parties
        self.discourse = discourse
        on_land = [
            at for at in sorted(parties.places) if tree[at].head.lower_ != "off"
        ]  # a ship off Oman is not Oman's
        places = [parties.places[at] for at in on_land if parties.places[at].code]
        self.place = places[0] if places else None
        self.carried: Actor | None = None  # the source of the sentence before, where this one goes on from it

    # Who a noun phrase is --------------------------------------------------------------------------------------

    def actors(self, token: Token | None) -> list[Actor]:
        return self.parties.of(token) if token is not None else []

    def related(
        self,
        token: Token,
        depth: int = 2,
        following: tuple[str, ...] = (
            "of",
            "for",
            "against",
            "on",
            "with",
            "to",
            "in",
            "from",
            "by",
            "between",
            "at",
            "over",
            "about",
            "near",
            "including",
        ),
    ) -> list[Actor]:
        """The actors that a noun phrase is, owns to, or mentions in its prepositional phrases, the nearest first."""
        found = self.actors(token) or self.parties.owners(token)
        if found:
            return found
        for name, inner in prepositions(token):
            if name in following:
                found = self.actors(inner) or self.parties.owners(inner)
                if found:
                    return found
        if depth:
            for child in token.children:
                if child.dep_ in ("prep", "acl", "relcl", "pcomp", "conj", "appos") or (
                    child.dep_ in ("dobj", "ccomp") and token.pos_ == "VERB"
                ):
                    for inner in [child] if child.dep_ != "prep" else list(child.children):
                        found = self.related(inner, depth - 1, following)
                        if found:
                            return found
        return []

    # Subjects --------------------------------------------------------------------------------------------------

    def subject_tokens(self, verb: Token, depth: int = 0) -> list[Token]:
        """The noun phrases that do what a verb says, also where the parse leaves the subject to another verb."""
        if depth > 5:
            return []
        if verb.pos_ in (
            "NOUN",
            "PROPN",
        ):  # a headline's verb that the parser took for a noun: its subject is its modifier
            return [verb]
        agents = [inner for name, inner in prepositions(verb) if name == "by" and self.is_passive(verb)]
        if self.is_passive(verb):
            return agents
        own = [self.antecedent(token, verb) for token in children(verb, "nsubj", "nsubjpass")]
        if own:
            return own
        head = verb.head
        match verb.dep_:
            case "conj" if head.pos_ in ("VERB", "AUX"):
                return self.object_tokens(head) if self.is_passive(head) else self.subject_tokens(head, depth + 1)
            case "xcomp" | "ccomp" if head.pos_ in ("VERB", "AUX"):
                objects = children(head, "dobj", "dative")
                if head.lemma_ in _OBJECT_CONTROL:
                    if objects:
                        return objects
                    on = [inner for name, inner in prepositions(head) if name in ("on", "upon", "to", "for")]
                    if on and head.lemma_ in ("call", "appeal", "press"):
                        return on
                    if self.is_passive(head):
                        return self.object_tokens(head)
                if self.is_passive(head):
                    return self.object_tokens(head)
                return self.subject_tokens(head, depth + 1)
            case "xcomp" | "ccomp" if head.pos_ == "ADJ":
                return self.subject_tokens(
                    head.head if head.dep_ in ("acomp", "oprd") else head, depth + 1
                ) or children(head, "nsubj")
            case "acl":
                if verb.tag_ == "VBG":
                    unknown = not self.actors(head) and not self.parties.owners(head)
                    if unknown and head.dep_ == "dobj" and head.head.pos_ == "VERB":
                        return self.subject_tokens(head.head, depth + 1)  # "passes a resolution condemning ..."
                    return [head]
                if head.head.pos_ in ("VERB", "AUX") and head.dep_ in ("dobj", "attr", "pobj", "nsubj"):
                    if self.actors(head):
                        return [head]
                    owned = head.dep_ == "nsubj" or self.parties.owners(head)  # "foiled B's plot to kill C"
                    return self.owner_tokens(head) if owned else self.subject_tokens(head.head, depth + 1)
                return self.owner_tokens(head)
            case "relcl":
                return [] if children(verb, "dobj") == [] and children(verb, "nsubj") else [head]
            case "pcomp":
                governor = head.head
                if governor.pos_ in ("VERB", "AUX"):
                    if governor.lemma_ in _OBJECT_GERUND:
                        return self.object_tokens(governor)
                    return (
                        self.object_tokens(governor)
                        if self.is_passive(governor)
                        else self.subject_tokens(governor, depth + 1)
                    )
                if governor.pos_ in ("NOUN", "PROPN"):
                    return self.owner_tokens(governor)
            case "advcl" if head.pos_ in ("VERB", "AUX"):
                objects = children(head, "dobj")
                infinitive = any(c.lower_ == "to" and c.dep_ == "aux" for c in verb.children)
                if infinitive and head.lemma_ in _OBJECT_CONTROL and objects:
                    return objects
                return self.object_tokens(head) if self.is_passive(head) else self.subject_tokens(head, depth + 1)
        return []

    def owner_tokens(self, noun: Token) -> list[Token]:
        return (
            children(noun, "poss")
            or [inner for name, inner in prepositions(noun) if name == "by"]
            or ([noun] if self.parties.owners(noun) else [])
        )

    def antecedent(self, token: Token, verb: Token) -> Token:
        """`Who` and `which` stand for the noun that their clause hangs on."""
        if (
            token.lower_ in ("who", "which", "that")
            and token.tag_ in ("WP", "WDT", "IN", "DT")
            and verb.dep_ == "relcl"
        ):
            return verb.head
        if verb.dep_ == "conj" and token.lower_ in ("who", "which", "that") and base(verb).dep_ == "relcl":
            return base(verb).head
        return token

    @staticmethod
    def is_passive(verb: Token) -> bool:
        if any(child.dep_ in ("auxpass", "nsubjpass") for child in verb.children):
            return not (verb.lemma_ in _STATIVE and not any(child.dep_ == "agent" for child in verb.children))
        if verb.dep_ == "acl" and verb.tag_ == "VBN":
            return True
        if (
            verb.dep_ == "conj"
            and verb.tag_ == "VBN"
            and verb.head.pos_ == "VERB"
            and not any(c.dep_ in ("nsubj", "aux", "dobj") for c in verb.children)
        ):
            return Sentence.is_passive(verb.head)
        return (
            verb.tag_ == "VBN"
            and verb.dep_ in ("advcl", "ROOT", "ccomp")
            and not any(c.dep_ in ("aux", "dobj", "nsubj") for c in verb.children)
            and any(c.dep_ == "agent" for c in verb.children)
        )

    # Objects ---------------------------------------------------------------------------------------------------

    def object_tokens(self, verb: Token) -> list[Token]:
        """The noun phrases that a verb's act falls on: objects, passive subjects, the noun of a clause."""
        if verb.pos_ in ("NOUN", "PROPN"):
            carried = [inner for name, inner in prepositions(verb) if name in ("down", "up", "out", "over")]
            return [c for c in children(verb, "dobj", "appos", "dep") if c.i > verb.i] or carried
        if self.is_passive(verb):
            own = [self.antecedent(token, verb) for token in children(verb, "nsubjpass")]
            if own:
                return own
            if verb.dep_ == "acl":
                return [verb.head]
            if verb.dep_ == "conj" and verb.head.pos_ == "VERB":
                return self.object_tokens(verb.head) if self.is_passive(verb.head) else self.subject_tokens(verb.head)
            if verb.dep_ in ("advcl", "xcomp") and verb.head.pos_ in ("VERB", "AUX"):
                return self.subject_tokens(verb.head)
            return children(verb, "dobj", "oprd")
        own = [
            self.antecedent(token, verb) for token in children(verb, "dobj", "attr") if token.lower_ not in _REFLEXIVE
        ]
        own += [c for c in children(verb, "npadvmod") if not own and c.i > verb.i and c.i in self.parties.acting]
        datives = children(verb, "dative")
        if own or datives:
            return [token for token in datives if token.pos_ != "ADP"] + own
        if (
            verb.dep_ == "relcl"
            and children(verb, "nsubj")
            and not any(c.lower_ in ("who", "which", "that") for c in children(verb, "nsubj"))
        ):
            return [verb.head]
        if verb.dep_ == "conj" and verb.head.pos_ == "VERB" and not any(True for _ in prepositions(verb)):
            shared = children(verb.head, "dobj")
            if shared and shared[0].i > verb.i:
                return shared
        later = [c for c in children(verb, "conj") if c.pos_ == "VERB"]
        if later and not any(True for _ in prepositions(verb)) and not children(verb, "ccomp", "xcomp"):
            return self.object_tokens(later[0])
        return []

    # Roles -----------------------------------------------------------------------------------------------------

    def of_verb(self, verb: Token, entry: Trigger) -> Roles:
        subjects = self.subject_tokens(verb)
        objects = self.object_tokens(verb)
        if entry.type == "ASSAULT" and self._accidental(verb, subjects):
            return Roles((), (), False, 0.0, "")
        if entry.patient:
            return self._suffered(verb, entry, subjects, objects)
        sources, path, confidence = self._sources(subjects, verb)
        if entry.type == "ASSAULT" and not sources and self.is_passive(verb):
            fought = self._fought(verb, objects)
            if fought:
                return fought
        if not sources and self.is_passive(verb):
            posted = self._posted(verb, objects)
            if posted:
                return posted
        targets, target_path, weight = self._targets(verb, entry, objects, sources)
        placed_only = not any(a.code for a in targets)  # "clash in East Jerusalem": a contested place is nobody
        mutual = entry.mutual or (entry.type in ("RETREAT", "MOBILIZE") and self._at_their_border(verb))
        if placed_only and mutual and len({a.code for a in sources}) > 1:
            return Roles(tuple(sources), (), True, 0.9 * confidence, f"{path} together")
        if not sources and self.is_passive(verb) and not target_path.endswith(_PLACED):
            sources = self._hidden_agent(verb, entry, targets)
            path, confidence = "nobody named: placed", 0.45
        return Roles(
            tuple(sources),
            tuple(targets),
            False,
            confidence * weight,
            f"{path}; {target_path}",
        )

    @staticmethod
    def _at_their_border(verb: Token) -> bool:
        """`A and B pulled back troops from their border`: each from the other's."""
        borders = [token for token in verb.subtree if token.lemma_.lower() in _BORDERS]
        return any(child.lower_ == "their" for border in borders for child in border.children)

    def _accidental(self, verb: Token, subjects: list[Token]) -> bool:
        """Whether nature or mishap did it: `a quake killed`, `were injured in a crash`."""
        causes = subjects + [inner for name, inner in prepositions(verb) if name in ("in", "by", "from", "of", "when")]
        return any(token.lemma_.lower() in _ACCIDENTS for token in causes)

    def _suffered(self, verb: Token, entry: Trigger, subjects: list[Token], objects: list[Token]) -> Roles:
        """`Four soldiers die in an attack by insurgents`: the subject is whom it is done to."""
        victims, _, _ = self._sources(subjects, verb)
        fought = self._fought(verb, subjects)
        if fought:
            return fought
        if entry.when.object is None and not any(t.lemma_.lower() in _VIOLENCE for t in self.tree):
            return Roles((), (), False, 0.0, "")
        for name in entry.sources:
            for preposition, inner in self._prepositions(verb, objects):
                if preposition == name:
                    doers = [
                        a
                        for a in self.parties.owners(inner) or self.related(inner, 0, ("by", "from", "of"))
                        if a.code not in {v.code for v in victims}
                    ]
                    doers = doers or [
                        a
                        for n, i in prepositions(inner)
                        if n == "by"
                        for a in locals_of(i, self.parties, self.discourse, self.place)
                    ]
                    if doers:
                        return Roles(tuple(doers), tuple(victims), False, 0.75, f"{name} {inner.text}; subject")
        return Roles(
            tuple(self._hidden_agent(verb, entry, victims)),
            tuple(victims),
            False,
            0.45,
            "nobody named: placed; subject",
        )

    def _posted(self, verb: Token, objects: list[Token]) -> Roles | None:
        """`A's ambassador to B was recalled`, by A; `was expelled`, by B."""
        lemma = verb.lemma_
        for token in objects if lemma in _CALLED_HOME | _SENT_HOME else ():
            home = self.actors(token) if token.lemma_.lower() in _ENVOYS else []
            left = [("from", inner) for leaving in children(verb, "xcomp") for inner in children(leaving, "dobj")]
            for name, inner in (*prepositions(token), *prepositions(verb), *left):
                place = self.parties.places.get(inner.i)
                host = self.actors(inner) or ([place] if place is not None and place.code else [])
                if name in ("to", "in", "from") and home and host and host[0].code != home[0].code:
                    sides = (tuple(home), tuple(host)) if lemma in _CALLED_HOME else (tuple(host), tuple(home))
                    return Roles(*sides, False, 0.75, f"{token.text} {name} {inner.text}, {verb.text}")
        return None

    def _fought(self, verb: Token, victims: list[Token]) -> Roles | None:
        """`Two soldiers were killed in a clash with`: the other side did it; where both sides fell, each other."""
        fallen = [a for token in victims for a in self.actors(token) or self.parties.owners(token)]
        for name, fight in prepositions(verb):
            if not fallen or name not in ("in", "during") or fight.lemma_.lower() not in _FIGHTS:
                continue
            if len({a.code for a in fallen}) > 1:
                return Roles(tuple(fallen), (), True, 0.75, f"victims of one {fight.text}")
            with_whom = [
                i for n, i in (*prepositions(fight), *prepositions(verb)) if n in ("with", "against", "between")
            ]
            sides = [a for token in with_whom for a in self.related(token, 0)]
            others = tuple(a for a in sides if _side(a) not in set(map(_side, fallen)))
            if others:
                return Roles(others, tuple(fallen), False, 0.8, f"{name} {fight.text}; victims")
        return None

    def _sources(self, subjects: list[Token], verb: Token) -> tuple[list[Actor], str, float]:
        for token in subjects:
            found = self.actors(token)
            if found:
                return found, f"subject {token.text}", 0.95 if token.i not in self.parties.referred else 0.75
        for token in subjects:
            found = self.parties.owners(token) or [
                a
                for name, inner in prepositions(token)
                if name in ("by", "of", "from", "between", "in")
                for a in self.actors(inner)
            ]
            found = found or [
                a
                for shot in token.children
                # "a rocket fired from Gaza kills", but not "rebels backed by Rwanda seized"
                if shot.dep_ == "acl" and shot.tag_ == "VBN" and shot.lower_ not in _NOT_ACTING
                for name, inner in prepositions(shot)
                if name in ("from", "by")
                for a in self.actors(inner) or self.parties.owners(inner)
            ]
            if found:
                return found, f"subject of {token.text}", 0.75
        for token in subjects:
            found = locals_of(token, self.parties, self.discourse, self.place)
            if found:
                return found, f"subject {token.text}, {_PLACED}", 0.5
        return [], "", 0.5

    def _hidden_agent(self, verb: Token, entry: Trigger, targets: list[Actor]) -> list[Actor]:
        """Violence that nobody is named for happened where the sentence says: some armed party of that place; so did
        arrests, where no authority tells of them."""
        if not targets or not (entry.type == "ASSAULT" or (entry.type == "COERCE" and entry.mode == "arrest")):
            return []
        place = self.place or (self._announcer(verb) if entry.type == "COERCE" else None)
        if place is None or place.code in {actor.code for actor in targets}:
            return []
        return [Actor(place.code, "CRM" if entry.type == "ASSAULT" else "GOV", place.text)]

    def _announcer(self, verb: Token) -> Actor | None:
        """The authority that tells of an arrest without saying whose: its own state's."""
        if verb.dep_ != "ccomp" or verb.head.pos_ != "VERB":
            return None
        tellers = [a for token in self.subject_tokens(verb.head) for a in self.actors(token)]
        return next((a for a in tellers if a.code and a.sector in ("GOV", "MIL", "JUD")), None)

    def _people(self, targets: list[Actor]) -> list[Actor]:
        """`Protests in Haiti against the policy of`: those of the place."""
        place = self.place
        if place is None or place.code is None or place.code in {actor.code for actor in targets}:
            return []
        return [Actor(place.code, "CVL", place.text)]

    def _targets(
        self, verb: Token, entry: Trigger, objects: list[Token], sources: list[Actor]
    ) -> tuple[list[Actor], str, float]:
        own = set(map(_side, sources))

        def other(found: list[Actor]) -> list[Actor]:
            return [a for a in found if _side(a) not in own]

        for token in () if entry.topic and not self._is_person(objects) else objects:
            found = other(self.actors(token))
            if found:
                return found, f"object {token.text}", 1.0
            if entry.type in _ADDRESSED and self.actors(token):
                return [], OWN, 0.5
        if entry.when.object is None and not entry.topic:
            for token in objects:
                found = other(self.parties.owners(token))
                if found and not any(self.actors(inner) for name, inner in prepositions(verb) if name in entry.to[:1]):
                    return found, f"owner of {token.text}", 0.85
        by_name = dict(reversed([(name, inner) for name, inner in self._prepositions(verb, objects)]))
        for name in entry.to:
            for preposition, inner in self._prepositions(verb, objects):
                if preposition == name:
                    if entry.type in _ADDRESSED and self.actors(inner) and not other(self.actors(inner)):
                        return [], OWN, 0.5  # "calls on its citizens to leave Iraq" asks nothing of Iraq
                    found = (
                        other(self.actors(inner))
                        or other(self.parties.owners(inner))
                        or other(self.related(inner, 1))
                        or other([a for n, i in prepositions(inner) if n == "with" for a in self.actors(i)])
                    )
                    placed = entry.type in _TERRITORIAL or (name == "in" and entry.when.object is not None)
                    if not found and placed and inner.i in self.parties.places:
                        found = other([self.parties.places[inner.i]])
                    if found:
                        return found, f"{name} {inner.text}", 0.95
        if entry.topic or (verb.lemma_ in _ANSWERING and children(verb, "ccomp", "xcomp")):
            return [], "", 0.5  # what is denied does not tell who is answered
        if entry.type in ("REQUEST", "ACCUSE", "THREATEN", "SUPPORT", "REJECT") or not objects:
            found = other(self._clause_target(verb))
            if found:
                return found, "subject of the clause", 0.8
        for token in objects:
            found = other(self.parties.owners(token)) or other(self.related(token, 2))
            if found:
                return found, f"through {token.text}", 0.75
        for name in _FALLBACK_PREPOSITIONS:
            if name in by_name and not (name == "by" and self.is_passive(verb)):
                found = other(self.actors(by_name[name])) or other(self.related(by_name[name], 1))
                if found:
                    return found, f"{name} {by_name[name].text}", 0.6
        for token in objects:
            if entry.when.object is not None and token.lemma_.lower() in entry.when.object:
                continue
            found = other(locals_of(token, self.parties, self.discourse, self.place))
            if found:
                return found, f"object {token.text}, {_PLACED}", 0.5
        for token in objects:
            domestic = [a for a in self.actors(token) if a.sector not in {s.sector for s in sources}]
            if domestic and not any(child.tag_ == "PRP$" for child in token.children):
                return domestic, f"object {token.text}, of the same state", 0.8
        return [], "", 0.5

    def _is_person(self, objects: list[Token]) -> bool:
        """Whether the object is somebody to meet rather than something to talk about: a person or an office."""
        return any(actor.name or actor.sector for token in objects for actor in self.actors(token))

    def _prepositions(self, verb: Token, objects: list[Token]) -> Iterator[tuple[str, Token]]:
        yield from prepositions(verb)
        for token in objects:
            for member in group(token):
                yield from prepositions(member)
                for child in member.children:
                    if child.dep_ in ("acl", "relcl"):
                        yield from prepositions(child)
        if verb.dep_ in ("xcomp",) and verb.head.pos_ == "VERB":
            yield from prepositions(verb.head)
        for child in verb.children:
            if child.dep_ == "xcomp":
                yield from prepositions(child)

    def _clause_target(self, verb: Token) -> list[Actor]:
        """`Demands that Iran stop`, `warns it will strike Iran`: the other party in the clause below."""
        for child in verb.children:
            if child.dep_ in ("ccomp", "xcomp", "advcl") and child.i > verb.i:
                for token in children(child, "nsubj", "nsubjpass"):
                    found = self.actors(token) or self.parties.owners(token)
                    if found and token.i not in self.parties.referred:
                        return found
                affected = [inner for name, inner in prepositions(child) if name in _AFFECTING]
                for token in [*children(child, "dobj", "attr", "dative"), *affected]:
                    found = self.actors(token) or self.parties.owners(token)
                    if found:
                        return found
                deeper = self._clause_target(child)
                if deeper:
                    return deeper
        for _, inner in prepositions(verb):
            if inner.dep_ == "pcomp":
                for token in [*children(inner, "dobj"), *(t for _, t in prepositions(inner))]:
                    found = self.related(token, 1)
                    if found:
                        return found
        return []

    def of_noun(self, noun: Token, entry: Trigger) -> Roles:
        """Acts named by nouns: `Turkey's purchase of`, `an agreement between A and B`, `Israeli strikes on`."""
        of = [a for name, inner in prepositions(noun) if name == "of" and "of" in entry.to for a in self.actors(inner)]
        owners = [a for a in self.parties.owners(noun) if a not in of] + [
            a for child in children(noun, "poss", "compound", "nmod", "amod") for a in self.actors(child)
        ]
        phrases = list(prepositions(noun))
        for child in noun.children:
            if child.dep_ in ("acl", "relcl"):
                phrases += [(name, inner) for name, inner in prepositions(child)]
        governor = noun.head
        if noun.dep_ in ("nsubj", "nsubjpass") and governor.lemma_ in _HAPPENING:
            phrases += list(prepositions(governor))
        between = [
            a
            for name, inner in phrases
            if name in ("between", "among")
            for a in self.actors(inner) or self.parties.owners(inner)
        ]
        if len({a.code for a in between}) > 1:
            return Roles(tuple(between), (), True, 0.9, "between")
        if entry.mutual and len({a.code for a in owners}) > 1 and self._dashed(noun):
            return Roles(tuple(owners), (), True, 0.8, "A-B")
        agents = [a for name, inner in phrases if name == "by" for a in self.related(inner, 0)]
        sources = agents or owners
        path, confidence = ("by" if agents else "owner"), 0.85
        if not sources:
            sources, path = [a for name, inner in phrases if name == "from" for a in self.related(inner, 0)], "from"
        if helped := self._helped(noun, entry):
            sources = sources or [a for name, inner in phrases if name == "of" for a in self.related(inner, 0)]
            targets, told, _ = self._sources(self.subject_tokens(helped), helped)
            return Roles(tuple(sources), tuple(targets), False, 0.7, f"{path}; {told} of {helped.text}")
        if not sources:
            governor = self._light_governor(noun)
            if governor is not None:
                sources, path, confidence = self._sources(self.subject_tokens(governor), governor)
                path = f"{path} of {governor.text}"
                phrases += list(prepositions(governor))
        own = set(map(_side, sources))
        for name in entry.to:
            for preposition, inner in phrases:
                if preposition == name:
                    found = [
                        a
                        for a in (self.actors(inner) or self.parties.owners(inner) or self.related(inner, 1))
                        if _side(a) not in own
                    ]
                    if found:
                        if not sources:
                            sources = [
                                a for p, i in phrases if p in ("from", "of") and i.i != inner.i for a in self.actors(i)
                            ]
                        if not sources and entry.type == "PROTEST":
                            sources, path, confidence = self._people(found), "nobody named: placed", 0.45
                        return Roles(
                            tuple(sources),
                            tuple(found),
                            entry.mutual and len({a.code for a in sources}) > 1,
                            confidence,
                            f"{path}; {name} {inner.text}",
                        )
        if entry.mutual and len({a.code for a in sources}) > 1:
            return Roles(tuple(sources), (), True, 0.8 * confidence, path)
        answered = [a for a in self._answering(noun) if _side(a) not in own]
        if answered:
            return Roles(tuple(sources), tuple(answered), False, 0.6, f"{path}; answered by")
        return Roles(tuple(sources), (), False, 0.4, path)

    @staticmethod
    def _helped(noun: Token, entry: Trigger) -> Token | None:
        """The verb in `builds it with the help of B`: B helps its subject."""
        under = noun.head
        lent = entry.type in ("AID", "SUPPORT") and noun.dep_ == "pobj" and under.lower_ == "with"
        return under.head if lent and under.head.pos_ == "VERB" else None

    def _answering(self, noun: Token) -> list[Actor]:
        """Who answers: in `A struck in response to attacks from B`, B's attacks were on A."""
        node = noun
        for _ in range(4):
            if node.lemma_.lower() in (
                "response",
                "retaliation",
                "reprisal",
                "revenge",
                "retaliate",
                "respond",
                "answer",
            ):
                while node.pos_ not in ("VERB", "AUX") and node.head.i != node.i:
                    node = node.head
                return [
                    a for token in self.subject_tokens(node) for a in self.actors(token) or self.parties.owners(token)
                ]
            if node.head.i == node.i:
                return []
            node = node.head
        return []

    def _dashed(self, noun: Token) -> bool:
        start = max(noun.i - 6, 0)
        return any(t.text in ("-", "–", "/", "—") for t in self.tree[start : noun.i])

    def _light_governor(self, noun: Token) -> Token | None:
        """The verb that lends an act-noun its doer: `launched an attack`, `is planning strikes`."""
        token = base(noun)
        head = token.head
        if token.dep_ in ("dobj", "nsubjpass", "attr") and head.pos_ in ("VERB", "AUX") and head.lemma_ in LIGHT:
            return head
        if token.dep_ == "pobj" and head.dep_ == "prep":
            owner = head.head
            if owner.pos_ == "VERB" and owner.lemma_ in (
                "agree",
                "participate",
                "engage",
                "take",
                "join",
                "prepare",
                "call",
                "threaten",
                "plan",
                "push",
                "enter",
                "arrive",
                "travel",
                "carry",
                "respond",
                "retaliate",
            ):
                return owner
            if (
                owner.pos_ == "NOUN"
                and head.lower_ in ("of", "for", "on")
                and owner.dep_ == "dobj"
                and owner.head.lemma_ in LIGHT
            ):
                return owner.head
        return None
