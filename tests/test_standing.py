"""How two stand: what moves the standing and what only its certainty, without look-ahead, and blind to order."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from handwritten import AMERICA, RUSSIA, TURKEY, Writer, turkey_and_russia

from volteface.errors import UnknownName
from volteface.record import Record
from volteface.relations import standing
from volteface.relations.network import network
from volteface.relations.scales import PLOVER, Scale, goldstein, quad, scale
from volteface.relations.standing import Filter, Model, series, standings, ties
from volteface.terms import Actor

GREECE, EGYPT, IRAN, REBELS = (
    Actor(code, "GOV", text)
    for code, text in (("GRC", "Greece"), ("EGY", "Egypt"), ("IRN", "Iran"), ("NSA", "The rebels"))
)
PLACES = ("Rize", "Kars", "Van", "Bursa", "Izmir", "Adana", "Ordu", "Mardin", "Siirt", "Bitlis", "Tokat", "Sivas")


def monthly(made: Writer, one: Actor, other: Actor, kinds: list[tuple[str, float]], times: int, months: int) -> None:
    """So many different stories of each kind a month."""
    for month in range(months):
        for number in range(times):
            for kind, score in kinds:
                day = dt.date(2010 + month // 12, month % 12 + 1, 2 + number * 2).isoformat()
                text = f"{one.text} and {other.text}: {kind} number {month} about {PLACES[number]}."
                made.event(day, one, kind, other, score, text)


def kept(path: Path, *told: tuple[Actor, Actor, list[tuple[str, float]], int, int]) -> Record:
    made = Writer()
    for one in told:
        monthly(made, *one)
    return Record.open(made.record(path))


FIGHT, TALK, HELP = ("ASSAULT", -9.0), ("CONSULT", 2.5), ("AID", 10.0)


@pytest.fixture(scope="module")
def record(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Record]:
    with Record.open(turkey_and_russia().record(tmp_path_factory.mktemp("standing") / "R")) as opened:
        yield opened


def test_more_reporting_moves_certainty_and_not_standing(tmp_path: Path) -> None:
    mixed = [FIGHT, TALK, TALK]
    with (
        kept(tmp_path / "A", (RUSSIA, TURKEY, mixed, 1, 48)) as few,
        kept(tmp_path / "B", (RUSSIA, TURKEY, mixed, 6, 48)) as many,
    ):
        one, other = standing.standing(few, "RUS", "TUR"), standing.standing(many, "RUS", "TUR")
    assert other.volume >= 3 * one.volume
    assert other.value == pytest.approx(one.value, abs=0.5)
    assert other.high - other.low < one.high - one.low
    assert (
        other.high - other.low > (one.high - one.low) / 6**0.5
    )  # certainty saturates: stories of a month hang together


def test_two_of_whom_nothing_is_told_stand_neutrally_and_unsurely(record: Record) -> None:
    found = standing.standing(record, "BTN", "PER")
    assert found.value == pytest.approx(0.0, abs=1.0)
    assert found.low < -4
    assert found.high > 4
    assert found.volume == 0
    assert series(record, "BTN", "PER").points == ()


def test_a_standing_on_a_past_day_knows_nothing_of_later_days(tmp_path: Path) -> None:
    whole, early, on = turkey_and_russia(), turkey_and_russia(), dt.date(2015, 11, 25)
    for made in (whole, early):
        monthly(made, AMERICA, RUSSIA, [FIGHT], 1, 60)
        monthly(made, AMERICA, GREECE, [TALK], 2, 96)
    early.statements = [one for one in early.statements if one.date and one.date <= on]
    with Record.open(whole.record(tmp_path / "W")) as then, Record.open(early.record(tmp_path / "E")) as now:
        assert standings(then, on) == standings(now, on)
        assert standings(then, on) != standings(then)
        assert standing.standing(then, "RUS", "TUR", on) == standing.standing(now, "RUS", "TUR", on)
        for directed in (False, True):
            past = series(then, "TUR", "RUS", "day", directed=directed).points
            known = series(now, "TUR", "RUS", "day", directed=directed).points
            assert past[: len(known)] == known
            assert len(past) > len(known)


def test_one_dyad_and_all_dyads_agree_on_every_scale_and_day(record: Record) -> None:
    own = Scale("own", "1", {"CONSULT": -4.0})
    for chosen in (quad(), PLOVER, goldstein(), own):
        for on in (dt.date(2015, 11, 27), dt.date(2016, 1, 31), dt.date.max):
            found = standings(record, on, chosen)
            assert [(one.one, one.other) for one in found] == [("RUS", "TUR"), ("TUR", "USA")]
            assert found == tuple(standing.standing(record, one.one, one.other, on, chosen) for one in found)


def test_a_quarrel_shows_and_time_without_news_widens_the_interval(record: Record) -> None:
    before, after = (standing.standing(record, "RUS", "TUR", dt.date(2015, month, 30)) for month in (10, 11))
    assert before.value > 0 > after.value
    last, later = (
        standing.standing(record, "RUS", "TUR", day) for day in (dt.date(2015, 12, 31), dt.date(2016, 7, 31))
    )
    assert later.volume == last.volume
    assert later.high - later.low > last.high - last.low


def test_the_order_of_two_states_matters_only_where_direction_is_asked_for(record: Record) -> None:
    assert series(record, "TUR", "RUS", "year") == series(record, "RUS", "TUR", "year")
    forth, back = (series(record, *ends, "year", directed=True) for ends in (("TUR", "RUS"), ("RUS", "TUR")))
    both = series(record, "TUR", "RUS", "year")
    of_2015 = [one.points[1].conflict for one in (forth, back, both)]
    assert of_2015 == [10.0, 14.0, 24.0]
    assert forth.points[1].standing != back.points[1].standing


def test_days_weeks_months_and_years_add_up_and_end_alike(record: Record) -> None:
    made = [series(record, "RUS", "TUR", by) for by in ("day", "week", "month", "year")]
    names = ("verbal_cooperation", "material_cooperation", "verbal_conflict", "material_conflict", "volume")
    sums = [[sum(getattr(point, name) for point in one.points) for name in names] for one in made]
    assert all(one == sums[0] for one in sums)
    assert sums[0][-1] == 10
    assert len({one.points[-1].standing for one in made}) == 1


def test_smoothed_standings_know_what_came_after_and_are_no_less_sure(tmp_path: Path) -> None:
    with kept(tmp_path / "R", (RUSSIA, TURKEY, [TALK], 1, 24)) as record:
        filtered = series(record, "RUS", "TUR", "month", directed=True).points
        smooth = series(record, "RUS", "TUR", "month", directed=True, smoothed=True).points
    assert smooth[-1] == filtered[-1]
    assert smooth[3].standing > filtered[3].standing
    assert all(one.low >= other.low - 1e-6 for one, other in zip(smooth, filtered, strict=True))


def test_a_neighbourhood_at_war_is_not_held_against_each_of_its_dealings(tmp_path: Path) -> None:
    quarrel = (RUSSIA, TURKEY, [FIGHT, TALK], 1, 36)
    wars = [(one, other, [FIGHT], 2, 36) for one in (RUSSIA, TURKEY) for other in (GREECE, EGYPT, IRAN, AMERICA)]
    peace = [(one, other, [TALK], 2, 36) for one in (RUSSIA, TURKEY) for other in (GREECE, EGYPT, IRAN, AMERICA)]
    with kept(tmp_path / "A", quarrel, *wars) as among_wars, kept(tmp_path / "B", quarrel, *peace) as among_peace:
        assert (
            standing.standing(among_wars, "RUS", "TUR").value > standing.standing(among_peace, "RUS", "TUR").value + 2
        )


def test_the_filter_is_the_textbooks_where_nothing_surprises() -> None:
    model = replace(Model.of(PLOVER), saturation=1e9, surprise=1e9)
    one = Filter(np.array([0]), np.array([1]), model)
    means, stories = (3.0, -1.0, 4.0), (2.0, 1.0, 5.0)
    for mean, number in zip(means, stories, strict=True):
        one.step(np.array([0]), np.array([mean]), np.array([number]), 1.0)
    # The same by generalised least squares on the last level: errors are noise plus the drift until then.
    covariance = np.diag([model.noise / number for number in stories])
    covariance += model.drift * np.array([[2.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 0.0]])
    weights = np.linalg.solve(covariance, np.ones(3))
    assert one.variance[0] == pytest.approx(1 / weights.sum())
    assert one.level[0] == pytest.approx(weights @ means / weights.sum())


def test_a_first_surprise_counts_less_and_a_second_one_moves_the_level() -> None:
    robust, plain = (Filter(np.array([0]), np.array([1]), replace(Model.of(quad()), surprise=s)) for s in (2.5, 99.0))
    for one in (robust, plain):
        for mean in (8.0,) * 24:
            one.step(np.array([0]), np.array([mean]), np.array([4.0]), 1 / 12)
        one.step(np.array([0]), np.array([-10.0]), np.array([8.0]), 1 / 12)
    assert robust.level[0] > plain.level[0]
    for one in (robust, plain):
        one.step(np.array([0]), np.array([-10.0]), np.array([8.0]), 1 / 12)
    assert robust.level[0] < plain.level[0]


def test_scales_have_names_versions_and_bounds_and_an_unknown_one_is_refused_with_the_known() -> None:
    assert {str(scale(name)) for name in ("plover", "goldstein", "quad")} == {
        "PLOVER 1",
        "Goldstein 1",
        "quad counts 1",
    }
    assert set(quad().values.values()) == {10.0, -10.0}
    assert goldstein().value("ASSAULT", 0.0) < -8 < 5 < goldstein().value("AID", 0.0)
    assert PLOVER.value("ASSAULT", -9.0) == -9.0
    with pytest.raises(UnknownName, match="plover, goldstein and quad"):
        scale("azar")


def test_ties_keep_the_neutral_ones_and_leave_out_who_is_no_state(tmp_path: Path) -> None:
    told = ((RUSSIA, TURKEY, [FIGHT], 3, 36), (GREECE, EGYPT, [HELP], 3, 36), (IRAN, EGYPT, [TALK], 1, 1))
    nato = Actor("NATO", None, "NATO")
    with kept(tmp_path / "R", *told, (REBELS, TURKEY, [FIGHT], 1, 9), (nato, RUSSIA, [FIGHT], 1, 9)) as record:
        found = {(tie.one, tie.other): tie.sign for tie in ties(record)}
        assert found == {("RUS", "TUR"): -1, ("EGY", "GRC"): 1, ("EGY", "IRN"): 0}
        assert ties(standings(record)) == ties(record)
        assert network(ties(record)).number(0) == 1
        assert ("NATO", "RUS") in {(tie.one, tie.other) for tie in ties(record, among=("NATO", "RUS"))}
        assert all(tie.standing is not None and -10 < tie.standing < 10 for tie in ties(record))


def test_a_series_reads_well_and_says_its_scale(record: Record) -> None:
    made = series(record, "RUS", "TUR", "year")
    assert "RUS and TUR by year" in repr(made)
    assert "quad counts 1" in repr(made)
    assert "<th>standing" in made._repr_html_()
    told = made.json()
    assert told["scale"] == "quad counts 1"
    assert [point["start"] for point in told["points"]] == ["2014-01-01", "2015-01-01", "2016-01-01"]
    assert all(point["low"] <= point["standing"] <= point["high"] for point in told["points"])


def test_standing_tells_rivals_apart_where_volume_is_alike(shared: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).resolve().parents[1]))
    benchmark = pytest.importorskip("benchmarks.standing")
    figures, contradictions = benchmark.measure(shared / "data" / "ir", None)
    assert figures["standing: AUC within deciles of volume"] >= 0.8
    assert figures["standing: the same, absolute"] < 0.2
    assert ["ARM", "AZE"] in [one["dyad"] for one in contradictions[:20]]
