"""Every strategy keeps the tests of the measured suite apart, and a run is counted right."""

import pytest

from benchmarks.isolation import (
    ONE_OF_EACH_KIND,
    POSTGRESQL,
    ROOT,
    SQLITE,
    Pair,
    Run,
    quartiles,
    run_suite,
    summary,
)


@pytest.mark.parametrize("strategy", [*POSTGRESQL, *SQLITE])
def test_strategy_keeps_one_test_of_each_kind_apart(strategy: str) -> None:
    selection = (
        ("-k", "[0] and (email or addresses)") if strategy == "migrate" else ONE_OF_EACH_KIND
    )
    run = run_suite(strategy, "auto", selection)
    assert run.tests == (3 if strategy == "migrate" else 10)
    assert 0 < run.ms_per_test < 1000 * run.seconds


def test_every_strategy_in_the_folder_is_measured() -> None:
    files = (ROOT / "benchmarks" / "strategies").glob("[a-z]*.py")
    assert {file.stem for file in files} == {*POSTGRESQL, *SQLITE}


def test_ratios_compare_a_run_with_the_reference_just_before_it() -> None:
    slow_minute = Pair(run=Run(100, 16.0, 3.0), reference=Run(100, 8.0, 2.0))
    quick_minute = Pair(run=Run(100, 8.0, 2.0), reference=Run(100, 4.0, 1.0))
    rounds = [{"truncate": slow_minute}, {"truncate": quick_minute}]
    (truncate,) = summary(rounds, {"truncate": "TRUNCATE"})
    assert truncate["ratio"] == {"q1": 2.0, "median": 2.0, "q3": 2.0}
    assert truncate["ms_per_test"] == {"q1": 10.0, "median": 12.0, "q3": 14.0}
    assert truncate["title"] == "TRUNCATE"


def test_quartiles_are_rounded_to_three_digits() -> None:
    assert quartiles([1.23456, 2.34567, 3.45678]) == {"q1": 1.79, "median": 2.35, "q3": 2.9}
