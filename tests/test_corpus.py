"""The training corpus: its schema, its size, and that it holds nothing twice and nothing of the evaluation data."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from training import corpus, examples
from training.corpus import FACTUALITIES, NONE, UNSAID, Wrong, kinds


@pytest.fixture(scope="module")
def sentences() -> list[corpus.Sentence]:
    return list(corpus.read())


def test_it_holds_what_it_promises(sentences: list[corpus.Sentence]) -> None:
    marked = [event for sentence in sentences for event in sentence.events if event.kind != UNSAID]
    pairs = {(s.where, e.source, e.target) for s in sentences for e in s.events if e.kind != UNSAID}
    assert sum(len(sentence.spans) > 1 for sentence in sentences) >= 5000
    assert len(pairs) >= 8000
    assert {event.kind for event in marked} == {NONE, *kinds()}
    assert {event.factuality for event in marked if event.kind != NONE} == set(FACTUALITIES)


def test_types_are_in_balance(sentences: list[corpus.Sentence]) -> None:
    types = Counter(kinds()[e.kind].type for s in sentences for e in s.events if e.kind not in (NONE, UNSAID))
    assert len(types) == 16
    assert max(types.values()) < 2 * min(types.values())


def test_no_two_sentences_are_nearly_the_same(sentences: list[corpus.Sentence]) -> None:
    assert list(corpus.near_duplicates(sentences)) == []


def test_it_shares_no_run_of_eight_words_with_the_evaluation_data(
    sentences: list[corpus.Sentence], shared: Path
) -> None:
    assert list(corpus.overlaps(sentences, shared / "data")) == []


@pytest.mark.parametrize(
    ("block", "wrong"),
    [
        (["gossip | [1:A] met [2:B].", "1>2 NONE"], "begins with a register"),
        (["wire | [1:A] met [2:B]."], "no event line"),
        (["wire | [1:A] met [2:B].", "1>3 NONE"], "marks no such pair"),
        (["wire | [1:A] met [2:B].", "1>2 CONSULT/dance actual - : met"], "no kind CONSULT/dance"),
        (["wire | [1:A] met [2:B].", "1>2 CONSULT/meeting actual - : saw"], "does not hold the trigger"),
        (["wire | [1:A] met [2:B].", "1>2 CONSULT/meeting sure - : met"], "factuality is one of"),
        (["everyday | I met her.", "* sure : met"], "factuality is one of"),
    ],
)
def test_a_bad_block_is_told_with_its_place(block: list[str], wrong: str) -> None:
    with pytest.raises(Wrong, match=r"^here:1: ") as told:
        corpus.parse("here:1", block)
    assert wrong in str(told.value)


def test_a_twin_is_found_whatever_its_names() -> None:
    twins = [
        corpus.parse(f"x:{i}", [f"wire | [1:{a}] quietly handed [2:{b}] eleven crates of rifles at dawn.", "1>2 NONE"])
        for i, (a, b) in enumerate([("Peru", "Chile"), ("Ghana", "the Togolese army")])
    ]
    assert len(list(corpus.near_duplicates(twins))) == 1


def test_examples_mask_names_and_mark_the_pair() -> None:
    block = ["wire | [1:Peru] expelled [2:the Chilean consul] on Monday.", "1>2 SANCTION/expel actual - : expelled"]
    made = list(examples.examples([corpus.parse("x:1", block)], seed=3))
    assert made[1].text == "@ Alpha @ * expelled * # the Beta consul # on Monday."
    assert made[1].kinds == ("SANCTION/expel",)
    assert not any("Peru" in example.text or "Chile" in example.text for example in made)


def test_an_act_of_nobody_marked_teaches_its_factuality_alone() -> None:
    block = ["everyday | Call me if you need the key.", "* hypothetical : Call", "* hypothetical : need"]
    made = list(examples.examples([corpus.parse("x:1", block)]))
    assert [(e.text, e.kinds, e.factuality) for e in made] == [
        ("* Call * me if you need the key.", (), "hypothetical"),
        ("Call me if you * need * the key.", (), "hypothetical"),
    ]
