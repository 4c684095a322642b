"""The signed network and its balance: exact against brute force, and the same whatever the states are called."""

from __future__ import annotations

import datetime as dt
import gzip
import random
import time
from collections import Counter
from itertools import combinations, product
from math import e
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from volteface.errors import InputError
from volteface.relations import balance, frustration
from volteface.relations.network import Network, Sign, Tie, network

SIGNED = Path(__file__).parents[2] / "shared" / "data" / "ir" / "cow_signed_networks_1946_1999.tsv.gz"
STATES = "ARG BRA CHL COL ECU GUY PER PRY SUR URY".split()


def net(*dyads: str, states: tuple[str, ...] = ()) -> Network:
    """Ties written as "A+B", "A-C", "B.C"."""
    signs: dict[str, Sign] = {"+": 1, "-": -1, ".": 0}
    return network((Tie(dyad[0], dyad[2], signs[dyad[1]]) for dyad in dyads), states)


@st.composite
def networks(draw: st.DrawFn, most: int = 7) -> Network:
    states = STATES[: draw(st.integers(2, most))]
    weights = st.sampled_from([1.0, 2.0, 3.5])
    signs: st.SearchStrategy[Sign | None] = st.sampled_from([1, 1, -1, -1, 0, None])
    ties = []
    for one, other in combinations(states, 2):
        sign = draw(signs)
        if sign is not None:
            ties.append(Tie(one, other, sign, draw(weights)))
    return network(ties, states)


def cost(made: Network, bloc: dict[str, int], weighted: bool = False) -> float:
    wrong = [tie for tie in made.signed if (bloc[tie.one] == bloc[tie.other]) == (tie.sign < 0)]
    return sum(tie.weight for tie in wrong) if weighted else len(wrong)


def by_brute_force(made: Network, blocs: int, weighted: bool = False) -> float:
    choices = product(range(blocs), repeat=len(made.states))
    return min(cost(made, dict(zip(made.states, choice, strict=True)), weighted) for choice in choices)


def renamed(made: Network, names: dict[str, str]) -> Network:
    ties = (Tie(names[tie.one], names[tie.other], tie.sign, tie.weight, tie.standing) for tie in made.ties)
    return network(ties, (names[state] for state in made.states))


# The network


def test_a_tie_has_a_sign_only_where_the_standing_is_beyond_the_margin_three_times_in_four() -> None:
    assert Tie.of("TUR", "RUS", -6.0, -7.0, -5.0) == Tie("RUS", "TUR", -1, 6.0, -6.0)
    assert Tie.of("TUR", "AZE", 6.0, 4.0, 8.0).sign == 1
    assert Tie.of("TUR", "GRC", -3.0, -6.5, 0.5).sign == -1
    assert Tie.of("TUR", "GRC", -3.0, -6.5, 4.0).sign == 0
    assert Tie.of("TUR", "GRC", 0.5, 0.2, 0.8).sign == 0


def test_neutral_ties_and_states_without_ties_are_kept_and_take_no_part_in_balance() -> None:
    made = net("A+B", "B+C", "C.A", "A-D", states=("Z",))
    assert made.states == ("A", "B", "C", "D", "Z")
    assert (made.number(1), made.number(-1), made.number(0)) == (2, 1, 1)
    neutral = made.tie("C", "A")
    assert neutral is not None
    assert neutral.sign == 0
    assert made.tie("C", "D") is None
    assert balance.triads(made).share is None
    assert balance.frustration(made).unaligned == ("Z",)


def test_a_network_shows_itself_in_a_line() -> None:
    made = network([Tie("A", "B", 1), Tie("B", "C", -1)], on=dt.date(2014, 3, 18))
    assert repr(made) == "<Network of 3 states on 2014-03-18: 1 positive, 1 negative, 0 neutral ties>"
    assert "<td>negative" in made._repr_html_()


