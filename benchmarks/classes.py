"""Classes to grade: notebooks that students could have handed in, none like another."""

import ast
from collections.abc import Iterator
from pathlib import Path

import nbformat

from nomocks.authoring.release import released_notebook
from nomocks.mutation.assignment import Assignment


def hand_in(
    assignment: Assignment, students: int, folder: Path, tasks: int | None = None
) -> list[Path]:
    """Write a notebook for each student as nbgrader collects them; return where they are.

    Student 0 has solved all of the first ``tasks`` (all, unless given), the others less and less.
    """
    released = released_notebook(assignment)
    paths = []
    for number in range(students):
        notebook = nbformat.reads(released, as_version=4)
        given = answers(assignment, number, tasks)
        for cell in notebook.cells:
            name = cell.metadata.get("nbgrader", {}).get("grade_id")
            if name in given:
                cell.source = given[name]
        path = folder / f"student{number:04}" / assignment.slug / "exercise.ipynb"
        path.parent.mkdir(parents=True)
        nbformat.write(notebook, path)
        paths.append(path)
    return paths


def answers(assignment: Assignment, number: int, tasks: int | None = None) -> dict[str, str]:
    """The cells of that student, by task."""
    graded = assignment.graded[:tasks]
    return {task.name: answer(assignment.solution(task.name), number) for task in graded}


def answer(solution: str, number: int) -> str:
    """A solution without one of its tests, and with a remark that no other student has made."""
    first, _, body = solution.partition("\n")
    tests = list(_tests(body)) if number else []
    lines = body.splitlines()
    if tests:
        chosen = tests[number % len(tests)]
        begin = min([chosen.lineno, *(each.lineno for each in chosen.decorator_list)])
        del lines[begin - 1 : chosen.end_lineno]
    return "\n".join([first, f"# Answer {number}", *lines])


def _tests(body: str) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.parse(body).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and "test" in node.name:
            yield node
