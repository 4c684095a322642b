"""Who the noun phrases of a sentence are: actors found by name and carried along the parse."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from volteface import actors
from volteface.actors import Mention
from volteface.coding import lexicon
from volteface.coding.parse import Token, Tree, base, phrase
from volteface.terms import Actor

_NOUNS = frozenset({"NOUN", "PROPN", "PRON", "NUM", "ADJ", "X"})
_PLACES = frozenset({"capital", "city", "region", "contested", "territory", "island", "river", "base"})
_LOCATIVE = lexicon.group("locative")
_PARTISAN = re.compile(r"(?:pro|anti)[-–]$", re.IGNORECASE)
_MODEL = re.compile(r"[A-Z][A-Za-z]{0,3}-?\d{1,3}[A-Z]?$")
_FOREIGN = frozenset(
    {"foreign", "western", "european", "arab", "allied", "international", "neighbouring", "neighboring", "other"}
)
_NAMES = frozenset({"leader", "organisation", "group", "institution", "name"})
_TOWARD = frozenset({"into", "over", "across", "through", "in", "on", "within"})  # a state after these may be a target
_OWNING = frozenset({"of", "for", "from", "in", "with", "at", "by"})  # prepositions by which a state owns a sector noun
_ACTING = frozenset({"led", "based"})  # "US-led coalition" is the US; "Russian-backed rebels" are not Russia
_BETWEEN = frozenset({"mediated", "brokered"})  # a UN-brokered deal is others'
_NOT_ACTING = lexicon.group("not_acting")
_PRONOUNS_PERSON = frozenset({"he", "she", "him", "her", "his"})
_PRONOUNS_THING = frozenset({"it", "its", "they", "them", "their"})
_PRONOUNS_SPEAKER = frozenset({"i", "we", "us", "me", "our", "my"})
_SAYING = lexicon.group("saying")
_ON_OTHERS = frozenset({"expel", "deport", "summon", "invade", "annex", "attack", "bomb", "sanction", "accuse"})
_SIDES = lexicon.group("sides")
_PLURAL_SIDES = lexicon.group("plural_sides")
_COLLECTIVE = lexicon.group("collective")


@dataclass
class Discourse:
    """What earlier sentences of a document leave for later ones: who `he`, `it` and `the two sides` are."""

    people: list[Actor] = field(default_factory=list)
    things: list[Actor] = field(default_factory=list)
    pair: tuple[Actor, Actor] | None = None
    main: Actor | None = None  # the state that the document named first
    latest: list[Actor] = field(default_factory=list)  # the actors that the latest sentence names
    before: list[Actor] = field(default_factory=list)  # and the one before it
    source: Actor | None = None  # whom the latest sentence was told after
    end: int = 0  # where that sentence ended
    patterns: dict[tuple[str | None, str, str], Actor] = field(
        default_factory=dict
    )  # (source, act) -> target, for acts told again

    def pass_over(self, mentions: Sequence[Mention]) -> None:
        """Takes note of whom sentences name that report no act and so are not parsed."""
        named = [Actor(one.code, one.sector, one.text, one.name) for one in mentions if one.code]
        if named:
            self.things = [*self.things, *named][-6:]
            self.people = [*self.people, *(a for a in named if a.name and a.sector in ("GOV", "OPP", "REB"))][-4:]
            self.named(named)

    def named(self, ordered: list[Actor]) -> None:
        """Takes note of the actors that a stretch of text names, in their order."""
        self.pair = _first_two(ordered) or self.pair
        self.before, self.latest = self.latest, ordered or self.latest
        self.main = self.main or next(iter(ordered), None)


@dataclass
class Parties:
    """The actors of one sentence by token."""

    acting: dict[int, list[Actor]] = field(default_factory=dict)  # phrases that are actors
    owned: dict[int, list[Actor]] = field(default_factory=dict)  # phrases that belong to actors ("Turkish airspace")
    places: dict[int, Actor] = field(default_factory=dict)  # phrases that say where
    mentioned: dict[int, Actor] = field(default_factory=dict)  # every named actor by the root of its name
    states: set[int] = field(default_factory=set)  # tokens that are a state's own name
    referred: set[int] = field(default_factory=set)  # tokens that are actors by reference only (he, the two sides)

    def of(self, token: Token) -> list[Actor]:
        """The actors that a noun phrase is, coordinated ones included."""
        found: list[Actor] = []
        for member in _coordinated(token):
            found += self.acting.get(member.i, [])
            if member.i in self.states:  # "Saudi Arabia, Egypt and Bahrain" may hang Egypt on Saudi Arabia
                for child in member.children:
                    if child.dep_ == "appos" and child.i in self.states:
                        found += [actor for listed in _coordinated(child) for actor in self.acting.get(listed.i, [])]
        return _distinct(found)

    def owners(self, token: Token) -> list[Actor]:
        """The actors that a noun phrase belongs to."""
        found: list[Actor] = []
        for member in _coordinated(token):
            found += self.owned.get(member.i, [])
        return _distinct(found)


def _coordinated(token: Token) -> list[Token]:
    members = [token]
    for child in token.children:
        if child.dep_ == "conj" and child.pos_ in _NOUNS:
            members += _coordinated(child)
        elif (
            child.dep_ == "appos" and token.pos_ == "PROPN"
        ):  # "Prime Minister A and Chancellor B" may hang B on the name A
            members += _coordinated(child)[1:]
    return members


def _distinct(found: Sequence[Actor]) -> list[Actor]:
    seen: dict[tuple[str | None, str | None, str | None], Actor] = {}
    for actor in found:
        seen.setdefault((actor.code, actor.sector, actor.name), actor)
    return list(seen.values())


def identify(tree: Tree, mentions: Sequence[Mention], discourse: Discourse) -> Parties:
    """The parties of one sentence. `mentions` hold offsets in the sentence. Updates the discourse."""
    parties = Parties()
    spans: list[tuple[Mention, Token]] = []
    covered: dict[int, Mention] = {}
    for mention in mentions:
        span = tree.char_span(mention.start, mention.end, alignment_mode="expand")
        if span is None:
            continue
        spans.append((mention, span.root))
        for token in span:
            covered[token.i] = mention
    text = tree.text
    for mention, root in spans:
        if not _PARTISAN.search(text, 0, mention.start):  # "pro-Russian separatists" are not Russia's
            _place(parties, mention, root, covered)
    _hand_on(parties, tree, covered)
    _refer(parties, tree, discourse)
    _remember(parties, tree, spans, discourse)
    return parties


def _place(parties: Parties, mention: Mention, root: Token, covered: dict[int, Mention]) -> None:
    if mention.code is None and mention.kind != "contested":
        return
    actor = Actor(mention.code, mention.sector, mention.text, mention.name)
    if mention.code is not None:
        parties.mentioned[root.i] = actor
        if mention.kind == "name" and mention.sector is None:
            parties.states.add(root.i)
    anchor = base(root)
    if anchor.i != root.i and anchor.dep_ not in ("amod", "compound", "nmod", "poss", "npadvmod", "pobj"):
        anchor = root
    head = anchor.head
    suffix = _suffix(root)
    if suffix in _BETWEEN:
        return
    if suffix in _NOT_ACTING:
        while head.pos_ in ("VERB", "ADJ") and head.head.i != head.i:
            head = head.head
        if mention.code is not None and _sector(head) is None and covered.get(head.i) is None and head.pos_ == "NOUN":
            parties.owned.setdefault(head.i, []).append(actor)
        return
    if suffix in _ACTING:
        while head.pos_ in ("VERB", "ADJ") and head.head.i != head.i:
            head = head.head
        _attach(parties, head, actor, covered)
        return
    joined = _joined_by_dash(root)
    # an object that the parser took for a time: "Turkey supports Azerbaijan"
    stray = anchor.dep_ == "npadvmod" and head.pos_ == "VERB" and anchor.i > head.i
    if (
        not stray
        and anchor.dep_ in ("amod", "compound", "nmod", "poss", "npadvmod")
        and head.i != root.i
        and covered.get(head.i) is not mention
    ):
        if head.pos_ in _NOUNS or head.pos_ == "VERB":
            _attach(parties, head, actor, covered)
        return
    if (
        joined is not None
        and joined.dep_ in ("amod", "compound", "nmod", "poss")
        and covered.get(joined.head.i) is not mention
    ):
        _attach(parties, joined.head, actor, covered)
        return
    if mention.code is None and (anchor.dep_ == "pobj" and head.lower_ in _LOCATIVE):
        return
    if (
        not stray
        and anchor.dep_ in ("appos", "npadvmod")
        and mention.kind != "leader"
        and covered.get(head.i) is None
        and root.i > head.i
        and _sector(head) is None
    ):
        parties.places[root.i] = actor
        return
    if anchor.dep_ == "pobj":
        preposition, owner = head.lower_, head.head
        if (
            preposition in _OWNING
            and owner.pos_ in ("NOUN", "PROPN")
            and owner.i not in covered
            and _sector(owner) is not None
        ):
            parties.places.setdefault(root.i, actor)
            if owner.i not in parties.acting or anchor.i != root.i:
                _attach(parties, owner, actor, covered)
            if preposition in ("of", "for", "from", "in"):
                return
        elif preposition == "of" and owner.pos_ in ("NOUN", "PROPN"):
            parties.owned.setdefault(owner.i, []).append(actor)
        if preposition in _LOCATIVE:
            parties.places[root.i] = actor
            may_act = mention.kind in _NAMES or preposition in ("between", "from")
            if not may_act and (preposition not in _TOWARD or mention.kind in _PLACES):
                return
    parties.acting.setdefault(root.i, []).append(actor)


def _suffix(root: Token) -> str:
    """The word behind a hyphen: `backed` in Russian-backed."""
    i = root.i
    tree = root.doc
    if i + 2 < len(tree) and tree[i + 1].text in "-–" and not tree[i + 1].whitespace_ and not root.whitespace_:
        return str(tree[i + 2].lower_)
    return ""


def _joined_by_dash(root: Token) -> Token | None:
    """China in `US-China talks`, seen from US."""
    i = root.i
    tree = root.doc
    for step in (1, -1):
        if 0 <= i + 2 * step < len(tree) and tree[i + step].text in ("-", "–", "/", "—"):
            other = tree[i + 2 * step]
            if other.pos_ in ("PROPN", "ADJ"):
                return other
    return None


def _attach(parties: Parties, head: Token, actor: Actor, covered: dict[int, Mention]) -> None:
    """A state's name or demonym before a noun: makes it an actor where the noun has a sector, else its owner."""
    inside = covered.get(head.i)
    if (
        inside is not None
        and inside.kind == "organisation"
        and head.dep_ in ("compound", "nmod", "amod")
        and head.head.i not in covered
    ):
        head, inside = head.head, None  # "German United Nations peacekeepers"
    if inside is not None and inside.code is not None:
        return
    sector = _sector(head)
    if sector is not None:
        words = phrase(head)
        own = Actor(
            actor.code, _merged(sector, actor), words, actor.name if actor.name and actor.sector == "REB" else None
        )
        parties.acting.setdefault(head.i, []).append(own)
    elif head.pos_ == "PROPN" and head.dep_ not in ("compound", "amod") and _looks_like_a_person(head):
        parties.acting.setdefault(head.i, []).append(Actor(actor.code, actor.sector or "CVL", phrase(head)))
    else:
        parties.owned.setdefault(head.i, []).append(actor)


