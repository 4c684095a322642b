"""Dyad risk: sees only the past, knows no names, keeps the order of chances, and says why."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import numpy as np
import pytest
from handwritten import AMERICA, RUSSIA, TURKEY, Writer
from hypothesis import given, settings
from hypothesis import strategies as st

from volteface.actors.states import states
from volteface.errors import InputError, UnknownName
from volteface.foresight import calibration, risk_model
from volteface.foresight.calibration import expit
from volteface.foresight.risk import happenings, known, risk
from volteface.foresight.risk_features import features, pairs
from volteface.foresight.risk_logit import fitted
from volteface.foresight.risk_past import MATERIAL_CONFLICT, NEVER, WITHIN, Happenings, Past
from volteface.foresight.risk_windows import CONTINUATION, ONSET, STRANGERS, fought_between, windows
from volteface.foresight.words import BANDS, words
from volteface.record import Record
from volteface.relations.standing import standings
from volteface.terms import Actor

CODES = ("ARM", "AZE", "FRA", "RUS", "TUR", "USA")
START = dt.date(2018, 3, 7).toordinal()
ARMENIA = Actor("ARM", "GOV", "Armenia")


def drawn(seed: int = 0, days: int = 300, number: int = 900, codes: tuple[str, ...] = CODES) -> Happenings:
    draw = np.random.default_rng(seed)
    rows = [draw.integers(0, high, number) for high in (days, len(codes), len(codes), 4)]
    made = np.stack(rows, axis=1)
    made[:, 0] += START
    return Happenings.of(made, codes)


def until(happened: Happenings, *mornings: int) -> Past:
    past = Past(happened)
    for day in mornings:
        past.until(day)
    return past


def test_what_happens_later_changes_no_feature_of_a_morning() -> None:
    happened, day = drawn(), START + 150
    before = happened.between(0, day)
    assert len(before) < len(happened)
    whole, part = (features(until(one, START + 60, day)) for one in (happened, before))
    assert whole.tobytes() == part.tobytes()


def test_what_happens_later_changes_no_window_that_closed_before() -> None:
    happened, day = drawn(), START + 210
    early = windows(happened.between(0, day), 15, 60, START + 30, day)
    late = windows(happened, 15, 60, START + 30, START + 300)
    late = late.where(late.days <= day)
    assert early.values.tobytes() == late.values.tobytes()
    for task, came in early.came.items():
        closed = early.days + task[1] <= day
        assert (came[closed] == late.came[task][closed]).all()
        assert closed.any()
        assert (came[~closed] == -1).all()
        assert early.usual[task].tobytes() == late.usual[task].tobytes()


@pytest.mark.parametrize("order", [[5, 4, 3, 2, 1, 0], [2, 0, 5, 1, 4, 3]])
def test_features_do_not_depend_on_how_states_are_numbered(order: list[int]) -> None:
    happened = drawn()
    place = np.argsort(order)
    rows = np.stack([happened.days, place[happened.sources], place[happened.targets], happened.quads], axis=1)
    permuted = Happenings.of(rows, tuple(CODES[at] for at in order))
    told, same = (features(until(one, START + 90, START + 200)) for one in (happened, permuted))
    for at, (one, other) in enumerate(zip(*pairs(6), strict=True)):
        low, high = sorted((place[one], place[other]))
        [there] = np.flatnonzero((pairs(6)[0] == low) & (pairs(6)[1] == high))
        assert told[at] == pytest.approx(same[there], abs=1e-5)


def test_features_are_the_same_whoever_acts_and_whoever_is_acted_upon() -> None:
    happened = drawn()
    turned = Happenings.of(np.stack([happened.days, happened.targets, happened.sources, happened.quads], 1), CODES)
    one, other = (features(until(of, START + 200)) for of in (happened, turned))
    assert one == pytest.approx(other, abs=1e-5)


def test_counts_do_not_depend_on_the_mornings_between() -> None:
    happened = drawn()
    at_once, in_steps = until(happened, START + 200), until(happened, *range(START, START + 201, 4))
    assert at_once.counts == pytest.approx(in_steps.counts)
    assert at_once.covered == pytest.approx(in_steps.covered)
    assert at_once.fought == pytest.approx(in_steps.fought)
    assert features(at_once) == pytest.approx(features(in_steps), abs=1e-4)


def test_covered_mornings_are_those_with_a_fight_ahead_within_the_days() -> None:
    happened, end = drawn(number=60), START + 250
    past, fights = until(happened, START + 77, end), happened.apart()
    chosen = (fights.quads == MATERIAL_CONFLICT) & (fights.days < end)
    for one, other in [(0, 1), (2, 5), (3, 4)]:
        of = np.isin(fights.sources, [one, other]) & np.isin(fights.targets, [one, other]) & chosen
        days = fights.days[of]
        for at, within in enumerate(WITHIN):
            mornings = range(past.first, end)
            assert past.covered[at, one, other] == sum(((days >= m) & (days < m + within)).any() for m in mornings)


def test_a_dyad_is_stranger_then_open_to_continuation_then_quiet() -> None:
    rows = np.array([[START, 3, 4, 0], [START + 50, 3, 4, MATERIAL_CONFLICT], [START + 50, 0, 1, 0]])
    told = windows(Happenings.of(rows, CODES), 10, 60, START, START + 150)
    [of] = np.flatnonzero((pairs(6)[0] == 3) & (pairs(6)[1] == 4))
    rows_of = told.where(told.pairs == of)
    phases = dict(zip((rows_of.days - START).tolist(), rows_of.phases.tolist(), strict=True))
    assert phases[0] == STRANGERS
    assert {phases[day] for day in (10, 50, 120, 150)} == {ONSET}
    assert {phases[day] for day in (60, 110)} == {CONTINUATION}
    came = dict(zip((rows_of.days - START).tolist(), rows_of.came["conflict", 30].tolist(), strict=True))
    assert [came[day] for day in (10, 30, 50, 60, 130)] == [0, 1, 1, 0, -1]


def test_a_fight_counts_from_the_morning_of_the_first_day_to_before_the_last() -> None:
    happened = Happenings.of(np.array([[START, 4, 3, MATERIAL_CONFLICT], [START, 2, 2, MATERIAL_CONFLICT]]), CODES)
    assert fought_between(happened, START, START + 1).sum() == 1
    assert not fought_between(happened, START - 30, START).any()
    assert not fought_between(happened, START + 1, START + 30).any()


def test_the_fit_finds_the_weights_that_drew_the_data_and_is_surer_with_more() -> None:
    draw = np.random.default_rng(1)
    values = draw.normal(size=(8000, 2)).astype(np.float32)
    came = (draw.random(8000) < expit(values @ np.array([1.0, -0.5]) - 1)).astype(np.float64)
    found, fewer = (fitted(values[:n], came[:n], np.ones(n), np.arange(n), 0.1) for n in (8000, 800))
    assert found.weights == pytest.approx([-1.0, 1.0, -0.5], abs=0.1)
    assert (np.diag(found.covariance) < np.diag(fewer.covariance)).all()


def test_the_fit_is_drawn_to_the_weights_that_it_is_given() -> None:
    values, came = np.array([[1.0], [-1.0]], dtype=np.float32), np.array([1.0, 0.0])
    drawn_to = fitted(values, came, np.ones(2), np.arange(2), 1e6, np.array([0.0, -3.0]))
    assert drawn_to.weights[1] == pytest.approx(-3.0, abs=1e-3)


chances = st.lists(st.tuples(st.floats(-8, 8), st.booleans()), min_size=1, max_size=60)


@settings(deadline=None)
@given(chances)
def test_calibration_keeps_the_order_of_chances(told: list[tuple[float, bool]]) -> None:
    score, came = np.array([one for one, _ in told]), np.array([float(two) for _, two in told])
    line = calibration.platt(score, came, np.ones(len(score)))
    assert line.slope > 0
    starts, steps = calibration.isotonic(score, came)
    assert (np.diff(starts) > 0).all()
    assert (np.diff(steps) > 0).all()
    assert ((steps >= 0) & (steps <= 1)).all()


def test_platt_mends_chances_that_are_too_sure() -> None:
    draw = np.random.default_rng(2)
    true = draw.normal(-1, 1, 20000)
    came = (draw.random(20000) < expit(true)).astype(np.float64)
    line = calibration.platt(2 * true + 1, came, np.ones(20000))
    assert (line.slope, line.shift) == pytest.approx((0.5, -0.5), abs=0.05)
    before, after = (calibration.calibration_error(expit(s), came) for s in (2 * true + 1, line(2 * true + 1)))
    assert after < 0.02 < before


def test_scores_are_those_of_hand() -> None:
    chance, came = np.array([0.1, 0.4, 0.8, 0.4]), np.array([0.0, 0.0, 1.0, 1.0])
    assert calibration.brier(chance, came) == pytest.approx((0.01 + 0.16 + 0.04 + 0.36) / 4)
    assert calibration.ranked_right(chance, came) == pytest.approx(3.5 / 4)
    assert calibration.calibration_error(chance, came) == pytest.approx((0.1 + 2 * 0.1 + 0.2) / 4)
    assert calibration.log_score(np.array([0.5]), np.array([1.0])) == pytest.approx(np.log(2))


def test_seven_bands_cover_all_probabilities_in_order() -> None:
    starts = [start for start, _ in BANDS]
    assert len(BANDS) == 7
    assert starts[0] == 0
    assert starts == sorted(set(starts))
    assert [words(start) for start in starts] == [word for _, word in BANDS]
    assert (words(0.0), words(0.5), words(1.0)) == ("almost no chance", "roughly even chance", "almost certain")


@given(st.floats(allow_nan=True))
def test_every_probability_has_a_word_and_nothing_else_has(number: float) -> None:
    if 0 <= number <= 1:
        assert words(number) in {word for _, word in BANDS}
    else:
        with pytest.raises(ValueError, match="no probability"):
            words(number)


def test_a_model_says_the_same_after_it_was_written_and_read() -> None:
    told = windows(drawn(number=2000), 15, 60, START + 30, START + 300)
    made = risk_model.fit(told, 15, START + 300, 60, most=12)
    read = risk_model.Model.of(json.loads(json.dumps(made.json())), "here")
    for task in (("conflict", 30), ("conflict", 90)):
        assert read.chances(task, told) == pytest.approx(made.chances(task, told), rel=0.02)
    chance, came = made.chances(("conflict", 30), told), told.came["conflict", 30]
    assert chance[came >= 0].mean() == pytest.approx((came[came >= 0] == 1).mean(), abs=0.1)


def test_a_model_of_other_features_is_refused() -> None:
    told = risk_model.shipped().json()
    with pytest.raises(InputError, match=r"lacks \(age\)"):
        risk_model.Model.of(told | {"features": {"age": [0, 1]}}, "risk.json")


def test_a_fit_without_a_closed_window_is_refused() -> None:
    told = windows(drawn(), 15, 60, START + 30, START + 300)
    with pytest.raises(InputError, match="no window"):
        risk_model.fit(told, 15, START, 60)


def test_the_shipped_model_is_a_few_dozen_weights_and_names_no_state() -> None:
    text = risk_model.SHIPPED.read_text("utf-8")
    told = json.loads(text)
    assert not any(f'"{code}"' in text for code in states())
    assert [one["phase"] for one in told["parts"]] == [0, 1, 2]
    assert sum(len(one["weights"]) for one in told["parts"]) <= 36
    assert risk_model.Model.of(told, "risk.json").json() == told


def test_weights_that_differ_by_horizon_are_not_lent() -> None:
    told = windows(drawn(), 15, 60, START + 30, START + 900)
    with pytest.raises(InputError, match="most"):
        risk_model.fit(told, 15, START + 900, 60).json()
    few = risk_model.fit(told, 15, START + 900, 60, most=5)
    assert all(np.count_nonzero(part.weights[1:]) <= 5 for part in few.parts.values())


def hostile(fights: int = 8, last: str = "2020-10-20") -> Writer:
    """Two who fight now and then up to a day, and two who only talk."""
    made, day = Writer(), dt.date.fromisoformat(last)
    for at in range(fights):
        on = (day - dt.timedelta(6 * at)).isoformat()
        made.event(on, RUSSIA, "ASSAULT", TURKEY, -9.0, f"Russian guns hit convoy number {at} of Turkey.")
        made.event(on, AMERICA, "CONSULT", RUSSIA, 2.5, f"Washington talked with Russia, round {at}.")
    return made


def kept(path: Path, written: Writer) -> Record:
    return Record.open(written.record(path))


ON = dt.date(2020, 10, 20)


def test_who_fights_is_likelier_to_fight_than_who_talks_and_who_never_met(tmp_path: Path) -> None:
    record = kept(tmp_path, hostile())
    fight, talk, strangers = (risk(record, "RUS", other, ON) for other in ("TUR", "USA", "NZL"))
    assert fight.probability > 3 * talk.probability > 3 * strangers.probability
    assert [one.phase for one in (fight, talk, strangers)] == ["continuation", "onset", "strangers"]
    for one in (fight, talk, strangers):
        assert 0 <= one.low < one.probability < one.high <= 1
        assert one.words == words(one.probability)


def test_swapped_states_have_one_risk(tmp_path: Path) -> None:
    record = kept(tmp_path, hostile())
    assert risk(record, "TUR", "RUS", ON) == risk(record, "RUS", "TUR", ON)


def test_risk_grows_with_the_horizon(tmp_path: Path) -> None:
    record = kept(tmp_path, hostile())
    grown = [risk(record, "TUR", "RUS", ON, days).probability for days in (1, 7, 30, 60, 90, 180, 365)]
    assert grown == sorted(grown)
    assert grown[0] < grown[-1]


def test_reasons_cite_the_stories_up_to_the_day(tmp_path: Path) -> None:
    record = kept(tmp_path, hostile())
    made = risk(record, "TUR", "RUS", dt.date(2020, 10, 10))
    ids = {row["id"] for row in record.rows("select id from statements")}
    told = [story for reason in made.reasons for story in reason.stories]
    fights = next(reason for reason in made.reasons if reason.name == "material conflict between the two")
    assert fights.effect > 0
    assert fights.stories[0].date == dt.date(2020, 10, 8)
    assert all(story.statement in ids and story.date <= made.on for story in told)
    assert "raised by material conflict between the two" in str(fights)
    assert json.loads(json.dumps(made.json()))["dyad"] == ["RUS", "TUR"]


def test_later_stories_change_no_risk(tmp_path: Path) -> None:
    early, day = hostile(), dt.date(2020, 10, 20)
    late = hostile()
    late.event("2020-10-21", TURKEY, "ASSAULT", AMERICA, -9.0, "Turkey shelled an American base.")
    first, second = kept(tmp_path / "early", early), kept(tmp_path / "late", late)
    assert risk(first, "TUR", "USA", day).probability == risk(second, "TUR", "USA", day).probability
    after = risk(second, "TUR", "USA", dt.date(2020, 10, 21))
    assert after.probability > 2 * risk(first, "TUR", "USA", day).probability


def test_standings_are_those_of_the_record_among_states(tmp_path: Path) -> None:
    record = kept(tmp_path, hostile(20))
    past = until(happenings(record), *range(START, ON.toordinal() + 2, 9), ON.toordinal() + 1)
    value, reach = past.standings.now()
    place = {code: at for at, code in enumerate(past.codes)}
    told = standings(record, ON)
    assert len(told) == 2
    for one in told:
        at = place[one.one], place[one.other]
        assert value[at] == value[at[::-1]] == pytest.approx(one.value, abs=1e-3)
        assert 2 * reach[at] == pytest.approx(one.high - one.low, abs=1e-3)


@pytest.mark.parametrize("number", [1, 3])
def test_a_record_of_a_few_stories_has_an_answer(tmp_path: Path, number: int) -> None:
    written = Writer()
    for at in range(number):
        written.event("2020-10-20", TURKEY, "ASSAULT", ARMENIA, -9.0, f"Turkey hit village {at} of Armenia.")
    record = kept(tmp_path, written)
    for horizon in (1, 30, 365):
        assert 0 < risk(record, "ARM", "TUR", ON, horizon).probability < 1
    assert risk(record, "ARM", "NZL", ON).phase == "strangers"


def test_a_record_of_one_state_has_an_answer(tmp_path: Path) -> None:
    written = Writer()
    rebels = Actor("TUR", "REB", "rebels")
    written.event("2020-10-20", TURKEY, "ASSAULT", rebels, -9.0, "Turkey struck rebels.")
    assert risk(kept(tmp_path, written), "ARM", "TUR", ON).phase == "strangers"


def test_what_cannot_be_told_is_said_in_one_line(tmp_path: Path) -> None:
    record = kept(tmp_path, hostile())
    for wrong, error, line in (
        (("RUS", "RUS", ON), InputError, "two sides"),
        (("RUS", "NATO", ON), UnknownName, "no state"),
        (("RUS", "TUR", ON, 0), InputError, "out of reach"),
        (("RUS", "TUR", ON, 400), InputError, "out of reach"),
        (("RUS", "TUR", dt.date(1999, 1, 1)), InputError, "nothing is told"),
    ):
        with pytest.raises(error, match=line) as caught:
            risk(record, *wrong)
        assert "\n" not in str(caught.value)


def test_the_model_is_moved_to_how_often_things_come_in_a_record() -> None:
    quiet, busy = (drawn(number=number, days=500) for number in (100, 3000))
    day, model = START + 500, risk_model.shipped()
    moved = [known(one, day, model).model.parts["conflict", 30, ONSET].platt.shift for one in (quiet, busy)]
    assert moved[0] != moved[1]
    assert all(np.isfinite(moved))


def test_nothing_told_yet_leaves_every_pair_a_stranger() -> None:
    past = until(Happenings.of(np.zeros((0, 4), dtype=np.int64), CODES), START)
    assert (past.last == NEVER).all()
    assert np.isfinite(features(past)).all()