@pytest.mark.parametrize(
    ("ties", "message"),
    [
        ([Tie("A", "A", 1)], "no tie with itself"),
        ([Tie("A", "B", 1), Tie("B", "A", -1)], "two ties for one dyad"),
        ([Tie("A", "B", 2)], "sign 2"),  # type: ignore[arg-type]
        ([Tie("A", "B", 1, float("nan"))], "weight nan"),
    ],
)
def test_ties_that_make_no_network_are_refused_with_the_dyad(ties: list[Tie], message: str) -> None:
    with pytest.raises(InputError, match=message):
        network(ties)


# The frustration index


@settings(deadline=None, max_examples=60)
@given(networks(), st.integers(1, 4), st.booleans())
def test_the_least_frustration_is_what_brute_force_finds_and_the_blocs_show_it(
    made: Network, blocs: int, weighted: bool
) -> None:
    found = balance.frustration(made, blocs, weighted=weighted)
    assert found.proved
    assert found.upper == by_brute_force(made, blocs, weighted)
    assert len(found.blocs) <= blocs
    bloc = {state: number for number, members in enumerate(found.blocs) for state in members}
    assert bloc.keys() | set(found.unaligned) == set(made.states)
    assert cost(made, bloc | dict.fromkeys(found.unaligned, -1), weighted) == found.upper
    assert (sum(tie.weight for tie in found.frustrated) if weighted else len(found.frustrated)) == found.upper


@settings(deadline=None, max_examples=40)
@given(st.integers(2, 4), st.integers(0, 10**6))
def test_planted_blocs_are_found_without_frustration(blocs: int, seed: int) -> None:
    draw = random.Random(seed)
    bloc = {f"S{number:02}": draw.randrange(blocs) for number in range(25)}
    dyads = [dyad for dyad in combinations(bloc, 2) if draw.random() < 0.4]
    made = network(Tie(one, other, 1 if bloc[one] == bloc[other] else -1) for one, other in dyads)
    found = balance.frustration(made, blocs)
    assert (found.lower, found.upper) == (0, 0)
    assert found.frustrated == ()


@settings(deadline=None, max_examples=40)
@given(networks(), st.sets(st.sampled_from(STATES)))
def test_switching_a_set_of_states_changes_no_frustration_and_no_triangle(made: Network, switched: set[str]) -> None:
    def turned(tie: Tie) -> Tie:
        crosses = (tie.one in switched) != (tie.other in switched)
        signs: dict[Sign, Sign] = {1: -1, -1: 1, 0: 0}
        return Tie(tie.one, tie.other, signs[tie.sign] if crosses else tie.sign, tie.weight)

    other = network(map(turned, made.ties), made.states)
    assert balance.frustration(other).upper == balance.frustration(made).upper
    assert balance.triads(other) == balance.triads(made)
    assert balance.walks(other).whole == pytest.approx(balance.walks(made).whole)


