import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from volteface.foresight.pruning import pruned


@given(st.integers(1, 6), st.integers(0, 2**32 - 1))
def test_the_rest_is_best_without_what_left(most: int, seed: int) -> None:
    drawn = np.random.default_rng(seed)
    wide = drawn.standard_normal((40, 8))
    curve, best = wide.T @ wide, drawn.standard_normal(8)
    made = pruned(best, curve, most)
    left = np.flatnonzero(made)
    assert len(left) <= most
    # Of the loss (w - best)' curve (w - best) / 2, with weights elsewhere zero, `made` is the least.
    assert np.allclose((curve @ (made - best))[left], 0, atol=1e-6)


def test_what_always_stays_does_not_count() -> None:
    made = pruned(np.array([1e-9, 3.0, 0.1, 2.0]), np.eye(4), 2, always=1)
    assert made.tolist() == [1e-9, 3.0, 0.0, 2.0]


def test_of_two_that_say_the_same_one_takes_over_the_other() -> None:
    alike = np.array([[1.0, 0.99], [0.99, 1.0]])
    made = pruned(np.array([1.0, 1.0]), alike, 1)
    assert np.count_nonzero(made) == 1
    assert made.sum() > 1.9
