"""Events of one parsed sentence: triggers by the lexicon, roles by syntax, factuality by the words around them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from volteface import actors, ontology
from volteface.coding import attribution, dates, factuality, lexicon
from volteface.coding.lexicon import Constraint, Trigger
from volteface.coding.parse import Token, children, prepositions
from volteface.coding.roles import OWN, Roles, Sentence
from volteface.terms import Actor, Event, Factuality, Precision, Span

_POS = {"VERB": "v", "NOUN": "n", "PROPN": "n", "AUX": "v", "ADJ": "a"}
_ADDRESSING = frozenset({"ACCUSE", "SUPPORT", "REJECT", "REQUEST", "CONCEDE", "SANCTION"})
_AGAINST = frozenset({"ASSAULT", "COERCE", "MOBILIZE", "SANCTION", "REJECT", "ACCUSE", "THREATEN"})
_CONSENTING = lexicon.group("consenting")
# "Thousands of troops" are troops.
_AMOUNTS = lexicon.group("amounts")
_BACKGROUND = frozenset(
    {"following", "after", "since", "over", "despite", "for", "before", "amid", "about", "from", "until", "during"}
)
_BACKGROUND_WORDS = frozenset(
    {
        "due",
        "because",
        "response",
        "reaction",
        "wake",
        "retaliation",
        "prior",
        "view",
        "light",
        "spite",
        "anniversary",
        "result",
    }
)
_ANY_ACT = Trigger(
    lemma="",
    pos="v",
    type="CONSULT",
    mode=None,
    when=Constraint(),
    to=("with", "against", "to", "from", "on", "at", "toward", "into", "in", "between", "of"),
    mutual=True,
    topic=False,
    patient=False,
    sources=(),
)
_OF_OTHERS = lexicon.group("object_control") | lexicon.group("object_gerund")  # they say what others do or should do
_TELLING = lexicon.group("telling") | lexicon.group("reporting")
_NO_ACTS = lexicon.group("no_acts")  # what its object feels or does, or its subject has, is no act toward it
_DISCUSSING = lexicon.group("discussing")
_SPEECH = frozenset({"THREATEN", "REQUEST", "ACCUSE", "REJECT", "AGREE", "SUPPORT", "CONSULT"})


@dataclass(frozen=True, slots=True)
class Found:
    """A trigger with its parties and factuality, before it becomes events."""

    token: Token
    entry: Trigger
    roles: Roles
    factuality: Factuality
    why: str
    nested: Token | None  # the object noun that the trigger used up


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sentence stands: its document, its span in the document's text, and the document's date."""

    document: str
    span: Span
    published: dt.date | None


def find(sentence: Sentence) -> Iterator[Found]:
    """Every trigger of the sentence with its parties. Nouns that a verb's entry used up are not told twice."""
    used: set[int] = set()
    for token in sentence.tree:
        if token.i in used or token.pos_ not in _POS:
            continue
        best: Found | None = None
        for entry, nested in _entries(token, sentence):
            roles = sentence.of_noun(token, entry) if entry.pos == "n" else sentence.of_verb(token, entry)
            if best is None or _complete(roles):
                best = Found(
                    token, entry, roles, *factuality.of(token, entry.type in _SPEECH and entry.pos == "v"), nested
                )
            if _complete(roles) or roles.path.endswith(OWN):
                break
        if best is not None and not _complete(best.roles):
            best = replace(best, roles=_toward_the_one_before(best, sentence))
        if best is not None and not (best.entry.when.unreal and best.factuality == "actual"):
            if best.nested is not None and best.nested.pos_ != "VERB" and not _is_thwarted(best):
                used.add(best.nested.i)
            yield _refusal(best)


def propose(sentence: Sentence, findings: Sequence[Found]) -> Iterator[Found]:
    """Verbs that the lexicon does not tell as an act, with parties of two states by syntax.

    Acts for all that the rules know; their type is only a place holder.
    """
    if len({actor.code for actor in sentence.parties.mentioned.values()}) < 2:
        return
    told = {found.token.i for found in findings if _complete(found.roles)}
    for token in sentence.tree:
        if token.pos_ != "VERB" or token.i in told or token.lemma_ in _TELLING or token.lemma_ in _NO_ACTS:
            continue
        roles = sentence.of_verb(token, _ANY_ACT)
        if roles.path.split("; ")[-1].startswith("in ") and _is_joint(token):
            continue  # "failed to meet in New York"
        if token.lemma_ == "join" and any(name == "in" and act.dep_ == "pcomp" for name, act in prepositions(token)):
            continue  # "joined B in condemning C"
        if _complete(roles) and not roles.path.endswith(OWN):
            yield Found(token, _ANY_ACT, roles, *factuality.of(token, False), None)


