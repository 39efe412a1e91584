"""A student's feedback as lines of plain text, for the formats that show no more than that.

Lines hold words of the student's. Each format escapes them as its readers need.
"""

from nomocks.grading.graded import Graded
from nomocks.grading.grid import headline
from nomocks.grading.result import State, TaskResult
from nomocks.grading.reveal import Reveal, explained
from nomocks.grading.standing import is_open, notes, standing
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.judging import Verdict

LOOKED_AT = "A person has to look at it: there are no points yet."


def of_submission(graded: Graded) -> list[str]:
    """What is said of the whole: notes, the points, or why there are none."""
    mark = standing(graded)
    if mark.points is not None:
        return [*notes(graded), f"{mark.points:g} of {mark.most} points."]
    return [*notes(graded), f"Not graded: {mark.reason}", LOOKED_AT]


def of_task(result: TaskResult, reveal: Reveal, assignment: Assignment) -> list[str]:
    """What is said of one task: the points, the tests that do not count, and what got past."""
    if result.state is not State.GRADED:
        lines = [f"{result.task.title}: error, {result.state}", result.message]
        if result.by_hand is not None:
            lines.append(f"By hand: {result.by_hand:g} of {result.most} points.")
        return [*lines, LOOKED_AT] if is_open(result) else lines
    explanation = explained(result, reveal, assignment)
    missed = [line for one in explanation.missed for line in one.lines]
    return [
        line
        for line in (headline(result), *not_counted(result), explanation.summary, *missed)
        if line
    ]


def not_counted(result: TaskResult) -> list[str]:
    """The tests that do not count, and why."""
    return [
        f"{test.name} does not count: it does not pass on {test.where}, which is correct. "
        f"{test.reason}"
        for test in result.tests
        if test.verdict is Verdict.INVALID
    ]


def points_of(result: TaskResult) -> list[tuple[str, bool, int]]:
    """Each bug or promise of a task: its label, whether it was caught or kept, its points.

    Of a task that could not be graded, none was.
    """
    if result.against.probes:
        verdicts = {one.probe.test: one.verdict for one in result.promises}
        return [
            (f"promise {number}", verdicts.get(probe.test) is Verdict.KEPT, probe.points)
            for number, probe in enumerate(result.against.probes, 1)
        ]
    caught = {one.mutant.name: one.verdict for one in result.mutants}
    return [
        (f"bug {number}", caught.get(mutant.name) is Verdict.KILLED, mutant.points)
        for number, mutant in enumerate(result.against.mutants, 1)
    ]


def of_each(result: TaskResult, reveal: Reveal, assignment: Assignment) -> dict[str, list[str]]:
    """What may be told of each bug that got past or promise that was broken, by its label."""
    return {one.label: list(one.lines) for one in explained(result, reveal, assignment).missed}
