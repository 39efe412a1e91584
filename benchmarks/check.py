"""What a check of an assignment costs: its check cells in a warm notebook, and the command.

The reference solution of each assignment is checked in one kernel and by `nomocks check`, a process
of its own, in turn.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbformat.v4 import new_code_cell

from benchmarks.isolation import quartiles
from benchmarks.machine import record
from nomocks.authoring.release import source_notebook
from nomocks.mutation.assignment import read
from nomocks.postgres import get_server

ROOT = Path(__file__).parent.parent
RESULTS = Path(__file__).parent / "results" / "check.json"
ROUNDS = 7
MEASURE = """
import time
for name in {tasks!r}:
    started = time.perf_counter()
    check(name)
    print("SECONDS", name, time.perf_counter() - started)
"""


def main(rounds: int = ROUNDS) -> None:
    """Measure every assignment, and write the results."""
    server = get_server()
    slugs = sorted(path.parent.name for path in ROOT.glob("solutions/*/variants.py"))
    results = {
        "postgres": str(server),
        "rounds": rounds,
        "ratio_of": "nomocks check / the check cells",
        "assignments": {slug: measure(slug, rounds) for slug in slugs},
    }
    record(RESULTS, results)


def measure(slug: str, rounds: int) -> dict[str, object]:
    """The seconds of each check cell and of the command, and the ratio of their sums."""
    assignment = read(ROOT / "solutions" / slug)
    tasks = [task.name for task in assignment.graded]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "solved.ipynb")
        notebook = source_notebook(assignment)
        nbformat.write(notebook, path)
        notebook.cells += [new_code_cell(MEASURE.format(tasks=tasks))]
        resources = {"metadata": {"path": str(assignment.folder)}}
        client = NotebookClient(notebook, kernel_name="python3", resources=resources)
        measured = []
        with client.setup_kernel():
            for index, cell in enumerate(notebook.cells):
                client.execute_cell(cell, index)
            for _ in range(rounds):
                client.execute_cell(notebook.cells[-1], len(notebook.cells) - 1)
                measured.append((printed(notebook.cells[-1]), command(slug, path)))
    cells = {task: quartiles(seconds[task] for seconds, _ in measured) for task in tasks}
    shown = ", ".join(f"{task} {took['median']:.2f} s" for task, took in cells.items())
    whole = quartiles(took for _, took in measured)
    print(f"check: {slug}: {shown}; nomocks check {whole['median']:.2f} s")
    return {
        "check_cell_seconds": cells,
        "command_seconds": whole,
        "ratio": quartiles(took / sum(seconds.values()) for seconds, took in measured),
    }


def printed(cell: nbformat.NotebookNode) -> dict[str, float]:
    """The seconds that the cell printed, by task."""
    text = "".join(output.get("text", "") for output in cell.outputs)
    lines = [line.split() for line in text.splitlines() if line.startswith("SECONDS")]
    return {task: float(seconds) for _, task, seconds in lines}


def command(slug: str, path: Path) -> float:
    """The seconds of `nomocks check`. Raises CalledProcessError unless it gives full marks."""
    started = time.perf_counter()
    program = Path(sys.executable).with_name("nomocks")
    arguments = ["check", path, "--assignment", slug, "--solutions", ROOT / "solutions"]
    subprocess.run([program, *arguments], check=True, capture_output=True)
    return time.perf_counter() - started


if __name__ == "__main__":
    main()