def _is_thwarted(found: Found) -> bool:
    """Whether the object is an act of its own, which somebody else was kept from: `foiled the rebels' attack on B`."""
    assert found.nested is not None
    acts = lexicon.triggers().get(("n", found.nested.lemma_.lower()), ())
    return found.entry.type == "COERCE" and any(entry.type == "ASSAULT" for entry in acts)


def _is_joint(verb: Token) -> bool:
    """Whether a verb, or the infinitive that it governs, tells what parties do together."""
    lemmas = [verb.lemma_, *(clause.lemma_ for clause in children(verb, "xcomp"))]
    return any(entry.mutual for lemma in lemmas for entry in lexicon.triggers().get(("v", lemma), ()))


def complete(sentence: Sentence, findings: Sequence[Found]) -> Iterator[Found]:
    """Acts that the lexicon knows and that syntax gives one party only, each with every other party of the sentence."""
    mentioned = [(sentence.tree[at], actor) for at, actor in sentence.parties.mentioned.items() if actor.code]
    for found in findings:
        roles = found.roles
        if _complete(roles) or roles.path.endswith(OWN) or not (roles.sources or roles.targets):
            continue
        if found.entry.pos == "n" and found.token.dep_ == "dobj" and found.token.head.lemma_ in _DISCUSSING:
            continue  # what is talked about
        own = {actor.code for actor in (*roles.sources, *roles.targets)}
        others = {actor.code: actor for root, actor in mentioned if not _is_apart(root, found.token)}
        for other in others.values():
            if other.code not in own:
                path = f"{roles.path}; {other.text} in the same sentence"
                proposed = replace(roles, mutual=False, confidence=0.4, path=path)
                if roles.sources:
                    yield replace(found, roles=replace(proposed, targets=(other,)))
                else:
                    yield replace(found, roles=replace(proposed, sources=(other,)))


def _is_apart(name: Token, trigger: Token) -> bool:
    """Whether a name belongs to what is told beside the trigger's clause: as the subject of a coordinated one (`A
    withdrew, but B stayed`), after a semicolon, to who says so (`according to diplomats in`), or to waters (`off`)."""
    if any(token.text == ";" for token in trigger.doc[trigger.i : name.i]):
        return True
    if any(token.lower_ == "according" for token in name.ancestors) or name.head.lower_ == "off":
        return True
    while name.dep_ in ("compound", "amod", "nmod", "poss", "conj"):
        name = name.head
    if name.dep_ == "nsubj" and name.head.lemma_ in _OF_OTHERS and name.head.is_ancestor(trigger):
        return bool(
            trigger.pos_ == "NOUN"
        )  # "A urged B to yield or face sanctions by C", "A sued B over arms sales to C"
    return name.dep_ in ("nsubj", "nsubjpass") and name.head.dep_ == "conj" and name.head.head.i == trigger.i


def _toward_the_one_before(found: Found, sentence: Sentence) -> Roles:
    """`A shot down B's helicopter. A apologised`: whom a speech act leaves out is whom the sentence before named.

    `The UN condemned B. A voted against the resolution`: of several the body that adopts resolutions.
    """
    roles = found.roles
    left_out = roles.sources and not roles.targets and not roles.path.endswith(OWN)
    if not left_out or found.entry.pos != "v" or found.entry.topic or found.entry.type not in _ADDRESSING:
        return roles
    own = {actor.code for actor in roles.sources}
    if any(actor.code not in own for actor in sentence.parties.mentioned.values()):
        return roles
    others = {actor.code: actor for actor in sentence.discourse.before if actor.code not in own}
    if found.token.lemma_ == "vote":
        others = {code: actor for code, actor in others.items() if actor.sector == "IGO"}
    if len(others) != 1:
        return roles
    return replace(roles, targets=tuple(others.values()), confidence=0.4, path=f"{roles.path}; the one named before")


