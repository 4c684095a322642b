"""Rules and classifier together: masked sentences, answers that hang on nothing else, and reasons."""

from __future__ import annotations

import datetime as dt

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from volteface import coding
from volteface.coding import classifier
from volteface.coding.masked import Name, masked
from volteface.coding.votes import TOPIC, TOPIC_BY_WORDS, settled_contexts, settled_factuality
from volteface.terms import Document, documents_table

TEXT = "Peru's army shelled a Chilean port, Lima said; Brazil condemned it."
NAMES = [Name(0, 4, "PER"), Name(22, 29, "CHL"), Name(36, 40, "PER"), Name(47, 53, "BRA")]


def test_states_become_letters_by_their_part_in_the_pair() -> None:
    told = masked(TEXT, NAMES, (0, 11), (20, 34), (12, 19))
    assert told == "@ Alpha's army @ * shelled * # a Beta port # , Alpha said; Gamma condemned it."


def test_exchanging_two_names_changes_nothing_that_the_classifier_reads() -> None:
    turned = (
        TEXT.replace("Peru", "CHIL").replace("Chilean", "Peruvian").replace("CHIL", "Chile").replace("Lima", "Quito")
    )
    names = [Name(0, 5, "CHL"), Name(23, 31, "PER"), Name(38, 43, "CHL"), Name(50, 56, "BRA")]
    assert masked(turned, names, (0, 12), (21, 36), (13, 20)) == masked(TEXT, NAMES, (0, 11), (20, 34), (12, 19))


def test_an_armys_name_keeps_what_it_is() -> None:
    told = masked("Hezbollah met Fatah.", [Name(0, 9, "LBN", "REB"), Name(14, 19, "PSE", "OPP")], (0, 9), (14, 19))
    assert told == "@ Alpha rebels @ met # Beta opposition # ."


@given(st.text(max_size=400), st.data())
def test_any_text_and_any_marks_are_masked_without_stray_marks(text: str, data: st.DataObject) -> None:
    spot = st.integers(0, len(text))
    places = [tuple(sorted((data.draw(spot), data.draw(spot)))) for _ in range(3)]
    told = masked(text, [], *places)  # type: ignore[arg-type]
    assert [told.count(mark) for mark in "@#*"] == [2, 2, 2]


def test_an_answer_does_not_hang_on_its_neighbours() -> None:
    asked = ["@ Alpha @ * shelled * # Beta # .", "@ Alpha @ * met * # Beta # in Gamma on a rainy Friday in March ."]
    both = classifier.answer(asked)
    for i, one in enumerate(asked):
        alone = classifier.answer([one])
        assert (alone.kinds[0] == both.kinds[i]).all()
        assert (alone.factualities[0] == both.factualities[i]).all()


def test_probabilities_sum_to_one() -> None:
    told = classifier.answer(["@ Alpha @ * threatened * to bomb # Beta # ."])
    assert abs(float(told.kinds.sum()) - 1) < 1e-4
    assert abs(float(told.factualities.sum()) - 1) < 1e-4


def test_a_sure_classifier_doubts_vouches_and_leaves_open_but_a_negation_and_plain_words_stand() -> None:
    names = classifier.factualities()
    doubts = np.array([{"actual": 0.1, "hypothetical": 0.8}.get(name, 0.05) for name in names], np.float32)
    vouches = np.array([{"actual": 0.9, "negated": 0.1}.get(name, 0) for name in names], np.float32)
    torn = np.array([0.25] * len(names), np.float32)
    assert settled_factuality("actual", doubts)[0] == "hypothetical"
    assert settled_factuality("actual", doubts, stands=True)[0] == "actual"
    assert settled_factuality("actual", torn)[0] == "actual"
    assert settled_factuality("hypothetical", vouches)[0] == "actual"
    assert settled_factuality("hypothetical", vouches, stands=True)[0] == "hypothetical"
    assert settled_factuality("hypothetical", torn)[0] == "hypothetical"
    assert settled_factuality("negated", vouches)[0] == "negated"
    assert settled_factuality("future", doubts)[0] == "hypothetical"
    assert settled_factuality("future", vouches)[0] == "future"


def test_words_and_classifier_settle_on_the_contexts() -> None:
    names, shares = classifier.contexts(), np.zeros(len(classifier.contexts()), np.float32)
    shares[:4] = TOPIC + 0.01, TOPIC - 0.01, TOPIC_BY_WORDS + 0.01, TOPIC_BY_WORDS - 0.01
    assert settled_contexts(names[2:4], shares) == (names[0], names[2])


def test_a_minister_who_tells_reporters_makes_no_act_one_of_rights_or_government() -> None:
    text = "Poland is considering sending MiG-29 jets to Ukraine, its prime minister told reporters."
    rows = coding.code_batch(documents_table([Document("d", text, published=dt.date(2023, 5, 10))])).to_pylist()
    assert {tuple(row["contexts"]) for row in rows if row["type"] == "AID"} == {("military",)}


def test_an_act_that_no_lexicon_knows_is_coded_by_the_classifier() -> None:
    document = Document("d", "Iran lambasted and bad-mouthed France over the visas.", published=dt.date(2021, 3, 1))
    told = {(row["source_code"], row["type"]) for row in coding.code_batch(documents_table([document])).to_pylist()}
    assert ("IRN", "ACCUSE") in told


def test_each_event_can_be_explained() -> None:
    document = Document("d", "Turkey signed a defence deal with Ukraine in Kyiv.", published=dt.date(2021, 3, 1))
    rows = coding.code_batch(documents_table([document])).to_pylist()
    reasons = coding.explain(document)
    assert {row["id"] for row in rows if row["kind"] == "event"} == set(reasons)
    assert all('"signed"' in why and "subject Turkey" in why and "no event 0." in why for why in reasons.values())