def _merged(sector: str, actor: Actor) -> str:
    """A group's own sector outlives a colourless noun: `Hamas officials` are REB, `UN troops` MIL."""
    return (
        actor.sector if actor.sector in ("REB", "OPP", "CRM") or (actor.sector == "IGO" and sector == "GOV") else sector
    )


def _sector(head: Token) -> str | None:
    """The sector of a noun phrase by its head with its compounds, or by the title before a person's name."""
    if head.pos_ not in ("NOUN", "PROPN", "ADJ", "NUM", "VERB"):
        return None
    if head.lower_ in _SIDES:
        return "GOV"
    if any(child.dep_ == "compound" and _MODEL.match(child.text) for child in head.children):
        return "MIL"  # "a Su-24 bomber", "an F-16 pilot"
    compounds = [child for child in head.children if child.dep_ in ("compound", "amod", "nmod") and child.i < head.i]
    if compounds:
        start = compounds[-1].i
        while start > 0 and any(child.i == start - 1 for child in compounds):
            start -= 1
        found = actors.sector_of(str(head.doc[start : head.i + 1].text))
        if found is not None:
            return found
    found = actors.sector_of(head.text)
    if found is None and head.pos_ == "PROPN":
        for child in compounds:
            found = found or actors.sector_of(child.text)
        for child in head.children:
            if child.dep_ == "appos":
                found = found or actors.sector_of(child.text)
    return found