def _complete(roles: Roles) -> bool:
    return bool(roles.sources and (roles.targets or roles.mutual))


def _refusal(found: Found) -> Found:
    """Not to accept, not to allow, not to recognise is an act of its own: a refusal."""
    if found.factuality != "negated" or found.token.lemma_ not in _CONSENTING or "fail" in found.why:
        return found
    if found.why.split()[:1] not in (["not"], ["n't"], ["n’t"], ["never"]):
        return found
    entry = next(e for e in lexicon.triggers()["v", "reject"] if e.when.object is None)
    return replace(
        found,
        entry=replace(entry, lemma=found.token.lemma_),
        factuality="actual",
        why=f"{found.why} {found.token.lemma_}",
    )


def _entries(token: Token, sentence: Sentence) -> Iterator[tuple[Trigger, Token | None]]:
    """The entries whose constraints the parse meets, most specific first, each with the noun that it uses up."""
    pos = _POS[token.pos_]
    if pos == "n" and (
        token.i in sentence.parties.mentioned
        or (token.dep_ in ("compound", "nmod") and token.head.pos_ in ("NOUN", "PROPN"))
    ):
        return
    if token.pos_ == "AUX" and token.dep_ in ("aux", "auxpass"):
        return
    lemma = token.lemma_.lower()
    if pos == "n" and _misread_verb(token, sentence):
        pos, lemma = "v", lemma.removesuffix("s") if ("v", lemma.removesuffix("s")) in lexicon.triggers() else lemma
    for entry in lexicon.triggers().get((pos, lemma), ()):
        nested = None
        if entry.when.particle is not None and not _has_particle(
            token, entry.when.particle, entry.when.object is not None
        ):
            continue
        if entry.when.object is not None:
            nested = _object(token, entry, sentence)
            if nested is None:
                continue
        if entry.when.subject is not None and not _has_subject(token, entry.when.subject, sentence):
            continue
        if entry.when.clause and not children(token, "xcomp", "ccomp"):
            continue
        if entry.when.joint and not any(
            c.lower_
            in (
                "joint",
                "military",
                "naval",
                "war",
                "air",
                "live-fire",
                "combined",
                "bilateral",
                "trilateral",
                "annual",
            )
            for c in token.children
        ):
            continue
        if pos == "a" and token.dep_ not in ("acomp", "ROOT", "conj"):
            continue
        yield entry, nested


def _misread_verb(token: Token, sentence: Sentence) -> bool:
    """Whether the parser took a headline's verb for a noun: `Nicaragua severs ties` as a noun phrase with an object."""
    return (
        token.dep_ == "ROOT"
        and bool(sentence.parties.owners(token))
        and any(
            (child.dep_ in ("dobj", "appos", "dep") and child.i > token.i) or child.lower_ == "down"
            for child in token.children
        )
        and token.nbor(-1).pos_ in ("PROPN", "ADJ", "NOUN", "NUM")
        if token.i
        else False
    )


def _has_particle(token: Token, particle: str, with_object: bool) -> bool:
    carriers = [token, *(children(token, "dobj") if with_object else [])]
    return any(
        child.lower_ == particle and child.dep_ in ("prt", "prep", "advmod", "dative", "acomp", "oprd", "aux")
        for carrier in carriers
        for child in carrier.children
    ) or (particle == "to" and any(c.lower_ == "to" for x in children(token, "xcomp") for c in x.children))


def _object(token: Token, entry: Trigger, sentence: Sentence) -> Token | None:
    assert entry.when.object is not None
    for candidate in sentence.object_tokens(token):
        for member in [candidate, *candidate.conjuncts]:
            if member.lemma_.lower() in entry.when.object or (
                "@actor" in entry.when.object and sentence.actors(member)
            ):
                return member
            if member.lemma_.lower() in _AMOUNTS or member.like_num:
                for name, inner in prepositions(member):
                    if name == "of" and inner.lemma_.lower() in entry.when.object:
                        return inner
    for clause in children(token, "xcomp"):
        if clause.lemma_ in entry.when.object:
            return clause
    for name, inner in prepositions(token):
        if (
            name in ("to", "in", "into", "out", "of", "from", "on")
            and entry.type in ("AGREE", "CONSULT", "SANCTION", "RETREAT", "COOPERATE", "MOBILIZE")
            and inner.lemma_.lower() in entry.when.object
        ):
            return inner
    return None


