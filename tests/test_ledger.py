"""Forecasts, frozen in a ledger that shows every edit, resolved from the record and scored; and back-tests."""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from handwritten import AMERICA, RUSSIA, TURKEY, Writer, turkey_and_russia
from hypothesis import given, settings
from hypothesis import strategies as st

from volteface.errors import InputError, RecordError, VoltefaceError
from volteface.foresight.chance import Chance
from volteface.foresight.forecast import Forecast, forecasts, history, horizon_days, of_dyad, outcome
from volteface.foresight.ledger import NAME, Entry, freeze, read
from volteface.foresight.scoring import backtest, score
from volteface.record import Record
from volteface.report.forecasts import run_backtest, run_forecast, run_score

TODAY = dt.date(2015, 11, 1)
BEFORE = dt.date(2015, 10, 31)


@pytest.fixture
def record(tmp_path: Path) -> Iterator[Record]:
    with Record.open(turkey_and_russia().record(tmp_path / "R")) as made:
        yield made


def asked(probability: float, as_of: str, question: str = "conflict", *, onset: bool = True) -> Forecast:
    chance = Chance(probability, 0.0, 1.0, "likely", ("by hand",), "hand 1")
    return Forecast("RUS", "TUR", question, dt.date.fromisoformat(as_of), 30, chance, 0.5, 0.0, onset)


def frozen(*made: Forecast) -> list[Entry]:
    return [Entry(one, one.as_of, number, "") for number, one in enumerate(made, start=1)]


# Forecasts


def test_a_dyad_is_asked_every_question_with_interval_words_and_reasons(record: Record) -> None:
    made = forecasts(record, ["TUR", "RUS"], BEFORE, 30)
    assert [one.question for one in made] == ["conflict", "worse", "better"]
    for one in made:
        assert 0 <= one.chance.low <= one.chance.probability <= one.chance.high <= 1
        assert one.chance.words
        assert one.chance.reasons
        assert one.due == dt.date(2015, 11, 30)


def test_a_state_is_asked_about_those_that_it_dealt_with(record: Record) -> None:
    dyads = {(one.one, one.other) for one in forecasts(record, ["TUR"], BEFORE)}
    assert dyads == {("RUS", "TUR"), ("TUR", "USA")}


def test_removing_the_future_changes_no_past_forecast(tmp_path: Path) -> None:
    whole, past = turkey_and_russia(), turkey_and_russia()
    days = {one.id: one.published for one in past.documents}
    past.statements = [one for one in past.statements if (days[one.document] or dt.date.max) <= BEFORE]
    past.documents = [one for one in past.documents if (one.published or dt.date.max) <= BEFORE]
    assert len(past.documents) < len(whole.documents)
    with Record.open(whole.record(tmp_path / "W")) as all_told, Record.open(past.record(tmp_path / "P")) as until:
        told = [[one.json() for one in forecasts(made, ["TUR", "RUS"], BEFORE)] for made in (all_told, until)]
    assert told[0] == told[1]


def test_what_was_told_only_later_is_not_known_before(tmp_path: Path) -> None:
    made = turkey_and_russia()
    text = "Russia had shelled a Turkish base in March 2015."
    made.event("2016-05-01", RUSSIA, "ASSAULT", TURKEY, -9.0, text, date=dt.date(2015, 3, 10))
    with Record.open(made.record(tmp_path / "R")) as record:
        told = history(record, "RUS", "TUR")
        assert told.quiet(BEFORE)
        assert told.rate("conflict", BEFORE, 30)[0] == 0
        assert told.rate("conflict", dt.date(2016, 6, 1), 30)[0] == 2
        assert told.happened("conflict", dt.date(2015, 3, 1), dt.date(2015, 3, 31))


def test_the_deciding_story_is_told(record: Record) -> None:
    told = history(record, "TUR", "RUS")
    conflict, worse, _ = of_dyad(record, told, BEFORE, 30)
    found = outcome(record, told, conflict)
    assert found.happened
    assert found.row is not None
    assert found.row["sentence"] == "Turkey shot down a Russian bomber."
    assert outcome(record, told, worse).happened
    assert not outcome(record, told, replace(conflict, as_of=dt.date(2016, 1, 1))).happened


