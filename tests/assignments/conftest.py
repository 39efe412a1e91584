"""Every folder of ``solutions/`` is proved by the same tests."""

import os
from functools import cache
from pathlib import Path

import pytest

from nomocks.grading.engine import grade
from nomocks.grading.result import TaskResult
from nomocks.mutation.assignment import Assignment, read
from nomocks.mutation.variants import Task

ROOT = Path(__file__).parents[2]
# A teacher's own, in a private repository, are proved as ours are.
SOLUTIONS = Path(os.environ.get("NOMOCKS_SOLUTIONS") or ROOT / "solutions").resolve()
SLUGS = sorted(path.parent.name for path in SOLUTIONS.glob("*/variants.py"))


@cache
def assignment_of(slug: str) -> Assignment:
    return read(SOLUTIONS / slug)


@cache
def solved(slug: str, task: str) -> TaskResult:
    """The result of the reference solution."""
    return grade(assignment_of(slug), task, assignment_of(slug).solution(task))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that asks for ``graded_task`` runs on each task that gives points, and so on.

    In a ``testing_task`` students write tests, in a ``probed_task`` what our probes try.
    """

    def probed(slug: str, task: Task) -> bool:
        return bool(assignment_of(slug).against(task.name).probes)

    for name, wanted in (
        ("task", lambda slug, task: True),  # noqa: ARG005
        ("graded_task", lambda slug, task: not task.example),  # noqa: ARG005
        ("testing_task", lambda slug, task: not (task.example or probed(slug, task))),
        ("probed_task", probed),
    ):
        if name in metafunc.fixturenames:
            metafunc.parametrize(
                ("assignment", name),
                [
                    pytest.param(
                        assignment_of(slug),
                        task.name,
                        id=f"{slug}-{task.name}",
                    )
                    for slug in SLUGS
                    for task in assignment_of(slug).variants.tasks
                    if wanted(slug, task)
                ],
            )
            return
    if "assignment" in metafunc.fixturenames:
        metafunc.parametrize("assignment", [assignment_of(slug) for slug in SLUGS], ids=SLUGS)
