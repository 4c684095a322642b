"""The kind of act between a pair that is given: read twice, the verb above the source marked once."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from volteface import actors
from volteface.coding import classifier
from volteface.coding.given import Given, answers
from volteface.coding.masked import masked, names

TEXT = "Lima rebuked Santiago on Monday, hours after Brazil had praised Chile's new president."


def _place(words: str, text: str = TEXT) -> tuple[int, int]:
    return text.index(words), text.index(words) + len(words)


def _types(row: int, told: classifier.Answers) -> str:
    sums: dict[str, float] = {}
    for kind, share in zip(classifier.kinds(), told.kinds[row], strict=True):
        sums[kind.type] = sums.get(kind.type, 0) + float(share)
    return max(sums, key=sums.__getitem__)


def test_of_one_sentence_each_pair_has_its_own_act() -> None:
    told = answers(
        [
            Given(TEXT, _place("Lima"), _place("Santiago")),
            Given(TEXT, _place("Brazil"), _place("Chile's new president")),
        ]
    )
    assert [_types(0, told), _types(1, told)] == ["ACCUSE", "SUPPORT"]


def test_it_is_the_mean_of_the_sentence_with_and_without_its_verb_marked() -> None:
    pair = Given(TEXT, _place("Brazil"), _place("Chile's new president"))
    known = names(actors.find(TEXT))
    read = classifier.answer([masked(*pair[:1], known, *pair[1:], verb) for verb in (None, _place("praised"))])
    assert np.allclose(answers([pair]).kinds[0], read.kinds.mean(axis=0), atol=1e-6)


def test_exchanging_two_states_exchanges_nothing_else() -> None:
    told = []
    for one, other in (("Chile", "Ghana"), ("Ghana", "Chile")):
        text = f"Ministers from {one} met those of {other} in Oslo, and {one} later accused {other} of spying."
        told.append(answers([Given(text, _place(one, text), _place(other, text))]))
    assert (told[0].kinds == told[1].kinds).all()


def test_a_party_that_is_not_in_the_sentence_and_no_sentence_at_all() -> None:
    assert answers([Given("The envoy was expelled.", None, (0, 9))]).kinds.shape == (1, len(classifier.kinds()))
    assert answers([]).kinds.shape == (0, len(classifier.kinds()))


@settings(max_examples=30, deadline=None)
@given(st.text(max_size=200), st.data())
def test_any_text_and_any_pair_give_probabilities(text: str, data: st.DataObject) -> None:
    spot = st.integers(0, len(text))
    source, target = (tuple(sorted((data.draw(spot), data.draw(spot)))) for _ in range(2))
    told = answers([Given(text, source, target)])  # type: ignore[arg-type]
    assert abs(float(told.kinds.sum()) - 1) < 1e-3