def test_onset_is_what_comes_after_a_quiet_year(record: Record) -> None:
    told = history(record, "TUR", "RUS")
    assert of_dyad(record, told, BEFORE, 30)[0].onset
    assert not of_dyad(record, told, dt.date(2016, 10, 1), 30)[0].onset
    assert of_dyad(record, told, dt.date(2016, 12, 1), 30)[0].onset


@pytest.mark.parametrize(("text", "days"), [("30d", 30), ("30", 30), ("12w", 84), (" 90 days ", 90), ("1w", 7)])
def test_horizons_are_read_as_people_write_them(text: str, days: int) -> None:
    assert horizon_days(text) == days


@pytest.mark.parametrize("text", ["", "0d", "a month", "-3d", "9999d", "30y"])
def test_a_horizon_that_is_none_gets_one_line(text: str) -> None:
    with pytest.raises(InputError, match="no horizon"):
        horizon_days(text)


# The ledger


def test_frozen_forecasts_come_back_as_they_were_frozen(record: Record) -> None:
    made = forecasts(record, ["TUR", "RUS"], BEFORE)
    told = freeze(record, made, TODAY)
    assert (told.new, told.known) == (3, 0)
    entries = read(record.folder)
    assert [one.line for one in entries] == [1, 2, 3]
    assert [one.forecast.json()["says"] for one in entries] == [one.json()["says"] for one in made]
    assert entries[0].forecast.chance.probability == pytest.approx(made[0].chance.probability, abs=1e-4)
    lines = [json.loads(line) for line in (record.folder / NAME).read_text("utf-8").splitlines()]
    assert [line["previous"] for line in lines] == ["0" * 32, lines[0]["hash"], lines[1]["hash"]]
    assert lines[0]["coders"] == ["hand 1"]
    assert lines[0]["made_on"] == "2015-11-01"
    assert lines[0]["model"]


def test_the_same_forecast_is_frozen_once_and_later_ones_are_appended(record: Record) -> None:
    freeze(record, forecasts(record, ["TUR", "RUS"], BEFORE), TODAY)
    before = (record.folder / NAME).read_bytes()
    assert freeze(record, forecasts(record, ["TUR", "RUS"], BEFORE), TODAY).known == 3
    assert (record.folder / NAME).read_bytes() == before
    assert freeze(record, forecasts(record, ["TUR", "RUS"], dt.date(2016, 1, 1)), TODAY).new == 3
    assert (record.folder / NAME).read_bytes().startswith(before)
    assert len(read(record.folder)) == 6


Lines = list[str]
EDITS: dict[str, tuple[Callable[[Lines], Lines], int]] = {
    "a probability": (lambda lines: [lines[0], lines[1].replace('"probability":0', '"probability":1'), lines[2]], 2),
    "a line taken out": (lambda lines: [lines[0], lines[2]], 2),
    "lines changed about": (lambda lines: [lines[1], lines[0], lines[2]], 1),
    "a line told twice": (lambda lines: [*lines, lines[2]], 4),
    "a space": (lambda lines: [lines[0], lines[1], lines[2].replace(",", ", ", 1)], 3),
    "no JSON": (lambda lines: [lines[0], "what", lines[2]], 2),
    "an empty line": (lambda lines: [lines[0], "", *lines[1:]], 2),
    "a number": (lambda lines: ["7", *lines[1:]], 1),
}


@pytest.mark.parametrize("edit", EDITS)
def test_a_ledger_that_someone_edited_is_named_and_refused_with_the_line(record: Record, edit: str) -> None:
    freeze(record, forecasts(record, ["TUR", "RUS"], BEFORE), TODAY)
    path = record.folder / NAME
    change, line = EDITS[edit]
    path.write_text("".join(f"{one}\n" for one in change(path.read_text("utf-8").splitlines())), "utf-8")
    for use in (lambda: read(record.folder), lambda: freeze(record, forecasts(record, ["TUR", "RUS"]), TODAY)):
        with pytest.raises(RecordError, match=f"line {line} is not what was frozen") as wrong:
            use()
        assert str(path) in str(wrong.value)
        assert "\n" not in str(wrong.value)


