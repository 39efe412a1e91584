"""JUnit XML, as pytest writes it (family xunit2) and as CI servers read it.

A task is a suite, and a bug or a promise is a case: one that got past is a failure. A task that
could not be graded is one case with an error. The schema is that of Jenkins' xunit plugin,
``junit-10.xsd`` (github.com/jenkinsci/xunit-plugin), against which pytest tests its own.
"""

from junitparser import Error, Failure
from junitparser.xunit2 import JUnitXml, TestCase, TestSuite

from nomocks.grading.feedback import not_counted, of_each, of_submission, of_task, points_of
from nomocks.grading.graded import Graded
from nomocks.grading.inert import clean, one_line
from nomocks.grading.result import State, TaskResult
from nomocks.grading.reveal import Reveal
from nomocks.grading.standing import notes, standing
from nomocks.mutation.assignment import Assignment

FILE = "students/{student}.junit.xml"
DECLARATION = b"<?xml version='1.0' encoding='utf-8'?>\n"


def render(graded: Graded, reveal: Reveal) -> bytes:
    """The results of one student."""
    assignment = graded.checked.assignment
    document = JUnitXml(assignment.slug)
    if graded.problem:
        document.append(_error("submission", "submission", standing(graded).reason, graded))
    for result in graded.results:
        document.append(_suite(result, reveal, assignment, graded))
    document.update_statistics()
    text: bytes = document.tostring()
    return DECLARATION + text


def _suite(result: TaskResult, reveal: Reveal, assignment: Assignment, graded: Graded) -> TestSuite:
    if result.state is not State.GRADED:
        said = "\n".join(of_task(result, reveal, assignment))
        return _error(result.task.name, str(result.state), said, graded)
    suite = _named(result.task.name, graded)
    missed = of_each(result, reveal, assignment)
    cases = points_of(result)
    for label, good, _ in cases:
        case = _case(assignment, result.task.name, label, result.seconds / len(cases))
        if not good:
            lines = missed.get(label, [f"{label.capitalize()} got past."])
            failure = Failure(one_line(lines[0]), "AssertionError")
            failure.text = clean("\n".join(lines))
            case.result = [failure]
        suite.add_testcase(case)
    beside = [*notes(graded), *not_counted(result)]
    if beside:
        suite.system_out = clean("\n".join(beside))
    return suite


def _error(suite_name: str, kind: str, message: str, graded: Graded) -> TestSuite:
    suite = _named(suite_name, graded)
    case = _case(graded.checked.assignment, suite_name, "grading", 0.0)
    error = Error(one_line(message), kind)
    error.text = clean("\n".join([message, *of_submission(graded)]))
    case.result = [error]
    suite.add_testcase(case)
    return suite


def _named(name: str, graded: Graded) -> TestSuite:
    suite = TestSuite(name)
    suite.add_property("student", one_line(graded.student, 200))
    return suite


def _case(assignment: Assignment, task: str, label: str, seconds: float) -> TestCase:
    name = f"test_{label.replace(' ', '_')}"
    return TestCase(name, f"{assignment.slug}.{task}", round(seconds, 3))
