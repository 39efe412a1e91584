"""The submissions that the tests of reports are made from are what their names say."""

from nomocks.grading.graded import Graded
from nomocks.grading.result import State


def test_each_sort_was_graded_as_its_name_says(by_sort: dict[str, Graded]) -> None:
    states = {
        sort: [(result.state, result.points, result.most) for result in one.results]
        for sort, one in by_sort.items()
    }
    assert states == {
        "full": [(State.GRADED, 3, 3)],
        "partial": [(State.GRADED, 1, 3)],
        "invalid": [(State.GRADED, 1, 3)],
        "inconsistent": [(State.INCONSISTENT, 0, 3)],
        "not graded": [(State.NOT_GRADED, 0, 3)],
        "unreadable": [],
        "no test": [(State.NO_TESTS, 0, 3)],
        "hostile": [(State.GRADED, 2, 3)],
        "hostile answer": [(State.GRADED, 0, 6)],
        "all promises": [(State.GRADED, 6, 6)],
    }
    assert "not a notebook" in by_sort["unreadable"].problem
