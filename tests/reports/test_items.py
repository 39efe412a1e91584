"""What a class's points say of each bug, on examples that were computed by hand."""

import pytest

from nomocks.grading.pages.items import Bin, discrimination, histogram, interval

# Caught: mean 4 of the other points. Not caught: mean 2. The deviation of all four is the square
# root of 2, so r = (4 - 2) / sqrt(2) * sqrt(0.5 * 0.5) = 0.7071.
FOUR = [(True, 3.0), (True, 5.0), (False, 1.0), (False, 3.0)]


def test_a_bug_that_the_strong_catch_discriminates() -> None:
    found = discrimination(FOUR * 5)
    assert found is not None
    assert found.n == 20
    assert found.r == pytest.approx(0.70711, abs=1e-5)
    # z = 0.88137, and half the interval is 1.95996 / sqrt(17) = 0.47536.
    assert (found.low, found.high) == pytest.approx((0.38505, 0.87563), abs=1e-4)


def test_a_bug_that_the_weak_catch_discriminates_the_other_way() -> None:
    found = discrimination([(not caught, rest) for caught, rest in FOUR * 5])
    assert found is not None
    assert found.r == pytest.approx(-0.70711, abs=1e-5)


def test_a_bug_that_says_nothing_of_the_rest_has_none() -> None:
    found = discrimination([(True, 1.0), (True, 3.0), (False, 1.0), (False, 3.0)] * 5)
    assert found is not None
    assert found.r == pytest.approx(0)
    assert found.low == pytest.approx(-found.high)


def test_nothing_is_said_of_few_answers() -> None:
    assert discrimination(FOUR * 5) is not None
    assert discrimination((FOUR * 5)[1:]) is None


def test_nothing_is_said_where_nearly_all_did_the_same() -> None:
    others = [(False, float(rest)) for rest in range(30)]
    assert discrimination([(True, 40.0)] * 2 + others) is None
    assert discrimination([(True, 40.0)] * 3 + others) is not None
    assert discrimination(others) is None


def test_nothing_is_said_where_all_have_the_same_points_otherwise() -> None:
    assert discrimination([(number < 10, 7.0) for number in range(20)]) is None


def test_nothing_is_said_of_no_answers() -> None:
    assert discrimination([]) is None


def test_a_perfect_correlation_has_a_perfect_interval() -> None:
    found = discrimination([(True, 9.0), (False, 2.0)] * 10)
    assert found is not None
    assert (found.low, found.high) == pytest.approx((1, 1))


def test_an_interval_narrows_with_the_number_of_answers() -> None:
    # z = 0.54931; half of it with 28 pairs: 1.95996 / 5 = 0.39199, with 103: 0.195996.
    assert interval(0.5, 28) == pytest.approx((0.15602, 0.73582), abs=1e-4)
    assert interval(0.5, 103) == pytest.approx((0.33931, 0.63234), abs=1e-4)


def test_each_number_of_points_has_a_bin_where_there_are_few() -> None:
    assert histogram([0, 3, 3, 1], 3) == [Bin(0, 0, 1), Bin(1, 1, 1), Bin(2, 2, 0), Bin(3, 3, 2)]


def test_bins_are_wider_where_the_points_are_many() -> None:
    bins = histogram([0, 1, 30, 31], 31)
    assert len(bins) == 16
    assert (bins[0], bins[-1]) == (Bin(0, 1, 2), Bin(30, 31, 2))


def test_the_last_bin_ends_at_the_most_points() -> None:
    bins = histogram([40], 40)
    assert (bins[0].low, bins[0].high, bins[-1]) == (0, 4, Bin(40, 40, 1))


def test_each_student_is_in_one_bin() -> None:
    for most in (0, 1, 15, 16, 17, 33, 100, 1234):
        bins = histogram(range(most + 1), most)
        assert sum(one.count for one in bins) == most + 1
        assert len(bins) <= 16


def test_there_is_a_bin_where_no_points_can_be_earned() -> None:
    assert histogram([0, 0], 0) == [Bin(0, 0, 2)]
    assert histogram([], 0) == [Bin(0, 0, 0)]
