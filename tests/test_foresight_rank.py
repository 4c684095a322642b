"""The ranker: it sees only the past, knows no names, favours no tie, and its scores split into dated reasons."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import numpy as np
import pytest
from handwritten import RUSSIA, TURKEY, Writer

from benchmarks import tkg
from volteface.errors import InputError
from volteface.foresight import rank
from volteface.foresight.facts import UNKNOWN, Facts, Ints, parsed
from volteface.foresight.features import Queries
from volteface.foresight.fitting import Fitting, fit
from volteface.foresight.logit import Choices, fitted
from volteface.foresight.past import Past, Values
from volteface.foresight.reasons import REASONS, Reason, explain, reason_of
from volteface.foresight.told import facts_of
from volteface.record import Record
from volteface.terms import Actor

ACTORS, KINDS, DAYS = 40, 5, 40


def world(seed: int = 1) -> Facts:
    """Made-up facts: most actors come back to the same few others, some of them in the same way."""
    random = np.random.default_rng(seed)
    rows = []
    for day in range(1, DAYS + 1):
        for _ in range(25):
            source = int(random.integers(ACTORS) * random.random())
            target = (source + int(random.choice([1, 2, 7, int(random.integers(1, ACTORS))]))) % ACTORS
            rows.append((source, int((source + target + random.integers(2)) % KINDS), target, day))
    homes = np.where(np.arange(ACTORS) % 3 == 0, UNKNOWN, np.arange(ACTORS) % 4)
    return Facts.of(np.array(rows), KINDS, homes, np.where(homes == UNKNOWN, UNKNOWN, np.arange(ACTORS) % 5))


def numbered_anew(facts: Facts) -> Facts:
    """The same facts of the same actors, whose numbers have changed."""
    new = np.random.default_rng(3).permutation(facts.actors)
    old = np.argsort(new)
    return dataclasses.replace(
        facts,
        sources=new[facts.sources],
        targets=new[facts.targets],
        homes=facts.homes[old],
        sectors=facts.sectors[old],
    )


def at_morning(facts: Facts, day: int) -> Past:
    past = Past(facts)
    for now, _ in past.mornings():
        if now >= day:
            break
    past.until(day)
    return past


def every_query() -> Queries:
    codes = np.arange(ACTORS * 2 * KINDS)
    return Queries(codes // (2 * KINDS), codes % (2 * KINDS))


@pytest.fixture(scope="module")
def weights() -> rank.Weights:
    return fit(world(), 20, 35)


def scores(facts: Facts, day: int, weights: rank.Weights) -> Values:
    return rank.scored(at_morning(facts, day), every_query(), weights)


def test_facts_after_a_day_change_nothing_before_it_not_by_one_bit(weights: rank.Weights) -> None:
    facts = world()
    assert np.array_equal(scores(facts, 30, weights), scores(facts.before(30), 30, weights))
    assert np.array_equal(scores(facts, 30, weights), scores(facts.before(35), 30, weights))


def test_facts_after_a_day_change_no_weights_fitted_before_it() -> None:
    facts = world()
    assert fit(facts, 20, 30) == fit(facts.before(30), 20, 30)


def test_facts_of_the_day_itself_are_not_seen(weights: rank.Weights) -> None:
    facts = world()
    day = facts.days == 30
    other = dataclasses.replace(facts, targets=np.where(day, (facts.targets + 5) % ACTORS, facts.targets))
    assert np.array_equal(scores(facts, 30, weights), scores(other, 30, weights))
    assert not np.array_equal(scores(facts, 31, weights), scores(other, 31, weights))


def test_the_numbering_of_actors_does_not_matter() -> None:
    def ranked(facts: Facts) -> tuple[rank.Weights, Ints]:
        facts, _ = facts.renumbered()
        fitting = Fitting(facts, 20, 35)
        past, found = Past(facts), []
        for day, at in past.mornings():
            fitting.gather(past, at)
            if day == 35:
                made = fitting.weights()
            if day >= 35:
                found.append(tkg.scored(past, at, made))
        return made, np.concatenate(found)

    facts = world()
    weights, ranks = ranked(facts)
    turned_weights, turned_ranks = ranked(numbered_anew(facts))
    assert turned_weights.all == pytest.approx(dict(weights.all), abs=1e-6)
    assert turned_weights.first == pytest.approx(dict(weights.first), abs=1e-6)
    assert np.array_equal(ranks, turned_ranks)


def test_a_tie_has_the_mean_rank() -> None:
    score = np.zeros((1, 11), dtype=np.float32)
    assert rank.ranks(score, np.array([0]), np.array([4])).tolist() == [6.0]
    score[0, 2] = 1
    assert rank.ranks(score, np.array([0]), np.array([4])).tolist() == [6.5]


def test_other_true_answers_of_the_query_are_left_out_of_the_rank() -> None:
    score = np.array([[3, 2, 1, 0], [3, 2, 1, 0]], dtype=np.float32)
    assert rank.ranks(score, np.array([0, 0, 1]), np.array([0, 2, 2])).tolist() == [1.0, 2.0, 3.0]


def test_the_first_candidates_keep_the_chance_that_they_had_together(
    weights: rank.Weights, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rank, "FIRST", 8)
    past, asked = at_morning(world(), 30), every_query()
    _, score, row, tail = rank.weighed(past, asked, weights)
    before = rank.scored(past, asked, rank.Weights(weights.all, weights.all))
    together = [np.bincount(row, rank.chances(one)[row, tail]) for one in (score, before)]
    assert together[0] == pytest.approx(together[1], abs=1e-3)
    assert (np.argsort(score[row[:8], tail[:8]]) != np.argsort(before[row[:8], tail[:8]])).any()


def test_strangers_count_for_those_too_far_behind_when_the_first_are_fitted_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rank, "FIRST", 8)
    fitting = Fitting(world(), 10, 35)
    for _, at in (past := Past(world())).mornings():
        fitting.gather(past, at)
    choices = fitting.choices()
    met = choices.values[:, fitting.names.index("pair seen")] > 0
    near = fitting.told[:, 1] / fitting.told.sum(axis=1)
    assert near[0] > near[1]
    assert set(choices.chosen[met]) == {0, 1}
    assert choices.chosen[~met].max() == pytest.approx(near[0] / near[1])


def test_chances_of_all_actors_add_up_to_one(weights: rank.Weights) -> None:
    made = rank.chances(scores(world(), 30, weights))
    assert made.sum(axis=1) == pytest.approx(np.ones(len(made)))
    assert made.min() >= 0


def test_the_ranker_beats_the_guess_that_the_busiest_come_next(weights: rank.Weights) -> None:
    facts = world()
    past, ours, busiest = Past(facts), [], []
    for day, at in past.mornings():
        if day >= 35:
            queries, query = rank.asked(past, at)
            ours.append(rank.ranks(rank.scored(past, queries, weights), query, facts.tails[at]))
            popular = np.tile(past.actors.counts[-1], (len(queries), 1))
            busiest.append(rank.ranks(popular, query, facts.tails[at]))
    assert (1 / np.concatenate(ours)).mean() > 1.3 * (1 / np.concatenate(busiest)).mean()


def reasons_of_all(weights: rank.Weights) -> list[tuple[tuple[int, int, int], float, tuple[Reason, ...]]]:
    past = at_morning(world(), 30)
    asked = [(head, way, tail) for head in (0, 5, 9) for way in (1, 7) for tail in (head + 1, head + 2, 30)]
    made = rank.scored(past, Queries(np.array([one[0] for one in asked]), np.array([one[1] for one in asked])), weights)
    return [(one, float(made[at, one[2]]), explain(past, *one, weights)) for at, one in enumerate(asked)]


def test_the_shares_of_the_reasons_add_up_to_the_score(weights: rank.Weights) -> None:
    for _, score, reasons in reasons_of_all(weights):
        assert sum(reason.share for reason in reasons) == pytest.approx(score, abs=2e-3)
        for reason in reasons:
            assert sum(reason.parts.values()) == pytest.approx(reason.share, abs=1e-6)


def test_reasons_cite_facts_of_earlier_days_that_are_what_they_say(weights: rank.Weights) -> None:
    facts, cited = world(), set()
    met = np.zeros((ACTORS, ACTORS), dtype=bool)
    met[facts.heads, facts.tails] = True
    for (head, way, tail), _, reasons in reasons_of_all(weights):
        for reason in reasons:
            assert all(facts.days[place] < 30 for place in reason.facts)
            for place in reason.facts:
                ends = {int(facts.sources[place]), int(facts.targets[place])}
                match reason.name:
                    case "this very act between them" | "their dealings" | "what usually follows their dealings":
                        assert ends == {head, tail}
                    case "the candidate in this role" | "what actors like them do":
                        assert facts.types[place] == way % KINDS
                    case "the company kept of late" | "dealings with the candidate's country":
                        assert head in ends
                    case "the company that the candidate keeps" | "the candidate in the news":
                        assert tail in ends
                    case "whom partners deal with":
                        assert tail in ends
                        assert met[head, next(iter(ends - {tail}), tail)]
                    case "whom compatriots deal with":
                        assert tail in ends
                        assert head not in ends or head == tail
                cited.add(reason.name)
    assert cited >= set(REASONS) - {"their countries"}


def test_every_feature_belongs_to_a_reason(weights: rank.Weights) -> None:
    assert {reason_of(name) for name in weights.all} == set(REASONS)


def test_the_logit_finds_the_weights_that_choices_were_made_with() -> None:
    random = np.random.default_rng(0)
    true = np.array([1.5, -0.5, 0.0])
    values = random.standard_normal((4000, 8, 3)).astype(np.float32) * np.array([1, 10, 1], dtype=np.float32)
    scores = values @ (true / [1, 10, 1]) + random.gumbel(size=(4000, 8))
    chosen = np.zeros((4000, 8), dtype=np.float32)
    chosen[np.arange(4000), scores.argmax(axis=1)] = 1
    told = Choices(values.reshape(-1, 3), np.arange(4000) * 8, chosen.reshape(-1), np.zeros(32000, dtype=np.float32))
    found = fitted(told, ridge=1)
    assert found * [1, 10, 1] == pytest.approx(true, abs=0.06)


def test_candidates_drawn_to_stand_for_many_lead_to_the_same_weights() -> None:
    random = np.random.default_rng(0)
    values = random.standard_normal((3000, 60, 1)).astype(np.float32)
    chosen = np.zeros((3000, 60), dtype=np.float32)
    chosen[np.arange(3000), (values[:, :, 0] * 1.2 + random.gumbel(size=(3000, 60))).argmax(axis=1)] = 1
    order = np.argsort(-chosen, axis=1, kind="stable")[:, :31]  # the answer, and 30 of the other 59
    few = np.take_along_axis(values[:, :, 0], order, axis=1)
    stands = np.tile(np.log(np.array([1] + [59 / 30] * 30)), 3000).astype(np.float32)
    answer = np.tile(np.eye(31, dtype=np.float32)[0], 3000)
    found = fitted(Choices(few.reshape(-1, 1), np.arange(3000) * 31, answer, stands))
    assert found == pytest.approx([1.2], abs=0.08)


def test_names_tell_countries_and_sectors() -> None:
    homes, sectors = parsed(["Police_(Nigeria)", "Nigeria", "Barack_Obama", "Police (Chad)", "Army (Nigeria)", "Oz ()"])
    assert homes[0] == homes[1] == homes[4] != homes[3]
    assert homes[2] == sectors[2] == UNKNOWN
    assert sectors[0] == sectors[3] != sectors[4]
    assert sectors[1] not in (sectors[0], sectors[4], UNKNOWN)


@pytest.mark.parametrize(
    "rows",
    [
        [[0, 0, 1, 5], [1, 1, 0, 5], [0, 1, 1, 5]],
        [[0, 0, 0, 1], [0, 0, 0, 2], [0, 1, 0, 9]],
        [[0, 0, 1, 3]],
    ],
    ids=["a single day", "one actor", "one fact"],
)
def test_a_record_of_hardly_anything_can_be_ranked(rows: list[list[int]], weights: rank.Weights) -> None:
    facts = Facts.of(np.array(rows), 2, np.full(3, UNKNOWN), np.full(3, UNKNOWN))
    past = at_morning(facts, 20)
    made = rank.scored(past, Queries(np.array([0, 2]), np.array([0, 3])), weights)
    assert made.shape == (2, 3)
    assert np.isfinite(made).all()
    assert sum(one.share for one in explain(past, 0, 0, 1, weights)) == pytest.approx(float(made[0, 1]), abs=2e-3)


def test_facts_that_cannot_be_are_refused_by_name() -> None:
    homes = np.full(2, UNKNOWN)
    with pytest.raises(InputError, match="number both from 0"):
        Facts.of(np.array([[0, 0, 2, 1]]), 1, homes, homes)
    with pytest.raises(InputError, match="2 homes and 1 sectors"):
        Facts.of(np.array([[0, 0, 1, 1]]), 1, homes, homes[:1])
    with pytest.raises(InputError, match="no facts to learn from"):
        Past(world().before(0))
    with pytest.raises(InputError, match="no facts from day 90"):
        fit(world(), 90, 95)


def test_a_record_tells_facts_between_states_and_organisations(tmp_path: Path) -> None:
    writer = Writer()
    army, union = Actor("RUS", "MIL", "the army"), Actor("EU", "IGO", "the EU")
    writer.event("2021-03-01", RUSSIA, "ACCUSE", TURKEY, -2.0, "Moscow accused Ankara.")
    writer.event("2021-03-02", army, "ASSAULT", TURKEY, -9.0, "The Russian army shelled a Turkish post.")
    writer.event("2021-03-05", union, "SANCTION", RUSSIA, -5.0, "The EU sanctioned Moscow.")
    with Record.open(writer.record(tmp_path)) as record:
        made, early = facts_of(record), facts_of(record, until=dt.date(2021, 3, 2))
    facts, actor = made.facts, made.actors.index
    assert made.types == ("ACCUSE", "ASSAULT", "SANCTION")
    assert facts.sources.tolist() == [actor("RUS:GOV"), actor("RUS:MIL"), actor("EU:IGO")]
    assert facts.targets.tolist() == [actor("TUR:GOV"), actor("TUR:GOV"), actor("RUS:GOV")]
    assert facts.days[-1] - facts.days[0] == 4
    assert facts.homes[actor("RUS:GOV")] == facts.homes[actor("RUS:MIL")] != facts.homes[actor("TUR:GOV")]
    assert facts.homes[actor("EU:IGO")] == UNKNOWN
    assert facts.sectors[actor("RUS:GOV")] == facts.sectors[actor("TUR:GOV")] != facts.sectors[actor("RUS:MIL")]
    assert len(early.facts) == 2


def test_a_fact_told_twice_on_a_day_is_one() -> None:
    homes = np.full(2, UNKNOWN)
    assert len(Facts.of(np.array([[0, 0, 1, 1], [0, 0, 1, 1], [0, 0, 1, 2]]), 1, homes, homes)) == 2


def test_weights_are_kept_in_a_file_and_a_damaged_one_is_named(tmp_path: Path, weights: rank.Weights) -> None:
    file = tmp_path / "weights.json"
    weights.save(file)
    read = rank.Weights.load(file)
    assert read.first == pytest.approx({name: one for name, one in weights.first.items() if one}, rel=1e-3)
    file.write_text('{"triple 3d": "much"}')
    with pytest.raises(InputError, match=r"weights\.json holds no weights"):
        rank.Weights.load(file)


def test_of_many_features_few_are_weighed_where_few_are_asked_for() -> None:
    few = fit(world(), 20, 35, most=5)
    assert [sum(one != 0 for one in weights.values()) for weights in (few.all, few.first)] == [5, 5]


def test_the_public_facts_are_read_as_published_and_a_month_of_them_ranks_well(shared: Path) -> None:
    split = tkg.read(shared / "data" / "icews14")
    assert (len(split.facts), split.facts.actors, split.facts.kinds) == (90730, 7128, 230)
    assert (split.learned, split.scored) == (305, range(335, 366))
    days = tkg.Split(split.facts.before(33), 30, range(30, 32))
    figures, _ = tkg.measure(days, fitted=9)
    assert figures["MRR"] > 0.28
    assert figures["triple seen: MRR"] > figures["pair new: MRR"] > 0.02
