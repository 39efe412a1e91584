"""Gradescope: results by its documented rules, and the zip that makes them there."""

import json
from typing import Any

import jsonschema
import pytest

from nomocks.grading.graded import Graded
from nomocks.grading.reports import gradescope
from nomocks.grading.reveal import Reveal

VISIBLE = {"enum": ["hidden", "after_due_date", "after_published", "visible"]}
FORMAT = {"enum": ["text", "html", "simple_format", "md", "ansi"]}
# gradescope-autograders.readthedocs.io/en/latest/specs, as a schema
SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "score": {"type": "number", "minimum": 0},
        "execution_time": {"type": "integer"},
        "output": {"type": "string", "minLength": 1},
        "output_format": FORMAT,
        "test_output_format": FORMAT,
        "test_name_format": FORMAT,
        "visibility": VISIBLE,
        "stdout_visibility": VISIBLE,
        "extra_data": {"type": "object"},
        "tests": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "score": {"type": "number", "minimum": 0},
                    "max_score": {"type": "number"},
                    "status": {"enum": ["passed", "failed"]},
                    "name": {"type": "string", "minLength": 1},
                    "number": {"type": "string", "pattern": r"^\d+(\.\d+)?$"},
                    "output": {"type": "string"},
                    "visibility": VISIBLE,
                },
            },
        },
    },
}
OPEN = ["inconsistent", "not graded", "unreadable"]


def results(graded: Graded, reveal: Reveal = Reveal.HINT) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(gradescope.render(graded, reveal))
    return made


@pytest.mark.parametrize("step", list(Reveal))
def test_every_result_keeps_the_documented_rules(step: Reveal, by_sort: dict[str, Graded]) -> None:
    for sort, graded in by_sort.items():
        made = results(graded, step)
        jsonschema.validate(made, SCHEMA)
        assert ("score" in made) is (sort not in OPEN)
        if "score" in made:
            assert made["score"] == sum(one["score"] for one in made["tests"]) == graded.points
            assert sum(one["max_score"] for one in made["tests"]) == graded.most


@pytest.mark.parametrize("sort", OPEN)
def test_an_open_mark_has_no_score_anywhere_and_says_why(
    sort: str, by_sort: dict[str, Graded]
) -> None:
    made = results(by_sort[sort])
    assert "score" not in made
    assert not any({"score", "status"} & set(one) for one in made["tests"])
    assert made["output"].startswith("Not graded: ")


def test_a_cell_without_a_test_is_a_zero_and_says_why(by_sort: dict[str, Graded]) -> None:
    made = results(by_sort["no test"])
    assert made["score"] == 0
    assert [one["status"] for one in made["tests"]] == ["failed"]
    assert "has no test yet" in made["output"]


def test_each_bug_is_a_test_with_its_points(by_sort: dict[str, Graded]) -> None:
    first, second = results(by_sort["partial"])["tests"]
    assert (first["name"], first["number"], first["status"]) == ("Users: bug 1", "1.1", "failed")
    assert (first["score"], first["max_score"]) == (0, 2)
    assert first["output"].startswith("Bug 1 (a UNIQUE constraint, in the table users) got past:")
    assert (second["status"], second["score"], second["output"]) == ("passed", 1, "")


def test_what_was_changed_is_shown_after_the_due_date_alone(by_sort: dict[str, Graded]) -> None:
    seen = {step: results(by_sort["partial"], step) for step in Reveal}
    assert [made["visibility"] for made in seen.values()] == [*["visible"] * 3, "after_due_date"]
    told = ["DROP CONSTRAINT" in made["output"] for made in seen.values()]
    assert told == [False, False, False, True]
    assert "UNIQUE" not in json.dumps(seen[Reveal.COUNT])


def test_words_of_a_student_are_plain_text_without_codes(by_sort: dict[str, Graded]) -> None:
    for sort in ("hostile", "hostile answer"):
        text = gradescope.render(by_sort[sort], Reveal.DIFF)
        text.encode()
        made = json.loads(text)
        assert {made["output_format"], made["test_output_format"]} == {"text"}
        assert not set(made["output"]) & set("\x00\x1b\r\u202e")
        assert len(text) < 100_000
