"""The coder: scans for actors, parses the sentences worth parsing, and says what each reports."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any, Literal, NamedTuple

import pyarrow as pa

from volteface import actors, ontology
from volteface.actors import Mention
from volteface.coding import attribution, claims, commitments, dates, dependences, events, lexicon, red_lines, speech
from volteface.coding.events import Found, Place
from volteface.coding.masked import names, stated
from volteface.coding.parse import Tree, parse, parser
from volteface.coding.parties import Discourse, identify
from volteface.coding.roles import Sentence
from volteface.coding.sentences import split
from volteface.coding.votes import Ballot, ballot, settle
from volteface.terms import Commitment, Document, Event, Span, Statement, row, statements_table

CODER = "volteface"
VERSION = "8"

_CAPITALISED = re.compile(r"[^\W\d_][\w’'-]*")
_REFERENCE = re.compile(
    r"\b(?:he|she|it|its|they|their|his|her|both|two (?:sides|countries|nations|leaders|governments))\b", re.IGNORECASE
)
_CONNECTIVE = re.compile(r"(?:But|And|Yet|However|Moreover|Also|Furthermore|In addition|It (?:also|further|added))\b")
_WORD = re.compile(r"[A-Za-z][a-z]{2,}")


_MOST_ASKED = 60  # acts of one sentence that the classifier is asked about, and as many proposed ones
Coders = Literal["both", "rules", "classifier"]


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence worth parsing, with its mentions in the sentence's own offsets."""

    document: int
    span: Span
    mentions: tuple[Mention, ...]
    passed: tuple[Mention, ...] = ()  # of the sentences since the piece before, which report no act


def warm() -> None:
    """Loads the parser, the actors and the word lists, so that a worker's first batch is no slower than its next."""
    parser()
    actors.find("Turkey")
    ontology.contexts("")
    lexicon.triggers()


def code_batch(documents: pa.Table, *, by: Coders = "both") -> pa.Table:
    """Codes a table of documents (terms.DOCUMENTS) into a table of statements (terms.STATEMENTS). Pure: the same
    documents give the same statements, in their order, wherever it runs. `by` leaves rules or classifier out."""
    rows: list[dict[str, Any]] = []
    known = [Document(**one) for one in documents.select(Document.__slots__).to_pylist()]
    for told in _code(known, by):
        rows += [row(statement, CODER, VERSION) for statement, _ in told]
    return statements_table(_unique(rows))


def code_document(document: Document) -> list[Statement]:
    """What one document says."""
    return [told.statement for told in next(_code([document]))]


def explain(document: Document) -> dict[str, str]:
    """By the id of each event of a document, why it was coded so: the words, the path, the rule, the probabilities."""
    return {row(told.statement, CODER, VERSION)["id"]: told.why for told in next(_code([document])) if told.why}