@given(place=st.integers(0, 10**6), byte=st.integers(0, 255))
@settings(max_examples=60, deadline=None)
def test_no_changed_byte_goes_unseen(tmp_path_factory: pytest.TempPathFactory, place: int, byte: int) -> None:
    folder = tmp_path_factory.getbasetemp() / "bytes"
    if not folder.exists():
        with Record.open(turkey_and_russia().record(folder)) as record:
            freeze(record, forecasts(record, ["TUR", "RUS"], BEFORE), TODAY)
        (folder / "whole").write_bytes((folder / NAME).read_bytes())
    whole = bytearray((folder / "whole").read_bytes())
    at = place % len(whole)
    changed = whole[at] != byte
    whole[at] = byte
    (folder / NAME).write_bytes(bytes(whole))
    if changed:
        with pytest.raises(RecordError):
            read(folder)
    else:
        assert len(read(folder)) == 3


def test_a_ledger_that_was_cut_off_is_refused(record: Record) -> None:
    freeze(record, forecasts(record, ["TUR", "RUS"], BEFORE), TODAY)
    path = record.folder / NAME
    path.write_bytes(path.read_bytes()[:-20])
    with pytest.raises(RecordError, match="line 3 is cut off"):
        read(record.folder)


def test_while_another_writes_to_the_record_nothing_is_frozen(record: Record) -> None:
    with Record.create(record.folder), pytest.raises(RecordError, match="being written"):
        freeze(record, forecasts(record, ["TUR", "RUS"], BEFORE), TODAY)
    assert read(record.folder) == ()


# Scores


def test_a_hand_made_ledger_gets_the_brier_score_worked_out_by_hand(record: Record) -> None:
    entries = frozen(
        asked(0.9, "2015-10-31"),  # shot down on 24 November: (0.1)² = 0.01
        asked(0.2, "2015-12-01"),  # nothing: (0.2)² = 0.04
        asked(0.7, "2016-01-01", onset=False),  # nothing: 0.49
        asked(0.5, "2016-12-15"),  # not due by the record's end
    )
    told = score(record, entries)
    assert [one.outcome.happened for one in told.resolved] == [True, False, False]
    assert told.pending == 1
    whole, onset, continuation = told.measures
    assert whole.brier == pytest.approx((0.01 + 0.04 + 0.49) / 3)
    assert whole.log == pytest.approx(-(math.log(0.9) + math.log(0.8) + math.log(0.3)) / 3)
    assert whole.climatology == pytest.approx(0.25)
    assert whole.persistence == pytest.approx(1 / 3)
    assert whole.skill == pytest.approx(1 - 0.18 / 0.25)
    assert (onset.number, continuation.number) == (2, 1)
    assert onset.brier == pytest.approx(0.025)
    assert continuation.brier == pytest.approx(0.49)
    assert told.error == pytest.approx((0.1 + 0.2 + 0.7) / 3)
    assert [(one.number, one.happened) for one in told.tenths] == [(1, 0.0), (1, 0.0), (1, 1.0)]


def test_what_is_due_counts_up_to_the_day_asked_for(record: Record) -> None:
    entries = frozen(asked(0.9, "2015-10-31"), asked(0.2, "2015-12-01"))
    assert len(score(record, entries, dt.date(2015, 11, 29)).resolved) == 0
    assert len(score(record, entries, dt.date(2015, 11, 30)).resolved) == 1


def test_a_forecast_frozen_after_its_day_shows_no_foresight(record: Record) -> None:
    [entry] = frozen(asked(0.9, "2015-10-31"))
    assert score(record, [replace(entry, made_on=dt.date(2015, 11, 30))]).late == 0
    assert score(record, [replace(entry, made_on=dt.date(2015, 12, 1))]).late == 1


def test_the_calibration_picture_has_a_disc_a_tenth(record: Record) -> None:
    drawn = score(record, frozen(asked(0.9, "2015-10-31"), asked(0.2, "2015-12-01"))).plot()
    assert drawn.svg.count("<circle") == 2
    assert "1 forecasts of 90% on the mean; 100% happened" in drawn.svg


def test_a_back_test_is_scored_as_the_ledger_is_and_sees_no_future(record: Record) -> None:
    since, until = dt.date(2015, 9, 1), dt.date(2015, 12, 1)
    told = backtest(record, ["TUR", "RUS"], since, until, 30, 30)
    assert len(told.resolved) == 3 * 4
    entries = [Entry(one.forecast, one.forecast.as_of, 1, "") for one in told.resolved]
    assert score(record, entries).measures == told.measures
    for one in told.resolved[:3]:
        alone = forecasts(record, ["TUR", "RUS"], one.forecast.as_of)
        assert one.forecast in alone
    assert backtest(record, [("RUS", "TUR")], since, until, 30, 30).measures == told.measures


