"""The results store and an assignment, as the ``Graded`` of each student."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from nomocks.grading.batch.keys import Keys
from nomocks.grading.batch.records import Adjustment, Kept, Submission
from nomocks.grading.batch.store import Store
from nomocks.grading.checking import Checked
from nomocks.grading.graded import Graded
from nomocks.grading.result import Observed, State, TaskResult, judged
from nomocks.mutation.assignment import Assignment
from nomocks.mutation.variants import Task

STALE = (
    "This task was graded with other variants than it has now: grade the submission again with "
    "--resume."
)
NOT_YET = "This task is not graded yet: go on with --resume."


@dataclass(frozen=True)
class Gradebook:
    """Can be gone through more than once, by student; one at a time is in memory."""

    store: Store
    assignment: Assignment
    keys: Keys

    def __iter__(self) -> Iterator[Graded]:
        for student in self.store.students():
            submission = self.store.submission(student)
            if submission:
                yield self._graded(submission)

    def _graded(self, submission: Submission) -> Graded:
        student = submission.student
        kept = {one.task: one for one in self.store.tasks(student)}
        by_hand = self.store.adjustments(student)
        results = tuple(
            self._result(task, submission, kept.get(task.name), by_hand.get(task.name))
            for task in self.assignment.graded
        )
        return Graded(
            student,
            Checked(self.assignment, results),
            submission.problem,
            any(one.unsafe for one in kept.values()),
            self._comment(by_hand),
            submission.late,
            submission.id,
            submission.submitted,
        )

    def _result(
        self,
        task: Task,
        submission: Submission,
        kept: Kept | None,
        by_hand: Adjustment | None,
    ) -> TaskResult:
        observed = Observed(State.NOT_GRADED, submission.problem or NOT_YET)
        if kept:
            current = self.keys.of_this(task.name, kept.key)
            observed = kept.observed if current else Observed(State.NOT_GRADED, STALE)
        result = judged(self.assignment, task, observed)
        return replace(result, by_hand=_plain(by_hand.points)) if by_hand else result

    def _comment(self, by_hand: dict[str, Adjustment]) -> str:
        titles = {task.name: task.title for task in self.assignment.graded}
        return "\n".join(
            f"{titles[task]}: {one.comment}"
            for task, one in by_hand.items()
            if one.comment and task in titles
        )


def _plain(points: float | None) -> float | None:
    return points if points is None or not points.is_integer() else int(points)
