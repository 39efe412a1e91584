"""JUnit XML: valid by the schema that pytest's own tests use, and as CI servers count it."""

from io import BytesIO
from pathlib import Path

import pytest
import xmlschema
from junitparser import Error, Failure, JUnitXml

from nomocks.grading.graded import Graded
from nomocks.grading.reports import junit
from nomocks.grading.reveal import Reveal

# Of Jenkins' xunit plugin, under the MIT license, as it stands beside pytest's tests.
SCHEMA = xmlschema.XMLSchema(Path(__file__).with_name("junit-10.xsd"))


def parsed(graded: Graded, reveal: Reveal = Reveal.HINT) -> JUnitXml:
    return JUnitXml.fromstring(junit.render(graded, reveal))


@pytest.mark.parametrize("step", list(Reveal))
def test_every_report_is_valid(step: Reveal, by_sort: dict[str, Graded]) -> None:
    for graded in by_sort.values():
        SCHEMA.validate(BytesIO(junit.render(graded, step)))


@pytest.mark.parametrize(
    ("sort", "tests", "failures", "errors"),
    [
        ("full", 2, 0, 0),
        ("partial", 2, 1, 0),
        ("invalid", 2, 1, 0),
        ("inconsistent", 1, 0, 1),
        ("not graded", 1, 0, 1),
        ("unreadable", 1, 0, 1),
        ("no test", 1, 0, 1),
        ("hostile", 2, 1, 0),
        ("hostile answer", 6, 6, 0),
        ("all promises", 6, 0, 0),
    ],
)
def test_a_bug_that_got_past_is_a_failure_and_what_could_not_be_graded_an_error(
    sort: str, tests: int, failures: int, errors: int, by_sort: dict[str, Graded]
) -> None:
    document = parsed(by_sort[sort])
    assert (document.tests, document.failures, document.errors) == (tests, failures, errors)


def test_names_are_those_of_pytest_and_do_not_tell_the_bug(by_sort: dict[str, Graded]) -> None:
    (suite,) = parsed(by_sort["partial"], Reveal.COUNT)
    assert suite.name == "users"
    assert [(one.classname, one.name) for one in suite] == [
        ("small.users", "test_bug_1"),
        ("small.users", "test_bug_2"),
    ]
    text = junit.render(by_sort["partial"], Reveal.COUNT).decode()
    assert "twice" not in text
    assert "UNIQUE" not in text


def test_a_failure_says_what_a_test_would_look_at(by_sort: dict[str, Graded]) -> None:
    (suite,) = parsed(by_sort["partial"])
    (failure,) = next(iter(suite)).result
    assert isinstance(failure, Failure)
    assert failure.message.startswith("Bug 1 (a UNIQUE constraint, in the table users) got past:")
    assert "Hint: The second hint." in failure.text


def test_an_error_says_why(by_sort: dict[str, Graded]) -> None:
    (suite,) = parsed(by_sort["not graded"])
    (error,) = next(iter(suite)).result
    assert isinstance(error, Error)
    assert error.type == "not graded"
    assert "No server would run users" in error.text


def test_words_of_a_student_stay_text(by_sort: dict[str, Graded]) -> None:
    text = junit.render(by_sort["hostile"], Reveal.DIFF).decode()
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert len(text) < 10_000
    (suite,) = parsed(by_sort["hostile"])
    (student,) = suite.properties()
    assert student.value.startswith("<script>alert(1)</script>")
