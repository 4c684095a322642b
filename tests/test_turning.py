"""Turns of a dyad: found where they were planted, dated, ranked, carried by stories, and blind to names."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pytest
from handwritten import AMERICA, RUSSIA, TURKEY, Writer, turkey_and_russia
from hypothesis import given, settings
from hypothesis import strategies as st

from volteface import coding
from volteface.record import Record
from volteface.relations import turning
from volteface.relations.scales import Scale, goldstein, quad
from volteface.relations.standing import standings
from volteface.relations.turning import cut, surges
from volteface.terms import Actor, Document, documents_table

ARMENIA = Actor("ARM", "GOV", "Armenia")
Line = list[tuple[float, float, float]]


def line(*stretches: tuple[int, float], every: int = 10, variance: float = 21.6) -> Line:
    levels = [level for number, level in stretches for _ in range(number)]
    return [(1000.0 + every * at, level, variance) for at, level in enumerate(levels)]


def kept(path: Path, written: Writer) -> Record:
    return Record.open(written.record(path))


def at_war(actors: tuple[Actor, Actor] = (RUSSIA, TURKEY), year: int = 2020) -> Writer:
    """Two at odds for three years, then at war, with talks amid it."""
    one, other = actors
    made = Writer()
    for month in range(36):
        day = dt.date(year - 3 + month // 12, month % 12 + 1, 5).isoformat()
        made.event(day, one, "ACCUSE", other, -6.0, f"{one.text} accused {other.text} of lie number {month}.")
    places = ("Rize", "Kars", "Van", "Bursa", "Izmir", "Adana", "Ordu", "Mardin", "Siirt", "Bitlis", "Tokat", "Sivas")
    for number, place in enumerate(places):
        day = dt.date(year, 3, 2 + number * 2).isoformat()
        made.event(day, other, "ASSAULT", one, -9.0, f"{other.text} shelled {place} of {one.text}.")
    for number, place in enumerate(places[:5]):
        day = dt.date(year, 3, 3 + number * 5).isoformat()
        made.event(day, one, "CONSULT", other, 2.5, f"{one.text} met {other.text} near {place}.")
    return made


@pytest.mark.parametrize(("before", "after", "better"), [(4.0, -6.0, False), (-7.0, 3.0, True)])
def test_a_planted_break_is_found_at_its_place_with_its_direction(before: float, after: float, better: bool) -> None:
    [(at, level_before, level_after, confidence)] = cut(line((20, before), (20, after)))
    assert at == 20
    assert (level_after > level_before) == better
    assert level_before == pytest.approx(before, abs=0.7)
    assert level_after == pytest.approx(after, abs=0.7)
    assert confidence > 0.95


def test_a_steady_dyad_does_not_turn_and_one_bad_day_is_no_turn() -> None:
    draw = np.random.default_rng(3)
    steady = [(day, 2 + float(draw.normal(0, 4.6)), variance) for day, _, variance in line((80, 2.0))]
    assert [one for one in cut(steady) if one[3] >= 0.5] == []
    assert [one for one in cut(line((30, 5.0), (1, -9.0), (30, 5.0))) if one[3] >= 0.5] == []


def test_breaks_of_two_deviations_are_found_with_an_f1_of_nine_tenths(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[1]))
    turns = pytest.importorskip("benchmarks.turns")
    assert turns.planted(2.0, seed=7)["F1"] >= 0.9


LINES = st.lists(st.tuples(st.integers(1, 400), st.floats(-10, 10)), max_size=30).map(
    lambda steps: [
        (float(day), score, 21.6)
        for day, (_, score) in zip(np.cumsum([gap for gap, _ in steps]).tolist(), steps, strict=True)
    ]
)


@settings(max_examples=60, deadline=None)
@given(LINES)
def test_levels_lie_within_the_scores_and_mirrored_scores_turn_the_other_way(told: Line) -> None:
    found = cut(told)
    assert [at for at, *_ in found] == sorted({at for at, *_ in found})
    assert all(0 < at < len(told) and 0 <= sure <= 1 for at, _, _, sure in found)
    assert all(-10 <= level <= 10 for _, before, after, _ in found for level in (before, after))
    mirrored = cut([(day, -score, variance) for day, score, variance in told])
    assert [(at, -before, -after) for at, before, after, _ in mirrored] == [one[:3] for one in found]


def test_the_probabilities_forward_and_backward_agree() -> None:
    told = line((9, 4.0), (7, -6.0), (9, 1.0))
    stretches = turning.Stretches(*np.array(told).T)
    assert stretches.backward[0] == pytest.approx(stretches.forward[-1])
    assert stretches.latest.sum() == pytest.approx(1.0)
    assert int(np.argmax(stretches.turning)) in (9, 16)


def test_a_quarrel_and_its_mending_are_two_turns_that_their_stories_carry(tmp_path: Path) -> None:
    with kept(tmp_path / "R", turkey_and_russia()) as record:
        found = turning.turns(record, "TUR", "RUS")
        assert found == turning.turns(record, "RUS", "TUR")
        told = turning.sourced(record, found)
    assert {story["outlet"] for turn in told for story in turn["stories"]} == {"The Sample"}
    assert json.loads(json.dumps(told)) == told
    assert "turn a volte-face for the worse" in str(found[0])
    worse, better = found
    assert (worse.date, worse.direction) == (dt.date(2015, 11, 24), "worse")
    assert (better.date, better.direction) == (dt.date(2016, 8, 9), "better")
    assert worse.before > worse.after
    assert worse.carriers[0].story.sentence == "Turkey shot down a Russian bomber."
    moves = [carrier.moved for carrier in worse.carriers]
    assert moves == sorted(moves)
    assert all(move < 0 for move in moves)
    assert worse.json()["stories"][0]["sentence"] == "Turkey shot down a Russian bomber."


def test_only_a_change_of_sign_is_a_volte_face() -> None:
    def turned(before: float, after: float) -> turning.Turn:
        return turning.Turn("RUS", "TUR", dt.date(2015, 11, 24), "worse", before, after, 0.9)

    assert turned(4.0, -5.0).volte_face
    assert not turned(-2.0, -8.0).volte_face
    assert not turned(0.4, -8.0).volte_face


def test_a_war_between_two_hostile_all_along_is_a_turn_for_the_worse_and_talks_amid_it_none_for_the_better(
    tmp_path: Path,
) -> None:
    with kept(tmp_path / "R", at_war()) as record:
        found = turning.turns(record, "RUS", "TUR", since=dt.date(2020, 1, 1))
    assert {turn.direction for turn in found} == {"worse"}
    [surge] = [turn for turn in found if turn.rates]
    assert abs((surge.date - dt.date(2020, 3, 2)).days) <= 3
    assert surge.carriers[0].story.type == "ASSAULT"


def test_a_surge_needs_four_stories_and_four_times_the_usual() -> None:
    day = dt.date(2020, 3, 1).toordinal()
    assert surges([day, day + 1, day + 2]) == []
    [(found, confidence, (usual, after))] = surges([day, day + 1, day + 2, day + 3])
    assert (found, after) == (day, 4.0)
    assert usual < 1
    assert confidence > 0.9
    assert surges(list(range(day - 400, day + 60, 3))) == [surges(list(range(day - 400, day + 60, 3)))[0]]


def test_what_came_before_a_window_counts_as_before_and_what_came_after_is_unknown(tmp_path: Path) -> None:
    with kept(tmp_path / "R", turkey_and_russia()) as record:
        [better] = turning.turns(record, "RUS", "TUR", since=dt.date(2016, 1, 1))
        assert better.before < 0 < better.after
        [worse] = turning.turns(record, "RUS", "TUR", until=dt.date(2016, 7, 1))
        assert worse.direction == "worse"


def test_the_turns_of_one_state_are_with_its_partners_and_the_largest_come_first(tmp_path: Path) -> None:
    written = at_war((ARMENIA, TURKEY))
    written.documents += [one for one in at_war((AMERICA, RUSSIA), 2012).documents if not one.id]
    with kept(tmp_path / "R", written) as record:
        found = turning.partners_turned(record, "TUR")
        assert found
        assert all("TUR" in (turn.one, turn.other) for turn in found)
        assert turning.partners_turned(record, "USA") == ()
        weights = [turn.weight for turn in turning.largest(record)]
        assert weights == sorted(weights, reverse=True)


def test_the_detector_sees_a_war_in_its_first_weeks_and_nothing_that_came_later(tmp_path: Path) -> None:
    on = dt.date(2020, 3, 20)
    whole = at_war()
    early = Writer()
    early.documents = whole.documents
    early.statements = [one for one in whole.statements if one.date and one.date <= on]
    with kept(tmp_path / "W", whole) as record, kept(tmp_path / "E", early) as cut_short:
        seen = turning.watch(record, "RUS", "TUR", on)
        assert seen is not None
        assert (seen.direction, seen.date.year) == ("worse", 2020)
        assert seen.confidence > 0.9
        assert seen == turning.watch(cut_short, "RUS", "TUR", on)
        assert turning.newest(record, on)[0] == seen
        assert turning.watch(record, "RUS", "TUR", dt.date(2022, 1, 1)) is None


def test_another_scale_gives_other_levels(tmp_path: Path) -> None:
    own = Scale("own", "7", {"ASSAULT": 10.0, "ACCUSE": 10.0, "SANCTION": 10.0, "CONSULT": -10.0, "AGREE": -10.0})
    with kept(tmp_path / "R", turkey_and_russia()) as record:
        first = {
            scale.name: turning.turns(record, "RUS", "TUR", scale=scale)[0] for scale in (quad(), goldstein(), own)
        }
    assert first["quad counts"].direction == first["Goldstein"].direction == "worse"
    assert first["own"].direction == "better"


def swapped(text: str, one: str, other: str) -> str:
    return text.replace(one, "\0").replace(other, one).replace("\0", other)


NEWS = (
    ("2014-02-03", "Turkey signed a trade agreement with Greece."),
    ("2014-05-06", "Turkey praised Greece."),
    ("2014-09-01", "Greece sent humanitarian aid to Turkey."),
    ("2015-01-12", "Turkey held talks with Greece."),
    ("2015-11-24", "Greece bombed an army base in Turkey."),
    ("2015-11-25", "Turkey accused Greece of aggression."),
    ("2015-11-28", "Turkey imposed sanctions on Greece."),
    ("2015-12-02", "Greece expelled the ambassador of Turkey."),
    ("2015-12-03", "Egypt condemned Greece."),
    ("2016-08-09", "Greece signed a peace agreement with Turkey."),
    ("2016-09-10", "Turkey thanked Egypt."),
)


def coded(path: Path, texts: Iterable[tuple[str, str]]) -> Record:
    documents = [
        Document(f"d{number}", text, source="The Sample", published=dt.date.fromisoformat(day))
        for number, (day, text) in enumerate(texts)
    ]
    table = documents_table(documents)
    with Record.create(path) as record:
        record.append(table, coding.code_batch(table))
    return Record.open(path)


def test_exchanging_two_states_names_throughout_a_corpus_exchanges_the_results_exactly(tmp_path: Path) -> None:
    names, codes = ("Turkey", "Greece"), ("TUR", "GRC")
    with (
        coded(tmp_path / "A", NEWS) as record,
        coded(tmp_path / "B", ((day, swapped(text, *names)) for day, text in NEWS)) as other,
    ):
        exchange = {codes[0]: codes[1], codes[1]: codes[0]}
        stand = {(s.one, s.other): (s.value, s.low, s.high, s.volume) for s in standings(record)}
        assert len(stand) >= 2
        assert stand == {
            tuple(sorted((exchange.get(s.one, s.one), exchange.get(s.other, s.other)))): (
                s.value,
                s.low,
                s.high,
                s.volume,
            )
            for s in standings(other)
        }
        turns, mirrored = (turning.turns(one, *codes) for one in (record, other))
        assert turns
        assert [(t.date, t.direction, t.before, t.after, t.confidence) for t in turns] == [
            (t.date, t.direction, t.before, t.after, t.confidence) for t in mirrored
        ]
        told = [[swapped(c.story.sentence, *names) for c in t.carriers] for t in turns]
        assert told == [[c.story.sentence for c in t.carriers] for t in mirrored]
        sides = [[(exchange.get(c.story.source), exchange.get(c.story.target)) for c in t.carriers] for t in turns]
        assert sides == [[(c.story.source, c.story.target) for c in t.carriers] for t in mirrored]
