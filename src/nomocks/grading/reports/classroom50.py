"""``result.json`` for Classroom 50, schema ``classroom50/result/v1``
(github.com/foundation50/classroom50, wiki: Advanced Autograding; schemas/result-v1.schema.json).

An autograder there exits with 0 when it has graded, whatever the score is, and with another code
when it could not; the runner then says so itself. A result of 0 of 0 points counts as passed there.
So where a mark is open, or nothing can be earned, the file holds an error and no result: it fits
the schema nowhere, and ``exit_code`` is 1. Who and what is graded stands in the environment that
the runner gives.
"""

import json
import math
import os
import re
from datetime import UTC, datetime
from typing import Any

from nomocks.grading.feedback import of_each, of_task, points_of
from nomocks.grading.graded import Graded
from nomocks.grading.inert import clean, one_line
from nomocks.grading.result import State, TaskResult
from nomocks.grading.reveal import Reveal
from nomocks.grading.standing import notes, standing
from nomocks.mutation.assignment import Assignment

FILE = "students/{student}.classroom50.json"
SCHEMA = "classroom50/result/v1"
MOMENT = "%Y-%m-%dT%H:%M:%SZ"
_TAG = re.compile(r"submit/(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\dZ)")


def render(graded: Graded, reveal: Reveal) -> str:
    """The result of one student, or the error that stands in its place."""
    document = _result(graded, reveal)
    if not document["max-score"]:
        document = {"schema": SCHEMA, "error": _reason(graded)}
    return json.dumps(document, indent=2, ensure_ascii=False)


def exit_code(graded: Graded) -> int:
    """What an autograder ends with: 0 if there is a result, 1 if there is none."""
    return 0 if _cases(graded, Reveal.COUNT) else 1


def _result(graded: Graded, reveal: Reveal) -> dict[str, Any]:
    given = os.environ
    now = datetime.now(UTC).strftime(MOMENT)
    tests = _cases(graded, reveal)
    tag = given.get("SUBMISSION_TAG") or f"submit/{now.replace(':', '-')}"
    commit = given.get("COMMIT_URL") or "unknown"
    return {
        "schema": SCHEMA,
        "classroom": given.get("CLASSROOM") or "unknown",
        "assignment": given.get("ASSIGNMENT") or graded.checked.assignment.slug,
        "assignment_type": given.get("ASSIGNMENT_TYPE") or "individual",
        "owner": given.get("OWNER") or given.get("USERNAME") or one_line(graded.student, 100),
        "submission": tag,
        "commit": commit,
        "release": given.get("RELEASE_URL") or commit,
        "review": given.get("REVIEW_URL") or commit,
        "datetime": _moment(tag) or now,
        "graded_at": now,
        "score": sum(one["score"] for one in tests),
        "max-score": sum(one["max-score"] for one in tests),
        "tests": tests,
    }


def _cases(graded: Graded, reveal: Reveal) -> list[dict[str, Any]]:
    """The tests with their points; none where there is no mark, or nothing to earn."""
    mark = standing(graded)
    if mark.points is None or not mark.most:
        return []
    assignment = graded.checked.assignment
    return [one for result in graded.results for one in _tests(result, reveal, assignment, graded)]


def _tests(
    result: TaskResult, reveal: Reveal, assignment: Assignment, graded: Graded
) -> list[dict[str, Any]]:
    task = result.task
    told = "\n".join([*notes(graded), *of_task(result, reveal, assignment)])
    if result.state is not State.GRADED or result.by_hand is not None:
        # The schema knows whole points alone.
        return [_test(task.name, result.full, math.floor(result.points), result.most, told)]
    missed = of_each(result, reveal, assignment)
    return [
        _test(
            f"{task.name}: {label}",
            good,
            points if good else 0,
            points,
            "" if good else "\n".join(missed.get(label, [])) or told,
        )
        for label, good, points in points_of(result)
    ]


def _test(name: str, passed: bool, score: int, most: int, output: str) -> dict[str, Any]:
    return {
        "test-name": one_line(name),
        "passed": passed,
        "score": score,
        "max-score": most,
        "output": clean(output),
        "message": one_line(output.partition("\n")[0]),
    }


def _moment(tag: str) -> str:
    """When it was handed in, which the tag says, so that a regrade does not make it late."""
    found = _TAG.match(tag)
    return ":".join(found.groups()) if found else ""


def _reason(graded: Graded) -> str:
    reason = standing(graded).reason or "No task of this assignment gives points."
    return clean(" ".join([reason, *notes(graded)]))