def _looks_like_a_person(head: Token) -> bool:
    before = head.nbor(-1) if head.i > 0 else None
    return before is not None and before.pos_ == "PROPN" and before.dep_ == "compound" and before.text.istitle()


def _hand_on(parties: Parties, tree: Tree, covered: dict[int, Mention]) -> None:
    """`The army's chief of staff`, `a spokesman for the Kremlin`, `his brother`: the head is of the owner's side."""
    for token in tree:
        if token.i in parties.acting or token.i in covered or token.pos_ not in ("NOUN", "PROPN"):
            continue
        sector = _sector(token)
        for child in token.children:
            source: list[Actor] = []
            if child.dep_ in ("poss", "compound", "nmod", "amod"):
                source = parties.acting.get(child.i, []) or (parties.owned.get(child.i, []) if sector else [])
            elif child.dep_ == "prep" and child.lower_ in ("of", "for", "from", "with", "in", "by", "to"):
                for inner in child.children:
                    if inner.dep_ == "pobj":
                        collective = child.lower_ == "of" and (token.lemma_.lower() in _COLLECTIVE or token.like_num)
                        if collective:
                            source = parties.of(inner)
                            sector = sector if sector and not source else None
                        elif sector is not None and child.lower_ in ("of", "for", "from"):
                            source = parties.of(inner) or parties.owned.get(inner.i, [])
            elif child.dep_ == "appos" and token.pos_ == "PROPN":
                source = parties.acting.get(child.i, [])
            if source:
                words = phrase(token)
                for actor in source:
                    own = (
                        replace(actor, text=words)
                        if sector is None
                        else Actor(actor.code, _merged(sector, actor), words)
                    )
                    parties.acting.setdefault(token.i, []).append(own)
                break
        else:
            if token.dep_ == "appos" and sector is not None and token.head.i in parties.acting:
                parties.acting[token.i] = parties.acting[token.head.i]