def _unique(rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    for one in rows:
        if one["id"] not in seen:
            seen.add(one["id"])
            yield one


class Told(NamedTuple):
    """A statement and, of an event, why it was coded so."""

    statement: Statement
    why: str


def _code(documents: Sequence[Document], by: Coders = "both") -> Iterator[list[Told]]:
    """What each document says, in order; what the classifier votes on is put to it in one go."""
    found = list(_found(documents, by))
    verdicts = settle([one for document in found for one in document if isinstance(one, Ballot)])
    for document in found:
        told: list[Told] = []
        known: set[tuple[object, ...]] = set()
        for one in document:
            if not isinstance(one, Ballot):
                told.append(Told(one, ""))
                continue
            event, why = next(verdicts)
            if event is None:
                continue
            what = (event.sentence, event.source.code, event.target.code, event.type)
            if not (one.proposed and what in known):
                known.add(what)
                told.append(Told(event, why))
        yield told


def _found(documents: Sequence[Document], by: Coders) -> Iterator[list[Statement | Ballot]]:
    """What the rules find. All sentences are parsed in one stream, the parser's fast way."""
    pieces = [piece for i, document in enumerate(documents) for piece in worth_parsing(i, document)]
    trees = parse((headline_in_lower_case(piece.span.text, piece.mentions), piece.mentions) for piece in pieces)
    position = 0
    pending: tuple[Piece, Tree] | None = None
    stream = zip(pieces, trees, strict=True)
    for i, document in enumerate(documents):
        discourse = Discourse()
        statements: list[Statement | Ballot] = []
        while pending is not None or position < len(pieces):
            if pending is None:
                pending = next(stream)
                position += 1
            if pending[0].document != i:
                break
            piece, tree = pending
            pending = None
            statements += _sentence(document, piece, tree, discourse, by)
        yield statements


def worth_parsing(number: int, document: Document) -> Iterator[Piece]:
    """The sentences that name an actor, or may refer to one named before (`he`, `the police`), and hold a word that can
    report an act."""
    mentions = [_settled(m, document.published) for m in actors.find(document.text, document.published)]
    mentions = [m for m in mentions if m.code is not None or m.kind == "contested"]
    if not mentions:
        return
    following = 0
    passed: list[Mention] = []
    for span in split(document.text):
        while following < len(mentions) and mentions[following].start < span.start:
            following += 1
        inside = []
        last = following
        while last < len(mentions) and mentions[last].end <= span.end:
            inside.append(
                replace(mentions[last], start=mentions[last].start - span.start, end=mentions[last].end - span.start)
            )
            last += 1
        refers = inside or (following and (_REFERENCE.search(span.text) or actors.speaks_of_office(span.text)))
        if refers and _may_report(span.text):
            yield Piece(number, span, tuple(inside), tuple(passed))
            passed = []
        else:
            passed += inside


def headline_in_lower_case(text: str, mentions: Sequence[Mention]) -> str:
    """A headline In Title Case as a sentence, letter for letter, so that its verbs are parsed as verbs. Names stay."""
    words = _CAPITALISED.findall(text)
    if text[-1:] in ".?!" or len(words) < 3 or sum(word[0].isupper() for word in words) < 0.8 * len(words):
        return text
    kept = [(mention.start, mention.end) for mention in mentions]

    def lower(match: re.Match[str]) -> str:
        inside = any(start <= match.start() < end for start, end in kept)
        return match.group() if inside or match.start() == 0 else match.group().lower()

    lowered = _CAPITALISED.sub(lower, text)
    return lowered if len(lowered) == len(text) else text


def _settled(mention: Mention, on: dt.date | None) -> Mention:
    """A place that only one side claimed on that day is that side's; the others stay open. `The Russian air force` is
    read as `Russian` and a noun, like the forces that no list holds."""
    if mention.kind == "institution" and actors.sector_of(mention.text) is not None:
        state = stated(mention.text)
        return mention if state is None else replace(state, start=mention.start, end=mention.start + state.end)
    if mention.kind != "contested" or mention.code is not None or mention.name is None:
        return mention
    claimants = actors.claimants(mention.name, on)
    return replace(mention, code=claimants[0], kind="region", name=None) if len(claimants) == 1 else mention


def _may_report(text: str) -> bool:
    long, short = lexicon.beginnings()
    return any(word[:4] in long or word[:3] in short for word in map(str.lower, _WORD.findall(text)))


def _sentence(
    document: Document, piece: Piece, tree: Tree, discourse: Discourse, by: Coders
) -> list[Statement | Ballot]:
    discourse.pass_over(piece.passed)
    parties = identify(tree, piece.mentions, discourse)
    sentence = Sentence(tree, parties, discourse)
    if _goes_on(document.text, piece.span, discourse):
        sentence.carried = discourse.source
    discourse.source, discourse.end = attribution.according_to(sentence) or sentence.carried, piece.span.end
    place = Place(document.id, piece.span, document.published)
    whens = dates.expressions(piece.span.text, document.published)
    findings = list(_told_again(events.find(sentence), discourse))
    coded = list(events.code(sentence, findings, place, whens))
    acts: list[tuple[Event, Found | None]] = [*coded, *speech.code(sentence, place, coded)]
    bonds: list[Statement] = [*claims.code(sentence, place, whens)]
    for bond in commitments.code(sentence, place, whens, coded, findings):
        bonds.append(bond)
        if bond.target is not None:
            acts += _owed(bond, findings, sentence, place, whens, discourse)
    bonds += red_lines.code(sentence, place, whens)
    bonds += dependences.code(sentence, place, whens)
    if by == "rules" or len(acts) > _MOST_ASKED:
        return [*(event for event, _ in acts), *bonds]
    text = piece.span.text
    known = names(piece.mentions)
    alone = by == "classifier"
    asked = [ballot(event, text, known, found, proposed=alone) for event, found in acts]
    told = {found.token.i for _, found in acts if found is not None}
    partial = [found for found in findings if found.token.i not in told]
    proposed = [*events.propose(sentence, findings), *events.complete(sentence, partial)]
    for event, found in islice(events.code(sentence, proposed, place, whens), _MOST_ASKED):
        in_lexicon = found.entry.lemma != "" and not alone
        asked.append(ballot(event, text, known, found, proposed=True, in_lexicon=in_lexicon))
    return [*asked, *bonds]


def _owed(
    bond: Commitment,
    findings: Sequence[Found],
    sentence: Sentence,
    place: Place,
    whens: list[dates.When],
    discourse: Discourse,
) -> Iterator[tuple[Event, Found | None]]:
    """The act that a commitment is to, toward its beneficiary, where the sentence leaves that out."""
    assert bond.target is not None
    for found in findings:
        left_out = not found.roles.targets and any(actor.code == bond.source.code for actor in found.roles.sources)
        if left_out and found.entry.type == bond.type:
            owed = replace(found, roles=replace(found.roles, targets=(bond.target,), confidence=0.5))
            discourse.patterns[(bond.source.code, *_act(found))] = bond.target
            yield from events.code(sentence, [owed], place, whens)


def _goes_on(text: str, span: Span, discourse: Discourse) -> bool:
    """Whether a sentence continues the one before it in the same paragraph: `But ...`, `It also ...`."""
    between = text[discourse.end : span.start]
    return (
        discourse.source is not None
        and "\n" not in between
        and not between.strip()
        and bool(_CONNECTIVE.match(span.text))
    )


def _act(found: Found) -> tuple[str, str]:
    return found.entry.type, found.nested.lemma_ if found.nested is not None else found.token.lemma_


def _told_again(findings: Iterable[Found], discourse: Discourse) -> Iterator[Found]:
    """Lends an act whose target is left out the target that it had before: `... is bound to send troops to help
    [Armenia] ... Russia still hasn't sent troops`. Keeps this sentence's acts for later ones."""
    for found in findings:
        act = _act(found)
        for source in found.roles.sources[:1]:
            known = discourse.patterns.get((source.code, *act))
            if found.roles.targets:
                discourse.patterns[(source.code, *act)] = found.roles.targets[0]
            elif known is not None and not found.roles.mutual:
                found = replace(found, roles=replace(found.roles, targets=(known,), confidence=0.5))
        yield found
