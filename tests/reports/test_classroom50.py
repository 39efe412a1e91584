"""Classroom 50: results by its schema, and never one that passes because nothing was graded."""

import json
from dataclasses import replace
from typing import Any

import jsonschema
import pytest

from nomocks.grading.checking import Checked
from nomocks.grading.graded import Graded
from nomocks.grading.reports import classroom50
from nomocks.grading.reveal import Reveal
from nomocks.mutation.assignment import Assignment

TEXT = {"type": "string", "minLength": 1}
WHOLE = {"type": "integer", "minimum": 0}
MOMENT = {"type": "string", "pattern": r"^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$"}
TEST = {"test-name": TEXT, "passed": {"type": "boolean"}, "score": WHOLE, "max-score": WHOLE}
REQUIRED = {
    "schema": {"const": "classroom50/result/v1"},
    "classroom": TEXT,
    "assignment": TEXT,
    "assignment_type": {"enum": ["individual", "group", "team"]},
    "owner": TEXT,
    "submission": {"type": "string", "pattern": "^submit/"},
    "commit": TEXT,
    "release": TEXT,
    "review": TEXT,
    "datetime": MOMENT,
    "score": WHOLE,
    "max-score": WHOLE,
    "tests": {
        "type": "array",
        "items": {"type": "object", "required": list(TEST), "properties": TEST},
    },
}
# foundation50/classroom50, schemas/result-v1.schema.json
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": list(REQUIRED),
    "properties": {**REQUIRED, "graded_at": MOMENT},
}
OPEN = ["inconsistent", "not graded", "unreadable"]


def result(graded: Graded, reveal: Reveal = Reveal.HINT) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(classroom50.render(graded, reveal))
    return made


@pytest.mark.parametrize("step", list(Reveal))
def test_every_result_keeps_the_schema_and_adds_up(
    step: Reveal, by_sort: dict[str, Graded]
) -> None:
    for sort, graded in by_sort.items():
        if sort in OPEN:
            continue
        made = result(graded, step)
        jsonschema.validate(made, SCHEMA)
        assert made["score"] == sum(one["score"] for one in made["tests"]) == graded.points
        assert made["max-score"] == sum(one["max-score"] for one in made["tests"]) > 0
        assert all(one["score"] <= one["max-score"] for one in made["tests"])
        assert classroom50.exit_code(graded) == 0


@pytest.mark.parametrize("sort", OPEN)
def test_what_could_not_be_graded_is_an_error_and_no_result(
    sort: str, by_sort: dict[str, Graded]
) -> None:
    made = result(by_sort[sort])
    assert made["error"]
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(made, SCHEMA)
    assert classroom50.exit_code(by_sort[sort]) == 1


def test_nothing_to_earn_does_not_pass(assignment: Assignment) -> None:
    nothing = replace(assignment, variants=replace(assignment.variants, tasks=()))
    graded = Graded("ann", Checked(nothing, ()))
    assert "no task" in result(graded)["error"].lower()
    assert classroom50.exit_code(graded) == 1


def test_a_failed_test_leaves_the_exit_code_0(by_sort: dict[str, Graded]) -> None:
    made = result(by_sort["no test"])
    assert (made["score"], made["max-score"]) == (0, 3)
    assert not any(one["passed"] for one in made["tests"])
    assert classroom50.exit_code(by_sort["no test"]) == 0


def test_who_and_what_is_what_the_runner_says(
    by_sort: dict[str, Graded], monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {
        "CLASSROOM": "testing",
        "ASSIGNMENT": "week-1",
        "OWNER": "ann-lee",
        "ASSIGNMENT_TYPE": "group",
        "SUBMISSION_TAG": "submit/2026-06-01T14-32-05Z-a1b2c3d",
        "COMMIT_URL": "https://example.invalid/commit/1",
        "RELEASE_URL": "https://example.invalid/releases/1",
        "REVIEW_URL": "https://example.invalid/compare/1",
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    made = result(by_sort["hostile"])
    jsonschema.validate(made, SCHEMA)
    assert (made["classroom"], made["assignment"], made["owner"]) == (
        "testing",
        "week-1",
        "ann-lee",
    )
    assert made["assignment_type"] == "group"
    assert made["review"] == given["REVIEW_URL"]
    # A regrade does not make it late.
    assert made["datetime"] == "2026-06-01T14:32:05Z"


def test_points_by_hand_are_those_of_the_task(by_sort: dict[str, Graded]) -> None:
    graded = by_sort["inconsistent"]
    by_hand = replace(graded.results[0], by_hand=2.5)
    made = result(replace(graded, checked=replace(graded.checked, results=(by_hand,))))
    jsonschema.validate(made, SCHEMA)
    assert (made["score"], made["max-score"]) == (2, 3)


def test_words_of_a_student_have_no_codes(by_sort: dict[str, Graded]) -> None:
    for sort in ("hostile", "hostile answer"):
        text = classroom50.render(by_sort[sort], Reveal.DIFF)
        text.encode()
        assert not set(text) & set("\x00\x1b\r\u202e")