def _refer(parties: Parties, tree: Tree, discourse: Discourse) -> None:
    """Pronouns and `the two sides`: who speaks, or the latest fitting actor, of the sentence or the document."""
    people, things = list(discourse.people), list(discourse.things)
    here: list[Actor] = []
    for token in tree:
        for actor in parties.acting.get(token.i, ()):
            if actor.name and actor.sector in ("GOV", "OPP", "REB", "IGO", None):
                people.append(actor)
            if actor.code:
                things.append(actor)
        if token.i in parties.mentioned:
            here.append(parties.mentioned[token.i])
        latest_pair = _first_two(here) or discourse.pair
        word = token.lower_
        referent: list[Actor] = []
        if token.pos_ == "PRON" and word in _PRONOUNS_PERSON and people:
            referent = [people[-1]]
        elif token.pos_ == "PRON" and word in _PRONOUNS_THING and not _empty_it(token):
            referent = _thing(token, parties, discourse, things)
        elif word == "whose":
            referent = _antecedent(token, parties)
        elif token.pos_ == "PRON" and word in _PRONOUNS_SPEAKER:
            referent = _speaker(token, parties)
        elif (
            word in _PLURAL_SIDES and _names_both(token) and latest_pair is not None and token.i not in parties.acting
        ) or (word == "both" and token.dep_ in ("nsubj", "nsubjpass") and latest_pair is not None):
            referent = list(latest_pair)
        if not referent:
            continue
        referent = [replace(actor, text=token.text) for actor in referent]
        if token.dep_ == "poss":
            _lend(parties, token.head, referent)
        else:
            parties.acting.setdefault(token.i, []).extend(referent)
            parties.referred.add(token.i)


def _antecedent(whose: Token, parties: Parties) -> list[Actor]:
    """Whose: of the noun that its relative clause hangs on, else of whoever is named last before it."""
    clause = next((node for node in whose.ancestors if node.dep_ == "relcl"), None)
    if clause is not None:
        return parties.of(clause.head)
    before = [at for at in parties.acting if at < whose.i]
    return parties.acting[max(before)] if before else []


def _speaker(token: Token, parties: Parties) -> list[Actor]:
    """We, I, our in what somebody is quoted with: who says so."""
    for verb in token.ancestors:
        if verb.pos_ == "VERB" and verb.lemma_ in _SAYING:
            for child in verb.children:
                if child.dep_ == "nsubj" and not child.is_ancestor(token) and child.i in parties.acting:
                    return parties.acting[child.i][:1]
    return []