def test_a_back_test_beyond_the_record_gets_one_line(record: Record) -> None:
    with pytest.raises(VoltefaceError, match="begin earlier"):
        backtest(record, ["TUR", "RUS"], dt.date(2020, 1, 1), dt.date(2021, 1, 1))
    with pytest.raises(VoltefaceError, match="the record begins on"):
        backtest(record, ["TUR", "RUS"], dt.date(2000, 1, 1), dt.date(2001, 1, 1))
    with pytest.raises(VoltefaceError, match="two states"):
        backtest(record, ["TUR"], dt.date(2015, 1, 1), dt.date(2016, 1, 1))


# Small records, and what people see


def test_small_records_give_answers_or_one_clear_line(tmp_path: Path) -> None:
    made = Writer()
    made.event("2015-01-01", TURKEY, "CONSULT", RUSSIA, 2.0, "Turkey met Russia.")
    with Record.open(made.record(tmp_path / "one")) as single:
        assert len(forecasts(single, ["TUR", "RUS"])) == 3
        assert len(forecasts(single, ["TUR", "USA"])) == 3
        with pytest.raises(VoltefaceError, match="no dealings of Armenia"):
            forecasts(single, ["ARM"])
        with pytest.raises(VoltefaceError, match="the record begins on 2015-01-01"):
            forecasts(single, ["TUR"], dt.date(2014, 1, 1))
        with pytest.raises(VoltefaceError, match="no frozen forecasts yet"):
            score(single, read(single.folder))
        freeze(single, forecasts(single, ["TUR", "RUS"]), TODAY)
        assert score(single, read(single.folder)).pending == 3
    made.event("2015-01-20", AMERICA, "AID", TURKEY, 8.0, "Washington aided Turkey.")
    made.event("2015-02-20", RUSSIA, "ASSAULT", TURKEY, -9.0, "Russia bombed Turkey.")
    with Record.open(made.record(tmp_path / "three")) as three:
        assert len(forecasts(three, ["TUR"])) == 6
        told = backtest(three, ["TUR", "RUS", "USA"], dt.date(2015, 1, 1), dt.date(2015, 3, 1), 20, 30)
        assert sum(one.outcome.happened for one in told.resolved if one.forecast.question == "conflict") == 1
    with Record.create(tmp_path / "empty") as empty, pytest.raises(VoltefaceError, match="no story of record"):
        forecasts(empty, ["TUR"])


def test_no_forecast_is_on_the_same_state_twice(record: Record) -> None:
    for states in ([], ["TUR", "TUR"], ["TUR", "RUS", "USA"]):
        with pytest.raises(VoltefaceError, match="on one state or on two"):
            forecasts(record, states)


def test_the_commands_print_and_freeze_and_score(record: Record, capsys: pytest.CaptureFixture[str]) -> None:
    run_forecast(record.folder, ["Turkey", "Russia"], BEFORE, "30d", True, False)
    shown = capsys.readouterr().out
    assert "a story of material conflict between them: " in shown
    assert "Frozen in" in shown
    run_forecast(record.folder, ["Turkey", "Russia"], BEFORE, "30d", True, True)
    assert json.loads(capsys.readouterr().out)["frozen"]["known"] == 3
    picture = record.folder.parent / "calibration.svg"
    run_score(record.folder, None, False, picture)
    shown = capsys.readouterr().out
    assert "3 forecasts came due" in shown
    assert "they show no foresight" in shown
    assert "“Turkey shot down a Russian bomber.”" in shown
    assert picture.read_text("utf-8").startswith("<svg")
    run_backtest(record.folder, ["TUR", "RUS"], dt.date(2015, 9, 1), dt.date(2016, 6, 1), "30d", "30d", True)
    assert json.loads(capsys.readouterr().out)["resolved"] == 30
    run_backtest(record.folder, ["TUR", "RUS"], dt.date(2015, 9, 1), dt.date(2016, 6, 1), "30d", "30d", False)
    assert "2003-06-01 to 2019-01-01. They flatter on these days of this news" in capsys.readouterr().out