def _has_subject(token: Token, lemmas: frozenset[str], sentence: Sentence) -> bool:
    for subject in sentence.subject_tokens(token):
        if subject.lemma_.lower() in lemmas or any(c.lemma_.lower() in lemmas for c in children(subject, "compound")):
            return True
        found = sentence.actors(subject)
        if "president" in lemmas and any(actor.name and actor.sector in ("GOV", "IGO", "OPP") for actor in found):
            return True
        if "state" in lemmas and found:
            return True
    return False


def code(
    sentence: Sentence, findings: list[Found], place: Place, whens: list[dates.When]
) -> Iterator[tuple[Event, Found]]:
    """The events of a sentence's findings, each with the finding that it came from."""
    contexts = ontology.contexts(place.span.text.lower()) if findings else ()
    for found in findings:
        pairs = list(_pairs(found, place.published))
        if not pairs:
            continue
        speaker = attribution.of(found.token, sentence)
        date, precision = _date(found, place, whens)
        for source, target, confidence in pairs:
            yield (
                Event(
                    document=place.document,
                    sentence=place.span,
                    trigger=span_of(found.token, place),
                    source=with_sector(source, found.entry.type),
                    target=with_sector(target),
                    type=found.entry.type,
                    factuality=found.factuality,
                    mode=found.entry.mode,
                    contexts=contexts,
                    attribution=speaker,
                    date=date,
                    date_precision=precision,
                    score=ontology.types()[found.entry.type].score,
                    confidence=confidence,
                ),
                found,
            )


def _date(found: Found, place: Place, whens: list[dates.When]) -> tuple[dt.date | None, Precision | None]:
    """When it happened: the time that its clause tells, else the document's day; but an act that is only the background
    to another ("after Russia's invasion") has no date unless its own words tell one."""
    background = found.entry.pos == "n" and _is_background(found.token)
    return dates.of(found.token, whens, None if background else place.published)


def _is_background(noun: Token) -> bool:
    node = noun
    for _ in range(3):
        head = node.head
        if node.dep_ == "pobj":
            return bool(
                head.lower_ in _BACKGROUND or (head.lower_ in ("to", "of") and head.head.lower_ in _BACKGROUND_WORDS)
            )
        if node.dep_ not in ("conj", "compound", "nmod", "poss") or head.i == node.i:
            return False
        node = head
    return False


def _pairs(found: Found, on: dt.date | None) -> Iterator[tuple[Actor, Actor, float]]:
    """Who and whom: each source with each target; the sides of a mutual act with one another."""
    roles = found.roles
    if roles.mutual:
        sides = [*roles.sources, *roles.targets] if not roles.targets else list(roles.sources)
        for i, one in enumerate(sides):
            for other in sides[i + 1 :]:
                if one.code != other.code and None not in (one.code, other.code):
                    yield one, other, roles.confidence
                    if not ontology.types()[found.entry.type].symmetric:
                        yield other, one, roles.confidence
    for source in roles.sources:
        for named in roles.targets:
            target = _or_other_claimant(named, source, on) if found.entry.type in _AGAINST else named
            if None in (source.code, target.code):
                continue
            # two parties of one state deal with each other only where they are told apart
            apart = with_sector(source, found.entry.type).sector != with_sector(target).sector
            if source.code != target.code or apart:
                yield source, target, roles.confidence


def _or_other_claimant(target: Actor, source: Actor, on: dt.date | None) -> Actor:
    """What is done to a contested place is done to whoever else claims it, where that is one side only."""
    if target.code is not None or target.name is None:
        return target
    others = [code for code in actors.claimants(target.name, on) if code != source.code]
    return replace(target, code=others[0], name=None) if len(others) == 1 else target


def with_sector(actor: Actor, act: str | None = None) -> Actor:
    """A bare state acts through its government, in force through its army."""
    if actor.sector is not None:
        return actor
    return replace(actor, sector="MIL" if act in ("ASSAULT", "MOBILIZE") else "GOV")


def span_of(token: Token, place: Place) -> Span:
    """A token's place in the document."""
    start = place.span.start + token.idx
    return Span(start, start + len(token.text), place.span.text[token.idx : token.idx + len(token.text)])