def _lend(parties: Parties, head: Token, owners: list[Actor]) -> None:
    """`its troops`: an actor of the owner's side; `its airspace`: owned."""
    if head.i in parties.acting:
        return
    sector = _sector(head)
    if sector is not None:
        parties.acting[head.i] = [Actor(owner.code, _merged(sector, owner), phrase(head)) for owner in owners]
    else:
        parties.owned.setdefault(head.i, []).extend(owners)


def _thing(token: Token, parties: Parties, discourse: Discourse, things: list[Actor]) -> list[Actor]:
    """It, its, they: the subject of the clause above, else of the sentence before."""
    node = token
    own_clause = token.dep_ not in ("nsubj", "nsubjpass", "poss")  # an object is never its own clause's subject
    if token.dep_ == "poss" and token.head.dep_ == "dobj" and token.head.head.lemma_ in _ON_OTHERS:
        own_clause = True  # "A expelled its ambassador": another's
    for _ in range(8):
        if node.head.i == node.i:
            break
        node = node.head
        if node.dep_ == "pobj" and node.head.lower_ in ("over", "for") and token.dep_ == "poss":
            latest = [i for i in parties.acting if i < node.i]  # "sanctions on Turkey over its purchase"
            if latest:
                return parties.acting[max(latest)][:1]
        if own_clause and node.pos_ in ("VERB", "AUX"):
            own_clause = False
            continue
        for child in node.children:
            if child.dep_ in ("nsubj", "nsubjpass") and child.i < token.i and child.i in parties.acting:
                return parties.of(child)
    before = [i for i in parties.acting if i < token.i]
    if before:
        return parties.acting[before[0]][:1]
    return discourse.things[-1:] if discourse.things else []


def _empty_it(token: Token) -> bool:
    """It in `it is said that`, `it must be said`."""
    if token.lower_ != "it" or token.dep_ not in ("nsubj", "nsubjpass", "expl"):
        return False
    return token.dep_ == "nsubjpass" or (
        token.head.lemma_ in ("be", "seem", "appear", "emerge", "rain")
        and any(c.dep_ in ("acomp", "ccomp", "xcomp") for c in token.head.children)
    )


def _names_both(token: Token) -> bool:
    return any(child.lower_ in ("two", "both") for child in token.children)


def _first_two(named: Sequence[Actor]) -> tuple[Actor, Actor] | None:
    """The first two different sides: what a sentence is about stands first in it."""
    other = next((actor for actor in named if actor.code != named[0].code), None)
    return (named[0], other) if other is not None else None


def _remember(parties: Parties, tree: Tree, spans: list[tuple[Mention, Token]], discourse: Discourse) -> None:
    subjects: list[Actor] = []
    others: list[Actor] = []
    for i, found in sorted(parties.acting.items()):
        if i in parties.referred:
            continue
        for actor in found:
            (subjects if base(tree[i]).dep_ in ("nsubj", "nsubjpass") else others).append(actor)
            if actor.name and actor.sector in ("GOV", "OPP", "REB"):
                discourse.people.append(actor)
    named = [actor for actor in others + subjects if actor.code]
    if named:
        discourse.things = (others + subjects[::-1])[-6:]
    ordered = [parties.mentioned[root.i] for _, root in spans if root.i in parties.mentioned]
    discourse.named(ordered)
    del discourse.people[:-4]


def locals_of(token: Token, parties: Parties, discourse: Discourse, sentence_place: Actor | None) -> list[Actor]:
    """A bare sector noun (`militants`, `the police`): of the sentence's place, else of the document's state."""
    sector = _sector(token)
    if sector is None or token.pos_ == "PRON":
        return []
    definite = any(child.lower_ == "the" for child in token.children)
    earlier = [a for i, found in sorted(parties.acting.items()) if i < token.i for a in found if a.sector == sector]
    if definite and earlier:
        return [replace(earlier[-1], text=phrase(token))]
    if any(child.lower_ in _FOREIGN for child in token.children):
        return []
    place = sentence_place or (discourse.main if not parties.mentioned else None)
    if place is None or place.code is None:
        return []
    return [Actor(place.code, sector, phrase(token))]
