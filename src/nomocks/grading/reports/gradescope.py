"""``results.json`` for Gradescope (gradescope-autograders.readthedocs.io/en/latest/specs).

A bug or a promise is a test there, with its points. All text is plain ("text"), which Gradescope
shows as it is and escapes. Where a task could not be graded there is no score, neither in all nor
of a test, so that Gradescope takes none: the output says what happened. What was changed is shown
after the due date alone.
"""

import json
from typing import Any

from nomocks.grading.feedback import of_each, of_submission, of_task, points_of
from nomocks.grading.graded import Graded
from nomocks.grading.inert import clean, one_line
from nomocks.grading.result import State, TaskResult
from nomocks.grading.reveal import Reveal
from nomocks.grading.standing import Standing, is_open, standing
from nomocks.mutation.assignment import Assignment

FILE = "students/{student}.gradescope.json"
LONGEST = 20_000  # characters of one output


def render(graded: Graded, reveal: Reveal) -> str:
    """The results of one student. ``max_score`` of the whole is a setting in Gradescope."""
    assignment, mark = graded.checked.assignment, standing(graded)
    tests = [
        one
        for number, result in enumerate(graded.results, 1)
        for one in _tests(number, result, reveal, assignment, mark)
    ]
    lines = of_submission(graded)
    for result in graded.results:
        lines += ["", *of_task(result, reveal, assignment)]
    results: dict[str, Any] = {
        "output": clean("\n".join(lines), LONGEST),
        "output_format": "text",
        "test_output_format": "text",
        "test_name_format": "text",
        "visibility": "after_due_date" if reveal is Reveal.DIFF else "visible",
        "stdout_visibility": "hidden",
        "execution_time": round(sum(result.seconds for result in graded.results)),
        "extra_data": {"assignment": assignment.slug, "max_score": mark.most},
        "tests": tests,
    }
    if mark.points is not None:
        results["score"] = mark.points
    return json.dumps(results, indent=2, ensure_ascii=False)


def _tests(
    task: int, result: TaskResult, reveal: Reveal, assignment: Assignment, mark: Standing
) -> list[dict[str, Any]]:
    if result.state is not State.GRADED:
        whole: dict[str, Any] = {
            "name": one_line(result.task.title),
            "number": str(task),
            "max_score": result.most,
            "output": clean("\n".join(of_task(result, reveal, assignment)), LONGEST),
        }
        if not is_open(result):
            whole["status"] = "failed"
        if mark.points is not None:
            whole["score"] = result.points
        return [whole]
    missed = of_each(result, reveal, assignment)
    tests = []
    for number, (label, good, points) in enumerate(points_of(result), 1):
        test: dict[str, Any] = {
            "name": one_line(f"{result.task.title}: {label}"),
            "number": f"{task}.{number}",
            "status": "passed" if good else "failed",
            "max_score": points,
            "output": clean("\n".join(missed.get(label, [])), LONGEST),
        }
        if mark.points is not None:
            test["score"] = points if good else 0
        tests.append(test)
    return tests
