"""What goes into a gradebook: a student's points, or why there are none yet."""

from dataclasses import dataclass

from nomocks.grading.graded import Graded
from nomocks.grading.result import State, TaskResult

# The tests are not to blame, or may not be: a person looks, and the mark stays open until then.
OPEN = (State.NOT_GRADED, State.INCONSISTENT)
UNSAFE = "Graded without a sandbox, which is for one's own notebook alone."
LATE = "Handed in late."


@dataclass(frozen=True)
class Standing:
    """``points`` is None while the mark is open; then ``reason`` is a sentence that says why."""

    points: float | None
    most: int
    state: str
    reason: str = ""


def standing(graded: Graded) -> Standing:
    """A student's mark for the whole assignment."""
    assignment = graded.checked.assignment
    most = sum(assignment.against(task.name).points for task in assignment.graded)
    if graded.problem:
        return Standing(None, most, State.NOT_GRADED, graded.problem)
    for result in graded.results:
        if is_open(result):
            return Standing(None, most, result.state, f"{result.task.title}: {result.message}")
    seen = {result.task.name for result in graded.results}
    unseen = [task.title for task in assignment.graded if task.name not in seen]
    if unseen:
        reason = f"{', '.join(unseen)}: not graded yet."
        return Standing(None, most, State.NOT_GRADED, reason)
    return Standing(graded.points, most, State.GRADED)


def is_open(result: TaskResult) -> bool:
    """Whether a person has to look at a task before it has a mark, and has given none."""
    return result.state in OPEN and result.by_hand is None


def notes(graded: Graded) -> list[str]:
    """What stands at the head of every report: how it was graded, and what a teacher wrote."""
    said = [(UNSAFE, graded.unsafe), (LATE, graded.late), (graded.comment, bool(graded.comment))]
    return [note for note, holds in said if holds]
