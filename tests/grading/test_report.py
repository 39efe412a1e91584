"""The report in a notebook: escaped, and readable without colour or HTML."""

import re
from dataclasses import replace

import pytest

from nomocks.grading.engine import grade
from nomocks.grading.html import Report
from nomocks.grading.result import State, TaskResult
from nomocks.grading.terminal import plain
from nomocks.mutation.assignment import Assignment

HOSTILE = """async def test_hostile(session):
    raise AssertionError("<script>alert(1)</script> [bold]x[/bold] \\x1b[31m")

async def test_duplicates(session):
    session.add_all([User(email="a@b.c", name="A"), User(email="a@b.c", name="A")])
    with pytest.raises(IntegrityError):
        await session.flush()
"""


@pytest.fixture
def result(small: Assignment) -> TaskResult:
    return grade(small, "users", HOSTILE)


def test_the_text_of_a_test_never_becomes_html_markup_or_control_codes(result: TaskResult) -> None:
    html, text = Report(result)._repr_html_(), repr(Report(result))
    assert "<script>" not in html
    assert "&lt;script&gt;" in html
    assert "[bold]x[/bold]" in text
    assert "\x1b" not in html + text


def test_both_forms_tell_the_bugs_the_tests_the_score_and_a_hint(result: TaskResult) -> None:
    for report in (Report(result)._repr_html_(), repr(Report(result))):
        assert "Users: 1 of 2 bugs caught, 2 of 3 points" in report
        assert "✓ caught" in report
        assert "✗ not caught" in report
        assert "test_duplicates" in report
        assert "Leave the name out." in report


def test_a_state_of_error_shows_its_sentence_and_no_points(small: Assignment) -> None:
    task = small.task("users")
    failed = TaskResult(task, small.against("users"), State.NO_TESTS, "Write <one>.")
    assert "Write &lt;one&gt;." in Report(failed)._repr_html_()
    assert "Users: error, no tests" in repr(Report(failed))
    assert "points" not in repr(Report(failed))


def test_the_matrix_of_a_narrow_terminal_has_every_bug(small: Assignment) -> None:
    first, _ = small.variants.mutants
    many = tuple(replace(first, name=f"bug-{number}") for number in range(15))
    result = grade(replace(small, variants=replace(small.variants, mutants=many)), "users", HOSTILE)
    _, _, matrix = plain(result).partition("Kill matrix")
    assert set(range(1, 16)) <= {int(number) for number in re.findall(r"\d+", matrix)}
