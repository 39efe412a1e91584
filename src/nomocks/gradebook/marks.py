"""One student's marks in the gradebook. What a teacher has written there stays."""

from collections.abc import Set

from nbgrader.api import Grade, Gradebook, SubmittedNotebook

from nomocks.gradebook.structure import Book, check_cell
from nomocks.grading.graded import Graded
from nomocks.grading.result import State, TaskResult

UNANSWERED = "No response."  # nbgrader's own words


def write_marks(
    gradebook: Gradebook, book: Book, graded: Graded, unanswered: Set[str], when: str | None
) -> list[str]:
    """Enter a submission, handed in at this time (UTC), or bring up to date what is there.

    ``unanswered`` are the ids of the cells that are as the student got them. What is given back is
    one sentence for each mark given by hand that the gradebook has otherwise, and keeps.
    """
    slug = book.assignment.slug
    timestamp = {"timestamp": when} if when else {}
    submission = gradebook.update_or_create_submission(slug, graded.student, **timestamp)
    (notebook,) = (one for one in submission.notebooks if one.name == book.notebook)
    grades = {grade.name: grade for grade in notebook.grades}
    results = {result.task: result for result in graded.results}
    kept = []
    for task in book.assignment.graded:
        grade, result = grades[check_cell(task)], results.get(task)
        _mark(grade, result)
        if result and result.by_hand not in (None, grade.manual_score):
            kept.append(
                f"{graded.student} has {grade.manual_score:g} points in {task.name} by hand in the "
                f"gradebook, and {result.by_hand:g} elsewhere: the gradebook's stay, unless you "
                "change them in Formgrader."
            )
    _comment(notebook, book, graded, unanswered)
    notebook.late_submission_penalty = None
    gradebook.db.commit()
    return kept


def _mark(grade: Grade, result: TaskResult | None) -> None:
    """Set what a grader may set: the points, and whether a human is to look at them.

    A human looks at what could not be graded, at a suite that is void, and at a mark that they
    had changed before the points were others. nbgrader does that last at each regrade. A mark that
    was given by hand elsewhere is entered, unless there is one here.
    """
    state = result.state if result else State.NOT_GRADED
    points = None if result is None or state is State.NOT_GRADED else float(result.earned)
    if grade.manual_score is not None:
        grade.needs_manual_grade = grade.needs_manual_grade or points != grade.auto_score
    else:
        grade.manual_score = result.by_hand if result else None
        unclear = points is None or state is State.INCONSISTENT
        grade.needs_manual_grade = unclear and grade.manual_score is None
    grade.auto_score = points


def _comment(notebook: SubmittedNotebook, book: Book, graded: Graded, unanswered: Set[str]) -> None:
    """Say which cells were left as they were; and once, what was written with the results.

    That stands at the first task where no comment of a teacher's would hide it.
    """
    comments = {comment.name: comment for comment in notebook.comments}
    tasks = [task.name for task in book.assignment.graded if task.name in comments]
    free = [name for name in tasks if comments[name].manual_comment is None]
    chosen = next(iter(free or tasks), "")
    for name, comment in comments.items():
        words = [graded.comment] if name == chosen and graded.comment else []
        words += [UNANSWERED] if name in unanswered else []
        comment.auto_comment = "\n\n".join(words) or None
