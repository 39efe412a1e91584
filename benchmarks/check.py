"""What a check of an assignment costs: in its notebook, as a command, and for each run of a test.

The reference solution of each assignment is checked in one kernel and by `nomocks check`, a process
of its own, in turn. Then it is graded in this process, which is warm, and compared with the same
tests on the schema as it is, run by pytest in a process that is warm as well.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from benchmarks.alone import testing_tasks
from benchmarks.figures import Figure, figure
from nomocks.authoring.release import source_notebook
from nomocks.grading.engine import grade
from nomocks.mutation.assignment import Assignment, read
from nomocks.postgres import Server, get_server

ROOT = Path(__file__).parent.parent
ROUNDS = 7
TIME_THE_CELLS = """
import time
for name in {tasks!r}:
    started = time.perf_counter()
    check(name)
    print("SECONDS", name, time.perf_counter() - started)
"""


def measure(rounds: int) -> list[Figure]:
    """The figures of every assignment."""
    server = get_server()
    folders = sorted(path.parent for path in ROOT.glob("solutions/*/variants.py"))
    figures = []
    for assignment in map(read, folders):
        figures += whole_checks(assignment, server, rounds)
        figures += single_runs(assignment, server, rounds)
    return figures


def whole_checks(assignment: Assignment, server: Server, rounds: int) -> list[Figure]:
    """The seconds of each check cell in a warm notebook, of all of them, and of the command."""
    slug = assignment.slug
    tasks = [task.name for task in assignment.graded]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "solved.ipynb")
        notebook = source_notebook(assignment)
        nbformat.write(notebook, path)
        notebook.cells += [new_code_cell(TIME_THE_CELLS.format(tasks=tasks))]
        resources = {"metadata": {"path": str(assignment.folder)}}
        client = NotebookClient(notebook, kernel_name="python3", resources=resources)
        cells, commands = [], []
        with client.setup_kernel():
            for index, cell in enumerate(notebook.cells):
                client.execute_cell(cell, index)
            for _ in range(rounds):
                client.execute_cell(notebook.cells[-1], len(notebook.cells) - 1)
                cells.append(printed(notebook.cells[-1]))
                commands.append(command(slug, path))
    together, sums = f"{slug}, all check cells", [sum(seconds.values()) for seconds in cells]
    return [
        *(
            figure(f"{slug}, check cell {task}", "s", [each[task] for each in cells], server)
            for task in tasks
        ),
        figure(together, "s", sums, server),
        figure(f"{slug}, nomocks check", "s", commands, server, (together, sums)),
    ]


def printed(cell: nbformat.NotebookNode) -> dict[str, float]:
    """The seconds that the cell printed, by task."""
    text = "".join(output.get("text", "") for output in cell.outputs)
    lines = [line.split() for line in text.splitlines() if line.startswith("SECONDS")]
    return {task: float(seconds) for _, task, seconds in lines}


def command(slug: str, path: Path) -> float:
    """The seconds of `nomocks check`. Raises CalledProcessError unless it gives full marks."""
    started = time.perf_counter()
    program = Path(sys.executable).with_name("nomocks")
    arguments: list[str | Path] = ["check", path, "--assignment", slug]
    arguments += ["--solutions", ROOT / "solutions"]
    subprocess.run([program, *arguments], check=True, capture_output=True)
    return time.perf_counter() - started


def single_runs(assignment: Assignment, server: Server, rounds: int) -> list[Figure]:
    """The milliseconds of grading, for each run and for each test on each variant, and of a test
    alone.
    """
    graded(assignment)  # from here on, the processes that it forks from are warm
    measured = [(*graded(assignment), alone(assignment)) for _ in range(rounds)]
    by_run, by_cell, plain = ([each[n] for each in measured] for n in range(3))
    slug, name = assignment.slug, f"{assignment.slug}, tests alone"
    against = (name, plain)
    return [
        figure(f"{slug}, grading, by run", "ms per run of a test", by_run, server, against),
        figure(f"{slug}, grading", "ms per test and variant", by_cell, server, against),
        figure(name, "ms per test", plain, server),
    ]


def graded(assignment: Assignment) -> tuple[float, float]:
    """The milliseconds of grading, for each run, and for each test on each variant.

    There are fewer of the latter: a kill is confirmed by a second run.
    """
    started = time.perf_counter()
    names = [task.name for task in testing_tasks(assignment)]
    results = [grade(assignment, name, assignment.solution(name)) for name in names]
    seconds = time.perf_counter() - started
    if not all(result.full for result in results):
        raise RuntimeError(f"the reference solution of {assignment.slug} gets no full marks")
    cells = [runs for result in results for runs in result.matrix.cells.values()]
    return 1000 * seconds / sum(map(len, cells)), 1000 * seconds / len(cells)


def alone(assignment: Assignment) -> float:
    """The milliseconds of one of the tests by pytest alone, in a process of their own."""
    command = [sys.executable, "-m", "benchmarks.alone", str(assignment.folder)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return float(json.loads(done.stdout.splitlines()[-1]))
