"""The ontology's data files against the reference's facts, and the recognition of contexts."""

from __future__ import annotations

import csv
import re
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from volteface import ontology

REFERENCE = Path(__file__).parents[2] / "shared" / "reference"
needs_reference = pytest.mark.skipif(not REFERENCE.is_dir(), reason="../shared/reference is absent")


@needs_reference
def test_scores_quads_and_modes_are_the_reference_s() -> None:
    told = {}
    for line in (REFERENCE / "plover.md").read_text("utf-8").splitlines():
        if re.match(r"\| [A-Z]+ \|", line):
            name, score, quad, modes = (cell.strip() for cell in line.strip("|").split("|"))
            told[name] = (-3.0 if name == "ACCUSE" else float(score), quad, set(filter(None, modes.split(", "))))
    assert len(told) == 16
    assert {name: (one.score, one.quad, set(one.modes)) for name, one in ontology.types().items()} == told


@needs_reference
def test_contexts_are_the_reference_s_in_its_order() -> None:
    told = re.search(r"Contexts: ([^.]+)\.", (REFERENCE / "plover.md").read_text("utf-8"))
    assert told is not None
    assert list(ontology.all_contexts()) == told[1].replace("\n", " ").split(", ")


@needs_reference
def test_goldstein_values_are_the_reference_s() -> None:
    with (REFERENCE / "cameo_codes.csv").open(encoding="utf-8") as file:
        told = {line["code"]: (line["name"], float(line["goldstein"])) for line in csv.DictReader(file)}
    assert {code: (one.name, one.goldstein) for code, one in ontology.cameo_codes().items()} == told


@needs_reference
def test_the_crosswalk_gives_every_code_the_reference_s_types() -> None:
    told: dict[str, list[str]] = {}
    with (REFERENCE / "cameo_to_plover.csv").open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            names = told.setdefault(line["cameo"], [])
            names += [] if line["type"] in names else [line["type"]]
    assert {code: [one.type for one in found] for code, found in ontology.crosswalk().items()} == told


def test_there_are_sixteen_types_four_or_more_in_a_quad() -> None:
    quads = [one.quad for one in ontology.types().values()]
    assert len(quads) == 16
    assert [quads.count(quad) for quad in ontology.QUADS] == [4, 3, 4, 5]


def test_accuse_is_conflict_and_its_file_says_why() -> None:
    accuse = ontology.types()["ACCUSE"]
    assert accuse.score == -3
    assert accuse.note is not None
    assert "+3" in accuse.note


def test_what_binds_both_sides_is_symmetric_and_nothing_else() -> None:
    assert {name for name, one in ontology.types().items() if one.symmetric} == {"AGREE", "CONSULT", "COOPERATE"}


@pytest.mark.parametrize("name", ontology.types())
def test_a_type_s_file_is_whole(name: str) -> None:
    one = ontology.types()[name]
    assert one.meaning.endswith(".")
    assert len(one.examples) >= 2
    assert one.required == ("source", "target")
    assert one.neighbours
    assert name not in one.neighbours
    assert set(one.neighbours) <= set(ontology.types())
    assert all(one.modes.values())
    assert "conflict" in one.quad if one.score <= 0 else "cooperation" in one.quad


def test_every_crossing_leads_to_a_type_its_mode_and_known_contexts() -> None:
    for code, crossings in ontology.crosswalk().items():
        for crossing in crossings:
            assert crossing.type in ontology.types(), code
            assert crossing.mode is None or crossing.mode in ontology.types()[crossing.type].modes, code
            assert set(crossing.contexts) <= set(ontology.all_contexts()), code


def test_every_code_but_statements_and_appeals_crosses_over() -> None:
    without = {code[:2] for code in ontology.cameo_codes() if code not in ontology.crosswalk()}
    assert without == {"01", "02"}


def test_codes_keep_their_leading_zero() -> None:
    assert ontology.cameo_codes()["042"].goldstein == 1.9
    assert "42" not in ontology.cameo_codes()
    assert [one.type for one in ontology.crosswalk()["08"]] == ["CONCEDE", "RETREAT"]


def test_cues_are_lower_case_and_stand_once_in_a_context() -> None:
    for name, context in ontology.all_contexts().items():
        assert context.meaning
        assert [cue for cue in context.cues if cue != cue.lower()] == []
        assert len(set(context.cues)) == len(context.cues), name


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("turkey sold ukraine armed drones.", {"military"}),
        ("the two armies held a joint exercise", {"military"}),
        ("the court ordered the company to pay a tariff", {"legal", "economic"}),
        ("a cease-fire holds along the border", {"military", "territory"}),
        ("peacekeepers left the buffer zone", {"peacekeeping", "territory"}),
        ("hackers stole the ministry's files", {"cyber"}),
        ("the two singers met in vienna", set()),
        ("fishing boats of the west bank", {"natural_resource", "territory"}),
        ("she swims; he is a warm person with a market stall", {"economic"}),
        ("", set()),
    ],
)
def test_cues_show_their_contexts_and_no_other_words_do(text: str, expected: set[str]) -> None:
    assert set(ontology.contexts(text)) == expected


@given(st.text())
def test_any_text_gives_known_contexts_in_order(text: str) -> None:
    found = ontology.contexts(text.lower())
    assert list(found) == [name for name in ontology.all_contexts() if name in found]


def test_a_sentence_s_contexts_take_microseconds() -> None:
    text = (
        "the foreign ministers of both countries met in geneva on tuesday to discuss the release of prisoners and grain"
    )
    ontology.contexts(text)
    taken = []
    for _ in range(20):
        start = time.perf_counter()
        for _ in range(50):
            ontology.contexts(text)
        taken.append((time.perf_counter() - start) / 50)
    assert min(taken) < 100e-6  # measured: 11; the bound leaves room for a busy machine
