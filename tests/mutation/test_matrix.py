"""The kill matrix keeps every run, and is strict about what a kill is."""

from nomocks.mutation.matrix import KillMatrix, Observation, Outcome, together


def test_a_kill_needs_a_failure_in_every_run() -> None:
    matrix = KillMatrix(("test_x",))
    assert not matrix.kills("test_x", "mutant")
    matrix.add("test_x", "mutant", Observation(Outcome.FAILED))
    assert matrix.kills("test_x", "mutant")
    matrix.add("test_x", "mutant", Observation(Outcome.PASSED))
    assert not matrix.kills("test_x", "mutant")
    assert list(matrix.changed_its_mind()) == [("test_x", "mutant")]


def test_an_error_is_no_kill() -> None:
    for outcome in set(Outcome) - {Outcome.FAILED}:
        matrix = KillMatrix(("test_x",))
        matrix.add("test_x", "mutant", Observation(outcome))
        assert not matrix.kills("test_x", "mutant")


def test_a_parametrized_test_is_as_bad_as_its_worst_case() -> None:
    passed, failed = Observation(Outcome.PASSED, "", 1), Observation(Outcome.FAILED, "why", 2)
    assert together([passed, failed, passed]) == Observation(Outcome.FAILED, "why", 4)
    skipped = Observation(Outcome.SKIPPED, "later")
    assert together([passed, skipped]).outcome is Outcome.SKIPPED
