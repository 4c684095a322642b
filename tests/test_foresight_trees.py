"""Trees on top of the ranker: they see only the past, whatever numbers actors have, and reorder the first alone."""

from __future__ import annotations

import numpy as np
import pytest
from test_foresight_rank import at_morning, every_query, numbered_anew, world

from benchmarks import tkg
from volteface.errors import InputError
from volteface.foresight import rank, rank_trees
from volteface.foresight.facts import Facts, Floats
from volteface.foresight.fitting import Fitting
from volteface.foresight.past import Past
from volteface.foresight.rank_trees import Trees

pytest.importorskip("lightgbm", reason="the extra 'trees' is not installed")


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trees that little data can grow."""
    monkeypatch.setattr(rank, "FIRST", 15)
    monkeypatch.setattr(rank_trees, "ROUNDS", 10)
    monkeypatch.setitem(rank_trees.SETTINGS, "min_data_in_leaf", 20)


def grown(facts: Facts) -> Trees:
    fitting = Fitting(facts, 11, 32)
    for _, at in (past := Past(facts)).mornings():
        fitting.gather(past, at)
    return rank_trees.grown(fitting)


def test_facts_of_the_day_and_after_change_nothing_before_it() -> None:
    facts = world()
    one, other = (grown(told) for told in (facts, facts.before(32)))
    early, late = (
        rank_trees.scored(at_morning(told, 35), every_query(), trees)
        for told, trees in ((facts, one), (facts.before(35), other))
    )
    assert np.array_equal(early, late)


def test_the_numbering_of_actors_does_not_matter_to_trees() -> None:
    def ranked(facts: Facts) -> Floats:
        facts, _ = facts.renumbered()
        trees = grown(facts)
        return np.concatenate(
            [tkg.scored(past, at, trees) for past in [Past(facts)] for day, at in past.mornings() if day >= 32]
        )

    facts = world()
    assert np.array_equal(ranked(facts), ranked(numbered_anew(facts)))


def test_only_the_first_by_the_additive_score_change_places() -> None:
    facts, past = world(), at_morning(world(), 35)
    trees = grown(facts)
    _, before, row, tail = rank.weighed(past, every_query(), trees.weights)
    after = rank_trees.scored(past, every_query(), trees)
    first = np.zeros(before.shape, dtype=bool)
    first[row, tail] = True
    assert np.array_equal(after[~first], before[~first])
    assert (after[first] >= before[first]).all()
    assert (after != before).any()


def test_no_trees_grow_where_no_day_was_gathered() -> None:
    with pytest.raises(InputError, match="too few facts to grow trees on"):
        rank_trees.grown(Fitting(world(), 11, 32))