@pytest.mark.parametrize(("states", "blocs"), [(5, 2), (8, 2), (9, 3), (7, 4)])
def test_of_all_against_all_as_many_are_frustrated_as_turan_says(states: int, blocs: int) -> None:
    made = network(Tie(one, other, -1) for one, other in combinations(STATES[:states], 2))
    sizes = [states // blocs + (bloc < states % blocs) for bloc in range(blocs)]
    assert balance.frustration(made, blocs).upper == sum(size * (size - 1) // 2 for size in sizes)


def test_more_blocs_never_frustrate_more_and_one_bloc_frustrates_every_negative_tie() -> None:
    draw = random.Random(5)
    dyads = [dyad for dyad in combinations(range(40), 2) if draw.random() < 0.2]
    made = network(Tie(f"S{one:02}", f"S{other:02}", draw.choice([1, -1])) for one, other in dyads)
    least = [balance.frustration(made, blocs) for blocs in (1, 2, 3)]
    assert all(one.proved for one in least)
    assert made.number(-1) == least[0].upper > least[1].upper >= least[2].upper


@settings(deadline=None, max_examples=40)
@given(networks(), st.permutations(STATES), st.integers(2, 3))
def test_exchanging_names_exchanges_the_results(made: Network, order: list[str], blocs: int) -> None:
    """States that are wholly alike may stand in for each other, so weights are made to tell all states apart."""
    ties = [Tie(tie.one, tie.other, tie.sign, 1 + place / 7) for place, tie in enumerate(made.ties)]
    made, names = network(ties, made.states), dict(zip(STATES, order, strict=True))
    other = renamed(made, names)
    mine, theirs = balance.frustration(made, blocs), balance.frustration(other, blocs)
    degree = Counter(state for tie in made.signed for state in (tie.one, tie.other))
    if not any(degree[tie.one] == degree[tie.other] == 1 for tie in made.signed):  # such a pair's states are alike
        assert [{names[state] for state in bloc} for bloc in mine.blocs] == [set(bloc) for bloc in theirs.blocs]
    assert {names[state] for state in mine.unaligned} == set(theirs.unaligned)
    assert [{names[state] for state in one.states} for one in balance.strained(made)] == [
        set(one.states) for one in balance.strained(other)
    ]
    walks = {names[state]: share for state, share in balance.walks(made).states.items()}
    assert walks == pytest.approx(balance.walks(other).states)


def test_out_of_time_there_are_bounds_that_enclose_the_truth() -> None:
    draw = random.Random(5)
    dyads = list(combinations(range(14), 2))
    weights = {dyad: draw.choice([1, -1]) for dyad in dyads}
    truth = frustration.least(14, weights, 2, time.monotonic() + 60)
    hurried = frustration.least(14, weights, 2, time.monotonic())
    assert truth.lower == truth.upper
    assert hurried.lower < truth.lower
    assert hurried.upper >= truth.upper
    assert sum(1 for _ in frustration.frustrated(weights, hurried.labels)) == hurried.upper


def test_no_blocs_are_refused() -> None:
    with pytest.raises(InputError, match="0 blocs"):
        balance.frustration(net("A+B"), 0)


@pytest.mark.skipif(not SIGNED.exists(), reason="needs ../shared/data/ir/cow_signed_networks_1946_1999.tsv.gz")
@pytest.mark.parametrize(
    ("window", "blocs", "least"),
    [
        *(("46-49", 2, 17), ("50-53", 2, 15), ("56-59", 2, 34), ("76-79", 2, 50), ("96-99", 2, 45)),
        *(("96-99", 3, 34), ("96-99", 5, 33)),
    ],
)
def test_the_windows_of_the_correlates_of_war_have_their_reference_values(window: str, blocs: int, least: int) -> None:
    with gzip.open(SIGNED, "rt", encoding="utf-8") as lines:
        rows = [line.split() for line in lines if line.startswith(window)]
    made = network(Tie(one, other, 1 if sign == "1" else -1) for _, one, other, sign in rows)
    found = balance.frustration(made, blocs)
    assert (found.lower, found.upper) == (least, least)


def test_a_random_network_of_150_states_is_bounded_within_a_twentieth() -> None:
    dyads = random.Random(1).sample(list(combinations([f"S{number:03}" for number in range(150)], 2)), 2800)
    made = network(Tie(one, other, -1 if place < 350 else 1) for place, (one, other) in enumerate(dyads))
    found = balance.frustration(made, seconds=60)
    assert 0.95 * found.upper <= found.lower <= found.upper <= 350


# Triangles and walks


def test_a_friend_of_two_rivals_is_strained_and_said_in_plain_words() -> None:
    made = network([Tie("TUR", "RUS", 1, 3.0), Tie("TUR", "UKR", 1, 4.0), Tie.of("RUS", "UKR", -8.2, -9, -7)])
    [one] = balance.strained(made)
    assert one.states == ("RUS", "TUR", "UKR")
    assert (one.between, one.strength) == ("TUR", 3.0)
    names = {"TUR": "Turkey", "RUS": "Russia", "UKR": "Ukraine"}
    assert one.plain(names.__getitem__) == "Turkey stands well with both Russia and Ukraine, who stand at -8."


def test_three_rivals_are_strained_and_an_enemys_enemy_is_not() -> None:
    [rivals] = balance.strained(net("A-B", "B-C", "C-A"))
    assert rivals.between is None
    assert rivals.plain() == "A, B and C all stand badly with each other."
    for balanced in (("A+B", "B+C", "C+A"), ("A+B", "B-C", "C-A")):
        assert balance.triads(net(*balanced)) == balance.Triads(1, 0)


def test_the_strongest_strain_comes_first() -> None:
    weak = [Tie("A", "B", 1, 1), Tie("B", "C", 1, 9), Tie("A", "C", -1, 9)]
    strong = [Tie("D", "E", 1, 2), Tie("E", "F", 1, 2), Tie("D", "F", -1, 2)]
    assert [one.states[0] for one in balance.strained(network(weak + strong))] == ["D", "A"]


@settings(deadline=None, max_examples=60)
@given(networks())
def test_triangles_are_all_threes_with_three_signed_ties(made: Network) -> None:
    signs = {frozenset((tie.one, tie.other)): tie.sign for tie in made.signed}
    counts = {True: 0, False: 0}
    for three in combinations(made.states, 3):
        sides = [signs.get(frozenset(pair)) for pair in combinations(three, 2)]
        if None not in sides:
            counts[sides.count(-1) % 2 == 0] += 1
    assert balance.triads(made) == balance.Triads(counts[True], counts[False])
    assert len(balance.strained(made)) == counts[False]


def test_walks_of_a_strained_triangle_are_as_estrada_and_benzi_define_them() -> None:
    """Eigenvalues of the triangle with one negative tie are 1, 1, -2; of the plain one 2, -1, -1."""
    found = balance.walks(net("A+B", "B+C", "C-A"))
    assert found.whole == pytest.approx((2 * e + e**-2) / (e**2 + 2 * e**-1))
    assert found.states == {state: pytest.approx(found.whole) for state in "ABC"}
    assert balance.walks(net("A+B", "B-C", "C-A")).whole == pytest.approx(1)
    assert balance.walks(net()).whole == 1


def test_a_state_outside_the_strain_has_the_better_walks() -> None:
    found = balance.walks(net("A+B", "B+C", "C-A", "C+D", "D+E"))
    assert found.states["A"] < found.states["D"] < found.states["E"] < 1


# How strained triangles resolved

STRAIN = ("A+B", "B+C", "C-A")


@pytest.mark.parametrize(
    ("after", "way"),
    [
        (("A+B", "B+C", "C+A"), "rivals reconciled"),
        (("A-B", "B+C", "C-A"), "a friend dropped"),
        (("A-B", "B-C", "C-A"), "both friends dropped"),
        (("A+B", "B+C"), "rivalry faded"),
        (("A+B", "B+C", "C.A"), "rivalry faded"),
        (("A.B", "B+C", "C-A"), "a friendship faded"),
        (("C-A",), "both friendships faded"),
        (("A-B", "B+C", "C+A"), "several ties changed"),
        ((), "several ties changed"),
    ],
)
def test_the_way_in_which_a_strain_ended_is_counted(after: tuple[str, ...], way: str) -> None:
    found = balance.resolutions([net(*STRAIN), net(*STRAIN), net(*after)])
    assert (found.strained, found.stayed) == (2, 1)
    assert found.ways == {way: 1}


def test_two_of_three_rivals_join_and_balanced_triangles_give_the_base_rate() -> None:
    rivals, joined, apart = net("A-B", "B-C", "C-A"), net("A+B", "B-C", "C-A"), net("A+B")
    found = balance.resolutions([rivals, joined, joined, apart])
    assert found == balance.Resolutions(1, 0, {"two joined": 1}, balanced=2, balanced_stayed=1)
